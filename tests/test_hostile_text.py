"""Names and labels that do their worst: markup, formulas, quotes, controls, very long, from right to left.

Nothing they hold breaks a table, a picture, a CSV file or a report, or commands a terminal.
"""

from __future__ import annotations

import csv
import io
import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import faulttree as ft
from faulttree import cli
from faulttree.cut_sets.export import write_sets
from faulttree.errors import Fault, FaultTreeError, InvalidModelError, UnknownNameError, printable
from faulttree.results import Records, csv_text, json_text, text_from_csv, text_table
from faulttree.what_if.scenario_files import read_scenario_text

# Written down apart from the package: what may not reach a terminal, and what a spreadsheet takes for a formula.
BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
DANGEROUS = "=+-@\t\r\n＝＋－＠"
ATTACKS = (
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1+1)*cmd|' /C calc'!A0", "＝1＋1", "＠x", "'=1", "''-", "%0A=1",
    "=HYPERLINK(\"http://x.invalid?\"&A1,\"x\")", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</svg>",
    "]]>", "-->", "\"'`", "a\"b,c;d", "{{7*7}}", "${7*7}", "{% raw %}", "$x^2$", "[x](javascript:alert(1))",
    "![x](http://x.invalid)", "| a | b |", "# heading", "`code`", "&lt;b&gt;", "&#x27;", "\\", "\\n", "%s%n", "../../x",
    "تعطل المضخة", "כשל במשאבה", "圧力" * 20, "e\u0301" * 40, "k" * 250, "نی‌شود", "👩\u200d🚀",
)  # fmt: skip
CONTROLS = (
    "\x1b[31mred", "\x1b]0;title\x07", "\x1b]8;;http://x.invalid\x1b\\link\x1b]8;;\x1b\\", "\x9b2J", "\x9d0;t\x9c",
    "\x00", "a\rb", "a\x08\x08b", "\x7f", "\u202ereversed", "\u2066a\u2069", "\u2028", "\u2029", "\x85", " =1",
    "\t=1", "\r\n=1", "\ufeff=1", "\u200b=1", "two\nlines", "word " * 900,
)  # fmt: skip

printable_names = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=30)
names = st.sampled_from([text for text in ATTACKS if text.isprintable()]) | printable_names
texts = st.sampled_from(ATTACKS + CONTROLS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@st.composite
def models(draw: st.DrawFn) -> dict[str, Any]:
    """A small coherent tree in which every text is the user's worst."""
    top, gate, *events = draw(st.lists(names, min_size=5, max_size=7, unique=True))

    def element(**more: Any) -> dict[str, Any]:
        return {"label": draw(texts), "description": draw(texts), **more}

    return {
        "name": draw(texts), "description": draw(texts), "top": top, "mission_time": "10 h",
        "sources": {draw(names): {"title": draw(texts), "author": draw(texts), "note": draw(texts)}},
        "gates": {
            top: element(**{"or": [gate, events[0]]}),
            gate: element(atleast={"k": 2, "of": events[1:]}) if len(events) > 2 else element(**{"and": events[1:]}),
        },
        "basic_events": {name: element(rate="1e-3 /h", basis=draw(texts)) for name in events},
        "scenarios": {draw(names): element(set={events[0]: True})},
        "evidence": {draw(names): element(observe={top: True}, hypotheses={draw(names): {events[0]: True}})},
        "timeline": [{"phase": draw(texts), "event": draw(texts), "note": draw(texts)}],
    }  # fmt: skip


def commands(text: str) -> list[str]:
    """The characters of a text that could command a terminal, or show it other than it is."""
    return [
        character
        for character in text
        if (unicodedata.category(character) in ("Cc", "Zl", "Zp", "Cs") and character not in "\n\t")
        or character in BIDI
    ]


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    capsys.readouterr()
    code = cli.run_cli(arguments)
    out, err = capsys.readouterr()
    assert "Traceback" not in out + err
    return code, out, err


@given(st.text())
@example("".join(CONTROLS))
def test_what_is_printable(text: str) -> None:
    shown = printable(text)
    assert commands(shown) == []
    assert shown == text or commands(text)
    kept = [character for character in text if not commands(character)]
    assert len(shown) >= len(kept)
    assert printable(shown) == shown


def test_what_commands_is_written_out_and_letters_stay() -> None:
    assert printable("a\x1b[31mb\r\u202e") == "a\\x1b[31mb\\x0d\\u202e"
    assert printable("כשל\nتعطل\tنی‌شود 👩\u200d🚀") == "כשל\nتعطل\tنی‌شود 👩\u200d🚀"


@given(st.text())
@example("'=")
@example("''=1")
def test_a_text_in_csv_is_no_formula_and_comes_back(text: str) -> None:
    written = csv_text(text)
    assert text_from_csv(written) == text
    bare = written.lstrip(" \x00\u200b\ufeff\xa0\u3000")
    assert not bare.startswith(tuple(DANGEROUS))
    assert written in (text, f"'{text}")


@pytest.mark.parametrize("text", ["pump", "a=b", "1e-5", "'quoted'", "", " pump - a", "x\t=1"])
def test_harmless_texts_stay_as_they_are(text: str) -> None:
    assert csv_text(text) == text_from_csv(text) == text


def test_numbers_in_csv_stay_numbers() -> None:
    table = Records(({"=heading": -0.5, "n": -3, "s": "-0.5", "l": ["-a", "b"], "b": False, "none": None},))
    heading, row = csv.reader(io.StringIO(table.to_csv()))
    assert heading == ["'=heading", "n", "s", "l", "b", "none"]
    assert row == ["-0.5", "-3", "'-0.5", "'-a + b", "false", ""]
    assert json.loads(table.to_json())["rows"][0]["=heading"] == -0.5


@given(st.lists(st.tuples(texts, st.floats(-1, 1)), min_size=1, max_size=3), texts)
def test_tables(cells: list[tuple[str, float]], heading: str) -> None:
    shown = text_table((heading, "q"), cells)
    assert commands(shown) == []
    assert len(shown.split("\n")) == 2 + len(cells)  # a cell takes one line
    table = Records(tuple({heading: text, "q " + heading: number} for text, number in cells))
    rows = list(csv.reader(io.StringIO(table.to_csv(), newline="")))
    assert [text_from_csv(row[0]) for row in rows[1:]] == [text for text, _ in cells]
    assert [float(row[1]) for row in rows[1:]] == [number for _, number in cells]
    assert commands(table.to_json().replace("\n", "")) == []
    assert json.loads(table.to_json())["rows"] == table.records()
    assert tags_of(table._repr_html_()) <= {"table", "thead", "tbody", "tr", "th", "td"}


@given(st.recursive(st.text() | st.floats() | st.none(), lambda inner: st.dictionaries(st.text(), inner)))
def test_json_escapes_controls_and_keeps_the_content(content: Any) -> None:
    text = json_text(content)
    assert commands(text) == []
    assert json.loads(text) == json.loads(json_text(content, None))


@given(texts, texts, texts)
def test_messages(first: str, second: str, third: str) -> None:
    fault = Fault(first, second, third, file=first, line=3)
    for error in (
        FaultTreeError(first),
        UnknownNameError("event", first, [second, third]),
        InvalidModelError([fault, fault]),
    ):
        assert commands(str(error)) == []
    assert commands(str(fault)) == []
    assert fault.message == first  # what was found is kept as it is


VERBS = (
    ("check",), ("probability",), ("probability", "--gates"), ("cut-sets",), ("cut-sets", "--by-component"),
    ("importance",), ("what-if",), ("common-cause",), ("over-time",), ("metrics",), ("scenarios",),
    ("scenarios", "--compare"), ("scenarios", "--grid", "single-true", "--ranked"), ("repair",), ("reach", "1e-9"),
    ("report", "--format", "markdown"), ("query", "support(true)"),
)  # fmt: skip


@settings(max_examples=6)
@given(model=models())
def test_no_verb_lets_a_text_command_the_terminal(
    model: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    for verb, *options in VERBS:
        code, out, err = run([verb, str(path), *options], capsys)
        assert code == 0, (verb, err)
        assert commands(out + err) == [], verb
    other = tmp_path / "other.json"
    other.write_text(json.dumps(model | {"name": model["description"], "description": "\x1b"}), encoding="utf-8")
    for form in ("table", "markdown"):
        code, out, err = run(["diff", str(path), str(other), "--format", form], capsys)
        assert code == 0, err
        assert commands(out + err) == [], form


@settings(max_examples=12)
@given(model=models())
def test_csv_of_every_verb_holds_no_formula(
    model: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "m.json"
    path.write_text(json.dumps(model), encoding="utf-8")
    for verb in ("cut-sets", "importance", "common-cause", "over-time"):
        code, out, err = run([verb, str(path), "--format", "csv"], capsys)
        assert code == 0, err
        heading, *rows = csv.reader(io.StringIO(out, newline=""))
        assert all(len(row) == len(heading) for row in rows)
        for cell in (cell for row in [heading, *rows] for cell in row):
            assert not cell.lstrip().startswith(tuple(DANGEROUS)) or is_number(cell), (verb, cell)


@given(models())
def test_cut_sets_as_they_are_found(model: dict[str, Any]) -> None:
    sets = ft.FaultTree.from_data(model).minimal_cut_sets()
    streamed, expected = io.BytesIO(), sorted(" + ".join(cut.events) for cut in sets)
    write_sets(sets.stream(), streamed, "csv")
    rows = list(csv.DictReader(io.StringIO(streamed.getvalue().decode(), newline="")))
    assert sorted(text_from_csv(row["events"]) for row in rows) == expected
    at_once = csv.DictReader(io.StringIO(sets.to_csv(), newline=""))
    assert sorted(row["events"] for row in at_once) == sorted(row["events"] for row in rows)
    assert not any(row["events"].startswith(tuple(DANGEROUS)) for row in rows)


@settings(max_examples=20)
@given(models())
def test_a_table_of_scenarios_is_read_back(model: dict[str, Any]) -> None:
    events = [*model["basic_events"]]
    table = Records(tuple({"scenario": name, "event": name, "state": 0.5} for name in events))
    read = read_scenario_text(table.to_csv(), "csv", ft.FaultTree.from_data(model).model)
    assert {name: dict(scenario.states) for name, scenario in read.items()} == {name: {name: 0.5} for name in events}


@settings(max_examples=20)
@given(models())
def test_pictures(model: dict[str, Any]) -> None:
    tree = ft.FaultTree.from_data(model)
    svg = tree.diagram().to_svg()
    root = ElementTree.fromstring(svg)
    assert {element.tag.partition("}")[2] for element in root.iter()} <= {
        "svg", "title", "desc", "g", "path", "rect", "ellipse", "text",
    }  # fmt: skip
    assert not any(re.match("on|href|style", name.lower()) for element in root.iter() for name in element.attrib)
    for element in root.iter():
        if element.tag.endswith("}text"):
            assert commands(element.text or "") == []
    dot = tree.to_dot()
    strings = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
    outside = strings.sub("", dot)
    assert '"' not in outside
    assert "<" not in outside
    assert commands(dot) == []


@settings(max_examples=5)
@given(models())
def test_the_summary(model: dict[str, Any]) -> None:
    tree = ft.FaultTree.from_data(model)
    for shown in (tree, tree.probability(), tree.minimal_cut_sets(), tree.importance(), ft.compare(tree, tree)):
        assert commands(str(shown)) == []
    for name in tree.model.scenarios:
        assert commands(str(ft.compare(tree, tree.scenario(name)))) == []


@pytest.mark.parametrize("text", [each for each in CONTROLS if "\0" not in each])
def test_what_the_command_line_is_given(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.yaml").write_text("name: t\ntop: e\nbasic_events: {e: {probability: 0.5}}\n")
    for arguments in (
        ["probability", text],
        ["probability", f"{text[:50]}.yaml"],
        ["probability", "m.yaml", "--top", text],
        ["probability", "m.yaml", "--set", f"{text}=true"],
        ["probability", "m.yaml", "--set", f"e={text}"],
        ["probability", "m.yaml", "--scenario", text],
        ["probability", "m.yaml", f"--{text}"],
        ["probability", "m.yaml", "--node-budget", text],
        [text],
    ):
        code, out, err = run(arguments, capsys)
        assert code in (1, 2, 3), arguments
        assert commands(out + err) == [], arguments


@settings(max_examples=30)
@given(text=texts)
def test_faults_of_a_file(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "m.json"
    for wrong in (
        {"name": "t", "top": text, "basic_events": {"e": {"probability": text, text: 1}}},
        {"name": "t", "top": "e", "basic_events": {"e": {"rate": text, "kind": text}}, text: {text: text}},
        {"name": "t", "top": "e", "basic_events": {text: {"probability": 2}, "e": {"source": text}}},
    ):
        path.write_text(json.dumps(wrong), encoding="utf-8")
        code, out, err = run(["check", str(path)], capsys)
        assert code == 3
        assert commands(out + err) == []


def test_a_terminal_is_shown_no_control_even_of_a_file_format(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.json"
    model = {"name": "t\x9b2J\u202e", "top": "e", "basic_events": {"e": {"label": "\x9b2J"}}}
    path.write_text(json.dumps(model), encoding="utf-8")
    code, out, _ = run(["convert", str(path), "-", "--to", "json"], capsys)
    assert code == 0
    assert json.loads(out)["name"] == model["name"]  # through a pipe, as it is
    capsys.readouterr()
    import sys

    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    code, out, _ = run(["convert", str(path), "-", "--to", "json"], capsys)
    assert (code, commands(out)) == (0, [])


def tags_of(html: str) -> set[str]:
    """The elements of an HTML text, by a parser that is not ours."""
    from html.parser import HTMLParser

    found: set[str] = set()

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.add(tag)
            assert not any(name.startswith("on") for name, _ in attrs)

    Parser().feed(html)
    return found


def is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
