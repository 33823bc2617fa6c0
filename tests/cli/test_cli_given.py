"""`faulttree given`: what it prints, in every format, and how it refuses."""

from __future__ import annotations

import csv
import io
import json

import pytest

from faulttree import FaultTree, cli, formats

MODEL = """
name: Pumps
top: no_flow
gates:
  no_flow: {or: [pumps, valve]}
  pumps: {and: [a, b]}
basic_events:
  a: {probability: 0.1}
  b: {probability: 0.2}
  valve: {probability: 0.01}
  "left, out": {probability: 0.3}
scenarios:
  valve in order: {set: {valve: false}}
evidence:
  dry:
    label: No flow
    observe: {no_flow: true}
    hypotheses:
      pumps: {pumps: true, valve: false}
      valve: {pumps: false, valve: true}
"""
P = 1 - 0.98 * 0.99


@pytest.fixture
def model(tmp_path):
    path = tmp_path / "pumps.yaml"
    path.write_text(MODEL)
    return str(path)


def run(capsys, *arguments):
    code = cli.run_cli(["given", *arguments])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


def fine(capsys, *arguments):
    code, out, err = run(capsys, *arguments)
    assert code == 0, err
    return out


def test_what_was_observed_is_explained(model, capsys):
    out = fine(capsys, model, "no_flow=true", "a=TRUE")
    assert "given no_flow=true, a=true" in out
    for part in ("posterior", "likeliest state of all events", "2 minimal explanations", "a + b", "a + valve"):
        assert part in out
    assert "hypothesis" not in out
    assert "bits" not in out


def test_json_has_everything(model, capsys):
    found = json.loads(fine(capsys, model, "--evidence", "dry", "--about", "valve", "--cost", "pumps=2",
                            "--hypothesis", "a=true,b=true", "--format", "json"))  # fmt: skip
    assert found["observed"] == {"no_flow": True}
    assert found["probability"] == pytest.approx(P, rel=1e-14)
    rows = {row["name"]: row for row in found["posteriors"]}
    assert rows["valve"]["posterior"] == pytest.approx(0.01 / P, rel=1e-13)
    assert rows["pumps"]["posterior"] == pytest.approx(0.02 / P, rel=1e-13)
    assert found["most_probable_explanation"]["occurred"] == ["a", "b"]
    assert [each["events"] for each in found["explanations"]["rows"]] == [["a", "b"], ["valve"]]
    assert [row["name"] for row in found["hypotheses"]] == ["pumps", "valve", "a=true,b=true"]
    assert found["hypotheses"][0]["posterior"] == pytest.approx(0.02 * 0.99 / P, rel=1e-13)
    first = found["bayes_factors"][0]
    assert first["posterior_odds"] == pytest.approx(0.02 * 0.99 / (0.98 * 0.01), rel=1e-13)
    assert first["further_data_for_95_percent"]["for_first"] == pytest.approx(19 / first["posterior_odds"], rel=1e-13)
    following = {row["name"]: row for row in found["next_observations"]["rows"]}
    assert following["pumps"]["per_cost"] == pytest.approx(following["pumps"]["information"] / 2, rel=1e-14)


def test_csv_is_one_table(model, capsys, tmp_path):
    rows = list(csv.DictReader(io.StringIO(fine(capsys, model, "no_flow=true", "--format", "csv"))))
    assert {row["name"] for row in rows} == {"a", "b", "valve", "pumps", "no_flow"}
    path = tmp_path / "next.csv"
    assert fine(capsys, model, "no_flow=true", "--next", "--format", "csv", "-o", str(path)) == ""
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert {row["name"] for row in rows} == {"a", "b", "valve", "pumps"}
    assert float(rows[0]["information"]) >= float(rows[-1]["information"])


def test_hypotheses_and_what_to_look_at_next_are_printed(model, capsys):
    out = fine(capsys, model, "--evidence", "dry", "--next", "--most", "2", "--explain", "0", "--by", "ratio")
    assert "given No flow: no_flow=true" in out
    assert "Bayes factor of 'pumps' against 'valve'" in out
    assert "to tell of the state of all components" in out
    assert "... and 3 more; --most lists more" in out
    assert "minimal explanation" not in out
    assert "'valve'" in fine(capsys, model, "no_flow=true", "--about", "valve")
    assert "a=true, left, out=true" in fine(
        capsys, model, "a=true", "left, out=true", "--hypothesis", '"left, out=true"'
    )


def test_it_goes_with_what_ifs_and_standard_input(model, capsys, monkeypatch):
    out = json.loads(fine(capsys, model, "--evidence", "dry", "--scenario", "valve in order", "--format", "json"))
    assert out["probability"] == pytest.approx(0.02, rel=1e-14)
    # What a scenario rules out has no probability; the evidence does not speak of it.
    assert [row["likelihood"] == "nan" for row in out["hypotheses"]] == [False, True]
    assert out["bayes_factors"] == []

    class Standard:
        buffer = io.BytesIO(MODEL.encode())

    monkeypatch.setattr("sys.stdin", Standard())
    assert "given a=true" in fine(capsys, "-", "a=true", "--top", "pumps")
    assert json.loads(fine(capsys, model, "a=true", "--set", "a=0.5", "--format", "json"))["probability"] == 0.5


def test_the_numbers_are_those_of_python(model, capsys):
    seen = FaultTree.of(formats.read(model)).given({"pumps": False, "no_flow": True})
    out = json.loads(fine(capsys, model, "pumps=false", "no_flow=true", "--format", "json"))
    assert out["probability"] == seen.probability
    assert out["posteriors"] == seen.posteriors().records()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing was observed; say what was, such as NAME=true, or give --evidence (the model names dry)"),
        (["a"], "'a' says nothing; write NAME=true or NAME=false"),
        (["a=maybe"], "'a=maybe': 'maybe' is neither true nor false; write a=true or a=false"),
        (
            ["a=0.5"],
            "'a=0.5': '0.5' is neither true nor false; write a=true or a=false, and set a probability with --set a=0.5",
        ),
        (["a=true", "--hypothesis", "b=true,b=false"], "hypothesis 'b=true,b=false': 'b' is both true and false"),
        (["a=true", "--hypothesis", "b=true,valve"], "hypothesis 'b=true,valve': 'valve' says nothing"),
        (["a=true", "--hypothesis", ""], "--hypothesis '': a hypothesis says something"),
        (["a=true", "--hypothesis", " "], "a hypothesis says something"),
        (["a=true", *["--hypothesis", "b=true"] * 2], "hypothesis 'b=true' is there twice; leave one out"),
        (["--evidence", "dry", "--hypothesis", "pumps"], "hypothesis 'pumps' is there twice"),
        (["a=true", "a=false"], "'a' was observed to be true and to be false"),
        (["--evidence", "dry", "no_flow=false"], "'no_flow' was observed to be true and to be false"),
        (["no_flo=true"], "did you mean 'no_flow'"),
        (["--evidence", "wet"], "evidence 'wet' is not defined"),
        (["no_flow=false", "pumps=true"], "no_flow=false, pumps=true exclude each other"),
        (["no_flow=true", "--set", "a=0", "valve=false"], "probability zero"),
        (["no_flow=true", "--hypothesis", "x=true"], "'x' is not defined"),
        (["no_flow=true", "--about", "no_flow"], "in the light of the evidence"),
        (["no_flow=true", "--cost", "a=0"], "looking at 'a' costs 0; give a number above 0"),
        (["no_flow=true", "--cost", "a=-3"], "'a=-3' is not a cost; write NAME=3"),
        (["no_flow=true", "--cost", "a"], "not a cost"),
    ],
)
def test_what_cannot_be_answered_is_refused(model, capsys, arguments, message):
    code, out, err = run(capsys, model, *arguments)
    assert code == 2
    assert out == ""
    assert message in " ".join(err.split())


def test_an_event_without_a_probability_is_named(tmp_path, capsys):
    path = tmp_path / "model.yaml"
    path.write_text(MODEL.replace("a: {probability: 0.1}", "a: {}"))
    code, _, err = run(capsys, str(path), "no_flow=true")
    assert (code, "'a'" in err) == (1, True)


def test_help_has_an_example(capsys):
    assert "faulttree given plant.yaml" in fine(capsys, "--help")
