"""Probabilities and slopes in decimal numbers of as many digits as are asked for: where double-doubles have too few."""

from __future__ import annotations

import decimal
import math
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from decimal import Decimal
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from faulttree.deadline import check
from faulttree.decision_diagrams.bdd import Bdd

__all__ = ["MOST_ROWS", "DecimalSlopes", "DecimalSweeps", "difference"]

FloatArray = npt.NDArray[np.float64]

MOST_ROWS = 50_000
"""Rows of the largest diagram that is swept in decimal numbers: a second or two at 360 digits."""
MOST_PAIRS = 2**16
"""Pairs of functions whose difference is followed."""
CANCELLED = Decimal("1e-15")
"""A difference this small beside its terms is followed."""
ROUNDINGS_PER_LEVEL = 8
ROUNDINGS_PER_ROW = 2
"""Each row is added to the sums of two others on the way down."""


class DecimalSlopes(NamedTuple):
    """dP/dq by level, the summed magnitudes of its terms, and whether nothing was rounded, so that all is exact."""

    values: list[Decimal]
    sizes: list[Decimal]
    exact: bool


class DecimalSweeps:
    """Sweeps of one diagram's function at given probabilities, in decimal numbers without underflow.

    q, not_q: float64[n_levels] in [0, 1], as `SettledSweeps` takes them. root: its name, or an edge.
    About 15 microseconds per row at 360 digits.
    """

    def __init__(self, bdd: Bdd, q: FloatArray, not_q: FloatArray, root: str | int = "top") -> None:
        self.root = bdd.roots[root] if isinstance(root, str) else root
        self._rows = bdd.nodes[1 : (self.root >> 1) + 1].tolist()
        self._modules = (bdd.modules >> 1).tolist()
        self._level = {event: level for level, event in enumerate(bdd.variables) if event}
        self._sides = list(zip(q.tolist(), not_q.tolist(), strict=True))

    def rounding(self, digits: int) -> Decimal:
        """Relative rounding of a sum of positive terms at this precision: a bound, below any float at 320 digits."""
        roundings = ROUNDINGS_PER_LEVEL * (len(self._sides) + 1) + ROUNDINGS_PER_ROW * len(self._rows)
        return Decimal(math.ceil(roundings)).scaleb(1 - digits)

    def probability(self, digits: int, settled: Mapping[str, bool]) -> tuple[Decimal, Decimal]:
        """P(top) and P(no top), given that some events are certain (True) or impossible (False).

        Events that the function does not depend on are passed over.
        """
        states = self._states(settled)
        with self._precision(digits) as context:
            _, _, p, not_p = self._upward(context, states)
        sides = p[-1], not_p[-1]
        return sides if self.root & 1 == 0 else sides[::-1]

    def probabilities(self, digits: int, edges: Sequence[int]) -> list[Decimal]:
        """P of each of the diagram's edges, none of which lies above the root."""
        with self._precision(digits) as context:
            _, _, p, not_p = self._upward(context, {})
        return [(not_p if edge & 1 else p)[edge >> 1] for edge in edges]

    def slopes(self, digits: int, settled: Mapping[str, bool] | None = None, monotone: bool = False) -> DecimalSlopes:
        """dP/dq of every level, 0 of modules' levels.

        settled: as of `probability`. monotone: whether the function is known to be: then differences that nearly cancel
        are followed down the diagram, and all terms are of one sign.
        """
        with self._precision(digits) as context:
            sides = _Sides(self._rows, self._modules, *self._upward(context, self._states(settled or {})))
            zero = Decimal(0)
            slope, reach = [zero] * len(sides.q), [zero] * len(sides.p)
            size, scale = slope.copy(), reach.copy()
            reach[-1], scale[-1] = Decimal(1 - 2 * (self.root & 1)), Decimal(1)
            for node in range(len(self._rows), 0, -1):
                check()
                r, s = reach[node], scale[node]
                if not s:
                    continue
                level, low, high = self._rows[node - 1]
                step, terms = sides.difference(high, low, monotone)
                fails, works = sides.of_level(level)
                if module := self._modules[level]:
                    reach[module] += r * step
                    scale[module] += s * terms
                else:
                    slope[level] += r * step
                    size[level] += s * terms
                reach[low >> 1] += r * works
                scale[low >> 1] += s * works
                reach[high >> 1] += -r * fails if high & 1 else r * fails
                scale[high >> 1] += s * fails
            return DecimalSlopes(slope, size, not context.flags[decimal.Inexact])

    def _states(self, settled: Mapping[str, bool]) -> dict[int, bool]:
        return {self._level[event]: failed for event, failed in settled.items() if event in self._level}

    def _upward(
        self, context: decimal.Context, settled: Mapping[int, bool]
    ) -> tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]]:
        """Q and 1 - q of every level, p and 1 - p of every row."""
        zero, one = Decimal(0), Decimal(1)
        q, not_q = [zero] * len(self._sides), [zero] * len(self._sides)
        for level, (fails, works) in enumerate(self._sides):
            if self._modules[level]:
                continue
            small = context.create_decimal_from_float(min(fails, works))
            q[level], not_q[level] = (small, one - small) if fails <= works else (one - small, small)
        for level, failed in settled.items():
            q[level], not_q[level] = Decimal(int(failed)), Decimal(int(not failed))
        p, not_p = [zero], [one]
        for level, low, high in self._rows:
            module = self._modules[level]
            fails, works = (p[module], not_p[module]) if module else (q[level], not_q[level])
            high_p, high_not = (not_p[high >> 1], p[high >> 1]) if high & 1 else (p[high >> 1], not_p[high >> 1])
            check()
            p.append(fails * high_p + works * p[low >> 1])
            not_p.append(fails * high_not + works * not_p[low >> 1])
        return q, not_q, p, not_p

    @staticmethod
    def _precision(digits: int) -> AbstractContextManager[decimal.Context]:
        context = decimal.Context(
            prec=digits, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[decimal.InvalidOperation]
        )
        return decimal.localcontext(context)


class _Sides:
    """q and 1 - q of every level, p and 1 - p of every row, and differences of two functions' probabilities."""

    def __init__(
        self,
        rows: list[list[int]],
        modules: list[int],
        q: list[Decimal],
        not_q: list[Decimal],
        p: list[Decimal],
        not_p: list[Decimal],
    ) -> None:
        self.rows, self.modules = [[len(q), 0, 0], *rows], modules
        self.q, self.not_q, self.p, self.not_p = q, not_q, p, not_p
        self.known: dict[tuple[int, int], Decimal] = {}

    def of_level(self, level: int) -> tuple[Decimal, Decimal]:
        """How probable it is that the level's event, or module, occurs, and that it does not."""
        module = self.modules[level]
        return (self.p[module], self.not_p[module]) if module else (self.q[level], self.not_q[level])

    def difference(self, f: int, g: int, monotone: bool) -> tuple[Decimal, Decimal]:
        """P(f) - P(g), and the size of its terms: that of the difference itself where it was followed."""
        step, terms, doubtful = self._plain(f, g)
        if monotone and doubtful:
            followed = self._followed(f, g)
            if followed is not None:
                return followed, abs(followed)
        return step, terms

    def _plain(self, f: int, g: int) -> tuple[Decimal, Decimal, bool]:
        """P(f) - P(g), the size of its terms, and whether they nearly cancel."""
        (p, not_p), (other, not_other) = self._edge(f), self._edge(g)
        # Of the two small numbers rather than of the two near one.
        small = p + other < 1
        step, terms = (p - other, p + other) if small else (not_other - not_p, not_other + not_p)
        return step, terms, f > 1 and g > 1 and abs(step) < CANCELLED * terms

    def _edge(self, edge: int) -> tuple[Decimal, Decimal]:
        p, not_p = self.p[edge >> 1], self.not_p[edge >> 1]
        return (not_p, p) if edge & 1 else (p, not_p)

    def _followed(self, f: int, g: int) -> Decimal | None:
        """P(f) - P(g), summed up from differences that do not cancel; None where that takes too many pairs.

        P(f) - P(g) = q (P(f1) - P(g1)) + (1 - q) (P(f0) - P(g0)).
        """
        known, stack = self.known, [(f, g)]
        while stack:
            pair = stack[-1]
            level = min(self.rows[edge >> 1][0] for edge in pair)
            total, missing = Decimal(0), []
            for branch, weight in zip((2, 1), self.of_level(level), strict=True):
                a, b = (self._branch(edge, level, branch) for edge in pair)
                if a == b or not weight:
                    continue
                step, _, doubtful = self._plain(a, b)
                if doubtful and (a, b) not in known:
                    missing.append((a, b))
                else:
                    total += weight * (known[a, b] if doubtful else step)
            if missing:
                stack += missing
                continue
            known[pair] = total
            stack.pop()
            if len(known) > MOST_PAIRS:
                return None
        return known[f, g]

    def _branch(self, edge: int, level: int, branch: int) -> int:
        row = self.rows[edge >> 1]
        return row[branch] ^ (edge & 1) if row[0] == level else edge


def difference(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal]) -> Decimal:
    """The difference of two probabilities that come with their complements: of the sides that are the smaller ones."""
    return one[0] - other[0] if one[0] + other[0] < one[1] + other[1] else other[1] - one[1]
