"""Sweeps over BDDs: rows are stored children before parents, so each is one loop.

A row is level, low edge, high edge; an edge is row << 1 | complement, row 0 the constant false.
A level stands for an event, or for a module: then `modules` holds the module's edge, which is never
complemented and whose rows all come before those that decide on it. So one pass serves all.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]
FloatArray = npt.NDArray[np.float64]
Truths = npt.NDArray[np.int8]

DOUBTFUL = 1e-3
"""A difference this small beside its terms has lost three digits, and is worked out another way."""


def bdd_probability(
    nodes: IntArray, modules: IntArray, q: FloatArray, not_q: FloatArray, p: FloatArray, not_p: FloatArray
) -> None:
    """Probability p of every row's function and not_p of its complement: sums of positive terms, no digit lost."""
    p[0] = 0.0
    not_p[0] = 1.0
    for node in range(1, nodes.shape[0]):
        level = nodes[node, 0]
        module = modules[level] >> 1
        fails = p[module] if module else q[level]
        works = not_p[module] if module else not_q[level]
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        if nodes[node, 2] & 1:
            p[node] = fails * not_p[high] + works * p[low]
            not_p[node] = fails * p[high] + works * not_p[low]
        else:
            p[node] = fails * p[high] + works * p[low]
            not_p[node] = fails * not_p[high] + works * not_p[low]


def possible(
    nodes: IntArray, modules: IntArray, q: FloatArray, not_q: FloatArray, can: Truths, can_not: Truths
) -> None:
    """Whether every row's function, and whether its complement, is true in some state of positive probability: 0 or 1.

    A probability is 0 where it cannot be; where it can be, and comes as 0, it is too small for a float.
    """
    can[0] = 0
    can_not[0] = 1
    for node in range(1, nodes.shape[0]):
        level = nodes[node, 0]
        module = modules[level] >> 1
        fails = can[module] if module else q[level] > 0.0
        works = can_not[module] if module else not_q[level] > 0.0
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        negated = nodes[node, 2] & 1
        high_can = can_not[high] if negated else can[high]
        high_can_not = can[high] if negated else can_not[high]
        can[node] = (fails and high_can) or (works and can[low])
        can_not[node] = (fails and high_can_not) or (works and can_not[low])


def bdd_birnbaum(
    nodes: IntArray,
    modules: IntArray,
    root: int,
    p: FloatArray,
    not_p: FloatArray,
    q: FloatArray,
    not_q: FloatArray,
    difference: FloatArray,
    reach: FloatArray,
    birnbaum: FloatArray,
) -> None:
    """Derivative of the root's probability by every q, added to `birnbaum`; `reach` starts as zeros.

    difference: of every row, the probability of its high branch less that of its low branch.
    The derivative by a module's probability is what its own root is reached with.
    """
    reach[root >> 1] = 1.0 - 2.0 * (root & 1)
    for node in range(root >> 1, 0, -1):
        r = reach[node]
        if r == 0.0:
            continue
        level = nodes[node, 0]
        module = modules[level] >> 1
        if module:
            reach[module] += r * difference[node]
            fails = p[module]
            works = not_p[module]
        else:
            birnbaum[level] += r * difference[node]
            fails = q[level]
            works = not_q[level]
        reach[nodes[node, 1] >> 1] += r * works
        reach[nodes[node, 2] >> 1] += r * fails * (1.0 - 2.0 * (nodes[node, 2] & 1))


def plain_difference(p_f: float, not_p_f: float, p_g: float, not_p_g: float) -> float:
    """P(f) - P(g), of the two small numbers rather than of the two near one."""
    return p_f - p_g if p_f + p_g < 1.0 else not_p_g - not_p_f


def is_doubtful(difference: float, p_f: float, not_p_f: float, p_g: float, not_p_g: float) -> bool:
    """Whether a difference is so small beside its terms that it has lost three digits."""
    return abs(difference) < DOUBTFUL * min(max(p_f, p_g), max(not_p_f, not_p_g))


def pair_slot(pairs: LongArray, f: int, g: int) -> int:
    """Where the pair of edges stands in an open hash table of length 2**k, or the free place for it."""
    mask = int(pairs.shape[0]) - 1
    slot = (f * 12582917 ^ g * 4256249) & mask
    while pairs[slot, 0] >= 0 and (pairs[slot, 0] != f or pairs[slot, 1] != g):
        slot = (slot + 1) & mask
    return slot


def branch_differences(
    nodes: IntArray,
    modules: IntArray,
    p: FloatArray,
    not_p: FloatArray,
    q: FloatArray,
    not_q: FloatArray,
    pairs: LongArray,
    values: FloatArray,
    stack: LongArray,
    difference: FloatArray,
) -> int:
    """Of every row, the probability of its high branch less that of its low branch, into `difference`.

    Returns how many differences lost digits because the table was full.
    Where the two nearly cancel, the difference is followed down the diagram until they no longer do.
    pairs: int64[2**k, 2] of -1, values: float64[2**k]: differences known; half of it is filled at most, then
    the plain difference is taken. stack: int64[2 n_levels + 4, 2].
    """
    known = 0
    lost = 0
    room = pairs.shape[0] // 2
    for node in range(1, nodes.shape[0]):
        high = nodes[node, 2]
        low = nodes[node, 1]
        if high & 1:
            p_high = not_p[high >> 1]
            not_p_high = p[high >> 1]
        else:
            p_high = p[high >> 1]
            not_p_high = not_p[high >> 1]
        p_low = p[low >> 1]
        not_p_low = not_p[low >> 1]
        plain = plain_difference(p_high, not_p_high, p_low, not_p_low)
        difference[node] = plain
        if high < 2 or low < 2 or high == (low ^ 1) or not is_doubtful(plain, p_high, not_p_high, p_low, not_p_low):
            continue
        if known >= room:
            lost += 1
            continue
        depth = 1
        stack[0, 0] = high
        stack[0, 1] = low
        while depth > 0:
            f = stack[depth - 1, 0]
            g = stack[depth - 1, 1]
            level = min(nodes[f >> 1, 0], nodes[g >> 1, 0])
            total = 0.0
            missing = 0
            module = modules[level] >> 1
            for branch in range(2):
                a = nodes[f >> 1, 1 + branch] ^ (f & 1) if nodes[f >> 1, 0] == level else f
                b = nodes[g >> 1, 1 + branch] ^ (g & 1) if nodes[g >> 1, 0] == level else g
                if a == b:
                    continue
                p_a = not_p[a >> 1] if a & 1 else p[a >> 1]
                not_p_a = p[a >> 1] if a & 1 else not_p[a >> 1]
                p_b = not_p[b >> 1] if b & 1 else p[b >> 1]
                not_p_b = p[b >> 1] if b & 1 else not_p[b >> 1]
                value = plain_difference(p_a, not_p_a, p_b, not_p_b)
                if a > 1 and b > 1 and a != (b ^ 1) and is_doubtful(value, p_a, not_p_a, p_b, not_p_b):
                    slot = pair_slot(pairs, a, b)
                    if pairs[slot, 0] >= 0:
                        value = values[slot]
                    elif known < room:
                        stack[depth + missing, 0] = a
                        stack[depth + missing, 1] = b
                        missing += 1
                        continue
                    else:
                        lost += 1
                if module:
                    total += value * (p[module] if branch else not_p[module])
                else:
                    total += value * (q[level] if branch else not_q[level])
            if missing:
                depth += missing
                continue
            slot = pair_slot(pairs, f, g)
            if pairs[slot, 0] < 0 and known < room:
                pairs[slot, 0] = f
                pairs[slot, 1] = g
                values[slot] = total
                known += 1
            depth -= 1
            if depth == 0:
                difference[node] = total
    return lost


def best_ways(nodes: IntArray, occurs: FloatArray, absent: FloatArray, best: FloatArray, best_not: FloatArray) -> None:
    """Of every row of a diagram without modules, the largest sum of weights over the levels of a way to true.

    And to false, into `best_not`.

    occurs, absent: float64[n_levels], weight of either branch of a level, the larger of the two 0: so a level that is
    passed by adds nothing, whichever branch is meant. -inf where there is no way.
    """
    best[0] = -np.inf
    best_not[0] = 0.0
    for node in range(1, nodes.shape[0]):
        level = nodes[node, 0]
        low = nodes[node, 1] >> 1
        high = nodes[node, 2] >> 1
        if nodes[node, 2] & 1:
            with_it = occurs[level] + best_not[high]
            with_it_not = occurs[level] + best[high]
        else:
            with_it = occurs[level] + best[high]
            with_it_not = occurs[level] + best_not[high]
        best[node] = max(absent[level] + best[low], with_it)
        best_not[node] = max(absent[level] + best_not[low], with_it_not)
