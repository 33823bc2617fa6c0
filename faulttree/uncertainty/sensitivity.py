"""Which uncertain input drives the result: Sobol's indices, and a tornado of one input at a time."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from faulttree.errors import InvalidRequestError, UnknownNameError
from faulttree.memory import FOR_SAMPLES
from faulttree.quantification.batches import ROUNDING
from faulttree.results import Table, counted
from faulttree.uncertainty.designs import Chunk, Design
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.propagation import check_memory
from faulttree.uncertainty.quantiles import FloatArray, quantile
from faulttree.uncertainty.running import run_design
from faulttree.uncertainty.samples import checked_confidence, rising_percentiles, student_interval

__all__ = ["SensitivityIndex", "SobolIndices", "Swing", "Tornado", "sobol_indices", "tornado"]

Row = TypeVar("Row", "SensitivityIndex", "Swing")

NAMED = 5
"""Inputs that a note names."""
LEAST_DEPTH = 16
"""Steps whose rounding is allowed for in the smallest tree: those of its events' laws."""


@dataclass(frozen=True, slots=True)
class SensitivityIndex:
    """Sobol's indices of one input, with Student's intervals.

    first_order: Var(E[P | input]) / Var(P), how much of the variance would go, on average, if the input became known.
    total: E[Var(P | all other inputs)] / Var(P), how much is left when all others are known; the difference is
    what the input does together with others. Estimates may lie a little outside [0, 1].
    """

    input: str
    first_order: float
    first_order_lower: float
    first_order_upper: float
    total: float
    total_lower: float
    total_upper: float


@dataclass(frozen=True, eq=False)
class SobolIndices(Table):
    """Sobol's indices of every input, the largest total first.

    variance: of the top's probability, as estimated. Where the probability varies by no more than rounding, all
    indices are undefined, nan, and a note says so.
    confidence: of the intervals. evaluations: how often the tree was quantified. quantity: as of a `Tornado`.
    partial: whether a limit ended the sampling early, as a note says; `design` is of the samples that there are.
    """

    indices: tuple[SensitivityIndex, ...]
    variance: float
    confidence: float
    evaluations: int
    design: Design
    notes: tuple[str, ...] = ()
    quantity: str = "probability"
    partial: bool = False

    def __iter__(self) -> Iterator[SensitivityIndex]:
        return iter(self.indices)

    def __len__(self) -> int:
        return len(self.indices)

    def __getitem__(self, name: str) -> SensitivityIndex:
        """The indices of one input. Raises UnknownNameError."""
        return _named(self.indices, name)

    def records(self) -> list[dict[str, Any]]:
        """A row for every input."""
        return [asdict(index) for index in self.indices]

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), self.notes

    def to_dict(self) -> dict[str, Any]:
        """The rows, the variance, and how it was sampled."""
        return {
            **super().to_dict(),
            "variance": self.variance,
            "confidence": self.confidence,
            "method": self.design.method,
            "samples": self.design.samples,
            "replicates": self.design.replicates,
            "seed": self.design.seed,
            "evaluations": self.evaluations,
            "partial": self.partial,
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True)
class Swing:
    """What one input alone does, all others at their point values.

    low_value, high_value: the input's at the two percentiles, in `unit`. at_low, at_high: the top's probability there.
    unit: `h` of a time, `1/h` of a rate, empty of a plain number.
    """

    input: str
    low_value: float
    high_value: float
    at_low: float
    at_high: float
    swing: float
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Tornado(Table):
    """What every input alone does between two of its percentiles, the largest swing first.

    point: the top's probability with all inputs at their point values. low, high: the percentiles.
    quantity: of what the numbers are, the top's `probability` or its `frequency`. unit: that of a frequency.
    left_out: inputs that a limit of time or memory left without a row.
    """

    swings: tuple[Swing, ...]
    point: float
    low: float
    high: float
    quantity: str = "probability"
    unit: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """Whether some inputs are left out, so that one of these may be the first."""
        return bool(self.left_out)

    @property
    def notes(self) -> tuple[str, ...]:
        """How many inputs are left out, if any are."""
        if not self.left_out:
            return ()
        named = ", ".join(f"'{name}'" for name in self.left_out[:NAMED]) + ", ..." * (len(self.left_out) > NAMED)
        inputs = counted(len(self.left_out) + len(self.swings), "uncertain input")
        return (f"the limits left out {len(self.left_out):,} of {inputs}, which may matter more: {named}",)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), [f"note: {note}" for note in self.notes]

    def __iter__(self) -> Iterator[Swing]:
        return iter(self.swings)

    def __len__(self) -> int:
        return len(self.swings)

    def __getitem__(self, name: str) -> Swing:
        """What one input does. Raises UnknownNameError."""
        return _named(self.swings, name)

    def records(self) -> list[dict[str, Any]]:
        """A row for every input."""
        return [asdict(swing) for swing in self.swings]

    def to_dict(self) -> dict[str, Any]:
        """The rows, the point value, and the percentiles."""
        percentiles = [self.low, self.high]
        return {
            **super().to_dict(), "point": self.point, "percentiles": percentiles,
            "partial": self.partial, "left_out": list(self.left_out),
        }  # fmt: skip


def tornado(problem: Problem, low: float = 5.0, high: float = 95.0) -> Tornado:
    """The top's probability with each input at two percentiles of its own, all others at their point values.

    low, high: percentiles, 0 < low < high < 100. Correlations play no part: the others stay where they are.
    Each value is exact. Where a limit of time or memory is met, the inputs that are not done by then are left out.
    Raises InvalidRequestError, TimeLimitExceeded, MemoryLimitExceeded.
    """
    low, high = rising_percentiles(low, high)
    if not 0 < low < high < 100:
        raise InvalidRequestError(f"percentiles {low!r} and {high!r}; give two that rise, between 0 and 100")
    parts = np.array([low, high]) / 100.0
    values = {name: quantile(distribution, parts) for name, distribution in problem.inputs.distributions.items()}
    point = float(problem.point()[0])
    names, ends = list(values), problem.one_at_a_time(values).tolist()
    inputs = problem.inputs
    told = {name: inputs.told(name, values[name]).tolist() for name in names}
    swings = [
        Swing(name, told[name][0], told[name][1], at_low, at_high, abs(at_high - at_low), inputs.units.get(name, ""))
        for name, (at_low, at_high) in zip(names, ends, strict=False)
    ]
    ordered = sorted(swings, key=lambda swing: -swing.swing)
    return Tornado(tuple(ordered), point, low, high, problem.quantity, problem.unit, tuple(names[len(ends) :]))


def sobol_indices(
    problem: Problem,
    samples: int = 8192,
    *,
    seed: int = 0,
    method: str = "sobol",
    confidence: float = 0.95,
    executor: Executor | None = None,
    memory: int = FOR_SAMPLES,
) -> SobolIndices:
    """First-order and total indices of every input: how much of the variance of the top's probability is due to it.

    samples: pairs of points; each takes n_inputs + 2 quantifications. They come in independent replicates, with any
    method, whose jackknife gives Student's intervals.
    With A and B two independent samples, and AB_i the sample A with its i-th coordinate from B:
    V_i = mean(f(B) (f(AB_i) - f(A))) of Saltelli et al., Computer Physics Communications 181, 2010, with f less its
    mean; V_Ti = mean((f(A) - f(AB_i))^2) / 2 of Jansen, Computer Physics Communications 117, 1999.
    Where a limit of time or memory ends the work, the indices rest on the replicates that were done by then.
    Raises InvalidRequestError for correlated inputs, for which the shares of variance are not defined, and where the
    memory does not suffice; UnknownNameError for the method; TimeLimitExceeded, MemoryLimitExceeded.
    """
    if problem.inputs.correlations:
        first, second, _ = problem.inputs.correlations[0]
        raise InvalidRequestError(
            f"Sobol's indices are defined for independent inputs, and '{first}' is correlated with '{second}'; "
            "leave the correlations out, or ask for a tornado"
        )
    confidence = checked_confidence(confidence)
    n_inputs = len(problem.inputs)
    design = Design.of(method, samples, seed, 2 * n_inputs, replicated=True)
    check_memory(memory, design, {f"{n_inputs:,} inputs": n_inputs + 2})
    f = np.empty((n_inputs + 2, design.samples))

    def keep(chunk: Chunk, found: FloatArray) -> None:
        f[:, chunk.places] = found

    task = _Task(problem, design)
    done = run_design(_evaluated, task, design, keep, executor, threads=problem.chunks_at_once)
    notes = done.notes
    if design.samples != samples:
        taken = f"{design.replicates} replicates of {design.size:,}"
        notes = (f"{design.samples:,} samples instead of {samples:,}: {design.method} takes {taken}", *notes)
    design, f = done.design, f[:, : done.design.samples]
    variance, first_order, total = _shares(f, design.replicates)
    # Rounding errs by at most so much of a sweep's result; what varies no more than that has no causes.
    noise = ROUNDING * max(problem.batches.plan.depth, LEAST_DEPTH)
    if float(variance.mean()) <= noise**2:
        variance = np.zeros_like(variance)
        notes = (*notes, f"the result does not vary, but for rounding, so no index is defined: it is {f[0, 0]:.15g}")
    indices = [
        SensitivityIndex(
            name,
            *_with_interval(variance, first_order[row], confidence),
            *_with_interval(variance, total[row], confidence),
        )
        for row, name in enumerate(problem.names)
    ]
    scale = float(np.max(np.abs(f)))
    ranked = sorted(indices, key=lambda index: -index.total if index.total == index.total else math.inf)
    whole = float(variance.mean()) * scale**2
    partial = bool(done.cut_short)
    return SobolIndices(tuple(ranked), whole, confidence, f.size, design, notes, problem.quantity, partial)


@dataclass(frozen=True, eq=False)
class _Task:
    """What every chunk shares."""

    problem: Problem
    design: Design


def _evaluated(task: _Task, chunk: Chunk) -> FloatArray:
    """The top's probability at A, at B, and at every AB_i: float64[n_inputs + 2, B]."""
    problem, points = task.problem, task.design.points(chunk)
    n_inputs = len(points) // 2
    return problem.exchanged(points[:n_inputs], points[n_inputs:], problem.threads_in_a_chunk)


def _shares(f: FloatArray, replicates: int) -> tuple[FloatArray, FloatArray, FloatArray]:
    """By replicate the variance, float64[R], and its parts V_i and V_Ti, float64[n_inputs, R].

    All in units of the largest value squared, so that squares of small probabilities stay in range.
    """
    largest = float(np.max(np.abs(f)))
    centre = float(np.mean(f[:2]))
    rows = ((f - centre) / (largest or 1.0)).reshape(len(f), replicates, -1)
    a, b, mixed = rows[0], rows[1], rows[2:]
    variance = 0.5 * ((a**2).mean(axis=1) + (b**2).mean(axis=1))
    first_order = np.array([(b * (each - a)).mean(axis=1) for each in mixed])
    total = np.array([0.5 * ((a - each) ** 2).mean(axis=1) for each in mixed])
    return variance, first_order, total


def _with_interval(variance: FloatArray, part: FloatArray, confidence: float) -> tuple[float, float, float]:
    """The share of the variance with its interval, from the jackknife over replicates, float64[R] each.

    Source: R. G. Miller, The jackknife: a review, Biometrika 61, 1974.
    """
    n, whole = len(variance), float(variance.sum())
    if whole == 0.0:
        return math.nan, math.nan, math.nan
    share = float(part.sum()) / whole
    with np.errstate(divide="ignore", invalid="ignore"):
        without = (part.sum() - part) / (whole - variance)
    return share, *student_interval(share, n * share - (n - 1) * without, confidence)


def _named(items: Sequence[Row], name: str) -> Row:
    for item in items:
        if item.input == name:
            return item
    raise UnknownNameError("uncertain input", name, [item.input for item in items])
