"""A format of model files: its name, its suffixes, and what reads, writes and recognizes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from faulttree.errors import Fault
from faulttree.model.document import MOST_BYTES, Composer, decoded
from faulttree.model.tree import Model, checked

__all__ = ["Format", "Read", "Source", "document_reader"]

Read = tuple[Model, tuple[Fault, ...]]
Source = str | bytes | BinaryIO


def _nothing(model: Model) -> tuple[str, ...]:  # noqa: ARG001  (whatever the model is)
    return ()


def _never(start: bytes) -> bool:  # noqa: ARG001  (however the text begins)
    return False


@dataclass(frozen=True)
class Format:
    """A format of model files.

    name: as options give it. suffixes: of its files, with their points, in lower case.
    read: from a text, its bytes or an open binary file, and its name for messages, to the model and its warnings.
    Raises InvalidModelError with all faults. write: from a model to a text that `read` takes.
    losses: what of a model the format cannot carry, a sentence for each; empty where reading back gives an equal model.
    looks_like: whether a text is in this format, by its first bytes, without a byte order mark or leading space.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[Source, str], Read]
    write: Callable[[Model], str]
    losses: Callable[[Model], tuple[str, ...]] = _nothing
    looks_like: Callable[[bytes], bool] = _never


def document_reader(compose: Callable[[str, str], Composer]) -> Callable[[Source, str], Read]:
    """The reader of a format that has the same keys as the model."""

    def read_document(source: Source, file: str) -> Read:
        content = source if isinstance(source, str | bytes) else source.read(MOST_BYTES + 1)
        return checked(compose(decoded(content, file) if isinstance(content, bytes) else content, file), file)

    return read_document
