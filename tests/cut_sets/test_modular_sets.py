"""Every question to a collection whose diagram has modules has the answer of enumeration, and of the flat diagram."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from modular import both_ways, collection, modular_trees, skeleton
from strategies import model_of

from faulttree.cut_sets.collection import CutSets
from faulttree.cut_sets.prime_implicants import NOT, prime_implicants
from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.model import Model

DIGITS = 1e-13  # sums and products of a few dozen rounded positive terms


def families(model: Model) -> Iterator[tuple[CutSets, CutSets, oracles.Sets, dict[str, Fraction]]]:
    """Each kind of collection with modules and without, its sets by enumeration, and each member's probability."""
    bdd, flat = both_ways(model)
    f = oracles.function(model, model.top[0])
    q = oracles.event_probabilities(model, f.events)
    works = {event: 1 - p for event, p in q.items()}
    for dual, kind, expected, weights in (
        (False, "minimal cut sets", oracles.minimal_cut_sets(f), q),
        (True, "minimal path sets", oracles.minimal_path_sets(f), works),
    ):
        found, plain = (collection(model, minimal_sets(d, "top", dual=dual), kind) for d in (bdd, flat))
        yield found, plain, expected, weights
    products = frozenset(p | {NOT + e for e in n} for p, n in oracles.prime_implicants(f))
    found, plain = (collection(model, prime_implicants(d, "top"), "prime implicants") for d in (bdd, flat))
    yield found, plain, products, q | {NOT + event: p for event, p in works.items()}


@given(model=modular_trees(max_events=5))
def test_counts_members_and_limits(kernel_mode: str, model: Model) -> None:
    for found, plain, expected, q in families(model):
        found.family.check_invariants()
        assert found.count == plain.count == len(expected)
        assert found.count_by_order == plain.count_by_order == oracles.counts_by_order(expected)
        assert {frozenset(cut) for cut in found} == expected
        assert all((s in found) is (s in expected) for s in oracles.subsets(model.basic_events))
        assert all(s in found for s in expected)
        for most in range(4):
            limited = found.limited(max_order=most)
            limited.family.check_invariants()
            kept = {s for s in expected if len(s) <= most}
            assert {frozenset(cut) for cut in limited} == kept
            assert limited.discarded.count == len(expected) - len(kept)
            lost = sum((oracles.set_probability(s, q) for s in expected - kept), Fraction(0))
            assert limited.discarded.probability == pytest.approx(float(lost), rel=DIGITS, abs=0)
            rest = found.difference(limited)
            assert {frozenset(cut) for cut in rest} == expected - kept
            assert rest.probability_sum == pytest.approx(float(lost), rel=DIGITS, abs=0)
            assert limited.difference(plain).count == 0
        assert found.difference(plain).count == plain.difference(found).count == 0


@given(model=modular_trees(max_events=5), limit=st.sampled_from([1e-12, 0.01, 0.3]) | st.floats(1e-6, 1.0))
def test_sets_below_a_probability_are_left_out(kernel_mode: str, model: Model, limit: float) -> None:
    for found, _, expected, q in families(model):
        limited = found.limited(min_probability=limit)
        probability = {s: oracles.set_probability(s, q) for s in expected}
        kept = {s for s in expected if probability[s] >= limit}
        # A probability within its rounding of the limit may fall on either side.
        close = {s for s in expected if abs(probability[s] - Fraction(limit)) <= 2e-12 * limit}
        assert {frozenset(cut) for cut in limited} ^ kept <= close
        assert limited.count + limited.discarded.count == len(expected)


@given(model=modular_trees(max_events=5))
def test_sums_and_shares(kernel_mode: str, model: Model) -> None:
    for found, plain, expected, q in families(model):
        total = oracles.rare_event_sum(expected, q)
        assert found.probability_sum == pytest.approx(float(total), rel=DIGITS, abs=0)
        for k in (1, 2, 3):
            powers = sum((oracles.set_probability(s, q) ** k for s in expected), Fraction(0))
            assert found.power_sum(k) == pytest.approx(float(powers), rel=k * DIGITS, abs=0)
        shares = found.shares()
        assert "" not in shares
        assert {e for e, share in shares.items() if share > 0} == {
            e for e, share in plain.shares().items() if share > 0
        }
        for event, share in shares.items():
            part = oracles.rare_event_sum(frozenset(s for s in expected if event in s), q)
            assert share == pytest.approx(float(oracles.ratio(part, total)), rel=DIGITS, abs=0, nan_ok=True)


@given(model=modular_trees(max_events=5))
def test_ranking_by_probability_and_by_order(kernel_mode: str, model: Model) -> None:
    for found, _, expected, q in families(model):
        by_probability, by_order = list(found.ranked(by="probability")), list(found.ranked(by="order"))
        for ranked in (by_probability, by_order):
            assert len(ranked) == len(expected)
            assert {frozenset(cut) for cut in ranked} == expected
        best = sorted((oracles.set_probability(s, q) for s in expected), reverse=True)
        assert [cut.probability for cut in by_probability] == pytest.approx(list(map(float, best)), rel=1e-12, abs=0)
        for cut in by_probability:
            exact = oracles.set_probability(cut, q)
            assert cut.probability == pytest.approx(float(exact), rel=DIGITS, abs=0)
        assert [cut.order for cut in by_order] == sorted(map(len, expected))
        # Among equals the order is the same, however many are asked for.
        for most in (1, 2, len(expected)):
            assert [cut.events for cut in found.ranked(most)] == [cut.events for cut in by_probability[:most]]
        place = {event: level for level, event in enumerate(found.family.elements)}
        assert all([place[e] for e in cut] == sorted(place[e] for e in cut) for cut in by_order)


@given(modular_trees(max_events=5))
def test_parts_of_prime_implicants(model: Model) -> None:
    for found, _, expected, q in families(model):
        for element in filter(None, found.family.elements):
            for part, kept in (
                (found.family.containing(element), {s for s in expected if element in s}),
                (found.family.excluding(element), {s for s in expected if element not in s}),
            ):
                part.check_invariants()
                assert set(part) == kept
                # A sweep is right only when rows come after the modules that they use.
                total = oracles.rare_event_sum(frozenset(kept), q)
                assert collection(model, part, found.kind).probability_sum == pytest.approx(
                    float(total), rel=DIGITS, abs=0
                )
                assert collection(model, part, found.kind).count == len(kept)


def test_a_module_that_lost_sets_is_counted_before_its_users() -> None:
    # The row that uses the smaller module is equal to the one that used the whole.
    model = model_of({"and": [{"or": ["a", "b"]}, {"or": ["c", "d"]}]}, {"a": 0.5, "b": 0.25, "c": 0.125, "d": 0.5})
    family = minimal_sets(compile_bdd(skeleton(model)), "top")
    part = family.containing("a")
    part.check_invariants()
    found = collection(model, part)
    assert (found.count, found.probability_sum) == (2, 0.5 * 0.625)
    assert [cut.events for cut in found] == [("a", "d"), ("a", "c")]


def test_prime_implicants_of_a_negated_module() -> None:
    # x and not (a b): the primes are x not-a and x not-b, and neither names the module.
    model = model_of({"xor": ["x", {"and": ["a", "b"]}]})
    family = prime_implicants(compile_bdd(skeleton(model)), "top")
    assert set(family) == {frozenset(s) for s in (("x", "¬a"), ("x", "¬b"), ("¬x", "a", "b"))}
    assert np.count_nonzero(family.modules) == 2
    # Inside a complemented module the inner one is negated twice.
    nested = model_of({"and": ["x", {"not": {"and": ["a", {"not": {"xor": ["b", "c"]}}]}}]})
    family = prime_implicants(compile_bdd(skeleton(nested)), "top")
    assert set(family) == {frozenset(s) for s in (("x", "¬a"), ("x", "b", "¬c"), ("x", "¬b", "c"))}


# Families too large to be listed


def huge(depth: int) -> tuple[dict, int, list[int]]:
    """An AND of three and an OR of four by turns; how many cut sets there are, and how many of each order."""
    number = itertools.count()

    def part(left: int) -> tuple[object, list[int]]:
        if left == 0:
            return f"e{next(number)}", [0, 1]
        if left % 2:
            below = [part(left - 1) for _ in range(4)]
            orders = [sum(column) for column in itertools.zip_longest(*(o for _, o in below), fillvalue=0)]
            return {"or": [formula for formula, _ in below]}, orders
        below = [part(left - 1) for _ in range(3)]
        orders = [1]
        for _, other in below:
            product = [0] * (len(orders) + len(other) - 1)
            for i, j in itertools.product(range(len(orders)), range(len(other))):
                product[i + j] += orders[i] * other[j]
            orders = product
        return {"and": [formula for formula, _ in below]}, orders

    formula, orders = part(depth)
    return formula, sum(orders), orders


def test_more_than_two_to_the_sixty_four_sets_through_modules(kernel_mode: str) -> None:
    formula, count, orders = huge(6)
    model = model_of(formula)
    bdd = compile_bdd(skeleton(model))
    family = minimal_sets(bdd, "top")
    assert family.has_modules
    found = collection(model, family)
    assert found.count == count > 2**64
    assert found.count_by_order == {order: n for order, n in enumerate(orders) if n}
    by_event = {event: collection(model, family.containing(event)).count for event in ("e0", "e7", "e30")}
    # All events stand alike: each set of 27 events is counted once for each of them.
    assert len(set(by_event.values())) == 1
    assert by_event["e0"] * len(model.basic_events) == sum(order * n for order, n in enumerate(orders))
    for event in by_event:
        assert collection(model, family.excluding(event)).count == count - by_event[event]
    best = next(found.ranked())
    assert best.probability == pytest.approx(0.1**best.order, rel=1e-13)
    assert frozenset(best) in family
    assert frozenset(best.events[1:]) not in family
    assert found.probability_sum == pytest.approx(
        float(sum(n * Fraction(0.1) ** order for order, n in enumerate(orders))), rel=1e-12
    )


def test_orders_of_a_huge_family_differ() -> None:
    # Each of 40 modules is one event or any of five pairs, the pairs modules too: the binomial theorem.
    parts = [{"or": [f"s{i}", *({"and": [f"a{i}.{j}", f"b{i}.{j}"]} for j in range(5))]} for i in range(40)]
    model = model_of({"and": parts})
    found = collection(model, minimal_sets(compile_bdd(skeleton(model)), "top"))
    assert found.count_by_order == {40 + n: math.comb(40, n) * 5**n for n in range(41)}
    assert found.count == 6**40
    orders = [cut.order for cut in found.ranked(300, by="order")]
    # One of order 40, two hundred of order 41.
    assert orders == [40] + [41] * 200 + [42] * 99


def test_a_family_without_sets_or_elements() -> None:
    empty = Zbdd((), np.array([[2**31 - 1, 0, 0], [2**31 - 1, 1, 1]], np.int32), 0, np.zeros(0, np.int32))
    found = CutSets(empty, "minimal cut sets", np.zeros(0))
    assert (found.count, found.count_by_order, list(found), found.shares()) == (0, {}, [], {})
