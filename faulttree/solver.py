"""Which engine answers: a decision diagram where one fits, else a count on the circuit, else certified bounds."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from faulttree.counting import Trace, bounds, count, trace
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import Compilation
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET
from faulttree.decision_diagrams.portfolio import Effort
from faulttree.errors import LimitExceeded, TimeLimitExceeded
from faulttree.quantification.probability import FloatArray, Probability
from faulttree.results import number_text
from faulttree.structure.pdag import Pdag

__all__ = ["Limits", "Report", "Solver"]

Report = Callable[[str], None]
"""Called now and then during long work, with what is being done and how far it has come."""

BYTES_PER_NODE = 50
DEFAULT_MEMORY = 1_000_000_000
"""Bytes that a count's cache may use."""
STEPS_PER_NODE = 5
"""Steps that counts may take for each node that a diagram may use, where no time is given: it makes the times alike."""
DIAGRAM_SHARE = 0.7
"""Of the time limit, what diagrams may take; the rest is for bounds."""
EASY_STEPS = 100_000_000
"""Steps that a count may take that looks easy: some ten seconds."""


@dataclass(frozen=True)
class Limits:
    """What one answer may take.

    nodes: of one decision diagram. memory: bytes, None for what the nodes need. seconds: wall time, None for no limit;
    then the work is limited by the nodes alone, and the same on every machine. seed: settles ties. exact: whether to go
    on, however long it takes, until the answer is exact or the memory is used up.
    """

    nodes: int = DEFAULT_NODE_BUDGET
    memory: int | None = None
    seconds: float | None = None
    seed: int = 0
    exact: bool = False

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


class Solver:
    """Answers about one skeleton. What was found, and what was found impossible, is remembered."""

    def __init__(self, skeleton: Pdag, limits: Limits, report: Report | None = None) -> None:
        self.skeleton, self.limits, self.report = skeleton, limits, report
        self._compilation = Compilation(skeleton, limits.seed)
        self._bdd: Bdd | None = None
        self._failure: LimitExceeded | None = None

    def diagram(self) -> Bdd:
        """The decision diagram. Raises LimitExceeded."""
        if self._bdd is None and self._failure is None:
            self._compile(quick=False)
        if self._bdd is None:
            assert self._failure is not None, "there is a diagram or a reason why not"
            raise self._failure
        return self._bdd

    def probability(self, q: FloatArray, by_diagram: Callable[[Bdd], float]) -> Probability:
        """The probability of the root: exact, or an interval that certainly holds it.

        q: float64[n_variables], by the skeleton's variables. by_diagram: the exact value, once there is a diagram.
        Small diagrams come first, then a count where it looks easy, then large diagrams where they look
        possible, and bounds at last.
        """
        begun, limits = time.monotonic(), self.limits
        if self._bdd is None and self._failure is None:
            self._compile(quick=True)
        if self._bdd is None:
            counted = count(
                self.skeleton,
                q,
                time_limit=limits.seconds and DIAGRAM_SHARE * limits.seconds,
                most_steps=EASY_STEPS if limits.steps is None else min(EASY_STEPS, limits.steps),
                if_easy=True,
                memory=limits.cache,
                progress=self._tell_count,
                seed=limits.seed,
            )
            if counted.finished:
                return Probability.counted(counted.probability)
            if self._failure is None:
                self._compile(quick=False)
        if self._bdd is not None:
            return Probability.exact(by_diagram(self._bdd))
        left = None if limits.seconds is None else max(0.0, limits.seconds - (time.monotonic() - begun))
        return self._bounded(q, left)

    def trace(self) -> Trace | None:
        """The count of the root as a formula, where the diagram does not fit; None when that is too much too."""
        limits = self.limits
        try:
            return trace(
                self.skeleton,
                node_budget=limits.table,
                time_limit=limits.seconds,
                most_steps=limits.steps,
                memory=limits.cache,
                progress=self._tell_count,
                seed=limits.seed,
            )
        except LimitExceeded:
            return None

    def _compile(self, quick: bool) -> None:
        """Try for the diagram; remember it, or why there is none."""
        limits = self.limits
        deadline = None if limits.seconds is None else time.monotonic() + DIAGRAM_SHARE * limits.seconds

        def watch(nodes: int) -> None:
            if self.report:
                self.report(f"decision diagram: {nodes:,} nodes")
            if deadline is not None and time.monotonic() > deadline:
                raise TimeLimitExceeded(limits.seconds or 0.0)

        try:
            self._bdd = self._compilation.run(Effort(limits.table, watch, thorough=limits.exact, quick=quick))
        except LimitExceeded as error:
            may_be_larger = quick and not isinstance(error, TimeLimitExceeded)
            self._failure = None if may_be_larger else error

    def _bounded(self, q: FloatArray, seconds: float | None) -> Probability:
        limits = self.limits
        if limits.exact:
            counted = count(
                self.skeleton, q, time_limit=seconds, memory=limits.cache, progress=self._tell_count, seed=limits.seed
            )
            if counted.finished:
                return Probability.counted(counted.probability)
            return Probability.bounded(counted.lower, counted.upper)
        best = Probability.bounded(0.0, 1.0)
        for interval in bounds(
            self.skeleton,
            q,
            time_limit=seconds,
            most_steps=limits.steps,
            memory=limits.cache,
            seed=limits.seed,
        ):
            best = Probability.bounded(interval.lower, interval.upper)
            if interval.is_exact:
                best = Probability.counted(interval.value)
            if self.report:
                self.report(f"probability between {number_text(interval.lower)} and {number_text(interval.upper)}")
        return best

    def _tell_count(self, done: float, lower: float, upper: float) -> None:
        if self.report:
            self.report(f"counting: {done:.1%} done, between {number_text(lower)} and {number_text(upper)}")
