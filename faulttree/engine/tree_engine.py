"""Results of one tree beyond its probabilities, each made once and kept: sets of events, importance."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from typing import overload

import numpy as np

from faulttree import deadline
from faulttree.cut_sets.collection import CutSets, SetKind
from faulttree.cut_sets.partial import AnyCutSets, PartialCutSets
from faulttree.cut_sets.possible import monotone_hull, positive_parts, without
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.cut_sets.truncation import UNKNOWN
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.engine.frequencies import refuse_other_products
from faulttree.engine.probability_engine import ProbabilityEngine
from faulttree.engine.solver import Between, Counted
from faulttree.errors import (
    LimitExceeded,
    MissingProbabilityError,
    NotCoherentError,
)
from faulttree.importance import underflow
from faulttree.importance.conditionals import (
    Conditionals,
    at_halves,
    conditionals,
    constant_conditionals,
    counted_conditionals,
)
from faulttree.importance.events import Importance, importance
from faulttree.importance.exclusive import at_equal_chances, member_conditionals
from faulttree.importance.frequency import at_each_moment, at_halves_of_one, frequency_conditionals
from faulttree.importance.without_diagram import importance_between
from faulttree.quantification.probability import (
    FloatArray,
    Probability,
)
from faulttree.structure.pdag import Pdag
from faulttree.structure.per_product import each_holds_one
from faulttree.wide_arrays import is_wide

__all__ = ["TreeEngine"]

Both = tuple[Conditionals[float], Conditionals[float]]
"""Conditional probabilities of a function, and the same with every probability at 1/2."""
ALL_SETS_SHARE = 0.7
"""Share of the remaining time for all minimal cut sets."""
TOP_SHARE, DIAGRAM_SHARE, TRACE_SHARE = 0.5, 0.7, 0.5
"""Shares of the time for importance: for the top event, for the sweeps over its diagram, for one trace of a count."""
MORE_ROOM = 1_000
"""Nodes beyond four times a family of sets that taking the impossible ones out of it may have."""


@dataclass(frozen=True)
class TreeEngine(ProbabilityEngine):
    """Importance of the events of a top event, and its sets of events; everything follows from the fields."""

    @functools.cached_property
    def conditionals(self) -> Conditionals[float]:
        """P(top | event), P(top | no event) and slope of every event below the top, in the tree's order.

        Of members of exclusive groups see `importance.exclusive`. Raises MissingProbabilityError, LimitExceeded.
        """
        bdd = self.bdd
        q, not_q = self.both_sides(bdd)
        members = {chain.group: [self._known_sides(member) for member in chain.members] for chain in self.chains}
        return self._by_event(self._by_level(q, not_q), q, not_q, members)

    @functools.cached_property
    def _halves(self) -> Conditionals[float]:
        """The same where all states of the events are equally likely."""
        q, not_q, members = at_equal_chances(self.bdd, self.chains, self.states)
        return self._by_event(self._by_level(q, not_q, is_structural=not self.chains), q, not_q, members)

    def _by_level(self, q: FloatArray, not_q: FloatArray, *, is_structural: bool = False) -> Conditionals[float]:
        """The conditional probabilities at these probabilities, by level of the diagram; those of links mean nothing.

        is_structural: whether every probability is 1/2.
        """
        bdd = self.bdd
        monotone = self.coherent and not self.hides_events
        found = at_halves(bdd, monotone) if is_structural else conditionals(bdd, q, not_q, monotone)
        lost = underflow.lost_digits(bdd, q, not_q, found)
        return underflow.without_loss(bdd, q, not_q, monotone) if lost else found

    @property
    def slopes(self) -> FloatArray:
        """dP/dq of every independent event, by its level in the diagram: float64[n_levels], 0 where it has none.

        Raises MissingProbabilityError, LimitExceeded.
        """
        bdd = self.bdd
        found = conditionals(bdd, *self.both_sides(bdd), self.monotone)
        return np.where([bool(event) for event in bdd.variables], found.slope, 0.0)

    def _by_event(
        self,
        found: Conditionals[float],
        q: FloatArray,
        not_q: FloatArray,
        members: Mapping[str, Sequence[tuple[float, float]]],
    ) -> Conditionals[float]:
        """What was found by level of the diagram, of every event below the top, in the tree's order.

        q, not_q, members: as `member_conditionals` takes them.
        """
        used = self.bdd.levels_in_use()
        levels = {event: level for level, event in enumerate(self.bdd.variables) if level in used}
        listed = found.of(levels, self.event_probabilities)
        if not members:
            return listed
        place = {event: at for at, event in enumerate(self.event_probabilities)}
        chains = [chain for chain in self.chains if not chain.are_frequencies]  # of which see `_of_frequency`
        for member, own in member_conditionals(self.bdd, q, not_q, chains, members, is_wide=is_wide(listed.slope)):
            if member in place:
                for array in ("q", "with_event", "without_event", "slope", "loss", "error"):
                    getattr(listed, array)[place[member]] = getattr(own, array)
        return listed

    @functools.cached_property
    def has_frequency(self) -> bool:
        """Whether frequency events bring the top event about: each minimal cut set holds one.

        Raises FrequencyError where some do and some do not, LimitExceeded where that is not known.
        """
        if self.frequencies is None:
            return False
        events = self.frequencies.events
        if not each_holds_one(self.written.skeleton, events):
            refuse_other_products(self.written.cut_sets, events)
        return True

    # Sets of events

    @functools.cached_property
    def cut_sets(self) -> AnyCutSets:
        """All minimal cut sets, or as many as the limits allow, which then are of another type."""
        if self.hides_events:
            return self.of_components.cut_sets
        with self.limits.time():
            found = self.all_cut_sets_or_why_not
            return self._some_cut_sets() if isinstance(found, LimitExceeded) else found

    @functools.cached_property
    def all_cut_sets_or_why_not(self) -> CutSets | LimitExceeded:
        """All minimal cut sets, or what stands against them."""
        if self.hides_events:
            return self.of_components.all_cut_sets_or_why_not
        try:
            with self.limits.time(), deadline.part(ALL_SETS_SHARE):
                if self._exhausted and not self.coherent:
                    family = positive_parts(self._possible_primes(), self.written.skeleton.variables, self.limits.table)
                else:
                    family = minimal_sets(self.excluding().bdd, "top", node_budget=self.limits.table)
        except LimitExceeded as error:
            return error
        return self._collection(family, "minimal cut sets")

    @property
    def cut_sets_at_hand(self) -> CutSets | None:
        """All minimal cut sets, where the diagram that gives them is there already or takes no effort."""
        if self.hides_events:
            return self.of_components.cut_sets_at_hand
        try:
            with self.limits.time():
                is_there = self.order is not None or self.excluding().compiled.solver.small_diagram() is not None
        except LimitExceeded:
            return None
        found = self.all_cut_sets_or_why_not if is_there else None
        return None if isinstance(found, LimitExceeded) else found

    def all_cut_sets(self) -> CutSets:
        """All minimal cut sets. Raises LimitExceeded."""
        found = self.all_cut_sets_or_why_not
        if isinstance(found, LimitExceeded):
            raise found
        return found

    def _some_cut_sets(self) -> AnyCutSets:
        """As many minimal cut sets as can be found without a diagram."""
        found = self.written.compiled.solver.some_cut_sets(self._known_or_none)
        collection = self._collection(self._without_impossible(found.family), "minimal cut sets")
        if found.is_complete:
            return collection
        order, least = found.max_order, found.min_probability
        return PartialCutSets(
            collection.family,
            collection.kind,
            collection.weights,
            complete_to_order=None if order is None or order < 0 else order,
            complete_above=None if least is None or least > 1.0 else least,
        )

    def cut_sets_within(self, max_order: int | None, min_probability: float | None) -> CutSets | None:
        """All minimal cut sets within a limit, found without a diagram; None where that does not fit.

        Of two limits the one on the order is followed.
        """
        if self.hides_events:
            return self.of_components.cut_sets_within(max_order, min_probability)
        found = self.written.compiled.solver.cut_sets_within(max_order, min_probability, self._known_or_none)
        if found is None:
            return None
        return replace(self._collection(self._without_impossible(found.family), "minimal cut sets"), discarded=UNKNOWN)

    @property
    def _known_or_none(self) -> Mapping[str, float] | None:
        with suppress(MissingProbabilityError):
            return self._known(self.written.simplified.variables)
        return None

    def path_sets(self) -> CutSets:
        """All minimal path sets. Raises LimitExceeded, NotCoherentError where exclusive events are in other logic."""
        if self.hides_events:
            return self.of_components.path_sets()
        with self.limits.time():
            bdd = self.bdd
            if self.chains:
                if not self.coherent:
                    raise NotCoherentError(
                        "minimal path sets are of coherent trees where events exclude each other, and this one is not; "
                        "ask for the prime implicants"
                    )
                # Whatever keeps the possible cut sets from occurring will do: none is needed against impossible ones.
                bdd = monotone_hull(self.all_cut_sets().family.flat())
            family = minimal_sets(bdd, "top", dual=True, node_budget=self.limits.table)
        return self._collection(family, "minimal path sets")

    def prime_implicants(self) -> CutSets:
        """All prime implicants. Raises LimitExceeded."""
        if self.hides_events:
            return self.of_components.prime_implicants()
        with self.limits.time():
            family = self._possible_primes()
        return self._collection(family, "prime implicants")

    def _possible_primes(self) -> Zbdd:
        # Where impossible states may do as they like, no literal is needed that only tells of them.
        bdd = self.excluding(impossible_is=True).bdd
        return self._without_impossible(prime_implicants(bdd, "top", node_budget=self.limits.table))

    def _without_impossible(self, family: Zbdd) -> Zbdd:
        """The sets that hold no two members of an exclusive group, nor the absence of all of which one is true."""
        room = max(self.limits.table, MORE_ROOM + 4 * family.size)  # the family was made within the limits
        pairs = [pair for chain in self.chains for pair in combinations(chain.members, 2)]
        return without(family, [*pairs, *([NOT + member for member in group] for group in self._exhausted)], room)

    @functools.cached_property
    def _exhausted(self) -> list[tuple[str, ...]]:
        """Members of exclusive groups of which exactly one is true, where all that may be true are below the top."""
        below, states = {*self.written.skeleton.variables}, self.written.states
        groups = (
            tuple(member for member in chain.members if states.get(member) is not False)
            for chain in self.chains
            if chain.is_exhaustive and not chain.are_frequencies
        )
        return [group for group in groups if group and below.issuperset(group)]

    def _collection(self, family: Zbdd, kind: SetKind) -> CutSets:
        signs = ("", NOT) if kind == "prime implicants" else ("",)
        # Events in no set stand last, so that asking about them is no mistake.
        known = set(family.elements)
        events = self.events
        family = family.with_elements([sign + event for event in events if event not in known for sign in signs])
        weights = []
        for level, element in enumerate(family.elements):
            negated = kind == "prime implicants" and level % 2 == 1
            p, not_p = self.sides_of(element.removeprefix(NOT) if negated else element) if element else (0.0, 1.0)
            is_absent = negated or kind == "minimal path sets"
            # Absences of alternatives are no independent events, so products of them are no probabilities.
            weight = (
                None if is_absent and element.removeprefix(NOT) in self.reduced.chain_of else not_p if is_absent else p
            )
            weights.append(math.nan if weight is None else weight)
        return CutSets(family, kind, np.array(weights))

    @overload
    def with_frequencies(self, sets: CutSets) -> CutSets: ...

    @overload
    def with_frequencies(self, sets: AnyCutSets) -> AnyCutSets: ...

    def with_frequencies(self, sets: AnyCutSets) -> AnyCutSets:
        """Sets of events with frequencies in place of probabilities where the top event has a frequency.

        Raises as `has_frequency` does.
        """
        if not self.has_frequency or self.frequencies is None:
            return sets
        return sets.with_frequencies(self.frequencies.in_unit, self.frequencies.unit)

    # Importance

    def importance(self) -> Importance:
        """Every measure of every event, exact or between bounds.

        Raises MissingProbabilityError, and TimeLimitExceeded where the time is over before the events are known.
        """
        with self.limits.time():
            known = self.event_probabilities
            with deadline.part(TOP_SHARE):
                top = self.probability
            if self.bounds_suffice and not (self.chains or self.hides_events):
                return self._importance_without_diagram(known, top)
            try:
                with deadline.part(DIAGRAM_SHARE):
                    given, halves = self.conditionals, self._halves
                    if self.has_frequency:
                        given, halves = self._of_frequency(given, halves)
            except LimitExceeded:
                if self.chains or self.hides_events:
                    raise
                return self._importance_without_diagram(known, top)
            sets = self.all_cut_sets_or_why_not
            cut_sets = None if self.hides_events or isinstance(sets, LimitExceeded) else self.with_frequencies(sets)
        found = importance(tuple(known), given, halves, cut_sets)
        if not self.has_frequency or self.frequencies is None:
            return found
        return replace(found, frequencies=self.frequencies.events, unit=self.frequencies.unit)

    @property
    def bounds_suffice(self) -> bool:
        """Whether the bounds on the top event as good as meet, so that no diagram is looked for."""
        if self.limits.exact or self.order is not None:
            return False
        return self.compiled.found is None and isinstance(self.solution, Between) and self.solution.is_certain

    def _of_frequency(self, given: Conditionals[float], halves: Conditionals[float]) -> Both:
        """The conditionals of the frequency, from those at the moment of one frequency event."""
        found, chain = self.frequencies, self.reduced.frequencies
        assert found is not None and chain is not None, "it has been asked for"
        bdd, chances = self.bdd, sum(self.states.get(member) is not False for member in chain.members)
        q, not_q, _ = at_equal_chances(bdd, self.chains, self.states)
        moments, structural = (
            {member: p for member, p in at_each_moment(bdd, *sides, chain).items() if member in found.in_unit}
            for sides in (self.both_sides(bdd), (q, not_q))
        )
        return (
            frequency_conditionals(given, self.events, found.in_unit, found.factor, moments),
            at_halves_of_one(halves, self.events, structural, chances),
        )

    def _importance_without_diagram(self, known: Mapping[str, float], top: Probability) -> Importance:
        coherent, found = self.simplified.is_negation_free, self.solution
        q = np.array(list(known.values()), np.float64)
        below, above = ((constant_conditionals(state, q),) * 2 for state in (0.0, 1.0))
        if isinstance(found, Counted) and top.is_exact:
            counted = self._traced(found.skeleton, known, coherent)
            if counted is not None:
                given, halves = counted
                return importance(tuple(known), replace(given, top=top.value), halves, None, top.method)
        elif isinstance(found, Counted):  # it may have lost digits to underflow
            counted = self._traced(found.skeleton, known, coherent)
            below, above = counted or below, counted or above
        elif isinstance(found, Between):
            below = self._traced(found.below, known, coherent) or below
            above = self._traced(found.above, known, coherent) or above
        return importance_between(tuple(known), top, below, above, coherent)

    def _traced(self, skeleton: Pdag | None, known: Mapping[str, float], monotone: bool) -> Both | None:
        """The conditionals of a skeleton that bounds the top event, or is it; None where no trace of it fits."""
        if skeleton is None:
            return None
        try:
            with deadline.part(TRACE_SHARE):
                traced = self.compiled.solver.trace(skeleton)
                if traced is None:
                    return None
                sides = {event: self._known_sides(event) for event in known}
                given, halves = (
                    counted_conditionals(traced, weights, skeleton.variables, monotone)
                    for weights in (sides, dict.fromkeys(known, (0.5, 0.5)))
                )
        except LimitExceeded:
            return None
        return given, halves
