"""Inputs of a gate that have nothing to do with its others, nor with the rest of the tree, get a gate of their own.

That gate is a module. a | b | c x | d x, where only this gate uses a, b, c and d but x is used elsewhere, becomes
(a | b) | c x | d x. Only AND and XOR (hence OR) gates can be split in this way.

Removing a gate from the graph takes the graph apart just where its inputs are independent, so the groups are the blocks
(biconnected components) of the graph, seen from the gate at the top of each.
Source: J. Hopcroft, R. Tarjan, Algorithm 447, Communications of the ACM 16, 1973.
"""

from __future__ import annotations

from faulttree.deadline import check
from faulttree.structure.circuit import AND, XOR, Circuit

__all__ = ["group_independent"]


def group_independent(circuit: Circuit) -> int:
    """Give each group of independent inputs a gate; returns the number of new gates. Not to be coalesced afterwards.

    Inputs that share something with each other only are a group. Where some inputs are tied to the rest of the tree,
    all others together are one more.
    """
    block, entered = _blocks(circuit)
    kind = circuit.kind
    made = 0
    for gate in circuit.gates():
        check()
        inputs = circuit.inputs[gate]
        if kind[gate] not in (AND, XOR) or len(inputs) < 3:
            continue
        # The end of an edge that was entered later tells which block the edge is in.
        blocks: dict[int, list[int]] = {}
        for edge in inputs:
            blocks.setdefault(block[max(edge >> 1, gate, key=entered.__getitem__)], []).append(edge)
        above = {block[max(gate, user, key=entered.__getitem__)] for user in circuit.users[gate]}
        is_tied = not above.isdisjoint(blocks)
        groups = [edges for name, edges in blocks.items() if name not in above]
        if len(groups) + is_tied < 2:
            continue
        parts = [edges[0] if len(edges) == 1 else circuit.make(kind[gate], edges) for edges in groups]
        made += sum(len(edges) > 1 for edges in groups)
        if is_tied and len(parts) > 1:
            parts = [circuit.make(kind[gate], parts)] * len(parts)
            made += 1
        instead = {edge: part for edges, part in zip(groups, parts, strict=True) for edge in edges}
        circuit.rewire(gate, {instead.get(edge, edge): 1 for edge in inputs})
    return made


def _blocks(circuit: Circuit) -> tuple[list[int], list[int]]:
    """For each node the block of the edge by which a depth-first walk of the undirected graph entered it, and when."""
    inputs, users, shares = circuit.inputs, circuit.users, circuit.with_shared_parts()
    entered, low, parent, block = ([0] * len(circuit.kind) for _ in range(4))
    order: list[int] = []
    # A node with nothing shared below it hangs by a single edge, which is a block; the walk leaves it out.
    for node, is_shared in enumerate(shares):
        if not is_shared:
            block[node], entered[node] = node, len(shares)
    stack = [(circuit.root >> 1, 0)]
    while stack:
        check()
        node, origin = stack.pop()
        if not entered[node]:
            order.append(node)
            entered[node] = low[node] = len(order)
            parent[node] = origin
            stack += [(user, node) for user in users[node]]
            stack += [(edge >> 1, node) for edge in inputs[node]]
    for node in reversed(order):
        origin = parent[node]
        for other in (*users[node], *[edge >> 1 for edge in inputs[node]]):
            # Of nodes left out, the time of entry is larger than any.
            if other != origin and entered[other] < low[node]:
                low[node] = entered[other]
        low[origin] = min(low[origin], low[node])
    for node in order:
        # Nothing below reaches past the node's origin: a new block begins.
        block[node] = node if low[node] >= entered[parent[node]] else block[parent[node]]
    return block, entered
