"""What happened, in order."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section
from faulttree.report.wording import moment_text

__all__ = ["SECTION", "Entry", "Facts"]


@dataclass(frozen=True)
class Entry:
    """An entry of the timeline.

    when: the time, the date or the phase. vague: whether only the phase is known. note: empty for none. source: keys.
    """

    when: str
    vague: bool
    event: str
    note: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """entries: in the order of the model."""

    entries: tuple[Entry, ...]


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The timeline of the model; None where it has none."""
    entries = tuple(
        Entry(moment_text(entry), entry.at is None, entry.event, entry.note or "", entry.source)
        for entry in found.tree.model.timeline
    )
    return Facts(entries) if entries else None


SECTION = Section("timeline", "Timeline", facts_of, __name__)
