"""A scene as SVG: presentation attributes only, no script, no style sheet, no reference to anything outside."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from faulttree.render import style
from faulttree.render.scene import Ellipse, Group, Line, Paint, Path, Primitive, Rect, Scene
from faulttree.render.text import xml_safe

__all__ = ["svg_from"]


def svg_from(scene: Scene) -> str:
    """The SVG text: valid XML whatever the labels hold, the same for the same scene, numbers to 2 decimals."""
    body = "\n".join(part for group in scene.groups for part in _group(group))
    width, height = _length(scene.width), _length(scene.height)
    # Several diagrams may stand in one HTML page, so what others refer to is named by content.
    mark = f"ft{zlib.crc32((scene.title + body).encode()):08x}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-labelledby="{mark}-title {mark}-desc">\n'
        f'<title id="{mark}-title">{_escaped(scene.title)}</title>\n'
        f'<desc id="{mark}-desc">{_escaped(scene.description)}</desc>\n'
        f'<g font-family="{style.FONTS}" text-anchor="middle" stroke-linejoin="round" fill="none">\n'
        f"{body}\n</g>\n</svg>\n"
    )


def _group(group: Group) -> Iterator[str]:
    name = f" data-name={_attribute_value(group.name)}" if group.name else ""
    yield f'<g class="{group.kind}"{name}>'
    if group.title:
        yield f"<title>{_escaped(group.title)}</title>"
    for item in group.items:
        yield _primitive(item)
    yield "</g>"


def _primitive(item: Primitive) -> str:
    match item:
        case Path(segments=segments, paint=paint):
            return f'<path d="{_steps(segments)}"{_paint(paint)}/>'
        case Line(points=points, paint=paint):
            steps = tuple(("L" if index else "M", point) for index, point in enumerate(points))
            return f'<path d="{_steps(steps)}"{_paint(paint)}/>'
        case Rect(box=box, paint=paint, radius=radius):
            corner = f' rx="{_length(radius)}"' if radius else ""
            x, y, width, height = map(_length, box)
            return f'<rect x="{x}" y="{y}" width="{width}" height="{height}"{corner}{_paint(paint)}/>'
        case Ellipse(cx=cx, cy=cy, rx=rx, ry=ry, paint=paint):
            return (f'<ellipse cx="{_length(cx)}" cy="{_length(cy)}" rx="{_length(rx)}" ry="{_length(ry)}"'
                    f"{_paint(paint)}/>")  # fmt: skip
    bold = ' font-weight="bold"' if item.bold else ""
    anchor = f' text-anchor="{item.anchor}"' if item.anchor != "middle" else ""
    return (
        f'<text x="{_length(item.x)}" y="{_length(item.y)}" font-size="{_length(item.size)}"{bold}{anchor} '
        f'fill="{item.fill}">{_escaped(item.content)}</text>'
    )


def _paint(paint: Paint) -> str:
    fill = f' fill="{paint.fill}"' if paint.fill else ""
    stroke = f' stroke="{paint.stroke}" stroke-width="{_length(paint.width)}"' if paint.stroke else ""
    dash = f' stroke-dasharray="{" ".join(map(_length, paint.dash))}"' if paint.dash else ""
    return fill + stroke + dash


def _steps(segments: tuple[tuple[str, tuple[float, ...]], ...]) -> str:
    return "".join(kind + " ".join(map(_length, values)) for kind, values in segments)


def _length(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _escaped(text: str) -> str:
    return escape(xml_safe(text))


def _attribute_value(text: str) -> str:
    return quoteattr(xml_safe(text))
