"""Metrics against closed forms, the standard's formulas, a whole chain, and sawtooths solved by hand."""

from __future__ import annotations

import functools
import json
import math

import numpy as np
import pytest
from chains import answers, periodically_tested, repaired
from hypothesis import given
from hypothesis import strategies as st
from systems import HOUR, system_of

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.laws import Constant, Exponential, GammaLife, LognormalLife, PeriodicTest, Phased, Repairable, Weibull
from faulttree.reliability.metrics import metrics
from faulttree.reliability.sil import HIGH_DEMAND, band_shares, level

# Relative only: much is far below pytest's absolute tolerance.
approx = functools.partial(pytest.approx, abs=0.0)
TWO_OF_THREE = {"atleast": {"k": 2, "of": ["a", "b", "c"]}}
ONE = {"or": ["a"]}


def value(found, quantity):
    """The number, which lies between its ends."""
    row = found[quantity]
    assert row.lower <= row.value <= row.upper, quantity
    return row.value


def of(formula, laws, hours=8760.0):
    return metrics(system_of(formula, laws), hours * HOUR)


# What is not repaired


@pytest.mark.parametrize(
    ("formula", "mean_life"),
    [
        (ONE, 1.0),
        ({"or": ["a", "b", "c"]}, 1 / 3),
        ({"and": ["a", "b", "c"]}, 1 + 1 / 2 + 1 / 3),
        (TWO_OF_THREE, 5 / 6),
    ],
    ids=["one", "series", "parallel", "two of three"],
)
@pytest.mark.parametrize("per_hour", [1e-12, 1e-5, 1e3])
def test_mean_life_of_equal_exponentials(formula, mean_life, per_hour):
    found = of(formula, {event: Exponential(per_hour / HOUR) for event in "abc"})
    assert value(found, "mttf") == approx(mean_life / per_hour, rel=1e-12)
    assert found["mttf"].upper - found["mttf"].lower < 1e-9 * mean_life / per_hour


LIVES = [
    (Weibull(1e6, 2.0), 1e6 * math.gamma(1.5)),
    (Weibull(1e6, 0.2), 1e6 * math.gamma(6.0)),
    (Weibull(1e6, 0.7, 5e5), 5e5 + 1e6 * math.gamma(1 + 1 / 0.7)),
    (Weibull(1e6, 200.0), 1e6 * math.gamma(1 + 1 / 200)),
    (GammaLife(3.0, 2e5), 6e5),
    (LognormalLife(1e5, 2.0), 1e5 * math.exp(2.0)),
]


@pytest.mark.parametrize(("life", "mean"), LIVES)
def test_mean_life_of_other_laws(life, mean):
    found = of(ONE, {"a": life})
    assert value(found, "mttf") * HOUR == approx(mean, rel=1e-10)


def test_the_same_life_may_be_spread_over_decades():
    """Two in series, one of which lives a billion times longer: 1 / (sum of rates)."""
    found = of(
        {"and": [{"or": ["a", "b"]}, "c"]}, {"a": Exponential(1e-3), "b": Exponential(1e-12), "c": Exponential(1e-9)}
    )
    # Parallel of rates r and s: 1/r + 1/s - 1/(r + s).
    r, s = 1e-3 + 1e-12, 1e-9
    assert value(found, "mttf") * HOUR == approx(1 / r + 1 / s - 1 / (r + s), rel=1e-10)


def test_what_may_never_fail_has_no_end():
    found = of({"and": ["a", "b"]}, {"a": Exponential(1e-5), "b": Constant(0.25)})
    assert value(found, "mttf") == math.inf and "0.25 " in found["mttf"].note
    found = of(ONE, {"a": Phased((1e3, 1e4), (1e-3, 1e-4))})
    assert value(found, "mttf") == math.inf
    assert '"inf"' in found.to_json()


def test_what_is_down_from_the_start_counts_as_failed():
    """A demand in series with a life: (1 - p) / rate. A certain event: 0."""
    found = of({"or": ["a", "b"]}, {"a": Exponential(1e-5 / HOUR), "b": Constant(0.25)})
    assert value(found, "mttf") == approx(0.75e5, rel=1e-12)
    assert value(of(ONE, {"a": Constant(1.0)}), "mttf") == 0.0


def test_the_quantities_of_one_exponential():
    rate, hours = 1e-4, 1000.0
    found = of(ONE, {"a": Exponential(rate / HOUR)}, hours)
    q = -math.expm1(-rate * hours)
    for name in ("unavailability", "unreliability", "expected_failures"):
        assert value(found, name) == approx(q, rel=1e-14) and found[name].method == "exact"
    assert value(found, "failure_frequency") == approx(rate * math.exp(-rate * hours), rel=1e-14)
    assert value(found, "conditional_intensity") == approx(rate, rel=1e-14)
    assert value(found, "pfh") == approx(q / hours, rel=1e-14)
    # 1 - (1 - exp(-x)) / x, by its series, for x = 0.1.
    x = rate * hours
    mean = sum((-1) ** k * x**k / math.factorial(k + 1) * -1 for k in range(1, 15))
    assert value(found, "mean_unavailability") == approx(mean, rel=1e-12)
    for name in ("steady_unavailability", "steady_frequency", "mtbf", "mean_up_time", "mean_down_time"):
        assert (found[name].value is None and "not" in found[name].note) or "no event" in found[name].note
    assert found["mtbf"].unit == "h"


@pytest.mark.parametrize("tiny", [1e-12, 1e-20])
def test_small_means_keep_their_digits(tiny):
    found = of({"and": ["a", "b"]}, {event: Exponential(tiny / HOUR) for event in "ab"}, 1.0)
    assert value(found, "mean_unavailability") == approx(tiny**2 / 3, rel=1e-11)
    assert value(found, "pfh") == approx(tiny**2, rel=1e-11)
    assert value(found, "share_beyond_sil_4") == 1.0 and value(found, "share_no_sil") == 0.0


# What is repaired


def test_the_steady_state_of_a_parallel_pair():
    """Sources: Kumamoto and Henley: MTBF of two equal ones is 1 / (2 rate q), MDT half a repair, MUT the rest."""
    rate, mend = 1e-3, 0.1
    found = of({"and": ["a", "b"]}, {event: Repairable(rate / HOUR, mend / HOUR) for event in "ab"})
    q = rate / (rate + mend)
    assert value(found, "steady_unavailability") == approx(q * q, rel=1e-14)
    w = 2 * q * mend * q
    assert value(found, "steady_frequency") == approx(w, rel=1e-13)
    assert value(found, "mtbf") == approx(1 / w, rel=1e-13)
    assert value(found, "mean_down_time") == approx(1 / (2 * mend), rel=1e-13)
    assert value(found, "mean_up_time") == approx(1 / w - 1 / (2 * mend), rel=1e-13)
    assert found["mttf"].method == "interval" and "MTTFF" in found["mttf"].note


def test_a_steady_state_in_which_nothing_happens_has_no_time_between_failures():
    found = of({"or": ["a", "b"]}, {"a": Repairable(1e-5, 1e-3), "b": Exponential(1e-6)})
    assert value(found, "steady_unavailability") == 1.0 and value(found, "steady_frequency") == 0.0
    assert found["mtbf"].value is None and "anew" in found["mtbf"].note


@given(fails=st.tuples(*[st.floats(1e-5, 1e-2)] * 2), mend=st.floats(1e-2, 1.0), coverage=st.sampled_from([1.0, 0.8]))
def test_a_repaired_and_a_tested_one_agree_with_their_chain(fails, mend, coverage):
    laws = {"a": Repairable(fails[0], mend), "b": PeriodicTest(fails[1], 100.0, 60.0, mend, coverage=coverage)}
    components = [repaired(fails[0], mend), periodically_tested(fails[1], mend, [60.0, 160.0, 260.0], coverage)]
    for formula, structure in (({"and": ["a", "b"]}, all), ({"or": ["a", "b"]}, any)):
        found = metrics(system_of(formula, laws), 300.0)
        (chain,) = answers(components, structure, [300.0])
        # The chain's matrix exponentials keep 1e-13 of 1.
        assert value(found, "unavailability") == approx(chain.q, rel=1e-8, abs=1e-13)
        assert value(found, "expected_failures") == approx(chain.failures, rel=1e-8, abs=1e-13)
        assert value(found, "mean_unavailability") == approx(chain.integral / 300.0, rel=1e-8, abs=1e-13)
        assert value(found, "pfh") == approx(chain.failures / 300.0 * HOUR, rel=1e-8, abs=1e-12)
        assert found["unreliability"].lower * (1 - 1e-8) - 1e-13 <= chain.unreliability
        assert chain.unreliability <= found["unreliability"].upper * (1 + 1e-8) + 1e-13
        assert "never settles" in found["mtbf"].note


# The standard


@pytest.mark.parametrize(("coverage", "printed"), [(0.0, 2.194e-4), (0.6, 8.80e-5), (0.9, 2.23e-5), (0.99, 2.59e-6)])
def test_the_average_probability_of_failure_on_demand_of_one_channel(coverage, printed):
    """IEC 61508-6, annex B, 1oo1: lambda_DU (T1 / 2 + MTTR) + lambda_DD MTTR; second order is 3e-4 of it and less.

    The first interval has no repair behind it, so the mean is taken from the second to the eleventh.
    """
    rate, interval, mttr = 5e-8 / HOUR, 8760.0 * HOUR, 8.0 * HOUR
    laws = {
        "undetected": PeriodicTest((1 - coverage) * rate, interval, interval, repair_rate=1 / mttr),
        "detected": Repairable(coverage * rate, 1 / mttr),
    }
    system = system_of({"or": ["undetected", "detected"]}, laws)
    eleven, one = metrics(system, 11 * interval), metrics(system, interval)
    mean = (11 * value(eleven, "mean_unavailability") - value(one, "mean_unavailability")) / 10
    formula = rate * ((1 - coverage) * interval / 2 + mttr)
    assert mean == approx(formula, rel=4e-4)
    # Half a unit of the last digit printed, which for 2.23e-5 is 2e-3.
    assert mean == approx(printed, rel=2.5e-3)
    assert value(eleven, "sil_low_demand") == {0.0: 3, 0.6: 4, 0.9: 4, 0.99: 4}[coverage]
    assert value(eleven, "pfh") == approx(5e-8, rel=4e-4)
    assert value(eleven, "sil_high_demand") == 3


def test_two_channels_tested_together_and_in_turn():
    """1oo2: (rate T)^2 / 3 together, 5/24 (rate T)^2 in turn; to second order in rate T = 1e-4."""
    rate, interval = 1e-4, 1.0
    together = {event: PeriodicTest(rate, interval, interval) for event in "ab"}
    in_turn = {"a": PeriodicTest(rate, interval, interval), "b": PeriodicTest(rate, interval, interval / 2)}
    means = [metrics(system_of({"and": ["a", "b"]}, laws), 100.0 * interval) for laws in (together, in_turn)]
    assert value(means[0], "mean_unavailability") == approx(1e-8 / 3, rel=2e-4)
    # The first half interval of the one tested at half is short: 100 half-intervals pairs less about a hundredth.
    system = system_of({"and": ["a", "b"]}, in_turn)
    later = 100 * value(metrics(system, 100.0), "mean_unavailability") - value(
        metrics(system, 1.0), "mean_unavailability"
    )
    assert later / 99 == approx(1e-8 * 5 / 24, rel=2e-4)


@pytest.mark.parametrize(
    ("mean", "expected"),
    [(0.0, 4), (9e-6, 4), (1e-5, 4), (9.99e-5, 4), (1e-4, 3), (1e-3, 2), (1e-2, 1), (0.0999, 1), (0.1, 0), (1.0, 0)],
)
def test_levels_hold_their_lower_limit(mean, expected):
    """IEC 61508-1, tables 2 and 3: from 1e-5 to below 1e-4 is SIL 4, and so on."""
    assert level(mean) == expected
    if mean < 0.1 and mean > 1e-5 and mean not in (1e-4, 1e-3, 1e-2):
        assert level(mean * 1e-4, HIGH_DEMAND) == expected


def test_levels_past_the_ends_say_so():
    found = of(ONE, {"a": Constant(1e-7)})
    assert value(found, "sil_low_demand") == 4 and "beyond SIL 4" in found["sil_low_demand"].note
    found = of(ONE, {"a": Constant(0.5)})
    assert value(found, "sil_low_demand") == 0 and "no level" in found["sil_low_demand"].note
    # A frequency of 0 of what has failed already is no good sign, and does not look like one.
    assert found["pfh"].lower == 0.0 and "0.5 of the time" in found["pfh"].note
    assert "0.5 of the time" in found["sil_high_demand"].note


def test_what_may_have_failed_by_time_0_is_in_the_upper_end_of_pfh():
    """W = Q(T) - Q(0) = (1 - p)(1 - exp(-rate T)) tells nothing of a failure on demand."""
    p, rate, hours = 0.05, 1e-9, 1000.0
    found = of({"or": ["a", "b"]}, {"a": Exponential(rate / HOUR), "b": Constant(p)}, hours)
    w = -(1 - p) * math.expm1(-rate * hours)
    assert value(found, "expected_failures") == approx(w, rel=1e-9)
    assert "after time 0, when the top event holds with probability 0.05" in found["expected_failures"].note
    pfh, sil = found["pfh"], found["sil_high_demand"]
    assert pfh.method == "interval" and pfh.value == pfh.upper
    assert [pfh.lower, pfh.upper] == approx([w / hours, (p + w) / hours], rel=1e-9)
    assert "at time 0 the top event holds with probability 0.05, which counts as one failure" in pfh.note
    # 5e-5 and 9.5e-10 per hour: no level, and beyond SIL 4.
    assert (sil.value, sil.lower, sil.upper) == (0, 0, 4)
    assert "between SIL 0 and SIL 4" in sil.note and "at time 0" in sil.note


def test_a_failure_on_demand_that_is_repaired_counts_too():
    found = metrics(system_of(ONE, {"a": Repairable(1e-6, 1e-3, on_demand=0.2)}), 1e4)
    (chain,) = answers([repaired(1e-6, 1e-3, 0.2)], any, [1e4])
    assert found["pfh"].lower == approx(chain.failures / 1e4 * HOUR, rel=1e-9)
    assert value(found, "pfh") == approx((0.2 + chain.failures) / 1e4 * HOUR, rel=1e-9)


def test_a_certain_top_event_has_no_frequency_and_no_level_for_it():
    for law in (Constant(1.0), Repairable(0.0, 0.0, on_demand=1.0)):
        found = of({"or": ["a", "b"]}, {"a": law, "b": Exponential(1e-9)})
        for name in ("pfh", "sil_high_demand"):
            assert found[name].value is None and "holds all the time" in found[name].note
        assert value(found, "sil_low_demand") == 0 and value(found, "expected_failures") == 0.0
    # What is repaired after it has failed for certain does come about again.
    found = of(ONE, {"a": Repairable(1e-9, 1e-3, on_demand=1.0)})
    assert value(found, "pfh") == approx(1 / 8760, rel=0.05)


def test_a_top_event_that_never_occurs_has_no_level():
    found = of({"and": ["a", "b"]}, {"a": Constant(0.0), "b": Exponential(1e-9)})
    assert value(found, "pfh") == value(found, "mean_unavailability") == 0.0
    for name in ("sil_low_demand", "sil_high_demand"):
        assert found[name].value is None and "never occurs" in found[name].note
    assert value(found, "mttf") == math.inf and found["mttf"].note == "the top event never occurs"


# Shares of time in bands


def test_the_bands_of_a_sawtooth():
    """Q = 1 - exp(-rate s) from test to test crosses a limit at s = -log(1 - limit) / rate."""
    rate, interval = 1e-6, 5000.0
    found = metrics(system_of(ONE, {"a": PeriodicTest(rate, interval, interval)}), 10 * interval)
    crossings = [-math.log1p(-limit) / rate / interval for limit in (1e-5, 1e-4, 1e-3)]
    assert value(found, "share_beyond_sil_4") == approx(crossings[0], rel=1e-8)
    assert value(found, "share_sil_4") == approx(crossings[1] - crossings[0], rel=1e-8)
    assert value(found, "share_sil_3") == approx(crossings[2] - crossings[1], rel=1e-8)
    assert value(found, "share_sil_2") == approx(1 - crossings[2], rel=1e-8)
    assert value(found, "share_sil_1") == value(found, "share_no_sil") == 0.0
    assert found["share_sil_3"].upper - found["share_sil_3"].lower < 1e-8


def test_the_bands_of_a_sawtooth_that_ends_in_an_interval():
    """Two whole intervals and a half, of two in series tested in turn: q is 1 - exp(-rate (s1 + s2))."""
    rate, interval = 1e-6, 4000.0
    laws = {"a": PeriodicTest(rate, interval, interval), "b": PeriodicTest(rate, interval, interval / 2)}
    found = metrics(system_of({"or": ["a", "b"]}, laws), 2.5 * interval)
    # s1 + s2 from 0 to 4000 in the first half; then from 2000 to 6000 in each half.
    limit = -math.log1p(-1e-3) / rate
    below = limit / 2 / 2000.0
    whole_halves = 5
    rest = 0.0  # below 1e-3 later on: s1 + s2 starts at 2000 s, and the limit is at 1000.5 s
    assert value(found, "share_sil_2") == approx(1 - (below + rest) / whole_halves, rel=1e-10)


def test_the_bands_of_a_steady_unavailability():
    found = of(ONE, {"a": Constant(0.02)})
    assert value(found, "share_sil_1") == found["share_sil_1"].lower == 1.0
    found = of(ONE, {"a": Repairable(1e-3, 1.0, steady_state=True)})
    assert value(found, "share_sil_3") == 1.0


def test_a_peak_just_over_a_limit_is_found():
    """A parabola that is above 1e-2 for a tenth of a thousandth of the time, between two points of the mesh."""
    half = 5e-5

    def q(t):
        return 1e-2 + 0.03 * (half**2 - (t - 0.437) ** 2)

    points = np.linspace(0.01, 0.99, 21)
    assert (q(points) < 1e-2).all()
    found = band_shares(q, np.array([0.0, 1.0]), points, q(points))
    assert found.shares[4] == approx(2 * half, rel=1e-6)
    assert found.shares.sum() == approx(1.0, rel=1e-15)


# What is not defined, and what is asked wrongly


def test_of_a_tree_that_is_not_coherent_only_q_and_its_mean_are_known():
    formula = {"or": [{"and": ["a", "b"]}, {"and": [{"not": "a"}, "c"]}]}
    found = of(formula, {event: Repairable(1e-4 / HOUR, 1e-2 / HOUR) for event in "abc"})
    undefined = [row.quantity for row in found if row.value is None]
    assert undefined == [
        "unreliability", "failure_frequency", "conditional_intensity", "expected_failures", "pfh", "sil_high_demand",
        "mttf", "steady_frequency", "mtbf", "mean_up_time", "mean_down_time",
    ]  # fmt: skip
    assert all("not coherent" in found.notes[name] for name in undefined)
    q = 1e-4 / 1.01e-2
    assert value(found, "steady_unavailability") == approx(q, rel=1e-13)
    # After a year nothing is left of the start; in it, exp(-1.01e-2 t) is lost, twice that in the square's part.
    decay = 1.01e-2 * 8760
    assert value(found, "mean_unavailability") == approx(
        q * q * (1 - 2 / decay + 1 / (2 * decay)) + q * (1 - 1 / decay) - q * q * (1 - 2 / decay + 1 / (2 * decay)),
        rel=1e-10,
    )


def test_failures_at_instants_make_intervals():
    law = PeriodicTest(1e-4, 100.0, 100.0, failure_at_test=0.01)
    found = metrics(system_of(ONE, {"a": law}), 1000.0)
    for name in ("expected_failures", "pfh", "sil_high_demand", "unreliability"):
        assert found[name].method == "interval", name
    assert "instants" in found["pfh"].note and "instants" in found["failure_frequency"].note
    # Nine tests in (0, 1000) fail it, and 1e-4 per second does.
    assert value(found, "expected_failures") == approx(0.09 + 0.1, rel=0.01)
    assert value(found, "pfh") == approx(value(found, "expected_failures") * 3.6, rel=1e-14)


@pytest.mark.parametrize("wrong", [0.0, -1.0, math.inf, math.nan])
def test_a_mission_time_without_a_mean_is_refused(wrong):
    with pytest.raises(InvalidRequestError, match="above 0"):
        metrics(system_of(ONE, {"a": Constant(0.1)}), wrong)


def test_a_metric_is_asked_by_name():
    found = of(ONE, {"a": Exponential(1e-9)})
    with pytest.raises(UnknownNameError, match="did you mean 'mttf'"):
        found["mttff"]
    assert json.loads(found.to_json())["mission_time_h"] == 8760.0
    assert len(found) == len(found.records()) == len(list(found))
    assert set(found.records()[0]) == {"quantity", "value", "lower", "upper", "method", "unit", "note"}
    assert "mttf" in str(found)
