"""Queries where no diagram fits: what is said lies where enumeration has it, and what is not known is an error."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import oracles
import pytest
from strategies import random_model

from faulttree import FaultTree, deadline
from faulttree.errors import InvalidRequestError, LimitExceeded
from faulttree.generate import generate

ROUNDING = Fraction(1, 10**11)


def starved(trees: int) -> list[tuple[FaultTree, dict[str, Fraction]]]:
    """Random trees that two nodes do not hold, and the probability of each gate by enumeration."""
    choose, found = random.Random(7), []
    for number in range(trees):
        model = random_model(
            choose.randrange(3, 8), choose.randrange(3, 8), 0.8 * choose.random(), number,
            negated=choose.choice([0.0, 0.3]), probabilities=(choose.choice([1e-6, 1e-2]), 0.5),
        )  # fmt: skip
        f = oracles.function(model, model.top[0])
        q = {name: Fraction(float(oracles.event_probability(model, name))) for name in f.events}
        tree = replace(FaultTree.of(model), node_budget=2, time_limit=float(choose.randrange(20, 400)))
        right = {gate: oracles.probability(oracles.function(model, gate), q) for gate in tree.gates}
        found.append((tree, right))
    return found


def test_numbers_lie_between_their_ends_and_comparisons_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count()
    monkeypatch.setattr(deadline, "clock", lambda: float(next(ticks)))
    kinds = {"exact": 0, "interval": 0, "yes": 0, "no": 0, "open": 0}
    for tree, right in starved(120):
        one, other = tree.gates[-1], tree.gates[len(tree.gates) // 2]
        p, q = right[one], right[other]
        for text, value in (
            (f"P({one})", p),
            (f"P(not {one})", 1 - p),
            (f"P({one}) - 2 * P({other})", p - 2 * q),
            (f"-P({one}) / (P({other}) + 3) + 1e-3", -p / (q + 3) + Fraction(1e-3)),
        ):
            try:
                found = tree.query(text)
            except LimitExceeded:  # before the gates were known
                continue
            low, high = found.ends or (float(found), float(found))
            slack = ROUNDING * max(abs(value), p, q)
            assert Fraction(low) - slack <= value <= Fraction(high) + slack, (text, tree.model)
            kinds["interval" if found.ends else "exact"] += 1
            if found.ends:
                assert found.value is None and found.reason in str(found) and "between" in str(found)
                assert (found.to_dict()["lower"], found.to_dict()["upper"]) == found.ends
                with pytest.raises(InvalidRequestError, match="known only between"):
                    float(found)
        for text, holds in (
            (f"P({one}) < {float(p) * 1.5 + 1e-9}", True),
            (f"P({one}) >= {float(p) * 1.5 + 1e-9}", False),
            (f"P({one}) <= P({other}) / 3", p <= q / 3),
            (f"{float(p) / 7} <= P({one}) <= 1", True),
        ):
            try:
                assert bool(tree.query(text)) == holds, (text, tree.model)
                kinds["yes" if holds else "no"] += 1
            except LimitExceeded:
                kinds["open"] += 1
    assert min(kinds.values()) > 15, kinds


def test_of_other_questions_nothing_is_said() -> None:
    tree, _ = starved(1)[0]
    for text in (f"mcs({tree.top})", f"P({tree.top} | {tree.events[0]})", f"exists {tree.top}"):
        with pytest.raises(LimitExceeded):
            tree.query(text)


def test_a_gate_is_asked_about_without_the_diagrams_of_all_others() -> None:
    """No diagram of 2,000 nodes holds the tree; the gate has a few events below it."""
    tree = replace(FaultTree.of(generate(300, 220, sharing=0.4, nearby=None, seed=5)), node_budget=2_000)
    assert not tree.probability().is_exact
    small = [gate for gate in tree.gates if 3 <= len(tree.at(gate).events) <= 12][:5]
    assert small
    for gate in small:
        event = tree.at(gate).events[0]
        right = FaultTree.of(tree.model).at(gate)
        assert float(tree.query(f"P({gate})")) == pytest.approx(right.probability().value, rel=1e-12)
        given = right.what_if({event: True}).probability().value
        assert float(tree.query(f"P({gate} | {event})")) == pytest.approx(given, rel=1e-12)
        assert tree.query(f"mcs({gate})").value.count == right.minimal_cut_sets().count
    both = f"P({small[0]} and {small[1]}) <= P({small[0]})"
    assert tree.query(both).value is True
