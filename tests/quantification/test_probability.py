"""Exact probabilities against truth tables in exact fractions: all digits are kept, however small or near one."""

from __future__ import annotations

import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import MissingProbabilityError
from faulttree.model import Model
from faulttree.quantification.probability import Probability

# Sums of positive terms, two roundings a level: eight levels keep all but the last two of 16 digits.
DIGITS = 1e-14


@given(model=trees())
def test_probability_matches_the_truth_table(kernel_mode: str, model: Model) -> None:
    for top in model.top:
        f = oracles.function(model, top)
        exact = oracles.probability(f, oracles.event_probabilities(model, f.events))
        found = FaultTree.of(model, top=top).probability()
        assert found.value == pytest.approx(float(exact), rel=DIGITS, abs=0)
        assert found == Probability(found.value, "exact", found.value, found.value)


@given(st.data())
def test_probability_under_states_matches_the_truth_table(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    f = oracles.function(model, model.top[0], states)
    exact = oracles.probability(f, oracles.event_probabilities(model, f.events, states))
    assert FaultTree.of(model).what_if(states).probability().value == pytest.approx(float(exact), rel=DIGITS, abs=0)


@given(model=trees(max_events=6))
def test_every_gate_has_the_probability_of_its_truth_table(kernel_mode: str, model: Model) -> None:
    tree = FaultTree.of(model)
    found = tree.gate_probabilities()
    assert tuple(found) == tree.gates
    for gate, value in found.items():
        f = oracles.function(model, gate)
        exact = oracles.probability(f, oracles.event_probabilities(model, f.events))
        assert value == pytest.approx(float(exact), rel=DIGITS, abs=0)
    assert found[tree.top] == pytest.approx(tree.probability().value, rel=DIGITS, abs=0)


@given(trees())
def test_a_tree_and_its_negation_make_one_and_both_keep_their_digits(model: Model) -> None:
    data = model.to_data()
    data["gates"]["not the top"] = {"not": model.top[0]}
    opposite = FaultTree.from_data(data, top="not the top").probability().value
    f = oracles.function(model, model.top[0])
    exact = 1 - oracles.probability(f, oracles.event_probabilities(model, f.events))
    assert opposite == pytest.approx(float(exact), rel=DIGITS, abs=0)


@given(trees())
def test_a_probability_lies_between_zero_and_one(model: Model) -> None:
    assert 0.0 <= FaultTree.of(model).probability().value <= 1.0


def test_small_probabilities_keep_their_digits() -> None:
    # 1 - (1 - 1e-12)**20, which a float near one could not tell.
    tree = FaultTree.of(model_of({"or": [f"e{i}" for i in range(20)]}, {f"e{i}": 1e-12 for i in range(20)}))
    exact = 1 - (1 - Fraction(1e-12)) ** 20
    assert tree.probability().value == pytest.approx(float(exact), rel=1e-15)


def test_what_is_left_to_one_keeps_its_digits() -> None:
    events = [f"e{i}" for i in range(5)]
    tree = FaultTree.of(model_of({"nand": events}, dict.fromkeys(events, 1 - 1e-12)))
    exact = 1 - Fraction(1 - 1e-12) ** 5
    assert tree.probability().value == pytest.approx(float(exact), rel=1e-15)


def test_the_least_probabilities_a_float_can_hold_do_not_vanish() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b"]}, {"a": 1e-150, "b": 1e-150}))
    assert tree.probability().value == pytest.approx(1e-300, rel=1e-15)


@pytest.mark.parametrize("n", [1, 10, 1000])
def test_or_of_many_is_one_minus_the_product(kernel_mode: str, n: int) -> None:
    events = [f"e{i}" for i in range(n)]
    tree = FaultTree.of(model_of({"or": events}, {e: 1e-3 / (i + 1) for i, e in enumerate(events)}))
    exact = -math.expm1(math.fsum(math.log1p(-1e-3 / (i + 1)) for i in range(n)))
    assert tree.probability().value == pytest.approx(exact, rel=1e-14)


@pytest.mark.parametrize(("n", "k"), [(3, 2), (10, 4), (40, 20)])
def test_k_out_of_n_is_the_binomial_tail(kernel_mode: str, n: int, k: int) -> None:
    events, q = [f"e{i}" for i in range(n)], Fraction(0.125)
    tree = FaultTree.of(model_of({"atleast": {"k": k, "of": events}}, dict.fromkeys(events, 0.125)))
    exact = sum(math.comb(n, i) * q**i * (1 - q) ** (n - i) for i in range(k, n + 1))
    assert tree.probability().value == pytest.approx(float(exact), rel=1e-14)


def test_parity_is_the_product_of_biases(kernel_mode: str) -> None:
    events = [f"e{i}" for i in range(30)]
    tree = FaultTree.of(model_of({"xor": events}, dict.fromkeys(events, 0.01)))
    assert tree.probability().value == pytest.approx((1 - 0.98**30) / 2, rel=1e-14)


@given(model=trees(coherent=True, extremes=False), change=st.floats(0.0, 1.0))
def test_a_likelier_event_never_helps_a_coherent_system(model: Model, change: float) -> None:
    tree = FaultTree.of(model)
    before = tree.probability().value
    for event in tree.events:
        q = model.probability_of(event)
        likelier = tree.what_if({event: q + change * (1 - q)}).probability().value
        assert likelier >= before * (1 - DIGITS)


@given(trees(max_events=6))
def test_total_probability(model: Model) -> None:
    tree = FaultTree.of(model)
    whole = tree.probability().value
    for event in tree.events:
        q = model.probability_of(event)
        parts = q * tree.what_if({event: True}).probability().value
        parts += (1 - q) * tree.what_if({event: False}).probability().value
        assert parts == pytest.approx(whole, rel=2 * DIGITS, abs=0)


def test_a_missing_probability_is_named() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b", "c"]}, {"a": None, "c": None}))
    with pytest.raises(MissingProbabilityError, match="'a', 'c'"):
        tree.probability()
    assert tree.what_if({"a": 0.5, "c": False}).probability().value == pytest.approx(0.55, rel=DIGITS)


def test_a_missing_probability_matters_only_where_the_top_depends_on_it() -> None:
    tree = FaultTree.of(model_of({"or": ["a", {"and": ["a", "b"]}]}, {"b": None}))
    assert tree.probability().value == 0.1


@pytest.mark.parametrize("seed", range(3))
def test_both_kernel_modes_give_the_same_number_to_the_last_bit(seed, monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(200, 150, 0.04, seed, negated=0.05)
    found = []
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        tree = FaultTree.of(model)
        found.append((tree.probability(), tree.gate_probabilities()))
    assert found[0] == found[1]


def test_a_probability_prints_with_its_method_and_counts_as_a_number() -> None:
    exact = Probability.exact(1.25e-7)
    assert str(exact) == "1.250e-07 (exact)"
    assert float(exact) == 1.25e-7
    assert exact.bound == "none"
    assert exact.to_dict() == {"value": 1.25e-7, "method": "exact", "lower": 1.25e-7, "upper": 1.25e-7, "reason": None}
    bounded = Probability(0.21, "rare-event", 0.0, 0.21)
    assert bounded.bound == "upper"
    assert "never below the exact value" in str(bounded)
