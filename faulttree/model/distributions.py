"""Distributions of uncertain numbers, in SI: what sampling draws from.

Plain values: times in seconds, rates per second, probabilities and shapes as they are. Each has its `mean`, and
`reach`, the lowest and the highest value it can take. `low` and `high` of Lognormal, Gamma and Normal cut the
distribution off: it is the one given that the value lies between them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

__all__ = [
    "Beta",
    "Distribution",
    "Empirical",
    "Gamma",
    "Histogram",
    "Lognormal",
    "Loguniform",
    "Normal",
    "Triangular",
    "Uniform",
    "cut_off_at_one",
    "gamma_shares",
    "normal_below",
    "share_below_zero",
    "share_over_one",
]

_ROOT_TWO = math.sqrt(2.0)
# Above this shape a gamma distribution is taken for a power of a normal one; the share is wrong by less than 1e-7 then.
_LARGE_SHAPE = 1e6


@dataclass(frozen=True, slots=True)
class Lognormal:
    """exp of a normal variable of mean `mu` and standard deviation `sigma` > 0, given that it is at most `high`."""

    mu: float
    sigma: float
    high: float = math.inf

    @property
    def mean(self) -> float:
        """exp(mu + sigma^2 / 2), times Phi(z - sigma) / Phi(z) with z = (ln high - mu) / sigma."""
        whole = _exp(self.mu + 0.5 * self.sigma * self.sigma)
        if self.high == math.inf:
            return whole
        z = (math.log(self.high) - self.mu) / self.sigma
        return whole * (normal_below(z - self.sigma) / normal_below(z))

    @property
    def reach(self) -> tuple[float, float]:
        """From 0, never reached, to the cut-off."""
        return 0.0, self.high


@dataclass(frozen=True, slots=True)
class Beta:
    """Density proportional to x^(alpha - 1) (1 - x)^(beta - 1) on [0, 1]; alpha, beta > 0."""

    alpha: float
    beta: float

    @property
    def mean(self) -> float:
        """The mean, alpha / (alpha + beta)."""
        return self.alpha / (self.alpha + self.beta)

    @property
    def reach(self) -> tuple[float, float]:
        """From 0 to 1."""
        return 0.0, 1.0


@dataclass(frozen=True, slots=True)
class Gamma:
    """Density proportional to x^(shape - 1) exp(-x / scale), given that x is at most `high`; shape, scale > 0."""

    shape: float
    scale: float
    high: float = math.inf

    @property
    def mean(self) -> float:
        """The mean, shape scale times P(shape + 1, x) / P(shape, x) x = high / scale; P: incomplete gamma function."""
        whole = self.shape * self.scale
        if self.high == math.inf:
            return whole
        x = self.high / self.scale
        return whole * (gamma_shares(self.shape + 1.0, x)[0] / gamma_shares(self.shape, x)[0])

    @property
    def reach(self) -> tuple[float, float]:
        """From 0, never reached, to the cut-off."""
        return 0.0, self.high


@dataclass(frozen=True, slots=True)
class Uniform:
    """Every value between `low` and `high`, low < high, alike."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        """The middle."""
        return self.low + 0.5 * (self.high - self.low)

    @property
    def reach(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Loguniform:
    """A value whose logarithm lies anywhere between those of `low` and `high` alike; 0 < low < high."""

    low: float
    high: float

    @property
    def mean(self) -> float:
        """(high - low) / ln(high / low)."""
        return (self.high - self.low) / math.log(self.high / self.low)

    @property
    def reach(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Normal:
    """A normal variable given that it lies in [low, high].

    centre, sd: mean and standard deviation before it is cut off; low <= centre <= high, so half of it or more is left
    on one side.
    """

    centre: float
    sd: float
    low: float = 0.0
    high: float = math.inf

    @property
    def mean(self) -> float:
        """Centre + sd (phi(a) - phi(b)) / (Phi(b) - Phi(a)), where a, b are low and high less the centre, over sd."""
        a, b = (self.low - self.centre) / self.sd, (self.high - self.centre) / self.sd
        kept = 0.5 * (math.erf(b / _ROOT_TWO) - math.erf(a / _ROOT_TWO))
        if b - a < 1e-4:  # as flat as a uniform distribution, to the square of this
            return self.low + 0.5 * (self.high - self.low)
        return self.centre + self.sd * (_normal_density(a) - _normal_density(b)) / kept

    @property
    def reach(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Triangular:
    """Density rising in a line from `low` to `mode` and falling in a line to `high`; low <= mode <= high."""

    low: float
    mode: float
    high: float

    @property
    def mean(self) -> float:
        """(low + mode + high) / 3."""
        return (self.low + self.mode + self.high) / 3.0

    @property
    def reach(self) -> tuple[float, float]:
        """From low to high."""
        return self.low, self.high


@dataclass(frozen=True, slots=True)
class Histogram:
    """Between neighbouring `edges`, which rise, every value alike; the bins have probabilities as their `weights`."""

    edges: tuple[float, ...]
    weights: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Of the middles of the bins, weighted."""
        largest = max(self.weights)
        weights = [weight / largest for weight in self.weights]
        middles = (low + 0.5 * (high - low) for low, high in zip(self.edges, self.edges[1:], strict=False))
        return math.fsum(weight * middle for weight, middle in zip(weights, middles, strict=True)) / math.fsum(weights)

    @property
    def reach(self) -> tuple[float, float]:
        """From the first edge to the last."""
        return self.edges[0], self.edges[-1]


@dataclass(frozen=True, slots=True)
class Empirical:
    """One of the `values`, with probabilities as their `weights`; without these each as probable as any other.

    A value that stands there twice is twice as probable.
    """

    values: tuple[float, ...]
    weights: tuple[float, ...] = ()

    @property
    def mean(self) -> float:
        """Of the values, weighted."""
        if not self.weights:
            return math.fsum(value / len(self.values) for value in self.values)
        total = math.fsum(self.weights)
        return math.fsum(value * (weight / total) for value, weight in zip(self.values, self.weights, strict=True))

    @property
    def reach(self) -> tuple[float, float]:
        """From the least value to the greatest, those of weight 0 left out."""
        weights = self.weights or (1.0,) * len(self.values)
        possible = [value for value, weight in zip(self.values, weights, strict=True) if weight > 0.0]
        return min(possible), max(possible)


Distribution = Lognormal | Beta | Gamma | Uniform | Loguniform | Normal | Triangular | Histogram | Empirical


def cut_off_at_one(distribution: Distribution) -> Distribution:
    """The distribution of a number that cannot be above 1, such as a probability."""
    if isinstance(distribution, Lognormal | Gamma | Normal) and distribution.high > 1.0:
        return replace(distribution, high=1.0)
    return distribution


def share_over_one(distribution: Distribution) -> float:
    """Probability of a value above 1, which cutting off takes away; 0 for a distribution that cannot be cut off."""
    match distribution:
        case Lognormal(mu=mu, sigma=sigma, high=high) if high > 1.0:
            return normal_below(mu / sigma)
        case Gamma(shape=shape, scale=scale, high=high) if high > 1.0:
            return gamma_shares(shape, 1.0 / scale)[1]
        case Normal(centre=centre, sd=sd, high=high) if high > 1.0:
            return normal_below((centre - 1.0) / sd)
    return 0.0


def share_below_zero(distribution: Distribution) -> float:
    """Probability of a value below 0 that cutting off at 0 has taken away from a normal distribution."""
    if isinstance(distribution, Normal) and distribution.low == 0.0:
        return normal_below(-distribution.centre / distribution.sd)
    return 0.0


def normal_below(z: float) -> float:
    """Probability that a standard normal variable is at most z."""
    return 0.5 * math.erfc(-z / _ROOT_TWO)


def _normal_density(z: float) -> float:
    return math.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi) if abs(z) < 40.0 else 0.0


def _exp(exponent: float) -> float:
    return math.exp(exponent) if exponent < 709.0 else math.inf


def gamma_shares(shape: float, x: float) -> tuple[float, float]:
    """Probability that a gamma variable of scale 1 is below x, and that it is above.

    Source: Abramowitz and Stegun, Handbook of Mathematical Functions, 6.5.29 (series) and 6.5.31 (continued fraction);
    26.4.17 (Wilson and Hilferty) for a large shape.
    """
    if x <= 0.0:
        return 0.0, 1.0
    if x == math.inf:
        return 1.0, 0.0
    if shape > _LARGE_SHAPE:
        z = 3.0 * math.sqrt(shape) * ((x / shape) ** (1.0 / 3.0) - 1.0 + 1.0 / (9.0 * shape))
        return normal_below(z), normal_below(-z)
    logarithm = shape * math.log(x) - x - math.lgamma(shape)
    front = math.exp(logarithm) if logarithm > -745.0 else 0.0
    if x < shape + 1.0:
        term = total = 1.0 / shape
        n = shape
        while term > total * 1e-17:
            n += 1.0
            term *= x / n
            total += term
        below = front * total
        return below, 1.0 - below
    # Lentz's form of the continued fraction.
    b = x + 1.0 - shape
    c, d = 1e300, 1.0 / b
    fraction, factor, n = d, 0.0, 0.0
    while abs(factor - 1.0) > 1e-16:
        n += 1.0
        a = -n * (n - shape)
        b += 2.0
        d = 1.0 / (a * d + b)
        c = b + a / c
        factor = c * d
        fraction *= factor
    above = front * fraction
    return 1.0 - above, above
