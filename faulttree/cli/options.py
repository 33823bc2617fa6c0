"""What the commands are asked: kinds of values, and the options that several commands share."""

from __future__ import annotations

import functools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import click

__all__ = [
    "FREQUENCY",
    "PROBABILITY",
    "Asked",
    "Examples",
    "FileFormat",
    "Time",
    "cost_option",
    "format_choice",
    "names_of",
    "output_option",
    "output_options",
    "state_options",
    "tree_options",
    "two_trees_options",
]

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


class ProbabilityType(click.ParamType[float]):
    """A number in [0, 1]; nan is none."""

    name = "probability"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number; a usage error otherwise."""
        from faulttree.wide_floats import refuse_small

        try:
            number = float(value)
        except ValueError:
            number = math.nan
        if not 0.0 <= number <= 1.0:
            self.fail(f"'{value}' is not a probability; give a number in [0, 1]", param, ctx)
        try:
            refuse_small(number, str(value).strip())
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return number


class Size(click.ParamType[int]):
    """An amount of memory in bytes: `512MB`, `4 GB`, `4GiB`, or a plain number of bytes."""

    name = "size"
    pattern = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([kmgt]?)(i?)b)?", re.IGNORECASE)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number of bytes, at least one; a usage error otherwise."""
        if isinstance(value, int):
            return value
        written = self.pattern.fullmatch(value.strip())
        number = 0
        if written:
            thousand = 1024 if written[3] else 1000
            number = int(float(written[1]) * thousand ** " kmgt".index((written[2] or " ").lower()))
        if number < 1:
            self.fail(f"'{value}' is not an amount of memory; write it like 512MB or 4GB", param, ctx)
        return number


class Seconds(click.ParamType[float]):
    """A span of time to wait, in seconds: `30`, `30 s`, `10 min`, `2 h`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number of seconds, above zero; a usage error otherwise."""
        from faulttree.model.quantities import Duration

        try:
            seconds = float(value)
        except ValueError:
            try:
                seconds = Duration.from_text(value).seconds
            except ValueError:
                seconds = math.nan
        if not 0.0 < seconds < math.inf:
            self.fail(f"'{value}' is not a time to wait; write it like 30, '30 s' or '10 min'", param, ctx)
        return seconds


class Time(click.ParamType[float]):
    """A time in the life of a system, with its unit, as in model files: `260 s`, `1 y`."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The number of seconds, not negative; a usage error otherwise."""
        from faulttree.model.quantities import Duration

        if isinstance(value, float):
            return value
        try:
            written: Duration = Duration.from_text(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)
        return written.seconds


class Frequency(click.ParamType[Any]):
    """A frequency with its unit, as in model files: `1e-6 /y`."""

    name = "frequency"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The rate; a usage error otherwise."""
        from faulttree.model.quantities import Rate

        try:
            return Rate.from_text(value)
        except ValueError as error:
            self.fail(str(error), param, ctx)


class FileFormat(click.ParamType[str]):
    """A format of model files, by its name or a suffix: whatever `faulttree.formats` knows."""

    name = "format"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The format's name; a usage error otherwise."""
        from faulttree import formats

        kind: str = formats.suffixes().get(f".{value.lower().removeprefix('.')}", value.lower())
        if kind not in formats.names():
            known = ", ".join(formats.names())
            self.fail(f"'{value}' is not a format of model files; give one of {known}", param, ctx)
        return kind


PROBABILITY = ProbabilityType()
FREQUENCY = Frequency()


@dataclass(frozen=True)
class Asked:
    """Which tree a command is asked about, and how hard it may try: the options that all analyses share."""

    model: str
    top: str | None = None
    node_budget: int | None = None
    memory: int | None = None
    time_limit: float | None = None
    seed: int | None = None
    exact: bool = False
    settings: tuple[str, ...] = ()
    scenarios: tuple[str, ...] = ()


def tree_options(command: Command) -> Command:
    """The argument MODEL and the options of `Asked`, given to the command as its first argument `asked`."""
    with_argument: Command = click.argument("model")(_effort_options(command))
    return with_argument


def two_trees_options(command: Command) -> Command:
    """The arguments BEFORE, which is the model of `Asked`, and AFTER, and the options of `Asked` for both."""
    with_second = click.argument("after")(_effort_options(command))
    with_arguments: Command = click.argument("model", metavar="BEFORE")(with_second)
    return with_arguments


def _effort_options(command: Command) -> Command:
    """The options of `Asked`, gathered into one value for the command."""

    @functools.wraps(command)
    def gathered(**values: Any) -> Any:
        asked = Asked(**{field.name: values.pop(field.name) for field in fields(Asked) if field.name in values})
        return command(asked, **values)

    options = (
        click.option("--exact", is_flag=True, help="Insist on exact answers, however long they take, not on bounds."),
        click.option(
            "--seed", type=click.IntRange(min=0), metavar="N", help="Of what is tried at random; a seed, a result."
        ),
        click.option(
            "--time-limit", type=Seconds(), metavar="TIME", help="When to settle for bounds: seconds, or '10 min'."
        ),
        click.option("--memory", type=Size(), metavar="SIZE", help="What the analysis may use, such as 512MB or 4GB."),
        click.option(
            "--node-budget", type=click.IntRange(min=2), metavar="N", help="Nodes a decision diagram may use."
        ),
        click.option("--top", metavar="NAME", help="Analyse this gate or event instead of the model's top event."),
    )
    made: Any = gathered
    for option in options:
        made = option(made)
    with_effort: Command = made
    return with_effort


def state_options(command: Command) -> Command:
    """What-if: --scenario and --set."""
    scenario = click.option(
        "--scenario", "scenarios", multiple=True, metavar="NAME", help="Apply a scenario of the model; repeatable."
    )
    setting = click.option("--set", "settings", multiple=True, metavar="EVENT=STATE",
                           help="Set an event or gate to true, false or a probability; repeatable.")  # fmt: skip
    return scenario(setting(command))


def cost_option(command: Command) -> Command:
    """--cost NAME=NUMBER, repeatable, given to the command as the mapping `costs`."""
    return click.option("--cost", "costs", multiple=True, callback=_costs, metavar="NAME=COST",
                        help="What it costs, 1 unless given; repeatable.")(command)  # fmt: skip


def _costs(_context: click.Context, _parameter: click.Parameter, written: tuple[str, ...]) -> dict[str, float]:
    costs = {}
    for cost in written:
        name, _, number = cost.rpartition("=")
        try:
            value = float(number)
        except ValueError:
            value = math.nan
        if not name.strip() or not 0.0 <= value < math.inf:
            raise click.BadParameter(f"'{cost}' is not a cost; write NAME=3")
        costs[name.strip()] = value
    return costs


def names_of(written: str | None) -> tuple[str, ...] | None:
    """Names with commas between; None where none were given."""
    return None if written is None else tuple(name.strip() for name in written.split(",") if name.strip())


def format_choice(*kinds: str) -> Callable[[Command], Command]:
    """--format, a table unless said otherwise, given to the command as `kind`."""
    return click.option("--format", "kind", type=click.Choice(kinds), default="table", show_default=True)


def output_options(command: Command) -> Command:
    """--format and -o, given to the command as `kind` and `output`."""
    return format_choice("table", "json", "csv")(output_option(command))


def output_option(command: Command) -> Command:
    """-o, given to the command as `output`."""
    where = "Write to a file instead of standard output; its folder is made if absent."
    return click.option("-o", "--output", metavar="FILE", help=where)(command)
