"""Boolean functions of a tree's events on one diagram: combined at will, and measured exactly."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

import numpy as np

from faulttree.cut_sets.prime_implicants import prime_implicants
from faulttree.decision_diagrams import _kernels as _diagram_kernels
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.errors import MissingProbabilityError
from faulttree.kernel_modes import kernels_for
from faulttree.quantification.probability import FloatArray, row_probabilities
from faulttree.quantification.settled.sweeps import Precise, SettledSweeps
from faulttree.wide_arrays import array_of
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["Functions", "SidesOf"]

SidesOf = Callable[[Bdd], tuple[FloatArray, FloatArray]]
"""Probability of every event by its level in a diagram, and of its absence: float64[n_levels] each."""


class Functions:
    """The functions of gates and events, and whatever is made of them. A function is an edge, its negation `edge ^ 1`.

    bdd: with a root for each gate that can be named, no level of it standing for a module.
    sides: what events weigh; asked only where a number is wanted. It may raise MissingProbabilityError.
    constants: events and gates that are certainly true or false.
    node_budget: nodes that all functions may use together. Every method that makes one raises NodeBudgetExceeded.
    """

    def __init__(self, bdd: Bdd, sides: SidesOf, constants: Mapping[str, bool], node_budget: int) -> None:
        assert not bdd.modules.any(), "functions are combined on a diagram without modules"
        self._sides, self._budget = sides, node_budget
        self._forest = BddForest.holding(bdd, node_budget)
        self._level = {event: level for level, event in enumerate(bdd.variables)}
        self._named = {name: TRUE if state else FALSE for name, state in constants.items()} | dict(bdd.roots)

    @property
    def events(self) -> tuple[str, ...]:
        """The events that can vary, in the order of the diagram."""
        return self._forest.variables

    @property
    def names(self) -> tuple[str, ...]:
        """Every event and gate that can be named."""
        return (*self._named, *(event for event in self.events if event not in self._named))

    def of(self, name: str) -> int:
        """The function of an event or gate. Raises KeyError for one that is not here."""
        edge = self._named.get(name)
        return self._forest.variable(self._level[name]) if edge is None else edge

    def passing(self) -> AbstractContextManager[None]:
        """Functions made within the block are forgotten at its end, so that the next ones have all the nodes.

        Those from before stay as they are.
        """
        return self._forest.passing()

    # Combined

    def all_of(self, edges: Sequence[int]) -> int:
        """AND of any number of functions."""
        return self._forest.conjunction(edges)

    def any_of(self, edges: Sequence[int]) -> int:
        """OR of any number of functions."""
        return self._forest.disjunction(edges)

    def parity(self, edges: Sequence[int]) -> int:
        """Whether an odd number of the functions is true."""
        return self._forest.parity(edges)

    def at_least(self, k: int, edges: Sequence[int]) -> int:
        """Whether at least k of the functions are true."""
        if k <= 0:
            return TRUE
        return FALSE if k > len(edges) else self._forest.at_least(k, edges)

    def literals(self, states: Mapping[str, bool]) -> int:
        """Events and gates all being as they are said to be. Raises KeyError."""
        return self.all_of([self.of(name) ^ (not state) for name, state in states.items()])

    def settled(self, edge: int, states: Mapping[str, bool]) -> int:
        """The function with some events certain (True) or impossible (False). Raises KeyError for what is no event."""
        return self.each_settled([edge], states)[0]

    def each_settled(self, edges: Sequence[int], states: Mapping[str, bool]) -> list[int]:
        """Each of the functions as `settled` gives it, in one pass. Raises KeyError for what is no event."""
        at = {self._level[event]: state for event, state in states.items()}
        bdd = self._together(edges)
        made = [FALSE]
        for level, low, high in bdd.nodes[1:].tolist():
            parts = [made[part >> 1] ^ (part & 1) for part in (low, high)]
            made.append(parts[at[level]] if level in at else self._decision(level, *parts))
        return [made[root >> 1] ^ (root & 1) for root in bdd.roots.values()]

    def exists(self, edge: int, events: Collection[str]) -> int:
        """Whether some states of these events make the function true. Raises KeyError for what is no event."""
        for event in sorted(events, key=lambda event: -self._level[event]):
            edge = self.any_of([self.settled(edge, {event: state}) for state in (False, True)])
        return edge

    def forall(self, edge: int, events: Collection[str]) -> int:
        """Whether the function is true whatever the states of these events. Raises KeyError for what is no event."""
        return self.exists(edge ^ 1, events) ^ 1

    def support(self, edge: int) -> frozenset[str]:
        """The events that the function depends on."""
        return self.frozen(edge).support("top")

    def implied(self, edge: int) -> dict[str, bool]:
        """The events that are certain, or impossible, wherever the function is true. It must be so somewhere.

        An event is, when no way to the constant true passes its level by, and all take the same branch of it.
        """
        assert edge != FALSE, "a function that is never true implies everything"
        bdd = self.frozen(edge)
        root, n_levels = bdd.roots["top"], len(bdd.variables)
        marked = np.zeros(2 * len(bdd.nodes), np.int8)
        kernels_for(_diagram_kernels, len(bdd.nodes)).mark_edges(bdd.nodes, bdd.modules, root, marked)
        ways = np.flatnonzero(marked[2:]) + 2
        rows, complement = bdd.nodes[ways >> 1], ways & 1
        level = rows[:, 0]
        level_of = np.minimum(bdd.nodes[:, 0], n_levels)
        # One more way begins to pass levels by at each start, and one fewer does at each end.
        passing = np.zeros(n_levels + 2, np.int64)
        passing[0] += 1
        passing[level_of[root >> 1]] -= 1
        taken = {}
        for state, column in ((False, 1), (True, 2)):
            below = rows[:, column] ^ complement
            alive = below != FALSE
            np.add.at(passing, level[alive] + 1, 1)
            np.add.at(passing, level_of[below[alive] >> 1], -1)
            taken[state] = np.bincount(level[alive], minlength=n_levels) > 0
        never_passed = np.cumsum(passing)[:n_levels] == 0
        found = np.flatnonzero(never_passed & (taken[False] != taken[True]))
        return {self.events[at]: bool(taken[True][at]) for at in found.tolist()}

    def frozen(self, edge: int) -> Bdd:
        """The function's diagram, its root named 'top'."""
        return self._forest.freeze({"top": edge})

    def adopted(self, bdd: Bdd, root: str) -> int:
        """The function of another diagram, whose events stand in the order of these. Raises KeyError for others."""
        assert not bdd.modules.any(), "functions are combined on a diagram without modules"
        edges = [FALSE]
        for level, low, high in bdd.nodes[1:].tolist():
            parts = [edges[part >> 1] ^ (part & 1) for part in (low, high)]
            edges.append(self._decision(self._level[bdd.variables[level]], *parts))
        return edges[bdd.roots[root] >> 1] ^ (bdd.roots[root] & 1)

    # Measured

    def probabilities(self, edges: Sequence[int]) -> FloatArray:
        """Probability of each function and of its negation, both with all digits: float64[n, 2].

        object[n, 2] where a number is one that no float holds.

        Raises MissingProbabilityError.
        """
        bdd = self._together(edges)
        roots = list(bdd.roots.values())
        found = row_probabilities(bdd, *self._sides(bdd)).each([edge ^ side for edge in roots for side in (0, 1)])
        numbers: FloatArray = array_of(found).reshape(-1, 2)
        return numbers

    def sides_of(self, events: Iterable[str]) -> dict[str, tuple[float, float] | None]:
        """Probability of each event and of its absence, both with all digits; None where none is known.

        Raises KeyError for what is not here.
        """
        known: dict[str, tuple[float, float] | None] = dict.fromkeys(events)
        asked = list(known)
        try:
            found = self.probabilities([self.of(event) for event in asked])
        except MissingProbabilityError as error:
            asked = [event for event in asked if event not in error.events]
            found = self.probabilities([self.of(event) for event in asked])
        known.update((event, (p, not_p)) for event, (p, not_p) in zip(asked, found.tolist(), strict=True))
        return known

    def precise_probabilities(self, edges: Sequence[int]) -> Precise:
        """Probability of each function to about 30 digits: [n]. Raises MissingProbabilityError."""
        bdd = self._together(edges)
        if not edges:
            return Precise(*np.zeros((3, 0)))
        return SettledSweeps(bdd, *self._sides(bdd), root="0").probabilities(list(bdd.roots.values()))

    def sweeps(self, edge: int, number: int = 1) -> SettledSweeps:
        """Sweeps of one function with any events settled, to about 30 digits. Raises MissingProbabilityError.

        number: how many are to come, which decides whether compiling pays.
        """
        bdd = self.frozen(edge)
        return SettledSweeps(bdd, *self._sides(bdd), sweeps=number)

    def probability(self, edge: int) -> float:
        """Probability of one function. Raises MissingProbabilityError."""
        found: float = self.probabilities([edge])[0].tolist()[0]
        return found

    def conditionals(self, edge: int) -> dict[str, tuple[float, float]]:
        """P(function | event), P(function | no event), by event that the function depends on.

        Raises MissingProbabilityError.
        """
        bdd = self.frozen(edge)
        if edge in (FALSE, TRUE):
            return {}
        sweeps = SettledSweeps(bdd, *self._sides(bdd), sweeps=2)
        found = sweeps.each()
        given = {}
        for level in sorted(bdd.levels_in_use()):
            event, pair = self.events[level], (found.with_event.item(level), found.without_event.item(level))
            if min(pair) < KEEPS_DIGITS:
                pair = sweeps.top_probability({event: True}), sweeps.top_probability({event: False})
            given[event] = pair
        return given

    def depend_on(self, edges: Sequence[int], events: Collection[str]) -> list[bool]:
        """Whether each function depends on any of these events, in one pass."""
        bdd = self._together(edges)
        wanted = [event in events for event in bdd.variables]
        found = [False]
        for level, low, high in bdd.nodes[1:].tolist():
            found.append(wanted[level] or found[low >> 1] or found[high >> 1])
        return [found[root >> 1] for root in bdd.roots.values()]

    # As sets of events

    def minimal_sets(self, edge: int, dual: bool = False) -> Zbdd:
        """The minimal sets of events whose sole occurrence makes the function true.

        dual: whose absence, all others having occurred, makes it false.
        """
        return minimal_sets(self.frozen(edge), "top", dual=dual, node_budget=self._budget)

    def prime_implicants(self, edge: int) -> Zbdd:
        """The minimal products of events and negated events that make the function true."""
        return prime_implicants(self.frozen(edge), "top", node_budget=self._budget)

    def _together(self, edges: Sequence[int]) -> Bdd:
        """One diagram of several functions, its roots named by their places."""
        return self._forest.freeze({str(place): edge for place, edge in enumerate(edges)})

    def _decision(self, level: int, low: int, high: int) -> int:
        if low == high:
            return low
        return self._forest.node(level, low ^ (low & 1), high ^ (low & 1)) << 1 ^ (low & 1)
