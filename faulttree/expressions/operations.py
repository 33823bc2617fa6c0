"""What every operation gives, of arrays, and how that changes with its arguments.

What has no value is nan: a division by 0, the logarithm of 0, a comparison with what has no value.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["OPERATIONS", "Operation"]

Values = Sequence[Any]
Slopes = Sequence[Any]
"""One for each argument; None where the argument does not change."""


@dataclass(frozen=True, slots=True)
class Operation:
    """value: of the arguments' values. slope: of their values, the result, and their slopes, not all None.

    A slope of None is that of a result that does not change, jumps aside.
    """

    value: Callable[[Values], Any]
    slope: Callable[[Values, Any, Slopes], Any] | None = None


def _sum_of(terms: Sequence[Any]) -> Any:
    return functools.reduce(np.add, terms)


def _changing(slopes: Slopes) -> list[tuple[int, Any]]:
    return [(place, slope) for place, slope in enumerate(slopes) if slope is not None]


def _zero_if_none(slope: Any) -> Any:
    return 0.0 if slope is None else slope


def _product_slope(x: Values, _: Any, slopes: Slopes) -> Any:
    terms = []
    for place, slope in _changing(slopes):
        others = [each for other, each in enumerate(x) if other != place]
        terms.append(functools.reduce(np.multiply, others, slope))
    return _sum_of(terms)


def _quotient(x: Values) -> Any:
    return np.where(np.equal(x[1], 0.0), np.nan, np.divide(x[0], x[1]))


def _quotient_slope(x: Values, y: Any, slopes: Slopes) -> Any:
    up, down = slopes
    moved = _zero_if_none(up) - (0.0 if down is None else y * down)
    return np.where(np.equal(x[1], 0.0), np.nan, np.divide(moved, x[1]))


def _power(x: Values) -> Any:
    base, exponent = (np.asarray(each, np.float64) for each in x)
    undefined = (base == 0.0) & (exponent < 0.0) | (base == 1.0) & np.isinf(exponent) | np.isinf(base) & (exponent == 0)
    return np.where(undefined, np.nan, np.power(base, exponent))


def _power_slope(x: Values, y: Any, slopes: Slopes) -> Any:
    base, exponent = (np.asarray(each, np.float64) for each in x)
    terms = []
    if slopes[0] is not None:
        steep = exponent * np.power(base, exponent - 1.0)
        terms.append(np.where(exponent == 0.0, 0.0, steep) * slopes[0])
    if slopes[1] is not None:
        terms.append(np.where((base == 0.0) & (exponent > 0.0), 0.0, y * np.log(base)) * slopes[1])
    return _sum_of(terms)


def _one_less_power(x: Values) -> Any:
    """1 - (1 - p)^n, with its digits."""
    p, n = (np.asarray(each, np.float64) for each in x)
    return np.where((p < 1.0) & np.isfinite(n), -np.expm1(n * np.log1p(-p)), 1.0 - _power([1.0 - p, n]))


def _one_less_power_slope(x: Values, y: Any, slopes: Slopes) -> Any:
    p, n = x
    down = None if slopes[0] is None else np.negative(slopes[0])
    return np.negative(_power_slope([np.subtract(1.0, p), n], np.subtract(1.0, y), [down, slopes[1]]))


def _log(x: Values) -> Any:
    return np.log(np.where(np.equal(x[0], 0.0), np.nan, x[0]))


def _log1p(x: Values) -> Any:
    return np.log1p(np.where(np.equal(x[0], -1.0), np.nan, x[0]))


def _chosen(x: Values, slopes: Slopes, which: Callable[..., Any]) -> Any:
    """The slope of the least or the greatest: of the first of these, where several are."""
    values = np.stack(np.broadcast_arrays(*x))
    changes = np.stack(np.broadcast_arrays(*map(_zero_if_none, slopes), values[0])[:-1])
    return np.take_along_axis(changes, which(values, axis=0)[None], 0)[0]


def _compared(test: Callable[[Any, Any], Any]) -> Operation:
    def value(x: Values) -> Any:
        unknown = np.isnan(x[0]) | np.isnan(x[1]) | np.isinf(x[0]) & np.equal(x[0], x[1])
        return np.where(unknown, np.nan, test(x[0], x[1]))

    return Operation(value)


def _and(x: Values) -> Any:
    """False where one is, else unknown where one is."""
    values = np.stack(np.broadcast_arrays(*x)).astype(np.float64)
    return np.where((values == 0.0).any(axis=0), 0.0, np.where(np.isnan(values).any(axis=0), np.nan, 1.0))


def _or(x: Values) -> Any:
    """True where one is, else unknown where one is."""
    values = np.stack(np.broadcast_arrays(*x)).astype(np.float64)
    holds = ((values != 0.0) & ~np.isnan(values)).any(axis=0)
    return np.where(holds, 1.0, np.where(np.isnan(values).any(axis=0), np.nan, 0.0))


def _not(x: Values) -> Any:
    return np.where(np.isnan(x[0]), np.nan, np.equal(x[0], 0.0))


def _if(x: Values) -> Any:
    test, one, other = x
    return np.where(np.isnan(test), np.nan, np.where(np.not_equal(test, 0.0), one, other))


def _if_slope(x: Values, _: Any, slopes: Slopes) -> Any:
    return np.where(np.not_equal(x[0], 0.0), _zero_if_none(slopes[1]), _zero_if_none(slopes[2]))


def _of_one(value: Callable[[Any], Any], steepness: Callable[[Any, Any], Any]) -> Operation:
    """steepness: of the argument and the result."""
    return Operation(lambda x: value(x[0]), lambda x, y, slopes: steepness(x[0], y) * slopes[0])


def _tested(x: Values, available: bool) -> Any:
    """A periodically tested component at its time, the last argument."""
    from faulttree.laws import PeriodicTest

    given = [np.asarray(each, np.float64) for each in x]
    # Of numbers that no law has there is no value; the law is asked of others in their place.
    sound = _sound_test(given)
    safe = [np.where(sound, each, 1.0 if place in (1, 2, 3) else 0.0) for place, each in enumerate(given)]
    *numbers, time = (np.atleast_1d(each) for each in np.broadcast_arrays(*safe))
    match len(numbers):
        case 3:
            rate, interval, first = numbers
            law = PeriodicTest(rate, interval, first)
        case 4:
            rate, repair, interval, first = numbers
            law = PeriodicTest(rate, interval, first, repair)
        case _:
            rate, in_test, repair, interval, first, at_test, duration, ready, coverage, restart = numbers
            law = PeriodicTest(
                rate, interval, first, repair, duration, in_test, bool(np.all(ready)), at_test, coverage, restart
            )
    state = law.at(time)
    found = state.availability if available else state.unavailability
    return np.where(sound, np.reshape(found, np.shape(sound)), np.nan)


def _sound_test(x: Values) -> Any:
    """Whether a periodically tested component may have these numbers."""
    above = {4: (1,), 5: (2,)}.get(len(x), (3,))
    shares = () if len(x) < 11 else (5, 8, 9)
    sound = functools.reduce(np.logical_and, [each >= 0.0 for each in x])
    for place in above:
        sound = sound & (x[place] > 0.0) & np.isfinite(x[place])
    for place in shares:
        sound = sound & (x[place] <= 1.0)
    return sound & (x[6] <= x[3]) if len(x) == 11 else sound


def _unknown_slope(_: Values, y: Any, __: Slopes) -> Any:
    return np.full(np.shape(y), np.nan)


OPERATIONS: dict[str, Operation] = {
    "add": Operation(_sum_of, lambda _x, _y, slopes: _sum_of([slope for _, slope in _changing(slopes)])),
    "sub": Operation(
        lambda x: np.subtract(x[0], x[1]), lambda _x, _y, slopes: _zero_if_none(slopes[0]) - _zero_if_none(slopes[1])
    ),
    "mul": Operation(lambda x: functools.reduce(np.multiply, x), _product_slope),
    "div": Operation(_quotient, _quotient_slope),
    "pow": Operation(_power, _power_slope),
    "one less power": Operation(_one_less_power, _one_less_power_slope),
    "neg": _of_one(np.negative, lambda *_: -1.0),
    "complement": _of_one(lambda x: np.subtract(1.0, x), lambda *_: -1.0),
    # Where the first holds, the second, and nothing elsewhere: a law with numbers that it can have.
    "defined": Operation(
        lambda x: np.where(np.not_equal(x[0], 0.0) & ~np.isnan(x[0]), x[1], np.nan),
        lambda _x, _y, slopes: _zero_if_none(slopes[1]),
    ),
    "repaired": _of_one(lambda x: x, lambda *_: 1.0),
    "exp": _of_one(np.exp, lambda _x, y: y),
    "expm1": _of_one(np.expm1, lambda x, _y: np.exp(x)),
    "log": Operation(_log, lambda x, _y, slopes: slopes[0] / x[0]),
    "log1p": Operation(_log1p, lambda x, _y, slopes: slopes[0] / (1.0 + x[0])),
    "log10": Operation(lambda x: _log(x) / np.log(10.0), lambda x, _y, slopes: slopes[0] / (x[0] * np.log(10.0))),
    "sqrt": _of_one(np.sqrt, lambda _x, y: np.divide(0.5, y)),
    "sin": _of_one(np.sin, lambda x, _y: np.cos(x)),
    "cos": _of_one(np.cos, lambda x, _y: -np.sin(x)),
    "tan": _of_one(np.tan, lambda _x, y: 1.0 + y * y),
    "asin": _of_one(np.arcsin, lambda _x, y: np.divide(1.0, np.cos(y))),
    "acos": _of_one(np.arccos, lambda _x, y: np.divide(-1.0, np.sin(y))),
    "atan": _of_one(np.arctan, lambda x, _y: 1.0 / (1.0 + np.square(x))),
    "sinh": _of_one(np.sinh, lambda x, _y: np.cosh(x)),
    "cosh": _of_one(np.cosh, lambda x, _y: np.sinh(x)),
    "tanh": _of_one(np.tanh, lambda _x, y: 1.0 - y * y),
    "abs": _of_one(np.abs, lambda x, _y: np.sign(x)),
    "ceil": Operation(lambda x: np.ceil(x[0])),
    "floor": Operation(lambda x: np.floor(x[0])),
    "mod": Operation(
        lambda x: np.where(np.equal(x[1], 0.0), np.nan, np.fmod(x[0], x[1])),
        lambda x, _y, slopes: _zero_if_none(slopes[0]) - np.trunc(np.divide(x[0], x[1])) * _zero_if_none(slopes[1]),
    ),
    "min": Operation(lambda x: functools.reduce(np.minimum, x), lambda x, _y, slopes: _chosen(x, slopes, np.argmin)),
    "max": Operation(lambda x: functools.reduce(np.maximum, x), lambda x, _y, slopes: _chosen(x, slopes, np.argmax)),
    "mean": Operation(
        lambda x: _sum_of(x) / len(x), lambda x, _y, slopes: _sum_of([slope for _, slope in _changing(slopes)]) / len(x)
    ),
    "if": Operation(_if, _if_slope),
    "and": Operation(_and),
    "or": Operation(_or),
    "not": Operation(_not),
    "eq": _compared(np.equal),
    "df": _compared(np.not_equal),
    "lt": _compared(np.less),
    "gt": _compared(np.greater),
    "leq": _compared(np.less_equal),
    "geq": _compared(np.greater_equal),
    "periodic_test": Operation(lambda x: _tested(x, False), _unknown_slope),
    "periodic_test up": Operation(lambda x: _tested(x, True), _unknown_slope),
}
"""By name: those of `syntax` that are worked out as they are, and those that the program puts in for their digits."""
