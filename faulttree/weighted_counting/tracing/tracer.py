"""What a count leaves behind: a formula whose probability, for any event probabilities, is one sweep over arrays.

The trace of the search is a circuit of decisions, products of independent parts, and sums of cases that exclude each
other (decision-DNNF). Events that did not matter under a decision are not below it; they have no say there, and need
none.
Sources: J. Huang, A. Darwiche, The language of search, JAIR 29, 2007 (traces); A. Darwiche, A differential approach to
inference in Bayesian networks, JACM 50, 2003 (all derivatives from one downward sweep).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.deadline import within
from faulttree.errors import LimitExceeded, NodeBudgetExceeded
from faulttree.kernel_modes import kernels_for
from faulttree.structure.pdag import Pdag
from faulttree.weighted_counting import _kernels as search_kernels
from faulttree.weighted_counting._kernels import FloatArray, IntArray
from faulttree.weighted_counting.circuit import CountingCircuit, prepare
from faulttree.weighted_counting.counter import DEFAULT_MEMORY, Progress
from faulttree.weighted_counting.order import decision_order
from faulttree.weighted_counting.search import Search
from faulttree.weighted_counting.tracing import _kernels

__all__ = ["DEFAULT_NODE_BUDGET", "Trace", "trace"]

DEFAULT_NODE_BUDGET = 10_000_000
"""Rows of a trace: some 20 to 40 bytes each, and as much again while it is swept."""


@dataclass(frozen=True, eq=False)
class Trace:
    """A skeleton's root as decisions, products and sums, children first.

    rows: int32[n, 3], inputs: int32[m], as `_kernels.search` says. root: the edge of the circuit's root in it.
    """

    circuit: CountingCircuit
    rows: IntArray
    inputs: IntArray
    root: int

    @property
    def size(self) -> int:
        """Number of rows beyond the circuit's own nodes."""
        return len(self.rows) - self.circuit.size

    def probability(self, q: npt.NDArray[np.float64]) -> tuple[float, float]:
        """The probability of the root and of its complement for these event probabilities, as `count` takes them.

        A conditional probability is that with some of q set to 0 or 1.
        """
        _, numbers = self._upward(q)
        p, fails = numbers[self.root >> 1, [0, 2]].tolist()
        return (fails, p) if self.root & 1 else (p, fails)

    def derivatives(self, q: npt.NDArray[np.float64]) -> tuple[FloatArray, FloatArray]:
        """The derivative of the root's probability by every event's, and a bound on its error: float64[n_variables].

        One upward and one downward sweep for all of them. The error is some 1e-16 of the terms, whose signs may differ.
        """
        weights, numbers = self._upward(q)
        slopes, errors = np.zeros((2, len(self.rows)))
        slopes[self.root >> 1] = -1.0 if self.root & 1 else 1.0
        products = np.zeros(1 + int((self.rows[:, 2] - self.rows[:, 1]).max(initial=0, where=self._is_product())))
        kernels = kernels_for(_kernels, len(self.rows) + len(self.inputs))
        kernels.downward(self.rows, self.inputs, weights, self.circuit.size, numbers, products, slopes, errors)
        return self.circuit.by_variable(q, slopes[: self.circuit.size], errors[: self.circuit.size])

    def _is_product(self) -> npt.NDArray[np.bool_]:
        is_product: npt.NDArray[np.bool_] = self.rows[:, 0] == _kernels.PRODUCT_ROW
        return is_product

    def _upward(self, q: npt.NDArray[np.float64]) -> tuple[FloatArray, FloatArray]:
        weights = self.circuit.leaf_weights(q)
        numbers: FloatArray = np.zeros((len(self.rows), 4))
        numbers[: self.circuit.size] = weights[:, [2, 3, 0, 1]]
        kernels = kernels_for(_kernels, len(self.rows) + len(self.inputs))
        kernels.upward(self.rows, self.inputs, weights, self.circuit.size, numbers)
        return weights, numbers


def trace(
    pdag: Pdag,
    *,
    node_budget: int = DEFAULT_NODE_BUDGET,
    time_limit: float | None = None,
    most_steps: int | None = None,
    memory: int = DEFAULT_MEMORY,
    progress: Progress | None = None,
    seed: int = 0,
) -> Trace | None:
    """The trace of a count of the skeleton's root; None when the time or the steps are used up first.

    The arguments are those of `count`. Raises NodeBudgetExceeded when the trace outgrows node_budget.
    """
    with within(time_limit):
        try:
            circuit = prepare(pdag)
            rank = decision_order(circuit, seed).rank
        except LimitExceeded:
            rank = None
        if rank is None:
            return None
        # Every event varies, so only the constant has a certain value.
        weights = np.tile([0.5, 0.0], (circuit.size, 2))
        weights[0] = 1.0, 0.0, 0.0, 0.0
        search = Search(circuit, rank, weights, memory, seed, node_budget)
        if not search.run(_told(progress), most_steps):
            return None
    size, n_inputs = search.tally(search_kernels.TRACE_SIZE), search.tally(search_kernels.TRACE_INPUTS)
    if size - circuit.size > node_budget:
        raise NodeBudgetExceeded(size - circuit.size, node_budget)
    rows, inputs = search.trace[:size].copy(), search.trace_inputs[:n_inputs].copy()
    rows.flags.writeable = inputs.flags.writeable = False
    return Trace(circuit, rows, inputs, search.tally(search_kernels.RESULT) ^ (circuit.root & 1))


def _told(progress: Progress | None) -> Callable[[Search], None] | None:
    """How far the search is; it knows no probabilities."""
    return None if progress is None else lambda search: progress(search.share_done(), 0.0, 1.0)
