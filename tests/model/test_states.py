"""Setting states is editing the model, and a new tree each time."""

from __future__ import annotations

import math

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model import Model
from faulttree.model.states import checked_states, parse_settings, states_text


def edited(model: Model, states: dict[str, bool | float]) -> Model:
    """The model in which the user has written what the states say."""
    data = model.to_data()
    for name, state in states.items():
        for section in ("gates", "basic_events", "house_events"):
            data.get(section, {}).pop(name, None)
        if isinstance(state, bool):
            data.setdefault("house_events", {})[name] = {"state": state}
        else:
            data.setdefault("basic_events", {})[name] = {"probability": state}
    return Model.from_data(data)


@given(st.data())
def test_a_what_if_is_the_edited_model(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    changed = FaultTree.of(model).what_if(states)
    written = FaultTree.of(edited(model, states), top=model.top[0])
    assert changed.events == written.events
    assert changed.probability() == written.probability()
    assert set(changed.minimal_cut_sets().family) == set(written.minimal_cut_sets().family)
    assert set(changed.minimal_path_sets().family) == set(written.minimal_path_sets().family)
    # As text, for nan is not equal to itself.
    assert changed.importance().to_csv() == written.importance().to_csv()


@given(st.data())
def test_one_after_the_other_is_both_at_once_and_the_later_holds(data: st.DataObject) -> None:
    tree = FaultTree.of(data.draw(trees(max_events=5)))
    first, second = (data.draw(settings_of(tree.model)) for _ in range(2))
    step_by_step = tree.what_if(first).what_if(second)
    assert step_by_step == tree.what_if({**first, **second})
    assert step_by_step.probability() == tree.what_if({**first, **second}).probability()


def test_a_what_if_leaves_the_tree_as_it_was() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b"]}))
    before = tree.probability()
    changed = tree.what_if({"a": True})
    assert (tree.states, tree.probability(), changed.probability().value) == ({}, before, 0.1)
    assert changed != tree
    assert tree.what_if({}) == tree


def test_states_of_every_kind_of_element() -> None:
    model = model_of(
        {"or": ["a", "train", "switch"]},
        gates={"train": {"and": ["b", "c"]}},
        house_events={"switch": {"state": False}},
    )
    tree = FaultTree.of(model)
    values = {
        # 1 - the product of what stays away
        (): 1 - 0.9 * 0.99,
        (("a", False),): 0.01,
        (("a", 0.5),): 1 - 0.5 * 0.99,
        (("train", True),): 1.0,
        (("train", False),): 0.1,
        (("train", 0.5),): 1 - 0.9 * 0.5,
        (("switch", True),): 1.0,
        (("switch", 0.5),): 1 - 0.9 * 0.99 * 0.5,
        (("top", 0.125),): 0.125,
        (("a", 1.0),): 1.0,
    }
    for states, value in values.items():
        assert tree.what_if(dict(states)).probability().value == pytest.approx(value, rel=1e-15), states
    assert tree.what_if({"train": 0.5}).events == ("a", "train")
    assert tree.what_if({"switch": 0.5}).events == ("a", "b", "c", "switch")


def test_certain_by_number_stays_an_event_and_certain_by_word_does_not() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b"]}))
    assert tree.what_if({"a": 1.0}).events == ("a", "b")
    assert tree.what_if({"a": True}).events == ("b",)
    assert {frozenset(cut) for cut in tree.what_if({"a": True}).minimal_cut_sets()} == {frozenset("b")}


def test_a_scenario_is_the_what_if_that_it_names() -> None:
    model = model_of(
        {"or": ["a", {"and": ["b", "c"]}]},
        scenarios={"maintenance": {"label": "Pump B out", "set": {"b": True, "a": 0.25}}},
    )
    tree = FaultTree.of(model)
    assert tree.scenario("maintenance") == tree.what_if({"b": True, "a": 0.25})
    assert tree.scenario("maintenance").probability().value == pytest.approx(1 - 0.75 * 0.9, rel=1e-15)
    with pytest.raises(UnknownNameError, match="scenario 'maintenence' is not defined; did you mean 'maintenance'"):
        tree.scenario("maintenence")


def test_an_unknown_element_is_named_with_the_closest_known() -> None:
    tree = FaultTree.of(model_of({"or": ["pump", "valve"]}))
    with pytest.raises(UnknownNameError, match="event or gate 'pmup' is not defined; did you mean 'pump'"):
        tree.what_if({"pmup": True})


@pytest.mark.parametrize("state", [1.5, -0.1, math.nan, math.inf, "true", None, [True]])
def test_a_state_that_is_none_is_refused_with_the_name(state: object) -> None:
    with pytest.raises(InvalidRequestError, match="state of 'a': "):
        FaultTree.of(model_of({"or": ["a"]})).what_if({"a": state})


def test_checked_states_are_truth_values_and_floats() -> None:
    model = model_of({"or": ["a", "b", "c"]})
    checked = checked_states(model.basic_events, {"a": True, "b": 1, "c": 0.5})
    assert checked == {"a": True, "b": 1.0, "c": 0.5}
    assert [type(state) for state in checked.values()] == [bool, float, float]


# As text


@pytest.mark.parametrize(
    ("text", "states"),
    [
        ("a=true", {"a": True}),
        ("a=False", {"a": False}),
        ("a = TRUE ", {"a": True}),
        ("a=0.02", {"a": 0.02}),
        ("a=1e-3", {"a": 1e-3}),
        ("a=1", {"a": 1.0}),
        ("x=1=false", {"x=1": False}),
        ("pump a=0", {"pump a": 0.0}),
    ],
)
def test_settings_are_read(text: str, states: dict) -> None:
    found = parse_settings([text])
    assert found == states
    assert [type(value) for value in found.values()] == [type(value) for value in states.values()]


def test_of_two_settings_of_one_event_the_later_holds() -> None:
    assert parse_settings(["a=true", "b=0.5", "a=false"]) == {"a": False, "b": 0.5}


@pytest.mark.parametrize("text", ["", "a", "=true", " =0.1"])
def test_what_is_no_setting_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="is not a setting; write EVENT=true"):
        parse_settings([text])


@pytest.mark.parametrize("text", ["a=yes", "a=", "a=10%", "a=0,5", "a=b"])
def test_what_is_no_state_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(InvalidRequestError, match="is neither true, false nor a probability"):
        parse_settings([text])


@given(st.data())
def test_settings_written_and_read_again_are_the_same(data: st.DataObject) -> None:
    states = data.draw(st.dictionaries(st.sampled_from(["a", "x=1", "B 2"]), st.booleans() | st.just(0.25)))
    assert parse_settings(text for text in states_text(states).split(", ") if text) == states


@given(st.data())
def test_conditioning_an_independent_event_is_setting_it(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=5, extremes=False))
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    for event in f.events:
        both = oracles.probability(oracles.Function(f.events, frozenset(p for p in f.true_points if event in p)), q)
        given_event = float(both / q[event])
        assert tree.what_if({event: True}).probability().value == pytest.approx(given_event, rel=1e-13, abs=0)
