"""Certified bounds on a top event that no engine finishes: simpler trees counted exactly, ever less simple ones.

What matters least is replaced by false for the lower bound and by true for the upper (`relax.py` says why the bounds
hold), and what is left is counted. Then less is replaced, until nothing is, and the bounds meet.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from faulttree.structure.pdag import FALSE, TRUE, Pdag
from faulttree.structure.simplify import simplify
from faulttree.weighted_counting._kernels import FloatArray
from faulttree.weighted_counting.counter import DEFAULT_MEMORY, Progress, count
from faulttree.weighted_counting.relax import frechet, impacts, monotone, relaxed

__all__ = ["Interval", "bounds"]

FIRST_SHARE = 0.25
"""Of the guessed probability, what the inputs replaced in the first round matter together."""
SHRINK = 0.2
"""That share from one round to the next."""
LAST_SHARE = 1e-13
"""Shares smaller than this end in a last round that replaces nothing."""
PATIENCE = 0.5
"""The part of the time left that one count gets."""
OUTWARD = 1e-12
"""Relative: more than the rounding of a count."""


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

    q: float64[n_variables], the probability of each variable, independent. The iterator ends when the bounds meet or
    the time limit (seconds) has passed or most_steps are taken; without a limit it may go on for as long as an exact
    count would. memory: bytes of a count's cache.
    """
    deadline = math.inf if time_limit is None else time.monotonic() + time_limit
    skeleton = monotone(pdag)
    lower, upper = frechet(skeleton, q)
    best = Interval(max(0.0, lower * (1.0 - OUTWARD)), min(1.0, upper * (1.0 + OUTWARD)), 1.0)
    yield best
    losses, gains, guess = impacts(skeleton, q)
    share, steps_left = FIRST_SHARE, most_steps
    while best.lower < best.upper:
        exact = share < LAST_SHARE
        for by, impact in ((FALSE, losses), (TRUE, gains)):
            left = deadline - time.monotonic()
            if left <= 0 or (steps_left is not None and steps_left <= 0):
                return
            replaced = _least(impact, 0.0 if exact else share * guess)
            exact = exact or not replaced.any()
            simple = simplify(relaxed(skeleton, replaced, by))
            counted = count(
                simple,
                _of(simple, pdag, q),
                time_limit=None if math.isinf(left) else left * PATIENCE,
                most_steps=None if steps_left is None else max(1, int(steps_left * PATIENCE)),
                memory=memory,
                progress=progress,
                seed=seed,
            )
            if steps_left is not None:
                steps_left -= counted.steps
            lower, upper = counted.lower * (1.0 - OUTWARD), min(1.0, counted.upper * (1.0 + OUTWARD))
            if exact and counted.finished:
                lower, upper = max(best.lower, lower), min(best.upper, upper)
                yield Interval(lower, upper, 0.0, counted.probability, simple, simple)
                return
            if (exact or by == FALSE) and lower > best.lower:
                best = replace(best, lower=lower, share=share, below=simple if counted.finished else best.below)
            if (exact or by == TRUE) and upper < best.upper:
                best = replace(best, upper=upper, share=share, above=simple if counted.finished else best.above)
            if not counted.finished:
                yield best
                return
        yield best
        share *= SHRINK


def _least(impact: FloatArray, total: float) -> npt.NDArray[np.bool_]:
    """The inputs of least impact, as many as together stay below the total."""
    order = np.argsort(impact, kind="stable")
    chosen = np.zeros(len(impact), bool)
    chosen[order[: int(np.searchsorted(np.cumsum(impact[order]), total))]] = True
    return chosen


def _of(simple: Pdag, pdag: Pdag, q: FloatArray) -> FloatArray:
    """The probabilities of the variables that a simpler skeleton still has."""
    place = {name: i for i, name in enumerate(pdag.variables)}
    return np.array([q[place[name]] for name in simple.variables], float)
