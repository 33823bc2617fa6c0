"""What every result can do: become records, text, JSON, CSV or a data frame."""

from __future__ import annotations

import csv
import html
import io
import json
import math
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from faulttree.errors import MissingExtraError, UnknownNameError

if TYPE_CHECKING:
    import pandas
    import polars

__all__ = ["NamedRows", "Records", "Table", "counted", "jsonable", "number_text", "share_text", "text_table"]

Row = TypeVar("Row")


def number_text(value: float) -> str:
    """A probability or measure as an engineer writes it, to four digits: `0.1855`, `2.200e-05`, `inf`."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = 4
    while value != 1 and float(f"{value:.{digits}g}") == 1:  # only certainty may look like it
        digits += 1
    return f"{value:.{digits}g}" if 1e-3 <= abs(value) < 1e4 else f"{value:.3e}"


def share_text(share: float | None) -> str:
    """A part of a whole in per cent, to one place: `18.8%`; nothing where it is not known or not defined."""
    return "" if share is None or math.isnan(share) else f"{share:.1%}"


def counted(number: int, thing: str) -> str:
    """A number of things: "1 gate", "2,000 gates"."""
    return f"{number:,} {thing}{'s' * (number != 1)}"


def jsonable(value: Any) -> Any:
    """The value for JSON, which knows no infinity: those become the texts "inf", "-inf" and "nan"."""
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case Mapping():
            return {str(key): jsonable(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [jsonable(item) for item in value]
    return value


def text_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows under their headings as aligned plain text; numbers to the right."""
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


class Table(ABC):
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
        """Everything as JSON; infinite and undefined numbers are the texts "inf" and "nan"."""
        return json.dumps(jsonable(self.to_dict()), indent=indent, ensure_ascii=False)

    def to_csv(self) -> str:
        """The records as comma-separated values with a heading line; numbers keep all their digits."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns())
        for record in self.records():
            writer.writerow([_cell(value) for value in record.values()])
        return out.getvalue()

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

    def __str__(self) -> str:
        return text_table(
            self.columns(), [[_cell(v) if isinstance(v, tuple) else v for v in r.values()] for r in self.records()]
        )

    def _repr_html_(self) -> str:
        """The records as an HTML table, for notebooks."""
        head = "".join(f"<th>{html.escape(column)}</th>" for column in self.columns())
        body = "".join(
            "<tr>"
            + "".join(
                f"<td>{html.escape(number_text(v) if isinstance(v, float) else str(_cell(v)))}</td>" for v in r.values()
            )
            + "</tr>"
            for r in self.records()
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


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


def _printable(cell: Any) -> str:
    """A cell on one line, without control characters."""
    text = "" if cell is None else str(cell)
    return "".join(character if character.isprintable() else " " for character in text)


def _is_numeric(text: str) -> bool:
    return (
        not text
        or text[-1] in "%"
        or text.lstrip("+-x").replace(",", "").replace("e", "").replace("-", "").replace(".", "").isdigit()
        or text.lstrip("x+-") in ("inf", "nan")
    )


def _width(text: str) -> int:
    """Columns a text takes on a terminal."""
    import unicodedata

    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
