"""The verb that holds two models against each other: diff."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from faulttree.cli.exit_codes import EXIT_ANALYSIS, EXIT_THRESHOLD
from faulttree.cli.options import Asked, Examples, format_choice, output_option, two_trees_options
from faulttree.cli.session import emit, stop_progress, tree_of
from faulttree.errors import InvalidRequestError

if TYPE_CHECKING:
    from faulttree.what_if.difference import Difference

__all__ = ["diff"]

_KINDS = ("any", "structure", "results", "increase")


@click.command(
    "diff", cls=Examples, example="faulttree diff plant.yaml plant_new.yaml --format markdown --fail-on increase"
)
@two_trees_options
@format_choice("table", "json", "markdown")
@output_option
@click.option("--by", default="fussell_vesely", show_default=True, metavar="MEASURE", help="How events rank.")
@click.option(
    "--fail-on",
    type=click.Choice(_KINDS),
    help="Leave with code 4: when anything differs, the structure, a result, or when a probability rose.",
)
@click.option(
    "--tolerance",
    type=click.FloatRange(min=0.0),
    default=1e-9,
    show_default=True,
    metavar="REL",
    help="Numbers are taken for equal that differ by less than this part of them.",
)
def diff(
    asked: Asked, after: str, kind: str, output: str | None, by: str, fail_on: str | None, tolerance: float
) -> int:
    """Say what was changed from one model to another, and what it did to the results.

    The files may be of different formats; either may be -. Limits and missing probabilities leave the rest standing.
    """
    from faulttree.analysis import diff as difference

    if asked.model == "-" and after == "-":
        raise InvalidRequestError("the two models cannot both be standard input; give one as a file")
    trees = tree_of(asked), tree_of(replace(asked, model=after))
    # Both report to the line that was made last, which is the one that is cleared.
    old, new = (replace(tree, progress=trees[1].progress) for tree in trees)
    names = tuple("<stdin>" if name == "-" else name for name in (asked.model, after))
    found = difference(old, new, tolerance=tolerance, measure=by.replace("-", "_"), names=(names[0], names[1]))
    emit({"table": found.__str__, "json": found.to_json, "markdown": found.to_markdown}[kind](), output)
    return 0 if fail_on is None else _verdict(found, fail_on)


def _verdict(found: Difference, fail_on: str) -> int:
    """The exit code, its reason on standard error."""
    if fail_on == "structure":
        differs: bool | None = len(found.changes.about("structure")) > 0
        said = "the structure differs"
    elif fail_on == "increase":
        differs, said = found.increased, "a probability rose by more than the tolerance"
    else:
        differs, said = found.results_differ, "results differ"
        if fail_on == "any" and len(found.changes):
            differs, said = True, "the models differ"
    stop_progress()
    if differs is None:
        asked = {"increase": "whether a probability rose"}.get(fail_on, "whether results differ")
        click.echo(f"faulttree: {asked} cannot be told; the notes say what is missing", err=True)
        return EXIT_ANALYSIS
    if differs:
        click.echo(said, err=True)
    return EXIT_THRESHOLD if differs else 0
