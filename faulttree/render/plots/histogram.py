"""How an uncertain quantity is spread: a histogram, and below it the share of the sample up to each value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from faulttree.errors import InvalidRequestError
from faulttree.render.plots.sheet import (
    ACCENT,
    DARK,
    GRID,
    MARGIN,
    MEDIUM,
    SMALL,
    Scale,
    Sheet,
    between,
    check_kind,
    heading_height,
    notes_height,
    paragraphs,
    set_ticks,
    sheet,
)
from faulttree.render.style import INK, MUTED
from faulttree.render.text import measure, wrap
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from faulttree.render.plots.plot import Plot
    from faulttree.uncertainty.designs import Design
    from faulttree.uncertainty.propagation import UncertaintyAnalysis
    from faulttree.uncertainty.samples import SampleHistogram, UncertainQuantity

__all__ = ["histogram_plot"]

FloatArray = npt.NDArray[np.float64]

WIDTH, UPPER, LOWER, GAP = 430.0, 150.0, 84.0, 12.0
LEFT = MARGIN + 48.0
LANE = 12.0  # height of a line of names of marks
MOST_POINTS = 512  # of the lower curve
MOST_BINS = 50
ROUNDED = 1e-12  # of a value: samples no further apart are the same but for rounding


@dataclass(frozen=True, slots=True)
class _Mark:
    """A value to mark, its name with the number, and where that stands: its middle, in points, and its lane."""

    value: float
    text: str
    colour: str
    dashed: bool
    x: float
    lane: int


def histogram_plot(
    quantity: UncertainQuantity | UncertaintyAnalysis,
    *,
    bins: int | None = None,
    name: str | None = None,
    design: Design | None = None,
    title: str | None = None,
) -> Plot:
    """The sample of a quantity as a histogram, and as its cumulative distribution below, on the same axis.

    The mean, the median and the 5th and 95th percentile are marked with their numbers. On a log scale, with bins
    equally wide there, when all samples are above 0 and the largest is over 100 times the least. Samples that are
    infinite or undefined are counted below, and not drawn. Samples that differ by less than 1e-12 of them stand as one
    bar, and are said not to vary.

    quantity: of an analysis its top event. bins: how many; by the size of the sample unless given, at most 50.
    name: what the quantity is, for the axis. design: how it was sampled, to be said below; an analysis has its own.
    title: drawn above. Raises InvalidRequestError, MissingExtraError without matplotlib.
    """
    quantity, design = _of_top(quantity, design)
    finite = quantity.samples[np.isfinite(quantity.samples)]
    if not len(finite):
        raise InvalidRequestError(f"'{quantity.name}' has no finite sample; there is nothing to plot")
    ordered = np.sort(finite)
    low, high = float(ordered[0]), float(ordered[-1])
    varies = high - low > ROUNDED * max(abs(low), abs(high))
    if not varies:
        finite = ordered = np.full(len(finite), high)
    scale: Scale = "log" if low > 0 and high > 100 * low else "linear"
    number = bins or int(np.clip(np.sqrt(len(finite)), 8, MOST_BINS))
    spread = replace(quantity, samples=finite.copy(), replicates=1).histogram(number, logarithmic=scale == "log")
    marks_at = [
        (quantity.percentile(5.0), "5 %", INK, False),
        (quantity.median, "median", INK, False),
        (quantity.mean, "mean", ACCENT, True),
        (quantity.percentile(95.0), "95 %", INK, False),
    ]
    if not varies and len(finite) == len(quantity.samples):
        marks_at = [(high, "mean, median, 5 % and 95 %", INK, False)]
    known = [mark for mark in marks_at if np.isfinite(mark[0])]
    unknown = [text for value, text, *_ in marks_at if not np.isfinite(value)]
    limits = between(low if varies else high, high, scale, 12.0, 12.0, WIDTH)
    marks = _in_lanes(known, limits, scale)
    lanes = max((mark.lane for mark in marks), default=-1) + 1
    shown = (name or quantity.name) + (", log scale" if scale == "log" else "")
    width = LEFT + WIDTH + MARGIN
    basis = "" if design is None else f" Sampled by {design.method}, seed {design.seed}."
    notes = paragraphs(_notes(quantity, len(finite), (low, high), varies, unknown, basis), width - 2 * MARGIN)
    top = heading_height(title) + lanes * LANE + 6.0
    height = top + UPPER + GAP + LOWER + 34.0 + notes_height(notes) + MARGIN
    with sheet(width, height, f"distribution of {name or quantity.name}", title) as page:
        _draw_upper(page, top, spread, len(finite) / len(quantity.samples), scale, limits)
        _draw_lower(page, top + UPPER + GAP, ordered, len(quantity.samples), scale, limits, shown)
        for axes in page.plot.axes:
            ends = max(limits[0], quantity.support[0]), min(limits[1], quantity.support[1])
            set_ticks(axes.xaxis, scale, *ends)
        _draw_marks(page, marks, top)
        page.lines(MARGIN, height - MARGIN - notes_height(notes) + 8.0 + SMALL, notes)
        return page.plot


def _of_top(given: Any, design: Design | None) -> tuple[UncertainQuantity, Design | None]:
    """A quantity and how it was sampled: as given, or those of an analysis."""
    if {"top", "gates", "design"} <= set(dir(given)):
        given, design = given.top, design or given.design
    check_kind(given, "histogram_plot", "an uncertain quantity", "tree.uncertainty()", "samples", "point", "support")
    quantity: UncertainQuantity = given
    return quantity, design


def _in_lanes(marks: Sequence[tuple[float, str, str, bool]], limits: tuple[float, float], scale: Scale) -> list[_Mark]:
    """Marks with their names beside each other where there is room, and else above each other."""
    placed: list[_Mark] = []
    ends: list[float] = []
    for value, name, colour, dashed in sorted(marks, key=lambda mark: mark[0]):
        text = f"{name}  {number_text(value)}"
        room = measure(text, SMALL)
        middle = LEFT + WIDTH * _part(value, limits, scale)
        middle = min(max(middle, MARGIN + room / 2), LEFT + WIDTH + MARGIN - 4.0 - room / 2)
        lane = next((lane for lane, end in enumerate(ends) if end + 8.0 <= middle - room / 2), len(ends))
        ends[lane : lane + 1] = [middle + room / 2]
        placed.append(_Mark(value, text, colour, dashed, middle, lane))
    return placed


def _part(value: float, limits: tuple[float, float], scale: Scale) -> float:
    """Where a value stands between the limits, in [0, 1]."""
    low, high = limits
    if scale == "log":
        low, high, value = np.log10(low), np.log10(high), np.log10(value)
    return float((value - low) / (high - low))


def _notes(
    quantity: UncertainQuantity,
    n_finite: int,
    ends: tuple[float, float],
    varies: bool,
    unknown: Sequence[str],
    basis: str,
) -> list[str]:
    """ends: the least and the largest sample. basis: a sentence on how they were drawn."""
    low, high = map(number_text, ends)
    number, point = len(quantity.samples), f"point value {number_text(quantity.point)}"
    samples = counted(number, "sample")
    notes = [f"{samples} from {low} to {high}; {point}.{basis}"]
    if not varies:
        same = "" if ends[0] == ends[1] else " but for rounding"
        notes = [f"All of {samples} are {high}{same}: the quantity does not vary; {point}.{basis}"]
    if n_finite < number:
        notes = [f"{samples}, {number - n_finite:,} of them infinite or undefined, not drawn.{basis}"]
    if unknown:
        notes.append(f"Infinite or undefined, not marked: {', '.join(unknown)}.")
    return notes


def _draw_upper(
    page: Sheet, top: float, spread: SampleHistogram, part: float, scale: Scale, limits: tuple[float, float]
) -> None:
    """part: of the sample that is finite."""
    axes = page.axes(LEFT, top, WIDTH, UPPER)
    axes.set_xscale(scale)
    axes.set_xlim(*limits)
    heights = spread.fractions * part
    axes.set_ylim(0.0, 1.04 * float(heights.max()))
    edges = spread.edges
    if edges[0] == edges[-1]:  # one value: a bar of no width
        axes.plot([edges[0]] * 2, [0.0, heights[0]], color=MEDIUM, linewidth=6.0, solid_capstyle="butt")
    else:
        axes.bar(edges[:-1], heights, np.diff(edges), align="edge", color=MEDIUM, edgecolor="white", linewidth=0.4)
    set_ticks(axes.yaxis, "linear", 0.0, min(axes.get_ylim()[1], 1.0), share=True, most=4)
    axes.tick_params(axis="x", labelbottom=False, length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    _name_heights(axes, "share of samples")


def _draw_lower(
    page: Sheet, top: float, ordered: FloatArray, n_samples: int, scale: Scale, limits: tuple[float, float], name: str
) -> None:
    """n_samples: with those that are not finite, which the curve does not reach."""
    axes = page.axes(LEFT, top, WIDTH, LOWER)
    axes.set_xscale(scale)
    axes.set_xlim(*limits)
    axes.set_ylim(0.0, 1.0)
    ranks = np.unique(np.linspace(0, len(ordered) - 1, MOST_POINTS).round().astype(np.int64))
    values = np.concatenate([[limits[0]], ordered[ranks], [limits[1]]])
    shares = np.concatenate([[0.0], (ranks + 1) / n_samples, [len(ordered) / n_samples]])
    axes.plot(values, shares, color=DARK, linewidth=1.5, drawstyle="steps-post", clip_on=False, zorder=3)
    axes.set_yticks([0.05, 0.5, 0.95], ["5 %", "50 %", "95 %"], parse_math=False)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    _name_heights(axes, "share at most")
    (line,) = wrap(name, WIDTH, SMALL, most=1) or ("",)
    axes.set_xlabel(line, fontsize=SMALL, color=MUTED, labelpad=4, loc="left", parse_math=False)


def _name_heights(axes: Axes, name: str) -> None:
    """What the axis of heights is, written upwards at the margin."""
    axes.set_ylabel(name, fontsize=SMALL, color=MUTED, parse_math=False)
    axes.yaxis.set_label_coords((MARGIN - LEFT + SMALL) / WIDTH, 0.5)


def _draw_marks(page: Sheet, marks: Sequence[_Mark], top: float) -> None:
    """Lines through both axes, and the names above them."""
    upper, lower = page.plot.axes
    for mark in marks:
        dash = (0, (4.0, 2.0)) if mark.dashed else "-"
        for axes in (upper, lower):
            axes.axvline(mark.value, color=mark.colour, linewidth=0.9, linestyle=dash, zorder=2.5)
        baseline = top - 8.0 - mark.lane * LANE
        page.text(mark.x, baseline, mark.text, size=SMALL, colour=mark.colour, anchor="center")
