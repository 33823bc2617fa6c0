"""Results of one tree, each made once and kept: probabilities, cut sets, importance."""

from __future__ import annotations

import functools
import math
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np

from faulttree.cut_sets.collection import CutSets, SetKind
from faulttree.cut_sets.partial import AnyCutSets, PartialCutSets
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.cut_sets.truncation import UNKNOWN
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.engine.compiled import Compiled
from faulttree.engine.limits import Limits, Report
from faulttree.engine.model_engine import ModelEngine
from faulttree.engine.solver import Between, Counted
from faulttree.errors import LimitExceeded, MissingProbabilityError, NodeBudgetExceeded
from faulttree.importance import underflow
from faulttree.importance.conditionals import (
    Conditionals,
    at_halves,
    conditionals,
    constant_conditionals,
    counted_conditionals,
)
from faulttree.importance.events import Importance, importance
from faulttree.importance.without_diagram import importance_between
from faulttree.laws import Form, constant_form
from faulttree.quantification.functions import Functions
from faulttree.quantification.inputs import EventLaws
from faulttree.quantification.probability import FloatArray, Probability, probabilities, row_probabilities
from faulttree.reduction.reduced import Reduced
from faulttree.structure.build import build
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import propagate

__all__ = ["TreeEngine"]

Both = tuple[Conditionals[float], Conditionals[float]]
"""Conditional probabilities of a function, and the same with every probability at 1/2."""
LEAST_FOR_A_GATE = 1_000
"""Nodes that a gate's own diagram may have at least, where there is no diagram of all gates."""


@dataclass(frozen=True)
class TreeEngine:
    """A top event, the states a what-if has set and the limits; everything else follows, and is kept.

    shared: what all trees of the model share. order: the variable order of the diagram, where one is prescribed.
    """

    shared: ModelEngine
    top: str
    states: Mapping[str, bool | float]
    limits: Limits
    progress: Report | None = field(default=None, compare=False, repr=False)
    order: tuple[str, ...] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """The fields only: results are made again where they are needed."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def reduced(self) -> Reduced:
        """Static gates over independent events: what is analysed."""
        return self.shared.reduced

    # Structure

    @functools.cached_property
    def compiled(self) -> Compiled:
        """The function of the top event, whatever the numbers are."""
        return self.shared.compiled(self.top, self.states, self.limits, self.progress, self.order)

    @property
    def skeleton(self) -> Pdag:
        """The Boolean skeleton as it is written."""
        return self.compiled.skeleton

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates of the tree, the inputs of each before it, so that the top comes last."""
        return self.compiled.gates

    @property
    def simplified(self) -> Pdag:
        """The skeleton that diagrams are made of: only the top event's function is kept."""
        return self.compiled.simplified

    @property
    def coherent(self) -> bool:
        """Whether the structure function is monotone. Raises LimitExceeded where only a diagram could tell."""
        return self.compiled.coherent

    @property
    def bdd(self) -> Bdd:
        """The top event's decision diagram, its root named 'top'. Raises LimitExceeded."""
        return self.compiled.bdd

    @property
    def gates_bdd(self) -> Bdd:
        """One diagram of all gates' functions, named as they are. Raises LimitExceeded."""
        return self.compiled.gates_bdd

    def functions(self, *names: str, every_gate: bool = True) -> Functions:
        """The functions of gates and events on one diagram, to be combined: those below the top, and those named.

        every_gate: whether of every gate below the top, too, or only of the top and what is named.
        Raises UnknownNameError, LimitExceeded.
        """
        constants = {name: state for name, state in self.reduced.houses.items() if name not in self.states}
        constants |= {name: state for name, state in self.states.items() if isinstance(state, bool)}
        if every_gate and {*self.gates, *self.skeleton.variables, *constants}.issuperset(names):
            bdd = self.gates_bdd
        else:
            pdag = propagate(build(self.reduced, self.top, self.states, names))
            roots = pdag.roots
            if not every_gate:
                roots = {name: edge for name, edge in roots.items() if name == self.top or name in names}
            bdd = self.compiled.in_one_diagram(pdag, roots)
        return Functions(bdd, self.both_sides, constants, self.limits.table)

    # Probabilities

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known."""
        return self.sides_of(event)[0]

    def sides_of(self, event: str) -> tuple[float, float] | tuple[None, None]:
        """Probability of a basic event and of its absence, each with its digits; None where none is known."""
        if event in self.states:
            p = float(self.states[event])
            return p, 1.0 - p
        return self.shared.sides_of(event)

    @functools.cached_property
    def event_probabilities(self) -> Mapping[str, float]:
        """Probability of every basic event below the top. Raises MissingProbabilityError."""
        return self._known(self.skeleton)

    def _known(self, skeleton: Pdag) -> dict[str, float]:
        found = {event: self.probability_of(event) for event in skeleton.variables}
        if lacking := [event for event, p in found.items() if p is None]:
            raise MissingProbabilityError(lacking)
        return {event: p for event, p in found.items() if p is not None}

    @functools.cached_property
    def probability(self) -> Probability:
        """Probability of the top event, exact or between certain bounds. Raises MissingProbabilityError."""
        match self.solution:
            case Bdd() as bdd:
                return Probability.exact(self._by_diagram(bdd))
            case Counted(probability=counted):
                return Probability.counted(counted)
            case Between(lower=lower, upper=upper):
                return Probability.bounded(lower, upper)

    @functools.cached_property
    def solution(self) -> Bdd | Counted | Between:
        """The diagram, count or bounds that answer for the top event within the limits.

        Raises MissingProbabilityError where a count or bounds need a probability that is not known.
        """
        if self.order is not None:
            return self.bdd
        begun, seconds, solver = time.monotonic(), self.limits.seconds, self.compiled.solver
        if (small := solver.small_diagram()) is not None:
            return small
        q = np.array(list(self._known(self.simplified).values()), np.float64)
        return solver.solution(q, None if seconds is None else max(0.0, seconds - (time.monotonic() - begun)))

    def _by_diagram(self, bdd: Bdd) -> float:
        return row_probabilities(bdd, *self.both_sides(bdd)).at(bdd.roots["top"])

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded."""
        gates = self.gates
        try:
            bdd = self.gates_bdd
        except LimitExceeded:
            # From the top down, for the hard ones are there, and all share one budget.
            share = min(self.limits.nodes, max(LEAST_FOR_A_GATE, self.limits.nodes // len(gates)))
            found = {gate: self._alone(gate, share) for gate in reversed(gates)}
        else:
            found = dict(probabilities(bdd, *self.both_sides(bdd)))
        return {gate: found[gate] for gate in gates}

    @property
    def settable(self) -> tuple[str, ...]:
        """The gates below the top that are not set to true or false."""
        settled = {name for name, state in self.states.items() if isinstance(state, bool)}
        return tuple(gate for gate in self.gates if gate != self.top and gate not in settled)

    def gates_and_top(self) -> dict[str, float]:
        """Probability that a gate and the top event occur together, of every gate below the top.

        Raises MissingProbabilityError, LimitExceeded.
        """
        bdd = self.gates_bdd
        forest = BddForest.holding(bdd, self.limits.table)
        top = bdd.roots[self.top]
        both = forest.freeze({gate: forest.conjunction([edge, top]) for gate, edge in bdd.roots.items()})
        return dict(probabilities(both, *self.both_sides(both)))

    def _alone(self, gate: str, budget: int) -> float:
        """The exact probability of a gate analysed by itself."""
        limits = replace(self.limits, nodes=budget, exact=False)
        alone = self if gate == self.top else replace(self, top=gate, limits=limits, order=None)
        found = alone.probability
        if not found.is_exact:
            raise NodeBudgetExceeded(budget, budget, f"the decision diagram of gate '{gate}'")
        return found.value

    # In time

    @property
    def seconds(self) -> float:
        """The mission time; 0 where the model has none, and needs none."""
        return self.reduced.seconds

    def form_of(self, event: str) -> Form:
        """The failure law of a basic event, or of what a what-if has set. Raises MissingProbabilityError."""
        return constant_form(float(self.states[event])) if event in self.states else self.shared.form_of(event)

    @functools.cached_property
    def forms(self) -> Mapping[str, Form]:
        """The failure law of every basic event below the top that has one."""
        found = {}
        for event in self.skeleton.variables:
            with suppress(MissingProbabilityError):
                found[event] = self.form_of(event)
        return found

    def laws(self, bdd: Bdd) -> EventLaws:
        """The laws of the events that a diagram depends on, by level. Raises MissingProbabilityError."""
        used = bdd.levels_in_use()
        forms: list[Form | None] = [None] * len(bdd.variables)
        lacking: list[str] = []
        for level in sorted(used):
            try:
                forms[level] = self.form_of(bdd.variables[level])
            except MissingProbabilityError as error:
                lacking += error.events
        if lacking:
            raise MissingProbabilityError(lacking)
        return EventLaws(bdd.variables, tuple(forms))

    @functools.cached_property
    def conditionals(self) -> Conditionals[float]:
        """P(top | event), P(top | no event) and slope of every event below the top, in the tree's order.

        Raises MissingProbabilityError, LimitExceeded.
        """
        bdd = self.bdd
        sides = self.both_sides(bdd)
        found = conditionals(bdd, *sides, self.coherent)
        lost = underflow.lost_digits(bdd, *sides, found)
        return self._by_event(underflow.without_loss(bdd, *sides, self.coherent) if lost else found)

    def _by_event(self, found: Conditionals[float]) -> Conditionals[float]:
        """What was found by level of the diagram, of every event below the top, in the tree's order."""
        used = self.bdd.levels_in_use()
        levels = {event: level for level, event in enumerate(self.bdd.variables) if level in used}
        return found.of(levels, self.event_probabilities)

    def both_sides(self, bdd: Bdd) -> tuple[FloatArray, FloatArray]:
        """Probability of every event by its level in a diagram, and of its absence. Raises MissingProbabilityError.

        float64[n_levels] each, both with their digits; 0 and 1 at levels that the diagram does not decide on.
        """
        q, not_q = np.zeros(len(bdd.variables)), np.ones(len(bdd.variables))
        used = sorted(bdd.levels_in_use())
        events = [bdd.variables[level] for level in used]
        sides = [self.sides_of(event) for event in events]
        if lacking := [event for event, (p, _) in zip(events, sides, strict=True) if p is None]:
            raise MissingProbabilityError(lacking)
        if used:
            q[used], not_q[used] = np.array(sides, np.float64).T
        return q, not_q

    # Sets of events

    @functools.cached_property
    def cut_sets(self) -> AnyCutSets:
        """All minimal cut sets, or as many as the limits allow, which then are of another type."""
        found = self.all_cut_sets_or_why_not
        return self._some_cut_sets() if isinstance(found, LimitExceeded) else found

    @functools.cached_property
    def all_cut_sets_or_why_not(self) -> CutSets | LimitExceeded:
        """All minimal cut sets, or what stands against them."""
        try:
            family = minimal_sets(self.bdd, "top", node_budget=self.limits.table)
        except LimitExceeded as error:
            return error
        return self._collection(family, "minimal cut sets")

    def all_cut_sets(self) -> CutSets:
        """All minimal cut sets. Raises LimitExceeded."""
        found = self.all_cut_sets_or_why_not
        if isinstance(found, LimitExceeded):
            raise found
        return found

    def _some_cut_sets(self) -> AnyCutSets:
        """As many minimal cut sets as can be found without a diagram."""
        found = self.compiled.solver.some_cut_sets(self._known_or_none)
        collection = self._collection(found.family, "minimal cut sets")
        if found.is_complete:
            return collection
        order, least = found.max_order, found.min_probability
        return PartialCutSets(
            collection.family,
            collection.kind,
            collection.weights,
            complete_to_order=None if order is None or order < 0 else order,
            complete_above=None if least is None or least > 1.0 else least,
        )

    def cut_sets_within(self, max_order: int | None, min_probability: float | None) -> CutSets | None:
        """All minimal cut sets within a limit, found without a diagram; None where that does not fit.

        Of two limits the one on the order is followed.
        """
        found = self.compiled.solver.cut_sets_within(max_order, min_probability, self._known_or_none)
        if found is None:
            return None
        return replace(self._collection(found.family, "minimal cut sets"), discarded=UNKNOWN)

    @property
    def _known_or_none(self) -> Mapping[str, float] | None:
        with suppress(MissingProbabilityError):
            return self._known(self.simplified)
        return None

    def path_sets(self) -> CutSets:
        """All minimal path sets. Raises LimitExceeded."""
        family = minimal_sets(self.bdd, "top", dual=True, node_budget=self.limits.table)
        return self._collection(family, "minimal path sets")

    def prime_implicants(self) -> CutSets:
        """All prime implicants. Raises LimitExceeded."""
        family = prime_implicants(self.bdd, "top", node_budget=self.limits.table)
        return self._collection(family, "prime implicants")

    def _collection(self, family: Zbdd, kind: SetKind) -> CutSets:
        signs = ("", NOT) if kind == "prime implicants" else ("",)
        # Events in no set stand last, so that asking about them is no mistake.
        known = set(family.elements)
        events = self.skeleton.variables
        family = family.with_elements([sign + event for event in events if event not in known for sign in signs])
        weights = []
        for level, element in enumerate(family.elements):
            negated = kind == "prime implicants" and level % 2 == 1
            p, not_p = self.sides_of(element.removeprefix(NOT) if negated else element) if element else (0.0, 1.0)
            weight = not_p if negated or kind == "minimal path sets" else p
            weights.append(math.nan if weight is None else weight)
        return CutSets(family, kind, np.array(weights))

    # Importance

    def importance(self) -> Importance:
        """Every measure of every event, exact or between bounds. Raises MissingProbabilityError."""
        known = self.event_probabilities
        top = self.probability
        try:
            bdd = self.bdd
        except LimitExceeded:
            return self._importance_without_diagram(known, top)
        found = self.all_cut_sets_or_why_not
        cut_sets = None if isinstance(found, LimitExceeded) else found
        equal = np.full(len(bdd.variables), 0.5)
        halves = at_halves(bdd, self.coherent)
        if underflow.lost_digits(bdd, equal, equal, halves):
            halves = underflow.without_loss(bdd, equal, equal, self.coherent)
        return importance(tuple(known), self.conditionals, self._by_event(halves), cut_sets)

    def _importance_without_diagram(self, known: Mapping[str, float], top: Probability) -> Importance:
        coherent, found = self.simplified.is_negation_free, self.solution
        q = np.array(list(known.values()), np.float64)
        below, above = ((constant_conditionals(state, q),) * 2 for state in (0.0, 1.0))
        if isinstance(found, Counted):
            counted = self._traced(found.skeleton, known, coherent)
            if counted is not None:
                given, halves = counted
                return importance(tuple(known), replace(given, top=top.value), halves, None, top.method)
        elif isinstance(found, Between):
            below = self._traced(found.below, known, coherent) or below
            above = self._traced(found.above, known, coherent) or above
        return importance_between(tuple(known), top, below, above, coherent)

    def _traced(self, skeleton: Pdag | None, known: Mapping[str, float], monotone: bool) -> Both | None:
        """The conditionals of a skeleton that bounds the top event, or is it; None where no trace of it fits."""
        traced = None if skeleton is None else self.compiled.solver.trace(skeleton)
        if skeleton is None or traced is None:
            return None
        given, halves = (
            counted_conditionals(traced, weights, skeleton.variables, monotone)
            for weights in (known, dict.fromkeys(known, 0.5))
        )
        return given, halves
