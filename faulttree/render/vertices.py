"""What there is to draw under a top event: every gate, nested formula and event once, with what is said of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model import BasicEvent, Formula, Gate, HouseEvent, Model
from faulttree.model.gates import AtLeast, Cardinality
from faulttree.model.quantities import Rate
from faulttree.results import number_text

__all__ = ["SetState", "Vertex", "VertexKind", "Vertices", "vertices_of"]

VertexKind = Literal["gate", "formula", "basic", "undeveloped", "conditioning", "house"]
SetState = bool | float | None


@dataclass(frozen=True, slots=True)
class Vertex:
    """One element of the tree, or one nested formula.

    key: its name; for a formula the gate's name with positions, as `pumps[2][0]`. name: empty for a formula.
    bounds: of atleast and cardinality, the fewest and the most inputs that may be true.
    source: keys as the model has them. said: lines for a tooltip. frequency: of a frequency event that is not set, in
    words.
    """

    key: str
    kind: VertexKind
    name: str
    label: str = ""
    connective: str = ""
    bounds: tuple[int, int] = (0, 0)
    inputs: tuple[str, ...] = ()
    probability: float | None = None
    state: SetState = None
    source: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    frequency: str = ""

    @property
    def is_gate(self) -> bool:
        """Whether it is a gate or a nested formula."""
        return bool(self.connective)

    @property
    def mark(self) -> str:
        """What stands inside the gate's symbol: `OR`, `2/3`, `1..2/4`; nothing for an event or inhibit."""
        low, high = self.bounds
        match self.connective:
            case "atleast":
                return f"{low}/{len(self.inputs)}"
            case "cardinality":
                return f"{low}..{high}/{len(self.inputs)}"
            case "inhibit":
                return ""
        return self.connective.upper()

    def counts(self, position: int) -> bool:
        """Whether the input at the position, being true, can help to make the gate true."""
        match self.connective:
            case "not" | "nand" | "nor":
                return False
            case "imply":
                return position == 1
        return True


Vertices = dict[str, Vertex]


def vertices_of(
    model: Model, top: str, probabilities: Mapping[str, float], states: Mapping[str, bool | float]
) -> Vertices:
    """Everything reached from top, by key, level by level. Raises UnknownNameError, InvalidRequestError."""
    known = (*model.gates, *model.basic_events, *model.house_events)
    taken = set(known)
    for name in (top, *states):
        if name not in taken:
            raise UnknownNameError("gate or event", name, known)
    for name, value in states.items():
        if not 0.0 <= value <= 1.0:
            raise InvalidRequestError(f"state of '{name}': {value} is neither true, false nor a probability in [0, 1]")
    found: Vertices = {}
    waiting: list[tuple[str, Formula | None]] = [(top, None)]
    seen = {top}
    # The list grows while it is walked, so shallow elements come first.
    for key, formula in waiting:
        connected = formula or model.gates.get(key)
        inputs: list[str] = []
        for position, argument in enumerate(connected.arguments if connected else ()):
            if isinstance(argument, str):
                inputs.append(argument)
            else:
                inputs.append(_formula_key(f"{key}[{position}]", taken))
                taken.add(inputs[-1])
            if inputs[-1] not in seen:
                seen.add(inputs[-1])
                waiting.append((inputs[-1], argument if isinstance(argument, Formula) else None))
        if formula is not None:
            found[key] = Vertex(key, "formula", "", "", formula.connective, _bounds(formula), tuple(inputs),
                                said=(_described(formula),))  # fmt: skip
        else:
            found[key] = _element(model, key, tuple(inputs), probabilities.get(key), states.get(key))
    return found


def _formula_key(wanted: str, taken: set[str]) -> str:
    while wanted in taken:
        wanted += "'"
    return wanted


def _element(model: Model, name: str, inputs: tuple[str, ...], probability: float | None, state: SetState) -> Vertex:
    element = model.element(name)
    if isinstance(element, HouseEvent) and state is None:
        state = element.state
    if state is not None and not isinstance(state, bool):
        state = probability = float(state)
    elif probability is not None:
        probability = float(probability)  # one of numpy's would show its type
    kind: VertexKind = (
        "gate" if isinstance(element, Gate) else "house" if isinstance(element, HouseEvent) else element.kind
    )
    gate = element if isinstance(element, Gate) else None
    return Vertex(
        name, kind, name, element.label or "", gate.connective if gate else "", _bounds(gate) if gate else (0, 0),
        inputs, probability, state, element.source,
        tuple(_said(model, name, element, kind, probability, state)),
        _frequency(model, element) if isinstance(element, BasicEvent) and state is None else "",
    )  # fmt: skip


def _frequency(model: Model, event: BasicEvent) -> str:
    """The frequency of an event with its unit; nothing of one that has none."""
    rate = None if event.frequency is None else model.number(event.frequency)
    return f"{number_text(rate.value)} {str(rate).partition(' ')[2]}" if isinstance(rate, Rate) else ""


def _bounds(connected: Gate | Formula) -> tuple[int, int]:
    match connected.atleast or connected.cardinality:
        case AtLeast(k=k, of=inputs):
            return k, len(inputs)
        case Cardinality(min=low, max=high):
            return low, high
    return 0, 0


def _described(connected: Gate | Formula) -> str:
    low, high = _bounds(connected)
    count = len(connected.arguments)
    match connected.connective:
        case "atleast":
            return f"at least {low} of {count}"
        case "cardinality":
            return f"at least {low} and at most {high} of {count}"
        case other:
            return f"{other} gate"


def _said(
    model: Model,
    name: str,
    element: Gate | BasicEvent | HouseEvent,
    kind: VertexKind,
    probability: float | None,
    state: SetState,
) -> Iterator[str]:
    """The tooltip, line by line: everything the picture has no room for."""
    if element.label:
        yield element.label
    yield f"{name} ({_described(element) if isinstance(element, Gate) else kind + ' event'})"
    if element.description:
        yield element.description
    if probability is not None:
        yield f"P = {probability!r}"
    if isinstance(state, bool):
        yield f"State: certainly {str(state).lower()}"
    elif state is not None:
        yield f"Set to {state!r}"
    for group_name, group in model.exclusive_groups.items():
        if name in group.events:
            others = ", ".join(event for event in group.events if event != name)
            yield f"Excludes: {others} ({group.label or group_name})"
    sources, basis = [*element.source], None
    if isinstance(element, BasicEvent):
        basis = element.basis
        key, written = element.number or ("", None)
        called = key.upper() if key in ("mttf", "mtbf") else key.capitalize()
        if isinstance(written, str) and written not in model.parameters:
            yield f"{called}: {written}"
        elif isinstance(written, str):
            parameter = model.parameters[written]
            yield f"Parameter: {written} = {parameter.value}"
            basis = basis or parameter.basis
            sources += (key for key in parameter.source if key not in sources)
        elif key not in ("", "probability"):
            yield f"{called}: {written}"
        if element.exposure is not None:
            yield f"Exposure: {element.exposure}"
        if element.at is not None:
            yield f"At: {element.at}"
    for key in sources:
        yield f"Source: {key}" + (f", {model.sources[key].title}" if key in model.sources else "")
    if basis:
        yield f"Basis: {basis}"
