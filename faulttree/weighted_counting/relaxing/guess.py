"""Which inputs of a skeleton matter least: a guess, made anew after every few that are replaced.

What inputs matter does not add up: of two inputs of an AND that both turn true each alone changes little, and the two
together everything.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from faulttree.deadline import check
from faulttree.kernel_modes import kernels_for
from faulttree.structure.pdag import Connective, Pdag
from faulttree.weighted_counting._kernels import FloatArray
from faulttree.weighted_counting.relaxing import _kernels

__all__ = ["Guess"]

STEP = 0.1
"""Of what may still be changed, what the inputs that are replaced at once are guessed to change."""
TYPICAL_ROUNDS = 100
"""The same, as it is most often."""
MOST_ROUNDS = 500
"""How often a guess is made anew for one choice of inputs."""


class Guess:
    """Guesses about a monotone skeleton, as if all inputs of a gate were independent.

    probability: of the root. q: float64[n_variables].
    """

    def __init__(self, pdag: Pdag, q: FloatArray) -> None:
        self.pdag = pdag
        lengths = np.diff(pdag.offset)
        self._need = np.where(pdag.connective == Connective.AND, lengths, pdag.k).astype(np.int32)
        self._need[pdag.connective == Connective.OR] = 1
        n, m = pdag.size, len(pdag.argument)
        self._p = np.concatenate([[0.0], q, np.zeros(n - pdag.first_gate)])
        self._room = np.zeros(n), np.zeros(m), np.zeros(m + 1), np.zeros(_kernels.LARGEST_VOTE + 1)
        self.probability, _ = self.changes(np.zeros(m, np.int8), 0)

    def changes(self, replaced: npt.NDArray[np.int8], by: int) -> tuple[float, FloatArray]:
        """The root's probability with some inputs replaced, and how much each of the others would change it.

        replaced: int8[n_arguments]. by: 0 or 1. The second value is float64[n_arguments], of those replaced 0.
        """
        pdag, change = self.pdag, np.zeros(len(replaced))
        kernels = kernels_for(_kernels, TYPICAL_ROUNDS * (pdag.size + len(pdag.argument)))
        kernels.guess(
            self._need, pdag.offset, pdag.argument, pdag.first_gate, pdag.root >> 1, replaced, by, self._p,
            *self._room, change,
        )  # fmt: skip
        top = float(self._p[pdag.root >> 1])
        return (1.0 - top if pdag.root & 1 else top), change

    def least(self, by: int, limit: float) -> npt.NDArray[np.bool_]:
        """The inputs that may be replaced so that the root's probability changes by no more than a limit.

        bool[n_arguments]; none for a limit of 0, else no more can be added one by one. Raises TimeLimitExceeded.
        """
        replaced = np.zeros(len(self.pdag.argument), np.int8)
        if not limit:
            return replaced.astype(bool)
        barred = np.zeros(len(replaced), bool)
        p, change = self.changes(replaced, by)
        for _ in range(MOST_ROUNDS):
            check()
            change[(replaced == 1) | barred] = np.inf
            room = limit - abs(p - self.probability)
            order = np.argsort(change, kind="stable")
            together = np.cumsum(change[order])
            if not len(order) or not together[0] <= room:
                break
            n = max(1, int(np.searchsorted(together, STEP * room)))
            while True:
                tried = replaced.copy()
                tried[order[:n]] = 1
                after, then = self.changes(tried, by)
                if abs(after - self.probability) <= limit and (n == 1 or abs(after - p) <= 2.0 * STEP * room):
                    replaced, p, change = tried, after, then
                    break
                if n == 1:
                    barred[order[0]] = True
                    break
                n //= 2
        return replaced.astype(bool)
