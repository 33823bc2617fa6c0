"""Importance of every event: seven measures, each defined where it is computed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np

from faulttree.cut_sets.collection import CutSets
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import UnknownNameError
from faulttree.importance.ratio import ratio
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels
from faulttree.quantification.differences import branch_differences
from faulttree.quantification.probability import FloatArray, RowProbabilities, row_probabilities
from faulttree.results import Table

__all__ = ["MEASURES", "EventImportance", "Importance", "birnbaum", "importance"]

MEASURES = (
    "birnbaum",
    "criticality",
    "fussell_vesely",
    "diagnostic",
    "risk_achievement_worth",
    "risk_reduction_worth",
    "structural",
)


@dataclass(frozen=True, slots=True)
class EventImportance:
    """Importance of one event. P is the top event's probability, q the event's.

    birnbaum: dP/dq = P(top | event) - P(top | no event); negative only in a non-coherent tree.
    criticality (CIF): q dP/dq / P, the share of P that the event is critical for.
    fussell_vesely: summed probability of the minimal cut sets that hold the event, over that of all:
    the rare-event form, in [0, 1].
    diagnostic (DIF): P(event | top).
    risk_achievement_worth (RAW): P(top | event) / P.
    risk_reduction_worth (RRW): P / P(top | no event); inf for an event without which the top cannot occur.
    structural: dP/dq with every probability at 1/2, the share of the other events' states for
    which this event decides.

    A ratio whose divisor and dividend are both zero is nan.
    Sources: Z. W. Birnbaum, Multivariate Analysis II, 1969; J. B. Fussell, IEEE Trans. Reliability 24, 1975;
    W. E. Vesely et al., NUREG/CR-3385, 1983 (RAW, RRW).
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


@dataclass(frozen=True, eq=False)
class Importance(Table):
    """Importance of every event of a tree, in the tree's order.

    method: 'exact', 'exact by counting', or 'interval'; of intervals `lower` and `upper` hold the ends, and `events`
    what holds for the more probable of the two functions between which the tree's lies.
    """

    events: tuple[EventImportance, ...]
    method: str = "exact"
    lower: tuple[EventImportance, ...] | None = None
    upper: tuple[EventImportance, ...] | None = None

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
            return math.inf if math.isnan(value) else -value

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

    def ordered(self, events: Iterable[str]) -> Importance:
        """The same with the events in another order, or only some of them."""
        events = list(events)

        def chosen(rows: tuple[EventImportance, ...] | None) -> tuple[EventImportance, ...] | None:
            if rows is None:
                return None
            by_event = {row.event: row for row in rows}
            return tuple(by_event[event] for event in events)

        return replace(self, events=chosen(self.events) or (), lower=chosen(self.lower), upper=chosen(self.upper))


def birnbaum(bdd: Bdd, root: str, rows: RowProbabilities) -> FloatArray:
    """Derivative of a function's probability by every event's q, in one downward sweep: float64[n_levels].

    Of a monotone function no slope is below zero, except for rounding noise that the caller clamps: each
    term is a difference of probabilities of nested functions.
    """
    reach, result = np.zeros(len(bdd.nodes)), np.zeros(len(bdd.variables))
    kernels_for(_kernels, len(bdd.nodes)).bdd_birnbaum(
        bdd.nodes, bdd.modules, bdd.roots[root], rows.p, rows.not_p, rows.q, rows.not_q,
        branch_differences(bdd, rows), reach, result,
    )  # fmt: skip
    return result


def importance(
    bdd: Bdd,
    q: FloatArray,
    not_q: FloatArray,
    cut_sets: CutSets | None,
    irrelevant: Mapping[str, float],
    coherent: bool,
) -> Importance:
    """Importance of every variable of the diagram's function 'top', and of the events it does not depend on.

    q, not_q: float64[n_levels] in [0, 1], of each event and of its absence.
    cut_sets: the minimal cut sets of the same function; None where they are not all known, and Fussell-Vesely is nan.
    irrelevant: probability of each event that the function does not depend on.
    An upward and a downward sweep of the BDD give all but two measures; two more with q = 1/2 give
    the structural one, two of the ZBDD give Fussell-Vesely. Where P(top | no event) would be a
    difference of nearly equal numbers, one more sweep gives it directly.
    """
    rows = row_probabilities(bdd, q, not_q)
    root = bdd.roots["top"]
    top = rows.at(root)
    slopes = birnbaum(bdd, "top", rows)
    halves = np.full(len(q), 0.5)
    structural = birnbaum(bdd, "top", row_probabilities(bdd, halves))
    if coherent:
        slopes, structural = np.maximum(slopes, 0.0), np.maximum(structural, 0.0)
    shares = {} if cut_sets is None else cut_sets.shares()
    no_share = math.nan if cut_sets is None else 0.0
    found: dict[str, EventImportance] = {}
    for level in sorted(bdd.levels_in_use()):
        event, q_event, slope = bdd.variables[level], float(q[level]), float(slopes[level])
        with_event = _conditional(bdd, rows, level, 1.0, top, top + float(not_q[level]) * slope)
        without_event = _conditional(bdd, rows, level, 0.0, top, top - q_event * slope)
        found[event] = EventImportance(
            event,
            q_event,
            slope,
            ratio(q_event * slope, top),
            shares.get(event, no_share),
            ratio(q_event * with_event, top),
            ratio(with_event, top),
            ratio(top, without_event),
            float(structural[level]),
        )
    for event, q_event in irrelevant.items():
        same, share = ratio(top, top), no_share if cut_sets is None else ratio(0.0, cut_sets.probability_sum)
        found[event] = EventImportance(event, q_event, 0.0, 0.0 * same, share, q_event * same, same, same, 0.0)
    return Importance(tuple(found.values()))


def _conditional(bdd: Bdd, rows: RowProbabilities, level: int, state: float, top: float, difference: float) -> float:
    """P(top | event in this state): the difference where it keeps its digits, else a sweep of its own."""
    if difference > 1e-3 * top:
        return min(1.0, difference)
    q, not_q = rows.q.copy(), rows.not_q.copy()
    q[level], not_q[level] = state, 1.0 - state
    # There may be one such sweep for each variable, so all together count as the work.
    return row_probabilities(bdd, q, not_q, sweeps=len(q)).at(bdd.roots["top"])
