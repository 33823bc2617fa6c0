"""Differences of nearly equal probabilities keep their digits, in both kernel modes."""

from __future__ import annotations

from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import model_of, trees

from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.quantification import differences

EXTREMES = [1e-17, 1e-12, 1e-6, 0.01, 0.5, 0.99, 1 - 1e-6, 1 - 1e-12]


def slope_by_enumeration(model: Model, event: str) -> float:
    """P(top | event) - P(top | no event) in exact fractions."""
    function = oracles.function(model, model.top[0])
    q = oracles.event_probabilities(model, function.events)
    return float(oracles.importance(function, q, event).birnbaum)


def with_probabilities(model: Model, q: dict[str, float]) -> Model:
    data = model.to_data()
    for event, value in q.items():
        data["basic_events"][event] = {"probability": value}
    return Model.from_data(data)


@pytest.mark.parametrize("c", [1e-3, 1e-9, 1e-12, 1e-17, 1e-200])
@pytest.mark.usefixtures("kernel_mode")
def test_a_small_slope_beside_a_large_probability(c: float) -> None:
    # dP/db = (1 - a) c, and P is a half: a plain difference has lost every digit from c = 1e-17 on.
    model = with_probabilities(model_of({"or": [{"and": ["b", "c"]}, "a"]}), {"a": 0.5, "b": 0.5, "c": c})
    row = FaultTree.of(model).importance()["b"]
    assert row.birnbaum == pytest.approx(0.5 * c, rel=1e-14)
    # q dP/dq / P, with P = 1 - (1 - a) (1 - b c)
    assert row.criticality == pytest.approx(
        float(Fraction(0.25) * Fraction(c) / (Fraction(1, 2) + Fraction(c) / 4)), rel=1e-14
    )


@given(trees(max_events=6, coherent=True), st.data())
def test_slopes_of_coherent_trees_keep_their_digits(tree: Model, data: st.DataObject) -> None:
    q = {event: data.draw(st.sampled_from(EXTREMES)) for event in tree.basic_events}
    model = with_probabilities(tree, q)
    for row in FaultTree.of(model).importance():
        # Three digits may go where two terms nearly cancel, of the sixteen there are.
        assert row.birnbaum == pytest.approx(slope_by_enumeration(model, row.event), rel=1e-11, abs=1e-300)


def test_past_the_limit_the_plain_difference_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_PAIRS", 0)
    model = with_probabilities(model_of({"or": [{"and": ["b", "c"]}, "a"]}), {"a": 0.5, "b": 0.5, "c": 1e-12})
    assert FaultTree.of(model).importance()["b"].birnbaum == pytest.approx(5e-13, abs=1e-15)
