"""What drives the result: Sobol's indices against their closed forms, a tornado against the definition."""

from __future__ import annotations

import math
import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from strategies import model_of
from uncertain_problems import BRIDGE, SPREADS, bridge, exact_moments, model_with, problem_of, second_moments

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model import Model
from faulttree.model.distributions import Uniform
from faulttree.uncertainty import METHODS, UncertainInputs, quantile, sobol_indices, tornado

CLOSED = {event: spread for event, spread in SPREADS.items() if event != "a"} | {"a": {"beta": {"alpha": 1, "beta": 9}}}


def exact_indices(model: Model) -> tuple[float, dict[str, tuple[float, float]]]:
    """Var(P) and the indices by exact moments: knowing an input leaves its square's mean where its mean's square was.

    Var(E[P | x_i]) = E[E[P | x_i]^2] - E[P]^2, and E[E[P | x]^2] over any set x of inputs is E[P^2] with the second
    moment of every other input replaced by the square of its mean.
    """
    inputs = model.uncertain_inputs()
    first = {name: d.mean for name, d in inputs.items()}
    second = second_moments(inputs)
    flat = {name: mean**2 for name, mean in first.items()}
    mean, whole = exact_moments(model, first, second)
    variance = whole - mean**2
    found = {}
    for name in inputs:
        known = exact_moments(model, first, {**flat, name: second[name]})[1] - mean**2
        others = exact_moments(model, first, {**second, name: flat[name]})[1] - mean**2
        found[name] = known / variance, 1 - others / variance
    return variance, found


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("formula", [BRIDGE, {"and": ["a", "b", "c"]}, {"or": ["b", "c"]}, {"xor": ["c", "d", "e"]}])
def test_indices_are_those_of_exact_moments(formula: dict[str, Any], method: str) -> None:
    used = model_of(formula).basic_events
    model = model_with(formula, {name: spread for name, spread in CLOSED.items() if name in used})
    variance, exact = exact_indices(model)
    found = sobol_indices(problem_of(model), 16_384, seed=2, method=method, confidence=0.9999)
    assert found.variance == pytest.approx(variance, rel=0.01 if method == "sobol" else 0.1)
    for index in found:
        first, total = exact[index.input]
        # An interval of 99.99 % for each of some forty indices.
        assert index.first_order_lower < first < index.first_order_upper
        assert index.total_lower < total < index.total_upper
        assert index.first_order_upper - index.first_order_lower < (0.2 if method == "sobol" else 0.5)
        if method == "sobol":
            assert index.first_order == pytest.approx(first, abs=0.02)
            assert index.total == pytest.approx(total, abs=0.02)


def test_a_product_of_two_has_the_textbooks_indices() -> None:
    # With squared coefficients of variation c1 and c2: S1 = c1 / (c1 + c2 + c1 c2), ST1 = S1 (1 + c2).
    model = model_with(
        {"and": ["a", "b"]}, {"a": {"uniform": {"low": 0, "high": 1e-5}}, "b": {"beta": {"alpha": 1, "beta": 1}}}
    )
    c = 1 / 3
    found = sobol_indices(problem_of(model), 8192)
    for index in found:
        assert index.first_order == pytest.approx(c / (2 * c + c * c), abs=3e-3)
        assert index.total == pytest.approx((c + c * c) / (2 * c + c * c), abs=3e-3)


def test_a_sum_has_equal_indices_that_add_up_to_one_however_small() -> None:
    spreads = {n: {"uniform": {"low": 1e-170, "high": k * 1e-170}} for n, k in (("a", 2), ("b", 3))}
    found = sobol_indices(problem_of(model_with({"or": ["a", "b"]}, spreads)), 4096)
    # Variances go with the squared widths: 1 to 4.
    assert found["a"].first_order == pytest.approx(0.2, abs=2e-3)
    assert found["b"].total == pytest.approx(0.8, abs=2e-3)
    assert [index.input for index in found] == ["b", "a"]


def test_what_does_not_matter_has_indices_of_zero() -> None:
    model = model_with({"or": ["a", {"and": ["a", "b"]}]}, {"a": SPREADS["b"], "b": SPREADS["e"]})
    found = sobol_indices(problem_of(model), 512)
    assert (found["b"].first_order, found["b"].total) == (0.0, 0.0)
    assert found["a"].total == pytest.approx(1.0, abs=0.05)
    certain = model_with({"and": ["a", "z"]}, {"a": SPREADS["b"]}, house_events={"z": {"state": False}})
    flat = sobol_indices(problem_of(certain), 512)
    assert flat.variance == 0.0
    assert math.isnan(flat["a"].first_order)


def test_processes_give_the_same_indices() -> None:
    problem = bridge()
    serial = sobol_indices(problem, 1024, seed=4)
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as executor:
        assert sobol_indices(problem, 1024, seed=4, executor=executor).records() == serial.records()
    assert serial.evaluations == 1024 * 7
    assert serial.notes == ()
    assert serial.to_dict()["evaluations"] == 7168
    assert serial["a"].input == "a"
    assert sobol_indices(problem, 1000, seed=4).notes[0].startswith("1,024 samples instead of 1,000: sobol takes")


def test_more_samples_bring_narrower_intervals() -> None:
    few, many = (sobol_indices(bridge(), n, seed=1) for n in (512, 8192))
    width = {n: sum(i.total_upper - i.total_lower for i in found) for n, found in ((512, few), (8192, many))}
    assert width[8192] < 0.5 * width[512]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"confidence": 95}, "give 0.95 for 95 %"),
        ({"samples": 0}, "samples is 0"),
        (
            {"memory": 10_000},
            "8,192 samples keep 459 kB .459 kB of it for 5 inputs., and 10 kB are allowed; take at most",
        ),
    ],
)
def test_what_cannot_be_done_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        sobol_indices(bridge(), **options)


def test_correlated_inputs_have_no_indices() -> None:
    problem = bridge(correlations=(("a", "c", 0.5),))
    with pytest.raises(InvalidRequestError, match="defined for independent inputs, and 'a' is correlated with 'c'"):
        sobol_indices(problem)
    assert len(tornado(problem)) == 5


LAWS = Model.from_data(
    {
        "name": "all kinds of laws",
        "top": "top",
        "mission_time": "1000 h",
        "gates": {"top": {"or": ["two", "fails", {"and": ["wears", "demanded", "repaired"]}]},
                  "two": {"atleast": {"k": 2, "of": ["x", "y", "tested", "aged"]}}},
        "basic_events": {
            "x": {"rate": "rate"},
            "y": {"rate": "rate"},
            "fails": {"probability": "stuck"},
            "wears": {"weibull": {"scale": "life", "shape": "shape"}},
            "aged": {"weibull": {"scale": "life", "shape": 2}},
            "demanded": {"glm": {"on_demand": "stuck", "rate": "rate", "repair_rate": "repair"}},
            "repaired": {"repairable": {"rate": "3e-4 /h", "repair_rate": "repair"}},
            "tested": {"periodic_test": {"rate": "rate", "interval": "170 h", "first_test": "90 h"}},
        },
        "parameters": {
            "rate": {"uncertainty": {"lognormal": {"mean": "1e-4 /h", "error_factor": 3}}},
            "repair": {"uncertainty": {"gamma": {"shape": 2, "scale": "0.05 /h"}}},
            "life": {"uncertainty": {"triangular": {"low": "900 h", "mode": "3000 h", "high": "9000 h"}}},
            "shape": {"uncertainty": {"uniform": {"low": 1, "high": 3}}},
            "stuck": {"uncertainty": {"beta": {"alpha": 1, "beta": 99}}},
            "share": {"uncertainty": {"beta": {"alpha": 2, "beta": 20}}},
        },
        "common_cause_groups": {"pair": {"events": ["x", "y"], "beta_factor": "share"}},
    }
)  # fmt: skip


@pytest.mark.parametrize("at_once", [None, 1])
@pytest.mark.usefixtures("kernel_mode")
def test_an_exchanged_coordinate_gives_the_bits_of_all_worked_out(
    at_once: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if at_once:  # so little that every input has a sweep of its own
        monkeypatch.setattr("faulttree.uncertainty.problem.AT_ONCE", at_once)
    inputs = UncertainInputs({**bridge().inputs.distributions, "idle": Uniform(0.0, 1.0)})
    for problem in (FaultTree.of(LAWS)._problem(), replace(bridge(), inputs=inputs)):
        n = len(problem.names)
        a, b = np.random.default_rng(n).random((2, n, 37))
        found = problem.exchanged(a, b)
        assert np.array_equal(found[:2], [problem.evaluate(each)[0] for each in (a, b)])
        for row in range(n):
            mixed = a.copy()
            mixed[row] = b[row]
            assert np.array_equal(found[row + 2], problem.evaluate(mixed)[0])
            assert np.array_equal(found[row + 2], found[0]) == (problem.names[row] == "idle")


# Tornado


@pytest.mark.parametrize("batch", [None, 1])
def test_a_tornado_turns_one_input_at_a_time(batch: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    problem = bridge()
    if batch:  # so little at once that every input is worked out by itself
        monkeypatch.setattr("faulttree.uncertainty.problem.AT_ONCE", batch)
    found = tornado(problem, 10, 90)
    values = dict.fromkeys("abcde", 0.1)

    def bridge_probability(q: dict[str, float]) -> float:
        closed = (1 - (1 - q["a"]) * (1 - q["c"])) * (1 - (1 - q["b"]) * (1 - q["d"]))
        opened = 1 - (1 - q["a"] * q["b"]) * (1 - q["c"] * q["d"])
        return q["e"] * closed + (1 - q["e"]) * opened

    assert found.point == pytest.approx(bridge_probability(values), rel=1e-13)
    for swing in found:
        low, high = quantile(problem.inputs.distributions[swing.input], np.array([0.1, 0.9]))
        assert (swing.low_value, swing.high_value) == (low, high)
        assert swing.at_low == pytest.approx(bridge_probability({**values, swing.input: low}), rel=1e-12)
        assert swing.at_high == pytest.approx(bridge_probability({**values, swing.input: high}), rel=1e-12)
        assert swing.swing == abs(swing.at_high - swing.at_low)
    assert [swing.swing for swing in found] == sorted((swing.swing for swing in found), reverse=True)
    assert [row["input"] for row in found.records()] == [swing.input for swing in found]
    assert found["a"].input == "a"
    assert found.to_dict()["percentiles"] == [10, 90]
    with pytest.raises(UnknownNameError, match="uncertain input 'z' is not defined; known are"):
        found["z"]


@pytest.mark.parametrize(("low", "high"), [(0, 95), (95, 5), (5, 100), (50, 50), (float("nan"), 5)])
def test_a_tornado_between_no_percentiles_is_refused(low: float, high: float) -> None:
    with pytest.raises(InvalidRequestError, match="give two that rise, between 0 and 100"):
        tornado(bridge(), low, high)


def test_the_noise_of_rounding_has_no_causes() -> None:
    certain = model_with({"or": ["a", "z"]}, {"a": SPREADS["a"]}).to_data()
    certain["basic_events"]["z"] = {"probability": 1}
    found = sobol_indices(problem_of(Model.from_data(certain)), 512)
    assert math.isnan(found["a"].first_order)
    assert math.isnan(found["a"].total_upper)
    assert found.variance == 0.0
    assert found.notes == ("the result does not vary, but for rounding, so no index is defined: it is 1",)


def test_a_spread_far_above_rounding_has_causes_however_small() -> None:
    # Of 0.1 a part of 1e-9, and rounding errs by 1e-14 of it.
    almost = model_with({"or": ["a", "b"]}, {"a": {"uniform": {"low": 1e-10, "high": 3e-10}}})
    found = sobol_indices(problem_of(almost), 512)
    assert found["a"].total == pytest.approx(1.0, abs=0.05)
    assert found.notes == ()
