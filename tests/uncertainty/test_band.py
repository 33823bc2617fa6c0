"""The band of the unavailability around its curve."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from test_sensitivity import LAWS

import faulttree as ft
from faulttree.errors import InvalidRequestError
from faulttree.uncertainty import propagate

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
    with pytest.raises(InvalidRequestError, match="time is inf"):
        pump().band_over_time([1.0, math.inf])
    with pytest.raises(InvalidRequestError, match="samples keep"):
        pump().band_over_time(["1 h"], memory=100)
    with pytest.raises(InvalidRequestError, match="no uncertain input is left"):
        pump().what_if({"pump": 0.5}).band_over_time(["1 h"])


@pytest.mark.parametrize("at_once", [None, 1])
@pytest.mark.usefixtures("kernel_mode")
def test_all_times_together_give_what_each_gives_alone(at_once: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if at_once:  # so little that every time is a batch of its own
        monkeypatch.setattr("faulttree.uncertainty.band.AT_ONCE", at_once)
    tree = ft.FaultTree.of(LAWS)
    times = [0.0, 90.1 * HOUR, 500 * HOUR, 1000 * HOUR]
    band = tree.band_over_time(times, samples=200, seed=2, low=10.0, high=90.0)
    for place, time in enumerate(times):
        alone = propagate(replace(tree._problem(), time=time), 200, seed=2, method="latin-hypercube")
        assert band.point[place] == pytest.approx(alone.point, rel=1e-14)  # exp of numpy and of math
        assert band.mean[place] == pytest.approx(alone.mean, rel=1e-15)
        ends = (band.lower[place], band.median[place], band.upper[place])
        assert ends == (alone.percentile(10), alone.median, alone.percentile(90))
    # Memory for two of the four times, and another's threads, change nothing.
    with ThreadPoolExecutor(2) as executor:
        small = tree.band_over_time(times, 200, seed=2, low=10.0, high=90.0, executor=executor, memory=2 * 8 * 208)
    assert np.array_equal(small.upper, band.upper)
    assert np.array_equal(small.mean, band.mean)
