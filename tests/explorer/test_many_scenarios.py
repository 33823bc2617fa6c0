"""What the page shows under hundreds of scenarios, and on large trees, against Python's numbers."""

from __future__ import annotations

import random
from typing import Any

import pytest
from pages import close, hash_of, opened, rows, save, settled, until, value
from strategies import random_model

import faulttree as ft
from faulttree.errors import LimitExceeded
from faulttree.facade import explorer
from faulttree.generate import generate

SHOWN = """
links => links.map((link) => {
  store.loadHash(link);
  const shown = (cell) => (cell.querySelector("[data-value]") ?? cell).dataset.value;
  const pair = (cell) => [cell.dataset.column, shown(cell)];
  const columns = (row) => [...row.querySelectorAll("td[data-column]")].map(pair);
  const cells = (table) => [...document.querySelectorAll(`#${table} tbody tr`)].map((row) =>
    [row.dataset.name, Object.fromEntries(columns(row))]);
  return { isWhole: !store.isComing(), top: document.getElementById("top-probability").dataset.value,
           events: cells("events"), gates: cells("gates") };
})
"""
SMALL_SLICES = """() => { advanced = (steps) => {
  for (let turn = 1; turn < 20; turn++) {
    const step = steps.next();
    if (step.done) return step;
  }
  return steps.next();
}; }"""
TREES = {
    "coherent": lambda: random_model(14, 9, 0.4, 41, votes=0.3, probabilities=(1e-4, 0.4)),
    "small numbers": lambda: random_model(16, 10, 0.3, 42, probabilities=(1e-9, 1e-3)),
    "negated": lambda: random_model(13, 9, 0.4, 43, negated=0.3, probabilities=(1e-3, 0.6)),
    "negated votes": lambda: random_model(12, 8, 0.5, 44, votes=0.5, negated=0.2, probabilities=(1e-3, 0.9)),
}


def number(text: str) -> float | None:
    return float(text.replace("Infinity", "inf").replace("NaN", "nan")) if text else None


def random_scenario(choose: random.Random, events: list[str], gates: list[str]) -> dict[str, bool | float]:
    names = choose.sample(events, choose.randint(0, 4)) + choose.sample(gates, choose.random() < 0.3)
    return {name: choose.choice([True, False, choose.random(), 10 ** choose.uniform(-9, -1)]) for name in names}


@pytest.mark.parametrize("name", TREES)
def test_two_hundred_scenarios(browser: Any, tmp_path: Any, name: str) -> None:
    tree, choose = ft.FaultTree.of(TREES[name]()), random.Random(name)
    scenarios = [random_scenario(choose, list(tree.events), list(tree.gates)) for _ in range(200)]
    with opened(browser, save(tree, tmp_path)) as page:
        page.evaluate("() => { advanced = (steps) => ({ done: true, value: finished(steps) }); }")  # all at once
        answers = page.evaluate(SHOWN, [hash_of(states) for states in scenarios])
        settled(page)
    for states, shown in zip(scenarios, answers, strict=True):
        what_if = tree.what_if(states)
        slope = 0.0 if what_if.coherent else 2e-16  # terms of both signs, each rounded
        assert shown["isWhole"], states
        assert close(number(shown["top"]), what_if.probability().value), states
        gates, events = dict(shown["gates"]), dict(shown["events"])
        expected = what_if.gate_probabilities()
        for gate in gates.keys() & expected.keys():  # Python leaves out what only a set gate used
            assert close(number(gates[gate]["now"]), expected[gate]), (gate, states)
        for row in what_if.importance():
            if row.event not in events:  # a gate that is set to a number
                continue
            found = {column: number(text) for column, text in events[row.event].items()}
            assert close(found["birnbaum"], row.birnbaum, slope), (row, states)
            assert close(found["raw"], row.risk_achievement_worth), (row, states)
            assert close(found["rrw"], row.risk_reduction_worth), (row, states)
            assert close(found["fussellVesely"], row.fussell_vesely), (row, states)


def test_what_takes_long_comes_later(browser: Any, tmp_path: Any) -> None:
    """The evidence is there at once; the posteriors of all gates come after it, and only the last ones asked for."""
    tree = ft.FaultTree.of(generate(300, 200, sharing=0.04, nearby=4, seed=2))
    one, other = list(tree.gates)[40:42]
    with opened(browser, save(tree, tmp_path)) as page:
        page.locator("#gates summary").click()
        page.evaluate(SMALL_SLICES)
        page.locator(".mode label", has_text="Observe").click()
        page.evaluate("name => store.observe(name, true)", other)  # never to be finished
        page.evaluate("name => { store.undo(); store.observe(name, true); }", one)
        assert page.evaluate("store.isComing('gates')")
        assert "…" in page.locator("#gates").text_content()
        until(page, "!store.isComing()", 60)
        given = tree.given({one: True})
        posteriors = {row.name: row.posterior for row in given.posteriors()}
        assert close(value(page, "#evidence-probability"), given.probability)
        found = page.evaluate("Object.fromEntries([...store.result.gates, ...store.result.events])")
        assert {name for name in posteriors if not close(found[name], posteriors[name])} == set()
        shown = rows(page, "gates")
        assert shown
        assert all(close(cells["posterior"], posteriors[name]) for name, cells in shown.items())


def test_gates_of_a_tree_whose_gates_do_not_fit(browser: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "MOST_NODES_OF_GATES", 1)
    tree = ft.FaultTree.of(random_model(12, 8, 0.3, 3))
    with opened(browser, save(tree, tmp_path)) as page:
        assert close(value(page, "#top-probability"), tree.probability().value)
        assert "too large for this page" in page.locator("#gates .said").inner_text()


def test_a_tree_too_large_for_a_page_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    tree = ft.FaultTree.of(random_model(12, 8, 0.3, 3))
    monkeypatch.setattr(explorer, "MOST_NODES", 2)
    with pytest.raises(LimitExceeded, match="holds at most 2; explore a smaller gate") as raised:
        tree.explorer()
    assert "budget" not in str(raised.value)
    entangled = ft.FaultTree.of(random_model(60, 40, 0.5, 31, votes=0.4), node_budget=50)
    with pytest.raises(LimitExceeded, match="more than 50 nodes, and the explorer's page"):
        entangled.explorer()
