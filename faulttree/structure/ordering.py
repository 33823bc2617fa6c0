"""Variable orders for decision diagrams: a portfolio, cheapest first.

Diagrams of one function differ a hundredfold with the order, and no heuristic is best for all trees.
Two families: depth-first reading of the tree, and depth-first reading of a tree decomposition of its graph.
Sources: M. Bouissou, RAMS 1996; L. M. Bartlett, J. D. Andrews, Reliability Engineering & System Safety 72, 2001 (depth
first); R. E. Tarjan, M. Yannakakis, SIAM J. Computing 13, 1984, and the min-fill rule (elimination).
"""

from __future__ import annotations

import heapq
import itertools
import math
import random
from collections.abc import Callable, Iterator

from faulttree.structure.pdag import Pdag

__all__ = ["depth_first", "orders", "tree_decomposition"]

TRIES = 16
WIDE = 32
"""Nodes with more neighbours than this are not examined for fill edges; they are eliminated late anyway."""


def orders(pdag: Pdag, thorough: bool = False) -> Iterator[tuple[str, list[str]]]:
    """Orders of the variables to try, each with its name.

    thorough: also search many tree decompositions for a narrow one, in up to a second for a thousand gates.
    Deterministic: ties are broken by a seeded generator.
    """
    yield "depth-first", depth_first(pdag, lambda _: 0)
    yield "depth-first, events last", depth_first(pdag, lambda node: node < pdag.first_gate)
    yield from _decompositions("tree decomposition", pdag, cliques=False, tries=1)
    yield from _decompositions("tree decomposition, inputs joined", pdag, cliques=True, tries=1)
    weights = _weights(pdag)
    yield "depth-first, smallest input first", depth_first(pdag, lambda node: weights[node])
    yield "depth-first, largest input first", depth_first(pdag, lambda node: -weights[node])
    if thorough:
        yield from _decompositions(f"narrowest of {TRIES} tree decompositions", pdag, cliques=False, tries=TRIES)


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


def tree_decomposition(pdag: Pdag, cliques: bool, tries: int) -> tuple[list[str], list[str]]:
    """Variables as walks from the root of an elimination tree meet them, so that separators come on top.

    cliques: also join all inputs of a gate with one another (gates of up to 40 inputs).
    tries: take the narrowest of so many decompositions. Returns the walks that visit heavy and light branches first.
    """
    graph = _graph(pdag, cliques)
    found = [_eliminate({node: set(around) for node, around in graph.items()}, seed) for seed in range(tries)]
    _, parent, children_first = min(found, key=lambda elimination: elimination[0])
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


def _decompositions(name: str, pdag: Pdag, cliques: bool, tries: int) -> Iterator[tuple[str, list[str]]]:
    heavy, light = tree_decomposition(pdag, cliques, tries)
    yield f"{name}, light branch first", light
    yield f"{name}, heavy branch first", heavy


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


def _eliminate(neighbours: dict[int, set[int]], seed: int) -> tuple[float, dict[int, int], list[int]]:
    """Eliminate the node that adds fewest edges between its neighbours (min-fill), until none is left.

    Returns the decomposition's cost, a sum of 2**width over its bags; each node's parent in the
    elimination tree, -1 for a root; and the nodes in elimination order. Takes the graph apart.
    """
    tie = random.Random(seed).random
    fill = {node: _fill(neighbours, node) for node in neighbours}
    heap = [(missing, tie(), node) for node, missing in fill.items()]
    heapq.heapify(heap)
    position: dict[int, int] = {}
    bags: dict[int, set[int]] = {}
    while heap:
        missing, _, node = heapq.heappop(heap)
        if node in position or missing != fill[node]:
            continue
        position[node] = len(position)
        around = bags[node] = neighbours[node]
        touched = set(around)
        for other in around:
            neighbours[other] |= around
            neighbours[other] -= {node, other}
        if missing:
            touched.update(*(neighbours[other] for other in around))
        for other in touched:
            now = _fill(neighbours, other)
            if now != fill[other]:
                fill[other] = now
                heapq.heappush(heap, (now, tie(), other))
    cost = math.fsum(2.0 ** min(len(around), 1000) for around in bags.values())
    parent = {node: min(around, key=position.__getitem__, default=-1) for node, around in bags.items()}
    return cost, parent, list(position)


def _fill(neighbours: dict[int, set[int]], node: int) -> int:
    """Edges missing between a node's neighbours; of many neighbours, as if all were missing."""
    around = list(neighbours[node])
    if len(around) > WIDE:
        return len(around) * (len(around) - 1) // 2
    return sum(other not in neighbours[one] for one, other in itertools.combinations(around, 2))
