"""A weighted sum of laws: the share that a common cause has in the failures of components."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.laws.law import Arithmetic, FloatArray, Law, Number, State, instants_between

__all__ = ["WeightedSum", "weighted_state"]


@dataclass(frozen=True, slots=True)
class WeightedSum(Law):
    """Is down with the summed probabilities of its parts, each times a coefficient that is not negative.

    parts: (law, coefficient) each.
    Source: A. Mosleh et al., Procedures for Treating Common Cause Failures, NUREG/CR-4780, 1988: the probability of a
    common cause event is a coefficient times that of the component.
    """

    parts: tuple[tuple[Law, Number], ...]

    def at(self, t: Number) -> State:
        """The state at times t, in seconds; see `weighted_state`."""
        return weighted_state([(law.at(t), coefficient) for law, coefficient in self.parts])

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:  # noqa: ARG002  (the parts choose their own)
        state = self.at(t)
        return state.unavailability, state.availability, state.frequency

    @property
    def repairable(self) -> bool:
        """Whether a part is."""
        return any(law.repairable for law, _ in self.parts)

    @property
    def frequency_known(self) -> bool:
        """Whether that of every part is."""
        return all(law.frequency_known for law, _ in self.parts)

    @property
    def instant_failures(self) -> bool:
        """Whether a part has any."""
        return any(law.instant_failures for law, _ in self.parts)

    @property
    def longest_test_interval(self) -> float:
        """The longest of the parts'."""
        return max((law.longest_test_interval for law, _ in self.parts), default=0.0)

    def instant_failure_bounds(self, until: float) -> tuple[FloatArray, FloatArray]:
        """Those of the parts, each bound times the part's coefficient."""
        parts = [(law.instant_failure_bounds(until), coefficient) for law, coefficient in self.parts]
        return (
            np.concatenate([instants for (instants, _), _ in parts]),
            np.concatenate([bounds * coefficient for (_, bounds), coefficient in parts]),
        )

    def steady(self) -> State | None:
        """The weighted limits, if every part has one."""
        limits = [(law.steady(), coefficient) for law, coefficient in self.parts]
        known = [(limit, coefficient) for limit, coefficient in limits if limit is not None]
        return weighted_state(known) if len(known) == len(limits) else None

    def breakpoints(self, until: float) -> FloatArray:
        """Those of the parts."""
        return instants_between(np.concatenate([law.breakpoints(until) for law, _ in self.parts]), until)

    def _numbers(self) -> Iterable[Any]:
        return (coefficient for _, coefficient in self.parts)


def weighted_state(parts: Sequence[tuple[State, Number]]) -> State:
    """The state whose q is the sum of the parts' times their coefficients.

    q = sum of c q, clipped at 1; 1 - q = 1 - sum of c + sum of c (1 - q); w = sum of c w, and 0 where q is clipped.
    parts: (state, coefficient c) each, at least one. The availability has its digits where the coefficients sum to 1,
    and an error of 1e-16 otherwise, which matters only where it is small itself.
    """
    q = sum(c * state.unavailability for state, c in parts)
    lacking = 1.0 - sum(c for _, c in parts)
    not_q = lacking + sum(c * state.availability for state, c in parts)
    # A frequency may be infinite, and nothing of it is nothing.
    w = sum(np.where(np.asarray(c) > 0.0, state.frequency, 0.0) * c for state, c in parts)
    q, not_q, w = np.broadcast_arrays(q, not_q, w)
    return State(np.minimum(q, 1.0), np.clip(not_q, 0.0, 1.0), np.where(q <= 1.0, w, 0.0))
