"""Laws of cut and path sets that need no oracle."""

from __future__ import annotations

import itertools

import pytest
from building import build
from hypothesis import given
from strategies import model_of, random_model, trees

from faulttree import FaultTree
from faulttree.model import Model

LARGE = [random_model(30, 25, 0.15, seed, negated=0.0) for seed in range(5)]


def check_power(tree: FaultTree) -> None:
    """A minimal cut set brings the top about by itself; without any one of its events it does not."""
    skeleton = build(tree.model, tree.top)
    for cut in itertools.islice(tree.minimal_cut_sets(), 200):
        assert skeleton.value(cut.events)
        for event in cut:
            assert not skeleton.value(set(cut) - {event})


def check_paths(tree: FaultTree) -> None:
    """The absence of a minimal path set prevents the top, whatever else occurs; any one of its events undoes that."""
    skeleton = build(tree.model, tree.top)
    for path in itertools.islice(tree.minimal_path_sets(), 200):
        others = set(tree.events) - set(path)
        assert not skeleton.value(others)
        for event in path:
            assert skeleton.value(others | {event})


@given(trees(coherent=True))
def test_a_cut_set_loses_its_power_without_any_one_event(model: Model) -> None:
    check_power(FaultTree.of(model))
    check_paths(FaultTree.of(model))


@pytest.mark.parametrize("model", LARGE, ids=lambda model: model.name)
def test_cut_sets_of_larger_trees_have_power_and_no_superfluous_event(model: Model) -> None:
    check_power(FaultTree.of(model))
    check_paths(FaultTree.of(model))


@given(trees())
def test_no_set_contains_another(model: Model) -> None:
    tree = FaultTree.of(model)
    for sets in (tree.minimal_cut_sets(), tree.minimal_path_sets(), tree.prime_implicants()):
        found = list(sets.family)
        assert not any(first < second for first, second in itertools.permutations(found, 2))


@given(trees(max_events=5, coherent=True))
def test_every_cut_set_meets_every_path_set(model: Model) -> None:
    tree = FaultTree.of(model)
    for cut, path in itertools.product(tree.minimal_cut_sets().family, tree.minimal_path_sets().family):
        assert cut & path


@given(trees(coherent=True))
def test_a_cut_set_that_occurs_makes_the_top_certain(model: Model) -> None:
    tree = FaultTree.of(model)
    for cut in itertools.islice(tree.minimal_cut_sets(), 20):
        assert tree.what_if(dict.fromkeys(cut, True)).probability().value == 1.0
    for path in itertools.islice(tree.minimal_path_sets(), 20):
        assert tree.what_if(dict.fromkeys(path, False)).probability().value == 0.0


DUAL = {"and": "or", "or": "and"}


def dual_formula(formula: dict) -> dict:
    (connective,) = (key for key in formula if key != "label")
    if connective == "inhibit":
        return {"or": [formula["inhibit"]["input"], formula["inhibit"]["condition"]]}
    if connective == "atleast":
        vote = formula["atleast"]
        return {"atleast": {"k": len(vote["of"]) - vote["k"] + 1, "of": vote["of"]}}
    return {DUAL[connective]: formula[connective]}


@pytest.mark.parametrize("model", LARGE, ids=lambda model: model.name)
def test_the_dual_tree_exchanges_cut_sets_and_path_sets(model: Model) -> None:
    data = model.to_data()
    data["gates"] = {name: dual_formula(gate) for name, gate in data["gates"].items()}
    tree, dual = FaultTree.of(model), FaultTree.from_data(data)
    assert set(dual.minimal_cut_sets().family) == set(tree.minimal_path_sets().family)
    assert set(dual.minimal_path_sets().family) == set(tree.minimal_cut_sets().family)


@pytest.mark.parametrize("model", LARGE, ids=lambda model: model.name)
def test_swapping_inputs_changes_nothing(model: Model) -> None:
    data = model.to_data()
    for gate in data["gates"].values():
        for key, inputs in gate.items():
            if isinstance(inputs, list):
                gate[key] = inputs[::-1]
    tree, swapped = FaultTree.of(model), FaultTree.from_data(data)
    assert set(swapped.minimal_cut_sets().family) == set(tree.minimal_cut_sets().family)
    # The order of the variables is another, and so the rounding: a few units in the last place a level.
    assert swapped.probability().value == pytest.approx(tree.probability().value, rel=1e-13)


@pytest.mark.parametrize("model", LARGE, ids=lambda model: model.name)
def test_an_event_that_cannot_matter_changes_nothing(model: Model) -> None:
    data = model.to_data()
    some = next(iter(data["basic_events"]))
    data["gates"]["g0 or more"] = {"or": ["g0", {"and": ["g0", some, "new"]}, {"and": ["new", {"not": "new"}]}]}
    data["basic_events"]["new"] = {"probability": 0.3}
    data["top"] = "g0 or more"
    tree, larger = FaultTree.of(model), FaultTree.from_data(data)
    assert set(larger.minimal_cut_sets().family) == set(tree.minimal_cut_sets().family)
    assert larger.probability().value == pytest.approx(tree.probability().value, rel=1e-13)
    assert larger.importance()["new"].birnbaum == 0.0


def test_a_path_set_of_a_non_coherent_tree_is_of_events_whose_absence_can_prevent_the_top() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["A", "B"]}, {"and": [{"not": "A"}, "C"]}]}))
    assert {frozenset(s) for s in tree.minimal_path_sets()} == {frozenset({"B"}), frozenset({"A", "C"})}
