"""How a value is understood where it stands: as a name, a number, a truth value or a text.

A model file is text, and the same characters mean different things in different places: `NO` is a
name where an event is named, a text where a label stands, and never a truth value. So readers hand
over each scalar as `Scalar`, the characters as written, and the schema decides by position.
Python callers hand over plain strings, floats and booleans; those are taken as what they are.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, NoReturn, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import InitErrorDetails

from faulttree.characters import SURROGATES
from faulttree.wide_floats import read_float, refuse_small

__all__ = [
    "DEEPEST",
    "LONGEST_NAME",
    "NAME_SCHEMA",
    "NUMBER",
    "Attributes",
    "Count",
    "Frozen",
    "FrozenDict",
    "Name",
    "Number",
    "Scalar",
    "Text",
    "Together",
    "Truth",
    "as_name",
    "as_number",
    "as_text",
    "as_truth",
    "described",
    "frozen_dict",
    "given_number",
    "is_nothing",
    "one_given",
    "plain_value",
    "refuse_number_like",
    "with_contradiction",
]

V = TypeVar("V")

LONGEST_NAME = 250
LONGEST_TEXT = 20_000
# Formulas and attributes nest this deep; it keeps every recursion over a model far from Python's limit.
DEEPEST = 32
_LARGEST = 10**300

# YAML 1.2 core schema, numbers in decimal.
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_INTEGER = re.compile(r"[-+]?[0-9]+")
_SPECIAL = {".inf": math.inf, "+.inf": math.inf, "-.inf": -math.inf, ".nan": math.nan}
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL = {"", "~", "null", "Null", "NULL"}
# What someone may well mean as a number, and YAML 1.2 in decimal does not read as one.
_NUMBER_LIKE = re.compile(r"[-+]?(0x[0-9a-f_]+|0[ob][0-7_]+|\.?[0-9][0-9_.,:]*(e[-+]?[0-9]+)?)", re.IGNORECASE)


class Scalar(str):
    """A scalar as it was written in a file, on which line; `plain` when it stood there without quotes."""

    __slots__ = ("line", "plain")
    plain: bool
    line: int

    def __new__(cls, text: str, plain: bool = True, line: int = 0) -> Scalar:
        """Keep the text, whether it was unquoted, and its line; 0 is no line."""
        scalar = super().__new__(cls, text)
        scalar.plain = plain
        scalar.line = line
        return scalar


class Frozen(BaseModel):
    """A value: it cannot change, and knows no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, arbitrary_types_allowed=True)


class FrozenDict(dict[str, V]):
    """A dict that cannot change after it is made."""

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a model is frozen; make a changed copy instead")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]  # a dict declares none; a frozen one can have it
        return hash(frozenset(self))

    def __reduce__(self) -> tuple[type[FrozenDict[V]], tuple[dict[str, V]]]:
        return type(self), (dict(self),)


def described(value: object) -> str:
    """What was found, for a message: "text 'abc'", "number 5", "a list"."""
    if isinstance(value, Scalar):
        if given_number(value):
            return f"number {value if len(value) <= 60 else value[:57] + '...'}"
        value = plain_value(value)
    match value:
        case None:
            return "nothing"
        case bool():
            return f"truth value {str(value).lower()}"
        case int() if abs(value) >= _LARGEST:
            return "a number of more than 300 digits"
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
    """The value of a scalar by the YAML 1.2 core schema, numbers in decimal only; quoted scalars are text."""
    text = str(value)
    if not value.plain:
        return text
    if text in _NULL:
        return None
    if text in _TRUTH:
        return _TRUTH[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text.lstrip("+-")) <= 300 else math.inf
    if NUMBER.fullmatch(text):
        return float(text)
    return _SPECIAL.get(text.lower(), text)


def given_number(value: object) -> bool:
    """Whether a number stands here: one of Python's, or one written without quotes."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    return isinstance(plain, int | float) and not isinstance(plain, bool)


def is_nothing(value: object) -> bool:
    """Whether a key was given without a value."""
    return value is None or (isinstance(value, Scalar) and value.plain and plain_value(value) is None)


def refuse_number_like(value: object) -> None:
    """Raise ValueError for what looks like a number, is written without quotes, and is none: `0x1F`, `1_000`."""
    if isinstance(value, Scalar) and value.plain and _NUMBER_LIKE.fullmatch(value) and not NUMBER.fullmatch(value):
        raise ValueError(f"'{value[:60]}' is not a decimal number; write it like 0.03 or 3e-2, or quote it as a name")


def as_name(value: object) -> str:
    """A name: any characters on one line, exactly as written, so `NO` and `1E5` are names."""
    if not isinstance(value, str):
        raise ValueError(f"a name is wanted here, not {described(value)}")
    name = value if type(value) is str else str(value)
    if not name or (isinstance(value, Scalar) and value.plain and name in ("~", "")):
        raise ValueError("a name is wanted here, and nothing is given" + ("; quote '~' if it is a name" * bool(name)))
    if len(name) > LONGEST_NAME:
        raise ValueError(f"the name '{name[:40]}...' is longer than {LONGEST_NAME} characters")
    if name != name.strip():
        raise ValueError(f"the name '{name}' begins or ends with a space")
    if not name.isprintable():
        raise ValueError(f"the name {name!r} holds a character that cannot be printed")
    return name


def as_number(value: object) -> float:
    """A number as written without quotes; text and truth values are refused."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if isinstance(plain, bool) or not isinstance(plain, int | float):
        quoted = isinstance(value, Scalar) and NUMBER.fullmatch(value)
        raise ValueError(f"a number is wanted here, not {described(value)}" + ("; drop the quotes" if quoted else ""))
    if isinstance(plain, int) and abs(plain) >= _LARGEST:
        raise ValueError("the number has more than 300 digits")
    if isinstance(value, Scalar) and NUMBER.fullmatch(value):
        return read_float(value)
    refuse_small(plain)
    return float(plain)


def as_truth(value: object) -> bool:
    """`true` or `false`; YAML 1.1's yes, no, on and off are refused."""
    plain = plain_value(value) if isinstance(value, Scalar) else value
    if not isinstance(plain, bool):
        quoted = isinstance(value, Scalar) and value in _TRUTH
        raise ValueError(
            f"true or false is wanted here, not {described(value)}" + ("; drop the quotes" if quoted else "")
        )
    return plain


def _as_count(value: object) -> int:
    number = as_number(value)
    if not number.is_integer() or abs(number) > 1e9:
        raise ValueError(f"a whole number is wanted here, not {described(value)}")
    return int(number)


def as_text(value: object) -> str:
    """A text of any characters that a file can hold, lines too."""
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted here, not {described(value)}")
    if isinstance(value, Scalar) and value.plain and value in _NULL:
        raise ValueError("a text is wanted here, and nothing is given")
    if len(value) > LONGEST_TEXT:
        raise ValueError(f"the text is longer than {LONGEST_TEXT:,} characters")
    if not value.isascii() and SURROGATES.search(value):
        raise ValueError("the text holds half of a surrogate pair, which no file can hold")
    return str(value)


def _as_attributes(value: object) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"a mapping is wanted here, not {described(value)}")
    return _as_attribute(value, DEEPEST)


def _as_attribute(value: object, room: int) -> Any:
    """Any nest of mappings, lists and YAML 1.2 core scalars, made unchangeable."""
    if room < 0:
        raise ValueError(f"nested more than {DEEPEST} levels deep")
    written, value = value, plain_value(value) if isinstance(value, Scalar) else value
    match value:
        case Mapping():
            return FrozenDict({as_name(key): _as_attribute(item, room - 1) for key, item in value.items()})
        case list() | tuple():
            return tuple([_as_attribute(item, room - 1) for item in value])
        case None | bool():
            return value
        case int():
            as_number(value)
            return int(value)
        case float():
            if not math.isfinite(value):
                shown = written if isinstance(written, Scalar) else value
                raise ValueError(f"{shown:.60} is not a finite number; quote it to keep it as a text")
            if not value:  # a denormal is written as it was read
                refuse_small(value, written if isinstance(written, Scalar) else "")
            return float(value)
        case str():
            return as_text(value)
    raise ValueError(f"an attribute holds texts, numbers, truth values, lists and mappings, not {described(value)}")


def frozen_dict(value: Mapping[str, V]) -> FrozenDict[V]:
    """The same mapping, unchangeable."""
    return FrozenDict(value)


def one_given(data: Mapping[str, Any], keys: tuple[str, ...], *, needed: bool = True) -> str | None:
    """What is wrong where exactly one of the keys is to be given; or at most one, where none is needed."""
    given = [key for key in keys if data.get(key) is not None]
    if len(given) > 1:
        return f"both `{given[0]}` and `{given[1]}` are given; keep one"
    if keys and needed and not given:
        return f"`{keys[0]}` is missing; give it, or {' or '.join(f'`{key}`' for key in keys[1:])}"
    return None


def with_contradiction(
    contradiction: str | Sequence[str] | None, kind: type[BaseModel], data: Any, handler: Callable[[Any], Any]
) -> Any:
    """What the handler makes of the data; with contradictions, ValidationError with these and all else it finds."""
    if not contradiction:
        return handler(data)
    contradictions = (contradiction,) if isinstance(contradiction, str) else contradiction
    own: list[InitErrorDetails] = [
        {"type": "value_error", "loc": (), "input": data, "ctx": {"error": ValueError(each)}} for each in contradictions
    ]
    others: list[InitErrorDetails] = []
    try:
        handler(data)
    except ValidationError as error:
        others = [
            {"type": found["type"], "loc": found["loc"], "input": found["input"], "ctx": found.get("ctx", {})}
            for found in error.errors(include_url=False)
        ]
    raise ValidationError.from_exception_data(kind.__name__, [*own, *others])


class Together(Frozen):
    """Values that belong together. A key without a value counts as not given.

    either: keys of which exactly one is given, for each set of such keys. at_most_one: the same where none is needed.
    """

    either: ClassVar[tuple[tuple[str, ...], ...]] = ()
    at_most_one: ClassVar[tuple[tuple[str, ...], ...]] = ()

    @model_validator(mode="wrap")
    @classmethod
    def _one_of_either(cls, data: Any, handler: ModelWrapValidatorHandler[Together]) -> Together:
        wrong: list[str] = []
        if isinstance(data, Mapping):
            data = {key: value for key, value in data.items() if not is_nothing(value)}
            found = [one_given(data, keys) for keys in cls.either]
            found += [one_given(data, keys, needed=False) for keys in cls.at_most_one]
            wrong = [each for each in found if each]
        made: Together = with_contradiction(wrong, cls, data, handler)
        return made


# YAML takes an unquoted 1E5 or true for a number or a truth value; here each is a name or a text where one is due.
_WRITTEN = ["string", "number", "boolean"]
NAME_SCHEMA = {"type": _WRITTEN, "minLength": 1, "maxLength": LONGEST_NAME, "pattern": r"^\S(.*\S)?$"}

Name = Annotated[str, BeforeValidator(as_name), WithJsonSchema(NAME_SCHEMA)]
Number = Annotated[float, BeforeValidator(as_number), WithJsonSchema({"type": "number"})]
Truth = Annotated[bool, BeforeValidator(as_truth), WithJsonSchema({"type": "boolean"})]
Count = Annotated[int, BeforeValidator(_as_count), WithJsonSchema({"type": "integer", "minimum": 0})]
Text = Annotated[str, BeforeValidator(as_text), WithJsonSchema({"type": _WRITTEN, "maxLength": LONGEST_TEXT})]
Attributes = Annotated[
    Mapping[str, Any],
    BeforeValidator(_as_attributes),
    AfterValidator(frozen_dict),
    Field(default_factory=FrozenDict),
]
