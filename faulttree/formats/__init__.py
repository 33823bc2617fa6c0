"""Model files, read and written in the format that the suffix tells."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from faulttree.errors import Fault, InvalidRequestError
from faulttree.files import write_whole
from faulttree.formats.json import compose_json, write_json
from faulttree.model.checking import checked
from faulttree.model.document import MOST_BYTES, Composer, decoded
from faulttree.model.tree import Model
from faulttree.model.yaml import compose_yaml, write_yaml

__all__ = ["SUFFIXES", "dumps", "kind_of_file", "read", "read_text", "read_with_warnings", "write"]

SUFFIXES = {".yaml": "yaml", ".yml": "yaml", ".json": "json"}
_READERS: dict[str, Callable[[str, str], Composer]] = {"yaml": compose_yaml, "json": compose_json}
_WRITERS: dict[str, Callable[[Model], str]] = {"yaml": write_yaml, "json": write_json}


def read(path: str | os.PathLike[str]) -> Model:
    """The model in a file. Raises InvalidModelError with all its faults, InvalidRequestError if unreadable."""
    return read_with_warnings(path)[0]


def read_with_warnings(path: str | os.PathLike[str]) -> tuple[Model, tuple[Fault, ...]]:
    """The model in a file, and what is doubtful about it, with lines. Raises as `read` does."""
    kind = kind_of_file(path)
    try:
        with Path(path).open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InvalidRequestError(f"{os.fspath(path)}: cannot be read: {reason}") from error
    return read_text(content, kind, os.fspath(path))


def read_text(text: str | bytes, kind: str, file: str = "") -> tuple[Model, tuple[Fault, ...]]:
    """The model in a text, and its warnings. kind: `yaml` or `json`; file: its name in messages."""
    compose = _READERS.get(kind)
    if compose is None:
        raise _unknown(f"the format '{kind}' is not known", _READERS)
    return checked(compose(decoded(text, file) if isinstance(text, bytes) else text, file), file)


def write(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, whole or not at all. Raises InvalidRequestError when that is impossible."""
    write_whole(path, dumps(model, kind_of_file(path)))


def dumps(model: Model, kind: str) -> str:
    """The model as text. kind: `yaml` or `json`."""
    if kind not in _WRITERS:
        raise _unknown(f"the format '{kind}' is not known", _WRITERS)
    return _WRITERS[kind](model)


def kind_of_file(path: str | os.PathLike[str]) -> str:
    """The format a file's suffix tells. Raises InvalidRequestError."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise _unknown(f"{os.fspath(path)}: the suffix '{suffix}' is not known", SUFFIXES)
    return SUFFIXES[suffix]


def _unknown(message: str, known: Iterable[str]) -> InvalidRequestError:
    return InvalidRequestError(f"{message}; use one of {', '.join(known)}")
