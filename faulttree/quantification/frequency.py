"""The frequency of a top event that initiating events bring about: how often, with what is certain about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from faulttree.quantification.probability import Probability, certain_text
from faulttree.results import Shown, number_text
from faulttree.wide_floats import log10, product

__all__ = ["Frequency"]


@dataclass(frozen=True, slots=True)
class Frequency(Shown):
    """How often the top event happens, per `unit` of time; it may exceed 1.

    value, method, lower, upper, reason: as of a `Probability`. unit: "/y" and the like, or "FIT". per_second: the
    value, per second.
    Source: the superposition and the thinning of Poisson processes, J. F. C. Kingman, Poisson Processes, 1993, chapter
    2 and section 5.1.
    """

    value: float
    method: str
    lower: float
    upper: float
    unit: str
    per_second: float
    reason: str | None = None

    @classmethod
    def of(cls, given: Probability, factor: float, unit: str, in_si: float) -> Frequency:
        """A probability, given that one of the frequency events happens, times the sum of their frequencies.

        in_si: what one of the unit is, per second.
        """
        value, lower, upper = (product(factor, each) for each in (given.value, given.lower, given.upper))
        return cls(value, given.method, lower, upper, unit, product(value, in_si), given.reason)

    @property
    def quantity(self) -> Literal["frequency"]:
        """What it is, in a word."""
        return "frequency"

    @property
    def is_exact(self) -> bool:
        """Whether the value is the exact one, but for rounding."""
        return self.method.startswith("exact")

    @property
    def log10(self) -> float:
        """Common logarithm of the value in its unit, however small that is; -inf of 0."""
        return log10(self.value)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {name: getattr(self, name) for name in ("value", "method", "lower", "upper", "unit", "reason")}

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        if self.method == "interval":
            return certain_text(self.lower, self.upper, self.unit, self.reason)
        above = "" if self.is_exact else ", never below the exact value"
        return f"{number_text(self.value)} {self.unit} ({self.method}{above})"
