"""Kernels of the separator search and of elimination.

A graph is first, int32[n + 1], and around, int32[m]: the neighbours of node i are around[first[i]:first[i + 1]].

Separators: small sets of nodes that part a graph, from unit flows through its nodes. A node that carries a unit of flow
knows the nodes before and after it, -1 when it carries none. In the residual graph a node has an entrance (state 2 i)
and an exit (2 i + 1).

Elimination: a graph from which nodes are taken out while their neighbours are joined. Node i has a row, int32[4]: where
its neighbours begin in `lists`, how many they are, how many have room there, and its place in the heap, -1 when it is
eliminated. `edges` is a hash table of all pairs that were ever joined, their length a power of two, 0 for no pair.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]

FREE, SOURCE, TARGET = 0, 1, 2

DONE, PAUSED, GIVEN_UP, LISTS_FULL, EDGES_FULL, BAGS_FULL = 0, 1, 2, 3, 4, 5
BEGIN, COUNT, ROOM, PLACE = 0, 1, 2, 3
# Places in `state`: nodes eliminated; steps so far; steps until a pause, and until the end; the widest bag allowed;
# edges; what is used of `lists` and of `bags`; a number that settles ties.
ELIMINATED, STEPS, PAUSE, MOST, WIDEST, EDGES, LISTED, BAGGED, SALT = 0, 1, 2, 3, 4, 5, 6, 7, 8
STATE_LENGTH = 9
WIDE = 32
"""Nodes with more neighbours than this are not examined for missing edges; they are eliminated late anyway."""


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


def slot_of(edges: LongArray, one: int, other: int) -> int:
    """Where a pair of nodes is in the hash table, or where it belongs."""
    low = one if one < other else other
    high = other if one < other else one
    pair = (high << 31) | low
    mask = edges.shape[0] - 1
    # Products stay below 2**63.
    mixed = (low * 0x9E3779B1) ^ (high * 0x85EBCA6B)
    slot = int((mixed ^ (mixed >> 29)) & mask)
    while edges[slot] != 0 and edges[slot] != pair:
        slot = (slot + 1) & mask
    return slot


def join(edges: LongArray, one: int, other: int) -> bool:
    """Put a pair of different nodes into the hash table; whether it was not there."""
    slot = slot_of(edges, one, other)
    if edges[slot] != 0:
        return False
    # The larger number is not 0, so neither is the pair.
    edges[slot] = (max(one, other) << 31) | min(one, other)
    return True


def join_all(known: LongArray, edges: LongArray) -> None:
    """Put all pairs of one hash table into another, larger one."""
    for i in range(known.shape[0]):
        if known[i] != 0:
            join(edges, known[i] >> 31, known[i] & 0x7FFFFFFF)


def missing_edges(nodes: IntArray, lists: IntArray, edges: LongArray, node: int) -> int:
    """Edges missing between a node's neighbours; of many neighbours, as if all were missing."""
    begin = nodes[node, BEGIN]
    count = nodes[node, COUNT]
    missing = count * (count - 1) // 2
    if count <= WIDE:
        for i in range(begin + 1, begin + count):
            for j in range(begin, i):
                if edges[slot_of(edges, lists[i], lists[j])] != 0:
                    missing -= 1
    return int(missing)


def tie(salt: int, node: int, fill: int) -> int:
    """A pseudo-random number that settles ties between nodes that miss equally many edges."""
    mixed = salt ^ (node * 0x9E3779B1) ^ ((fill & 0x3FFFFFFF) * 0x85EBCA6B)
    mixed ^= mixed >> 29
    mixed = (mixed & 0x7FFFFFFF) * 0x5BD1E995
    return (mixed ^ (mixed >> 23)) & 0x7FFFFFFF


def comes_first(fill: LongArray, one: int, other: int) -> bool:
    """Whether one node is eliminated before the other. fill: of each node, edges missing and what settles ties."""
    if fill[one, 0] != fill[other, 0]:
        return bool(fill[one, 0] < fill[other, 0])
    if fill[one, 1] != fill[other, 1]:
        return bool(fill[one, 1] < fill[other, 1])
    return one < other


def settle(nodes: IntArray, heap: IntArray, fill: LongArray, size: int, node: int) -> None:
    """Move a node of a heap of this size to where it belongs, up or down."""
    place = nodes[node, PLACE]
    while place > 0:
        above = (place - 1) >> 1
        if not comes_first(fill, node, heap[above]):
            break
        heap[place] = heap[above]
        nodes[heap[place], PLACE] = place
        place = above
    while True:
        below = 2 * place + 1
        if below >= size:
            break
        if below + 1 < size and comes_first(fill, heap[below + 1], heap[below]):
            below += 1
        if not comes_first(fill, heap[below], node):
            break
        heap[place] = heap[below]
        nodes[heap[place], PLACE] = place
        place = below
    heap[place] = node
    nodes[node, PLACE] = place


def begin_min_fill(
    first: IntArray,
    around: IntArray,
    nodes: IntArray,
    lists: IntArray,
    edges: LongArray,
    fill: LongArray,
    heap: IntArray,
    state: LongArray,
) -> None:
    """Set up the elimination of a graph, whose lists and edges have room for it."""
    n = nodes.shape[0]
    for node in range(n):
        nodes[node, BEGIN] = first[node]
        nodes[node, COUNT] = nodes[node, ROOM] = first[node + 1] - first[node]
        for place in range(first[node], first[node + 1]):
            lists[place] = around[place]
            if join(edges, node, around[place]):
                state[EDGES] += 1
    state[LISTED] = first[n]
    for node in range(n):
        fill[node, 0] = missing_edges(nodes, lists, edges, node)
        fill[node, 1] = tie(state[SALT], node, fill[node, 0])
        nodes[node, PLACE] = node
        settle(nodes, heap, fill, node + 1, node)


def min_fill(
    nodes: IntArray,
    lists: IntArray,
    edges: LongArray,
    fill: LongArray,
    heap: IntArray,
    bags: IntArray,
    order: IntArray,
    seen: IntArray,
    touched: IntArray,
    state: LongArray,
) -> int:
    """Always eliminate the node that joins fewest neighbours. DONE, PAUSED, GIVEN_UP, or which table is full.

    order: int32[n, 2], each node in its turn, and where its neighbours of then begin in `bags`. seen, touched:
    int32[n], of -1 at first, and as room.
    """
    n = nodes.shape[0]
    while state[ELIMINATED] < n:
        node = heap[0]
        begin = nodes[node, BEGIN]
        count = nodes[node, COUNT]
        if count > state[WIDEST] or state[STEPS] > state[MOST]:
            return GIVEN_UP
        if state[STEPS] > state[PAUSE]:
            return PAUSED
        needed = 0
        for place in range(begin, begin + count):
            other = lists[place]
            if nodes[other, COUNT] + count > nodes[other, ROOM]:
                needed += 2 * (nodes[other, COUNT] + count)
        if state[LISTED] + needed > lists.shape[0]:
            return LISTS_FULL
        # Half of the hash table stays empty.
        if 2 * state[EDGES] + count * count > edges.shape[0]:
            return EDGES_FULL
        if state[BAGGED] + count > bags.shape[0]:
            return BAGS_FULL
        turn = int(state[ELIMINATED])
        bag = int(state[BAGGED])
        order[turn, 0] = node
        order[turn, 1] = bag
        state[ELIMINATED] = turn + 1
        state[BAGGED] = bag + count
        # The last of the heap takes the place of the first.
        size = n - turn - 1
        nodes[node, PLACE] = -1
        if size > 0:
            nodes[heap[size], PLACE] = 0
            heap[0] = heap[size]
            settle(nodes, heap, fill, size, heap[0])
        for i in range(count):
            other = lists[begin + i]
            bags[bag + i] = other
            start = nodes[other, BEGIN]
            length = nodes[other, COUNT]
            place = start
            while lists[place] != node:
                place += 1
            lists[place] = lists[start + length - 1]
            nodes[other, COUNT] = length - 1
            if length + count > nodes[other, ROOM]:
                moved = int(state[LISTED])
                for j in range(length - 1):
                    lists[moved + j] = lists[start + j]
                nodes[other, BEGIN] = moved
                nodes[other, ROOM] = 2 * (length + count)
                state[LISTED] = moved + 2 * (length + count)
        if fill[node, 0] > 0:
            for i in range(bag + 1, bag + count):
                for j in range(bag, i):
                    one = bags[i]
                    other = bags[j]
                    if join(edges, one, other):
                        state[EDGES] += 1
                        lists[nodes[one, BEGIN] + nodes[one, COUNT]] = other
                        lists[nodes[other, BEGIN] + nodes[other, COUNT]] = one
                        nodes[one, COUNT] += 1
                        nodes[other, COUNT] += 1
        # Whose neighbours may have been joined, or are fewer by one.
        n_touched = 0
        for i in range(bag, bag + count):
            seen[bags[i]] = turn
            touched[n_touched] = bags[i]
            n_touched += 1
        if fill[node, 0] > 0:
            for i in range(bag, bag + count):
                start = nodes[bags[i], BEGIN]
                for place in range(start, start + nodes[bags[i], COUNT]):
                    other = lists[place]
                    if seen[other] != turn:
                        seen[other] = turn
                        touched[n_touched] = other
                        n_touched += 1
        steps = count * count
        for i in range(n_touched):
            other = touched[i]
            now = missing_edges(nodes, lists, edges, other)
            length = min(nodes[other, COUNT], WIDE)
            steps += length * length
            if now != fill[other, 0]:
                fill[other, 0] = now
                fill[other, 1] = tie(state[SALT], other, now)
                settle(nodes, heap, fill, size, other)
        state[STEPS] += steps
    return DONE
