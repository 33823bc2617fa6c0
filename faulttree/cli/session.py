"""What the commands share: reading the model, making the tree that was asked about, and saying the result."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.options import Asked
from faulttree.errors import InvalidRequestError, printable
from faulttree.progress import ProgressLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from faulttree.errors import Fault
    from faulttree.facade import FaultTree
    from faulttree.model import Model
    from faulttree.results import Table

__all__ = [
    "emit",
    "emit_json",
    "emit_table",
    "emit_under",
    "exceeds",
    "read",
    "say",
    "stop_progress",
    "tell",
    "together",
    "tree_of",
    "warn",
]


def read(path: str, kind: str | None = None) -> tuple[Model, tuple[Fault, ...]]:
    """The model in a file or, for `-`, on standard input, and its warnings.

    kind: the format; else the suffix tells it, or the first characters of standard input.
    Raises InvalidModelError, InvalidRequestError.
    """
    from faulttree import formats

    if path == "-":
        content = sys.stdin.buffer.read()
        return formats.read_text(content, kind or formats.kind_of_text(content), "<stdin>")
    if kind is None:
        return formats.read_with_warnings(path)
    try:
        with open(path, "rb") as file:
            return formats.read_text(file.read(), kind, path)
    except OSError as error:
        raise InvalidRequestError(f"{path}: cannot be read: {error.strerror}") from error


def warn(warnings: tuple[Fault, ...]) -> None:
    """Tell what is doubtful about a model, on standard error."""
    for warning in warnings:
        click.echo(str(warning), err=True)


def tree_of(asked: Asked, every_top: bool = False) -> FaultTree:
    """The tree that the options describe; the model's warnings go to standard error.

    every_top: whether the command will go on to all top events, so that none is passed over silently.
    """
    from dataclasses import replace

    from faulttree.facade import FaultTree
    from faulttree.model.states import parse_settings

    model, warnings = read(asked.model)
    warn(warnings)
    progress = ProgressLine()
    context = click.get_current_context()
    context.meta["faulttree.progress"] = progress
    context.call_on_close(progress.stop)
    if asked.top is None and len(model.top) > 1 and not every_top:
        others = ", ".join(f"'{name}'" for name in model.top[1:])
        click.echo(
            f"the model has {len(model.top)} top events; this is about '{model.top[0]}', not {others} (--top)", err=True
        )
    tree = FaultTree.of(model, top=asked.top)
    limits = {name: getattr(asked, name) for name in ("node_budget", "memory", "time_limit", "seed", "exact")}
    tree = replace(tree, progress=progress, **{name: value for name, value in limits.items() if value is not None})
    for scenario in asked.scenarios:
        tree = tree.scenario(scenario)
    return tree.what_if(parse_settings(asked.settings))


def together(tree: FaultTree) -> AbstractContextManager[None]:
    """Several questions within the limits of one: each has what the ones before have left of the time."""
    return tree._engine.limits.time()


def stop_progress() -> None:
    """Clear the progress line, so that a result can follow."""
    progress = click.get_current_context().meta.get("faulttree.progress")
    if progress is not None:
        progress.stop()


def say(text: str) -> None:
    """Print a result; whatever shows progress goes first. On a terminal, nothing in the result commands it."""
    stop_progress()
    click.echo(printable(text) if sys.stdout.isatty() else text)


def emit(text: str, output: str | None) -> None:
    """Print a result, for `-` too, or write it to a file, whole or not at all."""
    if output is None or output == "-":
        say(text.removesuffix("\n"))
    else:
        from faulttree.files import write_whole

        write_whole(output, text if text.endswith("\n") else text + "\n")


def emit_table(table: Table, kind: str, output: str | None) -> None:
    """Give a table in one of the formats `table`, `json` and `csv`."""
    emit({"table": table.__str__, "json": table.to_json, "csv": table.to_csv}[kind](), output)


def emit_under(heading: str, table: Table, kind: str, output: str | None) -> None:
    """Give a table as `emit_table` does, as text under a heading."""
    if kind == "table":
        emit(printable(f"{heading}\n\n{table}"), output)
    else:
        emit_table(table, kind, output)


def emit_json(content: Any, output: str | None) -> None:
    """Give plain values as JSON; infinite and undefined numbers are the texts "inf" and "nan"."""
    from faulttree.results import json_text

    emit(json_text(content), output)


def tell(notes: Iterable[str]) -> None:
    """Tell on standard error what is to be known of a result whose format has no place for it."""
    stop_progress()
    for note in notes:
        click.echo(printable(f"note: {note}"), err=True)


def exceeds(probability: Any, limit: float | None) -> bool:
    """Whether a probability is above a limit, which is then said on standard error."""
    if limit is None:
        return False
    if probability is None:
        raise InvalidRequestError("--fail-above needs a probability for every event")
    if probability.unit:
        raise InvalidRequestError("--fail-above is about a probability, and the top event has a frequency")
    if probability.value > limit:
        click.echo(f"probability {probability.value:.6g} is above {limit:g}", err=True)
    return bool(probability.value > limit)
