"""Every verb on a tree that no diagram fits: a right, bounded or named answer, and the exit code that says so."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from faulttree import FaultTree, cli, formats
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.results import number_text

STARVED = ("--node-budget", "2")


@pytest.fixture(scope="module")
def text() -> str:
    """A tree with negations, uncertain inputs and scenarios of which no diagram of two nodes holds anything."""
    data = generate(40, 30, sharing=0.3, nearby=None, negated=0.2, mix={"and": 1, "or": 1, "xor": 1}, seed=3).to_data()
    first, second, third, *_ = data["basic_events"]
    data["basic_events"][first] = {"rate": "rate"}
    data |= {
        "mission_time": "100 h",
        "parameters": {"rate": {"uncertainty": {"lognormal": {"median": "1e-4 /h", "error_factor": 3}}}},
        "scenarios": {"one": {"set": {second: True}}, "two": {"set": {third: 0.5}}},
        "evidence": {"seen": {"observe": {third: True}}},
    }
    return formats.dumps(Model.from_data(data), "yaml")


def exact(text: str, states: dict[str, bool | float] = {}) -> float:  # noqa: B006
    return FaultTree.of(formats.read_text(text, "yaml")[0]).what_if(states).probability().value


def test_what_if_of_a_setting(ask: Any, text: str) -> None:
    code, out, err = ask("what-if", text, "--set", "e4=true", "--format", "json", *STARVED)
    found = json.loads(out)
    assert code == cli.EXIT_PARTIAL and found["partial"] and err == ""
    for side, states in (("before", {}), ("after", {"e4": True})):
        assert found[side]["lower"] <= exact(text, states) * (1 + 1e-12)
        assert found[side]["upper"] >= exact(text, states) * (1 - 1e-12)
        assert found[side]["minimal_cut_sets"] is None and found[side]["reason"]
    assert found["gained"] is found["lost"] is found["ratio"] is None
    right = exact(text, {"e4": True}) / exact(text, {})
    assert found["ratio_lower"] <= right * (1 + 1e-12) and right * (1 - 1e-12) <= found["ratio_upper"]
    assert any("minimal cut sets of e4=true" in sentence for sentence in found["left_out"])
    assert any("ranks" in sentence for sentence in found["left_out"])
    code, out, err = ask("what-if", text, "--set", "e4=true", "--format", "csv", *STARVED)
    assert code == cli.EXIT_PARTIAL and "note: minimal cut sets of as modelled" in err
    code, out, _ = ask("what-if", text, "--set", "e4=true", *STARVED)
    assert code == cli.EXIT_PARTIAL
    assert (
        "not known  ->  not known" in out
        and f"ratio {number_text(found['ratio_lower'])} to " in out
        and "left out: " in out
    )


def test_what_if_of_the_scenarios_of_the_model(ask: Any, text: str) -> None:
    """Nothing at all was told of them, with code 0."""
    code, out, err = ask("what-if", text, "--format", "csv", *STARVED)
    one, two = csv.DictReader(io.StringIO(out))
    assert code == cli.EXIT_PARTIAL and "minimal cut sets of as modelled" in err
    model = formats.read_text(text, "yaml")[0]
    for row, name in ((one, "one"), (two, "two")):
        right = exact(text, model.scenarios[name].states)
        assert float(row["lower"]) <= right * (1 + 1e-12) and right * (1 - 1e-12) <= float(row["upper"])
        assert row["ratio"] == row["cut_sets"] == row["gained"] == row["lost"] == ""
    code, out, err = ask("what-if", text, "--format", "csv")
    assert code == 0 and err == "" and "lower" not in out


def test_scenarios_side_by_side(ask: Any, text: str) -> None:
    code, out, _ = ask("scenarios", text, "--compare", *STARVED)
    assert code == cli.EXIT_PARTIAL and "outgrew its budget" in out
    assert ask("scenarios", text, "--compare")[0] == 0
    assert ask("scenarios", text, *STARVED)[0] == 0  # certain intervals are an answer


def test_hard_gates_have_intervals_and_easy_ones_their_values(ask: Any, text: str) -> None:
    code, out, _ = ask("probability", text, "--gates", "--format", "json", *STARVED)
    rows = {row["gate"]: row for row in json.loads(out)["rows"]}
    right = FaultTree.of(formats.read_text(text, "yaml")[0]).gate_probabilities()
    assert code == 0 and rows.keys() == right.keys()
    for gate, row in rows.items():
        assert row["lower"] * (1 - 1e-12) <= right[gate] <= row["upper"] * (1 + 1e-12)
        assert (row["reason"] is None) == row["method"].startswith("exact")
    methods = [row["method"] for row in rows.values()]
    assert "interval" in methods and any(method.startswith("exact") for method in methods)
    code, out, err = ask("probability", text, *STARVED)
    assert code == 0 and "no exact value fits the node budget of 2" in out
    assert "the rare-event sum and the min-cut upper bound need all minimal cut sets" in err


@pytest.mark.parametrize(
    ("verb", "code", "said"),
    [
        ("draw", cli.EXIT_PARTIAL, "some gates' probabilities are not in the picture"),
        ("plot contribution", cli.EXIT_PARTIAL, "not all are known within the limits"),
        ("plot importance", cli.EXIT_PARTIAL, "nothing is known of Fussell-Vesely within the limits"),
        ("plot importance --by birnbaum", 0, ""),
    ],
)
def test_pictures(ask: Any, text: str, tmp_path: Path, verb: str, code: int, said: str) -> None:
    if verb.startswith("plot"):
        pytest.importorskip("matplotlib")
    *plot, option, measure = verb.split() if "--by" in verb else [*verb.split(), "", ""]
    more = [option, measure] if option else []
    found, _, err = ask(" ".join(plot), text, *more, "-o", tmp_path / "p.svg", *STARVED)
    assert (found, said in err) == (code, True)
    assert (tmp_path / "p.svg").exists()
    if verb == "plot contribution":
        assert "Not all are known within the limits" in (tmp_path / "p.svg").read_text()
    assert ask(" ".join(plot), text, *more, "-o", tmp_path / "p.svg")[0] == 0


VERBS = [
    "cut-sets --paths", "cut-sets --primes", "cut-sets --by-component", "cut-sets --all --format csv", "cut-sets",
    "importance", "importance --kind gates", "importance --kind pairs", "importance --kind parameters", "reach 1e-5",
    "reach 1e-5 --parameters", "query P(g1)", "query mcs(g1)", "repair", "over-time", "metrics", "uncertainty",
    "sensitivity", "given e5=true", "explore", "report", "plot curve", "plot tornado", "plot histogram",
]  # fmt: skip


@pytest.mark.parametrize("verb", VERBS)
def test_every_other_verb_answers_or_says_what_to_do(ask: Any, text: str, tmp_path: Path, verb: str) -> None:
    """No traceback (`ask` looks for one), no file of a failure, and a message that names an option."""
    if verb.startswith("plot"):
        pytest.importorskip("matplotlib")
    words = verb.split(" ", 2 if verb.startswith("plot") else 1)
    name = " ".join(words[:2]) if verb.startswith("plot") else words[0]
    arguments = [] if name == verb else verb[len(name) + 1 :].split(" ")
    place = tmp_path / {"plot": "p.svg", "explore": "e.html", "report": "r.html"}.get(words[0], "out.txt")
    code, out, err = ask(name, text, *arguments, "-o", place, *STARVED)
    assert code in (0, cli.EXIT_ANALYSIS, cli.EXIT_PARTIAL), err
    if code == cli.EXIT_ANALYSIS:
        assert out == "" and not place.exists()
        assert "--node-budget" in err
    elif verb == "query P(g1)":  # a certain interval is an answer
        assert code == 0 and "between" in place.read_text(encoding="utf-8")
    else:
        assert code == cli.EXIT_PARTIAL, "nothing of these is whole without a diagram"
        assert place.exists() and place.stat().st_size
