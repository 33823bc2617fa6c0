"""Whether a function, with some events settled, still depends on any of some others: for many settlements at once."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from faulttree.decision_diagrams.bdd import Bdd

__all__ = ["FREE", "depends"]

FREE = -1
"""The state of an event that is not settled."""
PRIME = 2**31 - 1
ROUNDS = 3
CELLS = 2**22
"""Rows times columns that are worked out together."""


def depends(
    bdd: Bdd, states: npt.NDArray[np.int8], varied: npt.NDArray[np.bool_], root: str = "top"
) -> npt.NDArray[np.bool_]:
    """Whether a root depends on any of the varied events, with some others settled: bool[n].

    states: int8[n_levels, n], of every event by level 1 where it is certain, 0 where impossible, else FREE. What stands
    at levels of modules is not read. varied: bool[n_levels], or bool[n_levels, n]; where such an event is settled it
    makes no difference.
    A function's multilinear form is evaluated at random points of a prime field, with two values for every event
    varied: where the two agree each time, it does not depend on them, but for a probability of (2 n_levels / 2^31)^3.
    Source: J. T. Schwartz, Journal of the ACM 27, 1980.
    """
    found = np.zeros(states.shape[1], np.bool_)
    together = max(1, CELLS // (2 * len(bdd.nodes)))
    points = np.random.default_rng(20_261_123).integers(1, PRIME, (ROUNDS, 2, len(states), 1))
    each = np.broadcast_to(varied.reshape(len(states), -1), states.shape)
    for start in range(0, states.shape[1], together):
        chosen, moved = (array[:, start : start + together] for array in (states, each))
        for point in points:
            first = np.where(chosen == FREE, point[0], chosen)
            second = np.where((chosen == FREE) & moved, point[1], first)
            values = _values(bdd, bdd.roots[root], np.concatenate((first, second), axis=1))
            found[start : start + together] |= values[: chosen.shape[1]] != values[chosen.shape[1] :]
    return found


def _values(bdd: Bdd, root: int, at: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The multilinear form of an edge's function at points of the field, int64[n]. at: int64[n_levels, n], by level."""
    rows = np.zeros((len(bdd.nodes), at.shape[1]), np.int64)

    def edge(number: int) -> npt.NDArray[np.int64]:
        value: npt.NDArray[np.int64] = rows[number >> 1]
        return (1 - value) % PRIME if number & 1 else value

    # Children and modules are stored before what decides on them.
    for row, (level, low, high) in enumerate(bdd.nodes[1:].tolist(), start=1):
        module = int(bdd.modules[level])
        decided = edge(module) if module else at[level]
        below = edge(low)
        rows[row] = (below + decided * ((edge(high) - below) % PRIME)) % PRIME
    return edge(root)
