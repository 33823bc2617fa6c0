"""What reaches a target: setting the event to what is required gives the target, by the truth table."""

from __future__ import annotations

import functools
import math
from fractions import Fraction

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import assume, given
from hypothesis import strategies as st
from measured import Measured, measured
from strategies import model_of, trees

from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.facade import FaultTree
from faulttree.importance.conditionals import conditionals
from faulttree.importance.parameter_targets import parameters_to_reach
from faulttree.importance.targets import Targets, to_reach
from faulttree.model import Model
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws
from faulttree.wide_floats import as_decimal, is_undefined


def targets(m: Measured, target: float) -> Targets:
    found = conditionals(m.bdd, m.q, m.not_q, m.coherent)
    levels = {event: level for level, event in enumerate(m.bdd.variables) if event}
    named = found.of(levels, {e: float(p) for e, p in m.exact.items()})
    return to_reach(target, found.top, m.events, named.q, named.with_event, named.without_event, named.slope)


def reached(model: Model, target: float) -> Targets:
    return targets(measured(model), target)


@given(trees(max_events=6), st.one_of(st.floats(0, 1), st.sampled_from([1e-12, 1e-6, 0.0, 1.0])))
def test_the_required_probability_gives_the_target_by_the_truth_table(model: Model, target: float) -> None:
    m = measured(model)
    present = m.given()
    assume(abs(present - Fraction(target)) > 1e-15 * present)
    found = targets(m, target)
    assert {row.event for row in found} == set(m.events)
    for row in found:
        ends = m.given({row.event: False}), m.given({row.event: True})
        if is_undefined(row.required):
            assert row.verdict == ("no limit" if target > present else "cannot alone")
            # All P that the event can bring about lie on the side of the present one, but for rounding.
            if target > present:
                assert max(ends) <= Fraction(target) * Fraction(1 + 1e-14)
            else:
                assert min(ends) >= Fraction(target) * Fraction(1 - 1e-14)
            continue
        required = Fraction(as_decimal(row.required))
        p = oracles.probability(m.f, {**m.exact, row.event: required})
        assert 0.0 <= row.required <= 1.0
        # What P changes by with the last digit of the required probability, and the digits of its ends.
        assert float(p) == pytest.approx(target, rel=1e-14, abs=float(1e-15 * max(ends)))
        higher = row.required > row.probability
        if required != m.exact[row.event]:
            assert row.verdict == (
                ("may rise to" if higher else "may fall to")
                if target > present
                else ("raise to" if higher else "lower to")
            )


def test_the_least_change_comes_first_and_what_cannot_comes_last() -> None:
    # P = 1 - (1 - a b)(1 - c): c alone cannot; a and b must fall by the same factor, and are left in the tree's order.
    model = model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.1, "c": 0.001})
    found = reached(model, 0.006)
    assert [(row.event, row.verdict) for row in found] == [("a", "lower to"), ("b", "lower to"), ("c", "cannot alone")]
    required = (0.006 - 0.001) / 0.999 / 0.1
    assert found["a"].required == pytest.approx(required, rel=1e-13)
    assert found["a"].factor == pytest.approx(0.1 / required, rel=1e-13)
    assert math.isnan(found["c"].factor)
    assert [row.event for row in found.possible] == ["a", "b"]
    assert str(found).startswith("target 0.006, present 0.01099: not met; what each event alone takes\n\nevent")


def test_a_target_that_is_met_leaves_room() -> None:
    found = reached(model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.1, "c": 0.001}), 0.2)
    assert [(row.event, row.verdict) for row in found] == [("c", "may rise to"), ("a", "no limit"), ("b", "no limit")]
    assert found["c"].required == pytest.approx(0.19 / 0.99, rel=1e-13)
    assert found["c"].factor < 1.0
    assert "met; how far each event alone may go" in str(found)


def test_an_event_that_prevents_the_top_is_to_become_more_probable() -> None:
    model = model_of({"and": ["a", {"not": "shield"}]}, {"a": 0.5, "shield": 0.25})
    row = reached(model, 0.1)["shield"]
    assert row.verdict == "raise to"
    assert row.required == pytest.approx(0.8, rel=1e-14)
    assert row.factor == pytest.approx(0.3125, rel=1e-14)
    assert reached(model, 0.45)["shield"].verdict == "may fall to"


@pytest.mark.parametrize("target", [1e-15, 1e-12 * 0.3])
def test_small_targets_keep_their_digits(target: float) -> None:
    m = measured(model_of({"or": [{"and": ["a", "b"]}, {"and": ["a", "c"]}]}, {"a": 1e-6, "b": 1e-6, "c": 1e-17}))
    row = targets(m, target)["b"]
    p = oracles.probability(m.f, {**m.exact, "b": Fraction(row.required)})
    assert float(p) == pytest.approx(target, rel=1e-14, abs=0)


def test_a_target_of_nothing_takes_an_impossible_event() -> None:
    row = reached(model_of({"and": ["a", "b"]}), 0.0)["a"]
    assert (row.required, row.factor, row.verdict) == (0.0, math.inf, "lower to")


@pytest.mark.parametrize("target", [-0.1, 1.5, math.nan, math.inf])
def test_a_target_that_is_no_probability_is_refused(target: float) -> None:
    with pytest.raises(InvalidRequestError, match=r"is no probability; give one in \[0, 1\]"):
        reached(model_of({"or": ["a", "b"]}), target)


def test_a_target_that_is_there_already_is_told() -> None:
    with pytest.raises(InvalidRequestError, match=r"is 0\.1 already, which is the target"):
        to_reach(0.1, 0.1, ["a"], *np.full((4, 1), 0.1))


def test_unknown_events_are_named_and_records_say_it_all() -> None:
    found = reached(model_of({"or": ["pump", "valve"]}), 0.15)
    with pytest.raises(UnknownNameError, match="did you mean 'pump'"):
        found["pumps"]
    assert tuple(found.records()[0]) == ("event", "probability", "required", "factor", "verdict")
    assert found.to_dict()["target"] == 0.15
    assert len(found) == 2


# Parameters


def reached_by(model: Model, target: float):
    bdd, followed = compile_bdd(build(model, model.top[0])), functools.partial(model.law_form, every_parameter=True)
    laws, batches = (
        EventLaws(bdd.variables, tuple(followed(e) if e else None for e in bdd.variables)),
        Batches(bdd),
    )
    seconds = model.mission_time.seconds

    def top_at(name: str, values: np.ndarray) -> np.ndarray:
        levels = laws.at(seconds, {name: values})
        return batches.probability(levels.q, levels.not_q)[0][0]

    present = float(top_at("nothing", np.zeros(1))[0])
    return parameters_to_reach(target, present, model.parameters, top_at, seconds)


def model_of_parameters() -> Model:
    # P = 1 - (1 - p)(1 - q(lambda)^2), and the shield prevents it.
    return Model.from_data(
        {
            "name": "m",
            "top": "top",
            "mission_time": "1000 h",
            "gates": {"top": {"and": [{"or": ["p", {"and": ["a", "b"]}]}, {"not": "shield"}]}},
            "basic_events": {
                "p": {"probability": "p"},
                "a": {"rate": "lambda"},
                "b": {"rate": "lambda"},
                "shield": {"probability": "s"},
            },
            "parameters": {
                "p": {"value": 1e-4},
                "lambda": {"value": "1e-4 /h"},
                "s": {"value": 0.5},
                "idle": {"value": 0.5},
            },
        }
    )


@pytest.mark.parametrize("target", [1e-3, 1e-4, 0.3])
def test_the_value_of_a_shared_parameter_in_closed_form(target: float) -> None:
    found = reached_by(model_of_parameters(), target)
    row = found["lambda"]
    # (1 - s)(1 - (1 - p)(1 - q^2)) = target.
    q = math.sqrt(1 - (1 - 2 * target) / (1 - 1e-4))
    assert (row.unit, row.value) == ("/h", pytest.approx(1e-4))
    assert row.required == pytest.approx(-math.log1p(-q) / 1000, rel=1e-11)
    assert row.factor == pytest.approx(row.value / row.required)
    assert row.verdict == ("lower to" if target < found.present else "may rise to")
    assert {row.parameter for row in found} == {"p", "lambda", "s"}
    q = -math.expm1(-0.1)
    s = 1 - target / (1 - (1 - 1e-4) * (1 - q * q))
    if s > 0:
        assert found["s"].required == pytest.approx(s, rel=1e-10)
        assert found["s"].verdict == ("raise to" if target < found.present else "may fall to")
    else:
        assert (found["s"].verdict, math.isnan(found["s"].required)) == ("no limit", True)
    changes = [abs(math.log(row.factor)) for row in found if not math.isnan(row.factor)]
    assert changes == sorted(changes)
    assert tuple(found.to_dict()["rows"][0]) == ("parameter", "unit", "value", "required", "factor", "verdict")


def test_a_parameter_that_cannot_do_it_alone() -> None:
    found = reached_by(model_of_parameters(), 1e-5)
    assert [(row.parameter, row.verdict) for row in found if math.isnan(row.required)] == [
        ("p", "cannot alone"),
        ("lambda", "cannot alone"),
    ]
    assert found["s"].required == pytest.approx(1 - 1e-5 / (2 * found.present), rel=1e-10)
    with pytest.raises(UnknownNameError, match="parameter 'idle'"):
        found["idle"]


def test_what_p_follows_both_ways_has_no_single_value() -> None:
    # Of one event out of two with the same probability, P = 2 p (1 - p).
    model = model_of_parameters().to_data() | {"gates": {"top": {"xor": ["a", "b"]}}}
    model["basic_events"] = {"a": {"probability": "p"}, "b": {"probability": "p"}}
    model["parameters"] = {"p": {"value": 0.25}}
    (row,) = reached_by(Model.from_data(model), 0.1)
    assert (row.verdict, math.isnan(row.required)) == ("no single value", True)
    # As a test interval: P falls to 0 at every test.
    model["gates"] = {"top": {"or": ["a"]}}
    model["basic_events"] = {"a": {"periodic_test": {"rate": "1e-3 /h", "interval": "tau", "first_test": "tau"}}}
    model["parameters"] = {"tau": {"value": "100 h"}}
    assert reached_by(Model.from_data(model), 0.01)["tau"].verdict == "no single value"


def test_targets_of_parameters_are_checked_too() -> None:
    with pytest.raises(InvalidRequestError, match="is no probability"):
        reached_by(model_of_parameters(), 2.0)


@pytest.mark.parametrize(
    ("target", "parameter", "required", "verdict"),
    [
        (0.05, "x", 0.08, "lower to"),
        (0.05, "y", None, "cannot alone"),
        (0.15, "x", 0.124 / 0.3, "may rise to"),
        (0.22, "x", 0.194 / 0.3, "may rise to"),
        (0.25, "x", None, "no limit"),
        (0.25, "z", 0.184, "may rise to"),
    ],
)
def test_a_parameter_goes_as_far_as_its_alternatives_leave_it(
    target: float, parameter: str, required: float | None, verdict: str
) -> None:
    """By hand: P = 0.3 x + 0.02 y + z at 0.2, 0.3 and 0.02; x + y + z is at most 1, so x lies between 0 and 0.68."""
    data = {
        "name": "alternatives",
        "top": "top",
        "gates": {"top": {"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}, "e"]}},
        "basic_events": {
            "a": {"probability": "x"},
            "b": {"probability": 0.3},
            "c": {"probability": "y"},
            "d": {"probability": 0.02},
            "e": {"probability": "z"},
        },
        "parameters": {"x": {"value": 0.2}, "y": {"value": 0.3}, "z": {"value": 0.02}},
        "exclusive_groups": {"g": {"at_most_one": ["a", "c", "e"]}},
    }
    row = FaultTree.from_data(data).parameters_to_reach(target)[parameter]
    assert row.verdict == verdict
    assert math.isnan(row.required) if required is None else row.required == pytest.approx(required, rel=1e-9)
