"""Which engine answers: a small decision diagram, a count where it is easy, bounds that as good as meet; then the rest.

A large diagram, or a long count, comes only where bounds stay apart, or where an exact answer is asked for.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from faulttree import deadline
from faulttree.cut_sets.generation import Generated, best_effort, generate, within
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import Carried, Compilation, Guide, KnownPieces, Made
from faulttree.decision_diagrams.portfolio import Effort
from faulttree.decision_diagrams.zbdd import EMPTY, ZbddForest
from faulttree.engine.limits import Limits, Report
from faulttree.errors import (
    LimitExceeded,
    MemoryLimitExceeded,
    NodeBudgetExceeded,
    NotCoherentError,
    TimeLimitExceeded,
)
from faulttree.quantification.probability import FloatArray
from faulttree.results import CERTAIN, number_text
from faulttree.structure.pdag import Pdag
from faulttree.weighted_counting import Trace, bounds, count, trace

__all__ = ["Between", "Counted", "Solver", "why_not"]

EASY_STEPS_PER_NODE = 50
"""Steps that a count that looks easy may take for each node that a diagram may use: ten seconds by default."""
QUICK_SHARE, COUNT_SHARE, BOUNDS_SHARE, DIAGRAM_SHARE = 0.25, 0.25, 0.5, 0.5
"""Shares of the remaining time for small diagrams, counts, bounds and large diagrams; the rest is for more bounds."""
FINE = 1e-9
"""Bounds are not brought together any further than this, relative to the upper."""
WIDE = 0.01
"""Where bounds are further apart than this, a large diagram is tried before they are brought together any further."""
SHORT = 2.0
"""Seconds in which no large diagram is made."""
UNASKED = "no exact value was asked for"
COUNT_FIRST = 600.0
"""Seconds that a count may take before a large diagram is tried where an exact answer is asked for."""
LIMITED_SHARE = 0.6
"""Share of the remaining time for all cut sets within a limit; the rest is for an incomplete list."""


@dataclass(frozen=True, eq=False)
class Counted:
    """The answer of a count that came to its end. skeleton: what was counted, for a trace of it."""

    probability: float
    skeleton: Pdag


@dataclass(frozen=True, eq=False)
class Between:
    """Certain bounds on the probability of the root.

    below, above: the function of one implies the root's, which implies that of the other; None for the constants false
    and true. why: no exact answer came, in words.
    """

    lower: float
    upper: float
    below: Pdag | None = None
    above: Pdag | None = None
    why: str = ""

    @property
    def relative_width(self) -> float:
        """(upper - lower) / upper; 0 when both are 0."""
        return (self.upper - self.lower) / self.upper if self.upper else 0.0

    @property
    def is_certain(self) -> bool:
        """Whether the bounds as good as meet."""
        return self.relative_width <= CERTAIN


def why_not(*met: LimitExceeded | None) -> str:
    """Why there is no exact answer, in words. met: the limits that ended the attempts, the diagram's first."""
    words = list(dict.fromkeys(limit.limit_met for limit in met if limit is not None))
    return f"no exact value fits {' and '.join(words) or 'the limits'}"


class Solver:
    """Finds a diagram, a count or bounds for one skeleton. A diagram, and why there is none, is remembered.

    known: diagrams of modules that others have made. guide: an order to try first. carried: diagrams of the tree from
    which the skeleton was made by a what-if inside one module. Threads that ask for the diagram
    wait for each other.
    """

    def __init__(
        self,
        skeleton: Pdag,
        limits: Limits,
        report: Report | None = None,
        known: KnownPieces | None = None,
        guide: Guide | None = None,
        carried: Carried | None = None,
    ) -> None:
        self.skeleton, self.limits, self.report = skeleton, limits, report
        self._compilation = Compilation(skeleton, limits.seed, known, guide, carried)
        self._bdd: Bdd | None = None
        self._failure: LimitExceeded | None = None
        self._lock = threading.RLock()

    def diagram(self) -> Bdd:
        """The decision diagram. Raises LimitExceeded."""
        with self._lock:
            if self._bdd is None and self._failure is None:
                self._compile(quick=False)
        if self._bdd is None:
            assert self._failure is not None, "there is a diagram or a reason why not"
            raise self._failure
        return self._bdd

    def diagram_of(self, skeleton: Pdag) -> Bdd:
        """The decision diagram of one of two skeletons that bound this one. Raises LimitExceeded."""
        return Compilation(skeleton, self.limits.seed).run(Effort(self.limits.table))

    @property
    def found(self) -> Bdd | None:
        """The decision diagram, where it was found already."""
        return self._bdd

    @property
    def made(self) -> Sequence[Made]:
        """The modules whose diagrams are there, of the diagram that was found; none without it."""
        return self._compilation.made if self._bdd is not None else ()

    def small_diagram(self) -> Bdd | None:
        """The decision diagram, where it is known already or is made in small tables."""
        with self._lock:
            if self._bdd is None and self._failure is None:
                self._compile(quick=True)
        return self._bdd

    def solution(self, q: FloatArray) -> Bdd | Counted | Between:
        """An answer where there is no small diagram.

        q: float64[n_variables, 2], the probability of every variable of the skeleton, and of its absence, for counts
        and bounds; diagrams do not depend on it.
        """
        limits = self.limits
        most_steps = None if limits.exact else EASY_STEPS_PER_NODE * limits.nodes
        first = self._at_once(q)
        if (counted := self._counted(q, most_steps=most_steps, if_easy=True)) is not None:
            return counted
        return self._exact(q, first) if limits.exact else self._certain(q, first)

    def _certain(self, q: FloatArray, first: Between) -> Bdd | Counted | Between:
        """Bounds; where they stay apart a large diagram if one looks possible, or more bounds."""
        is_short = deadline.left() < SHORT
        with deadline.part(1.0 if is_short else BOUNDS_SHARE):
            found = self._bounded(q, first, BOUNDS_SHARE)
        if is_short:
            return self._told(found)
        if isinstance(found, Between) and found.relative_width > WIDE and (bdd := self._large_diagram()) is not None:
            return bdd
        if isinstance(found, Between) and not found.is_certain:
            found = self._bounded(q, found)
        if isinstance(found, Between) and not found.is_certain and (bdd := self._large_diagram()) is not None:
            return bdd
        return self._told(found)

    def _exact(self, q: FloatArray, first: Between) -> Bdd | Counted | Between:
        """A count that looks possible, a large diagram, or a count however long it takes; bounds where nothing fits."""
        if (counted := self._counted(q, thorough=True, worth=COUNT_FIRST)) is not None:
            return counted
        if (bdd := self._large_diagram()) is not None:
            return bdd
        if (counted := self._counted(q, thorough=True)) is not None:
            return counted
        return self._told(self._bounded(q, first))

    def _large_diagram(self) -> Bdd | None:
        with self._lock:
            if self._bdd is None and self._failure is None:
                self._compile(quick=False)
        return self._bdd

    def _told(self, found: Counted | Between) -> Counted | Between:
        """An answer with the reason why it is no more."""
        if isinstance(found, Counted):
            return found
        return replace(found, why=UNASKED if found.is_certain and not self.limits.exact else self.why_not())

    def why_not(self, *more: LimitExceeded) -> str:
        """Why there is no exact answer, in words. more: limits that were met."""
        seconds = deadline.limit()
        met = self._failure if isinstance(self._failure, NodeBudgetExceeded) else None
        return why_not(met, *more, None if seconds is None else TimeLimitExceeded(seconds))

    def some_cut_sets(self, known: Mapping[str, float] | None) -> Generated:
        """Minimal cut sets found without a diagram, and down to where they are all; none where there are negations.

        known: probability of every variable; None where some have none, and the smallest sets are looked for.
        """
        limits = self.limits
        try:
            return best_effort(self.skeleton, known, node_budget=limits.table, progress=self._tell_nodes)
        except NotCoherentError:
            return Generated(ZbddForest(self.skeleton.variables).freeze(EMPTY), min_probability=math.inf)

    def cut_sets_within(
        self, max_order: int | None, min_probability: float | None, known: Mapping[str, float] | None
    ) -> Generated | None:
        """All minimal cut sets within a limit, found without a diagram; None where that does not fit.

        Of two limits the one on the order is followed. known: as in `some_cut_sets`.
        """
        if max_order is not None:
            min_probability = None
        asked: dict[str, Any] = {"max_order": max_order, "min_probability": min_probability, "q": known}
        asked |= {"node_budget": self.limits.table, "progress": self._tell_nodes}
        try:
            with deadline.part(LIMITED_SHARE):
                return Generated(within(generate(self.skeleton, **asked), **asked), max_order, min_probability)
        except (LimitExceeded, NotCoherentError):
            return None

    def trace(self, skeleton: Pdag) -> Trace | None:
        """The trace of a count of a skeleton, this one's or one of two that bound it; None where it does not fit."""
        limits = self.limits
        try:
            return trace(
                skeleton,
                node_budget=limits.table,
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

        def watch(nodes: int) -> None:
            if self.report:
                self.report(f"decision diagram: {nodes:,} nodes")

        try:
            with deadline.part(QUICK_SHARE if quick else DIAGRAM_SHARE):
                self._bdd = self._compilation.run(Effort(limits.table, watch, thorough=limits.exact, quick=quick))
        except LimitExceeded as error:
            if isinstance(error, NodeBudgetExceeded) and limits.memory is not None and limits.table < limits.nodes:
                error = MemoryLimitExceeded(limits.memory)
            self._failure = None if quick else error

    def _at_once(self, q: FloatArray) -> Between:
        """The bounds that are there before anything is tried, where the time is short."""
        if deadline.left() < math.inf:
            for interval in bounds(self.skeleton, q):
                return Between(interval.lower, interval.upper)
        return Between(0.0, 1.0)

    def _counted(self, q: FloatArray, **asked: Any) -> Counted | None:
        """A count in its part of the time, where it comes to an end. asked: further arguments of `count`."""
        limits = self.limits
        with deadline.part(COUNT_SHARE):
            counted = count(self.skeleton, q, memory=limits.cache, progress=self._tell_count, seed=limits.seed, **asked)
        return Counted(counted.probability, self.skeleton) if counted.finished else None

    def _bounded(self, q: FloatArray, best: Between, share: float = 1.0) -> Counted | Between:
        """The bounds that were there before, or narrower ones. share: of the steps that bounds may take."""
        limits, first = self.limits, best
        most_steps = None if limits.steps is None else int(share * limits.steps)
        for interval in bounds(self.skeleton, q, most_steps=most_steps, memory=limits.cache, seed=limits.seed):
            if interval.is_exact:
                return Counted(interval.value, interval.below or self.skeleton)
            if interval.lower >= first.lower and interval.upper <= first.upper:
                best = Between(interval.lower, interval.upper, interval.below, interval.above)
            if self.report:
                self.report(f"probability between {number_text(interval.lower)} and {number_text(interval.upper)}")
            if best.relative_width <= FINE and not limits.exact:
                break
        return best

    def _tell_nodes(self, nodes: int) -> None:
        if self.report:
            self.report(f"cut sets: {nodes:,} nodes")

    def _tell_count(self, done: float, lower: float, upper: float) -> None:
        if self.report:
            self.report(f"counting: {done:.1%} done, between {number_text(lower)} and {number_text(upper)}")
