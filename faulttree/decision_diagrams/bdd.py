"""Binary decision diagrams: a frozen value with named roots, and the forest it grows in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams._kernels import BOTTOM, IntArray, LongArray
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Forest, Progress
from faulttree.errors import NodeBudgetExceeded
from faulttree.kernel_modes import kernels_for

__all__ = ["FALSE", "TRUE", "Bdd", "BddForest"]

FALSE, TRUE = 0, 1
FIRST_COLLECTION = 500_000
PLACES = slice(_kernels.DEPTH, _kernels.RESULT + 1)
"""Where `state` holds how far a step has come."""


@dataclass(frozen=True, eq=False)
class Bdd:
    """Boolean functions of the variables, shared in one diagram.

    variables: names by level, level 0 on top; an empty name where a level stands for a module.
    nodes: read-only int32[n, 3] of level, low edge, high edge; row 0 is the constant, children come before parents,
    and a module before whatever decides on it.
    roots: an edge (node << 1 | complement) for each named function.
    modules: int32[n_levels], the edge of the module that a level stands for, 0 where it stands for an event.
    A module's edge is never complemented, so no event occurring means no module occurring.
    order: how the variable order was found.
    """

    variables: tuple[str, ...]
    nodes: IntArray
    roots: Mapping[str, int]
    modules: IntArray
    order: str = "given"

    @property
    def size(self) -> int:
        """Number of nodes without the constant."""
        return len(self.nodes) - 1

    @property
    def events(self) -> tuple[str, ...]:
        """The variables without the modules, in their order."""
        return tuple(variable for level, variable in enumerate(self.variables) if not self.modules[level])

    def levels_in_use(self) -> frozenset[int]:
        """The levels of events that have a node."""
        levels = np.unique(self.nodes[1:, 0])
        return frozenset(levels[self.modules[levels] == 0].tolist())

    def evaluate(self, root: str, true: Iterable[str]) -> bool:
        """The function's value when exactly the variables named are true."""
        true = set(true)
        value = [variable in true for variable in self.variables]
        # Inner modules have the smaller edges, and are worked out first.
        inside_out = np.argsort(self.modules, kind="stable")
        for level in inside_out[np.count_nonzero(self.modules == 0) :].tolist():
            value[level] = self._follow(int(self.modules[level]), value)
        return self._follow(self.roots[root], value)

    def support(self, root: str) -> frozenset[str]:
        """The variables that the function depends on."""
        marked = np.zeros(2 * len(self.nodes), np.int8)
        kernels_for(_kernels, len(self.nodes)).mark_edges(self.nodes, self.modules, self.roots[root], marked)
        used = marked[2::2] | marked[3::2]
        levels = np.unique(self.nodes[1:, 0][used == 1])
        return frozenset(self.variables[level] for level in levels.tolist() if not self.modules[level])

    def is_monotone(self, root: str) -> bool:
        """Whether no event's failure can make the function false when it was true.

        Exact: a monotone function that is not constant is false when nothing occurs, so no complemented edge
        leads to one; then every low branch must imply its high branch.
        """
        marked = np.zeros(2 * len(self.nodes), np.int8)
        kernels_for(_kernels, len(self.nodes)).mark_edges(self.nodes, self.modules, self.roots[root], marked)
        if marked[3::2].any():
            return False
        forest = BddForest.holding(self)
        for node in np.flatnonzero(marked[2::2]).tolist():
            _, low, high = self.nodes[node + 1].tolist()
            if low != FALSE and high != TRUE and forest.conjunction([low, high ^ 1]) != FALSE:
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
            assert self.modules[level] >> 1 < node, f"node {node} comes after the module that it decides on"
        for level, module in enumerate(self.modules.tolist()):
            assert module & 1 == 0, f"the module of level {level} is not complemented"
            assert (module == 0) == bool(self.variables[level]), f"level {level} is an event or a module"
            assert module == 0 or rows[module >> 1][0] > level, f"the module of level {level} lies below it"

    def _follow(self, edge: int, value: Sequence[bool]) -> bool:
        while edge > 1:
            level, low, high = self.nodes[edge >> 1].tolist()
            edge = (high if value[level] else low) ^ (edge & 1)
        return edge == TRUE


Question = tuple[int, int, int]
"""An operation and the two edges that it combines."""


@dataclass(frozen=True, eq=False)
class _Interrupted:
    """A step that found no room, or no steps were left: its operation and edges, and the kernel's place and stack."""

    question: Question
    place: LongArray
    frames: IntArray


class BddForest(Forest):
    """Makes BDD edges under one variable order; `freeze` gives the value. Edges are integers, not is `^ 1`.

    kept: all edges that are held outside, by any key, once the holder lets nodes be forgotten: a collection
    renames edges, those in `kept` among them. patient: a step that finds no room is tried again after a collection.
    """

    def __init__(
        self,
        variables: Sequence[str],
        node_budget: int = DEFAULT_NODE_BUDGET,
        progress: Progress | None = None,
        patient: bool = True,
    ) -> None:
        super().__init__(len(variables), node_budget, 1, progress)
        self.variables, self.patient = tuple(variables), patient
        self.kept: dict[int, int] | None = None
        self._collect_at = FIRST_COLLECTION
        self._interrupted: _Interrupted | None = None
        # The steps of the operation at work that are done, should it be interrupted and asked for again.
        self._done: dict[Question, int] = {}

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
        return self._folded(_kernels.AND, TRUE, edges)

    def disjunction(self, edges: Sequence[int]) -> int:
        """OR of any number of functions."""
        return self._folded(_kernels.AND, TRUE, [edge ^ 1 for edge in edges]) ^ 1

    def parity(self, edges: Sequence[int]) -> int:
        """XOR of any number of functions."""
        return self._folded(_kernels.XOR, FALSE, edges)

    def at_least(self, k: int, edges: Sequence[int]) -> int:
        """True when at least k of the functions are; n k small steps, one threshold at a time."""
        n = len(edges)
        # Thresholds reached so far, 0 to k, and then the functions still to come.
        work = [TRUE, *[FALSE] * k, *reversed(self._deepest_first(edges))]
        for seen in range(n):
            for j in range(min(k, seen + 1), max(0, k - (n - seen)), -1):
                # The j-th threshold: it held before, or the one below held and this input is true too.
                both, work = self._step(_kernels.AND, work[-1], work[j - 1], work)
                neither, work = self._step(_kernels.AND, work[j] ^ 1, both ^ 1, work)
                work[j] = neither ^ 1
            work.pop()
        self._done.clear()
        return work[k]

    @contextmanager
    def passing(self) -> Iterator[None]:
        """As of every forest; a step that was interrupted among the passing nodes begins anew."""
        try:
            with super().passing():
                yield
        finally:
            self._forget_progress()

    def _folded(self, operation: int, start: int, edges: Sequence[int]) -> int:
        result, pending = start, self._deepest_first(edges)[::-1]
        while pending:
            edge = pending.pop()
            result, pending = self._step(operation, result, edge, pending)
        self._done.clear()
        return result

    def _step(self, operation: int, f: int, g: int, others: list[int]) -> tuple[int, list[int]]:
        """F and g combined, and the other edges in use, which a collection may have renamed."""
        if (known := self._done.get((operation, f, g))) is not None:
            return known, others
        if self._interrupted is None and self.size >= self._collect_at:
            f, g, *others = self._collect([f, g, *others])
        try:
            return self._answer(operation, f, g), others
        except NodeBudgetExceeded:
            if not self.patient or self.steps >= self.step_budget:
                raise
            before = self.size
            f, g, *others = self._collect([f, g, *others])
            if self.size == before:
                raise
        return self._answer(operation, f, g), others

    def _answer(self, operation: int, f: int, g: int) -> int:
        """F and g combined, from where that stood if it was interrupted."""
        question, begun = (operation, f, g), self._interrupted
        if begun is None or begun.question != question:
            self.start(f, g)
        else:
            self.state[PLACES], self.frames[: len(begun.frames)] = begun.place, begun.frames
            self._interrupted = None
        try:
            found = self._done[question] = self.run("apply", operation)
        except NodeBudgetExceeded:
            # Whoever gives more nodes or steps, and asks again, goes on from here.
            place = self.state[PLACES].copy()
            self._interrupted = _Interrupted(question, place, self.frames[: int(place[0])].copy())
            raise
        return found

    def _forget_progress(self) -> None:
        """Edges that an interrupted operation knows are no longer what they were."""
        self._interrupted = None
        self._done.clear()

    def _collect(self, edges: list[int]) -> list[int]:
        """Forget what neither these edges nor those of `kept` need, when it is known what others hold."""
        if self.kept is None:
            return edges
        names, before = list(self.kept), self.size
        edges = self.collect([*edges, *self.kept.values()], shift=1)
        self.kept.update(zip(names, edges[len(edges) - len(names) :], strict=True))
        if self.size != before:
            self._forget_progress()
        self._collect_at = max(FIRST_COLLECTION, 2 * self.size)
        return edges[: len(edges) - len(names)]

    def freeze(self, roots: Mapping[str, int], order: str = "given") -> Bdd:
        """The diagram of the named edges, and nothing else."""
        nodes, edges = self.compacted(roots.values(), shift=1)
        no_modules = np.zeros(self.n_levels, np.int32)
        return Bdd(self.variables, nodes, dict(zip(roots, edges, strict=True)), no_modules, order)

    def _deepest_first(self, edges: Sequence[int]) -> list[int]:
        # New nodes then come on top of what is there, and each step walks the smaller operand.
        return sorted(edges, key=lambda edge: -int(self.nodes[edge >> 1, 0]))
