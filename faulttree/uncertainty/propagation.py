"""Uncertainty of the inputs carried through to the top event, to gates, and to every importance, by sampling."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import nullcontext
from dataclasses import dataclass, field
from numbers import Real
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from faulttree.errors import InvalidRequestError, MissingExtraError
from faulttree.files import streamed
from faulttree.memory import FOR_SAMPLES
from faulttree.results import Records, Table
from faulttree.uncertainty.copula import UncertainInputs
from faulttree.uncertainty.designs import Chunk, Design
from faulttree.uncertainty.importance import UncertainImportance, importance_of, measures_of, slopes_need_care
from faulttree.uncertainty.problem import Problem
from faulttree.uncertainty.quantiles import FloatArray
from faulttree.uncertainty.running import run_design
from faulttree.uncertainty.samples import SampleHistogram, UncertainQuantity

if TYPE_CHECKING:
    import pyarrow.parquet

__all__ = [
    "DEFAULT_SAMPLES",
    "UNITS",
    "UncertaintyAnalysis",
    "check_memory",
    "number_of_samples_note",
    "propagate",
]

DEFAULT_SAMPLES = 10_000
UNITS = {"probability": "", "frequency": "1/h", "mean-unavailability": "", "pfh": "1/h"}
"""What uncertainty is carried through to, each with its unit."""


@dataclass(frozen=True, eq=False)
class UncertaintyAnalysis(Table):
    """How uncertain the top event's probability is, and that of every gate and every importance asked for.

    of: what the numbers are of the top event, one of `UNITS`; what is said of its probability holds for any.
    top: the top event. gates: by name. importance: None unless asked for. inputs and design: what was sampled, and how.
    notes: what went other than planned, such as a sample that was made larger. events_unit: where frequency events
    bring the top event about, the unit of its frequency. cut_short: why the sample is smaller than was asked for, as
    the notes say, too, or ''; `design` is then of the samples that there are. below: where `top` is of a tree that is
    never less probable than the one asked about, the same samples of one that is never more; see `between`.
    As a table: a row for the top event and for each gate.
    """

    top: UncertainQuantity
    gates: Mapping[str, UncertainQuantity]
    importance: UncertainImportance | None
    inputs: UncertainInputs = field(repr=False)
    design: Design
    notes: tuple[str, ...] = ()
    of: str = "probability"
    events_unit: str = ""
    cut_short: str = ""
    below: UncertainQuantity | None = None

    @property
    def partial(self) -> bool:
        """Whether the limits ended the work before all that was asked for was there."""
        return bool(self.cut_short)

    @property
    def unit(self) -> str:
        """Of the top's numbers: "1/h" for a frequency and the PFH, that of frequency events where these are, or ""."""
        return self.events_unit or UNITS[self.of]

    @property
    def point(self) -> float:
        """The top's probability at the point values of all inputs: not the mean, unless each point value is a mean."""
        return self.top.point

    @property
    def mean(self) -> float:
        """Mean of the top's probability."""
        return self.top.mean

    @property
    def standard_error(self) -> float:
        """Standard deviation of the mean, as an estimate."""
        return self.top.standard_error

    @property
    def standard_deviation(self) -> float:
        """Standard deviation of the top's probability."""
        return self.top.standard_deviation

    @property
    def median(self) -> float:
        """Median of the top's probability."""
        return self.top.median

    @property
    def error_factor(self) -> float:
        """Square root of the 95th percentile over the 5th."""
        return self.top.error_factor

    @property
    def samples(self) -> FloatArray:
        """The top's probability in every sample: float64[N], read-only."""
        return self.top.samples

    @property
    def basis(self) -> str:
        """What standard errors and intervals rest on."""
        if self.design.replicates == 1:
            return "independent samples: s / sqrt(N), and binomial order statistics"
        return f"the spread of {self.design.replicates} independent replicates, and Student's t"

    def percentile(self, p: float) -> float:
        """The probability that p per cent of the samples do not exceed. Raises InvalidRequestError."""
        return self.top.percentile(p)

    def percentile_interval(self, p: float, confidence: float = 0.95) -> tuple[float, float]:
        """Ends between which the true percentile lies with this confidence. Raises InvalidRequestError."""
        return self.top.percentile_interval(p, confidence)

    def histogram(self, bins: int = 50, *, logarithmic: bool | None = None) -> SampleHistogram:
        """The spread of the top's probability. Raises InvalidRequestError."""
        return self.top.histogram(bins, logarithmic=logarithmic)

    def exceedance(self, values: Iterable[float], confidence: float = 0.95) -> Records:
        """Probability that the top's probability is above each value, with its interval."""
        return self.top.exceedance(values, confidence)

    def records(self) -> list[dict[str, Any]]:
        """A row for the top event, then one for each gate."""
        return [quantity.record() for quantity in (self.top, *self.gates.values())]

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """What is uncertain, when that is no probability, and below the table how it was sampled."""
        design = self.design
        last = f"{design.samples:,} samples, {design.method}, seed {design.seed}. Standard errors from {self.basis}."
        first = [] if self.of == "probability" else [self.of + (f" in {self.unit}" if self.unit else "")]
        return first, ["", last, *self.notes]

    def to_dict(self) -> dict[str, Any]:
        """The rows, the top's intervals, how it was sampled, and the importances if there are any."""
        intervals = {f"percentile_{p}": list(self.percentile_interval(p)) for p in (5, 50, 95)}
        result = {
            **super().to_dict(),
            "of": self.of,
            "unit": self.unit,
            "intervals": {"confidence": 0.95, "mean": list(self.top.mean_interval()), **intervals},
            "basis": self.basis,
            "method": self.design.method,
            "samples": self.design.samples,
            "replicates": self.design.replicates,
            "seed": self.design.seed,
            "partial": self.partial,
            "notes": list(self.notes),
            **({} if self.below is None else {"lower": self.below.record()}),
        }
        return result if self.importance is None else {**result, "importance": self.importance.records()}

    def to_parquet(self, path: str | os.PathLike[str] | BinaryIO) -> int:
        """Write every sample as a row: its replicate, the inputs' values, and all results. Returns the rows.

        path: a place, whose file is written whole or not at all, or a file open for writing bytes. It is written chunk
        by chunk: the inputs are sampled again and take no memory.
        Columns are named `input NAME`, `input NAME in 1/h` of a rate, `input NAME in h` of a time, `probability NAME`,
        or what else the numbers are of with its unit, and `MEASURE EVENT`.
        Raises MissingExtraError without pyarrow, InvalidRequestError where the file cannot be written.
        """
        parquet = _parquet()
        import pyarrow

        outputs = dict(self._outputs())
        inputs = self.inputs
        units = {name: f" in {unit}" for name, unit in inputs.units.items() if unit}
        names = ["replicate", *(f"input {name}{units.get(name, '')}" for name in inputs.distributions), *outputs]
        kinds = [pyarrow.int32(), *[pyarrow.float64()] * (len(names) - 1)]
        schema = pyarrow.schema(list(zip(names, kinds, strict=True)))
        place = streamed(path) if isinstance(path, str | os.PathLike) else nullcontext(path)
        with place as file, parquet.ParquetWriter(file, schema) as writer:
            for chunk in self.design.chunks():
                values_in_si = inputs.values(self.design.points(chunk))
                sampled = [inputs.told(name, values) for name, values in values_in_si.items()]
                replicate = np.full(chunk.size, chunk.replicate, np.int32)
                columns = [replicate, *sampled, *(values[chunk.places] for values in outputs.values())]
                writer.write_batch(pyarrow.record_batch(columns, schema=schema))
        return self.design.samples

    def _outputs(self) -> Iterator[tuple[str, FloatArray]]:
        for quantity in (self.top, *self.gates.values()):
            yield f"{self.of} {quantity.name}" + (f" in {self.unit}" if self.unit else ""), quantity.samples
        for event, measures in self.importance.quantities.items() if self.importance is not None else ():
            for measure, quantity in measures.items():
                yield f"{measure} {event}", quantity.samples


def propagate(
    problem: Problem,
    samples: int = DEFAULT_SAMPLES,
    *,
    seed: int = 0,
    method: str = "monte-carlo",
    importance: bool = False,
    executor: Executor | None = None,
    memory: int = FOR_SAMPLES,
) -> UncertaintyAnalysis:
    """The sampled distribution of the probability of every function of the problem.

    samples: how many; Latin hypercube and Sobol sampling take the next number that fits (`Design.of`). seed: the same
    one gives the same samples, to the last bit, whatever computes them. method: one of `designs.METHODS`.
    importance: of every event for the top event, too. executor: None for threads of this process; see `scale_out`.
    memory: bytes that the samples may keep.
    importance: where the problem has no minimal cut sets, Fussell-Vesely is left out, and a note says so.
    With importance, each chunk at work also takes the working memory of the problem's `Batches` and `CutSetShares`.
    Where a limit of time or memory ends the work, the sample is the part that was done by then, if that says anything.
    Raises InvalidRequestError, also where the samples would not fit the memory; UnknownNameError for the method;
    TimeLimitExceeded, MemoryLimitExceeded.
    """
    design = Design.of(method, samples, seed, len(problem.inputs))
    events = [problem.laws.events[level] for level in problem.batches.plan.used.tolist()] if importance else []
    n_functions, n_measures = len(problem.functions), len(measures_of(problem)) if importance else 0
    wanted = {"gates": n_functions - 1, "importance": n_measures * len(events)}
    check_memory(memory, design, {"the top event": 1, **wanted})
    middle = np.full((len(problem.inputs), 2), (0.05, 0.95))
    task = _Task(problem, design, importance, importance and slopes_need_care(problem, middle))
    p = np.empty((n_functions, design.samples))
    measures = np.empty((n_measures, len(events), design.samples))

    def keep(chunk: Chunk, found: tuple[FloatArray, FloatArray | None]) -> None:
        p[:, chunk.places] = found[0]
        if found[1] is not None:
            measures[:, :, chunk.places] = found[1]

    planned, points = design, problem.point()
    at_points = importance_of(problem, problem.laws.at(problem.time), problem.coherent, None)[1] if importance else None
    found = run_design(_sampled, task, design, keep, executor, threads=problem.chunks_at_once)
    design = found.design
    p, measures = p[:, : design.samples], measures[..., : design.samples]
    support = (0.0, math.inf if problem.happening else 1.0)
    quantities = [
        UncertainQuantity(name, float(point), row, design.replicates, support)
        for name, point, row in zip(problem.functions, points, p, strict=True)
    ]
    return UncertaintyAnalysis(
        quantities[0],
        {quantity.name: quantity for quantity in quantities[1:]},
        _importance(problem, events, at_points, measures, design) if at_points is not None else None,
        problem.inputs,
        design,
        (
            *number_of_samples_note(samples, planned),
            *(_left_out(problem, p, measures) if importance else ()),
            *found.notes,
        ),
        "frequency" if problem.happening else "probability",
        problem.unit,
        found.cut_short,
    )


def check_memory(memory: int, design: Design, rows: Mapping[str, int]) -> None:
    """Raise InvalidRequestError where the samples of so many rows do not fit the memory, with what would.

    rows: float64 numbers that each sample keeps, by what they are for.
    """
    if isinstance(memory, bool) or not isinstance(memory, Real) or not memory >= 1:
        raise InvalidRequestError(f"memory is {memory!r}; give a number of bytes, such as 1_000_000_000")
    per_sample = 8 * sum(rows.values())
    needed = per_sample * design.samples
    if needed <= memory:
        return
    larger = {what: n for what, n in rows.items() if n > 1}
    shares = ", ".join(f"{_size(8 * n * design.samples)} of it for {what}" for what, n in larger.items())
    advice = [f"take at most {int(memory // per_sample):,} samples"]
    advice += [f"leave out {what}" for what in larger if what in ("gates", "importance")]
    raise InvalidRequestError(
        f"{design.samples:,} samples keep {_size(needed)}{f' ({shares})' if shares else ''}, and "
        f"{_size(memory)} are allowed; {', '.join(advice)}, or allow more with `memory=` (command line: --memory)"
    )


@dataclass(frozen=True, eq=False)
class _Task:
    """What every chunk of a propagation shares."""

    problem: Problem
    design: Design
    importance: bool
    precise: bool


def _sampled(task: _Task, chunk: Chunk) -> tuple[FloatArray, FloatArray | None]:
    """A chunk's probabilities, float64[n_functions, B], and importances, float64[n_measures, n_events, B]."""
    problem, threads = task.problem, task.problem.threads_in_a_chunk
    u = task.design.points(chunk)
    if not task.importance:
        return problem.evaluate(u, threads), None
    sampled, n_events = problem.inputs.values(u), len(problem.batches.plan.used)
    p, measures = (
        np.empty((len(problem.functions), chunk.size)),
        np.empty((len(measures_of(problem)), n_events, chunk.size)),
    )
    for place, some in problem.blocks(sampled):
        levels = problem.laws.at(problem.time, some)
        p[0, place], measures[..., place] = importance_of(problem, levels, task.precise, threads)
        if len(problem.functions) > 1:
            p[:, place] = problem.probability(levels.q, levels.not_q, threads)
    return p, measures


def _importance(
    problem: Problem, events: list[str], points: FloatArray, measures: FloatArray, design: Design
) -> UncertainImportance:
    least = 0.0 if problem.coherent else -1.0
    supports = {
        "birnbaum": (least, 1.0),
        "criticality": (least and -np.inf, 1.0),
        "fussell_vesely": (0.0, 1.0),
        "diagnostic": (0.0, 1.0),
        "risk_achievement_worth": (0.0, np.inf),
        "risk_reduction_worth": (0.0, np.inf),
    }
    return UncertainImportance(
        {
            event: {
                measure: UncertainQuantity(
                    f"{measure} {event}",
                    float(points[kind, row, 0]),
                    measures[kind, row],
                    design.replicates,
                    supports[measure],
                )
                for kind, measure in enumerate(measures_of(problem))
            }
            for row, event in enumerate(events)
        }
    )


def number_of_samples_note(samples: int, design: Design) -> Iterator[str]:
    """That there are more samples than asked for, if there are."""
    if design.samples != samples:
        yield (
            f"{design.samples:,} samples instead of {samples:,}: {design.method} takes {design.replicates} replicates "
            f"of {design.size:,}"
        )


def _left_out(problem: Problem, p: FloatArray, measures: FloatArray) -> Iterator[str]:
    if problem.cut_sets is None:
        yield "Fussell-Vesely importance is left out: it needs all minimal cut sets, and not all are known"
    # Of a possible top no measure is a ratio of two zeros.
    if np.isnan(measures[..., p[0] > 0.0]).any():
        yield (
            "an importance is nan where in some sample it, or a probability that it is made of, is not 0 and below "
            "2.2e-308, where floating-point numbers end; `importance` gives it at the point values"
        )


def _size(n_bytes: float) -> str:
    for unit, scale in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= scale:
            number = n_bytes / scale
            return f"{number:.3g} {unit}" if number < 100 else f"{number:,.0f} {unit}"
    return f"{n_bytes:g} bytes"


def _parquet() -> pyarrow.parquet:
    try:
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("pyarrow is not installed; pip install 'faulttree[parquet]'") from error
    return pyarrow.parquet
