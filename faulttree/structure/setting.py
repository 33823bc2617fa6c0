"""The main function with one gate after another replaced by true and by false: all of them as roots of one graph."""

from __future__ import annotations

from collections.abc import Sequence

from faulttree.deadline import check
from faulttree.structure.pdag import Pdag, PdagBuilder

__all__ = ["name_set", "with_each_set"]


def name_set(gate: str, state: bool) -> str:
    """The name of the main function in which a gate is replaced by a state."""
    return f"{gate}={str(state).lower()}"


def with_each_set(skeleton: Pdag, gates: Sequence[str]) -> Pdag:
    """The main function, and the same with each of these gates true and false, under the names of `name_set`.

    skeleton: as it is written, so that no two gates are one node and none is a constant.
    A gate is replaced wherever it is an input. Only the gates above it are made anew, and equal ones are shared.
    """
    builder = PdagBuilder(skeleton.variables)
    kinds, inputs, k = skeleton.kinds(), skeleton.inputs(), skeleton.k.tolist()
    users: list[list[int]] = [[] for _ in range(skeleton.size)]
    for node in range(skeleton.first_gate, skeleton.size):
        for edge in set(inputs[node]):
            users[edge >> 1].append(node)
    plain = [node << 1 for node in range(skeleton.first_gate)]

    def made(node: int, instead: dict[int, int]) -> int:
        edges = [instead.get(edge >> 1, plain[edge >> 1]) ^ (edge & 1) for edge in inputs[node]]
        return builder.folded(kinds[node], edges, k[node])

    for node in range(skeleton.first_gate, skeleton.size):
        plain.append(made(node, {}))
    main, root = next(iter(skeleton.roots)), skeleton.root
    roots = {main: plain[root >> 1] ^ (root & 1)}
    for gate in gates:
        check()
        edge = skeleton.roots[gate]
        above = _above(edge >> 1, users)
        for state in (True, False):
            instead = {edge >> 1: int(state) ^ (edge & 1)}
            for node in above:
                instead[node] = made(node, instead)
            roots[name_set(gate, state)] = instead.get(root >> 1, plain[root >> 1]) ^ (root & 1)
    return builder.freeze(roots)


def _above(node: int, users: Sequence[Sequence[int]]) -> list[int]:
    """The gates that depend on a node, inputs first."""
    found: set[int] = set()
    waiting = list(users[node])
    while waiting:
        user = waiting.pop()
        if user not in found:
            found.add(user)
            waiting += users[user]
    return sorted(found)
