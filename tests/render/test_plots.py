"""Plots hold the numbers that they are given, come out the same every time, and no text meets another."""

from __future__ import annotations

import dataclasses
import itertools
import math
import pickle
import sys
import warnings
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

import faulttree as ft
from faulttree.errors import InvalidRequestError, MissingExtraError, MissingProbabilityError, UnknownNameError
from faulttree.quantification.importance import MEASURES, EventImportance, Importance
from faulttree.reliability.curve import Curve, Interval
from faulttree.render import plots
from faulttree.render.plots.contribution import share_text
from faulttree.render.plots.sheet import ACCENT, DARK, MEDIUM, PALE, WARM, between, tick_places, tick_texts
from faulttree.render.style import INK, MUTED
from faulttree.results import number_text
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


# All plots


@every_plot
def test_no_text_meets_another_or_leaves_the_figure(make: Callable[[], Any]) -> None:
    plot = make()
    renderer = FigureCanvasAgg(plot).get_renderer()
    drawn = [text for text in plot.findobj(Text) if text.get_visible() and text.get_text().strip()]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in drawn]
    assert boxes
    for content, box in boxes:
        assert box.x0 >= 0 and box.y0 >= 0, content
        assert box.x1 <= plot.bbox.x1 and box.y1 <= plot.bbox.y1, content
    for index, (one, box) in enumerate(boxes):
        for other, another in boxes[:index]:
            # A point of overlap of their empty corners is let pass.
            across = min(box.x1, another.x1) - max(box.x0, another.x0)
            along = min(box.y1, another.y1) - max(box.y0, another.y0)
            assert min(across, along) < 2.0, (one, other)


@every_plot
def test_the_bytes_are_the_same_whatever_the_users_settings(make: Callable[[], Any]) -> None:
    first = make()
    again = {"text.usetex": True, "figure.facecolor": "black", "font.size": 30, "svg.hashsalt": None}
    with matplotlib.rc_context(again):
        second = make()
        assert second.to_svg() == first.to_svg()
    assert second.to_bytes("png") == first.to_bytes("png")
    assert first.to_svg() == first.to_svg()


@every_plot
def test_svg_is_sound_and_bears_no_date_and_no_mathematics(make: Callable[[], Any]) -> None:
    plot = make()
    svg = plot.to_svg()
    root = ElementTree.fromstring(svg)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert "<dc:date>" not in svg
    assert "Matplotlib" not in svg
    assert all(not text.get_parse_math() and not text.get_usetex() for text in plot.findobj(Text) if text.get_text())


def test_figures_are_matplotlibs_own_and_pyplot_is_never_asked() -> None:
    plot = EVERY["importance"]()
    assert isinstance(plot, Figure)
    plot.axes[0].set_title("changed by its user")
    assert "changed by its user" in plot.to_svg()
    assert plot._repr_svg_() == plot.to_svg()
    assert pickle.loads(pickle.dumps(plot)).to_svg() == plot.to_svg()
    folder = Path(plots.__file__).parent
    assert not any("import pyplot" in path.read_text() or "matplotlib.pyplot" in path.read_text()
                   for path in folder.glob("*.py"))  # fmt: skip


def test_saving_writes_whole_files_or_none(tmp_path: Path) -> None:
    plot = EVERY["importance"]()
    for suffix, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        path = tmp_path / f"plot{suffix}"
        plot.save(path)
        content = path.read_bytes()
        assert content.startswith(start)
        plot.save(path)
        assert path.read_bytes() == content
    with pytest.raises(InvalidRequestError, match=r"a plot is saved as \.svg, \.png, \.pdf"):
        plot.save(tmp_path / "plot.jpg")
    with pytest.raises(InvalidRequestError, match="'gif' is not a kind of picture"):
        plot.to_bytes("gif")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plot.pdf", "plot.png", "plot.svg"]


def test_a_png_too_large_is_refused_and_a_large_one_is_coarser() -> None:
    plot = EVERY["importance"]()
    plot.set_size_inches(8, 150)
    assert plot.to_bytes("png").startswith(b"\x89PNG")
    plot.set_size_inches(8, 400)
    with pytest.raises(InvalidRequestError, match=r"a PNG of 400 inches would be too large; save as \.svg or \.pdf"):
        plot.to_bytes("png")


@every_plot
def test_without_matplotlib_the_extra_is_named(make: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    gone = [name for name in sys.modules if name.split(".")[0] == "matplotlib" or name.endswith(".plots.plot")]
    for name in gone:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"plots need matplotlib; install it with `pip install faulttree\[p"):
        make()


def test_labels_are_shown_as_written_and_cut_ones_have_the_whole_as_title() -> None:
    plot = EVERY["hostile"]()
    shown = texts(plot)
    assert "costs $5 or $x_{2}$" in shown
    assert '<b>bold</b> & "quoted" --> ]]>' in shown
    assert "evil" in shown
    assert "line break" in shown
    root = ElementTree.fromstring(plot.to_svg())
    titles = {element.text for element in root.iter("{http://www.w3.org/2000/svg}title")}
    assert ("very " * 60 + "long") in titles
    assert "unbreakable" * 30 in titles
    drawn = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    assert "\\frac{1}{2} % # ~ ^" in drawn


def test_colours_that_stand_together_differ_in_grey_and_texts_can_be_read() -> None:
    def contrast(one: str, other: str) -> float:
        """Contrast of two colours by their lightness alone. Source: WCAG 2.1, relative luminance."""
        light = []
        for colour in (one, other):
            parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in to_rgb(colour)]
            light.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])
        return (max(light) + 0.05) / (min(light) + 0.05)

    for one, other in ((WARM, MEDIUM), (DARK, MEDIUM), (PALE, DARK), (ACCENT, MEDIUM)):
        assert contrast(one, other) > 1.5, (one, other)
    for text in (INK, MUTED, ACCENT, DARK):
        assert contrast(text, "white") > 4.5


# Importance


def test_bars_are_as_long_as_values_and_stand_by_falling_value() -> None:
    values = {"a": 0.1, "b": 0.5, "c": 0.0, "d": 0.25}
    plot = plots.importance_plot(importance_of(values), labels={"b": "Pump B"})
    assert widths(plot) == pytest.approx([0.5, 0.25, 0.1, 0.0], abs=0)
    assert [bar.get_y() + bar.get_height() / 2 for bar in plot.axes[0].patches] == pytest.approx([0, 1, 2, 3])
    low, high = plot.axes[0].get_ylim()
    assert low > high  # the first row is at the top
    assert [text.get_text() for text in plot.texts[:4]] == ["Pump B", "d", "a", "c"]
    assert [text.get_text() for text in plot.axes[0].texts] == ["0.5", "0.25", "0.1", "0"]
    assert plot.axes[0].get_xlim()[0] == 0.0
    assert plot.axes[0].get_xscale() == "linear"
    assert "<title>b: Pump B</title>" in plot.to_svg()


@pytest.mark.parametrize("measure", MEASURES)
def test_any_measure_of_a_real_tree_is_drawn(measure: str) -> None:
    importance = tree_of({"or": ["a", {"and": ["b", "c"]}]}, a=0.01, b=0.1, c=0.2).importance()
    plot = plots.importance_plot(importance, measure)
    base = 1.0 if "worth" in measure else 0.0
    ranked = [getattr(row, measure) - base for row in importance.ranked(measure)]
    assert widths(plot) == pytest.approx(ranked, rel=1e-12)


def test_values_over_many_decades_are_points_on_a_log_scale() -> None:
    plot = plots.importance_plot(importance_of({"a": 1e-2, "b": 1e-7, "c": 0.0}), "birnbaum")
    assert plot.axes[0].get_xscale() == "log"
    assert plot.axes[0].patches[:] == []
    points = [line.get_xdata()[0] for line in lines_of(plot, DARK) if line.get_marker() == "o"]
    assert points == [1e-2, 1e-7]
    assert [text.get_text() for text in plot.axes[0].texts] == ["0.01", "1.000e-07", "0"]


def test_ratios_begin_at_one_and_infinite_ones_are_hatched() -> None:
    plot = plots.importance_plot(importance_of({"a": INF, "b": 1.5, "c": 0.8, "d": NAN}), "risk_reduction_worth")
    hatched, *others = plot.axes[0].patches
    assert hatched.get_hatch() and hatched.get_x() == 1.0
    assert hatched.get_x() + hatched.get_width() > 1.5
    assert [(bar.get_x(), bar.get_width()) for bar in others] == [(1.0, 0.5), (1.0, pytest.approx(-0.2))]
    assert [text.get_text() for text in plot.axes[0].texts] == ["inf", "1.5", "0.8"]
    assert "Undefined, not drawn: d." in said(plot)


def test_bounds_are_lines() -> None:
    plot = plots.importance_plot(
        importance_of({"a": 0.3, "b": 0.1}, lower={"a": 0.2, "b": 0.1}, upper={"a": 0.6, "b": 0.1}), "birnbaum"
    )
    (whisker,) = [line for line in lines_of(plot, DARK) if len(set(line.get_ydata())) == 1]
    assert list(whisker.get_xdata()) == [0.2, 0.6]
    assert plot.axes[0].texts[0].xy == (0.6, 0)  # the number stands beyond the line


def test_what_is_left_out_is_said() -> None:
    plot = plots.importance_plot(importance_of({f"e{i}": i / 100 for i in range(30)}), most=5)
    assert len(widths(plot)) == 5
    assert "The 5 highest of 30 events." in said(plot)
    undefined = plots.importance_plot(importance_of({f"e{i}": NAN for i in range(12)}), "birnbaum")
    assert "There is nothing to draw." in said(undefined)
    assert "Undefined, not drawn: e0, e1, e2, e3, e4, e5, e6, e7 and 4 more." in said(undefined)


def test_criticality_in_place_of_fussell_vesely_is_said() -> None:
    importance = importance_of({"a": 0.5, "b": 0.25})
    rows = tuple(dataclasses.replace(row, fussell_vesely=NAN) for row in importance)
    plot = plots.importance_plot(Importance(rows))
    assert widths(plot) == [0.5, 0.25]
    assert "Fussell-Vesely importance is undefined here" in said(plot)
    assert plot.axes[0].get_xlabel() == "criticality importance"


def test_any_ranking_is_drawn_likewise() -> None:
    plot = plots.ranking_plot({"a": 1.0, "b": 3.0, "c": NAN}, "worth in $", intervals={"b": (2.0, 4.0)})
    assert widths(plot) == [3.0, 1.0]
    assert plot.axes[0].get_xlabel() == "worth in $"
    assert "Undefined, not drawn: c." in said(plot)


# Contribution


def test_shares_and_their_running_sum() -> None:
    cut_sets = tree_of({"or": ["a", "b", {"and": ["c", "d"]}]}, a=0.06, b=0.03, c=0.1, d=0.1).minimal_cut_sets()
    plot = plots.contribution_plot(cut_sets)
    assert widths(plot) == pytest.approx([0.6, 0.3, 0.1], rel=1e-12)
    (line,) = lines_of(plot, ACCENT)
    assert list(line.get_xdata()) == pytest.approx([0.6, 0.9, 1.0], rel=1e-12)
    assert list(line.get_ydata()) == [0, 1, 2]
    assert plot.axes[0].get_xlim() == (0.0, 1.0)
    shown = texts(plot)
    assert {"a", "b", "c + d", "60.0 %", "30.0 %", "90.0 %", "100.0 %", "0.06", "0.03", "0.01"} <= set(shown)
    assert "All 3 minimal cut sets: 100.0 % of the summed probability, 0.1." in said(plot)


def test_how_much_of_the_total_is_shown_is_said() -> None:
    cut_sets = tree_of({"or": ["a", "b", "c"]}, a=0.06, b=0.03, c=0.01).minimal_cut_sets()
    plot = plots.contribution_plot(cut_sets, most=2, labels={"a": "Pump"})
    assert "The 2 most probable of 3 minimal cut sets: 90.0 % of the summed probability, 0.1." in said(plot)
    assert "Pump" in texts(plot)
    limited = plots.contribution_plot(cut_sets.limited(min_probability=0.02))
    assert "All 2 minimal cut sets: 90.0 % of the summed probability, 0.1." in said(limited)
    assert "A limit left out 1 set of summed probability 0.01, part of the sum." in said(limited)


def test_chosen_sets_are_shares_of_all() -> None:
    cut_sets = tree_of({"or": ["a", "b"]}, a=0.06, b=0.04).minimal_cut_sets()
    plot = plots.contribution_plot(cut_sets.containing("a"))
    assert widths(plot) == pytest.approx([0.6])
    assert "The only chosen minimal cut set: 60.0 % of the summed probability of all, 0.1." in said(plot)


def test_where_not_all_sets_are_known_probabilities_are_drawn_and_that_is_said() -> None:
    whole = tree_of({"or": ["a", "b"]}, a=0.06, b=0.03).minimal_cut_sets()
    plot = plots.contribution_plot(dataclasses.replace(whole, complete_to_order=1))
    assert widths(plot) == [0.06, 0.03]
    assert "not all are known within the limits; all of order 1 and less are here" in said(plot)
    assert not lines_of(plot, ACCENT)
    wide = tree_of({"or": ["a", "b"]}, a=0.06, b=1e-9).minimal_cut_sets()
    assert plots.contribution_plot(dataclasses.replace(wide, complete_to_order=1)).axes[0].get_xscale() == "log"


def test_no_set_one_set_and_sets_without_probability() -> None:
    never = tree_of({"and": ["a", {"not": "a"}]}, a=0.5).prime_implicants()
    assert "There are no prime implicants." in said(plots.contribution_plot(never))
    one = plots.contribution_plot(tree_of({"or": ["a"]}, a=0.5).minimal_cut_sets())
    assert "The only minimal cut set: 100 % of the summed probability, 0.5." in said(one)
    zero = plots.contribution_plot(tree_of({"or": ["a", "b"]}, a=0.0, b=0.0).minimal_cut_sets())
    assert widths(zero) == []
    certain = plots.contribution_plot(tree_of({"or": ["a", {"not": "a"}]}, a=0.5).prime_implicants())
    assert "(no event: certain)" in texts(certain)
    events = {"a": {}, "b": {"probability": 0.1}}
    lacking = ft.FaultTree.from_data(
        {"name": "m", "top": "t", "gates": {"t": {"or": ["a", "b"]}}, "basic_events": events}
    )
    with pytest.raises(MissingProbabilityError):
        plots.contribution_plot(lacking.minimal_cut_sets())


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0 %"), (1.0, "100 %"), (1e-9, "<0.1 %"), (0.5, "50.0 %"), (0.9999, ">99.9 %"), (0.9994, "99.9 %")],
)
def test_only_all_looks_like_all(share: float, text: str) -> None:
    assert share_text(share) == text


# Curves


def test_the_line_and_its_band_are_the_data() -> None:
    curve = curve_of()
    low, high = 0.5 * curve.unavailability, 2.0 * curve.unavailability
    plot = plots.curve_plot(curve, band=(low, high), band_name="10 to 90 %")
    (line,) = lines_of(plot, DARK)
    assert np.array_equal(line.get_xdata(), curve.times / HOUR)
    assert np.array_equal(line.get_ydata(), curve.unavailability)
    (band,) = plot.axes[0].collections
    assert to_hex(band.get_facecolor()[0]) == PALE
    corners = {(x, y) for x, y in band.get_paths()[0].vertices.tolist()}
    assert corners == {*zip(line.get_xdata(), low, strict=True), *zip(line.get_xdata(), high, strict=True)}
    assert "shaded: 10 to 90 %" in texts(plot)
    assert plot.axes[0].get_ylim()[0] == 0.0
    assert plot.axes[0].get_xlim() == (0.0, 100.0)


def test_bounds_of_the_unreliability_are_its_band_and_frequencies_are_per_hour() -> None:
    curve = curve_of()
    plot = plots.curve_plot(curve, ("unavailability", "unreliability"))
    (line,) = lines_of(plot, ACCENT)
    assert np.array_equal(line.get_ydata(), 1.5 * curve.unavailability)
    assert len(plot.axes[0].collections) == 1
    assert "shaded: between its bounds" in texts(plot)
    frequency = plots.curve_plot(curve, "frequency")
    assert lines_of(frequency, DARK)[0].get_ydata() == pytest.approx(3600 * 1e-7)
    assert "failure frequency w(t) per hour" in texts(frequency)


def test_lines_are_not_drawn_across_jumps() -> None:
    times = np.array([0.0, 5.0, 10.0, 10.0 + 1e-7, 15.0, 20.0])
    q = np.array([0.0, 0.1, 0.2, 0.0, 0.1, 0.2])
    plot = plots.curve_plot(Curve(times, q, 1 - q), jumps=[10.0, 40.0])
    solid = [line for line in lines_of(plot, DARK) if line.get_linestyle() == "-"]
    assert [line.get_xdata().tolist() for line in solid] == [times[:3].tolist(), times[3:].tolist()]
    (dotted,) = [line for line in lines_of(plot, DARK) if line.get_linestyle() != "-"]
    assert dotted.get_xdata().tolist() == times[2:4].tolist()
    assert dotted.get_ydata().tolist() == [0.2, 0.0]


@pytest.mark.parametrize(
    ("last", "unit"),
    [(700.0, "seconds"), (100 * HOUR, "hours"), (40 * 24 * HOUR, "days"), (20 * 8760 * HOUR, "years of 8760 h")],
)
def test_time_is_in_the_unit_that_suits(last: float, unit: str) -> None:
    plot = plots.curve_plot(curve_of(last=last))
    assert plot.axes[0].get_xlabel() == f"time in {unit}"
    assert plots.curve_plot(curve_of(last=last), unit="h").axes[0].get_xlim()[1] == pytest.approx(last / HOUR)


def test_the_scale_follows_the_range() -> None:
    times = np.linspace(0.0, 1.0, 100)
    linear, steep = plots.curve_plot(Curve(times, times / 9, 1 - times / 9)), times**6 / 9
    assert linear.axes[0].get_yscale() == "linear"
    logarithmic = plots.curve_plot(Curve(times, steep, 1 - steep))
    assert logarithmic.axes[0].get_yscale() == "log"
    (line,) = lines_of(logarithmic, DARK)
    assert math.isnan(line.get_ydata()[0])  # 0 has no place on a log scale
    assert "log scale" in said(logarithmic)
    assert plots.curve_plot(Curve(times, steep, 1 - steep), scale="linear").axes[0].get_yscale() == "linear"


def test_sil_bands_are_where_the_standard_has_them() -> None:
    plot = plots.curve_plot(curve_of(), sil=True)
    low, high = plot.axes[0].get_ylim()
    assert low <= 1e-5 and high >= 1e-1
    spans = sorted((patch.get_y(), patch.get_y() + patch.get_height()) for patch in plot.axes[0].patches)
    assert spans == [pytest.approx((10.0**e, 10.0 ** (e + 1))) for e in (-5, -4, -3, -2)]
    names = {text.get_text(): text.get_position()[1] for text in plot.texts if text.get_text().startswith("SIL")}
    assert sorted(names, key=lambda name: names[name]) == ["SIL 4", "SIL 3", "SIL 2", "SIL 1"]


@pytest.mark.parametrize("sil", [False, True])
def test_curves_without_anything_to_show_say_so(sil: bool) -> None:
    times = np.linspace(0.0, 100.0, 20)
    gone = plots.curve_plot(Curve(times, times * NAN, times), sil=sil)
    assert "The unavailability Q(t) has no finite value." in said(gone)
    empty = plots.curve_plot(Curve(times[:0], times[:0], times[:0]), sil=sil)
    assert "has no finite value" in said(empty)
    zero = plots.curve_plot(Curve(times, 0 * times, 1 + 0 * times), sil=sil)
    assert ("lies below the axis at 19 of 20 times" in said(zero)) == sil
    q = np.where(times == times[3], INF, 0.1)
    assert "is infinite or undefined at 1 of 20 times" in said(plots.curve_plot(Curve(times, q, 1 - q), sil=sil))
    single = plots.curve_plot(Curve(times[1:2], np.array([0.2]), np.array([0.8])), sil=sil)
    assert lines_of(single, DARK)[0].get_marker() == "o"


def test_curves_are_asked_for_what_they_have() -> None:
    curve = curve_of()
    bare = Curve(curve.times, curve.unavailability, curve.availability, notes=("the tree is not coherent",))
    with pytest.raises(InvalidRequestError, match="this curve has no unreliability; the tree is not coherent"):
        plots.curve_plot(bare, ("unreliability",))
    with pytest.raises(InvalidRequestError, match="'colour' is no quantity of a curve; use one of unavailability,"):
        plots.curve_plot(curve, ("colour",))  # type: ignore[arg-type]
    with pytest.raises(InvalidRequestError, match="do not share an axis"):
        plots.curve_plot(curve, ("unavailability", "frequency"))
    with pytest.raises(InvalidRequestError, match="one to three quantities"):
        plots.curve_plot(curve, ())
    with pytest.raises(InvalidRequestError, match="the band has 2 and 50 values, the curve 50"):
        plots.curve_plot(curve, band=([0.1, 0.2], curve.unavailability))
    with pytest.raises(InvalidRequestError, match="'week' is no unit of time here; use one of s, h, d, y"):
        plots.curve_plot(curve, unit="week")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequestError, match="'cubic' is no scale; use 'linear' or 'log'"):
        plots.curve_plot(curve, scale="cubic")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequestError, match="leave out sil=True"):
        plots.curve_plot(curve, ("frequency",), sil=True)


# Histograms


def test_the_histogram_is_the_samples_and_the_marks_are_its_statistics() -> None:
    quantity = quantity_of(SAMPLES)
    plot = plots.histogram_plot(quantity, bins=20, name="probability of loss")
    upper, lower = plot.axes
    assert upper.get_xscale() == lower.get_xscale() == "log"
    edges = np.geomspace(SAMPLES.min(), SAMPLES.max(), 21)
    counts = [np.count_nonzero((low <= SAMPLES) & (high > SAMPLES)) for low, high in itertools.pairwise(edges)]
    counts[-1] += 1  # the last bin holds its upper edge
    assert [bar.get_height() for bar in upper.patches] == pytest.approx(
        np.array(counts) / len(SAMPLES), abs=1.01 / 4000
    )
    assert sum(bar.get_height() for bar in upper.patches) == pytest.approx(1.0, rel=1e-12)
    expected = {
        "5 %": np.quantile(SAMPLES, 0.05), "median": np.median(SAMPLES),
        "mean": np.mean(SAMPLES), "95 %": np.quantile(SAMPLES, 0.95),
    }  # fmt: skip
    marked = sorted(line.get_xdata()[0] for line in upper.lines)
    assert marked == pytest.approx(sorted(expected.values()), rel=1e-12)
    for name, value in expected.items():
        assert f"{name}  {number_text(float(value))}" in texts(plot)
    (curve,) = [line for line in lower.lines if line.get_drawstyle() == "steps-post"]
    for value, share in zip(curve.get_xdata()[1:-1], curve.get_ydata()[1:-1], strict=True):
        assert share == np.mean(value >= SAMPLES)
    assert lower.get_xlabel() == "probability of loss, log scale"
    assert "4,000 samples from" in said(plot)


def test_one_value_again_and_again() -> None:
    for value in (0.2, 0.0, 1e-300):
        plot = plots.histogram_plot(quantity_of([value] * 50, 0.1))
        low, high = plot.axes[0].get_xlim()
        assert low < value < high
        assert any(text.startswith("mean, median, 5 % and 95 %  ") for text in texts(plot))
        assert "All of 50 samples are" in said(plot)


def test_samples_that_are_no_numbers_are_counted_not_drawn() -> None:
    plot = plots.histogram_plot(quantity_of([0.1, 0.2, INF, NAN, 0.5]))
    assert sum(bar.get_height() for bar in plot.axes[0].patches) == pytest.approx(3 / 5)
    assert max(line.get_ydata()[-1] for line in plot.axes[1].lines) == pytest.approx(3 / 5)
    assert "5 samples, 2 of them infinite or undefined, not drawn." in said(plot)
    assert "Infinite or undefined, not marked: 5 %, median, mean, 95 %." in said(plot)
    with pytest.raises(InvalidRequestError, match="'top' has no finite sample"):
        plots.histogram_plot(quantity_of([NAN, INF]))


# Tornado and Sobol


def test_bars_reach_from_the_point_value_to_both_ends() -> None:
    tornado = tornado_of(0.2, rate=(0.1, 0.6), falling=(0.3, 0.15), above=(0.22, 0.25), flat=(0.2, 0.2))
    plot = plots.tornado_plot(tornado, labels={"rate": "Pump rate"}, dimensions={"rate": "rate", "falling": "time"})
    assert [bar.get_x() for bar in plot.axes[0].patches] == [0.2] * 8
    assert widths(plot, WARM) == pytest.approx([-0.1, 0.1, 0.02, 0.0])
    assert widths(plot, MEDIUM) == pytest.approx([0.4, -0.05, 0.05, 0.0])
    numbers = [text.get_text() for text in plot.axes[0].texts]
    assert numbers == ["0.1", "0.6", "0.15", "0.3", "0.22 and 0.25", "0.2"]
    both = [bar for bar in plot.axes[0].patches if abs(bar.get_y() + bar.get_height() / 2 - 2) < 0.5]
    assert both[0].get_y() + both[0].get_height() <= both[1].get_y() + 1e-9  # on one side they do not overlap
    shown = texts(plot)
    assert {"Pump rate", "point value 0.2", "input at 5 %", "input at 95 %"} <= set(shown)
    assert "3.600e-06 to 7.200e-06 /h" in shown
    assert "2.778e-13 to 5.556e-13 h" in shown
    assert "Values of inputs without a unit are in SI" in said(plot)


def test_undefined_and_surplus_inputs_are_said() -> None:
    plot = plots.tornado_plot(tornado_of(0.2, a=(0.1, 0.3), b=(0.15, 0.25), c=(NAN, 0.3)), most=1)
    assert len(widths(plot)) == 1
    assert "The 1 largest of 2 swings." in said(plot)
    assert "Undefined, not drawn: c." in said(plot)


def test_a_wide_tornado_is_on_a_log_scale() -> None:
    assert plots.tornado_plot(tornado_of(1e-5, a=(1e-8, 1e-3))).axes[0].get_xscale() == "log"
    assert plots.tornado_plot(tornado_of(1e-5, a=(0.0, 1e-3))).axes[0].get_xscale() == "linear"


def test_indices_have_their_bars_and_intervals() -> None:
    indices = indices_of(a=(0.5, 0.4, 0.6, 0.7, 0.65, 0.75), b=(0.1, 0.1, 0.1, 0.2, 0.15, 0.25))
    plot = plots.sobol_plot(indices)
    assert widths(plot, DARK) == [0.5, 0.1]
    assert widths(plot, MEDIUM) == [0.7, 0.2]
    intervals = {tuple(line.get_xdata()) for line in plot.axes[0].lines if len(set(line.get_xdata())) == 2}
    assert intervals == {(0.4, 0.6), (0.65, 0.75), (0.15, 0.25)}
    assert "Lines are 90 % intervals." in said(plot)
    few = plots.sobol_plot(indices, most=1)
    assert "The 1 highest by total index of 2 inputs." in said(few)
    undefined = plots.sobol_plot(indices_of(0.0, a=(NAN,) * 6, b=(NAN,) * 6))
    assert "Undefined, for the result does not vary: a, b." in said(undefined)


@pytest.mark.parametrize(
    "make",
    [
        lambda: plots.importance_plot(importance_of({"a": 0.1}), most=0),
        lambda: plots.tornado_plot(tornado_of(0.1), most=0),
        lambda: plots.sobol_plot(indices_of(), most=0),
        lambda: plots.contribution_plot(tree_of({"or": ["a"]}, a=0.1).minimal_cut_sets(), most=0),
    ],
)
def test_no_rows_are_no_plot(make: Callable[[], Any]) -> None:
    with pytest.raises(InvalidRequestError, match="most = 0: a plot needs room for at least 1 bar"):
        make()


def test_unknown_measures_are_refused() -> None:
    with pytest.raises(UnknownNameError, match="importance measure 'worth' is not defined"):
        plots.importance_plot(importance_of({"a": 0.1}), "worth")


# Numbers on axes

numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=-1e300, max_value=1e300)


@given(numbers, numbers)
def test_ticks_are_within_the_axis_and_told_apart(one: float, other: float) -> None:
    low, high = between(min(one, other), max(one, other), "linear", 5.0, 30.0, 300.0)
    assert low < high
    places = tick_places(low, high, "linear")
    assert all(low - 1e-8 * (high - low) <= place <= high + 1e-8 * (high - low) for place in places)
    assert len(places) <= 8
    shown = tick_texts(places)
    assert len(set(shown)) == len(places)


@given(st.floats(1e-290, 1e290), st.floats(1e-290, 1e290))
def test_ticks_of_a_log_scale(one: float, other: float) -> None:
    low, high = between(min(one, other), max(one, other), "log", 5.0, 30.0, 300.0)
    places = tick_places(low, high, "log")
    assert 1 <= len(places) <= 8
    assert all(low * (1 - 1e-6) <= place <= high * (1 + 1e-6) for place in places)


odd = st.one_of(st.sampled_from([0.0, 1.0, NAN, INF, 5e-324, 1e-308, 1e300, 1e-12, 1 - 1e-12]), st.floats(0.0, 1.0))


def _rows(values: list[float]) -> Iterator[Any]:
    yield plots.importance_plot(importance_of({f"e{i}": value for i, value in enumerate(values)}), "birnbaum")
    yield plots.importance_plot(
        importance_of({f"e{i}": value for i, value in enumerate(values)}), "risk_reduction_worth"
    )
    times, q = np.arange(float(len(values))), np.array(values)
    with np.errstate(invalid="ignore"):
        curve = Curve(times, q, 1 - q, q)
    yield plots.curve_plot(curve, sil=True)
    yield plots.curve_plot(curve, ("frequency",), jumps=[1.0])
    if np.isfinite(q).any():
        yield plots.histogram_plot(quantity_of(q))
    ends = [value if math.isfinite(value) else 0.5 for value in values]
    yield plots.tornado_plot(tornado_of(ends[0] if ends else 0.1, **{f"i{i}": (e, 0.3) for i, e in enumerate(ends)}))


@settings(max_examples=12)
@given(st.lists(odd, max_size=5))
def test_any_numbers_are_drawn_without_a_warning(values: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for plot in _rows(values):
            assert plot.to_svg().endswith("</svg>\n")
