"""Importance of groups and gates against conditional probabilities in exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured import measured
from modular import modular_trees
from strategies import model_of, trees

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.groups import Groups, gate_importance, group_importance
from faulttree.model import Model

DIGITS = 1e-14


def groups(model: Model, named: dict) -> Groups:
    m = measured(model)
    return group_importance(m.bdd, m.q, m.not_q, m.events, named)


def ratio(dividend: Fraction, divisor: Fraction) -> float:
    return float(oracles.ratio(dividend, divisor))


@given(st.one_of(trees(max_events=6), modular_trees(max_events=6)), st.data())
def test_every_measure_is_its_definition(kernel_mode: str, model: Model, data: st.DataObject) -> None:
    m = measured(model)
    if not m.events:
        return
    members = data.draw(st.lists(st.sampled_from(m.events), min_size=1, max_size=4))
    row = group_importance(m.bdd, m.q, m.not_q, m.events, {"group": members})["group"]
    assert row.events == tuple(dict.fromkeys(members))
    top = m.given()
    certain, impossible = m.given(dict.fromkeys(members, True)), m.given(dict.fromkeys(members, False))
    assert row.certain == pytest.approx(float(certain), rel=DIGITS, abs=0)
    assert row.impossible == pytest.approx(float(impossible), rel=DIGITS, abs=0)
    # What cannot be told from zero is 0: 1e-26 of the larger.
    assert row.birnbaum == pytest.approx(float(certain - impossible), rel=DIGITS, abs=1e-26)
    if top:
        assert row.criticality == pytest.approx(
            ratio(top - impossible, top), rel=DIGITS, abs=float(1e-26 * (1 + impossible / top))
        )
    else:
        assert math.isnan(row.criticality) == (impossible == 0)
    assert row.risk_achievement_worth == pytest.approx(ratio(certain, top), rel=DIGITS, abs=0, nan_ok=True)
    assert row.risk_reduction_worth == pytest.approx(ratio(top, impossible), rel=DIGITS, abs=0, nan_ok=True)
    slopes = {e: m.given({e: True}) - m.given({e: False}) for e in m.events}
    whole, sizes = sum(slopes.values()), sum(map(abs, slopes.values()))
    if whole and abs(whole) > sizes * 10**-10:
        # Shares are of a sum of slopes rounded to floats, which loses what cancels in it.
        lost = 1e-15 * float(sizes / abs(whole))
        share = float(sum(slopes[e] for e in set(members)) / whole)
        assert row.equal_changes == pytest.approx(share, rel=1e-14 + lost, abs=lost)


@given(trees(max_events=6, extremes=False))
def test_a_group_of_one_has_the_measures_of_the_event(model: Model) -> None:
    m = measured(model)
    found = group_importance(m.bdd, m.q, m.not_q, m.events, {e: [e] for e in m.events})
    for event in m.events:
        exact, row = oracles.importance(m.f, m.exact, event), found[event]
        assert row.birnbaum == pytest.approx(float(exact.birnbaum), rel=DIGITS, abs=1e-26)
        assert row.criticality == pytest.approx(float(exact.criticality), rel=DIGITS, abs=1e-24, nan_ok=True)


@pytest.mark.parametrize("q", [1e-12, 0.01, 1 - 1e-12])
def test_a_small_part_of_a_likely_top_keeps_its_digits(q: float) -> None:
    # P = 1 - (1 - r)(1 - a b) with r near 1: what the group {a, b} adds is (1 - r) a b.
    r, exact = 0.999, Fraction(0.999)
    row = groups(model_of({"or": ["r", {"and": ["a", "b"]}]}, {"r": r, "a": q, "b": q}), {"ab": ["a", "b"]})["ab"]
    both = Fraction(q) ** 2
    assert row.criticality == pytest.approx(float((1 - exact) * both / (exact + (1 - exact) * both)), rel=DIGITS, abs=0)
    assert row.birnbaum == pytest.approx(float(1 - exact), rel=DIGITS, abs=0)


def test_a_group_without_which_the_top_cannot_happen_is_worth_infinitely_much() -> None:
    found = groups(
        model_of({"or": [{"and": ["a", "c"]}, {"and": ["b", "c"]}]}, {"a": 1e-12}), {"ab": ["a", "b"], "c": ["c"]}
    )
    for row in found:
        assert (row.impossible, row.risk_reduction_worth, row.criticality) == (0.0, math.inf, 1.0)
    assert found["ab"].risk_achievement_worth > found["ab"].certain
    assert len(found) == len(found.records()) == 2


def test_gates_from_their_conditional_probabilities() -> None:
    # TOP = G or c, G = a and b: with G the top is certain, without it is q_c = 1/4.
    found = gate_importance(["G"], 0.4375, [0.25], [1.0], [0.25])
    row = found["G"]
    assert (row.birnbaum, row.criticality, row.risk_reduction_worth) == (0.75, 0.1875 / 0.4375, 1.75)
    assert row.risk_achievement_worth == 1.0 / 0.4375
    assert math.isnan(row.diagnostic)
    assert gate_importance(["G"], 0.5, [0.5], [1.0], [0.0], [1.0])["G"].diagnostic == 1.0
    nothing = gate_importance(["G"], 0.0, [0.0], [1.0], [0.0])["G"]
    assert (nothing.risk_achievement_worth, math.isnan(nothing.risk_reduction_worth)) == (math.inf, True)
    with pytest.raises(UnknownNameError, match="gate 'H'"):
        found["H"]
    assert len(found) == len(list(found)) == len(found.records()) == 1


def test_bad_requests_are_named() -> None:
    model = model_of({"or": ["pump", "valve"]})
    with pytest.raises(UnknownNameError, match="event 'pumpe' is not defined; did you mean 'pump'"):
        groups(model, {"wet": ["pumpe"]})
    with pytest.raises(InvalidRequestError, match="the group 'dry' is empty"):
        groups(model, {"dry": []})
    with pytest.raises(UnknownNameError, match="group 'wets' is not defined; did you mean 'wet'"):
        groups(model, {"wet": ["pump"]})["wets"]
