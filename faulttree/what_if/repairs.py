"""Which events to make impossible, at the least cost, so that the top event is impossible or rare enough."""

from __future__ import annotations

import heapq
import itertools
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

import numpy as np
import numpy.typing as npt

from faulttree import deadline
from faulttree.cut_sets.enumeration import best_first
from faulttree.decision_diagrams.zbdd import Zbdd
from faulttree.errors import CUT_SHORT, FloatRangeExceeded, InvalidRequestError
from faulttree.quantification.batches import Batches
from faulttree.quantification.probability import FloatArray
from faulttree.results import Table, number_text
from faulttree.what_if.covering import Covering

__all__ = ["Plan", "Repairs", "checked_costs", "plans_that_prevent", "plans_under"]

BoolArray = npt.NDArray[np.bool_]
Report = Callable[[str], None]

MOST_EXPANSIONS = 1_000
MOST_WORK = 2_000_000_000
"""Rows times columns of the sweeps of one search."""
MOST_COST = 1e15
"""Costs up to here add up without losing what tells them apart, and whole ones stay whole."""
SLACK = 1e-12


@dataclass(frozen=True, slots=True)
class Plan:
    """Events to repair: what that costs, and the top's probability once they are impossible; None where not known."""

    repairs: tuple[str, ...]
    cost: float
    probability: float | None


@dataclass(frozen=True, eq=False)
class Repairs(Table):
    """Sets of events whose repair meets the target, the cheapest first. A repaired event is impossible.

    target: the greatest probability of the top event that will do; None where it is to be impossible.
    before: the top's probability as things stand; None where it is not known.
    lower_bound: no set of repairs that meets the target costs less, certainly.
    """

    target: float | None
    before: float | None
    plans: tuple[Plan, ...]
    lower_bound: float

    @property
    def best(self) -> Plan:
        """The cheapest plan that was found."""
        return self.plans[0]

    @property
    def is_optimal(self) -> bool:
        """Whether no plan is cheaper than the best, certainly."""
        return self.best.cost <= self.lower_bound * (1 + SLACK)

    @property
    def gap(self) -> float:
        """How far the best plan's cost may lie above the least, at most: 0 where it is the least."""
        return 0.0 if self.is_optimal else self.best.cost - self.lower_bound

    def records(self) -> list[dict[str, Any]]:
        """One mapping per plan: its rank, cost, repairs, and the top's probability with them."""
        return [
            {"rank": rank, "cost": plan.cost, "probability": plan.probability, "repairs": plan.repairs}
            for rank, plan in enumerate(self.plans, start=1)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {
            "target": self.target,
            "before": self.before,
            "lower_bound": self.lower_bound,
            "optimal": self.is_optimal,
            "plans": self.records(),
        }

    def heading(self) -> str:
        """What the repairs are to reach, and how certain it is that nothing cheaper does."""
        goal = "impossible" if self.target is None else f"{number_text(self.target)} or less"
        before = "" if self.before is None else f", from {number_text(self.before)}"
        sure = (
            "no repairs cost less"
            if self.is_optimal
            else f"the least cost lies between {self.lower_bound:g} and {self.best.cost:g}: the search met its limit"
        )
        return f"to make the top event {goal}{before}: {sure}"

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The heading."""
        return (self.heading(),), ()


def checked_costs(costs: Mapping[str, float], candidates: Collection[str]) -> dict[str, float]:
    """The cost of repairing each candidate, 1 unless given. Raises InvalidRequestError."""
    known = set(candidates)
    for name, cost in costs.items():
        if isinstance(cost, bool | np.bool_) or not isinstance(cost, Real) or not 0.0 <= cost <= MOST_COST:
            raise InvalidRequestError(f"the cost of '{name}' is {cost!r}; give a number from 0 to {MOST_COST:g}")
        if name not in known:
            raise InvalidRequestError(f"'{name}' has a cost, but is none of the events that may be repaired")
    return {name: float(costs.get(name, 1.0)) for name in candidates}


# So that the top event is impossible


def plans_that_prevent(path_sets: Zbdd, costs: Mapping[str, float], most: int) -> list[Plan]:
    """The cheapest of the minimal path sets all of whose events may be repaired.

    costs: of each event that may be repaired, not negative.
    """
    for element in path_sets.elements:
        if element and element not in costs:
            path_sets = path_sets.excluding(element)
    weights = np.array([-costs.get(element, 0.0) for element in path_sets.elements])
    return [
        Plan(tuple(path_sets.elements[level] for level in levels), 0.0 - float(weights[levels].sum()), 0.0)
        for levels in itertools.islice(best_first(path_sets, weights), most)
    ]


# So that it is rare enough


@dataclass(frozen=True, eq=False)
class _Question:
    """Which of the candidates to repair. levels: of each in the diagram; costs: float64[n], not negative."""

    batches: Batches
    q: FloatArray
    not_q: FloatArray
    levels: npt.NDArray[np.int64]
    costs: FloatArray
    target: float
    coherent: bool
    covering: Covering | None

    def probabilities(self, repaired: BoolArray) -> FloatArray:
        """The top's probability with each of some sets of repairs, bool[B, n]: float64[B]."""
        q, not_q = (np.repeat(side[:, None], len(repaired), axis=1) for side in (self.q, self.not_q))
        q[self.levels] = np.where(repaired.T, 0.0, q[self.levels])
        not_q[self.levels] = np.where(repaired.T, 1.0, not_q[self.levels])
        found = self.batches.probability_alone(q, not_q)
        # What floats cannot tell from 0 meets every other target.
        if self.target == 0.0 and self.batches.below_floats(q, not_q, found).any():
            raise FloatRangeExceeded("the probability of the top event", " after some of the repairs to bring it to 0")
        top: FloatArray = found[0]
        return top

    def meets(self, p: Any) -> Any:
        """Whether a probability, or each of many, is no greater than the target."""
        return p <= self.target

    @property
    def unit(self) -> float:
        """The step in which costs come, where they are whole numbers; else 0."""
        whole = self.costs.astype(np.int64)
        return float(math.gcd(*whole.tolist())) if len(whole) and (whole == self.costs).all() else 0.0


@dataclass(order=True, slots=True)
class _Branch:
    """All sets that hold `repaired` and else only of `open`. bound: what each of them costs at least, certainly."""

    bound: float
    tie: int
    repaired: BoolArray = field(compare=False)
    open: BoolArray = field(compare=False)


@dataclass(slots=True)
class _Best:
    """The cheapest set of repairs found so far."""

    cost: float = math.inf
    repaired: BoolArray | None = None

    def consider(self, cost: float, repaired: BoolArray) -> None:
        if cost < self.cost:
            self.cost, self.repaired = cost, repaired.copy()


def plans_under(
    batches: Batches, q: FloatArray, not_q: FloatArray, levels: Sequence[int], costs: FloatArray, target: float,
    coherent: bool, covering: Covering | None = None, seconds: float | None = None, report: Report | None = None,
) -> tuple[BoolArray | None, float]:  # fmt: skip
    """The cheapest repairs found that bring the probability to the target, bool[n], and a bound that none undercuts.

    None where no set of repairs reaches the target (then the bound is infinite), or none was found.
    q, not_q: float64[n_levels], of every event and of its absence. levels: of the n candidates. costs: float64[n].
    covering: the minimal cut sets of a coherent tree, for narrower bounds. seconds: when to settle for a bound; without
    it the work is limited, the same on every machine. report: told now and then how far the search has come.
    Branch and bound, the most promising set first. Repairing events S lowers P(top) by at most the sum over S of
    P(top and event), for where it prevents the top event, one of S had occurred; so the cheapest way to cover
    what is still above the target with such parts, events divisible, bounds the cost. In a coherent tree an event
    without which all other repairs are not enough is in every solution.
    """
    question = _Question(batches, q, not_q, np.array(levels, np.int64), costs, target, coherent, covering)
    n, best, ties = len(levels), _Best(), itertools.count()
    heap, bound = [_Branch(0.0, next(ties), np.zeros(n, bool), np.ones(n, bool))], 0.0
    work, expansions = 0, 0
    try:
        with deadline.within(seconds):
            _greedy(question, best)
            while heap and (bound := heap[0].bound) < best.cost * (1 - SLACK):
                deadline.check()
                if seconds is None and (work > MOST_WORK or expansions >= MOST_EXPANSIONS):
                    return best.repaired, bound
                if report is not None:
                    report(f"repairs: {best.cost:g} found, {bound:g} certainly needed")
                branch = heapq.heappop(heap)
                expansions += 1
                work += batches.size * (2 * int(branch.open.sum()) + 2)
                for child in _expanded(question, branch, best, ties):
                    heapq.heappush(heap, child)
    except CUT_SHORT:
        return best.repaired, bound
    return best.repaired, best.cost


def _expanded(question: _Question, branch: _Branch, best: _Best, ties: Any) -> list[_Branch]:
    """The branch's two halves, one with and one without the most promising event; none where nothing is to be had."""
    repaired, left = branch.repaired.copy(), branch.open
    while True:
        events = np.flatnonzero(left)
        with_one = np.repeat(repaired[None], len(events), axis=0)
        with_one[np.arange(len(events)), events] = True
        all_but_one = with_one ^ left
        p, p_all, *ps = question.probabilities(np.vstack([repaired, repaired | left, with_one, all_but_one])).tolist()
        if question.meets(p):
            best.consider(float(question.costs[repaired].sum()), repaired)
            return []
        if not question.coherent:
            break
        if not question.meets(p_all):
            return []
        needed = events[~question.meets(np.array(ps[len(events) :]))]
        if len(needed) == 0:
            break
        repaired[needed] = True
        left = left.copy()
        left[needed] = False
    if len(events) == 0:
        return []
    q = question.q[question.levels[events]]
    gains = np.maximum(p - (1.0 - q) * np.array(ps[: len(events)]), 0.0) + SLACK * p
    fall = p - question.target
    more, branch_on = _least_cost(gains, question.costs[events], fall)
    if question.covering is not None:
        more = max(more, question.covering.least_cost(repaired, left, fall))
    if question.unit and more < math.inf:
        more = question.unit * math.ceil(more / question.unit - 1e-6)
    bound = max(branch.bound, float(question.costs[repaired].sum()) + more)
    if bound >= best.cost * (1 - SLACK):
        return []
    chosen = events[branch_on]
    rest = left.copy()
    rest[chosen] = False
    taken = repaired.copy()
    taken[chosen] = True
    return [_Branch(bound, next(ties), taken, rest), _Branch(bound, next(ties), repaired, rest)]


def _least_cost(gains: FloatArray, costs: FloatArray, wanted: float) -> tuple[float, int]:
    """What gains of that sum cost at least, each to be had in parts; and which gives most for its cost."""
    with np.errstate(divide="ignore"):
        order = np.argsort(-gains / costs, kind="stable")
    so_far, paid = np.cumsum(gains[order]), np.cumsum(costs[order])
    last = int(np.searchsorted(so_far, wanted))
    if last == len(order):
        return math.inf, int(order[0])
    over = (so_far[last] - wanted) / gains[order[last]] if gains[order[last]] > 0.0 else 0.0
    cost = float(paid[last] - over * costs[order[last]])
    return cost * (1 - SLACK), int(order[0])


def _greedy(question: _Question, best: _Best) -> None:
    """A good set to begin with: the most gain for its cost again and again, then whatever can be left out."""
    n = len(question.levels)
    repaired = np.zeros(n, bool)
    p = float(question.probabilities(repaired[None])[0])
    while not question.meets(p):
        events = np.flatnonzero(~repaired)
        tried = np.repeat(repaired[None], len(events), axis=0)
        tried[np.arange(len(events)), events] = True
        found = question.probabilities(tried) if len(events) else np.empty(0)
        with np.errstate(divide="ignore", invalid="ignore"):
            worth = np.nan_to_num((p - found) / question.costs[events], nan=0.0)
        if len(events) == 0 or worth.max() <= 0.0:
            return
        chosen = int(worth.argmax())
        repaired, p = tried[chosen], float(found[chosen])
    for event in sorted(np.flatnonzero(repaired).tolist(), key=lambda event: -question.costs[event]):
        without = repaired.copy()
        without[event] = False
        if question.meets(float(question.probabilities(without[None])[0])):
            repaired = without
    best.consider(float(question.costs[repaired].sum()), repaired)
