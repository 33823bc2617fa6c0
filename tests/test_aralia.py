"""The Aralia set: industrial trees whose counts and probabilities several independent engines agree on.

The trees are no part of this project; they are looked for in the shared folder, and skipped when absent.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from faulttree import FaultTree
from faulttree.errors import NodeBudgetExceeded
from faulttree.formats import read

SMALL = (
    "baobab1 baobab2 chinese das9201 das9202 das9203 das9204 das9205 das9207 das9209 edf9201 edf9202 edf9204 edf9205 "
    "edf9206 edfpa14b edfpa14o edfpa14p edfpa15o edfpa15p edfpa15q edfpa15r ftr10 isp9601 isp9602 isp9603 isp9605 "
    "isp9606 jbd9601"
)


def known(shared: Path, tree: str) -> dict[str, str]:
    with (shared / "reference" / "aralia.csv").open(encoding="utf-8") as file:
        return next(row for row in csv.DictReader(file) if row["tree"] == tree)


@pytest.mark.parametrize("tree", SMALL.split(" "))
def test_count_and_probability_are_those_that_independent_engines_agree_on(shared: Path, tree: str) -> None:
    check(shared, tree)


@pytest.mark.slow
def test_a_tree_too_large_for_the_budget_ends_in_a_clear_error(shared: Path) -> None:
    """das9701 needs more nodes than the default budget under every order there is, and a minute to find out."""
    path = shared / "benchmarks" / "aralia" / "das9701.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    with pytest.raises(NodeBudgetExceeded, match="--node-budget"):
        FaultTree.of(read(path)).probability()


def check(shared: Path, tree: str) -> None:
    path = shared / "benchmarks" / "aralia" / f"{tree}.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    answer = known(shared, tree)
    model = read(path)
    assert len(model.basic_events) == int(answer["basic_events"])
    analysed = FaultTree.of(model)
    # The reference is printed with 16 digits; 1e-9 leaves room for the order of summation of its engines.
    assert analysed.probability().value == pytest.approx(float(answer["top_probability"]), rel=1e-9, abs=0)
    cut_sets = analysed.minimal_cut_sets()
    assert cut_sets.count == int(answer["minimal_cut_sets"])
    assert sum(cut_sets.count_by_order.values()) == cut_sets.count
    best = [cut.probability for cut in cut_sets.ranked(20)]
    assert best == sorted(best, reverse=True)
    assert analysed.probability().value <= analysed.min_cut_upper_bound().value * (1 + 1e-12)
