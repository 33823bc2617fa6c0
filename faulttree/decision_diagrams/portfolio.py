"""The diagram of one module under the best of several orders, none with a large table before all had a small one."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from faulttree.deadline import check
from faulttree.decision_diagrams.assembly import PLAIN
from faulttree.decision_diagrams.bdd import FALSE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.errors import LimitExceeded, NodeBudgetExceeded
from faulttree.structure.ordering import narrow_orders, orders
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["Construction", "Effort", "Portfolio"]

ROUNDS = ((20_000, 20), (200_000, 6))
"""Cap in nodes, and how many orders get that far, of the rounds before the whole budget: those that came furthest."""
FINALISTS = 3
LARGE = 1_000_000
"""A diagram that was found in a table larger than this is taken; another might be smaller, but costs as much again."""
PROMISING = 0.7
"""An order that made less than this part of the gates in a small table does not make all in a large one."""
GOOD_ENOUGH = 12_000
"""A diagram that took fewer nodes than this to make is taken at once."""


@dataclass(frozen=True)
class Effort:
    """How much a diagram may take.

    nodes: that one table may hold. progress: told now and then how many are in use.
    thorough: whether the last round also tries orders that take seconds to find. quick: whether to stop after the
    round with the smallest tables.
    """

    nodes: int = DEFAULT_NODE_BUDGET
    progress: Progress | None = None
    thorough: bool = False
    quick: bool = False


class Portfolio:
    """Tries orders for one graph; after a run that found no diagram the next goes on where it stopped."""

    def __init__(self, pdag: Pdag, literals: Sequence[int], seed: int) -> None:
        """literals: what each variable is; see `Assembly.literal`. seed: settles ties."""
        self.pdag, self.literals, self.seed = pdag, literals, seed
        # Two nodes for each of the graph's is as good as can be hoped for, however large the graph.
        self.good_enough = max(GOOD_ENOUGH, 2 * pdag.size)
        self.rounds = [(max(cap, 4 * self.good_enough), most) for cap, most in ROUNDS]
        self.ranked: list[tuple[str, list[str]]] | None = None
        self.progress = 0.0
        self.peak = 0

    def run(self, effort: Effort) -> Bdd:
        """The diagram, its root named 'top'.

        Raises NodeBudgetExceeded when no order fits, TimeLimitExceeded when the time is over before any did.
        """
        small = [cap for cap, _ in self.rounds if cap < effort.nodes]
        # A second round may take seconds, which a quick look should not.
        for _ in small[: self.ranked is None] if effort.quick else small:
            found = self._round(*self.rounds[0], effort)
            del self.rounds[0]
            if found is not None:
                return found
        if self.ranked is None or (not effort.quick and (self.is_promising or effort.thorough)):
            found = self._round(effort.nodes, FINALISTS, effort)
            if found is not None:
                return found
        raise NodeBudgetExceeded(effort.nodes, effort.nodes)

    def under(self, name: str, order: list[str], cap: int, effort: Effort) -> Bdd | None:
        """The diagram under one order, its root named 'top'; None where it takes more than `cap` nodes."""
        forest = BddForest(order, cap, effort.progress, patient=cap <= LARGE or effort.thorough)
        construction = Construction(forest, self.pdag, self.literals)
        try:
            construction.run()
        except NodeBudgetExceeded:
            return None
        return forest.freeze({"top": construction.at(self.pdag.root)}, name)

    @property
    def is_promising(self) -> bool:
        """Whether some order came so far in the small tables that a large one may hold the diagram."""
        return self.progress >= PROMISING

    def _round(self, cap: int, most: int, effort: Effort) -> Bdd | None:
        candidates: Iterable[tuple[str, list[str]]] = orders(self.pdag, self.seed)
        if self.ranked is not None:
            candidates = self.ranked[:most]
            if effort.thorough and cap == effort.nodes:
                candidates = itertools.chain(narrow_orders(self.pdag, self.seed), candidates)
        best: Bdd | None = None
        failed: list[tuple[int, str, list[str]]] = []
        try:
            for name, order in candidates:
                forest = BddForest(order, cap, effort.progress, patient=cap <= LARGE or effort.thorough)
                construction = Construction(forest, self.pdag, self.literals)
                try:
                    construction.run()
                except NodeBudgetExceeded:
                    failed.append((construction.finished, name, order))
                    continue
                best = forest.freeze({"top": construction.at(self.pdag.root)}, name)
                self.peak = forest.peak
                # Making the next one may take no more room than the best took.
                if cap > LARGE or forest.peak <= self.good_enough:
                    return best
                cap = forest.peak
        except LimitExceeded:
            if best is None:
                raise
        if best is None:
            failed.sort(key=lambda attempt: -attempt[0])
            self.ranked = [(name, order) for _, name, order in failed]
            first, size = self.pdag.first_gate, self.pdag.size
            self.progress = (failed[0][0] - first + 1) / (size - first)
        return best


class Construction:
    """The BDD edge of every node of a graph, made in index order; those that nobody needs any more are let go."""

    def __init__(
        self, forest: BddForest, pdag: Pdag, literals: Sequence[int], roots: Collection[int] | None = None
    ) -> None:
        self.forest, self.pdag, self.literals = forest, pdag, literals
        self.inputs = pdag.inputs()
        self.edges = forest.kept = {0: FALSE}
        # The last gate to use each node; a root is kept to the end.
        self.last_use = [0] * pdag.size
        for node in range(pdag.first_gate, pdag.size):
            for edge in self.inputs[node]:
                self.last_use[edge >> 1] = node
        for edge in [pdag.root] if roots is None else roots:
            self.last_use[edge >> 1] = pdag.size
        self.finished = 0

    def run(self) -> None:
        """Make them all. Raises NodeBudgetExceeded, TimeLimitExceeded."""
        pdag, kinds, k = self.pdag, self.pdag.kinds(), self.pdag.k.tolist()
        level = {variable: index for index, variable in enumerate(self.forest.variables)}
        for node, (name, literal) in enumerate(zip(pdag.variables, self.literals, strict=True), start=1):
            self.edges[node] = self.forest.variable(level[name]) ^ (literal & 1) if literal >= PLAIN else literal
        for node in range(pdag.first_gate, pdag.size):
            if not self.last_use[node]:
                continue
            check()
            below = [self.at(edge) for edge in self.inputs[node]]
            match kinds[node]:
                case Connective.AND:
                    edge = self.forest.conjunction(below)
                case Connective.OR:
                    edge = self.forest.disjunction(below)
                case Connective.XOR:
                    edge = self.forest.parity(below)
                case _:
                    edge = self.forest.at_least(k[node], below)
            self.edges[node] = edge
            for used in {edge >> 1 for edge in self.inputs[node]}:
                if self.last_use[used] == node and used >= pdag.first_gate:
                    del self.edges[used]
            self.finished = node

    def at(self, edge: int) -> int:
        """The BDD edge of an edge of the graph that is still known."""
        return self.edges[edge >> 1] ^ (edge & 1)
