"""The verbs about time: over-time, metrics."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, Time, output_options, state_options, tree_options
from faulttree.cli.session import emit_table, emit_under, tell, tree_of
from faulttree.cli.uncertainty import band_of
from faulttree.errors import InvalidModelError, InvalidRequestError

__all__ = ["MOST_POINTS", "metrics", "over_time", "times_until"]

MOST_POINTS = 1_000_000
NEEDED = "needs a mission time"


@click.command("over-time", cls=Examples, example='faulttree over-time plant.yaml --until "1 y" --points 13')
@tree_options
@state_options
@output_options
@click.option("--at", "moments", type=Time(), multiple=True, metavar="TIME", help="A time, as '260 s'; repeatable.")
@click.option("--until", type=Time(), metavar="TIME", help="From 0 to this time.  [default: the mission time]")
@click.option("--points", type=click.IntRange(2, MOST_POINTS), metavar="N", help="How many times.  [default: 101]")
@click.option("--band", is_flag=True, help="Give how uncertain the unavailability is instead: its 5 to 95 % band.")
@click.option("--samples", type=click.IntRange(min=2), metavar="N", help="Of the band.  [default: 2000]")
def over_time(
    asked: Asked, kind: str, output: str | None, moments: tuple[float, ...], until: float | None, points: int | None,
    band: bool, samples: int | None,
) -> int:  # fmt: skip
    """Give the top event over time: unavailability, failure frequency, expected failures, unreliability."""
    if moments and (until is not None or points is not None):
        raise InvalidRequestError(
            "--at names the times, --until and --points spread them evenly; give one or the other"
        )
    if samples is not None and not band:
        raise InvalidRequestError("--samples is for the band; give --band, or leave --samples out")
    with _mission_time_is_the_models("--at" if moments else "--until" if until is not None else ""):
        tree = tree_of(asked)
    if until is None and not moments:
        if tree.model.mission_time is None:
            raise InvalidRequestError("the model has no mission time; give --until, like '1 y', or the times with --at")
        until = tree.model.mission_time.seconds
    times = list(moments) if until is None else times_until(until, points or 101)
    found = band_of(tree, asked, times, samples or 2_000) if band else tree.over_time(times)
    emit_table(found, kind, output)
    if kind == "csv":
        tell(found.notes)
    return EXIT_PARTIAL if found.partial else 0


@click.command("metrics", cls=Examples, example='faulttree metrics plant.yaml --mission-time "1 y"')
@tree_options
@state_options
@output_options
@click.option("--mission-time", type=Time(), metavar="TIME", help="As '8760 h'.  [default: the model's]")
def metrics(asked: Asked, kind: str, output: str | None, mission_time: float | None) -> int:
    """Give what standards ask for: PFDavg, PFH, SIL and time in each band, expected failures, MTTF, MTBF.

    Each with the bounds between which it lies, and where one is not defined, with the reason.
    """
    with _mission_time_is_the_models("--mission-time" if mission_time is not None else ""):
        tree = tree_of(asked)
    if mission_time is None and tree.model.mission_time is None:
        raise InvalidRequestError("the model has no mission time; give --mission-time, like '1 y'")
    found = tree.metrics(mission_time)
    emit_under(f"{tree.top} over {found.mission_time / 3600:g} h", found, kind, output)
    return EXIT_PARTIAL if found.partial else 0


@contextmanager
def _mission_time_is_the_models(option: str) -> Iterator[None]:
    """Say that an option that gives times does not stand in for the model's key, where that is the fault."""
    try:
        yield
    except InvalidModelError as error:
        if option and any(NEEDED in fault.message for fault in error.faults):
            tell([f"{option} does not stand in for the model's `mission_time`, at which its probabilities are meant"])
        raise


def times_until(until: float, points: int) -> list[float]:
    """Evenly spread times from 0 to one in seconds. Raises InvalidRequestError where there is no time between."""
    import numpy as np

    if until == 0:
        raise InvalidRequestError("--until 0 leaves no time; give a time above 0, like '1 y'")
    times: list[float] = np.linspace(0.0, until, points).tolist()
    return times
