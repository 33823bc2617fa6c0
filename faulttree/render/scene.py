"""What is drawn, before any file format: frozen shapes and text in pixels, y downward."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

__all__ = ["Box", "Ellipse", "Group", "Line", "Paint", "Path", "Primitive", "Rect", "Scene", "Segment", "Text"]


class Box(NamedTuple):
    """A rectangle in space: its left, top, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is filled and stroked. Colours are `#rrggbb`, or empty for none."""

    fill: str = ""
    stroke: str = ""
    width: float = 0.0
    dash: tuple[float, ...] = ()


# A step of a path: M and L with a point, C with three, Z with none.
Segment = tuple[Literal["M", "L", "C", "Z"], tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Path:
    """Straight lines and cubic curves."""

    segments: tuple[Segment, ...]
    paint: Paint

    def moved(self, dx: float, dy: float) -> Path:
        """The same path elsewhere."""
        return Path(
            tuple(
                (kind, tuple(value + (dy if index % 2 else dx) for index, value in enumerate(values)))
                for kind, values in self.segments
            ),
            self.paint,
        )


@dataclass(frozen=True, slots=True)
class Line:
    """A polyline that is not filled."""

    points: tuple[tuple[float, float], ...]
    paint: Paint


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle, its corners rounded by radius."""

    box: Box
    paint: Paint
    radius: float = 0.0


@dataclass(frozen=True, slots=True)
class Ellipse:
    """An ellipse by centre and half axes."""

    cx: float
    cy: float
    rx: float
    ry: float
    paint: Paint


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text: its anchor point on the baseline, and the room it must stay inside."""

    x: float
    y: float
    content: str
    size: float
    fill: str
    room: Box
    bold: bool = False
    anchor: Literal["start", "middle", "end"] = "middle"


Primitive = Path | Line | Rect | Ellipse | Text


@dataclass(frozen=True, slots=True)
class Group:
    """Primitives that belong together: one element of the tree, or the lines beneath one gate.

    name: of the element, empty for a nested formula. kind: words for a style sheet. title: the tooltip.
    """

    items: tuple[Primitive, ...]
    name: str = ""
    kind: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A finished picture: its size, groups in drawing order, and what a reader who cannot see it is told."""

    width: float
    height: float
    groups: tuple[Group, ...]
    title: str
    description: str

    def texts(self) -> Iterator[Text]:
        """Every text of the scene."""
        return (item for group in self.groups for item in group.items if isinstance(item, Text))
