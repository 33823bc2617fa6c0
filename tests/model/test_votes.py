"""Votes whose inputs carry weights: the gates that say the same, against sums of weights for all states."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree import FaultTree, diff
from faulttree.errors import InvalidModelError
from faulttree.formats import dumps, losses, read_text
from faulttree.model import Model
from faulttree.model.votes import without_weights

Inputs = list[tuple[int, int]]
"""Weight and number of copies of each input; an input of one copy is a plain name."""


@st.composite
def votes(draw: st.DrawFn) -> tuple[Inputs, dict[str, Any]]:
    """Inputs, and a vote over them as data."""
    inputs = draw(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2)), min_size=1, max_size=4))
    total = sum(weight * number for weight, number in inputs)
    written = []
    for place, (weight, number) in enumerate(inputs):
        of: Any = {str(number): f"e{place}"} if number > 1 else f"e{place}"
        written.append(of if weight == 1 and draw(st.booleans()) else {"weight": weight, "of": of})
    least = draw(st.integers(0, total))
    if draw(st.booleans()):
        return inputs, {"atleast": {"k": max(1, least), "of": written}}
    return inputs, {"cardinality": {"min": least, "max": draw(st.integers(least, total)), "of": written}}


def holds(formula: Any, true: set[str]) -> bool:
    """A formula without weights, worked out by hand for one state; copies are their names."""
    if isinstance(formula, str):
        return formula in true
    ((connective, inside),) = formula.items()
    match connective:
        case "not":
            return not holds(inside, true)
        case "and":
            return all(number(each, true) == of(each) for each in inside)
        case "or":
            return any(number(each, true) for each in inside)
        case "atleast":
            return sum(number(each, true) for each in inside["of"]) >= inside["k"]
        case "cardinality":
            return inside["min"] <= sum(number(each, true) for each in inside["of"]) <= inside["max"]
    raise AssertionError(connective)


def of(argument: Any) -> int:
    """How many inputs an argument stands for."""
    return int(next(iter(argument))) if isinstance(argument, dict) and next(iter(argument)).isdigit() else 1


def number(argument: Any, true: set[str]) -> int:
    """How many of the inputs that an argument stands for are true."""
    if isinstance(argument, dict) and next(iter(argument)).isdigit():
        ((count, name),) = argument.items()
        return sum(f"{name}#{place}" in true for place in range(1, int(count) + 1))
    return int(holds(argument, true))


@given(votes())
def test_gates_without_weights_say_the_same(vote: tuple[Inputs, dict[str, Any]]) -> None:
    inputs, formula = vote
    plain = without_weights(formula)
    assert "weight" not in str(plain)
    names = {
        f"e{place}#{copy + 1}" if copies > 1 else f"e{place}": weight
        for place, (weight, copies) in enumerate(inputs)
        for copy in range(copies)
    }
    ((key, inside),) = formula.items()
    low, high = (inside["k"], sum(names.values())) if key == "atleast" else (inside["min"], inside["max"])
    for states in itertools.product((False, True), repeat=len(names)):
        true = {name for name, state in zip(names, states, strict=True) if state}
        assert holds(plain, true) == (low <= sum(names[name] for name in true) <= high), (formula, true)


CAPACITY: dict[str, Any] = {
    "name": "Capacity",
    "top": "top",
    "gates": {
        "top": {
            "label": "Too little",
            "attributes": {"note": {"weight": 7}},
            "or": [
                {"atleast": {"k": 4, "of": [
                    {"weight": 3, "of": "a"}, {"weight": 2, "of": {"and": ["b", "c"]}}, {4: "d"},
                    {"weight": 2, "of": {2: "e"}},
                ]}},
                {"not": {"cardinality": {"min": 1, "max": 4, "of": [
                    {"weight": 2, "of": "b"}, "c", {"weight": 2, "of": "f"},
                ]}}},
            ],
        }
    },
    "basic_events": {name: {"probability": 0.1 * (place + 1)} for place, name in enumerate("abcdef")},
    "scenarios": {"s": {"set": {"e#1": True}}},
}  # fmt: skip


def right() -> Fraction:
    """The probability of the top event, over all states."""
    q = {name: Fraction(event["probability"]) for name, event in CAPACITY["basic_events"].items()}
    events = ["a", "b", "c", "f", *(f"d{each}" for each in range(4)), "e0", "e1"]
    found = Fraction(0)
    for states in itertools.product((0, 1), repeat=len(events)):
        x = dict(zip(events, states, strict=True))
        first = 3 * x["a"] + 2 * x["b"] * x["c"] + sum(x[f"d{each}"] for each in range(4)) + 2 * (x["e0"] + x["e1"])
        if first >= 4 or not 1 <= 2 * x["b"] + x["c"] + 2 * x["f"] <= 4:
            p = Fraction(1)
            for event, state in x.items():
                p *= q[event[0]] if state else 1 - q[event[0]]
            found += p
    return found


def test_a_tree_of_votes_with_weights() -> None:
    model = Model.from_data(CAPACITY)
    tree = FaultTree.of(model)
    assert tree.probability().value == pytest.approx(float(right()), rel=1e-12)
    assert tree.model.gates["top"].attributes == {"note": {"weight": 7}}
    assert tree.scenario("s").probability().value > tree.probability().value
    for kind in ("yaml", "json"):
        again, warnings = read_text(dumps(model, kind), kind, "m")
        assert again == model and not warnings
    for kind in ("open-psa", "aralia"):
        again, _ = read_text(dumps(model, kind), kind, "m")
        assert FaultTree.of(again).probability().value == pytest.approx(float(right()), rel=1e-12)
        assert "votes whose inputs carry weights are written as gates without: in top" in losses(model, kind)


def test_what_changed_names_weights() -> None:
    data = {
        **CAPACITY,
        "scenarios": {},
        "gates": {"top": {"atleast": {"k": 3, "of": [{"weight": 2, "of": "a"}, "b", "c"]}}},
    }
    other = {**data, "gates": {"top": {"atleast": {"k": 3, "of": ["b", {"weight": 3, "of": "a"}, "c"]}}}}
    (change,) = diff(FaultTree.from_data(data), FaultTree.from_data(other)).changes
    assert (change.name, change.before) == ("top", "atleast 3(a of weight 2, b, c)")


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ({"or": [{"weight": 2, "of": "a"}, "b"]}, "an input of 'or' has a weight"),
        ({"not": {"weight": 2, "of": "a"}}, "a weight stands in the list of inputs of an `atleast` or `cardinality`"),
        ({"atleast": {"k": 4, "of": [{"weight": 2, "of": "a"}, "b"]}}, "outside 1 to 3, the weight of all inputs"),
        ({"atleast": {"k": 1, "of": [{"weight": 0, "of": "a"}, "b"]}}, "the weight 0 lies outside 1 to 1,000,000"),
        ({"atleast": {"k": 1, "of": [{"weight": 1.5, "of": "a"}, "b"]}}, "a whole number is wanted here"),
        ({"atleast": {"k": 2, "of": [{"weight": 2, "of": "a"}, "a"]}}, "input 'a' is named 2 times in one 'atleast'"),
        ({"atleast": {"k": 2, "of": [{"weight": 2, "of": "nope"}, "a"]}}, "input 'nope' is not defined"),
        ({"atleast": {"k": 2, "of": [{"weight": 2}, "a"]}}, "`atleast.of[1].of` is missing"),
        (
            {"atleast": {"k": 40, "of": [{"weight": each, "of": f"e{each}"} for each in range(1, 10)]}},
            "inputs have 9 different weights; at most 8 are possible",
        ),
        (
            {"atleast": {"k": 6000, "of": [{1000: "a"}, {"weight": 7, "of": {1000: "b"}}, {"weight": 3, "of": "c"}]}},
            "its weights can be combined in too many ways",
        ),
        ({"not": {3: "a"}}, "copies stand in a list of inputs only"),
        ({"or": [{"2": "a", "3": "b"}]}, "write each of several copies by itself"),
    ],
)
def test_faults(formula: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidModelError) as caught:
        Model.from_data({**CAPACITY, "gates": {"top": formula}})
    assert said in str(caught.value)
