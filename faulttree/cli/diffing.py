"""The verb that holds two models against each other: diff."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from faulttree.cli.exit_codes import EXIT_ANALYSIS, EXIT_PARTIAL, EXIT_THRESHOLD
from faulttree.cli.options import Asked, Examples, format_choice, output_option, two_trees_options
from faulttree.cli.session import emit, stop_progress, tree_of
from faulttree.errors import InvalidModelError, InvalidRequestError, UnknownNameError, printable

if TYPE_CHECKING:
    from faulttree.facade import FaultTree
    from faulttree.what_if.difference_check import Check, Verdict

__all__ = ["diff"]

TOLD = 20
"""Reasons of a verdict that are told on standard error."""


@click.command(
    "diff", cls=Examples, example="faulttree diff plant.yaml plant_new.yaml --format markdown --fail-on increase"
)
@two_trees_options
@format_choice("table", "json", "markdown")
@output_option
@click.option("--by", default="fussell_vesely", show_default=True, metavar="MEASURE", help="How events rank.")
@click.option(
    "--fail-on",
    type=click.Choice(("any", "structure", "results", "increase")),
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
    asked: Asked, after: str, kind: str, output: str | None, by: str, fail_on: Check | None, tolerance: float
) -> int:
    """Say what was changed from one model to another, and what it did to the results.

    The results are those for every top event that both models have, or for --top. The files may be of different
    formats; either may be -. Limits and missing probabilities leave the rest standing;
    without --fail-on the exit code is 5 where limits leave something open.
    """
    from faulttree.facade import diff as difference
    from faulttree.importance.table import measure_called

    if asked.model == "-" and after == "-":
        raise InvalidRequestError("the two models cannot both be standard input; give one as a file")
    trees = _both(asked, after)
    # Both report to the line that was made last, which is the one that is cleared.
    old, new = (replace(tree, progress=trees[1].progress) for tree in trees)
    names = tuple("<stdin>" if name == "-" else name for name in (asked.model, after))
    found = difference(
        old, new, every_top=asked.top is None, tolerance=tolerance, measure=measure_called(by),
        names=(names[0], names[1]),
    )  # fmt: skip
    found = replace(found, notes=(*found.notes, *_not_carried((asked.model, after), trees)))
    emit(
        found.to_markdown(fail_on) if kind == "markdown" else found.to_json() if kind == "json" else str(found), output
    )
    if fail_on is not None:
        return _leave(found.check(fail_on))
    return EXIT_PARTIAL if any(top.limited for top in found.results) else 0


def _both(asked: Asked, after: str) -> tuple[FaultTree, FaultTree]:
    """The two trees. Raises InvalidModelError with the faults of both files, and all other errors with the file."""
    trees: list[FaultTree] = []
    faulty: list[InvalidModelError] = []
    unknown = ""
    for path in (asked.model, after):
        if os.path.isdir(path):
            raise InvalidRequestError(f"{path}: is a folder; give a model file in it")
    for path in (asked.model, after):
        try:
            trees.append(tree_of(replace(asked, model=path), every_top=True))
        except InvalidModelError as error:
            faulty.append(error)
        except UnknownNameError as error:
            unknown = unknown or f"{'<stdin>' if path == '-' else path}: {error}"
    if faulty:
        raise InvalidModelError([fault for error in faulty for fault in error.faults])
    if unknown:
        raise InvalidRequestError(unknown)
    return trees[0], trees[1]


def _not_carried(paths: tuple[str, str], trees: tuple[FaultTree, FaultTree]) -> list[str]:
    """What of each model the other's file cannot say, where the two are of different formats."""
    from faulttree import formats

    if "-" in paths:
        return []
    kinds = [formats.kind_of_file(path) for path in paths]
    if kinds[0] == kinds[1]:
        return []
    return [
        f"{paths[1 - side]}: as {kinds[1 - side]} it cannot say all that {paths[side]} says: {loss}"
        for side in (0, 1)
        for loss in formats.losses(trees[side].model, kinds[1 - side])
    ]


def _leave(verdict: Verdict) -> int:
    """The exit code, its reasons on standard error."""
    stop_progress()
    if verdict.failed is None:
        click.echo(f"faulttree: {verdict.said}", err=True)
        return EXIT_ANALYSIS
    if not verdict.failed:
        return 0
    click.echo(f"{verdict.said}:", err=True)
    for reason in verdict.reasons[:TOLD]:
        click.echo(printable(f"  {reason}"), err=True)
    if len(verdict.reasons) > TOLD:
        click.echo(f"  and {len(verdict.reasons) - TOLD:,} more", err=True)
    return EXIT_THRESHOLD
