"""The minimal cut sets, the best first, with their shares."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate

from faulttree.cut_sets.collection import CutSet
from faulttree.report import charts
from faulttree.report.figures import MOST_ROWS, Figure, listed
from faulttree.report.findings import Findings
from faulttree.report.findings.elements import labels_of
from faulttree.report.findings.headlines import sets_text
from faulttree.report.scope import coherence_text, sentence
from faulttree.report.section import Edition, Section
from faulttree.results import share_text
from faulttree.wide_floats import is_undefined

__all__ = ["SECTION", "Facts", "Ranked"]


@dataclass(frozen=True)
class Ranked:
    """A minimal cut set. so_far: the share of it and all before it; None, as its share, where shares are not known."""

    events: tuple[str, ...]
    order: int
    probability: float | None
    share: float | None
    so_far: float | None


@dataclass(frozen=True)
class Facts:
    """The best minimal cut sets, and what is known of all of them.

    said: how many there are, of which orders. coherent: whether the tree is known to be; coherence: in words.
    complete: whether all sets are known. more: whether there are more than those listed. weighed: whether the events
    have probabilities. sets: the best, ranked. contribution: their shares as bars. listing: what the tables that stand
    beside the report leave out. quantity: given for each set, quantities: the same in
    the plural; unit: of frequencies, empty for probabilities.
    """

    said: str
    coherent: bool
    coherence: str
    complete: bool
    more: bool
    weighed: bool
    sets: tuple[Ranked, ...]
    contribution: Figure | None
    listing: tuple[str, ...]
    quantity: str
    quantities: str
    unit: str


def facts_of(found: Findings, edition: Edition) -> Facts:
    """The minimal cut sets of the tree."""
    sets = _ranked(found.best_cut_sets)
    return Facts(
        said=sentence(sets_text(found.cut_sets)),
        coherent=found.coherent is True,
        coherence=coherence_text(found.coherent),
        complete=found.cut_sets.complete,
        more=found.cut_sets.found > len(sets),
        weighed=found.answer is not None,
        sets=sets,
        contribution=_contribution(sets, labels_of(found.tree)) if edition.draws else None,
        listing=tuple(found.listing()) if edition.beside else (),
        quantity=found.cut_sets.quantity,
        quantities=found.cut_sets.quantities,
        unit=found.cut_sets.unit,
    )


def _ranked(cuts: Iterable[CutSet]) -> tuple[Ranked, ...]:
    cuts = tuple(cuts)
    totals = accumulate(cut.fraction or 0.0 for cut in cuts)
    return tuple(
        Ranked(cut.events, cut.order, cut.probability, cut.fraction, None if cut.fraction is None else min(total, 1.0))
        for cut, total in zip(cuts, totals, strict=True)
    )


def _contribution(sets: Iterable[Ranked], labels: dict[str, str]) -> Figure | None:
    """The best cut sets' shares, each with what it adds up to so far; None for a single one."""
    known = [each for each in sets if each.share is not None and not is_undefined(each.share)]
    if len(known) < 2:
        return None
    rows = []
    for rank, each in enumerate(known[:MOST_ROWS], start=1):
        events = " + ".join(labels.get(event, event) for event in each.events)
        words = f"{share_text(each.share)}, so far {share_text(each.so_far)}"
        rows.append(charts.Bar(f"{rank}. {events}", each.share or 0.0, 0.0, words))
    return Figure(charts.bars(rows, "Shares of the minimal cut sets", f"Bars: {listed(rows)}"))


SECTION = Section("cut-sets", "Minimal cut sets", facts_of, __name__)
