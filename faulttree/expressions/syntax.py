"""An expression as a value: numbers with units, names, the time, and operations on these."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

__all__ = ["FUNCTIONS", "Call", "Name", "Node", "Number", "Time", "names_in", "nodes_in"]


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is not negative. unit: as written, such as `h`; '' for a plain one. per: whether it is `/unit`."""

    value: float
    unit: str = ""
    per: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """A named number, such as a parameter."""

    name: str


@dataclass(frozen=True, slots=True)
class Time:
    """The time at which the expression is worked out: `t`."""


@dataclass(frozen=True, slots=True)
class Call:
    """An operation, a key of `ARITIES`, on its arguments."""

    operation: str
    arguments: tuple[Node, ...] = ()


Node = Number | Name | Time | Call

MANY = 1_000_000
# Of every operation, the fewest and the most arguments.
OPERATORS = {
    "add": (1, MANY), "sub": (1, MANY), "mul": (1, MANY), "div": (1, MANY), "neg": (1, 1), "pow": (2, 2),
    "and": (1, MANY), "or": (1, MANY), "not": (1, 1),
    "eq": (2, 2), "df": (2, 2), "lt": (2, 2), "gt": (2, 2), "leq": (2, 2), "geq": (2, 2),
    "pi": (0, 0), "inf": (0, 0), "true": (0, 0), "false": (0, 0),
}  # fmt: skip
FUNCTIONS = {
    "exp": (1, 1), "log": (1, 1), "log10": (1, 1), "sqrt": (1, 1), "abs": (1, 1), "ceil": (1, 1), "floor": (1, 1),
    "sin": (1, 1), "cos": (1, 1), "tan": (1, 1), "asin": (1, 1), "acos": (1, 1), "atan": (1, 1),
    "sinh": (1, 1), "cosh": (1, 1), "tanh": (1, 1), "min": (1, MANY), "max": (1, MANY), "mean": (1, MANY),
    "mod": (2, 2), "if": (3, 3), "switch": (1, MANY),
    "exponential": (2, 2), "glm": (4, 4), "weibull": (4, 4), "periodic_test": (4, 11),
}  # fmt: skip
"""Operations that are written as functions. `switch` has tests and values in turn, and a last value; `exponential`,
`glm`, `weibull` and `periodic_test` are failure laws, each with its time as the last argument."""
ARITIES = OPERATORS | FUNCTIONS


def arity_fault(operation: str, given: int) -> str:
    """What is wrong with the number of arguments of an operation; '' where nothing is."""
    fewest, most = ARITIES[operation]
    wanted = f"{fewest}" if fewest == most else f"{fewest} or more" if most == MANY else ""
    sound = fewest <= given <= most
    if operation == "periodic_test":
        wanted, sound = "4, 5 or 11", given in (4, 5, 11)
    if operation == "switch":
        wanted, sound = "tests and values in turn, and a last value, so an odd number of", given % 2 == 1
    return "" if sound else f"`{operation}` takes {wanted} argument{'s' * (wanted != '1')}, not {given}"


def nodes_in(node: Node) -> Iterator[Node]:
    """A node and all inside it, from left to right."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if isinstance(part, Call):
            waiting += reversed(part.arguments)


def names_in(node: Node) -> Iterator[str]:
    """The names in an expression, as often as they stand there."""
    return (part.name for part in nodes_in(node) if isinstance(part, Name))
