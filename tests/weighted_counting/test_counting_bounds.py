"""Certified intervals: always around the answer, each inside the one before, closed in the end."""

from __future__ import annotations

import itertools
from fractions import Fraction
from pathlib import Path

import numpy as np
import oracles
import pytest
from building import build
from hypothesis import given, settings
from strategies import random_model, trees

from faulttree import FaultTree
from faulttree.formats import read
from faulttree.generate import generate
from faulttree.model import Model
from faulttree.structure.pdag import FALSE, TRUE, Connective, Pdag, PdagBuilder
from faulttree.structure.simplify import propagate, simplify
from faulttree.weighted_counting import Interval, bounds, intervals, search
from faulttree.weighted_counting.relaxing.association import bounds_at_once
from faulttree.weighted_counting.relaxing.guess import Guess
from faulttree.weighted_counting.relaxing.replacing import monotone, relaxed
from faulttree.weighted_counting.relaxing.sides import Side


def probabilities(pdag: Pdag, model: Model) -> np.ndarray:
    return np.array([float(oracles.event_probability(model, name)) for name in pdag.variables])


def exact(model: Model, top: str) -> Fraction:
    f = oracles.function(model, top)
    return oracles.probability(f, oracles.event_probabilities(model, f.events))


def check_nested(found: list[Interval], p: float) -> None:
    assert all(interval.lower <= p <= interval.upper for interval in found)
    for before, after in itertools.pairwise(found):
        assert before.lower <= after.lower and after.upper <= before.upper


@settings(max_examples=10)
@given(trees())
def test_intervals_hold_the_answer_and_close(kernel_mode: str, model: Model) -> None:
    top = model.top[0]
    pdag = propagate(build(model, top))
    found = list(bounds(pdag, probabilities(pdag, model)))
    check_nested(found, float(exact(model, top)))
    assert found[-1].relative_width < 1e-11
    assert found[-1].is_exact or found[-1].upper == found[-1].lower


@pytest.mark.parametrize("negated", [0.0, 0.2])
@pytest.mark.parametrize("seed", range(5))
def test_intervals_narrow_on_larger_trees(seed: int, negated: float) -> None:
    model = random_model(12, 14, 0.6, seed, negated=negated, votes=0.3, probabilities=(0.01, 0.7))
    pdag = simplify(build(model, "g0"))
    found = list(bounds(pdag, probabilities(pdag, model), seed=seed))
    p = float(exact(model, "g0"))
    check_nested(found, p)
    assert found[-1].lower == pytest.approx(p, rel=1e-11, abs=0)
    widths = [interval.upper - interval.lower for interval in found]
    assert p in (0.0, 1.0) or widths[0] > 10 * widths[-1]


@settings(max_examples=40)
@given(trees(max_events=6))
def test_the_monotone_form_is_the_same_function(model: Model) -> None:
    pdag = build(model, model.top[0])
    form = monotone(pdag)
    f = oracles.function(model, model.top[0])
    for point in oracles.subsets(f.events):
        assert form.value(point) is f(point)
    kinds = form.kinds()
    for gate in range(form.first_gate, form.size):
        assert kinds[gate] in (Connective.AND, Connective.OR, Connective.ATLEAST)
        assert all(edge >> 1 < form.first_gate for edge in form.inputs()[gate] if edge & 1)


@settings(max_examples=40)
@given(trees(max_events=5))
def test_any_input_replaced_bounds_the_function_everywhere(model: Model) -> None:
    """Not only in probability: point by point."""
    pdag = monotone(build(model, model.top[0]))
    points = list(oracles.subsets(pdag.variables))
    values = [pdag.value(point) for point in points]
    for place in range(min(len(pdag.argument), 12)):
        replaced = np.arange(len(pdag.argument)) == place
        less, more = relaxed(pdag, replaced, FALSE), relaxed(pdag, replaced, TRUE)
        for point, value in zip(points, values, strict=True):
            assert less.value(point) <= value <= more.value(point)


@settings(max_examples=40)
@given(trees(max_events=6))
def test_bounds_whatever_depends_on_what(model: Model) -> None:
    pdag = monotone(build(model, model.top[0]))
    lower, upper = bounds_at_once(pdag, probabilities(pdag, model))
    p = float(exact(model, model.top[0]))
    assert lower <= p + 1e-12 and p <= upper + 1e-12


def test_impacts_of_a_tree_without_shared_parts_are_what_replacing_does(monkeypatch: pytest.MonkeyPatch) -> None:
    builder = PdagBuilder(tuple("abcdefg"))
    vote = builder.gate(Connective.ATLEAST, [2, 4, 7], 2)
    both = builder.gate(Connective.AND, [8, 10])
    pdag = builder.freeze({"top": builder.gate(Connective.OR, [vote, both, 12, 14])})
    q = np.linspace(0.1, 0.7, 7)

    def p(skeleton: Pdag) -> float:
        return sum(
            float(np.prod([q[i] if name in point else 1 - q[i] for i, name in enumerate("abcdefg")]))
            for point in oracles.subsets("abcdefg")
            if skeleton.value(point)
        )

    guess, nothing = Guess(pdag, q), np.zeros(len(pdag.argument), np.int8)
    (_, losses), (_, gains) = (guess.changes(nothing, by) for by in (FALSE, TRUE))
    assert guess.probability == pytest.approx(p(pdag), rel=1e-13)
    for place in range(len(pdag.argument)):
        replaced = np.arange(len(pdag.argument)) == place
        assert losses[place] == pytest.approx(p(pdag) - p(relaxed(pdag, replaced, FALSE)), rel=1e-12, abs=1e-15)
        assert gains[place] == pytest.approx(p(relaxed(pdag, replaced, TRUE)) - p(pdag), rel=1e-12, abs=1e-15)
    # Votes too large to look into are guessed more coarsely.
    monkeypatch.setenv("FAULTTREE_KERNELS", "interpreted")
    monkeypatch.setattr("faulttree.weighted_counting.relaxing._kernels.LARGEST_VOTE", 2)
    _, coarse = Guess(pdag, q).changes(nothing, FALSE)
    assert coarse[0] > losses[0] > 0


def test_a_deadline_ends_in_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "BREATH", {False: 1, True: 1})
    model = random_model(40, 30, 0.6, 1, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    (first,) = bounds(pdag, q, time_limit=0.0)
    assert 0.0 <= first.lower <= first.upper <= 1.0
    whole = list(bounds(pdag, q))
    # Time enough to begin a count, not to end it.
    monkeypatch.setattr(intervals, "PATIENCE", 0.0)
    cut = list(bounds(pdag, q, time_limit=60.0))
    assert len(cut) > 1 and whole[-1].is_exact and not cut[-1].is_exact
    check_nested(cut, whole[-1].lower)
    assert cut[-1].lower <= whole[-1].lower <= whole[-1].upper <= cut[-1].upper


def test_a_limit_of_steps_ends_in_what_is_known() -> None:
    model = random_model(40, 30, 0.6, 1, probabilities=(0.05, 0.6))
    pdag = simplify(build(model, "g0"))
    q = probabilities(pdag, model)
    whole = list(bounds(pdag, q))
    assert whole[-1].is_exact
    for most_steps in (0, 1, 500, 5000):
        cut = list(bounds(pdag, q, most_steps=most_steps))
        check_nested(cut, whole[-1].value)
        assert most_steps > 1 or not cut[-1].is_exact


def test_relative_widths() -> None:
    assert Interval(0.75, 1.0, 0.1).relative_width == 0.25
    assert Interval(0.0, 0.0, 0.0).relative_width == 0.0


def test_the_open_case_has_a_narrow_interval_soon(shared: Path) -> None:
    """nus9601, of which no probability has been published; the slow test counts it out."""
    path = shared / "benchmarks" / "aralia" / "nus9601.xml"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    model = read(path)
    pdag = simplify(build(model, model.top[0]))
    q = probabilities(pdag, model)
    narrow = next(interval for interval in bounds(pdag, q) if interval.relative_width < 0.15)
    assert narrow.lower < NUS9601 < narrow.upper


NUS9601 = 9.944533210590505e-06
"""The exact probability: see the slow test of the count."""


def test_the_first_bounds_are_rounded_outward(kernel_mode: str) -> None:
    """A complement of what is nearly certain: one minus 0.999999 is rounded up, and was taken for a lower bound."""
    parity = {"gates": {"g": {"not": {"iff": ["a", "b"]}}}}
    events = {"basic_events": {"a": {"probability": 0.0}, "b": {"probability": 1e-6}}}
    model = Model.from_data({"name": "t", "top": "g", **parity, **events})
    pdag = propagate(build(model, "g"))
    check_nested(list(bounds(pdag, probabilities(pdag, model))), 1e-6)


@pytest.mark.parametrize("negated", [0.0, 0.05])
def test_intervals_of_a_tree_of_hundreds_hold_what_its_diagram_says(negated: float) -> None:
    tree = FaultTree.of(generate(300, 210, sharing=0.1, negated=negated, seed=3))
    pdag, p = simplify(build(tree.model, tree.model.top[0])), tree.probability().value
    q = np.array([tree.model.basic_events[name].probability for name in pdag.variables], float)
    found = list(bounds(pdag, q))
    check_nested(found[:-1], p)
    assert found[-1].value == pytest.approx(p, rel=1e-12)
    # Soon narrow: nothing but shares of a guess decides what is replaced.
    assert any(1e-13 < interval.relative_width < 1e-6 for interval in found)


def test_a_probability_below_all_guesses_is_bounded_by_a_small_number() -> None:
    """Sixty of 1e-6 under an AND: 1e-360, which neither a guess nor a count holds."""
    builder = PdagBuilder(tuple(f"e{i}" for i in range(60)))
    pdag = builder.freeze({"top": builder.gate(Connective.AND, [2 * i for i in range(1, 61)])})
    *_, last = bounds(pdag, np.full(60, 1e-6))
    assert last.lower == 0.0 < last.upper <= 1e-280


def test_shares_grow_until_a_count_ends_and_close_in_on_the_smallest_that_can_be_counted() -> None:
    side = Side.lower()
    tried = []
    while not side.is_over:
        tried.append(side.share)
        if side.share < 0.004:
            side.not_counted()
        else:
            side.counted(effort=1.0, off=1.0)
    assert tried[:3] == pytest.approx([0.3, 0.03, 0.003])
    assert 0.004 <= side.done < 0.006
    # The cheaper, the faster; the further off the guess, the faster still.
    fast, off = Side.upper(0.5), Side.upper(0.5)
    fast.counted(effort=1e-6, off=1.0)
    off.counted(effort=1e-6, off=1e4)
    assert off.share == pytest.approx(1e-3 * fast.share)
    hopeless = Side.upper(1e-4)
    while not hopeless.is_over:
        assert hopeless.share < 1e4
        hopeless.not_counted()
    assert hopeless.done == np.inf
