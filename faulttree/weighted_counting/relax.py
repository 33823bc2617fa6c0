"""Simpler skeletons that are certainly less, or certainly more, probable than the one given.

Written with complements at the events only, every gate grows with each of its inputs; so an input replaced by false
gives a lower bound of the whole, and one replaced by true an upper bound, whatever else is shared. Which inputs to
replace is a guess, made as if all inputs of a gate were independent: the guess decides how narrow the bounds are, never
whether they hold.
Source for the normal form: A. Darwiche, P. Marquis, A knowledge compilation map, JAIR 17, 2002 (NNF).
"""

from __future__ import annotations

import itertools
import math
import operator
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder
from faulttree.weighted_counting._kernels import FloatArray

__all__ = ["frechet", "impacts", "monotone", "relaxed"]

HALF_A_PLACE = 2.0**-53
"""The most that a number near 1 is rounded by."""
DUAL = {Connective.AND: Connective.OR, Connective.OR: Connective.AND}
LARGEST_VOTE = 64
"""Votes of more inputs are not looked into when impacts are guessed."""


def monotone(pdag: Pdag) -> Pdag:
    """The same function of AND, OR and ATLEAST gates, with complements at variables only."""
    inputs, kinds, k = pdag.inputs(), pdag.kinds(), pdag.k.tolist()
    # wanted[node]: the node itself (1), its complement (2), both (3).
    wanted = [0] * pdag.size
    wanted[pdag.root >> 1] = 2 if pdag.root & 1 else 1
    for node in range(pdag.size - 1, pdag.first_gate - 1, -1):
        for edge in inputs[node] if wanted[node] else ():
            swapped = (wanted[node] >> 1) | (wanted[node] & 1) << 1
            both = kinds[node] is Connective.XOR
            wanted[edge >> 1] |= 3 if both else (swapped if edge & 1 else wanted[node])
    builder = PdagBuilder(pdag.variables)
    # The edge of every node and of its complement.
    edges = [[node << 1, node << 1 | 1] for node in range(pdag.first_gate)]
    for node in range(pdag.first_gate, pdag.size):
        pair = [FALSE, FALSE]
        for negated in (0, 1):
            if wanted[node] >> negated & 1:
                pair[negated] = _gate(builder, kinds[node], k[node], inputs[node], edges, negated)
        edges.append(pair)
    return builder.freeze({"top": edges[pdag.root >> 1][pdag.root & 1]})


def _gate(
    builder: PdagBuilder, kind: Connective, k: int, inputs: Sequence[int], edges: list[list[int]], negated: int
) -> int:
    if kind is Connective.XOR:
        odd, even = FALSE, TRUE
        for edge in inputs:
            one, other = edges[edge >> 1][edge & 1], edges[edge >> 1][edge & 1 ^ 1]
            odd, even = _either_way(builder, odd, even, one, other), _either_way(builder, even, odd, one, other)
        return even if negated else odd
    below = [edges[edge >> 1][edge & 1 ^ negated] for edge in inputs]
    if kind is Connective.ATLEAST:
        return builder.folded(kind, below, len(below) - k + 1 if negated else k)
    return builder.folded(DUAL[kind] if negated else kind, below)


def _either_way(builder: PdagBuilder, odd: int, even: int, one: int, other: int) -> int:
    """Odd before and not this one, or even before and this one."""
    return builder.folded(
        Connective.OR,
        [builder.folded(Connective.AND, [odd, other]), builder.folded(Connective.AND, [even, one])],
    )


def frechet(pdag: Pdag, q: FloatArray) -> tuple[float, float]:
    """Bounds on the root of a monotone skeleton, whatever depends on what: one sweep, rounded outward.

    Source: M. Fréchet, Fundamenta Mathematicae 25, 1935.
    """
    low, high = [0.0, *q.tolist()], [0.0, *q.tolist()]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        lows = [low[e >> 1] if not e & 1 else _not_above(high[e >> 1]) for e in inputs[node]]
        highs = [high[e >> 1] if not e & 1 else _not_below(low[e >> 1]) for e in inputs[node]]
        # Each complement is rounded by half a place of 1 at the most; fsum itself once, at the end.
        rounding = (len(lows) + 2) * HALF_A_PLACE
        match kinds[node]:
            case Connective.AND:
                low.append(max(0.0, 1.0 - math.fsum(1.0 - p for p in lows) - rounding))
                high.append(min(highs))
            case Connective.OR:
                low.append(max(lows))
                high.append(_above(math.fsum(highs)))
            case _:
                # Markov's inequality for the number that hold, and for the number that do not.
                need, spare = k[node], len(lows) - k[node] + 1
                low.append(max(0.0, 1.0 - math.fsum(1.0 - p for p in lows) / spare - rounding))
                high.append(_above(_above(math.fsum(highs) / need)))
    root, negated = pdag.root >> 1, pdag.root & 1
    return (_not_above(high[root]), _not_below(low[root])) if negated else (low[root], high[root])


def _not_above(high: float) -> float:
    """A lower bound on the complement of what is at most this."""
    return math.nextafter(1.0 - high, 0.0) if high else 1.0


def _not_below(low: float) -> float:
    """An upper bound on the complement of what is at least this."""
    return _above(1.0 - low)


def _above(p: float) -> float:
    """The next larger float, not above 1; of 0 itself, which no rounding gave, 0."""
    return min(1.0, math.nextafter(p, 2.0)) if p else p


def impacts(pdag: Pdag, q: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """How much a monotone root would lose if an input turned false, and gain if true; and its probability.

    float64[n_arguments] each, in the order of `pdag.argument`, made as if all inputs of a gate were independent.
    """
    p = [0.0, *q.tolist()]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        p.append(_at_least(_chances(p, inputs[node]), _need(kinds[node], k[node], len(inputs[node]))))
    slope = [0.0] * pdag.size
    slope[pdag.root >> 1] = 1.0
    losses, gains = np.zeros(len(pdag.argument)), np.zeros(len(pdag.argument))
    for node in range(pdag.size - 1, pdag.first_gate - 1, -1):
        chances = _chances(p, inputs[node])
        slopes = _slopes(chances, _need(kinds[node], k[node], len(chances)))
        for i, (edge, chance) in enumerate(zip(inputs[node], chances, strict=True), start=int(pdag.offset[node])):
            change = slope[node] * slopes[i - int(pdag.offset[node])]
            losses[i], gains[i] = change * chance, change * (1.0 - chance)
            # Of an event's two literals only the size of the slope matters: it is a guess of how much hangs on it.
            slope[edge >> 1] += change
    top = p[pdag.root >> 1]
    return losses, gains, 1.0 - top if pdag.root & 1 else top


def relaxed(pdag: Pdag, replaced: npt.NDArray[np.bool_], by: int) -> Pdag:
    """A monotone skeleton with these inputs replaced by FALSE or TRUE. replaced: bool[n_arguments]."""
    builder = PdagBuilder(pdag.variables)
    edges = [node << 1 for node in range(pdag.first_gate)]
    kinds, k, offset = pdag.kinds(), pdag.k.tolist(), pdag.offset.tolist()
    arguments = np.where(replaced, -1, pdag.argument).tolist()
    for node in range(pdag.first_gate, pdag.size):
        row = arguments[offset[node] : offset[node + 1]]
        edges.append(builder.folded(kinds[node], [by if e < 0 else edges[e >> 1] ^ (e & 1) for e in row], k[node]))
    return builder.freeze({"top": edges[pdag.root >> 1] ^ (pdag.root & 1)})


def _chances(p: list[float], inputs: Sequence[int]) -> list[float]:
    return [1.0 - p[edge >> 1] if edge & 1 else p[edge >> 1] for edge in inputs]


def _need(kind: Connective, k: int, n_inputs: int) -> int:
    return n_inputs if kind is Connective.AND else 1 if kind is Connective.OR else k


def _at_least(chances: list[float], need: int) -> float:
    """The probability that so many independent events occur."""
    if need == len(chances):
        return math.prod(chances)
    if need == 1:
        return -math.expm1(math.fsum(math.log1p(-p) if p < 1.0 else -math.inf for p in chances))
    if len(chances) > LARGEST_VOTE:
        return min(1.0, math.fsum(chances) / need)
    return float(_counts(chances)[need:].sum())


def _slopes(chances: list[float], need: int) -> list[float]:
    """The derivative of that probability by each event's: what the others make of it."""
    n = len(chances)
    if 1 < need < n:
        if n > LARGEST_VOTE:
            return [1.0] * n
        return [float(_counts(chances[:i] + chances[i + 1 :])[need - 1]) for i in range(n)]
    factors = chances if need == n else [1.0 - p for p in chances]
    before = itertools.accumulate(factors[:-1], operator.mul, initial=1.0)
    after = list(itertools.accumulate(factors[:0:-1], operator.mul, initial=1.0))[::-1]
    return [one * other for one, other in zip(before, after, strict=True)]


def _counts(chances: list[float]) -> FloatArray:
    """The probability of every number of occurrences."""
    counts = np.zeros(len(chances) + 1)
    counts[0] = 1.0
    for p in chances:
        counts[1:] = counts[1:] * (1.0 - p) + counts[:-1] * p
        counts[0] *= 1.0 - p
    return counts
