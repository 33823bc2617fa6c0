"""The gates of a synthetic model as a tree, before any event is put below them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random

from faulttree.errors import InvalidRequestError
from faulttree.results import counted

__all__ = ["Frame", "frame_of"]


@dataclass(frozen=True)
class Frame:
    """The gates, numbered level by level from the top, within a level as a walk through the tree meets them.

    children: of each gate. level_of: of each gate; the top's is 0. starts: the first gate of each level, and the number
    of all gates. walk: the gates as the walk meets them. made_as: the number each gate was made under.
    """

    children: list[list[int]]
    level_of: list[int]
    starts: list[int]
    walk: list[int]
    made_as: list[int]


def frame_of(least: Sequence[int], depth: int | None, inputs: int, choose: Random) -> Frame:
    """A random tree of gates in which every gate gets enough inputs.

    least: the fewest inputs each gate may have. depth: how many levels, about logarithmic when None.
    inputs: how many all gates have together. Raises InvalidRequestError when these contradict each other.
    """
    _check_enough(sum(least), inputs, len(least))
    if depth is None:
        return _numbered(_grown(least, choose))
    if not (depth == 1) == (len(least) == 1) or depth > len(least):
        raise InvalidRequestError(f"{counted(len(least), 'gate')} cannot have a depth of {depth}")
    for sizes in (_geometric(len(least), depth), _widest_at_the_top(len(least), depth)):
        children = _in_levels(least, sizes, choose)
        needed = sum(max(n, len(below)) for n, below in zip(least, children, strict=True))
        if needed <= inputs:
            break
    _check_enough(needed, inputs, len(least), f" in {depth} levels")
    return _numbered(children)


def _check_enough(needed: int, inputs: int, gates: int, levels: str = "") -> None:
    if needed > inputs:
        need = f"{counted(gates, 'gate')}{levels} need{'s' * (gates == 1)} at least {counted(needed, 'input')}"
        raise InvalidRequestError(
            f"{need}, and the events, gates and repetitions asked for are {inputs:,}; "
            "ask for more events, fewer gates, more sharing, or less 'atleast'"
        )


def _grown(least: Sequence[int], choose: Random) -> list[list[int]]:
    """Each gate in turn below a random one that has room, its children no more than its fewest inputs."""
    children: list[list[int]] = [[] for _ in least]
    room = [0] * least[0]
    for gate in range(1, len(least)):
        place = int(choose.random() * len(room))
        children[room[place]].append(gate)
        room[place] = room[-1]
        room[-1] = gate
        room += [gate] * (least[gate] - 1)
    return children


def _in_levels(least: Sequence[int], sizes: Sequence[int], choose: Random) -> list[list[int]]:
    """Gates of one level below those of the one before, at random where there is room, else evenly."""
    children: list[list[int]] = [[] for _ in least]
    start = 0
    for above, below in pairwise(sizes):
        level = range(start, start + above)
        start += above
        room = [gate for gate in level for _ in range(least[gate])]
        if len(room) < below:
            room = [level[place % above] for place in range(below)]
        choose.shuffle(room)
        for gate, parent in enumerate(room[:below], start):
            children[parent].append(gate)
    return children


def _geometric(gates: int, depth: int) -> list[int]:
    """Sizes of the levels, each the same multiple of the one above."""
    low, high = 1.0, float(gates)
    for _ in range(100):
        ratio = (low + high) / 2
        total = 0.0
        for _ in range(depth):
            total = min(total * ratio + 1.0, 2.0 * gates)
        low, high = (ratio, high) if total < gates else (low, ratio)
    ends, total, size = [0], 0.0, 1.0
    for _ in range(depth - 1):
        total, size = total + size, size * low
        ends.append(max(ends[-1] + 1, round(total)))
    # Rounding may have gone a gate too far; every level below keeps one at least.
    ends = [min(end, gates - depth + level) for level, end in enumerate(ends)] + [gates]
    return [below - above for above, below in pairwise(ends)]


def _widest_at_the_top(gates: int, depth: int) -> list[int]:
    """Sizes of the levels when as many gates as possible have two gates below them, so that events suffice longest."""
    sizes, left = [1], gates - 1
    width = -(-left // (2 ** (depth - 1) - 1)) if depth > 1 else 0
    for below in range(depth - 2, -1, -1):
        sizes.append(min(width, left - below))
        left -= sizes[-1]
        width = 2 * sizes[-1]
    return sizes


def _numbered(children: list[list[int]]) -> Frame:
    level = [0] * len(children)
    walk, stack = [], [0]
    while stack:
        gate = stack.pop()
        walk.append(gate)
        for child in children[gate]:
            level[child] = level[gate] + 1
        stack.extend(reversed(children[gate]))
    made_as = sorted(walk, key=level.__getitem__)
    new = [0] * len(made_as)
    for number, gate in enumerate(made_as):
        new[gate] = number
    levels = [level[gate] for gate in made_as]
    return Frame(
        children=[[new[child] for child in children[gate]] for gate in made_as],
        level_of=levels,
        starts=[bisect_left(levels, number) for number in range(levels[-1] + 2)],
        walk=[new[gate] for gate in walk],
        made_as=made_as,
    )
