"""Probabilities of events that no float holds, which are refused and never 0."""

from __future__ import annotations

from typing import Any

import pytest

from faulttree import FaultTree
from faulttree.errors import AnalysisError
from faulttree.model import Model

LOST: list[tuple[dict[str, Any], str]] = [
    ({"weibull": {"scale": "1e6 h", "shape": 200}}, "1 h"),  # (1e-6)**200 = 1e-1200
    ({"gamma": {"shape": 100, "scale": "1e6 h"}}, "1 h"),  # 1e-600 / 100!
    ({"lognormal": {"median": "1e30 h", "sigma": 1.0}}, "1 h"),  # 69 standard deviations below the median
    ({"rate": "1e-300 /h"}, "1e-20 h"),
    ({"probability": "p * p"}, "1 h"),
    ({"probability": "exp(-800)"}, "1 h"),
    ({"probability": "1 - exp(-p * p)"}, "1 h"),
]
ZERO: list[tuple[dict[str, Any], str]] = [
    ({"weibull": {"scale": "1e6 h", "shape": 200}}, "0 h"),
    ({"weibull": {"scale": "1e6 h", "shape": 200, "shift": "2 h"}}, "1 h"),
    ({"gamma": {"shape": 100, "scale": "1e6 h"}}, "0 h"),
    ({"rate": "0 /h"}, "1 h"),
    ({"rate": "1e-300 /h"}, "0 h"),
    ({"probability": 0.0}, "1 h"),
    ({"probability": "0 * p"}, "1 h"),
    ({"periodic_test": {"rate": "1e-6 /h", "interval": "10 h", "first_test": "10 h"}}, "0 h"),
]


def tree_of(event: dict[str, Any], time: str) -> FaultTree:
    data = {"name": "tiny", "top": "top", "mission_time": time, "gates": {"top": {"or": ["a", "b"]}}}
    events = {"a": event, "b": {"probability": 0.5}}
    return FaultTree.of(Model.from_data(data | {"basic_events": events, "parameters": {"p": {"value": 1e-200}}}))


@pytest.mark.parametrize(("event", "time"), LOST)
def test_a_law_that_underflows_is_refused(event: dict[str, Any], time: str) -> None:
    with pytest.raises(AnalysisError, match=r"the probability of 'a' at .* h is above 0 and below 2.2e-308"):
        tree_of(event, time).probability()


@pytest.mark.parametrize(("event", "time"), ZERO)
def test_a_law_that_is_zero_stays_zero(event: dict[str, Any], time: str) -> None:
    tree = tree_of(event, time)
    assert tree.probability_of("a") == 0.0 and tree.probability().value == 0.5
