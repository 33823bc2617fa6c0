"""Kernels of both kinds of decision diagram: arrays in, arrays changed, a status out.

A node is a row of int32[n, 4]: level, low, high, next node of the same hash bucket. Children are
stored before parents. Buckets hold the first node of each chain, 0 for none.

BDD: an edge is node << 1 | complement. Node 0 is the constant: edge 0 is false, edge 1 is true. The
low edge of a stored node is never complemented, so a function has one edge only; a monotone
function has no complement at all.

ZBDD: an edge is a node. Node 0 is the empty family, node 1 the family of the empty set.

Every kernel that makes nodes can stop and be called again: its place is in `state`.
Source: K. S. Brace, R. L. Rudell, R. E. Bryant, DAC 1990 (tables, complement edges); S. Minato, DAC 1993 (ZBDD).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
ByteArray = npt.NDArray[np.int8]
LongArray = npt.NDArray[np.int64]

DONE, FULL, PAUSED = 0, 1, 2
AND, XOR = 0, 1
UNION, INTERSECTION, DIFFERENCE, WITHOUT = 0, 1, 2, 3
LEVEL, LOW, HIGH, NEXT = 0, 1, 2, 3
# Places in `state`: nodes in use; depth of the stack; operands; result, -1 while there is none;
# steps left; where a loop stands; whether its step has begun.
SIZE, DEPTH, F, G, RESULT, FUEL, PLACE, STARTED = 0, 1, 2, 3, 4, 5, 6, 7
STATE_LENGTH = 8
# Places in a frame, after the operands and two results: what the question before last was made of, so that no node has
# to be fetched from memory a second time.
TOP_LEVEL, HIGH_F, HIGH_G, LOW_G = 4, 5, 6, 7
FRAME_LENGTH = 8
BOTTOM = 2**31 - 1


def bucket_of(level: int, low: int, high: int, n_buckets: int) -> int:
    """Bucket of a node; a table's length is a power of two, and products stay below 2**63."""
    mixed = (low * 0x9E3779B1) ^ (high * 0x85EBCA6B) ^ (level * 0xC2B2AE35)
    mixed ^= mixed >> 29
    mixed = (mixed & 0x7FFFFFFF) * 0x5BD1E995
    return (mixed ^ (mixed >> 23)) & (n_buckets - 1)


def node_for(nodes: IntArray, buckets: IntArray, state: LongArray, level: int, low: int, high: int) -> int:
    """The node with these parts, found or added; -1 when there is no room."""
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
    return node


def rehash(nodes: IntArray, buckets: IntArray, first: int, size: int) -> None:
    """Put nodes first to size - 1 into empty buckets."""
    for node in range(first, size):
        bucket = bucket_of(int(nodes[node, LEVEL]), int(nodes[node, LOW]), int(nodes[node, HIGH]), buckets.shape[0])
        nodes[node, NEXT] = buckets[bucket]
        buckets[bucket] = node


def recall(known: IntArray, computed: IntArray) -> None:
    """Put the rows of one computed table into another."""
    for row in range(known.shape[0]):
        f = int(known[row, 0])
        if f >= 0:
            g = int(known[row, 1])
            operation = int(known[row, 2])
            slot = bucket_of(operation, f, g, computed.shape[0])
            computed[slot, 0] = f
            computed[slot, 1] = g
            computed[slot, 2] = operation
            computed[slot, 3] = known[row, 3]


def recall_moved(known: IntArray, place: IntArray, shift: int, computed: IntArray) -> None:
    """The same where nodes have moved: rows that name one without a place, -1, are forgotten."""
    complement = (1 << shift) - 1
    for row in range(known.shape[0]):
        f = int(known[row, 0])
        if f >= 0:
            g = int(known[row, 1])
            result = int(known[row, 3])
            new_f = int(place[f >> shift])
            new_g = int(place[g >> shift])
            new_result = int(place[result >> shift])
            if new_f >= 0 and new_g >= 0 and new_result >= 0:
                f = (new_f << shift) | (f & complement)
                g = (new_g << shift) | (g & complement)
                operation = int(known[row, 2])
                slot = bucket_of(operation, f, g, computed.shape[0])
                computed[slot, 0] = f
                computed[slot, 1] = g
                computed[slot, 2] = operation
                computed[slot, 3] = (new_result << shift) | (result & complement)


def apply(
    nodes: IntArray, buckets: IntArray, computed: IntArray, frames: IntArray, state: LongArray, operation: int
) -> int:
    """BDD of f AND g or f XOR g, f and g in `state`; the result is left there. DONE, FULL or PAUSED."""
    depth = int(state[DEPTH])
    f = int(state[F])
    g = int(state[G])
    result = int(state[RESULT])
    while True:
        if result < 0:
            # Going down: the answer is plain, or remembered, or two smaller questions.
            complement = 0
            if operation == AND:
                if f == g or g == 1:
                    result = f
                elif f == 1:
                    result = g
                elif f == 0 or g == 0 or f == (g ^ 1):
                    result = 0
            else:
                complement = (f ^ g) & 1
                f &= ~1
                g &= ~1
                if f == g:
                    result = complement
                elif f == 0:
                    result = g ^ complement
                elif g == 0:
                    result = f ^ complement
            if result < 0:
                if f > g:
                    f, g = g, f
                slot = bucket_of(operation, f, g, computed.shape[0])
                if computed[slot, 0] == f and computed[slot, 1] == g and computed[slot, 2] == operation:
                    result = int(computed[slot, 3]) ^ complement
                else:
                    frames[depth, 0] = f
                    frames[depth, 1] = g
                    frames[depth, 2] = -1
                    frames[depth, 3] = complement
                    depth += 1
                    level_f = int(nodes[f >> 1, LEVEL])
                    level_g = int(nodes[g >> 1, LEVEL])
                    frame = depth - 1
                    frames[frame, TOP_LEVEL] = min(level_f, level_g)
                    frames[frame, HIGH_F] = f
                    frames[frame, HIGH_G] = g
                    if level_f <= level_g:
                        frames[frame, HIGH_F] = int(nodes[f >> 1, HIGH]) ^ (f & 1)
                        f = int(nodes[f >> 1, LOW]) ^ (f & 1)
                    if level_g <= level_f:
                        frames[frame, HIGH_G] = int(nodes[g >> 1, HIGH]) ^ (g & 1)
                        g = int(nodes[g >> 1, LOW]) ^ (g & 1)
            continue
        # Coming up: hand the result to the question on top of the stack.
        if depth == 0 or state[FUEL] <= 0:
            state[DEPTH] = depth
            state[F] = f
            state[G] = g
            state[RESULT] = result
            return DONE if depth == 0 else PAUSED
        top = depth - 1
        if frames[top, 2] < 0:
            frames[top, 2] = result
            result = -1
            f = int(frames[top, HIGH_F])
            g = int(frames[top, HIGH_G])
            continue
        f = int(frames[top, 0])
        g = int(frames[top, 1])
        low = int(frames[top, 2])
        edge = low
        if low != result:
            complement = low & 1
            level = int(frames[top, TOP_LEVEL])
            node = node_for(nodes, buckets, state, level, low ^ complement, result ^ complement)
            if node < 0:
                state[DEPTH] = depth
                state[F] = f
                state[G] = g
                state[RESULT] = result
                return FULL
            edge = (int(node) << 1) | complement
        slot = bucket_of(operation, f, g, computed.shape[0])
        computed[slot, 0] = f
        computed[slot, 1] = g
        computed[slot, 2] = operation
        computed[slot, 3] = edge
        result = edge ^ int(frames[top, 3])
        depth -= 1
        state[FUEL] -= 1


def combine(
    nodes: IntArray, buckets: IntArray, computed: IntArray, frames: IntArray, state: LongArray, operation: int
) -> int:
    """ZBDD of f and g combined, f and g in `state`; the result is left there. DONE, FULL or PAUSED.

    WITHOUT drops from f every set that contains a set of g (Rauzy 1993).
    """
    depth = int(state[DEPTH])
    f = int(state[F])
    g = int(state[G])
    result = int(state[RESULT])
    while True:
        if result < 0:
            if operation == UNION:
                if f == 0 or f == g:
                    result = g
                elif g == 0:
                    result = f
                elif f > g:
                    f, g = g, f
            elif operation == INTERSECTION:
                if f == 0 or g == 0:
                    result = 0
                elif f == g:
                    result = f
                elif f > g:
                    f, g = g, f
            elif f == 0 or f == g or (operation == WITHOUT and g == 1):
                result = 0
            elif g == 0:
                result = f
            if result < 0:
                slot = bucket_of(operation, f, g, computed.shape[0])
                if computed[slot, 0] == f and computed[slot, 1] == g and computed[slot, 2] == operation:
                    result = int(computed[slot, 3])
                else:
                    frames[depth, 0] = f
                    frames[depth, 1] = g
                    frames[depth, 2] = -1
                    frames[depth, 3] = -1
                    depth += 1
                    level_f = int(nodes[f, LEVEL])
                    level_g = int(nodes[g, LEVEL])
                    frame = depth - 1
                    frames[frame, TOP_LEVEL] = min(level_f, level_g)
                    frames[frame, HIGH_F] = 0
                    frames[frame, HIGH_G] = 0
                    if level_f <= level_g:
                        frames[frame, HIGH_F] = nodes[f, HIGH]
                        f = int(nodes[f, LOW])
                    if level_g <= level_f:
                        frames[frame, HIGH_G] = nodes[g, HIGH]
                        g = int(nodes[g, LOW])
                    frames[frame, LOW_G] = g
            continue
        if depth == 0 or state[FUEL] <= 0:
            state[DEPTH] = depth
            state[F] = f
            state[G] = g
            state[RESULT] = result
            return DONE if depth == 0 else PAUSED
        top = depth - 1
        if frames[top, 2] < 0:
            # The sets without the top variable are done; now those with it.
            frames[top, 2] = result
            result = -1
            f = int(frames[top, HIGH_F])
            g = int(frames[top, HIGH_G])
            continue
        if operation == WITHOUT and frames[top, 3] < 0:
            # A set with the variable also contains a set of g that lacks it.
            frames[top, 3] = result
            f = result
            result = -1
            g = int(frames[top, LOW_G])
            continue
        f = int(frames[top, 0])
        g = int(frames[top, 1])
        node = int(frames[top, 2])
        if result != 0:
            node = int(node_for(nodes, buckets, state, int(frames[top, TOP_LEVEL]), node, result))
            if node < 0:
                state[DEPTH] = depth
                state[F] = f
                state[G] = g
                state[RESULT] = result
                return FULL
        slot = bucket_of(operation, f, g, computed.shape[0])
        computed[slot, 0] = f
        computed[slot, 1] = g
        computed[slot, 2] = operation
        computed[slot, 3] = node
        result = node
        depth -= 1
        state[FUEL] -= 1


def mark_edges(bdd: IntArray, modules: IntArray, root: int, needed: ByteArray) -> None:
    """Mark in int8[2n] every (node, complement) that the root edge reaches, and every module it decides on."""
    needed[root] = 1
    for node in range(bdd.shape[0] - 1, 0, -1):
        for complement in range(2):
            if needed[2 * node + complement]:
                needed[bdd[node, LOW] ^ complement] = 1
                needed[bdd[node, HIGH] ^ complement] = 1
                needed[modules[bdd[node, LEVEL]]] = 1


def values_at_ones(bdd: IntArray, modules: IntArray, value: ByteArray) -> None:
    """The value of every row when all events occur: int8[n]."""
    value[0] = 0
    for node in range(1, bdd.shape[0]):
        module = modules[bdd[node, LEVEL]]
        occurs = module == 0 or value[module >> 1] == 1
        edge = bdd[node, HIGH] if occurs else bdd[node, LOW]
        value[node] = value[edge >> 1] ^ (edge & 1)


def minimal_sets(
    bdd: IntArray,
    needed: ByteArray,
    swapped: ByteArray,
    sets: IntArray,
    nodes: IntArray,
    buckets: IntArray,
    computed: IntArray,
    frames: IntArray,
    state: LongArray,
) -> int:
    """For every needed BDD edge the ZBDD of its minimal sets, into `sets`. DONE, FULL or PAUSED.

    sets(e) = {x} . (sets(high) without sets(low)) + sets(low): the minimal positive parts of the
    implicants. At a swapped level low and high change places: the element is then the absence of x.
    """
    for edge in range(int(state[PLACE]), needed.shape[0]):
        if not needed[edge]:
            continue
        if edge < 2:
            sets[edge] = edge
            continue
        complement = edge & 1
        node = edge >> 1
        level = int(bdd[node, LEVEL])
        low = int(sets[bdd[node, LOW + swapped[level]] ^ complement])
        if not state[STARTED]:
            state[F] = sets[bdd[node, HIGH - swapped[level]] ^ complement]
            state[G] = low
            state[RESULT] = -1
            state[DEPTH] = 0
            state[STARTED] = 1
        status = combine(nodes, buckets, computed, frames, state, WITHOUT)
        if status != DONE:
            state[PLACE] = edge
            return status
        made = low
        if state[RESULT] != 0:
            made = int(node_for(nodes, buckets, state, level, low, int(state[RESULT])))
            if made < 0:
                state[PLACE] = edge
                return FULL
        sets[edge] = made
        state[STARTED] = 0
    state[PLACE] = needed.shape[0]
    return DONE


def mark_nodes(nodes: IntArray, size: int, shift: int, marked: ByteArray) -> None:
    """Mark in int8[size] every node below the marked ones. shift: 1 where an edge is node << 1."""
    for node in range(size - 1, 0, -1):
        if marked[node] and nodes[node, LEVEL] != BOTTOM:
            marked[nodes[node, LOW] >> shift] = 1
            marked[nodes[node, HIGH] >> shift] = 1


def mark_rows(rows: IntArray, modules: IntArray, root: int, needed: ByteArray) -> None:
    """Mark in int8[n] every compact ZBDD row that the root uses; rows come after their children and modules."""
    needed[root] = 1
    for row in range(root, 1, -1):
        if needed[row]:
            needed[rows[row, LOW]] = 1
            needed[rows[row, HIGH]] = 1
            needed[modules[rows[row, LEVEL]]] = 1


def compact(nodes: IntArray, size: int, shift: int, place: IntArray, kept: IntArray) -> None:
    """Copy the nodes that have a place into int32[m, 3]: level, low, high, children before parents."""
    complement = (1 << shift) - 1
    for node in range(size):
        row = place[node]
        if row >= 0:
            level = nodes[node, LEVEL]
            low = nodes[node, LOW]
            high = nodes[node, HIGH]
            kept[row, LEVEL] = level
            if level == BOTTOM:
                kept[row, LOW] = low
                kept[row, HIGH] = high
            else:
                kept[row, LOW] = (place[low >> shift] << shift) | (low & complement)
                kept[row, HIGH] = (place[high >> shift] << shift) | (high & complement)


def adopt(
    rows: IntArray, levels: IntArray, place: IntArray, nodes: IntArray, buckets: IntArray, state: LongArray
) -> int:
    """Add compact ZBDD rows with new levels to a table; place[row] gets the node. DONE or FULL."""
    for row in range(int(state[PLACE]), rows.shape[0]):
        node = row
        if row > 1:
            level = int(levels[rows[row, LEVEL]])
            low = int(place[rows[row, LOW]])
            high = int(place[rows[row, HIGH]])
            node = int(node_for(nodes, buckets, state, level, low, high))
            if node < 0:
                state[PLACE] = row
                return FULL
        place[row] = node
    return DONE


def restrict(
    rows: IntArray,
    modules: IntArray,
    element: int,
    keep: int,
    place: IntArray,
    chosen: IntArray,
    chosen_modules: IntArray,
    nodes: IntArray,
    buckets: IntArray,
    state: LongArray,
) -> int:
    """For every compact ZBDD row its sets with (keep = 1) or without an element, into `chosen`. DONE or FULL.

    place: the node of every row as it is. chosen_modules: at first the node of every module as it is; a
    module that has the element gets its chosen node, which serves every set that is kept.
    """
    for row in range(int(state[PLACE]), rows.shape[0]):
        node = row if row == 0 else 1 - keep
        if row > 1:
            level = int(rows[row, LEVEL])
            module = int(modules[level])
            low = int(chosen[rows[row, LOW]])
            high = int(chosen[rows[row, HIGH]])
            if level == element:
                low = low if keep == 0 else 0
                high = int(place[rows[row, HIGH]]) if keep else 0
            elif module:
                inner = int(chosen[module])
                if keep and inner:
                    # Outside the module no set has the element, so those without the module are out.
                    high = int(place[rows[row, HIGH]])
                    chosen_modules[level] = inner
                elif keep:
                    chosen_modules[level] = place[module]
                else:
                    chosen_modules[level] = inner
                    high = high if inner else 0
            node = low
            if high != 0:
                node = int(node_for(nodes, buckets, state, level, low, high))
                if node < 0:
                    state[PLACE] = row
                    return FULL
        chosen[row] = node
    return DONE
