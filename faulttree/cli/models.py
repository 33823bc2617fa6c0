"""The verbs about model files: convert, generate, schema."""

from __future__ import annotations

from typing import Any

import click

from faulttree.cli.exit_codes import EXIT_ANALYSIS
from faulttree.cli.options import Examples, FileFormat, output_option
from faulttree.cli.session import emit, read, warn
from faulttree.errors import InvalidRequestError, printable

__all__ = ["convert", "generate", "schema"]


class WithFormats(Examples):
    """A command whose help lists every format there is, with its suffixes."""

    def format_epilog(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the formats, then the example."""
        from faulttree.formats import FORMATS

        with formatter.section("Formats"):
            formatter.write_dl([(each.name, " ".join(each.suffixes)) for each in FORMATS])
        super().format_epilog(context, formatter)


@click.command("convert", cls=WithFormats, example="faulttree convert plant.yaml plant.json")
@click.argument("model")
@click.argument("target")
@click.option("--from", "source", type=FileFormat(), help="The format of MODEL, when its suffix does not tell.")
@click.option(
    "--to", "--format", "kind", type=FileFormat(), help="The format of TARGET, when its suffix does not tell."
)
@click.option("--strict", is_flag=True, help="Write nothing, and leave with code 1, when something would be lost.")
def convert(model: str, target: str, source: str | None, kind: str | None, strict: bool) -> int:
    """Write MODEL to the file TARGET, or - for standard output, in the format that the suffix tells.

    What the format cannot carry is told on standard error.
    """
    from faulttree import formats
    from faulttree.results import counted

    kind = _kind(target, kind, "--to")
    found, warnings = read(model, source)
    warn(warnings)
    losses = formats.losses(found, kind)
    for loss in losses:
        click.echo(printable(f"{kind}: {loss}"), err=True)
    if losses and strict:
        click.echo(f"nothing is written: {kind} cannot carry {counted(len(losses), 'thing')}", err=True)
        return EXIT_ANALYSIS
    emit(formats.dumps(found, kind), target)
    return 0


class Mix(click.ParamType[dict[str, float]]):
    """Weights of connectives: `and=4,or=5,atleast=1`."""

    name = "mix"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dict[str, float]:
        """The weights by connective; a usage error otherwise. Which connectives there may be is not known here."""
        try:
            pairs = [(word.strip(), float(weight)) for word, weight in (p.split("=") for p in value.split(","))]
        except ValueError:
            self.fail(f"'{value}' is no mix; write it like and=4,or=5,atleast=1", param, ctx)
        return dict(pairs)


@click.command(
    "generate",
    cls=WithFormats,
    example="faulttree generate --events 1000 --gates 400 --sharing 0.05 --seed 8 -o tree.yaml",
)
@click.option("--events", type=click.IntRange(min=1), required=True, metavar="N", help="Basic events.")
@click.option("--gates", type=click.IntRange(min=1), metavar="N", help="Gates.  [default: as --fan-in says]")
@click.option(
    "--fan-in", type=float, metavar="X", help="Inputs per gate on average, in place of --gates.  [default: 3]"
)
@click.option(
    "--sharing", type=float, default=0.0, show_default=True, metavar="SHARE",
    help="Share of the inputs that name an event or gate which is an input elsewhere already.",
)  # fmt: skip
@click.option(
    "--nearby", type=click.IntRange(min=0), default=20, show_default=True, metavar="N",
    help="Take those from the nearest N events and gates, as the systems of a plant do; 0 is from anywhere.",
)  # fmt: skip
@click.option("--mix", type=Mix(), default="and=1,or=1", show_default=True, metavar="WEIGHTS",
              help="How often a gate is and, or, atleast, xor.")  # fmt: skip
@click.option("--negated", type=float, default=0.0, show_default=True, metavar="SHARE", help="Share of negated inputs.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="Gates on the longest way from top to event.")
@click.option("--probabilities", nargs=2, type=float, default=(1e-4, 1e-1), show_default=True, metavar="LOW HIGH",
              help="Of the events, evenly spread by magnitude.")  # fmt: skip
@click.option("--seed", type=int, default=0, show_default=True, metavar="N", help="The same seed, the same tree.")
@click.option("--format", "kind", type=FileFormat(), help="When the suffix does not tell.  [default: yaml]")
@output_option
def generate(output: str | None, kind: str | None, **asked: Any) -> None:
    """Make a synthetic model with exactly these numbers of events and gates, for measuring."""
    from faulttree import formats
    from faulttree.generate import generate

    kind = kind or "yaml" if output is None else _kind(output, kind, "--format")
    asked["nearby"] = asked["nearby"] or None
    emit(formats.dumps(generate(**asked), kind), output)


@click.command("schema", cls=Examples, example="faulttree schema -o faulttree.schema.json")
@output_option
def schema(output: str | None) -> None:
    """Print the JSON Schema of model files, for editors that complete and check as you type."""
    import json

    from faulttree.model.schema import json_schema

    emit(json.dumps(json_schema(), indent=2, ensure_ascii=False), output)


def _kind(target: str, kind: str | None, option: str) -> str:
    from faulttree import formats

    if kind is None and target == "-":
        known = ", ".join(formats.names())
        raise InvalidRequestError(f"standard output has no suffix that tells the format; add {option}, one of {known}")
    return kind or formats.kind_of_file(target)
