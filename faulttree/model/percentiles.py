"""The share of a distribution that lies below a value, for checks that load no numerical library."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import assert_never

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
    gamma_shares,
    normal_below,
)

__all__ = ["share_at_or_below"]


def share_at_or_below(distribution: Distribution, value: float) -> float:
    """Probability that a variable is at most a value, in [0, 1]; to about 1e-7.

    Of a distribution that is cut off it is the one under the condition that the variable lies within its ends.
    """
    low, high = distribution.reach
    if value < low:
        return 0.0
    if value >= high:
        return 1.0
    match distribution:
        case Lognormal(mu, sigma):
            below = normal_below((math.log(value) - mu) / sigma) if value > 0.0 else 0.0
            return below / (1.0 if high == math.inf else normal_below((math.log(high) - mu) / sigma))
        case Gamma(shape, scale):
            return gamma_shares(shape, value / scale)[0] / gamma_shares(shape, high / scale)[0]
        case Normal(centre, sd):
            ends = [normal_below((end - centre) / sd) for end in (low, value, high)]
            return (ends[1] - ends[0]) / (ends[2] - ends[0])
        case Beta(alpha, beta):
            return _beta_share(alpha, beta, value)
        case Uniform():
            return (value - low) / (high - low)
        case Loguniform():
            return math.log(value / low) / math.log(high / low)
        case Triangular(_, mode, _):
            if value < mode:
                return (value - low) ** 2 / ((high - low) * (mode - low))
            return 1.0 - (high - value) ** 2 / ((high - low) * (high - mode))
        case Histogram(edges, weights):
            parts = [
                weight * min(1.0, max(0.0, (value - left) / (right - left)))
                for (left, right), weight in zip(pairwise(edges), weights, strict=True)
            ]
            return math.fsum(parts) / math.fsum(weights)
        case Empirical(values, weights):
            shares = weights or (1.0,) * len(values)
            met = (share for each, share in zip(values, shares, strict=True) if each <= value)
            return math.fsum(met) / math.fsum(shares)
    assert_never(distribution)


def _beta_share(alpha: float, beta: float, x: float) -> float:
    """The incomplete beta function I_x(alpha, beta), 0 < x < 1.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 26.5.8 (continued fraction) and 26.5.2.
    """
    if x > (alpha + 1.0) / (alpha + beta + 2.0):
        return 1.0 - _beta_share(beta, alpha, 1.0 - x)
    logarithm = alpha * math.log(x) + beta * math.log1p(-x)
    logarithm += math.lgamma(alpha + beta) - math.lgamma(alpha) - math.lgamma(beta)
    front = math.exp(logarithm) / alpha if logarithm > -745.0 else 0.0
    # Lentz's form of the continued fraction.
    c, d = 1.0, 1.0 / _not_zero(1.0 - (alpha + beta) * x / (alpha + 1.0))
    fraction = d
    for m in range(1, 100_000):
        even = m * (beta - m) * x / ((alpha + 2 * m - 1.0) * (alpha + 2 * m))
        odd = -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1.0))
        for term in (even, odd):
            d = 1.0 / _not_zero(1.0 + term * d)
            c = _not_zero(1.0 + term / c)
            fraction *= c * d
        if abs(c * d - 1.0) < 1e-12:
            break
    return min(1.0, front * fraction)


def _not_zero(number: float) -> float:
    return number or 1e-300
