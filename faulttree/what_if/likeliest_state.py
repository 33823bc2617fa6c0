"""The likeliest state of all events in which what was observed holds: the most probable explanation."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import MissingProbabilityError
from faulttree.quantification.best_state import best_state, worth_of_ways
from faulttree.results import PrintedTable, number_text
from faulttree.what_if.evidence import Observed, Sides
from faulttree.wide_floats import log10, product, quotient

__all__ = ["LikeliestState", "likeliest_state"]

TIE = 1e-12
"""Logarithms of probabilities this close count as equal."""


@dataclass(frozen=True)
class LikeliestState(PrintedTable):
    """The likeliest state of all events in which what was observed holds.

    occurred: the events that have occurred, in the tree's order; absent: those that have not.
    probability: of exactly this state; log10_probability: its common logarithm. posterior, log10_posterior: the same in
    the light of the evidence.
    open: events that might as well be otherwise: in some state just as probable they are. In this one, from the first
    level of the diagram to the last, an event is absent where that is as likely.
    unknown: events without a probability, on which the evidence does not depend; the state leaves them out.
    """

    occurred: tuple[str, ...]
    absent: tuple[str, ...]
    probability: float
    log10_probability: float
    posterior: float
    log10_posterior: float
    open: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def records(self) -> list[dict[str, Any]]:
        """One mapping per event: whether it has occurred, and whether it might as well be otherwise."""
        states = [(event, True) for event in self.occurred] + [(event, False) for event in self.absent]
        return [{"event": event, "occurred": state, "open": event in self.open} for event, state in states]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        return {
            "occurred": list(self.occurred), "absent": list(self.absent), "probability": self.probability,
            "log10_probability": self.log10_probability, "posterior": self.posterior,
            "log10_posterior": self.log10_posterior, "open": list(self.open), "unknown": list(self.unknown),
        }  # fmt: skip

    def __str__(self) -> str:
        lines = [
            f"{' + '.join(self.occurred) or '(nothing)'}, and nothing else",
            f"probability {number_text(self.probability)}, in the light of the evidence {number_text(self.posterior)}",
        ]
        if self.open:
            lines.append(f"as probable in another state of {', '.join(self.open)}")
        if self.unknown:
            lines.append(f"without {', '.join(self.unknown)}, of which no probability is given")
        return "\n".join(lines)


def likeliest_state(observed: Observed, sides: Mapping[str, Sides | None]) -> LikeliestState:
    """The likeliest state of all events in which what was observed holds; exact, in one sweep.

    sides: probability of every event, and of its absence; None where none is known.
    Raises MissingProbabilityError where what was observed depends on an event without a probability, AnalysisError.
    """
    if lacking := [event for event in observed.settled if sides[event] is None]:
        raise MissingProbabilityError(lacking)
    rest = observed.rest_probability
    bdd = observed.functions.frozen(observed.rest)
    levels = {event: level for level, event in enumerate(bdd.variables)}
    state, is_open = _best(bdd, *_relative_weights(bdd, sides))
    known = {event: pair for event, pair in sides.items() if pair is not None}
    settled = observed.settled
    chosen = {event: settled.get(event, state[levels[event]]) for event in known}
    weight = {event: pair[0 if chosen[event] else 1] for event, pair in known.items()}
    # The settled events are as they are in this state wherever the evidence holds, and so make no difference after it.
    free = [p for event, p in weight.items() if event not in settled]
    return LikeliestState(
        tuple(event for event, occurs in chosen.items() if occurs),
        tuple(event for event, occurs in chosen.items() if not occurs),
        product(*weight.values()),
        math.fsum(map(math.log10, weight.values())),
        min(1.0, quotient(product(*free), rest)),
        min(0.0, math.fsum(map(math.log10, free)) - log10(rest)),
        tuple(event for event in known if event not in settled and is_open[levels[event]]),
        tuple(event for event, pair in sides.items() if pair is None),
    )


def _relative_weights(bdd: Bdd, sides: Mapping[str, Sides | None]) -> tuple[list[float], list[float]]:
    """Logarithm of the probability of each level's event, and of its absence, less the larger of the two."""
    pairs = np.array([sides.get(event) or (0.0, 1.0) for event in bdd.variables]).reshape(-1, 2)
    with np.errstate(divide="ignore"):
        logs = np.log(pairs)
    logs -= logs.max(axis=1, keepdims=True)
    return logs[:, 0].tolist(), logs[:, 1].tolist()


def _best(bdd: Bdd, occurs: list[float], absent: list[float]) -> tuple[list[bool], list[bool]]:
    """By level: the state in the best way to true, and whether another way as good has the other state.

    occurs, absent: weights of either state, to be added up; a level that is passed by has the better one.
    """
    worth = tuple(side.tolist() for side in worth_of_ways(bdd, occurs, absent))

    def branches(edge: int) -> tuple[int, list[tuple[int, float]]]:
        """The level that an edge decides on; where it leads without and with the event, and what that is worth."""
        level, *below = bdd.nodes[edge >> 1].tolist()
        ends = [end ^ (edge & 1) for end in below]
        own = (absent[level], occurs[level])
        return level, [(end, w + worth[end & 1][end >> 1]) for end, w in zip(ends, own, strict=True)]

    root, n_levels = bdd.roots["top"], len(bdd.variables)
    state = best_state(bdd, occurs, absent, TIE)
    assert state is not None, "what was observed is possible"
    taken: list[set[bool]] = [set() for _ in range(n_levels)]
    passing = [0] * (n_levels + 2)
    depth = np.minimum(bdd.nodes[:, 0], n_levels).tolist()
    passing[0] += 1
    passing[depth[root >> 1]] -= 1
    seen, waiting = {root}, [root]
    while waiting:
        if (edge := waiting.pop()) <= 1:
            continue
        level, both = branches(edge)
        most = max(value for _, value in both)
        for occurred, (end, value) in zip((False, True), both, strict=True):
            if value >= most - TIE:
                taken[level].add(occurred)
                passing[level + 1] += 1
                passing[depth[end >> 1]] -= 1
                if end not in seen:
                    seen.add(end)
                    waiting.append(end)
    ways = 0
    for level in range(n_levels):
        ways += passing[level]
        if ways:
            taken[level] |= {False} if absent[level] >= -TIE else set()
            taken[level] |= {True} if occurs[level] >= -TIE else set()
    return state, [len(states) == 2 for states in taken]
