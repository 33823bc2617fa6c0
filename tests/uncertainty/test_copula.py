"""Rank correlations: what is stated is what samples have, and other inputs are left alone."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.model.distributions import Beta, Lognormal, Uniform
from faulttree.uncertainty import Design, UncertainInputs

DISTRIBUTIONS = {"a": Uniform(0.0, 1.0), "b": Lognormal(-5.0, 2.0), "free": Beta(2.0, 3.0), "c": Beta(0.5, 5.0)}


@pytest.mark.parametrize("method", ["monte-carlo", "sobol"])
def test_samples_have_the_rank_correlations_stated(method: str) -> None:
    design = Design.of(method, 40_000, 1, len(DISTRIBUTIONS))
    u = np.concatenate([design.points(chunk) for chunk in design.chunks()], axis=1)
    stated = (("a", "b", 0.7), ("b", "c", -0.5))
    values = UncertainInputs(DISTRIBUTIONS, stated).values(u)
    found = stats.spearmanr(np.array(list(values.values())).T).statistic
    names = list(values)
    expected = {frozenset(pair): rank for *pair, rank in stated}
    for i, first in enumerate(names):
        for j, second in enumerate(names[:i]):
            # Standard error 1 / sqrt(N) = 0.005; pairs of which nothing is stated have none.
            assert found[i, j] == pytest.approx(expected.get(frozenset((first, second)), 0.0), abs=0.025)
    for name, distribution in DISTRIBUTIONS.items():
        assert values[name].mean() == pytest.approx(distribution.mean, rel=0.2 if name == "b" else 0.02)
    # Each alone is distributed as before; Kolmogorov's 1 % point is 1.63 / sqrt(N) = 0.008.
    assert stats.kstest(values["c"], stats.beta(0.5, 5.0).cdf).statistic < 0.01
    assert stats.kstest(values["b"], stats.lognorm(2.0, scale=np.exp(-5.0)).cdf).statistic < 0.01


def test_inputs_outside_stay_the_same_to_the_last_bit() -> None:
    u = Design.of("monte-carlo", 64, 5, 4).points(Design.of("monte-carlo", 64, 5, 4).chunks()[0])
    alone = UncertainInputs(DISTRIBUTIONS).values(u)
    tied = UncertainInputs(DISTRIBUTIONS, (("a", "c", 0.9),)).values(u)
    for name in ("a", "b", "free"):  # the first of a pair keeps its place too
        assert np.array_equal(alone[name], tied[name])
    assert not np.array_equal(alone["c"], tied["c"])


def test_strong_correlation_keeps_both_tails() -> None:
    u = np.array([[1e-12, 1.0 - 1e-12], [0.5, 0.5]])
    values = UncertainInputs({"a": Uniform(0.0, 1.0), "b": Uniform(0.0, 1.0)}, (("a", "b", 0.999999),)).values(u)
    assert 0 < values["b"][0] < 1e-11
    assert 0 < 1 - values["b"][1] < 1e-11


@pytest.mark.parametrize(
    ("correlations", "message"),
    [
        ((("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)), "not positive definite.*nearer to zero"),
        ((("a", "b", 0.2), ("b", "a", 0.2)), "given twice"),
        ((("a", "a", 0.2),), "two inputs"),
        ((("a", "b", 1.0),), "between -1 and 1"),
        ((("a", "b", float("nan")),), "between -1 and 1"),
    ],
)
def test_impossible_correlations_are_refused(correlations: tuple[tuple[str, str, float], ...], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        UncertainInputs(DISTRIBUTIONS, correlations)


def test_an_unknown_input_is_named() -> None:
    with pytest.raises(UnknownNameError, match="uncertain input 'fre' is not defined; did you mean 'free'"):
        UncertainInputs(DISTRIBUTIONS, (("a", "fre", 0.3),))
