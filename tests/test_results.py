"""What every result can become: text, JSON, CSV, HTML and data frames, with all digits and no broken numbers."""

from __future__ import annotations

import csv
import io
import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of

from faulttree import FaultTree, compare
from faulttree.errors import MissingExtraError
from faulttree.results import Records, Table, jsonable, number_text, text_table

DATA = st.recursive(
    st.floats(allow_nan=True, allow_infinity=True) | st.text(max_size=3) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(st.floats(min_value=0, max_value=1))
def test_a_number_reads_back_within_its_four_digits(value: float) -> None:
    text = number_text(value)
    assert float(text) == pytest.approx(value, rel=5.1e-4)
    # Only zero and one may look like zero and one.
    assert (float(text) in (0.0, 1.0)) is (value in (0.0, 1.0))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1.0, "1"),
        (0.1855, "0.1855"),
        (2.2e-5, "2.200e-05"),
        (1.7, "1.7"),
        (0.001, "0.001"),
        (123456.0, "1.235e+05"),
        (-0.5, "-0.5"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "nan"),
        (1 - 1e-9, "0.999999999"),
        (0.99996, "0.99996"),
        (1 + 1e-7, "1.0000001"),
    ],
)
def test_numbers_are_written_as_engineers_do(value: float, text: str) -> None:
    assert number_text(value) == text


@given(DATA)
def test_everything_becomes_strict_json(value: object) -> None:
    def refuse(name: str) -> None:
        raise AssertionError(f"{name} is not JSON")

    json.loads(json.dumps(jsonable(value), allow_nan=False), parse_constant=refuse)


def test_what_json_cannot_say_is_a_text() -> None:
    assert jsonable({"a": math.inf, "b": (-math.inf, math.nan), 3: {0.5}}) == {
        "a": "inf", "b": ["-inf", "nan"], "3": [0.5]
    }  # fmt: skip


def test_a_text_table_aligns_numbers_right_and_words_left() -> None:
    assert text_table(("event", "q"), [["a", 0.5], ["long name", 1e-9]]).splitlines() == [
        "event              q",
        "---------  ---------",
        "a                0.5",
        "long name  1.000e-09",
    ]


def test_a_text_table_without_rows_is_its_heading() -> None:
    assert text_table(("event", "q"), []).splitlines() == ["event  q", "-----  -"]


def test_wide_and_unprintable_characters_do_not_break_the_columns() -> None:
    events = ["圧力", "e\u0301", "a\nb\x1b[31m", None]
    lines = text_table(("event", "q"), [[event, 0.5] for event in events]).splitlines()
    assert len(lines) == 6
    assert "\x1b" not in "".join(lines)
    assert lines[2] == "圧力         0.5"
    assert lines[3] == "e\u0301            0.5"
    assert lines[4] == "a b\\x1b[31m  0.5"
    assert lines[5] == "             0.5"


TREE = FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, "c,d"]}, {"a": 1 / 3, "b": 0.0, "c,d": 1e-9}))
RESULTS = {
    "importance": TREE.importance(),
    "cut sets": TREE.minimal_cut_sets(),
    "no cut sets": TREE.what_if({"top": False}).minimal_cut_sets(),
    "comparison": compare(TREE, TREE.what_if({"b": 0.5})),
    "records": Records(({"event": "x", "value": math.inf, "sure": True, "more": None},)),
    "no records": Records((), ("event", "value")),
}


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_csv_has_a_heading_a_line_each_and_every_digit(result: Table) -> None:
    rows = list(csv.reader(io.StringIO(result.to_csv())))
    assert tuple(rows[0]) == result.columns()
    records = result.records()
    assert len(rows) - 1 == len(records)
    for row, record in zip(rows[1:], records, strict=True):
        for cell, value in zip(row, record.values(), strict=True):
            if isinstance(value, float):
                assert float(cell) == value or math.isnan(value)
            elif isinstance(value, list):
                assert cell == " + ".join(value)
            elif value is None or isinstance(value, bool):
                assert cell == {None: "", True: "true", False: "false"}[value]
            else:
                assert cell == str(value)


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_json_says_the_same_as_the_dict(result: Table) -> None:
    assert json.loads(result.to_json()) == jsonable(result.to_dict())
    assert json.loads(result.to_json(indent=None)) == json.loads(result.to_json())


@pytest.mark.parametrize("result", RESULTS.values(), ids=RESULTS)
def test_data_frames_hold_the_records(result: Table) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("polars")
    records, columns = result.records(), list(result.columns())
    for frame, rows in (
        (result.to_pandas(), lambda frame: frame.to_dict("records")),
        (result.to_polars(), lambda frame: frame.to_dicts()),
    ):
        assert list(frame.columns) == columns
        assert len(frame) == len(records)
        for row, record in zip(rows(frame), records, strict=True):
            for column, value in record.items():
                missing = value is None or value != value
                found = row[column]
                assert found is None or found != found if missing else found == value


@pytest.mark.parametrize("package", ["pandas", "polars"])
def test_a_missing_frame_package_is_named_with_its_extra(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=rf"{package} is not installed; pip install 'faulttree\[frames\]'"):
        getattr(TREE.importance(), f"to_{package}")()


@pytest.mark.parametrize("name", [name for name in RESULTS if name != "comparison"])  # which shows itself as it prints
def test_html_has_a_row_for_each_record_and_a_heading_for_each_column(name: str) -> None:
    result = RESULTS[name]
    html = result._repr_html_()
    assert html.count("<tr>") == len(result.records()) + 1
    assert html.count("<th>") + html.count("<th ") == len(result.columns())


def test_html_is_no_door_for_markup() -> None:
    html = Records(({"event": "<script>alert('&')</script>"},))._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_a_result_prints_as_a_table() -> None:
    lines = str(TREE.importance()).splitlines()
    assert lines[0].split() == list(TREE.importance().columns())
    assert [line.split()[0] for line in lines[2:]] == list(TREE.events)
    assert str(Records(({"sets": ("a", "b")},))).splitlines()[2] == "a + b"


def test_a_table_says_that_its_records_are_for_others_to_give() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Table()
