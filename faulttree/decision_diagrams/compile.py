"""From the Boolean skeleton to a BDD, module by module."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from faulttree.deadline import check
from faulttree.decision_diagrams.assembly import PLAIN, Assembly
from faulttree.decision_diagrams.bdd import Bdd, BddForest
from faulttree.decision_diagrams.forest import DEFAULT_NODE_BUDGET, Progress
from faulttree.decision_diagrams.portfolio import Construction, Effort, Portfolio
from faulttree.errors import MemoryLimitExceeded, NodeBudgetExceeded, TimeLimitExceeded
from faulttree.structure.modules import Piece, pieces
from faulttree.structure.pdag import Connective, Pdag
from faulttree.structure.replacing import Replaced

__all__ = [
    "Carried",
    "Compilation",
    "Guide",
    "KnownPieces",
    "Made",
    "compile_bdd",
    "compile_in_order",
    "compile_what_fits",
]

_NO_GATE = -1
_CHAINS = (Connective.AND, Connective.OR)
STEPS_FOR_A_GATE, MOST_STEPS_PER_NODE = 30_000, 8
"""Steps that one of many gates may take before it counts as hard; and all of them, for each node of the budget."""
MOST_KEPT = 4_000_000
"""Nodes of the diagrams that are kept for other trees, 12 bytes each; past that the oldest go."""


def compile_bdd(pdag: Pdag, effort: Effort | None = None) -> Bdd:
    """The BDD of the root, named 'top', module by module, each under the best of the portfolio's orders.

    Raises NodeBudgetExceeded when no order of some module fits.
    """
    return Compilation(pdag).run(effort or Effort())


@dataclass(frozen=True)
class Guide:
    """An order that served a larger function, for one that is part of it.

    name: of that function. order: its events. nodes: that a diagram may take under this order; where one takes more,
    other orders are tried.
    """

    name: str
    order: tuple[str, ...]
    nodes: int


@dataclass(frozen=True)
class Made:
    """A module with its diagram, whose variables are named by their places in the piece; None of a single AND or OR."""

    piece: Piece
    bdd: Bdd | None


@dataclass(frozen=True, eq=False)
class Carried:
    """The diagrams of a graph, for the same graph with one module replaced.

    replaced: that graph. former: the modules of the graph as it was, inner ones first. modules: roots of the modules
    of the other function.
    """

    replaced: Replaced
    former: Sequence[Made]
    modules: Sequence[int]


class Compilation:
    """Makes the BDD of a graph's root; after a run that found none the next goes on where it stopped."""

    def __init__(
        self,
        pdag: Pdag,
        seed: int = 0,
        known: KnownPieces | None = None,
        guide: Guide | None = None,
        carried: Carried | None = None,
    ) -> None:
        """seed: settles ties of the orders. known: diagrams of modules that were made before, here or elsewhere.

        carried: diagrams of a graph from which this one was made.
        """
        self.pdag, self.seed, self.guide = pdag, seed, guide
        self._known = KnownPieces() if known is None else known
        # Where each event, and each module by its first, stands in the guide's order; those it does not know come last.
        place = {event: rank for rank, event in enumerate(guide.order)} if guide else {}
        events = pdag.variables if guide else ()
        self._place = {node: place.get(event, len(place)) for node, event in enumerate(events, start=1)}
        self._assembly = Assembly(pdag.variables)
        self._made: list[Made] = []
        self._portfolio: Portfolio | None = None
        self._node, self._largest, self._winner = _NO_GATE, 0, "depth-first"
        self._pieces = self._with_carried(carried) if carried else pieces(pdag)[::-1]

    def _with_carried(self, carried: Carried) -> list[Piece]:
        """Add what was made before; the pieces that are left to do, outermost first."""
        kept, new = carried.replaced.pieces((made.piece for made in carried.former), carried.modules)
        if not new or new[-1].root != self.pdag.root >> 1:  # the root is a module that was kept, or a constant
            return pieces(self.pdag)[::-1]
        for made in carried.former:
            if made.piece.root in kept:
                self._add_made(Made(kept[made.piece.root], made.bdd))
        return new[::-1]

    @property
    def made(self) -> Sequence[Made]:
        """The modules that have a diagram, inner ones first."""
        return self._made

    def run(self, effort: Effort) -> Bdd:
        """The BDD, its root named 'top'.

        Raises NodeBudgetExceeded when no order of some module fits, TimeLimitExceeded.
        """
        while self._pieces:
            check()
            piece = self._pieces[-1]
            # A root that is no gate is its own variable, so the piece around it needs another name.
            self._node = piece.root if piece.gates else _NO_GATE
            self._add(piece, effort)
            self._pieces.pop()
            self._portfolio = None
            if self._assembly.size > effort.nodes:
                raise NodeBudgetExceeded(self._assembly.size, effort.nodes)
        bdd = self._assembly.finished(self._node, self._winner)
        return replace(bdd, roots={"top": bdd.roots["top"] ^ (self.pdag.root & 1)})

    def _add(self, piece: Piece, effort: Effort) -> None:
        literals = [self._assembly.literal(variable) for variable in piece.variables]
        is_chain = len(piece.gates) == 1 and self._is_chain(piece) and min(literals, default=PLAIN) >= PLAIN
        bdd = None
        if not is_chain:
            try:
                bdd = self._diagram(piece, literals, replace(effort, nodes=effort.nodes - self._assembly.size))
            except MemoryLimitExceeded:
                raise
            except NodeBudgetExceeded as error:
                raise NodeBudgetExceeded(effort.nodes, effort.nodes) from error
        self._add_made(Made(piece, bdd))

    def _is_chain(self, piece: Piece) -> bool:
        start, end = self.pdag.offset[piece.root : piece.root + 2].tolist()
        return self.pdag.connective[piece.root] in _CHAINS and len(piece.variables) == end - start

    def _add_made(self, made: Made) -> None:
        piece, bdd, pdag = made.piece, made.bdd, self.pdag
        self._made.append(made)
        if self.guide:
            self._place[piece.root] = min((self._place[variable] for variable in piece.variables), default=0)
        node = piece.root if piece.gates else _NO_GATE
        if bdd is None:
            start, end = pdag.offset[node : node + 2].tolist()
            self._assembly.add_gate(node, Connective(int(pdag.connective[node])), pdag.argument[start:end].tolist())
            return
        self._assembly.add(node, bdd, [piece.variables[int(place)] for place in bdd.variables])
        if bdd.size > self._largest:
            self._largest, self._winner = bdd.size, bdd.order

    def _diagram(self, piece: Piece, literals: Sequence[int], effort: Effort) -> Bdd:
        """The diagram of a piece, its variables named by their places. Raises NodeBudgetExceeded."""
        if self._portfolio is None:
            # Named by their places, so that alike pieces are the same to the last tie between orders.
            places = tuple(map(str, range(len(piece.variables))))
            self._portfolio = Portfolio(replace(piece.pdag(self.pdag), variables=places), literals, self.seed)
        portfolio = self._portfolio
        key = KnownPieces.key(portfolio.pdag, literals, self.seed)
        bdd = self._known.get(key, effort.nodes)
        if bdd is None:
            bdd = self._guided(piece, portfolio, effort)
        if bdd is None:
            bdd = portfolio.run(effort)
            self._known.keep(key, bdd, portfolio.peak)
        return bdd

    def _guided(self, piece: Piece, portfolio: Portfolio, effort: Effort) -> Bdd | None:
        """The diagram of a piece under the guide's order; None where it takes too many nodes, or no guide knows it."""
        if self.guide is None:
            return None
        place = [self._place[variable] for variable in piece.variables]
        if min(place, default=len(self.guide.order)) >= len(self.guide.order):
            return None
        order = sorted(range(len(place)), key=place.__getitem__)
        name = f"as of {self.guide.name}"
        return portfolio.under(name, list(map(str, order)), min(self.guide.nodes, effort.nodes), effort)


class KnownPieces:
    """Diagrams of modules by their structure, so that alike modules are made once: of a tree, or of several.

    A module's structure is that of its graph, whatever its variables are called. Its diagram is the same whoever makes
    it first. Threads may share it. The oldest are forgotten when together they have more than MOST_KEPT nodes.
    """

    def __init__(self) -> None:
        self._found: dict[Hashable, tuple[Bdd, int]] = {}
        self._nodes = 0
        self._lock = threading.Lock()

    @staticmethod
    def key(pdag: Pdag, literals: Sequence[int], seed: int) -> Hashable:
        """The key that two pieces share if they have the same diagram."""
        arrays = (pdag.connective, pdag.k, pdag.offset, pdag.argument)
        return (*(array.tobytes() for array in arrays), pdag.root, tuple(literals), seed)

    def get(self, key: Hashable, nodes: int) -> Bdd | None:
        """The diagram of that structure, if it is known and was made in a table of so many nodes, or fewer."""
        bdd, peak = self._found.get(key, (None, 0))
        return bdd if peak <= nodes else None

    def keep(self, key: Hashable, bdd: Bdd, peak: int) -> None:
        """Remember a diagram. peak: nodes of the table in which it was made."""
        with self._lock:
            if key not in self._found:
                self._found[key] = bdd, peak
                self._nodes += len(bdd.nodes)
            while self._nodes > MOST_KEPT and len(self._found) > 1:
                oldest, _ = self._found.pop(next(iter(self._found)))
                self._nodes -= len(oldest.nodes)


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
    construction = _in_order(pdag, order, roots, node_budget, progress)
    construction.run()
    return construction.forest.freeze({root: construction.at(edge) for root, edge in roots.items()}, name)


def compile_what_fits(
    pdag: Pdag,
    order: Sequence[str],
    roots: Mapping[str, int],
    *,
    node_budget: int = DEFAULT_NODE_BUDGET,
    progress: Progress | None = None,
) -> Bdd:
    """The same of those edges that fit: hard gates, and all that stand on them, are left out.

    Also those are that the time, or the memory, does not suffice for.
    """
    construction = _in_order(pdag, order, roots, node_budget, progress)
    with suppress(TimeLimitExceeded, MemoryLimitExceeded):
        construction.run_what_fits(STEPS_FOR_A_GATE, MOST_STEPS_PER_NODE * node_budget)
    made = {root: construction.at(edge) for root, edge in roots.items() if edge >> 1 in construction.edges}
    return construction.forest.freeze(made)


def _in_order(
    pdag: Pdag, order: Sequence[str], roots: Mapping[str, int], node_budget: int, progress: Progress | None
) -> Construction:
    listed = set(order)
    complete = [*order, *(variable for variable in pdag.variables if variable not in listed)]
    forest = BddForest(complete, node_budget, progress)
    return Construction(forest, pdag, [PLAIN] * len(pdag.variables), roots.values())
