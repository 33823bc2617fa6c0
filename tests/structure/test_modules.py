"""Modules found in one walk are those of the definition."""

from __future__ import annotations

import oracles
from building import build
from hypothesis import given
from strategies import model_of, random_model, trees

from faulttree.model import Model
from faulttree.structure.modules import modules
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import propagate, simplify


def by_definition(pdag: Pdag) -> set[int]:
    below = [{edge >> 1 for edge in inputs if edge > 1} for inputs in pdag.inputs()]
    return oracles.modules(below, pdag.root >> 1, set(range(pdag.first_gate, pdag.size)))


@given(trees(max_gates=10))
def test_modules_are_those_of_the_definition(model: Model) -> None:
    original = build(model, model.top[0])
    for pdag in (original, propagate(original), simplify(original)):
        assert set(modules(pdag)) == by_definition(pdag)


def test_modules_of_larger_trees_are_those_of_the_definition() -> None:
    for seed in range(20):
        pdag = build(random_model(40, 30, 0.2, seed), "g0")
        found = modules(pdag)
        assert set(found) == by_definition(pdag)
        assert len(found) == len(set(found))


def test_a_tree_without_sharing_is_all_modules() -> None:
    pdag = build(random_model(50, 40, 0.0, seed=3), "g0")
    assert modules(pdag) == list(range(pdag.first_gate, pdag.size))


def test_a_shared_event_spoils_the_gates_that_share_it_only() -> None:
    gates = {"left": {"and": ["s", "b"]}, "right": {"and": ["s", "c"]}, "own": {"or": ["d", "e"]}}
    pdag = build(model_of({"or": ["left", "right", "own"]}, gates=gates), "top")
    assert {gate for gate, edge in pdag.roots.items() if edge >> 1 in modules(pdag)} == {"top", "own"}


def test_a_gate_of_constants_is_a_module() -> None:
    model = model_of({"or": ["a", "on"]}, gates={"on": {"and": ["house"]}}, house_events={"house": {"state": True}})
    pdag = build(model, "top")
    assert set(modules(pdag)) == by_definition(pdag) == {edge >> 1 for edge in pdag.roots.values()}


def test_a_constant_top_has_no_module() -> None:
    assert modules(build(model_of({"or": ["a", "b"]}), "top", {"top": True})) == []
