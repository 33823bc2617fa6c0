"""What was changed: every mutation is told as exactly that, and what means the same is no change."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_strategies import models

from faulttree.formats import dumps, read_text
from faulttree.model import Model
from faulttree.model.changes import ASPECTS, changes

BASE: dict[str, Any] = {
    "name": "Pumps",
    "description": "Two trains",
    "top": "no_flow",
    "mission_time": "24 h",
    "sources": {"handbook": {"title": "Handbook", "year": 1999}},
    "gates": {
        "no_flow": {"label": "No flow", "or": ["trains", "valve", {"and": ["operator", "alarm"]}]},
        "trains": {"atleast": {"k": 2, "of": ["pump_a", "pump_b", "pump c"]}},
        "guarded": {"inhibit": {"input": "valve", "condition": "open"}},
        "implied": {"imply": ["valve", "alarm"]},
        "other": {"or": ["guarded", "implied"]},
    },
    "basic_events": {
        "pump_a": {"rate": "pump_rate", "source": "handbook"},
        "pump_b": {"rate": "pump_rate"},
        "pump c": {"rate": "pump_rate"},
        "valve": {
            "probability": 0.01,
            "uncertainty": {"lognormal": {"mean": 0.01, "error_factor": 3}},
            "basis": "guess",
        },
        "operator": {"kind": "undeveloped", "probability": "error"},
        "alarm": {"weibull": {"scale": "5000 h", "shape": 2}},
    },
    "house_events": {"open": {"state": True}},
    "parameters": {
        "pump_rate": {"uncertainty": {"lognormal": {"mean": "1e-5 /h", "error_factor": 3}}},
        "error": {"value": 0.1},
        "share": {"value": 0.05},
    },
    "common_cause_groups": {"pumps": {"events": ["pump_a", "pump_b"], "beta_factor": "share"}},
    "scenarios": {"maintenance": {"set": {"pump_a": True, "valve": 0.5}}},
    "evidence": {"seen": {"observe": {"valve": True}}},
    "timeline": [{"at": "260 s", "event": "Pump A stops"}, {"phase": "later", "event": "Flow stops"}],
    "attributes": {"site": {"name": "north", "unit": 2}},
}
BASE["top"] = ["no_flow", "other"]


def edited(path: tuple[Any, ...], value: Any) -> Model:
    """The base model with one value put, or taken away for None, at a path."""
    data = copy.deepcopy(BASE)
    place: Any = data
    for step in path[:-1]:
        place = place[step]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return Model.from_data(data)


MODEL = Model.from_data(BASE)
Expected = tuple[str, str, str, str, str, str | None, str | None]


@pytest.mark.parametrize(
    ("path", "value", "expected"),
    [
        (("name",), "Pump", ("words", "changed", "", "", "name", "Pumps", "Pump")),
        (("description",), None, ("words", "removed", "", "", "description", "Two trains", None)),
        (("top",), ["other", "no_flow"],
         ("structure", "changed", "", "", "top", "no_flow, other", "other, no_flow")),
        (("mission_time",), "48 h", ("numbers", "changed", "", "", "mission_time", "24 h", "48 h")),
        (("sources", "handbook", "year"), 2001,
         ("words", "changed", "sources", "handbook", "year", "1999", "2001")),
        (("gates", "no_flow", "or"), ["trains", "valve", {"and": ["operator", "open"]}, "alarm"],
         ("structure", "changed", "gates", "no_flow", "formula", "or(and(alarm, operator), trains, valve)",
          "or(alarm, and(open, operator), trains, valve)")),
        (("gates", "no_flow", "label"), "Dry", ("words", "changed", "gates", "no_flow", "label", "No flow", "Dry")),
        (("gates", "trains", "atleast", "k"), 1,
         ("structure", "changed", "gates", "trains", "formula", 'atleast 2("pump c", pump_a, pump_b)',
          'atleast 1("pump c", pump_a, pump_b)')),
        (("gates", "guarded", "inhibit"), {"input": "open", "condition": "valve"},
         ("structure", "changed", "gates", "guarded", "formula", "inhibit(valve, condition open)",
          "inhibit(open, condition valve)")),
        (("gates", "implied", "imply"), ["alarm", "valve"],
         ("structure", "changed", "gates", "implied", "formula", "imply(valve, alarm)", "imply(alarm, valve)")),
        (("gates", "new"), {"and": ["valve", "open"]},
         ("structure", "added", "gates", "new", "", None, "and(open, valve)")),
        (("basic_events", "spare"), {"probability": 0.5, "label": "Spare"},
         ("structure", "added", "basic_events", "spare", "", None, "probability 0.5, label Spare")),
        (("basic_events", "valve", "probability"), 0.011,
         ("numbers", "changed", "basic_events", "valve", "probability", "0.01", "0.011")),
        (("basic_events", "valve", "uncertainty", "lognormal", "error_factor"), 10,
         ("numbers", "changed", "basic_events", "valve", "uncertainty.lognormal.error_factor", "3", "10")),
        (("basic_events", "valve", "uncertainty"), {"beta": {"alpha": 1, "beta": 99}},
         ("numbers", "changed", "basic_events", "valve", "uncertainty", "lognormal.mean 0.01, lognormal.error_factor 3",
          "beta.alpha 1, beta.beta 99")),
        (("basic_events", "valve", "uncertainty"), None,
         ("numbers", "removed", "basic_events", "valve", "uncertainty", "lognormal.mean 0.01, lognormal.error_factor 3",
          None)),
        (("basic_events", "valve", "basis"), "data",
         ("words", "changed", "basic_events", "valve", "basis", "guess", "data")),
        (("basic_events", "pump_a", "source"), ["judgement", "handbook"],
         ("words", "changed", "basic_events", "pump_a", "source", "handbook", "handbook, judgement")),
        (("basic_events", "operator", "kind"), "basic",
         ("words", "changed", "basic_events", "operator", "kind", "undeveloped", "basic")),
        (("basic_events", "alarm", "weibull", "shape"), 3,
         ("numbers", "changed", "basic_events", "alarm", "weibull.shape", "2", "3")),
        (("basic_events", "alarm"), {"rate": "1e-6 /h"},
         ("numbers", "changed", "basic_events", "alarm", "failure model", "weibull.scale 5000 h, weibull.shape 2",
          "rate 1e-6 /h")),
        (("basic_events", "alarm"), {},
         ("numbers", "removed", "basic_events", "alarm", "failure model", "weibull.scale 5000 h, weibull.shape 2",
          None)),
        (("house_events", "open", "state"), False,
         ("structure", "changed", "house_events", "open", "state", "true", "false")),
        (("parameters", "error", "value"), 0.2, ("numbers", "changed", "parameters", "error", "value", "0.1", "0.2")),
        (("parameters", "pump_rate", "uncertainty", "lognormal", "mean"), "2e-5 /h",
         ("numbers", "changed", "parameters", "pump_rate", "uncertainty.lognormal.mean", "1e-5 /h", "2e-5 /h")),
        (("parameters", "pump_rate", "value"), "3e-5 /h",
         ("numbers", "changed", "parameters", "pump_rate", "value", "1e-5 /h", "3e-5 /h")),
        (("common_cause_groups", "pumps", "events"), ["pump_a", "pump c"],
         ("structure", "changed", "common_cause_groups", "pumps", "events", "pump_a, pump_b", "pump c, pump_a")),
        (("common_cause_groups", "pumps", "beta_factor"), 0.1,
         ("numbers", "changed", "common_cause_groups", "pumps", "beta_factor", "share", "0.1")),
        (("common_cause_groups", "pumps"), {"events": ["pump_a", "pump_b"], "phi_factor": [0.9, 0.1]},
         ("numbers", "changed", "common_cause_groups", "pumps", "model", "beta_factor share", "phi_factor 0.9, 0.1")),
        (("scenarios", "maintenance", "set", "pump_a"), 1.0,
         ("scenarios", "changed", "scenarios", "maintenance", "set.pump_a", "true", "1")),
        (("scenarios", "maintenance", "set", "alarm"), False,
         ("scenarios", "added", "scenarios", "maintenance", "set.alarm", None, "false")),
        (("scenarios",), None,
         ("scenarios", "removed", "scenarios", "maintenance", "", "set.pump_a true, set.valve 0.5", None)),
        (("evidence", "seen", "observe", "valve"), False,
         ("scenarios", "changed", "evidence", "seen", "observe.valve", "true", "false")),
        (("timeline",), [{"phase": "later", "event": "Flow stops"}],
         ("words", "removed", "timeline", "", "", "at 260 s, event Pump A stops", None)),
        (("attributes", "site", "unit"), True, ("words", "changed", "", "", "attributes.site.unit", "2", "true")),
        (("attributes", "site.unit"), 2, ("words", "added", "", "", "attributes.site.unit", None, "2")),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) and len(value) < 6 else None,
)  # fmt: skip
def test_one_mutation_is_told_as_exactly_that(path, value, expected: Expected) -> None:
    after = edited(path, value)
    (change,) = changes(MODEL, after)
    shown = (change.aspect, change.what, change.section, change.name, change.key, change.before, change.after)
    assert shown == expected
    (back,) = changes(after, MODEL)
    reverse = {"added": "removed", "removed": "added", "changed": "changed"}
    assert (back.what, back.before, back.after) == (reverse[change.what], change.after, change.before)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("mission_time",), "1 d"),
        (("gates", "no_flow", "or"), [{"and": ["alarm", "operator"]}, "valve", "trains"]),
        (("gates", "trains", "atleast", "of"), ["pump c", "pump_b", "pump_a"]),
        (("common_cause_groups", "pumps", "events"), ["pump_b", "pump_a"]),
        (("parameters", "pump_rate", "uncertainty", "lognormal", "mean"), "0.0876 /y"),
        (("parameters", "pump_rate", "value"), "1e-5 /h"),
        (("timeline",), BASE["timeline"][::-1]),
    ],
)
def test_what_means_the_same_is_no_change(path, value) -> None:
    assert len(changes(MODEL, edited(path, value))) == 0


def test_a_rename_is_a_removal_and_an_addition() -> None:
    data = copy.deepcopy(BASE)
    data["basic_events"]["valve 2"] = data["basic_events"].pop("valve")
    data["gates"]["no_flow"]["or"][1] = "valve 2"
    data["gates"]["guarded"]["inhibit"]["input"] = data["gates"]["implied"]["imply"][0] = "valve 2"
    data["scenarios"]["maintenance"]["set"] = {"pump_a": True}
    data["evidence"] = {}
    found = changes(MODEL, Model.from_data(data)).about("structure")
    events = [(change.what, change.name) for change in found if change.section == "basic_events"]
    assert events == [("removed", "valve"), ("added", "valve 2")]


def test_the_inputs_of_a_rewired_gate_are_told() -> None:
    (change,) = changes(MODEL, edited(("gates", "no_flow", "or"), ["trains", "valve", "open", "alarm"])).about(
        "structure"
    )
    assert change.detail == "added: alarm, open; removed: and(alarm, operator)"
    assert change.element == "gate 'no_flow'"


def test_counts_and_records() -> None:
    found = changes(MODEL, edited(("name",), "x"))
    assert found.counts() == {"structure": 0, "numbers": 0, "scenarios": 0, "words": 1}
    assert tuple(found.counts()) == ASPECTS
    assert found.records()[0]["after"] == "x"


@settings(max_examples=25)
@given(models())
def test_a_model_and_itself_read_back_differ_in_nothing(model: Model) -> None:
    for kind in ("yaml", "json"):
        assert len(changes(model, read_text(dumps(model, kind), kind)[0])) == 0


@settings(max_examples=25)
@given(models(), st.randoms(use_true_random=False))
def test_the_order_of_elements_says_nothing(model: Model, chance: random.Random) -> None:
    data = model.to_data()
    for section, table in data.items():
        if isinstance(table, dict) and section != "attributes":
            items = list(table.items())
            chance.shuffle(items)
            data[section] = dict(items)
    assert len(changes(model, Model.from_data(data))) == 0
