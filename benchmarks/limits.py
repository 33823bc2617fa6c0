"""How well limits of time and memory are kept, by shapes of trees and verbs.

python benchmarks/limits.py [SECONDS [MEGABYTES [EVENTS [SHAPE ...]]]]

For every shape of generated tree and every verb: how long the answer took, by how much that is more than the limit, by
how much the process grew beyond what it had when the answer was asked for, and what the answer is. Linux only.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from faulttree import FaultTree
from faulttree.errors import FaultTreeError
from faulttree.generate import generate
from faulttree.kernel_modes import load_compiler

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
VERBS = ("probability", "minimal_cut_sets", "importance")


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
    return str(answer.method if hasattr(answer, "method") else answer.heading())[:90]


def main(seconds: float, megabytes: float, events: int, shapes: Sequence[str]) -> None:
    """Ask every verb about a tree of every shape."""
    load_compiler()
    for shape in shapes:
        tree = FaultTree.of(generate(events, int(0.7 * events), seed=1, **SHAPES[shape]))
        for verb in VERBS:
            limited = replace(tree, time_limit=seconds, memory=int(1e6 * megabytes), _shared=None)
            before, begun, worked = forget_peak(), time.monotonic(), time.process_time()
            try:
                answer = said(getattr(limited, verb)())
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
