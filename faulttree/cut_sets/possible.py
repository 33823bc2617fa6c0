"""Families of sets where some elements exclude each other, and the monotone function that a family stands for."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest

__all__ = ["monotone_hull", "positive_parts", "without"]


def without(family: Zbdd, impossible: Iterable[Collection[str]], node_budget: int = DEFAULT_NODE_BUDGET) -> Zbdd:
    """The sets that contain none of some others. Raises NodeBudgetExceeded."""
    known = set(family.elements)
    present = [each for each in impossible if known.issuperset(each)]
    if not present:
        return family
    family = family.flat(node_budget)
    forest = ZbddForest(family.elements, node_budget)
    level = {element: place for place, element in enumerate(family.elements)}
    found = forest.adopt(family)
    for each in present:
        if level.keys() >= {*each}:  # what no set has is no element any more
            alone = UNIT
            for place in sorted((level[element] for element in each), reverse=True):
                alone = forest.family(place, EMPTY, alone)
            found = forest.combine(_kernels.WITHOUT, found, alone)
    return forest.freeze(found)


def positive_parts(primes: Zbdd, events: Collection[str], node_budget: int = DEFAULT_NODE_BUDGET) -> Zbdd:
    """The minimal ones of what sets of literals are without their negated ones. Raises NodeBudgetExceeded.

    primes: a family of literals, negated where they are no event.
    """
    primes = primes.flat(node_budget)
    kept = [place for place, element in enumerate(primes.elements) if element in events]
    level = {place: number for number, place in enumerate(kept)}
    forest = ZbddForest([primes.elements[place] for place in kept], node_budget)
    parts = [EMPTY, UNIT]
    for place, low, high in primes.nodes[2:].tolist():
        without_it, with_it = parts[low], parts[high]
        more = forest.combine(_kernels.WITHOUT, with_it, without_it)
        if place in level:
            parts.append(forest.family(level[place], without_it, more))
        else:
            fewer = forest.combine(_kernels.WITHOUT, without_it, more)
            parts.append(forest.combine(_kernels.UNION, fewer, more))
    return forest.freeze(parts[primes.root])


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
