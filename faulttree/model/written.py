"""How a value is understood where it stands: as a name, a number, a truth value or a text.

A model file is text, and the same characters mean different things in different places: `NO` is a
name where an event is named, a text where a label stands, and never a truth value. So readers hand
over each scalar as `Scalar`, the characters as written, and the schema decides by position.
Python callers hand over plain strings, floats and booleans; those are taken as what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

__all__ = [
    "NUMBER",
    "Attributes",
    "Count",
    "Frozen",
    "FrozenDict",
    "Name",
    "Number",
    "Scalar",
    "Text",
    "Truth",
    "as_name",
    "as_number",
    "as_truth",
    "described",
    "plain_value",
]

V = TypeVar("V")

LONGEST_NAME = 250
LONGEST_TEXT = 20_000

# YAML 1.2 core schema, numbers in decimal.
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_SPECIAL = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = {"", "~", "null", "Null", "NULL"}


class Scalar(str):
    """A scalar as it was written in a file; `plain` when it stood there without quotes."""

    __slots__ = ("plain",)
    plain: bool

    def __new__(cls, text: str, plain: bool = True) -> Scalar:
        """Keep the text and whether it was unquoted."""
        scalar = super().__new__(cls, text)
        scalar.plain = plain
        return scalar


class Frozen(BaseModel):
    """A value: it cannot change, and knows no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


class FrozenDict(dict[str, V]):
    """A dict that cannot change after it is made."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a model is frozen; make a changed copy instead")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self))

    def __reduce__(self) -> tuple[type[FrozenDict[V]], tuple[dict[str, V]]]:
        return type(self), (dict(self),)


def described(value: object) -> str:
    """What was found, for a message: "text 'abc'", "number 5", "a list"."""
    if isinstance(value, Scalar):
        value = plain_value(value)
    match value:
        case None:
            return "nothing"
        case bool():
            return f"truth value {str(value).lower()}"
        case int() | float():
            return f"number {value}"
        case str():
            return f"text '{value if len(value) <= 60 else value[:57] + '...'}'"
        case Mapping():
            return "a mapping"
        case list() | tuple():
            return "a list"
    return type(value).__name__


def plain_value(value: Scalar) -> str | int | float | bool | None:
    """The value of a scalar by the YAML 1.2 core schema; quoted scalars are text."""
    text = str(value)
    if not value.plain:
        return text
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text) and len(text) < 300:
        return int(text)
    if NUMBER.fullmatch(text):
        return float(text)
    return _SPECIAL.get(text.lower(), text)


def as_name(value: object) -> str:
    """A name: any characters on one line, exactly as written, so `NO` and `1E5` are names."""
    if not isinstance(value, str):
        raise ValueError(f"a name is wanted here, not {described(value)}")
    name = str(value)
    if not name or (isinstance(value, Scalar) and value.plain and name in ("~", "")):
        raise ValueError("a name is wanted here, and nothing is given")
    if name != name.strip():
        raise ValueError(f"the name '{name}' begins or ends with a space")
    if not name.isprintable():
        raise ValueError(f"the name {name!r} holds a character that cannot be printed")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name '{name[:40]}...' is longer than {LONGEST_NAME} characters")
    return name


def as_number(value: object) -> float:
    """A number as written without quotes; text and truth values are refused."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        raise ValueError(f"a number is wanted here, not {described(value)}")
    return float(plain)


def as_truth(value: object) -> bool:
    """`true` or `false`; YAML 1.1's yes, no, on and off are refused."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if not isinstance(plain, bool):
        raise ValueError(f"true or false is wanted here, not {described(value)}")
    return plain


def _as_count(value: object) -> int:
    number = as_number(value)
    if not number.is_integer() or abs(number) > 1e9:
        raise ValueError(f"a whole number is wanted here, not {described(value)}")
    return int(number)


def _as_text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted here, not {described(value)}")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"the text is longer than {LONGEST_TEXT:,} characters")
    return str(value)


def _as_attributes(value: object) -> object:
    """Free attributes: any nest of mappings, lists and YAML 1.2 core scalars."""
    match value:
        case Scalar():
            return plain_value(value)
        case Mapping():
            return FrozenDict({str(key): _as_attributes(item) for key, item in value.items()})
        case list() | tuple():
            return tuple(_as_attributes(item) for item in value)
        case None | bool() | int() | float() | str():
            return value
    raise ValueError(f"an attribute holds texts, numbers, truth values, lists and mappings, not {described(value)}")


def frozen_dict(value: Mapping[str, V]) -> FrozenDict[V]:
    """The same mapping, unchangeable."""
    return FrozenDict(value)


Name = Annotated[str, BeforeValidator(as_name), WithJsonSchema({"type": "string", "minLength": 1})]
Number = Annotated[float, BeforeValidator(as_number), WithJsonSchema({"type": "number"})]
Truth = Annotated[bool, BeforeValidator(as_truth), WithJsonSchema({"type": "boolean"})]
Count = Annotated[int, BeforeValidator(_as_count), WithJsonSchema({"type": "integer", "minimum": 0})]
Text = Annotated[str, BeforeValidator(_as_text), WithJsonSchema({"type": "string"})]
Attributes = Annotated[
    Mapping[str, Any],
    BeforeValidator(_as_attributes),
    AfterValidator(frozen_dict),
    Field(default_factory=FrozenDict, validate_default=False),
]
