"""Joint importance against four conditional probabilities in exact fractions."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import measured, measured_large
from modular import modular_trees
from strategies import model_of, random_model, trees

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.conditionals import conditionals
from faulttree.importance.joint import JointImportance, joint_importance
from faulttree.model import Model
from faulttree.quantification.settled.sweeps import SettledSweeps


def joint(model: Model, among=None) -> JointImportance:
    m = measured(model)
    return joint_importance(m.bdd, m.q, m.not_q, m.events, among)


@given(st.one_of(trees(max_events=6), modular_trees(max_events=6)))
def test_it_is_the_mixed_difference_of_conditional_probabilities(kernel_mode: str, model: Model) -> None:
    m = measured(model)
    if len(m.events) < 2:
        return
    found = joint_importance(m.bdd, m.q, m.not_q, m.events)
    assert len(list(found)) == len(found) == len(m.events) * (len(m.events) - 1) // 2
    for i, j in itertools.combinations(m.events, 2):
        exact = sum((-1) ** (a + b) * m.given({i: a, j: b}) for a in (0, 1) for b in (0, 1))
        row = found[i, j]
        # The bound that the row itself states, and it states a narrow one: 30 digits of terms that are at most 1.
        assert abs(Fraction(row.joint) - exact) <= Fraction(row.error)
        assert row.error <= 1e-26 + 2.3e-16 * abs(row.joint)
        assert found[j, i].joint == row.joint


@given(st.one_of(trees(max_events=6), modular_trees(max_events=6)))
def test_slopes_and_ends_are_conditional_probabilities(kernel_mode: str, model: Model) -> None:
    m = measured(model)
    found = conditionals(m.bdd, m.q, m.not_q, m.coherent)
    assert found.top == pytest.approx(float(m.given()), rel=1e-15, abs=0)
    levels = {event: level for level, event in enumerate(m.bdd.variables) if event}
    named = found.of(levels, {e: float(m.exact[e]) for e in m.events})
    for place, event in enumerate(m.events):
        one, none = m.given({event: True}), m.given({event: False})
        assert named.q[place] == float(m.exact[event])
        # 1e-30: a double-double rounds differences of numbers near one there.
        assert named.with_event[place] == pytest.approx(float(one), rel=1e-15, abs=1e-30)
        assert named.without_event[place] == pytest.approx(float(none), rel=1e-15, abs=1e-30)
        assert named.slope[place] == pytest.approx(float(one - none), rel=1e-15, abs=1e-30)
        if none == 0:
            assert named.without_event[place] == 0.0


@pytest.mark.parametrize("q", [1e-12, 1e-6, 0.3, 1 - 1e-12])
def test_small_numbers_keep_their_digits(q: float) -> None:
    # Of two cut sets {a, b} and {c, d}, a and c stand in each other's shadow: joint = -q_b q_d, beside slopes of q_d.
    model = model_of({"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}]}, {"a": 0.5, "b": q, "c": 0.1, "d": q})
    found = joint(model)
    assert found["a", "c"].joint == pytest.approx(-q * q, rel=1e-15, abs=0)
    assert found["a", "b"].joint == pytest.approx(float(1 - Fraction(0.1) * Fraction(q)), rel=1e-15, abs=0)


def test_parallel_is_above_zero_and_series_below() -> None:
    found = joint(model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"c": 0.25}))
    assert found["a", "b"].joint == 0.75
    assert found["a", "c"].joint == -0.1
    assert [(row.first, row.second) for row in found.ranked()] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert [row.joint for row in found.ranked(1)] == [0.75]
    assert found.columns() == tuple(found.records()[0])
    assert [record["joint"] for record in found.records()] == [0.75, -0.1, -0.1]


def test_events_that_the_top_does_not_depend_on_have_none() -> None:
    found = joint(model_of({"or": ["a", {"and": ["a", "b"]}]}))
    assert (found["a", "b"].joint, found["a", "b"].error) == (0.0, 0.0)


def test_some_of_the_pairs() -> None:
    model = random_model(60, 40, 0.05, 1)
    m = measured_large(model)
    whole = joint_importance(m.bdd, m.q, m.not_q, m.events)
    some = joint_importance(m.bdd, m.q, m.not_q, m.events, ["e7", "e3", "e5"])
    assert set(some.events) == {"e3", "e5", "e7"}
    for i, j in itertools.combinations(some.events, 2):
        assert some[i, j] == whole[i, j] or some[i, j].joint == whole[j, i].joint


def test_second_differences_of_a_large_tree(kernel_mode: str) -> None:
    m = measured_large(random_model(60, 40, 0.05, 2, negated=0.05, probabilities=(0.05, 0.5)))
    found = joint_importance(m.bdd, m.q, m.not_q, m.events)
    sweeps = SettledSweeps(m.bdd, m.q, m.not_q)
    for row in (*found.ranked(4), *found.ranked()[100:104]):
        corners = [
            (-1) ** (a + b) * sweeps.probability({row.first: bool(a), row.second: bool(b)}).at(0)
            for a in (0, 1)
            for b in (0, 1)
        ]
        assert row.joint == pytest.approx(sum(corners), rel=1e-12, abs=1e-15)


def test_bad_requests_are_named() -> None:
    model = model_of({"or": ["pump", "valve"]})
    with pytest.raises(UnknownNameError, match="event 'pumpe' is not defined; did you mean 'pump'"):
        joint(model, ["pumpe", "valve"])
    with pytest.raises(InvalidRequestError, match="two events at least"):
        joint(model, ["pump"])
    with pytest.raises(InvalidRequestError, match="'pump' is named twice"):
        joint(model)["pump", "pump"]
    with pytest.raises(UnknownNameError, match="did you mean 'valve'"):
        joint(model)["pump", "valv"]
