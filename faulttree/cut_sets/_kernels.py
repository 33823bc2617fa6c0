"""Sweeps over ZBDDs: rows are stored children before parents, so each is one loop.

A row is level, low row, high row; rows 0 and 1 are the empty family and the family of the empty set.
A level stands for an element, which has a weight, or for a module: then `modules` holds the row of the
module's family, and what is known of that row serves as the weight.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]


def sums(nodes: IntArray, modules: IntArray, weight: FloatArray, total: FloatArray) -> None:
    """Sum over the sets of every row of the product of their members' weights."""
    total[0] = 0.0
    total[1] = 1.0
    for node in range(2, nodes.shape[0]):
        level = nodes[node, 0]
        module = modules[level]
        total[node] = total[nodes[node, 1]] + (total[module] if module else weight[level]) * total[nodes[node, 2]]


def sum_derivative(
    nodes: IntArray,
    modules: IntArray,
    root: int,
    weight: FloatArray,
    total: FloatArray,
    reach: FloatArray,
    derivative: FloatArray,
) -> None:
    """Derivative of the root's sum by every weight, added to `derivative`; `reach` starts as zeros."""
    reach[root] = 1.0
    for node in range(root, 1, -1):
        level = nodes[node, 0]
        module = modules[level]
        reach[nodes[node, 1]] += reach[node]
        if module:
            reach[module] += reach[node] * total[nodes[node, 2]]
            reach[nodes[node, 2]] += reach[node] * total[module]
        else:
            derivative[level] += reach[node] * total[nodes[node, 2]]
            reach[nodes[node, 2]] += reach[node] * weight[level]


def extremes(nodes: IntArray, modules: IntArray, weight: FloatArray, best: FloatArray, worst: FloatArray) -> None:
    """Largest and smallest sum of weights among the sets of every row; -inf and inf where there is none."""
    best[0] = -np.inf
    worst[0] = np.inf
    best[1] = 0.0
    worst[1] = 0.0
    for node in range(2, nodes.shape[0]):
        level = nodes[node, 0]
        module = modules[level]
        low = nodes[node, 1]
        high = nodes[node, 2]
        best[node] = max(best[low], (best[module] if module else weight[level]) + best[high])
        worst[node] = min(worst[low], (worst[module] if module else weight[level]) + worst[high])
