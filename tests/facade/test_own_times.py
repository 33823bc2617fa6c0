"""Events with a time of their own, and means and largest values over a test interval: from a file to every answer."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad

import faulttree as ft
from faulttree import formats
from faulttree.errors import InvalidModelError
from faulttree.model import Model


def model(events: dict[str, Any], formula: Any = None, mission: str | None = "5 h", **sections: Any) -> Model:
    data = {"name": "t", "top": "top", "gates": {"top": formula or {"and": list(events)}}, "basic_events": events}
    return Model.from_data(data | ({"mission_time": mission} if mission else {}) | sections)


def tree(*given: Any, **more: Any) -> ft.FaultTree:
    return ft.FaultTree.of(model(*given, **more))


LATENT = {"a": {"rate": "1e-5 /h"}, "b": {"rate": "2e-6 /h", "exposure": "500 h"}}


def test_the_exposure_time_of_a_latent_failure() -> None:
    """(1 - exp(-5e-5)) (1 - exp(-1e-3)) = 4.99738e-8, ARP4761: each event over its own time."""
    expected = math.expm1(-5e-5) * math.expm1(-1e-3)
    assert expected == pytest.approx(4.99738e-8, rel=1e-6)
    assert tree(LATENT).probability().value == pytest.approx(expected, rel=1e-14)
    curve = tree(LATENT).over_time(["1 h", "5 h"])
    assert curve.unavailability == pytest.approx([math.expm1(-t * 1e-5) * math.expm1(-1e-3) for t in (1, 5)], rel=1e-13)
    # What is found failed does not come about: w is that of `a` times the probability of `b`.
    assert curve.frequency * 3600 == pytest.approx(
        [1e-5 * math.exp(-t * 1e-5) * -math.expm1(-1e-3) for t in (1, 5)], rel=1e-12
    )
    assert any("a time of their own" in note for note in curve.notes)


def test_the_metrics_of_a_latent_failure_say_what_they_leave_out() -> None:
    found = tree(LATENT).metrics()
    expected = math.expm1(-5e-5) * math.expm1(-1e-3)
    assert found["pfh"].value == pytest.approx(expected / 5, rel=1e-12)
    assert "found" in found["pfh"].note and "found" in found["expected_failures"].note
    assert found["mttf"].value is None and "no life beyond it" in found["mttf"].note
    either = tree(LATENT, {"or": ["a", "b"]}).metrics()["mttf"]  # of the one that goes on failing, if the other is up
    assert either.value == pytest.approx(math.exp(-1e-3) / 1e-5, rel=1e-9)


EXPOSED = {
    "mttf: 1 y": -math.expm1(-0.1),
    "weibull: {scale: 1 y, shape: 2}": -math.expm1(-0.01),
    "gamma: {shape: 1, scale: 1 y}": -math.expm1(-0.1),
    "lognormal: {median: 876 h, sigma: 1}": 0.5,
    "phases: [{duration: 10 h, rate: 1e-3 /h}, {duration: 1 y, rate: 1e-5 /h}]": -math.expm1(-0.01 - 8.66e-3),
    "glm: {on_demand: 0.1, rate: 1e-4 /h}": 1 - 0.9 * math.exp(-0.0876),
    "repairable: {rate: 1e-4 /h, repair_time: 100 h}": 1e-4 / 0.0101 * -math.expm1(-0.0101 * 876),
    "periodic_test: {rate: 1e-4 /h, interval: 500 h, first_test: 500 h}": -math.expm1(-1e-4 * 376),
}


@pytest.mark.parametrize("written", EXPOSED)
@pytest.mark.parametrize("exposure", ["876 h", "life"])
def test_every_failure_model_has_its_own_time(written: str, exposure: str) -> None:
    """Each law at 876 h, a tenth of a year; without a mission time, and whatever it is."""
    for mission in ("", "mission_time: 24 h\n"):
        text = f"name: t\ntop: e\n{mission}basic_events:\n  e: {{{written}, exposure: {exposure}}}\n"
        text += "parameters:\n  life: {value: 876 h}\n" if exposure == "life" else ""
        read, warnings = formats.read_text(text, "yaml", "m.yaml")
        found = ft.FaultTree.of(read)
        assert not warnings
        assert found.probability().value == pytest.approx(EXPOSED[written], rel=1e-12)
        assert found.over_time(["1 h", "10000 h"]).unavailability == pytest.approx([EXPOSED[written]] * 2, rel=1e-12)
        for kind in ("yaml", "json"):
            assert formats.read_text(formats.dumps(read, kind), kind)[0] == read


STANDBY = {"p": {"periodic_test": {"rate": "3e-6 /h", "interval": "730 h", "first_test": "730 h"}}}
X = 3e-6 * 730


def at(taken: str, events: Any = None) -> dict[str, Any]:
    return {name: event | {"at": taken} for name, event in (events or STANDBY).items()}


def test_a_standby_component_that_is_demanded_at_any_time() -> None:
    """Mean: 1 - (1 - exp(-x)) / x with x = rate x interval, 1.094e-3. Largest: 1 - exp(-x), just before a test."""
    mean = X / 2 - X**2 / 6 + X**3 / 24 - X**4 / 120
    assert tree(at("mean"), mission="24 h").probability().value == pytest.approx(mean, rel=1e-12)
    assert tree(at("largest"), mission="24 h").probability().value == pytest.approx(-math.expm1(-X), rel=1e-14)
    assert tree(at("mission"), mission="24 h").probability().value == pytest.approx(-math.expm1(-7.2e-5), rel=1e-14)
    assert tree(at("mean"), mission=None).probability().value == pytest.approx(mean, rel=1e-12)


def test_no_test_within_the_mission_is_a_warning_unless_said() -> None:
    text = formats.dumps(model(STANDBY, mission="24 h"), "yaml")
    (warning,) = formats.read_text(text, "yaml", "m.yaml")[1]
    assert str(warning) == (
        "m.yaml:8: warning: basic event 'p': no test lies within the mission of 24 h, for the first is at 730 h: its "
        "probability is that of 24 h since it was new; write `at: mean` for a demand at any time between two tests, or "
        "`at: mission` if this is meant"
    )
    plain = tree(STANDBY, mission="24 h")
    assert len(plain.warnings) == 1 and "no test lies within" in plain.warnings[0]
    result = ft.analyse(plain)
    assert result.to_dict()["warnings"] == list(plain.warnings)
    for kind in ("html", "md"):
        assert "no test lies within the mission" in str(result.files(())[f"report.{kind}"])
    for said in (at("mean"), at("largest"), at("mission"), {"p": STANDBY["p"] | {"exposure": "24 h"}}):
        assert tree(said, mission="24 h").warnings == ()
    assert tree(STANDBY, mission="730 h").warnings == tree(STANDBY, mission="5 y").warnings == ()


def test_the_command_line_warns(ask: Any) -> None:
    text = formats.dumps(model(STANDBY, mission="24 h"), "yaml")
    code, out, err = ask("probability", text, "--format", "json")
    assert code == 0 and "no test lies within the mission of 24 h" in err
    assert json.loads(out)["rows"][0]["probability"] == pytest.approx(-math.expm1(-7.2e-5), rel=1e-14)


def test_the_report_names_events_with_a_time_of_their_own() -> None:
    events = LATENT | at("mean") | {"w": at("largest")["p"]}
    text = str(ft.analyse(tree(events)).files(())["report.md"])
    assert "Events that are taken at an exposure time of their own: b." in text
    assert (
        "Events that are taken by the mean of their state over a test interval, an exposure or the mission: p" in text
    )
    assert "Events that are taken at the worst of a test interval, an exposure or the mission: w." in text


def test_a_product_of_means_is_not_the_mean_of_the_product() -> None:
    """Two components tested together: (x / 2)^2 against x^2 / 3, for small x; the mean is that of `metrics`."""
    two = {"p": STANDBY["p"], "q": STANDBY["p"]}
    of_means = tree(at("mean", two), mission="24 h").probability().value
    mean_of = tree(two, mission="730 h").metrics()["mean_unavailability"].value
    mean = X / 2 - X**2 / 6 + X**3 / 24 - X**4 / 120
    assert of_means == pytest.approx(mean**2, rel=1e-12)
    assert mean_of == pytest.approx(quad(lambda t: math.expm1(-3e-6 * t) ** 2, 0, 730)[0] / 730, rel=1e-9)
    assert mean_of / of_means == pytest.approx(4 / 3, rel=1e-2)


def test_a_mean_over_the_mission_and_over_an_exposure() -> None:
    """Of a component in repair: a (1 - (1 - exp(-r t)) / (r t)), a = rate / r; of one that is not: a = 1."""
    r = 1e-3 + 0.1
    for mission, exposure, over in (("20 h", None, 20), ("20 h", "50 h", 50), (None, "50 h", 50)):
        own = {"exposure": exposure} if exposure else {}
        event = {"repairable": {"rate": "1e-3 /h", "repair_rate": "0.1 /h"}, "at": "mean"} | own
        expected = 1e-3 / r * (1 + math.expm1(-r * over) / (r * over))
        found = tree({"e": event}, mission=mission)
        assert found.probability().value == pytest.approx(expected, rel=1e-12)
        assert found.over_time("3 h").frequency * 3600 == pytest.approx([1e-3 * (1 - expected)], rel=1e-12)
        latent = tree({"e": {"rate": "1e-3 /h", "at": "mean"} | own}, mission=mission)
        assert latent.probability().value == pytest.approx(1 + math.expm1(-1e-3 * over) / (1e-3 * over), rel=1e-10)
        assert latent.over_time("3 h").frequency.tolist() == [0.0]


def test_uncertainty_goes_through() -> None:
    """Means over the samples against integrals of the closed forms; the same samples of one rate in both events."""
    events = {
        "a": {"periodic_test": {"rate": "r", "interval": "730 h", "first_test": "730 h"}, "at": "mean"},
        "b": {"rate": "r", "exposure": "t"},
    }
    uncertain = {
        "r": {"uncertainty": {"uniform": {"low": "1e-6 /h", "high": "9e-6 /h"}}},
        "t": {"uncertainty": {"uniform": {"low": "100 h", "high": "900 h"}}},
    }
    found = tree(events, parameters=uncertain).uncertainty(samples=4096, seed=3)

    def product(rate: float, time: float) -> float:
        x = rate * 730
        return (x / 2 - x**2 / 6 + x**3 / 24 - x**4 / 120) * -math.expm1(-rate * time)

    nodes, weights = np.polynomial.legendre.leggauss(12)
    mean = sum(
        u * v / 4 * product(5e-6 + 4e-6 * p, 500 + 400 * s)
        for p, u in zip(nodes, weights, strict=True)
        for s, v in zip(nodes, weights, strict=True)
    )
    assert abs(found.mean - mean) < 4 * found.standard_error + 1e-3 * mean


def test_a_derivative_by_the_exposure_time() -> None:
    """d/dt of (1 - exp(-l t)) q is l exp(-l t) q, per hour."""
    events = {"a": {"probability": 0.25}, "b": {"rate": "2e-6 /h", "exposure": "latent"}}
    found = tree(events, parameters={"latent": {"value": "500 h"}}).parameter_importance()
    assert found["latent"].derivative == pytest.approx(0.25 * 2e-6 * math.exp(-1e-3), rel=1e-9)


def test_a_derivative_of_a_mean_by_the_interval() -> None:
    """d/dT of 1 - (1 - exp(-l T)) / (l T)."""
    test = {"periodic_test": {"rate": "3e-6 /h", "interval": "between", "first_test": "730 h"}, "at": "mean"}
    found = tree({"a": test}, parameters={"between": {"value": "730 h"}}).parameter_importance()
    expected = -math.expm1(-X) / (3e-6 * 730**2) - math.exp(-X) / 730
    assert found["between"].derivative == pytest.approx(expected, rel=1e-8)


def test_members_of_a_common_cause_group_share_an_exposure() -> None:
    """Beta of Q, Q = 1 - exp(-1e-3), and the independent rest of both."""
    pair = {name: {"rate": "2e-6 /h", "exposure": "500 h"} for name in ("a", "b")}
    groups = {"g": {"events": ["a", "b"], "beta_factor": 0.1}}
    q = -math.expm1(-1e-3)
    found = tree(pair, common_cause_groups=groups).probability().value
    assert found == pytest.approx(1 - (1 - 0.1 * q) * (1 - (0.9 * q) ** 2), rel=1e-10)
    with pytest.raises(InvalidModelError, match="have different failure models"):
        model(pair | {"b": {"rate": "2e-6 /h"}}, common_cause_groups=groups)


FAULTS = {
    "exposure: 5 h": (
        "`exposure` says which time counts for a failure model, and there is none; give one, or remove `exposure`"
    ),
    "probability: 0.1, exposure: 5 h": (
        "`exposure` says which time counts, and a probability has none; give a rate, or remove `exposure`"
    ),
    "probability: 1, at: mean": "`at` says which time counts, and a probability has none; give a rate, or remove `at`",
    "rate: 1 /h, exposure: 5": "exposure: 5 has no unit; write it like '5 h'",
    "rate: 1 /h, exposure: 5 /h": "exposure: 5 /h is a rate, and a time is wanted here; write it like '24 h'",
    "rate: 1 /h, exposure: w": "exposure: parameter 'w' is a rate; give its value like '24 h'",
    "rate: 1 /h, at: average": "at: text 'average' is not known; use 'mission', 'mean' or 'largest'",
    "rate: 1 /h, exposure: 5 h, at: mission": (
        "`exposure` stands in place of the mission time, and `at: mission` asks for that; keep one"
    ),
    "weibull: {scale: 1 h, shape: 2}, at: mean": (
        "`at: mean` is for rate, mttf, mtbf, repairable, glm and periodic_test, not for a weibull; "
        "give an `exposure`, or leave `at` out"
    ),
    "repairable: {rate: 1 /h, repair_time: 1 h, steady: true}, at: mean": (
        "`at` and `steady` both say which time counts; keep one"
    ),
    "periodic_test: {rate: 1 /h, interval: 1 h, first_test: 1 h}, at: mean, exposure: 5 h": (
        "`at: mean` is taken over the test interval, which needs no `exposure`; keep one"
    ),
}


@pytest.mark.parametrize("written", FAULTS)
def test_faults(written: str) -> None:
    text = f"name: t\ntop: e\nmission_time: 1 h\nbasic_events:\n  e: {{{written}}}\n"
    text += "  f: {rate: w}\nparameters:\n  w: {value: 1 /h}\ngates: {g: {or: [e, f]}}\n"
    with pytest.raises(InvalidModelError) as caught:
        formats.read_text(text, "yaml", "m.yaml")
    told = [str(fault) for fault in caught.value.faults if fault.severity == "error"]
    assert told == [f"m.yaml:5: basic event 'e': {FAULTS[written]}"]


def test_a_mean_over_the_mission_needs_a_mission_time() -> None:
    with pytest.raises(InvalidModelError, match="a repairable component needs a mission time"):
        model({"e": {"repairable": {"rate": "1 /h", "repair_time": "1 h"}, "at": "mean"}}, mission=None)


def test_an_expression_of_the_time_has_its_own_time() -> None:
    """0.1 (1 - exp(-l t)) at 500 h, at every time of the curve; nothing of it is written as of the mission time."""
    events = {"e": {"probability": "0.1 * (1 - exp(-l * t))", "exposure": "500 h"}}
    for mission in ("5 h", None):
        found = tree(events, mission=mission, parameters={"l": {"value": "1e-3 /h"}})
        expected = -0.1 * math.expm1(-0.5)
        assert found.probability().value == pytest.approx(expected, rel=1e-14)
        assert found.over_time(["1 h", "9 h"]).unavailability == pytest.approx([expected] * 2, rel=1e-14)
        assert found.over_time("9 h").frequency.tolist() == [0.0]
        again = formats.read_text(formats.dumps(found.model, "open-psa"), "open-psa")[0]
        assert again.probability_of("e") == pytest.approx(expected, rel=1e-14)
        assert formats.losses(found.model, "open-psa") == (
            "basic event 'e' (probability) is written as its probability at its exposure",
        )
    with pytest.raises(InvalidModelError, match=r"`at: mean` is for rate, mttf, .*, not for a probability"):
        model({"e": {"probability": "1 - exp(-l * t)", "at": "mean"}}, parameters={"l": {"value": "1e-3 /h"}})


def test_an_exposure_may_be_an_expression() -> None:
    events = {"e": {"rate": "1e-5 /h", "exposure": "checks / 2"}}
    found = tree(events, mission=None, parameters={"checks": {"value": "2 mo"}})
    assert found.probability().value == pytest.approx(-math.expm1(-7.3e-3), rel=1e-14)
