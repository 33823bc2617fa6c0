"""Importance of every event: a row of measures for each, and the rows as a table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

import numpy as np

from faulttree.cut_sets.collection import CutSets
from faulttree.errors import UnknownNameError
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.ratio import ratio
from faulttree.importance.table import MEASURES, TABLE
from faulttree.quantification.probability import FloatArray
from faulttree.results import Table, counted, number_text

__all__ = ["EventImportance", "Importance", "InCutSets", "importance", "rows_of"]


@dataclass(frozen=True, slots=True)
class EventImportance:
    """Importance of one event: its probability, and every measure of `table.TABLE` under its key, where it is defined.

    A ratio to zero is inf with its sign, of zero to zero nan: see `ratio`. nan, too, is what needs all minimal cut
    sets where they are not all known; where they are, `occurrences` is an int of any size.
    """

    event: str
    probability: float
    birnbaum: float
    criticality: float
    fussell_vesely: float
    diagnostic: float
    risk_achievement_worth: float
    risk_reduction_worth: float
    structural: float
    occurrences: float = math.nan

    def value(self, measure: str) -> float:
        """One measure as a float: inf for a number of cut sets that is larger than any."""
        try:
            return float(getattr(self, measure))
        except OverflowError:
            return math.inf


@dataclass(frozen=True, eq=False)
class Importance(Table):
    """Importance of every event of a tree, in the tree's order.

    method: 'exact', 'exact by counting', or 'interval'; of intervals `lower` and `upper` hold the ends, and `events`
    what holds for the more probable of the two functions between which the tree's lies.
    errors: of each event whose Birnbaum importance has fewer than 11 digits a bound on its absolute error, as `slopes`
    gives it; its criticality then has q / P times that error.
    """

    events: tuple[EventImportance, ...]
    method: str = "exact"
    lower: tuple[EventImportance, ...] | None = None
    upper: tuple[EventImportance, ...] | None = None
    errors: Mapping[str, float] = field(default_factory=dict)

    def __iter__(self) -> Iterator[EventImportance]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    def __getitem__(self, event: str) -> EventImportance:
        """The importance of one event. Raises UnknownNameError."""
        for row in self.events:
            if row.event == event:
                return row
        raise UnknownNameError("event", event, [row.event for row in self.events])

    def ranked(self, measure: str = "fussell_vesely") -> list[EventImportance]:
        """Events by falling measure; undefined values last, ties in the tree's order. Raises UnknownNameError.

        Where Fussell-Vesely is undefined for all, for not all cut sets are known, criticality serves in its place.
        """
        if measure not in MEASURES:
            raise UnknownNameError("importance measure", measure, MEASURES)

        if measure == "fussell_vesely" and all(math.isnan(row.fussell_vesely) for row in self.events):
            measure = "criticality"

        def falling(row: EventImportance) -> float:
            value: float = getattr(row, measure)
            # An exact number of cut sets may be larger than any float.
            return math.inf if value != value else -value

        return sorted(self.events, key=falling)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per event; of intervals with the ends of every measure too."""
        rows = [asdict(row) for row in self.events]
        if self.lower is not None and self.upper is not None:
            ends = {row.event: (row, other) for row, other in zip(self.lower, self.upper, strict=True)}
            for row in rows:
                low, high = ends[row["event"]]
                for measure in MEASURES:
                    row[f"{measure}_lower"], row[f"{measure}_upper"] = getattr(low, measure), getattr(high, measure)
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; `errors` where there are any."""
        return super().to_dict() | ({"errors": dict(self.errors)} if self.errors else {})

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """Which Birnbaum importances have fewer than 11 digits, below the table."""
        if not self.errors:
            return (), ()
        known = f"has fewer than 11 digits; known to within {number_text(max(self.errors.values()))} or less"
        return (), (f"the Birnbaum importance of {counted(len(self.errors), 'event')} {known}",)

    def ordered(self, events: Iterable[str]) -> Importance:
        """The same with the events in another order, or only some of them."""
        events = list(events)

        def chosen(rows: tuple[EventImportance, ...] | None) -> tuple[EventImportance, ...] | None:
            if rows is None:
                return None
            by_event = {row.event: row for row in rows}
            return tuple(by_event[event] for event in events)

        return replace(self, events=chosen(self.events) or (), lower=chosen(self.lower), upper=chosen(self.upper))


@dataclass(frozen=True, eq=False)
class InCutSets:
    """Of each of some events, which part of the minimal cut sets holds it; all nan where not all sets are known.

    shares: their summed probability over that of all, float64[n]. occurrences: their exact number.
    """

    shares: FloatArray
    occurrences: Sequence[float]

    @classmethod
    def of(cls, cut_sets: CutSets | None, events: Sequence[str]) -> InCutSets:
        """Those of the events in all minimal cut sets; None where these are not all known."""
        if cut_sets is None:
            return cls(np.full(len(events), math.nan), [math.nan] * len(events))
        shares, none = cut_sets.shares(), ratio(0.0, cut_sets.probability_sum)
        counts = cut_sets.occurrences()
        parts = np.empty(len(events), object)
        parts[:] = [shares.get(event, none) for event in events]
        return cls(parts, [counts.get(event, 0) for event in events])


def importance(
    events: Sequence[str],
    given: Conditionals[float],
    halves: Conditionals[float],
    cut_sets: CutSets | None,
    method: str = "exact",
) -> Importance:
    """Importance of every event, from the conditional probabilities of the top event.

    given: of the events named. halves: the same with every probability at 1/2.
    cut_sets: the minimal cut sets of the same function; None where they are not all known, and what needs them is nan.
    """
    bases = {"probabilities": given, "halves": halves, "cut sets": InCutSets.of(cut_sets, events)}
    values = {measure.key: measure.formula(bases[measure.basis]) for measure in TABLE}
    return Importance(rows_of(events, given.q, values), method, errors=given.unsure(events))


def rows_of(
    events: Sequence[str], q: FloatArray, values: Mapping[str, Sequence[float] | FloatArray]
) -> tuple[EventImportance, ...]:
    """One row per event. values: of every measure, by its key."""
    columns = {key: column.tolist() if isinstance(column, np.ndarray) else column for key, column in values.items()}
    return tuple(
        EventImportance(event, p, **dict(zip(columns, row, strict=True)))
        for event, p, *row in zip(events, q.tolist(), *columns.values(), strict=True)
    )
