"""Failure models: how probable it is that a basic event has happened, or that a component is down, at a given time.

Each model answers `unavailability(seconds)`. Times and rates come in their written units and are converted here. Sums
are of terms that are not negative, and complements go through expm1, so that a probability of 1e-12 has all its digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from faulttree.model.quantities import Duration, Rate

__all__ = ["ConstantProbability", "Exponential", "FailureModel", "GeneralizedLife", "PeriodicTest", "Weibull"]

NEVER = Rate(0.0, "h")
NO_TIME = Duration(0.0, "h")
# A moment this close after a test, as a share of the interval, is taken for the moment of the test itself: the times of
# tests are rounded, and the unavailability jumps there.
_SAME_MOMENT = 1e-9
# After so many tests a time in floating point no longer tells where between two of them it lies: the later one counts.
_MOST_TESTS = 2.0**52

_Row = tuple[float, float, float]
_Matrix = tuple[_Row, _Row, _Row]
_IDENTITY: _Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class ConstantProbability:
    """The same probability at every time: a demand, or a state that is found so. probability: in [0, 1]."""

    probability: float

    def unavailability(self, seconds: float) -> float:  # noqa: ARG002  (every failure model takes the time)
        """q(t) = probability."""
        return self.probability


@dataclass(frozen=True, slots=True)
class Exponential:
    """Fails at a constant rate and is not repaired.

    Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, section X.
    """

    rate: Rate

    def unavailability(self, seconds: float) -> float:
        """q(t) = 1 - exp(-rate t), with all its digits when rate t is small."""
        return -math.expm1(-self.rate.per_second * seconds)


@dataclass(frozen=True, slots=True)
class Weibull:
    """Fails at a rate that falls (shape < 1), stays (1) or rises (shape > 1) with age, and is not repaired.

    scale: characteristic life, above 0; shape: above 0; shift: time before which it cannot fail.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in Weibull.
    """

    scale: Duration
    shape: float
    shift: Duration = NO_TIME

    def unavailability(self, seconds: float) -> float:
        """q(t) = 1 - exp(-((t - shift) / scale) ** shape), and 0 up to the shift."""
        age = (seconds - self.shift.seconds) / self.scale.seconds
        if age <= 0.0:
            return 0.0
        logarithm = self.shape * math.log(age)
        return -math.expm1(-math.exp(logarithm)) if logarithm < 7.0 else 1.0  # exp(-exp(7)) is below any float


@dataclass(frozen=True, slots=True)
class GeneralizedLife:
    """Fails on demand at the start, fails at a constant rate, and is repaired at a constant rate once it has failed.

    on_demand: probability of being down at time 0; rate, repair_rate: of failure and of repair.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in GLM, whose terms are gathered here so that none is
    subtracted.
    """

    on_demand: float
    rate: Rate
    repair_rate: Rate = NEVER

    def unavailability(self, seconds: float) -> float:
        """q(t) = on_demand exp(-r t) + (rate / r) (1 - exp(-r t)), r = rate + repair_rate."""
        failing = self.rate.per_second
        both = failing + self.repair_rate.per_second
        if both == 0.0:
            return self.on_demand
        return self.on_demand * math.exp(-both * seconds) + failing / both * -math.expm1(-both * seconds)


@dataclass(frozen=True, slots=True)
class PeriodicTest:
    """Fails unseen at a constant rate; tests at fixed moments show the failure; then it is repaired.

    rate: of failure; interval: between the beginnings of tests, above 0; first_test: time of the first one;
    repair_rate: None where a repair takes no time. What follows is for tests that take time or go wrong:
    test_duration: at most the interval; rate_in_test: of failure during a test, None for `rate`; available_in_test:
    whether the component does its duty during a test; failure_at_test: probability that the beginning of a test fails
    it; coverage: probability that a test shows, at its end, a failure that is there; bad_restart: probability that the
    component is left failed, unseen, by a test it came through or by a repair.

    A component in repair is not tested, and once repaired it fails at `rate`. A failure that a test misses waits for
    the next. At the very moment at which a test begins, the component is as it was just before.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in periodic-test, with 4, 5 or 11 arguments. What the
    text there leaves to a figure, that a failure shows at the end of its test, is settled here.
    """

    rate: Rate
    interval: Duration
    first_test: Duration
    repair_rate: Rate | None = None
    test_duration: Duration = NO_TIME
    rate_in_test: Rate | None = None
    available_in_test: bool = True
    failure_at_test: float = 0.0
    coverage: float = 1.0
    bad_restart: float = 0.0

    def unavailability(self, seconds: float) -> float:
        """q(t) of the chain up -> failed unseen -> in repair -> up, driven by the tests; exact but for rounding."""
        failing, interval, first = self.rate.per_second, self.interval.seconds, self.first_test.seconds
        since_first = seconds - first
        if since_first <= _SAME_MOMENT * interval:
            return -math.expm1(-failing * min(seconds, first))
        intervals = math.ceil(min(since_first / interval, _MOST_TESTS)) - 1
        since_test = since_first - intervals * interval
        if since_test <= _SAME_MOMENT * interval:
            intervals, since_test = intervals - 1, interval
        elif since_test > interval:
            since_test = interval
        if self == PeriodicTest(self.rate, self.interval, self.first_test):
            return -math.expm1(-failing * since_test)
        testing = self.test_duration.seconds
        start: _Row = (math.exp(-failing * first), -math.expm1(-failing * first), 0.0)
        if intervals:
            start = _row_times(start, _power(_product(self._test(), self._duty(interval - testing)), intervals))
        if since_test >= testing:
            up, failed, in_repair = _row_times(start, _product(self._test(), self._duty(since_test - testing)))
            down = failed + in_repair
        else:
            up, down = self._during_test(start, since_test)
        return down / (up + down)

    def _test(self) -> _Matrix:
        """From (up, failed unseen, in repair) just before a test to the same just after it. Rows sum to 1."""
        through, failed = self._tested(self.test_duration.seconds)
        missed, shown, bad = 1.0 - self.coverage, self.coverage, self.bad_restart
        rows = (
            (through * (1.0 - bad), through * bad + failed * missed, failed * shown),
            (0.0, missed, shown),
            self._repair(self.test_duration.seconds),
        )
        return rows if self.repair_rate is not None else _product(rows, (_IDENTITY[0], _IDENTITY[1], rows[2]))

    def _tested(self, seconds: float) -> tuple[float, float]:
        """Probability that a component that was up at the beginning of a test is up or failed some time into it."""
        rate = self.rate if self.rate_in_test is None else self.rate_in_test
        fails = -math.expm1(-rate.per_second * seconds)
        sound = 1.0 - self.failure_at_test
        return sound * math.exp(-rate.per_second * seconds), self.failure_at_test + sound * fails

    def _during_test(self, start: _Row, seconds: float) -> tuple[float, float]:
        """Probability of being up and of being down some time into a test."""
        through, failed = self._tested(seconds)
        up, still_failed, in_repair = self._repair(seconds)
        down = start[0] * failed + start[1] + start[2] * (still_failed + in_repair)
        on_test = start[0] * through
        if self.available_in_test:
            return on_test + start[2] * up, down
        return start[2] * up, down + on_test

    def _duty(self, seconds: float) -> _Matrix:
        """From (up, failed unseen, in repair) to the same after a time without a test. Rows sum to 1."""
        failing = self.rate.per_second
        return (
            (math.exp(-failing * seconds), -math.expm1(-failing * seconds), 0.0),
            (0.0, 1.0, 0.0),
            self._repair(seconds),
        )

    def _repair(self, seconds: float) -> _Row:
        """Where a component in repair is after a time: up, failed unseen again, or still in repair."""
        if self.repair_rate is None:
            return (1.0 - self.bad_restart, self.bad_restart, 0.0)
        failing, repairing = self.rate.per_second, self.repair_rate.per_second
        # Repaired and not failed since: the integral of repairing exp(-repairing u) exp(-failing (seconds - u)).
        gap = abs(failing - repairing) * seconds
        spread = -math.expm1(-gap) / gap if gap > 0.0 else 1.0
        sound = repairing * seconds * math.exp(-min(failing, repairing) * seconds) * spread
        repaired = -math.expm1(-repairing * seconds)
        up = (1.0 - self.bad_restart) * sound
        return (up, max(0.0, repaired - up), math.exp(-repairing * seconds))


FailureModel = ConstantProbability | Exponential | Weibull | GeneralizedLife | PeriodicTest


def _row_times(row: _Row, matrix: _Matrix) -> _Row:
    (a, b, c), (p, q, r) = row, matrix
    return (
        a * p[0] + b * q[0] + c * r[0],
        a * p[1] + b * q[1] + c * r[1],
        a * p[2] + b * q[2] + c * r[2],
    )


def _product(left: _Matrix, right: _Matrix) -> _Matrix:
    """A product of matrices whose rows sum to 1, as its rows do: else rounding would add up over many tests."""
    rows = (_row_times(left[0], right), _row_times(left[1], right), _row_times(left[2], right))
    sums = (sum(rows[0]), sum(rows[1]), sum(rows[2]))
    return (_divided(rows[0], sums[0]), _divided(rows[1], sums[1]), _divided(rows[2], sums[2]))


def _divided(row: _Row, by: float) -> _Row:
    return (row[0] / by, row[1] / by, row[2] / by)


def _power(matrix: _Matrix, exponent: int) -> _Matrix:
    """By repeated squaring; no term is negative, so no digit is lost."""
    result = _IDENTITY
    while exponent:
        if exponent & 1:
            result = _product(result, matrix)
        matrix = _product(matrix, matrix)
        exponent >>= 1
    return result
