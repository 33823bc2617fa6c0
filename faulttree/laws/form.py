"""Laws with places for uncertain inputs, and how a batch of them is evaluated for samples or times at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import numpy as np

from faulttree.laws.duals import DUALS, Dual
from faulttree.laws.law import FloatArray, Law, Number, State
from faulttree.laws.life import Constant
from faulttree.laws.moving import Moving, moving_state
from faulttree.laws.weighted import WeightedSum, weighted_state
from faulttree.normal import PERCENTILE_95

__all__ = [
    "Coefficient",
    "Form",
    "LawForm",
    "LawNumber",
    "Quantity",
    "WeightedForm",
    "column",
    "constant_form",
    "rate_of_time",
    "sigma_of_error_factor",
    "stacked",
]

NOTHING: Mapping[str, FloatArray] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Quantity:
    """One number of a law: its point value, and the uncertain input that it follows, if any.

    value: as written, in SI. input: name of the input; '' for a number that is certain. turned: what makes the law's
    number from the written one, such as a rate from a time; a function of a module, None for the number as it is.
    """

    value: float
    input: str = ""
    turned: Callable[[Any], Any] | None = None

    @property
    def inputs(self) -> frozenset[str]:
        """The input's name, if there is one."""
        return frozenset((self.input,)) if self.input else frozenset()

    def number(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Number:
        """The law's number: of the samples where there are any of its input, else of the point value."""
        number: Number = sampled[self.input] if self.input and self.input in sampled else self.value
        return number if self.turned is None else self.turned(number)


def rate_of_time(time: Any) -> Any:
    """The rate of what takes a mean time: 1 / time, and infinite where it takes none."""
    if isinstance(time, float):
        return 1.0 / time if time else math.inf
    with np.errstate(divide="ignore"):
        return 1.0 / time


def sigma_of_error_factor(error_factor: Any) -> Any:
    """Standard deviation of the logarithm, of a lognormal law by its 95th percentile over its median."""
    return (math.log if isinstance(error_factor, float) else DUALS.log)(error_factor) / PERCENTILE_95


class LawNumber(Protocol):
    """A number of a law, as `Quantity` or as what is worked out from such. Frozen, hashable and picklable."""

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""

    def number(self, sampled: Mapping[str, FloatArray] = NOTHING, /) -> Number:
        """The number, in SI, of the samples of its inputs where there are any."""


Field = LawNumber | tuple[LawNumber, ...] | bool


class Form(Protocol):
    """A law with places for uncertain inputs. Frozen, hashable and picklable; equal forms are equal laws."""

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which the law jumps or bends."""

    @property
    def depends_on_time(self) -> bool:
        """Whether the unavailability changes with time."""

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time, a number or a dual number, where inputs are dual numbers: by name, in SI."""

    @property
    def batch(self) -> Hashable:
        """What is the same in all forms that `states` takes together. No two classes of forms share one."""

    @classmethod
    def states(
        cls, forms: Sequence[Any], t: float | FloatArray, sampled: Mapping[str, FloatArray], rows: int
    ) -> Iterator[tuple[Sequence[Any], State]]:
        """The states of forms of one batch, some at a time: forms, and a state with a row each.

        t: seconds, a number or float64[B]. sampled: values of inputs by name. rows: how many forms at most are worked
        out at once. A state may have one row for all.
        """


@dataclass(frozen=True)
class LawForm:
    """One law: its class and its numbers. Equal forms are equal laws, whatever is sampled."""

    kind: type[Law]
    fields: tuple[tuple[str, Field], ...]

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return frozenset().union(*(each.inputs for _, field in self.fields for each in _quantities(field)))

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        return self.kind(**{name: _filled(field, sampled) for name, field in self.fields})

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time, by the law's own formula in dual numbers. See `Form.moving`."""
        numbers: Any = moved
        return moving_state(self.law(numbers), t)

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which the law jumps or bends."""
        moving = tuple(field for field in self.fields if field[0] in self.kind.breakpoint_fields)
        return LawForm(self.kind, moving).inputs

    @property
    def depends_on_time(self) -> bool:
        """Whether the unavailability changes with time."""
        return self.kind.depends_on_time

    @property
    def batch(self) -> Hashable:
        """What is the same in all forms that `stacked` can take together: the law, the fields, their lengths."""
        return self.kind, *(
            (name, field if isinstance(field, bool) else len(_quantities(field))) for name, field in self.fields
        )

    @classmethod
    def states(
        cls, forms: Sequence[LawForm], t: float | FloatArray, sampled: Mapping[str, FloatArray], rows: int
    ) -> Iterator[tuple[Sequence[LawForm], State]]:
        """The states of forms of one batch: of up to `rows` forms as one law. See `Form.states`."""
        for begin in range(0, len(forms), rows):
            some = forms[begin : begin + rows]
            yield some, stacked(some, sampled).at(t)


class Coefficient(Protocol):
    """A number that a law is multiplied with and that may depend on uncertain inputs. Frozen and picklable."""

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""

    def value(self, sampled: Mapping[str, FloatArray], /) -> Number:
        """The number, with the samples of inputs where given, else with their point values."""


@dataclass(frozen=True)
class WeightedForm:
    """A sum of laws, each times a coefficient: what a common cause contributes. parts: (form, coefficient) each."""

    parts: tuple[tuple[Form, Coefficient], ...]

    @property
    def inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs it depends on."""
        return frozenset().union(*(each.inputs for part in self.parts for each in part))

    def law(self, sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
        """The law. sampled: values of inputs by name, in SI; an input that is not there keeps its point value."""
        return WeightedSum(tuple((form.law(sampled), factor.value(sampled)) for form, factor in self.parts))

    def moving(self, moved: Mapping[str, Dual], t: Any) -> Moving:
        """The state at a time, of sums and products in dual numbers. See `Form.moving`."""
        numbers: Any = moved
        parts = [(*form.moving(moved, t)[:2], coefficient.value(numbers)) for form, coefficient in self.parts]
        q, not_q = sum(c * p for p, _, c in parts), sum(c * p for _, p, c in parts)
        lacking = 1.0 - sum(c for *_, c in parts)
        return DUALS.minimum(q, 1.0), DUALS.minimum(DUALS.maximum(lacking + not_q, 0.0), 1.0), math.nan

    @property
    def breakpoint_inputs(self) -> frozenset[str]:
        """Names of the uncertain inputs that move instants at which a part jumps or bends."""
        return frozenset().union(*(form.breakpoint_inputs for form, _ in self.parts))

    @property
    def depends_on_time(self) -> bool:
        """Whether the unavailability of a part changes with time."""
        return any(form.depends_on_time for form, _ in self.parts)

    @property
    def batch(self) -> Hashable:
        """The parts without their coefficients: sums of the same laws are worked out together."""
        return WeightedForm, *(form for form, _ in self.parts)

    @classmethod
    def states(
        cls,
        forms: Sequence[WeightedForm],
        t: float | FloatArray,
        sampled: Mapping[str, FloatArray],
        rows: int,  # noqa: ARG003  (one at a time is enough: the laws of the parts are most of the work)
    ) -> Iterator[tuple[Sequence[WeightedForm], State]]:
        """The states of sums of the same laws, which are worked out once. See `Form.states`."""
        parts = [part.law(sampled).at(t) for part, _ in forms[0].parts]
        for form in forms:
            factors = [factor.value(sampled) for _, factor in form.parts]
            yield [form], weighted_state(list(zip(parts, factors, strict=True)))


def constant_form(probability: float) -> LawForm:
    """The form of a constant probability, in [0, 1]."""
    return LawForm(Constant, (("probability", Quantity(float(probability))),))


def stacked(forms: Sequence[LawForm], sampled: Mapping[str, FloatArray] = NOTHING) -> Law:
    """Several forms of one batch as one law, whose numbers have a row for each form.

    A number is float64[n, 1], or float64[n, B] where a form depends on an input with B samples; times are to be a
    number or float64[B]. A number that is the same in all is left a number.
    """
    first, n = forms[0], range(len(forms))
    found: dict[str, Any] = {}
    for place, (name, field) in enumerate(first.fields):
        columns = [form.fields[place][1] for form in forms]
        if isinstance(field, bool):
            found[name] = field
        elif isinstance(field, tuple):
            rows = [_quantities(each) for each in columns]
            found[name] = tuple(column([rows[i][k] for i in n], sampled) for k in range(len(field)))
        else:
            found[name] = column(columns, sampled)
    return first.kind(**found)


def column(quantities: Sequence[Any], sampled: Mapping[str, FloatArray]) -> Number:
    """Several numbers of laws as a column, float64[n, 1] or float64[n, B]; one that is the same in all as a number."""
    if all(each == quantities[0] for each in quantities):
        number: Number = quantities[0].number(sampled)
        return number
    return np.stack(np.broadcast_arrays(*(np.atleast_1d(each.number(sampled)) for each in quantities)))


def _quantities(field: Field) -> tuple[LawNumber, ...]:
    return () if isinstance(field, bool) else field if isinstance(field, tuple) else (field,)


def _filled(field: Field, sampled: Mapping[str, FloatArray]) -> Any:
    if isinstance(field, bool):
        return field
    if isinstance(field, tuple):
        return tuple(each.number(sampled) for each in field)
    return field.number(sampled)
