"""The pictures of the HTML report: the diagram on pages that can be printed, and plots of the results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faulttree.report import charts
from faulttree.report.findings import Findings
from faulttree.report.findings.printing import better_across
from faulttree.results import number_text

if TYPE_CHECKING:
    from faulttree.render.scene import Scene

__all__ = ["MOST_PAGES", "MOST_ROWS", "Figure", "figures_of", "listed", "pages_of", "told_apart"]

MOST_PAGES = 60
MOST_ROWS = 12


MARK = re.compile(r'<svg [^>]*aria-labelledby="(ft[0-9a-f]{8})-title ')


@dataclass(frozen=True)
class Figure:
    """A picture in the report. wide: printed on a page across."""

    scene: Scene
    wide: bool = False


def figures_of(facts: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, list[Figure]]:
    """The report's figures by what they show; an empty list where the model has nothing to show."""
    shown = {
        "histogram": _histogram(facts["depth"].uncertainty),
        "tornado": _tornado(facts["depth"].tornado, labels),
        "sobol": _sobol(facts["depth"].indices, labels),
    }
    return {name: [Figure(scene) for scene in scenes] for name, scenes in shown.items()}


def pages_of(found: Findings) -> tuple[tuple[Figure, ...], int]:
    """The pages of the diagram, at most `MOST_PAGES`, and how many more there are."""
    shown = tuple(Figure(page.scene, better_across(page.scene)) for page in found.pages[:MOST_PAGES])
    return shown, len(found.pages) - len(shown)


def told_apart(svg: str, number: int) -> str:
    """The SVG with identifiers of its own: two figures may hold the same."""
    mark = MARK.match(svg)
    assert mark, "every scene's SVG names its title"
    head, body = svg.split("<g ", 1)  # labels stand in the body only, and in texts of the head that hold no `<`
    return head.replace(f'"{mark[1]}-', f'"figure{number}-').replace(f" {mark[1]}-", f" figure{number}-") + "<g " + body


def _histogram(found: Any) -> Iterator[Scene]:
    if found is None or not all(map(math.isfinite, (found.samples.min(), found.samples.max()))):
        return
    shown = found.histogram(40)
    edges = shown.edges.tolist()
    if edges[0] == edges[-1]:
        return
    marks = [
        charts.Mark(f"{name} {number_text(value)}", value)
        for name, value in (
            ("5 %:", found.percentile(5)), ("median:", found.median), ("mean:", found.mean),
            ("95 %:", found.percentile(95)), ("point values:", found.point),
        )
    ]  # fmt: skip
    told = "; ".join(mark.name for mark in marks)
    yield charts.histogram(
        edges, shown.fractions.tolist(), marks, "How uncertain the probability is", f"Histogram. {told}."
    )


def _tornado(found: Any, labels: Mapping[str, str]) -> Iterator[Scene]:
    rows = [
        charts.Swing(labels.get(each.input, each.input), each.at_low, each.at_high)
        for each in found or ()
        if math.isfinite(each.at_low) and math.isfinite(each.at_high)
    ][:MOST_ROWS]
    if rows:
        told = "; ".join(f"{row.label}: {number_text(row.at_low)} to {number_text(row.at_high)}" for row in rows)
        yield charts.tornado(rows, found.point, "What each uncertain input alone does", told)


def _sobol(found: Any, labels: Mapping[str, str]) -> Iterator[Scene]:
    rows = [
        charts.Bar(
            labels.get(each.input, each.input), min(max(each.first_order, 0.0), 1.0), min(max(each.total, 0.0), 1.0),
            f"{max(each.first_order, 0.0):.1%} alone, {min(max(each.total, 0.0), 1.0):.1%} with others",
        )
        for each in found or ()
        if not math.isnan(each.total)
    ][:MOST_ROWS]  # fmt: skip
    if rows:
        yield charts.bars(rows, "Shares of the variance", "Sobol indices. " + listed(rows))


def listed(rows: Sequence[charts.Bar]) -> str:
    """The bars in words, for readers who do not see the picture."""
    return "; ".join(f"{row.label}: {row.words}" for row in rows) + "."
