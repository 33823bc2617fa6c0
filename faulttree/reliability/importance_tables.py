"""What tables of importance in time have in common: the quantity, the time, and hours instead of seconds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from faulttree.reliability.system import HOUR
from faulttree.results import NamedRows, number_text

__all__ = ["FREQUENCY", "ImportanceInTime"]

FREQUENCY = "failure frequency"
Row = TypeVar("Row")


@dataclass(frozen=True, eq=False)
class ImportanceInTime(NamedRows[Row]):
    """Importance of each of some things for one quantity of the top.

    quantity: 'mean unavailability' over [0, t], or 'unreliability' or 'failure frequency' at t. seconds: t.
    value: the top's, a frequency per second. error: an estimate of the relative error of all numbers that come from
    integrals, 0 where none do.
    Records, and so all tables and files, tell frequencies per hour, in columns whose names end in `_per_h`.
    frequencies: the fields of a row that are frequencies where the quantity is one.
    """

    frequencies: ClassVar[tuple[str, ...]] = ()

    quantity: str
    seconds: float
    value: float
    error: float
    rows: tuple[Row, ...]

    @property
    def heading(self) -> str:
        """What the rows are about."""
        value, when = number_text(self.value), "over" if self.quantity == "mean unavailability" else "at"
        if self.quantity == FREQUENCY:
            value = f"{number_text(self.value * HOUR)} per h"
        about = f"importance for the {self.quantity} {when} {self.seconds / HOUR:g} h, {value}"
        if self.value == 0.0:
            why = (
                "no event's failure brings the top about then" if self.quantity == FREQUENCY else "the top cannot occur"
            )
            about += f"; {why}, so that ratios to it are not defined"
        if self.error:
            about += f"; relative error of the numbers about {self.error:.0e}"
        return about

    def records(self) -> list[dict[str, Any]]:
        """One mapping per row, in order; frequencies per hour."""
        if self.quantity != FREQUENCY:
            return super().records()
        return [
            {
                f"{key}_per_h" if key in self.frequencies else key: number * HOUR if key in self.frequencies else number
                for key, number in record.items()
            }
            for record in super().records()
        ]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        per_hour = self.quantity == FREQUENCY
        value = {"value_per_h": self.value * HOUR} if per_hour else {"value": self.value}
        about = {"quantity": self.quantity, "time_h": self.seconds / HOUR, **value, "error": self.error}
        return {**about, "rows": self.records()}

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The heading."""
        return (self.heading,), ()
