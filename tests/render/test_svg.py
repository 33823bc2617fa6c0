from __future__ import annotations

import re
import unicodedata
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from render_strategies import annotated

from faulttree.model import Model
from faulttree.render.diagram import draw
from faulttree.render.style import CERTAIN, FILLS, INK, MUTED, PAPER, STRIP_EVENT, STRIP_GATE, TOP_FILL

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert('x')</script> ]]> & \"q\" &amp; \x00\x08\x1f\ufffe \u202eevil\u202c \u0645\u0636\u062e\u0629"


@settings(deadline=None)
@given(annotated())
def test_svg_is_valid_whatever_labels_hold(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    diagram = draw(model, model.top[0], **options)
    svg = diagram.to_svg()
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    title, desc = root[0], root[1]
    assert (title.tag, desc.tag) == (f"{SVG}title", f"{SVG}desc")
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert {element.tag for element in root.iter()} <= {
        f"{SVG}{tag}" for tag in ("svg", "title", "desc", "g", "path", "rect", "ellipse", "text")
    }
    drawn_texts = [element.text or "" for element in root.iter(f"{SVG}text")]
    assert drawn_texts == [text.content for text in diagram.scene.texts()]
    assert not re.search(r"\d\.\d{3}", re.sub(r"<(title|desc|text)[^>]*>[^<]*|data-name=\"[^\"]*\"", "", svg))


def test_hostile_labels_stay_text() -> None:
    model = Model(
        name=HOSTILE, description=HOSTILE, top="t",
        gates={"t": {"label": HOSTILE, "description": HOSTILE, "or": ["<b>\"'&", "]]>"]}},
        basic_events={"<b>\"'&": {"label": HOSTILE, "basis": HOSTILE}, "]]>": {}},
    )  # fmt: skip
    svg = draw(model, "t", title=HOSTILE).to_svg()
    root = ElementTree.fromstring(svg)
    assert "<script" not in svg
    assert "http" not in svg.replace("http://www.w3.org/2000/svg", "")
    titles = [element.text or "" for element in root.iter(f"{SVG}title")]
    assert any("<script>alert('x')</script> ]]> & \"q\" &amp;" in title for title in titles)
    names = {element.get("data-name") for element in root.iter(f"{SVG}g")}
    assert {"<b>\"'&", "]]>", "t"} <= names
    assert not any(
        unicodedata.bidirectional(char) == "RLO" for text in root.iter(f"{SVG}text") for char in text.text or ""
    )


def test_two_diagrams_may_stand_in_one_page() -> None:
    model = Model(name="m", top="t", gates={"t": {"or": ["a"]}}, basic_events={"a": {}})
    one, other = (draw(model, "t", title=title).to_svg() for title in ("one", "other"))
    ids = re.findall(r' id="([^"]+)"', one + other)
    assert len(ids) == len(set(ids)) == 4


def test_text_has_contrast() -> None:
    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        r, g, b = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * r + 0.7152 * g + 0.0722 * b

    def contrast(one: str, other: str) -> float:
        high, low = sorted((light(one), light(other)), reverse=True)
        return (high + 0.05) / (low + 0.05)

    pale = [*FILLS.values(), PAPER, STRIP_EVENT, STRIP_GATE]
    assert min(contrast(INK, fill) for fill in pale) > 7
    assert min(contrast(MUTED, fill) for fill in (PAPER, STRIP_EVENT, STRIP_GATE)) > 4.5
    assert min(contrast(PAPER, fill) for fill in (TOP_FILL, CERTAIN)) > 7
