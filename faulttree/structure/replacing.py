"""A module of a simplified graph replaced by another function, as a what-if asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faulttree.structure.modules import modules
from faulttree.structure.pdag import Pdag, PdagBuilder

__all__ = ["Chain", "common_modules", "modules_around", "with_module"]


Chain = tuple[str, ...]
"""Named modules around a node, the innermost first."""


def modules_around(skeleton: Pdag, smaller: Pdag) -> Mapping[int, Chain]:
    """The named modules that hold each node below the root, itself included, the main root not among them.

    skeleton: as it is written. smaller: the same function simplified.
    A gate counts that is a module in both: then the smaller graph means the same as the written one whatever function
    stands in the gate's place.
    """
    written, kept = set(modules(skeleton)), set(modules(smaller))
    root, inputs = skeleton.root >> 1, skeleton.inputs()
    named = {
        edge >> 1: name
        for name, edge in skeleton.roots.items()
        if edge >> 1 in written and edge >> 1 != root and smaller.roots.get(name, 0) >> 1 in kept
    }
    around: dict[int, Chain] = {root: ()}
    for node in range(root, 0, -1):
        if node not in around:
            continue
        if node in named:
            around[node] = (named[node], *around[node])
        for edge in inputs[node]:
            below = edge >> 1
            around[below] = common_modules([around[below], around[node]]) if below in around else around[node]
    return around


def common_modules(chains: Sequence[Chain]) -> Chain:
    """The modules that hold all of several nodes, the innermost first."""
    first, *others = chains
    n = len(first)
    while any(first[len(first) - n :] != chain[len(chain) - n :] for chain in others if chain is not first):
        n -= 1
    return first[len(first) - n :]


def with_module(pdag: Pdag, name: str, other: Pdag) -> Pdag:
    """The graph with another function in the place of a named module.

    name: of a root of the graph that is a module of it. other: the function, over events of its own; its other roots
    are named in the result, too. What only the module used is left out.
    """
    module, negated = pdag.roots[name] >> 1, pdag.roots[name] & 1
    inputs, kinds, k = pdag.inputs(), pdag.kinds(), pdag.k.tolist()
    seen = [False] * pdag.size
    seen[pdag.root >> 1] = True
    for node in range(pdag.root >> 1, 0, -1):
        if seen[node] and node != module:
            for edge in inputs[node]:
                seen[edge >> 1] = True
    own = [node for node in range(1, pdag.first_gate) if seen[node] and node != module]
    builder = PdagBuilder((*(pdag.variables[node - 1] for node in own), *other.variables))
    place = {0: 0} | {node: index << 1 for index, node in enumerate(own, start=1)}
    inside = {0: 0} | {node: (len(own) + node) << 1 for node in range(1, other.first_gate)}
    for node, (kind, edges, threshold) in enumerate(zip(other.kinds(), other.inputs(), other.k.tolist(), strict=True)):
        if node >= other.first_gate:
            inside[node] = builder.gate(kind, [inside[edge >> 1] ^ (edge & 1) for edge in edges], threshold)
    roots = {inner: inside[edge >> 1] ^ (edge & 1) for inner, edge in other.roots.items()}
    place[module] = other_root = inside[other.root >> 1] ^ (other.root & 1) ^ negated
    changed = {module}
    for node in range(pdag.first_gate, pdag.size):
        if not seen[node] or node == module:
            continue
        edges = [place[edge >> 1] ^ (edge & 1) for edge in inputs[node]]
        if changed.isdisjoint(edge >> 1 for edge in inputs[node]):
            place[node] = builder.gate(kinds[node], edges, k[node])
        else:
            changed.add(node)
            place[node] = builder.folded(kinds[node], edges, k[node])
    main, *_ = pdag.roots
    roots |= {outer: place[edge >> 1] ^ (edge & 1) for outer, edge in pdag.roots.items() if seen[edge >> 1]}
    roots[name] = other_root ^ negated
    return builder.freeze({main: roots[main]} | roots)
