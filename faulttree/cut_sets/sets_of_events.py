"""Sets of events as a diagram, whether they are all there are or not: counted, summed and ranked, not enumerated."""

from __future__ import annotations

import functools
import itertools
import math
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, cast

import numpy as np
import numpy.typing as npt

from faulttree.cut_sets import _kernels, wide_sums
from faulttree.cut_sets._kernels import FloatArray
from faulttree.cut_sets.enumeration import best_first, within
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.errors import InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.kernel_modes import kernels_for
from faulttree.results import Table
from faulttree.wide_floats import KEEPS_DIGITS, product

__all__ = ["CutSet", "RankedBy", "SetKind", "SetsOfEvents", "check_limits"]

MOST_SHOWN = 20
"""Sets that a notebook shows."""
RankedBy = Literal["probability", "order"]
SetKind = Literal["minimal cut sets", "prime implicants", "minimal path sets"]


@dataclass(frozen=True, slots=True)
class CutSet:
    """One set of events.

    probability: that all of them occur (of a path set: that none does), events being independent;
    None when an event has no probability. fraction: probability over the sum of all sets', those
    that a limit discarded included; None when not all are known.
    """

    events: tuple[str, ...]
    probability: float | None = None
    fraction: float | None = None

    @property
    def order(self) -> int:
        """Number of events."""
        return len(self.events)

    def __iter__(self) -> Iterator[str]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)


@dataclass(frozen=True, eq=False)
class SetsOfEvents(Table):
    """Minimal cut sets, prime implicants or minimal path sets that were found.

    family: the sets, as a diagram. kind: what they are. weights: float64[n_elements], the
    probability of each element by level, nan where none is given; of a path set's event, that it does not occur.
    unit: '' for probabilities. Where frequency events bring the top event about, their weights are frequencies in this
    unit, and so are the probabilities of sets: the frequency with which all of its events occur.
    """

    family: Zbdd
    kind: SetKind
    weights: FloatArray
    unit: str = field(default="", kw_only=True)

    @property
    @abstractmethod
    def complete(self) -> bool:
        """Whether all sets that were asked for are here."""

    @property
    @abstractmethod
    def _total(self) -> float | None:
        """Denominator of a set's fraction: the summed probability of all sets; None where it is unknown."""

    @property
    def quantity(self) -> Literal["probability", "frequency"]:
        """The quantity that is given for each set."""
        return "frequency" if self.unit else "probability"

    @property
    def quantities(self) -> Literal["probabilities", "frequencies"]:
        """The same in the plural."""
        return "frequencies" if self.unit else "probabilities"

    @property
    def most(self) -> float:
        """The largest value that a set's probability or frequency can have."""
        return math.inf if self.unit else 1.0

    def with_frequencies(self, frequencies: Mapping[str, float], unit: str) -> Self:
        """The same sets, each of which holds one frequency event, with their frequencies.

        frequencies: of every frequency event of the model, in the unit.
        """
        weights = self.weights.copy()
        for level, element in enumerate(self.family.elements):
            if element in frequencies:
                weights[level] = frequencies[element]
        return replace(self, weights=weights, unit=unit)

    @functools.cached_property
    def found(self) -> int:
        """Exact number of the sets that are here, of any size."""
        counted = self._sums(np.ones(len(self.weights)))[self.family.root]
        if counted < 2**53:  # whole numbers up to here are exact in floating point
            return int(counted)
        modules = self.family.modules.tolist()
        counts = [0, 1]
        for level, low, high in self.family.nodes[2:].tolist():
            module = modules[level]
            counts.append(counts[low] + (counts[module] * counts[high] if module else counts[high]))
        return counts[self.family.root]

    @functools.cached_property
    def found_by_order(self) -> dict[int, int]:
        """Exact number of the sets that are here of each order that occurs."""
        # All counts of a row in one integer, `width` bits apiece: no field can hold more than the total count.
        width = self.found.bit_length()
        modules = self.family.modules.tolist()
        packed = [0, 1]
        for level, low, high in self.family.nodes[2:].tolist():
            module = modules[level]
            packed.append(packed[low] + (packed[module] * packed[high] if module else packed[high] << width))
        fields, mask, found = packed[self.family.root], (1 << width) - 1, {}
        for order in range(len(self.family.elements) + 1):
            if number := (fields >> (order * width)) & mask:
                found[order] = number
        return found

    @property
    def found_sum(self) -> float:
        """Sum of the probabilities of the sets that are here; above 1 when they overlap much.

        Raises MissingProbabilityError.
        """
        return self._power_sum(1)

    def ranked(self, most: int | None = None, by: RankedBy | None = None) -> Iterator[CutSet]:
        """The sets that are here by falling probability, or by rising order, without enumerating the rest.

        by: 'probability' unless some event has none. Among equals the order of the diagram decides.
        Best-first search: a partial set is worth its own weight plus the best that its row can add.
        Raises MissingProbabilityError, InvalidRequestError.
        """
        if by not in (None, "probability", "order"):
            raise InvalidRequestError(f"cut sets are ranked by 'probability' or 'order', not '{by}'")
        by = by or ("order" if self._lacking else "probability")
        if by == "probability":
            with np.errstate(divide="ignore"):
                weights = np.log(self._known_weights)
        else:
            weights = np.full(len(self.weights), -1.0)
        return map(self._cut, itertools.islice(best_first(self.family, weights), most))

    def stream(self, min_probability: float | None = None, max_order: int | None = None) -> Iterator[CutSet]:
        """Every set that is here within the limits, in the order of the diagram, one at a time in constant memory.

        A set whose probability equals the limit to 12 digits is in.
        Raises MissingProbabilityError, InvalidRequestError.
        """
        check_limits(max_order, min_probability, self.most)
        weights, least = np.zeros(len(self.weights)), -np.inf
        if min_probability:
            with np.errstate(divide="ignore"):
                weights = np.log(self._known_weights)
            least = np.log(min_probability) - 1e-12
        most = len(self.weights) if max_order is None else max_order
        return map(self._cut, within(self.family, weights, least, most))

    def containing(self, *events: str) -> Self:
        """Only the sets that hold all of these events, as a diagram. Raises UnknownNameError."""
        return self._restricted(events, Zbdd.containing)

    def excluding(self, *events: str) -> Self:
        """Only the sets that hold none of these events, as a diagram. Raises UnknownNameError."""
        return self._restricted(events, Zbdd.excluding)

    def records(self, most: int | None = None, by: RankedBy | None = None) -> list[dict[str, Any]]:
        """One mapping per set, ranked, at most so many."""
        return [
            {
                "rank": rank,
                "order": cut.order,
                self.quantity: cut.probability,
                "fraction": cut.fraction,
                "events": list(cut.events),
            }
            for rank, cut in enumerate(self.ranked(most, by), start=1)
        ]

    def columns(self) -> tuple[str, ...]:
        """rank, order, probability or frequency, fraction, events."""
        return ("rank", "order", self.quantity, "fraction", "events")

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types, every set listed."""
        return self.summary() | {"sets": self.records()}

    @abstractmethod
    def summary(self) -> dict[str, Any]:
        """Counts and limits in plain types; enumerates no sets."""

    @abstractmethod
    def heading(self) -> str:
        """How many sets there are, and how many of each order, as far as that is known."""

    def said_of_unit(self) -> Sequence[str]:
        """In which unit frequencies are, where there are any."""
        return [f"frequencies in {self.unit}"] if self.unit else []

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The records of the best sets, at most 20; no others are enumerated."""
        return self.records(min(most, MOST_SHOWN)), self.found

    def _plain(self) -> str:
        return str(self)

    def __str__(self) -> str:
        above, below = self.said()
        lines = [*above, *(f"  {' + '.join(cut.events)}" for cut in self.ranked(10))]
        if self.found > 10:
            lines.append(f"  ... and {self.found - 10:,} more")
        return "\n".join([*lines, *below])

    def _cut(self, levels: list[int]) -> CutSet:
        events = tuple(self.family.elements[level] for level in levels)
        if self._lacking:
            return CutSet(events)
        probability, total = product(*[self._weight_list[level] for level in levels]), self._total
        if total is None:
            return CutSet(events, probability)
        return CutSet(events, probability, probability / total if total > 0.0 else float("nan"))

    def _orders(self) -> str:
        return ", ".join(f"{number:,} of order {order}" for order, number in self.found_by_order.items())

    @functools.cached_property
    def _weight_list(self) -> list[float]:
        return cast("list[float]", self.weights.tolist())

    def _restricted(self, events: Iterable[str], restrict: Callable[[Zbdd, str], Zbdd]) -> Self:
        family = self.family
        for event in events:
            if not event or event not in family.elements:
                raise UnknownNameError("event", event, [element for element in family.elements if element])
            family = restrict(family, event)
        return replace(self, family=family)

    def _of(self, family: Zbdd) -> Self:
        """A family of some of the same elements, with their probabilities."""
        weight = dict(zip(self.family.elements, self.weights.tolist(), strict=True))
        return replace(self, family=family, weights=np.array([weight.get(e, np.nan) for e in family.elements]))

    @functools.cached_property
    def _flat(self) -> Self:
        return self._of(self.family.flat()) if self.family.has_modules else self

    def _power_sum(self, k: int) -> float:
        weights = self._known_weights
        found = float(self._sums(weights**k)[self.family.root])
        # All terms are positive, so that only a small sum can have lost digits to underflow.
        return found if found >= KEEPS_DIGITS else wide_sums.total(self.family, weights, k)

    @functools.cached_property
    def _in_use(self) -> npt.NDArray[np.bool_]:
        """Whether an element is in any set: bool[n_elements]; False for one that stands for a module."""
        used = np.zeros(len(self.weights), bool)
        used[self.family.nodes[2:, 0]] = True
        found: npt.NDArray[np.bool_] = used & (self.family.modules == 0)
        return found

    @functools.cached_property
    def _lacking(self) -> tuple[str, ...]:
        """The elements in use that have no probability."""
        lacking = self._in_use & np.isnan(self.weights)
        return tuple(self.family.elements[level] for level in np.flatnonzero(lacking).tolist())

    @property
    def _known_weights(self) -> FloatArray:
        if self._lacking:
            raise MissingProbabilityError(self._lacking)
        return np.nan_to_num(self.weights)

    @property
    def _kernels(self) -> Any:
        return kernels_for(_kernels, len(self.family.nodes))

    def _sums(self, weights: FloatArray) -> FloatArray:
        totals = np.empty(len(self.family.nodes))
        self._kernels.sums(self.family.nodes, self.family.modules, weights, totals)
        return totals


def check_limits(max_order: int | None, min_probability: float | None, most: float = 1.0) -> None:
    """Raise InvalidRequestError for a limit on sets that makes no sense. most: what a set's number may be."""
    if max_order is not None and max_order < 0:
        raise InvalidRequestError(f"a largest order of {max_order} leaves no cut set; give 0 or more")
    if min_probability is not None and not 0.0 <= min_probability <= most:
        raise InvalidRequestError(f"the least probability {min_probability:g} lies outside [0, {most:g}]")
