"""What to repair, against every set of repairs there is."""

from __future__ import annotations

import dataclasses
import itertools
import math

import oracles
import pytest
import strategies
from hypothesis import given
from hypothesis import strategies as st

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.what_if import repairs as search


def sets_of_repairs(model: Model, top: str, costs: dict[str, float]) -> dict[frozenset[str], tuple[float, float, bool]]:
    """Every set of repairs with its cost, the top's probability then, and whether the top is impossible then."""
    f = oracles.function(model, top)
    q = oracles.event_probabilities(model, f.events)
    found = {}
    for repaired in oracles.subsets(f.events):
        left = [point for point in f.true_points if not point & repaired]
        free = [event for event in f.events if event not in repaired]
        p = sum(math.prod(q[e] if e in point else 1 - q[e] for e in free) for point in left)
        found[repaired] = (sum(costs[event] for event in repaired), float(p), not left)
    return found


@given(data=st.data(), model=strategies.trees(max_events=6, house_events=False))
def test_the_cheapest_repairs_are_those_that_enumeration_finds(data: st.DataObject, model: Model) -> None:
    tree = FaultTree.of(model)
    costs = {event: float(data.draw(st.sampled_from([0, 1, 1, 2, 2.5, 7]))) for event in tree.events}
    every = sets_of_repairs(model, tree.top, costs)
    reachable = sorted({p for _, p, _ in every.values()})
    target = data.draw(st.sampled_from(reachable)) * 1.0000001
    enough = {repaired: cost for repaired, (cost, p, _) in every.items() if p <= target}
    found = tree.cheapest_repairs(min(target, 1.0), costs=costs)
    assert found.is_optimal
    assert found.best.cost == pytest.approx(min(enough.values()), abs=1e-9)
    assert frozenset(found.best.repairs) in enough
    assert found.best.probability == pytest.approx(every[frozenset(found.best.repairs)][1], rel=1e-12, abs=1e-300)


@given(data=st.data(), model=strategies.trees(max_events=6))
def test_the_repairs_that_prevent_the_top_are_those_that_enumeration_finds(data: st.DataObject, model: Model) -> None:
    tree = FaultTree.of(model)
    costs = {event: float(data.draw(st.sampled_from([0, 1, 1, 2, 2.5, 7]))) for event in tree.events}
    every = sets_of_repairs(model, tree.top, costs)
    preventing = oracles.minimal(repaired for repaired, (_, _, impossible) in every.items() if impossible)
    if not preventing:
        with pytest.raises(InvalidRequestError, match="no repair of all its events makes"):
            tree.cheapest_repairs(costs=costs)
        return
    found = tree.cheapest_repairs(costs=costs, most=1000)
    assert {frozenset(plan.repairs) for plan in found.plans} == preventing
    ranked = sorted(every[repaired][0] for repaired in preventing)
    assert [plan.cost for plan in found.plans] == pytest.approx(ranked, abs=1e-9)
    assert found.is_optimal
    assert found.gap == 0.0


def two_of_three() -> FaultTree:
    return FaultTree.from_data(
        {
            "name": "vote",
            "top": "lost",
            "gates": {"lost": {"or": [{"atleast": {"k": 2, "of": ["a", "b", "c"]}}, "d"]}},
            "basic_events": {name: {"probability": p} for name, p in {"a": 0.1, "b": 0.2, "c": 0.3, "d": 1e-3}.items()},
        }
    )


def test_only_candidates_are_repaired() -> None:
    tree = two_of_three()
    found = tree.cheapest_repairs(0.05, candidates=["a", "b", "d"])
    # Without b: P = P(a and c or d) = 0.03 + 0.97 * 0.001.
    assert found.best.repairs == ("b",)
    assert found.best.probability == pytest.approx(0.03 + 0.97 * 0.001, rel=1e-12)
    with pytest.raises(InvalidRequestError, match=r"with all of them repaired its probability is 0\.06"):
        tree.cheapest_repairs(0.01, candidates=["a", "d"])
    with pytest.raises(InvalidRequestError, match="no repair of 'a', 'd' makes 'lost' impossible"):
        tree.cheapest_repairs(candidates=["a", "d"])


def test_a_tree_that_meets_the_target_needs_no_repair() -> None:
    found = two_of_three().cheapest_repairs(0.5)
    assert (found.best.repairs, found.best.cost, found.lower_bound) == ((), 0.0, 0.0)


def test_faulty_requests_are_refused() -> None:
    tree = two_of_three()
    with pytest.raises(UnknownNameError, match="known are a, b, c, d"):
        tree.cheapest_repairs(0.1, candidates=["e"])
    with pytest.raises(InvalidRequestError, match="none of the events that may be repaired"):
        tree.cheapest_repairs(0.1, costs={"c": 2}, candidates=["a"])
    for cost in (-1, math.inf, math.nan, True, "2"):
        with pytest.raises(InvalidRequestError, match="the cost of 'a' is"):
            tree.cheapest_repairs(0.1, costs={"a": cost})  # type: ignore[dict-item]  # what is refused
    with pytest.raises(InvalidRequestError):
        tree.cheapest_repairs(1.5)


def test_a_search_that_meets_its_limit_bounds_the_least_cost(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = FaultTree.of(strategies.random_model(40, 20, 0.3, seed=2))
    costs = {event: 1.0 + place % 7 for place, event in enumerate(tree.events)}
    target = tree.probability().value / 3
    whole = tree.cheapest_repairs(target, costs=costs)
    monkeypatch.setattr(search, "MOST_EXPANSIONS", 3)
    cut_short = tree.cheapest_repairs(target, costs=costs)
    assert whole.is_optimal and not cut_short.is_optimal
    assert cut_short.best.probability is not None and cut_short.best.probability <= target * (1 + 1e-12)
    assert cut_short.lower_bound <= whole.best.cost <= cut_short.best.cost
    assert cut_short.gap == cut_short.best.cost - cut_short.lower_bound > 0.0
    assert "the least cost lies between" in str(cut_short)


def test_the_result_says_what_it_is() -> None:
    found = two_of_three().cheapest_repairs()
    assert found.heading().startswith("to make the top event impossible, from 0.098")
    assert found.to_dict()["optimal"] is True
    assert found.records()[0].keys() == {"rank", "cost", "probability", "repairs"}
    assert {frozenset(plan.repairs) for plan in found.plans} == {
        frozenset(plan) for plan in ({"a", "b", "d"}, {"a", "c", "d"}, {"b", "c", "d"})
    }


def test_a_target_is_met_to_the_last_digit() -> None:
    # 0.1 (1 + 1e-12) is above 0.1, however little.
    tree = FaultTree.from_data(
        {
            "name": "one",
            "top": "lost",
            "gates": {"lost": {"or": ["a"]}},
            "basic_events": {"a": {"probability": 0.1 * (1 + 1e-12)}},
        }
    )
    assert tree.cheapest_repairs(0.1).best.repairs == ("a",)
    assert tree.cheapest_repairs(tree.probability().value).best.repairs == ()


def chain(n: int) -> FaultTree:
    """Two neighbours of n in a row fail the system."""
    names = [f"e{i}" for i in range(n)]
    return FaultTree.from_data(
        {
            "name": "chain",
            "top": "lost",
            "gates": {"lost": {"or": [{"and": list(pair)} for pair in itertools.pairwise(names)]}},
            "basic_events": {name: {"probability": 0.05} for name in names},
        }
    )


def up(n: int) -> float:
    """That of n in a row no two neighbours fail: by the last one, failed or not."""
    last_fine, last_failed = 1.0, 0.0
    for _ in range(n):
        last_fine, last_failed = 0.95 * (last_fine + last_failed), 0.05 * last_fine
    return last_fine + last_failed


def least_repairs_of_a_chain(n: int, target: float) -> int:
    """The fewest repairs with 1 - P <= target: for each number of them the best, found row by row."""
    best = {(0, 0): 1.0}  # (events used, repairs) -> greatest probability that all rows so far are up
    for end in range(1, n + 1):
        for repairs in range(end + 1):
            ways = [
                best[end - 1 - row, repairs - 1] * up(row) for row in range(end) if (end - 1 - row, repairs - 1) in best
            ]
            if ways:
                best[end, repairs] = max(ways)
    for repairs in range(n + 1):
        rows = [best[n - row, repairs] * up(row) for row in range(n + 1) if (n - row, repairs) in best]
        if rows and 1 - max(rows) <= target:
            return repairs
    raise AssertionError("all repaired, nothing fails")


def test_covering_cut_sets_proves_what_single_events_cannot() -> None:
    tree = chain(30)
    target = tree.probability().value / 3
    assert tree.probability().value == pytest.approx(1 - up(30), rel=1e-10)
    found = tree.cheapest_repairs(target)
    assert found.is_optimal
    assert found.best.cost == least_repairs_of_a_chain(30, target)


def test_the_time_limit_ends_the_search_with_a_bound() -> None:
    tree = dataclasses.replace(chain(200), time_limit=4.0)
    told: list[str] = []
    found = dataclasses.replace(tree, progress=told.append).cheapest_repairs(tree.probability().value / 3)
    assert not found.is_optimal
    assert 0.0 < found.lower_bound < found.best.cost
    assert any("certainly needed" in line for line in told)
