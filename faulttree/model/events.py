"""Events: what is not developed further, and the marks that every element may carry."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from faulttree.model.quantities import RateOrName
from faulttree.model.written import (
    NUMBER,
    Attributes,
    Frozen,
    Name,
    Scalar,
    Text,
    Truth,
    as_name,
    as_number,
)

__all__ = ["BasicEvent", "Element", "HouseEvent", "probability_from"]


def _as_names(value: object) -> object:
    return value if isinstance(value, list | tuple) else (value,)


def _one_or_list(value: tuple[str, ...]) -> str | list[str]:
    return value[0] if len(value) == 1 else list(value)


Names = Annotated[
    tuple[Name, ...],
    BeforeValidator(_as_names),
    PlainSerializer(_one_or_list),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def probability_from(value: object) -> float | str:
    """A probability in [0, 1], or the name of a parameter. A quoted number is a name."""
    plain_text = isinstance(value, str) and not isinstance(value, Scalar)
    if plain_text or (isinstance(value, Scalar) and not (value.plain and _numeric(value))):
        return as_name(value)
    number = as_number(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"probability {number:g} lies outside [0, 1]")
    return number


def _numeric(value: Scalar) -> bool:
    return bool(NUMBER.fullmatch(value)) or value.lower().lstrip("+-") in (".inf", ".nan")


ProbabilityOrName = Annotated[
    float | str,
    BeforeValidator(probability_from),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, {"type": "string"}]}),
]


class Element(Frozen):
    """What every element of a model may carry."""

    label: Text | None = Field(None, description="What an engineer calls it; shown in diagrams and reports.")
    description: Text | None = None
    source: Names = Field((), description="Keys of `sources`, or `assumption` or `judgement`.")
    attributes: Attributes


class BasicEvent(Element):
    """An event that is not developed further: basic, undeveloped or conditioning.

    probability: a number in [0, 1] or a parameter's name; rate: `1e-5 /h` or a parameter's name, for a
    component that fails at a constant rate over the mission time. Neither: the event counts in cut
    sets only. basis: how the number was obtained.
    """

    kind: Literal["basic", "undeveloped", "conditioning"] = "basic"
    probability: ProbabilityOrName | None = None
    rate: RateOrName | None = Field(None, description="Failure rate, exponential over the mission time.")
    basis: Text | None = Field(None, description="How the number was obtained.")

    @model_validator(mode="after")
    def _one_failure_model(self) -> BasicEvent:
        if self.probability is not None and self.rate is not None:
            raise ValueError("both a probability and a rate are given; keep one")
        return self


class HouseEvent(Element):
    """An event that is certainly true or certainly false: a switch of the analysis."""

    state: Truth
