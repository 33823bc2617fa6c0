"""The model: everything the user wrote, checked.

A `Model` that exists is sound: every reference is defined, gates form no cycle, every number is in range.
Making one from faulty parts raises `InvalidModelError` with all faults.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)

from faulttree.errors import Fault, InvalidModelError
from faulttree.model.common_cause import CommonCauseGroup
from faulttree.model.correlations import Correlation
from faulttree.model.distributions import Distribution
from faulttree.model.evaluating import law_form
from faulttree.model.events import BasicEvent, Element, HouseEvent, Names
from faulttree.model.evidence import Evidence
from faulttree.model.failure_models import probability_from
from faulttree.model.gates import Gate
from faulttree.model.numbers import uncertain_inputs
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration
from faulttree.model.references import faults_between
from faulttree.model.written import (
    NAME_SCHEMA,
    Attributes,
    Count,
    Frozen,
    FrozenDict,
    Name,
    Scalar,
    Text,
    as_truth,
    described,
    frozen_dict,
    plain_value,
    with_contradiction,
)

if TYPE_CHECKING:
    from faulttree.laws import Law, LawForm

__all__ = ["Model", "Scenario", "Source", "State", "TimelineEntry", "state_from"]

T = TypeVar("T")
SCHEMA_VERSION = 1
ELEMENT_SECTIONS = (
    "gates",
    "basic_events",
    "house_events",
    "parameters",
    "common_cause_groups",
    "scenarios",
    "evidence",
)


def state_from(value: object) -> bool | float:
    """What a what-if sets: true, false, or a probability in [0, 1]."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if isinstance(plain, bool):
        return as_truth(value)
    if isinstance(plain, int | float):
        return float(probability_from(float(plain)))
    raise ValueError(f"true, false or a probability is wanted here, not {described(value)}")


def _as_version(value: object) -> object:
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if plain != SCHEMA_VERSION or isinstance(plain, bool):
        raise ValueError(f"schema version {SCHEMA_VERSION} is wanted, and {described(value)} is given")
    return SCHEMA_VERSION


def _as_moment(value: object) -> Duration | str:
    """A time since the start (`260 s`), or an ISO 8601 date or date and time (`1962-11-04T15:35:15Z`)."""
    if isinstance(value, Duration):
        return value
    if isinstance(value, str) and value[4:5] == "-":
        try:
            datetime.datetime.fromisoformat(value)
        except ValueError:
            example = "1962-11-04 or 1962-11-04T15:35:15Z"
            raise ValueError(f"'{value:.60}' is no date of the calendar; write it like {example}") from None
        return str(value)
    moment: Duration = Duration.from_text(value)
    return moment


State = Annotated[
    bool | float,
    BeforeValidator(state_from),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "number", "minimum": 0, "maximum": 1}]}),
]
_TOPS = {"anyOf": [NAME_SCHEMA, {"type": "array", "items": NAME_SCHEMA, "minItems": 1, "uniqueItems": True}]}
Version = Annotated[int, BeforeValidator(_as_version), WithJsonSchema({"const": SCHEMA_VERSION})]
Moment = Annotated[
    Duration | Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-"})], BeforeValidator(_as_moment)
]
Table = Annotated[
    Mapping[Name, T],
    AfterValidator(frozen_dict),
    Field(default_factory=FrozenDict),
]


class Source(Frozen):
    """Where a fact or a number comes from."""

    title: Text
    author: Text | None = None
    year: Count | None = None
    url: Text | None = None
    note: Text | None = None
    attributes: Attributes


class Scenario(Element):
    """A named what-if: the states it sets, by event or gate."""

    states: Table[State] = Field(alias="set")


class TimelineEntry(Frozen):
    """Something that happened: at a time or date, or during a named phase."""

    at: Moment | None = Field(None, description="Time since the start, or an ISO 8601 date (and time).")
    phase: Text | None = Field(None, description="When no time is known: the phase in which it happened.")
    event: Text
    note: Text | None = None
    source: Names = ()

    @model_validator(mode="wrap")
    @classmethod
    def _one_moment(cls, data: Any, handler: ModelWrapValidatorHandler[TimelineEntry]) -> TimelineEntry:
        wrong = None
        if isinstance(data, Mapping) and (data.get("at") is None) == (data.get("phase") is None):
            wrong = "a time or a phase is wanted; give either `at` or `phase`"
        made: TimelineEntry = with_contradiction(wrong, cls, data, handler)
        return made


class Model(Frozen):
    """A fault tree model: what `faulttree` reads, writes and analyses."""

    faulttree: Version = Field(SCHEMA_VERSION, description="Version of this schema.")
    name: Text
    description: Text | None = None
    top: Annotated[Names, Field(min_length=1), WithJsonSchema(_TOPS)]
    mission_time: Duration | None = None
    sources: Table[Source]
    gates: Table[Gate]
    basic_events: Table[BasicEvent]
    house_events: Table[HouseEvent]
    parameters: Table[Parameter]
    common_cause_groups: Table[CommonCauseGroup]
    correlations: tuple[Correlation, ...] = ()
    scenarios: Table[Scenario]
    evidence: Table[Evidence]
    timeline: tuple[TimelineEntry, ...] = ()
    attributes: Attributes

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError:
            self.from_data(data)  # raises all faults, in words
            raise

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Model:
        """The model in nested mappings, as `to_data` gives them. Raises InvalidModelError with all its faults."""
        from faulttree.model.checking import checked_data

        return checked_data(data)[0]

    @model_validator(mode="after")
    def _references_hold(self) -> Model:
        errors = [fault for fault in self.faults() if fault.severity == "error"]
        if errors:
            raise InvalidModelError(errors)
        return self

    def faults(self) -> list[Fault]:
        """Faults between elements. A model that exists has warnings at most."""
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        return faults_between(sections, {})

    def element(self, name: str) -> Gate | BasicEvent | HouseEvent:
        """The gate or event of that name. Raises KeyError."""
        for section in (self.gates, self.basic_events, self.house_events):
            if name in section:
                return section[name]
        raise KeyError(name)

    def law_form(self, event: str, *, every_parameter: bool = False) -> LawForm:
        """The law of a basic event with places for its uncertain inputs. Raises MissingProbabilityError.

        every_parameter: whether with places for parameters that are not uncertain, too.
        """
        return law_form(event, self.basic_events[event], self.parameters, every_parameter=every_parameter)

    def failure_model(self, event: str) -> Law:
        """The law of a basic event at the point values of its numbers, in SI. Raises MissingProbabilityError."""
        return self.law_form(event).law()

    def probability_of(self, event: str) -> float:
        """Probability of a basic event at the mission time, in [0, 1]. Raises MissingProbabilityError."""
        seconds = self.mission_time.seconds if self.mission_time else 0.0
        return float(self.failure_model(event).at(seconds).unavailability)

    def uncertain_inputs(self) -> dict[str, Distribution]:
        """The distribution of each uncertain number in SI, by the parameter, or by the event whose own it is.

        A probability's distribution is cut off at 1; a normal one at 0, too.
        """
        return uncertain_inputs(self.basic_events, self.parameters, self.common_cause_groups)

    def to_data(self) -> dict[str, Any]:
        """The model in the shape of a model file: mappings, lists, texts, numbers and truth values."""
        data = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        for section in ELEMENT_SECTIONS:
            if section in data:
                data[section] = {name: _in_reading_order(element) for name, element in data[section].items()}
        return {"faulttree": SCHEMA_VERSION} | data


_FIRST, _LAST = ("kind", "label", "description"), ("basis", "source", "attributes")


def _in_reading_order(element: dict[str, Any]) -> dict[str, Any]:
    """What it is, its formula or number, then where that comes from."""
    middle = (key for key in element if key not in _FIRST + _LAST)
    return {key: element[key] for key in (*_FIRST, *middle, *_LAST) if key in element}
