"""Hypotheses in the light of evidence: how probable each is, and how much the evidence favours one over another."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from faulttree.errors import InvalidRequestError
from faulttree.importance.ratio import ratio
from faulttree.results import NamedRows, PrintedTable, ShownRow, number_text, text_table
from faulttree.what_if.evidence import Observed, observations_text
from faulttree.wide_floats import product, quotient

__all__ = ["BayesFactor", "FurtherData", "Hypotheses", "Hypothesis", "weighed"]


@dataclass(frozen=True, slots=True)
class Hypothesis(ShownRow):
    """Events and gates that may be true or false, all of them together, before and after the evidence.

    states: what it says, as text. prior: its probability. likelihood: that of the evidence if it holds.
    posterior: its probability in the light of the evidence. posterior_not: that it does not hold.
    support: posterior over prior, how much the evidence speaks for it; the likelihood over P(evidence).
    Where the prior is 0, as of one that a what-if rules out, likelihood and support are not defined, and nan.
    """

    name: str
    states: str
    prior: float
    likelihood: float
    posterior: float
    posterior_not: float
    support: float


@dataclass(frozen=True, eq=False)
class Hypotheses(NamedRows[Hypothesis]):
    """Hypotheses, before and after the evidence. They may overlap, and need not exhaust what is possible."""

    named: ClassVar[str] = "name"
    thing: ClassVar[str] = "hypothesis"

    rows: tuple[Hypothesis, ...]

    def columns(self) -> tuple[str, ...]:
        """name, states, prior, likelihood, posterior, posterior_not, support."""
        return tuple(Hypothesis.__slots__)

    def ranked(self) -> list[Hypothesis]:
        """The likeliest in the light of the evidence first; ties in the order given."""
        return sorted(self.rows, key=lambda row: -row.posterior)

    def factors(self) -> list[BayesFactor]:
        """Every pair of them, each with those that come later; without those whose probability is 0."""
        possible = [row for row in self.rows if row.prior > 0.0]
        return [BayesFactor(*pair) for pair in itertools.combinations(possible, 2)]

    def __str__(self) -> str:
        rows = [[row.name, row.states, row.prior, row.likelihood, row.posterior] for row in self.rows]
        return text_table(("hypothesis", "says", "prior", "P(evidence | it)", "posterior"), rows)


class FurtherData(NamedTuple):
    """How many times as probable further data would have to be under one hypothesis than under the other.

    for_first: under the first, for the odds to favour it as wanted; for_second: under the second. 1 or less where the
    odds already do.
    """

    for_first: float
    for_second: float


@dataclass(frozen=True)
class BayesFactor(PrintedTable):
    """How much the evidence favours one hypothesis over another."""

    first: Hypothesis
    second: Hypothesis

    @property
    def value(self) -> float:
        """P(evidence | first) / P(evidence | second); inf where the second excludes the evidence, nan where both do."""
        return ratio(self.first.support, self.second.support)

    @property
    def prior_odds(self) -> float:
        """P(first) / P(second)."""
        return ratio(self.first.prior, self.second.prior)

    @property
    def posterior_odds(self) -> float:
        """P(first | evidence) / P(second | evidence); inf or nan as `value`."""
        return ratio(self.first.posterior, self.second.posterior)

    def factor_for(self, confidence: float = 0.95) -> FurtherData:
        """How strong further data would have to be to tell the two apart with this confidence.

        The odds are to reach confidence / (1 - confidence) in favour of one. Data whose probability under it is so
        many times that under the other do; they must be independent of the evidence under either. Where one of the
        two must hold, and not both, `confidence` is then its probability. Raises InvalidRequestError.
        """
        if not 0.0 < confidence < 1.0:
            raise InvalidRequestError(f"a confidence of {confidence:g} is none; give a number between 0 and 1")
        target, odds = confidence / (1.0 - confidence), self.posterior_odds
        return FurtherData(ratio(target, odds), target * odds)

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types."""
        needed = self.factor_for()
        return {
            "bayes_factor": self.value, "prior_odds": self.prior_odds, "posterior_odds": self.posterior_odds,
            "further_data_for_95_percent": needed._asdict(), "hypotheses": self.records(),
        }  # fmt: skip

    def records(self) -> list[dict[str, Any]]:
        """One mapping per hypothesis."""
        return Hypotheses((self.first, self.second)).records()

    def __str__(self) -> str:
        return "\n".join(
            [
                f"Bayes factor of '{self.first.name}' against '{self.second.name}': {number_text(self.value)}",
                f"odds before {number_text(self.prior_odds)}, after {number_text(self.posterior_odds)}",
                self._further_data(),
            ]
        )

    def _further_data(self) -> str:
        """How strong further data would have to be for odds of 19 to 1, in words."""
        rows = (self.first, self.second)
        refuted = [f"'{row.name}'" for row in rows if row.posterior == 0.0]
        if refuted:
            verb, them = ("excludes", "it") if len(refuted) == 1 else ("exclude", "them")
            return f"{' and '.join(refuted)} {verb} the evidence: no further data can speak for {them} again"
        wanted = [
            f"{number_text(factor)} times as probable under '{row.name}'"
            for factor, row in zip(self.factor_for(), rows, strict=True)
            if factor > 1.0 + 1e-12
        ]
        data = "further data would have to be " + ", or ".join(wanted)
        if len(wanted) == len(rows):
            return f"for odds of 19 to 1 either way {data}"
        return f"the odds are 19 to 1 or more as they are; to turn them round {data}"


def weighed(observed: Observed, hypotheses: Mapping[str, Mapping[str, bool]]) -> Hypotheses:
    """Each hypothesis before and after what was observed.

    hypotheses: what each says, by name; the names are known. Raises MissingProbabilityError, LimitExceeded.
    """
    functions = observed.functions
    with functions.passing():
        edges = [functions.literals(states) for states in hypotheses.values()]
        priors = functions.probabilities(edges)[:, 0].tolist()
        after = observed.given_functions(edges).tolist()
    rows = []
    for (name, states), prior, (posterior, posterior_not) in zip(hypotheses.items(), priors, after, strict=True):
        support = quotient(posterior, prior) if prior else math.nan
        likelihood = min(1.0, product(observed.probability, support)) if prior else math.nan
        text = observations_text(states)
        rows.append(Hypothesis(name, text, prior, likelihood, posterior, posterior_not, support))
    return Hypotheses(tuple(rows))
