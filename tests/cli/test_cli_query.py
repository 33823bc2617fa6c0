"""The command line's queries: answers in every form, files of them, and messages."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from faulttree import FaultTree, cli
from faulttree.cli import EXIT_PARTIAL, run_cli
from faulttree.errors import NodeBudgetExceeded
from faulttree.queries.answer import Answer

PLANT = """
name: Plant
top: no_flow
gates:
  no_flow: {or: [pumps, valve]}
  pumps: {and: ["pump #1", pump_b]}
basic_events:
  "pump #1": {probability: 0.5}
  pump_b: {probability: 0.25}
  valve: {probability: 0.125}
scenarios:
  dry: {set: {valve: true}}
"""


@pytest.fixture
def faulttree(capsys, tmp_path, monkeypatch):
    """Run the verb on the plant: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    Path("plant.yaml").write_text(PLANT, encoding="utf-8")

    def run(*arguments):
        code = cli.run_cli(["query", "plant.yaml", *arguments])
        return (code, *capsys.readouterr())

    return run


def test_answers_stand_below_their_queries(faulttree) -> None:
    code, out, err = faulttree("P(pumps)", "exists valve")
    assert (code, err) == (0, "")
    assert out == "P(pumps)\n  0.125\n\nexists valve\n  yes: it is true when valve occurs\n"


def test_as_json(faulttree) -> None:
    code, out, _ = faulttree("P(no_flow)", "mcs(no_flow, 1)", "forall valve", "--format", "json")
    assert code == 0
    number, sets, no = json.loads(out)
    assert number == {"query": "P(no_flow)", "kind": "number", "value": 1 - 0.875 * 0.875}
    assert (sets["sets"]["count"], len(sets["sets"]["sets"])) == (2, 1)
    assert (no["value"], no["counterexample"]["states"]) == (False, {"valve": False})


def test_what_if_and_scenario_and_top_are_those_of_all_verbs(faulttree) -> None:
    assert "\n  1\n" in faulttree("P(no_flow)", "--scenario", "dry")[1]
    assert "0.5625" in faulttree("P(no_flow)", "--set", "pumps=0.5")[1]
    assert "yes" in faulttree('is {"pump #1", pump_b} a minimal cut set', "--top", "pumps")[1]


def test_a_file_of_queries(faulttree, monkeypatch) -> None:
    text = '# requirements\n\nP(valve) < 0.2  # in words\nP("pump #1") # "quoted"\n  exists pumps\n'
    Path("asked.txt").write_text(text, encoding="utf-8-sig")
    code, out, _ = faulttree("--file", "asked.txt", "P(pump_b)")
    assert code == 0
    asked = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert asked == ["P(pump_b)", "P(valve) < 0.2", 'P("pump #1")', "exists pumps"]
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert faulttree("--file", "-")[1].startswith("P(valve) < 0.2\n  yes: 0.125 < 0.2\n")


def test_the_model_from_standard_input(capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(PLANT.encode())))
    assert cli.run_cli(["query", "-", "P(valve)"]) == 0
    assert capsys.readouterr().out == "P(valve)\n  0.125\n"


def test_into_a_file(faulttree) -> None:
    assert faulttree("P(valve)", "-o", "answers.txt") == (0, "", "")
    assert Path("answers.txt").read_text(encoding="utf-8") == "P(valve)\n  0.125\n"


def test_an_answer_of_no_may_be_a_failure(faulttree) -> None:
    assert faulttree("forall valve")[0] == 0
    assert faulttree("forall valve", "exists valve", "--fail-if-false")[0] == cli.EXIT_THRESHOLD
    code, out, _ = faulttree("exists valve", "P(valve)", "--fail-if-false")
    assert (code, "yes" in out) == (0, True)
    code, out, err = faulttree("P(valve)", "--fail-if-false")
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert "--fail-if-false needs a query that is answered yes or no" in err


def test_faults_are_told_with_their_place(faulttree) -> None:
    code, out, err = faulttree("P(valve)", "P(pumsp | valve)")
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert err.splitlines() == [
        "faulttree: 'pumsp' is no event or gate of the model; did you mean 'pumps'?",
        "  P(pumsp | valve)",
        "    ^^^^^",
    ]
    Path("asked.txt").write_text("# one\nP(valve)\nP(valve &\n", encoding="utf-8")
    code, out, err = faulttree("--file", "asked.txt")
    assert (code, out) == (cli.EXIT_USAGE, "")
    assert err.startswith("faulttree: asked.txt:3: '&' is written 'and' here\n  P(valve &\n          ^")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ((), cli.EXIT_USAGE, "no query is given"),
        (("--file", "nowhere.txt"), cli.EXIT_USAGE, "nowhere.txt: cannot be read"),
        (("--file", "binary.txt"), cli.EXIT_USAGE, "is not UTF-8 at byte 2"),
        (("P(valve)", "--format", "csv"), cli.EXIT_USAGE, "csv"),
        (("P(valve)", "--scenario", "wet"), cli.EXIT_USAGE, "scenario 'wet' is not defined"),
        (("P(valve" + "\udce9)",), cli.EXIT_USAGE, "is not understood"),
    ],
)
def test_requests_that_make_no_sense(faulttree, arguments, code, message) -> None:
    Path("binary.txt").write_bytes(b"P(\xff)")
    found, out, err = faulttree(*arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert "Traceback" not in err


def test_standard_input_cannot_be_both(capsys) -> None:
    assert cli.run_cli(["query", "-", "--file", "-"]) == cli.EXIT_USAGE
    assert "cannot be both" in capsys.readouterr().err


def test_help_has_an_example_and_the_forms_line_by_line(capsys) -> None:
    assert cli.run_cli(["query", "--help"]) == 0
    out = capsys.readouterr().out
    assert "Example" in out
    assert "  mcs(f)   mps(f)   primes(f)   best first" in out


def test_what_the_limits_leave_open_is_named_and_the_rest_answered(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(
        "name: m\ntop: t\ngates: {t: {or: [a, b]}}\nbasic_events: {a: {probability: 0.1}, b: {probability: 0.2}}\n"
    )
    answered = FaultTree.query

    def starved(tree: FaultTree, text: str) -> Answer:
        if "mcs" in text:
            raise NodeBudgetExceeded(1, 1)
        return answered(tree, text)

    monkeypatch.setattr(FaultTree, "query", starved)
    assert run_cli(["query", str(path), "P(a)", "mcs(t)", "P(b)"]) == EXIT_PARTIAL
    said = capsys.readouterr()
    assert [line for line in said.out.splitlines() if not line.startswith(" ") and line] == ["P(a)", "mcs(t)", "P(b)"]
    assert "not answered: the decision diagram outgrew" in said.out and "not answered: mcs(t): " in said.err
    assert run_cli(["query", str(path), "P(a)", "mcs(t)", "--format", "json"]) == EXIT_PARTIAL
    first, second = json.loads(capsys.readouterr().out)
    assert first["value"] == 0.1 and "value" not in second and "outgrew" in second["not_answered"]
    assert run_cli(["query", str(path), "mcs(t)"]) == 1, "nothing is answered"
