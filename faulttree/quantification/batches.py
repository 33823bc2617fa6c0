"""Probabilities, frequencies and slopes of a diagram's functions for many columns of event probabilities at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree import deadline
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.kernel_modes import Kernels, kernels_for
from faulttree.quantification import _kernels as single
from faulttree.quantification import differences
from faulttree.quantification.columns import _kernels
from faulttree.quantification.columns.below_floats import below_floats
from faulttree.quantification.columns.blocks import DEFAULT_MEMORY, Work, lines, run_blocks
from faulttree.quantification.probability import NEARLY_CERTAIN, FloatArray, beside_one

__all__ = ["Batches"]

IntArray = npt.NDArray[np.int32]
StepArray = npt.NDArray[np.uint32]

LOST = 1e-10
"""A derivative whose error may be a larger part of it than this is worked out another way."""
ROUNDING = 8 * 2.0**-53
"""Relative rounding error of one step, all its operations and those of the differences together."""


@dataclass(frozen=True, eq=False)
class SweepPlan:
    """In which order rows are worked out, and where: see `columns/_kernels.py`.

    steps: uint32[n, 4]. both, lean: int8[n], what of each step is needed for a root and its complement, and for the
    root alone. rows: number of working rows. used: levels of the events in use. roots: edges of working rows.
    depth: steps on the longest way down, that of modules added. sources: int32[n], the diagram's row of each step.
    root: the first root's edge in the diagram.
    """

    steps: StepArray
    both: npt.NDArray[np.int8]
    lean: npt.NDArray[np.int8]
    rows: int
    used: IntArray
    roots: IntArray
    depth: int
    sources: IntArray
    root: int


class Batches:
    """Sweeps over one diagram for many columns at once. Made once, and used again; can be pickled.

    Columns are worked out in blocks, by several threads; the answer is the same to the last bit whatever the blocks
    and threads. Only rows that the roots need are swept, and what no later row reads is overwritten.

    In every method, q and not_q are float64[n_levels, B]: the probability of each event by level and of its
    complement, in [0, 1]; events are independent. Levels that stand for modules, or that no root depends on, are not
    read. threads: None for one per core. All raise TimeLimitExceeded between two blocks.
    """

    def __init__(self, bdd: Bdd, roots: Sequence[str] = ("top",), memory: int = DEFAULT_MEMORY) -> None:
        self.bdd, self.root_names, self.memory = bdd, tuple(roots), memory
        self.plan = _plan(bdd, [bdd.roots[root] for root in roots])

    @property
    def size(self) -> int:
        """Number of rows of the diagram that a sweep works out."""
        return len(self.plan.steps)

    def probability(
        self, q: FloatArray, not_q: FloatArray, threads: int | None = None
    ) -> tuple[FloatArray, FloatArray]:
        """Probability of every root and of its complement, float64[n_roots, B] each, summed apart: both keep digits."""
        roots = np.concatenate((self.plan.roots, self.plan.roots ^ 1))
        found = self._probability(self.plan.both, roots, q, not_q, threads)
        p, not_p = found[: len(self.root_names)], found[len(self.root_names) :]
        return beside_one(p, not_p), beside_one(not_p, p)

    def probability_alone(self, q: FloatArray, not_q: FloatArray, threads: int | None = None) -> FloatArray:
        """Probability of every root, float64[n_roots, B]: the same bits as `probability`, for up to half the work.

        Complements are worked out only where a complemented edge or a module needs them, and in columns in which a root
        is nearly certain.
        """
        p = self._probability(self.plan.lean, self.plan.roots, q, not_q, threads)
        near = np.flatnonzero((p > NEARLY_CERTAIN).any(axis=0))
        if len(near):
            p[:, near], _ = self.probability(q[:, near], not_q[:, near], threads)
        return p

    def below_floats(self, q: FloatArray, not_q: FloatArray, p: FloatArray) -> npt.NDArray[np.bool_]:
        """Whether a probability that was found is no float, for it is too small, and not zero: bool[n_roots, B]."""
        return below_floats(self.bdd, list(self.root_names), q, not_q, p)

    def frequency(
        self, q: FloatArray, not_q: FloatArray, w: FloatArray, threads: int | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of the first root p, not_p and the unconditional failure frequency, float64[B] each.

        The function is monotone. w: float64[n_levels, B], unconditional failure frequency of each event, per second, so
        that the root's is sum_i dP/dq_i w_i. It keeps 10 digits.
        Source: W. E. Vesely, Nuclear Engineering and Design 13, 1970.
        """
        return self.directional(q, not_q, w, threads)

    def directional(
        self, q: FloatArray, not_q: FloatArray, dq: FloatArray, threads: int | None = None
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of the first root p, not_p and the derivative sum_i dP/dq_i dq_i, float64[B] each; any function.

        dq: float64[n_levels, B], of any sign, with not_q falling as q rises.
        One upward sweep bounds its own rounding error; columns in which it may exceed 1e-10 of the result are worked
        out again one by one, by the precise slopes of `gradient`. Those of a monotone function have 10 digits, so
        the result has where dq is of one sign; otherwise its error is up to 1e-10 of sum_i |dP/dq_i dq_i|.
        Such a column takes about a hundred times as long.
        """
        plan, (q, not_q, dq) = self.plan, self._columns(q, not_q, dq)
        found = np.empty((4, q.shape[1]))

        def work(kernels: Kernels, width: int) -> Callable[[int, int], None]:
            values = lines(2 * plan.rows, width)
            slopes, scales = lines(plan.rows, width), lines(plan.rows, width)
            return lambda start, columns: kernels.derivative_block(
                plan.steps, plan.used, int(plan.roots[0]), q, not_q, dq, start, columns, values, slopes, scales, found
            )

        self._run(work, q.shape[1], 4 * plan.rows, threads)
        p, not_p, derivative, scale = found
        doubtful = np.flatnonzero(plan.depth * ROUNDING * scale > LOST * np.abs(derivative))
        for column in doubtful.tolist():
            deadline.check()
            derivative[column] = np.dot(self._slopes(q, not_q, column, len(doubtful))[plan.used], dq[plan.used, column])
        return beside_one(p, not_p), beside_one(not_p, p), derivative

    def gradient(
        self, q: FloatArray, not_q: FloatArray, threads: int | None = None, precise: bool = False
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Of the first root p and not_p, float64[B] each, and dP/dq_i, float64[n_levels, B], 0 where it is no event.

        A slope is summed from plain differences of two probabilities f and g: its absolute error is about 1e-16 times
        the depth of the diagram times the probability with which the event's rows are reached times
        min(f + g, 2 - f - g). precise: column by column as `importance.birnbaum` does, which follows differences
        down the diagram: slopes of a monotone function keep 10 digits, unless 262,144 pairs are not enough.
        """
        plan, (q, not_q) = self.plan, self._columns(q, not_q)
        found, gradient = np.empty((2, q.shape[1])), np.zeros(q.shape)
        if precise:
            p, not_p = self.probability(q, not_q, threads)
            for column in range(q.shape[1]):
                deadline.check()
                gradient[plan.used, column] = self._slopes(q, not_q, column, q.shape[1])[plan.used]
            return p[0], not_p[0], gradient
        lasting, root = _lasting(self.bdd, plan)
        n_rows = 1 + len(plan.used) + len(plan.steps)

        def work(kernels: Kernels, width: int) -> Callable[[int, int], None]:
            values, reach = lines(2 * n_rows, width), lines(plan.rows, width)
            reach[:] = 0.0
            slopes = lines(1 + len(plan.used), width)
            return lambda start, columns: kernels.gradient_block(
                plan.steps, plan.used, lasting, root, q, not_q, start, columns, values, reach, slopes, found, gradient
            )

        self._run(work, q.shape[1], 2 * n_rows + plan.rows + len(plan.used), threads)
        p, not_p = found
        return beside_one(p, not_p), beside_one(not_p, p), gradient

    def _probability(
        self, needs: npt.NDArray[np.int8], roots: IntArray, q: FloatArray, not_q: FloatArray, threads: int | None
    ) -> FloatArray:
        plan, (q, not_q) = self.plan, self._columns(q, not_q)
        found = np.empty((len(roots), q.shape[1]))

        def work(kernels: Kernels, width: int) -> Callable[[int, int], None]:
            values = lines(2 * plan.rows, width)
            return lambda start, columns: kernels.probability_block(
                plan.steps, needs, plan.used, roots, q, not_q, start, columns, values, found
            )

        self._run(work, q.shape[1], 2 * plan.rows, threads)
        return found

    def _columns(self, *given: FloatArray) -> list[FloatArray]:
        columns = [np.ascontiguousarray(array, np.float64) for array in given]
        n_levels = len(self.bdd.variables)
        assert all(array.ndim == 2 and len(array) == n_levels for array in columns), "there is a row for every level"
        assert len({array.shape for array in columns}) == 1, "there is a column of each for every column"
        return columns

    def _slopes(self, q: FloatArray, not_q: FloatArray, column: int, n_columns: int) -> FloatArray:
        """What `importance.birnbaum` gives for one column, with the digits of not_q.

        n_columns: how many are asked for one after the other; for many, the kernels are compiled.
        """
        nodes, modules, n = self.bdd.nodes, self.bdd.modules, len(self.bdd.nodes)
        own, not_own = q[:, column].copy(), not_q[:, column].copy()
        p, not_p, difference, reach, slopes = np.empty(n), np.empty(n), np.zeros(n), np.zeros(n), np.zeros(len(own))
        kernels = kernels_for(single, n * n_columns)
        kernels.bdd_probability(nodes, modules, own, not_own, p, not_p)
        slots = 2 * min(differences.MOST_PAIRS, 1 << (8 * n + 2 * len(own)).bit_length())
        pairs, known, stack = (
            np.full((slots, 2), -1, np.int64),
            np.empty(slots),
            np.empty((2 * len(own) + 4, 2), np.int64),
        )
        kernels.branch_differences(nodes, modules, p, not_p, own, not_own, pairs, known, stack, difference)
        kernels.bdd_birnbaum(nodes, modules, self.plan.root, p, not_p, own, not_own, difference, reach, slopes)
        return slopes

    def _run(self, work: Work, n_columns: int, n_lines: int, threads: int | None) -> None:
        """Have all columns worked out, block by block; see `run_blocks`."""
        run_blocks(work, kernels_for(_kernels, self.size * n_columns), n_columns, n_lines, self.memory, threads)


def _plan(bdd: Bdd, edges: list[int]) -> SweepPlan:
    nodes, modules = bdd.nodes, bdd.modules
    n = len(nodes)
    kernels, roots = kernels_for(_kernels, n), np.array(edges, np.int32)
    last, both, lean = np.zeros(n, np.int32), np.zeros(n, np.int8), np.zeros(n, np.int8)
    kernels.last_readers(nodes, modules, roots, _kernels.FUNCTION, last, lean)
    last[:] = 0
    needed = kernels.last_readers(nodes, modules, roots, _kernels.BOTH, last, both)
    levels = np.unique(nodes[1:, 0][last[1:] > 0])
    used = levels[modules[levels] == 0].astype(np.int32)
    event_rows = np.zeros(len(modules), np.int32)
    event_rows[used] = np.arange(1, len(used) + 1)
    rows, free, steps = np.zeros(n, np.int32), np.empty(n, np.int32), np.empty((needed, 4), np.uint32)
    sources = np.empty(needed, np.int32)
    n_rows = kernels.lay_out(nodes, modules, event_rows, len(used), last, rows, free, steps, sources)
    deepest = kernels.depth_of(nodes, modules, np.zeros(n, np.int32))
    return SweepPlan(
        steps, both[sources], lean[sources], n_rows, used, rows[roots >> 1] << 1 | roots & 1, deepest, sources, edges[0]
    )


def _lasting(bdd: Bdd, plan: SweepPlan) -> tuple[StepArray, int]:
    """The steps of a plan with a working row for each of their own, and the first root's edge."""
    levels, low, high = bdd.nodes[plan.sources].T
    own = np.zeros(len(bdd.nodes), np.int32)
    own[plan.sources] = 1 + len(plan.used) + np.arange(len(plan.sources))
    decided = own[bdd.modules[levels] >> 1]
    is_event = bdd.modules[levels] == 0
    decided[is_event] = 1 + np.searchsorted(plan.used, levels[is_event])
    steps = np.stack((decided << 1, own[low >> 1] << 1, own[high >> 1] << 1 | high & 1, own[plan.sources] << 1), axis=1)
    return np.ascontiguousarray(steps, np.uint32), int(own[plan.root >> 1] << 1 | plan.root & 1)
