"""Cut sets of which not all are known: those that were found within the limits, and what is certain of the others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from faulttree.cut_sets.collection import CutSets
from faulttree.cut_sets.sets_of_events import CutSet, RankedBy, SetsOfEvents, check_limits
from faulttree.cut_sets.truncation import UNKNOWN, truncated
from faulttree.errors import PartialAnswerError
from faulttree.results import Records, number_text
from faulttree.wide_floats import product, total

__all__ = ["AnyCutSets", "PartialCutSets"]

TIE = 1e-9
"""Relative: how near to the limit a set's probability is left undecided."""


@dataclass(frozen=True, eq=False)
class PartialCutSets(SetsOfEvents):
    """Those minimal cut sets that were found where the limits ended the search for all.

    Each set here is a minimal cut set. How many there are, what their probabilities sum to and whether a set that is
    not here is one is not known, and asking raises PartialAnswerError, as iterating does; `found`, `found_by_order`
    and `found_sum` are lower bounds, and `ranked` and `stream` give what was found.
    complete_to_order, complete_above: every minimal cut set up to this order, or of at least this probability (of 0:
    of any above it), is here, and perhaps others; both None where nothing is certain of those that are not.
    """

    complete_to_order: int | None = None
    complete_above: float | None = None

    @property
    def complete(self) -> Literal[False]:
        """Not all sets that were asked for are here."""
        return False

    @property
    def _total(self) -> float | None:
        return None

    def with_frequencies(self, frequencies: Mapping[str, float], unit: str) -> PartialCutSets:
        """See `SetsOfEvents`; a limit on the probability at the moment of one of the events is one on the frequency."""
        found, least = super().with_frequencies(frequencies, unit), self.complete_above
        return replace(found, complete_above=None if least is None else product(least, total(frequencies.values())))

    @property
    def count(self) -> int:
        """Raises PartialAnswerError: how many there are is not known."""
        raise self._not_known(f"how many {self.kind} there are")

    @property
    def count_by_order(self) -> dict[int, int]:
        """Raises PartialAnswerError: how many there are of each order is not known."""
        raise self._not_known(f"how many {self.kind} there are of each order")

    @property
    def probability_sum(self) -> float:
        """Raises PartialAnswerError: what the probabilities of all sum to is not known."""
        raise self._not_known(f"what the probabilities of the {self.kind} sum to")

    def power_sum(self, _k: int) -> float:
        """Raises PartialAnswerError, as `probability_sum` does."""
        raise self._not_known(f"what the probabilities of the {self.kind} sum to")

    def shares(self) -> dict[str, float]:
        """Raises PartialAnswerError: the sum that shares are of is not known."""
        raise self._not_known(f"which share of the {self.kind} holds an event")

    def occurrences(self) -> dict[str, int]:
        """Raises PartialAnswerError: how many sets hold an event is not known."""
        raise self._not_known(f"how many {self.kind} hold an event")

    def difference(self, _other: object) -> CutSets:
        """Raises PartialAnswerError: which sets one of two collections lacks is not known."""
        raise self._not_known(f"which {self.kind} one of the two collections lacks")

    def __contains__(self, events: object) -> bool:
        """Whether exactly these events are a minimal cut set. Raises PartialAnswerError where that is not known."""
        wanted = frozenset(events) if isinstance(events, Iterable) else frozenset()
        if wanted in self.family:
            return True
        weight = dict(zip(self.family.elements, self.weights.tolist(), strict=True))
        if self.reaches(len(wanted), product(*[weight.get(event, math.nan) for event in wanted])):
            return False
        raise self._not_known(f"whether {{{', '.join(sorted(map(str, wanted)))}}} is one of the {self.kind}")

    def __iter__(self) -> Iterator[CutSet]:
        """Raises PartialAnswerError, for what is not here would be passed over: `ranked` gives those found."""
        raise self._not_known(f"the whole list of {self.kind}")

    def reaches(self, order: float, probability: float | None) -> bool:
        """Whether every minimal cut set of at most this order, or of at least this probability, is certainly here."""
        if self.complete_to_order is not None and order <= self.complete_to_order:
            return True
        least = self.complete_above
        if probability is None or least is None or not probability > 0.0:
            return False
        return probability >= least * (1.0 + TIE)

    def ranks_certainly(self, cut: CutSet) -> bool:
        """Whether no set that is not here can come before this one where sets are ranked as by default."""
        if self._lacking:
            return self.reaches(cut.order - 1, None)
        return self.reaches(math.inf, cut.probability)

    def limited(self, max_order: int | None = None, min_probability: float | None = None) -> AnyCutSets:
        """Only the sets of at most this order, and of at least this probability: all of them where that is certain.

        Raises MissingProbabilityError, InvalidRequestError.
        """
        check_limits(max_order, min_probability, self.most)
        if max_order is None and min_probability is None:
            return self
        here = self._flat
        weights = here.weights if min_probability is None else here._known_weights
        family, _ = truncated(here.family, weights, max_order, min_probability)
        if self.reaches(math.inf if max_order is None else max_order, min_probability):
            return CutSets(family, self.kind, here.weights, UNKNOWN, unit=self.unit)
        return replace(here, family=family)

    def records(self, most: int | None = None, by: RankedBy | None = None) -> list[dict[str, Any]]:
        """One mapping per set that was found, ranked, at most so many; `known` says of which sets all are found."""
        return [record | {"known": self.known()} for record in super().records(most, by)]

    def columns(self) -> tuple[str, ...]:
        """rank, order, probability, fraction (always empty), events, known."""
        return (*super().columns(), "known")

    def to_csv(self, most: int | None = None, by: RankedBy | None = None) -> str:
        """The sets that were found as comma-separated values, ranked, at most so many.

        The column `known` says in every row that not all are known; where none is found, in a row of its own.
        """
        none: dict[str, Any] = dict.fromkeys(super().columns()) | {"known": self.known()}
        return Records(tuple(self.records(most, by) or [none]), self.columns()).to_csv()

    def summary(self) -> dict[str, Any]:
        """Counts and limits in plain types, None for an unknown one; enumerates no sets."""
        return {
            "kind": self.kind,
            "count": None,
            "count_by_order": None,
            "found": self.found,
            "found_by_order": {str(order): number for order, number in self.found_by_order.items()},
            "complete": False,
            "complete_to_order": self.complete_to_order,
            "complete_above": self.complete_above,
            "known": self.known(),
            **({"unit": self.unit} if self.unit else {}),
        }

    def heading(self) -> str:
        """How many sets were found, and how many of each order."""
        if not self.found:
            return f"how many {self.kind} there are is not known: none was found within the limits"
        kind = self.kind.removesuffix("s") if self.found == 1 else self.kind
        return f"{self.found:,} {kind} found: {self._orders()}"

    def known(self) -> str:
        """A sentence that says whether the list is complete, and down to which limit."""
        return f"not all are known within the limits; {self.certain() or 'nothing is certain of the others'}"

    def certain(self) -> str:
        """The limit down to which the list is complete, in words; empty where there is none."""
        if self.complete_to_order is not None:
            return f"all of order {self.complete_to_order} and less are here"
        if self.complete_above == 0.0:
            zero = "probability or frequency 0" if self.unit else "probability 0"
            return f"all are here but those that hold an event of {zero}"
        if self.complete_above is not None:
            unit = f" {self.unit}" if self.unit else ""
            return f"all of {self.quantity} {number_text(self.complete_above)}{unit} and more are here"
        return ""

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The heading, and the sentence about completeness."""
        return [self.heading(), self.known(), *self.said_of_unit()], []

    def _not_known(self, what: str) -> PartialAnswerError:
        return PartialAnswerError(what, self.certain())


AnyCutSets = CutSets | PartialCutSets
"""All cut sets that were asked for, or those that were found."""
