"""Every importance measure of every event, ranked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from faulttree.report.findings import Findings
from faulttree.report.findings.headlines import Ranking
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """ranking: the events with their measures as text. coherent: whether the tree is known to be.

    unit: that of the top event's frequency, empty where it has a probability. alternatives: whether events exclude each
    other, as frequency events do. units: of frequency events, by name.
    """

    ranking: Ranking
    coherent: bool
    unit: str = ""
    alternatives: bool = False
    units: Mapping[str, str] = field(default_factory=dict)


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The importance of the events; None where some event has no probability, or there are none."""
    if found.ranking is None or found.importance is None:
        return None
    unit = found.importance.unit
    units = dict.fromkeys(found.importance.frequencies, f" {unit}")
    alternatives = bool(found.tree.exclusive_groups or found.tree.has_frequency)
    return Facts(found.ranking, found.coherent is True, unit, alternatives, units)


SECTION = Section("importance", "Importance", facts_of, __name__)
