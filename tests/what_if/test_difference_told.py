"""How a difference is told: enough digits, plain words, and Markdown whatever the texts of the models hold."""

from __future__ import annotations

import html
import re

import pytest
from differences import BASE, edited
from hypothesis import given, settings
from hypothesis import strategies as st

from faulttree import diff
from faulttree.what_if.difference_markdown import code
from faulttree.what_if.moves import told_apart

# What is said


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_texts_of_two_numbers_tell_them_apart(one: float, other: float) -> None:
    texts = told_apart(one, other)
    assert (texts[0] == texts[1]) is (one == other)
    for value, text in zip((one, other), texts, strict=True):
        assert float(text) == pytest.approx(value, rel=1e-3, abs=0.0)
        assert (float(text) == 1.0) is (value == 1.0)


def test_a_tiny_move_is_shown_with_its_digits() -> None:
    assert told_apart(0.28, 0.28000001) == ("0.28", "0.28000001")
    assert told_apart(1e-7, 2e-7) == ("1.000e-07", "2.000e-07")
    assert told_apart(None, 0.5) == ("", "0.5")
    after = edited(basic_events={**BASE["basic_events"], "power": {"probability": 0.01000001}})
    found = diff(edited(), after)
    for text in (str(found), found.to_markdown()):
        assert "0.01000001" in text
    (row,) = (line for line in str(found).splitlines() if line.strip().startswith("probability"))
    assert row.split()[1] != row.split()[2]


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        ({}, "the models say the same"),
        ({"basic_events": {**BASE["basic_events"], "a": {"probability": 0.3}}}, "1 change in the numbers"),
        ({"name": "x", "description": "y"}, "2 changes in texts"),
        ({"name": "x", "top": "pumps", "gates": {"pumps": {"and": ["a", "b"]}},
          "basic_events": {name: BASE["basic_events"][name] for name in "ab"}},
         "4 changes: 3 in the structure, 1 in texts"),
    ],
)  # fmt: skip
def test_changes_are_counted_in_plain_words(sections, said: str) -> None:
    assert diff(edited(), edited(**sections)).summary() == said


def test_the_check_of_a_rise_names_what_rose_and_is_never_folded() -> None:
    states = {f"s{i}": {"set": {"power": i / 1000}} for i in range(30)}
    before = edited(scenarios=states)
    after = edited(basic_events={**BASE["basic_events"], "b": {"probability": 0.4}}, scenarios=states)
    found = diff(before, after)
    verdict = found.check("increase")
    said = [str(reason) for reason in verdict.reasons]
    assert (verdict.failed, verdict.said) == (True, "a probability rose")
    assert said[0] == "the probability of 'no_flow' rose from 0.0298 to 0.0496"
    assert "the probability of 'no_flow' under scenario 's0' rose from 0.02 to 0.04" in said
    assert "below 'no_flow': gate 'pumps' rose from 0.02 to 0.04" in said
    assert len(said) == 1 + 30 + 1
    page = found.to_markdown("increase")
    check_markdown(page)
    head = page[: page.index("<details>")]
    assert "**Check `increase` failed: a probability rose.**" in head
    assert all(f"under scenario 's{i}'" in head for i in range(30))
    assert "**The probability of `no_flow` rose: 0.0298 → 0.0496 (ratio 1.664).**" in head
    assert "<details><summary>22 more rows</summary>" in page
    assert "<details>" not in found.to_markdown("results")
    back = diff(after, before)
    assert "`no_flow` fell: 0.0496 → 0.0298" in back.to_markdown()
    assert "**Check `increase` passed.**" in back.to_markdown("increase")


# Markdown


def check_markdown(text: str) -> None:
    lines = text.splitlines()
    for place, line in enumerate(lines):
        if line.startswith("|"):
            # A bar anywhere inside a cell would end it, code span or not.
            start = place
            while start and lines[start - 1].startswith("|"):
                start -= 1
            assert line.count("|") == lines[start].count("|"), line
    bare = re.sub(r"(`+).*?[^`]\1(?!`)", "", text)  # what is not in a code span
    assert bare.count("<details>") == bare.count("</details>") == bare.count("<summary>")
    bare = re.sub(r"</?(details|summary|code)>", "", bare)
    assert "<" not in bare
    assert all(character.isprintable() or character == "\n" for character in text)


HOSTILE = [
    "<script>alert(1)</script>", "a|b", "``", "`", "a`b``c", "\\", "a\\|b", "|", "\n# heading\n\n- list", "![x](y)",
    "@everyone", "\u202egnp.exe", "\x1b[31mred", "<!-- ", "</details>", "&lt;",
    "$x$", "a\tb", "   ", "\x00", "x" * 5000,
]  # fmt: skip


@settings(max_examples=30)
@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=30), min_size=2, max_size=2))
def test_markdown_holds_whatever_a_label_holds(labels: list[str]) -> None:
    texts = [label.encode("utf-8", "ignore").decode() for label in labels]
    trees_of = []
    for text in texts:
        gates = {**BASE["gates"], "no_flow": {"label": text, "description": text, "or": ["power", "pumps"]}}
        trees_of.append(edited(gates=gates, name=text, description=text, attributes={"k": {"v": text}}))
    check_markdown(diff(*trees_of).to_markdown())


@pytest.mark.parametrize("text", [*HOSTILE, "plain", "two words", "ends with `", "` begins"])
def test_code_shows_the_text_and_nothing_else(text: str) -> None:
    shown = code(text)
    assert "\n" not in shown
    assert "|" not in shown
    line = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in " ".join(text.split()))
    if shown.startswith("<code>"):
        assert html.unescape(shown.removeprefix("<code>").removesuffix("</code>")) == line
    elif shown:
        fence = re.match("`+", shown)[0] if " " not in shown[:8] else shown[: len(shown) - len(shown.lstrip("`"))]
        inside = shown[len(fence) : -len(fence)]
        assert fence not in inside
        assert inside.strip() == line.strip()
    else:
        assert not line


def test_markdown_is_read_as_it_is_meant() -> None:
    markdown_it = pytest.importorskip("markdown_it")
    events = {f"e{i}": {"probability": 0.01} for i in range(30)}
    gates = {"no_flow": {"or": [*events], "label": "a|b <script>"}}
    before = edited(gates=gates, basic_events=events)
    after = edited(gates={"no_flow": {"or": list(events)[:5], "label": "`x` | @y"}},
                   basic_events={**dict(list(events.items())[:5])})  # fmt: skip
    text = diff(before, after).to_markdown()
    assert "<details><summary>16 more changes</summary>" in text
    for check in ("any", "structure"):
        assert "more changes" not in diff(before, after).to_markdown(check)
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    assert "<script" not in page
    assert page.count("<table>") >= 4
    assert page.count("<tr>") == sum(
        line.startswith("|") and not set(line) <= set("|-: ") for line in text.splitlines()
    )
    assert "a|b &lt;script&gt;" in html.unescape(page).replace("<script>", "&lt;script&gt;")
