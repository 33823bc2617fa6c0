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

    Folders on the way are made if absent. Raises InvalidRequestError when the place cannot be written.
    """
    with _refused(path):
        _write_all(Path(path).parent, {Path(path): content})


def write_all(folder: str | os.PathLike[str], contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write several files into a folder, made if absent: first all of them aside, then each into its place.

    Other files of the folder stay. Returns the paths in order. Raises InvalidRequestError.
    """
    folder = Path(folder)
    with _refused(folder):
        return _write_all(folder, {folder / name: content for name, content in contents.items()})


@contextmanager
def streamed(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write piece by piece, for what is too large to hold; it takes its place when the block ends well.

    Whatever leaves the block as an exception, Ctrl-C too, leaves the place as it was and nothing beside it.
    Raises InvalidRequestError when the place cannot be written.
    """
    with _refused(path):
        path = Path(path)
        aside: Path | None = None
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _check_no_folder(path)
            descriptor, aside = _aside(path.parent)
            with os.fdopen(descriptor, "wb") as file:
                yield file
            _with_usual_permissions(aside)
            aside.replace(path)
        finally:
            if aside is not None:
                with suppress(OSError):
                    aside.unlink(missing_ok=True)


@contextmanager
def _refused(path: str | os.PathLike[str]) -> Iterator[None]:
    """Tells of a place that cannot be written, as the user named it. Raises InvalidRequestError."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        if isinstance(error, FileExistsError | NotADirectoryError):
            why = f"{error.filename} is a file, not a folder"
        raise InvalidRequestError(f"{os.fspath(path)}: cannot be written: {why}") from error


def _check_no_folder(path: Path) -> None:
    if path.is_dir():
        raise IsADirectoryError("it is a folder; name a file in it")


def _write_all(folder: Path, contents: Mapping[Path, str | bytes]) -> list[Path]:
    """Write files of one folder: first all of them aside, then each into its place. Raises OSError."""
    staged: list[tuple[Path, Path]] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            _check_no_folder(path)
            staged.append((_stage(folder, content), path))
        for aside, path in staged:
            aside.replace(path)
    finally:
        for aside, _ in staged:
            with suppress(OSError):
                aside.unlink(missing_ok=True)
    return [path for _, path in staged]


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
