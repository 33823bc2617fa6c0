"""The verb that draws."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, state_options, tree_options
from faulttree.cli.session import emit, tell, tree_of
from faulttree.errors import InvalidRequestError, PartialAnswerError
from faulttree.results import counted

if TYPE_CHECKING:
    from faulttree.facade import FaultTree

__all__ = ["draw"]


@click.command("draw", cls=Examples, example="faulttree draw plant.yaml -o plant.svg --cut-set 1")
@tree_options
@state_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="A .svg, .png or .pdf file, or .dot with graphviz; else SVG or DOT to standard output.",
)
@click.option("--engine", type=click.Choice(["faulttree", "graphviz"]), default="faulttree", show_default=True,
              help="graphviz draws every element once, as a graph.")  # fmt: skip
@click.option(
    "--max-leaves",
    type=click.IntRange(min=2),
    metavar="N",
    help="Draw on pages of about N events, joined by transfer symbols: FILE-1.svg and so on.",
)
@click.option(
    "--cut-set", metavar="N|EVENTS", help="Highlight the N-th best minimal cut set, or events with commas between."
)
def draw(asked: Asked, output: str | None, engine: str, max_leaves: int | None, cut_set: str | None) -> int:
    """Draw the tree with standard symbols.

    Where the limits leave no exact probabilities of the gates, these are left out, and the exit code is 5.
    """
    if max_leaves and (engine == "graphviz" or not output):
        raise InvalidRequestError("--max-leaves draws pages into files: it needs -o FILE, and the engine faulttree")
    tree = tree_of(asked)
    highlighted = _highlighted(tree, cut_set)
    if engine == "graphviz":
        from faulttree.files import write_whole
        from faulttree.render.graphviz import render_dot

        source = tree.to_dot(cut_set=highlighted)
        suffix = Path(output).suffix.lstrip(".").lower() if output else "dot"
        if output and suffix not in ("dot", "gv"):
            write_whole(output, render_dot(source, suffix))
        else:
            emit(source, output)
    elif output and max_leaves:
        for number, page in enumerate(tree.diagram(cut_set=highlighted).pages(max_leaves), start=1):
            page.save(Path(output).with_stem(f"{Path(output).stem}-{number}"))
    elif output:
        tree.diagram(cut_set=highlighted).save(output)
    else:
        emit(tree.diagram(cut_set=highlighted).to_svg(), None)
    if not tree.lacks_gates:
        return 0
    tell(["some gates' probabilities are not in the picture: they are not known exactly within the limits"])
    return EXIT_PARTIAL


def _highlighted(tree: FaultTree, cut_set: str | None) -> tuple[str, ...]:
    if cut_set is None:
        return ()
    if not cut_set.isdigit():
        return tuple(name.strip() for name in cut_set.split(",") if name.strip())
    sets, number = tree.minimal_cut_sets(), int(cut_set)
    found = list(sets.ranked(number))
    if 0 < number <= len(found) and (sets.complete or sets.ranks_certainly(found[-1])):
        return found[-1].events
    if not sets.complete and number:
        raise PartialAnswerError(f"which minimal cut set is number {number}", sets.certain())
    raise InvalidRequestError(f"there is no cut set number {number}; the tree has {counted(sets.found, 'cut set')}")
