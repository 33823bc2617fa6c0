"""Files are written whole or not at all."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from faulttree import files
from faulttree.errors import InvalidRequestError
from faulttree.files import streamed, write_all, write_whole


@pytest.fixture(params=[True, False], ids=["nameless", "named"])
def nameless(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether the system knows files without a name."""
    if not request.param and hasattr(os, "O_TMPFILE"):
        monkeypatch.setattr(os, "O_TMPFILE", 0)
    return bool(request.param)


def test_text_is_utf8_and_keeps_its_line_ends(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "Молния\nsecond\r\n")
    assert (tmp_path / "a.txt").read_bytes() == "Молния\nsecond\r\n".encode()


def test_bytes_are_written_as_they_are_and_folders_are_made(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "deep" / "a.bin", b"\x00\xff\r\n")
    assert (tmp_path / "new" / "deep" / "a.bin").read_bytes() == b"\x00\xff\r\n"


def test_a_file_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old and longer")
    write_whole(os.fspath(path), "new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_has_the_permissions_that_any_new_file_has(tmp_path: Path) -> None:
    write_whole(tmp_path / "a.txt", "text")
    (tmp_path / "b.txt").write_text("text")
    modes = {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.txt", "b.txt")}
    assert len(modes) == 1


def test_several_files_come_in_order_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("stays")
    paths = write_all(tmp_path, {"b.txt": "b", "a.txt": b"a"})
    assert [path.name for path in paths] == ["b.txt", "a.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "b.txt", "other.txt"]
    assert (tmp_path / "other.txt").read_text() == "stays"


def test_when_one_cannot_be_written_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("old")
    taken = []

    def full_after_one(place: files._Place, content: bytes) -> None:
        if taken:
            raise OSError(28, "No space left on device")
        taken.append(place)
        place.file.write(content)

    monkeypatch.setattr(files._Place, "write", full_after_one)
    with pytest.raises(InvalidRequestError, match="cannot be written: No space left on device"):
        write_all(tmp_path, {"a.txt": "new", "b.txt": "new"})
    assert (tmp_path / "a.txt").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_while_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnicodeEncodeError):
        write_whole(tmp_path / "a.txt", "half a pair: \ud800")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_place_for_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(InvalidRequestError) as caught:
        write_whole(tmp_path / "a", "text")
    assert str(caught.value) == f"{tmp_path / 'a'}: cannot be written: it is a folder; name a file in it"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_file_is_no_place_for_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("text")
    with pytest.raises(InvalidRequestError, match="cannot be written") as caught:
        write_whole(tmp_path / "a" / "b.txt", "text")
    assert str(caught.value).startswith(f"{tmp_path / 'a' / 'b.txt'}: ")


def test_a_stream_takes_its_place_when_it_ends_well(tmp_path: Path) -> None:
    path = tmp_path / "new" / "a.txt"
    with streamed(path) as file:
        file.write(b"first ")
        assert not path.exists()
        file.write(b"second")
    assert path.read_bytes() == b"first second"
    (tmp_path / "new" / "b.txt").write_text("text")
    modes = {stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "new").iterdir()}
    assert len(list((tmp_path / "new").iterdir())) == 2
    assert len(modes) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_stream_that_is_broken_off_leaves_the_place_as_it_was(error: type[BaseException], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("old")

    def break_off() -> None:
        with streamed(tmp_path / "a.txt") as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        break_off()
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_stream_with_no_place_is_refused_before_it_begins(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("text")
    for place, why in (("folder", "is a folder"), ("file/a.txt", "cannot be written")):
        with pytest.raises(InvalidRequestError, match=why), streamed(tmp_path / place):
            pytest.fail("there is nothing to write to")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]


def test_a_stream_on_a_full_device_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="No space left"), streamed(tmp_path / "a.txt"):
        raise OSError(28, "No space left on device")
    assert list(tmp_path.iterdir()) == []


# What is there already


def test_a_symbolic_link_stays_and_what_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    target, link = tmp_path / "real" / "a.txt", tmp_path / "link.txt"
    target.write_text("old")
    link.symlink_to("middle.txt")
    (tmp_path / "middle.txt").symlink_to(target)
    write_whole(link, "new")
    assert link.is_symlink() and (tmp_path / "middle.txt").is_symlink() and not target.is_symlink()
    assert target.read_text() == "new" and os.listdir(tmp_path / "real") == ["a.txt"]
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "real" / "b.txt")
    write_all(tmp_path, {"dangling.txt": "made", "c.txt": "c"})
    assert (tmp_path / "dangling.txt").is_symlink() and (tmp_path / "real" / "b.txt").read_text() == "made"


def test_links_in_a_circle_are_told(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(InvalidRequestError, match="cannot be written: Too many levels of symbolic links"):
        write_whole(tmp_path / "a", "text")


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_a_file_keeps_its_mode(mode: int, tmp_path: Path, nameless: bool) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    path.chmod(mode)
    write_whole(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == mode and path.read_text() == "new"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may give a file away")
def test_a_file_keeps_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    os.chown(path, 12345, 54321)
    path.chmod(0o604)
    write_whole(path, "new")
    found = path.stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (12345, 54321, 0o604)


# What is no regular file


def test_a_pipe_with_a_name_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "link").symlink_to(pipe)
    for name in ("pipe", "link"):
        with ThreadPoolExecutor(1) as reader:
            text = reader.submit(pipe.read_text)
            write_whole(tmp_path / name, "through the pipe")
            assert text.result(10) == "through the pipe"
    assert stat.S_ISFIFO(os.lstat(pipe).st_mode) and (tmp_path / "link").is_symlink()
    assert sorted(os.listdir(tmp_path)) == ["link", "pipe"]


def test_an_open_descriptor_is_written_on_where_it_stands(tmp_path: Path) -> None:
    if not os.path.isdir("/dev/fd"):
        pytest.skip("the system has no /dev/fd")
    with open(tmp_path / "log.txt", "wb", buffering=0) as log:
        (tmp_path / "folder").symlink_to("/dev/fd")
        (tmp_path / "link").symlink_to(f"/dev/fd/{log.fileno()}")
        log.write(b"before, ")
        for path in (f"/dev/fd/{log.fileno()}", f"/proc/self/fd/{log.fileno()}", tmp_path / "link",
                     tmp_path / "folder" / str(log.fileno())):  # fmt: skip
            write_whole(path, "text, ")
        log.write(b"after")
    assert (tmp_path / "log.txt").read_text() == "before, text, text, text, text, after"
    assert os.path.islink(tmp_path / "link")


def test_a_descriptor_that_is_not_open_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequestError, match="/dev/fd/9999: cannot be written"):
        write_whole("/dev/fd/9999", "text")


def test_standard_output_named_as_a_file_is_written_to(tmp_path: Path) -> None:
    """In a process of its own, its standard output a pipe and then a file."""
    code = "from faulttree.files import write_whole; write_whole('/dev/stdout', 'text')"
    entry = os.lstat("/dev/stdout")
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert told.stdout == b"text"
    with open(tmp_path / "out.txt", "wb", buffering=0) as out:
        out.write(b"before ")
        subprocess.run([sys.executable, "-c", code], stdout=out, check=True)
    assert (tmp_path / "out.txt").read_bytes() == b"before text"
    assert os.lstat("/dev/stdout").st_ino == entry.st_ino


def test_a_device_is_written_to_and_stays(tmp_path: Path) -> None:
    """A device of the same numbers as /dev/null, and one as /dev/full, made for the test."""
    try:
        for name, minor in (("null", 3), ("full", 7)):
            os.mknod(tmp_path / name, stat.S_IFCHR | 0o666, os.makedev(1, minor))
            os.close(os.open(tmp_path / name, os.O_WRONLY))
    except (OSError, AttributeError):
        pytest.skip("devices can be made, and opened, by root alone, and not everywhere")
    write_whole(tmp_path / "null", "text")
    with streamed(tmp_path / "null") as file:
        file.write(b"text")
    with pytest.raises(InvalidRequestError, match="No space left on device"):
        write_whole(tmp_path / "full", "text")
    for name in ("null", "full"):
        assert stat.S_ISCHR(os.lstat(tmp_path / name).st_mode)
    assert sorted(os.listdir(tmp_path)) == ["full", "null"]


# Kills


KILLED = """
import os, signal, sys
from faulttree import files
if sys.argv[2] == "named":
    os.O_TMPFILE = 0
with files.streamed(sys.argv[1]) as file:
    file.write(b"half" * 100_000)
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("how", ["nameless", "named"])
@pytest.mark.parametrize("there", [True, False])
def test_a_kill_leaves_nothing_that_stays(how: str, there: bool, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    if there:
        path.write_text("old")
    before = os.listdir(tmp_path)
    killed = subprocess.run([sys.executable, "-c", KILLED, os.fspath(path), how], check=False)
    assert killed.returncode == -signal.SIGKILL
    if how == "nameless" and _knows_nameless(tmp_path):
        assert os.listdir(tmp_path) == before
    assert not there or path.read_text() == "old"
    subprocess.run([sys.executable, "-c", KILLED, os.fspath(path), "named"], check=False)
    write_whole(path, "new")
    assert path.read_text() == "new"
    with streamed(path) as file:
        file.write(b"newer")
        subprocess.run([sys.executable, "-c", KILLED, os.fspath(path), "named"], check=False)
    assert path.read_text() == "newer"
    assert os.listdir(tmp_path) == ["a.txt"], "what a kill has left is gone once the file is written again"


def _knows_nameless(folder: Path) -> bool:
    try:
        os.close(os.open(folder, os.O_TMPFILE | os.O_WRONLY))
    except (OSError, AttributeError):
        return False
    return True


def test_two_who_write_the_same_file_both_end_well(tmp_path: Path, nameless: bool) -> None:
    path = tmp_path / "a.txt"
    with streamed(path) as first, streamed(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_text() == "first", "who ends last has the last word"
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: write_whole(path, f"text {number}" * 1000), range(100)))
    assert path.read_text() in {f"text {number}" * 1000 for number in range(100)}
    assert os.listdir(tmp_path) == ["a.txt"]


def test_what_stands_under_the_name_aside_and_is_no_file_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    (tmp_path / "precious").write_text("precious")
    digest = hashlib.sha256(b"a.txt").hexdigest()[:16]
    (tmp_path / f".faulttree-{digest}").symlink_to("precious")
    write_whole(path, "new")
    assert path.read_text() == "new" and (tmp_path / "precious").read_text() == "precious"
