"""Importance in time: for the failure frequency, the mean unavailability, the unreliability; whose failures count."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError, NotCoherentError
from faulttree.importance.conditionals import Conditionals, conditionals
from faulttree.importance.ratio import ratio
from faulttree.importance.table import of_parts
from faulttree.laws import Law
from faulttree.reliability.importance_tables import ImportanceInTime
from faulttree.reliability.integration import integrate
from faulttree.reliability.system import HOUR, NOT_COHERENT, NOT_KNOWN, FloatArray, System
from faulttree.results import NamedRows, number_text

__all__ = [
    "FailureShare",
    "FailureShares",
    "FrequencyImportance",
    "TimedImportance",
    "TimedImportances",
    "barlow_proschan",
    "frequency_importance",
    "integrals",
    "mean_importance",
    "need_frequency",
    "need_no_repair",
    "unreliability_importance",
]

MOST_SAMPLES = 2**22
"""Numbers that one call of the integration may hold: 32 MB."""
POINTS = 15


@dataclass(frozen=True, slots=True)
class TimedImportance:
    """Importance of one event for a probability X of the top: its mean unavailability, or its unreliability.

    probability: the event's own, the mean of q or q at the time.
    with_event, without_event: X if the event is there at all times, and at none.
    birnbaum: with_event - without_event, by how much X rises if q does by a small amount, the same at all times.
    criticality: (X - without_event) / X, the share of X that goes with the event; of a mean it is the mean of q dP/dq
    over that of P.
    risk_achievement_worth (RAW): with_event / X. risk_reduction_worth (RRW): X / without_event.
    Over zero: see `importance.ratio`.
    Sources: as of the same measures of P: Z. W. Birnbaum 1969; W. E. Vesely et al., NUREG/CR-3385, 1983; the means
    follow, for X is linear in each event's q(t).
    """

    event: str
    probability: float
    with_event: float
    without_event: float
    birnbaum: float
    criticality: float
    risk_achievement_worth: float
    risk_reduction_worth: float


@dataclass(frozen=True, slots=True)
class FrequencyImportance:
    """Importance of one event for the unconditional failure frequency w of the top at a time t.

    Frequencies are per second; records, and so all tables, tell them per hour.
    probability, frequency: the event's own q and w. w = q with_event + (1 - q) without_event + dP/dq frequency.
    with_event, without_event: w of the top if the event has been there from the start, and if it never is; neither then
    counts any failure of the event itself. A component in series that is down lets nothing else fail the system: with
    it, w is 0.
    birnbaum: with_event - without_event, dw/dq.
    contribution: dP/dq frequency / w, the share of the top's failures at t that are brought about by this event; these
    sum to 1.
    risk_achievement_worth (RAW): with_event / w. risk_reduction_worth (RRW): w / without_event.
    Over zero: see `importance.ratio`.
    Sources: W. E. Vesely, Nuclear Engineering and Design 13, 1970 (w as the sum of dP/dq_i w_i); R. E. Barlow,
    F. Proschan, Stochastic Processes and their Applications 3, 1975, whose measure has the contribution inside.
    """

    event: str
    probability: float
    frequency: float
    with_event: float
    without_event: float
    birnbaum: float
    contribution: float
    risk_achievement_worth: float
    risk_reduction_worth: float


@dataclass(frozen=True, slots=True)
class FailureShare:
    """Barlow-Proschan importance of one event: see `FailureShares`. failures: the integral of dP/dq w, a number."""

    event: str
    failures: float
    share: float
    error: float


@dataclass(frozen=True, eq=False)
class TimedImportances(ImportanceInTime[TimedImportance | FrequencyImportance]):
    """Importance of every event for one quantity, in the tree's order: see `ImportanceInTime`."""

    frequencies = ("frequency", "with_event", "without_event", "birnbaum")

    rows: tuple[TimedImportance, ...] | tuple[FrequencyImportance, ...]


@dataclass(frozen=True, eq=False)
class FailureShares(NamedRows[FailureShare]):
    """Whose failures are the system's: Barlow-Proschan importance over [0, T], in the tree's order.

    share: integral of dP/dq_i(t) w_i(t) over that of w(t) of the top, the part of the system's expected failures in
    [0, T] that happen because this event happens then. The shares sum to 1; failures at instants (at a demand, at the
    beginning of a test, and those of what is down from the start) are in no w and in no share. All nan if the top does
    not fail otherwise.
    error: estimate of the share's error. until: T, in seconds. failures: the expected number of them in [0, T].
    Source: R. E. Barlow, F. Proschan, Stochastic Processes and their Applications 3, 1975; there for T to infinity.
    """

    until: float
    failures: float
    rows: tuple[FailureShare, ...]

    def ranked(self) -> list[FailureShare]:
        """Events by falling share, ties in the tree's order."""
        return sorted(self.rows, key=lambda row: math.inf if math.isnan(row.share) else -row.share)

    @property
    def heading(self) -> str:
        """What the rows are about, and why there are no shares where there are none."""
        about = f"shares of the {number_text(self.failures)} failures expected in {self.until / HOUR:g} h"
        if self.failures == 0.0:
            return f"{about}; no event's failure brings the top about, so that there is nothing to share"
        return about

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"until_h": self.until / HOUR, "failures": self.failures, "rows": self.records()}

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The heading."""
        return (self.heading,), ()


def frequency_importance(system: System, seconds: float, laws: Mapping[str, Law]) -> TimedImportances:
    """Importance of every event for the failure frequency w of the top at a time.

    laws: of every event, in the order wanted; of one that the top does not depend on, all is as it is without it.
    Exact but for rounding: conditional frequencies keep 10 digits. Time: two columns per event in batches.
    Raises NotCoherentError; InvalidRequestError at a time at which an event's own frequency is infinite.
    """
    need_frequency(system)
    levels = system.laws.at(seconds)
    q, not_q, w = levels.q[:, 0], levels.not_q[:, 0], levels.w[:, 0]
    if not np.isfinite(w).all():
        event = system.laws.events[int(np.argmin(np.isfinite(w)))]
        raise InvalidRequestError(
            f"the failure frequency of '{event}' is infinite at {seconds:g} s; ask at another time"
        )
    level = _levels(system)
    with_event, without_event = _frequencies_given(system, q, not_q, w)
    slopes = conditionals(system.batches.bdd, q, not_q, system.coherent, system.batches.root_names[0]).slope
    parts = np.maximum(slopes, 0.0) * w
    top = math.fsum(parts[list(level.values())])
    states = {event: law.at(seconds) for event, law in laws.items()}
    own = {event: float(state.unavailability) for event, state in states.items()}
    # What goes with an event are its own failures here: their share is its contribution.
    rise, nothing = with_event - without_event, np.zeros(len(q))
    given = Conditionals(top, q, with_event, without_event, rise, parts, nothing).of(level, own)
    ends = zip(given.with_event.tolist(), given.without_event.tolist(), of_parts(given), strict=True)
    rows = [
        FrequencyImportance(event, own[event], float(states[event].frequency), one, none, *measures.values())
        for event, (one, none, measures) in zip(laws, ends, strict=True)
    ]
    return TimedImportances("failure frequency", seconds, top, 0.0, tuple(rows))


def unreliability_importance(system: System, seconds: float, laws: Mapping[str, Law]) -> TimedImportances:
    """Importance of every event for the unreliability F of a system whose components are not repaired, so that F = Q.

    laws: of every event, in the order wanted. Exact but for rounding.
    Raises NotCoherentError; InvalidRequestError if a component is repaired, for F is then known between bounds only.
    """
    need_frequency(system)
    need_no_repair(system)
    (found,) = _conditionals_at(system, np.array([seconds]))
    own = {event: float(law.at(seconds).unavailability) for event, law in laws.items()}
    found = found.of(_levels(system), own)
    return _timed("unreliability", seconds, laws, found)


def mean_importance(system: System, seconds: float, laws: Mapping[str, Law]) -> TimedImportances:
    """Importance of every event for the mean unavailability over [0, T], which is PFDavg of a safety function.

    seconds: T, above 0. laws: of every event, in the order wanted. Trees that are not coherent too; the birnbaum and
    criticality of those are differences of the means.
    The means are adaptive integrals, cut where a law jumps or bends, to a relative error of 1e-10 as a rule; what was
    reached is in `error`. Time: two precise sweeps of the diagram per point in time, a few hundred for smooth laws.
    """
    level, n = _levels(system), len(laws)

    def functions(times: FloatArray) -> FloatArray:
        own = np.array([law.at(times).unavailability for law in laws.values()]).reshape(n, len(times))
        columns = np.empty((1 + 5 * n, len(times)))
        for column, found in enumerate(_conditionals_at(system, times)):
            here = found.of(level, dict(zip(laws, own[:, column].tolist(), strict=True)))
            slope, loss = np.maximum(here.slope, 0.0), np.maximum(here.loss, 0.0)
            columns[:, column] = np.concatenate(([here.top], here.q, here.with_event, here.without_event, slope, loss))
        return columns

    values, errors = integrals(system, seconds, functions, 1 + 5 * n)
    means, worst = values / seconds, float(np.max(errors[values > 0.0] / values[values > 0.0], initial=0.0))
    # The mean of ones may come out a rounding above one.
    top, (q, one, none, slope, loss) = min(1.0, float(means[0])), np.minimum(means[1:], 1.0).reshape(5, n)
    if not system.coherent:
        slope, loss = one - none, top - none
    means_given = Conditionals(top, q, one, none, slope, loss, worst * np.abs(slope))
    return _timed("mean unavailability", seconds, laws, means_given, worst)


def barlow_proschan(system: System, seconds: float, laws: Mapping[str, Law]) -> FailureShares:
    """Whose failures are the failures of the system over [0, T], of every event: see `FailureShares`.

    seconds: T, above 0. laws: of every event, in the order wanted.
    Adaptive integrals, as in `mean_importance`. Raises NotCoherentError.
    """
    need_frequency(system)
    level = _levels(system)
    present = [event for event in laws if event in level]
    places = np.array([level[event] for event in present], np.intp)

    def functions(times: FloatArray) -> FloatArray:
        w = system.laws.at(times).w[places]
        slopes = np.array([found.slope[places] for found in _conditionals_at(system, times)]).reshape(len(times), -1)
        return np.asarray(np.maximum(slopes.T, 0.0) * w)

    values, errors = integrals(system, seconds, functions, len(present)) if present else (np.zeros(0), np.zeros(0))
    failures, doubt = math.fsum(values), math.fsum(errors)
    found = dict(zip(present, zip(values.tolist(), errors.tolist(), strict=True), strict=True))
    rows = []
    for event in laws:
        number, error = found.get(event, (0.0, 0.0))
        share = ratio(number, failures)
        rows.append(FailureShare(event, number, share, ratio(error + share * doubt, failures)))
    return FailureShares(seconds, failures, tuple(rows))


def _timed(
    quantity: str,
    seconds: float,
    events: Iterable[str],
    given: Conditionals[float],
    error: float = 0.0,
) -> TimedImportances:
    """The rows of a quantity that is linear in every q."""
    numbers = (array.tolist() for array in (given.q, given.with_event, given.without_event))
    rows = tuple(
        TimedImportance(event, p, one, none, **own)
        for event, p, one, none, own in zip(events, *numbers, of_parts(given), strict=True)
    )
    return TimedImportances(quantity, seconds, given.top, error, rows)


def need_frequency(system: System) -> None:
    """Raise NotCoherentError of a tree whose failures cannot be told apart, InvalidRequestError where none is known."""
    if system.why_no_frequency == NOT_KNOWN:
        raise InvalidRequestError(
            f"{NOT_KNOWN}; ask for the importance of the probability or of the mean unavailability instead"
        )
    if not system.coherent:
        raise NotCoherentError(f"{NOT_COHERENT}; ask for the importance of the probability instead")


def need_no_repair(system: System) -> None:
    """Raise InvalidRequestError of a system whose unreliability is known between bounds only."""
    if system.repairable:
        raise InvalidRequestError(
            "components are repaired: the unreliability is known between bounds only, and its importance is not; "
            "ask for the importance of the probability, of the failure frequency or of the mean unavailability"
        )


def _levels(system: System) -> dict[str, int]:
    """The level of every event that has one."""
    forms = zip(system.laws.events, system.laws.forms, strict=True)
    return {event: level for level, (event, form) in enumerate(forms) if event and form is not None}


def _conditionals_at(system: System, times: FloatArray) -> Iterator[Conditionals[float]]:
    """P(top) with each event certain and impossible, by level, at one time after the other."""
    bdd, root, n_times = system.batches.bdd, system.batches.root_names[0], len(times)
    step = max(1, MOST_SAMPLES // (4 * max(1, len(bdd.variables))))
    for start in range(0, n_times, step):
        levels = system.laws.at(times[start : start + step])
        for column in range(levels.q.shape[1]):
            q, not_q = levels.q[:, column], levels.not_q[:, column]
            yield conditionals(bdd, q, not_q, system.coherent, root, sweeps=n_times, slopes_too=system.coherent)


def _frequencies_given(
    system: System, q: FloatArray, not_q: FloatArray, w: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The top's failure frequency with each event certain and impossible: float64[n_levels] each; nan at modules."""
    n_levels, level = len(q), list(_levels(system).values())
    found = np.full((2, n_levels), np.nan)
    step = max(1, MOST_SAMPLES // (4 * max(1, n_levels)))
    for state in (0, 1):
        for start in range(0, len(level), step):
            places = level[start : start + step]
            columns = np.arange(len(places))
            given = [np.repeat(array[:, None], len(places), axis=1) for array in (q, not_q, w)]
            for array, value in zip(given, (state, 1 - state, 0.0), strict=True):
                array[places, columns] = value
            _, _, frequency = system.batches.frequency(given[0], given[1], given[2])
            found[1 - state, places] = np.maximum(frequency, 0.0)
    return found[0], found[1]


def integrals(
    system: System, seconds: float, functions: Callable[[FloatArray], FloatArray], n_functions: int
) -> tuple[FloatArray, FloatArray]:
    """Integrals over [0, T] of functions that are nowhere negative, and estimates of their errors: float64[k] each."""
    if not 0.0 < seconds < math.inf:
        raise InvalidRequestError(f"the time {seconds:g} s leaves nothing to take a mean over; give one above 0")
    edges = system.edges(np.array([seconds]))
    step = max(1, MOST_SAMPLES // (POINTS * (n_functions + 1)))
    totals = np.zeros((2, n_functions))
    for start in range(0, len(edges) - 1, step):
        part = integrate(functions, edges[start : start + step + 1], rough_start=start == 0, blur=system.blur)
        totals += part.values.sum(axis=1), part.errors.sum(axis=1)
    return totals[0], totals[1]
