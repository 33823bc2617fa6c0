"""Where the nodes of a tree stand side by side: as close as their outlines allow, each gate above its inputs.

Subtrees are packed by contour: how far each reaches to the left and right at every level. Packing from the left
and from the right and taking the mean spreads small subtrees evenly between large ones, and keeps every distance.
Sources: E. M. Reingold and J. S. Tilford, Tidier drawings of trees, IEEE Trans. Softw. Eng. SE-7 (1981) 223-228;
C. Buchheim, M. Juenger and S. Leipert, Improving Walker's algorithm to run in linear time, GD 2002.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = ["Extent", "positions"]


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a node reaches to the left and right of its own axis; both positive."""

    left: float
    right: float


@dataclass(slots=True)
class _Contour:
    """Reach of a subtree at every level, the deepest level first, relative to its root's axis less `shift`."""

    left: list[float]
    right: list[float]
    shift: float = 0.0


def positions(
    children: Sequence[Sequence[int]],
    extents: Sequence[Extent],
    roots: Sequence[int],
    *,
    gap: float,
    above_first: Sequence[bool] = (),
) -> list[float]:
    """The axis of every node, the leftmost edge being 0.

    children: of each node, in order; a node's number is less than its children's. gap: between neighbours.
    above_first: nodes that stand above their first child rather than in the middle of all.

    Nodes of one level never come closer than gap, nor change their order. Time and space are linear in the
    number of nodes.
    """
    offset = [0.0] * len(children)
    contours: dict[int, _Contour] = {}
    for node in reversed(range(len(children))):
        below = children[node]
        merged = _placed(below, offset, [contours.pop(child) for child in below], gap)
        if below:
            last = below[0] if above_first and above_first[node] else below[-1]
            axis = (offset[below[0]] + offset[last]) / 2
            for child in below:
                offset[child] -= axis
            merged.shift -= axis
        merged.left.append(-extents[node].left - merged.shift)
        merged.right.append(extents[node].right - merged.shift)
        contours[node] = merged
    forest = _placed(roots, offset, [contours.pop(root) for root in roots], gap)
    leftmost = min(forest.left) + forest.shift
    at = [0.0] * len(children)
    for root in roots:
        at[root] = offset[root] - leftmost
    for node, below in enumerate(children):
        for child in below:
            at[child] = at[node] + offset[child]
    return at


def _placed(nodes: Sequence[int], offset: list[float], contours: list[_Contour], gap: float) -> _Contour:
    """Set the offsets of neighbouring subtrees, the first at 0, and give their common contour."""
    if not nodes:
        return _Contour([], [])
    merged = contours[0]
    offset[nodes[0]] = 0.0
    if len(nodes) == 1:
        return merged
    # Deeper than the second deepest subtree nothing can touch.
    levels = sorted(len(contour.left) for contour in contours)[-2]
    lefts = [_top(contour.left, contour.shift, levels) for contour in contours]
    rights = [_top(contour.right, contour.shift, levels) for contour in contours]
    from_left = _packed(lefts, rights, gap)
    mirrored = _packed(
        [_negative(right) for right in reversed(rights)], [_negative(left) for left in reversed(lefts)], gap
    )
    from_right = [mirrored[-1] - value for value in reversed(mirrored)]
    for index in range(1, len(nodes)):
        x = (from_left[index] + from_right[index]) / 2
        offset[nodes[index]] = x
        merged = _merged(merged, contours[index], x)
    return merged


def _top(contour: list[float], shift: float, levels: int) -> list[float]:
    return [value + shift for value in contour[: -levels - 1 : -1]]


def _negative(values: list[float]) -> list[float]:
    return [-value for value in values]


def _packed(lefts: list[list[float]], rights: list[list[float]], gap: float) -> list[float]:
    """Offsets that push each subtree against those on its left. Contours run from the root's level downward."""
    reach = list(rights[0])
    at = [0.0]
    for left, right in zip(lefts[1:], rights[1:], strict=True):
        x = max(edge - mine for edge, mine in zip(reach, left, strict=False)) + gap
        reach[: len(right)] = [x + value for value in right]
        at.append(x)
    return at


def _merged(one: _Contour, other: _Contour, x: float) -> _Contour:
    """The common contour of two subtrees, the other standing x to the right. Reuses the deeper one's lists."""
    other.shift += x
    shallow, deep = (other, one) if len(other.left) <= len(one.left) else (one, other)
    levels, change = len(shallow.left), shallow.shift - deep.shift
    if shallow is other:
        deep.right[len(deep.right) - levels :] = [value + change for value in shallow.right]
    else:
        deep.left[len(deep.left) - levels :] = [value + change for value in shallow.left]
    return deep
