"""A matplotlib figure that becomes SVG, PNG or PDF, the same bytes every time. Needs matplotlib when imported."""

from __future__ import annotations

import io
import os
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from xml.sax.saxutils import escape

import matplotlib
from matplotlib.figure import Figure

from faulttree.errors import InvalidRequestError
from faulttree.files import write_whole
from faulttree.render.style import FONTS

__all__ = ["KINDS", "Plot", "settings"]

KINDS = ("svg", "png", "pdf")
DOTS_PER_INCH = 192.0
MOST_PIXELS = 20_000  # along one side of a PNG; beyond, many programs do not open it
LEAST_DOTS = 64.0  # per inch; below, text cannot be read

_NAMED_GROUP = re.compile(r'<g id="(full-\d+)">')
_FONT = re.compile(r"(font-family: |font: [^;\"']*px )[^;\"]*")


class Plot(Figure):
    """A matplotlib Figure with a title and the full texts of labels that were cut. Shows itself in notebooks.

    It can be changed through matplotlib like any other figure.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.heading = ""
        self.full_texts: dict[str, str] = {}

    def to_svg(self) -> str:
        """The picture as SVG text, the same for the same figure and matplotlib.

        Text is text, as in diagrams: it can be searched, copied and read aloud, and no font is embedded. It is laid out
        in DejaVu Sans, which is wider than the fonts that a viewer may put in its place.
        A label that was cut, or stands for a name, has the whole as its title, which viewers show at the pointer.
        """
        written = self._written("svg", metadata={"Title": self.heading, "Date": None, "Creator": None})
        text = _FONT.sub(lambda match: match[1] + FONTS, written.decode("utf-8"))

        def titled(match: re.Match[str]) -> str:
            return f"{match[0]}\n<title>{escape(self.full_texts.get(match[1], ''))}</title>"

        return _NAMED_GROUP.sub(titled, text)

    def to_bytes(self, kind: Literal["svg", "png", "pdf"]) -> bytes:
        """The picture as the content of a file of this kind.

        PNG has 192 dots per inch, fewer where it is large. Raises InvalidRequestError for another kind, or a PNG too
        large to read.
        """
        match kind:
            case "svg":
                return self.to_svg().encode("utf-8")
            case "png":
                longest = max(self.get_size_inches())
                dots = min(DOTS_PER_INCH, MOST_PIXELS / longest)
                if dots < LEAST_DOTS:
                    raise InvalidRequestError(
                        f"a PNG of {longest:.0f} inches would be too large; save as .svg or .pdf, or plot fewer rows"
                    )
                return self._written("png", dpi=dots, metadata={"Software": None})
            case "pdf":
                return self._written("pdf", metadata={"Title": self.heading, "CreationDate": None})
        raise InvalidRequestError(f"'{kind}' is not a kind of picture; use one of {', '.join(KINDS)}")

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the picture to a file whose suffix is .svg, .png or .pdf, whole or not at all.

        Raises InvalidRequestError for another suffix, a place that cannot be written, or a PNG too large to read.
        """
        suffix = Path(path).suffix.lower().removeprefix(".")
        match suffix:
            case "svg" | "png" | "pdf":
                write_whole(path, self.to_bytes(suffix))
            case _:
                raise InvalidRequestError(f"{path}: a plot is saved as .{', .'.join(KINDS)}; name the file so")

    def _repr_svg_(self) -> str:
        return self.to_svg()

    def _written(self, kind: str, **options: Any) -> bytes:
        output = io.BytesIO()
        with settings():
            self.savefig(output, format=kind, **options)
        return output.getvalue()


@contextmanager
def settings() -> Iterator[None]:
    """The settings that matplotlib comes with, in place of the user's, with what makes output the same every time."""
    own = {key: value for key, value in matplotlib.rcParamsDefault.items() if key not in _LEFT_ALONE}
    own |= {
        "font.family": ["DejaVu Sans"],
        "pdf.fonttype": 3,  # which embeds every kind of font soundly
        "savefig.bbox": None,
        "svg.fonttype": "none",
        "svg.hashsalt": "faulttree",
        "text.hinting": "no_hinting",
        "text.parse_math": False,
        "axes.unicode_minus": False,
    }
    with matplotlib.rc_context(own), warnings.catch_warnings():
        # A character that no font has is drawn as an empty box.
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


_LEFT_ALONE = ("backend", "backend_fallback", "interactive", "toolbar")
