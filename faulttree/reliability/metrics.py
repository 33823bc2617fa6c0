"""The reliability metrics that standards ask for, of one system over one mission."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from faulttree import deadline
from faulttree.errors import CUT_SHORT, InvalidRequestError
from faulttree.quantification.probability import Probability
from faulttree.reliability.curve import AT_INSTANTS, BOUNDED, FOUND, Curve, Interval, over_time
from faulttree.reliability.integration import RELATIVE, Integrals, integrate
from faulttree.reliability.mean_life import mean_time_to_failure
from faulttree.reliability.sil import BANDS, HIGH_DEMAND, LOW_DEMAND, band_shares, level
from faulttree.reliability.system import HOUR, FloatArray, System
from faulttree.results import NamedRows, number_text
from faulttree.wide_floats import nearest

__all__ = ["Metric", "Metrics", "metrics", "metrics_between"]

SHORT = f"the integral is less certain than {RELATIVE:g} of it; see its lower and upper end"
NEVER = "the top event never occurs: there is nothing to give a level to"
ALWAYS = "the top event holds all the time and never comes about, so its failures have no frequency"
UNKNOWN = "not known:"
AT_THE_END = ("unavailability", "unreliability", "failure_frequency", "conditional_intensity", "expected_failures")
OF_THE_MEAN = (
    "mean_unavailability", "sil_low_demand", "pfh", "sil_high_demand", *(f"share_{band}" for band in BANDS),
)  # fmt: skip
STEADY = ("steady_unavailability", "steady_frequency", "mtbf", "mean_up_time", "mean_down_time")
UNITS = (
    dict.fromkeys((*AT_THE_END, *OF_THE_MEAN, "mttf", *STEADY), "")
    | dict.fromkeys(("failure_frequency", "conditional_intensity", "pfh", "steady_frequency"), "1/h")
    | dict.fromkeys(("mttf", "mtbf", "mean_up_time", "mean_down_time"), "h")
)
"""Every metric in its order, with its unit."""
CURVE_SHARE, MEAN_SHARE = 0.5, 0.6
"""Shares of the remaining time for the end of the mission and for all times of it; the rest is for mean lives."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric. value: None where it is not defined, with the reason in `note`; inf where it has no end.

    lower, upper: it lies in [lower, upper]. method: 'exact' (but for rounding), 'integral' (the ends hold an estimate
    of its error), 'crossings' (as far as the mesh of the integral sees them), 'interval' (it certainly lies between
    the ends, and the upper one is given), or '' where it is not defined. unit: '' for a plain number.
    """

    quantity: str
    value: float | None
    lower: float | None
    upper: float | None
    method: str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, eq=False)
class Metrics(NamedRows[Metric]):
    """Metrics of a system over a mission of `mission_time` seconds; times in hours, frequencies per hour.

    unavailability: Q(T). unreliability: F(T), the probability that the top event has come about by T.
    failure_frequency: w(T) (UFI). conditional_intensity: w / (1 - Q) at T. expected_failures: W(0, T).
    mean_unavailability: of Q over [0, T]; PFDavg in the words of IEC 61508. sil_low_demand: the level of that mean.
    pfh: W(0, T) / T, the average frequency of failure. sil_high_demand: its level. A level of 0 is none.
    W counts what comes about after time 0. Where the top event may hold at time 0 already, as after a failure on
    demand, pfh lies in [W / T, (Q(0) + W) / T], the upper end is given, and the level follows from both ends.
    Of a top event that holds all the time pfh and its level are not defined; of one that never occurs no level is.
    share_*: part of [0, T] with Q(t) in the band of a level in low demand mode; share_no_sil: at or above 0.1,
    share_beyond_sil_4: below 1e-5.
    mttf: mean time to failure; to the first failure (MTTFF), between two ends, where events are repaired.
    left_out: names of those that a limit of time or memory left without a value, of which their notes tell.
    steady_*: limits for t to infinity. mtbf = 1 / w, mean_up_time = (1 - Q) / w, mean_down_time = Q / w in that limit.
    Sources: H. Kumamoto, E. J. Henley, Probabilistic Risk Assessment and Management, 1996, ch. 8 and 9;
    W. E. Vesely, Nuclear Engineering and Design 13, 1970, 337; IEC 61508-1:2010, tables 2 and 3; IEC 61508-6:2010,
    annex B; IEC 61165.
    """

    named, thing = "quantity", "metric"

    mission_time: float
    rows: tuple[Metric, ...]
    left_out: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether a limit left out some of them."""
        return bool(self.left_out)

    @property
    def notes(self) -> Mapping[str, str]:
        """What is to be known of a metric, by its name; why it is not defined, where it is not."""
        return {row.quantity: row.note for row in self.rows if row.note}

    def to_dict(self) -> dict[str, Any]:
        """The mission time in hours, and the records."""
        return {"mission_time_h": self.mission_time / HOUR, "partial": self.partial} | super().to_dict()


def metrics(system: System, mission_time: float) -> Metrics:
    """All metrics over a mission time in seconds; above 0.

    Where a limit of time or memory ends the work on some, these have no value, and their notes say why.
    Raises InvalidRequestError for another mission time, and where an event is tested more than 100,000 times in it;
    TimeLimitExceeded, MemoryLimitExceeded where not even Q(T) is known.
    """
    if not (math.isfinite(mission_time) and mission_time > 0.0):
        raise InvalidRequestError(f"a mission time of {mission_time:g} s has no mean; give a time above 0, in seconds")
    found: dict[str, Metric] = {}
    left_out: list[str] = []

    def take(share: float, names: Collection[str], work: Callable[[], Iterable[Metric]]) -> None:
        """Some metrics within a share of the time that is left, or that there are none and why."""
        try:
            with deadline.part(share):
                deadline.check()
                rows = list(work())
        except CUT_SHORT as error:
            left_out.extend(names)
            rows = [_undefined(name, f"{UNKNOWN} {error.limit_met} ended the work", UNITS[name]) for name in names]
        found.update((row.quantity, row) for row in rows)

    with deadline.part(CURVE_SHARE):
        curve = over_time(system, [mission_time])
        start = float(system.at(np.zeros(1)).unavailability[0])
    take(1.0, AT_THE_END, lambda: _at_the_end(curve, system, start))
    if curve.cut_short:
        left_out += [name for name in AT_THE_END if found[name].note.startswith(UNKNOWN)]
    take(MEAN_SHARE, OF_THE_MEAN, lambda: _of_the_mean(curve, system, mission_time, start))
    if curve.cut_short and "pfh" not in left_out:
        left_out += [name for name in ("pfh", "sil_high_demand") if found[name].note.startswith(UNKNOWN)]
    take(0.5, ["mttf"], lambda: [_mttf(system)])
    take(1.0, STEADY, lambda: _steady(system))
    return Metrics(
        mission_time, tuple(found[name] for name in UNITS), tuple(name for name in UNITS if name in left_out)
    )


def metrics_between(mission_time: float, unavailability: Probability, why: str) -> Metrics:
    """The metrics that need no diagram: Q(T), or its ends.

    mission_time: T in seconds. why: in words.
    """
    value, lower, upper = map(nearest, (unavailability.value, unavailability.lower, unavailability.upper))
    method = "exact" if unavailability.is_exact else "interval"
    rows = [Metric("unavailability", value, lower, upper, method, "", unavailability.reason or "")]
    others = [name for name in UNITS if name != "unavailability"]
    rows += [_undefined(name, f"{UNKNOWN} {why}", UNITS[name]) for name in others]
    return Metrics(mission_time, tuple(rows), tuple(others))


def _of_the_mean(curve: Curve, system: System, mission_time: float, start: float) -> Iterator[Metric]:
    """Metrics that need Q at all times of the mission."""
    edges = system.edges(np.array([mission_time]))
    mean = integrate(lambda points: system.unavailability(points)[None], edges, blur=system.blur)
    certain = start == 1.0 and not system.at(np.concatenate([edges, mean.points])).availability.any()
    yield from _low_demand(mean, mission_time)
    average, why = float(np.sum(mean.values)) / mission_time, _why_no_failures(curve, system)
    yield from _high_demand(curve, mission_time, average, start, certain, why)
    yield from _shares(system, edges, mean)


def _why_no_failures(curve: Curve, system: System) -> str:
    """Why the expected failures are not known, where they are not."""
    return system.why_no_frequency or (f"{UNKNOWN} {curve.cut_short} ended the work" if curve.cut_short else "")


def _undefined(quantity: str, note: str, unit: str = "") -> Metric:
    return Metric(quantity, None, None, None, "", unit, note)


def _exact(quantity: str, value: float, unit: str = "", note: str = "") -> Metric:
    return Metric(quantity, value, value, value, "exact", unit, note)


def _at_the_end(curve: Curve, system: System, start: float) -> Iterator[Metric]:
    """What there is to say of time T. start: Q(0)."""
    yield _exact("unavailability", float(curve.unavailability[0]))
    if curve.frequency is None or curve.conditional_intensity is None:
        for name in AT_THE_END[1:]:
            yield _undefined(name, system.why_no_frequency, UNITS[name])
        return
    if curve.unreliability is None:
        yield _undefined("unreliability", _why_no_failures(curve, system))
    else:
        yield Metric(
            "unreliability", *_ends(curve.unreliability),
            curve.unreliability_method or "", "", BOUNDED if system.repairable else "",
        )  # fmt: skip
    w, intensity = float(curve.frequency[0]) * HOUR, float(curve.conditional_intensity[0]) * HOUR
    only_continuous = "failures at instants are not in it" if system.fails_at_instants else ""
    if math.isnan(w):
        why = "the frequency of an event is infinite at that time"
        yield _undefined("failure_frequency", why, "1/h")
        yield _undefined("conditional_intensity", why, "1/h")
    else:
        yield _exact("failure_frequency", w, "1/h", only_continuous)
        if math.isnan(intensity):
            yield _undefined("conditional_intensity", "the top event has occurred for certain", "1/h")
        else:
            yield _exact("conditional_intensity", intensity, "1/h", only_continuous)
    if curve.expected_failures is None:
        yield _undefined("expected_failures", _why_no_failures(curve, system))
        return
    method, note = _of_failures(curve)
    held = f"counts what comes about after time 0, when {_held(start)} already" if start > 0.0 else ""
    yield Metric("expected_failures", *_ends(curve.expected_failures), method, "", _joined(note, held, _found(curve)))


def _ends(found: Interval) -> tuple[float, float, float]:
    return float(found.value[0]), float(found.lower[0]), float(found.upper[0])


def _found(curve: Curve) -> str:
    return FOUND if FOUND in curve.notes else ""


def _held(start: float) -> str:
    return f"the top event holds with probability {number_text(start)}"


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _of_failures(curve: Curve) -> tuple[str, str]:
    """Method and note of the expected failures."""
    assert curve.expected_failures is not None, "the frequency is known"
    found = curve.expected_failures
    if AT_INSTANTS in curve.notes:
        return "interval", AT_INSTANTS
    exact = found.lower[0] == found.upper[0]
    lacking = found.upper[0] - found.lower[0] > 4.0 * RELATIVE * found.value[0]
    return "exact" if exact else "integral", SHORT if lacking else ""


def _low_demand(mean: Integrals, mission_time: float) -> Iterator[Metric]:
    value, error = float(np.sum(mean.values)) / mission_time, float(np.sum(mean.errors)) / mission_time
    lower, upper = max(0.0, value - error), min(1.0, value + error)
    note = "" if mean.reached[0] else SHORT
    yield Metric("mean_unavailability", value, lower, upper, "integral", "", note)
    yield _level("sil_low_demand", value, lower, upper, LOW_DEMAND, "integral")


def _high_demand(
    curve: Curve, mission_time: float, mean: float, start: float, certain: bool, unknown: str
) -> Iterator[Metric]:
    """mean: of Q over the mission. start: Q(0). certain: whether the top event holds all the time.

    unknown: why the frequency is not known, if it is not.
    """
    if curve.expected_failures is None or certain:
        why = ALWAYS if certain else unknown
        yield _undefined("pfh", why, "1/h")
        yield _undefined("sil_high_demand", why)
        return
    (method, note), ends, held = _of_failures(curve), _ends(curve.expected_failures), ""
    if start > 0.0:  # what has failed by time 0 is in no W
        method, ends = "interval", (start + ends[2], ends[1], start + ends[2])
        held = f"at time 0 {_held(start)}, which counts as one failure in the upper end, the one given"
    value, lower, upper = (end * HOUR / mission_time for end in ends)
    down = f"the top event holds for {number_text(mean)} of the time, in which it cannot come about" * (mean >= 0.1)
    yield Metric("pfh", value, lower, upper, method, "1/h", _joined(note, held, down, _found(curve)))
    found = _level("sil_high_demand", value, lower, upper, HIGH_DEMAND, method)
    yield found if found.value is None else replace(found, note=_joined(found.note, held, down))


def _level(quantity: str, value: float, lower: float, upper: float, limits: tuple[float, ...], method: str) -> Metric:
    """The level of a mean; a higher level is the safer one, so the mean's upper end gives the level's lower one."""
    if upper == 0.0:
        return _undefined(quantity, NEVER)
    given, least, most = (level(each, limits) for each in (value, upper, lower))
    notes = []
    if least != most:
        notes.append(f"between SIL {least} and SIL {most}, for the mean is known only so far")
    if upper < limits[0]:
        notes.append(f"the mean is below {limits[0]:g}, and the standard has no level beyond SIL 4")
    if lower >= limits[-1]:
        notes.append(f"the mean is {limits[-1]:g} or more, and reaches no level")
    return Metric(quantity, given, least, most, method, "", "; ".join(notes))


def _shares(system: System, edges: FloatArray, mean: Integrals) -> Iterator[Metric]:
    found = band_shares(system.unavailability, edges, mean.points, mean.samples[0], system.blur)
    for band, share in zip(BANDS, found.shares.tolist(), strict=True):
        error = found.error if found.crossings else 0.0
        yield Metric(f"share_{band}", share, max(0.0, share - error), min(1.0, share + error), "crossings")


def _mttf(system: System) -> Metric:
    try:
        life = mean_time_to_failure(system)
    except InvalidRequestError as lacking:  # an expression that has no value at some time
        return _undefined("mttf", str(lacking), "h")
    if life.seconds is None:
        return _undefined("mttf", life.note, "h")
    hours, error = float(life.seconds) / HOUR, float(life.error) / HOUR
    if life.upper is not None:
        return Metric("mttf", hours, hours, life.upper / HOUR, "interval", "h", life.note)
    if math.isinf(hours):
        return _exact("mttf", hours, "h", life.note)
    return Metric("mttf", hours, max(0.0, hours - error), hours + error, "integral", "h", "" if life.reached else SHORT)


def _steady(system: System) -> Iterator[Metric]:
    names = [(name, UNITS[name]) for name in STEADY]
    top = system.steady() if system.repairable else None
    if top is None:
        why = "some event never settles, as one that is tested" if system.repairable else "no event is repaired"
        for name, unit in names:
            yield _undefined(name, f"there is no steady state: {why}", unit)
        return
    q, not_q = float(top.unavailability[0]), float(top.availability[0])
    yield _exact("steady_unavailability", q)
    if top.frequency is None or top.frequency[0] == 0.0:
        why = system.why_no_frequency or "in the steady state the top event never comes about anew"
        if top.frequency is None:
            yield _undefined("steady_frequency", why, "1/h")
        else:
            yield _exact("steady_frequency", 0.0, "1/h")
        for name, unit in names[2:]:
            yield _undefined(name, why, unit)
        return
    w = float(top.frequency[0]) * HOUR
    yield _exact("steady_frequency", w, "1/h")
    for name, value in (("mtbf", 1.0 / w), ("mean_up_time", not_q / w), ("mean_down_time", q / w)):
        yield _exact(name, value, "h")
