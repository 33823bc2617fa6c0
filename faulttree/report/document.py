"""The sections of the report in order, and which of them a model has something to say in."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree import __version__
from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section
from faulttree.report.sections import (
    assumptions,
    attributes,
    common_causes,
    cut_sets,
    diagram,
    evidence,
    identity,
    importance,
    left_out,
    numbers,
    over_time,
    reproduce,
    scenarios,
    sources,
    summary,
    timeline,
    uncertainty,
)

__all__ = ["SECTIONS", "Cover", "cover_of", "parts_of"]

SECTIONS: tuple[Section[object], ...] = (
    summary.SECTION,
    identity.SECTION,
    diagram.SECTION,
    cut_sets.SECTION,
    importance.SECTION,
    over_time.SECTION,
    common_causes.SECTION,
    uncertainty.SECTION,
    scenarios.SECTION,
    evidence.SECTION,
    timeline.SECTION,
    numbers.SECTION,
    assumptions.SECTION,
    sources.SECTION,
    attributes.SECTION,
    left_out.SECTION,
    reproduce.SECTION,
)
"""The report from its first section to its last."""


@dataclass(frozen=True)
class Cover:
    """What stands above the first section.

    model, description: of the model, the latter empty for none. top, label: of the top event. date: None where none is
    to be shown. version: of faulttree.
    """

    model: str
    description: str
    top: str
    label: str
    date: str | None
    version: str


def cover_of(found: Findings, edition: Edition) -> Cover:
    """The head of the report."""
    tree = found.tree
    model = tree.model
    return Cover(model.name, model.description or "", tree.top, tree.label, edition.date, __version__)


def parts_of(found: Findings, edition: Edition) -> list[tuple[Section[object], object]]:
    """The sections that have something to say of these findings, each with its facts."""
    stated = ((section, section.facts(found, edition)) for section in SECTIONS)
    return [(section, facts) for section, facts in stated if facts is not None]
