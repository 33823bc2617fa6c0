"""Minimal cut sets up to a limit, made gate by gate without a diagram, against enumeration and against diagrams."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.cut_sets import allowance, piecewise
from faulttree.cut_sets.collection import CutSets
from faulttree.cut_sets.generation import best_effort, generate, within
from faulttree.decision_diagrams import _kernels as plain_kernels
from faulttree.decision_diagrams.truncated import _kernels as limited_kernels
from faulttree.decision_diagrams.truncated.forest import TruncatedForest
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd
from faulttree.errors import MissingProbabilityError, NodeBudgetExceeded, NotCoherentError
from faulttree.formats import read
from faulttree.model import Model
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import propagate, simplify

LIKELIEST = 1 - 1e-12  # a probability within this factor of a limit may fall on either side


def skeleton(model: Model) -> Pdag:
    return simplify(build(model, model.top[0]))


def probabilities(model: Model) -> dict[str, float]:
    return {event: model.probability_of(event) for event in model.basic_events}


def counts(family: Zbdd, most: int) -> dict[int, int]:
    every = CutSets(family, "minimal cut sets", np.zeros(len(family.elements))).count_by_order
    return {order: number for order, number in every.items() if order <= most}


@given(model=trees(max_events=7, coherent=True), max_order=st.integers(0, 7), simplified=st.booleans())
def test_every_set_within_an_order_is_found(
    kernel_mode: str, cramped: None, model: Model, max_order: int, simplified: bool
) -> None:
    everything = oracles.minimal_cut_sets(oracles.function(model, model.top[0]))
    pdag = build(model, model.top[0])
    found = generate(simplify(pdag) if simplified else pdag, max_order=max_order)
    found.check_invariants()
    wanted = {s for s in everything if len(s) <= max_order}
    assert wanted <= set(found) <= everything
    assert set(found.elements) - {""} <= set(model.basic_events)
    flat = within(found, max_order=max_order)
    flat.check_invariants()
    assert set(flat) == wanted
    assert not flat.has_modules


@given(model=trees(max_events=7, coherent=True), exponent=st.floats(0.0, 20.0))
def test_every_set_of_a_probability_is_found(kernel_mode: str, model: Model, exponent: float) -> None:
    f = oracles.function(model, model.top[0])
    exact, least = oracles.event_probabilities(model, f.events), 10.0**-exponent
    everything = oracles.minimal_cut_sets(f)
    wanted = {s for s in everything if oracles.set_probability(s, exact) >= least}
    found = generate(skeleton(model), min_probability=least, q=probabilities(model))
    assert wanted <= set(found) <= everything
    near = set(within(found, min_probability=least, q=probabilities(model)))
    assert wanted <= near <= set(found)
    # Rounding lets in no set that is less probable than the documentation says.
    for s in near:
        assert oracles.set_probability(s, exact) >= least * math.exp(-len(s) / 16) * LIKELIEST


@given(model=trees(max_events=6, coherent=True), known=st.booleans(), budget=st.sampled_from([2, 20, 200, 100_000]))
def test_a_best_effort_says_down_to_where_it_is_complete(model: Model, known: bool, budget: int) -> None:
    f = oracles.function(model, model.top[0])
    everything = oracles.minimal_cut_sets(f)
    found = best_effort(skeleton(model), probabilities(model) if known else None, node_budget=budget)
    exact = oracles.event_probabilities(model, f.events)
    assert set(found.family) <= everything
    assert not (found.max_order is not None and found.min_probability is not None)
    most = math.inf if found.max_order is None else found.max_order
    # A limit of 0 leaves out what cannot happen.
    least = -1.0 if found.min_probability is None else found.min_probability or math.ulp(0.0)
    assert {s for s in everything if len(s) <= most and oracles.set_probability(s, exact) >= least} <= set(found.family)
    if budget == 100_000:
        possible = {s for s in everything if oracles.set_probability(s, exact) > 0 or not known}
        assert possible <= set(found.family)
        assert found.is_complete or known


@pytest.mark.parametrize("seed", range(6))
def test_larger_trees_agree_with_their_diagrams(seed: int) -> None:
    model = random_model(40, 45, 0.3, seed=seed, votes=0.2)
    exact = FaultTree.of(model).minimal_cut_sets()
    best = [cut.probability for cut in exact.ranked(200)]
    pdag, q = skeleton(model), probabilities(model)
    for order in (3, 5, 7):
        found = within(generate(pdag, max_order=order), max_order=order)
        assert set(found) == set(exact.limited(max_order=order).family)
    least = (best[-1] or 0.0) * 0.999
    found = generate(pdag, min_probability=least, q=q)
    cut_sets = CutSets(found, "minimal cut sets", np.array([q.get(e, 0.0) for e in found.elements]))
    assert set(cut_sets.limited(min_probability=least).family) == set(exact.limited(min_probability=least).family)


@pytest.mark.parametrize("seed", range(3))
def test_where_the_budget_lasts_all_sets_are_found(kernel_mode: str, seed: int) -> None:
    model = random_model(30, 24, 0.15, seed=seed, votes=0.2)
    complete = best_effort(skeleton(model), node_budget=5_000)
    assert complete.is_complete
    assert set(complete.family) == set(FaultTree.of(model).minimal_cut_sets().family)


def test_without_a_limit_all_sets_are_found_and_garbage_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(piecewise, "LITTER", 30)
    model = random_model(40, 45, 0.4, seed=2, votes=0.2)
    assert set(generate(skeleton(model))) == set(FaultTree.of(model).minimal_cut_sets().family)


def test_a_graph_too_large_to_walk_for_every_gate_is_answered_too(monkeypatch: pytest.MonkeyPatch) -> None:
    model = random_model(40, 45, 0.4, seed=4)
    tight = generate(skeleton(model), max_order=5)
    monkeypatch.setattr(allowance, "MANY_GATES", 3)
    assert set(within(generate(skeleton(model), max_order=5), max_order=5)) == set(within(tight, max_order=5))
    # Nor need there be room for the variables below every gate.
    monkeypatch.setattr(allowance, "MOST_BITS", 1)
    monkeypatch.setattr(piecewise, "MOST_BITS", 1)
    assert set(within(generate(skeleton(model), max_order=5), max_order=5)) == set(within(tight, max_order=5))


def test_negations_that_cancel_out_are_no_negations() -> None:
    twice = {"nor": [{"nand": ["a", "b"]}, {"not": {"atleast": {"k": 2, "of": ["b", "c", "d"]}}}]}
    model = model_of(twice)
    assert set(generate(build(model, "top"), max_order=3)) == {frozenset("abc"), frozenset("abd")}
    dual = model_of({"nand": [{"not": "a"}, {"nor": ["b", {"nand": [{"not": "c"}, {"not": "d"}]}]}]})
    assert set(generate(build(dual, "top"))) == set(FaultTree.of(dual).minimal_cut_sets().family)


@pytest.mark.parametrize("formula", [{"and": ["a", {"not": "b"}]}, {"xor": ["a", "b"]}])
def test_negations_that_stay_are_refused(formula: dict) -> None:
    pdag = propagate(build(model_of(formula), "top"))
    with pytest.raises(NotCoherentError, match="without negations only"):
        generate(pdag, max_order=2)
    with pytest.raises(NotCoherentError):
        best_effort(pdag)


def test_an_input_counted_twice_is_paid_once() -> None:
    twice = {"atleast": {"k": 2, "of": [{"and": ["a", "b", "c"]}, {"and": [{"and": ["c", "a"]}, "b"]}, "d", "e"]}}
    model = model_of({"and": [twice, {"or": ["d", "f"]}]})
    wanted = oracles.minimal_cut_sets(oracles.function(model, "top"))
    for pdag in (build(model, "top"), skeleton(model)):
        for order in range(6):
            found = within(generate(pdag, max_order=order), max_order=order)
            assert set(found) == {s for s in wanted if len(s) <= order}


def test_unions_take_no_element_that_costs_more_than_is_left(kernel_mode: str) -> None:
    forest = TruncatedForest(("x", "y", "z"), (5, 1, 1))
    x, y, z = (forest.node(level, EMPTY, UNIT) for level in range(3))
    family = forest.product(forest.join(x, y), forest.join(x, z), 3, 0)
    assert set(forest.freeze(family)) == {frozenset("yz")}
    assert forest.was_cut
    assert set(forest.freeze(forest.product(forest.join(x, y), forest.join(x, z), 5, 0))) == {
        frozenset("yz"),
        frozenset("x"),
    }


def test_constants_and_single_events_have_families_too() -> None:
    house = {"house_events": {"on": {"state": True}, "off": {"state": False}}}
    never, always = model_of({"and": ["a", "off"]}, **house), model_of({"or": ["a", "on"]}, **house)
    assert set(generate(skeleton(never))) == set()
    assert set(generate(skeleton(always), max_order=0)) == {frozenset()}
    assert best_effort(skeleton(always)).is_complete
    assert set(best_effort(skeleton(always)).family) == {frozenset()}
    one = model_of({"or": ["a"]})
    assert set(generate(skeleton(one), max_order=1)) == {frozenset("a")}
    assert set(generate(skeleton(one), max_order=0)) == set()


def test_impossible_events_cost_too_much_and_unknown_ones_are_named() -> None:
    model = model_of({"or": [{"and": ["a", "b"]}, {"and": ["a", "c"]}]})
    sure = {"a": 1.0, "b": 0.0, "c": 0.5}
    assert set(generate(skeleton(model), min_probability=0.5, q=sure)) == {frozenset("ac")}
    assert set(best_effort(skeleton(model), sure).family) == {frozenset("ac")}
    with pytest.raises(MissingProbabilityError, match="'b'"):
        generate(skeleton(model), min_probability=0.5, q={"a": 1.0, "b": math.nan, "c": 0.5})
    with pytest.raises(MissingProbabilityError):
        best_effort(skeleton(model), {})


def test_small_budgets_end_cleanly() -> None:
    pdag = skeleton(random_model(60, 70, 0.4, seed=1))
    with pytest.raises(NodeBudgetExceeded):
        generate(pdag, node_budget=100)
    with pytest.raises(NodeBudgetExceeded):
        within(generate(pdag, max_order=6), max_order=6, node_budget=3)
    # The pieces fit one by one, not together.
    apart = model_of({"or": [{"and": [f"x{i}", {"or": [f"y{i}", f"z{i}"]}]} for i in range(30)]})
    with pytest.raises(NodeBudgetExceeded):
        generate(skeleton(apart), node_budget=40)
    narrow, wide = (best_effort(pdag, node_budget=budget) for budget in (300, 30_000))
    assert narrow.max_order is not None
    assert wide.max_order is None or wide.max_order > narrow.max_order
    assert set(within(narrow.family, max_order=narrow.max_order)) == set(
        within(generate(pdag, max_order=narrow.max_order), max_order=narrow.max_order)
    )


def test_no_time_leaves_an_empty_family_whose_limit_is_true() -> None:
    model = random_model(40, 45, 0.4, seed=3)
    q = probabilities(model)
    best = next(FaultTree.of(model).minimal_cut_sets().ranked(1))
    found = best_effort(skeleton(model), q, time_limit=0.0)
    assert set(found.family) == set()
    assert found.min_probability is not None
    assert found.min_probability > (best.probability or 0.0)
    assert best_effort(skeleton(model), time_limit=0.0).max_order is not None


def test_progress_is_told_and_effort_is_the_same_every_time(kernel_mode: str, cramped: None) -> None:
    told: list[int] = []
    pdag = skeleton(random_model(30, 30, 0.3, seed=5))
    one = best_effort(pdag, node_budget=2_000, progress=told.append)
    two = best_effort(pdag, node_budget=2_000)
    assert max(told) > 0
    assert one.max_order == two.max_order
    assert one.family.elements == two.family.elements
    assert (one.family.nodes == two.family.nodes).all()


def test_tables_are_enlarged_with_the_hash_that_the_kernels_use() -> None:
    for level, low, high in itertools.product((0, 5, 2**31 - 1), repeat=3):
        assert limited_kernels.bucket_of(level, low, high, 64) == plain_kernels.bucket_of(level, low, high, 64)


def benchmark(shared: Path, name: str) -> Pdag:
    path = shared / "benchmarks" / "aralia" / f"{name}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return skeleton(read(path))


@pytest.mark.parametrize(
    "name", ["baobab1", "chinese", "das9201", "edf9205", "edfpa14p", "ftr10", "isp9605", "jbd9601"]
)
def test_counts_of_industrial_trees_are_those_of_their_diagrams(shared: Path, name: str) -> None:
    path = shared / "benchmarks" / "aralia" / f"{name}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    exact = FaultTree.of(read(path)).minimal_cut_sets().count_by_order
    most = min(exact) + 3
    wanted = {order: number for order, number in exact.items() if order <= most}
    found = generate(benchmark(shared, name), max_order=most)
    assert counts(found, most) == wanted
    assert counts(within(found, max_order=most), len(exact) + most) == wanted


# Cumulative counts from another program's ZBDD with a limit on the order.
@pytest.mark.parametrize(
    ("most", "known"),
    [
        (6, {3: 10, 5: 12, 6: 1_172}),
        pytest.param(8, {3: 10, 5: 12, 6: 1_172, 7: 199_004, 8: 18_591_984}, marks=pytest.mark.slow),
    ],
)
def test_the_tree_that_has_no_diagram_has_cut_sets(shared: Path, most: int, known: dict[int, int]) -> None:
    found = counts(generate(benchmark(shared, "nus9601"), max_order=most), most)
    for order, number in known.items():
        assert sum(one for o, one in found.items() if o <= order) == number


def test_a_best_effort_does_not_look_for_what_is_negligible_once_that_takes_effort() -> None:
    """A ladder of pairs, ever less probable, and a budget that a few rounds use up."""
    builder = PdagBuilder(tuple(f"e{i}" for i in range(80)))
    pairs = [builder.gate(Connective.AND, [4 * i + 2, 4 * i + 4]) for i in range(40)]
    pdag = builder.freeze({"top": builder.gate(Connective.OR, pairs)})
    q = {f"e{i}": 10.0 ** -(1 + i // 2) for i in range(80)}
    found = best_effort(pdag, q, node_budget=20_000)
    assert not found.is_complete and found.min_probability is not None
    # The likeliest pair has 1e-2; those down to 1e-14 are there, and not all that are less probable.
    assert 1e-30 < found.min_probability <= 1e-14
    whole = best_effort(pdag, q)
    assert whole.is_complete
