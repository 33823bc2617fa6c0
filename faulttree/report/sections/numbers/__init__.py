"""The probability of every event, how it was obtained, and its source."""

from __future__ import annotations

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION"]


def facts_of(found: Findings, edition: Edition) -> object | None:  # noqa: ARG001
    """Whether the section is there; its templates take what they say from the facts of the whole report."""
    return object()


SECTION = Section("numbers", "Where the numbers come from", facts_of, __name__)
