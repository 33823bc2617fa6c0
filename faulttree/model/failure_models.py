"""Failure models as written in a model file: numbers with units, or names of parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from faulttree.model.quantities import Duration, DurationOrName, Rate, RateOrName
from faulttree.model.written import (
    NAME_SCHEMA,
    Frozen,
    Scalar,
    Truth,
    as_name,
    as_number,
    described,
    given_number,
    plain_value,
    refuse_number_like,
)

__all__ = [
    "ABOVE_ZERO",
    "DIMENSIONS",
    "ProbabilityOrName",
    "Value",
    "Written",
    "WrittenGlm",
    "WrittenPeriodicTest",
    "WrittenWeibull",
    "magnitude",
    "probability_from",
]

# What each number of a failure model is.
DIMENSIONS = {
    "probability": "probability",
    "rate": "rate",
    "scale": "time",
    "shape": "number",
    "shift": "time",
    "on_demand": "probability",
    "repair_rate": "rate",
    "interval": "time",
    "first_test": "time",
    "test_duration": "time",
    "rate_in_test": "rate",
    "failure_at_test": "probability",
    "coverage": "probability",
    "bad_restart": "probability",
}
ABOVE_ZERO = ("scale", "shape", "interval", "test_duration")


def probability_from(value: object) -> float | str:
    """A probability in [0, 1], or the name of a parameter. A quoted number is a name."""
    number = _number_or_name(value, "a probability", "; write 1 or 0, or use a house event")
    if isinstance(number, float) and not 0.0 <= number <= 1.0:
        raise ValueError(f"probability {number:g} lies outside [0, 1]")
    return number


def number_from(value: object) -> float | str:
    """A number that is not negative, or the name of a parameter. A quoted number is a name."""
    number = _number_or_name(value, "a number")
    if isinstance(number, float) and not 0.0 <= number < float("inf"):
        raise ValueError(f"{number:g} must be finite and not negative")
    return number


def _number_or_name(value: object, wanted: str, fix: str = "") -> float | str:
    refuse_number_like(value)
    if isinstance(value, str) and not given_number(value):
        if isinstance(value, Scalar) and isinstance(plain_value(value), bool):
            raise ValueError(f"{wanted} is wanted here, not {described(value)}{fix}")
        return as_name(value)
    return as_number(value)


ProbabilityOrName = Annotated[
    float | str,
    BeforeValidator(probability_from),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, NAME_SCHEMA | {"type": "string"}]}),
]
NumberOrName = Annotated[
    float | str,
    BeforeValidator(number_from),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, NAME_SCHEMA | {"type": "string"}]}),
]
Value = float | Rate | Duration | str


class Written(Frozen):
    """A failure model of several numbers."""

    @model_validator(mode="before")
    @classmethod
    def _without_nothing(cls, data: Any) -> Any:
        """A key without a value is a key that is not given."""
        if isinstance(data, Mapping):
            return {key: value for key, value in data.items() if not _nothing(value)}
        return data

    @model_validator(mode="after")
    def _in_range(self) -> Written:
        for key, value in self.values():
            if key in ABOVE_ZERO and magnitude(value) == 0.0:
                raise ValueError(f"{key} must be above 0")
        return self

    def values(self) -> Iterator[tuple[str, Value]]:
        """The numbers that are not the default, by their keys."""
        for key, field in type(self).model_fields.items():
            value = getattr(self, key)
            if value != field.default and not isinstance(value, bool):
                yield key, value


class WrittenWeibull(Written):
    """Fails at a rate that falls (shape < 1) or rises (shape > 1) with age: 1 - exp(-((t - shift)/scale)^shape)."""

    scale: DurationOrName = Field(description="Characteristic life.")
    shape: NumberOrName
    shift: DurationOrName | None = Field(None, description="Time before which it cannot fail; none unless given.")


class WrittenGlm(Written):
    """Generalized life model: fails on demand, then at a constant rate, and is repaired at a constant rate."""

    on_demand: ProbabilityOrName = Field(description="Probability of being down at time 0.")
    rate: RateOrName = Field(description="Failure rate.")
    repair_rate: RateOrName | None = Field(None, description="Repair rate; no repair unless given.")


class WrittenPeriodicTest(Written):
    """Fails unseen at a constant rate, and is repaired once a test, repeated at fixed moments, has shown it."""

    rate: RateOrName = Field(description="Failure rate.")
    interval: DurationOrName = Field(description="Time from one test to the next.")
    first_test: DurationOrName = Field(description="Time of the first test.")
    repair_rate: RateOrName | None = Field(None, description="Repair rate; repairs take no time unless given.")
    test_duration: DurationOrName | None = Field(None, description="Length of a test; none unless given.")
    rate_in_test: RateOrName | None = Field(None, description="Failure rate during a test; `rate` unless given.")
    available_in_test: Truth = Field(True, description="Whether the component does its duty during a test.")
    failure_at_test: ProbabilityOrName = Field(0.0, description="Probability that the beginning of a test fails it.")
    coverage: ProbabilityOrName = Field(1.0, description="Probability that a test shows a failure that is there.")
    bad_restart: ProbabilityOrName = Field(
        0.0, description="Probability that it is left failed, unseen, after a test or a repair."
    )


def magnitude(value: Value | None) -> float | None:
    """The number of a value, in its unit; None for a name."""
    match value:
        case Duration() | Rate():
            return value.value
        case float():
            return value
    return None


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, Scalar) and value.plain and plain_value(value) is None)
