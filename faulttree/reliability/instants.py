"""What may fail at single instants, when tests begin or end: a bound on how often the top event does."""

from __future__ import annotations

import numpy as np

from faulttree.laws import Law, PeriodicTest, WeightedSum
from faulttree.reliability.system import ROUNDED, FloatArray, System

__all__ = ["failures_at_instants"]

BATCH = 1024


def failures_at_instants(system: System, until: float) -> tuple[FloatArray, FloatArray]:
    """Instants in [0, until) and an upper bound on the expected failures of the top event at each: float64[n] each.

    For a coherent tree. X: the events' states just before, X' which events the instant brings down. The states just
    after lie within X or X', so the top goes down at the instant with a probability of at most
    P(top of X or X') - P(top of X).
    """
    prone = {level: _brought_down(law, until) for level, law in system.used_laws.items() if law.instant_failures}
    every = np.unique(np.concatenate([np.zeros(0), *(its[0] for its in prone.values())]))
    if not len(every):
        return every, every
    group = np.concatenate([[0], np.cumsum(np.diff(every) > min(system.blur, ROUNDED * until))])
    instants = every[np.unique(group, return_index=True)[1]]
    found = np.empty(len(instants))
    for start in range(0, len(instants), BATCH):
        part = slice(start, min(start + BATCH, len(instants)))
        levels = system.laws.at(instants[part])
        # Laws give the state just before a test begins or ends.
        more_q, less_not_q = levels.q.copy(), levels.not_q.copy()
        for level, (own, down) in prone.items():
            more = np.bincount(group[np.searchsorted(every, own)], down, len(instants))[part]
            more_q[level] = np.minimum(1.0, more_q[level] + more)
            less_not_q[level] = np.maximum(0.0, less_not_q[level] - more)
        before, not_before = (each[0] for each in system.batches.probability(levels.q, levels.not_q))
        after, not_after = (each[0] for each in system.batches.probability(more_q, less_not_q))
        low = after + before < 1.0
        # Outward by more than the rounding of the two probabilities.
        noise = 1e-13 * np.where(low, after, not_before)
        found[part] = np.maximum(np.where(low, after - before, not_before - not_after), 0.0) + noise
    return instants, found


def _brought_down(law: Law, until: float) -> tuple[FloatArray, FloatArray]:
    """A law's instants, and upper bounds on the probability of being up just before and down just after each."""
    if isinstance(law, WeightedSum):
        parts = [(_brought_down(part, until), factor) for part, factor in law.parts]
        return (
            np.concatenate([instants for (instants, _), _ in parts]),
            np.concatenate([down * factor for (_, down), factor in parts]),
        )
    if not isinstance(law, PeriodicTest) or not law.instant_failures:
        return np.zeros(0), np.zeros(0)
    instants = law.breakpoints(until)
    if float(law.first_test) == 0.0:  # a test at time 0 brings down what is up then
        instants = np.concatenate([np.zeros(1), instants])
    up = law.at(instants).availability
    fails, bad = float(law.failure_at_test), float(law.bad_restart)
    interval, duration, since = float(law.interval), float(law.test_duration), instants - float(law.first_test)
    if duration == 0.0:
        return instants, up * (fails + bad - fails * bad)
    begins, ends = _is_multiple(since, interval), _is_multiple(since - duration, interval)
    if not law.available_in_test:
        # It is down before the end, whatever comes after.
        return instants, up * begins
    return instants, up * (fails * begins + bad * ends)


def _is_multiple(times: FloatArray, interval: float) -> FloatArray:
    """1 where a time is a whole number of intervals, else 0."""
    off = np.abs(times - interval * np.round(times / interval))
    return (off <= ROUNDED * interval).astype(np.float64)
