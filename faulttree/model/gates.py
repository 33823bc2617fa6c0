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
from faulttree.model.votes import MOST_WEIGHTS, inputs_in_full
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
    "Weighted",
    "copy_name",
]

CONNECTIVES = ("and", "or", "atleast", "xor", "not", "nand", "nor", "iff", "imply", "cardinality", "inhibit")
MOST_INPUTS = 100_000
MOST_COPIES = 10_000
MOST_WEIGHT = 1_000_000
MOST_COMBINED = 10_000
"""Inputs of all formulas of a vote that is written without its weights."""
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
    if isinstance(value, Weighted) or (isinstance(value, Mapping) and "weight" in value):
        return "weighted"
    if isinstance(value, Mapping) and len(value) == 1 and _NUMBER_OF_COPIES.fullmatch(str(next(iter(value)))):
        return "copies"
    return "formula" if isinstance(value, Mapping | Formula) else "name"


Argument = Annotated[
    Annotated[Name, Tag("name")] | Annotated["Formula", Tag("formula")],
    Discriminator(_shape),
]
_Copied = Annotated[Copies, Tag("copies"), WithJsonSchema(_COPIES)]


class Weighted(Frozen):
    """An input of a vote that counts as so many, and so does each of copies: `{weight: 2, of: a}`."""

    weight: Annotated[Count, WithJsonSchema({"type": "integer", "minimum": 1, "maximum": MOST_WEIGHT})]
    of: Annotated[
        Annotated[Name, Tag("name")] | Annotated[Formula, Tag("formula")] | _Copied,
        Discriminator(_shape),
    ]

    @model_validator(mode="after")
    def _weight_fits(self) -> Weighted:
        if not 1 <= self.weight <= MOST_WEIGHT:
            raise ValueError(f"the weight {self.weight} lies outside 1 to {MOST_WEIGHT:,}")
        return self


Listed = Annotated[
    Annotated[Name, Tag("name")]
    | Annotated["Formula", Tag("formula")]
    | _Copied
    | Annotated[Weighted, Tag("weighted")],
    Discriminator(_shape),
]
Arguments = Annotated[tuple[Listed, ...], Field(min_length=1, max_length=MOST_INPUTS)]
Pair = Annotated[tuple[Argument, ...], Field(min_length=2, max_length=2)]


def _weights(inputs: tuple[str | Formula | Copies | Weighted, ...]) -> dict[int, int]:
    """How many inputs have each weight."""
    found: dict[int, int] = {}
    for each in inputs:
        weight, of = (each.weight, each.of) if isinstance(each, Weighted) else (1, each)
        found[weight] = found.get(weight, 0) + (of.count if isinstance(of, Copies) else 1)
    return found


def _total(weights: Mapping[int, int]) -> int:
    return sum(weight * number for weight, number in weights.items())


def _what(weights: Mapping[int, int]) -> str:
    return "the number of inputs" if weights.keys() == {1} else "the weight of all inputs"


def _need_few(weights: Mapping[int, int], *least: int) -> None:
    """Raise ValueError of a vote that would be too large without its weights."""
    if len(weights) > MOST_WEIGHTS:
        raise ValueError(f"inputs have {len(weights)} different weights; at most {MOST_WEIGHTS} are possible")
    if len(weights) > 1 and any(inputs_in_full(weights, each) > MOST_COMBINED for each in least):
        raise ValueError("its weights can be combined in too many ways; give more inputs the same weight")


class AtLeast(Frozen):
    """True when at least k of the inputs are true."""

    k: Annotated[Count, WithJsonSchema({"type": "integer", "minimum": 1})]
    of: Arguments

    @model_validator(mode="after")
    def _k_fits(self) -> AtLeast:
        weights = _weights(self.of)
        most = _total(weights)
        if not 1 <= self.k <= most:
            raise ValueError(f"k = {self.k} lies outside 1 to {most}, {_what(weights)}")
        _need_few(weights, self.k)
        return self


class Cardinality(Frozen):
    """True when at least `min` and at most `max` of the inputs are true."""

    min: Count
    max: Count
    of: Arguments

    @model_validator(mode="after")
    def _bounds_fit(self) -> Cardinality:
        weights = _weights(self.of)
        most = _total(weights)
        if not 0 <= self.min <= self.max <= most:
            raise ValueError(f"0 <= min <= max <= {most} must hold, and min = {self.min}, max = {self.max}")
        _need_few(weights, *(each for each in (self.min, self.max + 1) if 0 < each <= most))
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

    @model_validator(mode="after")
    def _weights_count(self) -> Connected:
        connective, given = self._given()
        if isinstance(given, tuple) and Weighted in map(type, given):
            raise ValueError(f"an input of '{connective}' has a weight; weights count in atleast and cardinality only")
        return self

    @property
    def connective(self) -> str:
        """The connective's key, one of `CONNECTIVES`."""
        return self._given()[0]

    @property
    def arguments(self) -> tuple[str | Formula, ...]:
        """The inputs in order, copies by their names; for `inhibit` the input, then the condition.

        What its inputs weigh in a vote is not in them: see `Model.in_full`.
        """
        inputs = self.written_arguments
        kinds = {*map(type, inputs)}
        if Copies not in kinds and Weighted not in kinds:
            return cast("tuple[str | Formula, ...]", inputs)
        plain = (each.of if isinstance(each, Weighted) else each for each in inputs)
        each = (one.names if isinstance(one, Copies) else (one,) for one in plain)
        return tuple(itertools.chain.from_iterable(each))

    @property
    def written_arguments(self) -> tuple[str | Formula | Copies | Weighted, ...]:
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
            inner = argument.of if isinstance(argument, Weighted) else argument
            if isinstance(inner, str):
                yield inner
            elif isinstance(inner, Copies):
                yield inner.of
            else:
                yield from inner.names()

    def copies(self) -> Iterator[Copies]:
        """The copies that the formula mentions, nested ones too."""
        for argument in self.written_arguments:
            inner = argument.of if isinstance(argument, Weighted) else argument
            if isinstance(inner, Copies):
                yield inner
            elif isinstance(inner, Formula):
                yield from inner.copies()

    @property
    def has_weights(self) -> bool:
        """Whether some input carries a weight, nested ones too."""
        return any(
            isinstance(each, Weighted) or (isinstance(each, Formula) and each.has_weights)
            for each in self.written_arguments
        )

    def _extra_depth(self) -> int:
        """How many levels deeper a vote is without the weights of its inputs."""
        different = len(_weights(self.written_arguments))
        return 2 * different if Weighted in map(type, self.written_arguments) else 0

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
        depth = 0
        while (depth := depth + max(each._extra_depth() for each in level)) <= DEEPEST:
            nested = {id(inner): inner for outer in level for inner in outer.arguments if isinstance(inner, Formula)}
            level = list(nested.values())
            if not level:
                return self
            depth += 1
        raise ValueError(f"formulas are nested more than {DEEPEST} levels deep; name the inner ones as gates")


for _type in (Weighted, AtLeast, Cardinality, Inhibit, Connected, Formula, Gate):
    _type.model_rebuild()
