"""The top event over the mission time, and the metrics that standards ask for."""

from __future__ import annotations

from dataclasses import dataclass

from faulttree.reliability.curve import Curve
from faulttree.report import charts
from faulttree.report.figures import Figure
from faulttree.report.findings import Findings
from faulttree.report.findings.depth import between
from faulttree.report.section import Edition, Section
from faulttree.results import number_text

__all__ = ["SECTION", "Facts", "Metric", "Note"]

UNITS = (
    ("years of 8,760 h", 8760 * 3600.0),
    ("days", 86_400.0),
    ("hours", 3600.0),
    ("minutes", 60.0),
    ("seconds", 1.0),
)
"""Units of time, with their seconds."""


@dataclass(frozen=True)
class Metric:
    """A metric by its name in words: a number or an interval as text, its unit, and the method that gave it."""

    quantity: str
    value: str
    unit: str
    method: str


@dataclass(frozen=True)
class Note:
    """What is to be known of a metric."""

    quantity: str
    note: str


@dataclass(frozen=True)
class Facts:
    """The metrics of the mission, and the curve.

    metrics: those that are defined; None where they were not worked out. notes: on metrics. curve: as drawn; None
    where none is drawn. curve_known: whether there is one. bounded: whether of the unreliability an upper bound is
    drawn. curve_beside: whether the table of the curve stands beside the report.
    """

    metrics: tuple[Metric, ...] | None
    notes: tuple[Note, ...]
    curve: Figure | None
    curve_known: bool
    bounded: bool
    curve_beside: bool


def facts_of(found: Findings, edition: Edition) -> Facts | None:
    """The top event over time; None where no event changes in time, or the limits left everything out."""
    metrics, curve = found.depth.metrics, found.depth.curve
    if metrics is None and curve is None:
        return None
    defined = (row for row in metrics or () if row.value is not None)
    notes = {} if metrics is None else metrics.notes
    return Facts(
        metrics=None
        if metrics is None
        else tuple(Metric(_words(row.quantity), between(row), row.unit, row.method) for row in defined),
        notes=tuple(Note(_words(quantity), note) for quantity, note in notes.items()),
        curve=_drawn(curve) if edition.draws and curve is not None else None,
        curve_known=curve is not None,
        bounded=curve is not None and curve.unreliability_method == "interval",
        curve_beside="over_time.csv" in edition.beside,
    )


def _words(quantity: str) -> str:
    return quantity.replace("_", " ")


def _drawn(curve: Curve) -> Figure | None:
    """Unavailability and unreliability over time; None for a single point."""
    if len(curve) < 2:
        return None
    unit, seconds = next((each for each in UNITS if curve.times[-1] >= 2 * each[1]), UNITS[-1])
    lines = [charts.Series("unavailability Q(t)", curve.unavailability.tolist())]
    if curve.unreliability is not None:
        upper = ", at most" if curve.unreliability_method == "interval" else ""
        lines.append(charts.Series(f"unreliability F(t){upper}", curve.unreliability.value.tolist()))
    last = curve.unavailability[-1]
    told = f"From 0 to {curve.times[-1] / seconds:.4g} {unit}, at whose end the unavailability is {number_text(last)}."
    return Figure(charts.curve((curve.times / seconds).tolist(), lines, unit, "The top event over time", told))


SECTION = Section("time", "Over the mission time", facts_of, __name__)
