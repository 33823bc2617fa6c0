"""Every phase asks for the time: by a clock that only counts how often it is asked, and the work in between."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from faulttree import FaultTree, deadline
from faulttree.errors import LimitExceeded
from faulttree.generate import generate
from faulttree.queries.parsing import parse

parse("P(a)")  # the grammar is of the process, not of the answer
EVENTS, GATES = 120, 90
MOST_CALLS = 400 * (EVENTS + GATES)
"""Calls of functions between two questions: what a few plain walks over the tree take, or one breath of a kernel."""
MOST_AFTER = 200
"""Questions after the time is over, from phases that each find out and from what is tried instead."""


class Counting:
    """A clock that a deadline ends by at its n-th question; it counts calls of functions from one to the next."""

    def __init__(self, over_at: int) -> None:
        self.over_at, self.asked, self.calls, self.longest = over_at, 0, 0, 0

    def __call__(self) -> float:
        self.asked += 1
        self.longest, self.calls = max(self.longest, self.calls), 0
        return 10.0 * self.asked if self.asked > self.over_at else 0.0

    def count(self, _frame: Any, event: str, _argument: Any) -> None:
        """Of sys.setprofile."""
        self.calls += event in ("call", "c_call")


def asked(tree: FaultTree, verb: Callable[[FaultTree], object], over_at: int) -> Counting:
    """What the clock has counted when the verb has answered, or has said why it does not."""
    clock = Counting(over_at)
    before = deadline.clock, sys.getprofile()
    deadline.clock = clock
    sys.setprofile(clock.count)
    try:
        verb(tree)
    except LimitExceeded:
        pass
    finally:
        sys.setprofile(before[1])
        deadline.clock = before[0]
    clock()
    return clock


@pytest.fixture(scope="module")
def coherent() -> FaultTree:
    return hard(negated=0.0, mix={"and": 1.0, "or": 1.0, "atleast": 0.2})


@pytest.fixture(scope="module")
def other() -> FaultTree:
    return hard(negated=0.1, mix={"and": 1.0, "or": 1.0, "atleast": 0.2, "xor": 0.1})


def hard(**what: Any) -> FaultTree:
    model = generate(EVENTS, GATES, sharing=0.4, nearby=None, seed=5, **what)
    # A limit that stays away makes every phase ask. Few nodes make all of them come to their turn.
    return replace(FaultTree.of(model), time_limit=1.0, node_budget=2_000)


VERBS: dict[str, Callable[[FaultTree], object]] = {
    "probability": FaultTree.probability,
    "importance": FaultTree.importance,
    "cut sets": FaultTree.minimal_cut_sets,
    "cut sets of small order": lambda tree: tree.minimal_cut_sets(max_order=3),
    "gates": FaultTree.gate_probabilities,
    "path sets": FaultTree.minimal_path_sets,
    "prime implicants": FaultTree.prime_implicants,
    "importance of gates": FaultTree.gate_importance,
    "scenarios": lambda tree: tree.scenario_table({gate: {gate: True} for gate in tree.gates[:20]}),
    "query": lambda tree: tree.query(f"P({tree.top})"),
    "evidence": lambda tree: tree.given({tree.events[0]: True}).posteriors(),
    "repairs": FaultTree.cheapest_repairs,
    "targets": lambda tree: tree.to_reach(1e-9),
}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("kind", ["coherent", "other"])
def test_no_phase_works_long_without_asking(
    kind: str, verb: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAULTTREE_KERNELS", "interpreted")
    tree = request.getfixturevalue(kind)
    for over_at in (1, 300, 5_000):
        clock = asked(replace(tree, _shared=None), VERBS[verb], over_at)
        assert clock.longest < MOST_CALLS, (over_at, clock.longest)
        assert clock.asked <= over_at + MOST_AFTER, (over_at, clock.asked)
