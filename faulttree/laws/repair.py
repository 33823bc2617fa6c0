"""The law of what is repaired as soon as it fails: up and down, at a constant rate each way."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.laws.law import ARRAYS, Arithmetic, Law, Number, State

__all__ = ["Repairable"]


@dataclass(frozen=True, slots=True)
class Repairable(Law):
    """Fails on demand at the start, fails at a constant rate, and is repaired at a constant rate once it has failed.

    rate, repair_rate: of failure and of repair, per second; a repair rate of 0: it is never repaired; an infinite one:
    a repair takes no time. on_demand: probability of being down at time 0. steady_state: whether it is at all times as
    it is after a long time, which leaves `on_demand` without effect unless both rates are 0.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in GLM, whose terms are gathered here so that none is
    subtracted; NUREG-0492, section X, for on_demand = 0.
    """

    rate: Number
    repair_rate: Number
    on_demand: Number = 0.0
    steady_state: bool = False

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """Up and down at a time, with r = rate + repair_rate.

        q(t) = on_demand exp(-r t) + (rate / r) (1 - exp(-r t)),
        1 - q(t) = (1 - on_demand) exp(-r t) + (repair_rate / r) (1 - exp(-r t)), w(t) = rate (1 - q(t)).
        In steady state exp(-r t) is 0.
        """
        down, up = self._shares(m)
        both = self.rate + self.repair_rate
        # Just 0 at time 0, also for a repair that takes no time.
        goes_on = (both > 0.0) & ((t >= 0.0) if self.steady_state else (t > 0.0))
        elapsed = math.inf if self.steady_state else m.where(goes_on, t, 1.0)
        passed = m.where(goes_on, m.where(goes_on, both, 1.0) * elapsed, 0.0)
        settled, unsettled = -m.expm1(-passed), m.exp(-passed)
        q = self.on_demand * unsettled + down * settled
        not_q = (1.0 - self.on_demand) * unsettled + up * settled
        return q, not_q, self.rate * not_q

    def _shares(self, m: Arithmetic) -> tuple[Any, Any]:
        """Shares of a long time that it is down and up; by ratios, which an infinite repair rate does not trouble."""
        fails, repaired = self.rate > 0.0, self.repair_rate > 0.0
        ratio = m.where(repaired, self.rate / m.where(repaired, self.repair_rate, 1.0), 0.0)
        inverse = m.where(fails, self.repair_rate / m.where(fails, self.rate, 1.0), 0.0)
        down = m.where(fails, 1.0 / (1.0 + inverse), 0.0)
        return down, m.where(repaired, 1.0 / (1.0 + ratio), 0.0)

    def as_chain(self) -> Repairable:
        """Itself."""
        return self

    @property
    def repairable(self) -> bool:
        """Whether there is a repair rate above 0."""
        return bool(np.any(np.asarray(self.repair_rate) > 0.0))

    def steady(self) -> State | None:
        """With q = rate / r, w = rate repair_rate / r; as at the start where both rates are 0."""
        down, up = self._shares(ARRAYS)
        still = np.asarray(self.rate) + np.asarray(self.repair_rate) == 0.0
        q, not_q = np.where(still, self.on_demand, down), np.where(still, 1.0 - np.asarray(self.on_demand), up)
        return self._constant_state(q, not_q, self.rate * not_q)
