"""Importance in time of groups, gates and parameters: for the failure frequency, mean unavailability, unreliability."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.groups import conditioned, group_members
from faulttree.importance.parameters import (
    STEPS,
    UNSURE,
    differences_at,
    first_step,
    in_si,
    most,
    scale_of,
    slope_from,
    unit_of,
    written_value,
)
from faulttree.importance.table import of_parts
from faulttree.laws import Law
from faulttree.model.parameters import Parameter
from faulttree.quantification.inputs import EventLaws, Levels
from faulttree.reliability.importance import MOST_SAMPLES, integrals, need_frequency, need_no_repair
from faulttree.reliability.importance_tables import FREQUENCY, ImportanceInTime
from faulttree.reliability.system import FloatArray, System

__all__ = [
    "QUANTITIES",
    "TimedGate",
    "TimedGates",
    "TimedGroup",
    "TimedGroups",
    "TimedParameter",
    "TimedParameters",
    "gates_in_time",
    "groups_in_time",
    "parameters_in_time",
    "quantity_of",
]

QUANTITIES = {
    "frequency": FREQUENCY,
    "unreliability": "unreliability",
    "mean-unavailability": "mean unavailability",
}
"""What importance in time is asked for, and what each is called."""

ROUNDING = 64 * 2.0**-53
"""Relative rounding of a frequency or a probability of the top, of small diagrams."""
MEANS = 1e-11
"""Relative: the least that two integrals of like accuracy are taken to differ by."""
NEGLIGIBLE = 1e-6
"""An elasticity known to this is known, be it 0."""


@dataclass(frozen=True, slots=True)
class TimedGroup:
    """Importance of a group of events for a quantity X of the top.

    certain, impossible: X if all of the group are there at all times, and if none ever is. For a frequency neither
    counts failures of the group itself.
    birnbaum: certain - impossible. criticality: (X - impossible) / X, the share of X that goes without the group; for a
    frequency it is below 0 where the group, once down, keeps others from failing the system.
    risk_achievement_worth (RAW): certain / X. risk_reduction_worth (RRW): X / impossible.
    Over zero: see `importance.ratio`.
    Sources: as of groups for P: M. C. Cheok, G. W. Parry, R. R. Sherry, Reliability Engineering and System Safety 60,
    1998.
    """

    group: str
    events: tuple[str, ...]
    certain: float
    impossible: float
    birnbaum: float
    criticality: float
    risk_achievement_worth: float
    risk_reduction_worth: float


@dataclass(frozen=True, slots=True)
class TimedGate:
    """Importance of a gate for a quantity X of the top; the measures are those of `TimedGroup`.

    certain, impossible: X with the gate replaced by true, by false wherever it is an input, at all times. The events
    below it keep their laws for whatever else they are inputs of.
    A birnbaum or criticality is a difference whose absolute error is that of X.
    """

    gate: str
    certain: float
    impossible: float
    birnbaum: float
    criticality: float
    risk_achievement_worth: float
    risk_reduction_worth: float


@dataclass(frozen=True, slots=True)
class TimedParameter:
    """Importance of a parameter theta for a quantity X of the top.

    value: as written. events: those whose law follows it. derivative: dX/d theta. error: estimate of its error.
    unit: what both are for a change of one of, such as 1 /h. elasticity: theta/X dX/d theta, nan where X is 0.
    All three are nan where X jumps or bends at the parameter's value, as at a test interval of which the time asked for
    is a multiple.
    Source: C. J. F. Ridders, Advances in Engineering Software 4, 1982 (differences).
    """

    parameter: str
    value: str
    events: tuple[str, ...]
    derivative: float
    error: float
    unit: str
    elasticity: float


@dataclass(frozen=True, eq=False)
class TimedGroups(ImportanceInTime[TimedGroup]):
    """Importance of groups for one quantity, in the order in which they were given: see `ImportanceInTime`."""

    named, thing = "group", "group"
    frequencies = ("certain", "impossible", "birnbaum")


@dataclass(frozen=True, eq=False)
class TimedGates(ImportanceInTime[TimedGate]):
    """Importance of gates for one quantity, in the order in which they were given: see `ImportanceInTime`."""

    named, thing = "gate", "gate"
    frequencies = ("certain", "impossible", "birnbaum")


@dataclass(frozen=True, eq=False)
class TimedParameters(ImportanceInTime[TimedParameter]):
    """Importance of parameters for one quantity, by falling magnitude of the elasticity: see `ImportanceInTime`."""

    named, thing = "parameter", "parameter"
    frequencies = ("derivative", "error")


def quantity_of(system: System, seconds: float, of: str) -> tuple[float, float]:
    """A quantity of the top, and an estimate of its relative error: 0 where it comes from no integral.

    of: a key of `QUANTITIES`. seconds: the time, or the end of the mean.
    Raises NotCoherentError, InvalidRequestError where it is not defined.
    """
    at = np.array([seconds])
    if of == "frequency":
        need_frequency(system)
        w = system.at(at).frequency
        assert w is not None, "the frequency is known"
        return _finite(float(w[0]), seconds), 0.0
    if of == "unreliability":
        need_frequency(system)
        need_no_repair(system)
        return float(system.unavailability(at)[0]), 0.0
    if not system.used_laws and 0.0 < seconds < math.inf:
        return float(system.unavailability(at)[0]), 0.0
    (value,), (error,) = integrals(system, seconds, lambda times: system.unavailability(times)[None, :], 1)
    return min(1.0, float(value) / seconds), float(error / value) if value else 0.0


def groups_in_time(
    system: System, seconds: float, events: Sequence[str], groups: Mapping[str, Iterable[str]], of: str
) -> TimedGroups:
    """Importance of every group for a quantity.

    events: those of the tree. groups: the events of each, by the group's name. of: a key of `QUANTITIES`.
    Exact but for rounding and, of means, the error of integrals; a frequency keeps 10 digits, and a difference of two
    frequencies the absolute error of these.
    Time: for a frequency two columns per group in batches, else two precise sweeps, for means at a few hundred times.
    Raises NotCoherentError, InvalidRequestError, UnknownNameError.
    """
    members = group_members(events, groups)
    value, error = quantity_of(system, seconds, of)
    if of == "frequency":
        pairs = _frequencies_given(system, seconds, members)
        found = [[one, none, one - none, value - none] for one, none in pairs]
    elif of == "unreliability":
        found = _conditioned(system, np.array([seconds]), members)[:, :, 0].tolist()
    else:
        found, error = _means_given(system, seconds, members, value)
    rows = [
        TimedGroup(group, named, one, none, **measures)
        for (group, named), (one, none, *_), measures in zip(
            members.items(), found, _measures(value, found), strict=True
        )
    ]
    return TimedGroups(QUANTITIES[of], seconds, value, error, tuple(rows))


def gates_in_time(
    gates: Sequence[str],
    of: str,
    seconds: float,
    top: tuple[float, float],
    with_gate: Sequence[tuple[float, float]],
    without_gate: Sequence[tuple[float, float]],
) -> TimedGates:
    """Importance of every gate, from quantities and their relative errors worked out elsewhere, by `quantity_of`.

    top: as the tree stands. with_gate, without_gate: of the trees with the gate replaced by true and by false.
    """
    value, error = top[0], max(error for _, error in (top, *with_gate, *without_gate))
    found = [[one, none, one - none, value - none] for (one, _), (none, _) in zip(with_gate, without_gate, strict=True)]
    rows = [
        TimedGate(gate, one, none, **measures)
        for gate, (one, none, *_), measures in zip(gates, found, _measures(value, found), strict=True)
    ]
    return TimedGates(QUANTITIES[of], seconds, value, error, tuple(rows))


def parameters_in_time(
    system: System,
    seconds: float,
    parameters: Mapping[str, Parameter],
    of: str,
    told_as: Mapping[str, str] = MappingProxyType({}),
) -> TimedParameters:
    """Importance of every parameter that a law of the system follows, for a quantity.

    system: its laws have a place for every parameter. parameters: of the model, by name. of: a key of `QUANTITIES`.
    told_as: what is named in place of an event.
    The quantity is worked out at 24 values about each parameter's, and the differences extrapolated to none: 8 digits
    or more for smooth laws; `error` is what an estimate says.
    Raises NotCoherentError, InvalidRequestError.
    """
    value, error = quantity_of(system, seconds, of)
    rows = []
    for name, parameter in parameters.items():
        driven = tuple(
            dict.fromkeys(
                told_as.get(event, event)
                for event, form in zip(system.laws.events, system.laws.forms, strict=True)
                if form is not None and name in form.inputs
            )
        )
        if driven:
            here, one = in_si(parameter)
            derivative, doubt = _derivative(system, seconds, name, parameter, of, value)
            elasticity = here * derivative / value if value else math.nan
            rows.append(
                TimedParameter(
                    name,
                    written_value(parameter),
                    driven,
                    derivative * one,
                    doubt * one,
                    unit_of(parameter),
                    elasticity,
                )
            )
    rows.sort(key=lambda row: math.inf if math.isnan(row.elasticity) else -abs(row.elasticity))
    return TimedParameters(QUANTITIES[of], seconds, value, error, tuple(rows))


# Groups


def _frequencies_given(
    system: System, seconds: float, members: Mapping[str, tuple[str, ...]]
) -> list[tuple[float, float]]:
    """The top's failure frequency with all events of each group certain, and all impossible."""
    levels = system.laws.at(seconds)
    place = {event: level for level, event in enumerate(system.laws.events) if event}
    groups = [[place[event] for event in named if event in place] for named in members.values()]
    found = np.empty((2, len(groups)))
    step = max(1, MOST_SAMPLES // (4 * max(1, len(levels.q))))
    for state in (0, 1):
        for start in range(0, len(groups), step):
            some = groups[start : start + step]
            q, not_q, w = (np.repeat(array, len(some), axis=1) for array in (levels.q, levels.not_q, levels.w))
            for column, own in enumerate(some):
                q[own, column], not_q[own, column], w[own, column] = state, 1 - state, 0.0
            _, _, frequency = system.batches.frequency(q, not_q, w)
            found[1 - state, start : start + step] = np.maximum(frequency, 0.0)
    return [(float(one), float(none)) for one, none in found.T]


def _conditioned(system: System, times: FloatArray, members: Mapping[str, tuple[str, ...]]) -> FloatArray:
    """P given all of each group, P given none, their difference, and P less the second: float64[n_groups, 4, B]."""
    levels = system.laws.at(times)
    found = np.empty((len(members), 4, len(times)))
    for column in range(len(times)):
        q, not_q = (np.broadcast_to(array, (len(array), len(times)))[:, column] for array in (levels.q, levels.not_q))
        for place, each in enumerate(conditioned(system.batches.bdd, q, not_q, members, system.coherent)):
            found[place, :, column] = each.certain, each.impossible, each.rise, each.loss
    return found


def _means_given(
    system: System, seconds: float, members: Mapping[str, tuple[str, ...]], value: float
) -> tuple[list[list[float]], float]:
    """The same as means over [0, T], and the largest estimate of a relative error."""
    n = 4 * len(members)
    if not n:
        return [], 0.0

    def functions(times: FloatArray) -> FloatArray:
        return np.maximum(_conditioned(system, times, members), 0.0).reshape(n, len(times))

    values, errors = integrals(system, seconds, functions, n)
    means = np.minimum(values / seconds, 1.0).reshape(len(members), 4)
    if not system.coherent:
        means[:, 2], means[:, 3] = means[:, 0] - means[:, 1], value - means[:, 1]
    return means.tolist(), float(np.max(errors[values > 0.0] / values[values > 0.0], initial=0.0))


def _measures(value: float, found: Sequence[Sequence[float]]) -> list[dict[str, float]]:
    """The measures of each part. found: of each the quantity with it and without it, the rise and the loss."""
    one, none, rise, loss = np.array(found, np.float64).reshape(-1, 4).T
    nothing = np.zeros(len(found))
    return of_parts(Conditionals(value, nothing, one, none, rise, loss, nothing))


# Parameters


def _derivative(
    system: System, seconds: float, name: str, parameter: Parameter, of: str, value: float
) -> tuple[float, float]:
    """DX/d theta in SI, and an estimate of its error; nan, and inf, where X jumps or bends or has no values about."""
    here, _ = in_si(parameter)
    step = first_step(here, parameter, seconds)
    for _ in range(STEPS):
        values = differences_at(here, step, most(here, parameter))
        try:
            x, rounding = _at_values(system, seconds, name, values, of)
        except InvalidRequestError:
            # Some law has no such value, as a test that takes longer than its interval: closer to the value, then.
            step /= 8.0
            continue
        (slope,), (doubt,) = slope_from(values, x[None, :], rounding)
        scale = here or scale_of(parameter, seconds)
        if doubt <= UNSURE * abs(slope) or doubt * scale <= NEGLIGIBLE * value:
            return float(slope), float(doubt)
        return math.nan, float(doubt)
    return math.nan, math.inf


def _at_values(system: System, seconds: float, name: str, values: FloatArray, of: str) -> tuple[FloatArray, float]:
    """The quantity at values of a parameter, or that less one, and how much of it may be noise, relative."""
    if of == "mean-unavailability":
        pairs = {value: quantity_of(_followed(system, name, value), seconds, of) for value in set(values.tolist())}
        noise = max(error for _, error in pairs.values())
        return np.array([pairs[value][0] for value in values.tolist()]), max(MEANS, min(noise, UNSURE))
    if of == "unreliability":
        need_no_repair(_followed(system, name, float(values.max())))
    levels = system.laws.at(seconds, {name: values})
    if of == "frequency":
        _finite(float(np.max(levels.w)), seconds)
        _, _, w = system.batches.frequency(levels.q, levels.not_q, levels.w)
        return np.maximum(w, 0.0), ROUNDING
    (p, *_), (not_p, *_) = system.batches.probability(levels.q, levels.not_q)
    # The smaller of the two has the digits.
    return (p if p[0] <= 0.5 else -not_p), ROUNDING


def _finite(w: float, seconds: float) -> float:
    if not math.isfinite(w):
        raise InvalidRequestError(
            f"the failure frequency of an event is infinite at {seconds:g} s; ask at another time"
        )
    return w


def _followed(system: System, name: str, value: float) -> System:
    laws = _LawsAt(system.laws.events, system.laws.forms, name, value)
    return _SystemAt(system.batches, laws, system.coherent, name, value)


@dataclass(frozen=True, eq=False)
class _LawsAt(EventLaws):
    """Laws with one input at another value than its point value."""

    name: str = ""
    value: float = 0.0

    def at(self, t: float | FloatArray, sampled: Mapping[str, FloatArray] | None = None) -> Levels:
        moved = np.full(np.shape(t) or (1,), self.value)
        return super().at(t, {**(sampled or {}), self.name: moved})


@dataclass(frozen=True, eq=False)
class _SystemAt(System):
    """A system with one input at another value than its point value."""

    name: str = ""
    value: float = 0.0

    @functools.cached_property
    def used_laws(self) -> Mapping[int, Law]:
        forms = {level: self.laws.forms[level] for level in self.batches.plan.used.tolist()}
        return {level: form.law({self.name: self.value}) for level, form in forms.items() if form is not None}
