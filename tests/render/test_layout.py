from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree.render.layout import Extent, positions

GAP = 10.0


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[list[int]], list[Extent], list[int], list[bool]]:
    count = draw(st.integers(1, 60))
    roots = draw(st.integers(1, min(3, count)))
    children: list[list[int]] = [[] for _ in range(count)]
    last = 0
    for node in range(roots, count):  # in order of levels, as a breadth-first walk numbers them
        last = draw(st.integers(last, min(node - 1, last + 6)))
        children[last].append(node)
    extents = [Extent(draw(st.floats(1, 90)), draw(st.floats(1, 90))) for _ in range(count)]
    return children, extents, list(range(roots)), [draw(st.booleans()) for _ in range(count)]


@given(trees())
def test_neighbours_keep_their_distance_and_parents_stand_over_children(
    tree: tuple[list[list[int]], list[Extent], list[int], list[bool]],
) -> None:
    children, extents, roots, above_first = tree
    at = positions(children, extents, roots, gap=GAP, above_first=above_first)
    level = list(roots)
    while level:
        for one, other in itertools.pairwise(level):
            assert at[other] - extents[other].left - at[one] - extents[one].right >= GAP - 1e-6
        level = [child for node in level for child in children[node]]
    for node, below in enumerate(children):
        if below:
            last = below[0] if above_first[node] else below[-1]
            assert at[node] == pytest.approx((at[below[0]] + at[last]) / 2)
    assert min(x - extent.left for x, extent in zip(at, extents, strict=True)) == pytest.approx(0, abs=1e-6)


def test_subtrees_pack_by_contour() -> None:
    # A deep narrow subtree beside a shallow one whose own children would need more room as bounding boxes.
    children = [[1, 2], [3], [4, 5, 6], [7, 8, 9], [], [], [], [], [], []]
    at = positions(children, [Extent(10, 10)] * 10, [0], gap=GAP)
    assert max(at) - min(at) < 5 * 30


def test_small_subtrees_are_spread_evenly() -> None:
    children = [[1, 2, 3], [4, 5, 6, 7], [], [8, 9, 10, 11], *([] for _ in range(8))]
    at = positions(children, [Extent(10, 10)] * 12, [0], gap=GAP)
    assert at[2] == pytest.approx((at[1] + at[3]) / 2)


def test_deep_and_large_trees_are_laid_out() -> None:
    count = 42_000
    children: list[list[int]] = [[] for _ in range(count)]
    for node in range(0, count - 3, 3):  # every third continues the chain, with two leaves beside it
        children[node] = [node + 1, node + 3, node + 2] if node + 3 < count else []
    assert len(positions(children, [Extent(10, 10)] * count, [0], gap=GAP)) == count
    rng = random.Random(1)
    bushy: list[list[int]] = [[] for _ in range(count)]
    for node in range(1, count):
        bushy[rng.randrange(max(0, node - 50), node)].append(node)
    assert len(positions(bushy, [Extent(10, 10)] * count, [0], gap=GAP)) == count
