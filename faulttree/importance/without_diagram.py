"""Importance of every event between bounds, for trees that neither a decision diagram nor a count holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from faulttree.importance.conditionals import Conditionals
from faulttree.importance.events import Importance, rows_of
from faulttree.importance.table import TABLE, Measure
from faulttree.quantification.probability import FloatArray, Probability

__all__ = ["importance_between"]

OUTWARD = 1e-9
"""Relative: more than the rounding of a conditional probability that is a difference."""


@dataclass(frozen=True, eq=False)
class Bounds:
    """Conditional probabilities, slopes and losses between a lower and an upper end.

    likely: those of the upper function, its slopes and losses kept between the ends.
    """

    low: Conditionals[float]
    high: Conditionals[float]
    likely: Conditionals[float]

    @classmethod
    def between(
        cls, top: tuple[float, float], below: Conditionals[float], above: Conditionals[float], coherent: bool
    ) -> Bounds:
        """From two functions between which the tree's lies, the ends moved outward for rounding.

        top: certain bounds on P.
        """
        with_low, without_low = (each * (1.0 - OUTWARD) for each in (below.with_event, below.without_event))
        with_high, without_high = (
            np.minimum(each * (1.0 + OUTWARD), 1.0) for each in (above.with_event, above.without_event)
        )
        steep_low, steep_high = with_low - without_high, with_high - without_low
        if coherent:
            steep_low = np.maximum(steep_low, 0.0)
        likely = np.clip(above.slope, steep_low, steep_high)
        q = above.q
        return cls(
            Conditionals(top[0], q, with_low, without_low, steep_low, q * steep_low, below.error),
            Conditionals(top[1], q, with_high, without_high, steep_high, q * steep_high, above.error),
            Conditionals(top[1], q, above.with_event, above.without_event, likely, q * likely, above.error),
        )

    def of(self, measure: Measure) -> tuple[FloatArray, FloatArray]:
        """The least and the most that the measure of each event can be, where it is defined; nan where it nowhere is.

        A formula rises or falls with each of its terms, so that its extremes lie at their ends.
        """
        q, corners = self.low.q, []
        for top, one, none, steep in itertools.product((self.low, self.high), repeat=4):
            corner = Conditionals(top.top, q, one.with_event, none.without_event, steep.slope, steep.loss, steep.error)
            corners.append(_within(measure, corner))
        return np.fmin.reduce(corners), np.fmax.reduce(corners)


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
    Of a measure that needs all cut sets only the range is certain. coherent: slopes are then at least 0.
    """
    bounds = {
        "probabilities": Bounds.between((top.lower, top.upper), below[0], above[0], coherent),
        "halves": Bounds.between((below[1].top, above[1].top), below[1], above[1], coherent),
    }
    lower, upper, likely = {}, {}, {}
    for measure in TABLE:
        if found := bounds.get(measure.basis):
            lower[measure.key], upper[measure.key] = found.of(measure)
            likely[measure.key] = _within(measure, found.likely)
        else:
            ends = (measure.least, measure.most, math.nan)
            lower[measure.key], upper[measure.key], likely[measure.key] = (np.full(len(events), end) for end in ends)
    middle, low, high = (rows_of(events, above[0].q, values) for values in (likely, lower, upper))
    return Importance(middle, "interval", low, high)


def _within(measure: Measure, given: Conditionals[float]) -> FloatArray:
    """The value of a measure, moved into its range where rounding put it out."""
    found: FloatArray = np.clip(measure.formula(given), measure.least, measure.most)
    return found
