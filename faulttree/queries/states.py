"""States of events: the likeliest, or that with the fewest events occurred, in which a function is true."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import MissingProbabilityError
from faulttree.quantification.best_state import best_state
from faulttree.quantification.functions import Functions
from faulttree.queries.writing import name_text
from faulttree.wide_floats import product

__all__ = ["StateOfEvents", "both_sides", "extreme_state", "listed", "state_where", "with_probability"]

IMPOSSIBLE = -1e9
"""Stands for the logarithm of zero: worse than all others together, and two of them are worse than one."""
SHOWN = 10
"""Events that a sentence names before it says how many more there are."""


@dataclass(frozen=True)
class StateOfEvents:
    """What some events do. All others make no difference.

    states: of each event, whether it occurs. probability: that they do exactly this; None when not all are known.
    """

    states: Mapping[str, bool]
    probability: float | None = None

    @property
    def occurred(self) -> tuple[str, ...]:
        """The events that occur."""
        return tuple(event for event, state in self.states.items() if state)

    @property
    def absent(self) -> tuple[str, ...]:
        """The events that do not."""
        return tuple(event for event, state in self.states.items() if not state)

    def __getitem__(self, event: str) -> bool:
        """Whether an event occurs. Raises KeyError for one that makes no difference."""
        return self.states[event]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"states": dict(self.states), "probability": self.probability}

    def __str__(self) -> str:
        if not self.states:
            return "whatever the events do"
        occurred, absent = self.occurred, self.absent
        parts = [f"{listed(occurred)} occur{'s' * (len(occurred) == 1)}"] if occurred else []
        if absent:
            verb = "does not" if len(absent) == 1 else "do not"
            parts.append(f"{listed(absent)} {verb}" + ("" if occurred else " occur"))
        return ", and ".join(parts)


def state_where(functions: Functions, edge: int) -> StateOfEvents | None:
    """The likeliest state of the events that a function depends on in which it is true; None when it never is.

    Where not all their probabilities are known: the state with the fewest events occurred. Of equals the one with fewer
    occurred on top of the diagram.
    """
    events = functions.support(edge)
    sides = both_sides(functions, events)
    if any(side is None for side in sides.values()):
        states = extreme_state(functions.frozen(edge), events, "fewest")
    else:
        states = extreme_state(functions.frozen(edge), events, {event: side for event, side in sides.items() if side})
    return None if states is None else with_probability(states, sides)


def with_probability(states: Mapping[str, bool], sides: Mapping[str, tuple[float, float] | None]) -> StateOfEvents:
    """The states with the probability that the events do exactly this."""
    in_order = {event: states[event] for event in sorted(states)}
    known = [side[0] if in_order[event] else side[1] for event in in_order if (side := sides[event]) is not None]
    return StateOfEvents(in_order, product(*known) if len(known) == len(in_order) else None)


def both_sides(functions: Functions, events: Collection[str]) -> dict[str, tuple[float, float] | None]:
    """Of each event its probability and that of its absence; None where none is given."""
    names = sorted(events)
    unknown: set[str] = set()
    try:
        functions.probabilities([functions.of(event) for event in names])
    except MissingProbabilityError as error:
        unknown.update(error.events)
    known = [event for event in names if event not in unknown]
    found = dict(zip(known, functions.probabilities([functions.of(event) for event in known]).tolist(), strict=True))
    return {event: (found[event][0], found[event][1]) if event in found else None for event in names}


def extreme_state(
    bdd: Bdd, events: Collection[str], by: Mapping[str, tuple[float, float]] | Literal["fewest", "most"]
) -> dict[str, bool] | None:
    """A state of these events in which the diagram's root is true; None when there is none.

    by: the likeliest, given each event's probability and that of its absence; or that with the fewest events occurred,
    or the most. events: all that the function depends on.
    """
    occurs, absent = [0.0] * len(bdd.variables), [0.0] * len(bdd.variables)
    for level, event in enumerate(bdd.variables):
        if event not in events:
            continue
        if by == "fewest":
            occurs[level] = -1.0
        elif by == "most":
            absent[level] = -1.0
        else:
            q, not_q = by[event]
            occurs[level], absent[level] = _log_ratio(q, not_q), _log_ratio(not_q, q)
    found = best_state(bdd, occurs, absent)
    if found is None:
        return None
    return {event: state for event, state in zip(bdd.variables, found, strict=True) if event in events}


def _log_ratio(p: float, other: float) -> float:
    """Logarithm of what choosing a side costs against the likelier of the two."""
    if p >= other:
        return 0.0
    return math.log(p) - math.log(other) if p > 0.0 else IMPOSSIBLE


def listed(events: Sequence[str]) -> str:
    """The events' names in a sentence, the first ten of them."""
    names = [name_text(event) for event in events[:SHOWN]]
    if len(events) > SHOWN:
        return f"{', '.join(names)} and {len(events) - SHOWN:,} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
