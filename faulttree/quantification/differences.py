"""Differences of nearly equal probabilities, with their digits."""

from __future__ import annotations

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels
from faulttree.quantification.probability import FloatArray, RowProbabilities

__all__ = ["branch_differences", "followed_slopes"]

MOST_PAIRS = 2**18


def branch_differences(bdd: Bdd, rows: RowProbabilities) -> tuple[FloatArray, bool]:
    """Of every row, the probability of its high branch less that of its low branch: float64[n], in [-1, 1].

    The second value tells whether every difference that nearly cancels was followed.
    Where the two nearly cancel, the difference is followed down the diagram,
    P(f) - P(g) = q (P(f1) - P(g1)) + (1 - q) (P(f0) - P(g0)), until they no longer do; in a monotone
    function all terms have one sign, so 11 digits or more remain. After 262,144 pairs the plain
    difference is taken, whose absolute error is about 1e-16.
    """
    n_levels = len(bdd.variables)
    most = min(MOST_PAIRS, 1 << (8 * len(bdd.nodes) + 2 * n_levels).bit_length())
    slots = 2 * most
    pairs, values = np.full((slots, 2), -1, np.int64), np.empty(slots)
    stack, difference = np.empty((2 * n_levels + 4, 2), np.int64), np.zeros(len(bdd.nodes))
    lost = kernels_for(_kernels, len(bdd.nodes)).branch_differences(
        bdd.nodes, bdd.modules, rows.p, rows.not_p, rows.q, rows.not_q, pairs, values, stack, difference
    )
    return difference, lost == 0


def followed_slopes(bdd: Bdd, root: str, rows: RowProbabilities) -> tuple[FloatArray, bool]:
    """Derivative of a function's probability by every event's q, in one downward sweep: float64[n_levels].

    The second value tells whether the slopes of a monotone function have 11 digits or more, as they do unless the
    diagram takes too many pairs to follow. No slope of such a function is below zero, except for rounding that the
    caller clamps: each term is a difference of probabilities of nested functions.
    """
    reach, found = np.zeros(len(bdd.nodes)), np.zeros(len(bdd.variables))
    differences, followed = branch_differences(bdd, rows)
    kernels_for(_kernels, len(bdd.nodes)).bdd_birnbaum(
        bdd.nodes, bdd.modules, bdd.roots[root], rows.p, rows.not_p, rows.q, rows.not_q, differences, reach, found
    )
    return found, followed
