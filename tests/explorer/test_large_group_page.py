"""The page of a model with a common-cause group of more causes than are listed: its numbers are Python's."""

from __future__ import annotations

from typing import Any

import pytest
from pages import close, hash_of, opened, save, settled, until, value

import faulttree as ft

PUMPS = [f"p{i}" for i in range(9)]


@pytest.fixture(scope="module")
def tree() -> ft.FaultTree:
    return ft.FaultTree.from_data(
        {
            "name": "nine pumps", "top": "T",
            "gates": {"T": {"or": ["V", {"and": ["p0", "x"]}]}, "V": {"atleast": {"k": 6, "of": PUMPS}}},
            "basic_events": {name: {"probability": 0.01} for name in PUMPS} | {"x": {"probability": 0.1}},
            "common_cause_groups": {"g": {"events": PUMPS, "mgl": [0.3] * 8}},
        }
    )  # fmt: skip


@pytest.mark.parametrize("states", [{}, {"p0": True}, {"p0": False, "p1": True, "x": 0.5}])
def test_gates_are_pythons(browser: Any, tmp_path: Any, tree: ft.FaultTree, states: dict[str, bool | float]) -> None:
    what_if = tree.what_if(states)
    with opened(browser, save(tree, tmp_path)) as page:
        page.evaluate("link => location.hash = link", hash_of(states) if states else "#")
        until(page, f"store.states.size === {len(states)}")
        settled(page)
        assert close(value(page, "#top-probability"), what_if.probability().value)
        gates = dict(page.evaluate("[...store.result.gates]"))
        assert {"T", "V", *PUMPS} <= gates.keys()
        for gate, probability in what_if.gate_probabilities().items():
            assert close(gates[gate], probability), gate
        assert "too many for a list" in page.locator("#cut-sets").inner_text()
        assert page.locator(".method").inner_text().startswith("coherent")
