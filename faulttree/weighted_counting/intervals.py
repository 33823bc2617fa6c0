"""Certified bounds on a top event that no engine finishes: simpler trees counted exactly, ever less simple ones.

What matters least is replaced by false for the lower bound and by true for the upper (`relaxing/replacing.py` says why
the bounds hold), and what is left is counted. Where that is too much to count, more is replaced; where it is not, less,
until nothing is, and the bounds meet. How much `relaxing/sides.py` decides, for each bound by itself.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faulttree import deadline
from faulttree.errors import LimitExceeded
from faulttree.structure.pdag import FALSE, TRUE, Pdag
from faulttree.structure.simplify import simplify
from faulttree.weighted_counting._kernels import FloatArray
from faulttree.weighted_counting.counter import DEFAULT_MEMORY, Counted, Progress, count
from faulttree.weighted_counting.relaxing.association import bounds_at_once
from faulttree.weighted_counting.relaxing.guess import Guess
from faulttree.weighted_counting.relaxing.replacing import monotone, relaxed
from faulttree.weighted_counting.relaxing.sides import Side

__all__ = ["Interval", "bounds"]

PATIENCE = 0.5
"""The part of the time and of the steps left that one count gets."""
SECOND = 20_000_000
"""Steps of a count that take about a second."""
OUTWARD, TINY = 1e-12, 1e-300
"""More than the rounding of a count, relative and, where numbers are too small for that, absolute."""
LEAST = 1e-280
"""Where the guess is smaller than this, bounds need not be narrower."""
MET = 4
"""Bounds that are only so many times their rounding apart are not brought together any further, but by a count of
the whole."""


@dataclass(frozen=True)
class Interval:
    """The probability lies between lower and upper.

    share: how much what was left out was guessed to matter, as a part of the probability; 0 when nothing was.
    value: the probability itself, once a count of the whole has ended; else nan.
    below, above: the skeletons that were counted for the two bounds: of functions that imply the given one, and
    that it implies; None before any was.
    """

    lower: float
    upper: float
    share: float
    value: float = math.nan
    below: Pdag | None = None
    above: Pdag | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the probability itself is known."""
        return not math.isnan(self.value)

    @property
    def relative_width(self) -> float:
        """(upper - lower) / upper; 0 when both are 0."""
        return (self.upper - self.lower) / self.upper if self.upper else 0.0


def bounds(
    pdag: Pdag,
    q: npt.NDArray[np.float64],
    *,
    time_limit: float | None = None,
    most_steps: int | None = None,
    memory: int = DEFAULT_MEMORY,
    progress: Progress | None = None,
    seed: int = 0,
) -> Iterator[Interval]:
    """Intervals that hold the probability of the skeleton's root, each inside the one before; the first comes at once.

    q: the probability of each variable, as `count` takes it. The iterator ends when the bounds meet or
    the time limit (seconds) has passed or most_steps are taken; without a limit it may go on for as long as an exact
    count would. memory: bytes of a count's cache.
    """
    begun, search = deadline.now(), _Search(pdag, q, most_steps, memory, progress, seed)
    steps = search.intervals()
    while True:
        # Set for each step anew: what runs between two of them is not ours.
        with deadline.within(None if time_limit is None else begun + time_limit - deadline.now()):
            found = next(steps, None)
        if found is None:
            return
        yield found


class _Search:
    """Rounds of two bounds each; on either side it ends when the next round would take too long."""

    def __init__(
        self, pdag: Pdag, q: FloatArray, most_steps: int | None, memory: int, progress: Progress | None, seed: int
    ) -> None:
        self.pdag, self.q, self.steps_left = pdag, q, most_steps
        self.memory, self.progress, self.seed = memory, progress, seed
        self.best = Interval(0.0, 1.0, 1.0)

    def intervals(self) -> Iterator[Interval]:
        """The intervals of `bounds`."""
        try:
            skeleton = monotone(self.pdag)
            lower, upper = bounds_at_once(skeleton, self.q)
            self.best = Interval(max(0.0, lower * (1.0 - OUTWARD)), min(1.0, upper * (1.0 + OUTWARD)), 1.0)
        except LimitExceeded:
            yield self.best
            return
        yield self.best
        try:
            yield from self._rounds(Guess(skeleton, self.q if self.q.ndim == 1 else self.q[:, 0]))
        except LimitExceeded:
            return

    def _rounds(self, guess: Guess) -> Iterator[Interval]:
        sides = Side.lower(), Side.upper(guess.probability)
        while self.best.lower < self.best.upper and not all(side.is_over for side in sides):
            for side in sides:
                if side.is_over:
                    continue
                if deadline.passed() or (self.steps_left is not None and self.steps_left <= 0):
                    return
                if self.best.relative_width < MET * OUTWARD:
                    side.share = 0.0
                replaced = guess.least(side.by, max(LEAST, guess.probability) * side.share)
                is_whole = not replaced.any()
                simple = simplify(relaxed(guess.pdag, replaced, side.by))
                seconds = self._affordable
                counted = self._counted(simple, seconds)
                if is_whole and counted.finished:
                    lower, upper = _outward(counted, simple)
                    lower, upper = max(self.best.lower, lower), min(self.best.upper, upper)
                    yield Interval(lower, upper, 0.0, counted.probability, simple, simple)
                    return
                self._take(counted, simple, (FALSE, TRUE) if is_whole else (side.by,), side.share)
                if counted.finished:
                    side.counted(counted.steps / (SECOND * seconds), self._off(sides))
                else:
                    side.not_counted()
            yield self.best

    def _off(self, sides: Sequence[Side]) -> float:
        """How many times as far apart the bounds are as the guess said that they would be."""
        best, share = self.best, max(side.done for side in sides)
        return (best.upper - best.lower) / (best.lower * share) if best.lower * share else math.inf

    @property
    def _affordable(self) -> float:
        """Seconds that the next count may take."""
        return PATIENCE * min(deadline.left(), math.inf if self.steps_left is None else self.steps_left / SECOND)

    def _counted(self, simple: Pdag, seconds: float) -> Counted:
        """A count with half of the time and steps left; it is not begun where it would take more seconds than given."""
        most_steps = None if self.steps_left is None else max(1, int(self.steps_left * PATIENCE))
        place = {name: i for i, name in enumerate(self.pdag.variables)}
        q = np.array([self.q[place[name]] for name in simple.variables], float)
        with deadline.part(PATIENCE):
            counted = count(
                simple,
                q,
                most_steps=most_steps,
                worth=seconds,
                memory=self.memory,
                progress=self.progress,
                seed=self.seed,
            )
        if self.steps_left is not None:
            self.steps_left -= counted.steps + counted.order_steps
        return counted

    def _take(self, counted: Counted, simple: Pdag, sides: tuple[int, ...], share: float) -> None:
        """Narrow the interval by what was counted of a skeleton that lies on these sides of the given one."""
        lower, upper = _outward(counted, simple)
        best = self.best
        if FALSE in sides and lower > best.lower:
            best = replace(best, lower=lower, share=share, below=simple if counted.finished else best.below)
        if TRUE in sides and upper < best.upper:
            best = replace(best, upper=upper, share=share, above=simple if counted.finished else best.above)
        self.best = best


def _outward(counted: Counted, simple: Pdag) -> tuple[float, float]:
    """The interval of a count, widened by its rounding."""
    if simple.root in (FALSE, TRUE):
        return float(simple.root), float(simple.root)
    return max(0.0, counted.lower * (1.0 - OUTWARD) - TINY), min(1.0, counted.upper * (1.0 + OUTWARD) + TINY)
