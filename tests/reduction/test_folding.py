"""Cut sets by components: joint probabilities and ranked sets against enumeration."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reduction.groups import failed_together, orders, states, with_groups, written
from strategies import trees

from faulttree.errors import MissingProbabilityError
from faulttree.laws import Alike, alike
from faulttree.model import Model
from faulttree.reduction import expanded, folded, joint_probability

# Sums of positive terms, at most 255 events of two roundings each.
DIGITS = 1e-13


@settings(max_examples=60)
@given(st.lists(st.sampled_from([0.0, 1e-15, 1e-12, 1e-3, 0.2, 0.9, 1 - 1e-12, 1.0]), min_size=1, max_size=3))
def test_joint_probability_matches_enumeration(q: list[float]) -> None:
    n = len(q)
    exact = failed_together(list(map(Fraction, q)))
    for m in range(n + 1):
        wanted = sum((p for failed, p in exact.items() if failed >= set(range(m))), start=Fraction(0))
        assert joint_probability(q, n, m) == pytest.approx(float(wanted), rel=DIGITS, abs=0)


def test_joint_probability_of_four_of_four() -> None:
    q = [1e-3, 1e-4, 1e-5, 1e-6]
    exact = failed_together(list(map(Fraction, q)))
    for m in range(5):
        wanted = sum((p for failed, p in exact.items() if failed >= set(range(m))), start=Fraction(0))
        assert joint_probability(q, 4, m) == pytest.approx(float(wanted), rel=DIGITS, abs=0)


@pytest.mark.parametrize("n", range(2, 9))
def test_joint_probability_with_one_cause_for_all(n: int) -> None:
    alone, together = 1e-7, 1e-12
    q = [alone, *[0.0] * (n - 2), together]
    for m in range(1, n + 1):
        wanted = Fraction(together) + (1 - Fraction(together)) * Fraction(alone) ** m
        assert joint_probability(q, n, m) == pytest.approx(float(wanted), rel=DIGITS, abs=0)


@settings(max_examples=40)
@given(st.data())
def test_folded_sets_are_those_of_the_tree_with_the_probability_that_their_components_fail(data: st.DataObject) -> None:
    plain = data.draw(trees(max_events=5, coherent=True, extremes=False))
    model, q = with_groups(plain, data.draw(st.sampled_from([[2], [3], [2, 2], [2, 3]])), data)
    failing = states(model, q)
    cut_sets = [tuple(sorted(s)) for s in oracles.minimal_cut_sets(oracles.function(model, model.top[0]))]
    expansion = expanded(model)
    known = expansion.probabilities() | {
        name: float(oracles.event_probability(model, name))
        for name in model.basic_events
        if name in expansion.model.basic_events
    }
    rows = folded(cut_sets, expansion.groups, expansion.alike, known).records()
    assert sorted(row["components"] for row in rows) == sorted(cut_sets)
    for row in rows:
        exact = sum((p for failed, p in failing.items() if failed >= set(row["components"])), start=Fraction(0))
        assert row["probability"] == pytest.approx(float(exact), rel=DIGITS, abs=1e-300)
        assert row["order"] == len(row["components"])
    ranks = [row["probability"] for row in rows]
    assert ranks == sorted(ranks, reverse=True)


@given(st.data())
def test_a_component_set_fails_whenever_an_expanded_cut_set_does(data: st.DataObject) -> None:
    """Replacing causes by the components they fail turns the expanded minimal cut sets into those by components."""
    plain = data.draw(trees(max_events=4, coherent=True, extremes=False, house_events=False))
    content = plain.to_data()
    members = list(plain.basic_events)[:2]
    if len(members) < 2:
        return
    content["basic_events"] |= {name: {"probability": 0.5} for name in members}
    content["common_cause_groups"] = {"g": {"events": members, **written("beta_factor", [0.5])}}
    model = Model.from_data(content)
    expansion = expanded(model)
    top = model.top[0]
    by_components = oracles.minimal_cut_sets(oracles.function(model, top))
    causes = oracles.minimal_cut_sets(oracles.function(expansion.model, top))
    hit = {frozenset(name for event in s for name in expansion.members.get(event, (event,))) for s in causes}
    # A cause that fails more than is needed gives a set that holds a minimal one.
    assert oracles.minimal(hit | by_components) == by_components
    assert all(any(small <= s for small in by_components) for s in hit)
    assert by_components <= hit | {s for s in by_components if len(s & set(members)) == 1}


def known_of(q: Sequence[float]) -> Callable[[str], Alike]:
    column = np.array(q)[:, None]
    return lambda _: alike(column, 1.0 - column)


def test_what_a_what_if_sets_is_independent_of_the_group() -> None:
    q = list(map(float, orders("beta_factor", [Fraction(1, 10)], 3, Fraction(1, 100))))
    sets, known = [("a", "b"), ("b", "c", "x")], {"x": 0.5, "a": 0.25}
    (first, second) = folded(sets, {"g": ("a", "b", "c")}, known_of(q), known).records()
    b = q[2] + (1 - q[2]) * q[0]
    assert first == {"components": ("a", "b"), "order": 2, "probability": pytest.approx(0.25 * b, rel=DIGITS)}
    pair = q[2] + (1 - q[2]) * q[0] ** 2
    assert second["probability"] == pytest.approx(0.5 * pair, rel=DIGITS)


def test_an_event_without_a_probability_is_named() -> None:
    with pytest.raises(MissingProbabilityError, match="'y'"):
        folded([("y",)], {}, known_of([0.5]), {"x": 0.5})
