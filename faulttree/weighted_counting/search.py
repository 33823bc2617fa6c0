"""The counter at work: its arrays, which grow within a memory budget, and the loop around its kernel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from faulttree import memory
from faulttree.deadline import passed
from faulttree.errors import NodeBudgetExceeded
from faulttree.kernel_modes import Kernels, kernels_for
from faulttree.weighted_counting import _kernels
from faulttree.weighted_counting._kernels import FloatArray, IntArray, LongArray
from faulttree.weighted_counting.circuit import CountingCircuit, words

__all__ = ["Progress", "Search"]

Progress = Callable[["Search"], None]
"""Called now and then during long work."""

FIRST_ENTRIES = 4096
FIRST_ROWS = 1024
ENTRY_BYTES = 2 * 8 + 2 * 8 + 1
BREATH = {False: 5_000, True: 5_000_000}
ROUNDING = 1e-13
STEPS_PER_NODE = 5
"""Steps of the kernel that weigh as much as one node when it is decided whether to compile."""


class Search:
    """One count of one circuit. Not thread-safe."""

    def __init__(
        self,
        circuit: CountingCircuit,
        rank: IntArray,
        weights: FloatArray,
        memory: int,
        seed: int,
        node_budget: int = 0,
    ) -> None:
        n = circuit.size
        self.circuit, self.memory = circuit, memory
        self.node = circuit.node.copy()
        self.node[:, _kernels.RANK] = rank
        self.weights = weights
        self.state: IntArray = np.full((n, 3), _kernels.UNKNOWN, np.int32)
        self.state[:, _kernels.TRUES] = 0
        self.state[:, _kernels.UNKNOWNS] = self.node[:, _kernels.INPUTS_END] - self.node[:, _kernels.INPUTS]
        self.trail: IntArray = np.zeros(n, np.int32)
        self.visited: IntArray = np.zeros((n, 2), np.int32)
        self.hashes: LongArray = words(circuit, seed)
        self.path: IntArray = np.zeros((n, 3), np.int32)
        self.groups: LongArray = np.zeros((n, 5), np.int64)
        self.leader: IntArray = np.zeros(n, np.int32)
        self.pins: IntArray = np.zeros(n, np.int32)
        self.parts: LongArray = np.zeros((n, _kernels.PART_WIDTH), np.int64)
        # A frame settles a node at least, save that of a flip, which its first branch does.
        self.frames: LongArray = np.zeros((2 * n + 2, _kernels.FRAME_WIDTH), np.int64)
        self.numbers: FloatArray = np.zeros((2 * n + 2, _kernels.NUMBER_WIDTH))
        self.finished = self._begun = False
        self.place: LongArray = np.zeros(_kernels.PLACE_LENGTH, np.int64)
        # The trace: none without a budget for it. Its first rows stand for the circuit's nodes.
        self.node_budget = node_budget
        rows = n + FIRST_ROWS if node_budget else 0
        self.trace: IntArray = np.zeros((rows, 3), np.int32)
        self.trace_inputs: IntArray = np.zeros(4 * rows, np.int32)
        self.pending: IntArray = np.zeros(2 * n if node_budget else 0, np.int32)
        self.steps = 0
        self.keys, self.values, self.efforts = self._table(self._first_entries())
        self.kernels: Kernels = kernels_for(_kernels, 0)

    def run(self, progress: Progress | None = None, most_steps: int | None = None) -> bool:
        """Search until the answer is there (True), or time or steps are used up (False).

        most_steps: unlike time the same on every machine.
        """
        if not self._begun:
            self._start()
        while not self.finished:
            breath = BREATH[self.kernels.compiled]
            if most_steps is not None:
                breath = min(breath, most_steps - self.steps)
                if breath <= 0:
                    break
            self.place[_kernels.FUEL] = breath
            status = self.kernels.search(
                self.node, self.circuit.inputs, self.circuit.uses, self.weights, self.state, self.trail, self.visited,
                self.hashes, self.path, self.groups, self.leader, self.pins, self.parts, self.frames, self.numbers,
                self.keys, self.values, self.efforts, self.trace, self.trace_inputs, self.pending, self.place,
            )  # fmt: skip
            self.finished = status == _kernels.DONE
            if status == _kernels.FULL:
                self._make_room()
            if status == _kernels.TRACE_FULL:
                rows = self.tally(_kernels.TRACE_SIZE) - self.circuit.size
                if rows >= self.node_budget:
                    raise NodeBudgetExceeded(rows, self.node_budget)
                memory.check(2 * (self.trace.nbytes + self.trace_inputs.nbytes))
                self.trace, self.trace_inputs = map(_doubled, (self.trace, self.trace_inputs))
            self.steps += breath - int(self.place[_kernels.FUEL])
            if not self.finished and passed():
                break
            self.kernels = kernels_for(_kernels, self.steps // STEPS_PER_NODE)
            self._grow()
            if progress:
                progress(self)
        return self.finished

    @property
    def result(self) -> tuple[float, float]:
        """The probability of the root and of its complement, once `run` has returned True."""
        p, _, fails, _ = self.numbers[0, :4].tolist()
        return (fails, p) if self.circuit.root & 1 else (p, fails)

    def interval(self) -> tuple[float, float]:
        """Bounds on the root's probability from what is solved so far: whatever is not may have any probability."""
        if self.finished:
            p, _ = self.result
            return p, p
        low, high = 0.0, 1.0
        depth = int(self.place[_kernels.DEPTH])
        for frame in range(depth, -1, -1):
            row, numbers = self.frames[frame].tolist(), self.numbers[frame].tolist()
            branch, kind = row[_kernels.BRANCH], row[_kernels.KIND]
            if branch == 0:
                low, high = 0.0, 1.0
                continue
            inner = (low, high) if frame < depth else (1.0, 1.0)
            waiting = row[_kernels.PART] < row[_kernels.PART_END]
            low = 0.0 if waiting else numbers[_kernels.PRODUCT] * inner[0]
            high = numbers[_kernels.PRODUCT] * inner[1]
            if kind == _kernels.EVENT:
                if_false, _, if_true, _ = self.weights[row[_kernels.NODE]].tolist()
                low, high = ((low * if_true, high * if_true + if_false), (low * if_false, high * if_false))[branch - 1]
            elif kind == _kernels.GATE and branch == 1:
                high = 1.0
            low, high = low + numbers[_kernels.SUM], min(high + numbers[_kernels.SUM], 1.0)
            if kind == _kernels.FLIP:
                low, high = 1.0 - high, 1.0 - low
        # Outward, by more than these few sums can have been rounded.
        low, high = max(low - ROUNDING, 0.0), min(high + ROUNDING, 1.0)
        return (1.0 - high, 1.0 - low) if self.circuit.root & 1 else (low, high)

    def tally(self, what: int) -> int:
        """One of the kernel's counts: _kernels.DECISIONS, SOLVED, HITS, KEPT or FORGOTTEN."""
        return int(self.place[what])

    def share_done(self) -> float:
        """How much of the search is behind it, 0 to 1; it may move in jumps.

        The two branches of a decision count the same, so do the parts of a branch.
        """
        share = 0.0
        for frame in range(int(self.place[_kernels.DEPTH]), -1, -1):
            row = self.frames[frame]
            branch = int(row[_kernels.BRANCH])
            if branch == 0:
                share = 0.0
                continue
            first = int(self.frames[frame - 1, _kernels.PART_END]) if frame else 0
            parts, begun = int(row[_kernels.PART_END]) - first, int(row[_kernels.PART]) - first
            inner = frame < int(self.place[_kernels.DEPTH])
            share = (begun - 1 + share if inner else begun) / parts if parts else 1.0
            if row[_kernels.KIND] in (_kernels.EVENT, _kernels.GATE):
                share = (branch - 1 + share) / 2
        return share

    def _start(self) -> None:
        self._begun = True
        self.place[_kernels.TRACED] = self.node_budget > 0
        self.place[_kernels.TRACE_SIZE] = self.circuit.size
        # What cannot vary is settled first: no gate has been given a value yet, so nothing can contradict.
        certain = np.flatnonzero((self.circuit.leaf >= 0) & (self.weights[:, ::2] == 0.0).any(axis=1))
        length = len(certain)
        self.trail[:length] = certain
        self.state[certain, _kernels.VALUE] = self.weights[certain, 2] > 0.0
        _, length, _ = self.kernels.settle(
            self.node, self.circuit.inputs, self.circuit.uses, self.state, self.trail, 0, length
        )
        self.place[_kernels.LENGTH] = self.frames[0, _kernels.MARK] = length
        root = self.circuit.root >> 1
        self.frames[0, _kernels.NODE] = root
        self.frames[0, _kernels.KIND] = _kernels.START
        value = int(self.state[root, _kernels.VALUE])
        if value != _kernels.UNKNOWN:
            self.finished = True
            self.numbers[0, :4] = value, 0.0, 1 - value, 0.0
            self.place[_kernels.RESULT] = value

    def _make_room(self) -> None:
        """Larger stacks where the kernel has less room than a branch may need."""
        n, frame = self.circuit.size, self.tally(_kernels.DEPTH)
        above = self.frames[frame - 1] if frame else np.zeros(_kernels.FRAME_WIDTH, np.int64)
        if len(self.parts) - above[_kernels.PART_END] < n:
            self.parts = _doubled(self.parts)
        if len(self.pins) - above[_kernels.PIN_TOP] < n:
            self.pins = _doubled(self.pins)
        if len(self.pending) - self.tally(_kernels.PENDING_TOP) < 2 * n:
            self.pending = _doubled(self.pending)

    def _grow(self) -> None:
        """A cache four times as large when it is half full, up to the largest."""
        have, most = self.keys.shape[0], self._most_entries()
        larger = min(4 * have, most)
        if have < most and 2 * self.tally(_kernels.KEPT) > have and memory.has_room(ENTRY_BYTES * larger):
            old = (self.keys, self.values, self.efforts)
            self.keys, self.values, self.efforts = self._table(larger)
            self.kernels.move_entries(*old, self.keys, self.values, self.efforts, self.place)

    def _most_entries(self) -> int:
        """Entries of the largest cache: with the one before, of a quarter of its size, it fits the memory."""
        entries = max(int(self.memory / ENTRY_BYTES / 1.25) // _kernels.WAYS, 1)
        return entries >> self._doublings(entries) << self._doublings(entries) << 2

    def _first_entries(self) -> int:
        entries = self._most_entries() >> 2
        return entries >> self._doublings(entries) << 2

    @staticmethod
    def _doublings(buckets: int) -> int:
        """How often a first cache doubles, two times at once, before it has so many buckets."""
        return 2 * (max(1, buckets // (FIRST_ENTRIES // 4)).bit_length() - 1 >> 1)

    def _table(self, entries: int) -> tuple[LongArray, FloatArray, npt.NDArray[np.int8]]:
        return np.zeros((entries, 2), np.int64), np.zeros((entries, 2)), np.zeros(entries, np.int8)


def _doubled(array: Any) -> Any:
    return np.concatenate([array, np.zeros_like(array)])
