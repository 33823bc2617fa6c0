"""The sections of the report: each states typed facts, and says the same in HTML and in Markdown."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import re
from importlib import resources
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from report_checks import checked

import faulttree as ft
from faulttree.quantification.probability import Probability
from faulttree.report import document
from faulttree.report.section import Edition, Section

FOLDER = Path(document.__file__).parent
PAIR: dict[str, Any] = {
    "name": "Pair", "top": "top", "gates": {"top": {"and": ["a", "b"]}},
    "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 0.25}},
    "scenarios": {"worn": {"set": {"a": 0.75}}},
}  # fmt: skip


each_section = pytest.mark.parametrize("section", document.SECTIONS, ids=lambda section: section.anchor)


@each_section
def test_a_section_states_a_frozen_dataclass_whose_fields_are_typed_and_documented(section: Section[object]) -> None:
    module = importlib.import_module(section.package)
    facts = module.Facts
    assert dataclasses.is_dataclass(facts) and facts.__dataclass_params__.frozen
    assert {field.name for field in dataclasses.fields(facts)} <= {*re.findall(r"\w+", facts.__doc__)}
    for row in (getattr(module, name) for name in module.__all__ if name != "SECTION"):
        assert row.__dataclass_params__.frozen
        for field in dataclasses.fields(row):
            assert not re.search(r"\b(Any|object|dict|list)\b", str(field.type)), f"{row.__name__}.{field.name}"
    returned = get_type_hints(section.facts)["return"]
    assert facts in (returned, *get_args(returned))


@each_section
def test_a_section_has_both_templates_and_leaves_its_heading_to_the_page(section: Section[object]) -> None:
    for file, heading in (("section.html.j2", "<h2"), ("section.md.j2", "\n## ")):
        template = resources.files(section.package).joinpath(file).read_text("utf-8")
        assert "facts." in template and heading not in f"\n{template}"


def test_every_folder_is_in_the_list_once_and_every_anchor_and_title_is_its_own() -> None:
    folders = sorted(path.parent.name for path in (FOLDER / "sections").glob("*/__init__.py"))
    assert sorted(section.package.rpartition(".")[2] for section in document.SECTIONS) == folders
    for names in ([each.anchor for each in document.SECTIONS], [each.title for each in document.SECTIONS]):
        assert len(set(names)) == len(names) > 10


@pytest.mark.parametrize("inside", ["findings", "sections"])
def test_findings_and_sections_import_nothing_that_writes_them(inside: str) -> None:
    writers = {"document", "dossier", "markdown", "page", "templates", "sections"}
    refused = writers | ({"charts", "figures", "section", "wording"} if inside == "findings" else set())
    for path in (FOLDER / inside).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("faulttree.report"):
                names = {*(node.module or "").split("."), *(alias.name for alias in node.names)}
                assert not names & refused, f"{path}:{node.lineno}"


WEATHER = '''
from dataclasses import dataclass

from faulttree.report.section import Section


@dataclass(frozen=True)
class Facts:
    """wind: in words."""

    wind: str


def facts_of(found, edition):
    return Facts("<gale> *8*") if found.comparisons else None


SECTION = Section("weather", "Weather on the day", facts_of, __name__)
'''


@pytest.fixture
def weather(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A section of another package, in the list after the summary."""
    folder = tmp_path / "weather_of_the_day"
    folder.mkdir()
    (folder / "__init__.py").write_text(WEATHER)
    (folder / "section.html.j2").write_text("<p>Wind: {{ facts.wind }}</p>\n")
    (folder / "section.md.j2").write_text("Wind: {{ facts.wind | md }}\n")
    monkeypatch.syspath_prepend(tmp_path)
    section = importlib.import_module(folder.name).SECTION
    summary, *others = document.SECTIONS
    monkeypatch.setattr(document, "SECTIONS", (summary, section, *others))


@pytest.mark.usefixtures("weather")
def test_a_line_in_the_list_is_enough_for_a_new_section() -> None:
    found = ft.analyse(ft.FaultTree.from_data(PAIR))
    page, report = checked(found.report_html()), found.report()
    assert ("section", {"id": "weather"}) in page.elements
    contents = [given["href"] for tag, given in page.elements if tag == "a"]
    assert contents[contents.index("#weather") + 1] == "#identity", "it stands in the contents, at its place"
    assert "Weather on the day" in page.text and "Wind: <gale> *8*" in page.text
    assert "\n## Weather on the day\n\nWind: \\<gale\\> \\*8\\*\n\n## What was analysed\n" in report


@pytest.mark.usefixtures("weather")
def test_a_section_that_has_nothing_to_say_is_in_neither_report_nor_contents() -> None:
    found = ft.analyse(ft.FaultTree.from_data(PAIR | {"scenarios": {}}))
    assert [each.anchor for each, _ in document.parts_of(found, Edition())][:2] == ["summary", "identity"]
    assert "eather" not in found.report_html() and "eather" not in found.report()


def test_bounds_under_a_scenario_are_given_with_both_ends() -> None:
    found = ft.analyse(ft.FaultTree.from_data(PAIR))
    compared = dataclasses.replace(found.comparisons["worn"], after=Probability.bounded(0.125, 0.1875))
    found = dataclasses.replace(found, comparisons={"worn": compared}, answer=Probability.bounded(0.0625, 0.125))
    report, page = found.report(), found.report_html()
    checked(page)
    assert "| as modelled | | 0.0625 to 0.125 | 1 |" in report
    assert "| `worn` | a=0.75 | 0.125 to 0.1875 |" in report
    rows = page.split('<section id="scenarios">')[1].split("</section>")[0]
    assert '<td class="n">0.0625 to 0.125</td>' in rows and '<td class="n">0.125 to 0.1875</td>' in rows


def test_inputs_that_were_not_moved_one_by_one_are_still_listed() -> None:
    data = PAIR | {"basic_events": {"a": {"probability": 0.5, "uncertainty": {"uniform": {"low": 0, "high": 1}}},
                                    "b": {"probability": 0.25}}}  # fmt: skip
    found = ft.analyse(ft.FaultTree.from_data(data))
    found = dataclasses.replace(found, depth=dataclasses.replace(found.depth, tornado=None))
    row = next(line for line in found.report().splitlines() if line.startswith("| `a` |") and "uniform" in line)
    assert re.fullmatch(r"\| `a` \| 100.0% \(.*\) \| 100.0% \(.*\) \| uniform: low 0.0, high 1.0 \|  \|", row)
    assert "| input | alone | with others | what is known | source |" in found.report()
    assert "percentile, all others" not in found.report() + checked(found.report_html()).text
    found = dataclasses.replace(found, depth=dataclasses.replace(found.depth, indices=None))
    assert "What drives it:" not in found.report()
    assert "that of most influence first" not in checked(found.report_html()).text


def test_details_of_a_source_are_listed_part_by_part_where_they_have_parts() -> None:
    details = {"pages": 12, "checked": None, "authors": ["A. B.", "C. D."], "at": {"shelf": 3, "rows": [1, 2]}}
    source = {"title": "Handbook", "year": 1999, "note": "Old.", "attributes": details}
    found = ft.analyse(ft.FaultTree.from_data(PAIR | {"sources": {"book": source}}))
    page, report = found.report_html(), found.report()
    checked(page)
    for words in (
        "<dd>Handbook, 1999. Old.<br>pages: 12\n", "<br>checked: None\n",
        "<br>authors:\n<ul><li>A. B.</li><li>C. D.</li></ul>", "<ul><li>shelf: 3</li><li>rows: 1; 2</li></ul>",
    ):  # fmt: skip
        assert words in page
    assert "- **book**: Handbook, 1999. Old.\n  - pages: 12\n  - checked: None\n  - authors: A. B.; C. D.\n" in report
