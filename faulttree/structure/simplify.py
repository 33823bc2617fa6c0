"""Smaller skeletons of the same function, before any diagram is made.

`propagate` keeps every gate's function; `simplify` keeps the top's only. Both keep the user's events as
they are, so cut sets and importances need no map back: what is merged is a gate, never a new event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from faulttree.deadline import check
from faulttree.structure.circuit import Circuit
from faulttree.structure.context import propagate_context
from faulttree.structure.factoring import distribute, factor
from faulttree.structure.grouping import group_independent
from faulttree.structure.merging import merge
from faulttree.structure.pdag import Pdag, PdagBuilder

__all__ = ["STEPS", "Simplified", "Step", "propagate", "simplified", "simplify"]

REWRITES: dict[str, Callable[[Circuit], int]] = {
    "distribution": distribute,
    "context": propagate_context,
    "merging": merge,
    "factoring": factor,
}
STEPS = ("coalescing", *REWRITES, "grouping")
"""The steps that can be left out, in the order in which they are taken. Folding (constants, repeated inputs,
complements, gates of one input, equal gates) always happens."""


@dataclass(frozen=True)
class Step:
    """What one step did.

    applied: how often it found something to do. nodes, edges: what was left when it last had.
    """

    name: str
    applied: int
    nodes: int
    edges: int


@dataclass(frozen=True)
class Simplified:
    """A smaller skeleton and the steps that led to it."""

    pdag: Pdag
    steps: tuple[Step, ...]


def propagate(pdag: Pdag) -> Pdag:
    """The graph without constants, repeated inputs, gates of one input and equal gates. Raises TimeLimitExceeded."""
    builder = PdagBuilder(pdag.variables)
    edges = [node << 1 for node in range(pdag.first_gate)]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        check()
        edges.append(builder.folded(kinds[node], [edges[e >> 1] ^ (e & 1) for e in inputs[node]], k[node]))
    return builder.freeze({name: edges[edge >> 1] ^ (edge & 1) for name, edge in pdag.roots.items()})


def simplify(pdag: Pdag) -> Pdag:
    """All steps until nothing changes; the variables that the root no longer sees are dropped.

    Raises TimeLimitExceeded.
    """
    return simplified(pdag).pdag


def simplified(pdag: Pdag, steps: Collection[str] = STEPS) -> Simplified:
    """The graph after these steps, repeated until nothing changes, and what each did.

    steps: some of STEPS. The main root keeps its function, and is the only root left; a gate below may change its own.
    Raises TimeLimitExceeded.
    """
    circuit = Circuit(pdag, coalescing="coalescing" in steps)
    circuit.settle()
    size = circuit.size()
    applied = dict.fromkeys(REWRITES, 0)
    after = dict.fromkeys(REWRITES, size)
    first = size
    changed = True
    # It comes to an end: every step leaves the graph with fewer cycles, or with as many and lower or fewer inputs.
    while changed:
        changed = False
        for name, rewrite in REWRITES.items():
            if name in steps and (times := rewrite(circuit)):
                changed = True
                applied[name] += times
                after[name] = circuit.size()
    done = [Step("folding", circuit.folded, *first)]
    if circuit.coalescing:
        done.append(Step("coalescing", circuit.coalesced, *first))
    done += [Step(name, applied[name], *after[name]) for name in REWRITES if name in steps]
    if "grouping" in steps:
        made = group_independent(circuit)
        done.append(Step("grouping", made, *circuit.size()))
    return Simplified(circuit.freeze(), tuple(done))
