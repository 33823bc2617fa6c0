"""Failure law of a component: unavailability, availability and failure frequency at any time.

Laws know seconds and numbers only. A number of a law is a float, or an array that broadcasts against the times: one
entry per sample, or one row per component.
"""

from __future__ import annotations

import dataclasses
import math
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from faulttree.errors import InvalidRequestError
from faulttree.results import number_text

if TYPE_CHECKING:
    from faulttree.laws.periodic_test import PeriodicTest
    from faulttree.laws.repair import Repairable

__all__ = [
    "MOST_BREAKPOINTS",
    "ROUNDED",
    "Arithmetic",
    "FloatArray",
    "Law",
    "Number",
    "State",
    "instants_between",
    "too_many",
]

FloatArray = npt.NDArray[np.float64]
Number = float | FloatArray
MOST_BREAKPOINTS = 100_000
ROUNDED = 2e-9
"""Instants this close, as a share of a test interval, may be one: the times of tests are rounded."""


@dataclass(frozen=True, slots=True)
class State:
    """Of a component at times t. All three have the shape of the times broadcast against the law's numbers.

    unavailability: q, probability of being down, in [0, 1].
    availability: 1 - q, with its own digits: neither is worked out as one minus the other where that loses any.
    frequency: w, unconditional failure frequency per second: how much of the probability of being up goes over to being
    down, per time. What fails at an instant (at a demand, at the beginning of a test) is not in it.
    """

    unavailability: FloatArray
    availability: FloatArray
    frequency: FloatArray


class Arithmetic(Protocol):
    """The functions that the formulas are written with: of `math` for plain numbers, of numpy for arrays."""

    def exp(self, x: Any, /) -> Any:
        """Power of e."""

    def expm1(self, x: Any, /) -> Any:
        """Power of e, less 1, with its digits where x is small."""

    def log(self, x: Any, /) -> Any:
        """Natural logarithm of a number above 0."""

    def ceil(self, x: Any, /) -> Any:
        """The least whole number that is not below."""

    def minimum(self, x: Any, y: Any, /) -> Any:
        """The lesser."""

    def maximum(self, x: Any, y: Any, /) -> Any:
        """The greater."""

    def where(self, test: Any, x: Any, y: Any, /) -> Any:
        """The first where the test holds, else the second. Both are worked out, so neither may divide by 0."""

    def every(self, test: Any, /) -> bool:
        """Whether a test holds everywhere."""

    def some(self, test: Any, /) -> bool:
        """Whether a test holds somewhere."""

    def normal_below(self, z: Any, /) -> Any:
        """Probability that a standard normal number is not above z."""

    def gamma_below(self, k: Any, x: Any, /) -> Any:
        """Regularised incomplete gamma function P(k, x)."""

    def gamma_above(self, k: Any, x: Any, /) -> Any:
        """Its complement, with its digits."""

    def log_gamma(self, k: Any, /) -> Any:
        """Logarithm of the gamma function of a number above 0."""


def _exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def _special(name: str) -> Callable[..., Any]:
    """A function of scipy, which takes long to load."""

    def function(*x: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*x)

    return function


SPECIAL = {
    "normal_below": _special("ndtr"),
    "gamma_below": _special("gammainc"),
    "gamma_above": _special("gammaincc"),
    "log_gamma": _special("gammaln"),
}
# Plain numbers have functions of their own: numpy takes ten times as long for a single number.
PLAIN: Arithmetic = SimpleNamespace(
    exp=_exp,
    expm1=math.expm1,
    log=math.log,
    ceil=math.ceil,
    minimum=min,
    maximum=max,
    where=lambda test, x, y: x if test else y,
    every=bool,
    some=bool,
    **SPECIAL,
)
ARRAYS: Arithmetic = SimpleNamespace(
    exp=np.exp,
    expm1=np.expm1,
    log=np.log,
    ceil=np.ceil,
    minimum=np.minimum,
    maximum=np.maximum,
    where=np.where,
    every=lambda test: bool(np.all(test)),
    some=lambda test: bool(np.any(test)),
    **SPECIAL,
)


class Law(ABC):
    """How a component fails, and how it is repaired if it is. The laws are frozen dataclasses.

    A law has `_state`, `repairable` and `steady`; the rest has an answer for laws without tests, jumps or bends.
    breakpoint_fields: names of the fields that set the law's breakpoints. depends_on_time: whether q changes with time.
    """

    __slots__ = ()
    breakpoint_fields: ClassVar[frozenset[str]] = frozenset()
    depends_on_time: ClassVar[bool] = True

    def at(self, t: Number) -> State:
        """The state at times t: seconds, not negative; a number, or an array that broadcasts against the law's."""
        if isinstance(t, float | int) and all(isinstance(number, float | int) for number in self._numbers()):
            q, not_q, w = self._state(float(t), PLAIN)
            return State(np.asarray(q), np.asarray(not_q), np.asarray(w))
        # A product that overflows is infinite, which the formulas take; it goes into exp(-x), and that is 0.
        with np.errstate(over="ignore"):
            return State(*np.broadcast_arrays(*self._state(np.asarray(t, np.float64), ARRAYS)))

    def is_below_floats(self, t: float) -> bool:
        """Whether the unavailability at a time is above 0 and below the smallest float, so that floats have lost it.

        It is taken for lost where it comes as 0 and something that it is worked out from underflows on the way.
        """
        q = float(self.at(t).unavailability)
        if q:
            return q < sys.float_info.min
        try:
            # Numbers of Python come to 0 in silence, arrays tell of it.
            with np.errstate(under="raise", over="ignore"):
                self._state(np.array([t], np.float64), ARRAYS)
        except FloatingPointError:
            return True
        return False

    @property
    @abstractmethod
    def repairable(self) -> bool:
        """Whether it is ever repaired. If not, what has failed stays failed: q(t) is that of having failed by t."""

    @property
    def frequency_known(self) -> bool:
        """Whether it is known how often it fails; where it is not, the frequency of a state is nan."""
        return True

    @property
    def instant_failures(self) -> bool:
        """Whether it also goes down at instants after time 0, which no frequency tells of."""
        return False

    @property
    def longest_test_interval(self) -> float:
        """The longest time between two tests, in seconds; 0 for what is not tested."""
        return 0.0

    def instant_failure_bounds(self, until: float) -> tuple[FloatArray, FloatArray]:  # noqa: ARG002  (most laws: none)
        """Instants in [0, until) at which it may go down, and bounds on the probability that it does.

        float64[n] each. A bound is never below the probability of being up just before the instant and down just after.
        Where `instant_failures` holds, the law gives its own.
        """
        return np.empty(0), np.empty(0)

    @property
    def finds_state(self) -> bool:
        """Whether it is a state in which the component is found at a time of its own: none of its failures is told."""
        return False

    def as_chain(self) -> Repairable | None:
        """The law as a component that is up or down at constant rates, where it is one."""
        return None

    def as_tested(self) -> PeriodicTest | None:
        """The law as a component that a test leaves as new, where it is one."""
        return None

    @abstractmethod
    def steady(self) -> State | None:
        """The limit of the state as time goes on; None where there is none."""

    def breakpoints(self, until: float) -> FloatArray:  # noqa: ARG002  (most laws have none)
        """Instants in (0, until), rising, at which q or w jumps or bends: float64[n], seconds.

        Raises InvalidRequestError if they are more than 100,000.
        """
        return np.empty(0)

    @abstractmethod
    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """(q, 1 - q, w): all plain numbers with the arithmetic of plain numbers, else numbers or arrays."""

    def _numbers(self) -> Iterable[Any]:
        """The numbers of the law."""
        return (getattr(self, name) for name in _names_of(type(self)))

    def _shape(self) -> tuple[int, ...]:
        return np.broadcast_shapes(*(np.shape(number) for number in self._numbers()))

    def _constant_state(self, q: Number, not_q: Number, w: Number = 0.0) -> State:
        """A state in the shape of the law's numbers, without time."""
        return State(*(np.broadcast_to(np.asarray(each, np.float64), self._shape()) for each in (q, not_q, w)))


_NAMES: dict[type[Law], tuple[str, ...]] = {}


def _names_of(kind: type[Law]) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in dataclasses.fields(kind))  # type: ignore[arg-type]  # laws are dataclasses
    return _NAMES[kind]


def instants_between(instants: FloatArray, until: float) -> FloatArray:
    """Those in (0, until), each once and rising. instants: float64 of any shape."""
    inside = np.unique(instants)
    return inside[(inside > 0.0) & (inside < until)]


def too_many(what: str, how_many: float, fix: str) -> InvalidRequestError:
    """The error of a law with more breakpoints than can be followed."""
    number = f"{how_many:,.0f}" if how_many < 1e9 else number_text(how_many)
    return InvalidRequestError(f"{what} has {number} instants at which it jumps, more than {MOST_BREAKPOINTS:,}; {fix}")
