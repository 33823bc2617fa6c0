"""What is asked wrongly from Python is refused with a word about what would be right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import faulttree as ft
from faulttree.errors import InvalidRequestError
from faulttree.model.quantities import Duration

PUMP = {"rate": "1e-3 /h", "uncertainty": {"uniform": {"low": "5e-4 /h", "high": "3e-3 /h"}}}
TREE = ft.FaultTree.from_data(
    {"name": "pump", "top": "either", "mission_time": "100 h", "gates": {"either": {"or": ["pump", "valve"]}},
     "basic_events": {"pump": PUMP, "valve": {"probability": 0.01}}}
)  # fmt: skip


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (lambda: TREE.uncertainty(memory="1GB"), "memory is '1GB'; give a number of bytes, such as 1_000_000_000"),
        (lambda: TREE.uncertainty(memory=-1), "memory is -1; give a number of bytes"),
        (lambda: TREE.uncertainty(memory=float("nan")), "memory is nan; give a number of bytes"),
        (lambda: TREE.band_over_time("5 h", memory="1GB"), "memory is '1GB'; give a number of bytes"),
        (lambda: TREE.uncertainty(10**12), r"keep 8,000 GB, and 1 GB are allowed; .*\(command line: --memory\)"),
        (lambda: TREE.uncertainty(10).exceedance(["x"]), "a value to exceed is 'x'; give a number"),
        (lambda: TREE.uncertainty(10).exceedance([float("nan")]), "a value to exceed is nan; give a number"),
        (lambda: TREE.uncertainty(10).exceedance(None), "a value to exceed is None; give a number"),
        (lambda: TREE.sweep([1]), "scenarios are given by name, each with what it sets, .* not as a list"),
        (lambda: TREE.sweep({"a": 5}), "scenario 'a' is 5; give what it sets by event"),
        (lambda: TREE.over_time([]), "name at least one time"),
        (lambda: TREE.band_over_time([]), "name at least one time"),
        (lambda: TREE.over_time(object()), "times are <object object at .*; give one or several"),
        (lambda: TREE.band_over_time("5"), "5 has no unit"),
        (lambda: TREE.tornado("a", 95), "percentile 'a' is no number"),
        (lambda: TREE.band_over_time("5 h", low="a"), "percentile 'a' is no number"),
        (lambda: TREE.what_if({"pump": 0.5}).tornado(), "with pump=0.5 no uncertain input is left that 'either'"),
        (lambda: TREE.what_if({"pump": True}).uncertainty(), "with pump=true no uncertain input is left"),
        (lambda: TREE.what_if({"pump": 0.5}).sobol_indices(), "leave some of these states out"),
        (lambda: TREE.at("valve").uncertainty(), "left that 'valve' depends on, .* ask about another event"),
    ],
)
def test_wrong_requests(asked: Callable[[], Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        asked()


@pytest.mark.parametrize("time", ["5 h", Duration(5, "h"), 18_000, 18_000.0, np.float32(18_000), np.array([18_000])])
def test_a_lone_time_is_one_time(time: Any) -> None:
    assert TREE.over_time(time).times.tolist() == [18_000.0]
    assert TREE.band_over_time(time, samples=32).times.tolist() == [18_000.0]


def test_a_lone_value_can_be_exceeded() -> None:
    found = TREE.uncertainty(100)
    assert found.exceedance(0.1).records() == found.exceedance([0.1]).records()
    assert found.exceedance(np.float64(0.0)).records()[0]["exceedance"] == 1.0
