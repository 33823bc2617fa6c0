"""A model as YAML that reads well: an element a line where it fits, names quoted when in doubt."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from faulttree.model.tree import Model

__all__ = ["write_yaml"]

WIDTH = 116

# Letters first, then what no YAML reader gives a meaning to, inside brackets or out; single spaces between.
_SAFE = re.compile(r"[^\W\d][\w./()+-]*(?: [\w./()+-]+)*")
_SAFE_QUANTITY = re.compile(r"[0-9][0-9.e+-]* /?[A-Za-z]+")
_KEYWORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf", "infinity"}
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def write_yaml(model: Model) -> str:
    """The model as YAML text. Reading it gives an equal model."""
    lines: list[str] = []
    for key, value in model.to_data().items():
        if isinstance(value, dict) and key != "attributes":
            lines.append(f"{key}:")
            for name, element in value.items():
                lines += _entry(name, element, 2)
        elif key in ("timeline", "correlations"):
            lines.append(f"{key}:")
            for item in value:
                lines += _item(item, 2)
        else:
            lines += _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def _entry(key: str, value: Any, indent: int) -> list[str]:
    """The lines of `key: value`."""
    start = " " * indent + _scalar(key) + ":"
    if isinstance(value, dict) and not _fits(start, value):
        return [start, *(line for name, item in value.items() for line in _entry(name, item, indent + 2))]
    return _value(start, value, indent)


def _item(value: Any, indent: int) -> list[str]:
    """The lines of `- value`."""
    start = " " * indent + "-"
    if isinstance(value, dict) and not _fits(start, value):
        first, *rest = [line for name, item in value.items() for line in _entry(name, item, indent + 2)]
        return [f"{start} {first.lstrip()}", *rest]
    return _value(start, value, indent)


def _value(start: str, value: Any, indent: int) -> list[str]:
    if isinstance(value, str):
        return _text(start, value, indent)
    if isinstance(value, list) and value and _holds_lines(value):
        return [start, *(line for item in value for line in _item(item, indent + 2))]
    return _wrapped(start, list(_pieces(value)), indent + 4)


def _fits(start: str, value: dict[str, Any]) -> bool:
    """Whether a mapping goes on the line it starts on."""
    return not value or (not _holds_lines(value) and len(start) + 1 + len("".join(_pieces(value))) <= WIDTH)


def _text(start: str, text: str, indent: int) -> list[str]:
    """A text on its line; several lines literal, a long one folded; quoted when neither would keep it exactly."""
    inner = " " * (indent + 2)
    lines = text.removesuffix("\n").split("\n")
    if "\n" in text and lines[0][:1] not in ("", " ") and lines[-1].strip() and all(map(str.isprintable, lines)):
        mark = "|" if text.endswith("\n") else "|-"
        return [f"{start} {mark}", *(inner + line if line else "" for line in lines)]
    line = f"{start} {_scalar(text)}"
    words = text.split(" ")
    if len(line) > WIDTH and len(words) > 1 and all(words) and text.isprintable():
        return [f"{start} >-", *_wrapped(inner, words, len(inner), " ")]
    return [line]


def _wrapped(start: str, pieces: list[str], indent: int, space: str = "") -> list[str]:
    """The start, and pieces over lines of about the width, each line but the first indented."""
    lines, line = [], f"{start} {pieces[0]}" if start.strip() else start + pieces[0]
    for piece in pieces[1:]:
        if len(line) + len(piece.rstrip()) >= WIDTH:
            lines.append(line.rstrip())
            line = " " * indent + piece
        else:
            line += space + piece
    return [*lines, line]


def _pieces(value: Any) -> Iterator[str]:
    """A value in flow style, in pieces between which a line may end."""
    if isinstance(value, dict):
        yield from _bracketed("{", "}", [_keyed(key, item) for key, item in value.items()])
    elif isinstance(value, list):
        yield from _bracketed("[", "]", [list(_pieces(item)) for item in value])
    else:
        yield _scalar(value)


def _keyed(key: str, value: Any) -> list[str]:
    first, *rest = _pieces(value)
    return [f"{_scalar(key)}: {first}", *rest]


def _bracketed(opening: str, closing: str, items: list[list[str]]) -> Iterator[str]:
    if not items:
        yield opening + closing
    for index, pieces in enumerate(items):
        pieces[0] = pieces[0] if index else opening + pieces[0]
        pieces[-1] += ", " if index + 1 < len(items) else closing
        yield from pieces


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return _float(value)
        case int():
            return str(value)
    text = str(value)
    safe = _SAFE.fullmatch(text) and text.lower() not in _KEYWORDS
    if (safe or _SAFE_QUANTITY.fullmatch(text)) and text.isprintable():
        return text
    if text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    return '"' + "".join(map(_escaped, text)) + '"'


def _float(number: float) -> str:
    """All its digits, with a point and a sign so that YAML 1.1 sees a number, too: `1.0e-5`."""
    mantissa, e, exponent = repr(number).partition("e")
    return mantissa if not e else f"{mantissa if '.' in mantissa else mantissa + '.0'}e{int(exponent):+d}"


def _escaped(character: str) -> str:
    if character in _ESCAPES or character.isprintable():
        return _ESCAPES.get(character, character)
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _holds_lines(value: Any) -> bool:
    """Whether a text of several lines stands inside; those are given room."""
    if isinstance(value, Mapping):
        return any(map(_holds_lines, value.values()))
    if isinstance(value, list):
        return any(map(_holds_lines, value))
    return isinstance(value, str) and "\n" in value
