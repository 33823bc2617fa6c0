"""The sections of a model file, and what stands in those that have no file of their own."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, ModelWrapValidatorHandler, WithJsonSchema, model_validator

from faulttree.model.common_cause import CommonCauseGroup
from faulttree.model.correlations import Correlation
from faulttree.model.events import BasicEvent, Element, HouseEvent, Names
from faulttree.model.evidence import Evidence
from faulttree.model.exclusive import ExclusiveGroup
from faulttree.model.failure_models import probability_from
from faulttree.model.gates import Gate
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration
from faulttree.model.written import (
    NAME_SCHEMA,
    Attributes,
    Count,
    Frozen,
    FrozenDict,
    Name,
    Scalar,
    Text,
    as_number,
    as_truth,
    described,
    frozen_dict,
    plain_value,
    with_contradiction,
)

__all__ = [
    "ELEMENT_SECTIONS",
    "SCHEMA_VERSION",
    "ModelSections",
    "Scenario",
    "SetTo",
    "Source",
    "TimelineEntry",
    "state_from",
]

T = TypeVar("T")
SCHEMA_VERSION = 1
ELEMENT_SECTIONS = (
    "gates",
    "basic_events",
    "house_events",
    "parameters",
    "common_cause_groups",
    "exclusive_groups",
    "scenarios",
    "evidence",
)


def state_from(value: object) -> bool | float:
    """What a what-if sets: true, false, or a probability in [0, 1]."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if isinstance(plain, bool):
        return as_truth(value)
    if isinstance(plain, int | float):
        return float(probability_from(as_number(value)))
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


SetTo = Annotated[
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

    states: Table[SetTo] = Field(alias="set")


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


class ModelSections(Frozen):
    """Every section of a model file, in the order of the file."""

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
    exclusive_groups: Table[ExclusiveGroup]
    correlations: tuple[Correlation, ...] = ()
    scenarios: Table[Scenario]
    evidence: Table[Evidence]
    timeline: tuple[TimelineEntry, ...] = ()
    attributes: Attributes
