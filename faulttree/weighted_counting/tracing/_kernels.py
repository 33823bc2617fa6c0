"""Sweeps over a trace: rows of decisions, products and sums, children first.

The search's kernel says how they are kept. Numbers are pairs of a probability and its complement, each a double and
a correction, as there.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
FloatArray = npt.NDArray[np.float64]

SUM_ROW, PRODUCT_ROW = 0, -1
ROUNDING = 2.0**-52
"""Relative rounding of one step of a downward sweep, rounded up."""
LOST = 2.0**-96
"""What the upward sweep may have lost of a number, rounded up: its complements are differences."""


def plus(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Sum of two double-doubles."""
    s = a + b
    t = s - a
    low = ((a - (s - t)) + (b - t)) + (a_low + b_low)
    high = s + low
    return high, low - (high - s)


def times(a: float, a_low: float, b: float, b_low: float) -> tuple[float, float]:
    """Product of two double-doubles, factors at most 1."""
    p = a * b
    c = 134217729.0 * a
    a_top = c - (c - a)
    a_rest = a - a_top
    c = 134217729.0 * b
    b_top = c - (c - b)
    b_rest = b - b_top
    low = ((a_top * b_top - p) + a_top * b_rest + a_rest * b_top) + a_rest * b_rest
    low += a * b_low + a_low * b
    high = p + low
    return high, low - (high - p)


def upward(trace: IntArray, trace_inputs: IntArray, weights: FloatArray, first: int, numbers: FloatArray) -> None:
    """Every row's probability and its complement, float64[rows, 4] with corrections; circuit nodes have theirs."""
    for row in range(first, trace.shape[0]):
        event = trace[row, 0]
        if event == PRODUCT_ROW:
            p, p_low, more, more_low = 1.0, 0.0, 0.0, 0.0
            for i in range(trace[row, 1], trace[row, 2]):
                below = trace_inputs[i] >> 1
                true = 2 * (trace_inputs[i] & 1)
                a, a_low = times(p, p_low, numbers[below, 2 - true], numbers[below, 3 - true])
                more, more_low = plus(more, more_low, a, a_low)
                p, p_low = times(p, p_low, numbers[below, true], numbers[below, true + 1])
        else:
            one, other = trace[row, 1] >> 1, trace[row, 2] >> 1
            true, other_true = 2 * (trace[row, 1] & 1), 2 * (trace[row, 2] & 1)
            p, p_low = numbers[one, true], numbers[one, true + 1]
            more, more_low = numbers[one, 2 - true], numbers[one, 3 - true]
            a, a_low = numbers[other, other_true], numbers[other, other_true + 1]
            b, b_low = numbers[other, 2 - other_true], numbers[other, 3 - other_true]
            if event == SUM_ROW:
                if p < a:
                    more, more_low = plus(b, b_low, -p, -p_low)
                else:
                    more, more_low = plus(more, more_low, -a, -a_low)
                if more < 0.0:
                    more = more_low = 0.0  # rounding
                p, p_low = plus(p, p_low, a, a_low)
            else:
                p, p_low = times(p, p_low, weights[event, 2], weights[event, 3])
                a, a_low = times(a, a_low, weights[event, 0], weights[event, 1])
                p, p_low = plus(p, p_low, a, a_low)
                more, more_low = times(more, more_low, weights[event, 2], weights[event, 3])
                b, b_low = times(b, b_low, weights[event, 0], weights[event, 1])
                more, more_low = plus(more, more_low, b, b_low)
        numbers[row, 0] = p
        numbers[row, 1] = p_low
        numbers[row, 2] = more
        numbers[row, 3] = more_low


def downward(
    trace: IntArray,
    trace_inputs: IntArray,
    weights: FloatArray,
    first: int,
    numbers: FloatArray,
    products: FloatArray,
    slopes: FloatArray,
    errors: FloatArray,
) -> None:
    """Derivative of the root's probability by that of every row, circuit nodes included, and a bound on its error.

    slopes, errors: float64[rows]; the root's own are given, 0 elsewhere.
    products: room for one number more than the longest product has inputs.
    """
    for row in range(trace.shape[0] - 1, first - 1, -1):
        slope, error = slopes[row], errors[row]
        if slope == 0.0 and error == 0.0:
            continue
        event = trace[row, 0]
        if event == PRODUCT_ROW:
            start, end = trace[row, 1], trace[row, 2]
            # By an input: the product of all others, those before it from a first pass.
            p = 1.0
            for i in range(start, end):
                products[i - start] = p
                p *= numbers[trace_inputs[i] >> 1, 2 * (trace_inputs[i] & 1)]
            p = 1.0
            for i in range(end - 1, start - 1, -1):
                below, complement = trace_inputs[i] >> 1, trace_inputs[i] & 1
                others = p * products[i - start]
                slopes[below] += (1 - 2 * complement) * slope * others
                rounded = (end - start + 1) * ROUNDING * others + (end - start) * LOST
                errors[below] += error * others + abs(slope) * rounded + ROUNDING * abs(slopes[below])
                p *= numbers[below, 2 * complement]
        else:
            one, other = trace[row, 1] >> 1, trace[row, 2] >> 1
            complement, other_complement = trace[row, 1] & 1, trace[row, 2] & 1
            weight = other_weight = 1.0
            if event != SUM_ROW:
                weight, other_weight = weights[event, 2], weights[event, 0]
                gain, _ = plus(
                    numbers[one, 2 * complement],
                    numbers[one, 2 * complement + 1],
                    -numbers[other, 2 * other_complement],
                    -numbers[other, 2 * other_complement + 1],
                )
                slopes[event] += slope * gain
                rounded = 2.0 * ROUNDING * abs(gain) + LOST
                errors[event] += error * abs(gain) + abs(slope) * rounded + ROUNDING * abs(slopes[event])
            slopes[one] += (1 - 2 * complement) * weight * slope
            errors[one] += weight * (error + ROUNDING * abs(slope)) + ROUNDING * abs(slopes[one])
            slopes[other] += (1 - 2 * other_complement) * other_weight * slope
            errors[other] += other_weight * (error + ROUNDING * abs(slope)) + ROUNDING * abs(slopes[other])
