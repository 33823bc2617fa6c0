"""From the elements of an Open-PSA expression to an expression of the model, in hours and per hour.

A deviate inside an expression becomes a parameter of its own with that uncertainty, and is named in its place.
Source: Open-PSA Model Exchange Format, version 2.0d, chapter "Stochastic Layer".
"""

from __future__ import annotations

from collections.abc import Callable

from faulttree.expressions import Call, Name, Node, Number, Time
from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.expressions import CONSTANTS, DEVIATES, Expressions, in_hours, number_in, unit_of
from faulttree.formats.open_psa.scopes import Container, Definition
from faulttree.formats.open_psa.terms import OPERATIONS
from faulttree.model.uncertainty import Uncertainty

__all__ = ["Translation"]

_PER = {"years-1": 8760.0, "fit": 1e9}
_TIMES = {"years": 8760.0}


class Translation:
    """Makes expressions of elements that `Expressions` has found to be sound.

    expressions: of the same file. used: takes each parameter that an expression mentions. input_of: the name of the
    parameter that stands for an uncertainty inside the element of that name. spread_of: of a deviate, its uncertainty
    as a number; None where it is none that the model has, and counts at its mean.
    """

    def __init__(
        self,
        expressions: Expressions,
        used: Callable[[Definition], None],
        input_of: Callable[[str, str, Uncertainty], str],
        spread_of: Callable[[XmlElement, Container], Uncertainty | None],
    ) -> None:
        self.expressions, self.used, self.input_of, self.spread_of = expressions, used, input_of, spread_of
        self._inputs: dict[int, Node] = {}

    def node(self, element: XmlElement, container: Container, owner: str) -> Node:
        """The expression of a sound element, without units. owner: the element that it is of, which names inputs."""
        tag, parts = element.tag, element.children
        if tag in CONSTANTS:
            return Number(number_in(element)) if tag != "bool" else Call("true" if number_in(element) else "false")
        if tag == "parameter":
            return self._parameter(element, container)
        if tag == "system-mission-time":
            return Time()
        if tag in DEVIATES:
            if id(element) not in self._inputs:
                self._inputs[id(element)] = self._input(element, container, owner)
            return self._inputs[id(element)]
        if tag == "switch":
            cases = [half for case in parts[:-1] for half in case.children]
            return Call("switch", tuple(self.node(each, container, owner) for each in (*cases, parts[-1])))
        arguments = tuple(self.node(part, container, owner) for part in parts)
        if len(arguments) == 1 and tag in ("add", "sub", "mul", "div"):
            return arguments[0]
        if tag == "neg" and isinstance(arguments[0], Number):
            return Number(-arguments[0].value)
        return Call(OPERATIONS[tag], arguments)

    def _parameter(self, element: XmlElement, container: Container) -> Node:
        definition = self.expressions.found(element, container)
        self.used(definition)
        name = Name(definition.native)
        unit = "" if definition.unit else unit_of(element, "name")
        return name if in_hours(1.0, unit) == 1.0 else converted(name, unit)

    def _input(self, element: XmlElement, container: Container, owner: str) -> Node:
        if element.tag == "histogram" and self.spread_of(element, container) is None:
            return self._histogram(element, container, owner)
        spread = self.spread_of(element, container)
        if spread is None:
            return Number(self.expressions.value(element, container))
        return Name(self.input_of(owner, spread.kind, spread))

    def _histogram(self, element: XmlElement, container: Container, owner: str) -> Node:
        """A value drawn between the bounds, and the expression of the bin in which it lies."""
        first, *bins = element.children
        bounds = [self.expressions.value(part, container) for part in (first, *(each.children[0] for each in bins))]
        shares = [(bound - bounds[0]) / (bounds[-1] - bounds[0]) for bound in bounds[1:]]
        even = Uncertainty.model_validate({"uniform": {"low": 0.0, "high": 1.0}})
        drawn = Name(self.input_of(owner, "histogram", even))
        values = [self.node(each.children[1], container, owner) for each in bins]
        cases = [half for share, value in zip(shares[:-1], values, strict=False)
                 for half in (Call("leq", (drawn, Number(share))), value)]  # fmt: skip
        return Call("switch", (*cases, values[-1]))


def converted(node: Node, unit: str) -> Node:
    """An expression in a unit as one in hours or per hour, which differs from that unit."""
    if unit in _PER:
        return Call("div", (node, Number(_PER[unit])))
    return Call("mul", (node, Number(_TIMES[unit])))
