"""Scenarios over one compiled diagram: how long a table of them takes, beside analysing each by itself.

    python benchmarks/scenarios.py [--scenarios 10000] [--results FOLDER]

The trees are made here, with 300 events each, of rising difficulty: see `TREES`. For each, a table of random scenarios
(three events set true, false or to a probability), the grid of every pair of events true, and two tables on the same
tree with ten house events and a common-cause group of three: `switches` sets an event, a house event
and a component, `gates` an event and one gate of any in the tree. Only the tables are timed, after the tree's diagram
is compiled; the diagram in which houses, components and gates can be set is made, and timed, with its table. The
kernels are loaded before. The columns:

- `first s`, `again s`: wall seconds of the table, made for the first time and once more; `CPU s` of the first.
- `per s`: scenarios per second of wall time. `alone s`: CPU seconds of one scenario analysed by itself
  (`what_if(...).probability()`), mean of a few; `x alone`: how many times as fast the table is, by CPU time.
- `verdict`: whether those few have the same probability to 12 digits.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import random
import sys
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
TREES: dict[str, dict[str, Any]] = {
    "modular": {"sharing": 0.05, "seed": 8},
    "negated": {"sharing": 0.12, "negated": 0.2, "nearby": None, "seed": 6},
    "shared": {"sharing": 0.16, "nearby": None, "seed": 3},
    "entangled": {"sharing": 0.2, "nearby": None, "seed": 2},
}
"""What is asked of `generate` for each tree, beside 300 events and 120 gates."""
EVENTS, GATES = 300, 120
HOUSES, MEMBERS = 10, 3
CHECKED = 5
"""Scenarios that are analysed by themselves."""
SHOWN = {
    "tree": "tree", "nodes": "nodes", "kind": "scenarios", "scenarios": "how many", "first_s": "first s",
    "cpu_s": "CPU s", "again_s": "again s", "per_s": "per s", "alone_s": "alone s", "times_alone": "x alone",
    "verdict": "verdict",
}  # fmt: skip


def random_scenarios(events: tuple[str, ...], n: int, seed: int = 1) -> dict[str, dict[str, bool | float]]:
    """Scenarios that set three events each; the same for the same seed."""
    choose = random.Random(seed)
    return {
        f"scenario {place}": {
            event: choose.choice((True, False, choose.random())) for event in choose.sample(events, min(3, len(events)))
        }
        for place in range(n)
    }


def with_switches(model: Any) -> Any:
    """The model with ten house events, each an alternative to one of its gates, and a common-cause group of three."""
    from faulttree.model import Model

    data = model.to_data()
    gates, members = list(data["gates"]), list(data["basic_events"])[:MEMBERS]
    for number, gate in enumerate(gates[:: max(1, len(gates) // HOUSES)][:HOUSES]):
        data.setdefault("house_events", {})[f"house {number}"] = {"state": False}
        data["gates"][gate] = {"or": [data["gates"][gate], f"house {number}"]}
    for member in members:
        data["basic_events"][member] = {"probability": 0.01}
    data["common_cause_groups"] = {"group": {"events": members, "beta_factor": 0.1}}
    return Model.from_data(data)


def switch_scenarios(tree: Any, n: int, seed: int = 1) -> dict[str, dict[str, bool | float]]:
    """Scenarios that set an event, a house event and a component each; the same for the same seed."""
    choose = random.Random(seed)
    components = tree.model.common_cause_groups["group"].events
    return {
        f"scenario {place}": {
            choose.choice(tree.events): choose.random(),
            choose.choice(list(tree.model.house_events)): choose.random() < 0.5,
            choose.choice(components): choose.choice((True, False, choose.random())),
        }
        for place in range(n)
    }


def gate_scenarios(tree: Any, n: int, seed: int = 1) -> dict[str, dict[str, bool | float]]:
    """Scenarios that set an event and a gate each, any below the top; the same for the same seed."""
    choose = random.Random(seed)
    return {
        f"scenario {place}": {
            choose.choice(tree.events): choose.random(),
            choose.choice(tree.gates): choose.choice((True, False)),
        }
        for place in range(n)
    }


def measure(name: str, asked: dict[str, Any], n: int, events: int = EVENTS, gates: int = GATES) -> list[dict[str, Any]]:
    """The rows of one tree. n: random scenarios."""
    from faulttree import FaultTree
    from faulttree.generate import generate

    tree = FaultTree.of(generate(events, gates, **asked))
    tree.probability()
    about = {"tree": name, "nodes": tree.diagram_size}
    kinds = {"random": random_scenarios(tree.events, n), "pairs true": tree.grid(2, True)}
    rows = [about | {"kind": kind} | _row(tree, scenarios) for kind, scenarios in kinds.items()]
    switches = FaultTree.of(with_switches(tree.model))
    switches.probability()
    about = {"tree": name, "nodes": switches.diagram_size}
    for kind, scenarios in (("switches", switch_scenarios(switches, n)), ("gates", gate_scenarios(switches, n))):
        rows.append(about | {"kind": kind} | _row(switches, scenarios))
    return rows


def _row(tree: Any, scenarios: Any) -> dict[str, Any]:
    wall, cpu = time.perf_counter(), time.process_time()
    table = tree.scenario_table(scenarios)
    first, first_cpu = time.perf_counter() - wall, time.process_time() - cpu
    wall = time.perf_counter()
    again = tree.scenario_table(scenarios)
    second = time.perf_counter() - wall
    same = table.sweep.probabilities.tolist() == again.sweep.probabilities.tolist()
    cpu = time.process_time()
    places = range(0, len(table), max(1, len(table) // CHECKED))
    for place in places:
        alone = tree.what_if(table.sweep.item(place)[1]).probability().value
        same = same and math.isclose(alone, table.sweep.probabilities[place], rel_tol=1e-12)
    alone_cpu = (time.process_time() - cpu) / len(places)
    return {
        "scenarios": len(table),
        "first_s": first,
        "cpu_s": first_cpu,
        "again_s": second,
        "per_s": len(table) / first,
        "alone_s": alone_cpu,
        "times_alone": alone_cpu * len(table) / first_cpu,
        "notes": list(table.notes),
        "verdict": "same" if same else "WRONG",
    }


def _warm_up() -> None:
    """Load the compiled kernels, or compile them, before the clock starts."""
    measure("warm-up", {"sharing": 0.1, "seed": 1}, 20_000, 40, 16)


def text(rows: list[dict[str, Any]]) -> str:
    """The rows as a table to read."""
    from faulttree.results import text_table

    def cell(value: Any) -> Any:
        return f"{value:.3g}" if isinstance(value, float) else value

    return text_table(list(SHOWN.values()), [[cell(row[column]) for column in SHOWN] for row in rows])


def main(words: list[str] | None = None, trees: dict[str, dict[str, Any]] | None = None) -> int:
    """Measure, print and store. Returns 1 when an answer is wrong."""
    parser = argparse.ArgumentParser(description="Scenarios over one compiled diagram.")
    parser.add_argument("--scenarios", type=int, default=10_000, metavar="N", help="random ones, of every tree")
    parser.add_argument("--results", default=PROJECT / "benchmarks" / "results", type=Path, metavar="FOLDER")
    arguments = parser.parse_args(words)

    import faulttree
    from faulttree.files import write_all

    _warm_up()
    rows = [row for name, asked in (trees or TREES).items() for row in measure(name, asked, arguments.scenarios)]
    print(text(rows))
    about = {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.system()}",
        "python": platform.python_version(),
        "faulttree": faulttree.__version__,
    }
    write_all(arguments.results, {"scenarios.json": json.dumps({"about": about, "rows": rows}, indent=2) + "\n"})
    print(f"stored in {arguments.results}: scenarios.json", file=sys.stderr)
    return int(any(row["verdict"] == "WRONG" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
