"""Values of uncertain inputs are told in hours and per hour, with their unit: in tables, files and samples."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from faulttree import FaultTree

PUMP: dict[str, Any] = {
    "name": "Pump",
    "top": "top",
    "mission_time": "3 d",
    "gates": {"top": {"or": ["a", "b", "c"]}},
    "basic_events": {
        "a": {"repairable": {"rate": "rate", "repair_time": "mend"}},
        "b": {"probability": "p"},
        "c": {"mttf": "1 y", "uncertainty": {"uniform": {"low": "0.5 y", "high": "1.5 y"}}},
    },
    "parameters": {
        "rate": {"uncertainty": {"uniform": {"low": "1e-4 /h", "high": "3e-4 /h"}}},
        "mend": {"uncertainty": {"uniform": {"low": "1 d", "high": "3 d"}}},
        "p": {"uncertainty": {"uniform": {"low": 0.1, "high": 0.2}}},
    },
}
ENDS = {"rate": (1e-4, 3e-4, "1/h"), "mend": (24.0, 72.0, "h"), "p": (0.1, 0.2, ""), "c": (4380.0, 13140.0, "h")}


def test_a_tornado_tells_values_in_their_units() -> None:
    found = FaultTree.from_data(PUMP).tornado(25, 75)
    for name, (low, high, unit) in ENDS.items():
        quarter = (high - low) / 4
        assert found[name].low_value == pytest.approx(low + quarter, rel=1e-12)
        assert found[name].high_value == pytest.approx(high - quarter, rel=1e-12)
        assert found[name].unit == unit and f",{unit}\n" in found.to_csv()


def test_samples_have_values_in_the_units_that_columns_name(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    FaultTree.from_data(PUMP).uncertainty(samples=200, seed=1).to_parquet(tmp_path / "samples.parquet")
    table = parquet.read_table(tmp_path / "samples.parquet").to_pydict()
    for name, (low, high, unit) in ENDS.items():
        values = table[f"input {name}" + (f" in {unit}" if unit else "")]
        assert low <= min(values) < low + (high - low) / 4 < high - (high - low) / 4 < max(values) <= high
