"""All that is worked out for one top event, once, for the summary, every section of the report and every file."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeVar

from faulttree.cut_sets.collection import CutSet
from faulttree.cut_sets.partial import AnyCutSets
from faulttree.errors import (
    ExclusiveEventsError,
    FrequencyError,
    LimitExceeded,
    MissingProbabilityError,
    UnlistedEventsError,
)
from faulttree.facade import FaultTree, compare
from faulttree.importance.events import Importance
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.report.findings.depth import Depth, in_depth
from faulttree.report.findings.evidence import EvidenceFindings, evidence_findings
from faulttree.report.findings.headlines import Ranking, ranking_of
from faulttree.report.findings.printing import printable
from faulttree.results import counted
from faulttree.what_if.compare import Comparison

if TYPE_CHECKING:
    from faulttree.render.diagram import Diagram

__all__ = ["Findings"]

T = TypeVar("T")
MOST_LISTED = 10_000
"""Minimal cut sets in the files of `faulttree run`."""
SHOWN = 50
"""Minimal cut sets in the report."""


@dataclass(frozen=True, eq=False)
class Findings:
    """All results of a tree.

    answer: the probability of the top event, or its frequency where frequency events bring it about.
    The numbers are None when some event has no probability. Those of `left_out` are None, or empty, because the
    limits of the analysis end them; `undefined` says what is not worked out for such a tree, and why. questions: about
    events that look like alternatives. nodes, order: of the decision diagram, None when none fits. evidence: what
    follows from each evidence that the model names.
    """

    tree: FaultTree
    cut_sets: AnyCutSets
    answer: Probability | Frequency | None
    rare_event: Probability | Frequency | None
    min_cut_upper_bound: Probability | None
    importance: Importance | None
    gate_probabilities: Mapping[str, float] | None
    comparisons: Mapping[str, Comparison]
    nodes: int | None
    order: str | None
    depth: Depth
    left_out: tuple[str, ...] = ()
    undefined: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    evidence: tuple[EvidenceFindings, ...] = ()

    @classmethod
    def of(cls, tree: FaultTree) -> Self:
        """Work everything out, the model's scenarios included; what the limits end is left out, and named."""
        known = True
        try:
            tree.event_probabilities()
        except MissingProbabilityError:
            known = False
        left_out: list[str] = []
        undefined: list[str] = []

        def within_limits(quantity: Callable[[], T], name: str = "") -> T | None:
            try:
                return quantity()
            except (ExclusiveEventsError, FrequencyError, UnlistedEventsError) as error:
                undefined.extend([said] if (said := f"Left out: {error}.") not in undefined else [])
                return None
            except LimitExceeded:
                left_out.extend([name] if name else [])
                return None

        comparisons = {}
        nodes = within_limits(lambda: tree.diagram_size)
        for name in tree.model.scenarios:
            # Without a diagram of the tree each would take the limits anew.
            compared = compare(tree, tree.scenario(name)) if nodes is not None else None
            if compared is not None:
                comparisons[name] = compared
            if compared is None or compared.partial:
                left_out.append(f"{'scenario' if compared is None else 'a part of scenario'} '{name}'")
        cut_sets = tree.minimal_cut_sets()
        answer = within_limits(tree.answer, "the frequency of the top event") if known else None
        gate_probabilities = None
        # What the gates of a tree with a frequency have is probabilities of some, and frequencies of others.
        if known and not isinstance(answer, Frequency):
            gate_probabilities = within_limits(tree.exact_gate_probabilities, "the gates' probabilities")
            if gate_probabilities is not None and (hard := len(tree.gates) - len(gate_probabilities)):
                left_out.append(f"the probabilities of {counted(hard, 'gate')}")
        return cls(
            tree=tree,
            cut_sets=cut_sets,
            answer=answer,
            rare_event=within_limits(tree.rare_event, "the rare-event sum") if known else None,
            min_cut_upper_bound=within_limits(tree.min_cut_upper_bound, "the min-cut upper bound")
            if isinstance(answer, Probability)
            else None,
            importance=within_limits(tree.importance, "importance") if known else None,
            gate_probabilities=gate_probabilities,
            comparisons=comparisons,
            nodes=nodes,
            order=within_limits(lambda: tree.order_name),
            depth=in_depth(tree) if known else Depth(),
            evidence=evidence_findings(tree, scenarios=nodes is not None),
            left_out=tuple(left_out),
            undefined=tuple(undefined),
            questions=tree.likely_alternatives(cut_sets) if known else (),
        )

    @property
    def probability(self) -> Probability | None:
        """The probability of the top event; None where it has a frequency, or some event has no probability."""
        return self.answer if isinstance(self.answer, Probability) else None

    @property
    def frequency(self) -> Frequency | None:
        """The frequency of the top event; None where it has none."""
        return self.answer if isinstance(self.answer, Frequency) else None

    @functools.cached_property
    def coherent(self) -> bool | None:
        """Whether the tree is coherent; None where the limits leave that open."""
        try:
            return self.tree.coherent
        except LimitExceeded:
            return None

    @property
    def partial(self) -> bool:
        """Whether the limits ended the work before all was known; bounds on the probability alone do not count."""
        lacking = any(account.lacking for found in self.evidence for account in found.accounts)
        skipped = any(found.skipped for found in self.evidence)
        # Where events are not listed, what needs all cut sets is not defined, whatever the limits.
        unknown = self.importance is not None and bool(self.importance.unknown) and not self.tree.unlisted_components
        return bool(self.left_out or self.depth.notes) or not self.cut_sets.complete or lacking or skipped or unknown

    @functools.cached_property
    def ranking(self) -> Ranking | None:
        """The events by importance; None where there are none, or some have no probability."""
        return ranking_of(self.importance, self.coherent is True) if self.importance else None

    @property
    def digest(self) -> str:
        """SHA-256 of the model's content, however it is written."""
        return self.tree.model.digest

    @functools.cached_property
    def best_cut_sets(self) -> tuple[CutSet, ...]:
        """The 50 best minimal cut sets, or all."""
        return tuple(self.cut_sets.ranked(SHOWN))

    @functools.cached_property
    def pages(self) -> tuple[Diagram, ...]:
        """The diagram, on as few pages as can be read when printed."""
        return tuple(printable(self.tree.diagram()))

    @property
    def listed(self) -> int:
        """The number of cut sets that the files list: all that were found, or the 10,000 best."""
        return min(self.cut_sets.found, MOST_LISTED)

    def listing(self) -> list[str]:
        """What the files leave out of the cut sets, in words; nothing when they hold all."""
        if self.cut_sets.found <= self.listed:
            return []
        found = "" if self.cut_sets.complete else " that were found"
        listed = f"{self.listed:,} best of {self.cut_sets.found:,}{found}"
        return [f"cut_sets.csv and result.json list the {listed}; all numbers are of all of them"]

    def notes(self) -> list[str]:
        """What the limits of the analysis left out, and what there is to ask about the model, in words."""
        left_out = [f"Within the limits of the analysis these were left out: {', '.join(self.left_out)}."]
        asked = [f"{question[:1].upper()}{question[1:]}." for question in self.questions]
        return [*(left_out if self.left_out else []), *self.undefined, *self.depth.notes, *asked]
