"""Conditional frequencies of a top event that frequency events bring about, from which its importances follow.

F is the sum over the frequency events i of f_i P_i, where P_i is the probability of the top at the moment of i. With f
the sum of all f_i, and the tree at the moment of one of them, F = f P: whatever holds of P as a function of the other
events' probabilities holds of F, f times. A frequency event is no event of a probability: dF/df_i is P_i, without it F
is less by f_i P_i, and the top given it is a probability, not a frequency, so that a worth of its own is not defined.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.importance.conditionals import Conditionals
from faulttree.quantification.probability import FloatArray, row_probabilities
from faulttree.reduction.reduced import Chain
from faulttree.wide_arrays import array_of, products
from faulttree.wide_floats import product, total

BoolArray = npt.NDArray[np.bool_]

__all__ = ["FrequencyConditionals", "at_each_moment", "at_halves_of_one", "frequency_conditionals"]


@dataclass(frozen=True, eq=False)
class FrequencyConditionals(Conditionals[float]):
    """The conditionals of a frequency in some unit. The rows of frequency events: q is the frequency, with_event nan.

    is_frequency: bool[n], the rows of frequency events.
    """

    is_frequency: BoolArray

    @property
    def together(self) -> FloatArray:
        """The frequency of the top with the event: of a frequency event that of the tops that it brings about."""
        with np.errstate(invalid="ignore"):
            found: FloatArray = np.where(self.is_frequency, self.loss, products(self.q, self.with_event))
        return found


def at_each_moment(bdd: Bdd, q: FloatArray, not_q: FloatArray, chain: Chain) -> dict[str, float]:
    """The probability of the top event at the moment of each frequency event: that one is true, the others are not.

    q, not_q: float64[n_levels], of every independent event and of its absence.
    """
    level = {event: place for place, event in enumerate(bdd.variables) if event}
    q, not_q = q.copy(), not_q.copy()
    found = {}
    for link, member in chain.pairs:
        place = level.get(link)
        if place is not None:
            q[place], not_q[place] = 1.0, 0.0
        found[member] = row_probabilities(bdd, q, not_q, len(chain.links)).at(bdd.roots["top"])
        if place is not None:
            q[place], not_q[place] = 0.0, 1.0
    return found


def frequency_conditionals(
    given: Conditionals[float],
    events: Sequence[str],
    frequencies: Mapping[str, float],
    factor: float,
    moments: Mapping[str, float],
) -> FrequencyConditionals:
    """Those of the frequency. given: at the moment of one frequency event. events: of its rows.

    frequencies: of each frequency event, in the unit of the answer. factor: their sum, those not below the top too.
    moments: the probability of the top event at the moment of each.
    """
    rows: list[tuple[float, ...]] = []
    columns = (given.q, given.with_event, given.without_event, given.slope, given.loss, given.error)
    own = [product(frequencies[event], moments[event]) if event in frequencies else 0.0 for event in events]
    for place, (event, row) in enumerate(zip(events, zip(*(c.tolist() for c in columns), strict=True), strict=True)):
        q, with_event, without_event, slope, loss, error = row
        if event in frequencies:
            others = total([each for other, each in enumerate(own) if other != place])
            rows.append((frequencies[event], math.nan, others, moments[event], own[place], 0.0))
        else:
            rows.append((q, *(product(factor, each) for each in (with_event, without_event, slope, loss, error))))
    arrays = [array_of(row[column] for row in rows) for column in range(6)]
    are_frequencies = np.array([event in frequencies for event in events], bool)
    q, with_event, without_event, slope, loss, error = arrays
    top = product(factor, given.top)
    return FrequencyConditionals(top, q, with_event, without_event, slope, loss, error, are_frequencies)


def at_halves_of_one(
    halves: Conditionals[float], events: Sequence[str], moments: Mapping[str, float], n_chances: int
) -> Conditionals[float]:
    """The structural slopes at the moment of one frequency event of those below the top, each with the same chance.

    moments: the probability of the top event at the moment of each, every other event's being 1/2. n_chances: the
    number of frequency events of which each had the same chance in `halves`.
    """
    share = n_chances / max(1, sum(event in moments for event in events))
    slopes = [
        moments[event] if event in moments else share * slope
        for event, slope in zip(events, halves.slope.tolist(), strict=True)
    ]
    columns = (halves.q, halves.with_event, halves.without_event, np.array(slopes), halves.loss, halves.error)
    return Conditionals(halves.top, *columns)
