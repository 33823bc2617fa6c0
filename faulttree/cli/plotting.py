"""The verb that plots results, one subcommand for each kind of plot."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.in_time import MOST_POINTS, times_until
from faulttree.cli.options import Asked, Examples, Time, state_options, tree_options
from faulttree.cli.session import emit, tell, tree_of
from faulttree.cli.uncertainty import band_of, indices_of, percentile_ends, sampled, sampling_options
from faulttree.errors import InvalidRequestError, MissingExtraError

if TYPE_CHECKING:
    from faulttree.facade import FaultTree
    from faulttree.render.plots.plot import Plot

__all__ = ["plot"]

SUFFIXES = (".svg", ".png", ".pdf")
QUANTITIES = ("unavailability", "unreliability", "expected_failures", "frequency", "conditional_intensity")
MOST_JUMPS = 2_000
"""Instants at which a law jumps or bends that a curve is evaluated on both sides of."""

JUST = 1e-5
"""Part of a curve's time that is too short to see."""


Partial = tuple["Plot", str]
"""A plot, and what it lacks because the limits ended the work; empty for nothing."""


class Plots(Examples, click.Group):
    """A group whose help ends with an example."""


@click.group("plot", cls=Plots, example="faulttree plot tornado plant.yaml -o tornado.svg")
def plot() -> None:
    """Plot a result as SVG, PNG or PDF; the suffix of -o tells which. Needs matplotlib."""


def _picture(name: str, example: str) -> Callable[[Callable[..., Plot | Partial]], click.Command]:
    """A kind of plot as a subcommand: a function of the tree, `asked` and its own options that gives the plot."""

    def made(draw: Callable[..., Plot | Partial]) -> click.Command:
        @functools.wraps(draw)  # its options, too
        def drawn(asked: Asked, output: str | None, title: str | None, **options: Any) -> int:
            _check_place(output)
            tree = tree_of(asked)
            given = draw(tree, asked, title=title or tree.label, **options)
            picture, lacking = given if isinstance(given, tuple) else (given, "")
            if output is None or output == "-":
                emit(picture.to_svg(), None)
            else:
                picture.save(output)
            tell([lacking] if lacking else ())
            return EXIT_PARTIAL if lacking else 0

        command: Any = drawn
        for option in (
            click.option("--title", metavar="TEXT", help="Drawn above.  [default: the top event's label]"),
            click.option("-o", "--output", metavar="FILE",
                         help="A .svg, .png or .pdf file; else SVG to standard output."),
            state_options,
            tree_options,
        ):  # fmt: skip
            command = option(command)
        found: click.Command = plot.command(name, cls=Examples, example=example)(command)
        return found

    return made


most_rows = click.option("--most", type=click.IntRange(min=1), default=20, show_default=True, metavar="N",
                         help="How many rows.")  # fmt: skip


@_picture("curve", 'faulttree plot curve plant.yaml --until "1 y" --quantity unreliability -o curve.svg')
@click.option("--quantity", "quantities", type=click.Choice(QUANTITIES), multiple=True, default=QUANTITIES[:1],
              help="Up to three, of one dimension; repeatable.  [default: unavailability]")  # fmt: skip
@click.option("--until", type=Time(), metavar="TIME", help="From 0 to this time.  [default: the mission time]")
@click.option("--points", type=click.IntRange(2, MOST_POINTS), default=201, show_default=True, metavar="N",
              help="How many times, besides those of jumps.")  # fmt: skip
@click.option("--sil", is_flag=True, help="Shade the bands of safety integrity levels for low demand.")
@click.option("--band", is_flag=True, help="Shade the unavailability's 5 to 95 % band of the uncertain inputs.")
def curve(
    tree: FaultTree, asked: Asked, title: str, quantities: Any, until: float | None, points: int, sil: bool, band: bool
) -> Plot:  # fmt: skip
    """Plot the top event over time, jumps at tests and ends of phases shown as such."""
    from faulttree.render.plots import curve_plot

    if until is None:
        if tree.model.mission_time is None:
            raise InvalidRequestError("the model has no mission time; give --until, like '1 y'")
        until = tree.model.mission_time.seconds
    times = times_until(until, points)
    jumps = _jumps(tree, until)
    if len(jumps) > MOST_JUMPS:
        tell([f"tests and phases change the curve at {len(jumps):,} instants, and {points:,} points do not show each"])
        jumps = []
    # At an instant itself a curve has the value just before.
    just_after = (jump + JUST * until for jump in jumps)
    if band and quantities[0] != "unavailability":
        raise InvalidRequestError("--band is of the unavailability; name that quantity first, or leave --band out")
    moments = sorted({*times, *jumps, *just_after})
    found = tree.over_time(moments)
    known = band_of(tree, asked, moments) if band else None
    if set(quantities) != {"unavailability"}:
        tell(found.notes)
    return curve_plot(found, quantities, band=known, jumps=jumps, sil=sil, title=title)


@_picture("importance", "faulttree plot importance plant.yaml --by birnbaum --most 10 -o importance.svg")
@click.option(
    "--by",
    default="fussell_vesely",
    show_default=True,
    metavar="MEASURE",
    help="The measure: its column, or its name such as RAW.",
)
@most_rows
def importance(tree: FaultTree, _: Asked, title: str, by: str, most: int) -> Partial:
    """Plot one measure of the most important events as bars."""
    from faulttree.importance.table import MEASURE, measure_called
    from faulttree.render.plots import importance_plot

    measure = measure_called(by)
    found = tree.importance()
    lacking = f"nothing is known of {MEASURE[measure].name} within the limits" if measure in found.unknown else ""
    return importance_plot(found, measure, most=most, labels=_labels(tree), title=title), lacking


@_picture("tornado", "faulttree plot tornado plant.yaml --low 1 --high 99 -o tornado.svg")
@percentile_ends
@most_rows
def tornado(tree: FaultTree, _: Asked, title: str, low: float, high: float, most: int) -> Plot:
    """Plot the probability with each uncertain input alone at two of its percentiles."""
    from faulttree.render.plots import tornado_plot

    found = tree.tornado(low, high)
    return tornado_plot(found, most=most, labels=_labels(tree), title=title)


@_picture("histogram", "faulttree plot histogram plant.yaml --samples 100000 --seed 1 -o histogram.svg")
@sampling_options
@click.option("--bins", type=click.IntRange(1, 1000), metavar="N", help="How many.  [default: by the samples]")
def histogram(tree: FaultTree, asked: Asked, title: str, samples: int, method: str, bins: int | None) -> Plot:
    """Plot how uncertain the top event's probability is: its histogram, and its cumulative distribution."""
    from faulttree.render.plots import histogram_plot

    found = sampled(tree, asked, samples, method)
    tell(found.notes)
    name = ", ".join(filter(None, (found.of, found.unit)))
    return histogram_plot(found, bins=bins, name=name, title=title)


@_picture("contribution", "faulttree plot contribution plant.yaml --most 10 -o contribution.svg")
@most_rows
def contribution(tree: FaultTree, _: Asked, title: str, most: int) -> Partial:
    """Plot the share of the most probable minimal cut sets in the summed probability of all."""
    from faulttree.render.plots import contribution_plot

    found = tree.minimal_cut_sets()
    drawn = contribution_plot(found, most=most, labels=_labels(tree), title=title)
    return drawn, "" if found.complete else found.known()


@_picture("sensitivity", "faulttree plot sensitivity plant.yaml --samples 16384 -o sensitivity.svg")
@click.option("--samples", type=click.IntRange(min=2), default=8192, show_default=True, metavar="N",
              help="Pairs of points.")  # fmt: skip
@most_rows
def sensitivity(tree: FaultTree, asked: Asked, title: str, samples: int, most: int) -> Plot:
    """Plot Sobol's indices: which share of the variance is due to each uncertain input."""
    from faulttree.render.plots import sobol_plot

    found = indices_of(tree, asked, samples)
    tell(found.notes)
    return sobol_plot(found, most=most, labels=_labels(tree), title=title)


def _check_place(output: str | None) -> None:
    """Raise before the work what would be raised after it."""
    import importlib.util

    if output not in (None, "-") and Path(output or "").suffix.lower() not in SUFFIXES:
        raise InvalidRequestError(f"{output}: a plot is saved as {', '.join(SUFFIXES)}; name the file so")
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("plots need matplotlib; install it with `pip install 'faulttree[plots]'`")


def _labels(tree: FaultTree) -> dict[str, str]:
    model = tree.expansion.model
    elements = {**model.gates, **model.parameters, **model.basic_events}
    return {name: element.label for name, element in elements.items() if element.label}


def _jumps(tree: FaultTree, until: float) -> list[float]:
    """Instants in (0, until) at which an event's unavailability or frequency jumps or bends, in seconds."""
    from faulttree.quantification.inputs import EventLaws

    events = [event for event in tree.events if event not in tree.states]
    forms = [tree._engine.form_of(event) for event in events]
    instants: list[float] = EventLaws(tuple(events), tuple(forms)).breakpoints(until).tolist()
    return instants
