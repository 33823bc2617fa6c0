"""Two trees side by side, and a tree under each scenario of its model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from faulttree import deadline
from faulttree.cut_sets.collection import CutSets
from faulttree.errors import LimitExceeded, MissingProbabilityError, UnknownNameError
from faulttree.facade.tree import FaultTree
from faulttree.model.copies import as_said
from faulttree.model.states import states_text
from faulttree.results import Records

if TYPE_CHECKING:
    from faulttree.what_if.compare import Comparison

__all__ = ["compare", "compare_scenarios", "what_if_table"]

T = TypeVar("T")
SETS_SHARE, PROBABILITY_SHARE, BEFORE_SHARE = 0.4, 0.7, 0.5
"""Shares of the remaining time: for cut sets, for a probability, and for all of the first tree."""


def compare(before: FaultTree, after: FaultTree, *, measure: str = "fussell_vesely") -> Comparison:
    """What changes from one tree to another: probability, minimal cut sets gained and lost, ranks moved.

    measure: by which events are ranked. What the limits end, those of `before` for all together, is None or an
    interval, and named in `left_out`. Raises UnknownNameError.
    """
    from faulttree.importance.table import MEASURES
    from faulttree.what_if.compare import compare_results

    if measure not in MEASURES:
        raise UnknownNameError("importance measure", measure, MEASURES)
    names = _name(before), _name(after)
    left_out: dict[str, None] = {}

    def known(what: str, quantity: Callable[[], T], share: float) -> T | None:
        try:
            with deadline.part(share):
                return quantity()
        except MissingProbabilityError:
            return None
        except LimitExceeded as error:
            left_out[f"{what}: {error}"] = None
            return None

    def of_one(name: str, tree: FaultTree, like: CutSets | None) -> tuple[CutSets | None, FaultTree]:
        """All minimal cut sets, under the order of others where there are any, and the tree to ask for numbers."""
        what = f"minimal cut sets of {name}"
        if like is None:
            return known(what, lambda: _sets(tree), SETS_SHARE), tree
        # The diagram's own events are not enough: those that it does not need have their place among the elements, too.
        aligned = replace(tree, _order=tuple(element for element in like.family.elements if element))
        found = known(what, lambda: _sets(aligned), SETS_SHARE)
        # Where the sets are of components, the diagram of the probability has other events than they have.
        return found, tree if found is None or tree._engine.hides_events else aligned

    with before._engine.limits.time():
        with deadline.part(BEFORE_SHARE):
            sets, before = of_one(names[0], before, None)
            first = known(f"{_quantity(before)} of {names[0]}", before.answer, PROBABILITY_SHARE)
        changed, after = of_one(names[1], after, sets)
        second = known(f"{_quantity(after)} of {names[1]}", after.answer, PROBABILITY_SHARE)
        one = two = None
        if sets is not None and changed is not None:
            one = known(f"importance in {names[0]}", before.importance, 0.5)
            two = known(f"importance in {names[1]}", after.importance, 1.0)
    if sets is None or changed is None or any(each is not None and each.is_bounded for each in (one, two)):
        left_out["ranks of the events: exact importance and all minimal cut sets are needed for them"] = None
        one = two = None
    return compare_results(names, (first, second), (sets, changed), (one, two), measure, tuple(left_out))


def compare_scenarios(tree: FaultTree) -> dict[str, Comparison]:
    """The tree as it stands beside each scenario of its model, all together within its limits of time."""
    scenarios = tree.model.scenarios
    found = {}
    with tree._engine.limits.time():
        for left, name in zip(range(len(scenarios), 0, -1), scenarios, strict=True):
            with deadline.part(1.0 / left):
                found[name] = compare(tree, tree.scenario(name))
    return found


def what_if_table(tree: FaultTree, comparisons: Mapping[str, Comparison]) -> Records:
    """One record per scenario: what it sets, and what that does; None for what is not known.

    Where a probability is an interval, there are its ends, too.
    """
    bounded = any(each.after is not None and not each.after.is_exact for each in comparisons.values())
    rows = []
    for name, each in comparisons.items():
        scenario, p = tree.model.scenarios[name], each.after
        rows.append(
            {
                "scenario": name,
                "label": scenario.label,
                "sets": states_text(as_said(scenario.states, tree.model.copies)),
            }
            | {"probability" if p is None else p.quantity: p and p.value}
            | ({"lower": p and p.lower, "upper": p and p.upper} if bounded else {})
            | {"ratio": each.ratio, "cut_sets": each.cut_sets_after}
            | {
                word: None if sets is None else sets.count
                for word, sets in (("gained", each.gained), ("lost", each.lost))
            }
        )
    return Records(tuple(rows))


def _sets(tree: FaultTree) -> CutSets:
    return tree._engine.with_frequencies(tree._engine.all_cut_sets())


def _quantity(tree: FaultTree) -> str:
    return "frequency" if tree.frequency_events else "probability"


def _name(tree: FaultTree) -> str:
    return states_text(tree.states_as_said) or "as modelled"
