"""A query as a value: formulas over events and gates, numbers made of probabilities, and questions about both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Literal

__all__ = [
    "Arithmetic",
    "AtLeast",
    "Comparison",
    "Constant",
    "Equivalent",
    "Formula",
    "Found",
    "Implies",
    "Joined",
    "Membership",
    "Named",
    "Negative",
    "Node",
    "Not",
    "Number",
    "ProbabilityOf",
    "Quantified",
    "Question",
    "Relation",
    "Sets",
    "Setting",
    "Settled",
    "Superfluous",
    "Whatever",
    "Written",
    "names_in",
    "parts_in",
]

Place = tuple[int, int]
"""First character of the query that a part of it takes, and the one after its last."""
Quantifier = Literal["forall", "exists"]


@dataclass(frozen=True, kw_only=True)
class Node:
    """A part of a query. at: where it stands, which makes no two parts differ."""

    at: Place = field(default=(0, 0), compare=False, repr=False)


# Formulas


@dataclass(frozen=True)
class Named(Node):
    """An event or gate."""

    name: str


@dataclass(frozen=True)
class Constant(Node):
    """`true` or `false`."""

    value: bool


@dataclass(frozen=True)
class Not(Node):
    """`not f`."""

    of: Formula


@dataclass(frozen=True)
class Joined(Node):
    """Two or more formulas joined by `and`, `or` or `xor`: of the last, an odd number is true."""

    connective: Literal["and", "or", "xor"]
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Implies(Node):
    """`f => g`."""

    if_: Formula
    then: Formula


@dataclass(frozen=True)
class Equivalent(Node):
    """`f <=> g`."""

    one: Formula
    other: Formula


@dataclass(frozen=True)
class AtLeast(Node):
    """`atleast(k; f, g, ...)`."""

    k: int
    parts: tuple[Formula, ...]


@dataclass(frozen=True)
class Setting(Node):
    """`name=true` or `name=false`."""

    name: Named
    state: bool


@dataclass(frozen=True)
class Settled(Node):
    """`f[a=true, g=false]`: the formula once events, or gates below its own, are set."""

    of: Formula
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Quantified(Node):
    """`forall a, b: f` or `exists a, b: f`: whatever these events do, or for something that they may do."""

    quantifier: Quantifier
    events: tuple[Named, ...]
    of: Formula


Formula = Named | Constant | Not | Joined | Implies | Equivalent | AtLeast | Settled | Quantified


# Numbers


@dataclass(frozen=True)
class Written(Node):
    """A number as it is written."""

    value: float


@dataclass(frozen=True)
class Negative(Node):
    """`-x`."""

    of: Number


@dataclass(frozen=True)
class Arithmetic(Node):
    """Numbers with `+` and `-`, or with `*` and `/`, between them, from left to right."""

    first: Number
    rest: tuple[tuple[Literal["+", "-", "*", "/"], Number], ...]


@dataclass(frozen=True)
class ProbabilityOf(Node):
    """`P(f)` or `P(f | given)`."""

    of: Formula
    given: Formula | None = None


Number = Written | Negative | Arithmetic | ProbabilityOf


# Questions


@dataclass(frozen=True)
class Comparison(Node):
    """Two or more numbers with `<`, `<=`, `>` or `>=` between them: whether all of these hold."""

    first: Number
    rest: tuple[tuple[Literal["<", "<=", ">", ">="], Number], ...]


@dataclass(frozen=True)
class Sets(Node):
    """`mcs(f)`, `mps(f)` or `primes(f)`: minimal cut sets, minimal path sets, prime implicants, the best so many."""

    kind: Literal["mcs", "mps", "primes"]
    of: Formula
    most: int | None = None


@dataclass(frozen=True)
class Whatever(Node):
    """`forall f` or `exists f`: whether it is true in all states of all events, or in some."""

    quantifier: Quantifier
    of: Formula


@dataclass(frozen=True)
class Membership(Node):
    """`is {a, b} a minimal cut set of f`, or a path set, or not asked to be minimal; without f of the top."""

    events: tuple[Named, ...]
    minimal: bool
    side: Literal["cut", "path"]
    of: Formula | None = None


@dataclass(frozen=True)
class Found(Node):
    """`witness(f)`, `counterexample(f)`: a state where it is true, or false. `support(f)`: what it depends on."""

    what: Literal["witness", "counterexample", "support"]
    of: Formula


@dataclass(frozen=True)
class Relation(Node):
    """`independent(f, g)` or `equivalent(f, g)`."""

    relation: Literal["independent", "equivalent"]
    one: Formula
    other: Formula


@dataclass(frozen=True)
class Superfluous(Node):
    """`superfluous(event)`, `superfluous(event, f)`: whether the top, or f, does not depend on it."""

    event: Named
    of: Formula | None = None


Question = Number | Comparison | Sets | Whatever | Quantified | Membership | Found | Relation | Superfluous


def names_in(node: Node) -> Iterator[Named]:
    """Every place where an event or gate is named."""
    return (part for part in parts_in(node) if isinstance(part, Named))


def parts_in(node: Node) -> Iterator[Node]:
    """The node, and every part of it."""
    yield node
    for each in fields(node):
        yield from _parts_in_value(getattr(node, each.name))


def _parts_in_value(value: object) -> Iterator[Node]:
    if isinstance(value, Node):
        yield from parts_in(value)
    elif isinstance(value, tuple):
        for part in value:
            yield from _parts_in_value(part)
