"""The table of benchmarks: right rows, honest verdicts, and an end to every model."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from faulttree import FaultTree, formats
from faulttree.generate import generate
from faulttree.structure.simplify import STEPS

PLACE = Path(__file__).parents[2] / "benchmarks" / "table.py"


@pytest.fixture(scope="module")
def table() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_table", PLACE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Models, one of them in a folder of its own, and their known answers; kernels interpreted, for speed."""
    monkeypatch.setenv("FAULTTREE_KERNELS", "interpreted")
    monkeypatch.setenv("PYTHONPATH", str(Path(formats.__file__).parents[2]))
    (tmp_path / "models" / "deeper").mkdir(parents=True)
    formats.write(generate(20, 8, sharing=0.1), tmp_path / "models" / "deeper" / "right.yaml")
    formats.write(generate(20, 8, sharing=0.1, seed=1), tmp_path / "models" / "wrong.json")
    tree = FaultTree.of(formats.read(tmp_path / "models" / "deeper" / "right.yaml"))
    answer = f"{tree.minimal_cut_sets().count},{tree.probability().value!r}"
    (tmp_path / "answers.csv").write_text(
        f"tree,minimal_cut_sets,top_probability,peer_cpu_s\nright,{answer},0.07\nwrong,1,0.5,>300\n"
    )
    return tmp_path


def stored(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "results" / "table.json").read_text())
    return found


def test_rows_are_right_and_wrong_answers_are_told(
    table: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(folder / "models"), "--reference", str(folder / "answers.csv"), "--results", str(folder / "results")]
    assert table.main(words) == 1
    right, wrong = stored(folder)["rows"]
    assert right["verdict"] == "ok"
    assert (right["events"], right["gates"], right["peer"]) == (20, 8, "0.07")
    assert right["relative_error"] == 0.0
    assert wrong["verdict"] == "WRONG COUNT, not 1; WRONG PROBABILITY, not 0.5"
    for row in (right, wrong):
        stages = [row[f"{stage}_s"] for stage in table.STAGES]
        assert min(stages) >= 0.0
        assert row["total_s"] == pytest.approx(sum(stages), rel=1e-12)
        assert row["kernels_s"] > 0.0
        assert 10 < row["peak_mb"] < 10_000
    total = stored(folder)["all"]
    assert total["total_s"] == pytest.approx(right["total_s"] + wrong["total_s"], rel=1e-12)
    assert total["peak_mb"] == max(right["peak_mb"], wrong["peak_mb"])
    assert total["verdict"] == "1 of 2 confirmed"
    with (folder / "results" / "table.csv").open(newline="") as file:
        assert [float(row["probability"]) for row in csv.DictReader(file)] == [
            right["probability"], wrong["probability"]
        ]  # fmt: skip
    out = capsys.readouterr().out.splitlines()
    assert out[0].split()[:3] == ["tree", "events", "gates"]
    assert [line.split()[0] for line in out[2:5]] == ["right", "wrong", "all"]


def test_models_are_selected_and_steps_left_out(table: ModuleType, folder: Path) -> None:
    words = [
        str(folder / "models"),
        "--select",
        "ri*",
        "--results",
        str(folder / "results"),
        "--with",
        "node_budget=1000",
        "--with",
        "seed=3",
    ]
    step = STEPS[0]
    assert table.main([*words, "--without", step, "--reference", str(folder / "answers.csv")]) == 0
    (row,) = stored(folder)["rows"]
    assert (row["tree"], row["verdict"]) == ("right", "ok")
    options = stored(folder)["about"]["options"]
    assert (options["without"], options["limits"]) == ([step], {"node_budget": 1000, "seed": 3})
    assert table.main([*words, "--with", "seed=true", "--with", "wine=1"]) == 1
    assert stored(folder)["rows"][0]["verdict"].startswith("died: TypeError")


def test_a_model_that_cannot_be_finished_has_a_row_that_says_so(table: ModuleType, folder: Path) -> None:
    (folder / "models" / "faulty.yaml").write_text("name: x\ntop: nowhere\n")
    bare = "name: x\ntop: t\ngates: {t: {or: [a, b]}}\nbasic_events: {a: {}, b: {probability: 0.1}}\n"
    (folder / "models" / "bare.yaml").write_text(bare)
    words = [str(folder / "models"), "--results", str(folder / "results")]
    assert table.main([*words, "--select", "faulty", "--select", "bare"]) == 0
    rows = {row["tree"]: row for row in stored(folder)["rows"]}
    assert rows["faulty"]["verdict"].startswith("InvalidModelError: ")
    assert "'nowhere' is not defined" in rows["faulty"]["verdict"]
    # What was known before is kept.
    assert (rows["bare"]["events"], rows["bare"]["gates"], rows["bare"]["probability"]) == (2, 1, None)
    assert rows["bare"]["verdict"].startswith("MissingProbabilityError: ")
    assert table.main([*words, "--select", "right", "--time-limit", "0.01"]) == 0
    assert stored(folder)["rows"][0]["verdict"] == "time limit of 0.01 s"


def test_a_process_that_dies_is_a_failure(table: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "broken").mkdir()
    (folder / "broken" / "faulttree.py").write_text("raise SystemError('broken')")
    monkeypatch.setenv("PYTHONPATH", str(folder / "broken"))
    words = [str(folder / "models"), "--select", "right", "--results", str(folder / "results")]
    assert table.main(words) == 1
    assert stored(folder)["rows"][0]["verdict"] == "died: SystemError: broken"


@pytest.mark.parametrize(
    ("row", "answer", "verdict"),
    [
        ((5, 0.1, 0.1), {}, "no reference"),
        ((5, 0.1, 0.1), {"minimal_cut_sets": "", "top_probability": ""}, "no reference"),
        ((5, 0.1, 0.1), {"minimal_cut_sets": "5", "top_probability": "0.1"}, "ok"),
        ((5, 0.1, 0.1), {"minimal_cut_sets": "5"}, "ok"),
        ((5, 0.1, 0.1), {"top_probability": "0.10000000001"}, "ok"),
        ((5, 0.1, 0.1), {"top_probability": "0.1000000002"}, "WRONG PROBABILITY, not 0.1000000002"),
        ((5, 0.1, 0.1), {"minimal_cut_sets": "6", "top_probability": "0.1"}, "WRONG COUNT, not 6"),
        ((5, 0.1, 0.2), {"minimal_cut_sets": "5", "top_probability": "0.15"}, "bounds hold"),
        ((5, 0.1, 0.2), {"minimal_cut_sets": "5", "top_probability": "0.3"}, "WRONG PROBABILITY, not 0.3"),
    ],
)
def test_verdicts(table: ModuleType, row: tuple[int, float, float], answer: dict[str, str], verdict: str) -> None:
    count, lower, upper = row
    error = abs(lower / float(answer["top_probability"]) - 1) if answer.get("top_probability") else None
    found = {"minimal_cut_sets": count, "lower": lower, "upper": upper, "relative_error": error}
    assert table.verdict(found, answer) == verdict


def test_nothing_to_measure_is_told(
    table: ModuleType, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert table.main([str(folder / "models"), "--select", "absent"]) == 2
    assert "holds no model file" in capsys.readouterr().err
    assert table.main([str(folder / "models"), "--without", "magic"]) == 2
    assert "known are" in capsys.readouterr().err
    monkeypatch.setenv("FAULTTREE_SHARED", str(folder / "absent"))
    assert table.main(["--select", "absent"]) == 2
    assert "the project's own models" in capsys.readouterr().err
    assert table.models(table.PROJECT / "models", []) != []
