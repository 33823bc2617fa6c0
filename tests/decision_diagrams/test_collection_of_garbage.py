"""Nodes that nobody needs are forgotten: what is kept keeps its function, and what is remembered stays true."""

from __future__ import annotations

import random

import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import random_model, trees

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams import bdd as bdd_module
from faulttree.decision_diagrams.bdd import FALSE, TRUE, BddForest
from faulttree.decision_diagrams.compile import compile_in_order
from faulttree.decision_diagrams.zbdd import ZbddForest, minimal_sets
from faulttree.errors import NodeBudgetExceeded
from faulttree.model import Model
from faulttree.structure.simplify import simplify

VARIABLES = ("a", "b", "c", "d")
POINTS = list(oracles.subsets(VARIABLES))
ALL = (1 << len(POINTS)) - 1


@pytest.fixture
def tidy(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """Forests that collect at every second node; (nodes before, nodes after) of each collection."""
    monkeypatch.setattr(bdd_module, "FIRST_COLLECTION", 2)
    collected: list[tuple[int, int]] = []
    real = BddForest.collect

    def collect(self, roots, shift):
        before = self.size
        moved = real(self, roots, shift)
        collected.append((before, self.size))
        return moved

    monkeypatch.setattr(BddForest, "collect", collect)
    return collected


def table_of(forest: BddForest, edge: int) -> int:
    """The truth table of an edge, a bit for each point."""

    def value(point: frozenset[str]) -> bool:
        here = edge
        while here > TRUE:
            level, low, high, _ = forest.nodes[here >> 1].tolist()
            here = (high if VARIABLES[level] in point else low) ^ (here & 1)
        return here == TRUE

    return sum(value(point) << place for place, point in enumerate(POINTS))


def check_memory(forest: BddForest) -> int:
    """Every remembered result is right, and every node is found again. Returns how many results there are."""
    known = [row for row in forest.computed.tolist() if row[0] >= 0]
    for f, g, operation, result in known:
        assert max(f, g, result) >> 1 < forest.size
        one, two = table_of(forest, f), table_of(forest, g)
        assert table_of(forest, result) == (one & two if operation == _kernels.AND else one ^ two)
        slot = _kernels.bucket_of(operation, f, g, len(forest.computed))
        assert forest.computed[slot].tolist() == [f, g, operation, result]
    size = forest.size
    for node in range(1, size):
        level, low, high, _ = forest.nodes[node].tolist()
        assert forest.node(level, low, high) == node
    assert forest.size == size
    return len(known)


OPERATIONS = st.tuples(
    st.sampled_from(["and", "or", "xor", "vote", "forget", "collect"]),
    st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=1, max_size=4),
    st.integers(0, 4),
)


@given(steps=st.lists(OPERATIONS, max_size=25))
def test_any_operations_with_collections_in_between(kernel_mode: str, tidy, steps) -> None:
    forest = BddForest(VARIABLES)
    forest.kept = kept = {0: FALSE} | {level + 1: forest.variable(level) for level in range(4)}
    tables = {name: table_of(forest, edge) for name, edge in kept.items()}
    for number, (operation, operands, k) in enumerate(steps, start=len(kept)):
        names = sorted(kept)
        chosen = [(names[place % len(names)], complement) for place, complement in operands]
        edges = [kept[name] ^ complement for name, complement in chosen]
        inputs = [tables[name] ^ (ALL * complement) for name, complement in chosen]
        match operation:
            case "and":
                made = forest.conjunction(edges)
                expected = ALL
                for table in inputs:
                    expected &= table
            case "or":
                made, expected = forest.disjunction(edges), 0
                for table in inputs:
                    expected |= table
            case "xor":
                made, expected = forest.parity(edges), 0
                for table in inputs:
                    expected ^= table
            case "vote":
                made = forest.at_least(k, edges)
                counts = [sum(table >> place & 1 for table in inputs) for place in range(len(POINTS))]
                expected = sum((count >= k) << place for place, count in enumerate(counts))
            case "forget":
                if chosen[0][0] > 4:
                    del kept[chosen[0][0]], tables[chosen[0][0]]
                continue
            case _:
                assert forest._collect(edges) == [kept[name] ^ complement for name, complement in chosen]
                continue
        kept[number], tables[number] = made, expected
        assert table_of(forest, made) == expected
    assert {name: table_of(forest, edge) for name, edge in kept.items()} == tables
    forest._collect([])
    check_memory(forest)
    assert {name: table_of(forest, edge) for name, edge in kept.items()} == tables
    # One edge for each function still, so equal tables are equal edges.
    assert len(set(kept.values())) == len(set(tables.values()))


def test_a_collection_leaves_what_is_kept_and_no_more(kernel_mode: str) -> None:
    forest = BddForest(VARIABLES)
    a, b, c, d = (forest.variable(level) for level in range(4))
    forest.conjunction([a, b, c])
    kept = forest.parity([c, d]) ^ 1
    forest.kept = {"c": c, "parity": kept}
    peak = forest.size
    other = forest.disjunction([b, d])
    peak = max(peak, forest.size)
    table, beside = table_of(forest, kept), table_of(forest, other)
    (moved,) = forest._collect([other])
    assert forest.kept.keys() == {"c", "parity"}
    assert table_of(forest, forest.kept["parity"]) == table
    assert table_of(forest, moved) == beside
    # The constant; c; d and the parity of c and d; b or d.
    assert forest.size == 5
    assert forest.peak == peak
    assert check_memory(forest) > 0
    made = forest.node(0, FALSE, TRUE) << 1
    assert table_of(forest, made) == sum(("a" in point) << place for place, point in enumerate(POINTS))


def test_what_others_may_hold_is_never_forgotten(tidy) -> None:
    forest = BddForest(VARIABLES)
    variables = [forest.variable(level) for level in range(4)]
    forest.parity(variables)
    assert forest.kept is None
    assert tidy == []
    assert forest._collect(variables) == variables
    assert tidy == []


@given(model=trees(max_events=6))
def test_collections_change_no_diagram(kernel_mode: str, tidy, model: Model) -> None:
    pdag = build(model, model.top[0])
    tidied = compile_in_order(pdag, pdag.variables, {"top": pdag.root} | pdag.roots)
    tidied.check_invariants()
    for gate in pdag.roots:
        for point in oracles.subsets(pdag.variables):
            assert tidied.evaluate(gate, point) is oracles.truth(model, gate, point)


@pytest.mark.parametrize("seed", range(3))
def test_a_larger_diagram_is_the_same_with_many_collections(
    kernel_mode: str, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdag = simplify(build(random_model(60, 50, 0.15, seed, negated=0.1), "g0"))
    at_ease = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    monkeypatch.setattr(bdd_module, "FIRST_COLLECTION", 50)
    collections = []
    real = BddForest.collect
    monkeypatch.setattr(
        BddForest, "collect", lambda self, roots, shift: collections.append(self.size) or real(self, roots, shift)
    )
    tidied = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    assert collections
    tidied.check_invariants()
    assert tidied.size == at_ease.size
    again = BddForest.holding(at_ease)
    place = [0]
    for level, low, high in tidied.nodes[1:].tolist():
        place.append(again.node(level, place[low >> 1] << 1, place[high >> 1] << 1 | (high & 1)))
    # Every node is there already, so both hold the same functions.
    assert again.size == len(at_ease.nodes)
    root = tidied.roots["top"]
    assert place[root >> 1] << 1 | (root & 1) == at_ease.roots["top"]


def wasteful(forest: BddForest) -> int:
    """Forty parities, each of other variables and none needed any more; then the edge of `x0 and not x1`."""
    variables = [forest.variable(level) for level in range(len(forest.variables))]
    forest.kept = dict(enumerate(variables))
    choose = random.Random(1)
    for _ in range(40):
        forest.parity([forest.kept[i] for i in choose.sample(range(len(variables)), 8)])
    return forest.conjunction([forest.kept[0], forest.kept[1] ^ 1])


def test_a_budget_that_fits_only_what_is_needed_is_enough_for_the_patient(kernel_mode: str) -> None:
    names = [f"x{i}" for i in range(12)]
    free = BddForest(names)
    wasteful(free)
    budget = 60
    assert free.peak > 2 * budget
    patient = BddForest(names, budget)
    edge = wasteful(patient)
    assert patient.peak <= budget
    bdd = patient.freeze({"f": edge})
    assert bdd.support("f") == {"x0", "x1"}
    assert bdd.evaluate("f", ["x0"])
    assert not bdd.evaluate("f", ["x0", "x1"])
    with pytest.raises(NodeBudgetExceeded, match=f"budget of {budget} nodes"):
        wasteful(BddForest(names, budget, patient=False))


def test_patience_ends_when_a_collection_frees_too_little(kernel_mode: str, tidy) -> None:
    names = [f"x{i}" for i in range(12)]
    forest = BddForest(names, 40)
    wasteful(forest)
    assert forest.kept is not None
    choose = random.Random(2)

    def keep(number: int) -> None:
        forest.kept[number] = forest.parity([forest.kept[i] for i in choose.sample(range(12), 8)])

    with pytest.raises(NodeBudgetExceeded) as caught:
        list(map(keep, range(100, 140)))
    # Beside the constant and the variables 27 nodes have room, and a parity of eight takes seven.
    assert 12 < len(forest.kept) <= 12 + 27 // 7
    assert (caught.value.nodes, caught.value.budget) == (40, 40)
    # Without knowing what others hold there is nothing to free.
    closed = BddForest(names, 20)
    with pytest.raises(NodeBudgetExceeded):
        closed.parity([closed.variable(level) for level in range(12)])


def test_forgetting_in_a_forest_of_families() -> None:
    forest = ZbddForest(("a", "b", "c"))
    a, b, c = (forest.family(level, 0, 1) for level in range(3))
    ab = forest.combine(_kernels.UNION, a, b)
    forest.combine(_kernels.UNION, ab, c)
    moved, unit = forest.collect([ab, 1], shift=0)
    assert (forest.size, unit) == (4, 1)
    assert set(forest.freeze(moved)) == {frozenset("a"), frozenset("b")}
    assert forest.family(1, 0, 1) == moved - 1


def test_where_few_nodes_could_be_forgotten_none_is() -> None:
    forest = ZbddForest(tuple(f"e{i}" for i in range(40)))
    chain = [forest.family(39, 0, 1)]
    for level in range(38, -1, -1):
        chain.append(forest.family(level, chain[-1], 1))
    unwanted = forest.family(0, 0, 1)
    before = forest.nodes[: forest.size, :3].tolist()
    assert forest.collect([chain[-1]], shift=0) == [chain[-1]]
    assert forest.nodes[: forest.size, :3].tolist() == before
    assert forest.family(0, 0, 1) == unwanted
    # Of half of the chain more than a fifth goes.
    (half,) = forest.collect([chain[19]], shift=0)
    assert forest.size == 22
    assert set(forest.freeze(half)) == {frozenset({f"e{i}"}) for i in range(20, 40)}


def test_cut_sets_of_a_diagram_made_with_collections(tidy) -> None:
    pdag = simplify(build(random_model(40, 30, 0.2, seed=5), "g0"))
    tidied = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    assert tidy
    assert any(after < before for before, after in tidy)
    for cut in list(minimal_sets(tidied, "top"))[:50]:
        assert pdag.value(cut)
        assert not any(pdag.value(cut - {event}) for event in cut)
