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
from faulttree.importance.table import MEASURE, MEASURES, TABLE
from faulttree.quantification.probability import FloatArray
from faulttree.results import Table, counted, number_text, text_table
from faulttree.wide_floats import is_undefined

__all__ = ["EventImportance", "Importance", "InCutSets", "importance", "interval_text", "rows_of"]


@dataclass(frozen=True, slots=True)
class EventImportance:
    """Importance of one event: its probability, and every measure of `table.TABLE` under its key, where it is defined.

    A ratio to zero is inf with its sign, of zero to zero nan: see `ratio`. nan, too, is what is not known, as
    `Importance.unknown` and intervals tell. `occurrences` is an int of any size.
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

    method: 'exact', 'exact by counting', or 'interval'. Of intervals `lower` and `upper` hold the ends, between which
    every measure lies that is defined; `events` then holds nan, which records leave empty.
    unknown: the measures of which nothing is known within the limits; nan everywhere, empty in records.
    errors: of each event whose Birnbaum importance has fewer than 11 digits a bound on its absolute error, as `slopes`
    gives it; its criticality then has q / P times that error.
    frequencies: where the top event has a frequency, the events that bring it about; `probability` of these is a
    frequency in the `unit`, in which the Birnbaum importance of all others is, too.
    """

    events: tuple[EventImportance, ...]
    method: str = "exact"
    lower: tuple[EventImportance, ...] | None = None
    upper: tuple[EventImportance, ...] | None = None
    errors: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    frequencies: tuple[str, ...] = ()
    unit: str = ""

    @property
    def is_bounded(self) -> bool:
        """Whether the measures are intervals."""
        return self.lower is not None

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

        Of intervals the upper end ranks, then the lower one, which says which events may matter most, not which do.
        Where Fussell-Vesely is undefined for all, or not known, criticality serves in its place.
        """
        measure = self.ranking_measure(measure)

        def falling(value: float) -> float:
            # An exact number of cut sets may be larger than any float.
            return math.inf if value != value else -value

        if self.lower is None or self.upper is None:
            return sorted(self.events, key=lambda row: falling(getattr(row, measure)))
        ends = {
            row.event: (falling(getattr(high, measure)), falling(getattr(row, measure)))
            for row, high in zip(self.lower, self.upper, strict=True)
        }
        return sorted(self.events, key=lambda row: ends[row.event])

    def ranking_measure(self, measure: str = "fussell_vesely") -> str:
        """The measure that `ranked` ranks by. Raises UnknownNameError."""
        if measure not in MEASURES:
            raise UnknownNameError("importance measure", measure, MEASURES)
        lacks = measure == "fussell_vesely" and all(is_undefined(row.fussell_vesely) for row in self.events)
        return "criticality" if lacks else measure

    def records(self) -> list[dict[str, Any]]:
        """One mapping per event, None for what is not known.

        Where the method is not plainly `exact`, it is named; of intervals there are the ends of every measure, too.
        """
        rows = [asdict(row) | dict.fromkeys(self.unknown) for row in self.events]
        if self.method != "exact":
            rows = [{"event": row["event"], "method": self.method} | row for row in rows]
        if self.lower is None or self.upper is None:
            return rows
        for row, low, high in zip(rows, self.lower, self.upper, strict=True):
            row |= dict.fromkeys(MEASURES)
            for measure in MEASURES:
                for end, value in (("lower", getattr(low, measure)), ("upper", getattr(high, measure))):
                    row[f"{measure}_{end}"] = None if is_undefined(value) else value
        return rows

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; `errors` where there are any, `unknown` where a measure is."""
        found: dict[str, Any] = {"method": self.method} | super().to_dict()
        found |= {"errors": dict(self.errors)} if self.errors else {}
        found |= {"unit": self.unit, "frequencies": list(self.frequencies)} if self.unit else {}
        return found | ({"unknown": list(self.unknown)} if self.unknown else {})

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """Below the table: what is not known, and which Birnbaum importances have fewer than 11 digits."""
        notes = []
        if self.is_bounded:
            notes.append("each measure certainly lies within the interval given, where it is defined")
        if self.unit:
            notes.append(
                f"in {self.unit}: the frequency of {', '.join(self.frequencies)}, which stands under probability, and "
                "the Birnbaum importance of the other events"
            )
        if self.unknown:
            names = " and ".join(MEASURE[key].name for key in self.unknown)
            notes.append(f"nothing is known of {names}, which need all minimal cut sets")
        if self.errors:
            known = f"has fewer than 11 digits; known to within {number_text(max(self.errors.values()))} or less"
            notes.append(f"the Birnbaum importance of {counted(len(self.errors), 'event')} {known}")
        return (), tuple(notes)

    def _text(self, records: Iterable[Mapping[str, Any]]) -> str:
        if self.lower is None or self.upper is None:
            return super()._text(records)
        ends = {low.event: (low, high) for low, high in zip(self.lower, self.upper, strict=True)}
        measures = [measure for measure in MEASURES if measure not in self.unknown]
        rows = [
            [
                record["event"],
                record["probability"],
                *(interval_text(each, *(getattr(end, each) for end in ends[record["event"]])) for each in measures),
            ]
            for record in records
        ]
        return "\n".join([text_table(("event", "probability", *measures), rows), *self.said()[1]])

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
    unknown = tuple(measure.key for measure in TABLE if measure.basis == "cut sets" and cut_sets is None)
    return Importance(rows_of(events, given.q, values), method, errors=given.unsure(events), unknown=unknown)


def interval_text(measure: str, low: float, high: float, coherent: bool = False) -> str:
    """An interval of a measure; of one that tells nothing `unknown`, of equal ends the number, of nan nothing.

    coherent: whether the tree is known to be, so that the interval is kept to what the measure can then be.
    """
    said = MEASURE[measure]
    least, most = said.coherent_least if coherent else said.least, said.most
    if is_undefined(low) or is_undefined(high):
        return ""
    if coherent and low <= most and high >= least:
        low, high = max(low, least), min(high, most)
    if low <= least and high >= most:
        return "unknown"
    low_text, high_text = number_text(low), number_text(high)
    return low_text if low_text == high_text else f"{low_text} to {high_text}"


def rows_of(
    events: Sequence[str], q: FloatArray, values: Mapping[str, Sequence[float] | FloatArray]
) -> tuple[EventImportance, ...]:
    """One row per event. values: of every measure, by its key."""
    columns = {key: column.tolist() if isinstance(column, np.ndarray) else column for key, column in values.items()}
    return tuple(
        EventImportance(event, p, **dict(zip(columns, row, strict=True)))
        for event, p, *row in zip(events, q.tolist(), *columns.values(), strict=True)
    )
