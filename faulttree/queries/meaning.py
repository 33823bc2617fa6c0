"""What a query's formulas mean: functions of the tree's events, on one diagram."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from faulttree.decision_diagrams.bdd import FALSE, TRUE, Bdd
from faulttree.errors import QueryError, did_you_mean
from faulttree.quantification.functions import Functions
from faulttree.queries import syntax
from faulttree.queries.syntax import Formula, Named, Node
from faulttree.queries.writing import RESERVED, shown

__all__ = ["AskedTree", "Meaning", "check_names", "is_about_top", "needs_independence"]

Fixed = Mapping[str, bool]
NOTHING: Fixed = {}


@dataclass(frozen=True)
class AskedTree:
    """The tree that is asked about.

    top: its top event. kinds: of everything that can be named, `basic event`, `gate` or `house event`.
    causes: events of each component of a common-cause group, which is a gate.
    rebuilt: the diagram of an event or gate, its root named 'top', once gates and other fixed things are set, under the
    order of events that is given. hidden: events that no answer names.
    """

    top: str
    kinds: Mapping[str, str]
    causes: Mapping[str, Sequence[str]]
    rebuilt: Callable[[str, Fixed, Sequence[str]], Bdd]
    hidden: Collection[str] = ()


def check_names(text: str, query: Node, subject: AskedTree) -> tuple[str, ...]:
    """The names that a query mentions, each once. Raises QueryError for one that is nothing's name."""
    names: dict[str, None] = {}
    for named in syntax.names_in(query):
        if named.name not in subject.kinds:
            lower = named.name.lower()
            hint = f"the word is spelled '{lower}'" if lower in RESERVED else did_you_mean(named.name, subject.kinds)
            what = f"'{shown(named.name)}' is no event or gate of the model" + (f"; {shown(hint)}" if hint else "")
            raise QueryError(what, text, *named.at)
        names[named.name] = None
    return tuple(names)


def is_about_top(query: Node) -> bool:
    """Whether it asks about the top event without naming it, as `is {a, b} a cut set` does."""
    return isinstance(query, syntax.Membership | syntax.Superfluous) and query.of is None


def needs_independence(query: Node, members: Collection[str]) -> bool:
    """Whether a query is about more than probabilities of what the model has: about sets, states or other settings.

    members: of exclusive groups, which such a query cannot take for events of their own.
    """
    if not isinstance(query, syntax.Number | syntax.Comparison):
        return True
    parts = syntax.parts_in(query)
    named = (
        name
        for part in parts
        if isinstance(part, syntax.Setting | syntax.Quantified)
        for name in ([part.name] if isinstance(part, syntax.Setting) else part.events)
    )
    return any(each.name in members for each in named)


@dataclass(frozen=True)
class Meaning:
    """Turns the formulas of one query into functions.

    text: the query, for errors. functions: with all names of the query.
    """

    text: str
    functions: Functions
    subject: AskedTree
    _rebuilt: dict[tuple[str, tuple[tuple[str, bool], ...]], int] = field(default_factory=dict)

    def top(self) -> int:
        """The function of the top event."""
        return self.functions.of(self.subject.top)

    def of(self, formula: Formula, fixed: Fixed = NOTHING) -> int:
        """The function of a formula.

        fixed: the states of gates, and of whatever else is no event that varies, in the settings around it.
        Raises QueryError, NodeBudgetExceeded.
        """
        functions = self.functions

        def every(parts: Sequence[Formula]) -> list[int]:
            return [self.of(part, fixed) for part in parts]

        match formula:
            case syntax.Named(name):
                return self._named(name, fixed)
            case syntax.Constant(value):
                return TRUE if value else FALSE
            case syntax.Not(of):
                return self.of(of, fixed) ^ 1
            case syntax.Joined("and", parts):
                return functions.all_of(every(parts))
            case syntax.Joined("or", parts):
                return functions.any_of(every(parts))
            case syntax.Joined(_, parts):
                return functions.parity(every(parts))
            case syntax.Implies(if_, then):
                return functions.any_of([self.of(if_, fixed) ^ 1, self.of(then, fixed)])
            case syntax.Equivalent(one, other):
                return functions.parity(every([one, other])) ^ 1
            case syntax.AtLeast(k, parts):
                return functions.at_least(k, every(parts))
            case syntax.Settled(of, settings):
                return self._settled(of, settings, fixed)
            case syntax.Quantified(quantifier, events, of):
                names = [self.event(event) for event in events]
                edge = self.of(of, fixed)
                return functions.forall(edge, names) if quantifier == "forall" else functions.exists(edge, names)

    def event(self, named: Named) -> str:
        """The name of something that has to be an event, and to vary. Raises QueryError."""
        name = named.name
        if name in self._varying:
            return name
        if causes := self.subject.causes.get(name):
            listed = ", ".join(f"'{shown(cause)}'" for cause in causes)
            why = f"is a component of a common-cause group, and no single event; its events are {listed}"
        elif self.subject.kinds[name] == "gate":
            why = "is a gate, and an event is wanted here"
        else:
            why = "is fixed true or false, and an event that can vary is wanted here"
        raise QueryError(f"'{shown(name)}' {why}", self.text, *named.at)

    @functools.cached_property
    def _varying(self) -> frozenset[str]:
        return frozenset(self.functions.events)

    def _named(self, name: str, fixed: Fixed) -> int:
        if not fixed or name in self._varying:
            return self.functions.of(name)
        key = name, tuple(sorted(fixed.items()))
        if key not in self._rebuilt:
            bdd = self.subject.rebuilt(name, fixed, self.functions.events)
            self._rebuilt[key] = self.functions.adopted(bdd, "top")
        return self._rebuilt[key]

    def _settled(self, of: Formula, settings: Sequence[syntax.Setting], fixed: Fixed) -> int:
        states = {setting.name.name: setting.state for setting in settings}
        events = {name: state for name, state in states.items() if name in self._varying}
        others = {name: state for name, state in states.items() if name not in events}
        # What is set inside has the last word; events are set last, for no gate that is set depends on them any more.
        return self.functions.settled(self.of(of, {**fixed, **others}), events)
