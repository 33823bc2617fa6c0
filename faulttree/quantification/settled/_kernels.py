"""Sweeps over BDDs in double-double numbers: rows are stored children before parents, so each is one loop.

A double-double is an unevaluated sum of two floats, the second at most half a unit in the last place of the first:
about 31 decimal digits. Rows, edges and modules are as in the plain sweeps.
Sources: T. J. Dekker, Numerische Mathematik 18, 1971; Y. Hida, X. S. Li, D. H. Bailey, ARITH-15, 2001.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]
Double = tuple[float, float]

SPLITTER = 134217729.0
"""2**27 + 1: splits a float into two halves of 26 bits."""


def two_sum(a: float, b: float) -> Double:
    """The sum of two floats, and what rounding took from it: exact."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def two_product(a: float, b: float) -> Double:
    """The product of two floats, and what rounding took from it: exact above 1e-290, of magnitudes below 1e290."""
    product = a * b
    scaled = SPLITTER * a
    a_high = scaled - (scaled - a)
    a_low = a - a_high
    scaled = SPLITTER * b
    b_high = scaled - (scaled - b)
    b_low = b - b_high
    return product, ((a_high * b_high - product) + a_high * b_low + a_low * b_high) + a_low * b_low


def add(a: float, a_rest: float, b: float, b_rest: float) -> Double:
    """The sum of two double-doubles, to 2**-104 of it."""
    total, error = two_sum(a, b)
    rest, rest_error = two_sum(a_rest, b_rest)
    total, error = two_sum(total, error + rest)
    return two_sum(total, error + rest_error)


def times(a: float, a_rest: float, b: float, b_rest: float) -> Double:
    """The product of two double-doubles, to 2**-102 of it."""
    product, error = two_product(a, b)
    return two_sum(product, error + (a * b_rest + a_rest * b))


def mixed(
    q: float, q_rest: float, f: float, f_rest: float, not_q: float, not_q_rest: float, g: float, g_rest: float
) -> Double:
    """Q f + not_q g."""
    first, first_rest = times(q, q_rest, f, f_rest)
    second, second_rest = times(not_q, not_q_rest, g, g_rest)
    return add(first, first_rest, second, second_rest)


def probability(
    nodes: IntArray, modules: IntArray, q: FloatArray, not_q: FloatArray, p: FloatArray, not_p: FloatArray
) -> None:
    """Probability p of every row's function and not_p of its complement; every array has two columns."""
    p[0, 0] = p[0, 1] = not_p[0, 1] = 0.0
    not_p[0, 0] = 1.0
    for node in range(1, nodes.shape[0]):
        level = nodes[node, 0]
        module = modules[level] >> 1
        if module:
            fails, fails_rest = p[module, 0], p[module, 1]
            works, works_rest = not_p[module, 0], not_p[module, 1]
        else:
            fails, fails_rest = q[level, 0], q[level, 1]
            works, works_rest = not_q[level, 0], not_q[level, 1]
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        if nodes[node, 2] & 1:
            high_p, high_rest, high_not, high_not_rest = not_p[high, 0], not_p[high, 1], p[high, 0], p[high, 1]
        else:
            high_p, high_rest, high_not, high_not_rest = p[high, 0], p[high, 1], not_p[high, 0], not_p[high, 1]
        p[node, 0], p[node, 1] = mixed(
            fails, fails_rest, high_p, high_rest, works, works_rest, p[low, 0], p[low, 1]
        )  # fmt: skip
        not_p[node, 0], not_p[node, 1] = mixed(
            fails, fails_rest, high_not, high_not_rest, works, works_rest, not_p[low, 0], not_p[low, 1]
        )  # fmt: skip


def slopes(
    nodes: IntArray,
    modules: IntArray,
    root: int,
    q: FloatArray,
    not_q: FloatArray,
    p: FloatArray,
    not_p: FloatArray,
    reach: FloatArray,
    slope: FloatArray,
) -> None:
    """Derivative of the root's probability by every q, added to `slope`; `reach` and `slope` start as zeros.

    Both have three columns: the number, its rest, and the sum of the magnitudes that it was summed up from.
    The derivative by a module's probability is what its own root is reached with.
    """
    reach[root >> 1, 0] = 1.0 - 2.0 * (root & 1)
    reach[root >> 1, 2] = 1.0
    for node in range(root >> 1, 0, -1):
        r, r_rest, scale = reach[node, 0], reach[node, 1], reach[node, 2]
        if scale == 0.0:
            continue
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        sign = 1.0 - 2.0 * (nodes[node, 2] & 1)
        if sign < 0.0:
            high_p, high_rest, high_not, high_not_rest = not_p[high, 0], not_p[high, 1], p[high, 0], p[high, 1]
        else:
            high_p, high_rest, high_not, high_not_rest = p[high, 0], p[high, 1], not_p[high, 0], not_p[high, 1]
        # Of the two small numbers rather than of the two near one.
        if high_p + p[low, 0] < 1.0:
            step, step_rest = add(high_p, high_rest, -p[low, 0], -p[low, 1])
            size = scale * (high_p + p[low, 0])
        else:
            step, step_rest = add(not_p[low, 0], not_p[low, 1], -high_not, -high_not_rest)
            size = scale * (high_not + not_p[low, 0])
        step, step_rest = times(r, r_rest, step, step_rest)
        level = nodes[node, 0]
        module = modules[level] >> 1
        if module:
            reach[module, 0], reach[module, 1] = add(reach[module, 0], reach[module, 1], step, step_rest)
            reach[module, 2] += size
            fails, fails_rest = p[module, 0], p[module, 1]
            works, works_rest = not_p[module, 0], not_p[module, 1]
        else:
            slope[level, 0], slope[level, 1] = add(slope[level, 0], slope[level, 1], step, step_rest)
            slope[level, 2] += size
            fails, fails_rest = q[level, 0], q[level, 1]
            works, works_rest = not_q[level, 0], not_q[level, 1]
        step, step_rest = times(r, r_rest, works, works_rest)
        reach[low, 0], reach[low, 1] = add(reach[low, 0], reach[low, 1], step, step_rest)
        reach[low, 2] += scale * works
        step, step_rest = times(sign * r, sign * r_rest, fails, fails_rest)
        reach[high, 0], reach[high, 1] = add(reach[high, 0], reach[high, 1], step, step_rest)
        reach[high, 2] += scale * fails
