"""A tornado: how far each uncertain input alone moves the probability of the top event."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from faulttree.errors import InvalidRequestError
from faulttree.render.plots.rows import AXES_WIDTH, KEY, Row, Rows, key, name_of, rows_on_a_sheet
from faulttree.render.plots.sheet import (
    DARK,
    MARGIN,
    MEDIUM,
    SMALL,
    WARM,
    Scale,
    between,
    check_kind,
    wants_log,
    widest,
)
from faulttree.render.text import measure
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from faulttree.render.plots.plot import Plot
    from faulttree.uncertainty.sensitivity import Swing, Tornado

__all__ = ["tornado_plot"]

HEIGHT = 0.62
LOG_DECADES = 2.0
POINT = 12.0  # height of the line with the point value


def tornado_plot(
    tornado: Tornado,
    *,
    most: int = 20,
    labels: Mapping[str, str] = {},
    title: str | None = None,
) -> Plot:
    """Bars from the point value to the probability with one input low, and with it high; the largest swing first.

    The probability stands at the end of each bar, the two values of the input below its label. Where both bars lie on
    one side they share the height of the row. On a log scale when values spread over more than two decades.

    most: how many inputs. labels: to show for names. title: drawn above.
    Raises InvalidRequestError, MissingExtraError without matplotlib.
    """
    check_kind(tornado, "tornado_plot", "a tornado", "tree.tornado()", "swings", "point", "low", "high")
    if most < 1:
        raise InvalidRequestError(f"most = {most}: a plot needs room for at least 1 bar")
    undefined = [swing.input for swing in tornado if not _is_known(swing)]
    known = [swing for swing in tornado if _is_known(swing)]
    swings = known[:most]
    rows = [Row(*name_of(swing.input, labels), _values(swing)) for swing in swings]
    low, high = f"{tornado.low:g} %", f"{tornado.high:g} %"
    notes = [f"Each input at its percentiles {low} and {high}, all others at their point values."]
    if len(known) > len(swings):
        notes.append(f"The {len(swings):,} largest of {counted(len(known), 'swing')}.")
    if undefined:
        notes.append(f"Undefined, not drawn: {', '.join(labels.get(name, name) for name in undefined[:8])}.")
    heading = f"tornado of the {tornado.quantity} of the top event"
    with rows_on_a_sheet(rows, heading=heading, title=title, notes=notes, above=KEY + POINT) as drawn:
        key(drawn, [(WARM, f"input at {low}", "box"), (MEDIUM, f"input at {high}", "box")], above=POINT + 10.0)
        _draw(drawn, swings, tornado)
        return drawn.plot


def _is_known(swing: Swing) -> bool:
    return math.isfinite(swing.at_low) and math.isfinite(swing.at_high)


def _values(swing: Swing) -> str:
    """The two values of an input, with their unit."""
    unit = f" {swing.unit.removeprefix('1')}" if swing.unit else ""
    return f"{number_text(swing.low_value)} to {number_text(swing.high_value)}{unit}"


def _draw(drawn: Rows, swings: Sequence[Swing], tornado: Tornado) -> None:
    point = tornado.point
    numbers = [point, *(number for swing in swings for number in (swing.at_low, swing.at_high))]
    # On a log scale all must be above 0: a bar to 0 would have no end.
    scale: Scale = "log" if min(numbers) > 0 and wants_log(numbers, LOG_DECADES) else "linear"
    ends = [_ends(swing, point) for swing in swings]
    left = max((measure(text, SMALL) for _, texts in ends for text in texts[:1] if text), default=0.0) + 12.0
    right = widest([texts[1] for _, texts in ends], SMALL) + 12.0
    name = f"{tornado.quantity} of the top event"
    name += f", {tornado.unit}" if tornado.unit else ""
    name += ", log scale" if scale == "log" else ""
    drawn.scaled(
        scale,
        between(min(numbers), max(numbers), scale, left, right, AXES_WIDTH),
        name,
        within=(0.0, 1.0 if tornado.quantity == "probability" else math.inf),
    )
    for index, (swing, (places, texts)) in enumerate(zip(swings, ends, strict=True)):
        one_side = (swing.at_low - point) * (swing.at_high - point) > 0
        height, shift = (HEIGHT / 2, HEIGHT / 4) if one_side else (HEIGHT, 0.0)
        for value, colour, away in ((swing.at_low, WARM, -shift), (swing.at_high, MEDIUM, shift)):
            drawn.axes.barh(index + away, value - point, left=point, height=height, color=colour, linewidth=0.0)
        for place, text, side in zip(places, texts, (-1, 1), strict=True):
            if text:
                drawn.value(place, index, text, side=side)
    drawn.axes.axvline(point, color=DARK, linewidth=1.0)
    text = f"point value {number_text(point)}"
    middle = drawn.left + AXES_WIDTH * float(drawn.axes.transAxes.inverted().transform(
        drawn.axes.transData.transform((point, 0.0)))[0])  # fmt: skip
    room = measure(text, SMALL) / 2
    middle = min(max(middle, MARGIN + room), drawn.page.width - MARGIN - room)
    drawn.page.text(middle, drawn.top - 5.0, text, size=SMALL, anchor="center")


def _ends(swing: Swing, point: float) -> tuple[tuple[float, float], tuple[str, str]]:
    """Where numbers stand left and right of a row's bars, and the numbers; empty where there is none."""
    low, high = sorted((swing.at_low, swing.at_high))
    places = min(low, point), max(high, point)
    if low == high == point:
        return places, ("", number_text(point))
    if low < point < high:
        return places, (number_text(low), number_text(high))
    texts = [number_text(value) for value in (swing.at_low, swing.at_high) if value != point]
    both = " and ".join(texts)
    return places, (both, "") if low < point else ("", both)
