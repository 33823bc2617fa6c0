"""Cut sets as a collection of all that were asked for: counted, summed and ranked on the diagram, never enumerated."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np

from faulttree.cut_sets import wide_sums
from faulttree.cut_sets.sets_of_events import CutSet, RankedBy, SetKind, SetsOfEvents, check_limits
from faulttree.cut_sets.truncation import NOTHING, Discarded, truncated
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.results import Records
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["CutSet", "CutSets", "SetKind"]


@dataclass(frozen=True, eq=False)
class CutSets(SetsOfEvents):
    """A family of minimal cut sets, prime implicants or minimal path sets: all there are, or all within a limit.

    discarded: what a limit left out, and how much that can matter; that may not be known.
    chosen_from: where sets were chosen by their events, the summed probability of all that they were chosen from.
    """

    discarded: Discarded = NOTHING
    chosen_from: float | None = None

    @property
    def complete(self) -> Literal[True]:
        """All sets that were asked for are here."""
        return True

    @property
    def count(self) -> int:
        """Exact number of sets, of any size."""
        return self.found

    @property
    def count_by_order(self) -> dict[int, int]:
        """Exact number of sets of each order that occurs."""
        return self.found_by_order

    @property
    def probability_sum(self) -> float:
        """Sum of the sets' probabilities; above 1 when they overlap much. Raises MissingProbabilityError."""
        return self.power_sum(1)

    def power_sum(self, k: int) -> float:
        """Sum of the k-th powers of the sets' probabilities. Raises MissingProbabilityError."""
        return self._power_sum(k)

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

    def limited(self, max_order: int | None = None, min_probability: float | None = None) -> CutSets:
        """Only the sets of at most this order, and of at least this probability; `discarded` bounds the rest.

        Raises MissingProbabilityError, InvalidRequestError.
        """
        check_limits(max_order, min_probability, self.most)
        if max_order is None and min_probability is None:
            return self
        whole = self._flat
        weights = whole.weights if min_probability is None else whole._known_weights
        family, discarded = truncated(whole.family, weights, max_order, min_probability)
        if discarded and discarded.probability is not None and discarded.probability < KEEPS_DIGITS:
            lost = whole._of(whole.family.difference(family))
            discarded = replace(discarded, probability=lost.probability_sum)
        return replace(whole, family=family, discarded=self.discarded + discarded)

    def difference(self, other: CutSets) -> CutSets:
        """The sets of this collection that the other lacks. Both must stand under orders that agree."""
        return self._of(self.family.difference(other.family))

    def to_csv(self, most: int | None = None, by: RankedBy | None = None) -> str:
        """The sets as comma-separated values, ranked, at most so many."""
        return Records(tuple(self.records(most, by)), self.columns()).to_csv()

    def summary(self) -> dict[str, Any]:
        """The counts and what was discarded, in plain types; nothing is enumerated."""
        return {
            "kind": self.kind,
            "count": self.count,
            "count_by_order": {str(order): number for order, number in self.count_by_order.items()},
            "discarded": asdict(self.discarded),
            "complete": True,
            **({"unit": self.unit} if self.unit else {}),
        }

    def heading(self) -> str:
        """How many sets there are, and how many of each order."""
        kind, orders = self.kind.removesuffix("s") if self.count == 1 else self.kind, self._orders()
        return f"{self.count:,} {kind}" + (f": {orders}" if orders else "")

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """How many sets there are, and below the table what was discarded."""
        left_out = [self.discarded.told(self.quantities, self.unit)] if self.discarded else []
        return [self.heading(), *self.said_of_unit()], left_out

    def _restricted(self, events: Iterable[str], restrict: Callable[[Zbdd, str], Zbdd]) -> CutSets:
        total = None if self._lacking else self._total
        return replace(super()._restricted(events, restrict), chosen_from=total)

    @functools.cached_property
    def _total(self) -> float | None:
        if self.chosen_from is not None:
            return self.chosen_from
        left_out = self.discarded.probability
        return None if left_out is None else self.probability_sum + left_out
