"""Times and rates, always with their unit.

`260 s`, `1e-5 /h`. A year is 8760 h, as in reliability data books. A quantity keeps the
unit it was written in; analysis converts to seconds. A number without a unit is a fault, never a guess.
"""

from __future__ import annotations

import math
import re
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from faulttree.model.written import NAME_SCHEMA, NUMBER, as_name, as_number, described, given_number, refuse_number_like

__all__ = [
    "SECONDS",
    "AnyQuantity",
    "Duration",
    "DurationOrName",
    "Rate",
    "RateOrName",
    "dimension_of",
    "has_unit",
    "in_si",
    "quantity_from",
    "quantity_in",
    "rate_from",
]

SECONDS = {
    "ms": 1e-3,
    "s": 1.0,
    "min": 60.0,
    "h": 3600.0,
    "d": 86_400.0,
    "wk": 604_800.0,
    "y": 8760 * 3600.0,
}
_SPELLINGS = {
    "sec": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min",
    "hr": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk",
    "yr": "y", "a": "y", "year": "y", "years": "y",
}  # fmt: skip
_UNIT = r"(?P<unit>[A-Za-z]+)"
_DURATION = re.compile(rf"(?P<value>{NUMBER.pattern})\s*{_UNIT}")
_UNBOUNDED = re.compile(r"[-+]?\.?(inf|nan)(?=\s*(/|per |1/|[A-Za-z]+$))", re.IGNORECASE)
_RATE = re.compile(rf"(?P<value>{NUMBER.pattern})\s*(?:/|per )\s*{_UNIT}")


class _Quantity:
    """A finite number that is not negative, with a unit; equal when written alike."""

    __slots__ = ("unit", "value")
    value: float
    unit: str
    _pattern: re.Pattern[str]
    _example: str
    _sign: str

    def __init__(self, value: float, unit: str) -> None:
        unit = _SPELLINGS.get(unit, unit)
        if unit not in SECONDS:
            raise ValueError(f"the unit '{unit}' is not known; use one of {', '.join(SECONDS)}")
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"{value} {self._sign}{unit} must be finite and not negative")
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "unit", unit)

    @classmethod
    def from_text(cls, written: object) -> Any:
        """Read a quantity from text such as `260 s` or `1e-5 /h`. Raises ValueError with the fix."""
        if isinstance(written, cls):
            return written
        match = cls._pattern.fullmatch(written.strip()) if isinstance(written, str) else None
        if match:
            return cls(float(match["value"]), match["unit"])
        if isinstance(written, str) and _UNBOUNDED.match(written) and has_unit(written):
            raise ValueError(f"{written} must be finite and not negative")
        if not isinstance(written, bool) and (
            isinstance(written, int | float) or (isinstance(written, str) and NUMBER.fullmatch(written))
        ):
            raise ValueError(f"{written} has no unit; write it like '{written} {cls._example.split(' ', 1)[1]}'")
        raise ValueError(f"a number with a unit is wanted here, like '{cls._example}', not {described(written)}")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a quantity is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        mantissa, e, exponent = repr(self.value).removesuffix(".0").partition("e")
        return f"{mantissa}{e}{int(exponent) if e else ''} {self._sign}{self.unit}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value!r}, {self.unit!r})"

    def __reduce__(self) -> tuple[type[Any], tuple[float, str]]:
        return type(self), (self.value, self.unit)

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.from_text, serialization=core_schema.to_string_ser_schema()
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, _schema: CoreSchema, _handler: GetJsonSchemaHandler) -> dict[str, Any]:
        units = "|".join((*SECONDS, *_SPELLINGS))
        pattern = cls._pattern.pattern.replace(_UNIT, f"({units})").replace("?P<value>[-+]?", "[+]?")
        return {"type": "string", "pattern": rf"^\s*{pattern}\s*$", "examples": [cls._example]}


class Duration(_Quantity):
    """A time, like `260 s` or `24 h`."""

    _pattern, _example, _sign = _DURATION, "24 h", ""

    @property
    def seconds(self) -> float:
        """The same time in seconds."""
        return self.value * SECONDS[self.unit]


class Rate(_Quantity):
    """Events per time, like `1e-5 /h`."""

    _pattern, _example, _sign = _RATE, "1e-5 /h", "/"

    @property
    def per_second(self) -> float:
        """The same rate per second."""
        return self.value / SECONDS[self.unit]


def has_unit(text: str) -> bool:
    """Whether a text is meant as a number with a unit of time, `/h` or `h` or `1/h` or `h-1`, right or wrong."""
    number = NUMBER.match(text) or _UNBOUNDED.match(text)
    rest = text[number.end() :].lstrip() if number else ""
    unit = rest.removeprefix("1/").removesuffix("-1").removesuffix("^")
    return rest.startswith(("/", "per ")) or unit in SECONDS or unit in _SPELLINGS


def quantity_from(value: object) -> float | Rate | Duration:
    """A number, a rate or a time, finite and with its unit. Raises ValueError with the fix."""
    refuse_number_like(value)
    if given_number(value) or (isinstance(value, str) and NUMBER.fullmatch(value)):
        number = as_number(value)
        if not math.isfinite(number):
            raise ValueError(f"value {number} is not a finite number")
        return number
    if isinstance(value, Duration):
        return value
    if isinstance(value, str | Rate):
        with suppress(ValueError):
            duration: Duration = Duration.from_text(value)
            return duration
        rate: Rate = Rate.from_text(value)
        return rate
    raise ValueError(f"a number, a rate like '1e-5 /h' or a time like '24 h' is wanted here, not {described(value)}")


def dimension_of(value: float | Rate | Duration) -> str:
    """What a quantity is: a "rate", a "time", or else a "number"."""
    return "rate" if isinstance(value, Rate) else "time" if isinstance(value, Duration) else "number"


def in_si(value: float | Rate | Duration) -> float:
    """A quantity in seconds or per second; a number as it is."""
    match value:
        case Rate():
            return value.per_second
        case Duration():
            return value.seconds
    return value


def quantity_in(dimension: str, si: float) -> float | Rate | Duration:
    """The inverse of `in_si`: a time in hours, a rate per hour, or a number."""
    match dimension:
        case "rate":
            return Rate(si * SECONDS["h"], "h")
        case "time":
            return Duration(si / SECONDS["h"], "h")
    return si


def rate_from(value: object) -> Rate | str:
    """A rate with its unit, or else the name of a parameter. A quoted number is a name."""
    if isinstance(value, str) and not given_number(value) and not has_unit(value):
        refuse_number_like(value)
        return as_name(value)
    rate: Rate = Rate.from_text(value)
    return rate


def duration_from(value: object) -> Duration | str:
    """A time with its unit, or else the name of a parameter. A quoted number is a name."""
    if isinstance(value, str) and not given_number(value) and not has_unit(value):
        refuse_number_like(value)
        return as_name(value)
    duration: Duration = Duration.from_text(value)
    return duration


DurationOrName = Annotated[
    Duration | Annotated[str, WithJsonSchema(NAME_SCHEMA | {"type": "string"})], BeforeValidator(duration_from)
]
RateOrName = Annotated[
    Rate | Annotated[str, WithJsonSchema(NAME_SCHEMA | {"type": "string"})], BeforeValidator(rate_from)
]
AnyQuantity = Annotated[
    Annotated[float, WithJsonSchema({"type": "number", "minimum": 0})] | Rate | Duration,
    BeforeValidator(quantity_from),
]
