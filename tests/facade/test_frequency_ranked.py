"""Gates, parameters, scenarios and two models where the top event has a frequency, against enumeration."""

from __future__ import annotations

import csv
import io
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import oracles
import pytest
from frequency_cases import (
    BLACKOUT,
    DG_B,
    LEAK,
    PLANT,
    at_moments,
    is_near,
    per_second,
    plant,
    trees_with_frequencies,
    unit_in_si,
    what_if_or_why_not,
)
from hypothesis import given
from hypothesis import strategies as st

from faulttree import FaultTree, diff, formats
from faulttree.errors import FrequencyError
from faulttree.model import Model


@given(trees_with_frequencies())
def test_gates_matter_for_the_frequency_as_enumeration_says(model: Model) -> None:
    tree = FaultTree.of(model)
    p, held = at_moments(model, tree.top, {})
    if not p or held - {1}:
        return
    answer = tree.frequency()
    in_unit = {event: per_second(model, event) / Fraction(unit_in_si(answer.unit)) for event in p}
    top = sum((in_unit[event] * each for event, each in p.items()), start=Fraction(0))
    found = tree.gate_importance()
    assert found.unit == answer.unit
    for row in found:
        has_part = any(event in in_unit for event in oracles.events_below(model, row.gate))
        ends = []
        for state in (True, False):
            moments, sets = at_moments(model, tree.top, {row.gate: state})
            total = sum((in_unit[event] * each for event, each in moments.items()), start=Fraction(0))
            ends.append(None if sets - {1} else total)  # negations about a gate may leave sets without a frequency
        assert math.isnan(row.impossible) if ends[1] is None else is_near(row.impossible, ends[1])
        assert math.isnan(row.probability) == has_part
        assert math.isnan(row.certain) == (has_part or ends[0] is None)
        assert math.isnan(row.birnbaum) == (math.isnan(row.certain) or math.isnan(row.impossible))
        if not math.isnan(row.birnbaum):
            assert is_near(row.certain, ends[0])
            assert math.isclose(row.birnbaum, float(ends[0] - ends[1]), rel_tol=1e-7, abs_tol=1e-12 * float(top))
        if top and ends[1] is not None:
            assert math.isclose(row.criticality, float((top - ends[1]) / top), rel_tol=1e-7, abs_tol=1e-12)


def test_parameters_matter_for_the_frequency() -> None:
    """F = f a b + f / 200 (1 - (1 - p) (1 - a)) with b = 1 - exp(-l T): each derivative by hand."""
    events = PLANT["basic_events"] | {
        "losp": {"frequency": "f"},
        "loca": {"frequency": "f / 200"},
        "dg_a": {"probability": "a"},
        "dg_b": {"rate": "l"},
        "pump": {"probability": 0.01},
    }
    written = {"f": "0.02 /y", "a": 0.05, "l": "1e-3 /h", "unused": 3.0}
    tree = plant(basic_events=events, parameters={name: {"value": value} for name, value in written.items()})
    b, left = -math.expm1(-0.024), math.exp(-0.024)
    cooling = 1 - 0.99 * 0.95
    top = 0.02 * 0.05 * b + 1e-4 * cooling
    assert tree.frequency().value == pytest.approx(top, rel=1e-13)
    found = tree.parameter_importance()
    assert found.of_unit == "/y" and {row.parameter for row in found} == {"f", "a", "l"}
    for name, value, right, unit in (
        ("f", 0.02, 0.05 * b + cooling / 200, "1 /y"),
        ("a", 0.05, 0.02 * b + 1e-4 * 0.99, "1"),
        ("l", 1e-3, 0.02 * 0.05 * 24 * left, "1 /h"),
    ):
        assert found[name].derivative == pytest.approx(right, rel=1e-12)
        assert found[name].elasticity == pytest.approx(value * right / top, rel=1e-12)
        assert found[name].unit == unit
    assert found["f"].events == ("losp", "loca") and found["l"].events == ("dg_b",)
    without = tree.what_if({"losp": False}).parameter_importance()
    assert without["f"].derivative == pytest.approx(cooling / 200, rel=1e-12) and "l" not in {
        r.parameter for r in without
    }


def test_the_command_ranks_gates_and_parameters_for_the_frequency(ask: Any) -> None:
    events = PLANT["basic_events"] | {"dg_b": {"rate": "l"}}
    text = formats.dumps(
        Model.from_data(PLANT | {"basic_events": events, "parameters": {"l": {"value": "1e-3 /h"}}}), "yaml"
    )
    code, out, _ = ask("importance", text, "--kind", "gates")
    assert code == 0 and "gates for the frequency in /y" in out
    code, out, err = ask("importance", text, "--kind", "parameters", "--of", "frequency", "--format", "csv")
    assert code == 0 and out.splitlines()[1].startswith("l,") and "in /y" in err
    code, _, err = ask("importance", text, "--kind", "gates", "--of", "probability")
    assert code == 2 and "leave --of out" in err


@given(trees_with_frequencies(), st.data())
def test_scenarios_have_the_frequencies_of_what_ifs(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    p, held = at_moments(model, tree.top, {})
    if not p or held - {1}:
        return
    names = [*oracles.events_below(model, tree.top), *tree.gates[:-1]]
    states_of = st.booleans() | st.sampled_from([0.0, 0.25, 1.0])
    sets = st.dictionaries(st.sampled_from(names), states_of, min_size=1, max_size=2)
    scenarios = {}
    for number in range(data.draw(st.integers(1, 5))):
        states = data.draw(sets)
        scenarios[f"s{number}"] = {e: s if e not in p else bool(s) for e, s in states.items()}
    table = tree.scenario_table(scenarios)
    assert table.sweep.quantity == "frequency" and table.sweep.unit == tree.frequency().unit
    for row in table.records():
        right = what_if_or_why_not(tree, scenarios[row["scenario"]])
        if isinstance(right, str):
            assert row["frequency"] is None and row["note"] == right
            continue
        if right.quantity == "probability":
            assert row["frequency"] is None and "has a probability" in row["note"]
        else:
            assert is_near(row["frequency"], right.value) and row["unit"] == right.unit
        # And by enumeration, which knows gates and events alike.
        states = {name: state for name, state in scenarios[row["scenario"]].items() if isinstance(state, bool)}
        if len(states) == len(scenarios[row["scenario"]]) and right.quantity == "frequency":
            moments, _ = at_moments(model, tree.top, states)
            exact = sum((per_second(model, event) * each for event, each in moments.items()), start=Fraction(0))
            assert is_near(right.per_second, exact)


def test_tables_of_scenarios_on_the_command_line(ask: Any) -> None:
    sections = {
        "scenarios": {"a": {"set": {"dg_a": True}}, "b": {"set": {"losp": False}}, "c": {"set": {"losp": True}}}
    }
    text = formats.dumps(Model.from_data(PLANT | sections), "yaml")
    code, out, _ = ask("scenarios", text, "--format", "csv")
    assert code == 0
    rows = {row["scenario"]: row for row in csv.DictReader(io.StringIO(out))}
    assert float(rows["a"]["frequency"]) == pytest.approx(0.02 * DG_B + 1e-4, rel=1e-13) and rows["a"]["unit"] == "/y"
    assert float(rows["b"]["frequency"]) == pytest.approx(LEAK, rel=1e-13)
    assert rows["c"]["frequency"] == "" and "has a probability" in rows["c"]["note"]
    assert ask("scenarios", text, "--fail-above", "0.1")[0] == 2
    grid = plant().scenario_table(plant().grid(1, True, candidates=["dg_a", "dg_b", "pump"]))
    assert [row["frequency"] for row in grid.records()] == pytest.approx(
        [0.02 * DG_B + 1e-4, 0.02 * 0.05 + LEAK, BLACKOUT + 1e-4], rel=1e-13
    )
    assert "frequency" in str(grid) and "/y without a scenario" in str(grid)
    swept = plant().sweep({"one": {"pump": False}})
    assert swept.probabilities[0] == pytest.approx(BLACKOUT + 1e-4 * 0.05, rel=1e-13)
    assert swept.records()[0]["unit"] == "/y"
    with pytest.raises(FrequencyError):
        plant().sweep({"one": {"losp": True}})


def test_two_models_are_compared_by_their_frequencies(ask: Any, tmp_path: Path) -> None:
    scenarios = {"scenarios": {"a": {"set": {"dg_a": True}}, "c": {"set": {"losp": True}}}}
    # 1.5 times as often, and in another unit; a sequence more.
    often = {"losp": {"frequency": f"{0.03 / 8760!r} /h"}, "fire": {"frequency": "1e-3 /y"}}
    gates = PLANT["gates"] | {"damage": {"or": ["blackout", "leak", {"and": ["fire", "pump"]}]}}
    before = plant(**scenarios)
    after = plant(basic_events=PLANT["basic_events"] | often, gates=gates, **scenarios)
    (top,) = diff(before, after).results
    new = 1.5 * BLACKOUT + LEAK + 1e-6
    assert (top.quantity, top.unit, top.direction, top.increased) == ("frequency", "/y", "rose", True)
    assert top.top.before == pytest.approx(BLACKOUT + LEAK, rel=1e-13)
    assert top.top.after == pytest.approx(new, rel=1e-13)
    (cut,) = top.cut_sets.best_gained
    assert set(cut.events) == {"fire", "pump"} and cut.probability == pytest.approx(1e-6, rel=1e-13)
    (moved,) = top.scenarios
    assert moved.name == "a" and moved.after == pytest.approx(0.03 * DG_B + 1e-4 + 1e-6, rel=1e-13)
    assert any("under 1 scenario is missing on a side: 'c'" in note for note in top.notes)
    content = top.to_dict()
    assert content["before"]["frequency"]["unit"] == content["after"]["frequency"]["unit"] == "/y"
    whole = diff(before, after)
    assert "frequency in /y" in str(whole) and "The frequency of" in whole.to_markdown()
    (tmp_path / "after.yaml").write_text(formats.dumps(after.model, "yaml"), encoding="utf-8")
    code, _, err = ask("diff", formats.dumps(before.model, "yaml"), tmp_path / "after.yaml", "--fail-on", "increase")
    assert code == 4 and "the frequency of 'damage' rose" in err
    with pytest.raises(FrequencyError, match="a frequency before and 'damage' a probability after"):
        diff(before, after.what_if({"losp": True}))
    assert diff(before, before).results[0].results_differ is False
