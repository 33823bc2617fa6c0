"""Safety integrity levels of IEC 61508, and how long a system stays in the band of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.reliability.system import FloatArray

__all__ = ["BANDS", "HIGH_DEMAND", "LOW_DEMAND", "BandShares", "band_shares", "level"]

LOW_DEMAND = (1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
"""Limits of the average probability of failure on demand: SIL 4 from 1e-5 to 1e-4, ... IEC 61508-1:2010, table 2."""
HIGH_DEMAND = (1e-9, 1e-8, 1e-7, 1e-6, 1e-5)
"""Limits of the average frequency of dangerous failure per hour: SIL 4 from 1e-9 to 1e-8, ... table 3."""
BANDS = ("beyond_sil_4", "sil_4", "sil_3", "sil_2", "sil_1", "no_sil")
"""From the least unavailability on. Each band has its lower limit in it, and not its upper one."""
HALVINGS = 40
GOLDEN = (np.sqrt(5.0) - 1.0) / 2.0
SEARCHES = 45
MOST_BLUR = 1e-3
"""No more of an interval between edges than this part is taken for blurred."""


@dataclass(frozen=True, eq=False)
class BandShares:
    """Shares of the time in each of BANDS, which sum to 1; by how much each may be off; number of crossings."""

    shares: FloatArray
    error: float
    crossings: int


def level(value: float, limits: tuple[float, ...] = LOW_DEMAND) -> int:
    """The safety integrity level of a mean, 0 for none; 4 also below the band of SIL 4: the standard has no more."""
    band = int(np.searchsorted(limits, value, side="right"))
    return min(4, 5 - band)


def band_shares(
    unavailability: Callable[[FloatArray], FloatArray],
    edges: FloatArray,
    points: FloatArray,
    samples: FloatArray,
    blur: float = 0.0,
) -> BandShares:
    """Shares of the time from the first edge to the last with Q(t) in each band of the low demand mode.

    unavailability: Q at times float64[B], at an edge the value just before it; continuous between edges.
    edges: rising, float64[n + 1]. points, samples: times inside the intervals, rising, and Q there, so close that
    between two of them Q has one extremum at most. blur: for so long after an edge Q may be as it was before.

    A crossing is halved down to 1e-12 of the distance of two points, which is the error stated; an extremum that may
    reach over a limit is looked for first. Excursions between two points without such a sign are not seen.
    """
    # At an edge Q may jump: its value is that just before, and the first one after it counts from the edge on.
    gaps = np.minimum(blur, MOST_BLUR * np.diff(edges))

    def settled(times: FloatArray) -> FloatArray:
        place = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, len(gaps) - 1)
        return unavailability(np.maximum(times, edges[place] + gaps[place]))

    times = np.concatenate([edges, edges[:-1], points])
    values = np.concatenate([unavailability(edges), settled(edges[:-1]), samples])
    times, values = _with_extrema(settled, times, values)
    left, right = times[:-1], times[1:]
    limits = np.array(LOW_DEMAND)[:, None]
    starts, ends = values[:-1] < limits, values[1:] < limits
    band, place = np.nonzero((starts != ends) & (right > left))
    crossing = _crossed(settled, limits[band, 0], left[place], right[place], starts[band, place])
    passed = np.where(starts[band, place], crossing - left[place], right[place] - crossing)
    below = np.sum(np.where(starts & ends, right - left, 0.0), axis=1) + np.bincount(band, passed, len(limits))
    total = float(np.sum(right - left))
    width = float(np.sum((right - left)[place])) * 2.0**-HALVINGS
    shares = np.diff([0.0, *np.minimum(1.0, below / total), 1.0])
    return BandShares(np.maximum(0.0, shares), 1e-15 + (float(np.sum(gaps)) + width) / total, len(place))


def _crossed(
    unavailability: Callable[[FloatArray], FloatArray],
    limit: FloatArray,
    low: FloatArray,
    high: FloatArray,
    starts_below: npt.NDArray[np.bool_],
) -> FloatArray:
    """Where Q crosses each limit, once between each low and high."""
    for _ in range(HALVINGS if len(low) else 0):
        middle = (low + high) / 2.0
        same = (unavailability(middle) < limit) == starts_below
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return (low + high) / 2.0


def _with_extrema(
    unavailability: Callable[[FloatArray], FloatArray], times: FloatArray, values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """All points by rising time, and among them the extrema that may reach over a limit; by golden section."""
    order = np.argsort(times, kind="stable")
    times, values = times[order], values[order]
    before, here, after = values[:-2], values[1:-1], values[2:]
    sign = np.where((here > before) & (here > after), 1.0, np.where((here < before) & (here < after), -1.0, 0.0))
    reach = here + sign * np.maximum(np.abs(here - before), np.abs(here - after))
    bands = [np.searchsorted(LOW_DEMAND, each, side="right") for each in (here, reach)]
    place = np.flatnonzero(bands[0] != bands[1])
    if not len(place):
        return times, values
    low, high, sign = times[:-2][place], times[2:][place], sign[place]
    for _ in range(SEARCHES):
        first, second = high - GOLDEN * (high - low), low + GOLDEN * (high - low)
        found = unavailability(np.concatenate([first, second])).reshape(2, -1) * sign
        keeps_low = found[0] >= found[1]
        low, high = np.where(keeps_low, low, first), np.where(keeps_low, second, high)
    peak = (low + high) / 2.0
    times, values = np.concatenate([times, peak]), np.concatenate([values, unavailability(peak)])
    order = np.argsort(times, kind="stable")
    return times[order], values[order]
