"""A few scenarios worked out in full, side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from faulttree.errors import InvalidRequestError, LimitExceeded, MissingProbabilityError
from faulttree.facade.comparison import compare
from faulttree.facade.scenarios import scenarios_of
from faulttree.facade.tree import FaultTree
from faulttree.model.states import States
from faulttree.model.tree import Scenario
from faulttree.quantification.probability import Probability

if TYPE_CHECKING:
    from faulttree.importance.events import Importance
    from faulttree.what_if.side_by_side import Column, SideBySide

__all__ = ["side_by_side"]


def side_by_side(
    tree: FaultTree,
    scenarios: Mapping[str, Scenario | States] | None = None,
    *,
    measure: str = "fussell_vesely",
) -> SideBySide:
    """Up to 20 scenarios beside the tree as it stands: probability, cut sets, the first events, every gate.

    scenarios: by name; None for those of the model. measure: by which events are ranked. What the limits end, or a
    missing probability, is left out of its column, which says so. Raises UnknownNameError, InvalidRequestError.
    """
    from faulttree.what_if.side_by_side import BASE, MOST_SIDE_BY_SIDE, SideBySide

    states = scenarios_of(tree, scenarios)
    if len(states) > MOST_SIDE_BY_SIDE:
        raise InvalidRequestError(
            f"{len(states):,} scenarios do not fit side by side; name {MOST_SIDE_BY_SIDE} at most, or ask for the table"
        )
    base = _column(BASE, "", tree, tree.states, tree, measure)
    columns = [
        _column(name, states.labels.get(name, ""), tree, sets, tree.what_if(sets), measure)
        for name, sets in states.items()
    ]
    return SideBySide(measure, base, tuple(columns))


def _column(name: str, label: str, base: FaultTree, states: States, tree: FaultTree, measure: str) -> Column:
    from faulttree.what_if.side_by_side import Column

    notes: list[str] = []
    probability: Probability | None = None
    foremost: tuple[str, ...] = ()
    gates: Mapping[str, float] = {}
    counts: tuple[int | None, int | None, int | None] = (None, None, None)
    ratio: float | None = None
    partial = False
    try:
        probability = tree.probability()
        foremost = _first(tree.importance(), measure)
        gates = tree.gate_probabilities()
    except (MissingProbabilityError, LimitExceeded) as error:
        notes.append(str(error))
        partial = isinstance(error, LimitExceeded)
    try:
        if tree is base:
            counts = (base._engine.all_cut_sets().count, 0, 0)
            ratio = 1.0 if probability is not None else None
        else:
            compared = compare(base, tree, measure=measure)
            gained, lost = (None if sets is None else sets.count for sets in (compared.gained, compared.lost))
            counts, ratio = (compared.cut_sets_after, gained, lost), compared.ratio
            notes += compared.left_out
            partial = partial or compared.partial
    except LimitExceeded as error:
        notes.append(str(error))
        partial = True
    noted = tuple(dict.fromkeys(notes))
    return Column(name, label, states, probability, ratio, *counts, foremost, gates, noted, partial)


def _first(importance: Importance, measure: str) -> tuple[str, ...]:
    """The events of the first rank, at most three; none where no event matters, as under a certain top event."""
    from faulttree.importance.table import MEASURE
    from faulttree.what_if.scenario_table import SAME

    if importance.is_bounded or measure in importance.unknown:
        return ()
    ranked = importance.ranked(measure)
    values = [row.value(measure) for row in ranked]
    without_effect = MEASURE[measure].neutral
    if all(math.isnan(value) or value == without_effect for value in values):
        return ()
    return tuple(row.event for row in ranked[:3] if math.isclose(row.value(measure), values[0], rel_tol=SAME))
