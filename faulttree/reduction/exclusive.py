"""Exclusive groups as chains of independent events: "this member, given none of those before it".

A member becomes the AND of its own link of the chain and of the negations of the links before it. That is exact: see
`laws.exclusive`. What a what-if sets of a member changes the links: a true one breaks the chain, and of any other the
rest of the group shares what is left, each in its proportion.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from faulttree.errors import InvalidRequestError, MissingProbabilityError
from faulttree.laws import Alternatives, Form, Initiators, MemberForm, constant_form
from faulttree.model.exclusive import given_too_much
from faulttree.model.frequencies import given_wrongly
from faulttree.model.states import States
from faulttree.model.tree import Model
from faulttree.reduction.reduced import Chain, PlainFormula, Reduced

__all__ = ["Settled", "as_written", "at_most_one", "chains_of", "link_forms", "member_forms", "settled"]


FREQUENCIES = "frequency events"


def chains_of(model: Model, *, every_parameter: bool = False) -> tuple[Chain, ...]:
    """The exclusive groups of a model, its frequency events as the last of them where it has any.

    every_parameter: whether laws follow every parameter; see `reduced`.
    """
    taken = {*model.gates, *model.basic_events, *model.house_events}
    groups = [(name, group.events, group.is_exhaustive) for name, group in model.exclusive_groups.items()]
    frequent = tuple(name for name, event in model.basic_events.items() if event.frequency is not None)
    found = []
    for name, members, is_exhaustive in [*groups, *([(FREQUENCIES, frequent, True)] if frequent else [])]:
        links: list[str] = []
        forms: list[Form | None] = []
        for member in members:
            link = f"{member} ({name}, none before)"
            while link in taken:
                link += "'"
            taken.add(link)
            links.append(link)
            form: Form | None = None
            with suppress(MissingProbabilityError):
                form = model.law_form(member, every_parameter=every_parameter)
            forms.append(form)
        found.append(Chain(name, members, tuple(links), tuple(forms), is_exhaustive, members is frequent))
    return tuple(found)


def link_forms(chain: Chain, states: States | None = None) -> dict[str, Form | None]:
    """The law of each link. states: of a what-if. None for all where a member's is not known."""
    return dict(zip(chain.links, _forms(chain, states or {}, is_chained=True), strict=True))


def member_forms(chain: Chain, states: States | None = None) -> dict[str, Form | None]:
    """The law of each member, as `link_forms` gives those of the links."""
    return dict(zip(chain.members, _forms(chain, states or {}, is_chained=False), strict=True))


def _forms(chain: Chain, states: States, *, is_chained: bool) -> list[Form | None]:
    given = tuple(float(states[member]) if member in states else None for member in chain.members)
    if all(form is not None for form in chain.forms):
        parts = tuple(form for form in chain.forms if form is not None)
    elif all(each is not None for each in given):
        parts = tuple(constant_form(each) for each in given if each is not None)
    else:
        return [None] * len(chain.members)
    kind = Initiators if chain.are_frequencies else Alternatives
    alternatives = kind(chain.group, chain.is_exhaustive, given)
    return [MemberForm(alternatives, parts, place, is_chained) for place in range(len(parts))]


@dataclass(frozen=True, eq=False)
class Settled:
    """A what-if in terms of independent events.

    states: what it sets of gates, of other events and of links, which are true or false only. forms: by link, and by
    member of a group of which it sets anything, the law that it has then; None where that is not known.
    """

    states: States
    forms: Mapping[str, Form | None] = field(default_factory=dict)


def settled(reduced: Reduced, states: States) -> Settled:
    """What a what-if sets, members of exclusive groups by their links.

    A member that is true makes the others false. One that is false, or has another probability, leaves the rest to
    the others, which share it in the proportions that they have.
    Raises InvalidRequestError where the members of a group are given more than one truth.
    """
    touched = dict.fromkeys(chain.group for name in states if (chain := reduced.chain_of.get(name)) is not None)
    if not touched:
        return Settled(states)
    plain = {name: state for name, state in states.items() if name not in reduced.chain_of}
    forms: dict[str, Form | None] = {}
    for chain in reduced.chains:
        if chain.group in touched:
            if chain.are_frequencies:
                wrongs = [(wrong, fix) for _, wrong, fix in given_wrongly(chain.members, states)]
            else:
                found = given_too_much(chain.group, chain.members, chain.is_exhaustive, states)
                wrongs = [(wrong, "set one of them") for _, wrong in found]
            for wrong, fix in wrongs:
                raise InvalidRequestError(f"{wrong}; {fix}")
            plain |= _truths(chain, states)
            forms |= link_forms(chain, states) | member_forms(chain, states)
    return Settled(plain, forms)


def _truths(chain: Chain, states: States) -> dict[str, bool]:
    """The links that are certain."""
    true = next((place for place, member in enumerate(chain.members) if states.get(member) is True), None)
    if true is not None:
        return {**dict.fromkeys(chain.links[:true], False), chain.links[true]: True}
    return {link: False for link, member in chain.pairs if states.get(member) is False}


def as_written(reduced: Reduced, states: States) -> States:
    """What a what-if sets where members are events that nothing ties together: those beside a true one are false."""
    found = dict(states)
    for name, state in states.items():
        if state is True and name in reduced.chain_of:
            found |= {member: False for member in reduced.chain_of[name].members if member != name}
    return found


def at_most_one(members: Sequence[str]) -> PlainFormula:
    """That no two of some members are true."""
    return PlainFormula("not", (PlainFormula("atleast", tuple(members), 2),))
