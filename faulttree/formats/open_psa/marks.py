"""Labels and attributes: what every Open-PSA element may carry, and the model's own fields that go there.

A field of the model that Open-PSA has no element for stands as an attribute whose name begins with `faulttree-`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from faulttree.formats.open_psa.elements import XmlElement

__all__ = ["JSON", "PREFIX", "Marks", "marks_of"]

PREFIX = "faulttree-"
JSON = "faulttree-json"
Note = Callable[[str, int, str], None]


class Marks:
    """The label, the attributes and the model's own fields of one element, and its other child elements."""

    __slots__ = ("attributes", "fields", "label", "rest")

    def __init__(self, rest: list[XmlElement]) -> None:
        self.label: str | None = None
        self.attributes: dict[str, Any] = {}
        self.fields: dict[str, Any] = {}
        self.rest = rest

    def data(self, inherited: Mapping[str, Any], known: tuple[str, ...]) -> dict[str, Any]:
        """What of this goes into an element of the model; fields not in `known` stay attributes."""
        data: dict[str, Any] = {} if self.label is None else {"label": self.label}
        attributes = {**inherited, **self.attributes}
        for key, value in self.fields.items():
            if key in known:
                data[key] = value
            else:
                attributes[PREFIX + key] = value
        if attributes:
            data["attributes"] = attributes
        return data


def marks_of(element: XmlElement, note: Note) -> Marks:
    """The label and attributes that open an element, in this order, and what follows them."""
    children = element.children
    if not children or children[0].tag not in ("label", "attributes"):
        return Marks(children)
    marks = Marks(children)
    for tag, take in (("label", _take_label), ("attributes", _take_attributes)):
        if marks.rest and marks.rest[0].tag == tag:
            take(marks.rest[0], marks, note)
            marks.rest = marks.rest[1:]
    return marks


def _take_label(element: XmlElement, marks: Marks, note: Note) -> None:
    for child in element.children:
        note(f"<label> holds the element <{child.tag}>", child.line, "write a text only")
    label = element.text.strip()
    if label:
        marks.label = label


def _take_attributes(element: XmlElement, marks: Marks, note: Note) -> None:
    for child in element.children:
        name, value = child.attributes.get("name", "").strip(), child.attributes.get("value")
        if child.tag != "attribute" or not name or value is None or not child.attributes.keys() <= _KEYS:
            note("an attribute is not understood", child.line, 'write <attribute name="..." value="..."/>')
            continue
        own = name.startswith(PREFIX)
        table = marks.fields if own and not name.startswith(PREFIX + PREFIX) else marks.attributes
        key = name.removeprefix(PREFIX) if own else name
        if key in table:
            note(f"the attribute '{name[:60]}' is given twice", child.line, "keep one")
        table[key] = _value(value, child.attributes.get("type"))


_KEYS = {"name", "value", "type"}


def _value(value: str, kind: str | None) -> Any:
    if kind == JSON:
        try:
            return json.loads(value, parse_constant=_refuse)
        except (ValueError, RecursionError):
            pass
    return value if kind is None else {"value": value, "type": kind}


def _refuse(constant: str) -> float:
    raise ValueError(constant)
