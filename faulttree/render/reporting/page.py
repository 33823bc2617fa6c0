"""The report as one HTML file: no script, nothing from the network, made to be printed, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from importlib import resources
from typing import TYPE_CHECKING, Any

from faulttree.characters import NOT_IN_REPORT
from faulttree.render.diagram import Diagram
from faulttree.render.reporting.figures import MOST_PAGES, figures_of
from faulttree.render.reporting.wording import filters_of

if TYPE_CHECKING:
    from faulttree.model import Model

__all__ = ["html_report"]

MOST_ROWS = 200
"""Of tables with a row for each event; the files of `faulttree run` have all."""

_LONG = re.compile(r"[^\s-]{40}(?=[^\s-])")
"""Where a word that is too long for a column may be broken."""
_JOINT = re.compile("(?<=[^_./=-])[_./=-]+(?=[^_./=-])")
"""Where a name may be broken."""


def html_report(model: Model, facts: Mapping[str, Any], diagram: Diagram) -> str:
    """The report as HTML, complete in itself.

    facts: the results, by the names that the template `report.html.j2` uses. diagram: of the tree; on several pages
    where one could not be read when printed.
    Every text is cleaned of control characters and escaped; the page's security policy forbids scripts, other styles
    than its own, and any request.
    """
    import jinja2
    from markupsafe import Markup, escape

    def plain(value: Any) -> Any:
        return _LONG.sub("\\g<0>\u200b", NOT_IN_REPORT.sub(" ", value)) if type(value) is str else value

    style = resources.files("faulttree.render.reporting").joinpath("report.css").read_text("utf-8")
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("faulttree", "render/reporting"),
        undefined=jinja2.StrictUndefined,
        autoescape=True,
        finalize=plain,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters_of(model, facts) | {
        "soft": lambda name: Markup(_JOINT.sub(r"\g<0><wbr>", str(escape(plain(name))))),
        "code": lambda text: escape(NOT_IN_REPORT.sub(" ", text)),  # to be copied, so nothing is put in
    }
    labels = facts["labels"]
    figures = figures_of(diagram, facts, labels)
    text = environment.get_template("report.html.j2").render(
        model=model,
        style=Markup(style),
        style_hash=Markup(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()),
        figures=figures,
        drawn=lambda figure: Markup(NOT_IN_REPORT.sub(" ", figure.svg)),
        most_pages=MOST_PAGES,
        most_rows=MOST_ROWS,
        **facts,
    )
    return text.lstrip()
