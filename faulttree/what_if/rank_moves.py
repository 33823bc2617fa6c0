"""Which events' ranks by a measure moved between two trees, the rounding of the measure left out of account."""

from __future__ import annotations

import math
from collections.abc import Mapping

from faulttree.importance.events import EventImportance, Importance
from faulttree.what_if.compare import RankMove
from faulttree.what_if.moves import close
from faulttree.wide_floats import is_undefined

__all__ = ["ranks_moved"]

SHARED = 1e-10
"""Relative: measures this close to each other share a rank. A slope keeps 11 digits or more."""
Values = Mapping[str, tuple[float, float]]
"""Of each event the measure, and what it was subtracted from."""


def ranks_moved(
    before: Importance,
    after: Importance,
    tops: tuple[float, float],
    measure: str,
    tolerance: float,
    coherent: bool,
) -> tuple[RankMove, ...]:
    """The events whose rank moved or that one tree lacks, by their better rank.

    tops: probability of the top event in each tree. tolerance: relative; without a measure that moved by more there
    are no moves. coherent: whether both trees are, so that no slope suffers from cancellation.
    """
    old, new = (_values(found, top, measure, coherent) for found, top in zip((before, after), tops, strict=True))
    if old.keys() == new.keys() and all(
        close(value, new[event][0], max(tolerance, SHARED), max(scale, new[event][1]))
        for event, (value, scale) in old.items()
    ):
        return ()
    rank_old, rank_new = _ranks(old), _ranks(new)
    moves = [
        RankMove(event, rank_old.get(event), rank_new.get(event), _value(old, event), _value(new, event))
        for event in dict.fromkeys((*old, *new))
        if rank_old.get(event) != rank_new.get(event)
    ]
    return tuple(sorted(moves, key=lambda move: min(rank for rank in (move.before, move.after) if rank is not None)))


def _values(importance: Importance, top: float, measure: str, coherent: bool) -> Values:
    return {row.event: (row.value(measure), 0.0 if coherent else _scale(row, top, measure)) for row in importance}


def _scale(row: EventImportance, top: float, measure: str) -> float:
    """What a measure that is a difference was subtracted from: the top's probability given the event, or its absence.

    With the top impossible one of the two is zero wherever it matters, and nothing cancels.
    """
    if measure == "structural":
        return 1.0
    if measure not in ("birnbaum", "criticality") or top == 0.0:
        return 0.0
    given = max(row.risk_achievement_worth, 1.0 / row.risk_reduction_worth if row.risk_reduction_worth else math.inf)
    scale = given * top if measure == "birnbaum" else given * row.probability
    return scale if math.isfinite(scale) else 0.0


def _ranks(values: Values) -> dict[str, int]:
    """Rank of each event, 1 the highest; those that are close to the first of a rank share it, the undefined last."""
    defined = sorted((event for event in values if not is_undefined(values[event][0])), key=lambda e: -values[e][0])
    ranks: dict[str, int] = {}
    rank, first = 0, (math.nan, 0.0)
    for place, event in enumerate(defined, start=1):
        value, scale = values[event]
        if not close(value, first[0], SHARED, max(scale, first[1])):
            rank, first = place, values[event]
        ranks[event] = rank
    return ranks | {event: len(defined) + 1 for event in values if event not in ranks}


def _value(values: Values, event: str) -> float | None:
    return values[event][0] if event in values else None
