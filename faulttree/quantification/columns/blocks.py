"""Many columns worked out in blocks that fit the cache and the memory, by several threads."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from faulttree import deadline
from faulttree import memory as limits
from faulttree.kernel_modes import Kernels
from faulttree.quantification.probability import FloatArray

__all__ = ["DEFAULT_MEMORY", "Work", "lines", "run_blocks"]

DEFAULT_MEMORY = 256 * 2**20
"""Bytes of working arrays of all threads together."""
NEAR = 8 * 2**20
"""Bytes of working arrays that one thread keeps near, in its cache: blocks are narrower for larger diagrams."""
SHARE = 0.5
"""Share of the memory still allowed that working arrays may take."""
WIDEST, NARROWEST = 128, 32
"""Columns of a block, where the memory allows. A step takes as long as 10 more; input is read in long pieces."""

Work = Callable[[Kernels, int], Callable[[int, int], None]]
"""Gives a thread its working arrays for blocks of so many columns, and what it does with one: start, columns."""


def run_blocks(work: Work, kernels: Kernels, n_columns: int, n_lines: int, memory: int, threads: int | None) -> None:
    """Have all columns worked out, block by block; what a block finds may not depend on the others.

    n_lines: of working arrays, float64, a column of a block each. memory: bytes for those of all threads; a block of
    one column is worked out even where it takes more. threads: None for one per core; compiled kernels only have many.
    The limit of memory that holds narrows them, too. Raises TimeLimitExceeded between two blocks.
    """
    memory = int(min(memory, SHARE * limits.left()))
    n_threads = (threads or os.cpu_count() or 1) if kernels.compiled else 1
    room = memory // (8 * n_lines) // 8 * 8
    width = max(1, min(max(NARROWEST, min(WIDEST, NEAR // (8 * n_lines) // 32 * 32)), room, n_columns))
    n_threads = max(1, min(n_threads, room // width))
    starts = deque(range(0, n_columns, width))

    def labour() -> None:
        do = work(kernels, width)
        while starts:
            try:
                start = starts.popleft()
            except IndexError:
                # Another thread took the last block.
                return
            try:
                deadline.check()
                do(start, min(width, n_columns - start))
            except BaseException:
                starts.clear()
                raise

    n_threads = min(n_threads, len(starts))
    if n_threads <= 1:
        labour()
        return
    with ThreadPoolExecutor(n_threads) as pool:
        try:
            for labourer in [pool.submit(deadline.in_context(labour)) for _ in range(n_threads)]:
                labourer.result()
        finally:
            # When the wait is interrupted, the threads end after the blocks at hand.
            starts.clear()


def lines(n: int, width: int) -> FloatArray:
    """Room for n lines of this many columns, each beginning with a line of the cache: a sweep takes two thirds then."""
    pitch = -(-width // 8) * 8
    room = np.empty(n * pitch + 8)
    first = -room.ctypes.data % 64 // 8
    return room[first : first + n * pitch].reshape(n, pitch)
