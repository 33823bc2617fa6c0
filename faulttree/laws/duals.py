"""Numbers that know how fast they change: the derivatives of laws, by the laws' own formulas.

A dual number is x + x' e with e^2 = 0: x' is the derivative of x along whatever moves. The formulas of laws are written
for any arithmetic, so that in this one they give their derivatives, too, exact but for rounding.
Source: R. E. Wengert, A simple automatic derivative evaluation program, Communications of the ACM 7, 1964.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.laws.law import ARRAYS

__all__ = ["DUALS", "Dual", "is_moving", "mean_growth", "mean_survival", "slope_of", "value_of"]

_SERIES_TERMS = 20
_SMALL = 0.5
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_OCTAVES = range(-70, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Dual:
    """A number, or an array of such, and its derivative. The derivative is nan where there is none, as at a bend."""

    value: Any
    slope: Any

    __array_ufunc__ = None  # arrays leave it to the dual number what a sum or a product is

    def __add__(self, other: Any) -> Dual:
        return Dual(self.value + value_of(other), self.slope + slope_of(other))

    __radd__ = __add__

    def __sub__(self, other: Any) -> Dual:
        return Dual(self.value - value_of(other), self.slope - slope_of(other))

    def __rsub__(self, other: Any) -> Dual:
        return Dual(other - self.value, -self.slope)

    def __neg__(self) -> Dual:
        return Dual(-self.value, -self.slope)

    def __mul__(self, other: Any) -> Dual:
        if isinstance(other, Dual):
            return Dual(self.value * other.value, _times(self.slope, other.value) + _times(other.slope, self.value))
        return Dual(self.value * other, _times(self.slope, other))

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Dual:
        with np.errstate(divide="ignore", invalid="ignore"):
            if not isinstance(other, Dual):
                return Dual(np.divide(self.value, other), np.divide(self.slope, other))
            ratio = np.divide(self.value, other.value)
            return Dual(ratio, np.divide(self.slope - _times(other.slope, ratio), other.value))

    def __rtruediv__(self, other: Any) -> Dual:
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.divide(other, self.value)
            return Dual(ratio, -np.divide(_times(self.slope, ratio), self.value))

    def __pow__(self, power: int) -> Dual:
        if not power:
            return Dual(np.ones_like(self.value), np.zeros_like(self.slope))
        return Dual(self.value**power, power * self.value ** (power - 1) * self.slope)

    def __abs__(self) -> Dual:
        bent = np.equal(self.value, 0.0) & np.not_equal(self.slope, 0.0)
        return Dual(np.abs(self.value), np.where(bent, np.nan, np.sign(self.value) * self.slope))

    def __lt__(self, other: Any) -> Any:
        return self.value < value_of(other)

    def __le__(self, other: Any) -> Any:
        return self.value <= value_of(other)

    def __gt__(self, other: Any) -> Any:
        return self.value > value_of(other)

    def __ge__(self, other: Any) -> Any:
        return self.value >= value_of(other)

    def __eq__(self, other: object) -> Any:
        return np.equal(self.value, value_of(other))

    __hash__ = None  # type: ignore[assignment]  # what is compared by its value only is no key


def is_moving(x: Any) -> bool:
    """Whether it is a dual number."""
    return isinstance(x, Dual)


def value_of(x: Any) -> Any:
    """The value of a dual number; any other number itself."""
    return x.value if isinstance(x, Dual) else x


def slope_of(x: Any) -> Any:
    """The derivative of a dual number; 0 of any other."""
    return x.slope if isinstance(x, Dual) else 0.0


def _times(slope: Any, factor: Any) -> Any:
    """A product in which a derivative of 0 stays one, whatever it is multiplied with."""
    with np.errstate(invalid="ignore"):
        return np.where(np.equal(slope, 0.0), 0.0, np.multiply(slope, factor))


class _Duals:
    """The arithmetic of `laws.law.Arithmetic` for dual numbers, among which may be plain ones."""

    def exp(self, x: Any) -> Any:
        y = ARRAYS.exp(value_of(x))
        return _chained(x, y, y)

    def expm1(self, x: Any) -> Any:
        return _chained(x, ARRAYS.expm1(value_of(x)), ARRAYS.exp(value_of(x)))

    def log(self, x: Any) -> Any:
        with np.errstate(divide="ignore"):
            return _chained(x, ARRAYS.log(value_of(x)), np.divide(1.0, value_of(x)))

    def ceil(self, x: Any) -> Any:
        """A whole number, which does not change; where it jumps, its derivative is none."""
        y = ARRAYS.ceil(value_of(x))
        jumps = (np.abs(value_of(x) - np.round(value_of(x))) <= 1e-9) & (np.round(value_of(x)) >= 1.0)
        jumps &= np.not_equal(slope_of(x), 0.0)
        return Dual(y, np.where(jumps, np.nan, 0.0)) if np.any(jumps) else y

    def minimum(self, x: Any, y: Any) -> Any:
        return self._extreme(x, y, value_of(x) < value_of(y))

    def maximum(self, x: Any, y: Any) -> Any:
        return self._extreme(x, y, value_of(x) > value_of(y))

    def _extreme(self, x: Any, y: Any, first: Any) -> Any:
        bent = np.equal(value_of(x), value_of(y)) & np.not_equal(slope_of(x), slope_of(y))
        found = self.where(first, x, y)
        return Dual(value_of(found), np.where(bent, np.nan, slope_of(found))) if np.any(bent) else found

    def where(self, test: Any, x: Any, y: Any) -> Any:
        value = np.where(test, value_of(x), value_of(y))
        if not isinstance(x, Dual) and not isinstance(y, Dual):
            return value
        return Dual(value, np.where(test, slope_of(x), slope_of(y)))

    def every(self, test: Any) -> bool:
        return bool(np.all(test))

    def some(self, test: Any) -> bool:
        return bool(np.any(test))

    def normal_below(self, z: Any) -> Any:
        density = np.exp(-0.5 * np.square(value_of(z))) / np.sqrt(2.0 * np.pi)
        return _chained(z, ARRAYS.normal_below(value_of(z)), density)

    def log_gamma(self, k: Any) -> Any:
        from scipy.special import digamma

        return _chained(k, ARRAYS.log_gamma(value_of(k)), digamma(value_of(k)) if isinstance(k, Dual) else 0.0)

    def gamma_below(self, k: Any, x: Any) -> Any:
        return self._gamma(k, x, ARRAYS.gamma_below(value_of(k), value_of(x)), 1.0)

    def gamma_above(self, k: Any, x: Any) -> Any:
        return self._gamma(k, x, ARRAYS.gamma_above(value_of(k), value_of(x)), -1.0)

    def _gamma(self, k: Any, x: Any, y: Any, sign: float) -> Any:
        if not isinstance(k, Dual) and not isinstance(x, Dual):
            return y
        shape, place = value_of(k), value_of(x)
        if not np.all(place > 0.0):
            return Dual(y, np.where(np.not_equal(slope_of(x), 0.0), np.nan, 0.0))
        density = np.exp((shape - 1.0) * np.log(place) - place - ARRAYS.log_gamma(shape))
        along_shape = _times(slope_of(k), _gamma_by_shape(float(shape), float(place))) if isinstance(k, Dual) else 0.0
        return Dual(y, sign * (along_shape + _times(slope_of(x), density)))


DUALS: Any = _Duals()


def _chained(x: Any, y: Any, derivative: Any) -> Any:
    """A function of a number that has the value y: its slope is the function's derivative times that of the number.

    A derivative of 0 is that of what has died out, however fast its argument moves.
    """
    if not isinstance(x, Dual):
        return y
    with np.errstate(invalid="ignore"):
        return Dual(y, np.where(np.equal(derivative, 0.0), 0.0, _times(x.slope, derivative)))


def mean_survival(x: Any) -> Any:
    """(1 - exp(-x)) / x, and 1 at 0, of x from 0 to infinity; with all digits of its derivative, too."""
    at = np.asarray(value_of(x), np.float64)
    large = np.maximum(at, _SMALL)
    with np.errstate(invalid="ignore"):
        value = np.where(at > 0.0, -np.expm1(-at) / np.where(at > 0.0, at, 1.0), 1.0)
        far = np.where(np.isinf(large), 0.0, (np.exp(-large) - mean_value(large)) / large)
    return _chained(x, value, np.where(at < _SMALL, _series_slope(np.minimum(at, _SMALL), 1), far))


def mean_growth(x: Any) -> Any:
    """The mean of 1 - exp(-r t) over t up to x / r, divided by x: (1 - (1 - exp(-x)) / x) / x, and 1/2 at 0."""
    at = np.asarray(value_of(x), np.float64)
    small, large = np.minimum(at, _SMALL), np.maximum(at, _SMALL)
    survival = mean_value(large)
    far = (1.0 - survival) / large
    with np.errstate(invalid="ignore"):
        survival_slope = (np.exp(-large) - survival) / large
        far_slope = np.where(np.isinf(large), 0.0, -(survival_slope + far) / large)
    value = np.where(at < _SMALL, _series(small, 2), far)
    return _chained(x, value, np.where(at < _SMALL, _series_slope(small, 2), far_slope))


def mean_value(x: Any) -> Any:
    """(1 - exp(-x)) / x of x above 0."""
    return -np.expm1(-x) / x


def _series(x: Any, order: int) -> Any:
    """The sum of (-x)^k / (k + order)! over k from 0."""
    total, term = np.zeros_like(x), np.ones_like(x)
    for k in range(1, order + 1):
        term = term / k
    for k in range(_SERIES_TERMS):
        total = total + term
        term = -term * x / (k + 1 + order)
    return total


def _series_slope(x: Any, order: int) -> Any:
    """The derivative of that: the sum of -(k + 1) (-x)^k / (k + 1 + order)!."""
    total, term = np.zeros_like(x), -np.ones_like(x)
    for k in range(1, order + 2):
        term = term / k
    for k in range(_SERIES_TERMS):
        total = total + (k + 1) * term
        term = -term * x / (k + 2 + order)
    return total


def _gamma_by_shape(k: float, x: float) -> float:
    """The derivative of the regularised incomplete gamma function P(k, x) by k.

    It is the integral of (ln u - psi(k)) u^(k - 1) exp(-u) / Gamma(k) from 0 to x, or less that from x on, whichever
    has one sign. With u = x exp(-s), or x exp(s), by Gauss's rule over pieces of doubling length.
    """
    from scipy.special import digamma, gammaln

    middle = float(digamma(k))
    sign = -1.0 if np.log(x) <= middle else 1.0
    total = 0.0
    for octave in _OCTAVES:
        s = 2.0**octave * (1.0 + (_NODES + 1.0) / 2.0)
        log_u = np.log(x) + sign * s
        with np.errstate(over="ignore", under="ignore"):
            total += (
                2.0**octave
                / 2.0
                * float(_WEIGHTS @ ((log_u - middle) * np.exp(k * log_u - np.exp(log_u) - gammaln(k))))
            )
    return -sign * total
