"""The counter's kernel: a search over a circuit of threshold and parity gates, its place kept in arrays.

A circuit is `node`, int32[n, 6]: threshold, input range, use range, rank. Node 0 is false; events have threshold -1,
parity gates 0, an AND of m inputs m, an OR 1. `inputs` holds edges (node << 1 | complement), children before
parents; `uses` holds (gate << 1 | complement) for every gate that reads the node.

`state`, int32[n, 3], is what the search has settled: value (0, 1, or 2 while unknown), and of every gate how many
inputs are true and how many unknown. `trail` lists the settled nodes in order, so that the search can go back.

Numbers are pairs of a probability and its complement, each a double and a correction (double-double, 106 bits):
sums of positive terms keep their digits, and so does 1 - p. `weights`, float64[n, 4], are such pairs for the events,
that of false first. Source: T. J. Dekker, Numerische Mathematik 18, 1971.

One file, though a long one: the compiled form of a kernel is renewed when its own file changes, not when another does.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

IntArray = npt.NDArray[np.int32]
LongArray = npt.NDArray[np.int64]
ByteArray = npt.NDArray[np.int8]
FloatArray = npt.NDArray[np.float64]

DONE, PAUSED, FULL, TRACE_FULL = 0, 1, 2, 3
UNKNOWN = 2
# Columns of `node`, `state` and `visited`.
THRESHOLD, INPUTS, INPUTS_END, USES, USES_END, RANK = 0, 1, 2, 3, 4, 5
VALUE, TRUES, UNKNOWNS = 0, 1, 2
ROUND, GROUP = 0, 1
# Columns of `parts` (a component that waits) and of `frames` (one that is being solved).
KEY, KEY_2, SWAPPED, NODE, KIND, PIN, PIN_END = 0, 1, 2, 3, 4, 5, 6
PART_WIDTH = 7
BRANCH, MARK, PART, PART_END, PIN_TOP, BEGUN_AT, PENDING, FIRST = 7, 8, 9, 10, 11, 12, 13, 14
FRAME_WIDTH = 15
# How a component is solved: by its complement, by cases of an event, by cases of a gate. START is the whole circuit.
FLIP, EVENT, GATE, START = 0, 1, 2, 3
# Columns of `numbers`: what the finished branches sum to, and the product of the present branch so far.
SUM, PRODUCT, NUMBER_WIDTH = 0, 4, 8
# Places in `place`.
DEPTH, FUEL, LENGTH, PRESENT_ROUND, DECISIONS, SOLVED, HITS, KEPT, FORGOTTEN = 0, 1, 2, 3, 4, 5, 6, 7, 8
TRACED, TRACE_SIZE, TRACE_INPUTS, PENDING_TOP, RESULT = 9, 10, 11, 12, 13
PLACE_LENGTH = 14
# First column of a trace row: a decision's event, or one of these.
SUM_ROW, PRODUCT_ROW = 0, -1

HALF_WORD = 2**31 - 1
WORD = 2**62 - 1
SIGN = 2**61
# Entries of the cache that a component may be kept in.
WAYS = 4


# Numbers


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


def include(numbers: FloatArray, frame: int, p: float, p_low: float, n: float, n_low: float) -> None:
    """Multiply the branch's product by a probability p, whose complement is n."""
    have, have_low = numbers[frame, PRODUCT], numbers[frame, PRODUCT + 1]
    more, more_low = times(have, have_low, n, n_low)
    # Not both: the first fails, or it holds and the second fails.
    numbers[frame, PRODUCT + 2], numbers[frame, PRODUCT + 3] = plus(
        numbers[frame, PRODUCT + 2], numbers[frame, PRODUCT + 3], more, more_low
    )
    numbers[frame, PRODUCT], numbers[frame, PRODUCT + 1] = times(have, have_low, p, p_low)


# Hashes: two words of 62 bits; every product stays below 2**63, so plain integers give the same words


def mixed(word: int, salt: int) -> int:
    """A word of 62 bits spread over 62 bits. The multipliers are below 2**30, so no sum of two products overflows."""
    x = (word & HALF_WORD) * 0x2C1B3C6D + (word >> 31) * 0x297A2D39 + salt
    x ^= x >> 29
    x = (x & HALF_WORD) * 0x1B873593 + (x >> 31) * 0x165667B1
    return (x ^ (x >> 32)) & WORD


# Propagation


def settle(
    node: IntArray, inputs: IntArray, uses: IntArray, state: IntArray, trail: IntArray, head: int, length: int
) -> tuple[int, int, bool]:
    """Draw all conclusions from the nodes on the trail from `head` on.

    Upward, a gate has a value when its inputs settle it. Downward, a gate with a value (pinned) forces its unknown
    inputs when nothing else can give it that value. Returns how many entries have been told to their uses, the trail's
    new length, and whether the circuit is free of contradiction; a contradiction ends the work early.
    """
    while head < length:
        x = trail[head]
        head += 1
        value = state[x, VALUE]
        sound = True
        for place in range(node[x, USES], node[x, USES_END] + 1):
            # The last turn looks at the node itself, when it is a gate that has been given a value.
            if place < node[x, USES_END]:
                gate = uses[place] >> 1
                bit = value ^ (uses[place] & 1)
                state[gate, UNKNOWNS] -= 1
                state[gate, TRUES] += bit
            else:
                gate = x
                bit = 2
            k = node[gate, THRESHOLD]
            if k < 0 or not sound:
                continue
            pinned = state[gate, VALUE]
            trues = state[gate, TRUES]
            unknowns = state[gate, UNKNOWNS]
            wanted = -1
            if k > 0:
                if pinned == UNKNOWN:
                    if trues >= k:
                        state[gate, VALUE] = 1
                        trail[length] = gate
                        length += 1
                    elif trues + unknowns < k:
                        state[gate, VALUE] = 0
                        trail[length] = gate
                        length += 1
                elif pinned == 1:
                    if trues + unknowns < k:
                        sound = False
                    elif trues + unknowns == k and unknowns > 0 and bit != 1:
                        wanted = 1
                elif trues >= k:
                    sound = False
                elif trues == k - 1 and unknowns > 0 and bit != 0:
                    wanted = 0
            elif unknowns == 0:
                if pinned == UNKNOWN:
                    state[gate, VALUE] = trues & 1
                    trail[length] = gate
                    length += 1
                elif pinned != (trues & 1):
                    sound = False
            elif unknowns == 1 and pinned != UNKNOWN:
                wanted = pinned ^ (trues & 1)
            if wanted >= 0:
                for i in range(node[gate, INPUTS], node[gate, INPUTS_END]):
                    below = inputs[i] >> 1
                    if state[below, VALUE] == UNKNOWN:
                        state[below, VALUE] = wanted ^ (inputs[i] & 1)
                        trail[length] = below
                        length += 1
        if not sound:
            return head, length, False
    return head, length, True


def withdraw(
    node: IntArray, uses: IntArray, state: IntArray, trail: IntArray, mark: int, told: int, length: int
) -> None:
    """Forget the trail from `mark` on; entries before `told` have been told to their uses."""
    for i in range(length - 1, mark - 1, -1):
        x = trail[i]
        if i < told:
            value = state[x, VALUE]
            for place in range(node[x, USES], node[x, USES_END]):
                gate = uses[place] >> 1
                state[gate, UNKNOWNS] += 1
                state[gate, TRUES] -= value ^ (uses[place] & 1)
        state[x, VALUE] = UNKNOWN


# Components


def explore(
    node: IntArray, inputs: IntArray, state: IntArray, visited: IntArray, hashes: LongArray, path: IntArray,
    leader: IntArray, gate: int, group: int, round_: int,
) -> tuple[int, int]:  # fmt: skip
    """Visit the unknown nodes below a pinned gate; the hash of what is left of the gate goes to its row.

    Where the gate meets what another group has visited, the two groups become one. Returns the first node visited
    in decision order, and how many.
    """
    first = -1
    count = 0
    depth = 0
    x = gate
    position = node[x, INPUTS]
    need = node[x, THRESHOLD] - state[x, TRUES]
    unknowns = state[x, UNKNOWNS]
    word = word_2 = parity = 0
    while True:
        parity_gate = node[x, THRESHOLD] == 0
        a = a_2 = 0
        descend = False
        while position < node[x, INPUTS_END]:
            edge = inputs[position]
            below = edge >> 1
            if state[below, VALUE] == UNKNOWN:
                if visited[below, ROUND] != round_:
                    visited[below, ROUND] = round_
                    visited[below, GROUP] = group
                    count += 1
                    if first < 0 or node[below, RANK] < node[first, RANK]:
                        first = below
                    if node[below, THRESHOLD] >= 0:
                        descend = True
                        break
                else:
                    one = visited[below, GROUP]
                    if one != group:
                        while leader[one] != one:
                            leader[one] = leader[leader[one]]
                            one = leader[one]
                        other = group
                        while leader[other] != other:
                            leader[other] = leader[leader[other]]
                            other = leader[other]
                        leader[max(one, other)] = min(one, other)
                # A literal is its node's words, inverted when complemented; an OR is an AND of inverted literals.
                invert = 0
                if parity_gate:
                    if hashes[below, 0] & SIGN:
                        invert = WORD
                        parity ^= 1
                    parity ^= edge & 1
                elif (edge & 1) ^ (need == 1 and unknowns > 1):
                    invert = WORD
                a = hashes[below, 0] ^ invert
                a_2 = hashes[below, 1] ^ invert
                if unknowns == 1:
                    word = a
                    word_2 = a_2
                else:
                    word = (word + mixed(a, 1)) & WORD
                    word_2 = (word_2 + mixed(a_2, 2)) & WORD
            position += 1
        if descend:
            path[depth, 0] = x
            path[depth, 1] = position
            path[depth, 2] = parity
            hashes[x, 0] = word
            hashes[x, 1] = word_2
            depth += 1
            x = below
            position = node[x, INPUTS]
            need = node[x, THRESHOLD] - state[x, TRUES]
            unknowns = state[x, UNKNOWNS]
            word = word_2 = parity = 0
            continue
        # All inputs are done.
        if parity_gate:
            if unknowns > 1:
                word = mixed(word, 3)
                word_2 = mixed(word_2, 4)
            if parity ^ (state[x, TRUES] & 1):
                word ^= WORD
                word_2 ^= WORD
        elif unknowns > 1:
            if need == 1:
                word = mixed(word, 5) ^ WORD
                word_2 = mixed(word_2, 6) ^ WORD
            elif need == unknowns:
                word = mixed(word, 5)
                word_2 = mixed(word_2, 6)
            else:
                word = mixed(word, 100 + need)
                word_2 = mixed(word_2, 101 + need)
        hashes[x, 0] = word
        hashes[x, 1] = word_2
        if depth == 0:
            return first, count
        # Back to the gate above, at the input that was left: it is visited now, and is read as one more literal.
        depth -= 1
        x = path[depth, 0]
        position = path[depth, 1]
        parity = path[depth, 2]
        need = node[x, THRESHOLD] - state[x, TRUES]
        unknowns = state[x, UNKNOWNS]
        word = hashes[x, 0]
        word_2 = hashes[x, 1]


def split(
    node: IntArray, inputs: IntArray, state: IntArray, trail: IntArray, visited: IntArray, hashes: LongArray,
    path: IntArray, groups: LongArray, leader: IntArray, pins: IntArray, parts: LongArray, place: LongArray,
    mark: int, own: int, own_end: int, pin_top: int, part_top: int,
) -> tuple[int, int]:  # fmt: skip
    """Part what is left into components, each the pinned gates that see common unknown nodes.

    Pinned gates are looked for in `pins` from `own` to `own_end` and on the trail from `mark` on. Gates whose inputs
    already give them their value ask for nothing more, and what only they could see is free. Components go to `parts`
    from `part_top` on, their gates to `pins` from `pin_top` on. Returns the new ends of both.
    """
    round_ = int(place[PRESENT_ROUND]) + 1
    if round_ == HALF_WORD:
        for x in range(visited.shape[0]):
            visited[x, ROUND] = 0
        round_ = 1
    place[PRESENT_ROUND] = round_
    count = 0
    length = int(place[LENGTH])
    for i in range(own - own_end, length - mark):
        # Negative numbers are the component's own gates, the others those on the trail.
        gate = pins[own_end + i] if i < 0 else trail[mark + i]
        k = node[gate, THRESHOLD]
        if k < 0 or state[gate, UNKNOWNS] == 0:
            continue
        value = state[gate, VALUE]
        trues = state[gate, TRUES]
        if k > 0 and (trues >= k if value == 1 else trues + state[gate, UNKNOWNS] < k):
            continue
        leader[count] = count
        first, seen = explore(node, inputs, state, visited, hashes, path, leader, gate, count, round_)
        place[FUEL] -= seen
        groups[count, 0] = gate
        groups[count, 1] = first
        groups[count, 2] = 0  # gates of the group
        groups[count, 3] = 0  # words of the group
        groups[count, 4] = 0
        count += 1
    # Every group's gates, first node and words are gathered at its leader.
    for i in range(count):
        top = i
        while leader[top] != top:
            top = leader[top]
        leader[i] = top
        groups[top, 2] += 1
        first, mine = groups[top, 1], groups[i, 1]
        if first < 0 or (mine >= 0 and node[mine, RANK] < node[first, RANK]):
            groups[top, 1] = mine
        gate = groups[i, 0]
        invert = 0 if state[gate, VALUE] == 1 else WORD
        groups[top, 3] = (groups[top, 3] + mixed(hashes[gate, 0] ^ invert, 21)) & WORD
        groups[top, 4] = (groups[top, 4] + mixed(hashes[gate, 1] ^ invert, 22)) & WORD
    for i in range(count):
        gate = groups[i, 0]
        if leader[i] == i:
            part = part_top
            part_top += 1
            parts[part, KEY] = groups[i, 3]
            parts[part, KEY_2] = groups[i, 4]
            parts[part, SWAPPED] = 0
            parts[part, NODE] = groups[i, 1]
            parts[part, KIND] = EVENT if node[groups[i, 1], THRESHOLD] < 0 else GATE
            parts[part, PIN] = pin_top
            parts[part, PIN_END] = pin_top
            if groups[i, 2] == 1:
                # One gate: it and its opposite share an entry, and the opposite may be the easier question.
                value = state[gate, VALUE]
                invert = 0 if value == 1 else WORD
                if (hashes[gate, 0] ^ invert) & SIGN:
                    parts[part, SWAPPED] = 1
                    invert ^= WORD
                parts[part, KEY] = hashes[gate, 0] ^ invert
                parts[part, KEY_2] = hashes[gate, 1] ^ invert
                need = node[gate, THRESHOLD] - state[gate, TRUES]
                if node[gate, THRESHOLD] > 0 and need == (1 if value == 1 else state[gate, UNKNOWNS]):
                    parts[part, KIND] = FLIP
                    parts[part, NODE] = gate
            pin_top += groups[i, 2]
            groups[i, 2] = part
        part = groups[leader[i], 2]
        pins[parts[part, PIN_END]] = gate
        parts[part, PIN_END] += 1
    return part_top, pin_top


# The cache: buckets of four entries; keys are 0, 0 while an entry is free


def remembered(keys: LongArray, word: int, word_2: int) -> int:
    """The entry of a component, -1 when it is not there."""
    bucket = word % (keys.shape[0] // WAYS) * WAYS
    for entry in range(bucket, bucket + WAYS):
        if keys[entry, 0] == word and keys[entry, 1] == word_2:
            return entry
    return -1


def keep(keys: LongArray, efforts: ByteArray, place: LongArray, word: int, word_2: int, effort: int) -> int:
    """A free entry for a component, or else that of the bucket's easiest one. The effort is a logarithm."""
    bucket = word % (keys.shape[0] // WAYS) * WAYS
    entry = bucket
    for other in range(bucket, bucket + WAYS):
        if keys[other, 0] == 0 and keys[other, 1] == 0:
            entry = other
            break
        if efforts[other] < efforts[entry]:
            entry = other
        # Entries age, so that nothing stays for ever.
        efforts[other] = max(efforts[other] - 1, 0)
    if keys[entry, 0] == 0 and keys[entry, 1] == 0:
        place[KEPT] += 1
    else:
        place[FORGOTTEN] += 1
    keys[entry, 0] = word
    keys[entry, 1] = word_2
    efforts[entry] = effort
    return int(entry)


def move_entries(
    old_keys: LongArray, old_values: FloatArray, old_efforts: ByteArray, keys: LongArray, values: FloatArray,
    efforts: ByteArray, place: LongArray,
) -> None:  # fmt: skip
    """Put the entries of one cache into an empty one."""
    place[KEPT] = 0
    for old in range(old_keys.shape[0]):
        if old_keys[old, 0] != 0 or old_keys[old, 1] != 0:
            entry = keep(keys, efforts, place, old_keys[old, 0], old_keys[old, 1], old_efforts[old])
            values[entry, 0] = old_values[old, 0]
            values[entry, 1] = old_values[old, 1]


# The trace


def join(trace: IntArray, trace_inputs: IntArray, pending: IntArray, place: LongArray, first: int) -> int:
    """The edge of the product of what is pending from `first` on, which is taken away."""
    end = int(place[PENDING_TOP])
    place[PENDING_TOP] = first
    for i in range(first, end):
        if pending[i] == 0:
            return 0
    if end - first < 2:
        return int(pending[first]) if end > first else 1
    row = int(place[TRACE_SIZE])
    trace[row, 0] = PRODUCT_ROW
    trace[row, 1] = place[TRACE_INPUTS]
    for i in range(first, end):
        trace_inputs[place[TRACE_INPUTS]] = pending[i]
        place[TRACE_INPUTS] += 1
    trace[row, 2] = place[TRACE_INPUTS]
    place[TRACE_SIZE] = row + 1
    return row << 1


def case(trace: IntArray, place: LongArray, kind: int, event: int, if_true: int, if_false: int) -> int:
    """The edge of a decision of an event, or of the sum of a gate's two cases."""
    if kind == EVENT and if_true == if_false:
        return if_true
    if kind == GATE and (if_true == 0 or if_false == 0):
        return if_true + if_false
    row = int(place[TRACE_SIZE])
    trace[row, 0] = event if kind == EVENT else SUM_ROW
    trace[row, 1] = if_true
    trace[row, 2] = if_false
    place[TRACE_SIZE] = row + 1
    return row << 1


# The search


def search(
    node: IntArray, inputs: IntArray, uses: IntArray, weights: FloatArray, state: IntArray, trail: IntArray,
    visited: IntArray, hashes: LongArray, path: IntArray, groups: LongArray, leader: IntArray, pins: IntArray,
    parts: LongArray, frames: LongArray, numbers: FloatArray, keys: LongArray, values: FloatArray, efforts: ByteArray,
    trace: IntArray, trace_inputs: IntArray, pending: IntArray, place: LongArray,
) -> int:  # fmt: skip
    """Solve the component in frame 0, and all that it leads to.

    Returns DONE; PAUSED for breath; FULL when `pins`, `parts` or `pending` lack room, TRACE_FULL when the trace does.
    When done, the answer is the sum in row 0 of `numbers`, and its edge in the trace is in `place`.

    With place[TRACED] the search leaves a trace, rows of int32[n, 3]: a decision (event, edge if true, edge if false),
    a sum of two that exclude each other (SUM_ROW, edge, edge), or a product (PRODUCT_ROW, first, end) of the edges in
    trace_inputs[first:end]. An edge is row << 1 | complement; the first rows are the circuit's nodes. The cache then
    holds edges.
    """
    frame = int(place[DEPTH])
    n = node.shape[0]
    traced = place[TRACED] != 0
    while True:
        if place[FUEL] <= 0:
            place[DEPTH] = frame
            return PAUSED
        if traced and (trace.shape[0] - place[TRACE_SIZE] < 2 or trace_inputs.shape[0] - place[TRACE_INPUTS] < 2 * n):
            place[DEPTH] = frame
            return TRACE_FULL
        kind = frames[frame, KIND]
        branch = frames[frame, BRANCH]
        if frames[frame, PART] < frames[frame, PART_END]:
            if numbers[frame, PRODUCT] == 0.0 and not traced:
                # Nothing can be made of this branch any more.
                frames[frame, PART] = frames[frame, PART_END]
                continue
            part = frames[frame, PART]
            frames[frame, PART] = part + 1
            entry = remembered(keys, parts[part, KEY], parts[part, KEY_2])
            if entry >= 0:
                place[HITS] += 1
                if traced:
                    pending[place[PENDING_TOP]] = int(values[entry, 0]) ^ parts[part, SWAPPED]
                    place[PENDING_TOP] += 1
                    continue
                p = abs(values[entry, 0])
                p_low = values[entry, 1]
                more, more_low = plus(1.0, 0.0, -p, -p_low)
                # The smaller of the pair is stored, negative when it is that of the complement.
                if (math.copysign(1.0, values[entry, 0]) < 0.0) == (parts[part, SWAPPED] == 0):
                    p, p_low, more, more_low = more, more_low, p, p_low
                include(numbers, frame, p, p_low, more, more_low)
                continue
            below = frame + 1
            for column in range(PART_WIDTH):
                frames[below, column] = parts[part, column]
            frames[below, BRANCH] = 0
            frames[below, MARK] = place[LENGTH]
            frames[below, PART] = frames[frame, PART_END]
            frames[below, PART_END] = frames[frame, PART_END]
            frames[below, PIN_TOP] = frames[frame, PIN_TOP]
            frames[below, BEGUN_AT] = place[DECISIONS]
            for column in range(SUM, SUM + 4):
                numbers[below, column] = 0.0
            frame = below
            continue
        x = int(frames[frame, NODE])
        mark = int(frames[frame, MARK])
        more_branches = branch < (2 if kind in (EVENT, GATE) else 1)
        # What earlier branches put on the stacks is done with.
        part_top = int(frames[frame - 1, PART_END]) if frame > 0 else 0
        pin_top = int(frames[frame - 1, PIN_TOP]) if frame > 0 else 0
        short = parts.shape[0] - part_top < n or pins.shape[0] - pin_top < n
        if more_branches and (short or (traced and pending.shape[0] - place[PENDING_TOP] < 2 * n)):
            place[DEPTH] = frame
            return FULL
        if branch > 0:
            # The branch is finished: add it, and go back to where it began.
            p = numbers[frame, PRODUCT]
            p_low = numbers[frame, PRODUCT + 1]
            more = numbers[frame, PRODUCT + 2]
            more_low = numbers[frame, PRODUCT + 3]
            if kind == EVENT:
                weight, weight_low = weights[x, 4 - 2 * branch], weights[x, 5 - 2 * branch]
                p, p_low = times(p, p_low, weight, weight_low)
                more, more_low = times(more, more_low, weight, weight_low)
            if kind != GATE or branch == 1:
                p, p_low = plus(numbers[frame, SUM], numbers[frame, SUM + 1], p, p_low)
                more, more_low = plus(numbers[frame, SUM + 2], numbers[frame, SUM + 3], more, more_low)
            else:
                # P(C, gate) + P(C, not gate); the complement is what the larger of them leaves of 1, less the other.
                other, other_low = numbers[frame, SUM], numbers[frame, SUM + 1]
                if other > p:
                    more, more_low = plus(numbers[frame, SUM + 2], numbers[frame, SUM + 3], -p, -p_low)
                else:
                    more, more_low = plus(more, more_low, -other, -other_low)
                if more < 0.0:
                    # Nothing is left of it but rounding, whose sign would be taken for the pair's.
                    more = more_low = 0.0
                p, p_low = plus(other, other_low, p, p_low)
            numbers[frame, SUM], numbers[frame, SUM + 1] = p, p_low
            numbers[frame, SUM + 2], numbers[frame, SUM + 3] = more, more_low
            if traced:
                edge = join(trace, trace_inputs, pending, place, int(frames[frame, PENDING]))
                if branch == 1:
                    frames[frame, FIRST] = edge
                else:
                    frames[frame, FIRST] = case(trace, place, kind, x, int(frames[frame, FIRST]), edge)
            length = int(place[LENGTH])
            withdraw(node, uses, state, trail, mark, length, length)
            place[LENGTH] = mark
            if kind == FLIP:
                state[x, VALUE] = 1 - state[x, VALUE]
        if more_branches:
            frames[frame, BRANCH] = branch + 1
            length = mark
            told = mark
            if kind == FLIP:
                state[x, VALUE] = 1 - state[x, VALUE]
                for i in range(node[x, INPUTS], node[x, INPUTS_END]):
                    below = inputs[i] >> 1
                    if state[below, VALUE] == UNKNOWN:
                        state[below, VALUE] = state[x, VALUE] ^ (inputs[i] & 1)
                        trail[length] = below
                        length += 1
            else:
                place[DECISIONS] += 1
                state[x, VALUE] = 1 - branch
                trail[length] = x
                length += 1
            told, length, sound = settle(node, inputs, uses, state, trail, told, length)
            numbers[frame, PRODUCT] = 1.0
            numbers[frame, PRODUCT + 1] = 0.0
            numbers[frame, PRODUCT + 2] = 0.0
            numbers[frame, PRODUCT + 3] = 0.0
            place[FUEL] -= length - mark
            frames[frame, PENDING] = place[PENDING_TOP]
            if sound:
                place[LENGTH] = length
                for i in range(mark, length):
                    forced = trail[i]
                    if node[forced, THRESHOLD] < 0 and (forced != x or kind != EVENT):
                        value = state[forced, VALUE]
                        p, p_low = weights[forced, 2 * value], weights[forced, 2 * value + 1]
                        more, more_low = weights[forced, 2 - 2 * value], weights[forced, 3 - 2 * value]
                        include(numbers, frame, p, p_low, more, more_low)
                        if traced:
                            pending[place[PENDING_TOP]] = forced << 1 | (1 - value)
                            place[PENDING_TOP] += 1
                end, pin_top = split(
                    node, inputs, state, trail, visited, hashes, path, groups, leader, pins, parts, place, mark,
                    int(frames[frame, PIN]), int(frames[frame, PIN_END]), pin_top, part_top,
                )  # fmt: skip
                frames[frame, PART] = part_top
                frames[frame, PART_END] = end
                frames[frame, PIN_TOP] = pin_top
            else:
                withdraw(node, uses, state, trail, mark, told, length)
                place[LENGTH] = mark
                numbers[frame, PRODUCT] = 0.0
                numbers[frame, PRODUCT + 2] = 1.0
                if traced:
                    pending[place[PENDING_TOP]] = 0
                    place[PENDING_TOP] += 1
                frames[frame, PART] = part_top
                frames[frame, PART_END] = part_top
            continue
        # All branches are done: the component is solved.
        edge = int(frames[frame, FIRST]) ^ (1 if kind == FLIP else 0)
        if frame == 0:
            place[DEPTH] = 0
            place[RESULT] = edge
            return DONE
        if traced:
            pending[place[PENDING_TOP]] = edge
            place[PENDING_TOP] += 1
        p = numbers[frame, SUM]
        p_low = numbers[frame, SUM + 1]
        more = numbers[frame, SUM + 2]
        more_low = numbers[frame, SUM + 3]
        if kind == FLIP:
            p, p_low, more, more_low = more, more_low, p, p_low
        include(numbers, frame - 1, p, p_low, more, more_low)
        place[SOLVED] += 1
        effort = place[DECISIONS] - frames[frame, BEGUN_AT]
        if effort > 0:
            logarithm = min(int(math.log2(effort)), 100)
            entry = keep(keys, efforts, place, frames[frame, KEY], frames[frame, KEY_2], logarithm)
            if frames[frame, SWAPPED] == 1:
                p, p_low, more, more_low = more, more_low, p, p_low
            if traced:
                values[entry, 0] = edge ^ frames[frame, SWAPPED]
            elif p <= more:
                values[entry, 0] = abs(p)
                values[entry, 1] = p_low
            else:
                values[entry, 0] = -abs(more)
                values[entry, 1] = more_low
        frame -= 1
