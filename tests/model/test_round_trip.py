"""Writing then reading gives the same model, in every format and on every way through Python."""

import copy
import json
import pickle

import jsonschema
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from model_strategies import HOSTILE_NAMES, HOSTILE_TEXTS, models

from faulttree.formats.json import read_json, write_json
from faulttree.model import Model
from faulttree.model.schema import json_schema
from faulttree.model.yaml import read_yaml, write_yaml
from faulttree.model.yaml_writer import WIDTH

SCHEMA = jsonschema.Draft202012Validator(json_schema())
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@patient
@given(models())
def test_reading_what_was_written_gives_the_same_model(model):
    text = write_yaml(model)
    again = read_yaml(text)
    assert again == model
    assert write_yaml(again) == text
    assert read_json(write_json(model)) == model
    assert Model.from_data(model.to_data()) == model
    assert Model(**model.to_data()) == model
    assert pickle.loads(pickle.dumps(model)) == model
    assert copy.deepcopy(model) == model


@patient
@given(models())
def test_the_published_schema_accepts_what_is_written(model):
    SCHEMA.validate(json.loads(write_json(model)))


@patient
@given(models())
def test_a_yaml_1_1_reader_sees_the_same_names_and_texts(model):
    def shape(value):
        match value:
            case dict():
                return {key: shape(item) for key, item in value.items()}
            case list():
                return [shape(item) for item in value]
        return value

    assert shape(yaml.safe_load(write_yaml(model))) == shape(model.to_data())


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_every_hostile_name_survives_everywhere(name):
    model = Model.from_data({
        "name": name, "top": name, "mission_time": "1 h",
        "gates": {name: {"or": ["event", {"not": "other"}], "attributes": {name: [name, {name: name}]}}},
        "basic_events": {"event": {"probability": name}, "other": {"source": name}},
        "parameters": {name: {"value": 0.5}},
        "sources": {name: {"title": name}},
        "scenarios": {name: {"set": {name: True}}},
        "evidence": {name: {"observe": {name: True}, "hypotheses": {name: {name: True}}}},
    })  # fmt: skip
    assert read_yaml(write_yaml(model)) == model
    assert read_json(write_json(model)) == model
    assert yaml.safe_load(write_yaml(model)) == model.to_data()


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_every_hostile_text_survives_everywhere(text):
    model = Model.from_data({
        "name": text, "description": text, "top": "e",
        "basic_events": {"e": {"label": text, "attributes": {"a": text, "b": [text, [{"c": text}], {"d": text}]}}},
        "timeline": [{"phase": text, "event": text}],
    })  # fmt: skip
    assert read_yaml(write_yaml(model)) == model
    assert read_json(write_json(model)) == model
    assert yaml.safe_load(write_yaml(model)) == model.to_data()


def test_nothing_is_lost_that_equals_a_default():
    data = {
        "faulttree": 1, "name": "", "top": "e",
        "basic_events": {"e": {"attributes": {"kind": "basic", "null": None, "list": [], "map": {}, "0": 0}}},
        "scenarios": {"empty": {}, "set": {"set": {"e": False}}},
        "sources": {"s": {"title": "", "year": 0}},
    }  # fmt: skip
    model = Model.from_data(data)
    assert model.to_data() == data
    assert read_yaml(write_yaml(model)) == model


def test_the_deepest_formula_survives():
    formula = "e"
    for _ in range(33):
        formula = {"atleast": {"k": 1, "of": [formula]}}
    model = Model.from_data({"name": "deep", "top": "g", "gates": {"g": formula}, "basic_events": {"e": {}}})
    for text, read in ((write_yaml(model), read_yaml), (write_json(model), read_json)):
        assert read(text) == model
    assert pickle.loads(pickle.dumps(model)) == copy.deepcopy(model) == model
    assert list(model.gates["g"].names()) == ["e"]
    assert hash(model) == hash(copy.deepcopy(model))


def test_a_wide_gate_is_wrapped():
    names = [f"valve-{index}" for index in range(500)]
    model = Model(name="wide", top="g", gates={"g": {"or": names}}, basic_events={name: {} for name in names})
    text = write_yaml(model)
    assert max(map(len, text.splitlines())) <= WIDTH
    assert read_yaml(text) == model
