"""Failure models: how probable it is that a basic event has happened by a given time.

Each model answers `unavailability(seconds)`. Times come in seconds, rates go out of their written unit here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from faulttree.model.quantities import Rate

__all__ = ["ConstantProbability", "Exponential", "FailureModel"]


@dataclass(frozen=True, slots=True)
class ConstantProbability:
    """The same probability at every time: a demand, or a state that is found so. probability: in [0, 1]."""

    probability: float

    def unavailability(self, seconds: float) -> float:  # noqa: ARG002  (every failure model takes the time)
        """q(t) = probability."""
        return self.probability


@dataclass(frozen=True, slots=True)
class Exponential:
    """Fails at a constant rate and is not repaired.

    Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, section X.
    """

    rate: Rate

    def unavailability(self, seconds: float) -> float:
        """q(t) = 1 - exp(-rate t), with all its digits when rate t is small."""
        return -math.expm1(-self.rate.per_second * seconds)


FailureModel = ConstantProbability | Exponential
