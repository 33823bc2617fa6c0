"""How probable the top event and its gates are."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from faulttree.errors import LimitExceeded, NodeBudgetExceeded, UnknownNameError
from faulttree.facade.subject import Subject
from faulttree.quantification.approximations import min_cut_upper_bound, not_below, rare_event
from faulttree.quantification.probability import Probability

__all__ = ["WithProbability"]


@dataclass(frozen=True)
class WithProbability(Subject):
    """A tree that can be asked for probabilities."""

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

    def bounded_gate_probabilities(self) -> dict[str, Probability]:
        """Probability of every gate below the top, each exact or an interval that certainly holds it.

        Raises MissingProbabilityError, and TimeLimitExceeded where the time is over before the gates are known.
        """
        return self._engine.bounded_gate_probabilities()

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
        self._engine.need_listed("sums over minimal cut sets")
        return not_below(self.probability(), rare_event(self._engine.all_cut_sets()))

    def min_cut_upper_bound(self) -> Probability:
        """Min-cut upper bound: never below the exact value. Raises as `rare_event` does.

        And ExclusiveEventsError: cut sets that exclude each other can exceed it.
        """
        self._no_alternatives("the min-cut upper bound", "the rare-event sum holds")
        self._engine.need_listed("sums over minimal cut sets")
        return not_below(self.probability(), min_cut_upper_bound(self._engine.all_cut_sets()))

    @property
    def diagram_size(self) -> int:
        """Nodes of the top event's decision diagram. Raises NodeBudgetExceeded."""
        return self._engine.bdd.size

    @property
    def order_name(self) -> str:
        """How the decision diagram's variable order was found. Raises NodeBudgetExceeded."""
        return self._engine.bdd.order

    def _exact(self, purpose: str) -> float:
        found = self.probability()
        if not found.is_exact:
            raise NodeBudgetExceeded(self.node_budget, self.node_budget, f"what {purpose} needs")
        return found.value

    def _known_probabilities(self) -> dict[str, float]:
        """Of every gate and event whose probability can be given."""
        known = {event: p for event in self.events if (p := self.probability_of(event)) is not None}
        if len(known) == len(self.events):
            with suppress(LimitExceeded):
                known |= self.gate_probabilities()
        return known

    @property
    def lacks_gates(self) -> bool:
        """Whether the limits leave some gate without an exact probability, where those of all events are known."""
        known = self._known_probabilities()
        return known.keys() >= {*self.events} and not known.keys() >= {*self.gates}

    def _check_names(self, names: Collection[str]) -> None:
        known = {*self.events, *self.gates, *self.model.house_events, *self.states}
        for name in names:
            if name not in known:
                raise UnknownNameError("event", name, known)
