"""The exact probability of a top event by a search over the circuit itself, for trees that no diagram holds.

The search settles events and gates, draws conclusions up and down the circuit, and falls apart into components that
have nothing unknown in common; each is solved once and remembered by its structure. How much it takes depends on how
well few nodes separate the circuit: its width under the order of decisions, not its size.

Sources: T. Sang, F. Bacchus, P. Beame, H. Kautz, T. Pitassi, Combining component caching and clause learning for
effective model counting, SAT 2004; J. Huang, A. Darwiche, The language of search, JAIR 29, 2007. Departures: the search
works on the circuit of gates instead of on clauses, decides gates as well as events, solves a lone OR by its
complement, and keeps pairs of a probability and its complement.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.deadline import within
from faulttree.errors import LimitExceeded
from faulttree.structure.pdag import Pdag
from faulttree.weighted_counting import _kernels
from faulttree.weighted_counting.circuit import prepare
from faulttree.weighted_counting.order import DecisionOrder, decision_order, easy_order
from faulttree.weighted_counting.search import Search

__all__ = ["DEFAULT_MEMORY", "Counted", "Progress", "count"]

DEFAULT_MEMORY = 2_000_000_000
"""Bytes of the component cache."""

Progress = Callable[[float, float, float], None]
"""Called now and then during long work: the share of the search that is done, 0 to 1 (it may move in jumps), and the
interval that what is done allows."""


@dataclass(frozen=True)
class Counted:
    """What a count found.

    probability, not_probability: of the root and of its complement, each with its own digits, however near the other is
    to 1; nan when a limit came first. lower, upper: they certainly hold the probability.
    steps, decisions, components, cache_hits, cache_entries: what it took. order_steps: as many steps as take as long as
    it took to find the order of decisions. width: of the tree decomposition that gave
    the order of decisions. hash_collision: at most this probability that two different components were taken for the
    same.
    """

    probability: float
    not_probability: float
    lower: float
    upper: float
    finished: bool
    decisions: int
    components: int
    cache_hits: int
    cache_entries: int
    width: int
    steps: int
    order_steps: int = 0

    @property
    def hash_collision(self) -> float:
        """Components are told apart by 124 bits of hash: pairs of components over the number of hashes."""
        return math.ldexp(float(self.components) * self.components, -124)


def count(
    pdag: Pdag,
    q: npt.NDArray[np.float64],
    *,
    time_limit: float | None = None,
    most_steps: int | None = None,
    if_easy: bool = False,
    worth: float = math.inf,
    thorough: bool = False,
    memory: int = DEFAULT_MEMORY,
    progress: Progress | None = None,
    seed: int = 0,
) -> Counted:
    """The probability of the skeleton's root, exactly but for rounding; or an interval when time runs out.

    q: float64[n_variables], the probability of each variable, independent, in [0, 1]; or float64[n_variables, 2] with
    that of its absence beside it, where that has digits of its own. Simplify the skeleton first.
    time_limit: seconds, None for as long as it takes. most_steps: of the search, a limit that means the same on every
    machine; a million take about a tenth of a second. if_easy: give up at once where the search would probably take
    more than seconds. worth: give up at once where it would probably take more than so many seconds. thorough: search
    also where that looks hopeless. memory: bytes of the cache, at most; with less, components are forgotten and solved
    again. seed: settles ties in the order of decisions; the answer does not depend on it, nor on memory.
    """
    with within(time_limit):
        try:
            circuit = prepare(pdag)
            order = easy_order(circuit, seed) if if_easy else decision_order(circuit, seed, worth, thorough)
        except LimitExceeded:
            order = DecisionOrder(None, pdag.size)
        if order.rank is None:
            return Counted(math.nan, math.nan, 0.0, 1.0, False, 0, 0, 0, 0, order.width, 0, order.steps)
        search = Search(circuit, order.rank, circuit.leaf_weights(q), memory, seed)
        finished = search.run(told(progress), most_steps)
    p, fails = search.result if finished else (math.nan, math.nan)
    lower, upper = search.interval()
    return Counted(
        p,
        fails,
        lower,
        upper,
        finished,
        decisions=search.tally(_kernels.DECISIONS),
        components=search.tally(_kernels.SOLVED),
        cache_hits=search.tally(_kernels.HITS),
        cache_entries=search.tally(_kernels.KEPT),
        width=order.width,
        steps=search.steps,
        order_steps=order.steps,
    )


def told(progress: Progress | None) -> Callable[[Search], None] | None:
    """What a search tells the user of itself."""
    return None if progress is None else lambda search: progress(search.share_done(), *search.interval())
