"""Numbers that no float holds: with the digits of one, and an exponent of any size."""

from __future__ import annotations

import decimal
import math
import sys
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

__all__ = [
    "KEEPS_DIGITS",
    "WideFloat",
    "as_decimal",
    "exact_decimals",
    "is_close",
    "is_undefined",
    "log10",
    "nearest",
    "product",
    "quotient",
    "read_float",
    "refuse_small",
    "total",
    "wide_float",
]

KEEPS_DIGITS = 1e-280
"""A sum of positive products that is this large has lost no digit to floats too small for any, however many terms."""
SIGNIFICANT = decimal.Context(prec=17, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
WORKING = decimal.Context(prec=40, Emin=decimal.MIN_EMIN, Emax=decimal.MAX_EMAX, traps=[])
LEAST, MOST = (WORKING.create_decimal_from_float(end) for end in (sys.float_info.min, sys.float_info.max))
"""The ends of floats, to as many digits as numbers are worked out to: what is worked out to be one of them is held."""


def exact_decimals(digits: int = 40) -> decimal.Context:
    """A context for decimal numbers of so many digits that neither underflow nor overflow; x / 0 is infinite."""
    context = WORKING.copy()
    context.prec = digits
    return context


def wide_float(number: Decimal) -> float:
    """The number as a float where one holds it with all digits, 0, infinite and nan included; else as a `WideFloat`."""
    if not number.is_finite() or not number or LEAST <= number.copy_abs() <= MOST:
        return float(number)
    return WideFloat(number)


class WideFloat(float):
    """A finite number, not 0, below the smallest normal float, 2.2e-308, or above the largest, 1.8e308; 17 digits.

    It reckons and compares with floats, and prints like one: `1e-350`; a result that a float holds is a float.
    To whatever reads the float itself, as `math` and numpy do, it is nan: not known, and never 0 or infinite.
    decimal: the number.
    """

    __slots__ = ("decimal",)
    decimal: Decimal

    def __new__(cls, number: Decimal) -> WideFloat:
        """To be called by `wide_float`, which knows what a float holds."""
        made = super().__new__(cls, math.nan)
        made.decimal = SIGNIFICANT.plus(number)
        return made

    @property
    def log10(self) -> float:
        """The common logarithm of the number's size."""
        exponent = self.decimal.adjusted()
        return exponent + math.log10(abs(float(self.decimal.scaleb(-exponent, SIGNIFICANT))))

    # Arithmetic

    def __add__(self, other: Any) -> Any:
        return self._with(other, WORKING.add)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._with(other, WORKING.subtract)

    def __rsub__(self, other: Any) -> Any:
        return self._with(other, lambda own, first: WORKING.subtract(first, own))

    def __mul__(self, other: Any) -> Any:
        return self._with(other, WORKING.multiply)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        if isinstance(other, int | float) and other == 0:
            raise ZeroDivisionError("float division by zero")
        return self._with(other, WORKING.divide)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(other, lambda own, first: WORKING.divide(first, own))

    def __pow__(self, power: Any, modulo: None = None) -> Any:
        return self._with(power, WORKING.power)

    def __neg__(self) -> float:
        return WideFloat(-self.decimal)

    def __pos__(self) -> float:
        return self

    def __abs__(self) -> float:
        return WideFloat(abs(self.decimal))

    def _with(self, other: Any, operation: Any) -> Any:
        if not isinstance(other, int | float):
            return NotImplemented
        return wide_float(operation(self.decimal, as_decimal(other)))

    # Comparison

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int | float | Decimal) and self.decimal == as_decimal(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __lt__(self, other: Any) -> bool:
        return other == other and self.decimal < as_decimal(other)

    def __le__(self, other: Any) -> bool:
        return other == other and self.decimal <= as_decimal(other)

    def __gt__(self, other: Any) -> bool:
        return other == other and self.decimal > as_decimal(other)

    def __ge__(self, other: Any) -> bool:
        return other == other and self.decimal >= as_decimal(other)

    def __hash__(self) -> int:
        return hash(self.decimal)

    def __bool__(self) -> bool:
        return True

    # Text and copies

    def __repr__(self) -> str:
        digits = f"{self.decimal:.16e}"
        mantissa, _, exponent = digits.partition("e")
        return f"{mantissa.rstrip('0').rstrip('.')}e{exponent}"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(self.decimal, spec) if spec else repr(self)

    def as_integer_ratio(self) -> tuple[int, int]:
        """The number as a fraction in lowest terms."""
        return self.decimal.as_integer_ratio()

    def __reduce__(self) -> tuple[Any, ...]:
        return WideFloat, (self.decimal,)

    def __deepcopy__(self, memo: Any) -> WideFloat:
        return self


def as_decimal(number: Any) -> Decimal:
    """The exact value of a number."""
    if isinstance(number, WideFloat):
        return number.decimal
    return number if isinstance(number, Decimal) else Decimal(number)


def product(*factors: float) -> float:
    """The product of numbers, however small or large."""
    found = math.prod(factors)
    if KEEPS_DIGITS <= abs(found) < math.inf or not all(factors):
        return found
    exact = Decimal(1)
    for factor in factors:
        exact = WORKING.multiply(exact, as_decimal(factor))
    return wide_float(exact)


def quotient(dividend: float, divisor: float) -> float:
    """The quotient of two numbers, however small or large. Raises ZeroDivisionError."""
    found = dividend / divisor
    if KEEPS_DIGITS <= abs(found) < math.inf or not dividend:
        return found
    return wide_float(WORKING.divide(as_decimal(dividend), as_decimal(divisor)))


def total(numbers: Iterable[float]) -> float:
    """The sum of finite numbers, however small."""
    terms = list(numbers)
    if all(type(term) is float and (not term or abs(term) >= KEEPS_DIGITS) for term in terms):
        return math.fsum(terms)
    with decimal.localcontext(exact_decimals(800)):
        return wide_float(sum(map(as_decimal, terms), Decimal(0)))


def is_undefined(number: float) -> bool:
    """Whether a number is nan and not merely one that no float holds."""
    return number != number


def is_close(one: float, other: float, *, rel_tol: float) -> bool:
    """Whether two numbers agree, as `math.isclose` says, however small or large they are."""
    if isinstance(one, WideFloat) or isinstance(other, WideFloat):
        return abs(one - other) <= product(rel_tol, max(abs(one), abs(other)))
    return math.isclose(one, other, rel_tol=rel_tol)


def log10(number: float) -> float:
    """The common logarithm, of a number that no float holds, too; -inf of 0."""
    if isinstance(number, WideFloat):
        return number.log10
    return math.log10(number) if number else -math.inf


def read_float(written: str) -> float:
    """The number that a decimal text states. Raises ValueError, with the fix, for one that no float holds.

    Of a number below 2.2e-308 a float has few digits or none.
    """
    number = float(written)
    refuse_small(number, written)
    if math.isinf(number):
        raise ValueError(f"{_short(written)} is larger than {MOST:.1e}, the largest number; write a smaller one")
    return number


def refuse_small(number: float, written: str = "") -> None:
    """Raise ValueError, with the fix, for a number not 0 that is too small for a float. written: its decimal text."""
    mantissa = written.lower().partition("e")[0]
    if abs(number) < sys.float_info.min and (number or mantissa.strip("+-0.")):
        shown = _short(written or repr(number))
        raise ValueError(f"{shown} is smaller than {LEAST:.1e}, the least that has all its digits; write 0, or more")


def _short(written: str) -> str:
    return written if len(written) <= 60 else written[:57] + "..."


def nearest(number: float) -> float:
    """The plain float that is nearest: 0 or infinite for a number that no float holds. For places in a picture."""
    return float(number.decimal) if isinstance(number, WideFloat) else float(number)
