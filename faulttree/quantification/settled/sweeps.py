"""Probabilities and slopes with some events settled, to 30 digits: so that their differences keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from faulttree.deadline import check
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification.probability import DIGITS, FloatArray, may_underflow
from faulttree.quantification.settled import _kernels
from faulttree.quantification.settled.decimals import DecimalSweeps
from faulttree.wide_floats import KEEPS_DIGITS, wide_float

__all__ = ["EachSettled", "Precise", "SettledSweeps"]

ROUNDING = 2.0**-100
"""Relative rounding of one step in double-double numbers, rounded up."""
ROUNDINGS_PER_LEVEL = 8
ROUNDINGS_PER_ROW = 2.0**-3
"""Each row is added to two sums on the way down, and a sum is rounded by 2**-104."""
UNDERFLOW = 2.0**-1068
"""What underflow may take from one row's numbers, rounded up."""
DOUBTFUL = 1e-12
"""A difference this small beside its terms is worked out another way."""

# These work on arrays as they do on numbers.
_add: Callable[..., Any] = _kernels.add
_times: Callable[..., Any] = _kernels.times


@dataclass(frozen=True, eq=False)
class Precise:
    """Numbers of about 30 digits: value + rest, float64 of any shape; `rest` is below the last digit of `value`.

    error: a bound on how far value + rest lies from the exact number, some 1e-28 of the terms that were summed up.
    """

    value: FloatArray
    rest: FloatArray
    error: FloatArray

    def __sub__(self, other: Precise) -> Precise:
        """The difference. One that is within its error is not told from zero, and comes as 0 with that error."""
        total = self.value - other.value
        of_other = total - self.value
        lost = (self.value - (total - of_other)) - (other.value + of_other)
        error = self.error + other.error
        rest = lost + (self.rest - other.rest)
        value = total + rest
        rest = rest - (value - total)
        known = np.abs(value) > error
        return Precise(np.where(known, value, 0.0), np.where(known, rest, 0.0), error)

    def at(self, place: int) -> float:
        """One of the numbers, rounded to a float."""
        return float(self.value[place])


class EachSettled(NamedTuple):
    """P(top), and by level P(top | event), P(top | no event), and their difference dP/dq: float64[n_levels] each.

    The two conditional probabilities have 13 digits or more, however close to zero. Values at levels that are no
    event's have no meaning.
    """

    top: float
    with_event: FloatArray
    without_event: FloatArray
    slopes: Precise


class SettledSweeps:
    """Sweeps of one diagram's function at given probabilities, with any events settled as failed or perfect.

    q, not_q: float64[n_levels] in [0, 1], probability of each event by level, and of its absence. The smaller of the
    two is taken as it is, the other as what is left to one. Events are independent.
    sweeps: how many are to come, which decides whether compiling pays.
    rounding: relative rounding of a sum of positive terms, a bound.
    """

    def __init__(self, bdd: Bdd, q: FloatArray, not_q: FloatArray, root: str = "top", sweeps: int = 1) -> None:
        self.bdd, self.root_name, self.root = bdd, root, bdd.roots[root]
        self.level = {event: level for level, event in enumerate(bdd.variables) if event}
        self.q, self.not_q = _both_sides(q, not_q)
        self.kernels = kernels_for(_kernels, len(bdd.nodes) * max(1, sweeps))
        roundings = ROUNDINGS_PER_LEVEL * (len(bdd.variables) + 1) + ROUNDINGS_PER_ROW * len(bdd.nodes)
        self.rounding, self._lost = roundings * ROUNDING, len(bdd.nodes) * UNDERFLOW
        self._p, self._not_p = np.empty((len(bdd.nodes), 2)), np.empty((len(bdd.nodes), 2))

    def probability(self, settled: Mapping[str, bool] | None = None) -> Precise:
        """P(top) and P(no top), [2], given that some events are certain (True) or impossible (False).

        Events that the function does not depend on are passed over.
        """
        self._sweep(settled or {})
        return self._top()

    def top_probability(self, settled: Mapping[str, bool]) -> float:
        """P(top), given that some events are certain or impossible, however small it is."""
        found = self.probability(settled).at(0)
        if found >= KEEPS_DIGITS or not may_underflow(self.q[:, 0], self.not_q[:, 0]):
            return found
        sweeps = DecimalSweeps(self.bdd, self.q[:, 0], self.not_q[:, 0], self.root)
        return wide_float(sweeps.probability(DIGITS, settled)[0])

    def probabilities(self, edges: Sequence[int], settled: Mapping[str, bool] | None = None) -> Precise:
        """P of each of the diagram's edges, [n], given that some events are certain or impossible."""
        self._sweep(settled or {})
        sides = (self._p, self._not_p)
        found = np.array([sides[edge & 1][edge >> 1] for edge in edges]).reshape(-1, 2)
        return Precise(found[:, 0], found[:, 1], self._bound(found[:, 0]))

    def slopes(self, settled: Mapping[str, bool] | None = None) -> Precise:
        """dP/dq of every level, [n_levels], given that some events are certain or impossible; 0 of modules' levels."""
        q, not_q = self._sweep(settled or {})
        reach, slope = np.zeros((len(self.bdd.nodes), 3)), np.zeros((len(self.bdd.variables), 3))
        self.kernels.slopes(self.bdd.nodes, self.bdd.modules, self.root, q, not_q, self._p, self._not_p, reach, slope)
        return Precise(slope[:, 0], slope[:, 1], self._bound(slope[:, 2]))

    def each(self) -> EachSettled:
        """P(top) with each event certain, and with it impossible, and the slope.

        One sweep up and one down give all of it; for an event without which, or with which, the top is a million
        million times less probable, there is a sweep more.
        """
        slopes, top = self.slopes(), self._top()
        p, rest = float(top.value[0]), float(top.rest[0])
        loss, gain = (_times(*side.T, slopes.value, slopes.rest) for side in (self.q, self.not_q))
        without_event, _ = _add(p, rest, -loss[0], -loss[1])
        with_event, _ = _add(p, rest, *gain)
        doubtful = [
            (found, level, event, state)
            for found, state in ((without_event, False), (with_event, True))
            for event, level in self.level.items()
            if not found[level] >= DOUBTFUL * p
        ]
        self.kernels = kernels_for(_kernels, len(self.bdd.nodes) * (1 + len(doubtful)))
        for found, level, event, state in doubtful:
            check()
            found[level] = self.probability({event: state}).at(0)
        return EachSettled(p, np.minimum(with_event, 1.0), np.minimum(without_event, 1.0), slopes)

    def _top(self) -> Precise:
        """P(top) and P(no top) of the sweep before, [2]."""
        sides = (self._p, self._not_p)[:: -1 if self.root & 1 else 1]
        value, rest = np.stack([rows[self.root >> 1] for rows in sides], 1)
        return Precise(value, rest, self._bound(value))

    def _bound(self, size: FloatArray) -> FloatArray:
        """The most by which numbers that were summed up from terms of these sizes may be wrong."""
        return np.where(size > 0.0, self.rounding * size + self._lost, 0.0)

    def _sweep(self, settled: Mapping[str, bool]) -> tuple[FloatArray, FloatArray]:
        q, not_q = self.q, self.not_q
        levels = {self.level[event]: failed for event, failed in settled.items() if event in self.level}
        if levels:
            q, not_q = q.copy(), not_q.copy()
            for level, failed in levels.items():
                q[level], not_q[level] = (float(failed), 0.0), (float(not failed), 0.0)
        self.kernels.probability(self.bdd.nodes, self.bdd.modules, q, not_q, self._p, self._not_p)
        return q, not_q


def _both_sides(q: FloatArray, not_q: FloatArray) -> tuple[FloatArray, FloatArray]:
    """A probability and its complement as double-doubles that add up to one: float64[n, 2] each."""
    small = np.minimum(q, not_q)
    large = 1.0 - small
    # What rounding took from it, exactly: small is at most 1.
    rest = (1.0 - large) - small
    fails = (q <= not_q)[:, None]
    small_pair, large_pair = np.stack([small, np.zeros_like(small)], 1), np.stack([large, rest], 1)
    return np.where(fails, small_pair, large_pair), np.where(fails, large_pair, small_pair)
