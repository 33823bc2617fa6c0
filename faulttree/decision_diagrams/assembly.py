"""One diagram out of those of a graph's modules: each module is a variable of the piece that holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from faulttree.decision_diagrams._kernels import BOTTOM, IntArray
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd
from faulttree.structure.pdag import Connective

__all__ = ["COMPLEMENT", "PLAIN", "Assembly"]

PLAIN, COMPLEMENT = 2, 3


class Assembly:
    """Rows of pieces, inner ones first. A variable is a node of the whole graph, an event or a module added before."""

    def __init__(self, events: Sequence[str]) -> None:
        """events: their names; event i is node i + 1 of the whole graph."""
        self._events = events
        self._blocks: list[IntArray] = [np.array([[BOTTOM, 0, 0]], np.int32)]
        self._rows: list[tuple[int, int, int]] = []
        self.size = 1
        # Levels in the order of adding; the final numbers are known once the outermost piece is there.
        self._nodes: list[int] = []
        self._levels: dict[int, range] = {}
        self._edges: dict[int, int] = {}

    def literal(self, node: int) -> int:
        """What a variable is to the piece around it: FALSE, TRUE, the PLAIN level or its COMPLEMENT.

        A module may turn out to be constant; of another, the level stands for what is false when nothing occurs.
        """
        edge = self._edges.get(node, PLAIN)
        return edge if edge <= TRUE else PLAIN | (edge & 1)

    def add_gate(self, node: int, connective: Connective, inputs: Sequence[int]) -> None:
        """Add a module that is one AND or OR of different variables, none of them constant, as a chain."""
        flip = int(connective is Connective.OR)
        level = self._level_range(node, [edge >> 1 for edge in inputs])
        rows, edge, row = self._rows, TRUE, self.size
        # An OR is the complement of the AND of the complements (De Morgan).
        for place, literal in zip(reversed(level), reversed(inputs), strict=True):
            if (literal ^ flip ^ self.literal(literal >> 1)) & 1:
                rows.append((place, edge ^ (edge & 1), FALSE ^ (edge & 1)))
                edge = row << 1 | (edge & 1)
            else:
                rows.append((place, FALSE, edge))
                edge = row << 1
            row += 1
        self.size = row
        self._edges[node] = edge ^ flip

    def add(self, node: int, bdd: Bdd, variables: Sequence[int]) -> None:
        """Add a module's diagram, whose root is 'top'. variables: the node of the whole graph at each level."""
        level = self._level_range(node, variables)
        self._flush()
        shift = self.size - 1
        rows = bdd.nodes[1:].copy()
        rows[:, 0] += level.start
        edges = rows[:, 1:]
        edges += 2 * shift * (edges > 1)
        self._blocks.append(rows)
        self.size += len(rows)
        edge = bdd.roots["top"]
        self._edges[node] = edge + 2 * shift * (edge > 1)

    def finished(self, node: int, order: str) -> Bdd:
        """The whole diagram, whose root is the piece added as this node. Levels of a module follow its own.

        A module that nothing decides on is left out, though its events are still variables.
        """
        self._flush()
        nodes = np.concatenate(self._blocks)
        is_decided = np.zeros(len(self._nodes), bool)
        is_decided[nodes[1:, 0]] = True
        decided, places = is_decided.tolist(), [-1] * len(self._nodes)
        variables: list[str] = []
        modules: list[int] = []
        stack = [(iter(self._levels[node]), True)]
        while stack:
            levels, is_used = stack[-1]
            for level in levels:
                part = self._nodes[level]
                inner = self._levels.get(part)
                used = is_used and decided[level]
                if used:
                    places[level] = len(variables)
                if inner is None:
                    variables.append(self._events[part - 1])
                    modules.append(0)
                    continue
                if used:
                    variables.append("")
                    modules.append(self._edges[part] & ~1)
                stack.append((iter(inner), used))
                break
            else:
                stack.pop()
        place = np.array(places, np.int32)
        kept = np.ones(len(nodes), bool)
        kept[1:] = place[nodes[1:, 0]] >= 0
        nodes = nodes[kept]
        nodes[1:, 0] = place[nodes[1:, 0]]
        row: IntArray = np.cumsum(kept, dtype=np.int32) - 1

        def moved(edges: IntArray) -> IntArray:
            renamed: IntArray = (row[edges >> 1] << 1) | (edges & 1)
            return renamed

        nodes[1:, 1:] = moved(nodes[1:, 1:])
        nodes.flags.writeable = False
        roots: Mapping[str, int] = {"top": int(moved(np.array(self._edges[node], np.int32)))}
        return Bdd(tuple(variables), nodes, roots, moved(np.array(modules, np.int32)), order)

    def _level_range(self, node: int, nodes: Sequence[int]) -> range:
        start = len(self._nodes)
        self._nodes.extend(nodes)
        self._levels[node] = range(start, len(self._nodes))
        return self._levels[node]

    def _flush(self) -> None:
        if self._rows:
            self._blocks.append(np.array(self._rows, np.int32))
            self._rows.clear()
