"""The explorer as a page: one self-contained HTML file that works without a network, and may not use one."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from faulttree.characters import blanked
from faulttree.explorer.joining import joined
from faulttree.files import write_whole

__all__ = ["Explorer"]

ENTRY = "main.js"
"""The module that imports all others."""

STYLES = ("style.css", "picture/diagram.css")

FRAME_HEIGHT = 720
"""Height of the page in a notebook, in pixels."""

_BREAKS_OUT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True)
class Explorer:
    """A page in which a tree's events are set and observed, and everything follows.

    payload: what the page knows, in plain values: names, the picture, probabilities, the diagrams.
    """

    payload: Mapping[str, Any]

    def to_html(self) -> str:
        """The page as one text, the same for the same payload. Its policy allows no network and no foreign script."""
        import jinja2
        from markupsafe import Markup

        script, style = _script(), _style()
        policy = (
            f"default-src 'none'; script-src {_digest(script)}; style-src {_digest(style)}; img-src data: blob:; "
            "base-uri 'none'; form-action 'none'"
        )
        environment = jinja2.Environment(
            loader=jinja2.PackageLoader("faulttree", "explorer"),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
        )
        return environment.get_template("page.html.j2").render(
            name=_printable(str(self.payload["name"])),
            version=self.payload["version"],
            policy=policy,
            script=Markup(script),  # our own files, no word of the model in them
            style=Markup(style),
            payload=Markup(_script_safe_json(self.payload)),
        )

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the page to a file, whole or not at all. Raises InvalidRequestError."""
        write_whole(path, self.to_html())

    def _repr_html_(self) -> str:
        """The page in a frame of its own, for notebooks; it can reach neither the notebook nor the network."""
        title = html.escape(f"{_printable(str(self.payload['name']))} - fault tree")
        return (
            f'<iframe srcdoc="{html.escape(self.to_html())}" sandbox="allow-scripts allow-downloads" '
            f'width="100%" height="{FRAME_HEIGHT}" title="{title}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"<explorer of {self.payload['name']!r}; .save('page.html') writes the page>"


@cache
def _script() -> str:
    return _unending(joined(files("faulttree.explorer"), ENTRY))


@cache
def _style() -> str:
    folder = files("faulttree.explorer")
    return _unending("".join(folder.joinpath(*name.split("/")).read_text(encoding="utf-8") for name in STYLES))


def _unending(text: str) -> str:
    assert "</s" not in text.lower(), "a script or style that holds an end tag would end there"
    return text


def _digest(text: str) -> str:
    """What a policy calls a script or style by: a browser takes no other."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _script_safe_json(content: Any) -> str:
    """JSON in ASCII without a character that could end the script element or begin a comment in it."""
    return json.dumps(content, ensure_ascii=True, allow_nan=False, separators=(",", ":")).translate(_BREAKS_OUT)


def _printable(text: str) -> str:
    """The text on one line, without what cannot be seen."""
    return " ".join(blanked(text).split())
