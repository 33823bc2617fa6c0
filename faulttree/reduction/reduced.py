"""The reduced model: static gates over independent events, whatever the written model holds."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from faulttree.laws import Form

__all__ = ["ElementKind", "PlainFormula", "Reduced"]

ElementKind = Literal["gate", "basic event", "house event"]


@dataclass(frozen=True, slots=True)
class PlainFormula:
    """A connective over inputs, each a name or a formula nested inside.

    connective: a key of the model file, such as "or" or "atleast". low: k of `atleast`, the least of `cardinality`.
    high: the most of `cardinality`. An `inhibit` has its input, then its condition.
    """

    connective: str
    arguments: tuple[str | PlainFormula, ...]
    low: int = 0
    high: int = 0

    def names(self) -> Iterator[str]:
        """Every name that the formula mentions, nested ones too, as often as it is mentioned."""
        for argument in self.arguments:
            if isinstance(argument, str):
                yield argument
            else:
                yield from argument.names()


@dataclass(frozen=True, eq=False)
class Reduced:
    """Static gates over independent events: what every engine works on. Frozen, plain and picklable.

    gates: the formula of each. laws: by independent event, its failure law; None where the model gives none.
    houses: the state of each house event. roots: the model's top events.
    origin: by event that the reduction made, the written components that it fails. labels: of all elements that have
    one. seconds: the mission time; 0 where the model has none, and needs none.
    """

    gates: Mapping[str, PlainFormula]
    laws: Mapping[str, Form | None]
    houses: Mapping[str, bool]
    roots: tuple[str, ...]
    origin: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    seconds: float

    @functools.cached_property
    def kinds(self) -> Mapping[str, ElementKind]:
        """The kind of each element by name: gates first, then events, then house events."""
        kinds: dict[str, ElementKind] = dict.fromkeys(self.gates, "gate")
        kinds |= dict.fromkeys(self.laws, "basic event")
        return kinds | dict.fromkeys(self.houses, "house event")
