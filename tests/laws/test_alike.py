"""Alike components that causes fail together, against inclusion and exclusion over components in decimals."""

from __future__ import annotations

from decimal import Decimal, localcontext
from math import comb

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from faulttree.laws import alike

# Sums of positive terms: a few hundred roundings at most.
DIGITS = 3e-13
# Enough for differences that are 1e-300 of their terms.
PRECISION = 800


def none_failed(q: list[Decimal], b: int) -> Decimal:
    """The probability that none of b given components of n has failed: no set that meets them has its cause."""
    n, found = len(q), Decimal(1)
    for k, q_k in enumerate(q, start=1):
        found *= (1 - q_k) ** (comb(n, k) - comb(n - b, k))
    return found


def failed_and_not(q: list[Decimal], a: int, b: int) -> Decimal:
    """The probability that a given components have failed and b others have not."""
    return sum(((-1) ** i * comb(a, i) * none_failed(q, b + i) for i in range(a + 1)), start=Decimal(0))


CAUSES = st.lists(st.sampled_from([0.0, 1e-12, 1e-5, 1e-3, 0.1, 0.5, 0.9, 1 - 1e-9]), min_size=1, max_size=10)


@settings(max_examples=25, deadline=None)
@given(CAUSES)
def test_which_have_failed(q: list[float]) -> None:
    n, column = len(q), np.array(q)[:, None]
    found, exact = alike(column, 1.0 - column), list(map(Decimal, q))
    with localcontext() as context:
        context.prec = PRECISION
        for d in range(n + 1):
            assert found.all_failed(d) == pytest.approx(float(failed_and_not(exact, d, 0)), rel=DIGITS, abs=1e-300)
        for down in range(n):
            up = n - 1 - down
            both = failed_and_not(exact, down, up)
            p, not_p, _ = found.next_failed(up, down)
            if both:
                assert p == pytest.approx(float(failed_and_not(exact, down + 1, up) / both), rel=DIGITS, abs=1e-300)
                assert not_p == pytest.approx(float(failed_and_not(exact, down, up + 1) / both), rel=DIGITS, abs=1e-300)


def test_fourteen_by_causes_of_every_size() -> None:
    q = [10.0 ** -(2 + k / 2) for k in range(14)]
    column = np.array(q)[:, None]
    found = alike(column, 1.0 - column)
    with localcontext() as context:
        context.prec = PRECISION
        for d in range(15):
            assert found.all_failed(d) == pytest.approx(float(failed_and_not([*map(Decimal, q)], d, 0)), rel=DIGITS)


@settings(max_examples=15, deadline=None)
@example([1e-12, 0.0], 1)  # a cause that cannot have come yet, and is about to
@given(CAUSES.filter(any), st.integers(0, 9))
def test_how_it_changes(q: list[float], down: int) -> None:
    """The derivative of P(one more has failed), as a difference quotient in decimals."""
    n = len(q)
    down = min(down, n - 1)
    up, rate = n - 1 - down, [0.3 * q_k + 1e-6 * (k % 2) for k, q_k in enumerate(q)]
    column = np.array(q)[:, None]
    _, _, slope = alike(column, 1.0 - column, np.array(rate)[:, None]).next_failed(up, down)
    with localcontext() as context:
        context.prec = PRECISION
        step, ends = Decimal(10) ** -200, []
        for sign in (-1, 1):
            moved = [Decimal(q_k) + sign * step * Decimal(w) for q_k, w in zip(q, rate, strict=True)]
            both = failed_and_not(moved, down, up)
            if not failed_and_not([*map(Decimal, q)], down, up):
                return
            ends.append(failed_and_not(moved, down + 1, up) / both)
        exact = float((ends[1] - ends[0]) / (2 * step))
        size = max(w / q_k for q_k, w in zip(q, rate, strict=True) if q_k) if any(q) else 1.0
    # A difference of two terms, each no larger than P times the relative rates of a few causes.
    assert slope == pytest.approx(exact, rel=1e-9, abs=1e-11 * size * n * n)


def test_columns_are_worked_out_apart() -> None:
    rng = np.random.default_rng(1)
    q = rng.uniform(0, 0.2, (6, 5))
    q[:, 2] = 0.0
    rate = rng.uniform(0, 1, (6, 5))
    together = alike(q, 1.0 - q, rate)
    for column in range(5):
        part = slice(column, column + 1)
        alone = alike(q[:, part], 1.0 - q[:, part], rate[:, part])
        for down in range(6):
            for mine, own in zip(together.next_failed(5 - down, down), alone.next_failed(5 - down, down), strict=True):
                assert np.broadcast_to(mine, 5)[column] == pytest.approx(own, rel=1e-12)


def test_what_is_only_beginning() -> None:
    """While nothing can have failed, the rates say which fail together as something first does."""
    q, rate = np.zeros((3, 1)), np.array([[2.0], [1.0], [5.0]])
    first = alike(q, 1.0 - q, rate)
    # The first of three: causes of its own, of two pairs and of all; P is 0 so far.
    assert first.next_failed(0, 0) == (0.0, 1.0, pytest.approx(2.0 + 2 * 1.0 + 5.0))
    # Then the next fails with it by one pair's cause or that of all.
    assert first.next_failed(0, 1)[0] == pytest.approx((1.0 + 5.0) / 9.0)
    nothing = alike(q, 1.0 - q)
    assert [nothing.all_failed(d) for d in range(4)] == [1.0, 0.0, 0.0, 0.0]


def test_very_small_causes_keep_their_digits() -> None:
    """P(all of 12 have failed) is below any float; the conditional probabilities are not."""
    column = np.array([1e-50, *[0.0] * 11])[:, None]
    found = alike(column, 1.0 - column)
    assert found.all_failed(12) == 0.0
    assert [found.next_failed(0, down)[0] for down in range(12)] == pytest.approx([1e-50] * 12, rel=1e-12)
