"""Answers that a limit of time or memory has cut short: what there is holds, and what is lacking is named.

The clock ticks once each time it is asked, so that a limit of n seconds ends the work at the n-th question. The whole
answer of the same tree, without a limit, says what is right.
"""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from faulttree import FaultTree, deadline, memory
from faulttree.errors import InvalidRequestError, LimitExceeded, MemoryLimitExceeded, TimeLimitExceeded
from faulttree.generate import generate
from faulttree.model import Model

PARTS = (0.05, 0.2, 0.4, 0.6, 0.8, 0.95, 1.1, 1.4)
RATES = 4


class Ticking:
    """A clock that moves on by a second whenever it is looked at."""

    def __init__(self) -> None:
        self.times = itertools.count()

    def __call__(self) -> float:
        return float(next(self.times))


@pytest.fixture(scope="module")
def tree() -> FaultTree:
    data = generate(24, 16, sharing=0.2, seed=4).to_data()
    for place, name in enumerate(data["basic_events"]):
        rate = f"rate{place % RATES}"
        data["basic_events"][name] = (
            {"rate": rate} if place % 3 == 0
            else {"repairable": {"rate": rate, "repair_time": "20 h"}} if place % 3 == 1
            else {"periodic_test": {"rate": rate, "interval": "100 h", "first_test": "100 h"}}
        )  # fmt: skip
    spread = {"lognormal": {"median": "1e-4 /h", "error_factor": 3}}
    data |= {
        "mission_time": "1000 h",
        "parameters": {f"rate{number}": {"value": "1e-4 /h", "uncertainty": spread} for number in range(RATES)},
    }
    return FaultTree.of(Model.from_data(data))


def limits(whole: float) -> list[float]:
    """Seconds that end a work here and there that takes so many by the ticking clock."""
    parts = (whole * part for part in PARTS)
    return sorted({0.0, *parts, *(whole - before for before in (1, 3, 8, 20, 40) if before < whole)})


def cut_short(
    tree: FaultTree, verb: Callable[[FaultTree], Any], monkeypatch: pytest.MonkeyPatch, *, least: int = 2
) -> Iterator[Any]:
    """What the verb answers under limits that end it here and there, at least so many times before it is done.

    The diagrams are there already, so that the limits end what is worked out on them.
    """
    found = 0

    def ask(seconds: float) -> tuple[Any, float]:
        limited = replace(tree, time_limit=1e6, _shared=None)
        limited.probability(), limited.gate_probabilities()
        clock = Ticking()
        with monkeypatch.context() as patch:
            patch.setattr(deadline, "clock", clock)
            with deadline.within(seconds):
                return verb(limited), clock()

    for seconds in limits(ask(1e9)[1]):
        with suppress(TimeLimitExceeded):
            answer, _ = ask(seconds)
            if answer.partial:
                found += 1
                yield answer
    assert found >= least, "the limits end the work here and there"


@pytest.mark.parametrize("method", ["monte-carlo", "latin-hypercube", "sobol"])
@pytest.mark.parametrize("of", ["probability", "mean-unavailability"])
def test_a_sample_cut_short_is_the_beginning_of_the_whole(
    tree: FaultTree, method: str, of: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    samples = 1_500 if of == "probability" else 260
    whole = tree.uncertainty(samples, method=method, of=of, seed=3)
    for found in cut_short(tree, lambda t: t.uncertainty(samples, method=method, of=of, seed=3), monkeypatch, least=1):
        n = found.design.samples
        assert 2 <= n < whole.design.samples and len(found.samples) == n
        assert np.array_equal(found.samples, whole.samples[:n])
        assert found.mean == pytest.approx(float(np.mean(whole.samples[:n])), rel=1e-14)
        assert found.point == whole.point
        said = f"rests on the first {n:,} of {whole.design.samples:,} samples"
        assert any(said in note for note in found.notes) and said in str(found)
        assert found.to_dict()["partial"] is True and found.to_dict()["samples"] == n
        if method == "monte-carlo":
            assert found.standard_error == pytest.approx(float(np.std(whole.samples[:n], ddof=1)) / math.sqrt(n))
        else:  # only whole replicates tell how certain it is
            size = whole.design.size
            assert n % size == 0 and 2 <= found.design.replicates == n // size
            means = whole.samples[:n].reshape(-1, size).mean(axis=1)
            spread = float(np.std(means, ddof=1)) / math.sqrt(len(means))
            assert found.standard_error == pytest.approx(spread, rel=1e-9)
        table = pytest.importorskip("pyarrow.parquet")
        assert found.to_parquet(tmp_path / "cut.parquet") == n
        whole.to_parquet(tmp_path / "whole.parquet")
        assert table.read_table(tmp_path / "cut.parquet").equals(table.read_table(tmp_path / "whole.parquet")[:n])


def test_gates_and_importance_rest_on_the_same_samples(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(tree: FaultTree) -> Any:
        return tree.uncertainty(600, gates=True, importance=True)

    whole = ask(tree)
    for found in cut_short(tree, ask, monkeypatch, least=1):
        n = found.design.samples
        for gate, quantity in found.gates.items():
            np.testing.assert_allclose(quantity.samples, whole.gates[gate].samples[:n], rtol=1e-11)
        for event in found.importance:
            for measure, quantity in found.importance[event].items():
                right = whole.importance[event][measure]
                assert quantity.point == pytest.approx(right.point, rel=1e-11)
                np.testing.assert_allclose(quantity.samples, right.samples[:n], rtol=1e-8)


def test_indices_rest_on_whole_replicates(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, problem = tree.sobol_indices(512), tree._problem()
    n_inputs = len(problem.names)
    for found in cut_short(tree, lambda t: t.sobol_indices(512), monkeypatch, least=1):
        n = found.design.samples
        assert 2 <= found.design.replicates < whole.design.replicates and n == found.design.replicates * 32
        assert found.evaluations == n * (n_inputs + 2) and f"first {n:,} of 512" in found.notes[-1]
        chunks = [chunk for chunk in whole.design.chunks() if chunk.places.stop <= n]
        points = np.hstack([whole.design.points(chunk) for chunk in chunks])
        f = problem.exchanged(points[:n_inputs], points[n_inputs:])
        centred = f - f[:2].mean()
        variance = (centred[:2] ** 2).mean()
        for row, name in enumerate(problem.names):
            total = ((f[0] - f[2 + row]) ** 2).mean() / 2.0  # Jansen 1999
            assert found[name].total == pytest.approx(total / variance, rel=1e-9)


def test_a_tornado_cut_short_names_what_is_left_out(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulttree.uncertainty.problem.AT_ONCE", 1)  # one input after the other
    whole = tree.tornado()
    for found in cut_short(tree, FaultTree.tornado, monkeypatch, least=1):
        assert {swing.input for swing in found} | set(found.left_out) == set(problem_names(tree))
        assert not {swing.input for swing in found} & set(found.left_out) and found.left_out
        for swing in found:
            assert swing == whole[swing.input]
        assert f"{len(found.left_out)} of {len(whole)} uncertain inputs" in str(found)
        assert found.to_dict()["left_out"] == list(found.left_out) and found.to_dict()["partial"]


def problem_names(tree: FaultTree) -> tuple[str, ...]:
    return tree._problem().names


def test_a_curve_cut_short_has_its_first_points_and_names_the_others(
    tree: FaultTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faulttree.reliability.system.SMALL", 100)  # a few times together
    whole = tree.over_time(points=50)
    kinds = set()
    for found in cut_short(tree, lambda t: t.over_time(points=50), monkeypatch):
        n = len(found)
        assert np.array_equal(np.concatenate([found.times, found.missing]), whole.times)
        np.testing.assert_allclose(found.unavailability, whole.unavailability[:n], rtol=1e-14)
        np.testing.assert_allclose(found.frequency, whole.frequency[:n], rtol=1e-9)
        rows = found.records()
        assert len(rows) == 50 and [row["time_h"] for row in rows] == (whole.times / 3600.0).tolist()
        for row in rows[n:]:
            assert all(cell is None for name, cell in row.items() if name != "time_h")
        if found.expected_failures is None:
            assert found.unreliability is None and any("expected failures" in note for note in found.notes)
        else:
            np.testing.assert_allclose(found.expected_failures.value, whole.expected_failures.value[:n], rtol=1e-8)
        kinds.add((n < 50, found.expected_failures is None))
        if n < 50:
            assert any(f"{50 - n} times of 50 without an answer" in note or n == 49 for note in found.notes)
    assert (True, True) in kinds or (True, False) in kinds
    assert (False, True) in kinds


def test_a_band_cut_short(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    times = [3600.0 * hours for hours in range(0, 1000, 50)]
    whole = tree.band_over_time(times, 320)
    for found in cut_short(tree, lambda t: t.band_over_time(times, 320), monkeypatch, least=1):
        assert np.array_equal(np.concatenate([found.times, found.missing]), whole.times)
        assert 40 <= found.samples < 320 and f"first {found.samples:,} of 320 samples" in str(found)
        np.testing.assert_array_equal(found.point, whole.point[: len(found)])
        assert ((found.lower <= found.median) & (found.median <= found.upper)).all()
    for found in cut_short(tree, lambda t: t.band_over_time(times, 320, memory=8 * 320), monkeypatch, least=1):
        assert len(found.times) + len(found.missing) == len(times)  # a time after the other
        if len(found.times) > 1:
            np.testing.assert_allclose(found.mean, whole.mean[: len(found)], rtol=1e-12)
            assert found.samples == 320 and f"{len(found.missing)} time" in str(found)


def test_metrics_cut_short(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = {row.quantity: row for row in tree.metrics().rows}
    for found in cut_short(tree, FaultTree.metrics, monkeypatch):
        assert [row.quantity for row in found.rows] == list(whole)
        for row in found.rows:
            if row.quantity in found.left_out:
                assert row.value is None and row.note.startswith("not known: the time limit of ")
                assert row.unit == whole[row.quantity].unit
            else:
                assert row == whole[row.quantity]
        assert found.left_out and found.partial


def test_metrics_without_a_diagram_have_the_unavailability(tree: FaultTree, ask: Any) -> None:
    from faulttree import cli, formats

    right = tree.probability().value
    starved = replace(tree, node_budget=2)
    found = starved.metrics()
    (row,) = (row for row in found.rows if row.quantity == "unavailability")
    assert row.lower <= right * (1 + 1e-12) and right <= row.upper * (1 + 1e-12)
    assert found.partial and {row.quantity for row in found.rows} == {"unavailability", *found.left_out}
    for other in found.rows:
        if other.quantity != "unavailability":
            assert other.value is None and other.note == "not known: no diagram fits the node budget of 2"
    with pytest.raises(LimitExceeded):
        starved.metrics("1 h")
    code, out, _ = ask("metrics", formats.dumps(tree.model, "yaml"), "--node-budget", "2", "--format", "json")
    assert code == cli.EXIT_PARTIAL and json.loads(out)["partial"] is True


def test_scenarios_cut_short(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> None:
    scenarios = {f"{gate} {event}": {gate: True, event: False} for gate in tree.gates[:6] for event in tree.events[:3]}
    monkeypatch.setattr("faulttree.facade.scenarios.LEAST_NODES", 2)
    monkeypatch.setattr("faulttree.facade.scenarios.NODES_PER_SCENARIO", 0)
    whole = tree.scenario_table(scenarios).sweep
    for found in cut_short(tree, lambda t: t.scenario_table(scenarios).sweep, monkeypatch):
        assert found.lacking and all("ended the work" in why for why in found.lacking.values())
        for place in range(len(scenarios)):
            if place in found.lacking:
                assert math.isnan(found.probabilities[place])
                continue
            lower = found.probabilities[place] if found.lower is None else found.lower[place]
            right = whole.probabilities[place]
            assert lower <= right * (1 + 1e-12) and right <= found.probabilities[place] * (1 + 1e-12)
    with monkeypatch.context() as patch:
        patch.setattr(deadline, "clock", Ticking())
        with pytest.raises(LimitExceeded):  # where all have to be exact
            replace(tree, time_limit=300.0).sweep(scenarios)


def test_repairs_cut_short_are_enough_and_cost_at_least_the_bound(
    tree: FaultTree, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tree.probability().value / 1e3
    best = tree.cheapest_repairs(target)
    assert best.lower_bound == best.best.cost

    @dataclass
    class Found:
        repairs: Any
        partial: bool

    def ask(tree: FaultTree) -> Found:
        try:
            found = tree.cheapest_repairs(target)
        except InvalidRequestError:  # nothing was found by then
            return Found(None, False)
        return Found(found, found.lower_bound < found.best.cost)

    for found in cut_short(tree, ask, monkeypatch):
        repairs = found.repairs
        assert repairs.lower_bound <= best.best.cost <= repairs.best.cost
        repaired = dict.fromkeys(repairs.best.repairs, False)
        assert tree.what_if(repaired).probability().value <= target * (1 + 1e-12)


@pytest.mark.parametrize(
    "verb",
    [
        lambda tree: tree.uncertainty(2_000),
        lambda tree: tree.uncertainty(200, of="pfh"),
        lambda tree: tree.sobol_indices(512),
        lambda tree: tree.tornado(),
        lambda tree: tree.over_time(),
        lambda tree: tree.band_over_time([3600.0], 320),
        lambda tree: tree.metrics(),
        lambda tree: tree.scenario_table({"one": {"e1": True}}).sweep,
        lambda tree: tree.importance_in_time("mean-unavailability"),
    ],
)
def test_memory_that_is_used_up_ends_the_sweeps(
    tree: FaultTree, verb: Callable[[FaultTree], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    limited = replace(tree, memory=10**8, _shared=None)
    limited.probability()  # the diagram is there
    size = itertools.chain([10**9], itertools.repeat(2 * 10**9))  # the process is too large as soon as it has begun
    monkeypatch.setattr(memory, "resident", lambda: next(size))
    try:
        found = verb(limited)
    except MemoryLimitExceeded:
        return
    assert found.partial, "an answer that is whole needs more"


def test_worker_processes_end_with_the_time(tree: FaultTree) -> None:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    whole = tree.uncertainty(100_000)
    with ProcessPoolExecutor(1, get_context("spawn")) as executor:
        tree.uncertainty(64, executor=executor)  # the worker is there
        found = replace(tree, time_limit=0.5).uncertainty(100_000, executor=executor)
    n = found.design.samples
    assert found.partial == (n < 100_000) and np.array_equal(found.samples, whole.samples[:n])


def test_the_command_line_says_what_it_has(tree: FaultTree, ask: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree import cli, formats

    text = formats.dumps(tree.model, "yaml")

    def starved(*arguments: str, seconds: float) -> tuple[int, str, str, float]:
        clock = Ticking()
        with monkeypatch.context() as patch:
            patch.setattr(deadline, "clock", clock)
            found: tuple[int, str, str] = ask(arguments[0], text, "--time-limit", f"{seconds}", *arguments[1:])
            return *found, clock()

    for arguments in (
        ("uncertainty", "--samples", "1500"),
        ("over-time", "--points", "2000"),
        ("metrics",),
        ("sensitivity", "--samples", "512"),
    ):
        codes = set()
        for seconds in limits(starved(*arguments, seconds=1e9)[-1])[1:]:
            code, out, err, _ = starved(*arguments, "--format", "json", seconds=seconds)
            codes.add(code)
            if code == cli.EXIT_PARTIAL:
                assert json.loads(out)["partial"] is True
                _, out, err, _ = starved(*arguments, "--format", "csv", seconds=seconds)
                assert out or err
            else:
                assert code == 0 or (code == cli.EXIT_ANALYSIS and err), (arguments, seconds, err)
        assert cli.EXIT_PARTIAL in codes or arguments[0] not in ("uncertainty", "over-time"), arguments
