"""Samples through diagrams: how many a second, beside what the machine can do and beside one sweep per sample.

    python benchmarks/throughput.py [FOLDER] [--select 'das*'] [--samples 1000] [--threads 2]

FOLDER holds model files of any format, at any depth; absent, it is `benchmarks/aralia` in the shared folder
(FAULTTREE_SHARED), or else the project's own models. Without --select and --samples, 100,000 samples go through
edfpa14o and baobab1 and 1,000 through das9701, as far as the folder holds them.

A sample is a probability for every event: lognormal about its point value, at most 1. Samples are drawn and swept in
chunks, and only the sweeps are timed. The columns:

- `node-samples`: rows of the diagram times samples. For each, p and its complement are worked out.
  Rates are per second of wall time, and of CPU time of all threads.
- `of arithmetic`: that rate beside the same multiplications and additions on arrays in the nearest cache, at the
  same number of threads and in the same run. `of memory`: the bytes that sweeps read and write beside those
  of a triad a = b + s c on arrays far larger than any cache; above 1 the caches serve them.
- `peer`: CPU time of a full sweep per sample in a Python loop (`row_probabilities`), and how many times as fast the
  batch is by CPU time and by wall time. `p alone x`: by CPU time where only p is asked for, not its complement.
- `extra MB`: peak of what is allocated for plan, samples and sweeps, the diagram not counted (tracemalloc, which sees
  all arrays). `peak MB`: of the process, in which the diagram was made. `verdict`: whether all give the same bits.
"""

from __future__ import annotations

import argparse
import fnmatch
import json
import os
import platform
import resource
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).parents[1]
CASES = {"edfpa14o": 100_000, "baobab1": 100_000, "das9701": 1_000}
CHUNK = 16_384
"""Samples held at a time."""
SPREAD = 1.0
"""Standard deviation of the logarithm of a sampled probability."""
BYTES = 64
"""Of a row and a sample: p and its complement of three rows read, of one written, 8 bytes each."""
SHOWN = {
    "model": "model", "nodes": "nodes", "samples": "samples", "wall_s": "wall s", "cpu_s": "CPU s",
    "per_wall_s": "node-samples/s", "per_cpu_s": "per CPU s", "of_arithmetic": "of arithmetic",
    "of_memory": "of memory", "peer_s_per_sample": "peer s/sample", "times_peer_cpu": "x peer CPU",
    "times_peer_wall": "x peer wall", "alone_times_peer_cpu": "p alone x",
    "extra_mb": "extra MB", "peak_mb": "peak MB", "verdict": "verdict",
}  # fmt: skip


class Stopwatch:
    """Wall and CPU seconds, added up over all entries of `with`."""

    def __init__(self) -> None:
        self.wall = self.cpu = 0.0

    def __enter__(self) -> None:
        self._begun = time.perf_counter(), time.process_time()

    def __exit__(self, *_: object) -> None:
        wall, cpu = self._begun
        self.wall += time.perf_counter() - wall
        self.cpu += time.process_time() - cpu


# What the machine can do


def limits(threads: int, seconds: float = 1.0, megabytes: float = 64.0) -> dict[str, float]:
    """Bytes per second of a triad out of cache, and node-samples per second of sweeps' arithmetic in the nearest cache.

    By wall time, all threads together. megabytes: of each of a thread's three arrays for the triad.
    """
    import numba

    @numba.njit(nogil=True)
    def triad(a, b, c, repeats):
        for _ in range(repeats):
            for i in range(a.shape[0]):
                a[i] = b[i] + 3.0 * c[i]

    @numba.njit(nogil=True)
    def mixes(p, not_p, high, low, result, repeats):
        for _ in range(repeats):
            for i in range(result.shape[0]):
                result[i] = p[i] * high[i] + not_p[i] * low[i]

    far, near = int(megabytes * 1e6 / 8), 512

    def rate(kernel: Callable[..., None], length: int, n_arrays: int, repeats: int) -> float:
        """Elements per second."""
        own = [[_aligned(length) for _ in range(n_arrays)] for _ in range(threads)]
        kernel(*own[0], 1)
        done, watch = 0, Stopwatch()
        with ThreadPoolExecutor(threads) as pool:
            while watch.wall < seconds:
                with watch:
                    list(pool.map(lambda arrays: kernel(*arrays, repeats), own))
                done += threads * repeats * length
        return done / watch.wall

    # A node-sample is two results.
    return {"memory": 24 * rate(triad, far, 3, 2), "arithmetic": rate(mixes, near, 5, 200_000) / 2}


def _aligned(length: int) -> np.ndarray:
    """Halves, the first at the beginning of a line of the cache."""
    room = np.full(length + 8, 0.5)
    first = -room.ctypes.data % 64 // 8
    return room[first : first + length]


# In the process of one model


def measure(path: str, samples: int, threads: int, seconds: float = 1.0) -> dict[str, Any]:
    """One row of the table. seconds: that each microbenchmark, and the peer, may take at least."""
    from faulttree import FaultTree, formats
    from faulttree.quantification.batches import Batches
    from faulttree.quantification.probability import row_probabilities

    engine = FaultTree.of(formats.read(path))._engine
    bdd = engine.bdd
    (point, _), root = engine.both_sides(bdd), bdd.roots["top"]
    row: dict[str, Any] = {"nodes": bdd.size, "samples": samples, "threads": threads}

    tracemalloc.start()
    batches = Batches(bdd)
    for q in first_two(chunks(point, samples)):
        batches.probability(q, 1.0 - q, threads)
    row["extra_mb"] = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()

    sweeps, alone, found = Stopwatch(), Stopwatch(), []
    for q in chunks(point, samples):
        not_q = 1.0 - q
        with sweeps:
            p, _ = batches.probability(q, not_q, threads)
        with alone:
            again = batches.probability_alone(q, not_q, threads)
        found.append(np.where(p[0] == again[0], p[0], np.nan))
    row["peak_mb"] = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024) / 1e6
    )

    row_probabilities(bdd, point, sweeps=samples)
    peer, same, n_peer = Stopwatch(), True, 0
    # The first chunk alone: one sample is like another.
    first = np.ascontiguousarray(next(chunks(point, samples)).T)
    for q, p in zip(first, found[0].tolist(), strict=True):
        with peer:
            single = row_probabilities(bdd, q, sweeps=samples).at(root)
        same, n_peer = same and single == p, n_peer + 1
        if peer.wall > seconds:
            break

    machine = limits(threads, seconds)
    work = batches.size * samples
    return row | {
        "wall_s": sweeps.wall,
        "cpu_s": sweeps.cpu,
        "per_wall_s": work / sweeps.wall,
        "per_cpu_s": work / sweeps.cpu,
        "memory_limit": machine["memory"],
        "arithmetic_limit": machine["arithmetic"],
        "of_arithmetic": work / sweeps.wall / machine["arithmetic"],
        "of_memory": BYTES * work / sweeps.wall / machine["memory"],
        "peer_s_per_sample": peer.cpu / n_peer,
        "peer_samples": n_peer,
        "times_peer_cpu": peer.cpu / n_peer * samples / sweeps.cpu,
        "times_peer_wall": peer.wall / n_peer * samples / sweeps.wall,
        "alone_times_peer_cpu": peer.cpu / n_peer * samples / alone.cpu,
        "verdict": "same bits" if same else "WRONG",
    }


def chunks(point: np.ndarray, samples: int) -> Iterator[np.ndarray]:
    """Sampled probabilities, float64[n_levels, up to CHUNK] at a time; the same every time."""
    rng = np.random.default_rng(1)
    for start in range(0, samples, CHUNK):
        factors = rng.lognormal(0.0, SPREAD, (len(point), min(CHUNK, samples - start)))
        yield np.minimum(point[:, None] * factors, 1.0)


def first_two(source: Iterator[np.ndarray]) -> Iterator[np.ndarray]:
    """The first two chunks: from the second on, memory is what it stays."""
    for _, chunk in zip(range(2), source, strict=False):
        yield chunk


# In the process that makes the table


def cases(folder: Path, select: list[str], samples: int | None) -> list[tuple[Path, int]]:
    """Model files, and how many samples go through each."""
    from faulttree.formats import suffixes

    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes() and path.is_file())
    patterns = select or (list(CASES) if any(path.stem in CASES for path in found) else ["*"])
    chosen = [path for path in found if any(fnmatch.fnmatch(path.stem, pattern) for pattern in patterns)]
    return [(path, samples or CASES.get(path.stem, 1_000)) for path in chosen]


def measured(path: Path, samples: int, threads: int) -> dict[str, Any]:
    """The row of a model, from a process of its own."""
    command = [sys.executable, __file__, "--worker", str(path), "--samples", str(samples), "--threads", str(threads)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    row: dict[str, Any] = {"model": path.stem}
    if process.returncode:
        return row | {"verdict": f"died: {(process.stderr.splitlines() or ['no message'])[-1]}"}
    return row | json.loads(process.stdout)


def text(rows: list[dict[str, Any]]) -> str:
    """The rows as a table to read."""
    from faulttree.results import text_table

    def cell(value: Any) -> Any:
        return "" if value is None else f"{value:.3g}" if isinstance(value, float) else value

    return text_table(list(SHOWN.values()), [[cell(row.get(column)) for column in SHOWN] for row in rows])


def store(folder: Path, rows: list[dict[str, Any]]) -> None:
    """Write throughput.json."""
    import numba

    import faulttree
    from faulttree.files import write_all

    about = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "faulttree": faulttree.__version__,
        "numba": numba.__version__,
        "numpy": np.__version__,
    }
    write_all(folder, {"throughput.json": json.dumps({"about": about, "rows": rows}, indent=2) + "\n"})


def _parser() -> argparse.ArgumentParser:
    description, *_ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", nargs="?", help="of model files; see the head of this file for what stands in")
    parser.add_argument(
        "--select", action="append", default=[], metavar="GLOB", help="only models named so; repeatable"
    )
    parser.add_argument("--samples", type=int, metavar="N", help="through every model")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, metavar="N", help="default: one per core")
    parser.add_argument("--results", default=PROJECT / "benchmarks" / "results", type=Path, metavar="FOLDER")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


def main(words: list[str] | None = None) -> int:
    """Measure, print and store. Returns 1 when an answer is wrong or a process died, 2 when there is nothing to do."""
    arguments = _parser().parse_args(words)
    if arguments.worker:
        print(json.dumps(measure(arguments.folder, arguments.samples, arguments.threads)))
        return 0
    shared = Path(os.environ.get("FAULTTREE_SHARED", PROJECT / ".." / "shared")).resolve() / "benchmarks" / "aralia"
    folder = Path(arguments.folder) if arguments.folder else shared
    if not arguments.folder and not folder.is_dir():
        print(
            f"{folder} is absent; FAULTTREE_SHARED says where it is. These are the project's own models.",
            file=sys.stderr,
        )
        folder = PROJECT / "models"
    rows = []
    for path, samples in cases(folder, arguments.select, arguments.samples):
        rows.append(measured(path, samples, arguments.threads))
        print(f"{rows[-1]['model']}: {rows[-1]['verdict']}", file=sys.stderr, flush=True)
    if not rows:
        print(f"{folder} holds no model file of that name", file=sys.stderr)
        return 2
    print(text(rows))
    store(arguments.results, rows)
    print(f"stored in {arguments.results}: throughput.json", file=sys.stderr)
    return int(any(word in row["verdict"] for row in rows for word in ("WRONG", "died")))


if __name__ == "__main__":
    sys.exit(main())
