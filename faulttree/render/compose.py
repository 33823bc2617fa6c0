"""A page of a fault tree, put together: rows, positions, lines, cards and heading make a scene."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from faulttree.render import style
from faulttree.render.cards import Card, Row, cards, rows
from faulttree.render.drawing import RISE, draw_card
from faulttree.render.layout import positions
from faulttree.render.occurrences import Unfolded
from faulttree.render.scene import Box, Group, Line, Paint, Rect, Scene, Text
from faulttree.render.symbols import HEIGHT, symbol
from faulttree.render.text import clean, wrap
from faulttree.render.vertices import Vertices

__all__ = ["PicturePlan", "compose"]

LEAST_HEADING_WIDTH = 380.0
CONDITION_ELBOW = 14.0


@dataclass(frozen=True, slots=True)
class PicturePlan:
    """Everything a page is drawn from. top: key of the whole tree's top. reached: keys to highlight."""

    vertices: Vertices
    reached: frozenset[str]
    forest: Unfolded
    top: str
    width: float
    name: str
    heading: str = ""
    page: int = 0
    pages: int = 1


def compose(plan: PicturePlan) -> Scene:
    """The scene of one page."""
    forest, vertices = plan.forest, plan.vertices
    measured = cards(forest, vertices, plan.width, plan.top)
    sideways = [_sideways(card) for card in measured]
    axes = positions([place.children for place in forest.occurrences], [card.extent for card in measured],
                     forest.roots, gap=style.GAP, above_first=sideways)  # fmt: skip
    tree_width = max(axis + card.extent.right for axis, card in zip(axes, measured, strict=True))
    said, y = _heading_text(plan), style.MARGIN
    heading = wrap(said, max(tree_width, LEAST_HEADING_WIDTH), style.HEADING, bold=True, most=3)
    wide = max(tree_width, LEAST_HEADING_WIDTH) if heading else tree_width
    groups: list[Group] = []
    if heading:
        groups.append(_heading(heading, wide))
        y += len(heading) * style.HEADING * 1.4 + 12.0
    indent = style.MARGIN + (wide - tree_width) / 2
    axes = [axis + indent for axis in axes]
    levels = rows(forest, measured, y)
    row_of: list[Row] = []
    depth: list[int] = []
    for place in forest.occurrences:
        depth.append(depth[place.parent] + 1 if place.parent >= 0 else 0)
        row_of.append(levels[depth[-1]])
    for index, card in enumerate(measured):
        if card.place.children:
            groups.append(_lines(index, measured, axes, row_of, plan.reached, sideways[index]))
    for index, card in enumerate(measured):
        is_top = card.vertex.key == plan.top and card.place.parent < 0
        groups += draw_card(card, axes[index], row_of[index], plan.width, plan.reached, is_top)
    width, height = wide + 2 * style.MARGIN, levels[-1].symbol_y + levels[-1].body + style.MARGIN
    paper = Group((Rect(Box(0.0, 0.0, width, height), Paint(style.PAPER)),), kind="ft-paper")
    return Scene(width, height, (paper, *groups), said or plan.name, _description(plan))


def _sideways(card: Card) -> bool:
    """Whether an inhibit gate's condition is developed in the tree, and so reached from the gate's side."""
    return card.vertex.connective == "inhibit" and len(card.place.children) == 2


def _heading_text(plan: PicturePlan) -> str:
    if plan.pages == 1:
        return clean(plan.heading)
    return f"{clean(plan.heading) or clean(plan.name)} — page {plan.page} of {plan.pages}"


def _heading(lines: tuple[str, ...], width: float) -> Group:
    leading = style.HEADING * 1.4
    room = Box(style.MARGIN, style.MARGIN, width, leading * len(lines))
    return Group(
        tuple(
            Text(style.MARGIN + width / 2, style.MARGIN + (index + 0.5) * leading + RISE * style.HEADING, line,
                 style.HEADING, style.INK, room, bold=True)
            for index, line in enumerate(lines)
        ),
        kind="ft-heading",
    )  # fmt: skip


def _lines(
    gate: int, measured: list[Card], axes: list[float], row_of: list[Row], reached: frozenset[str], sideways: bool
) -> Group:
    """The lines from a gate's symbol by one bus to its inputs, highlighted ones on top."""
    card, row, x = measured[gate], row_of[gate], axes[gate]
    foot = row.symbol_y + card.symbol.foot
    children = card.place.children
    ends = [(axes[child], _input_y(measured[child], row_of[child])) for child in children]
    lit = [
        card.vertex.key in reached and measured[child].vertex.key in reached and card.vertex.counts(position)
        for position, child in enumerate(children)
    ]
    items: list[Line] = []
    if sideways:
        side = symbol("inhibit").half_width
        starts = [
            ((x, foot),),
            ((x + side, row.symbol_y + HEIGHT / 2), (x + side + CONDITION_ELBOW, row.symbol_y + HEIGHT / 2)),
        ]
        for (end_x, end_y), start, is_lit in zip(ends, starts, lit, strict=True):
            bend = ((start[-1][0], row.bus), (end_x, row.bus)) if start[-1][0] != end_x else ()
            items.append(Line((*start, *bend, (end_x, end_y)), _paint(is_lit)))
    else:
        plain = _paint(False)
        if len(ends) == 1:
            items.append(Line(((x, foot), ends[0]), plain))
        else:
            items.append(Line(((x, foot), (x, row.bus)), plain))
            items.append(Line((ends[0], (ends[0][0], row.bus), (ends[-1][0], row.bus), ends[-1]), plain))
            items += (Line(((end[0], row.bus), end), plain) for end in ends[1:-1])
        for end, is_lit in zip(ends, lit, strict=True):
            if is_lit:
                bend = ((x, row.bus), (end[0], row.bus)) if end[0] != x else ()
                items.append(Line(((x, foot), *bend, end), _paint(True)))
    return Group(tuple(items), card.vertex.name, "ft-lines")


def _input_y(card: Card, row: Row) -> float:
    return row.y if card.has_box else row.symbol_y


def _paint(lit: bool) -> Paint:
    return style.EDGE_HIGHLIGHT if lit else style.EDGE_PAINT


def _description(plan: PicturePlan) -> str:
    places = plan.forest.occurrences
    drawn = {place.key for place in places if not place.transfer} | {place.beside for place in places if place.beside}
    counts = Counter("gate" if plan.vertices[key].is_gate else f"{plan.vertices[key].kind} event" for key in drawn)
    listed = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in sorted(counts.items()))
    top = plan.vertices[plan.top]
    text = f"Fault tree with top event {top.label or top.name}, drawn with {listed}."
    cut = sorted(key for key in plan.reached if not plan.vertices[key].is_gate)
    return f"{text} Highlighted: {', '.join(cut)}." if cut else text
