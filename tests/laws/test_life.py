"""Laws of what is not repaired, against closed forms, chains of stages, and numeric integration."""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import matrix_exponential, phased_component, repaired_component

from faulttree.errors import InvalidRequestError
from faulttree.laws import Constant, Exponential, GammaLife, LognormalLife, Phased, Weibull

HOUR = 3600.0
rates = st.sampled_from([0.0, 1e-12, 1e-7, 2e-4, 0.03, 0.5, 2.0])


def test_a_constant_stays():
    for t in (0.0, 1e9):
        state = Constant(0.25).at(t)
        assert (state.unavailability, state.availability, state.frequency) == (0.25, 0.75, 0.0)
    assert not Constant(0.25).repairable and not Constant(0.25).instant_failures


@given(rates, st.sampled_from([0.0, 1e-9, 1.0, 24.0, 5000.0]))
def test_exponential_is_its_markov_chain(rate, time):
    expected = repaired_component(rate, 0.0, 0.0, time)
    found = Exponential(rate / HOUR).at(time * HOUR)
    # Seconds and hours differ by a rounding, which an exponent of up to 10,000 multiplies.
    assert found.unavailability == pytest.approx(float(expected.q), rel=1e-12, abs=1e-45)
    assert found.availability == pytest.approx(float(expected.not_q), rel=1e-11, abs=1e-40)
    assert found.frequency * HOUR == pytest.approx(float(expected.w), rel=1e-11, abs=1e-40)


@pytest.mark.parametrize("digits", [1e-12, 0.5, 27.631021115928547])
def test_exponential_keeps_digits_at_both_ends(digits):
    """1e-12 failed, and 1e-12 left; to thirty digits by decimal arithmetic."""
    with localcontext(prec=40):
        left = (-Decimal(digits)).exp()
        q, not_q = float(1 - left), float(left)
    state = Exponential(digits).at(1.0)
    assert (float(state.unavailability), float(state.availability)) == pytest.approx((q, not_q), rel=1e-15)


@pytest.mark.parametrize("shape", [0.5, 1.0, 2.0, 3.7])
@pytest.mark.parametrize("shift", [0.0, 3.0])
def test_weibull_is_the_integral_of_its_hazard(shape, shift):
    """1 - exp(-H), H by Simpson's rule over the hazard shape/scale (age/scale)^(shape - 1), with age = x^4."""
    law = Weibull(50.0 * HOUR, shape, shift * HOUR)
    n, end = 4000, (20.0 - shift) ** 0.25
    points = [end * i / n for i in range(n + 1)]
    hazard = [4 * x**3 * shape / 50.0 * (x**4 / 50.0) ** (shape - 1) if x else 0.0 for x in points]
    integral = end / n / 3 * (hazard[0] + hazard[-1] + 4 * sum(hazard[1::2]) + 2 * sum(hazard[2:-1:2]))
    # Simpson's error at this step is below 1e-7 of the integral.
    assert law.at(20 * HOUR).unavailability == pytest.approx(-math.expm1(-integral), rel=1e-6)
    density = shape / 50.0 * ((20.0 - shift) / 50.0) ** (shape - 1) * math.exp(-integral)
    assert law.at(20 * HOUR).frequency * HOUR == pytest.approx(density, rel=1e-6)


def test_weibull_at_its_ends():
    law = Weibull(100.0 * HOUR, 3.0, 5.0 * HOUR)
    assert law.at(0.0).unavailability == law.at(5 * HOUR).unavailability == law.at(0.0).frequency == 0.0
    assert law.at(5.01 * HOUR).unavailability == pytest.approx(1e-12, rel=1e-9)
    assert law.at(105 * HOUR).unavailability == pytest.approx(1 - math.exp(-1), rel=1e-12)
    assert law.at(1e12 * HOUR).unavailability == 1.0
    assert Weibull(5e-324, 400.0).at(1e300).unavailability == 1.0
    one = Weibull(7.0 * HOUR, 1.0).at(HOUR).unavailability
    assert one == pytest.approx(float(Exponential(1 / (7 * HOUR)).at(HOUR).unavailability), rel=1e-15)
    assert law.breakpoints(HOUR).tolist() == [] and law.breakpoints(6 * HOUR).tolist() == [5 * HOUR]


def test_densities_of_the_new():
    """Infinite where the rate falls with age, the rate where it stays, none where it rises."""
    for law in (lambda shape: Weibull(4.0, shape), lambda shape: GammaLife(shape, 4.0)):
        assert [float(law(shape).at(0.0).frequency) for shape in (0.5, 1.0, 1.5)] == [math.inf, 0.25, 0.0]
        assert law(np.array([0.5, 1.0, 1.5])).at(0.0).frequency.tolist() == [math.inf, 0.25, 0.0]
    assert Weibull(4.0, 0.5, 1.0).at(np.array([0.5, 1.0])).frequency.tolist() == [0.0, math.inf]


@pytest.mark.parametrize("stages", [1, 2, 3, 5])
@pytest.mark.parametrize("time", [0.0, 1e-3, 1.0, 10.0, 100.0])
def test_gamma_of_whole_shape_is_a_chain_of_stages(stages, time):
    scale = 2.5
    rate = Fraction(1) / Fraction(scale)
    chain = [[Fraction(0)] * (stages + 1) for _ in range(stages + 1)]
    for stage in range(stages):
        chain[stage][stage], chain[stage][stage + 1] = -rate, rate
    reached = matrix_exponential(chain, time)[0]
    found = GammaLife(float(stages), scale).at(time)
    # The special functions are good to about 1e-14; the oracle has 50 decimal places.
    assert found.unavailability == pytest.approx(float(reached[-1]), rel=1e-13, abs=1e-45)
    assert found.availability == pytest.approx(float(sum(reached[:-1])), rel=1e-13, abs=1e-45)
    assert found.frequency == pytest.approx(float(rate * reached[-2]), rel=1e-13, abs=1e-45)


def test_gamma_keeps_small_digits():
    """The first terms of the series x^k / Gamma(k + 1) (1 - k x / (k + 1) + k x^2 / (2 (k + 2)))."""
    k, x = 2.5, 2e-5
    expected = x**k / math.gamma(k + 1) * (1 - k * x / (k + 1) + k * x * x / (2 * (k + 2)))
    assert 1e-13 < expected < 1e-12
    assert GammaLife(k, 7.0).at(7.0 * x).unavailability == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("z", [-7.0, -1.0, 0.0, 1.0, 7.0])
def test_lognormal_is_the_error_function(z):
    """7 standard deviations are 1.28e-12, at both ends."""
    sigma, median = 0.8, 1e6
    t = median * math.exp(sigma * z)
    found = LognormalLife(median, sigma).at(t)
    # A rounding of t moves z by 1e-16 and its tail by seven times as much, relatively.
    assert found.unavailability == pytest.approx(math.erfc(-z / math.sqrt(2)) / 2, rel=1e-13)
    assert found.availability == pytest.approx(math.erfc(z / math.sqrt(2)) / 2, rel=1e-13)
    assert found.frequency == pytest.approx(math.exp(-z * z / 2) / math.sqrt(2 * math.pi) / sigma / t, rel=1e-13)


def test_lognormal_at_the_start():
    state = LognormalLife(1e6, 2.0).at(0.0)
    assert (state.unavailability, state.availability, state.frequency) == (0.0, 1.0, 0.0)


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 0.5, 3.0, 20.0]), rates), min_size=1, max_size=4),
    st.sampled_from([0.0, 0.5, 2.0, 3.5, 30.0, 500.0]),
)
def test_phases_are_their_markov_chains(phases, time):
    law = Phased(tuple(duration * HOUR for duration, _ in phases), tuple(rate / HOUR for _, rate in phases))
    expected = phased_component(phases, time)
    found = law.at(time * HOUR)
    assert found.unavailability == pytest.approx(float(expected.q), rel=1e-12, abs=1e-45)
    assert found.availability == pytest.approx(float(expected.not_q), rel=1e-12, abs=1e-45)
    assert found.frequency * HOUR == pytest.approx(float(expected.w), rel=1e-12, abs=1e-45)


def test_phases_end():
    law = Phased((10.0, 0.0, 5.0), (1e-3, 7.0, 2e-3))
    assert law.breakpoints(12.0).tolist() == [10.0] and law.breakpoints(20.0).tolist() == [10.0, 15.0]
    assert law.at(9.99).frequency == pytest.approx(1e-3, rel=1e-2)
    assert law.at(10.0).frequency == pytest.approx(2e-3, rel=2e-2)
    assert law.at(15.0).frequency == 0.0
    assert law.at(1e9).unavailability == law.steady().unavailability == pytest.approx(-math.expm1(-0.02), rel=1e-15)
    with pytest.raises(InvalidRequestError, match="a law of 100,002 phases has 100,001 instants at which it jumps"):
        Phased((1.0,) * 100_002, (1.0,) * 100_002).breakpoints(100_002.0)
