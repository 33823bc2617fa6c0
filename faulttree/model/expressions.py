"""Expressions in a model: what a written number mentions, and what is wrong with the expressions of parameters."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from faulttree.errors import Fault, did_you_mean
from faulttree.expressions import (
    DimensionError,
    ExpressionError,
    Node,
    Number,
    Time,
    dimension,
    dimension_name,
    names_in,
    nodes_in,
    parsed,
    written_name,
)
from faulttree.model.quantities import UNITS, Duration, Rate, dimension_of, is_expression, unknown_unit

if TYPE_CHECKING:
    from faulttree.model.parameters import Parameter
    from faulttree.model.sections import Sections

__all__ = [
    "POWERS",
    "Checked",
    "names_behind",
    "names_in_expression",
    "names_mentioned",
    "parsed_text",
    "power_in",
    "shortened",
]

_SPELLINGS = tuple(UNITS)
POWERS = {"number": Fraction(0), "probability": Fraction(0), "time": Fraction(1), "rate": Fraction(-1)}
_OVER_WORD = re.compile(r"[-+0-9.eE]+\s*/\s*(\w+)")


def parsed_text(text: str) -> Node:
    """The expression that a text is, in the units of model files. Raises ExpressionError."""
    return parsed(text, _SPELLINGS)


def names_mentioned(value: float | Rate | Duration | str, parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The parameters that a written number names: itself, or those in its expression, each once.

    The name of a parameter is that, whatever else it may be taken for.
    """
    if not isinstance(value, str):
        return ()
    if value in parameters or not is_expression(value):
        return (value,)
    return names_in_expression(value)


def names_in_expression(text: str) -> tuple[str, ...]:
    """The names in an expression, each once; none of a text that is no expression."""
    try:
        return tuple(dict.fromkeys(names_in(parsed_text(text))))
    except ExpressionError:
        return ()


def names_behind(
    values: Iterable[float | Rate | Duration | str], parameters: Mapping[str, Parameter]
) -> tuple[str, ...]:
    """The parameters that written numbers depend on, through others, too; in the order in which they are met."""
    found: dict[str, None] = {}
    waiting = [name for value in values for name in names_mentioned(value, parameters)]
    while waiting:
        name = waiting.pop(0)
        parameter = parameters.get(name)
        if name not in found and parameter is not None:
            found[name] = None
            if isinstance(parameter.value, str):
                waiting += names_in_expression(parameter.value)
    return tuple(found)


def power_in(text: str, parameters: Mapping[str, Parameter]) -> Fraction:
    """The power of time that an expression, or the name of a parameter, is in a sound model."""
    inner = {
        name: names_in_expression(value) if isinstance(value := parameters[name].value, str) else ()
        for name in names_behind([text], parameters)
    }
    known: dict[str, Fraction] = {}
    for name in graphlib.TopologicalSorter(inner).static_order():
        value = parameters[name].value
        if isinstance(value, str):
            known[name] = dimension(parsed_text(value), known.__getitem__, UNITS)
        else:
            known[name] = POWERS[dimension_of(value)]
    return known[text] if text in parameters else dimension(parsed_text(text), known.__getitem__, UNITS)


class Checked:
    """The expressions of a model's parameters, checked, and what each parameter is.

    faults: of the parameters' expressions. power: of each sound parameter its power of time. timed: those that depend
    on the time. order: the sound parameters with expressions, each after those that it depends on.
    """

    def __init__(self, known: Sections) -> None:
        self.known, self.names = known, known.names["parameters"]
        self.parameters: Mapping[str, Parameter] = known.sound["parameters"]
        self.faults: list[Fault] = []
        self.power: dict[str, Fraction] = {}
        self.timed: set[str] = set()
        self.order: list[str] = []
        texts = {}
        for name, parameter in self.parameters.items():
            if isinstance(parameter.value, str):
                texts[name] = parameter.value
            else:
                self.power[name] = POWERS[dimension_of(parameter.value)]
        self._settle(texts)

    def _settle(self, texts: Mapping[str, str]) -> None:
        """Check the expressions of parameters, each after those that it depends on."""
        sound: dict[str, Node] = {}
        for name, text in texts.items():
            node, faults = self._read(text, f"parameter '{name}'", ("parameters", name, "value"), "value")
            self.faults += faults
            if node is not None:
                sound[name] = node
        inner = {
            name: [each for each in dict.fromkeys(names_in(node)) if each in sound] for name, node in sound.items()
        }
        left = dict(sound)
        ready = [name for name in sound if not inner[name]]
        users: dict[str, list[str]] = {}
        for name, used in inner.items():
            for each in used:
                users.setdefault(each, []).append(name)
        waits = {name: len(used) for name, used in inner.items()}
        while ready:
            name = ready.pop(0)
            node = left.pop(name)
            power, fault = self._dimension(node, f"parameter '{name}'", ("parameters", name, "value"), "value")
            self.faults += [fault] if fault else []
            if power is not None:
                self.power[name] = power
                self.order.append(name)
                if self.is_timed(node):
                    self.timed.add(name)
            for user in users.get(name, ()):
                waits[user] -= 1
                if not waits[user]:
                    ready.append(user)
        self.faults += self._cycles({name: inner[name] for name in left})

    def _cycles(self, inner: Mapping[str, list[str]]) -> Iterator[Fault]:
        """Parameters that depend on themselves, one cycle for each set of them."""
        seen: set[str] = set()
        for start in inner:
            path: list[str] = []
            name = start
            while name not in seen:
                seen.add(name)
                path.append(name)
                name = next(each for each in inner[name] if each in inner)
            if name in path:
                ring = [*path[path.index(name) :], name]
                shown = [*ring[:10], "...", ring[-1]] if len(ring) > 12 else ring
                told = " -> ".join(f"'{each}'" if each != "..." else each for each in shown)
                yield Fault(f"parameters form a cycle: {told}", f"parameter '{name}'",
                            "break it at one of them", ("parameters", name, "value"))  # fmt: skip

    def checked(
        self, text: str, wanted: str, element: str, path: tuple[str | int, ...], where: str
    ) -> tuple[Node | None, list[Fault]]:
        """The expression at a place of a failure model, if it is sound, and what is wrong with it.

        wanted: a value of `DIMENSIONS`. where: the place in the element, for messages.
        """
        node, faults = self._read(text, element, path, where)
        if node is None:
            return None, faults
        power, fault = self._dimension(node, element, path, where)
        if fault:
            return None, [fault]
        if power is not None and power != POWERS[wanted]:
            given = dimension_name(power)
            fix = {
                ("rate", "a number"): "give a number in it its unit, such as `1e-6 /h`",
                ("time", "a number"): "give a number in it its unit, such as `24 h`",
                ("probability", "a rate"): "multiply it by a time, or write it under `rate`",
            }.get((wanted, given), "")
            article = "a rate" if wanted == "rate" else "a time" if wanted == "time" else f"a {wanted}"
            return None, [
                Fault(f"{where}: `{shortened(text)}` is {given}, and {article} is wanted", element, fix, path)
            ]
        if power is not None and where != "probability" and self.is_timed(node):
            message = f"{where}: `{shortened(text)}` depends on the time, and a failure model's numbers do not"
            return None, [Fault(message, element, "write the probability as a function of t", path)]
        return (node if power is not None else None), []

    def is_timed(self, node: Node) -> bool:
        """Whether an expression depends on the time, through parameters, too."""
        return any(isinstance(part, Time) for part in nodes_in(node)) or not self.timed.isdisjoint(names_in(node))

    def _dimension(
        self, node: Node, element: str, path: tuple[str | int, ...], where: str
    ) -> tuple[Fraction | None, Fault | None]:
        """The power of time of an expression; None where a parameter in it is faulty."""
        try:
            return dimension(node, self.power.__getitem__, UNITS), None
        except KeyError:
            return None, None
        except DimensionError as error:
            return None, Fault(f"{where}: {error.what}", element, error.fix, path)

    def _read(
        self, text: str, element: str, path: tuple[str | int, ...], where: str
    ) -> tuple[Node | None, list[Fault]]:
        """The expression, if all its names are known, and what is wrong with its text and its names."""
        try:
            node = parsed_text(text)
        except ExpressionError as error:
            return None, [Fault(f"{where}: `{shortened(text)}`: {error.what}", element, error.fix, path)]
        faults: list[Fault] = []
        explained = ""
        for name in dict.fromkeys(names_in(node)):
            if name in self.names or "parameters" in self.known.unread or name in explained:
                continue
            # A name such as lambda-1 that stands there without quotes is a difference.
            explained = next((each for each in self.names if each.startswith(name) and each in text), "")
            faults.append(self._undefined(name, explained, text, element, path, where))
        units = dict.fromkeys(part.unit for part in nodes_in(node) if isinstance(part, Number) and part.per)
        taken = {unit: "a unit" for unit in units if unit in self.names and re.search(rf"/\s*{unit}\b", text)}
        if "t" in self.names and any(isinstance(part, Time) for part in nodes_in(node)) and "time()" not in text:
            taken["t"] = "the time"
        for word, meaning in taken.items():
            message = f"{where}: '{word}' in `{shortened(text)}` is {meaning}, and a parameter is called that, too"
            other = ", or `time()` for the time" if word == "t" else f", or `per {word}` for the unit"
            faults.append(Fault(message, element, f'write "{word}" in double quotes for the parameter{other}', path))
        return (None if faults else node), faults

    def _undefined(
        self, name: str, meant: str, text: str, element: str, path: tuple[str | int, ...], where: str
    ) -> Fault:
        """A name that is no parameter. meant: a parameter of which it is the beginning, in the same text."""
        over = _OVER_WORD.fullmatch(text.strip())
        if over and over[1] == name and not did_you_mean(name, self.names):
            message, _, fix = unknown_unit(f"/{name}", "rate").partition("; ")
            return Fault(f"{where}: {message}", element, fix, path)
        fault = self.known.undefined(element, f"{where}: '{name}' in `{shortened(text)}`", name, self.names, path)
        if meant:
            return replace(fault, fix=f"if '{meant}' is meant, write {written_name(meant, UNITS)}")
        return fault


def shortened(text: str) -> str:
    """An expression for a message."""
    return text if len(text) <= 80 else f"{text[:77]}..."
