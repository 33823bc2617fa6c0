"""Open-PSA files: what is written, and what comes back from it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from formats.opsa import T, expression_of, f, opened, sound, tree
from hypothesis import given, settings
from hypothesis import strategies as st
from model.model_strategies import HOSTILE_NAMES, HOSTILE_TEXTS, models
from strategies import trees

from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, losses, read, read_text, read_with_warnings, write
from faulttree.formats.chains import with_chains
from faulttree.laws import PeriodicTest
from faulttree.model import Model


@given(trees())
def test_trees_come_back_equal(model):
    assert losses(model, "open-psa") == ()
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def without_scenarios_evidence_and_timeline(model: Model) -> dict[str, Any]:
    data = model.to_data()
    data.pop("scenarios", None)
    data.pop("evidence", None)
    data.pop("timeline", None)
    return data


@settings(max_examples=40)
@given(models(open_psa=True))
def test_any_model_comes_back_but_for_what_is_named(model):
    text = dumps(model, "open-psa")
    again = read_text(text, "open-psa", "x.xml")[0]
    assert again.to_data() == without_scenarios_evidence_and_timeline(model)
    assert dumps(again, "open-psa") == text
    lost = [f"scenario '{name}' is not carried" for name in model.scenarios]
    lost += [f"evidence '{name}' is not carried" for name in model.evidence]
    lost += [f"the timeline is not carried: {len(model.timeline)} entries"] * bool(model.timeline)
    assert list(losses(model, "open-psa")) == lost


@settings(max_examples=40)
@given(models())
def test_what_open_psa_has_no_words_for_keeps_its_probability(model):
    again = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0]
    written = with_chains(model)  # copies by their names, exclusive groups as gates over other events
    assert again.basic_events.keys() == written.basic_events.keys()
    for name, event in written.basic_events.items():
        if event.failure_model is not None:
            # 1 - q is worked out on another way when rates went through hours.
            assert again.probability_of(name) == pytest.approx(written.probability_of(name), rel=1e-9, abs=1e-300)


def test_losses_of_numbers_are_named():
    model = Model.from_data(
        {
            "name": "t",
            "top": "g",
            "mission_time": "100 h",
            "gates": {"g": {"or": ["r", "s", "p", "k", "l", "a", "b", "u", "v"]}},
            "basic_events": {
                "r": {"repairable": {"rate": "w", "repair_time": "mean repair"}},
                "s": {"repairable": {"rate": "1e-3 /h", "repair_rate": "0.1 /h", "steady": True}},
                "p": {"phases": [{"duration": "2 h", "rate": "w"}]},
                "k": {"gamma": {"shape": 2, "scale": "50 h"}},
                "l": {"lognormal": {"median": "500 h", "error_factor": 3}},
                "a": {"probability": 0.1},
                "b": {"probability": 0.1},
                "u": {"probability": 0.2, "uncertainty": {"triangular": {"low": 0.1, "mode": 0.2, "high": 0.3}}},
                "v": {"periodic_test": {"rate": "w", "interval": "30 h", "first_test": "0 h", "repair_time": "5 h"}},
            },
            "parameters": {
                "w": {"uncertainty": {"lognormal": {"median": "1e-3 /h", "error_factor": 3}}},
                "mean repair": {"value": "10 h"},
            },
            "common_cause_groups": {"c": {"events": ["a", "b"], "beta_factor": 0.1}},
            "correlations": [{"between": ["u", "w"], "rank": 0.5}],
        }
    )
    assert [loss for loss in losses(model, "open-psa") if "common-cause" not in loss] == [
        "the uncertainty of parameter 'w' is not carried, only its value",
        "the uncertainty of basic event 'u' is not carried, only its value",
        "rank correlations are not carried: 1 pairs",
        "basic event 'r' (repairable) is written as GLM",
        "basic event 's' (steady) is written as its probability at the mission time",
        "basic event 'p' (phases) is written as its probability at the mission time",
        "basic event 'k' (gamma) is written as its probability at the mission time",
        "basic event 'l' (lognormal) is written as its probability at the mission time",
        "the repair time of basic event 'v' is written as its repair rate",
    ]
    assert losses(model, "yaml") == losses(model, "json") == ()
    again = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0]
    for name in model.basic_events:
        assert again.probability_of(name) == pytest.approx(model.probability_of(name), rel=1e-12)
    # Of a repair time that is a number, the rate is carried; the form stays.
    assert again.basic_events["v"].periodic_test.repair_rate.value == 0.2
    assert losses(model, "aralia") == (
        "with their probability at the mission time only: 'r', 's', 'p', 'k', 'l' and 1 more",
        "without their uncertainty: 'u'",
        "not carried (parameters): 'w', 'mean repair'",
        "not carried (common-cause groups), and their events are independent: 'c'",
        "not carried: the mission time of the model",
        "not carried: the rank correlations of the model",
    )


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_hostile_names(name):
    model = Model.from_data(
        {
            "name": name,
            "top": name,
            "gates": {name: {"or": ["event", {"inhibit": {"input": "event", "condition": {"and": ["a.b", "T.a.b"]}}}]}},
            "basic_events": {"event": {"probability": name}, "a.b": {}, "T.a.b": {"source": name}},
            "parameters": {name: {"value": 0.5}},
            "sources": {name: {"title": name}},
            "attributes": {name: [name, {name: name}], f"faulttree-{name}"[:250]: "x"},
        }
    )
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_texts(text):
    model = Model.from_data(
        {
            "name": text,
            "description": text,
            "top": "e",
            "basic_events": {
                "e": {"label": text, "basis": text, "attributes": {"a": text, "b": {"value": text, "type": text}}},
                "x": {"attributes": {"b": {"value": text, "type": "faulttree-json"}, "c": {"value": 1, "type": "x"}}},
            },
        }
    )
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_a_changed_number_counts_more_than_the_unit_it_was_written_in():
    model, _ = expression_of(f"<exponential>{f(1e-3)}{T}</exponential>")
    data = model.to_data()
    data["basic_events"]["e"] = {"rate": "36 /s"}
    text = dumps(Model.from_data(data), "open-psa")
    assert str(sound(text).basic_events["e"].rate) == "36 /s"
    assert str(sound(text.replace('"129600.0"', '"129601.0"')).basic_events["e"].rate) == "129601 /h"
    assert str(sound(text.replace("36 /s", "36 s")).basic_events["e"].rate) == "129600 /h"


def test_defaults_that_are_stated_stay_stated():
    laws = {
        "w": {"weibull": {"scale": "5 h", "shape": 2.0, "shift": "0 s"}},
        "g": {"glm": {"on_demand": 0.1, "rate": "1 /h", "repair_rate": "0 /h"}},
        "p": {"periodic_test": {"rate": "1 /h", "interval": "1 h", "first_test": "0 h", "rate_in_test": "1 /h"}},
        "q": {"periodic_test": {"rate": "l", "interval": "1 h", "first_test": "0 h", "rate_in_test": "l"}},
        "r": {"periodic_test": {"rate": "l", "interval": "1 h", "first_test": "0 h", "coverage": 0.5}},
    }
    model = Model.from_data(
        {
            "name": "t", "top": list(laws), "mission_time": "9 h", "basic_events": laws,
            "parameters": {"l": {"value": "1 /d"}},
        }
    )  # fmt: skip
    again = sound(dumps(model, "open-psa"))
    assert again == model
    assert again.to_data()["basic_events"] == laws
    assert isinstance(again.failure_model("p"), PeriodicTest)


def test_the_written_text_is_what_other_tools_read():
    model = Model.from_data(
        {
            "name": "Pump station", "top": "lost", "mission_time": "24 h",
            "gates": {"lost": {"label": "Flow < 5 & more", "or": ["a", {"atleast": {"k": 2, "of": ["b", "c", "h"]}}]}},
            "basic_events": {"a": {"rate": "1e-5 /h"}, "b": {"probability": "q"}, "c": {"kind": "undeveloped"}},
            "house_events": {"h": {"state": True}},
            "parameters": {"q": {"value": 0.01}},
        }
    )  # fmt: skip
    assert (
        dumps(model, "open-psa")
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<opsa-mef>
  <attributes>
    <attribute name="faulttree-name" value="Pump station"/>
    <attribute name="faulttree-mission-time" value="24 h"/>
  </attributes>
  <define-fault-tree name="Pump_station">
    <define-gate name="lost">
      <label>Flow &lt; 5 &amp; more</label>
      <or>
        <basic-event name="a"/>
        <atleast min="2">
          <basic-event name="b"/>
          <basic-event name="c"/>
          <house-event name="h"/>
        </atleast>
      </or>
    </define-gate>
  </define-fault-tree>
  <model-data>
    <define-basic-event name="a">
      <exponential>
        <float value="1e-05"/>
        <system-mission-time/>
      </exponential>
    </define-basic-event>
    <define-basic-event name="b">
      <parameter name="q"/>
    </define-basic-event>
    <define-basic-event name="c">
      <attributes>
        <attribute name="faulttree-kind" value="undeveloped"/>
      </attributes>
    </define-basic-event>
    <define-house-event name="h">
      <constant value="true"/>
    </define-house-event>
    <define-parameter name="q">
      <float value="0.01"/>
    </define-parameter>
  </model-data>
</opsa-mef>
"""
    )


def test_every_benchmark_survives_every_format(shared: Path, tmp_path: Path):
    paths = sorted((shared / "benchmarks" / "aralia").glob("*.xml"))
    if not paths:
        pytest.skip("no benchmark models")
    for path in paths:
        model, warnings = read_with_warnings(path)
        assert not [warning for warning in warnings if "named 2 times" not in warning.message]
        for suffix in (".xml", ".yaml", ".txt"):
            again = tmp_path / f"{path.stem}{suffix}"
            write(model, again)
            assert losses(model, {".xml": "open-psa", ".yaml": "yaml", ".txt": "aralia"}[suffix]) == ()
            assert read(again) == model, again


PIECES = [
    "<or>",
    "</or>",
    "<gate name='a'/>",
    "<define-gate name='a'>",
    "</define-gate>",
    "x",
    "&",
    " ",
    "<not>",
    "</not>",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_any_body_is_read_or_refused(body):
    text = tree(body)
    try:
        told = opened(text)[1]
    except InvalidModelError as refused:
        told = str(refused).splitlines()
    assert all(line.startswith("m.xml:") for line in told)


def test_mean_times_are_written_as_rates():
    data = {
        "name": "t",
        "top": "g",
        "mission_time": "100 h",
        "gates": {"g": {"or": ["a", "b", "c", "d"]}},
        "basic_events": {
            "a": {"mttf": "1000 h"},
            "b": {"mtbf": "life"},
            "c": {"glm": {"on_demand": 0.1, "mttf": "life", "repair_time": "8 h"}},
            "d": {"periodic_test": {"mtbf": "life", "interval": "50 h", "first_test": "50 h", "test_duration": "1 h"}},
        },
        "parameters": {"life": {"value": "500 h"}},
    }
    model = Model.from_data(data)
    again = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0]
    assert list(losses(model, "open-psa")) == [
        "the MTTF of basic event 'a' is written as its failure rate",
        "the MTBF of basic event 'b' is written as its failure rate",
        "the MTTF of basic event 'c' is written as its failure rate",
        "the repair time of basic event 'c' is written as its repair rate",
        "the MTBF of basic event 'd' is written as its failure rate",
    ]
    for event in data["basic_events"]:
        assert again.probability_of(event) == pytest.approx(model.probability_of(event), rel=1e-13)


@pytest.mark.parametrize("mission", ["24 h", None])
def test_times_of_their_own_come_back(mission):
    data = {
        "name": "t",
        "top": "g",
        "gates": {"g": {"or": ["a", "b", "c", "d"]}},
        "basic_events": {
            "a": {"rate": "1e-5 /h", "exposure": "24 h"},
            "b": {"rate": "r", "exposure": "latent"},
            "c": {"weibull": {"scale": "1 y", "shape": 2}, "exposure": "2 mo"},
            "d": {"periodic_test": {"rate": "r", "interval": "50 h", "first_test": "50 h"}, "exposure": "0 h"},
        },
        "parameters": {"latent": {"value": "24 h"}, "r": {"uncertainty": {"gamma": {"shape": 2, "scale": "1e-6 /h"}}}},
    } | ({"mission_time": mission} if mission else {})
    model = Model.from_data(data)
    assert losses(model, "open-psa") == ()
    assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model


def test_what_is_taken_at_a_mean_is_written_as_its_probability():
    test = {"periodic_test": {"rate": "3e-6 /h", "interval": "730 h", "first_test": "730 h"}}
    events = {"a": test | {"at": "mean"}, "b": test | {"at": "mission"}, "c": {"gamma": {"shape": 1, "scale": "1 h"}}}
    events["c"]["exposure"] = "1 h"
    model = Model.from_data(
        {"name": "t", "top": "g", "mission_time": "9 h", "gates": {"g": {"or": list(events)}}, "basic_events": events}
    )
    assert losses(model, "open-psa") == (
        "basic event 'a' (at: mean) is written as its probability",
        "basic event 'c' (gamma) is written as its probability at its exposure",
    )
    again = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0]
    assert again.basic_events["b"] == model.basic_events["b"]
    # 1 - (1 - exp(-x)) / x for x = 0.00219, and 1 - 1 / e.
    assert again.basic_events["a"].probability == pytest.approx(1.0942010874525e-3, rel=1e-12)
    assert again.basic_events["c"].probability == pytest.approx(0.63212055882855768, rel=1e-14)
