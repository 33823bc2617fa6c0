"""What the top event does in time: curves, the metrics that standards ask for, and whose failures count."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from faulttree.analysis.subject import Subject, seconds_of
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.laws import Constant, Law, LawForm
from faulttree.model.quantities import Duration
from faulttree.reliability.curve import Curve, over_time
from faulttree.reliability.importance import (
    FailureShares,
    TimedImportances,
    barlow_proschan,
    frequency_importance,
    mean_importance,
    unreliability_importance,
)
from faulttree.reliability.metrics import Metrics, metrics
from faulttree.reliability.system import System

__all__ = ["TIMED", "WithTime"]

TIMED: Mapping[str, Callable[[System, float, Mapping[str, Law]], TimedImportances]] = {
    "frequency": frequency_importance,
    "unreliability": unreliability_importance,
    "mean-unavailability": mean_importance,
}
"""Quantities whose importance can be asked for, besides the probability."""


@dataclass(frozen=True)
class WithTime(Subject):
    """A tree that can be asked about time."""

    @property
    def changes_in_time(self) -> bool:
        """Whether the model has a mission time, and an event below the top a failure model that depends on time."""
        laws: set[LawForm] = set()
        for form in self._engine.forms.values():
            laws |= {form} if isinstance(form, LawForm) else {law for law, _ in form.parts}
        return self.model.mission_time is not None and any(law.kind is not Constant for law in laws)

    def over_time(self, times: Iterable[str | Duration | float] | None = None, *, points: int = 101) -> Curve:
        """The top event at times: unavailability, failure frequency, expected failures, unreliability.

        times: such as "260 s" and "1 h", or seconds; without any, `points` of them from 0 to the mission time.
        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        if times is not None:
            return over_time(self._engine.system, [seconds_of(time) for time in times])
        if points < 2:
            raise InvalidRequestError(f"a curve of {points} points is none; give 2 or more")
        return over_time(self._engine.system, np.linspace(0.0, self._mission(), points))

    def metrics(self, mission_time: str | Duration | float | None = None) -> Metrics:
        """The measures that standards ask for, over the mission time or another: PFDavg, PFH, SIL, MTTF and so on.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        return metrics(self._engine.system, self._mission() if mission_time is None else seconds_of(mission_time))

    def importance_in_time(self, of: str = "frequency") -> TimedImportances:
        """Importance of every event for another quantity than the probability.

        of: `frequency` or `unreliability` at the mission time, or `mean-unavailability` (PFDavg) over it.
        Raises InvalidRequestError, NotCoherentError, MissingProbabilityError, LimitExceeded.
        """
        if of not in TIMED:
            raise UnknownNameError("quantity", of, TIMED)
        return TIMED[of](self._engine.system, self._mission(), self._laws())

    def failure_shares(self) -> FailureShares:
        """Whose failures are the system's over the mission time: Barlow-Proschan importance.

        Raises NotCoherentError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        return barlow_proschan(self._engine.system, self._mission(), self._laws())

    def _laws(self) -> dict[str, Law]:
        return {event: self._engine.form_of(event).law() for event in self.events}
