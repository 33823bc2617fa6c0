"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from faulttree import files
from faulttree.errors import InvalidRequestError
from faulttree.files import streamed, write_all, write_whole


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
    staged = []

    def full_after_one(folder: Path, content: str | bytes) -> Path:
        if staged:
            raise OSError(28, "No space left on device")
        staged.append(real(folder, content))
        return staged[0]

    real = files._stage
    monkeypatch.setattr(files, "_stage", full_after_one)
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
