"""The page's engine asked many questions at once, and its answers held against the Python engine."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Iterable, Mapping
from typing import Any

from strategies import model_of

from faulttree.facade.tree import FaultTree
from faulttree.model import Model

States = Mapping[str, bool | float]
DIGITS = 1e-12
"""Relative: both sides round at every level, some 1e-16 each."""
CANCELLED = 2e-16
"""Absolute, of a slope of a tree that is not coherent: terms of both signs, the largest near 1, each rounded."""

ASK = """
(given) => {
  const [payload, questions, budget] = JSON.parse(given);  // the driver itself would lose some names
  const engine = budget ? new TreeEngine(payload, budget) : new TreeEngine(payload);
  const plain = (value) => {
    if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [key, plain(each)]));
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
    return value && typeof value === "object" ? plain(new Map(Object.entries(value))) : value;
  };
  const attempt = (act) => {
    try {
      return plain(act());
    } catch (error) {
      return {error: error.message, name: error.name};
    }
  };
  return JSON.stringify(questions.map(({states, observed, most}) => {
    const [set, seen] = [new Map(Object.entries(states)), new Map(Object.entries(observed))];
    const cutSets = () => (most ? engine.cutSets(set, seen, most) : null);
    return {...attempt(() => engine.evaluate(set, seen)), cutSets: attempt(cutSets)};
  }));
}
"""


def asked(page: Any, tree: FaultTree, questions: Iterable[Mapping[str, Any]], budget: int = 0) -> list[dict[str, Any]]:
    """What the page's engine answers; `inf` and `nan` become numbers again."""
    payload = tree.explorer().payload
    filled = [{"states": {}, "observed": {}, "most": 10} | dict(question) for question in questions]
    words = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}

    def numbers(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: numbers(each) for key, each in value.items()}
        if isinstance(value, list):
            return [numbers(each) for each in value]
        return words.get(value, value) if isinstance(value, str) else value

    return [numbers(answer) for answer in json.loads(page.evaluate(ASK, json.dumps([payload, filled, budget])))]


def random_states(tree: FaultTree, choose: random.Random) -> dict[str, bool | float]:
    """Some events, now and then a gate or a house event, set to true, false or a number."""
    states: dict[str, bool | float] = {}
    payload = tree.explorer().payload
    names = [*payload["events"]] * 6 + [*payload["houses"]] * 3 + list(tree.gates)
    for name in choose.sample(names, choose.randint(0, 5)):
        states[name] = choose.choice([True, False, choose.random(), 10 ** choose.uniform(-9, -1), 0.0, 1.0])
    return states


def close(value: float | None, expected: float, absolute: float = 0.0) -> bool:
    if value is None or math.isnan(expected):
        return value is not None and math.isnan(value) and math.isnan(expected)
    return value == expected or math.isclose(value, expected, rel_tol=DIGITS, abs_tol=absolute)


def check(tree: FaultTree, states: States, answer: Mapping[str, Any], all_gates: bool = True) -> None:
    """Every number of one answer against the Python engine."""
    what_if = tree.what_if(states)
    top = what_if.probability().value
    assert close(answer["top"]["p"], top), ("top", states)
    assert close(answer["top"]["notP"], 1 - top, 1e-15), ("no top", states)
    for gate, expected in what_if.gate_probabilities().items():
        found = answer["gates"][gate]
        assert close(found, expected) or (found is None and not all_gates), (gate, states)
    for row in what_if.importance():
        found = answer["importance"][row.event]
        slope = 0.0 if what_if.coherent else CANCELLED
        assert close(found["birnbaum"], row.birnbaum, slope), (row, found, states)
        assert close(found["criticality"], row.criticality, slope / top if top else 0.0), (row, found, states)
        share = found["fussellVesely"]
        share = answer["cutSets"]["fussellVesely"].get(row.event) if share is None else share
        assert close(share, row.fussell_vesely), (row, found, states)
        assert close(found["raw"], row.risk_achievement_worth), (row, found, states)
        assert close(found["rrw"], row.risk_reduction_worth), (row, found, states)
    sets, expected_sets = answer["cutSets"], what_if.minimal_cut_sets()
    assert sets["complete"]
    assert sets["count"] == str(expected_sets.count), states
    assert dict(map(tuple, sets["countByOrder"])) == {k: str(n) for k, n in expected_sets.count_by_order.items()}
    ranked = [cut.probability for cut in expected_sets.ranked(10)]
    assert len(sets["sets"]) == len(ranked)
    for found, probability in zip(sets["sets"], ranked, strict=True):
        assert close(found["probability"], probability), (found, states)
        assert found["events"] in expected_sets, states
        total = expected_sets.probability_sum
        assert close(found["share"], probability / total) if total else found["share"] is None


def of_modules() -> Model:
    """A coherent tree of independent parts, one in another, with an event shared within a part."""
    parts = {
        f"part {i}": {
            "or": [{"and": [f"a{i}", f"b{i}"]}, {"and": [f"a{i}", f"c{i}"]}, {"and": [f"b{i}", f"c{i}", f"inner {i}"]}]
        }
        for i in range(5)
    }
    inner = {
        f"inner {i}": {"atleast": {"k": 2, "of": [f"x{i}", f"y{i}", {"or": [f"z{i}", f"x{i}"]}]}} for i in range(5)
    }
    events = [f"{letter}{i}" for letter in "abcxyz" for i in range(5)]
    return model_of(
        {"atleast": {"k": 2, "of": list(parts)}},
        {event: 0.001 * (place + 1) for place, event in enumerate(events)},
        gates=parts | inner,
    )
