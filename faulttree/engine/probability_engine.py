"""How probable a top event and its gates are: exactly, or between certain bounds with the reason."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from faulttree import deadline
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.engine.function_engine import FunctionEngine
from faulttree.engine.solver import Between, Counted, why_not
from faulttree.errors import LimitExceeded, NodeBudgetExceeded
from faulttree.kernel_modes import load_compiler
from faulttree.quantification.functions import Functions
from faulttree.quantification.probability import (
    FloatArray,
    Probability,
    may_underflow,
    probabilities,
    row_probabilities,
)
from faulttree.structure.build import build
from faulttree.structure.simplify import propagate
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["ProbabilityEngine"]

TOGETHER_SHARE = 0.5
"""Share of the remaining time for one diagram of all gates."""
MANY_GATES = 500
"""Trees of more gates than this need compiled kernels whatever their shape."""
LEAST_FOR_A_GATE = 1_000
"""Nodes that a gate's own diagram may have at least, where there is no diagram of all gates."""
NO_DIGITS = f"a count has no digits below {KEEPS_DIGITS:g}"


@dataclass(frozen=True)
class _Gates:
    """Probabilities of gates, as far as they are known.

    known: at first of those that a diagram of many gates gave, then of others as they are analysed. hard: the others.
    share: nodes that each of these may have, all sharing one budget.
    """

    known: dict[str, Probability]
    hard: tuple[str, ...]
    share: int


@dataclass(frozen=True)
class ProbabilityEngine(FunctionEngine):
    """The probabilities of a top event and its gates, and their functions on one diagram; made once and kept."""

    def functions(self, *names: str, every_gate: bool = True) -> Functions:
        """The functions of gates and events on one diagram, to be combined: those below the top, and those named.

        every_gate: whether of every gate below the top, too, or only of the top and what is named.
        Raises UnknownNameError, LimitExceeded.
        """
        constants = {name: state for name, state in self.reduced.houses.items() if name not in self.states}
        constants |= {name: state for name, state in self.states.items() if isinstance(state, bool)}
        if every_gate and {*self.gates, *self.skeleton.variables, *self.compiled.members, *constants}.issuperset(names):
            bdd = self.gates_bdd
        else:
            pdag = propagate(build(self.reduced, self.top, self._settled.states, names))
            roots = pdag.roots
            if not every_gate:
                roots = {name: edge for name, edge in roots.items() if name == self.top or name in names}
            bdd = self.compiled.in_one_diagram(pdag, roots)
        return Functions(bdd, self.both_sides, constants, self.limits.table)

    # Probabilities

    @functools.cached_property
    def probability(self) -> Probability:
        """Probability of the top event, exact or between certain bounds. Raises MissingProbabilityError."""
        match self.solution:
            case Bdd() as bdd:
                return Probability.exact(self._by_diagram(bdd))
            case Counted(probability=counted):
                if not self._lost(counted) or self._is_impossible(counted):
                    return Probability.counted(counted)
                return Probability.bounded(0.0, KEEPS_DIGITS, NO_DIGITS)
            case Between(lower=lower, upper=upper, why=why):
                if self._lost(upper):
                    return Probability.bounded(0.0, KEEPS_DIGITS, f"{why}, and {NO_DIGITS}")
                return Probability.bounded(0.0 if lower and self._lost(lower) else lower, upper, why)

    @functools.cached_property
    def solution(self) -> Bdd | Counted | Between:
        """The diagram, count or bounds that answer for the top event within the limits.

        Raises MissingProbabilityError where a count or bounds need a probability that is not known.
        """
        if self.limits.seconds is not None and len(self.reduced.gates) > MANY_GATES:
            load_compiler()  # of the process, not of the answer
        with self.limits.time():
            if self.compiled.order is not None:
                return self.bdd
            try:
                solver = self.compiled.solver
                if (small := solver.small_diagram()) is not None:
                    return small
                return solver.solution(self.sides)
            except LimitExceeded as error:
                return Between(0.0, 1.0, why=why_not(error))

    @functools.cached_property
    def bounding_diagrams(self) -> tuple[Bdd, Bdd] | None:
        """Diagrams of two functions, one that implies the top's and one that it implies, whatever the numbers are.

        Their roots are named 'top'. None where the solution is no interval, or their diagrams do not fit either.
        """
        found = self.solution
        if not isinstance(found, Between) or found.below is None or found.above is None:
            return None
        try:
            with self.limits.time():
                solver = self.compiled.solver
                return solver.diagram_of(found.below), solver.diagram_of(found.above)
        except LimitExceeded:
            return None

    @functools.cached_property
    def sides(self) -> FloatArray:
        """Probability of every event of the simplified function, and of its absence: float64[n, 2], with their digits.

        Raises MissingProbabilityError.
        """
        variables = self.simplified.variables
        self._known(variables)
        return np.array([self._known_sides(event) for event in variables], np.float64).reshape(-1, 2)

    def _lost(self, counted: float) -> bool:
        """Whether a count may have lost digits to underflow."""
        if counted >= KEEPS_DIGITS:
            return False
        return may_underflow(self.sides[:, 0], self.sides[:, 1])

    def _is_impossible(self, counted: float) -> bool:
        """Whether a count of 0 is one: whether nothing is left of the function once what is certain is settled."""
        known = self._known(self.simplified.variables)
        settled = {event: p == 1.0 for event, p in known.items() if p in (0.0, 1.0)}
        if counted or not settled or self.chains:
            return False
        rest = replace(self, states={**self.states, **settled}).simplified
        return not rest.variables

    def _by_diagram(self, bdd: Bdd) -> float:
        return row_probabilities(bdd, *self.both_sides(bdd)).at(bdd.roots["top"])

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded.

        Where it raises, what was found is kept for those who ask next.
        """
        found = self._gates
        with self.limits.time():
            # From the top down, for the hard ones are there.
            for gate in reversed(found.hard):
                if not self._hard_gate(gate).is_exact:
                    deadline.check()
                    raise NodeBudgetExceeded(found.share, found.share, f"what gives gate '{gate}' an exact probability")
        return {gate: found.known[gate].value for gate in self.gates}

    def bounded_gate_probabilities(self) -> dict[str, Probability]:
        """Probability of every gate below the top, exact or between certain bounds.

        Raises MissingProbabilityError, and TimeLimitExceeded where the time is over before the gates are known.
        """
        with self.limits.time():
            found = self._gates
            for left, gate in zip(range(len(found.hard), 0, -1), found.hard, strict=True):
                with deadline.part(1.0 / left):
                    self._hard_gate(gate)
        return {gate: found.known[gate] for gate in self.gates}

    def exact_gate_probabilities(self) -> dict[str, float]:
        """Probability of those gates below the top of which it is known exactly when a limit is met, or of all.

        Raises MissingProbabilityError, and LimitExceeded where the gates themselves are not known.
        """
        with suppress(LimitExceeded):
            self.gate_probabilities()
        known = self._gates.known
        return {gate: known[gate].value for gate in self.gates if gate in known and known[gate].is_exact}

    @functools.cached_property
    def _gates(self) -> _Gates:
        with self.limits.time():
            gates = self.gates
            self._known(self.events)
            known: dict[str, Probability] = {}
            with suppress(LimitExceeded), deadline.part(TOGETHER_SHARE):
                for bdd in self._diagrams_of_gates():
                    exact = probabilities(bdd, *self.both_sides(bdd))
                    known |= {gate: Probability.exact(p) for gate, p in exact.items()}
            hard = tuple(gate for gate in gates if gate not in known)
            share = max(LEAST_FOR_A_GATE, self.limits.nodes // max(1, len(hard)))
            return _Gates(known, hard, min(self.limits.nodes, share))

    def _hard_gate(self, gate: str) -> Probability:
        """The probability of a gate that is analysed by itself."""
        found = self._gates
        if gate not in found.known:
            limits = replace(self.limits, nodes=found.share, exact=False)
            alone = self if gate == self.top else replace(self, top=gate, limits=limits, order=None)
            found.known[gate] = alone.probability
        return found.known[gate]

    def _diagrams_of_gates(self) -> Iterator[Bdd]:
        """Diagrams of gates: one of all where the top event's is small, else of the easy ones before one of all.

        Raises LimitExceeded when it comes to what does not fit.
        """
        compiled = self.compiled
        if compiled.order is None and compiled.found is None and compiled.solver.small_diagram() is None:
            yield (easy := compiled.easy_gates_bdd)
            if easy.roots.keys() >= set(self.gates):
                return
        try:
            yield self.gates_bdd
        except NodeBudgetExceeded:
            yield compiled.easy_gates_bdd

    @property
    def settable(self) -> tuple[str, ...]:
        """The gates below the top that are not set to true or false."""
        settled = {name for name, state in self.states.items() if isinstance(state, bool)}
        return tuple(gate for gate in self.gates if gate != self.top and gate not in settled)

    def gates_and_top(self) -> dict[str, float]:
        """Probability that a gate and the top event occur together, of every gate below the top.

        Raises MissingProbabilityError, LimitExceeded.
        """
        with self.limits.time():
            bdd = self.gates_bdd
            forest = BddForest.holding(bdd, self.limits.table)
            top = bdd.roots[self.top]
            both = forest.freeze({gate: forest.conjunction([edge, top]) for gate, edge in bdd.roots.items()})
        return dict(probabilities(both, *self.both_sides(both)))
