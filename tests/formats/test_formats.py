"""Reading and writing by suffix."""

import os

import pytest

from faulttree.errors import InvalidModelError, InvalidRequestError
from faulttree.formats import dumps, kind_of_file, read, read_text, read_with_warnings, write
from faulttree.model import Model

MODEL = Model(name="t", top="e", basic_events={"e": {"probability": 0.5}, "f": {}})


@pytest.mark.parametrize("name", ["m.yaml", "m.yml", "m.YAML", "m.json", "new/folder/m.json"])
def test_written_then_read(tmp_path, name):
    path = tmp_path / name
    write(MODEL, path)
    assert read(path) == MODEL
    assert read(str(path)) == MODEL
    model, warnings = read_with_warnings(path)
    assert model == MODEL
    (warning,) = warnings
    line = 9 if path.suffix == ".json" else 6
    assert str(warning) == (
        f"{path}:{line}: warning: basic event 'f': never reached from a top event; name it in a gate, or remove it"
    )


@pytest.mark.parametrize("name", ["m.txt", "m", "m.yaml.bak", ".yaml"])
def test_unknown_suffix(tmp_path, name):
    for act in (read, lambda path: write(MODEL, path), kind_of_file):
        with pytest.raises(InvalidRequestError, match=r"the suffix '.*' is not known; use one of .yaml, .yml, .json"):
            act(tmp_path / name)


def test_unknown_kind():
    for act in (lambda: dumps(MODEL, "xls"), lambda: read_text("", "xls")):
        with pytest.raises(InvalidRequestError, match="the format 'xls' is not known; use one of yaml, json"):
            act()


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "folder.yaml").mkdir()
    for name, reason in (
        ("absent.yaml", "No such file"),
        ("folder.yaml", "Is a directory"),
        ("a\0b.yaml", "null byte"),
    ):
        with pytest.raises(InvalidRequestError, match=f"cannot be read: .*{reason}"):
            read(tmp_path / name)
    with pytest.raises(InvalidRequestError, match="cannot be written"):
        write(MODEL, tmp_path / "folder.yaml")


@pytest.mark.skipif(
    os.name != "posix" or not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything"
)
def test_a_file_without_permission(tmp_path):
    path = tmp_path / "m.yaml"
    write(MODEL, path)
    path.chmod(0)
    with pytest.raises(InvalidRequestError, match="Permission denied"):
        read(path)


def test_a_faulty_file_names_itself(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text("name: t\ntop: x\n")
    with pytest.raises(InvalidModelError) as caught:
        read(path)
    assert str(caught.value) == f"{path}:2: top: 'x' is not defined; define it, or correct the name"
