"""Which events, gates, groups and parameters matter, and what it takes to reach a target."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import FloatRangeExceeded, LimitExceeded
from faulttree.facade.probability import WithProbability
from faulttree.facade.subject import within_limits
from faulttree.importance.differential import DifferentialImportance, differential_importance
from faulttree.importance.events import Importance
from faulttree.importance.groups import Gates, Groups, gate_importance, group_importance
from faulttree.importance.joint import JointImportance, joint_importance
from faulttree.importance.parameter_targets import ParameterTargets, parameters_to_reach
from faulttree.importance.parameters import (
    Parameters,
    Probabilities,
    parameter_importance,
)
from faulttree.importance.targets import Targets, to_reach
from faulttree.quantification.batches import Batches
from faulttree.quantification.probability import FloatArray, probabilities
from faulttree.structure.setting import name_set
from faulttree.wide_arrays import is_wide
from faulttree.wide_floats import quotient

__all__ = ["WithImportance"]


@dataclass(frozen=True)
class WithImportance(WithProbability):
    """A tree that can be asked which of its parts matter."""

    # Importance

    def importance(self) -> Importance:
        """Every measure of every event below the top; bounds on each where the limits end the exact attempts.

        Raises MissingProbabilityError.
        """
        return self._engine.importance()

    @within_limits
    def differential_importance(self) -> DifferentialImportance:
        """Share of every event in a small change of all probabilities: equal changes, and proportional ones.

        Raises MissingProbabilityError, LimitExceeded.
        """
        self._no_alternatives("differential importance", "ask for the importance of events or parameters")
        self._engine.need_listed("differential importances")
        found = self._engine.conditionals
        return differential_importance(self.events, found.q, found.slope)

    @within_limits
    def joint_importance(self, among: Sequence[str] | None = None) -> JointImportance:
        """How much two events together matter beyond each alone, of all pairs of events or of those named.

        A component of a common-cause group is no event, but the OR of several.
        Raises MissingProbabilityError, LimitExceeded, UnknownNameError, InvalidRequestError.
        """
        engine = self._engine
        self._no_alternatives("joint importance", "set two events in a what-if")
        self._no_components([among] if isinstance(among, str) else among or ())
        return joint_importance(engine.bdd, *engine.both_sides(engine.bdd), self.events, among)

    @within_limits
    def group_importance(self, groups: Mapping[str, Iterable[str]]) -> Groups:
        """Importance of groups of events, by their names: all of a group certain, all impossible.

        A component of a common-cause group stands for all the events that fail it. A single name is a group of one.
        Raises MissingProbabilityError, LimitExceeded, UnknownNameError, InvalidRequestError.
        """
        engine = self._engine
        self._no_alternatives("the importance of groups", "set their events in a what-if")
        bdd, groups = engine.bdd, self._in_events(groups)
        return group_importance(bdd, *engine.both_sides(bdd), self.events, groups, engine.coherent)

    @within_limits
    def gate_importance(self) -> Gates:
        """Importance of every gate below the top: what the top's probability is once the gate is true, or false.

        One diagram of all, or one analysis for each state of each gate where that outgrows the limits.
        Raises MissingProbabilityError, LimitExceeded.
        """
        gates = [gate for gate in self.gates if gate != self.top]
        known, each = self.gate_probabilities(), self._each_gate_set()
        set_to = [
            [
                each[name_set(gate, state)]
                if name_set(gate, state) in each
                else self.what_if({gate: state})._exact("gate importance")
                for gate in gates
            ]
            for state in (True, False)
        ]
        top, both = self._exact("gate importance"), self._engine.gates_and_top() if gates else {}
        given_top = [quotient(both[gate], top) if top else math.nan for gate in gates]
        return gate_importance(gates, top, [known[gate] for gate in gates], set_to[0], set_to[1], given_top)

    def _each_gate_set(self) -> Mapping[str, float]:
        """Probability of the top event with each gate true, and false, as far as one diagram holds all of them."""
        engine = self._engine
        try:
            bdd = engine.compiled.each_set(engine.settable)
        except LimitExceeded:
            return {}
        return probabilities(bdd, *engine.both_sides(bdd))

    @within_limits
    def parameter_importance(self) -> Parameters:
        """Derivative of the top's probability by every parameter that drives an event, and its elasticity.

        Raises MissingProbabilityError, LimitExceeded.
        """
        self._no_frequency("the importance of parameters for the probability", "the importance of events")
        engine = self._followed
        self._within_floats(engine)
        laws = engine.laws(engine.bdd)
        return parameter_importance(
            self.model.free_parameters,
            _probabilities(engine),
            [engine.reduced.hidden.get(event, event) for event in engine.bdd.variables],
            engine.slopes,
            engine.conditionals.top,
            engine.seconds,
            lambda name, value: laws.slopes(name, value, engine.seconds),
        )

    @within_limits
    def to_reach(self, target: float) -> Targets:
        """What each event alone would need for the top's probability to be the target, the least change first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        self._no_frequency("what a target of the probability needs", "the importance")
        found = self._engine.conditionals
        return to_reach(target, found.top, self.events, found.q, found.with_event, found.without_event, found.slope)

    @within_limits
    def parameters_to_reach(self, target: float) -> ParameterTargets:
        """What each parameter alone would need for the top's probability to be the target, the least change first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        self._no_frequency("what a target of the probability needs", "the importance")
        engine, followed = self._followed, _probabilities(self._followed)
        self._within_floats(engine)
        batches = Batches(engine.bdd)

        def top_at(name: str, values: FloatArray) -> FloatArray:
            p, _ = batches.probability(*followed(name, values))
            top: FloatArray = p[0]
            return top

        return parameters_to_reach(target, engine.conditionals.top, self.model.free_parameters, top_at, engine.seconds)

    def _within_floats(self, engine: TreeEngine) -> None:
        """Raise FloatRangeExceeded where P, or what an event does to it, is below the smallest float."""
        if is_wide(engine.conditionals.slope):
            raise FloatRangeExceeded(f"the probability of '{self.top}', or its slope by some event,")


def _probabilities(engine: TreeEngine) -> Probabilities:
    """The probabilities of a diagram's events as a function of any parameter."""
    laws, seconds = engine.laws(engine.bdd), engine.seconds

    def probabilities(name: str, values: FloatArray) -> tuple[FloatArray, FloatArray]:
        levels = laws.at(seconds, {name: values})
        return levels.q, levels.not_q

    return probabilities
