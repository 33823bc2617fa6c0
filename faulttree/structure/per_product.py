"""How many of some events a product holds: bounds that hold for every one, read off the graph."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from faulttree.structure.pdag import Connective, Pdag

__all__ = ["each_holds_one"]

Range = tuple[float, float]


def each_holds_one(pdag: Pdag, events: Collection[str]) -> bool:
    """Whether each product that makes the main function true certainly holds exactly one of the events.

    False where the graph does not show it: where one of them occurs twice on the way, or under a negation.
    """
    inputs, kinds = pdag.inputs(), pdag.kinds()
    ranges: list[Range] = [(0.0, 0.0)] * pdag.size
    for node, name in enumerate(pdag.variables, start=1):
        ranges[node] = (1.0, 1.0) if name in events else (0.0, 0.0)
    for node in range(pdag.first_gate, pdag.size):
        of_inputs = [_of_edge(edge, ranges) for edge in inputs[node]]
        ranges[node] = _of_gate(kinds[node], of_inputs, int(pdag.k[node]))
    return _of_edge(pdag.root, ranges) == (1.0, 1.0) and pdag.root > 1


def _of_edge(edge: int, ranges: Sequence[Range]) -> Range:
    """The range of a product that makes an edge true; a negation may need the absence of what it holds."""
    low, high = ranges[edge >> 1]
    return (0.0, math.inf) if edge & 1 and high else (low, high)


def _of_gate(kind: Connective, inputs: Sequence[Range], k: int) -> Range:
    """Least and most that a product of a gate holds. Products of inputs may share events: the union holds them once."""
    low, high = sorted(low for low, _ in inputs), sorted((high for _, high in inputs), reverse=True)
    match kind:
        case Connective.OR:
            return low[0], high[0]
        case Connective.AND:
            return low[-1], sum(high)
        case Connective.ATLEAST if k > len(inputs):
            return math.inf, 0.0  # no product makes it true
        case Connective.ATLEAST if k <= 0:
            return 0.0, 0.0
        case Connective.ATLEAST:
            return low[k - 1], sum(high[:k])
        case _:
            return (0.0, math.inf) if any(high) else (0.0, 0.0)
