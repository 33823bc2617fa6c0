"""How much the inputs that are replaced for one of two bounds may change, from one count to the next."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from faulttree.structure.pdag import FALSE, TRUE

__all__ = ["Side"]

FIRST_SHARE = 0.3
LARGER_SHARES = (0.9, 0.99, 0.999)
"""For the lower bound, while no count has come to an end."""
SMALLER_POWERS = (0.75, 0.5, 0.25, 0.1)
"""For the upper bound: the guess is raised to these powers."""
SHRINK = (1e-3, 1e-3), (3e-2, 1e-2), (math.inf, 0.1)
"""Pairs of an effort and a factor: after a count of at most this effort the next share is the last times the factor."""
AS_GUESSED, MOST_OFF = 10.0, 1e9
"""How far off the guess may be before shares are made as much smaller, and how much smaller at the most."""
CLOSE = 1.5
"""A share that was counted, and one that was not, are not told apart further where they differ by less than this."""
MOST_FAILURES = 4
"""Counts that came to no end, after one that did."""


@dataclass
class Side:
    """The lower or the upper bound. It is over when nothing smaller could be counted.

    by: FALSE or TRUE, what inputs are replaced by. share: the next to try, as a part of the guess; 0 for the whole.
    larger: what is tried instead while nothing could be counted. done: the smallest that was counted; infinite if none.
    """

    by: int
    larger: Iterator[float]
    share: float = FIRST_SHARE
    done: float = math.inf
    is_over: bool = False
    _too_small: float = 0.0
    _failures: int = field(default=0)

    @classmethod
    def lower(cls) -> Side:
        """The lower bound."""
        return cls(FALSE, iter(LARGER_SHARES))

    @classmethod
    def upper(cls, p: float) -> Side:
        """The upper bound. p: the guess."""
        return cls(TRUE, iter([p**power / p for power in SMALLER_POWERS] if 0.0 < p < 1.0 else []))

    def counted(self, effort: float, off: float) -> None:
        """The count for this share has ended: go on with a smaller one.

        effort: what part it took of what it might have. off: how many times as far apart the bounds are as was guessed.
        """
        self.done = self.share
        if self._too_small:
            self._between()
            return
        shrink = next(part for most, part in SHRINK if effort <= most)
        self.share *= shrink / min(MOST_OFF, max(1.0, off / AS_GUESSED))

    def not_counted(self) -> None:
        """It has not: go on with a larger one."""
        if math.isinf(self.done):
            self.share = next(self.larger, 0.0)
            self.is_over = not self.share
            return
        self._too_small = self.share
        self._failures += 1
        self._between()

    def _between(self) -> None:
        self.share = math.sqrt(self.done * self._too_small)
        self.is_over = self._failures >= MOST_FAILURES or self.done < CLOSE * self._too_small
