"""Models for formats that know no exclusive groups, copies and frequencies: gates over independent events, by name.

A frequency event becomes an event without a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from faulttree.errors import MissingProbabilityError
from faulttree.model.events import BasicEvent
from faulttree.model.gates import Gate
from faulttree.model.tree import Model
from faulttree.model.written import LONGEST_NAME

__all__ = ["chain_losses", "with_chains"]


def with_chains(model: Model) -> Model:
    """The model without copies, exclusive groups and frequencies: each copy has its name, what has copies is left out.

    A member is "its own link, and no link before it" of a chain of events. A link has the probability that its member
    is true, given that none before it is, at the mission time and the point values; the gates have the probabilities of
    the members, and no two are true together. The least probable comes first: so no link but the last, of whose
    absence nothing depends, is so near to 1 that one number loses digits of what is missing to 1.
    Source: see `laws.exclusive`.
    """
    model = _without_frequencies(_without_originals(model.in_full))
    if not model.exclusive_groups:
        return model
    gates, events = dict(model.gates), dict(model.basic_events)
    for name in model.exclusive_groups:
        links: list[str] = []
        for member, number in _link_probabilities(model, name):
            event = events.pop(member)
            link = f"{member[: LONGEST_NAME - 20]} or later"
            while link in gates or link in events or link in model.house_events:
                link += "'"
            marks = {key: getattr(event, key) for key in ("label", "description", "source", "attributes")}
            earlier: list[Any] = [{"not": each} for each in links]
            gates[member] = Gate.model_validate({"and": [link, *earlier], **marks})
            events[link] = BasicEvent.model_validate({} if number is None else {"probability": number})
            links.append(link)
    kept = {key: getattr(model, key) for key in type(model).model_fields}
    return Model.model_construct(None, **{**kept, "gates": gates, "basic_events": events, "exclusive_groups": {}})


def _without_originals(model: Model) -> Model:
    """The model without what has copies, where no top event needs it."""
    needed, waiting = set[str](), list(model.top)
    while waiting and model.copies:
        name = waiting.pop()
        if name not in needed:
            needed.add(name)
            waiting += model.gates[name].names() if name in model.gates else ()
    gone = model.copies.keys() - needed
    if not gone:
        return model
    kept = {key: getattr(model, key) for key in type(model).model_fields}
    for section in ("gates", "basic_events"):
        kept[section] = {name: element for name, element in kept[section].items() if name not in gone}
    for section in ("common_cause_groups", "exclusive_groups"):
        kept[section] = {name: group for name, group in kept[section].items() if gone.isdisjoint(group.events)}
    return Model.model_construct(None, **kept)


def _without_frequencies(model: Model) -> Model:
    """The model with events that have no number in place of frequency events."""
    frequent = [name for name, event in model.basic_events.items() if event.frequency is not None]
    if not frequent:
        return model
    nothing = {"frequency": None, "uncertainty": None}
    events = dict(model.basic_events)
    events |= {name: events[name].model_copy(update=nothing) for name in frequent}
    kept = {key: getattr(model, key) for key in type(model).model_fields}
    return Model.model_construct(None, **{**kept, "basic_events": events})


def chain_losses(model: Model) -> Iterator[str]:
    """The losses of `with_chains`, a sentence each: one for a group, one for a frequency event, one for all copies."""
    for name, event in model.basic_events.items():
        if event.frequency is not None:
            yield f"the frequency of basic event '{name}' is not carried: it has no number there"
    if bases := sorted({each.of for gate in model.gates.values() for each in gate.copies()}):
        yield f"copies are written one by one: of {', '.join(bases)}"
    if weighted := sorted(name for name, gate in model.gates.items() if gate.has_weights):
        yield f"votes whose inputs carry weights are written as gates without: in {', '.join(weighted)}"
    for name in model.exclusive_groups:
        yield (
            f"exclusive group '{name}' is written as a chain of independent events with their probabilities at the "
            "mission time: numbers and failure models of its events are not carried"
        )


def _link_probabilities(model: Model, name: str) -> list[tuple[str, float | None]]:
    """The members of a group in the order of their chain, and the probability of each link."""
    from faulttree.laws import Alternatives, chained

    group = model.exclusive_groups[name]
    seconds = model.mission_time.seconds if model.mission_time else 0.0
    try:
        laws = [(member, model.failure_model(member).at(seconds)) for member in group.events]
    except MissingProbabilityError:
        return [(member, None) for member in group.events]
    laws.sort(key=lambda each: float(each[1].unavailability))
    alternatives = Alternatives(name, group.is_exhaustive, (None,) * len(laws))
    states, none = alternatives.states([state for _, state in laws])
    return [(member, float(chained(states, none, place).unavailability)) for place, (member, _) in enumerate(laws)]
