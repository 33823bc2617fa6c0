"""Which events, gates, groups and parameters matter, and what it takes to reach a target."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from faulttree import deadline
from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import FloatRangeExceeded, FrequencyError, LimitExceeded, NodeBudgetExceeded
from faulttree.facade.probability import WithProbability
from faulttree.facade.subject import within_limits
from faulttree.model.expressions import names_behind
from faulttree.quantification.probability import FloatArray, probabilities
from faulttree.structure.pdag import FALSE
from faulttree.wide_arrays import is_wide
from faulttree.wide_floats import nearest, product, quotient

if TYPE_CHECKING:
    from faulttree.importance.differential import DifferentialImportance
    from faulttree.importance.events import Importance
    from faulttree.importance.groups import Gates, Groups
    from faulttree.importance.joint import JointImportance
    from faulttree.importance.parameter_targets import ParameterTargets
    from faulttree.importance.parameters import ParameterImportance, Parameters, Probabilities
    from faulttree.importance.targets import Targets

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
        from faulttree.importance.differential import differential_importance

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
        from faulttree.importance.joint import joint_importance

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
        from faulttree.importance.groups import group_importance

        engine = self._engine
        self._no_alternatives("the importance of groups", "set their events in a what-if")
        bdd, groups = engine.bdd, self._in_events(groups)
        return group_importance(bdd, *engine.both_sides(bdd), self.events, groups, engine.coherent)

    @within_limits
    def gate_importance(self) -> Gates:
        """Importance of every gate below the top: what the top's probability is once the gate is true, or false.

        One diagram of all, or one analysis for each state of each gate where that outgrows the limits.
        Where frequency events bring the top event about, of its frequency. A gate that such an event has a part in has
        no probability then, and the top no frequency once it is true: these, and what follows from them, are nan. So is
        the frequency once a gate is set whose negations leave cut sets without one.
        Raises MissingProbabilityError, LimitExceeded, FrequencyError where only some cut sets hold a frequency event.
        """
        from faulttree.importance.groups import gate_importance
        from faulttree.structure.setting import name_set

        gates = [gate for gate in self.gates if gate != self.top]
        if self.has_frequency:
            return self._gates_for_the_frequency(gates)
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

    def _gates_for_the_frequency(self, gates: Sequence[str]) -> Gates:
        """The same for the frequency, that of any frequency event times the probability of the top at its moment."""
        from faulttree.importance.groups import gate_importance
        from faulttree.structure.setting import name_set

        engine, frequent, found = self._engine, self._frequent_gates, self._engine.frequencies
        assert found is not None, "there is a frequency"
        known, each, factor = engine.gate_probabilities(), self._each_gate_set(), found.factor
        top = self._exact_of(engine, "gate importance")

        def set_to(gate: str, state: bool) -> float:
            if not engine.skeleton.is_negation_free and not self._has_frequency_once(gate, state):
                return math.nan
            name = name_set(gate, state)
            p = each[name] if name in each else self._exact_of(self.what_if({gate: state})._engine, "gate importance")
            return product(factor, p)

        certain = [math.nan if gate in frequent else set_to(gate, True) for gate in gates]
        impossible = [set_to(gate, False) for gate in gates]
        own = [math.nan if gate in frequent else known[gate] for gate in gates]
        both = engine.gates_and_top() if gates else {}
        given_top = [quotient(both[gate], top) if top else math.nan for gate in gates]
        rows = gate_importance(gates, product(factor, top), own, certain, impossible, given_top)
        return replace(rows, unit=found.unit)

    def _has_frequency_once(self, gate: str, state: bool) -> bool:
        """Whether a frequency event still brings the top event about, or nothing does, once a gate is set."""
        changed = self.what_if({gate: state})
        try:
            return changed.has_frequency or changed._engine.simplified.root == FALSE
        except FrequencyError:
            return False

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

        Where frequency events bring the top event about, of its frequency, in the unit of that.
        Raises MissingProbabilityError, LimitExceeded, FrequencyError where only some cut sets hold a frequency event.
        """
        from faulttree.importance.parameters import parameter_importance

        engine = self._followed
        self._within_floats(engine)
        if self.has_frequency:
            return self._parameters_for_the_frequency(engine)
        laws = engine.laws(engine.bdd)
        rows = parameter_importance(
            self.model.free_parameters,
            _probabilities(engine),
            [engine.reduced.hidden.get(event, event) for event in engine.bdd.variables],
            engine.slopes,
            engine.conditionals.top,
            engine.seconds,
            lambda name, value: laws.slopes(name, value, engine.seconds),
        )
        return self._of_members(rows)

    def _of_members(self, found: Parameters) -> Parameters:
        """The same with members of exclusive groups in place of the links of their chains.

        A link follows the numbers of all members before it, too; of these a member follows its own, and all where one
        of them is certainly true, for they are divided by their sum.
        """
        reduced, model = self._engine.reduced, self.model

        def behind(member: str) -> set[str]:
            return {*names_behind([value for _, value in model.basic_events[member].quantities()], model.parameters)}

        def members(row: ParameterImportance) -> tuple[str, ...]:
            found: list[str] = []
            for event in row.events:
                chain = reduced.chain_of.get(reduced.member_of.get(event, ""))
                if chain is None:
                    found.append(event)
                else:
                    found += (each for each in chain.members if chain.is_exhaustive or row.parameter in behind(each))
            return tuple(dict.fromkeys(found))

        if not reduced.chains:
            return found
        return replace(found, rows=tuple(replace(row, events=members(row)) for row in found.rows))

    def _parameters_for_the_frequency(self, engine: TreeEngine) -> Parameters:
        """The same for the frequency: the sum of f_i dP_i/d theta and P_i df_i/d theta over the frequency events i."""
        from faulttree.importance.frequency import at_each_moment
        from faulttree.importance.parameters import parameter_importance

        found, chain, bdd, seconds = engine.frequencies, engine.reduced.frequencies, engine.bdd, engine.seconds
        assert found is not None and chain is not None, "there is a frequency"
        moments = at_each_moment(bdd, *engine.both_sides(bdd), chain)
        levels = [level for level, event in enumerate(bdd.variables) if event and event not in chain.links]
        followed, laws = _probabilities(engine), engine.laws(bdd)

        def probabilities(name: str, values: FloatArray) -> tuple[FloatArray, FloatArray]:
            q, not_q = followed(name, values)
            often = [form.law({name: values}).at(seconds).frequency / found.in_si for form in found.forms]
            f = np.array([np.broadcast_to(each, values.shape) for each in often]).reshape(-1, len(values))
            return np.concatenate((q[levels], f)), np.concatenate((not_q[levels], -f))

        def derivatives(name: str, value: float) -> FloatArray:
            return np.concatenate((laws.slopes(name, value, seconds)[levels], found.slopes(name, value, seconds)))

        events = [engine.reduced.hidden.get(bdd.variables[level], bdd.variables[level]) for level in levels]
        at_moments = [nearest(moments[event]) for event in found.in_unit]
        rows = parameter_importance(
            self.model.free_parameters,
            probabilities,
            [*events, *found.in_unit],
            np.concatenate((found.factor * engine.slopes[levels], at_moments)),
            nearest(product(found.factor, engine.conditionals.top)),
            seconds,
            derivatives,
        )
        return replace(self._of_members(rows), of_unit=found.unit)

    @within_limits
    def to_reach(self, target: float) -> Targets:
        """What each event alone would need for the top's probability to be the target, the least change first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.importance.targets import to_reach

        self._no_frequency("what a target of the probability needs", "the importance")
        found = self._engine.conditionals
        return to_reach(target, found.top, self.events, found.q, found.with_event, found.without_event, found.slope)

    @within_limits
    def parameters_to_reach(self, target: float) -> ParameterTargets:
        """What each parameter alone would need for the top's probability to be the target, the least change first.

        Raises InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.importance.parameter_targets import parameters_to_reach
        from faulttree.quantification.batches import Batches

        self._no_frequency("what a target of the probability needs", "the importance")
        engine, followed = self._followed, _probabilities(self._followed)
        self._within_floats(engine)
        batches = Batches(engine.bdd)

        def top_at(name: str, values: FloatArray) -> FloatArray:
            p, _ = batches.probability(*followed(name, values))
            top: FloatArray = p[0]
            return top

        return parameters_to_reach(target, engine.conditionals.top, self.model.free_parameters, top_at, engine.seconds)

    def _exact_of(self, engine: TreeEngine, purpose: str) -> float:
        """The probability of the top at the moment of a frequency event. Raises LimitExceeded where it is not exact."""
        found = engine.probability
        if not found.is_exact:
            deadline.check()
            raise NodeBudgetExceeded(self.node_budget, self.node_budget, f"what {purpose} needs")
        return found.value

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
