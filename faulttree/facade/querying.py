"""Questions about a tree in a small language of formulas and probabilities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.decision_diagrams.compile import compile_in_order
from faulttree.errors import LimitExceeded
from faulttree.facade import subject
from faulttree.structure.build import build
from faulttree.structure.simplify import propagate

if TYPE_CHECKING:
    from faulttree.queries.answer import Answer
    from faulttree.queries.meaning import AskedTree

__all__ = ["WithQueries"]


@dataclass(frozen=True)
class WithQueries(subject.Subject):
    """A tree that can be asked in the language of queries."""

    def query(self, text: str) -> Answer:
        """The answer to a query such as `P(a | not b)`, `mcs(gate)`, `forall a => b` or `is {a, b} a cut set`.

        Exact, on one diagram of all gates, or where that grows too large of those that the query names.
        The language is on the page `queries.md`.
        Raises QueryError, which marks the place, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.queries.answering import answered
        from faulttree.queries.meaning import Meaning, check_names, needs_independence
        from faulttree.queries.parsing import parse

        question, about = parse(text), self._asked_about()
        names = check_names(text, question, about)
        if needs_independence(question, self._engine.reduced.chain_of):
            self._no_alternatives("this query", "ask for probabilities, P(...)")
        try:
            functions = self._engine.functions(*names)
        except LimitExceeded:
            functions = self._engine.functions(*names, every_gate=False)
        return answered(question, Meaning(text, functions, about))

    def _asked_about(self) -> AskedTree:
        from faulttree.queries.meaning import AskedTree

        return AskedTree(self.top, self._reduced.kinds, self.expansion.causes, self._rebuilt)

    def _rebuilt(self, name: str, fixed: Mapping[str, bool], order: Sequence[str]) -> Bdd:
        """The diagram of an event or gate, its root named 'top', once others are fixed; as a what-if would."""
        pdag = propagate(build(self._reduced, name, {**self._engine.settled_states, **fixed}))
        return compile_in_order(pdag, order, {"top": pdag.root}, node_budget=self._engine.limits.nodes)
