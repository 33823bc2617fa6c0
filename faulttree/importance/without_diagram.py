"""Importance of every event between bounds, for trees that neither a decision diagram nor a count holds."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.importance.conditionals import Conditionals
from faulttree.importance.events import Importance, rows_of
from faulttree.importance.table import TABLE, Measure
from faulttree.quantification.probability import FloatArray, Probability

__all__ = ["importance_between"]

OUTWARD = 1e-9
"""Relative: more than the rounding of a conditional probability that is a difference."""
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
        with_low, without_low = (each * (1.0 - OUTWARD) for each in (below.with_event, below.without_event))
        with_high, without_high = (
            np.minimum(each * (1.0 + OUTWARD), 1.0) for each in (above.with_event, above.without_event)
        )
        steep_low, steep_high = with_low - without_high, with_high - without_low
        if coherent:
            steep_low = np.maximum(steep_low, 0.0)
        q = above.q
        return cls(
            Conditionals(top[0], q, with_low, without_low, steep_low, q * steep_low, below.error),
            Conditionals(top[1], q, with_high, without_high, steep_high, q * steep_high, above.error),
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
            corners.append(_within(measure, Conditionals(top.top, *given)))
        least = np.maximum(_moved(np.fmin.reduce(corners), -ROUNDING), measure.least)
        most = np.minimum(_moved(np.fmax.reduce(corners), ROUNDING), measure.most)
        if not self.coherent:
            return least, most
        corners = [
            _within(measure, _of_coherent(one.q, one.with_event, none.without_event))
            for one, none in itertools.product((self.low, self.high), repeat=2)
        ]
        low, high = np.fmin.reduce(corners), np.fmax.reduce(corners)
        least = np.maximum(np.fmax(least, low * (1.0 - OUTWARD)), measure.coherent_least)
        return least, np.fmin(most, high * (1.0 + OUTWARD))


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


def _moved(ends: FloatArray, ulps: float) -> FloatArray:
    """Finite numbers other than 0, moved by so many units in the last place."""
    plain = np.isfinite(ends) & (ends != 0.0)
    found: FloatArray = np.where(plain, ends + ulps * np.spacing(np.where(plain, np.abs(ends), 1.0)), ends)
    return found


def _within(measure: Measure, given: Conditionals[Any]) -> FloatArray:
    """The value of a measure, moved into its range where rounding put it out."""
    found: FloatArray = np.clip(measure.formula(given), measure.least, measure.most)
    return found
