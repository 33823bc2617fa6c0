"""The verb that writes the page in which a tree is explored."""

from __future__ import annotations

from pathlib import Path

import click

from faulttree.cli.options import Asked, Examples, state_options, tree_options
from faulttree.cli.session import emit, stop_progress, tree_of
from faulttree.errors import InvalidRequestError

__all__ = ["explore"]


@click.command("explore", cls=Examples, example="faulttree explore plant.yaml --set valve=true --open")
@tree_options
@state_options
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write; - for standard output.  [default: MODEL's name with -explorer.html, in this folder]",
)
@click.option("--open", "is_opened", is_flag=True, help="Show the page in the browser.")
def explore(asked: Asked, output: str | None, is_opened: bool) -> None:
    """Write one page, for any browser and without a network, in which a click sets an event and everything follows."""
    if output == "-" and is_opened:
        raise InvalidRequestError("--open shows a file, and -o - writes none; give a file, or leave out --open")
    page = tree_of(asked).explorer()
    if output == "-":
        emit(page.to_html(), output)
        return
    stem = "stdin" if asked.model == "-" else Path(asked.model).stem
    path = Path(output) if output else Path(f"{stem}-explorer.html")
    page.save(path)
    stop_progress()
    click.echo(f"written to {path}", err=True)
    if is_opened:
        import webbrowser

        if not webbrowser.open(path.resolve().as_uri()):
            click.echo("no browser was found to show it; open the file by hand", err=True)
