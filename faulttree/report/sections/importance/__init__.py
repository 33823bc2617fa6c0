"""Every importance measure of every event, ranked."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.findings.headlines import Ranking
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """ranking: the events with their measures as text. coherent: whether the tree is known to be."""

    ranking: Ranking
    coherent: bool


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The importance of the events; None where some event has no probability, or there are none."""
    return None if found.ranking is None else Facts(found.ranking, found.coherent is True)


SECTION = Section("importance", "Importance", facts_of, __name__)
