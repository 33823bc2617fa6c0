"""A sample worked out chunk by chunk, as far as the limits allow."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TypeVar

from faulttree import deadline, memory
from faulttree.errors import CUT_SHORT
from faulttree.scale_out import run_chunks
from faulttree.uncertainty.designs import Chunk, Design

__all__ = ["Sampled", "run_design"]

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Sampled:
    """design: of what was worked out. notes: what went other than planned. cut_short: why it is not all, or ''."""

    design: Design
    notes: tuple[str, ...] = ()
    cut_short: str = ""


def run_design(
    function: Callable[[Task, Chunk], Result],
    task: Task,
    design: Design,
    keep: Callable[[Chunk, Result], None],
    executor: Executor | None = None,
    *,
    threads: int | None = None,
) -> Sampled:
    """Have all chunks of a design worked out, or as many of the first ones as the limits of time and memory allow.

    Arguments: as of `run_chunks`. What is kept beyond the design that comes back is not part of the sample.
    Raises TimeLimitExceeded, MemoryLimitExceeded where that is too little for any estimate.
    """
    done: set[int] = set()

    def kept(chunk: Chunk, found: Result) -> None:
        keep(chunk, found)
        done.add(chunk.index)

    try:
        deadline.check()
        memory.check()
        return Sampled(design, run_chunks(function, task, design.chunks(), kept, executor, threads=threads))
    except CUT_SHORT as error:
        found = design.beginning(done)
        if found is None:
            raise
        if found is design:  # the limit was met when all was done
            return Sampled(design)
        why = (
            f"the sample rests on the first {found.samples:,} of {design.samples:,} samples, for {error.limit_met} "
            "ended it"
        )
        return Sampled(found, (why,), why)
