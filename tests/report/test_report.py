"""The reports: sound whatever a model holds, and with the numbers that the tree gives."""

from __future__ import annotations

import dataclasses
import math
import re
from importlib import resources
from typing import Any

import pytest
import render_strategies
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from report_checks import checked

import faulttree as ft
from faulttree import formats
from faulttree.generate import generate
from faulttree.report import charts
from faulttree.report.markdown import escaped
from faulttree.results import number_text

# An example is a whole analysis, and says itself what is wrong.
WHOLE = settings(max_examples=12, phases=[Phase.explicit, Phase.reuse, Phase.generate])
HOSTILE = st.sampled_from(
    [
        "<script>alert(1)</script>", "</style><script>alert(1)</script>", "</title></svg><img src=x onerror=alert(1)>",
        "\" onmouseover=\"alert(1)", "' ' onclick='x", "]]><!--", "-->", "&lt;b&gt;&#60;", "{{ 7 * 7 }}", "{% raw %}",
        "a|b", "# heading", "- item", "1. item", "+ item", "===", "---", "```", "`code`", "[x](javascript:alert(1))",
        "![x](http://example.org/x.png)", "<http://example.org>", "**bold** __u__", "\\", "$x$", "~~~", "> quote",
        "\u202ereversed\u202c", "\u2066isolated\u2069", "فشل المضخة", "a\x00b\x07c\x1bd\x85",
        "line\nline\r\n\r\nline\ttab",
        "\u2028\u2029\ufeff\u200b\u00ad", "W" * 500, "word " * 300, "\ud7ff\ue000\ufffe\uffff", "燃料" * 80,
    ]
) | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)  # fmt: skip
NAMES = st.sampled_from(["<b>", "a|b", "a`b", "{{x}}", "--", "x\"y'z", "насос", "W" * 200, "a_b*c", "</code>", "$(id)"])


@st.composite
def hostile_models(draw: Any) -> dict[str, Any]:
    """A model with every section that a report shows, all of its texts hostile."""

    def told() -> dict[str, Any]:
        return {"label": draw(HOSTILE), "description": draw(HOSTILE), "source": ["judgement"]}

    a, b, c, gate, top, source = (f"{draw(NAMES)}{mark}" for mark in "abcgts")
    return {
        "name": draw(HOSTILE.filter(str.strip)),
        "description": draw(HOSTILE),
        "top": top,
        "mission_time": "10 h",
        "sources": {
            source: {"title": draw(HOSTILE), "note": draw(HOSTILE), "attributes": {draw(NAMES): [draw(HOSTILE)]}},
        },
        "gates": {top: {**told(), "or": [gate, c]}, gate: {**told(), "and": [a, b]}},
        "basic_events": {
            a: {**told(), "probability": 0.1, "basis": draw(HOSTILE)},
            b: {**told(), "rate": "rate_of_b", "source": [source]},
            c: {**told(), "probability": 0.01, "uncertainty": {"uniform": {"low": 0, "high": 0.02}}},
        },
        "parameters": {"rate_of_b": {"value": "1e-3 /h", "basis": draw(HOSTILE), "source": source}},
        "scenarios": {
            f"{draw(NAMES)}1": {**told(), "set": {a: True}}, f"{draw(NAMES)}2": {"set": {a: False, c: False}},
        },
        "evidence": {f"{draw(NAMES)}e": {**told(), "observe": {gate: True},
                     "hypotheses": {f"{draw(NAMES)}h": {c: True}, f"{draw(NAMES)}k": {c: False}}}},
        "timeline": [
            {"at": "1 s", "event": draw(HOSTILE), "note": draw(HOSTILE)}, {"phase": draw(HOSTILE), "event": "x"},
        ],
        "attributes": {draw(NAMES): draw(HOSTILE)},
    }  # fmt: skip


@pytest.fixture(autouse=True)
def _few_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulttree.report.findings.depth.SAMPLES", 64)
    monkeypatch.setattr("faulttree.report.findings.depth.PAIRS", 32)


@WHOLE
@given(hostile_models())
def test_no_text_breaks_the_html(data: dict[str, Any]) -> None:
    tree = ft.FaultTree.from_data(data)
    page = checked(ft.analyse(tree).report_html(model_file="a b'\"<x>.yaml", date="<date>"))
    for words in (data["name"], data["attributes"][next(iter(data["attributes"]))]):
        seen = "".join(re.findall(r"[\w<>&]", re.sub("[\u061c\u200e\u200f]", "", words)))
        assert seen in "".join(re.findall(r"[\w<>&]", page.text))


@WHOLE
@given(hostile_models())
def test_no_text_breaks_the_markdown(data: dict[str, Any]) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="a parser of CommonMark")
    report = ft.analyse(ft.FaultTree.from_data(data)).report(model_file="x.yaml", picture=None)
    tokens = markdown_it.MarkdownIt("commonmark").enable("table").parse(report)
    inner = [each for token in tokens for each in token.children or ()]
    kinds = {token.type for token in (*tokens, *inner)}
    assert not kinds & {"html_block", "html_inline", "image", "link_open", "blockquote_open", "hr", "code_block"}
    headings = [tokens[place + 1].content for place, token in enumerate(tokens) if token.type == "heading_open"]
    sections = [
        "Summary", "What was analysed", "Minimal cut sets", "Importance", "Over the mission time", "Uncertainty",
        "Scenarios", "Evidence", "Timeline", "Where the numbers come from", "Assumptions", "Sources", "Facts",
        "What was left out", "How to make it again",
    ]  # fmt: skip
    assert [title for title in headings if title in sections] == sections
    assert len(headings) == len(sections) + 2, "the model's name and that of the evidence"
    columns = 0
    for token in tokens:
        if token.type == "tr_open":
            columns = 0
        columns += token.type in ("td_open", "th_open")
        if token.type == "tr_close":
            assert columns > 1
    fences = [token for token in tokens if token.type == "fence"]
    assert [token.info for token in fences] == ["text", "python"]
    compile(fences[1].content, "report", "exec")


def test_markdown_at_the_start_of_a_line_is_plain() -> None:
    assert [escaped(text) for text in ("1. x", "- x", "= =", "12) x", "1x", "+")] == [
        "1\\. x", "\\- x", "\\= =", "12\\) x", "1x", "\\+",
    ]  # fmt: skip


@WHOLE
@given(render_strategies.models(max_gates=4, max_events=4))
def test_any_tree_has_a_report(model: ft.Model) -> None:
    found = ft.analyse(ft.FaultTree.of(model))
    checked(found.report_html())
    assert found.report().startswith("# Random\n")


PLANT: dict[str, Any] = {
    "name": "Plant", "top": "no_flow", "mission_time": "1 y",
    "gates": {"no_flow": {"label": "No flow", "or": ["pumps", "valve"]}, "pumps": {"and": ["pump_a", "pump_b"]}},
    "basic_events": {
        "pump_a": {"repairable": {"rate": "pump_rate", "repair_time": "24 h"}},
        "pump_b": {"repairable": {"rate": "pump_rate", "repair_time": "24 h"}},
        "valve": {"periodic_test": {"rate": "1e-6 /h", "interval": "2190 h", "first_test": "2190 h"},
                  "source": "judgement"},
    },
    "parameters": {"pump_rate": {"uncertainty": {"jeffreys": {"failures": 3, "time": "120000 h"}}}},
    "common_cause_groups": {"make": {"events": ["pump_a", "pump_b"], "beta_factor": 0.1}},
    "scenarios": {"stuck": {"label": "Valve stuck", "set": {"valve": True}}},
}  # fmt: skip


def test_a_report_has_what_the_model_speaks_of_and_the_tree_gives() -> None:
    tree = ft.FaultTree.from_data(PLANT)
    found = ft.analyse(tree)
    page = checked(found.report_html(model_file="plant.yaml"))
    number = number_text
    assert f"Probability of the top event, at the mission time of 1 y {number(tree.probability().value)}" in page.text
    for words in (
        found.digest, "Over the mission time", "Common causes", "Scenarios", "Valve stuck", "beta factor 0.1",
        "faulttree report plant.yaml -o report.html", "1 number of 3", "Exact, but for rounding", "seed 0",
    ):  # fmt: skip
        assert words in page.text
    contents = [given["href"] for tag, given in page.elements if tag == "a" and given.get("href") != "#summary"]
    assert len(contents) >= 10
    figures = [given for tag, given in page.elements if tag == "svg"]
    assert len(figures) == 6, "diagram, contribution, curve, histogram, Sobol, tornado"


def test_the_same_model_gives_the_same_bytes_and_a_date_only_on_request() -> None:
    first, second = (ft.analyse(ft.FaultTree.from_data(PLANT)) for _ in range(2))
    assert first.report_html() == second.report_html()
    assert first.report() == second.report()
    assert "Date" not in first.report_html() and "27 May" in first.report_html(date="27 May")
    assert "27 May" in first.report(date="27 May") and "27 May" not in first.report()


def test_cumulative_shares_add_up() -> None:
    found = ft.analyse(ft.FaultTree.from_data(PLANT))
    cuts = list(found.cut_sets.ranked())
    total = math.fsum(cut.probability or 0.0 for cut in cuts)
    page, so_far = checked(found.report_html()), 0.0
    for cut in cuts:
        so_far += (cut.probability or 0.0) / total
        assert f"so far {so_far:.1%}" in page.text
    assert "| 100.0% |" in found.report()


def test_how_to_make_it_again_makes_it_again(tmp_path: Any) -> None:
    tree = ft.FaultTree.from_data(PLANT).what_if({"valve": 0.25, "pump_a": True})
    tree = dataclasses.replace(tree, seed=3, memory=10**9)
    place = tmp_path / "plant.json"
    formats.write(tree.model, place)
    report = ft.analyse(tree).report(model_file=str(place))
    lines = re.search(r"```python\n(.*?)```", report, re.DOTALL)
    assert lines
    known: dict[str, Any] = {}
    exec(lines[1].replace("print(found)", ""), known)
    assert known["tree"].states == tree.states and known["tree"].seed == 3 and known["tree"].memory == 10**9
    assert known["found"].probability == ft.analyse(tree).probability
    assert f"faulttree report {place} --set valve=0.25 --set pump_a=true --seed 3 --memory 1000000000" in report
    assert "What if" in checked(ft.analyse(tree).report_html()).text


def test_bounds_and_what_limits_left_out_are_named() -> None:
    tree = ft.FaultTree.of(generate(60, 40, sharing=0.3, seed=3), node_budget=60)
    found = ft.analyse(tree)
    page = checked(found.report_html())
    assert found.probability is not None
    assert ("Certain bounds" in page.text) == (not found.probability.is_exact)


def test_a_tree_without_probabilities_is_reported_by_its_structure() -> None:
    tree = ft.FaultTree.from_data({"name": "Plain", "top": "g", "gates": {"g": {"or": ["a", "b"]}},
                                   "basic_events": {"a": {}, "b": {}}})  # fmt: skip
    page = checked(ft.analyse(tree).report_html())
    assert "Analysis of structure only 2 minimal cut sets" in page.text and "nan" not in page.text


def test_a_large_tree_is_drawn_on_pages_and_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ft.FaultTree.of(render_strategies.wide(2, 6))
    found = ft.analyse(tree)
    page = checked(found.report_html())
    pages = re.search(r"page 1 of (\d+); a triangle", page.text)
    assert pages and int(pages[1]) > 4
    for number in range(1, int(pages[1]) + 1):
        assert f"page {number} of {pages[1]}; a triangle" in page.text
    monkeypatch.setattr("faulttree.report.figures.MOST_PAGES", 2)
    page = checked(found.report_html())
    assert f"{int(pages[1]) - 2} of the diagram's {pages[1]} pages" in page.text


def test_same_figures_have_identifiers_of_their_own() -> None:
    rows = [charts.Bar("a", 1.0, 0.0, "x")]
    from faulttree.render.svg import svg_from
    from faulttree.report.figures import told_apart

    svg = svg_from(charts.bars(rows, "title", "told"))
    first, second = told_apart(svg, 1), told_apart(svg, 2)
    assert 'id="figure1-title"' in first and 'aria-labelledby="figure2-title figure2-desc"' in second


# Plots


def test_bars_are_as_long_as_what_they_show() -> None:
    scene = charts.bars([charts.Bar("a", 0.5, 0.0, ""), charts.Bar("b", 0.125, 0.25, "")], "t", "d")
    boxes = [item.box for group in scene.groups[1:] for item in group.items if hasattr(item, "box")]
    a, b_whole, b = boxes
    assert b.width / a.width == pytest.approx(0.25) and b_whole.width / a.width == pytest.approx(0.5)


def test_a_histogram_has_the_areas_of_its_bins() -> None:
    scene = charts.histogram([0.0, 1.0, 2.0, 3.0], [0.2, 0.5, 0.3], [charts.Mark("m", 1.5)], "t", "d")
    boxes = [item.box for group in scene.groups[1:] for item in group.items if hasattr(item, "box")]
    assert [box.height / boxes[1].height for box in boxes] == pytest.approx([0.4, 1.0, 0.6])
    assert boxes[1].x < 360.0 < boxes[1].right, "the middle bin is in the middle"


@pytest.mark.parametrize("values", [[0.0, 0.0], [1e-12, 1e-3], [math.nan, math.nan], [0.5, math.nan], [1.0, 1.0]])
def test_a_curve_stays_on_its_paper(values: list[float]) -> None:
    scene = charts.curve([0.0, 1.0], [charts.Series("Q", values), charts.Series("F", values)], "hours", "t", "d")
    for group in scene.groups:
        for item in group.items:
            for x, y in getattr(item, "points", ()):
                assert 0 <= x <= scene.width and 0 <= y <= scene.height


@given(
    st.lists(
        st.tuples(st.floats(0, 1, allow_subnormal=False), st.floats(0, 1, allow_subnormal=False)),
        min_size=1,
        max_size=4,
    ),
    st.floats(0, 1, allow_subnormal=False),
)
def test_a_tornado_starts_at_the_point_value(ends: list[tuple[float, float]], point: float) -> None:
    scene = charts.tornado([charts.Swing("x", low, high) for low, high in ends], point, "t", "d")
    boxes = [item.box for group in scene.groups[1:] for item in group.items if hasattr(item, "box")]
    rows = boxes[:-2]
    assert len(rows) == 2 * len(ends)
    assert all(box.x >= -1 and box.right <= scene.width + 1 for box in rows)


# What it looks like


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`. Source: WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_text_has_the_contrast_of_wcag_aa_on_light_and_on_dark() -> None:
    style = resources.files("faulttree.report").joinpath("report.css").read_text("utf-8")
    blocks = re.findall(r":root \{(.*?)\}", style, re.DOTALL)
    schemes = [dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", block)) for block in blocks]
    assert len(schemes) == 2
    for scheme in schemes:
        for ground in ("paper", "tint"):
            for text in ("ink", "muted", "strong", "link", "judged"):
                light, dark = sorted((luminance(scheme[ground]), luminance(scheme[text])), reverse=True)
                assert (light + 0.05) / (dark + 0.05) >= 4.5, (ground, text)
