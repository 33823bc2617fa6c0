"""Micro-benchmarks of the kernels, interpreted and compiled, on one tree of middling size.

    pytest benchmarks/test_kernels.py --benchmark-enable

Each round checks what it has made, so that a fast wrong kernel fails.
"""

from __future__ import annotations

import numpy as np
import pytest
from strategies import random_model

from faulttree.cut_sets import _kernels as family_sweeps
from faulttree.decision_diagrams import _kernels
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.compile import compile_bdd, compile_in_order
from faulttree.decision_diagrams.zbdd import Zbdd, ZbddForest, minimal_sets
from faulttree.kernel_modes import kernels_for
from faulttree.quantification import _kernels as diagram_sweeps
from faulttree.quantification.differences import branch_differences
from faulttree.quantification.probability import row_probabilities
from faulttree.reduction.reduce import reduced
from faulttree.structure.build import build
from faulttree.structure.pdag import Pdag
from faulttree.structure.simplify import simplify


@pytest.fixture(autouse=True, params=["interpreted", "compiled"])
def mode(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FAULTTREE_KERNELS", request.param)
    return str(request.param)


@pytest.fixture(scope="module")
def tree() -> Pdag:
    return simplify(build(reduced(random_model(300, 250, 0.03, seed=1)), "g0"))


@pytest.fixture(scope="module")
def bdd(tree: Pdag) -> Bdd:
    """One table without modules, under the order that was found best."""
    return compile_in_order(tree, compile_bdd(tree).events, {"top": tree.root})


@pytest.fixture(scope="module")
def family(bdd: Bdd) -> Zbdd:
    return minimal_sets(bdd, "top")


def test_apply(benchmark, tree: Pdag, bdd: Bdd) -> None:
    """The whole diagram, gate by gate, under the order that was found best."""
    made = benchmark(compile_in_order, tree, bdd.variables, {"top": tree.root})
    assert made.size == bdd.size


def test_parity(benchmark) -> None:
    def run() -> int:
        forest = BddForest([f"x{i}" for i in range(200)])
        return forest.freeze({"f": forest.parity([forest.variable(i) for i in range(200)])}).size

    assert benchmark(run) == 200


def test_at_least(benchmark) -> None:
    def run() -> int:
        forest = BddForest([f"x{i}" for i in range(60)])
        return forest.freeze({"f": forest.at_least(30, [forest.variable(i) for i in range(60)])}).size

    assert benchmark(run) == 30 * 31


def test_minimal_sets(benchmark, bdd: Bdd, family: Zbdd) -> None:
    assert benchmark(minimal_sets, bdd, "top").size == family.size


def test_union(benchmark) -> None:
    """All pairs of 150 elements, one family of pairs at a time."""

    def run() -> int:
        forest = ZbddForest([f"x{i}" for i in range(150)])
        single = [forest.family(i, 0, 1) for i in range(150)]
        later, pairs = 0, 0
        for i in range(149, -1, -1):
            pairs = forest.combine(_kernels.UNION, pairs, forest.family(i, 0, later))
            later = forest.combine(_kernels.UNION, later, single[i])
        return sum(1 for _ in forest.freeze(pairs))

    assert benchmark(run) == 150 * 149 // 2


def test_probability_sweep(benchmark, bdd: Bdd) -> None:
    q = np.full(len(bdd.variables), 0.01)
    p, not_p = np.empty(len(bdd.nodes)), np.empty(len(bdd.nodes))
    sweep = kernels_for(diagram_sweeps, len(bdd.nodes)).bdd_probability
    benchmark(sweep, bdd.nodes, bdd.modules, q, 1 - q, p, not_p)
    assert p + not_p == pytest.approx(np.ones(len(p)), rel=1e-12)


def test_importance_sweep(benchmark, bdd: Bdd) -> None:
    q = np.full(len(bdd.variables), 0.01)
    kernels = kernels_for(diagram_sweeps, len(bdd.nodes))
    rows = row_probabilities(bdd, q)
    differences, _ = branch_differences(bdd, rows)

    def run() -> np.ndarray:
        slopes = np.zeros(len(q))
        reach = np.zeros(len(bdd.nodes))
        kernels.bdd_birnbaum(
            bdd.nodes, bdd.modules, bdd.roots["top"], rows.p, rows.not_p, q, 1 - q, differences, reach, slopes
        )
        return slopes

    slopes = benchmark(run)
    # The function is monotone; what is left below zero is rounding.
    assert slopes.min() >= -1e-15 * slopes.max()


def test_cut_set_sums(benchmark, family: Zbdd) -> None:
    weight, total = np.ones(len(family.elements)), np.empty(len(family.nodes))
    benchmark(kernels_for(family_sweeps, len(family.nodes)).sums, family.nodes, family.modules, weight, total)
    counts = [0, 1]
    for _, low, high in family.nodes[2:].tolist():
        counts.append(counts[low] + counts[high])
    assert total[family.root] == pytest.approx(counts[family.root], rel=1e-12)
