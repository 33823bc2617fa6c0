"""Which of many columns have a probability that is above zero and below the smallest float."""

from __future__ import annotations

import sys

import numpy as np
import numpy.typing as npt

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels
from faulttree.quantification.probability import FloatArray, may_underflow

__all__ = ["below_floats"]


def below_floats(bdd: Bdd, roots: list[str], q: FloatArray, not_q: FloatArray, p: FloatArray) -> npt.NDArray[np.bool_]:
    """Whether a function's probability p is no float, for it is too small, and not zero: bool[n_roots, B].

    q, not_q: float64[n_levels, B], as for `Batches`. p: float64[n_roots, B] as that found it.
    """
    lost = np.zeros(p.shape, bool)
    suspects = np.flatnonzero((p < sys.float_info.min).any(axis=0))
    suspects = suspects[[may_underflow(q[:, column], not_q[:, column]) for column in suspects.tolist()]]
    if not suspects.size:
        return lost
    # What is possible depends on what is certain and impossible alone, which is alike in nearly all columns.
    patterns = np.concatenate([q[:, suspects] > 0.0, not_q[:, suspects] > 0.0])
    distinct, which = np.unique(patterns, axis=1, return_inverse=True)
    can, can_not = np.empty((2, len(bdd.nodes)), np.int8)
    kernels = kernels_for(_kernels, len(bdd.nodes) * distinct.shape[1])
    possible = np.empty((len(roots), distinct.shape[1]), bool)
    for place, pattern in enumerate(distinct.T):
        occurs, absent = pattern[: len(q)].astype(np.float64), pattern[len(q) :].astype(np.float64)
        kernels.possible(bdd.nodes, bdd.modules, occurs, absent, can, can_not)
        edges = [bdd.roots[root] for root in roots]
        possible[:, place] = [(can_not if edge & 1 else can)[edge >> 1] for edge in edges]
    lost[:, suspects] = (p[:, suspects] < sys.float_info.min) & possible[:, which.ravel()]
    return lost
