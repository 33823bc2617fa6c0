"""Plots come out the same every time, no text meets another, and rankings hold the numbers that they are given."""

from __future__ import annotations

import dataclasses
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
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from plot_cases import (
    EVERY,
    INF,
    NAN,
    TRAINS,
    curve_of,
    every_plot,
    importance_of,
    indices_of,
    lines_of,
    quantity_of,
    said,
    texts,
    tornado_of,
    tree_of,
    widths,
)

import faulttree as ft
from faulttree.cut_sets.partial import PartialCutSets
from faulttree.errors import InvalidRequestError, MissingExtraError, MissingProbabilityError, UnknownNameError
from faulttree.importance.events import MEASURES, Importance
from faulttree.reliability.curve import Curve
from faulttree.render import plots
from faulttree.render.plots.contribution import share_text
from faulttree.render.plots.members import member_lines
from faulttree.render.plots.sheet import ACCENT, DARK, MEDIUM, PALE, WARM, between, tick_places, tick_texts
from faulttree.render.style import INK, MUTED
from faulttree.render.text import measure

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
    assert "All 2 minimal cut sets within the limit: 90.0 % of the summed probability, 0.1." in said(limited)
    assert "A limit left out 1 set of summed probability 0.01, part of the sum." in said(limited)


def test_every_member_of_a_set_can_be_told_from_the_others() -> None:
    """Names in place of labels; what is still too long is cut around what tells it apart."""
    tree = tree_of({"and": ["pump_a", "pump_b", "valve"]}, pump_a=0.1, pump_b=0.1, valve=0.1)
    labels = {
        name: f"{name} of the emergency core cooling system in the western building" for name in tree.model.basic_events
    }
    plot = plots.contribution_plot(tree.minimal_cut_sets(), labels=labels)
    assert "pump_a + pump_b + valve" in texts(plot)
    assert labels["pump_b"] in plot.to_svg()
    plot = plots.contribution_plot(tree_of({"and": TRAINS}, **dict.fromkeys(TRAINS, 0.3)).minimal_cut_sets())
    shown = " ".join(text for text in texts(plot) if "PUMP" in text).split(" + ")
    assert len(shown) == 9
    assert all(f"-{i}-PUMP" in text for i, text in enumerate(shown))


def test_lines_of_members_fit_their_width_and_what_has_no_room_is_counted() -> None:
    few = [("short", "short"), ("a label that is very long indeed, and says what the event is about", "E-1")]
    assert member_lines(few, 120.0, 9.0) == ("short + E-1",)
    for number in (2, 7, 30, 400):
        members = [(f"the label {i} of an event {'x' * (i % 50)}", f"NAME-{i}-{'Y' * 30}") for i in range(number)]
        lines = member_lines(members, 210.0, 9.0)
        assert len(lines) <= 5 and all(measure(line, 9.0) <= 210.0 for line in lines)
        shown = " ".join(lines).split(" + ")
        assert len(set(shown)) == len(shown)
        more = int(shown.pop().removesuffix(" more")) if number > 7 else 0
        assert len(shown) + more == number and len(shown) >= min(number, 15)


def test_chosen_sets_are_shares_of_all() -> None:
    cut_sets = tree_of({"or": ["a", "b"]}, a=0.06, b=0.04).minimal_cut_sets()
    plot = plots.contribution_plot(cut_sets.containing("a"))
    assert widths(plot) == pytest.approx([0.6])
    assert "The only chosen minimal cut set: 60.0 % of the summed probability of all, 0.1." in said(plot)


def test_where_not_all_sets_are_known_probabilities_are_drawn_and_that_is_said() -> None:
    whole = tree_of({"or": ["a", "b"]}, a=0.06, b=0.03).minimal_cut_sets()
    plot = plots.contribution_plot(PartialCutSets(whole.family, whole.kind, whole.weights, complete_to_order=1))
    assert widths(plot) == [0.06, 0.03]
    assert "Not all are known within the limits; all of order 1 and less are here" in said(plot)
    assert not lines_of(plot, ACCENT)
    wide = tree_of({"or": ["a", "b"]}, a=0.06, b=1e-9).minimal_cut_sets()
    some = PartialCutSets(wide.family, wide.kind, wide.weights, complete_to_order=1)
    assert plots.contribution_plot(some).axes[0].get_xscale() == "log"


def test_no_set_one_set_and_sets_without_probability() -> None:
    never = tree_of({"and": ["a", {"not": "a"}]}, a=0.5).prime_implicants()
    assert "There are no prime implicants." in said(plots.contribution_plot(never))
    one = plots.contribution_plot(tree_of({"or": ["a"]}, a=0.5).minimal_cut_sets())
    assert "The only minimal cut set: 100 % of the summed probability, 0.5." in said(one)
    zero = plots.contribution_plot(tree_of({"or": ["a", "b"]}, a=0.0, b=0.0).minimal_cut_sets())
    assert widths(zero) == []
    certain = plots.contribution_plot(tree_of({"or": ["a", {"not": "a"}]}, a=0.5).prime_implicants())
    assert "(nothing needs to happen)" in texts(certain)
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


@pytest.mark.parametrize(
    ("show", "wanted"),
    [
        (plots.curve_plot, r"a curve, such as tree\.over_time\(\.\.\.\) gives"),
        (plots.importance_plot, r"importances, such as tree\.importance\(\) gives"),
        (plots.contribution_plot, r"cut sets, such as tree\.minimal_cut_sets\(\) gives"),
        (plots.histogram_plot, r"an uncertain quantity, such as tree\.uncertainty\(\) gives"),
        (plots.tornado_plot, r"a tornado, such as tree\.tornado\(\) gives"),
        (plots.sobol_plot, r"Sobol indices, such as tree\.sobol_indices\(\) gives"),
    ],
)
def test_what_is_of_another_kind_is_refused(show: Callable[..., Any], wanted: str) -> None:
    tree = tree_of({"or": ["a"]}, a=0.1)
    for other in (5, None, Curve, tree, {"a": 0.1}, tornado_of(0.1) if show is not plots.tornado_plot else curve_of()):
        with pytest.raises(InvalidRequestError, match=f"{wanted}; this is of type "):
            show(other)
    with pytest.raises(InvalidRequestError, match="ranking_plot takes values by name, a mapping; this is of type int"):
        plots.ranking_plot(5, "worth")


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
