"""How uncertain the probability is, and which inputs drive that."""

from __future__ import annotations

from faulttree.report.findings import Findings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION"]


def facts_of(found: Findings, edition: Edition) -> object | None:  # noqa: ARG001
    """Whether the section is there; its templates take what they say from the facts of the whole report."""
    return None if not (found.depth.uncertainty is not None) else object()


SECTION = Section("uncertainty", "Uncertainty", facts_of, __name__)
