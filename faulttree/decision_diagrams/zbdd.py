"""Zero-suppressed decision diagrams: families of sets as frozen values, and the forest they grow in."""

from __future__ import annotations

import graphlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

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

    elements: names by level, level 0 on top; an empty name where a level stands for a module.
    nodes: read-only int32[n, 3] of level, low, high; rows 0 and 1 are the empty family and the
    family of the empty set, children and modules come before what uses them. root: a row.
    modules: int32[n_levels], the row of the family that a level stands for, 0 where it stands for an element.
    A set with such a level means every set that has a member of that family in its place; none is empty.
    """

    elements: tuple[str, ...]
    nodes: IntArray
    root: int
    modules: IntArray

    @property
    def size(self) -> int:
        """Number of nodes without the two constants."""
        return len(self.nodes) - 2

    @property
    def has_modules(self) -> bool:
        """Whether a level stands for a module."""
        return bool(self.modules.any())

    def __contains__(self, members: object) -> bool:
        """Whether exactly this set of element names is in the family."""
        assert isinstance(members, frozenset), "a family holds frozensets"
        wanted = [level for level, element in enumerate(self.elements) if element in members]
        if len(wanted) != len(members):
            return False
        # (row, rows pending after it, how many of the wanted were met); which modules are in is found by trying.
        stack: list[tuple[int, Any, int]] = [(self.root, None, 0)]
        while stack:
            node, pending, met = stack.pop()
            if node == EMPTY:
                continue
            if node == UNIT:
                if pending is not None:
                    stack.append((*pending, met))
                elif met == len(wanted):
                    return True
                continue
            level, low, high = self.nodes[node].tolist()
            following = wanted[met] if met < len(wanted) else BOTTOM
            if self.modules[level]:
                if level < following < BOTTOM:
                    stack.append((int(self.modules[level]), (high, pending), met))
                stack.append((low, pending, met))
            elif level < following:
                stack.append((low, pending, met))
            elif level == following < BOTTOM:
                stack.append((high, pending, met + 1))
        return False

    def __iter__(self) -> Iterator[frozenset[str]]:
        """Every set, depth first, one at a time."""
        for levels in self.sets():
            yield frozenset(self.elements[level] for level in levels)

    def sets(self) -> Iterator[list[int]]:
        """Every set as a list of its elements' levels, depth first, one at a time."""
        nodes, modules = self.nodes.tolist(), self.modules.tolist()
        # (row, rows still to follow once it is done, levels taken, last first)
        stack: list[tuple[int, Any, Any]] = [(self.root, None, None)]
        while stack:
            node, pending, taken = stack.pop()
            while node != EMPTY:
                if node == UNIT:
                    if pending is not None:
                        node, pending = pending
                        continue
                    levels = []
                    while taken is not None:
                        level, taken = taken
                        levels.append(level)
                    yield levels[::-1]
                    break
                level, low, high = nodes[node]
                if low != EMPTY:
                    stack.append((low, pending, taken))
                if modules[level]:
                    node, pending = modules[level], (high, pending)
                else:
                    node, taken = high, (level, taken)

    def containing(self, element: str) -> Zbdd:
        """The sets that have an element. Raises ValueError for one that is not among `elements`."""
        return self._restricted(self.elements.index(element), keep=1)

    def excluding(self, element: str) -> Zbdd:
        """The sets that lack an element. Raises ValueError for one that is not among `elements`."""
        return self._restricted(self.elements.index(element), keep=0)

    def flat(self, node_budget: int = DEFAULT_NODE_BUDGET) -> Zbdd:
        """The same family with every module written out. Raises NodeBudgetExceeded."""
        if not self.has_modules:
            return self if all(self.elements) else self.without_unused()
        forest = ZbddForest(self.elements, node_budget)
        nodes, modules = self.nodes.tolist(), self.modules.tolist()
        # What is to follow a module: a row, and what is to follow that; 0 for nothing. Numbered, for they nest deeply.
        following: list[tuple[int, int]] = [(UNIT, 0)]
        number: dict[tuple[int, int], int] = {}
        known: dict[tuple[int, int], int] = {}
        stack: list[tuple[int, int]] = [(self.root, 0)]
        while stack:
            node, pending = place = stack[-1]
            if place in known:
                stack.pop()
                continue
            if node <= UNIT:
                if node == EMPTY or pending == 0:
                    known[place] = node
                elif following[pending] in known:
                    known[place] = known[following[pending]]
                else:
                    stack.append(following[pending])
                continue
            level, low, high = nodes[node]
            with_it, without_it = (high, pending), (low, pending)
            if modules[level]:
                if high != UNIT and with_it not in number:
                    number[with_it] = len(following)
                    following.append(with_it)
                with_it = (modules[level], pending if high == UNIT else number[with_it])
            unknown = [part for part in (with_it, without_it) if part not in known]
            if unknown:
                stack.extend(unknown)
            elif modules[level]:
                known[place] = forest.combine(_kernels.UNION, known[with_it], known[without_it])
            else:
                known[place] = forest.family(level, known[without_it], known[with_it])
        return forest.freeze(known[self.root, 0]).without_unused()

    def with_elements(self, names: Sequence[str]) -> Zbdd:
        """The same family, with elements that are in none of its sets below all others."""
        modules = np.concatenate([self.modules, np.zeros(len(names), np.int32)])
        return replace(self, elements=(*self.elements, *names), modules=modules)

    def without_unused(self) -> Zbdd:
        """The same family without the levels that have no node and stand for modules that are gone."""
        kept = np.flatnonzero(np.array([bool(element) for element in self.elements], bool))
        assert not self.modules.any(), "modules are written out first"
        place = np.full(len(self.elements) + 1, BOTTOM, np.int64)
        place[kept] = np.arange(len(kept))
        nodes = self.nodes.copy()
        nodes[2:, 0] = place[nodes[2:, 0]]
        nodes.flags.writeable = False
        elements = tuple(self.elements[level] for level in kept.tolist())
        return Zbdd(elements, nodes, self.root, np.zeros(len(elements), np.int32))

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
            assert self.modules[level] < node, f"node {node} comes after its module"

    def _restricted(self, level: int, keep: int) -> Zbdd:
        forest = ZbddForest(self.elements)
        place = forest.adopt_rows(self)
        modules = place[self.modules]
        chosen = np.zeros(len(self.nodes), np.int32)
        forest.state[_kernels.PLACE] = 0
        arguments = (self.nodes, self.modules, level, keep, place, chosen, modules)
        while forest.kernels.restrict(*arguments, forest.nodes, forest.buckets, forest.state) != _kernels.DONE:
            forest._grow()
        return forest.freeze(int(chosen[self.root]), modules)

    def _pruned(self) -> Zbdd:
        """The same family without the rows and modules that its root does not need, its rows by falling level.

        A module's levels lie below its own, so its rows come before what uses it, also when they are newer.
        """
        order = np.argsort(-self.nodes[:, 0], kind="stable")
        place: IntArray = np.empty(len(order), np.int32)
        place[order] = np.arange(len(order), dtype=np.int32)
        nodes, modules, root = self.nodes[order], place[self.modules], int(place[self.root])
        nodes[:, 1:] = place[nodes[:, 1:]]
        needed = np.zeros(len(nodes), np.int8)
        needed[: UNIT + 1] = 1
        kernels_for(_kernels, len(nodes)).mark_rows(nodes, modules, root, needed)
        kept = np.cumsum(needed, dtype=np.int32) - needed
        nodes = nodes[needed == 1]
        nodes[:, 1:] = kept[nodes[:, 1:]]
        nodes.flags.writeable = False
        used = np.zeros(len(modules), bool)
        used[nodes[UNIT + 1 :, 0]] = True
        return Zbdd(self.elements, nodes, int(kept[root]), np.where(used, kept[modules], 0).astype(np.int32))

    def _combined(self, other: Zbdd, operation: int) -> Zbdd:
        one, two = self.flat(), other.flat()
        forest = ZbddForest(merged_order(one.elements, two.elements))
        return forest.freeze(forest.combine(operation, forest.adopt(one), forest.adopt(two)))


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
        if family.elements == self.elements:  # modules have no name, so only their place tells them apart
            levels = np.arange(len(self.elements), dtype=np.int32)
        else:
            level_of = {element: level for level, element in enumerate(self.elements)}
            levels = np.array([level_of[element] for element in family.elements], np.int32)
        assert (np.diff(levels) > 0).all(), "both diagrams order their common elements alike"
        place: IntArray = np.zeros(len(family.nodes), np.int32)
        self.state[_kernels.PLACE] = 0
        while self.kernels.adopt(family.nodes, levels, place, self.nodes, self.buckets, self.state) != _kernels.DONE:
            self._grow()
        return place

    def freeze(self, root: int, modules: IntArray | None = None) -> Zbdd:
        """The family of a node and of those of the modules' nodes that it uses, and nothing else."""
        if modules is None or not modules.any():
            nodes, rows = self.compacted([root], shift=0)
            return Zbdd(self.elements, nodes, rows[0], np.zeros(self.n_levels, np.int32))
        nodes, rows = self.compacted([root, *modules.tolist()], shift=0)
        return Zbdd(self.elements, nodes, rows[0], np.array(rows[1:], np.int32))._pruned()


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
    kernels = kernels_for(_kernels, len(bdd.nodes))
    swapped = np.zeros(len(bdd.variables), np.int8)
    if dual:
        ones = np.zeros(len(bdd.nodes), np.int8)
        kernels.values_at_ones(bdd.nodes, bdd.modules, ones)
        # Where a module is false although everything occurs, its occurrence is what `absence` brings about.
        swapped[:] = np.where(bdd.modules == 0, 1, ones[bdd.modules >> 1])
    meant = bdd.modules ^ swapped
    needed = np.zeros(2 * len(bdd.nodes), np.int8)
    kernels.mark_edges(bdd.nodes, meant, edge, needed)
    sets = np.zeros(len(needed), np.int32)
    forest.state[_kernels.PLACE] = 0
    forest.run("minimal_sets", before=(bdd.nodes, needed, swapped, sets))
    return forest.freeze(int(sets[edge]), np.where(bdd.modules == 0, 0, sets[meant]))


def merged_order(first: Sequence[str], second: Sequence[str]) -> tuple[str, ...]:
    """An order of both sequences' names that keeps each one's own. Raises ValueError when there is none."""
    after: dict[str, set[str]] = {name: set() for name in (*first, *second)}
    for names in (first, second):
        for earlier, later in itertools.pairwise(names):
            after[later].add(earlier)
    return tuple(graphlib.TopologicalSorter(after).static_order())
