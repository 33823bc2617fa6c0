"""The command line: one subcommand per verb. Nothing heavy is imported before a subcommand runs.

Results go to standard output, messages and progress to standard error.
Exit codes: 0 fine, 1 analysis failed, 2 usage, 3 invalid model, 4 threshold exceeded, 130 interrupted.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from faulttree import __version__
from faulttree.errors import AnalysisError, FaultTreeError, InvalidModelError, InvalidRequestError
from faulttree.progress import ProgressLine

if TYPE_CHECKING:
    from faulttree.analysis import FaultTree
    from faulttree.errors import Fault
    from faulttree.model import Model
    from faulttree.results import Table

__all__ = ["main"]

MOST_LISTED = 1_000_000_000
EXIT_ANALYSIS, EXIT_USAGE, EXIT_MODEL, EXIT_THRESHOLD, EXIT_INTERRUPTED = 1, 2, 3, 4, 130

Command = TypeVar("Command", bound=Callable[..., Any])


class Examples(click.Command):
    """A command whose help ends with an example, line breaks kept."""

    def __init__(self, *args: Any, example: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.example = example

    def format_epilog(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        with formatter.section("Example"):
            formatter.write_text(self.example)


class _Probability(click.ParamType[float]):
    """A number in [0, 1]; nan is none."""

    name = "probability"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; a usage error otherwise."""
        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0.0 <= number <= 1.0:
            self.fail(f"'{value}' is not a probability; give a number in [0, 1]", param, ctx)
        return number


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="faulttree")
def cli() -> None:
    """Fault tree analysis: exact probabilities, minimal cut sets, importance, what-if and diagrams.

    MODEL is a .yaml or .json file, or - for standard input.

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
        error.show()
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
        click.echo(f"faulttree: {place} cannot be read or written: {error.strerror or error}", err=True)
        return EXIT_USAGE


# What the commands share


def _model_options(command: Command) -> Command:
    options = (
        click.option(
            "--node-budget", type=click.IntRange(min=2), metavar="N", help="Nodes a decision diagram may use."
        ),
        click.option("--top", metavar="NAME", help="Analyse this gate or event instead of the model's top event."),
    )
    for option in options:
        command = option(command)
    return click.argument("model")(command)


def _state_options(command: Command) -> Command:
    scenario = click.option(
        "--scenario", "scenarios", multiple=True, metavar="NAME", help="Apply a scenario of the model; repeatable."
    )
    setting = click.option("--set", "settings", multiple=True, metavar="EVENT=STATE",
                           help="Set an event or gate to true, false or a probability; repeatable.")  # fmt: skip
    return scenario(setting(command))


def _output_options(command: Command) -> Command:
    kind = click.option(
        "--format", "kind", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
    )
    output = click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
    return kind(output(command))


def _read(path: str) -> tuple[Model, tuple[Fault, ...]]:
    from faulttree import formats

    if path != "-":
        return formats.read_with_warnings(path)
    content = sys.stdin.buffer.read()
    return formats.read_text(content, "json" if content.lstrip()[:1] == b"{" else "yaml", "<stdin>")


def _tree(
    path: str,
    top: str | None,
    node_budget: int | None,
    settings: tuple[str, ...] = (),
    scenarios: tuple[str, ...] = (),
    every_top: bool = False,
) -> FaultTree:
    """The tree that the options describe; the model's warnings go to standard error.

    every_top: whether the command will go on to all top events, so that none is passed over silently.
    """
    from dataclasses import replace

    from faulttree.analysis import FaultTree
    from faulttree.what_if.scenario import parse_settings

    model, warnings = _read(path)
    for warning in warnings:
        click.echo(str(warning), err=True)
    progress = ProgressLine()
    context = click.get_current_context()
    context.meta["faulttree.progress"] = progress
    context.call_on_close(progress.stop)
    if top is None and len(model.top) > 1 and not every_top:
        others = ", ".join(f"'{name}'" for name in model.top[1:])
        click.echo(
            f"the model has {len(model.top)} top events; this is about '{model.top[0]}', not {others} (--top)", err=True
        )
    tree = FaultTree.of(model, top=top)
    tree = replace(tree, node_budget=node_budget or tree.node_budget, progress=progress)
    for scenario in scenarios:
        tree = tree.scenario(scenario)
    return tree.what_if(parse_settings(settings))


def _say(text: str) -> None:
    """Print a result; whatever shows progress goes first."""
    progress = click.get_current_context().meta.get("faulttree.progress")
    if progress is not None:
        progress.stop()
    click.echo(text)


def _emit(text: str, output: str | None) -> None:
    if output is None:
        _say(text.removesuffix("\n"))
    else:
        from faulttree.files import write_whole

        write_whole(output, text if text.endswith("\n") else text + "\n")


def _emit_table(table: Table, kind: str, output: str | None) -> None:
    _emit({"table": table.__str__, "json": table.to_json, "csv": table.to_csv}[kind](), output)


# The commands


@cli.command(cls=Examples, example="faulttree run models/molniya_8k78.yaml -o outputs/molniya_8k78")
@_model_options
@_state_options
@click.option("-o", "--output", metavar="FOLDER", help="Where to write.  [default: outputs/ and the model's name]")
@click.option(
    "--pictures", default="svg", show_default=True, metavar="KINDS", help="Of svg, png, pdf, dot; comma between."
)
@click.option(
    "--fail-above", type=_Probability(), metavar="P", help="Leave with code 4 when the probability is above P."
)
def run(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    output: str | None, pictures: str, fail_above: float | None,
) -> int:  # fmt: skip
    """Analyse a model: print a summary and write diagram, cut sets, importance, what-if, report and result."""
    from faulttree.dossier import analyse

    tree = _tree(model, top, node_budget, settings, scenarios, every_top=True)
    tops = (top,) if top else tree.model.top
    folder = Path(output) if output else Path("outputs") / ("stdin" if model == "-" else Path(model).stem)
    kinds = [kind.strip() for kind in pictures.split(",") if kind.strip()]
    exceeded = False
    for name in tops:
        result = analyse(tree.at(name))
        place = folder if len(tops) == 1 else folder / _file_name(name)
        written = result.save(place, kinds)
        _say(str(result))
        click.echo(f"\nwritten to {place}: {', '.join(path.name for path in written)}", err=True)
        exceeded |= _exceeds(result.probability, fail_above)
    return EXIT_THRESHOLD if exceeded else 0


@cli.command(cls=Examples, example="faulttree check plant.yaml")
@click.argument("model")
def check(model: str) -> None:
    """Report every fault of a model, each with file, line, element and the likely fix."""
    from faulttree.analysis import FaultTree
    from faulttree.results import counted

    read, warnings = _read(model)
    for warning in warnings:
        click.echo(str(warning), err=True)
    click.echo(read.name)
    for top in read.top:
        tree = FaultTree.of(read, top=top)
        gates, events = counted(len(tree.gates), "gate"), counted(len(tree.events), "basic event")
        click.echo(f"{top}: {gates}, {len(tree.modules):,} of them modules, {events}")
    click.echo(f"no faults, {counted(len(warnings), 'warning')}")


@cli.command(cls=Examples, example="faulttree probability plant.yaml --set pump_a=true --fail-above 1e-4")
@_model_options
@_state_options
@_output_options
@click.option("--gates", is_flag=True, help="Of every gate, not only of the top event.")
@click.option(
    "--fail-above", type=_Probability(), metavar="P", help="Leave with code 4 when the probability is above P."
)
def probability(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    kind: str, output: str | None, gates: bool, fail_above: float | None,
) -> int:  # fmt: skip
    """Give the exact probability of the top event, and two upper bounds."""
    from faulttree.results import Records

    tree = _tree(model, top, node_budget, settings, scenarios)
    exact = tree.probability()
    if gates:
        rows = [{"gate": gate, "probability": p, "method": "exact"} for gate, p in tree.gate_probabilities().items()]
    else:
        rows = [
            {"top": tree.top, "probability": p.value, "method": p.method, "lower": p.lower, "upper": p.upper}
            for p in (exact, tree.min_cut_upper_bound(), tree.rare_event())
        ]
    _emit_table(Records(tuple(rows)), kind, output)
    return EXIT_THRESHOLD if _exceeds(exact, fail_above) else 0


@cli.command("cut-sets", cls=Examples, example="faulttree cut-sets plant.yaml --max-order 3 --most 20 --format csv")
@_model_options
@_state_options
@_output_options
@click.option("--paths", is_flag=True, help="Minimal path sets instead.")
@click.option("--primes", is_flag=True, help="Prime implicants, with negated events, instead.")
@click.option("--max-order", type=click.IntRange(min=0), metavar="K", help="Only sets of at most K events.")
@click.option("--min-probability", type=_Probability(), metavar="P", help="Only sets at least as probable as P.")
@click.option(
    "--most", type=click.IntRange(0, MOST_LISTED), default=100, show_default=True, metavar="N", help="List the N best."
)
@click.option("--by", type=click.Choice(["probability", "order"]), help="Best is most probable, or smallest.")
def cut_sets(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    kind: str, output: str | None, paths: bool, primes: bool, max_order: int | None, min_probability: float | None,
    most: int, by: Any,
) -> None:  # fmt: skip
    """List minimal cut sets, minimal path sets or prime implicants, best first."""
    import json

    from faulttree.results import jsonable, text_table

    if paths and primes:
        raise InvalidRequestError("--paths and --primes ask for two different lists; give one of them")
    tree = _tree(model, top, node_budget, settings, scenarios)
    family = tree.minimal_path_sets if paths else tree.prime_implicants if primes else tree.minimal_cut_sets
    found = family(max_order=max_order, min_probability=min_probability)
    records = found.records(most, by=by)
    if kind == "csv":
        _emit(found.to_csv(most, by=by), output)
    elif kind == "json":
        _emit(json.dumps(jsonable(found.summary() | {"sets": records}), indent=2, ensure_ascii=False), output)
    else:
        rows = [[*list(record.values())[:-1], " + ".join(record["events"])] for record in records]
        more = found.count - len(records)
        parts = [f"{tree.top}: {found.heading()}", text_table(found.columns(), rows)]
        parts += [f"... and {more:,} more; --most lists more"] if more > 0 else []
        parts += [str(found.discarded)] if found.discarded.count else []
        _emit("\n".join(parts), output)


@cli.command("importance", cls=Examples, example="faulttree importance plant.yaml --by birnbaum")
@_model_options
@_state_options
@_output_options
@click.option("--by", default="fussell_vesely", show_default=True, metavar="MEASURE", help="Rank by this measure.")
def importance_command(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    kind: str, output: str | None, by: str,
) -> None:  # fmt: skip
    """Rank the events by importance: seven measures of each."""
    from faulttree.quantification.importance import Importance

    found = _tree(model, top, node_budget, settings, scenarios).importance()
    _emit_table(Importance(tuple(found.ranked(by.replace("-", "_")))), kind, output)


@cli.command("what-if", cls=Examples, example="faulttree what-if plant.yaml --scenario bypass --set pump_c=0.02")
@_model_options
@_state_options
@_output_options
@click.option(
    "--by", default="fussell_vesely", show_default=True, metavar="MEASURE", help="Rank events by this measure."
)
def what_if(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    kind: str, output: str | None, by: str,
) -> None:  # fmt: skip
    """Compare the model as written with the model under --set and --scenario; without any, with each scenario."""
    from faulttree.analysis import compare
    from faulttree.dossier import analyse

    after = _tree(model, top, node_budget, settings, scenarios)
    if settings or scenarios:
        _emit_table(compare(after.as_modelled(), after, measure=by.replace("-", "_")), kind, output)
    elif after.model.scenarios:
        _emit_table(analyse(after).what_if_table(), kind, output)
    else:
        raise InvalidRequestError("nothing to compare: the model has no scenarios; give --set EVENT=STATE")


@cli.command(cls=Examples, example="faulttree draw plant.yaml -o plant.svg --cut-set 1")
@_model_options
@_state_options
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
def draw(
    model: str, top: str | None, node_budget: int | None, settings: tuple[str, ...], scenarios: tuple[str, ...],
    output: str | None, engine: str, max_leaves: int | None, cut_set: str | None,
) -> None:  # fmt: skip
    """Draw the tree with standard symbols."""
    if max_leaves and (engine == "graphviz" or not output):
        raise InvalidRequestError("--max-leaves draws pages into files: it needs -o FILE, and the engine faulttree")
    tree = _tree(model, top, node_budget, settings, scenarios)
    highlighted = _highlighted(tree, cut_set)
    if engine == "graphviz":
        from faulttree.files import write_whole
        from faulttree.render.graphviz import render_dot

        source = tree.to_dot(cut_set=highlighted)
        suffix = Path(output).suffix.lstrip(".").lower() if output else "dot"
        if output and suffix not in ("dot", "gv"):
            write_whole(output, render_dot(source, suffix))
        else:
            _emit(source, output)
    elif output and max_leaves:
        for number, page in enumerate(tree.diagram(cut_set=highlighted).pages(max_leaves), start=1):
            page.save(Path(output).with_stem(f"{Path(output).stem}-{number}"))
    elif output:
        tree.diagram(cut_set=highlighted).save(output)
    else:
        _emit(tree.diagram(cut_set=highlighted).to_svg(), None)


@cli.command(cls=Examples, example="faulttree convert plant.yaml plant.json")
@click.argument("source")
@click.argument("target")
@click.option("--to", type=click.Choice(["yaml", "json"]), help="The format, when TARGET is - for standard output.")
def convert(source: str, target: str, to: str | None) -> None:
    """Write a model in another format, told by the suffix: .yaml, .yml or .json."""
    from faulttree import formats

    if target == "-" and to is None:
        raise InvalidRequestError("standard output has no suffix that tells the format; add --to yaml or --to json")
    kind = to or formats.kind_of_file(target)
    model, warnings = _read(source)
    for warning in warnings:
        click.echo(str(warning), err=True)
    _emit(formats.dumps(model, kind), None if target == "-" else target)


@cli.command(cls=Examples, example="faulttree schema -o faulttree.schema.json")
@click.option("-o", "--output", metavar="FILE", help="Write to a file instead of standard output.")
def schema(output: str | None) -> None:
    """Print the JSON Schema of model files, for editors that complete and check as you type."""
    import json

    from faulttree.model.schema import json_schema

    _emit(json.dumps(json_schema(), indent=2, ensure_ascii=False), output)


def _highlighted(tree: FaultTree, cut_set: str | None) -> tuple[str, ...]:
    if cut_set is None:
        return ()
    if not cut_set.isdigit():
        return tuple(name.strip() for name in cut_set.split(",") if name.strip())
    found = list(tree.minimal_cut_sets().ranked(int(cut_set)))
    if not 0 < int(cut_set) <= len(found):
        raise InvalidRequestError(
            f"there is no cut set number {cut_set}; the tree has {tree.minimal_cut_sets().count:,}"
        )
    return found[-1].events


def _exceeds(probability: Any, limit: float | None) -> bool:
    if limit is None:
        return False
    if probability is None:
        raise InvalidRequestError("--fail-above needs a probability for every event")
    if probability.value > limit:
        click.echo(f"probability {probability.value:.6g} is above {limit:g}", err=True)
    return bool(probability.value > limit)


def _file_name(name: str) -> str:
    return "".join(character if character.isalnum() or character in "-_." else "_" for character in name)
