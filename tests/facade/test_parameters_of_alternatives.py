"""Parameters of events that exclude each other: whose probability follows them, and how the top event's does."""

from __future__ import annotations

from typing import Any

import pytest

from faulttree import FaultTree


def tree(group: dict[str, Any], z: float) -> FaultTree:
    return FaultTree.from_data(
        {
            "name": "alternatives",
            "top": "top",
            "gates": {"top": {"or": [{"and": ["a", "x"]}, {"and": ["b", "y"]}, {"and": ["c", "w"]}]}},
            "basic_events": {
                **{
                    event: {"probability": parameter}
                    for event, parameter in zip("abc", ("p", "2 * q", "r"), strict=True)
                },
                **{event: {"probability": q} for event, q in (("x", 0.3), ("y", 0.02), ("w", 1.0))},
            },
            "parameters": {"p": {"value": 0.2}, "q": {"value": 0.15}, "r": {"value": z}},
            "exclusive_groups": {"g": group},
        }
    )


def test_of_at_most_one_each_follows_its_own() -> None:
    """P = 0.3 p + 0.02 (2 q) + r."""
    found = tree({"at_most_one": ["a", "b", "c"]}, 0.02).parameter_importance()
    assert {row.parameter: (row.events, row.derivative) for row in found} == {
        "p": (("a",), pytest.approx(0.3)),
        "q": (("b",), pytest.approx(0.04)),
        "r": (("c",), pytest.approx(1.0)),
    }


def test_of_exactly_one_all_follow_each_for_they_are_divided_by_their_sum() -> None:
    """P = (0.3 p + 0.04 q + r) / (p + 2 q + r) at a sum of 1: dP/dp = 0.3 - P, dP/dq = 0.04 - 2 P, dP/dr = 1 - P."""
    found = tree({"exactly_one": ["a", "b", "c"]}, 0.5).parameter_importance()
    p = 0.06 + 0.006 + 0.5
    assert {row.parameter: (row.events, row.derivative) for row in found} == {
        "p": (("a", "b", "c"), pytest.approx(0.3 - p)),
        "q": (("a", "b", "c"), pytest.approx(0.04 - 2 * p)),
        "r": (("a", "b", "c"), pytest.approx(1 - p)),
    }
