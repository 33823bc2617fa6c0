"""What a changed model does to the results: every number that moved, the cut sets gained and lost, the ranks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from faulttree.cut_sets.collection import CutSet
from faulttree.errors import printable
from faulttree.model.changes import Change, ModelChanges
from faulttree.quantification.probability import Probability
from faulttree.results import PrintedTable, counted, number_text, text_table
from faulttree.what_if.compare import RankMove
from faulttree.what_if.scenario_table import shortened

__all__ = ["Difference", "Moved", "SetsMoved", "change_rows", "probability_text", "quantity_rows"]

LONG = 72
"""Characters of a cell in the text; JSON has the whole."""
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Moved:
    """A probability before and after; None on a side where it is not known."""

    name: str
    before: float | None
    after: float | None

    @property
    def ratio(self) -> float | None:
        """After over before; inf over zero, nan when both are zero, None when one is not known."""
        if self.before is None or self.after is None:
            return None
        if self.before == 0.0:
            return math.nan if self.after == 0.0 else math.inf
        return self.after / self.before

    @property
    def difference(self) -> float | None:
        """After less before, correct to the rounding of the larger."""
        return None if self.before is None or self.after is None else self.after - self.before

    def to_dict(self) -> dict[str, Any]:
        """The four numbers by name."""
        return asdict(self) | {"ratio": self.ratio, "difference": self.difference}


@dataclass(frozen=True, slots=True)
class SetsMoved:
    """Minimal cut sets of only one of two trees, None where that is not known; the best of them, with probability."""

    before: int | None
    after: int | None
    gained: int | None = None
    lost: int | None = None
    best_gained: tuple[CutSet, ...] = ()
    best_lost: tuple[CutSet, ...] = ()


@dataclass(frozen=True, eq=False)
class Difference(PrintedTable):
    """What was changed in a model, and what that did to the results. As a table it is the list of changes.

    names: of the two models. tops: what is analysed in each. changes: of the model. before, after: probability of the
    top event, None when it is not known. events, gates, scenarios: those of both models whose probability moved by
    more than the tolerance. ranks: the events whose rank by `measure` moved, or that are in one tree only.
    tolerance: relative; numbers closer to each other are taken for equal. notes: what is missing, and why.
    """

    names: tuple[str, str]
    tops: tuple[str, str]
    changes: ModelChanges
    before: Probability | None
    after: Probability | None
    cut_sets: SetsMoved
    events: tuple[Moved, ...]
    gates: tuple[Moved, ...]
    scenarios: tuple[Moved, ...]
    measure: str
    ranks: tuple[RankMove, ...]
    tolerance: float
    notes: tuple[str, ...] = ()
    scenarios_known: bool = True

    @property
    def top(self) -> Moved:
        """The top event's probability; of an interval the upper end."""
        before, after = self.before, self.after
        return Moved(self.tops[1], before.value if before else None, after.value if after else None)

    @property
    def probability_moved(self) -> bool | None:
        """Whether the top event's probability moved by more than the tolerance; None when that cannot be told."""
        if self.before is None and self.after is None:
            return False
        if self.before is None or self.after is None:
            return True
        above, below = _above(self.before, self.after, self.tolerance), _above(self.after, self.before, self.tolerance)
        return True if above or below else None if above is None or below is None else False

    @property
    def results_differ(self) -> bool | None:
        """Whether any result moved: a probability, the minimal cut sets, a rank. None when that cannot be told."""
        sets = self.cut_sets
        if self.probability_moved or sets.gained or sets.lost or self.gates or self.scenarios or self.ranks:
            return True
        if sets.before is not None and sets.after is not None and sets.before != sets.after:
            return True
        unknown = self.probability_moved is None or sets.gained is None or not self.scenarios_known
        return None if unknown else False

    @property
    def increased(self) -> bool | None:
        """Whether the top event's probability, or one under a scenario of both models, rose; None: cannot be told.

        By more than the tolerance.
        """
        risen = (moved.difference for moved in self.scenarios)
        if any(difference is not None and difference > 0.0 for difference in risen):
            return True
        if self.before is None or self.after is None:
            return None
        found = _above(self.before, self.after, self.tolerance)
        return found if found or self.scenarios_known else None

    def records(self) -> list[dict[str, Any]]:
        """One mapping per change of the model."""
        return self.changes.records()

    def columns(self) -> tuple[str, ...]:
        """The fields of a change."""
        return tuple(Change.__dataclass_fields__)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the cut sets gained and lost the best."""
        sets = self.cut_sets
        return {
            "before": {
                "name": self.names[0],
                "top": self.tops[0],
                "probability": self.before and self.before.to_dict(),
            },
            "after": {"name": self.names[1], "top": self.tops[1], "probability": self.after and self.after.to_dict()},
            "ratio": self.top.ratio,
            "difference": self.top.difference,
            "tolerance": self.tolerance,
            "results_differ": self.results_differ,
            "increased": self.increased,
            "counts": self.changes.counts(),
            "changes": self.records(),
            "minimal_cut_sets": {
                "before": sets.before,
                "after": sets.after,
                "gained": {"count": sets.gained, "best": [_plain(cut) for cut in sets.best_gained]},
                "lost": {"count": sets.lost, "best": [_plain(cut) for cut in sets.best_lost]},
            },
            "events": [moved.to_dict() for moved in self.events],
            "gates": [moved.to_dict() for moved in self.gates],
            "scenarios": [moved.to_dict() for moved in self.scenarios],
            "ranks": {"measure": self.measure, "moved": [asdict(move) for move in self.ranks]},
            "notes": list(self.notes),
        }

    def to_markdown(self) -> str:
        """The difference for a pull request: headings and tables, long lists folded, every text taken literally."""
        from faulttree.what_if.difference_markdown import markdown

        return markdown(self)

    def summary(self) -> str:
        """What was changed, counted, in one line."""
        words = {"structure": "structure", "numbers": "numbers", "scenarios": "scenarios", "words": "words"}
        parts = [f"{number:,} of {words[aspect]}" for aspect, number in self.changes.counts().items() if number]
        return f"{counted(len(self.changes), 'change')}: {', '.join(parts)}" if parts else "the models say the same"

    def __str__(self) -> str:
        lines = ["  ->  ".join(" ".join(name.split()) for name in self.names), self.summary()]
        if len(self.changes):
            lines += ["", *_indented(("about", "element", "what", "before", "after"), change_rows(self.changes, LONG))]
        rows = quantity_rows(self)
        if rows:
            lines += ["", *_indented(("quantity", "before", "after", "ratio", "difference"), rows)]
        for word, count, best in self.sets_moved():
            lines += ["", f"minimal cut sets {word}: {count:,}"]
            lines += [f"    {_set_text(cut)}" for cut in best]
            if count > len(best):
                lines.append(f"    ... and {count - len(best):,} more")
        if self.ranks:
            lines += ["", f"ranks moved, by {self.measure.replace('_', ' ')}"]
            moves = [[move.event, move.before or "-", move.after or "-", move.value_before, move.value_after]
                     for move in self.ranks[:SHOWN]]  # fmt: skip
            lines += _indented(("event", "rank before", "after", "value before", "after"), moves)
            if len(self.ranks) > SHOWN:
                lines.append(f"    ... and {len(self.ranks) - SHOWN:,} more")
        return printable("\n".join([*lines, *([""] if self.notes else []), *(f"note: {note}" for note in self.notes)]))

    def sets_moved(self) -> list[tuple[str, int, tuple[CutSet, ...]]]:
        """('gained' or 'lost', how many, the best), where there are any."""
        sets = self.cut_sets
        sides = (("gained", sets.gained, sets.best_gained), ("lost", sets.lost, sets.best_lost))
        return [(word, count, best) for word, count, best in sides if count]


def quantity_rows(found: Difference) -> list[list[Any]]:
    """quantity, before, after, ratio, difference: the top event, the number of cut sets, and what moved."""
    rows: list[list[Any]] = []
    if found.before is not None or found.after is not None:
        exact = all(side is None or side.is_exact for side in (found.before, found.after))
        top = found.top
        numbers = [top.ratio, top.difference] if exact else [None, None]
        rows.append(["probability", probability_text(found.before), probability_text(found.after), *numbers])
    sets = found.cut_sets
    if sets.before is not None or sets.after is not None:
        rows.append(
            ["minimal cut sets", *(f"{n:,}" if n is not None else "" for n in (sets.before, sets.after)), "", ""]
        )
    for kind, moved in (("gate", found.gates), ("event", found.events), ("scenario", found.scenarios)):
        rows += [[f"{kind} {m.name}", m.before, m.after, m.ratio, m.difference] for m in moved]
    return rows


def change_rows(changes: Iterable[Change], longest: int) -> list[list[str]]:
    """about, element, what, before, after; of a long formula the inputs added and removed instead."""
    return [
        [
            change.aspect,
            change.element,
            f"{change.key} {change.what}".strip(),
            *_sides(change, longest),
        ]
        for change in changes
    ]


def _sides(change: Change, longest: int) -> Sequence[str]:
    sides = [change.before or "", change.after or ""]
    if change.detail and max(map(len, sides)) > longest:
        sides = [shortened(sides[0], longest // 2), change.detail]
    return [shortened(side, longest) for side in sides]


def probability_text(p: Probability | None) -> str:
    """A probability to four digits, or the interval that holds it; nothing when it is not known."""
    if p is None:
        return ""
    return number_text(p.value) if p.is_exact else f"{number_text(p.lower)} to {number_text(p.upper)}"


def _above(one: Probability, other: Probability, tolerance: float) -> bool | None:
    """Whether the other is above the one by more than the tolerance; None when their intervals leave it open."""
    if other.lower > one.upper * (1.0 + tolerance):
        return True
    return False if other.upper <= one.lower * (1.0 + tolerance) else None


def _indented(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    return ["    " + line for line in text_table(columns, rows).splitlines()]


def _set_text(cut: CutSet) -> str:
    events = " + ".join(cut.events) or "(nothing needs to happen)"
    return events if cut.probability is None else f"{number_text(cut.probability):<10} {events}"


def _plain(cut: CutSet) -> dict[str, Any]:
    return {"events": list(cut.events), "probability": cut.probability}
