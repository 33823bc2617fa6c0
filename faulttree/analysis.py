"""A fault tree and what can be asked of it.

>>> import faulttree as ft
>>> tree = ft.load("models/molniya_8k78.yaml")
>>> print(tree.probability())
0.6627 (exact)
>>> tree.minimal_cut_sets().count_by_order
{1: 5, 2: 1, 3: 2}
>>> print(tree.what_if({"fuse_not_retained": False}).probability())
0.6459 (exact)

A tree is a frozen value: a what-if gives another tree. Diagrams are made when first needed, and kept.
"""

from __future__ import annotations

import functools
import math
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from faulttree import formats
from faulttree.cut_sets.collection import CutSets, Kind
from faulttree.cut_sets.generation import Generated
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_in_order
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.errors import (
    InvalidRequestError,
    LimitExceeded,
    MissingProbabilityError,
    NodeBudgetExceeded,
    UnknownNameError,
)
from faulttree.model.tree import Model
from faulttree.quantification.approximations import min_cut_upper_bound, not_below, rare_event
from faulttree.quantification.conditional_importance import exact_importance, importance_between
from faulttree.quantification.importance import Importance, importance
from faulttree.quantification.probability import FloatArray, Probability, probabilities, row_probabilities
from faulttree.results import counted
from faulttree.solver import Limits, Report, Solver
from faulttree.structure.build import build
from faulttree.structure.modules import modules
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import Simplified, Step, propagate, simplified
from faulttree.what_if.compare import Comparison, compare_results
from faulttree.what_if.scenario import checked_states, states_text

if TYPE_CHECKING:
    import networkx

    from faulttree.render.diagram import Diagram

__all__ = ["FaultTree", "compare", "load"]

LEAST_FOR_A_GATE, MOST_FOR_GATES = 1_000, 1_000_000
"""Nodes of one diagram of all gates; where it needs more, each gate is analysed by itself."""


def load(path: str | os.PathLike[str], *, top: str | None = None, node_budget: int = DEFAULT_NODE_BUDGET) -> FaultTree:
    """Read a model file and take its top event, or the gate or event named.

    node_budget: nodes that one decision diagram may use; 20 million are about 1 GB.
    Raises InvalidModelError with all faults, UnknownNameError, InvalidRequestError when the file cannot be read.
    """
    return FaultTree.of(formats.read(path), top=top, node_budget=node_budget)


@dataclass(frozen=True)
class FaultTree:
    """A model, the event it is analysed for, the states a what-if has set, and what an answer may take.

    model: what the user wrote. top: the event or gate whose occurrence is analysed. states: events
    and gates set to true, false or a probability.
    node_budget: nodes that one decision diagram may use. memory: bytes that an answer may use, about.
    time_limit: seconds that an answer may take; without one the nodes limit the work, the same on every machine.
    exact: whether to go on until the probability is exact, however long it takes. seed: settles ties between orders.
    Where no exact answer fits, the answer is an interval that certainly holds it, and says so.
    progress: told now and then what is being done.
    """

    model: Model
    top: str
    states: Mapping[str, bool | float] = field(default_factory=dict)
    node_budget: int = DEFAULT_NODE_BUDGET
    memory: int | None = None
    time_limit: float | None = None
    exact: bool = False
    seed: int = 0
    progress: Report | None = field(default=None, compare=False, repr=False)
    _order: tuple[str, ...] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def of(cls, model: Model, *, top: str | None = None, node_budget: int = DEFAULT_NODE_BUDGET) -> FaultTree:
        """The tree of a model's first top event, or of the gate or event named. Raises UnknownNameError."""
        if node_budget < 2:
            raise InvalidRequestError(f"a node budget of {node_budget} holds no diagram; give at least 2")
        return cls(model, model.top[0], node_budget=node_budget).at(top or model.top[0])

    @classmethod
    def from_data(cls, data: Mapping[str, Any], *, top: str | None = None) -> FaultTree:
        """The tree of a model given in the shape of a model file. Raises InvalidModelError with all faults."""
        return cls.of(Model.from_data(data), top=top)

    def at(self, top: str) -> FaultTree:
        """The tree below another gate or event. Raises UnknownNameError."""
        known = (*self.model.gates, *self.model.basic_events, *self.model.house_events)
        if top not in known:
            raise UnknownNameError("gate or event", top, known)
        return replace(self, top=top)

    # What the tree is

    @functools.cached_property
    def events(self) -> tuple[str, ...]:
        """The basic events below the top, as the tree mentions them; those set to true or false are left out."""
        return self._skeleton.variables

    @functools.cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates below the top, the inputs of each before it."""
        return tuple(self._skeleton.gates)

    @functools.cached_property
    def coherent(self) -> bool:
        """Whether the structure function is monotone: no event's occurrence can prevent the top event.

        Exact. A tree without negations is at once known to be; otherwise the diagram decides.
        """
        return self._simplified.is_negation_free or self._bdd.is_monotone("top")

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """The gates that share no event and no gate with the rest of the tree: each can be analysed by itself."""
        independent = set(modules(self._skeleton))
        return tuple(gate for gate, edge in self._skeleton.gates.items() if edge >> 1 in independent)

    @property
    def label(self) -> str:
        """The top event's label, or else its name."""
        return self.model.element(self.top).label or self.top

    def __str__(self) -> str:
        try:
            coherence = "coherent" if self.coherent else "not coherent"
        except LimitExceeded:
            coherence = "with negations, coherence not decided within the node budget"
        lines = [
            f"{self.model.name}",
            f"top event: {self.label}" + (f" ({self.top})" if self.label != self.top else ""),
            f"{counted(len(self.gates), 'gate')}, {counted(len(self.events), 'basic event')}, {coherence}",
        ]
        if self.states:
            lines.append(f"what if: {states_text(self.states)}")
        return "\n".join(lines)

    # Probability

    def probability(self) -> Probability:
        """Probability of the top event at the mission time, events being independent.

        Exact, or an interval that certainly holds it when the limits end the exact attempts.
        Raises MissingProbabilityError.
        """
        return self._probability

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded."""
        try:
            bdd = self._gates_bdd
        except LimitExceeded:
            # From the top down, for the hard ones are there, and all share one budget.
            share = min(self.node_budget, max(LEAST_FOR_A_GATE, self.node_budget // len(self.gates)))
            found = {gate: self._alone(gate, share) for gate in reversed(self.gates)}
        else:
            found = dict(probabilities(bdd, self._q(bdd)))
        return {gate: found[gate] for gate in self.gates}

    def event_probabilities(self) -> dict[str, float]:
        """Probability of every basic event below the top. Raises MissingProbabilityError."""
        found = {event: self.probability_of(event) for event in self.events}
        if lacking := [event for event, p in found.items() if p is None]:
            raise MissingProbabilityError(lacking)
        return {event: p for event, p in found.items() if p is not None}

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known."""
        state = self.states.get(event)
        if state is not None:
            return float(state)
        try:
            return self.model.probability_of(event)
        except (KeyError, MissingProbabilityError):
            return None

    def rare_event(self) -> Probability:
        """Sum of the minimal cut set probabilities: never below the exact value.

        Raises MissingProbabilityError, and LimitExceeded when not all minimal cut sets are known.
        """
        return not_below(self.probability(), rare_event(self._all_cut_sets()))

    def min_cut_upper_bound(self) -> Probability:
        """Min-cut upper bound: never below the exact value. Raises as `rare_event` does."""
        return not_below(self.probability(), min_cut_upper_bound(self._all_cut_sets()))

    @property
    def diagram_size(self) -> int:
        """Nodes of the top event's decision diagram. Raises NodeBudgetExceeded."""
        return self._bdd.size

    @property
    def order_name(self) -> str:
        """How the decision diagram's variable order was found. Raises NodeBudgetExceeded."""
        return self._bdd.order

    # Sets of events

    def minimal_cut_sets(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal cut sets, up to an order and down to a probability when these are given.

        Of a tree that is not coherent: the minimal sets that can bring the top event about. Where the limits end
        the exact attempts, those up to some order or down to some probability; the collection says which.
        Raises InvalidRequestError, MissingProbabilityError.
        """
        found: CutSets | LimitExceeded | None = self._all_cut_sets_or_why_not
        if isinstance(found, LimitExceeded):
            is_limited = max_order is not None or bool(min_probability)
            found = self._cut_sets_within_limits(max_order, min_probability or None) if is_limited else None
        return (found or self._cut_sets).limited(max_order, min_probability)

    def minimal_path_sets(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal sets of events whose absence keeps the top event from happening.

        In a non-coherent tree: whose absence can, the required presence of others dropped.
        """
        family = minimal_sets(self._bdd, "top", dual=True, node_budget=self._solver.limits.table)
        return self._collection(family, "minimal path sets").limited(max_order, min_probability)

    def prime_implicants(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal products of events and negated events (`¬`) that make the top event true.

        Of a coherent tree these are the minimal cut sets.
        """
        family = prime_implicants(self._bdd, "top", node_budget=self._solver.limits.table)
        return self._collection(family, "prime implicants").limited(max_order, min_probability)

    # Importance

    def importance(self) -> Importance:
        """Every measure of every event below the top; bounds on each where the limits end the exact attempts.

        Raises MissingProbabilityError.
        """
        q = self.event_probabilities()
        top = self.probability()
        try:
            bdd = self._bdd
        except LimitExceeded:
            return self._importance_without_diagram(q, top)
        known = bdd.support("top")
        irrelevant = {event: p for event, p in q.items() if event not in known}
        found = self._all_cut_sets_or_why_not
        cut_sets = None if isinstance(found, LimitExceeded) else found
        return importance(bdd, self._q(bdd), cut_sets, irrelevant, self.coherent).ordered(self.events)

    # What if

    def what_if(self, states: Mapping[str, bool | float]) -> FaultTree:
        """The tree with events or gates set to true, false or a probability; other what-ifs stay in force.

        Raises UnknownNameError, InvalidRequestError.
        """
        return replace(self, states={**self.states, **checked_states(self.model, states)}, _order=None)

    def as_modelled(self) -> FaultTree:
        """The tree without any what-if."""
        return replace(self, states={}, _order=None)

    def scenario(self, name: str) -> FaultTree:
        """The tree under a scenario of the model. Raises UnknownNameError."""
        if name not in self.model.scenarios:
            raise UnknownNameError("scenario", name, self.model.scenarios)
        return self.what_if(self.model.scenarios[name].states)

    # Pictures

    def diagram(self, *, cut_set: Collection[str] = ()) -> Diagram:
        """The tree drawn with standard symbols, probabilities where they are known.

        cut_set: events to highlight, with their way to the top. Raises UnknownNameError.
        """
        from faulttree.render.diagram import draw

        self._check_names(cut_set)
        return draw(
            self.model, self.top, probabilities=self._known_probabilities(), states=self.states, cut_set=cut_set
        )

    def to_dot(self, *, cut_set: Collection[str] = ()) -> str:
        """The tree as DOT source, shared elements drawn once."""
        from faulttree.render.graphviz import to_dot

        self._check_names(cut_set)
        return to_dot(
            self.model, self.top, probabilities=self._known_probabilities(), states=self.states, cut_set=cut_set
        )

    def to_networkx(self) -> networkx.DiGraph[str]:
        """The tree as a directed graph from each gate to its inputs, with kinds, labels, probabilities and states."""
        from faulttree.render.graph import to_networkx

        graph: networkx.DiGraph[str] = to_networkx(
            self.model, self.top, probabilities=self._known_probabilities(), states=self.states
        )
        return graph

    def _repr_svg_(self) -> str:
        return self.diagram().to_svg()

    @functools.cached_property
    def _skeleton(self) -> Pdag:
        return build(self.model, self.top, self.states)

    @property
    def simplification(self) -> tuple[Step, ...]:
        """What simplifying the tree before the analysis did, step by step."""
        return self._simplification.steps

    @functools.cached_property
    def _simplification(self) -> Simplified:
        return simplified(self._skeleton)

    @property
    def _simplified(self) -> Pdag:
        return self._simplification.pdag

    @functools.cached_property
    def _solver(self) -> Solver:
        limits = Limits(self.node_budget, self.memory, self.time_limit, self.seed, self.exact)
        return Solver(self._simplified, limits, self.progress)

    @property
    def _bdd(self) -> Bdd:
        return self._solver.diagram() if self._order is None else self._ordered_bdd

    @functools.cached_property
    def _ordered_bdd(self) -> Bdd:
        assert self._order is not None, "an order was given"
        return compile_in_order(
            self._simplified, self._order, {"top": self._simplified.root}, node_budget=self.node_budget
        )

    @functools.cached_property
    def _gates_bdd(self) -> Bdd:
        pdag = propagate(self._skeleton)
        return compile_in_order(pdag, self._bdd.events, pdag.gates, node_budget=min(self.node_budget, MOST_FOR_GATES))

    @functools.cached_property
    def _probability(self) -> Probability:
        if self._order is not None:
            return Probability.exact(self._by_diagram(self._bdd))
        return self._solver.probability(self._by_diagram, lambda: self._skeleton_q)

    @functools.cached_property
    def _skeleton_q(self) -> FloatArray:
        """Probability of every event of the simplified skeleton."""
        found = {event: self.probability_of(event) for event in self._simplified.variables}
        if lacking := [event for event, p in found.items() if p is None]:
            raise MissingProbabilityError(lacking)
        return np.array(list(found.values()), np.float64)

    def _importance_without_diagram(self, known: Mapping[str, float], top: Probability) -> Importance:
        events, q = tuple(known), np.array(list(known.values()), np.float64)
        below, above = self._solver.conditionals(events, q)
        if top.is_exact and below is above:
            return exact_importance(events, q, top, below, self._simplified.is_negation_free)
        return importance_between(events, q, top, below, above, self._simplified.is_negation_free)

    def _by_diagram(self, bdd: Bdd) -> float:
        return row_probabilities(bdd, self._q(bdd)).at(bdd.roots["top"])

    def _alone(self, gate: str, budget: int) -> float:
        """The exact probability of a gate analysed by itself."""
        alone = self if gate == self.top else replace(self, top=gate, node_budget=budget, exact=False, _order=None)
        found = alone.probability()
        if not found.is_exact:
            raise NodeBudgetExceeded(budget, budget, f"the decision diagram of gate '{gate}'")
        return found.value

    @functools.cached_property
    def _cut_sets(self) -> CutSets:
        found = self._all_cut_sets_or_why_not
        if not isinstance(found, LimitExceeded):
            return found
        some = self._cut_sets_within_limits()
        assert some is not None, "without a limit given there is always an answer"
        return some

    @functools.cached_property
    def _all_cut_sets_or_why_not(self) -> CutSets | LimitExceeded:
        try:
            family = minimal_sets(self._bdd, "top", node_budget=self._solver.limits.table)
        except LimitExceeded as error:
            return error
        return self._collection(family, "minimal cut sets")

    def _all_cut_sets(self) -> CutSets:
        found = self._all_cut_sets_or_why_not
        if isinstance(found, LimitExceeded):
            raise found
        return found

    def _cut_sets_within_limits(
        self, max_order: int | None = None, min_probability: float | None = None
    ) -> CutSets | None:
        """Those that can be found without a diagram: within limits if these are given, else as many as can be."""
        known = all(self.probability_of(event) is not None for event in self._simplified.variables)
        q = self._skeleton_q if known else None
        if max_order is None and min_probability is None:
            found: Generated | None = self._solver.some_cut_sets(q)
        else:
            found = self._solver.cut_sets_within(max_order, min_probability, q)
        if found is None:
            return None
        collection = self._collection(found.family, "minimal cut sets")
        return replace(collection, complete_to_order=found.max_order, complete_above=found.min_probability)

    def _collection(self, family: Zbdd, kind: Kind) -> CutSets:
        signs = ("", NOT) if kind == "prime implicants" else ("",)
        # Events in no set stand last, so that asking about them is no mistake.
        known = set(family.elements)
        family = family.with_elements([sign + event for event in self.events if event not in known for sign in signs])
        weights = []
        for level, element in enumerate(family.elements):
            negated = kind == "prime implicants" and level % 2 == 1
            p = self.probability_of(element.removeprefix(NOT) if negated else element) if element else 0.0
            absent = negated or kind == "minimal path sets"
            weights.append(math.nan if p is None else 1.0 - p if absent else p)
        return CutSets(family, kind, np.array(weights))

    def _q(self, bdd: Bdd) -> FloatArray:
        used = bdd.levels_in_use()
        values = [
            self.probability_of(variable) if level in used else 0.0 for level, variable in enumerate(bdd.variables)
        ]
        lacking = [variable for variable, value in zip(bdd.variables, values, strict=True) if value is None]
        if lacking:
            raise MissingProbabilityError(lacking)
        return np.array(values, np.float64)

    def _known_probabilities(self) -> dict[str, float]:
        """Of every gate and event whose probability can be given."""
        known = {event: p for event in self.events if (p := self.probability_of(event)) is not None}
        if len(known) == len(self.events):
            with suppress(LimitExceeded):
                known |= self.gate_probabilities()
        return known

    def _check_names(self, names: Collection[str]) -> None:
        known = {*self.events, *self.gates, *self.model.house_events, *self.states}
        for name in names:
            if name not in known:
                raise UnknownNameError("event", name, known)


def compare(before: FaultTree, after: FaultTree, *, measure: str = "fussell_vesely") -> Comparison:
    """What changes from one tree to another: probability, minimal cut sets gained and lost, ranks moved.

    measure: by which events are ranked. Raises UnknownNameError, NodeBudgetExceeded.
    """
    cut_sets = before._all_cut_sets()
    # The diagram's own events are not enough: those that it does not need have their place among the elements, too.
    aligned = replace(after, _order=tuple(element for element in cut_sets.family.elements if element))
    return compare_results(
        (_name(before), _name(after)),
        (_or_none(before.probability), _or_none(aligned.probability)),
        (cut_sets, aligned._all_cut_sets()),
        (_or_none(before.importance), _or_none(aligned.importance)),
        measure,
    )


def _name(tree: FaultTree) -> str:
    return states_text(tree.states) or "as modelled"


def _or_none(quantity: Any) -> Any:
    try:
        return quantity()
    except MissingProbabilityError:
        return None
