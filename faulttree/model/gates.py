"""Gates: a connective over inputs, each input a name or a nested formula.

The connective is the key, as in the model file: `{or: [a, b]}`, `{atleast: {k: 2, of: [a, b, c]}}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Discriminator, Field, ModelWrapValidatorHandler, Tag, WithJsonSchema, model_validator

from faulttree.model.events import Element
from faulttree.model.written import DEEPEST, Count, Frozen, Name, with_contradiction

__all__ = ["CONNECTIVES", "Argument", "AtLeast", "Cardinality", "Connected", "Formula", "Gate", "Inhibit"]

CONNECTIVES = ("and", "or", "atleast", "xor", "not", "nand", "nor", "iff", "imply", "cardinality", "inhibit")
MOST_INPUTS = 100_000
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


def _shape(value: object) -> str:
    return "formula" if isinstance(value, Mapping | Formula) else "name"


Argument = Annotated[
    Annotated[Name, Tag("name")] | Annotated["Formula", Tag("formula")],
    Discriminator(_shape),
]
Arguments = Annotated[tuple[Argument, ...], Field(min_length=1, max_length=MOST_INPUTS)]
Pair = Annotated[tuple[Argument, ...], Field(min_length=2, max_length=2)]


class AtLeast(Frozen):
    """True when at least k of the inputs are true."""

    k: Annotated[Count, WithJsonSchema({"type": "integer", "minimum": 1})]
    of: Arguments

    @model_validator(mode="after")
    def _k_fits(self) -> AtLeast:
        if not 1 <= self.k <= len(self.of):
            raise ValueError(f"k = {self.k} lies outside 1 to {len(self.of)}, the number of inputs")
        return self


class Cardinality(Frozen):
    """True when at least `min` and at most `max` of the inputs are true."""

    min: Count
    max: Count
    of: Arguments

    @model_validator(mode="after")
    def _bounds_fit(self) -> Cardinality:
        if not 0 <= self.min <= self.max <= len(self.of):
            raise ValueError(f"0 <= min <= max <= {len(self.of)} must hold, and min = {self.min}, max = {self.max}")
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
        """The inputs in order; for `inhibit` the input, then the condition."""
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
        """Every name the formula mentions, nested ones too, as often as it is mentioned."""
        for argument in self.arguments:
            if isinstance(argument, str):
                yield argument
            else:
                yield from argument.names()

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
