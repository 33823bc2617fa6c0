"""Scenarios by the thousand: of the model, of a table, of a grid."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from faulttree import deadline
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.engine.compiled import Compiled
from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import (
    FrequencyError,
    InvalidRequestError,
    LimitExceeded,
    MissingProbabilityError,
    NodeBudgetExceeded,
)
from faulttree.facade.probability import WithProbability
from faulttree.facade.subject import Subject, within_limits
from faulttree.model.copies import to_all_copies
from faulttree.model.states import States
from faulttree.model.tree import Scenario
from faulttree.quantification.probability import Probability
from faulttree.results import counted
from faulttree.what_if.grid import MOST_SCENARIOS
from faulttree.wide_arrays import is_wide
from faulttree.wide_floats import nearest

if TYPE_CHECKING:
    from faulttree.quantification.frequency import Frequency
    from faulttree.reduction.switches import Switched
    from faulttree.what_if.grid import Grid
    from faulttree.what_if.scenario_table import ScenarioTable
    from faulttree.what_if.scenarios import Scenarios
    from faulttree.what_if.sweep import Alone, Columns, Sweep

__all__ = ["WithScenarios", "scenarios_of"]

LEAST_NODES, NODES_PER_SCENARIO = 20_000, 200
"""Nodes of a diagram in which gates can be set: at least, and at most for each scenario that sets one."""
BASE_SHARE, DIAGRAM_SHARE = 0.3, 0.5
"""Shares of the remaining time for the probability without a scenario, and for a diagram of all scenarios."""
ROWS_PER_GROUP = 60_000_000
"""Rows times columns that take as long as making a diagram for the scenarios that set the same gates."""


@dataclass(frozen=True)
class WithScenarios(WithProbability):
    """A tree that can be asked about many scenarios."""

    @within_limits
    def sweep(self, scenarios: Mapping[str, States], *, executor: Executor | None = None) -> Sweep:
        """The top's exact probability under many scenarios, by name what each sets, over one compiled diagram.

        Where frequency events bring the top about, its frequency. A scenario costs one column of a batch. Where setting
        gates makes the diagram too large, those that set the same gates have a diagram of their own, and a note tells.
        A probability above 0 and below 2.2e-308 is nan, and a note says that `what_if` gives it. executor: any of
        `concurrent.futures`, or a cluster's.
        Raises UnknownNameError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.what_if.scenarios import checked_scenarios
        from faulttree.what_if.sweep import BELOW_FLOATS

        checked = _of_copies(self, checked_scenarios(self._reduced.kinds, scenarios))
        exact = self._exactly("a sweep")
        self._engine.both_sides(self._engine.bdd)  # without a diagram, or a probability, there is no exact sweep
        found = self._swept(checked, exact, True, executor)
        for place in (place for place, why in found.lacking.items() if why != BELOW_FLOATS):
            self.what_if(found.item(place)[1])._exactly("a sweep")  # raises the error that says what is missing
        return found

    @within_limits
    def scenario_table(
        self, scenarios: Mapping[str, Scenario | States] | None = None, *, executor: Executor | None = None
    ) -> ScenarioTable:
        """The top's probability under each scenario, beside that of this tree, with ratio, difference and rank.

        Where frequency events bring the top about, its frequency; a scenario under which it has none has no number, and
        a note says why. scenarios: by name, those of a model, of `read_scenarios` or plain states, or a `grid`; None
        for the model's.
        They are worked out as `sweep` does. Where no exact answer fits the limits, a scenario has an interval that
        certainly holds its probability; where it needs a probability that is not known, it has none, and a note says
        why. Raises UnknownNameError, InvalidRequestError.
        """
        from faulttree.what_if.scenario_table import ScenarioTable

        checked = scenarios_of(self, scenarios)
        try:
            with deadline.part(BASE_SHARE):
                base: Probability | Frequency | None = self.answer()
        except MissingProbabilityError:
            base = None
        return ScenarioTable(self.top, self._swept(checked, base, False, executor))

    def grid(
        self,
        order: int = 1,
        state: bool = True,
        *,
        candidates: Collection[str] | None = None,
        most: int = MOST_SCENARIOS,
    ) -> Grid:
        """Every set of `order` candidates true, or false: scenarios for `sweep` and `scenario_table`, made lazily.

        candidates: events or gates; None for all events below the top. most: scenarios it may hold.
        Raises InvalidRequestError, UnknownNameError.
        """
        from faulttree.what_if.grid import grid

        made = grid(self.events if candidates is None else candidates, order, state, most)
        return made.checked(self._reduced.kinds)

    def _exactly(self, purpose: str) -> Probability | Frequency:
        """The probability or frequency, exact. Raises LimitExceeded where it is not."""
        found = self.answer()
        if not found.is_exact:
            deadline.check()
            raise NodeBudgetExceeded(self.node_budget, self.node_budget, f"what {purpose} needs")
        return found

    @property
    def _factor(self) -> float:
        """By which the probability of the diagram is multiplied: the sum of frequencies where the top has one, or 1."""
        found = self._engine.frequencies if self.has_frequency else None
        return 1.0 if found is None else found.factor

    def _swept(
        self, scenarios: Scenarios, base: Probability | Frequency | None, exactly: bool, executor: Executor | None
    ) -> Sweep:
        from faulttree.what_if.sweep import sweep

        with deadline.part(DIAGRAM_SHARE):
            columns, apart, note = self._columns(scenarios)
        found_here = self._engine.frequencies if self.has_frequency else None
        unit = "" if found_here is None else found_here.unit
        columns = None if columns is None else replace(columns, factor=self._factor)
        alone = _Alone(replace(self, progress=None), apart, exactly, unit)
        found = sweep(base, scenarios, columns, alone, apart, executor, self.progress, every=exactly, unit=unit)
        return replace(found, notes=(*([note] if note else []), *found.notes))

    def _columns(self, scenarios: Scenarios) -> tuple[Columns | None, frozenset[str], str]:
        """A diagram of which scenarios are columns, unless they set any of the names given; and what to note."""
        from faulttree.reduction.switches import switched

        reduced, engine, changed = self._reduced, self._engine, scenarios.sets
        members = frozenset(changed.keys() & (reduced.chain_of.keys() | self._frequent_gates))
        changed = {name: set_to for name, set_to in changed.items() if name not in members}
        gates = frozenset(name for name in changed if name in reduced.gates and name not in self.states)
        try:
            bdd = engine.bdd
        except LimitExceeded:
            return None, frozenset(), "every scenario was analysed by itself: no diagram of the tree fits the limits"
        apart = members
        for switch_gates in (True, False) if gates else (False,):
            if not switch_gates:
                apart = members | gates
            tree = switched(reduced, engine.settled_states, changed, switch_gates)
            columns = _columns(engine, bdd) if tree is None else self._switched_columns(tree, scenarios)
            if columns is not None:
                return columns, apart, _about(scenarios, apart - members)
        apart = members | gates | (changed.keys() & (self.states.keys() | reduced.houses.keys()))
        return _columns(engine, bdd), apart, _about(scenarios, apart - members)

    def _switched_columns(self, tree: Switched, scenarios: Scenarios) -> Columns | None:
        """Columns of a diagram with switches; None where it does not fit, or takes longer than one for each group."""
        limits = self._engine.limits
        using = [each for each in scenarios.setting(tree.switches.keys() | tree.settled.keys()) if each]
        worth = min(NODES_PER_SCENARIO * len(using), ROWS_PER_GROUP * len(set(using)) // max(1, len(using)))
        nodes = max(LEAST_NODES, 2 * self._engine.bdd.size, worth)
        limits = replace(limits, nodes=min(limits.nodes, nodes), exact=False)
        compiled = Compiled(tree.reduced, self.top, tree.states, limits, self.progress)
        own = {name: state for name, state in self.states.items() if name in self._reduced.chain_of}
        engine = replace(self._engine, states={**tree.states, **own})
        try:
            return replace(_columns(engine, compiled.bdd), switches=tree.switches, settled=tree.settled)
        except LimitExceeded:
            return None


def _columns(engine: TreeEngine, bdd: Bdd) -> Columns:
    from faulttree.quantification.batches import Batches
    from faulttree.what_if.sweep import Columns

    used = bdd.levels_in_use()
    q, not_q, unknown = np.zeros(len(bdd.variables)), np.ones(len(bdd.variables)), []
    for level in sorted(used):
        p, not_p = engine.sides_of(bdd.variables[level])
        if p is None or not_p is None:
            unknown.append(bdd.variables[level])
        else:
            q[level], not_q[level] = p, not_p
    levels = {event: level for level, event in enumerate(bdd.variables) if level in used}
    return Columns(Batches(bdd), levels, q, not_q, tuple(unknown))


def _about(scenarios: Scenarios, apart: frozenset[str]) -> str:
    """What to note of scenarios that are no columns; nothing where there are none."""
    if not apart:
        return ""
    using = [each for each in scenarios.setting(apart) if each]
    return (
        f"{counted(len(using), 'scenario')} that set gates or house events were worked out apart, in "
        f"{counted(len(set(using)), 'group')} that set the same: one diagram in which all can be set is too large"
    )


@dataclass(frozen=True)
class _Alone:
    """What is known of a tree's probability under scenarios that are no columns of its diagram. Can be pickled.

    apart: what keeps them from being columns. exactly: whether to raise what stands against an exact answer.
    """

    tree: WithScenarios
    apart: frozenset[str]
    exactly: bool
    unit: str = ""

    def __call__(self, scenarios: Sequence[States]) -> list[Alone]:
        """scenarios: several only where they set the same ones of `apart`."""
        from faulttree.what_if.scenarios import Listed
        from faulttree.what_if.sweep import Alone

        if len(scenarios) > 1:
            if not self.apart.isdisjoint({*self.tree._reduced.chain_of, *self.tree._frequent_gates}):
                # Each changes the rest of its group, or what has a frequency.
                return [self._by_itself(states) for states in scenarios]
            # What all of them set is an event of a tree of their own.
            tree = self.tree.what_if(dict.fromkeys(self.apart.intersection(scenarios[0]), 0.5))
            columns, apart, _ = tree._columns(Listed(tuple(map(str, range(len(scenarios)))), tuple(scenarios)))
            if columns is not None and not apart:
                found, why = replace(columns, factor=self.tree._factor).probabilities(scenarios)
                return [Alone(p, p, why.get(place, "")) for place, p in enumerate(found.tolist())]
        return [self._by_itself(states) for states in scenarios]

    def _by_itself(self, states: States) -> Alone:
        from faulttree.what_if.sweep import BELOW_FLOATS, Alone

        tree = self.tree.what_if(states)
        try:
            found = tree._exactly("a sweep") if self.exactly else tree.answer()
        except (MissingProbabilityError, LimitExceeded, InvalidRequestError, FrequencyError) as error:
            if self.exactly:
                raise
            return Alone(math.nan, math.nan, str(error))
        if found.unit != self.unit:
            if self.exactly:
                tree.frequency()  # raises the error that says why there is none
            why = (
                f"the top event has a {found.quantity} under it, as no other; a what-if of the scenario alone gives it"
            )
            return Alone(math.nan, math.nan, why)
        return (
            Alone(math.nan, math.nan, BELOW_FLOATS)
            if is_wide(found.upper)
            else Alone(nearest(found.lower), found.upper)
        )


NO_FREQUENCY = (
    "a frequency event is set true, so that the top event has a probability, and no frequency; ask for a what-if"
)


def scenarios_of(tree: Subject, given: Mapping[str, Scenario | States] | None) -> Scenarios:
    """Scenarios as they will be worked out; None for those of the model.

    Raises UnknownNameError, InvalidRequestError, also where there is none.
    """
    from faulttree.what_if.scenarios import checked_scenarios

    named = tree.model.scenarios if given is None else given
    if isinstance(named, Mapping) and not named:
        raise InvalidRequestError(
            "the model has no scenarios; give a table of them, or a grid"
            if given is None
            else "there are no scenarios; give at least one"
        )
    return _of_copies(tree, checked_scenarios(tree._reduced.kinds, named))


def _of_copies(tree: Subject, checked: Scenarios) -> Scenarios:
    """The scenarios, what they set of something that has copies set in all of these."""
    from faulttree.what_if.grid import Grid
    from faulttree.what_if.scenarios import Listed

    copies = tree.model.copies
    if copies.keys().isdisjoint(checked.sets):
        return checked
    if isinstance(checked, Grid):
        tree._no_originals(checked.sets)
    names, states = zip(*checked.items(), strict=True)
    return Listed(names, tuple(to_all_copies(each, copies) for each in states), checked.labels)
