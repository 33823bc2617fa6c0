"""Sums over sets in decimal numbers, which no product is too small for: where those in floats have lost digits."""

from __future__ import annotations

import decimal
from decimal import Decimal

from faulttree.cut_sets._kernels import FloatArray
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.wide_floats import exact_decimals, wide_float

__all__ = ["shares", "total"]

DIGITS = 40


def total(family: Zbdd, weights: FloatArray, power: int = 1) -> float:
    """Sum over the sets of the product of their elements' weights, each raised to a power. weights: none is nan."""
    with decimal.localcontext(exact_decimals(DIGITS)):
        return wide_float(_upward(family, [Decimal(weight) ** power for weight in weights.tolist()])[family.root])


def shares(family: Zbdd, weights: FloatArray) -> list[float]:
    """For each element the sum over the sets that hold it, over that of all, in [0, 1]; nan where no sum is above 0."""
    with decimal.localcontext(exact_decimals(DIGITS)):
        own = [Decimal(weight) for weight in weights.tolist()]
        totals, modules = _upward(family, own), family.modules.tolist()
        reach, derivative = [Decimal(0)] * len(totals), [Decimal(0)] * len(own)
        reach[family.root] = Decimal(1)
        nodes = family.nodes.tolist()
        for node in range(family.root, 1, -1):
            level, low, high = nodes[node]
            module, here = modules[level], reach[node]
            if not here:
                continue
            reach[low] += here
            if module:
                reach[module] += here * totals[high]
                reach[high] += here * totals[module]
            else:
                derivative[level] += here * totals[high]
                reach[high] += here * own[level]
        parts = [weight * slope / totals[family.root] for weight, slope in zip(own, derivative, strict=True)]
        return [wide_float(part if part.is_nan() else min(part, Decimal(1))) for part in parts]


def _upward(family: Zbdd, weights: list[Decimal]) -> list[Decimal]:
    modules, totals = family.modules.tolist(), [Decimal(0), Decimal(1)]
    for level, low, high in family.nodes[2:].tolist():
        module = modules[level]
        totals.append(totals[low] + (totals[module] if module else weights[level]) * totals[high])
    return totals
