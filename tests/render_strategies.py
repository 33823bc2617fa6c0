"""Random models for drawing: every connective, nested formulas, shared events and gates, awkward names and labels."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from faulttree.model import Model

LABELS = (
    None,
    " ",
    "Pump",
    "Pump A fails to run",
    "Both trains of the auxiliary feed water system are lost for more than thirty minutes after a reactor trip",
    "Двигатель блока Л не запускается на орбите ожидания",
    "Предохранитель",
    "燃料供給系統でキャビテーションが発生した（二九二秒後）、推進剤の供給が停止する",
    "압력 조절기 고장",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz" * 2,
    "W" * 40,
    "فشل المضخة الرئيسية في محطة التبريد",
    "<script>alert('x')</script> ]]> & \"quoted\" $x^2$ \\n",
    "line one\nline two\ttabbed\x00\x07\u202ereversed end",
    "e\u0301" * 60,
    "👩\u200d🚀 crew error 🚀",
)
NAMES = (
    "G",
    "PUMP-A_FTR",
    "насос",
    "泵站一号",
    "a b",
    "<b>&\"'",
    "x:y",
    "EVENT-WITH-A-VERY-LONG-IDENTIFIER/0123456789-0123456789-TAIL",
)

names = st.sampled_from(NAMES)
labels = st.sampled_from(LABELS) | st.text(max_size=60)


@st.composite
def formulas(draw: Any, inputs: list[str], depth: int = 2) -> dict[str, Any]:
    """A connective over distinct inputs, sometimes nested."""
    chosen = draw(st.lists(st.sampled_from(inputs), min_size=1, max_size=5, unique=True))
    arguments: list[Any] = list(chosen)
    if depth and draw(st.integers(0, 3)) == 0:
        arguments.insert(draw(st.integers(0, len(arguments))), draw(formulas(inputs, depth - 1)))
    count = len(arguments)
    kinds = ["and", "or", "nand", "nor", "xor", "not", "atleast", "cardinality"]
    kind = draw(st.sampled_from([*kinds, "iff", "imply", "inhibit", "inhibit"] if count > 1 else kinds))
    match kind:
        case "not":
            return {"not": arguments[0]}
        case "atleast":
            return {"atleast": {"k": draw(st.integers(1, count)), "of": arguments}}
        case "cardinality":
            low = draw(st.integers(0, count))
            return {"cardinality": {"min": low, "max": draw(st.integers(low, count)), "of": arguments}}
        case "iff" | "imply":
            return {kind: arguments[:2]}
        case "inhibit":
            return {"inhibit": {"input": arguments[0], "condition": arguments[1]}}
    return {kind: arguments}


@st.composite
def models(draw: Any, max_gates: int = 8, max_events: int = 8) -> Model:
    """A model whose top is its first gate."""
    gate_names = [f"{draw(names)}{index}" for index in range(draw(st.integers(1, max_gates)))]
    event_names = [f"{draw(names)}.{index}" for index in range(draw(st.integers(1, max_events)))]
    gates, basic, house = {}, {}, {}
    for index, name in enumerate(gate_names):
        written = draw(formulas([*gate_names[index + 1 :], *event_names]))
        gates[name] = {"label": draw(labels), **written}
    for name in event_names:
        kind = draw(st.sampled_from(("basic", "basic", "undeveloped", "conditioning", "house")))
        label = draw(labels)
        if kind == "house":
            house[name] = {"label": label, "state": draw(st.booleans())}
        else:
            basic[name] = {
                "label": label,
                "kind": kind,
                "probability": draw(st.floats(0, 1, allow_subnormal=False) | st.none()),
            }
    return Model(name="Random", top=gate_names[0], gates=gates, basic_events=basic, house_events=house)


@st.composite
def annotated(draw: Any) -> tuple[Model, dict[str, Any]]:
    """A model with the probabilities, states, highlighted events and title to draw it with."""
    model = draw(models())
    events = [*model.basic_events, *model.house_events]
    everything = st.sampled_from([*model.gates, *events])
    return model, {
        "probabilities": draw(st.dictionaries(everything, st.floats(0, 1, allow_subnormal=False))),
        "states": draw(st.dictionaries(everything, st.booleans() | st.floats(0, 1, allow_subnormal=False), max_size=4)),
        "cut_set": draw(st.sets(st.sampled_from(events))),
        "title": draw(st.none() | labels),
    }


def chain(length: int) -> Model:
    """Gates one above the other, an event at every one of them."""
    gates = {f"g{index}": {"or": [f"g{index + 1}", f"e{index}"]} for index in range(length - 1)}
    gates[f"g{length - 1}"] = {"or": [f"e{length - 1}"]}
    return Model(name="Chain", top="g0", gates=gates, basic_events={f"e{index}": {} for index in range(length)})


def wide(depth: int, arity: int) -> Model:
    """A complete tree of gates over events of their own."""
    gates: dict[str, Any] = {}
    events: dict[str, Any] = {}
    level = ["g"]
    for step in range(depth):
        below = []
        for name in level:
            inputs = [f"{name}{index}" for index in range(arity)]
            gates[name] = {"label": f"Loss of function {name}", ("or", "and")[step % 2]: inputs}
            below += inputs
        level = below
    events = {name: {"label": f"Component {name} fails", "probability": 1e-3} for name in level}
    return Model(name="Wide", top="g", gates=gates, basic_events=events)


def reached_names(model: Model, top: str) -> set[str]:
    """Every name under top, by walking the model."""
    found, waiting = {top}, [top]
    while waiting:
        gate = model.gates.get(waiting.pop())
        for name in gate.names() if gate else ():
            if name not in found:
                found.add(name)
                waiting.append(name)
    return found
