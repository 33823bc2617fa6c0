"""Probabilities and slopes in decimal numbers of as many digits as are asked for: where double-doubles have too few."""

from __future__ import annotations

import decimal
from collections.abc import Mapping
from contextlib import AbstractContextManager
from decimal import Decimal

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.quantification.probability import FloatArray

__all__ = ["MOST_ROWS", "DecimalSweeps"]

MOST_ROWS = 50_000
"""Rows of the largest diagram that is swept in decimal numbers: a second or two at 360 digits."""
ROUNDINGS_PER_LEVEL = 8
ROUNDINGS_PER_ROW = 2
"""Each row is added to the sums of two others on the way down."""


class DecimalSweeps:
    """Sweeps of one diagram's function at given probabilities, in decimal numbers without underflow.

    q, not_q: float64[n_levels] in [0, 1], as `SettledSweeps` takes them. About 15 microseconds per row at 360 digits.
    """

    def __init__(self, bdd: Bdd, q: FloatArray, not_q: FloatArray, root: str = "top") -> None:
        self.root = bdd.roots[root]
        self._rows = bdd.nodes[1 : (self.root >> 1) + 1].tolist()
        self._modules = (bdd.modules >> 1).tolist()
        self._level = {event: level for level, event in enumerate(bdd.variables) if event}
        self._sides = list(zip(q.tolist(), not_q.tolist(), strict=True))

    def rounding(self, digits: int) -> float:
        """Relative rounding of a sum of positive terms at this precision: a bound."""
        roundings = ROUNDINGS_PER_LEVEL * (len(self._sides) + 1) + ROUNDINGS_PER_ROW * len(self._rows)
        return roundings * 10.0 ** (1 - digits)

    def probability(self, digits: int, settled: Mapping[str, bool]) -> tuple[Decimal, Decimal]:
        """P(top) and P(no top), given that some events are certain (True) or impossible (False).

        Events that the function does not depend on are passed over.
        """
        states = self._states(settled)
        with self._precision(digits) as context:
            _, _, p, not_p = self._upward(context, states)
        sides = p[-1], not_p[-1]
        return sides if self.root & 1 == 0 else sides[::-1]

    def slopes(self, digits: int, settled: Mapping[str, bool] | None = None) -> tuple[list[Decimal], bool]:
        """dP/dq of every level, 0 of modules' levels, and whether nothing was rounded, so that they are exact.

        settled: as of `probability`.
        """
        states = self._states(settled or {})
        with self._precision(digits) as context:
            q, not_q, p, not_p = self._upward(context, states)
            zero = Decimal(0)
            slope, reach = [zero] * len(q), [zero] * len(p)
            reach[-1] = Decimal(1 - 2 * (self.root & 1))
            for node in range(len(self._rows), 0, -1):
                r = reach[node]
                if not r:
                    continue
                level, low, high = self._rows[node - 1]
                low, high, negated, module = low >> 1, high >> 1, high & 1, self._modules[level]
                high_p, high_not = (not_p[high], p[high]) if negated else (p[high], not_p[high])
                # Of the two small numbers rather than of the two near one.
                step = high_p - p[low] if high_p + p[low] < 1 else not_p[low] - high_not
                if module:
                    reach[module] += r * step
                    fails, works = p[module], not_p[module]
                else:
                    slope[level] += r * step
                    fails, works = q[level], not_q[level]
                reach[low] += r * works
                reach[high] += -r * fails if negated else r * fails
            return slope, not context.flags[decimal.Inexact]

    def _states(self, settled: Mapping[str, bool]) -> dict[int, bool]:
        return {self._level[event]: failed for event, failed in settled.items() if event in self._level}

    def _upward(
        self, context: decimal.Context, settled: Mapping[int, bool]
    ) -> tuple[list[Decimal], list[Decimal], list[Decimal], list[Decimal]]:
        """Of every level q and 1 - q, of every row p and 1 - p."""
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
            p.append(fails * high_p + works * p[low >> 1])
            not_p.append(fails * high_not + works * not_p[low >> 1])
        return q, not_q, p, not_p

    @staticmethod
    def _precision(digits: int) -> AbstractContextManager[decimal.Context]:
        context = decimal.Context(
            prec=digits, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[decimal.InvalidOperation]
        )
        return decimal.localcontext(context)
