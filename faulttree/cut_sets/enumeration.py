"""Sets of a family one at a time, best first or depth first, without making the others."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from faulttree.cut_sets import _kernels
from faulttree.cut_sets._kernels import FloatArray
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd
from faulttree.kernel_modes import kernels_for

__all__ = ["best_first", "within"]


def best_first(family: Zbdd, weights: FloatArray) -> Iterator[list[int]]:
    """Every set as its elements' levels, by falling sum of weights; among equals the diagram's order decides.

    weights: float64[n_elements], at most 0. A partial set is worth its own weight plus the best that its row, and
    the rows pending after it, can add.
    """
    if family.root == EMPTY:
        return
    nodes, modules = family.nodes.tolist(), family.modules.tolist()
    bound, weight = _extremes(family, weights)[0], weights.tolist()
    ties = itertools.count()
    # (what it is worth at best, negated; tie; row still to decide; rows pending after it; own weight and the
    # best of what is pending; levels chosen, last first)
    heap: list[tuple[float, int, int, Any, float, Any]] = [
        (-bound[family.root], next(ties), family.root, None, 0.0, None)
    ]
    while heap:
        _, _, node, pending, own, chosen = heapq.heappop(heap)
        while node != UNIT or pending is not None:
            if node == UNIT:
                node, pending = pending
                own -= bound[node]
                continue
            level, low, high = nodes[node]
            module = modules[level]
            with_it = own + (bound[module] if module else weight[level]) + bound[high]
            without_it = own + bound[low]
            if module:
                taken = (module, (high, pending), own + bound[high], chosen)
            else:
                taken = (high, pending, own + weight[level], (level, chosen))
            if low == EMPTY or with_it >= without_it:
                if low != EMPTY:
                    heapq.heappush(heap, (-without_it, next(ties), low, pending, own, chosen))
                node, pending, own, chosen = taken
            else:
                heapq.heappush(heap, (-with_it, next(ties), *taken))
                node = low
        yield _levels(chosen)


def within(family: Zbdd, weights: FloatArray, least: float, max_order: int) -> Iterator[list[int]]:
    """The sets whose weights sum to `least` or more and that have at most so many elements, depth first.

    Rows that cannot lead to such a set are not entered, so time goes with what is found; memory does not grow.
    """
    nodes, modules = family.nodes.tolist(), family.modules.tolist()
    best, weight = _extremes(family, weights)[0], weights.tolist()
    smallest = _extremes(family, np.ones(len(weights)))[1]
    # own, order: of what is chosen, and of the best and the smallest that the pending rows can add.
    stack: list[tuple[int, Any, float, float, Any]] = [(family.root, None, 0.0, 0.0, None)]
    while stack:
        node, pending, own, order, chosen = stack.pop()
        while own + best[node] >= least and order + smallest[node] <= max_order:
            if node == UNIT:
                if pending is None:
                    yield _levels(chosen)
                    break
                node, pending = pending
                own -= best[node]
                order -= smallest[node]
                continue
            level, low, high = nodes[node]
            if low != EMPTY:
                stack.append((low, pending, own, order, chosen))
            if modules[level]:
                node, pending = modules[level], (high, pending)
                own += best[high]
                order += smallest[high]
            else:
                node, own, order, chosen = high, own + weight[level], order + 1.0, (level, chosen)


def _extremes(family: Zbdd, weights: FloatArray) -> tuple[list[float], list[float]]:
    best, worst = np.empty(len(family.nodes)), np.empty(len(family.nodes))
    kernels_for(_kernels, len(family.nodes)).extremes(family.nodes, family.modules, weights, best, worst)
    return best.tolist(), worst.tolist()


def _levels(chosen: Any) -> list[int]:
    levels = []
    while chosen is not None:
        level, chosen = chosen
        levels.append(level)
    return levels[::-1]
