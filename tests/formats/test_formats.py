"""Reading and writing by suffix."""

import gc
import io
import os
from dataclasses import replace
from types import SimpleNamespace

import pytest

from faulttree import cli, formats
from faulttree.errors import InvalidModelError, InvalidRequestError
from faulttree.formats import dumps, kind_of_file, losses, read, read_text, read_with_warnings, write
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


@pytest.mark.parametrize("name", ["m.docx", "m", "m.yaml.bak", ".yaml"])
def test_unknown_suffix(tmp_path, name):
    for act in (read, lambda path: write(MODEL, path), kind_of_file):
        with pytest.raises(InvalidRequestError, match=r"the suffix '.*' is not known; use one of .yaml, .yml, .json"):
            act(tmp_path / name)


def test_unknown_kind():
    for act in (lambda: dumps(MODEL, "xls"), lambda: read_text("", "xls"), lambda: losses(MODEL, "xls")):
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


def test_a_file_that_fails_while_it_is_read(tmp_path, monkeypatch):
    def broken(source, file):
        raise OSError(5, "Input/output error")

    write(MODEL, tmp_path / "m.yaml")
    yaml = replace(formats.FORMATS[0], read=broken)
    monkeypatch.setattr(formats, "FORMATS", (yaml, *formats.FORMATS[1:]))
    with pytest.raises(InvalidRequestError, match=r"m.yaml: cannot be read: Input/output error"):
        read(tmp_path / "m.yaml")


def test_what_has_the_same_keys_loses_nothing():
    assert losses(MODEL, "yaml") == losses(MODEL, "json") == ()


def test_garbage_collection_is_left_as_it_was():
    for enabled in (False, True):
        (gc.enable if enabled else gc.disable)()
        read_text("name: t\ntop: e\nbasic_events: {e: }\n", "yaml")
        assert gc.isenabled() is enabled


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


# A format that knows one event and its probability: `%% name top 0.5`.


def read_tiny(source, file):
    content = source if isinstance(source, str | bytes) else source.read()
    text = content.decode() if isinstance(content, bytes) else content
    _, name, top, probability = text.split()
    return Model(name=name, top=top, basic_events={top: {"probability": float(probability)}}), ()


def write_tiny(model):
    (top,) = model.top
    return f"%% {model.name} {top} {model.probability_of(top)!r}\n"


TINY = formats.Format(
    "tiny",
    (".tiny", ".ty"),
    read_tiny,
    write_tiny,
    lambda model: tuple(f"house event '{name}' is not carried" for name in model.house_events),
    lambda start: start.startswith(b"%%"),
)


def test_a_format_is_one_value(tmp_path, monkeypatch, capsys):
    """Registered in `FORMATS` and nowhere else, it is read, written, converted, recognized and listed."""
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS, TINY))
    model = Model(name="t", top="e", basic_events={"e": {"probability": 0.375}})
    more = Model(name="t", top="e", basic_events={"e": {"probability": 0.375}}, house_events={"h": {"state": True}})
    path, other = tmp_path / "m.ty", tmp_path / "m.yaml"
    write(model, path)
    assert path.read_text() == "%% t e 0.375\n"
    assert read(path) == read_text(path.read_bytes(), "tiny")[0] == model
    assert kind_of_file(path) == "tiny"
    assert losses(model, "tiny") == () and losses(more, "tiny") == ("house event 'h' is not carried",)
    with pytest.raises(InvalidRequestError, match=r"use one of .yaml, .yml, .json, .*, .ara, .tiny, .ty$"):
        read(tmp_path / "m.docx")

    def run(*arguments):
        code = cli.run_cli([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    assert run("convert", path, other)[0] == 0 and read(other) == model
    write(more, other)
    code, out, err = run("convert", other, "-", "--to", "ty")
    assert (code, out) == (0, "%% t e 0.375\n") and "tiny: house event 'h' is not carried" in err
    assert run("convert", other, "-", "--to", "tiny", "--strict")[0] == cli.EXIT_ANALYSIS
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(b"\xef\xbb\xbf%% t e 0.375")))
    code, out, _ = run("probability", "-")
    assert code == 0 and "0.375" in out
    assert "tiny" in run("convert", "--help")[1]
    assert "give one of yaml, json, open-psa, aralia, tiny" in run("convert", path, "-", "--to", "docx")[2]


def test_no_two_formats_share_a_suffix_or_a_name():
    every = [suffix for each in formats.FORMATS for suffix in each.suffixes]
    assert len(every) == len(set(every)) and all(suffix == suffix.lower() and suffix[0] == "." for suffix in every)
    assert len(set(formats.names())) == len(formats.FORMATS)
