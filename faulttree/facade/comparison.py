"""Two trees side by side."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from faulttree.errors import MissingProbabilityError
from faulttree.facade.tree import FaultTree
from faulttree.model.states import states_text
from faulttree.what_if.compare import Comparison, compare_results

__all__ = ["compare"]


def compare(before: FaultTree, after: FaultTree, *, measure: str = "fussell_vesely") -> Comparison:
    """What changes from one tree to another: probability, minimal cut sets gained and lost, ranks moved.

    measure: by which events are ranked. Raises UnknownNameError, NodeBudgetExceeded.
    """
    cut_sets = before._engine.all_cut_sets()
    # The diagram's own events are not enough: those that it does not need have their place among the elements, too.
    aligned = replace(after, _order=tuple(element for element in cut_sets.family.elements if element))
    # Where the sets are of components, the diagram of the probability has other events than they have.
    numbers = after if after._engine.hides_events else aligned
    return compare_results(
        (_name(before), _name(after)),
        (_or_none(before.probability), _or_none(numbers.probability)),
        (cut_sets, aligned._engine.all_cut_sets()),
        (_or_none(before.importance), _or_none(numbers.importance)),
        measure,
    )


def _name(tree: FaultTree) -> str:
    return states_text(tree.states) or "as modelled"


def _or_none(quantity: Any) -> Any:
    try:
        return quantity()
    except MissingProbabilityError:
        return None
