"""Every order of the portfolio is a permutation of the variables; two are known by hand."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import oracles
import pytest
from building import build
from hypothesis import given
from strategies import model_of, random_model, trees

from faulttree.model import Model
from faulttree.structure import ordering
from faulttree.structure.ordering import depth_first, narrow_orders, orders, tree_decomposition
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import simplify


def everything(pdag: Pdag) -> Iterator[tuple[str, list[str]]]:
    """The whole portfolio: what is tried at once, and what is tried at last."""
    return itertools.chain(orders(pdag), narrow_orders(pdag))


@given(trees())
def test_every_order_is_a_permutation_of_the_variables(model: Model) -> None:
    original = build(model, model.top[0])
    for pdag in (original, simplify(original)):
        for name, order in everything(pdag):
            assert sorted(order) == sorted(pdag.variables), name


def test_orders_of_a_large_tree_are_permutations_with_names_of_their_own() -> None:
    pdag = build(random_model(400, 300, 0.1, seed=5), "g0")
    found = list(everything(pdag))
    assert all(sorted(order) == sorted(pdag.variables) for _, order in found)
    assert len({name for name, _ in found}) == len(found)
    assert len({tuple(order) for _, order in found}) > 1


def test_a_gate_of_very_many_inputs_is_ordered_too() -> None:
    wide = {"or": [{"and": [f"e{i}", f"e{i + 1}"]} for i in range(60)]}
    pdag = build(model_of(wide), "top")
    assert all(sorted(order) == sorted(pdag.variables) for _, order in everything(pdag))


def test_orders_are_the_same_every_time() -> None:
    pdag = build(random_model(100, 80, 0.1, seed=6), "g0")
    assert list(everything(pdag)) == list(everything(pdag))


def test_another_seed_settles_ties_in_another_way() -> None:
    pdag = build(random_model(100, 80, 0.1, seed=6), "g0")
    one, two = (dict(itertools.chain(orders(pdag, seed), narrow_orders(pdag, seed))) for seed in (0, 1))
    assert one.keys() == two.keys()
    assert list(orders(pdag, 1)) == list(orders(pdag, 1))
    # The seed breaks ties of the elimination; a walk through the tree as it is has none.
    changed = {name for name in one if one[name] != two[name]}
    assert changed
    assert all("decomposition" in name for name in changed)


def test_of_many_decompositions_the_narrowest_is_taken() -> None:
    pdag = build(random_model(100, 80, 0.1, seed=7), "g0")
    single = tree_decomposition(pdag, cliques=False, tries=1)
    assert single == tree_decomposition(pdag, cliques=False, tries=1)
    (_, light), (_, heavy) = narrow_orders(pdag)
    assert (heavy, light) == tree_decomposition(pdag, cliques=False, tries=16)
    assert single != (heavy, light)


def test_ranks_by_events_and_by_depth() -> None:
    # `wide` has most events below it, `deep` most gates.
    gates = {"wide": {"or": ["a", "b", "c", "d"]}, "deep": {"or": ["e", {"and": ["f", {"or": ["g", "e"]}]}]}}
    named = dict(orders(build(model_of({"and": ["x", "deep", "wide"]}, gates=gates), "top")))
    assert named["depth-first"] == list("xefgabcd")
    assert named["depth-first, most events first"] == list("abcdgefx")
    assert named["depth-first, deepest input first"] == list("gefabcdx")
    assert named["depth-first, largest input first"] == list("gefabcdx")
    assert named["depth-first, smallest input first"] == list("xabcdefg")


def test_events_below_a_large_graph_are_counted_as_written_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # Twice the same four events weigh more than five different ones, once sets are too costly.
    four = {"or": ["a", "b", "c", "d"]}
    twice = {"or": ["g", {"and": ["g", "g2"]}]}
    gates = {"g": four, "g2": {"or": ["g", "a"]}, "twice": twice, "five": {"or": list("vwxyz")}}
    pdag = build(model_of({"and": ["twice", "five"]}, gates=gates), "top")
    assert dict(orders(pdag))["depth-first, most events first"][:5] == list("vwxyz")
    monkeypatch.setattr(ordering, "MANY_NODES", 5)
    assert set(dict(orders(pdag))["depth-first, most events first"][:4]) == set("abcd")


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
    decompositions = [(name, order) for name, order in everything(pdag) if "decomposition" in name]
    assert decompositions
    for name, order in decompositions:
        sides = [event[0] for event in order if event != "s"]
        changes = sum(first != second for first, second in itertools.pairwise(sides))
        assert changes <= 2, (name, order)
