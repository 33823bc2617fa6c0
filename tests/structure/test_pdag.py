"""Folding a gate keeps its function; equal gates meet; polarity says who sees a variable negated."""

from __future__ import annotations

import itertools

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, trees

from faulttree.model import Model
from faulttree.structure.pdag import TRUE, Connective, PdagBuilder

VARIABLES = ("a", "b", "c")
EDGES = st.integers(0, 7)  # the constants and three variables, plain and complemented
MEANING = {
    Connective.AND: lambda inputs, _: all(inputs),
    Connective.OR: lambda inputs, _: any(inputs),
    Connective.ATLEAST: lambda inputs, k: sum(inputs) >= k,
    Connective.XOR: lambda inputs, _: sum(inputs) % 2 == 1,
}


@pytest.mark.parametrize("connective", MEANING)
def test_folding_keeps_the_function_of_every_gate_of_up_to_four_inputs(connective: Connective) -> None:
    points = list(oracles.subsets(VARIABLES))
    values = {point: [False, *(name in point for name in VARIABLES)] for point in points}
    thresholds = range(-1, 6) if connective is Connective.ATLEAST else (0,)
    for size in range(5):
        for inputs, k in itertools.product(itertools.combinations_with_replacement(range(8), size), thresholds):
            builder = PdagBuilder(VARIABLES)
            pdag = builder.freeze({"top": builder.folded(connective, inputs, k)})
            for point in points:
                expected = MEANING[connective]([values[point][edge >> 1] != bool(edge & 1) for edge in inputs], k)
                assert pdag.value(point) is expected, (inputs, k)


@given(st.sampled_from(list(MEANING)), st.lists(EDGES, max_size=5), st.integers(0, 6))
def test_a_folded_gate_has_no_constant_no_repetition_and_two_inputs_or_more(
    connective: Connective, inputs: list[int], k: int
) -> None:
    builder = PdagBuilder(VARIABLES)
    pdag = builder.freeze({"top": builder.folded(connective, inputs, k)})
    for node in range(pdag.first_gate, pdag.size):
        edges = pdag.inputs()[node]
        assert len(edges) >= 2
        assert min(edges) > TRUE
        # An ATLEAST may count one input twice; a complementary pair it may not hold.
        assert not any(edge ^ 1 in edges for edge in edges)
        assert pdag.kinds()[node] is Connective.ATLEAST or len(set(edges)) == len(edges)


@given(st.lists(EDGES, min_size=1, max_size=5), st.randoms(), st.sampled_from(list(MEANING)), st.integers(1, 4))
def test_the_same_gate_in_another_order_is_the_same_edge(inputs, random, connective, k) -> None:
    builder = PdagBuilder(VARIABLES)
    shuffled = random.sample(inputs, len(inputs))
    assert builder.folded(connective, inputs, k) == builder.folded(connective, shuffled, k)


@given(st.lists(EDGES, max_size=5))
def test_or_is_the_complement_of_and_of_complements(inputs: list[int]) -> None:
    builder = PdagBuilder(VARIABLES)
    disjunction = builder.folded(Connective.OR, inputs)
    conjunction = builder.folded(Connective.AND, [edge ^ 1 for edge in inputs])
    first, second = builder.freeze({"top": disjunction}), builder.freeze({"top": conjunction})
    assert all(first.value(point) is not second.value(point) for point in oracles.subsets(VARIABLES))


def test_gate_keeps_what_it_is_given() -> None:
    builder = PdagBuilder(("a",))
    pdag = builder.freeze({"top": builder.gate(Connective.AND, [2, 2, TRUE]), "g": 4})
    assert pdag.inputs()[2] == [2, 2, TRUE]
    assert dict(pdag.roots) == {"top": pdag.root, "g": 4}


def test_a_frozen_graph_cannot_be_written() -> None:
    pdag = build(model_of({"or": ["a", "b"]}), "top")
    for array in (pdag.connective, pdag.k, pdag.offset, pdag.argument):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1
    assert pdag.offset.dtype == np.int32


def polarities_by_paths(pdag) -> list[int]:
    """Walk every path from the root and note the parity of complements; a XOR shows both sides."""
    seen = [0] * pdag.size
    inputs, kinds = pdag.inputs(), pdag.kinds()

    def walk(edge: int, negated: bool) -> None:
        negated ^= bool(edge & 1)
        seen[edge >> 1] |= 2 if negated else 1
        for below in inputs[edge >> 1]:
            walk(below, negated)
            if kinds[edge >> 1] is Connective.XOR:
                walk(below, not negated)

    walk(pdag.root, False)
    return seen


@given(trees(max_events=4, max_gates=3))
def test_polarities_are_those_of_all_paths(model: Model) -> None:
    pdag = build(model, model.top[0])
    assert pdag.polarities()[1:] == polarities_by_paths(pdag)[1:]


@given(trees(max_events=6, coherent=True))
def test_a_tree_of_coherent_connectives_is_free_of_negation(model: Model) -> None:
    assert build(model, model.top[0]).is_negation_free


@given(trees(max_events=5))
def test_a_graph_without_negation_is_monotone(model: Model) -> None:
    pdag = build(model, model.top[0])
    if pdag.is_negation_free:
        assert oracles.is_coherent(oracles.function(model, model.top[0]))


@pytest.mark.parametrize("connective", [*["not", "nand", "nor", "iff", "imply", "xor"]])
def test_a_negating_connective_is_seen(connective: str) -> None:
    formula = {"not": "a"} if connective == "not" else {connective: ["a", "b"]}
    assert not build(model_of(formula), "top").is_negation_free


def test_value_of_every_connective_at_every_point_of_three() -> None:
    for connective, k in itertools.product(MEANING, range(5)):
        builder = PdagBuilder(VARIABLES)
        pdag = builder.freeze({"top": builder.gate(connective, [2, 5, 6], k)})
        for point in oracles.subsets(VARIABLES):
            expected = MEANING[connective](["a" in point, "b" not in point, "c" in point], k)
            assert pdag.value(point) is expected
