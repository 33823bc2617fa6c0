"""The value of Open-PSA expressions: numbers, parameters, operations, built-ins, and random deviates at their mean.

Times are in hours and rates per hour, as the format's built-ins have them; a unit of years or of failures in time (fit)
is converted where it is stated.
Source: Open-PSA Model Exchange Format, version 2.0d, chapter "Stochastic Layer".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator
from functools import reduce
from itertools import pairwise
from typing import TYPE_CHECKING

from faulttree.errors import did_you_mean
from faulttree.formats.open_psa.elements import XmlElement
from faulttree.formats.open_psa.scopes import Container, Definition, Scopes
from faulttree.model.quantities import SECONDS, Duration, Rate
from faulttree.model.written import NUMBER
from faulttree.wide_floats import read_float

if TYPE_CHECKING:
    from faulttree.laws import Law

__all__ = [
    "BUILT_INS",
    "CONSTANTS",
    "DEVIATES",
    "UNITS",
    "Expressions",
    "FaultyError",
    "built_in",
    "in_hours",
    "number_in",
    "parts_of",
    "unit_of",
]

HOUR = SECONDS["h"]
_CONVERTED: dict[str, Callable[[float], float]] = {
    "years": lambda number: number * 8760,
    "years-1": lambda number: number / 8760,
    "fit": lambda number: number / 1e9,
}
UNITS = {"bool", "int", "float", "demands", "hours", "hours-1", *_CONVERTED}

CONSTANTS = {"float", "int", "bool"}
BUILT_INS = {"exponential", "GLM", "Weibull", "periodic-test"}
_UNSUPPORTED = {"extern-function", "test-initiating-event", "test-functional-event"}


class FaultyError(Exception):
    """An expression cannot be worked out: what is wrong, where, and what would be right."""

    def __init__(self, message: str, line: int, fix: str = "") -> None:
        super().__init__(message)
        self.message, self.line, self.fix = message, line, fix


_Operation = tuple[int, int, Callable[[list[float]], float]]


def _truth(test: Callable[[float, float], bool]) -> Callable[[list[float]], float]:
    return lambda given: float(test(given[0], given[1]))


def _divided(given: list[float]) -> float:
    return reduce(operator.truediv, given)


def _of_one(function: Callable[[float], float]) -> _Operation:
    return 1, 1, lambda given: float(function(given[0]))


MANY = 1_000_000
# Operation: fewest and most arguments, and what it gives.
_OPERATIONS: dict[str, _Operation] = {
    "neg": (1, 1, lambda given: -given[0]),
    "add": (1, MANY, math.fsum),
    "sub": (1, MANY, lambda given: reduce(operator.sub, given)),
    "mul": (1, MANY, math.prod),
    "div": (1, MANY, _divided),
    "pi": (0, 0, lambda _: math.pi),
    "mod": (2, 2, lambda given: math.fmod(given[0], given[1])),
    "pow": (2, 2, lambda given: math.pow(given[0], given[1])),
    "min": (1, MANY, min),
    "max": (1, MANY, max),
    "mean": (1, MANY, lambda given: math.fsum(given) / len(given)),
    "not": (1, 1, lambda given: float(not given[0])),
    "and": (1, MANY, lambda given: float(all(given))),
    "or": (1, MANY, lambda given: float(any(given))),
    "eq": (2, 2, _truth(operator.eq)),
    "df": (2, 2, _truth(operator.ne)),
    "lt": (2, 2, _truth(operator.lt)),
    "gt": (2, 2, _truth(operator.gt)),
    "leq": (2, 2, _truth(operator.le)),
    "geq": (2, 2, _truth(operator.ge)),
    "abs": _of_one(abs),
    "acos": _of_one(math.acos),
    "asin": _of_one(math.asin),
    "atan": _of_one(math.atan),
    "cos": _of_one(math.cos),
    "cosh": _of_one(math.cosh),
    "exp": _of_one(math.exp),
    "log": _of_one(math.log),
    "log10": _of_one(math.log10),
    "sin": _of_one(math.sin),
    "sinh": _of_one(math.sinh),
    "tan": _of_one(math.tan),
    "tanh": _of_one(math.tanh),
    "sqrt": _of_one(math.sqrt),
    "ceil": _of_one(math.ceil),
    "floor": _of_one(math.floor),
}


def _lognormal(given: list[float]) -> float:
    """Given by its mean, error factor and level; or by the mean and deviation of its logarithm."""
    return given[0] if len(given) == 3 else math.exp(given[0] + given[1] ** 2 / 2)


# Random deviates, each at its mean.
_DEVIATES: dict[str, _Operation] = {
    "uniform-deviate": (2, 2, lambda given: (given[0] + given[1]) / 2),
    "normal-deviate": (2, 2, lambda given: given[0]),
    "lognormal-deviate": (2, 3, _lognormal),
    "gamma-deviate": (2, 2, lambda given: given[0] * given[1]),
    "beta-deviate": (2, 2, lambda given: given[0] / (given[0] + given[1])),
}
DEVIATES = {*_DEVIATES, "histogram"}
_CHOICES = {"ite", "switch"}


class Expressions:
    """Works out expressions; every parameter once."""

    def __init__(self, parameters: Scopes) -> None:
        self.parameters = parameters
        self.mission_hours: float | None = None
        self._values: dict[int, float] = {}
        self._failed: dict[int, FaultyError] = {}

    def value(self, element: XmlElement, container: Container) -> float:
        """The value of an expression in a container. Raises FaultyError."""
        for reference in _references(element):
            self.of(self.found(reference, container))
        return self._guarded(element, container)

    def of(self, parameter: Definition) -> float:
        """The value of a parameter, in hours or per hour if it has such a unit. Raises FaultyError."""
        if id(parameter) in self._failed:
            raise self._failed[id(parameter)]
        if id(parameter) not in self._values:
            stack: list[tuple[Definition, Iterator[Definition]]] = []
            try:
                self._work_out(parameter, stack)
            except FaultyError as error:
                self._failed |= {id(definition): error for definition, _ in stack}
                raise
        return self._values[id(parameter)]

    def _work_out(self, wanted: Definition, stack: list[tuple[Definition, Iterator[Definition]]]) -> None:
        """Work out a parameter after all it depends on, on a stack and no deeper: chains may be of any length."""
        stack.append((wanted, self._inner(wanted)))
        on_path = {id(wanted)}
        while stack:
            definition, inner = stack[-1]
            missing = next((each for each in inner if id(each) not in self._values), None)
            if missing is None:
                assert definition.expression is not None, "its inner parameters were taken from it"
                value = self._guarded(definition.expression, definition.container)
                self._values[id(definition)] = in_hours(value, definition.unit)
                on_path.remove(id(definition))
                stack.pop()
            elif id(missing) in on_path:
                path = [each for each, _ in stack]
                ring = [each.name for each in path[path.index(missing) :]]
                shown = " -> ".join(f"'{name}'" for name in [*ring[:10], *["..."] * (len(ring) > 10), missing.name])
                raise FaultyError(f"parameters form a cycle: {shown}", missing.line, "break it at one of them")
            else:
                stack.append((missing, self._inner(missing)))
                on_path.add(id(missing))

    def _inner(self, definition: Definition) -> Iterator[Definition]:
        """The parameters that a parameter's expression mentions."""
        if definition.expression is None:
            raise FaultyError(f"parameter '{definition.name}' has no value", definition.line)
        return iter([self.found(each, definition.container) for each in _references(definition.expression)])

    def found(self, reference: XmlElement, container: Container) -> Definition:
        """The parameter of that name. Raises FaultyError."""
        name = reference.attributes.get("name", "").strip()
        definition = self.parameters.find(name, container)
        if definition is None:
            hint = did_you_mean(name, self.parameters.known())
            raise FaultyError(f"parameter '{name}' is not defined", reference.line, hint or "define it")
        return definition

    def behind(self, element: XmlElement, container: Container) -> Iterator[XmlElement]:
        """The expressions of the parameters that an expression depends on, through others, too."""
        seen: set[int] = set()
        waiting = [(reference, container) for reference in _references(element)]
        while waiting:
            reference, inside = waiting.pop()
            definition = self.found(reference, inside)
            if id(definition) not in seen and definition.expression is not None:
                seen.add(id(definition))
                yield definition.expression
                waiting += [(each, definition.container) for each in _references(definition.expression)]

    def mission_time_in(self, expressions: list[XmlElement]) -> int:
        """The line of the first <system-mission-time> in expressions, 0 where there is none."""
        lines = [
            part.line for element in expressions for part in parts_of(element) if part.tag == "system-mission-time"
        ]
        return min(lines, default=0)

    def _guarded(self, element: XmlElement, container: Container) -> float:
        try:
            return self._value(element, container)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise FaultyError(f"<{element.tag}> has no value: {error}", element.line) from None

    def _value(self, element: XmlElement, container: Container) -> float:
        """The value, every parameter in it being worked out already. It goes as deep as the file, which is bounded."""
        tag, parts = element.tag, element.children
        if element.text:
            raise FaultyError(f"<{tag}> holds the text '{element.text.strip()[:60]}'", element.line, "remove it")
        if tag in CONSTANTS:
            return number_in(element)
        if tag == "parameter":
            definition = self.found(element, container)
            unit = unit_of(element, "name")
            value = self._values[id(definition)]
            return value if definition.unit else in_hours(value, unit)
        if tag == "system-mission-time":
            unit_of(element)
            assert self.mission_hours is not None, "a mission time is settled before the values that need it"
            return self.mission_hours
        if tag == "histogram":
            return self._histogram(element, container)
        if tag in _CHOICES:
            return self._choice(element, container)
        if tag in BUILT_INS and parts:
            given = [self._value(part, container) for part in parts]
            return float(built_in(element, given[:-1]).at(given[-1] * HOUR).unavailability)
        fewest, most, function = self._known(element)
        _plain(element)
        if not fewest <= len(parts) <= most:
            wanted = f"{fewest}" if fewest == most else f"{fewest} to {most}" if most < MANY else f"at least {fewest}"
            raise FaultyError(f"<{tag}> takes {wanted} arguments, not {len(parts)}", element.line)
        values = [self._value(part, container) for part in parts]
        try:
            return float(function(values))
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            shown = ", ".join(f"{value:g}" for value in values[:6]) + ", ..." * (len(values) > 6)
            what = "is larger than any number" if isinstance(error, OverflowError) else "has no value"
            raise FaultyError(f"<{tag}> of {shown} {what}", element.line, "check the numbers in it") from None

    def _known(self, element: XmlElement) -> tuple[int, int, Callable[[list[float]], float]]:
        tag = element.tag
        if tag in _UNSUPPORTED:
            raise FaultyError(f"<{tag}> is not supported", element.line, "give the number it stands for")
        found = _OPERATIONS.get(tag) or _DEVIATES.get(tag)
        if found is None:
            known = [*_OPERATIONS, *DEVIATES, *BUILT_INS, *CONSTANTS, *_CHOICES, "parameter", "system-mission-time"]
            raise FaultyError(f"<{tag}> is no expression", element.line, did_you_mean(tag, known))
        return found

    def _histogram(self, element: XmlElement, container: Container) -> float:
        """Mean of a histogram: the intervals' values, weighted with their widths."""
        _plain(element)
        first, *bins = element.children or [element]
        if not bins or any(part.tag != "bin" or len(part.children) != 2 for part in bins):
            raise FaultyError(
                "a <histogram> is a lower bound and bins", element.line, "<bin> holds a bound and a value"
            )
        bounds = [self._value(part, container) for part in (first, *(part.children[0] for part in bins))]
        widths = [upper - lower for lower, upper in pairwise(bounds)]
        if min(widths) <= 0.0:
            raise FaultyError("the bounds of a <histogram> must rise", element.line)
        values = [self._value(part.children[1], container) for part in bins]
        return math.fsum(map(operator.mul, widths, values)) / (bounds[-1] - bounds[0])

    def _choice(self, element: XmlElement, container: Container) -> float:
        """If-then-else, or a switch: the value of the first case that holds, else the last expression."""
        _plain(element)
        parts = element.children
        if element.tag == "ite":
            if len(parts) != 3:
                raise FaultyError(f"<ite> takes 3 arguments, not {len(parts)}", element.line)
            return self._value(parts[1] if self._value(parts[0], container) else parts[2], container)
        *cases, otherwise = parts or [element]
        if not parts or otherwise.tag == "case" or any(c.tag != "case" or len(c.children) != 2 for c in cases):
            raise FaultyError("a <switch> is cases and a last value", element.line, "<case> holds a test and a value")
        for case in cases:
            if self._value(case.children[0], container):
                return self._value(case.children[1], container)
        return self._value(otherwise, container)


def in_hours(number: float, unit: str) -> float:
    """A number of a stated unit in hours or per hour; as it is for any other unit, or none."""
    return _CONVERTED[unit](number) if unit in _CONVERTED else number


def built_in(element: XmlElement, given: list[float]) -> Law:
    """The law of a built-in, in SI, with the numbers before its time. Raises FaultyError, ValueError."""
    from faulttree.laws import Exponential, PeriodicTest, Repairable, Weibull

    tag, n = element.tag, len(given)
    _plain(element)
    if (
        len(element.children)
        not in {"exponential": (2,), "GLM": (4,), "Weibull": (4,), "periodic-test": (4, 5, 11)}[tag]
    ):
        wanted = "4, 5 or 11" if tag == "periodic-test" else "2" if tag == "exponential" else "4"
        raise FaultyError(f"<{tag}> takes {wanted} arguments, not {len(element.children)}", element.line)

    def rate(number: float) -> float:
        return Rate(number, "h").per_second

    def time(number: float) -> float:
        return Duration(number, "h").seconds

    def repair(number: float) -> float | None:
        return None if number == math.inf else rate(number)

    for number in {"GLM": given[:1], "periodic-test": [*given[5:6], *given[8:10]]}.get(tag, []):
        if not 0.0 <= number <= 1.0:
            raise FaultyError(f"<{tag}>: probability {number:g} lies outside [0, 1]", element.line)
    above_zero = {"Weibull": given[:2], "periodic-test": given[3:4] if n == 10 else given[n - 2 : n - 1]}.get(tag, [])
    if 0.0 in above_zero:
        raise FaultyError(
            f"<{tag}>: {'scale and shape' if tag == 'Weibull' else 'the interval'} must be above 0", element.line
        )
    match given:
        case [failing]:
            return Exponential(rate(failing))
        case [gamma, failing, repairing] if tag == "GLM":
            return Repairable(rate(failing), rate(repairing), gamma)
        case [scale, shape, shift] if tag == "Weibull":
            if shape < 0.0:
                raise FaultyError("<Weibull>: the shape must be above 0", element.line)
            return Weibull(time(scale), shape, time(shift))
        case [failing, interval, first]:
            return PeriodicTest(rate(failing), time(interval), time(first))
        case [failing, repairing, interval, first]:
            return PeriodicTest(rate(failing), time(interval), time(first), repair(repairing))
    failing, in_test, repairing, interval, first, gamma, duration, available, sigma, omega = given
    if duration > interval:
        raise FaultyError("<periodic-test>: a test is longer than the interval", element.line)
    return PeriodicTest(
        rate(failing), time(interval), time(first), repair(repairing), time(duration), rate(in_test), bool(available),
        gamma, sigma, omega,
    )  # fmt: skip


def number_in(element: XmlElement) -> float:
    """The number of <float>, <int> or <bool>. Raises FaultyError."""
    written = element.attributes.get("value", "").strip()
    if len(element.attributes) != 1 or element.children or not written:
        raise FaultyError(f"<{element.tag}> is not understood", element.line, f'write <{element.tag} value="..."/>')
    if element.tag == "bool":
        if written not in ("true", "false"):
            raise FaultyError(f"'{written[:60]}' is neither true nor false", element.line)
        return float(written == "true")
    if written in ("INF", "+INF"):
        return math.inf
    if not NUMBER.fullmatch(written) or (element.tag == "int" and not written.lstrip("+-").isdigit()):
        kind = "a whole number" if element.tag == "int" else "a number"
        raise FaultyError(f"'{written[:60]}' is not {kind}", element.line, 'write it like "1.2e-3"')
    try:
        return read_float(written)
    except ValueError as error:
        message, _, fix = str(error).partition("; ")
        raise FaultyError(message, element.line, fix) from None


def unit_of(element: XmlElement, *known: str) -> str:
    """The unit stated at a reference, if one is."""
    unit = element.attributes.get("unit", "").strip()
    if unit and unit not in UNITS:
        raise FaultyError(f"the unit '{unit[:60]}' is not known", element.line, f"known are {', '.join(sorted(UNITS))}")
    for key in element.attributes:
        if key not in ("unit", *known):
            raise FaultyError(f"<{element.tag}> has the unknown attribute '{key}'", element.line, "remove it")
    return unit


def _plain(element: XmlElement) -> None:
    for key in element.attributes:
        raise FaultyError(f"<{element.tag}> has the unknown attribute '{key}'", element.line, "remove it")


def parts_of(element: XmlElement) -> Iterator[XmlElement]:
    """An element and all inside it."""
    waiting = [element]
    while waiting:
        part = waiting.pop()
        yield part
        waiting += part.children


def _references(element: XmlElement) -> list[XmlElement]:
    return [part for part in parts_of(element) if part.tag == "parameter"]
