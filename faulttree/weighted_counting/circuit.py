"""The circuit that the counter searches: a skeleton as arrays, its independent private parts already worked out.

A gate's private events are those that nothing else reads. Two or more below one AND or OR are one event of their own,
with a probability known at once; a gate with nothing but private inputs becomes such an event itself. What is left is
where events and gates are shared, and only that needs a search.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.structure.pdag import Connective, Pdag
from faulttree.structure.simplify import propagate
from faulttree.weighted_counting._kernels import FloatArray, IntArray, LongArray, plus, times

__all__ = ["CountingCircuit", "Recipe", "prepare"]

THRESHOLD_OF_EVENT, THRESHOLD_OF_PARITY = -1, 0
ROUNDING = 2.0**-52
"""Relative rounding of one step, rounded up."""


@dataclass(frozen=True)
class Recipe:
    """An event of the circuit: all inputs together (AND), or one of them at least (any_of).

    Inputs are edges node << 1 | complement; nodes below `Circuit.first_recipe` are the skeleton's variables, numbered
    as there, the others are recipes in turn.
    """

    inputs: tuple[int, ...]
    any_of: bool


@dataclass(frozen=True, eq=False)
class CountingCircuit:
    """What is left of a skeleton to search.

    node: int32[n, 6], inputs: int32[m], uses: int32[m], as the kernel wants them (its first lines say how).
    leaf: for every event of the circuit, by node, the variable or recipe that it is; -1 for gates.
    recipes: from the bottom up; recipe i is leaf first_recipe + i. root: edge of the top event.
    """

    node: IntArray
    inputs: IntArray
    uses: IntArray
    leaf: IntArray
    recipes: tuple[Recipe, ...]
    first_recipe: int
    root: int

    @property
    def size(self) -> int:
        """Nodes, the constant included."""
        return len(self.node)

    def neighbours(self) -> list[set[int]]:
        """The primal graph: a gate and its inputs are all joined with one another, save the constant."""
        found: list[set[int]] = [set() for _ in range(self.size)]
        for gate, below in enumerate(self.below()):
            clique = {gate, *below} - {0}
            for one in clique if below else ():
                found[one] |= clique
        for one, around in enumerate(found):
            around.discard(one)
        return found

    def below(self) -> list[list[int]]:
        """The input nodes of every node."""
        inputs = (self.inputs >> 1).tolist()
        return [inputs[first:end] for first, end in self.node[:, 1:3].tolist()]

    def leaf_weights(self, q: npt.NDArray[np.float64]) -> FloatArray:
        """float64[n, 4]: the probability of every event to be false and to be true, each with a correction.

        q: float64[n_variables], or float64[n_variables, 2] with that of the absence beside it, of which the smaller one
        counts. The two add up to 1 in twice the digits of a double.
        """
        pairs = self._pairs(q)
        weights = np.ones((self.size, 4))
        weights[self.leaf >= 0] = np.array(pairs)[self.leaf[self.leaf >= 0]]
        return weights

    def by_variable(
        self, q: npt.NDArray[np.float64], slopes: FloatArray, errors: FloatArray
    ) -> tuple[FloatArray, FloatArray]:
        """Derivatives by the variables' probabilities from those by the circuit's events: float64[n_variables].

        slopes, errors: float64[n], by node, and what each may be wrong by; zero for gates. The second value is the same
        of the variables.
        """
        pairs = self._pairs(q)
        found, doubt = [0.0] * len(pairs), [0.0] * len(pairs)

        def add(place: int, slope: float, error: float) -> None:
            found[place] += slope
            doubt[place] += error + ROUNDING * abs(found[place])

        for leaf, slope, error in zip(self.leaf.tolist(), slopes.tolist(), errors.tolist(), strict=True):
            add(max(leaf, 0), slope, error)
        for i in range(len(self.recipes) - 1, -1, -1):
            recipe, own = self.recipes[i], self.first_recipe + i
            # The derivative of a product by one input is the product of the others; before it and after it.
            chances = [pairs[edge >> 1][2 * ((edge & 1) == recipe.any_of)] for edge in recipe.inputs]
            before = list(itertools.accumulate(chances[:-1], operator.mul, initial=1.0))
            after = list(itertools.accumulate(chances[:0:-1], operator.mul, initial=1.0))[::-1]
            for edge, one, other in zip(recipe.inputs, before, after, strict=True):
                change = found[own] * one * other
                rounded = 2.0 * len(chances) * ROUNDING * abs(change)
                add(edge >> 1, -change if edge & 1 else change, doubt[own] * one * other + rounded)
        end = self.first_recipe
        return np.array(found[1:end]), np.array(doubt[1:end])

    def _pairs(self, q: npt.NDArray[np.float64]) -> list[tuple[float, ...]]:
        """The weights of every leaf: the constant, the variables, the recipes."""
        certain, never = (1.0, 0.0), (0.0, 0.0)
        pairs: list[tuple[float, ...]] = [certain + never]
        for p, not_p in q.tolist() if q.ndim == 2 else ((p, 1.0) for p in q.tolist()):
            if p <= not_p:
                pairs.append((*plus(*certain, -p, 0.0), p, 0.0))
            else:
                pairs.append((not_p, 0.0, *plus(*certain, -not_p, 0.0)))
        for recipe in self.recipes:
            # An OR is the complement of an AND of complements. Sums of positive terms, so both keep their digits.
            holds, fails = certain, never
            for edge in recipe.inputs:
                pair = pairs[edge >> 1]
                true = (edge & 1) == recipe.any_of
                one, other = (pair[2:], pair[:2]) if true else (pair[:2], pair[2:])
                fails = plus(*fails, *times(*holds, *other))
                holds = times(*holds, *one)
            pairs.append(holds + fails if recipe.any_of else fails + holds)
        return pairs


def prepare(pdag: Pdag) -> CountingCircuit:
    """The circuit of a skeleton's root. Only a root can be constant: node 0 is an event that is false."""
    pdag = propagate(pdag)
    inputs, kinds, k = pdag.inputs(), pdag.kinds(), pdag.k.tolist()
    uses = _uses(pdag, inputs)
    first_recipe = pdag.first_gate
    recipes: list[Recipe] = []
    leaf: dict[int, int] = {node: node for node in range(first_recipe)}
    rows: dict[int, Sequence[int]] = {}
    extra: list[int] = []  # leaves that are no node of the skeleton

    def recipe(edges: Sequence[int], any_of: bool) -> int:
        recipes.append(Recipe(tuple(leaf[edge >> 1] << 1 | (edge & 1) for edge in edges), any_of))
        return first_recipe + len(recipes) - 1

    for gate in range(first_recipe, pdag.size):
        if not uses[gate]:
            continue
        edges = inputs[gate]
        rows[gate] = edges
        if kinds[gate] not in (Connective.AND, Connective.OR):
            continue
        any_of = kinds[gate] is Connective.OR
        private = [edge for edge in edges if edge >> 1 in leaf and uses[edge >> 1] == 1 and edge > 1]
        if len(private) == len(edges):
            leaf[gate] = recipe(private, any_of)
            del rows[gate]
        elif len(private) > 1:
            extra.append(recipe(private, any_of))
            merged = pdag.size + len(extra) - 1
            kept = set(private)
            rows[gate] = [edge for edge in edges if edge not in kept] + [merged << 1]
            leaf[merged] = extra[-1]
    return _laid_out(pdag, rows, leaf, tuple(recipes), kinds, k)


def _uses(pdag: Pdag, inputs: Sequence[Sequence[int]]) -> list[int]:
    """How many inputs of reached gates each node is; the root counts twice, so that it never counts as private."""
    uses = [0] * pdag.size
    uses[pdag.root >> 1] = 2
    for node in range(pdag.size - 1, 0, -1):
        if uses[node]:
            for edge in inputs[node]:
                uses[edge >> 1] += 1
    return uses


def _laid_out(
    pdag: Pdag,
    rows: dict[int, Sequence[int]],
    leaf: dict[int, int],
    recipes: tuple[Recipe, ...],
    kinds: list[Connective],
    k: list[int],
) -> CountingCircuit:
    """Arrays of the nodes that the root still reaches; leaves first, then gates, each after its inputs."""
    needed = {pdag.root >> 1}
    for gate in reversed(rows):
        if gate in needed:
            needed.update(edge >> 1 for edge in rows[gate])
    needed.discard(0)
    order = [0, *sorted(x for x in needed if x in leaf), *(gate for gate in rows if gate in needed)]
    position = {x: i for i, x in enumerate(order)}
    node = np.zeros((len(order), 6), np.int32)
    inputs: list[int] = []
    uses: list[list[int]] = [[] for _ in order]
    for i, x in enumerate(order):
        node[i, 0] = THRESHOLD_OF_EVENT
        node[i, 1] = node[i, 2] = len(inputs)
        if x in rows:
            node[i, 0] = _threshold(kinds[x], k[x], len(rows[x]))
            for edge in rows[x]:
                below = position[edge >> 1]
                inputs.append(below << 1 | (edge & 1))
                uses[below].append(i << 1 | (edge & 1))
            node[i, 2] = len(inputs)
    ends = np.cumsum([len(readers) for readers in uses])
    node[1:, 3], node[:, 4] = ends[:-1], ends
    leaves = np.array([leaf.get(x, -1) if x not in rows else -1 for x in order], np.int32)
    return CountingCircuit(
        node,
        np.array(inputs, np.int32),
        np.array([reader for readers in uses for reader in readers], np.int32),
        leaves,
        recipes,
        pdag.first_gate,
        position[pdag.root >> 1] << 1 | (pdag.root & 1),
    )


def _threshold(kind: Connective, k: int, n_inputs: int) -> int:
    match kind:
        case Connective.AND:
            return n_inputs
        case Connective.OR:
            return 1
        case Connective.ATLEAST:
            return k
    return THRESHOLD_OF_PARITY


def words(circuit: CountingCircuit, seed: int) -> LongArray:
    """Two random words of 62 bits for every node; those of gates are room for the kernel."""
    return np.random.default_rng(seed).integers(1, 2**62, (circuit.size, 2))
