"""Limits so tight that the work ends anywhere: whatever is then said is true.

The clock ticks once each time it is asked, so a limit of n seconds ends the work at the n-th question, wherever that
is asked. The truth comes from enumeration in fractions.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import oracles
import pytest
from strategies import random_model

from faulttree import FaultTree, deadline
from faulttree.cut_sets.partial import PartialCutSets
from faulttree.engine.solver import why_not
from faulttree.errors import LimitExceeded, NodeBudgetExceeded, TimeLimitExceeded
from faulttree.importance.table import MEASURE, MEASURES
from faulttree.model import Model

SMALLEST = Fraction(1, 10**300)
ROUNDING = Fraction(1, 10**11)


class Ticking:
    """A clock that moves on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.times = itertools.count()

    def __call__(self) -> float:
        return float(next(self.times))


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    clock = Ticking()
    monkeypatch.setattr(deadline, "clock", clock)
    return clock


def starved(trees: int, seed: int, largest: int = 7) -> Iterator[tuple[Model, FaultTree]]:
    """Random small trees, a third of them with negations, each with a limit of time or of nodes, or both, or memory."""
    choose = random.Random(seed)
    for number in range(trees):
        model = random_model(
            choose.randrange(2, largest + 1), choose.randrange(2, 9), 0.8 * choose.random(), number,
            votes=choose.random(), negated=choose.choice([0.0, 0.0, 0.3]),
            probabilities=(choose.choice([1e-9, 1e-2]), choose.choice([0.1, 0.9])),
        )  # fmt: skip
        limits = choose.choice(
            [
                {"time_limit": float(choose.randrange(0, 200))},
                {"node_budget": choose.randrange(2, 30)},
                {"time_limit": float(choose.randrange(0, 4000)), "node_budget": choose.randrange(2, 30)},
                {"time_limit": float(choose.randrange(0, 2000)), "exact": True, "node_budget": 2},
            ]
        )
        yield model, replace(FaultTree.of(model), **limits)


def truth(model: Model) -> tuple[oracles.Function, dict[str, Fraction], Fraction]:
    f = oracles.function(model, model.top[0])
    q = {name: Fraction(float(oracles.event_probability(model, name))) for name in f.events}
    return f, q, oracles.probability(f, q)


@pytest.mark.usefixtures("ticking")
def test_probabilities_lie_where_they_are_said_to() -> None:
    kinds = {"exact": 0, "interval": 0}
    for model, tree in starved(500, seed=1):
        _, _, p = truth(model)
        found = tree.probability()
        kinds["exact" if found.is_exact else "interval"] += 1
        slack = ROUNDING * p + SMALLEST
        assert Fraction(found.lower) - slack <= p <= Fraction(found.upper) + slack, model
    assert min(kinds.values()) > 50, "the limits end the work here and there"


@pytest.mark.usefixtures("ticking")
def test_every_gate_lies_where_it_is_said_to_and_the_easy_ones_are_exact() -> None:
    kinds = {"exact": 0, "interval": 0}
    beside = 0
    for model, tree in starved(150, seed=5):
        _, q, _ = truth(model)
        try:
            found = tree.bounded_gate_probabilities()
        except LimitExceeded:  # before the gates were known
            continue
        assert [*found] == [*tree.gates]
        for gate, p in found.items():
            kinds["exact" if p.is_exact else "interval"] += 1
            right = oracles.probability(oracles.function(model, gate), q)
            slack = ROUNDING * right + SMALLEST
            assert Fraction(p.lower) - slack <= right <= Fraction(p.upper) + slack, (model, gate)
            assert (p.reason is None) == p.is_exact
        beside += len({p.is_exact for p in found.values()}) == 2
    assert min(kinds.values()) > 50 and beside > 5


REASONS = [
    ({"node_budget": 2}, "no exact value fits the node budget of 2"),
    ({"time_limit": 0.0}, "no exact value fits the time limit of 0 s"),
    ({"node_budget": 2, "time_limit": 3000.0}, "no exact value fits the time limit of 3000 s"),
    ({"memory": 200}, "no exact value fits the memory of 0 MB"),
]


def test_several_limits_are_all_named() -> None:
    said = why_not(NodeBudgetExceeded(2, 2), None, TimeLimitExceeded(3000.0), TimeLimitExceeded(3000.0))
    assert said == "no exact value fits the node budget of 2 and the time limit of 3000 s"


@pytest.mark.parametrize(("limits", "reason"), REASONS)
@pytest.mark.usefixtures("ticking")
def test_an_interval_says_why_it_is_no_exact_value(limits: dict[str, float], reason: str) -> None:
    found = replace(FaultTree.of(random_model(60, 50, 0.5, seed=1, negated=0.1)), **limits).probability()
    if "memory" in limits and found.is_exact:  # what it took was there already
        assert found.reason is None
        return
    assert found.method == "interval" and found.reason == reason
    assert reason in str(found) and found.to_dict()["reason"] == reason
    narrower = found.within(type(found).bounded(0.0, found.upper))
    assert narrower.reason == reason


@pytest.mark.usefixtures("ticking")
def test_importances_lie_where_they_are_said_to() -> None:
    bounded = 0
    for model, tree in starved(100, seed=2, largest=5):
        f, q, _ = truth(model)
        try:
            found = tree.importance()
        except LimitExceeded:
            continue
        if found.lower is None or found.upper is None:
            continue
        bounded += 1
        for low, high in zip(found.lower, found.upper, strict=True):
            if low.event not in f.events:
                continue
            exact = oracles.importance(f, q, low.event)
            for measure in (key for key in MEASURES if MEASURE[key].basis == "probabilities"):
                value = getattr(exact, measure, None)
                least, most = getattr(low, measure), getattr(high, measure)
                if value is None or value != value or least is None or most is None or least != least or most != most:
                    continue
                slack = 1e-9 * abs(float(value)) + 1e-300
                assert least - slack <= float(value) <= most + slack, (model, low.event, measure)
    assert bounded > 12


@pytest.mark.usefixtures("ticking")
def test_cut_sets_are_some_and_all_within_their_limits() -> None:
    partial = 0
    for model, tree in starved(250, seed=3, largest=6):
        f, q, _ = truth(model)
        if not oracles.is_coherent(f):
            continue
        every = oracles.minimal_cut_sets(f)
        try:
            found = tree.minimal_cut_sets()
        except LimitExceeded:
            continue
        if not isinstance(found, PartialCutSets):
            assert set(found.family) == set(every)
            continue
        partial += 1
        listed = {frozenset(cut.events) for cut in found.ranked()}
        assert listed <= set(every)
        for cut in every - listed:
            assert found.complete_to_order is None or len(cut) > found.complete_to_order
            least = found.complete_above
            assert least is None or oracles.set_probability(cut, q) < least
    assert partial > 12
