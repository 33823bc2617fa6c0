"""Importance where probabilities, slopes and ratios leave the range of floats, against exact fractions."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from modular import tiny_trees
from strategies import model_of

from faulttree import FaultTree
from faulttree.engine import solver
from faulttree.errors import FloatRangeExceeded, NodeBudgetExceeded
from faulttree.importance import underflow
from faulttree.model import Model
from faulttree.wide_floats import WideFloat, is_undefined, log10

ELEVEN_DIGITS = Fraction(1, 10**11)
SEVEN = dict.fromkeys("abcdefg", 1e-50)
SHADOW = model_of(
    {"or": ["a", {"and": list("bcdefgh")}]}, {"a": 0.5} | dict.fromkeys("bcdefgh", 1e-100)
)  # the slope of b is 1e-600, beside P of a half
CANCELLING = model_of({"xor": ["a", {"xor": ["p", {"or": ["p", "n"]}]}]}, {"a": 0.3, "p": 1e-300, "n": 0.5})


def close(value: float, exact: Fraction | float) -> bool:
    """Whether a number has eleven digits of the exact one, and is 0 or infinite where that is."""
    if isinstance(exact, float) or is_undefined(value) or math.isinf(value):
        return value == exact or (is_undefined(value) and isinstance(exact, float) and math.isnan(exact))
    return abs(Fraction(value) - exact) <= ELEVEN_DIGITS * abs(exact)


def signed_ratio(dividend: Fraction, divisor: Fraction) -> Fraction | float:
    if divisor:
        return dividend / divisor
    return math.inf * (1 if dividend > 0 else -1) if dividend else math.nan


def check(model: Model) -> None:
    tree = FaultTree.of(model)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    top = oracles.probability(f, q)
    cuts = {cut: oracles.set_probability(cut, q) for cut in oracles.minimal_cut_sets(f)}
    for row in tree.importance():
        own = q[row.event]
        one, none = (oracles.probability(f, {**q, row.event: Fraction(state)}) for state in (1, 0))
        held = sum((p for cut, p in cuts.items() if row.event in cut), Fraction(0))
        for name, exact in {
            "birnbaum": one - none,
            "criticality": signed_ratio(own * (one - none), top),
            "diagnostic": signed_ratio(own * one, top),
            "risk_achievement_worth": signed_ratio(one, top),
            "risk_reduction_worth": signed_ratio(top, none),
            "fussell_vesely": signed_ratio(held, sum(cuts.values(), Fraction(0))),
        }.items():
            assert close(getattr(row, name), exact), (row.event, name, getattr(row, name), exact)


@given(model=tiny_trees())
@example(model=SHADOW)
@example(model=CANCELLING)
def test_every_measure_has_its_digits_however_small(kernel_mode: str, model: Model) -> None:
    check(model)


@given(model=tiny_trees(coherent=True))
@example(model=SHADOW)
def test_every_measure_of_a_coherent_tree_has_its_digits_however_small(model: Model) -> None:
    check(model)


def test_seven_events_of_1e_50() -> None:
    """P = 1e-350, P1 = 1e-300, P0 = 0."""
    for row in FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN)).importance():
        assert row.birnbaum == pytest.approx(1e-300, rel=1e-14, abs=0)
        assert (row.criticality, row.fussell_vesely, row.risk_reduction_worth) == (1.0, 1.0, math.inf)
        assert row.diagnostic == pytest.approx(1.0, rel=1e-14)
        assert row.risk_achievement_worth == pytest.approx(1e50, rel=1e-14)


def test_a_worth_above_the_largest_float_is_not_infinite() -> None:
    """P is .25, without x the product of the others, 1e-700; b's loss is .75 of that."""
    model = model_of({"or": ["x", {"and": list("bcdefgh")}]}, {"x": 0.25} | dict.fromkeys("bcdefgh", 1e-100))
    found = FaultTree.of(model).importance()
    worth = found["x"].risk_reduction_worth
    assert isinstance(worth, WideFloat) and worth.log10 == pytest.approx(700 + math.log10(0.25), abs=1e-9)
    assert found.ranked("risk_reduction_worth")[0].event == "x"
    assert [row.event for row in found.ranked("fussell_vesely")] == list("xbcdefgh")
    assert log10(found["b"].criticality) == pytest.approx(-700 + math.log10(0.75 / 0.25), abs=1e-9)


def test_a_product_of_a_thousand_events() -> None:
    events = {f"e{i}": 1e-5 for i in range(1000)}
    for row in FaultTree.of(model_of({"and": list(events)}, events)).importance():
        assert log10(row.birnbaum) == pytest.approx(-4995.0, rel=1e-13)
        assert (row.criticality, row.risk_reduction_worth) == (1.0, math.inf)
        assert row.risk_achievement_worth == pytest.approx(1e5, rel=1e-11)
        assert log10(row.structural) == pytest.approx(-999 * math.log10(2.0), rel=1e-13)


def test_a_zero_that_is_one_needs_no_decimals(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("nothing was lost")

    monkeypatch.setattr(underflow, "without_loss", refused)
    many = {f"e{i}": 1e-4 for i in range(60)}
    row = FaultTree.of(model_of({"and": ["z", {"or": list(many)}]}, {"z": 0.01} | many)).importance()["z"]
    assert row.risk_reduction_worth == math.inf
    found = FaultTree.of(model_of({"and": ["z", "y", {"or": list(many)}]}, {"z": 0.0, "y": 0.5} | many)).importance()
    assert found["z"].birnbaum > 0.0 and found["y"].birnbaum == 0.0


def test_an_event_that_makes_no_difference_keeps_the_digits_of_its_own_probability() -> None:
    """P(e | top) = P(e) where the top does not depend on e, though P(e) P(top) is below the smallest float."""
    model = model_of({"or": ["a", {"and": ["a", "e"]}]}, {"a": 1e-17, "e": 1e-300})
    assert FaultTree.of(model).importance()["e"].diagnostic == pytest.approx(1e-300, rel=1e-14, abs=0)


@given(model=tiny_trees(), data=st.data())
def test_groups_gates_and_shares_have_their_digits_however_small(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    assume(tree.events)
    f = oracles.function(model, tree.top)
    q = oracles.event_probabilities(model, f.events)
    top = oracles.probability(f, q)
    members = sorted(data.draw(st.sets(st.sampled_from(tree.events), min_size=1, max_size=3)))
    row = tree.group_importance({"group": members})["group"]
    one, none = (oracles.probability(f, {**q, **dict.fromkeys(members, Fraction(state))}) for state in (1, 0))
    check_parts(row, top, one, none)
    slopes = {
        event: oracles.probability(f, {**q, event: Fraction(1)}) - oracles.probability(f, {**q, event: Fraction(0)})
        for event in tree.events
    }
    changes = {event: q[event] * slope for event, slope in slopes.items()}
    shares = tree.differential_importance()
    for field, parts in (("equal_changes", slopes), ("proportional_changes", changes)):
        whole = sum(parts.values(), Fraction(0))
        if abs(whole) > sum(map(abs, parts.values()), Fraction(0)) / 2:
            for event, part in parts.items():
                assert close(getattr(shares[event], field), part / whole), (event, field)
    for gate in tree.gate_importance():
        set_to = [oracles.function(model, tree.top, {gate.gate: state}) for state in (True, False)]
        certain, impossible = (oracles.probability(each, q) for each in set_to)
        assert close(gate.certain, certain) and close(gate.impossible, impossible)
        assert close(gate.risk_achievement_worth, signed_ratio(certain, top))
        assert close(gate.risk_reduction_worth, signed_ratio(top, impossible))


def check_parts(row: object, top: Fraction, one: Fraction, none: Fraction) -> None:
    for name, exact in {
        "certain": one,
        "impossible": none,
        "birnbaum": one - none,
        "criticality": signed_ratio(top - none, top),
        "risk_achievement_worth": signed_ratio(one, top),
        "risk_reduction_worth": signed_ratio(top, none),
    }.items():
        assert close(getattr(row, name), exact), (name, getattr(row, name), exact)


@given(model=tiny_trees())
@example(model=SHADOW)
@example(model=CANCELLING)
def test_joint_importance_has_its_digits_however_small(model: Model) -> None:
    tree = FaultTree.of(model)
    if len(tree.events) < 2:
        return
    f = oracles.function(model, tree.top)
    q = {event: Fraction(float(p)) for event, p in oracles.event_probabilities(model, f.events).items()}
    for pair in tree.joint_importance():
        exact = Fraction(0)
        for one, other in itertools.product((0, 1), repeat=2):
            given = q | {pair.first: Fraction(one), pair.second: Fraction(other)}
            exact += (-1) ** (one + other) * oracles.probability(f, given)
        assert close(pair.joint, exact), (pair, float(exact))
        assert abs(Fraction(pair.joint) - exact) <= Fraction(pair.error)


def test_joint_importance_far_below_the_smallest_float() -> None:
    """In parallel and shadowed by a: d2P/db dc = (1 - q_a) q**5 = 0.5e-500; a and b in series: -q**6 = -1e-600."""
    found = FaultTree.of(SHADOW).joint_importance()
    assert isinstance(found["b", "c"].joint, WideFloat) and isinstance(found["a", "b"].joint, WideFloat)
    assert found["b", "c"].joint.log10 == pytest.approx(math.log10(0.5) - 500)
    assert found["a", "b"].joint < 0 and found["a", "b"].joint.log10 == pytest.approx(-600)


def test_the_probability_of_an_event_without_which_there_is_no_top_is_one() -> None:
    for row in FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN)).importance().records():
        assert row["diagnostic"] == 1.0
    three = dict.fromkeys("abc", 0.1)  # in floats 0.1 (0.1 0.1) / (0.1 0.1 0.1) is not 1
    for row in FaultTree.of(model_of({"and": list("abc")}, three)).importance().records():
        assert row["diagnostic"] == 1.0


def test_parameters_of_what_no_float_holds_are_refused_and_targets_are_not() -> None:
    data = model_of({"and": list(SEVEN)}, SEVEN).to_data()
    data["basic_events"]["a"] = {"probability": "p"}
    tree = FaultTree.of(Model.from_data(data | {"parameters": {"p": {"value": 1e-50}}}))
    with pytest.raises(FloatRangeExceeded, match=r"is above 0 and below 2.2e-308"):
        tree.parameter_importance()
    row = tree.to_reach(1e-305)["a"]
    assert (row.verdict, row.required) == ("may rise to", pytest.approx(1e-5, rel=1e-12))
    assert row.factor == pytest.approx(1e-45, rel=1e-12)


def test_a_count_that_floats_do_not_hold_is_an_interval(monkeypatch: pytest.MonkeyPatch) -> None:
    def none_fits(*_: object) -> None:
        raise NodeBudgetExceeded(1, 1)

    monkeypatch.setattr(solver.Compilation, "run", none_fits)
    found = FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN)).probability()
    assert (found.method, found.lower, found.upper) == ("interval", 0.0, 1e-280)
    # A zero that the function proves is one.
    never = FaultTree.of(model_of({"and": list(SEVEN)}, SEVEN | {"c": 0.0})).probability()
    assert (never.method, never.value) == ("exact by counting", 0.0)
    sole = FaultTree.of(model_of({"or": [{"and": list(SEVEN)}, "h"]}, SEVEN | {"h": 0.0})).probability()
    assert (sole.lower, sole.upper) == (0.0, 1e-280)


def test_a_group_that_hardly_matters_near_certainty_keeps_its_digits():
    """Top = not (a and b): what the group {a} takes is q_a q_b, beside a probability that rounds to 1."""
    data = {"name": "m", "top": "t", "gates": {"t": {"nand": ["a", "b"]}}}
    tree = FaultTree.from_data(data | {"basic_events": {"a": {"probability": 1e-180}, "b": {"probability": 1e-300}}})
    row = tree.group_importance({"g": ["a"]})["g"]
    assert log10(-row.criticality) == pytest.approx(-480, rel=1e-12)
    assert row.birnbaum == pytest.approx(-1e-300, rel=1e-12)
    assert tree.importance()["a"].criticality == row.criticality
