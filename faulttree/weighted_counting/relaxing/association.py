"""Bounds on a root in one sweep over its gates, whatever they share.

Functions that rise with every event, or fall with every event, of a tree of independent events are associated: that
some of them hold never makes others less likely. So an AND of such inputs is at least as probable as if they were
independent, and an OR at most. Where an event stands plain and negated, only what holds for any events is used.
Sources: T. E. Harris, Proc. Cambridge Philosophical Society 56, 1960; J. D. Esary, F. Proschan, D. W. Walkup, Annals of
Mathematical Statistics 38, 1967 (association); M. Fréchet, Fundamenta Mathematicae 25, 1935 (any events).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from faulttree.deadline import check
from faulttree.structure.pdag import Connective, Pdag
from faulttree.weighted_counting._kernels import FloatArray

__all__ = ["bounds_at_once"]

HALF_A_PLACE = 2.0**-53
"""The most that a number near 1 is rounded by."""
LEAST = 1e-290
"""Products smaller than this may have lost digits."""


def bounds_at_once(pdag: Pdag, q: FloatArray) -> tuple[float, float]:
    """A lower and an upper bound on the probability of the root of a monotone skeleton, rounded outward.

    pdag: as `replacing.monotone` makes it. q: as `count` takes it. Raises TimeLimitExceeded.
    """
    own = (q if q.ndim == 1 else q[:, 0]).tolist()
    low, high = [0.0, *own], [0.0, *own]
    # Complements stand at variables only.
    not_low, not_high = [1.0, *map(_not_above, own)], [1.0, *map(_not_below, own)]
    if q.ndim == 2:
        not_low = not_high = [1.0, *q[:, 1].tolist()]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    ranged = _without_both_signs(pdag, inputs)
    for node in range(pdag.first_gate, pdag.size):
        check()
        edges = inputs[node]
        lows = [(not_low if e & 1 else low)[e >> 1] for e in edges]
        highs = [(not_high if e & 1 else high)[e >> 1] for e in edges]
        associated = [ranged[e >> 1] for e in edges]
        match kinds[node]:
            case Connective.AND:
                low.append(_all_at_least(lows, associated))
                high.append(min(highs))
            case Connective.OR:
                low.append(max(lows))
                high.append(_any_at_most(highs, associated))
            case _:
                # Markov's inequality for the number that hold, and for the number that do not.
                need, spare = k[node], len(lows) - k[node] + 1
                rounding = (len(lows) + 2) * HALF_A_PLACE
                low.append(max(0.0, 1.0 - math.fsum(1.0 - p for p in lows) / spare - rounding))
                high.append(_above(_above(math.fsum(highs) / need)))
                if all(associated):
                    low[-1] = max(low[-1], _product(sorted(lows)[-need:]))
    root, negated = pdag.root >> 1, pdag.root & 1
    return (_not_above(high[root]), _not_below(low[root])) if negated else (low[root], high[root])


def _without_both_signs(pdag: Pdag, inputs: Sequence[Sequence[int]]) -> list[bool]:
    """Of every node whether no event that stands plain and negated anywhere in the graph is below it."""
    signs = [0] * pdag.size
    for edges in inputs:
        for edge in edges:
            signs[edge >> 1] |= 1 + (edge & 1)
    found = [signs[node] < 3 for node in range(pdag.first_gate)]
    for edges in inputs[pdag.first_gate :]:
        found.append(all(found[edge >> 1] for edge in edges))
    return found


def _all_at_least(lows: Sequence[float], associated: Sequence[bool]) -> float:
    """A lower bound on all of some events together, from one of each."""
    together = _product([p for p, is_one in zip(lows, associated, strict=True) if is_one])
    others = [p for p, is_one in zip(lows, associated, strict=True) if not is_one]
    if not others:
        return together
    missing = math.fsum(1.0 - p for p in others) + (1.0 - together)
    return max(0.0, 1.0 - missing - (len(others) + 4) * HALF_A_PLACE)


def _any_at_most(highs: Sequence[float], associated: Sequence[bool]) -> float:
    """An upper bound on any of some events, from one of each."""
    logs = [math.log1p(-p) if p < 1.0 else -math.inf for p, is_one in zip(highs, associated, strict=True) if is_one]
    # Terms of one sign, each right to a place or two: so is what is made of them.
    together = -math.expm1(math.fsum(logs)) * (1.0 + 2.0**-49) if logs else 0.0
    others = math.fsum(p for p, is_one in zip(highs, associated, strict=True) if not is_one)
    return _above(together + others)


def _product(chances: Sequence[float]) -> float:
    """A product, rounded down."""
    found = math.prod(chances)
    return (
        found * (1.0 - (len(chances) + 1) * 2.0 * HALF_A_PLACE)
        if found > LEAST and len(chances) > 1
        else (found if len(chances) < 2 else 0.0)
    )


def _not_above(high: float) -> float:
    """A lower bound on the complement of what is at most this."""
    return math.nextafter(1.0 - high, 0.0) if high else 1.0


def _not_below(low: float) -> float:
    """An upper bound on the complement of what is at least this."""
    return _above(1.0 - low)


def _above(p: float) -> float:
    """The next larger float, not above 1; of 0 itself, which no rounding gave, 0."""
    return min(1.0, math.nextafter(p, 2.0)) if p else p
