"""Another function in the place of a module: the graph then means what the written tree means with that function."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from modular import modular_trees
from strategies import model_of, settings_of, trees

from faulttree import FaultTree
from faulttree.model import Model
from faulttree.structure.modules import modules, pieces
from faulttree.structure.pdag import Connective
from faulttree.structure.replacing import Seats, with_module
from faulttree.structure.simplify import simplified

MODULES = {
    "m": {"or": ["a", "inner"]},
    "inner": {"and": ["b", "c"]},
    "n": {"and": ["d", "s"]},
    "o": {"and": ["e", "s"]},
}
TREE = model_of({"or": ["m", "n", "o"]}, gates=MODULES)


def seats_of(model, *names: str, smaller=None):
    """The modules that hold these elements and have a seat in the simplified tree, or in another graph."""
    skeleton = build(model, model.top[0])
    smaller = simplified(skeleton).pdag if smaller is None else smaller
    node = {event: node for node, event in enumerate(skeleton.variables, start=1)}
    node |= {name: edge >> 1 for name, edge in skeleton.roots.items()}
    return smaller, list(Seats(skeleton, smaller).holding([node[name] for name in names]))


def test_the_modules_that_hold_an_element_come_from_the_inside() -> None:
    as_written = build(TREE, "top")
    found = {name: [module for module, _ in seats_of(TREE, name, smaller=as_written)[1]] for name in "abcdes"}
    assert found["b"] == found["c"] == ["inner", "m"]
    assert found["a"] == ["m"]
    assert found["d"] == found["e"] == found["s"] == []


def test_what_several_elements_have_in_common_is_the_outer_end() -> None:
    def holding(*names: str) -> list[str]:
        return [module for module, _ in seats_of(TREE, *names, smaller=build(TREE, "top"))[1]]

    assert holding("b", "c") == ["inner", "m"]
    assert holding("a", "b") == holding("m", "c") == ["m"]
    assert holding("a", "d") == holding("top", "b") == []


def test_a_module_that_was_taken_into_its_user_has_a_seat_among_the_inputs_of_that() -> None:
    smaller, [_, (module, seat)] = seats_of(TREE, "b")
    assert module == "m"
    assert smaller.connective[seat.gate] == Connective.OR
    names = {smaller.variables[(edge >> 1) - 1] if edge >> 1 < smaller.first_gate else "gate" for edge in seat.inputs}
    assert names == {"a", "gate"}


def test_a_module_that_is_hidden_in_a_vote_is_no_seat() -> None:
    model = model_of({"atleast": {"k": 2, "of": ["m", "x", "y"]}}, gates={"m": {"or": ["a", "b"]}})
    as_written = build(model, "top")
    smaller = simplified(build(model_of({"atleast": {"k": 2, "of": ["a", "b", "x", "y"]}}), "top")).pdag
    assert [module for module, _ in seats_of(model, "a", smaller=as_written)[1]] == ["m"]
    assert seats_of(model, "a", smaller=smaller)[1] == []


@given(st.one_of(modular_trees(max_events=7), trees(max_events=6)), st.data())
def test_a_module_under_a_what_if_makes_the_tree_under_it(model, data: st.DataObject) -> None:
    top = model.top[0]
    skeleton, states = build(model, top), data.draw(settings_of(model))
    known = {*skeleton.roots, *skeleton.variables}
    if not states or not known.issuperset(states):
        return
    smaller, found = seats_of(model, *states)
    for module, seat in found:
        other = simplified(build(model, module, states)).pdag
        replaced = with_module(smaller, seat, other)
        for point in oracles.subsets(replaced.pdag.variables):
            assert replaced.pdag.value(point) is oracles.truth(model, top, point, states), module
        kept, new = replaced.pieces(pieces(smaller), modules(other))
        cut = {piece.root for piece in (*kept.values(), *new)}
        reached = {piece.root for piece in pieces(replaced.pdag)}
        below = {node for piece in (*kept.values(), *new) for node in piece.gates} & nodes_below(replaced.pdag)
        # A gate that became one of its inputs may leave a module unnoticed; what is cut is a module all the same.
        assert cut & below <= reached


def nodes_below(pdag) -> set[int]:
    """The nodes that the root depends on."""
    inputs = pdag.inputs()
    found, stack = {pdag.root >> 1}, [pdag.root >> 1]
    while stack:
        fresh = {edge >> 1 for edge in inputs[stack.pop()]} - found
        found |= fresh
        stack.extend(fresh)
    return found


@pytest.mark.parametrize("gate", [{"not": "a"}, {"nor": ["a"]}, {"nor": ["a", "b"]}, {"nand": ["a", "b"]},
                                  {"iff": ["a", "b"]}, {"imply": ["a", "b"]}])  # fmt: skip
@pytest.mark.parametrize("above", [{"and": ["m"]}, {"and": ["m", "c"]}, {"or": ["m", "c"]}, {"xor": ["m", "c"]}])
def test_a_gate_that_is_the_complement_of_its_node_is_replaced_by_what_it_means(
    gate: dict[str, Any], above: dict[str, Any]
) -> None:
    """What-ifs after the tree as written, against its truth table: `not a` with a true was true."""
    model = model_of(above, dict(zip("abc", (0.3, 0.2, 0.1), strict=True)), gates={"m": gate})
    tree = FaultTree.of(model)
    assert tree.probability().value == pytest.approx(float(_enumerated(model, {})), rel=1e-13)
    for name in oracles.events_below(model, "top"):
        for state in (True, False):
            found = tree.what_if({name: state}).probability().value
            assert found == pytest.approx(float(_enumerated(model, {name: state})), rel=1e-13)


def _enumerated(model: Model, states: dict[str, bool]) -> Fraction:
    f = oracles.function(model, "top", states)
    return oracles.probability(f, oracles.event_probabilities(model, f.events, states))
