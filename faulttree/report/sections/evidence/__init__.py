"""What follows from each evidence of the model, account by account."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.report.findings import Findings
from faulttree.report.findings.evidence import EvidenceFindings
from faulttree.report.section import Edition, Section

__all__ = ["SECTION", "Facts"]


@dataclass(frozen=True)
class Facts:
    """evidence: what follows from each. point_values: whether numbers are uncertain that are taken at their points."""

    evidence: tuple[EvidenceFindings, ...]
    point_values: bool


def facts_of(found: Findings, _: Edition) -> Facts | None:
    """What follows from the evidence; None where the model names none."""
    return Facts(found.evidence, bool(found.tree.uncertain_inputs)) if found.evidence else None


SECTION = Section("evidence", "Evidence", facts_of, __name__)
