"""One more of alike components has failed, given which of the others have: the law that chains a group together."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.laws.alike import Alike, alike
from faulttree.laws.duals import Dual
from faulttree.laws.form import NOTHING, Form
from faulttree.laws.law import Arithmetic, FloatArray, Law, Number, State, instants_between
from faulttree.laws.moving import Moving, duals_of, states_of

__all__ = ["NextFailed", "NextFailedForm"]


@dataclass(frozen=True, slots=True)
class NextFailed(Law):
    """One more of several alike components has failed, given that `up` of them have not and `down` have.

    causes: for each k the laws of independent causes, any of which fails one given set of k components; none where no
    cause fails so many. The frequency is dq/dt as the causes' frequencies make it, which may be below 0: the sum over
    all such events of Birnbaum importance times frequency is that of the causes.
    """

    causes: tuple[tuple[Law, ...], ...]
    up: int
    down: int

    def at(self, t: Number) -> State:
        """The state at times t, in seconds."""
        if isinstance(t, float | int):
            with suppress(TypeError):  # arrays, which laws may hold, cannot be remembered
                return _state(*_known_at(self.causes, float(t)), self.up, self.down)
        return _state(*_known([[law.at(t) for law in laws] for laws in self.causes]), self.up, self.down)

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:  # noqa: ARG002  (the causes choose their own)
        state = self.at(t)
        return state.unavailability, state.availability, state.frequency

    @property
    def repairable(self) -> bool:
        """Whether a cause is."""
        return any(law.repairable for law in self._laws)

    @property
    def instant_failures(self) -> bool:
        """Whether a cause has any."""
        return any(law.instant_failures for law in self._laws)

    @property
    def longest_test_interval(self) -> float:
        """The longest of the causes'."""
        return max((law.longest_test_interval for law in self._laws), default=0.0)

    def instant_failure_bounds(self, until: float) -> tuple[FloatArray, FloatArray]:  # noqa: ARG002  (none are known)
        """No such bounds are known. Raises InvalidRequestError where there are such failures."""
        if self.instant_failures:
            raise InvalidRequestError(
                "failures at the instants of tests are not told of the members of a common-cause group that has more "
                "independent events than are listed; ask for the unavailability"
            )
        return np.empty(0), np.empty(0)

    def steady(self) -> State | None:
        """The limit, if every cause has one."""
        limits = [[law.steady() for law in laws] for laws in self.causes]
        known = [[limit for limit in some if limit is not None] for some in limits]
        if any(len(some) < len(of) for some, of in zip(known, limits, strict=True)):
            return None
        return _state(*_known(known), self.up, self.down)

    def breakpoints(self, until: float) -> FloatArray:
        """Those of the causes."""
        return instants_between(np.concatenate([law.breakpoints(until) for law in self._laws]), until)

    @property
    def _laws(self) -> Iterable[Law]:
        return (law for laws in self.causes for law in laws)


@dataclass(frozen=True)
class NextFailedForm:
    """`NextFailed` with places for uncertain inputs. It has the same fields."""

    causes: tuple[tuple[Form, ...], ...]
    up: int
    down: int

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on: those of all causes."""
        return frozenset().union(*(form.inputs for form in self._forms))

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        causes = tuple(tuple(form.law(sampled) for form in forms) for forms in self.causes)
        return NextFailed(causes, self.up, self.down)

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time: the table of the group gives derivatives of any kind. See `Form.moving`."""
        known = _known([states_of([form.moving(moved, t) for form in some]) for some in self.causes])
        return duals_of(_state(*known, self.up, self.down))

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which a cause jumps or bends."""
        return frozenset().union(*(form.breakpoint_inputs for form in self._forms))

    @property
    def depends_on_time(self) -> bool:
        """Whether the unavailability of a cause changes with time."""
        return any(form.depends_on_time for form in self._forms)

    @property
    def batch(self) -> Hashable:
        """The causes, which are worked out once for all events of a chain."""
        return NextFailedForm, self.causes

    @classmethod
    def states(
        cls,
        forms: Sequence[NextFailedForm],
        t: float | FloatArray,
        sampled: Mapping[str, FloatArray],
        rows: int,  # noqa: ARG003  (one at a time is enough: the table of the group is most of the work)
    ) -> Iterator[tuple[Sequence[NextFailedForm], State]]:
        """The states of events of the same group, whose causes are worked out once. See `Form.states`."""
        known = _known([[form.law(sampled).at(t) for form in some] for some in forms[0].causes])
        for form in forms:
            yield [form], _state(*known, form.up, form.down)

    @property
    def _forms(self) -> Iterable[Form]:
        return (form for forms in self.causes for form in forms)


@lru_cache(64)
def _known_at(causes: tuple[tuple[Law, ...], ...], t: float) -> tuple[Alike, tuple[int, ...]]:
    return _known([[law.at(t) for law in laws] for laws in causes])


def _known(causes: Sequence[Sequence[State]]) -> tuple[Alike, tuple[int, ...]]:
    """What is known of the components, and the shape of the states. causes: the states of those of each size."""
    rows = [_any_of(states) for states in causes]
    even = np.broadcast_arrays(*(each for row in rows for each in row))
    q, not_q, w = (np.stack([each.reshape(-1) for each in even[place::3]]) for place in range(3))
    # An infinite frequency, which happens at instants only, tells of nothing that comes of it.
    found = alike(q, not_q, np.where(np.isfinite(w), w, 0.0))
    return found, even[0].shape


def _any_of(states: Sequence[State]) -> tuple[FloatArray, FloatArray, FloatArray]:
    """q, 1 - q and w of an OR of independent causes."""
    q, not_q, w = np.zeros(()), np.ones(()), np.zeros(())
    for state in states:
        w = w * state.availability + state.frequency * not_q
        q, not_q = q + not_q * state.unavailability, not_q * state.availability
    return q, not_q, w


def _state(known: Alike, shape: tuple[int, ...], up: int, down: int) -> State:
    columns = (len(known.never),) if isinstance(known.never, np.ndarray) else (1,)
    found = (np.broadcast_to(np.asarray(each), columns) for each in known.next_failed(up, down))
    return State(*(each.reshape(shape) for each in found))
