"""Uncertainty carried through, against exact moments: P is multilinear in independent event probabilities."""

from __future__ import annotations

import json
import math
import pickle
import re
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import oracles
import pytest
from scipy import stats
from uncertain_problems import BRIDGE, HOUR, SPREADS, bridge, exact_moments, model_with, problem_of, second_moments

from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.model import Model
from faulttree.uncertainty import METHODS, UncertainQuantity, UncertaintyAnalysis, propagate

CLOSED = {event: spread for event, spread in SPREADS.items() if event != "a"} | {"a": {"beta": {"alpha": 1, "beta": 9}}}
Z = 4.5
"""Standard errors that an estimate may be off: once in 150,000 tests, if the standard error is right."""


def top_mean(model: Model) -> float:
    """E[P] = P(E[q]), for P is multilinear and the probabilities are independent."""
    f = oracles.function(model, model.top[0])
    means = {name: oracles.Fraction(d.mean) for name, d in model.uncertain_inputs().items()}
    return float(oracles.probability(f, {**oracles.event_probabilities(model, f.events), **means}))


# Against what is known exactly


@pytest.mark.parametrize("method", METHODS)
def test_mean_and_variance_of_a_bridge(method: str) -> None:
    model = model_with(BRIDGE, CLOSED)
    inputs = model.uncertain_inputs()
    mean, second = exact_moments(model, {name: d.mean for name, d in inputs.items()}, second_moments(inputs))
    assert mean == pytest.approx(top_mean(model), rel=1e-12)
    found = propagate(problem_of(model), 20_000, seed=3, method=method)
    assert abs(found.mean - mean) < Z * found.standard_error
    assert found.standard_error < 0.02 * mean
    low, high = found.top.mean_interval(0.999999)
    assert low < mean < high
    # The relative error of a sample variance is sqrt((kurtosis - 1) / N), with a kurtosis near 8 here: 2 %.
    assert found.standard_deviation == pytest.approx(math.sqrt(second - mean**2), rel=0.05)
    assert found.point == pytest.approx(float(oracles.probability(
        oracles.function(model, "top"), oracles.event_probabilities(model, inputs))), rel=1e-13)  # fmt: skip


def test_a_lognormal_sample_is_lognormal() -> None:
    spreads = {"a": (1e-6, 3), "b": (1e-4, 10)}
    model = model_with(
        {"and": ["a", "b"]}, {n: {"lognormal": {"median": m, "error_factor": f}} for n, (m, f) in spreads.items()}
    )
    found = propagate(problem_of(model), 4096, method="sobol")
    sigma = math.hypot(math.log(3), math.log(10)) / stats.norm.ppf(0.95)
    for p in (5.0, 50.0, 95.0):
        exact = 1e-10 * math.exp(sigma * stats.norm.ppf(p / 100))
        low, high = found.percentile_interval(p, 0.99999)
        assert low < exact < high
        assert found.percentile(p) == pytest.approx(exact, rel=0.05)
    assert found.error_factor == pytest.approx(math.exp(sigma * stats.norm.ppf(0.95)), rel=0.03)
    assert found.median == found.percentile(50)


def test_a_shared_parameter_is_one_input_for_all_its_events() -> None:
    # Two alike in parallel: E[q^2], and not E[q]^2; two in series: 2 E[q] - E[q^2].
    a, b = 2.0, 18.0
    first, second = a / (a + b), a * (a + 1) / ((a + b) * (a + b + 1))
    for connective, exact in (("and", second), ("or", 2 * first - second)):
        model = Model.from_data(
            {
                "name": "alike", "top": "top", "gates": {"top": {connective: ["x", "y"]}},
                "basic_events": {"x": {"probability": "p"}, "y": {"probability": "p"}},
                "parameters": {"p": {"uncertainty": {"beta": {"alpha": a, "beta": b}}}},
            }
        )  # fmt: skip
        found = propagate(problem_of(model), 8192, method="sobol")
        assert found.mean == pytest.approx(exact, rel=1e-3)
        assert abs(found.mean - exact) < 6 * found.standard_error


def test_rates_go_through_their_law() -> None:
    # E[1 - exp(-rate T)] of a gamma rate is 1 - (1 + scale T)^-shape.
    shape, scale, hours = 0.5, 2e-3, 100.0
    model = Model.from_data(
        {
            "name": "rate", "top": "top", "mission_time": f"{hours} h", "gates": {"top": {"or": ["x"]}},
            "basic_events": {"x": {"rate": "r"}},
            "parameters": {"r": {"uncertainty": {"gamma": {"shape": shape, "scale": f"{scale} /h"}}}},
        }
    )  # fmt: skip
    problem = problem_of(model)
    assert problem.time == hours * HOUR
    found = propagate(problem, 16_384, method="sobol")
    exact = 1 - (1 + scale * hours) ** -shape
    assert found.mean == pytest.approx(exact, rel=1e-3)
    assert abs(found.mean - exact) < 6 * found.standard_error


def test_tiny_and_nearly_certain_probabilities_keep_their_digits() -> None:
    for low, high in ((1e-12, 3e-12), (1 - 3e-12, 1 - 1e-12)):
        model = model_with({"and": ["a", "b"]}, {n: {"uniform": {"low": low, "high": high}} for n in ("a", "b")})
        found = propagate(problem_of(model), 2048, method="sobol")
        assert found.mean == pytest.approx((0.5 * (low + high)) ** 2, rel=1e-4 if low < 0.5 else 1e-15)
        assert low**2 < found.percentile(1) < found.percentile(99) < high**2


def test_correlation_changes_the_spread_as_it_must() -> None:
    # For a product of two uniform numbers, E[xy] = E[x]E[y] + Spearman / 12.
    model = model_with({"and": ["a", "b"]}, {n: {"uniform": {"low": 0, "high": 1}} for n in ("a", "b")})
    for rank in (0.6, -0.8):
        found = propagate(problem_of(model, correlations=(("a", "b", rank),)), 30_000, seed=5)
        assert abs(found.mean - (0.25 + rank / 12)) < Z * found.standard_error


# Intervals


@pytest.mark.parametrize("method", ["monte-carlo", "latin-hypercube", "sobol"])
def test_intervals_of_a_skewed_mean_cover_nearly_what_they_promise(method: str) -> None:
    """Student's alone covered 83 of 100 times; with Hall's transformation 93 are expected, 4.5 deviations from 88."""
    model = model_with({"or": ["a"]}, {"a": {"lognormal": {"mean": 1e-6, "error_factor": 10}}})
    problem, runs = problem_of(model), 300
    ends = [propagate(problem, 1024, seed=seed, method=method).top.mean_interval() for seed in range(runs)]
    assert sum(low <= 1e-6 <= high for low, high in ends) > 0.88 * runs


@pytest.mark.parametrize(("method", "samples"), [("monte-carlo", 100), ("latin-hypercube", 256), ("sobol", 256)])
def test_intervals_cover_what_they_promise(method: str, samples: int) -> None:
    # A sum of rare events of uniform probability is nearly Irwin-Hall: mean and median are exact by symmetry.
    model = model_with({"or": ["a", "b"]}, {n: {"uniform": {"low": 1e-9, "high": 3e-9}} for n in ("a", "b")})
    problem, runs, confidence = problem_of(model), 200, 0.9
    # Quantile of the triangular sum on [2e-9, 6e-9].
    exact = {50.0: 4e-9, 90.0: 6e-9 - math.sqrt(0.1 * 4e-9 * 2e-9)}
    hits, means = dict.fromkeys(exact, 0), 0
    for seed in range(runs):
        found = propagate(problem, samples, seed=seed, method=method)
        low, high = found.top.mean_interval(confidence)
        means += low <= 4e-9 <= high
        for p, value in exact.items():
            low, high = found.percentile_interval(p, confidence)
            hits[p] += low <= value <= high
    # Four standard deviations of a binomial count. Percentiles may be covered more often than promised, never less.
    margin = 4 * math.sqrt(runs * confidence * (1 - confidence))
    assert all(count > runs * confidence - margin for count in hits.values())
    assert abs(means - runs * confidence) < margin


def test_the_interval_of_independent_samples_is_the_binomial_one() -> None:
    quantity = UncertainQuantity("x", 0.0, np.random.default_rng(1).permutation(np.arange(1.0, 101.0)) / 100)
    low, high = quantity.percentile_interval(50)
    # The textbook's 95 % interval of the median of 100: order statistics 40 and 61, covering 96.5 %.
    assert (low, high) == (0.40, 0.61)
    assert stats.binom.cdf(60, 100, 0.5) - stats.binom.cdf(39, 100, 0.5) == pytest.approx(0.9648, abs=1e-4)
    assert quantity.percentile_interval(1)[0] == 0.0
    assert quantity.percentile_interval(99.9)[1] == 1.0


def test_exceedance_is_the_part_above_with_its_interval() -> None:
    samples = np.arange(1.0, 101.0)
    quantity = UncertainQuantity("x", 0.0, samples, 1, (0.0, math.inf))
    rows = quantity.exceedance([0.0, 90.0, 1000.0]).records()
    assert [row["exceedance"] for row in rows] == [1.0, 0.1, 0.0]
    exact = stats.binomtest(10, 100).proportion_ci(0.95, "exact")
    assert (rows[1]["lower"], rows[1]["upper"]) == pytest.approx((exact.low, exact.high), rel=1e-12)
    assert (rows[0]["upper"], rows[2]["lower"]) == (1.0, 0.0)
    assert rows[2]["upper"] == pytest.approx(1 - 0.025 ** (1 / 100), rel=1e-12)
    replicated = UncertainQuantity("x", 0.0, samples, 4, (0.0, math.inf)).exceedance([60.5]).records()[0]
    assert replicated["exceedance"] == 0.4
    assert replicated["lower"] == 0.0 < replicated["upper"] == 1.0


# The quantity itself


def test_percentiles_are_those_of_numpy_and_infinities_stay() -> None:
    samples = np.random.default_rng(0).lognormal(size=1001)
    quantity = UncertainQuantity("x", 1.0, samples)
    for p in (0, 2.5, 50, 97.1, 100):
        assert quantity.percentile(p) == pytest.approx(float(np.percentile(samples, p)), rel=1e-14)
    infinite = UncertainQuantity("x", 1.0, np.array([1.0, math.inf, math.inf, 2.0]))
    assert infinite.percentile(100) == infinite.percentile(80) == infinite.mean == math.inf
    assert infinite.percentile(0) == 1.0
    assert math.isnan(infinite.standard_deviation)
    assert math.isnan(infinite.error_factor) or infinite.error_factor == math.inf
    undefined = UncertainQuantity("x", 1.0, np.array([1.0, math.nan, 3.0, 2.0]))
    assert math.isnan(undefined.median)
    assert all(map(math.isnan, undefined.percentile_interval(50)))
    zero = UncertainQuantity("x", 0.0, np.zeros(64), 16)
    assert (zero.mean, zero.standard_error, zero.percentile_interval(50)) == (0.0, 0.0, (0.0, 0.0))
    assert math.isnan(zero.error_factor)
    tiny = UncertainQuantity("x", 0.0, np.array([1e-200, 3e-200]))
    assert tiny.standard_deviation == pytest.approx(math.sqrt(2) * 1e-200, rel=1e-12)


def test_histograms_hold_the_whole_sample() -> None:
    found = propagate(bridge(), 1000, seed=1)
    for logarithmic in (None, True, False):
        histogram = found.histogram(20, logarithmic=logarithmic)
        assert len(histogram.edges) == 21
        assert histogram.fractions.sum() == pytest.approx(1.0, rel=1e-12)
        assert (histogram.edges[0], histogram.edges[-1]) == (found.samples.min(), found.samples.max())
    assert UncertainQuantity("x", 0.0, np.full(5, 0.3)).histogram().fractions.tolist() == [1.0]
    for request, message in (
        (lambda: found.histogram(0), "0 bins"),
        (lambda: UncertainQuantity("x", 0.0, np.array([0.0, 1.0])).histogram(logarithmic=True), "0 in some samples"),
        (lambda: UncertainQuantity("x", 0.0, np.array([0.0, np.inf])).histogram(), "no histogram"),
        (lambda: found.percentile(101), r"outside \[0, 100\]"),
        (lambda: found.percentile_interval(0), "no interval"),
        (lambda: found.percentile_interval(5, 1.0), "outside (0, 1)"),
        (lambda: found.exceedance([0.1], 95), "give 0.95 for 95 %"),
    ):
        with pytest.raises(InvalidRequestError, match=message.replace("(0, 1)", r"\(0, 1\)")):
            request()


# Reproducible, whoever computes


def outputs(found: UncertaintyAnalysis) -> list[np.ndarray]:
    rows = [found.samples, *(gate.samples for gate in found.gates.values())]
    if found.importance is not None:
        rows += [quantity.samples for each in found.importance for quantity in found.importance[each].values()]
    return rows


@pytest.fixture(scope="module")
def problem() -> Any:
    model = model_with(
        {"or": ["g", "h"]}, SPREADS, gates={"g": {"and": ["a", "b"]}, "h": {"atleast": {"k": 2, "of": ["c", "d", "e"]}}}
    )
    return problem_of(model, ("g", "h"))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("importance", [False, True])
def test_samples_follow_from_the_seed_alone(problem: Any, method: str, importance: bool) -> None:
    serial = propagate(problem, 3000, seed=9, method=method, importance=importance)
    with ThreadPoolExecutor(3) as executor:
        threaded = propagate(problem, 3000, seed=9, method=method, importance=importance, executor=executor)
    other = propagate(problem, 3000, seed=10, method=method, importance=importance)
    for mine, theirs in zip(outputs(serial), outputs(threaded), strict=True):
        assert np.array_equal(mine, theirs)
    assert not np.array_equal(serial.samples, other.samples)
    assert not serial.samples.flags.writeable


def test_processes_give_the_same_bits(problem: Any) -> None:
    import multiprocessing

    serial = propagate(problem, 3000, seed=9, method="sobol", importance=True)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        shared = propagate(problem, 3000, seed=9, method="sobol", importance=True, executor=executor)
    assert shared.notes == serial.notes
    for mine, theirs in zip(outputs(serial), outputs(shared), strict=True):
        assert np.array_equal(mine, theirs)


def test_a_result_can_be_pickled(problem: Any) -> None:
    found = propagate(problem, 500, seed=1)
    again = pickle.loads(pickle.dumps(found))
    assert np.array_equal(found.samples, again.samples)
    assert again.records() == found.records()


class Broken(Executor):
    def submit(self, *task: Any) -> Any:  # noqa: ARG002  (as its parent's)
        raise RuntimeError("no workers")


def test_a_lost_executor_is_told(problem: Any) -> None:
    found = propagate(problem, 500, seed=1, executor=Broken())
    assert np.array_equal(found.samples, propagate(problem, 500, seed=1).samples)
    assert "got lost with the executor (RuntimeError)" in found.notes[0]


# Gates


def test_every_gate_has_its_own_uncertainty(problem: Any) -> None:
    found = propagate(problem, 4096, method="sobol")
    assert list(found.gates) == ["g", "h"]
    a, b = (problem.inputs.distributions[name].mean for name in "ab")
    assert found.gates["g"].mean == pytest.approx(a * b, rel=0.02)
    # The gates share no event, sample by sample too.
    g, h = found.gates["g"].samples, found.gates["h"].samples
    assert found.samples == pytest.approx(-np.expm1(np.log1p(-g) + np.log1p(-h)), rel=1e-12)


# Tables, files, limits


def test_as_a_table(problem: Any) -> None:
    found = propagate(problem, 100, seed=1, method="latin-hypercube")
    assert [row["quantity"] for row in found.records()] == ["top", "g", "h"]
    data = json.loads(found.to_json())
    assert (data["samples"], data["replicates"], data["method"], data["seed"]) == (112, 16, "latin-hypercube", 1)
    assert data["notes"] == ["112 samples instead of 100: latin-hypercube takes 16 replicates of 7"]
    assert "Student's t" in data["basis"]
    assert "s / sqrt(N)" in propagate(problem, 100, seed=1).basis
    assert data["rows"][0]["mean"] == pytest.approx(found.mean, rel=1e-15)
    assert data["intervals"]["percentile_50"] == list(found.percentile_interval(50))
    assert (
        str(found).splitlines()[-2].startswith("112 samples, latin-hypercube, seed 1. Standard errors from the spread")
    )
    assert str(found).splitlines()[-1] == data["notes"][0]
    assert found.to_csv().count("\n") == 4
    assert "importance" in propagate(problem, 100, seed=1, importance=True).to_dict()


@pytest.mark.parametrize("method", METHODS)
def test_parquet_holds_every_sample_with_its_inputs(tmp_path: Path, method: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    problem = bridge(correlations=(("a", "c", 0.5),))
    found = propagate(problem, 3000, seed=4, method=method, importance=True)
    assert found.to_parquet(tmp_path / "samples.parquet") == found.design.samples
    assert [path.name for path in tmp_path.iterdir()] == ["samples.parquet"]
    table = parquet.read_table(tmp_path / "samples.parquet").to_pydict()
    assert np.array_equal(table["probability top"], found.samples)
    assert sorted(set(table["replicate"])) == list(range(found.design.replicates))
    a, b, c, d, e = (np.array(table[f"input {name}"]) for name in "abcde")
    # The row's inputs give the row's result: the bridge, by the state of e.
    closed = 1 - (1 - a) * (1 - c)
    opened = 1 - (1 - a * b) * (1 - c * d)
    exact = e * closed * (1 - (1 - b) * (1 - d)) + (1 - e) * opened
    assert found.samples == pytest.approx(exact, rel=1e-9)
    assert np.array_equal(table["criticality e"], found.importance["e"]["criticality"].samples)
    with pytest.raises(InvalidRequestError, match="cannot be written"):
        found.to_parquet(tmp_path)


def test_parquet_needs_pyarrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    found = propagate(bridge(), 64, seed=1)
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    with pytest.raises(MissingExtraError, match=re.escape("faulttree[parquet]")):
        found.to_parquet(tmp_path / "samples.parquet")
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_fit_the_memory_is_refused_beforehand(problem: Any) -> None:
    # 3 functions and 6 measures of 5 events keep 33 numbers of 8 bytes per sample.
    with pytest.raises(InvalidRequestError) as refused:
        propagate(problem, 1_000_000, importance=True, memory=1_000_000)
    assert str(refused.value) == (
        "1,000,000 samples keep 264 MB (16 MB of it for gates, 240 MB of it for importance), and 1 MB are allowed; "
        "take at most 3,787 samples, leave out gates, leave out importance, or allow more with `memory=` "
        "(command line: --memory)"
    )
    assert propagate(problem, 1000, memory=24_000).design.samples == 1000


def test_nothing_uncertain_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="nothing in this model is uncertain; give param"):
        problem_of(model_with({"or": ["a", "b"]}, {}))
    from dataclasses import replace

    for time in (-1.0, math.nan, math.inf):
        with pytest.raises(InvalidRequestError, match="not negative"):
            replace(bridge(), time=time)


def test_an_input_that_nothing_depends_on_changes_nothing() -> None:
    model = model_with({"or": ["a", {"and": ["a", "b"]}]}, {"a": SPREADS["b"], "b": SPREADS["e"]})
    found = propagate(problem_of(model), 2048, method="sobol", importance=True)
    assert found.mean == pytest.approx(2 / 32, rel=0.01)
    assert found.importance is not None
    assert list(found.importance) == ["a"]


def test_sobol_beats_monte_carlo_at_equal_samples() -> None:
    problem, samples, seeds = problem_of(model_with(BRIDGE, CLOSED)), 4096, 12
    exact = top_mean(model_with(BRIDGE, CLOSED))
    error = {
        method: math.sqrt(
            sum((propagate(problem, samples, seed=seed, method=method).mean / exact - 1) ** 2 for seed in range(seeds))
            / seeds
        )
        for method in METHODS
    }
    # The sequence's error falls nearly with N, and the hypercube leaves only what inputs do together.
    assert error["sobol"] < 0.25 * error["monte-carlo"]
    assert error["latin-hypercube"] < 0.7 * error["monte-carlo"]


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("p", [1e-4, 0.01, 5.0, 50.0, 99.99, 99.9999])
def test_a_percentile_lies_within_its_interval(method: str, p: float) -> None:
    found = propagate(bridge(), 1_000, method=method)
    lower, upper = found.percentile_interval(p)
    assert lower <= found.percentile(p) <= upper
