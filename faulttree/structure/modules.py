"""Modules: gates whose events occur nowhere else, so that they can be analysed by themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from faulttree.deadline import check
from faulttree.reduction.modules import module_nodes
from faulttree.structure.pdag import Connective, Pdag, PdagBuilder

__all__ = ["Piece", "modules", "pieces", "pieces_below"]


def modules(pdag: Pdag) -> list[int]:
    """The gates below the main root that share no variable and no gate with the rest, the root included, by index."""
    first = pdag.first_gate
    below: list[Sequence[int]] = [()] * first
    below += [[edge >> 1 for edge in edges if edge > 1] for edges in pdag.inputs()[first:]]
    return module_nodes(below, [pdag.root >> 1], first)


@dataclass(frozen=True)
class Piece:
    """One module by itself, the modules below it taken as its variables.

    root: the module's node in the whole graph. variables: events and inner modules, as nodes of the whole graph, in the
    order in which the piece, read depth first, mentions them. gates: the nodes in between, inputs first, the root last.
    """

    root: int
    variables: tuple[int, ...]
    gates: tuple[int, ...]

    def moved(self, place: Mapping[int, int]) -> Piece:
        """The same piece of a graph in which its nodes stand elsewhere. place: new node of each."""
        return Piece(place[self.root], tuple(place[v] for v in self.variables), tuple(place[g] for g in self.gates))

    def pdag(self, whole: Pdag) -> Pdag:
        """The piece as a graph; a variable is named by its node in the whole graph."""
        builder = PdagBuilder(tuple(str(node) for node in self.variables))
        place = {0: 0} | {node: index << 1 for index, node in enumerate(self.variables, start=1)}
        for node in self.gates:
            inputs = whole.argument[whole.offset[node] : whole.offset[node + 1]].tolist()
            connective = Connective(int(whole.connective[node]))
            place[node] = builder.gate(connective, [place[e >> 1] ^ (e & 1) for e in inputs], int(whole.k[node]))
        return builder.freeze({"module": place[self.root]})


def pieces(pdag: Pdag) -> list[Piece]:
    """The graph below the root cut into its modules, inner ones first; the root's own piece is the last.

    Raises TimeLimitExceeded.
    """
    roots = modules(pdag)
    if pdag.root >> 1 not in roots:  # a variable or a constant
        roots.append(pdag.root >> 1)
    return pieces_below(pdag, roots, roots)


def pieces_below(pdag: Pdag, roots: Iterable[int], borders: Iterable[int]) -> list[Piece]:
    """The pieces of some modules. borders: the modules that are a variable to what is above them."""
    inputs = pdag.inputs()
    is_border = [False] * pdag.size
    for node in borders:
        is_border[node] = True
    found = []
    for root in roots:
        check()
        seen: set[int] = {0}
        variables, gates = [], []
        stack = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                gates.append(node)
            elif node not in seen:
                seen.add(node)
                if node < pdag.first_gate or (is_border[node] and node != root):
                    variables.append(node)
                else:
                    stack.append((node, True))
                    stack.extend((edge >> 1, False) for edge in reversed(inputs[node]))
        found.append(Piece(root, tuple(variables), tuple(gates)))
    return found
