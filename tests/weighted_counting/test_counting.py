"""The circuit counter against truth tables, against diagrams, and under every kind of shortage."""

from __future__ import annotations

import csv
import dataclasses
import math
from fractions import Fraction
from pathlib import Path

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.formats import read
from faulttree.model import Model
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import STEPS, propagate, simplified, simplify
from faulttree.weighted_counting import Counted, _kernels, count, order, search, trace
from faulttree.weighted_counting._kernels import mixed
from faulttree.weighted_counting.circuit import prepare
from faulttree.weighted_counting.order import decision_order


def probabilities(pdag: Pdag, model: Model) -> np.ndarray:
    return np.array([float(oracles.event_probability(model, name)) for name in pdag.variables])


def exact(model: Model, top: str) -> Fraction:
    f = oracles.function(model, top)
    return oracles.probability(f, oracles.event_probabilities(model, f.events))


def complement(pdag: Pdag) -> Pdag:
    return dataclasses.replace(pdag, roots={"top": pdag.root ^ 1})


def check(counted: Counted, p: Fraction) -> None:
    """Both numbers with all their digits; the zero probabilities of impossible events are zero."""
    assert counted.finished
    # Events next to 1 lose digits of 1 - q where q is written; not here. What is left is rounding.
    assert counted.probability == pytest.approx(float(p), rel=1e-12, abs=1e-300)
    assert counted.not_probability == pytest.approx(float(1 - p), rel=1e-12, abs=1e-300)
    assert counted.lower == counted.upper == counted.probability


@given(trees())
def test_the_count_is_the_truth_tables_probability(kernel_mode: str, model: Model) -> None:
    for top in model.top:
        p = exact(model, top)
        for step in (simplify, propagate, lambda pdag: pdag):
            pdag = step(build(model, top))
            check(count(pdag, probabilities(pdag, model)), p)


@pytest.mark.parametrize("seed", range(25))
def test_breathless_and_forgetful_counts_are_the_same(
    kernel_mode: str, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """A kernel that pauses at every step, one bucket of cache, stacks that have to grow."""
    monkeypatch.setattr(search, "BREATH", {False: 1, True: 1})
    model = random_model(10, 9, 0.6, seed, votes=0.4, negated=0.3 * (seed % 2), probabilities=(1e-3, 0.9))
    pdag = propagate(build(model, "g0"))
    told: list[tuple[float, float, float]] = []
    p = exact(model, "g0")
    counted = count(pdag, probabilities(pdag, model), memory=1, seed=seed, progress=lambda *state: told.append(state))
    check(counted, p)
    assert counted.cache_entries <= 4
    assert all(0.0 <= share <= 1.0 for share, _, _ in told)
    assert all(lower <= p <= upper for _, lower, upper in told[:-1])


@pytest.mark.parametrize("negated", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(6))
def test_counts_of_larger_trees_are_those_of_diagrams(kernel_mode: str, seed: int, negated: float) -> None:
    model = random_model(30, 25, 0.5, seed, negated=negated, votes=0.2)
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    expected = FaultTree.of(model).probability().value
    counted = count(pdag, q, seed=seed)
    assert counted.probability == pytest.approx(expected, rel=1e-11, abs=0)


def test_every_connective_of_many_private_and_shared_inputs() -> None:
    """Votes and parities in the kernel itself, with repeated inputs, against the same by enumeration."""
    names = [f"e{i}" for i in range(9)]
    half = {"atleast": {"k": 4, "of": names[:7]}}
    model = model_of(
        {"xor": [half, {"and": ["g", names[8]]}, {"not": names[2]}, names[7]]},
        dict(zip(names, np.linspace(0.05, 0.85, 9).tolist(), strict=True)),
        gates={"g": {"cardinality": {"min": 1, "max": 3, "of": names[3:8]}}},
    )
    pdag = build(model, "top")
    check(count(pdag, probabilities(pdag, model)), exact(model, "top"))
    builder = PdagBuilder(("a", "b", "c"))
    repeated = builder.gate(Connective.ATLEAST, [2, 2, 4, 6], 3)
    both = builder.gate(Connective.AND, [repeated, builder.gate(Connective.OR, [2, 3, 4])])
    # a twice and one of b, c.
    check(
        count(builder.freeze({"top": both}), np.array([0.5, 0.25, 0.125])),
        Fraction(1, 2) * (1 - Fraction(3, 4) * Fraction(7, 8)),
    )


@pytest.mark.parametrize(("root", "p"), [(0, 0), (1, 1), (2, Fraction(1, 4)), (3, Fraction(3, 4))])
def test_constants_and_lone_events(root: int, p: Fraction) -> None:
    check(count(PdagBuilder(("a",)).freeze({"top": root}), np.array([0.25])), Fraction(p))


def test_gates_without_inputs_and_certain_events() -> None:
    builder = PdagBuilder(("a", "b", "c"))
    empty = builder.gate(Connective.AND, [])
    pdag = builder.freeze({"top": builder.gate(Connective.AND, [empty, builder.gate(Connective.OR, [2, 4]), 6, 2 ^ 1])})
    check(count(pdag, np.array([0.0, 1.0, 0.5])), Fraction(1, 2))
    check(count(pdag, np.array([1.0, 1.0, 0.5])), Fraction(0))
    check(count(pdag, np.array([0.0, 1.0, 1.0])), Fraction(1))


def test_tiny_probabilities_and_their_complements_keep_all_digits() -> None:
    """An OR of shared ANDs at 1e-20 each: one minus a number near one would have nothing left."""
    model = model_of(
        {"or": [{"and": ["a", "b"]}, {"and": ["b", "c"]}, {"and": ["c", "a"]}]},
        {"a": 1e-20, "b": 3e-20, "c": 7e-20},
    )
    pdag = build(model, "top")
    check(count(pdag, probabilities(pdag, model)), exact(model, "top"))
    check(count(complement(pdag), probabilities(pdag, model)), 1 - exact(model, "top"))


@st.composite
def circuits(draw: st.DrawFn) -> Pdag:
    """Gates of all kinds over earlier gates and events, complemented or not; parities as likely as the others."""
    builder = PdagBuilder(tuple("abcdef"))
    edges = [i << 1 for i in range(1, 7)]
    for _ in range(draw(st.integers(1, 9))):
        inputs = draw(st.lists(st.sampled_from([*edges, *edges[-4:]]), min_size=2, max_size=4))
        signs = draw(st.lists(st.integers(0, 1), min_size=len(inputs), max_size=len(inputs)))
        kind = draw(st.sampled_from([Connective.AND, Connective.OR, Connective.ATLEAST, Connective.XOR]))
        k = draw(st.integers(1, len(inputs))) if kind is Connective.ATLEAST else 0
        edges.append(builder.gate(kind, [e ^ sign for e, sign in zip(inputs, signs, strict=True)], k))
    return builder.freeze({"top": edges[-1] ^ draw(st.integers(0, 1))})


@settings(max_examples=150)
@given(circuits(), st.lists(st.sampled_from([0.0, 1.0, 0.5, 0.125, 0.001]), min_size=6, max_size=6))
def test_circuits_of_all_kinds_point_by_point(kernel_mode: str, pdag: Pdag, q: list[float]) -> None:
    chances = [Fraction(p) for p in q]
    points = [point for point in oracles.subsets("abcdef") if pdag.value(point)]
    p = sum(
        math.prod(chance if name in point else 1 - chance for name, chance in zip("abcdef", chances, strict=True))
        for point in points
    )
    check(count(pdag, np.array(q)), Fraction(p))
    traced = trace(pdag)
    assert traced is not None
    assert traced.probability(np.array(q))[0] == pytest.approx(float(p), rel=1e-12, abs=1e-300)


def test_contradictions_that_only_cases_find(kernel_mode: str) -> None:
    """Three events cannot differ from one another pairwise; whatever else would be asked of such a branch is not."""
    builder = PdagBuilder(tuple("abcdefgh"))
    differ = [builder.gate(Connective.XOR, pair) for pair in ([2, 4], [4, 6], [2, 6])]
    others = [builder.gate(Connective.OR, pair) for pair in ([8, 10], [10, 12], [12, 14], [14, 16], [16, 8])]
    q = np.full(8, 0.5)
    check(count(builder.freeze({"top": builder.gate(Connective.AND, [*differ, *others])}), q), Fraction(0))
    pdag = builder.freeze({"top": builder.gate(Connective.AND, [*others, *differ])})
    check(count(pdag, q), Fraction(0))
    traced = trace(pdag)
    assert traced is not None
    assert traced.probability(q) == (0.0, 1.0)


@pytest.mark.slow
def test_rounding_below_zero_is_no_complement(shared: Path) -> None:
    """A block of das9701 whose cases of gates leave -2e-33 of nothing, once remembered as certainty."""
    path = shared / "benchmarks" / "aralia" / "das9701.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    model = read(path)
    whole = simplify(build(model, model.top[0]))
    q = probabilities(whole, model)
    compared = 0
    for gate in range(whole.first_gate, whole.size, 7):
        pdag = dataclasses.replace(whole, roots={"top": gate << 1})
        counts = [count(pdag, q, seed=seed, memory=memory, most_steps=20_000) for seed, memory in ((0, 10**6), (1, 1))]
        if all(counted.finished for counted in counts):
            compared += 1
            assert counts[0].probability == pytest.approx(counts[1].probability, rel=1e-12)
    assert compared > 20


def test_tables_grow_and_rounds_begin_anew(kernel_mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "FIRST_ENTRIES", 4)
    monkeypatch.setattr(search, "BREATH", {False: 10, True: 10})
    model = random_model(40, 30, 0.6, 1, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    whole = count(pdag, q)
    circuit = prepare(pdag)
    rank = decision_order(circuit, 0).rank
    assert rank is not None
    one = search.Search(circuit, rank, circuit.leaf_weights(q), 10**6, 0)
    assert not one.run(most_steps=50)
    one.place[_kernels.PRESENT_ROUND] = 2**31 - 5
    assert one.run()
    assert one.result == (whole.probability, whole.not_probability)
    assert 0 < one.place[_kernels.PRESENT_ROUND] < 10_000
    assert one.keys.shape[0] > 4


def test_harder_circuits_get_more_tries_at_an_order(monkeypatch: pytest.MonkeyPatch) -> None:
    """A grid of events, a gate for each square: dissection is tried, and the answer is the same."""
    builder = PdagBuilder(tuple(f"e{i}" for i in range(36)))
    squares = [(i, i + 1, i + 6, i + 7) for i in range(29) if i % 6 < 5]
    gates = [builder.gate(Connective.ATLEAST, [(i + 1) << 1 for i in square], 2) for square in squares]
    pdag, q = builder.freeze({"top": builder.gate(Connective.AND, gates)}), np.full(36, 0.6)
    easy = count(pdag, q)
    monkeypatch.setattr(order, "EASY", 0.0)
    monkeypatch.setattr(order, "HOPELESS", 1.0)
    tried = count(pdag, q)
    monkeypatch.setattr(order, "HOPELESS", 60.0)
    worth = count(pdag, q)
    assert tried.probability == pytest.approx(easy.probability, rel=1e-13)
    assert worth.probability == pytest.approx(easy.probability, rel=1e-13)
    # One bag may be wider by a node where fewer are wide.
    assert tried.width <= easy.width + 1 and worth.width <= easy.width + 1


def test_a_chain_of_many_thousand_gates_is_no_problem() -> None:
    """Two neighbours of a row of n fail together: a chain of n gates, each with an AND of two events of the row."""
    n, q = 7_000, 0.01
    builder = PdagBuilder(tuple(f"e{i}" for i in range(n + 1)))
    below = 0
    for i in range(n):
        below = builder.gate(Connective.OR, [below, builder.gate(Connective.AND, [(i + 1) << 1, (i + 2) << 1])])
    counted = count(builder.freeze({"top": below}), np.full(n + 1, q))
    good, good_but_last_failed = 1 - q, q
    for _ in range(n):
        good, good_but_last_failed = (good + good_but_last_failed) * (1 - q), good * q
    assert counted.not_probability == pytest.approx(good + good_but_last_failed, rel=1e-11)


def test_a_time_limit_ends_in_an_interval_that_holds_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BREATH", {False: 20, True: 20})
    model = random_model(40, 30, 0.6, 1, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    whole, cut = count(pdag, q), count(pdag, q, time_limit=0.0)
    assert whole.finished and not cut.finished
    assert math.isnan(cut.probability) and math.isnan(cut.not_probability)
    assert 0.0 <= cut.lower <= whole.probability <= cut.upper <= 1.0
    assert cut.decisions < whole.decisions


def test_a_limit_of_steps_means_the_same_every_time(kernel_mode: str) -> None:
    model = random_model(40, 30, 0.6, 1, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    whole = count(pdag, q)
    for most_steps in (1, 100, whole.steps // 2):
        cut = count(pdag, q, most_steps=most_steps)
        assert not cut.finished
        assert cut == count(pdag, q, most_steps=most_steps) or math.isnan(cut.probability)
        assert cut.lower <= whole.probability <= cut.upper
        assert most_steps <= cut.steps < whole.steps
    assert count(pdag, q, most_steps=2 * whole.steps).probability == whole.probability


def test_one_seed_gives_one_result_to_the_last_digit(kernel_mode: str) -> None:
    model = random_model(40, 35, 0.6, 5, probabilities=(0.01, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    first, again, other = (count(pdag, q, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert other.probability == pytest.approx(first.probability, rel=1e-13)
    assert 0.0 <= first.hash_collision < 1e-25


def test_words_are_spread_and_stay_words(kernel_mode: str) -> None:
    rng = np.random.default_rng(0)
    seen = {mixed(word, 1) for word in (*range(1000), *rng.integers(0, 2**62, 1000).tolist(), 2**62 - 1)}
    assert len(seen) == 2001
    assert all(0 <= word < 2**62 for word in seen)
    ones = np.array([word.bit_count() for word in seen])
    assert 28 < ones.mean() < 34


@settings(max_examples=20)
@given(trees(coherent=False, max_events=6))
def test_a_function_and_its_complement_share_the_whole(model: Model) -> None:
    pdag = simplify(build(model, model.top[0]))
    q = probabilities(pdag, model)
    one = count(pdag, q)
    other = count(complement(pdag), q)
    assert (one.probability, one.not_probability) == (other.not_probability, other.probability)


TREES = (
    "baobab1 chinese das9202 das9204 das9207 das9209 edf9201 edf9204 edfpa14b edfpa14o edfpa15r isp9603 isp9605 jbd9601"
)


@pytest.mark.parametrize("tree", TREES.split(" "))
def test_industrial_trees(shared: Path, tree: str) -> None:
    path = shared / "benchmarks" / "aralia" / f"{tree}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    model = read(path)
    pdag = simplify(build(model, model.top[0]))
    counted = count(pdag, probabilities(pdag, model))
    with (shared / "reference" / "aralia.csv").open(encoding="utf-8") as file:
        answer = next(row for row in csv.DictReader(file) if row["tree"] == tree)
    assert counted.probability == pytest.approx(float(answer["top_probability"]), rel=1e-9, abs=0)


@pytest.mark.slow
def test_the_open_case_is_counted_out_twice(shared: Path) -> None:
    """nus9601, whose answer nobody has published: two counts of differently simplified trees, in some minutes."""
    path = shared / "benchmarks" / "aralia" / "nus9601.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    model = read(path)
    whole = build(model, model.top[0])
    one, other = simplify(whole), simplified(whole, [step for step in STEPS if step != "factoring"]).pdag
    assert len(one.argument) != len(other.argument)
    first = count(one, probabilities(one, model))
    second = count(other, probabilities(other, model), seed=1)
    assert first.finished
    assert second.probability == pytest.approx(first.probability, rel=1e-12, abs=0)
