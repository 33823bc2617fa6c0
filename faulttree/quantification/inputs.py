"""Inputs of a diagram: q, 1 - q and w of every level, at many times or for many samples at once."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from faulttree import deadline
from faulttree.laws import Dual, FloatArray, Form, Law, State, slope_of

__all__ = ["EventLaws", "Levels"]

# So many numbers are worked out together: large enough for array arithmetic to pay, small enough for the cache.
_AT_ONCE = 1 << 15
_NOTHING: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, eq=False)
class Levels:
    """Of every level of a diagram, in every column: a time or a sample. float64[n_levels, B] each, C-contiguous.

    q: probability of being down; not_q: of being up, with its own digits; w: failure frequency per second.
    A level that stands for a module has q = 0, not_q = 1, w = 0.
    """

    q: FloatArray
    not_q: FloatArray
    w: FloatArray


@dataclass(frozen=True, eq=False)
class EventLaws:
    """The laws of a diagram's events. Small, and can be pickled.

    events: one per level; '' for a level that stands for a module, and then the form is None.
    """

    events: tuple[str, ...]
    forms: tuple[Form | None, ...]

    def __post_init__(self) -> None:
        assert len(self.events) == len(self.forms), "a form for each level"

    def __reduce__(self) -> tuple[type[EventLaws], tuple[object, ...]]:
        """What has been worked out from the forms stays behind."""
        return type(self), (self.events, self.forms)

    def at(self, t: float | FloatArray, sampled: Mapping[str, FloatArray] = _NOTHING) -> Levels:
        """The levels at times t, in seconds: a number or float64[B]. sampled: float64[B] of inputs by name, in SI.

        Equal forms are worked out once, and forms of one batch, which differ in their numbers only, together.
        Raises TimeLimitExceeded between two batches.
        """
        used = {name: values for name, values in sampled.items() if name in self.inputs}
        columns = np.broadcast_shapes(np.shape(t), *(np.shape(each) for each in sampled.values())) or (1,)
        n, (size,) = len(self.events), columns
        levels = Levels(np.zeros((n, size)), np.ones((n, size)), np.zeros((n, size)))
        for forms in self._batches:
            deadline.check()
            for some, state in forms[0].states(forms, t, used, max(1, _AT_ONCE // size)):
                self._write(levels, some, state)
        return levels

    def slopes(self, name: str, value: float, t: float) -> FloatArray:
        """dq/d(input) of every level at a time, in seconds: float64[n_levels], nan where there is no derivative.

        name, value: of the input, in SI; the others have their point values. Exact but for rounding, by dual numbers.
        """
        found = np.zeros(len(self.events))
        for form, levels in self._levels.items():
            if name in form.inputs:
                deadline.check()
                found[levels] = slope_of(form.moving({name: Dual(np.float64(value), 1.0)}, t)[0])
        return found

    @functools.cached_property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that the laws depend on."""
        return frozenset().union(*(form.inputs for form in self._levels))

    @functools.cached_property
    def repairable(self) -> bool:
        """Whether any event is ever repaired, at the point values of the inputs."""
        return any(law.repairable for law in self._laws())

    @functools.cached_property
    def frequency_known(self) -> bool:
        """Whether it is known of every event how often it fails, at the point values of the inputs."""
        return all(law.frequency_known for law in self._laws())

    @functools.cached_property
    def instant_failures(self) -> bool:
        """Whether any event also goes down at instants after time 0, at the point values of the inputs."""
        return any(law.instant_failures for law in self._laws())

    def breakpoints(self, until: float) -> FloatArray:
        """Instants in (0, until), rising, at which a law jumps or bends, at the point values of the inputs.

        float64[n], seconds. Raises InvalidRequestError where one law has more than 100,000.
        """
        found = [law.breakpoints(until) for law in self._laws()]
        return np.unique(np.concatenate(found)) if found else np.empty(0)

    def _laws(self) -> Iterator[Law]:
        return (form.law() for form in self._levels)

    @functools.cached_property
    def _levels(self) -> dict[Form, list[int]]:
        """The levels of each distinct form."""
        found: dict[Form, list[int]] = {}
        for level, form in enumerate(self.forms):
            if form is not None:
                found.setdefault(form, []).append(level)
        return found

    @functools.cached_property
    def _batches(self) -> list[list[Form]]:
        """The distinct forms, those of one batch together."""
        found: dict[Hashable, list[Form]] = {}
        for form in self._levels:
            found.setdefault(form.batch, []).append(form)
        return list(found.values())

    def _write(self, levels: Levels, forms: Sequence[Form], state: State) -> None:
        """Put the rows of a state, one per form or one for all, where their levels are."""
        places = [(level, row) for row, form in enumerate(forms) for level in self._levels[form]]
        at, rows = np.array(places, np.intp).T
        shape = (len(forms), levels.q.shape[1])
        for target, values in (
            (levels.q, state.unavailability),
            (levels.not_q, state.availability),
            (levels.w, state.frequency),
        ):
            target[at] = np.broadcast_to(values, shape)[rows]
