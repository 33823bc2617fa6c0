"""What the parameters of an Open-PSA file are by their units and their uses, and those that stand for deviates."""

from __future__ import annotations

import functools
from contextlib import suppress
from fractions import Fraction
from typing import Protocol

from faulttree.formats.open_psa.deviates import uncertainty_of
from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.expressions import CONSTANTS, DEVIATES, Expressions, FaultyError, parts_of
from faulttree.formats.open_psa.scopes import Container, Definition, Scopes
from faulttree.formats.open_psa.terms import LAWS, OPERATIONS
from faulttree.model.expressions import POWERS
from faulttree.model.uncertainty import Uncertainty

__all__ = ["UNIT_DIMENSION", "Reporter", "Uses"]

UNIT_DIMENSION = {
    "hours": "time", "years": "time", "hours-1": "rate", "years-1": "rate", "fit": "rate",
    "float": "number", "int": "number",
}  # fmt: skip
_DIMENSION_OF = {0: "number", 1: "time", -1: "rate"}


class Reporter(Protocol):
    """Who takes up faults and warnings."""

    def note(self, message: str, line: int, fix: str = "", path: tuple[str, ...] = ()) -> None:
        """A fault."""

    def warn(self, message: str, line: int, fix: str = "", path: tuple[str, ...] = (), alike: str = "") -> None:
        """A warning; only the first of those alike."""


class Uses:
    """What each parameter is used as: a time, a rate, or a number (which may be a probability); first come first."""

    def __init__(self, parameters: Scopes, expressions: Expressions, report: Reporter) -> None:
        self.parameters, self.expressions, self.report = parameters, expressions, report
        self.mentioned: set[int] = set()
        self._used_as: dict[int, str] = {}
        self._by_name: dict[str, Definition] = {}
        self._nowhere = Container(XmlElement("model-data", {}, 0), "", False, {})

    def collect(self, element: XmlElement, container: Container) -> None:
        """Take note of parameters that a built-in in an expression takes for a rate or a time."""
        for part in parts_of(element):
            powers = LAWS.get((OPERATIONS.get(part.tag, ""), len(part.children)), ())
            for argument, power in zip(part.children, powers, strict=False):
                if argument.tag == "parameter" and not argument.attributes.get("unit", "").strip():
                    with suppress(FaultyError):
                        self.as_(self.expressions.found(argument, container), _DIMENSION_OF[power])

    def as_(self, definition: Definition, use: str) -> str:
        """What a parameter is: its unit, else its first use, which this one is unless there was another."""
        return UNIT_DIMENSION.get(definition.unit) or self._used_as.setdefault(id(definition), use)

    def of(self, definition: Definition) -> str | None:
        """What a parameter is used as, if it is."""
        return self._used_as.get(id(definition))

    def dimension(self, definition: Definition) -> str:
        """What a parameter is: by its unit, or by its first use."""
        return UNIT_DIMENSION.get(definition.unit) or self._used_as.get(id(definition), "number")

    @functools.cached_property
    def names(self) -> set[str]:
        """The names of all parameters in the model."""
        return {each.native for each in self.parameters.all}

    def power(self, name: str) -> Fraction:
        """The power of time that the parameter of a name in the model is."""
        if not self._by_name:
            self._by_name = {each.native: each for each in self.parameters.all}
        definition = self._by_name.get(name)
        return Fraction(0) if definition is None else POWERS[self.dimension(definition)]

    def mention(self, definition: Definition) -> None:
        """Take note that an expression of the model has a parameter in it."""
        self.mentioned.add(id(definition))

    def input(self, owner: str, kind: str, spread: Uncertainty) -> str:
        """The name of a new parameter for an uncertainty inside the element of a name."""
        name, number = f"{owner}_{kind}", 1
        while name in self.names:
            number += 1
            name = f"{owner}_{kind}_{number}"
        self.names.add(name)
        definition = Definition("parameters", name, 0, self._nowhere, False)
        definition.data = {"uncertainty": spread, "value": spread.mean}
        self.parameters.all.append(definition)
        return name

    def spread(self, element: XmlElement, container: Container, dimension: str = "number") -> Uncertainty | None:
        """The uncertainty that a deviate is; None of what is none, or none that the model has."""
        found = uncertainty_of(element, dimension)
        inside = [part for part in parts_of(element) if part is not element]
        if found is not None or element.tag not in DEVIATES or all(part.tag in CONSTANTS for part in inside):
            return found
        if element.tag == "histogram":
            return None
        plain = XmlElement(element.tag, {}, element.line)
        for part in element.children:
            number = XmlElement("float", {"value": repr(self.expressions.value(part, container))}, part.line)
            plain.children.append(number)
        found = uncertainty_of(plain, dimension)
        if found is not None and any(part.tag in {*DEVIATES, "parameter"} for part in inside):
            self.report.warn(
                f"the numbers of <{element.tag}> are taken at their values; what they depend on is not kept",
                element.line, alike="numbers of deviates",
            )  # fmt: skip
        return found
