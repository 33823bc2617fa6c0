"""The mean state of a law over a time, and the largest values of its state."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from faulttree.laws.duals import DUALS, Dual, mean_growth, mean_survival, slope_of, value_of
from faulttree.laws.law import FloatArray, Law, Number, State
from faulttree.laws.life import Exponential
from faulttree.laws.moving import Moving, moving_mean_of_a_chain, moving_state
from faulttree.laws.periodic_test import PeriodicTest
from faulttree.laws.repair import Repairable

__all__ = ["largest_state", "mean_state", "moving_largest", "moving_mean"]

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(12)
_MOST_OCTAVES = 64
_SERIES_TERMS = 20
_THIRDS = 45


def mean_state(law: Law, over: Number) -> State:
    """The means of q, 1 - q and w over [0, over], in seconds; of what is tested, over a test interval in the long run.

    law: exponential, repairable or tested periodically; its numbers may be arrays that broadcast against `over`.
    What tests bring down at instants is in the mean of w, by a bound that is never below it.
    Closed forms, or sums of exponentials integrated by Gauss's rule of 12 points over pieces of doubling length: on
    [a, 2a] its error of exp(-r t) is below 5e-16 a whatever r is, for it is r**24 exp(-r a) a**25 / 1.1e38.
    """
    if isinstance(law, PeriodicTest):
        return _mean_of_a_cycle(law)
    chain = _as_chain(law)
    if chain.steady_state:
        return chain.at(over)
    start, end = chain.at(0.0), Repairable(chain.rate, chain.repair_rate, chain.on_demand, steady_state=True).at(0.0)
    passed = (np.asarray(chain.rate) + np.asarray(chain.repair_rate)) * over
    settled, left = mean_life(passed)
    q = start.unavailability * left + end.unavailability * settled
    not_q = start.availability * left + end.availability * settled
    return State(*np.broadcast_arrays(q, not_q, chain.rate * not_q))


def largest_state(law: Law, over: Number) -> State:
    """The largest q, 1 less that, and the largest w, over the times that `mean_state` takes the mean of.

    The two need not be reached at one time: they bound a coherent top event's probability and frequency.
    """
    if isinstance(law, PeriodicTest):
        return _largest_of_a_cycle(law)
    chain = _as_chain(law)
    start, end = chain.at(0.0), chain.at(over)  # q goes from one to the other and never turns
    q = np.maximum(start.unavailability, end.unavailability)
    not_q = np.minimum(start.availability, end.availability)
    return State(*np.broadcast_arrays(q, not_q, np.maximum(start.frequency, end.frequency)))


def mean_life(x: Any) -> tuple[FloatArray, FloatArray]:
    """The means of 1 - exp(-r t) and of exp(-r t) over [0, x / r], each with its digits.

    They are 1 - (1 - exp(-x)) / x and (1 - exp(-x)) / x; 0 and 1 at 0, 1 and 0 at infinity.
    """
    x = np.asarray(x, np.float64)
    small, large = np.minimum(x, 0.5), np.maximum(x, 0.5)
    term, total = small / 2.0, np.zeros(x.shape)
    for k in range(2, _SERIES_TERMS):  # x / 2 - x**2 / 6 + x**3 / 24 - ...
        total = total + term
        term = -term * small / (k + 1)
    left = -np.expm1(-large) / large
    return np.where(x < 0.5, total, 1.0 - left), np.where(x < 0.5, 1.0 - total, left)


def _as_chain(law: Law) -> Repairable:
    if isinstance(law, Exponential):
        return Repairable(law.rate, 0.0)
    assert isinstance(law, Repairable), f"no mean is taken of a {type(law).__name__}"
    return law


def moving_mean(law: Law, over: Any) -> Moving:
    """The means of `mean_state` in dual numbers: numbers of the law, and `over`, may be such."""
    if not isinstance(law, PeriodicTest):
        return moving_mean_of_a_chain(_as_chain(law), over)
    with np.errstate(all="ignore"):
        if law.is_as_new_after_a_test:
            passed = law.rate * law.interval
            return passed * mean_growth(passed), 1.0 * mean_survival(passed), math.nan
        before, testing = law.before_a_test(DUALS), law.test_duration
        q: Any = 0.0
        not_q: Any = 0.0
        for on_test, length in ((False, law.interval - testing), (True, testing)):
            if not value_of(length) > 0.0:
                continue
            octaves = _MOST_OCTAVES // 2
            for octave in range(octaves + 1):
                low, high = (0.0 if octave == octaves else 2.0 ** -(octave + 1)), 2.0**-octave
                places = low + (high - low) * (_NODES + 1.0) / 2.0
                found = law.since_a_test(before, length * places, on_test=on_test, m=DUALS)
                part = (high - low) / 2.0 * length
                q, not_q = (total + part * _weighted(side) for total, side in zip((q, not_q), found, strict=False))
        return q / (q + not_q), not_q / (q + not_q), math.nan


def moving_largest(law: Law, over: Any, at_point: Law) -> Moving:
    """The largest values of `largest_state` in dual numbers. at_point: the law in plain numbers.

    Where a function is largest inside, its derivative by the place is 0, so that the place may stay.
    """
    with np.errstate(all="ignore"):
        if isinstance(law, PeriodicTest):
            assert isinstance(at_point, PeriodicTest), "it is the same law"
            return _moving_largest_of_a_cycle(law, at_point)
        chain = _as_chain(law)
        start, end = moving_state(chain, 0.0), moving_state(chain, over)
        return DUALS.maximum(start[0], end[0]), DUALS.minimum(start[1], end[1]), math.nan


def _moving_largest_of_a_cycle(law: PeriodicTest, at_point: PeriodicTest) -> Moving:
    before, plain = law.before_a_test(DUALS), at_point.before_a_test()
    q, not_q = Dual(0.0, 0.0), Dual(1.0, 0.0)
    lengths = {False: law.interval - law.test_duration, True: law.test_duration}
    for on_test, length in _pieces(at_point):

        def at(seconds: FloatArray, on_test: bool = on_test) -> Any:
            return at_point.since_a_test(plain, seconds, on_test=on_test)[0]

        places = [0.0, 1.0]
        if on_test and at_point.available_in_test:
            places = [float(_place_of_the_largest(at, length, at_point) / length)]
        for place in places:
            found = law.since_a_test(before, lengths[on_test] * place, on_test=on_test, m=DUALS)
            q, not_q = DUALS.maximum(q, found[0]), DUALS.minimum(not_q, found[1])
    return q, not_q, math.nan


def _weighted(values: Any) -> Any:
    """The sum of values at the nodes of the rule, each times its weight."""
    value, slope = (np.broadcast_to(each, _NODES.shape) @ _WEIGHTS for each in (value_of(values), slope_of(values)))
    return Dual(value, slope)


def _mean_of_a_cycle(law: PeriodicTest) -> State:
    if law.is_as_new_after_a_test:
        q, not_q = mean_life(np.asarray(law.rate) * law.interval)
        return State(*np.broadcast_arrays(q, not_q, law.rate * not_q))
    before = law.before_a_test()
    total = np.zeros((3, *law.shape))
    for on_test, length in _pieces(law):

        def state(seconds: FloatArray, on_test: bool = on_test) -> tuple[Any, Any, Any]:
            return law.since_a_test(before, seconds, on_test=on_test)

        total += _integrals(state, length, law)
    q, not_q, w = total
    # The two sum to the interval but for rounding.
    return State(q / (q + not_q), not_q / (q + not_q), (w + law.failures_at_a_test(before)) / law.interval)


def _largest_of_a_cycle(law: PeriodicTest) -> State:
    """The largest of the two parts of a cycle: during a test, and from its end to the next one.

    P(up) between tests is a sum of two exponentials whose slope has one zero at most and is negative in the end, so it
    is least at the beginning or the end; and so it is during a test of what is then out of duty, where it rises from 0.
    """
    before = law.before_a_test()
    q, not_q, w = np.zeros(law.shape), np.ones(law.shape), np.zeros(law.shape)
    for on_test, length in _pieces(law):

        def state(seconds: FloatArray, on_test: bool = on_test) -> tuple[Any, Any, Any]:
            return law.since_a_test(before, seconds, on_test=on_test)

        if on_test and law.available_in_test:
            worst = state(_place_of_the_largest(lambda seconds: state(seconds)[0], length, law))
        else:
            first, last = state(np.zeros(law.shape)), state(length)
            worst = np.maximum(first[0], last[0]), np.minimum(first[1], last[1]), first[2]
        often = state(_place_of_the_largest(lambda seconds: state(seconds)[2], length, law))
        q, not_q, w = np.maximum(q, worst[0]), np.minimum(not_q, worst[1]), np.maximum(w, often[2])
    return State(q, not_q, w + law.failures_at_a_test(before) / law.interval)


def _pieces(law: PeriodicTest) -> list[tuple[bool, FloatArray]]:
    """The parts of a cycle, whether on test, and their lengths."""
    testing = np.asarray(law.test_duration, np.float64)
    between = np.asarray(law.interval - testing, np.float64)
    return [(False, between), (True, testing)] if np.any(testing > 0.0) else [(False, between)]


def _integrals(function: Callable[[FloatArray], tuple[Any, ...]], length: FloatArray, law: PeriodicTest) -> FloatArray:
    """Integrals of three functions over [0, length]: sums of exponentials, none faster than the law's rates."""
    octaves = _octaves(length, law)
    places = ((_NODES + 1.0) / 2.0).reshape(-1, *[1] * len(law.shape))
    total = np.zeros((3, *law.shape))
    for octave in range(octaves + 1):
        low, high = (0.0 if octave == octaves else 2.0 ** -(octave + 1)), 2.0**-octave
        for row, values in enumerate(function(length * (low + (high - low) * places))):
            every = np.broadcast_to(values, (len(_NODES), *law.shape))
            total[row] += (high - low) / 2.0 * length * np.tensordot(_WEIGHTS, every, axes=(0, 0))
    return total


def _octaves(length: FloatArray, law: PeriodicTest) -> int:
    """Halvings of a length after which the law's fastest rate does nothing more in it."""
    most = law.fastest * float(np.max(length))
    return min(_MOST_OCTAVES, max(1, math.ceil(math.log2(most)) + 2)) if most > 0.0 else 1


def _place_of_the_largest(function: Callable[[FloatArray], Any], length: FloatArray, law: PeriodicTest) -> FloatArray:
    """Where in [0, length] a function is largest, one that has a single hill between two points of a doubling mesh."""
    mesh = np.concatenate([[0.0], 2.0 ** np.arange(-float(_octaves(length, law)) - 4.0, 1.0)])
    places = mesh.reshape(-1, *[1] * len(law.shape))
    seen = np.broadcast_to(function(length * places), (len(mesh), *law.shape))
    best = np.argmax(seen, axis=0)
    top, highest = mesh[best], np.max(seen, axis=0)
    low, high = mesh[np.maximum(best - 1, 0)], mesh[np.minimum(best + 1, len(mesh) - 1)]
    for _ in range(_THIRDS):
        one, other = low + (high - low) / 3.0, high - (high - low) / 3.0
        rises = function(length * one) < function(length * other)
        low, high = np.where(rises, one, low), np.where(rises, high, other)
    middle = (low + high) / 2.0
    found: FloatArray = length * np.where(function(length * middle) > highest, middle, top)
    return found
