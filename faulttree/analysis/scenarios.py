"""Scenarios by the thousand: of the model, of a table, of a grid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass

from faulttree.analysis.probability import WithProbability
from faulttree.errors import InvalidRequestError
from faulttree.model.tree import Model, Scenario
from faulttree.what_if.grid import MOST_SCENARIOS, Grid, grid
from faulttree.what_if.scenario import States, checked_states
from faulttree.what_if.scenario_table import ScenarioTable

__all__ = ["WithScenarios", "as_states"]


@dataclass(frozen=True)
class WithScenarios(WithProbability):
    """A tree that can be asked about many scenarios."""

    def scenario_table(
        self, scenarios: Mapping[str, Scenario | States] | None = None, *, executor: Executor | None = None
    ) -> ScenarioTable:
        """The top's probability under each scenario, beside that of this tree, with ratio, difference and rank.

        scenarios: by name, those of a model, of `read_scenarios` or plain states, or a `grid`; None for the model's.
        They are worked out as `sweep` does, as one batch over one compiled diagram.
        Raises UnknownNameError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        states, labels = as_states(self.model, scenarios)
        return ScenarioTable(self.top, self.sweep(states, executor=executor), labels)

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
        if isinstance(candidates, str):
            raise InvalidRequestError(f"candidates are a list of names; give ['{candidates}']")
        chosen = self.events if candidates is None else tuple(candidates)
        checked_states(self.expansion.model, dict.fromkeys(chosen, state))
        return grid(chosen, order, state, most)


def as_states(
    model: Model, scenarios: Mapping[str, Scenario | States] | None
) -> tuple[Mapping[str, States], dict[str, str]]:
    """What each scenario sets, and the labels of those that have one. None: those of the model.

    Raises InvalidRequestError where there is none.
    """
    if isinstance(scenarios, Grid):
        return scenarios, {}
    given = model.scenarios if scenarios is None else scenarios
    if isinstance(given, Mapping) and not given:
        raise InvalidRequestError(
            "the model has no scenarios; give a table of them, or a grid"
            if scenarios is None
            else "there are no scenarios; give at least one"
        )
    if not isinstance(given, Mapping):
        return given, {}  # refused, in words, where scenarios are checked
    states = {name: each.states if isinstance(each, Scenario) else each for name, each in given.items()}
    labels = {name: each.label for name, each in given.items() if isinstance(each, Scenario) and each.label}
    return states, labels
