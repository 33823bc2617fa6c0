"""Random trees that fall apart into modules, nested and of every function of up to three variables."""

from __future__ import annotations

from typing import Any

import numpy as np
from building import build
from hypothesis import strategies as st
from strategies import EXTREMES, trees

from faulttree.cut_sets.collection import CutSets, SetKind
from faulttree.cut_sets.prime_implicants import NOT
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.model import Model
from faulttree.structure.pdag import Pdag

TINY = (1e-50, 1e-120, 3e-200, 1e-300, 0.25, 0.5, 1e-9, 1 - 2.0**-53, 0.0, 1.0)
"""Probabilities whose products soon leave the range of floats."""


@st.composite
def tiny_trees(draw: st.DrawFn, *, max_events: int = 6, coherent: bool | None = None) -> Model:
    """Trees of every connective or of modules, whose events are hardly ever there."""
    of_modules = st.nothing() if coherent else modular_trees(max_events=max_events)
    model = draw(st.one_of(trees(max_events=max_events, coherent=coherent), of_modules))
    data = model.to_data()
    for event in data["basic_events"]:
        data["basic_events"][event] = {"probability": draw(st.sampled_from(TINY))}
    return Model.from_data(data)


@st.composite
def modular_trees(draw: st.DrawFn, *, max_events: int = 7, extremes: bool = True) -> Model:
    """Models whose every gate shares nothing with the rest; each is any function of events and gates of its own.

    So a gate may be true when nothing occurs, false when everything does, constant, or of no consequence.
    """
    left = max_events
    gates: dict[str, dict[str, Any]] = {}
    events: list[str] = []

    def gate(depth: int) -> str:
        nonlocal left
        name = f"g{len(gates)}"
        gates[name] = {}
        inputs = []
        for _ in range(draw(st.integers(1, 3))):
            if depth and left > 1 and draw(st.booleans()):
                inputs.append(gate(depth - 1))
            elif left:
                left -= 1
                events.append(f"e{len(events)}")
                inputs.append(events[-1])
        gates[name] = draw(functions_of(inputs)) if inputs else {"or": ["never"]}
        return name

    gate(3)
    spread = st.floats(1e-3, 0.999)
    q = {event: draw(st.one_of(st.sampled_from(EXTREMES), spread) if extremes else spread) for event in events}
    return Model.from_data(
        {
            "name": "modular",
            "top": "g0",
            "gates": gates,
            "basic_events": {event: {"probability": p} for event, p in q.items()},
            "house_events": {"never": {"state": False}},
        }
    )


@st.composite
def functions_of(draw: st.DrawFn, inputs: list[str]) -> dict[str, Any]:
    """A formula of these inputs: a plain connective, or a sum of products that is any function of them."""
    if draw(st.booleans()):
        plain = st.sampled_from(["and", "or", "nand", "nor", "xor", "imply", "iff", "atleast"])
        connective = draw(plain)
        if connective in ("imply", "iff"):
            return {connective: inputs[:2]} if len(inputs) > 1 else {"not": inputs[0]}
        if connective == "atleast":
            return {"atleast": {"k": draw(st.integers(1, len(inputs))), "of": inputs}}
        return {connective: inputs}
    table = draw(st.integers(0, 2**2 ** len(inputs) - 1))
    products = [
        {"and": [name if point >> place & 1 else {"not": name} for place, name in enumerate(inputs)]}
        for point in range(2 ** len(inputs))
        if table >> point & 1
    ]
    return {"or": products or ["never"]}


def skeleton(model: Model) -> Pdag:
    """The tree exactly as written, so that no module is simplified away."""
    return build(model, model.top[0])


def both_ways(model: Model) -> tuple[Bdd, Bdd]:
    """The diagram with modules, and one without under the same order."""
    pdag = skeleton(model)
    modular = compile_bdd(pdag)
    return modular, compile_in_order(pdag, modular.events, {"top": pdag.root})


def levels_q(model: Model, names: tuple[str, ...]) -> np.ndarray:
    """The probability of each event by level; a module's is nan, for none may be read."""
    q = {event: model.basic_events[event].probability for event in model.basic_events}
    return np.array([q[name] if name else np.nan for name in names], np.float64)


def collection(model: Model, family: Zbdd, kind: SetKind = "minimal cut sets") -> CutSets:
    """A family with the probabilities of its elements."""
    q = {event: model.basic_events[event].probability for event in model.basic_events}
    if kind == "minimal path sets":
        q = {event: 1.0 - p for event, p in q.items()}
    q |= {NOT + event: 1.0 - p for event, p in q.items()}
    return CutSets(family, kind, np.array([q[name] if name else np.nan for name in family.elements], np.float64))
