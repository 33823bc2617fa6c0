"""Failure models against a Markov chain by matrix exponential, step by step, and numeric integration."""

import math
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import matrix_exponential, row_times

from faulttree.errors import MissingProbabilityError
from faulttree.model import BasicEvent, Duration, Model, Rate
from faulttree.model.distributions import (
    ConstantProbability,
    Exponential,
    GeneralizedLife,
    PeriodicTest,
    Weibull,
)

HOUR = 3600.0
rates = st.sampled_from([0.0, 1e-12, 1e-7, 2e-4, 2e-4, 0.03, 0.5, 2.0])
chances = st.sampled_from([0.0, 1e-9, 0.01, 0.3, 1.0])


def per_hour(number):
    return Rate(number, "h")


def hours(number):
    return Duration(number, "h")


def test_a_constant_stays():
    assert ConstantProbability(0.25).unavailability(0) == ConstantProbability(0.25).unavailability(1e9) == 0.25


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 3.7])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_weibull_is_the_integral_of_its_hazard(shape, shift):
    """1 - exp(-H), H by Simpson's rule over the hazard shape/scale (age/scale)^(shape - 1), with age = x^4."""
    law = Weibull(hours(50.0), shape, hours(shift))
    n, end = 4000, (20.0 - shift) ** 0.25
    points = [end * i / n for i in range(n + 1)]
    hazard = [4 * x**3 * shape / 50.0 * (x**4 / 50.0) ** (shape - 1) if x else 0.0 for x in points]
    integral = end / n / 3 * (hazard[0] + hazard[-1] + 4 * sum(hazard[1::2]) + 2 * sum(hazard[2:-1:2]))
    # Simpson's error at this step is below 1e-7 of the integral.
    assert law.unavailability(20 * HOUR) == pytest.approx(-math.expm1(-integral), rel=1e-6)


def test_weibull_at_its_ends():
    law = Weibull(hours(100.0), 3.0, hours(5.0))
    assert law.unavailability(0.0) == law.unavailability(5 * HOUR) == 0.0
    assert law.unavailability(5.01 * HOUR) == pytest.approx(1e-12, rel=1e-9)
    assert law.unavailability(105 * HOUR) == pytest.approx(1 - math.exp(-1), rel=1e-12)
    assert law.unavailability(1e12 * HOUR) == 1.0
    assert Weibull(Duration(5e-324, "s"), 400.0).unavailability(1e300) == 1.0
    assert Weibull(hours(7.0), 1.0).unavailability(HOUR) == Exponential(per_hour(1 / 7)).unavailability(HOUR)


@given(chances, rates, rates, st.sampled_from([0.0, 1e-9, 1.0, 24.0, 5000.0]))
def test_glm_is_its_markov_chain(on_demand, failing, repairing, time):
    chain = matrix_exponential([[-failing, failing], [repairing, -repairing]], time)
    expected = row_times([1 - on_demand, on_demand], chain)[1]
    law = GeneralizedLife(on_demand, per_hour(failing), per_hour(repairing))
    # Seconds and hours differ by a rounding; the oracle is exact.
    assert law.unavailability(time * HOUR) == pytest.approx(float(expected), rel=1e-12, abs=1e-45)


def test_glm_keeps_small_digits():
    law = GeneralizedLife(0.0, per_hour(1e-12), per_hour(0.1))
    assert law.unavailability(0.1 * HOUR) == pytest.approx(1e-13 * (1 - 0.005 + 0.01**2 / 6), rel=1e-7)
    assert GeneralizedLife(1e-12, per_hour(0.0)).unavailability(HOUR) == 1e-12


UP, FAILED, REPAIR, ON_TEST, FAILED_ON_TEST = range(5)


def simulated(law, time):
    """Down at a time in hours: five states, stepped from event to event, exact up to the matrix exponential."""

    def rate_of(rate):
        return Fraction(0) if rate is None else Fraction(rate.value)

    def jumped(state, targets):
        after = [Fraction(0)] * 5
        for origin, share in enumerate(state):
            for target, chance in targets.get(origin, [(origin, 1)]):
                after[target] += share * chance
        return after

    failing, repairing = rate_of(law.rate), rate_of(law.repair_rate)
    failing_in_test = failing if law.rate_in_test is None else rate_of(law.rate_in_test)
    bad, gamma, sigma = Fraction(law.bad_restart), Fraction(law.failure_at_test), Fraction(law.coverage)
    chain = [[Fraction(0)] * 5 for _ in range(5)]
    for origin, target, rate in (
        (UP, FAILED, failing),
        (REPAIR, UP, repairing * (1 - bad)),
        (REPAIR, FAILED, repairing * bad),
        (ON_TEST, FAILED_ON_TEST, failing_in_test),
    ):
        chain[origin][target] += rate
        chain[origin][origin] -= rate
    restart = [(UP, 1 - bad), (FAILED, bad)]
    shown = [(target, chance * sigma) for target, chance in (restart if law.repair_rate is None else [(REPAIR, 1)])]
    begin = {UP: [(ON_TEST, 1 - gamma), (FAILED_ON_TEST, gamma)], FAILED: [(FAILED_ON_TEST, 1)]}
    end = {ON_TEST: restart, FAILED_ON_TEST: [*shown, (FAILED, 1 - sigma)]}
    first, interval, testing = law.first_test.value, law.interval.value, law.test_duration.value
    state, now, test = [Fraction(1), *[Fraction(0)] * 4], 0.0, 0
    while True:
        for moment, jump in ((first + test * interval, begin), (first + test * interval + testing, end)):
            # At the moment at which a test begins, the component is as before; at its end, as after.
            if time < moment or (time == moment and jump is begin):
                state = row_times(state, matrix_exponential(chain, time - now))
                down = state[FAILED] + state[REPAIR] + state[FAILED_ON_TEST]
                return float(down if law.available_in_test else down + state[ON_TEST])
            state = jumped(row_times(state, matrix_exponential(chain, moment - now)), jump)
            now = moment
        test += 1


@pytest.mark.parametrize("time", [0.0, 10.0, 10.5, 12.0, 29.0, 34.0, 60.0])
@settings(max_examples=25)
@given(
    law=st.builds(
        PeriodicTest,
        rate=rates.map(per_hour),
        interval=st.just(hours(24.0)),
        first_test=st.just(hours(10.0)),
        repair_rate=st.none() | rates.map(per_hour),
        test_duration=st.sampled_from([hours(0.0), hours(2.0), hours(24.0)]),
        rate_in_test=st.none() | rates.map(per_hour),
        available_in_test=st.booleans(),
        failure_at_test=chances,
        coverage=chances,
        bad_restart=chances,
    )
)
def test_periodic_test_is_its_markov_chain(law, time):
    assert law.unavailability(time * HOUR) == pytest.approx(simulated(law, time), rel=1e-10, abs=1e-40)


@given(rates, rates, st.sampled_from([0.0, 3.0, 30.0]), st.sampled_from([0.0, 1.0, 3.0, 15.0, 27.0, 50.0]))
def test_short_forms_are_cases_of_the_long_one(failing, repairing, first, time):
    short = PeriodicTest(per_hour(failing), hours(12.0), hours(first), per_hour(repairing))
    assert short.unavailability(time * HOUR) == pytest.approx(simulated(short, time), rel=1e-10, abs=1e-40)
    at_once = PeriodicTest(per_hour(failing), hours(12.0), hours(first))
    since = time if time <= first else (time - first) % 12.0 or 12.0
    assert at_once.unavailability(time * HOUR) == pytest.approx(-math.expm1(-failing * since), rel=1e-12, abs=0)


def test_the_moment_of_a_test_is_the_one_before_it():
    law = PeriodicTest(per_hour(1e-3), hours(0.1), hours(0.1))
    for test in (2, 3, 7, 1_000_003):
        assert law.unavailability(0.1 * test * HOUR) == pytest.approx(-math.expm1(-1e-4), rel=1e-6)
    assert law.unavailability(0.1 * HOUR * (1 + 1e-12)) == pytest.approx(-math.expm1(-1e-4), rel=1e-9)
    assert law.unavailability(0.100001 * HOUR) == pytest.approx(1e-9, rel=1e-3)


def test_many_tests_are_quick_and_keep_their_digits():
    """After ages the chain repeats itself: down for the mean repair, and unseen since the last test."""
    law = PeriodicTest(per_hour(1e-9), hours(10.0), hours(10.0), per_hour(0.5))
    late = law.unavailability((1e9 * 10 + 5) * HOUR)
    failed_before_test = 1e-8
    assert late == pytest.approx(5e-9 + failed_before_test * math.exp(-0.5 * 5) / (1 - math.exp(-0.5 * 10)), rel=1e-6)


def test_the_model_looks_parameters_up():
    model = Model.from_data(
        {
            "name": "t",
            "top": ["w", "g", "p"],
            "mission_time": "100 h",
            "basic_events": {
                "w": {"weibull": {"scale": "scale", "shape": "shape", "shift": "1 h"}},
                "g": {"glm": {"on_demand": "gamma", "rate": "lambda", "repair_rate": "0.1 /h"}},
                "p": {
                    "periodic_test": {
                        "rate": "lambda",
                        "interval": "30 h",
                        "first_test": "scale",
                        "test_duration": "25 h",
                        "available_in_test": False,
                    }
                },
            },
            "parameters": {
                "scale": {"value": "80 h"},
                "shape": {"value": 1.5},
                "gamma": {"value": 0.01},
                "lambda": {"value": "2e-3 /h"},
            },
        }
    )
    assert model.failure_model("w") == Weibull(hours(80.0), 1.5, hours(1.0))
    assert model.probability_of("w") == Weibull(hours(80.0), 1.5, hours(1.0)).unavailability(100 * HOUR)
    assert model.failure_model("g") == GeneralizedLife(0.01, per_hour(2e-3), per_hour(0.1))
    assert model.probability_of("p") == 1.0  # under test since 80 h, and not available
    assert [path for path, _ in model.basic_events["p"].quantities()] == [
        ("periodic_test", key) for key in ("rate", "interval", "first_test", "test_duration")
    ]
    assert [model.basic_events[name].failure_model for name in "wgp"] == ["weibull", "glm", "periodic_test"]
    assert BasicEvent().failure_model is None
    with pytest.raises(MissingProbabilityError):
        Model.from_data({"name": "t", "top": "e", "basic_events": {"e": {}}}).failure_model("e")
