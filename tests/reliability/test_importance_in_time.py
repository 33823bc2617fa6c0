"""Importance in time against closed forms, truth tables at instants, and integrals by Gauss's rule."""

from __future__ import annotations

import math
from collections.abc import Mapping
from fractions import Fraction

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import model_of, trees

from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.errors import InvalidRequestError, NotCoherentError, UnknownNameError
from faulttree.laws import Constant, Exponential, Law, LawForm, PeriodicTest, Quantity, Repairable, Weibull
from faulttree.model import Model
from faulttree.quantification.batches import Batches
from faulttree.quantification.inputs import EventLaws
from faulttree.reliability.importance import (
    barlow_proschan,
    frequency_importance,
    mean_importance,
    unreliability_importance,
)
from faulttree.reliability.system import System

T = 1000.0
BRIDGE = {"or": [{"and": ["a", "b"]}, {"and": ["c", "d"]}, {"and": ["a", "e", "d"]}, {"and": ["c", "e", "b"]}]}
MIXED: dict[str, Law] = {
    "a": Exponential(1e-3),
    "b": Repairable(2e-3, 1e-2),
    "c": Weibull(2000.0, 1.5, 0.0),
    "d": Constant(0.2),
    "e": Exponential(5e-4),
}


def form_of(law: Law) -> LawForm:
    fields = {name: getattr(law, name) for name in type(law).__dataclass_fields__}
    return LawForm(
        type(law),
        tuple((n, v if isinstance(v, bool) else Quantity(float(v))) for n, v in fields.items() if v is not None),
    )


class Case:
    """A formula whose events have laws: the system, and its truth table at any time.

    What the laws say at a time is tested elsewhere, and taken as exact here: of q and 1 - q the smaller.
    """

    def __init__(self, formula: dict | Model, laws: Mapping[str, Law]) -> None:
        model = formula if isinstance(formula, Model) else model_of(formula)
        top = model.top[0]
        bdd, self.f, self.laws = compile_bdd(build(model, top)), oracles.function(model, top), dict(laws)
        forms = EventLaws(bdd.variables, tuple(form_of(laws[e]) if e else None for e in bdd.variables))
        self.system = System(Batches(bdd), forms, oracles.is_coherent(self.f))

    def q(self, t: float, fixed: Mapping[str, int] | None = None) -> dict[str, Fraction]:
        own = {}
        for event in self.f.events:
            state = self.laws[event].at(t)
            q, not_q = Fraction(float(state.unavailability)), Fraction(float(state.availability))
            own[event] = q if q < not_q else 1 - not_q
        return own | {e: Fraction(state) for e, state in (fixed or {}).items()}

    def probability(self, t: float, fixed: Mapping[str, int] | None = None) -> Fraction:
        return oracles.probability(self.f, self.q(t, fixed))

    def frequency(self, t: float, fixed: Mapping[str, int] | None = None) -> Fraction:
        return sum((self.part(t, e, fixed) for e in self.f.events if e not in (fixed or {})), start=Fraction(0))

    def part(self, t: float, event: str, fixed: Mapping[str, int] | None = None) -> Fraction:
        q, w = self.q(t, fixed), Fraction(float(self.laws[event].at(t).frequency))
        return w * sum(s * oracles.probability(self.f, {**q, event: Fraction(int(s > 0))}) for s in (1, -1))


def integral(function, until: float) -> float:
    """Gauss's rule of 40 points: all digits of what is smooth over [0, until]."""
    nodes, weights = np.polynomial.legendre.leggauss(40)
    return float(weights @ [float(function(until * (1 + x) / 2)) for x in nodes]) * until / 2


SMOOTH = {**MIXED, "c": Weibull(2000.0, 2.0, 0.0)}


# Barlow and Proschan


def test_in_series_the_shares_are_those_of_the_rates(kernel_mode: str) -> None:
    # Integral of l_i exp(-(l_1 + l_2 + l_3) t).
    rates = {"a": 1e-3, "b": 1e-12, "c": 4e-4}
    case = Case({"or": list(rates)}, {e: Exponential(rate) for e, rate in rates.items()})
    found = barlow_proschan(case.system, T, case.laws)
    whole = math.fsum(rates.values())
    for event, rate in rates.items():
        row = found[event]
        assert row.share == pytest.approx(rate / whole, rel=1e-12)
        assert row.failures == pytest.approx(-rate / whole * math.expm1(-whole * T), rel=1e-12)
        assert row.error < 1e-9 * row.share
    assert found.failures == pytest.approx(-math.expm1(-whole * T), rel=1e-12)
    assert [row.event for row in found.ranked()] == ["a", "c", "b"]


@pytest.mark.parametrize(("a", "b"), [(1e-3, 4e-3), (1e-9, 4e-9)])
def test_in_parallel_the_last_to_fail_is_the_cause(a: float, b: float) -> None:
    # Integral of a exp(-a t)(1 - exp(-b t)), by power series where the numbers are small.
    case = Case({"and": ["a", "b"]}, {"a": Exponential(a), "b": Exponential(b)})
    found = barlow_proschan(case.system, T, case.laws)

    def failures(x: float, y: float) -> float:
        if x * T < 1e-3:
            return x * y * T**2 * (0.5 - x * T / 3 - y * T / 6)
        return -math.expm1(-x * T) + x / (x + y) * math.expm1(-(x + y) * T)

    for event, x, y in (("a", a, b), ("b", b, a)):
        assert found[event].failures == pytest.approx(failures(x, y), rel=1e-9)
        assert found[event].share == pytest.approx(failures(x, y) / (failures(a, b) + failures(b, a)), rel=1e-9)


def test_shares_of_a_bridge_of_all_laws_are_integrals_over_truth_tables() -> None:
    case = Case(BRIDGE, SMOOTH)
    found = barlow_proschan(case.system, T, case.laws)
    whole = integral(case.frequency, T)
    assert found.failures == pytest.approx(whole, rel=1e-10)
    for event in case.f.events:
        own = integral(lambda t, event=event: case.part(t, event), T)
        assert found[event].share == pytest.approx(own / whole, rel=1e-10, abs=0)
    assert found["d"].share == 0.0
    assert math.fsum(row.share for row in found) == pytest.approx(1.0, rel=1e-14)


def test_a_rate_that_is_infinite_at_the_start_is_integrated() -> None:
    law = Weibull(2000.0, 0.5, 0.0)
    case = Case({"or": ["a", "b"]}, {"a": law, "b": Constant(0.0)})
    found = barlow_proschan(case.system, T, case.laws)
    assert found["a"].failures == pytest.approx(float(law.at(T).unavailability), rel=1e-9)
    assert found["b"].share == 0.0


def test_a_top_that_does_not_fail_has_no_shares() -> None:
    case = Case({"and": ["a", "b"]}, {"a": Constant(0.5), "b": Constant(0.1)})
    found = barlow_proschan(case.system, T, case.laws)
    assert found.failures == 0.0
    assert all(math.isnan(row.share) for row in found)


# Mean unavailability


@pytest.mark.parametrize(
    "formula", [BRIDGE, {"xor": ["a", {"and": ["b", "c"]}, {"not": "e"}]}], ids=["coherent", "not"]
)
def test_means_are_integrals_over_truth_tables(formula: dict) -> None:
    case = Case(formula, SMOOTH)
    found = mean_importance(case.system, T, case.laws)
    top = integral(case.probability, T) / T
    assert found.value == pytest.approx(top, rel=1e-10)
    assert found.error < 1e-9
    for event in case.f.events:
        row = found[event]
        one, none = (integral(lambda t, e=event, s=s: case.probability(t, {e: s}), T) / T for s in (1, 0))
        assert row.probability == pytest.approx(integral(lambda t, e=event: case.q(t)[e], T) / T, rel=1e-10)
        assert (row.with_event, row.without_event) == pytest.approx((one, none), rel=1e-10)
        assert row.birnbaum == pytest.approx(one - none, rel=1e-10, abs=1e-11)
        assert row.criticality == pytest.approx((top - none) / top, rel=1e-10, abs=1e-10)
        assert row.risk_achievement_worth == pytest.approx(one / top, rel=1e-10)
        assert row.risk_reduction_worth == pytest.approx(top / none, rel=1e-10)


def test_pfdavg_of_two_tested_channels() -> None:
    # 1oo2, tested every tau: PFDavg = (l tau)^2/3 for small l tau, with one channel down (l tau)/2.
    rate, tau = 1e-9, 1000.0
    channel = PeriodicTest(rate=rate, interval=tau, first_test=tau)
    case = Case({"and": ["a", "b"]}, {"a": channel, "b": channel})
    found = mean_importance(case.system, 5 * tau, case.laws)
    x = rate * tau
    assert found.value == pytest.approx(x * x / 3, rel=1e-5)
    assert found["a"].birnbaum == pytest.approx(x / 2 - x * x / 6, rel=1e-10)
    assert (found["a"].without_event, found["a"].risk_reduction_worth, found["a"].criticality) == (0.0, math.inf, 1.0)


def test_what_the_top_does_not_depend_on_changes_no_mean() -> None:
    case = Case({"or": ["a", {"and": ["a", "b"]}]}, {"a": Exponential(1e-3), "b": Exponential(1e-4)})
    row = mean_importance(case.system, T, case.laws)["b"]
    assert row.probability == pytest.approx(1 + math.expm1(-0.1) / 0.1, rel=1e-9)
    assert (row.birnbaum, row.criticality, row.risk_achievement_worth, row.risk_reduction_worth) == (0.0, 0.0, 1.0, 1.0)


# Frequency


@pytest.mark.parametrize("t", [0.0, 10.0, 1000.0, 50_000.0])
def test_frequencies_are_sums_over_truth_tables(kernel_mode: str, t: float) -> None:
    case = Case(BRIDGE, MIXED)
    found = frequency_importance(case.system, t, case.laws)
    w = case.frequency(t)
    assert found.value == pytest.approx(float(w), rel=1e-10, abs=0)
    for event in case.f.events:
        row = found[event]
        one, none = case.frequency(t, {event: 1}), case.frequency(t, {event: 0})
        # Frequencies of monotone functions keep 10 digits; a difference of two those of the larger.
        assert row.with_event == pytest.approx(float(one), rel=1e-9, abs=0)
        assert row.without_event == pytest.approx(float(none), rel=1e-9, abs=0)
        assert row.birnbaum == pytest.approx(float(one - none), rel=1e-9, abs=1e-9 * float(max(one, none)))
        if w:
            assert row.contribution == pytest.approx(float(case.part(t, event) / w), rel=1e-10, abs=0)
            assert row.risk_achievement_worth == pytest.approx(float(one / w), rel=1e-9)
    if w:
        assert math.fsum(row.contribution for row in found) == pytest.approx(1.0, rel=1e-14)


def test_what_is_down_in_series_leaves_nothing_to_fail() -> None:
    case = Case({"or": ["a", "b"]}, {"a": Exponential(1e-3), "b": Exponential(2e-3)})
    row = frequency_importance(case.system, T, case.laws)["a"]
    assert (row.with_event, row.risk_achievement_worth) == (0.0, 0.0)
    assert row.without_event == pytest.approx(2e-3 * math.exp(-2.0), rel=1e-13)


def test_small_frequencies_keep_their_digits() -> None:
    rates = {"a": 1e-15, "b": 1e-15, "c": 1e-6}
    case = Case({"or": [{"and": ["a", "b"]}, "c"]}, {event: Exponential(rate) for event, rate in rates.items()})
    found = frequency_importance(case.system, T, case.laws)
    assert found["a"].contribution == pytest.approx(float(case.part(T, "a") / case.frequency(T)), rel=1e-10, abs=0)


# Unreliability


def test_unreliability_without_repair_is_that_of_the_truth_table() -> None:
    laws = {e: Exponential(x) for e, x in zip("abcde", (1e-3, 2e-12, 5e-4, 1e-6, 3e-3), strict=True)}
    case = Case(BRIDGE, laws)
    found = unreliability_importance(case.system, T, case.laws)
    top = case.probability(T)
    for event in case.f.events:
        row, one, none = found[event], case.probability(T, {event: 1}), case.probability(T, {event: 0})
        exact = (one - none, (top - none) / top, one / top, top / none)
        numbers = (row.birnbaum, row.criticality, row.risk_achievement_worth, row.risk_reduction_worth)
        assert numbers == pytest.approx([float(number) for number in exact], rel=1e-13, abs=0)
    assert found.columns()[0] == "event"


# Random trees

KINDS: tuple[Law, ...] = (
    Constant(0.3), Exponential(1e-3), Exponential(1e-12), Repairable(2e-3, 1e-2), Weibull(2000.0, 2.0, 0.0),
)  # fmt: skip


def drawn(data: st.DataObject, coherent: bool | None) -> Case:
    model = data.draw(trees(max_events=4, max_gates=4, coherent=coherent, house_events=False))
    events = oracles.events_below(model, model.top[0])
    return Case(model, {event: data.draw(st.sampled_from(KINDS)) for event in events})


@settings(max_examples=25)
@given(st.data())
def test_means_of_random_trees_are_integrals_over_truth_tables(data: st.DataObject) -> None:
    case = drawn(data, None)
    found = mean_importance(case.system, T, case.laws)
    assert found.value == pytest.approx(integral(case.probability, T) / T, rel=1e-9, abs=0)
    for event in case.f.events:
        one, none = (integral(lambda t, e=event, s=s: case.probability(t, {e: s}), T) / T for s in (1, 0))
        row = found[event]
        assert (row.with_event, row.without_event) == pytest.approx((one, none), rel=1e-9, abs=1e-30)
        assert row.birnbaum == pytest.approx(one - none, rel=1e-9, abs=1e-9 * max(one, none))


@settings(max_examples=25)
@given(st.data())
def test_shares_and_frequencies_of_random_trees_are_from_truth_tables(data: st.DataObject) -> None:
    case = drawn(data, True)
    shares, frequencies = barlow_proschan(case.system, T, case.laws), frequency_importance(case.system, T, case.laws)
    w = float(case.frequency(T))
    assert frequencies.value == pytest.approx(w, rel=1e-12, abs=0)
    for event in case.f.events:
        own = integral(lambda t, e=event: case.part(t, e), T)
        assert shares[event].failures == pytest.approx(own, rel=1e-9, abs=1e-30)
        ends = [float(case.frequency(T, {event: state})) for state in (1, 0)]
        row = frequencies[event]
        assert [row.with_event, row.without_event] == pytest.approx(ends, rel=1e-9, abs=0)
        if w:
            assert row.contribution == pytest.approx(float(case.part(T, event)) / w, rel=1e-12, abs=0)
    if shares.failures:
        assert math.fsum(row.share for row in shares) == pytest.approx(1.0, rel=1e-14)


# Requests that cannot be met


def test_requests_that_cannot_be_met_say_why() -> None:
    case = Case(BRIDGE, MIXED)
    with pytest.raises(InvalidRequestError, match="known between bounds only"):
        unreliability_importance(case.system, T, case.laws)
    with pytest.raises(InvalidRequestError, match="give one above 0"):
        mean_importance(case.system, 0.0, case.laws)
    with pytest.raises(UnknownNameError, match="event 'f'"):
        mean_importance(case.system, T, case.laws)["f"]
    with pytest.raises(UnknownNameError, match="event 'f'"):
        barlow_proschan(case.system, T, case.laws)["f"]
    spiky = Case({"or": ["a"]}, {"a": Weibull(100.0, 0.5, 0.0)})
    with pytest.raises(InvalidRequestError, match="the failure frequency of 'a' is infinite at 0 s"):
        frequency_importance(spiky.system, 0.0, spiky.laws)
    prevented = Case({"and": ["a", {"not": "b"}]}, MIXED)
    for ask in (barlow_proschan, frequency_importance, unreliability_importance):
        with pytest.raises(NotCoherentError):
            ask(prevented.system, T, prevented.laws)
