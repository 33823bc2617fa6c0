"""Arrays of numbers of any exponent: arrays of objects that hold floats and, where none holds a number, wide ones."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np

from faulttree.wide_floats import KEEPS_DIGITS, WideFloat, product, wide_float

__all__ = ["array_of", "is_wide", "products", "wide_array"]


def wide_array(numbers: Iterable[Decimal]) -> Any:
    """The numbers as `wide_float` gives them: object[n]."""
    found = [wide_float(number) for number in numbers]
    array = np.empty(len(found), object)
    array[:] = found
    return array


def array_of(numbers: Iterable[float]) -> Any:
    """The numbers as float64[n], or as object[n] where a float holds not all of them."""
    found = list(numbers)
    if not any(isinstance(number, WideFloat) for number in found):
        return np.array(found, np.float64)
    array = np.empty(len(found), object)
    array[:] = found
    return array


def is_wide(numbers: Any) -> bool:
    """Whether a number is one that no float holds, or an array one of objects, which may hold such numbers."""
    return numbers.dtype.hasobject if isinstance(numbers, np.ndarray) else isinstance(numbers, WideFloat)


def products(one: Any, other: Any) -> Any:
    """The products of the numbers of two arrays of one shape, however small: object[n] where floats would lose digits.

    Either may be an array of objects.
    """
    if not is_wide(one) and not is_wide(other):
        plain = one * other
        if not ((np.abs(plain) < KEEPS_DIGITS) & (one != 0.0) & (other != 0.0)).any():
            return plain
    return _products(one, other)


_products: Any = np.frompyfunc(product, 2, 1)
