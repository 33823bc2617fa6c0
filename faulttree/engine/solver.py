"""Which engine answers: a decision diagram where one fits, else a count on the circuit, else certified bounds."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from faulttree.cut_sets.generation import Generated, best_effort, generate, within
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import Compilation
from faulttree.decision_diagrams.portfolio import Effort
from faulttree.decision_diagrams.zbdd import EMPTY, ZbddForest
from faulttree.engine.limits import Limits, Report
from faulttree.errors import LimitExceeded, NotCoherentError, TimeLimitExceeded
from faulttree.importance.conditionals import Conditionals, constant_conditionals, counted_conditionals
from faulttree.quantification.probability import FloatArray, Probability
from faulttree.results import number_text
from faulttree.structure.pdag import Pdag
from faulttree.weighted_counting import Trace, bounds, count, trace

__all__ = ["Solver"]


EASY_STEPS_PER_NODE = 50
"""The same of a count that looks easy: ten seconds by default."""
DIAGRAM_SHARE = 0.7
"""Of the time limit, what diagrams may take; the rest is for bounds."""


Both = tuple[Conditionals[float], Conditionals[float]]
"""Conditional probabilities of a function, and the same with every probability at 1/2."""


class Solver:
    """Answers about one skeleton. What was found, and what was found impossible, is remembered."""

    def __init__(self, skeleton: Pdag, limits: Limits, report: Report | None = None) -> None:
        self.skeleton, self.limits, self.report = skeleton, limits, report
        self._compilation = Compilation(skeleton, limits.seed)
        self._bdd: Bdd | None = None
        self._failure: LimitExceeded | None = None
        self._below: Pdag | None = None
        self._above: Pdag | None = None

    def diagram(self) -> Bdd:
        """The decision diagram. Raises LimitExceeded."""
        if self._bdd is None and self._failure is None:
            self._compile(quick=False)
        if self._bdd is None:
            assert self._failure is not None, "there is a diagram or a reason why not"
            raise self._failure
        return self._bdd

    def probability(self, by_diagram: Callable[[Bdd], float], known: Callable[[], FloatArray]) -> Probability:
        """The probability of the root: exact, or an interval that certainly holds it.

        by_diagram: the exact value, once there is a diagram. known: else the probability of every variable of the
        skeleton, float64[n_variables]; a diagram may need fewer.
        Small diagrams come first, then a count where it looks easy, then large diagrams where they look
        possible, and bounds at last.
        """
        begun, limits = time.monotonic(), self.limits
        if self._bdd is None and self._failure is None:
            self._compile(quick=True)
        if self._bdd is None:
            q = known()
            counted = count(
                self.skeleton,
                q,
                time_limit=limits.seconds and DIAGRAM_SHARE * limits.seconds,
                most_steps=None if limits.exact else EASY_STEPS_PER_NODE * limits.nodes,
                if_easy=True,
                memory=limits.cache,
                progress=self._tell_count,
                seed=limits.seed,
            )
            if counted.finished:
                self._below = self._above = self.skeleton
                return Probability.counted(counted.probability)
            if self._failure is None:
                self._compile(quick=False)
        if self._bdd is not None:
            return Probability.exact(by_diagram(self._bdd))
        left = None if limits.seconds is None else max(0.0, limits.seconds - (time.monotonic() - begun))
        return self._bounded(known(), left)

    def some_cut_sets(self, q: FloatArray | None) -> Generated:
        """Minimal cut sets found without a diagram, and down to where they are all; none where there are negations.

        q: as in `probability`; None where some are not known, and the smallest sets are looked for.
        """
        limits, variables = self.limits, self.skeleton.variables
        known = None if q is None else dict(zip(variables, q.tolist(), strict=True))
        try:
            return best_effort(
                self.skeleton, known, node_budget=limits.table, time_limit=limits.seconds, progress=self._tell_nodes
            )
        except NotCoherentError:
            return Generated(ZbddForest(variables).freeze(EMPTY), min_probability=math.inf)

    def cut_sets_within(
        self, max_order: int | None, min_probability: float | None, q: FloatArray | None
    ) -> Generated | None:
        """All minimal cut sets within a limit, found without a diagram; None where that does not fit.

        Of two limits the one on the order is followed. q: as in `some_cut_sets`.
        """
        known = None if q is None else dict(zip(self.skeleton.variables, q.tolist(), strict=True))
        if max_order is not None:
            min_probability = None
        asked: dict[str, Any] = {"max_order": max_order, "min_probability": min_probability, "q": known}
        asked |= {"node_budget": self.limits.table, "progress": self._tell_nodes}
        try:
            return Generated(within(generate(self.skeleton, **asked), **asked), max_order, min_probability)
        except (LimitExceeded, NotCoherentError):
            return None

    def conditionals(self, events: Mapping[str, float], monotone: bool) -> tuple[Both, Both]:
        """Of two functions, one that implies the root's and one that it implies; both the root's where a count ended.

        After `probability`, which finds them; where it found none they are the constants false and true.
        events: the probability of each. monotone: whether both functions are.
        """
        below = self._conditionals(self._below, events, monotone)
        above = below if self._above is self._below else self._conditionals(self._above, events, monotone)
        q = np.array(list(events.values()), np.float64)
        false, true = ((constant_conditionals(top, q),) * 2 for top in (0.0, 1.0))
        return below or false, above or true

    def _conditionals(self, skeleton: Pdag | None, events: Mapping[str, float], monotone: bool) -> Both | None:
        traced = None if skeleton is None else self._traced(skeleton)
        if skeleton is None or traced is None:
            return None
        given, halves = (
            counted_conditionals(traced, weights, skeleton.variables, monotone)
            for weights in (events, dict.fromkeys(events, 0.5))
        )
        return given, halves

    def _traced(self, skeleton: Pdag) -> Trace | None:
        limits = self.limits
        try:
            return trace(
                skeleton,
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
                self._below = self._above = self.skeleton
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
            self._below, self._above = interval.below, interval.above
            if interval.is_exact:
                best = Probability.counted(interval.value)
            if self.report:
                self.report(f"probability between {number_text(interval.lower)} and {number_text(interval.upper)}")
        return best

    def _tell_nodes(self, nodes: int) -> None:
        if self.report:
            self.report(f"cut sets: {nodes:,} nodes")

    def _tell_count(self, done: float, lower: float, upper: float) -> None:
        if self.report:
            self.report(f"counting: {done:.1%} done, between {number_text(lower)} and {number_text(upper)}")
