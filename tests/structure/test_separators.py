"""Separators and elimination: real separators, honest widths, narrow where narrowness is known."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Collection, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree import deadline, memory
from faulttree.errors import MemoryLimitExceeded, TimeLimitExceeded
from faulttree.structure import _kernels, separators
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


def eliminated_slowly(neighbours: Sequence[set[int]], seed: int) -> tuple[list[int], list[int]]:
    """Min-fill as it is told: the order, and the steps taken before each turn and at the end."""
    left = {node: set(around) for node, around in enumerate(neighbours)}
    salt = random.Random(seed).getrandbits(31)
    order, steps = [], [0]

    def missing(node: int) -> int:
        pairs = list(itertools.combinations(left[node], 2))
        return len(pairs) if len(left[node]) > _kernels.WIDE else sum(b not in left[a] for a, b in pairs)

    fill = {node: missing(node) for node in left}
    while left:
        node = min(left, key=lambda one: (fill[one], _kernels.tie(salt, one, fill[one]), one))
        # What was worked out along the way is what counts afresh.
        assert all(fill[one] == missing(one) for one in left)
        around = left.pop(node)
        order.append(node)
        touched = set(around)
        for other in around:
            left[other] |= around
            left[other] -= {node, other}
        if fill[node]:
            touched |= set().union(*(left[other] for other in around))
        fill |= {other: missing(other) for other in touched}
        steps.append(steps[-1] + len(around) ** 2 + sum(min(len(left[x]), _kernels.WIDE) ** 2 for x in touched))
    return order, steps


@pytest.fixture
def short_of_breath(monkeypatch: pytest.MonkeyPatch) -> None:
    """Kernels pause after every step."""
    monkeypatch.setattr(separators, "BREATH", {False: 0, True: 0})


@given(graphs(60), st.integers(0, 5))
def test_min_fill_eliminates_as_the_slow_one_does(
    kernel_mode: str, short_of_breath: None, neighbours: list[set[int]], seed: int
) -> None:
    order, steps = eliminated_slowly(neighbours, seed)
    nodes = range(len(neighbours))
    found = min_fill(neighbours, nodes, seed)
    assert list(found.order) == order
    assert found.bags == eliminate(neighbours, order).bags
    # It is given up at the first turn that comes after too many steps.
    before_last = max(steps[-2], 0)
    within = narrow_min_fill(neighbours, nodes, seed, most_steps=before_last)
    assert within is not None and list(within.order) == order
    if before_last:
        assert narrow_min_fill(neighbours, nodes, seed, most_steps=before_last - 1) is None


@pytest.mark.parametrize("n", [40, 90])
def test_min_fill_of_a_dense_graph_eliminates_as_the_slow_one_does(kernel_mode: str, n: int) -> None:
    # Wider than what is examined, and far more edges in the end than at first.
    rng = random.Random(n)
    neighbours: list[set[int]] = [set() for _ in range(n)]
    for one, other in (rng.sample(range(n), 2) for _ in range(5 * n)):
        neighbours[one].add(other)
        neighbours[other].add(one)
    found = min_fill(neighbours, range(n), 3)
    assert found.width > _kernels.WIDE or n == 40
    assert list(found.order) == eliminated_slowly(neighbours, 3)[0]
    check(neighbours, range(n), found)


def test_min_fill_of_part_of_the_numbers_settles_ties_by_place(kernel_mode: str) -> None:
    graph = grid(6, 6)
    apart = {3 * node + 7: {3 * other + 7 for other in around} for node, around in enumerate(graph)}
    found = min_fill(apart, list(apart), 4)
    assert [(node - 7) // 3 for node in found.order] == eliminated_slowly(graph, 4)[0]


def test_tables_of_an_elimination_ask_for_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(needed: int = 0) -> None:
        if needed:
            raise MemoryLimitExceeded(needed)

    monkeypatch.setattr(memory, "check", refuse)
    with pytest.raises(MemoryLimitExceeded):
        min_fill(grid(20, 20), range(400), 0)


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
