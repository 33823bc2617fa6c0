"""The explorer's diagram: hostile labels, the file it saves, and its colours."""

from __future__ import annotations

import json
import re
import xml.etree.ElementTree as ElementTree

import pytest
from diagrams import FOLDER, diagram_page, named, open_tree, payload

from faulttree.render.vertices import Vertex

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def page(browser):
    yield from diagram_page(browser)


HOSTILE = (
    "<script>window.broken = true</script>",
    "\"'><img src=x onerror='window.broken = true'>",
    "a\x00b\x0b\x1f\ud800c\uffff",
    "\u202egnirts desrever\u202c",
    "לחץ במיכל نظام التبريد",
    "W" * 5000,
    "word " * 2000,
    "]]>&amp;<!--",
    "",
    "\n\t ",
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{GIRL}" * 90,
)


def test_hostile_labels_break_nothing(page):
    names = [f"n{number}{label}" for number, label in enumerate(HOSTILE)]
    vertices = named(
        Vertex("top", "gate", "top", HOSTILE[0], "or", (0, 0), tuple(names[1:]), said=HOSTILE),
        *(
            Vertex(name, "basic", name, label, said=(label,))
            for name, label in zip(names[1:], HOSTILE[1:], strict=True)
        ),
    )
    open_tree(page)
    # Lone surrogates do not travel as UTF-8, so the payload goes as ASCII.
    page.evaluate("(text) => { window.given = JSON.parse(text) }", json.dumps(payload(vertices)))
    page.evaluate("window.diagram = createDiagram(document.getElementById('d'), given, {})")
    assert page.evaluate("window.broken") is None
    assert page.locator("#d script, #d img").count() == 0
    root = ElementTree.fromstring(page.evaluate("diagram.toSvg()").encode())
    texts = [each.text for each in root.iter(f"{SVG}text")]
    assert any("<script>" in line for line in texts)
    assert max(map(len, texts)) < 200
    assert any("W" * 5000 in (title.text or "") for title in root.iter(f"{SVG}title"))


def test_the_file_is_whole_and_light_whatever_the_page_shows(page):
    open_tree(page)
    page.evaluate(
        "update({ states: { pump_a: true }, observed: { storm: false }, selected: 'feed', highlighted: ['pump_b'] })"
    )
    light = page.evaluate("diagram.toSvg()")
    root = ElementTree.fromstring(light.encode())
    shapes = [
        each for each in root.iter() if each.tag.removeprefix(SVG) in ("path", "rect", "ellipse", "text", "circle")
    ]
    assert all(each.get("fill") for each in shapes)
    assert not re.search(r"class=|style=|var\(|data-|light-dark", light)
    texts = {each.text for each in root.iter(f"{SVG}text")}
    assert {"TRUE", "OBS FALSE", "feed", "Both pumps fail", "0.250"} <= texts
    page.evaluate("document.documentElement.dataset.theme = 'dark'; diagram.pan(-5000, 0); diagram.zoom(0.5)")
    try:
        assert page.evaluate("diagram.toSvg()") == light
    finally:
        page.evaluate("delete document.documentElement.dataset.theme")
    assert page.locator(".ft-sheet").count() == 0


ON = [  # text, what it stands on
    *((ink, ground) for ink in ("ink", "muted") for ground in (
        "canvas", "paper", "strip-gate", "strip-event", "true-soft", "false-soft", "set-soft")),
    *(("ink", f"fill-{kind}") for kind in ("gate", "basic", "undeveloped", "conditioning", "house")),
    ("top-ink", "top-fill"), ("true-ink", "true"), ("set-ink", "set"), ("false", "paper"), ("false-ink", "false"),
]  # fmt: skip
BESIDE = [  # graphics, what they stand on
    *((line, "canvas") for line in ("line", "highlight", "focus", "true", "false", "set")),
    *((line, "paper") for line in ("line", "highlight", "focus", "true", "false", "set")),
    ("true", "strip-gate"), ("false", "strip-gate"), ("line", "fill-gate"), ("set", "fill-basic"),
]  # fmt: skip


def luminance(colour: str) -> float:
    """Relative luminance of `#rrggbb`. Source: WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_contrast_is_enough_in_both_themes(theme):
    style = (FOLDER / "picture" / "diagram.css").read_text("utf-8")
    found = re.findall(r"--ft-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", style)
    colours = {name: light if theme == "light" else dark for name, light, dark in found}

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(colours[one]), luminance(colours[other])))
        return (high + 0.05) / (low + 0.05)

    assert {pair: round(contrast(*pair), 2) for pair in ON if contrast(*pair) < 4.5} == {}
    assert {pair: round(contrast(*pair), 2) for pair in BESIDE if contrast(*pair) < 3.0} == {}
