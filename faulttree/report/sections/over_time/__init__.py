"""The top event over the mission time, and the metrics that standards ask for."""

from __future__ import annotations

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION"]


def facts_of(found: Findings, edition: Edition) -> object | None:  # noqa: ARG001
    """Whether the section is there; its templates take what they say from the facts of the whole report."""
    return None if not (found.depth.metrics is not None or found.depth.curve is not None) else object()


SECTION = Section("time", "Over the mission time", facts_of, __name__)
