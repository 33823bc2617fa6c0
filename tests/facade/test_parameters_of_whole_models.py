"""Importance of parameters of whole random models, against differences of the probabilities of changed models.

These are themselves held against all states of the events, in `test_whole_models`.
"""

from __future__ import annotations

import math
from collections import Counter

from whole_models import PARAMETERS, Whole, whole_model

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError
from faulttree.model import Model

MODELS = 60
STEP = 2.0**-9
WEIGHTS = ((1, 3 / 4), (2, -3 / 20), (3, 1 / 60))
"""Weights of central differences with an error of the seventh power of the step (B. Fornberg, Math. Comp. 51, 1988)."""


def changed(whole: Whole, name: str, number: float, unit: str) -> float:
    """P(top) with another value of a parameter."""
    value = f"{number!r} {unit}" if unit else number
    data = whole.data | {"parameters": PARAMETERS | {name: {"value": value}}}
    return FaultTree.of(Model.from_data(data)).probability().value


def test_derivatives_are_those_of_changed_models() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(MODELS):
        whole = whole_model(seed)
        tree = FaultTree.of(Model.from_data(whole.data))
        for row in tree.parameter_importance():
            if math.isnan(row.derivative):
                kinds["bends"] += 1
                continue
            number, _, unit = str(PARAMETERS[row.parameter]["value"]).partition(" ")
            h = STEP * float(number)
            try:
                pairs = [
                    [changed(whole, row.parameter, float(number) + sign * k * h, unit) for sign in (1, -1)]
                    for k, _ in WEIGHTS
                ]
            except InvalidRequestError:  # alternatives whose probabilities sum to more than 1
                continue
            slope = sum(weight * (up - down) for (_, weight), (up, down) in zip(WEIGHTS, pairs, strict=True)) / h
            error = 1e-15 * max(map(max, pairs)) / h + 1e-9 * abs(slope) + row.error
            assert abs(row.derivative - slope) <= error, (seed, row, slope)
            kinds["right"] += 1
            kinds["twelve digits"] += row.error <= 1e-12 * abs(row.derivative)
    assert kinds["right"] > 25 and kinds["twelve digits"] > 0.8 * kinds["right"], kinds
