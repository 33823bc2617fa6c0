"""The verbs about time: over-time, metrics."""

from __future__ import annotations

import click

from faulttree.cli.options import Asked, Examples, Time, output_options, state_options, tree_options
from faulttree.cli.session import emit_table, emit_under, tell, tree_of
from faulttree.errors import InvalidRequestError

__all__ = ["MOST_POINTS", "metrics", "over_time", "times_until"]

MOST_POINTS = 1_000_000


@click.command("over-time", cls=Examples, example='faulttree over-time plant.yaml --until "1 y" --points 13')
@tree_options
@state_options
@output_options
@click.option("--at", "moments", type=Time(), multiple=True, metavar="TIME", help="A time, as '260 s'; repeatable.")
@click.option("--until", type=Time(), metavar="TIME", help="From 0 to this time.  [default: the mission time]")
@click.option("--points", type=click.IntRange(2, MOST_POINTS), metavar="N", help="How many times.  [default: 101]")
def over_time(
    asked: Asked, kind: str, output: str | None, moments: tuple[float, ...], until: float | None, points: int | None
) -> None:
    """Give the top event over time: unavailability, failure frequency, expected failures, unreliability."""
    if moments and (until is not None or points is not None):
        raise InvalidRequestError(
            "--at names the times, --until and --points spread them evenly; give one or the other"
        )
    tree = tree_of(asked)
    points = points or 101
    if moments:
        curve = tree.over_time(moments)
    elif until is not None:
        curve = tree.over_time(times_until(until, points))
    elif tree.model.mission_time is None:
        raise InvalidRequestError("the model has no mission time; give --until, like '1 y', or the times with --at")
    else:
        curve = tree.over_time(points=points)
    emit_table(curve, kind, output)
    if kind == "csv":
        tell(curve.notes)


@click.command("metrics", cls=Examples, example='faulttree metrics plant.yaml --mission-time "1 y"')
@tree_options
@state_options
@output_options
@click.option("--mission-time", type=Time(), metavar="TIME", help="As '8760 h'.  [default: the model's]")
def metrics(asked: Asked, kind: str, output: str | None, mission_time: float | None) -> None:
    """Give what standards ask for: PFDavg, PFH, SIL and time in each band, expected failures, MTTF, MTBF.

    Each with the bounds between which it lies, and where one is not defined, with the reason.
    """
    tree = tree_of(asked)
    if mission_time is None and tree.model.mission_time is None:
        raise InvalidRequestError("the model has no mission time; give --mission-time, like '1 y'")
    found = tree.metrics(mission_time)
    emit_under(f"{tree.top} over {found.mission_time / 3600:g} h", found, kind, output)


def times_until(until: float, points: int) -> list[float]:
    """Evenly spread times from 0 to one in seconds. Raises InvalidRequestError where there is no time between."""
    import numpy as np

    if until == 0:
        raise InvalidRequestError("--until 0 leaves no time; give a time above 0, like '1 y'")
    times: list[float] = np.linspace(0.0, until, points).tolist()
    return times
