"""Sweeps over BDDs for a block of columns at once, in working rows that are used again; and over ZBDDs.

Of a BDD, a working row stands for a function, and an edge is row << 1 | complement as in a diagram: line 2 r of
`values` holds the probabilities of row r's function, line 2 r + 1 those of its complement. Row 0 is the constant false;
then come the events in use; then what the steps work out. So nothing has to tell an event from a module, nor a function
from its complement.

A step is four edges: what it decides on, low, high, and the result. The low edge and the one decided on are never
complemented. A row that nobody reads any more serves a later step, never the one that read it last:
no line is both read and written, and compiled loops can go several columns at a time. Steps are unsigned, so that
they need not ask whether an index counts from the end.

Of a ZBDD, rows 0 and 1 are the empty family and the family of the empty set; then come the elements in use; then what
the steps work out, each in a row of its own. A step is four rows: what it decides on, an element's or a module's, low,
high, and the result.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
StepArray = npt.NDArray[np.uint32]
ByteArray = npt.NDArray[np.int8]
FloatArray = npt.NDArray[np.float64]

FUNCTION, COMPLEMENT, BOTH = 1, 2, 3
"""What of a step is asked for: the probability of its function, of the complement, or both."""


def last_readers(
    nodes: IntArray, modules: IntArray, roots: IntArray, wanted: int, last: IntArray, need: ByteArray
) -> int:
    """Of every row of a diagram the last row that reads it, and what of it is read; the number of rows in need.

    roots: edges of which `wanted` is asked. last: int32[n] of zeros; n for the roots themselves, 0 for rows not needed.
    need: int8[n] of zeros.
    """
    n = nodes.shape[0]
    for i in range(roots.shape[0]):
        edge = roots[i]
        last[edge >> 1] = n
        need[edge >> 1] |= swapped(wanted) if edge & 1 else wanted
    count = 0
    for node in range(n - 1, 0, -1):
        if last[node] == 0:
            continue
        count += 1
        module = modules[nodes[node, 0]] >> 1
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        need[low] |= need[node]
        need[high] |= swapped(need[node]) if nodes[node, 2] & 1 else need[node]
        need[module] |= 3
        if last[low] == 0:
            last[low] = node
        if last[high] == 0:
            last[high] = node
        if last[module] == 0:
            last[module] = node
    return count


def swapped(need: int) -> int:
    """What is asked of an edge's row when this is asked of its complement."""
    return (need >> 1 | need << 1) & 3


def lay_out(
    nodes: IntArray,
    modules: IntArray,
    event_rows: IntArray,
    n_events: int,
    last: IntArray,
    rows: IntArray,
    free: IntArray,
    steps: StepArray,
    sources: IntArray,
) -> int:
    """Give every row of a diagram that is needed a working row; the number of working rows.

    event_rows: the working row of each level that is an event in use, 1 to n_events. last: as `last_readers` leaves
    it; used up. rows: int32[n] of zeros, the working row of each. free: int32[n] of room.
    steps: uint32[needed, 4]; sources: int32[needed], the diagram's row that each step works out.
    """
    count = 0
    n_rows = n_events + 1
    n_free = 0
    for node in range(1, nodes.shape[0]):
        if last[node] == 0:
            continue
        if n_free > 0:
            n_free -= 1
            row = free[n_free]
        else:
            row = n_rows
            n_rows += 1
        rows[node] = row
        level = nodes[node, 0]
        module = modules[level] >> 1
        low = nodes[node, 1]
        high = nodes[node, 2]
        steps[count, 0] = (rows[module] if module else event_rows[level]) << 1
        steps[count, 1] = rows[low >> 1] << 1
        steps[count, 2] = rows[high >> 1] << 1 | high & 1
        steps[count, 3] = row << 1
        sources[count] = node
        count += 1
        for which in range(3):
            read = module if which == 0 else (low >> 1 if which == 1 else high >> 1)
            if read and last[read] == node:
                # A row may be read twice by one step, and is given back once.
                last[read] = -1
                free[n_free] = rows[read]
                n_free += 1
    return n_rows


def depth_of(nodes: IntArray, modules: IntArray, depth: IntArray) -> int:
    """Steps on the longest way down from any row, that of a module added to what decides on it. depth: int32[n]."""
    most = 0
    depth[0] = 0
    for node in range(1, nodes.shape[0]):
        below = max(depth[nodes[node, 1] >> 1], depth[nodes[node, 2] >> 1])
        depth[node] = 1 + below + depth[modules[nodes[node, 0]] >> 1]
        most = max(most, depth[node])
    return most


def gather(used: IntArray, q: FloatArray, not_q: FloatArray, start: int, width: int, values: FloatArray) -> None:
    """The lines of the constant and of the events in use, from `width` columns that begin at `start`."""
    for k in range(width):
        values[0, k] = 0.0
        values[1, k] = 1.0
    for i in range(used.shape[0]):
        for k in range(width):
            values[2 * i + 2, k] = q[used[i], start + k]
            values[2 * i + 3, k] = not_q[used[i], start + k]


def probability_block(
    steps: StepArray,
    needs: ByteArray,
    used: IntArray,
    roots: IntArray,
    q: FloatArray,
    not_q: FloatArray,
    start: int,
    width: int,
    values: FloatArray,
    found: FloatArray,
) -> None:
    """Probabilities of the edges `roots`, for columns start to start + width - 1, into `found`: [n_roots, B].

    roots: edges of working rows. needs: what of each step is asked for. values: float64[2 n_rows, width or more].
    """
    gather(used, q, not_q, start, width, values)
    for step in range(steps.shape[0]):
        fails = steps[step, 0]
        low = steps[step, 1]
        high = steps[step, 2]
        result = steps[step, 3]
        need = needs[step]
        if need & 1:
            for k in range(width):
                values[result, k] = values[fails, k] * values[high, k] + values[fails + 1, k] * values[low, k]
        if need & 2:
            for k in range(width):
                values[result + 1, k] = (
                    values[fails, k] * values[high ^ 1, k] + values[fails + 1, k] * values[low + 1, k]
                )
    for i in range(roots.shape[0]):
        for k in range(width):
            found[i, start + k] = values[roots[i], k]


def derivative_block(
    steps: StepArray,
    used: IntArray,
    root: int,
    q: FloatArray,
    not_q: FloatArray,
    dq: FloatArray,
    start: int,
    width: int,
    values: FloatArray,
    slopes: FloatArray,
    scales: FloatArray,
    found: FloatArray,
) -> None:
    """Probability of an edge, of its complement, its derivative along dq, and the scale of that one's error.

    found: [4, B]; of columns start to start + width - 1. slopes, scales: float64[n_rows, width or more].
    The derivative is a sum of differences of two probabilities; the scale is the same sum with each difference replaced
    by the sum of its two terms, and every sign by plus.
    """
    gather(used, q, not_q, start, width, values)
    for k in range(width):
        slopes[0, k] = 0.0
        scales[0, k] = 0.0
    for i in range(used.shape[0]):
        for k in range(width):
            slopes[i + 1, k] = dq[used[i], start + k]
            scales[i + 1, k] = abs(dq[used[i], start + k])
    for step in range(steps.shape[0]):
        fails = steps[step, 0]
        low = steps[step, 1]
        high = steps[step, 2]
        result = steps[step, 3]
        sign = 1.0 - 2.0 * (high & 1)
        for k in range(width):
            p = values[fails, k]
            not_p = values[fails + 1, k]
            p_high = values[high, k]
            not_p_high = values[high ^ 1, k]
            p_low = values[low, k]
            not_p_low = values[low + 1, k]
            # Of the two small numbers rather than of the two near one.
            small = p_high + p_low < 1.0
            difference = p_high - p_low if small else not_p_low - not_p_high
            terms = p_high + p_low if small else not_p_low + not_p_high
            values[result, k] = p * p_high + not_p * p_low
            values[result + 1, k] = p * not_p_high + not_p * not_p_low
            slope = p * sign * slopes[high >> 1, k] + not_p * slopes[low >> 1, k]
            slopes[result >> 1, k] = slope + slopes[fails >> 1, k] * difference
            scale = p * scales[high >> 1, k] + not_p * scales[low >> 1, k]
            scales[result >> 1, k] = scale + scales[fails >> 1, k] * terms
    sign = 1.0 - 2.0 * (root & 1)
    for k in range(width):
        found[0, start + k] = values[root, k]
        found[1, start + k] = values[root ^ 1, k]
        found[2, start + k] = sign * slopes[root >> 1, k]
        found[3, start + k] = scales[root >> 1, k]


def gradient_block(
    steps: StepArray,
    used: IntArray,
    lasting: StepArray,
    root: int,
    q: FloatArray,
    not_q: FloatArray,
    start: int,
    width: int,
    values: FloatArray,
    reach: FloatArray,
    slopes: FloatArray,
    found: FloatArray,
    gradient: FloatArray,
) -> None:
    """Probability of an edge, of its complement, and its derivative by every event in use.

    steps: with the working rows that are used again; they serve `reach`, float64[n_rows, width or more] of zeros,
    which is left so. lasting: the same steps where every one has a working row of its own, for `values`.
    slopes: float64[n_events + 1, width or more]. found: [2, B]. gradient: [n_levels, B].
    """
    gather(used, q, not_q, start, width, values)
    for step in range(lasting.shape[0]):
        fails = lasting[step, 0]
        low = lasting[step, 1]
        high = lasting[step, 2]
        result = lasting[step, 3]
        for k in range(width):
            values[result, k] = values[fails, k] * values[high, k] + values[fails + 1, k] * values[low, k]
            values[result + 1, k] = values[fails, k] * values[high ^ 1, k] + values[fails + 1, k] * values[low + 1, k]
    n_events = used.shape[0]
    for k in range(width):
        found[0, start + k] = values[root, k]
        found[1, start + k] = values[root ^ 1, k]
    for i in range(n_events + 1):
        for k in range(width):
            slopes[i, k] = 0.0
    top = lasting.shape[0] - 1
    while top >= 0 and lasting[top, 3] != root & ~1:
        top -= 1
    if top >= 0:
        for k in range(width):
            reach[steps[top, 3] >> 1, k] = 1.0 - 2.0 * (root & 1)
    for step in range(top, -1, -1):
        fails = lasting[step, 0]
        low = lasting[step, 1]
        high = lasting[step, 2]
        mine = steps[step, 3] >> 1
        to_low = steps[step, 1] >> 1
        to_high = steps[step, 2] >> 1
        to_decided = steps[step, 0] >> 1
        event = fails >> 1
        sign = 1.0 - 2.0 * (high & 1)
        for k in range(width):
            r = reach[mine, k]
            reach[mine, k] = 0.0
            p_high = values[high, k]
            p_low = values[low, k]
            small = p_high + p_low < 1.0
            difference = p_high - p_low if small else values[low + 1, k] - values[high ^ 1, k]
            if event <= n_events:
                slopes[event, k] += r * difference
            else:
                reach[to_decided, k] += r * difference
            reach[to_low, k] += r * values[fails + 1, k]
            reach[to_high, k] += r * values[fails, k] * sign
    for k in range(width):
        reach[0, k] = 0.0
    for i in range(n_events):
        for k in range(width):
            gradient[used[i], start + k] = slopes[i + 1, k]


# ZBDDs


def share_block(
    steps: StepArray,
    used: IntArray,
    root: int,
    q: FloatArray,
    start: int,
    width: int,
    sums: FloatArray,
    reach: FloatArray,
    total: FloatArray,
    slopes: FloatArray,
) -> None:
    """Sum over a family's sets of the product of their elements' q, and its derivative by the q of every element.

    used: the row of q of each element in use. root: the family's row. sums, reach: float64[n_rows, width or more].
    Of columns start to start + width - 1: the sum into total, [B], the derivatives into slopes, [n_levels, B].
    """
    n_elements = used.shape[0]
    for k in range(width):
        sums[0, k] = 0.0
        sums[1, k] = 1.0
    for i in range(n_elements):
        for k in range(width):
            sums[i + 2, k] = q[used[i], start + k]
    for step in range(steps.shape[0]):
        decided = steps[step, 0]
        low = steps[step, 1]
        high = steps[step, 2]
        result = steps[step, 3]
        for k in range(width):
            sums[result, k] = sums[low, k] + sums[decided, k] * sums[high, k]
    for row in range(steps.shape[0] + n_elements + 2):
        for k in range(width):
            reach[row, k] = 0.0
    for k in range(width):
        total[start + k] = sums[root, k]
        reach[root, k] = 1.0
    for step in range(steps.shape[0] - 1, -1, -1):
        decided = steps[step, 0]
        low = steps[step, 1]
        high = steps[step, 2]
        result = steps[step, 3]
        # Low and high may be one row, which then is reached both ways.
        for k in range(width):
            r = reach[result, k]
            reach[low, k] += r
            reach[decided, k] += r * sums[high, k]
            reach[high, k] += r * sums[decided, k]
    for i in range(n_elements):
        for k in range(width):
            slopes[used[i], start + k] = reach[i + 2, k]
