"""Elimination orders of small width: what falls apart when a few nodes are settled, and in which order.

To eliminate a node is to join its neighbours with one another and take it out. An order's width is the largest number
of neighbours that a node has when its turn comes; the nodes eliminated last separate the graph, and separate it well
when the width is small.
Sources: D. J. Rose, in Graph Theory and Computing, 1972 (elimination, min-fill); A. George, SIAM J. Numerical Analysis
10, 1973 (nested dissection); M. Hamann, B. Strasser, Graph bisection with Pareto optimization, ACM J. Experimental
Algorithmics 23, 2018 (FlowCutter).
"""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faulttree import memory
from faulttree.deadline import check
from faulttree.kernel_modes import kernels_for
from faulttree.structure import _kernels

__all__ = ["Elimination", "dissect", "eliminate", "min_fill", "narrow_min_fill"]

LEAF = 12
"""Parts of so many nodes are not parted any further."""
STEPS = 10
"""Steps of the search between two nodes, for each of its graph's nodes, when it is decided whether to compile."""
LOOK = 64
"""Eliminations from one look at the memory to the next."""
WORK = 200
"""Diagram nodes that one node of an elimination weighs as much as, when it is decided whether to compile."""
BREATH = {False: 10_000, True: 2_000_000}
"""Steps of an elimination from one look at the time and the memory to the next, interpreted and compiled."""
NO_LIMIT = 2**62
MOST_STEPS = 40_000_000
"""Steps after which an elimination is given up, some seconds: what takes so many is too wide to be of use."""


@dataclass(frozen=True, eq=False)
class Elimination:
    """An order of elimination and the tree decomposition that comes with it.

    order: the nodes, first eliminated first. bags: for each node, its neighbours when its turn came.
    parent: for each node, the first of these to follow; -1 for a root.
    """

    order: tuple[int, ...]
    bags: dict[int, frozenset[int]]
    parent: dict[int, int]

    @property
    def width(self) -> int:
        """The largest number of neighbours that a node had when its turn came."""
        return max((len(bag) for bag in self.bags.values()), default=0)

    @property
    def cost(self) -> float:
        """Logarithm to base 2 of the sum of 2**width over the bags: what a search may have to look at."""
        return math.log2(math.fsum(2.0 ** min(len(bag), 1000) for bag in self.bags.values()) or 1.0)


def eliminate(neighbours: Sequence[set[int]], order: Sequence[int]) -> Elimination:
    """Eliminate the nodes in this order. neighbours: of every node, by number; left as it is."""
    left = {node: set(neighbours[node]) for node in order}
    bags = {}
    for place, node in enumerate(order):
        check()
        if place % LOOK == 0:
            memory.check()
        around = bags[node] = frozenset(left.pop(node))
        for other in around:
            left[other] |= around
            left[other] -= {node, other}
    return _with_tree(tuple(order), bags)


def min_fill(neighbours: Sequence[set[int]] | Mapping[int, set[int]], nodes: Sequence[int], seed: int) -> Elimination:
    """Always eliminate a node that joins fewest neighbours; the seed settles ties. Raises TimeLimitExceeded."""
    found = narrow_min_fill(neighbours, nodes, seed, widest=math.inf, most_steps=math.inf)
    assert found is not None, "nothing is too wide and nothing takes too long"
    return found


def narrow_min_fill(
    neighbours: Sequence[set[int]] | Mapping[int, set[int]],
    nodes: Sequence[int],
    seed: int,
    *,
    widest: float = math.inf,
    most_steps: float = MOST_STEPS,
) -> Elimination | None:
    """The same, if no node has more than `widest` neighbours when its turn comes, and it takes no more than most_steps.

    A step is a pair of nodes looked at, the same on every machine. Raises TimeLimitExceeded.
    """
    numbers = list(nodes)
    place = {node: i for i, node in enumerate(numbers)}
    rows = [[place[other] for other in neighbours[node]] for node in numbers]
    work = _MinFill(rows, random.Random(seed).getrandbits(31))
    if not work.run(widest, most_steps):
        return None
    order = tuple(numbers[i] for i in work.order[:, 0].tolist())
    begins = [*work.order[:, 1].tolist(), work.used]
    members = [numbers[i] for i in work.bags[: work.used].tolist()]
    bags = {
        node: frozenset(members[begin:end])
        for node, (begin, end) in zip(order, itertools.pairwise(begins), strict=True)
    }
    return _with_tree(order, bags)


class _MinFill:
    """The tables of one elimination by min-fill; they grow when the kernel asks."""

    def __init__(self, rows: Sequence[Sequence[int]], salt: int) -> None:
        n = len(rows)
        first = np.cumsum([0, *map(len, rows)], dtype=np.int32)
        around = np.array([other for row in rows for other in row], np.int32)
        self.kernels = kernels_for(_kernels, n * WORK)
        self.nodes, self.order = np.zeros((n, 4), np.int32), np.zeros((n, 2), np.int32)
        self.heap, self.touched, self.seen = np.zeros(n, np.int32), np.zeros(n, np.int32), np.full(n, -1, np.int32)
        self.fill, self.state = np.zeros((n, 2), np.int64), np.zeros(_kernels.STATE_LENGTH, np.int64)
        self.lists = np.zeros(4 * len(around) + 1, np.int32)
        self.bags = np.zeros(2 * len(around) + 1, np.int32)
        self.edges = np.zeros(1 << (4 * len(around)).bit_length(), np.int64)
        self.state[_kernels.SALT] = salt
        self.kernels.begin_min_fill(first, around, self.nodes, self.lists, self.edges, self.fill, self.heap, self.state)

    @property
    def used(self) -> int:
        """How long the bags are together."""
        return int(self.state[_kernels.BAGGED])

    def run(self, widest: float, most_steps: float) -> bool:
        """Whether it came to its end within the limits. Raises TimeLimitExceeded, MemoryLimitExceeded."""
        state = self.state
        state[_kernels.WIDEST], state[_kernels.MOST] = min(widest, NO_LIMIT), min(most_steps, NO_LIMIT)
        while True:
            check()
            memory.check()
            state[_kernels.PAUSE] = state[_kernels.STEPS] + BREATH[self.kernels.compiled]
            status = self.kernels.min_fill(
                self.nodes, self.lists, self.edges, self.fill, self.heap, self.bags, self.order, self.seen,
                self.touched, state,
            )  # fmt: skip
            if status in (_kernels.DONE, _kernels.GIVEN_UP):
                return bool(status == _kernels.DONE)
            if status != _kernels.PAUSED:
                self._grow(status)

    def _grow(self, status: int) -> None:
        """Twice the room in the table that is full."""
        if status == _kernels.EDGES_FULL:
            memory.check(2 * self.edges.nbytes)
            edges = np.zeros(2 * len(self.edges), np.int64)
            self.kernels.join_all(self.edges, edges)
            self.edges = edges
        else:
            name = "lists" if status == _kernels.LISTS_FULL else "bags"
            full = getattr(self, name)
            memory.check(full.nbytes)
            setattr(self, name, np.concatenate([full, np.zeros_like(full)]))


def dissect(neighbours: Sequence[set[int]], nodes: Sequence[int], seed: int, balance: float, pairs: int) -> Elimination:
    """Part the graph by a sparse separator, its parts by theirs, and so on: separators come after what they part.

    balance: the share of the nodes that the smaller side has at least. pairs: of nodes, to look for cuts between.
    """
    rng = np.random.default_rng(seed)
    order: list[int] = []  # backward
    stack = [list(nodes)]
    while stack:
        check()
        part = stack.pop()
        separator: list[int] = []
        pieces = list(_connected(neighbours, part))
        if len(pieces) == 1 and len(part) > LEAF:
            separator, pieces = _separated(neighbours, part, rng, balance, pairs)
        if len(pieces) > 1:
            order.extend(separator)
            stack.extend(pieces)
        else:
            inside = set(part)
            graph = {node: neighbours[node] & inside for node in part}
            order.extend(reversed(min_fill(graph, sorted(part), seed).order))
    return eliminate(neighbours, order[::-1])


def _connected(neighbours: Sequence[set[int]], nodes: Sequence[int]) -> Iterator[list[int]]:
    """The connected parts of the graph on these nodes."""
    left = dict.fromkeys(nodes)
    while left:
        part = [left.popitem()[0]]
        for node in part:
            for other in neighbours[node]:
                if other in left:
                    del left[other]
                    part.append(other)
        yield part


def _separated(
    neighbours: Sequence[set[int]], part: list[int], rng: np.random.Generator, balance: float, pairs: int
) -> tuple[list[int], list[list[int]]]:
    """The sparsest separator found of a connected part, and the two sides; without any, nothing and the part."""
    n = len(part)
    # The kernel settles ties by number, so the numbers are shuffled.
    part = [part[i] for i in rng.permutation(n)]
    place = {node: i for i, node in enumerate(part)}
    rows = [[place[other] for other in neighbours[node] if other in place] for node in part]
    first = np.cumsum([0, *map(len, rows)], dtype=np.int32)
    around = np.array([other for row in rows for other in row], np.int32)
    kernels = kernels_for(_kernels, n * pairs * STEPS)
    room = [np.zeros(n, np.int32) for _ in range(3)] + [np.zeros(2 * n + 2, np.int32) for _ in range(4)]
    cut, best_cut = np.zeros(n, np.int32), None
    best = (0, 0)
    least = max(1, int(balance * n))
    for _ in range(pairs):
        check()
        source, target = map(int, rng.choice(n, 2, replace=False))
        if target in rows[source]:
            continue
        distances = np.array([_distances(rows, source), _distances(rows, target)], np.int32)
        size, small = kernels.best_cut(first, around, source, target, least, distances, *room, cut)
        if size and (best_cut is None or size * best[1] < best[0] * small):
            best, best_cut = (size, small), cut.copy()
    if best_cut is None:
        return [], [part]
    # Nodes 0 and 1 for the sides, 2 for the cut.
    sides: list[list[int]] = [[], [], []]
    for node, side in zip(part, best_cut.tolist(), strict=True):
        sides[side].append(node)
    return sides[2], sides[:2]


def _distances(rows: Sequence[Sequence[int]], start: int) -> list[int]:
    """Edges between one node and every other."""
    distance = [-1] * len(rows)
    distance[start] = 0
    queue = [start]
    for node in queue:
        for other in rows[node]:
            if distance[other] < 0:
                distance[other] = distance[node] + 1
                queue.append(other)
    return distance


def _with_tree(order: tuple[int, ...], bags: dict[int, frozenset[int]]) -> Elimination:
    position = {node: place for place, node in enumerate(order)}
    parent = {node: min(bag, key=position.__getitem__, default=-1) for node, bag in bags.items()}
    return Elimination(order, bags, parent)
