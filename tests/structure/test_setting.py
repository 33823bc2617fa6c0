"""One gate after another set: each root is the function in which that gate alone is a constant."""

from __future__ import annotations

import oracles
from building import build
from hypothesis import given
from strategies import model_of, trees

from faulttree.structure.setting import name_set, with_each_set


@given(trees(max_events=6))
def test_each_root_is_the_tree_with_one_gate_set(model) -> None:
    skeleton = build(model, model.top[0])
    gates = [name for name in skeleton.roots if name != model.top[0]]
    pdag = with_each_set(skeleton, gates)
    for point in oracles.subsets(skeleton.variables):
        values = pdag.values(point)
        assert values[model.top[0]] is oracles.truth(model, model.top[0], point, {})
        for gate in gates:
            for state in (True, False):
                assert values[name_set(gate, state)] is oracles.truth(model, model.top[0], point, {gate: state})


def test_equal_gates_are_set_one_by_one() -> None:
    gates = {"g": {"or": ["a", "b"]}, "h": {"or": ["b", "a"]}}
    pdag = with_each_set(build(model_of({"and": ["g", "h"]}, gates=gates), "top"), ["g", "h"])
    # With one of them true the other is left; with one false nothing is.
    assert [pdag.values(point)["g=true"] for point in ((), ("a",))] == [False, True]
    assert [pdag.values(point)["g=false"] for point in ((), ("a", "b"))] == [False, False]
    assert pdag.roots["g=true"] == pdag.roots["h=true"] == pdag.roots["top"]


def test_what_does_not_depend_on_a_gate_is_made_once() -> None:
    gates = {"g": {"and": ["a", "b"]}, **{f"h{i}": {"and": [f"c{i}", f"d{i}"]} for i in range(10)}}
    skeleton = build(model_of({"or": ["g", *(f"h{i}" for i in range(10))]}, gates=gates), "top")
    pdag = with_each_set(skeleton, ["g"])
    # One OR more, without g: with g true the top is true, and everything else is shared.
    assert pdag.size == skeleton.size + 1
