"""Every order of the portfolio is a permutation of the variables; two are known by hand."""

from __future__ import annotations

import itertools

import oracles
from hypothesis import given
from strategies import model_of, random_model, trees

from faulttree.model import Model
from faulttree.structure.build import build
from faulttree.structure.ordering import depth_first, orders
from faulttree.structure.simplify import simplify


@given(trees())
def test_every_order_is_a_permutation_of_the_variables(model: Model) -> None:
    original = build(model, model.top[0])
    for pdag in (original, simplify(original)):
        for name, order in orders(pdag, thorough=True):
            assert sorted(order) == sorted(pdag.variables), name


def test_orders_of_a_large_tree_are_permutations_with_names_of_their_own() -> None:
    pdag = build(random_model(400, 300, 0.1, seed=5), "g0")
    found = list(orders(pdag, thorough=True))
    assert all(sorted(order) == sorted(pdag.variables) for _, order in found)
    assert len({name for name, _ in found}) == len(found)
    assert len({tuple(order) for _, order in found}) > 1


def test_a_gate_of_very_many_inputs_is_ordered_too() -> None:
    wide = {"or": [{"and": [f"e{i}", f"e{i + 1}"]} for i in range(60)]}
    pdag = build(model_of(wide), "top")
    assert all(sorted(order) == sorted(pdag.variables) for _, order in orders(pdag, thorough=True))


def test_orders_are_the_same_every_time() -> None:
    pdag = build(random_model(100, 80, 0.1, seed=6), "g0")
    assert list(orders(pdag, thorough=True)) == list(orders(pdag, thorough=True))


@given(trees())
def test_depth_first_is_the_reading_order(model: Model) -> None:
    pdag = build(model, model.top[0])
    assert tuple(depth_first(pdag, lambda _: 0)) == oracles.events_below(model, model.top[0])


def test_events_last_visits_gates_first() -> None:
    pdag = build(model_of({"or": ["a", {"and": ["b", "c"]}]}), "top")
    assert dict(orders(pdag))["depth-first, events last"] == ["b", "c", "a"]


def test_lower_rank_comes_first() -> None:
    pdag = build(model_of({"or": ["a", "b", "c"]}), "top")
    assert depth_first(pdag, lambda node: -node) == ["c", "b", "a"]


def test_a_decomposition_puts_the_separator_on_top() -> None:
    # The two sides of `s` meet nowhere else, so whatever its degree, one side ends before the other begins.
    left = [{"and": ["s", f"l{i}", f"l{i + 1}"]} for i in range(5)]
    right = [{"and": ["s", f"r{i}", f"r{i + 1}"]} for i in range(5)]
    pdag = simplify(build(model_of({"or": [{"or": left}, {"or": right}]}), "top"))
    decompositions = [(name, order) for name, order in orders(pdag, thorough=True) if "decomposition" in name]
    assert decompositions
    for name, order in decompositions:
        sides = [event[0] for event in order if event != "s"]
        changes = sum(first != second for first, second in itertools.pairwise(sides))
        assert changes <= 2, (name, order)
