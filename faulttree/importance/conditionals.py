"""Conditional probabilities of the top event, from which every measure of importance follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from faulttree.deadline import check
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.importance.slopes import KEPT, with_digits
from faulttree.quantification.probability import FloatArray
from faulttree.quantification.settled.sweeps import SettledSweeps
from faulttree.weighted_counting import Trace
from faulttree.wide_arrays import products

__all__ = ["Conditionals", "at_halves", "conditionals", "constant_conditionals", "counted_conditionals"]

LOST = 1e-3
"""A difference that is a smaller part of its terms is not taken; the probability is worked out by itself."""

Top = TypeVar("Top", float, FloatArray)


@dataclass(frozen=True, eq=False)
class Conditionals(Generic[Top]):
    """P = P(top), and of each of some events, or groups of events, or gates what the top does with it and without it.

    top: P, one number, or float64[B] where there is a column for each of B samples.
    All others are arrays whose first axis is that of the events, float64[n] or float64[n, B].
    q: probability of the event. with_event: P1 = P(top | event). without_event: P0 = P(top | no event).
    slope: P1 - P0 = dP/dq. loss: P - P0 = q dP/dq, what goes when the event cannot occur.
    error: bound on how far each slope lies from the exact one.
    Slope and loss come with their own digits, since the difference of two near numbers has lost them.
    Where floats would lose digits to underflow, all are numbers of any exponent: arrays of objects; see `underflow`.
    """

    top: Top
    q: FloatArray
    with_event: FloatArray
    without_event: FloatArray
    slope: FloatArray
    loss: FloatArray
    error: FloatArray

    @property
    def together(self) -> FloatArray:
        """P(top and event) = q P1."""
        is_sampled = isinstance(self.top, np.ndarray)
        found: FloatArray = self.q * self.with_event if is_sampled else products(self.q, self.with_event)
        return found

    def of(self: Conditionals[float], levels: Mapping[str, int], events: Mapping[str, float]) -> Conditionals[float]:
        """Those of some events, in their order, where these are of the levels of a diagram.

        levels: by event. events: the probability of each, which counts where it has no level: it changes nothing then.
        """
        top = self.top
        found = np.empty((6, len(events)), self.slope.dtype)
        for column, q in enumerate(events.values()):
            found[:, column] = q, top, top, 0.0, 0.0, 0.0
        places = [place for place, event in enumerate(events) if event in levels]
        own = [levels[event] for event in events if event in levels]
        arrays = (self.q, self.with_event, self.without_event, self.slope, self.loss, self.error)
        found[:, places] = np.stack(arrays)[:, own]
        return Conditionals(top, *found)

    def unsure(self, events: Iterable[str]) -> dict[str, float]:
        """The error of each slope that has fewer than 11 digits, by event. events: one for each slope."""
        rows = zip(events, self.slope.tolist(), self.error.tolist(), strict=True)
        return {event: error for event, slope, error in rows if error > KEPT * abs(slope)}


def conditionals(
    bdd: Bdd,
    q: FloatArray,
    not_q: FloatArray,
    monotone: bool,
    root: str = "top",
    *,
    sweeps: int = 1,
    slopes_too: bool = True,
) -> Conditionals[float]:
    """Conditional probabilities of a diagram's function by level: float64[n_levels] each.

    q, not_q: float64[n_levels] in [0, 1], of each event and of its absence. monotone: whether the function is known to
    be. sweeps: how many such calls are to come, which decides whether compiling pays.
    slopes_too: whether slopes are wanted with their digits where double-double numbers have too few; see `error`.
    Probabilities have 13 digits; of slopes see `with_digits`. Values at levels that are no event's have no meaning.
    """
    settled = SettledSweeps(bdd, q, not_q, root, 4 * sweeps)
    found = settled.each()
    slope, error = found.slopes.value, found.slopes.error
    if slopes_too:
        slope, error = with_digits(settled, found.slopes, monotone)
    return Conditionals(found.top, q, found.with_event, found.without_event, slope, q * slope, error)


def counted_conditionals(
    traced: Trace, events: Mapping[str, tuple[float, float]], variables: Sequence[str], monotone: bool
) -> Conditionals[float]:
    """Conditional probabilities from the trace of a count, of some events in their order.

    events: probability of each, and of its absence; one that is none of the circuit's variables makes no difference to
    it.
    """
    place = {event: i for i, event in enumerate(events)}
    chosen = np.array([place[variable] for variable in variables], np.intp)
    sides = np.array(list(events.values()), np.float64).reshape(-1, 2)
    q, (own, not_own) = sides[:, 0], sides[chosen].T
    top, _ = traced.probability(sides[chosen])
    slopes, errors = traced.derivatives(sides[chosen])
    if monotone:
        slopes = np.maximum(slopes, 0.0)
    with_event, without_event, (slope, error) = np.full(len(q), top), np.full(len(q), top), np.zeros((2, len(q)))
    with_event[chosen] = np.minimum(top + not_own * slopes, 1.0)
    without_event[chosen] = top - own * slopes
    slope[chosen], error[chosen] = slopes, errors
    # A difference that is small beside its terms has lost digits, and gets a sweep of its own.
    for state, conditional in ((0.0, without_event), (1.0, with_event)):
        for i in np.flatnonzero(conditional[chosen] < LOST * top).tolist():
            check()
            fixed = sides[chosen]
            fixed[i] = state, 1.0 - state
            conditional[chosen[i]], _ = traced.probability(fixed)
    return Conditionals(top, q, with_event, without_event, slope, q * slope, error)


def at_halves(bdd: Bdd, monotone: bool, root: str = "top") -> Conditionals[float]:
    """The same with every probability at one half, from which structural measures follow; P1 and P0 by difference."""
    halves = np.full(len(bdd.variables), 0.5)
    settled = SettledSweeps(bdd, halves, halves, root, sweeps=2)
    slope, error = with_digits(settled, settled.slopes(), monotone)
    top, half = settled.probability().at(0), 0.5 * slope
    return Conditionals(top, halves, top + half, top - half, slope, half, error)


def constant_conditionals(top: float, q: FloatArray) -> Conditionals[float]:
    """Those of a function that is certainly false or true, of which no event makes a difference."""
    same, nothing = np.full(len(q), top), np.zeros(len(q))
    return Conditionals(top, q, same, same, nothing, nothing, nothing)
