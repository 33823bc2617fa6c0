"""Two models against each other: what was changed, and what it does."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from os import PathLike
from typing import TYPE_CHECKING, TypeVar

from faulttree.cut_sets.collection import CutSet, CutSets
from faulttree.errors import (
    AnalysisError,
    FrequencyError,
    InvalidRequestError,
    LimitExceeded,
    MissingProbabilityError,
    UnknownNameError,
)
from faulttree.facade.tree import FaultTree
from faulttree.model.tree import Model
from faulttree.quantification.probability import Probability
from faulttree.results import counted
from faulttree.wide_floats import product

if TYPE_CHECKING:
    from faulttree.quantification.frequency import Frequency
    from faulttree.what_if.compare import RankMove
    from faulttree.what_if.difference import Difference
    from faulttree.what_if.moves import Moved, SetsMoved, TopDifference

__all__ = ["diff"]

T = TypeVar("T")
TOLERANCE = 1e-9
"""Relative: two orders of events, or two notations of a number, may differ by the rounding of floating point."""
LISTED = 20_000
"""Cut sets of each tree that are compared one by one; more are compared as diagrams, under one order."""
ALIGNED_NODES = 2_000_000
"""Nodes of a tree's diagram in the other tree's order."""


def diff(
    before: FaultTree,
    after: FaultTree,
    *,
    every_top: bool = False,
    tolerance: float = TOLERANCE,
    measure: str = "fussell_vesely",
    names: tuple[str, str] | None = None,
) -> Difference:
    """What was changed from one model to another, and what it did to the results.

    every_top: whether to compare the results for every top event that both models have, not only for those of the two
    trees; where they have none in common, the first of each is compared. tolerance: relative; probabilities closer to
    each other are taken for equal, as always are those that differ by rounding. measure: by which events are ranked.
    names: of the two, as a reader knows them; the models' names unless given. What a side's limits or missing
    probabilities leave open is missing from the result, whose notes say why. Raises InvalidRequestError,
    UnknownNameError.
    """
    from faulttree.model.changes import changes
    from faulttree.what_if.difference import Difference

    _check_request(before, after, tolerance, measure, names)
    changed = changes(before.model.as_written, after.model.as_written)
    tops, lost, gained, notes = _tops(before, after, every_top)
    unchanged = before.states == after.states and not len(changed.about("structure", "numbers", "scenarios"))
    return Difference(
        names=names or (before.model.name, after.model.name),
        changes=changed,
        results=tuple(
            _at_top(_at(before, old), _at(after, new), tolerance, measure, unchanged and old == new)
            for old, new in tops
        ),
        tops_lost=lost,
        tops_gained=gained,
        tolerance=tolerance,
        notes=notes,
    )


def _check_request(before: object, after: object, tolerance: float, measure: object, names: object) -> None:
    from faulttree.importance.table import MEASURES

    for side, tree in (("before", before), ("after", after)):
        if not isinstance(tree, FaultTree):
            fix = f"read it first: ft.load({tree!r})" if isinstance(tree, str | PathLike) else (
                "make a tree of it: ft.FaultTree.of(model)" if isinstance(tree, Model) else "give a FaultTree"
            )  # fmt: skip
            raise InvalidRequestError(f"diff compares two trees; `{side}` is of type {type(tree).__name__}; {fix}")
    is_number = isinstance(tolerance, int | float) and not isinstance(tolerance, bool)
    if not (is_number and 0.0 <= tolerance < math.inf):
        raise InvalidRequestError(
            f"a tolerance of {tolerance!r} makes no sense; give a part of the value, such as 1e-6"
        )
    if measure not in MEASURES:
        raise UnknownNameError("measure", str(measure), MEASURES)
    is_pair = isinstance(names, tuple | list) and len(names) == 2 and all(isinstance(name, str) for name in names)
    if names is not None and not is_pair:
        raise InvalidRequestError(f"names={names!r} makes no sense; give the names of the two models, as two texts")


def _tops(
    before: FaultTree, after: FaultTree, every_top: bool
) -> tuple[list[tuple[str, str]], tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """The pairs of top events to compare, those of one side only, and a note where none is common."""
    if not every_top:
        return [(before.top, after.top)], (), (), ()
    old, new = before.model.top, after.model.top
    common = [top for top in old if top in new]
    if common:
        lost, gained = (tuple(top for top in tops if top not in common) for tops in (old, new))
        return [(top, top) for top in common], lost, gained, ()
    note = f"the models have no top event in common; compared are '{old[0]}' before and '{new[0]}' after"
    return [(old[0], new[0])], old[1:], new[1:], (note,)


def _at(tree: FaultTree, top: str) -> FaultTree:
    return tree if tree.top == top else tree.at(top)


def _at_top(before: FaultTree, after: FaultTree, tolerance: float, measure: str, unchanged: bool) -> TopDifference:
    """The results of two trees. unchanged: whether they mean the same."""
    from faulttree.what_if.moves import TopDifference, moved
    from faulttree.what_if.rank_moves import ranks_moved

    notes: list[str] = []
    unknown: list[str] = []
    limits: list[bool] = []
    trees = (before, after)

    def both(quantity: Callable[[FaultTree], T], what: str) -> tuple[T, T] | None:
        """A quantity of both trees; None, and a note for each side that lacks it."""
        found = [_or_why_not(quantity, tree) for tree in trees]
        for side, value in zip(("before", "after"), found, strict=True):
            if isinstance(value, AnalysisError):
                notes.append(f"{what} of the model {side} is missing: {value}")
                limits.append(isinstance(value, LimitExceeded))
        one, other = found
        return None if isinstance(one, AnalysisError) or isinstance(other, AnalysisError) else (one, other)

    quantity = _quantity(before, after)
    answers = [_or_why_not(FaultTree.answer, tree) for tree in trees]
    for side, value in zip(("before", "after"), answers, strict=True):
        if isinstance(value, AnalysisError):
            notes.append(f"the {quantity} of the model {side} is missing: {value}")
    p, q = (None if isinstance(value, AnalysisError) else value for value in answers)
    scale = _scale(before, after)
    q = _in_unit_of(before, q, scale)
    gates: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    ranks: tuple[RankMove, ...] = ()
    if p is not None and q is not None:
        found = both(FaultTree._gates_without_frequency, "the gates' probability")
        gates = found or gates
        importances = both(FaultTree.importance, "the importance")
        if scale != 1.0 and measure == "birnbaum":
            notes.append("ranks are not compared: Birnbaum's measure is in the units of the frequencies, which differ")
            importances = None
        if importances and "interval" in (importances[0].method, importances[1].method):
            notes.append("ranks are not compared: the importance is known between bounds only")
            limits.append(True)
            importances = None
        if importances:
            coherent = all(_or_why_not(lambda tree: tree.coherent, tree) is True for tree in trees)
            ranks = ranks_moved(*importances, (p.value, q.value), measure, tolerance, coherent)
        unknown = [what for what, known in (("gates", found), ("ranks", importances)) if not known]
    scenarios, scenarios_known, scenarios_limited = _scenarios(before, after, tolerance, notes, scale)
    sets = _scaled(_sets(before, after, notes), scale)
    # Minimal cut sets need no probability: only limits can leave them, or what moved among them, unknown.
    limits += [scenarios_limited, sets.gained is None, *(p is not None and not p.is_exact for p in (p, q))]
    kinds = _by_kind(before, after, *gates)
    return TopDifference(
        tops=(before.top, after.top),
        before=p,
        after=q,
        cut_sets=sets,
        events=moved(*kinds["events"], tolerance),
        components=moved(*kinds["components"], tolerance),
        gates=moved(*kinds["gates"], tolerance),
        scenarios=scenarios,
        measure=measure,
        ranks=ranks,
        tolerance=tolerance,
        unknown=tuple(unknown if scenarios_known else [*unknown, "scenarios"]),
        unchanged=unchanged,
        limited=any(limits),
        notes=tuple(dict.fromkeys(notes)),
    )


def _quantity(before: FaultTree, after: FaultTree) -> str:
    """The quantity that both top events have. Raises FrequencyError where one has a frequency and one a probability."""
    kinds = ["frequency" if tree.has_frequency else "probability" for tree in (before, after)]
    if kinds[0] != kinds[1]:
        raise FrequencyError(
            f"'{before.top}' has a {kinds[0]} before and '{after.top}' a {kinds[1]} after, which are not compared; ask "
            "about gates that have a probability in both models, or set a frequency event to true in both"
        )
    return kinds[0]


def _scale(before: FaultTree, after: FaultTree) -> float:
    """How many of the first model's unit of frequencies are one of the second's; 1 for probabilities."""
    if not before.has_frequency:
        return 1.0
    one, other = before._engine.frequencies, after._engine.frequencies
    assert one is not None and other is not None, "both have a frequency"
    return 1.0 if one.unit == other.unit else other.in_si / one.in_si


def _in_unit_of(tree: FaultTree, found: Probability | Frequency | None, scale: float) -> Probability | Frequency | None:
    from faulttree.quantification.frequency import Frequency

    if not isinstance(found, Frequency) or scale == 1.0 or tree._engine.frequencies is None:
        return found
    value, lower, upper = (product(scale, each) for each in (found.value, found.lower, found.upper))
    return replace(found, value=value, lower=lower, upper=upper, unit=tree._engine.frequencies.unit)


def _or_why_not(quantity: Callable[[FaultTree], T], tree: FaultTree) -> T | LimitExceeded | MissingProbabilityError:
    try:
        return quantity(tree)
    except (LimitExceeded, MissingProbabilityError) as error:
        return error


def _by_kind(
    before: FaultTree, after: FaultTree, gates_before: Mapping[str, float], gates_after: Mapping[str, float]
) -> dict[str, tuple[dict[str, float | None], dict[str, float | None]]]:
    """Probabilities of events, components and gates on both sides.

    A component of a common-cause group is a gate once the group is expanded. Without the group, as the other model may
    have it, it is an event; so it is a component on both sides.
    """
    components = {name for tree in (before, after) for members in tree.expansion.groups.values() for name in members}
    events = [{event: tree.probability_of(event) for event in tree.events} for tree in (before, after)]
    gates = [dict(gates_before), dict(gates_after)]
    old, new = ({**event, **gate} for event, gate in zip(events, gates, strict=True))
    return {
        "components": ({n: old[n] for n in old if n in components}, {n: new[n] for n in new if n in components}),
        "events": (_without(events[0], components), _without(events[1], components)),
        "gates": (_without(gates[0], components), _without(gates[1], components)),
    }


def _without(table: Mapping[str, float | None], names: Collection[str]) -> dict[str, float | None]:
    return {name: value for name, value in table.items() if name not in names}


# Scenarios


def _scenarios(
    before: FaultTree, after: FaultTree, tolerance: float, notes: list[str], scale: float
) -> tuple[tuple[Moved, ...], bool, bool]:
    """The scenarios of both models whose numbers moved; whether all are known; whether limits left some open."""
    from faulttree.what_if.moves import moved

    common = [name for name in before.model.scenarios if name in after.model.scenarios]
    if not common:
        return (), True, False
    (old, old_open), (new, new_open) = (_under_scenarios(tree, common) for tree in (before, after))
    new = {name: value if value is None else scale * value for name, value in new.items()}
    is_open = old_open | new_open
    lacking = [name for name in common if name in is_open or old[name] is None or new[name] is None]
    if lacking:
        shown = ", ".join(f"'{name}'" for name in lacking[:3]) + (" and others" if len(lacking) > 3 else "")
        notes.append(
            f"the exact {_quantity(before, after)} under {counted(len(lacking), 'scenario')} is missing on a side: "
            f"{shown}"
        )
    known = [{name: side[name] for name in common if name not in lacking} for side in (old, new)]
    # Without probabilities on either side there is nothing that could have moved.
    settled = not is_open and all(old[name] is None and new[name] is None for name in lacking)
    return moved(known[0], known[1], tolerance), settled, bool(is_open)


def _under_scenarios(tree: FaultTree, names: list[str]) -> tuple[dict[str, float | None], set[str]]:
    """The probability under each scenario, None where one is missing; and the scenarios where it is not exact.

    Or the frequency, which is missing where a scenario sets a frequency event true.
    """
    scenarios = {name: tree.model.scenarios[name].states for name in names}
    try:
        sweep = tree.scenario_table(scenarios).sweep if tree.has_frequency else tree.sweep(scenarios)
    except MissingProbabilityError:
        return dict.fromkeys(names), set()
    except LimitExceeded:
        return dict.fromkeys(names), set(names)
    upper = sweep.probabilities.tolist()
    lower = upper if sweep.lower is None else sweep.lower.tolist()
    known = {name: None if math.isnan(p) else p for name, p in zip(names, upper, strict=True)}
    return known, {name for name, low, p in zip(names, lower, upper, strict=True) if low < p}


# Cut sets


def _sets(before: FaultTree, after: FaultTree, notes: list[str]) -> SetsMoved:
    from faulttree.what_if.difference import SHOWN
    from faulttree.what_if.moves import SetsMoved

    one, other = map(_all_sets, (before, after))
    counts = SetsMoved(_count(one), _count(other))
    if not isinstance(one, CutSets) or not isinstance(other, CutSets):
        for side, sets in (("before", one), ("after", other)):
            if isinstance(sets, LimitExceeded):
                notes.append(f"the minimal cut sets of the model {side} are not all known: {sets}")
        return counts
    if max(one.count, other.count) <= LISTED:
        old, new = (frozenset(sets.family) for sets in (one, other))
        gained, lost = new - old, old - new
        return replace(
            counts, gained=len(gained), lost=len(lost), best_gained=_best(after, gained), best_lost=_best(before, lost)
        )
    # As in `compare`: the other tree's diagram under the first one's order, events of its own at the end.
    order = tuple(element for element in one.family.elements if element)
    aligned = replace(after, _order=order, node_budget=min(after.node_budget, ALIGNED_NODES))
    try:
        other = aligned._engine.with_frequencies(aligned._engine.all_cut_sets())
        more, fewer = other.difference(one), one.difference(other)
    except (LimitExceeded, ValueError) as error:
        why = error if isinstance(error, LimitExceeded) else "their events stand in orders that contradict each other"
        notes.append(f"which of the many minimal cut sets were gained and lost is not known: {why}")
        return counts
    return replace(
        counts,
        gained=more.count,
        lost=fewer.count,
        best_gained=tuple(more.ranked(SHOWN)),
        best_lost=tuple(fewer.ranked(SHOWN)),
    )


def _scaled(found: SetsMoved, scale: float) -> SetsMoved:
    """The same with what the second model's sets have in the unit of the first's."""
    if scale == 1.0:
        return found
    gained = (
        replace(cut, probability=cut.probability and product(scale, cut.probability)) for cut in found.best_gained
    )
    return replace(found, best_gained=tuple(gained))


def _all_sets(tree: FaultTree) -> CutSets | LimitExceeded:
    found = tree._engine.all_cut_sets_or_why_not
    return tree._engine.with_frequencies(found) if isinstance(found, CutSets) else found


def _count(sets: CutSets | LimitExceeded) -> int | None:
    return sets.count if isinstance(sets, CutSets) else None


def _best(tree: FaultTree, sets: Iterable[frozenset[str]]) -> tuple[CutSet, ...]:
    """The likeliest of some sets, or the smallest where a probability is missing."""
    from faulttree.what_if.difference import SHOWN

    events_of_sets = tree._engine.of_components.events if tree._engine.hides_events else tree.events
    place = {event: place for place, event in enumerate(events_of_sets)}
    found = tree._engine.frequencies
    often = found.in_unit if found is not None else {}
    known = {event: often.get(event, tree.probability_of(event)) for event in events_of_sets}
    made = []
    for members in sets:
        events = tuple(sorted(members, key=place.__getitem__))
        chances = [p for event in events if (p := known[event]) is not None]
        made.append(CutSet(events, math.prod(chances) if len(chances) == len(events) else None))
    by_probability = all(cut.probability is not None for cut in made)
    made.sort(key=lambda cut: (-(cut.probability or 0.0) if by_probability else 0.0, cut.order, cut.events))
    return tuple(made[:SHOWN])
