"""From the Boolean skeleton to a BDD: orders tried under a node cap that falls as better ones are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from faulttree.decision_diagrams.bdd import FALSE, Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.errors import NodeBudgetExceeded
from faulttree.structure.ordering import orders
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["compile_bdd", "compile_in_order"]

CAPS = (50_000, 1_000_000)
"""Caps of the first rounds, in nodes: no order gets a large table before all had a small one."""
FINALISTS = 3
"""Orders that get the whole budget: those that came furthest under the last cap."""
GOOD_ENOUGH = 3_000
"""A diagram that took fewer nodes than this to make is taken at once."""


def compile_bdd(pdag: Pdag, *, node_budget: int = DEFAULT_NODE_BUDGET, progress: Progress | None = None) -> Bdd:
    """The BDD of the root, named 'top', under the best of the portfolio's orders.

    Raises NodeBudgetExceeded when none fits.
    """
    candidates: Iterable[tuple[str, list[str]]] = orders(pdag)
    # Two nodes for each of the graph's is as good as can be hoped for, however large the graph.
    good_enough = max(GOOD_ENOUGH, 2 * pdag.size)
    caps = [max(cap, 2 * good_enough) for cap in CAPS]
    for cap in (*(cap for cap in caps if cap < node_budget), node_budget):
        best: Bdd | None = None
        failed: list[tuple[int, str, list[str]]] = []
        for name, order in candidates:
            forest, edges = BddForest(order, cap, progress), [FALSE]
            try:
                _build(forest, pdag, edges)
            except NodeBudgetExceeded:
                failed.append((len(edges), name, order))
                continue
            # Making the next one may take no more room than the best took.
            cap = forest.size
            best = forest.freeze({"top": _at(edges, pdag.root)}, name)
            if cap <= good_enough:
                return best
        if best is not None:
            return best
        if cap == caps[0]:
            candidates = orders(pdag, thorough=True)
        else:
            failed.sort(key=lambda attempt: -attempt[0])
            candidates = [(name, order) for _, name, order in failed[:FINALISTS]]
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
    forest, edges = BddForest(complete, node_budget, progress), [FALSE]
    _build(forest, pdag, edges)
    return forest.freeze({root: _at(edges, edge) for root, edge in roots.items()}, name)


def _build(forest: BddForest, pdag: Pdag, edges: list[int]) -> None:
    """Append to the constant's edge the BDD edge of every further node of the graph."""
    level = {variable: index for index, variable in enumerate(forest.variables)}
    edges += [forest.variable(level[variable]) for variable in pdag.variables]
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


def _at(edges: Sequence[int], edge: int) -> int:
    return edges[edge >> 1] ^ (edge & 1)
