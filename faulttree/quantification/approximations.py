"""Rare-event sum and min-cut upper bound: from cut sets, without enumerating them.

Both are upper bounds, of coherent and of non-coherent trees: whenever the top event occurs, all
events of some minimal cut set have occurred, negated literals having been dropped.
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TypeVar

from faulttree.cut_sets.collection import CutSets
from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability
from faulttree.wide_floats import KEEPS_DIGITS

__all__ = ["min_cut_upper_bound", "not_below", "rare_event"]


def rare_event(cut_sets: CutSets) -> Probability:
    """Sum of the minimal cut set probabilities, clipped at 1.

    Never below the exact value. Excess: at most the summed probability of all pairs of cut sets occurring together.
    Raises MissingProbabilityError. Source: Bonferroni's inequalities, first term.
    """
    return Probability(min(1.0, cut_sets.probability_sum), "rare-event", 0.0, min(1.0, cut_sets.probability_sum))


def min_cut_upper_bound(cut_sets: CutSets) -> Probability:
    """One minus the product of (1 - P(C)) over the minimal cut sets C.

    Never below the exact value, never above the rare-event sum.
    The logarithm of the product is a sum of powers, log(1 - c) = -(c + c^2/2 + ...), and the sum
    of the k-th powers over all cut sets is one sweep with every q raised to k; cut sets above 1/2 are taken out first.
    Raises MissingProbabilityError.
    Source: J. D. Esary, F. Proschan, J. American Statistical Association 65, 1970.
    """
    total = cut_sets.probability_sum
    if total < KEEPS_DIGITS:  # the product is 1 - total to more digits than there are
        return Probability(total, "min-cut upper bound", 0.0, total)
    if total > 40.0:  # the product is below exp(-40), nothing beside 1
        return Probability(1.0, "min-cut upper bound", 0.0, 1.0)
    likely = []
    for cut in cut_sets.ranked():
        assert cut.probability is not None, "a sum of probabilities exists"
        if cut.probability <= 0.5:
            break
        if cut.probability >= 1.0:
            return Probability(1.0, "min-cut upper bound", 0.0, 1.0)
        likely.append(cut.probability)
    log_product = math.fsum(math.log1p(-c) for c in likely)
    for k in range(1, 200):
        powers = cut_sets.power_sum(k) - math.fsum(c**k for c in likely)
        log_product -= max(powers, 0.0) / k
        if powers <= 1e-17 * -log_product:
            break
    value = min(1.0, total, -math.expm1(log_product))
    return Probability(value, "min-cut upper bound", 0.0, value)


Answer = TypeVar("Answer", Probability, Frequency)


def not_below(exact: Answer, bound: Answer) -> Answer:
    """An upper bound, lifted to the exact value where rounding alone has left it below by a few last places."""
    return replace(bound, value=max(exact.value, bound.value), upper=max(exact.value, bound.upper))
