"""Grids of scenarios: every single event true, every pair of events false, made one at a time as they are needed."""

from __future__ import annotations

import functools
import math
import operator
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar

from faulttree.errors import InvalidRequestError
from faulttree.model.states import States, checked_states, plain_state, states_text
from faulttree.what_if.scenarios import Scenarios

__all__ = ["GRIDS", "MOST_SCENARIOS", "Grid", "grid"]

MOST_SCENARIOS = 1_000_000
"""Scenarios that one grid may hold."""
GRIDS = {
    f"{word}-{str(state).lower()}": (order, state)
    for order, word in enumerate(("single", "pair", "triple"), start=1)
    for state in (True, False)
}
"""The grids that have a name: how many events each scenario sets, and to what."""
_WORDS = {1: "single candidate", 2: "pair", 3: "triple"}


@dataclass(frozen=True, eq=False)
class Grid(Scenarios):
    """Every set of `order` candidates, all set to the same state; as a mapping from the scenario's name to its states.

    Scenarios come in the order of the candidates, and are made as they are asked for. Each has a place, from 0.
    """

    candidates: tuple[str, ...]
    order: int
    state: bool

    def __len__(self) -> int:
        return math.comb(len(self.candidates), self.order)

    def __iter__(self) -> Iterator[str]:
        return map(states_text, self.block(range(len(self))))

    def __getitem__(self, name: str) -> States:
        return self.at(self._places[name])

    labels: ClassVar[Mapping[str, str]] = MappingProxyType({})  # type: ignore[misc]  # no scenario of a grid has one
    named_by_states = True

    @property
    def sets(self) -> Mapping[str, Collection[bool | float]]:
        """By name, the one state that the scenarios set."""
        return dict.fromkeys(self.candidates, (self.state,))

    def name_at(self, place: int) -> str:
        """The name of the scenario at a place: what it sets."""
        return states_text(self.at(place))

    def at(self, place: int) -> States:
        """The states that the scenario at a place sets."""
        return next(self._consecutive(range(place, place + 1)))

    def checked(self, names: Collection[str]) -> Grid:
        """The grid as it will be used. names: what can be set. Raises UnknownNameError."""
        checked_states(names, dict.fromkeys(self.candidates, self.state))
        return self

    def block(self, places: Sequence[int]) -> Iterator[States]:
        """The states that the scenarios at these places set."""
        return self._consecutive(places) if isinstance(places, range) and places.step == 1 else super().block(places)

    def setting(self, names: Collection[str]) -> list[frozenset[str]]:
        """By place, for each scenario which of these names it sets."""
        if frozenset(names).isdisjoint(self.candidates):
            return [frozenset()] * len(self)
        return super().setting(names)

    def _consecutive(self, places: range) -> Iterator[States]:
        if not places:
            return
        n, chosen = len(self.candidates), self._chosen(places.start)
        for _ in places:
            yield dict.fromkeys([self.candidates[index] for index in chosen], self.state)
            # The last index that can move does, and those after it follow close behind.
            moving = self.order - 1
            while moving >= 0 and chosen[moving] == n - self.order + moving:
                moving -= 1
            if moving < 0:
                return
            start = chosen[moving] + 1
            chosen[moving:] = range(start, start + self.order - moving)

    def _chosen(self, place: int) -> list[int]:
        """The candidates' indices of the scenario at a place, in lexicographic order of all combinations."""
        chosen, index = [], 0
        for left in range(self.order - 1, -1, -1):
            while (with_index := math.comb(len(self.candidates) - index - 1, left)) <= place:
                place -= with_index
                index += 1
            chosen.append(index)
            index += 1
        return chosen

    @functools.cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self)}


def grid(candidates: Collection[str], order: int, state: bool, most: int = MOST_SCENARIOS) -> Grid:
    """The grid of every set of `order` candidates true, or false. Raises InvalidRequestError where there is none.

    most: scenarios it may hold; how many it would is worked out before any is made.
    """
    if isinstance(candidates, str):
        raise InvalidRequestError(f"candidates are a list of names; give ['{candidates}']")
    if not isinstance(candidates, Iterable):
        raise InvalidRequestError(f"candidates are a list of names, such as ['valve'], not {candidates!r}")
    names = tuple(candidates)
    for name in names:
        if not isinstance(name, str):
            raise InvalidRequestError(f"a candidate is the name of an event or gate, not {name!r}")
    state = plain_state(state)
    if not isinstance(state, bool):
        raise InvalidRequestError(
            f"a grid sets its events True or False, not {state!r}; give scenarios to `scenario_table` for probabilities"
        )
    order = _whole(order, "events that each scenario of a grid sets", "1 or 2")
    most = _whole(most, "scenarios that a grid may hold", "1_000_000")
    word = _WORDS.get(order, f"set of {order:,}")
    if order < 1:
        raise InvalidRequestError(f"a grid sets at least 1 event in each scenario, not {order}")
    if twice := [name for name, times in Counter(names).items() if times > 1]:
        raise InvalidRequestError(f"the candidate '{twice[0]}' is named twice; name it once")
    if len(names) < order:
        raise InvalidRequestError(f"there is no {word} among {len(names):,} candidates; name at least {order:,}")
    if (size := math.comb(len(names), order)) > most:
        raise InvalidRequestError(
            f"every {word} of {len(names):,} candidates makes {size:,} scenarios, and a grid holds {most:,} at most; "
            "name fewer candidates (command line: --events), or set fewer events at a time"
        )
    return Grid(names, order, state)


def _whole(number: object, what: str, example: str) -> int:
    """A whole number. Raises InvalidRequestError."""
    try:
        if not isinstance(number, bool):
            return operator.index(number)  # type: ignore[arg-type]  # what is no number is refused below
    except TypeError:
        pass
    raise InvalidRequestError(f"the number of {what} is a whole one, such as {example}, not {number!r}")
