"""A tree in which whatever many scenarios set, gates and house events too, is decided by events: one diagram for all.

A gate that some scenarios set gets two events of its own: `forced`, and `kept`, its function being
`forced or (kept and own function)`. As modelled forced is false and kept true; where a scenario sets the gate, kept is
false and forced has the state. An event that no state needs is left out: a gate that is only ever set true has none for
kept. A house event, and whatever a what-if has set already, is an event that is certain, or impossible, as it stands.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from faulttree.model.states import States
from faulttree.reduction.reduced import PlainFormula, Reduced

__all__ = ["Switch", "Switched", "switched"]


@dataclass(frozen=True, slots=True)
class Switch:
    """The events that decide about a gate; None for one that no state needs."""

    forced: str | None
    kept: str | None


@dataclass(frozen=True, eq=False)
class Switched:
    """Gates, events and what-if states that mean the same as the ones given, until a switch is used.

    switches: by gate. settled: as they stand, those events that are certain or impossible.
    """

    reduced: Reduced
    states: States
    switches: Mapping[str, Switch] = field(default_factory=dict)
    settled: Mapping[str, bool] = field(default_factory=dict)


def switched(
    reduced: Reduced, states: States, changed: Mapping[str, Collection[bool | float]], gates: bool = True
) -> Switched | None:
    """The tree with switches for what scenarios change; None where setting events of the tree as it is does as well.

    states: of a what-if. gates: whether of gates too.
    changed: by name, to which of true, false and 0.5 (any probability) the scenarios set it.
    """
    settled: dict[str, bool] = {}
    as_events: dict[str, bool | float] = {}
    switches: dict[str, Switch] = {}
    taken = set(reduced.kinds)
    new_gates = dict(reduced.gates)
    for name, set_to in changed.items():
        if name in states or name in reduced.houses:
            state = states[name] if name in states else reduced.houses[name]
            as_events[name] = float(state)
            if isinstance(state, bool):
                settled[name] = state
        elif gates and name in reduced.gates:
            switches[name] = _switch(name, set_to, taken, new_gates)
    if not as_events and not switches:
        return None
    for switch in switches.values():
        for event, state in ((switch.forced, False), (switch.kept, True)):
            if event is not None:
                as_events[event], settled[event] = float(state), state
    laws = {**reduced.laws, **dict.fromkeys(settled.keys() - reduced.kinds.keys())}
    return Switched(replace(reduced, gates=new_gates, laws=laws), {**states, **as_events}, switches, settled)


def _switch(name: str, set_to: Iterable[bool | float], taken: set[str], gates: dict[str, PlainFormula]) -> Switch:
    """The switch of a gate, put into `gates` with the gate's own function under a name of its own."""

    def named(what: str) -> str:
        number = len(taken)
        while (made := f"{what} {number}") in taken:
            number += 1
        taken.add(made)
        return made

    set_to = set(set_to)
    own = named("own function")
    switch = Switch(named("forced") if set_to != {False} else None, named("kept") if set_to != {True} else None)
    gates[own] = gates[name]
    kept: str | PlainFormula = own if switch.kept is None else PlainFormula("and", (switch.kept, own))
    gates[name] = PlainFormula("or", (kept,) if switch.forced is None else (switch.forced, kept))
    return switch
