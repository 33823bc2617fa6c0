"""Traces: one sweep for any probabilities, two for every derivative, against enumeration."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given, settings
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.errors import NodeBudgetExceeded
from faulttree.model import Model
from faulttree.structure.pdag import Pdag, PdagBuilder
from faulttree.structure.simplify import propagate, simplify
from faulttree.weighted_counting import count, search, trace


def probabilities(pdag: Pdag, model: Model) -> np.ndarray:
    return np.array([float(oracles.event_probability(model, name)) for name in pdag.variables])


def check(model: Model, top: str, pdag: Pdag, memory: int = 10_000) -> None:
    """The probability, both ways, and every derivative."""
    traced = trace(pdag, memory=memory)
    assert traced is not None
    f, q = oracles.function(model, top), probabilities(pdag, model)
    exact = oracles.event_probabilities(model, {*f.events, *pdag.variables})
    p, not_p = traced.probability(q)
    assert p == pytest.approx(float(oracles.probability(f, exact)), rel=1e-12, abs=1e-300)
    assert not_p == pytest.approx(float(1 - oracles.probability(f, exact)), rel=1e-12, abs=1e-300)
    slopes, errors = traced.derivatives(q)
    assert slopes.shape == errors.shape == (len(pdag.variables),)
    for event, slope, error in zip(pdag.variables, slopes.tolist(), errors.tolist(), strict=True):
        given_event, without = (oracles.probability(f, {**exact, event: Fraction(value)}) for value in (1, 0))
        # Terms of either sign, each below 1: what is left of them carries their rounding.
        assert slope == pytest.approx(float(given_event - without), rel=1e-9, abs=1e-13)
        assert abs(Fraction(slope) - (given_event - without)) <= Fraction(error) <= Fraction(1e-13)
        for value, conditional in ((1.0, given_event), (0.0, without)):
            changed = np.where(np.array(pdag.variables) == event, value, q)
            assert traced.probability(changed)[0] == pytest.approx(float(conditional), rel=1e-12, abs=1e-300)


@settings(max_examples=25)
@given(trees(max_events=6))
def test_sweeps_are_the_truth_tables_probabilities_and_differences(kernel_mode: str, model: Model) -> None:
    for step in (simplify, propagate):
        check(model, model.top[0], step(build(model, model.top[0])))


@pytest.mark.parametrize("seed", range(8))
def test_traces_that_grow_at_every_step(kernel_mode: str, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(search, "BREATH", {False: 1, True: 1})
    monkeypatch.setattr(search, "FIRST_ROWS", 1)
    model = random_model(9, 9, 0.6, seed, votes=0.4, negated=0.3 * (seed % 2), probabilities=(1e-3, 0.9))
    check(model, "g0", propagate(build(model, "g0")), memory=1)


def test_events_that_matter_in_one_case_only_have_their_importance() -> None:
    """The event x decides whether a or b matters; c never does."""
    model = model_of(
        {"or": [{"and": ["x", "a"]}, {"and": [{"not": "x"}, "b"]}, {"and": ["a", "b", "c"]}]},
        {"x": 0.3, "a": 0.2, "b": 0.6, "c": 0.5},
    )
    pdag = propagate(build(model, "top"))
    traced = trace(pdag)
    assert traced is not None
    slopes = dict(zip(pdag.variables, traced.derivatives(probabilities(pdag, model))[0].tolist(), strict=True))
    assert slopes == pytest.approx({"x": 0.2 - 0.6, "a": 0.3, "b": 0.7, "c": 0.0}, abs=1e-15)


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_large_traces_agree_with_counts_and_diagrams(seed: int) -> None:
    model = random_model(60, 50, 0.4, seed, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    traced = trace(pdag, seed=seed)
    assert traced is not None and traced.size > 100
    counted = count(pdag, q)
    assert traced.probability(q) == pytest.approx((counted.probability, counted.not_probability), rel=1e-13, abs=0)
    birnbaum = {row["event"]: row["birnbaum"] for row in FaultTree.of(model).importance().records()}
    expected = [birnbaum[name] for name in pdag.variables]
    assert traced.derivatives(q)[0].tolist() == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_a_budget_a_deadline_and_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BREATH", {False: 50, True: 50})
    monkeypatch.setattr(search, "FIRST_ROWS", 8)
    pdag = simplify(build(random_model(60, 50, 0.4, 3, probabilities=(0.05, 0.6)), "g0"))
    for budget in (1, 10):
        with pytest.raises(NodeBudgetExceeded, match=f"budget of {budget} nodes"):
            trace(pdag, node_budget=budget)
    needed = next(budget for budget in range(64, 10_000, 64) if _fits(pdag, budget))
    whole = trace(pdag)
    assert whole is not None and needed - 64 <= whole.size <= needed
    assert trace(pdag, time_limit=0.0) is None
    told: list[tuple[float, float, float]] = []
    assert trace(pdag, progress=lambda *state: told.append(state)) is not None
    assert told and {state[1:] for state in told} == {(0.0, 1.0)}


def _fits(pdag: Pdag, budget: int) -> bool:
    try:
        return trace(pdag, node_budget=budget) is not None
    except NodeBudgetExceeded:
        return False


@pytest.mark.parametrize(("root", "p", "slope"), [(0, 0.0, 0.0), (1, 1.0, 0.0), (2, 0.25, 1.0), (3, 0.75, -1.0)])
def test_constants_and_lone_events(root: int, p: float, slope: float) -> None:
    traced = trace(PdagBuilder(("a",)).freeze({"top": root}))
    assert traced is not None
    assert traced.probability(np.array([0.25])) == (p, 1.0 - p)
    assert traced.derivatives(np.array([0.25]))[0].tolist() == [slope]
