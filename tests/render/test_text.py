from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from make_metrics import encoded, real_widths

from faulttree.render import metrics
from faulttree.render.text import clean, cut_middle, fit, measure, shown, wrap, xml_safe


@pytest.mark.parametrize(("file", "bold"), [("DejaVuSans.ttf", False), ("DejaVuSans-Bold.ttf", True)])
def test_the_table_is_dejavu(file: str, bold: bool) -> None:
    widths = real_widths(file)
    assert encoded(widths) == (metrics.BOLD if bold else metrics.REGULAR)
    for first, last in metrics.RANGES:
        for code in range(first, last + 1):
            if code in widths and unicodedata.category(chr(code)) not in ("Mn", "Me", "Cf"):
                assert metrics.char_width(chr(code), bold) == pytest.approx(widths[code] / 1000)
                assert metrics.in_table(chr(code)) or bold


def test_characters_outside_the_table() -> None:
    assert metrics.char_width("日") == metrics.char_width("ก") == metrics.char_width("🚀") == 1.0
    assert metrics.char_width("\u0301") == metrics.char_width("\u200d") == 0.0
    assert not metrics.in_table("日")
    assert measure("日本", 10) == 20.0


@pytest.mark.parametrize(
    ("probability", "text"),
    [
        (0.0, "0"), (1.0, "1"), (0.0022, "2.20e-3"), (6e-4, "6.00e-4"), (0.1848, "0.185"), (0.01, "0.0100"),
        (0.009999, "0.0100"), (0.00999, "9.99e-3"), (0.5, "0.500"), (0.99949, "0.999"), (0.99951, ">0.999"),
        (math.nextafter(1.0, 0.0), ">0.999"), (1e-300, "1.00e-300"), (5e-324, "4.94e-324"), (2.5, "2.5"),
        (math.nan, "nan"),
        (0.0999999, "0.100"),
    ],
)  # fmt: skip
def test_numbers_have_three_digits(probability: float, text: str) -> None:
    assert shown(probability) == text


@given(st.floats(1e-12, 0.9994))
def test_shown_numbers_are_right_to_three_digits(probability: float) -> None:
    assert float(shown(probability)) == pytest.approx(probability, rel=5.1e-3)


@given(st.text(), st.floats(20, 300), st.floats(6, 20), st.booleans(), st.integers(1, 6))
@example("W" * 50 + " i", 20.0, 20.0, True, 1)
def test_wrapped_lines_fit_and_keep_the_text(text: str, width: float, size: float, bold: bool, most: int) -> None:
    lines = wrap(text, width, size, bold=bold, most=most)
    assert len(lines) <= most
    for line in lines:
        assert measure(line, size, bold) <= width or len(line.strip("…")) <= 1 or size * 2 > width
    whole, drawn = clean(text).replace(" ", ""), "".join(lines).replace(" ", "")
    assert drawn == whole or (drawn.endswith("…") and whole.startswith(drawn[:-1]))


def test_lines_break_where_words_do() -> None:
    assert wrap("Spacecraft stays in parking orbit", 160, 12.5) == ("Spacecraft stays", "in parking orbit")
    assert wrap("fuse-holder qualification", 90, 12.5) == ("fuse-holder", "qualification")
    assert wrap("一二三四五（六）", 62, 12.5) == ("一二三四", "五（六）")
    assert wrap("WWWWWWWW", 50, 12.5) == ("WWWW", "WWWW")
    assert wrap("one two three four five six", 40, 12.5, most=2) == ("one", "two…")
    assert wrap("", 40, 12.5) == wrap(" \n", 40, 12.5) == ()
    marked = wrap("e\u0301" * 20, 40, 12.5)
    assert len(marked) > 1
    assert all(line.count("e") == line.count("\u0301") for line in marked)


def test_names_shrink_and_are_cut_in_the_middle() -> None:
    assert fit("PUMP", 100, (11.0, 9.0)) == ("PUMP", 11.0)
    assert fit("PUMP-A-FTR-LONG", 95, (11.0, 9.0), bold=False)[1] == 9.0
    text, size = fit("PUMP-A-FAILS-TO-RUN-42", 100, (11.0, 9.0), bold=True, tail=" (shared)")
    assert text.startswith("PU")
    assert text.endswith(" (shared)")
    assert "…" in text
    assert measure(text, size, True) <= 100
    assert cut_middle("abc", 100.0, 10.0) == "abc"
    assert cut_middle("abc", 1.0, 10.0) == ""
    assert cut_middle("WWW", 10.0, 10.0) == "…"


def test_what_cannot_be_drawn_is_dropped() -> None:
    assert clean("a\x00b\x07\ud800c\ufffe") == "abc"
    assert clean(" two\n lines\u2028three\u202e ") == "two lines three"
    assert xml_safe("a\x0b\n\t") == "a\n\t"
