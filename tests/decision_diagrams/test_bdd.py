"""Binary decision diagrams: the right function, one edge for each function, reduced and ordered always."""

from __future__ import annotations

import itertools
import math

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import boolean_function_model, model_of, trees

from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd, BddForest
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.model import Model
from faulttree.structure.ordering import orders
from faulttree.structure.simplify import propagate, simplify

VARIABLES = ("a", "b", "c", "d")
POINTS = list(oracles.subsets(VARIABLES))


def bdd_of(model: Model, top: str | None = None) -> Bdd:
    return compile_bdd(simplify(build(model, top or model.top[0])))


@given(model=trees())
def test_a_diagram_gives_the_value_of_the_tree_at_every_point(kernel_mode: str, model: Model) -> None:
    bdd = bdd_of(model)
    bdd.check_invariants()
    events = oracles.events_below(model, model.top[0])
    for point in oracles.subsets(events):
        assert bdd.evaluate("top", point) is oracles.truth(model, model.top[0], point)


@given(model=trees(max_events=6))
def test_every_order_gives_the_same_function(model: Model) -> None:
    pdag = simplify(build(model, model.top[0]))
    for name, order in orders(pdag):
        bdd = compile_in_order(pdag, order, {"top": pdag.root}, name=name)
        bdd.check_invariants()
        assert (bdd.variables, bdd.order) == (tuple(order), name)
        for point in oracles.subsets(pdag.variables):
            assert bdd.evaluate("top", point) is oracles.truth(model, model.top[0], point)


@given(model=trees(max_events=5))
def test_every_gate_in_one_diagram_has_its_own_function(kernel_mode: str, model: Model) -> None:
    pdag = propagate(build(model, model.top[0]))
    bdd = compile_in_order(pdag, pdag.variables, pdag.roots)
    bdd.check_invariants()
    for gate in pdag.roots:
        for point in oracles.subsets(pdag.variables):
            assert bdd.evaluate(gate, point) is oracles.truth(model, gate, point)


@given(model=trees())
def test_a_diagram_depends_on_the_events_that_matter_and_no_other(model: Model) -> None:
    bdd = bdd_of(model)
    expected = oracles.support(oracles.function(model, model.top[0]))
    assert bdd.support("top") == expected
    assert {bdd.variables[level] for level in bdd.levels_in_use()} == expected


@given(model=trees(max_events=6))
def test_monotone_is_what_the_definition_says(kernel_mode: str, model: Model) -> None:
    assert bdd_of(model).is_monotone("top") is oracles.is_coherent(oracles.function(model, model.top[0]))


def test_equal_functions_of_three_variables_have_equal_edges(kernel_mode: str) -> None:
    forest = BddForest(("a", "b", "c"))
    edges = {}
    for truth_table in range(256):
        for form in ("sum of products", "parity of products"):
            pdag = build(boolean_function_model(truth_table, form), "top")
            level = {name: level for level, name in enumerate(forest.variables)}
            below = [0, *(forest.variable(level[name]) for name in pdag.variables)]
            for node in range(pdag.first_gate, pdag.size):
                inputs = [below[e >> 1] ^ (e & 1) for e in pdag.inputs()[node]]
                make = {"AND": forest.conjunction, "OR": forest.disjunction, "XOR": forest.parity}
                below.append(make[pdag.kinds()[node].name](inputs))
            edge = below[pdag.root >> 1] ^ (pdag.root & 1)
            assert edges.setdefault(truth_table, edge) == edge
    assert len(set(edges.values())) == 256
    assert all(edges[255 - truth_table] == edge ^ 1 for truth_table, edge in edges.items())
    bdd = forest.freeze({str(truth_table): edge for truth_table, edge in edges.items()})
    bdd.check_invariants()
    # Up to complement they are 128, one of which is the constant.
    assert bdd.size == 127


@st.composite
def functions(draw: st.DrawFn, n: int = 3) -> list[frozenset[frozenset[str]]]:
    """Some functions of four variables, each as the set of its true points."""
    return [frozenset(point for point in POINTS if draw(st.booleans())) for _ in range(draw(st.integers(1, n)))]


def edge_of(forest: BddForest, true_points: frozenset[frozenset[str]]) -> int:
    """Built by Shannon's expansion, node by node: no operation is used."""

    def expand(level: int, chosen: frozenset[str]) -> int:
        if level == len(VARIABLES):
            return TRUE if chosen in true_points else FALSE
        low = expand(level + 1, chosen)
        high = expand(level + 1, chosen | {VARIABLES[level]})
        if low == high:
            return low
        complement = low & 1
        return forest.node(level, low ^ complement, high ^ complement) << 1 | complement

    return expand(0, frozenset())


@given(functions=functions(5), k=st.integers(0, 6))
def test_every_operation_is_its_definition(kernel_mode: str, functions, k) -> None:
    forest = BddForest(VARIABLES)
    edges = [edge_of(forest, f) for f in functions]

    def those(condition) -> int:
        return edge_of(forest, frozenset(p for p in POINTS if condition([p in f for f in functions])))

    assert forest.conjunction(edges) == those(all)
    assert forest.disjunction(edges) == those(any)
    assert forest.parity(edges) == those(lambda values: sum(values) % 2 == 1)
    assert forest.at_least(k, edges) == those(lambda values: sum(values) >= k)
    assert forest.conjunction([edges[0] ^ 1, *edges[1:]]) == those(lambda v: not v[0] and all(v[1:]))


@given(functions=functions(4), k=st.integers(0, 4))
def test_operations_in_cramped_tables(kernel_mode: str, cramped: None, functions, k) -> None:
    forest = BddForest(VARIABLES)
    edges = [edge_of(forest, f) for f in functions]
    assert forest.at_least(k, edges) == edge_of(
        forest, frozenset(p for p in POINTS if sum(p in f for f in functions) >= k)
    )
    assert forest.parity(edges) == edge_of(forest, frozenset(p for p in POINTS if sum(p in f for f in functions) % 2))
    forest.freeze({str(i): edge for i, edge in enumerate(edges)}).check_invariants()


def test_operations_on_nothing_are_their_neutral_elements() -> None:
    forest = BddForest(VARIABLES)
    assert (forest.conjunction([]), forest.disjunction([]), forest.parity([])) == (TRUE, FALSE, FALSE)
    assert (forest.at_least(0, []), forest.at_least(1, [])) == (TRUE, FALSE)


@given(functions=functions(2))
def test_cofactors_are_the_function_with_its_top_variable_settled(functions) -> None:
    forest = BddForest(VARIABLES)
    edge = edge_of(forest, functions[0])
    if edge > 1:
        level, low, high = forest.cofactors(edge)
        settled = VARIABLES[level]
        assert low == edge_of(forest, frozenset(p for p in POINTS if p - {settled} in functions[0]))
        assert high == edge_of(forest, frozenset(p for p in POINTS if p | {settled} in functions[0]))


@given(functions=functions(3))
def test_freezing_keeps_the_functions_and_drops_the_rest(kernel_mode: str, functions) -> None:
    forest = BddForest(VARIABLES)
    edges = [edge_of(forest, f) for f in functions]
    forest.conjunction(edges)
    bdd = forest.freeze({str(i): edge for i, edge in enumerate(edges)}, "an order")
    bdd.check_invariants()
    assert bdd.order == "an order"
    for i, f in enumerate(functions):
        assert {p for p in POINTS if bdd.evaluate(str(i), p)} == f
    reachable, waiting = set(), [edge >> 1 for edge in bdd.roots.values()]
    while waiting:
        node = waiting.pop()
        if node and node not in reachable:
            reachable.add(node)
            waiting.extend(int(edge) >> 1 for edge in bdd.nodes[node, 1:])
    assert len(reachable) == bdd.size


@given(functions=functions(2))
def test_a_forest_can_go_on_from_a_frozen_diagram(kernel_mode: str, functions) -> None:
    forest = BddForest(VARIABLES)
    bdd = forest.freeze({"f": edge_of(forest, functions[0]), "g": edge_of(forest, functions[-1])})
    again = BddForest.holding(bdd)
    f, g = bdd.roots["f"], bdd.roots["g"]
    assert (edge_of(again, functions[0]), edge_of(again, functions[-1])) == (f, g)
    assert again.conjunction([f, g]) == edge_of(again, functions[0] & functions[-1])


def test_a_forest_can_hold_a_diagram_larger_than_its_first_table(kernel_mode: str, cramped: None) -> None:
    forest = BddForest(VARIABLES)
    bdd = forest.freeze({"f": edge_of(forest, frozenset(POINTS[::3]))})
    again = BddForest.holding(bdd, node_budget=1)
    assert again.size == len(bdd.nodes)
    assert edge_of(BddForest.holding(bdd), frozenset(POINTS[::3])) == bdd.roots["f"]


def test_at_least_of_many_has_the_size_and_the_count_of_the_textbook(kernel_mode: str) -> None:
    n, k = 20, 7
    forest = BddForest([f"x{i}" for i in range(n)])
    bdd = forest.freeze({"f": forest.at_least(k, [forest.variable(i) for i in range(n)])})
    # One node for each (variable, votes still wanted) at which the outcome is open.
    assert bdd.size == k * (n - k + 1)
    weights = {0: 0.0, 1: 1.0}  # share of the points at which an edge is true; exact, for all are multiples of 2**-20
    for node in range(1, len(bdd.nodes)):
        _, low, high = bdd.nodes[node].tolist()
        weights[2 * node] = (weights[low] + weights[high]) / 2
        weights[2 * node + 1] = 1 - weights[2 * node]
    assert weights[bdd.roots["f"]] * 2**n == sum(math.comb(n, i) for i in range(k, n + 1))


def test_parity_of_many_takes_one_node_a_variable(kernel_mode: str) -> None:
    n = 64
    forest = BddForest([f"x{i}" for i in range(n)])
    bdd = forest.freeze({"f": forest.parity([forest.variable(i) for i in range(n)])})
    assert bdd.size == n
    for true in ([], ["x0"], ["x0", "x63"], [f"x{i}" for i in range(31)]):
        assert bdd.evaluate("f", true) is (len(true) % 2 == 1)


def test_a_frozen_diagram_cannot_be_written() -> None:
    bdd = bdd_of(model_of({"or": ["a", "b"]}))
    with pytest.raises(ValueError, match="read-only"):
        bdd.nodes[0, 0] = 1
    with pytest.raises(AttributeError):
        bdd.order = "mine"


BOTTOM = 2**31 - 1
BROKEN = {
    "row 0 is the constant": [[0, 0, 0]],
    "no two nodes are equal": [[BOTTOM, 0, 0], [0, 0, 1], [0, 0, 1]],
    "has a variable": [[BOTTOM, 0, 0], [7, 0, 1]],
    "comes after its children": [[BOTTOM, 0, 0], [0, 4, 1], [1, 0, 1]],
    "decides something": [[BOTTOM, 0, 0], [0, 0, 0]],
    "no complemented low edge": [[BOTTOM, 0, 0], [0, 1, 0]],
    "is above its children": [[BOTTOM, 0, 0], [0, 0, 1], [1, 2, 1]],
}


@pytest.mark.parametrize("law", BROKEN)
def test_the_check_finds_every_fault(law: str) -> None:
    bdd = Bdd(("a", "b"), np.array(BROKEN[law], np.int32), {}, np.zeros(2, np.int32))
    with pytest.raises(AssertionError, match=law):
        bdd.check_invariants()


@pytest.mark.parametrize(("state", "value"), [(True, True), (False, False)])
def test_a_constant_is_a_diagram_without_nodes(state: bool, value: bool) -> None:
    bdd = compile_bdd(simplify(build(model_of({"or": ["a"]}), "top", {"a": state})))
    bdd.check_invariants()
    assert (bdd.size, bdd.evaluate("top", ()), bdd.support("top"), bdd.is_monotone("top")) == (0, value, set(), True)


def test_permuted_variables_give_the_same_function() -> None:
    pdag = simplify(build(model_of({"atleast": {"k": 2, "of": ["a", {"xor": ["b", "c"]}, "d"]}}), "top"))
    diagrams = [compile_in_order(pdag, order, {"top": pdag.root}) for order in itertools.permutations(pdag.variables)]
    for point in POINTS:
        assert len({bdd.evaluate("top", point) for bdd in diagrams}) == 1


def test_nodes_made_in_passing_are_forgotten_and_the_others_stay(kernel_mode: str) -> None:
    forest = BddForest("abcdefgh" * 200)
    kept = forest.conjunction([forest.variable(level) for level in range(8)])
    before, table = forest.size, forest.nodes.shape
    frozen = forest.freeze({"top": kept})

    def broken_off() -> None:
        with forest.passing():
            passing = forest.parity([forest.variable(level) for level in range(1600)])
            assert forest.size > 1600
            with forest.passing():
                forest.disjunction([passing, kept])
            assert forest.freeze({"top": passing}).size == 1600
            raise KeyError

    with pytest.raises(KeyError):
        broken_off()
    assert (forest.size, forest.nodes.shape, forest.peak > 1600) == (before, table, True)
    again = forest.freeze({"top": kept})
    assert again.nodes.tolist() == frozen.nodes.tolist()
    # What is found again is the node that is there, and what is made is made anew.
    assert forest.conjunction([forest.variable(level) for level in range(8)]) == kept
    assert forest.freeze({"top": forest.parity([forest.variable(8), kept])}).size == 9
    forest.freeze({"top": kept}).check_invariants()
