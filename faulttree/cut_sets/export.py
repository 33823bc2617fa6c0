"""Cut sets as files, written as they are found: CSV, JSON lines and Parquet, in constant memory.

One row per set: order, probability, fraction and events, as `CutSet` has them; before them the rank, when the sets
come best first. Numbers keep all their digits.
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
LINES_AT_ONCE = 512
ROW_GROUP = 65_536


def save_sets(sets: Iterable[CutSet], path: str | os.PathLike[str], kind: str, *, ranked: bool = False) -> int:
    """Write sets to a file, whole or not at all: an error or Ctrl-C on the way leaves none.

    kind: one of `EXPORTS`. ranked: the sets come best first, and get their rank. Returns how many were written.
    Raises InvalidRequestError, MissingExtraError for Parquet without pyarrow, and what `sets` raises.
    """
    writer = _writer(kind)
    with streamed(path) as file:
        return writer(sets, file, ranked)


def write_sets(sets: Iterable[CutSet], file: BinaryIO, kind: str, *, ranked: bool = False) -> int:
    """Write sets to an open file as `save_sets` does; the first lines go out at once."""
    return _writer(kind)(sets, file, ranked)


def _writer(kind: str) -> Callable[[Iterable[CutSet], BinaryIO, bool], int]:
    if kind not in EXPORTS:
        raise InvalidRequestError(f"sets are written as one of {', '.join(EXPORTS)}, not '{kind}'")
    if kind == "parquet":
        _parquet()  # a package that is missing is told before any file is begun
    return EXPORTS[kind]


def _write_csv(sets: Iterable[CutSet], file: BinaryIO, ranked: bool) -> int:
    file.write(b"rank,order,probability,fraction,events\n" if ranked else b"order,probability,fraction,events\n")
    starts = (f"{rank}," for rank in itertools.count(1)) if ranked else itertools.repeat("")
    return _write_lines(starts, _csv_line, sets, file)


def _csv_line(cut: CutSet) -> str:
    probability, fraction = cut.probability, cut.fraction
    return (
        f"{len(cut.events)},{'' if probability is None else probability},{'' if fraction is None else fraction},"
        f"{csv_cell(cut.events)}\n"
    )


def _write_jsonl(sets: Iterable[CutSet], file: BinaryIO, ranked: bool) -> int:
    quoted = _Quoted()

    def line(cut: CutSet) -> str:
        events, probability, fraction = ",".join([quoted[event] for event in cut.events]), cut.probability, cut.fraction
        # What no float holds, nan among it, is the text that other results have in its place.
        texts = [
            "null" if number is None else number if math.isfinite(number) else f'"{number}"'
            for number in (probability, fraction)
        ]
        return f'"order":{len(cut.events)},"probability":{texts[0]},"fraction":{texts[1]},"events":[{events}]}}\n'

    starts = (f'{{"rank":{rank},' for rank in itertools.count(1)) if ranked else itertools.repeat("{")
    return _write_lines(starts, line, sets, file)


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


def _write_parquet(sets: Iterable[CutSet], file: BinaryIO, ranked: bool) -> int:
    import pyarrow

    fields = [("rank", pyarrow.int64())] if ranked else []
    fields += [("order", pyarrow.int32()), ("probability", pyarrow.float64()), ("fraction", pyarrow.float64())]
    schema = pyarrow.schema([*fields, ("events", pyarrow.list_(pyarrow.string()))])
    written = 0
    with _parquet().ParquetWriter(file, schema) as writer:
        for chunk in _chunks(sets, ROW_GROUP, ROW_GROUP):
            columns: list[Any] = [range(written + 1, written + 1 + len(chunk))] if ranked else []
            columns.append([len(cut.events) for cut in chunk])
            columns.append([cut.probability for cut in chunk])
            columns.append([cut.fraction for cut in chunk])
            columns.append([cut.events for cut in chunk])
            writer.write_batch(pyarrow.record_batch(columns, schema=schema), row_group_size=ROW_GROUP)
            written += len(chunk)
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


EXPORTS: dict[str, Callable[[Iterable[CutSet], BinaryIO, bool], int]] = {
    "csv": _write_csv,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
"""The kinds of file, by what the command line calls them."""
