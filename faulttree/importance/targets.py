"""What reaches a target: the probability that each event alone would have to have."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faulttree.errors import InvalidRequestError
from faulttree.importance.ratio import ratio
from faulttree.quantification.probability import FloatArray
from faulttree.results import NamedRows, number_text
from faulttree.wide_floats import is_undefined, log10, quotient

__all__ = ["Target", "Targets", "Verdict", "check_target", "target_heading", "to_reach", "without_nan"]

Verdict = Literal["lower to", "raise to", "cannot alone", "may rise to", "may fall to", "no limit"]


@dataclass(frozen=True, slots=True)
class Target:
    """What one event alone would need for the target: see `Targets`."""

    event: str
    probability: float
    required: float
    factor: float
    verdict: Verdict


@dataclass(frozen=True, eq=False)
class Targets(NamedRows[Target]):
    """For every event, the probability at which P(top) is the target while all others stay; the least change first.

    Numbers that there are not are nan, and None in records.

    P(top) is linear in each q, so that required = (target - P(top | no event)) / dP/dq, in [0, 1]; nan where no
    probability of the event makes it so.
    factor: probability / required, how many times less probable the event has to be; below 1 where it would be more.
    verdict, of a target below the present P(top): 'lower to', 'raise to' (an event that prevents the top), or 'cannot
    alone'. Of a target above, which is met already: 'may rise to', 'may fall to', or 'no limit', for whatever the
    event's probability, the target stays met.
    Ranked by the factor's distance from 1, up or down; ties in the tree's order; what cannot reach it last.
    """

    target: float
    present: float
    rows: tuple[Target, ...]

    @property
    def possible(self) -> tuple[Target, ...]:
        """The events that can reach the target alone."""
        return tuple(row for row in self.rows if not is_undefined(row.required))

    def records(self) -> list[dict[str, Any]]:
        """One mapping per row, in order; None for what there is not."""
        return without_nan(super().records())

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"target": self.target, "present": self.present, "rows": self.records()}

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """What the rows are about."""
        return (target_heading(self.target, self.present, "event"),), ()


def target_heading(target: float, present: float, thing: str) -> str:
    """What the rows of a table of targets are about."""
    met = f"met; how far each {thing} alone may go" if present < target else f"not met; what each {thing} alone takes"
    return f"target {number_text(target)}, present {number_text(present)}: {met}"


def without_nan(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The records with None in place of nan."""
    return [
        {key: None if isinstance(value, float) and is_undefined(value) else value for key, value in record.items()}
        for record in records
    ]


def to_reach(
    target: float,
    present: float,
    events: Sequence[str],
    q: FloatArray,
    with_event: FloatArray,
    without_event: FloatArray,
    slope: FloatArray,
) -> Targets:
    """What each event alone would need for P(top) = target.

    present: P(top). events: in the tree's order. q, with_event, without_event, slope: float64[n_events], of each event
    its probability, P(top | event), P(top | no event) and their difference with its digits, as in `Conditionals`.
    A required probability is as exact as these; close to 0 its absolute error is that of P(top | no event) / slope.
    Raises InvalidRequestError of a target outside [0, 1], or one that is there already.
    """
    check_target(target, present)
    rows = [
        _target(event, p, target, present, one, none, rise)
        for event, p, one, none, rise in zip(
            events, *(each.tolist() for each in (q, with_event, without_event, slope)), strict=True
        )
    ]
    return Targets(target, present, tuple(sorted(rows, key=_change)))


def check_target(target: float, present: float) -> None:
    """Raises InvalidRequestError of a target outside [0, 1], or one that is there already."""
    if isinstance(target, bool) or not isinstance(target, int | float):
        raise InvalidRequestError(f"the target {target!r} is no number; give a probability in [0, 1], like 1e-5")
    if not 0.0 <= target <= 1.0:
        raise InvalidRequestError(f"the target {target:g} is no probability; give one in [0, 1], like 1e-5")
    if target == present:
        raise InvalidRequestError(
            f"the probability is {number_text(present)} already, which is the target; give another to see what it takes"
        )


def _target(event: str, q: float, target: float, present: float, one: float, none: float, slope: float) -> Target:
    least, most = min(one, none), max(one, none)
    if slope == 0.0 or not least <= target <= most:
        return Target(event, q, math.nan, math.nan, "no limit" if target > present else "cannot alone")
    # From the end that is near: each keeps its digits there.
    low_is_near = abs(target - none) <= abs(target - one)
    required = quotient(target - none, slope) if low_is_near else 1.0 - quotient(one - target, slope)
    required = min(1.0, max(0.0, required))
    rises = (target > present) == (slope > 0.0)
    if target > present:
        return Target(event, q, required, ratio(q, required), "may rise to" if rises else "may fall to")
    return Target(event, q, required, ratio(q, required), "raise to" if rises else "lower to")


def _change(row: Target) -> tuple[bool, float]:
    """How far the event has to go: by its factor, up or down."""
    if is_undefined(row.required):
        return True, math.inf
    return False, math.inf if row.factor == 0.0 or is_undefined(row.factor) else abs(log10(row.factor))
