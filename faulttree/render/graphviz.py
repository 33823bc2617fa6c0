"""The graph view: every shared element once. DOT source always; a picture of it when Graphviz is installed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from faulttree.errors import InvalidRequestError, MissingExtraError, UnknownNameError
from faulttree.model import Model
from faulttree.render import style
from faulttree.render.graph import graph_from
from faulttree.render.highlight import highlighted
from faulttree.render.text import clean, shown, wrap
from faulttree.render.vertices import Vertex, vertices_of

__all__ = ["render_dot", "to_dot"]

KINDS = ("svg", "png", "pdf")
LABEL_WIDTH = 170.0
_SHAPES = {
    "gate": "box",
    "formula": "box",
    "basic": "box",
    "undeveloped": "diamond",
    "conditioning": "ellipse",
    "house": "house",
}


def to_dot(
    model: Model,
    top: str,
    *,
    probabilities: Mapping[str, float] = {},
    states: Mapping[str, bool | float] = {},
    cut_set: Collection[str] = (),
) -> str:
    """DOT source of the graph under top, for Graphviz. Arguments as `diagram.draw` takes them.

    Nodes are numbered and names stand in labels, so no name can be mistaken for DOT. Gates are boxes
    that tell their connective, basic events rounded boxes, other events have the outline of their symbol. A line to a
    condition is dashed.
    """
    import graphviz

    vertices = vertices_of(model, top, probabilities, states)
    for name in cut_set:
        if name not in model.basic_events and name not in model.house_events:
            raise UnknownNameError("event", name, (*model.basic_events, *model.house_events))
    reached = highlighted(vertices, cut_set)
    graph = graph_from(vertices)
    number = {key: f"n{index}" for index, key in enumerate(vertices)}
    dot = graphviz.Digraph(
        "fault_tree",
        graph_attr={"rankdir": "TB", "ordering": "out", "bgcolor": "white", "nodesep": "0.25", "ranksep": "0.45"},
        node_attr={"fontname": "Helvetica", "fontsize": "11", "style": "filled", "color": style.LINE,
                   "fontcolor": style.INK, "margin": "0.12,0.07"},
        edge_attr={"arrowhead": "none", "color": style.LINE},
    )  # fmt: skip
    for key, vertex in vertices.items():
        dot.node(number[key], **_node(vertex, key == top, key in reached))
    for parent, child, edge in graph.edges(data=True):
        attributes = {"style": "dashed"} if edge["role"] == "condition" else {}
        if parent in reached and child in reached and vertices[parent].counts(edge["position"]):
            attributes |= {"color": style.HIGHLIGHT, "penwidth": "2.5"}
        dot.edge(number[parent], number[child], **attributes)
    return str(dot.source)


def render_dot(source: str, kind: str) -> bytes:
    """DOT source drawn by Graphviz, as the content of an svg, png or pdf file.

    Raises MissingExtraError when its program `dot` is not installed, InvalidRequestError for another kind or for
    source that `dot` refuses.
    """
    import graphviz

    if kind not in KINDS:
        raise InvalidRequestError(f"'{kind}' is not a kind of picture; use one of {', '.join(KINDS)}")
    try:
        return bytes(graphviz.Source(source).pipe(format=kind, quiet=True))
    except graphviz.ExecutableNotFound as error:
        raise MissingExtraError(
            "the graph view is drawn by Graphviz, whose program `dot` is not found; install it (Debian, Ubuntu: "
            "`apt install graphviz`; macOS: `brew install graphviz`; Windows: `winget install graphviz`), or save "
            "the DOT source, which needs no program, or draw the tree view, which needs none either"
        ) from error
    except graphviz.CalledProcessError as error:
        said = (error.stderr or b"").decode("utf-8", "replace") if isinstance(error.stderr, bytes) else error.stderr
        raise InvalidRequestError(f"`dot` cannot draw this source: {(said or '').strip()}") from error


def _node(vertex: Vertex, top: bool, lit: bool) -> dict[str, str]:
    """Attributes of a node; free text is escaped, so that quotes, backslashes and brackets stay what they are."""
    lines = [*wrap(vertex.label, LABEL_WIDTH, 11.0)]
    if vertex.name != vertex.label:
        lines += wrap(vertex.name, LABEL_WIDTH, 11.0)
    if vertex.is_gate:
        lines.append(f"[{vertex.mark or vertex.connective.upper()}]")
    if vertex.probability is not None:
        lines.append(f"P = {shown(vertex.probability)}")
    elif vertex.frequency:
        lines.append(vertex.frequency)
    if isinstance(vertex.state, bool):
        lines.append(str(vertex.state).upper())
    kind = "gate" if vertex.is_gate else vertex.kind
    attributes = {"shape": _SHAPES[vertex.kind], "fillcolor": style.FILLS[kind], "label": _dot_text(lines),
                  "tooltip": _dot_text([clean(line) for line in vertex.said])}  # fmt: skip
    styles = ["filled"]
    if top:
        attributes |= {"fillcolor": style.TOP_FILL, "fontcolor": style.PAPER}
    elif vertex.state is True:
        attributes |= {"fillcolor": style.CERTAIN, "fontcolor": style.PAPER}
    elif vertex.state is False:
        attributes |= {"fillcolor": style.PAPER}
        styles.append("dashed")
    elif vertex.state is not None:
        attributes |= {"penwidth": "2.5"}
    if vertex.kind == "basic":
        styles.append("rounded")
    if lit:
        attributes |= {"color": style.HIGHLIGHT, "penwidth": "2.5"}
    return attributes | {"style": ",".join(styles)}


def _dot_text(lines: list[str]) -> str:
    """Lines as one DOT string: backslashes doubled, `<...>` kept from being read as HTML."""
    import graphviz

    # The graphviz package has no types, and this function of its returns a string.
    return graphviz.nohtml("\\n".join(line.replace("\\", "\\\\") for line in lines))  # type: ignore[no-any-return]  # untyped
