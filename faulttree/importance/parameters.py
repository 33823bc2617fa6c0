"""Importance of parameters: how the top's probability follows a number that several events share."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.errors import InvalidRequestError
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration, Rate
from faulttree.quantification.probability import FloatArray
from faulttree.results import NamedRows

__all__ = [
    "STEPS",
    "UNSURE",
    "ParameterImportance",
    "Parameters",
    "differences_at",
    "first_step",
    "in_si",
    "most",
    "parameter_importance",
    "scale_of",
    "slope_from",
    "unit_of",
    "written_value",
]

BoolArray = npt.NDArray[np.bool_]
Probabilities = Callable[[str, FloatArray], tuple[FloatArray, FloatArray]]
"""Of a parameter's name and values of it in SI, float64[B]: q and 1 - q of every event, float64[n_events, B] each.

May raise InvalidRequestError of values that some law cannot have.
"""

Derivatives = Callable[[str, float], FloatArray]
"""Gives dq/d theta of every event, float64[n_events], by exact rules, for a parameter's name and its value in SI.

nan where there are none. They do not see where a law jumps or bends.
"""

EXACT = 2.0**-40
"""Relative error that exact rules may have: twelve digits."""
FIRST_STEP = 1.0 / 8.0
STEPS = 12
"""Steps of the differences: an eighth of the value, and each half of the one before."""
LAW_ROUNDING = 4 * 2.0**-53
"""Relative rounding of a law's probability, at the least."""
NEAR = 1e-2
"""Relative: by no more than this may the finest difference of a smooth law be off its slope."""
NOISE = 64 * 2.0**-53
"""Relative rounding of a difference of a law's values, at the most."""
SMOOTH = range(3, 9)
"""After so many extrapolations the finest differences of a smooth law still move by rounding only."""
LAST_DIGIT = 2.0**-52
"""The most by which rounding moves a number up to 1."""
UNSURE = 1e-3
"""A derivative whose error may be a larger part of it than this is none: the law jumps or bends there."""


@dataclass(frozen=True, slots=True)
class ParameterImportance:
    """Importance of one parameter: see `Parameters`."""

    parameter: str
    value: str
    events: tuple[str, ...]
    derivative: float
    error: float
    unit: str
    elasticity: float


@dataclass(frozen=True, eq=False)
class Parameters(NamedRows[ParameterImportance]):
    """Importance of every parameter that drives an event, by falling magnitude of the elasticity, undefined ones last.

    value: as written. events: those whose probability follows it.
    derivative: dP/d theta = sum_i dP/dq_i dq_i/d theta, per unit in which the parameter is written; dP/dq_i are exact.
    dq_i/d theta is exact, by the law's own formula in dual numbers, and checked against differences of the law, of
    falling steps, extrapolated to none; where these contradict it, the law jumps or bends there. Where the formula has
    no derivative the differences are taken.
    error: estimate of the derivative's error. unit: what both are for a change of one of, such as 1 /h; '1' of a plain
    number.
    elasticity: theta/P dP/d theta, the percentage by which P rises when the parameter rises by one per cent.
    of_unit: where the top has a frequency in place of the probability P, the unit of that, of which derivatives are.
    Both are nan where an event's law jumps or bends at the parameter's value, as at a test interval of which the time
    asked for is a multiple. The elasticity is nan where P is 0.
    Sources: chain rule; R. E. Wengert, Communications of the ACM 7, 1964 (dual numbers); C. J. F. Ridders, Advances in
    Engineering Software 4, 1982 (differences).
    """

    named, thing = "parameter", "parameter"

    rows: tuple[ParameterImportance, ...]
    of_unit: str = ""


def parameter_importance(
    parameters: Mapping[str, Parameter],
    probabilities: Probabilities,
    events: Sequence[str],
    slopes: FloatArray,
    top: float,
    seconds: float,
    derivatives: Derivatives | None = None,
) -> Parameters:
    """The importance of every parameter that drives an event.

    parameters: of the model, by name. probabilities: see `Probabilities`. events: what each row
    that it gives is told as.
    slopes: float64[n_events], dP/dq. top: P. seconds: the time at which all this is meant, for the scale of a
    parameter that is 0. derivatives: see `Derivatives`; without any, differences are taken.
    """
    rows = []
    for name, parameter in parameters.items():
        value, unit = in_si(parameter)
        found = _law_derivatives(name, value, parameter, probabilities, seconds, derivatives)
        if found is None:
            rows.append(
                ParameterImportance(
                    name, written_value(parameter), (), math.nan, math.inf, unit_of(parameter), math.nan
                )
            )
            continue
        driven, derivative, error = found
        if not driven.any():
            continue
        terms = slopes[driven] * derivative
        whole, doubt = math.fsum(terms), float(np.abs(slopes[driven]) @ error)
        if not doubt <= UNSURE * math.fsum(np.abs(terms)):
            whole = math.nan
        elasticity = value * whole / top if top else math.nan
        names = tuple(dict.fromkeys(event for event, drives in zip(events, driven.tolist(), strict=True) if drives))
        rows.append(
            ParameterImportance(
                name, written_value(parameter), names, whole * unit, doubt * unit, unit_of(parameter), elasticity
            )
        )
    return Parameters(tuple(sorted(rows, key=_falling)))


def _falling(row: ParameterImportance) -> float:
    return math.inf if math.isnan(row.elasticity) else -abs(row.elasticity)


def _law_derivatives(
    name: str,
    value: float,
    parameter: Parameter,
    probabilities: Probabilities,
    seconds: float,
    derivatives: Derivatives | None,
) -> tuple[BoolArray, FloatArray, FloatArray] | None:
    """Which events the parameter drives, dq/d theta of these, and an estimate of its error; None without any law."""
    step = first_step(value, parameter, seconds)
    for _ in range(STEPS):
        values = differences_at(value, step, most(value, parameter))
        try:
            driven, f = _driven(*probabilities(name, values))
        except InvalidRequestError:
            # Some law has no such value, as a test that takes longer than its interval: closer to the value, then.
            step /= 8.0
            continue
        derivative, error = slope_from(values, f)
        error = np.where(_borne_out(derivative, values, f), error, np.inf)
        if derivatives is None:
            return driven, derivative, error
        exact = derivatives(name, value)
        return _with_exact(driven, exact, values, f, derivative, error)
    return None


def _driven(q: FloatArray, not_q: FloatArray) -> tuple[BoolArray, FloatArray]:
    """Which events a parameter drives, and q of these, or q - 1: of the smaller side, which has the digits."""
    driven = (q != q[:, :1]).any(axis=1) | (not_q != not_q[:, :1]).any(axis=1)
    q, not_q = q[driven], not_q[driven]
    return driven, np.where(q[:, :1] <= 0.5, q, -not_q)


def _with_exact(
    driven: BoolArray, exact: FloatArray, values: FloatArray, f: FloatArray, derivative: FloatArray, error: FloatArray
) -> tuple[BoolArray, FloatArray, FloatArray]:
    """Which events are driven, with the exact derivatives and their errors where the law neither jumps nor bends.

    driven, f: as of `_driven`. exact: of every event. derivative, error: of those driven, by differences.
    """
    every = driven | (exact != 0.0)
    moves = driven[every]
    found, doubt = exact[every], EXACT * np.abs(exact[every])
    smooth = _borne_out(found[moves], values, f)
    found[moves] = np.where(smooth, found[moves], derivative)
    doubt[moves] = np.where(smooth, doubt[moves], error)
    return every, found, doubt


def _borne_out(slope: FloatArray, values: FloatArray, f: FloatArray) -> BoolArray:
    """Whether the finest differences to each side are those of a smooth function of such a slope: bool[n].

    values: from `differences_at`. f: float64[n, len(values)]. What they are off by rounding says nothing.
    """
    smooth = np.isfinite(slope)
    for finest in (STEPS, 2 * STEPS):
        width = values[finest] - values[0]
        if width == 0.0:
            continue
        move = f[:, finest] - f[:, 0]
        # Numbers near 1 are rounded to a coarser grid than their complements seem to be.
        grain = np.minimum(_grain(f - f[:, :1])[:, 0], LAST_DIGIT)
        noise = (NOISE * np.abs(f[:, 0]) + 4.0 * grain) / abs(width)
        quotient = move / width
        with np.errstate(invalid="ignore"):
            smooth &= np.abs(quotient - slope) <= NEAR * np.maximum(np.abs(quotient), np.abs(slope)) + noise
    return smooth


def differences_at(value: float, step: float, end: float) -> FloatArray:
    """Where a function is wanted for `slope_from`: the value, then above it and below by falling steps.

    step: the largest. end: the most that a value can be, as 0 is the least; a side that has no room is the value.
    """
    steps: FloatArray = np.ldexp(step, -np.arange(STEPS))
    up = value + steps if value + step <= end else np.full(STEPS, value)
    down = value - steps if value - step >= 0.0 else np.full(STEPS, value)
    return np.concatenate(([value], up, down))


def slope_from(values: FloatArray, f: FloatArray, rounding: float = LAW_ROUNDING) -> tuple[FloatArray, FloatArray]:
    """The derivatives of functions at the first of the values, and estimates of their errors: float64[n] each.

    values: from `differences_at`. f: float64[n, len(values)], the functions there. rounding: their relative error.
    An error is inf where a function bends.
    """
    value, up, down = values[0], values[1 : STEPS + 1], values[STEPS + 1 :]
    here, above, below = f[:, :1], f[:, 1 : STEPS + 1], f[:, STEPS + 1 :]
    sides = []
    for there, places in ((above, up), (below, down)):
        if places[0] != value:
            sides.append(_extrapolated(there, here, places - value, 1, rounding))
    if len(sides) == 1:
        return sides[0]
    (right, right_error), (left, left_error) = sides
    middle, error = _extrapolated(above, below, up - down, 2, rounding)
    # Differences of two sides do not see a bend.
    bent = np.abs(right - left) > right_error + left_error + UNSURE * (np.abs(right) + np.abs(left))
    return middle, np.where(bent, np.inf, error)


def _extrapolated(
    one: FloatArray, other: FloatArray, widths: FloatArray, order: int, rounding: float
) -> tuple[FloatArray, FloatArray]:
    """(one - other) / width as widths, each half of the one before, go to 0; and an estimate of the error.

    order: of the powers of the width in the error: 1 for one-sided differences, 2 for differences of both sides.
    """
    column = (one - other) / widths
    rounded = np.maximum(rounding * (np.abs(one) + np.abs(other)), _scatter(one - other, widths, order))
    noise = rounded / np.abs(widths)
    best, error = column[:, -1], np.abs(column[:, -1] - column[:, -2]) + noise[:, -1]
    for power in range(1, STEPS):
        finer = _finer(column, order * power)
        doubt = np.maximum(np.abs(finer - column[:, 1:]), np.abs(finer - column[:, :-1])) + 2.0 * noise[:, power:]
        place = np.argmin(doubt, axis=1)[:, None]
        found, its_error = np.take_along_axis(finer, place, 1)[:, 0], np.take_along_axis(doubt, place, 1)[:, 0]
        best, error = np.where(its_error < error, found, best), np.minimum(its_error, error)
        column = finer
    return best, error


def _finer(column: FloatArray, power: int) -> FloatArray:
    """Differences without the part of their error that goes with this power of the width; one fewer than before."""
    return column[:, 1:] + (column[:, 1:] - column[:, :-1]) / (2.0**power - 1.0)


def _scatter(moves: FloatArray, widths: FloatArray, order: int) -> FloatArray:
    """How far a law's values lie off a smooth curve: float64[n_events, 1].

    A law may be rounded by more than its own last digit, as where it is one less something close to one, or where its
    time is the rest of many intervals. moves: what the differences are of, before they are divided by the widths.
    """
    column, found = moves / widths, np.full((len(moves), 1), np.inf)
    for power in range(1, SMOOTH.stop):
        column = _finer(column, order * power)
        if power in SMOOTH:
            off = np.abs(np.diff(column, axis=1)[:, -3:]) * np.abs(widths[-3:])
            found = np.minimum(found, np.max(off, axis=1, keepdims=True))
    # Numbers on a coarse grid are rounded to it, unless they follow the parameter as exactly as the first move does.
    straight = (moves * widths[0] == moves[:, :1] * widths).all(axis=1, keepdims=True)
    return np.where(straight, found, np.maximum(found, np.minimum(_grain(moves), LAST_DIGIT)))


def _grain(numbers: FloatArray) -> FloatArray:
    """The largest power of 2 of which all numbers of a row are multiples, inf where all are 0: float64[n, 1]."""
    mantissa, exponent = np.frexp(numbers)
    digits = np.ldexp(mantissa, 53).astype(np.int64)
    lowest = np.ldexp((digits & -digits).astype(np.float64), exponent - 53)
    least: FloatArray = np.min(np.where(numbers == 0.0, np.inf, lowest), axis=1, keepdims=True)
    return least


def in_si(parameter: Parameter) -> tuple[float, float]:
    """The value in SI, and how many of SI the unit is in which it is written."""
    match parameter.value:
        case Rate() as rate:
            return rate.per_second, rate.unit_in_si
        case Duration() as duration:
            return duration.seconds, duration.unit_in_si
        case number:
            return float(number), 1.0


def most(value: float, parameter: Parameter) -> float:
    """The most that it can be: a plain number up to 1 may be a probability, which is never more."""
    return 1.0 if isinstance(parameter.value, float) and value <= 1.0 else math.inf


def scale_of(parameter: Parameter, seconds: float) -> float:
    """A typical magnitude of a parameter that is 0, in SI."""
    match parameter.value:
        case Rate():
            return 1.0 / (seconds or 1.0)
        case Duration():
            return seconds or 1.0
    return 1.0


def written_value(parameter: Parameter) -> str:
    """The value as written."""
    return f"{parameter.value:g}" if isinstance(parameter.value, float) else str(parameter.value)


def unit_of(parameter: Parameter) -> str:
    """One of the unit in which the parameter is written: `1 /h`, `1 h`, and `1` of a plain number."""
    return "1" if isinstance(parameter.value, float) else f"1 {str(parameter.value).split(' ', 1)[1]}"


def first_step(value: float, parameter: Parameter, seconds: float) -> float:
    """The largest step of the differences: an eighth of the value, in SI, or as much as there is room for."""
    step = FIRST_STEP * (value or scale_of(parameter, seconds))
    room = most(value, parameter) - value
    return min(step, room) if room > 0.0 else step
