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
        f"{path}:2: scenario 'x', 'a': true, false or a probability is wanted here, not 'yes'; "
        "leave the cell empty to set nothing",
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
    assert (code, "is above 0.5" in err) == (4, True)


def test_scenarios_above_a_limit_leave_with_four(pumps, capsys) -> None:
    code, out, err = run(capsys, "scenarios", pumps, "--fail-above", "0.5")
    assert code == 4
    assert "dark" in out
    assert err == "1 of 2 scenarios are above 0.5, most of all 'dark' with 1\n"
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
    ],
)
def test_requests_that_make_no_sense(pumps, capsys, arguments, why: str) -> None:
    code, out, err = run(capsys, "scenarios", pumps, *arguments)
    assert (code, out) == (2, "")
    assert why in err


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
    assert "1 change: 1 of numbers" in out
    assert "gate pumps" in out
    code, out, _ = run(capsys, "diff", pumps, after, "--format", "json", "--by", "birnbaum")
    data = json.loads(out)
    assert data["before"]["name"] == pumps
    assert data["changes"][0] | {"detail": ""} == {
        "aspect": "numbers", "what": "changed", "section": "basic_events", "name": "b", "key": "probability",
        "before": "0.2", "after": "0.4", "detail": "",
    }  # fmt: skip
    assert data["after"]["probability"]["value"] == pytest.approx(1 - 0.99 * 0.96, rel=1e-14)


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
