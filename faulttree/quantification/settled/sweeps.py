"""Probabilities and slopes with some events settled, to 30 digits: so that their differences keep theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification.probability import FloatArray
from faulttree.quantification.settled import _kernels

__all__ = ["Conditionals", "Precise", "SettledSweeps", "conditionals"]

OPERATIONS_PER_ROW = 10
"""What a row of a sweep costs beside one of a plain sweep."""
ROUNDING = 2.0**-100
"""Relative rounding of one step in double-double numbers, rounded up."""
ROUNDINGS_PER_LEVEL = 8
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


class SettledSweeps:
    """Sweeps of one diagram's function at given probabilities, with any events settled as failed or perfect.

    q, not_q: float64[n_levels] in [0, 1], probability of each event by level, and of its absence. The smaller of the
    two is taken as it is, the other as what is left to one. Events are independent.
    sweeps: how many are to come, which decides whether compiling pays.
    """

    def __init__(self, bdd: Bdd, q: FloatArray, not_q: FloatArray, root: str = "top", sweeps: int = 1) -> None:
        self.bdd, self.root = bdd, bdd.roots[root]
        self.level = {event: level for level, event in enumerate(bdd.variables) if event}
        self.q, self.not_q = _both_sides(q, not_q)
        self.kernels = kernels_for(_kernels, OPERATIONS_PER_ROW * len(bdd.nodes) * max(1, sweeps))
        self._relative = ROUNDINGS_PER_LEVEL * (len(bdd.variables) + 1) * ROUNDING
        self._p, self._not_p = np.empty((len(bdd.nodes), 2)), np.empty((len(bdd.nodes), 2))

    def probability(self, settled: Mapping[str, bool] | None = None) -> Precise:
        """P(top) and P(no top), [2], given that some events are certain (True) or impossible (False).

        Events that the function does not depend on are passed over.
        """
        self._sweep(settled or {})
        sides = (self._p, self._not_p)[:: -1 if self.root & 1 else 1]
        value, rest = np.stack([rows[self.root >> 1] for rows in sides], 1)
        return Precise(value, rest, self._relative * value)

    def probabilities(self, edges: Sequence[int], settled: Mapping[str, bool] | None = None) -> Precise:
        """P of each of the diagram's edges, [n], given that some events are certain or impossible."""
        self._sweep(settled or {})
        sides = (self._p, self._not_p)
        found = np.array([sides[edge & 1][edge >> 1] for edge in edges]).reshape(-1, 2)
        return Precise(found[:, 0], found[:, 1], self._relative * found[:, 0])

    def slopes(self, settled: Mapping[str, bool] | None = None) -> Precise:
        """dP/dq of every level, [n_levels], given that some events are certain or impossible; 0 of modules' levels."""
        q, not_q = self._sweep(settled or {})
        reach, slope = np.zeros((len(self.bdd.nodes), 3)), np.zeros((len(self.bdd.variables), 3))
        self.kernels.slopes(self.bdd.nodes, self.bdd.modules, self.root, q, not_q, self._p, self._not_p, reach, slope)
        return Precise(slope[:, 0], slope[:, 1], self._relative * slope[:, 2])

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


@dataclass(frozen=True, eq=False)
class Conditionals:
    """Of some events, float64[n] each: q, P(top | event), P(top | no event), and their difference dP/dq.

    top: P(top). All keep their digits, however close the two are.
    """

    top: float
    q: FloatArray
    with_event: FloatArray
    without_event: FloatArray
    slope: FloatArray

    def of(self, levels: Mapping[str, int], events: Sequence[str], irrelevant: Mapping[str, float]) -> Conditionals:
        """Those of the events named, where these are of the levels of a diagram.

        levels: by event. irrelevant: probability of each event named that has no level: it changes nothing.
        """
        found = np.array([(irrelevant.get(event, 0.0), self.top, self.top, 0.0) for event in events]).reshape(-1, 4).T
        places = [place for place, event in enumerate(events) if event in levels]
        own = [levels[events[place]] for place in places]
        found[:, places] = np.stack((self.q, self.with_event, self.without_event, self.slope))[:, own]
        return Conditionals(self.top, *found)


def conditionals(bdd: Bdd, q: FloatArray, not_q: FloatArray, root: str = "top", sweeps: int = 1) -> Conditionals:
    """P(top) with each event certain and impossible, and the slope, by level: float64[n_levels].

    q, not_q: float64[n_levels] in [0, 1]. sweeps: how many such calls are to come.
    One sweep up and one down give all of it; for an event without which, or with which, the top is a million million
    times less probable, there is a sweep more. Values at levels that are no event's have no meaning.
    """
    settled = SettledSweeps(bdd, q, not_q, root, 4 * sweeps)
    slopes = settled.slopes()
    top = settled.probability()
    p, rest = float(top.value[0]), float(top.rest[0])
    part, part_rest = _times(*settled.q.T, slopes.value, slopes.rest)
    without, without_rest = _add(p, rest, -part, -part_rest)
    with_event, _ = _add(without, without_rest, slopes.value, slopes.rest)
    for state, found in ((False, without), (True, with_event)):
        for event, level in settled.level.items():
            if found[level] < DOUBTFUL * p:
                found[level] = settled.probability({event: state}).at(0)
    return Conditionals(p, q, np.minimum(with_event, 1.0), np.minimum(without, 1.0), slopes.value)
