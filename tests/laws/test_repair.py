"""The law of what is repaired as it fails, against its Markov chain."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import repaired_component
from scipy.integrate import quad

from faulttree.laws import Repairable

HOUR = 3600.0
rates = st.sampled_from([0.0, 1e-12, 1e-7, 2e-4, 0.03, 0.5, 2.0])
chances = st.sampled_from([0.0, 1e-9, 0.01, 0.3, 1.0])


@given(chances, rates, rates, st.sampled_from([0.0, 1e-9, 1.0, 24.0, 5000.0]))
def test_it_is_its_markov_chain(on_demand, failing, repairing, time):
    expected = repaired_component(failing, repairing, on_demand, time)
    found = Repairable(failing / HOUR, repairing / HOUR, on_demand).at(time * HOUR)
    # Seconds and hours differ by a rounding, which an exponent of up to 10,000 multiplies; the oracle is exact.
    assert found.unavailability == pytest.approx(float(expected.q), rel=1e-11, abs=1e-40)
    assert found.availability == pytest.approx(float(expected.not_q), rel=1e-11, abs=1e-40)
    assert found.frequency * HOUR == pytest.approx(float(expected.w), rel=1e-11, abs=1e-40)


@pytest.mark.parametrize(("failing", "repairing", "on_demand"), [(2e-4, 0.1, 0.0), (0.3, 0.5, 0.2), (1e-9, 2.0, 1.0)])
def test_failures_are_the_integral_of_w(failing, repairing, on_demand):
    law = Repairable(failing, repairing, on_demand)
    found, _ = quad(lambda t: float(law.at(t).frequency), 0.0, 24.0, epsrel=1e-12)
    assert found == pytest.approx(float(repaired_component(failing, repairing, on_demand, 24.0).failures), rel=1e-11)


def test_digits_at_both_ends():
    law = Repairable(1e-12 / HOUR, 0.1 / HOUR)
    assert law.at(0.1 * HOUR).unavailability == pytest.approx(1e-13 * (1 - 0.005 + 0.01**2 / 6), rel=1e-7)
    assert Repairable(0.0, 0.0, 1e-12).at(HOUR).unavailability == 1e-12
    rare = Repairable(0.1, 1e-13)  # up for 1e-12 of the time
    share = Fraction(1e-13) / (Fraction(1e-13) + Fraction(0.1))
    assert rare.at(1e6).availability == pytest.approx(float(share), rel=1e-15)
    assert rare.steady().availability == pytest.approx(float(share), rel=1e-15)
    assert rare.at(1e6).frequency == pytest.approx(0.1 * float(share), rel=1e-15)


def test_steady_state_from_the_start():
    law = Repairable(2e-3, 0.5, 0.9, steady_state=True)
    for t in (0.0, 1.0, 1e9):
        state = law.at(t)
        assert state.unavailability == pytest.approx(2e-3 / 0.502, rel=1e-15)
        assert state.availability == pytest.approx(0.5 / 0.502, rel=1e-15)
        assert state.frequency == pytest.approx(2e-3 * 0.5 / 0.502, rel=1e-15)
    assert Repairable(0.0, 0.0, 0.3, steady_state=True).at(5.0).unavailability == 0.3
    assert Repairable(1e-9, 0.0, 0.3, steady_state=True).at(5.0).unavailability == 1.0


def test_a_repair_that_takes_no_time():
    state = Repairable(2e-3, math.inf, 0.25).at(np.array([0.0, 1e-9, 5.0]))
    assert state.unavailability.tolist() == [0.25, 0.0, 0.0]
    assert state.availability.tolist() == [0.75, 1.0, 1.0]
    assert state.frequency.tolist() == [1.5e-3, 2e-3, 2e-3]


def test_whether_it_is_repaired():
    assert Repairable(1e-3, 0.1).repairable
    assert not Repairable(1e-3, 0.0).repairable
    assert Repairable(1e-3, np.array([0.0, 0.1])).repairable
    assert not Repairable(1e-3, 0.1, 0.5).instant_failures
    assert Repairable(1e-3, 0.1).breakpoints(1e9).tolist() == []
