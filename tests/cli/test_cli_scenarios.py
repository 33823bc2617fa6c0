"""The verbs scenarios and diff: results, streams, exit codes."""

from __future__ import annotations

import csv
import io
import json
import sys

import pytest

from faulttree import cli

PUMPS = """
faulttree: 1
name: Pumps
top: no_flow
gates:
  no_flow: {or: [power, pumps]}
  pumps: {and: [a, b]}
basic_events:
  power: {probability: 0.01}
  a: {probability: 0.1}
  b: {probability: 0.2}
scenarios:
  dark: {label: No power, set: {power: true}}
  spare: {set: {b: 0.02}}
"""
BASE = 1 - (1 - 0.01) * (1 - 0.02)


@pytest.fixture
def pumps(tmp_path):
    path = tmp_path / "pumps.yaml"
    path.write_text(PUMPS)
    return str(path)


def run(capsys, *arguments: str):
    code = cli.run_cli(list(arguments))
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


# scenarios


def test_the_models_scenarios(pumps, capsys) -> None:
    code, out, err = run(capsys, "scenarios", pumps, "--format", "csv")
    assert (code, err) == (0, "")
    found = rows(out)
    assert [(row["rank"], row["scenario"], row["label"]) for row in found] == [
        ("1", "dark", "No power"),
        ("2", "spare", ""),
    ]
    assert float(found[1]["probability"]) == pytest.approx(1 - 0.99 * (1 - 0.002), rel=1e-14)
    code, out, _ = run(capsys, "scenarios", pumps, "--set", "a=false", "--ranked", "--format", "json")
    data = json.loads(out)
    assert (code, data["base"], data["rows"][0]["scenario"]) == (0, pytest.approx(0.01, rel=1e-14), "dark")


def test_a_grid_says_its_size_first(pumps, capsys) -> None:
    code, out, err = run(capsys, "scenarios", pumps, "--grid", "pair-false", "--format", "csv", "--ranked")
    assert (code, err) == (0, "note: 3 scenarios\n")
    assert [row["scenario"] for row in rows(out)] == [
        "a=false, b=false",
        "power=false, a=false",
        "power=false, b=false",
    ]
    assert [float(row["probability"]) for row in rows(out)] == [pytest.approx(0.01, rel=1e-14), 0.0, 0.0]
    code, out, _ = run(
        capsys, "scenarios", pumps, "--grid", "single-true", "--events", "pumps, a", "--top-n", "1", "--format", "csv"
    )
    assert [(row["scenario"], row["probability"]) for row in rows(out)] == [("pumps=true", "1.0")]


@pytest.mark.parametrize(
    "text", ["scenario,event,state\nx,a,true\n", "scenario;a\nx;true\n", "x: {a: true}", '{"x": {"a": true}}']
)
def test_a_table_from_standard_input(pumps, capsys, monkeypatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    code, out, _ = run(capsys, "scenarios", pumps, "--table", "-", "--format", "csv")
    assert code == 0
    assert float(rows(out)[0]["probability"]) == pytest.approx(1 - 0.99 * 0.8, rel=1e-14)


def test_faults_of_a_table_leave_with_three(pumps, tmp_path, capsys) -> None:
    path = tmp_path / "t.csv"
    path.write_text("scenario,a,powr\nx,yes,\n")
    code, out, err = run(capsys, "scenarios", pumps, "--table", str(path))
    assert (code, out) == (3, "")
    assert err.splitlines() == [
        f"{path}:1: heading: 'powr' is not defined; did you mean 'power'?",
        f"{path}:2: scenario 'x', 'a': true, false or a probability is wanted here, not 'yes'; write true",
    ]


def test_side_by_side(pumps, capsys) -> None:
    code, out, _ = run(
        capsys, "scenarios", pumps, "--compare", "--top-n", "1", "--format", "csv", "--by", "risk-reduction-worth"
    )
    found = {row["quantity"]: row for row in rows(out)}
    assert (code, list(found["probability"])) == (0, ["quantity", "as modelled", "dark"])
    assert (found["probability"]["dark"], found["cut sets lost"]["dark"]) == ("1.0", "2")
    assert "first by risk reduction worth" in found
    code, _, err = run(capsys, "scenarios", pumps, "--grid", "triple-true", "--compare", "--fail-above", "0.5")
    assert (code, "1 of 1 scenarios is above 0.5: 'power=true, a=true, b=true' with 1\n" in err) == (4, True)


def test_scenarios_above_a_limit_leave_with_four(pumps, capsys) -> None:
    code, out, err = run(capsys, "scenarios", pumps, "--fail-above", "0.5")
    assert code == 4
    assert "dark" in out
    assert err == "1 of 2 scenarios is above 0.5: 'dark' with 1\n"
    assert run(capsys, "scenarios", pumps, "--fail-above", "1")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--table", "x.csv", "--grid", "pair-true"], "give one of them"),
        (["--events", "a"], "add --grid single-true"),
        (["--grid", "single-true", "--events", "aa"], "did you mean 'a'?"),
        (["--grid", "pair-true", "--events", "a"], "no pair among 1 candidates"),
        (["--table", "x.ods"], "the suffix '.ods' is not known"),
        (["--compare", "--by", "birnbaun"], "did you mean 'birnbaum'?"),
        (["--by", "birnbaum"], "--by says how --compare ranks events; add --compare"),
    ],
)
def test_requests_that_make_no_sense(pumps, capsys, arguments, why: str) -> None:
    code, out, err = run(capsys, "scenarios", pumps, *arguments)
    assert (code, out) == (2, "")
    assert why in err


def test_every_scenario_above_a_limit_is_named_once(pumps, tmp_path, capsys) -> None:
    path = tmp_path / "t.csv"
    path.write_text("scenario,power\n" + "".join(f"s{i},{i / 30}\n" for i in range(30)))
    for more in ([], ["--compare", "--top-n", "20"]):
        code, _, err = run(capsys, "scenarios", pumps, "--table", str(path), "--fail-above", "0.5", *more)
        assert code == 4
        assert [err.count(f"'s{i}'") for i in (14, 15, 20, 29)] == [0, 1, 1, 1]
        assert "15 of " in err and " scenarios are above 0.5: 's29' with " in err


def test_a_limit_that_cannot_be_judged_leaves_with_one(tmp_path, capsys) -> None:
    path = tmp_path / "pumps.yaml"
    path.write_text(PUMPS.replace("b: {probability: 0.2}", "b: {}"))
    for more in ([], ["--compare"]):
        code, _, err = run(capsys, "scenarios", str(path), "--set", "a=true", "--fail-above", "0.5", *more)
        assert code == 4, err  # the scenario `dark` is above whatever `b` is
        table = tmp_path / "t.csv"
        table.write_text("scenario,event,state\nx,power,0.1\ny,b,0.1\n")
        code, out, err = run(capsys, "scenarios", str(path), "--table", str(table), "--fail-above", "0.5", *more)
        assert (code, "x" in out) == (1, True)
        assert "1 scenario of 2 without a probability may be above 0.5" in err
    code, out, err = run(capsys, "scenarios", str(path), "--table", str(table), "--format", "csv")
    assert [(row["probability"] != "", row["note"] == "") for row in rows(out)] == [(False, False), (True, True)]
    assert "note: 1 scenario without a probability, 'x': no probability is given for 'b'" in err


def test_bounds_are_told(pumps, capsys) -> None:
    code, out, _ = run(capsys, "scenarios", pumps, "--node-budget", "2", "--format", "json")
    data = json.loads(out)
    assert code == 0
    for row, exact in zip(data["rows"], (1.0, 1 - 0.99 * (1 - 0.002)), strict=True):
        assert row.get("lower", row["probability"]) <= exact * (1 + 1e-12)
        assert row["probability"] >= exact * (1 - 1e-12)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
@pytest.mark.parametrize(
    "text",
    ["scenario,event,state\nx,a,true\n", "sep=;\r\nscenario;a\r\nx;true\r\n", "x: {a: true}", '{"x": {"a": true}}'],
)
def test_standard_input_in_other_encodings(pumps, capsys, monkeypatch, text: str, encoding: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode(encoding))))
    code, out, err = run(capsys, "scenarios", pumps, "--table", "-", "--format", "csv")
    assert (code, err) == (0, "")
    assert float(rows(out)[0]["probability"]) == pytest.approx(1 - 0.99 * 0.8, rel=1e-14)


def test_two_things_cannot_be_standard_input(pumps, capsys) -> None:
    assert run(capsys, "scenarios", "-", "--table", "-")[0] == 2
    code, _, err = run(capsys, "diff", "-", "-")
    assert (code, "both be standard input" in err) == (2, True)


# diff


@pytest.fixture
def changed(tmp_path):
    def write(old: str, new: str, name: str = "new.yaml") -> str:
        assert old in PUMPS
        path = tmp_path / name
        path.write_text(PUMPS.replace(old, new))
        return str(path)

    return write


def test_a_difference_as_a_table_and_as_json(pumps, changed, capsys) -> None:
    after = changed("b: {probability: 0.2}", "b: {probability: 0.4}")
    code, out, err = run(capsys, "diff", pumps, after)
    assert (code, err) == (0, "")
    assert "1 change in the numbers" in out
    assert "gate pumps" in out
    code, out, _ = run(capsys, "diff", pumps, after, "--format", "json", "--by", "birnbaum")
    data = json.loads(out)
    assert data["before"]["name"] == pumps
    assert data["changes"][0] | {"detail": ""} == {
        "aspect": "numbers", "what": "changed", "section": "basic_events", "name": "b", "key": "probability",
        "before": "0.2", "after": "0.4", "detail": "",
    }  # fmt: skip
    assert data["results"][0]["after"]["probability"]["value"] == pytest.approx(1 - 0.99 * 0.96, rel=1e-14)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("name: Pumps", "name: Pumps", (0, 0, 0, 0)),
        ("name: Pumps", "name: Two pumps", (4, 0, 0, 0)),
        ("b: {probability: 0.2}", "b: {probability: 0.4}", (4, 0, 4, 4)),
        ("b: {probability: 0.2}", "b: {probability: 0.1}", (4, 0, 4, 0)),
        ("spare: {set: {b: 0.02}}", "spare: {set: {b: 0.03}}", (4, 0, 4, 4)),
        ("pumps: {and: [a, b]}", "pumps: {or: [a, b]}", (4, 4, 4, 4)),
        ("pumps: {and: [a, b]}", "pumps: {and: [b, a]}", (0, 0, 0, 0)),
        ("pumps: {and: [a, b]}", "pumps: {not: {or: [{not: a}, {not: b}]}}", (4, 4, 0, 0)),
        ("b: {probability: 0.2}", "b: {}", (4, 0, 4, 1)),
    ],
)
def test_exit_codes(pumps, changed, capsys, old: str, new: str, codes) -> None:
    after = changed(old, new)
    for kind, code in zip(("any", "structure", "results", "increase"), codes, strict=True):
        found, _, err = run(capsys, "diff", pumps, after, "--fail-on", kind)
        assert found == code, (kind, err)
        assert bool(err) is (code != 0)
    assert run(capsys, "diff", pumps, after)[0] == 0


def test_a_tolerance(pumps, changed, capsys) -> None:
    after = changed("b: {probability: 0.2}", "b: {probability: 0.201}")
    assert run(capsys, "diff", pumps, after, "--fail-on", "increase", "--tolerance", "0.1")[0] == 0
    assert run(capsys, "diff", pumps, after, "--fail-on", "increase")[0] == 4


TOPS = (
    PUMPS.replace("top: no_flow", "top: [no_flow, dark, pumps]")
    .replace("  pumps: {and", "  dark: {and: [power, battery]}\n  pumps: {and")
    .replace("basic_events:", "basic_events:\n  battery: {probability: 0.3}")
)


@pytest.fixture
def plants(tmp_path):
    """A model with three top events, and one with two where the second is more probable and the third no top."""
    before, after = tmp_path / "plant.yaml", tmp_path / "plant_new.yaml"
    before.write_text(TOPS)
    after.write_text(TOPS.replace("dark, pumps]", "dark]").replace("0.3", "0.4"))
    return str(before), str(after)


def test_every_top_event_has_its_results_and_its_say(plants, capsys) -> None:
    before, after = plants
    code, out, err = run(capsys, "diff", before, after, "--fail-on", "increase")
    assert code == 4
    assert err.splitlines()[-4:] == [
        "a probability rose:",
        "  the probability of 'dark' rose from 0.003 to 0.004",
        "  the probability of 'dark' under scenario 'dark' rose from 0.3 to 0.4",
        "  the probability of 'dark' under scenario 'spare' rose from 0.003 to 0.004",
    ]
    for part in ("top event no_flow", "top event dark", f"top events of {before} only, not compared: pumps"):
        assert part in out
    assert "this is about" not in err
    code, out, err = run(capsys, "diff", before, after, "--fail-on", "results", "--top", "no_flow", "--format", "json")
    data = json.loads(out)
    assert (code, err, [top["top"] for top in data["results"]]) == (0, "", ["no_flow"])
    assert run(capsys, "diff", before, after, "--fail-on", "increase", "--top", "no_flow")[0] == 0
    assert run(capsys, "diff", before, after, "--fail-on", "increase", "--top", "dark")[0] == 4
    code, out, _ = run(capsys, "diff", before, after, "--format", "json", "--fail-on", "results")
    data = json.loads(out)
    assert (code, data["before"]["other_tops"], data["after"]["other_tops"]) == (4, ["pumps"], [])
    assert [top["increased"] for top in data["results"]] == [False, True]
    code, out, _ = run(capsys, "diff", before, after, "--format", "markdown", "--fail-on", "increase")
    head = out[: out.index("## ")]
    assert (code, "`the probability of 'dark'` rose: 0.003 → 0.004" in head) == (4, True)


def test_an_error_names_the_file_it_is_about(plants, pumps, tmp_path, capsys, monkeypatch) -> None:
    before, after = plants
    code, _, err = run(capsys, "diff", before, pumps, "--top", "battery")
    assert (code, err) == (2, f"faulttree: {pumps}: gate or event 'battery' is not defined; known are no_flow, pumps, "
                              "power, a, b\n")  # fmt: skip
    code, _, err = run(capsys, "diff", pumps, str(tmp_path))
    assert (code, err) == (2, f"faulttree: {tmp_path}: is a folder; give a model file in it\n")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(PUMPS.replace("0.01", "1.01"))
    other = tmp_path / "other.yaml"
    other.write_text(PUMPS.replace("0.1}", "1.1}"))
    code, _, err = run(capsys, "diff", str(faulty), str(other))
    assert code == 3
    assert "faulty.yaml:9: basic event 'power'" in err
    assert "other.yaml:10: basic event 'a'" in err
    # Faults go before a name that the other file lacks.
    assert run(capsys, "diff", pumps, str(faulty), "--top", "battery")[0] == 3
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PUMPS.encode())))
    code, _, err = run(capsys, "diff", after, "-", "--top", "battery")
    assert (code, "faulttree: <stdin>: gate or event 'battery'" in err) == (2, True)


def test_what_another_format_cannot_say_is_told(pumps, tmp_path, capsys) -> None:
    target = str(tmp_path / "new.xml")
    run(capsys, "convert", pumps, target)
    code, out, _ = run(capsys, "diff", pumps, target, "--fail-on", "results")
    assert code == 0
    assert f"note: {target}: as open-psa it cannot say all that {pumps} says: scenario 'dark' is not carried" in out
    code, out, _ = run(capsys, "diff", target, pumps, "--fail-on", "results", "--format", "json")
    assert (code, len(json.loads(out)["notes"])) == (0, 2)
    run(capsys, "convert", pumps, str(tmp_path / "new.json"))
    code, out, _ = run(capsys, "diff", pumps, str(tmp_path / "new.json"), "--fail-on", "any")
    assert (code, "note:" in out) == (0, False)


def test_other_formats_standard_input_and_files(pumps, tmp_path, capsys, monkeypatch) -> None:
    assert run(capsys, "convert", pumps, str(tmp_path / "new.xml"))[0] == 0
    code, out, _ = run(capsys, "diff", pumps, str(tmp_path / "new.xml"), "--fail-on", "results", "--format", "json")
    assert (code, json.loads(out)["results_differ"]) == (0, False)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PUMPS.replace("0.01", "0.02").encode())))
    target = tmp_path / "difference.md"
    code, out, _ = run(capsys, "diff", pumps, "-", "--format", "markdown", "-o", str(target), "--top", "no_flow")
    assert (code, out) == (0, "")
    assert target.read_text().startswith(f"# `{pumps}` → `<stdin>`\n")


def test_errors_keep_their_codes(pumps, changed, capsys) -> None:
    assert run(capsys, "diff", pumps, "absent.yaml")[0] == 2
    assert run(capsys, "diff", pumps, changed("top: no_flow", "top: nowhere"))[0] == 3
    assert run(capsys, "diff", pumps, pumps, "--by", "worth")[0] == 2
    assert run(capsys, "diff", pumps, pumps, "--top", "nowhere")[0] == 2
    assert run(capsys, "diff", pumps)[0] == 2
