"""Ratios of measures: one rule for a divisor of zero."""

from __future__ import annotations

from typing import overload

import numpy as np
import numpy.typing as npt

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
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        quotient = np.divide(dividend, np.abs(divisor)) + 0.0
    return quotient if isinstance(quotient, np.ndarray) else float(quotient)
