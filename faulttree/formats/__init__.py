"""Model files, read and written in the format that the suffix tells."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from faulttree.errors import InvalidRequestError
from faulttree.files import write_whole
from faulttree.formats.aralia import ARALIA
from faulttree.formats.format import Format, Read
from faulttree.formats.json import JSON
from faulttree.formats.open_psa import OPEN_PSA
from faulttree.formats.yaml import YAML
from faulttree.model.tree import Model

__all__ = [
    "FORMATS",
    "Format",
    "dumps",
    "kind_of_file",
    "kind_of_text",
    "losses",
    "names",
    "read",
    "read_text",
    "read_with_warnings",
    "suffixes",
    "write",
]

FORMATS: tuple[Format, ...] = (YAML, JSON, OPEN_PSA, ARALIA)
"""Every format there is. A text that looks like none of them is taken for the first."""


def names() -> tuple[str, ...]:
    """The names of the formats."""
    return tuple(each.name for each in FORMATS)


def suffixes() -> Mapping[str, str]:
    """The name of the format that each suffix tells."""
    return {suffix: each.name for each in FORMATS for suffix in each.suffixes}


def read(path: str | os.PathLike[str]) -> Model:
    """The model in a file. Raises InvalidModelError with all its faults, InvalidRequestError if unreadable."""
    return read_with_warnings(path)[0]


def read_with_warnings(path: str | os.PathLike[str]) -> Read:
    """The model in a file, and what is doubtful about it, with lines. Raises as `read` does."""
    found = _format(kind_of_file(path))
    try:
        file = Path(path).open("rb")  # noqa: SIM115  (closed below; only opening and reading may fail this way)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    with file, _without_collection():
        try:
            return found.read(file, os.fspath(path))
        except OSError as error:
            raise _unreadable(path, error) from error


def read_text(text: str | bytes, kind: str, file: str = "") -> Read:
    """The model in a text, and its warnings. kind: one of `names`; file: its name in messages."""
    found = _format(kind)
    with _without_collection():
        return found.read(text, file)


def write(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, whole or not at all. Raises InvalidRequestError when that is impossible."""
    write_whole(path, dumps(model, kind_of_file(path)))


def dumps(model: Model, kind: str) -> str:
    """The model as text. kind: one of `names`. What the format cannot carry, `losses` tells."""
    return _format(kind).write(model)


def losses(model: Model, kind: str) -> tuple[str, ...]:
    """What of a model a format cannot carry, a sentence for each; empty when reading it back gives an equal model."""
    return _format(kind).losses(model)


def kind_of_file(path: str | os.PathLike[str]) -> str:
    """The format a file's suffix tells. Raises InvalidRequestError."""
    suffix, known = Path(path).suffix.lower(), suffixes()
    if suffix not in known:
        raise _unknown(f"{os.fspath(path)}: the suffix '{suffix}' is not known", known)
    return known[suffix]


def kind_of_text(content: bytes) -> str:
    """The format of a text by its first characters: `{` JSON, `<` Open-PSA, `name :=` Aralia, else YAML."""
    # Without byte order marks, and whatever the encoding spends on an ASCII character.
    start = content[:4096].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return next((each for each in FORMATS if each.looks_like(start)), FORMATS[0]).name


def _format(name: str) -> Format:
    for each in FORMATS:
        if each.name == name:
            return each
    raise _unknown(f"the format '{name}' is not known", names())


@contextmanager
def _without_collection() -> Iterator[None]:
    """No search for cyclic garbage while a model is read: there is none, and it would take as long as the reading."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _unreadable(path: str | os.PathLike[str], error: Exception) -> InvalidRequestError:
    reason = getattr(error, "strerror", None) or error
    return InvalidRequestError(f"{os.fspath(path)}: cannot be read: {reason}")


def _unknown(message: str, known: Iterable[str]) -> InvalidRequestError:
    return InvalidRequestError(f"{message}; use one of {', '.join(known)}")
