"""Inputs that stand together wherever they stand at all become one gate of their own.

When basic events, or gates, have the same users and each user is an AND (or, by De Morgan, an OR of the complements),
or each is an XOR, a new gate of that kind takes their place. No user sees them apart, so of events it makes a module.
"""

from __future__ import annotations

from faulttree.deadline import check
from faulttree.structure.circuit import AND, XOR, Circuit

__all__ = ["merge"]


def merge(circuit: Circuit) -> int:
    """Put one gate for every set of inputs that always stand together; returns the number of new gates."""
    together: dict[tuple[int, frozenset[int]], list[int]] = {}
    kind, inputs = circuit.kind, circuit.inputs
    for node in range(1, len(kind)):
        check()
        users = circuit.users[node]
        if len(users) < 2:
            continue
        connective = kind[next(iter(users))]
        if connective not in (AND, XOR):
            continue
        edge = node << 1
        if edge not in inputs[next(iter(users))]:
            edge ^= 1
        if all(kind[user] == connective and edge in inputs[user] for user in users):
            together.setdefault((connective, frozenset(users)), []).append(edge)
    merged = 0
    # For each user: member -> the gate that takes its place.
    substitutes: dict[int, dict[int, int]] = {}
    for (connective, gates), edges in together.items():
        check()
        if len(edges) > 1:
            merged += 1
            first = min(gates)
            standing = set(edges)
            group = circuit.make(connective, [edge for edge in inputs[first] if edge in standing])
            for user in gates:
                substitutes.setdefault(user, {}).update(dict.fromkeys(edges, group))
    for user, substitute in substitutes.items():
        circuit.rewire(user, {substitute.get(edge, edge): 1 for edge in inputs[user]})
    circuit.settle()
    return merged
