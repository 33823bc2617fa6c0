from __future__ import annotations

import struct
import sys
import warnings
from typing import Any

import matplotlib.font_manager
import pytest
from hypothesis import HealthCheck, given, settings
from render_strategies import annotated, chain

from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.model import Model
from faulttree.render import figure
from faulttree.render.diagram import draw

MODEL = Model(
    name="m",
    top="t",
    gates={"t": {"label": "Costs $5 or $6", "inhibit": {"input": "a", "condition": "c"}}},
    basic_events={"a": {"label": "насос №1"}, "c": {"label": "Pressure"}},
)


def test_png_and_pdf_are_what_they_say() -> None:
    diagram = draw(MODEL, "t", states={"a": False, "c": True})
    png, pdf = diagram.to_bytes("png"), diagram.to_bytes("pdf")
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    assert (width, height) == pytest.approx((2 * diagram.scene.width, 2 * diagram.scene.height), abs=2)
    assert pdf.startswith(b"%PDF-")
    assert pdf.rstrip().endswith(b"%%EOF")
    assert b"CreationDate" not in pdf
    assert (png, pdf) == (diagram.to_bytes("png"), diagram.to_bytes("pdf"))


@settings(deadline=None, max_examples=5, suppress_health_check=[HealthCheck.too_slow])
@given(annotated())
def test_any_tree_becomes_a_figure(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    diagram = draw(model, model.top[0], **options)
    assert diagram.to_bytes("png")
    assert diagram.to_bytes("pdf")


@pytest.mark.parametrize("installed", [True, False])
def test_characters_without_a_font_warn_nobody(monkeypatch: pytest.MonkeyPatch, installed: bool) -> None:
    fonts = matplotlib.font_manager.fontManager.ttflist
    if not installed:
        fonts = [font for font in fonts if font.name.startswith("DejaVu")]
    monkeypatch.setattr(matplotlib.font_manager.fontManager, "ttflist", fonts)
    figure.full_width_families.cache_clear()
    figure._font.cache_clear()
    model = Model(
        name="m", top="泵", gates={"泵": {"label": "泵站故障 ⛽ \U00013000", "not": "e"}}, basic_events={"e": {}}
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for kind in ("png", "pdf"):
            assert draw(model, "泵", title="标题").to_bytes(kind)
    figure.full_width_families.cache_clear()
    figure._font.cache_clear()


def test_a_full_width_font_is_chosen_when_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [matplotlib.font_manager.FontEntry(name=name) for name in ("Other", "Noto Sans CJK JP")]
    monkeypatch.setattr(matplotlib.font_manager.fontManager, "ttflist", entries)
    figure.full_width_families.cache_clear()
    assert figure.full_width_families() == ("Noto Sans CJK JP",)
    figure.full_width_families.cache_clear()


def test_a_png_too_large_is_refused_and_a_pdf_scaled() -> None:
    diagram = draw(chain(300), "g0")
    with pytest.raises(InvalidRequestError, match=r"too large; save as \.svg or \.pdf"):
        diagram.to_bytes("png")
    assert diagram.to_bytes("pdf").startswith(b"%PDF-")


def test_without_matplotlib_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] == "matplotlib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    diagram = draw(MODEL, "t")
    with pytest.raises(
        MissingExtraError, match=r"PNG needs matplotlib; install it with `pip install faulttree\[plots\]`"
    ):
        diagram.to_bytes("png")
    assert diagram.to_bytes("svg").startswith(b"<svg")
