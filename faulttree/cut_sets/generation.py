"""All minimal cut sets up to an order, or down to a probability, of trees for which no diagram fits.

Bottom-up over the gates, every family limited by what its sets may cost: 1 for each event under a limit on the
order; under one on the probability the logarithm of 1/q in whole units, rounded down. Sums of what was rounded
down never exceed the true sum, so every set probable enough is within the limit of cost; some that
are not quite are too, and are left to the caller.

A module is one element of the family that holds it, at the cost of its cheapest set. So a family here holds every
minimal cut set within the limit, some beyond where modules meet, and nothing that is no minimal cut set.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal

from faulttree import deadline
from faulttree.cut_sets.allowance import NEVER, allowances, cheapest_sets, in_pairs, positive
from faulttree.cut_sets.piecewise import Families, Made, family_of_piece
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.truncated.forest import TruncatedForest
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd, ZbddForest
from faulttree.errors import LimitExceeded, MissingProbabilityError, NodeBudgetExceeded, TimeLimitExceeded
from faulttree.structure.modules import Piece, pieces
from faulttree.structure.ordering import orders
from faulttree.structure.pdag import FALSE, TRUE, Pdag
from faulttree.wide_floats import exact_decimals, wide_float

__all__ = ["Generated", "best_effort", "generate", "within"]

UNITS = 16
"""Units of cost for a factor of e in probability: sets of n events are kept down to exp(-n/16) times the limit."""
MARGIN = 1e-9
"""Units by which costs are rounded down beyond what floating point may have rounded up, and the limit up."""
STEPS_PER_NODE = 3
"""Steps of a best effort for every node of its budget: 24 million by default, about ten seconds."""
FEW_GATES = 20
"""A piece of so few gates is done under the first order."""
LITTLE = 3_000
"""Nor are others tried where an order took so few steps."""
OTHERS_SHARE = 0.1
"""Share of the remaining time for each further order of a piece."""
NARROWING = 20_000
"""When the best order of a piece took so many steps, the worse half of the orders is tried no more."""
FARTHEST = NEVER // 2
"""A limit of cost that forbids nothing but what cannot happen."""
FAR = 1e-12
"""Sets that are less probable than the likeliest by this factor are worth no more than the first steps."""
FIRST_STEPS = 0.05
"""These, as a part of all."""
STEPS_OF_A_RUN = 300
"""Steps that take as long as it takes to go through one node of the graph."""
PATIENCE = 3
"""An order is given up when it took so many times the steps of the best."""


@dataclass(frozen=True)
class Generated:
    """Minimal cut sets of which all are there down to a limit.

    family: sets of events, with modules. max_order, min_probability: every minimal cut set of at most this order, or of
    at least this probability (of 0: of any above it), is in it; both None when it holds them all. The other sets in it
    are minimal cut sets too.
    """

    family: Zbdd
    max_order: int | None = None
    min_probability: float | None = None

    @property
    def is_complete(self) -> bool:
        """Whether these are all minimal cut sets there are."""
        return self.max_order is None and self.min_probability is None


def generate(
    pdag: Pdag,
    *,
    max_order: int | None = None,
    min_probability: float | None = None,
    q: Mapping[str, float] | None = None,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
) -> Zbdd:
    """Every minimal cut set within the limits, and perhaps some beyond them; see `within` for those alone.

    pdag: without negations once they have cancelled out. q: failure probability of each variable, needed for
    min_probability. Where both limits are given, the one on the order is followed.
    Raises NodeBudgetExceeded, TimeLimitExceeded, NotCoherentError, MissingProbabilityError.
    """
    search = _Search(pdag, _Prices.of(pdag.variables, max_order, min_probability, q), node_budget, progress)
    limit = min(search.prices.limit, FARTHEST)
    # Orders are told apart while that is cheap.
    for share in (1 / 2, 2 / 3):
        search.run(int(limit * share))
    return search.run(limit)


def within(
    family: Zbdd,
    *,
    max_order: int | None = None,
    min_probability: float | None = None,
    q: Mapping[str, float] | None = None,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
) -> Zbdd:
    """The sets of a family within the limit, every module written out.

    max_order: exact. min_probability: some sets of n events down to exp(-n/16) times the limit are in it too;
    `CutSets.limited` takes them out. Where both are given, the order is followed.
    Raises NodeBudgetExceeded, TimeLimitExceeded, MissingProbabilityError.
    """
    events = tuple(element for element in family.elements if element)
    prices = _Prices.of(events, max_order, min_probability, q)
    level_of = {event: level for level, event in enumerate(events)}
    forest = TruncatedForest(events, prices.costs, node_budget, progress)
    place, modules = [EMPTY, UNIT], family.modules.tolist()
    for level, low, high in family.nodes[2:].tolist():
        deadline.check()
        module = modules[level]
        if module:
            with_it = forest.product(place[module], place[high], prices.limit, -1)
            place.append(forest.join(with_it, place[low]))
        else:
            # A set beyond the limit may be here until the root is trimmed; what uses it costs no less.
            high = place[high] if prices.costs[level_of[family.elements[level]]] <= prices.limit else EMPTY
            place.append(forest.family(level_of[family.elements[level]], place[low], high))
    return forest.freeze(forest.trimmed(place[family.root], prices.limit))


def best_effort(
    pdag: Pdag,
    q: Mapping[str, float] | None = None,
    *,
    node_budget: int = DEFAULT_NODE_BUDGET,
    time_limit: float | None = None,
    progress: Progress | None = None,
) -> Generated:
    """As many of the most probable minimal cut sets, or without probabilities of the smallest, as the budget allows.

    The limit is lowered step by step until no set is left out, or until a table outgrows the node budget, all work
    together takes more than 3 steps for each of its nodes, time_limit, in seconds, is over, or what is left out is
    1e-12 times less probable than the likeliest set and took some effort; the last family that was finished is
    returned. Without a time limit the answer depends on the budget alone. At worst the family is
    empty, and its limit says above what there is nothing. Raises NotCoherentError, MissingProbabilityError.
    """
    prices = _Prices.of(pdag.variables, None, 0.0 if q is not None else None, q)
    # Nothing costs less than nothing.
    found = Generated(_constant(pdag.variables, EMPTY), *prices.as_limits(-1))
    with deadline.within(time_limit), suppress(LimitExceeded):
        search = _Search(pdag, prices, node_budget, progress, STEPS_PER_NODE * node_budget)
        limit = search.cheapest - 1
        found = Generated(found.family, *prices.as_limits(limit))
        while limit < FARTHEST:
            # Orders rise one by one, probabilities fall by a factor of ten or more.
            limit += 1 if q is None else max(math.ceil(UNITS * math.log(10)), limit // 8)
            deadline.check()
            family = search.run(limit)
            found = Generated(family, *prices.as_limits(limit))
            if not search.was_cut or limit >= prices.dearest:
                # All is found, but for what cannot happen.
                return Generated(family, None, 0.0 if max(prices.costs, default=0) >= FARTHEST else None)
            if q is not None and limit > search.cheapest - UNITS * math.log(FAR) and search.is_some_effort:
                break
    return found


def _constant(variables: Sequence[str], root: int) -> Zbdd:
    """The family without a set, or of the empty set alone."""
    return ZbddForest(variables, len(variables) + 2).freeze(root)


@dataclass(frozen=True)
class _Prices:
    """What each variable costs, by place, and the cost that is the limit."""

    costs: tuple[int, ...]
    limit: int
    by_probability: bool

    @classmethod
    def of(
        cls,
        variables: Sequence[str],
        max_order: int | None,
        min_probability: float | None,
        q: Mapping[str, float] | None,
    ) -> _Prices:
        if max_order is not None or min_probability is None:
            return cls((1,) * len(variables), len(variables) if max_order is None else max_order, False)
        known = q or {}
        lacking = [name for name in variables if not known.get(name, math.nan) >= 0.0]
        if lacking:
            raise MissingProbabilityError(lacking)
        costs = tuple(_units(known[name], -MARGIN) for name in variables)
        return cls(costs, _units(min_probability, MARGIN), True)

    @property
    def dearest(self) -> int:
        """What all events that can happen cost together."""
        return sum(cost for cost in self.costs if cost < FARTHEST)

    def as_limits(self, limit: int) -> tuple[int | None, float | None]:
        """What a limit of cost vouches for: (order, probability)."""
        if not self.by_probability:
            return limit, None
        # A set this probable costs less than limit + 1 units.
        exponent = Decimal(-(limit + 1 - 3 * MARGIN) / UNITS)
        return None, wide_float(exponent.exp(exact_decimals()) * Decimal(1 + MARGIN))


def _units(probability: float, margin: float) -> int:
    """The logarithm of 1 / probability in units, rounded down."""
    return max(0, math.floor(-math.log(probability) * UNITS + margin)) if probability > 0.0 else FARTHEST


@dataclass
class _Asked:
    """One piece: what its variables cost, its graph, what is left to each gate of a limit of 0; its family, if made.

    limit: of that family; one that was not cut is the same under any larger limit.
    """

    costs: tuple[int, ...]
    pairs: Pdag
    beside: Mapping[int, int]
    made: Made | None = None
    limit: int = 0


class _Search:
    """One graph's families under one limit after the other; orders that proved bad are tried no more."""

    def __init__(
        self,
        pdag: Pdag,
        prices: _Prices,
        node_budget: int,
        progress: Progress | None,
        step_budget: int | None = None,
    ) -> None:
        self.prices = prices
        self.pdag = positive(pdag)
        # Of a constant too no set costs less than nothing.
        self.cheapest = cheapest_sets(self.pdag, prices.costs)[self.pdag.root >> 1] if self.pdag.root > TRUE else 0
        self.node_budget, self._progress, self._steps_left = node_budget, progress, step_budget
        self._step_budget, self._runs = step_budget or 0, 0
        self.was_cut = False
        self._asked: dict[int, _Asked] = {}
        self._beside: Mapping[int, int] | None = None
        self._pieces = pieces(self.pdag)
        self._graphs = {piece.root: piece.pdag(self.pdag) for piece in self._pieces}
        # Those that are left, and those that were not looked for yet, as they cost time.
        self._orders: dict[int, list[list[str]]] = {piece.root: [] for piece in self._pieces}
        self._more = {
            piece.root: (order for _, order in orders(self._graphs[piece.root]))
            if len(piece.gates) > FEW_GATES
            else iter([list(self._graphs[piece.root].variables)])
            for piece in self._pieces
        }

    @property
    def is_some_effort(self) -> bool:
        """Whether it took as long as a good part of all steps would."""
        if self._steps_left is None:
            return False
        used = self._step_budget - self._steps_left + STEPS_OF_A_RUN * self.pdag.size * self._runs
        return used > FIRST_STEPS * self._step_budget

    def run(self, limit: int) -> Zbdd:
        """All sets within a limit of cost, and some beyond. Raises NodeBudgetExceeded."""
        if self.pdag.root in (FALSE, TRUE):
            return _constant(self.pdag.variables, UNIT if self.pdag.root == TRUE else EMPTY)
        self._runs += 1
        families = Families(self.pdag, self.prices.costs)
        may_cost = self._module_limits(limit)
        for piece in self._pieces:
            families.add(piece.root, self._best(piece, families.cost, may_cost[piece.root]))
            if families.size > self.node_budget:
                raise NodeBudgetExceeded(families.size, self.node_budget)
        self.was_cut = families.was_cut
        return families.finished(self._pieces[-1].root)

    def _module_limits(self, limit: int) -> dict[int, int]:
        """What the sets of each piece may cost, from what the pieces around it leave them."""
        if self._beside is None:
            self._beside = self._left_by_others()
        return {root: limit + left for root, left in self._beside.items()}

    def _left_by_others(self) -> dict[int, int]:
        """The same of a limit of 0, so that these are below it by what sets of the other pieces cost."""
        lowest = cheapest_sets(self.pdag, self.prices.costs)
        found = {self._pieces[-1].root: 0}
        for piece in reversed(self._pieces):
            inner = [place for place, node in enumerate(piece.variables, start=1) if node >= self.pdag.first_gate]
            if inner:
                own = self._graphs[piece.root]
                cost = [lowest[node] for node in piece.variables]
                for place, most in allowances(own, cost, found[piece.root], inner).items():
                    if place < own.first_gate:
                        found[piece.variables[place - 1]] = most
        return found

    def _orders_of(self, piece: Piece) -> Iterator[list[str]]:
        """The orders that are left of a piece; each is looked for when it is first asked for."""
        yield from self._orders[piece.root]
        for order in self._more[piece.root]:
            self._orders[piece.root].append(order)
            yield order

    def _best(self, piece: Piece, cost: Mapping[int, int], limit: int) -> Made:
        """The family of one piece under the best of the orders that are left; the worse half of them is dropped.

        Once there is one, the others get a part of the time only.
        """
        costs = tuple(cost[node] for node in piece.variables)
        asked = self._asked.get(piece.root)
        if asked is None or asked.costs != costs:
            pairs = in_pairs(self._graphs[piece.root], costs)
            beside = allowances(pairs, costs, 0, (pairs.root >> 1,) if not piece.gates else ())
            asked = self._asked[piece.root] = _Asked(costs, pairs, beside)
        if asked.made is None or (asked.made.was_cut and asked.limit != limit):
            asked.made, asked.limit = self._made(piece, asked, limit), limit
        return asked.made

    def _made(self, piece: Piece, asked: _Asked, limit: int) -> Made:
        costs, pairs = asked.costs, asked.pairs
        may_cost = {node: limit + left for node, left in asked.beside.items()}
        tried: list[tuple[int, int, Made]] = []
        steps_left, failure = self._steps_left, NodeBudgetExceeded(self.node_budget, self.node_budget)
        found = enumerate(self._orders_of(piece))
        while True:
            try:
                with deadline.part(OTHERS_SHARE if tried else 1.0):
                    place, order = next(found, (0, None))
                    if order is None:
                        break
                    made = family_of_piece(pairs, costs, may_cost, order, self.node_budget, self._progress, steps_left)
            except NodeBudgetExceeded as error:
                failure = error
                continue
            except TimeLimitExceeded:
                if tried:
                    break
                raise
            tried.append((made.badness, place, made))
            if self._steps_left is not None:
                self._steps_left -= made.steps
            if made.steps < LITTLE:
                break
            # Only what beats it, or takes not much longer, is of interest.
            patience = max(NARROWING, PATIENCE * made.steps)
            steps_left = patience if steps_left is None else min(steps_left, patience)
        if not tried:
            raise failure
        tried.sort(key=lambda attempt: attempt[:2])
        if tried[0][2].steps >= NARROWING:
            kept = [place for _, place, _ in tried[: max(1, len(self._orders[piece.root]) // 3)]]
            self._more[piece.root] = iter(())
            self._orders[piece.root] = [self._orders[piece.root][place] for place in kept]
        return tried[0][2]
