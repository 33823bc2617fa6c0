"""The verb that writes a report to hand over."""

from __future__ import annotations

from pathlib import Path

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, state_options, tree_options
from faulttree.cli.session import emit, tell, tree_of
from faulttree.errors import InvalidRequestError

__all__ = ["report"]

SUFFIXES = {".html": "html", ".htm": "html", ".md": "markdown", ".markdown": "markdown"}


@click.command("report", cls=Examples, example="faulttree report models/molniya_8k78.yaml -o report.html")
@tree_options
@state_options
@click.option(
    "--format",
    "kind",
    type=click.Choice(["html", "markdown"]),
    help="HTML with diagram and plots, which a browser prints to PDF, or Markdown.  [default: by the suffix of -o]",
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
@click.option("--date", metavar="TEXT", help="Shown as given. By default no date is, so that the bytes stay the same.")
def report(asked: Asked, kind: str | None, output: str | None, date: str | None) -> int:
    """Write a report to hand over: result, diagram, cut sets, uncertainty, scenarios, evidence, sources.

    The HTML file needs nothing but itself: no script, no network. A browser prints it to PDF. Where the limits
    leave something out, the report names it, and the exit code is 5.
    """
    from faulttree.report import analyse

    suffix = Path(output).suffix.lower() if output and output != "-" else ""
    if kind is None and suffix and suffix not in SUFFIXES:
        raise InvalidRequestError(f"{output}: a report is .html or .md; name the file so, or give --format")
    tree = tree_of(asked)
    found = analyse(tree)
    model_file = "MODEL" if asked.model == "-" else Path(asked.model).name
    if (kind or SUFFIXES.get(suffix, "html")) == "html":
        text = found.report_html(model_file=model_file, date=date)
    else:
        text = found.report(model_file=model_file, date=date, picture=None)
    emit(text, output)
    if not found.partial:
        return 0
    tell(["not everything is in the report: it names what the limits left out"])
    return EXIT_PARTIAL
