"""Failure models as written in a model file, numbers with units or names of parameters, and the law each means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Protocol

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from faulttree.model.quantities import (
    TEXT_SCHEMA,
    Duration,
    DurationOrName,
    Rate,
    RateOrName,
    as_name_or_expression,
)
from faulttree.model.written import (
    Scalar,
    Together,
    Truth,
    as_number,
    described,
    given_number,
    plain_value,
    refuse_number_like,
)

__all__ = [
    "ABOVE_ZERO",
    "AT_LEAST_ONE",
    "DIMENSIONS",
    "FAILURE_MODELS",
    "FREQUENCY",
    "OF_ONE_NUMBER",
    "WITH_A_MEAN",
    "FailureModel",
    "MeanTimeOrName",
    "Path",
    "Phases",
    "Place",
    "ProbabilityOrName",
    "Value",
    "Written",
    "WrittenGammaLife",
    "WrittenGlm",
    "WrittenLaw",
    "WrittenLognormalLife",
    "WrittenPeriodicTest",
    "WrittenPhase",
    "WrittenRepairable",
    "WrittenWeibull",
    "error_factor_fault",
    "magnitude",
    "named",
    "probability_from",
]

MOST_PHASES = 1_000

# What each number of a failure model or of a common-cause group is.
DIMENSIONS = {
    "probability": "probability",
    "rate": "rate",
    "mttf": "time",
    "mtbf": "time",
    "frequency": "rate",
    "exposure": "time",
    "scale": "time",
    "shape": "number",
    "shift": "time",
    "median": "time",
    "error_factor": "number",
    "sigma": "number",
    "duration": "time",
    "on_demand": "probability",
    "repair_rate": "rate",
    "repair_time": "time",
    "interval": "time",
    "first_test": "time",
    "test_duration": "time",
    "rate_in_test": "rate",
    "failure_at_test": "probability",
    "coverage": "probability",
    "bad_restart": "probability",
    "beta_factor": "probability",
    "mgl": "probability",
    "factors": "probability",
    "phi_factor": "probability",
    "shock_probability": "probability",
    "shock_rate": "rate",
    "conditional": "probability",
    "lethal_probability": "probability",
    "lethal_rate": "rate",
}
ABOVE_ZERO = (
    "mttf", "mtbf", "scale", "shape", "median", "sigma", "duration", "repair_time", "interval", "test_duration",
)  # fmt: skip
# Ways of saying a failure rate and a repair rate.
FAILURE = ("rate", "mttf", "mtbf")
REPAIR = ("repair_rate", "repair_time")
AS_RATES = {
    "mttf": ("rate", "rate_of_time"),
    "mtbf": ("rate", "rate_of_time"),
    "repair_time": ("repair_rate", "rate_of_time"),
}
FREQUENCY = "How often it happens: an initiating event, which is over at once."
MTTF = "Mean time to failure: 1 / failure rate."
MTBF = "Mean operating time between failures, repairs not counted: 1 / failure rate."
AT_LEAST_ONE = "an error factor is the 95th percentile over the median, so at least 1"
Path = tuple[str | int, ...]


def probability_from(value: object) -> float | str:
    """A probability in [0, 1], or the name of a parameter or an expression. A quoted number is a name."""
    number = _number_or_name(value, "a probability", "; write 1 or 0, or use a house event")
    if isinstance(number, float) and not 0.0 <= number <= 1.0:
        raise ValueError(f"probability {number:g} lies outside [0, 1]")
    return number


def number_from(value: object) -> float | str:
    """A number that is not negative, or the name of a parameter or an expression. A quoted number is a name."""
    number = _number_or_name(value, "a number")
    if isinstance(number, float) and not 0.0 <= number < float("inf"):
        raise ValueError(f"{number:g} must be finite and not negative")
    return number


def _number_or_name(value: object, wanted: str, fix: str = "") -> float | str:
    refuse_number_like(value)
    if isinstance(value, str) and not given_number(value):
        if isinstance(value, Scalar) and isinstance(plain_value(value), bool):
            raise ValueError(f"{wanted} is wanted here, not {described(value)}{fix}")
        return as_name_or_expression(value)
    return as_number(value)


ProbabilityOrName = Annotated[
    float | str,
    BeforeValidator(probability_from),
    WithJsonSchema({"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, TEXT_SCHEMA]}),
]
NumberOrName = Annotated[
    float | str,
    BeforeValidator(number_from),
    WithJsonSchema({"anyOf": [{"type": "number", "exclusiveMinimum": 0}, TEXT_SCHEMA]}),
]
Value = float | Rate | Duration | str


def _above_zero(value: Any) -> Any:
    if magnitude(value) == 0.0:
        raise ValueError("must be above 0")
    return value


MeanTimeOrName = Annotated[DurationOrName, AfterValidator(_above_zero)]

Place = Callable[..., Any]
"""(value, key, name of a function of `faulttree.laws`) to a `laws.LawNumber`: the value in SI, or what is made of it.

The key is that of `DIMENSIONS` which the value is written under.
"""


class FailureModel(Protocol):
    """One way of writing how a basic event fails, under a key of its own."""

    @property
    def law(self) -> str:
        """Name of its law, a class of `faulttree.laws`."""

    @property
    def example(self) -> str:
        """How it is written, for messages; '' where that needs no example."""

    @property
    def called(self) -> str:
        """It with an article, for messages; '' for the key with `a`."""

    def numbers(self, written: Any, /) -> Iterator[tuple[Path, Value]]:
        """The numbers as written, or their parameters' names, each with its path below the key."""

    def fields(self, written: Any, place: Place, /) -> Mapping[str, Any]:
        """The fields of the law's form, in SI."""


class Written(Together):
    """Several numbers, each a quantity or the name of a parameter."""

    @field_validator("*")
    @classmethod
    def _in_range(cls, value: Any, info: ValidationInfo) -> Any:
        return _above_zero(value) if info.field_name in ABOVE_ZERO else value

    def values(self) -> Iterator[tuple[str, Value]]:
        """The numbers that are not the default, by their keys."""
        for key, field in type(self).model_fields.items():
            value = getattr(self, key)
            if value != field.default and not isinstance(value, bool):
                yield key, value


class WrittenLaw(Written):
    """A failure model of several numbers. Its law has a field for each, of the same name unless `turned` says more.

    law: name of the law, a class of `faulttree.laws`. example: how the model is written, for messages. called: the
    model with an article, for messages; '' for its key with `a`.
    turned: by key of a number, or of a truth value, the field of the law, and the function of `faulttree.laws` that
    makes the field's number from the written one; '' for the number as it is.
    """

    law: ClassVar[str]
    example: ClassVar[str]
    called: ClassVar[str] = ""
    turned: ClassVar[Mapping[str, tuple[str, str]]] = {}

    @property
    def is_steady(self) -> bool:
        """Whether it holds at all times alike, so that it needs no mission time."""
        return False

    def numbers(self) -> Iterator[tuple[Path, Value]]:
        """The numbers that are not the default, by their keys."""
        return (((key,), value) for key, value in self.values())

    def fields(self, place: Place) -> dict[str, Any]:
        """The fields of the law's form, in SI. A number that is the default is left to the law's own."""
        found = {}
        for key, value in self.values():
            name, function = self.turned.get(key, (key, ""))
            found[name] = place(value, key, function)
        for key in type(self).model_fields:
            value = getattr(self, key)
            if isinstance(value, bool):
                found[self.turned.get(key, (key, ""))[0]] = value
        return found


class WrittenWeibull(WrittenLaw):
    """Fails at a rate that falls (shape < 1) or rises (shape > 1) with age: 1 - exp(-((t - shift)/scale)^shape)."""

    law = "Weibull"
    example = "{scale: 5000 h, shape: 2}"

    scale: DurationOrName = Field(description="Characteristic life.")
    shape: NumberOrName
    shift: DurationOrName | None = Field(None, description="Time before which it cannot fail; none unless given.")


class WrittenRepairable(WrittenLaw):
    """Fails at a constant rate, shows it at once, and is repaired at a constant rate; up at time 0."""

    law = "Repairable"
    example = "{rate: 1e-4 /h, repair_time: 8 h}"
    called = "a repairable component"
    turned = AS_RATES | {"steady": ("steady_state", "")}
    either = (FAILURE, REPAIR)

    rate: RateOrName | None = Field(None, description="Failure rate.")
    mttf: DurationOrName | None = Field(None, description=MTTF)
    mtbf: DurationOrName | None = Field(None, description=MTBF)
    repair_rate: RateOrName | None = Field(None, description="Repair rate.")
    repair_time: DurationOrName | None = Field(None, description="Mean time of a repair: 1 / repair rate.")
    steady: Truth = Field(False, description="Whether it has been running for so long that its start is forgotten.")

    @property
    def is_steady(self) -> bool:
        """As `steady` says."""
        return self.steady


class WrittenGammaLife(WrittenLaw):
    """The time to failure is gamma distributed: the sum of `shape` exponential stages of mean `scale`."""

    law = "GammaLife"
    example = "{shape: 2, scale: 5000 h}"

    shape: NumberOrName
    scale: DurationOrName = Field(description="Mean time of a stage; the mean life is shape x scale.")


class WrittenLognormalLife(WrittenLaw):
    """The logarithm of the time to failure is normally distributed."""

    law = "LognormalLife"
    example = "{median: 5000 h, error_factor: 3}"
    turned: ClassVar[Mapping[str, tuple[str, str]]] = {"error_factor": ("sigma", "sigma_of_error_factor")}
    either = (("error_factor", "sigma"),)

    median: DurationOrName = Field(description="Median life.")
    error_factor: NumberOrName | None = Field(None, description="95th percentile over the median.")
    sigma: NumberOrName | None = Field(None, description="Standard deviation of the natural logarithm.")

    @model_validator(mode="after")
    def _error_factor_spreads(self) -> WrittenLognormalLife:
        wrong = error_factor_fault(magnitude(self.error_factor))
        if wrong:
            raise ValueError(wrong)
        return self


class WrittenPhase(Written):
    """A part of the mission during which the failure rate is constant."""

    duration: DurationOrName
    rate: RateOrName = Field(description="Failure rate during the phase.")


def _some_phases(phases: tuple[WrittenPhase, ...]) -> tuple[WrittenPhase, ...]:
    if not 1 <= len(phases) <= MOST_PHASES:
        raise ValueError(f"1 to {MOST_PHASES:,} phases are wanted here, not {len(phases):,}")
    return phases


Phases = Annotated[
    tuple[WrittenPhase, ...],
    AfterValidator(_some_phases),
    Field(json_schema_extra={"minItems": 1, "maxItems": MOST_PHASES}),
]


class WrittenGlm(WrittenLaw):
    """Generalized life model: fails on demand, then at a constant rate, and is repaired at a constant rate."""

    law = "Repairable"
    example = "{on_demand: 1e-3, rate: 1e-5 /h, repair_rate: 0.1 /h}"
    turned = AS_RATES
    either = (FAILURE,)
    at_most_one = (REPAIR,)

    on_demand: ProbabilityOrName = Field(description="Probability of being down at time 0.")
    rate: RateOrName | None = Field(None, description="Failure rate.")
    mttf: DurationOrName | None = Field(None, description=MTTF)
    mtbf: DurationOrName | None = Field(None, description=MTBF)
    repair_rate: RateOrName | None = Field(None, description="Repair rate; no repair unless given.")
    repair_time: DurationOrName | None = Field(None, description="Mean time of a repair: 1 / repair rate.")

    def fields(self, place: Place) -> dict[str, Any]:
        """The fields of the law's form: without a repair rate, one of 0."""
        found = super().fields(place)
        return found if "repair_rate" in found else found | {"repair_rate": place(0.0, "repair_rate")}


class WrittenPeriodicTest(WrittenLaw):
    """Fails unseen at a constant rate, and is repaired once a test, repeated at fixed moments, has shown it."""

    law = "PeriodicTest"
    example = "{rate: 1e-5 /h, interval: 720 h, first_test: 720 h}"
    turned = AS_RATES
    either = (FAILURE,)
    at_most_one = (REPAIR,)

    rate: RateOrName | None = Field(None, description="Failure rate.")
    mttf: DurationOrName | None = Field(None, description=MTTF)
    mtbf: DurationOrName | None = Field(None, description=MTBF)
    interval: DurationOrName = Field(description="Time from one test to the next.")
    first_test: DurationOrName = Field(description="Time of the first test.")
    repair_rate: RateOrName | None = Field(None, description="Repair rate; repairs take no time unless given.")
    repair_time: DurationOrName | None = Field(None, description="Mean time of a repair: 1 / repair rate.")
    test_duration: DurationOrName | None = Field(None, description="Length of a test; none unless given.")
    rate_in_test: RateOrName | None = Field(None, description="Failure rate during a test; `rate` unless given.")
    available_in_test: Truth = Field(True, description="Whether the component does its duty during a test.")
    failure_at_test: ProbabilityOrName = Field(0.0, description="Probability that the beginning of a test fails it.")
    coverage: ProbabilityOrName = Field(1.0, description="Probability that a test shows a failure that is there.")
    bad_restart: ProbabilityOrName = Field(
        0.0, description="Probability that it is left failed, unseen, after a test or a repair."
    )


@dataclass(frozen=True)
class _OneNumber:
    """A failure model that is one number, and the only field of its law.

    function: of `faulttree.laws`, which makes the field's number from the written one; '' for the number as it is.
    """

    key: str
    law: str
    field: str
    example: str = ""
    called: str = ""
    function: str = ""

    def numbers(self, written: Value, /) -> Iterator[tuple[Path, Value]]:
        """The number itself."""
        yield (), written

    def fields(self, written: Value, place: Place, /) -> Mapping[str, Any]:
        """The field of that number."""
        return {self.field: place(written, self.key, self.function)}


@dataclass(frozen=True)
class _ListOfPhases:
    """Consecutive phases, each with a number of its own in every field."""

    law: str = "Phased"
    example: str = "[{duration: 2 h, rate: 1e-5 /h}]"
    called: str = "a list of phases"

    def numbers(self, written: tuple[WrittenPhase, ...], /) -> Iterator[tuple[Path, Value]]:
        """Those of each phase, by its place and their keys."""
        return (((index, key), value) for index, phase in enumerate(written) for key, value in phase.values())

    def fields(self, written: tuple[WrittenPhase, ...], place: Place, /) -> Mapping[str, Any]:
        """The durations and the rates."""
        return {
            "durations": tuple(place(phase.duration, "duration") for phase in written),
            "rates": tuple(place(phase.rate, "rate") for phase in written),
        }


FAILURE_MODELS: dict[str, FailureModel] = {
    "probability": _OneNumber("probability", "Constant", "probability"),
    "rate": _OneNumber("rate", "Exponential", "rate"),
    "mttf": _OneNumber("mttf", "Exponential", "rate", called="an mttf", function="rate_of_time"),
    "mtbf": _OneNumber("mtbf", "Exponential", "rate", called="an mtbf", function="rate_of_time"),
    "repairable": WrittenRepairable,
    "weibull": WrittenWeibull,
    "gamma": WrittenGammaLife,
    "lognormal": WrittenLognormalLife,
    "phases": _ListOfPhases(),
    "glm": WrittenGlm,
    "periodic_test": WrittenPeriodicTest,
    "frequency": _OneNumber("frequency", "Momentary", "frequency"),
}
"""Every failure model, by its key in a basic event. A class of written laws is one: its methods take an instance."""
WITH_A_MEAN = ("rate", "mttf", "mtbf", "repairable", "glm", "periodic_test")
"""Failure models of which `at` may take a mean or a largest state: constant rates, whose means are known exactly."""
OF_ONE_NUMBER = tuple(key for key, model in FAILURE_MODELS.items() if isinstance(model, _OneNumber))
"""Failure models of one number, which may have an uncertainty of its own."""


def named(failure_model: str) -> str:
    """A failure model with its article, for messages. failure_model: its key, or that of a common-cause model."""
    known = FAILURE_MODELS.get(failure_model)
    return (known.called if known else "") or f"a {failure_model}"


def magnitude(value: Value | None) -> float | None:
    """The number of a value, in its unit; None for a name."""
    match value:
        case Duration() | Rate():
            return value.value
        case float():
            return value
    return None


def error_factor_fault(number: float | None) -> str | None:
    """What is wrong with the error factor of a life: below 1, or 1, which leaves no spread. None: not known."""
    if number is not None and number < 1.0:
        return f"error_factor {number:g} is below 1; {AT_LEAST_ONE}"
    return "error_factor 1 leaves the life no spread; give a greater one" if number == 1.0 else None
