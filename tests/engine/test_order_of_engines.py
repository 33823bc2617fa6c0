"""Which engine answers: small diagrams, easy counts, bounds that as good as meet; large diagrams only after these."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from building import build

from faulttree import FaultTree
from faulttree.errors import NodeBudgetExceeded
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.results import bounds_text, is_narrow
from faulttree.structure.pdag import Connective


def plant(negated: float = 0.0) -> FaultTree:
    return FaultTree.of(generate(300, 210, sharing=0.1, negated=negated, seed=3))


@pytest.mark.parametrize("negated", [0.0, 0.05])
def test_bounds_that_as_good_as_meet_answer(negated: float, neither_diagram_nor_count: None) -> None:
    tree = plant(negated)
    found = tree.probability()
    assert found.method == "interval" and not found.is_exact
    assert found.reason == "no exact value was asked for"
    assert 0.0 < found.relative_width < 1e-8
    exact = replace(tree, exact=True, _shared=None).probability()
    assert exact.is_exact
    assert found.lower <= exact.value <= found.upper


def test_importance_comes_from_the_same_two_trees(neither_diagram_nor_count: None) -> None:
    tree = plant()
    found = tree.importance()
    assert tree._engine.compiled.found is None
    assert found.lower is not None and found.upper is not None
    exact = replace(tree, exact=True, _shared=None)
    exact.minimal_cut_sets()  # a diagram comes with them
    leading = exact.importance().ranked("criticality")[:5]
    for row in leading:
        place = [each.event for each in found.lower].index(row.event)
        low, high = found.lower[place].birnbaum, found.upper[place].birnbaum
        assert low <= row.birnbaum * (1 + 1e-11) and row.birnbaum * (1 - 1e-11) <= high
        assert high - low <= 1e-5 * high
    # A diagram that came meanwhile is not thrown away.
    assert tree.minimal_cut_sets().count
    assert tree.importance().method == "exact"


def test_an_exact_answer_is_a_count_before_it_is_a_large_diagram(neither_diagram_nor_count: None) -> None:
    tree = replace(plant(), exact=True)
    assert tree.probability().method == "exact by counting"
    assert tree._engine.compiled.found is None


def test_a_large_diagram_is_looked_for_where_bounds_stay_apart(
    neither_diagram_nor_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faulttree.engine.limits.STEPS_PER_NODE", 0)
    assert plant().probability().method == "exact"
    # And where that does not fit, the bounds that are there are given with the reason.
    small = replace(plant(), node_budget=100, _shared=None).probability()
    assert small.method == "interval" and "node budget" in (small.reason or "")


def test_a_tree_of_a_thousand_gates_against_trials_of_the_gates_as_written() -> None:
    """Plain Monte Carlo on the unsimplified gates, which shares nothing with simplification, bounds and counts."""
    model = generate(1600, 1120, sharing=0.1, seed=2)
    found = FaultTree.of(model).probability()
    assert found.method == "interval" and found.relative_width < 1e-8
    p, trials = by_trials(model, 40_000)
    assert abs(p - found.value) < 5.0 * math.sqrt(p * (1.0 - p) / trials)


def by_trials(model: Model, trials: int) -> tuple[float, int]:
    pdag, rng = build(model, model.top[0]), np.random.default_rng(7)
    values = [np.zeros(trials, bool)]
    for name in pdag.variables:
        q = model.basic_events[name].probability
        assert isinstance(q, float)
        values.append(rng.random(trials) < q)
    for node, kind in enumerate(pdag.kinds()[pdag.first_gate :], pdag.first_gate):
        below = [values[edge >> 1] ^ bool(edge & 1) for edge in pdag.inputs()[node]]
        assert kind in (Connective.AND, Connective.OR)
        values.append(np.logical_and.reduce(below) if kind is Connective.AND else np.logical_or.reduce(below))
    top = values[pdag.root >> 1] ^ bool(pdag.root & 1)
    return float(top.mean()), trials


def test_bounds_that_as_good_as_meet_are_one_number_with_the_digits_that_are_certain() -> None:
    assert bounds_text(0.25, 0.25) == "0.25"
    assert bounds_text(0.01234567888, 0.0123456789) == "0.0123456789"
    assert bounds_text(0.2, 0.25) == "0.2 to 0.25"
    assert not is_narrow(0.0, 0.0) and not is_narrow(1.0, 1.0) and not is_narrow(0.0, 1e-300)
    told = str(Probability.bounded(0.01234567888, 0.0123456789, "no exact value was asked for"))
    assert told == "0.0123456789 (certain to 2e-09 of it; no exact value was asked for)"
    often = Frequency.of(Probability.bounded(0.01234567888, 0.0123456789), 2.0, "/y", 1.0)
    assert str(often) == "0.0246913578 /y (certain to 2e-09 of it)"
    # The digits shown are never further from either bound than is said.
    rng = np.random.default_rng(1)
    for lower, width in zip(10.0 ** rng.uniform(-30, 0, 300), 10.0 ** rng.uniform(-14, -6.01, 300), strict=True):
        upper = lower * (1.0 + width)
        shown = float(bounds_text(lower, upper))
        assert max(abs(shown - lower), abs(shown - upper)) <= upper - lower + 1e-15 * upper


def test_a_gate_whose_diagram_is_too_large_is_named(neither_diagram_nor_count: None) -> None:
    with pytest.raises(NodeBudgetExceeded):
        replace(plant(), node_budget=50, _shared=None).gate_probabilities()
