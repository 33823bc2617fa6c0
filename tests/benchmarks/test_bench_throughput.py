"""The benchmark of samples through diagrams, on a tiny model: honest columns, and wrong answers told."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from faulttree import formats
from faulttree.generate import generate

PLACE = Path(__file__).parents[2] / "benchmarks" / "throughput.py"


@pytest.fixture(scope="module")
def throughput() -> ModuleType:
    spec = importlib.util.spec_from_file_location("benchmark_throughput", PLACE)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYTHONPATH", str(Path(formats.__file__).parents[2]))
    (tmp_path / "models").mkdir()
    formats.write(generate(20, 8, sharing=0.1), tmp_path / "models" / "tiny.yaml")
    return tmp_path


@pytest.mark.parametrize("threads", [1, 2])
def test_a_row_is_consistent_and_both_ways_give_the_same_bits(throughput: ModuleType, folder: Path, threads) -> None:
    row = throughput.measure(str(folder / "models" / "tiny.yaml"), 9_000, threads, seconds=0.01)
    assert row["verdict"] == "same bits"
    assert (row["samples"], row["threads"]) == (9_000, threads)
    assert row["per_wall_s"] * row["wall_s"] == pytest.approx(row["per_cpu_s"] * row["cpu_s"], rel=1e-12)
    assert 0 < row["per_wall_s"] * row["wall_s"] <= row["nodes"] * 9_000 * (1 + 1e-12)
    assert row["of_arithmetic"] == pytest.approx(row["per_wall_s"] / row["arithmetic_limit"], rel=1e-12)
    assert min(row["memory_limit"], row["peer_s_per_sample"], row["times_peer_cpu"], row["peer_samples"]) > 0
    # A chunk of samples and their complements, at least.
    assert 2 * 8 * 20 * throughput.CHUNK / 1e6 < row["extra_mb"] < 100


def test_a_wrong_answer_is_told(throughput: ModuleType, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree.quantification.batches import Batches

    honest = Batches.probability
    monkeypatch.setattr(Batches, "probability", lambda *given: [p + 1e-16 for p in honest(*given)])
    row = throughput.measure(str(folder / "models" / "tiny.yaml"), 10, 1, seconds=0.01)
    assert row["verdict"] == "WRONG"


def test_samples_are_probabilities_about_the_point_values(throughput: ModuleType) -> None:
    point = np.array([1e-6, 0.9])
    (first, second) = throughput.chunks(point, throughput.CHUNK + 7)
    assert (first.shape, second.shape) == ((2, throughput.CHUNK), (2, 7))
    assert 0 < first.min() < first.max() == 1.0
    # The median of 8,192 lognormal samples: within five standard errors of the logarithm, 1.25 / 90 each.
    assert np.log(np.median(first[0]) / 1e-6) == pytest.approx(0, abs=0.07)
    assert np.array_equal(first, next(throughput.chunks(point, throughput.CHUNK)))


def test_a_table_is_printed_and_stored(throughput: ModuleType, folder: Path, capsys) -> None:
    words = [str(folder / "models"), "--samples", "50", "--threads", "1", "--results", str(folder / "results")]
    (folder / "models" / "faulty.yaml").write_text("name: x\ntop: nowhere\n")
    assert throughput.main(words) == 1
    faulty, tiny = json.loads((folder / "results" / "throughput.json").read_text())["rows"]
    assert faulty["verdict"].startswith("died: ")
    assert (tiny["model"], tiny["samples"], tiny["verdict"]) == ("tiny", 50, "same bits")
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[2:4]] == ["faulty", "tiny"]
    assert throughput.main([*words, "--select", "tiny"]) == 0
    assert throughput.main([*words, "--select", "absent"]) == 2
    assert throughput.cases(folder / "models", ["ti*"], None) == [(folder / "models" / "tiny.yaml", 1_000)]
