"""Cut sets as files: what is written is what the collection holds, whole or not at all."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from strategies import model_of, trees

from faulttree import FaultTree
from faulttree.cut_sets.collection import CutSet
from faulttree.cut_sets.export import EXPORTS, save_sets, write_sets
from faulttree.errors import InvalidRequestError, MissingExtraError

AWKWARD = ('a "quoted" name', "comma, inside", "насос", "plain", "=1+1", "tab\tinside", "back\\slash")
SETS = [
    CutSet(("plain",), 0.1, 0.4),
    CutSet(AWKWARD, 1e-300, math.nan),
    CutSet((), 1.0, 1.0),
    CutSet(("насос", "plain"), 0.1 + 0.2, 1 / 3),
    CutSet(("plain", "=1+1"), None, None),
]


def written(sets: Any, kind: str, ranked: bool = False) -> bytes:
    file = io.BytesIO()
    assert write_sets(iter(sets), file, kind, ranked=ranked) == len(sets)
    return file.getvalue()


def rows(content: bytes, kind: str) -> list[dict[str, Any]]:
    """The file read back by a reader of its own kind; csv cells as numbers where there are any."""
    if kind == "jsonl":
        return [json.loads(line) for line in content.decode().splitlines()]
    if kind == "parquet":
        parquet = pytest.importorskip("pyarrow.parquet")
        return list(parquet.read_table(io.BytesIO(content)).to_pylist())
    found = []
    for row in csv.DictReader(io.StringIO(content.decode(), newline="")):
        numbers = {key: float(cell) if cell else None for key, cell in row.items() if key != "events"}
        found.append(numbers | {"events": row["events"].split(" + ") if row["events"] else []})
    return found


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("ranked", [False, True])
def test_every_digit_and_every_name_comes_back(kind: str, ranked: bool) -> None:
    found = rows(written(SETS, kind, ranked), kind)
    assert [list(row) for row in found] == [
        ["rank"] * ranked + ["order", "probability", "fraction", "events"] for _ in SETS
    ]
    for number, (row, cut) in enumerate(zip(found, SETS, strict=True), start=1):
        assert row.get("rank", number) == number
        assert row["order"] == len(cut.events)
        assert row["events"] == list(cut.events)
        assert row["probability"] == cut.probability
        if cut.fraction is not None and math.isnan(cut.fraction):
            assert math.isnan(float(row["fraction"]))
        else:
            assert row["fraction"] == cut.fraction


@given(trees(max_events=6, missing=True))
def test_a_ranked_csv_is_that_of_the_collection_byte_for_byte(model: Any) -> None:
    found = FaultTree.of(model).minimal_cut_sets()
    assert written(list(found.ranked()), "csv", ranked=True).decode() == found.to_csv()


def test_json_lines_are_the_records_of_the_collection() -> None:
    found = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.0, "b": 0.0})).minimal_cut_sets()
    lines = [json.loads(line) for line in written(list(found.ranked()), "jsonl", ranked=True).splitlines()]
    assert lines == [record | {"fraction": "nan"} for record in found.records()]


@pytest.mark.parametrize("kind", EXPORTS)
def test_no_sets_are_a_file_with_columns_only(kind: str) -> None:
    assert rows(written([], kind), kind) == []
    assert written([], "csv") == b"order,probability,fraction,events\n"


def test_parquet_has_types_and_row_groups_of_bounded_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("faulttree.cut_sets.export.ROW_GROUP", 64)
    save_sets((CutSet(("a", f"b{i}"), i / 256, 0.5) for i in range(150)), tmp_path / "x.parquet", "parquet")
    with parquet.ParquetFile(tmp_path / "x.parquet") as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.num_row_groups)]
        types = {field.name: str(field.type) for field in file.schema_arrow}
        assert file.read(["events"]).column("events").to_pylist() == [["a", f"b{i}"] for i in range(150)]
    assert sizes == [64, 64, 22]
    assert types.pop("events").startswith("list<") and types == {
        "order": "int32", "probability": "double", "fraction": "double"
    }  # fmt: skip


@pytest.mark.parametrize("kind", EXPORTS)
def test_sets_are_taken_as_they_come_and_never_held(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulttree.cut_sets.export.ROW_GROUP", 32)
    monkeypatch.setattr("faulttree.cut_sets.export.LINES_AT_ONCE", 32)
    made, alive, most = 0, set(), 0

    class Watched(CutSet):
        __slots__ = ()

        def __del__(self) -> None:
            alive.discard(id(self))

    def sets() -> Iterator[CutSet]:
        nonlocal made, most
        for i in range(1000):
            cut = Watched((f"e{i}",), 0.5, 0.5)
            alive.add(id(cut))
            made, most = made + 1, max(most, len(alive))
            yield cut

    write_sets(sets(), io.BytesIO(), kind)
    assert made == 1000
    assert most <= 2 * 32 + 2


def test_the_first_line_goes_out_before_the_second_set_is_found() -> None:
    file = io.BytesIO()

    def sets() -> Iterator[CutSet]:
        yield SETS[0]
        assert file.getvalue().count(b"\n") == 2
        yield SETS[2]

    write_sets(sets(), file, "csv")
    assert file.getvalue().count(b"\n") == 3


@pytest.mark.parametrize("kind", EXPORTS)
@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError, ValueError])
def test_an_error_on_the_way_leaves_the_place_as_it_was(kind: str, error: type[BaseException], tmp_path: Path) -> None:
    def sets() -> Iterator[CutSet]:
        yield from SETS * 10
        raise error

    with pytest.raises(error):
        save_sets(sets(), tmp_path / "sets", kind)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "sets").write_text("old")
    with pytest.raises(error):
        save_sets(sets(), tmp_path / "sets", kind)
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_two_runs_write_the_same_bytes() -> None:
    for kind in EXPORTS:
        assert written(SETS, kind) == written(SETS, kind)


def test_an_unknown_kind_and_a_missing_package_are_told_before_a_file_is_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidRequestError, match="csv, jsonl, parquet, not 'xlsx'"):
        save_sets(SETS, tmp_path / "x", "xlsx")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'faulttree\[parquet\]'"):
        save_sets(SETS, tmp_path / "x", "parquet")
    assert list(tmp_path.iterdir()) == []
