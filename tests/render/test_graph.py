from __future__ import annotations

from typing import Any

import networkx
from hypothesis import given
from render_strategies import annotated, reached_names

from faulttree.model import Model
from faulttree.render.graph import to_networkx

MODEL = Model(
    name="m",
    top="t",
    sources={"book": {"title": "Book"}},
    gates={
        "t": {"label": "Top", "source": "book", "or": ["g", {"inhibit": {"input": "a", "condition": "c"}}, "t[1]"]},
        "g": {"cardinality": {"min": 1, "max": 2, "of": ["a", "b", {"not": {"and": ["h", "b"]}}]}},
    },
    basic_events={"a": {"probability": 0.5}, "b": {"kind": "undeveloped"}, "c": {"kind": "conditioning"}, "t[1]": {}},
    house_events={"h": {"state": True}},
)


def test_nodes_and_edges_carry_what_the_model_says() -> None:
    graph = to_networkx(MODEL, "t", probabilities={"t": 0.25, "a": 0.5}, states={"b": 0.125})
    assert set(graph) == {"t", "g", "t[1]'", "t[1]", "a", "b", "c", "g[2]", "g[2][0]", "h"}
    assert graph.nodes["t"] == {
        "kind": "gate", "name": "t", "label": "Top", "connective": "or", "fewest": None, "most": None,
        "probability": 0.25, "state": None, "source": ("book",),
    }  # fmt: skip
    assert (graph.nodes["g"]["fewest"], graph.nodes["g"]["most"]) == (1, 2)
    assert graph.nodes["t[1]'"]["kind"] == "formula"
    assert graph.nodes["t[1]'"]["connective"] == "inhibit"
    assert graph.nodes["t[1]"]["kind"] == "basic"
    assert graph.nodes["h"]["state"] is True
    assert graph.nodes["b"]["kind"] == "undeveloped"
    assert (graph.nodes["b"]["state"], graph.nodes["b"]["probability"]) == (0.125, 0.125)
    assert graph.edges["t[1]'", "c"] == {"position": 1, "role": "condition"}
    assert graph.edges["t[1]'", "a"] == {"position": 0, "role": "input"}
    assert graph.edges["g", "g[2]"]["position"] == 2


def test_an_input_named_twice_is_one_edge() -> None:
    model = Model(name="m", top="t", gates={"t": {"or": ["a", "b", "a"]}}, basic_events={"a": {}, "b": {}})
    assert to_networkx(model, "t").edges["t", "a"]["position"] == 0


@given(annotated())
def test_graphs_of_random_trees(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    graph = to_networkx(model, model.top[0], probabilities=options["probabilities"], states=options["states"])
    assert networkx.is_directed_acyclic_graph(graph)
    named = {data["name"] for _, data in graph.nodes(data=True) if data["kind"] != "formula"}
    assert named == reached_names(model, model.top[0])
    for key, data in graph.nodes(data=True):
        assert (graph.out_degree(key) == 0) == (data["connective"] == "")
    assert networkx.descendants(graph, model.top[0]) == set(graph) - {model.top[0]}
