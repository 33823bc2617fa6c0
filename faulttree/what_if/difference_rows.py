"""The rows of a difference between two models, as the text and the Markdown show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from faulttree.model.changes import Change
from faulttree.what_if.moves import TopDifference, probability_texts, told_apart
from faulttree.what_if.scenario_table import shortened

__all__ = ["change_rows", "quantity_rows", "rank_rows"]


def quantity_rows(top: TopDifference) -> list[list[Any]]:
    """quantity, before, after, ratio, difference: the top event, the number of cut sets, and what moved."""
    rows: list[list[Any]] = []
    if top.before is not None or top.after is not None:
        exact = all(side is None or side.is_exact for side in (top.before, top.after))
        numbers = [top.top.ratio, top.top.difference] if exact else [None, None]
        rows.append([top.named_with_unit, *probability_texts(top.before, top.after), *numbers])
    sets = top.cut_sets
    if sets.before is not None or sets.after is not None:
        counts = (f"{n:,}" if n is not None else "" for n in (sets.before, sets.after))
        rows.append(["minimal cut sets", *counts, "", ""])
    for kind, each in top.moved_below:
        rows.append([f"{kind} {each.name}", *told_apart(each.before, each.after), each.ratio, each.difference])
    return rows


def rank_rows(top: TopDifference) -> list[list[str]]:
    """event, rank before, rank after, value before, value after: a dash for a rank where the event is absent."""
    return [
        [move.event, *(str(rank or "-") for rank in (move.before, move.after)),
         *told_apart(move.value_before, move.value_after)]
        for move in top.ranks
    ]  # fmt: skip


def change_rows(changes: Iterable[Change], longest: int) -> list[list[str]]:
    """about, element, what, before, after; of a long formula the inputs added and removed instead."""
    return [
        [change.aspect, change.element, f"{change.key} {change.what}".strip(), *_sides(change, longest)]
        for change in changes
    ]


def _sides(change: Change, longest: int) -> Sequence[str]:
    sides = [change.before or "", change.after or ""]
    if change.detail and max(map(len, sides)) > longest:
        sides = [shortened(sides[0], longest // 2), change.detail]
    return [shortened(side, longest) for side in sides]
