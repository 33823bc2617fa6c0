"""The law of what is tested from time to time, against five states stepped from event to event."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import Component, component_with_tests
from scipy.integrate import quad

from faulttree.errors import InvalidRequestError
from faulttree.laws import Exponential, PeriodicTest, WeightedSum

HOUR = 3600.0
rates = st.sampled_from([0.0, 1e-12, 1e-7, 2e-4, 2e-4, 0.03, 0.5, 2.0])
chances = st.sampled_from([0.0, 1e-9, 0.01, 0.3, 1.0])
in_hours = st.fixed_dictionaries(
    {
        "rate": rates,
        "interval": st.just(24.0),
        "first_test": st.just(10.0),
        "repair_rate": st.none() | rates,
        "test_duration": st.sampled_from([0.0, 2.0, 24.0]),
        "rate_in_test": st.none() | rates,
        "available_in_test": st.booleans(),
        "failure_at_test": chances,
        "coverage": chances,
        "bad_restart": chances,
    }
)


def law_of(written):
    """The law in seconds of numbers in hours."""
    factors = {"rate": 1 / HOUR, "repair_rate": 1 / HOUR, "rate_in_test": 1 / HOUR, "interval": HOUR,
               "first_test": HOUR, "test_duration": HOUR}  # fmt: skip
    return PeriodicTest(
        **{
            key: value * factors[key] if key in factors and value is not None else value
            for key, value in written.items()
        }
    )


def assert_agree(state, expected: Component) -> None:
    assert state.unavailability == pytest.approx(float(expected.q), rel=1e-10, abs=1e-40)
    assert state.availability == pytest.approx(float(expected.not_q), rel=1e-10, abs=1e-40)
    assert state.frequency * HOUR == pytest.approx(float(expected.w), rel=1e-10, abs=1e-40)


@pytest.mark.parametrize("time", [0.0, 10.0, 10.5, 12.0, 29.0, 34.0, 60.0])
@settings(max_examples=25)
@given(written=in_hours)
def test_it_is_its_markov_chain(written, time):
    assert_agree(law_of(written).at(time * HOUR), component_with_tests(time, **written))


@given(rates, rates, st.sampled_from([0.0, 3.0, 30.0]), st.sampled_from([0.0, 1.0, 3.0, 15.0, 27.0, 50.0]))
def test_short_forms_are_cases_of_the_long_one(failing, repairing, first, time):
    short = {"rate": failing, "interval": 12.0, "first_test": first, "repair_rate": repairing}
    assert_agree(law_of(short).at(time * HOUR), component_with_tests(time, **short))
    at_once = law_of({"rate": failing, "interval": 12.0, "first_test": first})
    since = time if time <= first else (time - first) % 12.0 or 12.0
    assert at_once.at(time * HOUR).unavailability == pytest.approx(-math.expm1(-failing * since), rel=1e-12, abs=0)


@pytest.mark.parametrize(
    "written",
    [
        {"rate": 0.03, "interval": 24.0, "first_test": 10.0},
        {"rate": 0.03, "interval": 24.0, "first_test": 10.0, "repair_rate": 0.2, "test_duration": 2.0,
         "rate_in_test": 0.5, "failure_at_test": 0.01, "coverage": 0.9, "bad_restart": 0.05},
        {"rate": 0.03, "interval": 24.0, "first_test": 0.0, "repair_rate": 0.2, "test_duration": 2.0,
         "rate_in_test": 0.5, "available_in_test": False},
    ],
)  # fmt: skip
def test_failures_are_the_integral_of_w(written):
    law, until = law_of(written), 70.0
    edges = np.array([0.0, *law.breakpoints(until * HOUR), until * HOUR]) / HOUR
    found = sum(
        quad(lambda t: float(law.at(t * HOUR).frequency) * HOUR, a, b, epsrel=1e-12)[0] for a, b in pairwise(edges)
    )
    assert found == pytest.approx(float(component_with_tests(until, **written).failures), rel=1e-10)


def test_the_moment_of_a_test_is_the_one_before_it():
    law = law_of({"rate": 1e-3, "interval": 0.1, "first_test": 0.1})
    for test in (2, 3, 7, 1_000_003):
        assert law.at(0.1 * test * HOUR).unavailability == pytest.approx(-math.expm1(-1e-4), rel=1e-6)
    assert law.at(0.1 * HOUR * (1 + 1e-12)).unavailability == pytest.approx(-math.expm1(-1e-4), rel=1e-9)
    assert law.at(0.100001 * HOUR).unavailability == pytest.approx(1e-9, rel=1e-3)


def test_many_tests_are_quick_and_keep_their_digits():
    """After ages the chain repeats itself: down for the mean repair, and unseen since the last test."""
    law = law_of({"rate": 1e-9, "interval": 10.0, "first_test": 10.0, "repair_rate": 0.5})
    failed_before_test = 1e-8
    expected = 5e-9 + failed_before_test * math.exp(-0.5 * 5) / (1 - math.exp(-0.5 * 10))
    for late in (law.at((1e9 * 10 + 5) * HOUR), law.at(np.array([(1e9 * 10 + 5) * HOUR]))):
        assert late.unavailability == pytest.approx(expected, rel=1e-6)


def test_arrays_of_exponents():
    """Every law and every time has been through another number of tests, and some repairs take no time."""
    generator = np.random.default_rng(5)
    n = 12
    numbers = {
        "rate": generator.choice([1e-6, 1e-3, 0.1], n),
        "interval": generator.choice([3.0, 24.0, 50.0], n),
        "first_test": generator.choice([0.0, 10.0], n),
        "repair_rate": generator.choice([0.2, 1.0, math.inf], n),
        "test_duration": generator.choice([0.0, 1.0, 3.0], n),
        "rate_in_test": generator.choice([0.0, 0.4], n),
        "failure_at_test": generator.choice([0.0, 0.01], n),
        "coverage": generator.choice([0.3, 1.0], n),
        "bad_restart": generator.choice([0.0, 0.05], n),
    }
    times = np.array([0.0, 5.0, 10.0, 12.5, 61.7, 100.3])
    for available in (True, False):
        columns = {key: values[:, None] for key, values in numbers.items()}
        state = law_of(columns | {"available_in_test": available}).at(times * HOUR)
        for row in range(n):
            written = {key: float(values[row]) for key, values in numbers.items()} | {"available_in_test": available}
            written["repair_rate"] = None if written["repair_rate"] == math.inf else written["repair_rate"]
            for column, time in enumerate(times):
                expected = component_with_tests(float(time), **written)
                assert state.unavailability[row, column] == pytest.approx(float(expected.q), rel=1e-10, abs=1e-40)
                assert state.availability[row, column] == pytest.approx(float(expected.not_q), rel=1e-10, abs=1e-40)
                assert state.frequency[row, column] * HOUR == pytest.approx(float(expected.w), rel=1e-10, abs=1e-40)


def test_digits_at_both_ends():
    written = {"rate": 1e-12, "interval": 24.0, "first_test": 1.0, "repair_rate": 0.5}
    assert 1e-12 < law_of(written).at(1.5 * HOUR).unavailability < 2e-12
    assert_agree(law_of(written).at(1.5 * HOUR), component_with_tests(1.5, **written))
    hopeless = {"rate": 1.2, "interval": 24.0, "first_test": 24.0, "repair_rate": 0.5}
    assert 1e-13 < law_of(hopeless).at(23.5 * HOUR).availability < 1e-12
    assert_agree(law_of(hopeless).at(23.5 * HOUR), component_with_tests(23.5, **hopeless))


def exponents(low, high):
    """Numbers from low to high, as many in each decade."""
    return st.floats(math.log10(low), math.log10(high)).map(lambda power: 10.0**power)


@settings(max_examples=200)
@given(
    time=st.sampled_from([11, 12, 13, 31, 59]),
    rate=exponents(1e-16, 3.0) | st.just(0.0),
    repair_rate=exponents(1e-16, 3.0) | st.just(0.0),
    near=st.sampled_from([None, 1.0, 1.0 + 1e-15, 1.0 - 1e-9, 1.001]),
    duration=st.sampled_from([0, 2, 24]),
    chance=st.sampled_from([0.0, 1e-12, 0.1]),
    bad_restart=st.sampled_from([0.0, 1e-12, 0.1]),
)
def test_no_digits_are_lost_over_wide_ranges(time, rate, repair_rate, near, duration, chance, bad_restart):
    """The times are whole, so that they are exact; exponents up to 180 multiply their own rounding."""
    written = {
        "rate": rate, "interval": 24, "first_test": 10, "repair_rate": repair_rate if near is None else rate * near,
        "test_duration": duration, "failure_at_test": chance, "bad_restart": bad_restart,
    }  # fmt: skip
    expected = component_with_tests(time, **written)
    for found in (PeriodicTest(**written).at(float(time)), PeriodicTest(**written).at(np.array([float(time)]))):
        assert found.unavailability == pytest.approx(float(expected.q), rel=1e-12, abs=1e-38)
        assert found.availability == pytest.approx(float(expected.not_q), rel=1e-12, abs=1e-38)


def test_what_is_repaired_and_fails_again_keeps_its_digits():
    """What the tests fail is repaired; to fail again by itself is as rare as the rate, beside 0.1 of being repaired."""
    written = {"rate": 1e-12, "interval": 720.0, "first_test": 720.0, "repair_rate": 1 / 8, "failure_at_test": 0.1}
    expected = float(component_with_tests(5000.0, **written).q)
    assert 6.7e-10 < expected < 6.8e-10
    assert PeriodicTest(**written).at(5000.0).unavailability == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("available", [True, False])
@pytest.mark.parametrize("duration", [0.1, 0.03])
def test_the_moment_at_which_a_test_ends_is_the_one_before_it(duration, available):
    """Times in tenths, which are rounded: k times 0.1 lies on either side of the end of the test before."""
    law = PeriodicTest(1e-3, 0.1, 0.1, 2.0, duration, failure_at_test=0.2, bad_restart=0.1, available_in_test=available)
    for test in range(1, 60):
        end = 0.1 * test + duration
        # Between two moments within the tolerance nothing jumps; a little later it has.
        before = float(law.at(end - 1e-9).unavailability)
        for moment in (end, np.nextafter(end, 0.0), np.nextafter(end, 9.0)):
            assert law.at(float(moment)).unavailability == pytest.approx(before, rel=1e-6)
            assert law.at(np.array([moment])).unavailability == pytest.approx(before, rel=1e-6)
        if available or duration < 0.1:
            assert abs(float(law.at(end + 1e-9).unavailability) - before) > 1e-3


def test_breakpoints():
    short = law_of({"rate": 1e-3, "interval": 24.0, "first_test": 10.0})
    assert short.breakpoints(58.0 * HOUR).tolist() == [10 * HOUR, 34 * HOUR]
    assert short.breakpoints(1.0).tolist() == []
    long = law_of({"rate": 1e-3, "interval": 24.0, "first_test": 0.0, "test_duration": 2.0})
    assert long.breakpoints(49.0 * HOUR).tolist() == [2 * HOUR, 24 * HOUR, 26 * HOUR, 48 * HOUR]
    both = PeriodicTest(1e-3, np.array([24.0, 30.0]), np.array([10.0, 10.0]))
    assert both.breakpoints(50.0).tolist() == [10.0, 34.0, 40.0]
    with pytest.raises(InvalidRequestError) as caught:
        law_of({"rate": 1e-3, "interval": 1.0, "first_test": 0.0}).breakpoints(200_000 * HOUR)
    assert str(caught.value) == (
        "a periodic test every 3600 s over 7.2e+08 s has 200,000 instants at which it jumps, more than 100,000; "
        "take a shorter mission time, or fewer tests"
    )


def test_whether_it_fails_at_instants():
    assert PeriodicTest(1e-3, 24.0, 0.0).repairable
    assert PeriodicTest(1e-3, 24.0, 0.0).steady() is None
    assert not PeriodicTest(1e-3, 24.0, 0.0, 0.1, 2.0, 0.5, coverage=0.5).instant_failures
    for more in ({"failure_at_test": 0.1}, {"bad_restart": np.array([0.0, 0.1])},
                 {"available_in_test": False, "test_duration": 1.0}):  # fmt: skip
        assert PeriodicTest(1e-3, 24.0, 0.0, **more).instant_failures


def test_bounds_on_failures_at_instants():
    """By hand: what is up just before a test, times the chance that the test brings it down."""
    up = np.exp([-1e-3 * 10.0, -1e-3 * 24.0])  # at 10 s since it was new, then an interval since a perfect test
    for more, share in (
        ({"failure_at_test": 0.1}, 0.1),
        ({"bad_restart": 0.2}, 0.2),
        ({"failure_at_test": 0.1, "bad_restart": 0.2}, 1.0 - 0.9 * 0.8),
    ):
        instants, bounds = PeriodicTest(1e-3, 24.0, 10.0, **more).instant_failure_bounds(30.0)
        assert instants.tolist() == [10.0]
        assert bounds == pytest.approx(share * up[:1], rel=1e-14)
    # Taken out of duty for 2 s from each beginning; the tests themselves are perfect.
    law = PeriodicTest(1e-3, 24.0, 0.0, test_duration=2.0, rate_in_test=0.0, available_in_test=False)
    instants, bounds = law.instant_failure_bounds(25.0)
    assert instants.tolist() == [0.0, 2.0, 24.0]
    assert bounds == pytest.approx([1.0, 0.0, np.exp(-1e-3 * 22.0)], rel=1e-14)
    shared = WeightedSum(((law, 0.25), (Exponential(1e-3), 0.75)))
    assert shared.instant_failure_bounds(25.0)[1].tolist() == (0.25 * bounds).tolist()
    assert shared.longest_test_interval == law.longest_test_interval == 24.0
    perfect = PeriodicTest(1e-3, np.array([24.0, 30.0]), 10.0)
    assert perfect.longest_test_interval == 30.0
    assert [each.tolist() for each in perfect.instant_failure_bounds(50.0)] == [[], []]
