"""Before and after: how a change moves the probability, the cut sets and the events' ranks."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

from faulttree.cut_sets.collection import CutSets
from faulttree.errors import printable
from faulttree.importance.events import Importance
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.results import PrintedTable, bounds_text, number_text, text_table
from faulttree.wide_floats import is_undefined

__all__ = ["Comparison", "RankMove", "compare_results"]

SHOWN = 10
RATIO_ENDS = "ratio_lower", "ratio_upper"


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

    before, after: the probability of the top event, or its frequency, exact or between certain bounds; None when some
    event has none. ratio: after over before; inf from zero, nan when both are zero, None where one is not exact.
    cut_sets_before, cut_sets_after: how many minimal cut sets there are. gained, lost: those of only one of the two.
    measure: by which `ranks` are ranked. left_out: what the limits ended, which is None or empty, and why.
    """

    before_name: str
    after_name: str
    before: Probability | Frequency | None
    after: Probability | Frequency | None
    cut_sets_before: int | None
    cut_sets_after: int | None
    gained: CutSets | None
    lost: CutSets | None
    measure: str
    ranks: tuple[RankMove, ...]
    left_out: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether the limits left something out; bounds on a probability alone do not count."""
        return bool(self.left_out)

    @property
    def ratio(self) -> float | None:
        """What is after over what was before.

        None where one of them is not known exactly, or one is a probability and the other a frequency.
        """
        if self.before is None or self.after is None or not (self.before.is_exact and self.after.is_exact):
            return None
        if self.before.unit != self.after.unit:
            return None
        if self.before.value == 0.0:
            return math.nan if self.after.value == 0.0 else math.inf
        return self.after.value / self.before.value

    @property
    def ratio_bounds(self) -> tuple[float, float] | None:
        """Certain bounds on the ratio, where it is not known exactly and what was before is certainly above 0."""
        before, after = self.before, self.after
        if self.ratio is not None or before is None or after is None or before.unit != after.unit:
            return None
        if not before.lower > 0.0:
            return None
        return after.lower / before.upper, after.upper / before.lower

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
            "before": _side(self.before_name, self.before, self.cut_sets_before),
            "after": _side(self.after_name, self.after, self.cut_sets_after),
            "ratio": self.ratio,
            **({} if self.ratio_bounds is None else dict(zip(RATIO_ENDS, self.ratio_bounds, strict=True))),
            "gained": _best(self.gained),
            "lost": _best(self.lost),
            "ranks": {"measure": self.measure, "events": self.records()},
            "partial": self.partial,
            "left_out": list(self.left_out),
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [printable(f"{self.before_name}  ->  {self.after_name}")]
        if self.before is not None and self.after is not None:
            alike = self.before.unit == self.after.unit
            ratio = number_text(self.ratio) if self.ratio is not None else "not known" if alike else "none"
            ratio = bounds_text(*self.ratio_bounds) if self.ratio_bounds is not None else ratio
            lines.append(f"{self.before.quantity:<19} {_shown(self.before)}  ->  {_shown(self.after)}   ratio {ratio}")
        counts = ("not known" if each is None else f"{each:,}" for each in (self.cut_sets_before, self.cut_sets_after))
        lines.append(f"minimal cut sets    {'  ->  '.join(counts)}")
        for word, sets in (("gained", self.gained), ("lost", self.lost)):
            if sets is None:
                lines.append(f"cut sets {word + ':':<10} not known")
                continue
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
        return "\n".join([*lines, *(f"left out: {each}" for each in self.left_out)])


def compare_results(
    names: tuple[str, str],
    answers: tuple[Probability | Frequency | None, Probability | Frequency | None],
    cut_sets: tuple[CutSets | None, CutSets | None],
    importances: tuple[Importance | None, Importance | None],
    measure: str = "fussell_vesely",
    left_out: tuple[str, ...] = (),
) -> Comparison:
    """Compare two trees' results, whose cut sets stand under orders that agree. left_out: see `Comparison`."""
    before, after = cut_sets
    gained = lost = None
    if before is not None and after is not None:
        gained, lost = after.difference(before), before.difference(after)
    return Comparison(
        *names, *answers, None if before is None else before.count, None if after is None else after.count,
        gained, lost, measure,
        tuple(_moves(*importances, measure)),
        left_out,
    )  # fmt: skip


def _side(name: str, p: Probability | Frequency | None, cut_sets: int | None) -> dict[str, Any]:
    """One of two trees in plain types; of an interval `probability`, or `frequency`, is the upper end."""
    ends = {"method": p.method, "lower": p.lower, "upper": p.upper, "reason": p.reason} if p is not None else {}
    ends |= {"unit": p.unit} if p is not None and p.unit else {}
    return {
        "name": name,
        "probability" if p is None else p.quantity: p and p.value,
        **ends,
        "minimal_cut_sets": cut_sets,
    }


def _best(sets: CutSets | None) -> dict[str, Any] | None:
    return None if sets is None else {"count": sets.count, "best": [list(cut) for cut in sets.ranked(SHOWN)]}


def _shown(p: Probability | Frequency) -> str:
    ends = number_text(p.value) if p.is_exact else bounds_text(p.lower, p.upper)
    return f"{ends} {p.unit}".rstrip()


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
