"""Every importance measure in every sample, against its definition in exact fractions."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from modular import modular_trees
from strategies import trees
from uncertain_problems import BRIDGE, SPREADS, bridge, model_with, modular_problem_of, problem_of

from faulttree import FaultTree
from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import InvalidRequestError, NodeBudgetExceeded, UnknownNameError
from faulttree.importance.table import SAMPLED as MEASURES
from faulttree.model import Model
from faulttree.uncertainty import propagate
from faulttree.uncertainty.importance import UncertainImportance


@pytest.mark.parametrize("formula", [BRIDGE, {"and": ["a", {"or": ["b", "c"]}]}, {"xor": ["a", "b", "c"]}])
def test_importances_are_their_definitions_in_every_sample(formula: dict[str, Any]) -> None:
    model = model_with(formula, {event: SPREADS[event] for event in "abc"})
    problem = problem_of(model)
    found = propagate(problem, 64, seed=2, importance=True)
    assert found.importance is not None
    f = oracles.function(model, "top")
    u = found.design.points(found.design.chunks()[0])
    sampled = found.inputs.values(u)
    for sample in range(0, 64, 16):
        q = oracles.event_probabilities(model, f.events)
        q |= {name: oracles.Fraction(float(values[sample])) for name, values in sampled.items()}
        for event in f.events:
            expected = oracles.importance(f, q, event)
            for measure in MEASURES:
                # Plain differences of probabilities of about 0.01 to 1.
                value = float(getattr(expected, measure))
                assert found.importance[event][measure].samples[sample] == pytest.approx(value, rel=1e-11)


def test_a_diagram_of_modules_gives_the_same() -> None:
    model = model_with({"or": [{"and": ["a", {"atleast": {"k": 2, "of": ["b", "c", "d"]}}]}, "e"]}, SPREADS)
    modular = modular_problem_of(model)
    assert "" in modular.laws.events
    found, plain = (propagate(each, 300, seed=8, importance=True) for each in (modular, problem_of(model)))
    assert found.samples == pytest.approx(plain.samples, rel=1e-13)
    assert set(found.importance) == set(plain.importance) == set("abcde")
    for event in found.importance:
        for measure, quantity in found.importance[event].items():
            assert quantity.samples == pytest.approx(plain.importance[event][measure].samples, rel=1e-11)


def uncertain(model: Model) -> Model:
    """The same model, every other event with an uncertainty of its own where it can have one."""
    data = model.to_data()
    for event in [*data["basic_events"].values()][::2]:
        p = event.get("probability")
        if isinstance(p, float) and p > 0.0:
            event["uncertainty"] = {"uniform": {"low": 0.5 * p, "high": p}}
    return Model.from_data(data)


@settings(max_examples=30)
@given(model=modular_trees(max_events=5, extremes=False).map(uncertain))
def test_importances_of_any_function_of_modules_in_every_sample(model: Model) -> None:
    f = oracles.function(model, model.top[0])
    assume(any(event in model.uncertain_inputs() for event in oracles.support(f)))
    found = propagate(modular_problem_of(model), 3, seed=7, importance=True)
    assert found.importance is not None
    assert set(found.importance) == oracles.support(f)
    sampled = found.inputs.values(found.design.points(found.design.chunks()[0]))
    for sample in range(3):
        q = oracles.event_probabilities(model, f.events)
        q |= {name: oracles.Fraction(float(values[sample])) for name, values in sampled.items()}
        for event in found.importance:
            expected, measures = oracles.importance(f, q, event), found.importance[event]
            assert tuple(measures) == MEASURES
            for measure in MEASURES:
                # Shares of cut sets are sums of positive terms. The others come from slopes, sums of differences, and
                # are taken from the probability where a thousandth of it is left.
                rel, abs_ = (1e-13, 0) if measure == "fussell_vesely" else (1e-9, 1e-12)
                value = float(getattr(expected, measure))
                assert measures[measure].samples[sample] == pytest.approx(value, rel=rel, abs=abs_, nan_ok=True)


@settings(max_examples=30)
@given(model=st.one_of(modular_trees(max_events=6), trees(max_events=6)).map(uncertain), gates=st.booleans())
def test_importances_at_the_point_values_are_those_of_the_tree(model: Model, gates: bool) -> None:
    tree = FaultTree.of(model)
    assume(tree.uncertain_inputs.keys() & {row.event for row in tree.importance() if row.structural})
    found = tree.uncertainty(2, importance=True, gates=gates)
    assert found.notes == ()
    assert found.importance is not None
    for event in found.importance:
        row = tree.importance()[event]
        for measure in MEASURES:
            value, point = getattr(row, measure), found.importance[event][measure].point
            # Both follow small differences of a coherent tree, and take plain ones of any other.
            assert point == pytest.approx(value, rel=1e-9, abs=1e-12, nan_ok=True), (event, measure)
            if measure == "fussell_vesely":
                assert point == pytest.approx(value, rel=1e-14, abs=0, nan_ok=True)


def test_without_all_cut_sets_fussell_vesely_is_left_out_and_a_note_says_so() -> None:
    problem = replace(bridge(), cut_sets=None)
    found = propagate(problem, 64, importance=True)
    assert found.importance is not None
    note = "Fussell-Vesely importance is left out: it needs all minimal cut sets, and not all are known"
    assert found.notes == (note,)
    assert tuple(found.importance["a"]) == tuple(measure for measure in MEASURES if measure != "fussell_vesely")
    whole = propagate(bridge(), 64, importance=True)
    assert whole.notes == propagate(problem, 64).notes == ()
    assert whole.importance is not None
    for measure, quantity in found.importance["e"].items():
        assert np.array_equal(quantity.samples, whole.importance["e"][measure].samples)
    with pytest.raises(InvalidRequestError, match="needs all minimal cut sets; rank by criticality"):
        found.importance.ranked("fussell_vesely")
    assert len(whole.importance.ranked("fussell_vesely")) == 5


def test_a_tree_fills_its_cut_sets_in_where_importance_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = FaultTree.of(model_with(BRIDGE, SPREADS))
    assert tree._problem().cut_sets is None
    assert tree._problem(importance=True).cut_sets is not None
    monkeypatch.setattr(TreeEngine, "all_cut_sets_or_why_not", NodeBudgetExceeded(1, 1, "the cut sets"))
    found = FaultTree.of(tree.model).uncertainty(64, importance=True)
    assert "Fussell-Vesely importance is left out" in found.notes[0]
    assert found.importance is not None
    assert "fussell_vesely" not in found.importance["a"]


def test_importance_summaries_and_ranking() -> None:
    problem = bridge()
    found = propagate(problem, 2048, method="sobol", importance=True)
    assert isinstance(found.importance, UncertainImportance)
    records = found.importance.records()
    assert len(records) == 5 * len(MEASURES) == len(found.importance) * len(MEASURES)
    assert {"event", "measure", "point", "mean", "standard_error", "percentile_5", "median", "percentile_95"} <= set(
        records[0]
    )
    # Birnbaum importance is multilinear in the others' probabilities, so its mean is its value at their means.
    f = oracles.function(model_with(BRIDGE, SPREADS), "top")
    means = {name: oracles.Fraction(d.mean) for name, d in problem.inputs.distributions.items()}
    for event in "abcde":
        birnbaum = found.importance[event]["birnbaum"]
        exact = oracles.importance(f, means, event).birnbaum
        assert abs(birnbaum.mean - float(exact)) < 6 * birnbaum.standard_error < 0.05 * float(exact)
        assert birnbaum.percentile(5) < birnbaum.median < birnbaum.percentile(95)
    ranked = found.importance.ranked("birnbaum")
    assert found.importance[ranked[0]]["birnbaum"].mean == max(
        found.importance[event]["birnbaum"].mean for event in found.importance
    )
    with pytest.raises(UnknownNameError, match="did you mean 'birnbaum'"):
        found.importance.ranked("birnbaun")
    with pytest.raises(UnknownNameError, match="event 'z'"):
        found.importance["z"]


def test_slopes_of_tiny_differences_keep_their_digits() -> None:
    # The slope of b, the topmost event, is q_a (1 - q_c) = 1e-15, the difference of two probabilities near one.
    model = model_with(
        {"or": [{"and": ["b", "a"]}, "c"]},
        {
            "a": {"uniform": {"low": 1e-14, "high": 2e-14}},
            "c": {"uniform": {"low": 0.9, "high": 0.99}},
            "b": {"uniform": {"low": 0.1, "high": 0.2}},
        },
    )
    found = propagate(problem_of(model), 64, seed=1, importance=True)
    assert found.importance is not None
    sampled = found.inputs.values(found.design.points(found.design.chunks()[0]))
    slopes = found.importance["b"]["birnbaum"].samples
    assert slopes == pytest.approx(sampled["a"] * (1 - sampled["c"]), rel=1e-9)


def test_zero_probabilities_leave_ratios_undefined() -> None:
    model = model_with(
        {"and": ["a", "b"]}, {"a": {"empirical": {"values": [0.0, 0.5]}}, "b": {"uniform": {"low": 0.1, "high": 0.2}}}
    )
    found = propagate(problem_of(model), 256, seed=1, importance=True)
    assert found.importance is not None
    assert found.percentile(5) == 0.0 < found.percentile(95)
    assert math.isnan(found.importance["a"]["criticality"].mean)
    assert found.importance["a"]["risk_reduction_worth"].percentile(99) != 1.0
