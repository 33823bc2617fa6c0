"""Answering a query, exactly, on the diagram."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np

from faulttree.cut_sets.collection import CutSets, SetKind
from faulttree.decision_diagrams.bdd import FALSE, TRUE
from faulttree.errors import QueryError
from faulttree.queries import syntax
from faulttree.queries.answer import LISTED, Answer
from faulttree.queries.meaning import Meaning
from faulttree.queries.numbers import Numbers
from faulttree.queries.states import StateOfEvents, both_sides, extreme_state, listed, state_where, with_probability
from faulttree.queries.syntax import Formula, Question
from faulttree.queries.writing import name_text, text_of

__all__ = ["answered", "is_about_structure"]

COMPARISONS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def answered(question: Question, meaning: Meaning) -> Answer:
    """The answer to a question. Raises QueryError, MissingProbabilityError, NodeBudgetExceeded."""
    asked = _Asked(meaning)
    match question:
        case syntax.Comparison():
            return asked.comparison(question)
        case syntax.Sets():
            return asked.sets(question)
        case syntax.Whatever():
            return asked.whatever(question)
        case syntax.Quantified():
            return asked.quantified(question)
        case syntax.Membership():
            return asked.membership(question)
        case syntax.Found("support", of):
            support = meaning.functions.support(meaning.of(of))
            return Answer(meaning.text, "events", tuple(sorted(support)))
        case syntax.Found(what, of):
            return asked.state(meaning.of(of) ^ (what == "counterexample"), what)
        case syntax.Relation("independent"):
            return asked.independent(question)
        case syntax.Relation():
            return asked.equivalent(question)
        case syntax.Superfluous():
            return asked.superfluous(question)
    return Answer(meaning.text, "number", Numbers(meaning).value(question))


def is_about_structure(question: Question) -> bool:
    """Whether a question is of the events alone, and of nothing that depends on their probabilities or causes."""
    structural = (
        syntax.Sets, syntax.Whatever, syntax.Quantified, syntax.Membership, syntax.Found, syntax.Superfluous,
    )  # fmt: skip
    if isinstance(question, syntax.Relation):
        return question.relation != "independent"
    return isinstance(question, structural)


@dataclass(frozen=True)
class _Asked:
    meaning: Meaning

    def comparison(self, question: syntax.Comparison) -> Answer:
        numbers = Numbers(self.meaning)
        values = [numbers.value(question.first), *(numbers.value(number) for _, number in question.rest)]
        signs = [sign for sign, _ in question.rest]
        pairs = zip(signs, itertools.pairwise(values), strict=True)
        holds = all(COMPARISONS[sign](*pair) for sign, pair in pairs)
        shown = _told_apart(values)
        reason = " ".join([shown[0], *(f"{sign} {text}" for sign, text in zip(signs, shown[1:], strict=True))])
        return self._yes(reason) if holds else self._no(f"{reason} does not hold")

    def sets(self, question: syntax.Sets) -> Answer:
        functions = self.meaning.functions
        edge = self.meaning.of(question.of)
        kind: SetKind
        if question.kind == "primes":
            kind, family = "prime implicants", functions.prime_implicants(edge)
        elif question.kind == "mps":
            kind, family = "minimal path sets", functions.minimal_sets(edge, dual=True)
        else:
            kind, family = "minimal cut sets", functions.minimal_sets(edge)
        sides = both_sides(functions, functions.support(edge))
        weights = []
        for level, element in enumerate(family.elements):
            # Of prime implicants every second element is the negation of the one before.
            negated = question.kind == "primes" and level % 2 == 1
            side = sides.get(family.elements[level - 1] if negated else element)
            weights.append(np.nan if side is None else side[1 if negated or question.kind == "mps" else 0])
        most = LISTED if question.most is None else question.most
        return Answer(self.meaning.text, "sets", CutSets(family, kind, np.array(weights)), most=most)

    def whatever(self, question: syntax.Whatever) -> Answer:
        edge = self.meaning.of(question.of)
        if question.quantifier == "forall":
            if edge == TRUE:
                return self._yes("it is true whatever the events do")
            state = self._state(edge ^ 1)
            return self._no(f"it is false {_when(state)}", counterexample=state)
        if edge == FALSE:
            return self._no("it is false whatever the events do")
        state = self._state(edge)
        return self._yes(f"it is true {_when(state)}", witness=state)

    def quantified(self, question: syntax.Quantified) -> Answer:
        edge = self.meaning.of(question)
        if edge not in (FALSE, TRUE):
            events = sorted(self.meaning.functions.support(edge))
            raise QueryError(
                f"this depends on {listed(events)}, too; "
                "ask about all their states with `forall (...)` around it, or about some with `exists (...)`",
                self.meaning.text, *question.at,
            )  # fmt: skip
        inner = self.meaning.of(question.of)
        if question.quantifier == "forall" and edge == FALSE:
            state = self._state(inner ^ 1)
            return self._no(f"it is false {_when(state)}", counterexample=state)
        if question.quantifier == "exists" and edge == TRUE:
            state = self._state(inner)
            return self._yes(f"it is true {_when(state)}", witness=state)
        return self._yes("it is true whatever they do") if edge else self._no("it is false whatever they do")

    def state(self, edge: int, what: str) -> Answer:
        state = state_where(self.meaning.functions, edge)
        reason = f"the formula is {'true' if what == 'counterexample' else 'false'} whatever the events do"
        shown: dict[str, Any] = {what: state}
        return Answer(self.meaning.text, "state", state, "" if state else reason, **shown)

    def independent(self, question: syntax.Relation) -> Answer:
        functions = self.meaning.functions
        one, other = (functions.support(self.meaning.of(formula)) for formula in (question.one, question.other))
        if shared := one & other:
            named = sorted(shared.difference(self.meaning.subject.hidden))
            return self._no(f"both depend on {listed(named) if named else 'a common-cause group'}")
        return self._yes("no event influences both")

    def equivalent(self, question: syntax.Relation) -> Answer:
        differs = self.meaning.functions.parity([self.meaning.of(question.one), self.meaning.of(question.other)])
        if differs == FALSE:
            return self._yes("they are the same whatever the events do")
        state = self._state(differs)
        return self._no(f"they differ {_when(state)}", counterexample=state)

    def superfluous(self, question: syntax.Superfluous) -> Answer:
        functions, event = self.meaning.functions, self.meaning.event(question.event)
        edge = self._target(question.of)
        decides = functions.parity([functions.settled(edge, {event: state}) for state in (False, True)])
        shown = self._target_text(question.of)
        if decides == FALSE:
            return self._yes(f"whatever the others do, {name_text(event)} makes no difference to {shown}")
        state = self._state(decides)
        when = f"when {state}" if state.states else "whatever the others do"
        return self._no(f"{name_text(event)} decides on {shown} {when}", counterexample=state)

    # Cut sets and path sets

    def membership(self, question: syntax.Membership) -> Answer:
        """A cut set's sole occurrence makes the function true, a path set's sole absence false, as in minimal sets."""
        functions, cut = self.meaning.functions, question.side == "cut"
        members = dict.fromkeys(map(self.meaning.event, question.events))
        target, shown = self._target(question.of), self._target_text(question.of)
        wanted = target if cut else target ^ 1
        support = functions.support(target)
        others = {event: not cut for event in support if event not in members}
        inside = functions.settled(wanted, others)
        among = functions.settled(inside, dict.fromkeys(members, cut))
        alone = "nothing else occurs" if cut else "all others occur"
        act = ("occur" if cut else "do not occur") if len(members) != 1 else "occurs" if cut else "does not occur"
        nothing = "when no event occurs" if cut else "when all events occur"
        when = f"when {listed(list(members))} {act} and {alone}" if members else nothing
        outcome = f"{shown} {'is true' if cut else 'is false'}"
        if among == FALSE:
            state = self._of(dict.fromkeys(members, cut) | others)
            reason = f"{when}, {shown} is {'false' if cut else 'true'}; {self._completion(wanted, members, cut)}"
            return self._no(reason, counterexample=state)
        fewest = extreme_state(functions.frozen(inside), functions.support(inside), "fewest" if cut else "most")
        assert fewest is not None, "all members together make it true"
        needed = [event for event in members if fewest.get(event, not cut) is cut]
        spare = [event for event in members if event not in needed]
        minimal = (
            f"{listed(spare)} can be left out: {_set(needed)} alone is a {question.side} set"
            if spare
            else "none can be left out" if len(members) != 1 else "it cannot be left out"
        )  # fmt: skip
        if question.minimal and spare:
            state = self._of({event: (event in needed) is cut for event in members} | others)
            it = f"{_set(members)} is a {question.side} set, but no minimal one"
            return self._no(f"{when}, {outcome}, so that {it}: {minimal}", counterexample=state)
        so = "it is minimal, as " if question.minimal else ""
        return self._yes(f"{when}, {outcome}" + (f"; {so}{minimal}" if members else ""))

    def _completion(self, wanted: int, members: Collection[str], cut: bool) -> str:
        """What else would have to occur, or to stay away, in words."""
        functions = self.meaning.functions
        rest = functions.settled(wanted, dict.fromkeys(members, cut))
        found = extreme_state(functions.frozen(rest), functions.support(rest), "fewest" if cut else "most")
        if found is None:
            return "no events that are added make it one"
        return f"with {listed(sorted(event for event, state in found.items() if state is cut))} added it would be one"

    # Answers

    def _target(self, formula: Formula | None) -> int:
        return self.meaning.top() if formula is None else self.meaning.of(formula)

    def _target_text(self, formula: Formula | None) -> str:
        return name_text(self.meaning.subject.top) if formula is None else text_of(formula)

    def _state(self, edge: int) -> StateOfEvents:
        state = state_where(self.meaning.functions, edge)
        assert state is not None, "the function is true somewhere"
        return state

    def _of(self, states: dict[str, bool]) -> StateOfEvents:
        return with_probability(states, both_sides(self.meaning.functions, states))

    def _yes(self, reason: str, witness: StateOfEvents | None = None) -> Answer:
        return Answer(self.meaning.text, "yes or no", True, reason, witness=witness)

    def _no(self, reason: str, counterexample: StateOfEvents | None = None) -> Answer:
        return Answer(self.meaning.text, "yes or no", False, reason, counterexample=counterexample)


def _when(state: StateOfEvents) -> str:
    return f"when {state}" if state.states else "whatever the events do"


def _set(events: Collection[str]) -> str:
    return f"{{{', '.join(map(name_text, events))}}}"


def _told_apart(values: list[float]) -> list[str]:
    """The numbers to as many digits as tell those apart that differ."""
    for digits in (4, 6, 9, 12, 15):
        texts = [f"{value:.{digits}g}" for value in values]
        if len(set(texts)) == len(set(values)):
            return texts
    return list(map(repr, values))
