"""The Aralia set: industrial trees whose counts and probabilities several independent engines agree on.

The trees are no part of this project; they are looked for in the shared folder, and skipped when absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from faulttree import FaultTree
from faulttree.formats import read
from faulttree.weighted_counting import count

ANSWERED = (
    "baobab1 baobab2 chinese das9201 das9202 das9203 das9204 das9205 das9207 das9209 das9701 edf9201 edf9202 edf9204 "
    "edf9205 edf9206 edfpa14b edfpa14o edfpa14p edfpa15o edfpa15p edfpa15q edfpa15r ftr10 isp9601 isp9602 isp9603 "
    "isp9605 isp9606 jbd9601"
)


def known(shared: Path, tree: str) -> dict[str, str]:
    with (shared / "reference" / "aralia.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["tree"] == tree)


@pytest.mark.parametrize("tree", ANSWERED.split(" "))
def test_count_and_probability_are_those_that_independent_engines_agree_on(shared: Path, tree: str) -> None:
    path = present(shared, tree)
    answer = known(shared, tree)
    model = read(path)
    assert len(model.basic_events) == int(answer["basic_events"])
    analysed = FaultTree.of(model)
    # The reference is printed with 16 digits; 1e-9 leaves room for the order of summation of its engines.
    assert analysed.probability().method == "exact"
    assert analysed.probability().value == pytest.approx(float(answer["top_probability"]), rel=1e-9, abs=0)
    cut_sets = analysed.minimal_cut_sets()
    assert cut_sets.count == int(answer["minimal_cut_sets"])
    assert sum(cut_sets.count_by_order.values()) == cut_sets.count
    best = [cut.probability for cut in cut_sets.ranked(20)]
    assert best == sorted(best, reverse=True)
    if analysed.coherent:
        assert analysed.probability().value <= analysed.min_cut_upper_bound().value * (1 + 1e-12)


@pytest.mark.parametrize("tree", [*ANSWERED.split(" "), "nus9601"])
def test_a_small_node_budget_ends_in_a_bound_that_holds(shared: Path, tree: str) -> None:
    bounded = FaultTree.of(read(present(shared, tree)), node_budget=10_000)
    p = bounded.probability()
    assert 0.0 <= p.lower <= p.upper <= 1.0
    reference = known(shared, tree)["top_probability"]
    if reference:
        assert p.lower <= float(reference) * (1 + 1e-9)
        assert float(reference) * (1 - 1e-9) <= p.upper


def test_a_count_on_the_circuit_agrees_with_the_diagram(shared: Path) -> None:
    """Two engines that share no more than the simplified skeleton."""
    for tree in ("edfpa14b", "edf9204", "jbd9601"):
        analysed = FaultTree.of(read(present(shared, tree)))
        skeleton = analysed._engine.simplified
        q = np.array([analysed.model.probability_of(event) for event in skeleton.variables])
        assert count(skeleton, q).probability == pytest.approx(analysed.probability().value, rel=1e-11)


def test_nus9601_gets_a_narrow_interval_by_default(shared: Path) -> None:
    """No exact value of it is published; two runs must agree, and the interval be at most 15 % wide."""
    model = read(present(shared, "nus9601"))
    p = FaultTree.of(model).probability()
    assert p.method == "interval"
    assert p.relative_width <= 0.15
    wide = FaultTree.of(model, node_budget=20_000).probability()
    assert wide.lower <= p.lower < p.upper <= wide.upper


def present(shared: Path, tree: str) -> Path:
    path = shared / "benchmarks" / "aralia" / f"{tree}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return path
