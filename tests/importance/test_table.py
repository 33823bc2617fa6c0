"""The one table of measures: its ranges, its names, and that all that tells measures reads it."""

from __future__ import annotations

import math
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from modular import modular_trees
from strategies import model_of, trees

from faulttree import FaultTree
from faulttree.errors import UnknownNameError
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.events import EventImportance
from faulttree.importance.groups import GateImportance, GroupImportance
from faulttree.importance.table import MEASURE, MEASURES, PARTS, SAMPLED, TABLE, Measure, measure_called, of_parts
from faulttree.model import Model
from faulttree.report.findings.headlines import MEASURE_NAMES

ROUNDING = 1e-12


@given(model=modular_trees(max_events=6))
def test_every_value_lies_in_the_range_of_its_measure(model: Model) -> None:
    for row in FaultTree.of(model).importance():
        for measure in TABLE:
            value = row.value(measure.key)
            assert math.isnan(value) or measure.least - ROUNDING <= value <= measure.most + ROUNDING, measure.key


@given(model=trees(max_events=6, coherent=True))
def test_every_value_of_a_coherent_tree_lies_in_the_narrower_range(model: Model) -> None:
    for row in FaultTree.of(model).importance():
        for measure in TABLE:
            value = row.value(measure.key)
            assert math.isnan(value) or measure.coherent_least - ROUNDING <= value <= measure.most + ROUNDING


def test_an_event_without_effect_has_the_neutral_value() -> None:
    # b decides nothing beside a.
    row = FaultTree.of(model_of({"or": ["a", {"and": ["a", "b"]}]})).importance()["b"]
    for measure in TABLE:
        if measure.key != "diagnostic":  # which is then the event's own probability
            assert row.value(measure.key) == measure.neutral


def test_a_formula_is_the_same_for_numbers_columns_and_ends() -> None:
    # By hand, of P = 1/4, q = 1/2, P1 = 3/8, P0 = 1/8.
    expected = {
        "birnbaum": 0.25,
        "criticality": 0.5,
        "diagnostic": 0.75,
        "risk_achievement_worth": 1.5,
        "risk_reduction_worth": 2.0,
    }
    one = np.ones(2)
    columns = np.ones((2, 3))
    for shape, top in ((one, 0.25), (columns, np.full(3, 0.25))):
        given_ = Conditionals(top, 0.5 * shape, 0.375 * shape, 0.125 * shape, 0.25 * shape, 0.125 * shape, 0.0 * shape)
        for key, value in expected.items():
            assert (MEASURE[key].formula(given_) == value * shape).all(), key
    assert (
        of_parts(Conditionals(0.25, *(number * one for number in (0.5, 0.375, 0.125, 0.25, 0.125, 0.0))))
        == [{key: expected[key] for key in PARTS}] * 2
    )


def test_all_that_tells_measures_tells_those_of_the_table() -> None:
    assert tuple(field.name for field in fields(EventImportance)) == ("event", "probability", *MEASURES)
    assert {key: MEASURE[key].name for key in MEASURE_NAMES} == MEASURE_NAMES
    assert set(MEASURE_NAMES) == set(MEASURES)
    assert set(SAMPLED) < set(MEASURES)
    for row in (GroupImportance, GateImportance):
        assert set(PARTS) <= {field.name for field in fields(row)}


@pytest.mark.parametrize("measure", TABLE, ids=lambda measure: measure.key)
def test_the_page_of_numbers_has_a_row_for_every_measure(measure: Measure) -> None:
    rows = Path("docs/numbers.md").read_text(encoding="utf-8").split("## Digits of a slope")[0].splitlines()
    first_cells = [row.split("|")[1].casefold() for row in rows if row.startswith("| ")]
    assert any(measure.name.casefold() in cell for cell in first_cells)
    assert any(measure.short.casefold() in cell for cell in first_cells)


def test_no_two_measures_are_called_alike_and_each_is_found_by_all_its_names() -> None:
    seen: dict[str, str] = {}
    for measure in TABLE:
        for text in measure.spellings:
            assert seen.setdefault(text.casefold(), measure.key) == measure.key
            for said in (text, text.upper(), text.lower(), text.replace("_", "-")):
                assert measure_called(said) == measure.key


@pytest.mark.parametrize("text", ["", "R A W", "worth", "importance"])
def test_what_is_no_name_is_refused_with_those_that_are(text: str) -> None:
    with pytest.raises(UnknownNameError, match="birnbaum"):
        measure_called(text)
    with pytest.raises(UnknownNameError, match="measure of gates"):
        measure_called("FV", PARTS, "measure of gates")
