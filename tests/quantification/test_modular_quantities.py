"""Probabilities and importances of diagrams with modules: those of exact arithmetic, and of the flat diagram."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import oracles
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from modular import both_ways, collection, levels_q, modular_trees, skeleton
from strategies import model_of

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_bdd
from faulttree.decision_diagrams.zbdd import minimal_sets
from faulttree.importance.conditionals import at_halves, conditionals
from faulttree.importance.events import Importance, importance
from faulttree.model import Model
from faulttree.quantification import differences
from faulttree.quantification.differences import branch_differences, followed_slopes
from faulttree.quantification.probability import probabilities, row_probabilities

SMALL = [1e-12, 3e-12, 1e-9, 1e-300, 0.5, 1 - 1e-12, 0.25]


def importances(model: Model, bdd: Bdd) -> Importance:
    f = oracles.function(model, model.top[0])
    beside = {e: model.basic_events[e].probability for e in f.events if e not in bdd.support("top")}
    cut_sets = collection(model, minimal_sets(bdd, "top"))
    q = levels_q(model, bdd.variables)
    used, coherent = bdd.levels_in_use(), oracles.is_coherent(f)
    levels = {event: level for level, event in enumerate(bdd.variables) if level in used}
    known = {event: float(q[levels[event]]) if event in levels else float(beside[event]) for event in f.events}
    both = conditionals(bdd, q, 1.0 - q, coherent), at_halves(bdd, coherent)
    given, halves = (found.of(levels, known) for found in both)
    return importance(tuple(known), given, halves, cut_sets)


def with_probabilities(model: Model, q: dict[str, float]) -> Model:
    data = model.to_data()
    for event, value in q.items():
        data["basic_events"][event] = {"probability": value}
    return Model.from_data(data)


@given(model=modular_trees(max_events=6))
def test_probability_is_that_of_the_truth_table(kernel_mode: str, model: Model) -> None:
    f = oracles.function(model, model.top[0])
    q = oracles.event_probabilities(model, f.events)
    exact = float(oracles.probability(f, q))
    for bdd in both_ways(model):
        found = probabilities(bdd, levels_q(model, bdd.variables))["top"]
        # Sums of positive terms, but of 1 - q, which is rounded where q is near one.
        assert found == pytest.approx(exact, rel=1e-13, abs=0)


@given(model=modular_trees(max_events=6))
def test_every_measure_of_every_event(kernel_mode: str, model: Model) -> None:
    f = oracles.function(model, model.top[0])
    q = oracles.event_probabilities(model, f.events)
    modular, flat = (importances(model, bdd) for bdd in both_ways(model))
    assert {row.event for row in modular} == {row.event for row in flat} == set(f.events)
    top = oracles.probability(f, q)
    for row in modular:
        exact = oracles.importance(f, q, row.event)
        assert row.probability == flat[row.event].probability == float(q[row.event])
        # A slope is a difference of two probabilities: it is as exact as the larger of them.
        larger = float(max(oracles.probability(f, {**q, row.event: Fraction(state)}) for state in (0, 1)))
        noise = 1e-14 * larger
        for name, absolute in (
            ("birnbaum", noise),
            ("criticality", noise * float(q[row.event] / top) if top else 0.0),
            ("fussell_vesely", 0.0),
            ("diagnostic", 0.0),
            ("risk_achievement_worth", 0.0),
            ("risk_reduction_worth", 0.0),
            ("structural", 0.0),
            ("occurrences", 0.0),
        ):
            expected = float(getattr(exact, name))
            for found in (row, flat[row.event]):
                assert getattr(found, name) == pytest.approx(expected, rel=1e-12, abs=absolute, nan_ok=True), name


# Differences


def exact_rows(bdd: Bdd, q: list[Fraction]) -> list[Fraction]:
    """The probability of every row in exact arithmetic; a level of a module has its module's."""
    p = [Fraction(0)]

    def at(edge: int) -> Fraction:
        return 1 - p[edge >> 1] if edge & 1 else p[edge >> 1]

    for level, low, high in bdd.nodes[1:].tolist():
        fails = at(int(bdd.modules[level])) if bdd.modules[level] else q[level]
        p.append(fails * at(high) + (1 - fails) * at(low))
    return p


def differences_of(model: Model, bdd: Bdd) -> tuple[np.ndarray, list[Fraction], list[Fraction]]:
    """As found; exactly; and the larger of each one's two terms or their complements, whichever is smaller."""
    q = levels_q(model, bdd.variables)
    found, _ = branch_differences(bdd, row_probabilities(bdd, q))
    p = exact_rows(bdd, [Fraction(0) if np.isnan(value) else Fraction(value) for value in q.tolist()])

    def at(edge: int) -> Fraction:
        return 1 - p[edge >> 1] if edge & 1 else p[edge >> 1]

    ends = [(at(high), at(low)) for _, low, high in bdd.nodes[1:].tolist()]
    return found[1:], [a - b for a, b in ends], [min(max(a, b), max(1 - a, 1 - b)) for a, b in ends]


MONOTONE = ("and", "or", "atleast")


@st.composite
def monotone_trees(draw: st.DrawFn) -> Model:
    """Modules of connectives without negation; `s` and `t` stand in several places of the outermost piece."""
    counter = iter(range(100))

    def part(depth: int) -> Any:
        if depth == 0:
            return f"e{next(counter)}"
        below = [part(draw(st.integers(0, depth - 1))) for _ in range(2)]
        if depth == 3:
            below = [{draw(st.sampled_from(["and", "or"])): [b, draw(st.sampled_from(["s", "t"]))]} for b in below]
        return {draw(st.sampled_from(["and", "or"])): below}

    formula = {draw(st.sampled_from(["and", "or"])): [part(3), part(3)]}
    model = model_of(formula)
    return with_probabilities(model, {event: draw(st.sampled_from(SMALL)) for event in model.basic_events})


@given(model=monotone_trees())
@example(
    model=model_of(
        {"or": [{"and": [{"or": ["b", "s"]}, {"and": ["c", "d"]}]}, {"and": ["s", {"or": ["e", "f"]}]}]},
        {"b": 0.5, "c": 1e-12, "d": 0.5, "e": 0.5, "f": 0.5, "s": 1 - 1e-12},
    )
)
def test_differences_of_monotone_functions_keep_eleven_digits(kernel_mode: str, model: Model) -> None:
    for bdd in both_ways(model):
        found, exact, _ = differences_of(model, bdd)
        for value, expected in zip(found.tolist(), exact, strict=True):
            # What is below the smallest normal number has no digits to keep.
            assert value == pytest.approx(float(expected), rel=1e-11, abs=1e-290)


@given(model=modular_trees(max_events=7))
def test_differences_of_any_function_are_as_exact_as_their_terms(kernel_mode: str, model: Model) -> None:
    for bdd in both_ways(model):
        found, exact, scale = differences_of(model, bdd)
        for value, expected, terms in zip(found.tolist(), exact, scale, strict=True):
            assert abs(Fraction(value) - expected) <= Fraction(1, 10**14) * terms


def shadowed(n: int) -> Model:
    """Slopes of about 1e-12 beside a probability of a half, through modules, over n pairs of rows."""
    tail: Any = {"and": ["c", "d"]}
    for i in range(n):
        tail = {"or": [{"and": [f"x{i}", tail]}, {"and": [f"y{i}", {"or": ["s", tail]}]}]}
    q = {f"{letter}{i}": 0.5 for letter in "xy" for i in range(n)}
    return model_of({"or": ["a", {"and": ["s", "a"]}, tail]}, {"a": 0.5, "c": 1e-6, "d": 1e-6, "s": 0.25, **q})


@pytest.mark.parametrize("most", [0, 1, 2, 4, 8, 64])
def test_a_full_table_ends_the_search_not_the_answer(kernel_mode: str, most: int, monkeypatch) -> None:
    model = shadowed(4)
    bdd = compile_bdd(skeleton(model))
    at_ease, exact, _ = differences_of(model, bdd)
    assert at_ease.tolist() == pytest.approx([float(value) for value in exact], rel=1e-11, abs=0)
    monkeypatch.setattr(differences, "MOST_PAIRS", most)
    cramped, _, _ = differences_of(model, bdd)
    # Plain differences of probabilities below one are wrong by a unit of the last place of one, a few times over.
    assert np.abs(cramped - at_ease).max() <= 1e-15


def test_slopes_through_modules_keep_their_digits(kernel_mode: str) -> None:
    # dP/db = (1 - a) c d e with c d e a module of its own; a plain difference has lost every digit.
    model = model_of(
        {"or": [{"and": ["b", {"and": ["c", {"and": ["d", "e"]}]}]}, "a"]},
        {"a": 0.5, "b": 0.5, "c": 1e-12, "d": 1e-12, "e": 1e-12},
    )
    bdd = compile_bdd(skeleton(model))
    assert np.count_nonzero(bdd.modules) == 3
    q = levels_q(model, bdd.variables)
    slopes = dict(zip(bdd.variables, followed_slopes(bdd, "top", row_probabilities(bdd, q))[0].tolist(), strict=True))
    assert slopes["b"] == pytest.approx(0.5e-36, rel=1e-14)
    assert slopes["c"] == slopes["d"] == slopes["e"] == pytest.approx(0.25e-24, rel=1e-14)
    assert slopes["a"] == 1.0
