"""Named evidence: observed states of events and gates, and the hypotheses to tell apart by them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from faulttree.errors import Fault
from faulttree.model.common_cause import CommonCauseGroup
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

    observe: event or gate to what it was seen to be; also an event of a common-cause group, such as `[a b]`.
    hypotheses: by name, what is to be told apart in the light of it; each a conjunction of events and gates true or
    false.
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
    houses, groups = known.sound["house_events"], known.sound["common_cause_groups"]
    group_of = {event: (name, group) for name, group in groups.items() for event in group.events}
    for name, evidence in known.sound["evidence"].items():
        for path, states in evidence.statements():
            element, said = f"evidence '{name}'", "observe" if len(path) == 1 else f"hypothesis '{path[1]}'"
            for target, state in states.items():
                at = ("evidence", name, *path, target)
                written = f"{said}: '{target}' is {str(state).lower()}"
                causes = set() if known.is_event(target) else _causes_like(target, group_of)
                # What looks like an event of a group may be one of a group that is faulty.
                may_be = target.startswith("[") and not known.all_sound("common_cause_groups")
                if not (known.is_event(target) or target in causes or may_be):
                    yield known.undefined(element, f"{said}: '{target}'", target, {*known.events, *causes}, at)
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


def _causes_like(name: str, group_of: Mapping[str, tuple[str, CommonCauseGroup]]) -> set[str]:
    """The events that a common-cause group stands for, of the group whose member this name begins with: `[a b]`.

    group_of: each member's group, by its name.
    """
    ends = [place for place, character in enumerate(name) if character in " ]"] if name.startswith("[") else []
    found = set()
    for member in {name[1:end] for end in ends} & group_of.keys():
        group_name, group = group_of[member]
        # The longer name is that of a cause whose name was taken.
        suffixes = ("", f" ({group_name})") if name.endswith(")") else ("",)
        found |= {f"{cause}{suffix}" for cause in group.cause_names() for suffix in suffixes}
    return found
