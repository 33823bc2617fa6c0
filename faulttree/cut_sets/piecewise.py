"""Families of minimal sets within a limit, of one module after the other, put together as one diagram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from faulttree import memory
from faulttree.cut_sets.allowance import MOST_BITS, NEVER
from faulttree.deadline import check
from faulttree.decision_diagrams._kernels import BOTTOM, IntArray
from faulttree.decision_diagrams.forest import Progress
from faulttree.decision_diagrams.truncated.forest import TruncatedForest
from faulttree.decision_diagrams.zbdd import EMPTY, UNIT, Zbdd
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["Families", "Made", "family_of_piece"]

LITTER = 1_000_000
"""Nodes from which on a table is worth looking through for those that nobody needs."""
LITTER_RATIO = 3
"""It is looked through when it has grown to so many times what was needed last."""


@dataclass(frozen=True)
class Made:
    """The family of one piece, its elements named as the piece's variables, and what making it took.

    cheapest: cost of its cheapest set, NEVER where it has none. was_cut: whether the limit left anything out.
    """

    family: Zbdd
    cheapest: int
    steps: int
    was_cut: bool

    @property
    def badness(self) -> int:
        """What tells a good order from a bad one while the limit is low: work, and how large the family became."""
        return self.steps * (self.family.size + 1)


def family_of_piece(
    pdag: Pdag,
    cost: Sequence[int],
    may_cost: Mapping[int, int],
    order: Sequence[str],
    node_budget: int,
    progress: Progress | None,
    step_budget: int | None,
) -> Made:
    """The minimal sets of a graph that cost at most what its root may cost.

    pdag: without complements, every AND of two inputs. cost: of each variable. may_cost: of each gate below the root;
    of the root itself, the limit. order: of the variables. Raises NodeBudgetExceeded, TimeLimitExceeded.
    """
    price = dict(zip(pdag.variables, cost, strict=True))
    limit = may_cost[pdag.root >> 1]
    # What is beyond the limit by itself never happens, and needs no level.
    levels = {name: level for level, name in enumerate(name for name in order if price[name] <= limit)}
    forest = TruncatedForest(list(levels), [price[name] for name in levels], node_budget, progress, step_budget)
    families = {0: EMPTY}
    for node, name in enumerate(pdag.variables, start=1):
        families[node] = forest.node(levels[name], EMPTY, UNIT) if name in levels else EMPTY
    was_cut = len(levels) < len(order)
    last_common = _CommonLevels(pdag, levels)
    inputs = [[edge >> 1 for edge in edges] for edges in pdag.inputs()]
    last_use = {child: node for node, below in enumerate(inputs) for child in below}
    kinds, k, needed = pdag.kinds(), pdag.k.tolist(), LITTER // LITTER_RATIO
    for node in range(pdag.first_gate, pdag.size):
        check()
        memory.check()
        if node not in may_cost:
            continue
        below, most = inputs[node], may_cost[node]
        if most < 0:
            families[node], was_cut = EMPTY, True
        elif kinds[node] is Connective.OR:
            family = EMPTY
            for part in sorted(forest.trimmed(families[child], most) for child in below):
                family = forest.join(family, part)
            families[node] = family
        elif kinds[node] is Connective.AND:
            one, two = below
            families[node] = forest.product(families[one], families[two], most, last_common(one, two))
        else:
            # reached[j]: at least j of the inputs so far.
            reached = [UNIT] + [EMPTY] * k[node]
            for child in below:
                for j in range(k[node], 0, -1):
                    more = forest.product(reached[j - 1], families[child], most, len(levels))
                    reached[j] = forest.join(reached[j], more)
            families[node] = reached[-1]
        for child in below:
            if last_use[child] == node and child >= pdag.first_gate:
                families.pop(child, None)
        if forest.size > LITTER_RATIO * needed:
            families = dict(zip(families, forest.collect(list(families.values())), strict=True))
            needed = max(forest.size, LITTER // LITTER_RATIO)
    root = families[pdag.root >> 1]
    cheapest = int(forest.cheapest[root]) if root != EMPTY else NEVER
    return Made(forest.freeze(root), cheapest, forest.steps, was_cut or forest.was_cut)


class _CommonLevels:
    """The last level that two nodes of a graph have in common, -1 where there is none."""

    def __init__(self, pdag: Pdag, levels: Mapping[str, int]) -> None:
        # In a large graph sets of levels take too much memory, and every two nodes pass for having all in common.
        self._last = len(levels) - 1 if pdag.size * len(levels) > MOST_BITS else None
        if self._last is not None:
            return
        self._below = [0, *(1 << levels[name] if name in levels else 0 for name in pdag.variables)]
        for edges in pdag.inputs()[pdag.first_gate :]:
            together = 0
            for edge in edges:
                together |= self._below[edge >> 1]
            self._below.append(together)

    def __call__(self, one: int, two: int) -> int:
        if self._last is not None:
            return self._last
        return (self._below[one] & self._below[two]).bit_length() - 1


class Families:
    """The families of a graph's pieces, inner ones first, and what an element of the next may cost."""

    def __init__(self, pdag: Pdag, cost: Sequence[int]) -> None:
        self._pdag = pdag
        self.cost = dict(enumerate(cost, start=1))
        self.was_cut = False
        self._blocks: list[IntArray] = [np.array([[BOTTOM, 0, 0], [BOTTOM, 1, 1]], np.int32)]
        self.size = 2
        self._nodes: list[int] = []
        self._levels: dict[int, range] = {}
        self._roots: dict[int, int] = {}

    def add(self, node: int, made: Made) -> None:
        """Add the family of a module, which is a node of the whole graph."""
        family = made.family
        start, shift = len(self._nodes), self.size - 2
        self._nodes.extend(int(name) for name in family.elements)
        self._levels[node] = range(start, len(self._nodes))
        rows = family.nodes[2:].copy()
        rows[:, 0] += start
        rows[:, 1:] += shift * (rows[:, 1:] > UNIT)
        self._blocks.append(rows)
        self.size += len(rows)
        self._roots[node] = family.root + shift * (family.root > UNIT)
        self.cost[node] = made.cheapest
        self.was_cut = self.was_cut or made.was_cut

    def finished(self, node: int) -> Zbdd:
        """The whole diagram, whose root is the family added as this node. Levels of a module follow its own."""
        place = np.zeros(len(self._nodes), np.int32)
        elements: list[str] = []
        modules: list[int] = []
        stack = list(reversed(self._levels[node]))
        while stack:
            level = stack.pop()
            part = self._nodes[level]
            place[level] = len(elements)
            # A root that is no gate is a piece that has itself as its variable.
            is_event = part < self._pdag.first_gate
            elements.append(self._pdag.variables[part - 1] if is_event else "")
            modules.append(0 if is_event else self._roots[part])
            if not is_event:
                stack.extend(reversed(self._levels[part]))
        used = set(elements)
        absent = [name for name in self._pdag.variables if name not in used]
        nodes = np.concatenate(self._blocks)
        nodes[2:, 0] = place[nodes[2:, 0]]
        whole = Zbdd((*elements, *absent), nodes, self._roots[node], np.array(modules + [0] * len(absent), np.int32))
        return _reached(whole)


def _reached(family: Zbdd) -> Zbdd:
    """The same family without rows that it does not use."""
    nodes, modules = family.nodes, family.modules
    needed = np.zeros(len(nodes), bool)
    needed[[0, 1, family.root]] = True
    for row in range(len(nodes) - 1, 1, -1):
        if needed[row]:
            level, low, high = nodes[row]
            needed[[low, high, modules[level]]] = True
    place = (np.cumsum(needed) - 1).astype(np.int32)
    kept = nodes[needed]
    kept[2:, 1:] = place[kept[2:, 1:]]
    kept.flags.writeable = False
    return Zbdd(family.elements, kept, int(place[family.root]), np.where(needed[modules], place[modules], 0))
