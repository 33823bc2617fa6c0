"""Each step of simplification on trees for which the outcome is known by hand, and what it leaves nothing of."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from building import build
from hypothesis import given
from skeletons import check_users, skeletons
from strategies import model_of

from faulttree.structure.circuit import Circuit
from faulttree.structure.context import propagate_context
from faulttree.structure.factoring import distribute, factor
from faulttree.structure.grouping import group_independent
from faulttree.structure.merging import merge
from faulttree.structure.modules import modules
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import Simplified, simplified

SIGNS = {Connective.AND: " & ", Connective.OR: " | ", Connective.XOR: " ^ "}


def written(pdag: Pdag) -> str:
    """The root as a formula; a shared gate is written out at each place."""

    def of(edge: int) -> str:
        node = edge >> 1
        if node < pdag.first_gate:
            text = pdag.variables[node - 1] if node else "false"
        else:
            kind, below = pdag.kinds()[node], [of(e) for e in pdag.inputs()[node]]
            text = f"({SIGNS.get(kind, ', ').join(below)})"
            if kind is Connective.ATLEAST:
                text = f"{pdag.k[node]} of {text}"
        return ("not " if edge & 1 else "") + text

    return of(pdag.root)


def after(steps: str, formula: dict[str, Any], **gates: Any) -> str:
    return written(result(steps, formula, **gates).pdag)


def result(steps: str, formula: dict[str, Any], **gates: Any) -> Simplified:
    return simplified(build(model_of(formula, gates=gates), "top"), steps.split())


def both(one: Any, other: Any) -> dict[str, Any]:
    """A formula that no step looks into, over two others."""
    return {"atleast": {"k": 2, "of": [one, other, "z"]}}


# Folding


def test_a_vote_that_needs_all_is_a_conjunction_and_one_that_needs_one_a_disjunction() -> None:
    assert after("", {"atleast": {"k": 3, "of": ["a", "b", "c"]}}) == "(a & b & c)"
    assert after("", {"atleast": {"k": 1, "of": ["a", "b", "c"]}}) == "(a | b | c)"


def test_an_input_that_counts_twice_is_taken_out_of_a_vote_where_it_decides() -> None:
    twice = ["a", {"or": ["a"]}, "b", "c"]
    assert after("", {"atleast": {"k": 2, "of": twice}}) == "(a | (b & c))"
    assert after("", {"atleast": {"k": 3, "of": twice}}) == "(a & (b | c))"
    assert after("", {"atleast": {"k": 3, "of": [*twice, "d", "e"]}}) == "3 of (a, a, b, c, d, e)"


def test_an_input_and_its_complement_count_one_in_a_vote() -> None:
    inputs = ["a", {"or": ["a"]}, {"not": "a"}, "b", "c", "d"]
    assert after("", {"atleast": {"k": 3, "of": inputs}}) == "2 of (a, b, c, d)"
    assert after("", {"atleast": {"k": 3, "of": [{"not": "a"}, *inputs]}}) == "(b | c | d)"


def test_a_vote_and_its_dual_are_one_gate() -> None:
    voted = {"atleast": {"k": 2, "of": ["a", "b", "c", "d"]}}
    dual = {"atleast": {"k": 3, "of": [{"not": name} for name in "dcba"]}}
    assert after("", {"xor": [voted, dual]}) == "not false"


def test_equal_parities_are_one_gate_whatever_their_complements() -> None:
    assert after("", {"or": [{"xor": ["a", "b"]}, {"iff": ["b", "a"]}]}) == "not false"


def test_complements_of_parities_are_written_outside() -> None:
    inner = {"iff": ["a", {"not": "b"}]}
    assert after("", {"xor": [inner, "s", "c"]}) == "((a ^ b) ^ s ^ c)"


# Coalescing


def test_only_gates_of_one_user_are_taken_in() -> None:
    formula = both({"or": ["s", "c"]}, {"or": ["s", "d"]})
    assert after("coalescing", formula, s={"or": ["a", "b"]}) == "2 of (((a | b) | c), ((a | b) | d), z)"


def test_a_chain_through_a_gate_that_vanishes_is_one_gate() -> None:
    formula = {"or": [{"or": ["a", {"and": [{"or": ["b", "c"]}]}]}, "d"]}
    assert after("coalescing", formula) == "(a | b | c | d)"
    assert after("", formula) == "((a | (b | c)) | d)"


@pytest.mark.parametrize("again", ["g", {"not": "g"}])
@pytest.mark.parametrize("connective", ["and", "or", "xor"])
def test_a_gate_that_its_user_meets_twice_on_the_way_is_counted_right(connective: str, again: Any) -> None:
    # The second mention hides behind a gate of one input, so it is seen only when that gate has gone.
    g, other = {connective: ["a", "b"]}, {connective: ["a", "b"]}
    for inputs in (["g", {"and": [again]}], [{"and": [again]}, "g"]):
        pdag = build(model_of({connective: [*inputs, "c"]}, gates={"g": g}), "top")
        plain = build(model_of({connective: [other, other if again == "g" else {"not": other}, "c"]}), "top")
        smaller = simplified(pdag, ["coalescing"]).pdag
        for point in itertools.chain.from_iterable(itertools.combinations("abc", n) for n in range(4)):
            assert smaller.value(point) is plain.value(point)


# Merging


def test_events_that_always_stand_together_become_one_gate() -> None:
    formula = both({"or": ["a", "b", "c"]}, {"or": ["a", "b", "d"]})
    assert after("merging", formula) == "2 of (((a | b) | c), ((a | b) | d), z)"


def test_de_morgan_an_and_of_complements_counts_as_an_or() -> None:
    negated = {"and": [{"not": "a"}, {"not": "b"}, "d"]}
    assert after("merging", both({"or": ["a", "b", "c"]}, negated)) == "2 of (((a | b) | c), (not (a | b) & d), z)"


def test_events_that_stand_together_in_parities_become_one_parity() -> None:
    formula = both({"xor": ["a", "b", "c"]}, {"iff": ["a", {"or": ["b"]}]})
    assert after("merging", formula) == "2 of (((a ^ b) ^ c), not (a ^ b), z)"


@pytest.mark.parametrize(
    "other", [{"and": ["a", "b", "d"]}, {"or": ["a", {"not": "b"}, "d"]}, {"xor": ["a", "b", "d"]}]
)
def test_events_that_some_user_sees_otherwise_stay_apart(other: dict[str, Any]) -> None:
    report = result("merging", both({"or": ["a", "b", "c"]}, other))
    assert report.steps[-1].applied == 0


def test_a_merged_group_is_a_module() -> None:
    pdag = result("merging", both({"or": ["a", "b", "c"]}, {"or": ["a", "b", "d"]})).pdag
    group = next(
        n for n, edges in enumerate(pdag.inputs()) if [pdag.variables[(e >> 1) - 1] for e in edges] == ["a", "b"]
    )
    assert group in modules(pdag)


def test_merging_sees_groups_of_groups() -> None:
    inner = {"p": {"and": ["a", "b", "x"]}, "q": {"and": ["a", "b", "y"]}}
    formula = both({"or": ["p", "q", "c"]}, {"or": ["p", "q", "d"]})
    text = after("merging", formula, **inner)
    assert text == "2 of (((((a & b) & x) | ((a & b) & y)) | c), ((((a & b) & x) | ((a & b) & y)) | d), z)"


# Factoring and distribution


def test_a_set_that_gates_share_becomes_a_gate() -> None:
    formula = both({"and": ["a", "b", "c", "d"]}, {"and": ["a", "b", "e"]})
    assert after("factoring", {"xor": [formula, "a", "b"]}).startswith("(2 of (((a & b) & c & d), ((a & b) & e), z)")


def test_the_largest_saving_goes_first() -> None:
    gates = {f"g{i}": {"and": ["a", "b", "c", "d", f"x{i}"]} for i in range(2)}
    gates |= {f"h{i}": {"and": ["a", "b", f"y{i}"]} for i in range(5)}
    pdag = result("factoring", {"xor": [*gates, "a", "b", "c", "d"]}, **gates).pdag
    rows = [{pdag.variables[(e >> 1) - 1] for e in row if e >> 1 < pdag.first_gate} for row in pdag.inputs()]
    # a b, in seven gates, saves six inputs; a b c d, in two gates, only three.
    assert {"a", "b"} in rows
    assert {"c", "d"} in rows


def test_a_gate_that_is_the_shared_set_itself_is_used_by_the_others() -> None:
    formula = {"xor": [{"and": ["a", "b"]}, {"and": ["a", "b", "c"]}, "a", "b"]}
    assert after("factoring", formula) == "((a & b) ^ ((a & b) & c) ^ a ^ b)"


def test_a_parity_that_holds_a_part_and_its_inputs_loses_both() -> None:
    part = {"iff": ["a", "b"]}
    formula = both(
        "part", {"or": [{"xor": ["part", "a", "b", "c", "d"]}, "e", {"and": ["a", "x"]}, {"and": ["b", "y"]}]}
    )
    assert after("factoring", formula, part=part) == "2 of (not (a ^ b), (not (c ^ d) | e | (a & x) | (b & y)), z)"


def test_a_factor_of_all_products_is_written_once() -> None:
    formula = {"or": [{"and": ["a", "b"]}, {"and": ["a", "c"]}]}
    assert after("distribution", formula) == "(a & (b | c))"


def test_the_dual_a_term_of_all_sums_is_written_once() -> None:
    formula = {"and": [{"or": ["a", "b"]}, {"or": ["a", "c"]}]}
    assert after("distribution", formula) == "(a | (b & c))"


def test_factors_of_rests_are_taken_out_too() -> None:
    products = [["a", "b", "c"], ["a", "b", "d"], ["a", "e"], ["f", "g"]]
    formula = {"or": [{"and": product} for product in products]}
    assert after("distribution", formula) == "((a & ((b & (c | d)) | e)) | (f & g))"


def test_a_product_that_holds_another_vanishes() -> None:
    assert after("distribution", {"or": [{"and": ["a", "b"]}, {"and": ["a", "b", "c"]}]}) == "(a & b)"


def test_a_product_that_something_else_uses_is_left_alone() -> None:
    formula = {"xor": [{"or": ["p", {"and": ["a", "c"]}]}, "p"]}
    assert result("distribution", formula, p={"and": ["a", "b"]}).steps[-1].applied == 0


# Context


def test_absorption() -> None:
    assert after("context", {"and": ["x", {"or": ["x", "y"]}]}) == "x"
    assert after("context", {"or": ["x", {"and": ["x", "y"]}]}) == "x"


def test_what_a_sibling_forces_is_known_far_below() -> None:
    deep = {"or": ["c", {"and": ["d", {"xor": ["e", {"or": ["x", "f"]}]}]}]}
    assert after("context", {"and": ["x", deep]}) == "(x & (c | (d & not e)))"
    assert after("context", {"or": ["x", deep]}) == "(x | (c | (d & (e ^ f))))"


def test_below_an_or_the_others_are_false() -> None:
    deep = {"and": ["c", {"atleast": {"k": 2, "of": ["x", "d", "e"]}}]}
    assert after("context", {"or": ["x", deep]}) == "(x | (c & (d & e)))"


def test_what_all_ways_to_a_shared_gate_force_is_known_there() -> None:
    gates = {"s": {"or": ["x", "y"]}, "l": {"or": ["s", "a"]}, "r": {"or": ["s", "b"]}}
    # Below the root x is true on every way to s, and l and r with it.
    assert after("context", {"and": ["x", {"xor": ["l", "r", "c"]}]}, **gates) == "(x & c)"


def test_what_one_way_only_forces_is_used_on_that_way() -> None:
    gates = {"s": {"and": ["x", "y", "v"]}}
    formula = {"xor": [{"and": [{"not": "x"}, {"or": ["s", "a"]}]}, "s"]}
    assert after("context", formula, **gates) == "((not x & a) ^ (x & y & v))"


def test_a_shared_gate_of_one_unknown_input_is_that_input() -> None:
    formula = {"xor": [{"and": ["x", {"not": "s"}]}, "s"]}
    assert after("context", formula, s={"and": ["x", "y"]}) == "((x & not y) ^ (x & y))"


def test_what_follows_from_a_sibling_is_known() -> None:
    # s is true, so x is.
    formula = {"xor": [{"and": ["s", {"or": [{"and": ["x", "y"]}, "w"]}]}, "s"]}
    assert after("context", formula, s={"and": ["x", "v"]}) == "(((x & v) & (y | w)) ^ (x & v))"


def test_two_inputs_are_not_both_simplified_under_what_follows_from_the_other() -> None:
    gates = {"p": {"and": ["x", "a"]}, "q": {"and": ["x", "b"]}}
    report = result("context", {"xor": [{"and": ["p", "q"]}, "p", "q"]}, **gates)
    assert "x" in written(report.pdag).split("^")[0]


# Grouping


def test_private_inputs_beside_tied_ones_get_a_gate() -> None:
    formula = {"xor": [{"or": ["a", "b", {"and": ["c", "x"]}, {"and": ["d", "x"]}]}, "x"]}
    assert after("grouping", formula) == "(((a | b) | (c & x) | (d & x)) ^ x)"


def test_inputs_that_share_with_each_other_only_get_a_gate() -> None:
    formula = {"or": [{"and": ["a", "x"]}, {"and": ["b", "x"]}, {"and": ["c", "y"]}, {"and": ["d", "y"]}, "e"]}
    assert after("grouping", formula) == "(((a & x) | (b & x)) | ((c & y) | (d & y)) | e)"


@given(skeletons(max_gates=10))
def test_inputs_that_nothing_ties_to_the_others_have_a_gate_of_their_own(pdag: Pdag) -> None:
    smaller = simplified(pdag).pdag
    inputs = smaller.inputs()
    below: list[set[int]] = []
    for node, edges in enumerate(inputs):
        below.append({node}.union(*(below[edge >> 1] for edge in edges)))
    users = [
        {gate for gate, edges in enumerate(inputs) if {2 * node, 2 * node + 1} & set(edges)}
        for node in range(smaller.size)
    ]

    def is_closed(edges: tuple[int, ...], gate: int) -> bool:
        """Whether the gate's use of these inputs is all that ties what is in or below them to anything outside."""
        inside, own = set().union(*(below[edge >> 1] for edge in edges)), {edge >> 1 for edge in edges}
        return all(users[node] <= (inside | {gate} if node in own else inside) for node in inside)

    for gate in range(smaller.first_gate, smaller.size):
        if smaller.kinds()[gate] is Connective.ATLEAST or len(inputs[gate]) > 8:
            continue
        alone = [is_closed((edge,), gate) for edge in inputs[gate]]
        assert all(alone) or sum(alone) < 2
        for n in range(2, len(inputs[gate])):
            for some in itertools.combinations(inputs[gate], n):
                assert not is_closed(some, gate) or all(is_closed((edge,), gate) for edge in some)


def test_an_input_that_also_stands_below_another_has_no_gate_without_it() -> None:
    # b is an input of the parity and stands below its other input, so {a, or(a, b)} is no group of its own.
    assert after("grouping", {"xor": ["a", "b", {"or": ["a", "b"]}]}) == "(a ^ b ^ (a | b))"


# The graph under rewriting


@given(skeletons(max_gates=20))
def test_the_books_are_kept_through_every_step(pdag: Pdag) -> None:
    for coalescing in (False, True):
        circuit = Circuit(pdag, coalescing)
        circuit.settle()
        check_users(circuit)
        for step in (distribute, propagate_context, merge, factor) * 2:
            step(circuit)
            check_users(circuit)
            nodes, edges = circuit.size()
            frozen = circuit.freeze()
            assert nodes == frozen.size - 1
            assert edges == len({(n, e) for n, row in enumerate(frozen.inputs()) for e in row})
        group_independent(circuit)
        check_users(circuit)


def test_a_root_that_is_an_event_or_a_constant() -> None:
    builder = PdagBuilder(("a", "b"))
    assert written(simplified(builder.freeze({"top": 5})).pdag) == "not b"
    report = simplified(builder.freeze({"top": 1}))
    assert (written(report.pdag), report.pdag.variables) == ("not false", ())
    assert {(step.nodes, step.edges) for step in report.steps} == {(0, 0)}


def test_a_gate_that_goes_while_others_are_rewired_is_not_brought_back() -> None:
    pdag = build(model_of({"or": ["s", "a", "d"]}, gates={"s": {"and": ["b", "c"]}}), "top")
    circuit = Circuit(pdag)
    circuit.settle()
    s, top = circuit.gates()
    a, b, d = (2 * pdag.variables.index(name) + 2 for name in "abd")
    circuit.rewire_all({top: {a ^ 1: 1, d ^ 1: 1}, s: {b: 1, d: 1}})
    circuit.settle()
    check_users(circuit)
    assert written(circuit.freeze()) == "(a | d)"
