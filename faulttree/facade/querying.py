"""Questions about a tree in a small language of formulas and probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from faulttree import deadline
from faulttree.decision_diagrams.bdd import Bdd
from faulttree.errors import FrequencyError, LimitExceeded
from faulttree.facade import subject
from faulttree.structure.simplify import propagate

if TYPE_CHECKING:
    from faulttree.engine.tree_engine import TreeEngine
    from faulttree.quantification.functions import Functions
    from faulttree.queries.answer import Answer
    from faulttree.queries.meaning import AskedTree
    from faulttree.queries.syntax import Question

__all__ = ["WithQueries"]

EXACT_SHARE = 0.6
"""Share of the time for an answer on a diagram; the rest is for bounds."""


@dataclass(frozen=True)
class WithQueries(subject.Subject):
    """A tree that can be asked in the language of queries."""

    @subject.within_limits
    def query(self, text: str) -> Answer:
        """The answer to a query such as `P(a | not b)`, `mcs(gate)`, `forall a => b` or `is {a, b} a cut set`.

        Exact, on a diagram of what the query names, or where that grows too large of all gates. Where none fits, a
        number made of probabilities of events and gates is given between certain bounds, and a comparison of such is
        answered where these decide it. The language is on the page `queries.md`.
        Raises QueryError, which marks the place, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.queries.answering import answered, is_about_structure
        from faulttree.queries.bounding import between_bounds
        from faulttree.queries.meaning import Meaning, check_names, needs_independence
        from faulttree.queries.parsing import parse

        self._no_frequency("a query")
        question, engine = parse(text), self._engine
        names = check_names(text, question, self._asked_about(engine))
        self._no_originals(names)
        if needs_independence(question, self._engine.reduced.chain_of):
            self._no_alternatives("this query", "ask for probabilities, P(...)")
        try:
            with deadline.part(EXACT_SHARE):
                functions = self._functions(engine, names, question)
                chain = engine.reduced.frequencies
                if chain is not None and not set(chain.links).isdisjoint(functions.events):
                    raise FrequencyError(
                        "queries are about probabilities, and what this one names depends on frequency events; ask for "
                        "the frequency"
                    )
                if is_about_structure(question) and not engine.reduced.hidden.keys().isdisjoint(functions.events):
                    engine = engine.of_components
                    functions = self._functions(engine, names, question)
                return answered(question, Meaning(text, functions, self._asked_about(engine)))
        except LimitExceeded:
            found = between_bounds(question, text, lambda name: self.at(name)._engine.probability)
            if found is None:
                raise
            return found

    def _functions(self, engine: TreeEngine, names: Sequence[str], question: Question) -> Functions:
        """The functions that a query needs, on one diagram: of the top event only where the query is about it."""
        from faulttree.queries.meaning import is_about_top

        needed = tuple(dict.fromkeys([*([self.top] if is_about_top(question) else []), *names])) or (self.top,)
        if "gates_bdd" in vars(engine.compiled):  # it is there already
            return engine.functions(*needed)
        gates = [name for name in needed if name in engine.reduced.gates and name not in engine.states]
        first = self.top if self.top in needed or not gates else gates[0]
        try:
            return replace(engine, top=first).functions(*needed, every_gate=False)
        except LimitExceeded:
            return engine.functions(*needed)

    def _asked_about(self, engine: TreeEngine) -> AskedTree:
        from faulttree.decision_diagrams.compile import compile_in_order
        from faulttree.queries.meaning import AskedTree
        from faulttree.structure.build import build

        reduced = engine.reduced

        def rebuilt(name: str, fixed: Mapping[str, bool], order: Sequence[str]) -> Bdd:
            """The diagram of an event or gate, its root named 'top', once others are fixed; as a what-if would."""
            pdag = propagate(build(reduced, name, {**engine.settled_states, **fixed}))
            return compile_in_order(pdag, order, {"top": pdag.root}, node_budget=engine.limits.nodes)

        return AskedTree(self.top, reduced.kinds, self.expansion.causes, rebuilt, reduced.hidden)
