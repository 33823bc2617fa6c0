"""The report in Markdown: every text on one line, with whatever Markdown could act on made plain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from faulttree.render.text import clean
from faulttree.report.wording import filters_of

if TYPE_CHECKING:
    from faulttree.model import Model

__all__ = ["markdown_report"]

_ACTIVE = re.compile(r"([\\`*_{}\[\]<>#|~&$])")
_LINK = re.compile(r"(?i):(?=//)|(?<=www)\.|(?<=\bmailto):")  # what some readers of Markdown make a link of
_FIRST = re.compile(r"^([-+=]|[0-9]+(?=[.)]))")  # a list, a rule or an underlined heading, at the start of a line


def markdown_report(model: Model, facts: Mapping[str, Any]) -> str:
    """The report as Markdown. facts: the results, by the names that the template `report.md.j2` uses."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("faulttree", "report"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown: every text goes through the filter `md`, `name` or `code`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= filters_of(model, facts) | {
        "md": escaped,
        "name": lambda name: f"`{clean(name)}`" if "`" not in name and "|" not in name else escaped(name),
        "code": clean,
    }
    text = environment.get_template("report.md.j2").render(model=model, **facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escaped(text: str) -> str:
    """A text on one line, with every character that Markdown could act on made plain."""
    plain = _LINK.sub(r"\\\g<0>", _ACTIVE.sub(r"\\\1", clean(str(text))))
    # `\1.` would be no escape: of a number the full stop is escaped.
    return _FIRST.sub(lambda match: match[1] + "\\" if match[1].isdigit() else "\\" + match[1], plain)
