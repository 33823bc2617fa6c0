"""Before and after, against set differences and ranks by enumeration."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree, compare
from faulttree.errors import UnknownNameError
from faulttree.importance.table import MEASURES


@given(st.data())
def test_gained_and_lost_are_the_set_differences_of_enumeration(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5))
    tree = FaultTree.of(model)
    before, after = (tree.what_if(data.draw(settings_of(model))) for _ in range(2))
    found = compare(before, after)
    sets_before, sets_after = (
        oracles.minimal_cut_sets(oracles.function(model, t.top, t.states)) for t in (before, after)
    )
    assert {frozenset(cut) for cut in found.gained} == sets_after - sets_before
    assert {frozenset(cut) for cut in found.lost} == sets_before - sets_after
    assert (found.cut_sets_before, found.cut_sets_after) == (len(sets_before), len(sets_after))
    # Diagrams of the two stand under one order, which may not be that of the tree by itself.
    assert found.before.value == pytest.approx(before.probability().value, rel=1e-14, abs=0)
    assert found.after.value == pytest.approx(after.probability().value, rel=1e-14, abs=0)


@given(st.data())
def test_the_importances_compared_are_those_of_the_two_trees(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5))
    before = FaultTree.of(model)
    after = before.what_if(data.draw(settings_of(model)))
    measure = data.draw(st.sampled_from(MEASURES))
    for tree, value_of, rank_of in (
        (before, lambda move: move.value_before, lambda move: move.before),
        (after, lambda move: move.value_after, lambda move: move.after),
    ):
        moves = {move.event: move for move in compare(before, after, measure=measure).ranks}
        values = {row.event: getattr(row, measure) for row in tree.importance()}
        for event, value in values.items():
            move = moves[event]
            assert value_of(move) == pytest.approx(value, rel=1e-12, abs=1e-13, nan_ok=True)
        listed = {event: value_of(move) for event, move in moves.items() if rank_of(move) is not None}
        assert listed.keys() == values.keys()
        for event, value in listed.items():
            ahead = sum((math.isnan(value) and not math.isnan(other)) or other > value for other in listed.values())
            assert rank_of(moves[event]) == ahead + 1


PUMPS = {"or": ["power", {"and": ["pump a", "pump b"]}]}
CHANCES = {"power": 0.01, "pump a": 0.1, "pump b": 0.2}


def test_a_comparison_says_what_changed() -> None:
    before = FaultTree.of(model_of(PUMPS, CHANCES))
    found = compare(before, before.what_if({"pump a": True}))
    assert (found.before_name, found.after_name) == ("as modelled", "pump a=true")
    assert found.before.value == pytest.approx(1 - 0.99 * 0.98, rel=1e-14)
    assert found.after.value == pytest.approx(1 - 0.99 * 0.8, rel=1e-14)
    assert found.ratio == found.after.value / found.before.value
    assert [cut.events for cut in found.gained] == [("pump b",)]
    assert [set(cut) for cut in found.lost] == [{"pump a", "pump b"}]
    assert next(iter(found.gained)).probability == 0.2
    moved = {move.event: (move.before, move.after) for move in found.moved}
    # Before, the two pumps share a rank; afterwards one of them is no event any more.
    assert moved == {"power": (3, 2), "pump a": (1, None)}
    assert {move.event: (move.before, move.after) for move in found.ranks}["pump b"] == (1, 1)
    text = str(found)
    for part in ("as modelled  ->  pump a=true", "ratio", "gained", "pump b", "ranks moved"):
        assert part in text


def test_a_comparison_with_itself_finds_nothing() -> None:
    tree = FaultTree.of(model_of(PUMPS, CHANCES))
    found = compare(tree, tree)
    assert (found.ratio, found.gained.count, found.lost.count, found.moved) == (1.0, 0, 0, ())
    assert "ranks moved" not in str(found)


@pytest.mark.parametrize(
    ("before", "after", "ratio"), [(False, 0.5, math.inf), (0.5, False, 0.0), (0.25, 0.5, 2.0), (0.5, True, 2.0)]
)
def test_ratios(before, after, ratio: float) -> None:
    tree = FaultTree.of(model_of({"or": ["a"]}))
    assert compare(tree.what_if({"a": before}), tree.what_if({"a": after})).ratio == ratio


def test_the_ratio_of_nothing_to_nothing_is_undefined() -> None:
    tree = FaultTree.of(model_of({"or": ["a"]})).what_if({"a": 0.0})
    assert math.isnan(compare(tree, tree).ratio)


def test_undefined_measures_share_a_rank_and_do_not_move() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b", "never"]}, {"never": 0.0}))
    found = compare(tree, tree.what_if({"a": 0.3}))
    assert {move.before for move in found.ranks} == {move.after for move in found.ranks} == {1}
    assert found.moved == ()


def test_without_probabilities_the_cut_sets_are_compared() -> None:
    tree = FaultTree.of(model_of(PUMPS, {**CHANCES, "pump b": None}))
    found = compare(tree, tree.what_if({"power": False}))
    assert (found.before, found.after, found.ratio, found.ranks) == (None, None, None, ())
    assert [cut.events for cut in found.lost] == [("power",)]
    assert json.loads(found.to_json())["before"] == {
        "name": "as modelled", "probability": None, "minimal_cut_sets": 2
    }  # fmt: skip
    assert "probability" not in str(found)


def test_a_change_that_makes_the_top_certain() -> None:
    tree = FaultTree.of(model_of(PUMPS, CHANCES))
    found = compare(tree, tree.what_if({"power": True}))
    assert [cut.events for cut in found.gained] == [()]
    assert found.lost.count == 2
    assert "(nothing needs to happen)" in str(found)


def test_models_of_different_events_can_be_compared() -> None:
    before = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}]}))
    after = FaultTree.of(model_of({"or": [{"and": ["c", "b"]}, {"and": ["a", "spare"]}]}))
    found = compare(before, after)
    assert {frozenset(cut) for cut in found.gained} == {frozenset({"a", "spare"})}
    assert {frozenset(cut) for cut in found.lost} == {frozenset({"a"})}
    ranks = {move.event: (move.before, move.after) for move in found.ranks}
    assert ranks["spare"][0] is None


def test_more_than_ten_cut_sets_are_summed_up() -> None:
    tree = FaultTree.of(model_of({"or": [f"e{i:02}" for i in range(30)]}))
    found = compare(tree, tree.what_if({f"e{i:02}": False for i in range(25)}))
    assert "... and 15 more" in str(found)
    assert found.to_dict()["lost"]["count"] == 25
    assert len(found.to_dict()["lost"]["best"]) == 10


def test_an_unknown_measure_is_named_with_the_closest_known() -> None:
    tree = FaultTree.of(model_of(PUMPS, CHANCES))
    with pytest.raises(UnknownNameError, match="did you mean 'diagnostic'"):
        compare(tree, tree, measure="diagnosis")


def test_a_comparison_as_records() -> None:
    tree = FaultTree.of(model_of(PUMPS, CHANCES))
    found = compare(tree, tree.what_if({"pump a": True}))
    assert set(found.columns()) == {"event", "before", "after", "value_before", "value_after"}
    data = found.to_dict()
    assert data["ratio"] == found.ratio
    assert data["gained"] == {"count": 1, "best": [["pump b"]]}
    assert data["ranks"] == {"measure": "fussell_vesely", "events": found.records()}


def test_a_change_that_needs_another_order_of_events_is_compared_too() -> None:
    """Once this ended in an error of the orders: not every event of the cut sets was in the diagram's own order."""
    from faulttree import FaultTree, compare

    of = [{"cardinality": {"min": 1, "max": 2, "of": ["e0", "e1", "e2", "e5", "g0"]}}, "e0", "e2"]
    tree = FaultTree.from_data(
        {
            "name": "orders",
            "top": "T",
            "gates": {
                "g0": {"atleast": {"k": 1, "of": ["e1"]}},
                "g1": {"nor": of},
                "g2": {"and": ["e3", "e4", "e2"]},
                "g3": {"or": ["e5", "g0", "e2"]},
                "g4": {"and": ["e0", "g2", {"and": ["e1", "e3"]}]},
                "g5": {"nand": ["g1", "e1", "e5", "e4", "e0"]},
                "g6": {"not": "g4"},
                "g7": {"or": ["e4", {"cardinality": {"min": 2, "max": 3, "of": ["g5", "g3", "e5", "e4", "g1"]}}]},
                "T": {"or": ["g6", "g7"]},
            },
            "basic_events": {f"e{i}": {"probability": 0.1} for i in range(6)},
        }
    )
    for name in (*tree.gates, *tree.events):
        for state in (True, False, 0.25):
            comparison = compare(tree, tree.what_if({name: state}))
            after = {frozenset(cut) for cut in tree.what_if({name: state}).minimal_cut_sets()}
            before = {frozenset(cut) for cut in tree.minimal_cut_sets()}
            assert {frozenset(cut) for cut in comparison.gained} == after - before
            assert {frozenset(cut) for cut in comparison.lost} == before - after


@pytest.mark.parametrize("limits", [{"node_budget": 2}, {"time_limit": 0.0}])
def test_what_the_limits_end_is_not_known_and_named(limits):
    """Bounds hold the exact probabilities; no number stands for what was not found."""
    whole = FaultTree.of(random_model(40, 30, 0.5, seed=1, negated=0.1))
    states = {"e3": True}
    right = whole.probability().value, whole.what_if(states).probability().value
    tree = replace(FaultTree.of(whole.model), **limits)
    found = compare(tree, tree.what_if(states))
    for p, value in zip((found.before, found.after), right, strict=True):
        assert p is not None and p.lower * (1 - 1e-12) <= value <= p.upper * (1 + 1e-12)
    both_exact = all(p.is_exact for p in (found.before, found.after) if p is not None)
    assert found.ratio == (pytest.approx(right[1] / right[0], rel=1e-12) if both_exact else None)
    assert found.partial and not found.ranks
    assert [found.cut_sets_before, found.cut_sets_after, found.gained, found.lost] == [None] * 4
    assert sum("minimal cut sets" in sentence for sentence in found.left_out) == 3
    assert not compare(whole, whole.what_if(states)).partial


def test_an_unknown_measure_is_refused_within_any_limits():
    tree = replace(FaultTree.of(random_model(40, 30, 0.5, seed=1, negated=0.1)), node_budget=2)
    with pytest.raises(UnknownNameError):
        compare(tree, tree, measure="diagnosis")
