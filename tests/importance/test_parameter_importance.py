"""Derivatives by parameters against closed forms, and against differences in exact fractions."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given, settings
from hypothesis import strategies as st
from measured import measured
from strategies import trees

from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.conditionals import conditionals
from faulttree.importance.parameters import Parameters, parameter_importance
from faulttree.model import Model
from faulttree.quantification.inputs import EventLaws


def found_in(model: Model) -> Parameters:
    bdd, followed = compile_bdd(build(model, model.top[0])), functools.partial(model.law_form, every_parameter=True)
    laws = EventLaws(bdd.variables, tuple(followed(e) if e else None for e in bdd.variables))
    seconds = model.mission_time.seconds if model.mission_time else 0.0
    now = laws.at(seconds)
    ends = conditionals(bdd, now.q[:, 0], now.not_q[:, 0], bdd.is_monotone("top"))

    def probabilities(name: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        levels = laws.at(seconds, {name: values})
        return levels.q, levels.not_q

    return parameter_importance(
        model.parameters, probabilities, bdd.variables, ends.slope, ends.top, seconds,
        lambda name, value: laws.slopes(name, value, seconds),
    )  # fmt: skip


def model_with(
    events: dict[str, Any], parameters: dict[str, Any], formula: dict | None = None, time: str = "1 y"
) -> Model:
    return Model.from_data(
        {
            "name": "m",
            "top": "top",
            "mission_time": time,
            "gates": {"top": formula or {"or": list(events)}},
            "basic_events": events,
            "parameters": {name: {"value": value} for name, value in parameters.items()},
        }
    )


def check(row: Any, value: float, exact: float, top: float, digits: float = 1e-10) -> None:
    """The derivative is right to `digits`, and within a few times the error that it states."""
    assert row.derivative == pytest.approx(exact, rel=digits, abs=0)
    assert abs(row.derivative - exact) <= 3 * row.error + 1e-14 * abs(exact)
    assert row.error <= 1e-8 * abs(exact)
    assert row.elasticity == pytest.approx(value * exact / top, rel=digits, abs=0)


@pytest.mark.parametrize("rate", [1e-14, 1e-9, 1e-5, 1e-3, 3e-2])
def test_an_exponential_in_closed_form(rate: float) -> None:
    # 3e-2 /h for 1000 h: q = 1 - 1e-13, and its digits are those of 1 - q.
    row = found_in(model_with({"a": {"rate": "lambda"}}, {"lambda": f"{rate} /h"}, time="1000 h"))["lambda"]
    assert (row.value, row.events) == (f"{rate:g} /h".replace("e-0", "e-"), ("a",))
    check(row, rate, 1000 * math.exp(-rate * 1000), -math.expm1(-rate * 1000))


@pytest.mark.parametrize("p", [0.0, 1e-12, 0.3, 1 - 1e-12, 1.0])
def test_a_shared_probability_to_its_ends(p: float) -> None:
    model = model_with(
        {"a": {"probability": "p"}, "b": {"probability": "p"}, "c": {"probability": 0.25}},
        {"p": p},
        {"or": [{"and": ["a", "b"]}, "c"]},
    )
    row = found_in(model)["p"]
    assert row.events == ("a", "b")
    assert row.derivative == pytest.approx(0.75 * 2 * p, rel=1e-12, abs=0)
    assert row.elasticity == pytest.approx(p * 1.5 * p / (0.25 + 0.75 * p * p), rel=1e-12, abs=0)


def test_a_weibull_in_all_its_numbers() -> None:
    events = {"a": {"weibull": {"scale": "eta", "shape": "beta", "shift": "gamma"}}}
    found = found_in(model_with(events, {"eta": "40000 h", "beta": 1.7, "gamma": "500 h"}))
    t, eta, beta, gamma = 8760.0, 40000.0, 1.7, 500.0
    x = ((t - gamma) / eta) ** beta
    top, rest = -math.expm1(-x), math.exp(-x)
    check(found["eta"], eta, -rest * x * beta / eta, top)
    check(found["beta"], beta, rest * x * math.log((t - gamma) / eta), top)
    check(found["gamma"], gamma, -rest * x * beta / (t - gamma), top)
    assert [row.parameter for row in found] == sorted(
        ("eta", "beta", "gamma"), key=lambda name: -abs(found[name].elasticity)
    )


def test_a_repair_time_and_a_rate_in_years() -> None:
    # Repaired at mu = 1/tau: q = l/(l + mu) (1 - exp(-(l + mu) t)); after a year it is steady: q = l tau/(1 + l tau).
    events = {"a": {"repairable": {"rate": "l", "repair_time": "tau"}}}
    found = found_in(model_with(events, {"l": "0.5 /y", "tau": "8 h"}))
    x = 0.5 * 8 / 8760
    check(found["l"], 0.5, 8 / 8760 / (1 + x) ** 2, x / (1 + x))
    check(found["tau"], 8.0, 0.5 / 8760 / (1 + x) ** 2, x / (1 + x))


def test_a_rate_of_zero_has_a_derivative_and_no_elasticity() -> None:
    row = found_in(model_with({"a": {"rate": "l"}, "b": {"probability": 0.5}}, {"l": "0 /h"}, time="10 h"))["l"]
    assert row.derivative == pytest.approx(5.0, rel=1e-9)
    assert row.elasticity == 0.0


def test_a_test_interval_of_which_the_time_is_a_multiple_has_no_derivative() -> None:
    events = {"a": {"periodic_test": {"rate": "1e-6 /h", "interval": "tau", "first_test": "tau"}}}
    at_a_test = found_in(model_with(events, {"tau": "730 h"}))["tau"]
    assert math.isnan(at_a_test.derivative)
    assert math.isnan(at_a_test.elasticity)
    # Between tests, t - k tau since the last one: dq/dtau = -k l exp(-l (t - k tau)).
    between = found_in(model_with(events, {"tau": "1000 h"}))["tau"]
    check(between, 1000.0, -8 * 1e-6 * math.exp(-760e-6), -math.expm1(-760e-6))


def test_differences_over_many_tests_are_not_taken_for_a_slope() -> None:
    """An exposure of 61 test intervals and .83 of one: dq/dT = l exp(-l u), u = 700 h - 12.61 h - 61 * 667 min.

    Differences that reach over many tests see the mean of a saw, and came to -6.6e-11 /h.
    """
    written = {"rate": "2.659e-07 /min", "interval": "667 min", "first_test": "12.61 h"}
    events = {"a": {"periodic_test": written, "exposure": "life"}}
    row = found_in(model_with(events, {"life": "700 h"}, time="25 h"))["life"]
    rate, since = 60 * 2.659e-7, 700 - 12.61 - 61 * 667 / 60
    assert row.derivative == pytest.approx(rate * math.exp(-rate * since), rel=1e-12)


def test_a_bend_is_not_taken_for_a_slope() -> None:
    # A shift that is the mission time: no failure beyond, and a slope of one before.
    events = {"a": {"weibull": {"scale": "1000 h", "shape": 1, "shift": "s"}}}
    assert math.isnan(found_in(model_with(events, {"s": "100 h"}, time="100 h"))["s"].derivative)


def test_parameters_that_drive_nothing_are_left_out() -> None:
    model = model_with(
        {"a": {"rate": "l"}, "b": {"rate": "x"}}, {"l": "1e-3 /h", "x": "1e-3 /h", "n": 0.5}, {"or": ["a"]}
    )
    found = found_in(model)
    assert [row.parameter for row in found] == ["l"]
    assert len(found) == len(found.records()) == 1
    with pytest.raises(UnknownNameError, match="parameter 'm' is not defined"):
        found["m"]


def test_values_that_a_law_refuses_are_kept_away_from() -> None:
    seen = []

    def probabilities(_: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        seen.append(values.max())
        if values.max() > 1.01:
            raise InvalidRequestError("too long")
        return values[None] / 2, 1 - values[None] / 2

    model = model_with({"a": {"rate": "1e-3 /h"}}, {"x": "1 s"})
    row = parameter_importance(model.parameters, probabilities, ["a"], np.ones(1), 0.5, 1.0)["x"]
    assert (row.derivative, row.elasticity) == pytest.approx((0.5, 1.0), rel=1e-12)
    assert len(seen) > 1

    def never(_: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        raise InvalidRequestError("no")

    assert math.isnan(parameter_importance(model.parameters, never, ["a"], np.ones(1), 0.5, 1.0)["x"].derivative)


@settings(max_examples=300)
@given(exponent=st.floats(-9.0, -0.5), rest=st.floats(-9.0, -0.5), part=st.floats(0.01, 0.5), likely=st.booleans())
def test_the_error_covers_the_rounding_of_a_law_in_which_little_moves(
    exponent: float, rest: float, part: float, likely: bool
) -> None:
    """Of q = q_0 + k theta little moves, and 1 - q is only as good as q: its digits are those of 1."""
    value, left = 10.0**exponent, 10.0**rest
    fixed, k = (1.0 - left if likely else left), left * part

    def probabilities(_: str, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        q = fixed + k * values
        return q[None], 1.0 - q[None]

    model = model_with({"a": {"probability": "x"}}, {"x": value})
    for row in parameter_importance(model.parameters, probabilities, ["a"], np.ones(1), 0.5, 1.0):
        assert math.isnan(row.derivative) or abs(row.derivative - k) <= row.error


@given(trees(max_events=5, extremes=False))
def test_a_derivative_is_the_difference_of_truth_tables(model: Model) -> None:
    found, m = found_in(model), measured(model)
    shared = [e for e in m.events if model.basic_events[e].probability == "shared probability"]
    exact = sum(m.given({e: True}) - m.given({e: False}) for e in shared)
    names = [row.parameter for row in found]
    relevant = [e for e in shared if e in oracles.support(m.f)]
    if not relevant:
        return
    assert "shared probability" in names
    row = found["shared probability"]
    sizes = sum(abs(m.given({e: True}) - m.given({e: False})) for e in shared)
    if not math.isnan(row.derivative):
        assert row.derivative == pytest.approx(float(exact), rel=1e-12, abs=1e-12 * float(sizes))
