"""What the report does not hold, or holds as bounds only."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.figures import pages_of
from faulttree.report.findings import Findings
from faulttree.report.scope import gaps_of
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """gaps: what is missing, a sentence each. pages: of the diagram, where it is drawn; pages_left_out: not drawn."""

    gaps: tuple[str, ...]
    pages: int
    pages_left_out: int


def facts_of(found: Findings, edition: Edition) -> Facts:
    """What is missing from this edition of the report."""
    shown, left_out = pages_of(found) if edition.draws else ((), 0)
    return Facts(tuple(gaps_of(found, edition.model_file)), len(shown) + left_out, left_out)


SECTION = Section("left-out", "What was left out", facts_of, __name__)
