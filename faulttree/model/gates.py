"""Gates: a connective over inputs, each input a name or a nested formula.

The connective is the key, as in the model file: `{or: [a, b]}`, `{atleast: {k: 2, of: [a, b, c]}}`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, cast

from pydantic import (
    BaseModel,
    Discriminator,
    Field,
    ModelWrapValidatorHandler,
    Tag,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from faulttree.model.events import Element
from faulttree.model.written import DEEPEST, NAME_SCHEMA, Count, Frozen, Name, with_contradiction

__all__ = [
    "CONNECTIVES",
    "Argument",
    "AtLeast",
    "Cardinality",
    "Connected",
    "Copies",
    "Formula",
    "Gate",
    "Inhibit",
    "copy_name",
]

CONNECTIVES = ("and", "or", "atleast", "xor", "not", "nand", "nor", "iff", "imply", "cardinality", "inhibit")
MOST_INPUTS = 100_000
MOST_COPIES = 10_000
_NUMBER_OF_COPIES = re.compile("[+-]?[0-9]+")
_SPELLINGS = (*CONNECTIVES, "and_", "or_", "not_")
_SPELLED = frozenset(_SPELLINGS)


# The field of each connective.
_FIELDS = tuple((f"{key}_" if key in ("and", "or", "not") else key, key) for key in CONNECTIVES)


@cache
def _keys_of(kind: type[BaseModel]) -> frozenset[str]:
    return frozenset(key for name, field in kind.model_fields.items() for key in (name, field.alias or name))


def _connective_fault(data: Mapping[str, object], known: frozenset[str]) -> str | None:
    used = [key for key, value in data.items() if value is not None and key in _SPELLED]
    if len(used) > 1:
        used.sort(key=_SPELLINGS.index)
        first, second = used[0].rstrip("_"), used[1].rstrip("_")
        return f"two connectives, '{first}' and '{second}'; nest one inside the other, or keep one"
    # An unknown key may be the connective misspelt; it is reported by itself.
    if not used and known.issuperset(data):
        return f"no connective; give one of {', '.join(CONNECTIVES)}"
    return None


class Copies(Frozen):
    """So many independent copies of an event or gate, in the place of their names: `{75: host}`.

    They are `host#1` to `host#75`, the same ones wherever they are named.
    """

    count: Annotated[int, Field(ge=1, le=MOST_COPIES)]
    of: Name

    @model_validator(mode="wrap")
    @classmethod
    def _from_pair(cls, data: Any, handler: ModelWrapValidatorHandler[Copies]) -> Copies:
        if isinstance(data, Mapping) and len(data) == 1:
            ((count, of),) = data.items()
            if not 1 <= int(count) <= MOST_COPIES:
                raise ValueError(f"{int(count)} copies of '{of}'; from 1 to {MOST_COPIES:,} are possible")
            data = {"count": int(count), "of": of}
        return handler(data)

    @model_serializer
    def _as_pair(self) -> dict[str, str]:
        return {str(self.count): self.of}

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the copies."""
        return tuple(copy_name(self.of, number) for number in range(1, self.count + 1))


_COPIES: dict[str, Any] = {
    "type": "object",
    "patternProperties": {"^[1-9][0-9]*$": NAME_SCHEMA},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}


def copy_name(name: str, number: int) -> str:
    """The name of a copy of an event or gate, numbered from 1."""
    return f"{name}#{number}"


def _shape(value: object) -> str:
    if isinstance(value, Copies):
        return "copies"
    if isinstance(value, Mapping) and len(value) == 1 and _NUMBER_OF_COPIES.fullmatch(str(next(iter(value)))):
        return "copies"
    return "formula" if isinstance(value, Mapping | Formula) else "name"


Argument = Annotated[
    Annotated[Name, Tag("name")] | Annotated["Formula", Tag("formula")],
    Discriminator(_shape),
]
Listed = Annotated[
    Annotated[Name, Tag("name")]
    | Annotated["Formula", Tag("formula")]
    | Annotated[Copies, Tag("copies"), WithJsonSchema(_COPIES)],
    Discriminator(_shape),
]
Arguments = Annotated[tuple[Listed, ...], Field(min_length=1, max_length=MOST_INPUTS)]
Pair = Annotated[tuple[Argument, ...], Field(min_length=2, max_length=2)]


def _number_of(inputs: tuple[str | Formula | Copies, ...]) -> int:
    return sum(each.count if isinstance(each, Copies) else 1 for each in inputs)


class AtLeast(Frozen):
    """True when at least k of the inputs are true."""

    k: Annotated[Count, WithJsonSchema({"type": "integer", "minimum": 1})]
    of: Arguments

    @model_validator(mode="after")
    def _k_fits(self) -> AtLeast:
        most = _number_of(self.of)
        if not 1 <= self.k <= most:
            raise ValueError(f"k = {self.k} lies outside 1 to {most}, the number of inputs")
        return self


class Cardinality(Frozen):
    """True when at least `min` and at most `max` of the inputs are true."""

    min: Count
    max: Count
    of: Arguments

    @model_validator(mode="after")
    def _bounds_fit(self) -> Cardinality:
        most = _number_of(self.of)
        if not 0 <= self.min <= self.max <= most:
            raise ValueError(f"0 <= min <= max <= {most} must hold, and min = {self.min}, max = {self.max}")
        return self


class Inhibit(Frozen):
    """True when the input is true and the condition holds."""

    input: Argument
    condition: Argument


class Connected(Frozen):
    """Exactly one connective, with its inputs."""

    and_: Arguments | None = Field(None, alias="and")
    or_: Arguments | None = Field(None, alias="or")
    atleast: AtLeast | None = None
    xor: Arguments | None = Field(None, description="True when an odd number of inputs is true.")
    not_: Argument | None = Field(None, alias="not")
    nand: Arguments | None = None
    nor: Arguments | None = None
    iff: Pair | None = Field(None, description="True when both inputs are true or both are false.")
    imply: Pair | None = Field(None, description="True unless the first input is true and the second false.")
    cardinality: Cardinality | None = None
    inhibit: Inhibit | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _one_connective(cls, data: Any, handler: ModelWrapValidatorHandler[Connected]) -> Connected:
        wrong = _connective_fault(data, _keys_of(cls)) if isinstance(data, Mapping) else None
        made: Connected = with_contradiction(wrong, cls, data, handler)
        return made

    @property
    def connective(self) -> str:
        """The connective's key, one of `CONNECTIVES`."""
        return self._given()[0]

    @property
    def arguments(self) -> tuple[str | Formula, ...]:
        """The inputs in order, copies by their names; for `inhibit` the input, then the condition."""
        inputs = self.written_arguments
        if Copies not in map(type, inputs):
            return cast("tuple[str | Formula, ...]", inputs)
        each = (one.names if isinstance(one, Copies) else (one,) for one in inputs)
        return tuple(itertools.chain.from_iterable(each))

    @property
    def written_arguments(self) -> tuple[str | Formula | Copies, ...]:
        """The inputs in order, as they are written."""
        match self._given()[1]:
            case tuple() as inputs:
                return inputs
            case AtLeast(of=inputs) | Cardinality(of=inputs):
                return inputs
            case Inhibit(input=given, condition=condition):
                return (given, condition)
            case single:
                return (single,)

    def names(self) -> Iterator[str]:
        """Every name the formula mentions, nested ones too, as often as it is mentioned; of copies that of the one."""
        for argument in self.written_arguments:
            if isinstance(argument, str):
                yield argument
            elif isinstance(argument, Copies):
                yield argument.of
            else:
                yield from argument.names()

    def copies(self) -> Iterator[Copies]:
        """The copies that the formula mentions, nested ones too."""
        for argument in self.written_arguments:
            if isinstance(argument, Copies):
                yield argument
            elif isinstance(argument, Formula):
                yield from argument.copies()

    def _given(self) -> tuple[str, Any]:
        """The connective's key, and what stands there. Large models ask often: it looks no further than needed."""
        given = self.__dict__
        for field, key in _FIELDS:
            value = given[field]
            if value is not None:
                return key, value
        raise AssertionError("a formula has a connective: it was refused without")


class Formula(Connected):
    """A connective over inputs, nested inside a gate."""


class Gate(Connected, Element):
    """A named intermediate event with its formula."""

    @model_validator(mode="after")
    def _not_too_deep(self) -> Gate:
        level: list[Connected] = [self]
        for _ in range(DEEPEST + 1):
            nested = {id(inner): inner for outer in level for inner in outer.arguments if isinstance(inner, Formula)}
            level = list(nested.values())
            if not level:
                return self
        raise ValueError(f"formulas are nested more than {DEEPEST} levels deep; name the inner ones as gates")


for _type in (AtLeast, Cardinality, Inhibit, Connected, Formula, Gate):
    _type.model_rebuild()
