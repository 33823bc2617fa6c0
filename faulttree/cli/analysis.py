"""The verbs that answer with numbers: run, check, probability, what-if, reach, common-cause."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL, EXIT_THRESHOLD
from faulttree.cli.options import FREQUENCY, PROBABILITY, Asked, Examples, output_options, state_options, tree_options
from faulttree.cli.session import emit_table, exceeds, read, say, tell, tree_of, warn
from faulttree.errors import ExclusiveEventsError, InvalidRequestError, LimitExceeded, printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from faulttree.facade import FaultTree
    from faulttree.model.quantities import Rate
    from faulttree.quantification.frequency import Frequency
    from faulttree.quantification.probability import Probability

__all__ = ["check", "common_cause", "frequency", "probability", "reach", "run", "what_if"]

_fail_above = click.option(
    "--fail-above", type=PROBABILITY, metavar="P", help="Leave with code 4 when the probability is above P."
)


@click.command("run", cls=Examples, example="faulttree run models/molniya_8k78.yaml -o outputs/molniya_8k78")
@tree_options
@state_options
@click.option("-o", "--output", metavar="FOLDER", help="Where to write.  [default: outputs/ and the model's name]")
@click.option(
    "--pictures", default="svg", show_default=True, metavar="KINDS", help="Of svg, png, pdf, dot; comma between."
)
@_fail_above
def run(asked: Asked, output: str | None, pictures: str, fail_above: float | None) -> int:
    """Analyse a model: print a summary and write diagram, cut sets, importance, what-if, report and result.

    What the limits end is left out, and named; the exit code is 5 then.
    """
    from faulttree.report import analyse

    tree = tree_of(asked, every_top=True)
    tops = (asked.top,) if asked.top else tree.model.top
    folder = Path(output) if output else Path("outputs") / ("stdin" if asked.model == "-" else Path(asked.model).stem)
    kinds = [kind.strip() for kind in pictures.split(",") if kind.strip()]
    exceeded = partial = False
    for name in tops:
        result = analyse(tree.at(name))
        place = folder if len(tops) == 1 else folder / _file_name(name)
        written = result.save(place, kinds, "MODEL" if asked.model == "-" else Path(asked.model).name)
        say(str(result))
        click.echo(printable(f"\nwritten to {place}: {', '.join(path.name for path in written)}"), err=True)
        exceeded |= exceeds(result.answer, fail_above)
        partial |= result.partial
    return EXIT_THRESHOLD if exceeded else EXIT_PARTIAL if partial else 0


@click.command("check", cls=Examples, example="faulttree check plant.yaml")
@click.argument("model")
def check(model: str) -> None:
    """Report every fault of a model, each with file, line, element and the likely fix."""
    from faulttree.facade import FaultTree
    from faulttree.results import counted

    found, warnings = read(model)
    warn(warnings)
    click.echo(printable(found.name))
    for top in found.top:
        tree = FaultTree.of(found, top=top)
        click.echo(f"{top}: {tree.size}; gates that are modules: {len(tree.modules):,}")
    click.echo(f"no faults, {counted(len(warnings), 'warning')}")


@click.command(
    "probability", cls=Examples, example="faulttree probability plant.yaml --set pump_a=true --fail-above 1e-4"
)
@tree_options
@state_options
@output_options
@click.option("--gates", is_flag=True, help="Of every gate, not only of the top event.")
@_fail_above
def probability(asked: Asked, kind: str, output: str | None, gates: bool, fail_above: float | None) -> int:
    """Give the probability of the top event, exact or between certain bounds, and two upper bounds."""
    from faulttree.results import Records

    tree = tree_of(asked)
    exact = tree.probability()
    named: list[tuple[str, str, Probability | Frequency]]
    if gates:
        named = [("gate", gate, p) for gate, p in tree.bounded_gate_probabilities().items()]
    else:
        named = [("top", tree.top, p) for p in (exact, *_upper_bounds(tree))]
    # Where nothing has a reason, a table for people has no empty column of them.
    told = kind != "table" or any(p.reason for *_, p in named)
    rows = [
        {what: name, "probability": p.value, "method": p.method, "lower": p.lower, "upper": p.upper}
        | ({"reason": p.reason} if told else {})
        | (_for_people(p) if kind == "table" else {})
        for what, name, p in named
    ]
    emit_table(Records(tuple(rows)), kind, output)
    tell(() if gates else tree.likely_alternatives())
    if not gates and exact.method != "exact":
        needed = "the rare-event sum and the min-cut upper bound need all minimal cut sets"
        tell([f"{needed}, which no diagram gave on the way; `faulttree cut-sets` looks for them"])
    return EXIT_THRESHOLD if exceeds(exact, fail_above) else 0


@click.command("frequency", cls=Examples, example="faulttree frequency plant.yaml --by-event --fail-above 1e-5/y")
@tree_options
@state_options
@output_options
@click.option("--by-event", is_flag=True, help="Show the contribution of each frequency event.")
@click.option("--fail-above", type=FREQUENCY, metavar="F", help="Leave with code 4 when the frequency is above F.")
def frequency(asked: Asked, kind: str, output: str | None, by_event: bool, fail_above: Rate | None) -> int:
    """Give the frequency of the top event, which frequency events bring about."""
    from faulttree.results import Records

    tree = tree_of(asked)
    found = tree.frequency()
    if by_event:
        emit_table(tree.frequency_by_event(), kind, output)
    else:
        row: dict[str, Any] = {"top": tree.top, "frequency": found.value, "unit": found.unit, "method": found.method}
        row |= {"lower": found.lower, "upper": found.upper}
        # Where there is no reason, a table for people has no empty column of it.
        row |= {"reason": found.reason} if found.reason or kind != "table" else {}
        row |= _for_people(found) if kind == "table" else {}
        emit_table(Records((row,)), kind, output)
    tell(() if by_event else tree.likely_alternatives())
    if fail_above is None or found.per_second <= fail_above.per_second:
        return 0
    click.echo(f"frequency {found.value:.6g} {found.unit} is above {fail_above}", err=True)
    return EXIT_THRESHOLD


@click.command("what-if", cls=Examples, example="faulttree what-if plant.yaml --scenario bypass --set pump_c=0.02")
@tree_options
@state_options
@output_options
@click.option(
    "--by", default="fussell_vesely", show_default=True, metavar="MEASURE", help="Rank events by this measure."
)
def what_if(asked: Asked, kind: str, output: str | None, by: str) -> int:
    """Compare the model as written with the model under --set and --scenario; without any, with each scenario.

    What the limits end is left out, and named; the exit code is 5 then.
    """
    from faulttree.facade import compare
    from faulttree.facade.comparison import compare_scenarios, what_if_table
    from faulttree.importance.table import measure_called

    after = tree_of(asked)
    if asked.settings or asked.scenarios:
        found = compare(after.as_modelled(), after, measure=measure_called(by))
        emit_table(found, kind, output)
        tell(found.left_out if kind == "csv" else ())
        return EXIT_PARTIAL if found.partial else 0
    if after.model.scenarios:
        comparisons = compare_scenarios(after)
        emit_table(what_if_table(after, comparisons), kind, output)
        tell(dict.fromkeys(each for found in comparisons.values() for each in found.left_out))
        return EXIT_PARTIAL if any(found.partial for found in comparisons.values()) else 0
    raise InvalidRequestError("nothing to compare: the model has no scenarios; give --set EVENT=STATE")


@click.command("reach", cls=Examples, example="faulttree reach plant.yaml 1e-5")
@tree_options
@click.argument("target", type=PROBABILITY)
@state_options
@output_options
@click.option("--parameters", is_flag=True, help="What each parameter alone would need, not each event.")
def reach(asked: Asked, target: float, kind: str, output: str | None, parameters: bool) -> None:
    """Give what each event alone would need for the probability to be TARGET, the least change first."""
    tree = tree_of(asked)
    emit_table(tree.parameters_to_reach(target) if parameters else tree.to_reach(target), kind, output)


@click.command("common-cause", cls=Examples, example="faulttree common-cause plant.yaml --format csv")
@click.argument("model")
@output_options
def common_cause(model: str, kind: str, output: str | None) -> None:
    """List the independent events that stand for the common-cause groups, with their probabilities."""
    from faulttree.facade import FaultTree

    found, warnings = read(model)
    warn(warnings)
    table = FaultTree.of(found).expansion.table()
    if not found.common_cause_groups:
        missing = f"{found.name} has no common-cause groups, so that there is nothing to expand"
        click.echo(printable(missing), err=True)
    emit_table(table, kind, output)


def _for_people(answer: Probability | Frequency) -> dict[str, str]:
    """Cells of a table for people where bounds as good as meet: the digits that are certain, and how certain."""
    from faulttree.results import bounds_text, is_narrow

    if not is_narrow(answer.lower, answer.upper):
        return {}
    certain = f"interval, certain to {(answer.upper - answer.lower) / answer.upper:.1g} of it"
    return {answer.quantity: bounds_text(answer.lower, answer.upper), "method": certain}


def _upper_bounds(tree: FaultTree) -> Iterator[Probability | Frequency]:
    """The bounds that are sums over all minimal cut sets; none where these are not all known.

    Where no diagram gave the answer, one is not looked for either.
    """
    if tree.answer().method != "exact":
        return
    with suppress(LimitExceeded):
        with suppress(ExclusiveEventsError):
            yield tree.min_cut_upper_bound()
        yield tree.rare_event()


def _file_name(name: str) -> str:
    return "".join(character if character.isalnum() or character in "-_." else "_" for character in name)
