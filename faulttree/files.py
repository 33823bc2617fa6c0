"""Files written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from faulttree.errors import InvalidRequestError

__all__ = ["write_all", "write_whole"]


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


def _stage(folder: Path, content: str | bytes) -> Path:
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".faulttree-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8"))
        umask = os.umask(0)
        os.umask(umask)
        Path(name).chmod(0o666 & ~umask)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)
