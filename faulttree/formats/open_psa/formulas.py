"""Boolean formulas between XML and the model: connectives, references, constants."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from faulttree.formats.open_psa.elements import XmlElement

__all__ = ["CONSTANTS", "REFERENCES", "Use", "formula_from", "with_inhibits"]

# A reference as it stands in a formula: (kind, name, line). The kind is a section of the model, or "" for any event.
Use = tuple[str, str, int]
Note = Callable[[str, int, str], None]

REFERENCES = {"gate": "gates", "basic-event": "basic_events", "house-event": "house_events", "event": ""}
# Constants inside formulas stand as names that no element can have until the reader finds them house events.
CONSTANTS = {"true": "\0true", "false": "\0false"}
_LISTS = {"and", "or", "xor", "nand", "nor"}


def formula_from(element: XmlElement, uses: list[Use], note: Note) -> Any:
    """The formula of an element in the shape of a model file: a name, or a mapping from the connective; None if faulty.

    uses: takes up every reference met. note(message, line, fix): takes up faults.
    """
    tag = element.tag
    if element.text:
        note(f"<{tag}> holds the text '{element.text.strip()[:60]}'", element.line, "remove it")
    if tag in REFERENCES:
        return _reference(element, uses, note)
    if tag in _LISTS:
        if element.attributes:
            _no_attributes(element, (), note)
        inputs = _inputs(element, uses, note)
        return {tag: inputs} if inputs else None
    if tag == "constant":
        return _constant(element, uses, note)
    if tag in ("not", "iff", "imply", "atleast", "cardinality"):
        inputs = _inputs(element, uses, note)
        return _counted(element, inputs, note) if inputs else None
    note(f"<{tag}> is no formula", element.line, f"use one of {', '.join((*_CONNECTIVES, *REFERENCES))}")
    return None


_CONNECTIVES = ("and", "or", "not", "xor", "iff", "nand", "nor", "atleast", "cardinality", "imply", "constant")


def with_inhibits(formula: Any, numbers: str) -> Any:
    """The formula with some of its ANDs of two as inhibit gates: those of these numbers, counted from the outside."""
    wanted = {int(number) for number in numbers.split() if number.isascii() and number.isdigit()}
    met = -1

    def rebuilt(part: Any) -> Any:
        nonlocal met
        if not isinstance(part, dict):
            return part
        met += 1
        number, ((connective, inputs),) = met, part.items()
        if connective == "not":
            return {"not": rebuilt(inputs)}
        if isinstance(inputs, dict):
            return {connective: {**inputs, "of": [rebuilt(each) for each in inputs["of"]]}}
        made = [rebuilt(each) for each in inputs]
        if number in wanted and connective == "and" and len(made) == 2:
            return {"inhibit": {"input": made[0], "condition": made[1]}}
        return {connective: made}

    return rebuilt(formula)


def _reference(element: XmlElement, uses: list[Use], note: Note) -> str | None:
    attributes = element.attributes
    name = attributes.get("name", "").strip()
    kind = REFERENCES[element.tag]
    if len(attributes) > 1 or element.children:
        if "type" in attributes and element.tag == "event":
            given = attributes["type"].strip()
            kind = REFERENCES.get(given, "") if given != "event" else ""
            if not kind:
                note(f"the type '{given}' is not known", element.line, "use gate, basic-event or house-event")
        _no_attributes(element, ("name", "type") if element.tag == "event" else ("name",), note)
        if element.children:
            note(f"<{element.tag}> holds no elements", element.children[0].line, "close it with />")
    if not name:
        note(f"<{element.tag}> has no name", element.line, 'write name="..."')
        return None
    uses.append((kind, name, element.line))
    return name


def _constant(element: XmlElement, uses: list[Use], note: Note) -> str | None:
    _no_attributes(element, ("value",), note)
    value = element.attributes.get("value", "").strip()
    if value not in CONSTANTS:
        note(f"the constant '{value}' is not known", element.line, 'write value="true" or value="false"')
        return None
    uses.append(("constant", CONSTANTS[value], element.line))
    return CONSTANTS[value]


def _inputs(element: XmlElement, uses: list[Use], note: Note) -> list[Any]:
    if not element.children:
        note(f"<{element.tag}> has no inputs", element.line, "give at least one")
        return []
    inputs = [formula_from(child, uses, note) for child in element.children]
    return [] if None in inputs else inputs


def _counted(element: XmlElement, inputs: list[Any], note: Note) -> Any:
    """A connective that takes a certain number of inputs, or counts them."""
    tag, n_inputs = element.tag, len(inputs)
    if tag == "atleast":
        (low,) = _numbers(element, ("min",), note)
        return None if low is None else {"atleast": {"k": low, "of": inputs}}
    if tag == "cardinality":
        low, high = _numbers(element, ("min", "max"), note)
        return None if low is None or high is None else {"cardinality": {"min": low, "max": high, "of": inputs}}
    _no_attributes(element, (), note)
    if tag == "not" and n_inputs == 1:
        return {"not": inputs[0]}
    if tag == "imply" and n_inputs == 2:
        return {"imply": inputs}
    if tag == "iff":
        if n_inputs == 2:
            return {"iff": inputs}
        # Equivalence is associative, so a chain of n says how parity stands: odd for odd n, even for even n.
        return {"xor": inputs} if n_inputs % 2 else {"not": {"xor": inputs}}
    note(f"<{tag}> takes exactly {1 if tag == 'not' else 2} inputs, not {n_inputs}", element.line, "")
    return None


def _numbers(element: XmlElement, keys: tuple[str, ...], note: Note) -> list[int | None]:
    _no_attributes(element, keys, note)
    numbers: list[int | None] = []
    for key in keys:
        written = element.attributes.get(key, "").strip()
        if written.isascii() and written.isdigit() and len(written) < 10:
            numbers.append(int(written))
        else:
            what = f"{key} is '{written[:60]}'" if written else f"{key} is missing"
            note(f"<{element.tag}>: {what}", element.line, f'write {key}="2"')
            numbers.append(None)
    return numbers


def _no_attributes(element: XmlElement, known: tuple[str, ...], note: Note) -> None:
    for key in element.attributes:
        if key not in known:
            fix = f"known are {', '.join(known)}" if known else "remove it"
            note(f"<{element.tag}> has the unknown attribute '{key}'", element.line, fix)
