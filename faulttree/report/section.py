"""A section of the report: its title, the facts that it states, and the templates beside them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from faulttree.report.findings import Findings

__all__ = ["Edition", "Section"]

F_co = TypeVar("F_co", covariant=True)


@dataclass(frozen=True)
class Edition:
    """What one edition of the report is told besides the findings.

    model_file: its name in the commands that make the report again. date: shown as given, None for none. draws:
    whether figures stand in the report itself. picture: where the diagram is to be found as a file, None for none.
    beside: names of the tables that stand beside the report, such as `over_time.csv`.
    """

    model_file: str = "MODEL"
    date: str | None = None
    draws: bool = False
    picture: str | None = None
    beside: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section(Generic[F_co]):
    """A section: a frozen dataclass of facts, and two templates that turn them into HTML and Markdown.

    anchor: where links lead in the HTML page. title: its heading in both. facts: what the section states, None where
    it has nothing to say. package: the folder of `section.html.j2` and `section.md.j2`, which take the facts by the
    name `facts`; they leave the heading to the document.
    """

    anchor: str
    title: str
    facts: Callable[[Findings, Edition], F_co | None]
    package: str
