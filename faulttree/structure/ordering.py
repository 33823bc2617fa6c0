"""Variable orders for decision diagrams: a portfolio, cheapest first.

Diagrams of one function differ a hundredfold with the order, and no heuristic is best for all trees.
Two families: depth-first reading of the tree, and depth-first reading of a tree decomposition of its graph.
Sources: M. Bouissou, RAMS 1996; L. M. Bartlett, J. D. Andrews, Reliability Engineering & System Safety 72, 2001 (depth
first); R. E. Tarjan, M. Yannakakis, SIAM J. Computing 13, 1984, and the minimum-degree rule (elimination).
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator

from faulttree.structure.pdag import Pdag

__all__ = ["depth_first", "orders", "tree_decomposition"]


def orders(pdag: Pdag) -> Iterator[tuple[str, list[str]]]:
    """Orders of the variables to try, each with its name."""
    yield "depth-first", depth_first(pdag, lambda _: 0)
    yield "depth-first, events last", depth_first(pdag, lambda node: node < pdag.first_gate)
    for cliques in (False, True):
        for heavy_first in (True, False):
            kind = "primal graph" if cliques else "tree's graph"
            yield (
                f"tree decomposition of the {kind}, {'heavy' if heavy_first else 'light'} branch first",
                tree_decomposition(pdag, cliques, heavy_first),
            )
    weights = _weights(pdag)
    yield "depth-first, smallest input first", depth_first(pdag, lambda node: weights[node])
    yield "depth-first, largest input first", depth_first(pdag, lambda node: -weights[node])


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


def tree_decomposition(pdag: Pdag, cliques: bool, heavy_first: bool) -> list[str]:
    """Variables as a walk from the root of an elimination tree meets them, so that separators come on top.

    cliques: also join all inputs of a gate with one another (gates of up to 40 inputs).
    heavy_first: visit the larger subtree first.
    """
    neighbours = _graph(pdag, cliques)
    parent, children_first = _eliminate(neighbours)
    size = [1] * pdag.size
    children: list[list[int]] = [[] for _ in range(pdag.size)]
    roots = []
    for node in children_first:
        if parent[node] < 0:
            roots.append(node)
        else:
            size[parent[node]] += size[node]
            children[parent[node]].append(node)
    order = []
    stack = sorted(roots, key=lambda node: (size[node], node))
    while stack:
        node = stack.pop()
        if 0 < node < pdag.first_gate:
            order.append(pdag.variables[node - 1])
        # What is pushed last is visited first.
        stack.extend(sorted(children[node], key=lambda child: (size[child] if heavy_first else -size[child], child)))
    return order


def _weights(pdag: Pdag) -> list[float]:
    """How large each node is when written out as a tree; shared parts count each time, up to infinity."""
    weights: list[float] = []
    for below in pdag.inputs():
        weights.append(1.0 + sum(weights[edge >> 1] for edge in below))
    return weights


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


def _eliminate(neighbours: dict[int, set[int]]) -> tuple[dict[int, int], list[int]]:
    """Eliminate the node of least degree, joining its neighbours, until none is left.

    Returns each node's parent in the elimination tree, -1 for a root, and the nodes in elimination
    order. Takes the graph apart.
    """
    heap = [(len(around), node) for node, around in neighbours.items()]
    heapq.heapify(heap)
    position: dict[int, int] = {}
    bags: dict[int, set[int]] = {}
    while heap:
        degree, node = heapq.heappop(heap)
        if node in position or degree != len(neighbours[node]):
            continue
        position[node] = len(position)
        around = bags[node] = neighbours[node]
        for other in around:
            joined = neighbours[other]
            joined |= around
            joined -= {node, other}
            heapq.heappush(heap, (len(joined), other))
    parent = {node: min(around, key=position.__getitem__, default=-1) for node, around in bags.items()}
    return parent, list(position)
