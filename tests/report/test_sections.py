"""The sections of the report: each states typed facts, and says the same in HTML and in Markdown."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

from report_checks import checked

import faulttree as ft
from faulttree.quantification.probability import Probability

PAIR: dict[str, Any] = {
    "name": "Pair", "top": "top", "gates": {"top": {"and": ["a", "b"]}},
    "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 0.25}},
    "scenarios": {"worn": {"set": {"a": 0.75}}},
}  # fmt: skip


def test_bounds_under_a_scenario_are_given_with_both_ends() -> None:
    found = ft.analyse(ft.FaultTree.from_data(PAIR))
    compared = dataclasses.replace(found.comparisons["worn"], after=Probability.bounded(0.125, 0.1875))
    found = dataclasses.replace(found, comparisons={"worn": compared}, probability=Probability.bounded(0.0625, 0.125))
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
    assert re.fullmatch(r"\| `a` \| 100.0% \(.*\) \| 100.0% \(.*\) \|  \|  \| uniform: low 0.0, high 1.0 \|  \|", row)
    assert "one input at its 5th" not in checked(found.report_html()).text
