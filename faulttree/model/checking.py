"""From a document to a model: every element checked by itself, then all of them together.

One faulty element hides no other. Each fault gets the line of the key or value it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cache
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, TypeAdapter, ValidationError

from faulttree.errors import Fault, InvalidModelError, did_you_mean
from faulttree.model.common_cause import CommonCauseGroup
from faulttree.model.correlations import Correlation
from faulttree.model.document import Lines
from faulttree.model.events import BasicEvent, HouseEvent
from faulttree.model.evidence import Evidence
from faulttree.model.exclusive import ExclusiveGroup
from faulttree.model.explaining import explained
from faulttree.model.gates import CONNECTIVES, Gate
from faulttree.model.model_sections import ModelSections, Scenario, Source, TimelineEntry
from faulttree.model.parameters import Parameter
from faulttree.model.references import element_at, faults_between
from faulttree.model.written import FrozenDict, as_name, described, is_nothing

__all__ = ["LineFinder", "checked_sections"]

MOST_FAULTS = 200
MOST_FOUND = 10_000
LONGEST_LINE = 4_000
ENTRIES: dict[str, type[BaseModel]] = {"timeline": TimelineEntry, "correlations": Correlation}
ELEMENTS: dict[str, type[BaseModel]] = {
    "sources": Source,
    "gates": Gate,
    "basic_events": BasicEvent,
    "house_events": HouseEvent,
    "parameters": Parameter,
    "common_cause_groups": CommonCauseGroup,
    "exclusive_groups": ExclusiveGroup,
    "scenarios": Scenario,
    "evidence": Evidence,
}


class LineFinder(Protocol):
    """Who knows where in a file the parts of a document stand."""

    def of(self, path: tuple[str | int, ...]) -> int | None:
        """The line of what a path leads to."""


def checked_sections(
    document: object, file: str, noted: Collection[Fault], lines: LineFinder | None
) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The sections of a model in nested data, and its warnings. Raises InvalidModelError with all faults.

    noted: faults that a reader has found already; lines: where the parts stand, if the data does not know by itself.
    """
    check = _Check()
    with suppress(_TooManyError):
        check.document(document)
    lines = lines or Lines(document)
    faults = [
        *noted,
        *(replace(fault, file=file, line=lines.of(fault.path)) for fault in check.faults if not _follows(fault, noted)),
    ]
    faults.sort(key=lambda fault: fault.line or 0)
    if any(fault.severity == "error" for fault in faults):
        raise InvalidModelError(_listed(faults, file))
    return check.sound, tuple(faults)


def _follows(fault: Fault, noted: Collection[Fault]) -> bool:
    """Whether a key seems to be missing from an element, or a use of one, only because a form fault took it away."""
    if fault.message in ("no event uses it", "never reached from a top event"):
        return any(form.severity == "error" for form in noted)
    missing = len(fault.path) == 2 or fault.message.endswith("is missing")
    return missing and any(form.path[:2] == fault.path[:2] for form in noted if form.severity == "error")


def _listed(faults: list[Fault], file: str) -> list[Fault]:
    """The first faults, at most 200, none of them longer than a page."""
    listed = [
        replace(fault, message=_short(fault.message), element=_short(fault.element), fix=_short(fault.fix))
        for fault in faults[:MOST_FAULTS]
    ]
    if len(faults) > MOST_FAULTS:
        at_least = "at least " if len(faults) >= MOST_FOUND else ""
        more = f"and {at_least}{len(faults) - MOST_FAULTS:,} more faults"
        listed.append(Fault(more, fix="correct these first", file=file))
    return listed


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}..."


class _TooManyError(Exception):
    """So many faults are found that looking for more is a waste."""


class _Check:
    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.sound: dict[str, Any] = {}
        self.names: dict[str, Collection[str] | None] = {}

    def document(self, document: object) -> None:
        if not isinstance(document, Mapping):
            self.fault(f"a model is a mapping, and {described(document)} is given", (), "begin with `faulttree: 1`")
            return
        given = {str(key): value for key, value in document.items() if not is_nothing(value)}
        for key in map(str, document):
            if key not in ModelSections.model_fields:
                self.unknown(key)
        for key in ("name", "top"):
            if key not in given and key not in self.names:
                self.add(Fault(f"`{key}` is missing", "", _MISSING[key], (key,)))
        for section in ModelSections.model_fields:
            if section in ELEMENTS:
                if section in given:
                    self.table(section, given[section])
            elif section in ENTRIES:
                self.entries(section, given.get(section, []))
            elif section in given:
                self.names[section] = ()
                self.field(section, given[section])
        self.faults += faults_between(self.sound, self.names)

    def table(self, section: str, table: object) -> None:
        if not isinstance(table, Mapping):
            self.names[section] = None
            self.fault(f"a mapping from names to elements is wanted here, not {described(table)}", (section,))
            return
        self.names[section] = [str(name) for name in table]
        sound = {}
        for key, value in table.items():
            path = (section, str(key))
            try:
                name = as_name(key)
            except ValueError as error:
                self.fault(str(error), path)
                name = None
            element = self.element(ELEMENTS[section], value, path)
            if element is not None and name is not None:
                sound[name] = element
        self.sound[section] = FrozenDict(sound)

    def entries(self, section: str, entries: object) -> None:
        if not isinstance(entries, list | tuple):
            self.fault(f"a list of entries is wanted here, not {described(entries)}", (section,))
            return
        made = [self.element(ENTRIES[section], entry, (section, index)) for index, entry in enumerate(entries)]
        self.sound[section] = tuple(made)

    def field(self, key: str, value: object) -> None:
        try:
            self.sound[key] = _adapter(key).validate_python(value)
        except ValidationError as error:
            self.refused(error, ModelSections, (key,))

    def element(self, kind: type[BaseModel], value: object, path: tuple[str | int, ...]) -> BaseModel | None:
        if is_nothing(value):
            value = {}
        if isinstance(value, Mapping):
            value = {key: item for key, item in value.items() if not (is_nothing(item) and _optional(kind, key))}
        try:
            return kind.model_validate(value)
        except ValidationError as error:
            self.refused(error, kind, path)
            return None

    def unknown(self, key: str) -> None:
        """Note an unknown key. What it seems to mean counts as given, so that its absence is no second fault."""
        hint = did_you_mean(key, ModelSections.model_fields) if len(self.faults) < MOST_FAULTS else ""
        for meant in ModelSections.model_fields:
            if f"'{meant}'" in hint:
                self.names[meant] = None if meant in ELEMENTS else ()
        fix = hint or f"known are {', '.join(ModelSections.model_fields)}"
        self.add(Fault(f"unknown key '{key}'", "", fix, (key,)))

    def refused(self, error: ValidationError, kind: type[BaseModel], path: tuple[str | int, ...]) -> None:
        for fault in explained(error, kind, path, len(self.faults) < MOST_FAULTS):
            self.add(fault)

    def fault(self, message: str, path: tuple[str | int, ...], fix: str = "") -> None:
        self.add(Fault(message, element_at(path), fix, path))

    def add(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MOST_FOUND:
            raise _TooManyError


_MISSING = {"name": "give one, like `name: Pump station`", "top": "name the top event, like `top: no_flow`"}


def _optional(kind: type[BaseModel], key: str) -> bool:
    return key not in CONNECTIVES and any(
        (field.alias or name) == key and not field.is_required() for name, field in kind.model_fields.items()
    )


@cache
def _adapter(key: str) -> TypeAdapter[Any]:
    field = ModelSections.model_fields[key]
    annotation: Any = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation
    return TypeAdapter(annotation)
