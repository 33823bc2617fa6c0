"""Two models against each other: what was changed, and what it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from faulttree.analysis.tree import FaultTree
from faulttree.cut_sets.collection import CutSet, CutSets
from faulttree.errors import InvalidRequestError, LimitExceeded, MissingProbabilityError, UnknownNameError
from faulttree.model.changes import changes
from faulttree.quantification.importance import MEASURES, Importance
from faulttree.what_if.compare import RankMove
from faulttree.what_if.difference import SHOWN, Difference, Moved, SetsMoved

__all__ = ["diff"]

T = TypeVar("T")
TOLERANCE = 1e-9
"""Relative: two orders of events, or two notations of a number, may differ by the rounding of floating point."""
LISTED = 20_000
"""Cut sets of each tree that are compared one by one; more are compared as diagrams, under one order."""
ALIGNED_NODES = 2_000_000
"""Nodes of a tree's diagram in the other tree's order."""
MOST_ALONE = 200
"""Scenarios that are worked out one by one, where they cannot be all at once."""
DIGITS = 10
"""Measures that are equal to so many digits share a rank."""


def diff(
    before: FaultTree,
    after: FaultTree,
    *,
    tolerance: float = TOLERANCE,
    measure: str = "fussell_vesely",
    names: tuple[str, str] | None = None,
) -> Difference:
    """What was changed from one model to another, and what it did to the results.

    tolerance: relative; probabilities closer to each other are taken for equal. measure: by which events are ranked.
    names: of the two, as a reader knows them; the models' names unless given. What a side's limits or missing
    probabilities leave open is missing from the result, whose notes say why. Raises InvalidRequestError,
    UnknownNameError.
    """
    if not 0.0 <= tolerance < math.inf:
        raise InvalidRequestError(
            f"a tolerance of {tolerance:g} makes no sense; give a part of the value, such as 1e-6"
        )
    if measure not in MEASURES:
        raise UnknownNameError("measure", measure, MEASURES)
    notes: list[str] = []
    trees = (before, after)

    def both(quantity: Callable[[FaultTree], T], what: str) -> tuple[T | None, T | None]:
        """A quantity of both trees; a note for each side that lacks it."""
        found: list[T | None] = []
        for side, tree in zip(("before", "after"), trees, strict=True):
            try:
                found.append(quantity(tree))
            except (LimitExceeded, MissingProbabilityError) as error:
                found.append(None)
                notes.append(f"{what} of the model {side} is missing: {error}")
        return found[0], found[1]

    probabilities = both(FaultTree.probability, "the probability")
    known = [tree for tree, p in zip(trees, probabilities, strict=True) if p is not None]
    gates: tuple[Moved, ...] = ()
    ranks: tuple[RankMove, ...] = ()
    if len(known) == 2:
        gates = _moved(*both(FaultTree.gate_probabilities, "the gates' probability"), tolerance)
        importances = both(FaultTree.importance, "the importance")
        if importances[0] is not None and importances[1] is not None:
            if "interval" in (importances[0].method, importances[1].method):
                notes.append("ranks are not compared: the importance is known between bounds only")
            else:
                ranks = _ranks_moved(importances[0], importances[1], measure)
    scenarios, scenarios_known = _scenarios(before, after, tolerance, notes)
    return Difference(
        names=names or (before.model.name, after.model.name),
        tops=(before.top, after.top),
        changes=changes(before.model, after.model),
        before=probabilities[0],
        after=probabilities[1],
        cut_sets=_sets(before, after, notes),
        events=_moved(_event_probabilities(before), _event_probabilities(after), tolerance),
        gates=gates,
        scenarios=scenarios,
        measure=measure,
        ranks=ranks,
        tolerance=tolerance,
        notes=tuple(dict.fromkeys(notes)),
        scenarios_known=scenarios_known,
    )


def _event_probabilities(tree: FaultTree) -> dict[str, float | None]:
    return {event: tree.probability_of(event) for event in tree.events}


def _moved(
    before: Mapping[str, float | None] | None, after: Mapping[str, float | None] | None, tolerance: float
) -> tuple[Moved, ...]:
    """What both have, and has moved by more than the tolerance."""
    pairs = [Moved(name, p, (after or {})[name]) for name, p in (before or {}).items() if name in (after or {})]
    return tuple(pair for pair in pairs if not _close(pair.before, pair.after, tolerance))


def _close(one: float | None, other: float | None, tolerance: float) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= tolerance * max(one, other)


# Scenarios


def _scenarios(
    before: FaultTree, after: FaultTree, tolerance: float, notes: list[str]
) -> tuple[tuple[Moved, ...], bool]:
    """The scenarios of both models whose probability moved, and whether those of all are known."""
    common = [name for name in before.model.scenarios if name in after.model.scenarios]
    if not common:
        return (), True
    found = [_under_scenarios(tree, common) for tree in (before, after)]
    lacking = [name for name in common if any(side[name] is None for side in found)]
    if lacking:
        shown = ", ".join(f"'{name}'" for name in lacking[:3]) + (" and others" if len(lacking) > 3 else "")
        notes.append(f"the probability under {len(lacking):,} scenarios is missing on a side: {shown}")
    known = [{name: side[name] for name in common if name not in lacking} for side in found]
    # Without probabilities on either side there is nothing that could have moved.
    settled = all(all(side[name] is None for side in found) for name in lacking)
    return _moved(known[0], known[1], tolerance), settled


def _under_scenarios(tree: FaultTree, names: list[str]) -> dict[str, float | None]:
    """The exact probability under each scenario; None where it is not known."""
    try:
        sweep = tree.sweep({name: tree.model.scenarios[name].states for name in names})
        return dict(zip(names, sweep.probabilities.tolist(), strict=True))
    except (LimitExceeded, MissingProbabilityError):
        return {name: _alone(tree, name) if len(names) <= MOST_ALONE else None for name in names}


def _alone(tree: FaultTree, scenario: str) -> float | None:
    try:
        found = tree.scenario(scenario).probability()
    except (LimitExceeded, MissingProbabilityError):
        return None
    return found.value if found.is_exact else None


# Cut sets


def _sets(before: FaultTree, after: FaultTree, notes: list[str]) -> SetsMoved:
    one, other = (tree._engine.all_cut_sets_or_why_not for tree in (before, after))
    moved = SetsMoved(_count(one), _count(other))
    if not isinstance(one, CutSets) or not isinstance(other, CutSets):
        for side, sets in (("before", one), ("after", other)):
            if isinstance(sets, LimitExceeded):
                notes.append(f"the minimal cut sets of the model {side} are not all known: {sets}")
        return moved
    if max(one.count, other.count) <= LISTED:
        old, new = (frozenset(sets.family) for sets in (one, other))
        gained, lost = new - old, old - new
        return replace(
            moved, gained=len(gained), lost=len(lost), best_gained=_best(after, gained), best_lost=_best(before, lost)
        )
    # As in `compare`: the other tree's diagram under the first one's order, events of its own at the end.
    order = tuple(element for element in one.family.elements if element)
    aligned = replace(after, _order=order, node_budget=min(after.node_budget, ALIGNED_NODES))
    try:
        other = aligned._engine.all_cut_sets()
        more, fewer = other.difference(one), one.difference(other)
    except (LimitExceeded, ValueError) as error:
        why = error if isinstance(error, LimitExceeded) else "their events stand in orders that contradict each other"
        notes.append(f"which of the many minimal cut sets were gained and lost is not known: {why}")
        return moved
    return replace(
        moved,
        gained=more.count,
        lost=fewer.count,
        best_gained=tuple(more.ranked(SHOWN)),
        best_lost=tuple(fewer.ranked(SHOWN)),
    )


def _count(sets: CutSets | LimitExceeded) -> int | None:
    return sets.count if isinstance(sets, CutSets) else None


def _best(tree: FaultTree, sets: Iterable[frozenset[str]]) -> tuple[CutSet, ...]:
    """The likeliest of some sets, or the smallest where a probability is missing."""
    place = {event: place for place, event in enumerate(tree.events)}
    known = {event: tree.probability_of(event) for event in tree.events}
    made = []
    for members in sets:
        events = tuple(sorted(members, key=place.__getitem__))
        chances = [p for event in events if (p := known[event]) is not None]
        made.append(CutSet(events, math.prod(chances) if len(chances) == len(events) else None))
    by_probability = all(cut.probability is not None for cut in made)
    made.sort(key=lambda cut: (-(cut.probability or 0.0) if by_probability else 0.0, cut.order, cut.events))
    return tuple(made[:SHOWN])


# Ranks


def _ranks_moved(before: Importance, after: Importance, measure: str) -> tuple[RankMove, ...]:
    """The events whose rank moved or that one tree lacks, by their better rank; what is equal to 10 digits is."""
    old, new = _ranks(before, measure), _ranks(after, measure)
    absent = (None, None)
    moves = [
        RankMove(event, rank_old, rank_new, value_old, value_new)
        for event in dict.fromkeys((*old, *new))
        for (rank_old, value_old), (rank_new, value_new) in [(old.get(event, absent), new.get(event, absent))]
        if rank_old != rank_new
    ]
    return tuple(sorted(moves, key=lambda move: min(rank for rank in (move.before, move.after) if rank is not None)))


def _ranks(importance: Importance, measure: str) -> dict[str, tuple[int, float]]:
    values = {row.event: float(getattr(row, measure)) for row in importance}
    rounded = {event: float(f"{value:.{DIGITS}g}") for event, value in values.items()}
    falling = sorted((-math.inf if math.isnan(value) else value for value in rounded.values()), reverse=True)
    first = {value: rank for rank, value in reversed(list(enumerate(falling, start=1)))}
    return {event: (first[-math.inf if math.isnan(v) else v], values[event]) for event, v in rounded.items()}
