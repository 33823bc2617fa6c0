"""The report in Markdown: what an engineer hands over with the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from faulttree.model.quantities import Duration
from faulttree.results import number_text

if TYPE_CHECKING:
    from faulttree.model import BasicEvent, Model, Parameter, TimelineEntry

__all__ = ["markdown_report"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown_report(model: Model, facts: Mapping[str, Any]) -> str:
    """The report as Markdown. facts: the results, by the names that the template `report.md.j2` uses."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("faulttree", "render"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown: every text goes through the filter `md` or `name`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

    def parameter_of(event: BasicEvent) -> Parameter | None:
        written = event.probability if event.rate is None else event.rate
        return model.parameters[written] if isinstance(written, str) else None

    environment.filters |= {
        "md": escaped,
        "name": lambda name: f"`{name}`" if "`" not in name and "|" not in name else escaped(name),
        "number": number_text,
        "moment": _moment,
        "facts": _facts,
        "parameter": parameter_of,
        "states": facts["states_text"],
        "probability": lambda event: "" if (q := facts["probability_of"](event)) is None else number_text(q),
    }
    text = environment.get_template("report.md.j2").render(model=model, **facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escaped(text: str) -> str:
    """A text on one line, with every character that Markdown could act on made plain."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def _moment(entry: TimelineEntry) -> str:
    match entry.at:
        case None:
            return entry.phase or ""
        case Duration():
            return f"T+{entry.at}"
    return entry.at.replace("T", " ").replace("Z", " UTC")


def _facts(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_facts(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(map(_facts, value))
    return str(value)
