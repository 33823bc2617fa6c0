"""Bounds under every limit, on random trees whose truth tables give the probability: they hold it, and never widen."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from building import build
from strategies import random_model

from faulttree.structure.pdag import Connective, Pdag
from faulttree.structure.simplify import simplify
from faulttree.weighted_counting import bounds

ROUNDING = 1e-13


def by_truth_table(pdag: Pdag, q: np.ndarray) -> float:
    """The probability of the root: the sum over all states of the events in which it is true."""
    n = len(pdag.variables)
    states = (np.arange(2**n) >> np.arange(n)[:, None] & 1).astype(bool)
    weights = np.prod(np.where(states, q[:, None], 1.0 - q[:, None]), axis=0)
    values = [np.zeros(2**n, bool), *states]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k
    for gate in range(pdag.first_gate, pdag.size):
        below = np.array([values[edge >> 1] ^ bool(edge & 1) for edge in inputs[gate]])
        match kinds[gate]:
            case Connective.AND:
                values.append(below.all(axis=0))
            case Connective.OR:
                values.append(below.any(axis=0))
            case Connective.XOR:
                values.append(below.sum(axis=0) % 2 == 1)
            case _:
                values.append(below.sum(axis=0) >= k[gate])
    return math.fsum(weights[values[pdag.root >> 1] ^ bool(pdag.root & 1)].tolist())


def check(trees: int, seed: int) -> tuple[int, int]:
    """How many trees had an interval that stayed open, and how many an exact answer."""
    choose = random.Random(seed)
    still_open = exact = 0
    for number in range(trees):
        model = random_model(
            choose.randrange(2, 10), choose.randrange(2, 14), 0.9 * choose.random(), choose.randrange(10**9),
            votes=choose.choice([0.0, 0.4]), negated=choose.choice([0.0, 0.0, 0.3]),
            probabilities=(choose.choice([1e-9, 1e-2]), choose.choice([0.1, 0.9])),
        )  # fmt: skip
        written = build(model, model.top[0])
        pdag = simplify(written)
        known = {name: float(model.basic_events[name].probability) for name in model.basic_events}  # type: ignore[arg-type]
        p = by_truth_table(written, np.array([known[name] for name in written.variables]))
        steps = choose.choice([0, 1, 10, 100, 1_000, 10_000, None])
        found = list(bounds(pdag, np.array([known[name] for name in pdag.variables]), most_steps=steps, seed=number))
        for interval in found:
            assert interval.lower <= p * (1 + ROUNDING) and p * (1 - ROUNDING) <= interval.upper, (model, steps)
        for before, after in itertools.pairwise(found):
            assert before.lower <= after.lower and after.upper <= before.upper
        still_open += found[-1].relative_width > 1e-9
        exact += found[-1].is_exact
    return still_open, exact


def test_bounds_under_every_limit_hold_what_the_truth_table_says() -> None:
    still_open, exact = check(200, 1)
    assert still_open > 20 and exact > 20


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_bounds_under_every_limit_hold_what_ten_thousand_truth_tables_say(seed: int) -> None:
    still_open, exact = check(10_000, seed)
    assert still_open > 1_000 and exact > 1_000
