"""Diagrams whose levels stand for modules are those of the whole function, whatever the modules are."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import oracles
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from modular import both_ways, modular_trees, skeleton
from strategies import model_of

from faulttree.decision_diagrams.assembly import COMPLEMENT, PLAIN, Assembly
from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.portfolio import Effort
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.errors import NodeBudgetExceeded
from faulttree.model import Model
from faulttree.structure.pdag import Connective, PdagBuilder


def no(formula):
    return {"not": formula}


def exactly_one(*inputs: str) -> dict:
    return {"cardinality": {"min": 1, "max": 1, "of": list(inputs)}}


PATTERNS = {
    "none": ["a", "b", "c"],
    "two": [{"and": ["a", "b"]}, {"and": ["c", "d"]}],
    "nested": ["a", {"and": ["b", {"or": ["c", {"and": ["d", "e"]}]}]}],
    "complemented": ["a", no({"and": ["b", "c"]})],
    "true when nothing occurs": ["a", {"and": ["b", {"nor": ["c", "d"]}]}],
    "false when everything occurs": ["a", {"and": ["b", {"nand": ["c", "d"]}]}],
    "neither": ["a", {"xor": ["b", "c"]}],
    "equivalence inside": [{"and": ["a", {"iff": ["b", {"xor": ["c", "d"]}]}]}, "e"],
    "implication inside": ["a", {"and": ["b", {"imply": ["c", "d"]}]}],
    "both ways": [{"xor": [{"and": ["a", "b"]}, {"imply": ["c", "d"]}]}, "e"],
    "a vote of modules": [{"atleast": {"k": 2, "of": [{"and": ["a", "b"]}, {"xor": ["c", "d"]}, no("e")]}}],
    "not monotone though its ends are right": [{"and": [exactly_one("a", "b", "c"), "d"]}, "e"],
    "constant": ["a", {"and": ["b", {"or": [{"and": ["c", "d"]}, no("c"), no("d")]}]}],
    "without consequence": ["a", {"and": ["b", {"or": [{"and": [{"or": ["c", "d"]}, "e"]}, "e"]}]}],
}


def pattern(name: str) -> Model:
    return model_of({"or": PATTERNS[name]})


@pytest.mark.parametrize("name", PATTERNS)
def test_every_kind_of_module_is_a_level(kernel_mode: str, name: str) -> None:
    bdd, flat = both_ways(pattern(name))
    check(pattern(name), bdd, flat)
    assert not flat.modules.any()
    pdag = skeleton(pattern(name))
    below = [{edge >> 1 for edge in edges} for edges in pdag.inputs()]
    modules = oracles.modules(below, pdag.root >> 1, set(range(pdag.first_gate, pdag.size)))
    if name not in ("constant", "without consequence"):
        assert np.count_nonzero(bdd.modules) == len(modules) - 1


@given(model=modular_trees())
def test_a_diagram_with_modules_is_that_of_the_tree(kernel_mode: str, model: Model) -> None:
    check(model, *both_ways(model))


def check(model: Model, bdd: Bdd, flat: Bdd) -> None:
    f = oracles.function(model, model.top[0])
    bdd.check_invariants()
    for point in oracles.subsets(f.events):
        assert bdd.evaluate("top", point) is flat.evaluate("top", point) is f(point)
    support = oracles.support(f)
    assert bdd.support("top") == flat.support("top") == support
    assert {bdd.variables[level] for level in bdd.levels_in_use()} == support
    assert bdd.is_monotone("top") is flat.is_monotone("top") is oracles.is_coherent(f)
    assert set(bdd.events) == set(f.events)
    assert len(bdd.events) == len(f.events)
    assert bdd.size <= flat.size + np.count_nonzero(bdd.modules)


@given(model=modular_trees(max_events=6))
def test_families_with_modules_are_those_of_enumeration(kernel_mode: str, model: Model) -> None:
    bdd, flat = both_ways(model)
    f = oracles.function(model, model.top[0])
    for dual, expected in ((False, oracles.minimal_cut_sets(f)), (True, oracles.minimal_path_sets(f))):
        family = minimal_sets(bdd, "top", dual=dual)
        check_family(family, expected, minimal_sets(flat, "top", dual=dual))


@pytest.mark.parametrize("dual", [False, True])
@pytest.mark.parametrize("name", PATTERNS)
def test_families_of_every_kind_of_module(kernel_mode: str, cramped: None, name: str, dual: bool) -> None:
    bdd, flat = both_ways(pattern(name))
    f = oracles.function(pattern(name), "top")
    expected = oracles.minimal_path_sets(f) if dual else oracles.minimal_cut_sets(f)
    check_family(minimal_sets(bdd, "top", dual=dual), expected, minimal_sets(flat, "top", dual=dual))


def check_family(family: Zbdd, expected: oracles.Sets, flat: Zbdd) -> None:
    family.check_invariants()
    used = set(family.nodes[2:, 0].tolist())
    assert all(level in used for level in np.flatnonzero(family.modules).tolist())
    listed = list(family)
    assert len(listed) == len(expected)
    assert set(listed) == expected
    names = [frozenset(family.elements[level] for level in levels) for levels in family.sets()]
    assert names == listed
    assert all(levels == sorted(levels) for levels in family.sets())
    events = [element for element in family.elements if element]
    for members in oracles.subsets(events):
        assert (members in family) is (members in expected)
    assert frozenset({"unheard of"}) not in family
    for event in events:
        for part, kept in (
            (family.containing(event), {s for s in expected if event in s}),
            (family.excluding(event), {s for s in expected if event not in s}),
        ):
            part.check_invariants()
            assert set(part) == kept
            assert set(part.flat()) == kept
    written_out = family.flat()
    written_out.check_invariants()
    assert not written_out.has_modules
    assert all(written_out.elements)
    assert set(written_out) == set(flat) == expected
    assert set(family.difference(flat)) == set(flat.difference(family)) == set()
    assert set(family.intersection(flat)) == set(flat.intersection(family)) == expected
    if events:
        some = family.containing(events[0])
        assert set(family.difference(some)) == expected - set(some)
        assert set(family.intersection(some)) == set(some)
        # The element of a part of a part, deeper and shallower ones mixed.
        for event in events[1:]:
            assert set(some.excluding(event)) == {s for s in expected if events[0] in s and event not in s}
            assert set(some.containing(event)) == {s for s in expected if events[0] in s and event in s}


def test_an_unknown_element_is_in_no_family() -> None:
    family = minimal_sets(compile_bdd(skeleton(pattern("two"))), "top")
    for ask in (family.containing, family.excluding):
        with pytest.raises(ValueError, match="not in tuple"):
            ask("unheard of")


def test_families_whose_modules_all_fell_away_can_be_compared() -> None:
    # `not m and b` needs b alone, so that the levels of both modules stand for nothing in the family.
    model = model_of({"or": [{"and": ["b", no({"and": ["c", "d"]})]}, {"and": ["e", no({"and": ["f", "g"]})]}]})
    family = minimal_sets(compile_bdd(skeleton(model)), "top")
    expected = {frozenset("b"), frozenset("e")}
    assert set(family) == expected
    assert family.elements.count("") > 1
    assert set(family.intersection(family)) == expected
    assert set(family.containing("b").difference(family)) == set()
    assert family.flat().elements == tuple(element for element in family.elements if element)
    without_modules = minimal_sets(compile_in_order(skeleton(model), "bcdefg", {"top": skeleton(model).root}), "top")
    assert without_modules.flat() is without_modules


@pytest.mark.parametrize("state", [True, False])
def test_a_constant_module_of_a_piece_settles_it(state: bool) -> None:
    certain = {"or": [{"and": ["a", "b"]}, no("a"), {"and": ["a", no("b")]}]}
    module = certain if state else no(certain)
    for formula, left in (
        ({"or": ["c", module]}, None if state else "c"),
        ({"and": ["c", module]}, "c" if state else None),
        ({"xor": ["c", module]}, "c"),
        ({"and": [{"atleast": {"k": 2, "of": ["c", module, "d"]}}, no("d")]}, "c" if state else None),
    ):
        model = model_of(formula)
        bdd, flat = both_ways(model)
        check(model, bdd, flat)
        assert not bdd.modules.any()
        if left is None:
            assert (bdd.size, bdd.roots["top"]) == (0, int(oracles.truth(model, "top", ())))
        else:
            assert left in bdd.support("top")


def test_a_module_without_consequence_leaves_no_row() -> None:
    bdd = compile_bdd(skeleton(model_of({"or": ["a", {"and": ["a", {"or": ["b", {"and": ["c", "d"]}]}]}]})))
    bdd.check_invariants()
    assert (bdd.variables, bdd.size) == (("a", "b", "c", "d"), 1)


@pytest.mark.parametrize("negated", [False, True])
def test_a_root_that_is_no_gate(negated: bool) -> None:
    builder = PdagBuilder(("a", "b"))
    bdd = compile_bdd(builder.freeze({"top": 2 | negated}))
    bdd.check_invariants()
    assert [bdd.evaluate("top", point) for point in ((), ("a",), ("b",))] == [negated, not negated, negated]
    constant = compile_bdd(builder.freeze({"top": int(negated)}))
    assert (constant.size, constant.evaluate("top", ())) == (0, negated)


@pytest.mark.parametrize("negated", [False, True])
def test_a_gate_without_inputs_is_its_neutral_element(negated: bool) -> None:
    builder = PdagBuilder(("a",))
    empty_or, empty_and = builder.gate(Connective.OR, []), builder.gate(Connective.AND, [])
    root = builder.gate(Connective.AND, [2, empty_or ^ 1, empty_and])
    bdd = compile_bdd(builder.freeze({"top": root ^ negated}))
    bdd.check_invariants()
    assert bdd.support("top") == {"a"}
    assert bdd.evaluate("top", ("a",)) is not negated


# Assembly


@given(st.sampled_from([Connective.AND, Connective.OR]), st.lists(st.booleans(), min_size=1, max_size=5))
def test_a_chain_is_the_gate_it_was_made_of(connective: Connective, signs: list[bool]) -> None:
    events = tuple("abcde"[: len(signs)])
    assembly = Assembly(events)
    assembly.add_gate(9, connective, [node << 1 | sign for node, sign in enumerate(signs, start=1)])
    bdd = assembly.finished(9, "an order")
    bdd.check_invariants()
    assert (bdd.size, bdd.order, bdd.variables) == (len(signs), "an order", events)
    combine = all if connective is Connective.AND else any
    for point in oracles.subsets(events):
        expected = combine((event in point) is not sign for event, sign in zip(events, signs, strict=True))
        assert bdd.evaluate("top", point) is expected


def test_an_assembly_knows_what_its_parts_stand_for() -> None:
    assembly = Assembly(("a", "b", "c", "d"))
    assembly.add_gate(6, Connective.AND, [2, 4])
    assembly.add_gate(7, Connective.OR, [6 | 1, 8])
    assembly.add_gate(8, Connective.AND, [])
    assembly.add_gate(9, Connective.OR, [])
    assert [assembly.literal(node) for node in (1, 6, 7, 8, 9)] == [PLAIN, PLAIN, COMPLEMENT, TRUE, FALSE]
    assert assembly.size == 5


@given(model=modular_trees(max_events=5), wrong=st.integers(0, 2))
@example(model=pattern("two"), wrong=0)
@example(model=pattern("two"), wrong=1)
@example(model=pattern("two"), wrong=2)
def test_the_check_finds_every_fault_of_a_module(model: Model, wrong: int) -> None:
    bdd = compile_bdd(skeleton(model))
    if not bdd.modules.any():
        return
    level = int(np.flatnonzero(bdd.modules)[0])
    variables, modules = list(bdd.variables), bdd.modules.copy()
    if wrong == 0:
        modules[level] ^= 1
        law = f"the module of level {level} is not complemented"
    elif wrong == 1:
        variables[level] = "a name"
        law = f"level {level} is an event or a module"
    else:
        modules[level] = (len(bdd.nodes) - 1) << 1  # the root, which decides on it
        law = "after the module that it decides on"
    with pytest.raises(AssertionError, match=law):
        Bdd(tuple(variables), bdd.nodes, bdd.roots, modules).check_invariants()


def test_a_module_above_what_decides_on_it_is_a_fault() -> None:
    nodes = np.array([[2**31 - 1, 0, 0], [0, 0, 1], [1, 0, 1]], np.int32)
    bdd = Bdd(("a", ""), nodes, {"top": 4}, np.array([0, 2], np.int32))
    with pytest.raises(AssertionError, match="the module of level 1 lies below it"):
        bdd.check_invariants()


# Budgets


def test_all_modules_together_keep_to_the_budget() -> None:
    # Ten chains of ten nodes each, and a chain of their ten: 110 nodes and the constant.
    model = model_of({"or": [{"and": [f"e{i}.{j}" for j in range(10)]} for i in range(10)]})
    pdag = skeleton(model)
    assert compile_bdd(pdag, Effort(111)).size == 110
    with pytest.raises(NodeBudgetExceeded, match="budget of 110 nodes"):
        compile_bdd(pdag, Effort(110))
    # A piece that is no chain gets what the others left.
    voted = skeleton(
        model_of({"atleast": {"k": 2, "of": [{"and": [f"e{i}.{j}" for j in range(10)]} for i in range(10)]}})
    )
    with pytest.raises(NodeBudgetExceeded, match="budget of 110 nodes") as caught:
        compile_bdd(voted, Effort(110))
    assert caught.value.nodes == 110


# Large trees


@pytest.mark.parametrize("modules_first", [False, True])
def test_a_chain_of_fourteen_thousand_gates(modules_first: bool) -> None:
    n = 14_000
    builder = PdagBuilder(tuple(f"e{i}" for i in range(n + 1)))
    edge = (n + 1) << 1
    for i in reversed(range(n)):
        inputs = [edge, (i + 1) << 1] if modules_first else [(i + 1) << 1, edge]
        edge = builder.gate(Connective.AND if i % 2 else Connective.OR, inputs)
    bdd = compile_bdd(builder.freeze({"top": edge}))
    assert (bdd.size, np.count_nonzero(bdd.modules), len(bdd.events)) == (2 * n, n - 1, n + 1)
    assert bdd.evaluate("top", ["e0"])
    assert not bdd.evaluate("top", [f"e{i}" for i in range(1, n + 1) if i % 2 == 0])
    assert bdd.evaluate("top", [f"e{i}" for i in range(1, n + 1) if i % 2] + [f"e{n}"])
    assert bdd.support("top") == {f"e{i}" for i in range(n + 1)}
    assert bdd.is_monotone("top")
    family = minimal_sets(bdd, "top")
    # e0; e1 e2; e1 e3 e4; ... and at last all the odd ones with the last of all.
    first = {frozenset({f"e{i}" for i in range(1, j, 2)} | {f"e{j}"}) for j in range(0, 10, 2)}
    assert set(itertools.islice(family, 3)) <= first or modules_first
    assert all(members in family for members in first)
    assert frozenset({"e1"}) not in family
    assert set(family.excluding("e1")) == {frozenset({"e0"})}
    assert next(iter(family.containing("e0"))) == {"e0"}
    if not modules_first:
        written_out = family.flat()
        assert all(members in written_out for members in first)
        assert written_out.size == n + 1


def test_a_read_once_tree_of_twenty_thousand_gates() -> None:
    n, choose = 20_000, random.Random(1)
    builder = PdagBuilder(tuple(f"e{i}" for i in range(n + 1)))
    # Of every tree: its edge, how many minimal cut sets it has, and how likely it is when every event is at 1/4.
    trees = [(node << 1, 1, 0.25) for node in range(1, n + 2)]
    for _ in range(n):
        place = choose.randrange(len(trees) - 1)
        one, two = trees.pop(place), trees.pop(choose.randrange(len(trees)))
        if choose.random() < 0.5:
            made = builder.gate(Connective.OR, [one[0], two[0]])
            trees.append((made, one[1] + two[1], one[2] + two[2] - one[2] * two[2]))
        else:
            made = builder.gate(Connective.AND, [one[0], two[0]])
            trees.append((made, one[1] * two[1], one[2] * two[2]))
    ((root, count, probability),) = trees
    bdd = compile_bdd(builder.freeze({"top": root}))
    assert bdd.size == 2 * n
    from faulttree.cut_sets.collection import CutSets
    from faulttree.quantification.probability import probabilities

    assert probabilities(bdd, np.full(len(bdd.variables), 0.25))["top"] == pytest.approx(probability, rel=1e-9)
    family = minimal_sets(bdd, "top")
    assert CutSets(family, "minimal cut sets", np.ones(len(family.elements))).count == count
    assert count > 2**64
    assert math.log2(count) < n
