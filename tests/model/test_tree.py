"""Models made in Python: frozen, with numbers at the mission time, and with clear refusals."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from faulttree.errors import InvalidModelError, MissingProbabilityError
from faulttree.laws import (
    Constant,
    Exponential,
    GammaLife,
    LognormalLife,
    PeriodicTest,
    Phased,
    Repairable,
    Weibull,
)
from faulttree.model import BasicEvent, Duration, Gate, Model, Parameter, Rate
from faulttree.model.gates import MOST_INPUTS
from faulttree.model.written import described

HELD = "texts, numbers, truth values, lists and mappings"


def model(**more):
    events = {
        "q": BasicEvent(probability=0.25),
        "w": BasicEvent(rate="1e-3 /h"),
        "named": BasicEvent(rate="failure rate"),
        "unknown": BasicEvent(),
    }
    given = {
        "name": "t", "top": "G", "mission_time": Duration(10, "h"), "basic_events": events,
        "gates": {"G": Gate(or_=list(events))}, "parameters": {"failure rate": Parameter(value=Rate(2.0, "h"))},
    }  # fmt: skip
    return Model(**given | more)


def test_numbers_at_the_mission_time():
    assert model().probability_of("q") == 0.25
    assert model().probability_of("w") == pytest.approx(-math.expm1(-1e-2), rel=1e-15)
    assert model().probability_of("named") == -math.expm1(-20.0)
    with pytest.raises(MissingProbabilityError, match="'unknown'"):
        model().probability_of("unknown")


HOUR = 3600.0
TESTED = {"rate": "failures", "interval": "30 h", "first_test": "life", "test_duration": "25 h"}
WRITTEN = {
    "p": ({"probability": "chance"}, Constant(0.01)),
    "w": ({"weibull": {"scale": "life", "shape": "number", "shift": "1 h"}}, Weibull(80 * HOUR, 1.5, HOUR)),
    "c": ({"gamma": {"scale": "life", "shape": "number"}}, GammaLife(1.5, 80 * HOUR)),
    "s": ({"lognormal": {"median": "life", "sigma": "number"}}, LognormalLife(80 * HOUR, 1.5)),
    "l": (
        {"lognormal": {"median": "life", "error_factor": 3}},
        LognormalLife(80 * HOUR, math.log(3) / 1.6448536269514722),
    ),
    "r": ({"repairable": {"rate": "failures", "repair_rate": "0.1 /h"}}, Repairable(2e-3 / HOUR, 0.1 / HOUR)),
    "m": (
        {"repairable": {"rate": "failures", "repair_time": "8 h", "steady": True}},
        Repairable(2e-3 / HOUR, 1 / (8 * HOUR), steady_state=True),
    ),
    "f": (
        {"phases": [{"duration": "life", "rate": "failures"}, {"duration": "1 h", "rate": "1 /h"}]},
        Phased((80 * HOUR, HOUR), (2e-3 / HOUR, 1 / HOUR)),
    ),
    "g": ({"glm": {"on_demand": "chance", "rate": "failures"}}, Repairable(2e-3 / HOUR, 0.0, 0.01)),
    "h": (
        {"glm": {"on_demand": 0.5, "rate": "failures", "repair_rate": "0.1 /h"}},
        Repairable(2e-3 / HOUR, 0.1 / HOUR, 0.5),
    ),
    "t": (
        {"periodic_test": TESTED | {"available_in_test": False}},
        PeriodicTest(2e-3 / HOUR, 30 * HOUR, 80 * HOUR, test_duration=25 * HOUR, available_in_test=False),
    ),
    "u": (
        {"periodic_test": TESTED | {"repair_time": "8 h", "coverage": "chance"}},
        PeriodicTest(2e-3 / HOUR, 30 * HOUR, 80 * HOUR, 1 / (8 * HOUR), 25 * HOUR, coverage=0.01),
    ),
}


def test_laws_in_si_with_parameters_looked_up():
    made = Model.from_data(
        {
            "name": "t",
            "top": list(WRITTEN),
            "mission_time": "100 h",
            "basic_events": {name: written for name, (written, _) in WRITTEN.items()},
            "parameters": {
                "life": {"value": "80 h"},
                "number": {"value": 1.5},
                "chance": {"value": 0.01},
                "failures": {"value": "2e-3 /h"},
            },
        }
    )
    for name, (written, law) in WRITTEN.items():
        assert made.failure_model(name) == law
        assert made.probability_of(name) == law.at(100 * HOUR).unavailability
        assert made.law_form(name).inputs == frozenset()
        assert made.basic_events[name].failure_model == next(iter(written))
    assert made.probability_of("t") == 1.0  # under test since 80 h, and not available
    assert [path for path, _ in made.basic_events["t"].quantities()] == [("periodic_test", key) for key in TESTED]
    assert BasicEvent().failure_model is None


def test_laws_follow_uncertain_inputs():
    made = Model.from_data(
        {
            "name": "t",
            "top": ["r", "own", "fixed"],
            "mission_time": "100 h",
            "basic_events": {
                "r": {"repairable": {"rate": "failures", "repair_time": "repair"}},
                "own": {"rate": "3e-3 /h", "uncertainty": {"lognormal": {"median": "2e-3 /h", "error_factor": 3}}},
                "fixed": {"probability": "chance"},
            },
            "parameters": {
                "failures": {"uncertainty": {"uniform": {"low": "1e-3 /h", "high": "3e-3 /h"}}},
                "repair": {"value": "8 h", "uncertainty": {"uniform": {"low": "6 h", "high": "12 h"}}},
                "chance": {"value": 0.01},
            },
        }
    )
    assert {name: made.law_form(name).inputs for name in made.basic_events} == {
        "r": {"failures", "repair"}, "own": {"own"}, "fixed": frozenset(),
    }  # fmt: skip
    point = made.failure_model("r")
    assert isinstance(point, Repairable)
    assert (point.rate, point.repair_rate) == pytest.approx((2e-3 / HOUR, 1 / (8 * HOUR)), rel=1e-15)
    sampled = made.law_form("r").law({"failures": np.array([1e-6, 2e-6]), "repair": np.array([3600.0, 7200.0])})
    assert isinstance(sampled, Repairable)
    assert np.asarray(sampled.rate).tolist() == [1e-6, 2e-6]
    assert np.asarray(sampled.repair_rate).tolist() == [1 / 3600, 1 / 7200]
    assert made.failure_model("own") == Exponential(3e-3 / HOUR)
    assert made.law_form("own").law({"own": np.array([1e-6])}) == Exponential(np.array([1e-6]))


def test_an_event_without_a_failure_model_has_no_law():
    with pytest.raises(MissingProbabilityError, match="'unknown'"):
        model().failure_model("unknown")


def test_elements_by_name():
    assert model().element("G").connective == "or"
    assert model().element("q").probability == 0.25
    with pytest.raises(KeyError):
        model().element("x")


def test_a_model_is_frozen():
    made = model(attributes={"a": {"b": [1]}})
    for change in (
        lambda: setattr(made, "name", "x"),
        lambda: made.gates.clear(),
        lambda: made.attributes["a"].update(b=2),
        lambda: setattr(made.mission_time, "value", 2.0),
    ):
        with pytest.raises((ValidationError, TypeError, AttributeError), match="frozen"):
            change()
    assert hash(made) == hash(model(attributes={"a": {"b": [1]}}))


def test_quantities():
    assert repr(Rate(1e-5, "h")) == "Rate(1e-05, 'h')"
    assert str(Rate(1e-5, "hours")) == "1e-5 /h"
    assert str(Duration(1e30, "day")) == "1e30 d"
    assert Duration(1, "h") == Duration.from_text("1 hour") != Rate(1, "h")
    assert len({Duration(1, "h"), Duration(1.0, "hours"), Duration(60, "min")}) == 2
    assert Duration(1, "h").seconds == 3600.0
    assert model(timeline=[{"at": Duration(1, "h"), "event": "x"}]).timeline[0].at == Duration(1, "h")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("attributes", {"x": {1, 2}}, f"attributes: an attribute holds {HELD}, not set"),
        ("attributes", {"x": float("inf")}, "attributes: inf is not a finite number; quote it to keep it as a text"),
        ("attributes", {"x": 10**400}, "attributes: the number has more than 300 digits"),
        ("attributes", {5: "x"}, "attributes: a name is wanted here, not number 5"),
        ("probability", 10**400, "probability: the number has more than 300 digits"),
        ("probability", True, "probability: a number is wanted here, not truth value true"),
        ("label", 10**400, "label: a text is wanted here, not a number of more than 300 digits"),
        ("label", None, None),
        ("rate", 5, "rate: 5 has no unit; write it like '5 /h'"),
    ],
)  # fmt: skip
def test_faults_of_python_values(field, value, message):
    data = {"name": "t", "top": "e", "basic_events": {"e": {field: value}}}
    if message is None:
        Model.from_data(data)
        return
    with pytest.raises(InvalidModelError) as caught:
        Model.from_data(data)
    assert str(caught.value) == f"basic event 'e': {message}"


def test_too_many_inputs():
    with pytest.raises(InvalidModelError) as caught:
        Model(name="t", top="G", gates={"G": {"or": ["e"] * (MOST_INPUTS + 1)}}, basic_events={"e": {}})
    assert str(caught.value) == "gate 'G': 'or' has more than 100,000 inputs; divide them among gates"


def test_what_only_pydantic_refuses_is_refused():
    with pytest.raises(ValidationError):
        Model(name="t", top="e", gates=None, basic_events={"e": {}})


def test_described():
    assert described(object()) == "object"
    assert described(-(10**5_000)) == "a number of more than 300 digits"
