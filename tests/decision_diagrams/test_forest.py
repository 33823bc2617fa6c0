"""Tables that grow, pause and end: budgets are kept to the node, progress is told, answers never change."""

from __future__ import annotations

import numpy as np
import oracles
import pytest
from building import build
from strategies import model_of, random_model

from faulttree.decision_diagrams import forest as forest_module
from faulttree.decision_diagrams.bdd import BddForest
from faulttree.decision_diagrams.compile import Compilation, compile_bdd, compile_in_order
from faulttree.decision_diagrams.portfolio import Effort
from faulttree.decision_diagrams.zbdd import ZbddForest, minimal_sets
from faulttree.errors import NodeBudgetExceeded
from faulttree.structure.simplify import simplify


def multiplexer(n: int) -> tuple[dict, list[str], list[str]]:
    """OR of a_i b_i: linear when each pair stands together, 2**n when all a come first."""
    formula = {"or": [{"and": [f"a{i}", f"b{i}"]} for i in range(n)]}
    together = [name for i in range(n) for name in (f"a{i}", f"b{i}")]
    apart = [f"a{i}" for i in range(n)] + [f"b{i}" for i in range(n)]
    return formula, together, apart


def test_tables_grow_through_many_doublings(kernel_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest_module, "FIRST_CAPACITY", 4)
    formula, together, apart = multiplexer(8)
    pdag = build(model_of(formula), "top")
    large = compile_in_order(pdag, apart, {"top": pdag.root})
    small = compile_in_order(pdag, together, {"top": pdag.root})
    for bdd in (large, small):
        bdd.check_invariants()
    # The textbook's sizes: 2 (2**n - 1) against 2 n.
    assert (large.size, small.size) == (2 * (2**8 - 1), 2 * 8)
    for seed in range(50):
        point = {name for i, name in enumerate(together) if (seed * 7919 >> i) & 1}
        expected = any({f"a{i}", f"b{i}"} <= point for i in range(8))
        assert large.evaluate("top", point) is small.evaluate("top", point) is expected


@pytest.mark.parametrize("budget", [2, 3, 10, 100])
def test_a_budget_that_is_too_small_is_named_in_the_error(kernel_mode: str, budget: int) -> None:
    formula, _, apart = multiplexer(7)
    pdag = build(model_of(formula), "top")
    with pytest.raises(NodeBudgetExceeded, match=f"outgrew its budget of {budget} nodes") as caught:
        compile_in_order(pdag, apart, {"top": pdag.root}, node_budget=budget)
    assert caught.value.budget == budget
    assert caught.value.nodes == budget


def test_a_budget_is_kept_to_the_node(kernel_mode: str) -> None:
    formula, together, _ = multiplexer(5)
    pdag = build(model_of(formula), "top")

    def fits(budget: int) -> bool:
        try:
            compile_in_order(pdag, together, {"top": pdag.root}, node_budget=budget)
        except NodeBudgetExceeded:
            return False
        return True

    needed = next(budget for budget in range(2, 1000) if fits(budget))
    # More than the result's ten nodes and the constant, for there are intermediate results.
    assert needed > 11
    assert not any(fits(budget) for budget in range(2, needed))
    assert all(fits(budget) for budget in (needed + 1, 2 * needed, 1024))


def test_a_budget_bounds_cut_sets_too(kernel_mode: str) -> None:
    formula, together, _ = multiplexer(6)
    pdag = build(model_of({"and": [formula["or"][0], *({"or": part["and"]} for part in formula["or"])]}), "top")
    bdd = compile_in_order(pdag, together, {"top": pdag.root})
    with pytest.raises(NodeBudgetExceeded) as caught:
        minimal_sets(bdd, "top", node_budget=5)
    assert caught.value.nodes == caught.value.budget == 5
    assert minimal_sets(bdd, "top", node_budget=1000).size > 5


def test_pauses_and_full_tables_change_no_node(kernel_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.1, seed=2, negated=0.1), "g0"))

    def results() -> tuple[list, list, list]:
        bdd = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
        return bdd.nodes.tolist(), minimal_sets(bdd, "top").nodes.tolist(), list(bdd.roots.values())

    at_ease = results()
    monkeypatch.setattr(forest_module, "BREATH", {False: 1, True: 1})
    monkeypatch.setattr(forest_module, "FIRST_CAPACITY", 2)
    breathless = results()
    assert breathless == at_ease


def test_forgetting_changes_no_function(kernel_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(40, 30, 0.1, seed=2, negated=0.1), "g0"))
    remembered = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    monkeypatch.setattr(forest_module, "FIRST_CAPACITY", 2)
    monkeypatch.setattr(forest_module, "LARGEST_COMPUTED_TABLE", 1)
    forgotten = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    forgotten.check_invariants()
    assert forgotten.size == remembered.size
    assert set(minimal_sets(forgotten, "top")) == set(minimal_sets(remembered, "top"))


def test_remembered_results_survive_growth(kernel_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forest_module, "FIRST_CAPACITY", 8)
    forest = BddForest([f"x{i}" for i in range(12)])
    parity = forest.parity([forest.variable(i) for i in range(12)])
    votes = forest.at_least(6, [forest.variable(i) for i in range(12)])
    grown = forest.computed.shape[0]
    assert grown > 8
    known = {tuple(row[:3]): row[3] for row in forest.computed.tolist() if row[0] >= 0}
    assert known, "something is remembered"
    for (f, g, operation), result in known.items():
        fresh = BddForest.holding(forest.freeze({"f": f, "g": g, "result": result}))
        # The frozen copy renumbers, so the law is checked on its roots.
        frozen = forest.freeze({"f": f, "g": g, "result": result})
        operands = [frozen.roots["f"], frozen.roots["g"]]
        made = fresh.conjunction(operands) if operation == 0 else fresh.parity(operands)
        assert made == frozen.roots["result"]
    assert parity != votes


def test_progress_is_told_the_nodes_in_use(kernel_mode: str, cramped: None) -> None:
    told: list[int] = []
    formula, together, _ = multiplexer(5)
    pdag = build(model_of(formula), "top")
    bdd = compile_in_order(pdag, together, {"top": pdag.root}, progress=told.append)
    assert told == sorted(told)
    assert 0 < told[0] <= told[-1]
    told.clear()
    minimal_sets(bdd, "top", progress=told.append)
    assert told
    assert told == sorted(told)


def test_an_interruption_during_progress_gets_out(kernel_mode: str, cramped: None) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    pdag = build(model_of(multiplexer(4)[0]), "top")
    with pytest.raises(KeyboardInterrupt):
        compile_in_order(pdag, pdag.variables, {"top": pdag.root}, progress=interrupt)


def test_a_table_may_hold_one_node_only() -> None:
    forest = BddForest(["a"], node_budget=2)
    edge = forest.variable(0)
    assert (forest.size, forest.conjunction([edge, edge]), edge) == (2, edge, 2)
    with pytest.raises(NodeBudgetExceeded):
        forest.node(0, 1, 0)


def test_constants_of_a_zbdd_are_there_from_the_start() -> None:
    forest = ZbddForest(["a"])
    assert forest.size == 2
    assert np.array_equal(forest.nodes[:2, 1], [0, 1])
    assert forest.family(0, 0, 1) == 2
    assert set(forest.freeze(2)) == {frozenset("a")}


@pytest.mark.parametrize("formula", [multiplexer(4)[0], {"atleast": {"k": 8, "of": [f"e{i}" for i in range(16)]}}])
def test_compiling_goes_on_where_it_stopped(formula: dict) -> None:
    pdag = build(model_of(formula), "top")
    compilation = Compilation(pdag)
    for budget in (5, 8, 11):
        with pytest.raises(NodeBudgetExceeded, match=f"budget of {budget} nodes"):
            compilation.run(Effort(budget))
    bdd = compilation.run(Effort())
    bdd.check_invariants()
    assert (bdd.nodes.tolist(), bdd.roots) == (compile_bdd(pdag).nodes.tolist(), compile_bdd(pdag).roots)


def test_compiling_gives_up_with_the_budget_in_its_words() -> None:
    pdag = simplify(build(random_model(80, 60, 0.1, seed=4), "g0"))
    with pytest.raises(NodeBudgetExceeded, match="budget of 20 nodes") as caught:
        compile_bdd(pdag, Effort(20))
    assert caught.value.budget == 20
    assert caught.value.nodes >= 20


def test_events_that_an_order_leaves_out_come_last() -> None:
    pdag = build(model_of({"or": ["a", "b", "c"]}), "top")
    bdd = compile_in_order(pdag, ["c", "elsewhere"], {"top": pdag.root})
    assert bdd.variables == ("c", "elsewhere", "a", "b")
    assert [p for p in oracles.subsets("abc") if not bdd.evaluate("top", p)] == [frozenset()]
