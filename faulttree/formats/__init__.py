"""Model files, read and written in the format that the suffix tells."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from faulttree.errors import Fault, InvalidRequestError
from faulttree.files import write_whole
from faulttree.formats.aralia import aralia_losses, read_aralia, write_aralia
from faulttree.formats.json import compose_json, write_json
from faulttree.formats.open_psa import open_psa_losses, read_open_psa, write_open_psa
from faulttree.model.checking import checked
from faulttree.model.document import MOST_BYTES, Composer, decoded
from faulttree.model.tree import Model
from faulttree.model.yaml import compose_yaml, write_yaml

__all__ = ["SUFFIXES", "dumps", "kind_of_file", "losses", "read", "read_text", "read_with_warnings", "write"]

Read = tuple[Model, tuple[Fault, ...]]
Source = str | bytes | BinaryIO

SUFFIXES = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".xml": "open-psa",
    ".opsa": "open-psa",
    ".mef": "open-psa",
    ".txt": "aralia",
    ".dag": "aralia",
    ".ara": "aralia",
}


def _composed(compose: Callable[[str, str], Composer]) -> Callable[[Source, str], Read]:
    """A reader of a format that has the same keys as the model."""

    def read_document(source: Source, file: str) -> Read:
        content = source if isinstance(source, str | bytes) else source.read(MOST_BYTES + 1)
        return checked(compose(decoded(content, file) if isinstance(content, bytes) else content, file), file)

    return read_document


_READERS: dict[str, Callable[[Source, str], Read]] = {
    "yaml": _composed(compose_yaml),
    "json": _composed(compose_json),
    "open-psa": read_open_psa,
    "aralia": read_aralia,
}
_WRITERS: dict[str, Callable[[Model], str]] = {
    "yaml": write_yaml,
    "json": write_json,
    "open-psa": write_open_psa,
    "aralia": write_aralia,
}
_LOSSES: dict[str, Callable[[Model], tuple[str, ...]]] = {"open-psa": open_psa_losses, "aralia": aralia_losses}


def read(path: str | os.PathLike[str]) -> Model:
    """The model in a file. Raises InvalidModelError with all its faults, InvalidRequestError if unreadable."""
    return read_with_warnings(path)[0]


def read_with_warnings(path: str | os.PathLike[str]) -> Read:
    """The model in a file, and what is doubtful about it, with lines. Raises as `read` does."""
    reader = _READERS[kind_of_file(path)]
    try:
        file = Path(path).open("rb")  # noqa: SIM115  (closed below; only opening and reading may fail this way)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    with file, _without_collection():
        try:
            return reader(file, os.fspath(path))
        except OSError as error:
            raise _unreadable(path, error) from error


def read_text(text: str | bytes, kind: str, file: str = "") -> Read:
    """The model in a text, and its warnings. kind: a value of `SUFFIXES`; file: its name in messages."""
    if kind not in _READERS:
        raise _unknown(f"the format '{kind}' is not known", _READERS)
    with _without_collection():
        return _READERS[kind](text, file)


def write(model: Model, path: str | os.PathLike[str]) -> None:
    """Write a model to a file, whole or not at all. Raises InvalidRequestError when that is impossible."""
    write_whole(path, dumps(model, kind_of_file(path)))


def dumps(model: Model, kind: str) -> str:
    """The model as text. kind: a value of `SUFFIXES`. What the format cannot carry, `losses` tells."""
    if kind not in _WRITERS:
        raise _unknown(f"the format '{kind}' is not known", _WRITERS)
    return _WRITERS[kind](model)


def losses(model: Model, kind: str) -> tuple[str, ...]:
    """What of a model a format cannot carry, a sentence for each; empty when reading it back gives an equal model."""
    if kind not in _WRITERS:
        raise _unknown(f"the format '{kind}' is not known", _WRITERS)
    return _LOSSES[kind](model) if kind in _LOSSES else ()


def kind_of_file(path: str | os.PathLike[str]) -> str:
    """The format a file's suffix tells. Raises InvalidRequestError."""
    suffix = Path(path).suffix.lower()
    if suffix not in SUFFIXES:
        raise _unknown(f"{os.fspath(path)}: the suffix '{suffix}' is not known", SUFFIXES)
    return SUFFIXES[suffix]


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
