"""What a summary may say of cut sets and importances: no more than is known, and ties as ties."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from faulttree.cut_sets.collection import CutSet
from faulttree.cut_sets.partial import AnyCutSets, PartialCutSets
from faulttree.importance.events import EventImportance, Importance, interval_text
from faulttree.importance.table import MEASURE, MEASURES
from faulttree.results import number_text
from faulttree.wide_floats import is_close, is_undefined

__all__ = [
    "MEASURE_NAMES",
    "Leaders",
    "Ranking",
    "count_text",
    "leaders_of",
    "ranking_of",
    "sets_text",
]

MOST_ORDERS = 5
MOST_NAMED = 6
LEADING = 3
TIE = 1e-9
"""Relative difference of numbers that differ by rounding alone."""

FIRST = "fussell_vesely"
MEASURE_NAMES = {key: MEASURE[key].name for key in (FIRST, *(key for key in MEASURES if key != FIRST))}
"""The measures as tables name them, in the order of the columns: what events are ranked by comes first."""


# Cut sets


def count_text(sets: AnyCutSets) -> str:
    """How many sets there are: `3 minimal cut sets`, `at least 3 ...` or `an unknown number of ...`."""
    if not sets.complete and not sets.found:
        return f"an unknown number of {sets.kind}"
    kind = sets.kind.removesuffix("s") if sets.found == 1 else sets.kind
    return f"{'' if sets.complete else 'at least '}{sets.found:,} {kind}"


def sets_text(sets: AnyCutSets) -> str:
    """How many sets there are, of which orders, and what is not known of them, in a sentence without its full stop."""
    orders = _orders(sets.found_by_order)
    if sets.complete:
        return count_text(sets) + (f": {orders}" if orders else "")
    if sets.found:
        return f"{count_text(sets)}: {orders} were found; {sets.known()}"
    return f"how many {sets.kind} there are is not known: {_none_found(sets)}"


def _orders(count_by_order: Mapping[int, int]) -> str:
    """The numbers of the first five orders, and of the rest together."""
    rows = sorted(count_by_order.items())
    parts = [f"{number:,} of order {order}" for order, number in rows[:MOST_ORDERS]]
    rest = sum(number for _, number in rows[MOST_ORDERS:])
    return ", ".join(parts) + (f", and {rest:,} of higher order" if rest else "")


def _none_found(sets: PartialCutSets) -> str:
    """Of sets of which none is known: what certainly is not among them."""
    if sets.complete_to_order is not None:
        return f"none has order {sets.complete_to_order} or less, and larger ones were not found within the limits"
    if sets.complete_above == 0.0:
        zero = "probability or frequency 0" if sets.unit else "probability 0"
        return f"none is without an event of {zero}, and others were not found within the limits"
    if sets.complete_above is not None:
        least = f"{number_text(sets.complete_above)} {sets.unit}".rstrip()
        return f"none has a {sets.quantity} of {least} or more, and others were not found within the limits"
    return "none was found within the limits"


# Leaders


@dataclass(frozen=True)
class Leaders:
    """The likeliest cut sets.

    first: those that tie for the first place, at most `MOST_NAMED`. ties: how many do. at_least: whether there may be
    more. of_all: whether they are the likeliest of all, and not only of those that were found.
    """

    first: Sequence[CutSet]
    ties: int
    at_least: bool
    of_all: bool

    @property
    def ties_text(self) -> str:
        """How many tie: `5`, `50 or more`."""
        return f"{self.ties:,}{' or more' if self.at_least else ''}"


def leaders_of(sets: AnyCutSets, most: int) -> Leaders | None:
    """Which of the sets that are here are the likeliest; None where none has a probability. most: are looked at."""
    cuts = list(sets.ranked(most))
    if not cuts or not cuts[0].probability:
        return None
    best = cuts[0].probability
    tied = list(itertools.takewhile(lambda cut: _equal(cut.probability or 0.0, best), cuts))
    beyond = len(tied) == len(cuts) < sets.found
    return Leaders(
        tied[:MOST_NAMED],
        len(tied),
        at_least=beyond or not (sets.complete or sets.reaches(math.inf, best * (1.0 - 2.0 * TIE))),
        of_all=sets.complete or sets.reaches(math.inf, best),
    )


# Importance


@dataclass(frozen=True)
class Ranking:
    """The events by how much they matter.

    by: the measure that ranks them, in words; empty where nothing tells them apart. rows: the events, ranked, each with
    the text of every measure by name: a number, an interval that certainly holds it, empty where it is not defined.
    unknown: the measures of which nothing is known, in words: `rows` leave them out. bounded: whether there are
    intervals. leading: the first three events or so, those together that tie; none where no event has a value above 0.
    others: ties of the last that are not named in it. certain: whether these certainly lead, in this order: not where
    their intervals overlap with those of others.
    """

    by: str
    rows: tuple[tuple[EventImportance, Mapping[str, str]], ...]
    unknown: tuple[str, ...]
    bounded: bool
    leading: tuple[tuple[str, ...], ...]
    others: int = 0
    certain: bool = True

    @property
    def columns(self) -> dict[str, str]:
        """The measures that there is something to say of: their names in words by their names."""
        return {measure: name for measure, name in MEASURE_NAMES.items() if name not in self.unknown}


def ranking_of(found: Importance, coherent: bool = False) -> Ranking:
    """The events of an importance analysis, ranked by Fussell-Vesely, or where that is unknown by Birnbaum's bound.

    coherent: as of `interval_text`.
    """
    ends = None
    if found.lower is not None and found.upper is not None:
        ends = {row.event: (row, high) for row, high in zip(found.lower, found.upper, strict=True)}
    by_shares = not all(is_undefined(row.fussell_vesely) for row in found)

    def worth(row: EventImportance) -> float:
        if by_shares or ends is None:
            value = row.fussell_vesely if by_shares else row.birnbaum
        else:
            value = ends[row.event][1].birnbaum
        return -math.inf if is_undefined(value) else value

    def texts(row: EventImportance) -> dict[str, str]:
        if ends is None:
            return {measure: _cell(getattr(row, measure)) for measure in MEASURES}
        low, high = ends[row.event]
        return {
            measure: interval_text(measure, getattr(low, measure), getattr(high, measure), coherent)
            for measure in MEASURES
        }

    ranked = sorted(found, key=lambda row: -worth(row))
    rows = tuple((row, texts(row)) for row in ranked)
    unknown = [
        name for measure, name in MEASURE_NAMES.items() if all(text[measure] in ("", "unknown") for _, text in rows)
    ]
    groups, others = _groups([(row.event, worth(row)) for row in ranked])
    certain = ends is None or _apart([(ends[row.event][0].birnbaum, worth(row)) for row in ranked], groups)
    by = "Fussell-Vesely" if by_shares else "Birnbaum" if ends is None else "the upper bound of Birnbaum's measure"
    return Ranking(by, rows, tuple(unknown), ends is not None, tuple(groups), others, certain)


def _apart(ranked: Sequence[tuple[float, float]], groups: Sequence[Sequence[str]]) -> bool:
    """Whether each of some groups lies above all that comes after it. ranked: intervals, the highest upper end first.

    Events of one group may lie in any order, so that only a group of one can lead for certain.
    """
    return all(len(group) == 1 for group in groups) and all(
        ranked[place][0] > ranked[place + 1][1] for place in range(min(len(groups), len(ranked) - 1))
    )


def _groups(ranked: Sequence[tuple[str, float]]) -> tuple[list[tuple[str, ...]], int]:
    """The first three names or so, in groups of equal worth; and how many more are as good as the last of them."""
    groups: list[tuple[str, ...]] = []
    for place, (name, worth) in enumerate(ranked):
        if worth == -math.inf or worth <= 0.0:
            break
        if place and _equal(worth, ranked[place - 1][1]):
            groups[-1] = (*groups[-1], name)
        elif sum(map(len, groups)) >= LEADING:
            break
        else:
            groups.append((name,))
    others = max(0, len(groups[-1]) - MOST_NAMED) if groups else 0
    if others:
        groups[-1] = groups[-1][:MOST_NAMED]
    return groups, others


def _cell(value: float) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return "" if is_undefined(value) else number_text(value)


def _equal(first: float, second: float) -> bool:
    return is_close(first, second, rel_tol=TIE)
