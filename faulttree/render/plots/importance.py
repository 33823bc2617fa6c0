"""Importance as bars: the most important events, the value of each beside its bar."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faulttree.errors import InvalidRequestError
from faulttree.importance.table import MEASURE
from faulttree.render.plots.rows import AXES_WIDTH, Row, Rows, name_of, rows_on_a_sheet
from faulttree.render.plots.sheet import DARK, MEDIUM, SMALL, Scale, between, check_kind, wants_log, widest
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from faulttree.importance.events import Importance
    from faulttree.render.plots.plot import Plot

__all__ = ["importance_plot", "ranking_plot"]

MOST_LISTED = 8
MOST = 1e290  # what is larger is drawn like what is infinite, what is below its inverse like 0


@dataclass(frozen=True, slots=True)
class _Bar:
    """A value that is no nan, and the ends of its interval, the value itself where it has none.

    known: whether it is the value; of one that is known by its interval alone it is the upper end.
    """

    name: str
    value: float
    low: float
    high: float
    known: bool = True

    @property
    def text(self) -> str:
        """What stands beside the bar."""
        if self.known or self.low == self.high:
            return number_text(self.value)
        return f"{number_text(self.low)} to {number_text(self.high)}"


def importance_plot(
    importance: Importance,
    measure: str = "fussell_vesely",
    *,
    most: int = 20,
    labels: Mapping[str, str] = {},
    title: str | None = None,
) -> Plot:
    """One measure of the most important events, by falling value.

    Bars begin at 0; those of the ratios RAW and RRW at 1, where an event does not matter. Values that spread over more
    than three decades stand on a log scale, as points, for a bar has no beginning there. Of intervals the ends are
    drawn as a line. An infinite value is a hatched bar; undefined ones are named below and not drawn.

    most: how many events. labels: to show for names. title: drawn above.
    Raises UnknownNameError for a measure, InvalidRequestError, MissingExtraError without matplotlib.
    """
    check_kind(importance, "importance_plot", "importances", "tree.importance()", "ranked", "method", "lower", "upper")
    ranked = importance.ranked(measure)
    notes: list[str] = []
    if ranked and importance.ranking_measure(measure) != measure:
        why = "not known" if measure in importance.unknown else "undefined"
        measure = importance.ranking_measure(measure)
        notes = [f"Fussell-Vesely importance is {why} here; criticality importance stands in its place."]
    values = {row.event: row.value(measure) for row in ranked}
    ends = None
    if importance.lower is not None and importance.upper is not None:
        ends = {
            low.event: (low.value(measure), high.value(measure))
            for low, high in zip(importance.lower, importance.upper, strict=True)
        }
        notes.append("Lines reach from the lower to the upper bound of each value; the upper one ranks.")
    said = MEASURE[measure]
    return _bars(values, ends or {}, said.label, said.neutral, most, labels, title, "event", notes)


def ranking_plot(
    values: Mapping[str, float],
    quantity: str,
    *,
    intervals: Mapping[str, tuple[float, float]] = {},
    baseline: float = 0.0,
    most: int = 20,
    labels: Mapping[str, str] = {},
    title: str | None = None,
) -> Plot:
    """Any quantity of named things, by falling value, as `importance_plot` shows it.

    quantity: what the values are, with the unit, for the axis. intervals: (low, high) about values, by name.
    baseline: where bars begin, 0 or 1.
    Raises InvalidRequestError, MissingExtraError without matplotlib.
    """
    if not isinstance(values, Mapping):
        raise InvalidRequestError(
            f"ranking_plot takes values by name, a mapping; this is of type {type(values).__name__}"
        )
    ranked = sorted(values, key=lambda name: math.inf if math.isnan(values[name]) else -values[name])
    ordered = {name: float(values[name]) for name in ranked}
    return _bars(ordered, intervals, quantity, baseline, most, labels, title, "value", [])


def _bars(
    values: Mapping[str, float],
    ends: Mapping[str, tuple[float, float]],
    quantity: str,
    baseline: float,
    most: int,
    labels: Mapping[str, str],
    title: str | None,
    thing: str,
    notes: Sequence[str],
) -> Plot:
    if most < 1:
        raise InvalidRequestError(f"most = {most}: a plot needs room for at least 1 bar")
    defined = []
    undefined = []
    for name, value in values.items():
        low, high = ends.get(name, (value, value))
        known = not math.isnan(value)
        if known or not math.isnan(high):
            defined.append(_Bar(name, value if known else high, low, high, known))
        else:
            undefined.append(labels.get(name, name))
    bars = defined[:most]
    said = [*notes]
    if len(defined) > len(bars):
        said.append(f"The {len(bars):,} highest of {counted(len(defined), thing)}.")
    if undefined:
        more = f" and {len(undefined) - MOST_LISTED:,} more" if len(undefined) > MOST_LISTED else ""
        said.append(f"Undefined, not drawn: {', '.join(undefined[:MOST_LISTED])}{more}.")
    if not defined:
        said.insert(0, "There is nothing to draw.")
    rows = [Row(*name_of(bar.name, labels)) for bar in bars]
    with rows_on_a_sheet(rows, heading=quantity, title=title, notes=said) as drawn:
        _draw(drawn, bars, quantity, baseline)
        return drawn.plot


def _draw(drawn: Rows, bars: Sequence[_Bar], quantity: str, baseline: float) -> None:
    numbers = [number for bar in bars for number in (bar.value, bar.low, bar.high) if abs(number) <= MOST]
    numbers = [number if abs(number) >= 1 / MOST else 0.0 for number in numbers]
    scale: Scale = "log" if wants_log(numbers, 2.0 if baseline else 3.0) else "linear"
    if scale == "log":
        numbers = [number for number in numbers if number > 0]
    points = scale == "log" and not baseline
    reach = [*numbers] if points else [*numbers, baseline]
    low, high = min(reach, default=baseline), max(reach, default=baseline)
    if low == high:
        low, high = (low / 3.0, high * 3.0) if points else (low, high + 1.0)
    if any(max(bar.value, bar.high) > MOST for bar in bars):  # further than all that is finite
        high = high * (max(high / low, 10.0) ** 0.12) if scale == "log" else high + 0.12 * (high - low)
    texts = [bar.text for bar in bars]
    room = widest(texts, SMALL) + 14.0
    limits = between(low, high, scale, 10.0 if points else room if low < baseline else 0.0, room, AXES_WIDTH)
    drawn.scaled(scale, limits, quantity + (", log scale" if scale == "log" else ""))
    start = limits[0] if points else baseline
    for index, (bar, text) in enumerate(zip(bars, texts, strict=True)):
        unlimited = abs(bar.value) > MOST
        end = bar.value if not unlimited else high if bar.value > 0 else low
        if scale == "log" and end < 1 / MOST:
            drawn.value(limits[0], index, text)
            continue
        if not bar.known and bar.low < bar.high:
            pass  # the interval alone is drawn
        elif points:
            drawn.axes.plot([start, end], [index, index], color=MEDIUM, linewidth=1.0, solid_capstyle="butt")
            drawn.axes.plot([end], [index], marker="o", markersize=5.5, color=DARK, linestyle="none")
        else:
            drawn.axes.barh(
                index, end - start, left=start, height=0.62, linewidth=0.8 if unlimited else 0.0, edgecolor=MEDIUM,
                facecolor="white" if unlimited else MEDIUM, hatch="////" if unlimited else None,
            )  # fmt: skip
        below, outer = end < baseline, end
        if bar.low < bar.high:
            whisker = [min(max(number, limits[0]), high) for number in (bar.low, bar.high)]
            drawn.axes.plot(whisker, [index, index], color=DARK, linewidth=1.6, solid_capstyle="butt")
            outer = min(whisker[0], end) if below else max(whisker[1], end)
        drawn.value(outer, index, text, side=-1 if below else 1, gap=7.0 if points else 4.0)
    if not points:
        drawn.axes.axvline(baseline, color=DARK, linewidth=0.8)
