"""Distributions as written in a model file, by their parameters: numbers with the unit of the uncertain number."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import (
    BeforeValidator,
    Field,
    PlainSerializer,
    WithJsonSchema,
    model_validator,
)

from faulttree.model.distributions import (
    Beta,
    Distribution,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
)
from faulttree.model.failure_models import AT_LEAST_ONE
from faulttree.model.quantities import (
    AnyQuantity,
    Duration,
    Rate,
    dimension_of,
    in_si,
    quantity_from,
    quantity_in,
)
from faulttree.model.written import Together, as_number, described, given_number
from faulttree.normal import PERCENTILE_95

__all__ = [
    "LOGNORMAL_WAYS",
    "Counted",
    "Positive",
    "WrittenBeta",
    "WrittenDistribution",
    "WrittenEmpirical",
    "WrittenGamma",
    "WrittenHistogram",
    "WrittenLognormal",
    "WrittenLoguniform",
    "WrittenNormal",
    "WrittenTriangular",
    "WrittenUniform",
]


def _checked(wanted: str, holds: Callable[[float], bool]) -> Callable[[Any], Any]:
    def check(value: Any) -> Any:
        number = as_number(value)
        if not (math.isfinite(number) and holds(number)):
            raise ValueError(f"{number:g} must be finite and {wanted}")
        return number

    return check


def _quantity(value: object) -> float | Rate | Duration:
    """A quantity; a plain number may be negative, for what an expression makes of it."""
    return quantity_from(value)


def _positive_quantity(value: object) -> float | Rate | Duration:
    quantity = _quantity(value)
    if in_si(quantity) <= 0.0:
        raise ValueError(f"{shown(quantity)} must be above 0")
    return quantity


def shown(quantity: float | Rate | Duration) -> str:
    """A quantity for a message."""
    return f"{quantity:g}" if isinstance(quantity, float) else str(quantity)


def _unit(value: object) -> str:
    """A unit alone, `h` or `/h`, in its short spelling."""
    if not isinstance(value, str) or given_number(value):
        raise ValueError(f"a unit is wanted here, like '/h' or 'h', not {described(value)}")
    text = value.strip()
    name = text.removeprefix("/").removeprefix("per ").strip()
    is_time = name == text and name.upper() not in ("FIT", "FITS")
    return str(Duration(1.0, name) if is_time else Rate(1.0, name)).removeprefix("1 ")


def _counts(number: float) -> float | int:
    """Counts go out as they are written, without a point."""
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


_ABOVE_ZERO = WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
_NOT_NEGATIVE = WithJsonSchema({"type": "number", "minimum": 0})
Positive = Annotated[float, BeforeValidator(_checked("above 0", lambda number: number > 0.0)), _ABOVE_ZERO]
NotNegative = Annotated[float, BeforeValidator(_checked("not negative", lambda number: number >= 0.0)), _NOT_NEGATIVE]
Counted = Annotated[NotNegative, PlainSerializer(_counts)]
Finite = Annotated[float, BeforeValidator(_checked("a number", lambda _: True)), WithJsonSchema({"type": "number"})]
Amount = Annotated[Annotated[float, WithJsonSchema({"type": "number"})] | Rate | Duration, BeforeValidator(_quantity)]
PositiveAmount = Annotated[AnyQuantity, BeforeValidator(_positive_quantity)]
Unit = Annotated[str, BeforeValidator(_unit), WithJsonSchema({"type": "string", "examples": ["/h", "h"]})]


class WrittenDistribution(Together):
    """The numbers of one distribution. of_its_unit: the keys of those that have the unit of the uncertain number."""

    of_its_unit: ClassVar[tuple[str, ...]] = ()

    def amounts(self) -> Iterator[tuple[str, float | Rate | Duration]]:
        """The numbers that have the unit of the uncertain number, by their places."""
        for key in self.of_its_unit:
            value = getattr(self, key)
            if isinstance(value, tuple):
                yield from ((f"{key}[{index}]", item) for index, item in enumerate(value, start=1))
            elif value is not None:
                yield key, value

    @property
    def dimension(self) -> str:
        """What the uncertain number is: a "rate", a "time" or a "number"."""
        return next((dimension_of(value) for _, value in self.amounts()), "number")

    @property
    @abstractmethod
    def distribution(self) -> Distribution:
        """The distribution in SI."""

    @property
    def written_mean(self) -> float | Rate | Duration:
        """The mean, in the unit it is written in if it is, so that no digit of that is lost."""
        return quantity_in(self.dimension, self.distribution.mean)

    def contradiction(self) -> str | None:
        """What is wrong between the numbers, each being right by itself."""
        return None

    @model_validator(mode="after")
    def _numbers_agree(self) -> WrittenDistribution:
        first = ""
        for place, amount in self.amounts():
            first = first or place
            if dimension_of(amount) != self.dimension:
                raise ValueError(f"{first} is a {self.dimension} and {place} a {dimension_of(amount)}; give both alike")
        wrong = self.contradiction()
        if wrong:
            raise ValueError(wrong)
        return self


class WrittenLognormal(WrittenDistribution):
    """The logarithm is normally distributed."""

    of_its_unit = ("mean", "median")

    mean: PositiveAmount | None = None
    median: PositiveAmount | None = None
    error_factor: Finite | None = Field(
        None, description="95th percentile over the median.", json_schema_extra={"minimum": 1}
    )
    mu: Finite | None = Field(None, description="Mean of the natural logarithm of the value in `unit`.")
    sigma: Positive | None = Field(None, description="Standard deviation of the natural logarithm.")
    unit: Unit | None = Field(None, description="Unit of the value that `mu` is about; a plain number unless given.")

    def contradiction(self) -> str | None:
        """An error factor below 1, or not one of the three ways of giving it."""
        if self.error_factor is not None and self.error_factor < 1.0:
            return f"error_factor {self.error_factor:g} is below 1; {AT_LEAST_ONE}"
        given = tuple(key for key in type(self).model_fields if key != "unit" and getattr(self, key) is not None)
        if given not in LOGNORMAL_WAYS or (self.unit is not None and self.mu is None):
            return "give `mean` or `median` with `error_factor`, or `mu` with `sigma`, and nothing else"
        return None

    @property
    def dimension(self) -> str:
        """Of the mean, the median or the unit."""
        return (
            super().dimension if self.unit is None or self.mu is None else dimension_of(quantity_from(f"1 {self.unit}"))
        )

    @property
    def written_mean(self) -> float | Rate | Duration:
        """The mean as it is written, if it is."""
        return super().written_mean if self.mean is None else self.mean

    @property
    def distribution(self) -> Distribution:
        """In SI. An error factor of 1 leaves one value."""
        if self.mu is not None and self.sigma is not None:
            return Lognormal(
                self.mu + math.log(in_si(quantity_from(f"1 {self.unit}")) if self.unit else 1.0), self.sigma
            )
        stated = self.median if self.mean is None else self.mean
        assert stated is not None and self.error_factor is not None, "checked above"
        if self.error_factor == 1.0:
            return Empirical((in_si(stated),))
        sigma = math.log(self.error_factor) / PERCENTILE_95
        return Lognormal(math.log(in_si(stated)) - (0.5 * sigma * sigma if self.median is None else 0.0), sigma)


LOGNORMAL_WAYS = (("mean", "error_factor"), ("median", "error_factor"), ("mu", "sigma"))


class WrittenBeta(WrittenDistribution):
    """A beta distribution, of a plain number in [0, 1]."""

    alpha: Positive
    beta: Positive

    @property
    def distribution(self) -> Distribution:
        """Beta(alpha, beta)."""
        return Beta(self.alpha, self.beta)


class WrittenGamma(WrittenDistribution):
    """A gamma distribution of the mean shape x scale."""

    of_its_unit = ("scale",)

    shape: Positive
    scale: PositiveAmount

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Gamma(self.shape, in_si(self.scale))


class WrittenUniform(WrittenDistribution):
    """Every value from low to high alike."""

    of_its_unit = ("low", "high")

    low: Amount
    high: Amount

    def contradiction(self) -> str | None:
        """Ends in the wrong order."""
        return _out_of_order(self.low, self.high)

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Uniform(in_si(self.low), in_si(self.high))


class WrittenLoguniform(WrittenDistribution):
    """Every logarithm from that of low to that of high alike: as probable within any factor as within another."""

    of_its_unit = ("low", "high")

    low: PositiveAmount
    high: PositiveAmount

    def contradiction(self) -> str | None:
        """Ends in the wrong order."""
        return _out_of_order(self.low, self.high)

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Loguniform(in_si(self.low), in_si(self.high))


class WrittenNormal(WrittenDistribution):
    """A normal distribution, cut off at low and high; at 0 unless low is given."""

    of_its_unit = ("mean", "sd", "low", "high")

    mean: Amount
    sd: PositiveAmount = Field(description="Standard deviation.")
    low: Amount | None = None
    high: Amount | None = None

    def contradiction(self) -> str | None:
        """A mean that lies outside low and high."""
        for end, beyond in (("low", -1.0), ("high", 1.0)):
            limit = getattr(self, end)
            if limit is not None and beyond * (in_si(self.mean) - in_si(limit)) > 0.0:
                side = "below" if end == "low" else "above"
                return f"mean {shown(self.mean)} lies {side} {end} {shown(limit)}"
        return _out_of_order(self.low, self.high) if self.low is not None and self.high is not None else None

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        low = 0.0 if self.low is None else in_si(self.low)
        return Normal(in_si(self.mean), in_si(self.sd), low, math.inf if self.high is None else in_si(self.high))


class WrittenTriangular(WrittenDistribution):
    """Most probable at the mode, and less so in a straight line to both ends."""

    of_its_unit = ("low", "mode", "high")

    low: Amount
    mode: Amount
    high: Amount

    def contradiction(self) -> str | None:
        """Ends in the wrong order, or a mode that does not lie between them."""
        wrong = _out_of_order(self.low, self.high)
        if not wrong and not in_si(self.low) <= in_si(self.mode) <= in_si(self.high):
            wrong = f"mode {shown(self.mode)} lies outside low {shown(self.low)} to high {shown(self.high)}"
        return wrong

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Triangular(in_si(self.low), in_si(self.mode), in_si(self.high))


class WrittenHistogram(WrittenDistribution):
    """Bins between neighbouring edges, with their weights; inside a bin every value alike."""

    of_its_unit = ("edges",)

    edges: Annotated[tuple[Amount, ...], Field(json_schema_extra={"minItems": 2})]
    weights: Annotated[tuple[NotNegative, ...], Field(json_schema_extra={"minItems": 1})]

    def contradiction(self) -> str | None:
        """Weights that do not go with the edges, are all 0, or edges that do not rise."""
        if len(self.edges) != len(self.weights) + 1 or not self.weights:
            return f"{len(self.edges)} edges and {len(self.weights)} weights are given; give one edge more than weights"
        for index, (low, high) in enumerate(zip(self.edges, self.edges[1:], strict=False), start=2):
            if in_si(low) >= in_si(high):
                return f"edges[{index}] is {shown(high)}, which is not above {shown(low)} before it; edges rise"
        return None if max(self.weights) > 0.0 else "every weight is 0; give at least one above 0"

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Histogram(tuple(map(in_si, self.edges)), self.weights)


class WrittenEmpirical(WrittenDistribution):
    """Observed or possible values, each as probable as any other unless weights say more."""

    of_its_unit = ("values",)

    values: Annotated[tuple[Amount, ...], Field(json_schema_extra={"minItems": 1})]
    weights: Annotated[tuple[NotNegative, ...] | None, Field(json_schema_extra={"minItems": 1})] = None

    def contradiction(self) -> str | None:
        """No value, or weights that do not go with the values, or are all 0."""
        if not self.values:
            return "no value is given; give at least one"
        if self.weights is None:
            return None
        if len(self.weights) != len(self.values):
            return f"{len(self.values)} values and {len(self.weights)} weights are given; give a weight for each value"
        return None if max(self.weights) > 0.0 else "every weight is 0; give at least one above 0"

    @property
    def distribution(self) -> Distribution:
        """In SI."""
        return Empirical(tuple(map(in_si, self.values)), self.weights or ())


def _out_of_order(low: float | Rate | Duration, high: float | Rate | Duration) -> str | None:
    return f"low {shown(low)} is not below high {shown(high)}" if in_si(low) >= in_si(high) else None
