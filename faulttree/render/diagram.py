"""The picture of a fault tree: `draw(model, top)` gives a `Diagram`, which saves as SVG, PNG or PDF.

Standard symbols, drawn without any other program: SVG needs nothing, PNG and PDF need matplotlib.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.files import write_whole
from faulttree.model import Model
from faulttree.render.cards import box_width
from faulttree.render.compose import PicturePlan, compose
from faulttree.render.highlight import highlighted
from faulttree.render.occurrences import whole_tree
from faulttree.render.pages import split
from faulttree.render.scene import Scene
from faulttree.render.svg import svg_from
from faulttree.render.vertices import vertices_of

__all__ = ["KINDS", "Diagram", "draw"]

KINDS = ("svg", "png", "pdf")


def draw(
    model: Model,
    top: str,
    *,
    probabilities: Mapping[str, float] = {},
    states: Mapping[str, bool | float] = {},
    cut_set: Collection[str] = (),
    title: str | None = None,
) -> Diagram:
    """The fault tree under a gate or event, as a picture.

    probabilities: of gates and events, by name; what is missing shows none.
    states: True draws certainly true, False certainly false, a number a probability that was changed, shown in place
    of the one in probabilities. House events keep the model's state unless given here.
    cut_set: events to highlight, with the gates they make true and the lines between.
    title: a heading above the tree; none is drawn by default.

    Raises UnknownNameError for a top, a state or a highlighted event that the model lacks, InvalidRequestError for a
    state outside [0, 1].
    """
    vertices = vertices_of(model, top, probabilities, states)
    for name in cut_set:
        if name not in model.basic_events and name not in model.house_events:
            raise UnknownNameError("event", name, (*model.basic_events, *model.house_events))
    plan = PicturePlan(vertices, highlighted(vertices, cut_set), whole_tree(vertices, top), top,
                box_width(vertices.values()), model.name, title or "")  # fmt: skip
    return Diagram(compose(plan), plan)


@dataclass(frozen=True)
class Diagram:
    """A drawn fault tree, one page. Shows itself in notebooks."""

    scene: Scene
    _plan: PicturePlan = field(repr=False, compare=False)

    def to_svg(self) -> str:
        """The picture as SVG text."""
        return svg_from(self.scene)

    def to_bytes(self, kind: Literal["svg", "png", "pdf"]) -> bytes:
        """The picture as the content of a file of this kind.

        Raises InvalidRequestError for another kind, or a PNG too large to read, and MissingExtraError when PNG or PDF
        is wanted and matplotlib is absent.
        """
        if kind == "svg":
            return self.to_svg().encode("utf-8")
        if kind not in KINDS:
            raise InvalidRequestError(f"'{kind}' is not a kind of picture; use one of {', '.join(KINDS)}")
        from faulttree.render.figure import figure_bytes

        return figure_bytes(self.scene, kind)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file whose suffix is .svg, .png or .pdf. Raises as `to_bytes` does."""
        suffix = Path(path).suffix.lower().removeprefix(".")
        match suffix:
            case "svg" | "png" | "pdf":
                write_whole(path, self.to_bytes(suffix))
            case _:
                raise InvalidRequestError(f"{path}: a diagram is saved as .{', .'.join(KINDS)}; name the file so")

    def pages(self, max_leaves: int = 24) -> tuple[Diagram, ...]:
        """The same tree on pages of at most about max_leaves leaves, joined by transfer symbols.

        A tree is cut at named gates, so one gate with more inputs than max_leaves keeps them on one page. A tree that
        fits stays one page. Small parts share a page.
        """
        if max_leaves < 2:
            raise InvalidRequestError(f"max_leaves = {max_leaves}: a page needs room for at least 2 leaves")
        plans = split(self._plan, max_leaves)
        return (self,) if len(plans) == 1 else tuple(Diagram(compose(plan), plan) for plan in plans)

    def _repr_svg_(self) -> str:
        return self.to_svg()
