"""Scenarios as comma-separated values, in either of two forms, told by the heading line.

Wide: `scenario,event1,event2,...`, a row for each scenario; an empty cell leaves the event as it is. A second column
`label` holds labels. Long: `scenario,event,state`, a row for each setting; one without a state leaves the event as it
is. States are true, false or a probability, in any case of letters. Cells are separated by commas, semicolons or tabs,
whichever follows the first heading, or by what a first line such as `sep=;` names, as spreadsheets write it.
An apostrophe that only keeps a name from being a formula, as `csv_text` writes it, is taken off.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from faulttree.errors import Fault
from faulttree.model.tree import state_from
from faulttree.model.written import NUMBER, as_name, as_text
from faulttree.results import text_from_csv
from faulttree.wide_floats import read_float

__all__ = ["GivenScenario", "Setting", "read_csv"]

_HEADING = re.compile(r'\s*"?scenario"?[ ]*([,;\t])', re.IGNORECASE)
_ANY_HEADING = re.compile(r'\s*"?scenario"?\W', re.IGNORECASE)
_LONG = ["scenario", "event", "state"]
_SEPARATOR = re.compile(r'"?sep=([^\r\n])"?[ ]*(?:\r\n|\n|\r)', re.IGNORECASE)
_MEANT = {
    **dict.fromkeys(("yes", "y", "on", "t"), "true"),
    **dict.fromkeys(("no", "n", "off", "f"), "false"),
}
_PER_CENT = re.compile(r"([0-9]+(?:[.,][0-9]*)?|[.,][0-9]+) ?%")
_TRUTH = {"true": True, "false": False}
_EXAMPLE = "begin with `scenario,event,state`, or with `scenario` and the names of events"


@dataclass(frozen=True, slots=True)
class Setting:
    """A gate or event, what it is set to, and the line that names it."""

    name: str
    state: bool | float
    line: int | None


@dataclass(slots=True)
class GivenScenario:
    """A scenario as a file gives it.

    left: names that stand there without a state, with the line. is_faulty: whether something could not be read.
    """

    name: str
    label: str | None
    settings: list[Setting] = field(default_factory=list)
    line: int | None = None
    is_faulty: bool = False
    left: list[tuple[str, int]] = field(default_factory=list)


Row = tuple[int, list[str]]


def read_csv(text: str, file: str = "") -> tuple[list[GivenScenario], dict[str, int], list[Fault]]:
    """The scenarios in a text, the events that its heading names, with its line, and every fault of its form.

    Whether the names are known is not looked at.
    """
    reader = _Reader(file)
    given = reader.read(text)
    return given, reader.named, reader.faults


class _Reader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.named: dict[str, int] = {}

    def read(self, text: str) -> list[GivenScenario]:
        named = _SEPARATOR.match(text)
        if named:
            # A line remains in its place, so that the others keep their numbers.
            text = "\n" + text[named.end() :]
        begins = _HEADING.match(text) or (named and _ANY_HEADING.match(text))
        if not begins:
            if text.strip():
                shown = text.strip().splitlines()[0][:60]
                self.fault(f"the first line is '{shown}', and no heading", 1, _EXAMPLE)
            else:
                self.fault("the file is empty", 1, _EXAMPLE)
            return []
        rows = list(self.rows(text, named[1] if named else begins[1]))
        if not rows:
            return []
        (line, heading), *below = rows
        is_long = [cell.lower() for cell in heading] == _LONG
        given = self.long(below) if is_long else self.wide(line, heading, below)
        if not below and not self.faults:
            self.fault("the table has a heading and no rows", line, "add a row for each scenario")
        return given

    def rows(self, text: str, separator: str) -> Iterator[Row]:
        """Every row that is not blank, its cells without surrounding spaces, and the line on which it begins."""
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        line = 1
        while True:
            try:
                cells = [cell.strip() for cell in next(reader)]
            except StopIteration:
                return
            except csv.Error as error:
                fix = "double the quotes inside a cell, and close them" if "delimiter" in str(error) else "check quotes"
                self.fault(f"not readable as CSV: {error}", line, fix)
                return
            if any(cells):
                yield line, cells
            line = reader.line_num + 1

    def wide(self, line: int, heading: Sequence[str], rows: Sequence[Row]) -> list[GivenScenario]:
        has_label = len(heading) > 1 and heading[1].lower() == "label"
        first = 2 if has_label else 1
        events: list[str | None] = []
        for column, cell in enumerate(heading[first:], start=first + 1):
            name = self.name(cell, line, f"heading, column {column}")
            if name is not None and name in events:
                self.fault(f"the column '{name}' is given twice", line, "keep one", "heading")
                name = None
            events.append(name)
            if name is not None:
                self.named[name] = line
        if not events:
            self.fault("no event is named", line, _EXAMPLE, "heading")
        given: dict[str, GivenScenario] = {}
        for row_line, cells in rows:
            scenario = self.name(cells[0], row_line, "scenario")
            if scenario is None:
                continue
            element = f"scenario '{scenario}'"
            if scenario in given:
                first_line = given[scenario].line
                self.fault(f"defined twice, first on line {first_line}", row_line, "rename or remove one", element)
                continue
            label = (cells[1] if has_label and len(cells) > 1 else "") or None
            made = given[scenario] = GivenScenario(scenario, label, line=row_line)
            if len(cells) != len(heading):
                fix = "give a cell for each heading, empty where nothing is set"
                self.fault(f"the row has {len(cells)} cells and the heading {len(heading)}", row_line, fix, element)
                made.is_faulty = True
                continue
            if label is not None:
                self.label(made, label, row_line, element)
            for name, cell in zip(events, cells[first:], strict=True):
                if name is None or not cell:
                    made.is_faulty |= name is None
                    continue
                state = self.state(cell, row_line, f"{element}, '{name}'")
                made.is_faulty |= state is None
                if state is not None:
                    made.settings.append(Setting(name, state, line))
        return list(given.values())

    def long(self, rows: Sequence[Row]) -> list[GivenScenario]:
        given: dict[str, GivenScenario] = {}
        seen: dict[tuple[str, str], int] = {}
        for line, cells in rows:
            if len(cells) != len(_LONG):
                self.fault(f"the row has {len(cells)} cells and the heading 3", line, "give scenario, event and state")
                continue
            scenario = self.name(cells[0], line, "scenario")
            if scenario is None:
                continue
            element = f"scenario '{scenario}'"
            made = given.setdefault(scenario, GivenScenario(scenario, None, line=line))
            event = self.name(cells[1], line, element)
            if event is not None and not cells[2]:
                made.left.append((event, line))
                continue
            state = self.state(cells[2], line, f"{element}, '{event}'" if event else element)
            if event is None or state is None:
                made.is_faulty = True
            elif (scenario, event) in seen:
                self.fault(
                    f"'{event}' is set twice, first on line {seen[scenario, event]}", line, "keep one", element
                )  # fmt: skip
            else:
                seen[scenario, event] = line
                made.settings.append(Setting(event, state, line))
        return list(given.values())

    def name(self, cell: str, line: int, element: str) -> str | None:
        try:
            return as_name(text_from_csv(cell))
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            self.fault(message, line, fix, element)
            return None

    def label(self, given: GivenScenario, label: str, line: int, element: str) -> None:
        try:
            given.label = as_text(text_from_csv(label))
        except ValueError as error:
            self.fault(f"label: {error}", line, "", element)
            given.is_faulty = True

    def state(self, cell: str, line: int, element: str) -> bool | float | None:
        if cell.lower() in _TRUTH:
            return _TRUTH[cell.lower()]
        try:
            if not NUMBER.fullmatch(cell):
                shown = cell if len(cell) <= 60 else cell[:57] + "..."
                raise ValueError(f"true, false or a probability is wanted here, not '{shown}'; {_likely_fix(cell)}")
            return state_from(read_float(cell))
        except ValueError as error:
            message, _, fix = str(error).partition("; ")
            self.fault(message, line, fix, element)
            return None

    def fault(self, message: str, line: int, fix: str = "", element: str = "") -> None:
        self.faults.append(Fault(message, element, fix, file=self.file, line=line))


def _likely_fix(cell: str) -> str:
    """What to write in place of a cell that is no state."""
    decimal = cell.replace(",", ".", 1)
    if cell.lower() in _MEANT:
        return f"write {_MEANT[cell.lower()]}"
    if NUMBER.fullmatch(decimal):
        return f"write {decimal}"
    per_cent = _PER_CENT.fullmatch(cell)
    share = Decimal(per_cent[1].replace(",", ".")) / 100 if per_cent else None
    if share is not None and share <= 1:
        return f"write {share.normalize():f}"
    return "leave the cell empty to set nothing"
