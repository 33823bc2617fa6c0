"""Times and rates, always with their unit.

`260 s`, `1e-5 /h`, `500 FIT`. A year is 8760 h, as in reliability data books, and a month is a twelfth of it, 730 h.
A quantity keeps the unit it was written in; analysis converts to seconds. A number without a unit is a fault, never a
guess.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Annotated, Any

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from faulttree.expressions import LONGEST, seems_expression
from faulttree.model.written import (
    LONGEST_NAME,
    NAME_SCHEMA,
    NUMBER,
    Scalar,
    as_name,
    as_number,
    described,
    given_number,
    plain_value,
    refuse_number_like,
)
from faulttree.wide_floats import read_float

__all__ = [
    "SECONDS",
    "TEXT_SCHEMA",
    "UNITS",
    "AnyQuantity",
    "Duration",
    "DurationOrName",
    "QuantityOrExpression",
    "Rate",
    "RateOrName",
    "as_name_or_expression",
    "dimension_of",
    "has_unit",
    "in_si",
    "is_expression",
    "misread_number",
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
    "mo": 730 * 3600.0,
    "y": 8760 * 3600.0,
}
FIT = 1e9 * SECONDS["h"]
"""Seconds in which what has a rate of one FIT fails once on average: 1e9 h."""
_SPELLINGS = {
    "sec": "s", "second": "s", "seconds": "s", "minute": "min", "minutes": "min",
    "hr": "h", "hour": "h", "hours": "h", "day": "d", "days": "d", "week": "wk", "weeks": "wk",
    "month": "mo", "months": "mo",
    "yr": "y", "a": "y", "year": "y", "years": "y",
}  # fmt: skip
_RATE_SPELLINGS = {"fit": "FIT", "FITs": "FIT", "fits": "FIT"}
UNITS: Mapping[str, tuple[float, int]] = {
    **{unit: (seconds, 1) for unit, seconds in SECONDS.items()},
    **{spelling: (SECONDS[unit], 1) for spelling, unit in _SPELLINGS.items()},
    **dict.fromkeys(("FIT", *_RATE_SPELLINGS), (1.0 / FIT, -1)),
}
"""Units as expressions have them: of each spelling, what one is in SI, and its power of time."""
_DURATION = re.compile(rf"(?P<value>{NUMBER.pattern})\s*(?P<unit>[A-Za-z]+)")
_UNBOUNDED = re.compile(r"[-+]?\.?(inf|nan)(?=\s*(/|per |1/|[A-Za-z]+$))", re.IGNORECASE)
_RATE = re.compile(rf"(?P<value>{NUMBER.pattern})\s*(?:(?:/|per )\s*(?P<unit>[A-Za-z]+)|(?P<whole>FITs?|fits?))")
_UPSIDE_DOWN = re.compile(rf"(?P<value>{NUMBER.pattern})\s*(?:1/\s*(?P<under>[A-Za-z]+)|(?P<power>[A-Za-z]+)\^?-1)")
# What begins like a number, and what stands behind it.
_NUMBER_FIRST = re.compile(r"(?P<number>[-+]?[0-9.,']*[0-9][0-9.,']*(?:[eE][-+]?[0-9]+)?)\s*(?P<rest>.*)")
_COMMA = re.compile(r"(?P<whole>[-+]?[0-9]*),(?P<decimals>[0-9]+)(?P<exponent>(?:[eE][-+]?[0-9]+)?)")


# A number and at most one thing behind it, which is its unit, right or wrong.
_LIKE_QUANTITY = re.compile(
    r"[-+]?([0-9.,']*[0-9][0-9.,']*([eE][-+]?[0-9]+)?|\.?(inf|nan))\s*(1/|/|per )?\s*[A-Za-z%]*(\^?-1)?", re.IGNORECASE
)
_NUMBER_OVER_WORD = re.compile(rf"{NUMBER.pattern}\s*/\s*(?P<word>[^\W\d]\w*)")


class _Quantity:
    """A finite number that is not negative, with a unit; equal when written alike."""

    __slots__ = ("unit", "value")
    value: float
    unit: str
    _pattern: re.Pattern[str]
    _units: Mapping[str, float]
    _spellings: Mapping[str, str]
    _dimension: str
    _example: str
    _sign: str

    def __init__(self, value: float, unit: str) -> None:
        unit = self._spellings.get(unit, unit)
        if unit not in self._units:
            raise ValueError(unknown_unit(self._sign + unit, self._dimension))
        if not math.isfinite(value) or value < 0:
            raise ValueError(f"{value} {self._sign_of(unit)}{unit} must be finite and not negative")
        object.__setattr__(self, "value", float(value))
        object.__setattr__(self, "unit", unit)

    @classmethod
    def from_text(cls, written: object) -> Any:
        """Read a quantity from text such as `260 s` or `1e-5 /h`. Raises ValueError with the fix."""
        if isinstance(written, cls):
            return written
        match = cls._pattern.fullmatch(written.strip()) if isinstance(written, str) else None
        parts = _parts(match) if match else None
        if match and parts:
            read_float(match["value"])
            quantity: Any = cls(*parts)
            if quantity.value and in_si(quantity) < sys.float_info.min:
                raise ValueError(f"{written} is smaller than 2.2e-308 in seconds; write 0, or more")
            return quantity
        if isinstance(written, str) and _UNBOUNDED.match(written) and has_unit(written):
            raise ValueError(f"{written} must be finite and not negative")
        if not isinstance(written, bool) and (
            isinstance(written, int | float) or (isinstance(written, str) and NUMBER.fullmatch(written))
        ):
            raise ValueError(f"{written} has no unit; write it like '{written} {cls._example.split(' ', 1)[1]}'")
        misread = misread_number(written, cls._dimension) if isinstance(written, str) else None
        if misread:
            raise ValueError("; ".join(misread))
        raise ValueError(f"a number with a unit is wanted here, like '{cls._example}', not {described(written)}")

    @classmethod
    def _sign_of(cls, unit: str) -> str:
        """What stands before a unit."""
        return "" if unit == "FIT" else cls._sign

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a quantity is frozen")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __str__(self) -> str:
        mantissa, e, exponent = repr(self.value).removesuffix(".0").partition("e")
        return f"{mantissa}{e}{int(exponent) if e else ''} {self._sign_of(self.unit)}{self.unit}"

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
        pattern = cls._pattern.pattern.replace("?P<value>[-+]?", "[+]?").replace("?P<whole>", "")
        pattern = pattern.replace("?P<unit>[A-Za-z]+", units)
        return {"type": "string", "pattern": rf"^\s*{pattern}\s*$", "examples": [cls._example]}


class Duration(_Quantity):
    """A time, like `260 s` or `24 h`."""

    _pattern, _dimension, _example, _sign = _DURATION, "time", "24 h", ""
    _units, _spellings = SECONDS, _SPELLINGS

    @property
    def seconds(self) -> float:
        """The same time in seconds."""
        return self.value * SECONDS[self.unit]

    @property
    def unit_in_si(self) -> float:
        """The unit it is written in, in seconds."""
        return SECONDS[self.unit]


class Rate(_Quantity):
    """Events per time, like `1e-5 /h`, or failures in 1e9 h, like `500 FIT`."""

    _pattern, _dimension, _example, _sign = _RATE, "rate", "1e-5 /h", "/"
    _units, _spellings = SECONDS | {"FIT": FIT}, _SPELLINGS | _RATE_SPELLINGS

    @property
    def per_second(self) -> float:
        """The same rate per second."""
        return self.value / self._units[self.unit]

    @property
    def unit_in_si(self) -> float:
        """The unit it is written in, per second."""
        return 1.0 / self._units[self.unit]


def unknown_unit(unit: str, dimension: str) -> str:
    """What is to be said of a unit that is not known, and which are. dimension: "rate", "time" or "rate or time"."""
    times, rates = ", ".join(SECONDS), f"{', '.join(f'/{each}' for each in SECONDS)}, FIT"
    known = times if dimension == "time" else rates if dimension == "rate" else f"{times} or {rates}"
    return f"the unit '{unit[:60]}' is not known; use one of {known}"


def has_unit(text: str) -> bool:
    """Whether a text is meant as a number with a unit of time, `/h` or `h` or `1/h` or `h-1`, right or wrong."""
    number = NUMBER.match(text) or _UNBOUNDED.match(text)
    rest = text[number.end() :].lstrip() if number else ""
    unit = rest.removeprefix("1/").removesuffix("-1").removesuffix("^")
    return rest.startswith(("/", "per ")) or unit in SECONDS or unit in _SPELLINGS or unit in ("FIT", *_RATE_SPELLINGS)


_PARTS = {
    "%": (1e2, "a percentage"), "percent": (1e2, "a percentage"), "‰": (1e3, "in parts per thousand"),
    "ppm": (1e6, "in parts per million"), "ppb": (1e9, "in parts per billion"),
}  # fmt: skip
"""Units that divide a number, by name: their parts in the whole."""


def misread_number(text: str, wanted: str) -> tuple[str, str] | None:
    """What is wrong with a text that begins like a number, and the fix; None where it does not, or is in order.

    wanted: "rate", "time", "rate or time", "number" or "probability".
    """
    match = _NUMBER_FIRST.fullmatch(text.strip())
    if match is None:
        return None
    number, rest = match["number"], match["rest"].strip()
    shown, units = text[:60], {"rate": "/h", "time": "h"}
    if not NUMBER.fullmatch(number):
        return _without_a_point(number, rest or units.get(wanted, ""), shown)
    if rest in _PARTS and wanted in ("number", "probability"):
        return f"'{shown}' is {_PARTS[rest][1]}", f"write {float(number) / _PARTS[rest][0]:g}"
    if wanted in ("number", "probability"):
        return (f"{shown} has a unit, and a {wanted} has none", f"write {number}, if that is meant") if rest else None
    if not rest:
        return f"{number} has no unit", f"write it like '{number} {units.get(wanted, 'h')}'"
    given = _dimension_of_text(text)
    if given:
        article, like = ("a time, and a rate is", "1e-5 /h") if given == "time" else ("a rate, and a time is", "24 h")
        return None if given in wanted else (f"{shown} is {article} wanted here", f"write it like '{like}'")
    upside_down = _UPSIDE_DOWN.fullmatch(text.strip())
    if upside_down and (unit := upside_down["under"] or upside_down["power"]) in (*SECONDS, *_SPELLINGS):
        return f"'{shown}' is not how a rate is written", f"write '{number} /{_SPELLINGS.get(unit, unit)}'"
    message, _, fix = unknown_unit(rest, wanted).partition("; ")
    return message, fix


def _without_a_point(number: str, behind: str, shown: str) -> tuple[str, str]:
    """What is wrong with a number that has commas or several points, and the fix. behind: its unit."""
    comma = _COMMA.fullmatch(number)
    if comma is None:
        return f"'{shown}' is not a number with decimals", "write it like 1000.5, with one point and no comma"
    unit = f" {behind}" if behind else ""
    fix = f"write {comma['whole'] or '0'}.{comma['decimals']}{comma['exponent']}{unit}"
    if len(comma["decimals"]) == 3 and comma["whole"].lstrip("+-0"):  # it may divide thousands
        fix += f", or {comma['whole']}{comma['decimals']}{comma['exponent']}{unit} if that is meant"
    return f"'{shown}' has a decimal comma", fix


def _parts(match: re.Match[str]) -> tuple[float, str] | None:
    """The number and the unit of a text of the right form; None where the unit is not known."""
    if match.groupdict().get("whole"):
        return float(match["value"]), "FIT"
    unit = _SPELLINGS.get(match["unit"], match["unit"])
    return (float(match["value"]), unit) if unit in SECONDS else None


def _dimension_of_text(text: str) -> str:
    """What a sound quantity is, "rate" or "time"; '' of what is none."""
    for kind in (Duration, Rate):
        match = kind._pattern.fullmatch(text.strip())
        if match and _parts(match):
            return kind._dimension
    return ""


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
        misread = misread_number(value, "rate or time") if isinstance(value, str) else None
        if misread:
            raise ValueError("; ".join(misread))
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


def is_expression(text: str) -> bool:
    """Whether a text is meant as an expression: not as a name, nor as a number with a unit, right or wrong.

    A number over a word is a rate where the word is a unit, and an expression where it is not.
    """
    if not seems_expression(text):
        return False
    over = _NUMBER_OVER_WORD.fullmatch(text.strip())
    return over["word"] not in UNITS if over else not _LIKE_QUANTITY.fullmatch(text.strip())


def as_name_or_expression(value: object) -> str:
    """A name, or an expression of any length, on one line."""
    if isinstance(value, str) and is_expression(value) and (len(value) > LONGEST_NAME or not value.isprintable()):
        text = " ".join(value.split())
        if len(text) > LONGEST:
            raise ValueError(f"an expression has at most {LONGEST:,} characters, not {len(text):,}")
        if not text.isprintable():
            raise ValueError(f"the expression {text[:60]!r} holds a character that cannot be printed")
        return text
    return as_name(value)


def rate_from(value: object) -> Rate | str:
    """A rate with its unit, or else the name of a parameter or an expression. A quoted number is a name."""
    if isinstance(value, str) and not given_number(value) and (is_expression(value) or not has_unit(value)):
        refuse_number_like(value)
        return as_name_or_expression(value)
    rate: Rate = Rate.from_text(value)
    return rate


def duration_from(value: object) -> Duration | str:
    """A time with its unit, or else the name of a parameter or an expression. A quoted number is a name."""
    if isinstance(value, str) and not given_number(value) and (is_expression(value) or not has_unit(value)):
        refuse_number_like(value)
        return as_name_or_expression(value)
    duration: Duration = Duration.from_text(value)
    return duration


def quantity_or_expression_from(value: object) -> float | Rate | Duration | str:
    """A number, a rate or a time, or an expression: a text that is none of these."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if isinstance(plain, str) and not NUMBER.fullmatch(plain) and _is_formula(plain):
        refuse_number_like(value)
        return as_name_or_expression(value)
    return quantity_from(value)


def _is_formula(text: str) -> bool:
    """Whether a text is an expression where only that or a quantity can stand: a name alone is one, too."""
    return is_expression(text) or (bool(re.match(r'\s*([^\W\d]|")', text)) and not _UNBOUNDED.match(text))


TEXT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST, "pattern": NAME_SCHEMA["pattern"]}
"""The name of a parameter, or an expression."""
DurationOrName = Annotated[Duration | Annotated[str, WithJsonSchema(TEXT_SCHEMA)], BeforeValidator(duration_from)]
RateOrName = Annotated[Rate | Annotated[str, WithJsonSchema(TEXT_SCHEMA)], BeforeValidator(rate_from)]
AnyQuantity = Annotated[
    Annotated[float, WithJsonSchema({"type": "number", "minimum": 0})] | Rate | Duration,
    BeforeValidator(quantity_from),
]
QuantityOrExpression = Annotated[
    Annotated[float, WithJsonSchema({"type": "number"})]
    | Rate
    | Duration
    | Annotated[
        str, WithJsonSchema(TEXT_SCHEMA | {"not": {"pattern": r"^\s*[-+]?[0-9.]+([eE][-+]?[0-9]+)?\s+[A-Za-z%]+$"}})
    ],
    BeforeValidator(quantity_or_expression_from),
]
