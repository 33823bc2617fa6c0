"""The evidence section, against two events under an OR that can be worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest
from report_checks import checked

import faulttree as ft
from faulttree.errors import NodeBudgetExceeded
from faulttree.model import Model
from faulttree.report.findings.evidence import EvidenceFindings, evidence_findings
from faulttree.report.findings.weighing import further_data

A, B = 0.25, 0.1
SEEN = A + B - A * B
ALARM: dict[str, Any] = {
    "name": "Alarm", "top": "top", "gates": {"top": {"or": ["a", "b"]}},
    "basic_events": {"a": {"label": "Pump A", "probability": A}, "b": {"probability": B}},
    "scenarios": {"not-a": {"label": "A was well", "set": {"a": False}}, "nothing": {"set": {"a": False, "b": False}}},
    "evidence": {
        "alarm": {"label": "the alarm rang", "observe": {"top": True},
                  "hypotheses": {"only a": {"a": True, "b": False}, "only b": {"a": False, "b": True}}},
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def found() -> EvidenceFindings:
    (findings,) = evidence_findings(ft.FaultTree.from_data(ALARM))
    return findings


def test_posteriors_and_explanations_are_those_of_bayes_rule(found: EvidenceFindings) -> None:
    account = found.accounts[0]
    assert account.label == "as modelled" and account.name == ""
    assert account.probability == pytest.approx(SEEN, rel=1e-14)
    assert account.elements["a"].posterior == pytest.approx(A / SEEN, rel=1e-14)
    only_a, only_b = account.hypotheses
    assert only_a is not None and only_a.posterior == pytest.approx(A * (1 - B) / SEEN, rel=1e-14)
    assert only_b is not None and only_b.posterior == pytest.approx(B * (1 - A) / SEEN, rel=1e-14)
    assert account.explanation is not None and account.explanation.occurred == ("a",)
    assert account.explanation.posterior == pytest.approx(A * (1 - B) / SEEN, rel=1e-14)
    assert account.cut_sets is not None
    assert [(each.events, each.posterior) for each in account.cut_sets.rows] == [
        (("a",), pytest.approx(A / SEEN, rel=1e-14)), (("b",), pytest.approx(B / SEEN, rel=1e-14)),
    ]  # fmt: skip
    assert found.moved == ("b", "a"), "b by 0.9 under not-a, a by 0.52 as modelled; what was observed is left out"


def test_how_strong_further_data_must_be_is_said_in_words(found: EvidenceFindings) -> None:
    ((weighing, either_or),) = found.accounts[0].weighings
    odds = A * (1 - B) / (B * (1 - A))  # 3; the evidence is certain under either
    assert weighing.posterior_odds == pytest.approx(odds, rel=1e-14)
    assert not either_or, "both may have occurred"
    assert further_data(weighing) == (
        "The observation is as probable under 'only a' as under 'only b' (Bayes factor 1), and leaves the odds as they "
        "were: 3 : 1. For odds of 19 : 1 either way, further data would have to be 6.33 times as probable under "
        "'only a' as under 'only b', or 57 times as probable under 'only b' as under 'only a'."
    )
    assert "95 %" in further_data(weighing, either_or=True)


def test_what_cannot_be_is_said(found: EvidenceFindings) -> None:
    _, not_a, nothing = found.accounts
    assert not_a.probability == pytest.approx(B, rel=1e-14)
    assert not_a.hypotheses[0] is None and not_a.hypotheses[1] is not None and not_a.hypotheses[1].posterior == 1.0
    assert nothing.probability is None and nothing.note.startswith("impossible under this account: ")
    assert (("A was well",), ("Of the hypotheses only 'only b' can be.",)) in found.weighed
    assert found.possible == found.accounts[:2]


def test_evidence_that_favours_one_hypothesis_already() -> None:
    data = ALARM | {
        "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 1e-6}},
        "evidence": {"e": {"observe": {"top": True},
                           "hypotheses": {"a": {"a": True}, "b": {"b": True}, "no a": {"a": False}}}},
        "scenarios": {},
    }  # fmt: skip
    (found,) = evidence_findings(ft.FaultTree.from_data(data))
    assert [either_or for _, either_or in found.accounts[0].weighings] == [False, True, False]
    a_b, a_no_a, _ = found.accounts[0].words
    # P(top | a) = P(top | b) = 1. Of not a the likelihood is 1e-6, and the posterior odds of a to it are 1e6.
    assert "That is beyond 19 : 1 for 'a' over 'b', without further data." in a_b and "95 %" not in a_b
    assert (
        "The Bayes factor of 'a' against 'no a' is 1.000e+06: it takes the odds from 1 : 1 to 1.000e+06 : 1." in a_no_a
    )
    assert a_no_a.endswith("odds of 19 : 1 make the favoured one 95 % probable.")


def test_odds_of_exactly_nineteen_to_one_are_called_so() -> None:
    data = ALARM | {
        "basic_events": {"a": {"probability": 0.5}, "b": {"probability": 0.05}},
        "evidence": {"e": {"observe": {"a": True}, "hypotheses": {"no b": {"b": False}, "b": {"b": True}}}},
        "scenarios": {},
    }
    (found,) = evidence_findings(ft.FaultTree.from_data(data))
    (words,) = found.accounts[0].words
    assert "That is exactly 19 : 1 for 'no b' over 'b', without further data." in words
    assert "the other way, further data would have to be 361 times as probable under 'b' as under 'no b'." in words
    assert "inf" not in words and words.endswith("95 % probable.")


CHAIN: dict[str, Any] = {
    "name": "Chain", "top": "top",
    "gates": {"top": {"and": ["shaken", "loose"]}, "shaken": {"or": ["a", "b"]}},
    "basic_events": {"a": {"probability": A}, "b": {"probability": B}, "loose": {"probability": 0.5}},
    "scenarios": {"it-shook": {"label": "It shook", "set": {"shaken": True}}, "a-only": {"set": {"b": False}},
                  "tight": {"set": {"loose": True}}},
    "evidence": {"lost": {"observe": {"top": True}, "hypotheses": {"a": {"a": True}, "no a": {"a": False}}}},
}  # fmt: skip


def test_a_gate_that_is_set_is_cut_off_from_its_causes_and_the_report_says_so() -> None:
    dossier = ft.analyse(ft.FaultTree.from_data(CHAIN))
    (found,) = dossier.evidence
    modelled, shook, a_only, tight = found.accounts
    assert shook.cut_off == ("shaken",) and shook.untouched == ("a", "no a")
    assert [each.posterior for each in shook.hypotheses if each] == [A, 1 - A], "the priors"
    assert shook.words == () and "sets 'shaken', and cuts it off" in shook.warning
    assert not modelled.warning and not a_only.warning and not tight.warning
    assert not any("It shook" in labels for labels, _ in found.weighed)
    text, report = checked(dossier.report_html()).text, dossier.report()
    for words in ("the observation says nothing about 'a', 'no a'", "0.25 as before"):
        assert words in text and words in report
    assert "it-shook: This account sets 'shaken'" in str(dossier)
    assert found.to_dict()["accounts"][1]["warning"] == shook.warning


def test_posteriors_at_point_values_are_said_to_be_so_where_numbers_are_uncertain() -> None:
    shared = {"parameters": {"p": {"uncertainty": {"beta": {"alpha": 1, "beta": 19}}}},
              "basic_events": {"a": {"probability": "p"}, "b": {"probability": "p"}}}  # fmt: skip
    for change, said in ((shared, True), ({}, False)):
        dossier = ft.analyse(ft.FaultTree.from_data(ALARM | change))
        assert ("They are at the point values" in checked(dossier.report_html()).text) == said
        assert ("They are at the point values" in dossier.report()) == said


def test_impossible_hypotheses_are_no_matter_of_data() -> None:
    data = ALARM | {
        "evidence": {"e": {"observe": {"top": True, "a": False},
                           "hypotheses": {"b": {"b": True}, "not b": {"b": False}, "not b either": {"b": False}}}},
    }  # fmt: skip
    (found,) = evidence_findings(ft.FaultTree.from_data(data))
    first, second, third = found.accounts[0].words
    assert not any("inf" in words or "95 %" in words for words in found.accounts[0].words)
    assert first == "'not b' is impossible given the observation, and 'b' is not: no further data can change that."
    assert second.startswith("'not b either' is impossible")
    assert third == "'not b' and 'not b either' are both impossible given the observation."


def test_both_reports_have_the_section() -> None:
    dossier = ft.analyse(ft.FaultTree.from_data(ALARM))
    text, report = checked(dossier.report_html()).text, dossier.report()
    for words in (
        "6.33 times as probable under 'only a' as under 'only b'",
        "A was well",
        "impossible under this account",
    ):
        assert words in text and words in report
    assert f"Given that the alarm rang (probability {SEEN:.3f}): only a 0.6923, only b 0.2308" in text
    assert "| as modelled | 0.325 | 0.225 → **0.6923** | 0.075 → **0.2308** |" in report
    assert "| `a` | 0.25 → **0.7692** | 0 → **0** |" in report
    assert "| as modelled | `a` | 0.6923 | `a` (0.7692); `b` (0.3077) |" in report


def test_the_result_file_has_it_too() -> None:
    accounts = ft.analyse(ft.FaultTree.from_data(ALARM)).to_dict()["evidence"]["alarm"]["accounts"]
    assert [each["account"] for each in accounts] == ["as modelled", "not-a", "nothing"]
    assert accounts[0]["most_probable_explanation"]["occurred"] == ["a"]
    assert accounts[2]["probability"] is None and accounts[2]["explanations"] == []


def test_a_what_if_is_kept_under_every_account() -> None:
    tree = ft.FaultTree.from_data(ALARM).what_if({"b": 0.5})
    (found,) = evidence_findings(tree)
    assert found.accounts[0].label == "with the what-if"
    assert found.accounts[0].probability == pytest.approx(1 - (1 - A) * 0.5, rel=1e-14)
    assert found.accounts[1].probability == pytest.approx(0.5, rel=1e-14)


def test_limits_are_told_and_not_taken_for_impossibility(monkeypatch: pytest.MonkeyPatch) -> None:
    def too_large(*_: Any) -> Any:
        raise NodeBudgetExceeded(10, 10)

    monkeypatch.setattr(ft.FaultTree, "evidence", too_large)
    dossier = ft.analyse(ft.FaultTree.from_data(ALARM))
    assert dossier.evidence[0].accounts[0].note.startswith("not worked out: ")
    checked(dossier.report_html())
    assert "not worked out" in dossier.report()

    assert "Evidence 'alarm', as modelled: not worked out" in dossier.report().split("## What was left out")[1]


def test_a_model_without_evidence_has_no_section() -> None:
    dossier = ft.analyse(ft.FaultTree.of(Model.from_data(ALARM | {"evidence": {}})))
    assert dossier.evidence == ()
    assert "Bayes" not in dossier.report_html()


def test_evidence_of_a_model_without_probabilities_does_not_vanish() -> None:
    dossier = ft.analyse(ft.FaultTree.of(Model.from_data(ALARM | {"basic_events": {"a": {"probability": A}, "b": {}}})))
    (found,) = dossier.evidence
    assert [account.lacking for account in found.accounts] == [True, True, False], "both false is impossible anyway"
    text, report = checked(dossier.report_html()).text, dossier.report()
    for words in (text, report):
        section, left_out = words.split("What was left out")[-2:]
        assert "not worked out: no probability is given for 'b'" in section
        assert "Evidence 'alarm', as modelled: not worked out" in left_out


def test_scenarios_are_no_accounts_where_the_tree_itself_has_no_diagram() -> None:
    (found,) = evidence_findings(ft.FaultTree.from_data(ALARM), scenarios=False)
    assert len(found.accounts) == 1
    assert found.text().endswith(found.skipped)
    assert (
        list(found.left_out()) == [f"Evidence 'alarm': {found.skipped}"] and "scenarios were left out" in found.skipped
    )
