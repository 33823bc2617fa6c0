"""A common-cause group with more independent events than can be listed, as a chain over its members.

Which of the members have failed has the same probability as any other choice of as many. So the members can be gone
through one by one: each has failed with a probability that depends on how many of those before it have, and on nothing
else. A group of n becomes n (n + 1) / 2 independent events, "this member has failed, given that j of the i before it
have", and gates that count; what they make of the members is exact. See `laws.alike` for the probabilities.
The events and the counting gates are no causes: they stay hidden, and a member is a gate, as in any group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faulttree.laws import Form, NextFailedForm
from faulttree.reduction.reduced import PlainFormula

__all__ = ["ChainedGroup", "as_written", "chained_group"]


@dataclass(frozen=True, eq=False)
class ChainedGroup:
    """forms: law of each hidden event. gates: of the members and the hidden ones.

    hidden: names of hidden events and gates, each with the member that it is about.
    """

    forms: Mapping[str, Form]
    gates: Mapping[str, PlainFormula]
    hidden: Mapping[str, str]


def chained_group(
    group: str, members: Sequence[str], causes: tuple[tuple[Form, ...], ...], taken: set[str]
) -> ChainedGroup:
    """A group as a chain. causes: for each k, the laws of causes that fail one given set of k members.

    taken: names that others have; the chain's are put there, too.
    """
    forms: dict[str, Form] = {}
    gates: dict[str, PlainFormula] = {}
    hidden: dict[str, str] = {}

    def named(name: str, member: str) -> str:
        while name in taken:
            name += f" ({group})"
        taken.add(name)
        hidden[name] = member
        return name

    # By j, the gate "j of the members so far have failed"; none has a gate while there is no member.
    counts: list[str] = []
    for before, member in enumerate(members):
        given = [named(f"{member} given {down} of {before} before it", member) for down in range(before + 1)]
        for down, event in enumerate(given):
            forms[event] = NextFailedForm(causes, before - down, down)
        ways = [PlainFormula("and", (count, event)) for count, event in zip(counts, given, strict=False)]
        # What a what-if sets is the member; the others go by what the causes made of it.
        own = named(f"{member} by its causes", member)
        gates[own] = PlainFormula("or", tuple(ways) or (given[0],))
        gates[member] = PlainFormula("or", (own,))
        if before == len(members) - 1:
            break
        now = [named(f"{down} of {before + 1} failed, up to {member}", member) for down in range(before + 2)]
        for down, count in enumerate(now):
            stayed: list[str | PlainFormula] = []
            if down <= before:
                stays = PlainFormula("not", (given[down],))
                stayed.append(PlainFormula("and", (counts[down], stays)) if counts else stays)
            if down > 0:
                stayed.append(ways[down - 1] if ways else given[0])
            gates[count] = PlainFormula("or", tuple(stayed))
        counts = now
    return ChainedGroup(forms, gates, hidden)


def as_written(formula: PlainFormula) -> dict[str, Any]:
    """A formula of a chain in the shape of a model file."""
    inputs = [each if isinstance(each, str) else as_written(each) for each in formula.arguments]
    return {formula.connective: inputs[0] if formula.connective == "not" else inputs}
