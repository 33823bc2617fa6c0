"""Numbers, times and rates in expressions: what comes out, and what must not be mixed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from expression_strategies import SPELLINGS, UNITS

from faulttree.expressions import DimensionError, dimension, parsed

OF = {"rate": Fraction(-1), "time": Fraction(1), "p": Fraction(0)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rate * t", 0), ("1 - exp(-rate * t)", 0), ("2 * rate", -1), ("rate + 1e-6 /h", -1), ("1 / time", -1),
        ("t / 24 h", 0), ("sqrt(time * t)", 1), ("(rate * t) ^ 1.5", 0), ("time ^ 2", 2), ("time ^ -1", -1),
        ("max(rate, 0)", -1), ("if(t > 100 h, rate, 2 * rate)", -1), ("mod(t, 24 h)", 1), ("floor(t / 1 h)", 0),
        ("exponential(rate, 24 h)", 0), ("weibull(time, 2, 0, t)", 0), ("glm(p, rate, 1 / time, t)", 0),
        ("periodic_test(rate, 720 h, 0, t)", 0), ("t > 0", 0), ("abs(-time)", 1), ("0 * rate", -1),
        ("switch(p > 0.5, rate, t < 1 h, 2 * rate, 0)", -1), ("mean(time, 2 h)", 1), ("1 / (rate + 1 /h)", 1),
    ],
)  # fmt: skip
def test_the_dimension_follows_from_the_parts(text: str, expected: int) -> None:
    assert dimension(parsed(text, SPELLINGS), OF.__getitem__, UNITS) == expected


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("rate + p", "`rate` is a rate, and `p` is a number"),
        ("exp(-rate)", "the argument of `exp` is a number, and `-rate` is a rate; multiply it by a time"),
        ("1 - t", "`1` is a number, and `t` is a time"),
        ("t > 100", "`t` is a time, and `100` is a number"),
        ("p ^ t", "the exponent of a power is a number, and `t` is a time"),
        ("t ^ p", "its exponent is no plain number"),
        ("if(t, 1, 2)", "a test of `if` is a number, and `t` is a time"),
        ("if(p, rate, 1)", "`rate` is a rate, and `1` is a number"),
        ("exponential(rate, 24)", "argument 2 of `exponential` is a time, and `24` is a number; give it a unit"),
        ("exponential(2, t)", "argument 1 of `exponential` is a rate"),
        ("rate * t and rate", "a truth value of `and`"),
        ("log10(time)", "the argument of `log10` is a number"),
        ("min(time ^ 2, t)", "`time ^ 2` is time^2, and `t` is a time"),
    ],
)
def test_what_is_mixed_is_refused_with_both_parts(text: str, what: str) -> None:
    with pytest.raises(DimensionError) as caught:
        dimension(parsed(text, SPELLINGS), OF.__getitem__, UNITS)
    assert what in str(caught.value)
