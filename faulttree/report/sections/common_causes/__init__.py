"""The common-cause groups, and the independent events that stand for them."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section
from faulttree.report.wording import factors_text

__all__ = ["SECTION", "Facts", "Group", "Independent"]


@dataclass(frozen=True)
class Group:
    """A group as written. label: empty for none. factors: its model in words. source: keys."""

    name: str
    label: str
    factors: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Independent:
    """An independent event: the components that it fails, and its share of their probability, None for a shock.

    multiplicity: of how many events it is one, each of which fails as many of the components; 1 where it is listed.
    """

    group: str
    event: str
    components: tuple[str, ...]
    coefficient: float | None
    probability: float
    multiplicity: int


@dataclass(frozen=True)
class Facts:
    """groups: of the model. events: that stand for their members, group by group.

    unlisted: whether a group has so many that those of one size are told together.
    """

    groups: tuple[Group, ...]
    events: tuple[Independent, ...]
    unlisted: bool


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """The common causes of the model; None where it states none, or some event has no probability."""
    if found.depth.common_causes is None:
        return None
    model = found.tree.model
    groups = (
        Group(name, group.label or "", factors_text(model, group), group.source)
        for name, group in model.common_cause_groups.items()
    )
    events = (
        Independent(
            *(row[key] for key in ("group", "event", "components", "coefficient", "probability", "multiplicity"))
        )
        for row in found.depth.common_causes.records()
    )
    return Facts(tuple(groups), tuple(events), bool(found.tree.expansion.unlisted))


SECTION = Section("common-causes", "Common causes", facts_of, __name__)
