"""One row per model: what was found, whether it is right, how long each stage took and how much memory.

    python benchmarks/table.py [FOLDER] [--select 'das*'] [--without factoring] [--time-limit 300]

FOLDER holds model files of any format, at any depth; absent, it is `benchmarks` in the shared folder
(FAULTTREE_SHARED), or else the project's own models. A CSV of known answers (`reference/aralia.csv` in the shared
folder, or --reference) gives the verdicts; its columns are tree, minimal_cut_sets, top_probability,
peer_cpu_s for the seconds that another engine needs, and any others.

Every model has a process of its own. Times are CPU seconds of that process. Before the clock starts, everything is
imported and a small tree is analysed by the compiled kernels, so that loading them, and compiling them when they are
not yet cached, is in a column of its own, `kernels`, and in no other.
"""

from __future__ import annotations

import argparse
import csv
import fnmatch
import json
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
STAGES = ("read", "build", "simplify", "diagram", "probability", "cut_sets", "importance")
COLUMNS = (
    *("tree", "verdict", "events", "gates", "order", "nodes", "minimal_cut_sets", "probability", "lower", "upper"),
    *("method", "relative_error", *(f"{stage}_s" for stage in STAGES), "total_s", "kernels_s", "peak_mb", "peer"),
)
SHOWN = {
    "tree": "tree", "events": "events", "gates": "gates", "order": "order", "nodes": "nodes",
    "minimal_cut_sets": "cut sets", "probability": "probability", "relative_error": "rel. error",
    **{f"{stage}_s": stage.replace("_", " ") for stage in STAGES},
    "total_s": "total s", "kernels_s": "kernels", "peak_mb": "MB", "peer": "peer s", "verdict": "verdict",
}  # fmt: skip
TOLERANCE = 1e-9
"""Relative; the reference has 16 digits, and its engines sum in orders of their own."""


# In the process of one model


def measure(path: str, without: list[str], limits: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What is known after each stage: results, its CPU seconds, and the peak memory so far. limits: of FaultTree."""
    kernels = _warm_up()

    from dataclasses import replace

    from faulttree import FaultTree, formats
    from faulttree.errors import LimitExceeded
    from faulttree.structure.simplify import STEPS, simplified

    clock = Clock()
    model = formats.read(path)
    yield {"kernels_s": kernels} | clock.stage("read")
    tree = replace(FaultTree.of(model), **limits)
    events, gates = len(tree.events), len(tree.gates)
    yield {"events": events, "gates": gates} | clock.stage("build")
    if without:
        kept = [step for step in STEPS if step not in without]
        # Put where the tree keeps its own, as a cached property does.
        tree._engine.__dict__["simplification"] = simplified(tree._engine.skeleton, kept)
    _ = tree._engine.simplified
    yield clock.stage("simplify")
    try:
        found: dict[str, Any] = {"nodes": tree.diagram_size, "order": tree.order_name}
    except LimitExceeded:
        found = {"order": "no diagram within the limits"}
    yield found | clock.stage("diagram")
    p = tree.probability()
    yield {"probability": p.value, "lower": p.lower, "upper": p.upper, "method": p.method} | clock.stage("probability")
    cut_sets = tree.minimal_cut_sets()
    yield ({"minimal_cut_sets": cut_sets.count} if cut_sets.complete else {}) | clock.stage("cut_sets")
    tree.importance()
    yield clock.stage("importance")


class Clock:
    """CPU seconds since the last stage ended."""

    def __init__(self) -> None:
        self.start = time.process_time()

    def stage(self, name: str) -> dict[str, float]:
        """What to note when a stage has ended."""
        now = time.process_time()
        took, self.start = now - self.start, now
        # Kilobytes on Linux, bytes on macOS.
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        return {f"{name}_s": took, "peak_mb": peak / 1e6}


def _warm_up() -> float:
    """CPU seconds to import everything and to load or compile every kernel that the stages use."""
    from faulttree import FaultTree
    from faulttree.generate import generate

    mode = os.environ.get("FAULTTREE_KERNELS")
    os.environ["FAULTTREE_KERNELS"] = mode or "compiled"
    mix = {"and": 4.0, "or": 5.0, "atleast": 1.0, "xor": 0.5}
    for negated in (0.0, 0.1):
        tree = FaultTree.of(generate(60, 30, sharing=0.1, negated=negated, mix=mix, seed=1))
        tree.probability()
        tree.importance()
        _ = tree.minimal_cut_sets().count
    if mode is None:
        del os.environ["FAULTTREE_KERNELS"]
    return time.process_time()


def _work(arguments: argparse.Namespace) -> None:
    from faulttree.errors import FaultTreeError

    try:
        for known in measure(arguments.folder, arguments.without, dict(arguments.limits)):
            print(json.dumps(known), flush=True)
    except FaultTreeError as error:
        print(json.dumps({"verdict": f"{type(error).__name__}: {error}".splitlines()[0]}), flush=True)


# In the process that makes the table


def rows(arguments: argparse.Namespace, folder: Path, reference: dict[str, dict[str, str]]) -> Iterator[dict[str, Any]]:
    """A row for each model of the folder, as soon as it is known."""
    for path in models(folder, arguments.select):
        row: dict[str, Any] = dict.fromkeys(COLUMNS)
        answer = reference.get(path.stem, {})
        row |= {"tree": path.stem, "peer": answer.get("peer_cpu_s")} | _measured(path, arguments)
        row["total_s"] = sum(row[f"{stage}_s"] or 0.0 for stage in STAGES)
        if row["probability"] is not None and float(answer.get("top_probability") or 0.0) > 0.0:
            row["relative_error"] = abs(row["probability"] / float(answer["top_probability"]) - 1.0)
        row["verdict"] = row["verdict"] or verdict(row, answer)
        yield row


def models(folder: Path, select: list[str]) -> list[Path]:
    """The model files of a folder, at any depth, whose name without suffix matches a pattern."""
    from faulttree.formats import suffixes

    found = (path for path in folder.rglob("*") if path.suffix.lower() in suffixes() and path.is_file())
    return sorted(path for path in found if any(fnmatch.fnmatch(path.stem, pattern) for pattern in select or ["*"]))


def _measured(path: Path, arguments: argparse.Namespace) -> dict[str, Any]:
    command = [sys.executable, __file__, "--worker", str(path)]
    command += [f"--without={step}" for step in arguments.without]
    command += [f"--with={name}={json.dumps(value)}" for name, value in arguments.limits]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        out, err = process.communicate(timeout=arguments.time_limit)
        failed = {} if process.returncode == 0 else {"verdict": f"died: {(err.splitlines() or ['no message'])[-1]}"}
    except subprocess.TimeoutExpired:
        process.kill()
        out, err = process.communicate()
        failed = {"verdict": f"time limit of {arguments.time_limit:g} s"}
    finally:
        process.kill()
    known: dict[str, Any] = {}
    for line in out.splitlines():
        known |= json.loads(line)
    return known | failed


def verdict(row: dict[str, Any], answer: dict[str, str]) -> str:
    """What the known answer says about a row."""
    count, p = answer.get("minimal_cut_sets"), answer.get("top_probability")
    if not count and not p:
        return "no reference"
    wrong = []
    if count and row["minimal_cut_sets"] != int(count):
        wrong.append(f"WRONG COUNT, not {count}")
    if p and not row["lower"] <= float(p) <= row["upper"] and not (row["relative_error"] or 0.0) <= TOLERANCE:
        wrong.append(f"WRONG PROBABILITY, not {p}")
    if not wrong and row["lower"] < row["upper"]:
        return "bounds hold"
    return "; ".join(wrong) or "ok"


def summary(found: list[dict[str, Any]]) -> dict[str, Any]:
    """The last row: sums of the times, the largest peak, and how many rows are right."""
    total: dict[str, Any] = dict.fromkeys(COLUMNS)
    for column in COLUMNS:
        if column.endswith("_s"):
            total[column] = sum(row[column] or 0.0 for row in found)
    peak = max((row["peak_mb"] or 0.0 for row in found), default=0.0)
    right = sum(row["verdict"] in ("ok", "bounds hold") for row in found)
    return total | {"tree": "all", "peak_mb": peak, "verdict": f"{right} of {len(found)} confirmed"}


def text(found: list[dict[str, Any]]) -> str:
    """The rows as a table to read."""
    from faulttree.results import text_table

    def cell(column: str, value: Any) -> Any:
        if value is None:
            return ""
        if column.endswith("_s"):
            return f"{value:.3f}"
        if column == "relative_error":
            return f"{value:.1e}"
        return f"{value:.0f}" if column == "peak_mb" else value

    return text_table(list(SHOWN.values()), [[cell(column, row[column]) for column in SHOWN] for row in found])


def store(folder: Path, found: list[dict[str, Any]], total: dict[str, Any], options: dict[str, Any]) -> None:
    """Write table.json and table.csv."""
    import numba
    import numpy

    import faulttree
    from faulttree.files import write_all
    from faulttree.results import Records

    about = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "faulttree": faulttree.__version__,
        "numba": numba.__version__,
        "numpy": numpy.__version__,
        "options": options,
    }
    content = json.dumps({"about": about, "rows": found, "all": total}, indent=2, ensure_ascii=False) + "\n"
    write_all(folder, {"table.json": content, "table.csv": Records(tuple(found), COLUMNS).to_csv()})


def _parser() -> argparse.ArgumentParser:
    description, *_ = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("folder", nargs="?", help="of model files; see the head of this file for what stands in")
    parser.add_argument("--reference", metavar="CSV", help="known answers")
    parser.add_argument(
        "--select", action="append", default=[], metavar="GLOB", help="only models named so; repeatable"
    )
    parser.add_argument(
        "--without", action="append", default=[], metavar="STEP",
        help="leave out a step of simplification, to see what it is worth; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--with", dest="limits", action="append", default=[], type=_limit, metavar="LIMIT=VALUE",
        help="what FaultTree is told: node_budget=10000, time_limit=10, memory=4000000000, exact=true; repeatable",
    )  # fmt: skip
    parser.add_argument(
        "--time-limit", type=float, default=600.0, metavar="S", help="seconds until a model is given up"
    )
    parser.add_argument("--results", default=PROJECT / "benchmarks" / "results", type=Path, metavar="FOLDER")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    return parser


def _limit(text: str) -> tuple[str, Any]:
    name, _, value = text.partition("=")
    return name, json.loads(value)


def main(words: list[str] | None = None) -> int:
    """Measure, print and store. Returns 1 when an answer is wrong or a process died, 2 when there is nothing to do."""
    arguments = _parser().parse_args(words)
    if arguments.worker:
        _work(arguments)
        return 0
    from faulttree.structure.simplify import STEPS

    unknown = [step for step in arguments.without if step not in STEPS]
    if unknown:
        print(f"no step of simplification is called '{unknown[0]}'; known are {', '.join(STEPS)}", file=sys.stderr)
        return 2
    shared = Path(os.environ.get("FAULTTREE_SHARED", PROJECT / ".." / "shared")).resolve()
    own = PROJECT / "models"
    folder = Path(arguments.folder) if arguments.folder else shared / "benchmarks"
    if not arguments.folder and not folder.is_dir():
        print(
            f"{folder} is absent; FAULTTREE_SHARED says where it is. These are the project's own models.",
            file=sys.stderr,
        )
        folder = own
    answers = Path(arguments.reference) if arguments.reference else shared / "reference" / "aralia.csv"
    reference: dict[str, dict[str, str]] = {}
    if arguments.reference or answers.is_file():
        with answers.open(encoding="utf-8", newline="") as file:
            reference = {row["tree"]: row for row in csv.DictReader(file)}
    found = []
    for row in rows(arguments, folder, reference):
        print(f"{row['tree']}: {row['total_s']:.2f} s, {row['verdict']}", file=sys.stderr, flush=True)
        found.append(row)
    if not found:
        print(f"{folder} holds no model file of that name", file=sys.stderr)
        return 2
    total = summary(found)
    print(text([*found, total]))
    print("\nTimes in CPU seconds, one process per model; loading and compiling kernels is in `kernels` alone.")
    options = {"folder": str(folder), "without": arguments.without, "limits": dict(arguments.limits)}
    store(arguments.results, found, total, options)
    print(f"stored in {arguments.results}: table.json, table.csv", file=sys.stderr)
    return int(any(word in row["verdict"] for row in found for word in ("WRONG", "died")))


if __name__ == "__main__":
    sys.exit(main())
