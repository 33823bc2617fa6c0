"""What was analysed: model, top event, size, settings, and the probability by each method."""

from __future__ import annotations

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION"]


def facts_of(found: Findings, edition: Edition) -> object | None:  # noqa: ARG001
    """Whether the section is there; its templates take what they say from the facts of the whole report."""
    return object()


SECTION = Section("identity", "What was analysed", facts_of, __name__)
