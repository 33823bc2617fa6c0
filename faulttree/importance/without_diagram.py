"""Importance of every event between bounds, for trees that neither a decision diagram nor a count holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.importance.conditionals import Conditionals
from faulttree.importance.events import Importance, rows_of
from faulttree.importance.table import TABLE, Measure
from faulttree.quantification.probability import FloatArray, Probability
from faulttree.wide_arrays import products
from faulttree.wide_floats import WideFloat, nearest

__all__ = ["importance_between"]

OUTWARD = 1e-9
"""Relative: more than the rounding of a conditional probability that is a difference."""
UNSEEN = 1e-285
"""More than the products, too small for floats, that a conditional probability can have lost."""
SMALL = 1e-300
"""A product that is larger has its digits."""
ROUNDING = 4.0
"""Units in the last place: more than a measure's formula rounds by."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Conditional probabilities, slopes and losses between a lower and an upper end. coherent: as of the tree."""

    low: Conditionals[float]
    high: Conditionals[float]
    coherent: bool

    @classmethod
    def between(
        cls, top: tuple[float, float], below: Conditionals[float], above: Conditionals[float], coherent: bool
    ) -> Bounds:
        """From two functions between which the tree's lies, the ends moved outward for rounding.

        top: certain bounds on P.
        """
        with_low, without_low = (
            np.maximum(each * (1.0 - OUTWARD) - UNSEEN, 0.0) for each in (below.with_event, below.without_event)
        )
        with_high, without_high = (
            np.minimum(each * (1.0 + OUTWARD) + UNSEEN, 1.0) for each in (above.with_event, above.without_event)
        )
        steep_low, steep_high = with_low - without_high, with_high - without_low
        if coherent:
            steep_low = np.maximum(steep_low, 0.0)
        q = above.q
        return cls(
            Conditionals(top[0], q, with_low, without_low, steep_low, products(q, steep_low), below.error),
            Conditionals(top[1], q, with_high, without_high, steep_high, products(q, steep_high), above.error),
            coherent,
        )

    def of(self, measure: Measure) -> tuple[FloatArray, FloatArray]:
        """The least and the most that the measure of each event can be, where it is defined; nan where it nowhere is.

        A formula rises or falls with each of its terms, so that its extremes lie at their ends. Of a coherent tree P
        follows from the two conditional probabilities, too, which keeps ratios to it narrow.
        """
        corners = []
        for top, one, none, steep in itertools.product((self.low, self.high), repeat=4):
            given = (one.q, one.with_event, none.without_event, steep.slope, steep.loss, steep.error)
            corners.append(measure.formula(Conditionals(top.top, *given)))
        least, most = _least(measure, corners), _most(measure, corners)
        least = np.maximum(_moved(least, -ROUNDING), measure.least)
        most = np.minimum(_moved(most, ROUNDING), measure.most)
        if not self.coherent:
            return least, most
        corners = [
            measure.formula(_of_coherent(one.q, one.with_event, none.without_event))
            for one, none in itertools.product((self.low, self.high), repeat=2)
        ]
        low, high = (
            np.where(self._holds_products, ends, math.nan)
            for ends in (_least(measure, corners), _most(measure, corners))
        )
        least = np.maximum(np.fmax(least, low * (1.0 - OUTWARD)), measure.coherent_least)
        return least, np.fmin(most, high * (1.0 + OUTWARD))

    @property
    def _holds_products(self) -> npt.NDArray[np.bool_]:
        """Whether P follows in floats from the conditional probabilities of each event: bool[n_events]."""
        q = self.low.q
        parts = [q * each.with_event for each in (self.low, self.high)]
        parts += [(1.0 - q) * each.without_event for each in (self.low, self.high)]
        whole = [each.with_event for each in (self.low, self.high)]
        whole += [each.without_event for each in (self.low, self.high)]
        shares = [q, q, 1.0 - q, 1.0 - q]
        found = [
            (part > SMALL) | (one == 0.0) | (share == 0.0)
            for part, one, share in zip(parts, whole, shares, strict=True)
        ]
        held: npt.NDArray[np.bool_] = np.logical_and.reduce(found)
        return held


def importance_between(
    events: Sequence[str],
    top: Probability,
    below: tuple[Conditionals[float], Conditionals[float]],
    above: tuple[Conditionals[float], Conditionals[float]],
    coherent: bool,
) -> Importance:
    """Bounds on every measure of every event, from two functions between which the tree's lies.

    below implies the tree's function, which implies above; so every conditional probability lies between theirs. Each
    is given with the events' probabilities, and with every probability at 1/2.
    Of a measure that needs all cut sets nothing is known. coherent: slopes are then at least 0.
    """
    bounds = {
        "probabilities": Bounds.between((top.lower, top.upper), below[0], above[0], coherent),
        "halves": Bounds.between((below[1].top, above[1].top), below[1], above[1], coherent),
    }
    nothing = np.full(len(events), math.nan)
    ends = {
        measure.key: found.of(measure) if (found := bounds.get(measure.basis)) else (nothing, nothing)
        for measure in TABLE
    }
    values = [{key: pair[end] for key, pair in ends.items()} for end in (0, 1)]
    low, high = (rows_of(events, above[0].q, each) for each in values)
    unknown = tuple(measure.key for measure in TABLE if measure.basis not in bounds)
    return Importance(rows_of(events, above[0].q, dict.fromkeys(ends, nothing)), "interval", low, high, unknown=unknown)


def _of_coherent(q: FloatArray, with_event: FloatArray, without_event: FloatArray) -> Conditionals[FloatArray]:
    """What follows from the two conditional probabilities of a coherent tree, P with it: one for each event."""
    with_event = np.maximum(with_event, without_event)
    slope = with_event - without_event
    top = q * with_event + (1.0 - q) * without_event
    return Conditionals(top, q, with_event, without_event, slope, q * slope, np.zeros(len(q)))


def _least(measure: Measure, corners: Sequence[FloatArray]) -> FloatArray:
    """The least of each event, in the measure's range; nan where it is undefined at all corners."""
    plain = [np.clip(_floats(corner, downward=True), measure.least, measure.most) for corner in corners]
    found: FloatArray = np.fmin.reduce(plain)
    return found


def _most(measure: Measure, corners: Sequence[FloatArray]) -> FloatArray:
    plain = [np.clip(_floats(corner, downward=False), measure.least, measure.most) for corner in corners]
    found: FloatArray = np.fmax.reduce(plain)
    return found


def _floats(numbers: FloatArray, downward: bool) -> FloatArray:
    """The numbers as plain floats; one that no float holds is moved to the next, down or up."""
    if numbers.dtype != object:
        return numbers
    toward = -math.inf if downward else math.inf
    found = [
        math.nextafter(nearest(number), toward) if isinstance(number, WideFloat) else nearest(number)
        for number in numbers.tolist()
    ]
    return np.array(found, np.float64)


def _moved(ends: FloatArray, ulps: float) -> FloatArray:
    """Finite numbers other than 0, moved by so many units in the last place."""
    plain = np.isfinite(ends) & (ends != 0.0)
    found: FloatArray = np.where(plain, ends + ulps * np.spacing(np.where(plain, np.abs(ends), 1.0)), ends)
    return found
