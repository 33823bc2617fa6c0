"""Ratios of measures: one rule for a divisor of zero."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from faulttree.wide_arrays import is_wide
from faulttree.wide_floats import quotient

__all__ = ["ratio"]

FloatArray = npt.NDArray[np.float64]


@overload
def ratio(dividend: float, divisor: float) -> float: ...


@overload
def ratio(dividend: FloatArray, divisor: FloatArray | float) -> FloatArray: ...


@overload
def ratio(dividend: float, divisor: FloatArray) -> FloatArray: ...


def ratio(dividend: FloatArray | float, divisor: FloatArray | float) -> FloatArray | float:
    """The quotient of two numbers, or of arrays element by element; a zero has no sign.

    divisor: 0 or more, as every probability. x / 0 is inf with the sign of x, the limit as the divisor falls to 0:
    so the criticality of an event of certain occurrence that prevents the top, P = 0 and dP/dq = -1, is -inf.
    0 / 0 is nan: P = 0 may be the limit of any quotient. nan stays nan.
    """
    if is_wide(dividend) or is_wide(divisor):
        wide: FloatArray | float = _wide_quotients(_boxed(dividend), _boxed(divisor))
        return wide
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        plain = np.divide(dividend, np.abs(divisor)) + 0.0
    return plain if isinstance(plain, np.ndarray) else float(plain)


def _boxed(numbers: FloatArray | float) -> Any:
    """The numbers, or the one, as an array of objects, in which a `WideFloat` stays what it is."""
    if isinstance(numbers, np.ndarray):
        return numbers.astype(object)
    box = np.empty((), object)
    box[()] = numbers
    return box


def _wide_quotient(dividend: float, divisor: float) -> float:
    if divisor:
        return quotient(dividend, abs(divisor)) + 0.0
    return math.copysign(math.inf, 1 if dividend > 0 else -1) if dividend else math.nan


_wide_quotients: Callable[[Any, Any], Any] = np.frompyfunc(_wide_quotient, 2, 1)
