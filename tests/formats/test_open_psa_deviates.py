"""Random deviates in Open-PSA files: the uncertainty of an event or a parameter, read and written."""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Any

import pytest
from formats.opsa import expression_of, f, parameter
from hypothesis import given
from hypothesis import strategies as st

from faulttree.formats import dumps, losses, read_text
from faulttree.model import Model


def deviate(kind: str, *numbers: float) -> str:
    return f"<{kind}-deviate>{''.join(map(f, numbers))}</{kind}-deviate>"


def lognormal_mean(mu: float, sigma: float) -> float:
    """By the trapezoidal rule over the density of the logarithm, 12 deviations to each side."""
    step = sigma / 100
    return sum(
        math.exp(mu + i * step) * math.exp(-((i * step / sigma) ** 2) / 2) / (sigma * math.sqrt(2 * math.pi)) * step
        for i in range(-1200, 1201)
    )


# The expression, the uncertainty, the mean.
DEVIATES: list[tuple[str, dict[str, Any], float]] = [
    (deviate("uniform", 0.1, 0.3), {"uniform": {"low": 0.1, "high": 0.3}}, 0.2),
    (deviate("normal", 0.3, 0.01), {"normal": {"mean": 0.3, "sd": 0.01}}, 0.3),
    (deviate("lognormal", 0.01, 3, 0.95), {"lognormal": {"mean": 0.01, "error_factor": 3.0}}, 0.01),
    (deviate("lognormal", -3, 0.8), {"lognormal": {"mu": -3.0, "sigma": 0.8}}, lognormal_mean(-3, 0.8)),
    (deviate("gamma", 2, 0.1), {"gamma": {"shape": 2.0, "scale": 0.1}}, 0.2),
    (deviate("beta", 1, 3), {"beta": {"alpha": 1.0, "beta": 3.0}}, 0.25),
]


@pytest.mark.parametrize(("expression", "uncertainty", "mean"), DEVIATES)
def test_a_deviate_is_the_uncertainty_of_an_event(expression: str, uncertainty: dict[str, Any], mean: float) -> None:
    model, _ = expression_of(expression)
    event = model.to_data()["basic_events"]["e"]
    assert event["uncertainty"] == uncertainty
    # Bounded by the oracle's quadrature.
    assert event["probability"] == pytest.approx(mean, rel=1e-12)


@pytest.mark.parametrize(("expression", "uncertainty", "mean"), DEVIATES)
def test_a_deviate_is_the_uncertainty_of_a_parameter(expression: str, uncertainty: dict[str, Any], mean: float) -> None:
    model, warnings = expression_of('<parameter name="q"/>', parameter("q", expression))
    assert not any("deviate" in warning for warning in warnings)
    assert model.basic_events["e"].probability == "q"
    assert model.to_data()["parameters"]["q"]["uncertainty"] == uncertainty
    assert model.parameters["q"].value == pytest.approx(mean, rel=1e-12)


def test_the_deviate_of_a_rate_is_per_hour() -> None:
    used = '<exponential><parameter name="r"/><system-mission-time/></exponential>'
    model, _ = expression_of(used, parameter("r", deviate("gamma", 2, 1e-4)))
    assert model.to_data()["parameters"]["r"] == {"uncertainty": {"gamma": {"shape": 2.0, "scale": "0.0001 /h"}}}
    assert model.uncertain_inputs()["r"].mean == pytest.approx(2e-4 / 3600, rel=1e-14)
    model, _ = expression_of(used, parameter("r", deviate("lognormal", -9, 1), unit="hours-1"))
    assert model.uncertain_inputs()["r"].mean == pytest.approx(math.exp(-8.5) / 3600, rel=1e-12)


def test_an_error_factor_of_another_percentile() -> None:
    model, _ = expression_of(deviate("lognormal", 0.01, 5, 0.9))
    sigma = math.log(5) / NormalDist().inv_cdf(0.9)
    assert model.uncertain_inputs()["e"].sigma == pytest.approx(sigma, rel=1e-14)


@pytest.mark.parametrize(
    ("expression", "more"),
    [
        (deviate("uniform", -0.1, 0.3), ""),  # a probability is not negative
        (deviate("lognormal", 0.1, 3, 0.4), ""),  # no percentile above the median
    ],
)
def test_what_cannot_be_kept_is_taken_at_its_mean_and_told(expression: str, more: str) -> None:
    model, warnings = expression_of(expression, more)
    assert not model.uncertain_inputs()
    assert any("is taken at its mean" in warning and "its uncertainty is not kept" in warning for warning in warnings)


@given(st.data())
def test_what_a_deviate_says_comes_back(data: st.DataObject) -> None:
    unit = data.draw(st.sampled_from(["", " /h", " h"]))
    x, y = sorted(data.draw(st.lists(st.floats(1e-6, 0.9), min_size=2, max_size=2, unique=True)))

    def of(number: float) -> Any:
        return f"{number!r}{unit}" if unit else number

    spread = data.draw(
        st.sampled_from(
            [
                {"uniform": {"low": of(x), "high": of(y)}},
                {"gamma": {"shape": 2.5, "scale": of(x / 9)}},
                {"lognormal": {"mean": of(x / 9), "error_factor": 1 + y}},
                {"lognormal": {"mu": -4 - y, "sigma": x, **({"unit": unit.strip()} if unit else {})}},
                *[{"beta": {"alpha": 2 * x, "beta": 2 * y}}] * (not unit),
            ]
        )
    )
    use = {"": {"probability": "p"}, " /h": {"rate": "p"}, " h": {"weibull": {"scale": "p", "shape": 2.0}}}[unit]
    model = Model.from_data(
        {
            "name": "u", "top": "T", "mission_time": "10 h", "gates": {"T": {"or": ["a"]}},
            "basic_events": {"a": use}, "parameters": {"p": {"uncertainty": spread}},
        }
    )  # fmt: skip
    assert losses(model, "open-psa") == ()
    again, _ = read_text(dumps(model, "open-psa"), "open-psa", "x.xml")
    assert again == model


@pytest.mark.parametrize(("expression", "uncertainty", "mean"), DEVIATES)
def test_the_deviates_of_files_are_written_again(expression: str, uncertainty: dict[str, Any], mean: float) -> None:
    model, _ = expression_of('<parameter name="q"/>', parameter("q", expression))
    if "normal" not in uncertainty:  # cut off at 0, its mean is another by a little
        assert losses(model, "open-psa") == ()
        assert read_text(dumps(model, "open-psa"), "open-psa", "x.xml")[0] == model
