"""Scenarios as they are worked out, from a file to the table of results: by name and by place, what each sets."""

from __future__ import annotations

import functools
from abc import abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from faulttree.errors import InvalidRequestError
from faulttree.model.states import States, checked_states
from faulttree.model.tree import Scenario

__all__ = ["Listed", "Scenarios", "checked_scenarios"]


class Scenarios(Mapping[str, States]):
    """Scenarios by name, each with the states that it sets. Each has a place, from 0. Frozen and picklable.

    labels: of the scenarios that have one, by name. named_by_states: whether a name says all that its scenario sets.
    """

    labels: Mapping[str, str]
    named_by_states: ClassVar[bool] = False

    @property
    @abstractmethod
    def sets(self) -> Mapping[str, Collection[bool | float]]:
        """By name, the states that scenarios set: true, false, or 0.5 for any probability."""

    @abstractmethod
    def name_at(self, place: int) -> str:
        """The name of the scenario at a place."""

    @abstractmethod
    def at(self, place: int) -> States:
        """The states that the scenario at a place sets."""

    @abstractmethod
    def checked(self, names: Collection[str]) -> Scenarios:
        """The scenarios as they will be used. names: what can be set. Raises UnknownNameError, InvalidRequestError."""

    def block(self, places: Sequence[int]) -> Iterator[States]:
        """The states that the scenarios at these places set."""
        return map(self.at, places)

    def setting(self, names: Collection[str]) -> list[frozenset[str]]:
        """By place, for each scenario which of these names it sets."""
        chosen = frozenset(names)
        return [chosen.intersection(states) for states in self.block(range(len(self)))]


@dataclass(frozen=True, eq=False)
class Listed(Scenarios):
    """Scenarios that were given one by one.

    names, each: of every scenario its name, and what it sets.
    """

    names: tuple[str, ...]
    each: tuple[States, ...]
    labels: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.names)

    def __iter__(self) -> Iterator[str]:
        return iter(self.names)

    def __getitem__(self, name: str) -> States:
        return self.each[self._places[name]]

    def name_at(self, place: int) -> str:
        """The name of the scenario at a place."""
        return self.names[place]

    def at(self, place: int) -> States:
        """The states that the scenario at a place sets."""
        return self.each[place]

    def checked(self, names: Collection[str]) -> Listed:
        """The scenarios as they will be used. names: what can be set. Raises UnknownNameError, InvalidRequestError."""
        return Listed(self.names, tuple(checked_states(names, states) for states in self.each), self.labels)

    @functools.cached_property
    def sets(self) -> Mapping[str, Collection[bool | float]]:
        """By name, the states that scenarios set: true, false, or 0.5 for any probability."""
        found: dict[str, set[bool | float]] = {}
        for states in self.each:
            for name, state in states.items():
                found.setdefault(name, set()).add(state if isinstance(state, bool) else 0.5)
        return found

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.names)}


def checked_scenarios(names: Collection[str], given: Mapping[str, Scenario | States]) -> Scenarios:
    """Scenarios as they will be worked out, from plain states, from a model or a file, or from a grid.

    names: what can be set. Raises InvalidRequestError, UnknownNameError.
    """
    if isinstance(given, Scenarios):
        return given.checked(names)
    if not isinstance(given, Mapping):
        raise InvalidRequestError(
            f"scenarios are given by name, each with what it sets, such as {{'no pump': {{'pump': True}}}}, "
            f"not as a {type(given).__name__}"
        )
    each: list[States] = []
    for name, scenario in given.items():
        states = scenario.states if isinstance(scenario, Scenario) else scenario
        if not isinstance(name, str):
            raise InvalidRequestError(f"a scenario's name is a text, not {name!r}; write '{name}'")
        if not isinstance(states, Mapping):
            raise InvalidRequestError(
                f"scenario {name!r} is {states!r}; give what it sets by event, such as {{'pump': True}}"
            )
        each.append(states)
    labels = {name: each.label for name, each in given.items() if isinstance(each, Scenario) and each.label}
    return Listed(tuple(given), tuple(each), labels).checked(names)
