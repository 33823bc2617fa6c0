"""How much a set may cost at each gate, so that the gate's families need hold no more than the top can use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from faulttree.deadline import check
from faulttree.errors import NotCoherentError
from faulttree.structure.pdag import FALSE, Connective, Pdag, PdagBuilder

__all__ = ["MOST_BITS", "allowances", "cheapest_sets", "in_pairs", "positive"]

NEVER = 2**29
"""A cost above every limit: of what cannot happen."""
MANY_GATES = 2_000
"""Beyond this size a graph is not walked once for every gate, but once for all; limits are then less tight."""
MOST_BITS = 500_000_000
"""Bits for the sets of variables below all nodes of a graph, together 60 MB."""


def positive(pdag: Pdag) -> Pdag:
    """The same function by AND, OR and ATLEAST alone, without a complement.

    Complements move down to the variables by De Morgan's laws, and must have met others on the way.
    Raises NotCoherentError when one is left.
    """
    builder = PdagBuilder(pdag.variables)
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    seen = pdag.polarities()
    edges: dict[int, int] = {0: FALSE, 1: FALSE ^ 1}
    for node in range(1, pdag.size):
        for complement in range(2):
            if not seen[node] & (1 + complement):
                continue
            kind = kinds[node]
            if kind is Connective.XOR or (kind is Connective.VARIABLE and complement):
                raise NotCoherentError(
                    "cut sets up to a limit are found without a decision diagram in trees without negations only; "
                    "this one has negations, or gates of the kind xor, that do not cancel out"
                )
            if kind is Connective.VARIABLE:
                edges[2 * node] = 2 * node
                continue
            below = [edges[edge ^ complement] for edge in inputs[node]]
            threshold = len(below) - k[node] + 1 if complement else k[node]
            if complement and kind is not Connective.ATLEAST:
                kind = Connective.OR if kind is Connective.AND else Connective.AND
            edges[2 * node + complement] = builder.folded(kind, below, threshold)
    return builder.freeze({"top": edges[pdag.root]})


def in_pairs(pdag: Pdag, cost: Sequence[int]) -> Pdag:
    """The same function with every AND of many inputs as a chain of ANDs of two: dear and small inputs first.

    What such a chain has made so far then has a limit of its own.
    """
    builder = PdagBuilder(pdag.variables)
    cheapest, support = cheapest_sets(pdag, cost), _supports(pdag)
    edges = [node << 1 for node in range(pdag.first_gate)]
    kinds, inputs, k = pdag.kinds(), pdag.inputs(), pdag.k.tolist()
    for node in range(pdag.first_gate, pdag.size):
        below = [edge >> 1 for edge in inputs[node]]
        if kinds[node] is Connective.AND:
            below.sort(key=lambda child: (-cheapest[child], support[child].bit_count(), child))
            edge = edges[below[0]]
            for child in below[1:]:
                edge = builder.folded(Connective.AND, [edge, edges[child]])
        else:
            edge = builder.folded(kinds[node], [edges[child] for child in below], k[node])
        edges.append(edge)
    return builder.freeze({"top": edges[pdag.root >> 1]})


def cheapest_sets(pdag: Pdag, cost: Sequence[int]) -> list[int]:
    """For every node a cost that none of its sets falls below. cost: of each variable. The graph has no complements."""
    lowest = _Sweep(pdag)
    found = [NEVER, *cost]
    for node in range(pdag.first_gate, pdag.size):
        found.append(lowest.of_gate(node, found, 0))
    return found


def allowances(pdag: Pdag, cost: Sequence[int], limit: int, extra: Sequence[int] = ()) -> Mapping[int, int]:
    """For every gate below the root, and nodes in `extra`, what its sets may cost for the root's to be within a limit.

    Let a set s of the root be made with a set t of gate g: s is the union of t and of sets of other gates, so
    cost(s) = cost(t) + cost(s - t), and s - t holds at least what the others need when everything below g is free of
    charge. That need is bounded from below by one walk from g to the root: at an AND on the way each other
    input adds its cheapest set under these prices if its events are not on the way already, and otherwise the
    larger of the two counts; at an OR the cheapest way counts. A set of g that leaves less than this need is
    in no set of the root within the limit; nor can it make another set redundant that is, as it would be in it.
    Raises TimeLimitExceeded.
    """
    sweep = _Sweep(pdag)
    if pdag.size - pdag.first_gate > MANY_GATES or _is_large(pdag):
        return _allowances_at_once(pdag, sweep, cheapest_sets(pdag, cost), limit)
    plain = cheapest_sets(pdag, cost)
    root = pdag.root >> 1
    found = {}
    for start in (*extra, *range(pdag.first_gate, pdag.size)):
        free = sweep.support[start]
        lowest = [0 if free >> (node - 1) & 1 else plain[node] for node in range(1, pdag.first_gate)]
        lowest = [NEVER, *lowest]
        # What is needed beside the set of `start`, on the cheapest way up to each node that has such a way.
        need = {start: 0}
        check()
        for node in range(pdag.first_gate, pdag.size):
            own = sweep.support[node]
            if not own & free:
                lowest.append(plain[node])
            elif own | free == free:
                lowest.append(0)
            else:
                lowest.append(sweep.of_gate(node, lowest, free))
            if node > start:
                ways = [child for child in sweep.inputs[node] if child in need]
                if ways:
                    need[node] = min(sweep.beside(node, child, need[child], lowest, free) for child in ways)
        if root in need:
            found[start] = limit - need[root]
    return found


def _allowances_at_once(pdag: Pdag, sweep: _Sweep, cheapest: Sequence[int], limit: int) -> Mapping[int, int]:
    """The same for every node below the root, less tight, from one walk down.

    A set of an input that is used by a gate's set leaves the rest of that to other inputs: at an AND a set of each
    other input, which costs what it costs where it has no event in common with this one or those counted already.
    """
    found = {pdag.root >> 1: limit}
    for node in range(pdag.root >> 1, pdag.first_gate - 1, -1):
        check()
        if node not in found:
            continue
        below = sweep.inputs[node]
        for child in below:
            left = found[node]
            if sweep.kinds[node] is Connective.AND:
                used = sweep.support[child]
                for other in below:
                    if not used & sweep.support[other]:
                        used |= sweep.support[other]
                        left -= cheapest[other]
            found[child] = max(found.get(child, -NEVER), left)
    return found


def _supports(pdag: Pdag) -> list[int]:
    """For every node the variables below it, as the bits of an integer; in a large graph as if they were all one.

    What has a variable in common is worth less than what has none, so bounds hold in a large graph too.
    """
    if _is_large(pdag):
        return [0, *[1] * (pdag.size - 1)]
    below = [0, *(1 << variable for variable in range(pdag.first_gate - 1))]
    for edges in pdag.inputs()[pdag.first_gate :]:
        together = 0
        for edge in edges:
            together |= below[edge >> 1]
        below.append(together)
    return below


def _is_large(pdag: Pdag) -> bool:
    """Whether sets of variables for every node would take too much memory."""
    return pdag.size * pdag.first_gate > MOST_BITS


class _Sweep:
    """Lower bounds of what sets cost, from those of the inputs."""

    def __init__(self, pdag: Pdag) -> None:
        self.kinds = pdag.kinds()
        self.k: list[int] = pdag.k.tolist()
        self.inputs = [[edge >> 1 for edge in edges] for edges in pdag.inputs()]
        self.support = _supports(pdag)

    def of_gate(self, node: int, lowest: Sequence[int], free: int) -> int:
        """What a set of this gate costs at least, `free` variables costing nothing."""
        below = self.inputs[node]
        match self.kinds[node]:
            case Connective.OR:
                return min(lowest[child] for child in below)
            case Connective.AND:
                return self._together(0, 0, below, lowest, free)
        assert self.k[node] > 1, "at least one is OR, which folding makes of it"
        return sorted(lowest[child] for child in below)[self.k[node] - 1]

    def beside(self, node: int, way: int, need: int, lowest: Sequence[int], free: int) -> int:
        """The same for what a set of this gate needs beside a set of `way`, one of its inputs, that needs `need`."""
        others = list(self.inputs[node])
        others.remove(way)
        match self.kinds[node]:
            case Connective.OR:
                return need
            case Connective.AND:
                return self._together(need, self.support[way] & ~free, others, lowest, free)
        # An input that is counted twice is there for one price.
        prices = sorted(0 if child == way else lowest[child] for child in others)
        return max(need, prices[self.k[node] - 2])

    def _together(self, so_far: int, used: int, below: Sequence[int], lowest: Sequence[int], free: int) -> int:
        """A lower bound of a union's cost: parts without common variables add up, others are at most each other's."""
        largest = so_far
        for child in below:
            own = self.support[child] & ~free
            if not own & used:
                so_far += lowest[child]
                used |= own
            largest = max(largest, so_far, lowest[child])
        return min(largest, NEVER)
