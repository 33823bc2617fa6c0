"""Uncertainty without a diagram of the tree: two simpler trees enclose it, sample by sample."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from faulttree import FaultTree, analyse
from faulttree.errors import LimitExceeded, TimeLimitExceeded
from faulttree.formats import dumps
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.uncertainty.between import between
from faulttree.uncertainty.propagation import UncertaintyAnalysis, propagate


def uncertain(events: int = 300, negated: float = 0.0) -> Model:
    """A generated tree, every third event lognormal with an error factor of 5, every fifth of one rate."""
    model = generate(events, int(0.7 * events), sharing=0.1, negated=negated, seed=3)
    written: dict[str, Any] = json.loads(dumps(model, "json"))
    spread = {"lognormal": {"median": "1e-4 /h", "error_factor": 3}}
    written["parameters"] = {"rate": {"value": "1e-4 /h", "uncertainty": spread}}
    written["mission_time"] = "100 h"
    for place, (name, event) in enumerate(written["basic_events"].items()):
        if place % 3 == 0:
            event["uncertainty"] = {"lognormal": {"median": event["probability"], "error_factor": 5}}
        elif place % 5 == 0:
            written["basic_events"][name] = {"rate": "rate"}
    return Model.from_data(written)


@pytest.mark.parametrize("negated", [0.0, 0.05])
@pytest.mark.parametrize("method", ["monte-carlo", "sobol"])
def test_every_sample_lies_between(
    negated: float, method: str, neither_diagram_nor_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = FaultTree.of(uncertain(negated=negated))
    found = tree.uncertainty(500, seed=2, method=method)
    assert tree._engine.compiled.found is None
    exact = replace(tree, exact=True, _shared=None)
    exact.minimal_cut_sets()
    right = exact.uncertainty(500, seed=2, method=method)
    assert right.below is None and found.below is not None
    assert found.inputs.distributions.keys() == right.inputs.distributions.keys()
    slack = 1e-12 * right.samples
    assert (found.below.samples <= right.samples + slack).all() and (right.samples <= found.samples + slack).all()
    assert found.mean == pytest.approx(right.mean, rel=1e-6)
    assert found.to_dict()["lower"]["mean"] <= found.mean
    (note,) = (note for note in found.notes if "never less probable" in note)
    assert "mean " in note and "95th percentile " in note


def test_the_report_has_it_and_says_whose_numbers_these_are(
    neither_diagram_nor_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Cut sets, and so the report, look for the diagram all the same. It has 2,528 nodes, those of the two trees 313.
    monkeypatch.setattr("faulttree.engine.limits.STEPS_PER_NODE", 10**6)
    found = analyse(replace(FaultTree.of(uncertain()), node_budget=600))
    assert found.answer is not None and not found.answer.is_exact
    assert found.depth.uncertainty is not None and found.depth.uncertainty.below is not None
    for words in (found.report(), str(found)):
        assert "o diagram of the tree is at hand: the numbers are of one that is never less probable" in words


def test_the_upper_numbers_are_told_where_the_time_is_over_before_the_lower_ones(
    neither_diagram_nor_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def only_once(*arguments: Any, **more: Any) -> UncertaintyAnalysis:
        asked.append(arguments)
        if len(asked) > 1:
            raise TimeLimitExceeded(10.0)
        return propagate(*arguments, **more)

    tree = FaultTree.of(uncertain())
    whole = tree.uncertainty(100)
    monkeypatch.setattr("faulttree.uncertainty.propagation.propagate", only_once)
    found = tree.uncertainty(100)
    assert len(asked) == 2 and found.below is None and np.array_equal(found.samples, whole.samples)
    assert "where the tree's own lie below them is not known" in found.notes[-1]


def test_without_anything_that_fits_there_is_a_clear_error(
    neither_diagram_nor_count: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("faulttree.engine.limits.STEPS_PER_NODE", 0)
    with pytest.raises(LimitExceeded, match="node"):
        replace(FaultTree.of(uncertain()), node_budget=40).uncertainty(100)


def test_samples_that_are_not_the_same_say_nothing_of_each_other() -> None:
    tree = FaultTree.of(uncertain(40))
    one, other = tree.uncertainty(100, seed=1), tree.uncertainty(200, seed=1)
    for nothing in (between(one, other), between(None, other)):
        assert "is not known" in nothing.notes[-1] and nothing.below is None
        assert nothing.mean == other.mean and "lower" not in nothing.to_dict()
    both = between(one, one)
    assert f"mean {both.mean:.4g}"[:9] in both.notes[-1] and both.below is one.top
    assert np.array_equal(both.samples, one.samples)
