"""Derivatives of every law by each of its numbers, against differences of the law's formula in eighty digits."""

from __future__ import annotations

import dataclasses
import decimal
import math
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.law_strategies import HOUR, chances, rates, single_laws

from faulttree.laws import (
    Alternatives,
    Constant,
    Exponential,
    GammaLife,
    HeldForm,
    Law,
    LawForm,
    MemberForm,
    NextFailedForm,
    PeriodicTest,
    Quantity,
    Repairable,
    WeightedForm,
    rate_of_time,
    sigma_of_error_factor,
    slope_of,
    value_of,
)
from faulttree.laws.duals import Dual, mean_growth, mean_survival

SHARES = ("coverage", "failure_at_test", "bad_restart", "probability", "on_demand")
RATE, DAY = 1e-5 / HOUR, 24 * HOUR
DIGITS, STEP = 80, Decimal("1e-30")
CONTEXT = decimal.Context(prec=DIGITS, Emin=-(10**9), Emax=10**9)
TIMES = st.sampled_from([0.003, 4.0, 10.3, 12.7, 29.0, 60.0, 1000.0, 1e6]).map(lambda hours: hours * HOUR)


@dataclasses.dataclass(frozen=True)
class Long:
    """A number of eighty digits that takes part in sums with floats."""

    x: Decimal

    @staticmethod
    def of(x: Any) -> Decimal:
        return x.x if isinstance(x, Long) else Decimal(float(x))

    def __add__(self, y: Any) -> Long:
        return Long(CONTEXT.add(self.x, Long.of(y)))

    def __sub__(self, y: Any) -> Long:
        return Long(CONTEXT.subtract(self.x, Long.of(y)))

    def __rsub__(self, y: Any) -> Long:
        return Long(CONTEXT.subtract(Long.of(y), self.x))

    def __mul__(self, y: Any) -> Long:
        return Long(CONTEXT.multiply(self.x, Long.of(y)))

    def __truediv__(self, y: Any) -> Long:
        return Long(CONTEXT.divide(self.x, Long.of(y)))

    def __rtruediv__(self, y: Any) -> Long:
        return Long(CONTEXT.divide(Long.of(y), self.x))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> Long:
        return Long(-self.x)

    def __abs__(self) -> Long:
        return Long(abs(self.x))

    def __mod__(self, y: Any) -> Long:
        return Long(CONTEXT.remainder(self.x, Long.of(y)))

    def __float__(self) -> float:
        return float(self.x)

    def __lt__(self, y: Any) -> bool:
        return self.x < Long.of(y)

    def __le__(self, y: Any) -> bool:
        return self.x <= Long.of(y)

    def __gt__(self, y: Any) -> bool:
        return self.x > Long.of(y)

    def __ge__(self, y: Any) -> bool:
        return self.x >= Long.of(y)

    def __eq__(self, y: object) -> bool:
        return self.x == Long.of(y)

    def __hash__(self) -> int:
        return hash(self.x)


def exp(x: Any) -> Long:
    power = Long.of(x)
    return Long(Decimal(0) if power < -(10**6) else CONTEXT.exp(power))


def normal_below(z: Any) -> Long:
    """By the series of the error function, in as many digits as it needs."""
    y = CONTEXT.divide(Long.of(z), CONTEXT.sqrt(Decimal(2)))
    if abs(y) > 30:
        return Long(Decimal(1 if y > 0 else 0))
    wide = decimal.Context(prec=DIGITS + 800, Emin=-(10**9), Emax=10**9)
    total, term, n = Decimal(0), y, 0
    while abs(term) > Decimal(10) ** -(DIGITS + 400):
        total, n = wide.add(total, wide.divide(term, Decimal(2 * n + 1))), n + 1
        term = wide.divide(wide.multiply(wide.multiply(wide.minus(term), y), y), Decimal(n))
    root = wide.sqrt(PI)
    return Long(CONTEXT.plus(wide.add(Decimal("0.5"), wide.divide(total, root))))


def incomplete(k: Decimal, x: Decimal) -> Decimal:
    """The lower incomplete gamma function, by its series of positive terms."""
    term = total = CONTEXT.divide(Decimal(1), k)
    n = k
    while term > total * Decimal(10) ** -(DIGITS + 5):
        n = CONTEXT.add(n, Decimal(1))
        term = CONTEXT.divide(CONTEXT.multiply(term, x), n)
        total = CONTEXT.add(total, term)
    power = CONTEXT.subtract(CONTEXT.multiply(k, CONTEXT.ln(x)), x)
    return CONTEXT.multiply(total, CONTEXT.exp(power))


def gamma_below(k: Any, x: Any) -> Long:
    shape, place = Long.of(k), Long.of(x)
    if not place:
        return Long(Decimal(0))
    if place > 250:
        return Long(Decimal(1))
    return Long(CONTEXT.divide(incomplete(shape, place), incomplete(shape, Decimal(260))))


def archimedes() -> Decimal:
    """Machin's formula, 1706."""
    wide = decimal.Context(prec=DIGITS + 810)

    def arctan_of_one_over(n: int) -> Decimal:
        total, power, k = Decimal(0), wide.divide(Decimal(1), Decimal(n)), 0
        while power:
            if power < Decimal(10) ** -(DIGITS + 805):
                break
            total = wide.add(total, wide.divide(power if k % 2 == 0 else wide.minus(power), Decimal(2 * k + 1)))
            power, k = wide.divide(power, Decimal(n * n)), k + 1
        return total

    return wide.multiply(4, wide.subtract(wide.multiply(4, arctan_of_one_over(5)), arctan_of_one_over(239)))


PI = archimedes()


@pytest.fixture(autouse=True, scope="module")
def eighty_digits() -> Iterator[None]:
    with decimal.localcontext(CONTEXT):
        yield


LONG: Any = SimpleNamespace(
    exp=exp,
    expm1=lambda x: exp(x) - 1.0,
    log=lambda x: Long(CONTEXT.ln(Long.of(x))),
    ceil=lambda x: Long(Long.of(x).to_integral_value(decimal.ROUND_CEILING)),
    minimum=lambda x, y: Long(min(Long.of(x), Long.of(y))),
    maximum=lambda x, y: Long(max(Long.of(x), Long.of(y))),
    where=lambda test, x, y: x if test else y,
    every=bool,
    some=bool,
    normal_below=normal_below,
    gamma_below=gamma_below,
    gamma_above=lambda k, x: 1.0 - gamma_below(k, x),
    log_gamma=lambda k: math.lgamma(float(k)),  # of the density only
)


def numbers_of(law: Law) -> dict[tuple[str, int | None], float]:
    """The numbers of a law, by field and, where that holds several, place."""
    found: dict[tuple[str, int | None], float] = {}
    for field in dataclasses.fields(law):  # type: ignore[arg-type]  # laws are dataclasses
        value = getattr(law, field.name)
        if isinstance(value, tuple):
            found |= {(field.name, place): each for place, each in enumerate(value)}
        elif isinstance(value, float) and math.isfinite(value):
            found[field.name, None] = value
    return found


def with_number(law: Law, name: str, place: int | None, value: Any) -> Law:
    if place is None:
        return dataclasses.replace(law, **{name: value})  # type: ignore[type-var]  # laws are dataclasses
    row = list(getattr(law, name))
    row[place] = value
    return dataclasses.replace(law, **{name: tuple(row)})  # type: ignore[type-var]


def form_of(law: Law, name: str, place: int | None) -> LawForm:
    """The law with an uncertain input `x` for one of its numbers."""
    fields: list[Any] = []
    for field in dataclasses.fields(law):  # type: ignore[arg-type]
        value = getattr(law, field.name)
        if value is None or isinstance(value, bool):
            if value is not None:
                fields.append((field.name, value))
        elif isinstance(value, tuple):
            here = [Quantity(each, "x" * (field.name == name and at == place)) for at, each in enumerate(value)]
            fields.append((field.name, tuple(here)))
        else:
            fields.append((field.name, Quantity(value, "x" * (field.name == name))))
    return LawForm(type(law), tuple(fields))


def q_at(law: Law, t: float) -> Long:
    q, _, _ = law._state(Long(Decimal(t)), LONG)
    return q if isinstance(q, Long) else Long(Decimal(float(q)))


def sides(law: Law, name: str, place: int | None, value: float, t: float) -> list[float]:
    """The derivatives by differences to the right, and to the left or of smaller steps: equal where it is smooth."""
    step = STEP * (Decimal(value) if value else Decimal(1) / Decimal(t))
    here = q_at(with_number(law, name, place, Long(Decimal(value))), t)
    found = []
    for move in (step, -step if value else step / 10**6):
        there = q_at(with_number(law, name, place, Long(Decimal(value) + move)), t)
        found.append(float(CONTEXT.divide((there - here).x, move)))
    return found


@settings(max_examples=300, deadline=None)
@given(law=single_laws, t=TIMES)
def test_every_law_moves_as_its_formula_says(law: Law, t: float) -> None:
    for (name, place), value in numbers_of(law).items():
        if isinstance(law, GammaLife) and t / law.scale > 200.0:
            continue  # the test's own series has no digits left there
        if value == 1.0 and name in SHARES:
            continue  # it cannot be more
        exact = sides(law, name, place, value, t)
        found = form_of(law, name, place).moving({"x": Dual(np.float64(value), 1.0)}, t)
        q, slope = float(value_of(found[0])), float(slope_of(found[0]))
        assert q == pytest.approx(float(law.at(t).unavailability), rel=1e-9, abs=1e-290)
        if math.isnan(slope) or not math.isclose(*exact, rel_tol=1e-9):
            continue  # a bend, a jump, or a formula that has no derivative there: the differences decide
        # What is below a few units of the last digit of the whole effect is rounding.
        typical = 1.0 / t if "rate" in name else 1.0 if name in SHARES else t
        least = 1e-14 * q / (value or typical)
        assert slope == pytest.approx(exact[0], rel=1e-9, abs=max(least, 1e-40)), (name, value, t)


@pytest.mark.parametrize(
    ("law", "name"),
    [
        (Exponential(1e-6 / HOUR), "rate"),
        (Repairable(1e-6 / HOUR, 0.1 / HOUR, 0.01), "repair_rate"),
        (Repairable(1e-6 / HOUR, 1e-9 / HOUR), "repair_rate"),
        (Repairable(1e-6 / HOUR, 0.1 / HOUR, steady_state=True), "rate"),
        (GammaLife(2.5, 1e4 * HOUR), "shape"),
        (GammaLife(40.0, 10 * HOUR), "shape"),
        (PeriodicTest(RATE, DAY, 10 * HOUR, 0.05 / HOUR, 2 * HOUR, None, False, 0.01, 0.9, 0.02), "rate"),
        (PeriodicTest(RATE, DAY, 10 * HOUR, 0.05 / HOUR, 2 * HOUR, None, True, 0.01, 0.9, 0.02), "coverage"),
        (PeriodicTest(1e-5 / HOUR, 24 * HOUR, 10 * HOUR), "interval"),
    ],
)  # fmt: skip
def test_ordinary_laws_keep_twelve_digits(law: Law, name: str) -> None:
    value = getattr(law, name)
    for hours in (1.0, 31.7, 299.0, 2321.0):
        right, left = sides(law, name, None, value, hours * HOUR)
        assert right == pytest.approx(left, rel=1e-20, abs=1e-40)
        found = form_of(law, name, None).moving({"x": Dual(np.float64(value), 1.0)}, hours * HOUR)
        assert float(slope_of(found[0])) == pytest.approx(right, rel=1e-12, abs=1e-40)


@given(st.floats(-12.0, 2.5))
def test_means_of_dying_out_keep_the_digits_of_their_slopes(exponent: float) -> None:
    """phi_1 = (1 - exp(-x)) / x and phi_2 = (1 - phi_1) / x."""
    value = 10.0**exponent
    x, h = Decimal(value), Decimal(value) * STEP

    def one(x: Decimal) -> Decimal:
        return CONTEXT.divide(1 - CONTEXT.exp(-x), x)

    def two(x: Decimal) -> Decimal:
        return CONTEXT.divide(CONTEXT.subtract(Decimal(1), one(x)), x)

    for function, of in ((mean_survival, one), (mean_growth, two)):
        found = function(Dual(value, 1.0))
        assert float(value_of(found)) == pytest.approx(float(of(x)), rel=1e-14)
        exact = float(CONTEXT.divide(CONTEXT.subtract(of(x + h), of(x - h)), 2 * h))
        assert float(slope_of(found)) == pytest.approx(exact, rel=1e-13)


def differences(form: Any, value: float, t: float, rel: float = 1e-4) -> tuple[float, float]:
    """dq/dx by differences of five points, and how far these can be wrong."""
    h = rel * value
    q = [float(form.law({"x": np.array([value + k * h])}).at(t).unavailability[0]) for k in (-2, -1, 1, 2)]
    found = (q[0] - 8 * q[1] + 8 * q[2] - q[3]) / (12 * h)
    return found, 1e-12 * max(q) / h + 1e-7 * abs(found)


def agrees(form: Any, value: float, t: float) -> None:
    found = form.moving({"x": Dual(np.float64(value), 1.0)}, t)
    exact, error = differences(form, value, t)
    state = form.law().at(t)
    assert float(value_of(found[0])) == pytest.approx(float(np.ravel(state.unavailability)[0]), rel=1e-11)
    assert float(value_of(found[1])) == pytest.approx(float(np.ravel(state.availability)[0]), rel=1e-11)
    assert float(slope_of(found[0])) == pytest.approx(exact, rel=0, abs=error)


POINT = 2e-5 / HOUR
MOVED = Quantity(POINT, "x")


def periodically(**more: Any) -> LawForm:
    fields = {"rate": MOVED, "interval": Quantity(24 * HOUR), "first_test": Quantity(24 * HOUR)}
    fields |= {name: Quantity(value) for name, value in more.items() if not isinstance(value, bool)}
    fields |= {name: value for name, value in more.items() if isinstance(value, bool)}
    return LawForm(PeriodicTest, tuple(fields.items()))


WHOLE = {"repair_rate": 0.1 / HOUR, "test_duration": 2 * HOUR, "failure_at_test": 0.01, "coverage": 0.9,
         "bad_restart": 0.02}  # fmt: skip
REPAIRED = LawForm(Repairable, (("rate", MOVED), ("repair_rate", Quantity(0.05 / HOUR)), ("on_demand", Quantity(0.01))))


@pytest.mark.parametrize("taken", ["exposure", "mean", "largest"])
@pytest.mark.parametrize(
    "form",
    [
        LawForm(Exponential, (("rate", MOVED),)),
        REPAIRED,
        periodically(),
        periodically(repair_rate=0.1 / HOUR),
        periodically(**WHOLE),
        periodically(**WHOLE, available_in_test=False),
        periodically(**WHOLE, rate_in_test=3e-4 / HOUR),
    ],
)
def test_states_that_are_taken(form: LawForm, taken: Any) -> None:
    agrees(HeldForm(form, taken, Quantity(301.0 * HOUR)), POINT, 0.0)


@pytest.mark.parametrize("taken", ["exposure", "mean", "largest"])
def test_the_time_of_a_state_that_is_taken(taken: Any) -> None:
    over = Quantity(300.0 * HOUR, "x")
    for kind, fields in ((Exponential, {"rate": 1e-3}), (Repairable, {"rate": 1e-3, "repair_rate": 0.02})):
        form = LawForm(kind, tuple((name, Quantity(rate / HOUR)) for name, rate in fields.items()))
        agrees(HeldForm(form, taken, over), 300.0 * HOUR, 0.0)


@settings(max_examples=60)
@given(shares=st.lists(st.floats(0.01, 0.24), min_size=2, max_size=4), exhaustive=st.booleans(),
       which=st.integers(0, 3), place=st.integers(0, 3), chained=st.booleans(), given_one=st.booleans())  # fmt: skip
def test_alternatives(
    shares: list[float], exhaustive: bool, which: int, place: int, chained: bool, given_one: bool
) -> None:
    n = len(shares)
    which, place = which % n, place % n
    parts = tuple(
        LawForm(Constant, (("probability", Quantity(p, "x" * (at == which))),)) for at, p in enumerate(shares)
    )
    known = tuple(0.25 if given_one and at == (which + 1) % n else None for at in range(n))
    form = MemberForm(Alternatives("group", exhaustive, known), parts, place, chained)
    agrees(form, shares[which], 0.0)


@settings(max_examples=40)
@given(rate=rates.filter(bool), share=chances.filter(lambda p: 0.0 < p < 0.5), up=st.integers(0, 2),
       down=st.integers(0, 1))  # fmt: skip
def test_groups_that_are_chained(rate: float, share: float, up: int, down: int) -> None:
    x = Quantity(rate, "x")
    alone = LawForm(Exponential, (("rate", x),))
    common = LawForm(Exponential, (("rate", Quantity(rate * share, "x", None)),))
    form = NextFailedForm(((alone,), (), (alone,), ()), up, down)
    del common
    agrees(form, rate, 700.0 * HOUR)


def test_sums_and_numbers_written_otherwise() -> None:
    class Half:
        inputs = frozenset({"x"})

        def value(self, sampled: Any) -> Any:
            return sampled.get("x", 0.2) * 0.5

    agrees(
        WeightedForm(
            (
                (
                    LawForm(
                        Exponential,
                        (
                            (
                                "rate",
                                Quantity(1e-6),
                            ),
                        ),
                    ),
                    Half(),
                ),
            )
        ),
        0.2,
        1000.0,
    )
    repaired = (("rate", Quantity(1e-4)), ("repair_rate", Quantity(50.0, "x", rate_of_time)))
    agrees(LawForm(Repairable, repaired), 50.0, 30.0)
    from faulttree.laws import LognormalLife

    life = (("median", Quantity(1000.0)), ("sigma", Quantity(3.0, "x", sigma_of_error_factor)))
    agrees(LawForm(LognormalLife, life), 3.0, 500.0)
