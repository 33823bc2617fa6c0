"""The law of what fails unseen until a test shows it: a chain of three states, driven by tests at fixed moments."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.laws.duals import is_moving
from faulttree.laws.law import (
    ARRAYS,
    MOST_BREAKPOINTS,
    ROUNDED,
    Arithmetic,
    FloatArray,
    Law,
    Number,
    State,
    instants_between,
    too_many,
)

__all__ = ["PeriodicTest"]

# A moment this close after a test begins or ends, as a share of the interval, is taken for the moment at which it does:
# the times of tests are rounded, and the unavailability jumps there.
_SAME_MOMENT = 1e-9
# After so many tests a time in floating point no longer tells where between two of them it lies: the later one counts.
_MOST_TESTS = 2.0**52
# Of an alternating series of falling terms: those that may count, and the part of the sum below which one does not.
_SERIES_TERMS = 20
_NOTHING_MORE = 2.0**-58

_Row = tuple[Any, Any, Any]
_Matrix = tuple[_Row, _Row, _Row]


@dataclass(frozen=True, slots=True)
class PeriodicTest(Law):
    """Fails unseen at a constant rate; tests at fixed moments show the failure; then it is repaired.

    rate: of failure, per second; interval: between the beginnings of tests, in seconds, above 0; first_test: time of
    the first one; repair_rate: None (or infinite) where a repair takes no time. What follows is for tests that take
    time or go wrong: test_duration: at most the interval; rate_in_test: of failure during a test, None for `rate`;
    available_in_test: whether the component does its duty during a test; failure_at_test: probability that the
    beginning of a test fails it; coverage: probability that a test shows, at its end, a failure that is there;
    bad_restart: probability that the component is left failed, unseen, by a test it came through or by a repair.

    A component in repair is not tested, and once repaired it fails at `rate`. A failure that a test misses waits for
    the next. At the very moment at which a test begins or ends, and up to 1e-9 of the interval after it, the component
    is as it was just before.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in periodic-test, with 4, 5 or 11 arguments. What the
    text there leaves to a figure, that a failure shows at the end of its test, is settled here.
    """

    breakpoint_fields = frozenset({"interval", "first_test", "test_duration"})

    rate: Number
    interval: Number
    first_test: Number
    repair_rate: Number | None = None
    test_duration: Number = 0.0
    rate_in_test: Number | None = None
    available_in_test: bool = True
    failure_at_test: Number = 0.0
    coverage: Number = 1.0
    bad_restart: Number = 0.0

    def as_tested(self) -> PeriodicTest | None:
        """Itself, where a test leaves it as new."""
        return self if self.is_as_new_after_a_test else None

    @property
    def repairable(self) -> bool:
        """Always: what a test shows is repaired."""
        return True

    @property
    def instant_failures(self) -> bool:
        """Whether tests fail it, leave it failed, or take it out of duty."""
        taken_out = 0.0 if self.available_in_test else self.test_duration
        return any(bool(np.any(np.asarray(each) > 0.0)) for each in (self.failure_at_test, self.bad_restart, taken_out))

    @property
    def longest_test_interval(self) -> float:
        """The interval, the longest where there are several."""
        return float(np.max(self.interval))

    def instant_failure_bounds(self, until: float) -> tuple[FloatArray, FloatArray]:
        """The beginnings and ends of tests in [0, until), and bounds on the probability of going down at each.

        For a law of plain numbers. A beginning fails the component or takes it out of duty; an end leaves it failed.
        """
        if not self.instant_failures:
            return np.empty(0), np.empty(0)
        instants = self.breakpoints(until)
        if float(self.first_test) == 0.0:  # a test at time 0 brings down what is up then
            instants = np.concatenate([np.zeros(1), instants])
        up = self.at(instants).availability
        fails, bad = float(self.failure_at_test), float(self.bad_restart)
        interval, duration = float(self.interval), float(self.test_duration)
        since_first = instants - float(self.first_test)
        if duration == 0.0:
            return instants, up * (fails + bad - fails * bad)
        begins, ends = _is_multiple(since_first, interval), _is_multiple(since_first - duration, interval)
        if not self.available_in_test:
            # It is down before the end, whatever comes after.
            return instants, up * begins
        return instants, up * (fails * begins + bad * ends)

    def steady(self) -> State | None:
        """None: it goes on from test to test."""
        return None

    def breakpoints(self, until: float) -> FloatArray:
        """The beginnings of the tests and, where tests take time, their ends.

        Raises InvalidRequestError if they are more than 100,000.
        """
        first, interval, duration = (np.asarray(each, np.float64) for each in self._moments())
        tests = np.maximum(np.ceil((until - first) / interval), 0.0)
        ends = 2 if np.any(duration > 0.0) else 1
        if (many := float(tests.max()) * ends) > MOST_BREAKPOINTS:
            what = f"a periodic test every {float(interval.min()):g} s over {until:g} s"
            raise too_many(what, many, "take a shorter mission time, or fewer tests")
        begins = first[..., None] + interval[..., None] * np.arange(int(tests.max()))
        found = begins if ends == 1 else np.concatenate([begins, begins + duration[..., None]], axis=-1)
        return instants_between(found, until)

    def before_a_test(self, m: Arithmetic = ARRAYS) -> _Row:
        """P(up), P(failed unseen), P(in repair) just before a test once the start is forgotten.

        The distribution that a test and the time up to the next one leave as it is. Where there are several, since
        nothing that fails is ever seen or repaired, it is the one that is reached from being up.
        """
        testing = self.test_duration
        cycle = _product(self._test(m), self._duty(self.interval - testing, m))
        return _lasting(cycle, m)

    def since_a_test(
        self, before: _Row, seconds: Any, *, on_test: bool, m: Arithmetic = ARRAYS
    ) -> tuple[Any, Any, Any]:
        """q, 1 - q and w some time after a test began, or after it ended. before: the state just before it."""
        if on_test:
            up, down, w = self._during_test(before, seconds, m)
        else:
            up, failed, in_repair = _row_times(before, _product(self._test(m), self._duty(seconds, m)))
            down, w = failed + in_repair, self.rate * up
        return down / (up + down), up / (up + down), w / (up + down)

    def failures_at_a_test(self, before: _Row) -> FloatArray:
        """A bound on the probability that one test brings it down at its beginning or end. before: just before it."""
        up, fails, bad = np.asarray(before[0]), self.failure_at_test, self.bad_restart
        timely = np.asarray(self.test_duration) > 0.0
        if not self.available_in_test:
            return np.where(timely, up, up * (fails + bad - fails * bad))
        _, up_at_end, _ = self.since_a_test(before, np.asarray(self.test_duration), on_test=True)
        return np.where(timely, up * fails + up_at_end * bad, up * (fails + bad - fails * bad))

    @property
    def is_as_new_after_a_test(self) -> bool:
        """Whether every test leaves the component as new, and takes no time."""
        return self._is_plain(ARRAYS)

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the law's numbers, broadcast against each other."""
        return np.broadcast_shapes(*(np.shape(number) for number in self._numbers()))

    @property
    def fastest(self) -> float:
        """The greatest finite rate of the chain, per second."""
        rates = (self.rate, self._rate_in_test, self._repair_rate)
        return max(float(np.max(rate, where=np.isfinite(rate), initial=0.0)) for rate in map(np.asarray, rates))

    def _moments(self) -> tuple[FloatArray, ...]:
        return tuple(np.broadcast_arrays(self.first_test, self.interval, self.test_duration))

    def _numbers(self) -> tuple[Any, ...]:
        return (
            self.rate, self.interval, self.first_test, self._repair_rate, self.test_duration, self._rate_in_test,
            self.failure_at_test, self.coverage, self.bad_restart,
        )  # fmt: skip

    @property
    def _repair_rate(self) -> Number:
        return math.inf if self.repair_rate is None else self.repair_rate

    @property
    def _rate_in_test(self) -> Number:
        return self.rate if self.rate_in_test is None else self.rate_in_test

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) of the chain up -> failed unseen -> in repair -> up, driven by the tests; exact but for rounding.

        w(t) = rate P(up) between tests; during one, rate_in_test P(up and on test) + rate P(up and not on test), the
        first of which counts only for a component that does its duty on test.
        """
        since_first = t - self.first_test
        untested = since_first <= _SAME_MOMENT * self.interval
        tests, since_test = self._since_test(m.maximum(since_first, _SAME_MOMENT * self.interval), m)
        unseen = m.where(untested, m.minimum(t, self.first_test), since_test)
        q, not_q, w = self._fresh(unseen, m)
        if m.every(untested) or self._is_plain(m):
            return q, not_q, w
        tested_q, tested_not_q, tested_w = self._tested_state(m.where(untested, 0.0, tests), since_test, m)
        return (
            m.where(untested, q, tested_q),
            m.where(untested, not_q, tested_not_q),
            m.where(untested, w, tested_w),
        )

    def _fresh(self, seconds: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """The state a time after it was up for certain, with no test since."""
        exponent = -self.rate * seconds
        left = m.exp(exponent)
        return -m.expm1(exponent), left, self.rate * left

    def _is_plain(self, m: Arithmetic) -> bool:
        """Whether every test leaves the component as new, and takes no time; not where that is about to change."""
        if any(map(is_moving, (self.test_duration, self.failure_at_test, self.bad_restart, self.coverage))):
            return False
        spoilt = (self.test_duration > 0.0) | (self.failure_at_test > 0.0) | (self.bad_restart > 0.0)
        return not m.some(spoilt | (self.coverage < 1.0) | (self._repair_rate < math.inf))

    def _since_test(self, since_first: Any, m: Arithmetic) -> tuple[Any, Any]:
        """How many intervals have passed since the first test, and the time since the latest test."""
        interval = self.interval
        intervals = m.ceil(m.minimum(since_first / interval, _MOST_TESTS)) - 1.0
        since_test = since_first - intervals * interval
        same = (since_test <= _SAME_MOMENT * interval) & (intervals > 0.0)
        return m.where(same, intervals - 1.0, intervals), m.where(same, interval, m.minimum(since_test, interval))

    def _tested_state(self, intervals: Any, since_test: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """The state after the first test and so many intervals, and then a time that ends no later than the next."""
        testing = self.test_duration
        q, not_q, _ = self._fresh(self.first_test, m)
        test = self._test(m)
        cycle = _product(test, self._duty(self.interval - testing, m))
        start = _row_times_power((not_q, q, 0.0), cycle, intervals, m)
        up, failed, in_repair = _row_times(start, _product(test, self._duty(m.maximum(since_test - testing, 0.0), m)))
        down, w = failed + in_repair, self.rate * up
        on_test = (testing > 0.0) & (since_test <= testing + _SAME_MOMENT * self.interval)
        if m.some(on_test):
            test_up, test_down, test_w = self._during_test(start, m.minimum(since_test, testing), m)
            up, down, w = m.where(on_test, test_up, up), m.where(on_test, test_down, down), m.where(on_test, test_w, w)
        return down / (up + down), up / (up + down), w / (up + down)

    def _test(self, m: Arithmetic) -> _Matrix:
        """From (up, failed unseen, in repair) just before a test to the same just after it. Rows sum to 1."""
        through, failed = self._tested(self.test_duration, m)
        missed, shown, bad = 1.0 - self.coverage, self.coverage, self.bad_restart
        rows = (
            (through * (1.0 - bad), through * bad + failed * missed, failed * shown),
            (0.0, missed, shown),
            self._repair(self.test_duration, m),
        )
        at_once = self._repair_rate == math.inf
        if not m.some(at_once):
            return rows
        repaired = _product(rows, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), rows[2]))
        if m.every(at_once):
            return repaired
        return _chosen(at_once, repaired, rows, m)

    def _tested(self, seconds: Any, m: Arithmetic) -> tuple[Any, Any]:
        """Probability that a component that was up at the beginning of a test is up or failed some time into it."""
        exponent = -self._rate_in_test * seconds
        sound = 1.0 - self.failure_at_test
        return sound * m.exp(exponent), self.failure_at_test - sound * m.expm1(exponent)

    def _during_test(self, start: _Row, seconds: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """Probability of being up and of being down some time into a test, and w."""
        through, failed = self._tested(seconds, m)
        up, still_failed, in_repair = self._repair(seconds, m)
        down = start[0] * failed + start[1] + start[2] * (still_failed + in_repair)
        on_test, off_test = start[0] * through, start[2] * up
        if self.available_in_test:
            return on_test + off_test, down, self._rate_in_test * on_test + self.rate * off_test
        return off_test, down + on_test, self.rate * off_test

    def _duty(self, seconds: Any, m: Arithmetic) -> _Matrix:
        """From (up, failed unseen, in repair) to the same after a time without a test. Rows sum to 1."""
        failed, up, _ = self._fresh(seconds, m)
        return (up, failed, 0.0), (0.0, 1.0, 0.0), self._repair(seconds, m)

    def _repair(self, seconds: Any, m: Arithmetic) -> _Row:
        """Where a component in repair is after a time: up, failed unseen again, or still in repair."""
        at_once = self._repair_rate == math.inf
        if m.every(at_once):
            return 1.0 - self.bad_restart, self.bad_restart, 0.0
        failing, repairing = self.rate, m.where(at_once, 1.0, self._repair_rate)
        # Repaired at u and not failed since: the integral of repairing exp(-repairing u) exp(-failing (seconds - u)).
        gap = abs(failing - repairing) * seconds
        parted = gap > 0.0
        spread = m.where(parted, -m.expm1(-gap) / m.where(parted, gap, 1.0), 1.0)
        sound = repairing * seconds * m.exp(-m.minimum(failing, repairing) * seconds) * spread
        repaired = -m.expm1(-repairing * seconds)
        again = _repaired_and_failed(failing * seconds, repairing * seconds, repaired - sound, m)
        left_sound = 1.0 - self.bad_restart
        return (
            m.where(at_once, left_sound, left_sound * sound),
            m.where(at_once, self.bad_restart, self.bad_restart * repaired + left_sound * again),
            m.where(at_once, 0.0, m.exp(-repairing * seconds)),
        )


def _is_multiple(times: FloatArray, interval: float) -> FloatArray:
    """1 where a time is a whole number of intervals, else 0."""
    off = np.abs(times - interval * np.round(times / interval))
    return (off <= ROUNDED * interval).astype(np.float64)


def _repaired_and_failed(x: Any, y: Any, difference: Any, m: Arithmetic) -> Any:
    """Probability of being repaired, well, and failed again in a time. x, y: rates of failure and repair times it.

    It is x y (phi(x) - phi(y)) / (y - x), with phi(z) = (1 - exp(-z)) / z. difference: the same as the probability of
    being repaired less that of being up, which has its digits where x and y are not small.
    """
    lesser, greater = m.minimum(x, y), m.maximum(x, y)
    small, apart = greater < 1.0, lesser < 0.5
    found = difference
    if m.some(apart & (greater >= 1.0)):
        # The lesser is less than half of the greater, and so are the two phi well apart.
        low, high = m.where(apart, lesser, 0.0), m.maximum(greater, 1.0)
        drop = _mean_survival(low, m) - _mean_survival(high, m)
        found = m.where(apart, low * drop / (1.0 - low / high), found)
    if m.some(small):
        a, b = m.where(small, x, 0.0), m.where(small, y, 0.0)
        # h_k = sum of x^i y^(k-1-i) from i = 0 to k - 1: the difference of powers of y and x, over y - x.
        total, h, power, factor = 0.0, 1.0, a, 0.5
        for k in range(1, _SERIES_TERMS + 1):
            total = total + factor * h
            h, power, factor = b * h + power, power * a, -factor / (k + 2)
            if m.every(abs(factor) * h <= _NOTHING_MORE * total):
                break
        found = m.where(small, a * b * total, found)
    return found


def _mean_survival(x: Any, m: Arithmetic) -> Any:
    """(1 - exp(-x)) / x, and 1 at 0."""
    return m.where(x > 0.0, -m.expm1(-x) / m.where(x > 0.0, x, 1.0), 1.0)


def _row_times(row: _Row, matrix: _Matrix) -> _Row:
    (a, b, c), (p, q, r) = row, matrix
    return (
        a * p[0] + b * q[0] + c * r[0],
        a * p[1] + b * q[1] + c * r[1],
        a * p[2] + b * q[2] + c * r[2],
    )


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    """A product of matrices whose rows sum to 1, as its rows do: else rounding would add up over many tests."""
    return (
        _normed(_row_times(left[0], right)),
        _normed(_row_times(left[1], right)),
        _normed(_row_times(left[2], right)),
    )


def _normed(row: _Row) -> _Row:
    total = row[0] + row[1] + row[2]
    return row[0] / total, row[1] / total, row[2] / total


def _lasting(chain: _Matrix, m: Arithmetic) -> _Row:
    """The distribution that a chain leaves as it is; of several, the one that is reached from the first state.

    The probability of a state is the sum over the trees that lead to it: all terms are positive, and no digit is lost.
    Source: T. Leighton, R. Rivest, IEEE Transactions on Information Theory 32, 1986, 733 (Markov chain tree theorem).
    """
    (_, ab, ac), (ba, _, bc), (ca, cb, _) = chain
    a, b, c = ba * ca + ba * cb + bc * ca, ab * cb + ab * ca + ac * cb, ac * bc + ac * ba + ab * bc
    total = a + b + c
    known = total > 0.0
    stays = ab + ac <= 0.0
    share = m.where(known, total, 1.0)
    return (
        m.where(known, a / share, m.where(stays, 1.0, 0.0)),
        m.where(known, b / share, m.where(stays, 0.0, 1.0)),
        m.where(known, c / share, 0.0),
    )


def _chosen(test: Any, yes: _Matrix, no: _Matrix, m: Arithmetic) -> _Matrix:
    one, two, three = (
        (m.where(test, a[0], b[0]), m.where(test, a[1], b[1]), m.where(test, a[2], b[2]))
        for a, b in zip(yes, no, strict=True)
    )
    return one, two, three


def _row_times_power(row: _Row, matrix: _Matrix, exponent: Any, m: Arithmetic) -> _Row:
    """By repeated squaring; no term is negative, so no digit is lost. exponent: whole numbers in floating point."""
    while m.some(exponent > 0.0):
        odd = exponent % 2.0 == 1.0
        if m.some(odd):
            stepped = _normed(_row_times(row, matrix))
            row = stepped if m.every(odd) else (
                m.where(odd, stepped[0], row[0]), m.where(odd, stepped[1], row[1]), m.where(odd, stepped[2], row[2])
            )  # fmt: skip
        exponent = (exponent - odd) / 2.0
        if m.some(exponent > 0.0):
            matrix = _product(matrix, matrix)
    return row
