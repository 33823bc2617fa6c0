"""A sheet to plot on, measured in points from its top left corner: axes, texts and ticks, laid out before drawing."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.render.figure import full_width_families, is_foreign
from faulttree.render.style import INK, LINE, MUTED
from faulttree.render.text import clean, measure, wrap
from faulttree.results import number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Text

    from faulttree.render.plots.plot import Plot

__all__ = [
    "ACCENT",
    "DARK",
    "GRID",
    "LABEL",
    "LEADING",
    "MARGIN",
    "MEDIUM",
    "PALE",
    "SMALL",
    "WARM",
    "Scale",
    "Sheet",
    "between",
    "check_kind",
    "paragraphs",
    "sheet",
    "tick_texts",
]

# Apart in lightness, so that they stay apart in grey and for every kind of colour vision.
DARK, MEDIUM, PALE, WARM = "#24405e", "#6f94b8", "#dce8f5", "#eebc6a"
ACCENT = "#b3390b"
GRID = "#e6eaee"
HEADING, LABEL, SMALL = 11.0, 9.0, 8.0
LEADING, SMALL_LEADING = 11.5, 11.0
MARGIN = 16.0
MOST_NOTE_LINES = 4
LARGEST, LEAST_EXPONENT = 1e300, -307.0  # axes end within the range of floating point

Scale = Literal["linear", "log"]


@dataclass(frozen=True, eq=False)
class Sheet:
    """A figure being drawn. Lengths in points, from the top left corner."""

    plot: Plot
    width: float
    height: float

    def axes(self, left: float, top: float, width: float, height: float) -> Axes:
        """Axes at a place, bare but for the line along the bottom."""
        bottom = self.height - top - height
        axes = self.plot.add_axes((left / self.width, bottom / self.height, width / self.width, height / self.height))
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set(color=LINE, linewidth=0.8)
        axes.tick_params(length=3, width=0.8, color=LINE, labelcolor=MUTED, labelsize=SMALL, pad=3)
        axes.tick_params(axis="y", length=0)
        axes.tick_params(which="minor", length=0)
        axes.set_axisbelow(True)
        axes.patch.set_visible(False)
        return axes

    def text(
        self,
        x: float,
        y: float,
        content: str,
        *,
        size: float = LABEL,
        colour: str = INK,
        anchor: Literal["left", "center", "right"] = "left",
        bold: bool = False,
        full: str = "",
    ) -> Text:
        """A line of text at its baseline. full: what it is short for, kept as its title."""
        drawn = self.plot.text(
            x / self.width, 1.0 - y / self.height, content, fontsize=size, color=colour, ha=anchor, va="baseline",
            fontweight="bold" if bold else "normal", fontfamily=families(content), parse_math=False,
        )  # fmt: skip
        if full and full != content:
            name = f"full-{len(self.plot.full_texts)}"
            self.plot.full_texts[name] = clean(full)
            drawn.set_gid(name)
        return drawn

    def lines(self, x: float, y: float, lines: Sequence[str], *, size: float = SMALL, colour: str = MUTED) -> None:
        """Lines of text under each other, the first at this baseline."""
        for index, line in enumerate(lines):
            self.text(x, y + index * SMALL_LEADING, line, size=size, colour=colour)


def check_kind(given: object, shows: str, wanted: str, source: str, *attributes: str) -> None:
    """Raise InvalidRequestError unless what is given has the attributes of what is wanted, which are not worked out.

    shows: what takes it. source: the call that gives such a thing.
    """
    if isinstance(given, type) or not set(attributes) <= set(dir(given)):
        is_type = given.__name__ if isinstance(given, type) else type(given).__name__
        raise InvalidRequestError(f"{shows} takes {wanted}, such as {source} gives; this is of type {is_type}")


@contextmanager
def sheet(width: float, height: float, heading: str, title: str | None) -> Iterator[Sheet]:
    """A blank sheet. heading: what the plot shows, for who cannot see it. title: drawn at the top, one line.

    Raises MissingExtraError without matplotlib.
    """
    try:
        from faulttree.render.plots.plot import Plot, settings
    except ImportError as error:
        raise MissingExtraError("plots need matplotlib; install it with `pip install faulttree[plots]`") from error
    with settings():
        plot = Plot(figsize=(width / 72, height / 72), dpi=144, facecolor="white")
        plot.heading = clean(title or heading)
        page = Sheet(plot, width, height)
        if title:
            (line,) = wrap(title, width - 2 * MARGIN, HEADING, bold=True, most=1) or ("",)
            page.text(MARGIN, MARGIN + HEADING, line, size=HEADING, bold=True, full=clean(title))
        yield page
        plot.draw_without_rendering()  # ticks are made here, while these settings hold


def families(text: str) -> list[str]:
    """The fonts to draw a text with: matplotlib's own, and an installed one where that lacks characters."""
    return ["DejaVu Sans", *(full_width_families() if is_foreign(text) else ())]


def heading_height(title: str | None) -> float:
    """Room that a title takes, with what is above it."""
    return MARGIN + (HEADING + 12.0 if title else 0.0)


def paragraphs(notes: Sequence[str], width: float) -> list[str]:
    """Notes as lines of small text that fit the width; each note a paragraph of at most four lines."""
    return [line for note in notes if note for line in wrap(note, width, SMALL, most=MOST_NOTE_LINES)]


def notes_height(lines: Sequence[str]) -> float:
    """Room that lines of notes take, with the gap above them."""
    return 8.0 + len(lines) * SMALL_LEADING if lines else 0.0


# Axes of numbers


def between(low: float, high: float, scale: Scale, pad_low: float, pad_high: float, length: float) -> Any:
    """Limits of an axis such that low and high stand pad_low and pad_high points inside its ends.

    length: of the axis in points. A range of a single value becomes one around it.
    """
    if scale == "log":
        low, high = math.log10(low), math.log10(high)
    low, high = max(low, -LARGEST), min(high, LARGEST)
    if high <= low:
        half = 0.5 if scale == "log" else 0.5 * abs(low) or 0.5
        low, high = low - half, high + half
    room = max(length - pad_low - pad_high, 0.25 * length)
    per_point = (high - low) / room
    ends = low - pad_low * per_point, high + pad_high * per_point
    if scale == "log":
        return 10 ** max(ends[0], LEAST_EXPONENT), 10 ** min(ends[1], -LEAST_EXPONENT)
    return ends


def set_ticks(axis: Any, scale: Scale, low: float, high: float, *, share: bool = False, most: int = 6) -> None:
    """Ticks at round numbers within [low, high], with their texts. share: numbers are parts, shown in percent.

    The limits of the axes must be set before; ticks are no reason to change them.
    """
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    places = tick_places(low, high, scale, most)
    axis.set_major_locator(FixedLocator(places))
    axis.set_major_formatter(FixedFormatter([f"{100 * p:.4g} %" for p in places] if share else tick_texts(places)))
    axis.set_minor_locator(NullLocator())


def tick_places(low: float, high: float, scale: Scale, most: int = 6) -> list[float]:
    """Round numbers within [low, high], about `most` of them.

    On a log scale decades, every n-th of them if there are many; 2 and 5 times them too where they are fewer than two.
    """
    slack = 1e-9 * (high - low)
    if scale == "log":
        decades = range(math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9) + 1)
        if len(decades) >= 2:
            nth = math.ceil(len(decades) / most)
            return [10.0**decade for decade in decades if decade % nth == 0] or [10.0 ** decades[0]]
        first = math.floor(math.log10(low))
        steps = [factor * 10.0 ** (first + up) for up in (0, 1) for factor in (1.0, 2.0, 5.0)]
        inside = [place for place in steps if low - slack <= place <= high + slack]
        if len(inside) >= 2:
            return inside
    rough = (high - low) / most
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next((factor * power for factor in (1.0, 2.0, 2.5, 5.0) if factor * power >= rough * (1 - 1e-9)), 10 * power)
    # A multiple of the step, without the last digits that multiplying leaves.
    multiples = range(math.ceil((low - slack) / step), math.floor((high + slack) / step) + 1)
    places = dict.fromkeys(float(f"{multiple * step:.12g}") for multiple in multiples)
    return [place for place in places if low - slack <= place <= high + slack]


def tick_texts(places: Sequence[float]) -> list[str]:
    """Numbers beside an axis, without zeros that say nothing, with as many digits as tell them apart."""
    texts = [_short(number_text(place)) for place in places]
    digits = 5
    while len(set(texts)) < len(set(places)) and digits < 17:
        texts = [f"{place:.{digits}g}" for place in places]
        digits += 1
    return texts


def _short(text: str) -> str:
    mantissa, e, exponent = text.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + e + exponent


def widest(texts: Sequence[str], size: float, bold: bool = False) -> float:
    """Width of the widest text, 0 of none."""
    return max((measure(text, size, bold) for text in texts), default=0.0)


def wants_log(values: Any, decades: float = 3.0) -> bool:
    """Whether values above zero spread over more than so many decades, and none lies below zero."""
    known = np.asarray(values, np.float64)
    known = known[np.isfinite(known)]
    positive = known[known > 0]
    return bool(len(positive)) and not (known < 0).any() and bool(np.ptp(np.log10(positive)) > decades)
