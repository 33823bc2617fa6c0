"""Every measure of every event against its definition, by conditional probabilities in exact fractions."""

from __future__ import annotations

import math
from dataclasses import fields
from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.errors import MissingProbabilityError, UnknownNameError
from faulttree.importance.table import MEASURES
from faulttree.model import Model

# Conditional probabilities that come from a difference give up three digits at most; the rest is rounding.
DIGITS = 1e-12


def check(tree: FaultTree) -> None:
    model = tree.model
    f = oracles.function(model, tree.top, tree.states)
    q = oracles.event_probabilities(model, f.events, tree.states)
    found = tree.importance()
    assert [row.event for row in found] == list(f.events)
    top = oracles.probability(f, q)
    for row in found:
        exact = oracles.importance(f, q, row.event)
        assert row.probability == pytest.approx(float(q[row.event]), rel=1e-15, abs=0)
        # A slope is a difference of two probabilities: it is as exact as the larger of them.
        larger = float(max(oracles.probability(f, {**q, row.event: state}) for state in (0 * top, 0 * top + 1)))
        noise = 1e-14 * larger
        assert row.birnbaum == pytest.approx(float(exact.birnbaum), rel=DIGITS, abs=noise)
        scaled = noise * float(q[row.event] / top) if top else 0.0
        assert row.criticality == pytest.approx(float(exact.criticality), rel=DIGITS, abs=scaled, nan_ok=True)
        for name in ("fussell_vesely", "diagnostic", "risk_achievement_worth", "risk_reduction_worth"):
            expected = float(getattr(exact, name))
            assert getattr(row, name) == pytest.approx(expected, rel=DIGITS, abs=0, nan_ok=True), name
        # Halves are exact in binary, and so are few sums of them.
        assert row.structural == exact.structural
        assert type(row.occurrences) is int
        assert row.occurrences == exact.occurrences


@given(model=trees(max_events=6))
def test_every_measure_is_its_definition(kernel_mode: str, model: Model) -> None:
    check(FaultTree.of(model))


@given(model=trees(max_events=6, coherent=True))
def test_every_measure_of_a_coherent_tree_is_its_definition(model: Model) -> None:
    tree = FaultTree.of(model)
    check(tree)
    for row in tree.importance():
        assert row.birnbaum >= 0.0
        assert row.structural >= 0.0
        assert not row.fussell_vesely > 1.0


@given(st.data())
def test_every_measure_under_states_is_its_definition(data: st.DataObject) -> None:
    from strategies import settings_of

    model = data.draw(trees(max_events=5))
    check(FaultTree.of(model).what_if(data.draw(settings_of(model))))


@given(trees(max_events=5, extremes=False))
def test_worths_are_what_the_same_what_ifs_give(model: Model) -> None:
    tree = FaultTree.of(model)
    p = tree.probability().value
    for row in tree.importance():
        failed = tree.what_if({row.event: True}).probability().value
        perfect = tree.what_if({row.event: False}).probability().value
        if p > 0:
            assert row.risk_achievement_worth == pytest.approx(failed / p, rel=DIGITS, abs=0)
        if perfect > 0:
            assert row.risk_reduction_worth == pytest.approx(p / perfect, rel=DIGITS, abs=0)
        assert row.birnbaum == pytest.approx(failed - perfect, rel=DIGITS, abs=1e-14)


@pytest.mark.parametrize("seed", range(3))
def test_slopes_of_a_large_tree_are_finite_differences(kernel_mode: str, seed: int) -> None:
    tree = FaultTree.of(random_model(150, 120, 0.05, seed, negated=0.05, probabilities=(0.05, 0.5)))
    rows = tree.importance().ranked("birnbaum")
    assert len(rows) == 150
    for row in (*rows[:5], rows[75], rows[-1]):
        ends = [tree.what_if({row.event: state}).probability().value for state in (1.0, 0.0)]
        # A probability is linear in each q, so that the difference of the ends is the slope.
        assert row.birnbaum == pytest.approx(ends[0] - ends[1], rel=1e-9, abs=1e-13 * max(ends))


# Rules at the edges


def importances(formula: dict, probabilities: dict | None = None, **sections):
    return FaultTree.of(model_of(formula, probabilities, **sections)).importance()


@pytest.mark.parametrize("q", [0.1, 1e-12, 1 - 1e-12, 0.1 + 0.2])
def test_the_worth_of_an_essential_event_is_infinite_never_zero(q: float) -> None:
    found = importances({"and": ["A", {"or": ["B", "C"]}]}, {"A": q, "B": 1 / 3, "C": 0.7})
    assert found["A"].risk_reduction_worth == math.inf
    assert found["A"].fussell_vesely == 1.0
    assert found["A"].criticality == pytest.approx(1.0, rel=1e-15)
    assert 1 < found["B"].risk_reduction_worth < math.inf


def test_measures_of_an_impossible_top_are_undefined_not_zero() -> None:
    row = importances({"and": ["a", "b"]}, {"b": 0.0})["a"]
    assert (row.birnbaum, row.structural) == (0.0, 0.5)
    for name in ("criticality", "fussell_vesely", "diagnostic", "risk_achievement_worth", "risk_reduction_worth"):
        assert math.isnan(getattr(row, name)), name


def test_an_event_that_would_make_the_impossible_possible_is_worth_infinitely_much() -> None:
    row = importances({"and": ["a", "b"]}, {"b": 0.0})["b"]
    assert (row.birnbaum, row.risk_achievement_worth) == (0.1, math.inf)
    assert math.isnan(row.risk_reduction_worth)


@pytest.mark.parametrize("shadow", [1 - 1e-12, 1 - 3e-9, 0.999])
def test_a_slope_in_the_shadow_of_a_likely_event_keeps_its_digits(shadow: float) -> None:
    # Given `a` the top is certain; without it, all but: the slope is what is left to one.
    found = importances({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.3, "b": shadow, "c": shadow})
    assert found["a"].birnbaum == pytest.approx(float(1 - Fraction(shadow) ** 2), rel=1e-14, abs=0)


def test_an_event_that_the_function_does_not_depend_on_has_its_own_probability() -> None:
    # `b` survives simplification here, and the diagram drops it.
    found = importances({"or": ["a", {"and": ["a", "b"]}]}, {"b": 0.25})
    row = found["b"]
    assert (row.probability, row.diagnostic) == (0.25, 0.25)
    assert (row.birnbaum, row.criticality, row.fussell_vesely, row.structural) == (0.0, 0.0, 0.0, 0.0)
    assert (row.risk_achievement_worth, row.risk_reduction_worth) == (1.0, 1.0)


@pytest.mark.parametrize("state", [True, False])
def test_events_beside_a_top_that_is_certain_either_way(state: bool) -> None:
    house = {"switch": {"state": state}}
    found = importances({"or" if state else "and": ["a", "switch"]}, house_events=house)
    row = found["a"]
    assert (row.probability, row.birnbaum, row.structural) == (0.1, 0.0, 0.0)
    if state:
        assert (row.diagnostic, row.risk_achievement_worth, row.risk_reduction_worth) == (0.1, 1.0, 1.0)
    else:
        assert all(math.isnan(v) for v in (row.diagnostic, row.criticality, row.fussell_vesely))


def test_a_tree_without_events_has_no_importances() -> None:
    found = FaultTree.of(model_of({"or": ["a"]})).what_if({"a": True}).importance()
    assert (len(found), list(found), found.records(), found.ranked()) == (0, [], [], [])


def test_a_preventing_event_has_a_negative_slope() -> None:
    row = importances({"and": ["a", {"not": "shield"}]}, {"a": 0.5, "shield": 0.25})["shield"]
    assert (row.birnbaum, row.structural) == (-0.5, -0.5)
    assert row.risk_achievement_worth == 0.0


def test_the_certain_event_that_prevents_the_top_has_a_criticality_of_the_right_sign() -> None:
    # P = 1 - q: q dP/dq / P = -q / (1 - q) falls without limit as q rises to 1.
    row = importances({"not": "a"}, {"a": 1.0})["a"]
    assert (row.birnbaum, row.criticality, row.risk_reduction_worth) == (-1.0, -math.inf, 0.0)


def test_a_missing_probability_is_named() -> None:
    with pytest.raises(MissingProbabilityError, match="'b'"):
        importances({"or": ["a", "b"]}, {"b": None})


def test_numbers_of_cut_sets_may_be_larger_than_any_float() -> None:
    # One of two from each of 1100 pairs, c beside them all, d in none: 2**1100 sets hold c.
    pairs = [{"or": [f"a{i}", f"b{i}"]} for i in range(1100)]
    found = importances({"or": [{"and": ["c", *pairs]}, "e", {"and": ["d", "e"]}]})
    assert found["c"].occurrences == 2**1100
    assert (found["d"].occurrences, found["e"].occurrences) == (0, 1)
    assert found["c"].value("occurrences") == math.inf
    ranked = found.ranked("occurrences")
    assert (ranked[0].event, ranked[-1].event) == ("c", "d")
    assert f",{2**1100}\n" in found.to_csv()


# Ranking and looking up


def test_ranking_falls_and_leaves_the_undefined_for_last() -> None:
    found = importances({"or": [{"and": ["a", "b"]}, "c", {"and": ["a", "d"]}]}, {"c": 0.01, "d": 0.4})
    for measure in MEASURES:
        values = [getattr(row, measure) for row in found.ranked(measure)]
        assert values == sorted(values, reverse=True)
    undefined = importances({"and": ["a", "b"]}, {"b": 0.0}).ranked("risk_achievement_worth")
    assert [row.event for row in undefined] == ["b", "a"]


def test_equals_are_ranked_as_the_tree_mentions_them() -> None:
    found = importances({"or": ["z", "a", "m"]})
    assert [row.event for row in found.ranked("birnbaum")] == ["z", "a", "m"]


def test_measures_are_the_fields_of_a_row() -> None:
    row = importances({"or": ["a"]})["a"]
    assert tuple(field.name for field in fields(row)) == ("event", "probability", *MEASURES)


def test_unknown_measures_and_events_are_named_with_the_closest_known() -> None:
    found = importances({"or": ["pump", "valve"]})
    with pytest.raises(UnknownNameError, match="measure 'birnbaun' is not defined; did you mean 'birnbaum'"):
        found.ranked("birnbaun")
    with pytest.raises(UnknownNameError, match="event 'pumpe' is not defined; did you mean 'pump'"):
        found["pumpe"]
