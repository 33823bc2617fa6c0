"""CutSets: counted, summed, ranked and limited on the diagram, and equal to what enumeration gives."""

from __future__ import annotations

import itertools
import json
import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.cut_sets.collection import CutSet
from faulttree.errors import InvalidRequestError, MissingProbabilityError
from faulttree.model import Model

# Sums and products of a few dozen rounded terms, all positive: each keeps nearly all of its 16 digits.
DIGITS = 1e-13


def tree_of(formula: dict, probabilities: dict | None = None, **sections) -> FaultTree:
    return FaultTree.of(model_of(formula, probabilities, **sections))


def families(tree: FaultTree):
    """Each kind of collection, with its sets and the probability of each member by enumeration."""
    f = oracles.function(tree.model, tree.top)
    q = oracles.event_probabilities(tree.model, f.events)
    yield tree.minimal_cut_sets(), oracles.minimal_cut_sets(f), q
    yield tree.minimal_path_sets(), oracles.minimal_path_sets(f), {e: 1 - p for e, p in q.items()}
    primes = frozenset(p | {"¬" + e for e in n} for p, n in oracles.prime_implicants(f))
    yield tree.prime_implicants(), primes, q | {"¬" + e: 1 - p for e, p in q.items()}


@given(model=trees(max_events=5))
def test_every_collection_holds_the_sets_of_enumeration(kernel_mode: str, model: Model) -> None:
    for found, expected, _ in families(FaultTree.of(model)):
        assert {frozenset(cut) for cut in found} == expected
        assert found.count == len(expected)
        assert found.count_by_order == oracles.counts_by_order(expected)
        assert all(cut in found for cut in expected)
        assert all((s in found) is (s in expected) for s in oracles.subsets(model.basic_events))
        found.family.check_invariants()


@given(model=trees(max_events=5))
def test_probabilities_sums_and_shares_are_those_of_enumeration(kernel_mode: str, model: Model) -> None:
    for found, expected, q in families(FaultTree.of(model)):
        total = oracles.rare_event_sum(expected, q)
        assert found.probability_sum == pytest.approx(float(total), rel=DIGITS, abs=0)
        for cut in found:
            exact = oracles.set_probability(cut, q)
            assert cut.probability == pytest.approx(float(exact), rel=DIGITS, abs=0)
            assert cut.fraction == pytest.approx(float(oracles.ratio(exact, total)), rel=DIGITS, abs=0, nan_ok=True)
        for k in (2, 3):
            powers = sum((oracles.set_probability(s, q) ** k for s in expected), Fraction(0))
            # Raising a rounded q to k multiplies its rounding by k.
            assert found.power_sum(k) == pytest.approx(float(powers), rel=k * DIGITS, abs=0)
        for event, share in found.shares().items():
            part = oracles.rare_event_sum(frozenset(s for s in expected if event in s), q)
            assert share == pytest.approx(float(oracles.ratio(part, total)), rel=DIGITS, abs=0, nan_ok=True)


@given(model=trees())
def test_ranking_is_complete_and_falls(kernel_mode: str, model: Model) -> None:
    cut_sets = FaultTree.of(model).minimal_cut_sets()
    for by, worth in (
        ("probability", lambda cut: cut.probability),
        ("order", lambda cut: -cut.order),
    ):
        ranked = list(cut_sets.ranked(by=by))
        assert len(ranked) == len({frozenset(cut) for cut in ranked}) == cut_sets.count
        for better, worse in itertools.pairwise(ranked):
            # Ranked by the sum of logarithms, so equal products may stand either way round within their rounding.
            assert worth(better) >= worth(worse) - DIGITS * abs(worth(worse))
        assert [cut.events for cut in cut_sets.ranked(3, by=by)] == [cut.events for cut in ranked[:3]]


@given(trees(max_events=6))
def test_the_best_few_are_the_best_of_all(model: Model) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    best = sorted((oracles.set_probability(s, q) for s in oracles.minimal_cut_sets(f)), reverse=True)[:4]
    found = [cut.probability for cut in tree.minimal_cut_sets().ranked(4)]
    assert found == pytest.approx([float(p) for p in best], rel=DIGITS, abs=0)


def test_equal_cut_sets_all_come_and_always_in_the_same_order() -> None:
    tree = tree_of({"atleast": {"k": 2, "of": list("abcdef")}})
    first, second = (list(tree.minimal_cut_sets()) for _ in range(2))
    assert first == second
    assert {frozenset(cut) for cut in first} == set(map(frozenset, itertools.combinations("abcdef", 2)))


def test_events_of_a_cut_set_stand_in_the_order_of_the_diagram() -> None:
    tree = tree_of({"or": [{"and": ["c", "a"]}, {"and": ["b", "a", "c"]}, "d"]})
    assert [cut.events for cut in tree.minimal_cut_sets()] == [("d",), ("c", "a")]


TEN_TO_SIXTY = {"and": [{"or": [f"e{i}.{j}" for j in range(10)]} for i in range(60)]}


def test_the_best_of_ten_to_the_sixty_cut_sets_come_at_once(kernel_mode: str) -> None:
    probabilities = {f"e{i}.{j}": (j + 1) / 100 for i in range(60) for j in range(10)}
    cut_sets = tree_of(TEN_TO_SIXTY, probabilities).minimal_cut_sets()
    assert cut_sets.count == 10**60
    assert cut_sets.count_by_order == {60: 10**60}
    first, second, third = cut_sets.ranked(3)
    assert set(first) == {f"e{i}.9" for i in range(60)}
    assert first.probability == pytest.approx(0.1**60, rel=1e-12)  # 60 roundings
    for next_best in (second, third):
        assert next_best.probability == pytest.approx(0.1**59 * 0.09, rel=1e-12)
        assert len(set(next_best) - set(first)) == 1
    assert next(iter(cut_sets)) == first
    assert next(cut_sets.ranked(by="order")).order == 60
    assert cut_sets.probability_sum == pytest.approx(0.55**60, rel=1e-12)
    assert f"{10**60:,} minimal cut sets" in str(cut_sets)


def test_counts_by_order_of_a_huge_family_are_exact() -> None:
    # Each of 40 parts is one event or any of five pairs: the orders follow the binomial theorem.
    parts = [{"or": [f"s{i}", *({"and": [f"a{i}.{j}", f"b{i}.{j}"]} for j in range(5))]} for i in range(40)]
    cut_sets = tree_of({"and": parts}).minimal_cut_sets()
    assert cut_sets.count_by_order == {40 + n: math.comb(40, n) * 5**n for n in range(41)}
    assert cut_sets.count == 6**40
    assert next(cut_sets.ranked(by="order")).order == 40


def test_an_event_of_probability_zero_makes_cut_sets_of_probability_zero() -> None:
    cut_sets = tree_of({"or": [{"and": ["a", "never"]}, "b"]}, {"never": 0.0}).minimal_cut_sets()
    assert [(cut.events, cut.probability, cut.fraction) for cut in cut_sets] == [
        (("b",), 0.1, 1.0),
        (("a", "never"), 0.0, 0.0),
    ]
    assert cut_sets.shares() == {"a": 0.0, "never": 0.0, "b": 1.0}


def test_shares_of_a_certain_impossibility_are_undefined() -> None:
    cut_sets = tree_of({"and": ["a", "never"]}, {"never": 0.0}).minimal_cut_sets()
    assert all(math.isnan(share) for share in cut_sets.shares().values())
    assert math.isnan(next(iter(cut_sets)).fraction)


def test_a_certain_top_has_the_empty_cut_set_and_no_path_set() -> None:
    tree = tree_of({"or": ["a"]}).what_if({"a": True})
    (empty,) = tree.minimal_cut_sets()
    assert (empty.events, empty.order, len(empty), empty.probability, empty.fraction) == ((), 0, 0, 1.0, 1.0)
    assert tree.minimal_cut_sets().count_by_order == {0: 1}
    assert list(tree.minimal_path_sets()) == []


def test_an_impossible_top_has_no_cut_set_and_the_empty_path_set() -> None:
    tree = tree_of({"or": ["a"]}).what_if({"a": False})
    cut_sets = tree.minimal_cut_sets()
    assert (list(cut_sets), cut_sets.count, cut_sets.count_by_order, cut_sets.probability_sum) == ([], 0, {}, 0.0)
    assert cut_sets.shares() == {}
    assert [path.events for path in tree.minimal_path_sets()] == [()]


# Events without a probability


def test_without_probabilities_sets_are_ranked_by_order() -> None:
    cut_sets = tree_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": None}).minimal_cut_sets()
    assert [cut.events for cut in cut_sets] == [("c",), ("a", "b")]
    assert all(cut.probability is None and cut.fraction is None for cut in cut_sets)
    for ask in (
        lambda: cut_sets.probability_sum,
        cut_sets.shares,
        lambda: list(cut_sets.ranked(by="probability")),
        lambda: cut_sets.limited(min_probability=1e-3),
    ):
        with pytest.raises(MissingProbabilityError, match="'a'") as caught:
            ask()
        assert caught.value.events == ("a",)


def test_a_missing_probability_does_not_matter_where_no_cut_set_needs_it() -> None:
    cut_sets = tree_of({"or": ["c", {"and": ["c", "a"]}]}, {"a": None}).minimal_cut_sets()
    assert cut_sets.probability_sum == 0.1


@given(model=trees(max_events=5, missing=True))
def test_cut_sets_need_no_probabilities(model: Model) -> None:
    cut_sets = FaultTree.of(model).minimal_cut_sets()
    expected = oracles.minimal_cut_sets(oracles.function(model, model.top[0]))
    assert {frozenset(cut) for cut in cut_sets} == expected
    lacking = {e for e, event in model.basic_events.items() if event.probability is None and event.rate is None}
    needed = set().union(*expected)
    assert all((cut.probability is None) is bool(needed & lacking) for cut in cut_sets)


def test_an_unknown_ranking_is_refused() -> None:
    with pytest.raises(InvalidRequestError, match="by 'probability' or 'order', not 'beauty'"):
        tree_of({"or": ["a"]}).minimal_cut_sets().ranked(by="beauty")


# Differences


@given(st.data())
def test_difference_is_that_of_sets(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    tree = FaultTree.of(model)
    found = tree.minimal_cut_sets()
    half = found.limited(max_order=1)
    rest = found.difference(half)
    assert {frozenset(cut) for cut in rest} == {frozenset(cut) for cut in found if cut.order > 1}
    assert rest.probability_sum == pytest.approx(
        math.fsum(cut.probability for cut in found if cut.order > 1), rel=DIGITS, abs=0
    )


# As a table


def test_a_collection_as_records_text_and_json() -> None:
    tree = tree_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.5, "b": 0.5, "c": 0.25})
    cut_sets = tree.minimal_cut_sets()
    rows = [
        {"rank": 1, "order": 1, "probability": 0.25, "fraction": 0.5, "events": ["c"]},
        {"rank": 2, "order": 2, "probability": 0.25, "fraction": 0.5, "events": ["a", "b"]},
    ]
    assert sorted(cut_sets.records(), key=lambda row: row["order"]) == [
        {**row, "rank": found["rank"]}
        for row, found in zip(rows, sorted(cut_sets.records(), key=lambda row: row["order"]), strict=True)
    ]
    assert [row["rank"] for row in cut_sets.records()] == [1, 2]
    assert cut_sets.columns() == tuple(rows[0])
    data = json.loads(cut_sets.to_json())
    assert data["kind"] == "minimal cut sets"
    assert data["count"] == 2
    assert data["count_by_order"] == {"1": 1, "2": 1}
    assert data["discarded"] == {"count": 0, "probability": 0.0}
    assert data["sets"] == cut_sets.records()
    assert cut_sets.summary() == {key: value for key, value in data.items() if key != "sets"}


def test_a_collection_as_comma_separated_values() -> None:
    tree = tree_of({"or": [{"and": ["a", "b"]}, "c"]}, {"c": 0.2})
    assert tree.minimal_cut_sets().to_csv().splitlines()[:2] == [
        "rank,order,probability,fraction,events",
        f"1,1,0.2,{0.2 / tree.minimal_cut_sets().probability_sum!r},c",
    ]


def test_a_collection_says_how_many_of_which_order() -> None:
    text = str(tree_of({"atleast": {"k": 2, "of": list("abcdef")}}).minimal_cut_sets())
    assert text.splitlines()[0] == "15 minimal cut sets: 15 of order 2"
    assert text.splitlines()[-1] == "  ... and 5 more"
    first, second, third = str(tree_of({"or": ["a", {"and": ["b", "c"]}]}).minimal_cut_sets(max_order=1)).splitlines()
    assert (first, second) == ("1 minimal cut set: 1 of order 1", "  a")
    assert "1 set" in third
    assert third.endswith(" 0.01")


def test_a_cut_set_is_a_sequence_of_its_events() -> None:
    cut = CutSet(("a", "b"), 0.1)
    assert (list(cut), len(cut), cut.order) == (["a", "b"], 2, 2)


def test_what_is_no_set_of_events_is_not_in_a_collection() -> None:
    cut_sets = tree_of({"or": ["a"]}).minimal_cut_sets()
    assert 7 not in cut_sets
    assert ["a"] in cut_sets
    assert {"a"} in cut_sets
    assert ("a", "b") not in cut_sets


@pytest.mark.parametrize("seed", range(3))
def test_both_kernel_modes_give_the_same_large_family(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(120, 100, 0.05, seed, negated=0.05)
    answers = []
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        cut_sets = FaultTree.of(model).minimal_cut_sets()
        answers.append((cut_sets.count, cut_sets.count_by_order, cut_sets.probability_sum, list(cut_sets.ranked(20))))
    assert answers[0] == answers[1]


@pytest.mark.parametrize(("k", "n"), [(25, 50), (30, 60)])
def test_wide_votes_have_as_many_cut_sets_as_combinations(k: int, n: int) -> None:
    """Few nodes and many pairs of nodes: the computed table must grow with the work, not with the nodes."""
    events = [f"e{i}" for i in range(n)]
    tree = FaultTree.of(model_of({"atleast": {"k": k, "of": events}}))
    assert tree.minimal_cut_sets().count == math.comb(n, k)
    assert tree.minimal_path_sets().count == math.comb(n, n - k + 1)


def test_a_fraction_is_of_all_sets_whichever_are_chosen() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.2, "c": 0.01}))
    (chosen,) = tree.minimal_cut_sets().containing("c").ranked()
    (limited,) = tree.minimal_cut_sets().containing("c").limited(max_order=1).ranked()
    assert chosen.fraction == limited.fraction == pytest.approx(1 / 3)
    assert tree.minimal_cut_sets().containing("c").limited(max_order=1).discarded.count == 0
