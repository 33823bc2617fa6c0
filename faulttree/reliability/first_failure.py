"""Bounds on the mean time to the first failure of a system whose events are repaired or tested."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from faulttree.laws import Law, LawForm, PeriodicTest, Quantity, Repairable, constant_form
from faulttree.quantification.inputs import EventLaws
from faulttree.reliability.curve import expected_failures
from faulttree.reliability.system import FloatArray, System

__all__ = ["first_failure_bounds"]

STEPS_PER_DECADE = 6
POINTS = 100
MOST_PERIODS = 32
MOST_INTERVALS = 100.0
"""So many test intervals are followed at most, from time 0 on."""
SAME = 1e-9
"""Times of tests this close, as a share of the interval, are one."""


def first_failure_bounds(system: System) -> tuple[float, float]:
    """Two ends between which the mean time E to the first failure lies, in seconds; the upper one may be inf.

    For a coherent tree of known frequency. T is the time at which the top event first holds, be it 0; F(t) = P(T <= t),
    R = 1 - F, Q(t) the unavailability, W(0, t) the expected failures, whose integrals are good to their estimate.

    1. F(t) <= Q(0) + W(0, t), so E >= integral of max(0, 1 - Q(0) - W(0, t)), for all laws.
    2. Components that are up or down at constant rates are monotone: started up, each can be coupled to itself started
       otherwise so that it is up whenever the other is. So T from all up is never the shorter one. The up times of the
       steady state begin in some state, so their mean (1 - Q) / w is at most E from all up, and E is at least that
       times the probability that all are up at time 0.
    3. For the same reason R(s + t) <= R(s) R(t) from all up (new better than used), so E <= t / F(t) for every t. Of
       the failures counted by W(0, t) all but the first come with the failure of a component after it, of which there
       are at most c(t) on average whatever happened: W(0, t) <= F(t) (1 + c(t)), and F(t) >= Q(t). What fails on
       demand, or is there at all times, can only make T shorter: it is left out of the upper end.
    4. What is tested without a trace (at once, and as new after it) is monotone too, and after a period P of all tests
       the future looks as it did at time 0, so 3 holds for multiples of P. Where all is tested just at P, E is exactly
       the integral of R over [0, P] / F(P), which is at least P (1 - F(P)) / F(P).

    Sources: S. M. Ross, Annals of Probability 4, 1976 (time to first failure, NBU); R. E. Barlow, F. Proschan,
    Statistical Theory of Reliability and Life Testing, 1975, chapters 6 and 7.
    """
    parts = _Parts.of(system)
    start = float(system.at(np.zeros(1)).unavailability[0])
    return max(_by_counting(system, parts, start), _by_steady_state(system, parts)), _new_better_than_used(
        system, parts
    )


@dataclass(frozen=True)
class _Parts:
    """The laws of a system by what they are.

    chains: up and down at constant rates. tested: without a trace. found: the same at all times. monotone: whether
    that is all. period: of all tests, in seconds; 0 for none, nan where there is none.
    """

    chains: Mapping[int, Repairable]
    tested: Mapping[int, PeriodicTest]
    found: Mapping[int, Law]
    monotone: bool
    period: float

    @classmethod
    def of(cls, system: System) -> _Parts:
        chains: dict[int, Repairable] = {}
        tested: dict[int, PeriodicTest] = {}
        found: dict[int, Law] = {}
        for level, law in system.used_laws.items():
            if (chain := law.as_chain()) is not None:
                chains[level] = chain
            elif (renewed := law.as_tested()) is not None:
                tested[level] = renewed
            elif not (law.depends_on_time or law.repairable):
                found[level] = law
        monotone = len(chains) + len(tested) + len(found) == len(system.used_laws)
        return cls(chains, tested, found, monotone, _period(list(tested.values())))

    def component_failures(self, seconds: FloatArray) -> FloatArray:
        """At most so many failures of components on average, in any time of that length, whatever happened before."""
        total = np.zeros(len(seconds))
        for law in self.tested.values():
            total += float(law.rate) * seconds
        for chain in self.chains.values():
            expected = float(chain.rate) * seconds
            total += expected if float(chain.repair_rate) > 0.0 else np.minimum(1.0, expected)
        return total

    @property
    def all_new_after_a_period(self) -> bool:
        """Whether every component is tested just when a period ends."""
        off = (abs(float(law.first_test) / float(law.interval) - 1.0) for law in self.tested.values())
        return bool(self.tested) and not self.chains and not math.isnan(self.period) and max(off) <= SAME


def _period(tested: Sequence[PeriodicTest]) -> float:
    intervals = [(float(law.interval), float(law.first_test)) for law in tested]
    longest = max((interval for interval, _ in intervals), default=0.0)
    for interval, first in intervals:
        times = longest / interval
        if first > interval * (1.0 + SAME) or abs(times - round(times)) > SAME * times:
            return math.nan
    return longest


def _by_counting(system: System, parts: _Parts, start: float) -> float:
    """The integral of max(0, 1 - Q(0) - W(0, t)), from below; of what is tested only the first hundred intervals."""
    if start >= 1.0:
        return 0.0
    intervals = [law.longest_test_interval for law in system.used_laws.values() if law.longest_test_interval > 0.0]
    until = MOST_INTERVALS * min(intervals) if intervals else 1e18
    doubling = until * 2.0 ** np.arange(-60.0 if not intervals else -10.0, 1.0)
    failures, _, _ = expected_failures(system, doubling)
    over = np.flatnonzero(start + failures.upper >= 1.0)
    end = float(doubling[over[0]]) if len(over) else until
    times = end * np.arange(1, POINTS + 1) / POINTS
    failures, _, _ = expected_failures(system, times)
    alive = np.maximum(0.0, 1.0 - start - failures.upper)
    lower = float(np.sum(alive)) * end / POINTS
    if parts.monotone and parts.all_new_after_a_period:
        failures, _, _ = expected_failures(system, np.array([parts.period]))
        failed = min(1.0, start + float(failures.upper[0]))
        lower = max(lower, math.inf if failed == 0.0 else parts.period * (1.0 - failed) / failed)
    return lower


def _by_steady_state(system: System, parts: _Parts) -> float:
    """Mean up time in the steady state, times the probability that all are up at time 0; 0 where it does not apply."""
    limit = system.steady() if parts.monotone and not parts.tested else None
    if limit is None or limit.frequency is None:
        return 0.0
    up, w = float(limit.availability[0]), float(limit.frequency[0])
    all_up = math.prod(float(law.at(0.0).availability) for law in system.used_laws.values())
    return all_up * up / w if w > 0.0 else math.inf if up > 0.0 and all_up > 0.0 else 0.0


def _new_better_than_used(system: System, parts: _Parts) -> float:
    """The least t / F(t), with lower bounds on F."""
    if not parts.monotone or math.isnan(parts.period):
        return math.inf
    best = _best(system, parts)
    if parts.period > 0.0:
        times = parts.period * 2.0 ** np.arange(math.log2(MOST_PERIODS) + 1.0)
    else:
        rates = [each for law in parts.chains.values() for each in (float(law.rate), float(law.repair_rate))]
        some = [rate for rate in rates if 0.0 < rate < math.inf]
        slowest = sum(float(law.rate) for law in parts.chains.values())
        if not some or slowest == 0.0:
            return math.inf
        first, last = math.log10(1e-2 / max(some)), math.log10(100.0 / min(min(some), slowest))
        times = np.logspace(first, last, max(2, round((last - first) * STEPS_PER_DECADE)))
    failures, peaks, _ = expected_failures(best, times)
    failed = np.minimum(1.0, np.maximum(peaks, failures.lower / (1.0 + parts.component_failures(times))))
    return float(np.min(np.divide(times, failed, out=np.full(len(times), math.inf), where=failed > 0.0)))


def _best(system: System, parts: _Parts) -> System:
    """The same with all components up at time 0, and nothing there that is the same at all times."""
    forms = list(system.laws.forms)
    for level in parts.found:
        forms[level] = constant_form(0.0)
    for level, law in parts.chains.items():
        rates = (("rate", Quantity(float(law.rate))), ("repair_rate", Quantity(float(law.repair_rate))))
        forms[level] = LawForm(Repairable, rates)
    return replace(system, laws=EventLaws(system.laws.events, tuple(forms)))
