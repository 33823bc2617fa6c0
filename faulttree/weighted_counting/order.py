"""In which order a search had better decide the nodes of a circuit: those first that separate it.

The order is the depth in a tree decomposition that is rooted at its centroid, the bag that leaves no branch with more
than half of the nodes: once a bag is decided, what hangs below its branches is independent.
Source: T. Korhonen, M. Järvisalo, Integrating tree decompositions into decision heuristics of propositional model
counters, CP 2021. There on clauses; here the primal graph joins a gate with its inputs, and gates are decided too.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from faulttree.deadline import part
from faulttree.errors import LimitExceeded
from faulttree.structure.separators import Elimination, dissect, min_fill, narrow_min_fill
from faulttree.weighted_counting._kernels import IntArray
from faulttree.weighted_counting.circuit import CountingCircuit

__all__ = ["DecisionOrder", "decision_order", "easy_order"]

TRIVIAL, EASY = 16.0, 28.0
"""A search under a decomposition of these costs takes no time, and a few seconds at most."""
HOPELESS, FEW = 60.0, 3
"""Beyond this cost a search ends in an interval, and few tries at a better order are enough."""
BALANCES = (0.15, 0.25, 0.2)
"""What share of the nodes the smaller side of a separator has at least, by turns: which is best differs."""
FEW_STEPS = 10_000_000
"""Steps in which a decomposition is found where time is short, or none."""
NARROWED = 1.5
"""Dissection makes a decomposition narrower by this factor, not more."""
STEPS_PER_NODE = 3_000
"""Steps of a search that take as long as one decomposition does for each node."""
PAIRS = 20
"""Pairs of nodes between which separators are looked for."""


@dataclass(frozen=True, eq=False)
class DecisionOrder:
    """rank: int32[n], every node's place in the order; None where no search is worth its time.

    width: of the decomposition that it comes from. steps: as many of a search take as long as looking for it took.
    """

    rank: IntArray | None
    width: int
    steps: int = 0


def decision_order(
    circuit: CountingCircuit, seed: int, seconds: float = math.inf, thorough: bool = False
) -> DecisionOrder:
    """An order for a search: the harder that looks, the more decompositions are tried, in half of the time left.

    There is none where no search could end: no decomposition is found in that time or, unless `thorough`, in a number
    of steps; and where a search would probably take longer than `seconds`, on a machine that is not fast.
    """
    # Without joining the inputs of wide gates widths look better, and searches take a thousand times as long.
    neighbours, nodes = circuit.neighbours(), range(1, circuit.size)
    best, tries = None, 0
    with suppress(LimitExceeded), part(0.5):
        if thorough:
            best = min_fill(neighbours, nodes, seed)
        elif math.isinf(seconds):
            best = narrow_min_fill(neighbours, nodes, seed)
        else:
            widest = NARROWED * _affordable(seconds)
            best = narrow_min_fill(neighbours, nodes, seed, widest=widest, most_steps=FEW_STEPS)
        if best is not None:
            best, tries = _bettered(best, neighbours, nodes, seed)
    if best is None:
        return DecisionOrder(None, circuit.size, STEPS_PER_NODE * circuit.size)
    rank = ranks(circuit, best) if best.cost <= _affordable(seconds) else None
    return DecisionOrder(rank, best.width, STEPS_PER_NODE * circuit.size * (1 + tries))


def easy_order(circuit: CountingCircuit, seed: int) -> DecisionOrder:
    """The same where a search of a few seconds looks likely. Raises TimeLimitExceeded."""
    neighbours, nodes = circuit.neighbours(), range(1, circuit.size)
    best = narrow_min_fill(neighbours, nodes, seed, widest=EASY)
    if best is None or best.cost >= EASY:
        return DecisionOrder(None, circuit.size)
    best, tries = _bettered(best, neighbours, nodes, seed)
    return DecisionOrder(ranks(circuit, best), best.width, STEPS_PER_NODE * circuit.size * (1 + tries))


def _bettered(
    best: Elimination, neighbours: Sequence[set[int]], nodes: Sequence[int], seed: int
) -> tuple[Elimination, int]:
    """The least costly of a decomposition and as many dissections as are worth their time; and how many these were."""
    tries = 0
    while tries < _worth(best.cost, len(nodes)):
        tried = dissect(neighbours, nodes, seed + tries, BALANCES[tries % len(BALANCES)], PAIRS)
        best = min(best, tried, key=lambda elimination: elimination.cost)
        tries += 1
    return best, tries


def _affordable(seconds: float) -> float:
    """The cost of a decomposition that a search manages in this time: see `_worth`."""
    return 28.5 + math.log(max(seconds, 1e-3)) / math.log(1.6)


def _worth(cost: float, size: int) -> int:
    """How many tries at a better order are worth their time.

    Measured: a search of cost 29 takes a second, one of 24 now and then, and half as long again for each further unit;
    a try takes a fifth of a second for a thousand nodes.
    """
    if cost <= TRIVIAL:
        return 0
    if cost > HOPELESS:
        return FEW
    at_once = min(FEW, round(2.0 * math.pow(1.6, cost - 24.0) * 1000.0 / size))
    return max(at_once, math.ceil(0.15 * math.pow(1.5, cost - 27.0) * 1000.0 / size) if cost >= EASY else 0)


def ranks(circuit: CountingCircuit, elimination: Elimination) -> IntArray:
    """int32[n]: nodes of bags nearer to the centroid first, then those that more gates read."""
    depth = _depths(elimination)
    readers = (circuit.node[:, 4] - circuit.node[:, 3]).tolist()
    order = sorted(depth, key=lambda node: (depth[node], -readers[node], node))
    rank = np.full(circuit.size, circuit.size, np.int32)
    rank[order] = np.arange(len(order))
    return rank


def _depths(elimination: Elimination) -> dict[int, int]:
    """For every node, how far from its tree's centroid the nearest bag that holds it is."""
    parent = elimination.parent
    branches: dict[int, list[int]] = {node: [] for node in elimination.order}
    size = dict.fromkeys(elimination.order, 1)
    for node in elimination.order:
        if parent[node] >= 0:
            size[parent[node]] += size[node]
            branches[parent[node]].append(node)
    depth: dict[int, int] = {}
    for root in (node for node in elimination.order if parent[node] < 0):
        centroid = root
        while heavy := [node for node in branches[centroid] if 2 * size[node] > size[root]]:
            (centroid,) = heavy
        level, below, seen = 0, [centroid], {centroid}
        while below:
            for node in below:
                for member in (node, *elimination.bags[node]):
                    depth.setdefault(member, level)
            around = (other for node in below for other in (*branches[node], parent[node]))
            below = [other for other in dict.fromkeys(around) if other >= 0 and other not in seen]
            seen.update(below)
            level += 1
    return depth
