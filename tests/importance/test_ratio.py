"""The one rule for a divisor of zero, of numbers and of arrays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from faulttree.importance.ratio import ratio

INF = math.inf
CASES = [
    (1.0, 2.0, 0.5),
    (-1.0, 2.0, -0.5),
    (1.0, 0.0, INF),
    (-1.0, 0.0, -INF),
    (1.0, -0.0, INF),
    (5e-324, 0.0, INF),
    (0.0, 2.0, 0.0),
    (1e300, 1e-300, INF),
    (1.0, INF, 0.0),
]


@pytest.mark.parametrize(("dividend", "divisor", "quotient"), CASES)
def test_numbers(dividend: float, divisor: float, quotient: float) -> None:
    found = ratio(dividend, divisor)
    assert type(found) is float
    assert found == quotient


def test_arrays_follow_the_rule_of_numbers() -> None:
    dividends, divisors, quotients = np.array(CASES).T
    assert ratio(dividends, divisors).tolist() == quotients.tolist()
    assert ratio(np.array([3.0, -3.0]), 0.0).tolist() == [INF, -INF]


@pytest.mark.parametrize(("dividend", "divisor"), [(0.0, 0.0), (-0.0, 0.0), (math.nan, 0.0), (math.nan, 1.0)])
def test_what_has_no_limit_is_nan(dividend: float, divisor: float) -> None:
    assert math.isnan(ratio(dividend, divisor))


def test_a_quotient_of_zero_has_no_sign() -> None:
    assert math.copysign(1.0, ratio(-0.0, 2.0)) == math.copysign(1.0, ratio(-1e-300, 1e300)) == 1.0
