"""The tree as a page to explore: what the page must know to work everything out by itself."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import LimitExceeded, NodeBudgetExceeded
from faulttree.facade.subject import Subject
from faulttree.model.tree import Model
from faulttree.reduction.reduced import Chain

if TYPE_CHECKING:
    from faulttree.decision_diagrams._kernels import IntArray
    from faulttree.explorer.page import Explorer
    from faulttree.render.vertices import Vertex

__all__ = ["WithExplorer"]

MOST_NODES_OF_GATES = 300_000
"""Nodes of a diagram of all gates that a page gets; where it takes more, the page gets the top event's alone."""
MOST_NODES, MOST_SET_NODES = 2_000_000, 300_000
"""Nodes that a page gets of the top event's diagram, and of that of its cut sets."""


@dataclass(frozen=True)
class WithExplorer(Subject):
    """A tree that can be explored in a page."""

    def explorer(self) -> Explorer:
        """One page without a network: events set and observed by a click, and everything follows at once.

        The page has the tree as the model has it, and starts with what this tree's what-if has set. A component of a
        common-cause group is an OR gate there, of the independent events that fail it. Where these are too many for a
        list, it is a gate of conditional events, and the page has no cut sets. Of events that exclude each other it has
        all of the group, below the top or not, and no explanations.
        What is above 0 and too small for floating-point numbers is "below 1e-280" there.
        Raises LimitExceeded where the tree has no decision diagram that a page can hold, FrequencyError where frequency
        events bring the top event about.
        """
        from faulttree import __version__
        from faulttree.explorer.page import Explorer
        from faulttree.render.vertices import vertices_of

        self.as_modelled()._no_frequency("a page to explore", "the frequency under what-ifs one by one")
        engine, model = self.as_modelled()._engine, self.expansion.whole_model
        vertices = vertices_of(model, self.top, {}, {})
        chains = [chain for chain in engine.reduced.chains if not vertices.keys().isdisjoint(chain.members)]
        below = frozenset(vertices)
        for chain in chains:  # what becomes of one of them says something of all others
            for member in chain.members:
                vertices |= {} if member in vertices else vertices_of(model, member, {}, {})
        return Explorer(
            {
                "version": __version__,
                "name": model.name,
                "description": model.description or "",
                "sha256": self.model.digest,
                "top": self.top,
                "vertices": [_vertex(model, vertex) | {"below": key in below} for key, vertex in vertices.items()],
                "events": {
                    name: _both_sides(engine, name)
                    for name, vertex in vertices.items()
                    if not vertex.is_gate and vertex.kind != "house"
                },
                "houses": {name: model.house_events[name].state for name in vertices if name in model.house_events},
                "exclusive": [_group(model, engine, chain) for chain in chains],
                "bdd": _diagram(engine),
                **_cut_sets(engine),
                "coherent": engine.coherent,
                "monotone": engine.coherent and not engine.hides_events,  # in the events of the page
                "states": {name: state for name, state in self.states.items() if name in vertices},
                "scenarios": [
                    {
                        "name": name,
                        "label": scenario.label or name,
                        "description": scenario.description or "",
                        "states": {of: state for of, state in scenario.states.items() if of in vertices},
                    }
                    for name, scenario in model.scenarios.items()
                ],
                "evidence": [
                    {"name": name, "label": evidence.label or name, "observe": dict(evidence.observe)}
                    for name, evidence in model.evidence.items()
                    if evidence.observe.keys() <= vertices.keys()
                ],
            }
        )


def _vertex(model: Model, vertex: Vertex) -> dict[str, Any]:
    """What is drawn and said of one element, or one nested formula; nothing that depends on what is set."""
    element = model.element(vertex.name) if vertex.name else None
    titles = [f"{key}, {model.sources[key].title}" if key in model.sources else key for key in vertex.source]
    low, high = vertex.bounds
    return {
        "key": vertex.key,
        "name": vertex.name,
        "label": vertex.label,
        "kind": vertex.kind,
        "connective": vertex.connective,
        "low": low,
        "high": high,
        "inputs": list(vertex.inputs),
        "source": list(vertex.source),
        "sources": titles,
        "said": [line for line in vertex.said if not (vertex.kind == "house" and line.startswith("State: "))],
        "description": (element.description if element else None) or "",
    }


def _both_sides(engine: TreeEngine, event: str) -> list[float] | None:
    """Probability of an event and of its absence, each with its digits; None where none is known."""
    p, not_p = engine.sides_of(event)
    return None if p is None or not_p is None else [p, not_p]


def _group(model: Model, engine: TreeEngine, chain: Chain) -> dict[str, Any]:
    """An exclusive group, with the probability that each member's own law gives it, and its absence."""
    states = [None if form is None else form.law().at(engine.seconds) for form in chain.forms]
    return {
        "name": chain.group,
        "label": model.exclusive_groups[chain.group].label or chain.group,
        "members": chain.members,
        "links": chain.links,
        "laws": [state and [float(state.unavailability), float(state.availability)] for state in states],
        "exhaustive": chain.is_exhaustive,
    }


def _diagram(engine: TreeEngine) -> Mapping[str, Any]:
    """One diagram of all gates where that is small, else the top event's. Raises LimitExceeded."""
    try:
        top = engine.bdd
    except NodeBudgetExceeded as error:
        if error.budget < MOST_NODES:
            raise
        raise _too_large(f"more than {error.budget:,}") from error
    if top.size > MOST_NODES:
        raise _too_large(f"{top.size:,}")
    bdd, roots = top, {engine.top: top.roots["top"]}
    if engine.top in engine.gates:
        with suppress(LimitExceeded):
            gates = engine.compiled.every_gate_bdd if engine.hides_events else engine.gates_bdd
            if gates.size <= MOST_NODES_OF_GATES:
                members = engine.reduced.chain_of
                bdd, roots = gates, {gate: edge for gate, edge in gates.roots.items() if gate not in members}
    return {
        "variables": list(bdd.variables),
        "nodes": _base64(bdd.nodes),
        "modules": _base64(bdd.modules),
        "roots": roots,
    }


def _too_large(nodes: str) -> LimitExceeded:
    return LimitExceeded(
        f"the decision diagram of this tree has {nodes} nodes, and the explorer's page holds at most {MOST_NODES:,}; "
        "explore a smaller gate with --top, or use `faulttree run` or `faulttree report`, which have more room"
    )


def _cut_sets(engine: TreeEngine) -> Mapping[str, Any]:
    """The diagram of all minimal cut sets where a page can hold it, else why not."""
    if engine.hides_events:
        note = "The events of a common-cause group are too many for a list, and so are minimal cut sets of them."
        return {"zbdd": None, "zbdd_note": note, "sets_left_out": note}
    try:
        family = engine.all_cut_sets().family.flat(node_budget=MOST_SET_NODES)
    except LimitExceeded:
        family = None
    if family is None or family.size > MOST_SET_NODES:
        note = f"The diagram of all minimal cut sets has more than {MOST_SET_NODES:,} nodes and is not in this page."
        return {"zbdd": None, "zbdd_note": note}
    zbdd = {"elements": list(family.elements), "nodes": _base64(family.nodes), "root": family.root}
    return {"zbdd": zbdd, "zbdd_note": ""}


def _base64(numbers: IntArray) -> str:
    """Little-endian int32, row by row, as text."""
    return base64.b64encode(np.ascontiguousarray(numbers, dtype="<i4").tobytes()).decode()
