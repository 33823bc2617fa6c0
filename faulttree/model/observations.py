"""Named evidence: what was observed, and the hypotheses that it is to tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from faulttree.errors import Fault
from faulttree.model.events import Element
from faulttree.model.sections import Sections
from faulttree.model.written import (
    NAME_SCHEMA,
    FrozenDict,
    Name,
    as_truth,
    described,
    frozen_dict,
    given_number,
)

__all__ = ["Evidence", "evidence_faults"]


def _as_observation(value: object) -> bool:
    if given_number(value):
        raise ValueError(
            f"an observation is certain, not {described(value)}; "
            "write true or false, and set a probability in a scenario"
        )
    return as_truth(value)


def _not_empty(value: Mapping[str, bool]) -> FrozenDict[bool]:
    if not value:
        raise ValueError("names nothing; name an event or a gate, and whether it is true or false")
    return FrozenDict(value)


_NAMES: dict[str, Any] = {"pattern": NAME_SCHEMA["pattern"], "maxLength": NAME_SCHEMA["maxLength"]}
_STATES = {"type": "object", "propertyNames": _NAMES, "additionalProperties": {"type": "boolean"}, "minProperties": 1}
Observations = Annotated[
    Mapping[Name, Annotated[bool, BeforeValidator(_as_observation)]],
    AfterValidator(_not_empty),
    WithJsonSchema(_STATES),
]


class Evidence(Element):
    """What was observed of events and gates: they are true or false, all of them together.

    observe: event or gate to what it was seen to be. hypotheses: by name, what is to be told apart in the light of
    it; each a conjunction of events and gates true or false.
    """

    observe: Observations = Field(description="Events and gates that were seen to be true or false.")
    hypotheses: Annotated[
        Mapping[Name, Observations],
        AfterValidator(frozen_dict),
        WithJsonSchema({"type": "object", "propertyNames": _NAMES, "additionalProperties": _STATES}),
    ] = Field(default_factory=FrozenDict, description="What is to be told apart, each events and gates true or false.")

    def statements(self) -> Iterator[tuple[tuple[str, ...], Mapping[str, bool]]]:
        """What is observed and then each hypothesis, with its path in the element."""
        yield ("observe",), self.observe
        for name, states in self.hypotheses.items():
            yield ("hypotheses", name), states


def evidence_faults(known: Sections) -> Iterator[Fault]:
    """Names that are not defined; warnings where what is said cannot be as the model stands."""
    houses = known.sound["house_events"]
    for name, evidence in known.sound["evidence"].items():
        for path, states in evidence.statements():
            element, said = f"evidence '{name}'", "observe" if len(path) == 1 else f"hypothesis '{path[1]}'"
            for target, state in states.items():
                at = ("evidence", name, *path, target)
                written = f"{said}: '{target}' is {str(state).lower()}"
                if not known.is_event(target):
                    yield known.undefined(element, f"{said}: '{target}'", target, known.events, at)
                elif target in houses and houses[target].state != state:
                    yield Fault(
                        f"{written}, and the house event is {str(not state).lower()}, so that it cannot be",
                        element, "switch the house event, or leave it out here", at, "warning",
                    )  # fmt: skip
                elif len(path) > 1 and evidence.observe.get(target, state) != state:
                    yield Fault(
                        f"{written}, and it was observed {str(not state).lower()}, so that it cannot be",
                        element, "leave it out, or correct one", at, "warning",
                    )  # fmt: skip
