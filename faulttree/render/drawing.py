"""A measured card, drawn at its place: box, strip, symbol, tags, and the condition beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from faulttree.render import style
from faulttree.render.cards import (
    CAPTION_OVERHANG,
    Beside,
    Caption,
    Card,
    Row,
    right_width,
    shared_tail,
    state_tag,
    tag_width,
)
from faulttree.render.scene import Box, Ellipse, Group, Line, Paint, Path, Primitive, Rect, Text
from faulttree.render.symbols import HEIGHT, Symbol, symbol
from faulttree.render.text import fit
from faulttree.render.vertices import Vertex

__all__ = ["draw_card"]

RISE = 0.36  # of the size: from the middle of a line of text down to its baseline


def draw_card(card: Card, x: float, row: Row, width: float, reached: frozenset[str], top: bool) -> Iterator[Group]:
    """The groups of one occurrence: itself, and the condition beside it. x: its axis; top: of the whole tree."""
    vertex, lit = card.vertex, card.vertex.key in reached
    items: list[Primitive] = []
    if card.has_box:
        items += _box(card, Box(x - width / 2, row.y, width, row.box + row.strip), row, lit, top)
        items.append(Line(((x, row.symbol_y - row.stub), (x, row.symbol_y)), _edge(lit)))
    if not card.place.transfer and vertex.is_gate and (card.place.wanted_by or card.place.shared):
        items += _wanted(card, x, row.symbol_y, width)
    items += _symbol(card.symbol, vertex, x, row.symbol_y, lit, "transfer" if card.place.transfer else "")
    mark = "" if card.place.transfer else vertex.mark
    if card.place.page:
        mark = str(card.place.page)
    if mark:
        items.append(_mark(mark, card.symbol, x, row.symbol_y, vertex))
    items += _captions(card.captions, x, row.symbol_y + card.symbol.height, width)
    kind = " ".join(part for part in ("ft-" + vertex.kind, _words(vertex, lit)) if part)
    said = (*vertex.said, *_elsewhere(card))
    yield Group(tuple(items), vertex.name, kind, "\n".join(said))
    if card.beside:
        yield _condition(card.beside, x, row.symbol_y, reached, lit)


def _words(vertex: Vertex, lit: bool) -> str:
    words = [f"ft-{vertex.connective}"] if vertex.connective else []
    if vertex.state is not None:
        words.append(f"ft-{str(vertex.state).lower()}" if isinstance(vertex.state, bool) else "ft-set")
    return " ".join([*words, "ft-cut"] if lit else words)


def _elsewhere(card: Card) -> Iterator[str]:
    place = card.place
    if place.transfer:
        yield f"Developed on page {place.page}" if place.page else "Developed elsewhere on this page"
    elif place.shared:
        yield "Shared: occurs more than once"
    if place.wanted_by:
        yield f"Transferred to page {', '.join(map(str, place.wanted_by))}"


def _edge(lit: bool) -> Paint:
    return style.EDGE_HIGHLIGHT if lit else style.EDGE_PAINT


def _box(card: Card, box: Box, row: Row, lit: bool, top: bool) -> Iterator[Primitive]:
    vertex = card.vertex
    frame = Paint("", style.HIGHLIGHT, style.HEAVY) if lit else Paint("", style.LINE, style.BOX_STROKE)
    upper = Box(box.x, box.y, box.width, row.box)
    strip = Box(box.x, upper.bottom, box.width, row.strip)
    yield Rect(upper, Paint(style.TOP_FILL if top else style.PAPER))
    yield Rect(strip, Paint(style.STRIP_GATE if vertex.is_gate else style.STRIP_EVENT))
    yield Line(((strip.x, strip.y), (strip.right, strip.y)), Paint("", style.LINE, style.BOX_STROKE))
    yield Rect(box, frame)
    first = upper.y + (upper.height - len(card.lines) * style.LABEL_LEADING) / 2
    for index, line in enumerate(card.lines):
        y = first + (index + 0.5) * style.LABEL_LEADING
        yield Text(box.x + box.width / 2, y + RISE * style.LABEL, line, style.LABEL,
                   style.PAPER if top else style.INK, upper, bold=top)  # fmt: skip
    yield from _strip(card, strip)


def _strip(card: Card, strip: Box) -> Iterator[Primitive]:
    """Name on the left, figure and tag on the right; the name of an event that has neither, in the middle.

    In a tall strip what stands on the right has a line of its own, beneath the name.
    """
    vertex, pad = card.vertex, style.STRIP_PAD
    room = Box(strip.x + pad, strip.y, strip.width - 2 * pad, strip.height)
    aside = right_width(vertex, card.figure)
    two_lines = strip.height > style.STRIP and aside > 0.0
    lower = strip.y + strip.height / 2 + (style.STRIP_LEADING / 2 if two_lines else 0.0)
    upper = lower - (style.STRIP_LEADING if two_lines else 0.0)
    if card.figure:
        size = style.FIGURE_SIZES[0]
        yield Text(room.right, lower + RISE * size, card.figure, size, style.MUTED, room, anchor="end")
    tag = tag_width(vertex)
    if tag:
        yield from _tag(vertex, Box(room.right - aside, lower - style.TAG_HEIGHT / 2, tag, style.TAG_HEIGHT))
    left = room.width - (aside + style.PAD if aside and not two_lines else 0.0)
    name, size = fit(vertex.name, left, style.NAME_SIZES, bold=True, tail=shared_tail(card.place, vertex))
    centred = not aside and not vertex.is_gate
    space, y = Box(room.x, strip.y, left, strip.height), upper + RISE * size
    if centred:
        yield Text(strip.x + strip.width / 2, y, name, size, style.INK, space, bold=True)
    else:
        yield Text(room.x, y, name, size, style.INK, space, bold=True, anchor="start")


def _tag(vertex: Vertex, box: Box) -> Iterator[Primitive]:
    filled = vertex.state is True
    yield Rect(box, Paint(style.CERTAIN if filled else style.PAPER, style.CERTAIN, 1.2), radius=3.0)
    yield Text(box.x + box.width / 2, box.y + box.height / 2 + RISE * style.TAG, state_tag(vertex), style.TAG,
               style.PAPER if filled else style.INK, box, bold=True)  # fmt: skip


def _symbol(drawn: Symbol, vertex: Vertex, x: float, y: float, lit: bool, kind: str = "") -> Iterator[Primitive]:
    paint = _paint(vertex, kind or ("gate" if vertex.is_gate else vertex.kind), lit)
    for outline in drawn.outlines:
        yield Path(outline, paint).moved(x, y)
    for line in drawn.lines:
        yield Path(line, Paint("", paint.stroke, paint.width)).moved(x, y)
    if vertex.state is False:
        gap = 0.42 if vertex.mark or kind else 0.0
        yield from _strike(x, y + drawn.height / 2, drawn.half_width + 4.0, drawn.height / 2 - 3.0, gap)


def _paint(vertex: Vertex, kind: str, lit: bool) -> Paint:
    fill, stroke, width, dash = style.FILLS[kind], style.LINE, style.STROKE, ()
    if vertex.state is True:
        fill = style.CERTAIN
    elif vertex.state is False:
        return Paint(style.PAPER, stroke, width, (4.0, 3.0))
    elif vertex.state is not None:
        width = style.HEAVY
    if lit:
        stroke, width = style.HIGHLIGHT, style.HEAVY
    return Paint(fill, stroke, width, dash)


def _strike(x: float, y: float, half: float, rise: float, gap: float, colour: str = style.INK) -> Iterator[Line]:
    """A stroke from lower left to upper right; gap: share of it left out in the middle, where text stands."""
    paint = Paint("", colour, 2.0)
    yield Line(((x - half, y + rise), (x - half * gap, y + rise * gap)), paint)
    yield Line(((x + half * gap, y - rise * gap), (x + half, y - rise)), paint)


def _mark(mark: str, drawn: Symbol, x: float, y: float, vertex: Vertex) -> Text:
    text, size = fit(mark, 2 * drawn.mark_half, style.MARK_SIZES, bold=True)
    room = Box(x - drawn.mark_half, y + drawn.mark_y - size, 2 * drawn.mark_half, 2 * size)
    return Text(x, y + drawn.mark_y + RISE * size, text, size,
                style.PAPER if vertex.state is True else style.INK, room, bold=True)  # fmt: skip


def _captions(captions: Sequence[Caption], x: float, y: float, width: float) -> Iterator[Text]:
    for index, caption in enumerate(captions):
        room = Box(x - width / 2, y + index * style.CAPTION_LEADING, width, style.CAPTION_LEADING)
        yield Text(x, room.y + style.CAPTION_LEADING - 4.0, caption.text, caption.size,
                   style.INK if caption.bold else style.MUTED, room, bold=caption.bold)  # fmt: skip


def _wanted(card: Card, x: float, y: float, width: float) -> Iterator[Primitive]:
    """A small triangle joined to the gate's side: the gate is transferred to another place."""
    small, left, middle = symbol("transfer"), x - width / 2 + 14.0, y + HEIGHT / 2
    scale = 19.0 / small.height
    shape = tuple((kind, tuple(value * scale for value in values)) for kind, values in small.outlines[0])
    yield Line(((left, middle), (x, middle)), style.EDGE_PAINT)
    yield Path(shape, Paint(style.PAPER, style.LINE, style.BOX_STROKE)).moved(left, middle - 11.0)
    if card.place.wanted_by:
        start = x - width / 2 + 2.0
        room = Box(start, middle + 9.0, width / 2 - 36.0, 14.0)
        text, size = fit("p. " + ", ".join(map(str, card.place.wanted_by)), room.width, (9.0, 8.0))
        yield Text(start, middle + 19.0, text, size, style.MUTED, room, anchor="start")


def _condition(beside: Beside, x: float, y: float, reached: frozenset[str], gate_lit: bool) -> Group:
    vertex, axis, middle = beside.vertex, x + beside.axis, y + HEIGHT / 2
    lit = vertex.key in reached
    hexagon = symbol("inhibit")
    paint = _paint(vertex, "conditioning", lit)
    items: list[Primitive] = [
        Line(((x + hexagon.half_width, middle), (axis - beside.rx, middle)), _edge(lit and gate_lit)),
        Ellipse(axis, middle, beside.rx, beside.ry, paint),
    ]
    if vertex.state is False:
        # The oval is full of text, so the stroke runs through beneath it, pale.
        items += _strike(axis, middle, beside.rx + 4.0, beside.ry * 0.9, 0.0, style.STRUCK)
    first = middle - len(beside.lines) * style.CONDITION_LEADING / 2
    oval = Box(axis - beside.rx, middle - beside.ry, 2 * beside.rx, 2 * beside.ry)
    for index, line in enumerate(beside.lines):
        baseline = first + (index + 0.5) * style.CONDITION_LEADING + RISE * style.CONDITION
        items.append(
            Text(axis, baseline, line, style.CONDITION, style.PAPER if vertex.state is True else style.INK, oval)
        )
    items += _captions(beside.captions, axis, middle + beside.ry, 2 * beside.rx + CAPTION_OVERHANG)
    if beside.tag:
        y, width = middle + beside.ry + len(beside.captions) * style.CAPTION_LEADING + 3.0, tag_width(vertex)
        items += _tag(vertex, Box(axis - width / 2, y, width, style.TAG_HEIGHT))
    kind = " ".join(part for part in ("ft-" + vertex.kind, "ft-condition", _words(vertex, lit)) if part)
    return Group(tuple(items), vertex.name, kind, "\n".join(vertex.said))
