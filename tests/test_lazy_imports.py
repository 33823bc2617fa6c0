"""What start-up leaves alone, seen in fresh interpreters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"numpy", "pydantic", "networkx", "numba", "matplotlib", "lark"}

ANALYSIS = """
import faulttree as ft
tree = ft.FaultTree.from_data({
    "name": "pumps", "top": "no flow",
    "gates": {"no flow": {"or": ["power", {"atleast": {"k": 2, "of": ["a", "b", {"not": "c"}]}}]}},
    "basic_events": {name: {"probability": 0.1} for name in ("power", "a", "b", "c")},
    "scenarios": {"dark": {"set": {"power": True}}},
})
str(tree), tree.probability(), tree.gate_probabilities(), tree.rare_event(), tree.min_cut_upper_bound()
for sets in (tree.minimal_cut_sets(), tree.minimal_path_sets(), tree.prime_implicants(max_order=2)):
    sets.to_json(), str(sets), sets.count_by_order, list(sets.ranked(by="order"))
tree.importance().to_csv()
str(ft.compare(tree, tree.scenario("dark")))
assert tree.diagram().to_svg()
"""


def modules_after(*arguments: str) -> set[str]:
    """The top-level packages that a fresh interpreter has imported when it is done."""
    environment = {key: value for key, value in os.environ.items() if key != "FAULTTREE_KERNELS"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True, text=True, encoding="utf-8", check=False, env=environment,
        cwd=Path(__file__).parents[1], timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = [line for line in done.stderr.splitlines() if line.startswith("import time:")]
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in lines}


def test_the_measurement_sees_what_is_imported() -> None:
    assert {"numpy", "pydantic"} <= modules_after("-c", "import numpy.linalg, pydantic")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", "import faulttree"),
        ("-c", "import faulttree; faulttree.FaultTreeError, faulttree.InvalidModelError, dir(faulttree)"),
        ("-m", "faulttree", "--help"),
        ("-m", "faulttree", "--version"),
    ],
    ids=["import", "errors", "help", "version"],
)
def test_starting_up_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert "faulttree" in (found := modules_after(*arguments))
    assert found & HEAVY == set()


def test_analysing_a_small_model_compiles_and_draws_nothing() -> None:
    found = modules_after("-c", ANALYSIS)
    assert {"faulttree", "numpy", "pydantic"} <= found
    assert found & {"numba", "networkx", "matplotlib", "pandas", "polars", "graphviz", "scipy", "lark"} == set()
