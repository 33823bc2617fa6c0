"""Plots to test, and what they show."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.text import Text

import faulttree as ft
from faulttree.importance.events import EventImportance, Importance
from faulttree.reliability.curve import Curve, Interval
from faulttree.render import plots
from faulttree.render.plots.sheet import MEDIUM
from faulttree.uncertainty.designs import Design
from faulttree.uncertainty.samples import UncertainQuantity
from faulttree.uncertainty.sensitivity import SensitivityIndex, SobolIndices, Swing, Tornado

NAN, INF = math.nan, math.inf
HOUR = 3600.0

HOSTILE = {
    "costs $5 or $x_{2}$": 0.3,
    '<b>bold</b> & "quoted" --> ]]>': 0.25,
    "مضخة الوقود الرئيسية تعطلت بسبب الحرارة الشديدة": 0.2,
    "\u202eevil\u202c \x00\x07": 0.15,
    "very " * 60 + "long": 0.1,
    "unbreakable" * 30: 0.08,
    "\\frac{1}{2} % # ~ ^": 0.05,
    "line\nbreak": 0.04,
}


def importance_of(values: dict[str, float], **ends: dict[str, float]) -> Importance:
    def rows(numbers: dict[str, float]) -> tuple[EventImportance, ...]:
        return tuple(EventImportance(name, 0.1, *[number] * 7) for name, number in numbers.items())

    return Importance(rows(values), "interval" if ends else "exact", **{end: rows(of) for end, of in ends.items()})


def tree_of(gate: dict[str, Any], **probabilities: float) -> ft.FaultTree:
    events = {name: {"probability": q} for name, q in probabilities.items()}
    return ft.FaultTree.from_data({"name": "m", "top": "t", "gates": {"t": gate}, "basic_events": events})


def quantity_of(samples: Any, point: float = 0.01, **options: Any) -> UncertainQuantity:
    return UncertainQuantity("top", point, np.array(samples, np.float64), **options)


def tornado_of(point: float, **swings: tuple[float, float]) -> Tornado:
    rows = (Swing(name, 1e-9, 2e-9, *ends, abs(ends[1] - ends[0])) for name, ends in swings.items())
    return Tornado(tuple(rows), point, 5.0, 95.0)


def indices_of(variance: float = 1.0, **rows: tuple[float, float, float, float, float, float]) -> SobolIndices:
    design = Design.of("sobol", 16, 0, 2, replicated=True)
    return SobolIndices(tuple(SensitivityIndex(name, *row) for name, row in rows.items()), variance, 0.9, 10, design)


def curve_of(n: int = 50, last: float = 100 * HOUR) -> Curve:
    times = np.linspace(0.0, last, n)
    q = -np.expm1(-times / (20 * last))
    bounds = Interval(1.5 * q, q, 1.5 * q)
    return Curve(times, q, 1 - q, np.full(n, 1e-7), np.full(n, 2e-7), bounds, bounds, "interval")


def tiny_curve() -> Curve:
    times = np.linspace(1.0, 100 * HOUR, 20)
    q = 1e-30 * times
    return Curve(times, q, 1 - q)


TRAINS = [f"EMERGENCY-CORE-COOLING-TRAIN-{i}-PUMP-MOTOR-FAILS-TO-START" for i in range(9)]
SAMPLES = np.exp(np.random.default_rng(1).normal(-7, 1, 4000))
EVERY: dict[str, Callable[[], Any]] = {
    "importance": lambda: plots.importance_plot(importance_of({"a": 0.5, "b": 0.2, "c": 0.1}), title="Importance"),
    "hostile": lambda: plots.importance_plot(importance_of(HOSTILE), title="$x^2$ <tag> " + "long " * 60),
    "log": lambda: plots.importance_plot(importance_of({"a": 0.5, "b": 2e-9, "c": 0.0, "d": NAN})),
    "ratios": lambda: plots.importance_plot(
        importance_of({"a": INF, "b": 2e4, "c": 0.5, "d": 1.0}), "risk_reduction_worth"
    ),
    "bounds": lambda: plots.importance_plot(
        importance_of({"a": 0.5, "b": 0.2}, lower={"a": 0.4, "b": 0.1}, upper={"a": 0.9, "b": INF}), "birnbaum"
    ),
    "many": lambda: plots.importance_plot(importance_of({f"event {i}": 1 / (i + 1) for i in range(60)}), most=60),
    "none": lambda: plots.importance_plot(importance_of({})),
    "contribution": lambda: plots.contribution_plot(
        tree_of({"or": ["a", "b", "c"]}, a=0.3, b=0.1, c=1e-7).minimal_cut_sets(), title="Contribution"
    ),
    "long labels": lambda: plots.contribution_plot(
        tree_of(
            {"or": ["A", {"and": TRAINS[:2]}, {"and": TRAINS}]}, A=0.1, **dict.fromkeys(TRAINS, 0.3)
        ).minimal_cut_sets(),
        title="Contribution",
    ),
    "tiny values in SIL bands": lambda: plots.curve_plot(tiny_curve(), sil=True),
    "curve": lambda: plots.curve_plot(curve_of(), ("unavailability", "unreliability"), title="Curve"),
    "sil": lambda: plots.curve_plot(curve_of(), sil=True, jumps=[5 * HOUR]),
    "three lines that end together": lambda: plots.curve_plot(
        curve_of(), ("unavailability", "unreliability", "expected_failures")
    ),
    "histogram": lambda: plots.histogram_plot(quantity_of(SAMPLES), title="Histogram"),
    "narrow": lambda: plots.histogram_plot(quantity_of(0.3 + 1e-6 * SAMPLES)),
    "one value": lambda: plots.histogram_plot(quantity_of([0.2] * 9)),
    "tornado": lambda: plots.tornado_plot(
        tornado_of(2e-3, a=(1e-3, 6e-3), b=(3e-3, 1.5e-3), c=(2.1e-3, 2.4e-3), d=(2e-3, 2e-3)), title="Tornado"
    ),
    "tornado at 0": lambda: plots.tornado_plot(tornado_of(0.0, a=(0.0, 1.0))),
    "sobol": lambda: plots.sobol_plot(
        indices_of(a=(0.5, 0.4, 0.6, 0.6, 0.5, 0.7), b=(-0.01, -0.05, 0.03, 0.0, 0.0, 0.0)), title="Sobol"
    ),
}
every_plot = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY.keys())


def widths(plot: Figure, colour: str = MEDIUM) -> list[float]:
    """Lengths of the bars of one colour, from the top down."""
    bars = [bar for bar in plot.axes[0].patches if to_hex(bar.get_facecolor()) == colour]
    return [bar.get_width() for bar in bars]


def texts(plot: Figure) -> list[str]:
    return [text.get_text() for text in plot.findobj(Text) if text.get_visible() and text.get_text()]


def said(plot: Figure) -> str:
    """All texts of the sheet, one after another."""
    return " ".join(text.get_text() for text in plot.texts)


def lines_of(plot: Figure, colour: str, axes: int = 0) -> list[Any]:
    return [line for line in plot.axes[axes].lines if to_hex(line.get_color()) == colour]
