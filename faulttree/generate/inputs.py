"""The inputs of a synthetic model's gates: every event somewhere once, then the repetitions, none twice in a gate."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from random import Random

from faulttree.errors import InvalidRequestError
from faulttree.generate.frame import Frame
from faulttree.model.gates import MOST_INPUTS
from faulttree.results import counted

__all__ = ["drawn", "inputs_of_all", "numbers_of_inputs"]


def numbers_of_inputs(
    skeleton: Frame, least: Sequence[int], events: int, repeated: int, choose: Random
) -> list[tuple[int, int]]:
    """How many events each gate names for the first time, and how many inputs of it are repetitions.

    least: the fewest inputs each gate may have; the skeleton has room for them. events, repeated: how many there are of
    each in all. Raises InvalidRequestError when there are too few events for the inputs of a gate to differ.
    """
    gates = len(least)
    # All that a gate may have as inputs lies in deeper levels.
    most = [min(MOST_INPUTS, gates - skeleton.starts[level + 1] + events) for level in skeleton.level_of]
    numbers = [max(n, len(below)) for n, below in zip(least, skeleton.children, strict=True)]
    places = [gate for gate, below in enumerate(skeleton.children) for _ in range(numbers[gate] - len(below))]
    room = [gate for gate in range(gates) if numbers[gate] < most[gate]]
    if any(number > limit for number, limit in zip(numbers, most, strict=True)):
        raise InvalidRequestError(
            f"{counted(events, 'event')} cannot give every gate inputs that differ; ask for more events"
        )
    for _ in range(events + repeated - len(places)):
        if not room:
            raise InvalidRequestError(
                f"{counted(gates, 'gate')} above {counted(events, 'event')} cannot have {repeated:,} repeated inputs "
                f"that differ within a gate, nor above {MOST_INPUTS:,} in one; ask for more gates, or less sharing"
            )
        place = int(choose.random() * len(room))
        gate = room[place]
        places.append(gate)
        numbers[gate] += 1
        if numbers[gate] == most[gate]:
            room[place] = room[-1]
            room.pop()
    choose.shuffle(places)
    new, again = [0] * gates, [0] * gates
    for gate in places[:events]:
        new[gate] += 1
    for gate in places[events:]:
        again[gate] += 1
    return list(zip(new, again, strict=True))


def inputs_of_all(
    skeleton: Frame, numbers: Sequence[tuple[int, int]], events: int, nearby: int | None, choose: Random
) -> list[list[int]]:
    """The inputs of each gate in random order; after the gates come the events, as the walk meets them."""
    gates = len(skeleton.children)
    inputs: list[list[int]] = [[] for _ in range(gates)]
    first = gates
    for gate in skeleton.walk:
        new, again = numbers[gate]
        mine = list(range(first, first + new))
        below = skeleton.children[gate]
        taken = sorted([*below, *mine])
        deeper = skeleton.starts[skeleton.level_of[gate] + 1]
        for _ in range(again):
            spans = [(deeper, gates + events)]
            if nearby is not None:
                spans = _window(skeleton, gate, (first, first + new), nearby, gates + events, taken) or spans
            insort(taken, drawn(spans, taken, choose))
        first += new
        choose.shuffle(taken)
        inputs[gate] = taken
    return inputs


def _window(
    skeleton: Frame, gate: int, mine: tuple[int, int], nearby: int, end: int, taken: Sequence[int]
) -> list[tuple[int, int]]:
    """Spans of the nearest events and gates of the next level that hold one not taken yet; none when all are taken."""
    gates = len(skeleton.children)
    level = skeleton.level_of[gate]
    next_start, next_end = skeleton.starts[level + 1], (*skeleton.starts, gates)[level + 2]
    # Where a child of this gate stands or would stand: as far along in its level as the gate in its own.
    below = skeleton.children[gate]
    middle = (
        below[0]
        if below
        else next_start
        + (gate - skeleton.starts[level]) * (next_end - next_start) // (next_start - skeleton.starts[level])
    )
    while True:
        spans = [
            (max(next_start, middle - nearby), min(next_end, middle + nearby + 1)),
            (max(gates, mine[0] - nearby), min(end, mine[1] + nearby)),
        ]
        if _free(spans, taken) > 0:
            return spans
        if spans == [(next_start, next_end), (gates, end)]:
            return []
        nearby *= 2


def _free(spans: Sequence[tuple[int, int]], taken: Sequence[int]) -> int:
    """How many numbers in the spans are not among those taken."""
    return sum(high - low - bisect_left(taken, high) + bisect_left(taken, low) for low, high in spans)


def drawn(spans: Sequence[tuple[int, int]], taken: Sequence[int], choose: Random) -> int:
    """One of the numbers in the spans that are not taken, each as likely as any other; taken is sorted."""
    place = int(choose.random() * _free(spans, taken))
    while place >= (free := _free(spans[:1], taken)):
        place -= free
        spans = spans[1:]
    low = spans[0][0]
    start = first = bisect_left(taken, low)
    last = len(taken)
    while first < last:  # how many taken numbers lie below the free one that is wanted
        middle = (first + last) // 2
        if taken[middle] - low - (middle - start) <= place:
            first = middle + 1
        else:
            last = middle
    return low + place + first - start
