"""A scene as PNG or PDF, through matplotlib, whose own font makes text the same on every system."""

from __future__ import annotations

import io
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.render.metrics import in_table
from faulttree.render.scene import Ellipse, Line, Paint, Path, Primitive, Rect, Scene, Segment, Text

if TYPE_CHECKING:
    from matplotlib.font_manager import FontProperties

__all__ = ["figure_bytes", "full_width_families", "is_foreign"]

PIXELS_PER_UNIT = 2.0
MOST_PIXELS = 20_000  # along one side of a PNG; beyond, many programs do not open it
LEAST_SCALE = 0.5  # below, text cannot be read
POINTS_PER_UNIT = 0.75  # a pixel is 1/96 inch, a point 1/72
MOST_POINTS = 14_000.0  # along one side of a PDF page
CAP = 0.5522847498  # control points of a quarter circle by one cubic

# Fonts with Chinese, Japanese or Korean, as systems name them.
_FULL_WIDTH_FONTS = (
    "Noto Sans CJK", "Noto Sans JP", "Noto Sans SC", "Source Han Sans", "PingFang", "Hiragino Sans", "Yu Gothic",
    "Microsoft YaHei", "Malgun Gothic", "MS Gothic", "SimHei", "WenQuanYi", "IPAGothic", "IPAexGothic", "TakaoGothic",
    "Droid Sans Fallback", "NanumGothic", "Arial Unicode MS",
)  # fmt: skip


def figure_bytes(scene: Scene, kind: Literal["png", "pdf"]) -> bytes:
    """The scene as a file. PNG: 2 pixels per unit, fewer for a large scene. PDF: in its true size, text as text.

    The same bytes for the same scene and matplotlib. Raises MissingExtraError without matplotlib, and
    InvalidRequestError for a PNG so large that its text could not be read.
    """
    try:
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError(
            f"{kind.upper()} needs matplotlib; install it with `pip install faulttree[plots]`, or save as .svg"
        ) from error
    longest = max(scene.width, scene.height)
    if kind == "png":
        scale = min(PIXELS_PER_UNIT, MOST_PIXELS / longest)
        if scale < LEAST_SCALE:
            raise InvalidRequestError(
                f"a PNG of {scene.width:.0f} by {scene.height:.0f} would be too large; "
                "save as .svg or .pdf, or save its pages(), or draw from a lower gate"
            )
    else:
        scale = min(POINTS_PER_UNIT, MOST_POINTS / longest)
    # At 72 dots per inch a dot is a point and a pixel, so lengths and font sizes scale alike in both kinds.
    # Fonts with full width characters are often CFF fonts, which only Type 3 embeds soundly.
    foreign = any(is_foreign(text.content) for text in scene.texts())
    settings: dict[Any, Any] = {
        "pdf.fonttype": 3 if foreign else 42,
        "pdf.compression": 6,
        "pdf.use14corefonts": False,
        "path.simplify": False,
        "path.sketch": None,
        "savefig.bbox": None,
        "text.hinting": "no_hinting",
        "text.antialiased": True,
    }
    extra: dict[str, Any] = {"metadata": {"Title": scene.title, "CreationDate": None}}
    if kind == "png":
        extra = {"metadata": {"Software": None}, "pil_kwargs": {"dpi": (96 * scale, 96 * scale)}}
    with matplotlib.rc_context(settings), warnings.catch_warnings():
        # A character that no font has is drawn as an empty box.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        figure = Figure(figsize=(scene.width * scale / 72, scene.height * scale / 72), dpi=72)
        FigureCanvasAgg(figure)
        figure.add_artist(_artist(scene, scale))
        output = io.BytesIO()
        figure.savefig(output, format=kind, dpi=72, **extra)
    return output.getvalue()


def _artist(scene: Scene, scale: float) -> Any:
    """A matplotlib artist that draws the scene: one for all, thousands of its own would take seconds."""
    from matplotlib.artist import Artist
    from matplotlib.transforms import Affine2D

    class SceneArtist(Artist):
        def draw(self, renderer: Any) -> None:
            bottom = scene.height * scale
            place = Affine2D().scale(scale, -scale).translate(0, bottom)
            for group in scene.groups:
                for item in group.items:
                    if isinstance(item, Text):
                        _draw_text(renderer, item, scale, bottom)
                    else:
                        _draw_shape(renderer, item, place, scale)

    return SceneArtist()


def _draw_shape(renderer: Any, item: Primitive, place: Any, scale: float) -> None:
    from matplotlib.colors import to_rgb
    from matplotlib.path import Path as Outline

    assert not isinstance(item, Text), "text is drawn by its own function"
    paint: Paint = item.paint
    context = renderer.new_gc()
    context.set_linewidth(paint.width * scale if paint.stroke else 0.0)
    context.set_foreground(paint.stroke or "#ffffff")
    context.set_joinstyle("round")
    context.set_capstyle("butt")
    if paint.dash:
        context.set_dashes(0, [length * scale for length in paint.dash])
    vertices, codes = _outline(item)
    renderer.draw_path(context, Outline(vertices, codes), place, to_rgb(paint.fill) if paint.fill else None)
    context.restore()


def _outline(item: Path | Line | Rect | Ellipse) -> tuple[list[tuple[float, float]], list[int]]:
    """Points and codes (1 move, 2 line, 4 curve, 79 close) of a shape."""
    match item:
        case Line(points=points):
            return list(points), [1] + [2] * (len(points) - 1)
        case Rect(box=box, radius=0.0):
            corners = [(box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)]
            return [*corners, corners[0]], [1, 2, 2, 2, 79]
        case Rect(box=box, radius=radius):
            return _traced(_rounded(box.x, box.y, box.right, box.bottom, radius))
        case Ellipse(cx=cx, cy=cy, rx=rx, ry=ry):
            return _traced(_rounded(cx - rx, cy - ry, cx + rx, cy + ry, rx, ry))
    return _traced(item.segments)


def _rounded(
    left: float, top: float, right: float, bottom: float, rx: float, ry: float | None = None
) -> tuple[Segment, ...]:
    """A rectangle with quarter ellipses for corners."""
    ry = rx if ry is None else ry
    kx, ky = rx * (1 - CAP), ry * (1 - CAP)
    return (
        ("M", (left + rx, top)),
        ("L", (right - rx, top)),
        ("C", (right - kx, top, right, top + ky, right, top + ry)),
        ("L", (right, bottom - ry)),
        ("C", (right, bottom - ky, right - kx, bottom, right - rx, bottom)),
        ("L", (left + rx, bottom)),
        ("C", (left + kx, bottom, left, bottom - ky, left, bottom - ry)),
        ("L", (left, top + ry)),
        ("C", (left, top + ky, left + kx, top, left + rx, top)),
        ("Z", ()),
    )


def _traced(segments: tuple[Segment, ...]) -> tuple[list[tuple[float, float]], list[int]]:
    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    for kind, values in segments:
        if kind == "Z":
            vertices.append(vertices[0])
            codes.append(79)
            continue
        points = [*zip(values[::2], values[1::2], strict=True)]
        vertices += points
        codes += [{"M": 1, "L": 2, "C": 4}[kind]] * len(points)
    return vertices, codes


def is_foreign(text: str) -> bool:
    """Whether a text has characters that the bundled font may lack."""
    return not all(map(in_table, text))


def _draw_text(renderer: Any, item: Text, scale: float, bottom: float) -> None:
    font = _font(item.size * scale, item.bold, is_foreign(item.content))
    x = item.x * scale
    if item.anchor != "start":
        width, _, _ = renderer.get_text_width_height_descent(item.content, font, ismath=False)
        x -= width / 2 if item.anchor == "middle" else width
    y = item.y * scale
    context = renderer.new_gc()
    context.set_foreground(item.fill)
    renderer.draw_text(context, x, y if renderer.flipy() else bottom - y, item.content, font, 0.0, ismath=False)
    context.restore()


@lru_cache(maxsize=64)
def _font(size: float, bold: bool, foreign: bool) -> FontProperties:
    """The font that matplotlib brings; after it, for characters it may lack, an installed one that has full width."""
    from matplotlib.font_manager import FontProperties

    families = ["DejaVu Sans", *(full_width_families() if foreign else ())]
    return FontProperties(family=families, size=size, weight="bold" if bold else "normal")


@lru_cache(maxsize=1)
def full_width_families() -> tuple[str, ...]:
    """An installed font with full-width characters, if there is one."""
    from matplotlib.font_manager import fontManager

    installed = sorted({entry.name for entry in fontManager.ttflist})
    for wanted in _FULL_WIDTH_FONTS:
        for name in installed:
            if name.startswith(wanted) and "Mono" not in name:
                return (name,)
    return ()
