"""The sources that the model names."""

from __future__ import annotations

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION"]


def facts_of(found: Findings, edition: Edition) -> object | None:  # noqa: ARG001
    """Whether the section is there; its templates take what they say from the facts of the whole report."""
    return None if not (bool(found.tree.model.sources)) else object()


SECTION = Section("sources", "Sources", facts_of, __name__)
