"""The probability of every event, how it was obtained, and its source."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.findings.elements import events_of, judged_of
from faulttree.report.section import Edition, Section
from faulttree.report.wording import obtained_text, sources_text

__all__ = ["SECTION", "Facts", "House", "Number"]


@dataclass(frozen=True)
class Number:
    """The number of a basic event.

    label: empty for none. kind: `basic`, `undeveloped` or `conditioning`. q: its probability, None where none is
    given. judged: whether it is judgement. obtained: its law, distribution and basis. source: keys, commas between.
    """

    event: str
    label: str
    kind: str
    q: float | None
    judged: bool
    obtained: str
    source: str


@dataclass(frozen=True)
class House:
    """A house event: label and description are empty for none, source is the keys with commas between."""

    event: str
    label: str
    state: bool
    description: str
    source: str


@dataclass(frozen=True)
class Facts:
    """numbers: of the basic events of the tree, in the order of the model. houses: all house events of the model."""

    numbers: tuple[Number, ...]
    houses: tuple[House, ...]


def facts_of(found: Findings, _: Edition) -> Facts:
    """The numbers that went into the analysis."""
    tree = found.tree
    model, judged, gates = tree.model, {*judged_of(tree)}, found.gate_probabilities or {}
    numbers = []
    for event in events_of(tree):
        written = model.basic_events[event]
        # A member of a common-cause group stands in the tree as a gate.
        q = gates.get(event, tree.probability_of(event))
        obtained, source = obtained_text(model, written), sources_text(model, written)
        numbers.append(Number(event, written.label or "", written.kind, q, event in judged, obtained, source))
    houses = (
        House(event, house.label or "", house.state, house.description or "", ", ".join(house.source))
        for event, house in model.house_events.items()
    )
    return Facts(tuple(numbers), tuple(houses))


SECTION = Section("numbers", "Where the numbers come from", facts_of, __name__)
