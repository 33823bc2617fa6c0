"""Courses and samples of what no float holds are refused or left out, never 0."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from faulttree import FaultTree, analyse
from faulttree.errors import FloatRangeExceeded
from faulttree.model import Model
from faulttree.wide_floats import WideFloat

SPREAD = {"lognormal": {"mean": 1e-50, "error_factor": 3}}
EVENTS = {event: {"rate": "1e-50 /h"} for event in "abcdef"} | {"g": {"probability": 1e-50, "uncertainty": SPREAD}}
TEXT = """\
name: tiny
top: top
mission_time: 24 h
gates: {top: {and: [a, b, c, d, e, f, g]}}
basic_events:
  a: {rate: 1e-50 /h}
  b: {rate: 1e-50 /h}
  c: {rate: 1e-50 /h}
  d: {rate: 1e-50 /h}
  e: {rate: 1e-50 /h}
  f: {rate: 1e-50 /h}
  g: {probability: 1e-50, uncertainty: {lognormal: {mean: 1e-50, error_factor: 3}}}
"""


def tree_of(gates: dict[str, object], **events: object) -> FaultTree:
    data = {"name": "tiny", "top": "top", "mission_time": "24 h", "gates": gates, "basic_events": EVENTS | events}
    return FaultTree.of(Model.from_data(data))


ALL = {"and": list("abcdefg")}


@pytest.mark.parametrize(
    "ask",
    [
        FaultTree.over_time,
        FaultTree.metrics,
        FaultTree.importance_in_time,
        FaultTree.failure_shares,
        FaultTree.uncertainty,
        FaultTree.sobol_indices,
        FaultTree.tornado,
        lambda tree: tree.band_over_time("24 h"),
        lambda tree: tree.uncertainty(of="frequency"),
    ],
)
def test_what_needs_many_floats_says_that_there_are_none(ask: Callable[[FaultTree], object]) -> None:
    """P = 24**6 1e-350."""
    tree = tree_of({"top": ALL})
    assert tree.probability().log10 == pytest.approx(6 * math.log10(24) - 350, rel=1e-14)
    with pytest.raises(FloatRangeExceeded, match=r"'?top'?.* is above 0 and below 2.2e-308"):
        ask(tree)


def test_the_command_line_gives_an_error_and_no_numbers(ask: Callable[..., tuple[int, str, str]]) -> None:
    for verb in ("over-time", "metrics", "uncertainty", "sensitivity"):
        code, out, err = ask(verb, TEXT)
        assert code and not out and "below 2.2e-308" in err


def test_a_run_names_what_it_leaves_out(tmp_path: Path) -> None:
    found = analyse(tree_of({"top": ALL}))
    text = str(found)
    assert "1.911e-342 exact" in text and "1 minimal cut set" in text
    for name in ("metrics", "curve", "uncertainty", "tornado", "Sobol indices"):
        assert f"{name} left out: " in text
    files = {path.name: path for path in found.save(tmp_path)}
    assert "1.911e-342" in files["report.md"].read_text(encoding="utf-8")
    assert '"1.9110' in files["result.json"].read_text(encoding="utf-8")


def test_a_curve_leaves_out_the_times_at_which_floats_end() -> None:
    """Q = (1e-13 t)**20 for t hours: 1e-240 at 10 h, 1e-260 at 1 h, below 2.2e-308 up to some 4e-3 h."""
    events = {f"e{i}": {"rate": "1e-13 /h"} for i in range(20)}
    curve = tree_of({"top": {"and": list(events)}}, **events).over_time(["0 s", "1e-6 h", "1e-3 h", "1 h", "10 h"])
    assert curve.frequency is not None and curve.unreliability is not None and curve.expected_failures is not None
    assert curve.unavailability[0] == curve.frequency[0] == 0.0
    for values in (curve.unavailability, curve.unreliability.value, curve.expected_failures.value):
        assert np.isnan(values[1:3]).all()
        np.testing.assert_allclose(values[3:], [1e-260, 1e-240], rtol=2e-11)
    assert np.isnan(curve.frequency[1]) and curve.frequency[4] * 3600 == pytest.approx(20 * 1e-241, rel=1e-10)
    assert "above 0 and below 2.2e-308" in curve.notes[-1] and curve.notes[-1].endswith("at 2 times")


def test_a_gate_below_floats_is_undefined_among_the_samples_of_a_tree_that_is_not() -> None:
    common = {"probability": 1e-3, "uncertainty": {"lognormal": {"mean": 1e-3, "error_factor": 3}}}
    tree = tree_of({"top": {"or": ["small", "x"]}, "small": ALL}, x=common)
    found = tree.uncertainty(1000, gates=True)
    assert found.mean == pytest.approx(1e-3, rel=0.1)
    assert math.isnan(found.gates["small"].mean)
    # An impossible gate is 0 in every sample.
    tree = tree_of({"top": {"or": ["small", "x"]}, "small": ALL}, x=common, a={"probability": 0.0})
    assert tree.uncertainty(1000, gates=True).gates["small"].mean == 0.0


def shadowed(**written: object) -> FaultTree:
    """P = 1e-3 + 1e-360: that of z and x, and that of six events of 1e-60."""
    small = {event: {"probability": 1e-60} for event in "abcdef"}
    gates: dict[str, object] = {"top": {"or": ["deep", "pair"]}, "pair": {"and": ["z", "x"]}, "deep": {"and": [*small]}}
    others = {"z": {"probability": 0.1}, "x": {"probability": 0.01}}
    return tree_of(gates, **small | others | written)


def test_a_scenario_of_many_below_floats_has_no_probability_and_a_what_if_of_it_gives_it() -> None:
    tree = shadowed()
    expected = {
        "event": ({"z": False}, None),
        "gate": ({"pair": False}, None),
        "held": ({"z": False, "a": True}, 1e-300),
        "never": ({"z": False, "a": False}, 0.0),
        "ordinary": ({"a": False}, 1e-3),
        "certain": ({"deep": True}, 1.0),
    }
    scenarios = {name: states for name, (states, _) in expected.items()}
    for found in (tree.sweep(scenarios), tree.scenario_table(scenarios)):
        for record in found.records():
            p = expected[record["scenario"]][1]
            assert record["probability"] == (None if p is None else pytest.approx(p, rel=1e-13))
        assert any("'event', 'gate': the probability is above 0 and below 2.2e-308" in note for note in found.notes)
    for name in ("event", "gate"):
        assert tree.what_if(scenarios[name]).probability().log10 == pytest.approx(-360)
    # Without a scenario, too, P may be so small: the tree as it stands has a number, and ratios to it.
    (record,) = tree.what_if({"z": False}).scenario_table({"held": {"a": True}}).records()
    assert record["ratio"] == pytest.approx(1e60, rel=1e-12)


def test_a_scenario_analysed_by_itself_is_guarded_too() -> None:
    """A member of an exclusive group, and what is set beside it, is no column of the diagram: P = 1e-360 either way."""
    tree = shadowed(y={"probability": 0.5}).model
    data = tree.to_data() | {"exclusive_groups": {"g": {"at_most_one": ["z", "y"]}}}
    grouped = FaultTree.of(Model.from_data(data))
    (record, other) = grouped.scenario_table({"one": {"z": False}, "two": {"x": 0.5}}).records()
    assert record["probability"] is None and "below 2.2e-308" in record["note"]
    assert other["probability"] == pytest.approx(0.05, rel=1e-13)
    assert math.isnan(grouped.sweep({"one": {"z": False}}).probabilities[0])


def test_repairs_say_what_they_leave_however_small() -> None:
    """Once z is repaired, 1e-360 is left, which is not 0."""
    plan = shadowed().cheapest_repairs(1e-20, candidates=["z"]).best
    assert isinstance(plan.probability, WideFloat) and plan.probability.log10 == pytest.approx(-360)
    with pytest.raises(FloatRangeExceeded, match="after some of the repairs to bring it to 0"):
        shadowed().cheapest_repairs(0.0, candidates=["z"])


def test_an_importance_below_floats_is_undefined_among_the_samples_of_a_tree_that_is_not() -> None:
    """Of P = 0.001 + 1e-360 the events of 1e-60 have a Birnbaum importance of 1e-300 and a criticality of 1e-357."""
    spread = {"probability": 0.01, "uncertainty": {"lognormal": {"mean": 0.01, "error_factor": 3}}}
    found = shadowed(x=spread).uncertainty(300, importance=True)
    assert found.importance is not None
    deep = found.importance["a"]
    assert deep["birnbaum"].mean == pytest.approx(1e-300, rel=1e-2)
    assert math.isnan(deep["criticality"].mean) and math.isnan(deep["fussell_vesely"].mean)
    assert deep["risk_achievement_worth"].mean == deep["risk_reduction_worth"].mean == 1.0
    # Without x, P0 = 1e-360 is not 0, so that RRW is not infinite.
    x = found.importance["x"]
    assert math.isnan(x["risk_reduction_worth"].mean) and x["criticality"].mean == pytest.approx(1.0)
    assert any(note.startswith("an importance is nan where in some sample") for note in found.notes)


@pytest.mark.parametrize("nothing", ["f", "e"])
def test_an_importance_of_zero_stays_zero_among_samples(nothing: str) -> None:
    """Where one of the six is impossible, the others do not matter, and it matters as much as they are probable."""
    spread = {"probability": 0.01, "uncertainty": {"lognormal": {"mean": 0.01, "error_factor": 3}}}
    found = shadowed(x=spread, **{nothing: {"probability": 0.0}}).uncertainty(300, importance=True)
    assert found.importance is not None
    for event in "abcdef":
        measures = found.importance[event]
        assert measures["criticality"].mean == measures["fussell_vesely"].mean == 0.0
        assert measures["birnbaum"].mean == (pytest.approx(1e-300, rel=1e-2) if event == nothing else 0.0)
    assert math.isinf(found.importance["x"]["risk_reduction_worth"].mean)
    assert not any("importance is nan" in note for note in found.notes)


def test_samples_with_importance_are_refused_where_no_float_holds_the_top() -> None:
    with pytest.raises(FloatRangeExceeded, match="in some sample the probability of 'top'"):
        tree_of({"top": ALL}).uncertainty(100, importance=True)


def test_a_band_leaves_out_the_times_at_which_floats_end() -> None:
    """Q = 1e-13 (1e-13 t)**19 or so for t hours: below 2.2e-308 up to some 4e-3 h, and 0 at 0 h."""
    events: dict[str, object] = {f"e{i}": {"rate": "1e-13 /h"} for i in range(19)}
    events["s"] = {"probability": 1e-13, "uncertainty": {"lognormal": {"mean": 1e-13, "error_factor": 2}}}
    tree = tree_of({"top": {"and": list(events)}}, **events)
    band = tree.band_over_time(["0 s", "1e-6 h", "1e-3 h", "1 h", "10 h"], 200)
    for values in (band.point, band.mean, band.lower, band.median, band.upper):
        assert values[0] == 0.0 and np.isnan(values[1:3]).all() and (values[3:] > 0.0).all()
    assert band.mean[4] == pytest.approx(1e-13 * 1e-12**19, rel=0.05)
    assert "above 0 and below 2.2e-308" in str(band) and band.notes[0].endswith("at 2 times")
