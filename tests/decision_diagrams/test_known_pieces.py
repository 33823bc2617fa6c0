"""Modules of one structure are compiled once, and an order that served a larger function is tried first."""

from __future__ import annotations

import oracles
import pytest
from building import build
from hypothesis import given
from modular import modular_trees
from strategies import model_of

from faulttree.decision_diagrams import compile as compiling
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import Compilation, Guide, KnownPieces
from faulttree.decision_diagrams.portfolio import Effort, Portfolio
from faulttree.structure.simplify import simplify


def holds(bdd: Bdd, point: frozenset[str]) -> bool:
    """The value of 'top' where exactly these events are true, level by level."""

    def at(edge: int) -> bool:
        if edge <= 1:
            return bool(edge)
        level, low, high = bdd.nodes[edge >> 1].tolist()
        module = int(bdd.modules[level])
        taken = at(module) if module else bdd.variables[level] in point
        return at(high if taken else low) != bool(edge & 1)

    return at(bdd.roots["top"])


def votes(n: int) -> dict:
    """N votes of two out of three, each over events of its own."""
    return {f"g{i}": {"atleast": {"k": 2, "of": [f"a{i}", f"b{i}", f"c{i}"]}} for i in range(n)}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The size of each graph for which orders were tried."""
    sizes: list[int] = []
    run = Portfolio.run

    def counted(self: Portfolio, effort: Effort) -> Bdd:
        sizes.append(self.pdag.size)
        return run(self, effort)

    monkeypatch.setattr(Portfolio, "run", counted)
    return sizes


def test_alike_modules_are_compiled_once(made: list[int]) -> None:
    tree = simplify(build(model_of({"or": list(votes(5))}, gates=votes(5)), "top"))
    known = KnownPieces()
    Compilation(tree, known=known).run(Effort())
    assert len(made) == 1
    # Another tree that has the same modules, one of them no more.
    fewer = {**votes(4), "g4": {"and": ["a4", "b4"]}}
    Compilation(simplify(build(model_of({"or": list(fewer)}, gates=fewer), "top")), known=known).run(Effort())
    assert len(made) == 1


def test_another_seed_or_other_constants_are_another_structure() -> None:
    pdag = simplify(build(model_of({"atleast": {"k": 2, "of": ["a", "b", "c"]}}), "top"))
    keys = {KnownPieces.key(pdag, literals, seed) for literals in ([2, 2, 2], [2, 2, 3]) for seed in (0, 1)}
    assert len(keys) == 4


def test_the_oldest_are_forgotten(monkeypatch: pytest.MonkeyPatch, made: list[int]) -> None:
    monkeypatch.setattr(compiling, "MOST_KEPT", 1)
    known = KnownPieces()
    vote = simplify(build(model_of({"atleast": {"k": 2, "of": ["a", "b", "c"]}}), "top"))
    other = simplify(build(model_of({"atleast": {"k": 2, "of": ["a", "b", "c", "d"]}}), "top"))
    for pdag in (vote, vote, other, other, vote):
        Compilation(pdag, known=known).run(Effort())
    assert len(made) == 3


def test_a_diagram_made_in_a_larger_table_is_not_taken_where_less_is_allowed(made: list[int]) -> None:
    known = KnownPieces()
    pdag = simplify(build(model_of({"atleast": {"k": 3, "of": list("abcdef")}}), "top"))
    bdd = Compilation(pdag, known=known).run(Effort())
    with pytest.raises(compiling.NodeBudgetExceeded):
        Compilation(pdag, known=known).run(Effort(nodes=len(bdd.nodes) // 2))
    assert len(made) == 2


@given(modular_trees(max_events=6))
def test_modules_from_elsewhere_mean_the_same(model) -> None:
    known, pdag = KnownPieces(), simplify(build(model, model.top[0]))
    for _ in range(2):
        bdd = Compilation(pdag, known=known).run(Effort())
        for point in oracles.subsets(pdag.variables):
            assert holds(bdd, point) is oracles.truth(model, model.top[0], point)


@given(modular_trees(max_events=6))
def test_a_guide_changes_the_order_and_nothing_else(model) -> None:
    pdag = simplify(build(model, model.top[0]))
    for nodes in (2, 10_000):
        guide = Guide("'larger'", tuple(reversed(pdag.variables))[: len(pdag.variables) // 2 + 1], nodes)
        bdd = Compilation(pdag, guide=guide).run(Effort())
        for point in oracles.subsets(pdag.variables):
            assert holds(bdd, point) is oracles.truth(model, model.top[0], point)


def test_a_guide_that_serves_is_followed_and_named(made: list[int]) -> None:
    pdag = simplify(build(model_of({"atleast": {"k": 2, "of": ["a", "b", "c"]}}), "top"))
    bdd = Compilation(pdag, guide=Guide("'larger'", ("c", "x", "a", "b"), 100)).run(Effort())
    assert (bdd.events, bdd.order, made) == (("c", "a", "b"), "as of 'larger'", [])
    assert Compilation(pdag, guide=Guide("'larger'", ("c", "a", "b"), 3)).run(Effort()).order != "as of 'larger'"
