"""Uncertainty of frequency, PFDavg and PFH: every sample against its closed form, means against quadrature."""

from __future__ import annotations

import itertools
import math
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

import faulttree as ft
from faulttree.errors import InvalidRequestError, NotCoherentError, UnknownNameError
from faulttree.uncertainty import UncertaintyAnalysis

RATE = {"uncertainty": {"lognormal": {"median": "1e-3 /h", "error_factor": 4}}}
TOLERANCE = 1e-7
"""Samples are let stand when doubling the points changes them by less than 1e-6, which is far above their error."""


def tree(event: dict[str, Any], mission: str = "1000 h", **more: Any) -> ft.FaultTree:
    return ft.FaultTree.from_data(
        {"name": "t", "top": "x", "mission_time": mission, "basic_events": {"x": event},
         "parameters": {"rate": RATE, **more}}
    )  # fmt: skip


def sampled(found: UncertaintyAnalysis) -> dict[str, Any]:
    """The inputs' values in every sample, in hours and per hour."""
    design = found.design
    chunks = [found.inputs.values(design.points(chunk)) for chunk in design.chunks()]
    values = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in chunks[0]}
    units = {"rate": 3600.0, "interval": 1 / 3600.0, "phase": 1 / 3600.0, "life": 1 / 3600.0}
    return {name: row * units.get(name, 1.0) for name, row in values.items()}


def mean_of_exponential(rate: Any, hours: Any) -> Any:
    """Mean of 1 - exp(-rate t) over [0, hours]: 1 + expm1(-x) / x."""
    x = rate * hours
    return 1.0 + np.expm1(-x) / x


CLOSED = {
    "frequency": lambda rate, hours: rate * np.exp(-rate * hours),
    "mean-unavailability": mean_of_exponential,
    "pfh": lambda rate, hours: -np.expm1(-rate * hours) / hours,
}


@pytest.mark.parametrize("of", CLOSED)
def test_what_fails_at_an_uncertain_rate(of: str) -> None:
    from scipy.integrate import quad

    found = tree({"rate": "rate"}).uncertainty(4_000, of=of, method="latin-hypercube")
    assert found.samples == pytest.approx(CLOSED[of](sampled(found)["rate"], 1000.0), rel=TOLERANCE)
    assert found.point == pytest.approx(CLOSED[of](1e-3 * math.exp(0.5 * sigma(4) ** 2), 1000.0), rel=TOLERANCE)

    # The mean over a lognormal rate: an integral over its normal logarithm.
    def integrand(z: float) -> float:
        density = math.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
        return float(CLOSED[of](1e-3 * math.exp(sigma(4) * z), 1000.0)) * density

    exact = quad(integrand, -10, 10, epsabs=0, epsrel=1e-10)[0]
    assert abs(found.mean - exact) < 5 * found.standard_error < 0.01 * exact
    assert (found.of, found.unit) == (of, "" if of == "mean-unavailability" else "1/h")
    assert found.to_dict()["of"] == of


def sigma(error_factor: float) -> float:
    return math.log(error_factor) / 1.6448536269514722


def test_two_in_parallel() -> None:
    data = {
        "name": "t", "top": "g", "mission_time": "1000 h", "gates": {"g": {"and": ["x", "y"]}},
        "basic_events": {"x": {"rate": "rate"}, "y": {"rate": "2e-4 /h"}}, "parameters": {"rate": RATE},
    }  # fmt: skip
    both = ft.FaultTree.from_data(data)
    found = both.uncertainty(500, of="mean-unavailability")
    a, b, t = sampled(found)["rate"], 2e-4, 1000.0

    def decayed(rate: Any) -> Any:
        return -np.expm1(-rate * t) / (rate * t)

    exact = 1 - decayed(a) - decayed(b) + decayed(a + b)
    assert found.samples == pytest.approx(exact, rel=TOLERANCE)
    found = both.uncertainty(500, of="pfh")
    assert found.samples == pytest.approx(np.expm1(-a * t) * np.expm1(-b * t) / t, rel=TOLERANCE)


def test_a_frequency_that_is_infinite_at_the_start() -> None:
    weibull = {"weibull": {"scale": "life", "shape": 0.4}}
    life = {"uncertainty": {"uniform": {"low": "500 h", "high": "5000 h"}}}
    found = tree(weibull, life=life).uncertainty(300, of="pfh")
    exact = -np.expm1(-((1000.0 / sampled(found)["life"]) ** 0.4)) / 1000.0
    assert found.samples == pytest.approx(exact, rel=TOLERANCE)


def test_a_peak_that_points_in_time_would_miss() -> None:
    # All lives end within minutes of each other, in a mission of ten years.
    life = {"uncertainty": {"uniform": {"low": "500 h", "high": "5000 h"}}}
    found = tree({"lognormal": {"median": "life", "sigma": 1e-5}}, "87600 h", life=life).uncertainty(50, of="pfh")
    assert found.samples == pytest.approx(np.full(50, 1 / 87600.0), rel=1e-14)


def test_few_failures_beside_what_is_down_from_the_start() -> None:
    # Q(T) - Q(0) would be a difference of two near 0.5, and W = 0.5 (1 - exp(-rate T)).
    data = {
        "name": "t", "top": "g", "mission_time": "1000 h", "gates": {"g": {"or": ["x", "y"]}},
        "basic_events": {"x": {"rate": "rate"}, "y": {"probability": 0.5}},
        "parameters": {"rate": {"uncertainty": {"lognormal": {"median": "1e-14 /h", "error_factor": 4}}}},
    }  # fmt: skip
    found = ft.FaultTree.from_data(data).uncertainty(50, of="pfh")
    assert found.samples == pytest.approx(-0.5 * np.expm1(-sampled(found)["rate"] * 1000.0) / 1000.0, rel=TOLERANCE)


def test_what_is_tested_and_repaired_at_once() -> None:
    test = {"periodic_test": {"rate": "rate", "interval": "250 h", "first_test": "250 h"}}
    tested = tree(test)
    found = tested.uncertainty(500, of="mean-unavailability")
    rates = sampled(found)["rate"]
    assert found.samples == pytest.approx(mean_of_exponential(rates, 250.0), rel=TOLERANCE)
    # Between tests it can fail once.
    found = tested.uncertainty(500, of="pfh")
    assert found.samples == pytest.approx(-np.expm1(-rates * 250.0) / 250.0, rel=TOLERANCE)
    metrics = tested.metrics()
    assert found.point == pytest.approx(metrics["pfh"].value, rel=TOLERANCE)


def test_an_uncertain_test_interval_moves_the_tests_of_each_sample() -> None:
    test = {"periodic_test": {"rate": "1e-3 /h", "interval": "interval", "first_test": "interval"}}
    moved = tree(test, interval={"uncertainty": {"uniform": {"low": "90 h", "high": "700 h"}}})
    found = moved.uncertainty(300, of="mean-unavailability")
    intervals = sampled(found)["interval"]
    whole = np.floor(1000.0 / intervals)
    rest = 1000.0 - whole * intervals
    down = whole * intervals * mean_of_exponential(1e-3, intervals) + rest * mean_of_exponential(1e-3, rest)
    assert found.samples == pytest.approx(down / 1000.0, rel=TOLERANCE)
    assert found.notes == ()


def test_an_uncertain_phase_moves_the_bend() -> None:
    phases = {"phases": [{"duration": "phase", "rate": "1e-3 /h"}, {"duration": "2000 h", "rate": "1e-5 /h"}]}
    found = tree(phases, phase={"uncertainty": {"uniform": {"low": "10 h", "high": "1900 h"}}}).uncertainty(
        300, of="pfh"
    )
    first = np.minimum(sampled(found)["phase"], 1000.0)
    assert found.samples == pytest.approx(-np.expm1(-1e-3 * first - 1e-5 * (1000.0 - first)) / 1000.0, rel=TOLERANCE)


def test_the_point_is_that_of_the_metrics_and_any_worker_gives_the_same() -> None:
    repairable = {"repairable": {"rate": "rate", "repair_time": "8 h"}}
    repaired = tree(repairable)
    metrics = repaired.metrics()
    names = {"frequency": "failure_frequency", "mean-unavailability": "mean_unavailability", "pfh": "pfh"}
    for of, name in names.items():
        found = repaired.uncertainty(200, of=of, seed=3)
        assert found.point == pytest.approx(metrics[name].value, rel=TOLERANCE)
        with ThreadPoolExecutor(2) as executor:
            assert np.array_equal(repaired.uncertainty(200, of=of, seed=3, executor=executor).samples, found.samples)


def test_what_is_not_coherent_has_a_mean_and_no_frequency() -> None:
    data = {
        "name": "t", "top": "g", "mission_time": "1000 h", "gates": {"g": {"xor": ["x", "y"]}},
        "basic_events": {"x": {"rate": "rate"}, "y": {"probability": 0.5}}, "parameters": {"rate": RATE},
    }  # fmt: skip
    either = ft.FaultTree.from_data(data)
    found = either.uncertainty(20, of="mean-unavailability")
    assert found.samples == pytest.approx(np.full(20, 0.5), rel=1e-12)
    for of in ("frequency", "pfh"):
        with pytest.raises(NotCoherentError, match=f"the {of} is defined for coherent trees only"):
            either.uncertainty(20, of=of)


def test_failures_at_instants_are_told_or_refused() -> None:
    test = {"periodic_test": {"rate": "rate", "interval": "250 h", "first_test": "250 h", "repair_rate": "0.1 /h",
                              "failure_at_test": 0.01}}  # fmt: skip
    prone = tree(test)
    with pytest.raises(InvalidRequestError, match="known between bounds only"):
        prone.uncertainty(20, of="pfh")
    assert "tests bring events down at instants" in prone.uncertainty(20, of="frequency").notes[0]
    assert prone.uncertainty(20, of="mean-unavailability").notes == ()


def test_too_few_points_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("faulttree.uncertainty.in_time.MOST_POINTS", 16)
    # All but a step, at a time of its own in every sample.
    life = {"uncertainty": {"uniform": {"low": "300 h", "high": "700 h"}}}
    found = tree({"weibull": {"scale": "life", "shape": 500}}, life=life).uncertainty(20, of="mean-unavailability")
    assert any("still changes by" in note for note in found.notes)


def test_an_undefined_frequency_is_told() -> None:
    start = {"weibull": {"scale": "100 h", "shape": "shape", "shift": "1000 h"}}
    spread = {"uncertainty": {"uniform": {"low": 0.5, "high": 0.9}}}
    found = tree(start, shape=spread).uncertainty(20, of="frequency")
    assert math.isnan(found.mean)
    assert "infinite at that time" in found.notes[0]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"of": "mttf"}, UnknownNameError, "known are probability, frequency, mean-unavailability, pfh"),
        ({"of": "pfh", "gates": True}, InvalidRequestError, "gates and importance are of the probability"),
        ({"of": "pfh", "importance": True}, InvalidRequestError, "gates and importance are of the probability"),
        ({"of": "pfh", "memory": 10}, InvalidRequestError, "samples keep"),
    ],
)
def test_clear_refusals(options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        tree({"rate": "rate"}).uncertainty(**options)
    with pytest.raises(InvalidRequestError, match="the mission time is 0, over which there is no mean"):
        tree({"rate": "rate"}, "0 h").uncertainty(of="pfh")
    for of, seed in itertools.product(CLOSED, (1, 2)):
        assert len(tree({"rate": "rate"}).uncertainty(2, of=of, seed=seed).samples) == 2
