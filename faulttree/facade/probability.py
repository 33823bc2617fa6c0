"""How probable the top event and its gates are."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faulttree import deadline
from faulttree.errors import FrequencyError, LimitExceeded, NodeBudgetExceeded, UnknownNameError
from faulttree.facade.subject import Subject, within_limits
from faulttree.quantification.approximations import min_cut_upper_bound, not_below, rare_event
from faulttree.quantification.probability import Probability
from faulttree.results import Records
from faulttree.wide_floats import product

if TYPE_CHECKING:
    from faulttree.quantification.frequency import Frequency

__all__ = ["WithProbability"]


@dataclass(frozen=True)
class WithProbability(Subject):
    """A tree that can be asked for probabilities."""

    # Probability

    def probability(self) -> Probability:
        """Probability of the top event at the mission time, events being independent.

        Exact, or an interval that certainly holds it when the limits end the exact attempts.
        Raises MissingProbabilityError, and FrequencyError where frequency events bring the top event about.
        """
        self._no_frequency("a probability", "the frequency")
        return self._engine.probability

    @within_limits
    def frequency(self) -> Frequency:
        """How often the top event happens, in the unit in which the model writes its first frequency.

        Frequency events happen at independent moments, no two at the same. At the moment of one it is true, and the
        others are false; other events are what they are at the mission time. The frequency is the sum of theirs, each
        times the probability of the top event at that moment; the method is that of the probability.
        Raises FrequencyError where a minimal cut set holds no frequency event, or several; MissingProbabilityError,
        LimitExceeded.
        """
        from faulttree.quantification.frequency import Frequency

        engine = self._engine
        if not engine.has_frequency or engine.frequencies is None:
            raise FrequencyError(
                f"'{self.top}' has no frequency, for no frequency event that is not set brings it about; "
                "give an initiating event a `frequency`, or ask for the probability"
            )
        found = engine.frequencies
        if not found.factor:
            return Frequency.of(Probability.exact(0.0), 1.0, found.unit, found.in_si)
        return Frequency.of(engine.probability, found.factor, found.unit, found.in_si)

    @within_limits
    def frequency_by_event(self) -> Records:
        """The contribution of each frequency event: its frequency times the probability of the top at its moment.

        A row each in the tree's order: event, frequency, probability, contribution, the ends `lower` and `upper` of
        that where it is not exact, share of the sum. Frequencies are in the column `unit`. Raises as `frequency` does.
        """
        from faulttree.importance.ratio import ratio
        from faulttree.quantification.frequency import Frequency

        whole, found = self.frequency(), self._engine.frequencies
        assert found is not None, "there is a frequency"
        rows = []
        for event in found.events:
            given = self.what_if({event: True})._engine.probability
            each = Frequency.of(given, found.in_unit[event], found.unit, found.in_si)
            rows.append(
                {
                    "event": event,
                    "frequency": found.in_unit[event],
                    "probability": given.value,
                    "contribution": each.value,
                    "lower": each.lower,
                    "upper": each.upper,
                    "share": ratio(each.value, whole.value) if whole.is_exact and given.is_exact else None,
                    "unit": found.unit,
                }
            )
        return Records(tuple(rows))

    def answer(self) -> Probability | Frequency:
        """The frequency of the top event where frequency events bring it about, else its probability.

        Raises as these do.
        """
        return self.frequency() if self.has_frequency else self.probability()

    @property
    def has_frequency(self) -> bool:
        """Whether frequency events bring the top event about, so that it has a frequency in place of a probability.

        Raises FrequencyError where they bring it about in part only, LimitExceeded where that is not known.
        """
        return self._engine.has_frequency

    def gate_probabilities(self) -> dict[str, float]:
        """Exact probability of every gate below the top. Raises MissingProbabilityError, LimitExceeded."""
        self._no_frequency("a probability of every gate", "the frequency, or the probability at single gates")
        return self._engine.gate_probabilities()

    def bounded_gate_probabilities(self) -> dict[str, Probability]:
        """Probability of every gate below the top, each exact or an interval that certainly holds it.

        Raises MissingProbabilityError, and TimeLimitExceeded where the time is over before the gates are known.
        """
        self._no_frequency("a probability of every gate", "the frequency, or the probability at single gates")
        return self._engine.bounded_gate_probabilities()

    def exact_gate_probabilities(self) -> dict[str, float]:
        """Exact probability of those gates below the top for which the limits suffice: of all, or of the easier ones.

        Raises MissingProbabilityError, and LimitExceeded where the limits end the work before the gates are known.
        """
        self._no_frequency("a probability of every gate", "the frequency, or the probability at single gates")
        return self._engine.exact_gate_probabilities()

    def event_probabilities(self) -> dict[str, float]:
        """Probability of every basic event below the top, frequency events aside. Raises MissingProbabilityError."""
        frequent = self._frequent
        return {event: p for event, p in self._engine.event_probabilities.items() if event not in frequent}

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known, and of frequencies."""
        return None if event in self._frequent else self._engine.probability_of(event)

    @property
    def _frequent(self) -> frozenset[str]:
        """The frequency events that are not set."""
        chain = self._reduced.frequencies
        return frozenset(chain.members if chain is not None else ()).difference(self.states)

    @within_limits
    def rare_event(self) -> Probability | Frequency:
        """Sum of the probabilities, or frequencies, of the minimal cut sets: never below the exact value.

        Raises MissingProbabilityError, and LimitExceeded when not all minimal cut sets are known.
        """
        self._engine.need_listed("sums over minimal cut sets")
        if self.has_frequency:
            return not_below(self.frequency(), self._rare_frequency())
        return not_below(self.probability(), rare_event(self._engine.all_cut_sets()))

    def _rare_frequency(self) -> Frequency:
        from faulttree.quantification.frequency import Frequency

        found, sets = self._engine.frequencies, self._engine.all_cut_sets()
        assert found is not None, "there is a frequency"
        total = sets.with_frequencies(found.in_unit, found.unit).probability_sum
        return Frequency(total, "rare-event", 0.0, total, found.unit, product(total, found.in_si))

    @within_limits
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
            deadline.check()
            raise NodeBudgetExceeded(self.node_budget, self.node_budget, f"what {purpose} needs")
        return found.value

    def _known_probabilities(self) -> dict[str, float]:
        """Of every gate and event whose probability can be given."""
        frequent = self._frequent
        events = [event for event in self.events if event not in frequent]
        known = {event: p for event in events if (p := self.probability_of(event)) is not None}
        if len(known) == len(events):
            with suppress(LimitExceeded):
                known |= self._gates_without_frequency()
        return known

    @property
    def lacks_gates(self) -> bool:
        """Whether the limits leave some gate without an exact probability, where those of all events are known."""
        known = self._known_probabilities()
        events, gates = {*self.events} - self._frequent, {*self.gates} - self._frequent_gates
        return known.keys() >= events and not known.keys() >= gates

    def _gates_without_frequency(self) -> dict[str, float]:
        """Probability of the gates below the top that frequency events have no part in, as far as it is exact.

        Raises LimitExceeded.
        """
        frequent = self._frequent_gates
        return {gate: p for gate, p in self._engine.exact_gate_probabilities().items() if gate not in frequent}

    @property
    def _frequent_gates(self) -> frozenset[str]:
        """The gates below the top that frequency events have a part in."""
        found = set(self._frequent)
        for gate in self.gates if found else ():  # inputs before the gates that name them
            if not found.isdisjoint(self._reduced.gates[gate].names()):
                found.add(gate)
        return frozenset(found - self._frequent)

    def _check_names(self, names: Collection[str]) -> None:
        known = {*self.events, *self.gates, *self.model.house_events, *self.states}
        for name in names:
            if name not in known:
                raise UnknownNameError("event", name, known)
