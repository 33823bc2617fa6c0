"""What was analysed: model, top event, size, settings, and the probability by each method."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree import __version__
from faulttree.facade import FaultTree
from faulttree.model.states import states_text
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.report.findings import Findings
from faulttree.report.scope import Setting, coherence_text, settings_of
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """What was analysed, and the probability by each method.

    model: its name. digest: SHA-256 of its content. top, label: of the top event. size: how many gates and events
    it has. coherence: in words. states: that were set, mission_time: as written; empty for none. settings: of the
    analysis.
    version: of faulttree. date: None where none is to be shown. answer: the probability or frequency of the top event.
    answer, min_cut_upper_bound, rare_event: None where they are not known. dependence: of events, in words.
    on_diagram: whether a decision diagram fitted. notes: on what the limits left out.
    """

    model: str
    digest: str
    top: str
    label: str
    size: str
    coherence: str
    states: str
    mission_time: str
    settings: tuple[Setting, ...]
    version: str
    date: str | None
    answer: Probability | Frequency | None
    min_cut_upper_bound: float | None
    rare_event: Probability | Frequency | None
    dependence: str
    on_diagram: bool
    notes: tuple[str, ...]


def facts_of(found: Findings, edition: Edition) -> Facts:
    """What these findings are of."""
    tree, upper, rare = found.tree, found.min_cut_upper_bound, found.rare_event
    return Facts(
        model=tree.model.name,
        digest=found.digest,
        top=tree.top,
        label=tree.label,
        size=tree.size,
        coherence=coherence_text(found.coherent),
        states=states_text(tree.states_as_said),
        mission_time=str(tree.model.mission_time or ""),
        settings=tuple(settings_of(found)),
        version=__version__,
        date=edition.date,
        answer=found.answer,
        min_cut_upper_bound=None if upper is None else upper.value,
        rare_event=rare,
        dependence=_dependence(tree),
        on_diagram=found.nodes is not None,
        notes=tuple(found.notes()),
    )


def _dependence(tree: FaultTree) -> str:
    """Which basic events the analysis takes as independent, in words; listed causes of a group are basic events."""
    others = ["the components of common-cause groups"] if tree.unlisted_components else []
    others += ["those that exclude each other"] if tree.exclusive_groups else []
    return f"basic events independent{', but for ' * bool(others)}{' and '.join(others)}"


SECTION = Section("identity", "What was analysed", facts_of, __name__)
