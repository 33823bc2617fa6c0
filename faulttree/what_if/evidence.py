"""What was observed, as a function of the events, and what it tells of everything else."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

import numpy as np

from faulttree.decision_diagrams.bdd import FALSE
from faulttree.errors import InvalidRequestError, MissingProbabilityError, UnknownNameError
from faulttree.quantification.functions import Functions
from faulttree.quantification.probability import FloatArray
from faulttree.results import NamedRows, ShownRow, number_text, text_table
from faulttree.wide_arrays import array_of
from faulttree.wide_floats import is_undefined, log10, product, quotient

__all__ = ["NamedKind", "Observed", "Posterior", "Posteriors", "Sides", "checked_observations", "observations_text"]

NamedKind = Literal["event", "gate", "house event"]
Sides = tuple[float, float]
"""A probability and that of the opposite, each with its digits."""


@dataclass(frozen=True, slots=True)
class Posterior(ShownRow):
    """An event or gate before and after the evidence.

    prior, posterior: probability that it has occurred; None where events have no probability. ratio: posterior over
    prior; nan of 0 over 0. posterior_not: that it has not, with its own digits.
    """

    name: str
    label: str
    kind: NamedKind
    prior: float | None
    posterior: float | None
    ratio: float | None
    posterior_not: float | None


@dataclass(frozen=True, eq=False)
class Posteriors(NamedRows[Posterior]):
    """Every event and gate that is asked about or observed, before and after the evidence.

    evidence: what was observed. notes: what could not be worked out.
    """

    named: ClassVar[str] = "name"
    thing: ClassVar[str] = "event or gate"

    rows: tuple[Posterior, ...]
    evidence: Mapping[str, bool]
    notes: tuple[str, ...] = ()

    def ranked(self, by: str = "posterior") -> list[Posterior]:
        """The rows by falling posterior, prior or ratio, those without one last; ties in the tree's order.

        Raises UnknownNameError.
        """
        measures = ("posterior", "prior", "ratio")
        if by not in measures:
            raise UnknownNameError("measure", by, measures)

        def place(row: Posterior) -> float:
            value = getattr(row, by)
            return math.inf if value is None or is_undefined(value) else -value

        return sorted(self.rows, key=place)

    def events(self) -> Posteriors:
        """Only the events."""
        return Posteriors(tuple(row for row in self.rows if row.kind == "event"), self.evidence, self.notes)

    def columns(self) -> tuple[str, ...]:
        """name, label, kind, prior, posterior, ratio, posterior_not."""
        return tuple(Posterior.__slots__)

    def leading(self, most: int) -> tuple[list[dict[str, Any]], int]:
        """The records of the largest posteriors."""
        return [asdict(row) for row in self.ranked()[:most]], len(self.rows)

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """The notes, below the table."""
        return (), self.notes

    def __str__(self) -> str:
        rows = [[row.name, row.kind, row.prior, row.posterior, row.ratio] for row in self.ranked()]
        return "\n".join([text_table(("name", "kind", "prior", "posterior", "ratio"), rows), *self.notes])


class Observed:
    """Events and gates seen to be true or false, all of them together.

    functions: with all that was observed. states: what was observed. settled: the events that it makes certain or
    impossible. rest: what it says of all other events, as a function of them. constants: why a name is settled
    beforehand, for messages; under '' the what-if in force.
    Raises InvalidRequestError where all of it cannot be, LimitExceeded.
    """

    def __init__(self, functions: Functions, states: Mapping[str, bool], constants: Mapping[str, str]) -> None:
        self.functions, self.states = functions, dict(states)
        self.edge = functions.literals(states)
        if self.edge == FALSE:
            raise InvalidRequestError(self._contradiction(constants))
        self.settled = functions.implied(self.edge)
        self.rest = functions.settled(self.edge, self.settled)
        self._refuse_what_never_happens()

    # How probable it is

    @functools.cached_property
    def log10_probability(self) -> float:
        """Common logarithm of the probability of all that was observed. Raises MissingProbabilityError."""
        return math.fsum(map(log10, [*self._factors(), self.rest_probability]))

    @functools.cached_property
    def probability(self) -> float:
        """Probability of all that was observed, however small. Raises MissingProbabilityError."""
        return product(*self._factors(), self.rest_probability)

    @functools.cached_property
    def rest_probability(self) -> float:
        """Probability of `rest`. Raises MissingProbabilityError."""
        return self.functions.probability(self.rest)

    def given(self, names: Sequence[str]) -> FloatArray:
        """Probability of each event or gate in the light of the evidence, and of the opposite: float64[n, 2].

        Raises KeyError for what the functions do not know, MissingProbabilityError, LimitExceeded.
        """
        return self.given_functions([self.functions.of(name) for name in names])

    def given_functions(self, edges: Sequence[int]) -> FloatArray:
        """Probability of each function in the light of the evidence, and of its negation: float64[n, 2].

        The functions made for it use at most the node budget together, and leave nothing behind.
        """
        functions, whole = self.functions, self.rest_probability
        with functions.passing():
            settled = functions.each_settled(edges, self.settled)
            touched = functions.depend_on(settled, functions.support(self.rest))
            apart = [edge for edge, is_touched in zip(settled, touched, strict=True) if not is_touched]
            joint = [edge for edge, is_touched in zip(settled, touched, strict=True) if is_touched]
            alone = iter(functions.probabilities(apart).tolist())
            p = functions.probabilities([functions.all_of([edge, self.rest]) for edge in joint])[:, 0].tolist()
            not_p = [whole - each for each in p]
            # Of the functions that have probably occurred a difference loses the digits of the negation.
            likely = [at for at, each in enumerate(p) if each > whole / 2.0]
            against = functions.probabilities([functions.all_of([joint[at] ^ 1, self.rest]) for at in likely])
            for at, each in zip(likely, against[:, 0].tolist(), strict=True):
                not_p[at] = each
        together = iter([(quotient(one, whole), quotient(other, whole)) for one, other in zip(p, not_p, strict=True)])
        # Rounding must not make a part more probable than the whole.
        found = [min(each, 1.0) for is_touched in touched for each in next(together if is_touched else alone)]
        both: FloatArray = array_of(found).reshape(-1, 2)
        return both

    @functools.cached_property
    def conditionals(self) -> Mapping[str, tuple[float, float]]:
        """P(rest | event), P(rest | no event), of every event that `rest` depends on."""
        return self.functions.conditionals(self.rest)

    def given_events(self, priors: Mapping[str, Sides | None]) -> dict[str, Sides | None]:
        """Probability of each event in the light of the evidence, and of its absence; None where none is known.

        priors: of the events, and of their absence. Raises MissingProbabilityError, AnalysisError.
        """
        found: dict[str, Sides | None] = {}
        for event, prior in priors.items():
            if event in self.settled:
                found[event] = (1.0, 0.0) if self.settled[event] else (0.0, 1.0)
            elif prior is not None and event in self.conditionals:
                both = zip(prior, self.conditionals[event], strict=True)
                whole = self.rest_probability
                p, not_p = (min(1.0, quotient(product(before, with_it), whole)) for before, with_it in both)
                found[event] = p, not_p
            else:
                found[event] = prior
        return found

    # What cannot be

    def _factors(self) -> list[float]:
        """The probability of each settled event being as it must. Raises MissingProbabilityError."""
        sides = self.functions.sides_of(self.settled)
        if lacking := [event for event, both in sides.items() if both is None]:
            raise MissingProbabilityError(lacking)
        return [both[0 if self.settled[event] else 1] for event, both in sides.items() if both is not None]

    def _contradiction(self, constants: Mapping[str, str]) -> str:
        """Why the observations exclude each other: some of them that do, none of which can be left out."""
        kept = _smallest(self.states, lambda states: self.functions.literals(states) == FALSE)
        under = constants.get("", "")
        if len(kept) > 1:
            return (
                f"what was observed cannot be{' under ' * bool(under)}{under}: {observations_text(kept)} exclude "
                "each other whatever else happens; leave one of them out, or correct the gates between them"
            )
        ((name, state),) = kept.items()
        why = constants.get(name, f"{under or 'its formula'} leaves no other value")
        return f"what was observed cannot be: {observations_text(kept)}, but '{name}' is {_word(not state)}: {why}"

    def _refuse_what_never_happens(self) -> None:
        """Raise InvalidRequestError of evidence whose probability is certainly zero; pass over what has none."""
        sides = self.functions.sides_of(sorted(self.functions.support(self.edge)))
        certain = {event: both[0] > 0.0 for event, both in sides.items() if both and 0.0 in both}

        def is_never(states: Mapping[str, bool]) -> bool:
            return self.functions.settled(self.functions.literals(states), certain) == FALSE

        if not certain or not is_never(self.states):
            return
        kept = _smallest(self.states, is_never)
        about = self.functions.support(self.functions.literals(kept))
        named = [
            f"that of '{event}' is {number_text(float(state))}" for event, state in certain.items() if event in about
        ]
        raise InvalidRequestError(
            f"what was observed has the probability zero: {observations_text(kept)} cannot be, as {_listed(named)}; "
            "leave it out, or give what was seen to happen a probability"
        )


def checked_observations(observations: Mapping[str, bool], known: Iterable[str]) -> dict[str, bool]:
    """The observations as they will be used. Raises UnknownNameError, InvalidRequestError."""
    if not isinstance(observations, Mapping):
        raise InvalidRequestError(
            f"observations are given by name, such as {{'pump': True}}, not as a {type(observations).__name__}"
        )
    names = dict.fromkeys(known)
    for name, state in observations.items():
        if name not in names:
            raise UnknownNameError("event or gate", name, names)
        if not isinstance(state, bool | np.bool_):
            raise InvalidRequestError(
                f"'{name}' was observed to be {state!r}; an observation is True or False "
                "(a what-if sets a probability: `what_if`, on the command line --set)"
            )
    return {name: bool(state) for name, state in observations.items()}


def observations_text(observations: Mapping[str, bool]) -> str:
    """The observations in one line, as they would be written on the command line."""
    return ", ".join(f"{name}={_word(state)}" for name, state in observations.items())


def _word(state: bool) -> str:
    return str(state).lower()


def _smallest(states: Mapping[str, bool], cannot_be: Callable[[Mapping[str, bool]], bool]) -> dict[str, bool]:
    """Some of the observations that cannot be together, none of which can be left out."""
    kept = dict(states)
    for name in states:
        fewer = {other: state for other, state in kept.items() if other != name}
        if cannot_be(fewer):
            kept = fewer
    return kept


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:5]) + (f" and {len(parts) - 5} more" if len(parts) > 5 else "")
