"""The verb that lists sets of events: the best of them as a table, or any number of them as a stream."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import (
    FREQUENCY,
    PROBABILITY,
    Asked,
    Examples,
    format_choice,
    output_option,
    state_options,
    tree_options,
)
from faulttree.cli.session import emit, emit_json, emit_table, stop_progress, tell, tree_of
from faulttree.errors import InvalidRequestError, UnknownNameError

if TYPE_CHECKING:
    from faulttree.cut_sets.collection import CutSet
    from faulttree.cut_sets.partial import AnyCutSets
    from faulttree.facade import FaultTree
    from faulttree.model.quantities import Rate

__all__ = ["cut_sets"]

LISTED = 100
MOST_LISTED = 1_000_000_000
MOST_FOLDED = 10_000
"""Sets by component that are ranked, unless more are to be listed."""


@click.command(
    "cut-sets",
    cls=Examples,
    example="faulttree cut-sets plant.yaml --all --min-probability 1e-9 --format parquet -o cut_sets.parquet",
)
@tree_options
@state_options
@format_choice("table", "json", "csv", "jsonl", "parquet")
@output_option
@click.option("--paths", is_flag=True, help="Minimal path sets instead.")
@click.option("--primes", is_flag=True, help="Prime implicants, with negated events, instead.")
@click.option("--max-order", type=click.IntRange(min=0), metavar="K", help="Only sets of at most K events.")
@click.option("--min-probability", type=PROBABILITY, metavar="P", help="Only sets at least as probable as P.")
@click.option(
    "--min-frequency", type=FREQUENCY, metavar="F", help="Only sets at least as frequent as F, such as 1e-9/y."
)
@click.option("--containing", multiple=True, metavar="EVENT", help="Only sets that hold the event; repeatable.")
@click.option("--excluding", multiple=True, metavar="EVENT", help="Only sets without the event; repeatable.")
@click.option("--most", type=click.IntRange(0, MOST_LISTED), metavar="N", help=f"List the N best.  [default: {LISTED}]")
@click.option(
    "--all", "every", is_flag=True, help="List all, as they are found: csv, jsonl or parquet; with --by, best first."
)
@click.option("--by", type=click.Choice(["probability", "order"]), help="Best is most probable, or smallest.")
@click.option("--by-component", is_flag=True, help="Fold common causes back: sets of components, and how probable.")
def cut_sets(
    asked: Asked, kind: str, output: str | None, paths: bool, primes: bool, max_order: int | None,
    min_probability: float | None, min_frequency: Rate | None, containing: tuple[str, ...], excluding: tuple[str, ...],
    most: int | None, every: bool, by: Any, by_component: bool,
) -> int:  # fmt: skip
    """List minimal cut sets, minimal path sets or prime implicants, best first or all of them.

    Where the limits end the search for all that are asked for, those found are listed, the column `known` says of
    which all are there, and the exit code is 5.
    """
    if paths and primes:
        raise InvalidRequestError("--paths and --primes ask for two different lists; give one of them")
    if every and most is not None:
        raise InvalidRequestError("--all and --most ask for two different lists; give one of them")
    if every and kind in ("table", "json"):
        raise InvalidRequestError("--all lists sets as they are found; add --format csv, jsonl or parquet")
    if kind == "parquet" and output in (None, "-"):
        raise InvalidRequestError("Parquet is not for standard output; add -o FILE")
    if by_component:
        limit = min_probability if min_frequency is None else min_frequency
        if paths or primes or every or by or limit is not None or containing or excluding:
            raise InvalidRequestError(
                "--by-component goes with --max-order and --most, and with no other choice of sets"
            )
        if kind not in ("table", "json", "csv"):
            raise InvalidRequestError(f"--by-component gives a table, json or csv, and not {kind}")
        _emit_by_component(tree_of(asked), max_order, LISTED if most is None else most, kind, output)
        return 0
    tree = tree_of(asked)
    _check_names(tree, (*containing, *excluding))
    if min_frequency is not None and (paths or primes):
        raise InvalidRequestError("--min-frequency is for minimal cut sets, which alone have a frequency")
    family = tree.minimal_path_sets if paths else tree.prime_implicants if primes else tree.minimal_cut_sets
    if min_frequency is not None:
        family = functools.partial(tree.minimal_cut_sets, min_frequency=min_frequency)
    if every and by is None:
        whole = family()
        # Where not all are known, those within a limit may still be, found by themselves.
        limited = whole if whole.complete else family(max_order=max_order, min_probability=min_probability)
        found = _selected(limited, containing, excluding)
        _export(found, found.stream(min_probability, max_order), kind, output)
        return _leave(found)
    found = family() if containing or excluding else family(max_order=max_order, min_probability=min_probability)
    if containing or excluding:
        if not found.complete:
            found = family(max_order=max_order, min_probability=min_probability)
        # The limit comes last, so that what it discards is of the sets that were chosen.
        found = _selected(found, containing, excluding).limited(max_order, min_probability)
    most = None if every else LISTED if most is None else most
    if kind == "table":
        _emit_table(tree, found, most, by, output)
    elif kind == "json":
        emit_json(found.summary() | {"sets": found.records(most, by=by)}, output)
    else:
        _export(found, found.ranked(most, by=by), kind, output, ranked=True)
    tell(tree.likely_alternatives(found) if found.kind == "minimal cut sets" else ())
    return _leave(found)


def _check_names(tree: FaultTree, names: tuple[str, ...]) -> None:
    # A gate that is set to a probability is an event of the tree.
    known = {*tree.model.basic_events, *tree.events} if names else set()
    for name in names:
        if name.removeprefix("¬") not in known:
            raise UnknownNameError("basic event", name, sorted(known))


def _selected(found: AnyCutSets, containing: tuple[str, ...], excluding: tuple[str, ...]) -> AnyCutSets:
    if containing:
        found = found.containing(*containing)
    return found.excluding(*excluding) if excluding else found


def _export(found: AnyCutSets, sets: Iterator[CutSet], kind: str, output: str | None, ranked: bool = False) -> None:
    from faulttree.cut_sets.export import save_sets, write_sets
    from faulttree.results import counted

    known = "" if found.complete else found.known()
    if output is None or output == "-":
        stop_progress()
        # A reader that has had enough, as `head` has, is no error; click would leave with code 1.
        with suppress(BrokenPipeError):
            write_sets(sets, sys.stdout.buffer, kind, ranked=ranked, known=known, quantity=found.quantity)
    else:
        written = save_sets(sets, output, kind, ranked=ranked, known=known, quantity=found.quantity)
        stop_progress()
        click.echo(f"{counted(written, 'set')} written to {output}", err=True)


def _leave(found: AnyCutSets) -> int:
    """The exit code; why it is that of a partial answer on standard error."""
    if found.complete:
        return 0
    tell([found.known()])
    return EXIT_PARTIAL


def _emit_by_component(tree: FaultTree, max_order: int | None, most: int, kind: str, output: str | None) -> None:
    from faulttree.results import Records, counted

    every = tree.component_cut_sets(max_order=max_order, most=max(most, MOST_FOLDED))
    best = Records(every.rows[:most], every.columns())
    left = f"... and {more:,} more; --most lists more" if (more := len(every.rows) - most) > 0 else ""
    if kind == "table":
        heading = f"{tree.top}: {counted(len(every.rows), 'minimal cut set')} by component"
        emit("\n".join([heading, str(best), *([left] if left else [])]), output)
    elif kind == "json":
        emit_json({"top": tree.top, "count": len(every.rows), "sets": best.records()}, output)
    else:
        emit_table(best, kind, output)
        if left:
            click.echo(left, err=True)


def _emit_table(tree: FaultTree, found: AnyCutSets, most: int | None, by: Any, output: str | None) -> None:
    from faulttree.results import text_table

    above, below = found.said()
    columns = ("rank", "order", found.quantity, "fraction", "events")
    records = found.records(most, by=by)
    rows = [[*(record[each] for each in columns[:-1]), " + ".join(record["events"])] for record in records]
    more = found.found - len(records)
    left = [f"... and {more:,} more{'' if found.complete else ' found'}; --most lists more"] if more > 0 else []
    emit("\n".join([f"{tree.top}: {above[0]}", *above[1:], text_table(columns, rows), *left, *below]), output)
