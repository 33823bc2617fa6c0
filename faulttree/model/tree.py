"""The model: everything the user wrote, checked.

A `Model` that exists is sound: every reference is defined, gates form no cycle, every number is in range.
Making one from faulty parts raises `InvalidModelError` with all faults.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import (
    PrivateAttr,
    ValidationError,
    model_validator,
)

from faulttree.errors import Fault, InvalidModelError
from faulttree.expressions import dimension_name
from faulttree.model.checking import LineFinder, checked_sections
from faulttree.model.copies import named_copies
from faulttree.model.distributions import Distribution
from faulttree.model.document import Composer
from faulttree.model.evaluating import Forms
from faulttree.model.events import BasicEvent, HouseEvent
from faulttree.model.expressions import power_in
from faulttree.model.gates import Gate
from faulttree.model.model_sections import (
    ELEMENT_SECTIONS,
    SCHEMA_VERSION,
    ModelSections,
    Scenario,
    Source,
    TimelineEntry,
    state_from,
)
from faulttree.model.numbers import uncertain_inputs
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration, Rate, quantity_in
from faulttree.model.references import faults_between
from faulttree.model.votes import without_weights
from faulttree.results import jsonable

if TYPE_CHECKING:
    from faulttree.laws import Form, Law

__all__ = ["Model", "Scenario", "Source", "TimelineEntry", "checked", "checked_data", "state_from"]


class Model(ModelSections):
    """A fault tree model: what `faulttree` reads, writes and analyses."""

    _copies: Mapping[str, tuple[str, ...]] = PrivateAttr(default_factory=dict)
    _told: tuple[Fault, ...] | None = PrivateAttr(default=None)
    _written: dict[str, Any] | None = PrivateAttr(default=None)

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError:
            self.from_data(data)  # raises all faults, in words
            raise

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Model:
        """The model in nested mappings, as `to_data` gives them. Raises InvalidModelError with all its faults."""
        return checked_data(data)[0]

    @model_validator(mode="after")
    def _references_hold(self) -> Model:
        errors = [fault for fault in self.faults() if fault.severity == "error"]
        if errors:
            raise InvalidModelError(errors)
        return self

    def faults(self) -> list[Fault]:
        """Faults between elements, as they are written. A model that exists has warnings at most."""
        if self._told is not None:
            return [*self._told]
        sections = {name: getattr(self, name) for name in type(self).model_fields}
        return faults_between(sections, {})

    def element(self, name: str) -> Gate | BasicEvent | HouseEvent:
        """The gate or event of that name. Raises KeyError."""
        for section in (self.gates, self.basic_events, self.house_events):
            if name in section:
                return section[name]
        raise KeyError(name)

    @property
    def mission_seconds(self) -> float:
        """The mission time in seconds; 0 where there is none, and none is needed."""
        return self.mission_time.seconds if self.mission_time else 0.0

    def law_form(self, event: str, *, every_parameter: bool = False) -> Form:
        """The law of a basic event with places for its uncertain inputs. Raises MissingProbabilityError.

        every_parameter: whether with places for parameters that are not uncertain, too.
        """
        forms = Forms(self.parameters, every_parameter=every_parameter, mission=self.mission_seconds)
        return forms.law_form(event, self.basic_events[event])

    def failure_model(self, event: str) -> Law:
        """The law of a basic event at the point values of its numbers, in SI. Raises MissingProbabilityError."""
        return self.law_form(event).law()

    @property
    def free_parameters(self) -> dict[str, Parameter]:
        """The parameters that are numbers. Those that are expressions follow from these."""
        return {name: each for name, each in self.parameters.items() if not isinstance(each.value, str)}

    def number(self, written: float | Rate | Duration | str) -> float | Rate | Duration:
        """A written number by its value at the mission time and the point values of the parameters in it.

        written: a number, a parameter's name or an expression of the model.
        """
        parameter = self.parameters.get(written) if isinstance(written, str) else None
        if parameter is not None:
            written = written if isinstance(parameter.value, str) else parameter.value
        if not isinstance(written, str):
            return written
        seconds = self.mission_time.seconds if self.mission_time else 0.0
        name = dimension_name(power_in(written, self.parameters)).partition(" ")[2]
        return quantity_in(name, Forms(self.parameters).value(written, seconds))

    def probability_of(self, event: str) -> float:
        """Probability of a basic event at the mission time, in [0, 1]. Raises MissingProbabilityError."""
        seconds = self.mission_time.seconds if self.mission_time else 0.0
        return float(self.failure_model(event).at(seconds).unavailability)

    def uncertain_inputs(self) -> dict[str, Distribution]:
        """The distribution of each uncertain number in SI, by the parameter, or by the event whose own it is.

        A probability's distribution is cut off at 1; a normal one at 0, too.
        """
        return uncertain_inputs(self.basic_events, self.parameters, self.common_cause_groups)

    @property
    def in_full(self) -> Model:
        """The model as it is analysed: every copy by its name, votes without weights. Itself where there is neither."""
        # What is kept must not hold the model itself: two models compare what they keep.
        return self._in_full or self

    @functools.cached_property
    def _in_full(self) -> Model | None:
        numbers: dict[str, int] = {}
        for gate in self.gates.values():
            for each in gate.copies():
                numbers[each.of] = max(each.count, numbers.get(each.of, 0))
        weighted = [name for name, gate in self.gates.items() if gate.has_weights]
        if not numbers and not weighted:
            return None
        data = self.to_data()
        for name in weighted:
            data["gates"][name] = without_weights(data["gates"][name])
        data, copies = named_copies(data, numbers)
        found = type(self).from_data(data)
        found._copies, found._told, found._written = copies, tuple(self.faults()), self.to_data()
        return found

    @property
    def as_written(self) -> Model:
        """The model that `in_full` made this one of: itself where that changes nothing."""
        return self if self._written is None else type(self).from_data(self._written)

    @property
    def copies(self) -> Mapping[str, tuple[str, ...]]:
        """The copies of each event and gate that has any, in a model in which they are named."""
        return self._copies

    @property
    def digest(self) -> str:
        """SHA-256 of the model's content, however it is written."""
        content = json.dumps(jsonable(self.in_full.to_data()), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(content.encode()).hexdigest()

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


def checked(composer: Composer, file: str) -> tuple[Model, tuple[Fault, ...]]:
    """The model of a composed document, and its warnings. Raises InvalidModelError with all faults."""
    return checked_data(composer.root, file, composer.faults)


def checked_data(
    document: object, file: str = "", noted: Collection[Fault] = (), lines: LineFinder | None = None
) -> tuple[Model, tuple[Fault, ...]]:
    """The model in nested data, and its warnings. Raises InvalidModelError with all faults.

    noted: faults that a reader has found already; lines: where the parts stand, if the data does not know by itself.
    """
    sections, warnings = checked_sections(document, file, noted, lines)
    return Model.model_construct(None, **sections), warnings
