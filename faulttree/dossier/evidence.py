"""What follows from the evidence that a model names, as modelled and under each of its scenarios."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, TypeVar

from faulttree.analysis import FaultTree
from faulttree.analysis.evidence import Given
from faulttree.errors import AnalysisError, FaultTreeError, InvalidRequestError
from faulttree.model.observations import Evidence
from faulttree.results import number_text, text_table
from faulttree.what_if.evidence import Posterior
from faulttree.what_if.explanations import Explanations
from faulttree.what_if.hypotheses import BayesFactor, Hypothesis
from faulttree.what_if.likeliest_state import LikeliestState

__all__ = ["Account", "EvidenceFindings", "evidence_findings", "further_data"]

T = TypeVar("T")
CONFIDENCE = 0.95
"""Odds of 19 : 1."""
EQUAL = 1e-9
"""How far from 1 a Bayes factor may be for rounding alone."""
MOST_MOVED = 12
MOST_SETS = 3
AS_MODELLED = "as modelled"


@dataclass(frozen=True)
class Account:
    """What follows from the observation under one account of what happened.

    name: of the scenario, empty as modelled. label: in words. probability: of the observation, None where it is
    impossible, or was not worked out, and `note` says so. hypotheses: in the evidence's order, None where one cannot
    be under the account. weighings: of each pair of those that can. elements: of every event and gate that the account
    leaves open, by name. explanation: the most probable state of all events. cut_sets: the likeliest that explain it.
    """

    name: str
    label: str
    probability: float | None
    note: str = ""
    hypotheses: tuple[Hypothesis | None, ...] = ()
    weighings: tuple[BayesFactor, ...] = ()
    elements: Mapping[str, Posterior] = field(default_factory=dict)
    explanation: LikeliestState | None = None
    cut_sets: Explanations | None = None

    def to_dict(self, names: Iterable[str]) -> dict[str, Any]:
        """Everything in plain types; of events and gates those named."""
        return {
            "account": self.name or self.label,
            "probability": self.probability,
            "note": self.note,
            "hypotheses": [asdict(each) for each in self.hypotheses if each is not None],
            "weighings": [further_data(each) for each in self.weighings],
            "posteriors": [asdict(self.elements[name]) for name in names if name in self.elements],
            "most_probable_explanation": self.explanation and self.explanation.to_dict(),
            "explanations": [] if self.cut_sets is None else self.cut_sets.records(),
        }


@dataclass(frozen=True)
class EvidenceFindings:
    """What follows from one named evidence, account by account, that of the model as written first."""

    name: str
    evidence: Evidence
    accounts: tuple[Account, ...]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of events and gates those that moved most."""
        accounts = [account.to_dict(self.moved) for account in self.accounts]
        return {"observed": dict(self.evidence.observe), "accounts": accounts}

    @property
    def possible(self) -> tuple[Account, ...]:
        """The accounts under which the observation is possible."""
        return tuple(account for account in self.accounts if account.probability is not None)

    @property
    def explained(self) -> bool:
        """Whether explanations are known under some account."""
        return any(account.explanation is not None for account in self.accounts)

    @property
    def weighed(self) -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
        """What tells the hypotheses apart, in words, each once with the labels of all accounts that it holds for."""
        found: dict[tuple[str, ...], tuple[str, ...]] = {}
        for account in self.possible:
            if self.evidence.hypotheses:
                words = tuple(map(further_data, account.weighings)) or (_nothing_to_weigh(account),)
                found[words] = (*found.get(words, ()), account.label)
        return tuple((labels, words) for words, labels in found.items())

    @property
    def moved(self) -> tuple[str, ...]:
        """The events and gates that the observation moves most in any account, the most moved first; at most twelve.

        What was observed itself is left out.
        """
        far: dict[str, float] = {}
        for account in self.possible:
            for name, row in account.elements.items():
                if name not in self.evidence.observe and row.prior is not None and row.posterior is not None:
                    far[name] = max(far.get(name, 0.0), abs(row.posterior - row.prior))
        ranked = sorted(far, key=lambda name: -far[name])
        return tuple(name for name in ranked[:MOST_MOVED] if far[name] > 0.0)

    def text(self) -> str:
        """How probable the observation is under each account, and the hypotheses in the light of it, as a table."""
        names = list(self.evidence.hypotheses)
        rows = []
        for account in self.accounts:
            posteriors: list[Any] = [each.posterior if each else 0.0 for each in account.hypotheses]
            posteriors = posteriors or [""] * len(names)
            lacking = "impossible" if account.note.startswith("impossible") else "not known"
            p = lacking if account.probability is None else account.probability
            rows.append([account.name or account.label, p, *posteriors])
        return f"given: {self.evidence.label or self.name}\n" + text_table(("account", "P(observed)", *names), rows)


def evidence_findings(tree: FaultTree) -> tuple[EvidenceFindings, ...]:
    """What follows from each evidence of the model: of the tree as it is, and under each scenario besides."""
    return tuple(
        EvidenceFindings(name, evidence, tuple(_accounts(tree, name, evidence)))
        for name, evidence in tree.model.evidence.items()
    )


def further_data(weighing: BayesFactor) -> str:
    """A Bayes factor in words: the odds, and how strong further data must be to bring them to 95 % either way."""
    first, second, odds = f"'{weighing.first.name}'", f"'{weighing.second.name}'", weighing.posterior_odds
    if math.isnan(odds):
        return f"{first} and {second} are both impossible given the observation."
    if odds == 0.0 or math.isinf(odds):
        left, gone = (second, first) if odds == 0.0 else (first, second)
        return f"{gone} is impossible given the observation, and {left} is not: no further data can change that."
    if abs(weighing.value - 1.0) < EQUAL:
        told = f"The observation is as probable under {first} as under {second} (Bayes factor 1)"
    else:
        told = f"The Bayes factor of {first} against {second} is {_times(weighing.value)}"
    parts = [f"{told}; the odds are {_odds(odds)}."]
    needed = weighing.factor_for(CONFIDENCE)
    for factor, one, other in ((needed.for_first, first, second), (needed.for_second, second, first)):
        if factor <= 1.0:
            parts.append(f"They favour {one} by 19 : 1 (95 %) already.")
        else:
            parts.append(
                f"For odds of 19 : 1 (95 %) in favour of {one}, further data would have to be {_times(factor)} times "
                f"as probable under {one} as under {other}."
            )
    return " ".join(parts)


def _accounts(tree: FaultTree, name: str, evidence: Evidence) -> Iterator[Account]:
    yield _account(tree, name, evidence, "", AS_MODELLED if not tree.states else "with the what-if")
    for scenario, written in tree.model.scenarios.items():
        yield _account(tree.scenario(scenario), name, evidence, scenario, written.label or scenario)


def _account(tree: FaultTree, name: str, evidence: Evidence, scenario: str, label: str) -> Account:
    try:
        given = tree.evidence(name)
        probability = given.probability
        posteriors = given.posteriors()
        hypotheses = tuple(_hypothesis(given, each) for each in evidence.hypotheses)
    except InvalidRequestError as error:
        return Account(scenario, label, None, f"impossible under this account: {error}")
    except AnalysisError as error:
        return Account(scenario, label, None, f"not worked out: {error}")
    possible = [each for each in hypotheses if each is not None]
    return Account(
        scenario, label, probability, " ".join(posteriors.notes), hypotheses,
        tuple(BayesFactor(first, second) for first, second in combinations(possible, 2)),
        {row.name: row for row in posteriors},
        _unless_too_much(given.most_probable_explanation), _unless_too_much(lambda: given.explanations(MOST_SETS)),
    )  # fmt: skip


def _unless_too_much(quantity: Callable[[], T]) -> T | None:
    """A quantity; None where the limits, or what it is defined for, exclude it."""
    try:
        return quantity()
    except FaultTreeError:
        return None


def _hypothesis(given: Given, name: str) -> Hypothesis | None:
    """A hypothesis before and after the evidence; None where it cannot be."""
    try:
        found = given.hypotheses({name: given.stated[name]})[name]
    except InvalidRequestError:
        return None
    return found if found.prior else None


def _nothing_to_weigh(account: Account) -> str:
    possible = [f"'{each.name}'" for each in account.hypotheses if each is not None]
    return f"Of the hypotheses only {possible[0]} can be." if possible else "None of the hypotheses can be."


def _times(factor: float) -> str:
    """A factor to three digits: `19.9`, `0.0481`, `1.250e+06`."""
    return f"{factor:.3g}" if 1e-3 <= factor < 1e3 else number_text(factor)


def _odds(odds: float) -> str:
    """Odds with the larger number first or last: `2.5 : 1`, `1 : 2.5`."""
    return f"{_times(odds)} : 1" if odds >= 1.0 else f"1 : {_times(1.0 / odds)}"
