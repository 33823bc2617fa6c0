"""Files written whole or not at all; what is no regular file, such as a pipe or a device, is written to as it is.

A regular file, or what a symbolic link to one leads to, is written aside and takes its place in one step, with the mode
and, where that is allowed, the owner of the file that it replaces. Aside means: without a name, where the system knows
such files (Linux), so that not even a kill leaves anything. Only a file that replaces another has a name for an
instant, and on other systems for as long as it is written. That name is `.faulttree-` and a digest of the name that it
is to have, and so the next writing of the same file takes it over.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import os
import re
import secrets
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from faulttree.errors import InvalidRequestError

__all__ = ["streamed", "write_all", "write_whole"]

T = TypeVar("T")
DESCRIPTOR = re.compile(r"/dev/(stdin|stdout|stderr)|(?:/dev|/proc/(\d+)(?:/task/\d+)?)/fd/(\d+)")
"""Paths that mean an open descriptor: of a process that is named, or else of this one."""
STANDARD = {"stdin": 0, "stdout": 1, "stderr": 2}
MOST_LINKS = 40
"""Symbolic links that lead on to each other before they are taken for a circle, as Linux does."""


def write_whole(path: str | os.PathLike[str], content: str | bytes) -> None:
    """Write a file beside its place, then move it there in one step. Text is UTF-8, lines end in a newline only.

    Folders on the way are made if absent. Raises InvalidRequestError when the place cannot be written.
    """
    with streamed(path) as file:
        file.write(_bytes(content))


def write_all(folder: str | os.PathLike[str], contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write several files into a folder, made if absent: first all of them aside, then each into its place.

    Other files of the folder stay. Returns the paths in order. Raises InvalidRequestError.
    """
    folder = Path(folder)
    paths = [folder / name for name in contents]
    with _refused(folder):
        places: list[_Place] = []
        try:
            for path, content in zip(paths, contents.values(), strict=True):
                places.append(_place_of(path))
                places[-1].write(_bytes(content))
            for place in places:
                place.take()
        finally:
            for place in places:
                place.leave()
    return paths


@contextmanager
def streamed(path: str | os.PathLike[str]) -> Iterator[BinaryIO]:
    """A file to write piece by piece, for what is too large to hold; it takes its place when the block ends well.

    Whatever leaves the block as an exception, Ctrl-C too, leaves the place as it was and nothing beside it; what is no
    regular file then has what was written to it so far. Raises InvalidRequestError when the place cannot be written.
    """
    with _refused(path):
        place = _place_of(Path(path))
        try:
            yield place.file
            place.take()
        finally:
            place.leave()


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


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8")


# Places


class _Place:
    """Where something is written: a device, a pipe, an open descriptor. file: to write to."""

    def __init__(self, descriptor: int) -> None:
        self.file: BinaryIO = os.fdopen(descriptor, "wb")

    def write(self, content: bytes) -> None:
        """Write all of it."""
        self.file.write(content)

    def take(self) -> None:
        """Let what was written stand where it belongs."""
        self.file.close()

    def leave(self) -> None:
        """Close, and leave nothing beside the place."""
        with suppress(OSError):
            self.file.close()


class _Replaced(_Place):
    """A regular file, there or not: what is written goes aside first.

    path: without symbolic links. old: what is there; None for nothing.
    """

    def __init__(self, path: Path, old: os.stat_result | None) -> None:
        self._path, self._old = path, old
        digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
        self._aside = path.with_name(f".faulttree-{digest}")
        self._named = False
        super().__init__(self._opened())
        try:
            self._keep_what_it_had()
        except BaseException:
            self.leave()
            raise

    def take(self) -> None:
        self.file.flush()
        if not self._named and self._old is None:
            with suppress(FileExistsError):
                _link(self.file.fileno(), self._path)  # which replaces nothing
                self.file.close()
                return
        if not self._named:
            self._give_name(functools.partial(_link, self.file.fileno()))
        if os.name == "nt":  # where no open file can be renamed
            self.file.close()
        self._aside.replace(self._path)
        self._named = False
        self.file.close()

    def leave(self) -> None:
        super().leave()
        if self._named:
            with suppress(OSError):
                self._aside.unlink(missing_ok=True)

    def _opened(self) -> int:
        """A descriptor of a new file in the folder, without a name where that is possible."""
        if nameless := getattr(os, "O_TMPFILE", 0):
            with suppress(OSError):
                descriptor = os.open(self._path.parent, nameless | os.O_WRONLY, 0o666)
                if os.path.exists(f"/proc/self/fd/{descriptor}"):  # through which it gets its name
                    _lock(descriptor)
                    return descriptor
                os.close(descriptor)
        return self._give_name(_created)

    def _give_name(self, by: Callable[[Path], T]) -> T:
        """Let a file be made, or named, under the name aside."""
        self._clear()
        try:
            made = by(self._aside)
        except FileExistsError:  # who writes the same file was quicker
            self._aside = self._another_name()
            made = by(self._aside)
        self._named = True
        return made

    def _another_name(self) -> Path:
        return self._aside.with_name(f"{self._aside.name}-{secrets.token_hex(8)}")

    def _clear(self) -> None:
        """Take away what a kill has left under the name aside; another name where somebody may be writing under it."""
        try:
            descriptor = os.open(self._aside, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0))
        except FileNotFoundError:
            return
        except OSError:
            self._aside = self._another_name()
            return
        try:
            if not _lock(descriptor):
                self._aside = self._another_name()
            elif os.path.samestat(os.fstat(descriptor), os.lstat(self._aside)):
                self._aside.unlink()
        except FileNotFoundError:
            pass
        except OSError:
            self._aside = self._another_name()
        finally:
            os.close(descriptor)

    def _keep_what_it_had(self) -> None:
        """Give the new file the owner, as far as that is allowed, and the mode of the old one."""
        if self._old is None or not hasattr(os, "fchown"):
            return
        new = self.file.fileno()
        own = os.fstat(new)
        if self._old.st_gid != own.st_gid:
            with suppress(OSError):
                os.fchown(new, -1, self._old.st_gid)
        if self._old.st_uid != own.st_uid:
            with suppress(OSError):
                os.fchown(new, self._old.st_uid, -1)
        os.fchmod(new, stat.S_IMODE(self._old.st_mode))


def _created(path: Path) -> int:
    """A descriptor of a new file, locked. Raises FileExistsError where there is one, or another took its name."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        _lock(descriptor)
        if os.path.samestat(os.fstat(descriptor), os.lstat(path)):
            return descriptor
    except (BlockingIOError, FileNotFoundError):
        pass
    os.close(descriptor)
    raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), os.fspath(path))


def _lock(descriptor: int) -> bool:
    """Lock a file as long as it is open, so that others can tell it from what a kill has left.

    Whether the system, and the kind of file system, can. Raises BlockingIOError where another has locked it.
    """
    try:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise
    except (ImportError, OSError):
        return False
    return True


def _link(descriptor: int, path: Path) -> None:
    """Give an open file without a name this one. Raises FileExistsError where there is such a file."""
    # With a folder's descriptor, of which an absolute path makes no use, Python calls linkat, and that follows links.
    os.link(f"/proc/self/fd/{descriptor}", path, src_dir_fd=0, follow_symlinks=True)


def _place_of(path: Path) -> _Place:
    """Where a path leads, opened for writing. Raises OSError."""
    for _ in range(MOST_LINKS):
        path = path.parent.resolve() / path.name
        if found := DESCRIPTOR.fullmatch(str(path)):
            return _Place(_descriptor(path, found))
        if not path.is_symlink():
            break
        path = path.parent / os.readlink(path)
    else:
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), os.fspath(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        old = os.stat(path)
    except FileNotFoundError:
        return _Replaced(path, None)
    if stat.S_ISDIR(old.st_mode):
        raise IsADirectoryError("it is a folder; name a file in it")
    return _Replaced(path, old) if stat.S_ISREG(old.st_mode) else _Place(os.open(path, os.O_WRONLY))


def _descriptor(path: Path, found: re.Match[str]) -> int:
    """A descriptor that writes to an open descriptor: of this process at the place where that one is."""
    standard, process, number = found.groups()
    if process is None or int(process) == os.getpid():
        return os.dup(STANDARD[standard] if standard else int(number))
    return os.open(path, os.O_WRONLY)
