"""The diagram on pages that can be read when they are printed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from faulttree.render.diagram import Diagram
    from faulttree.render.scene import Scene

__all__ = ["better_across", "printable"]

LEAST_SCALE = 0.55
"""Below, the labels of a printed diagram are smaller than 5 points."""
PORTRAIT, LANDSCAPE = (672.0, 830.0), (1010.0, 600.0)
"""Room on a printed page of A4, in pixels of 1/96 inch."""


def printable(diagram: Diagram) -> Sequence[Diagram]:
    """The diagram on as few pages as can be read when printed."""
    pages: Sequence[Diagram] = (diagram,)
    for leaves in (24, 16, 12, 8, 6):
        if all(max(_scale(page.scene, PORTRAIT), _scale(page.scene, LANDSCAPE)) >= LEAST_SCALE for page in pages):
            break
        pages = diagram.pages(leaves)
    return pages


def _scale(scene: Scene, room: tuple[float, float]) -> float:
    return min(1.0, room[0] / scene.width, room[1] / scene.height)


def better_across(scene: Scene) -> bool:
    """Whether a diagram is better printed across."""
    return _scale(scene, PORTRAIT) < 0.8 and _scale(scene, LANDSCAPE) > 1.1 * _scale(scene, PORTRAIT)
