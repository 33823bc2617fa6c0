"""One function of a model under given truth values: its skeleton and its diagrams, whatever the numbers are."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from faulttree import deadline
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import Carried, Guide, KnownPieces, compile_in_order, compile_what_fits
from faulttree.engine.limits import Limits, Report
from faulttree.engine.solver import Solver
from faulttree.errors import TimeLimitExceeded
from faulttree.reduction.reduced import Reduced
from faulttree.structure.build import build
from faulttree.structure.modules import modules
from faulttree.structure.ordering import depth_first, tree_decomposition
from faulttree.structure.pdag import Pdag
from faulttree.structure.replacing import Seat, Seats, with_module
from faulttree.structure.setting import with_each_set
from faulttree.structure.simplify import Simplified, propagate, simplified

__all__ = ["Compiled", "truth_of"]

SIMPLIFICATION_SHARE = 0.4
"""Share of the remaining time for simplification."""
MOST_FOR_GATES = 1_000_000
"""Nodes of one diagram of many functions; where it needs more, each is analysed by itself."""


def truth_of(state: bool | float) -> bool | None:
    """The part of a state that changes the function: true, false, or None for an event of its own."""
    return state if isinstance(state, bool) else None


class Compiled:
    """Results that depend on gates, top event and truth values only, each made on first use and kept.

    reduced: the gates. states: of a what-if; of a probability only matters that the event varies. order: the variable
    order of the diagram, where one is prescribed. known: diagrams of modules that other trees have made. guide: an
    order that served a tree of which this is a part. base: the same tree with fewer states set, for what it shares.
    """

    def __init__(
        self,
        reduced: Reduced,
        top: str,
        states: Mapping[str, bool | float],
        limits: Limits,
        report: Report | None = None,
        order: tuple[str, ...] | None = None,
        known: KnownPieces | None = None,
        guide: Guide | None = None,
        base: Compiled | None = None,
    ) -> None:
        self.reduced, self.top, self.states = reduced, top, states
        self.limits, self.report, self.order = limits, report, order
        self.known, self.guide, self.base = known, guide, base
        self._carried: Carried | None = None

    @functools.cached_property
    def skeleton(self) -> Pdag:
        """The Boolean skeleton as it is written."""
        return build(self.reduced, self.top, self.states)

    @functools.cached_property
    def gates(self) -> tuple[str, ...]:
        """The gates of the tree, the inputs of each before it, so that the top comes last."""
        main, *others = self.skeleton.roots
        found = (*others, main) if main in self.reduced.gates else tuple(others)
        members = self.reduced.chain_of
        unseen = {*members, *self.reduced.hidden}
        return tuple(gate for gate in found if gate not in unseen) if unseen else found

    @functools.cached_property
    def members(self) -> tuple[str, ...]:
        """The members of exclusive groups in the tree."""
        return tuple(name for name in self.skeleton.roots if name in self.reduced.chain_of)

    @functools.cached_property
    def simplification(self) -> Simplified:
        """The skeleton that diagrams are made of, and the steps that simplified it.

        Where one module holds all changes, the rest is taken from the base. Where the time is too short, it stays as it
        is written, but for what is constant or stands twice. Raises TimeLimitExceeded.
        """
        base, self.base = self.base, None  # a long chain of what-ifs shall not keep all of its trees
        module, seat = next(self._modules_that_differ(base), ("", None)) if base else ("", None)
        skeleton = self.skeleton
        try:
            with deadline.part(SIMPLIFICATION_SHARE):
                if base is None or seat is None:
                    return simplified(skeleton)
                other = simplified(build(self.reduced, module, self.states)).pdag
        except TimeLimitExceeded:
            pdag = propagate(skeleton)
            return Simplified(replace(pdag, roots=dict([next(iter(pdag.roots.items()))])), ())
        replaced = with_module(base.simplified, seat, other)
        made = base.solver.made if "solver" in vars(base) else ()
        self._carried = Carried(replaced, made, modules(other)) if made else None
        return Simplified(replaced.pdag, base.simplification.steps)

    def _modules_that_differ(self, base: Compiled) -> Iterator[tuple[str, Seat]]:
        """The modules that hold all that is set here and not in the base, the innermost first."""
        if "simplification" not in vars(base):
            return iter(())
        skeleton = base.skeleton
        nodes = []
        for name, state in self.states.items():
            if name in base.states and truth_of(base.states[name]) == truth_of(state):
                continue
            node = skeleton.roots[name] >> 1 if name in skeleton.roots else base._events.get(name, 0)
            if not node:  # not below the top event, a constant, or a house event
                return iter(())
            nodes.append(node)
        return base._seats.holding(nodes) if nodes else iter(())

    @functools.cached_property
    def _events(self) -> Mapping[str, int]:
        """The node of each event in the skeleton."""
        return {event: node for node, event in enumerate(self.skeleton.variables, start=1)}

    @functools.cached_property
    def _seats(self) -> Seats:
        """Where another function may take a module's place."""
        return Seats(self.skeleton, self.simplified)

    @property
    def simplified(self) -> Pdag:
        """The skeleton that diagrams are made of: only the top event's function is kept."""
        return self.simplification.pdag

    @functools.cached_property
    def coherent(self) -> bool:
        """Whether the structure function is monotone. Raises LimitExceeded where only a diagram could tell."""
        return self.simplified.is_negation_free or self.bdd.is_monotone("top")

    @functools.cached_property
    def solver(self) -> Solver:
        """Finds the diagram, or an answer without one."""
        skeleton, carried = self.simplified, self._carried
        self._carried = None
        return Solver(skeleton, self.limits, self.report, self.known, self.guide, carried)

    @property
    def found(self) -> Bdd | None:
        """The top event's decision diagram, where it was found already in an order of its own."""
        return self.solver.found if "solver" in vars(self) else None

    @property
    def bdd(self) -> Bdd:
        """The top event's decision diagram, its root named 'top'. Raises LimitExceeded."""
        return self.solver.diagram() if self.order is None else self._ordered_bdd

    @functools.cached_property
    def _ordered_bdd(self) -> Bdd:
        assert self.order is not None, "an order was given"
        return compile_in_order(
            self.simplified, self.order, {"top": self.simplified.root}, node_budget=self.limits.nodes
        )

    @functools.cached_property
    def gates_bdd(self) -> Bdd:
        """One diagram of the functions of all gates and members, named as they are. Raises LimitExceeded."""
        pdag = propagate(self.skeleton)
        return self.in_one_diagram(pdag, {name: pdag.roots[name] for name in (*self.gates, *self.members)})

    @functools.cached_property
    def easy_gates_bdd(self) -> Bdd:
        """The same of those gates that take little, in an order that does not ask for the top event's diagram.

        Raises TimeLimitExceeded where not even the order is known in time.
        """
        pdag, simplified = propagate(self.skeleton), self.simplified
        found = tree_decomposition(simplified, cliques=True, tries=1, seed=self.limits.seed)
        order = found[1] if found else depth_first(simplified, lambda _: 0)
        roots = {gate: pdag.roots[gate] for gate in self.gates}
        return compile_what_fits(pdag, order, roots, node_budget=min(self.limits.table, MOST_FOR_GATES))

    @functools.cached_property
    def every_gate_bdd(self) -> Bdd:
        """As `gates_bdd`, with hidden gates. Raises LimitExceeded."""
        pdag = propagate(self.skeleton)
        return self.in_one_diagram(pdag, pdag.roots)

    def each_set(self, gates: Sequence[str]) -> Bdd:
        """One diagram of the top event's function with each gate true and false, named by `name_set`.

        gates: of the tree, none of them set to true or false. Raises LimitExceeded.
        """
        pdag = with_each_set(self.skeleton, gates)
        return self.in_one_diagram(pdag, pdag.roots)

    def in_one_diagram(self, pdag: Pdag, roots: Mapping[str, int]) -> Bdd:
        """The diagram of several functions under the order of the top event's. Raises LimitExceeded."""
        return compile_in_order(pdag, self.bdd.events, roots, node_budget=min(self.limits.nodes, MOST_FOR_GATES))
