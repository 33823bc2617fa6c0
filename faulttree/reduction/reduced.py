"""The reduced model: static gates over independent events, whatever the written model holds."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class Chain:
    """An exclusive group: its members, and the independent events that decide which of them is true, one after another.

    links: of each member the event "this one, given none before it". forms: the law of each member as it is written;
    None where the model gives none. is_exhaustive: whether one of the members is certainly true.
    are_frequencies: whether these are the frequency events: at the moment of one, it is that one.
    """

    group: str
    members: tuple[str, ...]
    links: tuple[str, ...]
    forms: tuple[Form | None, ...]
    is_exhaustive: bool
    are_frequencies: bool = False

    @property
    def pairs(self) -> Iterator[tuple[str, str]]:
        """Each link with its member."""
        return zip(self.links, self.members, strict=True)

    def formula(self, member: str) -> PlainFormula:
        """A member in terms of the links: its own, and none before it."""
        place = self.members.index(member)
        return PlainFormula("and", (self.links[place], *(PlainFormula("not", (link,)) for link in self.links[:place])))


@dataclass(frozen=True, eq=False)
class Reduced:
    """Static gates over independent events: what every engine works on. Frozen, plain and picklable.

    gates: the formula of each. laws: by independent event, its failure law; None where the model gives none.
    houses: the state of each house event. roots: the model's top events.
    origin: by event that the reduction made, the written components that it fails. labels: of all elements that have
    one. seconds: the mission time; 0 where the model has none, and needs none.
    hidden: gates and events that are no part of the model, but of how a large common-cause group is worked out, each
    with the component that it is about.
    chains: the exclusive groups, of which the members are gates here and the links events. The frequency events are
    one, so that the tree is that at the moment of one of them: its probability times the sum of their frequencies is
    the frequency of the top event.
    """

    gates: Mapping[str, PlainFormula]
    laws: Mapping[str, Form | None]
    houses: Mapping[str, bool]
    roots: tuple[str, ...]
    origin: Mapping[str, tuple[str, ...]]
    labels: Mapping[str, str]
    seconds: float
    chains: tuple[Chain, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)

    @functools.cached_property
    def kinds(self) -> Mapping[str, ElementKind]:
        """The kind of each element by name: gates first, events, house events. Links and hidden ones are none."""
        kinds: dict[str, ElementKind] = dict.fromkeys(self.gates, "gate")
        kinds |= dict.fromkeys(self.laws, "basic event")
        kinds |= dict.fromkeys(self.chain_of, "basic event")
        kinds |= dict.fromkeys(self.houses, "house event")
        for name in (*self.member_of, *self.hidden):
            del kinds[name]
        return kinds

    @functools.cached_property
    def chain_of(self) -> Mapping[str, Chain]:
        """The chain of each member of an exclusive group."""
        return {member: chain for chain in self.chains for member in chain.members}

    @property
    def frequencies(self) -> Chain | None:
        """The chain of the frequency events; None where there are none."""
        return next((chain for chain in self.chains if chain.are_frequencies), None)

    @functools.cached_property
    def member_of(self) -> Mapping[str, str]:
        """The member of each link of a chain."""
        return {link: member for chain in self.chains for link, member in chain.pairs}
