"""Differential importance: whose small change is what share of the change of the whole."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faulttree.errors import UnknownNameError
from faulttree.quantification.probability import FloatArray
from faulttree.results import NamedRows
from faulttree.wide_floats import is_undefined, product, quotient, total

__all__ = ["DifferentialImportance", "EventDifferential", "differential_importance"]

CANCELLED = 1e-13
"""A sum this small beside its terms is rounding."""


@dataclass(frozen=True, slots=True)
class EventDifferential:
    """Differential importance of one event, or of a group of events: see `DifferentialImportance`."""

    event: str
    equal_changes: float
    proportional_changes: float


@dataclass(frozen=True, eq=False)
class DifferentialImportance(NamedRows[EventDifferential]):
    """Differential importance measure (DIM) of every event: its share in dP when all probabilities change a little.

    equal_changes (H1): all by the same amount; dP/dq_i / sum_j dP/dq_j.
    proportional_changes (H2): all by the same percentage; q_i dP/dq_i / sum_j q_j dP/dq_j.
    Each sums to 1 over all events, and that of a group of events is the sum over its members. In [0, 1] in a coherent
    tree; in a non-coherent one a share may be negative or above 1, and where the changes cancel (the sum is 0) all
    shares are nan, as in a tree whose probability no event can change.
    Source: E. Borgonovo, G. E. Apostolakis, Reliability Engineering and System Safety 72, 2001.
    """

    rows: tuple[EventDifferential, ...]

    def __getitem__(self, event: str) -> EventDifferential:
        """That of one event. Raises UnknownNameError."""
        return self.of(event, [event])

    def of(self, group: str, events: Iterable[str]) -> EventDifferential:
        """That of a group of events, under the group's name. Raises UnknownNameError."""
        by_event = {row.event: row for row in self.rows}
        members = list(dict.fromkeys(events))
        for event in members:
            if event not in by_event:
                raise UnknownNameError("event", event, by_event)
        return EventDifferential(
            group,
            total(by_event[event].equal_changes for event in members),
            total(by_event[event].proportional_changes for event in members),
        )

    def ranked(self) -> list[EventDifferential]:
        """Events by falling magnitude of the share in proportional changes, ties in the tree's order."""
        return sorted(
            self.rows,
            key=lambda row: math.inf if is_undefined(row.proportional_changes) else -abs(row.proportional_changes),
        )


def differential_importance(events: Sequence[str], q: FloatArray, slopes: FloatArray) -> DifferentialImportance:
    """The differential importance of every event, from q and dP/dq: float64[n_events] each, exact as those are."""
    equal = slopes.tolist()
    proportional = [product(p, slope) for p, slope in zip(q.tolist(), equal, strict=True)]
    all_equal, all_proportional = _sum(equal), _sum(proportional)
    return DifferentialImportance(
        tuple(
            EventDifferential(event, _share(slope, all_equal), _share(change, all_proportional))
            for event, slope, change in zip(events, equal, proportional, strict=True)
        )
    )


def _sum(changes: Iterable[float]) -> float:
    """The sum of all changes; 0 where they cancel but for rounding."""
    changes = list(changes)
    whole = total(changes)
    return whole if abs(whole) > product(CANCELLED, total(map(abs, changes))) else 0.0


def _share(part: float, whole: float) -> float:
    return quotient(part, whole) if whole else math.nan
