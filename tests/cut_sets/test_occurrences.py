"""How many sets hold each event: by enumeration, and of families that no enumeration ends."""

from __future__ import annotations

import oracles
import pytest
from hypothesis import given
from modular import both_ways, collection, modular_trees
from strategies import model_of

from faulttree import FaultTree
from faulttree.decision_diagrams.zbdd import minimal_sets
from faulttree.model import Model


@given(model=modular_trees(max_events=7))
def test_occurrences_are_those_of_the_enumerated_cut_sets(kernel_mode: str, model: Model) -> None:
    f = oracles.function(model, model.top[0])
    sets = oracles.minimal_cut_sets(f)
    expected = {event: sum(event in cut for cut in sets) for event in f.events}
    for bdd in both_ways(model):
        found = collection(model, minimal_sets(bdd, "top")).occurrences()
        assert {event: found.get(event, 0) for event in f.events} == expected


@given(model=modular_trees(max_events=7))
def test_whole_numbers_of_any_size_are_added_as_floats_are(model: Model) -> None:
    for bdd in both_ways(model):
        sets = collection(model, minimal_sets(bdd, "top"))
        as_floats = sets.occurrences()
        vars(sets)["count"] = 2**53  # as if there were more than floats can count
        assert sets.occurrences() == as_floats


@pytest.mark.parametrize("n", [10, 60, 1100])
def test_counts_beyond_any_float_are_exact(n: int) -> None:
    # One of two from each of n pairs: 2**n sets, half of which hold a given event.
    pairs = [{"or": [f"a{i}", f"b{i}"]} for i in range(n)]
    sets = FaultTree.of(model_of({"and": pairs})).minimal_cut_sets()
    assert sets.count == 2**n
    assert set(sets.occurrences().values()) == {2 ** (n - 1)}


def test_sets_of_a_limit_are_counted_among_themselves() -> None:
    sets = FaultTree.of(model_of({"or": ["a", {"and": ["b", "c"]}, {"and": ["b", "d"]}]})).minimal_cut_sets()
    assert sets.occurrences() == {"a": 1, "b": 2, "c": 1, "d": 1}
    assert sets.limited(max_order=1).occurrences()["a"] == 1
