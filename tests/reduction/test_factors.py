"""The share of each independent event: handbook formulas in fractions, and sums over a member's events."""

from __future__ import annotations

import pickle
from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reduction.groups import factors_of, orders

from faulttree.errors import InvalidRequestError
from faulttree.laws import Quantity
from faulttree.reduction import Coefficient

KEYS = {"staggered": "alpha_factor_staggered", "non-staggered": "alpha_factor_non_staggered"}
# A handful of roundings.
DIGITS = 1e-14


def coefficients(key: str, factors: list[float], n: int) -> list[Coefficient]:
    numbers = tuple(map(Quantity, factors))
    return [Coefficient(KEYS.get(key, key), numbers, n, k, "pumps") for k in range(1, n + 1)]


@given(st.data())
def test_each_share_is_the_handbooks(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 8))
    key, factors = data.draw(factors_of(n))
    exact = orders(key, list(map(Fraction, factors)), n, Fraction(1))
    found = coefficients(key, factors, n)
    assert [c.value() for c in found] == pytest.approx(list(map(float, exact)), rel=DIGITS, abs=0)
    assert [c.is_zero for c in found] == [share == 0 for share in exact]


@given(st.data())
def test_a_members_shares_add_up_to_the_whole(data: st.DataObject) -> None:
    n = data.draw(st.integers(2, 8))
    key, factors = data.draw(factors_of(n))
    total = sum(comb(n - 1, c.order - 1) * c.value() for c in coefficients(key, factors, n))
    # phi_k is of one set of k components, so the sum tells whether the user meant it so.
    wanted = sum(comb(n - 1, k) * phi for k, phi in enumerate(factors)) if key == "phi_factor" else 1.0
    assert total == pytest.approx(wanted, rel=DIGITS)


@pytest.mark.parametrize("beta", [1e-12, 1 - 1e-12])
def test_small_shares_keep_their_digits(beta: float) -> None:
    alone, together = coefficients("beta_factor", [beta], 2)
    assert alone.value() == pytest.approx(float(1 - Fraction(beta)), rel=DIGITS, abs=0)
    assert together.value() == beta
    _, _, all_three = coefficients("mgl", [beta, beta], 3)
    assert all_three.value() == pytest.approx(float(Fraction(beta) ** 2), rel=DIGITS, abs=0)


def test_a_shock_fails_each_component_by_itself() -> None:
    p = 0.3
    found = [Coefficient("shock", (Quantity(p),), 4, k).value() for k in range(1, 5)]
    assert found == pytest.approx([p**k * (1 - p) ** (4 - k) for k in range(1, 5)], rel=DIGITS)
    # Over all sets of components, with the shock that fails none, the shares are a distribution.
    assert (1 - p) ** 4 + sum(comb(4, k) * c for k, c in enumerate(found, 1)) == pytest.approx(1.0, rel=DIGITS)


def test_uncertain_factors_give_a_share_for_each_sample() -> None:
    coefficient = Coefficient("mgl", (Quantity(0.1, "beta"), Quantity(0.5)), 3, 2, "pumps")
    assert coefficient.inputs == {"beta"}
    assert coefficient.value() == pytest.approx(0.1 * 0.5 / 2, rel=DIGITS)
    samples = np.array([0.0, 0.2, 1.0])
    assert np.asarray(coefficient.value({"beta": samples, "other": samples})) == pytest.approx(samples / 4, rel=DIGITS)
    assert pickle.loads(pickle.dumps(coefficient)) == coefficient
    assert hash(coefficient) == hash(pickle.loads(pickle.dumps(coefficient)))


def test_only_what_is_zero_for_every_sample_is_left_out() -> None:
    uncertain = Quantity(0.0, "rho")
    assert not Coefficient("mgl", (uncertain, Quantity(0.5)), 3, 3).is_zero
    assert Coefficient("mgl", (uncertain, Quantity(0.0)), 3, 3).is_zero
    assert Coefficient("mgl", (Quantity(1.0), uncertain), 3, 1).is_zero
    assert not Coefficient("beta_factor", (uncertain,), 3, 3).is_zero
    assert Coefficient("beta_factor", (uncertain,), 3, 2).is_zero
    assert not Coefficient("alpha_factor_staggered", (Quantity(1.0), uncertain), 2, 2).is_zero


@pytest.mark.parametrize("samples", [[0.5, 1.5], [-0.1, 0.5], [0.5, np.nan]])
def test_samples_outside_0_and_1_are_refused(samples: list[float]) -> None:
    coefficient = Coefficient("beta_factor", (Quantity(0.1, "beta"),), 2, 1, "pumps")
    with pytest.raises(
        InvalidRequestError, match=r"group 'pumps': the factor 'beta' has samples .* not within \[0, 1\]"
    ):
        coefficient.value({"beta": np.array(samples)})
