"""From the reduced model to its Boolean skeleton, at one top event and under given states."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faulttree.deadline import check
from faulttree.errors import UnknownNameError
from faulttree.reduction.reduced import PlainFormula, Reduced
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder

__all__ = ["build"]


def build(
    reduced: Reduced, top: str, states: Mapping[str, bool | float] | None = None, also: Sequence[str] = ()
) -> Pdag:
    """The Boolean function of an event or gate, gate by gate as it was written.

    states: an event or gate set to true or false is a constant; one set to a probability is a variable of its own.
    also: other events and gates, which with all below them are to be in the graph, too.
    Variables stand in the order in which the tree, read depth first from the top, mentions them.
    Raises UnknownNameError, TimeLimitExceeded.
    """
    states = states or {}
    for name in (top, *also, *states):
        if not (name in reduced.gates or name in reduced.laws or name in reduced.houses):
            raise UnknownNameError("event or gate", name, reduced.kinds)
    order = _inputs_first(reduced, (top, *also), states)
    variables = tuple(name for name in order if _is_variable(reduced, name, states))
    builder = PdagBuilder(variables)
    edges = {name: (index + 1) << 1 for index, name in enumerate(variables)}
    gates: dict[str, int] = {}
    for name in order:
        check()
        state = states.get(name)
        if isinstance(state, bool):
            edges[name] = TRUE if state else FALSE
        elif name in reduced.houses and name not in edges:
            edges[name] = TRUE if reduced.houses[name] else FALSE
        elif name in reduced.gates and name not in edges:
            edges[name] = _formula(builder, reduced.gates[name], edges)
        if name in reduced.gates:
            gates[name] = edges[name]
    return builder.freeze({top: edges[top], **gates})


def _is_variable(reduced: Reduced, name: str, states: Mapping[str, bool | float]) -> bool:
    if name in states:
        return not isinstance(states[name], bool)
    return name in reduced.laws


def _inputs_first(reduced: Reduced, tops: Sequence[str], states: Mapping[str, bool | float]) -> list[str]:
    """Every name the tops reach, each after what it depends on; an explicit stack, for trees of any depth."""
    done: dict[str, None] = {}
    stack = [(top, False) for top in reversed(tops)]
    while stack:
        check()
        name, inputs_are_done = stack.pop()
        if name in done:
            continue
        gate = None if name in states else reduced.gates.get(name)
        if gate is None or inputs_are_done:
            done[name] = None
            continue
        stack.append((name, True))
        stack.extend((child, False) for child in reversed(list(gate.names())))
    return list(done)


def _formula(builder: PdagBuilder, formula: PlainFormula, edges: Mapping[str, int]) -> int:
    inputs = [
        edges[argument] if isinstance(argument, str) else _formula(builder, argument, edges)
        for argument in formula.arguments
    ]
    match formula.connective:
        case "and" | "inhibit":
            return builder.gate(Connective.AND, inputs)
        case "or":
            return builder.gate(Connective.OR, inputs)
        case "nand" | "not":
            # A negation is a node of its own, so that each named gate has one.
            return builder.gate(Connective.AND, inputs) ^ 1
        case "nor":
            return builder.gate(Connective.OR, inputs) ^ 1
        case "xor":
            return builder.gate(Connective.XOR, inputs)
        case "iff":
            return builder.gate(Connective.XOR, inputs) ^ 1
        case "imply":
            return builder.gate(Connective.OR, [inputs[0] ^ 1, inputs[1]])
        case "atleast":
            return builder.gate(Connective.ATLEAST, inputs, formula.low)
    assert formula.connective == "cardinality", "every connective is handled"
    reached = builder.gate(Connective.ATLEAST, inputs, formula.low)
    passed = builder.gate(Connective.ATLEAST, inputs, formula.high + 1)
    return builder.gate(Connective.AND, [reached, passed ^ 1])
