"""Published answers, each with its source and to the digits that were printed."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from strategies import model_of

from faulttree import FaultTree

OVERHEAT = FaultTree.of(
    model_of({"or": ["A", {"and": ["B", {"or": ["C", "D"]}]}]}, {"A": 0.1, "B": 0.2, "C": 0.25, "D": 0.3})
)
"""Motor overheats: the worked example in the help of PTC Windchill's fault tree tool."""

STATION = FaultTree.of(
    model_of(
        {"and": ["train 1", "train 2"]},
        {"V1": 0.5, "V2": 0.5, "P1": 0.7, "P2": 0.7},
        gates={"train 1": {"or": ["V1", "P1"]}, "train 2": {"or": ["V2", "P2"]}},
    )
)
"""Two-train pump station: the example of the SCRAM user manual."""


def test_motor_overheats() -> None:
    assert {frozenset(cut) for cut in OVERHEAT.minimal_cut_sets()} == {frozenset("A"), frozenset("BC"), frozenset("BD")}
    # Four short decimals multiplied: exact but for the last bits.
    assert OVERHEAT.probability().value == pytest.approx(0.1855, rel=1e-14)
    assert OVERHEAT.rare_event().value == pytest.approx(0.21, rel=1e-14)
    # Printed to four digits: .1963; the product itself is 1 - .9 x .95 x .94.
    assert OVERHEAT.min_cut_upper_bound().value == pytest.approx(0.1963, abs=5e-5)
    assert OVERHEAT.min_cut_upper_bound().value == pytest.approx(1 - 0.9 * 0.95 * 0.94, rel=1e-14)


def test_two_train_pump_station() -> None:
    assert STATION.probability().value == pytest.approx(0.7225, rel=1e-14)
    assert STATION.minimal_cut_sets().count_by_order == {2: 4}


@pytest.mark.parametrize(
    ("measure", "valve", "pump"),
    [
        ("birnbaum", 0.255, 0.425),
        ("criticality", 0.176471, 0.411765),
        ("diagnostic", 0.588235, 0.823529),
        ("risk_achievement_worth", 1.17647, 1.17647),
        ("risk_reduction_worth", 1.21429, 1.7),
    ],
)
def test_importances_of_the_pump_station(measure: str, valve: float, pump: float) -> None:
    found = STATION.importance()
    for event, published in (("V1", valve), ("V2", valve), ("P1", pump), ("P2", pump)):
        # The manual prints six digits.
        assert getattr(found[event], measure) == pytest.approx(published, rel=4e-6), event


def test_pressure_tank() -> None:
    # The tree of the Fault Tree Handbook, NUREG-0492, chapter VIII, reduced to T + K2 + S (S1 + K1 + R);
    # the rare-event sum of these inputs is 5e-6 + 3e-5 + 1e-4 (3e-5 + 3e-5 + 1e-4).
    tree = FaultTree.of(
        model_of(
            {"or": ["T", "K2", {"and": ["S", {"or": ["S1", "K1", "R"]}]}]},
            {"T": 5e-6, "K2": 3e-5, "S": 1e-4, "S1": 3e-5, "K1": 3e-5, "R": 1e-4},
        )
    )
    assert {frozenset(cut) for cut in tree.minimal_cut_sets()} == {
        frozenset({"T"}), frozenset({"K2"}), frozenset({"S", "S1"}), frozenset({"S", "K1"}), frozenset({"S", "R"}),
    }  # fmt: skip
    assert tree.rare_event().value == pytest.approx(3.5016e-5, rel=1e-14)
    assert tree.probability().value < tree.min_cut_upper_bound().value < 3.5016e-5


def test_the_non_coherent_pair() -> None:
    # A B + not A C: the consensus B C is a prime implicant too (Quine 1959); dropping negated literals, {C} and {A, B}.
    tree = FaultTree.of(model_of({"or": [{"and": ["A", "B"]}, {"and": [{"not": "A"}, "C"]}]}))
    assert not tree.coherent
    primes = {frozenset(product) for product in tree.prime_implicants()}
    assert primes == {frozenset({"A", "B"}), frozenset({"¬A", "C"}), frozenset({"B", "C"})}
    assert {frozenset(cut) for cut in tree.minimal_cut_sets()} == {frozenset("C"), frozenset("AB")}


def test_risk_reduction_worth_of_an_essential_event() -> None:
    # By its definition, P / P(top | no event), with P(top | no event) = 0.
    tree = FaultTree.of(model_of({"and": ["A", {"or": ["B", "C"]}]}))
    assert tree.importance()["A"].risk_reduction_worth == math.inf


@pytest.mark.parametrize("p", [0.0, 1e-12, 0.1, 0.5, 1 - 1e-12, 1.0])
def test_two_out_of_three(p: float) -> None:
    # 3 p^2 - 2 p^3, any textbook.
    tree = FaultTree.of(model_of({"atleast": {"k": 2, "of": list("abc")}}, dict.fromkeys("abc", p)))
    exact = 3 * Fraction(p) ** 2 - 2 * Fraction(p) ** 3
    assert tree.probability().value == pytest.approx(float(exact), rel=1e-15, abs=0)
