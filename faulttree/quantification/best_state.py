"""The best state of all events in which a function is true, events weighed one by one: max-product on the diagram."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from faulttree.decision_diagrams.bdd import FALSE, Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels
from faulttree.quantification.probability import FloatArray

__all__ = ["best_state", "worth_of_ways"]


def worth_of_ways(bdd: Bdd, occurs: Sequence[float], absent: Sequence[float]) -> tuple[FloatArray, FloatArray]:
    """Of every row, the largest sum of weights on a way to true, and on a way to false: float64[n] each.

    occurs, absent: weight of either state of each level's event, the larger of the two 0: so a level that a way passes
    by adds nothing. -inf where there is no way.
    """
    of_true, of_false = np.empty(len(bdd.nodes)), np.empty(len(bdd.nodes))
    weights = np.array(occurs, np.float64), np.array(absent, np.float64)
    kernels_for(_kernels, len(bdd.nodes)).best_ways(bdd.nodes, *weights, of_true, of_false)
    return of_true, of_false


def best_state(
    bdd: Bdd, occurs: Sequence[float], absent: Sequence[float], tie: float = 0.0, root: str = "top"
) -> list[bool] | None:
    """By level, whether its event occurs in the best state in which the root is true; None when it never is.

    occurs, absent: as in `worth_of_ways`. An event occurs only where that is better by more than `tie`.
    """
    edge = bdd.roots[root]
    if edge == FALSE:
        return None
    worth = worth_of_ways(bdd, occurs, absent)
    state = [with_it > without + tie for with_it, without in zip(occurs, absent, strict=True)]
    while edge > 1:
        level, low, high = bdd.nodes[edge >> 1].tolist()
        low, high = low ^ (edge & 1), high ^ (edge & 1)
        without, with_it = absent[level] + worth[low & 1][low >> 1], occurs[level] + worth[high & 1][high >> 1]
        state[level] = bool(with_it > without + tie)
        edge = high if state[level] else low
    return state
