"""What every result can do: become records, text, JSON, CSV or a data frame."""

from __future__ import annotations

import html
import json
import math
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from faulttree.characters import AFTER_JSON, FORMULA, LINE_BREAKS
from faulttree.errors import MissingExtraError, UnknownNameError, printable
from faulttree.wide_floats import WideFloat, is_undefined

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = [
    "NamedRows",
    "PrintedTable",
    "Records",
    "Shown",
    "ShownRow",
    "Table",
    "bounds_text",
    "counted",
    "csv_cell",
    "csv_text",
    "is_narrow",
    "json_text",
    "jsonable",
    "number_text",
    "share_text",
    "text_from_csv",
    "text_table",
]

Row = TypeVar("Row")
MOST_SHOWN = 50
"""Rows of a table that a notebook shows."""
CERTAIN = 1e-6
"""Bounds that are no further apart than this, relative to the upper one, are told as one number."""
MOST_DIGITS = 16
_BESIDE_DIGITS = str.maketrans("", "", ",e+-.")
_TO_QUOTE = re.compile(r'[",\r\n]')


def number_text(value: float) -> str:
    """A probability or measure as an engineer writes it, to four digits: `0.1855`, `2.200e-05`, `1.000e-350`, `inf`."""
    if isinstance(value, WideFloat):
        return f"{value:.3e}"
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 4
    while value != 1 and float(f"{value:.{digits}g}") == 1:  # only certainty may look like it
        digits += 1
    return f"{value:.{digits}g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.3e}"


def is_narrow(lower: float, upper: float) -> bool:
    """Whether bounds differ, and as good as meet: see `CERTAIN`."""
    return lower < upper and upper - lower <= CERTAIN * upper


def bounds_text(lower: float, upper: float) -> str:
    """Certain bounds: `0.18 to 0.21`; where they as good as meet, the digits that they have in common: `0.18543219`."""
    if lower == upper:
        return number_text(upper)
    if is_narrow(lower, upper):
        return _one_number(lower, upper)
    return f"{number_text(lower)} to {number_text(upper)}"


def _one_number(lower: float, upper: float) -> str:
    """The fewest digits of the middle that are no further from either bound than the bounds are apart."""
    middle, apart = lower + (upper - lower) / 2.0, upper - lower
    for digits in range(math.ceil(-math.log10(float(apart / upper))), MOST_DIGITS):
        text = f"{middle:.{digits}g}"
        if max(abs(float(text) - lower), abs(float(text) - upper)) <= apart:
            return text
    return f"{middle:.{MOST_DIGITS}g}"


def share_text(share: float | None) -> str:
    """A part of a whole in per cent, to one place: `18.8%`; nothing where it is not known or not defined."""
    return "" if share is None or is_undefined(share) else f"{share:.1%}"


def counted(number: int, thing: str) -> str:
    """A number of things: "1 gate", "2,000 gates"."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def jsonable(value: Any) -> Any:
    """The value for JSON. What no float holds becomes a text: "inf", "-inf", "nan", "1e-350"."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [jsonable(item) for item in value]
    return value


def json_text(content: Any, indent: int | None = 2) -> str:
    """The content as JSON. What no float holds is a text: "inf", "nan", "1e-350"; controls are escaped."""
    text = json.dumps(jsonable(content), indent=indent, ensure_ascii=False)
    return AFTER_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def csv_text(text: str) -> str:
    """A text as a cell of a CSV file: behind an apostrophe when a spreadsheet would take it for a formula.

    So are texts that begin with = + - @, their full-width forms, a tab or a line end, or with these after spaces, or
    with apostrophes before them, so that `text_from_csv` can take the mark off again.
    Source: OWASP, CSV Injection.
    """
    return f"'{text}" if FORMULA.match(text) else text


def csv_cell(value: Any) -> str:
    """A value as it stands between the commas of a CSV file: in quotes where it must be, and never a formula."""
    cell = _cell(value)
    text = csv_text(cell) if isinstance(value, str | tuple | list) else str(cell)
    return '"' + text.replace('"', '""') + '"' if _TO_QUOTE.search(text) else text


def text_from_csv(cell: str) -> str:
    """The text of a cell that `csv_text` wrote."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


def text_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows under their headings as aligned plain text; numbers to the right."""
    columns = [_printable(heading) for heading in columns]
    cells = [[number_text(cell) if isinstance(cell, float) else _printable(cell) for cell in row] for row in rows]
    numeric = [bool(cells) and all(_is_numeric(row[column]) for row in cells) for column in range(len(columns))]
    widths = [
        max(_width(heading), *(_width(row[column]) for row in cells)) if cells else _width(heading)
        for column, heading in enumerate(columns)
    ]

    def line(row: Sequence[str]) -> str:
        padded = (
            " " * (width - _width(cell)) + cell if right else cell + " " * (width - _width(cell))
            for cell, width, right in zip(row, widths, numeric, strict=True)
        )
        return "  ".join(padded).rstrip()

    return "\n".join([line(columns), line(["-" * width for width in widths]), *map(line, cells)])


class Shown:
    """A result that a notebook shows as it prints."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(printable(str(self)))}</pre>"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        """What IPython shows. It would take the text from `repr`, which names every part, however many there are."""
        return {"text/plain": self._plain(), "text/html": self._repr_html_()}

    def _plain(self) -> str:
        return str(self)


class ShownRow(Shown):
    """A frozen dataclass that shows its fields under their names, as a table of one row."""

    __slots__ = ()

    def __str__(self) -> str:
        names = [field.name for field in fields(cast(Any, self))]
        values = [getattr(self, name) for name in names]
        return text_table(names, [[_cell(value) if isinstance(value, tuple) else value for value in values]])


class Table(Shown, ABC):
    """A result that is a list of records, all with the same keys."""

    @abstractmethod
    def records(self) -> list[dict[str, Any]]:
        """One mapping per row, in order."""

    def columns(self) -> tuple[str, ...]:
        """The records' keys."""
        records = self.records()
        return tuple(records[0]) if records else ()

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {"rows": self.records()}

    def to_json(self, indent: int | None = 2) -> str:
        """Everything as JSON; what no float holds is a text: "inf", "nan", "1e-350"."""
        return json_text(self.to_dict(), indent)

    def to_csv(self) -> str:
        """The records as comma-separated values with a heading line; numbers keep all their digits.

        A text that a spreadsheet would take for a formula stands behind an apostrophe, as `csv_text` says.
        """
        lines = [self.columns(), *(record.values() for record in self.records())]
        return "".join([(",".join(map(csv_cell, line)) or '""') + "\n" for line in lines])

    def to_pandas(self) -> pandas.DataFrame:
        """The records as a pandas DataFrame. Raises MissingExtraError without pandas."""
        try:
            import pandas
        except ImportError as error:
            raise MissingExtraError("pandas is not installed; pip install 'faulttree[frames]'") from error
        return pandas.DataFrame(self.records(), columns=list(self.columns()))

    def to_polars(self) -> polars.DataFrame:
        """The records as a polars DataFrame. Raises MissingExtraError without polars."""
        try:
            import polars
        except ImportError as error:
            raise MissingExtraError("polars is not installed; pip install 'faulttree[frames]'") from error
        return polars.DataFrame(self.records(), schema=list(self.columns()) or None, infer_schema_length=None)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The lines above the table where it shows itself, and those below: a heading, notes. None of either here."""
        return (), ()

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The first records, at most so many, and how many there are in all."""
        records = self.records()
        return records[:most], len(records)

    def __str__(self) -> str:
        return self._text(self.records())

    def _repr_html_(self) -> str:
        """The first records as an HTML table, for notebooks."""
        records, count = self.leading(MOST_SHOWN)
        above, below = self.said()
        words = [any(isinstance(row[column], str | tuple | list) for row in records) for column in self.columns()]
        head = "".join(_html_cell("th", *each) for each in zip(self.columns(), words, strict=True))
        rows = [[_html_cell("td", *each) for each in zip(row.values(), words, strict=True)] for row in records]
        body = "".join(f"<tr>{''.join(cells)}</tr>" for cells in rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        return _paragraph(above) + table + _paragraph([*_left_out(count - len(records)), *below])

    def _plain(self) -> str:
        records, count = self.leading(MOST_SHOWN)
        more = _left_out(count - len(records))
        return "\n".join([self._text(records), *more]) if more else str(self)

    def _text(self, records: Iterable[Mapping[str, Any]]) -> str:
        above, below = self.said()
        rows = [[_cell(value) if isinstance(value, tuple) else value for value in row.values()] for row in records]
        return "\n".join([*above, *([""] if above else []), text_table(self.columns(), rows), *below])


class PrintedTable(Table):
    """A table that a notebook shows as it prints: its records are not all that it says."""

    def _repr_html_(self) -> str:
        return Shown._repr_html_(self)

    def _plain(self) -> str:
        return str(self)


class NamedRows(Table, Generic[Row]):
    """A table of one frozen dataclass for each of some named things, which can be asked for by name.

    named: the field that holds a row's name. thing: what a message calls such a thing.
    """

    rows: tuple[Row, ...]
    named: ClassVar[str] = "event"
    thing: ClassVar[str] = "event"

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, name: str) -> Row:
        """The row of one thing. Raises UnknownNameError."""
        names = [getattr(row, self.named) for row in self.rows]
        if name not in names:
            raise UnknownNameError(self.thing, name, names)
        return self.rows[names.index(name)]

    def records(self) -> list[dict[str, Any]]:
        """One mapping per row, in order."""
        return [asdict(cast(Any, row)) for row in self.rows]


@dataclass(frozen=True, eq=False)
class Records(Table):
    """A plain list of records as a result."""

    rows: tuple[dict[str, Any], ...]
    headings: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """The records."""
        return list(self.rows)

    def columns(self) -> tuple[str, ...]:
        """The headings given, or else the records' keys."""
        return self.headings or super().columns()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case tuple() | list():
            return " + ".join(map(str, value))
    return value


def _html_cell(tag: str, value: Any, is_word: bool) -> str:
    align = ' style="text-align: left"' if is_word else ""
    text = number_text(value) if isinstance(value, float) else _printable(_cell(value))
    return f"<{tag}{align}>{html.escape(text)}</{tag}>"


def _paragraph(lines: Sequence[str]) -> str:
    """Lines for a notebook; nothing where there are none."""
    shown = "<br>".join(html.escape(printable(line)) for line in lines if line)
    return f"<p>{shown}</p>" if shown else ""


def _left_out(count: int) -> list[str]:
    return [f"... and {counted(count, 'more row')}; `records()` and `to_pandas()` have all"] if count > 0 else []


def _printable(cell: Any) -> str:
    """A cell on one line, with nothing in it that commands a terminal."""
    return "" if cell is None else printable(LINE_BREAKS.sub(" ", str(cell)))


def _is_numeric(text: str) -> bool:
    return (
        not text
        or text[-1] in "%"
        or text.lstrip("+-x").translate(_BESIDE_DIGITS).isdigit()
        or text.lstrip("x+-") in ("inf", "nan")
    )


def _width(text: str) -> int:
    """Columns a text takes on a terminal."""
    import unicodedata

    return sum(
        1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
        if unicodedata.category(character) not in ("Mn", "Me", "Cf")
    )
