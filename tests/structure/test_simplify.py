"""Simplification keeps the function, loses nothing the user can name, and leaves less."""

from __future__ import annotations

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, settings_of, trees

from faulttree.model import Model
from faulttree.structure.build import build
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag
from faulttree.structure.simplify import coalesce, propagate, simplify


def gate_value(pdag: Pdag, edge: int, point: frozenset[str]) -> bool:
    return Pdag(pdag.variables, pdag.connective, pdag.k, pdag.offset, pdag.argument, edge, pdag.gates).value(point)


@given(st.data())
def test_every_step_keeps_the_function_of_the_top(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    original = build(model, model.top[0], states)
    for step in (propagate, coalesce, simplify):
        smaller = step(original)
        for point in oracles.subsets(original.variables):
            assert smaller.value(point) is oracles.truth(model, model.top[0], point, states), step.__name__


@given(trees(max_events=5))
def test_propagate_keeps_every_gate_and_its_function(model: Model) -> None:
    original = build(model, model.top[0])
    smaller = propagate(original)
    assert smaller.gates.keys() == original.gates.keys()
    for gate, edge in smaller.gates.items():
        for point in oracles.subsets(original.variables):
            assert gate_value(smaller, edge, point) is oracles.truth(model, gate, point)


@given(trees(max_events=5))
def test_a_gate_that_is_still_known_has_kept_its_function(model: Model) -> None:
    smaller = simplify(build(model, model.top[0]))
    for gate, edge in smaller.gates.items():
        for point in oracles.subsets(smaller.variables):
            assert gate_value(smaller, edge, point) is oracles.truth(model, gate, point)


@given(trees())
def test_nothing_is_left_that_could_be_worked_out(model: Model) -> None:
    smaller = simplify(build(model, model.top[0]))
    assert smaller.root <= TRUE or smaller.size > 1
    for node in range(smaller.first_gate, smaller.size):
        inputs = smaller.inputs()[node]
        assert len(inputs) >= 2
        assert min(inputs) > TRUE
        assert not any(edge ^ 1 in inputs for edge in inputs)


@given(trees())
def test_no_variable_is_left_that_the_root_does_not_see(model: Model) -> None:
    original = build(model, model.top[0])
    smaller = simplify(original)
    seen = smaller.polarities()
    assert all(seen[1:])
    assert set(smaller.variables) <= set(original.variables)
    assert list(smaller.variables) == [name for name in original.variables if name in smaller.variables]


@given(trees())
def test_simplifying_again_changes_nothing(model: Model) -> None:
    once = simplify(build(model, model.top[0]))
    twice = simplify(once)
    assert (twice.variables, twice.inputs(), twice.root) == (once.variables, once.inputs(), once.root)


@given(trees())
def test_simplifying_never_adds_nodes(model: Model) -> None:
    original = build(model, model.top[0])
    assert simplify(original).size <= original.size


def shape(formula: dict, **sections) -> tuple:
    """The skeleton of the top after simplification: its gates' kinds and inputs by name."""
    pdag = simplify(build(model_of(formula, **sections), "top"))
    gates = [
        (pdag.kinds()[node].name, sorted(("¬" if e & 1 else "") + str(name(pdag, e >> 1)) for e in pdag.inputs()[node]))
        for node in range(pdag.first_gate, pdag.size)
    ]
    return pdag.root & 1, gates


def name(pdag: Pdag, node: int) -> object:
    return pdag.variables[node - 1] if node < pdag.first_gate else node


def test_gates_of_one_kind_become_one() -> None:
    assert shape({"or": ["a", {"or": ["b", {"or": ["c", "d"]}]}]}) == (0, [("OR", ["a", "b", "c", "d"])])


def test_an_or_below_a_complement_joins_an_and() -> None:
    assert shape({"and": ["a", {"not": {"or": ["b", "c"]}}]}) == (0, [("AND", ["a", "¬b", "¬c"])])


def test_xors_join_whatever_their_complements() -> None:
    complement, gates = shape({"xor": ["a", {"iff": ["b", "c"]}]})
    assert (complement, gates) == (1, [("XOR", ["a", "b", "c"])])


@pytest.mark.parametrize("inner", ["xor", "iff"])
@pytest.mark.parametrize("outer", ["xor", "iff"])
def test_a_parity_taken_into_another_keeps_its_complement(outer: str, inner: str) -> None:
    model = model_of({outer: ["a", {inner: ["b", "c"]}]})
    merged = coalesce(build(model, "top"))
    assert len(merged.inputs()[merged.root >> 1]) == 3
    for point in oracles.subsets("abc"):
        assert merged.value(point) is oracles.truth(model, "top", point)


def test_a_shared_gate_stays_by_itself() -> None:
    _, gates = shape({"atleast": {"k": 2, "of": ["s", {"or": ["s", "x"]}, "y"]}}, gates={"s": {"or": ["a", "b"]}})
    assert ("OR", ["a", "b"]) in gates


def test_equal_gates_become_one_whatever_their_names_and_order() -> None:
    pdag = propagate(
        build(model_of({"xor": ["g", "h"]}, gates={"g": {"and": ["a", "b"]}, "h": {"and": ["b", "a"]}}), "top")
    )
    assert pdag.gates["g"] == pdag.gates["h"]
    assert pdag.root == FALSE


def test_contradictions_and_certainties_become_constants() -> None:
    assert simplify(build(model_of({"and": ["a", {"not": "a"}]}), "top")).root == FALSE
    assert simplify(build(model_of({"or": ["a", {"not": "a"}]}), "top")).root == TRUE
    assert simplify(build(model_of({"and": ["a", {"nor": ["b", "a"]}]}), "top")).variables == ()


def test_a_large_tree_shrinks_and_keeps_its_events() -> None:
    original = build(random_model(300, 300, 0.05, seed=1, votes=0.0), "g0")
    smaller = simplify(original)
    assert smaller.size < original.size
    kinds, uses = smaller.kinds(), [0] * smaller.size
    for inputs in smaller.inputs():
        for edge in inputs:
            uses[edge >> 1] += 1
    for node in range(smaller.first_gate, smaller.size):
        for edge in smaller.inputs()[node]:
            alike = kinds[edge >> 1] is kinds[node] and not edge & 1
            assert not (alike and uses[edge >> 1] == 1 and kinds[node] in (Connective.AND, Connective.OR))
