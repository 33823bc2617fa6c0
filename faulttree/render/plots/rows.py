"""Rows of bars with their labels: the layout that importance, tornado, contribution and Sobol plots share."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from faulttree.render.plots.sheet import (
    GRID,
    LABEL,
    LEADING,
    MARGIN,
    SMALL,
    Scale,
    Sheet,
    heading_height,
    notes_height,
    paragraphs,
    set_ticks,
    sheet,
)
from faulttree.render.style import INK, MUTED
from faulttree.render.text import clean, measure, wrap

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from faulttree.render.plots.plot import Plot

__all__ = ["AXES_WIDTH", "KEY", "MOST_LABEL_WIDTH", "Row", "Rows", "key", "name_of", "rows_on_a_sheet"]

AXES_WIDTH = 330.0
MOST_LABEL_WIDTH = 210.0
GAP = 9.0  # between labels and bars
PITCH, LINE_PITCH = 10.0, LEADING  # of a row: a gap and its lines
BELOW = 34.0  # the axes: tick labels and the name of the axis
KEY = 18.0  # height of a line that says what colours mean


@dataclass(frozen=True)
class Row:
    """A label, drawn in at most two lines; what it is in full; a second text in small letters, on one line.

    lines: the label, where it is in lines already, however many.
    """

    label: str
    full: str = ""
    detail: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Rows:
    """Rows being drawn: axes whose y is the number of the row, the first at the top."""

    page: Sheet
    axes: Axes
    left: float
    top: float
    pitch: float

    @property
    def plot(self) -> Plot:
        """The figure."""
        return self.page.plot

    def middle(self, row: int) -> float:
        """Height of a row's middle on the sheet."""
        return self.top + (row + 0.5) * self.pitch

    def scaled(
        self,
        scale: Scale,
        limits: tuple[float, float],
        name: str,
        *,
        share: bool = False,
        within: tuple[float, float] = (-math.inf, math.inf),
    ) -> None:
        """Set the axis of values, with its name below and faint lines up from the ticks.

        share: ticks in percent. within: where values can lie; there are no ticks elsewhere.
        """
        self.axes.set_xscale(scale)
        self.axes.set_xlim(*limits)
        low, high = max(limits[0], within[0]), min(limits[1], within[1])
        set_ticks(self.axes.xaxis, scale, low, high, share=share)
        self.axes.grid(axis="x", color=GRID, linewidth=0.8)
        self.axes.set_xlabel(name, fontsize=SMALL, color=MUTED, labelpad=4, loc="left", parse_math=False)

    def value(self, x: float, row: float, text: str, *, side: int = 1, gap: float = 4.0) -> Any:
        """A number beside a point of a row: to its right, or with side = -1 to its left."""
        return self.axes.annotate(
            text, (x, row), xytext=(gap * side, 0.0), textcoords="offset points", fontsize=SMALL, color=INK,
            ha="left" if side > 0 else "right", va="center_baseline", parse_math=False, annotation_clip=False, zorder=4,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )  # fmt: skip


@contextmanager
def rows_on_a_sheet(
    rows: Sequence[Row],
    *,
    heading: str,
    title: str | None,
    notes: Sequence[str] = (),
    above: float = 0.0,
    right: float = 0.0,
    lines: int = 1,
) -> Iterator[Rows]:
    """A sheet that holds the rows, with labels drawn; bars are the caller's.

    notes: paragraphs of small text below. above: room to leave between the title and the rows; right: beside the axes.
    lines: for which a row has room at least.
    """
    labels = [row.lines or wrap(row.label, MOST_LABEL_WIDTH, LABEL, most=2) or ("",) for row in rows]
    details = [wrap(row.detail, MOST_LABEL_WIDTH, SMALL, most=1) for row in rows]
    widths = [measure(line, LABEL) for label in labels for line in label]
    widths += [measure(line, SMALL) for detail in details for line in detail]
    label_width = max(widths, default=0.0)
    n_lines = max([lines, *(len(label) + len(detail) for label, detail in zip(labels, details, strict=True))])
    pitch = PITCH + n_lines * LINE_PITCH
    left, top = MARGIN + label_width + GAP, heading_height(title) + above
    width = left + AXES_WIDTH + right + MARGIN
    below = paragraphs(notes, width - 2 * MARGIN)
    height = top + pitch * max(len(rows), 1) + BELOW + notes_height(below) + MARGIN
    with sheet(width, height, heading, title) as page:
        axes = page.axes(left, top, AXES_WIDTH, pitch * max(len(rows), 1))
        axes.set_ylim(max(len(rows), 1) - 0.5, -0.5)
        axes.set_yticks([])
        for index, (row, label, detail) in enumerate(zip(rows, labels, details, strict=True)):
            middle = top + (index + 0.5) * pitch
            baseline = middle - (len(label) + len(detail)) * LEADING / 2 + 0.75 * LEADING
            full = clean(row.full or row.label)
            for line in label:
                page.text(left - GAP, baseline, line, anchor="right", full="" if full == " ".join(label) else full)
                baseline += LEADING
            for line in detail:
                page.text(left - GAP, baseline - 0.5, line, size=SMALL, colour=MUTED, anchor="right", full=row.detail)
        page.lines(MARGIN, height - MARGIN - notes_height(below) + 8.0 + SMALL, below)
        yield Rows(page, axes, left, top, pitch)


def name_of(name: str, labels: Mapping[str, str]) -> tuple[str, str]:
    """What to show for a name, and what that is in full."""
    label = labels.get(name) or name
    return label, name if label == name else f"{name}: {label}"


def key(rows: Rows, entries: Sequence[tuple[str, str, Literal["box", "dot"]]], above: float = 10.0) -> None:
    """What colours mean, on a line above the axes. entries: colour, text, and "box" or "dot" each."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Rectangle

    page, x, y = rows.page, rows.left, rows.top - above
    for colour, text, shape in entries:
        if shape == "box":
            corner = (x / page.width, 1 - (y + 1.0) / page.height)
            mark: Any = Rectangle(corner, 12 / page.width, 8 / page.height, facecolor=colour, edgecolor="none")
        else:
            place = [(x + 6) / page.width], [1 - (y - 3.0) / page.height]
            mark = Line2D(*place, marker="o", markersize=4.5, color=colour)
        mark.set_transform(page.plot.transFigure)
        page.plot.add_artist(mark)
        page.text(x + 16, y, text, size=SMALL, colour=MUTED)
        x += 16 + measure(text, SMALL) + 16
