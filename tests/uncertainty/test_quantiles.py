"""Quantiles against scipy.stats and closed forms: both tails keep their digits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from faulttree.model.distributions import (
    Beta,
    Distribution,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
)
from faulttree.uncertainty import quantile
from faulttree.uncertainty.quantiles import standard_normal_quantile

TAIL = np.array([1e-30, 1e-15, 1e-12, 1e-6, 1e-3, 0.1, 0.3, 0.49, 0.5])

CASES = [
    (Lognormal(math.log(1e-5), 1.4), stats.lognorm(1.4, scale=1e-5)),
    (Beta(2.0, 7.5), stats.beta(2.0, 7.5)),
    (Beta(0.5, 200.5), stats.beta(0.5, 200.5)),
    (Beta(200.5, 0.5), stats.beta(200.5, 0.5)),
    (Gamma(0.5, 1e-6), stats.gamma(0.5, scale=1e-6)),
    (Gamma(30.0, 2.0), stats.gamma(30.0, scale=2.0)),
    (Uniform(0.0, 3e-4), stats.uniform(0.0, 3e-4)),
    (Loguniform(1e-6, 1e-3), stats.loguniform(1e-6, 1e-3)),
    (Normal(5.0, 2.0, -math.inf), stats.norm(5.0, 2.0)),
    (Triangular(0.0, 0.2, 1.0), stats.triang(0.2)),
    (Triangular(0.0, 0.0, 1.0), stats.triang(0.0)),
    (Triangular(0.0, 1.0, 1.0), stats.triang(1.0)),
]


@pytest.mark.parametrize(("ours", "theirs"), CASES, ids=lambda each: str(each) if isinstance(each, tuple) else None)
def test_quantiles_are_those_of_scipy_in_both_tails(ours: Distribution, theirs: stats.rv_continuous) -> None:
    # Shapes below 1 take the quantile to a power, which multiplies the rounding of u.
    assert quantile(ours, TAIL) == pytest.approx(theirs.ppf(TAIL), rel=1e-13, abs=0)
    upper = theirs.isf(TAIL)
    if isinstance(ours, Triangular):  # scipy takes one minus u, so its lower tail is asked in the mirror
        upper = 1.0 - stats.triang(1.0 - ours.mode).ppf(TAIL)
    assert quantile(ours, 1.0 - TAIL, TAIL) == pytest.approx(upper, rel=1e-13, abs=0)


@pytest.mark.parametrize("distribution", [case[0] for case in CASES], ids=str)
def test_the_mean_of_the_quantiles_is_the_distributions(distribution: Distribution) -> None:
    # Gauss-Legendre in the normal score, where every integrand here is smooth but for a kink of the triangle.
    z, weight = np.polynomial.legendre.leggauss(300)
    z, weight = 7 * z, 7 * weight
    values = quantile(distribution, stats.norm.cdf(z), stats.norm.sf(z))
    assert float(np.sum(values * stats.norm.pdf(z) * weight)) == pytest.approx(distribution.mean, rel=1e-6)


@pytest.mark.parametrize(
    "distribution",
    [
        Lognormal(math.log(0.3), 1.0, 1.0),
        Lognormal(math.log(0.3), 1.0, 1e-3),
        Normal(1.0, 0.5, 0.0),
        Normal(1.0, 0.5, 0.0, 1.0),
        Normal(0.0, 1.0, 0.0, 0.1),
        Gamma(2.0, 0.5, 1.0),
        Gamma(2.0, 5.0, 1.0),
    ],
    ids=str,
)
def test_a_cut_off_distribution_is_the_conditional_one(distribution: Distribution) -> None:
    u = np.array([1e-9, 0.01, 0.3, 0.5, 0.7, 0.99, 1 - 1e-9])
    match distribution:
        case Lognormal(mu, sigma, high):
            whole, low = stats.lognorm(sigma, scale=math.exp(mu)), 0.0
        case Normal(centre, sd, low, high):
            whole = stats.norm(centre, sd)
        case Gamma(shape, scale, high):
            whole, low = stats.gamma(shape, scale=scale), 0.0
    values = quantile(distribution, u)
    assert np.all((values >= low) & (values <= high))
    assert np.all(np.diff(values) > 0)
    # The definition: P(X <= x | low <= X <= high) = u; absolute, for the differences lose what lies below.
    kept = whole.cdf(high) - whole.cdf(low)
    assert (whole.cdf(values) - whole.cdf(low)) / kept == pytest.approx(u, rel=1e-12, abs=1e-14)
    z, weight = np.polynomial.legendre.leggauss(400)
    mean = float(np.sum(quantile(distribution, 0.5 + 0.5 * z) * 0.5 * weight))
    assert mean == pytest.approx(distribution.mean, rel=1e-4)


def test_an_interval_far_out_in_a_tail_has_quantiles() -> None:
    # Beyond 40 a normal variable is exponential of rate 40 but for 1/40^2; below -40 the mirror image.
    u = np.array([0.1, 0.5, 0.9])
    beyond = standard_normal_quantile(u, 1 - u, 40.0, 60.0)
    assert beyond - 40.0 == pytest.approx(-np.log1p(-u) / 40.0, rel=3e-3)
    mirrored = standard_normal_quantile(1 - u, u, -60.0, -40.0)
    assert mirrored == pytest.approx(-beyond, rel=1e-14)


def test_histograms_and_values() -> None:
    histogram = Histogram((0.0, 1.0, 2.0, 4.0), (1.0, 0.0, 3.0))
    assert quantile(histogram, [0.125, 0.25, 0.2500001, 0.625, 1.0]) == pytest.approx(
        [0.5, 1.0, 2.0, 3.0, 4.0], rel=1e-6
    )
    values = Empirical((3.0, 1.0, 2.0, 2.0))
    assert quantile(values, [1e-9, 0.25, 0.2500001, 0.75, 0.76, 1.0]).tolist() == [1.0, 1.0, 2.0, 2.0, 3.0, 3.0]


def test_shapes_are_kept() -> None:
    for distribution, _ in CASES:
        assert quantile(distribution, np.full((2, 3), 0.4)).shape == (2, 3)
    assert quantile(Beta(1.0, 1.0), 0.25).tolist() == pytest.approx(0.25)


def test_values_with_weights_are_drawn_by_these() -> None:
    drawn = quantile(Empirical((5.0, 1.0, 3.0), (2.0, 0.0, 6.0)), (np.arange(800) + 0.5) / 800)
    assert np.unique(drawn, return_counts=True)[1].tolist() == [600, 200]
    assert np.mean(drawn) == pytest.approx(Empirical((5.0, 1.0, 3.0), (2.0, 0.0, 6.0)).mean)
    assert Empirical((5.0, 1.0, 3.0), (2.0, 0.0, 6.0)).reach == (3.0, 5.0)
