"""Explanations of evidence, against every state of all events and every set of them."""

from __future__ import annotations

import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from observed import Worlds, members, observations_of
from strategies import model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError
from faulttree.facade.evidence import Given
from faulttree.model import Model
from faulttree.what_if import explanations as module

DIGITS = 1e-12


def check(model: Model, observed: dict[str, bool], states: dict[str, bool | float], most: int) -> None:
    worlds = Worlds(model, (model.top[0], *observed), states)
    if worlds.probability(observed) == 0:
        return
    seen = FaultTree.of(model).what_if(states).given(observed)
    check_most_probable(seen, worlds, observed)
    check_explanations(seen, worlds, observed, most)


def check_most_probable(seen: Given, worlds: Worlds, observed: dict[str, bool]) -> None:
    found = seen.most_probable_explanation()
    assert {*found.occurred, *found.absent} == set(worlds.events)
    assert not found.unknown
    fitting = {worlds.world(i): worlds.weights[i] for i in members(worlds.where(observed))}
    most = max(fitting.values())
    # Equal but for the rounding of the floats in the model: 1 - 0.9 and 0.1 are as probable.
    best = [world for world, weight in fitting.items() if weight >= most - most // 10**13]
    assert frozenset(found.occurred) in best
    p, whole = Fraction(most, worlds.denominator), worlds.probability(observed)
    assert found.probability == pytest.approx(float(p), rel=DIGITS, abs=0)
    assert found.log10_probability == pytest.approx(math.log10(p), rel=DIGITS, abs=DIGITS)
    assert found.posterior == pytest.approx(float(p / whole), rel=DIGITS, abs=0)
    assert found.log10_posterior == pytest.approx(math.log10(p / whole), rel=DIGITS, abs=DIGITS)
    assert set(found.open) == {event for event in worlds.events if len({event in world for world in best}) == 2}


def check_explanations(seen: Given, worlds: Worlds, observed: dict[str, bool], most: int) -> None:
    fitting, whole = worlds.where(observed), worlds.probability(observed)
    sets = oracles.minimal(map(worlds.world, members(fitting)))
    exact = {s: worlds.weight(fitting & worlds.where(dict.fromkeys(s, True))) / whole for s in sets}
    found = seen.explanations(most)
    assert found.count == len(sets)
    assert len(found) == min(most, len(sets))
    assert found.is_certain
    for row in found:
        assert row.posterior == pytest.approx(float(exact[frozenset(row.events)]), rel=DIGITS, abs=0)
        prior = worlds.probability(dict.fromkeys(row.events, True))
        assert row.prior == pytest.approx(float(prior), rel=DIGITS, abs=0)
    assert len({frozenset(row.events) for row in found}) == len(found)
    ranked = sorted(map(float, exact.values()), reverse=True)
    assert [row.posterior for row in found] == pytest.approx(ranked[:most], rel=DIGITS, abs=0)
    assert found.others_at_most >= max(ranked[most:], default=0.0) * (1 - DIGITS)


@settings(max_examples=40)
@given(st.data())
def test_explanations_of_any_tree(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    observed = data.draw(observations_of(model))
    states = data.draw(st.one_of(st.just({}), settings_of(model)))
    check(model, observed, states, data.draw(st.integers(1, 4)))


@pytest.mark.parametrize("seed", range(4))
def test_explanations_of_fourteen_events(seed: int) -> None:
    model = random_model(14, 8, 0.3, seed, negated=0.2 * (seed % 2), probabilities=(1e-10, 0.9))
    for observed in ({"g0": True}, {"g1": True, "g2": False}):
        check(model, observed, {}, 3)


def test_the_likeliest_state_of_hundreds_of_events(kernel_mode: str) -> None:
    n = 400
    pairs = [{"or": [f"a{i}", f"b{i}"]} for i in range(n)]
    q = {f"a{i}": 1e-3 for i in range(n)} | {f"b{i}": 1e-4 for i in range(n)}
    seen = FaultTree.of(model_of({"and": pairs[:60]}, q, gates={"all": {"and": pairs}})).given({"top": True})
    found = seen.most_probable_explanation()
    assert found.occurred == tuple(f"a{i}" for i in range(60))
    exact = 60 * (math.log10(1e-3) + math.log10(1 - 1e-4))
    assert found.log10_probability == pytest.approx(exact, rel=1e-12)


def test_of_states_as_probable_all_that_differs_is_told() -> None:
    found = FaultTree.of(model_of({"or": ["a", "b"]}, {"even": 0.5})).given({"top": True}).most_probable_explanation()
    assert set(found.open) == {"a", "b"}
    assert len(found.occurred) == 1
    assert found.posterior == pytest.approx(0.09 / 0.19, rel=1e-13)
    assert "as probable in another state of a, b" in str(found)
    assert [record["open"] for record in found.records()] == [True, True]
    assert found.to_dict()["occurred"] == list(found.occurred)
    even = FaultTree.of(model_of({"and": ["a", {"or": ["even", "b"]}]}, {"even": 0.5})).given({"a": True})
    assert even.most_probable_explanation().open == ("even",)
    assert even.most_probable_explanation().occurred == ("a",)


def test_nothing_needs_to_have_happened_where_nothing_did() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b"]})).given({"top": False})
    found = seen.explanations()
    assert (found.count, [row.events for row in found], found.rows[0].posterior) == (1, [()], 1.0)
    assert "(nothing)" in str(found)
    assert str(seen.most_probable_explanation()).startswith("(nothing), and nothing else")


def test_what_was_not_observed_weighs_against_a_set() -> None:
    # c explains the top as well as a and b do, but would most likely have caused `side` as well.
    model = model_of(
        {"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.1, "c": 0.02, "d": 0.9},
        gates={"side": {"and": ["c", "d"]}},
    )  # fmt: skip
    tree = FaultTree.of(model)
    assert [row.events for row in tree.given({"top": True}).explanations()] == [("c",), ("a", "b")]
    found = tree.given({"top": True, "side": False}).explanations(1)
    assert found.rows[0].events == ("a", "b")
    assert found.count == 2


def test_a_search_given_up_says_what_it_may_have_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of(
        {"or": [{"and": ["a", "b"]}, "c"]}, {"a": 0.1, "b": 0.1, "c": 0.02, "d": 0.9},
        gates={"side": {"and": ["c", "d"]}},
    )  # fmt: skip
    seen = FaultTree.of(model).given({"top": True, "side": False})
    monkeypatch.setattr(module, "MOST_TRIED", 1)
    found = seen.explanations(1)
    assert not found.is_certain
    assert found.rows[0].events == ("c",)
    monkeypatch.undo()
    assert found.others_at_most >= seen.explanations(1).rows[0].posterior
    assert f"{2} minimal explanations" in str(found)


def test_how_many_are_listed_is_the_users_choice() -> None:
    seen = FaultTree.of(model_of({"or": ["a", "b", "c"]})).given({"top": True})
    assert [len(seen.explanations(most)) for most in (0, 1, 5)] == [0, 1, 3]
    assert seen.explanations(0).others_at_most == 1.0
    assert seen.explanations(5).others_at_most == 0.0
    assert seen.explanations().columns() == tuple(seen.explanations().records()[0])
    assert seen.explanations().to_dict()["count"] == 3
    with pytest.raises(InvalidRequestError, match="0 or more"):
        seen.explanations(-1)


def test_many_sets_are_not_all_made() -> None:
    # 2^40 minimal cut sets.
    pairs = [{"or": [f"a{i}", f"b{i}"]} for i in range(40)]
    q = {f"a{i}": 0.01 for i in range(40)} | {f"b{i}": 0.002 for i in range(40)}
    found = FaultTree.of(model_of({"and": pairs}, q)).given({"top": True}).explanations(3)
    assert found.count == 2**40
    one = 0.01 / (0.01 + 0.002 - 0.01 * 0.002)
    assert found.rows[0].posterior == pytest.approx(one**40, rel=1e-11)
    assert found.rows[1].posterior == pytest.approx(one**40 / 5, rel=1e-11)
