"""Many scenarios over one compiled diagram: the top's probability under each."""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
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
from faulttree.what_if.grid import Grid
from faulttree.what_if.scenario import States, checked_states, states_text

__all__ = ["Columns", "States", "Sweep", "checked_scenarios", "sweep"]

TOGETHER, FEWEST = 2_048, 128
"""Scenarios that are worked out as one batch: at most, and however many events there are."""
MEMORY = 2**26
"""Bytes of one batch's probabilities."""
NEARLY_CERTAIN = 1.0 - 1e-9


@dataclass(frozen=True, eq=False)
class Columns:
    """A diagram to be swept with one column per scenario. Frozen, and can be pickled.

    levels: of each event that a scenario may set. q, not_q: float64[n_levels], of every event and of its absence.
    """

    batches: Batches
    levels: Mapping[str, int]
    q: FloatArray
    not_q: FloatArray

    @property
    def together(self) -> int:
        """Scenarios that are best worked out as one batch."""
        return max(FEWEST, min(TOGETHER, MEMORY // (16 * max(1, len(self.q)))))

    def probabilities(self, scenarios: Iterable[States]) -> FloatArray:
        """The top's probability under each scenario, float64[n]; exact. What has no level makes no difference."""
        rows: list[int] = []
        columns: list[int] = []
        set_to: list[float] = []
        n = 0
        for column, states in enumerate(scenarios):
            n += 1
            for event, state in states.items():
                level = self.levels.get(event)
                if level is not None:
                    rows.append(level)
                    columns.append(column)
                    set_to.append(state)
        q, not_q = (np.repeat(side[:, None], n, axis=1) for side in (self.q, self.not_q))
        values = np.array(set_to, np.float64)
        q[rows, columns] = values
        not_q[rows, columns] = 1.0 - values
        top: FloatArray = self.batches.probability_alone(q, not_q, threads=1)[0]
        # Next to 1 the complement has the digits: of a top event that is certain it is 0, and this is 1.
        near = np.flatnonzero(top > NEARLY_CERTAIN)
        if len(near):
            top[near] = 1.0 - self.batches.probability(q[:, near], not_q[:, near], threads=1)[1][0]
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

    def ranked(self, most: int | None = None) -> list[tuple[str, float]]:
        """The scenarios by falling probability, at most so many, each with it; ties in the order given."""
        places = np.argsort(-self.probabilities, kind="stable")[:most].tolist()
        return [(self.item(place)[0], float(self.probabilities[place])) for place in places]

    def item(self, place: int) -> tuple[str, States]:
        """The name of the scenario at a place of the order given, from 0, and what it sets."""
        if isinstance(self.scenarios, Grid):
            states = self.scenarios.at(place)
            return states_text(states), states
        return self._items[place]

    def records(self) -> list[dict[str, Any]]:
        """One mapping per scenario: what it sets, the top's probability, and that over the base's."""
        return [self._record(*each) for each in zip(self.scenarios.items(), self.probabilities.tolist(), strict=True)]

    def _record(self, scenario: tuple[str, States], p: float) -> dict[str, Any]:
        name, states = scenario
        return {"scenario": name, "sets": states_text(states), "probability": p, "ratio": self.ratio(p)}

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The records of the first scenarios; no others are made."""
        items = itertools.islice(self.scenarios.items(), most)
        return [self._record(*each) for each in zip(items, self.probabilities[:most].tolist(), strict=True)], len(self)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), self.notes

    def ratio(self, p: float) -> float:
        """A probability over the base's; inf over zero, nan when both are zero."""
        if self.base == 0.0:
            return math.nan if p == 0.0 else math.inf
        return p / self.base

    @functools.cached_property
    def _items(self) -> tuple[tuple[str, States], ...]:
        return tuple(self.scenarios.items())


def checked_scenarios(model: Model, scenarios: Mapping[str, States]) -> Mapping[str, States]:
    """The scenarios as they will be worked out. Raises InvalidRequestError, UnknownNameError."""
    if isinstance(scenarios, Grid):
        checked_states(model, dict.fromkeys(scenarios.candidates, scenarios.state))
        return scenarios
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


_Chunk = tuple[Sequence[int], bool]
"""Places of scenarios, and whether these are columns of the diagram."""


@dataclass(frozen=True, eq=False)
class _Task:
    columns: Columns | None
    alone: Callable[[States], float]
    scenarios: Grid | tuple[States, ...]


def sweep(
    base: float,
    scenarios: Mapping[str, States],
    columns: Columns | None,
    alone: Callable[[States], float],
    is_column: Callable[[Iterable[str]], bool],
    executor: Executor | None = None,
) -> Sweep:
    """All scenarios, those that only set events as columns of one diagram, any other by itself.

    base: the probability without a scenario. columns: None when no scenario is one. alone: the probability under one
    scenario, for those that change the structure; can be pickled. is_column: whether a scenario only sets events, by
    the names it sets. executor: see `scale_out`.
    """
    n = len(scenarios)
    given = scenarios if isinstance(scenarios, Grid) else tuple(scenarios.values())
    batched: Sequence[int] = ()
    if columns is not None:
        batched = range(n)
        if not (isinstance(given, Grid) and is_column(given.candidates)):
            batched = [place for place, states in enumerate(_states_at(given, batched)) if is_column(states)]
    together = columns.together if columns is not None else TOGETHER
    alone_places = range(n) if not batched else sorted(set(range(n)).difference(batched)) if len(batched) < n else ()
    work: list[_Chunk] = [(batched[start : start + together], True) for start in range(0, len(batched), together)]
    work += [((place,), False) for place in alone_places]
    found = np.empty(n)

    def keep(chunk: _Chunk, values: FloatArray) -> None:
        found[list(chunk[0])] = values

    notes = run_chunks(_worked_out, _Task(columns, alone, given), work, keep, executor)
    return Sweep(base, scenarios, found, notes)


def _states_at(scenarios: Grid | tuple[States, ...], places: Sequence[int]) -> Iterable[States]:
    if isinstance(scenarios, Grid):
        return scenarios.block(places) if isinstance(places, range) else map(scenarios.at, places)
    return (scenarios[place] for place in places)


def _worked_out(task: _Task, chunk: _Chunk) -> FloatArray:
    places, as_columns = chunk
    chosen = _states_at(task.scenarios, places)
    if as_columns and task.columns is not None:
        return task.columns.probabilities(chosen)
    return np.array([task.alone(states) for states in chosen])
