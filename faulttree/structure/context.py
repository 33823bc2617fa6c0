"""Constants from context: below a gate, what the gates above it already force.

An AND gate's value depends on one of its inputs only where the others are true; so below that input the others may
be taken as true. Of x (x | y), the inner x is true and the product is x. The root's function stays, the inner gates'
own functions do not.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from faulttree.deadline import check
from faulttree.structure.circuit import AND, Circuit

__all__ = ["propagate_context"]

WIDE = 16
"""Shared gates of more inputs than this are not looked into for what the context makes of them."""
FACTS = 64
"""At most so many facts are drawn from one input that is true."""


def propagate_context(circuit: Circuit) -> int:
    """Replace inputs that their context forces, or makes equal to one of their own inputs; returns how many.

    Linear, but for a logarithm: one walk over the dominator tree of the gates. Facts are gathered on the way down and
    withdrawn on the way up; what is known at a gate holds on every path from the root to it.

    Two inputs of an AND may not both be simplified under what follows from the other, or x x would vanish. So facts go
    one way, from the inputs that come first in a fixed order, children before parents, to those that come later. Then
    where an AND is false its first false input is evaluated under facts that are true, stays false, and keeps the AND
    false; where it is true, so are all facts.
    """
    walk = _Walk(circuit)
    walk.run()
    changes = walk.changes
    if not changes:
        return 0
    by_gate: dict[int, dict[int, int]] = {}
    for gate, edge, instead in changes:
        by_gate.setdefault(gate, {})[edge] = instead
    rewired: dict[int, dict[int, int]] = {}
    for gate, instead_of in by_gate.items():
        after = rewired[gate] = {}
        for edge, times in circuit.inputs[gate].items():
            edge = instead_of.get(edge, edge)
            after[edge] = after.get(edge, 0) + times
    circuit.rewire_all(rewired)
    circuit.settle()
    return len(changes)


@dataclass
class _Dominators:
    """The dominator tree of the gates: a gate's parent is the lowest gate that all ways from the root to it pass.

    order: gates, children before parents; with a gate, all gates that use it. rank: place in the fixed order, variables
    first.
    depth, parent: in the tree. slot: among the inputs of the tree parent, by rank, the first that leads to the gate.
    """

    circuit: Circuit
    order: list[int]
    rank: list[int] = field(init=False)
    depth: list[int] = field(init=False)
    parent: list[int] = field(init=False)
    slot: list[int] = field(init=False)
    _jump: list[int] = field(init=False)

    def __post_init__(self) -> None:
        n = len(self.circuit.kind)
        self.rank = list(range(n))
        for place, gate in enumerate(self.order):
            self.rank[gate] = self.circuit.first_gate + place
        self.depth, self.parent, self.slot, self._jump = [0] * n, [-1] * n, [0] * n, [0] * n
        root = self.order[-1]
        self._jump[root] = root
        for gate in self.order[-2::-1]:
            check()
            self._place(gate)

    def _place(self, gate: int) -> None:
        users = self.circuit.users[gate]
        above = -1
        for user in users:
            above = user if above < 0 else self._meet(above, user)
        depth, jump = self.depth, self._jump
        self.parent[gate] = above
        depth[gate] = depth[above] + 1
        far = jump[jump[above]]
        # Jumps of lengths that double: ancestors are found in logarithmic time.
        jump[gate] = far if depth[above] - depth[jump[above]] == depth[jump[above]] - depth[far] else above
        if len(users) == 1:
            self.slot[gate] = self.rank[gate]
        else:
            self.slot[gate] = min(
                self.rank[gate] if user == above else self.slot[self._at_depth(user, depth[gate])] for user in users
            )

    def _at_depth(self, gate: int, depth: int) -> int:
        while self.depth[gate] > depth:
            gate = self._jump[gate] if self.depth[self._jump[gate]] >= depth else self.parent[gate]
        return gate

    def _meet(self, one: int, other: int) -> int:
        one, other = self._at_depth(one, self.depth[other]), self._at_depth(other, self.depth[one])
        while one != other:
            if self._jump[one] != self._jump[other]:
                one, other = self._jump[one], self._jump[other]
            else:
                one, other = self.parent[one], self.parent[other]
        return one


class _Walk:
    """The walk down the dominator tree, with what is known on the way."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit
        self.changes: list[tuple[int, int, int]] = []
        """Gate, input, and what takes its place."""
        self._known: dict[int, int] = {}
        self._trail: list[int] = []

    def run(self) -> None:
        circuit = self.circuit
        # What is known elsewhere is of use only where something stands a second time.
        shares = circuit.with_shared_parts()
        order = [gate for gate in circuit.gates() if shares[gate]]
        if not order:
            return
        self._tree = tree = _Dominators(circuit, order)
        scopes: dict[int, list[int]] = {}
        for gate in reversed(order[:-1]):
            scopes.setdefault(tree.parent[gate], []).append(gate)
        kind, inputs, known, trail = circuit.kind, circuit.inputs, self._known, self._trail
        # Steps of the walk, last first: enter a gate, look at an input (gate, edge), withdraw facts down to a mark.
        enter, look, withdraw = 0, 1, 2
        stack: list[tuple[int, int, int]] = [(enter, order[-1], 0)]
        while stack:
            check()
            step, gate, edge = stack.pop()
            if step == look:
                self._look(gate, edge)
            elif step == withdraw:
                while len(trail) > edge:
                    del known[trail.pop()]
            else:
                below = scopes.get(gate, [])
                shared = [edge for edge in inputs[gate] if shares[edge >> 1]]
                if kind[gate] == AND:
                    stack.append((withdraw, gate, len(trail)))
                    steps = [(tree.slot[scope], enter, scope, 0) for scope in below]
                    steps += [(tree.rank[edge >> 1], look, gate, edge) for edge in shared]
                    steps.sort(reverse=True)
                    # At equal rank, `enter` is smaller than `look`: an input's facts come after its own scope.
                    stack += [rest for _, *rest in steps]  # type: ignore[misc]  # a list stands for a tuple
                else:
                    stack += [(enter, scope, 0) for scope in below]
                    stack += [(look, gate, edge) for edge in shared]

    def _look(self, gate: int, edge: int) -> None:
        """Replace the input if what is known decides it; of an AND, what it says is known from here on."""
        instead = self._reduced(edge)
        if instead != edge:
            self.changes.append((gate, edge, instead))
        if self.circuit.kind[gate] == AND and instead > 1:
            self._learn(instead)

    def _reduced(self, edge: int) -> int:
        known, circuit = self._known, self.circuit
        node = edge >> 1
        if node in known:
            return known[node] ^ (edge & 1)
        if circuit.kind[node] != AND or len(circuit.users[node]) < 2 or len(circuit.inputs[node]) > WIDE:
            return edge
        left = []
        for below in circuit.inputs[node]:
            fact = known.get(below >> 1)
            if fact is None:
                left.append(below)
                if len(left) > 1:
                    return edge
            elif fact ^ (below & 1) == 0:
                return edge & 1
        return (left[0] if left else 1) ^ (edge & 1)

    def _learn(self, edge: int) -> None:
        """Note that an edge is true, and what follows from that."""
        circuit, known = self.circuit, self._known
        stack, allowed = [edge], FACTS
        while stack and allowed:
            edge = stack.pop()
            allowed -= 1
            node = edge >> 1
            if node in known:
                continue
            if len(circuit.users[node]) > 1:
                known[node] = 1 ^ (edge & 1)
                self._trail.append(node)
            if not edge & 1 and circuit.kind[node] == AND:
                stack.extend(circuit.inputs[node])
