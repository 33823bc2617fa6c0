"""What the top event does in time: curves, the metrics that standards ask for, and whose failures count."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from faulttree import deadline
from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import FloatRangeExceeded, InvalidRequestError, LimitExceeded, UnknownNameError
from faulttree.facade.subject import Subject, seconds_of, within_limits
from faulttree.facade.times import AnyTime, times_in_seconds
from faulttree.laws import Law
from faulttree.model.quantities import Duration

if TYPE_CHECKING:
    from faulttree.reliability.curve import Curve
    from faulttree.reliability.importance import FailureShares, TimedImportances
    from faulttree.reliability.metrics import Metrics
    from faulttree.reliability.part_importance import TimedGates, TimedGroups, TimedParameters
    from faulttree.reliability.system import System

__all__ = ["TIMED", "WithTime"]

TIMED = ("frequency", "unreliability", "mean-unavailability")
"""Quantities whose importance can be asked for, besides the probability."""
DIAGRAM_SHARE = 0.7
"""Share of the time for a diagram for metrics; the rest is for bounds."""
NOT_IN_TIME = "importance for a quantity in time"


@dataclass(frozen=True)
class WithTime(Subject):
    """A tree that can be asked about time."""

    @functools.cached_property
    def _system(self) -> System:
        """The diagram with the laws of its events. Raises MissingProbabilityError, LimitExceeded."""
        self._no_frequency("a quantity in time", "the frequency at the mission time")
        return system_of(self._engine)

    def _system_within_floats(self) -> System:
        """The same, once it is sure that what is asked of the mission time is no smaller than floats are.

        Raises FloatRangeExceeded.
        """
        system, at = self._system, np.array([self._mission()])
        lost = system.below_floats(at, system.at(at))
        for name, each in zip(("probability", "failure frequency"), lost[:, 0].tolist(), strict=True):
            if each:
                raise FloatRangeExceeded(f"the {name} of '{self.top}'", f" at {at[0] / 3600.0:g} h")
        return system

    @property
    def changes_in_time(self) -> bool:
        """Whether the model has a mission time, and an event below the top a failure model that depends on time."""
        forms = set(self._engine.forms.values())
        return self.model.mission_time is not None and any(form.depends_on_time for form in forms)

    @within_limits
    def over_time(self, times: AnyTime | Iterable[AnyTime] | None = None, *, points: int = 101) -> Curve:
        """The top event at times: unavailability, failure frequency, expected failures, unreliability.

        times: one or several, such as "260 s" and "1 h", or seconds; without any, `points` of them from 0 to the
        mission time.
        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.reliability.curve import over_time

        if times is not None:
            return over_time(self._system, times_in_seconds(times))
        if points < 2:
            raise InvalidRequestError(f"a curve of {points} points is none; give 2 or more")
        return over_time(self._system, np.linspace(0.0, self._mission(), points))

    @within_limits
    def metrics(self, mission_time: str | Duration | float | None = None) -> Metrics:
        """The measures that standards ask for, over the mission time or another: PFDavg, PFH, SIL, MTTF and so on.

        Where no diagram fits the limits, the unavailability at the model's mission time, or an interval that certainly
        holds it, is all that is known of them. Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.reliability.metrics import metrics, metrics_between

        seconds = self._mission() if mission_time is None else seconds_of(mission_time)
        try:
            with deadline.part(DIAGRAM_SHARE):
                system = self._system
        except LimitExceeded as error:
            if self.model.mission_time is None or seconds != self.model.mission_time.seconds:
                raise
            return metrics_between(seconds, self._engine.probability, f"no diagram fits {error.limit_met}")
        return metrics(system, seconds)

    @within_limits
    def importance_in_time(self, of: str = "frequency") -> TimedImportances:
        """Importance of every event for another quantity than the probability.

        of: `frequency` or `unreliability` at the mission time, or `mean-unavailability` (PFDavg) over it.
        Raises InvalidRequestError, NotCoherentError, MissingProbabilityError, LimitExceeded.
        """
        self._no_alternatives(NOT_IN_TIME)
        from faulttree.reliability.importance import frequency_importance, mean_importance, unreliability_importance

        measures = frequency_importance, unreliability_importance, mean_importance
        measure = dict(zip(TIMED, measures, strict=True))[_known(of)]
        return measure(self._system_within_floats(), self._mission(), self._laws())

    @within_limits
    def group_importance_in_time(self, groups: Mapping[str, Iterable[str]], of: str = "frequency") -> TimedGroups:
        """Importance of groups of events and components, by their names, for what `importance_in_time` takes.

        Raises as that does, and InvalidRequestError of an empty group.
        """
        from faulttree.reliability.part_importance import groups_in_time

        self._no_alternatives(NOT_IN_TIME)
        system, named = self._system_within_floats(), self._in_events(groups)
        return groups_in_time(system, self._mission(), self.events, named, _known(of))

    @within_limits
    def gate_importance_in_time(self, of: str = "frequency") -> TimedGates:
        """Importance of every gate below the top, replaced by true and by false, for another quantity.

        of: as of `importance_in_time`, which says what it raises. One diagram of all, or one analysis for each state of
        each gate where that outgrows the limits.
        """
        from faulttree.reliability.part_importance import gates_in_time, quantity_of

        self._no_alternatives(NOT_IN_TIME)
        seconds, gates = self._mission(), [gate for gate in self.gates if gate != self.top]
        top = quantity_of(self._system_within_floats(), seconds, _known(of))
        each = self._systems_of_gates()
        set_to = [[quantity_of(each(gate, state), seconds, of) for gate in gates] for state in (True, False)]
        return gates_in_time(gates, of, seconds, top, *set_to)

    @within_limits
    def parameter_importance_in_time(self, of: str = "frequency") -> TimedParameters:
        """Derivative of another quantity by every parameter that drives an event, and its elasticity.

        of: as of `importance_in_time`. Raises as that does.
        """
        from faulttree.reliability.part_importance import parameters_in_time

        self._no_alternatives(NOT_IN_TIME)
        engine, seconds = self._followed, self._mission()
        return parameters_in_time(
            system_of(engine), seconds, self.model.free_parameters, _known(of), engine.reduced.hidden
        )

    @within_limits
    def failure_shares(self) -> FailureShares:
        """Whose failures are the system's over the mission time: Barlow-Proschan importance.

        Raises NotCoherentError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.reliability.importance import barlow_proschan

        self._no_alternatives("whose failures are the system's")
        self._engine.need_listed("shares of failures")
        return barlow_proschan(self._system_within_floats(), self._mission(), self._laws())

    def _systems_of_gates(self) -> Callable[[str, bool], System]:
        """The tree with a gate true, or false; out of one diagram of all, where that fits the limits."""
        from faulttree.quantification.batches import Batches
        from faulttree.reliability.system import System
        from faulttree.structure.setting import name_set

        engine = self._engine
        settable = set(engine.settable)
        try:
            bdd = engine.compiled.each_set(engine.settable)
        except LimitExceeded:
            settable = set()
        else:
            laws = engine.laws(bdd)

        def with_gate(gate: str, state: bool) -> System:
            if gate not in settable:
                return self.what_if({gate: state})._system
            root = name_set(gate, state)
            coherent = bdd.is_monotone(root) or (engine.hides_events and self.what_if({gate: state}).coherent)
            return System(Batches(bdd, [root]), laws, coherent)

        return with_gate

    def _laws(self) -> dict[str, Law]:
        return {event: self._engine.form_of(event).law() for event in self.events}


def system_of(engine: TreeEngine) -> System:
    """The diagram with the laws of its events. Raises MissingProbabilityError, LimitExceeded."""
    from faulttree.quantification.batches import Batches
    from faulttree.reliability.system import System

    return System(Batches(engine.bdd), engine.laws(engine.bdd), engine.coherent)


def _known(of: str) -> str:
    if of not in TIMED:
        raise UnknownNameError("quantity", of, TIMED)
    return of
