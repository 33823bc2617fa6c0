"""Events: what is not developed further, and the marks that every element may carry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from faulttree.model.quantities import RateOrName
from faulttree.model.written import (
    NAME_SCHEMA,
    Attributes,
    Frozen,
    Name,
    Scalar,
    Text,
    Truth,
    as_name,
    as_number,
    described,
    given_number,
    plain_value,
    refuse_number_like,
    with_contradiction,
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
    WithJsonSchema({"anyOf": [NAME_SCHEMA, {"type": "array", "items": NAME_SCHEMA}]}),
]


def probability_from(value: object) -> float | str:
    """A probability in [0, 1], or the name of a parameter. A quoted number is a name."""
    refuse_number_like(value)
    if isinstance(value, str) and not given_number(value):
        if isinstance(value, Scalar) and isinstance(plain_value(value), bool):
            raise ValueError(
                f"a probability is wanted here, not {described(value)}; write 1 or 0, or use a house event"
            )
        return as_name(value)
    number = as_number(value)
    if not 0.0 <= number <= 1.0:
        raise ValueError(f"probability {number:g} lies outside [0, 1]")
    return number


ProbabilityOrName = Annotated[
    float | str,
    BeforeValidator(probability_from),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, NAME_SCHEMA | {"type": "string"}]}),
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

    @model_validator(mode="wrap")
    @classmethod
    def _one_failure_model(cls, data: Any, handler: ModelWrapValidatorHandler[BasicEvent]) -> BasicEvent:
        both = isinstance(data, Mapping) and data.get("probability") is not None and data.get("rate") is not None
        wrong = "both a probability and a rate are given; keep one" if both else None
        made: BasicEvent = with_contradiction(wrong, cls, data, handler)
        return made


class HouseEvent(Element):
    """An event that is certainly true or certainly false: a switch of the analysis."""

    state: Truth
