"""`faulttree report`: formats, places, standard input, and errors in our own words."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from faulttree.cli import EXIT_MODEL, EXIT_USAGE, run_cli

MODEL = """
name: Pumps
top: loss
gates: {loss: {and: [a, b]}}
basic_events: {a: {probability: 0.1}, b: {probability: 0.02}}
scenarios: {stuck: {set: {a: true}}}
"""


@pytest.fixture
def model(tmp_path: Path) -> str:
    place = tmp_path / "pumps.yaml"
    place.write_text(MODEL)
    return str(place)


def test_html_goes_to_standard_output(model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["report", model]) == 0
    page = capsys.readouterr().out
    assert page.startswith("<!DOCTYPE html>\n") and page.endswith("</html>\n")
    assert '<strong class="value">0.002</strong>' in page
    assert "faulttree report pumps.yaml -o report.html" in page and str(Path(model).parent) not in page


@pytest.mark.parametrize(("name", "start"), [("r.html", "<!DOCTYPE"), ("r.htm", "<!DOCTYPE"), ("r.md", "# Pumps")])
def test_the_suffix_tells_the_format(model: str, tmp_path: Path, name: str, start: str) -> None:
    assert run_cli(["report", model, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / name).read_text().startswith(start)


def test_format_has_the_last_word(model: str, tmp_path: Path) -> None:
    assert run_cli(["report", model, "--format", "markdown", "-o", str(tmp_path / "r.txt")]) == 0
    report = (tmp_path / "r.txt").read_text()
    assert report.startswith("# Pumps") and "tree.svg" not in report


def test_standard_input_states_and_date(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(MODEL.encode())))
    assert run_cli(["report", "-", "--format", "markdown", "--scenario", "stuck", "--date", "4 November"]) == 0
    report = capsys.readouterr().out
    assert "4 November" in report and "**0.02**" in report and "What if: a=true." in report
    assert "faulttree report MODEL --set a=true -o report.html" in report


def test_the_same_request_gives_the_same_bytes(model: str, tmp_path: Path) -> None:
    for name in ("a.html", "b.html"):
        assert run_cli(["report", model, "-o", str(tmp_path / name)]) == 0
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()


def test_a_time_limit_comes_back_as_it_was_typed_and_promises_no_same_bytes(
    model: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for typed in ("4", "2.5"):
        assert run_cli(["report", model, "--time-limit", typed, "--format", "markdown"]) == 0
        report = capsys.readouterr().out
        assert f"faulttree report pumps.yaml --time-limit {typed} -o report.html" in report
        assert "give the same bytes" not in report and f"A time limit of {typed} s was set" in report


def test_run_writes_both_reports(model: str, tmp_path: Path) -> None:
    assert run_cli(["run", model, "-o", str(tmp_path / "out"), "--pictures", "dot"]) == 0
    assert "![" not in (tmp_path / "out/report.md").read_text(), "no picture was drawn that it could show"
    assert (tmp_path / "out/report.html").read_text().startswith("<!DOCTYPE html>")


def test_a_browser_shows_it_without_a_request_or_complaint(model: str, tmp_path: Path, browser: Any) -> None:
    place = tmp_path / "report.html"
    assert run_cli(["report", model, "-o", str(place)]) == 0
    page, told = browser.new_page(viewport={"width": 390, "height": 800}), []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: told.append(request.url) if request.url != place.as_uri() else None)
    page.goto(place.as_uri())
    # The style sheet passes the page's own security policy; nothing is wider than the screen of a telephone.
    assert page.evaluate("getComputedStyle(document.querySelector('h1')).fontWeight") == "700"
    assert page.evaluate("getComputedStyle(document.querySelector('.headline')).borderTopWidth") == "2px"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.pdf().startswith(b"%PDF")
    assert told == []
    page.close()


def test_errors_are_in_our_words(model: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_cli(["report", model, "-o", "report.pdf"]) == EXIT_USAGE
    assert "a report is .html or .md" in capsys.readouterr().err
    assert run_cli(["report", model, "--set", "x=true"]) == EXIT_USAGE
    assert "'x'" in capsys.readouterr().err
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("name: x\ntop: g\n")
    assert run_cli(["report", str(wrong)]) == EXIT_MODEL
    assert run_cli(["report", str(tmp_path / "none.yaml")]) == EXIT_USAGE
