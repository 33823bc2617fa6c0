"""Sobol's indices as bars: which uncertain input the variance of the result is due to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from faulttree.errors import InvalidRequestError
from faulttree.render.plots.rows import AXES_WIDTH, KEY, Row, Rows, key, name_of, rows_on_a_sheet
from faulttree.render.plots.sheet import DARK, MEDIUM, SMALL, between, check_kind, widest
from faulttree.render.style import INK
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from faulttree.render.plots.plot import Plot
    from faulttree.uncertainty.sensitivity import SensitivityIndex, SobolIndices

__all__ = ["sobol_plot"]

BAR, APART = 0.3, 0.19  # height of a bar, and its distance from the middle of the row


def sobol_plot(
    indices: SobolIndices, *, most: int = 20, labels: Mapping[str, str] = {}, title: str | None = None
) -> Plot:
    """First-order and total index of every input, the largest total first, each with its interval as a line.

    most: how many inputs. labels: to show for names. title: drawn above. Undefined indices are named below, and how
    it was sampled is said.
    Raises InvalidRequestError, MissingExtraError without matplotlib.
    """
    check_kind(indices, "sobol_plot", "Sobol indices", "tree.sobol_indices()", "variance", "confidence", "design")
    if most < 1:
        raise InvalidRequestError(f"most = {most}: a plot needs room for at least 1 bar")
    undefined = [index.input for index in indices if not _is_known(index)]
    known = [index for index in indices if _is_known(index)]
    shown = known[:most]
    design = indices.design
    basis = (
        f"{design.samples:,} pairs of points, {design.method}, seed {design.seed}: {indices.evaluations:,} evaluations."
    )
    notes = [f"{basis} Lines are {100 * indices.confidence:g} % intervals."] if shown else ["There is nothing to draw."]
    if len(known) > len(shown):
        notes.append(f"The {len(shown):,} highest by total index of {counted(len(known), 'input')}.")
    if undefined:
        why = ", for the result does not vary" if indices.variance == 0 else ""
        names = ", ".join(labels.get(name, name) for name in undefined[:8])
        notes.append(f"Undefined{why}: {names}{f' and {len(undefined) - 8:,} more' if len(undefined) > 8 else ''}.")
    rows = [Row(*name_of(index.input, labels)) for index in shown]
    heading = f"Sobol indices of the {indices.quantity} of the top event"
    with rows_on_a_sheet(rows, heading=heading, title=title, notes=notes, above=KEY, lines=2) as drawn:
        key(drawn, [(DARK, "first order: the input alone", "box"),
                    (MEDIUM, "total: with others too", "box")])  # fmt: skip
        _draw(drawn, shown, indices.quantity)
        return drawn.plot


def _is_known(index: SensitivityIndex) -> bool:
    return math.isfinite(index.first_order) and math.isfinite(index.total)


def _draw(drawn: Rows, shown: Sequence[SensitivityIndex], quantity: str) -> None:
    bars = [
        (row + away, colour, value, low, high)
        for row, index in enumerate(shown)
        for away, colour, value, low, high in (
            (-APART, DARK, index.first_order, index.first_order_lower, index.first_order_upper),
            (APART, MEDIUM, index.total, index.total_lower, index.total_upper),
        )
    ]
    numbers = [number for *_, value, low, high in bars for number in (value, low, high) if math.isfinite(number)]
    least, most = min([0.0, *numbers]), max([0.0, *numbers]) or 1.0
    texts = [number_text(value) for _, _, value, _, _ in bars]
    limits = between(least, most, "linear", 6.0 if least < 0 else 0.0, widest(texts, SMALL) + 10.0, AXES_WIDTH)
    drawn.scaled("linear", limits, f"share of the variance of the {quantity} of the top event")
    for (place, colour, value, low, high), text in zip(bars, texts, strict=True):
        drawn.axes.barh(place, value, height=BAR, color=colour, linewidth=0.0)
        outer = max(value, 0.0)
        if low < high:
            ends = max(low, limits[0]), min(high, most)
            drawn.axes.plot(ends, [place, place], color="white", linewidth=2.6, solid_capstyle="butt", zorder=2.4)
            drawn.axes.plot(ends, [place, place], color=INK, linewidth=1.1, solid_capstyle="butt", zorder=2.5)
            outer = max(outer, ends[1])
        drawn.value(outer, place, text)
    drawn.axes.axvline(0.0, color=DARK, linewidth=0.8)
