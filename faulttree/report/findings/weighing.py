"""What tells two hypotheses apart, in words."""

from __future__ import annotations

import math

from faulttree.results import number_text
from faulttree.what_if.hypotheses import BayesFactor
from faulttree.wide_floats import is_undefined

__all__ = ["further_data"]

CONFIDENCE = 0.95
"""Odds of 19 : 1: the probability of a hypothesis where it or the other must hold, and not both."""
EQUAL = 1e-9
"""How far from 1 a factor may be for rounding alone."""


def further_data(weighing: BayesFactor, either_or: bool = False) -> str:
    """A Bayes factor in words: the odds, and how strong further data must be to bring them to 19 : 1 either way.

    either_or: whether, given the evidence, one of the two must hold, and not both; only then odds of 19 : 1 are a
    probability of 95 %.
    """
    first, second, odds = f"'{weighing.first.name}'", f"'{weighing.second.name}'", weighing.posterior_odds
    if is_undefined(odds):
        return f"{first} and {second} are both impossible given the observation."
    if odds == 0.0 or math.isinf(odds):
        left, gone = (second, first) if odds == 0.0 else (first, second)
        return f"{gone} is impossible given the observation, and {left} is not: no further data can change that."
    if abs(weighing.value - 1.0) < EQUAL:
        told = f"The observation is as probable under {first} as under {second} (Bayes factor 1)"
        parts = [f"{told}, and leaves the odds as they were: {_odds(odds)}."]
    else:
        told = f"The Bayes factor of {first} against {second} is {_times(weighing.value)}"
        parts = [f"{told}: it takes the odds from {_odds(weighing.prior_odds)} to {_odds(odds)}."]
    needed = weighing.factor_for(CONFIDENCE)
    ways = [(needed.for_first, first, second), (needed.for_second, second, first)]
    open_ways = [way for way in ways if way[0] > 1.0 + EQUAL]
    reached = [way for way in ways if way not in open_ways]
    for factor, one, other in reached:
        there = "exactly" if factor >= 1.0 - EQUAL else "beyond"
        parts.append(f"That is {there} 19 : 1 for {one} over {other}, without further data.")
    wanted = [f"{_times(factor)} times as probable under {one} as under {other}" for factor, one, other in open_ways]
    way = " the other way" if reached else " either way"
    parts.append(f"For odds of 19 : 1{way}, further data would have to be {', or '.join(wanted)}.")
    if either_or:
        parts.append("One of the two must hold, and not both, so odds of 19 : 1 make the favoured one 95 % probable.")
    return " ".join(parts)


def _times(factor: float) -> str:
    """A factor to three digits: `19.9`, `0.0481`, `1.250e+06`."""
    if math.isinf(factor):
        return "more than 1e+308"
    return f"{factor:.3g}" if 1e-3 <= factor < 1e3 else number_text(factor)


def _odds(odds: float) -> str:
    """Odds with the larger number first or last: `2.5 : 1`, `1 : 2.5`."""
    return f"{_times(odds)} : 1" if odds >= 1.0 else f"1 : {_times(1.0 / odds)}"
