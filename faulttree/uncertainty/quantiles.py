"""Quantiles of the distributions of uncertain inputs: the value that is not exceeded with a given probability."""

from __future__ import annotations

import math
from typing import assert_never

import numpy as np
import numpy.typing as npt

from faulttree.model.distributions import (
    Beta,
    Distribution,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
)

__all__ = ["FloatArray", "quantile", "standard_normal_quantile"]

FloatArray = npt.NDArray[np.float64]


def quantile(distribution: Distribution, u: npt.ArrayLike, not_u: npt.ArrayLike | None = None) -> FloatArray:
    """The u-quantile of a distribution, of the shape of u: the inverse of its distribution function.

    u: float64, in (0, 1). not_u: 1 - u with its own digits; 1 - u when it is not given. Each half is worked out from
    the smaller of the two, so that neither tail loses digits. A truncated distribution is the untruncated one
    under the condition that the value lies within its ends.
    A quantile of `Empirical` is one of its values: the smallest that a part u of them does not exceed.
    """
    below = np.asarray(u, np.float64)
    above = 1.0 - below if not_u is None else np.asarray(not_u, np.float64)
    match distribution:
        case Lognormal(mu, sigma, high):
            end = math.inf if math.isinf(high) else (math.log(high) - mu) / sigma
            logarithm = mu + sigma * standard_normal_quantile(below, above, -math.inf, end)
            return np.minimum(np.exp(logarithm), high)
        case Normal(centre, sd, low, high):
            ends = (low - centre) / sd, (high - centre) / sd
            return np.clip(centre + sd * standard_normal_quantile(below, above, *ends), low, high)
        case Beta(alpha, beta):
            return _beta(alpha, beta, below, above)
        case Gamma(shape, scale, high):
            return np.minimum(scale * _gamma(shape, below, above, high / scale), high)
        case Uniform(low, high):
            return low * above + high * below
        case Triangular(low, mode, high):
            rising = low + np.sqrt(below * (high - low) * (mode - low))
            falling = high - np.sqrt(above * (high - low) * (high - mode))
            return np.where(below * (high - low) < mode - low, rising, falling)
        case Histogram(edges, weights):
            return _histogram(np.asarray(edges, np.float64), np.asarray(weights, np.float64), below)
        case Loguniform(low, high):
            between: FloatArray = math.log(low) * above + math.log(high) * below
            return np.clip(np.exp(between), low, high)
        case Empirical(values, weights) if weights:
            return _weighted(np.asarray(values, np.float64), np.asarray(weights, np.float64), below)
        case Empirical(values):
            ordered = np.sort(np.asarray(values, np.float64))
            place = np.ceil(below * len(ordered)).astype(np.int64) - 1
            return ordered[np.clip(place, 0, len(ordered) - 1)]
    assert_never(distribution)


def standard_normal_quantile(
    u: FloatArray, not_u: FloatArray, low: float = -math.inf, high: float = math.inf
) -> FloatArray:
    """The quantile of a standard normal variable under the condition that it lies in [low, high].

    u and not_u = 1 - u: float64 of any shape, in (0, 1).
    """
    from scipy.special import log_ndtr, ndtr, ndtri, ndtri_exp

    below_low, below_high = float(ndtr(low)), float(ndtr(high))
    above_low, above_high = float(ndtr(-low)), float(ndtr(-high))
    # The probability up to the quantile, of the untruncated variable, and that beyond it: sums of positive terms.
    below, above = not_u * below_low + u * below_high, not_u * above_low + u * above_high
    if min(below_high, above_low) > 1e-290:
        lower_half: FloatArray = ndtri(np.minimum(below, 0.5))
        upper_half: FloatArray = ndtri(np.minimum(above, 0.5))
    else:  # the ends leave so little of one tail that its probability is no number but its logarithm is
        log_u, log_not_u = np.log(u), np.log(not_u)
        lower_half = ndtri_exp(np.minimum(_log_sum(log_not_u, log_ndtr(low), log_u, log_ndtr(high)), -math.log(2)))
        upper_half = ndtri_exp(np.minimum(_log_sum(log_not_u, log_ndtr(-low), log_u, log_ndtr(-high)), -math.log(2)))
    return np.clip(np.where(below <= 0.5, lower_half, -upper_half), low, high)


def _log_sum(log_a: FloatArray, log_b: float, log_c: FloatArray, log_d: float) -> FloatArray:
    """log(a b + c d)."""
    return np.logaddexp(log_a + log_b, log_c + log_d)


def _beta(alpha: float, beta: float, below: FloatArray, above: FloatArray) -> FloatArray:
    from scipy.special import betainccinv, betaincinv

    lower = below <= 0.5
    result = np.empty(below.shape)
    result[lower] = betaincinv(alpha, beta, below[lower])
    result[~lower] = betainccinv(alpha, beta, above[~lower])
    return result


def _gamma(shape: float, u: FloatArray, not_u: FloatArray, high: float) -> FloatArray:
    """Of a gamma variable of scale 1, given that it is at most `high`."""
    from scipy.special import gammainc, gammaincc, gammainccinv, gammaincinv

    below, above = u * gammainc(shape, high), not_u + u * gammaincc(shape, high)
    lower = below <= 0.5
    result = np.empty(below.shape)
    result[lower] = gammaincinv(shape, below[lower])
    result[~lower] = gammainccinv(shape, above[~lower])
    return result


def _weighted(values: FloatArray, weights: FloatArray, u: FloatArray) -> FloatArray:
    """One of the values, those of weight zero left out."""
    order = np.argsort(values, kind="stable")
    order = order[weights[order] > 0.0]
    ends = np.cumsum(weights[order]) / weights[order].sum()
    drawn: FloatArray = values[order][np.minimum(np.searchsorted(ends, u), len(order) - 1)]
    return drawn


def _histogram(edges: FloatArray, weights: FloatArray, u: FloatArray) -> FloatArray:
    """Evenly spread within every bin; a bin of weight zero is skipped."""
    filled = weights > 0
    lows, highs, weights = edges[:-1][filled], edges[1:][filled], weights[filled] / weights.sum()
    ends = np.cumsum(weights)
    place = np.minimum(np.searchsorted(ends, u), len(ends) - 1)
    within = np.clip((u - (ends - weights)[place]) / weights[place], 0.0, 1.0)
    return lows[place] * (1.0 - within) + highs[place] * within
