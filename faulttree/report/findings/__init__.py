"""What a report says of a tree, worked out once."""

from __future__ import annotations

from faulttree.report.findings.findings import Findings

__all__ = ["Findings"]
