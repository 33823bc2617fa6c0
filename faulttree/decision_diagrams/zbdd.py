"""Zero-suppressed decision diagrams: families of sets as frozen values, and the forest they grow in."""

from __future__ import annotations

import graphlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams._kernels import BOTTOM, IntArray
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Forest, Progress
from faulttree.kernel_modes import kernels_for

__all__ = ["EMPTY", "UNIT", "Zbdd", "ZbddForest", "minimal_sets"]

EMPTY, UNIT = 0, 1


@dataclass(frozen=True, eq=False)
class Zbdd:
    """A family of sets of elements.

    elements: names by level, level 0 on top.
    nodes: read-only int32[n, 3] of level, low, high; rows 0 and 1 are the empty family and the
    family of the empty set, children come before parents. root: a row.
    """

    elements: tuple[str, ...]
    nodes: IntArray
    root: int

    @property
    def size(self) -> int:
        """Number of nodes without the two constants."""
        return len(self.nodes) - 2

    def __contains__(self, members: object) -> bool:
        """Whether exactly this set of element names is in the family."""
        assert isinstance(members, frozenset), "a family holds frozensets"
        wanted = [level for level, element in enumerate(self.elements) if element in members]
        if len(wanted) != len(members):
            return False
        node = self.root
        for level in wanted:
            while self.nodes[node, 0] < level:
                node = int(self.nodes[node, 1])
            if self.nodes[node, 0] != level:
                return False
            node = int(self.nodes[node, 2])
        while node > UNIT:
            node = int(self.nodes[node, 1])
        return node == UNIT

    def __iter__(self) -> Iterator[frozenset[str]]:
        """Every set, depth first, one at a time."""
        stack: list[tuple[int, tuple[str, ...]]] = [(self.root, ())]
        while stack:
            node, members = stack.pop()
            if node == UNIT:
                yield frozenset(members)
            elif node != EMPTY:
                level, low, high = self.nodes[node].tolist()
                stack.append((low, members))
                stack.append((high, (*members, self.elements[level])))

    def difference(self, other: Zbdd) -> Zbdd:
        """The sets of this family that are not in the other. Orders must agree; see `ZbddForest.adopt`."""
        return self._combined(other, _kernels.DIFFERENCE)

    def intersection(self, other: Zbdd) -> Zbdd:
        """The sets of both families. Orders must agree; see `ZbddForest.adopt`."""
        return self._combined(other, _kernels.INTERSECTION)

    def check_invariants(self) -> None:
        """Raise AssertionError unless the diagram is reduced, ordered and in canonical form."""
        rows = self.nodes.tolist()
        assert rows[:2] == [[BOTTOM, 0, 0], [BOTTOM, 1, 1]], "rows 0 and 1 are the constants"
        assert len(set(map(tuple, rows))) == len(rows), "no two nodes are equal"
        for node, (level, low, high) in enumerate(rows[2:], start=2):
            assert 0 <= level < len(self.elements), f"node {node} has an element"
            assert low < node and high < node, f"node {node} comes after its children"
            assert high != EMPTY, f"node {node} holds a set with its element"
            assert level < rows[low][0] and level < rows[high][0], f"node {node} is above its children"

    def _combined(self, other: Zbdd, operation: int) -> Zbdd:
        forest = ZbddForest(merged_order(self.elements, other.elements))
        return forest.freeze(forest.combine(operation, forest.adopt(self), forest.adopt(other)))


class ZbddForest(Forest):
    """Makes ZBDD nodes under one element order; `freeze` gives the value."""

    def __init__(
        self,
        elements: Sequence[str],
        node_budget: int = DEFAULT_NODE_BUDGET,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(len(elements), node_budget, 2, progress)
        self.elements = tuple(elements)

    def family(self, level: int, low: int, high: int) -> int:
        """The sets of low, and the sets of high with the element at level added."""
        return low if high == EMPTY else self.node(level, low, high)

    def combine(self, operation: int, f: int, g: int) -> int:
        """UNION, INTERSECTION, DIFFERENCE, or WITHOUT: f less every set that contains a set of g."""
        self.start(f, g)
        return self.run("combine", operation)

    def adopt(self, family: Zbdd) -> int:
        """The node here of a frozen family, whose elements stand in the same relative order."""
        return int(self.adopt_rows(family)[family.root])

    def adopt_rows(self, family: Zbdd) -> IntArray:
        """The node here of every row of a frozen family: int32[n]."""
        level_of = {element: level for level, element in enumerate(self.elements)}
        levels = np.array([level_of[element] for element in family.elements], np.int32)
        assert (np.diff(levels) > 0).all(), "both diagrams order their common elements alike"
        place: IntArray = np.zeros(len(family.nodes), np.int32)
        self.state[_kernels.PLACE] = 0
        while self.kernels.adopt(family.nodes, levels, place, self.nodes, self.buckets, self.state) != _kernels.DONE:
            self._grow()
        return place

    def freeze(self, root: int) -> Zbdd:
        """The family of a node, and nothing else."""
        nodes, (row,) = self.compacted([root], shift=0)
        return Zbdd(self.elements, nodes, row)


def minimal_sets(
    bdd: Bdd,
    root: str,
    *,
    dual: bool = False,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
) -> Zbdd:
    """The minimal sets of variables whose truth can make the function true, negations dropped.

    dual: the minimal sets of variables whose falsehood makes it false.
    For a monotone function these are the prime implicants. Raises NodeBudgetExceeded.
    Source: A. Rauzy, New algorithms for fault trees analysis, Reliability Engineering & System
    Safety 40, 1993; here `without` works between two ZBDDs, which needs no monotone function.
    """
    forest = ZbddForest(bdd.variables, node_budget, progress)
    edge = bdd.roots[root] ^ int(dual)
    needed = np.zeros(2 * len(bdd.nodes), np.int8)
    kernels_for(_kernels, len(bdd.nodes)).mark_edges(bdd.nodes, edge, needed)
    sets = np.zeros(len(needed), np.int32)
    forest.state[_kernels.PLACE] = 0
    forest.run("minimal_sets", before=(bdd.nodes, needed, sets, int(dual)))
    return forest.freeze(int(sets[edge]))


def merged_order(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """An order of both sequences' names that keeps each one's own. Raises ValueError when there is none."""
    after: dict[str, set[str]] = {name: set() for name in (*first, *second)}
    for names in (first, second):
        for earlier, later in itertools.pairwise(names):
            after[later].add(earlier)
    return tuple(graphlib.TopologicalSorter(after).static_order())
