"""Results that all trees of a model share are made once, and a tree takes only its model along."""

from __future__ import annotations

import dataclasses
import gc
import pickle
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from modular import modular_trees
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.engine import compiled, model_engine
from faulttree.engine.model_engine import ModelEngine
from faulttree.reduction.common_cause import Expansion, expanded
from faulttree.structure.simplify import simplified

GROUPS = {
    "name": "grouped",
    "top": "top",
    "gates": {"top": {"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}]}},
    "basic_events": {name: {"probability": 0.01} for name in "abcd"},
    "common_cause_groups": {"ab": {"events": ["a", "b"], "beta_factor": 0.1}},
}


@pytest.fixture
def expansions(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """The models whose groups were expanded."""
    found: list[object] = []

    def counted(model, **how: bool) -> Expansion:
        found.append(model)
        return expanded(model, **how)

    monkeypatch.setattr(model_engine, "expanded", counted)
    return found


def test_groups_are_expanded_once_for_all_trees_of_a_model(expansions: list[object]) -> None:
    tree = FaultTree.from_data(GROUPS)
    # P = 1 - (1 - P(ab)) (1 - 1e-4), with P(ab) = 1 - (1 - .009^2) (1 - .001).
    both = 1 - (1 - 0.009**2) * (1 - 0.001)
    assert tree.probability().value == pytest.approx(1 - (1 - both) * (1 - 1e-4), rel=1e-13)
    one = 1 - (1 - 0.009) * (1 - 0.001)  # b alone, or together with a
    assert tree.what_if({"a": True}).probability().value == pytest.approx(1 - (1 - one) * (1 - 1e-4), rel=1e-13)
    assert tree.what_if({"c": True}).at("a").probability().value == pytest.approx(one, rel=1e-13)
    assert dataclasses.replace(tree, node_budget=1000).probability() == tree.probability()
    assert len(expansions) == 1


def test_what_follows_parameters_has_laws_of_its_own_and_the_same_diagrams() -> None:
    data = {**GROUPS, "parameters": {"q": {"value": 0.01}}}
    data["basic_events"] = {**GROUPS["basic_events"], "c": {"probability": "q"}}
    tree = FaultTree.from_data(data)
    slope = 0.01 * (1 - (1 - (1 - 0.009**2) * (1 - 0.001)))  # dP/dq = P(d) (1 - P(ab))
    assert tree.parameter_importance()["q"].derivative == pytest.approx(slope, rel=1e-12)
    assert tree._followed.compiled is tree._engine.compiled


def test_equal_trees_share_what_is_compiled_for_as_long_as_there_are_some() -> None:
    tree = FaultTree.of(random_model(40, 30, 0.1, 3))
    one, other = tree.what_if({"e1": True, "e2": 0.2}), tree.what_if({"e1": True, "e2": 0.3})
    assert one._engine.compiled is other._engine.compiled
    assert one._engine.compiled is not tree.what_if({"e1": False})._engine.compiled
    shared = tree._of_model
    del one, other
    gc.collect()
    assert len(shared._compiled) == 0
    assert [tree._engine.compiled] == list(shared._compiled.values())
    # An event that is given another probability is the variable that it was; a gate becomes one.
    assert tree.what_if({"e1": 0.2})._engine.compiled is tree._engine.compiled
    assert tree.what_if({"g1": 0.2})._engine.compiled is not tree._engine.compiled


def test_a_tree_takes_its_model_along_and_nothing_else() -> None:
    tree = FaultTree.from_data(GROUPS)
    before = tree.probability()
    again = pickle.loads(pickle.dumps(ModelEngine(tree.model)))
    assert again.reduced.laws.keys() == tree._of_model.reduced.laws.keys()
    assert again.reduced.origin["[a b]"] == ("a", "b")
    other = pickle.loads(pickle.dumps(tree))
    assert "_engine" in vars(tree) and "_engine" not in vars(other)
    assert other.probability() == before


def test_threads_that_ask_for_alike_trees_get_their_own_answers() -> None:
    model = random_model(60, 50, 0.3, 1)
    asked = [{"e1": 0.01 * (i + 1), "e2": bool(i % 2)} for i in range(16)]
    alone = [FaultTree.of(model).what_if(states).probability().value for states in asked]
    tree, interval = FaultTree.of(model), sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as pool:
            together = list(pool.map(lambda states: tree.what_if(states).probability().value, asked))
    finally:
        sys.setswitchinterval(interval)
    assert together == pytest.approx(alone, rel=1e-13)


class Listener:
    """Is told, and cannot be hashed."""

    __hash__ = None  # type: ignore[assignment]  # that is the point

    def __call__(self, _: str) -> None: ...


def test_whoever_is_told_of_progress_need_not_be_hashable() -> None:
    tree = dataclasses.replace(FaultTree.from_data(GROUPS), progress=Listener())
    assert tree.what_if({"a": True}).probability() == FaultTree.from_data(GROUPS).what_if({"a": True}).probability()


def test_another_model_has_an_engine_of_its_own() -> None:
    tree, model = FaultTree.of(model_of({"or": ["a", "b"]})), model_of({"and": ["a", "b"]})
    assert tree.probability().value == pytest.approx(0.19, rel=1e-14)
    assert dataclasses.replace(tree, model=model).probability().value == pytest.approx(0.01, rel=1e-14)


@given(trees(max_events=6))
def test_a_part_of_a_tree_is_the_same_under_the_whole_ones_order(model) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_engine, "LEAST_TO_GUIDE", 1)
        tree = FaultTree.of(model)
        tree.probability()
        found = {gate: tree.at(gate) for gate in tree.gates if gate != tree.top}
        for gate, part in found.items():
            assert part.probability().value == pytest.approx(FaultTree.of(model, top=gate).probability().value, 1e-13)
            assert part._engine.compiled.guide is None or part._engine.compiled.guide.name == f"'{tree.top}'"


def test_a_part_of_a_large_diagram_follows_its_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_engine, "LEAST_TO_GUIDE", 1)
    tree = FaultTree.of(random_model(60, 50, 0.3, 1))
    assert 0.0 < tree.probability().value < 1.0
    gate = max((gate for gate in tree.gates if gate != tree.top), key=lambda gate: len(tree.at(gate).events))
    assert tree.at(gate).order_name == f"as of '{tree.top}'"
    # Under other truth values it is another tree.
    event = tree.events[0]
    assert tree.what_if({event: True}).at(gate).order_name != f"as of '{tree.top}'"


@given(st.one_of(modular_trees(max_events=7), trees(max_events=6)), st.data())
def test_a_what_if_of_a_known_tree_is_that_of_an_unknown_one(model, data: st.DataObject) -> None:
    tree, states = FaultTree.of(model), data.draw(settings_of(model))
    tree.probability()
    found, fresh = tree.what_if(states), FaultTree.of(model).what_if(states)
    assert found.probability().value == pytest.approx(fresh.probability().value, rel=1e-13)
    assert (found.events, found.gates) == (fresh.events, fresh.gates)
    assert found.coherent == fresh.coherent
    assert {frozenset(cut) for cut in found.minimal_cut_sets()} == {frozenset(cut) for cut in fresh.minimal_cut_sets()}


def test_a_what_if_inside_a_module_simplifies_that_module_only(monkeypatch: pytest.MonkeyPatch) -> None:
    gates = {f"g{i}": {"atleast": {"k": 2, "of": [f"a{i}", f"b{i}", f"c{i}"]}} for i in range(10)}
    tree = FaultTree.of(model_of({"or": list(gates)}, gates=gates))
    tree.probability()
    sizes = []

    def seen(pdag, *steps):
        sizes.append(pdag.size)
        return simplified(pdag, *steps)

    monkeypatch.setattr(compiled, "simplified", seen)
    # One or more of b and c, beside nine votes: P = 1 - (1 - .19) (1 - .028)^9.
    p = tree.what_if({"a3": True}).probability().value
    assert p == pytest.approx(1 - 0.81 * (1 - 0.028) ** 9, rel=1e-13)
    assert sizes == [4]  # the constant, b3, c3, and their OR
