"""Rare-event sum and min-cut upper bound against enumerated cut sets, and against the exact value."""

from __future__ import annotations

import math

import oracles
import pytest
from hypothesis import given
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.errors import MissingProbabilityError
from faulttree.model import Model


@given(model=trees())
def test_both_are_the_sum_and_the_product_over_enumerated_cut_sets(kernel_mode: str, model: Model) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    cut_sets = oracles.minimal_cut_sets(f)
    total = min(1.0, float(oracles.rare_event_sum(cut_sets, q)))
    # Dozens of positive terms; the series of the logarithm is summed to 1e-17.
    assert tree.rare_event().value == pytest.approx(total, rel=1e-13, abs=0)
    product = float(oracles.min_cut_upper_bound(cut_sets, q))
    assert tree.min_cut_upper_bound().value == pytest.approx(product, rel=1e-13, abs=0)


@given(model=trees())
def test_both_bound_the_exact_value_coherent_or_not(model: Model) -> None:
    tree = FaultTree.of(model)
    exact = tree.probability().value
    rare, mcub = tree.rare_event(), tree.min_cut_upper_bound()
    # Where they are equal to the exact value, rounding may put either one a unit above.
    assert exact <= mcub.value * (1 + 1e-14)
    assert mcub.value <= rare.value <= 1.0
    for bound in (rare, mcub):
        assert bound.bound == "upper"
        assert bound.lower <= exact
        assert bound.upper == bound.value
    assert (rare.method, mcub.method) == ("rare-event", "min-cut upper bound")


@pytest.mark.parametrize("seed", [1, 3, 9])
def test_the_bound_of_thousands_of_cut_sets_is_their_product(kernel_mode: str, seed: int) -> None:
    tree = FaultTree.of(random_model(80, 60, 0.05, seed, probabilities=(1e-2, 0.9)))
    cut_sets = [cut.probability for cut in tree.minimal_cut_sets()]
    assert len(cut_sets) > 500
    product = -math.expm1(math.fsum(math.log1p(-c) for c in cut_sets))
    assert tree.min_cut_upper_bound().value == pytest.approx(product, rel=1e-12, abs=0)  # thousands of terms
    assert tree.rare_event().value == pytest.approx(min(1.0, math.fsum(cut_sets)), rel=1e-12, abs=0)


@pytest.mark.parametrize("q", [1e-12, 0.3, 0.5, 0.50001, 0.9, 1 - 1e-12])
@pytest.mark.parametrize("n", [1, 2, 30])
def test_cut_sets_on_both_sides_of_a_half(q: float, n: int) -> None:
    events = [f"e{i}" for i in range(n)]
    tree = FaultTree.of(model_of({"or": [*events, "other"]}, dict.fromkeys(events, q) | {"other": 0.2}))
    expected = -math.expm1(n * math.log1p(-q) + math.log1p(-0.2))
    # Cut sets that share no event are independent: the bound is exact.
    assert tree.min_cut_upper_bound().value == pytest.approx(expected, rel=1e-14, abs=0)
    assert tree.min_cut_upper_bound().value == pytest.approx(tree.probability().value, rel=1e-14, abs=0)
    assert tree.rare_event().value == pytest.approx(min(1.0, n * q + 0.2), rel=1e-14)


def test_many_likely_cut_sets_bound_nothing_but_one() -> None:
    events = [f"e{i}" for i in range(100)]
    tree = FaultTree.of(model_of({"or": events}, dict.fromkeys(events, 0.9)))
    assert tree.min_cut_upper_bound().value == 1.0
    assert tree.rare_event().value == 1.0


@pytest.mark.parametrize(("state", "value"), [(True, 1.0), (False, 0.0)])
def test_a_constant_top(state: bool, value: float) -> None:
    tree = FaultTree.of(model_of({"or": ["a"]})).what_if({"a": state})
    assert tree.rare_event().value == tree.min_cut_upper_bound().value == tree.probability().value == value


def test_a_cut_set_that_is_certain() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 1.0}))
    assert tree.min_cut_upper_bound().value == tree.rare_event().value == 1.0


def test_cut_sets_of_no_probability_bound_it_by_zero() -> None:
    tree = FaultTree.of(model_of({"and": ["a", "b"]}, {"a": 0.0}))
    assert tree.min_cut_upper_bound().value == tree.rare_event().value == 0.0


def test_a_missing_probability_is_named() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}, {"b": None}))
    for ask in (tree.rare_event, tree.min_cut_upper_bound):
        with pytest.raises(MissingProbabilityError, match="'b'"):
            ask()
