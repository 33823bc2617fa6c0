"""A growing table of decision diagram nodes: what both kinds of diagram share.

Tables double when they are full, up to the node budget. A kernel that stops for room or for breath is
called again and goes on where it stood, so Ctrl-C is heard and progress can be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from faulttree import memory
from faulttree.deadline import check
from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams._kernels import DONE, FULL, IntArray
from faulttree.errors import NodeBudgetExceeded
from faulttree.kernel_modes import Kernels, kernels_for

__all__ = ["DEFAULT_NODE_BUDGET", "Forest", "Progress"]

DEFAULT_NODE_BUDGET = 8_000_000
"""Nodes of one table: about 0.4 GB with its hash tables."""

Progress = Callable[[int], None]
"""Called now and then during long work, with the number of nodes in use."""

NO_LIMIT = 2**62
FIRST_CAPACITY = 1024
LARGEST_COMPUTED_TABLE = 2**23
BREATH = {False: 20_000, True: 500_000}
NODE_BYTES, SMALL = 52, 50_000
"""Bytes of a node's rows in all tables, at the most; tables of so few nodes need not ask for memory."""
MOST_KEPT = 0.8
"""A collection that would keep more than this part of the nodes is not worth its time."""
STEPS_PER_NODE = 8
"""Steps of a kernel that weigh as much as one node when it is decided whether to compile."""


class Forest:
    """Nodes of one kind of diagram under one variable order. Not thread-safe; frozen values come out of it."""

    def __init__(self, n_levels: int, node_budget: int, first_node: int, progress: Progress | None = None) -> None:
        self.n_levels, self.node_budget, self._first_node = n_levels, node_budget, first_node
        self._progress = progress
        self._steps = self._steps_at_last_look = self._peak = 0
        self.step_budget = NO_LIMIT
        self.nodes: IntArray = np.empty((0, 4), np.int32)
        self.computed: IntArray = np.full((FIRST_CAPACITY, 4), -1, np.int32)
        self.frames: IntArray = np.empty((n_levels + 2, _kernels.FRAME_LENGTH), np.int32)
        self.state = np.zeros(_kernels.STATE_LENGTH, np.int64)
        self.kernels: Kernels = kernels_for(_kernels, FIRST_CAPACITY)
        self.state[_kernels.SIZE] = first_node
        self._resize(max(first_node + 1, min(FIRST_CAPACITY, node_budget)))
        for node in range(first_node):
            self.nodes[node] = _kernels.BOTTOM, node, node, 0

    @property
    def size(self) -> int:
        """Nodes in use, constants included."""
        return int(self.state[_kernels.SIZE])

    @property
    def steps(self) -> int:
        """How many questions were asked, other than those with a plain or remembered answer."""
        return self._steps

    @property
    def peak(self) -> int:
        """The most nodes that were in use at any time."""
        return max(self._peak, self.size)

    def node(self, level: int, low: int, high: int) -> int:
        """The stored node with these parts. Raises NodeBudgetExceeded."""
        while (node := self.kernels.node_for(self.nodes, self.buckets, self.state, level, low, high)) < 0:
            self._grow()
        return int(node)

    def start(self, f: int, g: int) -> None:
        """Set the operands of the next kernel."""
        self.state[_kernels.DEPTH : _kernels.RESULT + 1] = 0, f, g, -1

    def run(self, kernel: str, *arguments: object, before: Sequence[object] = ()) -> int:
        """Call a kernel until it is done, growing the tables as it asks. Returns `state`'s result.

        Raises NodeBudgetExceeded, TimeLimitExceeded.
        """
        while True:
            # Tables grow after the same steps however the kernels run, so that all steps are the same.
            until_look = self._steps_at_last_look + self.computed.shape[0] + 1 - self._steps
            breath = max(1, min(BREATH[self.kernels.compiled], self.step_budget - self._steps, until_look))
            self.state[_kernels.FUEL] = breath
            status = getattr(self.kernels, kernel)(
                *before, self.nodes, self.buckets, self.computed, self.frames, self.state, *arguments
            )
            self._steps += breath - int(self.state[_kernels.FUEL])
            if status == DONE:
                break
            check()
            memory.check()
            if self._progress:
                self._progress(self.size)
            if status == FULL:
                self._grow()
            self._keep_pace()
            if self._steps >= self.step_budget:
                raise NodeBudgetExceeded(self.size, self.node_budget)
        self._keep_pace()
        return int(self.state[_kernels.RESULT])

    @contextmanager
    def passing(self) -> Iterator[None]:
        """Nodes made within the block are forgotten at its end, and the table is as large as before.

        Edges from before stay as they are; nothing may be collected within the block.
        """
        size, capacity = self.size, self.nodes.shape[0]
        try:
            yield
        finally:
            self._peak = self.peak
            self.state[_kernels.SIZE] = size
            self.nodes = self.nodes[:capacity]
            self.computed = np.full((FIRST_CAPACITY, 4), -1, np.int32)
            self._resize(capacity)

    def compacted(self, roots: Iterable[int], shift: int) -> tuple[IntArray, list[int]]:
        """The nodes below the root edges as read-only int32[n, 3], and the roots' edges there."""
        roots = list(roots)
        place = self._places(roots, shift)
        kept: IntArray = np.empty((int(place.max()) + 1, 3), np.int32)
        self.kernels.compact(self.nodes, self.size, shift, place, kept)
        kept.flags.writeable = False
        complement = (1 << shift) - 1
        return kept, [(int(place[root >> shift]) << shift) | (root & complement) for root in roots]

    def collect(self, roots: Sequence[int], shift: int) -> list[int]:
        """Forget every node that no root edge needs; the rest move together. Returns the roots' edges after it.

        What the computed table knows of the nodes that stay is kept. Where few could be forgotten, nothing changes.
        """
        self._peak, size, complement = self.peak, self.size, (1 << shift) - 1
        place = self._places(roots, shift)
        kept = int(place.max()) + 1
        if kept > MOST_KEPT * size:
            return list(roots)
        self.kernels.compact(self.nodes, size, shift, place, self.nodes)
        self.state[_kernels.SIZE] = kept
        self.buckets[:] = 0
        self.kernels.rehash(self.nodes, self.buckets, self._first_node, kept)
        known, self.computed = self.computed, np.full_like(self.computed, -1)
        self.kernels.recall_moved(known, place, shift, self.computed)
        return [(int(place[root >> shift]) << shift) | (root & complement) for root in roots]

    def _places(self, roots: Iterable[int], shift: int) -> IntArray:
        """Where each node goes when only those below the roots stay: int32[size], -1 for the others."""
        marked = np.zeros(self.size, np.int8)
        marked[: self._first_node] = 1
        marked[[root >> shift for root in roots]] = 1
        self.kernels.mark_nodes(self.nodes, self.size, shift, marked)
        return np.where(marked, np.cumsum(marked, dtype=np.int32) - 1, -1).astype(np.int32)

    def _grow(self) -> None:
        capacity = self.nodes.shape[0]
        if capacity >= self.node_budget:
            raise NodeBudgetExceeded(self.size, self.node_budget)
        larger = min(2 * capacity, self.node_budget)
        # The old tables are there until the new ones are filled.
        memory.check(NODE_BYTES * larger if larger > SMALL else 0)
        self._resize(larger)

    def _keep_pace(self) -> None:
        """Enlarge the computed table, and compile, when work outgrows them though nodes are few."""
        slots = self.computed.shape[0]
        if self._steps - self._steps_at_last_look > slots and (slots < SMALL or memory.has_room(48 * slots)):
            self._remember(min(2 * slots, LARGEST_COMPUTED_TABLE))
            self.kernels = kernels_for(_kernels, max(self.nodes.shape[0], self._steps // STEPS_PER_NODE))

    def _resize(self, capacity: int) -> None:
        nodes: IntArray = np.empty((capacity, 4), np.int32)
        nodes[: self.nodes.shape[0]] = self.nodes
        self.nodes = nodes
        self.kernels = kernels_for(_kernels, max(capacity, self._steps // STEPS_PER_NODE))
        slots = 1 << (capacity - 1).bit_length()
        self.buckets: IntArray = np.zeros(slots, np.int32)
        self.kernels.rehash(self.nodes, self.buckets, self._first_node, self.size)
        self._remember(min(slots, LARGEST_COMPUTED_TABLE))

    def _remember(self, slots: int) -> None:
        """Give the computed table at least so many slots, and keep what it knows."""
        self._steps_at_last_look = self._steps
        if self.computed.shape[0] < slots:
            known, self.computed = self.computed, np.full((slots, 4), -1, np.int32)
            self.kernels.recall(known, self.computed)
