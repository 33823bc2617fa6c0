"""Smaller skeletons of the same function, before any diagram is made.

`propagate` keeps every gate's function; `coalesce` keeps the top's only. Both keep the user's events as
they are, so cut sets and importances need no map back.
"""

from __future__ import annotations

from collections.abc import Iterable

from faulttree.structure.pdag import Connective, Pdag, PdagBuilder

__all__ = ["coalesce", "propagate", "simplify"]


def propagate(pdag: Pdag) -> Pdag:
    """The graph without constants, repeated inputs, gates of one input and equal gates."""
    builder = PdagBuilder(pdag.variables)
    edges = [node << 1 for node in range(pdag.first_gate)]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        edges.append(builder.folded(kinds[node], [edges[e >> 1] ^ (e & 1) for e in inputs[node]], k[node]))
    gates = {name: edges[edge >> 1] ^ (edge & 1) for name, edge in pdag.gates.items()}
    return builder.freeze(edges[pdag.root >> 1] ^ (pdag.root & 1), gates)


def coalesce(pdag: Pdag) -> Pdag:
    """The graph below the root, with every gate that only one gate of its own kind uses taken into that gate.

    An OR below an AND's complement edge counts as an AND (De Morgan). A XOR takes in XORs, complemented or not.
    Gates that no longer stand alone are gone from `gates`.
    """
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    uses = _uses(pdag, inputs)
    builder = PdagBuilder(pdag.variables)
    edges: dict[int, int] = {node: node << 1 for node in range(pdag.first_gate)}
    for node in range(pdag.first_gate, pdag.size):
        if uses[node]:
            merged = list(_merged(node, kinds, inputs, uses))
            edges[node] = builder.folded(kinds[node], [edges[e >> 1] ^ (e & 1) for e in merged], k[node])
    gates = {name: edges[edge >> 1] ^ (edge & 1) for name, edge in pdag.gates.items() if edge >> 1 in edges}
    return builder.freeze(edges[pdag.root >> 1] ^ (pdag.root & 1), gates)


def simplify(pdag: Pdag) -> Pdag:
    """Both steps until nothing changes; the variables that the root no longer sees are dropped."""
    smaller = propagate(pdag)
    while True:
        before = (smaller.size, len(smaller.argument))
        smaller = coalesce(smaller)
        if (smaller.size, len(smaller.argument)) == before:
            return _without_unused(smaller)


def _merged(node: int, kinds: list[Connective], inputs: list[list[int]], uses: list[int]) -> Iterable[int]:
    """The inputs of a gate, those of its private like-minded gates in their place."""
    kind = kinds[node]
    stack = list(reversed(inputs[node]))
    while stack:
        edge = stack.pop()
        child, complement = edge >> 1, edge & 1
        if uses[child] != 1 or not inputs[child] or kind is Connective.ATLEAST:
            yield edge
        elif kind is Connective.XOR and kinds[child] is Connective.XOR:
            taken = list(inputs[child])
            taken[0] ^= complement
            stack.extend(reversed(taken))
        elif kinds[child] is (kind if not complement else _dual(kind)):
            stack.extend(e ^ complement for e in reversed(inputs[child]))
        else:
            yield edge


def _dual(kind: Connective) -> Connective | None:
    return {Connective.AND: Connective.OR, Connective.OR: Connective.AND}.get(kind)


def _uses(pdag: Pdag, inputs: list[list[int]]) -> list[int]:
    """How many inputs of reached gates each node is; the root counts once."""
    uses = [0] * pdag.size
    uses[pdag.root >> 1] = 1
    for node in range(pdag.size - 1, 0, -1):
        if uses[node]:
            for edge in inputs[node]:
                uses[edge >> 1] += 1
    return uses


def _without_unused(pdag: Pdag) -> Pdag:
    inputs = pdag.inputs()
    uses = _uses(pdag, inputs)
    kept = [node for node in range(1, pdag.first_gate) if uses[node]]
    builder = PdagBuilder(tuple(pdag.variables[node - 1] for node in kept))
    place = {0: 0} | {node: index for index, node in enumerate(kept, start=1)}
    kinds, k = pdag.kinds(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        if uses[node]:
            place[node] = builder.gate(kinds[node], [place[e >> 1] << 1 | (e & 1) for e in inputs[node]], k[node]) >> 1
    gates = {name: place[edge >> 1] << 1 | (edge & 1) for name, edge in pdag.gates.items() if edge >> 1 in place}
    return builder.freeze(place[pdag.root >> 1] << 1 | (pdag.root & 1), gates)
