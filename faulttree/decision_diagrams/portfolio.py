"""The diagram of one module under the first of several orders that fits, none tried far before all were tried a little.

Orders take turns: each gets so many steps of the diagram's kernels, then the best of them twice as many, and so on. A
construction that was interrupted goes on where it stood, so that all turns together take a few times the work of the
order that serves, which nobody knows beforehand. Steps are the same on every machine.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from faulttree.deadline import check
from faulttree.decision_diagrams.assembly import PLAIN
from faulttree.decision_diagrams.bdd import FALSE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, NO_LIMIT, Progress
from faulttree.errors import MemoryLimitExceeded, NodeBudgetExceeded
from faulttree.structure.ordering import narrow_orders, orders
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["Construction", "Effort", "Portfolio"]

TURNS = (
    *((16_000, 1), (80_000, 20), (160_000, 20), (320_000, 6), (640_000, 4), (1_280_000, 4)),
    *((2_560_000, 4), (5_120_000, 2), (10_240_000, 2), (40_960_000, 1)),
)
"""Steps that a construction may have taken at the end of each turn, and how many orders have that turn.

The first order serves most small trees. Measured on trees of 200 gates: of all that are good at the end, some is among
the best four at 640,000 steps and the best two at 2,560,000.
"""
QUICK = 2
"""Turns in which small diagrams are found."""
STEPS_PER_NODE = 4
"""Steps that an order gets in each turn, at the least, for each of the graph's nodes."""
EARLY, PROMISING = 4, 0.7
"""Where no order has made this part of the gates after the early turns, none makes all of them in the later ones."""
EACH = 100_000
"""Nodes that every table may have; larger ones share the budget."""
LARGE = 1_000_000
"""A table of more nodes that is full under a given order is not worth a second look."""
DECOMPOSITION = "tree decomposition"
FINALISTS = 3
"""Orders that get the whole budget where the effort is thorough."""


@dataclass(frozen=True)
class Effort:
    """How much a diagram may take.

    nodes: that all tables together may hold, but for small ones. progress: told now and then how many are in use.
    thorough: whether to go on, when all turns are over, without a limit of steps, and with orders that take seconds to
    find. quick: whether to stop after the turns in which small diagrams are found.
    """

    nodes: int = DEFAULT_NODE_BUDGET
    progress: Progress | None = None
    thorough: bool = False
    quick: bool = False


class Attempt:
    """One order, and how far its construction has come. Forgotten, it begins anew when its turn comes."""

    def __init__(self, name: str, order: list[str]) -> None:
        self.name, self.order = name, order
        self.construction: Construction | None = None
        self.full_with = 0
        """Nodes that were not enough."""

    @property
    def rank(self) -> tuple[int, int]:
        """Those rank first that have made most gates, and had made them after fewest steps."""
        made = self.construction
        return (-made.finished, made.finished_at) if made else (1, 0)

    @property
    def by_decomposition(self) -> bool:
        """Whether the order comes from a tree decomposition."""
        return self.name.startswith(DECOMPOSITION)

    def forget(self) -> None:
        """Give up the tables."""
        self.construction = None


class Portfolio:
    """Tries orders for one graph; after a run that found no diagram the next goes on where it stopped."""

    def __init__(self, pdag: Pdag, literals: Sequence[int], seed: int) -> None:
        """literals: what each variable is; see `Assembly.literal`. seed: settles ties."""
        self.pdag, self.literals, self.seed = pdag, literals, seed
        self.peak = 0
        self._orders = orders(pdag, seed)
        self._attempts: list[Attempt] = []
        self._turn = 0

    def run(self, effort: Effort) -> Bdd:
        """The diagram, its root named 'top'.

        Raises NodeBudgetExceeded when no order fits, TimeLimitExceeded when the time is over before any did.
        """
        for turn in range(self._turn, QUICK if effort.quick else len(TURNS)):
            if turn == EARLY and not (self.is_promising or effort.thorough):
                break
            self._turn = turn
            steps, most = TURNS[turn]
            steps = max(steps, STEPS_PER_NODE * self.pdag.size)
            nodes = min(effort.nodes, max(effort.nodes // most, EACH))
            for attempt in self._having_turn(most):
                if self._proceed(attempt, steps, nodes, effort):
                    return self._diagram(attempt)
        if effort.thorough and not effort.quick:
            for attempt in self._at_last():
                if self._proceed(attempt, NO_LIMIT, effort.nodes, effort):
                    return self._diagram(attempt)
                attempt.forget()
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
        """Whether some order has made so many of the gates that it may make all."""
        first, size = self.pdag.first_gate, self.pdag.size
        made = max((attempt.construction.finished for attempt in self._attempts if attempt.construction), default=0)
        return made - first + 1 >= PROMISING * (size - first)

    def _having_turn(self, most: int) -> Iterator[Attempt]:
        """The orders that have this turn: at first those not tried before, as they come; then the best."""
        known = self._ranked()
        for name, order in itertools.islice(self._orders, max(0, most - len(self._attempts))):
            self._attempts.append(attempt := Attempt(name, order))
            yield attempt
        # Neither of the families of orders is left out: a hard last gate is made by one or the other.
        families = [[one for one in known if one.by_decomposition is family] for family in (False, True)]
        by_turns = filter(None, itertools.chain.from_iterable(itertools.zip_longest(*families)))
        chosen = set(itertools.islice(by_turns, most))
        for attempt in known:
            if attempt not in chosen:
                attempt.forget()
        yield from (attempt for attempt in known if attempt in chosen)

    def _ranked(self) -> list[Attempt]:
        """The attempts that are not forgotten, best first."""
        return sorted((one for one in self._attempts if one.construction), key=lambda attempt: attempt.rank)

    def _at_last(self) -> Iterator[Attempt]:
        """The last orders of a thorough run: one after the other, each with the whole budget."""
        ranked, *others = self._ranked() or self._attempts
        for other in others:
            other.forget()
        yield ranked
        for name, order in narrow_orders(self.pdag, self.seed):
            yield Attempt(name, order)
        yield from [one for one in self._attempts if one is not ranked][: FINALISTS - 1]

    def _proceed(self, attempt: Attempt, steps: int, nodes: int, effort: Effort) -> bool:
        """Go on with a construction; whether it came to its end within so many steps and nodes."""
        if attempt.construction is None:
            forest = BddForest(attempt.order, nodes, effort.progress)
            attempt.construction = Construction(forest, self.pdag, self.literals)
        forest = attempt.construction.forest
        if attempt.full_with >= nodes or forest.steps >= steps:
            return False
        forest.node_budget, forest.step_budget = nodes, steps
        forest.patient = nodes == effort.nodes and (nodes <= LARGE or effort.thorough)
        while True:
            try:
                attempt.construction.run()
                return True
            except MemoryLimitExceeded:
                others = [one for one in self._ranked() if one is not attempt]
                if not others:
                    raise
                others[-1].forget()
            except NodeBudgetExceeded:
                if forest.steps < steps:
                    attempt.full_with = nodes
                return False

    def _diagram(self, attempt: Attempt) -> Bdd:
        """The diagram of a construction that came to its end; the tables of all are given up."""
        construction = attempt.construction
        assert construction is not None, "it came to its end"
        self.peak = construction.forest.peak
        for one in self._attempts:
            one.forget()
        return construction.forest.freeze({"top": construction.at(self.pdag.root)}, attempt.name)


class Construction:
    """The BDD edge of every node of a graph, made in index order; those that nobody needs any more are let go.

    finished: the last gate that was made. finished_at: steps of the kernels until then.
    """

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
        self._kinds, self._k = pdag.kinds(), pdag.k.tolist()
        self.finished = self.finished_at = 0

    def run(self) -> None:
        """Make them all; called again with more room or steps, go on. Raises NodeBudgetExceeded, TimeLimitExceeded."""
        for node in self._gates():
            self._make(node)

    def run_what_fits(self, steps: int, most_steps: int) -> None:
        """Make those for which there is room, in so many steps each; what stands on others is left out.

        most_steps: of all. Raises TimeLimitExceeded, MemoryLimitExceeded.
        """
        for node in self._gates():
            if all(edge >> 1 in self.edges for edge in self.inputs[node]):
                self.forest.step_budget = min(self.forest.steps + steps, most_steps)
                try:
                    self._make(node)
                except MemoryLimitExceeded:
                    raise
                except NodeBudgetExceeded:
                    continue

    def _gates(self) -> Iterator[int]:
        """The gates to be made, when all variables are there. Raises TimeLimitExceeded."""
        level = {variable: index for index, variable in enumerate(self.forest.variables)}
        variables = zip(self.pdag.variables, self.literals, strict=True) if not self.finished else ()
        for node, (name, literal) in enumerate(variables, start=1):
            self.edges[node] = self.forest.variable(level[name]) ^ (literal & 1) if literal >= PLAIN else literal
        for node in range(max(self.pdag.first_gate, self.finished + 1), self.pdag.size):
            if self.last_use[node]:
                check()
                yield node

    def _make(self, node: int) -> None:
        below = [self.at(edge) for edge in self.inputs[node]]
        match self._kinds[node]:
            case Connective.AND:
                edge = self.forest.conjunction(below)
            case Connective.OR:
                edge = self.forest.disjunction(below)
            case Connective.XOR:
                edge = self.forest.parity(below)
            case _:
                edge = self.forest.at_least(self._k[node], below)
        self.edges[node] = edge
        for used in {edge >> 1 for edge in self.inputs[node]}:
            if self.last_use[used] == node and used >= self.pdag.first_gate:
                del self.edges[used]
        self.finished, self.finished_at = node, self.forest.steps

    def at(self, edge: int) -> int:
        """The BDD edge of an edge of the graph that is still known."""
        return self.edges[edge >> 1] ^ (edge & 1)
