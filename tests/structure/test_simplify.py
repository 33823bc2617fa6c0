"""Simplification keeps the function, loses nothing the user can name, and leaves less."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from pathlib import Path

import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from skeletons import cycles, skeletons, table
from strategies import boolean_function_model, model_of, random_model, settings_of, trees

import faulttree as ft
from faulttree.model import Model
from faulttree.structure.modules import modules
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import STEPS, propagate, simplified, simplify

CHOICES = {
    "none": st.just(()),
    "one": st.sampled_from([(step,) for step in STEPS]),
    "some": st.sets(st.sampled_from(STEPS), min_size=2),
    "all": st.just(STEPS),
}


def is_the_same(one: Pdag, other: Pdag) -> bool:
    first, second = ((p.variables, p.inputs(), p.kinds(), p.k.tolist(), dict(p.roots)) for p in (one, other))
    return first == second


def gate_value(pdag: Pdag, edge: int, point: frozenset[str]) -> bool:
    return Pdag(pdag.variables, pdag.connective, pdag.k, pdag.offset, pdag.argument, {"top": edge}).value(point)


@given(st.data())
def test_simplifying_keeps_the_function_that_the_user_wrote(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    original = build(model, model.top[0], states)
    for step in (propagate, simplify):
        smaller = step(original)
        for point in oracles.subsets(original.variables):
            assert smaller.value(point) is oracles.truth(model, model.top[0], point, states), step.__name__


@pytest.mark.parametrize("choice", CHOICES)
@given(st.data())
def test_any_steps_keep_the_function(choice: str, data: st.DataObject) -> None:
    pdag, steps = data.draw(skeletons()), data.draw(CHOICES[choice])
    smaller = simplified(pdag, steps).pdag
    assert table(smaller, smaller.root, pdag.variables) == table(pdag, pdag.root, pdag.variables)


@pytest.mark.parametrize("form", ["sum of products", "parity of products"])
def test_every_function_of_three_is_kept(form: str) -> None:
    for truth_table in range(256):
        pdag = build(boolean_function_model(truth_table, form), "top")
        smaller = simplify(pdag)
        assert table(smaller, smaller.root, "abc") == truth_table


@pytest.mark.parametrize("seed", range(6))
def test_a_large_tree_keeps_its_function_at_random_points(seed: int) -> None:
    pdag = build(random_model(150, 150, 0.3, seed, votes=0.2, negated=0.1), "g0")
    smaller = simplify(pdag)
    values = set()
    for point in random_points(pdag.variables, 300, seed):
        values.add(pdag.value(point))
        assert smaller.value(point) is pdag.value(point)
    assert len(values) == 2


def random_points(variables, n, seed):
    """Sets of events of all sizes."""
    choose = random.Random(seed)
    return [{name for name in variables if choose.random() < share} for share in (choose.random() for _ in range(n))]


@given(trees(max_events=5))
def test_propagate_keeps_every_gate_and_its_function(model: Model) -> None:
    original = build(model, model.top[0])
    smaller = propagate(original)
    assert smaller.roots.keys() == original.roots.keys()
    for gate, edge in smaller.roots.items():
        for point in oracles.subsets(original.variables):
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


@given(skeletons())
def test_simplifying_again_changes_nothing(pdag: Pdag) -> None:
    once = simplify(pdag)
    assert is_the_same(simplify(once), once)


@given(skeletons())
def test_simplifying_never_adds_a_cycle(pdag: Pdag) -> None:
    assert cycles(simplify(pdag)) <= cycles(pdag)


@pytest.mark.parametrize("steps", [(), ("coalescing",), ("context",), ("coalescing", "context")], ids=" ".join)
@given(pdag=skeletons())
def test_steps_that_make_no_gate_never_add_a_node(steps, pdag) -> None:
    # A vote that counts one input twice is taken apart, which may take a gate more.
    if Connective.ATLEAST not in pdag.kinds():
        assert simplified(pdag, steps).pdag.size <= pdag.size


@given(skeletons())
def test_the_report_adds_up(pdag: Pdag) -> None:
    found = simplified(pdag)
    assert [step.name for step in found.steps] == ["folding", *STEPS]
    last = found.steps[-1]
    assert (last.nodes, last.edges) == (found.pdag.size - 1, len(found.pdag.argument))
    assert all(step.applied >= 0 for step in found.steps)
    again = simplified(found.pdag)
    assert all(step.applied == 0 for step in again.steps if step.name not in ("coalescing", "grouping"))
    # What was grouped is taken in again before the other steps, and grouped again after them.
    assert again.steps[-1].applied == last.applied == again.steps[1].applied


def test_the_same_tree_is_simplified_in_the_same_way_every_time() -> None:
    pdag = build(random_model(200, 200, 0.2, seed=1, negated=0.1), "g0")
    assert is_the_same(simplify(pdag), simplify(pdag))


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
    merged = simplified(build(model, "top"), ["coalescing"]).pdag
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
    assert pdag.roots["g"] == pdag.roots["h"]
    assert pdag.root == FALSE


def test_contradictions_and_certainties_become_constants() -> None:
    assert simplify(build(model_of({"and": ["a", {"not": "a"}]}), "top")).root == FALSE
    assert simplify(build(model_of({"or": ["a", {"not": "a"}]}), "top")).root == TRUE
    assert simplify(build(model_of({"and": ["a", {"nor": ["b", "a"]}]}), "top")).variables == ()


def test_a_large_tree_shrinks_and_keeps_its_events() -> None:
    original = build(random_model(300, 300, 0.05, seed=1, votes=0.0), "g0")
    smaller = simplified(original, ("coalescing",)).pdag
    assert smaller.size < original.size
    kinds, uses = smaller.kinds(), [0] * smaller.size
    for inputs in smaller.inputs():
        for edge in inputs:
            uses[edge >> 1] += 1
    for node in range(smaller.first_gate, smaller.size):
        for edge in smaller.inputs()[node]:
            alike = kinds[edge >> 1] is kinds[node] and not edge & 1
            assert not (alike and uses[edge >> 1] == 1 and kinds[node] in (Connective.AND, Connective.OR))


@pytest.mark.parametrize("connectives", [["and"], ["and", "or"], ["or", "xor"], ["xor"]], ids=" ".join)
@pytest.mark.parametrize("repeating", [False, True])
def test_a_chain_of_14_000_gates_is_no_trouble(connectives: list[str], repeating: bool) -> None:
    n = 14_000
    builder = PdagBuilder(tuple(f"e{i}" for i in range(n + 1)))
    edge = 2
    for i, connective in zip(range(n), itertools.cycle(connectives), strict=False):
        more = [2 * (i % 100 + 1)] if repeating else []
        edge = builder.gate(Connective[connective.upper()], [edge, (i + 2) << 1, *more])
    pdag = builder.freeze({"top": edge})
    smaller = simplify(pdag)
    for point in random_points(pdag.variables, 5, seed=1):
        assert smaller.value(point) is pdag.value(point)
    if not repeating:
        assert smaller.variables == builder.variables
        assert cycles(smaller) == 0
        assert len(modules(smaller)) == smaller.size - smaller.first_gate


NUMBER_OF_NODES = {"nus9601": 1_480, "edf9206": 20, "edfpa14b": 300}


@pytest.mark.parametrize("tree", NUMBER_OF_NODES)
def test_industrial_trees_shrink(shared: Path, tree: str) -> None:
    """Nodes left when every gate of private inputs counts as one event."""
    path = shared / "benchmarks" / "aralia" / f"{tree}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    model = ft.load(path).model
    smaller = simplify(build(model, model.top[0]))
    assert 1 < collapsed(smaller) <= NUMBER_OF_NODES[tree]


def collapsed(pdag: Pdag) -> int:
    inputs = pdag.inputs()
    uses = Counter(edge >> 1 for edges in inputs for edge in edges)
    is_event, gone = [True] * pdag.first_gate, 0
    for node in range(pdag.first_gate, pdag.size):
        is_event.append(all(is_event[edge >> 1] and uses[edge >> 1] == 1 for edge in inputs[node]))
        gone += is_event[node] * len(inputs[node])
    return pdag.size - 1 - gone
