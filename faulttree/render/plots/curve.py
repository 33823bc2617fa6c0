"""The top event over time as lines with bands: unavailability, unreliability and what else a curve holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from faulttree.errors import InvalidRequestError
from faulttree.model.quantities import SECONDS
from faulttree.render.plots.sheet import (
    ACCENT,
    DARK,
    GRID,
    LABEL,
    LEADING,
    MARGIN,
    MEDIUM,
    PALE,
    SMALL,
    Scale,
    Sheet,
    check_kind,
    heading_height,
    notes_height,
    paragraphs,
    set_ticks,
    sheet,
    tick_places,
    tick_texts,
    widest,
)
from faulttree.render.style import INK, MUTED
from faulttree.render.text import measure, wrap
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from faulttree.reliability.curve import Curve
    from faulttree.render.plots.plot import Plot
    from faulttree.uncertainty.band import Band

__all__ = ["CurveQuantity", "curve_plot", "time_unit"]

FloatArray = npt.NDArray[np.float64]
CurveQuantity = Literal["unavailability", "unreliability", "expected_failures", "frequency", "conditional_intensity"]

NAMES: dict[str, str] = {
    "unavailability": "unavailability Q(t)",
    "unreliability": "unreliability F(t)",
    "expected_failures": "expected failures W(0, t)",
    "frequency": "failure frequency w(t)",
    "conditional_intensity": "conditional intensity",
}
PER_HOUR = ("frequency", "conditional_intensity")
COLOURS = ((DARK, PALE, "-"), (ACCENT, "#f6ddd2", (0, (5, 2))), (MEDIUM, "#e9eef3", (0, (1.5, 1.5))))
SIL_BANDS = ((1e-5, "SIL 4"), (1e-4, "SIL 3"), (1e-3, "SIL 2"), (1e-2, "SIL 1"))
"""Lower limits of the average probability of failure on demand: IEC 61508-1:2010, table 2."""
SIL_TINTS = ("#eef1f4", "#f8f9fa")
UNITS = (("s", 2.0 * 3600), ("h", 500.0 * 3600), ("d", 2.0 * SECONDS["y"]), ("y", math.inf))
NAMES_OF_UNITS = {"s": "seconds", "h": "hours", "d": "days", "y": "years of 8760 h"}
WIDTH, HEIGHT, GUTTER = 380.0, 220.0, 128.0
LOWEST = 1e-12  # of the largest value: where a log axis ends at the latest
LEAST = 1e-290  # what is smaller counts as 0
LOG_DECADES = 2.5
SAME = 1e-6  # of a number: its ends, if closer, are no interval to show, but the rounding of an integral
FEW = 30  # points; so few are marked


@dataclass(frozen=True, eq=False)
class _Line:
    """What is drawn of a quantity. band: what is shaded from lower to upper.

    known_between: the ends of what the quantity certainly lies in, where the values are not it, but one of the ends.
    """

    name: str
    values: FloatArray
    lower: FloatArray | None
    upper: FloatArray | None
    band: str
    known_between: tuple[FloatArray, FloatArray] | None


def curve_plot(
    curve: Curve,
    quantities: CurveQuantity | Sequence[CurveQuantity] = "unavailability",
    *,
    band: Band | tuple[npt.ArrayLike, npt.ArrayLike] | None = None,
    band_name: str | None = None,
    jumps: Sequence[float] = (),
    sil: bool = False,
    scale: Scale | None = None,
    unit: Literal["s", "h", "d", "y"] | None = None,
    title: str | None = None,
) -> Plot:
    """Quantities of the top event over time, one line each, with the interval between its bounds where it has one.

    quantities: one, or up to three of one dimension; frequencies are shown per hour. Of one that is known only to lie
    between two ends the upper one is drawn, and named so.
    band: what `band_over_time` gives of the same times; or lower and upper values of the first quantity at the curve's
    times. band_name says what they are; of a Band its percentiles and the number of samples, else "5 to 95 %".
    jumps: instants in seconds at which the quantities may jump, as at tests. Lines are not drawn across them but joined
    by dots, so a jump looks like one as far as the curve's times stand close on both sides of it.
    sil: shade the bands of safety integrity levels for low demand, on a log scale; they are meant for the mean.
    scale: log when the values above zero spread over more than two and a half decades, but for the smallest twentieth.
    unit: of time; what suits the last time. title: drawn above.

    Values that are not finite leave gaps; on a log scale those that are not above zero too, and those that are less
    than 1e-12 of the largest.
    Raises InvalidRequestError, MissingExtraError without matplotlib.
    """
    check_kind(curve, "curve_plot", "a curve", "tree.over_time(...)", "times", "unavailability", "expected_failures")
    quantities = [quantities] if isinstance(quantities, str) else quantities
    lines = _lines(curve, quantities, *_band(curve, band, band_name))
    if sil and quantities[0] in (*PER_HOUR, "expected_failures"):
        raise InvalidRequestError("SIL bands of the low demand mode are for an unavailability; leave out sil=True")
    times = np.asarray(curve.times, np.float64)
    last = float(times[-1]) if len(times) else 1.0
    chosen = unit or time_unit(last)
    if chosen not in NAMES_OF_UNITS:
        raise InvalidRequestError(f"'{chosen}' is no unit of time here; use one of {', '.join(NAMES_OF_UNITS)}")
    if scale not in (None, "linear", "log"):
        raise InvalidRequestError(f"'{scale}' is no scale; use 'linear' or 'log'")
    scale = "log" if sil else scale or _scale_of(lines)
    low, high, floor = _range(lines, scale, sil)
    ticks = tick_texts(tick_places(low, high, scale))
    sil_room = measure("SIL 4", SMALL) + 8.0 if sil and _names_fit(low, high) else 0.0
    left = MARGIN + sil_room + max(widest(ticks, SMALL), 20.0) + 8.0
    name = " and ".join(line.name for line in lines)
    per_hour = " per hour" if quantities[0] in PER_HOUR else ""
    top = heading_height(title) + 18.0
    width = left + WIDTH + GUTTER + MARGIN
    said = _notes(lines, times, per_hour, floor)
    if sil and not _names_fit(low, high):
        said.append("Shaded from 1e-05 to 0.1: the bands of SIL 4, 3, 2 and 1, each a decade.")
    notes = paragraphs(said, width - 2 * MARGIN)
    height = top + HEIGHT + 34.0 + notes_height(notes) + MARGIN
    with sheet(width, height, f"{name} over time", title) as page:
        axes = page.axes(left, top, WIDTH, HEIGHT)
        axes.set_yscale(scale)
        axes.set_ylim(low, high)
        set_ticks(axes.yaxis, scale, low, high if scale == "log" or high > 1.1 or per_hour else min(high, 1.0))
        _time_axis(axes, times, chosen)
        axes.grid(axis="y", color=GRID, linewidth=0.8)
        shown = name + per_hour + (", log scale" if scale == "log" else "")
        (line,) = wrap(shown, width - 2 * MARGIN, SMALL, most=1)
        page.text(MARGIN, top - 9.0, line, size=SMALL, colour=MUTED, full=shown)
        if sil:
            _draw_sil(page, axes, top, (low, high))
        _draw(axes, lines, times / SECONDS[chosen], np.asarray(jumps, np.float64) / SECONDS[chosen], floor)
        _name_lines(page, axes, lines, left + WIDTH + 6.0, top)
        page.lines(MARGIN, height - MARGIN - notes_height(notes) + 8.0 + SMALL, notes)
        return page.plot


def time_unit(seconds: float) -> str:
    """The unit that suits times up to this: s up to 2 hours, h up to 500 hours, d up to 2 years, y beyond."""
    return next(name for name, most in UNITS if seconds <= most)


def _band(
    curve: Curve, band: Band | tuple[npt.ArrayLike, npt.ArrayLike] | None, name: str | None
) -> tuple[tuple[npt.ArrayLike, npt.ArrayLike] | None, str]:
    """Lower and upper values, and what they are."""
    if band is None or isinstance(band, tuple | list):
        return band, name or "5 to 95 %"
    check_kind(band, "band", "a band", "tree.band_over_time(...)", "times", "lower", "upper", "samples")
    if not np.array_equal(band.times, curve.times):
        raise InvalidRequestError("the band is of other times than the curve; ask for both at the same times")
    return (band.lower, band.upper), name or f"{band.low:g} to {band.high:g} % of {counted(band.samples, 'sample')}"


def _lines(
    curve: Curve, quantities: Sequence[CurveQuantity], band: tuple[npt.ArrayLike, npt.ArrayLike] | None, band_name: str
) -> list[_Line]:
    if not 1 <= len(quantities) <= len(COLOURS) or len(set(quantities)) < len(quantities):
        raise InvalidRequestError("a curve shows one to three quantities, each once")
    if unknown := [quantity for quantity in quantities if quantity not in NAMES]:
        raise InvalidRequestError(f"'{unknown[0]}' is no quantity of a curve; use one of {', '.join(NAMES)}")
    if len({quantity in PER_HOUR for quantity in quantities}) > 1:
        raise InvalidRequestError("numbers and frequencies do not share an axis; make a plot of each")
    lines = []
    for index, quantity in enumerate(quantities):
        found: Any = getattr(curve, quantity)
        if found is None:
            raise InvalidRequestError(f"this curve has no {quantity.replace('_', ' ')}; {'; '.join(curve.notes)}")
        factor, shown = SECONDS["h"] if quantity in PER_HOUR else 1.0, NAMES[quantity]
        with np.errstate(over="ignore"):
            values = np.asarray(getattr(found, "value", found), np.float64) * factor
        lower, upper, name, between = None, None, "", None
        if hasattr(found, "lower") and (found.upper - found.lower > SAME * found.upper).any():
            lower, upper, name = found.lower * factor, found.upper * factor, "between its bounds"
            between = lower, upper
            if np.array_equal(found.value, found.upper):
                shown = f"upper bound of {shown}"
        if band is not None and index == 0:
            lower, upper = (np.asarray(end, np.float64) * factor for end in band)
            name = band_name
            if lower.shape != values.shape or upper.shape != values.shape:
                raise InvalidRequestError(
                    f"the band has {lower.size} and {upper.size} values, the curve {values.size}; "
                    "give one for each time"
                )
        lines.append(_Line(shown, values, lower, upper, name, between))
    return lines


def _everything(lines: Sequence[_Line]) -> FloatArray:
    parts = [part for line in lines for part in (line.values, line.lower, line.upper) if part is not None]
    together = np.concatenate(parts) if parts else np.zeros(0)
    return together[np.isfinite(together)]


def _scale_of(lines: Sequence[_Line]) -> Scale:
    values = _everything(lines)
    positive = values[values > LEAST]
    if not len(positive) or (values < 0).any():
        return "linear"
    return "log" if np.ptp(np.log10([positive.max(), np.quantile(positive, 0.05)])) > LOG_DECADES else "linear"


def _range(lines: Sequence[_Line], scale: Scale, sil: bool) -> tuple[float, float, float]:
    """Lower and upper end of the axis of values, and the least value drawn."""
    values = _everything(lines)
    if scale == "linear":
        high = float(values.max(initial=0.0))
        high = high if high > LEAST else 1.0
        return min(0.0, 1.05 * float(values.min(initial=0.0))), 1.05 * high, -math.inf
    positive = values[values > LEAST]
    if not len(positive):
        positive = np.array([1e-5, 1e-1])
    high = float(positive.max())
    low = max(float(positive.min()), LOWEST * high)
    if sil:
        low, high = min(low, 1e-5), max(high, 1e-1)
    decades = max(math.log10(high / low), 0.5)
    # A whole decade a little beyond is worth its room, for it has a tick.
    bottom, top = math.floor(math.log10(low) + 1e-9), math.ceil(math.log10(high) - 1e-9)
    low = 10.0**bottom if math.log10(low) - bottom < 0.25 * decades else low * 10 ** (-0.05 * decades)
    high = 10.0**top if top - math.log10(high) < 0.25 * decades else high * 10 ** (0.05 * decades)
    return low, high, low


def _notes(lines: Sequence[_Line], times: FloatArray, per_hour: str, floor: float) -> list[str]:
    notes = []
    for line in lines:
        known = np.flatnonzero(np.isfinite(line.values))
        if not len(known):
            notes.append(f"The {line.name} has no finite value.")
            continue
        if len(known) < len(line.values):
            missing = len(line.values) - len(known)
            notes.append(f"The {line.name} is infinite or undefined at {missing:,} of {len(line.values):,} times.")
        # That many quantities begin at 0 is no news.
        if below := int(np.count_nonzero((line.values[known] < floor) & (times[known] > 0.0))):
            notes.append(f"The {line.name} lies below the axis at {below:,} of {len(line.values):,} times.")
        end, largest = line.values[known[-1]], line.values[known].max()
        text = f"{line.name}: {number_text(float(end))}{per_hour} at the end"
        text += f", {number_text(float(largest))} at most" * bool(largest > end)
        if line.known_between is not None:
            ends = " and ".join(number_text(float(each[known[-1]])) for each in line.known_between)
            text += f"; the truth at the end lies between {ends}"
        notes.append(f"{text}.")
    return notes


def _time_axis(axes: Axes, times: FloatArray, unit: str) -> None:
    factor = SECONDS[unit]
    first, last = (float(times[0]) / factor, float(times[-1]) / factor) if len(times) else (0.0, 1.0)
    if first <= 0.3 * last:
        first = 0.0
    if last <= first:
        first, last = max(0.0, first - 0.5), first + 0.5
    axes.set_xlim(first, last)
    set_ticks(axes.xaxis, "linear", first, last, most=7)
    axes.set_xlabel(f"time in {NAMES_OF_UNITS[unit]}", fontsize=SMALL, color=MUTED, labelpad=4, loc="left")


def _draw(axes: Axes, lines: Sequence[_Line], times: FloatArray, jumps: FloatArray, floor: float) -> None:
    # A part ends where a jump lies between two times, or at the first of them: the value there is the one before it.
    starts = np.searchsorted(times, jumps, side="right")
    ends = [0, *np.unique(starts[(starts > 0) & (starts < len(times))]).tolist(), len(times)]
    parts = [slice(start, end) for start, end in itertools.pairwise(ends) if end > start]
    for line, (_, pale, _) in zip(lines, COLOURS, strict=False):
        if line.lower is not None and line.upper is not None:
            for part in parts:
                lower, upper = np.maximum(line.lower[part], floor), np.maximum(line.upper[part], floor)
                axes.fill_between(times[part], lower, upper, color=pale, linewidth=0.0, zorder=1.5)
    for line, (colour, _, dash) in zip(lines, COLOURS, strict=False):
        values = np.where(np.isfinite(line.values) & (line.values >= floor), line.values, np.nan)
        for part in parts:
            alone = part.stop - part.start == 1 or np.count_nonzero(~np.isnan(values[part])) == 1
            marker = "o" if len(times) <= FEW or alone else ""
            axes.plot(times[part], values[part], color=colour, linestyle=dash, linewidth=1.5, marker=marker,
                      markersize=2.6, zorder=3)  # fmt: skip
        for end in ends[1:-1]:
            axes.plot(times[end - 1 : end + 1], values[end - 1 : end + 1], color=colour, linestyle=(0, (0.8, 1.6)),
                      linewidth=1.0, zorder=2.8)  # fmt: skip


def _names_fit(low: float, high: float) -> bool:
    """Whether a decade of the axis has room for a name."""
    return HEIGHT / math.log10(high / low) >= SMALL + 1.0


def _draw_sil(page: Sheet, axes: Axes, top: float, limits: tuple[float, float]) -> None:
    """Shaded bands, their names in a column left of the ticks if they have room."""
    low, high = limits
    span = math.log10(high / low)
    for index, (lower, name) in enumerate(SIL_BANDS):
        axes.axhspan(lower, 10 * lower, color=SIL_TINTS[index % 2], linewidth=0.0, zorder=0.5)
        middle = (math.log10(lower / low) + 0.5) / span
        if _names_fit(low, high):
            page.text(MARGIN, top + HEIGHT * (1 - middle) + 3.0, name, size=SMALL, colour=MUTED)


def _name_lines(page: Sheet, axes: Axes, lines: Sequence[_Line], x: float, top: float) -> None:
    """The name of every line beside its end, moved apart where they would meet."""
    blocks = []
    for line, (colour, _, _) in zip(lines, COLOURS, strict=False):
        known = np.flatnonzero(np.isfinite(line.values))
        if not len(known):
            continue
        end = float(line.values[known[-1]])
        low, high = axes.get_ylim()
        if axes.get_yscale() == "log":
            share = math.log10(max(end, low) / low) / math.log10(high / low)
        else:
            share = (end - low) / (high - low)
        words = [(text, LABEL, colour) for text in wrap(line.name, GUTTER - 4, LABEL, most=2)]
        if line.band:
            words += [(text, SMALL, MUTED) for text in wrap(f"shaded: {line.band}", GUTTER - 4, SMALL, most=3)]
        blocks.append((top + HEIGHT * (1 - share), words))
    free = top
    later = sum(len(words) for _, words in blocks) * LEADING + 4.0 * len(blocks)
    for place, words in sorted(blocks, key=lambda block: block[0]):
        room = len(words) * LEADING
        start = min(max(place - room / 2, free), top + HEIGHT + 14.0 - later)
        later -= room + 4.0
        free = start + room + 4.0
        for index, (text, size, colour) in enumerate(words):
            page.text(x, start + (index + 0.75) * LEADING, text, size=size, colour=INK if colour == DARK else colour)
