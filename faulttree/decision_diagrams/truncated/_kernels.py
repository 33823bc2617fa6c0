"""Kernels of families of minimal sets up to a cost: arrays in, arrays changed, a status out.

Nodes, tables and `state` are those of the ZBDD kernels one folder up. A family here is an antichain: no set of it
contains another. Every level has a cost of 0 or more, a set costs what its members cost together; the
cheapest and the dearest set of every node are kept beside it, so that what a limit forbids is seen from above.

A question is operation | limit << 2 with two families. JOIN: the minimal sets among those of both. WITHOUT: the sets of
f that contain none of g. PRODUCT: the minimal sets among all unions of a set of f and one of g, those that cost at most
the limit; with the family of the empty set for f, the sets of g within the limit. JOIN and WITHOUT need no limit:
their operands are within one already.

Why a limit early is exact: a part of a set costs no more than the set, so no set within the limit
is made from one beyond it, nor is kept or dropped for one beyond it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]

DONE, FULL, PAUSED = 0, 1, 2
JOIN, WITHOUT, PRODUCT = 0, 1, 2
LEVEL, LOW, HIGH, NEXT = 0, 1, 2, 3
# Places in `state`: the first six as in the other kernels.
SIZE, DEPTH, F, G, RESULT, FUEL, QUESTION, SHARED, CUT = 0, 1, 2, 3, 4, 5, 6, 7, 8
STATE_LENGTH = 9
# The last stages of a question: what contains another set is to go; the answer is there.
FILTERING, ENDING = 8, 9
# Columns of a frame: the question, its operands, how far it is, and up to two answers to parts of it.
FRAME_WIDTH = 6
BEYOND = 2**29
"""A cost above every limit: of the cheapest set of the empty family. Its dearest costs minus this."""


def bucket_of(level: int, low: int, high: int, n_buckets: int) -> int:
    """As that of the other ZBDD kernels, with which the tables are enlarged; kernels call their own module only."""
    mixed = (low * 0x9E3779B1) ^ (high * 0x85EBCA6B) ^ (level * 0xC2B2AE35)
    mixed ^= mixed >> 29
    mixed = (mixed & 0x7FFFFFFF) * 0x5BD1E995
    return (mixed ^ (mixed >> 23)) & (n_buckets - 1)


def weigh(nodes: IntArray, first: int, size: int, cost: IntArray, cheapest: IntArray, dearest: IntArray) -> None:
    """Cost of the cheapest and the dearest set of nodes first to size - 1."""
    for node in range(first, size):
        low = int(nodes[node, LOW])
        high = int(nodes[node, HIGH])
        own = int(cost[nodes[node, LEVEL]])
        cheapest[node] = min(int(cheapest[low]), own + int(cheapest[high]))
        dearest[node] = max(int(dearest[low]), own + int(dearest[high]))


def node_for(
    nodes: IntArray,
    buckets: IntArray,
    state: LongArray,
    cost: IntArray,
    cheapest: IntArray,
    dearest: IntArray,
    level: int,
    low: int,
    high: int,
) -> int:
    """The node with these parts, found or added and weighed; -1 when there is no room."""
    bucket = bucket_of(level, low, high, buckets.shape[0])
    node = buckets[bucket]
    while node != 0:
        if nodes[node, LEVEL] == level and nodes[node, LOW] == low and nodes[node, HIGH] == high:
            return int(node)
        node = nodes[node, NEXT]
    node = int(state[SIZE])
    if node == nodes.shape[0]:
        return -1
    nodes[node, LEVEL] = level
    nodes[node, LOW] = low
    nodes[node, HIGH] = high
    nodes[node, NEXT] = buckets[bucket]
    buckets[bucket] = node
    state[SIZE] = node + 1
    weigh(nodes, node, node + 1, cost, cheapest, dearest)
    return node


def combine(
    nodes: IntArray,
    buckets: IntArray,
    computed: IntArray,
    frames: IntArray,
    state: LongArray,
    cost: IntArray,
    cheapest: IntArray,
    dearest: IntArray,
) -> int:
    """The answer to the question in `state`, left there. DONE, FULL or PAUSED.

    `state` also holds the last level that both operands of a PRODUCT may have, and learns whether a limit ever
    forbade anything.
    """
    depth = int(state[DEPTH])
    f = int(state[F])
    g = int(state[G])
    result = int(state[RESULT])
    question = int(state[QUESTION])
    shared = int(state[SHARED])
    while True:
        if result < 0:
            # Going down: the answer is plain, or remembered, or begins with a smaller question.
            operation = question & 3
            if operation == JOIN:
                if f > g:
                    f, g = g, f
                if f == 0 or f == g:
                    result = g
                elif f == 1:
                    # Every set contains the empty one.
                    result = 1
            elif operation == WITHOUT:
                while g > 1 and nodes[g, LEVEL] < nodes[f, LEVEL]:
                    # No set of f has that element.
                    g = int(nodes[g, LOW])
                if f == 0 or g == 1 or f == g:
                    result = 0
                elif g == 0 or f == 1 or cheapest[g] > dearest[f]:
                    result = f
            else:
                limit = question >> 2
                if f > g:
                    f, g = g, f
                elif f == g:
                    # All unions contain a set of f itself.
                    f = 1
                if f == 0:
                    result = 0
                elif cheapest[f] > limit or cheapest[g] > limit:
                    result = 0
                    state[CUT] = 1
                else:
                    most = int(dearest[f]) + int(dearest[g])
                    if most <= limit:
                        # One question for all limits that forbid nothing.
                        question = PRODUCT | most << 2
                        if f == 1:
                            result = g
            if result < 0:
                slot = bucket_of(question, f, g, computed.shape[0])
                if computed[slot, 0] == f and computed[slot, 1] == g and computed[slot, 2] == question:
                    result = int(computed[slot, 3])
                else:
                    frames[depth, 0] = question
                    frames[depth, 1] = f
                    frames[depth, 2] = g
                    frames[depth, 3] = 0
                    depth += 1
                    level_f = nodes[f, LEVEL]
                    level_g = nodes[g, LEVEL]
                    if level_f <= level_g:
                        f = int(nodes[f, LOW])
                    if level_g <= level_f:
                        g = int(nodes[g, LOW])
            continue
        if depth == 0 or state[FUEL] <= 0:
            state[DEPTH] = depth
            state[F] = f
            state[G] = g
            state[RESULT] = result
            state[QUESTION] = question
            return DONE if depth == 0 else PAUSED
        # Coming up: hand the result to the question on top of the stack, which asks on, or has its answer.
        top = depth - 1
        question = int(frames[top, 0])
        f = int(frames[top, 1])
        g = int(frames[top, 2])
        stage = int(frames[top, 3])
        operation = question & 3
        level = int(min(nodes[f, LEVEL], nodes[g, LEVEL]))
        low_f = f
        high_f = 0
        if nodes[f, LEVEL] == level:
            low_f = int(nodes[f, LOW])
            high_f = int(nodes[f, HIGH])
        low_g = g
        high_g = 0
        if nodes[g, LEVEL] == level:
            low_g = int(nodes[g, LOW])
            high_g = int(nodes[g, HIGH])
        within = PRODUCT | (question >> 2) - int(cost[level]) << 2
        asked = -1
        one = 0
        two = 0
        if stage == 0:
            # The sets without the top element are done; now those with it.
            frames[top, 4] = result
            if operation != PRODUCT:
                stage, asked, one, two = 1, WITHOUT, high_f, low_g
            elif within < 0:
                stage, result = ENDING, 0
                state[CUT] = 1
            elif high_g == 0:
                # When no level from here on is in both, unions are as different as what they are made from.
                stage = ENDING if level > shared else FILTERING
                asked, one, two = within, high_f, g
            elif high_f == 0:
                stage = ENDING if level > shared or f == 1 else FILTERING
                asked, one, two = within, f, high_g
            else:
                stage, asked, one, two = 1, within, high_f, high_g
        elif stage == FILTERING:
            stage, asked, one, two = ENDING, WITHOUT, result, int(frames[top, 4])
        elif stage == ENDING:
            pass
        elif operation == WITHOUT:
            stage, asked, one, two = ENDING, WITHOUT, result, high_g
        elif operation == JOIN:
            if stage == 1:
                frames[top, 5] = result
                stage, asked, one, two = 2, WITHOUT, high_g, low_f
            else:
                stage, asked, one, two = ENDING, JOIN, int(frames[top, 5]), result
        elif stage == 1:
            # Unions first, joined once they are within the limit, not families joined before: most unions are not.
            frames[top, 5] = result
            stage, asked, one, two = 2, within, high_f, low_g
        elif stage == 2:
            stage, asked, one, two = 3, JOIN, int(frames[top, 5]), result
        elif stage == 3:
            frames[top, 5] = result
            stage, asked, one, two = 4, within, low_f, high_g
        else:
            stage, asked, one, two = FILTERING, JOIN, int(frames[top, 5]), result
        if asked >= 0:
            frames[top, 3] = stage
            question = asked
            f = one
            g = two
            result = -1
            continue
        node = int(frames[top, 4])
        if result != 0:
            node = node_for(nodes, buckets, state, cost, cheapest, dearest, level, node, result)
            if node < 0:
                state[DEPTH] = depth
                state[F] = f
                state[G] = g
                state[RESULT] = result
                state[QUESTION] = question
                return FULL
        slot = bucket_of(question, f, g, computed.shape[0])
        computed[slot, 0] = f
        computed[slot, 1] = g
        computed[slot, 2] = question
        computed[slot, 3] = node
        result = node
        depth -= 1
        state[FUEL] -= 1
