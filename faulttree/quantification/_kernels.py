"""Sweeps over BDDs: rows are stored children before parents, so each is one loop.

A row is level, low edge, high edge; an edge is row << 1 | complement, row 0 the constant false.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]


def bdd_probability(nodes: IntArray, q: FloatArray, not_q: FloatArray, p: FloatArray, not_p: FloatArray) -> None:
    """Probability p of every row's function and not_p of its complement: sums of positive terms, no digit lost."""
    p[0] = 0.0
    not_p[0] = 1.0
    for node in range(1, nodes.shape[0]):
        level = nodes[node, 0]
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        if nodes[node, 2] & 1:
            p[node] = q[level] * not_p[high] + not_q[level] * p[low]
            not_p[node] = q[level] * p[high] + not_q[level] * not_p[low]
        else:
            p[node] = q[level] * p[high] + not_q[level] * p[low]
            not_p[node] = q[level] * not_p[high] + not_q[level] * not_p[low]


def bdd_birnbaum(
    nodes: IntArray,
    root: int,
    q: FloatArray,
    not_q: FloatArray,
    difference: FloatArray,
    reach: FloatArray,
    birnbaum: FloatArray,
) -> None:
    """Derivative of the root's probability by every q, added to `birnbaum`; `reach` starts as zeros.

    difference: of every row, the probability of its high branch less that of its low branch.
    """
    reach[root >> 1] = 1.0 - 2.0 * (root & 1)
    for node in range(root >> 1, 0, -1):
        r = reach[node]
        level = nodes[node, 0]
        birnbaum[level] += r * difference[node]
        reach[nodes[node, 1] >> 1] += r * not_q[level]
        reach[nodes[node, 2] >> 1] += r * q[level] * (1.0 - 2.0 * (nodes[node, 2] & 1))
