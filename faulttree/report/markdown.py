"""The report in Markdown: every text on one line, with whatever Markdown could act on made plain."""

from __future__ import annotations

import re

from faulttree.render.text import clean
from faulttree.report.document import cover_of, parts_of
from faulttree.report.findings import Findings
from faulttree.report.section import Edition
from faulttree.report.templates import templates

__all__ = ["markdown_report"]

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_LINK = re.compile(r"(?i):(?=//)|(?<=www)\.|(?<=\bmailto):")  # what some readers of Markdown make a link of
_FIRST = re.compile(r"^([-+=]|[0-9]+(?=[.)]))")  # a list, a rule or an underlined heading, at the start of a line


def markdown_report(found: Findings, edition: Edition) -> str:
    """The report as Markdown; a section whose template says nothing in Markdown is left out."""
    environment = templates(autoescape=False)  # Markdown: every text goes through the filter `md`, `name` or `code`
    environment.filters |= {
        "md": escaped,
        "name": lambda name: f"`{clean(name)}`" if "`" not in name and "|" not in name else escaped(name),
        "code": clean,
    }
    bodies = (
        (section, environment.get_template(f"{section.package}/section.md.j2").render(facts=each))
        for section, each in parts_of(found, edition)
    )
    parts = [(section, body) for section, body in bodies if body.strip()]
    text = environment.get_template("page.md.j2").render(cover=cover_of(found, edition), parts=parts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escaped(text: str) -> str:
    """A text on one line, with every character that Markdown could act on made plain."""
    plain = _LINK.sub(r"\\\g<0>", _ACTIVE.sub(r"\\\1", clean(str(text))))
    # `\1.` would be no escape: of a number the full stop is escaped.
    return _FIRST.sub(lambda match: match[1] + "\\" if match[1].isdigit() else "\\" + match[1], plain)
