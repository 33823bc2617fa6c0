"""How uncertain the top event's probability is at many times: a band around its curve."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from faulttree.errors import CUT_SHORT
from faulttree.memory import FOR_SAMPLES
from faulttree.quantification.inputs import Levels
from faulttree.results import Table, counted
from faulttree.uncertainty.designs import Chunk, Design
from faulttree.uncertainty.problem import AT_ONCE, Problem
from faulttree.uncertainty.propagation import check_memory
from faulttree.uncertainty.quantiles import FloatArray
from faulttree.uncertainty.running import run_design
from faulttree.uncertainty.samples import percentiles, rising_percentiles

__all__ = ["Band", "band_over_time"]

HOUR = 3600.0
BELOW_FLOATS = (
    "nan where Q(t), at the point values or in some sample, is above 0 and below 2.2e-308, where floating-point "
    "numbers end:"
)


@dataclass(frozen=True, eq=False)
class Band(Table):
    """The top's unavailability Q(t) between two percentiles of what is known of it, float64[n] each.

    times: seconds. point: with every input at its point value. mean, lower, median, upper: of the samples, the same
    inputs at every time, so that lines of one percentile are no life of one system. low, high: the percentiles.
    nan where floats do not hold a number, of which the notes tell. cut_short: why there are fewer times or samples than
    were asked for, or ''; then the notes say it, too. missing: the times that were asked for and not worked out, in
    seconds; in the records they have nothing but the time.
    """

    times: FloatArray = field(repr=False)
    point: FloatArray = field(repr=False)
    mean: FloatArray = field(repr=False)
    lower: FloatArray = field(repr=False)
    median: FloatArray = field(repr=False)
    upper: FloatArray = field(repr=False)
    low: float
    high: float
    samples: int
    notes: tuple[str, ...] = ()
    cut_short: str = ""
    missing: FloatArray = field(default_factory=lambda: np.zeros(0), repr=False)

    @property
    def partial(self) -> bool:
        """Whether the limits ended the work before all that was asked for was there."""
        return bool(self.cut_short)

    def __len__(self) -> int:
        return len(self.times)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per time; time_h is in hours."""
        low, high = f"percentile_{self.low:g}", f"percentile_{self.high:g}"
        names = ("time_h", "point", "mean", low, "median", high)
        columns = (self.times / HOUR, self.point, self.mean, self.lower, self.median, self.upper)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        missing: list[dict[str, Any]] = [
            dict.fromkeys(names) | {"time_h": time} for time in (self.missing / HOUR).tolist()
        ]
        return [dict(zip(names, row, strict=True)) for row in rows] + missing

    def to_dict(self) -> dict[str, Any]:
        """The records, the notes, the samples and whether they are fewer than was asked for."""
        about = {"notes": list(self.notes), "samples": self.samples, "partial": self.partial}
        return about | super().to_dict()

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), [f"note: {note}" for note in self.notes]


def band_over_time(
    problem: Problem,
    times: Sequence[float] | FloatArray,
    samples: int = 2_000,
    *,
    seed: int = 0,
    method: str = "latin-hypercube",
    low: float = 5.0,
    high: float = 95.0,
    executor: Executor | None = None,
    memory: int = FOR_SAMPLES,
) -> Band:
    """The band between two percentiles, at times in seconds; the samples of the inputs are the same at each.

    executor: None for threads of this process; see `scale_out`. memory: bytes that the samples may keep; where those of
    all times do not fit, some times are worked out after the others. Where a limit of time or memory ends the work, the
    band rests on the samples that were done by then, or has the first times only.
    Raises InvalidRequestError of times below 0, of percentiles that do not rise, and where the samples of one time do
    not fit the memory; UnknownNameError for the method; TimeLimitExceeded, MemoryLimitExceeded.
    """
    low, high = rising_percentiles(low, high)
    moments = np.sort(np.asarray(times, np.float64).ravel())
    for moment in moments[[0, -1]].tolist() if len(moments) else ():  # those that are not finite stand last
        replace(problem, time=moment)
    design = Design.of(method, samples, seed, len(problem.inputs))
    check_memory(memory, design, {"the top event": 1})
    rows = np.empty((5, len(moments)))
    rows[0] = _top(problem, problem.levels_in_time(moments[:, None], {}), None)
    together = max(1, int(memory // (8 * design.samples)))
    sampled, n_done, why = design, 0, ""
    while n_done < len(moments) and not why:
        part = slice(n_done, n_done + together)
        q = np.empty((len(moments[part]), design.samples))

        def keep(chunk: Chunk, found: FloatArray, q: FloatArray = q) -> None:
            q[:, chunk.places] = found

        task = _Task(problem, design, moments[part])
        try:
            done = run_design(_sampled, task, design, keep, executor, threads=problem.chunks_at_once)
            why = done.cut_short
        except CUT_SHORT as error:
            if not n_done:
                raise
            why = error.limit_met
        if why and n_done:  # all rows rest on the same samples
            break
        sampled, q = done.design, q[:, : done.design.samples]
        rows[1, part] = q.mean(axis=1)
        rows[2:, part] = percentiles(q, np.array([low, 50.0, high])).T
        n_done = min(part.stop, len(moments))
    moments, missing = np.split(moments, [n_done])
    if len(missing):
        fewer = (
            f"{counted(len(missing), 'time')} of {n_done + len(missing):,} without an answer: the limits ended the work"
        )
        why = f"{why}; {fewer}" if sampled is not design else fewer
    point, mean, lower, median, upper = rows[:, :n_done]
    n_lost = int(np.isnan(rows[:, :n_done]).any(axis=0).sum())
    notes: tuple[str, ...] = (f"{BELOW_FLOATS} at {counted(n_lost, 'time')}",) if n_lost else ()
    notes += (why,) if why else ()
    return Band(moments, point, mean, lower, median, upper, low, high, sampled.samples, notes, why, missing)


@dataclass(frozen=True, eq=False)
class _Task:
    """What every chunk shares."""

    problem: Problem
    design: Design
    times: FloatArray


def _sampled(task: _Task, chunk: Chunk) -> FloatArray:
    """Q at every time in a chunk's samples: float64[n_times, B]."""
    problem, threads = task.problem, task.problem.threads_in_a_chunk
    sampled = problem.inputs.values(task.design.points(chunk))
    found = np.empty((len(task.times), chunk.size))
    for place, some in problem.blocks(sampled):
        size = place.stop - place.start
        step = max(1, AT_ONCE // (max(1, len(problem.laws.events)) * size))
        for start in range(0, len(found), step):
            levels = problem.levels_in_time(task.times[start : start + step, None], some)
            found[start : start + step, place] = _top(problem, levels, threads).reshape(-1, size)
    return found


def _top(problem: Problem, levels: Levels, threads: int | None) -> FloatArray:
    """The top's probability, float64[B]; nan where it is above zero and below the smallest float."""
    found = problem.batches.probability_alone(levels.q, levels.not_q, threads)
    found[problem.batches.below_floats(levels.q, levels.not_q, found)] = np.nan
    top: FloatArray = found[0]
    return top
