"""Bounds in one sweep: they hold the enumerated probability, and a coherent tree's lower one is above zero."""

from __future__ import annotations

import random
from fractions import Fraction

import numpy as np
import oracles
import pytest
from building import build
from strategies import random_model

from faulttree.model import Model
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder
from faulttree.weighted_counting.relaxing.association import bounds_at_once
from faulttree.weighted_counting.relaxing.replacing import monotone


def bounds_and_truth(model: Model) -> tuple[float, float, Fraction]:
    top = model.top[0]
    pdag = monotone(build(model, top))
    q = np.array([float(oracles.event_probability(model, name)) for name in pdag.variables])
    f = oracles.function(model, top)
    exact = {name: Fraction(float(oracles.event_probability(model, name))) for name in f.events}
    return *bounds_at_once(pdag, q), oracles.probability(f, exact)


@pytest.mark.parametrize("negated", [0.0, 0.2, 0.5])
def test_the_truth_lies_between_to_the_last_digit(negated: float) -> None:
    """600 random trees; the truth is a fraction of the very floats that the sweep is given."""
    choose = random.Random(7)
    for seed in range(200):
        low = choose.choice([1e-12, 1e-3, 0.1])
        model = random_model(
            choose.randrange(2, 8), choose.randrange(2, 9), 0.7 * choose.random(), seed, negated=negated,
            votes=choose.random(), probabilities=(low, choose.choice([low * 2, 0.5, 0.999])),
        )  # fmt: skip
        lower, upper, truth = bounds_and_truth(model)
        assert lower <= truth <= upper, seed
        if not negated:
            # Products too small for a float are rounded down to 0.
            assert lower > 0.0 or truth < 1e-200, seed


def chain(kind: Connective, n: int) -> Pdag:
    builder = PdagBuilder(tuple(f"e{i}" for i in range(n)))
    return builder.freeze({"top": builder.gate(kind, [(i + 1) << 1 for i in range(n)])})


def test_independent_inputs_lose_nothing() -> None:
    """Products and co-products of independent events are what the sweep gives, to some last digits."""
    q = np.array([0.3, 1e-9, 0.25, 0.999999])
    both = bounds_at_once(chain(Connective.AND, 4), q)
    either = bounds_at_once(chain(Connective.OR, 4), q)
    assert both[0] == pytest.approx(0.3 * 1e-9 * 0.25 * 0.999999, rel=1e-14)
    assert either[1] == pytest.approx(1 - 0.7 * (1 - 1e-9) * 0.75 * 1e-6, rel=1e-14)
    # Fréchet's bounds would be 0 and 1.
    assert 1 - sum(1 - q) < 0 and sum(q) > 1


def test_an_event_that_stands_plain_and_negated_is_not_taken_for_associated() -> None:
    """A AND NOT A is impossible, though each is likely; A OR NOT A is certain."""
    builder = PdagBuilder(("a", "b"))
    never = builder.gate(Connective.AND, [2, builder.gate(Connective.AND, [3, 4])])
    always = builder.gate(Connective.OR, [2, builder.gate(Connective.OR, [3, 4])])
    q = np.array([0.5, 0.9])
    assert bounds_at_once(builder.freeze({"top": never}), q)[0] == 0.0
    assert bounds_at_once(builder.freeze({"top": always}), q)[1] == 1.0
