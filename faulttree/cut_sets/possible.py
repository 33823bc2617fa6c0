"""Families of sets where some elements exclude each other, and the monotone function that a family stands for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest

__all__ = ["monotone_hull", "without_pairs"]


def without_pairs(family: Zbdd, groups: Sequence[Sequence[str]], node_budget: int = DEFAULT_NODE_BUDGET) -> Zbdd:
    """The sets that hold no two elements of a group. Raises NodeBudgetExceeded."""
    present = [[each for each in group if each in family.elements] for group in groups]
    if all(len(group) < 2 for group in present):
        return family
    family = family.flat(node_budget)
    forest = ZbddForest(family.elements, node_budget)
    level = {element: place for place, element in enumerate(family.elements)}
    found = forest.adopt(family)
    for group in present:
        for pair in combinations(sorted(level[each] for each in group if each in level), 2):
            both = forest.family(pair[0], EMPTY, forest.family(pair[1], EMPTY, UNIT))
            found = forest.combine(_kernels.WITHOUT, found, both)
    return forest.freeze(found)


def monotone_hull(family: Zbdd) -> Bdd:
    """The function that is true where some set of the family has occurred, with or without other events.

    family: without modules. Raises NodeBudgetExceeded.
    """
    forest = BddForest(family.elements)
    edges = [FALSE, TRUE]
    for level, low, high in family.nodes[2:].tolist():
        edges.append(_decision(forest, level, edges[low], forest.disjunction([edges[low], edges[high]])))
    return forest.freeze({"top": edges[family.root]})


def _decision(forest: BddForest, level: int, low: int, high: int) -> int:
    # The hull is false when nothing occurs, unless it is true throughout: no low edge is complemented.
    return low if low == high else forest.node(level, low, high) << 1
