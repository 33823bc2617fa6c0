"""Importance in time of groups, gates and parameters against truth tables, Gauss's rule and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from test_importance_in_time import BRIDGE, MIXED, SMOOTH, Case, T, integral

import faulttree as ft
from faulttree.errors import InvalidRequestError, NotCoherentError, UnknownNameError
from faulttree.laws import Constant, Exponential, Weibull
from faulttree.reliability.part_importance import QUANTITIES, groups_in_time, quantity_of

GROUPS = {"pair": ("a", "d"), "one": ("c",), "all": ("a", "b", "c", "d", "e")}
HOUR = 3600.0
# Per hour and hours: two units in parallel, of which one is above a gate of its own.
A, B, HOURS = 1e-3, 2e-3, 100.0
LIFE = {
    "name": "Life", "top": "dead", "mission_time": f"{HOURS} h",
    "gates": {"dead": {"and": ["first", "b"]}, "first": {"or": ["a"]}},
    "basic_events": {"a": {"rate": "lambda"}, "b": {"rate": f"{B} /h"}},
    "parameters": {"lambda": {"value": f"{A} /h"}},
}  # fmt: skip


def mean_life(rate: float) -> float:
    """The mean over [0, HOURS] of exp(-rate t)."""
    return -math.expm1(-rate * HOURS) / (rate * HOURS)


def mean_life_slope(rate: float) -> float:
    return math.exp(-rate * HOURS) / rate + math.expm1(-rate * HOURS) / (rate**2 * HOURS)


def test_groups_for_the_frequency_are_those_of_the_truth_table(kernel_mode: str) -> None:
    case = Case(BRIDGE, MIXED)
    found = groups_in_time(case.system, T, list(MIXED), GROUPS, "frequency")
    w = float(case.frequency(T))
    assert found.value == pytest.approx(w, rel=1e-10)  # what a frequency keeps
    for group, events in GROUPS.items():
        one, none = (float(case.frequency(T, dict.fromkeys(events, state))) for state in (1, 0))
        row = found[group]
        assert (row.certain, row.impossible) == pytest.approx((one, none), rel=1e-10, abs=0)
        assert row.birnbaum == pytest.approx(one - none, abs=1e-10 * w)
        assert row.criticality == pytest.approx((w - none) / w, abs=1e-10)
        assert row.risk_achievement_worth == pytest.approx(one / w, rel=1e-9)
    assert found["all"].risk_reduction_worth == math.inf


def test_groups_for_the_mean_are_integrals_over_truth_tables() -> None:
    case = Case(BRIDGE, SMOOTH)
    found = groups_in_time(case.system, T, list(SMOOTH), GROUPS, "mean-unavailability")
    whole = integral(case.probability, T) / T
    assert found.value == pytest.approx(whole, rel=1e-10)
    for group, events in GROUPS.items():
        states = [dict.fromkeys(events, state) for state in (1, 0)]
        one, none = (integral(lambda t, own=own: case.probability(t, own), T) / T for own in states)
        row = found[group]
        assert (row.certain, row.impossible) == pytest.approx((one, none), rel=1e-10)
        assert row.criticality == pytest.approx((whole - none) / whole, rel=1e-9)
    assert found.error < 1e-9


def test_what_little_a_group_matters_for_the_mean_keeps_its_digits() -> None:
    # Without the group, a + b less a: the mean of q_b (1 - q_a), 1e-20 of the rest.
    case = Case({"or": ["a", "b"]}, {"a": Constant(0.5), "b": Constant(1e-20)})
    row = groups_in_time(case.system, T, ["a", "b"], {"g": ("b",)}, "mean-unavailability")["g"]
    assert row.criticality == pytest.approx(1e-20, rel=1e-9)


def test_groups_for_the_unreliability() -> None:
    laws = {e: Exponential(rate) for e, rate in zip("abcde", (1e-3, 2e-3, 1e-4, 3e-3, 5e-4), strict=True)}
    case = Case(BRIDGE, laws)
    found = groups_in_time(case.system, T, list(laws), GROUPS, "unreliability")
    for group, events in GROUPS.items():
        one, none = (float(case.probability(T, dict.fromkeys(events, state))) for state in (1, 0))
        assert (found[group].certain, found[group].impossible) == pytest.approx((one, none), rel=1e-13)


def test_refusals() -> None:
    case = Case(BRIDGE, MIXED)
    with pytest.raises(InvalidRequestError, match="components are repaired"):
        quantity_of(case.system, T, "unreliability")
    with pytest.raises(UnknownNameError, match="'z'"):
        groups_in_time(case.system, T, list(MIXED), {"g": ["z"]}, "frequency")
    with pytest.raises(InvalidRequestError, match="'g' is empty"):
        groups_in_time(case.system, T, list(MIXED), {"g": []}, "frequency")
    odd = Case({"xor": ["a", "b"]}, {"a": Exponential(1e-3), "b": Constant(0.5)})
    for of in ("frequency", "unreliability"):
        with pytest.raises(NotCoherentError):
            quantity_of(odd.system, T, of)
    spiky = Case({"or": ["a"]}, {"a": Weibull(100.0, 0.5, 0.0)})
    with pytest.raises(InvalidRequestError, match="infinite at 0 s"):
        quantity_of(spiky.system, 0.0, "frequency")


def test_a_tree_that_is_not_coherent_has_groups_for_the_mean() -> None:
    odd = Case({"xor": ["a", "b"]}, {"a": Exponential(1e-3), "b": Constant(0.5)})
    row = groups_in_time(odd.system, T, ["a", "b"], {"g": "b"}, "mean-unavailability")["g"]
    q = 1 + math.expm1(-1.0)  # the mean of 1 - exp(-t/T) over T
    assert row.birnbaum == pytest.approx((1 - q) - q, rel=1e-9)


@pytest.mark.parametrize("of", QUANTITIES)
def test_gates_are_trees_with_the_gate_settled(of: str) -> None:
    found = ft.FaultTree.from_data(LIFE).gate_importance_in_time(of)
    (row,) = found
    both = 1 - mean_life(A) - mean_life(B) + mean_life(A + B)
    certain, value = {
        "frequency": (
            B * math.exp(-B * HOURS) / HOUR,
            -(A * math.exp(-A * HOURS) * math.expm1(-B * HOURS) + B * math.exp(-B * HOURS) * math.expm1(-A * HOURS))
            / HOUR,
        ),
        "unreliability": (-math.expm1(-B * HOURS), math.expm1(-A * HOURS) * math.expm1(-B * HOURS)),
        "mean-unavailability": (1 - mean_life(B), both),
    }[of]
    assert row.gate == "first"
    assert (row.certain, row.impossible) == pytest.approx((certain, 0.0), rel=1e-9)
    assert (found.value, row.criticality) == pytest.approx((value, 1.0), rel=1e-9)


@pytest.mark.parametrize("of", QUANTITIES)
def test_derivatives_by_a_rate_are_those_of_closed_forms(of: str) -> None:
    found = ft.FaultTree.from_data(LIFE).parameter_importance_in_time(of)
    row = found["lambda"]
    a, b = math.exp(-A * HOURS), math.exp(-B * HOURS)
    slope = {
        "frequency": ((1 - A * HOURS) * a * (1 - b) + B * b * HOURS * a) / HOUR,
        "unreliability": HOURS * a * (1 - b),
        "mean-unavailability": mean_life_slope(A + B) - mean_life_slope(A),
    }[of]
    # The second is a difference of two numbers of which five digits agree; integrals themselves have ten digits.
    assert row.derivative == pytest.approx(slope, rel=1e-7)
    assert abs(row.derivative - slope) <= 10 * row.error + 1e-11 * slope
    assert row.elasticity == pytest.approx(A * slope / found.value, rel=1e-7)
    assert (row.unit, row.value, row.events) == ("1 /h", "0.001 /h", ("a",))


def test_the_derivative_of_an_unreliability_next_to_one() -> None:
    # F = 1 - exp(-30): its slope is t exp(-30).
    data = LIFE | {"top": "first", "parameters": {"lambda": {"value": "0.3 /h"}}}
    row = ft.FaultTree.from_data(data).parameter_importance_in_time("unreliability")["lambda"]
    assert row.derivative == pytest.approx(HOURS * math.exp(-30.0), rel=1e-8)


@pytest.mark.parametrize(("tau", "smooth"), [(300.0, True), (250.0, False)])
def test_the_mean_by_a_test_interval(tau: float, smooth: bool) -> None:
    rate, hours = 1e-3, 1000.0
    tree = ft.FaultTree.from_data(
        {
            "name": "Tested", "top": "g", "mission_time": f"{hours} h", "gates": {"g": {"or": ["a"]}},
            "basic_events": {"a": {"periodic_test": {"rate": f"{rate} /h", "interval": "tau", "first_test": "tau"}}},
            "parameters": {"tau": {"value": f"{tau} h"}},
        }
    )  # fmt: skip
    row = tree.parameter_importance_in_time("mean-unavailability")["tau"]
    if not smooth:  # the last test falls on the end, and is left out or not
        assert math.isnan(row.derivative)
        return
    # k whole intervals and a rest: the integral of 1 - exp(-rate s) over each.
    k, rest = 3, hours - 3 * tau
    slope = k * (math.expm1(-rate * rest) - math.expm1(-rate * tau)) / hours
    assert row.derivative == pytest.approx(slope, rel=1e-6)


def test_numbers_are_per_hour_where_they_are_shown() -> None:
    tree = ft.FaultTree.from_data(LIFE)
    tables = (tree.importance_in_time(), tree.gate_importance_in_time(), tree.parameter_importance_in_time())
    fields = ("with_event", "certain", "derivative")
    for table, field in zip(tables, fields, strict=True):
        assert table.records()[0][f"{field}_per_h"] == pytest.approx(getattr(table.rows[0], field) * HOUR, rel=1e-15)
        assert table.to_dict()["value_per_h"] == pytest.approx(table.value * HOUR, rel=1e-15)
        assert str(table).startswith(f"importance for the failure frequency at {HOURS:g} h, ")
        assert "per h" in str(table).splitlines()[0]


def test_a_top_that_does_not_fail_says_so() -> None:
    tree = ft.FaultTree.from_data(LIFE).what_if({"b": 0.0})
    assert "no event's failure brings the top about" in str(tree.importance_in_time())
    assert "nothing to share" in str(tree.failure_shares())
    assert all(np.isnan(row.elasticity) for row in tree.parameter_importance_in_time())
