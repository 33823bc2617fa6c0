"""Laws of what is not repaired: a demand, and lives of several shapes. F(t) = q(t), and w(t) is the density of life."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.laws.law import MOST_BREAKPOINTS, Arithmetic, FloatArray, Law, Number, State, instants_between, too_many
from faulttree.laws.repair import Repairable

__all__ = ["Constant", "Exponential", "GammaLife", "Life", "LognormalLife", "Phased", "Weibull"]


class Life(Law):
    """A law without repair, under which everything fails in the end."""

    __slots__ = ()

    @property
    def repairable(self) -> bool:
        """Never."""
        return False

    def steady(self) -> State | None:
        """Failed for certain, and none left to fail."""
        return self._constant_state(1.0, 0.0)


@dataclass(frozen=True, slots=True)
class Constant(Life):
    """The same probability at every time: a demand, or a state that is found so.

    probability: q, in [0, 1]. w = 0: a demand is no process in time.
    """

    depends_on_time = False

    probability: Number

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = probability, w(t) = 0."""
        return self.probability, 1.0 - self.probability, m.where(t >= 0.0, 0.0, 0.0)

    def steady(self) -> State | None:
        """The same as ever."""
        return self._constant_state(self.probability, 1.0 - self.probability)


@dataclass(frozen=True, slots=True)
class Exponential(Life):
    """Fails at a constant rate, per second, and is not repaired.

    Source: W. E. Vesely et al., Fault Tree Handbook, NUREG-0492, 1981, section X.
    """

    rate: Number

    def as_chain(self) -> Repairable:
        """A component whose repair rate is 0."""
        return Repairable(self.rate, 0.0)

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = 1 - exp(-rate t), w(t) = rate exp(-rate t)."""
        exponent = -self.rate * t
        left = m.exp(exponent)
        return -m.expm1(exponent), left, self.rate * left

    def steady(self) -> State | None:
        """Failed, unless the rate is 0."""
        failed = np.where(np.asarray(self.rate) > 0.0, 1.0, 0.0)
        return self._constant_state(failed, 1.0 - failed)


@dataclass(frozen=True, slots=True)
class Weibull(Life):
    """Fails at a rate that falls (shape < 1), stays (1) or rises (shape > 1) with age, and is not repaired.

    scale: characteristic life in seconds, above 0; shape: above 0; shift: seconds before which it cannot fail.
    Source: Open-PSA Model Exchange Format, version 2.0d, built-in Weibull; W. Weibull, J. Appl. Mech. 18, 1951, 293.
    """

    breakpoint_fields = frozenset({"shift"})

    scale: Number
    shape: Number
    shift: Number = 0.0

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = 1 - exp(-H), w(t) = shape H exp(-H) / (t - shift), H = ((t - shift) / scale) ** shape; 0 before.

        At age 0 and with shape < 1, w is infinite: integrate it by differences of q there.
        """
        since = m.maximum(t - self.shift, 0.0)
        age = since / self.scale
        aged = age > 0.0
        some = m.where(aged, since, 1.0)
        # Beyond exp(7), exp(-H) is below any float.
        hazard = m.where(aged, m.exp(m.minimum(self.shape * m.log(m.where(aged, age, 1.0)), 7.0)), 0.0)
        left = m.exp(-hazard)
        at_birth = m.where(self.shape < 1.0, math.inf, m.where(self.shape > 1.0, 0.0, 1.0 / self.scale))
        newborn = m.where(t >= self.shift, at_birth, 0.0)
        return -m.expm1(-hazard), left, m.where(aged, self.shape * hazard * left / some, newborn)

    def breakpoints(self, until: float) -> FloatArray:
        """The shift."""
        return instants_between(np.asarray(self.shift), until)


@dataclass(frozen=True, slots=True)
class GammaLife(Life):
    """Fails at the end of a life that is gamma distributed: after `shape` shocks, for a whole shape.

    shape: k, above 0; scale: theta in seconds, above 0; its mean life is k theta.
    Source: M. Abramowitz, I. A. Stegun, Handbook of Mathematical Functions, 1964, 6.5.1 and 26.1.32.
    """

    shape: Number
    scale: Number

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = P(k, x), 1 - q(t) = Q(k, x), w(t) = x ** (k - 1) exp(-x) / (Gamma(k) theta), x = t / theta.

        The density is worked out by its logarithm: its relative error is about k log(k) 1e-16.
        At time 0 and with shape < 1, w is infinite: integrate it by differences of q there.
        """
        x = t / self.scale
        some = m.where(x > 0.0, m.minimum(x, 1e300), 1.0)
        density = m.exp((self.shape - 1.0) * m.log(some) - some - m.log_gamma(self.shape)) / self.scale
        at_birth = m.where(self.shape < 1.0, math.inf, m.where(self.shape > 1.0, 0.0, 1.0 / self.scale))
        return m.gamma_below(self.shape, x), m.gamma_above(self.shape, x), m.where(x > 0.0, density, at_birth)


@dataclass(frozen=True, slots=True)
class LognormalLife(Life):
    """Fails at the end of a life whose logarithm is normally distributed.

    median: in seconds, above 0; sigma: standard deviation of the life's natural logarithm, above 0.
    Source: J. Aitchison, J. A. C. Brown, The Lognormal Distribution, 1957, section 2.2.
    """

    median: Number
    sigma: Number

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = Phi(z), 1 - q(t) = Phi(-z), w(t) = phi(z) / (sigma t), z = ln(t / median) / sigma; 0 at time 0."""
        ratio = t / self.median
        started = ratio > 0.0
        some = m.where(started, t, 1.0)
        z = m.log(m.where(started, ratio, 1.0)) / self.sigma
        density = m.exp(-0.5 * z * z) / (math.sqrt(2.0 * math.pi) * self.sigma * some)
        return (
            m.where(started, m.normal_below(z), 0.0),
            m.where(started, m.normal_below(-z), 1.0),
            m.where(started, density, 0.0),
        )


@dataclass(frozen=True, slots=True)
class Phased(Life):
    """Fails at a rate of its own in each phase of a mission, is not repaired, and cannot fail after the last phase.

    durations: in seconds, not negative; rates: per second; one of each per phase, in their order from time 0.
    Source: the exponential law with a rate that is constant piece by piece; NUREG-0492, section X.
    """

    breakpoint_fields = frozenset({"durations"})

    durations: tuple[Number, ...]
    rates: tuple[Number, ...]

    def _state(self, t: Any, m: Arithmetic) -> tuple[Any, Any, Any]:
        """q(t) = 1 - exp(-H), w(t) = rate(t) exp(-H), H: sum of rate x time spent in each phase.

        A phase holds from its beginning until just before its end.
        """
        begin: Number = 0.0
        hazard, rate = m.where(t >= 0.0, 0.0, 0.0), 0.0
        for duration, failing in zip(self.durations, self.rates, strict=True):
            end = begin + duration
            hazard = hazard + failing * m.minimum(m.maximum(t - begin, 0.0), duration)
            rate = m.where((t >= begin) & (t < end), failing, rate)
            begin = end
        left = m.exp(-hazard)
        return -m.expm1(-hazard), left, rate * left

    def steady(self) -> State | None:
        """As at the end of the last phase."""
        end = sum(self.durations, start=np.zeros(self._shape()))
        reached = self.at(end)
        return self._constant_state(reached.unavailability, reached.availability)

    def breakpoints(self, until: float) -> FloatArray:
        """The ends of the phases."""
        ends = np.cumsum(np.stack(np.broadcast_arrays(*map(np.asarray, self.durations))), axis=0)
        inside = instants_between(ends, until)
        if len(inside) > MOST_BREAKPOINTS:
            raise too_many(f"a law of {len(self.durations):,} phases", len(inside), "give fewer phases")
        return inside

    def _numbers(self) -> Iterable[Any]:
        return (*self.durations, *self.rates)
