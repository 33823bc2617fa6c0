"""The fault tree as drawn, on pages that can be printed."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.figures import Figure, pages_of
from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """The pages of the diagram, or the file that holds it.

    top: the label of the top event. pages: as drawn; none where nothing is drawn. left_out: how many more there are.
    picture: where the diagram is to be found as a file, None for none.
    """

    top: str
    pages: tuple[Figure, ...]
    left_out: int
    picture: str | None


def facts_of(found: Findings, edition: Edition) -> Facts:
    """The diagram of the tree."""
    pages, left_out = pages_of(found) if edition.draws else ((), 0)
    return Facts(found.tree.label, pages, left_out, edition.picture)


SECTION = Section("diagram", "The fault tree", facts_of, __name__)
