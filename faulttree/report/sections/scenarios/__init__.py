"""What each scenario of the model does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Compared", "Facts"]


@dataclass(frozen=True)
class Compared:
    """A scenario, and the top event under it.

    label, description: empty for none. source: keys. states: that it sets, by name. answer: the top's probability or
    frequency, None where some event has none. ratio: of that to the one as modelled. cut_sets: under it; gained, lost:
    only under it, only without it; None where not known.
    """

    name: str
    label: str
    description: str
    source: tuple[str, ...]
    states: Mapping[str, bool | float]
    answer: Probability | Frequency | None
    ratio: float | None
    cut_sets: int | None
    gained: int | None
    lost: int | None


@dataclass(frozen=True)
class Facts:
    """answer, cut_sets: of the tree as modelled, None where not known.

    scenarios: those that came within the limits; left_out: how many did not.
    """

    answer: Probability | Frequency | None
    cut_sets: int | None
    scenarios: tuple[Compared, ...]
    left_out: int


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The scenarios of the model; None where there are none, or the limits left all of them out."""
    rows = []
    for name, compared in found.comparisons.items():
        written = found.tree.model.scenarios[name]
        told = (name, written.label or "", written.description or "", written.source, written.states)
        moved = (None if each is None else each.count for each in (compared.gained, compared.lost))
        sets = (compared.cut_sets_after, *moved)
        rows.append(Compared(*told, compared.after, compared.ratio, *sets))
    count = found.cut_sets.count if found.cut_sets.complete else None
    left_out = len(found.tree.model.scenarios) - len(rows)
    return Facts(found.answer, count, tuple(rows), left_out) if rows else None


SECTION = Section("scenarios", "Scenarios", facts_of, __name__)
