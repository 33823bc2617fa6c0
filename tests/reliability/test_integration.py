"""Integrals against their antiderivatives."""

from __future__ import annotations

import functools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from faulttree.reliability.integration import GAUSS, KRONROD, NODES, integrate

approx = functools.partial(pytest.approx, abs=0.0)


@pytest.mark.parametrize(("weights", "degree"), [(GAUSS, 13), (KRONROD, 22)])
def test_the_rules_are_exact_for_polynomials(weights, degree):
    """Gauss's of 7 points up to degree 13, Kronrod's of 15 up to 22; and no further."""
    for power in range(degree + 1):
        assert NODES**power @ weights == approx(1 / (power + 1), rel=1e-14)
    wide = 2.0 * NODES - 1.0
    beyond = degree + 1 + degree % 2
    assert wide**beyond @ weights != approx(1 / (beyond + 1), rel=1e-14)


@given(
    decay=st.floats(1e-6, 1e6),
    cuts=st.lists(st.floats(1e-6, 0.999), max_size=5, unique=True).map(sorted),
)
def test_exponentials_of_any_speed(decay, cuts):
    """Each interval's own integral; stiff ones need division."""
    edges = np.array([0.0, *cuts, 1.0])
    found = integrate(lambda t: np.stack([np.exp(-decay * t), np.full(len(t), 3.0)]), edges)
    exact = np.exp(-decay * edges[:-1]) * -np.expm1(-decay * np.diff(edges)) / decay
    # The error asked for is of the running sum's share.
    running = np.cumsum(exact)
    assert np.abs(found.values[0] - exact) == pytest.approx(np.zeros(len(exact)), abs=1e-10 * running.max())
    assert np.cumsum(found.values[0]) == approx(running, rel=1e-9)
    assert found.values[1] == approx(3.0 * np.diff(edges), rel=1e-13)
    assert found.reached == (True, True)
    # The exact value itself is rounded, by as much as its exponent is large.
    rounding = 1e-15 * (1.0 + decay * edges[1:]) * exact
    assert (np.abs(found.values[0] - exact) <= found.errors[0] + rounding).all()


@pytest.mark.parametrize("shape", [0.1, 0.15, 0.3, 0.5, 0.7, 1.5])
def test_powers_at_the_start(shape):
    found = integrate(lambda t: shape * t[None] ** (shape - 1.0), np.array([0.0, 2.0, 5.0]))
    assert np.cumsum(found.values[0]) == approx(np.array([2.0, 5.0]) ** shape, rel=1e-10)
    assert found.reached == (True,)
    assert (found.errors[0] < 1e-9 * found.values[0].sum()).all()


def test_a_singularity_elsewhere_is_said_to_fall_short():
    """T ** -0.95 from 1 on, where points of floating point are too far apart to find the rest."""
    found = integrate(
        lambda t: 0.05 * np.maximum(t[None] - 1.0, 1e-300) ** -0.95, np.array([1.0, 2.0]), rough_start=False
    )
    assert found.reached == (False,)
    assert found.errors[0, 0] > 1e-3


def test_a_value_that_is_not_finite_is_an_error_without_end():
    found = integrate(lambda t: np.where(t > 1.0, np.nan, 1.0)[None], np.array([0.0, 1.0, 2.0]))
    assert found.values[0, 0] == approx(1.0) and np.isinf(found.errors[0, 1])
    assert found.reached == (False,)


@pytest.mark.parametrize("short", [1e-2, 1e-4, 1e-6, 1e-8])
def test_what_dies_out_fast_after_an_edge_is_not_missed(short):
    """A repair of 1e-8 of a test interval: 1 for so long, beside 1e-3 all the time."""
    edges = np.array([0.0, 1.0, 2.0, 5.0])

    def transient(t):
        since = t - edges[np.searchsorted(edges, t, side="right") - 1]
        return (np.exp(-since / short) + 1e-3)[None]

    found = integrate(transient, edges)
    # Of the distance from an edge, floating point leaves 1e-16 of the edge: a part of 1e-16 / short.
    assert found.values[0] == approx(short + 1e-3 * np.diff(edges), rel=1e-9)
    assert (np.abs(found.values[0] - (short + 1e-3 * np.diff(edges))) <= found.errors[0] + 1e-14).all()


def test_what_is_blurred_after_an_edge_counts_as_it_is_then():
    """A sawtooth that falls a millionth after each edge, for its times are rounded."""
    edges = np.arange(5.0)
    found = integrate(lambda t: ((t - 1e-6) % 1.0 + 1e-6)[None], edges, blur=2e-6, rough_start=False)
    assert found.values[0] == approx(np.full(4, 0.5), rel=1e-11)
    assert found.reached == (True,)


def test_samples_come_by_rising_time_from_inside():
    found = integrate(lambda t: np.stack([t, t**2]), np.array([0.0, 1.0, 3.0]))
    assert (np.diff(found.points) >= 0.0).all() and found.points[0] > 0.0 and found.points[-1] < 3.0
    assert found.samples == approx(np.stack([found.points, found.points**2]))


def test_no_interval_gives_no_integral():
    found = integrate(lambda t: t[None], np.array([0.0]))
    assert found.values.shape == (1, 0) and found.reached == (True,)


@given(
    decay=st.floats(1e-3, 1e4),
    power=st.sampled_from([-0.7, 0.0, 2.0]),
    times=st.lists(st.floats(1e-3, 1.0), min_size=1, max_size=8).map(sorted),
)
def test_integrals_to_times_inside_the_intervals(decay, power, times):
    """Of a power at the start, and of an exponential after an edge; also at edges and at the beginning."""
    edges, times = np.array([0.0, 0.3, 1.0]), np.array([0.0, *times, 1.0])

    def both(t):
        later = np.maximum(t - 0.3, 0.0)
        return np.stack([t**power, np.where(t > 0.3, np.exp(-decay * later), 0.0) + 1e-3])

    found = integrate(both, edges, times=times)
    later = np.maximum(times - 0.3, 0.0)
    exact = np.stack([times ** (power + 1) / (power + 1), -np.expm1(-decay * later) / decay + 1e-3 * times])
    assert found.running == approx(exact, rel=1e-9)
    assert (np.abs(found.running - exact) <= found.running_errors + 1e-14 * exact).all()
    assert found.running[:, -1] == approx(found.values.sum(axis=1), rel=1e-14)
    assert found.reached == (True, True)


def test_rounding_noise_is_not_divided_for_ever() -> None:
    """Where every digit is noise no division helps: it is told as not reached, long before all parts there may be."""
    rng, evaluated = np.random.default_rng(1), 0

    def noise(t: np.ndarray) -> np.ndarray:
        nonlocal evaluated
        evaluated += len(t)
        return np.array([rng.uniform(0.0, 1e-22, len(t)), np.exp(-t)])

    found = integrate(noise, np.array([0.0, 1.0, 5.0]))
    assert found.reached == (False, True)
    assert found.values[1] == pytest.approx([-math.expm1(-1), math.exp(-1) - math.exp(-5)], rel=1e-10)
    assert evaluated < 100_000
