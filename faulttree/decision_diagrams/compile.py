"""From the Boolean skeleton to a BDD, module by module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from faulttree.decision_diagrams.assembly import PLAIN, Assembly
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.portfolio import Construction, Effort, Portfolio
from faulttree.errors import NodeBudgetExceeded
from faulttree.structure.modules import Piece, pieces
from faulttree.structure.pdag import Connective, Pdag

__all__ = ["Compilation", "compile_bdd", "compile_in_order"]

_NO_GATE = -1
_CHAINS = (Connective.AND, Connective.OR)


def compile_bdd(pdag: Pdag, effort: Effort | None = None) -> Bdd:
    """The BDD of the root, named 'top', module by module, each under the best of the portfolio's orders.

    Raises NodeBudgetExceeded when no order of some module fits.
    """
    return Compilation(pdag).run(effort or Effort())


class Compilation:
    """Makes the BDD of a graph's root; after a run that found none the next goes on where it stopped."""

    def __init__(self, pdag: Pdag, seed: int = 0) -> None:
        """seed: settles ties of the orders."""
        self.pdag, self.seed = pdag, seed
        self._assembly = Assembly(pdag.variables)
        self._pieces = pieces(pdag)[::-1]
        self._portfolio: Portfolio | None = None
        self._node, self._largest, self._winner = _NO_GATE, 0, "depth-first"

    def run(self, effort: Effort) -> Bdd:
        """The BDD, its root named 'top'. Raises NodeBudgetExceeded when no order of some module fits."""
        while self._pieces:
            piece = self._pieces[-1]
            # A root that is no gate is its own variable, so the piece around it needs another name.
            self._node = piece.root if piece.gates else _NO_GATE
            self._add(self._node, piece, effort)
            self._pieces.pop()
            self._portfolio = None
            if self._assembly.size > effort.nodes:
                raise NodeBudgetExceeded(self._assembly.size, effort.nodes)
        bdd = self._assembly.finished(self._node, self._winner)
        return replace(bdd, roots={"top": bdd.roots["top"] ^ (self.pdag.root & 1)})

    @property
    def is_promising(self) -> bool:
        """Whether a run with large tables may find what the quick one did not."""
        return self._portfolio is None or self._portfolio.is_promising

    def _add(self, node: int, piece: Piece, effort: Effort) -> None:
        pdag, assembly = self.pdag, self._assembly
        connective = Connective(int(pdag.connective[piece.root]))
        start, end = pdag.offset[piece.root : piece.root + 2].tolist()
        literals = [assembly.literal(variable) for variable in piece.variables]
        is_chain = connective in _CHAINS and len(piece.gates) == 1 and len(piece.variables) == end - start
        if is_chain and min(literals, default=PLAIN) >= PLAIN:
            assembly.add_gate(node, connective, pdag.argument[start:end].tolist())
            return
        if self._portfolio is None:
            self._portfolio = Portfolio(piece.pdag(pdag), literals, self.seed)
        try:
            bdd = self._portfolio.run(replace(effort, nodes=effort.nodes - assembly.size))
        except NodeBudgetExceeded as error:
            raise NodeBudgetExceeded(effort.nodes, effort.nodes) from error
        assembly.add(node, bdd)
        if bdd.size > self._largest:
            self._largest, self._winner = bdd.size, bdd.order


def compile_in_order(
    pdag: Pdag,
    order: Sequence[str],
    roots: Mapping[str, int],
    *,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
    name: str = "given",
) -> Bdd:
    """The BDD of named edges of the graph under a given order; variables it leaves out come last.

    Raises NodeBudgetExceeded.
    """
    listed = set(order)
    complete = [*order, *(variable for variable in pdag.variables if variable not in listed)]
    forest = BddForest(complete, node_budget, progress)
    construction = Construction(forest, pdag, [PLAIN] * len(pdag.variables), roots.values())
    construction.run()
    return forest.freeze({root: construction.at(edge) for root, edge in roots.items()}, name)
