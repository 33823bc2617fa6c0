"""The verbs about what is not known for certain: uncertainty, sensitivity."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from faulttree import deadline
from faulttree.cli.exit_codes import EXIT_PARTIAL
from faulttree.cli.options import Asked, Examples, output_options, state_options, tree_options
from faulttree.cli.session import emit, emit_json, emit_table, tell, together, tree_of
from faulttree.errors import CUT_SHORT, InvalidRequestError, MissingExtraError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from faulttree.facade import FaultTree
    from faulttree.uncertainty.band import Band
    from faulttree.uncertainty.propagation import UncertaintyAnalysis
    from faulttree.uncertainty.samples import UncertainQuantity
    from faulttree.uncertainty.sensitivity import SobolIndices, Tornado

__all__ = [
    "band_of",
    "indices_of",
    "percentile_ends",
    "sampled",
    "sampling_options",
    "sensitivity",
    "uncertainty",
]

TORNADO_SHARE = 0.6
"""Share of the time for the diagram and each input alone; the rest is for Sobol's indices."""
METHODS = ("monte-carlo", "latin-hypercube", "sobol")
QUANTITIES = ("probability", "frequency", "mean-unavailability", "pfh")
PROBABILITIES = ("probability", "mean-unavailability")
SHOWN = (5.0, 50.0, 95.0)
PERCENTILE = click.FloatRange(0.0, 100.0, min_open=True, max_open=True)


def sampling_options(command: Any) -> Any:
    """--samples and --method of a propagation, given to the command as `samples` and `method`."""
    samples = click.option("--samples", type=click.IntRange(min=2), default=10_000, show_default=True, metavar="N",
                           help="How often all inputs are sampled.")  # fmt: skip
    method = click.option("--method", type=click.Choice(METHODS), default="monte-carlo", show_default=True,
                          help="How; the last two need fewer samples, in whole replicates.")  # fmt: skip
    return samples(method(command))


def percentile_ends(command: Any) -> Any:
    """--low and --high of a tornado, given to the command as `low` and `high`."""
    low = click.option("--low", type=PERCENTILE, default=5.0, show_default=True, metavar="P",
                       help="The lower percentile of each input, for the tornado.")  # fmt: skip
    high = click.option("--high", type=PERCENTILE, default=95.0, show_default=True, metavar="P",
                        help="The upper one.")  # fmt: skip
    return low(high(command))


@click.command(
    "uncertainty", cls=Examples, example="faulttree uncertainty plant.yaml --samples 100000 --seed 1 --gates"
)
@tree_options
@state_options
@output_options
@sampling_options
@click.option("--of", type=click.Choice(QUANTITIES),
              help="The quantity, at the mission time or over it.  [default: that of the top]")  # fmt: skip
@click.option("--gates", is_flag=True, help="Of every gate, too.")
@click.option("--importance", is_flag=True, help="Of every importance measure of every event, too.")
@click.option("--percentile", "percentiles", type=PERCENTILE, multiple=True, metavar="P",
              help="A percentile to give; repeatable.  [default: 5, 50, 95]")  # fmt: skip
@click.option("--exceedance", type=click.FloatRange(min=0.0), multiple=True, metavar="P",
              help="Give how probably the probability, or what --of says, is above P; repeatable.")  # fmt: skip
@click.option("--parquet", metavar="FILE", help="Write every sample, inputs and results, to a Parquet file.")
@click.option("--workers", type=click.IntRange(1, 256), metavar="N",
              help="Sample in N processes; the numbers stay the same.  [default: threads]")  # fmt: skip
def uncertainty(
    asked: Asked, kind: str, output: str | None, samples: int, method: str, of: str | None, gates: bool,
    importance: bool, percentiles: tuple[float, ...], exceedance: tuple[float, ...], parquet: str | None,
    workers: int | None,
) -> int:  # fmt: skip
    """Give how uncertain the top event's probability is, by sampling the model's uncertain inputs.

    Or its failure frequency, mean unavailability or PFH, with --of; frequencies are per hour.
    """
    if parquet is not None:
        _check_parquet(parquet, output)
    tree = tree_of(asked)
    of = of or ("frequency" if tree.has_frequency else "probability")
    for value in exceedance:
        if value > 1.0 and of in PROBABILITIES:
            raise InvalidRequestError(f"--exceedance {value:g} is not a probability; give a number in [0, 1]")
    with _processes(workers) as executor:
        found = sampled(tree, asked, samples, method, of=of, gates=gates, importance=importance, executor=executor)
    shown, exceedance = tuple(dict.fromkeys(percentiles)) or SHOWN, tuple(dict.fromkeys(exceedance))

    def give() -> None:
        if kind == "table":
            emit(_text(found, shown, exceedance), output)
        elif kind == "json":
            emit_json(_content(found, shown, exceedance), output)
        else:
            _emit_csv(found, shown, exceedance, output)

    code = EXIT_PARTIAL if found.partial else 0
    if parquet is None:
        give()
        return code
    if output is None or output == "-":
        written = found.to_parquet(parquet)
        give()
    else:
        from faulttree.files import streamed

        with streamed(parquet) as file:  # which takes its place only once the other file has
            written = found.to_parquet(file)
            give()
    click.echo(f"{written:,} samples written to {parquet}", err=True)
    return code


def sampled(tree: FaultTree, asked: Asked, samples: int, method: str, **more: Any) -> UncertaintyAnalysis:
    """The tree's uncertainty under the seed and the memory that were asked for."""
    return tree.uncertainty(samples, seed=tree.seed, method=method, **_memory(asked), **more)


def indices_of(tree: FaultTree, asked: Asked, samples: int) -> SobolIndices:
    """Sobol's indices under the seed and the memory that were asked for."""
    return tree.sobol_indices(samples, seed=tree.seed, **_memory(asked))


def band_of(tree: FaultTree, asked: Asked, times: Sequence[float], samples: int = 2_000) -> Band:
    """The band of the unavailability at times in seconds, under the seed and the memory that were asked for."""
    return tree.band_over_time(times, samples, seed=tree.seed, **_memory(asked))


def _memory(asked: Asked) -> dict[str, Any]:
    return {} if asked.memory is None else {"memory": asked.memory}


@click.command(
    "sensitivity", cls=Examples, example="faulttree sensitivity plant.yaml --samples 16384 --low 1 --high 99"
)
@tree_options
@state_options
@output_options
@click.option("--samples", type=click.IntRange(min=2), default=8192, show_default=True, metavar="N",
              help="Pairs of points for the indices.")  # fmt: skip
@percentile_ends
def sensitivity(asked: Asked, kind: str, output: str | None, samples: int, low: float, high: float) -> int:
    """Give which uncertain input drives the result: Sobol's indices, and each input alone at two percentiles.

    Indices are defined for independent inputs: where some are correlated, only the second is given.
    """
    tree = tree_of(asked)
    indices: SobolIndices | None = None
    notes: tuple[str, ...] = ()
    with together(tree):
        with deadline.part(TORNADO_SHARE):
            swings = tree.tornado(low, high)
        if tree.model.correlations:
            first, second = tree.model.correlations[0].between
            why = f"they are for independent inputs, and '{first}' is correlated with '{second}'"
            notes = (f"no Sobol's indices: {why}",)
        else:
            try:
                indices = indices_of(tree, asked, samples)
            except CUT_SHORT as error:
                notes = (f"no Sobol's indices: {error.limit_met} left too few samples for them",)
    partial = swings.partial or (indices.partial if indices is not None else not tree.model.correlations)
    notes = (*swings.notes, *(notes if indices is None else indices.notes))
    if kind == "table":
        emit("\n".join([*_sensitivity_text(tree, indices, swings), *(f"note: {note}" for note in notes)]), output)
    elif kind == "json":
        found = None if indices is None else indices.to_dict()
        about = {"top": tree.top, "sobol": found, "tornado": swings.to_dict(), "partial": partial, "notes": list(notes)}
        emit_json(about, output)
    else:
        _emit_joined(indices, swings, output)
        tell(notes)
    return EXIT_PARTIAL if partial else 0


def _check_parquet(place: str, output: str | None) -> None:
    """Raise before the work what would be raised after it."""
    import importlib.util
    from pathlib import Path

    if place == "-":
        raise InvalidRequestError("Parquet is not for standard output; give --parquet a file")
    if output is not None and Path(place).resolve() == Path(output).resolve():
        raise InvalidRequestError(f"--parquet and -o name the same file, {place}; give each a file of its own")
    if importlib.util.find_spec("pyarrow") is None:
        raise MissingExtraError("pyarrow is not installed; pip install 'faulttree[parquet]'")


@contextmanager
def _processes(number: int | None) -> Iterator[Executor | None]:
    """So many fresh processes, or None."""
    if number is None:
        yield None
        return
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    try:
        pool = ProcessPoolExecutor(number, multiprocessing.get_context("spawn"), _leave_interrupts_to_the_parent)
    except ValueError as error:  # a system may take fewer
        raise InvalidRequestError(f"--workers {number}: {error}") from error
    with pool:
        yield pool


def _leave_interrupts_to_the_parent() -> None:
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)


# Uncertainty


def _text(found: UncertaintyAnalysis, percentiles: Sequence[float], exceedance: Sequence[float]) -> str:
    from faulttree.results import Records, counted, text_table

    design = found.design
    parts = [
        f"{found.top.name}: {found.of}{f' in {found.unit}' * bool(found.unit)}, "
        f"from {design.samples:,} {design.method} samples of {counted(len(found.inputs), 'uncertain input')}, "
        f"seed {design.seed}",
        "",
        text_table(("", "value", "lower", "upper"), _statistics(found, percentiles, exceedance)),
        "",
        f"lower and upper: 95 % confidence, from {found.basis}",
    ]
    if found.gates:
        parts += ["", "gates", ""]
        parts.append(str(Records(tuple(_row(gate, percentiles, ()) for gate in found.gates.values()))))
    if found.importance is not None:
        rows = [_row(quantity, percentiles, (), names) for quantity, names in _importances(found)]
        parts += ["", "importance", "", str(Records(tuple(rows)))]
    return "\n".join([*parts, *(f"note: {note}" for note in found.notes)])


def _statistics(
    found: UncertaintyAnalysis, percentiles: Sequence[float], exceedance: Sequence[float]
) -> Iterator[tuple[Any, ...]]:
    top = found.top
    yield "at the point values", top.point, None, None
    yield "mean", top.mean, *top.mean_interval()
    yield "standard error of the mean", top.standard_error, None, None
    yield "standard deviation", top.standard_deviation, None, None
    for p in percentiles:
        yield f"percentile {p:.15g}", top.percentile(p), *top.percentile_interval(p)
    yield "error factor", top.error_factor, None, None
    for row in top.exceedance(list(exceedance)).records():
        yield f"P(above {row['value']:.15g})", row["exceedance"], row["lower"], row["upper"]


def _content(found: UncertaintyAnalysis, percentiles: Sequence[float], exceedance: Sequence[float]) -> dict[str, Any]:
    top = found.top
    ends = ((p, *top.percentile_interval(p)) for p in percentiles)
    return {
        "top": top.name,
        **found.to_dict(),
        "percentiles": [
            {"percentile": p, "value": top.percentile(p), "lower": lower, "upper": upper} for p, lower, upper in ends
        ],
        "error_factor": top.error_factor,
        "exceedance": top.exceedance(list(exceedance)).records(),
    }


def _emit_csv(
    found: UncertaintyAnalysis, percentiles: Sequence[float], exceedance: Sequence[float], output: str | None
) -> None:
    from faulttree.results import Records

    def named(quantity: UncertainQuantity) -> dict[str, Any]:
        return {"of": quantity.name, "quantity": found.of, **({"unit": found.unit} if found.unit else {})}

    told = [(quantity, named(quantity)) for quantity in (found.top, *found.gates.values())]
    samples = found.design.samples if found.partial else 0
    rows = [
        _row(quantity, percentiles, exceedance, names, ends=True, samples=samples)
        for quantity, names in (*told, *_importances(found))
    ]
    emit_table(Records(tuple(rows)), "csv", output)
    tell(found.notes)


def _row(
    quantity: UncertainQuantity,
    percentiles: Sequence[float],
    exceedance: Sequence[float],
    names: dict[str, Any] | None = None,
    ends: bool = False,
    samples: int = 0,
) -> dict[str, Any]:
    """One quantity as a record. ends: with the 95 % intervals of the mean, the percentiles and the exceedances.

    samples: how many it rests on, where that is to be told.
    """
    row = names or {"quantity": quantity.name}
    if samples:
        row |= {"samples": samples}
    row |= {"point": quantity.point, "mean": quantity.mean}
    if ends:
        row["mean_lower"], row["mean_upper"] = quantity.mean_interval()
    row |= {"standard_error": quantity.standard_error, "standard_deviation": quantity.standard_deviation}
    for p in percentiles:
        row[name := f"percentile_{p:.15g}"] = quantity.percentile(p)
        if ends:
            row[f"{name}_lower"], row[f"{name}_upper"] = quantity.percentile_interval(p)
    for above in quantity.exceedance(exceedance).records():
        name = f"above_{above['value']:.15g}"
        row |= {name: above["exceedance"], f"{name}_lower": above["lower"], f"{name}_upper": above["upper"]}
    return row


def _importances(found: UncertaintyAnalysis) -> Iterator[tuple[UncertainQuantity, dict[str, Any]]]:
    """Every importance, those of the event of the highest mean criticality first, and what it is of."""
    if found.importance is not None:
        for event in found.importance.ranked():
            for measure, quantity in found.importance[event].items():
                yield quantity, {"of": event, "quantity": measure}


# Sensitivity


def _sensitivity_text(tree: FaultTree, indices: SobolIndices | None, swings: Tornado) -> Iterator[str]:
    from faulttree.results import Records, number_text

    of, unit = swings.quantity, f" in {swings.unit}" if swings.unit else ""
    if indices is not None:
        yield f"{tree.top}: share of the variance of the {of} that is due to each uncertain input"
        yield ""
        yield str(indices)
        yield f"lower and upper: {100 * indices.confidence:g} % confidence; {indices.evaluations:,} quantifications"
        yield ""
    yield (
        f"{tree.top}: {of}{unit} with each input alone at its percentiles {swings.low:g} and {swings.high:g}; "
        f"{number_text(swings.point)} with all at their point values"
    )
    yield ""
    yield str(Records(tuple(swings.records())))


def _emit_joined(indices: SobolIndices | None, swings: Tornado, output: str | None) -> None:
    """One row for each input, in the tornado's order; without indices their cells are empty."""
    from dataclasses import asdict, fields

    from faulttree.results import Records
    from faulttree.uncertainty.sensitivity import SensitivityIndex

    names = [field.name for field in fields(SensitivityIndex)][1:]
    rows = []
    for swing in swings:
        index = dict.fromkeys(names) if indices is None else asdict(indices[swing.input])
        rows.append(asdict(swing) | {name: index[name] for name in names})
    for name in swings.left_out:
        index = dict.fromkeys(names) if indices is None else asdict(indices[name])
        rows.append(dict.fromkeys(rows[0]) | {"input": name} | {each: index[each] for each in names})
    emit_table(Records(tuple(rows)), "csv", output)
