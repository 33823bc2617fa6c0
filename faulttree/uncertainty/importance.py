"""Importance of every event in every sample."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.importance.conditionals import Conditionals
from faulttree.importance.events import InCutSets
from faulttree.importance.table import MEASURE, SAMPLED
from faulttree.quantification.inputs import Levels
from faulttree.results import Table
from faulttree.uncertainty.below_floats import LEAST, events_below_floats
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.quantiles import FloatArray
from faulttree.uncertainty.samples import UncertainQuantity

__all__ = ["UncertainImportance", "importance_of", "measures_of", "slopes_need_care"]

LOST = 1e-3
"""A difference that is a smaller part of its terms is not taken; the probability is worked out by itself."""
DIGITS = 1e-6
"""Relative error of a slope that is let pass where it is looked for: far below what any number of samples tells."""


@dataclass(frozen=True, eq=False)
class UncertainImportance(Table):
    """Importance of every event with its uncertainty. P is the top event's probability in a sample, q the event's.

    The measures are those of `importance.table` that vary with the events' probabilities, under their keys; those that
    need the minimal cut sets are left out where not all are known. Structural importance does not depend on
    probabilities, so it has no uncertainty; see `FaultTree.importance`.
    All are exact for the sampled inputs but for rounding. Slopes are sums of differences. Where these keep less than
    six digits at the point values, or with all inputs at their 5th or 95th percentiles, the slopes of a coherent tree
    are followed down the diagram column by column, which takes longer and keeps ten.
    A ratio of two zeros is undefined, nan, and so is then the mean. A number above 0 and below 2.2e-308 is not known
    here, nan, as is a ratio to such a one; a note tells of it.
    """

    quantities: Mapping[str, Mapping[str, UncertainQuantity]]

    def __len__(self) -> int:
        return len(self.quantities)

    def __iter__(self) -> Iterator[str]:
        return iter(self.quantities)

    def __getitem__(self, event: str) -> Mapping[str, UncertainQuantity]:
        """The measures of one event. Raises UnknownNameError."""
        if event not in self.quantities:
            raise UnknownNameError("event", event, self.quantities)
        return self.quantities[event]

    def ranked(self, measure: str = "criticality") -> list[str]:
        """The events by falling mean of a measure; undefined ones last.

        Raises UnknownNameError; InvalidRequestError for Fussell-Vesely where it is left out.
        """
        if measure not in SAMPLED:
            raise UnknownNameError("importance measure", measure, SAMPLED)
        if any(measure not in measures for measures in self.quantities.values()):
            raise InvalidRequestError(
                "Fussell-Vesely importance is not known here, for it needs all minimal cut sets; rank by criticality"
            )
        means = {event: measures[measure].mean for event, measures in self.quantities.items()}
        return sorted(means, key=lambda event: -means[event] if means[event] == means[event] else np.inf)

    def records(self) -> list[dict[str, Any]]:
        """A row for every event and measure."""
        return [
            {"event": event, "measure": measure, **_without_name(quantity.record())}
            for event, measures in self.quantities.items()
            for measure, quantity in measures.items()
        ]


def measures_of(problem: Problem) -> tuple[str, ...]:
    """The measures there are: Fussell-Vesely only where the problem has its minimal cut sets."""
    return tuple(key for key in SAMPLED if problem.cut_sets is not None or MEASURE[key].basis != "cut sets")


def importance_of(
    problem: Problem, levels: Levels, precise: bool, threads: int | None
) -> tuple[FloatArray, FloatArray]:
    """The top's probability, float64[B], and the measures of the events in use, float64[n_measures, n_used, B].

    The measures are those of `measures_of`, in their order.
    precise: slopes column by column, where plain differences would lose digits; see `slopes_need_care`.
    """
    batches, used = problem.batches, problem.batches.plan.used
    p, _, slopes = batches.gradient(levels.q, levels.not_q, threads, precise)
    problem.refuse_below_floats(levels.q, levels.not_q, p[None])
    slopes = slopes[used]
    if problem.coherent:
        slopes = np.maximum(slopes, 0.0)
    slopes[events_below_floats(problem, levels, slopes, in_cut_sets=False)] = np.nan
    q, not_q = levels.q[used], levels.not_q[used]
    loss = np.where(q > 0.0, q * slopes, 0.0)
    loss[(np.abs(loss) < LEAST) & (q > 0.0) & (slopes != 0.0)] = np.nan
    with_event = _conditional(problem, levels, 1.0, p, p + not_q * slopes, threads)
    with_event[(q * with_event < LEAST) & (q > 0.0) & (with_event > 0.0)] = np.nan
    without_event = _conditional(problem, levels, 0.0, p, p - loss, threads)
    bases: dict[str, object] = {
        "probabilities": Conditionals(p, q, with_event, without_event, slopes, loss, np.zeros(slopes.shape))
    }
    if problem.cut_sets is not None:
        shares = problem.cut_sets.of(levels.q, threads)[used]
        shares[events_below_floats(problem, levels, shares, in_cut_sets=True) & (q > 0.0)] = np.nan
        bases["cut sets"] = InCutSets(shares, ())
    measures = (MEASURE[key] for key in measures_of(problem))
    return p, np.stack([measure.formula(bases[measure.basis]) for measure in measures])


def slopes_need_care(problem: Problem, columns: FloatArray) -> bool:
    """Whether plain differences lose digits of some slope, at the point values or at these coordinates.

    columns: float64[n_inputs, k]. Only slopes of a coherent tree have a way to be worked out with all digits.
    """
    if not problem.coherent:
        return False
    for levels in (problem.laws.at(problem.time), problem.levels(columns)):
        *_, plain = problem.batches.gradient(levels.q, levels.not_q)
        *_, exact = problem.batches.gradient(levels.q, levels.not_q, precise=True)
        if bool((np.abs(plain - exact) > DIGITS * np.abs(exact)).any()):
            return True
    return False


def _conditional(
    problem: Problem, levels: Levels, state: float, p: FloatArray, differences: FloatArray, threads: int | None
) -> FloatArray:
    """P(top | event in this state) of every event in use: the difference where it keeps its digits, else by itself."""
    result = np.minimum(differences, 1.0)
    doubtful = ~(differences > LOST * p)
    for row in np.flatnonzero(doubtful.any(axis=1)).tolist():
        columns, level = doubtful[row], problem.batches.plan.used[row]
        q, not_q = levels.q[:, columns], levels.not_q[:, columns]
        q[level], not_q[level] = state, 1.0 - state
        found = problem.batches.probability_alone(q, not_q, threads)
        found[problem.batches.below_floats(q, not_q, found)] = np.nan
        result[row, columns] = found[0]
    return result


def _without_name(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "quantity"}
