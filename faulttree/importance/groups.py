"""Importance of groups of events, and of gates: what it would mean if all of it failed, or none of it could."""

from __future__ import annotations

import decimal
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.differential import differential_importance
from faulttree.importance.slopes import DIGITS, KEPT, with_digits
from faulttree.importance.table import of_parts
from faulttree.importance.underflow import without_loss
from faulttree.quantification.probability import FloatArray, may_underflow
from faulttree.quantification.settled.decimals import MOST_ROWS, DecimalSweeps, difference
from faulttree.quantification.settled.sweeps import Precise, SettledSweeps
from faulttree.results import NamedRows
from faulttree.wide_arrays import array_of, is_wide
from faulttree.wide_floats import KEEPS_DIGITS, exact_decimals, wide_float

__all__ = [
    "Ends",
    "GateImportance",
    "Gates",
    "GroupImportance",
    "Groups",
    "conditioned",
    "gate_importance",
    "group_importance",
    "group_members",
]

WIDE_DIGITS = 400
"""Decimal digits of probabilities that no float holds, and of their differences."""


@dataclass(frozen=True, slots=True)
class GroupImportance:
    """Importance of a group of events. P is the top event's probability.

    certain: P(top | all of the group). impossible: P(top | none of the group).
    birnbaum: certain - impossible; of one event its Birnbaum importance. Not above 1, and below 0 in a non-coherent
    tree only.
    criticality: (P - impossible) / P, the share of P that goes when none of the group can happen; of one event its
    criticality q dP/dq / P. Shares of several groups do not add up.
    risk_achievement_worth (RAW): certain / P. risk_reduction_worth (RRW): P / impossible.
    equal_changes, proportional_changes: differential importance, sums over the events: see `DifferentialImportance`.
    Over zero: see `importance.ratio`.
    Sources: W. E. Vesely et al., NUREG/CR-3385, 1983; M. C. Cheok, G. W. Parry, R. R. Sherry, Reliability Engineering
    and System Safety 60, 1998 (of groups); E. Borgonovo, G. E. Apostolakis, the same 72, 2001 (differential).
    """

    group: str
    events: tuple[str, ...]
    certain: float
    impossible: float
    birnbaum: float
    criticality: float
    risk_achievement_worth: float
    risk_reduction_worth: float
    equal_changes: float
    proportional_changes: float


@dataclass(frozen=True, slots=True)
class GateImportance:
    """Importance of a gate: what the top does when the gate is replaced by true or false wherever it is an input.

    probability: P(gate) as the tree stands. certain, impossible: P(top | gate set to true, to false). The events below
    the gate keep their probabilities for whatever else they are inputs of, so that P is a mixture of the two only where
    the gate is a module.
    birnbaum, criticality, risk_achievement_worth, risk_reduction_worth: from these as for a group. A birnbaum or a
    criticality is a difference of probabilities, whose absolute error is about 1e-16 of the larger.
    diagnostic: P(gate | top) as the tree stands, nan where it was not worked out.
    """

    gate: str
    probability: float
    certain: float
    impossible: float
    birnbaum: float
    criticality: float
    risk_achievement_worth: float
    risk_reduction_worth: float
    diagnostic: float


@dataclass(frozen=True, eq=False)
class Groups(NamedRows[GroupImportance]):
    """Importance of groups of events, in the order in which they were given."""

    named, thing = "group", "group"

    rows: tuple[GroupImportance, ...]


@dataclass(frozen=True, eq=False)
class Gates(NamedRows[GateImportance]):
    """Importance of gates, in the order in which they were given.

    unit: where the top has a frequency in place of the probability P, that of the frequency.
    """

    named, thing = "gate", "gate"

    rows: tuple[GateImportance, ...]
    unit: str = ""


def group_importance(
    bdd: Bdd,
    q: FloatArray,
    not_q: FloatArray,
    events: Sequence[str],
    groups: Mapping[str, Iterable[str]],
    monotone: bool = False,
) -> Groups:
    """Importance of every group.

    q, not_q: float64[n_levels] in [0, 1]. events: those of the tree; what the diagram's function does not depend on
    counts for nothing. groups: the events of each, by the group's name; an event may be in several.
    monotone: whether the function is known to be. Exact: of differences see `conditioned`. Time: two sweeps per group.
    Raises UnknownNameError, InvalidRequestError of an empty group.
    """
    members = group_members(events, groups)
    sweeps = SettledSweeps(bdd, q, not_q)
    (slopes, _), levels = with_digits(sweeps, sweeps.slopes(), monotone), [sweeps.level[event] for event in bdd.events]
    top = sweeps.top_probability({})
    if may_underflow(q, not_q) and (np.abs(q * slopes)[levels] < KEEPS_DIGITS).any():
        slopes = without_loss(bdd, q, not_q, monotone).slope
    differential = differential_importance(bdd.events, q[levels], slopes[levels])
    found = [list(each) for each in conditioned(bdd, q, not_q, members, monotone)]
    certain, impossible, rise, loss = array_of([number for row in found for number in row]).reshape(-1, 4).T
    nothing = np.zeros(len(members))
    measures = of_parts(Conditionals(top, nothing, certain, impossible, rise, loss, nothing))
    rows = []
    for (group, named), (one, none, *_), own in zip(members.items(), found, measures, strict=True):
        shares = differential.of(group, [event for event in named if event in sweeps.level])
        own |= {"equal_changes": shares.equal_changes, "proportional_changes": shares.proportional_changes}
        rows.append(GroupImportance(group, named, one, none, **own))
    return Groups(tuple(rows))


def group_members(events: Sequence[str], groups: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The events of each group, each once; a single name is a group of one.

    Raises UnknownNameError of a name that is none of the events, InvalidRequestError of an empty group.
    """
    known = set(events)
    members = {group: (named,) if isinstance(named, str) else tuple(named) for group, named in groups.items()}
    for group, named in members.items():
        if not named:
            raise InvalidRequestError(f"the group '{group}' is empty; name the events that it consists of")
        for event in named:
            if event not in known:
                raise UnknownNameError("event", event, events)
    return {group: tuple(dict.fromkeys(named)) for group, named in members.items()}


class Ends(NamedTuple):
    """P(top | all of a group), P(top | none of it), the first less the second, and P(top) less the second."""

    certain: float
    impossible: float
    rise: float
    loss: float


def conditioned(
    bdd: Bdd, q: FloatArray, not_q: FloatArray, members: Mapping[str, tuple[str, ...]], monotone: bool = False
) -> Iterator[Ends]:
    """What settling each group does to P(top).

    q, not_q: float64[n_levels]. monotone: whether the function is known to be.
    Differences have 11 digits or more, as slopes have: those of a group of one are its slope's. On a diagram of more
    than 50,000 rows the error of other groups' is 1e-28 of the larger term, and what cannot be told from 0 is 0.
    """
    sweeps = SettledSweeps(bdd, q, not_q, sweeps=2 * len(members) + 1)
    present = sweeps.probability()
    slopes: FloatArray | None = None
    for named in members.values():
        certain, impossible = (sweeps.probability(dict.fromkeys(named, failed)) for failed in (True, False))
        (rise, rise_known), (loss, loss_known) = _less(certain, impossible), _less(present, impossible)
        if not (rise_known and loss_known):
            here = [event for event in named if event in sweeps.level]
            if len(here) == 1:
                level = sweeps.level[here[0]]
                if slopes is None:
                    slopes, _ = with_digits(sweeps, sweeps.slopes(), monotone)
                rise, loss = float(slopes[level]), float(q[level] * slopes[level])
            elif len(bdd.nodes) <= MOST_ROWS:
                rise, loss = _in_decimals(DecimalSweeps(bdd, q, not_q), here)
        ends = Ends(certain.at(0), impossible.at(0), rise, loss)
        smallest = min(ends.certain, ends.impossible, abs(rise), abs(loss), present.at(0))
        yield _wide_ends(bdd, q, not_q, named) if smallest < KEEPS_DIGITS and may_underflow(q, not_q) else ends


def _wide_ends(bdd: Bdd, q: FloatArray, not_q: FloatArray, named: Sequence[str]) -> Ends:
    """The same in numbers of any exponent."""
    sweeps = DecimalSweeps(bdd, q, not_q)
    states: list[dict[str, bool]] = [dict.fromkeys(named, True), {}, dict.fromkeys(named, False)]
    certain, present, impossible = (sweeps.probability(WIDE_DIGITS, each) for each in states)
    with decimal.localcontext(exact_decimals(WIDE_DIGITS)):
        differences = difference(certain, impossible), difference(present, impossible)
        return Ends(*map(wide_float, (certain[0], impossible[0], *differences)))


def _less(one: Precise, other: Precise) -> tuple[float, bool]:
    """The difference of two probabilities, from themselves or their complements, and whether it has 11 digits."""
    step = one - other
    side = 0 if step.error[0] <= step.error[1] else 1
    value = step.at(side)
    return (-value if side else value), bool(step.error[side] <= KEPT * abs(value))


def _in_decimals(sweeps: DecimalSweeps, events: Sequence[str]) -> tuple[float, float]:
    """P(top) with all of the events less that with none, and P(top) less that with none."""
    rise = loss = 0.0
    for digits in DIGITS:
        states: list[dict[str, bool]] = [dict.fromkeys(events, True), {}, dict.fromkeys(events, False)]
        certain, present, impossible = (sweeps.probability(digits, each) for each in states)
        found = [_step(one, impossible, sweeps.rounding(digits)) for one in (certain, present)]
        (rise, rise_known), (loss, loss_known) = found
        if rise_known and loss_known:
            break
    return rise, loss


def _step(one: tuple[Decimal, Decimal], other: tuple[Decimal, Decimal], rounding: Decimal) -> tuple[float, bool]:
    """The difference of two probabilities that come with their complements, and whether it has 11 digits."""
    step, terms = difference(one, other), min(one[0] + other[0], one[1] + other[1])
    return float(step), terms * rounding <= Decimal(KEPT) * abs(step)


def gate_importance(
    gates: Sequence[str],
    top: float,
    probability: Sequence[float],
    with_gate: Sequence[float],
    without_gate: Sequence[float],
    given_top: Sequence[float] | None = None,
) -> Gates:
    """Importance of every gate, from probabilities worked out elsewhere, one per gate.

    top: P(top). probability: P(gate). with_gate, without_gate: P(top) with the gate replaced by true and by false.
    given_top: P(gate | top) where known.
    """
    one, none, nothing = array_of(with_gate), array_of(without_gate), np.zeros(len(gates))
    if is_wide(top) or is_wide(one) or is_wide(none):
        rise, loss = (
            array_of([a - b for a, b in zip(first, none.tolist(), strict=True)])
            for first in (one.tolist(), [top] * len(gates))
        )
    else:
        rise, loss = one - none, top - none
    measures = of_parts(Conditionals(top, nothing, one, none, rise, loss, nothing))
    posteriors = given_top if given_top is not None else [math.nan] * len(gates)
    rows = [
        GateImportance(gate, p, certain, impossible, **own, diagnostic=posterior)
        for gate, p, certain, impossible, own, posterior in zip(
            gates, probability, with_gate, without_gate, measures, posteriors, strict=True
        )
    ]
    return Gates(tuple(rows))
