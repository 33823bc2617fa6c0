"""Figures of the HTML report: a scene of shapes, and how it is printed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faulttree.report.charts import Bar
from faulttree.report.findings import Findings
from faulttree.report.findings.printing import better_across

if TYPE_CHECKING:
    from faulttree.render.scene import Scene

__all__ = ["MOST_PAGES", "MOST_ROWS", "Figure", "listed", "pages_of", "told_apart"]

MOST_PAGES = 60
"""Pages of the diagram."""
MOST_ROWS = 12
"""Bars of a chart."""

MARK = re.compile(r'<svg [^>]*aria-labelledby="(ft[0-9a-f]{8})-title ')


@dataclass(frozen=True)
class Figure:
    """A picture in the report. wide: printed on a page across."""

    scene: Scene
    wide: bool = False


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


def listed(rows: Sequence[Bar]) -> str:
    """The bars in words, for readers who do not see the picture."""
    return "; ".join(f"{row.label}: {row.words}" for row in rows) + "."
