"""The benchmark of scenarios, on tiny trees: honest columns, and wrong answers told. No time is judged."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

PLACE = Path(__file__).parents[2] / "benchmarks" / "scenarios.py"


@pytest.fixture(scope="module")
def benchmark_of_scenarios() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_scenarios", PLACE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_rows_are_consistent(benchmark_of_scenarios: ModuleType) -> None:
    rows = benchmark_of_scenarios.measure("tiny", {"sharing": 0.1, "negated": 0.1, "seed": 2}, 50, 20, 8)
    assert [(row["kind"], row["verdict"]) for row in rows] == [
        ("random", "same"),
        ("pairs true", "same"),
        ("switches", "same"),
        ("gates", "same"),
    ]
    assert rows[0]["scenarios"] == 50
    for row in rows:
        assert row["per_s"] * row["first_s"] == pytest.approx(row["scenarios"], rel=1e-12)
        assert row["nodes"] > 0


def test_a_wrong_answer_is_told(benchmark_of_scenarios: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree.what_if.sweep import Columns

    honest = Columns.probabilities

    def wrong(*given: Any) -> Any:
        found, why = honest(*given)
        return found * (1 + 1e-9), why

    monkeypatch.setattr(Columns, "probabilities", wrong)
    rows = benchmark_of_scenarios.measure("tiny", {"sharing": 0.1, "seed": 2}, 20, 20, 8)
    assert {row["verdict"] for row in rows} == {"WRONG"}


def test_a_table_is_printed_and_stored(
    benchmark_of_scenarios: ModuleType, tmp_path: Path, capsys, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark_of_scenarios, "_warm_up", lambda: None)
    words = ["--scenarios", "30", "--results", str(tmp_path)]
    measure = benchmark_of_scenarios.measure
    monkeypatch.setattr(benchmark_of_scenarios, "measure", lambda name, asked, n: measure(name, asked, n, 20, 8))
    assert benchmark_of_scenarios.main(words, {"tiny": {"seed": 1}}) == 0
    assert len(json.loads((tmp_path / "scenarios.json").read_text())["rows"]) == 4
    assert "pairs true" in capsys.readouterr().out
