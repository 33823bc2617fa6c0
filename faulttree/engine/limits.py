"""Limits of one answer: nodes, memory, time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from faulttree import deadline, memory
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.kernel_modes import load_compiler

__all__ = ["Limits", "Report"]

Report = Callable[[str], None]
"""Called now and then during long work, with what is being done and how far it has come."""

BYTES_PER_NODE = 100
"""Of a diagram while it is made, its tables growing, and while it is swept."""
DEFAULT_MEMORY = 1_000_000_000
"""Bytes that a count's cache may use."""
STEPS_PER_NODE = 10
"""Steps that bounds may take for each node that a diagram may use, where no time is given: two seconds by default."""


@dataclass(frozen=True)
class Limits:
    """Limits of one answer.

    nodes: of one decision diagram. memory: bytes beyond what the process has when the answer is asked for, None for
    what the nodes need. seconds: wall time, None for no limit;
    then the work is limited by the nodes alone, and the same on every machine. seed: settles ties. exact: whether to go
    on, however long it takes, until the answer is exact or the memory is used up.
    """

    nodes: int = DEFAULT_NODE_BUDGET
    memory: int | None = None
    seconds: float | None = None
    seed: int = 0
    exact: bool = False

    @contextmanager
    def time(self) -> Iterator[None]:
        """The work for one answer: it ends when the seconds or the memory are used up, or those of the work around."""
        if self.memory is not None:
            load_compiler()  # of the process, not of the answer
        with deadline.within(self.seconds), memory.within(self.memory):
            yield

    @property
    def table(self) -> int:
        """Nodes that a diagram may use, the memory considered."""
        return self.nodes if self.memory is None else max(2, min(self.nodes, self.memory // BYTES_PER_NODE))

    @property
    def cache(self) -> int:
        """Bytes that a count's cache may use."""
        return DEFAULT_MEMORY if self.memory is None else max(1_000_000, self.memory // 2)

    @property
    def steps(self) -> int | None:
        """Steps that counts may take together; None for no limit but time."""
        return None if self.exact or self.seconds is not None else STEPS_PER_NODE * self.nodes
