"""What was changed from one model to another, and what that did to the results for each top event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from faulttree.cut_sets.collection import CutSet
from faulttree.errors import printable
from faulttree.model.changes import Aspect, Change, ModelChanges
from faulttree.results import PrintedTable, counted, number_text, text_table
from faulttree.what_if.difference_check import Check, Verdict, verdict
from faulttree.what_if.difference_markdown import markdown
from faulttree.what_if.difference_rows import change_rows, quantity_rows, rank_rows
from faulttree.what_if.moves import TopDifference

__all__ = ["Difference"]

LONG = 72
"""Characters of a cell in the text; JSON has the whole."""
SHOWN = 10
_PLACES: dict[Aspect, str] = {
    "structure": "in the structure",
    "numbers": "in the numbers",
    "scenarios": "in scenarios and evidence",
    "words": "in texts",
}


@dataclass(frozen=True, eq=False)
class Difference(PrintedTable):
    """What was changed in a model, and what that did to the results. As a table it is the list of changes.

    names: of the two models. changes: of the model. results: for each top event that was compared. tops_lost,
    tops_gained: top events of only one of the models, where those of the models were asked for. tolerance: relative;
    numbers closer to each other are taken for equal. notes: on the whole; each top event has its own.
    """

    names: tuple[str, str]
    changes: ModelChanges
    results: tuple[TopDifference, ...]
    tops_lost: tuple[str, ...] = ()
    tops_gained: tuple[str, ...] = ()
    tolerance: float = 0.0
    notes: tuple[str, ...] = ()

    @property
    def results_differ(self) -> bool | None:
        """Whether any result of any top event differs, or one is in one model only. None when it cannot be told."""
        return _any(bool(self.tops_lost or self.tops_gained), *(top.results_differ for top in self.results))

    @property
    def increased(self) -> bool | None:
        """Whether the probability of any top event of both models rose, as it stands or under a scenario of both.

        By more than the tolerance. None when that cannot be told.
        """
        return _any(*(top.increased for top in self.results))

    def check(self, check: Check) -> Verdict:
        """Whether the two differ in what is checked, and in what. Raises InvalidRequestError."""
        return verdict(self.changes, self.results, (self.tops_lost, self.tops_gained), check)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per change of the model."""
        return self.changes.records()

    def columns(self) -> tuple[str, ...]:
        """The fields of a change."""
        return tuple(Change.__dataclass_fields__)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the cut sets gained and lost the best."""
        return {
            "before": {"name": self.names[0], "other_tops": list(self.tops_lost)},
            "after": {"name": self.names[1], "other_tops": list(self.tops_gained)},
            "tolerance": self.tolerance,
            "results_differ": self.results_differ,
            "increased": self.increased,
            "counts": self.changes.counts(),
            "changes": self.records(),
            "results": [top.to_dict() for top in self.results],
            "notes": list(self.notes),
        }

    def to_markdown(self, check: Check | None = None) -> str:
        """The difference for a pull request: headings and tables, long lists folded, every text taken literally.

        check: as in `check`; its verdict then stands first, and what it is about is not folded.
        """
        return markdown(self, check)

    def summary(self) -> str:
        """What was changed, counted, in one line."""
        counts = {aspect: number for aspect, number in self.changes.counts().items() if number}
        if not counts:
            return "the models say the same"
        total = counted(len(self.changes), "change")
        if len(counts) == 1:
            return f"{total} {_PLACES[next(iter(counts))]}"
        return f"{total}: " + ", ".join(f"{number:,} {_PLACES[aspect]}" for aspect, number in counts.items())

    def other_tops(self) -> list[str]:
        """A sentence for each side that has top events of its own."""
        sides = zip(self.names, (self.tops_lost, self.tops_gained), strict=True)
        return [f"top events of {name} only, not compared: {', '.join(tops)}" for name, tops in sides if tops]

    def __str__(self) -> str:
        lines = ["  ->  ".join(" ".join(name.split()) for name in self.names), self.summary(), *self.other_tops()]
        if len(self.changes):
            lines += ["", *_indented(("about", "element", "what", "before", "after"), change_rows(self.changes, LONG))]
        for top in self.results:
            if len(self.results) > 1 or self.tops_lost or self.tops_gained:
                lines += ["", f"top event {' -> '.join(dict.fromkeys(top.tops))}"]
            lines += _top_lines(top)
        lines += ["", *(f"note: {note}" for note in self.notes)] if self.notes else []
        return printable("\n".join(lines))


def _any(*answers: bool | None) -> bool | None:
    return True if any(answers) else None if None in answers else False


def _top_lines(top: TopDifference) -> list[str]:
    lines = []
    rows = quantity_rows(top)
    if rows:
        lines += ["", *_indented(("quantity", "before", "after", "ratio", "difference"), rows)]
    for word, count, best in top.cut_sets.sides():
        lines += ["", f"minimal cut sets {word}: {count:,}"]
        lines += [f"    {_set_text(cut)}" for cut in best]
        if count > len(best):
            lines.append(f"    ... and {count - len(best):,} more")
    if top.ranks:
        lines += ["", f"ranks moved, by {top.measure.replace('_', ' ')}"]
        lines += _indented(("event", "rank before", "after", "value before", "after"), rank_rows(top)[:SHOWN])
        if len(top.ranks) > SHOWN:
            lines.append(f"    ... and {len(top.ranks) - SHOWN:,} more")
    return [*lines, *([""] if top.notes else []), *(f"note: {note}" for note in top.notes)]


def _indented(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    return ["    " + line for line in text_table(columns, rows).splitlines()]


def _set_text(cut: CutSet) -> str:
    events = " + ".join(cut.events) or "(nothing needs to happen)"
    return events if cut.probability is None else f"{number_text(cut.probability):<10} {events}"
