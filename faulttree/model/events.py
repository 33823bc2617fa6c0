"""Events: what is not developed further, and the marks that every element may carry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from faulttree.model.failure_models import (
    FAILURE_MODELS,
    FREQUENCY,
    MTBF,
    MTTF,
    OF_ONE_NUMBER,
    WITH_A_MEAN,
    MeanTimeOrName,
    Path,
    Phases,
    ProbabilityOrName,
    Value,
    WrittenGammaLife,
    WrittenGlm,
    WrittenLaw,
    WrittenLognormalLife,
    WrittenPeriodicTest,
    WrittenRepairable,
    WrittenWeibull,
    named,
)
from faulttree.model.quantities import Duration, DurationOrName, Rate, RateOrName, is_expression
from faulttree.model.uncertainty import Uncertainty, check_dimension
from faulttree.model.written import (
    NAME_SCHEMA,
    Attributes,
    Frozen,
    Name,
    Text,
    Truth,
    with_contradiction,
)

__all__ = ["FAILURE_MODELS", "BasicEvent", "Element", "HouseEvent"]


NUMBERS = "`probability`, `rate`, `mttf`, `mtbf` or `frequency`"


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


class Element(Frozen):
    """What every element of a model may carry."""

    label: Text | None = Field(None, description="What an engineer calls it; shown in diagrams and reports.")
    description: Text | None = None
    source: Names = Field((), description="Keys of `sources`, or `assumption` or `judgement`.")
    attributes: Attributes


class BasicEvent(Element):
    """An event that is not developed further: basic, undeveloped or conditioning.

    At most one failure model: probability, a number in [0, 1]; rate, `1e-5 /h`, for a component that fails at a
    constant rate over the mission time, or mttf or mtbf, `1000 h`, 1 / rate; repairable, weibull, gamma, lognormal,
    phases, glm or periodic_test with their numbers; or frequency, `0.02 /y`, of an initiating event, which happens now
    and then and is over at once. Each number may be a parameter's name or an expression, as a text.
    None: the event counts in cut sets only.
    exposure: a time of its own in place of the mission's. at: which state is taken: that at the mission time, or the
    mean or the largest over a test interval, over the exposure or over the mission.
    uncertainty: what is known of a number given as probability, rate, mttf, mtbf or frequency. basis: how the number
    was obtained.
    """

    kind: Literal["basic", "undeveloped", "conditioning"] = "basic"
    probability: ProbabilityOrName | None = None
    rate: RateOrName | None = Field(None, description="Failure rate, exponential over the mission time.")
    mttf: MeanTimeOrName | None = Field(None, description=MTTF)
    mtbf: MeanTimeOrName | None = Field(None, description=MTBF)
    repairable: WrittenRepairable | None = None
    weibull: WrittenWeibull | None = None
    gamma: WrittenGammaLife | None = None
    lognormal: WrittenLognormalLife | None = None
    phases: Phases | None = Field(None, description="Consecutive phases of the mission with their failure rates.")
    glm: WrittenGlm | None = None
    periodic_test: WrittenPeriodicTest | None = None
    frequency: RateOrName | None = Field(None, description=FREQUENCY)
    exposure: DurationOrName | None = Field(None, description="Its own time, in place of the mission time.")
    at: Literal["mission", "mean", "largest"] | None = Field(
        None, description="Which state is taken: at the mission time, or the mean or largest over a test interval."
    )
    uncertainty: Uncertainty | None = Field(
        None, description=f"A distribution: what is known of the number in {NUMBERS}."
    )
    basis: Text | None = Field(None, description="How the number was obtained.")

    @model_validator(mode="wrap")
    @classmethod
    def _one_failure_model(cls, data: Any, handler: ModelWrapValidatorHandler[BasicEvent]) -> BasicEvent:
        given = [key for key in FAILURE_MODELS if data.get(key) is not None] if isinstance(data, Mapping) else []
        wrong = f"both {named(given[0])} and {named(given[1])} are given; keep one" if len(given) > 1 else None
        made: BasicEvent = with_contradiction(wrong, cls, data, handler)
        return made

    @model_validator(mode="after")
    def _uncertainty_of_a_number(self) -> BasicEvent:
        if self.uncertainty is not None:
            key, number = self.number or ("", None)
            if number is None:
                raise ValueError(
                    f"`uncertainty` stands beside a number in {NUMBERS}; "
                    "make the uncertain number a parameter, and give the parameter the uncertainty"
                )
            if isinstance(number, str):
                if is_expression(number):
                    raise ValueError(f"`{key}` is an expression; give the parameters in it the uncertainty")
                raise ValueError(f"`{key}` is the parameter '{number}'; give the parameter the uncertainty")
            check_dimension(self.uncertainty, number, key)
        return self

    @model_validator(mode="after")
    def _time_of_its_own(self) -> BasicEvent:
        wrong = self._fault_of_its_time()
        if wrong:
            raise ValueError(wrong)
        return self

    def _fault_of_its_time(self) -> str | None:
        """What is wrong with `exposure` and `at`."""
        given = [key for key in ("exposure", "at") if getattr(self, key) is not None]
        if not given:
            return None
        key, model = given[0], self.failure_model
        if model is None:
            return f"`{key}` says which time counts for a failure model, and there is none; give one, or remove `{key}`"
        if self.frequency is not None:
            return f"`{key}` says which time counts, and a frequency holds at all times; remove `{key}`"
        if isinstance(self.probability, float):
            return f"`{key}` says which time counts, and a probability has none; give a rate, or remove `{key}`"
        if self.is_steady:
            return f"`{key}` and `steady` both say which time counts; keep one"
        if self.at in ("mean", "largest") and model not in WITH_A_MEAN:
            return (
                f"`at: {self.at}` is for {', '.join(WITH_A_MEAN[:-1])} and {WITH_A_MEAN[-1]}, not for {named(model)}; "
                "give an `exposure`, or leave `at` out"
            )
        if self.exposure is not None and self.at == "mission":
            return "`exposure` stands in place of the mission time, and `at: mission` asks for that; keep one"
        if self.exposure is not None and self.at is not None and model == "periodic_test":
            return f"`at: {self.at}` is taken over the test interval, which needs no `exposure`; keep one"
        return None

    @property
    def failure_model(self) -> str | None:
        """Which failure model is given, a key of `FAILURE_MODELS`, or None."""
        return next((key for key in FAILURE_MODELS if getattr(self, key, None) is not None), None)

    @property
    def number(self) -> tuple[str, float | Rate | Duration | str] | None:
        """Of a failure model that is one number: its key, and the number or its parameter's name; None for others."""
        return next(((key, getattr(self, key)) for key in OF_ONE_NUMBER if getattr(self, key) is not None), None)

    @property
    def is_steady(self) -> bool:
        """Whether its failure model holds at all times alike, so that its rates need no mission time."""
        written = getattr(self, self.failure_model or "", None)
        return isinstance(written, WrittenLaw) and written.is_steady

    @property
    def has_own_time(self) -> bool:
        """Whether it is the same at all times, and no mission time is needed for it."""
        held = self.at in ("mean", "largest") and self.periodic_test is not None
        return self.is_steady or self.exposure is not None or self.frequency is not None or held

    def quantities(self) -> Iterator[tuple[Path, Value]]:
        """The numbers of the failure model as written, or their parameters' names, each with its path in the event."""
        key = self.failure_model
        if key is not None:
            for inner, value in FAILURE_MODELS[key].numbers(getattr(self, key)):
                yield (key, *inner), value
        if self.exposure is not None:
            yield ("exposure",), self.exposure


class HouseEvent(Element):
    """An event that is certainly true or certainly false: a switch of the analysis."""

    state: Truth
