"""Kernel of the separator search: small sets of nodes that part a graph, from unit flows through its nodes.

A graph is first, int32[n + 1], and around, int32[m]: the neighbours of node i are around[first[i]:first[i + 1]].
A node that carries a unit of flow knows the nodes before and after it, -1 when it carries none. In the residual graph a
node has an entrance (state 2 i) and an exit (2 i + 1).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]

FREE, SOURCE, TARGET = 0, 1, 2


def spread(
    first: IntArray,
    around: IntArray,
    side: IntArray,
    before: IntArray,
    after: IntArray,
    reached: IntArray,
    queue: IntArray,
    head: int,
    tail: int,
    own: int,
) -> tuple[int, int, int]:
    """Follow residual edges from the states in `queue`, forward from the sources or backward from the targets.

    reached: for every state, the state it was reached from, -1 for none, -2 where the search began. Returns the state
    of the other side that was met, -1 for none, and what is left in the queue. Backward, entrances and exits change
    places.
    """
    back = own - SOURCE
    while head < tail:
        state = queue[head]
        node = state >> 1
        leaving = (state & 1) ^ back
        head += 1
        onward = (after if back else before)[node]
        if leaving:
            for place in range(first[node], first[node + 1]):
                other = around[place]
                if side[other] == own:
                    continue
                entrance = other << 1 | back
                if reached[entrance] == -1:
                    reached[entrance] = state
                    if side[other] != FREE:
                        return entrance, head, tail
                    queue[tail] = entrance
                    tail += 1
            # Flow through the node can be taken back.
            next_state = state ^ 1 if onward >= 0 and side[node] == FREE else -1
        else:
            next_state = state ^ 1 if onward < 0 else (onward << 1) | (1 ^ back)
        if next_state >= 0 and reached[next_state] == -1 and side[next_state >> 1] == FREE:
            reached[next_state] = state
            queue[tail] = next_state
            tail += 1
    return -1, head, tail


def augment(side: IntArray, before: IntArray, after: IntArray, reached: IntArray, met: int) -> None:
    """One more unit of flow, along the states that led to `met` from the sources."""
    state = met
    while reached[state] != -2:
        origin = reached[state]
        node, other = state >> 1, origin >> 1
        if node == other:
            if origin & 1:
                before[node] = -1
                after[node] = -1
        elif origin & 1:
            # Along an edge, from the exit of one node to the entrance of the next.
            if side[other] == FREE:
                after[other] = node
            if side[node] == FREE:
                before[node] = other
        state = origin


def best_cut(
    first: IntArray,
    around: IntArray,
    source: int,
    target: int,
    least: int,
    distances: IntArray,
    side: IntArray,
    before: IntArray,
    after: IntArray,
    forward: IntArray,
    backward: IntArray,
    queue: IntArray,
    other_queue: IntArray,
    cut: IntArray,
) -> tuple[int, int]:
    """The sparsest of the cuts met while a source and a target grow towards each other.

    least: nodes that the smaller side must have. distances: int32[2, n], from source and from target. `cut` becomes 2
    for the nodes of the cut and 0 and 1 for those on either side. Returns the cut's size and the smaller side's, 0 and
    0 when none is good enough.
    """
    n = first.shape[0] - 1
    for node in range(n):
        side[node] = FREE
        before[node] = -1
        after[node] = -1
    side[source] = SOURCE
    side[target] = TARGET
    size = small = 0
    fresh = True
    head = tail = other_head = other_tail = 0
    while True:
        while fresh:
            # The flow has changed, or is new: look for more of it, and for what can be reached.
            head = tail = other_head = other_tail = 0
            for node in range(n):
                forward[2 * node] = forward[2 * node + 1] = -1
                backward[2 * node] = backward[2 * node + 1] = -1
                if side[node] == SOURCE:
                    forward[2 * node] = forward[2 * node + 1] = -2
                    queue[tail] = 2 * node + 1
                    tail += 1
                elif side[node] == TARGET:
                    backward[2 * node] = backward[2 * node + 1] = -2
                    other_queue[other_tail] = 2 * node
                    other_tail += 1
            met, head, tail = spread(first, around, side, before, after, forward, queue, head, tail, SOURCE)
            if met >= 0:
                augment(side, before, after, forward, met)
            else:
                fresh = False
        met, head, tail = spread(first, around, side, before, after, forward, queue, head, tail, SOURCE)
        if met < 0:
            met, other_head, other_tail = spread(
                first, around, side, before, after, backward, other_queue, other_head, other_tail, TARGET
            )
        if met >= 0:
            fresh = True
            continue
        # The flow is largest. Take the smaller side, as far as it reaches, into its set.
        near = far = 0
        for node in range(n):
            if forward[2 * node] != -1 and forward[2 * node + 1] != -1:
                near += 1
            if backward[2 * node] != -1 and backward[2 * node + 1] != -1:
                far += 1
        own = SOURCE if near <= far else TARGET
        taken = near if near <= far else far
        width = 0
        pierced = -1
        rank = -(2**30)
        for node in range(n):
            if own == SOURCE:
                inside = forward[2 * node] != -1 and forward[2 * node + 1] != -1
                border = forward[2 * node] != -1 and forward[2 * node + 1] == -1
                pays = backward[2 * node + 1] != -1
                towards = distances[1, node] - distances[0, node]
            else:
                inside = backward[2 * node] != -1 and backward[2 * node + 1] != -1
                border = backward[2 * node] == -1 and backward[2 * node + 1] != -1
                pays = forward[2 * node] != -1
                towards = distances[0, node] - distances[1, node]
            if inside:
                side[node] = own
            elif border:
                width += 1
                if side[node] == FREE:
                    # Rather a node that costs no more flow, and one that is far from the other side; between
                    # neighbours of both sides no flow would ever be largest.
                    worth = towards - (2**20 if pays else 0)
                    touches = False
                    for place in range(first[node], first[node + 1]):
                        touches = touches or side[around[place]] == SOURCE + TARGET - own
                    if worth > rank and not touches:
                        rank = worth
                        pierced = node
        rest = min(taken, n - taken - width)
        if rest >= least and (size == 0 or width * small < size * rest):
            size = width
            small = rest
            for node in range(n):
                if own == SOURCE:
                    reaches = forward[2 * node] != -1
                    wholly = reaches and forward[2 * node + 1] != -1
                else:
                    reaches = backward[2 * node + 1] != -1
                    wholly = reaches and backward[2 * node] != -1
                cut[node] = 0 if wholly else (2 if reaches else 1)
        # Cuts only widen; stop when none to come can be sparser.
        if pierced < 0 or 2 * taken >= n or (size > 0 and 2 * width * small >= size * n):
            return size, small
        side[pierced] = own
        if own == SOURCE:
            forward[2 * pierced] = forward[2 * pierced + 1] = -2
            queue[tail] = 2 * pierced + 1
            tail += 1
        else:
            backward[2 * pierced] = backward[2 * pierced + 1] = -2
            other_queue[other_tail] = 2 * pierced
            other_tail += 1
