"""Separators and elimination: real separators, honest widths, narrow where narrowness is known."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree import deadline
from faulttree.errors import TimeLimitExceeded
from faulttree.structure import _kernels
from faulttree.structure.separators import Elimination, dissect, eliminate, min_fill, narrow_min_fill


def grid(rows: int, columns: int) -> list[set[int]]:
    neighbours: list[set[int]] = [set() for _ in range(rows * columns)]
    for row in range(rows):
        for column in range(columns):
            node = row * columns + column
            for other, inside in ((node + 1, column + 1 < columns), (node + columns, row + 1 < rows)):
                if inside:
                    neighbours[node].add(other)
                    neighbours[other].add(node)
    return neighbours


@st.composite
def graphs(draw: st.DrawFn, largest: int = 30) -> list[set[int]]:
    n = draw(st.integers(1, largest))
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for one, other in draw(st.lists(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n)):
        if one != other:
            neighbours[one].add(other)
            neighbours[other].add(one)
    return neighbours


def check(neighbours: Sequence[set[int]], nodes: Collection[int], elimination: Elimination) -> None:
    """A tree decomposition: every edge in a bag, every node's bags connected, widths as claimed."""
    assert sorted(elimination.order) == sorted(nodes)
    position = {node: i for i, node in enumerate(elimination.order)}
    for node in nodes:
        bag = elimination.bags[node]
        assert all(position[other] > position[node] for other in bag)
        assert {other for other in neighbours[node] if position[other] > position[node]} <= bag
        parent = elimination.parent[node]
        assert (parent == -1) == (not bag)
        if bag:
            assert parent in bag and bag - {parent} <= elimination.bags[parent]
    sizes = [len(bag) for bag in elimination.bags.values()]
    assert elimination.width == max(sizes, default=0)
    assert elimination.cost == pytest.approx(math.log2(sum(2**size for size in sizes)))


@given(graphs())
def test_every_order_makes_a_tree_decomposition(kernel_mode: str, neighbours: list[set[int]]) -> None:
    before = [set(around) for around in neighbours]
    nodes = range(len(neighbours))
    for elimination in (
        min_fill(neighbours, nodes, 0),
        eliminate(neighbours, list(nodes)),
        dissect(neighbours, nodes, 1, 0.2, 5),
    ):
        check(neighbours, nodes, elimination)
    assert neighbours == before


def test_trees_and_rings_and_grids_are_as_narrow_as_known(kernel_mode: str) -> None:
    tree = [
        {i for i in ((node - 1) // 2, 2 * node + 1, 2 * node + 2) if 0 <= i < 63 and i != node} for node in range(63)
    ]
    assert min_fill(tree, range(63), 0).width == 1
    ring = [{(node - 1) % 40, (node + 1) % 40} for node in range(40)]
    assert min_fill(ring, range(40), 0).width == 2
    # The treewidth of a long grid of 8 columns is 8. A part between two separators has a third: 23 at most.
    long_grid = grid(40, 8)
    check(long_grid, range(320), found := dissect(long_grid, range(320), 0, 0.25, 10))
    assert 8 <= found.width <= 23
    # One clique cannot be parted.
    clique = [set(range(20)) - {node} for node in range(20)]
    assert dissect(clique, range(20), 0, 0.2, 5).width == 19


def test_one_seed_gives_one_order(kernel_mode: str) -> None:
    graph = grid(10, 10)
    for find in (
        lambda seed: min_fill(graph, range(100), seed),
        lambda seed: dissect(graph, range(100), seed, 0.2, 5),
    ):
        assert find(1).order == find(1).order
        assert find(1).order != find(2).order


@given(graphs(20), st.data())
def test_cuts_part_the_graph_and_are_smallest_when_balance_is_free(
    neighbours: list[set[int]], data: st.DataObject
) -> None:
    n = len(neighbours)
    source, target = data.draw(st.tuples(*[st.integers(0, n - 1)] * 2))
    if source == target or target in neighbours[source]:
        return
    rows = [sorted(around) for around in neighbours]
    first = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    around = np.array([other for row in rows for other in row], np.int32)
    room = [np.zeros(n, np.int32) for _ in range(3)] + [np.zeros(2 * n + 2, np.int32) for _ in range(4)]
    cut = np.zeros(n, np.int32)
    distances = np.zeros((2, n), np.int32)
    size, small = _kernels.best_cut(first, around, source, target, 1, distances, *room, cut)
    sides = [{node for node in range(n) if cut[node] == side} for side in range(3)]
    if len(sides[0]) == 0 and size == 0 and small == 0:
        return
    assert len(sides[2]) == size
    assert min(len(sides[0]), len(sides[1])) == small >= 1
    assert {cut[source], cut[target]} == {0, 1}
    assert not any(neighbours[node] & sides[1] for node in sides[0])
    assert size >= fewest(neighbours, source, target)


def fewest(neighbours: Sequence[set[int]], source: int, target: int) -> int:
    """The size of the smallest cut between two nodes: disjoint paths, one at a time (Menger)."""
    # Node i's entrance is i, its exit i + n; a flow is a set of arcs.
    n = len(neighbours)
    arcs = {(i, i + n) for i in range(n)}
    arcs |= {(i + n, j) for i in range(n) for j in neighbours[i]}
    flow = 0
    while True:
        reached = {source + n: -1}
        queue = [source + n]
        for state in queue:
            for one, other in sorted(arcs):
                if one == state and other not in reached:
                    reached[other] = state
                    queue.append(other)
        if target not in reached:
            return flow
        flow += 1
        state = target
        while state != source + n:
            arcs.remove((reached[state], state))
            arcs.add((state, reached[state]))
            state = reached[state]


def test_what_is_too_wide_or_takes_too_many_steps_is_given_up() -> None:
    graph = grid(8, 8)
    whole = min_fill(graph, range(64), 0)
    same = narrow_min_fill(graph, range(64), 0, widest=whole.width)
    assert same is not None and same.order == whole.order
    assert narrow_min_fill(graph, range(64), 0, widest=whole.width - 1) is None
    assert narrow_min_fill(graph, range(64), 0, most_steps=100) is None
    with deadline.within(0.0), pytest.raises(TimeLimitExceeded):
        min_fill(graph, range(64), 0)
    with deadline.within(0.0), pytest.raises(TimeLimitExceeded):
        dissect(graph, range(64), 0, 0.2, 5)
