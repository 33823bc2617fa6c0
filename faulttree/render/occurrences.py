"""The tree as it is drawn: events repeated where they occur, a shared gate developed where it first appears."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

from faulttree.render.vertices import Vertices

__all__ = ["Occurrence", "Unfolded", "whole_tree"]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place in the drawn tree.

    key: of its vertex. parent, position: the occurrence above and which of its inputs this is; -1 for a root.
    children: occurrences beneath, in order. beside: key of the condition drawn next to an inhibit gate.
    transfer: a gate that is developed elsewhere. page: where, when that is another page.
    wanted_by: pages that refer to the gate developed here. shared, beside_shared: it, or the condition, occurs
    more than once.
    """

    key: str
    parent: int = -1
    position: int = 0
    children: tuple[int, ...] = ()
    beside: str = ""
    transfer: bool = False
    shared: bool = False
    beside_shared: bool = False
    page: int = 0
    wanted_by: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Unfolded:
    """Occurrences with every parent before its children, and the roots, left to right."""

    occurrences: tuple[Occurrence, ...]
    roots: tuple[int, ...] = (0,)


def whole_tree(vertices: Vertices, top: str) -> Unfolded:
    """The tree under top. A shared gate is developed at its shallowest place, the leftmost of these."""
    made = [Occurrence(top)]
    developed = {top}
    for index, place in enumerate(made):
        vertex = vertices[place.key]
        if place.transfer:
            continue
        inputs = vertex.inputs
        beside = ""
        if vertex.connective == "inhibit" and not vertices[inputs[1]].is_gate and vertices[inputs[1]].kind != "house":
            inputs, beside = inputs[:1], inputs[1]
        first = len(made)
        for position, key in enumerate(inputs):
            made.append(Occurrence(key, index, position, transfer=key in developed))
            if vertices[key].is_gate:
                developed.add(key)
        made[index] = replace(made[index], children=tuple(range(first, len(made))), beside=beside)
    times = Counter([place.key for place in made] + [place.beside for place in made if place.beside])
    return Unfolded(
        tuple(
            replace(place, shared=times[place.key] > 1, beside_shared=bool(place.beside) and times[place.beside] > 1)
            for place in made
        )
    )
