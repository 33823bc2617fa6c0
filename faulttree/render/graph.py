"""A fault tree as a networkx graph, for questions that networkx answers: paths, components, distances, exports."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faulttree.model import Model
from faulttree.render.vertices import Vertices, vertices_of

if TYPE_CHECKING:
    import networkx

__all__ = ["graph_from", "to_networkx"]


def to_networkx(
    model: Model,
    top: str,
    *,
    probabilities: Mapping[str, float] = {},
    states: Mapping[str, bool | float] = {},
) -> networkx.DiGraph[str]:
    """What is reached from top, each element once, with an edge from every gate to each of its inputs.

    Nodes are names. A nested formula is a node of kind `formula`, called by its gate and positions: `pumps[2][0]`.
    Node attributes: kind (gate, formula, basic, undeveloped, conditioning, house), name (empty for a formula), label,
    connective (empty for an event), fewest and most (of atleast and cardinality: how many inputs may be true,
    otherwise None), probability, state (None unless known), source (a tuple of keys).
    Edge attributes: position (among the gate's inputs, from 0), role (`input`, or `condition` beside inhibit). An
    input that a gate names twice has one edge, with the first position.
    """
    return graph_from(vertices_of(model, top, probabilities, states))


def graph_from(vertices: Vertices) -> networkx.DiGraph[str]:
    """The graph of what there is to draw."""
    import networkx

    graph: networkx.DiGraph[str] = networkx.DiGraph()
    for key, vertex in vertices.items():
        bounded = vertex.connective in ("atleast", "cardinality")
        attributes: dict[str, Any] = {
            "kind": vertex.kind,
            "name": vertex.name,
            "label": vertex.label,
            "connective": vertex.connective,
            "fewest": vertex.bounds[0] if bounded else None,
            "most": vertex.bounds[1] if bounded else None,
            "probability": vertex.probability,
            "state": vertex.state,
            "source": vertex.source,
        }
        graph.add_node(key, **attributes)
    for key, vertex in vertices.items():
        for position, child in enumerate(vertex.inputs):
            if not graph.has_edge(key, child):
                role = "condition" if vertex.connective == "inhibit" and position == 1 else "input"
                graph.add_edge(key, child, position=position, role=role)
    return graph
