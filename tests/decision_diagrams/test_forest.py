"""Tables that grow, pause and end: budgets are kept to the node, progress is told, answers never change."""

from __future__ import annotations

import numpy as np
import oracles
import pytest
from building import build
from strategies import model_of, random_model

from faulttree.decision_diagrams import forest as forest_module
from faulttree.decision_diagrams import portfolio
from faulttree.decision_diagrams.assembly import PLAIN
from faulttree.decision_diagrams.bdd import BddForest
from faulttree.decision_diagrams.compile import Compilation, compile_bdd, compile_in_order
from faulttree.decision_diagrams.forest import Progress
from faulttree.decision_diagrams.portfolio import Construction, Effort, Portfolio
from faulttree.decision_diagrams.zbdd import ZbddForest, minimal_sets
from faulttree.errors import NodeBudgetExceeded
from faulttree.structure.ordering import narrow_orders, orders
from faulttree.structure.pdag import Pdag
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


def plain(pdag: Pdag, seed: int = 0) -> Portfolio:
    """A portfolio for the whole graph, every variable being itself."""
    return Portfolio(pdag, [PLAIN] * len(pdag.variables), seed)


def room_for(pdag: Pdag, order: list[str]) -> int:
    """The least node budget under which an order succeeds without a second try, by halving."""
    low, high = 1, 10**6
    while high - low > 1:
        middle = (low + high) // 2
        try:
            Construction(BddForest(order, middle, patient=False), pdag, [PLAIN] * len(pdag.variables)).run()
        except NodeBudgetExceeded:
            low = middle
        else:
            high = middle
    return high


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, tuple[str, ...]]]:
    """The caps and orders of all attempts, none of which is good enough or tried a second time."""
    tried: list[tuple[int, tuple[str, ...]]] = []

    def forest(order: list[str], cap: int, progress: Progress | None, patient: bool) -> BddForest:
        tried.append((cap, tuple(order)))
        return BddForest(order, cap, progress, patient=False)

    monkeypatch.setattr(portfolio, "BddForest", forest)
    monkeypatch.setattr(portfolio, "GOOD_ENOUGH", 0)
    # What is good enough for a graph of this size, and caps, are as small as the test says.
    monkeypatch.setattr(portfolio, "max", lambda one, _: one, raising=False)
    return tried


def test_orders_get_larger_tables_after_all_had_a_small_one(attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))
    unhindered = compile_bdd(pdag)
    attempts.clear()
    all_orders = [tuple(order) for _, order in orders(pdag)]
    least = min(room_for(pdag, list(order)) for order in all_orders)
    monkeypatch.setattr(portfolio, "ROUNDS", ((3, 20), (least - 1, 5)))
    patient = plain(pdag).run(Effort())
    # All orders, then five, then those of the finalists that were needed: one, for its table is large.
    assert [cap for cap, _ in attempts] == [3] * len(all_orders) + [least - 1] * 5 + [Effort().nodes]
    assert [order for _, order in attempts[: len(all_orders)]] == all_orders
    for seed in range(100):
        point = {name for i, name in enumerate(pdag.variables) if (seed * 7919 + i * i) % 3 == 0}
        assert patient.evaluate("top", point) is unhindered.evaluate("top", point) is pdag.value(point)


def test_those_orders_go_on_that_came_furthest(attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))
    cap = min(room_for(pdag, order) for _, order in orders(pdag)) // 2
    came = {}
    for _, order in orders(pdag):
        construction = Construction(BddForest(order, cap, patient=False), pdag, [PLAIN] * len(pdag.variables))
        with pytest.raises(NodeBudgetExceeded):
            construction.run()
        came[tuple(order)] = construction.finished
    assert len(set(came.values())) > 1
    monkeypatch.setattr(portfolio, "ROUNDS", ((cap, 20), (cap, 4)))
    with pytest.raises(NodeBudgetExceeded, match=f"budget of {cap + 1} nodes"):
        plain(pdag).run(Effort(nodes=cap + 1, quick=True))
    second = [order for _, order in attempts[len(list(orders(pdag))) :]]
    assert len(second) == 4
    furthest = sorted((came[tuple(order)] for _, order in orders(pdag)), reverse=True)
    assert [came[order] for order in second] == furthest[:4]


def test_the_order_that_needs_the_least_room_is_taken(attempts) -> None:
    pdag = simplify(build(random_model(80, 60, 0.1, seed=4), "g0"))
    needed = {name: room_for(pdag, order) for name, order in orders(pdag)}
    assert len(set(needed.values())) > 1
    assert needed[plain(pdag).run(Effort()).order] == min(needed.values())


def test_a_run_goes_on_where_the_last_one_stopped(attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))
    monkeypatch.setattr(portfolio, "ROUNDS", ((3, 20), (4, 5)))
    monkeypatch.setattr(portfolio, "PROMISING", -100.0)  # even those that made nothing
    one = plain(pdag)
    with pytest.raises(NodeBudgetExceeded, match="budget of 50 nodes"):
        one.run(Effort(nodes=50, quick=True))
    caps = [cap for cap, _ in attempts]
    assert caps[-5:] == [4] * 5
    assert set(caps) == {3, 4}
    with pytest.raises(NodeBudgetExceeded, match="budget of 6 nodes"):
        one.run(Effort(nodes=6))
    assert [cap for cap, _ in attempts[len(caps) :]] == [6] * portfolio.FINALISTS
    attempts.clear()
    bdd = one.run(Effort())
    assert [cap for cap, _ in attempts] == [Effort().nodes]
    assert bdd.evaluate("top", pdag.variables) is pdag.value(pdag.variables)


def test_orders_that_made_too_few_gates_get_no_large_table(attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))
    monkeypatch.setattr(portfolio, "ROUNDS", ((3, 20), (4, 5)))
    one = plain(pdag)
    with pytest.raises(NodeBudgetExceeded):
        one.run(Effort())
    assert not one.is_promising
    assert {cap for cap, _ in attempts} == {3, 4}
    # Whoever asks for thoroughness gets it all the same.
    assert one.run(Effort(thorough=True)).evaluate("top", pdag.variables) is pdag.value(pdag.variables)


def test_a_quick_run_without_small_rounds_tries_once(attempts) -> None:
    pdag = build(model_of(multiplexer(4)[0]), "top")
    assert plain(pdag).run(Effort(nodes=1000, quick=True)).size == 8
    assert attempts[0][0] == 1000


def test_a_thorough_run_tries_the_narrowest_orders_too(attempts, monkeypatch: pytest.MonkeyPatch) -> None:
    pdag = simplify(build(random_model(60, 50, 0.2, seed=4), "g0"))
    monkeypatch.setattr(portfolio, "ROUNDS", ((3, 20),))
    bdd = plain(pdag).run(Effort(thorough=True))
    narrow = {name: tuple(order) for name, order in narrow_orders(pdag)}
    assert attempts[-1] == (Effort().nodes, narrow[bdd.order])


def test_a_diagram_as_small_as_its_tree_is_taken_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "GOOD_ENOUGH", 0)
    monkeypatch.setattr(portfolio, "ROUNDS", ((1, 20), (2, 20)))
    gates = {f"g{i}": {"or": [f"e{i}", {"xor": [f"x{i}", f"g{i + 1}"]}]} for i in range(50)}
    gates["g50"] = {"and": ["y", "z"]}
    pdag = simplify(build(model_of({"or": ["g0"]}, gates=gates), "g0"))
    # No other order was tried, though any diagram larger than its graph would have been too large for the caps.
    bdd = plain(pdag).run(Effort())
    assert (bdd.order, bdd.size) == ("depth-first", 102)
    # With each gate a module of its own, every input has its node.
    assert compile_bdd(pdag).size == 202


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
