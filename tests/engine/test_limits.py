"""What an answer may take: every verb ends in an exact answer, a bound that holds, or a clear error."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st

import faulttree.engine.solver
from faulttree import FaultTree
from faulttree.decision_diagrams import compile as compiling
from faulttree.decision_diagrams import portfolio
from faulttree.engine.limits import Limits
from faulttree.errors import LimitExceeded, NodeBudgetExceeded, TimeLimitExceeded
from faulttree.importance.table import MEASURE, MEASURES
from faulttree.model import Model
from faulttree.quantification.probability import probabilities
from faulttree.structure.pdag import Connective
from faulttree.weighted_counting import bounds, order
from tests import oracles
from tests.strategies import model_of, random_model, trees

BUDGETS = st.integers(2, 40)


@given(model=trees(max_events=7), budget=BUDGETS)
def test_bounds_hold_the_exact_probability(model: Model, budget: int) -> None:
    tree = FaultTree.of(model, node_budget=budget)
    found = tree.probability()
    exact = FaultTree.of(model).probability()
    assert exact.is_exact
    assert found.lower <= exact.value * (1 + 1e-12) + 1e-300
    assert exact.value <= found.upper * (1 + 1e-12)
    if found.is_exact:
        assert found.lower == found.value == found.upper


@given(model=trees(max_events=6), budget=BUDGETS)
def test_bounds_hold_every_importance(model: Model, budget: int) -> None:
    found = FaultTree.of(model, node_budget=budget).importance()
    exact = FaultTree.of(model).importance()
    assert [row.event for row in found] == [row.event for row in exact]
    if found.lower is None or found.upper is None:
        return
    for row, low, high in zip(exact, found.lower, found.upper, strict=True):
        for measure in MEASURES:
            value, least, most = (getattr(end, measure) for end in (row, low, high))
            # Undefined where the probability is zero, for the bounds or for the value.
            if value == value and least == least and most == most:
                assert least - 1e-9 * abs(least) <= value <= most + 1e-9 * abs(most), (row.event, measure)


def hard(n: int = 40, seed: int = 3) -> FaultTree:
    return FaultTree.of(random_model(n, n, 0.15, seed=seed))


def test_a_count_gives_what_the_diagram_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = hard()
    by_diagram, importance = tree.probability(), tree.importance()

    def none_fits(*_: object) -> None:
        raise NodeBudgetExceeded(1, 1)

    monkeypatch.setattr(faulttree.engine.solver.Compilation, "run", none_fits)
    counted = replace(tree, _shared=None)
    assert by_diagram.method == "exact"
    assert counted.probability().method == "exact by counting"
    assert counted.probability().value == pytest.approx(by_diagram.value, rel=1e-11)
    found = counted.importance()
    assert found.method == "exact by counting"
    for row, exact in zip(found, importance, strict=True):
        assert row.event == exact.event
        for measure in (key for key in MEASURES if MEASURE[key].basis != "cut sets"):
            assert getattr(row, measure) == pytest.approx(getattr(exact, measure), rel=1e-9, abs=1e-15), measure


def test_exact_goes_on_until_the_answer_is_there() -> None:
    tree = hard()
    found = replace(tree, node_budget=50, exact=True).probability()
    assert found.method == "exact by counting"
    assert found.value == pytest.approx(tree.probability().value, rel=1e-11)


def test_the_same_limits_give_the_same_bounds() -> None:
    one, two = (replace(hard(200, seed=4), node_budget=60).probability() for _ in range(2))
    assert one == two
    assert not one.is_exact


def test_more_nodes_never_widen_the_bounds() -> None:
    narrow = replace(hard(200, seed=4), node_budget=2_000).probability()
    wide = replace(hard(200, seed=4), node_budget=20).probability()
    assert wide.lower <= narrow.lower <= narrow.upper <= wide.upper


def test_a_time_limit_of_nothing_gives_a_bound_at_once() -> None:
    large = FaultTree.of(random_model(2_000, 2_000, 0.02, seed=4))
    tree = replace(large, time_limit=1e-9)
    found = tree.probability()
    assert found.method == "interval"
    assert 0.0 <= found.lower <= found.upper <= 1.0
    with pytest.raises(TimeLimitExceeded, match="within 1e-09 s; allow more with `time_limit=`"):
        tree.prime_implicants()


def test_reports_say_what_is_done() -> None:
    told: list[str] = []
    found = replace(hard(200, seed=4), node_budget=60, progress=told.append).probability()
    assert any(text.startswith("probability between ") for text in told)
    assert not found.is_exact


def test_memory_limits_the_nodes_and_the_cache() -> None:
    assert Limits(nodes=1_000, memory=10_000).table == 100
    assert Limits(nodes=60, memory=10_000).table == 60
    assert Limits(memory=10**9).cache == 5 * 10**8
    assert replace(hard(), memory=10**9).probability() == hard().probability()


def test_what_cannot_be_bounded_says_how_to_raise_the_budget() -> None:
    tree = FaultTree.of(random_model(60, 50, 0.1, seed=1, negated=0.1), node_budget=20)
    for ask in (tree.minimal_path_sets, tree.prime_implicants):
        with pytest.raises(NodeBudgetExceeded, match="budget of 20 nodes; allow more with `node_budget=`") as caught:
            ask()
        assert caught.value.budget == 20
        assert isinstance(caught.value, LimitExceeded)


def test_gates_too_many_for_one_diagram_are_analysed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = hard()
    together = tree.gate_probabilities()
    monkeypatch.setattr("faulttree.engine.compiled.MOST_FOR_GATES", 10)
    apart = replace(tree, _shared=None).gate_probabilities()
    assert apart == pytest.approx(together, rel=1e-12)
    assert list(apart) == list(together)


def test_gates_that_were_found_are_kept_where_others_are_hard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Easy gates exactly, hard ones between bounds: as on a tree of ten thousand gates, nothing else fits."""
    model = random_model(60, 50, 0.3, seed=3)
    right = FaultTree.of(model).gate_probabilities()
    monkeypatch.setattr(compiling, "STEPS_FOR_A_GATE", 20)
    monkeypatch.setattr(portfolio, "TURNS", ((2, 1), (2, 20)))
    monkeypatch.setattr(portfolio, "STEPS_PER_NODE", 0)
    monkeypatch.setattr(order, "EASY", 0.0)
    tree = FaultTree.of(model)
    with pytest.raises(NodeBudgetExceeded, match="gate 'g0'"):
        tree.gate_probabilities()
    exact = tree.exact_gate_probabilities()
    assert 5 < len(exact) < len(right)
    assert exact == {gate: pytest.approx(right[gate], rel=1e-12) for gate in exact}
    every = tree.bounded_gate_probabilities()
    assert list(every) == list(right)
    for gate, found in every.items():
        assert found.lower * (1 - 1e-12) <= right[gate] <= found.upper * (1 + 1e-12)
        assert found.is_exact >= (gate in exact)
    # What was found is known from then on.
    assert tree.exact_gate_probabilities().keys() == {gate for gate, found in every.items() if found.is_exact}


def test_easy_gates_need_no_diagram_of_the_top_event(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(60, 50, 0.3, seed=3)
    right = FaultTree.of(model).gate_probabilities()
    monkeypatch.setattr(compiling, "STEPS_FOR_A_GATE", 20)
    tree = FaultTree.of(model)
    bdd = tree._engine.compiled.easy_gates_bdd
    assert tree._engine.compiled.found is None
    bdd.check_invariants()
    assert 5 < len(bdd.roots) < len(right)
    found = probabilities(bdd, *tree._engine.both_sides(bdd))
    assert dict(found) == {gate: pytest.approx(right[gate], rel=1e-12) for gate in bdd.roots}


def test_an_interval_prints_as_one() -> None:
    found = replace(hard(200, seed=4), node_budget=60).probability()
    assert str(found).startswith("between ")
    assert found.value == found.upper
    assert found.bound == "upper"
    assert 0.0 < found.relative_width <= 1.0


def test_an_oracle_agrees_on_a_small_tree_under_every_limit() -> None:
    model = model_of({"or": [{"and": ["a", "b"]}, {"and": ["b", "c"]}, {"and": ["c", "a"]}]}, dict.fromkeys("abc", 0.1))
    expected = float(oracles.probability(oracles.function(model, "top"), oracles.event_probabilities(model, "abc")))
    for limits in ({}, {"exact": True}, {"time_limit": 60.0}, {"memory": 10**7}, {"seed": 5}):
        assert replace(FaultTree.of(model), **limits).probability().value == pytest.approx(expected, rel=1e-14)


@given(model=trees(max_events=6), budget=BUDGETS)
def test_a_list_of_cut_sets_holds_all_that_it_says(model: Model, budget: int) -> None:
    found = FaultTree.of(model, node_budget=budget).minimal_cut_sets()
    exact = FaultTree.of(model).minimal_cut_sets()
    everything = {frozenset(cut): cut.probability for cut in exact}
    listed = {frozenset(cut) for cut in found.ranked()}
    assert listed <= set(everything)
    if found.complete:
        assert listed == set(everything)
        return
    for events, probability in everything.items():
        assert probability is not None, "every event has one"
        if found.complete_above is not None and probability >= found.complete_above * (1 + 1e-9):
            assert events in listed
        if found.complete_to_order is not None and len(events) <= found.complete_to_order:
            assert events in listed
    assert all(cut.fraction is None for cut in found.ranked())


def without_diagram(tree: FaultTree, monkeypatch: pytest.MonkeyPatch) -> FaultTree:
    def none_fits(*_: object) -> None:
        raise NodeBudgetExceeded(1, 1)

    monkeypatch.setattr(faulttree.engine.solver.Compilation, "run", none_fits)
    return replace(tree, _shared=None)


def test_cut_sets_within_a_limit_are_all_there_without_a_diagram(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = hard(30, seed=5)
    by_order = {frozenset(cut) for cut in tree.minimal_cut_sets(max_order=3)}
    by_probability = {frozenset(cut) for cut in tree.minimal_cut_sets(min_probability=1e-3)}
    both = {frozenset(cut) for cut in tree.minimal_cut_sets(max_order=3, min_probability=1e-3)}
    bounded = without_diagram(tree, monkeypatch)
    assert {frozenset(cut) for cut in bounded.minimal_cut_sets(max_order=3)} == by_order
    assert {frozenset(cut) for cut in bounded.minimal_cut_sets(min_probability=1e-3)} == by_probability
    assert {frozenset(cut) for cut in bounded.minimal_cut_sets(max_order=3, min_probability=1e-3)} == both
    assert by_order
    assert by_probability


def test_without_a_diagram_a_limit_that_was_not_reached_is_searched_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = hard(30, seed=5)
    wanted = {frozenset(cut) for cut in tree.minimal_cut_sets(max_order=2)}
    monkeypatch.setattr("faulttree.cut_sets.generation.STEPS_PER_NODE", 0)
    bounded = without_diagram(tree, monkeypatch)
    assert bounded.minimal_cut_sets().found == 0
    found = bounded.minimal_cut_sets(max_order=2)
    assert {frozenset(cut) for cut in found} == wanted
    assert found.complete and found.discarded.count is None
    assert "how many sets there are beyond the limit is not known" in str(found)


def test_without_probabilities_the_smallest_cut_sets_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of({"or": [{"and": ["a", "b"]}, {"and": ["b", "c"]}, {"and": ["c", "a"]}]}, dict.fromkeys("abc"))
    bounded = without_diagram(FaultTree.of(model), monkeypatch)
    assert {frozenset(cut) for cut in bounded.minimal_cut_sets()} == {frozenset(pair) for pair in ("ab", "bc", "ca")}


def test_a_tree_with_negations_that_no_diagram_holds_gives_no_cut_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    bounded = without_diagram(FaultTree.of(model_of({"xor": ["a", {"and": ["b", "c"]}, "d"]})), monkeypatch)
    found = bounded.minimal_cut_sets()
    assert (found.found, found.complete) == (0, False)
    assert "none was found" in str(found)
    assert not bounded.minimal_cut_sets(max_order=1).complete


@pytest.mark.parametrize(("seed", "negated"), [(6, 0.0), (7, 0.1)])
def test_sampling_agrees_on_a_tree_too_large_for_enumeration(seed: int, negated: float) -> None:
    """Monte Carlo against both engines: five standard errors are missed by chance once in a million times."""
    model = random_model(120, 100, 0.1, seed=seed, negated=negated)
    tree = FaultTree.of(model)
    exact = tree.probability()
    skeleton = build(model, model.top[0])
    generator = np.random.default_rng(seed)
    samples = 200_000
    states = [np.zeros(samples, bool)]
    states += [generator.random(samples) < float(tree.probability_of(event) or 0.0) for event in skeleton.variables]
    for node in range(skeleton.first_gate, skeleton.size):
        inputs = skeleton.argument[skeleton.offset[node] : skeleton.offset[node + 1]].tolist()
        true = np.sum([states[edge >> 1] ^ bool(edge & 1) for edge in inputs], axis=0)
        kind, k = int(skeleton.connective[node]), int(skeleton.k[node])
        need = {Connective.AND: len(inputs), Connective.OR: 1, Connective.ATLEAST: k}
        states.append(true % 2 == 1 if kind == Connective.XOR else true >= need[Connective(kind)])
    mean = float(np.mean(states[skeleton.root >> 1] ^ bool(skeleton.root & 1)))
    error = (mean * (1.0 - mean) / samples) ** 0.5
    assert 0.0 < mean < 1.0
    assert abs(mean - exact.value) < 5.0 * error
    counted = replace(tree, node_budget=20, exact=True).probability()
    assert counted.method == "exact by counting"
    assert abs(mean - counted.value) < 5.0 * error


def test_where_fussell_vesely_is_undefined_events_are_ranked_by_criticality() -> None:
    found = replace(hard(200, seed=4), node_budget=60).importance()
    assert all(np.isnan(row.fussell_vesely) for row in found)
    assert found.upper is not None and found.ranking_measure() == "criticality"
    upper = {row.event: row.criticality for row in found.upper}
    ranked = [upper[row.event] for row in found.ranked()]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize("old", [{"rate": "1 /h"}, {"rate": "0.5 /h"}])
def test_a_count_and_bounds_keep_the_digits_of_what_is_hardly_possible(old: dict[str, str]) -> None:
    """A component that is almost certainly down after 24 h, where its being up matters: exp(-rate t) has digits."""
    events = {name: {"probability": 0.3} for name in "abc"} | {"old": old}
    gates = {"t": {"or": [{"and": [{"not": "old"}, "a", "b"]}, {"and": [{"not": "old"}, "b", "c"]}]}}
    data = {"name": "m", "top": "t", "mission_time": "24 h", "gates": gates, "basic_events": events}
    right = math.exp(-24.0 * float(old["rate"].split()[0])) * 0.3 * (1 - 0.7 * 0.7)
    starved = FaultTree.of(FaultTree.from_data(data).model, node_budget=2)
    found = starved.probability()
    assert found.method == "exact by counting"
    assert found.value == pytest.approx(right, rel=1e-14, abs=0)
    row = starved.importance()["a"]
    assert row.risk_reduction_worth == pytest.approx((1 - 0.7 * 0.7) / 0.3, rel=1e-12)
    skeleton, q = starved._engine.simplified, starved._engine.sides
    for interval in bounds(skeleton, q):
        assert interval.lower <= right * (1 + 1e-14)
        assert interval.upper >= right * (1 - 1e-14)
