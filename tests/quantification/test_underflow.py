"""Probabilities below the smallest float, against exact fractions: trees of every kind, products of 1,000 events."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from modular import tiny_trees
from strategies import model_of

from faulttree import FaultTree
from faulttree.model import Model
from faulttree.quantification.probability import DecimalSweeps
from faulttree.wide_floats import WideFloat, log10

TWELVE_DIGITS = Fraction(1, 10**12)
SEVEN = dict.fromkeys("abcdefg", 1e-50)


def same(value: float, exact: Fraction) -> bool:
    """Whether a number has twelve digits of the exact one, and is 0 only where that is."""
    return not math.isinf(value) and abs(Fraction(value) - exact) <= TWELVE_DIGITS * exact


@given(model=tiny_trees())
def test_every_gate_has_its_probability_however_small(kernel_mode: str, model: Model) -> None:
    tree = FaultTree.of(model)
    for gate, value in tree.gate_probabilities().items():
        f = oracles.function(model, gate)
        exact = oracles.probability(f, oracles.event_probabilities(model, f.events))
        assert same(value, exact), (gate, value, exact)
        assert isinstance(value, WideFloat) == (0 < exact < Fraction(2.2250738585072014e-308))
    found = tree.probability()
    assert found.lower == found.upper == found.value and same(found.value, exact_top(tree))


def exact_top(tree: FaultTree) -> Fraction:
    f = oracles.function(tree.model, tree.top)
    return oracles.probability(f, oracles.event_probabilities(tree.model, f.events))


@given(model=tiny_trees(coherent=True))
def test_every_cut_set_has_its_probability_and_rank_however_small(model: Model) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    exact = {cut: oracles.set_probability(cut, q) for cut in oracles.minimal_cut_sets(f)}
    found = tree.minimal_cut_sets()
    total = sum(exact.values(), Fraction(0))
    assert same(found.probability_sum, total)
    ranked = list(found.ranked())
    assert len(ranked) == len(exact)
    for cut in ranked:
        assert cut.probability is not None and same(cut.probability, exact[frozenset(cut.events)])
        if total:
            assert cut.fraction is not None and same(cut.fraction, exact[frozenset(cut.events)] / total)
    values = [exact[frozenset(cut.events)] for cut in ranked]
    assert all(one >= other * (1 - TWELVE_DIGITS) for one, other in itertools.pairwise(values))
    for event, share in found.shares().items():
        held = sum((p for cut, p in exact.items() if event in cut), Fraction(0))
        assert same(share, held / total) if total else math.isnan(share)
    rare, bound = tree.rare_event(), tree.min_cut_upper_bound()
    top = tree.probability().value
    assert same(rare.value, min(max(total, exact_top(tree)), Fraction(1)))
    assert top <= bound.value <= rare.value * (1 + 1e-12)


@given(model=tiny_trees(coherent=True), least=st.sampled_from([1e-300, 1e-120, 1e-50]))
def test_what_a_limit_discards_is_summed_however_small(model: Model, least: float) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    exact = [oracles.set_probability(cut, q) for cut in oracles.minimal_cut_sets(f)]
    assume(all(p == 0 or abs(p / Fraction(least) - 1) > TWELVE_DIGITS for p in exact))
    some = tree.minimal_cut_sets(min_probability=least)
    assert same(some.discarded.probability, sum((p for p in exact if p < Fraction(least)), Fraction(0)))


def test_seven_events_of_1e_50() -> None:
    """1e-50 ** 7 = 1e-350."""
    tree = FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN))
    found = tree.probability()
    assert found.log10 == pytest.approx(-350.0, rel=1e-15)
    assert str(found) == "1.000e-350 (exact)"
    assert found.to_dict()["value"] == found.value and str(found.value).endswith("e-350")


@pytest.mark.parametrize(("q", "log"), [(1e-5, -5000.0), (1e-300, -300_000.0), (0.5, -1000 * math.log10(2.0))])
def test_a_product_of_a_thousand_events(q: float, log: float) -> None:
    events = {f"e{i}": q for i in range(1000)}
    tree = FaultTree.of(model_of({"and": list(events)}, events))
    assert tree.probability().log10 == pytest.approx(log, rel=1e-13)
    (cut,) = tree.minimal_cut_sets()
    assert cut.probability is not None and log10(cut.probability) == pytest.approx(log, rel=1e-13)
    if q > 1e-300:  # a fraction of a million binary digits takes its time
        assert same(cut.probability, Fraction(q) ** 1000) and same(tree.probability().value, Fraction(q) ** 1000)
    assert cut.fraction == 1.0


def test_what_is_impossible_stays_zero_and_needs_no_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("no decimals are needed for a zero that is one")

    monkeypatch.setattr(DecimalSweeps, "probabilities", refused)
    tree = FaultTree.of(model_of({"and": list(SEVEN)}, {**SEVEN, "d": 0.0}))
    assert tree.probability().value == 0.0 and tree.probability().log10 == -math.inf
    assert FaultTree.of(model_of({"not": "a"}, {"a": 1.0})).probability().value == 0.0
