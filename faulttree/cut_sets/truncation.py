"""Limits on order and probability, and a bound on what they leave out."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from faulttree.cut_sets import _kernels
from faulttree.cut_sets._kernels import FloatArray
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest
from faulttree.kernel_modes import kernels_for
from faulttree.results import counted, number_text
from faulttree.wide_floats import is_undefined

__all__ = ["NOTHING", "UNKNOWN", "Discarded", "truncated"]


@dataclass(frozen=True, slots=True)
class Discarded:
    """What a limit left out.

    count: exact number of sets; None where it is not known. probability: the sum of their probabilities, never below
    the probability that any of them occurs; nan when an event has no probability, None where it is not known.
    """

    count: int | None = 0
    probability: float | None = 0.0

    def __add__(self, other: Discarded) -> Discarded:
        if self.count is None or self.probability is None or other.count is None or other.probability is None:
            return UNKNOWN
        return Discarded(self.count + other.count, self.probability + other.probability)

    def __bool__(self) -> bool:
        """Whether any set was left out, or may have been."""
        return self.count != 0

    def __str__(self) -> str:
        return self.told("probabilities")

    def told(self, quantities: str, unit: str = "") -> str:
        """The discarded sets in words. quantities: the noun for the numbers of sets. unit: of these numbers."""
        if self.count is None or self.probability is None:
            return "how many sets there are beyond the limit is not known"
        summed = f", {quantities} summing to {number_text(self.probability)} {unit}".rstrip()
        return f"{counted(self.count, 'set')} discarded{'' if is_undefined(self.probability) else summed}"


NOTHING = Discarded()
UNKNOWN = Discarded(None, None)


def truncated(
    family: Zbdd, weights: FloatArray, max_order: int | None, min_probability: float | None
) -> tuple[Zbdd, Discarded]:
    """The sets within the limits as a diagram, and what the others amount to.

    family: without modules. weights: float64[n_elements], probability of each element by level.
    A set whose probability equals the limit to 12 digits is kept. Rows that keep or lose all their sets are not walked.
    """
    nodes = family.nodes.tolist()
    kernels = kernels_for(_kernels, len(nodes))
    size = len(nodes)
    largest, smallest, total = np.empty(size), np.empty(size), np.empty(size)
    kernels.extremes(family.nodes, family.modules, np.ones(len(weights)), largest, smallest)
    best, worst = np.zeros(size), np.zeros(size)
    log_limit = -math.inf
    logs = np.zeros(len(weights))
    if min_probability:
        with np.errstate(divide="ignore"):
            logs = np.log(weights)
        log_limit = math.log(min_probability) - 1e-12
        kernels.extremes(family.nodes, family.modules, logs, best, worst)
    kernels.sums(family.nodes, family.modules, weights, total)
    counts = [0, 1]
    for _, low, high in nodes[2:]:
        counts.append(counts[low] + counts[high])
    most = len(family.elements) if max_order is None else max_order

    forest = ZbddForest(family.elements)
    place = forest.adopt_rows(family)
    known: dict[tuple[int, int, float], tuple[int, int, float]] = {}

    def answer(node: int, left: int, log: float) -> tuple[int, int, float] | None:
        """(row kept, sets discarded, their summed probability below this row), once it is known."""
        if node == EMPTY or smallest[node] > left or log + best[node] < log_limit:
            return EMPTY, counts[node], float(total[node])
        if largest[node] <= left and log + worst[node] >= log_limit:
            return int(place[node]), 0, 0.0
        return known.get((node, left, log))

    stack = [(family.root, most, 0.0)]
    while stack:
        node, left, log = stack[-1]
        if answer(node, left, log) is None:
            level, low, high = nodes[node]
            branches = ((low, left, log), (high, left - 1, log + float(logs[level])))
            unknown = [branch for branch in branches if answer(*branch) is None]
            if unknown:
                stack.extend(unknown)
                continue
            (kept_low, count_low, sum_low), (kept_high, count_high, sum_high) = (
                answer(*b) or (0, 0, 0.0) for b in branches
            )
            known[node, left, log] = (
                forest.family(level, kept_low, kept_high),
                count_low + count_high,
                sum_low + (float(weights[level]) * sum_high if count_high else 0.0),
            )
        stack.pop()
    kept, count, probability = answer(family.root, most, 0.0) or (UNIT, 0, 0.0)
    return forest.freeze(kept), Discarded(count, probability)
