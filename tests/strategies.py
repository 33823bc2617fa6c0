"""Random fault trees: small ones of every kind by hypothesis, large ones from a seed, and every function of three."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from faulttree.model import Model

COHERENT = ("and", "or", "atleast", "inhibit")
CONNECTIVES = (*COHERENT, "xor", "not", "nand", "nor", "iff", "imply", "cardinality")
NAMES = ("a", "B 2", "NO", "1E5", "pump-α", "x=1", "e6", "null", "e8", "e9")
EXTREMES = (0.0, 1.0, 1e-12, 1 - 1e-12, 0.5)
THREE = ("a", "b", "c")


@st.composite
def trees(
    draw: st.DrawFn,
    *,
    max_events: int = 8,
    max_gates: int = 6,
    coherent: bool | None = None,
    house_events: bool = True,
    extremes: bool = True,
    missing: bool = False,
) -> Model:
    """Models of every connective, nested formulas, shared events and gates; several tops.

    coherent: True for connectives without negation only. extremes: also probabilities of 0, 1 and
    next to them. missing: some events may have no probability. Products rate x mission time stay
    below 1: 1 - q then has all its digits, whatever the rounding of q.
    """
    events = NAMES[: draw(st.integers(1, max_events))]
    houses = [f"house {i}" for i in range(draw(st.integers(0, 2)))] if house_events else []
    gates = [f"gate {i}" for i in range(draw(st.integers(1, max_gates)))]
    connectives = COHERENT if coherent else CONNECTIVES

    def formula(later_gates: list[str], depth: int) -> dict[str, Any]:
        leaves = st.sampled_from([*events, *events, *later_gates, *later_gates, *houses])

        def argument() -> str | dict[str, Any]:
            if depth and draw(st.integers(0, 4)) == 0:
                return formula(later_gates, depth - 1)
            return draw(leaves)

        connective = draw(st.sampled_from(connectives))
        match connective:
            case "not":
                return {"not": argument()}
            case "inhibit":
                return {"inhibit": {"input": argument(), "condition": argument()}}
            case "iff" | "imply":
                return {connective: _told_apart([argument(), argument()])}
        inputs = _told_apart([argument() for _ in range(draw(st.integers(1, 4)))])
        match connective:
            case "atleast":
                return {"atleast": {"k": draw(st.integers(1, len(inputs))), "of": inputs}}
            case "cardinality":
                low, high = sorted(draw(st.tuples(*[st.integers(0, len(inputs))] * 2)))
                return {"cardinality": {"min": low, "max": high, "of": inputs}}
        return {connective: inputs}

    def number() -> dict[str, Any]:
        kinds = ["probability", "probability", "parameter", "rate", "rate parameter"]
        match draw(st.sampled_from(kinds + ["none"] * missing)):
            case "probability":
                spread = st.floats(1e-3, 0.999)
                return {"probability": draw(st.one_of(st.sampled_from(EXTREMES), spread) if extremes else spread)}
            case "parameter":
                return {"probability": "shared probability"}
            case "rate":
                return {"rate": f"{draw(st.sampled_from(['1e-9', '2.5e-4', '0.01']))} /h"}
            case "rate parameter":
                return {"rate": "shared rate"}
        return {}

    return Model.from_data(
        {
            "name": "random",
            "top": gates[: draw(st.integers(1, len(gates)))],
            "mission_time": "24 h",
            "gates": {gate: formula(gates[i + 1 :], 2) for i, gate in enumerate(gates)},
            "basic_events": {
                event: {"kind": draw(st.sampled_from(["basic", "undeveloped", "conditioning"])), **number()}
                for event in events
            },
            "house_events": {house: {"state": draw(st.booleans())} for house in houses},
            "parameters": {
                "shared probability": {"value": draw(st.floats(1e-6, 0.9))},
                "shared rate": {"value": "3e-6 /s"},
            },
        }
    )


@st.composite
def settings_of(draw: st.DrawFn, model: Model) -> dict[str, bool | float]:
    """States for some of a model's events and gates."""
    names = [*model.basic_events, *model.house_events, *model.gates]
    states = st.one_of(st.booleans(), st.sampled_from([0.0, 1.0, 0.25]), st.floats(0.01, 0.99))
    return draw(st.dictionaries(st.sampled_from(names), states, max_size=3))


def random_model(
    n_events: int,
    n_gates: int,
    repeated: float,
    seed: int,
    *,
    votes: float = 0.1,
    negated: float = 0.0,
    probabilities: tuple[float, float] = (1e-4, 1e-1),
) -> Model:
    """A large tree from a seed: every gate and event is below the top.

    repeated: share of the event mentions that repeat an event already mentioned elsewhere.
    votes: share of the gates of three inputs or more that are k out of n. negated: share of negated event mentions.
    """
    choose = random.Random(seed)
    inputs: list[list[Any]] = [[] for _ in range(n_gates)]
    # Each gate hangs below an earlier one that still has less than two gates below it.
    open_gates = [0]
    for gate in range(1, n_gates):
        place = choose.randrange(len(open_gates))
        parent = open_gates[place]
        inputs[parent].append(f"g{gate}")
        if len(inputs[parent]) == 2:
            open_gates[place] = open_gates[-1]
            open_gates.pop()
        open_gates.append(gate)
    mentions = [f"e{i}" for i in range(n_events)]
    n_mentions = max(round(n_events / (1 - repeated)), n_gates + 1)
    mentions += [choose.choice(mentions[:n_events]) for _ in range(n_mentions - n_events)]
    choose.shuffle(mentions)
    needy = [gate for gate in range(n_gates) for _ in range(2 - len(inputs[gate]))]
    for place, mention in enumerate(mentions):
        gate = needy[place] if place < len(needy) else choose.randrange(n_gates)
        inputs[gate].append({"not": mention} if choose.random() < negated else mention)

    def formula(below: list[Any]) -> dict[str, Any]:
        if len(below) > 2 and choose.random() < votes:
            return {"atleast": {"k": choose.randint(2, len(below) - 1), "of": _told_apart(below)}}
        return {choose.choice(["and", "or"]): below}

    low, high = probabilities
    return Model.from_data(
        {
            "name": f"random {seed}",
            "top": "g0",
            "gates": {f"g{gate}": formula(below) for gate, below in enumerate(inputs)},
            "basic_events": {f"e{i}": {"probability": low * (high / low) ** choose.random()} for i in range(n_events)},
        }
    )


def _told_apart(inputs: list[Any]) -> list[Any]:
    """The inputs, a name's repetitions as formulas of one input: a model refuses to count one name twice."""
    return [{"or": [one]} if one in inputs[:place] else one for place, one in enumerate(inputs)]


def model_of(formula: dict[str, Any], probabilities: dict[str, float | None] | None = None, **sections: Any) -> Model:
    """A model of one gate `top`; events have the probability 0.1 unless given, None for none."""
    given = probabilities or {}
    known = {*sections.get("house_events", {}), *sections.get("gates", {})}
    mentioned = [*_names(formula), *itertools.chain(*map(_names, sections.get("gates", {}).values()))]
    events = {name: given.get(name, 0.1) for name in (*mentioned, *given) if name not in known}
    return Model.from_data(
        {
            "name": "small",
            "top": "top",
            **sections,
            "gates": {"top": formula, **sections.get("gates", {})},
            "basic_events": {name: {} if p is None else {"probability": p} for name, p in events.items()},
        }
    )


def _names(formula: Any) -> Iterator[str]:
    match formula:
        case str():
            yield formula
        case list():
            for part in formula:
                yield from _names(part)
        case dict():
            for key, part in formula.items():
                if key not in ("k", "min", "max", "label"):
                    yield from _names(part)


def boolean_function_model(truth_table: int, form: str = "sum of products") -> Model:
    """The function of a, b and c whose value at (a, b, c) is bit a + 2 b + 4 c of truth_table, 0 to 255.

    form: 'sum of products' (an OR of ANDs of literals) or 'parity of products' (an XOR of plain ANDs).
    """
    points = [
        [name for i, name in enumerate(THREE) if index >> i & 1] for index in range(8) if truth_table >> index & 1
    ]
    if form == "sum of products":
        products = [{"and": [name if name in point else {"not": name} for name in THREE]} for point in points]
        formula: dict[str, Any] = {"or": products or ["never"]}
    else:
        # Each product stands for the parity of the function over the points below it.
        monomials = [
            [name for i, name in enumerate(THREE) if index >> i & 1]
            for index in range(8)
            if sum(truth_table >> below & 1 for below in range(8) if below & ~index == 0) % 2
        ]
        formula = {"xor": [{"and": monomial or ["always"]} for monomial in monomials] or ["never"]}
    return Model.from_data(
        {
            "name": f"function {truth_table}",
            "top": "top",
            "gates": {"top": formula},
            "basic_events": {name: {"probability": p} for name, p in zip(THREE, (0.1, 0.02, 0.6), strict=True)},
            "house_events": {"never": {"state": False}, "always": {"state": True}},
        }
    )


@st.composite
def trees_with_alternatives(draw: st.DrawFn, **options: Any) -> Model:
    """Random trees in which one or two exclusive groups hold some of the events, at times events of no gate, too."""
    data = draw(trees(missing=False, **options)).to_data()
    events = [*data["basic_events"]]
    choose = draw(st.randoms(use_true_random=False))
    choose.shuffle(events)
    groups: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 2))):
        members = [events.pop() for _ in range(min(len(events), draw(st.integers(1, 4))))]
        spare = [f"spare {number} {i}" for i in range(max(2 - len(members), draw(st.integers(0, 1))))]
        members += spare
        weights = [choose.choice([0.0, 1e-9, 0.1, 0.5, 1.0, 3.0]) for _ in members]
        is_exhaustive = draw(st.booleans())
        if is_exhaustive and not any(weights):
            weights[0] = 1.0
        total = sum(weights) + (0.0 if is_exhaustive else choose.choice([0.0, 0.5, 20.0]))
        for member, weight in zip(members, weights, strict=True):
            data["basic_events"][member] = {"probability": weight / total if total else 0.0}
        groups[f"group {number}"] = {"exactly_one" if is_exhaustive else "at_most_one": members}
    return Model.from_data(data | {"exclusive_groups": groups})
