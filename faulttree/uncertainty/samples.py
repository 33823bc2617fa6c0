"""A quantity that is uncertain: its sample, and what the sample says, each with how certain that is."""

from __future__ import annotations

import bisect
import functools
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.results import Records
from faulttree.uncertainty.quantiles import FloatArray

__all__ = [
    "SampleHistogram",
    "UncertainQuantity",
    "checked_confidence",
    "percentiles",
    "rising_percentiles",
    "student_interval",
]

NO_SKEW = 1e-9
"""A skewness below which an interval is taken for symmetric: it would move by less."""
SHOWN = (5.0, 50.0, 95.0)
"""Percentiles of a summary."""


@dataclass(frozen=True, eq=False)
class SampleHistogram:
    """How a sample is spread: the part of it that lies in each bin.

    edges: float64[n + 1], rising. fractions: float64[n], summing to 1.
    A bin holds its lower edge, the last also its upper one.
    """

    edges: FloatArray
    fractions: FloatArray


@dataclass(frozen=True, eq=False)
class UncertainQuantity:
    """One quantity's sample.

    point: the value at the point values of all inputs. samples: float64[N], read-only, replicate after replicate.
    replicates: how many independent randomisations the sample is made of; 1 when the points themselves are independent.
    support: what the quantity cannot leave, such as (0, 1).

    Standard error and intervals come from independent points by s / sqrt(N) and by order statistics. Otherwise each
    replicate gives an estimate of its own, and their spread with Student's t says how certain their mean is. Of a part
    of the sample the spread is taken for no less than that of rounding to a replicate's points.
    """

    name: str
    point: float
    samples: FloatArray = field(repr=False)
    replicates: int = 1
    support: tuple[float, float] = (0.0, 1.0)

    def __post_init__(self) -> None:
        self.samples.flags.writeable = False

    @functools.cached_property
    def mean(self) -> float:
        """The sample's mean; inf when some sample is, nan when some sample is undefined."""
        return float(np.mean(self.samples))

    @functools.cached_property
    def standard_error(self) -> float:
        """Standard deviation of the mean, as an estimate."""
        if self.replicates == 1:
            return self.standard_deviation / math.sqrt(len(self.samples))
        return _deviation(self._by_replicate.mean(axis=1)) / math.sqrt(self.replicates)

    @functools.cached_property
    def standard_deviation(self) -> float:
        """The quantity's own, as an estimate; nan where samples are not finite."""
        return _deviation(self.samples)

    @property
    def median(self) -> float:
        """The 50th percentile."""
        return self.percentile(50.0)

    @property
    def error_factor(self) -> float:
        """Square root of the 95th percentile over the 5th: of a lognormal sample its error factor; nan where 0 / 0."""
        low, high = self.percentile(5.0), self.percentile(95.0)
        return math.sqrt(high / low) if low > 0 else math.nan if high == low or math.isnan(high) else math.inf

    def percentile(self, p: float) -> float:
        """The value that a part p per cent of the sample does not exceed, between samples in a line.

        p in [0, 100]. nan where a sample is undefined. Raises InvalidRequestError.
        """
        return float(percentiles(self.samples, _checked_percentile(p)))

    def percentile_interval(self, p: float, confidence: float = 0.95) -> tuple[float, float]:
        """Ends between which the quantity's true percentile lies, with this confidence.

        Independent points: two order statistics between which it lies at least that surely, whatever the distribution
        (binomial; David and Nagaraja, Order Statistics, 7.1); where the sample is too small for one, the end of the
        support. Replicates: percentiles of the sample at the ends of Student's interval of the part that is not above
        it (Woodruff, J. American Statistical Association 47, 1952).
        The percentile of the sample is never outside: where it stands between the last two samples, it is an end.
        p in (0, 100), confidence in (0, 1). Raises InvalidRequestError.
        """
        part, confidence = _checked_percentile(p) / 100.0, checked_confidence(confidence)
        if not 0 < part < 1:
            raise InvalidRequestError(f"percentile {p:g} has no interval; give one between 0 and 100")
        value = self.percentile(p)
        if math.isnan(value):
            return math.nan, math.nan
        lower, upper = self.support
        if self.replicates > 1:
            half = self._half_width((self._by_replicate <= value).mean(axis=1), confidence)
            if part >= half:
                lower = self.percentile(100.0 * (part - half))
            if part + half <= 1:
                upper = self.percentile(100.0 * (part + half))
        else:
            low, high = _ranks(len(self.samples), part, confidence)
            ordered = np.partition(self.samples, [max(low - 1, 0), min(high, len(self.samples)) - 1])
            if low >= 1:
                lower = float(ordered[low - 1])
            if high <= len(ordered):
                upper = float(ordered[high - 1])
        return min(lower, value), max(upper, value)

    def mean_interval(self, confidence: float = 0.95) -> tuple[float, float]:
        """Ends between which the true mean lies, with this confidence: Student's interval, widened where it is skewed.

        From independent points, or from the means of independent replicates. Means of skewed samples are skewed, and
        then Student's interval holds the truth too rarely (83 of 100 times for a lognormal of error factor 10); Hall's
        transformation moves it, and both together are taken.
        Source: P. Hall, J. Royal Statistical Society B 54, 1992.
        """
        from scipy.special import stdtrit

        independent = self.samples if self.replicates == 1 else self._by_replicate.mean(axis=1)
        t = float(stdtrit(len(independent) - 1, 0.5 + 0.5 * checked_confidence(confidence)))
        skew = _skewness(independent) / math.sqrt(len(independent))
        below, above = max(t, _unskewed(t, skew)), min(-t, _unskewed(-t, skew))
        return self._within_support((self.mean - below * self.standard_error, self.mean - above * self.standard_error))

    def histogram(self, bins: int = 50, *, logarithmic: bool | None = None) -> SampleHistogram:
        """The sample's spread in equally wide bins.

        logarithmic: bins equally wide in the logarithm; None for where all samples are above 0 and their largest is
        over 100 times the least. Raises InvalidRequestError for no bins, or a sample that is not finite.
        """
        if isinstance(bins, bool) or not isinstance(bins, int) or bins < 1:
            raise InvalidRequestError(f"a histogram of {bins!r} bins; give a whole number of at least 1")
        low, high = float(self.samples.min()), float(self.samples.max())
        if not (math.isfinite(low) and math.isfinite(high)):
            raise InvalidRequestError(f"'{self.name}' is infinite or undefined in some samples; it has no histogram")
        if logarithmic is None:
            logarithmic = low > 0 and high > 100 * low
        if logarithmic and low <= 0:
            raise InvalidRequestError(f"'{self.name}' is 0 in some samples; give logarithmic=False")
        if low == high:
            return SampleHistogram(np.array([low, high]), np.ones(1))
        edges = np.geomspace(low, high, bins + 1) if logarithmic else np.linspace(low, high, bins + 1)
        edges[0], edges[-1] = low, high
        counts, _ = np.histogram(self.samples, edges)
        return SampleHistogram(edges, counts / len(self.samples))

    def exceedance(self, values: float | Iterable[float], confidence: float = 0.95) -> Records:
        """Probability that the quantity is above each value, or above one, with its interval.

        Independent points: the part of the sample, in the interval of Clopper and Pearson (Biometrika 26, 1934).
        Replicates: Student's interval, cut off at 0 and 1. Raises InvalidRequestError for what is no number.
        """
        from scipy.special import betainccinv, betaincinv

        confidence, n, rows = checked_confidence(confidence), len(self.samples), []
        tail = 0.5 * (1.0 - confidence)
        for value in _numbers(values):
            above = int(np.count_nonzero(self.samples > value))
            if self.replicates > 1:
                parts = (self._by_replicate > value).mean(axis=1)
                half = self._half_width(parts, confidence)
                low, high = max(above / n - half, 0.0), min(above / n + half, 1.0)
            else:
                low = float(betaincinv(above, n - above + 1, tail)) if above else 0.0
                high = float(betainccinv(above + 1, n - above, tail)) if above < n else 1.0
            rows.append({"value": value, "exceedance": above / n, "lower": low, "upper": high})
        return Records(tuple(rows), ("value", "exceedance", "lower", "upper"))

    def record(self) -> dict[str, Any]:
        """A row: point value, mean with its standard error, standard deviation, percentiles 5, 50 and 95."""
        low, median, high = (float(each) for each in percentiles(self.samples, np.array(SHOWN)))
        return {
            "quantity": self.name,
            "point": self.point,
            "mean": self.mean,
            "standard_error": self.standard_error,
            "standard_deviation": self.standard_deviation,
            "percentile_5": low,
            "median": median,
            "percentile_95": high,
        }

    @property
    def _by_replicate(self) -> FloatArray:
        return self.samples.reshape(self.replicates, -1)

    def _half_width(self, parts: FloatArray, confidence: float) -> float:
        """Of the interval of a part of the sample. parts: float64[R], the same of each replicate."""
        from scipy.special import stdtrit

        rounding = self.replicates / len(self.samples) / math.sqrt(12.0)
        spread = max(_deviation(parts), rounding) / math.sqrt(self.replicates)
        return float(stdtrit(self.replicates - 1, 0.5 + 0.5 * confidence)) * spread

    def _within_support(self, interval: tuple[float, float]) -> tuple[float, float]:
        # An end that is not a number stays one: the sample says nothing then.
        low, high = interval
        return (self.support[0] if low < self.support[0] else low), (
            self.support[1] if high > self.support[1] else high
        )


def student_interval(estimate: float, replicates: FloatArray, confidence: float) -> tuple[float, float]:
    """Student's interval about an estimate from its independent replicates, float64[R]."""
    from scipy.special import stdtrit

    spread = _deviation(replicates) / math.sqrt(len(replicates))
    half = float(stdtrit(len(replicates) - 1, 0.5 + 0.5 * confidence)) * spread
    return estimate - half, estimate + half


def _unskewed(t: float, skew: float) -> float:
    """What the studentised mean does not exceed where a symmetric one would not exceed t; skew: over sqrt(n)."""
    if abs(skew) < NO_SKEW:
        return t
    return 3.0 / skew * (float(np.cbrt(1.0 + skew * (t - skew / 6.0))) - 1.0)


def _skewness(values: FloatArray) -> float:
    """The third central moment over the cube of the standard deviation; 0 where values do not vary, or are infinite."""
    if not np.isfinite(values).all():
        return 0.0
    deviations = values - values.mean()
    largest = float(np.max(np.abs(deviations), initial=0.0))
    if largest == 0.0:
        return 0.0
    scaled = deviations / largest
    return float(np.mean(scaled**3) / np.mean(scaled**2) ** 1.5)


def _deviation(values: FloatArray) -> float:
    """The sample's standard deviation, n - 1 below the line; squares do not leave the range of floating point."""
    largest = float(np.max(np.abs(values)))
    if largest == 0.0:
        return 0.0
    return float(np.std(values / largest, ddof=1)) * largest if math.isfinite(largest) else math.nan


def percentiles(values: FloatArray, p: float | FloatArray) -> FloatArray:
    """Percentiles along the last axis, between neighbouring values in a line; equal infinities stay what they are.

    Source: Hyndman and Fan, The American Statistician 50, 1996, definition 7.
    """
    last = values.shape[-1] - 1
    places = np.asarray(p) / 100.0 * last
    lower = np.minimum(places.astype(np.int64), last)
    upper = np.minimum(lower + 1, last)
    ordered = np.partition(values, np.unique(np.concatenate((np.ravel(lower), np.ravel(upper), [last]))), axis=-1)
    low, high = ordered[..., lower], ordered[..., upper]
    part = places - lower
    with np.errstate(invalid="ignore"):
        between = low + part * (high - low)
    result = np.where((low == high) | (part == 0), low, between)
    undefined = np.isnan(ordered[..., last])  # undefined samples stand last
    if result.ndim > undefined.ndim:
        undefined = undefined[..., np.newaxis]
    return np.where(undefined, np.nan, result)


def _ranks(n: int, part: float, confidence: float) -> tuple[int, int]:
    """Ranks, from 1, of two order statistics that hold the quantile between them; 0 or n + 1 where there is none."""
    from scipy.special import bdtr

    tail = 0.5 * (1.0 - confidence)
    low = bisect.bisect_right(range(n), tail, key=lambda k: float(bdtr(k, n, part)))
    high = bisect.bisect_left(range(n), 1.0 - tail, key=lambda k: float(bdtr(k, n, part))) + 1
    return low, high


def _numbers(values: float | Iterable[float]) -> list[float]:
    some = [values] if isinstance(values, Real | str) or not isinstance(values, Iterable) else list(values)
    for value in some:
        if isinstance(value, bool) or not isinstance(value, Real) or math.isnan(value):
            raise InvalidRequestError(f"a value to exceed is {value!r}; give a number")
    return [float(value) for value in some]


def rising_percentiles(low: float, high: float) -> tuple[float, float]:
    """Two percentiles in [0, 100], the first below the second. Raises InvalidRequestError."""
    for each in (low, high):
        if isinstance(each, bool) or not isinstance(each, Real):
            raise InvalidRequestError(f"percentile {each!r} is no number; give one between 0 and 100")
    if not 0 <= low < high <= 100:
        raise InvalidRequestError(f"percentiles {low!r} and {high!r}; give two that rise, between 0 and 100")
    return float(low), float(high)


def _checked_percentile(p: float) -> float:
    if isinstance(p, bool) or not isinstance(p, Real) or not 0 <= p <= 100:
        raise InvalidRequestError(f"percentile {p!r} lies outside [0, 100]")
    return float(p)


def checked_confidence(confidence: float) -> float:
    """A confidence in (0, 1). Raises InvalidRequestError."""
    if isinstance(confidence, bool) or not isinstance(confidence, Real) or not 0 < confidence < 1:
        raise InvalidRequestError(f"confidence {confidence!r} lies outside (0, 1); give 0.95 for 95 %")
    return float(confidence)
