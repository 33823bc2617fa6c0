"""Mean time to failure of a system that is not repaired."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faulttree.reliability.first_failure import first_failure_bounds
from faulttree.reliability.integration import integrate
from faulttree.reliability.system import FloatArray, System
from faulttree.results import number_text

__all__ = ["MeanLife", "mean_time_to_failure"]

DECADES = (-40.0, 45.0)
"""Powers of ten, in seconds, between which lives are looked for."""
STEPS_PER_DECADE = 4
NEGLIGIBLE = 1e-18
BETWEEN = (
    "events are repaired: it is the mean time to the first failure (MTTFF), which certainly lies between the two ends, "
    "and the lower one is given"
)


@dataclass(frozen=True, slots=True)
class MeanLife:
    """Seconds to failure on average: inf where the system may never fail, None where it is not defined; its error.

    upper: None, or the upper end of an interval whose lower end is `seconds`. note: the reason for inf or None, or what
    is to be known.
    """

    seconds: float | None
    error: float = 0.0
    reached: bool = True
    upper: float | None = None
    note: str = ""


def mean_time_to_failure(system: System) -> MeanLife:
    """MTTF: the integral of 1 - Q(t) over all times, for a coherent tree without repair; bounds where there is any.

    With t = exp(x) the integrand t (1 - Q(t)) falls off on both sides, for lives of any spread. What lies outside the
    decades of 1e-18 of its largest value is in the error. A state that holds at time 0 counts as a failure then.
    Source: R. E. Barlow, F. Proschan, Statistical Theory of Reliability and Life Testing, 1975.
    """
    if system.why_no_frequency:
        return MeanLife(None, note=system.why_no_frequency)
    if system.repairable:
        lower, upper = first_failure_bounds(system)
        return MeanLife(lower, upper=upper, note=BETWEEN)
    limit = system.steady()
    if limit is None:
        return MeanLife(None, note="what the expression of an event comes to in the end is not known")
    if limit.availability[0] > 0.0:
        if system.finds_states:
            return MeanLife(None, note="events that are taken at a time of their own have no life beyond it")
        most = float(limit.unavailability[0])
        if most == 0.0:
            return MeanLife(math.inf, note="the top event never occurs")
        rises = f"the top event's probability rises to {number_text(most)} and no further, so it may never occur"
        return MeanLife(math.inf, note=rises)
    grid = np.logspace(*DECADES, round((DECADES[1] - DECADES[0]) * STEPS_PER_DECADE) + 1)
    weights = grid * system.at(grid).availability
    if not weights.any():
        return MeanLife(0.0)
    used = np.flatnonzero(weights > NEGLIGIBLE * weights.max())
    if used[0] == 0 or used[-1] == len(grid) - 1:
        return MeanLife(None, note="the lives of the events are shorter than 1e-20 s or longer than 1e42 s")
    first, last = grid[used[0] - 1], grid[used[-1] + 1]
    breaks = system.edges(np.array([last]))
    inner = np.log(breaks[(breaks > first) & (breaks < last)])
    whole = np.linspace(math.log(first), math.log(last), 2 * len(used))
    edges = np.unique(np.concatenate([whole, inner]))

    def weight(x: FloatArray) -> FloatArray:
        t = np.exp(x)
        return np.asarray([t * system.at(t).availability])

    found = integrate(weight, edges, rough_start=False)
    start = first * float(system.at(np.array([first])).availability[0])
    total = float(np.sum(found.values)) + start
    # From the last time on, t (1 - Q) falls by a factor or more in each step of the grid.
    tail = weights[used[-1] + 1] / STEPS_PER_DECADE * math.log(10.0) * 10.0
    return MeanLife(total, float(np.sum(found.errors)) + first + float(tail), found.reached[0])
