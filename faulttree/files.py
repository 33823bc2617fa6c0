"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from faulttree.errors import InvalidRequestError

__all__ = ["streamed", "write_all", "write_whole"]


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file beside its place, then move it there in one step. Text is UTF-8, lines end in a newline only.

    Raises InvalidRequestError when the place cannot be written.
    """
    path = Path(path)
    write_all(path.parent, {path.name: content})


def write_all(folder: str | os.PathLike[str], contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write several files into a folder, made if absent: first all of them aside, then each into its place.

    Other files of the folder stay. Returns the paths in order. Raises InvalidRequestError.
    """
    folder = Path(folder)
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in contents.items():
            staged.append((_stage(folder, content), folder / name))
        for aside, path in staged:
            if path.is_dir():
                raise IsADirectoryError(f"{path} is a folder")
            aside.replace(path)
    except OSError as error:
        raise InvalidRequestError(f"{folder}: cannot be written: {error.strerror or error}") from error
    finally:
        for aside, _ in staged:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
    return [path for _, path in staged]


@contextmanager
def streamed(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write piece by piece, for what is too large to hold; it takes its place when the block ends well.

    Whatever leaves the block as an exception, Ctrl-C too, leaves the place as it was and nothing beside it.
    Raises InvalidRequestError when the place cannot be written.
    """
    path = Path(path)
    aside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(f"{path} is a folder")
        descriptor, aside = _aside(path.parent)
        with os.fdopen(descriptor, "wb") as file:
            yield file
        _with_usual_permissions(aside)
        aside.replace(path)
    except OSError as error:
        raise InvalidRequestError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        if aside is not None:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _stage(folder: Path, content: str | bytes) -> Path:
    descriptor, aside = _aside(folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        _with_usual_permissions(aside)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    return aside


def _aside(folder: Path) -> tuple[int, Path]:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".faulttree-")
    return descriptor, Path(name)


def _with_usual_permissions(path: Path) -> None:
    umask = os.umask(0)
    os.umask(umask)
    path.chmod(0o666 & ~umask)
