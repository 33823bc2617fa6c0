"""Risk contribution: the cut sets that make up most of the probability, and their running share."""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from faulttree.errors import InvalidRequestError
from faulttree.render.plots.members import member_lines
from faulttree.render.plots.rows import AXES_WIDTH, KEY, MOST_LABEL_WIDTH, Row, Rows, key, rows_on_a_sheet
from faulttree.render.plots.sheet import ACCENT, DARK, LABEL, MEDIUM, SMALL, Scale, between, check_kind, wants_log
from faulttree.render.style import MUTED
from faulttree.render.text import clean, measure
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from faulttree.cut_sets.collection import CutSet, CutSets
    from faulttree.cut_sets.partial import AnyCutSets, PartialCutSets
    from faulttree.render.plots.plot import Plot

__all__ = ["contribution_plot", "share_text"]

COLUMN_GAP = 14.0


def contribution_plot(
    cut_sets: AnyCutSets, *, most: int = 20, labels: Mapping[str, str] = {}, title: str | None = None
) -> Plot:
    """The most probable sets as bars of their share of the summed probability of all, and the running sum of shares.

    How many sets there are, and what part of the sum is shown, stands below. Where not all sets are known shares are
    undefined: the bars are probabilities then, on a log scale if they spread over three decades, and that is said.

    Where labels of a set do not fit beside each other, the room is shared: names stand for labels, and what is too long
    is cut in its middle.

    most: how many sets. labels: to show for names of events. title: drawn above.
    Raises MissingProbabilityError, InvalidRequestError, MissingExtraError without matplotlib.
    """
    check_kind(cut_sets, "contribution_plot", "cut sets", "tree.minimal_cut_sets()", "kind", "weights", "found_sum")
    if most < 1:
        raise InvalidRequestError(f"most = {most}: a plot needs room for at least 1 bar")
    sets = list(cut_sets.ranked(most, by="probability"))
    shares = [cut.fraction for cut in sets if cut.fraction is not None and not math.isnan(cut.fraction)]
    known = bool(sets) and len(shares) == len(sets)
    events = {event for cut in sets for event in cut.events}
    texts = {clean(text) for event in events for text in (event, labels.get(event, event))}
    rows = [_row(cut, labels, texts) for cut in sets]
    headings = (said_of(cut_sets), "share", "running sum")
    columns = [[number_text(cut.probability or 0.0) for cut in sets]]
    if known:
        columns += [[share_text(share) for share in column] for column in (shares, running(shares))]
    widths = [
        max(measure(text, SMALL) for text in (heading, *column))
        for heading, column in zip(headings, columns, strict=False)
    ]
    heading = f"contribution of {cut_sets.kind}"
    room = sum(width + COLUMN_GAP for width in widths)
    notes = _notes(cut_sets, sets, shares if known else None)
    with rows_on_a_sheet(rows, heading=heading, title=title, notes=notes, above=KEY, right=room) as drawn:
        _draw_columns(drawn, headings, columns, widths)
        if known:
            _draw_shares(drawn, shares, cut_sets.quantity)
        else:
            _draw_numbers(drawn, [cut.probability or 0.0 for cut in sets], headings[0])
        return drawn.plot


def said_of(cut_sets: AnyCutSets) -> str:
    """The quantity of the sets' numbers, with the unit of a frequency."""
    return ", ".join(filter(None, (cut_sets.quantity, cut_sets.unit)))


def running(shares: Sequence[float]) -> list[float]:
    """Sums of the first shares; never above 1 for rounding's sake."""
    return [min(total, 1.0) for total in itertools.accumulate(shares)]


def share_text(share: float) -> str:
    """A part in percent with one digit; only all of it may look like 100 %, and only nothing like 0 %."""
    if share in (0.0, 1.0):
        return f"{100 * share:.0f} %"
    percent = 100.0 * share
    if percent < 0.05:
        return "<0.1 %"
    return f"{percent:.1f} %" if percent < 99.95 or share > 1.0 else "100.0 %" if share > 1 - 1e-9 else ">99.9 %"


def _row(cut: CutSet, labels: Mapping[str, str], texts: Collection[str]) -> Row:
    """texts: all names and labels of the picture."""
    if not cut.events:
        return Row("(nothing needs to happen)")
    shown = [clean(labels.get(event, event)) for event in cut.events]
    names, probability = " + ".join(cut.events), number_text(cut.probability or 0.0)
    labelled = "" if shown == [clean(event) for event in cut.events] else f" ({' + '.join(shown)})"
    lines = member_lines(list(zip(shown, map(clean, cut.events), strict=True)), MOST_LABEL_WIDTH, LABEL, texts)
    return Row(" + ".join(shown), f"{names}{labelled}: {probability}", lines=lines)


def _notes(cut_sets: AnyCutSets, sets: Sequence[CutSet], shares: Sequence[float] | None) -> list[str]:
    """What stands below. shares: of the sets drawn; None where they are not known."""
    if not cut_sets.complete:
        return [f"{line[:1].upper()}{line[1:]}." for line in _found(cut_sets, sets)]
    chosen = cut_sets.chosen_from
    if not sets:
        beyond = " within the limit" if cut_sets.discarded.count is None else ""
        return [f"There are no {'chosen ' * (chosen is not None)}{cut_sets.kind}{beyond}.", *_discarded(cut_sets)]
    kind = cut_sets.kind if cut_sets.count > 1 else cut_sets.kind.removesuffix("s")
    if chosen is not None:
        kind = f"chosen {kind}"
    if cut_sets.discarded:
        kind = f"{kind} within the limit"
    number = f"All {cut_sets.count:,} {kind}" if cut_sets.count > 1 else f"The only {kind}"
    if cut_sets.count > len(sets):
        number = f"The {len(sets):,} most probable of {cut_sets.count:,} {kind}"
    if shares is None:
        return [f"{number}.", *_discarded(cut_sets)]
    part, of_all = share_text(running(shares)[-1]), " of all" if chosen is not None else ""
    total = chosen if chosen is not None else cut_sets.probability_sum + (cut_sets.discarded.probability or 0.0)
    summed = f"{number_text(total)} {cut_sets.unit}".rstrip()
    return [f"{number}: {part} of the summed {cut_sets.quantity}{of_all}, {summed}.", *_discarded(cut_sets)]


def _found(cut_sets: PartialCutSets, sets: Sequence[CutSet]) -> list[str]:
    """How many of the sets that were found are drawn, and what is certain of the others."""
    if len(sets) < cut_sets.found:
        return [f"the {len(sets):,} most probable of {cut_sets.found:,} {cut_sets.kind} found", cut_sets.known()]
    return list(cut_sets.said()[0])


def _discarded(cut_sets: CutSets) -> list[str]:
    left_out = cut_sets.discarded
    if not left_out:
        return []
    if left_out.count is None or left_out.probability is None:
        return [f"{str(left_out)[:1].upper()}{str(left_out)[1:]}."]
    summed = f"{cut_sets.quantity} {number_text(left_out.probability)} {cut_sets.unit}".rstrip()
    return [f"A limit left out {counted(left_out.count, 'set')} of summed {summed}, part of the sum."]


def _draw_columns(
    drawn: Rows, headings: Sequence[str], columns: Sequence[Sequence[str]], widths: Sequence[float]
) -> None:
    x = drawn.left + AXES_WIDTH
    for heading, column, width in zip(headings, columns, widths, strict=False):
        x += COLUMN_GAP + width
        drawn.page.text(x, drawn.top - 6.0, heading, size=SMALL, colour=MUTED, anchor="right")
        for index, text in enumerate(column):
            drawn.page.text(x, drawn.middle(index) + 3.0, text, size=SMALL, anchor="right")


def _draw_shares(drawn: Rows, shares: Sequence[float], quantity: str) -> None:
    drawn.scaled("linear", (0.0, 1.0), f"share of the summed {quantity}", share=True, within=(0.0, 1.0))
    drawn.axes.barh(range(len(shares)), shares, height=0.62, color=MEDIUM)
    sums = running(shares)
    drawn.axes.plot(
        sums, range(len(sums)), color=ACCENT, linewidth=1.2, marker="o", markersize=4.0, clip_on=False, zorder=3
    )
    drawn.axes.axvline(0.0, color=DARK, linewidth=0.8)
    key(drawn, [(MEDIUM, "share", "box"), (ACCENT, "running sum", "dot")])


def _draw_numbers(drawn: Rows, values: Sequence[float], name: str) -> None:
    positive = [value for value in values if value > 0]
    scale: Scale = "log" if wants_log(values) else "linear"
    name += ", log scale" if scale == "log" else ""
    if not positive:
        drawn.scaled("linear", (0.0, 1.0), name)
        return
    if scale == "linear":
        drawn.scaled("linear", (0.0, 1.05 * max(positive)), name)
        drawn.axes.barh(range(len(values)), values, height=0.62, color=MEDIUM)
        return
    drawn.scaled("log", between(min(positive), max(positive), "log", 10.0, 8.0, AXES_WIDTH), name)
    for index, value in enumerate(values):
        if value > 0:
            drawn.axes.plot([drawn.axes.get_xlim()[0], value], [index, index], color=MEDIUM, linewidth=1.0)
            drawn.axes.plot([value], [index], marker="o", markersize=5.5, color=DARK, linestyle="none")
