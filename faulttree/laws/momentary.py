"""The law of what happens now and then, and is over at once: an initiating event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from faulttree.laws.law import Arithmetic, Law, Number, State

__all__ = ["Momentary"]


@dataclass(frozen=True, slots=True)
class Momentary(Law):
    """Happens at a constant frequency, per second, independently of the past, and lasts no time.

    At no given moment is it there: q = 0, whatever its frequency. The number of times that it happens in a time has a
    Poisson distribution. Source: J. F. C. Kingman, Poisson Processes, 1993, section 2.1.
    """

    depends_on_time = False

    frequency: Number

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = 0, w(t) = frequency."""
        none = m.where(t >= 0.0, 0.0, 0.0)
        return none, none + 1.0, none + self.frequency

    @property
    def repairable(self) -> bool:
        """It comes and goes, any number of times."""
        return True

    def steady(self) -> State | None:
        """The same as ever."""
        return self._constant_state(0.0, 1.0, self.frequency)
