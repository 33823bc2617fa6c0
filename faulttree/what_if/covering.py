"""What repairs cost at least, by linear programming over the minimal cut sets."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from faulttree.quantification.probability import FloatArray

__all__ = ["Covering"]

BoolArray = npt.NDArray[np.bool_]
SLACK = 1e-7
"""Relative error that a solution of the linear program may have, and more."""


class Covering:
    """Bounds from below what it costs to lower P(top) of a coherent tree by making events impossible.

    Where repairs S prevent the top event, some cut set that S hits had occurred. So P(top) falls by no more than the
    summed probability of the minimal cut sets that S hits; hitting enough of them, events and sets divisible, is a
    linear program, whose optimum no repairs undercut.

    cut_sets: each as places among the n events that may be repaired; others are left out of it.
    probabilities: of each set. costs: float64[n].
    """

    def __init__(self, cut_sets: Sequence[Sequence[int]], probabilities: Sequence[float], costs: FloatArray) -> None:
        members = [(row, event) for row, cut in enumerate(cut_sets) for event in cut]
        self._rows, self._events = np.array(members, np.int64).reshape(-1, 2).T
        self._p, self._costs = np.array(probabilities, np.float64), costs

    def least_cost(self, repaired: BoolArray, left: BoolArray, fall: float) -> float:
        """What it costs at least to lower P(top) by `fall` more, once some are repaired; inf where it cannot be.

        repaired: bool[n]. left: bool[n], the events that may be repaired besides.
        """
        import scipy.optimize
        import scipy.sparse

        if fall <= 0.0:
            return 0.0
        hit = np.zeros(len(self._p), bool)
        hit[self._rows[repaired[self._events]]] = True
        kept = left[self._events] & ~hit[self._rows]
        if not kept.any():
            return math.inf
        rows, place = np.unique(self._rows[kept], return_inverse=True)
        events, column = np.unique(self._events[kept], return_inverse=True)
        n, m = len(events), len(rows)
        # Unknowns: how far each event is repaired, and how far each set is hit: at most as far as its events are.
        above = scipy.sparse.csr_array(
            (np.concatenate([np.full(len(place), -1.0), np.ones(m)]),
             (np.concatenate([place, np.arange(m)]), np.concatenate([column, n + np.arange(m)]))), shape=(m, n + m),
        )  # fmt: skip
        enough = np.concatenate([np.zeros(n), -self._p[rows] / fall])[None]
        found = scipy.optimize.linprog(
            np.concatenate([self._costs[events], np.zeros(m)]),
            A_ub=scipy.sparse.vstack([above, scipy.sparse.csr_array(enough)], format="csr"),
            b_ub=np.concatenate([np.zeros(m), [-1.0 + SLACK]]),
            bounds=(0.0, 1.0),
            method="highs",
        )
        if found.status == 2:
            return math.inf
        return float(found.fun) * (1.0 - SLACK) if found.status == 0 else 0.0
