"""A few scenarios side by side: a column for each, a row for each quantity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from faulttree.model.states import States, states_text
from faulttree.quantification.probability import Probability
from faulttree.results import PrintedTable, number_text, text_table
from faulttree.what_if.scenario_table import shortened

__all__ = ["MOST_SIDE_BY_SIDE", "Column", "SideBySide"]

MOST_SIDE_BY_SIDE = 20
"""Scenarios that fit beside each other."""
BASE = "as modelled"
WIDE = 120
"""Characters of a line of the text table, about; where the scenarios take more, they stand below each other."""
MIDDLE, BESIDE = 24, 7
"""Then: characters of a cell, and scenarios in a block of the gates' table."""
NARROW = 32
"""Characters of a cell in the text table; records, JSON and CSV have the whole."""


@dataclass(frozen=True)
class Column:
    """What holds under one scenario; None, or no entry, where it is not known.

    probability: exact, or between certain bounds. ratio: over the base's. cut_sets, gained, lost: numbers of minimal
    cut sets, and of those that only this scenario or only the base has. foremost: the events of the first rank.
    gates: the probability of every gate below the top. notes: what is left out, and why. partial: whether the limits
    left something out.
    """

    name: str
    label: str
    states: States
    probability: Probability | None
    ratio: float | None
    cut_sets: int | None
    gained: int | None
    lost: int | None
    foremost: tuple[str, ...]
    gates: Mapping[str, float]
    notes: tuple[str, ...] = ()
    partial: bool = False


@dataclass(frozen=True, eq=False)
class SideBySide(PrintedTable):
    """A tree as it stands and under several scenarios. As a table it has a row per quantity, a column per scenario.

    measure: by which events are ranked. base: the tree without a scenario, the first column.
    """

    measure: str
    base: Column
    scenarios: tuple[Column, ...]

    @property
    def partial(self) -> bool:
        """Whether the limits left something out of a column; bounds on a probability alone do not count."""
        return any(column.partial for column in (self.base, *self.scenarios))

    def headings(self) -> list[str]:
        """A name for each column, all different."""
        taken = {"quantity", BASE}
        found = [BASE]
        for column in self.scenarios:
            name = column.name
            while name in taken:
                name += " (scenario)"
            taken.add(name)
            found.append(name)
        return found

    def columns(self) -> tuple[str, ...]:
        """quantity, as modelled, and the scenarios' names."""
        return ("quantity", *self.headings())

    def records(self) -> list[dict[str, Any]]:
        """One mapping per quantity: its value in each column. Of an interval the upper end, and a row for the lower."""
        columns, names = (self.base, *self.scenarios), self.headings()
        rows: list[tuple[str, list[Any]]] = [
            ("sets", [states_text(column.states) for column in columns]),
            ("probability", [column.probability and column.probability.value for column in columns]),
            ("ratio", [column.ratio for column in columns]),
            ("minimal cut sets", [column.cut_sets for column in columns]),
            ("cut sets gained", [column.gained for column in columns]),
            ("cut sets lost", [column.lost for column in columns]),
            (f"first by {self.measure.replace('_', ' ')}", [", ".join(column.foremost) for column in columns]),
        ]
        if any(column.probability is not None and not column.probability.is_exact for column in columns):
            rows[1] = ("probability, at most", rows[1][1])
            lower = [column.probability and column.probability.lower for column in columns]
            rows.insert(2, ("probability, at least", lower))
        gates = dict.fromkeys(gate for column in columns for gate in column.gates)
        rows += [(f"gate {gate}", [column.gates.get(gate) for column in columns]) for gate in gates]
        return [{"quantity": quantity, **dict(zip(names, values, strict=True))} for quantity, values in rows]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types, by scenario."""
        return {"measure": self.measure, "base": _plain(self.base), "scenarios": list(map(_plain, self.scenarios))}

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes of each column, below the table."""
        return (), [f"{column.name}: {note}" for column in (self.base, *self.scenarios) for note in column.notes]

    def __str__(self) -> str:
        """A column per scenario where these fit beside each other, else a row per scenario and the gates below."""
        rows = [
            [quantity, *(shortened(_shown(value), NARROW) for value in values)]
            for quantity, *values in (record.values() for record in self.records())
        ]
        table = text_table([shortened(heading, NARROW) for heading in self.columns()], rows)
        if table.index("\n") > WIDE or len(table.splitlines()[1]) > WIDE:
            table = self._by_rows(rows)
        _, notes = self.said()
        return "\n".join([table, *notes])

    def _by_rows(self, rows: list[list[str]]) -> str:
        """A numbered row per scenario; then a row per gate, in as many blocks as it takes."""
        scenarios, gates = [row for row in rows if not _is_gate(row)], [row for row in rows if _is_gate(row)]
        # A grid's scenarios are called by what they set.
        own = next(row[2:] for row in scenarios if row[0] == "sets")
        named = [shortened(heading, NARROW) for heading in self.headings()]
        if own == named[1:]:
            scenarios = [row for row in scenarios if row[0] != "sets"]
        numbers = ["", *map(str, range(1, len(named)))]
        headings = ["no.", "scenario", *(row[0] for row in scenarios)]
        by_scenario = zip(numbers, named, *(row[1:] for row in scenarios), strict=True)
        tables = [text_table(headings, [[shortened(cell, MIDDLE) for cell in row] for row in by_scenario])]
        named_gates = [[shortened(row[0], NARROW), *row[1:]] for row in gates]
        for start in range(1, len(named), BESIDE) if gates else ():
            chosen = [0, 1, *range(start + 1, min(start + BESIDE, len(named)) + 1)]
            block = [[row[at] for at in chosen] for row in named_gates]
            tables.append(text_table(["", BASE, *(numbers[at - 1] for at in chosen[2:])], block))
        return "\n\n".join(tables)


def _is_gate(row: list[str]) -> bool:
    return row[0].startswith("gate ")


def _plain(column: Column) -> dict[str, Any]:
    return {
        "scenario": column.name,
        "label": column.label or None,
        "sets": dict(column.states),
        "probability": column.probability and column.probability.to_dict(),
        "ratio": column.ratio,
        "minimal_cut_sets": column.cut_sets,
        "gained": column.gained,
        "lost": column.lost,
        "foremost": list(column.foremost),
        "gates": dict(column.gates),
        "notes": list(column.notes),
    }


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return number_text(value)
    return f"{value:,}" if isinstance(value, int) else str(value)
