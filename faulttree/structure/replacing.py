"""A module of a simplified graph replaced by another function, as a what-if asks.

Simplification keeps the top's function, not the gates'. A module of the written tree still is a function of its own
events alone, which the rest sees as one bit; where all that is left of these events hangs together in one place of the
smaller graph, that place is the module's function or its complement, and another function may take it.
"""

from __future__ import annotations

import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from faulttree.structure.modules import Piece, modules, pieces_below
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder, holds

__all__ = ["Replaced", "Seat", "Seats", "with_module"]

IntArray = npt.NDArray[np.int64]
_DUAL = {Connective.AND: Connective.OR, Connective.OR: Connective.AND}


@dataclass(frozen=True)
class Seat:
    """Where a module's function stands in a graph.

    gate: a node, or the gate whose AND, OR or XOR of some inputs it is. inputs: these inputs; none for the node itself.
    negated: whether what stands there is the complement of the module's function. inside: the nodes below it.
    """

    gate: int
    inputs: frozenset[int]
    negated: bool
    inside: frozenset[int]


class Seats:
    """The modules of a tree as it is written, and where they stand in its simplified graph."""

    def __init__(self, skeleton: Pdag, smaller: Pdag) -> None:
        self._skeleton, self._smaller = skeleton, smaller
        self._written, self._inputs = skeleton.inputs(), smaller.inputs()
        place = {name: node for node, name in enumerate(skeleton.variables, start=1)}
        # The events of a written module stand next to each other, for the tree is read depth first.
        self._span = _spans(self._written, range(skeleton.first_gate))
        self._smaller_span = _spans(self._inputs, [0, *(place[name] for name in smaller.variables)])
        self._user = np.repeat(np.arange(smaller.size), np.diff(smaller.offset))
        self._place_modules()

    def _place_modules(self) -> None:
        """Find the innermost named module around each node of the skeleton; the root stands for none."""
        skeleton = self._skeleton
        root, is_module = skeleton.root >> 1, set(modules(skeleton))
        self._name = {edge >> 1: name for name, edge in skeleton.roots.items() if edge >> 1 in is_module}
        # A named function may be the complement of its node's, as that of a gate of kind not, nor or nand is.
        self._complement = {node: bool(skeleton.roots[name] & 1) for node, name in self._name.items()}
        # Around a module the next one; around any other node the innermost that holds it.
        self._around, self._depth = {root: root}, {root: 0}
        for node in range(root, 0, -1):
            if node not in self._around:
                continue
            if node in self._name and node != root:
                self._depth[node] = self._depth[self._around[node]] + 1
            inner = self._innermost(node)
            for edge in self._written[node]:
                below = edge >> 1
                self._around[below] = self._common(self._around[below], inner) if below in self._around else inner

    def _innermost(self, node: int) -> int:
        return node if node in self._depth else self._around[node]

    def _common(self, one: int, other: int) -> int:
        """The innermost module that holds two modules."""
        while one != other:
            if self._depth[one] < self._depth[other]:
                one, other = other, one
            one = self._around[one]
        return one

    def holding(self, nodes: Iterable[int]) -> Iterator[tuple[str, Seat]]:
        """The named modules that hold all these nodes of the skeleton and have a seat, the innermost first.

        nodes: below the root, at least one.
        """
        module = functools.reduce(self._common, map(self._innermost, nodes))
        while self._depth[module]:
            seat = self._seat(module)
            if seat is not None:
                yield self._name[module], seat
            module = self._around[module]

    def _seat(self, module: int) -> Seat | None:
        """Where a written module stands in the smaller graph; None where it stands in no one place."""
        smaller, (first, last) = self._smaller, self._span[module].tolist()
        is_inside = (self._smaller_span[:, 0] >= first) & (self._smaller_span[:, 1] <= last)
        into = np.flatnonzero(is_inside[smaller.argument >> 1] & ~is_inside[self._user])
        edges = smaller.argument[into].tolist()
        nodes, users = {edge >> 1 for edge in edges}, set(self._user[into].tolist())
        if is_inside[smaller.root >> 1]:
            nodes.add(smaller.root >> 1)
        if len(nodes) == 1:
            (gate,), inputs = nodes, frozenset[int]()
        elif len(users) == 1 and smaller.connective[min(users)] != Connective.ATLEAST:
            (gate,), inputs = users, frozenset(edges)
        else:
            return None
        # Where both functions take both values at these points, each is the other or its complement.
        inside, events = np.flatnonzero(is_inside).tolist(), self._skeleton.variables[first - 1 : last]
        written = [self._value_written(module, point) != self._complement[module] for point in ((), events)]
        standing = [self._value_standing(gate, inputs, inside, point) for point in ((), events)]
        if written[0] == written[1] or standing[0] == standing[1]:
            return None
        return Seat(gate, inputs, written[0] != standing[0], frozenset(inside))

    def _value_written(self, module: int, true: Collection[str]) -> bool:
        below, stack = {module}, [module]
        while stack:
            fresh = {edge >> 1 for edge in self._written[stack.pop()]} - below
            below |= fresh
            stack.extend(fresh)
        return _values(self._skeleton, self._written, sorted(below), true)[module]

    def _value_standing(self, gate: int, edges: Collection[int], inside: Sequence[int], true: Collection[str]) -> bool:
        values = _values(self._smaller, self._inputs, inside, true)
        if not edges:
            return values[gate]
        return holds(self._smaller.connective[gate], 0, [values[edge >> 1] != bool(edge & 1) for edge in edges])


def _spans(inputs: Sequence[Sequence[int]], place: Sequence[int]) -> IntArray:
    """The first and last event below each node: int64[n, 2]; nothing below a constant.

    place: of the constant, which counts for nothing, and of each variable.
    """
    n = len(inputs)
    first, last = [n] * n, [0] * n
    first[1 : len(place)] = last[1 : len(place)] = place[1:]
    for node in range(len(place), n):
        below = [edge >> 1 for edge in inputs[node]]
        first[node] = min((first[child] for child in below), default=n)
        last[node] = max((last[child] for child in below), default=0)
    return np.array([first, last]).T


def _values(
    pdag: Pdag, inputs: Sequence[Sequence[int]], nodes: Iterable[int], true: Collection[str]
) -> Mapping[int, bool]:
    """The values of some nodes, each after its inputs, when exactly the variables named are true."""
    values = {0: False}
    for node in nodes:
        if node >= pdag.first_gate:
            arguments = [values[edge >> 1] != bool(edge & 1) for edge in inputs[node]]
            values[node] = holds(pdag.connective[node], int(pdag.k[node]), arguments)
        elif node:
            values[node] = pdag.variables[node - 1] in true
    return values


@dataclass(frozen=True)
class Replaced:
    """A graph in which another function has taken a module's place.

    kept: of each node of the former graph whose function is what it was, its node in this one. altered: the gates of
    the former graph whose function may be another, and the edge that each has become. other: the edge in this graph of
    each node of the other function, None of its root where only the inputs of that are here.
    """

    pdag: Pdag
    kept: Mapping[int, int]
    altered: Mapping[int, int]
    other: Sequence[int | None]

    def pieces(self, former: Iterable[Piece], modules_of_other: Iterable[int]) -> tuple[dict[int, Piece], list[Piece]]:
        """The graph cut into modules: those kept, by their root in the former graph; then the new ones, inner first.

        former: the pieces of the former graph, inner ones first. modules_of_other: roots in the other function.
        The root's own piece is the last of all.
        """
        kept, roots = {}, []
        for piece in former:
            if piece.root in self.kept:
                kept[piece.root] = piece.moved(self.kept)
            elif piece.root in self.altered:
                roots.append(self.altered[piece.root])
        inner = [edge for node in modules_of_other if (edge := self.other[node]) is not None]
        first = self.pdag.first_gate
        carried = {piece.root for piece in kept.values()}
        new = dict.fromkeys(edge >> 1 for edge in (*inner, *roots) if edge >> 1 >= first and edge >> 1 not in carried)
        root = self.pdag.root >> 1
        if root not in carried:
            new.pop(root, None)
            new[root] = None
        return kept, pieces_below(self.pdag, new, {*carried, *new})


def with_module(pdag: Pdag, seat: Seat, other: Pdag) -> Replaced:
    """The graph with another function in a seat.

    other: the function, simplified, over events that stand nowhere else in the graph.
    A gate above is folded, not simplified again; where the function is a gate of its user's kind, its inputs stand in
    its place. What only the module used is left out.
    """
    inputs, kinds, k = pdag.inputs(), pdag.connective.tolist(), pdag.k.tolist()
    own = [node for node in range(1, pdag.first_gate) if node not in seat.inside]
    builder = PdagBuilder((*(pdag.variables[node - 1] for node in own), *other.variables))
    kept = {0: 0} | {node: index for index, node in enumerate(own, start=1)}
    inner: list[int | None] = [0, *(node << 1 for node in range(len(own) + 1, len(builder.variables) + 1))]
    below, root = other.inputs(), other.root >> 1

    def standing(edge: int) -> int:
        place = inner[edge >> 1]
        assert place is not None, "nothing else uses the root"
        return place ^ (edge & 1)

    # An input of the gate is the function, or its complement.
    flip = (other.root & 1) ^ seat.negated
    kind = kinds[seat.gate] if seat.inputs else 0
    is_taken_in = root >= other.first_gate and _is_alike(kind, int(other.connective[root]), flip)
    for node in range(other.first_gate, other.size):
        if node == root and is_taken_in:
            inner.append(None)
        else:
            row = [standing(edge) for edge in below[node]]
            inner.append(builder.gate(Connective(int(other.connective[node])), row, int(other.k[node])))
    if not is_taken_in:
        instead = [standing(other.root) ^ seat.negated]
    elif kind == Connective.XOR:
        instead = [*map(standing, below[root]), flip]
    else:
        instead = [standing(edge) ^ flip for edge in below[root]]
    altered: dict[int, int] = {}
    if not seat.inputs:
        altered[seat.gate] = instead[0]
    for node in range(pdag.first_gate, pdag.size):
        if node in seat.inside:
            continue
        edges = inputs[node]
        if node == seat.gate:
            rest = [kept[edge >> 1] << 1 | (edge & 1) for edge in edges if edge not in seat.inputs]
            altered[node] = builder.folded(Connective(kinds[node]), [*rest, *instead])
        elif altered.keys().isdisjoint([edge >> 1 for edge in edges]):
            row = [kept[edge >> 1] << 1 | (edge & 1) for edge in edges]
            kept[node] = builder.gate(kinds[node], row, k[node]) >> 1
        else:
            row = [
                altered[edge >> 1] ^ (edge & 1) if edge >> 1 in altered else kept[edge >> 1] << 1 | (edge & 1)
                for edge in edges
            ]
            altered[node] = builder.folded(Connective(kinds[node]), row, k[node])
    main, edge = next(iter(pdag.roots)), pdag.root
    node = edge >> 1
    top = (altered[node] if node in altered else kept[node] << 1) ^ (edge & 1)
    return Replaced(builder.freeze({main: top}), kept, altered, inner)


def _is_alike(user: int, kind: int, flip: int) -> bool:
    """Whether a gate may take in the inputs of a gate below it. flip: whether it sees that one's complement."""
    if user == Connective.XOR:
        return kind == Connective.XOR
    return user in _DUAL and kind == (_DUAL[Connective(user)] if flip else user)
