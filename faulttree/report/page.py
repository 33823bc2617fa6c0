"""The report as one HTML file: no script, nothing from the network, made to be printed, the same bytes every time."""

from __future__ import annotations

import base64
import hashlib
import itertools
import re
from importlib import resources
from typing import Any

from faulttree.characters import NOT_IN_REPORT
from faulttree.render.svg import svg_from
from faulttree.report.document import cover_of, parts_of
from faulttree.report.figures import told_apart
from faulttree.report.findings import Findings
from faulttree.report.findings.elements import labels_of
from faulttree.report.section import Edition
from faulttree.report.templates import templates

__all__ = ["html_report"]

MOST_ROWS = 200
"""Of tables with a row for each event; the files of `faulttree run` have all."""

_LONG = re.compile(r"[^\s-]{40}(?=[^\s-])")
"""Where a word that is too long for a column may be broken."""
_JOINT = re.compile("(?<=[^_./=-])[_./=-]+(?=[^_./=-])")
"""Where a name may be broken."""


def html_report(found: Findings, edition: Edition) -> str:
    """The report as HTML, complete in itself.

    Every text is cleaned of control characters and escaped; the page's security policy forbids scripts, other styles
    than its own, and any request.
    """
    from markupsafe import Markup, escape

    def plain(value: Any) -> Any:
        return _LONG.sub("\\g<0>\u200b", NOT_IN_REPORT.sub(" ", value)) if type(value) is str else value

    number = itertools.count(1)
    environment = templates(autoescape=True, finalize=plain)
    environment.filters |= {
        "soft": lambda name: Markup(_JOINT.sub(r"\g<0><wbr>", str(escape(plain(name))))),
        "code": lambda text: escape(NOT_IN_REPORT.sub(" ", text)),  # to be copied, so nothing is put in
    }
    environment.globals |= {
        "labels": labels_of(found.tree),
        "drawn": lambda figure: Markup(NOT_IN_REPORT.sub(" ", told_apart(svg_from(figure.scene), next(number)))),
        "most_rows": MOST_ROWS,
    }
    parts = [
        (section, Markup(environment.get_template(f"{section.package}/section.html.j2").render(facts=each)))
        for section, each in parts_of(found, edition)
    ]
    style = resources.files("faulttree.report").joinpath("report.css").read_text("utf-8")
    text = environment.get_template("page.html.j2").render(
        cover=cover_of(found, edition),
        parts=parts,
        style=Markup(style),
        style_hash=Markup(base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()),
    )
    return text.lstrip()
