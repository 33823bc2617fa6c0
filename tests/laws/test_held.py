"""States taken of a law for all times, against chains by matrix exponentials and against written-out integrals."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from laws.law_strategies import HOUR
from scipy.linalg import expm

from faulttree.laws import (
    Constant,
    Exponential,
    Held,
    HeldForm,
    LawForm,
    PeriodicTest,
    Phased,
    Quantity,
    Repairable,
    Weibull,
)
from faulttree.laws.averages import largest_state, mean_life, mean_state

rates = st.sampled_from([1e-9, 1e-6, 1e-4, 0.01, 0.7]).map(lambda rate: rate / HOUR)
chances = st.sampled_from([0.0, 1e-6, 0.01, 0.3])
repair_rates = st.sampled_from([0.0, 1e-3, 0.1, 2.0, 100.0]).map(lambda rate: rate / HOUR)
tests = st.builds(
    PeriodicTest,
    rate=rates,
    interval=st.sampled_from([24 * HOUR, 730 * HOUR, 8760 * HOUR]),
    first_test=st.sampled_from([0.0, 24 * HOUR]),
    repair_rate=st.none() | repair_rates,
    test_duration=st.sampled_from([0.0, 2 * HOUR, 20 * HOUR]),
    rate_in_test=st.none() | rates,
    available_in_test=st.booleans(),
    failure_at_test=chances,
    coverage=st.sampled_from([0.2, 0.9, 1.0]),
    bad_restart=chances,
)


class Cycle:
    """A tested component in the long run, by matrix exponentials of its chain: up, failed unseen, in repair.

    During a test the chain has two more kinds of being up: on test (0) and repaired meanwhile (3).
    """

    def __init__(self, law: PeriodicTest) -> None:
        self.law = law
        mu = math.inf if law.repair_rate is None else law.repair_rate
        self.mu, self.bad, self.cover, self.fails = mu, law.bad_restart, law.coverage, law.failure_at_test
        self.on_test_rate = law.rate if law.rate_in_test is None else law.rate_in_test
        cycle = self.test_matrix() @ self.between(law.interval - law.test_duration)
        # Left eigenvector to 1, by powers of the chain: slow, obvious.
        self.before = np.array([1.0, 0.0, 0.0]) @ np.linalg.matrix_power(cycle, 2**30)
        self.before /= self.before.sum()
        self.after = self.before @ self.test_matrix() @ (self.at_once() if self.mu == math.inf else np.eye(3))

    def generator(self, rate: float) -> np.ndarray:
        if self.mu == math.inf:
            return np.array([[-rate, rate, 0.0], [0.0] * 3, [0.0] * 3])
        good, bad = self.mu * (1 - self.bad), self.mu * self.bad
        return np.array([[-rate, rate, 0.0], [0.0, 0.0, 0.0], [good, bad, -self.mu]])

    def between(self, seconds: float) -> np.ndarray:
        matrix = expm(self.generator(self.law.rate) * seconds)
        return self.at_once() @ matrix if self.mu == math.inf else matrix

    def at_once(self) -> np.ndarray:
        return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [1 - self.bad, self.bad, 0.0]])

    def test_matrix(self) -> np.ndarray:
        end = np.array(
            [
                [1 - self.bad, self.bad, 0.0],  # came through, left failed or not
                [0.0, 1 - self.cover, self.cover],  # failed before the test or in it
                [0.0, 0.0, 1.0],  # in repair
                [1.0, 0.0, 0.0],  # repaired meanwhile
                [0.0, 1.0, 0.0],  # repaired meanwhile, and failed again or left failed
            ]
        )
        return self.during(self.law.test_duration) @ end @ (self.at_once() if self.mu == math.inf else np.eye(3))

    def enter(self) -> np.ndarray:
        """From the three states before a test to five at its beginning."""
        enter = np.zeros((3, 5))
        enter[0, 0], enter[0, 1] = 1 - self.fails, self.fails
        enter[1, 1] = 1.0
        if self.mu == math.inf:
            enter[2, 3], enter[2, 4] = 1 - self.bad, self.bad
        else:
            enter[2, 2] = 1.0
        return enter

    def flow_on_test(self) -> np.ndarray:
        flow = np.zeros((5, 5))
        flow[0, 1] = self.on_test_rate
        flow[3, 4] = self.law.rate
        if self.mu < math.inf:
            flow[2, 3], flow[2, 4] = self.mu * (1 - self.bad), self.mu * self.bad
        return flow - np.diag(flow.sum(axis=1))

    def during(self, seconds: float) -> np.ndarray:
        return self.enter() @ expm(self.flow_on_test() * seconds)

    def up(self, seconds: float) -> float:
        """P(up) a time after the beginning of a test."""
        on_test = self.law.test_duration
        if seconds < on_test:
            state = self.before @ self.during(seconds)
            return float(state[3] + (state[0] if self.law.available_in_test else 0.0))
        return float((self.after @ expm(self.generator(self.law.rate) * (seconds - on_test)))[0])

    def mean_up(self) -> float:
        """Of the time from test to test: one more state of the chain counts the time spent up."""
        law = self.law
        counted = [1.0 if law.available_in_test else 0.0, 0.0, 0.0, 1.0, 0.0]
        tested = _time_in(self.before @ self.enter(), self.flow_on_test(), counted, law.test_duration)
        between = _time_in(self.after, self.generator(law.rate), [1.0, 0.0, 0.0], law.interval - law.test_duration)
        return (tested + between) / law.interval


def _time_in(start: np.ndarray, flow: np.ndarray, counted: list[float], seconds: float) -> float:
    n = len(flow)
    more = np.zeros((n + 1, n + 1))
    more[:n, :n], more[:n, n] = flow, counted
    return float((np.append(start, 0.0) @ expm(more * seconds))[n])


@settings(max_examples=40)
@given(tests)
def test_mean_of_what_is_tested(law):
    """The oracle takes one minus a sum, so it is right to 1e-12 of the interval."""
    found, cycle = mean_state(law, 0.0), Cycle(law)
    assert float(found.availability) == pytest.approx(cycle.mean_up(), rel=1e-8, abs=1e-10)
    assert float(found.unavailability) == pytest.approx(1 - cycle.mean_up(), rel=1e-8, abs=1e-10)
    assert float(found.unavailability + found.availability) == pytest.approx(1.0, rel=1e-14)


@settings(max_examples=20)
@given(tests)
def test_largest_of_what_is_tested_is_no_less_than_any_and_is_reached(law):
    found, cycle = float(largest_state(law, 0.0).unavailability), Cycle(law)
    inside = np.concatenate([np.linspace(0, 1, 20), 2.0 ** np.arange(-40.0, -4, 3)])
    on_test, interval = law.test_duration, law.interval
    moments = [*(on_test * inside * (1 - 1e-12)), *(on_test + (interval - on_test) * inside)]
    seen = [1 - cycle.up(float(moment)) for moment in moments]
    assert found >= max(seen) - 1e-10
    assert found == pytest.approx(max(seen), rel=1e-2, abs=1e-10)  # the mesh may miss the top of a hill


@settings(max_examples=60)
@given(tests)
def test_the_long_run_is_what_the_law_comes_to(law):
    """The mean of the law's own q over an interval, many tests later; its bounds hold the largest."""
    if law.coverage < 0.5 or law.repair_rate == 0.0:
        return
    begin = law.first_test + 2.0**18 * law.interval
    within = (np.arange(4000) + 0.5) / 4000 * law.interval
    state = law.at(begin + within)
    mean, largest = mean_state(law, 0.0), largest_state(law, 0.0)
    # A mesh of 4,000 points, with two jumps of up to 1 between two of them.
    assert float(mean.unavailability) == pytest.approx(float(state.unavailability.mean()), rel=2e-3, abs=1e-3)
    assert float(largest.unavailability) >= float(state.unavailability.max()) * (1 - 1e-6)
    assert float(largest.frequency) >= float(state.frequency.max()) * (1 - 1e-6)
    assert float(mean.frequency) >= float(state.frequency.mean()) * (1 - 2e-3) - 1e-3 * law.fastest


def test_mean_of_a_plain_test():
    """1 - (1 - exp(-x)) / x, x = rate x interval; worked out here by its series to 30 terms."""
    for x in (1e-12, 2.19e-3, 0.3):
        series = sum((-1) ** (k + 1) * x**k / math.factorial(k + 1) for k in range(1, 30))
        found = mean_state(PeriodicTest(x / 50.0, 50.0, 50.0), 0.0)
        assert float(found.unavailability) == pytest.approx(series, rel=1e-15)
        assert float(found.frequency) == pytest.approx(x / 50.0 * (1 - series), rel=1e-15)


@pytest.mark.parametrize("x", [0.0, 1e-300, 1e-9, 0.4999, 0.5, 0.7, 30.0, 1e6, math.inf])
def test_mean_life(x):
    failed, left = mean_life(x)
    with np.errstate(all="ignore"):
        expected = 1.0 if x == 0 else -math.expm1(-x) / x if x < math.inf else 0.0
    assert float(left) == pytest.approx(expected, rel=1e-15)
    assert float(failed + left) == pytest.approx(1.0, rel=1e-15)
    if 0 < x < 1e-5:
        assert float(failed) == pytest.approx(x / 2 - x * x / 6, rel=1e-10)


@pytest.mark.parametrize(("rate", "repair", "on_demand"), [(1e-4, 0.125, 0.0), (0.02, 0.01, 0.3), (1e-3, 0.0, 0.1)])
def test_mean_and_largest_of_what_is_repaired(rate, repair, on_demand):
    """By the integral of q(t) = a + (d - a) exp(-r t), a = rate / r, d: on demand; over 100 h."""
    law, r, over = Repairable(rate / HOUR, repair / HOUR, on_demand), rate + repair, 100.0
    a = rate / r
    mean = a + (on_demand - a) * (1 - math.exp(-r * over)) / (r * over)
    found = mean_state(law, over * HOUR)
    assert float(found.unavailability) == pytest.approx(mean, rel=1e-12)
    assert float(found.frequency) * HOUR == pytest.approx(rate * (1 - mean), rel=1e-12)
    largest = largest_state(law, over * HOUR)
    ends = (on_demand, a + (on_demand - a) * math.exp(-r * over))
    assert float(largest.unavailability) == pytest.approx(max(ends), rel=1e-12)
    assert float(largest.frequency) * HOUR == pytest.approx(rate * (1 - min(ends)), rel=1e-12)


def test_a_repair_that_takes_no_time():
    assert float(mean_state(Repairable(1e-3, math.inf, 0.5), 7.0).unavailability) == 0.0
    assert float(largest_state(Repairable(1e-3, math.inf, 0.5), 7.0).unavailability) == 0.5


def test_nothing_fails_and_nothing_is_seen():
    assert float(mean_state(PeriodicTest(0.0, 5.0, 5.0, coverage=0.0), 0.0).unavailability) == 0.0
    assert float(mean_state(PeriodicTest(1e-3, 5.0, 5.0, coverage=0.0), 0.0).unavailability) == 1.0
    assert float(mean_state(PeriodicTest(1e-3, 5.0, 5.0, repair_rate=0.0), 0.0).unavailability) == 1.0


def test_an_exposure_is_a_state_that_is_found():
    held = Held(Exponential(1e-5 / HOUR), "exposure", 500 * HOUR)
    state = held.at(np.array([0.0, 1.0, 1e9]))
    assert state.unavailability == pytest.approx(-math.expm1(-5e-3), rel=1e-15)
    assert (state.frequency == 0.0).all()
    assert not held.repairable and held.steady() is not None and not len(held.breakpoints(1e9))
    repaired = Held(Repairable(1e-3, 0.1), "exposure", 20.0).at(0.0)
    assert float(repaired.frequency) == pytest.approx(
        1e-3 * (1 - 1e-3 / 0.101 * (1 - math.exp(-0.101 * 20))), rel=1e-12
    )


FORMS = [
    LawForm(Exponential, (("rate", Quantity(1e-5, "a")),)),
    LawForm(Exponential, (("rate", Quantity(3e-5)),)),
    LawForm(Repairable, (("rate", Quantity(1e-5)), ("repair_rate", Quantity(0.0)))),
    LawForm(Repairable, (("rate", Quantity(1e-5, "a")), ("repair_rate", Quantity(1e-3, "b")))),
    LawForm(
        PeriodicTest, (("rate", Quantity(1e-5, "a")), ("interval", Quantity(7e4, "c")), ("first_test", Quantity(0.0)))
    ),
    LawForm(
        PeriodicTest,
        (("rate", Quantity(1e-5, "a")), ("interval", Quantity(7e4)), ("first_test", Quantity(0.0)),
         ("repair_rate", Quantity(1e-4, "b")), ("coverage", Quantity(0.9))),
    ),
]  # fmt: skip
MORE = [
    LawForm(Constant, (("probability", Quantity(0.1)),)),
    LawForm(Weibull, (("scale", Quantity(1e5, "c")), ("shape", Quantity(2.0)))),
    LawForm(Phased, (("durations", (Quantity(1e4), Quantity(3e4))), ("rates", (Quantity(1e-5, "a"), Quantity(1e-6))))),
]


@pytest.mark.parametrize("taken", ["exposure", "mean", "largest"])
@pytest.mark.parametrize("over", [Quantity(5e4), Quantity(5e4, "t")])
@pytest.mark.parametrize("sampled", [False, True])
def test_many_forms_at_once_are_each_by_itself(taken, over, sampled):
    from faulttree.quantification.inputs import EventLaws

    forms = [HeldForm(form, taken, over) for form in (FORMS + MORE if taken == "exposure" else FORMS)]
    values = {"a": [1e-5, 2e-6], "b": [1e-3, 5e-4], "c": [7e4, 9e4], "t": [5e4, 1e4]}
    samples = {name: np.array(numbers) for name, numbers in values.items()} if sampled else {}
    laws = EventLaws(tuple(map(str, range(len(forms)))), tuple(forms))
    levels = laws.at(3e4, samples)
    for row, form in enumerate(forms):
        for column in range(2 if sampled else 1):
            one = {name: numbers[column] for name, numbers in samples.items()}
            state = form.law(one).at(3e4)
            found = levels.q[row, column], levels.not_q[row, column], levels.w[row, column]
            alone = float(state.unavailability), float(state.availability), float(state.frequency)
            np.testing.assert_allclose(found, alone, rtol=1e-13)
    assert pickle.loads(pickle.dumps(forms)) == forms
