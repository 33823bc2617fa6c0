"""Cut sets as files, written as they are found: CSV, JSON lines and Parquet, in constant memory.

One row per set: order, probability or frequency, fraction and events, as `CutSet` has them; before them the rank, when
the sets come best first. Numbers keep all their digits. A list that is not complete has a last column, `known`, which
says so in every row, and of which sets all are there; where no set was found, in a single row that holds nothing else.
"""

from __future__ import annotations

import itertools
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar

from faulttree.cut_sets.collection import CutSet
from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.files import streamed
from faulttree.results import csv_cell

if TYPE_CHECKING:
    import pyarrow.parquet

__all__ = ["EXPORTS", "save_sets", "write_sets"]

T = TypeVar("T")
Writer = Callable[[Iterable[CutSet], BinaryIO, bool, str, str], int]
"""Takes the sets, the file, whether the sets are ranked, what is known of a list that is not complete, and what the
number of a set is."""
LINES_AT_ONCE = 512
ROW_GROUP = 65_536


def save_sets(
    sets: Iterable[CutSet],
    path: str | os.PathLike[str],
    kind: str,
    *,
    ranked: bool = False,
    known: str = "",
    quantity: str = "probability",
) -> int:
    """Write sets to a file, whole or not at all: an error or Ctrl-C on the way leaves none.

    kind: one of `EXPORTS`. ranked: the sets come best first, and get their rank. known: what is known of a list that
    is not complete; empty for one that is. quantity: what the number of a set is. Returns how many were written.
    Raises InvalidRequestError, MissingExtraError for Parquet without pyarrow, and what `sets` raises.
    """
    writer = _writer(kind)
    with streamed(path) as file:
        return writer(sets, file, ranked, known, quantity)


def write_sets(
    sets: Iterable[CutSet],
    file: BinaryIO,
    kind: str,
    *,
    ranked: bool = False,
    known: str = "",
    quantity: str = "probability",
) -> int:
    """Write sets to an open file as `save_sets` does; the first lines go out at once."""
    return _writer(kind)(sets, file, ranked, known, quantity)


def _writer(kind: str) -> Writer:
    if kind not in EXPORTS:
        raise InvalidRequestError(f"sets are written as one of {', '.join(EXPORTS)}, not '{kind}'")
    if kind == "parquet":
        _parquet()  # a package that is missing is told before any file is begun
    return EXPORTS[kind]


def _write_csv(sets: Iterable[CutSet], file: BinaryIO, ranked: bool, known: str, quantity: str) -> int:
    columns = [
        *(["rank"] if ranked else []),
        "order",
        quantity,
        "fraction",
        "events",
        *(["known"] if known else []),
    ]
    file.write(",".join(columns).encode() + b"\n")
    end = f",{csv_cell(known)}\n" if known else "\n"

    def line(cut: CutSet) -> str:
        probability, fraction = cut.probability, cut.fraction
        return (
            f"{len(cut.events)},{'' if probability is None else probability},{'' if fraction is None else fraction},"
            f"{csv_cell(cut.events)}{end}"
        )

    starts = (f"{rank}," for rank in itertools.count(1)) if ranked else itertools.repeat("")
    written = _write_lines(starts, line, sets, file)
    if known and not written:
        file.write(("," * (len(columns) - 2) + end).encode("utf-8"))
    return written


def _write_jsonl(sets: Iterable[CutSet], file: BinaryIO, ranked: bool, known: str, quantity: str) -> int:
    quoted = _Quoted()
    end = f',"known":{quoted[known]}}}\n' if known else "}\n"

    def line(cut: CutSet) -> str:
        events, probability, fraction = ",".join([quoted[event] for event in cut.events]), cut.probability, cut.fraction
        # What no float holds, nan among it, is the text that other results have in its place.
        texts = [
            "null" if number is None else number if math.isfinite(number) else f'"{number}"'
            for number in (probability, fraction)
        ]
        return f'"order":{len(cut.events)},"{quantity}":{texts[0]},"fraction":{texts[1]},"events":[{events}]{end}'

    starts = (f'{{"rank":{rank},' for rank in itertools.count(1)) if ranked else itertools.repeat("{")
    written = _write_lines(starts, line, sets, file)
    if known and not written:
        file.write(f'{{"known":{quoted[known]}}}\n'.encode())
    return written


class _Quoted(dict[str, str]):
    """Names as JSON texts, each worked out once."""

    def __missing__(self, name: str) -> str:
        text = self[name] = json.dumps(name, ensure_ascii=False)
        return text


def _write_lines(starts: Iterator[str], line: Callable[[CutSet], str], sets: Iterable[CutSet], file: BinaryIO) -> int:
    """A line per set: its start, then what `line` makes of it."""
    written = 0
    for chunk in _chunks(sets, 1, LINES_AT_ONCE):
        text = "".join([start + line(cut) for cut, start in zip(chunk, starts, strict=False)])
        file.write(text.encode("utf-8"))
        file.flush()
        written += len(chunk)
    return written


def _write_parquet(sets: Iterable[CutSet], file: BinaryIO, ranked: bool, known: str, quantity: str) -> int:
    import pyarrow

    fields = [("rank", pyarrow.int64())] if ranked else []
    fields += [("order", pyarrow.int32()), (quantity, pyarrow.float64()), ("fraction", pyarrow.float64())]
    fields += [("events", pyarrow.list_(pyarrow.string()))] + ([("known", pyarrow.string())] if known else [])
    schema = pyarrow.schema(fields)
    written = 0
    with _parquet().ParquetWriter(file, schema) as writer:
        for chunk in _chunks(sets, ROW_GROUP, ROW_GROUP):
            columns: list[Any] = [range(written + 1, written + 1 + len(chunk))] if ranked else []
            columns.append([len(cut.events) for cut in chunk])
            columns.append([cut.probability for cut in chunk])
            columns.append([cut.fraction for cut in chunk])
            columns.append([cut.events for cut in chunk])
            columns += [[known] * len(chunk)] if known else []
            writer.write_batch(pyarrow.record_batch(columns, schema=schema), row_group_size=ROW_GROUP)
            written += len(chunk)
        if known and not written:
            writer.write_batch(pyarrow.record_batch([*([[None]] * (len(fields) - 1)), [known]], schema=schema))
    return written


def _parquet() -> pyarrow.parquet:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow is not installed; pip install 'faulttree[parquet]'") from error
    return pyarrow.parquet


def _chunks(items: Iterable[T], first: int, most: int) -> Iterator[list[T]]:
    """The items in lists, each twice as long as the one before, so that a reader does not wait for the first."""
    rest, size = iter(items), first
    while chunk := list(itertools.islice(rest, size)):
        yield chunk
        size = min(2 * size, most)


EXPORTS: dict[str, Writer] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
"""The kinds of file, by what the command line calls them."""
