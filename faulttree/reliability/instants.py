"""Bounds on the failures of the top event at single instants, when tests begin or end."""

from __future__ import annotations

import numpy as np

from faulttree.laws import ROUNDED
from faulttree.reliability.system import FloatArray, System

__all__ = ["failures_at_instants"]

BATCH = 1024


def failures_at_instants(system: System, until: float) -> tuple[FloatArray, FloatArray]:
    """Instants in [0, until) and an upper bound on the expected failures of the top event at each: float64[n] each.

    For a coherent tree. X: the events' states just before, X' which events the instant brings down. The states just
    after lie within X or X', so the top goes down at the instant with a probability of at most
    P(top of X or X') - P(top of X).
    """
    laws = system.used_laws.items()
    prone = {level: law.instant_failure_bounds(until) for level, law in laws if law.instant_failures}
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
