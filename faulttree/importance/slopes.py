"""Slopes dP/dq of a diagram's function: with 11 digits, or with a bound on the error of those that have fewer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from faulttree.quantification.differences import followed_slopes
from faulttree.quantification.probability import FloatArray, row_probabilities
from faulttree.quantification.settled.decimals import MOST_ROWS, DecimalSweeps
from faulttree.quantification.settled.sweeps import Precise, SettledSweeps

__all__ = ["DIGITS", "KEPT", "with_digits"]

KEPT = 1e-11
"""Relative error of a number that has kept its digits."""
DIGITS = (60, 360)
"""Decimal digits to work with, one after the other: with the last, even the smallest float beside 1 is known."""
LAST_PLACE = 2.0**-53


def with_digits(sweeps: SettledSweeps, found: Precise, monotone: bool) -> tuple[FloatArray, FloatArray]:
    """The slopes of every level, and a bound on the error of each: float64[n_levels] each.

    found: the slopes in double-double numbers, `sweeps.slopes()`, which leave those below some 1e-17 of their terms
    without 11 digits. monotone: whether the function is known to be; its slopes are never below 0.
    Of a monotone function the differences that make up a slope are followed down the diagram. Otherwise, or where that
    takes too many pairs, a diagram of up to 50,000 rows is swept in decimal numbers of rising precision. So no slope
    of such a diagram lacks digits; of a larger one that is not followed the error may exceed 1e-11 of the slope.
    """
    slope, error = found.value.copy(), found.error + LAST_PLACE * np.abs(found.value)
    if monotone and _doubtful(slope, error).any():
        rows = row_probabilities(sweeps.bdd, sweeps.q[:, 0].copy(), sweeps.not_q[:, 0].copy())
        followed, complete = followed_slopes(sweeps.bdd, sweeps.root_name, rows)
        if complete:
            places = _doubtful(slope, error)
            slope[places] = followed[places]
            error[places] = KEPT * np.abs(slope[places])
    if len(sweeps.bdd.nodes) <= MOST_ROWS:
        for digits in DIGITS:
            if not (lacking := np.flatnonzero(_doubtful(slope, error))).size:
                break
            decimals = DecimalSweeps(sweeps.bdd, sweeps.q[:, 0], sweeps.not_q[:, 0], sweeps.root_name)
            numbers, _, exact = decimals.slopes(digits)
            slope[lacking] = [float(numbers[level]) for level in lacking.tolist()]
            # The double-doubles' error tells how large the terms are.
            terms = 0.0 if exact else float(decimals.rounding(digits)) / sweeps.rounding
            error[lacking] = terms * found.error[lacking] + LAST_PLACE * np.abs(slope[lacking])
    return (np.maximum(slope, 0.0) if monotone else slope), error


def _doubtful(slope: FloatArray, error: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether less than eleven digits are certain: bool[n]."""
    doubtful: npt.NDArray[np.bool_] = error > KEPT * np.abs(slope)
    return doubtful
