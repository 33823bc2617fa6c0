"""The share of a distribution below a value, against scipy.stats; and stated values in the tails of their own."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from faulttree.model import Model
from faulttree.model.distributions import (
    Beta,
    Distribution,
    Empirical,
    Gamma,
    Histogram,
    Lognormal,
    Loguniform,
    Normal,
    Triangular,
    Uniform,
)
from faulttree.model.percentiles import share_at_or_below

CASES = [
    (Lognormal(math.log(1e-5), 1.4), stats.lognorm(1.4, scale=1e-5)),
    (Beta(2.0, 7.5), stats.beta(2.0, 7.5)),
    (Beta(0.5, 200.5), stats.beta(0.5, 200.5)),
    (Beta(2000.5, 0.5), stats.beta(2000.5, 0.5)),
    (Beta(3e4, 5e4), stats.beta(3e4, 5e4)),
    (Gamma(0.5, 1e-6), stats.gamma(0.5, scale=1e-6)),
    (Gamma(30.0, 2.0), stats.gamma(30.0, scale=2.0)),
    (Uniform(-1.0, 3.0), stats.uniform(-1.0, 4.0)),
    (Loguniform(1e-6, 1e-3), stats.loguniform(1e-6, 1e-3)),
    (Normal(5.0, 2.0, 1.0, 8.0), stats.truncnorm(-2.0, 1.5, 5.0, 2.0)),
    (Triangular(0.0, 0.2, 1.0), stats.triang(0.2)),
    (
        Histogram((0.0, 1.0, 3.0), (1.0, 3.0)),
        stats.rv_histogram((np.array([0.25, 0.75]), np.array([0.0, 1.0, 3.0])), density=False),
    ),
]


@pytest.mark.parametrize(
    ("ours", "theirs"), CASES, ids=lambda each: str(each) if isinstance(each, Distribution) else ""
)
def test_shares_are_those_of_scipy(ours: Distribution, theirs: stats.rv_continuous) -> None:
    for part in (1e-4, 0.005, 0.1, 0.5, 0.9, 0.995):
        assert share_at_or_below(ours, float(theirs.ppf(part))) == pytest.approx(part, rel=1e-7)
    low, high = ours.reach
    assert share_at_or_below(ours, low - 1.0) == 0.0
    assert share_at_or_below(ours, high + 1.0) == 1.0


def test_the_share_of_values_goes_up_in_steps() -> None:
    spread = Empirical((1.0, 2.0, 4.0), (1.0, 2.0, 1.0))
    assert [share_at_or_below(spread, x) for x in (0.5, 1.0, 1.5, 2.0, 4.0)] == [0.0, 0.25, 0.25, 0.75, 1.0]


@pytest.mark.parametrize(
    ("value", "uncertainty", "where"),
    [
        ("0.001 /h", {"lognormal": {"median": "1e-5 /h", "error_factor": 3}}, "above the 99th"),
        ("1e-7 /h", {"lognormal": {"median": "1e-5 /h", "error_factor": 3}}, "below the 1st"),
        ("3e-5 /h", {"lognormal": {"median": "1e-5 /h", "error_factor": 3}}, ""),
        ("0.0001 /h", {"gamma": {"shape": 2, "scale": "1e-6 /h"}}, "above the 99th"),
        ("1.5e-6 /h", {"loguniform": {"low": "1e-6 /h", "high": "1e-3 /h"}}, ""),
        ("1.01e-6 /h", {"loguniform": {"low": "1e-6 /h", "high": "1e-3 /h"}}, "below the 1st"),
        ("1e-6 /h", {"uniform": {"low": "1e-6 /h", "high": "1e-3 /h"}}, ""),  # an end of the range may be meant
    ],
)  # fmt: skip
def test_a_value_in_the_tails_of_its_own_distribution_is_told(value: str, uncertainty: object, where: str) -> None:
    """The 99th percentile of the lognormal is median x 3^(2.326 / 1.645) = 4.73e-5 /h; the 1st its mirror, 2.1e-6."""
    model = Model.from_data(
        {"name": "m", "top": "e", "mission_time": "1 h", "basic_events": {"e": {"rate": "r"}},
         "parameters": {"r": {"value": value, "uncertainty": uncertainty}}}
    )  # fmt: skip
    told = [str(fault) for fault in model.faults()]
    (kind,) = uncertainty  # type: ignore[misc]
    wanted = (
        f"warning: parameter 'r': value {value} lies {where} percentile of its {kind} uncertainty; correct one of them"
    )
    assert told == ([wanted] if where else [])
