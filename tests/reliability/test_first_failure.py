"""Bounds on the mean time to the first failure, against absorbing Markov chains of all components together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reliability.chains import Component, answers
from reliability.systems import HOUR, system_of

from faulttree.laws import Constant, Exponential, HeldForm, LawForm, PeriodicTest, Quantity, Repairable
from faulttree.reliability.first_failure import first_failure_bounds
from faulttree.reliability.metrics import metrics

FORMULAS: list[tuple[dict[str, Any], Callable[[Sequence[bool]], bool]]] = [
    ({"and": ["a", "b", "c"]}, all),
    ({"or": ["a", "b", "c"]}, any),
    ({"atleast": {"k": 2, "of": ["a", "b", "c"]}}, lambda down: sum(down) >= 2),
    ({"or": [{"and": ["a", "b"]}, "c"]}, lambda down: (down[0] and down[1]) or down[2]),
    ({"and": [{"or": ["a", "b"]}, "c"]}, lambda down: (down[0] or down[1]) and down[2]),
]
Numbers = tuple[float, float, float]


def mean_time(numbers: Sequence[Numbers], fails: Callable[[Sequence[bool]], bool]) -> float:
    """Of the chain of all components, absorbed where the top event holds, in fractions.

    numbers: rate, repair rate, down at 0.
    """
    states = list(itertools.product((False, True), repeat=len(numbers)))
    up = [state for state in states if not fails(state)]
    place = {state: index for index, state in enumerate(up)}
    flow = [[Fraction(0)] * len(up) for _ in up]
    for state, i in place.items():
        for k, (rate, repair_rate, _) in enumerate(numbers):
            other = (*state[:k], not state[k], *state[k + 1 :])
            out = Fraction(repair_rate if state[k] else rate)
            flow[i][i] -= out
            if other in place:
                flow[i][place[other]] += out
    chances = [
        [Fraction(d) if s else 1 - Fraction(d) for s, (_, _, d) in zip(state, numbers, strict=True)] for state in up
    ]
    start = list(map(math.prod, chances))
    # States that are never reached may have no way out: only those that are count.
    reached = {i for i, chance in enumerate(start) if chance}
    for _ in up:
        reached |= {j for i in reached for j, rate in enumerate(flow[i]) if rate > 0}
    order = sorted(reached)
    times = solved([[flow[i][j] for j in order] for i in order], [Fraction(-1)] * len(order))
    return float(sum(start[i] * time for i, time in zip(order, times, strict=True)))


def solved(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """The solution of a system of linear equations, by elimination; its matrix is that of a chain, so no pivot is 0."""
    n = len(rows)
    for i in range(n):
        for j in range(i + 1, n):
            factor = rows[j][i] / rows[i][i]
            rows[j] = [x - factor * y for x, y in zip(rows[j], rows[i], strict=True)]
            right[j] -= factor * right[i]
    found = [Fraction(0)] * n
    for i in reversed(range(n)):
        found[i] = (right[i] - sum(rows[i][j] * found[j] for j in range(i + 1, n))) / rows[i][i]
    return found


rates = st.sampled_from([1e-5, 1e-3, 0.02, 1.0])
numbers = st.tuples(rates, st.sampled_from([0.0, 0.05, 1.0, 20.0]), st.sampled_from([0.0, 0.0, 0.2]))


@settings(max_examples=25)
@given(st.sampled_from(FORMULAS), st.lists(numbers, min_size=3, max_size=3))
def test_bounds_hold_the_mean_time_of_the_chain(formula, given_numbers):
    written, fails = formula
    laws = dict(zip("abc", (Repairable(l / HOUR, m / HOUR, d) for l, m, d in given_numbers), strict=True))  # noqa: E741
    lower, upper = first_failure_bounds(system_of(written, laws))
    exact = mean_time(given_numbers, fails) * HOUR
    assert lower <= exact * (1 + 1e-9)
    assert upper >= exact * (1 - 1e-9)
    assert 0.0 < lower <= upper < math.inf
    if all(m >= 0.05 and d == 0.0 and rate <= 1e-3 for rate, m, d in given_numbers):  # repaired long before they fail
        assert lower >= 0.9 * exact and upper <= 2.0 * exact


def test_two_pumps_that_are_repaired() -> None:
    """Both of two down, rates l = 1e-3 and m = 0.1 per hour: (3 l + m) / (2 l^2) = 51,500 h, by textbooks."""
    laws = dict.fromkeys("ab", Repairable(1e-3 / HOUR, 0.1 / HOUR))
    found = metrics(system_of({"and": ["a", "b"]}, laws), 100 * HOUR)["mttf"]
    assert found.method == "interval" and found.value == found.lower
    assert found.lower <= 51_500 <= found.upper
    assert found.lower == pytest.approx(51_000, rel=1e-9)  # (1 - Q) / w of the steady state
    assert found.upper < 1.4 * 51_500
    assert "MTTFF" in found.note


def test_one_component_is_exact_below() -> None:
    lower, upper = first_failure_bounds(system_of({"or": ["a"]}, {"a": Repairable(1e-3, 0.1)}))
    assert lower == pytest.approx(1e3, rel=1e-12)
    assert 1e3 <= upper < 1.01e3


@pytest.mark.parametrize("interval", [50.0, 1000.0])
@pytest.mark.parametrize("n", [1, 2])
def test_what_is_tested_at_one_time_is_renewed(interval: float, n: int) -> None:
    """E = integral of R over an interval / F(interval), F from the chain of the components, without a test inside."""
    names, rate = "ab"[:n], 1e-3
    laws = dict.fromkeys(names, PeriodicTest(rate / HOUR, interval * HOUR, interval * HOUR))
    times = np.linspace(0, interval, 401)
    chain = answers([Component([[0, rate], [0, 0]], [True, False], [1, 0])] * n, all, times.tolist())
    alive = 1 - np.array([answer.unreliability for answer in chain])
    exact = float(np.trapezoid(alive, times)) / (1 - alive[-1]) * HOUR
    lower, upper = first_failure_bounds(system_of({"and": list(names)}, laws))
    assert lower <= exact <= upper * (1 + 1e-6)
    # The lower end takes all time of the interval in which it fails away, the upper one adds what may fail later.
    assert lower >= (1 - 3 * rate * interval) * exact and upper <= (1 + 4 * rate * interval) * exact


def test_tests_at_different_times_and_repairs_between_them() -> None:
    """A is tested every 100 h from 50 h on, b is repaired: by steps of a hundredth of an hour."""
    rate, repair_rate, interval = 2e-3, 0.2, 100.0
    laws = {
        "a": PeriodicTest(rate / HOUR, interval * HOUR, 50 * HOUR),
        "b": Repairable(rate / HOUR, repair_rate / HOUR),
    }
    states = [(False, False), (False, True), (True, False)]  # those in which not both are down
    flow = np.array([[-2 * rate, rate, rate], [repair_rate, -repair_rate - rate, 0.0], [0.0, 0.0, -rate]])
    assert states[2] == (True, False)
    step = np.linalg.matrix_power(np.eye(3) + flow * 0.01, 1)
    test = np.array([[1, 0, 0], [0, 1, 0], [1, 0, 0]])
    half = np.linalg.matrix_power(step, 5_000)
    whole = np.linalg.matrix_power(step, 10_000)
    spent = 0.01 * sum(np.linalg.matrix_power(step, k) for k in range(10_000)) @ np.ones(3)
    spent_half = 0.01 * sum(np.linalg.matrix_power(step, k) for k in range(5_000)) @ np.ones(3)
    later = np.linalg.solve(np.eye(3) - test @ whole, test @ spent)  # mean time from just before a test on
    exact = float(spent_half[0] + (half @ later)[0]) * HOUR
    lower, upper = first_failure_bounds(system_of({"and": ["a", "b"]}, laws))
    assert lower <= exact <= upper
    assert lower > 0.2 * exact and upper < 2.5 * exact


def test_what_is_there_at_all_times_makes_it_shorter_and_never_longer() -> None:
    """With probability 0.25 c holds and the first failure is that of a alone; else it takes a and b."""
    laws = {"a": Repairable(1e-3 / HOUR, 0.1 / HOUR), "b": Repairable(1e-3 / HOUR, 0.1 / HOUR), "c": Constant(0.25)}
    lower, upper = first_failure_bounds(system_of({"and": ["a", {"or": ["b", "c"]}]}, laws))
    exact = (0.25 * 1e3 + 0.75 * 51_500) * HOUR
    assert lower <= exact <= upper < math.inf


def test_what_is_not_known_has_no_upper_end() -> None:
    slow = PeriodicTest(1e-3 / HOUR, 100 * HOUR, 100 * HOUR, repair_rate=0.1 / HOUR)
    apart = {"a": PeriodicTest(1e-3, 7.0, 7.0), "b": PeriodicTest(1e-3, 10.0, 10.0)}
    late = {"a": PeriodicTest(1e-3, 7.0, 70.0)}
    repaired = LawForm(Repairable, (("rate", Quantity(1e-3)), ("repair_rate", Quantity(0.1))))
    mean = HeldForm(repaired, "mean", Quantity(9.0))
    for laws in ({"a": slow, "b": slow}, apart, late, {"a": mean, "b": Repairable(1e-3, 0.1)}):
        lower, upper = first_failure_bounds(system_of({"and": list(laws)}, laws))
        assert 0.0 < lower < math.inf and upper == math.inf


def test_a_top_event_that_never_comes_about() -> None:
    laws = {"a": Repairable(0.0, 0.1), "b": Repairable(1e-3, 0.1)}
    assert first_failure_bounds(system_of({"and": ["a", "b"]}, laws)) == (math.inf, math.inf)
    always = {"a": Constant(1.0), "b": Repairable(1e-3, 0.1)}
    assert first_failure_bounds(system_of({"or": ["a", "b"]}, always))[0] == 0.0


def test_one_that_is_never_repaired_beside_one_that_is() -> None:
    laws = {"a": Exponential(1e-6 / HOUR), "b": Repairable(1e-3 / HOUR, 0.1 / HOUR)}
    lower, upper = first_failure_bounds(system_of({"and": ["a", "b"]}, laws))
    exact = mean_time([(1e-6, 0.0, 0.0), (1e-3, 0.1, 0.0)], all) * HOUR
    assert lower <= exact <= upper < 3 * exact
