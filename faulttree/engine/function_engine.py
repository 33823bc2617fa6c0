"""One function of a model under the states of a what-if: its structure, and the law and probability of each event."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from typing import Any, Self

import numpy as np

from faulttree.decision_diagrams.bdd import Bdd
from faulttree.engine.compiled import Compiled
from faulttree.engine.frequencies import Frequencies
from faulttree.engine.limits import Limits, Report
from faulttree.engine.model_engine import ModelEngine
from faulttree.errors import MissingProbabilityError, UnlistedEventsError
from faulttree.laws import Form, constant_form
from faulttree.model.frequencies import unit_of
from faulttree.quantification.inputs import EventLaws
from faulttree.quantification.probability import FloatArray
from faulttree.reduction.exclusive import Settled, as_written, settled
from faulttree.reduction.reduced import Chain, PlainFormula, Reduced
from faulttree.structure.pdag import Pdag

__all__ = ["FunctionEngine"]


@dataclass(frozen=True)
class FunctionEngine:
    """A top event, the states a what-if has set and the limits; what they say of structure and events.

    shared: what all trees of the model share. order: the variable order of the diagram, where one is prescribed.
    """

    shared: ModelEngine
    top: str
    states: Mapping[str, bool | float]
    limits: Limits
    progress: Report | None = field(default=None, compare=False, repr=False)
    order: tuple[str, ...] | None = None

    def __getstate__(self) -> dict[str, Any]:
        """The fields only: results are made again where they are needed."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def reduced(self) -> Reduced:
        """Static gates over independent events: what is analysed."""
        return self.shared.reduced

    @functools.cached_property
    def compiled(self) -> Compiled:
        """The function of the top event, whatever the numbers are."""
        order = None if self.shared.reduced.chains else self.order
        return self.shared.compiled(self.top, self._settled.states, self.limits, self.progress, order)

    @functools.cached_property
    def _settled(self) -> Settled:
        """The states of a what-if in terms of independent events.

        Raises InvalidRequestError, also where they leave nothing that the rest of an exclusive group could share.
        """
        found = settled(self.reduced, self.states)
        for chain in self.reduced.chains:
            form = found.forms.get(chain.links[0])
            if form is not None and not chain.are_frequencies:
                form.law().at(self.seconds)
        return found

    @functools.cached_property
    def elements(self) -> frozenset[str]:
        """The names of all gates and events in the tree."""
        return frozenset((*self.skeleton.roots, *self.skeleton.variables, *self.events))

    @property
    def settled_states(self) -> Mapping[str, bool | float]:
        """The states of a what-if, members of exclusive groups by the links of their chains."""
        return self._settled.states

    @functools.cached_property
    def chains(self) -> tuple[Chain, ...]:
        """The exclusive groups of which a member is in the tree."""
        present = {self.reduced.chain_of[member].group for member in self.compiled.members}
        return tuple(chain for chain in self.reduced.chains if chain.group in present)

    @functools.cached_property
    def frequencies(self) -> Frequencies | None:
        """The frequency events that bring the top event about; None where it depends on none, or one is set true."""
        chain = self.reduced.frequencies
        set_to = {name: self.states[name] for name in chain.members if name in self.states} if chain else {}
        if chain is None or True in set_to.values():
            return None
        as_modelled = {name: state for name, state in self.states.items() if name not in set_to}
        before = replace(self, states=as_modelled) if set_to else self
        if chain not in before.chains:
            return None
        forms = {name: form for name, form in zip(chain.members, chain.forms, strict=True) if name not in set_to}
        known = {name: form for name, form in forms.items() if form is not None}
        model = self.shared.model
        first = model.basic_events[chain.members[0]].frequency
        unit, in_si = unit_of(first, model.parameters) if first is not None else ("/h", 1.0 / 3600.0)
        per_second = {name: float(form.law().at(self.seconds).frequency) for name, form in known.items()}
        below = tuple(event for event in self.events if event in known)
        return Frequencies(below, per_second, tuple(known.values()), unit, in_si)

    @functools.cached_property
    def written(self) -> Self:
        """The tree with the members of exclusive groups as events that nothing ties together: for its sets of events.

        Its probabilities mean nothing.
        """
        if not self.chains:
            return self
        return replace(self, shared=self.shared.unchained, states=as_written(self.reduced, self.states))

    def excluding(self, *, impossible_is: bool = False) -> Self:
        """As `written`, but no two members of a group are true in what makes the top true.

        impossible_is: the top where two are. Of frequency events none need be ruled out otherwise: see `has_frequency`.
        """
        written = self.written
        pairs = [
            PlainFormula("atleast", shown, 2)
            for chain in self.chains
            if (impossible_is or not chain.are_frequencies)
            and len(shown := tuple(member for member in chain.members if member in written.skeleton.variables)) > 1
        ]
        if not pairs:
            return written
        name = f"{self.top}, no two alternatives of one group"
        gate = PlainFormula("and", (self.top, *(PlainFormula("not", (pair,)) for pair in pairs)))
        if impossible_is:
            gate = PlainFormula("or", (self.top, *pairs))
        return replace(written, shared=self.shared.unchained_with({name: gate}), top=name)

    @property
    def events(self) -> tuple[str, ...]:
        """The basic events below the top, as the tree mentions them; members of exclusive groups among them.

        Hidden events are none.
        """
        every, hidden = self.written.skeleton.variables, self.reduced.hidden
        return tuple(event for event in every if event not in hidden) if hidden else every

    @functools.cached_property
    def hides_events(self) -> bool:
        """Whether it depends on a common-cause group whose independent events are too many to be listed."""
        return not self.reduced.hidden.keys().isdisjoint(self.skeleton.variables)

    @functools.cached_property
    def of_components(self) -> Self:
        """The same with the components of such groups as events: for structure and for sets.

        They have no probability there, for they are not independent.
        """
        return replace(self, shared=self.shared.of_components)

    def need_listed(self, what: str) -> None:
        """Raise UnlistedEventsError where some events are hidden. what: see there."""
        if self.hides_events:
            raise UnlistedEventsError(what)

    @property
    def skeleton(self) -> Pdag:
        """The Boolean skeleton as it is written."""
        return self.compiled.skeleton

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates of the tree, the inputs of each before it, so that the top comes last."""
        return self.compiled.gates

    @property
    def simplified(self) -> Pdag:
        """The skeleton that diagrams are made of: only the top event's function is kept."""
        return self.compiled.simplified

    @property
    def coherent(self) -> bool:
        """Whether the structure function is monotone. Raises LimitExceeded where only a diagram could tell.

        With hidden events that of the components: that these fail is monotone in the causes, which are not listed.
        """
        return self.of_components.coherent if self.hides_events else self.written.compiled.coherent

    @property
    def monotone(self) -> bool:
        """Whether the diagram is known to be monotone in its own events: links and hidden ones, too."""
        return self.coherent and not self.chains and not self.hides_events

    @property
    def bdd(self) -> Bdd:
        """The top event's decision diagram, its root named 'top'. Raises LimitExceeded."""
        with self.limits.time():
            return self.compiled.bdd

    @property
    def gates_bdd(self) -> Bdd:
        """One diagram of all gates' functions, named as they are. Raises LimitExceeded."""
        with self.limits.time():
            return self.compiled.gates_bdd

    def probability_of(self, event: str) -> float | None:
        """Probability of a basic event, or of what a what-if has set; None where none is known."""
        return self.sides_of(event)[0]

    def sides_of(self, event: str) -> tuple[float, float] | tuple[None, None]:
        """Probability of a basic event and of its absence, each with its digits; None where none is known."""
        if event in self.states:
            p = float(self.states[event])
            return p, 1.0 - p
        if event in self._settled.forms:
            form = self._settled.forms[event]
            if form is None:
                return None, None
            state = form.law().at(self.seconds)
            return float(state.unavailability), float(state.availability)
        return self.shared.sides_of(event)

    @functools.cached_property
    def event_probabilities(self) -> Mapping[str, float]:
        """Probability of every basic event below the top. Raises MissingProbabilityError."""
        return self._known(self.events)

    def _known(self, events: Iterable[str]) -> dict[str, float]:
        found = {event: self.probability_of(event) for event in events}
        if lacking := [event for event, p in found.items() if p is None]:
            raise MissingProbabilityError(self._as_members(lacking))
        return {event: p for event, p in found.items() if p is not None}

    @property
    def seconds(self) -> float:
        """The mission time; 0 where the model has none, and needs none."""
        return self.reduced.seconds

    def form_of(self, event: str) -> Form:
        """The failure law of a basic event, or of what a what-if has set. Raises MissingProbabilityError."""
        if event in self.states:
            return constant_form(float(self.states[event]))
        form = self._settled.forms[event] if event in self._settled.forms else self.shared.form_of(event)
        if form is None:
            raise MissingProbabilityError(self._as_members([event]))
        return form

    def _as_members(self, events: Iterable[str]) -> list[str]:
        """The events as the model has them: of links of a chain, and of members, those of the group without a law."""
        reduced = self.reduced
        found: dict[str, None] = {}
        for event in events:
            chain = reduced.chain_of.get(reduced.member_of.get(event, event))
            if chain is None:
                found[event] = None
            else:
                laws = zip(chain.members, chain.forms, strict=True)
                found |= {member: None for member, form in laws if form is None and member not in self.states}
        return list(found)

    @functools.cached_property
    def forms(self) -> Mapping[str, Form]:
        """The failure law of every basic event below the top that has one."""
        found = {}
        for event in self.skeleton.variables:
            with suppress(MissingProbabilityError):
                found[event] = self.form_of(event)
        return found

    def laws(self, bdd: Bdd) -> EventLaws:
        """The laws of the events that a diagram depends on, by level. Raises MissingProbabilityError."""
        used = bdd.levels_in_use()
        forms: list[Form | None] = [None] * len(bdd.variables)
        lacking: list[str] = []
        for level in sorted(used):
            try:
                forms[level] = self.form_of(bdd.variables[level])
            except MissingProbabilityError as error:
                lacking += error.events
        if lacking:
            raise MissingProbabilityError(self._as_members(lacking))
        return EventLaws(bdd.variables, tuple(forms))

    def _known_sides(self, event: str) -> tuple[float, float]:
        p, not_p = self.sides_of(event)
        if p is None or not_p is None:
            raise MissingProbabilityError([event])
        return p, not_p

    def both_sides(self, bdd: Bdd) -> tuple[FloatArray, FloatArray]:
        """Probability of every event by its level in a diagram, and of its absence. Raises MissingProbabilityError.

        float64[n_levels] each, both with their digits; 0 and 1 at levels that the diagram does not decide on.
        """
        q, not_q = np.zeros(len(bdd.variables)), np.ones(len(bdd.variables))
        lacking = []
        for level in sorted(bdd.levels_in_use()):
            p, not_p = self.sides_of(bdd.variables[level])
            if p is None or not_p is None:
                lacking.append(bdd.variables[level])
            else:
                q[level], not_q[level] = p, not_p
        if lacking:
            raise MissingProbabilityError(self._as_members(lacking))
        return q, not_q
