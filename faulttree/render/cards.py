"""One element as it is drawn: its description box, the strip with its name, its symbol, and the condition beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from faulttree.render import style
from faulttree.render.layout import Extent
from faulttree.render.occurrences import Occurrence, Unfolded
from faulttree.render.symbols import HEIGHT, Symbol, symbol
from faulttree.render.text import clean, fit, measure, shown, wrap
from faulttree.render.vertices import Vertex, Vertices

__all__ = [
    "Beside",
    "Caption",
    "Card",
    "Row",
    "box_width",
    "cards",
    "right_width",
    "rows",
    "shared_tail",
    "state_tag",
    "tag_width",
]

TAG_GAP = 6.0
CAPTION_OVERHANG = 32.0  # of the lines beneath a condition's oval, both sides together


@dataclass(frozen=True, slots=True)
class Caption:
    """A line under a symbol."""

    text: str
    size: float
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Beside:
    """The condition of an inhibit gate: its oval, whose text fits inside, and the lines beneath."""

    vertex: Vertex
    lines: tuple[str, ...]
    rx: float
    ry: float
    captions: tuple[Caption, ...]
    tag: str
    axis: float  # distance of its middle from the gate's
    reach: float  # distance of its rightmost edge from the gate's middle


@dataclass(frozen=True, slots=True)
class Card:
    """The measured content of one occurrence. lines are empty for a nested formula, which has no box.

    figure: the gate's probability as the strip shows it. crowded: the name needs a line of its own there.
    """

    place: Occurrence
    vertex: Vertex
    symbol: Symbol
    lines: tuple[str, ...]
    captions: tuple[Caption, ...]
    figure: str
    beside: Beside | None
    extent: Extent
    crowded: bool

    @property
    def has_box(self) -> bool:
        """Whether a description box stands above the symbol."""
        return self.vertex.kind != "formula"

    @property
    def box_height(self) -> float:
        """Height the description needs."""
        return len(self.lines) * style.LABEL_LEADING + 2 * style.LABEL_PAD if self.has_box else 0.0

    @property
    def stub(self) -> float:
        """Distance the symbol needs from the strip above, so that the oval beside it has room."""
        return max(style.STUB, self.beside.ry - HEIGHT / 2 + 7.0) if self.beside else style.STUB

    @property
    def body(self) -> float:
        """Height from the symbol's top to the last line beneath."""
        below = self.symbol.height + len(self.captions) * style.CAPTION_LEADING
        if self.beside:
            lines = len(self.beside.captions) + bool(self.beside.tag)
            below = max(below, HEIGHT / 2 + self.beside.ry + lines * style.CAPTION_LEADING)
        return below


@dataclass(frozen=True, slots=True)
class Row:
    """One level of the tree: the same heights for all its cards. y: of its top; bus: of the line beneath."""

    y: float
    box: float
    strip: float
    stub: float
    body: float

    @property
    def symbol_y(self) -> float:
        """Top of the symbols."""
        return self.y + self.box + self.strip + self.stub

    @property
    def bus(self) -> float:
        """Height of the lines that join gates to the next row."""
        return self.symbol_y + self.body + style.BUS


def box_width(vertices: Iterable[Vertex]) -> float:
    """The narrowest box in which all labels take at most three lines and all names stand uncut, or else the widest."""
    named = [vertex for vertex in vertices if vertex.name]
    for width in style.BOX_WIDTHS[:-1]:
        room = width - 2 * style.PAD
        if all(_comfortable(vertex, room) for vertex in named):
            return width
    return style.BOX_WIDTHS[-1]


def _comfortable(vertex: Vertex, room: float) -> bool:
    strip = vertex.name if vertex.is_gate else f"{vertex.name} (shared)"
    if measure(strip, style.NAME_SIZES[1], True) > room:
        return False
    label = vertex.label or vertex.name
    widest = max((measure(word, style.LABEL) for word in label.split()), default=0.0)
    return widest <= room and len(wrap(label, room, style.LABEL)) <= 3


def cards(forest: Unfolded, vertices: Vertices, width: float, top: str) -> list[Card]:
    """Every occurrence, measured for boxes of the width. The label of the top stands in bold."""
    room = width - 2 * style.PAD
    lines: dict[str, tuple[str, ...]] = {}
    for place in forest.occurrences:
        if place.key not in lines:
            vertex = vertices[place.key]
            for text in (vertex.label, vertex.name):
                if lines.setdefault(place.key, ()) == ():
                    lines[place.key] = wrap(text, room, style.LABEL, bold=place.key == top, most=style.MOST_LINES)
    return [_card(place, vertices, lines[place.key], width) for place in forest.occurrences]


def _card(place: Occurrence, vertices: Vertices, lines: tuple[str, ...], width: float) -> Card:
    vertex = vertices[place.key]
    drawn = symbol("transfer" if place.transfer else vertex.connective or vertex.kind)
    captions: list[Caption] = []
    if place.transfer:
        where = f", page {place.page}" if place.page else ""
        captions.append(Caption(*fit(vertex.name or vertex.mark, width, style.FIGURE_SIZES, tail=where)))
    elif not vertex.is_gate and vertex.probability is not None:
        captions.append(Caption(shown(vertex.probability), style.CAPTION, _changed(vertex)))
    elif vertex.frequency:
        captions.append(Caption(vertex.frequency, style.CAPTION))
    half = width / 2 if vertex.kind != "formula" else drawn.half_width
    beside = _beside(vertices[place.beside], drawn, place.beside_shared) if place.beside else None
    right = max(half, beside.reach) if beside else half
    figure = ""
    if vertex.is_gate and vertex.probability is not None and not isinstance(vertex.state, bool):
        figure = f"P = {shown(vertex.probability)}"
    aside = right_width(vertex, figure)
    name = measure(clean(vertex.name) + shared_tail(place, vertex), style.NAME_SIZES[1], True)
    crowded = aside > 0.0 and name + aside + style.PAD > width - 2 * style.STRIP_PAD
    return Card(place, vertex, drawn, lines, tuple(captions), figure, beside, Extent(half, right), crowded)


def _changed(vertex: Vertex) -> bool:
    return vertex.state is not None and not isinstance(vertex.state, bool)


def shared_tail(place: Occurrence, vertex: Vertex) -> str:
    """What follows the name of an event that occurs more than once; a gate has a transfer symbol instead."""
    return " (shared)" if place.shared and not vertex.is_gate else ""


def right_width(vertex: Vertex, figure: str) -> float:
    """Width of what stands on the right of the strip: tag and figure."""
    parts = [width for width in (tag_width(vertex), measure(figure, style.FIGURE_SIZES[0])) if width]
    return sum(parts) + TAG_GAP * (len(parts) - 1) if parts else 0.0


def tag_width(vertex: Vertex) -> float:
    """Width of the tag that says the state, 0 without one."""
    tag = state_tag(vertex)
    return measure(tag, style.TAG, True) + 8.0 if tag else 0.0


def _beside(vertex: Vertex, hexagon: Symbol, shared: bool) -> Beside:
    lines = wrap(vertex.label or vertex.name, style.CONDITION_WIDTH, style.CONDITION, most=style.CONDITION_LINES)
    widths = [measure(line, style.CONDITION) / 2 + 5.0 for line in lines]
    ry = max(21.0, len(lines) * style.CONDITION_LEADING * 0.66 + 7.0)
    rx = 48.0
    for index, half in enumerate(widths):
        top = abs(index - (len(lines) - 1) / 2) * style.CONDITION_LEADING + style.CONDITION_LEADING / 2
        rx = max(rx, half / math.sqrt(1 - (top / ry) ** 2))
    tail = " (shared)" if shared else ""
    figure = f" · {shown(vertex.probability)}" if vertex.probability is not None else ""
    room = 2 * rx + CAPTION_OVERHANG
    if measure(clean(vertex.name) + tail + figure, style.FIGURE_SIZES[0]) <= room:
        captions = [Caption(clean(vertex.name) + tail + figure, style.FIGURE_SIZES[0])]
    else:
        captions = [Caption(*fit(vertex.name, room, style.FIGURE_SIZES, tail=tail))]
        captions += [Caption(figure[3:], style.CAPTION)] if figure else []
    axis = hexagon.half_width + style.CONDITION_GAP + rx
    return Beside(vertex, lines, rx, ry, tuple(captions), state_tag(vertex), axis, axis + room / 2)


def state_tag(vertex: Vertex) -> str:
    """What a tag says of a state: TRUE, FALSE, or SET for a changed probability."""
    if isinstance(vertex.state, bool):
        return str(vertex.state).upper()
    return "" if vertex.state is None else "SET"


def rows(forest: Unfolded, measured: list[Card], y: float) -> list[Row]:
    """The rows from the roots downward, the first at y."""
    levels: list[list[Card]] = []
    depth = [0] * len(measured)
    for index, place in enumerate(forest.occurrences):
        depth[index] = depth[place.parent] + 1 if place.parent >= 0 else 0
        if depth[index] == len(levels):
            levels.append([])
        levels[depth[index]].append(measured[index])
    made: list[Row] = []
    for level in levels:
        boxed = any(card.has_box for card in level)
        strip = style.TALL_STRIP if any(card.crowded for card in level) else style.STRIP
        row = Row(y, max(card.box_height for card in level), strip if boxed else 0.0,
                  max(card.stub for card in level), max(card.body for card in level))  # fmt: skip
        made.append(row)
        y = row.bus + style.DROP
    return made
