"""Curves, histograms, tornado and indices hold the numbers that they are given."""

from __future__ import annotations

import dataclasses
import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from matplotlib.colors import to_hex
from plot_cases import (
    HOUR,
    INF,
    NAN,
    SAMPLES,
    curve_of,
    indices_of,
    lines_of,
    quantity_of,
    said,
    texts,
    tiny_curve,
    tornado_of,
    widths,
)

import faulttree as ft
from faulttree.errors import InvalidRequestError
from faulttree.reliability.curve import Curve, Interval
from faulttree.render import plots
from faulttree.render.plots.sheet import ACCENT, DARK, MEDIUM, PALE, WARM
from faulttree.results import number_text
from faulttree.uncertainty.band import Band

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
    assert "unavailability Q(t) and upper bound of unreliability F(t)" in texts(plot)
    assert {"upper bound of", "unreliability F(t)"} <= set(texts(plot))
    q = curve.unavailability[-1]
    ends = f"between {number_text(q)} and {number_text(1.5 * q)}."
    assert (
        f"upper bound of unreliability F(t): {number_text(1.5 * q)} at the end; the truth at the end lies {ends}"
        in (said(plot))
    )
    frequency = plots.curve_plot(curve, "frequency")
    assert lines_of(frequency, DARK)[0].get_ydata() == pytest.approx(3600 * 1e-7)
    assert "failure frequency w(t) per hour" in texts(frequency)


def test_what_is_known_but_for_rounding_is_no_bound() -> None:
    curve = curve_of()
    w = 1.5 * curve.unavailability
    integral = Interval(w, w * (1 - 1e-10), w * (1 + 1e-10))
    plot = plots.curve_plot(dataclasses.replace(curve, expected_failures=integral), "expected_failures")
    assert "bound" not in " ".join(texts(plot)) and not plot.axes[0].collections
    at_instants = dataclasses.replace(curve, expected_failures=Interval(w, w / 2, w))
    assert "upper bound of expected failures W(0, t)" in texts(plots.curve_plot(at_instants, "expected_failures"))
    # An integral that did not settle: the value is neither end.
    unsettled = dataclasses.replace(curve, expected_failures=Interval(w, w / 2, 2 * w))
    plot = plots.curve_plot(unsettled, "expected_failures")
    assert "upper bound" not in said(plot) and "the truth at the end lies between" in said(plot)


def test_a_band_of_percentiles_says_how_many_samples_it_is_of() -> None:
    curve = curve_of()
    q = curve.unavailability
    band = Band(curve.times, q, q, 0.5 * q, q, 2 * q, 10.0, 90.0, 2000)
    plot = plots.curve_plot(curve, band=band)
    assert "shaded: 10 to 90 % of 2,000 samples" in " ".join(texts(plot))
    assert max(plot.axes[0].collections[0].get_paths()[0].vertices[:, 1]) == max(2 * q)
    with pytest.raises(InvalidRequestError, match="the band is of other times than the curve"):
        plots.curve_plot(curve, band=dataclasses.replace(band, times=curve.times + 1.0))
    named = plots.curve_plot(curve, band=(0.5 * q, 2 * q), band_name="5 to 95 % of 2,000 samples")
    assert "shaded: 5 to 95 % of 2,000 samples" in " ".join(texts(named))


def test_bands_without_room_for_their_names_are_told_below() -> None:
    plot = plots.curve_plot(tiny_curve(), sil=True)
    assert len(plot.axes[0].patches) == 4
    assert not {"SIL 1", "SIL 2", "SIL 3", "SIL 4"} & set(texts(plot))
    assert "Shaded from 1e-05 to 0.1: the bands of SIL 4, 3, 2 and 1, each a decade." in said(plot)
    assert "SIL 1" in texts(plots.curve_plot(curve_of(), sil=True))


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
        plots.curve_plot(curve, ("colour",))
    with pytest.raises(InvalidRequestError, match="do not share an axis"):
        plots.curve_plot(curve, ("unavailability", "frequency"))
    with pytest.raises(InvalidRequestError, match="one to three quantities"):
        plots.curve_plot(curve, ())
    with pytest.raises(InvalidRequestError, match="the band has 2 and 50 values, the curve 50"):
        plots.curve_plot(curve, band=([0.1, 0.2], curve.unavailability))
    with pytest.raises(InvalidRequestError, match="'week' is no unit of time here; use one of s, h, d, y"):
        plots.curve_plot(curve, unit="week")
    with pytest.raises(InvalidRequestError, match="'cubic' is no scale; use 'linear' or 'log'"):
        plots.curve_plot(curve, scale="cubic")
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


def test_samples_that_differ_by_rounding_do_not_vary() -> None:
    plot = plots.histogram_plot(quantity_of([1.0, math.nextafter(1.0, 0.0)] * 20, 1.0))
    low, high = plot.axes[0].get_xlim()
    assert low < 0.9 and high > 1.1
    assert not plot.axes[0].patches  # one marker in place of bins
    assert "mean, median, 5 % and 95 %  1" in texts(plot)
    assert "All of 40 samples are 1 but for rounding: the quantity does not vary; point value 1." in said(plot)
    varied = plots.histogram_plot(quantity_of(0.5 * (1.0 + 1e-11 * np.arange(50))))
    assert len(varied.axes[0].patches) > 1 and "does not vary" not in said(varied)


def test_a_histogram_of_an_analysis_is_of_its_top_and_says_how_it_was_sampled() -> None:
    uncertain = {"probability": 0.1, "uncertainty": {"beta": {"alpha": 2, "beta": 18}}}
    tree = ft.FaultTree.from_data(
        {"name": "m", "top": "t", "gates": {"t": {"or": ["a"]}}, "basic_events": {"a": uncertain}}
    )
    found = tree.uncertainty(500, seed=7)
    plot = plots.histogram_plot(found)
    assert "500 samples from" in said(plot) and "Sampled by monte-carlo, seed 7." in said(plot)
    assert [axes.get_ylabel() for axes in plot.axes] == ["share of samples", "share at most"]
    assert plots.histogram_plot(found.top, design=found.design).to_svg() == plot.to_svg()
    assert "seed" not in said(plots.histogram_plot(found.top))


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
    units = {"rate": "1/h", "falling": "h"}
    tornado = replace(tornado, swings=tuple(replace(swing, unit=units.get(swing.input, "")) for swing in tornado))
    plot = plots.tornado_plot(tornado, labels={"rate": "Pump rate"})
    assert [bar.get_x() for bar in plot.axes[0].patches] == [0.2] * 8
    assert widths(plot, WARM) == pytest.approx([-0.1, 0.1, 0.02, 0.0])
    assert widths(plot, MEDIUM) == pytest.approx([0.4, -0.05, 0.05, 0.0])
    numbers = [text.get_text() for text in plot.axes[0].texts]
    assert numbers == ["0.1", "0.6", "0.15", "0.3", "0.22 and 0.25", "0.2"]
    both = [bar for bar in plot.axes[0].patches if abs(bar.get_y() + bar.get_height() / 2 - 2) < 0.5]
    assert both[0].get_y() + both[0].get_height() <= both[1].get_y() + 1e-9  # on one side they do not overlap
    shown = texts(plot)
    assert {"Pump rate", "point value 0.2", "input at 5 %", "input at 95 %"} <= set(shown)
    assert {"1.000e-09 to 2.000e-09 /h", "1.000e-09 to 2.000e-09 h", "1.000e-09 to 2.000e-09"} <= set(shown)


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
    assert "32 pairs of points, sobol, seed 0: 10 evaluations. Lines are 90 % intervals." in said(plot)
    few = plots.sobol_plot(indices, most=1)
    assert "The 1 highest by total index of 2 inputs." in said(few)
    undefined = plots.sobol_plot(indices_of(0.0, a=(NAN,) * 6, b=(NAN,) * 6))
    assert "Undefined, for the result does not vary: a, b." in said(undefined)
