"""Differential importance against derivatives in exact fractions, and its additivity."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from measured import Measured, measured
from strategies import model_of, trees

from faulttree.errors import UnknownNameError
from faulttree.importance.differential import DifferentialImportance, differential_importance
from faulttree.model import Model


def found_and_slopes(m: Measured) -> tuple[DifferentialImportance, dict]:
    slopes = {e: m.given({e: True}) - m.given({e: False}) for e in m.events}
    q = np.array([float(m.exact[e]) for e in m.events])
    return differential_importance(m.events, q, np.array([float(slopes[e]) for e in m.events])), slopes


@given(trees(max_events=6))
def test_shares_are_those_of_the_exact_differentials(model: Model) -> None:
    m = measured(model)
    found, slopes = found_and_slopes(m)
    for changes, field in (
        (slopes, "equal_changes"),
        ({e: m.exact[e] * slopes[e] for e in m.events}, "proportional_changes"),
    ):
        whole, sizes = sum(changes.values()), sum(map(abs, changes.values()))
        for event in m.events:
            value = getattr(found[event], field)
            if whole == 0 or abs(whole) < sizes * 10**-13:
                assert math.isnan(value)
            else:
                # The sum loses what cancels of slopes that are right to the last digit.
                lost = 1e-15 * float(sizes / abs(whole))
                assert value == pytest.approx(float(changes[event] / whole), rel=1e-14 + lost, abs=0)


@given(trees(max_events=6, coherent=True, extremes=False))
def test_groups_are_sums_and_the_whole_is_one(model: Model) -> None:
    m = measured(model)
    found, slopes = found_and_slopes(m)
    if not any(slopes.values()):
        return
    whole = found.of("all", m.events)
    assert (whole.equal_changes, whole.proportional_changes) == pytest.approx((1.0, 1.0), rel=1e-14)
    half = found.of("half", m.events[::2])
    assert half.equal_changes == pytest.approx(sum(found[e].equal_changes for e in m.events[::2]), rel=1e-14)
    assert found.of("twice", [*m.events[::2], *m.events[::2]]).equal_changes == half.equal_changes


def test_equal_and_proportional_changes_differ() -> None:
    # P = a b: slopes are q_b and q_a, and both events have the same part in proportional changes.
    found, _ = found_and_slopes(measured(model_of({"and": ["a", "b"]}, {"a": 0.25, "b": 0.75})))
    assert [(row.equal_changes, row.proportional_changes) for row in found] == [(0.75, 0.5), (0.25, 0.5)]
    assert [row.event for row in found.ranked()] == ["a", "b"]
    assert found.records()[0] == {"event": "a", "equal_changes": 0.75, "proportional_changes": 0.5}


def test_changes_that_cancel_have_no_shares_rather_than_huge_ones() -> None:
    # The slopes of an exclusive or are 1 - 2 q_b and 1 - 2 q_a: -0.4 and 0.4, but for rounding.
    found, _ = found_and_slopes(measured(model_of({"xor": ["a", "b"]}, {"a": 0.3, "b": 0.7})))
    assert math.isnan(found["a"].equal_changes)
    assert math.isnan(found["b"].equal_changes)
    assert found["a"].proportional_changes == pytest.approx(-0.75)
    assert math.isnan(differential_importance(["a"], np.zeros(1), np.zeros(1))["a"].equal_changes)


def test_unknown_events_are_named() -> None:
    found, _ = found_and_slopes(measured(model_of({"or": ["pump", "valve"]})))
    with pytest.raises(UnknownNameError, match="did you mean 'pump'"):
        found.of("group", ["pumps"])
