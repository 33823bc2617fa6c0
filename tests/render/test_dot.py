from __future__ import annotations

import re
import shutil
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from render_strategies import annotated

from faulttree.errors import InvalidRequestError, MissingExtraError, UnknownNameError
from faulttree.model import Model
from faulttree.render.graph import to_networkx
from faulttree.render.graphviz import render_dot, to_dot

MODEL = Model(
    name="m",
    top="t",
    gates={
        "t": {"label": "<b>Top</b>", "or": ["g:x", "q", {"inhibit": {"input": "a", "condition": "c"}}]},
        "g:x": {"label": 'He said "stop" \\n \\', "and": ["a", "b"]},
        "q": {"xor": ["b", "h", "k"]},
    },
    basic_events={"a": {"label": "<table>"}, "b": {"kind": "undeveloped"}, "c": {"kind": "conditioning"}},
    house_events={"h": {"state": False}, "k": {"state": True}},
)
needs_dot = pytest.mark.skipif(shutil.which("dot") is None, reason="the program `dot` of Graphviz is not installed")
STRING = r'"(?:[^"\\]|\\.)*"'


def test_every_shared_element_is_drawn_once() -> None:
    dot = to_dot(MODEL, "t", probabilities={"t": 0.25}, states={"b": 0.5}, cut_set=["a", "b"])
    graph = to_networkx(MODEL, "t")
    assert len(re.findall(r"^\s*n\d+ \[", dot, re.M)) == len(graph)
    assert len(re.findall(r"^\s*n\d+ -> n\d+", dot, re.M)) == graph.number_of_edges()
    assert "P = 0.250" in dot
    assert dot.count("[OR]") == dot.count("[INHIBIT]") == dot.count("[XOR]") == 1
    assert "FALSE" in dot
    assert "TRUE" in dot
    assert "dashed" in dot
    assert dot.count("penwidth=2.5") >= 5
    assert dot == to_dot(MODEL, "t", probabilities={"t": 0.25}, states={"b": 0.5}, cut_set=["b", "a"])


def test_labels_are_escaped() -> None:
    dot = to_dot(MODEL, "t")
    assert "label=<" not in dot
    assert r"He said \"stop\" \\n \\" in dot
    unquoted = re.sub(STRING, "", dot)
    assert "<" not in unquoted
    assert "stop" not in unquoted
    with pytest.raises(UnknownNameError, match="'nothing'"):
        to_dot(MODEL, "t", cut_set=["nothing"])


@settings(deadline=None)
@given(annotated())
def test_dot_of_random_trees_is_well_formed(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    del options["title"]
    unquoted = re.sub(STRING, '""', to_dot(model, model.top[0], **options))
    assert unquoted.count('"') % 2 == 0
    for line in unquoted.splitlines()[1:-1]:
        assert re.fullmatch(r'\s*(graph|node|edge|n\d+|n\d+ -> n\d+)( \[([a-z]+=("+|[\w.#-]+) ?)*\])?', line), line


@needs_dot
@pytest.mark.parametrize(("kind", "start"), [("svg", b"<?xml"), ("png", b"\x89PNG"), ("pdf", b"%PDF")])
def test_dot_draws_it(kind: str, start: bytes) -> None:
    assert render_dot(to_dot(MODEL, "t"), kind).startswith(start)


@needs_dot
@settings(deadline=None, max_examples=10, suppress_health_check=[HealthCheck.too_slow])
@given(annotated())
def test_dot_reads_what_is_written_for_it(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    del options["title"]
    svg = render_dot(to_dot(model, model.top[0], **options), "svg")
    assert svg.count(b'class="node"') == len(to_networkx(model, model.top[0]))


@needs_dot
def test_source_that_dot_refuses() -> None:
    with pytest.raises(InvalidRequestError, match="`dot` cannot draw this source"):
        render_dot("digraph {", "svg")


def test_without_dot_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(MissingExtraError, match=r"`dot` is not found; install it .*`apt install graphviz`.*DOT source"):
        render_dot("digraph {}", "svg")
    with pytest.raises(InvalidRequestError, match="'gif'"):
        render_dot("digraph {}", "gif")
