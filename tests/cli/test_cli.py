"""The command line: results, streams, exit codes, files."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from faulttree import cli

MOLNIYA = "models/molniya_8k78.yaml"
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
# 2-of-3 by inclusion and exclusion, then OR with power.
TWO_OF_THREE = 0.1 * 0.2 + 0.1 * 0.3 + 0.2 * 0.3 - 2 * 0.1 * 0.2 * 0.3
NO_FLOW = 1 - (1 - 0.001) * (1 - TWO_OF_THREE)


@pytest.fixture
def pumps(tmp_path):
    path = tmp_path / "pumps.yaml"
    path.write_text(PUMPS)
    return str(path)


@pytest.fixture
def faulttree(capsys):
    """Run the command line in this process: exit code, standard output, standard error."""

    def run(*arguments):
        capsys.readouterr()
        code = cli.run_cli([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return code, out, err

    return run


def test_run_prints_a_summary_and_writes_every_file(faulttree, pumps, tmp_path):
    code, out, err = faulttree("run", pumps, "-o", tmp_path / "out")
    assert code == 0
    assert f"{NO_FLOW:.4g}" in out
    assert "4 minimal cut sets: 1 of order 1, 3 of order 2" in out
    names = {"tree.svg", "cut_sets.csv", "importance.csv", "report.html", "report.md", "result.json"}
    assert {path.name for path in (tmp_path / "out").iterdir()} == names
    assert "written to" in err
    result = json.loads((tmp_path / "out" / "result.json").read_text())
    assert result["probability"]["value"] == pytest.approx(NO_FLOW, rel=1e-12)
    assert result["gate_probabilities"]["pumps"] == pytest.approx(TWO_OF_THREE, rel=1e-12)
    assert (tmp_path / "out" / "report.md").read_text().startswith("# Pumps\n")


def test_run_writes_one_folder_for_each_top(faulttree, tmp_path):
    model = tmp_path / "two.yaml"
    model.write_text(PUMPS.replace("top: no_flow", "top: [no_flow, pumps]"))
    assert faulttree("run", model, "-o", tmp_path / "out")[0] == 0
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"no_flow", "pumps"}


def test_run_writes_the_pictures_asked_for(faulttree, pumps, tmp_path):
    assert faulttree("run", pumps, "-o", tmp_path / "out", "--pictures", "svg,png,pdf,dot")[0] == 0
    assert (tmp_path / "out/tree.png").read_bytes().startswith(b"\x89PNG")
    assert (tmp_path / "out/tree.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "out/tree.dot").read_text().lstrip("/ \n").startswith("digraph")


def test_run_without_probabilities_gives_the_structure(faulttree, tmp_path):
    model = tmp_path / "bare.yaml"
    model.write_text("faulttree: 1\nname: bare\ntop: t\ngates: {t: {and: [a, b]}}\nbasic_events: {a: {}, b: {}}\n")
    code, out, _ = faulttree("run", model, "-o", tmp_path / "out")
    assert code == 0
    assert "1 minimal cut set: 1 of order 2" in out
    assert "No probability" in out
    assert not (tmp_path / "out/importance.csv").exists()
    assert faulttree("run", model, "-o", tmp_path / "out", "--fail-above", "0.1")[0] == cli.EXIT_USAGE


def test_an_impossible_top_is_said_to_be_impossible(faulttree, tmp_path):
    model = tmp_path / "never.yaml"
    model.write_text("name: n\ntop: t\ngates: {t: {and: [a, {not: a}]}}\nbasic_events: {a: {probability: 0.5}}\n")
    code, out, _ = faulttree("run", model, "-o", tmp_path / "out")
    assert code == 0
    assert "The top event cannot occur." in out


def test_a_refused_picture_leaves_no_file(faulttree, pumps, tmp_path):
    code, _, err = faulttree("run", pumps, "-o", tmp_path / "out", "--pictures", "svg,gif")
    assert code == cli.EXIT_USAGE
    assert "svg, png, pdf, dot" in err
    assert not (tmp_path / "out").exists()


def test_check_reports_every_fault_and_leaves_with_3(faulttree, tmp_path):
    model = tmp_path / "bad.yaml"
    model.write_text(PUMPS.replace("probability: 0.1}", "probability: 1.5}").replace("[power, pumps]", "[power, pump]"))
    code, out, err = faulttree("check", model)
    assert code == cli.EXIT_MODEL
    assert out == ""
    assert "bad.yaml:6: gate 'no_flow': input 'pump' is not defined; did you mean 'pumps'?" in err
    assert "bad.yaml:10: basic event 'a'" in err
    assert "1.5 lies outside [0, 1]" in err


def test_check_tells_warnings_and_counts(faulttree, tmp_path):
    model = tmp_path / "loose.yaml"
    model.write_text(PUMPS + "  spare: {probability: 0.5}\n")
    code, out, err = faulttree("check", model)
    assert code == 0
    assert "loose.yaml:13: warning: basic event 'spare': never reached from a top event" in err
    assert "no_flow: 2 gates, 4 basic events; gates that are modules: 2" in out
    assert "no faults, 1 warning" in out


def test_probability_in_each_format(faulttree, pumps, tmp_path):
    code, out, _ = faulttree("probability", pumps, "--format", "json")
    rows = json.loads(out)["rows"]
    assert code == 0
    assert rows[0]["method"] == "exact"
    assert rows[0]["probability"] == pytest.approx(NO_FLOW, rel=1e-12)
    assert rows[1]["upper"] >= rows[0]["probability"]
    assert rows[2]["upper"] >= rows[1]["probability"]
    _, out, _ = faulttree("probability", pumps, "--format", "csv", "--gates")
    table = {row["gate"]: float(row["probability"]) for row in csv.DictReader(io.StringIO(out))}
    assert table == {"pumps": pytest.approx(TWO_OF_THREE, rel=1e-12), "no_flow": pytest.approx(NO_FLOW, rel=1e-12)}
    faulttree("probability", pumps, "-o", tmp_path / "p.txt")
    assert f"{NO_FLOW:.4g}" in (tmp_path / "p.txt").read_text()


def test_settings_and_tops(faulttree, pumps):
    def value(*options):
        code, out, err = faulttree("probability", pumps, "--format", "json", *options)
        assert code == 0, err
        return json.loads(out)["rows"][0]["probability"]

    assert value("--set", "power=true") == 1.0
    assert value("--set", "pumps=false") == pytest.approx(0.001, rel=1e-12)
    assert value("--set", "pumps=0.5", "--set", "power=false") == pytest.approx(0.5, rel=1e-12)
    assert value("--top", "pumps") == pytest.approx(TWO_OF_THREE, rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--set", "pmups=true"], "did you mean 'pumps'?"),
        (["--set", "pumps"], "EVENT=true"),
        (["--set", "pumps=maybe"], "neither true, false nor a probability"),
        (["--set", "pumps=1.5"], "outside [0, 1]"),
        (["--set", "pumps=nan"], "outside [0, 1]"),
        (["--scenario", "x"], "scenario 'x' is not defined"),
        (["--top", "no-flow"], "did you mean 'no_flow'?"),
        (["--format", "xml"], "xml"),
        (["--node-budget", "1"], "1"),
        (["--nonsense"], "nonsense"),
    ],
)
def test_a_request_that_makes_no_sense_leaves_with_2(faulttree, pumps, arguments, message):
    code, out, err = faulttree("probability", pumps, *arguments)
    assert code == cli.EXIT_USAGE
    assert out == ""
    assert message in err


def test_an_exhausted_budget_leaves_with_1(faulttree, pumps):
    code, out, err = faulttree("cut-sets", pumps, "--paths", "--node-budget", "3")
    assert (code, out) == (cli.EXIT_ANALYSIS, "")
    assert "--node-budget" in err


def test_an_exhausted_budget_leaves_a_probability_that_is_certain(faulttree, pumps):
    code, out, err = faulttree("probability", pumps, "--node-budget", "3", "--format", "json")
    (found,) = json.loads(out)["rows"]
    assert code == 0 and "which no diagram gave on the way; `faulttree cut-sets` looks for them" in err
    exact = json.loads(faulttree("probability", pumps, "--format", "json")[1])["rows"][0]["probability"]
    assert found["lower"] <= exact * (1 + 1e-12)
    assert exact <= found["upper"] * (1 + 1e-12)


def test_a_list_that_is_not_complete_does_not_say_that_nothing_can_happen(faulttree, pumps, tmp_path):
    code, out, _ = faulttree("run", pumps, "--node-budget", "2", "-o", tmp_path / "out")
    assert code == cli.EXIT_PARTIAL
    assert "cannot occur" not in out
    assert "How many minimal cut sets there are is not known: " in out
    assert "left out" in out
    assert "How many minimal cut sets there are is not known: " in (tmp_path / "out/report.md").read_text()


def test_fail_above_leaves_with_4(faulttree, pumps, tmp_path):
    assert faulttree("probability", pumps, "--fail-above", "0.09")[0] == cli.EXIT_THRESHOLD
    assert faulttree("probability", pumps, "--fail-above", "0.11")[0] == 0
    assert faulttree("run", pumps, "-o", tmp_path / "out", "--fail-above", "0.09")[0] == cli.EXIT_THRESHOLD


def test_cut_sets_in_each_format(faulttree, pumps):
    code, out, _ = faulttree("cut-sets", pumps, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0
    assert [row["events"] for row in rows] == ["b + c", "a + c", "a + b", "power"]
    assert float(rows[0]["probability"]) == pytest.approx(0.06, rel=1e-12)
    _, out, _ = faulttree("cut-sets", pumps, "--format", "json", "--min-probability", "0.025", "--most", "1")
    found = json.loads(out)
    assert (found["count"], len(found["sets"])) == (2, 1)
    assert found["discarded"] == {"count": 2, "probability": pytest.approx(0.021, rel=1e-12)}
    _, out, _ = faulttree("cut-sets", pumps, "--by", "order", "--most", "1")
    assert "power" in out
    assert "and 3 more" in out
    _, out, _ = faulttree("cut-sets", pumps, "--paths", "--max-order", "3")
    assert "3 minimal path sets: 3 of order 3" in out
    _, out, _ = faulttree("cut-sets", pumps, "--primes")
    assert "4 prime implicants" in out


def test_importance_is_ranked_as_asked(faulttree, pumps):
    _, out, _ = faulttree("importance", pumps, "--by", "birnbaum", "--format", "json")
    rows = json.loads(out)["rows"]
    assert rows[0]["event"] == "power"
    assert rows[0]["birnbaum"] == pytest.approx(1 - TWO_OF_THREE, rel=1e-12)
    code, _, err = faulttree("importance", pumps, "--by", "birnbaun")
    assert code == cli.EXIT_USAGE
    assert "did you mean 'birnbaum'?" in err


def test_what_if_compares_with_the_model_as_written(faulttree, pumps):
    code, out, _ = faulttree("what-if", pumps, "--set", "c=false", "--format", "json")
    found = json.loads(out)
    assert code == 0
    assert found["ratio"] == pytest.approx((1 - (1 - 0.001) * (1 - 0.02)) / NO_FLOW, rel=1e-12)
    assert {tuple(cut) for cut in found["lost"]["best"]} == {("a", "c"), ("b", "c")}
    assert found["gained"]["count"] == 0
    code, _, err = faulttree("what-if", pumps)
    assert code == cli.EXIT_USAGE
    assert "--set" in err


def test_what_if_without_settings_lists_the_scenarios(faulttree):
    _, out, _ = faulttree("what-if", MOLNIYA, "--format", "csv")
    assert next(csv.DictReader(io.StringIO(out)))["scenario"] == "astronautica"
    _, out, _ = faulttree("what-if", MOLNIYA, "--scenario", "fuse-retained")
    assert "cut sets lost:" in out


def test_draw_writes_svg_png_pdf_and_dot(faulttree, pumps, tmp_path):
    for suffix, start in ((".svg", b"<"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        assert faulttree("draw", pumps, "-o", tmp_path / f"tree{suffix}", "--cut-set", "1")[0] == 0
        assert (tmp_path / f"tree{suffix}").read_bytes().startswith(start)
    assert faulttree("draw", pumps, "--engine", "graphviz", "-o", tmp_path / "tree.dot")[0] == 0
    assert "digraph" in (tmp_path / "tree.dot").read_text()
    assert "<svg" in faulttree("draw", pumps, "--cut-set", "a,b")[1]
    for bad in ("9", "0", "a,nobody"):
        assert faulttree("draw", pumps, "--cut-set", bad)[0] == cli.EXIT_USAGE
    assert faulttree("draw", pumps, "-o", tmp_path / "tree.bmp")[0] == cli.EXIT_USAGE


def test_draw_pages(faulttree, tmp_path):
    assert faulttree("draw", MOLNIYA, "-o", tmp_path / "tree.svg", "--max-leaves", "4")[0] == 0
    pages = sorted(path.name for path in tmp_path.iterdir())
    assert pages == [f"tree-{number}.svg" for number in range(1, len(pages) + 1)]
    assert len(pages) > 1
    for options in (["--max-leaves", "4"], ["--max-leaves", "4", "--engine", "graphviz", "-o", tmp_path / "x.svg"]):
        code, _, err = faulttree("draw", MOLNIYA, *options)
        assert code == cli.EXIT_USAGE
        assert "-o FILE" in err


def test_graphviz_pictures_need_dot(faulttree, pumps, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    code, _, err = faulttree("draw", pumps, "--engine", "graphviz", "-o", tmp_path / "tree.png")
    assert code == cli.EXIT_USAGE
    assert "dot" in err
    assert not (tmp_path / "tree.png").exists()


def test_convert_goes_both_ways(faulttree, pumps, tmp_path):
    assert faulttree("convert", pumps, tmp_path / "a.json")[0] == 0
    assert faulttree("convert", tmp_path / "a.json", tmp_path / "b.yaml")[0] == 0
    assert faulttree("convert", tmp_path / "b.yaml", tmp_path / "c.json")[0] == 0
    assert (tmp_path / "a.json").read_text() == (tmp_path / "c.json").read_text()
    code, _, err = faulttree("convert", pumps, tmp_path / "a.doc")
    assert code == cli.EXIT_USAGE
    assert ".yaml" in err
    assert not (tmp_path / "a.doc").exists()


def test_schema_is_json(faulttree, tmp_path):
    assert "properties" in json.loads(faulttree("schema")[1])
    assert faulttree("schema", "-o", tmp_path / "s.json")[0] == 0
    assert json.loads((tmp_path / "s.json").read_text())["title"]


@pytest.mark.parametrize(
    "command", ["run", "check", "probability", "cut-sets", "importance", "what-if", "draw", "convert", "schema"]
)
def test_every_command_helps_with_an_example(faulttree, command):
    code, out, _ = faulttree(command, "--help")
    assert code == 0
    assert f"faulttree {command} " in out.split("Example", 1)[1]


def test_files_that_cannot_be_read_or_written(faulttree, pumps, tmp_path):
    for path in (tmp_path / "absent.yaml", tmp_path):
        code, _, err = faulttree("check", path)
        assert code == cli.EXIT_USAGE
        assert str(path) in err
    (tmp_path / "file").write_text("")
    code, _, err = faulttree("probability", pumps, "-o", tmp_path / "file" / "x")
    assert code == cli.EXIT_USAGE
    assert "cannot be written" in err


def spawn(*arguments, **options):
    return subprocess.Popen(
        [sys.executable, "-m", "faulttree", *map(str, arguments)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=hears_interrupts, **options,
    )  # fmt: skip


def hears_interrupts():
    # A shell starts what it runs in the background deaf to them, and children inherit that.
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(
    "text", [PUMPS, json.dumps({"name": "p", "top": "a", "basic_events": {"a": {"probability": 0.1}}})]
)
def test_standard_input_is_read(text):
    out, err = spawn("probability", "-", "--format", "csv").communicate(text.encode())
    assert err == b""
    assert out.startswith(b"top,probability,method,lower,upper,reason\n")


def test_a_fault_on_standard_input_names_it():
    process = spawn("check", "-")
    _, err = process.communicate(b"name: x\ntop: nothing\n")
    assert process.returncode == cli.EXIT_MODEL
    assert err.startswith(b"<stdin>:2: ")


def test_a_reader_that_leaves_early_is_no_error(tmp_path):
    model = tmp_path / "wide.yaml"
    events = [f"e{i}" for i in range(3000)]
    model.write_text(
        json.dumps(
            {
                "name": "w",
                "top": "t",
                "gates": {"t": {"or": events}},
                "basic_events": {e: {"probability": 0.1} for e in events},
            }
        )
    )
    with spawn("cut-sets", model, "--most", "3000") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


def hard_model(path: Path) -> None:
    """An XOR of products that no variable order makes small: a random 3-regular-like tangle of 120 events."""
    import random

    pick = random.Random(1)
    events = [f"e{i}" for i in range(140)]
    gates = {f"g{i}": {"and": [{"or": pick.sample(events, 3)}, {"or": pick.sample(events, 3)}]} for i in range(140)}
    model = {"name": "hard", "top": "t", "gates": {"t": {"atleast": {"k": 70, "of": list(gates)}}, **gates},
             "basic_events": {e: {"probability": 0.1} for e in events}}  # fmt: skip
    path.write_text(json.dumps(model))


def test_an_interrupt_leaves_no_file_and_says_so(tmp_path):
    hard_model(tmp_path / "hard.json")
    process = spawn(
        "run", tmp_path / "hard.json", "-o", tmp_path / "out", env=os.environ | {"FAULTTREE_KERNELS": "interpreted"}
    )
    time.sleep(4)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    # Python ends itself by the signal where that came while it ran a text of code, as for a dataclass: 130 to a shell.
    assert process.returncode in (cli.EXIT_INTERRUPTED, -signal.SIGINT), err
    assert err.decode().strip().endswith("interrupted")
    assert b"Traceback" not in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hard.json"]


@pytest.mark.parametrize(("error", "code"), [(KeyboardInterrupt, 130), (MemoryError, 1)])
def test_what_python_raises_is_translated(faulttree, monkeypatch, pumps, error, code):
    def fail(*_):
        raise error

    monkeypatch.setattr("faulttree.cli.analysis.tree_of", fail)
    assert faulttree("probability", pumps)[0] == code


def test_main_leaves_with_the_code(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["faulttree", "check", "nowhere.yaml"])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == cli.EXIT_USAGE


def test_a_list_that_is_cut_short_says_so(faulttree, pumps, tmp_path, monkeypatch):
    monkeypatch.setattr("faulttree.report.findings.findings.MOST_LISTED", 3)
    _, out, _ = faulttree("run", pumps, "-o", tmp_path / "out")
    words = "the 3 best of 4; all numbers are of all of them"
    assert words in out
    assert words in (tmp_path / "out/report.md").read_text()
    assert len((tmp_path / "out/cut_sets.csv").read_text().splitlines()) == 1 + 3
    found = json.loads((tmp_path / "out/result.json").read_text())["minimal_cut_sets"]
    assert (found["count"], found["listed"], len(found["sets"])) == (4, 3, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["probability", "--fail-above", "nan"], "not a probability"),
        (["probability", "--fail-above", "7"], "not a probability"),
        (["cut-sets", "--min-probability", "x"], "not a probability"),
        (["cut-sets", "--most", "9" * 20], "not in the range"),
        (["cut-sets", "--paths", "--primes"], "give one of them"),
        (["importance", "--by", "zzz"], "known are birnbaum, criticality"),
    ],
)
def test_options_that_could_mislead_are_refused(faulttree, pumps, arguments, message):
    code, out, err = faulttree(arguments[0], pumps, *arguments[1:])
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert message in err


def test_of_several_tops_the_one_answered_is_named(faulttree, tmp_path):
    model = tmp_path / "two.yaml"
    model.write_text(PUMPS.replace("top: no_flow", "top: [no_flow, pumps]"))
    _, out, err = faulttree("cut-sets", model)
    assert out.startswith("no_flow: 4 minimal cut sets")
    assert "2 top events; this is about 'no_flow', not 'pumps'" in err
    _, out, err = faulttree("cut-sets", model, "--top", "pumps")
    assert out.startswith("pumps: 3 minimal cut sets")
    assert err == ""
    assert "top events" not in faulttree("run", model, "-o", tmp_path / "out")[2]


def test_convert_to_standard_output_needs_a_format(faulttree, pumps):
    code, out, _ = faulttree("convert", pumps, "-", "--to", "json")
    assert code == 0
    assert json.loads(out)["name"] == "Pumps"
    code, _, err = faulttree("convert", pumps, "-")
    assert code == cli.EXIT_USAGE
    assert "--to" in err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_device_is_named(pumps):
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [sys.executable, "-m", "faulttree", "probability", pumps], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert process.returncode == cli.EXIT_USAGE
    assert b"standard output cannot be read or written: No space left" in process.stderr
    assert b"Traceback" not in process.stderr


def test_a_certain_top_says_that_nothing_needs_to_happen(faulttree, pumps, tmp_path):
    _, out, _ = faulttree("run", pumps, "-o", tmp_path / "out", "--set", "power=true")
    assert "(nothing needs to happen)" in out


def test_the_bounds_are_never_below_the_exact_value_printed(faulttree, tmp_path):
    # With these two numbers rounding alone used to leave the bound one last place below.
    model = tmp_path / "or.yaml"
    model.write_text(
        "name: o\ntop: t\ngates: {t: {or: [a, b]}}\nbasic_events: {a: {probability: 0.092}, b: {probability: 0.361}}\n"
    )
    rows = json.loads(faulttree("probability", model, "--format", "json")[1])["rows"]
    assert rows[2]["probability"] >= rows[1]["probability"] >= rows[0]["probability"]


@pytest.mark.parametrize(
    ("by", "column"),
    [
        ("raw", "risk_achievement_worth"),
        ("RRW", "risk_reduction_worth"),
        ("Fussell-Vesely", "fussell_vesely"),
        ("FV", "fussell_vesely"),
        ("CIF", "criticality"),
        ("dif", "diagnostic"),
        ("occurrences", "occurrences"),
    ],
)
def test_importance_is_ranked_by_the_names_that_tables_print(faulttree, pumps, by, column):
    code, out, _ = faulttree("importance", pumps, "--by", by, "--format", "json")
    values = [row[column] for row in json.loads(out)["rows"]]
    assert code == 0
    assert values == sorted(values, key=float, reverse=True)
    assert len(set(values)) > 1 or column == "occurrences"


def test_groups_are_ranked_by_printed_names_too(faulttree, pumps):
    code, out, _ = faulttree("importance", pumps, "--kind", "gates", "--by", "RAW", "--format", "csv")
    assert code == 0
    assert (
        out == faulttree("importance", pumps, "--kind", "gates", "--by", "risk_achievement_worth", "--format", "csv")[1]
    )
