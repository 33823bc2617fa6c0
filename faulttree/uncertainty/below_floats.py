"""Which numbers of an event, in which samples, are not zero and below the smallest float."""

from __future__ import annotations

import math
import sys

import numpy as np
import numpy.typing as npt

from faulttree.quantification.dependence import FREE, depends
from faulttree.quantification.inputs import Levels
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.quantiles import FloatArray
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["LEAST", "events_below_floats"]

BoolArray = npt.NDArray[np.bool_]

LEAST = sys.float_info.min


def events_below_floats(problem: Problem, levels: Levels, numbers: FloatArray, *, in_cut_sets: bool) -> BoolArray:
    """Where a number of an event is not zero, for the top depends on the event, and no float holds it: bool[n_used, B].

    numbers: float64[n_used, B] of the events in use. in_cut_sets: whether a number counts wherever a cut set of the
    event may occur, also where all else in it is certain and another cut set is, too; else where the event matters.
    In a function that is not monotone opposite terms may cancel, and a number of zero is then taken for one that is
    lost, where floats may have lost it.
    """
    lost = np.abs(numbers) < LEAST
    columns = np.flatnonzero(lost.any(axis=0))
    lost[:, np.setdiff1d(np.arange(lost.shape[1]), columns[_may_underflow(problem, levels, columns)])] = False
    columns = np.flatnonzero(lost.any(axis=0))
    if not columns.size:
        return lost
    states = np.full((len(levels.q), len(columns)), FREE, np.int8)
    if not in_cut_sets:
        states[levels.not_q[:, columns] == 0.0] = 1
    states[levels.q[:, columns] == 0.0] = 0
    used, bdd = problem.batches.plan.used, problem.batches.bdd
    # What the top depends on follows from what is certain and impossible alone, which is alike in nearly all samples.
    patterns, which = np.unique(states, axis=1, return_inverse=True)
    for place, pattern in enumerate(patterns.T):
        alike = columns[which.ravel() == place]
        asked = np.flatnonzero(lost[:, alike].any(axis=1))
        own = np.zeros((len(pattern), len(asked)), np.bool_)
        own[used[asked], np.arange(len(asked))] = True
        settled = np.where(own, FREE, pattern[:, None]).astype(np.int8)
        matters = np.zeros(len(used), np.bool_)
        matters[asked] = depends(bdd, settled, own, problem.functions[0])
        lost[np.ix_(~matters, alike)] = False
    return lost


def _may_underflow(problem: Problem, levels: Levels, columns: npt.NDArray[np.intp]) -> BoolArray:
    """Of each of these columns whether some state of the events may be so improbable that floats lose its digits."""
    used = problem.batches.plan.used[:, None]
    rarer = np.minimum(levels.q[used, columns], levels.not_q[used, columns])
    found: BoolArray = np.log10(np.where(rarer > 0.0, rarer, 1.0)).sum(axis=0) < math.log10(KEEPS_DIGITS)
    return found
