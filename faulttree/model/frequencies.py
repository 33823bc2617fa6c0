"""Frequency events as written: initiating events, which happen now and then, and are over at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from faulttree.errors import Fault
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Rate
from faulttree.model.sections import Sections

__all__ = ["MOST", "frequency_faults", "given_wrongly", "unit_of"]

MOST = 1_000
"""Frequency events of one model."""


def frequency_faults(known: Sections) -> Iterator[Fault]:
    """Faults of frequency events: too many, set to what they cannot be, observed."""
    events = [name for name, event in known.sound["basic_events"].items() if event.frequency is not None]
    if len(events) > MOST:
        yield Fault(f"{len(events):,} events have a frequency, and at most {MOST:,} are possible",
                    f"basic event '{events[MOST]}'", "give a model to each group of initiating events",
                    ("basic_events", events[MOST], "frequency"))  # fmt: skip
    for name, scenario in known.sound["scenarios"].items():
        for event, wrong, fix in given_wrongly(events, scenario.states):
            yield Fault(wrong, f"scenario '{name}'", fix, ("scenarios", name, "set", event))
    frequent = set(events)
    for name, evidence in known.sound["evidence"].items():
        for path, states in evidence.statements():
            for event in states:
                if event in frequent:
                    yield Fault(f"'{event}' has a frequency, and is over before anything can be observed",
                                f"evidence '{name}'", "leave it out", ("evidence", name, *path, event))  # fmt: skip


def unit_of(frequency: Rate | str, parameters: Mapping[str, Parameter]) -> tuple[str, float]:
    """The unit that a frequency is written in, such as "/y" or "FIT", and one of it per second; "/h" of expressions."""
    parameter = parameters.get(frequency) if isinstance(frequency, str) else None
    written = frequency if parameter is None else parameter.value
    rate = written if isinstance(written, Rate) else Rate(1.0, "h")
    return str(Rate(1.0, rate.unit)).partition(" ")[2], rate.unit_in_si


def given_wrongly(events: Collection[str], states: Mapping[str, bool | float]) -> Iterator[tuple[str, str, str]]:
    """What a what-if cannot set of frequency events: the event, what is wrong, and the fix."""
    frequent = set(events)
    given = {event: state for event, state in states.items() if event in frequent}
    true = [event for event, state in given.items() if state is True]
    for event, state in given.items():
        if not isinstance(state, bool):
            yield event, f"'{event}' has a frequency, and no probability", "set it to true or false"
    if len(true) > 1:
        wrong = f"'{true[0]}' and '{true[1]}' both have a frequency, and do not happen at the same moment"
        yield true[1], wrong, "set one of them"
