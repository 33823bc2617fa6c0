"""The command line: one subcommand per verb. Nothing heavy is imported before a subcommand runs.

Results go to standard output, messages and progress to standard error.
Exit codes: 0 fine, 1 analysis failed, 2 usage, 3 invalid model, 4 threshold exceeded, 5 partial answer,
130 interrupted.
"""

from __future__ import annotations

import importlib
import io
import os
import sys

import click

from faulttree import __version__
from faulttree.cli.exit_codes import (
    EXIT_ANALYSIS,
    EXIT_INTERRUPTED,
    EXIT_MODEL,
    EXIT_PARTIAL,
    EXIT_THRESHOLD,
    EXIT_USAGE,
)
from faulttree.errors import AnalysisError, FaultTreeError, InvalidModelError, printable

__all__ = [
    "EXIT_ANALYSIS",
    "EXIT_INTERRUPTED",
    "EXIT_MODEL",
    "EXIT_PARTIAL",
    "EXIT_THRESHOLD",
    "EXIT_USAGE",
    "cli",
    "main",
    "run_cli",
]

COMMANDS = {
    "run": "analysis:run",
    "check": "analysis:check",
    "probability": "analysis:probability",
    "frequency": "analysis:frequency",
    "cut-sets": "cut_sets:cut_sets",
    "importance": "importance:importance",
    "what-if": "analysis:what_if",
    "given": "evidence:given",
    "explore": "exploring:explore",
    "scenarios": "scenarios:scenarios",
    "diff": "diffing:diff",
    "reach": "analysis:reach",
    "query": "querying:query",
    "repair": "repairing:repair",
    "common-cause": "analysis:common_cause",
    "over-time": "in_time:over_time",
    "metrics": "in_time:metrics",
    "uncertainty": "uncertainty:uncertainty",
    "sensitivity": "uncertainty:sensitivity",
    "draw": "drawing:draw",
    "report": "reporting:report",
    "plot": "plotting:plot",
    "convert": "models:convert",
    "generate": "models:generate",
    "schema": "models:schema",
}
"""Each verb, and where its command is: module of this package and name. Imported when asked for."""


class Verbs(click.Group):
    """A group that imports a subcommand when it is asked for, and lists them in the order an analysis goes."""

    def list_commands(self, _context: click.Context) -> list[str]:
        """Every verb."""
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        """The command of a verb; None when there is none of that name."""
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name].partition(":")
        command: click.Command = getattr(importlib.import_module(f"faulttree.cli.{module}"), attribute)
        return command


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="faulttree")
def cli() -> None:
    r"""Fault tree analysis: exact probabilities, minimal cut sets, importance, time, uncertainty, what-if, diagrams.

    MODEL is a model file, its format told by the suffix (faulttree convert --help lists them), or - for standard
    input in any of these formats.

    \b
    Exit codes:
      0  fine
      1  the analysis could not be finished
      2  the request makes no sense, or a file cannot be read or written
      3  the model, or a table of scenarios, has faults
      4  a threshold is exceeded: --fail-above, --fail-if-false, --fail-on
      5  the answer is partial: what it says holds, and what it lacks is named
    130  interrupted

    Completion: eval "$(_FAULTTREE_COMPLETE=bash_source faulttree)", or zsh_source, or fish_source.
    """


def main() -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run_cli(sys.argv[1:]))


def run_cli(arguments: list[str]) -> int:
    """Run the command line. Returns the exit code; no error of ours leaves as a traceback."""
    try:
        code = cli.main(arguments, prog_name="faulttree", standalone_mode=False)
        if sys.stdout is not None:
            sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        click.echo(printable(shown.getvalue()), nl=False, err=True)
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return EXIT_INTERRUPTED
    except InvalidModelError as error:
        click.echo(str(error), err=True)
        return EXIT_MODEL
    except AnalysisError as error:
        click.echo(f"faulttree: {error}", err=True)
        return EXIT_ANALYSIS
    except FaultTreeError as error:
        click.echo(f"faulttree: {error}", err=True)
        return EXIT_USAGE
    except MemoryError:
        click.echo("faulttree: out of memory; allow fewer nodes with --node-budget", err=True)
        return EXIT_ANALYSIS
    except BrokenPipeError:
        # The reader has gone, as `head` does; what is left unwritten must not be flushed at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        place = error.filename or "standard output"
        click.echo(printable(f"faulttree: {place} cannot be read or written: {error.strerror or error}"), err=True)
        return EXIT_USAGE
