"""Importance from conditional probabilities, exact or between bounds: for trees that no decision diagram holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from faulttree.importance.events import EventImportance, Importance
from faulttree.importance.ratio import ratio
from faulttree.quantification.probability import FloatArray, Probability

__all__ = ["Conditionals", "exact_importance", "importance_between"]

OUTWARD = 1e-9
"""Relative: more than the rounding of a conditional probability that is a difference."""


@dataclass(frozen=True, eq=False)
class Conditionals:
    """Of one function: its probability when each event occurs, when it does not, and its slope; float64[n_events] each.

    slope: the difference of the two, with its digits. structural: the same with every probability at 1/2.
    """

    with_event: FloatArray
    without_event: FloatArray
    slope: FloatArray
    structural_with: FloatArray
    structural_without: FloatArray
    structural_slope: FloatArray


def exact_importance(
    events: Sequence[str], q: FloatArray, top: Probability, found: Conditionals, coherent: bool
) -> Importance:
    """Every measure of every event but Fussell-Vesely, which needs all cut sets and is nan.

    coherent: slopes are then at least 0, and what is below is rounding.
    """
    p, least = top.value, 0.0 if coherent else -math.inf
    rows = []
    for i, event in enumerate(events):
        one, none, q_event = float(found.with_event[i]), float(found.without_event[i]), float(q[i])
        slope = max(least, float(found.slope[i]))
        rows.append(
            EventImportance(
                event, q_event, slope, ratio(q_event * slope, p), math.nan,
                ratio(q_event * one, p), ratio(one, p), ratio(p, none),
                max(least, float(found.structural_slope[i])),
            )
        )  # fmt: skip
    return Importance(tuple(rows), top.method)


def importance_between(
    events: Sequence[str],
    q: FloatArray,
    top: Probability,
    below: Conditionals,
    above: Conditionals,
    coherent: bool,
) -> Importance:
    """Bounds on every measure of every event, from two functions between which the tree's lies.

    below implies the tree's function, which implies above; so every conditional probability lies between theirs.
    Fussell-Vesely needs all cut sets: only [0, 1] is certain. coherent: slopes are then at least 0.
    """
    lower, upper, middle = [], [], []
    least = 0.0 if coherent else -math.inf
    for i, event in enumerate(events):
        q_event = float(q[i])
        l1, l0 = (float(array[i]) * (1.0 - OUTWARD) for array in (below.with_event, below.without_event))
        u1, u0 = (min(1.0, float(a[i]) * (1.0 + OUTWARD)) for a in (above.with_event, above.without_event))
        slope_low, slope_high = max(least, l1 - u0), u1 - l0
        s_low = max(least, float(below.structural_with[i] - above.structural_without[i]) - OUTWARD)
        s_high = float(above.structural_with[i] - below.structural_without[i]) + OUTWARD
        low, high = top.lower, top.upper
        lower.append(
            EventImportance(
                event, q_event, slope_low, _times(q_event, ratio(slope_low, high if slope_low >= 0.0 else low)),
                0.0, _times(q_event, ratio(l1, high)), ratio(l1, high), ratio(low, u0), s_low,
            )
        )  # fmt: skip
        upper.append(
            EventImportance(
                event, q_event, slope_high, _times(q_event, ratio(slope_high, low if slope_high >= 0 else high)),
                1.0, min(1.0, _times(q_event, ratio(u1, low))), ratio(u1, low), ratio(high, l0), s_high,
            )
        )  # fmt: skip
        slope = min(max(u1 - u0, slope_low), slope_high)
        middle.append(
            EventImportance(
                event, q_event, slope, q_event * ratio(slope, high), math.nan,
                min(1.0, q_event * ratio(u1, high)), ratio(u1, high), ratio(high, u0),
                min(max(float(above.structural_with[i] - above.structural_without[i]), s_low), s_high),
            )
        )  # fmt: skip
    return Importance(tuple(middle), "interval", tuple(lower), tuple(upper))


def _times(q: float, end: float) -> float:
    """The end of a ratio by an event's probability: nothing where that is 0, however far out the end."""
    return q * end if q > 0.0 else 0.0
