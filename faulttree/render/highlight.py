"""How a cut set reaches the top: which gates its events make true by themselves, and along which lines."""

from __future__ import annotations

import graphlib
from collections.abc import Collection

from faulttree.render.vertices import Vertex, Vertices

__all__ = ["highlighted", "holds"]


def highlighted(vertices: Vertices, cut_set: Collection[str]) -> frozenset[str]:
    """Keys of the cut set's events and of every gate and formula they reach.

    A gate is reached when it is true with these events true and all others false, house events and set
    states as they are, and one of its inputs that count towards it is reached. A negated input never counts:
    what is absent leads nowhere.
    """
    wanted = set(cut_set)
    order = graphlib.TopologicalSorter({key: vertex.inputs for key, vertex in vertices.items()}).static_order()
    true: set[str] = set()
    reached: set[str] = set()
    for key in order:
        vertex = vertices[key]
        led_to = any(child in reached and child in true and vertex.counts(at) for at, child in enumerate(vertex.inputs))
        if isinstance(vertex.state, bool):
            value = vertex.state
        elif vertex.is_gate:
            value = holds(vertex, tuple(child in true for child in vertex.inputs))
        else:
            value = key in wanted
        if value:
            true.add(key)
        if (value and led_to) if vertex.is_gate else key in wanted:
            reached.add(key)
    return frozenset(reached)


def holds(vertex: Vertex, values: tuple[bool, ...]) -> bool:
    """Whether a gate is true when its inputs have these values."""
    count = sum(values)
    low, high = vertex.bounds
    match vertex.connective:
        case "and" | "inhibit":
            return count == len(values)
        case "or":
            return count > 0
        case "xor":
            return count % 2 == 1
        case "not" | "nor":
            return count == 0
        case "nand":
            return count < len(values)
        case "iff":
            return values[0] == values[1]
        case "imply":
            return not values[0] or values[1]
    return low <= count <= high
