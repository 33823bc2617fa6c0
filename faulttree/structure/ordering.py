"""Variable orders for decision diagrams: a portfolio, cheapest first.

Diagrams of one function differ a hundredfold with the order, and no heuristic is best for all trees.
Two families: depth-first reading of the tree, and depth-first reading of a tree decomposition of its graph.
Sources: M. Bouissou, RAMS 1996; L. M. Bartlett, J. D. Andrews, Reliability Engineering & System Safety 72, 2001 (depth
first); R. E. Tarjan, M. Yannakakis, SIAM J. Computing 13, 1984, and the min-fill rule (elimination).
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from faulttree.structure.pdag import Pdag
from faulttree.structure.separators import narrow_min_fill

__all__ = ["depth_first", "narrow_orders", "orders", "tree_decomposition"]

TRIES = 16
MANY_NODES = 20_000
"""Nodes of a graph beyond which sets of variables are not kept for every one."""


def orders(pdag: Pdag, seed: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Orders of the variables to try, each with its name, those that succeed most for their price first.

    seed: of the generator that settles ties. Raises TimeLimitExceeded.
    """
    yield "depth-first", depth_first(pdag, lambda _: 0)
    joined = _decompositions("tree decomposition, inputs joined", pdag, cliques=True, tries=1, seed=seed)
    yield from itertools.islice(joined, 1)
    yield from _decompositions("tree decomposition", pdag, cliques=False, tries=1, seed=seed)
    events, depths = _events_below(pdag), _depths(pdag)
    yield "depth-first, deepest input first", depth_first(pdag, lambda node: -depths[node])
    yield "depth-first, most events first", depth_first(pdag, lambda node: -events[node])
    yield from joined
    weights = _weights(pdag)
    yield "depth-first, largest input first", depth_first(pdag, lambda node: -weights[node])
    yield "depth-first, events last", depth_first(pdag, lambda node: node < pdag.first_gate)
    yield "depth-first, smallest input first", depth_first(pdag, lambda node: weights[node])


def narrow_orders(pdag: Pdag, seed: int = 0) -> Iterator[tuple[str, list[str]]]:
    """Orders from the narrowest of many tree decompositions, in a second or so for a thousand gates."""
    yield from _decompositions(f"narrowest of {TRIES} tree decompositions", pdag, cliques=False, tries=TRIES, seed=seed)


def depth_first(pdag: Pdag, rank: Callable[[int], float]) -> list[str]:
    """Variables as a depth-first walk from the root meets them; inputs of lower rank first, ties as written."""
    inputs = pdag.inputs()
    seen = [False] * pdag.size
    order = []
    stack = [pdag.root >> 1]
    while stack:
        node = stack.pop()
        if seen[node]:
            continue
        seen[node] = True
        if 0 < node < pdag.first_gate:
            order.append(pdag.variables[node - 1])
        stack.extend(sorted((edge >> 1 for edge in reversed(inputs[node])), key=lambda child: -rank(child)))
    return order


def tree_decomposition(pdag: Pdag, cliques: bool, tries: int, seed: int = 0) -> tuple[list[str], list[str]] | None:
    """Variables as walks from the root of an elimination tree meet them, so that separators come on top.

    cliques: also join all inputs of a gate with one another (gates of up to 40 inputs).
    tries: take the narrowest of so many decompositions, which differ in how ties are settled.
    Returns the walks that visit heavy and light branches first; None where no decomposition is found in
    `separators.MOST_STEPS`. Raises TimeLimitExceeded.
    """
    graph = _graph(pdag, cliques)
    attempts = (narrow_min_fill(graph, list(graph), TRIES * seed + attempt) for attempt in range(tries))
    # What one seed does not manage within the steps, the others do not either.
    found = list(itertools.takewhile(lambda elimination: elimination is not None, attempts))
    narrowest = min(filter(None, found), key=lambda elimination: elimination.cost, default=None)
    if narrowest is None:
        return None
    parent, children_first = narrowest.parent, narrowest.order
    size = [1] * pdag.size
    children: list[list[int]] = [[] for _ in range(pdag.size)]
    roots = []
    for node in children_first:
        if parent[node] < 0:
            roots.append(node)
        else:
            size[parent[node]] += size[node]
            children[parent[node]].append(node)

    def walk(sign: int) -> list[str]:
        order = []
        # What is pushed last is visited first.
        stack = sorted(roots, key=lambda node: (sign * size[node], node))
        while stack:
            node = stack.pop()
            if node < pdag.first_gate:
                order.append(pdag.variables[node - 1])
            stack.extend(sorted(children[node], key=lambda child: (sign * size[child], child)))
        return order

    return walk(1), walk(-1)


def _decompositions(name: str, pdag: Pdag, cliques: bool, tries: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    if found := tree_decomposition(pdag, cliques, tries, seed):
        heavy, light = found
        yield f"{name}, light branch first", light
        yield f"{name}, heavy branch first", heavy


def _weights(pdag: Pdag) -> list[float]:
    """How large each node is when written out as a tree; shared parts count each time, up to infinity."""
    weights: list[float] = []
    for below in pdag.inputs():
        weights.append(1.0 + sum(weights[edge >> 1] for edge in below))
    return weights


def _depths(pdag: Pdag) -> list[int]:
    """How many gates lie between each node and the farthest event below it."""
    depths: list[int] = []
    for below in pdag.inputs():
        depths.append(1 + max((depths[edge >> 1] for edge in below), default=-1))
    return depths


def _events_below(pdag: Pdag) -> list[float]:
    """How many different variables each node depends on; in a large graph, how large it is when written out."""
    if pdag.size > MANY_NODES:
        return _weights(pdag)
    below: list[int] = []
    for node, edges in enumerate(pdag.inputs()):
        variables = 1 << node if 0 < node < pdag.first_gate else 0
        for edge in edges:
            variables |= below[edge >> 1]
        below.append(variables)
    return [float(variables.bit_count()) for variables in below]


def _graph(pdag: Pdag, cliques: bool) -> dict[int, set[int]]:
    inputs = pdag.inputs()
    reached = [node for node, seen in enumerate(pdag.polarities()) if seen and node]
    neighbours: dict[int, set[int]] = {node: set() for node in reached}
    for node in reached:
        below = [edge >> 1 for edge in inputs[node] if edge > 1]
        neighbours[node].update(below)
        for child in below:
            neighbours[child].add(node)
            if cliques and len(below) <= 40:
                neighbours[child].update(other for other in below if other != child)
    return neighbours
