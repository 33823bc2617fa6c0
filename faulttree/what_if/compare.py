"""Before and after: how a change moves the probability, the cut sets and the events' ranks."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from faulttree.cut_sets.collection import CutSets
from faulttree.errors import printable
from faulttree.importance.events import Importance
from faulttree.quantification.probability import Probability
from faulttree.results import PrintedTable, number_text, text_table
from faulttree.wide_floats import is_undefined

__all__ = ["Comparison", "RankMove", "compare_results"]

SHOWN = 10


@dataclass(frozen=True, slots=True)
class RankMove:
    """An event's rank by a measure, 1 the highest, equal values sharing a rank; None where it is absent."""

    event: str
    before: int | None
    after: int | None
    value_before: float | None
    value_after: float | None


@dataclass(frozen=True, eq=False)
class Comparison(PrintedTable):
    """What changed between two trees.

    before, after: exact probability of the top event, None when some event has none.
    ratio: after over before; inf from zero, nan when both are zero.
    gained, lost: minimal cut sets of only one of the two. measure: by which `ranks` are ranked.
    """

    before_name: str
    after_name: str
    before: Probability | None
    after: Probability | None
    cut_sets_before: int
    cut_sets_after: int
    gained: CutSets
    lost: CutSets
    measure: str
    ranks: tuple[RankMove, ...]

    @property
    def ratio(self) -> float | None:
        """Probability after over probability before."""
        if self.before is None or self.after is None:
            return None
        if self.before.value == 0.0:
            return math.nan if self.after.value == 0.0 else math.inf
        return self.after.value / self.before.value

    @property
    def moved(self) -> tuple[RankMove, ...]:
        """The events whose rank changed, or that are in one tree only."""
        return tuple(move for move in self.ranks if move.before != move.after)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per event: its ranks and values before and after."""
        return [asdict(move) for move in self.ranks]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the cut sets gained and lost, the ten best."""
        return {
            "before": {"name": self.before_name, "probability": self.before and self.before.value,
                       "minimal_cut_sets": self.cut_sets_before},
            "after": {"name": self.after_name, "probability": self.after and self.after.value,
                      "minimal_cut_sets": self.cut_sets_after},
            "ratio": self.ratio,
            "gained": {"count": self.gained.count, "best": [list(cut) for cut in self.gained.ranked(SHOWN)]},
            "lost": {"count": self.lost.count, "best": [list(cut) for cut in self.lost.ranked(SHOWN)]},
            "ranks": {"measure": self.measure, "events": self.records()},
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [printable(f"{self.before_name}  ->  {self.after_name}")]
        if self.before is not None and self.after is not None:
            lines.append(
                f"probability         {number_text(self.before.value)}  ->  {number_text(self.after.value)}"
                f"   ratio {number_text(self.ratio if self.ratio is not None else math.nan)}"
            )
        lines.append(f"minimal cut sets    {self.cut_sets_before:,}  ->  {self.cut_sets_after:,}")
        for word, sets in (("gained", self.gained), ("lost", self.lost)):
            lines.append(f"cut sets {word + ':':<10} {sets.count:,}")
            lines += [f"    {' + '.join(cut.events) or '(nothing needs to happen)'}" for cut in sets.ranked(SHOWN)]
            if sets.count > SHOWN:
                lines.append(f"    ... and {sets.count - SHOWN:,} more")
        if self.moved:
            lines.append(f"ranks moved, by {self.measure.replace('_', ' ')}:")
            rows = [
                [move.event, move.before or "-", move.after or "-", move.value_before, move.value_after]
                for move in self.moved
            ]
            table = text_table(("event", "rank before", "after", "value before", "after"), rows)
            lines += ["    " + line for line in table.splitlines()]
        return "\n".join(lines)


def compare_results(
    names: tuple[str, str],
    probabilities: tuple[Probability | None, Probability | None],
    cut_sets: tuple[CutSets, CutSets],
    importances: tuple[Importance | None, Importance | None],
    measure: str = "fussell_vesely",
) -> Comparison:
    """Compare two trees' results, whose cut sets stand under orders that agree."""
    before, after = cut_sets
    return Comparison(
        *names, *probabilities, before.count, after.count,
        after.difference(before), before.difference(after),
        measure,
        tuple(_moves(*importances, measure)),
    )  # fmt: skip


def _moves(before: Importance | None, after: Importance | None, measure: str) -> list[RankMove]:
    if before is None or after is None:
        return []
    ranks_before, ranks_after = _ranks(before, measure), _ranks(after, measure)
    events = list(dict.fromkeys([*(row.event for row in before.ranked(measure)), *ranks_after]))
    absent = (None, None)
    return [
        RankMove(event, *(pair[0] for pair in pairs), *(pair[1] for pair in pairs))
        for event in events
        if (pairs := (ranks_before.get(event, absent), ranks_after.get(event, absent)))
    ]


def _ranks(importance: Importance, measure: str) -> dict[str, tuple[int, float]]:
    ranks: dict[str, tuple[int, float]] = {}
    rank, previous = 0, -math.inf
    for position, row in enumerate(importance.ranked(measure), start=1):
        value = row.value(measure)
        if rank == 0 or not (value == previous or (is_undefined(value) and is_undefined(previous))):
            rank, previous = position, value
        ranks[row.event] = (rank, value)
    return ranks
