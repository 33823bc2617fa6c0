"""Alternatives that exclude each other, as a chain of independent events: "this one, given none of those before it".

Of members with the probabilities p_1, ..., p_n, of which at most one is true, let c_1, ..., c_n be independent events
with P(c_i) = p_i / (1 - p_1 - ... - p_(i-1)). Then "c_i and none of c_1, ..., c_(i-1)" has the probability p_i, and no
two of these are true together: they have the joint distribution of the members, whatever else they are put into.
Where exactly one member is true the last factor is 1.
Source: the chain rule of probability.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.laws.duals import Dual, slope_of, value_of
from faulttree.laws.form import NOTHING, Form
from faulttree.laws.law import Arithmetic, FloatArray, Law, Number, State, instants_between
from faulttree.laws.moving import Moving

__all__ = ["ABOVE_ONE", "Alternatives", "Initiators", "MemberForm", "MemberLaw", "chained"]

ABOVE_ONE = 1e-9
"""How far above 1 the probabilities of alternatives may sum by rounding."""


@dataclass(frozen=True)
class Alternatives:
    """Alternatives that exclude each other.

    group: its name, for messages. is_exhaustive: whether one of them is certainly true: then their probabilities are
    divided by their sum. given: by place, the probability that a what-if has given a member; the others, and
    that none is true, share what is left in the proportions that they have.
    """

    group: str
    is_exhaustive: bool
    given: tuple[float | None, ...]

    def states(self, members: Sequence[State]) -> tuple[list[State], FloatArray]:
        """The state of each member, and the probability that none is true.

        members: as their laws have them; the availability of one comes with its own digits. Of the frequencies see
        `chained`. Raises InvalidRequestError where probabilities sum to more than 1, or where the ones that a what-if
        gave leave nothing that the others could share.
        """
        q: list[Any] = [state.unavailability for state in members]
        not_q: list[Any] = [state.availability for state in members]
        w = [state.frequency for state in members]
        none: Any
        total: Any
        if self.is_exhaustive:
            total = sum(q)
            self._refuse(total <= 0.0, "the probabilities of its events sum to 0, and one of them is true")
            # Sums of the others, so that neither side is one minus the other.
            not_q = [sum(q[:place]) + sum(q[place + 1 :]) for place in range(len(q))]
            q, not_q = [each / total for each in q], [each / total for each in not_q]
            none = np.zeros_like(q[0])
        else:
            none = _none(q, not_q)
            over = none < -ABOVE_ONE
            if np.any(over):
                most = 1.0 - float(np.min(none))
                self._refuse(True, f"the probabilities of its events sum to {most:.6g}, more than 1")
            none = np.maximum(none, 0.0)
        if any(each is not None for each in self.given):
            q, not_q, w, none = self._shared_out(q, w, none)
        return [State(*each) for each in zip(q, not_q, w, strict=True)], none

    def moving(self, members: Sequence[Moving]) -> tuple[list[Any], Any]:
        """The probability of each member, and that none is true, of members in dual numbers."""
        states, known_none = self.states([State(*map(value_of, each)) for each in members])
        q: list[Any] = [each[0] for each in members]
        if self.is_exhaustive:
            q = [each / sum(q) for each in q]
        # Their values have the digits that sums would lose; the derivatives are those of the sums.
        free = [place for place, each in enumerate(self.given) if each is None]
        none: Any = Dual(float(known_none), -sum(map(slope_of, q)))
        if len(free) < len(q):
            taken = sum(each for each in self.given if each is not None)
            as_it_was = replace(self, given=(None,) * len(q)).states([State(*map(value_of, each)) for each in members])
            before = Dual(float(as_it_was[1]), -sum(map(slope_of, q)))
            left = sum((q[place] for place in free), start=before)
            factor = max(0.0, 1.0 - taken) / left if left > 0.0 else 0.0 * left
            q = [q[place] * factor if each is None else float(each) for place, each in enumerate(self.given)]
            none = before * factor if left > 0.0 else none
        values = (float(state.unavailability) for state in states)
        return [Dual(value, slope_of(each)) for value, each in zip(values, q, strict=True)], none

    def _shared_out(self, q: list[Any], w: list[Any], none: Any) -> tuple[list[Any], list[Any], list[Any], Any]:
        """Probabilities, their complements, frequencies and the probability of none, once some are given.

        What is not given is multiplied with (1 - sum of given) / (1 - sum of those as they were): a conditional
        distribution where the given ones are 0 (Jeffrey's rule where they are not).
        """
        free = [place for place, each in enumerate(self.given) if each is None]
        taken = sum(each for each in self.given if each is not None)
        left = none + sum(q[place] for place in free)
        if self.is_exhaustive and 1.0 - taken > ABOVE_ONE:
            self._refuse(left <= 0.0, "what was set leaves nothing that the others could share")
        factor = np.where(left > 0.0, max(0.0, 1.0 - taken) / np.where(left > 0.0, left, 1.0), 0.0)
        lost = sum(w[place] for place, each in enumerate(self.given) if each is not None)
        new_q, new_w = [], []
        for place, each in enumerate(self.given):
            if each is not None:
                new_q.append(np.full_like(q[place], each))
                new_w.append(np.zeros_like(w[place]))
            else:
                new_q.append(q[place] * factor)
                # The derivative of q (1 - s) / left, left being one minus the sum of those that were replaced.
                new_w.append(factor * (w[place] + _times(q[place], lost / np.where(left > 0.0, left, 1.0))))
        rest = np.where(left > 0.0, none * factor, max(0.0, 1.0 - taken))
        new_not = [rest + sum(new_q[:place]) + sum(new_q[place + 1 :]) for place in range(len(new_q))]
        return new_q, new_not, new_w, rest

    def _refuse(self, wrong: Any, what: str) -> None:
        if np.any(wrong):
            raise InvalidRequestError(f"exclusive group '{self.group}': {what}")


@dataclass(frozen=True)
class Initiators(Alternatives):
    """Frequency events: which of them it is, once one of them has happened.

    No two happen at the same moment, so that they exclude each other, and each has the share of its frequency in the
    sum of all. Source: the thinning of Poisson processes, J. F. C. Kingman, Poisson Processes, 1993, section 5.1.
    """

    def states(self, members: Sequence[State]) -> tuple[list[State], FloatArray]:
        """See `Alternatives.states`. members: of momentary events, of which the frequency counts.

        given: 1 for one that has happened, 0 for those that do not happen any more. Where all frequencies are 0, each
        has the same chance: what follows from any is multiplied by 0.
        """
        none = np.zeros_like(members[0].frequency)
        if 1.0 in self.given:
            weights = np.stack([none + (each or 0.0) for each in self.given])
        else:
            weights = np.stack([each.frequency * (own is None) for each, own in zip(members, self.given, strict=True)])
            even = np.stack([none + (own is None) for own in self.given])
            weights = np.where(weights.sum(axis=0) > 0.0, weights, even)
        before, after = np.cumsum(weights, axis=0), np.cumsum(weights[::-1], axis=0)[::-1]
        total = np.where(after[0] > 0.0, after[0], 1.0)  # 0 where none happens any more
        others = [
            (before[place - 1] if place else none) + (after[place + 1] if place + 1 < len(weights) else none)
            for place in range(len(weights))
        ]
        return [State(one / total, rest / total, none) for one, rest in zip(weights, others, strict=True)], none

    def moving(self, members: Sequence[Moving]) -> tuple[list[Any], Any]:
        """See `Alternatives.moving`. members: of momentary events, of which the frequency counts."""
        states, none = self.states([State(*map(value_of, each)) for each in members])
        if 1.0 in self.given:
            return [Dual(float(state.unavailability), 0.0) for state in states], 0.0
        weights = [each[2] * float(own is None) for each, own in zip(members, self.given, strict=True)]
        total: Any = sum(weights)
        if not value_of(total) > 0.0:
            return [Dual(float(state.unavailability), math.nan) for state in states], float(none)
        return [each / total for each in weights], 0.0


def chained(states: Sequence[State], none: FloatArray, place: int) -> State:
    """The state of c at a place: its member true, given that none of those before it is.

    states: of all members. none: probability that none of them is true. P(c) = p / R with R the probability of none
    before it, a sum of positive terms; 1 - P(c) = R' / R, R' that of none up to it. Where R is 0, so is P(c), and makes
    no difference. w = dP(c)/dt, the members' frequencies being derivatives: a member comes true only while none is.
    """
    own = states[place]
    after = none + sum(state.unavailability for state in states[place + 1 :])
    if place == 0:  # of which P(c) has its own digits, and 1 - P(c) is what the later ones are parts of
        absent = np.where(own.unavailability > 0.0, np.minimum(after, 1.0), 1.0)
        return State(own.unavailability, absent, own.frequency)
    before = after + own.unavailability
    some = before > 0.0
    divisor = np.where(some, before, 1.0)
    earlier = sum(state.frequency for state in states[:place])
    w = own.frequency / divisor + _times(own.unavailability, earlier) / divisor**2
    return State(
        np.where(some, np.minimum(own.unavailability / divisor, 1.0), 0.0),
        np.where(some, np.minimum(after / divisor, 1.0), 1.0),
        np.where(some, w, 0.0),
    )


def _none(q: Sequence[Any], not_q: Sequence[Any]) -> Any:
    """Probability that none of some alternatives is true: the complement of the largest, less the others.

    The terms are taken off with what each rounding loses (Knuth, The Art of Computer Programming, vol. 2, 4.2.2).
    """
    largest = np.argmax(np.stack(q), axis=0)
    none = np.take_along_axis(np.stack(not_q), largest[np.newaxis], axis=0)[0]
    lost = np.zeros_like(none)
    for place, each in enumerate(q):
        term = np.where(largest == place, 0.0, each)
        left = none - term
        taken = none - left
        lost = lost + ((none - (left + taken)) - (term - taken))
        none = left
    return none + lost


def _times(share: Any, frequency: Any) -> Any:
    """A product in which nothing of an infinite frequency is nothing."""
    return np.where(np.asarray(share) > 0.0, frequency, 0.0) * share


@dataclass(frozen=True, slots=True)
class MemberLaw(Law):
    """One of several alternatives; or, where it `is_chained`, this one given that none before it is true.

    parts: the laws of all of them, none repaired or tested.
    """

    alternatives: Alternatives
    parts: tuple[Law, ...]
    place: int
    is_chained: bool

    def at(self, t: Number) -> State:
        """The state at times t, in seconds. Raises InvalidRequestError; see `Alternatives.states`."""
        return _state(self, [part.at(t) for part in self.parts])

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:  # noqa: ARG002  (the parts choose their own)
        state = self.at(t)
        return state.unavailability, state.availability, state.frequency

    @property
    def repairable(self) -> bool:
        """No alternative is: what has come true stays true."""
        return False

    @property
    def frequency_known(self) -> bool:
        """Whether that of every part is."""
        return all(part.frequency_known for part in self.parts)

    def steady(self) -> State | None:
        """That of the limits, if every part has one."""
        limits = [part.steady() for part in self.parts]
        known = [limit for limit in limits if limit is not None]
        return _state(self, known) if len(known) == len(limits) else None

    def breakpoints(self, until: float) -> FloatArray:
        """Those of the parts."""
        return instants_between(np.concatenate([part.breakpoints(until) for part in self.parts]), until)

    def _shape(self) -> tuple[int, ...]:
        return np.broadcast_shapes(*(part._shape() for part in self.parts))


def _state(of: MemberLaw | MemberForm, parts: Sequence[State]) -> State:
    columns = zip(*((each.unavailability, each.availability, each.frequency) for each in parts), strict=True)
    even = [State(*state) for state in zip(*(np.broadcast_arrays(*column) for column in columns), strict=True)]
    states, none = of.alternatives.states(even)
    return chained(states, none, of.place) if of.is_chained else states[of.place]


@dataclass(frozen=True)
class MemberForm:
    """The law of an alternative with places for uncertain inputs. See `MemberLaw`, which has the same fields."""

    alternatives: Alternatives
    parts: tuple[Form, ...]
    place: int
    is_chained: bool

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on: those of all alternatives."""
        return frozenset().union(*(part.inputs for part in self.parts))

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        return MemberLaw(
            self.alternatives, tuple(part.law(sampled) for part in self.parts), self.place, self.is_chained
        )

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time, in dual numbers. See `Form.moving`."""
        parts = [part.moving(moved, t) for part in self.parts]
        q, none = self.alternatives.moving(parts)
        own: Any = q[self.place]
        if not self.is_chained:
            return own, 1.0 - own, math.nan
        before: Any = sum(q[self.place :]) + none
        p: Any = own / before if value_of(before) > 0.0 else 0.0 * own
        return p, 1.0 - p, math.nan

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which a part jumps or bends."""
        return frozenset().union(*(part.breakpoint_inputs for part in self.parts))

    @property
    def depends_on_time(self) -> bool:
        """Whether the unavailability of a part changes with time."""
        return any(part.depends_on_time for part in self.parts)

    @property
    def batch(self) -> Hashable:
        """The alternatives, so that their laws are worked out once for all of them."""
        return MemberForm, self.alternatives, self.parts

    @classmethod
    def states(
        cls,
        forms: Sequence[MemberForm],
        t: float | FloatArray,
        sampled: Mapping[str, FloatArray],
        rows: int,  # noqa: ARG003  (one at a time is enough: the laws of the parts are most of the work)
    ) -> Iterator[tuple[Sequence[MemberForm], State]]:
        """The states of members of the same group, whose laws are worked out once. See `Form.states`."""
        parts = [part.law(sampled).at(t) for part in forms[0].parts]
        for form in forms:
            yield [form], _state(form, parts)
