"""Open-PSA Model Exchange Format, version 2.0d: the fault tree part of a file as a model.

What a file says is gathered element by element while it streams in; references are resolved at its end, and the model
is then checked as every model is. All faults of a file come together, each with its line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from faulttree.errors import Fault, InvalidModelError, did_you_mean
from faulttree.formats.open_psa.common_cause import Group, group_from
from faulttree.formats.open_psa.elements import XmlElement, parse
from faulttree.formats.open_psa.formulas import CONSTANTS, formula_from, with_inhibits
from faulttree.formats.open_psa.laws import Laws
from faulttree.formats.open_psa.marks import Marks, marks_of
from faulttree.formats.open_psa.scopes import Container, Definition, Scopes
from faulttree.model.gates import CONNECTIVES
from faulttree.model.quantities import Duration
from faulttree.model.references import element_at, kind_of
from faulttree.model.tree import Model, checked_data

__all__ = ["read_open_psa"]

MOST_FAULTS = 1_000
_KINDS = {
    "define-gate": "gates",
    "define-basic-event": "basic_events",
    "define-house-event": "house_events",
    "define-parameter": "parameters",
}
_GROUP = "define-CCF-group"
_HOLDS = {
    "opsa-mef": {"define-fault-tree", "model-data", _GROUP},
    "model-data": {"define-basic-event", "define-house-event", "define-parameter", _GROUP},
    "define-fault-tree": {*_KINDS, "define-component", _GROUP},
    "define-component": {*_KINDS, "define-component", _GROUP},
}
# What stands beside the fault trees and does not change them; and what would change them, so that no answer is better.
_BESIDE = {
    "define-event-tree", "define-initiating-event", "define-initiating-event-group", "define-functional-event",
    "define-sequence", "define-rule", "define-consequence", "define-consequence-group", "define-mission",
    "define-phase", "define-alignment",
}  # fmt: skip
_CHANGING = {
    "define-substitution": "apply it to the gates",
    "include": "put all of the model into one file",
}


_FIELDS = {
    "gates": ("label", "description", "source", "inhibit"),
    "basic_events": ("label", "description", "source", "kind", "basis", "at", "quantities"),
    "house_events": ("label", "description", "source"),
    "parameters": ("label", "description", "source", "basis", "quantities"),
}


def read_open_psa(source: str | bytes | BinaryIO, file: str = "") -> tuple[Model, tuple[Fault, ...]]:
    """The model in an Open-PSA text, and what is doubtful about it. Raises InvalidModelError with all its faults.

    source: the text, its bytes, or an open binary file; file: its name in messages, and its stem a name for the model.
    """
    reader = _Reader(file)
    parse(source, file, reader)
    return reader.model()


class _Reader:
    """Takes in the elements of one file, then makes the model of them."""

    containers = frozenset(_HOLDS)

    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.events, self.parameters = Scopes(), Scopes()
        self.groups: dict[str, Group] = {}
        self.open: list[Container] = []
        self.top_level = Container(XmlElement("model-data", {}, 0), "", False, {})
        self.mentioned: set[str] = set()
        self.lines: dict[tuple[str | int, ...], int] = {}
        self.n_suggested = 0
        self.root = Marks([])
        self.names: list[str] = []
        self.tree_labels: list[str] = []
        self.alike: dict[str, list[int]] = {}

    # What the parser hands over

    def enter(self, container: XmlElement) -> None:
        """Open a container: its path and role are what its elements need."""
        outer = self.open[-1] if self.open else None
        tag, name = container.tag, container.attributes.get("name", "").strip()
        if outer is None and tag != "opsa-mef":
            self.note(f"the root element is <{tag}>", container.line, "an Open-PSA model begins with <opsa-mef>")
        holder = outer.element.tag if outer else ""
        if outer and tag not in _HOLDS[holder]:
            self.note(f"<{tag}> cannot stand inside <{holder}>", container.line, "close the element before it")
        if not name and tag in ("define-fault-tree", "define-component"):
            self.note(f"<{tag}> has no name", container.line, 'write name="..."')
        if tag == "define-component":
            self.warn(
                "the grouping into components is not kept; private elements that share a name go by their path",
                container.line, alike="components",
            )  # fmt: skip
        if tag in ("opsa-mef", "define-fault-tree"):
            self.names.append(name)
        path = "" if tag in ("opsa-mef", "model-data") else f"{outer.path}.{name}" if outer and outer.path else name
        private = self._is_private(container, outer)
        self.open.append(Container(container, path, private, dict(outer.attributes) if outer else {}))

    def leave(self) -> None:
        """Close the innermost container."""
        element = self.open.pop().element
        if element.text:
            self.note(f"<{element.tag}> holds the text '{element.text.strip()[:60]}'", element.line, "remove it")

    def take(self, element: XmlElement) -> None:
        """A complete element inside the innermost container."""
        container, tag = self.open[-1], element.tag
        holder = container.element.tag
        if tag in _KINDS and tag in _HOLDS[holder]:
            self._define(_KINDS[tag], element, container)
        elif tag == _GROUP:
            self._define_group(element, container)
        elif tag in ("label", "attributes") and holder != "model-data":
            self._mark_container(element, container)
        elif tag in _CHANGING:
            self.note(f"<{tag}> is not supported, and would change the answers", element.line, _CHANGING[tag])
        elif tag in _BESIDE:
            self.warn(f"<{tag}> is no part of a fault tree and is left out", element.line, alike=tag)
        else:
            known = sorted(_HOLDS[holder])
            self.note(
                f"<{tag}> cannot stand inside <{holder}>", element.line,
                did_you_mean(tag, known) or f"known are {', '.join(known)}",
            )  # fmt: skip

    # Faults

    def note(self, message: str, line: int, fix: str = "", path: tuple[str, ...] = ()) -> None:
        """Note a fault and go on. path: of the element it is about."""
        self.take_fault(Fault(message, element_at(path), fix, path, "error", self.file, line))

    def take_fault(self, fault: Fault) -> None:
        """Add a fault; so many that more would be of no use end the reading."""
        self.faults.append(fault)
        if len(self.faults) >= MOST_FAULTS:
            raise InvalidModelError(self.faults)

    def warn(self, message: str, line: int, fix: str = "", path: tuple[str, ...] = (), alike: str = "") -> None:
        """Note a warning; of those that are alike only the first, with the number of the others."""
        first = self.alike.setdefault(alike or message, [len(self.faults), 0])
        first[1] += 1
        if first[1] == 1:
            # Without its path, which would keep a fault of the same element from being told.
            self.faults.append(Fault(message, element_at(path), fix, (), "warning", self.file, line))

    def noted(self) -> list[Fault]:
        """All faults noted, with how many more there are like a warning."""
        for place, times in self.alike.values():
            if times > 1:
                fault = self.faults[place]
                self.faults[place] = replace(fault, message=f"{fault.message} (and {times - 1:,} more like this)")
        return self.faults

    # Definitions

    def _is_private(self, element: XmlElement, outer: Container | None) -> bool:
        role = element.attributes.get("role")
        if role is None:
            return outer is not None and outer.private
        if role.strip() not in ("public", "private"):
            self.note(f"the role '{role[:60]}' is not known", element.line, "use public or private")
        return role.strip() == "private"

    def _mark_container(self, element: XmlElement, container: Container) -> None:
        """A container's label describes the model; its attributes are passed on to its elements."""
        holder = XmlElement(container.element.tag, {}, element.line)
        holder.children.append(element)
        marks = marks_of(holder, self.note)
        if container.element.tag == "opsa-mef":
            self.root.label = self.root.label or marks.label
            self.root.attributes |= marks.attributes
            self.root.fields |= marks.fields
        else:
            container.attributes |= marks.attributes
            if marks.label and container.element.tag == "define-fault-tree":
                self.tree_labels.append(marks.label)
            elif marks.label:
                self.warn("the labels of components are not kept", element.line, alike="labels of components")

    def _define(self, kind: str, element: XmlElement, container: Container) -> None:
        attributes = element.attributes
        name = attributes.get("name", "").strip()
        if not name:
            self.note(f"<{element.tag}> has no name", element.line, 'write name="..."')
            return
        definition = Definition(kind, name, element.line, container, container.private)
        note = self._note_about(kind, name)
        if len(attributes) > 1:
            definition.private = self._is_private(element, container)
            for key in attributes:
                if key not in ("name", "role") and not (kind == "parameters" and key == "unit"):
                    note(f"unknown attribute '{key}'", element.line, "known are name and role")
        if element.text:
            note(f"holds the text '{element.text.strip()[:60]}'", element.line, "remove it")
        taken = (self.parameters if kind == "parameters" else self.events).add(definition)
        if taken is not None:
            note(f"defined twice, first on line {taken.line}", element.line, "rename or remove one")
            return
        marks = marks_of(element, note)
        definition.data = marks.data(container.attributes, _FIELDS[kind])
        parts = marks.rest
        for extra in parts[1:]:
            note(f"<{extra.tag}> is one element too many", extra.line, "keep one, after label and attributes")
        if kind == "gates":
            formula = formula_from(parts[0], definition.uses, note) if parts else None
            if not parts:
                note("has no formula", element.line, "give one")
            inhibits = definition.data.pop("inhibit", None)
            if isinstance(inhibits, str) and isinstance(formula, dict):
                formula = with_inhibits(formula, inhibits)
            # A gate that only passes its input on is an OR of one.
            definition.data |= {"or": [formula]} if isinstance(formula, str) else formula or {}
        elif kind == "house_events":
            definition.data["state"] = _state(parts[0], note) if parts else False
        elif parts:
            definition.expression = parts[0]
            definition.unit = attributes.get("unit", "").strip()
        elif kind == "parameters":
            note("has no value", element.line, 'write <float value="..."/>')

    def _define_group(self, element: XmlElement, container: Container) -> None:
        name = element.attributes.get("name", "").strip()
        if not name:
            self.note(f"<{element.tag}> has no name", element.line, 'write name="..."')
            return
        group = group_from(element, container, self._note_about("common_cause_groups", name))
        taken = self.groups.get(name)
        if taken is not None:
            self._note_about("common_cause_groups", name)(
                f"defined twice, first on line {taken.line}", element.line, "rename or remove one"
            )
        elif group is not None:
            self.groups[name] = group

    def _note_about(self, *path: str) -> Callable[[str, int, str], None]:
        def note(message: str, line: int, fix: str = "") -> None:
            self.note(message, line, fix, path)

        return note

    # The model

    def model(self) -> tuple[Model, tuple[Fault, ...]]:
        """The model of all that was taken in, and its warnings. Raises InvalidModelError."""
        for name, group in self.groups.items():
            group.declare(self.events, self._note_about("common_cause_groups", name))
        self.events.give_native_names()
        self.parameters.give_native_names()
        for gate in [definition for definition in self.events.all if definition.kind == "gates"]:
            self._resolve(gate)
        document = self._document()
        return checked_data(document, self.file, self.noted(), self)

    def of(self, path: tuple[str | int, ...]) -> int | None:
        """The line of what a path into the model leads to: that of its definition."""
        if not self.lines:
            for definition in (*self.events.all, *self.parameters.all, *self.groups.values()):
                self.lines[definition.kind, definition.native] = definition.line
        return self.lines.get(path[:2], 1)

    def _resolve(self, gate: Definition) -> None:
        """Check the references of a gate, and write in the names that the model has for them."""
        names: dict[str, str] = {}
        for kind, reference, line in gate.uses:
            found = self.events.find(reference, gate.container)
            if found is None:
                found = self._undefined(gate, kind, reference, line)
            if kind not in ("", "constant", found.kind):
                self.note(
                    f"'{reference}' is a {kind_of(found.kind)}, not a {kind_of(kind)}", line,
                    "correct the tag, or the name", ("gates", gate.name),
                )  # fmt: skip
            self.mentioned.add(found.native)
            if found.native != reference:
                names[reference] = found.native
        if names:
            for key in CONNECTIVES:
                if key in gate.data:
                    gate.data[key] = _renamed(gate.data[key], names)

    def _undefined(self, gate: Definition, kind: str, reference: str, line: int) -> Definition:
        """What a reference to nothing means: an event without a number, a house event that is false, or a fault."""
        path = ("gates", gate.name)
        if kind == "constant":
            return self._add("house_events", reference, self._free_name(f"constant-{reference[1:]}"), line)
        hidden = [other for other in self.events.all if other.name == reference] if self.n_suggested < 50 else []
        if kind == "gates" or hidden:
            self.n_suggested += 1
            hint = f"it is private; refer to it as '{hidden[0].path}'" if hidden else ""
            if not hint and self.n_suggested < 50:
                hint = did_you_mean(reference, self.events.known())
            # The fault is about the gate that is missing: nothing else that follows from its absence is told.
            about = ("gates", reference)
            fix = hint or "define it, or correct the name"
            fault = Fault(f"'{reference}' is not defined", element_at(path), fix, about, "error", self.file, line)
            self.take_fault(fault)
            return hidden[0] if hidden else self._add("gates", reference, reference, line)
        kind = kind or "basic_events"
        meant = "a house event that is false" if kind == "house_events" else "a basic event without a probability"
        self.warn(f"'{reference}' is not defined; it is taken for {meant}", line, path=path, alike=kind)
        return self._add(kind, reference, reference, line)

    def _add(self, kind: str, reference: str, name: str, line: int) -> Definition:
        """An element that the file uses and does not define."""
        definition = Definition(kind, reference, line, self.top_level, False)
        definition.native = name
        definition.data = {"state": reference == CONSTANTS["true"]} if kind == "house_events" else {}
        self.events.add(definition)
        return definition

    def _free_name(self, name: str) -> str:
        taken = {definition.native for definition in self.events.all}
        while name in taken:
            name += "_"
        return name

    def _stated_mission_time(self) -> Duration | None:
        if "mission-time" not in self.root.fields:
            return None
        try:
            stated: Duration = Duration.from_text(self.root.fields["mission-time"])
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            self.note(f"faulttree-mission-time: {message}", 1, fix)
            return None
        return stated

    def _document(self) -> dict[str, Any]:
        groups = tuple(self.groups.values())
        mission_time = Laws(self.events, self.parameters, self, groups).settle(self._stated_mission_time())
        sections: dict[str, dict[str, Any]] = {kind: {} for kind in _KINDS.values()}
        for definition in (*self.events.all, *self.parameters.all):
            if definition.native in sections[definition.kind]:
                self.note("a path has the name of another element", definition.line, "rename one",
                          (definition.kind, definition.native))  # fmt: skip
            if not definition.dropped:
                sections[definition.kind][definition.native] = definition.data
        sections["common_cause_groups"] = {group.name: group.data for group in groups}
        gates = sections["gates"]
        top = [name for name in gates if name not in self.mentioned] or [*gates][:1]
        fields = self.root.fields
        if not gates and "top" not in fields:
            self.note("the file defines no gate", 1, "give one, as <define-gate> inside <define-fault-tree>", ("top",))
        document: dict[str, Any] = {"name": self._name()}
        if top or "top" in fields:
            document["top"] = fields.get("top", top)
        if self.root.label or self.tree_labels:
            document["description"] = self.root.label or "\n".join(self.tree_labels)
        document |= {key: fields[key] for key in ("description", "sources") if key in fields}
        if mission_time is not None:
            document["mission_time"] = mission_time
        if self.root.attributes:
            document["attributes"] = self.root.attributes
        return document | {kind: table for kind, table in sections.items() if table}

    def _name(self) -> str:
        if "name" in self.root.fields:
            return str(self.root.fields["name"])
        model, *trees = self.names
        return model or ", ".join(filter(None, trees)) or Path(self.file).stem


def _state(element: XmlElement, note: Callable[[str, int, str], None]) -> bool:
    value = element.attributes.get("value", "").strip()
    if element.tag != "constant" or value not in CONSTANTS:
        note("the state of a house event is a constant", element.line, 'write <constant value="true"/>')
    return value == "true"


def _renamed(formula: Any, names: Mapping[str, str]) -> Any:
    """The formula with other names for some of its inputs."""
    match formula:
        case str():
            return names.get(formula, formula)
        case list():
            return [_renamed(part, names) for part in formula]
        case dict():
            return {key: _renamed(part, names) for key, part in formula.items()}
    return formula
