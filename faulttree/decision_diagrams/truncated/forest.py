"""A forest of families of minimal sets, none of which costs more than a limit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from faulttree import memory
from faulttree.deadline import check
from faulttree.decision_diagrams import forest as tables
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.truncated import _kernels
from faulttree.decision_diagrams.truncated._kernels import BEYOND, JOIN, PRODUCT, IntArray
from faulttree.decision_diagrams.zbdd import UNIT, ZbddForest
from faulttree.errors import NodeBudgetExceeded
from faulttree.kernel_modes import Kernels, kernels_for

__all__ = ["TruncatedForest"]


class TruncatedForest(ZbddForest):
    """Makes ZBDD nodes of families in which no set contains another.

    cost: of each element, by level, 0 or more; a set costs what its elements cost together.
    step_budget: questions that may be asked, None for any number; beyond it NodeBudgetExceeded is raised too.
    """

    def __init__(
        self,
        elements: Sequence[str],
        cost: Sequence[int],
        node_budget: int = DEFAULT_NODE_BUDGET,
        progress: Progress | None = None,
        step_budget: int | None = None,
    ) -> None:
        self.cost: IntArray = np.array(cost, np.int32)
        self.cheapest: IntArray = np.empty(0, np.int32)
        self.dearest: IntArray = np.empty(0, np.int32)
        self._step_budget = step_budget
        super().__init__(elements, node_budget, progress)
        self.frames = np.empty((self.n_levels + 2, _kernels.FRAME_WIDTH), np.int32)
        self.state = np.concatenate([self.state, np.zeros(_kernels.STATE_LENGTH - len(self.state), np.int64)])
        self.cheapest[:2], self.dearest[:2] = (BEYOND, 0), (-BEYOND, 0)

    @property
    def steps(self) -> int:
        """How many questions were asked, other than those with a plain or remembered answer."""
        return self._steps

    @property
    def was_cut(self) -> bool:
        """Whether a limit ever forbade anything; if not, families are those without limits."""
        return bool(self.state[_kernels.CUT])

    def node(self, level: int, low: int, high: int) -> int:
        """The stored node with these parts. Raises NodeBudgetExceeded."""
        arrays = (self.cost, self.cheapest, self.dearest, level, low, high)
        while (node := self._limited.node_for(self.nodes, self.buckets, self.state, *arrays)) < 0:
            self._grow()
            arrays = (self.cost, self.cheapest, self.dearest, level, low, high)
        return int(node)

    def join(self, f: int, g: int) -> int:
        """The minimal sets among those of both families. Raises NodeBudgetExceeded."""
        return self._answer(JOIN, f, g, 0)

    def product(self, f: int, g: int, limit: int, shared: int) -> int:
        """The minimal sets, of at most this cost, among the unions of a set of f and one of g.

        shared: no element of a level beyond this one is in both families. Raises NodeBudgetExceeded.
        """
        return self._answer(PRODUCT | limit << 2, f, g, shared)

    def trimmed(self, f: int, limit: int) -> int:
        """The sets of at most this cost. Raises NodeBudgetExceeded."""
        return self._answer(PRODUCT | limit << 2, UNIT, f, -1)

    def collect(self, roots: Sequence[int], shift: int = 0) -> list[int]:
        """Forget every node that no root needs. Returns the roots' nodes after it."""
        moved = super().collect(roots, shift)
        self._limited.weigh(self.nodes, 2, self.size, self.cost, self.cheapest, self.dearest)
        return moved

    @property
    def _limited(self) -> Kernels:
        return kernels_for(_kernels, max(self.nodes.shape[0], self._steps // tables.STEPS_PER_NODE))

    def _answer(self, question: int, f: int, g: int, shared: int) -> int:
        self.start(f, g)
        self.state[_kernels.QUESTION], self.state[_kernels.SHARED] = question, shared
        while True:
            kernels = self._limited
            breath = self.state[_kernels.FUEL] = tables.BREATH[kernels.compiled]
            status = kernels.combine(
                self.nodes, self.buckets, self.computed, self.frames, self.state, self.cost, self.cheapest, self.dearest
            )
            self._steps += breath - int(self.state[_kernels.FUEL])
            if self._step_budget is not None and self._steps > self._step_budget:
                raise NodeBudgetExceeded(self.size, self.node_budget)
            if status == _kernels.FULL:
                self._grow()
            self._keep_pace()
            if status == _kernels.DONE:
                return int(self.state[_kernels.RESULT])
            check()
            memory.check()
            if self._progress:
                self._progress(self.size)

    def _resize(self, capacity: int) -> None:
        super()._resize(capacity)
        for name in ("cheapest", "dearest"):
            array: IntArray = np.empty(capacity, np.int32)
            known = getattr(self, name)
            array[: len(known)] = known
            setattr(self, name, array)
