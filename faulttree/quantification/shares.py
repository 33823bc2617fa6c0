"""Fussell-Vesely importance for many columns of event probabilities at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.kernel_modes import Kernels, kernels_for
from faulttree.quantification.columns import _kernels
from faulttree.quantification.columns.blocks import DEFAULT_MEMORY, lines, run_blocks
from faulttree.quantification.probability import FloatArray

__all__ = ["CutSetShares"]


class CutSetShares:
    """Which share of the minimal cut sets' summed probability each event has. Made once, used again; can be pickled.

    family: all minimal cut sets. events: the levels that columns have a row for, '' for one that stands for a module;
    every element of a set is among them. Columns are worked out as `Batches` does: in blocks, by several threads, with
    the same answer to the last bit whatever the blocks and threads.
    """

    def __init__(self, family: Zbdd, events: Sequence[str], memory: int = DEFAULT_MEMORY) -> None:
        self.n_levels, self.memory = len(events), memory
        levels, low, high = family.nodes[2:].T
        in_use = np.zeros(len(family.elements), bool)
        in_use[levels] = True
        elements = np.flatnonzero(in_use & (family.modules == 0))
        place = {event: level for level, event in enumerate(events) if event}
        self.used = np.array([place[family.elements[level]] for level in elements.tolist()], np.int32)
        # A family's row has its working row behind those of the elements; the two constants stay where they are.
        rows = np.arange(len(family.nodes))
        rows[2:] += len(elements)
        decided = rows[family.modules]
        decided[elements] = 2 + np.arange(len(elements))
        self.steps = np.stack((decided[levels], rows[low], rows[high], rows[2:]), axis=1).astype(np.uint32)
        self.root = int(rows[family.root])

    @property
    def size(self) -> int:
        """Number of rows of the cut sets' diagram, each of which a sweep works out."""
        return len(self.steps)

    def of(self, q: FloatArray, threads: int | None = None) -> FloatArray:
        """Summed probability of the minimal cut sets that hold the event, over that of all: float64[n_levels, B].

        q: float64[n_levels, B], in [0, 1]. In [0, 1]; 0 of an event in no set, nan where no set has a probability above
        zero. The rare-event form: exact for this definition. threads: None for one per core.
        Source: J. B. Fussell, IEEE Trans. Reliability 24, 1975.
        """
        assert q.ndim == 2 and len(q) == self.n_levels, "there is a row for every level"
        q = np.ascontiguousarray(q, np.float64)
        total, slopes = np.empty(q.shape[1]), np.zeros(q.shape)
        n_rows = 2 + len(self.used) + len(self.steps)

        def work(kernels: Kernels, width: int) -> Callable[[int, int], None]:
            sums, reach = lines(n_rows, width), lines(n_rows, width)
            return lambda start, columns: kernels.share_block(
                self.steps, self.used, self.root, q, start, columns, sums, reach, total, slopes
            )

        kernels = kernels_for(_kernels, self.size * q.shape[1])
        run_blocks(work, kernels, q.shape[1], 2 * n_rows, self.memory, threads)
        slopes *= q
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes /= total
        return np.minimum(slopes, 1.0, out=slopes)
