"""Small plots for the report, as scenes of the diagrams' own shapes: they need no other program, and escape their text.

Bars, a tornado, a histogram and a curve. Lengths in pixels, y downward. A label that is cut has the whole as its title.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from faulttree.render.plots.sheet import DARK, GRID, MEDIUM, WARM, between, tick_places, tick_texts, wants_log
from faulttree.render.scene import Box, Group, Line, Paint, Primitive, Rect, Scene, Text
from faulttree.render.style import INK, LINE, MUTED, PAPER
from faulttree.render.text import clean, cut_middle, measure, wrap

__all__ = ["Bar", "Mark", "Series", "Swing", "bars", "curve", "histogram", "tornado"]

WIDTH, EDGE, GUTTER, ROW = 720.0, 12.0, 280.0, 29.0
LABEL, SMALL = 12.0, 11.0
PLOT_HEIGHT = 220.0
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True)
class Bar:
    """One bar: what it is of, its value, one within which it lies drawn paler (0: none), and the words at its end."""

    label: str
    value: float
    whole: float
    words: str


@dataclass(frozen=True)
class Swing:
    """One row of a tornado: the result with this input at its lower and at its upper percentile."""

    label: str
    at_low: float
    at_high: float


@dataclass(frozen=True)
class Mark:
    """A value to point out on an axis, with its name."""

    name: str
    value: float


@dataclass(frozen=True)
class Series:
    """A line of a curve: its name and its values, nan where it has none."""

    name: str
    values: Sequence[float]


@dataclass(frozen=True)
class Axis:
    """Numbers from low to high along `length` pixels from `start`; a negative length goes up."""

    low: float
    high: float
    start: float
    length: float
    scale: Literal["linear", "log"] = "linear"

    def place(self, value: float) -> float:
        """Where a value stands; what lies outside stands at the nearer end."""
        low, high, value = self.low, self.high, min(max(value, self.low), self.high)
        if self.scale == "log":
            low, high, value = math.log10(low), math.log10(high), math.log10(value)
        return self.start + self.length * (value - low) / (high - low)

    def ticks(self, most: int = 6) -> list[tuple[float, str]]:
        """Places of round numbers, with their texts."""
        values = tick_places(self.low, self.high, self.scale, most)
        return [(self.place(value), text) for value, text in zip(values, tick_texts(values), strict=True)]


@dataclass
class Paper:
    """Shapes as they are put down; `scene` closes them."""

    height: float
    groups: list[Group] = field(default_factory=list)

    def add(self, *items: Primitive, title: str = "") -> None:
        """Shapes that belong together. title: what is shown at the pointer."""
        self.groups.append(Group(items, kind="chart", title=title))

    def text(
        self, x: float, y: float, content: str, *, size: float = LABEL, fill: str = INK, anchor: Anchor = "start",
        room: float = WIDTH, bold: bool = False,
    ) -> None:  # fmt: skip
        """A line of text at its baseline, its middle cut out where it has not the room."""
        shown = cut_middle(" ".join(content.split()), room, size, bold=bold)
        left = x - {"start": 0.0, "middle": room / 2, "end": room}[anchor]
        words = Text(x, y, shown, size, fill, Box(left, y - size, room, 1.3 * size), bold, anchor)
        self.add(words, title=content if shown != content else "")

    def label(self, right: float, middle: float, content: str) -> None:
        """The name of a row, on one or two lines that end at `right`."""
        lines = wrap(content, right - EDGE, SMALL, most=2)
        for place, line in enumerate(lines):
            y = middle + 4.0 + (place - (len(lines) - 1) / 2) * 13.0
            room = Box(EDGE, y - SMALL, right - EDGE, 13.0)
            self.add(Text(right, y, line, SMALL, INK, room, anchor="end"), title=clean(content))

    def bar(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        """A filled rectangle, at least half a pixel wide."""
        self.add(Rect(Box(left, top, max(right - left, 0.5), max(bottom - top, 0.0)), Paint(fill)))

    def line(
        self, *points: tuple[float, float], colour: str = LINE, width: float = 1.0, dash: tuple[float, ...] = ()
    ) -> None:
        """A line through points."""
        self.add(Line(points, Paint("", colour, width, dash)))

    def below(self, axis: Axis, top: float, bottom: float) -> None:
        """Grid and numbers of an axis along the bottom."""
        for x, text in axis.ticks():
            self.line((x, top), (x, bottom), colour=GRID)
            self.text(x, bottom + 16.0, text, size=SMALL, fill=MUTED, anchor="middle", room=90.0)
        self.line((axis.start, bottom), (axis.start + axis.length, bottom))

    def scene(self, title: str, description: str) -> Scene:
        """The finished picture on white."""
        sheet = Group((Rect(Box(0.0, 0.0, WIDTH, self.height), Paint(PAPER)),), kind="chart-paper")
        return Scene(WIDTH, self.height, (sheet, *self.groups), title, description)


def bars(rows: Sequence[Bar], title: str, description: str) -> Scene:
    """Horizontal bars from 0, the words at their ends."""
    paper = Paper(2 * EDGE + ROW * len(rows))
    words = max(measure(row.words, SMALL) for row in rows) + 8.0
    largest = max(max(row.value, row.whole) for row in rows) or 1.0
    axis = Axis(0.0, largest, GUTTER + EDGE, WIDTH - GUTTER - 2 * EDGE - words)
    for place, row in enumerate(rows):
        top = EDGE + ROW * place
        paper.label(GUTTER, top + ROW / 2, row.label)
        if row.whole > row.value:
            paper.bar(axis.start, top + 5.0, axis.place(row.whole), top + ROW - 5.0, MEDIUM)
        paper.bar(axis.start, top + 5.0, axis.place(row.value), top + ROW - 5.0, DARK)
        paper.text(axis.place(max(row.value, row.whole)) + 6.0, top + ROW / 2 + 4.0, row.words, size=SMALL, fill=MUTED)
    paper.line((axis.start, EDGE), (axis.start, paper.height - EDGE))
    return paper.scene(title, description)


def tornado(rows: Sequence[Swing], point: float, title: str, description: str) -> Scene:
    """What each input alone does, from the value at its lower percentile (pale) to that at its upper one (dark)."""
    bottom = EDGE + 22.0 + ROW * len(rows)
    paper = Paper(bottom + 28.0)
    axis = _axis([point, *(end for row in rows for end in (row.at_low, row.at_high))], GUTTER + EDGE,
                 WIDTH - GUTTER - 3 * EDGE)  # fmt: skip
    top = EDGE + 22.0
    paper.below(axis, top, bottom)
    middle = axis.place(point)
    for place, row in enumerate(rows):
        y = top + ROW * place
        paper.label(GUTTER, y + ROW / 2, row.label)
        for value, fill in ((row.at_low, WARM), (row.at_high, DARK)):
            ends = sorted((middle, axis.place(value)))
            paper.bar(ends[0], y + 5.0, ends[1], y + ROW - 5.0, fill)
    paper.line((middle, top - 4.0), (middle, bottom), colour=INK, width=1.5)
    x = axis.start
    for fill, words in (
        (WARM, "input at its lower percentile"),
        (DARK, "at its upper"),
        (INK, "line: all at point values"),
    ):
        if fill != INK:
            paper.bar(x, EDGE, x + 11.0, EDGE + 11.0, fill)
            x += 16.0
        paper.text(x, EDGE + 10.0, words, size=SMALL, fill=MUTED)
        x += measure(words, SMALL) + 16.0
    return paper.scene(title, description)


def histogram(
    edges: Sequence[float], shares: Sequence[float], marks: Sequence[Mark], title: str, description: str
) -> Scene:
    """Parts of a sample in bins, and values pointed out above them.

    edges: rising; bins whose ends grow by a constant factor are drawn on a logarithmic axis.
    """
    legend = 18.0 * len(marks)
    top, bottom = EDGE + legend + 6.0, EDGE + legend + 6.0 + PLOT_HEIGHT
    paper = Paper(bottom + 28.0)
    low, high = edges[0], edges[-1]
    scale: Literal["linear", "log"] = "log" if low > 0 and high > 100 * low else "linear"
    ends = between(low, high, scale, 6.0, 6.0, WIDTH - 2 * EDGE)
    axis = Axis(ends[0], ends[1], EDGE, WIDTH - 2 * EDGE, scale)
    paper.below(axis, top, bottom)
    tallest = max(shares) or 1.0
    for left, right, share in zip(edges[:-1], edges[1:], shares, strict=True):
        if share:
            x = axis.place(left)
            paper.bar(x, bottom - PLOT_HEIGHT * share / tallest, max(axis.place(right) - 1.0, x + 1.5), bottom, MEDIUM)
    for place, mark in enumerate(marks):
        x, y = axis.place(mark.value), EDGE + 18.0 * place + 10.0
        right = x > WIDTH * 0.6
        paper.line((x, y - 9.0), (x, bottom), colour=INK, width=1.2, dash=(4.0, 3.0) if place % 2 else ())
        paper.text(x - 5.0 if right else x + 5.0, y, mark.name, size=SMALL, anchor="end" if right else "start")
    return paper.scene(title, description)


def curve(times: Sequence[float], lines: Sequence[Series], unit: str, title: str, description: str) -> Scene:
    """Lines over time. unit: of the times. Values that spread over more than three decades get a logarithmic axis."""
    known = [value for line in lines for value in line.values if math.isfinite(value)]
    legend = 20.0
    top, bottom, left = EDGE + legend, EDGE + legend + PLOT_HEIGHT, 78.0
    paper = Paper(bottom + 46.0)
    across = Axis(times[0], times[-1] if times[-1] > times[0] else times[0] + 1.0, left, WIDTH - left - 2 * EDGE)
    if wants_log(known):
        positive = [value for value in known if value > 0]
        up = Axis(min(positive), max(positive), bottom, -PLOT_HEIGHT, "log")
    else:
        up = Axis(0.0, max(known, default=1.0) or 1.0, bottom, -PLOT_HEIGHT)
    paper.below(across, top, bottom)
    for y, text in up.ticks(5):
        paper.line((left, y), (across.start + across.length, y), colour=GRID)
        paper.text(left - 6.0, y + 4.0, text, size=SMALL, fill=MUTED, anchor="end", room=left - EDGE)
    paper.text(
        across.start + across.length / 2, bottom + 36.0, f"time in {unit}", size=SMALL, fill=MUTED, anchor="middle"
    )
    x = left
    for line, (colour, dash) in zip(lines, ((DARK, ()), (MEDIUM, (6.0, 3.0))), strict=False):
        for points in _unbroken((across.place(time), value) for time, value in zip(times, line.values, strict=True)):
            drawn = [(place, up.place(value)) for place, value in points if up.scale == "linear" or value > 0]
            if len(drawn) > 1:
                paper.line(*drawn, colour=colour, width=2.0, dash=dash)
        paper.line((x, EDGE + 6.0), (x + 26.0, EDGE + 6.0), colour=colour, width=2.0, dash=dash)
        paper.text(x + 32.0, EDGE + 10.0, line.name, size=SMALL)
        x += 32.0 + measure(line.name, SMALL) + 24.0
    return paper.scene(title, description)


def _axis(values: Sequence[float], start: float, length: float) -> Axis:
    """An axis that holds values, logarithmic where all are above 0 and spread over more than two decades."""
    known = [value for value in values if math.isfinite(value)]
    scale: Literal["linear", "log"] = "log" if min(known) > 0 and max(known) > 100 * min(known) else "linear"
    low, high = between(min(known), max(known), scale, 8.0, 8.0, length)
    return Axis(low, high, start, length, scale)


def _unbroken(points: Iterable[tuple[float, float]]) -> list[list[tuple[float, float]]]:
    """Runs of points without a value that is not finite."""
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in points:
        if math.isfinite(value):
            runs[-1].append((x, value))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]
