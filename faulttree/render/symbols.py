"""The standard symbols of fault trees, as paths.

Each stands with the middle of its top at the origin and is `HEIGHT` tall or a little less.
Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, chapter IV; IEC 61025:2006, annex A.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from faulttree.render.scene import Segment

__all__ = ["HEIGHT", "SYMBOLS", "Symbol", "symbol"]

HEIGHT = 56.0
BUBBLE = 4.5
ROUND = 0.5523  # control points of a quarter circle by one cubic

Outline = tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol: outlines that are filled, lines that are not, and where things attach.

    half_width, height: of everything drawn. foot: y at which an input line from below meets it.
    mark_y, mark_half: the middle of the text inside, and half the room it has.
    """

    outlines: tuple[Outline, ...]
    lines: tuple[Outline, ...] = ()
    half_width: float = 27.0
    height: float = HEIGHT
    foot: float = HEIGHT
    mark_y: float = HEIGHT / 2
    mark_half: float = 20.0


def _polygon(*points: tuple[float, float]) -> Outline:
    first, *rest = points
    return (("M", first), *(("L", point) for point in rest), ("Z", ()))


def _oval(cx: float, cy: float, rx: float, ry: float) -> Outline:
    kx, ky = ROUND * rx, ROUND * ry
    return (
        ("M", (cx, cy - ry)),
        ("C", (cx + kx, cy - ry, cx + rx, cy - ky, cx + rx, cy)),
        ("C", (cx + rx, cy + ky, cx + kx, cy + ry, cx, cy + ry)),
        ("C", (cx - kx, cy + ry, cx - rx, cy + ky, cx - rx, cy)),
        ("C", (cx - rx, cy - ky, cx - kx, cy - ry, cx, cy - ry)),
        ("Z", ()),
    )


def _and(top: float = 0.0) -> Symbol:
    r, bottom = 26.0, HEIGHT
    body: Outline = (
        ("M", (-r, bottom)),
        ("L", (-r, top + r)),
        ("C", (-r, top + r - ROUND * r, -ROUND * r, top, 0.0, top)),
        ("C", (ROUND * r, top, r, top + r - ROUND * r, r, top + r)),
        ("L", (r, bottom)),
        ("Z", ()),
    )
    return Symbol((body,), half_width=r, mark_y=top / 2 + 31.0, mark_half=21.0)


def _or(top: float = 0.0, bottom: float = HEIGHT) -> Symbol:
    r, tall = 27.0, bottom - top
    body: Outline = (
        ("M", (0.0, top)),
        ("C", (16.0, top + 0.15 * tall, r, top + 0.52 * tall, r, bottom)),
        ("C", (r / 2, bottom - 11.0, -r / 2, bottom - 11.0, -r, bottom)),
        ("C", (-r, top + 0.52 * tall, -16.0, top + 0.15 * tall, 0.0, top)),
        ("Z", ()),
    )
    return Symbol((body,), half_width=r, foot=bottom - 8.25, mark_y=top + 0.55 * tall, mark_half=18.5)


def _with_bubble(body: Symbol) -> Symbol:
    return Symbol((*body.outlines, _oval(0.0, BUBBLE, BUBBLE, BUBBLE)), body.lines, body.half_width, body.height,
                  body.foot, body.mark_y, body.mark_half)  # fmt: skip


def _xor(top: float = 0.0) -> Symbol:
    body = _or(top, HEIGHT - 5.0)
    r = body.half_width
    second: Outline = (("M", (r, HEIGHT)), ("C", (r / 2, HEIGHT - 11.0, -r / 2, HEIGHT - 11.0, -r, HEIGHT)))
    return Symbol(body.outlines, (second,), r, foot=HEIGHT - 8.25, mark_y=body.mark_y, mark_half=18.0)


def _not() -> Symbol:
    r, neck = 27.0, 2 * BUBBLE
    body = _polygon((0.0, neck), (r, HEIGHT), (-r, HEIGHT))
    return Symbol((body, _oval(0.0, BUBBLE, BUBBLE, BUBBLE)), half_width=r, mark_y=45.5, mark_half=14.5)


def _imply() -> Symbol:
    return Symbol((_polygon((-30.0, 0.0), (30.0, 0.0), (30.0, HEIGHT), (-30.0, HEIGHT)),),
                  half_width=30.0, mark_half=26.0)  # fmt: skip


def _inhibit() -> Symbol:
    h = HEIGHT
    return Symbol((_polygon((-16, 0), (16, 0), (32, h / 2), (16, h), (-16, h), (-32, h / 2)),), half_width=32.0)


def _circle() -> Symbol:
    return Symbol((_oval(0.0, 27.0, 27.0, 27.0),), height=54.0, foot=54.0, mark_y=27.0)


def _diamond() -> Symbol:
    h = HEIGHT
    return Symbol((_polygon((0, 0), (36, h / 2), (0, h), (-36, h / 2)),), half_width=36.0)


def _lying_oval() -> Symbol:
    return Symbol((_oval(0.0, 23.0, 38.0, 23.0),), half_width=38.0, height=46.0, foot=46.0, mark_y=23.0)


def _house() -> Symbol:
    return Symbol((_polygon((0, 0), (27, 19), (27, HEIGHT), (-27, HEIGHT), (-27, 19)),), mark_y=37.0, mark_half=24.0)


def _transfer() -> Symbol:
    return Symbol((_polygon((0, 0), (29, 50), (-29, 50)),), half_width=29.0, height=50.0, foot=50.0,
                  mark_y=38.0, mark_half=15.0)  # fmt: skip


SYMBOLS: dict[str, Callable[[], Symbol]] = {
    "and": _and,
    "or": _or,
    "atleast": _or,
    "cardinality": _or,
    "xor": _xor,
    "not": _not,
    "nand": lambda: _with_bubble(_and(2 * BUBBLE)),
    "nor": lambda: _with_bubble(_or(2 * BUBBLE)),
    "iff": lambda: _with_bubble(_xor(2 * BUBBLE)),
    "imply": _imply,
    "inhibit": _inhibit,
    "basic": _circle,
    "undeveloped": _diamond,
    "conditioning": _lying_oval,
    "house": _house,
    "transfer": _transfer,
}


@lru_cache(maxsize=32)
def symbol(kind: str) -> Symbol:
    """The symbol of a connective, of a kind of event, or of a transfer."""
    return SYMBOLS[kind]()
