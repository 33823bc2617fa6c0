"""What holds for every law: q and its complement, numbers and arrays alike, breakpoints, limits."""

from __future__ import annotations

import ast
import dataclasses
import pickle
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.law_strategies import HOUR, laws, several_alike, single_laws
from scipy.integrate import quad

import faulttree
from faulttree import laws as every_law
from faulttree.laws import Constant, Exponential, GammaLife, Law, PeriodicTest, Phased, Repairable, State, Weibull

TIMES = np.array([0.0, 0.003, 4.0, 5.0, 10.0, 10.5, 12.0, 29.0, 34.0, 60.0, 1000.0, 1e6]) * HOUR
FIELDS = ("unavailability", "availability", "frequency")


def values(state: State) -> np.ndarray:
    return np.stack([getattr(state, name) for name in FIELDS])


@settings(max_examples=300)
@given(laws)
def test_up_and_down_are_all_there_is(law):
    state = law.at(TIMES)
    q, not_q, w = values(state)
    assert q.shape == not_q.shape == w.shape == TIMES.shape
    # Each of the two has a few roundings.
    assert np.abs(q + not_q - 1.0).max() < 1e-13
    assert (q >= 0.0).all() and (q <= 1.0 + 1e-15).all() and (not_q >= 0.0).all() and (w >= 0.0).all()
    assert pickle.loads(pickle.dumps(law)) == law


@settings(max_examples=300)
@given(laws)
def test_numbers_give_what_arrays_give(law):
    """A sum of exponents turns a rounding into as many as there are tests, times, or units of the exponent."""
    together = values(law.at(TIMES))
    apart = np.stack([values(law.at(float(t))) for t in TIMES], axis=-1)
    np.testing.assert_allclose(apart, together, rtol=1e-12, atol=1e-300)


@settings(max_examples=200)
@given(several_alike)
def test_numbers_may_be_arrays(some):
    """Every number a column, one row per law; the times in the other direction."""
    joined = joined_in_columns(some)
    rows = values(joined.at(TIMES))
    for row, law in enumerate(some):
        np.testing.assert_allclose(rows[:, row], values(law.at(TIMES)), rtol=1e-12, atol=1e-300)
    assert joined.repairable == any(law.repairable for law in some)


def joined_in_columns(some: list[Law]) -> Law:
    def column(numbers):
        first = numbers[0]
        if isinstance(first, bool):
            return first
        if isinstance(first, tuple):
            return tuple(column(each) for each in zip(*numbers, strict=True))
        return np.array(numbers)[:, None]

    def number_of(law, name):
        found = getattr(law, name)
        if found is None:
            return float("inf") if name == "repair_rate" else law.rate
        return found

    names = [field.name for field in dataclasses.fields(some[0])]
    return type(some[0])(**{name: column([number_of(law, name) for law in some]) for name in names})


@settings(max_examples=150)
@given(single_laws)
def test_of_what_is_not_repaired_w_is_the_density_of_failure(law):
    """By quadrature of w between breakpoints, against differences of q."""
    until = 50 * HOUR
    if law.repairable or (isinstance(law, Repairable) and law.steady_state):
        return
    edges = [0.0, *law.breakpoints(until), until]
    for low, high in pairwise(edges):
        # Substituted so that an infinite density at the beginning is no obstacle, and a steep one is followed.
        def integrand(x, low=low, high=high):
            return float(law.at(low + (high - low) * x**8).frequency) * 8 * x**7 * (high - low)

        found, error = quad(integrand, 1e-9, 1.0, epsabs=1e-13, epsrel=1e-10, limit=2000, points=(1e-3, 0.03, 0.2, 0.6))
        difference = float(law.at(high).unavailability) - float(law.at(low).unavailability)
        assert found == pytest.approx(difference, rel=1e-7, abs=1e-12 + 10 * error)


@given(laws)
def test_limits(law):
    limit = law.steady()
    if limit is None:
        assert any(isinstance(part, PeriodicTest) for part in [law, *(p for p, _ in getattr(law, "parts", ()))])
        return
    q, not_q, w = values(limit)
    late_q, late_not_q, late_w = values(law.at(1e30))
    assert q == pytest.approx(late_q, rel=1e-12, abs=1e-20)
    assert not_q == pytest.approx(late_not_q, rel=1e-12, abs=1e-20)
    assert w == pytest.approx(late_w, rel=1e-12, abs=1e-20)


@given(laws, st.sampled_from([1e-3, 20.0, 100.0]))
def test_breakpoints_rise_and_lie_within(law, hours):
    points = law.breakpoints(hours * HOUR)
    assert (np.diff(points) > 0.0).all()
    assert (points > 0.0).all() and (points < hours * HOUR).all()
    # Between two of them q is continuous: over a hundred-millionth of an hour it moves by no more than w says, twice.
    edges = np.array([0.0, *points, hours * HOUR])
    inside = edges[:-1] + 0.37 * np.diff(edges)
    step = 1e-8 * HOUR
    moved = law.at(inside + step).unavailability - law.at(inside).unavailability
    assert np.abs(moved).max() < 1e-5


def test_no_times_and_many_dimensions():
    assert Exponential(1.0).at(np.empty(0)).unavailability.shape == (0,)
    shaped = Repairable(np.full((2, 1, 1), 1e-3), np.full((3, 1), 0.1)).at(np.arange(4.0))
    assert shaped.unavailability.shape == shaped.availability.shape == shaped.frequency.shape == (2, 3, 4)
    assert Constant(np.array([0.1, 0.2])).at(5.0).frequency.tolist() == [0.0, 0.0]
    assert Weibull(np.array([1.0, 2.0]), 2.0).steady().unavailability.tolist() == [1.0, 1.0]


def test_extremes_are_no_warnings():
    """Warnings are errors here: overflow, underflow and infinite densities come quietly."""
    for law in (Exponential(1e300), Weibull(5e-324, 400.0), Weibull(1e-300, 0.5), Repairable(1e300, 1e300),
                GammaLife(2.0, 1e-300), Phased((1e300,), (1e300,))):  # fmt: skip
        for t in (1e300, np.array([0.0, 1e-300, 1e300])):
            q, not_q, w = values(law.at(t))
            assert not np.isnan(q).any() and not np.isnan(not_q).any() and not np.isnan(w).any()


@settings(max_examples=200)
@given(laws)
def test_no_jump_is_above_its_bound(law):
    """The unavailability rises at an instant by no more than the bound, and by what the frequency gives after it."""
    later = 1e-6 * HOUR * 24

    def rise_at(law, instant: float) -> float:
        # A life does not jump, and is left out: its frequency may be infinite at the very instant of a test.
        if isinstance(law, every_law.WeightedSum):
            return sum(factor * rise_at(part, instant) for part, factor in law.parts)
        before, after = law.at(instant), law.at(instant + later)
        return float(after.unavailability - before.unavailability) if law.instant_failures else 0.0

    instants, bounds = law.instant_failure_bounds(100 * HOUR)
    assert len(instants) == 0 or law.instant_failures
    for instant in set(instants.tolist()):  # parts of a sum may have the same one
        bound = bounds[instants == instant].sum()
        assert rise_at(law, instant) <= bound + 2.0 / HOUR * later + 1e-12


@given(laws, st.sampled_from([3 * HOUR, 80 * HOUR]))
def test_what_does_not_depend_on_time_is_constant(law, time):
    if not type(law).depends_on_time:
        assert values(law.at(time)).tolist() == values(law.at(0.0)).tolist()


def test_fields_that_move_breakpoints_are_fields():
    for kind in (Constant, Exponential, Weibull, GammaLife, Phased, PeriodicTest, Repairable):
        assert kind.breakpoint_fields <= {field.name for field in dataclasses.fields(kind)}


def test_no_other_package_asks_which_law_it_has():
    """A law or a form answers by its methods: a new one is not known by its class anywhere."""
    classes = {name for name in every_law.__all__ if isinstance(getattr(every_law, name), type)}
    package = Path(faulttree.__file__).parent
    found = []
    for path in package.rglob("*.py"):
        if "laws" in path.relative_to(package).parts[:1]:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance":
                named = {name.id for name in ast.walk(node.args[1]) if isinstance(name, ast.Name)}
                # The model has a Quantity of its own.
                found += [f"{path.name}:{node.lineno}" for name in named & classes - {"Quantity"}]
    assert {"Weibull", "LawForm", "Law"} <= classes
    assert found == []
