"""The verb that ranks: events by their importance for several quantities, and pairs, groups, gates and parameters."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, output_options, state_options, tree_options
from faulttree.cli.session import emit, emit_json, emit_table, emit_under, tell, tree_of
from faulttree.errors import InvalidRequestError
from faulttree.wide_floats import is_undefined

if TYPE_CHECKING:
    from faulttree.facade import FaultTree
    from faulttree.results import Table

__all__ = ["importance"]

QUANTITIES = ("probability", "frequency", "unreliability", "mean-unavailability")
KINDS = ("events", "pairs", "groups", "gates", "parameters", "differential", "shares")
IN_TIME = ("events", "groups", "gates", "parameters")
"""What is ranked for other quantities than the probability, too."""

CHANGES = ("proportional_changes", "equal_changes")
ABOUT = {
    "pairs": "joint importance of pairs",
    "groups": "importance of groups",
    "gates": "importance of gates",
    "parameters": "importance of parameters",
    "differential": "shares of a small change of all event probabilities,",
}
"""What the rows of a kind are, for a heading."""
RANKED = {
    "pairs": "the magnitude of their joint importance",
    "parameters": "the magnitude of their elasticity",
    "shares": "their share",
}
"""What rows are ranked by that can be ranked in one way only."""


class Group(click.ParamType[tuple[str, tuple[str, ...]]]):
    """A group of events under a name: `pumps=a,b`; a name that holds a comma stands in double quotes."""

    name = "group"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        """The name and the events; a usage error otherwise."""
        import csv

        if isinstance(value, tuple):
            return value
        name, equals, written = (part.strip() for part in value.partition("="))
        try:
            (members,) = csv.reader([written], skipinitialspace=True, strict=True)
        except csv.Error:
            members = []
        events = tuple(member.strip() for member in members)
        if not (name and equals and events and all(events)):
            self.fail(
                f"'{value}' is no group; write it like pumps=pump_a,pump_b, with double quotes around a name that "
                "holds a comma",
                param,
                ctx,
            )
        return name, events


@click.command("importance", cls=Examples, example="faulttree importance plant.yaml --by birnbaum")
@tree_options
@state_options
@output_options
@click.option(
    "--of", type=click.Choice(QUANTITIES),
    help="The quantity of the top event that events matter for.  [default: what it has]",
)  # fmt: skip
@click.option(
    "--kind", "what", type=click.Choice(KINDS), default="events", show_default=True,
    help="What is ranked; differential: shares of a small change; shares: whose failures are the system's.",
)  # fmt: skip
@click.option(
    "--by", metavar="MEASURE",
    help="Rank by this measure: its column, or its name such as RAW.  [default: fussell_vesely, or what there is]",
)  # fmt: skip
@click.option("--group", "groups", type=Group(), multiple=True, metavar="NAME=A,B",
              help="A group of events, for --kind groups; repeatable.")  # fmt: skip
@click.option("--among", multiple=True, metavar="EVENT", help="Only pairs of these, for --kind pairs; repeatable.")
def importance(
    asked: Asked, kind: str, output: str | None, of: str | None, what: str, by: str | None,
    groups: tuple[tuple[str, tuple[str, ...]], ...], among: tuple[str, ...],
) -> int:  # fmt: skip
    """Rank the events by importance, with every measure of each. Or pairs, groups, gates or parameters."""
    from faulttree.importance.table import measure_called
    from faulttree.results import number_text

    _check(of or "probability", what, by, groups, among)
    tree = tree_of(asked)
    quantity = of or "probability"
    if of == "probability" and tree.has_frequency:
        raise InvalidRequestError("the top event has a frequency, and no probability; leave --of out")
    if what == "events" and (quantity == "probability" or (quantity == "frequency" and tree.has_frequency)):
        measure = measure_called(by or "fussell_vesely")
        found = tree.importance()
        ranked = found.ranked(measure)
        emit_table(found.ordered(row.event for row in ranked), kind, output)
        if kind == "csv" or (kind == "json" and found.unknown):
            tell(found.said()[1])
        return EXIT_PARTIAL if found.unknown else 0
    if quantity != "probability" and not (quantity == "frequency" and tree.has_frequency):
        by = _measure(quantity if what == "events" else what, by, timed=True)
        _emit_timed(tree, quantity, what, by, dict(groups), kind, output)
    else:
        by = _measure(what, by, timed=False)
        table = _of_kind(tree, what, by, dict(groups), among)
        if what == "shares":
            _emit_shares(tree.top, table, kind, output)
            return 0
        when = f" at {tree.model.mission_time}" if tree.model.mission_time else ""
        unit = "; the derivative is for a change of one `unit`" if what == "parameters" else ""
        answer = tree.answer()
        quantity = answer.quantity + (f" in {answer.unit}" if answer.unit else "")
        emit_under(f"{tree.top}: {ABOUT[what]} for the {quantity}{when}{unit}", table, kind, output)
        if answer.unit and kind != "table":
            tell([f"of the frequency, in {answer.unit}"])
        if what == "parameters" and not any(row["derivative"] for row in table.records()):
            tell([f"no parameter changes the {quantity} of the top event, which is {number_text(answer.value)}"])
    return 0


def _emit_shares(top: str, shares: Any, kind: str, output: str | None) -> None:
    emit(f"{top}: {shares}", output) if kind == "table" else emit_table(shares, kind, output)
    if shares.failures == 0.0 and kind != "table":
        tell([shares.heading])


def _check(quantity: str, what: str, by: str | None, groups: tuple[Any, ...], among: tuple[str, ...]) -> None:
    """Raise InvalidRequestError for options that do not go together."""
    if quantity != "probability" and what not in IN_TIME:
        raise InvalidRequestError(
            f"--of {quantity} is for --kind {', '.join(IN_TIME[:-1])} or {IN_TIME[-1]}; {what} are ranked "
            + ("over the mission time, without --of" if what == "shares" else "for the probability")
        )
    if by is not None and what in RANKED:
        raise InvalidRequestError(f"{what} are ranked by {RANKED[what]}, and not --by another measure; leave it out")
    if what == "groups" and not groups:
        raise InvalidRequestError("--kind groups needs the groups: add --group NAME=EVENT,EVENT, once for each")
    if groups and what != "groups":
        raise InvalidRequestError(f"--group is for --kind groups, and {what} were asked for; add --kind groups")
    names = [name for name, _ in groups]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise InvalidRequestError(f"--group {twice} is given twice; name all its events at once")
    if among and what != "pairs":
        raise InvalidRequestError(f"--among is for --kind pairs, and {what} were asked for; add --kind pairs")


def _measure(what: str, by: str | None, timed: bool) -> str:
    """The measure that a kind's or a quantity's rows are ranked by; '' for a kind that is ranked in one way only.

    timed: whether for another quantity than the probability. Raises UnknownNameError.
    """
    from faulttree.importance.table import PARTS, measure_called

    if what in RANKED:
        return ""
    share = "contribution" if what == "frequency" else "criticality"
    known = (share, *(key for key in PARTS if key != "criticality"))
    if what == "groups" and not timed:
        known += CHANGES
    elif what == "differential":
        known = CHANGES
    return measure_called(by or known[0], known, f"measure of {what}")


def _emit_timed(
    tree: FaultTree,
    quantity: str,
    what: str,
    by: str,
    groups: dict[str, tuple[str, ...]],
    kind: str,
    output: str | None,
) -> None:
    found: Any
    match what:
        case "events":
            found = _ranked(tree.importance_in_time(quantity), by)
        case "groups":
            found = _ranked(tree.group_importance_in_time(groups, quantity), by)
        case "gates":
            found = _ranked(tree.gate_importance_in_time(quantity), by)
        case _:
            found = tree.parameter_importance_in_time(quantity)
    if kind == "json":
        emit_json({"top": tree.top} | found.to_dict(), output)
    else:
        emit(found.to_csv() if kind == "csv" else f"{tree.top}: {found}", output)
    if found.value == 0.0 and kind != "table":
        tell([found.heading])


def _of_kind(tree: FaultTree, what: str, by: str, groups: dict[str, tuple[str, ...]], among: tuple[str, ...]) -> Table:
    match what:
        case "pairs":
            return tree.joint_importance(among or None)
        case "groups":
            return _ranked(tree.group_importance(groups), by)
        case "gates":
            return _ranked(tree.gate_importance(), by)
        case "parameters":
            return tree.parameter_importance()
        case "differential":
            return _ranked(tree.differential_importance(), by)
    shares = tree.failure_shares()
    return replace(shares, rows=tuple(shares.ranked()))


def _ranked(found: Any, by: str) -> Table:
    """The same with its rows by falling measure, undefined ones last; of shares of changes by their magnitude."""

    def falling(row: Any) -> float:
        value: float = getattr(row, by)
        return math.inf if is_undefined(value) else -abs(value) if by in CHANGES else -value

    ranked: Table = replace(found, rows=tuple(sorted(found.rows, key=falling)))
    return ranked
