"""Models made in Python: frozen, with numbers at the mission time, and with clear refusals."""

import math

import pytest
from pydantic import ValidationError

from faulttree.errors import InvalidModelError, MissingProbabilityError
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
