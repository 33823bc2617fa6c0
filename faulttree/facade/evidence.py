"""What was observed, and what follows: posteriors, explanations, hypotheses, and what to look at next."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from faulttree.engine.tree_engine import TreeEngine
from faulttree.errors import (
    ExclusiveEventsError,
    FrequencyError,
    InvalidRequestError,
    LimitExceeded,
    MissingProbabilityError,
    UnknownNameError,
    UnlistedEventsError,
)
from faulttree.facade.subject import Subject, within_limits
from faulttree.model.copies import of_copies
from faulttree.model.states import states_text
from faulttree.results import Shown
from faulttree.wide_floats import quotient

if TYPE_CHECKING:
    from faulttree.what_if.evidence import NamedKind, Observed, Posterior, Posteriors, Sides
    from faulttree.what_if.explanations import Explanations
    from faulttree.what_if.hypotheses import BayesFactor, Hypotheses
    from faulttree.what_if.information import NextObservation, NextObservations, Told
    from faulttree.what_if.likeliest_state import LikeliestState

__all__ = ["Given", "WithEvidence"]

Observations = Mapping[str, bool]
WITHOUT_GATES = "gates are left out: their diagrams outgrow the node budget; allow more, or name single ones"


@dataclass(frozen=True)
class WithEvidence(Subject):
    """A tree of which something was observed."""

    @within_limits
    def given(self, observations: Observations) -> Given:
        """The tree in the light of events and gates seen to be true or false: any of the model's, all together.

        Other than a what-if this changes no cause: it tells which causes there may have been.
        Raises UnknownNameError, LimitExceeded, and InvalidRequestError of observations that exclude each other or
        whose probability is zero.
        """
        engine = self._engine
        return Given(engine, _observed(engine, observations))._checked()

    @within_limits
    def evidence(self, name: str) -> Given:
        """The tree in the light of evidence that the model names, with its hypotheses. Raises as `given` does."""
        if name not in self.model.evidence:
            raise UnknownNameError("evidence", name, self.model.evidence)
        found, engine = self.model.evidence[name], self._engine
        observed = _observed(engine, found.observe)
        return Given(engine, observed, found.label or name, found.hypotheses)._checked()


@dataclass(frozen=True, eq=False)
class Given(Shown):
    """A tree in the light of evidence. All of it is exact; events are independent but for what was observed.

    observations: events and gates that were seen to be true or false. label: what the evidence is called.
    stated: the hypotheses that come with it.
    """

    _engine: TreeEngine = field(repr=False)
    observations: Observations
    label: str = ""
    stated: Mapping[str, Observations] = field(default_factory=dict)

    def __getstate__(self) -> dict[str, Any]:
        """The fields only, without the report of progress: diagrams are made again where they are needed."""
        state = {each.name: getattr(self, each.name) for each in fields(self)}
        return state | {"_engine": replace(self._engine, progress=None)}

    @property
    def probability(self) -> float:
        """Probability of all that was observed. Raises MissingProbabilityError."""
        return self._observed.probability

    @property
    def log10_probability(self) -> float:
        """Its common logarithm."""
        return self._observed.log10_probability

    def also(self, observations: Observations) -> Given:
        """More is observed, beside what was. Raises as `given` does."""
        more = _observed(self._engine, observations)
        if turned := [name for name, state in more.items() if self.observations.get(name, state) != state]:
            raise InvalidRequestError(
                f"'{turned[0]}' was observed to be true and to be false; leave one of the two out"
            )
        return replace(self, observations={**self.observations, **more})._checked()

    @within_limits
    def posteriors(self) -> Posteriors:
        """Every event and gate below the top, and what was observed and is below it, before and after the evidence.

        Gates are left out, and a note says so, where their diagrams outgrow the limits.
        Raises MissingProbabilityError where what was observed depends on an event without a probability.
        """
        from faulttree.what_if.evidence import Posteriors

        gates, notes = self._gate_sides
        rows = [self._row(name, *sides) for name, sides in (self._sides | gates).items()]
        return Posteriors(tuple(rows), self.observations, notes)

    @within_limits
    def posterior(self, name: str) -> Posterior:
        """One event or gate, of the whole model, before and after the evidence.

        Raises UnknownNameError, MissingProbabilityError, LimitExceeded.
        """
        self._check([name])
        observed = self._knowing([name])
        prior = observed.functions.probabilities([observed.functions.of(name)])[0].tolist()
        return self._row(name, prior, observed.given([name])[0].tolist())

    @within_limits
    def most_probable_explanation(self) -> LikeliestState:
        """The likeliest state of all events in which everything observed holds.

        Raises MissingProbabilityError where what was observed depends on an event without a probability.
        """
        from faulttree.what_if.likeliest_state import likeliest_state

        self._no_alternatives("the most probable explanation")
        self._need_listed("likeliest states")
        return likeliest_state(self._observed, {name: prior for name, (prior, _) in self._sides.items()})

    @within_limits
    def explanations(self, most: int = 10) -> Explanations:
        """The likeliest minimal sets of events whose sole occurrence fits everything observed, the likeliest first.

        Raises InvalidRequestError, LimitExceeded, and MissingProbabilityError as `most_probable_explanation` does.
        """
        from faulttree.what_if.explanations import explanations

        self._no_alternatives("which sets of events explain the evidence")
        self._need_listed("explanations")
        return explanations(self._observed, {name: prior for name, (prior, _) in self._sides.items()}, most)

    @within_limits
    def next_observations(
        self,
        about: str | None = None,
        *,
        costs: Mapping[str, float] | None = None,
        candidates: Iterable[str] | None = None,
    ) -> NextObservations:
        """Which event or gate to look at next: the most expected information per cost first.

        about: the event or gate that is to be told; without it the state of all components. costs: of an observation,
        1 unless given. candidates: what could be looked at; every event and gate that the evidence leaves open, but
        not `about` itself, unless given.
        Raises UnknownNameError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.what_if.information import NextObservations, entropy, mutual_information

        listed = [candidates] if isinstance(candidates, str) else None if candidates is None else list(candidates)
        costs = self._checked_costs(costs or {})
        self._check([*([about] if about is not None else []), *(listed or [])])
        notes: list[str] = []
        sides = self._open(about, notes) if listed is None else self._now(listed)
        if about is None:
            rows = [self._observation(name, own, entropy(own), costs) for name, own in sides.items()]
            posterior = uncertainty = None
        else:
            target, told = self._told(about, list(sides), notes)
            rows = [
                self._observation(name, sides[name], mutual_information(sides[name], target, excess), costs, *after)
                for name, (excess, *after) in told.items()
            ]
            posterior, uncertainty = target[0], entropy(target)
        rows.sort(key=lambda row: -row.per_cost)
        return NextObservations(tuple(rows), about, posterior, uncertainty, tuple(notes))

    @within_limits
    def hypotheses(self, hypotheses: Mapping[str, Observations] | None = None) -> Hypotheses:
        """Hypotheses before and after the evidence: those named, or else those that the model states with it.

        hypotheses: by name, events and gates that would be true or false, all together.
        One that cannot be has the prior 0, and a likelihood of nan.
        Raises UnknownNameError, InvalidRequestError, MissingProbabilityError, LimitExceeded.
        """
        from faulttree.what_if.hypotheses import weighed

        asked = self.stated if hypotheses is None else hypotheses
        if not asked:
            raise InvalidRequestError("no hypotheses are given; name some, such as {'pump failed': {'pump': True}}")
        checked = {name: _observed(self._engine, states) for name, states in asked.items()}
        names = {name for states in checked.values() for name in states}
        return weighed(self._knowing(names), checked)

    def bayes_factor(self, first: Observations | str, second: Observations | str) -> BayesFactor:
        """How much the evidence favours one hypothesis over another.

        first, second: what each says of events and gates, or the name of one that the model states with the evidence.
        A factor is inf where the evidence cannot be under the second, 0 under the first, nan under both.
        Raises as `hypotheses` does, and InvalidRequestError of a hypothesis whose probability is 0.
        """
        from faulttree.what_if.evidence import observations_text
        from faulttree.what_if.hypotheses import BayesFactor

        asked: dict[str, Observations] = {}
        for hypothesis in (first, second):
            if not isinstance(hypothesis, str):
                asked[observations_text(_observed(self._engine, hypothesis))] = hypothesis
            elif hypothesis in self.stated:
                asked[hypothesis] = self.stated[hypothesis]
            else:
                raise UnknownNameError("hypothesis", hypothesis, self.stated)
        rows = self.hypotheses(asked).rows
        for row in rows:
            if row.prior == 0.0:
                raise InvalidRequestError(
                    f"hypothesis '{row.name}' has the probability 0, so that it is not defined how probable the "
                    "evidence would be under it; leave it out, or what rules it out"
                )
        return BayesFactor(rows[0], rows[-1])

    def __str__(self) -> str:
        from faulttree.what_if.evidence import observations_text

        what = f"{self.label}: " if self.label else ""
        return f"given {what}{observations_text(self.observations) or 'nothing'}"

    # How it is worked out

    def _no_alternatives(self, what: str) -> None:
        """Raise ExclusiveEventsError where what was observed, or the tree, holds events that exclude each other."""
        for event in self._observed.functions.names:
            if (chain := self._engine.reduced.chain_of.get(event)) is not None:
                raise ExclusiveEventsError(
                    f"{what} is not worked out where events exclude each other, as those of exclusive group "
                    f"'{chain.group}' do; ask for posteriors"
                )

    def _checked(self) -> Given:
        """The same, once it is sure that it can be."""
        chain = self._engine.reduced.frequencies
        if chain is not None and self._observed is not None:
            for link in self._observed.functions.events:
                if link in chain.links:
                    raise FrequencyError(
                        f"what follows from observations is not defined where frequency events, such as "
                        f"'{self._engine.reduced.member_of[link]}', matter; set one of them to true for what follows "
                        "from it"
                    )
        assert self._observed is not None, "whatever cannot be has raised an error"
        return self

    @functools.cached_property
    def _observed(self) -> Observed:
        from faulttree.what_if.evidence import Observed

        try:
            functions = self._engine.functions(*self.observations)
        except LimitExceeded:
            functions = self._engine.functions(*self.observations, every_gate=False)
        return Observed(functions, self.observations, self._constants)

    def _need_listed(self, what: str) -> None:
        if not self._engine.reduced.hidden.keys().isdisjoint(self._observed.functions.events):
            raise UnlistedEventsError(what)

    def _knowing(self, names: Iterable[str]) -> Observed:
        """The observations with functions that know these events and gates, too."""
        from faulttree.what_if.evidence import Observed

        if set(names) <= set(self._observed.functions.names):
            return self._observed
        functions = self._engine.functions(*self.observations, *names, every_gate=False)
        return Observed(functions, self.observations, self._constants)

    @property
    def _constants(self) -> dict[str, str]:
        """Why an event or gate is certainly true or false, and what could be done about it."""
        states, houses = self._engine.states, self._engine.reduced.houses
        found = {name: "a house event; a what-if switches it" for name in houses if name not in states}
        for name, state in states.items():
            found[name] = f"set by the what-if {states_text({name: state})}; leave that out"
        if states:
            found[""] = f"the what-if {states_text(states)}"
        return found

    @functools.cached_property
    def _events(self) -> tuple[str, ...]:
        """The events that can vary, in the tree's order, then those below what was observed."""
        reduced, functions = self._engine.reduced, self._observed.functions
        members = [name for name in functions.names if name in reduced.chain_of]
        unseen = {*reduced.member_of, *reduced.hidden}
        others = [event for event in functions.events if event not in unseen]
        return tuple(dict.fromkeys([*self._engine.events, *members, *others]))

    @functools.cached_property
    def _gates(self) -> tuple[str, ...]:
        """The gates whose functions are at hand, the top first; then what is observed or set, and cannot vary."""
        hidden, events = self._engine.reduced.hidden, set(self._events)
        known = tuple(name for name in self._observed.functions.names if name not in hidden)
        gates = [name for name in reversed(known) if name in self._engine.reduced.gates and name not in events]
        fixed = [name for name in (*self.observations, *self._engine.states) if name in known and name not in events]
        return tuple(dict.fromkeys([*gates, *fixed]))

    @functools.cached_property
    def _sides(self) -> dict[str, tuple[Sides | None, Sides | None]]:
        """Every event before and after the evidence, with its absence; those that a what-if has settled, too."""
        observed = self._observed
        priors = observed.functions.sides_of(self._events)
        found = {name: (priors[name], after) for name, after in observed.given_events(priors).items()}
        members = [name for name in found if name in self._engine.reduced.chain_of and priors[name] is not None]
        if not members:
            return found
        after = zip(members, observed.given(members).tolist(), strict=True)
        return found | {name: (priors[name], _sides(sides)) for name, sides in after}

    @functools.cached_property
    def _gate_sides(self) -> tuple[dict[str, tuple[Sides | None, Sides | None]], tuple[str, ...]]:
        """Every gate before and after the evidence; None where it depends on an event without probability.

        And what is to be said where there are none because their diagrams outgrow the limits.
        """
        observed, functions = self._observed, self._observed.functions
        lacking = {name for name, (prior, _) in self._sides.items() if prior is None}
        lacking |= {link for link, member in self._engine.reduced.member_of.items() if member in lacking}
        lacks = functions.depend_on([functions.of(gate) for gate in self._gates], lacking)
        known = [gate for gate, without in zip(self._gates, lacks, strict=True) if not without]
        priors = functions.probabilities([functions.of(gate) for gate in known]).tolist()
        try:
            posteriors = observed.given(known).tolist()
        except LimitExceeded:
            return {}, (WITHOUT_GATES,)
        both = zip(known, priors, posteriors, strict=True)
        found = {gate: (_sides(before), _sides(after)) for gate, before, after in both}
        return {gate: found.get(gate, (None, None)) for gate in self._gates}, ()

    def _row(self, name: str, prior: Sides | None, after: Sides | None) -> Posterior:
        from faulttree.what_if.evidence import Posterior

        p = prior and prior[0]
        posterior, posterior_not = after or (None, None)
        ratio = None
        if p is not None and posterior is not None:
            ratio = quotient(posterior, p) if p else math.nan
        return Posterior(name, self._label(name), self._kind(name), p, posterior, ratio, posterior_not)

    def _label(self, name: str) -> str:
        return self._engine.reduced.labels.get(name, "")

    def _kind(self, name: str) -> NamedKind:
        kind = self._engine.reduced.kinds[name]
        return "event" if kind == "basic event" else kind

    # What to look at next

    def _open(self, about: str | None, notes: list[str]) -> dict[str, Sides]:
        """The events and gates that the evidence does not settle, without `about`, and their probabilities now."""
        gates, said = self._gate_sides
        notes += said
        known = {name: after for name, (_, after) in (self._sides | gates).items()}
        if without := [name for name, after in known.items() if after is None]:
            notes.append(f"left out for want of a probability: {', '.join(without)}")
        return {name: after for name, after in known.items() if after and all(after) and name != about}

    def _now(self, names: Sequence[str]) -> dict[str, Sides]:
        """Probability of these events and gates in the light of the evidence: of all the events in one sweep."""
        observed = self._knowing(names)
        varying = set(observed.functions.events)
        events = observed.given_events(observed.functions.sides_of(name for name in names if name in varying))
        if lacking := [name for name, sides in events.items() if sides is None]:
            raise MissingProbabilityError(lacking)
        gates = [name for name in names if name not in varying]
        found = events | dict(zip(gates, map(_sides, observed.given(gates).tolist()), strict=True))
        return {name: sides for name in names if (sides := found[name]) is not None}

    def _told(self, about: str, names: Sequence[str], notes: list[str]) -> tuple[Sides, dict[str, Told]]:
        """The target's probability, and what each tells of it; without gates whose diagrams outgrow the limits."""
        from faulttree.what_if.information import Sought

        observed = self._knowing([about, *names])
        functions = observed.functions
        with functions.passing():
            target = Sought(observed, about)
            varying = set(functions.events) - observed.settled.keys()
            priors = functions.sides_of(name for name in names if name in varying)
            told = target.of_events({name: prior for name, prior in priors.items() if prior is not None})
            try:
                told |= target.of_gates([name for name in names if name not in told])
            except LimitExceeded:
                notes.append(WITHOUT_GATES)
        return target.sides, {name: told[name] for name in names if name in told}

    def _observation(
        self, name: str, own: Sides, bits: float, costs: Mapping[str, float], *after: float
    ) -> NextObservation:
        from faulttree.what_if.information import NextObservation

        cost = costs.get(name, 1.0)
        if_true, if_false = after or (None, None)
        label, kind = self._label(name), self._kind(name)
        return NextObservation(name, label, kind, own[0], bits, cost, bits / cost, if_true, if_false)

    def _checked_costs(self, costs: Mapping[str, float]) -> dict[str, float]:
        self._check(costs)
        for name, cost in costs.items():
            if isinstance(cost, bool) or not isinstance(cost, int | float) or not 0.0 < cost < math.inf:
                shown = repr(cost).removesuffix(".0")
                raise InvalidRequestError(f"looking at '{name}' costs {shown}; give a number above 0")
        return {name: float(cost) for name, cost in costs.items()}

    def _check(self, names: Iterable[str]) -> None:
        known = self._engine.reduced.kinds
        for name in names:
            if name not in known:
                raise UnknownNameError("event or gate", name, known)
            copies = self._engine.shared.model.copies.get(name)
            if copies and name not in self._engine.elements:
                raise InvalidRequestError(
                    f"'{name}' stands for {len(copies):,} copies; name one, such as '{copies[-1]}'"
                )


def _observed(engine: TreeEngine, observations: Observations) -> dict[str, bool]:
    """What was observed, checked; of what has copies and is not in the tree it is said of all of them."""
    from faulttree.what_if.evidence import checked_observations

    checked = checked_observations(observations, tuple(engine.reduced.kinds))
    copies = engine.shared.model.copies
    return of_copies(checked, copies, engine.elements) if copies else checked


def _sides(pair: Sequence[float]) -> Sides:
    return pair[0], pair[1]
