"""Alike components that causes fail together: which of them have failed, as conditional probabilities.

Of n components every set of k has a cause of its own, independent of all others, with the probability Q_k; a component
has failed where one of its causes has come. Which components they are makes no difference, so the probability that
given ones have failed and given others have not is a function of the two numbers. It is found with sums of positive
terms only, without going through the 2^n - 1 causes.

Derivation. H_s[m][d]: the probability that d given ones of m components have failed where a set of k of them has the
cause Q_(s+k), those being the causes that hit s further components, too; H_0[n] is what is wanted. One of the d has
failed by causes that hit exactly a set V of the other m - 1 beside it; of these i are among the d and j are not. The
rest of the d must have failed by causes without it:

    H_s[m][d] = sum over i of C(d-1, i) H_s[m-1][d-1-i] sum over j of C(m-d, j) E_(s+1)[m-1][i+j]

E_s[m][v]: causes that hit s further components come, and hit exactly a given set of v of the m. No cause comes that
hits one outside the set, and all inside are hit: H_s[v][v], or Q_s where v = 0.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import comb
from typing import Any

import numpy as np
import numpy.typing as npt

from faulttree.laws.law import FloatArray, Number

__all__ = ["Alike", "alike"]

Dual = tuple[Any, Any]
"""A number, or one per column, and its derivative."""
BoolArray = npt.NDArray[np.bool_]
_VANISHING = 1e-40
_NEVER = -1e290
"""In place of the logarithm of 0, which times 0 is no number."""


@dataclass(frozen=True, eq=False)
class Alike:
    """What is known of n alike components, in B columns: numbers where B is 1, else float64[B].

    failed: by m = 0 to n and d = 0 to m, the probability, and its derivative, that d of m components have failed where
    causes that hit any of the other n - m do not come; in units of scale^d. spared: by m - 1, the probability that one
    of m components, those causes again left out, has not failed. never: where no cause can have come.
    """

    failed: Sequence[Sequence[Dual]]
    spared: Sequence[Number]
    scale: Number
    never: bool | BoolArray

    def all_failed(self, d: int) -> Number:
        """The probability that d given components have failed, whatever of the others."""
        found: Number = _where(self.never, float(d == 0), self.failed[-1][d][0] * self.scale**d)
        return found

    def next_failed(self, up: int, down: int) -> tuple[Number, Number, Number]:
        """The probability that one more component has failed, where `up` given ones have not and `down` others have.

        The probability, that of the contrary, and the derivative: 0, 1, 0 where that cannot be.
        Where no cause can have come yet, the limit as the first may.
        """
        m = len(self.failed) - 1 - up
        (given, given_rate), (more, more_rate) = self.failed[m][down], self.failed[m][down + 1]
        possible = given > 0.0
        divisor = _where(possible, given, 1.0)
        p = more * self.scale / divisor
        rate = (more_rate * self.scale - given_rate * p) / divisor
        not_p = self.failed[m - 1][down][0] * self.spared[m - 1] / divisor
        if not down:
            p, not_p = _where(self.never, 0.0, p), _where(self.never, 1.0, not_p)
        at_most = np.minimum if isinstance(p, np.ndarray) else min
        return (
            _where(possible, at_most(p, 1.0), 0.0),
            _where(possible, at_most(not_p, 1.0), 1.0),
            _where(possible, rate, 0.0),
        )


def alike(q: FloatArray, not_q: FloatArray, rate: FloatArray | None = None) -> Alike:
    """What is known of n alike components.

    q, not_q: float64[n, B], Q_k of k = 1 to n, and 1 - Q_k with its digits. rate: how Q_k changes, for derivatives.
    """
    n, size = q.shape
    rate = np.zeros_like(q) if rate is None else rate
    never = ~np.any(q > 0.0, axis=0)
    if np.any(never):
        # Of what can never have come, nothing; what is just beginning, in the proportions in which it begins.
        most = np.max(rate, axis=0)
        begun = np.where(most > 0.0, _VANISHING / np.where(most > 0.0, most, 1.0), 0.0) * rate
        q = np.where(never, begun, q)
    orders = np.arange(1, n + 1)[:, None]
    scale = np.max(q ** (1.0 / orders), axis=0)
    scale = np.where(scale > 0.0, scale, 1.0)
    with np.errstate(divide="ignore"):
        log_not = np.maximum(np.where(q < 0.5, np.log1p(-np.minimum(q, 0.5)), np.log(not_q)), _NEVER)
    lost = np.where(not_q > 0.0, -rate / np.where(not_q > 0.0, not_q, 1.0), 0.0)
    unit = scale**orders
    # One column is quickest in plain numbers.
    numbers: Callable[[FloatArray], list[Any]] = (lambda rows: rows[:, 0].tolist()) if size == 1 else list
    highest = int(np.max(np.nonzero(np.any((q > 0.0) | (rate > 0.0), axis=1))[0], initial=-1)) + 1
    # Where a unit is too small for a number, so is what it measures.
    causes_of = (np.divide(each, unit, out=np.zeros_like(q), where=unit > 0.0) for each in (q, rate))
    causes = list(zip(*map(numbers, causes_of), strict=True))

    def none_outside(s: int, m: int) -> list[Dual]:
        """That no cause comes that hits s further components and one of m outside v of them, for v = 0 to m."""
        with np.errstate(over="ignore"):
            value = np.exp(_outside(m) @ log_not[s : s + m])
            return list(zip(numbers(value), numbers(value * (_outside(m) @ lost[s : s + m])), strict=True))

    table = _table(n, highest, causes, numbers(scale ** np.arange(n + 1)[:, None]), none_outside)
    with np.errstate(over="ignore"):
        spared = np.exp(np.array([[comb(m, k) for k in range(n)] for m in range(n)], np.float64) @ log_not)
    plain = size == 1
    return Alike(table, numbers(spared), float(scale[0]) if plain else scale, bool(never[0]) if plain else never)


def _table(
    n: int, highest: int, causes: list[Dual], power: list[Any], none_outside: Callable[[int, int], list[Dual]]
) -> list[list[Dual]]:
    """H_0[m][d] for m = 0 to n and d = 0 to m, in units of scale^d.

    H_s[m][d] of d above 0 is kept in units of scale^(d + s), so that nothing that matters is too small for a number.
    highest: how many components a cause hits at most. causes: Q_k in units of scale^k. power: of the scale.
    """
    one, nothing = (1.0, 0.0), (0.0, 0.0)
    table = [[one] + [nothing] * m for m in range(n + 1)]
    for s in range(highest - 1, -1, -1):
        inside = [causes[s], *(table[v][v] for v in range(1, n - s))]
        table = [[one]]
        for m in range(1, n - s + 1):
            # Of the m - 1 others exactly v are hit.
            outside = none_outside(s + 1, m - 1)
            exactly = [(e * p, de * p + e * dp) for (e, de), (p, dp) in zip(inside, outside, strict=False)]
            rest = [one, *((b * power[s], db * power[s]) for b, db in table[m - 1][1:])]
            table.append([one, *(_hit(d, m, exactly, rest, power) for d in range(1, m + 1))])
    return table


def _hit(d: int, m: int, exactly: list[Dual], rest: list[Dual], power: list[Any]) -> Dual:
    """H[m][d], d above 0. rest: H[m - 1]."""
    weights = [comb(m - d, j) * power[j] for j in range(m - d + 1)]
    found: Any = 0.0
    rate: Any = 0.0
    for i in range(d):
        first = sum(weight * e for weight, (e, _) in zip(weights, exactly[i:], strict=False)) * comb(d - 1, i)
        first_rate = sum(weight * de for weight, (_, de) in zip(weights, exactly[i:], strict=False)) * comb(d - 1, i)
        other, other_rate = rest[d - 1 - i]
        found = found + first * other
        rate = rate + first_rate * other + first * other_rate
    return found, rate


@lru_cache(4096)
def _outside(m: int) -> FloatArray:
    """How many sets of k = 1 to m of m components do not lie within v of them, v = 0 to m: float64[m + 1, m]."""
    return np.array([[comb(m, k) - comb(v, k) for k in range(1, m + 1)] for v in range(m + 1)], np.float64).reshape(
        m + 1, m
    )


def _where(test: Any, this: Any, other: Any) -> Any:
    """A choice for numbers and for columns."""
    return np.where(test, this, other) if isinstance(test, np.ndarray) else this if test else other
