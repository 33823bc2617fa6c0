"""Zero-suppressed diagrams against Python's own sets of frozensets, and minimal sets against enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, trees

from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import BddForest
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest, merged_order, minimal_sets
from faulttree.model import Model
from faulttree.structure.simplify import simplify

ELEMENTS = ("a", "b", "c", "d", "e")
SETS = st.frozensets(st.frozensets(st.sampled_from(ELEMENTS)), max_size=12)


def node_of(forest: ZbddForest, family: frozenset[frozenset[str]]) -> int:
    """Built by splitting at each element in turn: no operation is used."""

    def split(level: int, sets: frozenset[frozenset[str]]) -> int:
        if level == len(forest.elements):
            return UNIT if sets else EMPTY
        element = forest.elements[level]
        low = split(level + 1, frozenset(s for s in sets if element not in s))
        high = split(level + 1, frozenset(s - {element} for s in sets if element in s))
        return forest.family(level, low, high)

    return split(0, family)


def zbdd_of(family: frozenset[frozenset[str]], elements: tuple[str, ...] = ELEMENTS) -> Zbdd:
    forest = ZbddForest(elements)
    return forest.freeze(node_of(forest, family))


OPERATIONS = {
    _kernels.UNION: lambda f, g: f | g,
    _kernels.INTERSECTION: lambda f, g: f & g,
    _kernels.DIFFERENCE: lambda f, g: f - g,
    _kernels.WITHOUT: oracles.without_supersets,
}


@given(f=SETS, g=SETS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operations_are_those_of_sets(kernel_mode: str, operation: int, f, g) -> None:
    forest = ZbddForest(ELEMENTS)
    result = forest.combine(operation, node_of(forest, f), node_of(forest, g))
    assert result == node_of(forest, OPERATIONS[operation](f, g))
    forest.freeze(result).check_invariants()


@given(f=SETS, g=SETS)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operations_in_cramped_tables(kernel_mode: str, cramped: None, operation: int, f, g) -> None:
    forest = ZbddForest(ELEMENTS)
    result = forest.combine(operation, node_of(forest, f), node_of(forest, g))
    assert result == node_of(forest, OPERATIONS[operation](f, g))


@given(SETS)
def test_iteration_gives_every_set_once(family) -> None:
    listed = list(zbdd_of(family))
    assert len(listed) == len(family)
    assert set(listed) == family


@given(SETS)
def test_membership_is_that_of_the_family(family) -> None:
    zbdd = zbdd_of(family)
    for members in oracles.subsets(ELEMENTS):
        assert (members in zbdd) is (members in family)
    assert frozenset({"a", "unheard of"}) not in zbdd


def test_membership_is_of_frozensets_only() -> None:
    with pytest.raises(AssertionError, match="holds frozensets"):
        assert ["a"] in zbdd_of(frozenset())


@given(SETS, SETS)
def test_families_under_different_elements_can_be_compared(f, g) -> None:
    used = {element for s in g for element in s}
    own = tuple(element for element in ELEMENTS if element in used)
    first, second = zbdd_of(f), zbdd_of(g, own)
    for result, expected in (
        (first.difference(second), f - g),
        (second.difference(first), g - f),
        (first.intersection(second), f & g),
        (second.intersection(first), f & g),
    ):
        result.check_invariants()
        assert set(result) == expected


@given(SETS)
def test_a_family_adopted_by_another_order_of_more_elements_is_the_same(family) -> None:
    forest = ZbddForest(("first", *ELEMENTS[:2], "between", *ELEMENTS[2:], "last"))
    adopted = forest.freeze(forest.adopt(zbdd_of(family)))
    adopted.check_invariants()
    assert set(adopted) == family


def test_a_large_family_is_adopted_while_the_table_grows(kernel_mode: str, cramped: None) -> None:
    family = frozenset(map(frozenset, itertools.combinations(ELEMENTS, 2)))
    forest = ZbddForest(ELEMENTS)
    assert set(forest.freeze(forest.adopt(zbdd_of(family)))) == family


def test_a_family_under_a_contrary_order_is_refused() -> None:
    with pytest.raises(AssertionError, match="order their common elements alike"):
        ZbddForest(("b", "a")).adopt(zbdd_of(frozenset({frozenset("ab")}), ("a", "b")))


@given(st.data())
def test_a_merged_order_keeps_both(data: st.DataObject) -> None:
    whole = data.draw(st.permutations("abcdefgh"))
    first, second = (tuple(x for x in whole if data.draw(st.booleans())) for _ in range(2))
    merged = merged_order(first, second)
    assert set(merged) == {*first, *second}
    assert len(merged) == len(set(merged))
    for order in (first, second):
        assert tuple(x for x in merged if x in order) == order


def test_contrary_orders_cannot_be_merged() -> None:
    with pytest.raises(ValueError, match="cycle"):
        merged_order("ab", "ba")


@given(SETS)
def test_freezing_keeps_what_the_family_needs_and_no_more(family) -> None:
    forest = ZbddForest(ELEMENTS)
    node_of(forest, frozenset(oracles.subsets("ace")))
    node = node_of(forest, family)
    zbdd = forest.freeze(node)
    zbdd.check_invariants()
    reachable, waiting = set(), [zbdd.root]
    while waiting:
        row = waiting.pop()
        if row > UNIT and row not in reachable:
            reachable.add(row)
            waiting.extend(zbdd.nodes[row, 1:].tolist())
    assert len(reachable) == zbdd.size
    with pytest.raises(ValueError, match="read-only"):
        zbdd.nodes[0, 0] = 1


BOTTOM = 2**31 - 1
CONSTANTS = [[BOTTOM, 0, 0], [BOTTOM, 1, 1]]
BROKEN = {
    "rows 0 and 1 are the constants": [[BOTTOM, 0, 0]],
    "no two nodes are equal": [*CONSTANTS, [0, 0, 1], [0, 0, 1]],
    "has an element": [*CONSTANTS, [9, 0, 1]],
    "comes after its children": [*CONSTANTS, [0, 3, 1], [1, 0, 1]],
    "holds a set with its element": [*CONSTANTS, [0, 1, 0]],
    "is above its children": [*CONSTANTS, [0, 0, 1], [1, 2, 1]],
}


def test_a_family_that_comes_before_its_module_is_a_fault() -> None:
    rows = np.array([*CONSTANTS, [0, 0, 1], [1, 0, 1]], np.int32)
    Zbdd(("", "a"), rows[:, :][[0, 1, 3, 2]], 3, np.array([2, 0], np.int32)).check_invariants()
    with pytest.raises(AssertionError, match="node 2 comes after its module"):
        Zbdd(("", "a"), rows, 2, np.array([3, 0], np.int32)).check_invariants()


@pytest.mark.parametrize("law", BROKEN)
def test_the_check_finds_every_fault(law: str) -> None:
    zbdd = Zbdd(("a", "b"), np.array(BROKEN[law], np.int32), 0, np.zeros(2, np.int32))
    with pytest.raises(AssertionError, match=law):
        zbdd.check_invariants()


# Minimal sets


@given(model=trees(max_events=6))
def test_minimal_sets_are_those_of_enumeration(kernel_mode: str, model: Model) -> None:
    bdd = compile_bdd(simplify(build(model, model.top[0])))
    f = oracles.function(model, model.top[0])
    for dual, expected in ((False, oracles.minimal_cut_sets(f)), (True, oracles.minimal_path_sets(f))):
        family = minimal_sets(bdd, "top", dual=dual)
        family.check_invariants()
        assert set(family) == expected


@given(model=trees(max_events=5))
def test_minimal_sets_in_cramped_tables(kernel_mode: str, cramped: None, model: Model) -> None:
    pdag = simplify(build(model, model.top[0]))
    bdd = compile_in_order(pdag, pdag.variables, {"top": pdag.root})
    f = oracles.function(model, model.top[0])
    assert set(minimal_sets(bdd, "top")) == oracles.minimal_cut_sets(f)
    assert set(minimal_sets(bdd, "top", dual=True)) == oracles.minimal_path_sets(f)


@given(trees(max_events=5))
def test_the_dual_of_the_complement_is_the_function_with_events_and_absences_exchanged(model: Model) -> None:
    # f fails to be true when S is absent, exactly when not f(not x) is true at S.
    top = model.top[0]
    f = oracles.function(model, top)
    mirrored = oracles.Function(f.events, frozenset(frozenset(f.events) - point for point in f.false_points))
    bdd = compile_bdd(simplify(build(model, top)))
    assert set(minimal_sets(bdd, "top", dual=True)) == oracles.minimal_cut_sets(mirrored)


def test_minimal_sets_of_every_root_are_its_own() -> None:
    forest = BddForest(("a", "b"))
    a, b = forest.variable(0), forest.variable(1)
    bdd = forest.freeze({"and": forest.conjunction([a, b]), "nor": forest.disjunction([a, b]) ^ 1})
    assert set(minimal_sets(bdd, "and")) == {frozenset("ab")}
    assert set(minimal_sets(bdd, "nor")) == {frozenset()}
    assert set(minimal_sets(bdd, "nor", dual=True)) == {frozenset()}


def test_the_non_coherent_pair_has_the_cut_sets_of_the_textbook() -> None:
    model = model_of({"or": [{"and": ["A", "B"]}, {"and": [{"not": "A"}, "C"]}]})
    assert set(minimal_sets(compile_bdd(simplify(build(model, "top"))), "top")) == {frozenset("C"), frozenset("AB")}
