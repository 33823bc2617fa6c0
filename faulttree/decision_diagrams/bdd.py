"""Binary decision diagrams: a frozen value with named roots, and the forest it grows in."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams._kernels import BOTTOM, IntArray
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Forest, Progress

__all__ = ["FALSE", "TRUE", "Bdd", "BddForest"]

FALSE, TRUE = 0, 1


@dataclass(frozen=True, eq=False)
class Bdd:
    """Boolean functions of the variables, shared in one diagram.

    variables: names by level, level 0 on top.
    nodes: read-only int32[n, 3] of level, low edge, high edge; row 0 is the constant, children come before parents.
    roots: an edge (node << 1 | complement) for each named function.
    order: how the variable order was found.
    """

    variables: tuple[str, ...]
    nodes: IntArray
    roots: Mapping[str, int]
    order: str = "given"

    @property
    def size(self) -> int:
        """Number of nodes without the constant."""
        return len(self.nodes) - 1

    def levels_in_use(self) -> frozenset[int]:
        """The levels that have a node."""
        return frozenset(self.nodes[1:, 0].tolist())

    def evaluate(self, root: str, true: Iterable[str]) -> bool:
        """The function's value when exactly the variables named are true."""
        true = set(true)
        edge = self.roots[root]
        while edge > 1:
            level, low, high = self.nodes[edge >> 1].tolist()
            edge = (high if self.variables[level] in true else low) ^ (edge & 1)
        return edge == TRUE

    def support(self, root: str) -> frozenset[str]:
        """The variables that the function depends on."""
        marked = np.zeros(len(self.nodes), np.int8)
        marked[self.roots[root] >> 1] = 1
        for node in range(len(self.nodes) - 1, 0, -1):
            if marked[node]:
                marked[self.nodes[node, 1:] >> 1] = 1
        levels = np.unique(self.nodes[1:, 0][marked[1:] == 1])
        return frozenset(self.variables[level] for level in levels.tolist())

    def is_monotone(self, root: str) -> bool:
        """Whether no event's failure can make the function false when it was true.

        Exact: every low branch must imply its high branch.
        """
        forest = BddForest.holding(self)
        edges = _reachable_edges(self.nodes, self.roots[root])
        for edge in edges:
            complement = edge & 1
            _, low, high = self.nodes[edge >> 1].tolist()
            if forest.conjunction([low ^ complement, high ^ complement ^ 1]) != FALSE:
                return False
        return True

    def check_invariants(self) -> None:
        """Raise AssertionError unless the diagram is reduced, ordered and in canonical form."""
        rows = self.nodes.tolist()
        assert rows[0] == [BOTTOM, 0, 0], "row 0 is the constant"
        assert len(set(map(tuple, rows))) == len(rows), "no two nodes are equal"
        for node, (level, low, high) in enumerate(rows[1:], start=1):
            assert 0 <= level < len(self.variables), f"node {node} has a variable"
            assert low >> 1 < node and high >> 1 < node, f"node {node} comes after its children"
            assert low != high, f"node {node} decides something"
            assert low & 1 == 0, f"node {node} has no complemented low edge"
            assert level < rows[low >> 1][0] and level < rows[high >> 1][0], f"node {node} is above its children"


class BddForest(Forest):
    """Makes BDD edges under one variable order; `freeze` gives the value. Edges are integers, not is `^ 1`."""

    def __init__(
        self,
        variables: Sequence[str],
        node_budget: int = DEFAULT_NODE_BUDGET,
        progress: Progress | None = None,
    ) -> None:
        super().__init__(len(variables), node_budget, 1, progress)
        self.variables = tuple(variables)

    @classmethod
    def holding(cls, bdd: Bdd, node_budget: int = DEFAULT_NODE_BUDGET, progress: Progress | None = None) -> BddForest:
        """A forest that holds the nodes of a frozen diagram under their own numbers."""
        forest = cls(bdd.variables, max(node_budget, len(bdd.nodes) + 1), progress)
        while forest.nodes.shape[0] < len(bdd.nodes):
            forest._grow()
        forest.nodes[: len(bdd.nodes), :3] = bdd.nodes
        forest.kernels.rehash(forest.nodes, forest.buckets, 1, len(bdd.nodes))
        forest.state[_kernels.SIZE] = len(bdd.nodes)
        return forest

    def variable(self, level: int) -> int:
        """The function that is the variable at a level."""
        return self.node(level, FALSE, TRUE) << 1

    def cofactors(self, edge: int) -> tuple[int, int, int]:
        """The level of a function's top variable, and the function with that variable false and true."""
        level, low, high, _ = self.nodes[edge >> 1].tolist()
        return level, low ^ (edge & 1), high ^ (edge & 1)

    def conjunction(self, edges: Sequence[int]) -> int:
        """AND of any number of functions."""
        return functools.reduce(self._and, self._deepest_first(edges), TRUE)

    def disjunction(self, edges: Sequence[int]) -> int:
        """OR of any number of functions."""
        return self.conjunction([edge ^ 1 for edge in edges]) ^ 1

    def parity(self, edges: Sequence[int]) -> int:
        """XOR of any number of functions."""
        result = FALSE
        for edge in self._deepest_first(edges):
            self.start(result, edge)
            result = self.run("apply", _kernels.XOR)
        return result

    def at_least(self, k: int, edges: Sequence[int]) -> int:
        """True when at least k of the functions are; n k small steps, one threshold at a time."""
        reached = [TRUE] + [FALSE] * k
        for seen, edge in enumerate(self._deepest_first(edges)):
            for j in range(min(k, seen + 1), max(0, k - (len(edges) - seen)), -1):
                # The j-th threshold: it held before, or the one below held and this input is true too.
                reached[j] = self.disjunction([reached[j], self._and(edge, reached[j - 1])])
        return reached[k]

    def freeze(self, roots: Mapping[str, int], order: str = "given") -> Bdd:
        """The diagram of the named edges, and nothing else."""
        nodes, edges = self.compacted(roots.values(), shift=1)
        return Bdd(self.variables, nodes, dict(zip(roots, edges, strict=True)), order)

    def _and(self, f: int, g: int) -> int:
        self.start(f, g)
        return self.run("apply", _kernels.AND)

    def _deepest_first(self, edges: Sequence[int]) -> list[int]:
        # New nodes then come on top of what is there, and each step walks the smaller operand.
        return sorted(edges, key=lambda edge: -int(self.nodes[edge >> 1, 0]))


def _reachable_edges(nodes: IntArray, root: int) -> list[int]:
    needed = np.zeros(2 * len(nodes), np.int8)
    _kernels.mark_edges(nodes, root, needed)
    return [int(edge) for edge in np.flatnonzero(needed) if edge > 1]
