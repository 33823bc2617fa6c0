"""What is worked out once for a tree, and kept: skeleton, diagrams, cut sets, importance."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import numpy as np

from faulttree.cut_sets.collection import CutSets, Kind
from faulttree.cut_sets.generation import Generated
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.compile import compile_in_order
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.engine.limits import Limits, Report
from faulttree.engine.solver import Solver
from faulttree.errors import InvalidRequestError, LimitExceeded, MissingProbabilityError, NodeBudgetExceeded
from faulttree.importance.conditionals import Conditionals, at_halves, conditionals
from faulttree.importance.events import Importance, importance
from faulttree.importance.without_diagram import importance_between
from faulttree.laws import AnyForm, constant_form
from faulttree.model.states import states_text
from faulttree.model.tree import Model
from faulttree.model.uncertainty_laws import Distribution
from faulttree.quantification.batches import Batches
from faulttree.quantification.functions import Functions
from faulttree.quantification.inputs import EventLaws
from faulttree.quantification.probability import FloatArray, Probability, probabilities, row_probabilities
from faulttree.quantification.shares import CutSetShares
from faulttree.reliability.system import System
from faulttree.structure.build import build
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import Simplified, propagate, simplified
from faulttree.uncertainty.copula import RankCorrelation, UncertainInputs
from faulttree.uncertainty.problem import Problem

__all__ = ["TreeEngine"]

LEAST_FOR_A_GATE, MOST_FOR_GATES = 1_000, 1_000_000
"""Nodes of one diagram of all gates; where it needs more, each gate is analysed by itself."""


@dataclass(frozen=True)
class TreeEngine:
    """A model, the top event, the states a what-if has set and the limits; everything else follows, and is kept.

    model: without common cause groups, these having been expanded. common: the laws of the events of that expansion.
    order: the variable order of the diagram, where one is prescribed.
    """

    model: Model
    common: Mapping[str, AnyForm]
    top: str
    states: Mapping[str, bool | float]
    limits: Limits
    progress: Report | None = field(default=None, compare=False, repr=False)
    order: tuple[str, ...] | None = None

    def with_laws(self, model: Model, common: Mapping[str, AnyForm]) -> TreeEngine:
        """The same tree with other laws for its events. What is compiled is shared where the events are the same."""
        other = replace(self, model=model, common=common)
        if common.keys() == self.common.keys():
            vars(other).update({name: getattr(self, name) for name in ("skeleton", "simplification", "solver")})
        return other

    # Structure

    @functools.cached_property
    def skeleton(self) -> Pdag:
        """The Boolean skeleton as it is written."""
        return build(self.model, self.top, self.states)

    @functools.cached_property
    def simplification(self) -> Simplified:
        """The skeleton that diagrams are made of, and what simplifying it did."""
        return simplified(self.skeleton)

    @property
    def simplified(self) -> Pdag:
        """The skeleton that diagrams are made of: only the top event's function is kept."""
        return self.simplification.pdag

    @functools.cached_property
    def coherent(self) -> bool:
        """Whether the structure function is monotone. Raises LimitExceeded where only a diagram could tell."""
        return self.simplified.is_negation_free or self.bdd.is_monotone("top")

    # Diagrams

    @functools.cached_property
    def solver(self) -> Solver:
        """Who finds the diagram, or answers without one."""
        return Solver(self.simplified, self.limits, self.progress)

    @property
    def bdd(self) -> Bdd:
        """The top event's decision diagram, its root named 'top'. Raises LimitExceeded."""
        return self.solver.diagram() if self.order is None else self._ordered_bdd

    @functools.cached_property
    def _ordered_bdd(self) -> Bdd:
        assert self.order is not None, "an order was given"
        return compile_in_order(
            self.simplified, self.order, {"top": self.simplified.root}, node_budget=self.limits.nodes
        )

    @functools.cached_property
    def gates_bdd(self) -> Bdd:
        """One diagram of all gates' functions, named as they are. Raises LimitExceeded."""
        pdag = propagate(self.skeleton)
        return compile_in_order(pdag, self.bdd.events, pdag.gates, node_budget=min(self.limits.nodes, MOST_FOR_GATES))

    def functions(self, *names: str, every_gate: bool = True) -> Functions:
        """The functions of gates and events on one diagram, to be combined: those below the top, and those named.

        every_gate: whether of every gate below the top, too, or only of the top and what is named.
        Raises UnknownNameError, LimitExceeded.
        """
        houses = self.model.house_events
        constants = {name: house.state for name, house in houses.items() if name not in self.states}
        constants |= {name: state for name, state in self.states.items() if isinstance(state, bool)}
        if every_gate and {*self.skeleton.gates, *self.skeleton.variables, *constants}.issuperset(names):
            bdd = self.gates_bdd
        else:
            pdag = propagate(build(self.model, self.top, self.states, names))
            roots = {self.top: pdag.root, **pdag.gates}
            if not every_gate:
                roots = {name: edge for name, edge in roots.items() if name == self.top or name in names}
            budget = min(self.limits.nodes, MOST_FOR_GATES)
            bdd = compile_in_order(pdag, self.bdd.events, roots, node_budget=budget)
        return Functions(bdd, self.both_sides, constants, self.limits.table)

    # Probabilities

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known."""
        return self.sides_of(event)[0]

    def sides_of(self, event: str) -> tuple[float, float] | tuple[None, None]:
        """Probability of a basic event and of its absence, each with its digits; None where none is known."""
        if event not in self._sides:
            try:
                state = self.form_of(event).law().at(self.seconds)
                self._sides[event] = float(state.unavailability), float(state.availability)
            except (KeyError, MissingProbabilityError):
                self._sides[event] = None, None
        return self._sides[event]

    @functools.cached_property
    def _sides(self) -> dict[str, tuple[float, float] | tuple[None, None]]:
        return {}

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
        if self.order is not None:
            return Probability.exact(self._by_diagram(self.bdd))
        return self.solver.probability(self._by_diagram, lambda: self._simplified_q)

    @functools.cached_property
    def _simplified_q(self) -> FloatArray:
        return np.array(list(self._known(self.simplified).values()), np.float64)

    def _by_diagram(self, bdd: Bdd) -> float:
        return row_probabilities(bdd, *self.both_sides(bdd)).at(bdd.roots["top"])

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded."""
        gates = tuple(self.skeleton.gates)
        try:
            bdd = self.gates_bdd
        except LimitExceeded:
            # From the top down, for the hard ones are there, and all share one budget.
            share = min(self.limits.nodes, max(LEAST_FOR_A_GATE, self.limits.nodes // len(gates)))
            found = {gate: self._alone(gate, share) for gate in reversed(gates)}
        else:
            found = dict(probabilities(bdd, *self.both_sides(bdd)))
        return {gate: found[gate] for gate in gates}

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
        return self.model.mission_time.seconds if self.model.mission_time else 0.0

    def form_of(self, event: str) -> AnyForm:
        """The failure law of a basic event, or of what a what-if has set. Raises MissingProbabilityError."""
        if event in self.states:
            return constant_form(float(self.states[event]))
        return self.common[event] if event in self.common else self.model.law_form(event)

    @functools.cached_property
    def forms(self) -> Mapping[str, AnyForm]:
        """The failure law of every basic event below the top that has one."""
        found = {}
        for event in self.skeleton.variables:
            with suppress(MissingProbabilityError):
                found[event] = self.form_of(event)
        return found

    def laws(self, bdd: Bdd) -> EventLaws:
        """The laws of the events that a diagram depends on, by level. Raises MissingProbabilityError."""
        used = bdd.levels_in_use()
        forms: list[AnyForm | None] = [None] * len(bdd.variables)
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
    def system(self) -> System:
        """The diagram with the laws of its events. Raises MissingProbabilityError, LimitExceeded."""
        return System(Batches(self.bdd), self.laws(self.bdd), self.coherent)

    def problem(
        self,
        inputs: Mapping[str, Distribution],
        correlations: Sequence[RankCorrelation],
        gates: bool,
        importance: bool = False,
    ) -> Problem:
        """The tree as a function of those of the model's uncertain inputs that it depends on.

        gates: whether of every gate too. importance: whether with the minimal cut sets, if all are found.
        Raises MissingProbabilityError, LimitExceeded, InvalidRequestError where nothing below the top is uncertain.
        """
        if gates and self.top in self.gates_bdd.roots:
            bdd, roots = self.gates_bdd, [self.top, *(gate for gate in self.skeleton.gates if gate != self.top)]
        else:
            bdd, roots = replace(self.bdd, roots={self.top: self.bdd.roots["top"]}), [self.top]
        laws = self.laws(bdd)
        used = {name: distribution for name, distribution in inputs.items() if name in laws.inputs}
        if not used and self.model.uncertain_inputs():
            where = f"with {states_text(self.states)} " if self.states else ""
            raise InvalidRequestError(
                f"{where}no uncertain input is left that '{self.top}' depends on, so nothing about it is uncertain; "
                + ("leave some of these states out" if self.states else "ask about another event")
            )
        kept = tuple(each for each in correlations if each[0] in used and each[1] in used)
        sets = self.all_cut_sets_or_why_not if importance else None
        shares = CutSetShares(sets.family, laws.events) if isinstance(sets, CutSets) else None
        return Problem(Batches(bdd, roots), laws, UncertainInputs(used, kept), self.seconds, self.coherent, shares)

    @functools.cached_property
    def conditionals(self) -> Conditionals[float]:
        """P(top | event), P(top | no event) and slope of every event below the top, in the tree's order.

        Raises MissingProbabilityError, LimitExceeded.
        """
        bdd = self.bdd
        return self._by_event(conditionals(bdd, *self.both_sides(bdd), self.coherent))

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
        lacking = []
        for level in sorted(bdd.levels_in_use()):
            p, not_p = self.sides_of(bdd.variables[level])
            if p is None or not_p is None:
                lacking.append(bdd.variables[level])
            else:
                q[level], not_q[level] = p, not_p
        if lacking:
            raise MissingProbabilityError(lacking)
        return q, not_q

    # Sets of events

    @functools.cached_property
    def cut_sets(self) -> CutSets:
        """All minimal cut sets, or as many as the limits allow; the collection says which."""
        found = self.all_cut_sets_or_why_not
        if not isinstance(found, LimitExceeded):
            return found
        some = self.cut_sets_within_limits()
        assert some is not None, "without a limit given there is always an answer"
        return some

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

    def cut_sets_within_limits(
        self, max_order: int | None = None, min_probability: float | None = None
    ) -> CutSets | None:
        """Those that can be found without a diagram: within limits if these are given, else as many as can be."""
        known = all(self.probability_of(event) is not None for event in self.simplified.variables)
        q = self._simplified_q if known else None
        if max_order is None and min_probability is None:
            found: Generated | None = self.solver.some_cut_sets(q)
        else:
            found = self.solver.cut_sets_within(max_order, min_probability, q)
        if found is None:
            return None
        collection = self._collection(found.family, "minimal cut sets")
        return replace(collection, complete_to_order=found.max_order, complete_above=found.min_probability)

    def path_sets(self) -> CutSets:
        """All minimal path sets. Raises LimitExceeded."""
        family = minimal_sets(self.bdd, "top", dual=True, node_budget=self.limits.table)
        return self._collection(family, "minimal path sets")

    def prime_implicants(self) -> CutSets:
        """All prime implicants. Raises LimitExceeded."""
        family = prime_implicants(self.bdd, "top", node_budget=self.limits.table)
        return self._collection(family, "prime implicants")

    def _collection(self, family: Zbdd, kind: Kind) -> CutSets:
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
        halves = self._by_event(at_halves(bdd, self.coherent))
        return importance(tuple(known), self.conditionals, halves, cut_sets)

    def _importance_without_diagram(self, known: Mapping[str, float], top: Probability) -> Importance:
        coherent = self.simplified.is_negation_free
        below, above = self.solver.conditionals(known, coherent)
        if top.is_exact and below is above:
            return importance(tuple(known), replace(below[0], top=top.value), below[1], None, top.method)
        return importance_between(tuple(known), top, below, above, coherent)
