"""Many scenarios over one compiled diagram: the top's probability under each."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError
from faulttree.model.tree import Model
from faulttree.quantification.batches import Batches
from faulttree.quantification.probability import FloatArray
from faulttree.results import Table
from faulttree.scale_out import run_chunks
from faulttree.what_if.scenario import checked_states, states_text

__all__ = ["Columns", "States", "Sweep", "checked_scenarios", "sweep"]

States = Mapping[str, bool | float]
TOGETHER = 2_048
"""Scenarios that are worked out as one batch."""


@dataclass(frozen=True, eq=False)
class Columns:
    """A diagram to be swept with one column per scenario. Frozen, and can be pickled.

    levels: of each event that a scenario may set. q, not_q: float64[n_levels], of every event and of its absence.
    """

    batches: Batches
    levels: Mapping[str, int]
    q: FloatArray
    not_q: FloatArray

    def probabilities(self, scenarios: Sequence[States]) -> FloatArray:
        """The top's probability under each scenario, float64[n]; exact. What has no level makes no difference."""
        q, not_q = (np.repeat(side[:, None], len(scenarios), axis=1) for side in (self.q, self.not_q))
        for column, states in enumerate(scenarios):
            for event, state in states.items():
                if event in self.levels:
                    q[self.levels[event], column] = float(state)
                    not_q[self.levels[event], column] = 1.0 - float(state)
        top: FloatArray = self.batches.probability_alone(q, not_q, threads=1)[0]
        return top


@dataclass(frozen=True, eq=False)
class Sweep(Table):
    """The top's probability under each scenario, in the order given.

    base: without any. probabilities: float64[n], exact. notes: what went other than planned.
    """

    base: float
    scenarios: Mapping[str, States]
    probabilities: FloatArray = field(repr=False)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.scenarios)

    def ranked(self) -> list[tuple[str, float]]:
        """The scenarios by falling probability, each with it; ties in the order given."""
        pairs = zip(self.scenarios, self.probabilities.tolist(), strict=True)
        return sorted(pairs, key=lambda pair: -pair[1])

    def records(self) -> list[dict[str, Any]]:
        """One mapping per scenario: what it sets, the top's probability, and that over the base's."""
        return [
            {"scenario": name, "sets": states_text(states), "probability": p, "ratio": self._ratio(p)}
            for (name, states), p in zip(self.scenarios.items(), self.probabilities.tolist(), strict=True)
        ]

    def _ratio(self, p: float) -> float:
        if self.base == 0.0:
            return math.nan if p == 0.0 else math.inf
        return p / self.base


def checked_scenarios(model: Model, scenarios: Mapping[str, States]) -> dict[str, dict[str, bool | float]]:
    """The scenarios as they will be worked out. Raises InvalidRequestError, UnknownNameError."""
    if not isinstance(scenarios, Mapping):
        raise InvalidRequestError(
            f"scenarios are given by name, each with what it sets, such as {{'no pump': {{'pump': True}}}}, "
            f"not as a {type(scenarios).__name__}"
        )
    for name, states in scenarios.items():
        if not isinstance(states, Mapping):
            raise InvalidRequestError(
                f"scenario {name!r} is {states!r}; give what it sets by event, such as {{'pump': True}}"
            )
    return {name: checked_states(model, states) for name, states in scenarios.items()}


@dataclass(frozen=True, eq=False)
class _Task:
    columns: Columns | None
    alone: Callable[[States], float]


def sweep(
    base: float,
    scenarios: Mapping[str, States],
    columns: Columns | None,
    alone: Callable[[States], float],
    is_column: Callable[[States], bool],
    executor: Executor | None = None,
) -> Sweep:
    """All scenarios, those that only set events as columns of one diagram, any other by itself.

    base: the probability without a scenario. columns: None when no scenario is one. alone: the probability under one
    scenario, for those that change the structure; can be pickled. is_column: whether a scenario only sets events.
    executor: see `scale_out`.
    """
    names = list(scenarios)
    fits = [columns is not None and is_column(states) for states in scenarios.values()]
    batched = [place for place, as_column in enumerate(fits) if as_column]
    single = [place for place, as_column in enumerate(fits) if not as_column]
    chunks = [tuple(batched[start : start + TOGETHER]) for start in range(0, len(batched), TOGETHER)]
    found = np.empty(len(names))

    def keep(chunk: tuple[tuple[int, ...], tuple[States, ...], bool], values: FloatArray) -> None:
        found[list(chunk[0])] = values

    work = [(places, tuple(scenarios[names[place]] for place in places), True) for places in chunks]
    work += [((place,), (scenarios[names[place]],), False) for place in single]
    notes = run_chunks(_worked_out, _Task(columns, alone), work, keep, executor)
    return Sweep(base, scenarios, found, notes)


def _worked_out(task: _Task, chunk: tuple[tuple[int, ...], tuple[States, ...], bool]) -> FloatArray:
    _, scenarios, as_columns = chunk
    if as_columns and task.columns is not None:
        return task.columns.probabilities(scenarios)
    return np.array([task.alone(states) for states in scenarios])
