"""Fussell-Vesely importance for many columns: each is what exact fractions of the enumerated cut sets give."""

from __future__ import annotations

import pickle
from fractions import Fraction

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given
from hypothesis import strategies as st
from modular import both_ways, modular_trees
from strategies import model_of, random_model, trees

from faulttree.cut_sets.collection import CutSets
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.zbdd import Zbdd, minimal_sets
from faulttree.model import Model
from faulttree.quantification.columns import blocks
from faulttree.quantification.shares import CutSetShares

NUMBERS = st.sampled_from([0.0, 1.0, 1e-12, 1 - 1e-12, 0.5]) | st.floats(1e-3, 0.999)


def drawn(data: st.DataObject, events: tuple[str, ...], columns: int) -> np.ndarray:
    """Probabilities for every level; those of modules are nan, for none may be read."""
    q = [[data.draw(NUMBERS) if event else np.nan for _ in range(columns)] for event in events]
    return np.array(q, np.float64).reshape(len(events), columns)


def check(model: Model, family: Zbdd, events: tuple[str, ...], q: np.ndarray) -> None:
    cut_sets = oracles.minimal_cut_sets(oracles.function(model, model.top[0]))
    found = CutSetShares(family, events).of(q)
    for column in range(q.shape[1]):
        exact = {event: Fraction(q[level, column]) for level, event in enumerate(events) if event}
        total = oracles.rare_event_sum(cut_sets, exact)
        for level, event in enumerate(events):
            if event:
                share = oracles.ratio(
                    oracles.rare_event_sum(frozenset(s for s in cut_sets if event in s), exact), total
                )
                # Sums of products of at most six positive numbers: a few roundings each.
                assert found[level, column] == pytest.approx(float(share), rel=1e-13, abs=0, nan_ok=True)


@given(model=modular_trees(max_events=6), data=st.data())
def test_every_column_is_the_definition_with_modules_and_without(kernel_mode: str, model, data) -> None:
    for bdd in both_ways(model):
        check(model, minimal_sets(bdd, "top"), bdd.variables, drawn(data, bdd.variables, 3))


@given(model=trees(max_events=6), data=st.data())
def test_every_column_of_trees_with_repeated_events(kernel_mode: str, model, data) -> None:
    bdd = compile_bdd(build(model, model.top[0]))
    check(model, minimal_sets(bdd, "top"), bdd.variables, drawn(data, bdd.variables, 2))


def test_columns_may_have_more_levels_in_another_order(kernel_mode: str) -> None:
    model = model_of({"or": [{"and": ["a", "b"]}, "c"]})
    pdag = build(model, "top")
    family = minimal_sets(compile_in_order(pdag, ("a", "b", "c"), {"top": pdag.root}), "top")
    q = np.array([[0.5], [0.9], [0.1], [0.2]])
    found = CutSetShares(family, ("c", "other", "b", "a")).of(q)
    assert found[:, 0].tolist() == pytest.approx([0.5 / 0.52, 0.0, 0.02 / 0.52, 0.02 / 0.52], rel=1e-14)


def test_no_sets_and_the_empty_set_leave_nothing_to_share(kernel_mode: str) -> None:
    nothing = np.zeros(1, np.int32)
    constants = np.array([[2**30, 0, 0], [2**30, 1, 1]], np.int32)
    q = np.array([[0.5, 0.0]])
    assert np.isnan(CutSetShares(Zbdd(("a",), constants, 0, nothing), ("a",)).of(q)).all()
    assert CutSetShares(Zbdd(("a",), constants, 1, nothing), ("a",)).of(q).tolist() == [[0.0, 0.0]]


@pytest.fixture(scope="module")
def large() -> tuple[Zbdd, tuple[str, ...], np.ndarray]:
    bdd = compile_bdd(build(random_model(80, 60, 0.08, 3), "g0"))
    q = np.random.default_rng(1).uniform(0.0, 0.4, (len(bdd.variables), 45))
    return minimal_sets(bdd, "top"), bdd.variables, q


def test_columns_are_the_shares_of_one_collection_to_the_last_bit(kernel_mode: str, large) -> None:
    family, events, q = large
    assert family.has_modules
    found = CutSetShares(family, events).of(q[:, :3])
    for column in range(3):
        place = {event: level for level, event in enumerate(events)}
        weights = np.array([q[place[element], column] if element else np.nan for element in family.elements])
        for event, share in CutSets(family, "minimal cut sets", weights).shares().items():
            assert found[place[event], column] == share


@pytest.mark.parametrize("width", [1, 3, 16, 64])
@pytest.mark.parametrize("threads", [1, 3])
def test_blocks_and_threads_change_no_bit(large, width: int, threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    family, events, q = large
    monkeypatch.setenv("FAULTTREE_KERNELS", "compiled")
    expected = CutSetShares(family, events).of(q, 1)
    monkeypatch.setattr(blocks, "WIDEST", width)
    monkeypatch.setattr(blocks, "NARROWEST", width)
    assert np.array_equal(CutSetShares(family, events).of(q, threads), expected)


def test_modes_memory_layout_and_pickling_change_no_bit(large, monkeypatch: pytest.MonkeyPatch) -> None:
    family, events, q = large
    q = q[:, :4]
    expected = CutSetShares(family, events).of(q)
    # Not even room for one column: then there is one at a time.
    assert np.array_equal(CutSetShares(family, events, memory=1).of(q, 2), expected)
    assert np.array_equal(CutSetShares(family, events).of(np.asfortranarray(q)), expected)
    for mode in ("interpreted", "compiled"):
        monkeypatch.setenv("FAULTTREE_KERNELS", mode)
        assert np.array_equal(pickle.loads(pickle.dumps(CutSetShares(family, events))).of(q), expected)
    assert CutSetShares(family, events).of(q[:, :0]).shape == (len(events), 0)
