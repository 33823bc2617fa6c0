"""A compiled tree with the laws of its events: what its top event does at any times."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree import deadline, memory
from faulttree.errors import CUT_SHORT
from faulttree.laws import ROUNDED, Law
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws
from faulttree.quantification.probability import DIGITS, may_underflow
from faulttree.quantification.settled.decimals import MOST_ROWS, DecimalSweeps

__all__ = ["HOUR", "NOT_COHERENT", "NOT_KNOWN", "FloatArray", "System", "Top"]

FloatArray = npt.NDArray[np.float64]

HOUR = 3600.0
"""Seconds in an hour. All inside is in seconds; results are told in hours, as the standards do."""

NOT_COHERENT = "the tree is not coherent: a repair can bring the top event about, and its failures cannot be told apart"

NOT_KNOWN = (
    "an event's probability is an expression that may fall, so something is repaired, and how often it fails does not "
    "follow from it"
)

MOST_NUMBERS, SMALL = 2**21, 2**18
"""Numbers of one kind held for a batch of times: 16 MB; and where a limit may end the work between two batches."""
BYTES_HELD = 40
"""Bytes that each number takes with those of the other kinds."""


@dataclass(frozen=True, eq=False)
class Top:
    """The top event at times t, float64[B] each.

    unavailability: Q(t), the probability that it has occurred. availability: 1 - Q(t), with its digits.
    frequency: w(t), its unconditional failure frequency per second, without failures at instants; nan at a time at
    which an event's own frequency is infinite; None of a tree that is not coherent, or where that of an event is not
    known.
    """

    unavailability: FloatArray
    availability: FloatArray
    frequency: FloatArray | None


@dataclass(frozen=True, eq=False)
class System:
    """A tree ready to be asked about time.

    batches: sweeps of the diagram whose first root is the top event. laws: of the event at every level of it; a level
    without a law stands for a module or for an event that the top does not depend on.
    coherent: whether the structure function is monotone.
    """

    batches: Batches
    laws: EventLaws
    coherent: bool

    def at(self, seconds: FloatArray) -> Top:
        """The top event at times, in seconds, of shape [B]; exact but for rounding.

        Where Q jumps, the value just before is given.
        Source: J. D. Andrews, T. R. Moss, Reliability and Risk Assessment, 2002: w is the sum over the events of their
        Birnbaum importance times their own w. H. Kumamoto, E. J. Henley, Probabilistic Risk Assessment, 1996, ch. 8.
        """
        return _joined([self._together(seconds[part]) for part in self._batches(len(seconds))], self._knows_frequency)

    def at_first(self, seconds: FloatArray) -> tuple[Top, str]:
        """The top event at the first of some times, as `at` gives it: at all, or at as many as the limits allow.

        And which limit of time or memory was met, or ''. Raises TimeLimitExceeded, MemoryLimitExceeded where that
        leaves none.
        """
        found: list[Top] = []
        try:
            for part in self._batches(len(seconds), SMALL):
                found.append(self._together(seconds[part]))
        except CUT_SHORT as error:
            if not found:
                raise
            return _joined(found, self._knows_frequency), error.limit_met
        return _joined(found, self._knows_frequency), ""

    @property
    def _knows_frequency(self) -> bool:
        return not self.why_no_frequency

    def _together(self, seconds: FloatArray) -> Top:
        """The top event at times whose probabilities of all events are held at once."""
        deadline.check()
        memory.check(BYTES_HELD * len(self.laws.events) * len(seconds))
        levels = self.laws.at(seconds)
        if not self._knows_frequency:
            roots, not_roots = self.batches.probability(levels.q, levels.not_q)
            return Top(roots[0], not_roots[0], None)
        infinite = ~np.isfinite(levels.w)
        known = np.where(infinite, 0.0, levels.w)
        q, not_q, w = self.batches.frequency(levels.q, levels.not_q, known)
        # Infinite times a Birnbaum importance of 0 is undetermined, and happens at instants only.
        return Top(q, not_q, np.where(infinite.any(axis=0), np.nan, np.maximum(w, 0.0)))

    def below_floats(self, seconds: FloatArray, top: Top) -> npt.NDArray[np.bool_]:
        """Whether Q(t), or w(t), is above zero and below the smallest float, where `at` gives 0 for it: bool[2, B]."""
        lost = np.zeros((2, len(seconds)), bool)
        small = top.unavailability < sys.float_info.min
        if top.frequency is not None:
            small |= top.frequency < sys.float_info.min
        for column in np.flatnonzero(small).tolist():
            deadline.check()
            levels = self.laws.at(seconds[column : column + 1])
            q, not_q, w = (each[:, 0].copy() for each in (levels.q, levels.not_q, levels.w))
            found = top.unavailability[column : column + 1][None]
            lost[0, column] = self.batches.below_floats(levels.q, levels.not_q, found)[0, 0]
            if top.frequency is not None and top.frequency[column] < sys.float_info.min:
                lost[1, column] = self._frequency_is_lost(q, not_q, w)
        return lost

    def _frequency_is_lost(self, q: FloatArray, not_q: FloatArray, w: FloatArray) -> bool:
        """Whether w at one time is above zero; it is, where a small diagram does not tell."""
        failing = np.flatnonzero((w > 0.0) & np.isfinite(w)).tolist()
        if not failing or not may_underflow(np.append(q, w[failing].max()), np.append(not_q, 1.0)):
            return False
        if len(self.batches.bdd.nodes) > MOST_ROWS:
            return True
        slopes = DecimalSweeps(self.batches.bdd, q, not_q, self.batches.root_names[0]).slopes(DIGITS, monotone=True)
        return any(slopes.values[level] for level in failing)

    def unavailability(self, seconds: FloatArray) -> FloatArray:
        """Q(t) alone, as `at` gives it, for less work: float64[B]."""
        q = np.empty(len(seconds))
        for part in self._batches(len(seconds)):
            deadline.check()
            memory.check()
            levels = self.laws.at(seconds[part])
            q[part] = self.batches.probability_alone(levels.q, levels.not_q)[0]
        return q

    def _batches(self, n_times: int, numbers: int = MOST_NUMBERS) -> Iterator[slice]:
        room = min(numbers, memory.left() / (2 * BYTES_HELD))
        step = max(1, int(room) // max(1, len(self.laws.events)))
        return (slice(start, min(start + step, n_times)) for start in range(0, n_times, step))

    def steady(self) -> Top | None:
        """The limit for t to infinity, of shape [1]; None where some event's state has none."""
        q, not_q, w = np.zeros((3, len(self.laws.events), 1))
        for level, law in self.used_laws.items():
            state = law.steady()
            if state is None:
                return None
            q[level], not_q[level], w[level] = state.unavailability, state.availability, state.frequency
        if self.why_no_frequency:
            roots, not_roots = self.batches.probability(q, not_q)
            return Top(roots[0], not_roots[0], None)
        top, not_top, frequency = self.batches.frequency(q, not_q, w)
        return Top(top, not_top, np.maximum(frequency, 0.0))

    @functools.cached_property
    def used_laws(self) -> Mapping[int, Law]:
        """By level, the law of each event that the top depends on, at the point values of uncertain inputs."""
        forms = {level: self.laws.forms[level] for level in self.batches.plan.used.tolist()}
        return {level: form.law() for level, form in forms.items() if form is not None}

    @functools.cached_property
    def why_no_frequency(self) -> str:
        """Why it is not known how often the top event comes about; '' where it is."""
        if not self.coherent:
            return NOT_COHERENT
        return "" if all(law.frequency_known for law in self.used_laws.values()) else NOT_KNOWN

    @property
    def repairable(self) -> bool:
        """Whether some event can be up again after it has failed."""
        return any(law.repairable for law in self.used_laws.values())

    @property
    def fails_at_instants(self) -> bool:
        """Whether some event also goes down at instants, which no frequency tells of."""
        return any(law.instant_failures for law in self.used_laws.values())

    @property
    def finds_states(self) -> bool:
        """Whether some event is a state at a time of its own, whose failures no frequency tells of."""
        return any(law.finds_state for law in self.used_laws.values())

    @functools.cached_property
    def blur(self) -> float:
        """Seconds after a test within which an event may still be as it was before; 0 where none is tested."""
        return ROUNDED * max((law.longest_test_interval for law in self.used_laws.values()), default=0.0)

    def edges(self, times: FloatArray) -> FloatArray:
        """0, the times, and between them the instants at which some q or w jumps or bends: rising, float64[n].

        Raises InvalidRequestError where one event has more than 100,000 such instants.
        """
        last = float(np.max(times, initial=0.0))
        breaks = [law.breakpoints(last) for law in set(self.used_laws.values())]
        return np.unique(np.concatenate([[0.0], times, *breaks]))


def _joined(parts: Sequence[Top], knows_frequency: bool) -> Top:
    """The top event at the times of all parts."""
    nothing = np.zeros(0)
    q = np.concatenate([nothing, *(each.unavailability for each in parts)])
    not_q = np.concatenate([nothing, *(each.availability for each in parts)])
    if not knows_frequency:
        return Top(q, not_q, None)
    return Top(q, not_q, np.concatenate([nothing, *(w for each in parts if (w := each.frequency) is not None)]))
