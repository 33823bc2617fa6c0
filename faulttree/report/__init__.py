"""Everything that `faulttree run` works out for one top event: the summary, the report and the files."""

from __future__ import annotations

from faulttree.report.dossier import PICTURES, Dossier, analyse

__all__ = ["PICTURES", "Dossier", "analyse"]
