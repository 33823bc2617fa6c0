"""How well limits of time and memory are kept, by shapes of trees and verbs.

python benchmarks/limits.py [SECONDS [MEGABYTES [EVENTS [SHAPE ...]]]]

For every shape of generated tree and every verb: how long the answer took, by how much that is more than the limit, by
how much the process grew beyond what it had when the answer was asked for, and what the answer is. Linux only.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from faulttree import FaultTree
from faulttree.errors import FaultTreeError
from faulttree.generate import generate
from faulttree.kernel_modes import load_compiler
from faulttree.model import Model

SHAPES: dict[str, dict[str, Any]] = {
    "nearby": {"sharing": 0.1},
    "shared anywhere": {"sharing": 0.3, "nearby": None},
    "votes and negations": {
        "sharing": 0.2,
        "negated": 0.1,
        "mix": {"and": 1.0, "or": 1.0, "atleast": 0.4, "xor": 0.1},
    },
    "deep": {"sharing": 0.2, "depth": 300},
    "much shared": {"sharing": 0.4},
}
VERBS: dict[str, Callable[[FaultTree], Any]] = {
    "probability": FaultTree.probability,
    "minimal_cut_sets": FaultTree.minimal_cut_sets,
    "importance": FaultTree.importance,
    "gate_importance": FaultTree.gate_importance,
    "scenario_table": lambda tree: tree.scenario_table({gate: {gate: True} for gate in tree.gates[:400]}),
    "query": lambda tree: tree.query(f"P({tree.gates[0]})"),
    "given": lambda tree: tree.given({tree.events[0]: True}).posteriors(),
    "cheapest_repairs": FaultTree.cheapest_repairs,
    "to_reach": lambda tree: tree.to_reach(1e-12),
    "uncertainty": lambda tree: tree.uncertainty(1_000_000),
    "sobol_indices": FaultTree.sobol_indices,
    "tornado": FaultTree.tornado,
    "over_time": lambda tree: tree.over_time(points=10_000),
    "metrics": FaultTree.metrics,
}


def peak() -> int:
    """The largest resident size since `forget_peak`, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return 1024 * int(line.split()[1])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def forget_peak() -> int:
    """Begin anew, and the present size."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def said(answer: Any) -> str:
    """One line of it."""
    if hasattr(answer, "lower") and isinstance(answer.lower, float):
        return f"[{answer.lower:.6g}, {answer.upper:.6g}] {answer.method}"
    partial = " (partial)" * bool(getattr(answer, "partial", False))
    return type(answer).__name__ + partial


def model_of(events: int, shape: dict[str, Any]) -> Model:
    """A tree whose events fail at ten uncertain rates, by turns repaired, tested or neither."""
    data = generate(events, int(0.7 * events), seed=1, **shape).to_data()
    for place, name in enumerate(data["basic_events"]):
        rate = f"rate{place % 10}"
        data["basic_events"][name] = (
            {"rate": rate}, {"repairable": {"rate": rate, "repair_time": "20 h"}},
            {"periodic_test": {"rate": rate, "interval": "200 h", "first_test": "200 h"}},
        )[place % 3]  # fmt: skip
    spread = {"lognormal": {"median": "1e-5 /h", "error_factor": 3}}
    parameters = {f"rate{number}": {"value": "1e-5 /h", "uncertainty": spread} for number in range(10)}
    return Model.from_data(data | {"mission_time": "1000 h", "parameters": parameters})


def main(seconds: float, megabytes: float, events: int, shapes: Sequence[str]) -> None:
    """Ask every verb about a tree of every shape."""
    load_compiler()
    for shape in shapes:
        tree = FaultTree.of(model_of(events, SHAPES[shape]))
        for verb, ask in VERBS.items():
            limited = replace(tree, time_limit=seconds, memory=int(1e6 * megabytes), _shared=None)
            before, begun, worked = forget_peak(), time.monotonic(), time.process_time()
            try:
                answer = said(ask(limited))
            except FaultTreeError as error:
                answer = str(error)[:90]
            took, cpu = time.monotonic() - begun, time.process_time() - worked
            grown = (peak() - before) / 1e6
            print(
                f"{shape:20} {verb:17} {took:6.2f} s (CPU {cpu:6.2f}), over by {max(0.0, took - seconds):5.2f} s; "
                f"{grown:5.0f} MB; {answer}",
                flush=True,
            )


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("seconds", type=float, nargs="?", default=10.0)
    asked.add_argument("megabytes", type=float, nargs="?", default=500.0)
    asked.add_argument("events", type=int, nargs="?", default=10_000)
    asked.add_argument("shapes", nargs="*", choices=list(SHAPES), default=list(SHAPES))
    main(**vars(asked.parse_args()))
