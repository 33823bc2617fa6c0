"""The top event over time: unavailability, failure frequency, expected failures and unreliability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from faulttree import deadline
from faulttree.errors import CUT_SHORT, FloatRangeExceeded, InvalidRequestError
from faulttree.reliability.instants import failures_at_instants
from faulttree.reliability.integration import RELATIVE, integrate
from faulttree.reliability.system import HOUR, FloatArray, System, Top
from faulttree.results import Table, counted

__all__ = ["Curve", "Interval", "expected_failures", "over_time"]

AT_INSTANTS = (
    "tests bring events down at instants, which w(t) leaves out: expected failures lie in an interval, and their "
    "upper end is given"
)
BELOW_FLOATS = "a number above 0 and below 2.2e-308, where floating-point numbers end, is undetermined (nan):"
BOUNDED = (
    "events are repaired, so the unreliability is certain only to lie between the largest Q so far and "
    "min(1, Q(0) + W(0, t)); the upper end is given"
)
FOUND = (
    "events that are taken at a time of their own are states in which they are found: they come about at no time, and "
    "w(t) and expected failures count what the other events bring about"
)
TIMES_SHARE = 0.6
"""Share of the remaining time for Q and w at all times; the rest is for expected failures."""
KEPT_DIGITS = 1e-3
"""A difference of probabilities that is this part of them or more has lost three digits at most."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Numbers that certainly lie, or by an error estimate lie, in [lower, upper], and the ones given: float64[n]."""

    value: FloatArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True, eq=False)
class Curve(Table):
    """The top event at rising times, arrays of float64[n] in seconds and per second; the records are in hours.

    unavailability, availability: Q(t) and 1 - Q(t), exact but for rounding. Where Q jumps, the value just before.
    frequency: w(t), unconditional failure frequency (UFI); nan where an event's own is infinite. What fails at single
    instants is not in it. conditional_intensity: w / (1 - Q); nan where 1 - Q is 0.
    expected_failures: W(0, t), the expected number of times that the top event comes about after time 0. `lower` and
    `upper` hold the error of the integral; with failures at instants the bound on these is in `upper`, the value given.
    unreliability: F(t), the probability that the top event has come about by t, be it at time 0.
    unreliability_method: 'exact' where no event is repaired, for then F = Q; 'interval' where F certainly lies between
    `lower` and `upper`, which is the value given; None where it is not defined.
    notes: what is to be known of the numbers. cut_short: which limit ended the work before all was there, or ''; then
    there are the first of the times only, or no expected failures, and the notes say so. missing: the times that were
    asked for and not worked out, seconds; in the records they have nothing but the time.
    Of a tree that is not coherent, or has an event of which only q is known, only Q is known; the rest is None.
    Sources: W. E. Vesely, Nuclear Engineering and Design 13, 1970, 337; H. Kumamoto, E. J. Henley, Probabilistic Risk
    Assessment and Management, 1996, ch. 8; IEC 61165.
    """

    times: FloatArray
    unavailability: FloatArray
    availability: FloatArray
    frequency: FloatArray | None = None
    conditional_intensity: FloatArray | None = None
    expected_failures: Interval | None = None
    unreliability: Interval | None = None
    unreliability_method: Literal["exact", "interval"] | None = None
    notes: tuple[str, ...] = ()
    cut_short: str = ""
    missing: FloatArray = field(default_factory=lambda: np.zeros(0), repr=False)

    @property
    def partial(self) -> bool:
        """Whether a limit ended the work before all that was asked for was there."""
        return bool(self.cut_short)

    def __len__(self) -> int:
        return len(self.times)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per time: times in hours, frequencies and intensities per hour."""
        failures, unreliability = self.expected_failures, self.unreliability
        columns: dict[str, FloatArray | None] = {
            "time_h": self.times / HOUR,
            "unavailability": self.unavailability,
            "availability": self.availability,
            "frequency_per_h": None if self.frequency is None else self.frequency * HOUR,
            "conditional_intensity_per_h": (
                None if self.conditional_intensity is None else self.conditional_intensity * HOUR
            ),
        }
        for name, found in (("expected_failures", failures), ("unreliability", unreliability)):
            columns[name] = None if found is None else found.value
            columns[f"{name}_lower"] = None if found is None else found.lower
            columns[f"{name}_upper"] = None if found is None else found.upper
        lists = {name: [None] * len(self) if found is None else found.tolist() for name, found in columns.items()}
        method = self.unreliability_method
        rows: list[dict[str, Any]] = [
            dict(zip(lists, row, strict=True)) | {"unreliability_method": method}
            for row in zip(*lists.values(), strict=True)
        ]
        nothing = dict.fromkeys((*lists, "unreliability_method"))
        return rows + [nothing | {"time_h": time} for time in (self.missing / HOUR).tolist()]

    def to_dict(self) -> dict[str, Any]:
        """The records, the notes, and whether that is not all that was asked for."""
        return {"notes": list(self.notes), "partial": self.partial} | super().to_dict()

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), [f"note: {note}" for note in self.notes]


def over_time(system: System, times: Sequence[float] | FloatArray) -> Curve:
    """The top event at times, in seconds; sorted, if they are not.

    All times are evaluated in batches. Where a limit of time or memory is met, the first of them are given, and
    expected failures are left out; see `Curve.cut_short`.
    Raises InvalidRequestError for a time that is negative or not finite; TimeLimitExceeded, MemoryLimitExceeded.
    """
    moments = np.sort(np.asarray(times, np.float64).ravel())
    if not np.isfinite(moments).all() or (moments < 0.0).any():
        wrong = moments[~np.isfinite(moments) | (moments < 0.0)][0]
        raise InvalidRequestError(f"a time of {wrong:g} s has no meaning; give times from 0 on, in seconds")
    with deadline.part(TIMES_SHARE):
        top, met = system.at_first(moments)
    moments, missing = np.split(moments, [len(top.unavailability)])
    lost = system.below_floats(moments, top)
    _refuse_all_lost(moments, lost)
    found = _without(_curve(system, moments, top), lost)
    if not met:
        return found
    note = f"{counted(len(missing), 'time')} of {len(moments) + len(missing):,} without an answer: {met} ended the work"
    return replace(found, notes=(*found.notes, note), cut_short=met, missing=missing)


def _curve(system: System, moments: FloatArray, top: Top) -> Curve:
    """The top event at rising times, as far as floats hold it and the limits allow."""
    notes: list[str] = []
    if top.frequency is None:
        return Curve(moments, top.unavailability, top.availability, notes=(system.why_no_frequency,))
    if np.isnan(top.frequency).any():
        notes.append("w(t) is undetermined (nan) where the frequency of an event is infinite")
    intensity = np.divide(
        top.frequency, top.availability, out=np.full(len(moments), np.nan), where=top.availability > 0.0
    )
    known = Curve(moments, top.unavailability, top.availability, top.frequency, intensity)
    try:
        start = system.at(np.zeros(1)).unavailability if system.repairable else np.zeros(1)
        failures, peaks, reached = expected_failures(system, moments)
    except CUT_SHORT as error:
        if not system.repairable:
            known = replace(known, unreliability=_exactly(top.unavailability), unreliability_method="exact")
        what = "expected failures and the unreliability are" if system.repairable else "expected failures are"
        notes.append(f"{what} not known, for {error.limit_met} ended the work on them")
        return replace(known, notes=tuple(notes), cut_short=error.limit_met)
    if not reached:
        notes.append(f"an integral of w(t) is less certain than {RELATIVE:g} of it; see its lower and upper end")
    if system.fails_at_instants:
        notes.append(AT_INSTANTS)
    if system.finds_states:
        notes.append(FOUND)
    unreliability = _exactly(top.unavailability)
    if system.repairable:
        notes.append(BOUNDED)
        lower = np.maximum(peaks, np.maximum.accumulate(top.unavailability))
        upper = np.maximum(lower, np.minimum(1.0, start + failures.upper))
        unreliability = Interval(upper, lower, upper)
    return replace(
        known,
        expected_failures=failures,
        unreliability=unreliability,
        unreliability_method="interval" if system.repairable else "exact",
        notes=tuple(notes),
    )


def _exactly(values: FloatArray) -> Interval:
    return Interval(values, values, values)


def _refuse_all_lost(moments: FloatArray, lost: npt.NDArray[np.bool_]) -> None:
    """Raise FloatRangeExceeded where Q or w is below the smallest float at every time but 0."""
    for name, each in zip(("probability", "failure frequency"), lost, strict=True):
        if (moments > 0.0).any() and each[moments > 0.0].all():
            raise FloatRangeExceeded(f"the {name} of the top event", f" at {moments[-1] / HOUR:g} h")


def _without(curve: Curve, lost: npt.NDArray[np.bool_]) -> Curve:
    """The curve with nan for Q, or for w, where it is lost, and for what is made of it."""
    if not lost.any():
        return curve
    gone = lost.any(axis=0)

    def blank(values: FloatArray | None, where: npt.NDArray[np.bool_]) -> FloatArray | None:
        return None if values is None else np.where(where, np.nan, values)

    def blank_ends(found: Interval | None) -> Interval | None:
        if found is None:
            return None
        return Interval(*(np.where(gone, np.nan, each) for each in (found.value, found.lower, found.upper)))

    return replace(
        curve,
        unavailability=np.where(lost[0], np.nan, curve.unavailability),
        frequency=blank(curve.frequency, lost[1]),
        conditional_intensity=blank(curve.conditional_intensity, lost[1]),
        expected_failures=blank_ends(curve.expected_failures),
        unreliability=blank_ends(curve.unreliability),
        notes=(*curve.notes, f"{BELOW_FLOATS} at {counted(int(gone.sum()), 'time')}"),
    )


def expected_failures(system: System, times: FloatArray) -> tuple[Interval, FloatArray, bool]:
    """W(0, t) at rising times, the largest Q met up to each, and whether the integrals are as good as asked for.

    For a tree whose frequency is known. Where no event is repaired, W(0, t) = Q(t) - Q(0), which needs no integral
    while it keeps its digits.
    """
    if not system.repairable:
        start, top = system.at(np.zeros(1)), system.at(times)
        gained = _gained(start, top)
        if not (_has_lost_digits(start, gained) & (times > 0.0)).any():
            return Interval(gained, gained, gained), top.unavailability, True
    edges = system.edges(_doubling(times))
    found = integrate(lambda points: _frequency_and_q(system, points), edges, blur=system.blur, times=times)
    total, error = found.running[0], found.running_errors[0]
    at_edges = system.at(edges).unavailability
    seen, met = np.concatenate([edges, found.points]), np.concatenate([at_edges, found.samples[1]])
    order = np.argsort(seen, kind="stable")
    peaks = np.maximum.accumulate(met[order])[np.searchsorted(seen[order], times, side="right") - 1]
    lower, upper = np.maximum(0.0, total - error), total + error
    if not system.fails_at_instants:
        return Interval(total, lower, upper), peaks, found.reached[0]
    instants, bounds = failures_at_instants(system, float(np.max(times, initial=0.0)))
    upper = upper + np.concatenate([[0.0], np.cumsum(bounds)])[np.searchsorted(instants, times)]
    return Interval(upper, lower, upper), peaks, found.reached[0]


def _doubling(times: FloatArray) -> FloatArray:
    """Some of the rising times: the least above 0, then each that is twice the one before, and the last."""
    found: list[float] = []
    for time in times[times > 0.0].tolist():
        if not found or time >= 2.0 * found[-1]:
            found.append(time)
    return np.array([*found, *times[-1:].tolist()])


def _frequency_and_q(system: System, points: FloatArray) -> FloatArray:
    top = system.at(points)
    assert top.frequency is not None, "the frequency is known"
    return np.stack([top.frequency, top.unavailability])


def _gained(start: Top, top: Top) -> FloatArray:
    """Q(t) - Q(0), of the two small numbers rather than of the two near one."""
    low = top.unavailability + start.unavailability < 1.0
    gained = np.where(low, top.unavailability - start.unavailability, start.availability - top.availability)
    return np.maximum(gained, 0.0)


def _has_lost_digits(start: Top, gained: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether a difference from what was there at the start is small beside its terms."""
    return gained < KEPT_DIGITS * np.minimum(start.unavailability, start.availability)
