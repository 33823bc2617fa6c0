"""What docs/numbers.md promises of the digits of importance, of trees of every kind, in exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from modular import modular_trees
from strategies import model_of, trees

from faulttree import FaultTree
from faulttree.engine import solver
from faulttree.errors import NodeBudgetExceeded
from faulttree.importance import slopes
from faulttree.model import Model
from faulttree.quantification import differences
from faulttree.results import number_text
from faulttree.wide_floats import is_undefined

ELEVEN_DIGITS = 1e-11
UNDERFLOW = 1e-290
"""What is below the smallest normal number, or is worked out from such, has no digits to keep."""

HARD = (0.0, 1.0, 1e-300, 1e-200, 1e-20, 1e-12, 0.5, 0.3, 1 - 1e-12, 1 - 2.0**-53)

COHERENT_SHADOW = model_of(
    {"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.5, "b": 1e-20, "c": 1e-20}
)  # the slope of b is 5e-21, 1e-20 of P
DEEP_SHADOW = model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.5, "b": 0.5, "c": 1e-200})
CANCELLING = model_of({"xor": ["a", {"xor": ["p", {"or": ["p", "n"]}]}]}, {"a": 0.3, "p": 1e-20, "n": 0.5})
CANCELLING_TEXT = """\
name: cancelling
top: top
gates: {top: {xor: [a, {xor: [p, {or: [p, n]}]}]}}
basic_events: {a: {probability: 0.3}, p: {probability: 1e-40}, n: {probability: 0.5}}
"""
NEGATED = model_of({"not": "a"}, {"a": 1.0})


def with_probabilities(model: Model, q: dict[str, float]) -> Model:
    data = model.to_data()
    for event, value in q.items():
        data["basic_events"][event] = {"probability": value}
    return Model.from_data(data)


@st.composite
def hard_trees(draw: st.DrawFn, coherent: bool | None = None) -> Model:
    """Trees of every connective or of modules, with probabilities that cancel, vanish and underflow."""
    of_modules = st.nothing() if coherent else modular_trees(max_events=5)
    model = draw(st.one_of(trees(max_events=5, coherent=coherent), of_modules))
    return with_probabilities(model, {event: draw(st.sampled_from(HARD)) for event in model.basic_events})


class Exact:
    """The function of a tree's top by its truth table, its probabilities as fractions."""

    def __init__(self, tree: FaultTree) -> None:
        self.f = oracles.function(tree.model, tree.top, tree.states)
        self.q = oracles.event_probabilities(tree.model, self.f.events, tree.states)
        self.top = oracles.probability(self.f, self.q)

    def given(self, event: str, state: int) -> Fraction:
        return oracles.probability(self.f, {**self.q, event: Fraction(state)})

    def slope(self, event: str) -> Fraction:
        return self.given(event, 1) - self.given(event, 0)


def is_seen(exact: Fraction) -> bool:
    """Whether a number is 0, or large enough to have digits."""
    return exact == 0 or abs(exact) > UNDERFLOW


def close(value: float, exact: Fraction | float) -> bool:
    """Whether a number has eleven digits of the exact one, or both are lost below the smallest number."""
    if isinstance(exact, float):
        return value == exact or (math.isnan(value) and math.isnan(exact))
    if is_undefined(value) or math.isinf(value):
        return False
    return abs(Fraction(value) - exact) <= ELEVEN_DIGITS * abs(exact) + Fraction(UNDERFLOW)


def check_slopes(tree: FaultTree) -> None:
    exact, found = Exact(tree), tree.importance()
    for row in found:
        slope = exact.slope(row.event)
        assert close(row.birnbaum, slope), (row.event, row.birnbaum, float(slope))
        # Exactly as the enumeration counts, for halves are exact in binary.
        assert row.structural == oracles.importance(exact.f, exact.q, row.event).structural
        if is_seen(exact.q[row.event] * slope) and is_seen(slope) and is_seen(exact.top):
            part = oracles.ratio(exact.q[row.event] * slope, exact.top)
            if isinstance(part, Fraction) or exact.top == 0:
                assert close(row.criticality, part), (row.event, row.criticality, part)


@given(model=hard_trees())
@example(model=CANCELLING)
@example(model=NEGATED)
@example(model=COHERENT_SHADOW)
def test_every_slope_has_eleven_digits(kernel_mode: str, model: Model) -> None:
    check_slopes(FaultTree.of(model))


@given(model=hard_trees(coherent=True))
@example(model=DEEP_SHADOW)
@example(model=COHERENT_SHADOW)
def test_every_slope_of_a_coherent_tree_has_eleven_digits(kernel_mode: str, model: Model) -> None:
    tree = FaultTree.of(model)
    check_slopes(tree)
    assert all(row.birnbaum >= 0.0 and row.structural >= 0.0 for row in tree.importance())


@given(model=hard_trees())
@example(model=DEEP_SHADOW)
@example(model=COHERENT_SHADOW)
@example(model=CANCELLING)
@example(model=NEGATED)
def test_every_way_to_the_same_measure_gives_the_same(model: Model) -> None:
    tree = FaultTree.of(model)
    found, groups = tree.importance(), tree.group_importance({event: [event] for event in tree.events})
    for row in found:
        group = groups[row.event]
        for name in ("birnbaum", "criticality", "risk_achievement_worth", "risk_reduction_worth"):
            assert same(getattr(row, name), getattr(group, name)), (row.event, name)
    shares, exact = tree.differential_importance(), Exact(tree)
    slopes = {event: exact.slope(event) for event in tree.events}
    for field, changes in (
        ("equal_changes", slopes),
        ("proportional_changes", {event: exact.q[event] * slope for event, slope in slopes.items()}),
    ):
        whole, sizes = sum(changes.values()), sum(map(abs, changes.values()))
        if whole > UNDERFLOW and whole == sizes and all(map(is_seen, changes.values())):
            for event, change in changes.items():
                assert close(getattr(shares[event], field), change / whole), (event, field)
                assert close(getattr(groups[event], field), change / whole), (event, field)


def same(one: float, other: float) -> bool:
    """Whether two numbers agree to eleven digits, or are both undefined."""
    if is_undefined(one) or is_undefined(other):
        return is_undefined(one) and is_undefined(other)
    return one == other or abs(one - other) <= max(ELEVEN_DIGITS * max(abs(one), abs(other)), UNDERFLOW)


@given(hard_trees(), st.data())
def test_groups_have_eleven_digits(model: Model, data: st.DataObject) -> None:
    tree = FaultTree.of(model)
    if not tree.events:
        return
    members = sorted(data.draw(st.sets(st.sampled_from(tree.events), min_size=1, max_size=3)))
    row, exact = tree.group_importance({"group": members})["group"], Exact(tree)
    ends = [oracles.probability(exact.f, {**exact.q, **dict.fromkeys(members, Fraction(state))}) for state in (1, 0)]
    assert close(row.certain, ends[0])
    assert close(row.impossible, ends[1])
    assert close(row.birnbaum, ends[0] - ends[1])
    if exact.top == 0:
        # The difference is of zero and something that is not above it, its sign that of the limit.
        assert math.isnan(row.criticality) if ends[1] == 0 else row.criticality == -math.inf
    elif exact.top > UNDERFLOW and is_seen(exact.top - ends[1]):
        assert close(row.criticality, (exact.top - ends[1]) / exact.top)


def test_a_slope_far_below_the_probability_is_the_same_in_every_table() -> None:
    # dP/db = (1 - a) c = 5e-201 beside P of about a half; all of it by hand.
    tree = FaultTree.of(DEEP_SHADOW)
    group = tree.group_importance({"b": ["b"]})["b"]
    assert tree.importance()["b"].birnbaum == group.birnbaum == pytest.approx(5e-201, rel=1e-14, abs=0)
    assert group.criticality == pytest.approx(5e-201, rel=1e-14, abs=0)
    # Over dP/da = 1 - b c, which is 1 in floating point, and dP/dc = 1/4.
    assert group.equal_changes == pytest.approx(5e-201 / 1.25, rel=1e-14, abs=0)
    assert tree.differential_importance()["b"].equal_changes == group.equal_changes


@pytest.mark.parametrize("d", [1e-20, 1e-40, 1e-200])
@pytest.mark.usefixtures("kernel_mode")
def test_a_group_far_below_the_probability_keeps_its_digits(d: float) -> None:
    # With b and c the top is a or d, with neither it is a: the rise is (1 - a) d, the loss (1 - a) b c d.
    model = model_of({"or": ["a", {"and": ["b", "c", "d"]}]}, {"a": 0.5, "b": 0.5, "c": 0.25, "d": d})
    row = FaultTree.of(model).group_importance({"bc": ["b", "c"]})["bc"]
    assert row.birnbaum == pytest.approx(0.5 * d, rel=1e-14, abs=0)
    assert row.criticality == pytest.approx(float(Fraction(d) / 16 / (Fraction(1, 2) + Fraction(d) / 16)), rel=1e-14)


def test_a_group_of_opposite_terms_keeps_what_they_leave() -> None:
    # With a and m the top is not z, without either it is z = n and not p: the rise is 1 - 2 (1 - p) n = p.
    z = {"xor": ["p", {"or": ["p", "n"]}]}
    model = model_of({"xor": [{"and": ["a", "m"]}, z]}, {"a": 0.25, "m": 0.5, "p": 1e-40, "n": 0.5})
    row = FaultTree.of(model).group_importance({"am": ["a", "m"]})["am"]
    assert row.birnbaum == pytest.approx(1e-40, rel=1e-14, abs=0)
    # The loss is a m p, the probability z + a m p with z a half but for rounding.
    assert row.criticality == pytest.approx(0.125e-40 / 0.5, rel=1e-14, abs=0)


@given(model=hard_trees())
@example(model=DEEP_SHADOW)
@example(model=CANCELLING)
def test_joint_importances_have_eleven_digits(kernel_mode: str, model: Model) -> None:
    tree = FaultTree.of(model)
    assume(len(tree.events) > 1)
    exact = Exact(tree)
    for row in tree.joint_importance():
        ends = [
            oracles.probability(exact.f, {**exact.q, row.first: Fraction(first), row.second: Fraction(second)})
            for first, second in ((1, 1), (1, 0), (0, 1), (0, 0))
        ]
        joint = ends[0] - ends[1] - ends[2] + ends[3]
        assert close(row.joint, joint), (row.first, row.second, row.joint, float(joint))
        assert abs(Fraction(row.joint) - joint) <= Fraction(row.error) + Fraction(UNDERFLOW)


def test_what_prevents_a_top_that_cannot_be_has_the_limit_from_the_right_side() -> None:
    # top = not a: P = 1 - q, and q dP/dq / P = -q / (1 - q) falls without limit as q rises to 1.
    tree = FaultTree.of(NEGATED)
    assert tree.importance()["a"].criticality == -math.inf
    assert tree.group_importance({"a": ["a"]})["a"].criticality == -math.inf


def test_opposite_terms_that_cancel_leave_their_difference() -> None:
    # p xor (p or n) is n and not p; a's slope is 1 - 2 (1 - p) n = p for n = 1/2.
    tree = FaultTree.of(CANCELLING)
    assert tree.importance()["a"].birnbaum == pytest.approx(1e-20, rel=1e-14, abs=0)
    assert tree.group_importance({"a": ["a"]})["a"].birnbaum == tree.importance()["a"].birnbaum


def test_a_slope_that_is_exactly_zero_is_zero() -> None:
    # The slope of an exclusive or is 1 - 2 q of the other.
    found = FaultTree.of(model_of({"xor": ["a", "b"]}, {"a": 0.3, "b": 0.5})).importance()
    assert found["a"].birnbaum == 0.0
    assert [row.structural for row in found] == [0.0, 0.0]


@given(model=hard_trees())
@example(model=CANCELLING)
def test_of_a_diagram_too_large_for_decimals_the_error_is_bounded(model: Model) -> None:
    tree, exact = FaultTree.of(model), Exact(FaultTree.of(model))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(slopes, "MOST_ROWS", 0)
        found = tree.importance()
    for row in found:
        slope = exact.slope(row.event)
        if row.event not in found.errors:
            assert close(row.birnbaum, slope)
        else:
            # A bound that holds, and a narrow one: terms are at most 1, and have 28 digits.
            assert abs(Fraction(row.birnbaum) - slope) <= Fraction(found.errors[row.event]) + Fraction(UNDERFLOW)
            assert found.errors[row.event] < 1e-27
    assert ("fewer than 11 digits" in str(found)) == bool(found.errors)


def test_a_slope_without_digits_is_told_with_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    model = model_of({"xor": ["a", {"xor": ["p", {"or": ["p", "n"]}]}]}, {"a": 0.3, "p": 1e-40, "n": 0.5})
    assert FaultTree.of(model).importance()["a"].birnbaum == pytest.approx(1e-40, rel=1e-14, abs=0)
    monkeypatch.setattr(slopes, "MOST_ROWS", 0)
    found = FaultTree.of(model).importance()
    assert list(found.errors) == ["a"]
    assert found.said()[1] == (
        "the Birnbaum importance of 1 event has fewer than 11 digits; known to within "
        f"{number_text(found.errors['a'])} or less",
    )
    assert found.to_dict()["errors"] == found.errors
    assert "errors" not in FaultTree.of(NEGATED).importance().to_dict()


def test_files_without_room_for_the_error_leave_it_to_standard_error(ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slopes, "MOST_ROWS", 0)
    _, out, err = ask("importance", CANCELLING_TEXT, "--format", "csv")
    assert "fewer than 11 digits" in err
    assert "digits" not in out
    assert ask("importance", CANCELLING_TEXT)[1].count("fewer than 11 digits") == 1


@given(model=hard_trees())
def test_the_slopes_of_a_count_are_as_good_as_they_say(model: Model) -> None:
    def none_fits(*_: object) -> None:
        raise NodeBudgetExceeded(1, 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solver.Compilation, "run", none_fits)
        tree = FaultTree.of(model)
        assume(tree.probability().method == "exact by counting")
        found = tree.importance()
    exact = Exact(tree)
    for row in found:
        slope = exact.slope(row.event)
        if row.event in found.errors:
            assert abs(Fraction(row.birnbaum) - slope) <= Fraction(found.errors[row.event]) + Fraction(UNDERFLOW)
        else:
            assert close(row.birnbaum, slope)


def test_where_differences_cannot_be_followed_decimals_give_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_PAIRS", 0)
    assert FaultTree.of(DEEP_SHADOW).importance()["b"].birnbaum == pytest.approx(5e-201, rel=1e-14, abs=0)


def test_events_of_common_causes_keep_their_digits() -> None:
    # Two pumps of 1e-9 that fail together in 1 of 1e9 failures, beside an event of one half: the slope of the common
    # cause is 1 - r, that of one pump's own failure (1 - r) times the other's own, (1 - 1e-9) 1e-9.
    data = model_of({"or": ["r", {"and": ["a", "b"]}]}, {"r": 0.5, "a": 1e-9, "b": 1e-9}).to_data()
    group = {"events": ["a", "b"], "beta_factor": 1e-9}
    tree = FaultTree.of(Model.from_data(data | {"common_cause_groups": {"pumps": group}}))
    found = tree.importance()
    own, common = Fraction(1e-9) * (1 - Fraction(1e-9)), Fraction(1e-9) ** 2
    assert found["[a b]"].birnbaum == pytest.approx(float((1 - own**2) / 2), rel=1e-11, abs=0)
    assert found["[a]"].birnbaum == pytest.approx(float(own * (1 - common) / 2), rel=1e-11, abs=0)
    groups = tree.group_importance({event: [event] for event in tree.events})
    assert all(same(row.birnbaum, groups[row.event].birnbaum) for row in found)
