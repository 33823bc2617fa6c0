"""What a limit keeps and what it leaves out, against enumeration."""

from __future__ import annotations

import math

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.cut_sets.truncation import NOTHING, Discarded
from faulttree.errors import InvalidRequestError
from faulttree.model import Model

DIGITS = 1e-13  # sums of a few dozen positive terms


@given(
    model=trees(max_events=6),
    max_order=st.none() | st.integers(0, 5),
    min_probability=st.none() | st.sampled_from([0.0, 1e-15, 1e-6, 0.01, 0.3, 1.0]) | st.floats(1e-9, 1.0),
)
def test_limits_keep_exactly_what_they_say(kernel_mode, model: Model, max_order, min_probability) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    limited = tree.minimal_cut_sets(max_order=max_order, min_probability=min_probability)
    limited.family.check_invariants()

    everything = oracles.minimal_cut_sets(f)
    probability = {s: oracles.set_probability(s, q) for s in everything}
    most = math.inf if max_order is None else max_order
    # A probability within 1e-12 of the limit may fall on either side; the documentation says it is kept.
    least = (min_probability or 0.0) * (1 - 1e-12)
    kept = {s for s in everything if len(s) <= most and probability[s] >= least}
    close = {s for s in everything if least and abs(probability[s] - least) <= 1e-14 * least}
    found = {frozenset(cut) for cut in limited}
    assert found ^ kept <= close
    lost = everything - found
    assert limited.discarded.count == len(lost)
    assert limited.count + limited.discarded.count == len(everything)
    assert limited.discarded.probability == pytest.approx(float(sum(probability[s] for s in lost)), rel=DIGITS, abs=0)


def test_a_set_at_the_limit_is_kept() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["a", "b", "c"]}, "d"]}))
    assert tree.minimal_cut_sets(min_probability=0.1 * 0.1 * 0.1).count == 2
    assert tree.minimal_cut_sets(min_probability=1.000001e-3).count == 1
    assert tree.minimal_cut_sets(min_probability=0.1).count == 1


def test_limits_one_after_the_other_are_the_limits_together() -> None:
    tree = FaultTree.of(random_model(40, 30, 0.1, seed=3))
    together = tree.minimal_cut_sets(max_order=4, min_probability=1e-9)
    one_by_one = tree.minimal_cut_sets().limited(max_order=4).limited(min_probability=1e-9)
    assert set(together.family) == set(one_by_one.family)
    assert together.discarded.count == one_by_one.discarded.count > 0
    # Two sums of the same positive terms in another order.
    assert together.discarded.probability == pytest.approx(one_by_one.discarded.probability, rel=1e-12)


def test_kept_and_discarded_make_up_the_whole(kernel_mode: str) -> None:
    everything = FaultTree.of(random_model(150, 120, 0.04, seed=11)).minimal_cut_sets()
    assert everything.count > 1000
    best = [cut.probability for cut in everything.ranked(30)]
    for limits in ({"max_order": 9}, {"min_probability": best[20]}, {"max_order": 8, "min_probability": best[-1]}):
        limited = everything.limited(**limits)
        assert 0 < limited.count < everything.count
        assert limited.count + limited.discarded.count == everything.count
        whole = limited.probability_sum + limited.discarded.probability
        assert whole == pytest.approx(everything.probability_sum, rel=1e-12)  # hundreds of positive terms


def test_path_sets_and_prime_implicants_can_be_limited_too() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["A", "B"]}, {"and": [{"not": "A"}, "C"]}, "D"]}))
    assert {frozenset(s) for s in tree.prime_implicants(max_order=1)} == {frozenset("D")}
    assert tree.prime_implicants(max_order=1).discarded.count == 3
    assert {frozenset(s) for s in tree.minimal_path_sets(max_order=2)} == {frozenset("BD")}
    assert {frozenset(s) for s in tree.minimal_path_sets()} == {frozenset("BD"), frozenset("ACD")}
    # 0.9 squared, and 0.9 to the third.
    assert tree.minimal_path_sets(min_probability=0.75).discarded == Discarded(1, pytest.approx(0.729, rel=1e-15))


def test_what_is_left_out_of_sets_without_probability_is_counted_not_summed() -> None:
    limited = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}]}, {"c": None})).minimal_cut_sets(max_order=1)
    assert limited.count == limited.discarded.count == 1
    assert math.isnan(limited.discarded.probability)


def test_no_limit_is_no_change() -> None:
    cut_sets = FaultTree.of(model_of({"or": ["a", "b"]})).minimal_cut_sets()
    assert cut_sets.limited() is cut_sets
    assert cut_sets.discarded == NOTHING == Discarded(0, 0.0)


@pytest.mark.parametrize(
    ("limits", "words"),
    [
        ({"max_order": -1}, "largest order of -1"),
        ({"min_probability": 1.5}, "1.5 lies outside"),
        ({"min_probability": -0.1}, "-0.1 lies outside"),
        ({"min_probability": math.nan}, "nan lies outside"),
    ],
)
def test_limits_that_make_no_sense_are_refused(limits: dict, words: str) -> None:
    with pytest.raises(InvalidRequestError, match=words):
        FaultTree.of(model_of({"or": ["a"]})).minimal_cut_sets(**limits)


def test_discarded_sets_say_what_they_amount_to() -> None:
    both = Discarded(1234, 1e-7) + Discarded(1, 0.0)
    assert both == Discarded(1235, 1e-7)
    assert str(both).startswith("1,235 sets discarded")
    assert str(both).endswith(" 1.000e-07")
