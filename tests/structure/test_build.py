"""From the model to its skeleton: the function, the variables' order and the gates are the user's."""

from __future__ import annotations

import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, settings_of, trees

from faulttree.errors import UnknownNameError
from faulttree.model import Model
from faulttree.structure.pdag import FALSE, TRUE


def all_points(names):
    return list(oracles.subsets(names))


@given(trees(max_events=6))
def test_the_skeleton_is_the_function_that_the_user_wrote(model: Model) -> None:
    for top in model.top:
        pdag = build(model, top)
        for point in all_points(pdag.variables):
            assert pdag.value(point) is oracles.truth(model, top, point)


@given(st.data())
def test_the_skeleton_under_states_is_the_function_with_them_set(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    pdag = build(model, model.top[0], states)
    for point in all_points(pdag.variables):
        assert pdag.value(point) is oracles.truth(model, model.top[0], point, states)


@given(st.data())
def test_variables_stand_in_reading_order(data: st.DataObject) -> None:
    model = data.draw(trees())
    states = data.draw(settings_of(model))
    assert build(model, model.top[0], states).variables == oracles.events_below(model, model.top[0], states)


@given(trees(max_events=5))
def test_every_gate_below_the_top_keeps_its_own_function(model: Model) -> None:
    pdag = build(model, model.top[0])
    for gate, edge in pdag.roots.items():
        for point in all_points(pdag.variables):
            values = evaluate_all(pdag, point)
            assert (values[edge >> 1] != bool(edge & 1)) is oracles.truth(model, gate, point)


def evaluate_all(pdag, point):
    """The value of every node, by its connective's definition."""
    values = [False] + [name in point for name in pdag.variables]
    for node in range(pdag.first_gate, pdag.size):
        inputs = [values[edge >> 1] != bool(edge & 1) for edge in pdag.inputs()[node]]
        values.append(
            {
                "AND": all(inputs),
                "OR": any(inputs),
                "ATLEAST": sum(inputs) >= int(pdag.k[node]),
                "XOR": sum(inputs) % 2 == 1,
            }[pdag.kinds()[node].name]
        )
    return values


@given(trees())
def test_gates_come_after_their_inputs_and_are_those_below_the_top(model: Model) -> None:
    reached, waiting = set(), [model.top[0]]
    while waiting:
        gate = waiting.pop()
        if gate in model.gates and gate not in reached:
            reached.add(gate)
            waiting.extend(model.gates[gate].names())
    gates = [*list(build(model, model.top[0]).roots)[1:], model.top[0]]
    assert set(gates) == reached
    for place, gate in enumerate(gates):
        assert {name for name in model.gates[gate].names() if name in model.gates} <= set(gates[:place])


@given(trees())
def test_every_node_comes_after_its_inputs(model: Model) -> None:
    pdag = build(model, model.top[0])
    for node, inputs in enumerate(pdag.inputs()):
        assert all(edge >> 1 < node for edge in inputs)


@pytest.mark.parametrize(("state", "edge"), [(True, TRUE), (False, FALSE)])
def test_a_top_that_is_set_is_a_constant(state: bool, edge: int) -> None:
    pdag = build(model_of({"or": ["a", "b"]}), "top", {"top": state})
    assert (pdag.root, pdag.variables) == (edge, ())


def test_a_gate_set_to_a_probability_hides_what_is_below_it() -> None:
    model = model_of({"or": ["train", "c"]}, gates={"train": {"and": ["a", "b"]}})
    assert build(model, "top", {"train": 0.5}).variables == ("train", "c")


def test_a_basic_event_can_be_the_top() -> None:
    pdag = build(model_of({"or": ["a", "b"]}), "b")
    assert (pdag.variables, pdag.value({"b"}), pdag.value(())) == (("b",), True, False)


@pytest.mark.parametrize(("top", "states"), [("tip", {}), ("top", {"tip": True})])
def test_an_unknown_name_is_named_with_the_closest_known(top: str, states: dict) -> None:
    with pytest.raises(UnknownNameError, match="'tip' is not defined; did you mean 'top'"):
        build(model_of({"or": ["a", "b"]}), top, states)
