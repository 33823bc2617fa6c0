"""What the tables of the page on the model file show is read as it stands."""

import re
from pathlib import Path

import pytest

from faulttree.model.common_cause import COMMON_CAUSE_MODELS
from faulttree.model.failure_models import FAILURE_MODELS, OF_ONE_NUMBER
from faulttree.model.uncertainty import UNCERTAINTIES
from faulttree.model.yaml import read_yaml

PAGE = Path("docs/model-file.md").read_text()


def shown_in(heading):
    """The code in the first cells of the tables of a section."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", section, re.MULTILINE)


@pytest.mark.parametrize("written", shown_in("Events"))
def test_failure_models(written):
    model = read_yaml(f"name: t\ntop: e\nmission_time: 9 h\nbasic_events:\n  e: {{{written}}}\n")
    assert model.basic_events["e"].failure_model == written.partition(":")[0]


@pytest.mark.parametrize("written", shown_in("Uncertainty"))
def test_uncertainties(written):
    model = read_yaml(f"name: t\ntop: e\nbasic_events: {{e: {{}}}}\nparameters:\n  p: {{uncertainty: {{{written}}}}}\n")
    assert model.parameters["p"].uncertainty.kind == written.partition(":")[0]


@pytest.mark.parametrize("written", shown_in("Common cause"))
def test_common_cause_models(written):
    text = "name: t\ntop: a\nmission_time: 1 h\nbasic_events: {a: &e {probability: 0.1}, b: *e, c: *e}\n"
    model = read_yaml(f"{text}common_cause_groups:\n  g: {{events: [a, b, c], {written}}}\n")
    assert model.common_cause_groups["g"].kind == written.partition(":")[0]


def test_none_is_left_out():
    for heading, kinds in (
        ("Events", set(FAILURE_MODELS) - set(OF_ONE_NUMBER)),
        ("Uncertainty", set(UNCERTAINTIES)),
        ("Common cause", set(COMMON_CAUSE_MODELS)),
    ):
        assert {written.partition(":")[0] for written in shown_in(heading)} == kinds
