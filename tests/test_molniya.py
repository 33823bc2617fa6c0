"""The worked example: its facts, its numbers by hand, and its committed outputs."""

import csv
import json
import math
import re
from pathlib import Path

import oracles
import pytest

import faulttree as ft
from faulttree.errors import NodeBudgetExceeded
from faulttree.model.distributions import Beta

MODEL = Path("models/molniya_8k78.yaml")
OUTPUTS = Path("outputs/molniya_8k78")


@pytest.fixture(scope="module")
def tree():
    return ft.load(MODEL)


def test_the_probability_by_hand(tree):
    cavitation = 0.05 * (1 - (1 - 0.9) * (1 - 0.5))
    vibration = 1 - (1 - cavitation) * (1 - 0.05)
    fuse = vibration * 0.5
    jeffreys = (1 + 0.5) / (7 + 1)
    expected = 1 - (1 - fuse) * (1 - jeffreys) ** 5
    assert tree.at("cavitation").probability().value == pytest.approx(cavitation, rel=1e-14)
    assert tree.at("fuse_dislodged").probability().value == pytest.approx(fuse, rel=1e-14)
    assert tree.probability().value == pytest.approx(expected, rel=1e-14)


def test_the_probability_by_enumeration(tree):
    function = oracles.function(tree.model, tree.top)
    q = oracles.event_probabilities(tree.model, function.events)
    assert tree.probability().value == pytest.approx(float(oracles.probability(function, q)), rel=1e-12)


def test_every_element_cites_a_source_and_every_number_its_basis(tree):
    model = tree.model
    for section in (
        model.gates,
        model.basic_events,
        model.house_events,
        model.parameters,
        model.scenarios,
        model.evidence,
    ):
        for name, element in section.items():
            assert element.source, name
    for name, event in model.basic_events.items():
        parameter = model.parameters.get(event.probability) if isinstance(event.probability, str) else None
        assert event.basis or (parameter and parameter.basis), name
        if "judgement" in event.source:
            assert "judgement" in (event.basis or "").lower(), name


def test_counts_of_the_flight_record(tree):
    record = tree.model.sources["flights"].attributes["record"]
    assert len(record) == 9
    assert sum("not reached" in row for row in record) == 2
    assert sum("worked" in row for row in record) == 2
    counted = [e for e in tree.model.basic_events.values() if e.source == ("flights",)]
    assert len(counted) == 5
    assert all(event.kind == "undeveloped" for event in counted)
    parameters = [tree.model.parameters[event.probability] for event in counted]
    assert len({event.probability for event in counted}) == 5  # each cause is known, or unknown, by itself
    assert all(parameter.value == (1 + 0.5) / (7 + 1) for parameter in parameters)
    assert all(parameter.uncertainty.distribution == Beta(1.5, 6.5) for parameter in parameters)


def test_the_uncertainty_by_hand(tree):
    """Independent inputs: the mean follows from theirs, and from the mean square of the one that two events share."""
    a, a_squared = 1 / 20, 1 * 2 / (20 * 21)  # Beta(1, 19)
    reaches = 1 - (1 - 0.9) * (1 - 0.5)
    vibration = a + reaches * a - reaches * a_squared
    mean = 1 - (1 - 0.1875) ** 5 * (1 - vibration / 2)
    found = tree.uncertainty(16 * 1024, method="sobol", gates=True)
    assert found.mean == pytest.approx(mean, abs=5 * found.standard_error)
    assert found.standard_error < 2e-4
    assert found.gates["vibration"].mean == pytest.approx(vibration, rel=1e-2)


def test_the_report_says_how_uncertain_it_is_what_drives_it_and_what_is_judgement():
    report = (OUTPUTS / "report.md").read_text()
    assert "## Uncertainty" in report
    assert re.search(r"lies between \*\*0\.4\d+\*\* and \*\*0\.8\d+\*\* with 90 % probability", report)
    judged = re.search(r"All numbers are judgement below (.*)", report)[1]
    assert "`vibration` (Vibration in ascent)" in judged and "no_full_burn" not in judged
    assert "jeffreys: failures 1, trials 7 | flights" in report


def test_the_chain_of_the_account(tree):
    gates = tree.model.gates
    assert gates["vibration"].arguments == ("cavitation", "separate_next_stage_problem")
    assert gates["vibration"].connective == "or"
    assert gates["fuse_dislodged"].arguments == ("vibration", "fuse_not_retained")
    assert gates["control_circuit_open"].arguments == ("fuse_dislodged",)
    assert "control_circuit_open" in gates["blok_l_does_not_ignite"].arguments


def test_either_cause_of_the_vibration_is_an_open_question(tree):
    fuse = tree.at("fuse_dislodged").importance()
    cavitation, separate = fuse["pressurisation_fault"].diagnostic, fuse["separate_next_stage_problem"].diagnostic
    assert 0.4 < cavitation < separate < 0.6


def test_the_named_evidence_tells_apart_every_cause_of_the_vibration(tree):
    (evidence,) = tree.model.evidence.values()
    assert evidence.observe == {"blok_l_does_not_ignite": True, "fuse_dislodged": True}
    assert evidence.source == ("brief",)
    causes = tree.model.gates["vibration"].arguments
    combinations = {tuple(states[cause] for cause in causes) for states in evidence.hypotheses.values()}
    assert combinations == {(True, False), (False, True), (True, True)}  # neither cannot be: vibration is observed
    assert all(states.keys() == set(causes) for states in evidence.hypotheses.values())


def test_the_timeline_and_the_designations_are_in_the_report():
    report = (OUTPUTS / "report.md").read_text()
    for words in (
        "1962-11-04 15:35:15 UTC", "Site 1/5, Baikonur", "T+260 s", "T+292 s", "parking orbit", "1962-11-05",
        "several days later", "1962-12-27", "1963-01-19", "ullage motor platform", "Sputnik 31, later Sputnik 24",
        "United States Naval Space Command", "no official Soviet name",
    ):  # fmt: skip
        assert words in report


def test_the_committed_outputs_are_what_the_model_gives(tree):
    """Texts agree word for word; exact numbers to 12 digits, for the last ones depend on the machine's library.

    A difference of sampled numbers that nearly cancel keeps fewer.
    """
    made = ft.analyse(tree).files(model_file=MODEL.name)
    committed = {path.name: path.read_bytes() for path in OUTPUTS.iterdir()}
    assert set(committed) == set(made), "make run renews outputs/"
    for name, content in made.items():
        text = content.decode() if isinstance(content, bytes) else content
        assert_alike(committed[name].decode(), text, name)


SAMPLED = ("uncertainty.csv", "sensitivity.csv", "report.html", "report.md", "result.json")


def assert_alike(committed: str, made: str, name: str) -> None:
    relative, absolute = (1e-9, 1e-11) if name in SAMPLED else (1e-12, 0.0)
    number = re.compile(r"(?<![\w.])-?\d+\.?\d*(?:e[-+]?\d+)?")
    assert number.sub("#", committed) == number.sub("#", made), f"{name} has other words; make run renews it"
    for old, new in zip(number.findall(committed), number.findall(made), strict=True):
        assert math.isclose(float(old), float(new), rel_tol=relative, abs_tol=absolute), f"{name}: {old} is now {new}"


def test_gates_that_outgrow_the_budget_are_left_out_and_named(monkeypatch, tree):
    def too_large(_):
        raise NodeBudgetExceeded(10, 10)

    monkeypatch.setattr(ft.FaultTree, "exact_gate_probabilities", too_large)
    found = ft.analyse(ft.load(MODEL))
    assert found.gate_probabilities is None
    assert found.to_dict()["gate_probabilities"] is None
    assert "left out" in str(found)
    assert "left out" in found.report()
    assert found.tree.diagram().to_svg().startswith("<svg")


def test_the_tables_agree_with_the_result():
    result = json.loads((OUTPUTS / "result.json").read_text())
    with (OUTPUTS / "cut_sets.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == result["minimal_cut_sets"]["count"] == 8
    with (OUTPUTS / "what_if.csv").open() as file:
        scenarios = {row["scenario"]: float(row["probability"]) for row in csv.DictReader(file)}
    assert scenarios == {name: found["after"]["probability"] for name, found in result["scenarios"].items()}
    assert scenarios["nasa-siddiqi-timer"] == 1.0
