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
import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from faulttree import formats
from faulttree.cut_sets.collection import CutSets
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.engine import Engine
from faulttree.errors import (
    InvalidRequestError,
    LimitExceeded,
    MissingProbabilityError,
    UnknownNameError,
)
from faulttree.model.tree import Model
from faulttree.quantification.approximations import min_cut_upper_bound, not_below, rare_event
from faulttree.quantification.importance import Importance
from faulttree.quantification.probability import Probability
from faulttree.results import counted
from faulttree.solver import Limits, Report
from faulttree.structure.modules import modules
from faulttree.structure.simplify import Step
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
        return self._engine.skeleton.variables

    @functools.cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates below the top, the inputs of each before it."""
        return tuple(self._engine.skeleton.gates)

    @functools.cached_property
    def coherent(self) -> bool:
        """Whether the structure function is monotone: no event's occurrence can prevent the top event.

        Exact. A tree without negations is at once known to be; otherwise the diagram decides.
        """
        return self._engine.coherent

    @functools.cached_property
    def modules(self) -> tuple[str, ...]:
        """The gates that share no event and no gate with the rest of the tree: each can be analysed by itself."""
        skeleton = self._engine.skeleton
        independent = set(modules(skeleton))
        return tuple(gate for gate, edge in skeleton.gates.items() if edge >> 1 in independent)

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
        return self._engine.probability

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded."""
        return self._engine.gate_probabilities()

    def event_probabilities(self) -> dict[str, float]:
        """Probability of every basic event below the top. Raises MissingProbabilityError."""
        return dict(self._engine.event_probabilities)

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known."""
        return self._engine.probability_of(event)

    def rare_event(self) -> Probability:
        """Sum of the minimal cut set probabilities: never below the exact value.

        Raises MissingProbabilityError, and LimitExceeded when not all minimal cut sets are known.
        """
        return not_below(self.probability(), rare_event(self._engine.all_cut_sets()))

    def min_cut_upper_bound(self) -> Probability:
        """Min-cut upper bound: never below the exact value. Raises as `rare_event` does."""
        return not_below(self.probability(), min_cut_upper_bound(self._engine.all_cut_sets()))

    @property
    def diagram_size(self) -> int:
        """Nodes of the top event's decision diagram. Raises NodeBudgetExceeded."""
        return self._engine.bdd.size

    @property
    def order_name(self) -> str:
        """How the decision diagram's variable order was found. Raises NodeBudgetExceeded."""
        return self._engine.bdd.order

    # Sets of events

    def minimal_cut_sets(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal cut sets, up to an order and down to a probability when these are given.

        Of a tree that is not coherent: the minimal sets that can bring the top event about. Where the limits end
        the exact attempts, those up to some order or down to some probability; the collection says which.
        Raises InvalidRequestError, MissingProbabilityError.
        """
        engine = self._engine
        found: CutSets | LimitExceeded | None = engine.all_cut_sets_or_why_not
        if isinstance(found, LimitExceeded):
            is_limited = max_order is not None or bool(min_probability)
            found = engine.cut_sets_within_limits(max_order, min_probability or None) if is_limited else None
        return (found or engine.cut_sets).limited(max_order, min_probability)

    def minimal_path_sets(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal sets of events whose absence keeps the top event from happening.

        In a non-coherent tree: whose absence can, the required presence of others dropped.
        """
        return self._engine.path_sets().limited(max_order, min_probability)

    def prime_implicants(self, *, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Minimal products of events and negated events (`¬`) that make the top event true.

        Of a coherent tree these are the minimal cut sets.
        """
        return self._engine.prime_implicants().limited(max_order, min_probability)

    # Importance

    def importance(self) -> Importance:
        """Every measure of every event below the top; bounds on each where the limits end the exact attempts.

        Raises MissingProbabilityError.
        """
        return self._engine.importance()

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

    @property
    def simplification(self) -> tuple[Step, ...]:
        """What simplifying the tree before the analysis did, step by step."""
        return self._engine.simplification.steps

    @functools.cached_property
    def _engine(self) -> Engine:
        limits = Limits(self.node_budget, self.memory, self.time_limit, self.seed, self.exact)
        return Engine(self.model, self.top, self.states, limits, self.progress, self._order)

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
    cut_sets = before._engine.all_cut_sets()
    # The diagram's own events are not enough: those that it does not need have their place among the elements, too.
    aligned = replace(after, _order=tuple(element for element in cut_sets.family.elements if element))
    return compare_results(
        (_name(before), _name(after)),
        (_or_none(before.probability), _or_none(aligned.probability)),
        (cut_sets, aligned._engine.all_cut_sets()),
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
