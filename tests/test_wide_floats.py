"""Numbers that no float holds, against fractions."""

from __future__ import annotations

import copy
import json
import math
import operator
import pickle
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from faulttree.results import csv_cell, json_text, number_text, share_text, text_table
from faulttree.wide_floats import WideFloat, exact_decimals, is_undefined, log10, nearest, wide_float

TINY = wide_float(Decimal("1.25e-350"))
HUGE = wide_float(Decimal("-2.5e400"))

numbers = st.one_of(
    st.floats(min_value=-1e300, max_value=1e300).filter(lambda x: x == 0 or abs(x) > 1e-300),
    st.builds(
        lambda digits, exponent: wide_float(Decimal(digits).scaleb(exponent)),
        st.integers(-999, 999),
        st.sampled_from([-5000, -700, -350, -320, -311, 0, 310, 400, 5000]),
    ),
)
OPERATIONS = (operator.add, operator.sub, operator.mul, operator.truediv)


@given(numbers, numbers, st.sampled_from(OPERATIONS))
@example(TINY, 1e50, operator.mul)
@example(TINY, TINY, operator.truediv)
@example(0.0, TINY, operator.sub)
@example(3, TINY, operator.truediv)
def test_reckons_as_fractions_do(one: float, other: float, operation: Any) -> None:
    if not isinstance(one, WideFloat) and not isinstance(other, WideFloat):
        one = TINY
    if operation is operator.truediv and other == 0:
        with pytest.raises(ZeroDivisionError):
            operation(one, other)
        return
    exact, found = operation(Fraction(one), Fraction(other)), operation(one, other)
    assert abs(Fraction(found) - exact) <= abs(exact) * Fraction(1e-15)
    held = exact == 0 or Fraction(2.3e-308) < abs(exact) < Fraction(1.79e308)
    assert not (held and isinstance(found, WideFloat)), "what a float holds is a float"


@given(numbers, numbers)
def test_compares_as_fractions_do(one: float, other: float) -> None:
    for compared in (operator.lt, operator.le, operator.gt, operator.ge, operator.eq, operator.ne):
        assert compared(one, other) == compared(Fraction(one), Fraction(other))
    if one == other:
        assert hash(one) == hash(other)


@given(st.integers(1, 10**16), st.integers(-6000, -330))
def test_the_logarithm_is_the_size(digits: int, exponent: int) -> None:
    number = wide_float(Decimal(digits).scaleb(exponent))
    assert log10(number) == pytest.approx(math.log10(digits) + exponent, rel=1e-15, abs=1e-12)


def test_what_no_float_holds_prints_as_it_is() -> None:
    assert (repr(TINY), str(HUGE), f"{TINY}") == ("1.25e-350", "-2.5e+400", "1.25e-350")
    assert (number_text(TINY), number_text(HUGE)) == ("1.250e-350", "-2.500e+400")
    assert (f"{TINY:.1e}", share_text(TINY), csv_cell(TINY)) == ("1.2e-350", "0.0%", "1.25e-350")
    assert json.loads(json_text({"p": TINY, "q": [HUGE]})) == {"p": "1.25e-350", "q": ["-2.5e+400"]}
    assert text_table(["p"], [[TINY]]).splitlines()[-1] == "1.250e-350"
    assert float(repr(TINY)) == 0.0 and Decimal(repr(TINY)) == Decimal("1.25e-350")


def test_denormals_are_wide_for_floats_hold_few_of_their_digits() -> None:
    number = wide_float(Decimal("1.2345678901e-315"))
    assert isinstance(number, WideFloat) and repr(number) == "1.2345678901e-315"
    assert wide_float(Decimal("2.2250738585072014e-308")) == 2.2250738585072014e-308
    assert type(wide_float(Decimal("0.5"))) is float and wide_float(Decimal(0)) == 0.0
    assert wide_float(Decimal("inf")) == math.inf and math.isnan(wide_float(Decimal("nan")))


def test_is_never_zero_and_never_infinite_to_what_does_not_know_it() -> None:
    assert TINY and TINY != 0 and TINY > 0.0 and not is_undefined(TINY) and is_undefined(math.nan)
    assert math.isnan(np.array([TINY, HUGE])[0]) and math.isnan(float(TINY)) and not math.isinf(HUGE)
    assert (nearest(TINY), nearest(HUGE), nearest(0.25)) == (0.0, -math.inf, 0.25)
    assert log10(0.0) == -math.inf and log10(1e-5) == -5.0


def test_survives_copies() -> None:
    for made in (copy.copy(TINY), copy.deepcopy(TINY), pickle.loads(pickle.dumps(TINY))):
        assert made == TINY and isinstance(made, WideFloat)
    assert {TINY: 1}[wide_float(Decimal("1.25e-350"))] == 1
    assert min(1.0, TINY) is TINY and max(0.0, TINY) is TINY and sorted([1.0, TINY, 0.0]) == [0.0, TINY, 1.0]
    assert abs(-TINY) == TINY and +TINY is TINY
    assert repr(TINY**2) == "1.5625e-700"
    with pytest.raises(TypeError):
        TINY + "1"


@pytest.mark.parametrize("end", [sys.float_info.min, sys.float_info.max])
def test_the_ends_of_floats_are_floats_also_when_they_are_worked_out(end: float) -> None:
    """To forty digits; the context of the thread, of 28, has no say."""
    for digits in (40, 60, 800):
        found = wide_float(exact_decimals(digits).create_decimal_from_float(end))
        assert type(found) is float and found == end
    assert type(wide_float(Decimal(sys.float_info.min) * Decimal("0.999999999999999"))) is WideFloat
