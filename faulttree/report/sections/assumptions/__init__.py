"""What every number rests on, and what the model itself marks as assumption or judgement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.report.findings import Findings
from faulttree.report.findings.depth import JUDGEMENT
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts", "Marked"]

ASSUMPTION = "assumption"


@dataclass(frozen=True)
class Marked:
    """An element whose source is an assumption or judgement.

    kind: `gate`, `parameter`, `common-cause group` or `scenario`. label, words (its basis or description): empty for
    none. marks: what the model calls it.
    """

    name: str
    label: str
    kind: str
    marks: str
    words: str


@dataclass(frozen=True)
class Facts:
    """assumptions: of the analysis, a sentence each. marked: elements besides basic events that the model marks."""

    assumptions: tuple[str, ...]
    marked: tuple[Marked, ...]


def facts_of(found: Findings, _: Edition) -> Facts:
    """The assumptions of the analysis and of the model."""
    return Facts(tuple(_assumptions(found.tree, found.coherent)), tuple(_marked(found.tree.model)))


def _assumptions(tree: FaultTree, coherent: bool | None) -> Iterator[str]:
    """What every number of the report rests on, in words."""
    model = tree.model
    alike = model.exclusive_groups
    for group, members in tree.exclusive_groups.items():
        how_many = "exactly one" if alike[group].is_exhaustive else "at most one"
        yield f"Of {', '.join(members)} {how_many} is true ({alike[group].label or group})."
    if tree.exclusive_groups:
        rest = "; what common-cause groups share are basic events, too" if tree.expansion.members else ""
        rest = ", but for the components of common-cause groups" if tree.unlisted_components else rest
        yield f"Otherwise basic events are independent{rest}."
    elif tree.unlisted_components:
        yield "Basic events are independent, but for the components of common-cause groups."
    elif tree.expansion.members:
        yield "Basic events are independent; what common-cause groups share are basic events, too."
    else:
        yield "Basic events are independent of each other; the model states no common causes."
    if tree.has_frequency:
        yield "Frequency events come about at independent moments, one at a time."
    if model.mission_time:
        yield f"Events that change in time are taken at the mission time, {model.mission_time}, unless said otherwise."
    yield from _times_of_their_own(model)
    if model.correlations:
        yield "What is known of the uncertain inputs is correlated as the model states."
    elif model.uncertain_inputs():
        yield "What is known of one uncertain input tells nothing of another; events that share an input share a value."
    if not coherent:
        yield (
            "An event's occurrence may prevent the top event. Probabilities are those of the tree as it is; the "
            "minimal cut sets drop the negations, and so do measures that are made from cut sets."
        )
    yield from tree.warnings
    houses = [name for name, house in model.house_events.items() if name not in tree.states and house.state]
    if houses:
        yield f"House events that are switched on: {', '.join(houses)}."
    if model.house_events and len(houses) < len(model.house_events):
        off = [name for name in model.house_events if name not in houses and name not in tree.states]
        if off:
            yield f"House events that are switched off: {', '.join(off)}."


def _times_of_their_own(model: Model) -> Iterator[str]:
    """Which events are taken at another time than the mission's, or on average; of copies, each by its name."""
    events = {name: event for name, event in model.basic_events.items() if name not in model.copies}
    for what, names in (
        ("taken at an exposure time of their own", [
            name for name, event in events.items() if event.exposure is not None and event.at is None
        ]),
        ("taken by the mean of their state over a test interval, an exposure or the mission", [
            name for name, event in events.items() if event.at == "mean"
        ]),
        ("taken at the worst of a test interval, an exposure or the mission", [
            name for name, event in events.items() if event.at == "largest"
        ]),
    ):  # fmt: skip
        if names:
            yield f"Events that are {what}: {', '.join(names)}."


def _marked(model: Model) -> Iterator[Marked]:
    """Gates, parameters, scenarios and groups whose source is an assumption or judgement."""
    kinds = {
        "gate": model.gates, "parameter": model.parameters, "common-cause group": model.common_cause_groups,
        "scenario": model.scenarios,
    }  # fmt: skip
    for kind, elements in kinds.items():
        for name, element in elements.items():
            marks = [mark for mark in (ASSUMPTION, JUDGEMENT) if mark in element.source]
            if marks:
                words = getattr(element, "basis", None) or element.description or ""
                yield Marked(name, element.label or "", kind, ", ".join(marks), words)


SECTION = Section("assumptions", "Assumptions", facts_of, __name__)
