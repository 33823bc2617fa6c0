"""The verb that says what to repair."""

from __future__ import annotations

import click

from faulttree.cli.options import (
    PROBABILITY,
    Asked,
    Examples,
    cost_option,
    names_of,
    output_options,
    state_options,
    tree_options,
)
from faulttree.cli.session import emit_table, tell, tree_of

__all__ = ["repair"]


@click.command(
    "repair", cls=Examples, example="faulttree repair plant.yaml --target 1e-5 --cost pump_a=3 --cost pump_b=2"
)
@tree_options
@state_options
@output_options
@click.option(
    "--target", type=PROBABILITY, metavar="P", help="Bring the top event to P or less; without it, make it impossible."
)
@cost_option
@click.option("--only", metavar="EVENTS", help="The events that may be repaired, comma between; else all.")
@click.option("--most", type=click.IntRange(min=1), default=10, show_default=True, metavar="N",
              help="Of the sets that make it impossible, the N cheapest.")  # fmt: skip
def repair(
    asked: Asked, kind: str, output: str | None, target: float | None, costs: dict[str, float], only: str | None,
    most: int,
) -> None:  # fmt: skip
    """Give the repairs that make the top event impossible, or rare enough, at the least cost.

    A repaired event cannot occur any more. An event without --cost costs 1.
    """
    tree = tree_of(asked)
    found = tree.cheapest_repairs(target, costs=costs, candidates=names_of(only), most=most)
    emit_table(found, kind, output)
    if kind == "csv" and not found.is_optimal:
        tell([found.heading()])
