"""The pictures of the HTML report: the diagram on pages that can be printed, and plots of the results."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from faulttree.report import charts
from faulttree.results import number_text, share_text

if TYPE_CHECKING:
    from faulttree.render.diagram import Diagram
    from faulttree.render.scene import Scene

__all__ = ["MOST_PAGES", "Figure", "figures_of", "pages_of", "told_apart"]

MOST_PAGES = 60
MOST_ROWS = 12
LEAST_SCALE = 0.55
"""Below, the labels of a printed diagram are smaller than 5 points."""

PORTRAIT, LANDSCAPE = (672.0, 830.0), (1010.0, 600.0)
"""Room on a printed page of A4, in pixels of 1/96 inch."""

MARK = re.compile(r'<svg [^>]*aria-labelledby="(ft[0-9a-f]{8})-title ')


@dataclass(frozen=True)
class Figure:
    """A picture in the report. wide: printed on a page across."""

    scene: Scene
    wide: bool = False


def figures_of(diagram: Diagram, facts: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, list[Figure]]:
    """The report's figures by what they show; an empty list where the model has nothing to show.

    `diagram` are its pages, at most `MOST_PAGES`; `diagram_pages` is as long as there are pages.
    """
    pages = printable(diagram)
    shown = {
        "diagram": [page.scene for page in pages[:MOST_PAGES]],
        "contribution": _contribution(facts["cuts"], labels),
        "histogram": _histogram(facts["depth"].uncertainty),
        "tornado": _tornado(facts["depth"].tornado, labels),
        "sobol": _sobol(facts["depth"].indices, labels),
        "curve": _curve(facts["depth"].curve),
    }
    return {
        name: [Figure(scene, name == "diagram" and _lies(scene)) for scene in scenes] for name, scenes in shown.items()
    } | {"left_out": [Figure(page.scene) for page in pages[MOST_PAGES:]]}


def pages_of(diagram: Diagram) -> tuple[tuple[Figure, ...], int]:
    """The diagram on as few pages as can be read when printed, at most `MOST_PAGES`; and how many more there are."""
    pages = printable(diagram)
    shown = tuple(Figure(page.scene, _lies(page.scene)) for page in pages[:MOST_PAGES])
    return shown, len(pages) - len(shown)


def printable(diagram: Diagram) -> Sequence[Diagram]:
    """The diagram on as few pages as can be read when printed."""
    pages: Sequence[Diagram] = (diagram,)
    for leaves in (24, 16, 12, 8, 6):
        if all(max(_scale(page.scene, PORTRAIT), _scale(page.scene, LANDSCAPE)) >= LEAST_SCALE for page in pages):
            break
        pages = diagram.pages(leaves)
    return pages


def _scale(scene: Scene, room: tuple[float, float]) -> float:
    return min(1.0, room[0] / scene.width, room[1] / scene.height)


def _lies(scene: Scene) -> bool:
    """Whether a diagram is better printed across."""
    return _scale(scene, PORTRAIT) < 0.8 and _scale(scene, LANDSCAPE) > 1.1 * _scale(scene, PORTRAIT)


def told_apart(svg: str, number: int) -> str:
    """The SVG with identifiers of its own: two figures may hold the same."""
    mark = MARK.match(svg)
    assert mark, "every scene's SVG names its title"
    head, body = svg.split("<g ", 1)  # labels stand in the body only, and in texts of the head that hold no `<`
    return head.replace(f'"{mark[1]}-', f'"figure{number}-').replace(f" {mark[1]}-", f" figure{number}-") + "<g " + body


def _contribution(cuts: Sequence[Any], labels: Mapping[str, str]) -> Iterator[Scene]:
    """The best cut sets' shares, each with what it adds up to so far."""
    known = [(cut, total) for cut, total in cuts if cut.fraction is not None and not math.isnan(cut.fraction)]
    if len(known) > 1:
        rows = []
        for rank, (cut, total) in enumerate(known[:MOST_ROWS], start=1):
            events = " + ".join(labels.get(event, event) for event in cut.events)
            words = f"{share_text(cut.fraction)}, so far {share_text(total)}"
            rows.append(charts.Bar(f"{rank}. {events}", cut.fraction, 0.0, words))
        yield charts.bars(rows, "Shares of the minimal cut sets", "Bars: " + _listed(rows))


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
        yield charts.bars(rows, "Shares of the variance", "Sobol indices. " + _listed(rows))


def _curve(found: Any) -> Iterator[Scene]:
    if found is None or len(found) < 2:
        return
    unit, seconds = next((each for each in UNITS if found.times[-1] >= 2 * each[1]), UNITS[-1])
    lines = [charts.Series("unavailability Q(t)", found.unavailability.tolist())]
    if found.unreliability is not None:
        upper = ", at most" if found.unreliability_method == "interval" else ""
        lines.append(charts.Series(f"unreliability F(t){upper}", found.unreliability.value.tolist()))
    last = found.unavailability[-1]
    told = f"From 0 to {found.times[-1] / seconds:.4g} {unit}, at whose end the unavailability is {number_text(last)}."
    yield charts.curve((found.times / seconds).tolist(), lines, unit, "The top event over time", told)


UNITS = (
    ("years of 8,760 h", 8760 * 3600.0),
    ("days", 86_400.0),
    ("hours", 3600.0),
    ("minutes", 60.0),
    ("seconds", 1.0),
)


def _listed(rows: Sequence[charts.Bar]) -> str:
    return "; ".join(f"{row.label}: {row.words}" for row in rows) + "."
