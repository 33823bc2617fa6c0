"""How uncertain the top event's probability is at many times: a band around its curve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.results import Table
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.propagation import propagate
from faulttree.uncertainty.quantiles import FloatArray

__all__ = ["Band", "band_over_time"]

HOUR = 3600.0


@dataclass(frozen=True, eq=False)
class Band(Table):
    """The top's unavailability Q(t) between two percentiles of what is known of it, float64[n] each.

    times: seconds. point: with every input at its point value. mean, lower, median, upper: of the samples, the same
    inputs at every time, so that lines of one percentile are no life of one system. low, high: the percentiles.
    """

    times: FloatArray = field(repr=False)
    point: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    lower: FloatArray = field(repr=False)
    median: FloatArray = field(repr=False)
    upper: FloatArray = field(repr=False)
    low: float
    high: float
    samples: int

    def __len__(self) -> int:
        return len(self.times)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per time; time_h is in hours."""
        low, high = f"percentile_{self.low:g}", f"percentile_{self.high:g}"
        names = ("time_h", "point", "mean", low, "median", high)
        columns = (self.times / HOUR, self.point, self.mean, self.lower, self.median, self.upper)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        return [dict(zip(names, row, strict=True)) for row in rows]


def band_over_time(
    problem: Problem,
    times: Sequence[float] | FloatArray,
    samples: int = 2_000,
    *,
    seed: int = 0,
    method: str = "latin-hypercube",
    low: float = 5.0,
    high: float = 95.0,
) -> Band:
    """The band between two percentiles, at times in seconds; the samples of the inputs are the same at each.

    Raises InvalidRequestError of times below 0 and of percentiles that do not rise.
    """
    if not 0.0 <= low < high <= 100.0:
        raise InvalidRequestError(f"percentiles {low!r} and {high!r}; give two that rise, between 0 and 100")
    moments = np.sort(np.asarray(times, np.float64).ravel())
    rows = np.empty((5, len(moments)))
    taken = samples
    for place, moment in enumerate(moments.tolist()):
        found = propagate(replace(problem, time=moment), samples, seed=seed, method=method)
        ends = (found.percentile(low), found.median, found.percentile(high))
        rows[:, place] = (found.point, found.mean, *ends)
        taken = len(found.samples)
    point, mean, lower, median, upper = rows
    return Band(moments, point, mean, lower, median, upper, low, high, taken)
