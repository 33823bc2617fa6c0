"""Open-PSA expressions stay expressions: what two files say of one plant, and what comes back of random ones."""

# ruff: noqa: E501  (XML reads better whole)

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from expressions.expression_strategies import probabilities
from formats.opsa import T, expression_of, f, opened, parameter, tree
from hypothesis import given
from hypothesis import strategies as st

import faulttree as ft
from faulttree.expressions import Node, written
from faulttree.formats import dumps, losses, read_text
from faulttree.formats.open_psa.terms import hourly, with_units
from faulttree.model import Model
from faulttree.model.expressions import parsed_text
from faulttree.model.quantities import UNITS

SIGMA = math.log(10.0) / 1.6448536269514722
LAMBDA = parameter("lambda", f"<lognormal-deviate>{f(1e-4)}{f(10)}{f(0.95)}</lognormal-deviate>")


def plant(gate: str, events: dict[str, str], more: str = "", hours: float = 24.0) -> ft.FaultTree:
    body = f'<define-gate name="TOP">{gate}</define-gate>'
    body += "".join(f'<define-basic-event name="{name}">{law}</define-basic-event>' for name, law in events.items())
    stated = f'<attributes><attribute name="faulttree-mission-time" value="{hours} h"/></attributes>'
    model, warnings = opened(tree(body + more).replace("<opsa-mef>", f"<opsa-mef>{stated}"))
    assert warnings == []
    again, _ = read_text(dumps(model, "open-psa"), "open-psa", "m.xml")
    assert again == model
    return ft.FaultTree.of(model)


def test_events_of_one_uncertain_rate_are_dependent() -> None:
    """E[min(1, 24 rate)^2] + 1e-7; see the same in tests/facade/test_expressions_asked.py for the closed form."""
    law = f'<mul><parameter name="lambda"/>{f(24)}</mul>'
    rare = f"<lognormal-deviate>{f(1e-7)}{f(3)}{f(0.95)}</lognormal-deviate>"
    asked = plant(
        '<or><and><basic-event name="a"/><basic-event name="b"/></and><basic-event name="c"/></or>',
        {"a": law, "b": law, "c": rare}, LAMBDA,
    )  # fmt: skip
    sampled = asked.uncertainty(100_000, seed=1, method="sobol")
    assert set(sampled.inputs.distributions) == {"lambda", "c"}
    assert sampled.mean == pytest.approx(4.05e-5, rel=0.03)
    assert sampled.percentile(95) == pytest.approx(576 * (1e-3 * math.exp(-(SIGMA**2) / 2)) ** 2 + 0.8e-7, rel=0.01)


def test_exponentials_of_one_uncertain_rate_over_two_times() -> None:
    events = {
        name: f'<exponential><parameter name="lambda"/>{f(hours)}</exponential>'
        for name, hours in (("a", 24), ("b", 1000))
    }
    asked = plant('<and><basic-event name="a"/><basic-event name="b"/></and>', events, LAMBDA)
    sampled = asked.uncertainty(20_000, seed=1, method="sobol")
    assert list(sampled.inputs.distributions) == ["lambda"]
    # The mean of (1 - exp(-24 r)) (1 - exp(-1000 r)) over the quantiles of r by the midpoint rule.
    from scipy.special import ndtri

    r = 1e-4 * np.exp(-(SIGMA**2) / 2 + SIGMA * ndtri((np.arange(200_000) + 0.5) / 200_000))
    assert sampled.mean == pytest.approx(float(np.mean(np.expm1(-24 * r) * np.expm1(-1000 * r))), rel=0.02)


def test_the_form_of_the_standard_is_followed_in_time() -> None:
    """0.1 (1 - exp(-1.5e-4 t)): derivations in tests/facade/test_expressions_asked.py."""
    law = f"<mul>{f(0.1)}<sub>{f(1)}<exp><mul><neg>{f(1.5e-4)}</neg>{T}</mul></exp></sub></mul>"
    asked = plant('<or><basic-event name="e"/></or>', {"e": law}, hours=8760.0)
    assert asked.over_time([3600.0]).unavailability[0] == pytest.approx(1.49989e-5, rel=1e-5)
    found = {row.quantity: row.value for row in asked.metrics()}
    assert found["mean_unavailability"] == pytest.approx(0.0443488, rel=1e-5)
    assert found["pfh"] == pytest.approx(8.3477e-6, rel=1e-5)


def test_a_rate_over_two_times_has_the_slope_of_both() -> None:
    events = {
        "a": f'<exponential><parameter name="r"/>{T}</exponential>',
        "b": f'<exponential><parameter name="r"/><mul>{f(10)}{T}</mul></exponential>',
    }
    asked = plant('<or><basic-event name="a"/><basic-event name="b"/></or>', events, parameter("r", f(1e-6)), 8760.0)
    (row,) = asked.parameter_importance()
    assert row.derivative == pytest.approx(96360 * math.exp(-0.09636), rel=1e-9)  # 87508.08 h
    assert row.elasticity == pytest.approx(0.95259, rel=1e-5)


def test_a_deviate_anywhere_is_an_input_of_its_own() -> None:
    uniform = f"<uniform-deviate>{f(0.1)}{f(0.3)}</uniform-deviate>"
    model, warnings = expression_of(f"<mul>{uniform}<add>{uniform}{f(0.5)}</add></mul>", parameter("e_uniform", f(0.5)))
    assert model.basic_events["e"].probability == "e_uniform_2 * (e_uniform_3 + 0.5)"
    assert set(model.uncertain_inputs()) == {"e_uniform_2", "e_uniform_3"}
    assert model.probability_of("e") == pytest.approx(0.2 * 0.7)
    assert [line for line in warnings if "no event uses it" not in line] == []


def test_a_deviate_of_an_event_with_the_name_of_a_parameter_is_kept() -> None:
    model, _ = expression_of(f"<uniform-deviate>{f(0.1)}{f(0.3)}</uniform-deviate>", parameter("e", f(0.5)))
    assert model.basic_events["e"].probability == "e_uniform"
    assert set(model.uncertain_inputs()) == {"e_uniform"}


def test_a_deviate_in_another_unit_is_kept() -> None:
    """300 FIT to 500 FIT: 4e-7 /h on average."""
    spread = f"<uniform-deviate>{f(300)}{f(500)}</uniform-deviate>"
    model, _ = expression_of(f'<exponential><parameter name="q"/>{T}</exponential>', parameter("q", spread, "fit"))
    assert set(model.uncertain_inputs()) == {"q_uniform"}
    assert model.probability_of("e") == pytest.approx(-math.expm1(-4e-7 * 100), rel=1e-12)


def test_numbers_of_a_deviate_are_taken_at_their_values_and_that_is_told() -> None:
    model, warnings = expression_of(f'<uniform-deviate><parameter name="p"/>{f(0.3)}</uniform-deviate>')
    assert model.uncertain_inputs()["e_uniform"].reach == (0.25, 0.3)
    assert any("taken at their values" in line for line in warnings)


def test_a_histogram_of_expressions_draws_the_bin_first() -> None:
    """A value of [100, 280] drawn evenly lies below 200 in 100 of 180 cases."""
    low, high = f'<mul><parameter name="p"/>{f(0.1)}</mul>', '<parameter name="p"/>'
    model, _ = expression_of(f"<histogram>{f(100)}<bin>{f(200)}{low}</bin><bin>{f(280)}{high}</bin></histogram>")
    asked = ft.FaultTree.of(model)
    assert asked.uncertainty(4096, method="sobol").mean == pytest.approx((100 * 0.025 + 80 * 0.25) / 180, rel=1e-3)


def test_a_histogram_of_numbers_is_a_distribution_of_these() -> None:
    """The example of the format's description, in tenths of thousandths: the values by the widths of their bins."""
    steps = ((170, 0.7e-4), (200, 1.1e-4), (210, 1.3e-4), (230, 1e-4), (280, 5e-5))
    bins = "".join(f"<bin>{f(x)}{f(y)}</bin>" for x, y in steps)
    model, warnings = expression_of(f"<histogram>{f(100)}{bins}</histogram>")
    assert warnings == []
    event = model.to_data()["basic_events"]["e"]
    assert event["uncertainty"] == {"empirical": {"values": [y for _, y in steps], "weights": [70, 30, 10, 20, 50]}}
    mean = (70 * 0.7e-4 + 30 * 1.1e-4 + 10 * 1.3e-4 + 20 * 1e-4 + 50 * 5e-5) / 180
    assert event["probability"] == pytest.approx(mean, rel=1e-14)
    text = dumps(model, "open-psa")
    assert text.count("<bin>") == 5
    assert read_text(text, "open-psa", "m.xml")[0] == model
    tenths = {"empirical": {"values": [0.1, 0.2, 0.3], "weights": [0.1, 0.2, 0.7]}}
    model = Model.from_data({"name": "m", "top": "e", "basic_events": {"e": {"probability": "q"}},
                             "parameters": {"q": {"uncertainty": tenths}}})  # fmt: skip
    assert losses(model, "open-psa") == ()
    assert read_text(dumps(model, "open-psa"), "open-psa", "m.xml")[0] == model


def test_a_normal_deviate_in_an_expression_may_be_negative() -> None:
    """A lognormal probability by the normal deviate of its logarithm: its mean is exp(-7 + 0.5^2 / 2)."""
    model, warnings = expression_of(f"<exp><normal-deviate>{f(-7)}{f(0.5)}</normal-deviate></exp>")
    assert warnings == []
    asked = ft.FaultTree.of(model)
    assert asked.probability().value == pytest.approx(math.exp(-7))
    assert asked.uncertainty(16_384, method="sobol").mean == pytest.approx(math.exp(-7 + 0.125), rel=1e-3)
    assert read_text(dumps(model, "open-psa"), "open-psa", "m.xml")[0] == model


def test_names_that_are_units_or_the_time_stay_names() -> None:
    model, _ = expression_of(
        f'<exponential><mul><parameter name="t"/>{f(1e-4)}</mul><add>{T}<parameter name="h"/></add></exponential>',
        parameter("h", f(2)),
    )
    assert model.probability_of("e") == pytest.approx(-math.expm1(-0.002 * 102), rel=1e-12)
    assert read_text(dumps(model, "open-psa"), "open-psa", "m.xml")[0] == model


def test_the_greater_of_the_mission_time_and_another_is_not_the_mission_time() -> None:
    model, _ = expression_of(f"<exponential>{f(1e-3)}<max>{T}{f(50)}</max></exponential>")
    asked = ft.FaultTree.of(model)
    times = np.array([10.0, 50.0, 100.0])
    wanted = -np.expm1(-1e-3 * np.maximum(times, 50.0))
    assert asked.over_time(times * 3600.0).unavailability.tolist() == pytest.approx(wanted.tolist(), rel=1e-12)


@given(probabilities(), st.sampled_from([1.0, 24.0, 1e4]))
def test_random_expressions_mean_the_same_in_open_psa(node: Node, hours: float) -> None:
    """Written, read with and without the mark of how it was written, and worked out at another time."""
    data = {
        "name": "m", "top": "e", "mission_time": f"{hours} h",
        "basic_events": {"e": {"probability": f"({written(node, UNITS)})"}},
        "parameters": {"a": {"value": 1e-3}, "b": {"value": 0.4}},
    }  # fmt: skip
    model = Model.from_data(data)
    text = dumps(model, "open-psa")
    assert read_text(text, "open-psa", "m.xml")[0] == model
    plain = "\n".join(line for line in text.splitlines() if "faulttree-quantities" not in line)
    read = read_text(plain, "open-psa", "m.xml")[0]
    assert read.probability_of("e") == pytest.approx(model.probability_of("e"), rel=1e-9, abs=1e-15)
    # What has been read once comes back as it is.
    assert read_text(dumps(read, "open-psa"), "open-psa", "m.xml")[0] == read


@given(probabilities())
def test_units_come_back_from_hours(node: Node) -> None:
    once = hourly(node)
    assert hourly(with_units(once, Fraction(0), lambda _: Fraction(0))) == once


@pytest.mark.parametrize(
    "text",
    ["rate * t", "1 - exp(-rate * t)", "rate * 24 h", "2 * (rate * 1 h)", "min(rate, 1e-3 /h) * t", "t / time", "(time / t) ^ 2",
     "if(t > time, 1, 2)", "exponential(2 * rate, t - 3 h)", "sqrt(rate * t)", "floor(t / 24 h)", "mod(t, 24 h) / time",
     "switch(t < 1 h, 0, t < 2 h, 0.5, rate * t)", "weibull(2 * time, 1.5, 0, t)", "mean(t, time, 5 h) * rate", "rate * time * p"],
)  # fmt: skip
def test_times_and_rates_keep_their_units(text: str) -> None:
    """The same number again, at other values, from the form without units."""
    powers = {"rate": Fraction(-1), "time": Fraction(1), "p": Fraction(0)}
    node = with_units(hourly(parsed_text(text)), Fraction(0), powers.__getitem__)

    def value(of: str) -> float:
        data = {
            "name": "m", "top": "e", "mission_time": "7 h", "basic_events": {"e": {"probability": f"({of}) / 1e9"}},
            "parameters": {"rate": {"value": "2e-3 /h"}, "time": {"value": "5 h"}, "p": {"value": 0.5}},
        }  # fmt: skip
        return Model.from_data(data).probability_of("e")

    assert value(written(node, UNITS)) == pytest.approx(value(text), rel=1e-12)


def test_a_parameter_that_is_a_law_stays_the_name_of_it() -> None:
    data = {
        "name": "m", "top": "e", "mission_time": "7 h", "basic_events": {"e": {"probability": "law"}},
        "parameters": {"law": {"value": "exponential(rate, t)"}, "rate": {"value": "2e-3 /h"}},
    }  # fmt: skip
    model = Model.from_data(data)
    assert read_text(dumps(model, "open-psa"), "open-psa", "m.xml")[0] == model


def test_plain_numbers_of_which_expressions_make_rates_and_times_come_back() -> None:
    """In hours `k / 1 h` is `k`: without its unit, `float`, a reader takes the parameter itself for the rate."""
    model = Model.from_data(
        {
            "name": "x",
            "top": "t",
            "mission_time": "100 h",
            "gates": {"t": {"or": ["a", "b", "c", "d"]}},
            "basic_events": {
                "a": {"rate": "k / 1 h", "exposure": "n * 1 h"},
                "b": {"probability": "exponential(twice / 1 h, t)"},
                "c": {"periodic_test": {"rate": "rate", "interval": "n * 1 h", "first_test": "n * 2 h"}},
                "d": {"rate": "1 / (n * 1 h)"},
            },
            "parameters": {
                "k": {"uncertainty": {"lognormal": {"mean": 1e-5, "error_factor": 3}}},
                "twice": {"value": "k * 2"},
                "n": {"value": 50},
                "rate": {"value": "twice / 3 d"},
            },
        }
    )
    again, warnings = read_text(dumps(model, "open-psa"), "open-psa", "m.xml")
    assert not warnings and again == model


def test_a_number_above_1_whose_law_has_no_form_is_read_again() -> None:
    """A gamma law goes out as its probability, so that no event of the file uses its shape."""
    model = Model.from_data(
        {
            "name": "x",
            "top": "a",
            "mission_time": "100 h",
            "gates": {},
            "basic_events": {"a": {"gamma": {"shape": "k", "scale": "900 h"}}},
            "parameters": {"k": {"uncertainty": {"uniform": {"low": 2, "high": 3}}}},
        }
    )
    again, _ = read_text(dumps(model, "open-psa"), "open-psa", "m.xml")
    assert again.parameters == model.parameters
    assert ft.FaultTree.of(again).probability().value == ft.FaultTree.of(model).probability().value
