"""Exclusive groups as written: basic events of which at most one, or exactly one, is true.

The rewriting into a chain of independent events is made elsewhere; here stands what the user wrote.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ModelWrapValidatorHandler, model_validator

from faulttree.errors import Fault, FaultTreeError
from faulttree.model.evaluating import Forms
from faulttree.model.events import Element
from faulttree.model.sections import Sections
from faulttree.model.written import Name, is_nothing, one_given, with_contradiction

__all__ = ["EXCLUSIONS", "ROUNDING", "SUM_TOLERANCE", "ExclusiveGroup", "exclusive_faults", "given_too_much"]

FEWEST, MOST = 2, 100
SUM_TOLERANCE = 1e-6
"""How far the probabilities of alternatives of which exactly one is true may sum from 1: they are written rounded."""
ROUNDING = 1e-9
"""How far above 1 the probabilities of alternatives may sum by rounding."""
EXCLUSIONS = ("at_most_one", "exactly_one")
LAWS = ("probability", "rate", "mttf", "mtbf", "weibull", "gamma", "lognormal", "phases")
"""Failure models that a member may have: what has failed stays failed, and no instant makes it fail."""


def _some_events(events: tuple[str, ...]) -> tuple[str, ...]:
    if len(events) < FEWEST:
        raise ValueError(
            f"{len(events) or 'no'} event{'s' * (not events)} in the group; one excludes nothing, so name at least two"
        )
    if len(events) > MOST:
        raise ValueError(f"{len(events)} events in the group; at most {MOST} are possible")
    return events


Alternatives = Annotated[
    tuple[Name, ...], AfterValidator(_some_events), Field(json_schema_extra={"minItems": FEWEST, "maxItems": MOST})
]


class ExclusiveGroup(Element):
    """Basic events that exclude each other: one of the two keys, with their names.

    Their probabilities sum to at most 1, and to 1 where exactly one of them is true.
    """

    at_most_one: Alternatives | None = Field(None, description="None of these, or one of them, is true.")
    exactly_one: Alternatives | None = Field(
        None,
        description="One of these is true; their probabilities sum to 1, and samples of them are divided by their sum.",
    )

    @model_validator(mode="wrap")
    @classmethod
    def _one_of_two(cls, data: Any, handler: ModelWrapValidatorHandler[ExclusiveGroup]) -> ExclusiveGroup:
        wrong: list[str] = []
        if isinstance(data, Mapping):
            data = {key: value for key, value in data.items() if not is_nothing(value)}
            known = {key for name, field in cls.model_fields.items() for key in (name, field.alias)}
            contradiction = one_given(data, EXCLUSIONS, needed=known.issuperset(data))  # an unknown key may be misspelt
            wrong = [contradiction] if contradiction else []
        made: ExclusiveGroup = with_contradiction(wrong, cls, data, handler)
        return made

    @property
    def events(self) -> tuple[str, ...]:
        """The members, in the group's order."""
        return self.at_most_one or self.exactly_one or ()

    @property
    def key(self) -> str:
        """The key that is given."""
        return EXCLUSIONS[self.is_exhaustive]

    @property
    def is_exhaustive(self) -> bool:
        """Whether one of the members is certainly true."""
        return self.exactly_one is not None


def exclusive_faults(known: Sections) -> Iterator[Fault]:
    """Faults of exclusive groups: members that are none, laws that do not fit, probabilities that sum to too much."""
    group_of: dict[str, str] = {}
    shared = {event: name for name, group in known.sound["common_cause_groups"].items() for event in group.events}
    for name, group in known.sound["exclusive_groups"].items():
        element, path = f"exclusive group '{name}'", ("exclusive_groups", name, group.key)
        for index, member in enumerate(group.events):
            at = (*path, index)
            if member not in known.names["basic_events"]:
                yield from known.no_basic_event(element, member, at)
            elif group_of.get(member) == name:
                yield Fault(f"event '{member}' is named twice", element, "name it once", at)
            elif member in group_of:
                yield Fault(f"event '{member}' is in group '{group_of[member]}', too", element,
                            "leave it in one of them", at)  # fmt: skip
            elif member in shared:
                yield Fault(f"event '{member}' is in common-cause group '{shared[member]}', too", element,
                            "leave it in one of them", at)  # fmt: skip
            else:
                group_of[member] = name
                yield from _law_fits(known, member, group, element, at)
        yield from _sum_fits(known, group, element, path)
    yield from _scenarios(known)


def _law_fits(
    known: Sections, member: str, group: ExclusiveGroup, element: str, at: tuple[str | int, ...]
) -> Iterator[Fault]:
    event = known.sound["basic_events"].get(member)
    kind = event.failure_model if event is not None else None
    if kind is None:
        return
    if kind == "frequency":
        yield Fault(f"event '{member}' has a `frequency`, and frequency events exclude each other anyway", element,
                    "take it out of the group", at)  # fmt: skip
    elif group.is_exhaustive and kind != "probability":
        yield Fault(f"event '{member}' has a `{kind}`, and what is exactly one of several at any time does not change",
                    element, "give its probability, or write `at_most_one`", at)  # fmt: skip
    elif kind not in LAWS:
        yield Fault(f"event '{member}' has a `{kind}`, and what is repaired, tested or counted excludes no other",
                    element, f"give one of {', '.join(LAWS)}", at)  # fmt: skip


def _sum_fits(known: Sections, group: ExclusiveGroup, element: str, path: tuple[str | int, ...]) -> Iterator[Fault]:
    """Probabilities at the mission time that sum to more than 1; or not to 1, where one event is true."""
    found = [_probability(known, member) for member in dict.fromkeys(group.events)]
    numbers = [p for p in found if p is not None]
    total = math.fsum(numbers)
    if total > 1.0 + ROUNDING and not (group.is_exhaustive and total <= 1.0 + SUM_TOLERANCE):
        yield Fault(f"the probabilities of its events sum to {total:.10g}, more than 1", element,
                    "of events that exclude each other they sum to at most 1; correct them, or the group",
                    path)  # fmt: skip
    elif group.is_exhaustive and len(numbers) == len(found) and total < 1.0 - SUM_TOLERANCE:
        yield Fault(f"the probabilities of its events sum to {total:.10g}, not to 1", element,
                    "give those of all alternatives, or write `at_most_one`", path)  # fmt: skip


def _probability(known: Sections, member: str) -> float | None:
    """The probability of a sound event at the mission time; None where there is none, or it has a fault of its own."""
    event, time = known.sound["basic_events"].get(member), known.mission_time
    if event is None or (time is None and not event.is_steady and event.failure_model != "probability"):
        return None
    try:
        law = Forms(known.sound["parameters"], mission=known.mission_seconds).law_form(member, event).law()
        return float(law.at(time.seconds if time is not None else 0.0).unavailability)
    except (FaultTreeError, KeyError, TypeError, ValueError, ArithmeticError):
        return None  # what is wrong with its numbers is told of the event


def _scenarios(known: Sections) -> Iterator[Fault]:
    for name, scenario in known.sound["scenarios"].items():
        for group_name, group in known.sound["exclusive_groups"].items():
            yield from (
                Fault(message, f"scenario '{name}'", "set one of them", ("scenarios", name, "set", member))
                for member, message in given_too_much(group_name, group.events, group.is_exhaustive, scenario.states)
            )


def given_too_much(
    name: str, events: Sequence[str], is_exhaustive: bool, states: Mapping[str, bool | float]
) -> Iterator[tuple[str, str]]:
    """That states give the members of a group more, or less, than one truth: the member at fault, and what is wrong.

    name: of the group. events: its members. is_exhaustive: whether one of them is certainly true.
    """
    given = {member: states[member] for member in events if member in states}
    true = [member for member, state in given.items() if state is True]
    total = math.fsum(map(float, given.values()))
    if len(true) > 1:
        yield true[1], f"'{true[0]}' and '{true[1]}' are both true, and exclusive group '{name}' lets one be"
    elif total > 1.0 + ROUNDING:
        last = [member for member, state in given.items() if state][-1]
        yield last, f"the events of exclusive group '{name}' are given probabilities that sum to {total:.10g}, above 1"
    elif is_exhaustive and len(given) == len(events) and total < 1.0 - SUM_TOLERANCE:
        yield [*given][-1], f"one event of exclusive group '{name}' is true, and all of them together get {total:.10g}"
