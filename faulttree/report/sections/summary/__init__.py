"""What an engineer reads first: the probability, what it rests on, and what matters most."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.model.states import states_text
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.report.findings import Findings
from faulttree.report.findings.elements import events_of, judged_of, outermost
from faulttree.report.findings.evidence import EvidenceFindings
from faulttree.report.findings.findings import SHOWN
from faulttree.report.findings.headlines import Leaders, Ranking, count_text, leaders_of, sets_text
from faulttree.report.scope import gaps_of, sentence
from faulttree.report.section import Edition, Section
from faulttree.results import counted, number_text
from faulttree.uncertainty import UncertaintyAnalysis

__all__ = ["SECTION", "Facts", "Held", "Interval", "Moved", "Observed"]

MOST_MOVED = 3


@dataclass(frozen=True)
class Interval:
    """The 90 % interval of the top event's probability or frequency, and its mean."""

    low: float
    high: float
    mean: float


@dataclass(frozen=True)
class Held:
    """A hypothesis given the evidence. untouched: whether it is as probable as before."""

    name: str
    posterior: float
    untouched: bool


@dataclass(frozen=True)
class Moved:
    """An event or gate that the evidence moves. posterior: as text; a dash where it is settled."""

    name: str
    posterior: str


@dataclass(frozen=True)
class Observed:
    """What follows from an evidence of the model as it is written.

    evidence: in words. probability: of the observation, None where there is none, and `note` says why. hypotheses:
    those that can be. moved: the events and gates that are moved most, where no hypothesis can be.
    """

    evidence: str
    probability: float | None
    note: str
    hypotheses: tuple[Held, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True)
class Facts:
    """The result in short.

    answer: the probability of the top event, or its frequency; None where some event has none. obtained: how an exact
    one was, in words. states: that were set,
    mission_time: as written; empty for none. dependence: in words, empty for
    none. uncertainty: None where no
    input is uncertain. count, said: how many minimal cut sets there are, in short and in a sentence. best: the
    likeliest, None where none has a probability. ranking: of the events, None
    where there is none. evidence: what follows from each. events: how many basic events the tree has. judged: those
    whose number is judgement. judged_below: the outermost gates below which all numbers are. unranked: whether
    there are components of common-cause groups that are not among the events of the ranking. gaps: whether anything
    was left out.
    """

    answer: Probability | Frequency | None
    obtained: str
    states: str
    mission_time: str
    dependence: str
    uncertainty: Interval | None
    count: str
    said: str
    best: Leaders | None
    ranking: Ranking | None
    evidence: tuple[Observed, ...]
    events: int
    judged: tuple[str, ...]
    judged_below: tuple[str, ...]
    unranked: bool
    gaps: bool


def facts_of(found: Findings, edition: Edition) -> Facts:
    """The result in short."""
    tree, sampled = found.tree, found.depth.uncertainty
    return Facts(
        answer=found.answer,
        obtained=_obtained(found),
        states=states_text(tree.states_as_said),
        mission_time=str(tree.model.mission_time or ""),
        dependence=_dependence(found),
        uncertainty=None if sampled is None else _interval(sampled),
        count=count_text(found.cut_sets),
        said=sentence(sets_text(found.cut_sets)),
        best=leaders_of(found.cut_sets, SHOWN),
        ranking=found.ranking,
        evidence=tuple(map(_observed, found.evidence)),
        events=len(events_of(tree)),
        judged=judged_of(tree),
        judged_below=outermost(tree.model, found.depth.judged_only),
        unranked=bool(tree.unlisted_components),
        gaps=any(gaps_of(found, edition.model_file)),
    )


def _interval(sampled: UncertaintyAnalysis) -> Interval:
    return Interval(sampled.percentile(5), sampled.percentile(95), sampled.mean)


def _obtained(found: Findings) -> str:
    if found.nodes is not None and found.answer is not None and found.answer.method == "exact":
        return f"from a decision diagram of {counted(found.nodes, 'node')}"
    return "by counting on the tree itself"


def _observed(evidence: EvidenceFindings) -> Observed:
    account = evidence.accounts[0]
    hypotheses = (
        Held(each.name, each.posterior, each.name in account.untouched)
        for each in account.hypotheses
        if each is not None
    )
    moved = []
    for name in evidence.moved[:MOST_MOVED]:
        posterior = account.elements[name].posterior if name in account.elements else None
        unsettled = "" if name in account.elements else "–"
        moved.append(Moved(name, unsettled if posterior is None else number_text(posterior)))
    words = evidence.evidence.label or evidence.name
    return Observed(words, account.probability, account.note, tuple(hypotheses), tuple(moved))


SECTION = Section("summary", "Summary", facts_of, __name__)


def _dependence(found: Findings) -> str:
    """What the model states of events that depend on each other, in words."""
    stated = ["the common causes"] if found.depth.common_causes is not None else []
    stated += ["the events that exclude each other"] if found.tree.exclusive_groups else []
    return " and ".join(stated)
