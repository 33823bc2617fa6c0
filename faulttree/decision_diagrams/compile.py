"""From the Boolean skeleton to a BDD: orders tried under a node cap that falls as better ones are found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.errors import NodeBudgetExceeded
from faulttree.structure.ordering import orders
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["compile_bdd", "compile_in_order"]

CAPS = (50_000, 1_000_000)
"""Caps of the first rounds, in nodes: no order gets a large table before all had a small one."""
GOOD_ENOUGH = 3_000
"""A diagram that took fewer nodes than this to make is taken at once."""


def compile_bdd(pdag: Pdag, *, node_budget: int = DEFAULT_NODE_BUDGET, progress: Progress | None = None) -> Bdd:
    """The BDD of the root, named 'top', under the best of the portfolio's orders.

    Raises NodeBudgetExceeded when none fits.
    """
    for cap in (*(cap for cap in CAPS if cap < node_budget), node_budget):
        best: Bdd | None = None
        for name, order in orders(pdag):
            try:
                forest, edges = _build(pdag, order, cap, progress)
            except NodeBudgetExceeded:
                continue
            # Making the next one may take no more room than the best took.
            cap = forest.size
            best = forest.freeze({"top": _at(edges, pdag.root)}, name)
            if cap <= GOOD_ENOUGH:
                return best
        if best is not None:
            return best
    raise NodeBudgetExceeded(node_budget, node_budget)


def compile_in_order(
    pdag: Pdag,
    order: Sequence[str],
    roots: Mapping[str, int],
    *,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
    name: str = "given",
) -> Bdd:
    """The BDD of named edges of the graph under a given order; variables it leaves out come last.

    Raises NodeBudgetExceeded.
    """
    listed = set(order)
    complete = [*order, *(variable for variable in pdag.variables if variable not in listed)]
    forest, edges = _build(pdag, complete, node_budget, progress)
    return forest.freeze({root: _at(edges, edge) for root, edge in roots.items()}, name)


def _build(
    pdag: Pdag, order: Sequence[str], node_budget: int, progress: Progress | None
) -> tuple[BddForest, list[int]]:
    """The BDD edge of every node of the graph."""
    forest = BddForest(order, node_budget, progress)
    level = {variable: index for index, variable in enumerate(order)}
    edges = [0, *(forest.variable(level[variable]) for variable in pdag.variables)]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        below = [_at(edges, edge) for edge in inputs[node]]
        match kinds[node]:
            case Connective.AND:
                edges.append(forest.conjunction(below))
            case Connective.OR:
                edges.append(forest.disjunction(below))
            case Connective.XOR:
                edges.append(forest.parity(below))
            case _:
                edges.append(forest.at_least(k[node], below))
    return forest, edges


def _at(edges: Sequence[int], edge: int) -> int:
    return edges[edge >> 1] ^ (edge & 1)
