"""Uncertainty of a tree that no diagram holds, from two simpler ones between which it lies, whatever the numbers."""

from __future__ import annotations

from dataclasses import replace

from faulttree.results import bounds_text
from faulttree.uncertainty.propagation import UncertaintyAnalysis

__all__ = ["between"]

PERCENTILES = (5, 50, 95)


def between(below: UncertaintyAnalysis | None, above: UncertaintyAnalysis) -> UncertaintyAnalysis:
    """The analysis of the tree that is never less probable, with what the other says of each statistic in the notes.

    below, above: of the same samples of the same inputs. In each sample the tree's own probability lies between
    theirs; so do its mean and its percentiles. Of a lower one that is None, or cut short elsewhere, nothing is told.
    """
    lower = below.top if below is not None and below.design == above.design else None
    if lower is None:
        certain = "where the tree's own lie below them is not known"
    else:
        ends = {"mean": (lower.mean, above.mean)}
        ends |= {f"{p}th percentile": (lower.percentile(p), above.percentile(p)) for p in PERCENTILES}
        certain = ", ".join(f"{name} {bounds_text(*pair)}" for name, pair in ends.items())
        certain = f"the tree's own, sample by sample between these and those of a tree that is never more: {certain}"
    note = f"no diagram of the tree is at hand: the numbers are of one that is never less probable; {certain}"
    return replace(above, notes=(*above.notes, note), below=lower)
