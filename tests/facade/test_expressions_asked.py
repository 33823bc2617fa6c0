"""Everything that can be asked of a tree, of models whose numbers are expressions."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

import faulttree as ft
from faulttree import formats
from faulttree.errors import InvalidRequestError

HOUR = 3600.0
SIGMA = math.log(10.0) / 1.6448536269514722
"""Of a lognormal distribution with the error factor 10."""


def tree(
    top: dict[str, Any], events: dict[str, Any], parameters: dict[str, Any], hours: float = 24.0, **more: Any
) -> ft.FaultTree:
    return ft.FaultTree.from_data(
        {
            "name": "m", "top": "TOP", "mission_time": f"{hours} h", "gates": {"TOP": top}, "basic_events": events,
            "parameters": parameters, **more,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def same_rate_twice() -> ft.FaultTree:
    """A and b are both 24 h of one lognormal rate of the mean 1e-4 /h and the error factor 10; c has the mean 1e-7."""
    return tree(
        {"or": [{"and": ["a", "b"]}, "c"]},
        {"a": {"probability": "rate * 24 h"}, "b": {"probability": "24 h * rate"}, "c": {"probability": "rare"}},
        {
            "rate": {"uncertainty": {"lognormal": {"mean": "1e-4 /h", "error_factor": 10}}},
            "rare": {"uncertainty": {"lognormal": {"mean": 1e-7, "error_factor": 3}}},
        },
    )


def test_what_two_expressions_share_is_one_input(same_rate_twice: ft.FaultTree) -> None:
    """E[min(1, 24 rate)^2] + 1e-7, up to their product, for a lognormal rate.

    With mu = ln(1e-4) - sigma^2 / 2 and z = (ln(1/24) - mu) / sigma: E[rate^2; rate < 1/24] = exp(2 mu + 2 sigma^2)
    Phi(z - 2 sigma), and above 1/24 the square is 1. The uncut closed form is 576 E[rate^2] + 1e-7 = 4.10e-5.
    """
    mu = math.log(1e-4) - SIGMA**2 / 2
    z = (math.log(1 / 24) - mu) / SIGMA
    mean = 576 * math.exp(2 * mu + 2 * SIGMA**2) * ndtr(z - 2 * SIGMA) + ndtr(-z) + 1e-7
    assert mean == pytest.approx(4.0e-5, rel=0.02)
    sampled = same_rate_twice.uncertainty(400_000, seed=1, method="sobol")
    assert len(sampled.inputs) == 2
    assert sampled.mean == pytest.approx(mean, rel=0.05)
    # The 95th percentile of the rate is its median times the error factor; c adds its mean or so.
    assert sampled.percentile(95) == pytest.approx(576 * (math.exp(mu) * 10) ** 2 + 0.8e-7, rel=0.01)
    assert same_rate_twice.probability().value == pytest.approx((24e-4) ** 2 + 1e-7, rel=1e-4)


def test_one_rate_over_two_times_is_one_input() -> None:
    """Both are functions of the rate alone.

    P(a) P(b) = (1 - exp(-24 r)) (1 - exp(-1000 r)) for a uniform r on [1e-5, 3e-5]: its mean by Simpson's rule.
    """
    asked = tree(
        {"and": ["a", "b"]},
        {"a": {"probability": "exponential(rate, 24 h)"}, "b": {"probability": "1 - exp(-rate * 1000 h)"}},
        {"rate": {"uncertainty": {"uniform": {"low": "1e-5 /h", "high": "3e-5 /h"}}}},
    )
    r = np.linspace(1e-5, 3e-5, 201)
    product = np.expm1(-24 * r) * np.expm1(-1000 * r)
    weights = np.array([1, *[4, 2] * 99, 4, 1]) / 600
    sampled = asked.uncertainty(20_000, method="sobol")
    assert list(sampled.inputs.distributions) == ["rate"]
    assert sampled.mean == pytest.approx(float(weights @ product), rel=1e-4)


@pytest.fixture(scope="module")
def imperfect() -> ft.FaultTree:
    """A tenth of what fails at 1.5e-4 /h, the form of the standard's own example."""
    return tree({"or": ["e"]}, {"e": {"probability": "0.1 * (1 - exp(-1.5e-4 /h * t))"}}, {}, 8760.0)


def test_a_probability_of_the_time_is_followed_in_time(imperfect: ft.FaultTree) -> None:
    """Q(t) = 0.1 (1 - exp(-a t)) with a = 1.5e-4 /h; w = 0.1 a exp(-a t).

    At 1 h 0.1 a (1 - a / 2 + ...) = 1.49989e-5; the mean over T is 0.1 (1 - (1 - exp(-a T)) / (a T)) = .0443488;
    W / T = Q(T) / T = 8.3477e-6 /h. It rises to 0.1 and no further, so that it may never occur.
    """
    a, end = 1.5e-4, 8760.0
    curve = imperfect.over_time([0.0, HOUR, end * HOUR])
    assert curve.unavailability.tolist() == pytest.approx(
        [0.0, -0.1 * math.expm1(-a), -0.1 * math.expm1(-a * end)], rel=1e-13
    )
    assert curve.unavailability[1] == pytest.approx(1.49989e-5, rel=1e-5)
    assert curve.frequency is not None and curve.unreliability is not None
    assert (curve.frequency * HOUR).tolist() == pytest.approx(
        [0.1 * a * math.exp(-a * t) for t in (0.0, 1.0, end)], rel=1e-13
    )
    assert curve.unreliability.value.tolist() == curve.unavailability.tolist()
    found = {row.quantity: row for row in imperfect.metrics()}
    assert found["mean_unavailability"].value == pytest.approx(0.1 * (1 + math.expm1(-a * end) / (a * end)), rel=1e-9)
    assert found["mean_unavailability"].value == pytest.approx(0.0443488, rel=1e-5)
    assert found["pfh"].value == pytest.approx(8.3477e-6, rel=1e-5)
    assert found["unreliability"].method == "exact"
    assert found["mttf"].value == math.inf


def test_what_may_fall_has_no_frequency_and_says_why() -> None:
    asked = tree({"or": ["e"]}, {"e": {"probability": "0.1 + 0.05 * sin(t / 3 h)"}}, {}, 10.0)
    found = {row.quantity: row for row in asked.metrics()}
    # The mean of 0.1 + 0.05 sin(t / 3) over [0, 10] is 0.1 + 0.015 (1 - cos(10 / 3)).
    assert found["mean_unavailability"].value == pytest.approx(0.1 + 0.015 * (1 - math.cos(10 / 3)), rel=1e-9)
    for name in ("unreliability", "failure_frequency", "expected_failures", "pfh", "sil_high_demand", "mttf", "mtbf"):
        assert found[name].value is None, name
    assert "may fall" in found["pfh"].note
    assert "may fall" in found["mttf"].note
    assert asked.over_time([HOUR]).frequency is None
    for of in ("frequency", "unreliability"):
        with pytest.raises(InvalidRequestError, match="may fall"):
            asked.importance_in_time(of)
    assert asked.importance_in_time("mean-unavailability")["e"].risk_achievement_worth > 1.0


def test_samples_of_what_may_fall_have_no_pfh() -> None:
    asked = tree(
        {"or": ["e"]},
        {"e": {"probability": "p * exp(-t / 5 h)"}},
        {"p": {"uncertainty": {"beta": {"alpha": 2, "beta": 8}}}},
    )
    with pytest.raises(InvalidRequestError, match="may fall"):
        asked.uncertainty(100, of="pfh")
    # The mean over 24 h is p (1 - exp(-4.8)) 5 / 24, and the mean of p is 0.2.
    mean = asked.uncertainty(4_000, method="sobol", of="mean-unavailability").mean
    assert mean == pytest.approx(0.2 * -math.expm1(-4.8) * 5 / 24, rel=1e-2)


def test_a_rate_over_two_times_has_the_slope_of_both() -> None:
    """P = 1 - exp(-11 r T) of an OR of two events of one rate r over T and 10 T: dP/dr = 11 T exp(-11 r T).

    T = 8760 h, r = 1e-6 /h: 96360 exp(-0.09636) = 87508.08 h; r dP/dr / P = .95259.
    """
    asked = tree(
        {"or": ["a", "b"]}, {"a": {"rate": "r"}, "b": {"probability": "exponential(r, 10 * 8760 h)"}},
        {"r": {"value": "1e-6 /h"}}, 8760.0,
    )  # fmt: skip
    (row,) = asked.parameter_importance()
    assert row.events == ("a", "b")
    assert row.unit == "1 /h"
    assert row.derivative == pytest.approx(96360 * math.exp(-0.09636), rel=1e-13)
    assert row.derivative == pytest.approx(87508.08, rel=1e-7)
    assert row.elasticity == pytest.approx(0.95259, rel=1e-5)
    # To halve P = .0918629, r is -ln(1 - P / 2) / 96360.
    target = asked.probability().value / 2
    (reached,) = asked.parameters_to_reach(target)
    assert reached.required == pytest.approx(-math.log1p(-target) / 96360, rel=1e-9)


def test_what_follows_others_is_no_parameter_of_its_own() -> None:
    """Q = (2 p)^2 = 0.04 through two parameters of which one follows the other: dq/dp = 8 p."""
    asked = tree(
        {"and": ["e", "f"]}, {"e": {"probability": "double"}, "f": {"probability": "double + 0"}},
        {"p": {"value": 0.1}, "double": {"value": "2 * p"}},
    )  # fmt: skip
    (row,) = asked.parameter_importance()
    assert row.parameter == "p"
    assert row.derivative == pytest.approx(0.8, rel=1e-9)
    assert row.elasticity == pytest.approx(2.0, rel=1e-9)


def test_group_factors_may_be_expressions() -> None:
    """A beta factor of b / 2: P of both is beta Q + ((1 - beta) Q)^2 less their product."""
    asked = tree(
        {"and": ["x", "y"]}, {"x": {"probability": "2 * q"}, "y": {"probability": "2 * q"}},
        {"q": {"value": 0.05}, "b": {"uncertainty": {"uniform": {"low": 0.1, "high": 0.3}}}},
        common_cause_groups={"g": {"events": ["x", "y"], "beta_factor": "b / 2"}},
    )  # fmt: skip
    common, alone = 0.1 * 0.1, (0.9 * 0.1) ** 2
    assert asked.probability().value == pytest.approx(common + alone - common * alone, rel=1e-13)
    sampled = asked.uncertainty(2_000, method="sobol")
    assert list(sampled.inputs.distributions) == ["b"]
    assert sampled.mean == pytest.approx(common + alone - common * alone, rel=1e-2)


@pytest.fixture(scope="module")
def plant() -> ft.FaultTree:
    return tree(
        {"or": [{"and": ["a", "b"]}, "c"]},
        {
            "a": {"probability": "1 - exp(-r * t)"}, "b": {"weibull": {"scale": "life * 2", "shape": "k"}},
            "c": {"probability": "if(t > 12 h, p, p / 2)"},
        },
        {
            "r": {"uncertainty": {"lognormal": {"mean": "1e-3 /h", "error_factor": 3}}}, "life": {"value": "100 h"},
            "k": {"value": "1 + p * 10"},
            "p": {"value": 0.01, "uncertainty": {"uniform": {"low": 0.005, "high": 0.015}}},
        },
        scenarios={"down": {"set": {"a": True}}},
    )  # fmt: skip


def by_hand(hours: float, rate: float = 1e-3, p: float = 0.01) -> float:
    a, b = -math.expm1(-rate * hours), -math.expm1(-((hours / 200) ** (1 + 10 * p)))
    return 1 - (1 - a * b) * (1 - (p if hours > 12 else p / 2))


def test_every_verb_takes_expressions(plant: ft.FaultTree) -> None:
    assert plant.probability().value == pytest.approx(by_hand(24.0), rel=1e-12)
    assert plant.what_if({"c": False, "b": 0.5}).probability().value == pytest.approx(
        -math.expm1(-0.024) / 2, rel=1e-12
    )
    assert plant.minimal_cut_sets().count == 2
    assert plant.importance()["c"].birnbaum > 0.9
    hours = np.linspace(1.0, 24.0, 24)
    curve = plant.over_time(hours * HOUR)
    assert curve.unavailability.tolist() == pytest.approx([by_hand(t) for t in hours], rel=1e-12)
    assert curve.frequency is None  # c may be anything after its switch
    indices = plant.sobol_indices(64)
    assert {row.input for row in indices} == {"r", "p"}
    swings = {row.input: row for row in plant.tornado()}
    assert swings["p"].at_low == pytest.approx(by_hand(24.0, p=0.0055), rel=1e-9)
    given = plant.given({"TOP": True})
    assert given.probability == pytest.approx(by_hand(24.0), rel=1e-12)
    rows = {row.parameter: row for row in plant.parameter_importance()}
    assert set(rows) == {"r", "life", "p"}
    step = 1e-6
    slope = (by_hand(24.0, p=0.01 + step) - by_hand(24.0, p=0.01 - step)) / (2 * step)
    assert rows["p"].derivative == pytest.approx(slope, rel=1e-6)
    again = pickle.loads(pickle.dumps(plant))
    assert again.probability().value == plant.probability().value


def test_a_page_and_a_report_show_expressions(plant: ft.FaultTree, tmp_path: Any) -> None:
    place = tmp_path / "m.yaml"
    formats.write(plant.model, place)
    assert repr(plant.event_probabilities()["a"]) in plant.explorer().to_html()
    report = ft.analyse(ft.load(place)).report()
    assert "shape k = 1.1" in report
    assert r"life \* 2 = 200 h" in report


def test_a_difference_of_models_shows_expressions(plant: ft.FaultTree) -> None:
    data = json.loads(json.dumps(plant.model.to_data()))
    data["basic_events"]["a"]["probability"] = "1 - exp(-2 * r * t)"
    told = str(ft.diff(plant, ft.FaultTree.from_data(data)))
    assert "2 * r * t" in told


def test_one_shape_of_expression_is_worked_out_for_all_samples_at_once() -> None:
    events = {f"e{k}": {"probability": f"1 - exp(-{k + 1}e-6 /h * t) * (1 - p)"} for k in range(40)}
    asked = tree({"or": list(events)}, events, {"p": {"uncertainty": {"uniform": {"low": 0.0, "high": 1e-3}}}}, 100.0)
    # 1 - prod (1 - p) exp(-k 1e-4) for k = 1 to 40, the mean over p by the midpoint rule.
    p = (np.arange(1000) + 0.5) / 1e6
    mean = np.mean(1 - (1 - p) ** 40 * math.exp(-820e-4))
    assert asked.uncertainty(4096, method="sobol").mean == pytest.approx(float(mean), rel=1e-4)


def test_what_has_no_limit_has_no_mean_life() -> None:
    """Nothing times a time without end: the expression is 0 at every time, and what it comes to is not worked out."""
    asked = tree({"or": ["e"]}, {"e": {"probability": "0 * t / 1 h"}}, {})
    found = {row.quantity: row for row in asked.metrics()}
    assert found["unavailability"].value == 0.0
    assert found["mttf"].value is None
    assert "not known" in found["mttf"].note
