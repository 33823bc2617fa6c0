"""The elements of a model that a report names: their labels, the events of the tree, and which rest on judgement."""

from __future__ import annotations

from collections.abc import Iterable

from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.model.expressions import names_behind
from faulttree.report.findings.depth import JUDGEMENT

__all__ = ["events_of", "judged_of", "labels_of", "outermost"]


def labels_of(tree: FaultTree) -> dict[str, str]:
    """The labels of all elements that have one, by name; those of common-cause events are included."""
    model, expanded = tree.model, tree.expansion.model
    named = {**expanded.parameters, **expanded.basic_events, **expanded.house_events, **expanded.gates, **model.gates}
    return {name: element.label for name, element in named.items() if element.label}


def events_of(tree: FaultTree) -> tuple[str, ...]:
    """The basic events of the tree as the model writes them, in its order."""
    known = {*tree.events, *tree.gates}
    return tuple(event for event in tree.model.basic_events if event in known)


def judged_of(tree: FaultTree) -> tuple[str, ...]:
    """The basic events of the tree whose number, or a parameter that it is made from, is judgement."""

    def judged(event: str) -> bool:
        written = tree.model.basic_events[event]
        values = [value for _, value in written.quantities()]
        named = (tree.model.parameters[name] for name in names_behind(values, tree.model.parameters))
        return JUDGEMENT in written.source or any(JUDGEMENT in parameter.source for parameter in named)

    return tuple(filter(judged, events_of(tree)))


def outermost(model: Model, gates: Iterable[str]) -> tuple[str, ...]:
    """The gates that are no input of another of them."""
    gates = tuple(gates)
    inner = {name for gate in gates for name in model.gates[gate].names()}
    return tuple(gate for gate in gates if gate not in inner)
