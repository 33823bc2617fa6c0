"""What docs/numbers.md promises of the digits of importance, of trees of every kind, in exact fractions."""

from __future__ import annotations

import math
from fractions import Fraction

import oracles
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from modular import modular_trees
from strategies import model_of, trees

from faulttree import FaultTree
from faulttree.importance import slopes
from faulttree.model import Model
from faulttree.quantification import differences
from faulttree.results import number_text

ELEVEN_DIGITS = 1e-11
UNDERFLOW = 1e-290
"""What is below the smallest normal number, or is worked out from such, has no digits to keep."""

HARD = (0.0, 1.0, 1e-300, 1e-200, 1e-20, 1e-12, 0.5, 0.3, 1 - 1e-12, 1 - 2.0**-53)

COHERENT_SHADOW = model_of(
    {"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.5, "b": 1e-20, "c": 1e-20}
)  # the slope of b is 5e-21, 1e-20 of P
DEEP_SHADOW = model_of({"or": ["a", {"and": ["b", "c"]}]}, {"a": 0.5, "b": 0.5, "c": 1e-200})
CANCELLING = model_of({"xor": ["a", {"xor": ["p", {"or": ["p", "n"]}]}]}, {"a": 0.3, "p": 1e-20, "n": 0.5})
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


def close(value: float, exact: Fraction | float) -> bool:
    """Whether a number has eleven digits of the exact one, or both are lost below the smallest number."""
    if isinstance(exact, float):
        return value == exact or (math.isnan(value) and math.isnan(exact))
    if math.isnan(value) or math.isinf(value):
        return False
    return abs(Fraction(value) - exact) <= ELEVEN_DIGITS * abs(exact) + Fraction(UNDERFLOW)


def check_slopes(tree: FaultTree) -> None:
    exact, found = Exact(tree), tree.importance()
    for row in found:
        slope = exact.slope(row.event)
        assert close(row.birnbaum, slope), (row.event, row.birnbaum, float(slope))
        # Exactly as the enumeration counts, for halves are exact in binary.
        assert row.structural == oracles.importance(exact.f, exact.q, row.event).structural
        if exact.top > UNDERFLOW or exact.top == 0:
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


def test_what_prevents_a_top_that_cannot_be_has_the_limit_from_the_right_side() -> None:
    # top = not a: P = 1 - q, and q dP/dq / P = -q / (1 - q) falls without limit as q rises to 1.
    tree = FaultTree.of(NEGATED)
    assert tree.importance()["a"].criticality == -math.inf


def test_opposite_terms_that_cancel_leave_their_difference() -> None:
    # p xor (p or n) is n and not p; a's slope is 1 - 2 (1 - p) n = p for n = 1/2.
    tree = FaultTree.of(CANCELLING)
    assert tree.importance()["a"].birnbaum == pytest.approx(1e-20, rel=1e-14, abs=0)


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


def test_where_differences_cannot_be_followed_decimals_give_the_digits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "MOST_PAIRS", 0)
    assert FaultTree.of(DEEP_SHADOW).importance()["b"].birnbaum == pytest.approx(5e-201, rel=1e-14, abs=0)
