"""Which minimal sets of events explain what was observed, the likeliest first, without making them all."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.cut_sets.collection import CutSets
from faulttree.cut_sets.enumeration import best_first
from faulttree.errors import InvalidRequestError
from faulttree.results import PrintedTable, ShownRow, counted, number_text, text_table
from faulttree.what_if.evidence import Observed, Sides
from faulttree.wide_floats import product, quotient

__all__ = ["Explanation", "Explanations", "explanations"]

MOST_TRIED = 20_000
"""Minimal sets that are tried before the search for the likeliest ends without being sure of them."""


@dataclass(frozen=True, slots=True)
class Explanation(ShownRow):
    """A minimal set of events whose sole occurrence fits all that was observed.

    prior: probability that all of them occur, whatever else does; None where one has no probability.
    posterior: the same in the light of the evidence. Several sets may have occurred together, so that posteriors may
    add up to more than 1.
    """

    events: tuple[str, ...]
    prior: float | None
    posterior: float

    @property
    def order(self) -> int:
        """Number of events."""
        return len(self.events)

    def __iter__(self) -> Iterator[str]:
        return iter(self.events)


@dataclass(frozen=True, eq=False)
class Explanations(PrintedTable):
    """The likeliest minimal sets of events that explain what was observed, the likeliest first.

    count: how many there are. others_at_most: no set that is not among the rows has a larger posterior; 0 where all
    are here. It is above the last row's posterior only where the search was given up after 20,000 sets.
    """

    rows: tuple[Explanation, ...]
    count: int
    others_at_most: float

    @property
    def is_certain(self) -> bool:
        """Whether these certainly are the likeliest."""
        return not self.rows or self.others_at_most <= self.rows[-1].posterior

    def __iter__(self) -> Iterator[Explanation]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def columns(self) -> tuple[str, ...]:
        """rank, order, prior, posterior, events."""
        return ("rank", "order", "prior", "posterior", "events")

    def records(self) -> list[dict[str, Any]]:
        """One mapping per set, the likeliest first."""
        return [
            {"rank": rank, "order": row.order, "prior": row.prior, "posterior": row.posterior, "events": row.events}
            for rank, row in enumerate(self.rows, start=1)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"count": self.count, "others_at_most": self.others_at_most} | super().to_dict()

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """How many there are, and what is known of those that are not here."""
        more = self.count - len(self.rows)
        rest = f"... and {more:,} more, none of a posterior above {number_text(self.others_at_most)}"
        return (counted(self.count, "minimal explanation"),), (rest,) * (more > 0)

    def __str__(self) -> str:
        rows = [[rank, row.prior, row.posterior, " + ".join(row) or "(nothing)"] for rank, row in enumerate(self, 1)]
        lines = [counted(self.count, "minimal explanation"), text_table(("rank", "prior", "posterior", "events"), rows)]
        if (more := self.count - len(self.rows)) > 0:
            lines.append(f"... and {more:,} more, none of a posterior above {number_text(self.others_at_most)}")
        return "\n".join(lines)


def explanations(observed: Observed, sides: Mapping[str, Sides | None], most: int = 10) -> Explanations:
    """The likeliest minimal sets of events whose sole occurrence fits all that was observed.

    sides: probability of every event, and of its absence; None where none is known. most: how many are wanted.
    P(all of a set | evidence) = P(set) P(evidence | set) / P(evidence). The sets come by falling P(set) and each is
    weighed exactly; P(set) / P(evidence) bounds what is still to come, so that most sets are never made.
    Raises InvalidRequestError, MissingProbabilityError where what was observed depends on an event without a
    probability, LimitExceeded.
    """
    if most < 0:
        raise InvalidRequestError(f"{most} explanations cannot be listed; give 0 or more")
    functions, settled = observed.functions, observed.settled
    family = functions.minimal_sets(observed.edge)
    count = CutSets(family, "minimal cut sets", np.ones(len(family.elements))).count
    # What is settled has occurred, or has not, in the light of the evidence: only the other events have a weight.
    weight = [1.0 if event in settled else (sides.get(event) or (0.0,))[0] for event in family.elements]
    with np.errstate(divide="ignore"):
        found = best_first(family, np.log(np.array(weight)))
    sweeps, whole = functions.sweeps(observed.rest), observed.rest_probability
    rows: list[Explanation] = []
    others = 1.0 if count and not most else 0.0
    for tried, levels in enumerate(found if most else ()):
        events = tuple(family.elements[level] for level in levels)
        alone = product(*(weight[level] for level in levels))
        if (len(rows) == most and alone / whole <= rows[-1].posterior) or tried == MOST_TRIED:
            others = max(others, min(1.0, alone / whole))
            break
        evidence_then = sweeps.top_probability(dict.fromkeys(events, True))
        row = Explanation(events, _probability(events, sides), min(1.0, quotient(product(alone, evidence_then), whole)))
        bisect.insort(rows, row, key=lambda row: -row.posterior)
        if len(rows) > most:
            others = max(others, rows.pop().posterior)
    return Explanations(tuple(rows), count, others)


def _probability(events: Sequence[str], sides: Mapping[str, Sides | None]) -> float | None:
    known = [pair[0] for event in events if (pair := sides.get(event))]
    return product(*known) if len(known) == len(events) else None
