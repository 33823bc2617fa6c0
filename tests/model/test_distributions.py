"""Distributions of uncertain numbers: means and shares against scipy and quadrature."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from faulttree.model.distributions import (
    Beta,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Normal,
    Triangular,
    Uniform,
    cut_off_at_one,
    share_below_zero,
    share_over_one,
)

LAWS = [
    Lognormal(-3.0, 0.5), Lognormal(8.0, 2.0), Lognormal(-3.0, 0.5, 0.9), Beta(2.0, 3.0), Gamma(2.0, 1e-6),
    Gamma(2.0, 0.1, 0.5), Uniform(0.0, 5.0), Normal(0.2, 0.05), Normal(7200.0, 60.0, 3600.0, 10800.0),
    Triangular(1.0, 1.0, 2.0), Histogram((0.0, 1.0, 3.0), (1.0, 0.0)), Empirical((2.0, 1.0)), Empirical((0.1,)),
]  # fmt: skip


def by_quadrature(density, low, high, points=()):
    whole = integrate.quad(density, low, high, points=points or None, epsabs=0, epsrel=1e-12, limit=400)[0]
    first = integrate.quad(
        lambda x: x * density(x), low, high, points=points or None, epsabs=0, epsrel=1e-12, limit=400
    )
    return first[0] / whole


@pytest.mark.parametrize("mu", [-9.2, -2.0, -0.1])
@pytest.mark.parametrize("sigma", [0.01, 0.7, 3.0])
def test_the_mean_of_a_lognormal(mu, sigma):
    assert Lognormal(mu, sigma).mean == pytest.approx(stats.lognorm(sigma, scale=math.exp(mu)).mean(), rel=1e-13)
    # Over the logarithm the density is smooth.
    low, high = mu - 12 * sigma, min(0.0, mu + 12 * sigma)
    weight = stats.norm(mu, sigma).pdf
    whole = integrate.quad(weight, low, high, epsabs=0, epsrel=1e-12, points=[min(mu, high)])[0]
    first = integrate.quad(
        lambda y: math.exp(y) * weight(y), low, high, epsabs=0, epsrel=1e-12, points=[min(mu, high)]
    )[0]
    assert Lognormal(mu, sigma, 1.0).mean == pytest.approx(first / whole, rel=1e-9)
    assert share_over_one(Lognormal(mu, sigma)) == pytest.approx(stats.norm.sf(-mu / sigma), rel=1e-9, abs=1e-300)


@pytest.mark.parametrize("shape", [0.1, 1.0, 2.5, 40.0, 3000.0, 9e5, 2e6, 1e9])
@pytest.mark.parametrize("x", [0.7, 0.999, 1.0, 1.001, 1.2])
def test_the_share_and_the_mean_of_a_gamma(shape, x):
    scale = 1.0 / (shape * x)  # so that 1 is x means
    law = stats.gamma(shape, scale=scale)
    # exp of a difference of numbers of the size of the shape; above 1e6 a power of a normal variable.
    close = {"rel": 1e-13 * max(shape, 100.0)} if shape <= 1e6 else {"rel": 1e-5, "abs": 1e-7}
    assert share_over_one(Gamma(shape, scale)) == pytest.approx(law.sf(1.0), **({"abs": 1e-13} | close))
    if law.cdf(1.0) > 0.4:
        expected = shape * scale * stats.gamma(shape + 1, scale=scale).cdf(1.0) / law.cdf(1.0)
        assert Gamma(shape, scale, 1.0).mean == pytest.approx(
            expected, rel=max(1e-11, 1e-14 * shape) if shape <= 1e6 else 1e-7
        )
    assert Gamma(shape, scale).mean == pytest.approx(law.mean(), rel=1e-14)


def test_the_tails_of_a_gamma():
    assert share_over_one(Gamma(2.0, 1e-3)) == pytest.approx(stats.gamma(2.0, scale=1e-3).sf(1.0), rel=1e-10)
    assert Gamma(2.0, 5e-324, 1.0).mean == pytest.approx(1e-323)
    assert Gamma(1e-3, 1e-9, 1.0).mean == pytest.approx(1e-12, rel=1e-12)


@given(st.floats(0.0, 1.0), st.floats(1e-3, 50.0), st.floats(0.0, 0.4), st.floats(0.6, 1.0))
def test_the_mean_of_a_normal_cut_off(place, sd, low, high):
    centre = low + place * (high - low)
    expected = by_quadrature(stats.norm(centre, sd).pdf, low, high, [centre] if low < centre < high else ())
    assert Normal(centre, sd, low, high).mean == pytest.approx(expected, rel=1e-8)


def test_a_normal_hardly_cut_off_or_nearly_flat():
    assert Normal(3.0, 0.1).mean == 3.0
    assert Normal(0.0, 1.0).mean == pytest.approx(math.sqrt(2 / math.pi), rel=1e-14)
    assert Normal(0.5, 1e9, 0.25, 1.0).mean == pytest.approx(0.625, rel=1e-12)
    assert share_over_one(Normal(0.9, 0.1)) == pytest.approx(stats.norm.sf(1.0), rel=1e-9)
    assert share_below_zero(Normal(0.2, 0.1)) == pytest.approx(stats.norm.sf(2.0), rel=1e-12)


def test_the_other_means():
    assert Beta(2.0, 6.0).mean == stats.beta(2, 6).mean()
    assert Uniform(0.25, 0.75).mean == 0.5
    assert Triangular(1.0, 2.0, 6.0).mean == pytest.approx(stats.triang(0.2, loc=1, scale=5).mean(), rel=1e-14)
    histogram = Histogram((0.0, 1.0, 3.0, 4.0), (1.0, 4.0, 0.0))
    assert histogram.mean == pytest.approx((0.5 * 1 + 2.0 * 4) / 5, rel=1e-14)
    assert Histogram((0.0, 1.0), (1e300,)).mean == 0.5
    assert Empirical((1.0, 2.0, 2.0)).mean == pytest.approx(5 / 3, rel=1e-15)


@pytest.mark.parametrize("law", LAWS)
def test_the_mean_lies_within_reach_and_only_three_are_cut_off(law):
    low, high = law.reach
    assert low <= law.mean <= high
    cut = cut_off_at_one(law)
    assert cut.reach[1] <= 1.0 or cut == law
    if isinstance(law, Uniform | Triangular | Histogram | Empirical | Beta):
        assert cut == law
        assert share_over_one(law) == share_below_zero(law) == 0.0
