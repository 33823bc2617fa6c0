"""How uncertain the probability of the top event is, and which inputs drive that."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from faulttree.model import BasicEvent, Model, Parameter
from faulttree.report import charts
from faulttree.report.figures import MOST_ROWS, Figure, listed
from faulttree.report.findings import Findings
from faulttree.report.findings.depth import Depth, sobol_text
from faulttree.report.findings.elements import labels_of, outermost
from faulttree.report.scope import sentence
from faulttree.report.section import Edition, Section
from faulttree.report.wording import spread_text
from faulttree.results import number_text
from faulttree.uncertainty import SobolIndices, Tornado, UncertaintyAnalysis

__all__ = ["SECTION", "Correlation", "Facts", "Input", "Spread", "Statistic"]


@dataclass(frozen=True)
class Statistic:
    """A statistic of the sampled probability, with its 95 % confidence interval from low to high."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Spread:
    """The point value, mean and percentiles of the probability of the top event or of a gate."""

    element: str
    point: float
    mean: float
    percentile_5: float
    median: float
    percentile_95: float


@dataclass(frozen=True)
class Correlation:
    """Spearman's rank correlation of two inputs."""

    first: str
    second: str
    rank: float


@dataclass(frozen=True)
class Input:
    """An uncertain input.

    alone, together: its shares of the variance with their intervals, as text; empty where they are not known. at_low,
    at_high: the top event's probability with this input at its 5th and its 95th percentile, None where that was not
    worked out. distribution: as written. source: keys.
    """

    name: str
    alone: str
    together: str
    at_low: float | None
    at_high: float | None
    distribution: str
    source: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """The sampled probability, and what drives it.

    samples, method, seed, inputs (their number): of the sample. basis: of the standard errors, in words. low, high:
    percentiles 5 and 95 of the top event's probability; mean with its standard_error, and median, of the same.
    histogram, sobol, tornado: as drawn, None for none. statistics: of the top event. spreads: of the top event and
    every gate. correlations: between inputs. evaluations: for the shares of the variance, None where there are none.
    swings: whether the inputs were moved one by one; swing_low, swing_high: between which percentiles. ranked: the
    inputs, that of most influence first. note: on the shares, empty for none. judged: inputs that are judgement.
    judged_only: gates below which all numbers are; judged_below: the outermost of them. gate_labels: of those gates
    that have one. remarks: what went other than planned, as sentences. quantity: what is uncertain, `probability` or
    `frequency`; unit: of a frequency, else empty.
    """

    samples: int
    method: str
    seed: int
    inputs: int
    basis: str
    low: float
    high: float
    mean: float
    standard_error: float
    median: float
    histogram: Figure | None
    statistics: tuple[Statistic, ...]
    spreads: tuple[Spread, ...]
    correlations: tuple[Correlation, ...]
    sobol: Figure | None
    evaluations: int | None
    tornado: Figure | None
    swings: bool
    swing_low: float
    swing_high: float
    ranked: tuple[Input, ...]
    note: str
    judged: tuple[str, ...]
    judged_only: tuple[str, ...]
    judged_below: tuple[str, ...]
    gate_labels: Mapping[str, str]
    remarks: tuple[str, ...]
    quantity: str
    unit: str


def facts_of(found: Findings, edition: Edition) -> Facts | None:
    """The uncertainty of the top event; None where no input is uncertain, or the limits left it out."""
    depth, model = found.depth, found.tree.model
    sampled, indices, tornado = depth.uncertainty, depth.indices, depth.tornado
    if sampled is None:
        return None
    labels = labels_of(found.tree)
    draws = edition.draws
    return Facts(
        samples=sampled.design.samples,
        method=sampled.design.method,
        seed=sampled.design.seed,
        inputs=len(sampled.inputs),
        basis=sampled.basis,
        low=sampled.percentile(5),
        high=sampled.percentile(95),
        mean=sampled.mean,
        standard_error=sampled.standard_error,
        median=sampled.median,
        histogram=_histogram(sampled) if draws else None,
        statistics=tuple(_statistics(sampled)),
        spreads=tuple(_spreads(sampled)),
        correlations=tuple(Correlation(*each) for each in depth.correlations),
        sobol=_sobol(indices, labels) if draws and indices is not None else None,
        evaluations=None if indices is None else indices.evaluations,
        tornado=_tornado(tornado, labels) if draws and tornado is not None else None,
        swings=tornado is not None,
        swing_low=5.0 if tornado is None else tornado.low,
        swing_high=95.0 if tornado is None else tornado.high,
        ranked=tuple(_input(depth, model, name) for name in depth.ranked_inputs()),
        note=depth.indices_note(),
        judged=depth.judged,
        judged_only=depth.judged_only,
        judged_below=outermost(model, depth.judged_only),
        gate_labels={gate: label for gate in depth.judged_only if (label := model.gates[gate].label)},
        remarks=tuple(map(sentence, sampled.notes)),
        quantity=sampled.of,
        unit=sampled.unit,
    )


def _statistics(sampled: UncertaintyAnalysis) -> Iterator[Statistic]:
    yield Statistic("mean", sampled.mean, *sampled.top.mean_interval())
    for p, name in ((5, "5 % percentile"), (50, "median"), (95, "95 % percentile")):
        yield Statistic(name, sampled.percentile(p), *sampled.percentile_interval(p))


def _spreads(sampled: UncertaintyAnalysis) -> Iterator[Spread]:
    for row in sampled.records():
        percentiles = (row["percentile_5"], row["median"], row["percentile_95"])
        yield Spread(row["quantity"], row["point"], row["mean"], *percentiles)


def _input(depth: Depth, model: Model, name: str) -> Input:
    written: Parameter | BasicEvent = model.parameters.get(name) or model.basic_events[name]
    index = None if depth.indices is None else depth.indices[name]
    swing = None if depth.tornado is None else depth.tornado[name]
    return Input(
        name=name,
        alone="" if index is None else sobol_text(index, total=False),
        together="" if index is None else sobol_text(index, total=True),
        at_low=None if swing is None else swing.at_low,
        at_high=None if swing is None else swing.at_high,
        distribution="" if written.uncertainty is None else spread_text(written.uncertainty),
        source=written.source,
    )


def _histogram(sampled: UncertaintyAnalysis) -> Figure | None:
    """The sample in bins; None for one that does not vary, or is not finite."""
    if not all(map(math.isfinite, (sampled.samples.min(), sampled.samples.max()))):
        return None
    shown = sampled.histogram(40)
    edges = shown.edges.tolist()
    if edges[0] == edges[-1]:
        return None
    marks = [
        charts.Mark(f"{name} {number_text(value)}", value)
        for name, value in (
            ("5 %:", sampled.percentile(5)), ("median:", sampled.median), ("mean:", sampled.mean),
            ("95 %:", sampled.percentile(95)), ("point values:", sampled.point),
        )
    ]  # fmt: skip
    told = f"Histogram. {'; '.join(mark.name for mark in marks)}."
    return Figure(charts.histogram(edges, shown.fractions.tolist(), marks, f"How uncertain the {sampled.of} is", told))


def _tornado(tornado: Tornado, labels: Mapping[str, str]) -> Figure | None:
    rows = [
        charts.Swing(labels.get(each.input, each.input), each.at_low, each.at_high)
        for each in tornado
        if math.isfinite(each.at_low) and math.isfinite(each.at_high)
    ][:MOST_ROWS]
    if not rows:
        return None
    told = "; ".join(f"{row.label}: {number_text(row.at_low)} to {number_text(row.at_high)}" for row in rows)
    return Figure(charts.tornado(rows, tornado.point, "What each uncertain input alone does", told))


def _sobol(indices: SobolIndices, labels: Mapping[str, str]) -> Figure | None:
    rows = [
        charts.Bar(
            labels.get(each.input, each.input), min(max(each.first_order, 0.0), 1.0), min(max(each.total, 0.0), 1.0),
            f"{max(each.first_order, 0.0):.1%} alone, {min(max(each.total, 0.0), 1.0):.1%} with others",
        )
        for each in indices
        if not math.isnan(each.total)
    ][:MOST_ROWS]  # fmt: skip
    return Figure(charts.bars(rows, "Shares of the variance", f"Sobol indices. {listed(rows)}")) if rows else None


SECTION = Section("uncertainty", "Uncertainty", facts_of, __name__)
