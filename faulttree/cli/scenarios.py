"""The verb that works out many scenarios at once: scenarios."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL, EXIT_THRESHOLD
from faulttree.cli.options import PROBABILITY, Asked, Examples, output_options, state_options, tree_options
from faulttree.cli.session import emit_table, tell, tree_of
from faulttree.errors import AnalysisError, InvalidRequestError, printable
from faulttree.results import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from faulttree.facade import FaultTree
    from faulttree.model.states import States
    from faulttree.model.tree import Scenario

__all__ = ["scenarios"]

_CSV = re.compile(r'\s*(?:"?scenario"?[ ]*[,;\t]|"?sep=)', re.IGNORECASE)
"""How a table of scenarios in CSV begins, and no YAML mapping does."""
NAMED = 20
"""Scenarios above a limit that are named."""
_GRIDS = ("single-true", "single-false", "pair-true", "pair-false", "triple-true", "triple-false")


@click.command("scenarios", cls=Examples, example="faulttree scenarios plant.yaml --grid pair-true --top-n 20")
@tree_options
@state_options
@output_options
@click.option("--table", "table", metavar="FILE", help="Scenarios in a .yaml, .json or .csv file; - is standard input.")
@click.option("--grid", "grid", type=click.Choice(_GRIDS), help="Every single event, pair or triple true or false.")
@click.option("--events", metavar="A,B,C", help="What the grid sets; all events below the top unless given.")
@click.option("--ranked", is_flag=True, help="The most probable first.")
@click.option("--top-n", "most", type=click.IntRange(min=1), metavar="N", help="Only the N most probable.")
@click.option("--compare", "side", is_flag=True, help="Up to 20 side by side: cut sets, first events, gates, too.")
@click.option(
    "--by", metavar="MEASURE", help="With --compare: how events rank; by Fussell-Vesely importance unless given."
)
@click.option(
    "--fail-above", type=PROBABILITY, metavar="P", help="Leave with code 4 when any scenario's probability is above P."
)
def scenarios(
    asked: Asked,
    kind: str,
    output: str | None,
    table: str | None,
    grid: str | None,
    events: str | None,
    ranked: bool,
    most: int | None,
    side: bool,
    by: str | None,
    fail_above: float | None,
) -> int:
    """Work out a table of scenarios over one compiled tree: the model's own, those of --table, or a --grid.

    --set and --scenario hold in all of them. A table has `scenario,event,state` in each row, or `scenario` and the
    events' names as its heading and a scenario in each row, or is YAML with `scenarios:` as in a model file.
    """
    if table is not None and grid is not None:
        raise InvalidRequestError("--table and --grid both say which scenarios; give one of them")
    if events is not None and grid is None:
        raise InvalidRequestError("--events says what a grid sets; add --grid single-true, for example")
    if by is not None and not side:
        raise InvalidRequestError("--by says how --compare ranks events; add --compare, or leave --by out")
    if table == "-" and asked.model == "-":
        raise InvalidRequestError("the model and the table cannot both be standard input; give one as a file")
    tree = tree_of(asked)
    if fail_above is not None and tree.has_frequency:
        raise InvalidRequestError("--fail-above is about a probability, and the top event has a frequency")
    chosen = _chosen(tree, table, grid, events)
    if side:
        return _side_by_side(
            tree, chosen, by or "fussell_vesely", kind, output, ranked or most is not None, most, fail_above
        )
    count = len(tree.model.scenarios if chosen is None else chosen)
    if grid is not None:
        tell([f"{count:,} scenarios"])
    found = tree.scenario_table(chosen)
    shown = found.ranked(most) if ranked or most is not None else found
    emit_table(shown, kind, output)
    if kind != "table":
        tell(found.notes)
    code = EXIT_PARTIAL if found.sweep.partial else 0
    if fail_above is None:
        return code
    above = [
        (str(record["scenario"]), float(record[found.sweep.quantity]), found.sweep.lower is not None)
        for record in found.above(fail_above).first(NAMED).records()
    ]
    return _judged(above, len(found.above(fail_above)), count, len(found.sweep.lacking), fail_above) or code


def _judged(above: list[tuple[str, float, bool]], n_above: int, count: int, lacking: int, limit: float) -> int:
    """Say which scenarios are above a limit, and leave with the code for that.

    above: the most probable of them, each with its probability and whether that may be the upper end of an interval.
    Raises AnalysisError where none is above, and some may be, for they have no probability.
    """
    if not above:
        if lacking:
            raise AnalysisError(
                f"{counted(lacking, 'scenario')} of {count:,} without a probability may be above {limit:g}; "
                "the notes say what is missing"
            )
        return 0
    names = ", ".join(f"'{name}' with {'at most ' * is_interval}{p:.6g}" for name, p, is_interval in above)
    more = f" and {n_above - len(above):,} more" if n_above > len(above) else ""
    are = "is" if n_above == 1 else "are"
    may_be = " or may be" if any(is_interval for *_, is_interval in above) else ""
    click.echo(printable(f"{n_above:,} of {count:,} scenarios {are}{may_be} above {limit:g}: {names}{more}"), err=True)
    return EXIT_THRESHOLD


def _chosen(
    tree: FaultTree, table: str | None, grid: str | None, events: str | None
) -> Mapping[str, Scenario | States] | None:
    """The scenarios asked for; None for those of the model."""
    if grid is not None:
        from faulttree.what_if.grid import GRIDS

        order, state = GRIDS[grid]
        return tree.grid(order, state, candidates=None if events is None else _names(events))
    if table is None:
        return None
    from faulttree.model.document import decoded
    from faulttree.what_if.scenario_files import read_scenario_text, read_scenarios

    model = tree.expansion.model
    if table != "-":
        return read_scenarios(table, model)
    text = decoded(sys.stdin.buffer.read(), "<stdin>")
    kind = "csv" if _CSV.match(text) else "json" if text.lstrip().startswith("{") else "yaml"
    return read_scenario_text(text, kind, model, "<stdin>")


def _names(events: str) -> list[str]:
    """Names between commas; one that holds a comma stands in double quotes."""
    import csv

    return [name for cell in next(csv.reader([events], skipinitialspace=True), []) if (name := cell.strip())]


def _side_by_side(
    tree: FaultTree,
    chosen: Mapping[str, Scenario | States] | None,
    by: str,
    kind: str,
    output: str | None,
    ranked: bool,
    most: int | None,
    fail_above: float | None,
) -> int:
    from faulttree.facade import side_by_side
    from faulttree.importance.table import measure_called

    measure = measure_called(by)
    given = tree.model.scenarios if chosen is None else chosen
    if ranked and given:
        names = [record["scenario"] for record in tree.scenario_table(given).ranked(most).records()]
        given = {name: given[name] for name in names}
    found = side_by_side(tree, given, measure=measure)
    emit_table(found, kind, output)
    if kind == "csv":
        tell(f"{column.name}: {note}" for column in (found.base, *found.scenarios) for note in column.notes)
    code = EXIT_PARTIAL if found.partial else 0
    if fail_above is None:
        return code
    known = [(column.name, column.probability) for column in found.scenarios if column.probability is not None]
    above = [(name, p.value, not p.is_exact) for name, p in known if p.value > fail_above]
    above.sort(key=lambda each: -each[1])
    lacking = len(found.scenarios) - len(known)
    return _judged(above[:NAMED], len(above), len(found.scenarios), lacking, fail_above) or code
