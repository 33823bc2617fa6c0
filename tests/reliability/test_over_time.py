"""Curves against closed forms, against the whole system as a Markov chain, and against differences."""

from __future__ import annotations

import functools
import json
import math

import numpy as np
import pytest
from chains import answers, periodically_tested, repaired
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from systems import HOUR, form_of, system_of

from faulttree.errors import InvalidRequestError
from faulttree.laws import (
    Constant,
    Exponential,
    GammaLife,
    LognormalLife,
    PeriodicTest,
    Phased,
    Repairable,
    Weibull,
    WeightedForm,
)
from faulttree.reliability.curve import over_time

# Relative only: much is far below pytest's absolute tolerance.
approx = functools.partial(pytest.approx, abs=0.0)
TWO_OF_THREE = {"atleast": {"k": 2, "of": ["a", "b", "c"]}}
ONE_THEN_ANY = {"and": ["a", {"or": ["b", "c"]}]}
SHAPES = {
    "series": ({"or": ["a", "b", "c"]}, any),
    "parallel": ({"and": ["a", "b", "c"]}, all),
    "two of three": (TWO_OF_THREE, lambda down: sum(down) >= 2),
    "one then any": (ONE_THEN_ANY, lambda down: down[0] and (down[1] or down[2])),
}
# Matrix exponentials in double precision keep about this much of the largest entry, which is 1.
CHAIN = {"rel": 1e-8, "abs": 1e-13}
rates = st.floats(1e-7, 1e-2)


def test_a_component_that_is_repaired_has_the_closed_form():
    fails, mends = 1e-3 / HOUR, 0.1 / HOUR
    times = np.array([0.0, 1.0, 10.0, 1000.0]) * HOUR
    found = over_time(system_of({"or": ["a"]}, {"a": Repairable(fails, mends)}), times)
    both = fails + mends
    decayed = -np.expm1(-both * times)
    q = fails / both * decayed
    assert found.unavailability == approx(q, rel=1e-14)
    assert found.frequency == approx(fails * (1 - q), rel=1e-14)
    assert found.conditional_intensity == approx(np.full(4, fails), rel=1e-14)
    # The integral of fails (1 - q); in the first hours less than an hour's worth of it is lost.
    expected = fails * (times * mends / both + fails / both**2 * decayed)
    assert found.expected_failures.value == approx(expected, rel=1e-12)
    true = -np.expm1(-fails * times)
    assert (found.unreliability.lower <= true).all() and (true <= found.unreliability.upper).all()
    assert found.unreliability_method == "interval"


@pytest.mark.parametrize("shape", SHAPES)
@settings(max_examples=15)
@given(
    fails=st.tuples(rates, rates, rates),
    mends=st.tuples(rates, rates, rates),
    on_demand=st.sampled_from([0.0, 0.01]),
    times=st.lists(st.floats(1.0, 1e4), min_size=1, max_size=3, unique=True).map(sorted),
)
def test_repaired_components_agree_with_their_chain(shape, fails, mends, on_demand, times):
    formula, structure = SHAPES[shape]
    laws = {e: Repairable(f, m, on_demand) for e, f, m in zip("abc", fails, mends, strict=True)}
    found = over_time(system_of(formula, laws), times)
    components = [repaired(f, m, on_demand) for f, m in zip(fails, mends, strict=True)]
    check(found, answers(components, structure, times))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("coverage", "offsets"), [(1.0, (0, 0, 0)), (1.0, (0, 30, 60)), (0.9, (0, 30, 30))])
def test_tested_components_agree_with_their_chain(shape, coverage, offsets):
    """Staggered tests too, and times at tests, where the value is that just before."""
    formula, structure = SHAPES[shape]
    times = [40.0, 100.0, 130.0, 130.5, 300.0, 420.0]
    laws, components = {}, []
    for event, offset, fails in zip("abc", offsets, (1e-3, 2e-3, 5e-4), strict=True):
        laws[event] = PeriodicTest(fails, 100.0, 100.0 - offset, repair_rate=0.2, coverage=coverage)
        instants = [100.0 - offset + 100.0 * k for k in range(5)]
        components.append(periodically_tested(fails, 0.2, instants, coverage))
    check(over_time(system_of(formula, laws), times), answers(components, structure, times))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("spoilt", "coverage"), [(1e-3, 1.0), (0.2, 0.9)])
@pytest.mark.parametrize("offset", [0.0, 40.0, 100.0])
def test_what_tests_spoil_is_within_the_bounds(shape, spoilt, coverage, offset):
    """Failures at instants, time 0 among them, are not in w, yet in the upper ends of expected failures and of F."""
    formula, structure = SHAPES[shape]
    times = [50.0, 150.0, 450.0]
    laws, components = {}, []
    for event, fails in zip("abc", (1e-4, 2e-3, 5e-4), strict=True):
        first = 100.0 - offset * (event == "b")
        laws[event] = PeriodicTest(fails, 100.0, first, repair_rate=0.2, coverage=coverage, failure_at_test=spoilt)
        components.append(periodically_tested(fails, 0.2, [first + 100.0 * k for k in range(5)], coverage, spoilt))
    found = over_time(system_of(formula, laws), times)
    expected = answers(components, structure, times)
    assert found.unavailability == approx([each.q for each in expected], **CHAIN)
    assert found.frequency == approx([each.w for each in expected], **CHAIN)
    for k, each in enumerate(expected):
        assert found.expected_failures.lower[k] <= each.failures * (1 + 1e-8)
        # A test may bring events down together that were up, and each is counted: not more than twice as much here.
        assert each.failures <= found.expected_failures.upper[k] * (1 + 1e-8) + 1e-13
        assert found.expected_failures.upper[k] < 2.5 * each.failures
        inside(found, k, each.unreliability)
    assert any("instants" in note for note in found.notes)


def test_a_component_out_of_duty_during_its_tests_has_failed_by_the_first():
    """Taking it out counts as a failure: F is 1 from the first test on."""
    law = PeriodicTest(1e-6, 100.0, 100.0, test_duration=1.0, available_in_test=False)
    found = over_time(system_of({"or": ["a"]}, {"a": law}), [100.0, 100.5, 250.0])
    assert found.unavailability[1] == approx(1.0, abs=1e-4)
    assert found.unreliability.upper[0] == approx(1e-4, rel=1e-3)
    assert list(found.unreliability.upper[1:]) == [1.0, 1.0]
    assert found.unreliability.lower[2] == approx(1.0, abs=1e-4)
    # One test each at 100 s and 200 s takes it out.
    assert found.expected_failures.upper[2] == approx(2.0, abs=1e-2)


def test_a_mixture_of_laws_agrees_with_its_chain():
    laws = {"a": Repairable(1e-3, 0.05), "b": PeriodicTest(1e-3, 100.0, 50.0, repair_rate=0.2), "c": Exponential(1e-4)}
    components = [repaired(1e-3, 0.05), periodically_tested(1e-3, 0.2, [50.0, 150.0, 250.0]), repaired(1e-4, 0.0)]
    times = [10.0, 50.0, 250.0, 300.0]
    formula, structure = SHAPES["one then any"]
    check(over_time(system_of(formula, laws), times), answers(components, structure, times))


def check(found, expected):
    assert found.unavailability == approx([each.q for each in expected], **CHAIN)
    assert found.frequency == approx([each.w for each in expected], **CHAIN)
    assert found.expected_failures.value == approx([each.failures for each in expected], **CHAIN)
    for k, each in enumerate(expected):
        inside(found, k, each.unreliability)


def inside(found, k, unreliability):
    """The chain's own rounding is the only slack."""
    assert found.unreliability.lower[k] <= unreliability * (1 + 1e-8) + 1e-13
    assert unreliability <= found.unreliability.upper[k] * (1 + 1e-8) + 1e-13


LIVES = {
    "exponential": Exponential(2e-6),
    "weibull": Weibull(5e5, 2.5),
    "shifted weibull": Weibull(5e5, 2.5, 1e4),
    "early weibull": Weibull(5e5, 0.4),
    "gamma": GammaLife(2.0, 3e5),
    "lognormal": LognormalLife(4e5, 0.8),
    "phases": Phased((5e4, 1e5, 1e6), (1e-6, 1e-5, 2e-7)),
}


@pytest.mark.parametrize("life", LIVES)
def test_what_is_not_repaired_fails_as_fast_as_q_rises(life):
    """W = F - F(0) = Q - Q(0), and w = dQ/dt by central differences of fourth order."""
    laws = {"a": LIVES[life], "b": Exponential(1e-6), "c": Constant(0.1)}
    system = system_of(TWO_OF_THREE, laws)
    times = np.array([2e4, 1e5, 3e5])
    found = over_time(system, times)
    assert (found.unreliability.value == found.unavailability).all()
    assert found.unreliability_method == "exact"
    q0 = system.at(np.zeros(1)).unavailability[0]
    assert found.expected_failures.value == approx(found.unavailability - q0, rel=1e-11)
    h = 30.0
    steps = np.array([system.at(times + k * h).unavailability for k in (-2, -1, 1, 2)])
    slopes = (steps[0] - 8 * steps[1] + 8 * steps[2] - steps[3]) / (12 * h)
    # Rounding of Q, 1e-16, over a step; the fourth order's own error is below it.
    assert found.frequency == approx(slopes, rel=1e-7, abs=1e-16)


@pytest.mark.parametrize("shape", [0.15, 0.3, 0.5, 0.9])
def test_a_frequency_without_end_at_the_start_is_integrated(shape):
    """Weibull of shape below 1 beside a repairable one: W of a series is the sum, against the closed forms."""
    fails, mends, scale = 1e-5, 1e-3, 1e6
    system = system_of({"or": ["a", "b"]}, {"a": Weibull(scale, shape), "b": Repairable(fails, mends)})
    times = np.array([1.0, 1e3, 1e5])
    found = over_time(system, [0.0, *times])
    assert math.isnan(found.frequency[0]) and any("undetermined" in note for note in found.notes)
    both = fails + mends

    def rest(t):
        """Both up and the repairable one fails: fails (1 - q_b) exp(-H), and the other while b is up."""

        def flow(u):
            # In u = H(t), the other's density is exp(-u) du.
            s = scale * u ** (1 / shape)
            up = mends / both + fails / both * math.exp(-both * s)
            return math.exp(-u) * up * (1 + fails * scale / shape * u ** (1 / shape - 1))

        return quad(flow, 0.0, (t / scale) ** shape, epsabs=0, epsrel=1e-12, limit=400)[0]

    assert found.expected_failures.value[1:] == approx([rest(t) for t in times], rel=1e-9)
    width = found.expected_failures.upper - found.expected_failures.lower
    assert (width[1:] < 4e-9 * found.expected_failures.value[1:]).all()


def test_small_numbers_keep_their_digits():
    """Three failures of 1e-12 each at once, with and without repair; and a gain far below what was there before."""
    rate, t = 1e-12 / HOUR, HOUR
    found = over_time(system_of({"and": ["a", "b"]}, {e: Exponential(rate) for e in "ab"}), [t])
    assert found.unavailability[0] == approx(1e-24, rel=1e-11)
    assert found.expected_failures.value[0] == approx(1e-24, rel=1e-11)
    assert found.frequency[0] * HOUR == approx(2e-24, rel=1e-11)
    laws = {e: Repairable(rate, 100.0 / HOUR) for e in "ab"}
    found = over_time(system_of({"and": ["a", "b"]}, laws), [1000 * t])
    # w = 2 rate q, but for the first hundredth of an hour.
    assert found.frequency[0] * HOUR == approx(2e-26, rel=1e-10)
    assert found.expected_failures.value[0] == approx(2e-26 * (1000 - 0.01), rel=1e-10)
    laws = {"a": Constant(0.5), "b": Exponential(rate)}
    found = over_time(system_of({"or": ["a", "b"]}, laws), [t])
    assert found.expected_failures.value[0] == approx(0.5e-12, rel=1e-9)
    laws = {"a": Constant(1 - 2**-40), "b": Exponential(rate)}
    found = over_time(system_of({"or": ["a", "b"]}, laws), [t])
    assert found.availability[0] == approx(2.0**-40, rel=1e-11)
    assert found.expected_failures.value[0] == approx(2.0**-40 * 1e-12, rel=1e-9)


def test_nothing_that_can_fail_never_does():
    found = over_time(system_of({"or": ["a", "b"]}, {"a": Constant(0.3), "b": Constant(0.2)}), [0.0, HOUR])
    assert list(found.expected_failures.upper) == [0.0, 0.0] and list(found.frequency) == [0.0, 0.0]
    assert found.unreliability.value == approx([0.44, 0.44], rel=1e-15)


def test_of_a_tree_that_is_not_coherent_only_q_is_known():
    formula = {"or": [{"and": ["a", "b"]}, {"and": [{"not": "a"}, "c"]}]}
    found = over_time(system_of(formula, {e: Exponential(1e-5) for e in "abc"}), [1e5])
    q = -math.expm1(-1.0)
    assert found.unavailability[0] == approx(q, rel=1e-14)
    assert found.frequency is None and found.unreliability is None and found.expected_failures is None
    assert "not coherent" in found.notes[0]
    (record,) = found.records()
    assert record["unreliability"] is None and record["time_h"] == approx(1e5 / HOUR)
    assert "not coherent" in str(found)


def test_a_certain_top_event_has_no_intensity():
    found = over_time(system_of({"or": ["a", "b"]}, {"a": Constant(1.0), "b": Exponential(1e-5)}), [HOUR])
    assert math.isnan(found.conditional_intensity[0]) and found.frequency[0] == 0.0


def test_records_are_in_hours():
    found = over_time(system_of({"or": ["a"]}, {"a": Exponential(1e-4 / HOUR)}), [10 * HOUR, 0.0])
    first, second = found.records()
    assert (first["time_h"], second["time_h"]) == (0.0, 10.0)
    assert second["frequency_per_h"] == approx(1e-4 * math.exp(-1e-3), rel=1e-14)
    assert second["conditional_intensity_per_h"] == approx(1e-4, rel=1e-14)
    assert second["unreliability_method"] == "exact"
    assert json.loads(found.to_json())["rows"][1]["time_h"] == 10.0
    assert found.to_csv().splitlines()[0] == ",".join(found.columns())
    assert len(found) == 2


@pytest.mark.parametrize("times", [[-1.0], [math.nan], [math.inf], [1.0, -5.0]])
def test_a_time_without_meaning_is_refused(times):
    with pytest.raises(InvalidRequestError, match="from 0 on"):
        over_time(system_of({"or": ["a"]}, {"a": Exponential(1e-5)}), times)


def test_no_times_give_no_rows():
    assert len(over_time(system_of({"or": ["a"]}, {"a": Exponential(1e-5)}), [])) == 0


def test_many_times_are_as_few():
    """A thousand times in batches against each time alone, within rounding; and intervals against one long one."""
    laws = {"a": Repairable(1e-3, 0.05), "b": PeriodicTest(1e-3, 100.0, 50.0, repair_rate=0.2), "c": Exponential(1e-4)}
    system = system_of(TWO_OF_THREE, laws)
    times = np.linspace(0.0, 1000.0, 1001)
    found = over_time(system, times)
    for k in (0, 1, 333, 1000):
        alone = over_time(system, [times[k]])
        assert found.unavailability[k] == alone.unavailability[0]
        assert found.frequency[k] == alone.frequency[0]
        assert found.expected_failures.value[k] == approx(alone.expected_failures.value[0], rel=1e-10)


class Part:
    """A coefficient that is certain."""

    inputs: frozenset[str] = frozenset()

    def __init__(self, number):
        self.number = number

    def value(self, _):
        return self.number


def test_a_common_cause_of_tested_components_is_followed():
    """Shares of one law: q is the share of the law's, and what its tests spoil is bounded."""
    law = PeriodicTest(1e-4, 100.0, 100.0, failure_at_test=0.01)
    laws = {"a": WeightedForm(((form_of(law), Part(0.9)),)), "b": WeightedForm(((form_of(law), Part(0.1)),))}
    found = over_time(system_of({"or": ["a", "b"]}, laws), [50.0, 150.0])
    q = np.array([-math.expm1(-5e-3), float(law.at(150.0).unavailability)])
    assert found.unavailability == approx(1 - (1 - 0.9 * q) * (1 - 0.1 * q), rel=1e-12)
    assert found.expected_failures.lower[0] == approx(found.expected_failures.upper[0], rel=1e-9)
    gained = found.expected_failures.upper[1] - found.expected_failures.lower[1]
    assert gained == approx(0.01 * 0.99, rel=0.02)


def test_what_the_ends_of_tests_spoil_is_within_the_bounds():
    """A test of 2 s that leaves the component failed with probability 0.1, beside one that has failed by 0.3."""
    law = PeriodicTest(1e-9, 100.0, 100.0, repair_rate=1e3, test_duration=2.0, bad_restart=0.1)
    found = over_time(system_of({"and": ["a", "b"]}, {"a": law, "b": Constant(0.3)}), [101.0, 150.0, 250.0])
    # Up and then left failed, once at 102 s; shown at 202 s and repaired, while the 0.9 may be left failed again.
    exact = np.array([0.0, 0.03, 0.03 + 0.3 * 0.9 * 0.1])
    assert (found.expected_failures.lower <= exact + 1e-6).all()
    assert (exact <= found.expected_failures.upper + 1e-6).all()
    assert (found.expected_failures.upper <= 2.3 * exact + 1e-6).all()
    assert (found.unreliability.upper[1:] >= [0.03, 0.03]).all()


@pytest.mark.parametrize(("formula", "q"), [({"and": ["a", {"not": "a"}]}, 0.0), ({"or": ["a", {"not": "a"}]}, 1.0)])
def test_a_top_event_that_depends_on_nothing(formula, q):
    found = over_time(system_of(formula, {"a": PeriodicTest(1e-3, 1.0, 1.0)}), [0.0, 10.0])
    assert list(found.unavailability) == [q, q] == list(found.unreliability.value)
    assert list(found.expected_failures.value) == [0.0, 0.0] == list(found.frequency)


def test_at_time_0_nothing_has_happened_but_what_holds_then():
    laws = {"a": Repairable(1e-3, 0.1, on_demand=0.2), "b": PeriodicTest(1e-3, 1.0, 1.0)}
    found = over_time(system_of({"or": ["a", "b"]}, laws), [0.0])
    assert found.unavailability[0] == approx(0.2) and found.expected_failures.upper[0] == 0.0
    assert (found.unreliability.lower[0], found.unreliability.upper[0]) == approx((0.2, 0.2))
