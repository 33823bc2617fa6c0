"""The command line on model files and streams of cut sets: convert, generate, cut-sets into files, standard input."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest

from faulttree import FaultTree, cli, formats
from faulttree.cli.options import Seconds, Size

PUMPS = """
faulttree: 1
name: Pumps
top: no_flow
gates:
  no_flow: {or: [power, pumps]}
  pumps: {atleast: {k: 2, of: [a, b, c]}}
basic_events:
  power: {probability: 0.001}
  a: {probability: 0.1}
  b: {probability: 0.2}
  c: {probability: 0.3}
"""
CUTS = {("power",): 0.001, ("a", "b"): 0.02, ("a", "c"): 0.03, ("b", "c"): 0.06}

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def pumps(tmp_path: Path) -> Path:
    path = tmp_path / "pumps.yaml"
    path.write_text(PUMPS)
    return path


@pytest.fixture
def faulttree(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = cli.run_cli([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


@pytest.fixture
def type_in(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def put(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return put


def sets_in(text: str, kind: str) -> dict[tuple[str, ...], float]:
    if kind == "jsonl":
        rows = [json.loads(line) for line in text.splitlines()]
        return {tuple(sorted(row["events"])): row["probability"] for row in rows}
    table = csv.DictReader(io.StringIO(text))
    return {tuple(sorted(row["events"].split(" + "))): float(row["probability"]) for row in table}


# Streams of cut sets


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_all_cut_sets_come_as_a_stream(faulttree: Run, pumps: Path, tmp_path: Path, kind: str) -> None:
    code, out, err = faulttree("cut-sets", pumps, "--all", "--format", kind)
    assert (code, err) == (0, "")
    assert sets_in(out, kind) == pytest.approx(CUTS, rel=1e-12)
    assert "rank" not in out
    code, out, err = faulttree("cut-sets", pumps, "--all", "--format", kind, "-o", tmp_path / "sets")
    assert (code, out) == (0, "")
    assert "4 sets written to" in err
    assert sets_in((tmp_path / "sets").read_text(), kind) == pytest.approx(CUTS, rel=1e-12)


@pytest.mark.parametrize(
    ("options", "left"),
    [
        (["--min-probability", "0.02"], [("a", "b"), ("a", "c"), ("b", "c")]),
        (["--max-order", "1"], [("power",)]),
        (["--containing", "a"], [("a", "b"), ("a", "c")]),
        (["--containing", "a", "--containing", "c"], [("a", "c")]),
        (["--excluding", "a"], [("power",), ("b", "c")]),
        (["--excluding", "a", "--excluding", "power"], [("b", "c")]),
        (["--containing", "a", "--excluding", "b"], [("a", "c")]),
        (["--containing", "b", "--min-probability", "0.05", "--max-order", "2"], [("b", "c")]),
        (["--containing", "power", "--containing", "a"], []),
    ],
)
def test_what_is_left_is_the_same_in_a_stream_and_in_a_list(
    faulttree: Run, pumps: Path, options: list[str], left: list[tuple[str, ...]]
) -> None:
    expected = pytest.approx({cut: CUTS[cut] for cut in left}, rel=1e-12)
    for form in (["--all"], ["--all", "--by", "probability"], ["--most", "50"]):
        code, out, _ = faulttree("cut-sets", pumps, "--format", "csv", *form, *options)
        assert code == 0
        assert sets_in(out, "csv") == expected
    found = json.loads(faulttree("cut-sets", pumps, "--format", "json", *options)[1])
    assert found["count"] == len(left)
    assert {tuple(sorted(row["events"])) for row in found["sets"]} == set(left)
    assert f"no_flow: {len(left)} minimal cut set" in faulttree("cut-sets", pumps, *options)[1]


def test_all_best_first_have_their_rank(faulttree: Run, pumps: Path) -> None:
    _, out, _ = faulttree("cut-sets", pumps, "--all", "--by", "probability", "--format", "jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["rank"] for row in rows] == [1, 2, 3, 4]
    assert [row["probability"] for row in rows] == pytest.approx(sorted(CUTS.values(), reverse=True), rel=1e-12)
    _, out, _ = faulttree("cut-sets", pumps, "--most", "2", "--format", "jsonl")
    assert [json.loads(line) for line in out.splitlines()] == rows[:2]


def test_parquet_goes_into_a_file_only(faulttree: Run, pumps: Path, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    assert faulttree("cut-sets", pumps, "--all", "--format", "parquet", "-o", tmp_path / "p.parquet")[0] == 0
    rows = parquet.read_table(tmp_path / "p.parquet").to_pylist()
    assert {tuple(sorted(row["events"])): row["probability"] for row in rows} == pytest.approx(CUTS, rel=1e-12)
    for output in ([], ["-o", "-"]):
        code, _, err = faulttree("cut-sets", pumps, "--all", "--format", "parquet", *output)
        assert code == cli.EXIT_USAGE
        assert "-o FILE" in err


def test_paths_and_primes_are_streamed_too(faulttree: Run, tmp_path: Path, pumps: Path) -> None:
    _, out, _ = faulttree("cut-sets", pumps, "--paths", "--all", "--format", "csv")
    assert set(sets_in(out, "csv")) == {("a", "b", "power"), ("a", "c", "power"), ("b", "c", "power")}
    (tmp_path / "x.yaml").write_text(
        "name: x\ntop: t\ngates: {t: {or: [{and: [a, b]}, {and: [{not: a}, c]}]}}\n"
        "basic_events: {a: {probability: 0.1}, b: {probability: 0.1}, c: {probability: 0.1}}\n"
    )
    prime = ["cut-sets", tmp_path / "x.yaml", "--primes", "--all", "--format", "csv"]
    assert set(sets_in(faulttree(*prime)[1], "csv")) == {("a", "b"), ("c", "¬a"), ("b", "c")}
    assert set(sets_in(faulttree(*prime, "--containing", "¬a")[1], "csv")) == {("c", "¬a")}


def test_a_gate_that_is_set_to_a_probability_can_be_asked_for(faulttree: Run, pumps: Path) -> None:
    _, out, _ = faulttree("cut-sets", pumps, "--set", "pumps=0.5", "--containing", "pumps", "--all", "--format", "csv")
    assert sets_in(out, "csv") == {("pumps",): 0.5}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--all", "--most", "3", "--format", "csv"], "--all and --most"),
        (["--all"], "--format csv, jsonl or parquet"),
        (["--all", "--format", "json"], "--format csv, jsonl or parquet"),
        (["--containing", "pwer"], "did you mean 'power'?"),
        (["--excluding", "pumps"], "basic event 'pumps' is not defined"),
    ],
)
def test_lists_that_make_no_sense_are_refused(faulttree: Run, pumps: Path, options: list[str], message: str) -> None:
    code, out, err = faulttree("cut-sets", pumps, *options)
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert message in err


def test_a_missing_package_is_named_and_no_file_begun(
    faulttree: Run, pumps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    code, _, err = faulttree("cut-sets", pumps, "--all", "--format", "parquet", "-o", tmp_path / "p.parquet")
    assert code == cli.EXIT_USAGE
    assert "faulttree[parquet]" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pumps.yaml"]


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    """A model of 2.6 thousand million cut sets."""
    events = {f"e{i}": {"probability": 0.1} for i in range(60)}
    gates = {"t": {"atleast": {"k": 8, "of": list(events)}}}
    path = tmp_path / "many.json"
    path.write_text(json.dumps({"name": "many", "top": "t", "gates": gates, "basic_events": events}))
    return path


def spawn(*arguments: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "faulttree", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A shell starts what it runs in the background deaf to interrupts, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        env=os.environ | {"PYTHONPATH": str(Path(cli.__file__).parents[2])},
    )  # fmt: skip


def has_begun(folder: Path, process: int) -> Iterator[bool]:
    """Of each file that a process may be writing in a folder, with a name or without one, whether it holds anything."""
    for path in folder.glob(".faulttree*"):
        yield path.stat().st_size > 0
    for opened in Path(f"/proc/{process}/fd").glob("*"):
        with suppress(OSError):  # closed meanwhile
            yield opened.readlink().parent == folder and opened.stat().st_size > 0


def test_an_interrupted_stream_leaves_no_file(endless: Path) -> None:
    folder = endless.parent
    process = spawn("cut-sets", endless, "--all", "--format", "csv", "-o", folder / "sets.csv")
    for _ in range(600):  # until the stream has begun
        if process.poll() is not None or any(has_begun(folder, process.pid)):
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert (process.returncode, err.decode().strip()) == (cli.EXIT_INTERRUPTED, "interrupted")
    assert sorted(path.name for path in folder.iterdir()) == ["many.json"]


def test_a_reader_may_leave_a_stream(endless: Path) -> None:
    with spawn("cut-sets", endless, "--all", "--format", "jsonl") as process:
        assert process.stdout is not None and process.stderr is not None
        assert len(json.loads(process.stdout.readline())["events"]) == 8
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


# Formats


def test_the_formats_are_those_that_the_library_knows(faulttree: Run) -> None:
    for command in ("convert", "generate"):
        _, out, _ = faulttree(command, "--help")
        listed = out.split("Formats:")[1].split("Example:")[0].split()
        assert set(listed) == {*formats.suffixes(), *formats.suffixes().values()}


def test_convert_takes_the_formats_from_options(
    faulttree: Run, pumps: Path, tmp_path: Path, type_in: Callable[[bytes], None]
) -> None:
    assert faulttree("convert", pumps, tmp_path / "a.txt", "--to", "json")[0] == 0
    assert json.loads((tmp_path / "a.txt").read_text())["name"] == "Pumps"
    code, out, _ = faulttree("convert", tmp_path / "a.txt", "-", "--from", "json", "--format", "yml")
    assert code == 0
    assert formats.read_text(out, "yaml")[0] == formats.read(pumps)
    type_in((tmp_path / "a.txt").read_bytes())
    assert faulttree("convert", "-", tmp_path / "b.yaml", "--from", "json")[0] == 0
    assert formats.read(tmp_path / "b.yaml") == formats.read(pumps)
    code, _, err = faulttree("convert", pumps, "-", "--to", "docx")
    assert code == cli.EXIT_USAGE
    assert "'docx' is not a format of model files; give one of yaml, json" in err
    code, _, err = faulttree("convert", tmp_path / "absent.txt", "-", "--from", "json", "--to", "yaml")
    assert code == cli.EXIT_USAGE
    assert "absent.txt: cannot be read: No such file" in err


def test_what_a_format_cannot_carry_is_told(
    faulttree: Run, pumps: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, err = faulttree("convert", pumps, tmp_path / "a.json", "--strict")
    assert (code, err) == (0, "")
    (tmp_path / "a.json").unlink()
    monkeypatch.setattr(formats, "losses", lambda *_: ("it has no mission time", "it has no scenarios"))
    code, out, err = faulttree("convert", pumps, tmp_path / "a.json", "--strict")
    assert (code, out) == (cli.EXIT_ANALYSIS, "")
    assert err.splitlines() == [
        "json: it has no mission time",
        "json: it has no scenarios",
        "nothing is written: json cannot carry 2 things",
    ]
    assert not (tmp_path / "a.json").exists()
    code, _, err = faulttree("convert", pumps, tmp_path / "a.json")
    assert code == 0
    assert err.count("json: it has no") == 2
    assert (tmp_path / "a.json").exists()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b'{"name": "x"}', "json"),
        (b'\xef\xbb\xbf\r\n\t {"name": "x"}', "json"),
        (b"<?xml version='1.0'?><opsa-mef/>", "open-psa"),
        (b"\n<opsa-mef/>", "open-psa"),
        ("\ufeff<opsa-mef/>".encode("utf-16"), "open-psa"),
        (b"g1 := (e1 | e2);\n", "aralia"),
        (b"\nROOT:=G1;", "aralia"),
        (b"Pump-station\n\ng1 := e1 | e2\n", "aralia"),
        (b"/* a := b, and\nmore */ // name: x\nPumps\ng1 := e1 | e2\n", "aralia"),
        (b"description: >-\n  a := b\n", "yaml"),
        (b"name: x # a := b", "yaml"),
        (b"name: x\ntop: t", "yaml"),
        (b"# a comment\n--- \nname: a := b", "yaml"),
        (b"", "yaml"),
    ],
)
def test_the_format_of_a_text_shows_in_its_first_characters(content: bytes, kind: str) -> None:
    assert formats.kind_of_text(content) == kind


def test_every_command_reads_every_format_on_standard_input(
    faulttree: Run, pumps: Path, type_in: Callable[[bytes], None], tmp_path: Path
) -> None:
    for suffix, kind in formats.suffixes().items():
        content = formats.dumps(formats.read(pumps), kind).encode()
        path = tmp_path / f"written{suffix}"
        path.write_bytes(content)
        for command in ("check", "probability", "cut-sets", "importance", "draw"):
            type_in(content)
            assert faulttree(command, "-")[:2] == faulttree(command, path)[:2]


# Synthetic models


def test_generate_writes_the_format_of_the_suffix(faulttree: Run, tmp_path: Path) -> None:
    asked = [
        *("generate", "--events", "30", "--gates", "12", "--sharing", "0.1", "--mix", "and=2, or=2,atleast=1"),
        *("--depth", "5", "--nearby", "9", "--negated", "0.1", "--probabilities", "1e-3", "1e-2", "--seed", "4"),
    ]
    code, out, _ = faulttree(*asked)
    assert code == 0
    model = formats.read_text(out, "yaml")[0]
    assert (len(model.basic_events), len(model.gates)) == (30, 12)
    for name in ("a.yaml", "b.json"):
        assert faulttree(*asked, "-o", tmp_path / name)[0] == 0
        assert formats.read(tmp_path / name) == model
    assert (tmp_path / "a.yaml").read_text() == out
    assert json.loads(faulttree(*asked, "--format", "json", "-o", "-")[1])["top"] == "g1"
    # What it says it was made with makes it again.
    words = (model.description or "").split()
    assert words[:2] == ["faulttree", "generate"]
    assert faulttree(*words[1:])[1] == out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ([], "--events"),
        (["--events", "0"], "0"),
        (["--events", "10", "--gates", "10"], "need at least 20 inputs"),
        (["--events", "10", "--mix", "and"], "write it like and=4,or=5,atleast=1"),
        (["--events", "10", "--mix", "and=x"], "write it like and=4,or=5,atleast=1"),
        (["--events", "10", "--mix", "nor=1"], "known are and, or, atleast, xor"),
        (["--events", "10", "-o", "x.docx"], "the suffix '.docx' is not known"),
    ],
)
def test_trees_that_cannot_be_made_are_refused(faulttree: Run, options: list[str], message: str) -> None:
    code, out, err = faulttree("generate", *options)
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert message in err


# Kinds of values


@pytest.mark.parametrize(
    ("text", "size"),
    [("1", 1), ("4096", 4096), ("512MB", 512_000_000), ("4 GB", 4_000_000_000), ("4gb", 4_000_000_000),
     ("1.5GiB", 3 << 29), ("2KiB", 2048), ("3kB", 3000), ("1TB", 10**12), ("7B", 7)],
)  # fmt: skip
def test_sizes_are_bytes(text: str, size: int) -> None:
    assert Size().convert(text, None, None) == size
    assert Size().convert(size, None, None) == size


@pytest.mark.parametrize("text", ["", "0", "0.4", "-1GB", "GB", "4 bytes", "4PB", "nan"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="write it like 512MB or 4GB"):
        Size().convert(text, None, None)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30", 30.0), ("0.5", 0.5), ("30 s", 30.0), ("10 min", 600.0), ("2h", 7200.0), ("1e3", 1e3)]
)
def test_times_are_seconds(text: str, seconds: float) -> None:
    assert Seconds().convert(text, None, None) == seconds


@pytest.mark.parametrize("text", ["", "0", "-3", "nan", "inf", "ten", "3 apples", "0 s"])
def test_what_is_no_time_to_wait_is_refused(text: str) -> None:
    with pytest.raises(click.UsageError, match="is not a time to wait"):
        Seconds().convert(text, None, None)


def test_limits_reach_the_tree(faulttree: Run, pumps: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[FaultTree] = []
    importance = FaultTree.importance
    monkeypatch.setattr(FaultTree, "importance", lambda tree: (seen.append(tree), importance(tree))[1])
    options = ["--memory", "2GB", "--time-limit", "10 min", "--seed", "5", "--exact", "--node-budget", "77777"]
    assert faulttree("importance", pumps, *options)[0] == 0
    assert faulttree("importance", pumps)[0] == 0
    given, plain = seen
    assert (given.memory, given.time_limit, given.seed, given.exact) == (2_000_000_000, 600.0, 5, True)
    assert given.node_budget == 77_777
    standard = FaultTree.of(formats.read(pumps))
    for name in ("memory", "time_limit", "seed", "exact", "node_budget"):
        assert getattr(plain, name) == getattr(standard, name)
