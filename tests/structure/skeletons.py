"""Random skeletons, also such as no model would give, and their functions as truth tables in one integer."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from hypothesis import strategies as st

from faulttree.structure.circuit import VARIABLE, Circuit
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder

GATES = (Connective.AND, Connective.OR, Connective.XOR, Connective.ATLEAST)


@st.composite
def skeletons(draw: st.DrawFn, max_variables: int = 6, max_gates: int = 14) -> Pdag:
    """Gates of up to five inputs, repeated and complementary inputs, constants, any thresholds, unused gates."""
    n = draw(st.integers(1, max_variables))
    builder = PdagBuilder(tuple(f"v{i}" for i in range(n)))
    kinds = draw(st.sampled_from([GATES[:2], GATES[:3], GATES]))
    constants = draw(st.booleans())
    edges = [(i + 1) << 1 for i in range(n)]
    for _ in range(draw(st.integers(0, max_gates))):
        # The latest edges are drawn most, so that graphs are deep.
        pool = st.one_of(st.sampled_from(edges), st.sampled_from(edges[-3:]), *([st.just(0)] if constants else []))
        inputs = draw(st.lists(st.tuples(pool, st.integers(0, 3)), min_size=0 if constants else 1, max_size=5))
        signed = [edge ^ (sign == 0) for edge, sign in inputs]
        edges.append(builder.gate(draw(st.sampled_from(kinds)), signed, draw(st.integers(0, 5))))
    return builder.freeze({"top": edges[-1] ^ draw(st.integers(0, 1)), **{f"g{i}": e for i, e in enumerate(edges[n:])}})


def table(pdag: Pdag, edge: int, variables: Sequence[str]) -> int:
    """Bit i is the function's value where variable j is bit j of i."""
    everywhere = (1 << (1 << len(variables))) - 1
    values = [0] * pdag.size
    for place, name in enumerate(variables):
        if name in pdag.variables:
            values[pdag.variables.index(name) + 1] = sum(1 << i for i in range(1 << len(variables)) if i >> place & 1)
    below, kinds = pdag.inputs(), pdag.kinds()
    for node in range(pdag.first_gate, pdag.size):
        inputs = [values[e >> 1] ^ (everywhere if e & 1 else 0) for e in below[node]]
        # reached[c]: the points where c of the inputs so far, or more, are true.
        reached, odd = [everywhere] + [0] * (len(inputs) + 1), 0
        for value in inputs:
            reached = [everywhere, *(more | (fewer & value) for fewer, more in itertools.pairwise(reached))]
            odd ^= value
        least = {"AND": len(inputs), "OR": 1, "ATLEAST": max(int(pdag.k[node]), 0)}.get(kinds[node].name)
        values[node] = odd if least is None else reached[least] if least <= len(inputs) else 0
    return values[edge >> 1] ^ (everywhere if edge & 1 else 0)


def cycles(pdag: Pdag) -> int:
    """Independent cycles of the graph below the root, edges minus nodes plus one: 0 for a tree. A constant has none."""
    seen = {node for node, polarity in enumerate(pdag.polarities()) if polarity and node}
    inputs = pdag.inputs()
    edges = sum(len({edge for edge in inputs[node] if edge > 1}) for node in seen)
    return edges - len(seen) + 1 if seen else 0


def check_users(circuit: Circuit) -> None:
    """The gates are those below the root, and every node's users are the gates that have it as an input."""
    gates = set(circuit.gates())
    assert gates == {node for node, kind in enumerate(circuit.kind) if kind > VARIABLE}
    for node in range(1, len(circuit.kind)):
        users = {gate for gate in gates if {node << 1, node << 1 | 1} & circuit.inputs[gate].keys()}
        assert circuit.users[node] == users
