"""Prime implicants against every product of literals tried."""

from __future__ import annotations

import oracles
from building import build
from hypothesis import given
from strategies import model_of, trees

from faulttree import FaultTree
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.model import Model
from faulttree.structure.simplify import simplify


def literals(products) -> set[frozenset[str]]:
    return {frozenset(positive | {NOT + event for event in negative}) for positive, negative in products}


@given(model=trees(max_events=5))
def test_prime_implicants_are_those_of_enumeration(kernel_mode: str, model: Model) -> None:
    family = prime_implicants(compile_bdd(simplify(build(model, model.top[0]))), "top")
    family.check_invariants()
    assert set(family) == literals(oracles.prime_implicants(oracles.function(model, model.top[0])))


@given(model=trees(max_events=4))
def test_prime_implicants_in_cramped_tables(kernel_mode: str, cramped: None, model: Model) -> None:
    pdag = simplify(build(model, model.top[0]))
    family = prime_implicants(compile_in_order(pdag, pdag.variables, {"top": pdag.root}), "top")
    assert set(family) == literals(oracles.prime_implicants(oracles.function(model, model.top[0])))


@given(trees(coherent=True))
def test_of_a_coherent_tree_they_are_the_minimal_cut_sets(model: Model) -> None:
    tree = FaultTree.of(model)
    assert set(tree.prime_implicants().family) == set(tree.minimal_cut_sets().family)


@given(trees(max_events=6))
def test_minimal_positive_parts_are_the_minimal_cut_sets(model: Model) -> None:
    tree = FaultTree.of(model)
    positive = {frozenset(e for e in s if not e.startswith(NOT)) for s in tree.prime_implicants().family}
    assert oracles.minimal(positive) == set(tree.minimal_cut_sets().family)


def test_the_non_coherent_pair_has_three_with_the_consensus_of_the_other_two() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["A", "B"]}, {"and": [{"not": "A"}, "C"]}]}, {"A": 0.2, "C": 0.5}))
    found = {frozenset(s): s.probability for s in tree.prime_implicants()}
    assert found.keys() == {frozenset({"A", "B"}), frozenset({"¬A", "C"}), frozenset({"B", "C"})}
    assert found[frozenset({"¬A", "C"})] == 0.8 * 0.5


def test_parity_has_two_to_the_n_minus_one_of_them(kernel_mode: str) -> None:
    tree = FaultTree.of(model_of({"xor": [f"x{i}" for i in range(16)]}))
    found = tree.prime_implicants()
    assert (found.count, found.count_by_order) == (2**15, {16: 2**15})
