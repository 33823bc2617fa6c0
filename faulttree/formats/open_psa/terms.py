"""Expressions between their forms in a model and in Open-PSA, whose numbers are hours and per hour, without dimensions.

Source: Open-PSA Model Exchange Format, version 2.0d, chapter "Stochastic Layer".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction

from faulttree.expressions import Call, Name, Node, Number, Time
from faulttree.model.quantities import SECONDS, UNITS

__all__ = ["ELEMENTS", "LAWS", "OPERATIONS", "escaped", "hourly", "lines_of", "with_units"]

HOUR = SECONDS["h"]
# The elements whose names differ from those of the operations.
ELEMENTS = {
    "if": "ite",
    "glm": "GLM",
    "weibull": "Weibull",
    "periodic_test": "periodic-test",
}
_SAME = (
    "neg", "add", "sub", "mul", "div", "pi", "mod", "pow", "min", "max", "mean", "not", "and", "or", "eq", "df", "lt",
    "gt", "leq", "geq", "abs", "acos", "asin", "atan", "cos", "cosh", "exp", "log", "log10", "sin", "sinh", "tan",
    "tanh", "sqrt", "ceil", "floor", "switch", "exponential",
)  # fmt: skip
OPERATIONS = {tag: operation for operation, tag in ELEMENTS.items()} | {tag: tag for tag in _SAME}
"""The operation of each element."""
# What each argument of a failure law is, by the number of these; the law is a number.
LAWS: dict[tuple[str, int], tuple[int, ...]] = {
    ("exponential", 2): (-1, 1),
    ("glm", 4): (0, -1, -1, 1),
    ("weibull", 4): (1, 0, 1, 1),
    ("periodic_test", 4): (-1, 1, 1, 1),
    ("periodic_test", 5): (-1, -1, 1, 1, 1),
    ("periodic_test", 11): (-1, -1, -1, 1, 1, 0, 1, 0, 0, 0, 1),
}
_ALIKE = ("add", "sub", "min", "max", "mean", "mod", "eq", "df", "lt", "gt", "leq", "geq")
_COMPARISONS = ("eq", "df", "lt", "gt", "leq", "geq")
_ONE = Number(1.0)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
_ESCAPED = re.compile('[&<>"\n\r\t]')


def escaped(text: str) -> str:
    """A text as it stands in an attribute or between tags."""
    return _ESCAPED.sub(lambda match: _ESCAPES[match[0]], text)


def hourly(node: Node) -> Node:
    """An expression without units, in hours and per hour; factors and divisors that are 1 by that are left out."""
    match node:
        case Number(value, unit, per):
            if not unit:
                return node
            seconds, power = UNITS[unit]
            # A unit of rates is worked out as one over a time, which an hour divides without a rest.
            in_hours = seconds / HOUR if power == 1 else seconds * HOUR
            return Number(value / in_hours if per else value * in_hours)
        case Name() | Time():
            return node
    operation, arguments = node.operation, [hourly(each) for each in node.arguments]
    if operation == "neg" and isinstance(arguments[0], Number):
        return Number(-arguments[0].value)
    if operation == "inf":
        return Number(float("inf"))
    if operation in ("mul", "div"):
        pairs = zip(arguments, node.arguments, strict=True)
        first_stays = operation == "div"
        kept = [new for place, (new, old) in enumerate(pairs) if not _is_one_unit(old) or (first_stays and not place)]
        arguments = kept or [_ONE]
        if len(arguments) == 1:
            return arguments[0]
    if operation in ("add", "sub", "mul", "div") and len(arguments) == 1:
        return arguments[0]
    return Call(operation, tuple(arguments))


def _is_one_unit(node: Node) -> bool:
    """Whether it is 1 h or 1 /h, which stand for no more than a dimension."""
    return isinstance(node, Number) and node.unit == "h" and node.value == 1.0


def lines_of(node: Node, indent: str) -> Iterator[str]:
    """The lines of an expression without units."""
    match node:
        case Number(value):
            yield f'{indent}<float value="{"INF" if value == float("inf") else repr(value)}"/>'
            return
        case Name(name):
            yield f'{indent}<parameter name="{escaped(name)}"/>'
            return
        case Time():
            yield f"{indent}<system-mission-time/>"
            return
    tag, inner = ELEMENTS.get(node.operation, node.operation), indent + "  "
    if tag in ("true", "false"):
        yield f'{indent}<bool value="{tag}"/>'
    elif not node.arguments:
        yield f"{indent}<{tag}/>"
    else:
        yield f"{indent}<{tag}>"
        arguments = list(node.arguments)
        while tag == "switch" and len(arguments) > 1:
            yield f"{inner}<case>"
            yield from lines_of(arguments.pop(0), inner + "  ")
            yield from lines_of(arguments.pop(0), inner + "  ")
            yield f"{inner}</case>"
        for argument in arguments:
            yield from lines_of(argument, inner)
        yield f"{indent}</{tag}>"


def with_units(node: Node, wanted: Fraction, power_of: Callable[[str], Fraction]) -> Node:
    """An expression with units, from one in hours and per hour. The inverse of `hourly`, up to how it is written.

    wanted: the power of time that it is to be. power_of: of the names; a time and a rate are in hours in the file.
    """
    return _Dimensioned(power_of).to(node, wanted)


class _Dimensioned:
    """Finds for each part of an expression the power of time that it has by its names, and puts in what is lacking."""

    def __init__(self, power_of: Callable[[str], Fraction]) -> None:
        self.power_of = power_of

    def to(self, node: Node, wanted: Fraction) -> Node:
        """The expression as so many powers of time."""
        if isinstance(node, Number):
            return _number(node.value, wanted)
        if isinstance(node, Call) and node.operation in ("if", "switch"):
            return self._choice(node, wanted)
        if isinstance(node, Call) and node.operation in ("add", "sub", "min", "max", "mean", "neg", "abs"):
            inner = tuple(self.to(each, wanted) for each in node.arguments)
            if wanted in (0, 1, -1) and self.of(node)[1] == wanted:
                return Call(node.operation, inner)
        made, power = self.of(node)
        return _moved(made, wanted - power)

    def of(self, node: Node) -> tuple[Node, Fraction]:
        """The expression with units, and the power of time that it is then."""
        match node:
            case Number(value):
                return _number(value, Fraction(0)), Fraction(0)
            case Name(name):
                return node, self.power_of(name)
            case Time():
                return node, Fraction(1)
        operation, arguments = node.operation, node.arguments
        if operation in ("if", "switch"):
            power = self._common([*arguments[1::2], arguments[-1]])
            return self._choice(node, power), power
        if (operation, len(arguments)) in LAWS:
            powers = LAWS[operation, len(arguments)]
            made = tuple(self.to(each, Fraction(power)) for each, power in zip(arguments, powers, strict=True))
            return Call(operation, made), Fraction(0)
        if operation in ("mul", "div"):
            parts = [self.of(each) for each in arguments]
            sign = 1 if operation == "mul" else -1
            power = parts[0][1] + sign * sum((each for _, each in parts[1:]), start=Fraction(0))
            return Call(operation, tuple(each for each, _ in parts)), power
        if operation in ("neg", "abs"):
            inner, power = self.of(arguments[0])
            return Call(operation, (inner,)), power
        if operation in _ALIKE:
            power = self._common(arguments)
            made = tuple(self.to(each, power) for each in arguments)
            return Call(operation, made), Fraction(0) if operation in _COMPARISONS else power
        return Call(operation, tuple(self.to(each, Fraction(0)) for each in arguments)), Fraction(0)

    def _choice(self, node: Call, wanted: Fraction) -> Node:
        *parts, last = node.arguments
        if node.operation == "if":
            return Call("if", (self.to(parts[0], Fraction(0)), self.to(parts[1], wanted), self.to(last, wanted)))
        made = [self.to(each, wanted if place % 2 else Fraction(0)) for place, each in enumerate(parts)]
        return Call("switch", (*made, self.to(last, wanted)))

    def _common(self, nodes: list[Node] | tuple[Node, ...]) -> Fraction:
        """The power of time of what is compared, added or chosen from: that of all but plain numbers, or none."""
        powers = {self.of(each)[1] for each in nodes if not isinstance(each, Number)}
        return powers.pop() if len(powers) == 1 else Fraction(0)


def _number(value: float, power: Fraction) -> Node:
    """A number of hours to that power."""
    if value == float("inf"):
        return Call("inf")
    if value < 0.0:
        return Call("neg", (_number(-value, power),))
    if value == 0.0 or power == 0:
        return Number(value)
    if power in (1, -1):
        return Number(value, "h", power == -1)
    return _moved(Number(value), power)


def _moved(node: Node, power: Fraction) -> Node:
    """An expression times an hour to that power: by the unit of a number in it, else by a factor."""
    if power == 0:
        return node
    if isinstance(node, Number) and not node.unit and power in (1, -1):
        return _number(node.value, power)
    if isinstance(node, Call) and node.operation == "mul" and power in (1, -1):
        for place, each in enumerate(node.arguments):
            if isinstance(each, Number) and not each.unit:
                arguments = (*node.arguments[:place], _number(each.value, power), *node.arguments[place + 1 :])
                return Call("mul", arguments)
    whole = int(power)
    if whole != power:
        exponent: Node = Number(float(abs(power)))
        unit = Call("pow", (Number(1.0, "h"), exponent if power > 0 else Call("neg", (exponent,))))
        return Call("mul", (node, unit))
    factors = (Number(1.0, "h"),) * abs(whole)
    if whole < 0:
        return Call("div", (node, *factors))
    arguments = node.arguments if isinstance(node, Call) and node.operation == "mul" else (node,)
    return Call("mul", (*arguments, *factors))
