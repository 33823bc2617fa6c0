"""Uncertainty carried through to what the top event does in time: failure frequency, mean unavailability, PFH."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

import numpy as np

from faulttree.errors import InvalidRequestError, NotCoherentError, UnknownNameError
from faulttree.memory import FOR_SAMPLES
from faulttree.results import number_text
from faulttree.uncertainty.designs import Chunk, Design
from faulttree.uncertainty.problem import AT_ONCE, Problem
from faulttree.uncertainty.propagation import (
    DEFAULT_SAMPLES,
    UNITS,
    UncertaintyAnalysis,
    check_memory,
    number_of_samples_note,
)
from faulttree.uncertainty.quantiles import FloatArray
from faulttree.uncertainty.running import run_design
from faulttree.uncertainty.samples import UncertainQuantity

__all__ = ["propagate_in_time"]

HOUR = 3600.0
FIRST_POINTS, MOST_POINTS = 8, 256
CLOSE, CLOSE_ENOUGH = 1e-8, 1e-6
"""Relative change of a sample's mean over time, from half the points to all, at which it is let stand; and up to which
nothing is said of it. The first is lower because two rules that both err may happen to agree."""
START_POWER, POWER = 8, 5
"""Times of a piece are start + length s**power, so that what dies out fast after a test is met by some point, and a
frequency like t**(shape - 1), shape < 1, is tame at the start."""
KEPT_DIGITS = 1e-6
"""A difference of probabilities that is this part of them or more keeps ten digits."""


def propagate_in_time(
    problem: Problem,
    of: str,
    samples: int = DEFAULT_SAMPLES,
    *,
    seed: int = 0,
    method: str = "monte-carlo",
    executor: Executor | None = None,
    memory: int = FOR_SAMPLES,
) -> UncertaintyAnalysis:
    """The sampled distribution of a quantity in time of the top event, over the problem's mission time T.

    of: "frequency", w(T) per hour; "mean-unavailability", the mean of Q over [0, T] (PFDavg); "pfh", the mean of w per
    hour: W(0, T) / T. The first and last are for coherent trees. Arguments: as for `propagate`.

    W is Q(T) - Q(0) where nothing is repaired. Other means: Gauss and Legendre's rule in every piece between the
    instants at which a law jumps or bends, those of the sample itself where uncertain inputs move them. The number of
    points is doubled until the sample changes by less than 1e-8 of it, so the mean and every percentile do; a note says
    where 256 points leave more than 1e-6.
    Raises UnknownNameError, NotCoherentError; InvalidRequestError, also for the PFH where tests bring events down
    at instants, for then it is known between bounds only.
    """
    if of not in UNITS or of == "probability":
        raise UnknownNameError("quantity in time", of, [name for name in UNITS if name != "probability"])
    if of != "mean-unavailability" and not problem.coherent:
        raise NotCoherentError(f"the {of} is defined for coherent trees only; ask for the mean-unavailability")
    if of != "mean-unavailability" and not problem.laws.frequency_known:
        raise InvalidRequestError(
            f"an event's probability is an expression that may fall, so how often it fails is not known, nor the {of}; "
            "ask for the mean-unavailability"
        )
    if of != "frequency" and problem.time <= 0.0:
        raise InvalidRequestError("the mission time is 0, over which there is no mean; give the model one above 0")
    at_instants = of != "mean-unavailability" and problem.laws.instant_failures
    if of == "pfh" and at_instants:
        raise InvalidRequestError(
            "tests bring events down at instants, so the PFH of a sample is known between bounds only; ask for the "
            "mean-unavailability, or `metrics` for the bounds at the point values"
        )
    design = Design.of(method, samples, seed, len(problem.inputs))
    check_memory(memory, design, {"the top event": 1})
    values = np.empty(design.samples)
    changes = [0.0]

    def keep(chunk: Chunk, found: tuple[FloatArray, float]) -> None:
        values[chunk.places] = found[0]
        changes.append(found[1])

    planned, (point, change) = design, _quantity(problem, of, {}, 1, None)
    at_start = float(replace(problem, time=0.0).point()[0]) if of == "pfh" else 0.0
    done = run_design(_sampled, _Task(problem, design, of), design, keep, executor, threads=problem.chunks_at_once)
    design, values = done.design, values[: done.design.samples]
    worst = max(*changes, change)
    notes = [*number_of_samples_note(samples, planned)]
    if worst > CLOSE_ENOUGH:
        notes.append(
            f"with {MOST_POINTS} times a piece, the mean over time of some sample still changes by {worst:.1g} of it"
        )
    if at_instants:
        notes.append("tests bring events down at instants; such failures are not in the frequency")
    if at_start > 0.0:
        notes.append(
            f"the top event holds at time 0 with probability {number_text(at_start)}, which no PFH of a sample counts"
        )
    if np.isnan(values).any():
        notes.append(
            "in some samples the frequency of an event is infinite at that time or not known, and the top's undefined"
        )
    support = (0.0, 1.0 if of == "mean-unavailability" else np.inf)
    top = UncertainQuantity(problem.functions[0], float(point[0]), values, design.replicates, support)
    notes += done.notes
    return UncertaintyAnalysis(top, {}, None, problem.inputs, design, tuple(notes), of, cut_short=done.cut_short)


@dataclass(frozen=True, eq=False)
class _Task:
    """What every chunk shares."""

    problem: Problem
    design: Design
    of: str


def _sampled(task: _Task, chunk: Chunk) -> tuple[FloatArray, float]:
    """A chunk's values, float64[B], and the largest relative change of one at the last doubling."""
    problem = task.problem
    values, worst = np.empty(chunk.size), 0.0
    for place, sampled in problem.blocks(problem.inputs.values(task.design.points(chunk))):
        size = place.stop - place.start
        values[place], change = _quantity(problem, task.of, sampled, size, problem.threads_in_a_chunk)
        worst = max(worst, change)
    return values, worst


def _quantity(
    problem: Problem, of: str, sampled: Mapping[str, FloatArray], size: int, threads: int | None
) -> tuple[FloatArray, float]:
    """The quantity in each of `size` samples, float64[size]. sampled: nothing for the point values, and size 1."""
    if of == "frequency":
        at_end = _top(problem, of, np.full((1, 1), problem.time), sampled, threads)
        return at_end.ravel() * HOUR, 0.0
    if of == "pfh" and not problem.laws.repairable:
        gained, precise = _gained(problem, sampled, threads)
        if precise:
            return gained / problem.time * HOUR, 0.0
    edges = _edges(problem, sampled, size)
    left, change, points = np.arange(size), np.full(size, np.inf), FIRST_POINTS
    means = _means(problem, of, edges, sampled, points, threads)
    while len(left) and points < MOST_POINTS:
        points *= 2
        some = edges if edges.shape[1] == 1 else edges[:, left]
        finer = _means(problem, of, some, {name: row[left] for name, row in sampled.items()}, points, threads)
        difference = np.abs(finer - means[left])
        change[left] = np.divide(difference, finer, out=difference.copy(), where=finer > 0.0)
        means[left] = finer
        left = left[~(change[left] <= CLOSE)]
    worst = float(change.max())
    return (means * HOUR if of == "pfh" else np.minimum(means, 1.0)), worst


def _gained(problem: Problem, sampled: Mapping[str, FloatArray], threads: int | None) -> tuple[FloatArray, bool]:
    """Q(T) - Q(0) of every sample, float64[B], and whether all keep their digits: W(0, T) where nothing is repaired."""
    levels = problem.levels_in_time(np.array([[0.0], [problem.time]]), sampled)
    q, not_q = (side[0].reshape(2, -1) for side in problem.batches.probability(levels.q, levels.not_q, threads))
    gained = np.maximum(np.where(q[0] + q[1] < 1.0, q[1] - q[0], not_q[0] - not_q[1]), 0.0)
    return gained, not bool((gained < KEPT_DIGITS * np.minimum(q[0], not_q[0])).any())


def _means(
    problem: Problem, of: str, edges: FloatArray, sampled: Mapping[str, FloatArray], points: int, threads: int | None
) -> FloatArray:
    """The mean over [0, T] of Q, or of w per second, of every sample: float64[B].

    edges: float64[pieces + 1, 1], or a column for each sample. points: in each piece.
    """
    nodes, weights = _rule(points)
    size = len(next(iter(sampled.values()))) if sampled else 1
    total, n_times = np.zeros(size), (len(edges) - 1) * points
    step = max(1, AT_ONCE // (max(1, len(problem.laws.events)) * size))
    for start in range(0, n_times, step):
        piece, node = np.divmod(np.arange(start, min(start + step, n_times)), points)
        begin, length = edges[piece], edges[piece + 1] - edges[piece]
        power, s = np.where(piece == 0, START_POWER, POWER)[:, None], nodes[node][:, None]
        found = _top(problem, of, begin + length * s**power, sampled, threads)
        total += np.sum(length * (power * s ** (power - 1) * weights[node][:, None]) * found, axis=0)
    return total / problem.time


def _top(
    problem: Problem, of: str, times: FloatArray, sampled: Mapping[str, FloatArray], threads: int | None
) -> FloatArray:
    """Q, or w per second, of the top at times for every sample: float64[n_times, B]."""
    levels = problem.levels_in_time(times, sampled)
    if of == "mean-unavailability":
        q: FloatArray = problem.batches.probability_alone(levels.q, levels.not_q, threads)[0]
        return q.reshape(len(times), -1)
    infinite = ~np.isfinite(levels.w)
    *_, w = problem.batches.frequency(levels.q, levels.not_q, np.where(infinite, 0.0, levels.w), threads)
    # Infinite times a slope of 0 is undetermined.
    known: FloatArray = np.where(infinite.any(axis=0), np.nan, np.maximum(w, 0.0))
    return known.reshape(len(times), -1)


@functools.lru_cache(maxsize=16)
def _rule(points: int) -> tuple[FloatArray, FloatArray]:
    """Nodes and weights of Gauss and Legendre's rule on [0, 1]."""
    nodes, weights = np.polynomial.legendre.leggauss(points)
    return (1.0 + nodes) / 2.0, weights / 2.0


def _edges(problem: Problem, sampled: Mapping[str, FloatArray], size: int) -> FloatArray:
    """0, T and between them the instants at which a law jumps or bends: float64[n, 1], rising.

    Where inputs move some, float64[n, size]: a column for each sample, the shorter ones filled up with T.
    """
    end = problem.time
    forms = {form for form in problem.laws.forms if form is not None}
    moving = [form for form in forms if sampled and form.breakpoint_inputs & sampled.keys()]
    fixed = [form.law().breakpoints(end) for form in forms.difference(moving)]
    shared = np.unique(np.concatenate([[0.0, end], *fixed]))
    if not moving:
        return shared[:, None]
    columns = []
    for sample in range(size):
        one = {name: row[sample : sample + 1] for name, row in sampled.items()}
        columns.append(np.unique(np.concatenate([shared, *(form.law(one).breakpoints(end) for form in moving)])))
    edges = np.full((max(map(len, columns)), size), end)
    for sample, column in enumerate(columns):
        edges[: len(column), sample] = column
    return edges
