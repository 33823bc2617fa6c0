"""CPU seconds of further questions about a model that was analysed before.

    python benchmarks/sharing.py

One row for each question. `first` is the cost of the tree as it stands, `again` that of all that is asked after it,
`times` how many answers that is.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

from faulttree import FaultTree
from faulttree.generate import generate
from faulttree.results import text_table

GROUPS, MEMBERS = 200, 6
FACTORS: dict[str, Any] = {"beta_factor": 0.1, "mgl": [0.1, 0.3, 0.5, 0.5, 0.5]}
WHAT_IFS = 50


def plant(factors: str, votes: bool = True) -> FaultTree:
    """1,200 components in 200 common-cause groups, each group a train.

    votes: whether three of six fail a train, and trains make systems of which two fail together; or all six a train,
    and any train the plant.
    """
    names = [[f"e{group}_{member}" for member in range(MEMBERS)] for group in range(GROUPS)]
    gates: dict[str, Any]
    if votes:
        gates = {f"train{g}": {"atleast": {"k": 3, "of": members}} for g, members in enumerate(names)}
        gates |= {f"system{s}": {"or": [f"train{10 * s + i}" for i in range(10)]} for s in range(GROUPS // 10)}
        gates["top"] = {"or": [{"and": [f"system{s}", f"system{s + 1}"]} for s in range(0, GROUPS // 10, 2)]}
    else:
        gates = {f"train{g}": {"and": members} for g, members in enumerate(names)}
        gates["top"] = {"or": [f"train{g}" for g in range(GROUPS)]}
    return FaultTree.from_data(
        {
            "name": "Plant",
            "top": "top",
            "gates": gates,
            "basic_events": {name: {"probability": 1e-3} for members in names for name in members},
            "common_cause_groups": {
                f"c{g}": {"events": members, factors: FACTORS[factors]} for g, members in enumerate(names)
            },
        }
    )


def measured(first: Callable[[], object], again: Callable[[], int]) -> list[Any]:
    """CPU seconds of the first answer and of all others, and how many these are."""
    begun = time.process_time()
    first()
    between = time.process_time()
    times = again()
    return [between - begun, time.process_time() - between, times]


def rows() -> Iterator[list[Any]]:
    """One row for each question: its name, first, again, times."""
    for factors, votes in ((factors, votes) for factors in FACTORS for votes in (True, False)):
        tree = plant(factors, votes)

        def what_ifs(tree: FaultTree = tree) -> int:
            for group in range(0, GROUPS, GROUPS // WHAT_IFS):
                tree.what_if({f"e{group}_0": True}).probability()
            return WHAT_IFS

        yield [
            f"what-ifs of components, {factors}, {'votes' if votes else 'ands'}",
            *measured(tree.probability, what_ifs),
        ]
    for sharing in (0.1, 0.2):
        large = FaultTree.of(generate(300, 220, sharing=sharing, seed=8))
        yield [
            f"importance of gates, {sharing:.0%} shared",
            *measured(large.probability, lambda tree=large: 2 * len(tree.gate_importance())),
        ]
        below = large.at(max(large.gates[:-1], key=lambda gate: len(large.at(gate).events)))
        yield [
            f"a second top event, {sharing:.0%} shared",
            *measured(FaultTree.of(large.model).probability, lambda tree=below: bool(tree.probability().value)),
        ]


def main() -> None:
    print(text_table(("asked", "first", "again", "times"), list(rows())))


if __name__ == "__main__":
    main()
