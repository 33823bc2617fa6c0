"""Expressions as numbers of laws and as laws, with places for uncertain inputs."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.expressions.course import breakpoints, moving_leaves, never_falls
from faulttree.expressions.program import Program
from faulttree.laws import (
    Arithmetic,
    Dual,
    FloatArray,
    Law,
    Moving,
    Number,
    Quantity,
    State,
    column,
    is_moving,
    slope_of,
    value_of,
)

__all__ = ["Computed", "ExpressionForm", "ExpressionLaw"]

NOTHING: Mapping[str, FloatArray] = MappingProxyType({})
ROUNDING = 1e-12
"""A probability that is below 0 by no more than this is 0."""
_SHOWN = 80


def shown(text: str) -> str:
    """An expression for a message."""
    return f"`{text if len(text) <= _SHOWN else text[: _SHOWN - 3] + '...'}`"


@dataclass(frozen=True)
class Computed:
    """A number of a law that is worked out from other numbers.

    least, most: what it can be; above: whether it must be more than `least`; what is above a `most` of 1, which a
    probability has, counts as 1. text: the expression, for messages. turned: as of `laws.Quantity`.
    """

    program: Program
    leaves: tuple[Quantity, ...]
    least: float = 0.0
    above: bool = False
    most: float = math.inf
    turned: Callable[[Any], Any] | None = None
    text: str = field(default="", compare=False)

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return frozenset(leaf.input for leaf in self.leaves if leaf.input)

    def number(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Number:
        """The law's number: of the samples where there are any of its inputs, else of the point values.

        Raises InvalidRequestError where it has no value or one that the law cannot have.
        """
        numbers = [leaf.number(sampled) for leaf in self.leaves]
        value, _, slope = self.program.run([value_of(each) for each in numbers], 0.0, _along(numbers))
        wrong = np.isnan(value) | (value < self.least) | (self.above & (value == self.least))
        if np.any(wrong):
            some = float(np.ravel(value)[np.argmax(np.ravel(wrong))])
            what = "has no value" if math.isnan(some) else f"is {some:g} in SI, which it cannot be,"
            raise InvalidRequestError(
                f"the expression {shown(self.text)} {what} for some values of the numbers in it; "
                "check these and their distributions"
            )
        value = np.minimum(value, self.most)
        number: Any = float(value) if np.ndim(value) == 0 else value
        turned: Any = self.turned
        if any(is_moving(each) for each in numbers):
            number = Dual(number, np.where(number < self.most, slope, 0.0)[()])
        found: Number = number if turned is None else turned(number)
        return found


def _along(numbers: Sequence[Any]) -> dict[int, Any]:
    """How numbers change, by their places, those that do not left out."""
    return {place: each.slope for place, each in enumerate(numbers) if is_moving(each)}


@dataclass(frozen=True, slots=True)
class ExpressionLaw(Law):
    """A probability as a function of time and numbers, of which no more is known.

    Where it certainly never falls, what has failed is taken to stay failed, and w = dq/dt. Where it may fall, something
    is repaired, and how often it fails does not follow: w is nan, and `frequency_known` is False.
    A value above 1 counts as 1.
    """

    program: Program
    numbers: tuple[Number, ...]
    text: str

    def at(self, t: Number) -> State:
        """The state at times t, in seconds. Raises InvalidRequestError where there is no value, or one below 0."""
        return State(*self._state(t, None))

    def _state(self, t: Any, m: Arithmetic | None) -> tuple[Any, Any, Any]:  # noqa: ARG002  (all are arrays)
        q, not_q, w = self.program.run(self.numbers, t, along_time=1.0)
        wrong = np.isnan(q) | (q < -ROUNDING)
        if np.any(wrong):
            place = int(np.argmax(np.ravel(wrong)))
            time = float(np.ravel(np.broadcast_to(np.asarray(t, np.float64), np.shape(q)))[place])
            value = float(np.ravel(q)[place])
            what = "no value" if math.isnan(value) else f"the value {value:g}, which is no probability,"
            raise InvalidRequestError(
                f"the expression {shown(self.text)} has {what} at {time / 3600.0:g} h for some values of the numbers "
                "in it; write it so that it has a probability at every time that is asked for"
            )
        w = np.where(q < 1.0, np.maximum(w, 0.0), 0.0) if self.frequency_known else np.full(np.shape(q), np.nan)
        return np.clip(q, 0.0, 1.0), np.clip(not_q, 0.0, 1.0), w

    @property
    def frequency_known(self) -> bool:
        """Whether q never falls, so that its slope is the frequency."""
        return _never_falls(self.program, *self._key())

    @property
    def repairable(self) -> bool:
        """Whether q may fall."""
        return not self.frequency_known

    def steady(self) -> State | None:
        """The value for a time without end; None where it has none, or may go on to jump."""
        if not self.program.depends_on_time:
            return self.at(0.0)
        if not self.frequency_known:
            return None
        q, not_q, _ = self.program.run(self.numbers, math.inf)
        if np.any(np.isnan(q)) or np.any(q < -ROUNDING):
            return None
        return self._constant_state(np.clip(q, 0.0, 1.0), np.clip(not_q, 0.0, 1.0))

    def breakpoints(self, until: float) -> FloatArray:
        """Where it jumps or bends, as far as that follows from straight lines in time."""
        return breakpoints(self.program, self.numbers, until)

    def _numbers(self) -> Iterable[Any]:
        return self.numbers

    def _key(self) -> tuple[tuple[float, float], ...]:
        """The least and the greatest of each number."""
        return tuple((float(np.min(each)), float(np.max(each))) for each in self.numbers)


@functools.lru_cache(maxsize=1_000)
def _never_falls(program: Program, *ends: tuple[float, float]) -> bool:
    return never_falls(program, [np.array(pair) for pair in ends])


@dataclass(frozen=True)
class ExpressionForm:
    """A probability as an expression, with places for uncertain inputs. text: the expression, for messages."""

    program: Program
    leaves: tuple[Quantity, ...]
    text: str = field(default="", compare=False)

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return frozenset(leaf.input for leaf in self.leaves if leaf.input)

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which it jumps or bends."""
        return frozenset(self.leaves[each].input for each in moving_leaves(self.program)) - {""}

    @property
    def depends_on_time(self) -> bool:
        """Whether the time is in it."""
        return self.program.depends_on_time

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> ExpressionLaw:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        return ExpressionLaw(self.program, tuple(leaf.number(sampled) for leaf in self.leaves), self.text)

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time, in dual numbers. See `laws.Form.moving`."""
        known: Any = moved
        numbers = [leaf.number(known) for leaf in self.leaves]
        along_time = float(slope_of(t))
        q, not_q, slope = self.program.run([*map(value_of, numbers)], value_of(t), _along(numbers), along_time)
        inside = (q > 0.0) & (q < 1.0) | (slope == 0.0)
        slope = np.where(inside, slope, np.nan)[()]  # cut off at 0 and at 1, where it may bend
        return Dual(np.clip(q, 0.0, 1.0), slope), Dual(np.clip(not_q, 0.0, 1.0), -slope), math.nan

    @property
    def batch(self) -> Hashable:
        """The program: expressions of one shape are worked out together, whatever their numbers are."""
        return ExpressionForm, self.program

    @classmethod
    def states(
        cls, forms: Sequence[ExpressionForm], t: float | FloatArray, sampled: Mapping[str, FloatArray], rows: int
    ) -> Iterator[tuple[Sequence[ExpressionForm], State]]:
        """The states of expressions of one shape: of up to `rows` as one law. See `laws.Form.states`."""
        for begin in range(0, len(forms), rows):
            some = forms[begin : begin + rows]
            columns = zip(*(form.leaves for form in some), strict=True)
            numbers = tuple(column(each, sampled) for each in columns)
            yield some, ExpressionLaw(some[0].program, numbers, some[0].text).at(t)
