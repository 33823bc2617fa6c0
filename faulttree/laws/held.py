"""A law of which one state is taken for all times: at a time of its own, the mean over a time, or the worst of it."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from faulttree.laws.averages import largest_state, mean_state, moving_largest, moving_mean
from faulttree.laws.duals import Dual
from faulttree.laws.form import NOTHING, Form, LawForm, LawNumber, stacked
from faulttree.laws.law import Arithmetic, FloatArray, Law, Number, State
from faulttree.laws.moving import Moving

__all__ = ["Held", "HeldForm", "Taken"]

Taken = Literal["exposure", "mean", "largest"]


@dataclass(frozen=True, slots=True)
class Held(Law):
    """A component of which one state is taken, whatever the time that is asked about.

    law: how it fails. taken: "exposure", its state at the time `over`; "mean" or "largest", see `mean_state` and
    `largest_state`. over: seconds, not negative; what is tested needs none for a mean or a largest state.

    q(t) is that of the state taken. What is never repaired is then a state in which the component is found, as after a
    demand: w = 0. What is repaired goes on failing: w is that of the state taken, too.
    Source: ARP4761, appendix D, exposure times of latent failures; IEC 61508-6, annex B, mean over the test interval.
    """

    depends_on_time = False

    law: Law
    taken: Taken
    over: Number

    def at(self, t: Number) -> State:
        """The state taken, in the shape of the times broadcast against it."""
        state = _without_frequency(self._taken(), self.law.repairable)
        q, not_q, w, _ = np.broadcast_arrays(state.unavailability, state.availability, state.frequency, t)
        return State(q, not_q, w)

    def _taken(self) -> State:
        if self.taken == "exposure":
            return self.law.at(self.over)
        return mean_state(self.law, self.over) if self.taken == "mean" else largest_state(self.law, self.over)

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:  # noqa: ARG002  (the law chooses its own)
        state = self.at(t)
        return state.unavailability, state.availability, state.frequency

    @property
    def repairable(self) -> bool:
        """Whether the law is."""
        return self.law.repairable

    @property
    def finds_state(self) -> bool:
        """Whether the law is never repaired."""
        return not self.repairable

    @property
    def frequency_known(self) -> bool:
        """Whether the law's is."""
        return self.law.frequency_known

    @property
    def instant_failures(self) -> bool:
        """Whether the law has any that are in no frequency: those of a mean or of a largest state are in its."""
        return self.taken == "exposure" and self.law.instant_failures

    def instant_failure_bounds(self, until: float) -> tuple[FloatArray, FloatArray]:
        """Those of the law, at its own tests."""
        return self.law.instant_failure_bounds(until) if self.instant_failures else (np.empty(0), np.empty(0))

    def _numbers(self) -> Iterable[Any]:
        return (self.over, *self.law._numbers())

    def steady(self) -> State | None:
        """The state taken, which holds at all times."""
        return self.at(0.0)


@dataclass(frozen=True)
class HeldForm:
    """A law of which one state is taken, with places for uncertain inputs. See `Held`."""

    form: Form
    taken: Taken
    over: LawNumber

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return self.form.inputs | self.over.inputs

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:  # noqa: ARG002  (the state is the same at all times)
        """The state taken, in dual numbers. See `Form.moving`."""
        numbers: Any = moved
        over = self.over.number(numbers)
        if self.taken == "exposure":
            return self.form.moving(moved, over)
        law = self.form.law(numbers)
        return moving_mean(law, over) if self.taken == "mean" else moving_largest(law, over, self.form.law())

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """None: what is taken neither jumps nor bends."""
        return frozenset()

    @property
    def depends_on_time(self) -> bool:
        """Never."""
        return False

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Held:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        return Held(self.form.law(sampled), self.taken, self.over.number(sampled))

    @property
    def batch(self) -> Hashable:
        """What is taken and the time, and what forms of the law have in common."""
        return HeldForm, self.taken, self.over, self.form.batch

    @classmethod
    def states(
        cls,
        forms: Sequence[HeldForm],
        t: float | FloatArray,  # noqa: ARG003  (the state is the same at all times)
        sampled: Mapping[str, FloatArray],
        rows: int,
    ) -> Iterator[tuple[Sequence[HeldForm], State]]:
        """The states of forms of one batch. See `Form.states`."""
        if not any(form.inputs & sampled.keys() for form in forms):
            for begin in range(0, len(forms), rows):
                some = tuple(forms[begin : begin + rows])
                yield some, _settled(some)
            return
        yield from _states(forms, sampled, rows)


def _states(
    forms: Sequence[HeldForm], sampled: Mapping[str, FloatArray], rows: int
) -> Iterator[tuple[Sequence[HeldForm], State]]:
    taken, over = forms[0].taken, forms[0].over.number(sampled)
    held = {form.form: form for form in forms}
    if taken == "exposure":
        for some, state in type(forms[0].form).states([form.form for form in forms], over, sampled, rows):
            repairable = np.array([[form.law().repairable] for form in some])
            yield [held[form] for form in some], _without_frequency(state, repairable)
        return
    state_of = mean_state if taken == "mean" else largest_state
    for begin in range(0, len(forms), rows):
        few = forms[begin : begin + rows]
        inner = [form.form for form in few if isinstance(form.form, LawForm)]
        assert len(inner) == len(few), "a mean is taken of plain laws only"
        repairable = np.array([[form.law().repairable] for form in inner])
        yield few, _without_frequency(state_of(stacked(inner, sampled), over), repairable)


@functools.lru_cache(maxsize=1_024)
def _settled(forms: tuple[HeldForm, ...]) -> State:
    """The states of forms of one batch at the point values of their inputs, a row for each."""
    row_of = {form: row for row, form in enumerate(forms)}
    q, not_q, w = np.empty((3, len(forms), 1))
    for some, state in _states(forms, NOTHING, len(forms)):
        rows = [row_of[form] for form in some]
        for target, values in ((q, state.unavailability), (not_q, state.availability), (w, state.frequency)):
            target[rows] = np.broadcast_to(values, (len(rows), 1))
    return State(q, not_q, w)


def _without_frequency(state: State, repairable: Any) -> State:
    """The state, with a frequency of 0 where the component is not repaired."""
    return State(state.unavailability, state.availability, np.where(repairable, state.frequency, 0.0))
