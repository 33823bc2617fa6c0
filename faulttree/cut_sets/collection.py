"""Cut sets as a collection: counted, summed and ranked on the diagram, without enumerating them."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import numpy.typing as npt

from faulttree.cut_sets import _kernels, wide_sums
from faulttree.cut_sets._kernels import FloatArray
from faulttree.cut_sets.enumeration import best_first, within
from faulttree.cut_sets.truncation import NOTHING, Discarded, truncated
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.errors import InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.kernel_modes import kernels_for
from faulttree.results import Records, Table, number_text
from faulttree.wide_floats import KEEPS_DIGITS, product

__all__ = ["CutSet", "CutSets", "SetKind"]

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
class CutSets(Table):
    """A family of minimal cut sets, prime implicants or minimal path sets.

    family: the sets, as a diagram. kind: what they are. weights: float64[n_elements], the
    probability of each element by level, nan where none is given; of a path set's event, that it does not occur.
    discarded: what a limit left out, and how much that can matter.
    complete_to_order, complete_above: None when all sets were found. Else only those up to this order, or of at least
    this probability, certainly were; others may be here too, and nothing is known of the rest.
    """

    family: Zbdd
    kind: SetKind
    weights: FloatArray
    discarded: Discarded = NOTHING
    complete_to_order: int | None = None
    complete_above: float | None = None
    chosen_from: float | None = None

    @property
    def complete(self) -> bool:
        """Whether all sets there are were found, but for those that were discarded and counted."""
        return self.complete_to_order is None and self.complete_above is None

    @functools.cached_property
    def count(self) -> int:
        """Exact number of sets, of any size."""
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
    def count_by_order(self) -> dict[int, int]:
        """Exact number of sets of each order that occurs."""
        # All counts of a row in one integer, `width` bits apiece: no field can hold more than the total count.
        width = self.count.bit_length()
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
    def probability_sum(self) -> float:
        """Sum of the sets' probabilities; above 1 when they overlap much. Raises MissingProbabilityError."""
        return self.power_sum(1)

    def power_sum(self, k: int) -> float:
        """Sum of the k-th powers of the sets' probabilities. Raises MissingProbabilityError."""
        weights = self._known_weights
        found = float(self._sums(weights**k)[self.family.root])
        # All terms are positive, so that only a small sum can have lost digits to underflow.
        return found if found >= KEEPS_DIGITS else wide_sums.total(self.family, weights, k)

    def shares(self) -> dict[str, float]:
        """For each element, the summed probability of the sets that hold it over that of all, in [0, 1].

        nan when no set has a probability above zero. Raises MissingProbabilityError.
        """
        nodes, root, weights = self.family.nodes, self.family.root, self._known_weights
        totals = self._sums(weights)
        reach, derivative = np.zeros(len(nodes)), np.zeros(len(self.weights))
        self._kernels.sum_derivative(nodes, self.family.modules, root, weights, totals, reach, derivative)
        sums, possible = weights * derivative, (weights > 0.0) & self._in_use
        if totals[root] < KEEPS_DIGITS or (sums[possible] < KEEPS_DIGITS).any():
            parts = wide_sums.shares(self.family, weights)
        else:
            parts = np.minimum(sums / totals[root], 1.0).tolist()
        return {element: part for element, part in zip(self.family.elements, parts, strict=True) if element}

    def occurrences(self) -> dict[str, int]:
        """For each element the exact number of sets that hold it, of any size; nothing is enumerated."""
        nodes, modules, root = self.family.nodes, self.family.modules, self.family.root
        ones, found = np.ones(len(self.weights)), [0] * len(self.weights)
        if self.count < 2**53:  # whole numbers up to here are exact in floating point
            reach, derivative = np.zeros(len(nodes)), np.zeros(len(ones))
            self._kernels.sum_derivative(nodes, modules, root, ones, self._sums(ones), reach, derivative)
            found = [int(number) for number in derivative.tolist()]
        else:
            rows, module_of = nodes.tolist(), modules.tolist()
            counts, ways = [0, 1], [0] * len(rows)
            for level, low, high in rows[2:]:
                module = module_of[level]
                counts.append(counts[low] + (counts[module] if module else 1) * counts[high])
            ways[root] = 1
            for node in range(root, 1, -1):
                level, low, high = rows[node]
                module = module_of[level]
                ways[low] += ways[node]
                if module:
                    ways[module] += ways[node] * counts[high]
                    ways[high] += ways[node] * counts[module]
                else:
                    found[level] += ways[node] * counts[high]
                    ways[high] += ways[node]
        return {element: number for element, number in zip(self.family.elements, found, strict=True) if element}

    def __contains__(self, events: object) -> bool:
        """Whether exactly these events are one of the sets."""
        return frozenset(events) in self.family if isinstance(events, Iterable) else False

    def __iter__(self) -> Iterator[CutSet]:
        """Every set, best first, found one at a time."""
        return self.ranked()

    def ranked(self, most: int | None = None, by: RankedBy | None = None) -> Iterator[CutSet]:
        """Sets by falling probability, or by rising order, without enumerating the rest.

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
        """Every set within the limits, in the order of the diagram, found one at a time in constant memory.

        A set whose probability equals the limit to 12 digits is in.
        Raises MissingProbabilityError, InvalidRequestError.
        """
        _check_limits(max_order, min_probability)
        weights, least = np.zeros(len(self.weights)), -np.inf
        if min_probability:
            with np.errstate(divide="ignore"):
                weights = np.log(self._known_weights)
            least = np.log(min_probability) - 1e-12
        most = len(self.weights) if max_order is None else max_order
        return map(self._cut, within(self.family, weights, least, most))

    def containing(self, *events: str) -> CutSets:
        """Only the sets that hold all of these events, as a diagram. Raises UnknownNameError."""
        return self._restricted(events, Zbdd.containing)

    def excluding(self, *events: str) -> CutSets:
        """Only the sets that hold none of these events, as a diagram. Raises UnknownNameError."""
        return self._restricted(events, Zbdd.excluding)

    def limited(self, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Only the sets of at most this order, and of at least this probability; `discarded` bounds the rest.

        Raises MissingProbabilityError, InvalidRequestError.
        """
        _check_limits(max_order, min_probability)
        if max_order is None and min_probability is None:
            return self
        whole = self._flat
        weights = whole.weights if min_probability is None else whole._known_weights
        family, discarded = truncated(whole.family, weights, max_order, min_probability)
        if discarded.count and discarded.probability < KEEPS_DIGITS:
            lost = whole._of(whole.family.difference(family))
            discarded = replace(discarded, probability=lost.probability_sum)
        return replace(whole, family=family, discarded=self.discarded + discarded)

    def difference(self, other: CutSets) -> CutSets:
        """The sets of this collection that the other lacks. Both must stand under orders that agree."""
        return self._of(self.family.difference(other.family))

    def records(self, most: int | None = None, by: RankedBy | None = None) -> list[dict[str, Any]]:
        """One mapping per set, ranked, at most so many."""
        return [self._record(rank, cut) for rank, cut in enumerate(self.ranked(most, by), start=1)]

    def to_csv(self, most: int | None = None, by: RankedBy | None = None) -> str:
        """The sets as comma-separated values, ranked, at most so many."""
        return Records(tuple(self.records(most, by)), self.columns()).to_csv()

    def columns(self) -> tuple[str, ...]:
        """rank, order, probability, fraction, events."""
        return ("rank", "order", "probability", "fraction", "events")

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types, every set listed."""
        return self.summary() | {"sets": self.records()}

    def summary(self) -> dict[str, Any]:
        """The counts and what was discarded, in plain types; nothing is enumerated."""
        return {
            "kind": self.kind,
            "count": self.count,
            "count_by_order": {str(order): number for order, number in self.count_by_order.items()},
            "discarded": asdict(self.discarded),
            "complete": self.complete,
            "complete_to_order": self.complete_to_order,
            "complete_above": self.complete_above,
        }

    def heading(self) -> str:
        """How many sets there are, and how many of each order."""
        orders = ", ".join(f"{number:,} of order {order}" for order, number in self.count_by_order.items())
        kind = self.kind.removesuffix("s") if self.count == 1 else self.kind
        return (
            f"{self.count:,} {kind}" + (f": {orders}" if orders else "") + (f"\n{self.known()}" if self.known() else "")
        )

    def known(self) -> str:
        """Which sets are certainly here, in words; nothing when all are."""
        if self.complete_to_order is not None:
            certain = f"all of order {self.complete_to_order} and less are here" if self.complete_to_order >= 0 else ""
        elif self.complete_above is None:
            return ""
        else:
            least = number_text(self.complete_above)
            certain = f"all of probability {least} and more are here" if self.complete_above <= 1.0 else ""
        return f"not all are known within the limits; {certain or 'none was searched for'}"

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """How many sets there are, and below the table what was discarded."""
        return self.heading().splitlines(), [str(self.discarded)] if self.discarded.count else []

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The records of the best sets, at most 20; no others are enumerated."""
        return self.records(min(most, MOST_SHOWN)), self.count

    def _plain(self) -> str:
        return str(self)

    def __str__(self) -> str:
        lines = [self.heading()]
        lines += [f"  {' + '.join(cut.events)}" for cut in self.ranked(10)]
        if self.count > 10:
            lines.append(f"  ... and {self.count - 10:,} more")
        if self.discarded.count:
            lines.append(str(self.discarded))
        return "\n".join(lines)

    def _record(self, rank: int, cut: CutSet) -> dict[str, Any]:
        return {
            "rank": rank,
            "order": cut.order,
            "probability": cut.probability,
            "fraction": cut.fraction,
            "events": list(cut.events),
        }

    def _cut(self, levels: list[int]) -> CutSet:
        events = tuple(self.family.elements[level] for level in levels)
        if self._lacking:
            return CutSet(events)
        probability = product(*[self._weight_list[level] for level in levels])
        if not self.complete:
            return CutSet(events, probability)
        total = self._total
        return CutSet(events, probability, probability / total if total > 0.0 else float("nan"))

    @functools.cached_property
    def _weight_list(self) -> list[float]:
        return cast("list[float]", self.weights.tolist())

    def _restricted(self, events: Iterable[str], restrict: Callable[[Zbdd, str], Zbdd]) -> CutSets:
        family = self.family
        total = None if self._lacking else self._total
        for event in events:
            if not event or event not in family.elements:
                raise UnknownNameError("event", event, [element for element in family.elements if element])
            family = restrict(family, event)
        return replace(self, family=family, chosen_from=total)

    def _of(self, family: Zbdd) -> CutSets:
        """A family of some of the same elements, with their probabilities."""
        weight = dict(zip(self.family.elements, self.weights.tolist(), strict=True))
        return replace(self, family=family, weights=np.array([weight.get(e, np.nan) for e in family.elements]))

    @functools.cached_property
    def _flat(self) -> CutSets:
        return self._of(self.family.flat()) if self.family.has_modules else self

    @functools.cached_property
    def _total(self) -> float:
        if self.chosen_from is not None:
            return self.chosen_from
        return self.probability_sum + self.discarded.probability

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


def _check_limits(max_order: int | None, min_probability: float | None) -> None:
    if max_order is not None and max_order < 0:
        raise InvalidRequestError(f"a largest order of {max_order} leaves no cut set; give 0 or more")
    if min_probability is not None and not 0.0 <= min_probability <= 1.0:
        raise InvalidRequestError(f"the least probability {min_probability:g} lies outside [0, 1]")
