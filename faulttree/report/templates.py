"""The environment that the report's templates are rendered in, and where they are found."""

from __future__ import annotations

from collections.abc import Callable
from importlib import resources
from typing import TYPE_CHECKING, Any

from faulttree.report.wording import FILTERS

if TYPE_CHECKING:
    import jinja2

__all__ = ["templates"]

SHARED = "faulttree.report"
"""Where a template stands whose name has no package in it."""


def templates(*, autoescape: bool, finalize: Callable[[Any], Any] | None = None) -> jinja2.Environment:
    """Templates by package and file, `faulttree.report.sections.sources/section.md.j2`; an unknown name is an error.

    autoescape: whether texts are escaped as HTML. finalize: what every value goes through before it is escaped.
    """
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_source),
        undefined=jinja2.StrictUndefined,
        autoescape=autoescape,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= FILTERS
    return environment


def _source(name: str) -> str:
    package, _, file = name.rpartition("/")
    return resources.files(package or SHARED).joinpath(file).read_text("utf-8")
