"""The band of the unavailability around its curve."""

from __future__ import annotations

import math

import numpy as np
import pytest

import faulttree as ft
from faulttree.errors import InvalidRequestError

HOUR = 3600.0


def pump() -> ft.FaultTree:
    event = {"rate": "1e-3 /h", "uncertainty": {"uniform": {"low": "5e-4 /h", "high": "3e-3 /h"}}}
    return ft.FaultTree.from_data(
        {"name": "pump", "top": "pump", "mission_time": "100 h", "basic_events": {"pump": event}}
    )


def test_percentiles_of_a_monotone_function_are_those_of_its_input() -> None:
    found = pump().band_over_time(["0 h", "10 h", 100 * HOUR], samples=8_000, low=10.0, high=90.0)
    for place, hours in enumerate((0.0, 10.0, 100.0)):
        at = [-math.expm1(-rate * hours) for rate in (7.5e-4, 1.75e-3, 2.75e-3)]
        # Latin hypercube of 16 replicates: a percentile of the input is within one cell of 1/500, here 0.7 % of it.
        assert [found.lower[place], found.median[place], found.upper[place]] == pytest.approx(at, rel=1e-2)
        assert found.point[place] == pytest.approx(-math.expm1(-1e-3 * hours), rel=1e-14)
    assert list(found.records()[1]) == ["time_h", "point", "mean", "percentile_10", "median", "percentile_90"]
    assert len(found) == 3 and found.samples >= 8_000
    again = pump().band_over_time(["0 h", "10 h", 100 * HOUR], samples=8_000, low=10.0, high=90.0)
    assert np.array_equal(again.upper, found.upper)


def test_clear_refusals() -> None:
    with pytest.raises(InvalidRequestError, match="percentiles 95 and 5; give two that rise"):
        pump().band_over_time(["1 h"], low=95, high=5)
    with pytest.raises(InvalidRequestError, match="time is -1"):
        pump().band_over_time([-1.0])
    with pytest.raises(InvalidRequestError, match="nothing in this model is uncertain"):
        pump().what_if({"pump": 0.5}).band_over_time(["1 h"])
