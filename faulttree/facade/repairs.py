"""Which repairs make the top event impossible, or rare enough, at the least cost."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING

import numpy as np

from faulttree import deadline
from faulttree.cut_sets.collection import CutSets
from faulttree.errors import InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.facade.subject import Subject, within_limits
from faulttree.quantification.probability import FloatArray, row_probabilities
from faulttree.results import number_text
from faulttree.wide_floats import nearest

if TYPE_CHECKING:
    from faulttree.what_if.covering import Covering
    from faulttree.what_if.repairs import Repairs

__all__ = ["WithRepairs"]

MOST_PLANS = 10
COVERING_SHARE = 0.3
"""Share of the remaining time for the minimal cut sets, which only narrow the bound."""
MOST_COVERED = 2_000
"""Minimal cut sets over which a linear program bounds the cost."""


@dataclass(frozen=True)
class WithRepairs(Subject):
    """A tree that can be asked what to repair."""

    @within_limits
    def cheapest_repairs(
        self,
        target: float | None = None,
        *,
        costs: Mapping[str, float] | None = None,
        candidates: Collection[str] | None = None,
        most: int = MOST_PLANS,
    ) -> Repairs:
        """The events to make impossible so that the top event is impossible too, or as rare as a target, at least cost.

        target: the greatest probability of the top event that will do, in [0, 1]; without one it has to be impossible
        whatever else occurs, and the answers are minimal path sets: the `most` cheapest, in any coherent tree.
        With a target the answer is the cheapest set, with a certain bound on the least cost where the search for it
        ends at its limit. costs: of repairing an event, 1 unless given. candidates: the events that may be repaired,
        all unless given. A repaired event cannot occur any more.
        Raises InvalidRequestError where no such repairs are enough, UnknownNameError, MissingProbabilityError,
        LimitExceeded.
        """
        from faulttree.what_if.repairs import checked_costs

        self._no_frequency("the cheapest repair", "the minimal path sets")
        if isinstance(candidates, str):
            raise InvalidRequestError(f"candidates are a list of events; write [{candidates!r}] for one")
        if candidates is not None and not candidates:
            raise InvalidRequestError("no event may be repaired; name some, or leave the candidates out for all")
        if most < 1:
            raise InvalidRequestError(f"{most} plans are none; ask for at least 1")
        self._engine.need_listed("repairs")
        events = self.events if candidates is None else tuple(dict.fromkeys(candidates))
        self._no_components([*events, *(costs or {})])
        below, chosen = set(self.events), set(events)
        for event in (*events, *(costs or {})):
            if event not in below:
                raise UnknownNameError("event", event, self.events)
        prices = checked_costs(costs or {}, [event for event in self.events if event in chosen])
        if target is None:
            return self._that_prevent(prices, most)
        if isinstance(target, bool) or not isinstance(target, Real) or not 0.0 <= target <= 1.0:
            raise InvalidRequestError(f"a target of {target!r} is no probability; give a number in [0, 1]")
        return self._under(prices, target)

    def _that_prevent(self, costs: Mapping[str, float], most: int) -> Repairs:
        from faulttree.cut_sets.possible import monotone_hull
        from faulttree.decision_diagrams.zbdd import minimal_sets
        from faulttree.what_if.repairs import Repairs, plans_that_prevent

        engine = self._engine
        if self.coherent:
            family = engine.path_sets().family
        else:
            hull = monotone_hull(engine.all_cut_sets().family.flat())
            family = minimal_sets(hull, "top", dual=True, node_budget=engine.limits.table)
        plans = plans_that_prevent(family, costs, most)
        if not plans:
            raise InvalidRequestError(
                f"no repair of {_these(costs, self.events)} makes '{self.top}' impossible; "
                "let more events be repaired, or give a target probability"
            )
        try:
            before: float | None = engine.probability.value
        except MissingProbabilityError:
            before = None
        return Repairs(None, before, tuple(plans), plans[0].cost)

    def _under(self, costs: Mapping[str, float], target: float) -> Repairs:
        from faulttree.quantification.batches import Batches
        from faulttree.what_if.repairs import Plan, Repairs, plans_under

        self._no_alternatives("the cheapest repair for a target", "leave the target out, or set events in a what-if")
        engine = self._engine
        bdd = engine.bdd
        q, not_q = engine.both_sides(bdd)
        level = {event: place for place, event in enumerate(bdd.variables) if event}
        used = bdd.support("top")
        events = [event for event in costs if event in used]
        prices = np.array([costs[event] for event in events])
        before = engine.probability.value
        seconds = deadline.left()
        chosen, bound = plans_under(
            Batches(bdd), q, not_q, [level[event] for event in events], prices, target, self.coherent,
            self._covering(events, prices), None if math.isinf(seconds) else seconds, self.progress,
        )  # fmt: skip
        if chosen is None:
            raise InvalidRequestError(self._out_of_reach(target, bound, costs))
        repaired = [event for event, taken in zip(events, chosen.tolist(), strict=True) if taken]
        places = [level[event] for event in repaired]
        q[places], not_q[places] = 0.0, 1.0
        after = row_probabilities(bdd, q, not_q).at(bdd.roots["top"])
        return Repairs(target, before, (Plan(tuple(repaired), float(prices[chosen].sum()), after),), bound)

    def _covering(self, events: Sequence[str], prices: FloatArray) -> Covering | None:
        """The minimal cut sets for a bound on costs; None where there are too many, or not all are known."""
        from faulttree.what_if.covering import Covering

        with deadline.part(COVERING_SHARE):
            found = self._engine.all_cut_sets_or_why_not if self.coherent else None
        if not isinstance(found, CutSets) or found.count > MOST_COVERED:
            return None
        place = {event: number for number, event in enumerate(events)}
        cuts = list(found.ranked())
        members = [[place[event] for event in cut if event in place] for cut in cuts]
        return Covering(members, [nearest(cut.probability or 0.0) for cut in cuts], prices)

    def _out_of_reach(self, target: float, bound: float, costs: Mapping[str, float]) -> str:
        if bound < np.inf:
            return (
                f"no repairs that bring '{self.top}' to {number_text(target)} were found within the limits of the "
                f"search; if there are any, they cost {bound:g} or more"
            )
        least = ""
        if self.coherent:
            all_repaired = self.what_if(dict.fromkeys(costs, False))._engine.probability
            if all_repaired.is_exact:
                least = f"; with all of them repaired its probability is {number_text(all_repaired.value)}"
        return f"no repair of {_these(costs, self.events)} brings '{self.top}' to {number_text(target)} or less{least}"


def _these(costs: Mapping[str, float], events: Collection[str]) -> str:
    if len(costs) == len(events):
        return "all its events"
    return f"the {len(costs)} events that may be repaired" if len(costs) > 5 else ", ".join(f"'{e}'" for e in costs)
