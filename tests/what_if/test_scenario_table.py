"""Tables of scenarios, against enumeration of every scenario by itself."""

from __future__ import annotations

import json
import math

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.analysis import side_by_side
from faulttree.errors import InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.what_if.sweep import Columns, sweep


def enumerated(model, top: str, states) -> float:
    f = oracles.function(model, top, states)
    return float(oracles.probability(f, oracles.event_probabilities(model, f.events, states)))


@given(st.data())
def test_every_scenario_is_what_enumeration_gives(data: st.DataObject) -> None:
    """Of any tree, negations too; events, gates and house events set."""
    model = data.draw(trees(max_events=6))
    tree = FaultTree.of(model)
    scenarios = {f"s{i}": data.draw(settings_of(model)) for i in range(data.draw(st.integers(1, 5)))}
    table = tree.scenario_table(scenarios)
    base = enumerated(model, tree.top, {})
    # A probability is a sum of positive products: each step of a few levels costs a rounding, 1e-16.
    assert table.base == pytest.approx(base, rel=1e-13, abs=0)
    exact = {name: enumerated(model, tree.top, states) for name, states in scenarios.items()}
    for record in table.records():
        p = exact[record["scenario"]]
        assert record["probability"] == pytest.approx(p, rel=1e-13, abs=0)
        assert record["difference"] == record["probability"] - table.base
        if table.base > 0.0:
            assert record["ratio"] == pytest.approx(p / base, rel=1e-12, abs=0)
        assert record["rank"] == 1 + sum(other["probability"] > record["probability"] for other in table.records())
    probabilities = [record["probability"] for record in table.ranked().records()]
    assert probabilities == sorted(probabilities, reverse=True)


@given(st.data())
def test_a_grid_holds_every_set_of_candidates_once(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    tree = FaultTree.of(model)
    order, state = data.draw(st.integers(1, 3)), data.draw(st.booleans())
    names = [*tree.events, *tree.gates, *model.house_events]
    candidates = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=min(order, len(names)), max_size=5))
    if len(candidates) < order:
        return
    grid = tree.grid(order, state, candidates=candidates)
    table = tree.scenario_table(grid)
    wanted = [chosen for chosen in oracles.subsets(candidates) if len(chosen) == order]
    assert len(grid) == len(table) == len(wanted)
    assert {frozenset(grid.at(place)) for place in range(len(grid))} == set(wanted)
    for (_, states), p in zip(grid.items(), table.sweep.probabilities, strict=True):
        assert set(states.values()) == {state}
        assert p == pytest.approx(enumerated(model, tree.top, states), rel=1e-13, abs=0)


def test_many_batches_are_each_scenario_by_itself() -> None:
    """More scenarios than go into a batch, of a large tree with negations: the same as analysing each alone."""
    tree = FaultTree.of(random_model(60, 25, 0.1, 3, negated=0.1))
    grid = tree.grid(2, True)
    table = tree.scenario_table(grid)
    assert len(table) == math.comb(len(tree.events), 2)
    states = dict(grid.items())
    for name in list(states)[:: len(states) // 25]:
        alone = tree.what_if(states[name]).probability().value
        place = list(states).index(name)
        assert table.sweep.probabilities[place] == pytest.approx(alone, rel=1e-12, abs=0)
        assert table.sweep.item(place) == (name, states[name])


def test_batches_of_any_width_give_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = FaultTree.of(random_model(30, 12, 0.1, 5))
    whole = tree.scenario_table(tree.grid(2, False)).sweep.probabilities
    monkeypatch.setattr(Columns, "together", 7)
    assert tree.scenario_table(tree.grid(2, False)).sweep.probabilities.tolist() == whole.tolist()


def test_a_certain_top_event_is_certain() -> None:
    tree = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c", {"or": ["d", "e"]}]}]}, {"b": 0.3, "d": 0.7}))
    table = tree.scenario_table(tree.grid(1, True))
    assert table.sweep.probabilities[0] == 1.0
    impossible = tree.scenario_table({"none": {"a": False, "b": False}})
    assert impossible.records()[0]["probability"] == 0.0
    assert impossible.records()[0]["ratio"] == 0.0


def test_near_certainty_keeps_its_digits() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 1 - 1e-12, "b": 0.5}))
    p = tree.scenario_table({"s": {"b": 1 - 1e-3}}).records()[0]["probability"]
    assert 1.0 - p == pytest.approx(1e-15, rel=0.12)  # one unit in the last place of 1 is 1.1e-16


CHANCES = {"a": 0.1, "b": 0.2, "c": 0.3}
TREE = model_of(
    {"or": ["a", {"and": ["b", "c"]}]},
    CHANCES,
    scenarios={
        "fine": {"set": {"a": False}},
        "worse": {"label": "A has failed", "set": {"a": True}},
        "bad": {"set": {"b": True}},
    },
)


def test_the_scenarios_of_the_model_are_the_default() -> None:
    table = FaultTree.of(TREE).scenario_table()
    assert [record["scenario"] for record in table.records()] == ["fine", "worse", "bad"]
    assert [record["rank"] for record in table.records()] == [3, 1, 2]
    assert table.records()[1]["label"] == "A has failed"
    assert [record["scenario"] for record in table.ranked(2).records()] == ["worse", "bad"]
    assert [record["scenario"] for record in table.above(0.3).records()] == ["worse", "bad"]
    assert table.first(1).records() == table.records()[:1]
    data = json.loads(table.to_json())
    assert (data["base"], data["scenarios"], len(data["rows"])) == (table.base, 3, 3)
    assert table.to_csv().splitlines()[0] == "rank,scenario,label,sets,probability,ratio,difference"
    assert "3 scenarios, 1 of them listed" in str(table.ranked(1))


def test_ratios_to_an_impossible_base() -> None:
    tree = FaultTree.of(TREE).what_if({"a": False, "b": False})
    records = tree.scenario_table({"none": {"c": True}, "a": {"a": 0.5}}).records()
    assert math.isnan(records[0]["ratio"])
    assert records[1]["ratio"] == math.inf


def test_what_is_no_table_is_refused() -> None:
    tree = FaultTree.of(TREE)
    with pytest.raises(UnknownNameError, match="did you mean 'a'"):
        tree.scenario_table({"x": {"aa": True}})
    for wrong, why in (({}, "no scenarios"), (["x"], "given by name"), ({"x": True}, "give what it sets")):
        with pytest.raises(InvalidRequestError, match=why):
            tree.scenario_table(wrong)
    with pytest.raises(InvalidRequestError, match="the model has no scenarios"):
        FaultTree.of(model_of({"or": ["a"]})).scenario_table()
    with pytest.raises(MissingProbabilityError):
        FaultTree.of(model_of({"or": ["a"]}, {"a": None})).scenario_table({"x": {"a": True}})


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ({"order": 0}, "at least 1 event"),
        ({"order": 4}, "no set of 4 among 3 candidates"),
        ({"order": 2, "most": 2}, "makes 3 scenarios, and a grid holds 2 at most"),
        ({"candidates": ["a", "a"]}, "named twice"),
        ({"candidates": "a"}, r"give \['a'\]"),
    ],
)
def test_a_grid_that_cannot_be_is_refused(arguments, why: str) -> None:
    with pytest.raises(InvalidRequestError, match=why):
        FaultTree.of(TREE).grid(**arguments)


def test_a_grid_too_large_is_refused_before_any_of_it_is_made() -> None:
    from faulttree.what_if.grid import grid

    with pytest.raises(InvalidRequestError, match="makes 166,167,000 scenarios, and a grid holds 1,000,000 at most"):
        grid([f"e{i}" for i in range(1_000)], 3, True)


def test_a_grid_is_a_mapping_made_lazily() -> None:
    grid = FaultTree.of(TREE).grid(2, False)
    assert list(grid) == ["a=false, b=false", "a=false, c=false", "b=false, c=false"]
    assert grid["a=false, c=false"] == {"a": False, "c": False}
    assert list(grid.block(range(1, 1))) == []
    with pytest.raises(KeyError):
        grid["a=true"]


def test_scenarios_without_a_diagram_are_worked_out_alone() -> None:
    found = sweep(0.5, {"x": {"a": True}, "y": {"b": True}}, None, lambda states: float("a" in states), set)
    assert found.probabilities.tolist() == [1.0, 0.0]


# Side by side


@given(st.data())
def test_side_by_side_is_each_scenario_analysed(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5, extremes=False))
    tree = FaultTree.of(model)
    scenarios = {f"s{i}": data.draw(settings_of(model)) for i in range(2)}
    found = side_by_side(tree, scenarios, measure="birnbaum")
    base_sets = oracles.minimal_cut_sets(oracles.function(model, tree.top))
    for column, states in zip(found.scenarios, scenarios.values(), strict=True):
        sets = oracles.minimal_cut_sets(oracles.function(model, tree.top, states))
        assert (column.cut_sets, column.gained, column.lost) == (
            len(sets),
            len(sets - base_sets),
            len(base_sets - sets),
        )
        assert column.probability.value == pytest.approx(enumerated(model, tree.top, states), rel=1e-13, abs=0)
        for gate, p in column.gates.items():
            assert p == pytest.approx(enumerated(model, gate, states), rel=1e-12, abs=0)
        ranked = tree.what_if(states).importance().ranked("birnbaum")
        assert column.foremost[:1] == tuple(row.event for row in ranked[:1])


def test_side_by_side_as_a_table() -> None:
    found = side_by_side(FaultTree.of(TREE))
    assert found.columns() == ("quantity", "as modelled", "fine", "worse", "bad")
    rows = {record["quantity"]: record for record in found.records()}
    assert rows["probability"]["worse"] == 1.0
    assert rows["minimal cut sets"] == {
        "quantity": "minimal cut sets",
        "as modelled": 2,
        "fine": 1,
        "worse": 1,
        "bad": 2,
    }
    assert rows["gate top"]["fine"] == pytest.approx(0.06, rel=1e-14)
    assert "first by fussell vesely" in str(found)
    assert json.loads(found.to_json())["scenarios"][1]["label"] == "A has failed"


def test_side_by_side_of_what_is_called_like_a_column() -> None:
    found = side_by_side(FaultTree.of(TREE), {"quantity": {"a": True}, "as modelled": {"b": True}})
    assert found.columns() == ("quantity", "as modelled", "quantity (scenario)", "as modelled (scenario)")


def test_side_by_side_without_probabilities_counts_cut_sets() -> None:
    model = model_of({"or": ["a", "b"]}, {"a": None, "b": 0.1}, scenarios={"x": {"set": {"b": True}}})
    found = side_by_side(FaultTree.of(model))
    assert (found.base.probability, found.base.cut_sets, found.scenarios[0].gained) == (None, 2, 1)
    assert "no probability is given for 'a'" in found.base.notes[0]


def test_more_than_twenty_do_not_fit_side_by_side() -> None:
    with pytest.raises(InvalidRequestError, match="21 scenarios do not fit"):
        side_by_side(FaultTree.of(TREE), {str(i): {"a": True} for i in range(21)})
