"""What follows from the evidence that a model names, as modelled and under each of its scenarios."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, TypeVar

from faulttree.errors import AnalysisError, FaultTreeError, InvalidRequestError
from faulttree.facade import FaultTree
from faulttree.facade.evidence import Given
from faulttree.model.evidence import Evidence
from faulttree.report.findings.weighing import further_data
from faulttree.results import text_table
from faulttree.what_if.evidence import Posterior
from faulttree.what_if.explanations import Explanations
from faulttree.what_if.hypotheses import BayesFactor, Hypothesis
from faulttree.what_if.likeliest_state import LikeliestState

__all__ = ["Account", "EvidenceFindings", "evidence_findings"]

T = TypeVar("T")
EQUAL = 1e-9
"""Relative difference of probabilities that differ by rounding alone."""
MOST_MOVED = 12
MOST_SETS = 3
AS_MODELLED = "as modelled"


@dataclass(frozen=True)
class Account:
    """What follows from the observation under one account of what happened.

    name: of the scenario, empty as modelled. label: in words. probability: of the observation, None where it is
    impossible, or was not worked out (`lacking`), and `note` says so. hypotheses: in the evidence's order, None where
    one cannot be under the account. weighings: of each pair of those that can, and whether one of the two must hold,
    and not both. cut_off: gates that the account sets, and so cuts off from the causes below them. untouched: the
    hypotheses about such causes, of which the observation then says nothing. elements: of every event and gate that
    the account leaves open, by name. explanation: the most probable state of all events. cut_sets: the likeliest that
    explain it.
    """

    name: str
    label: str
    probability: float | None
    note: str = ""
    lacking: bool = False
    hypotheses: tuple[Hypothesis | None, ...] = ()
    weighings: tuple[tuple[BayesFactor, bool], ...] = ()
    cut_off: tuple[str, ...] = ()
    untouched: tuple[str, ...] = ()
    elements: Mapping[str, Posterior] = field(default_factory=dict)
    explanation: LikeliestState | None = None
    cut_sets: Explanations | None = None

    @property
    def warning(self) -> str:
        """Which hypotheses the observation says nothing about under this account, and why; else nothing."""
        if not self.untouched:
            return ""
        gates, names = _named(self.cut_off), _named(self.untouched)
        return (
            f"This account sets {gates}, and cuts {'it' if len(self.cut_off) == 1 else 'them'} off from the causes "
            f"below. Under it the observation says nothing about {names}: before and after it they are as probable, "
            "which is no answer to the question what caused it."
        )

    @property
    def words(self) -> tuple[str, ...]:
        """What tells the hypotheses apart under this account, in words; nothing of those that it leaves untouched."""
        if self.probability is None or not self.hypotheses:
            return ()
        possible = [each for each in self.hypotheses if each is not None]
        told = [
            further_data(weighing, either_or)
            for weighing, either_or in self.weighings
            if not {weighing.first.name, weighing.second.name} <= {*self.untouched}
        ]
        if not self.weighings and not self.untouched:
            told = [f"Of the hypotheses only '{possible[0].name}' can be." if possible else "None of them can be."]
        return tuple(told)

    def to_dict(self, names: Iterable[str]) -> dict[str, Any]:
        """Everything in plain types; of events and gates those named."""
        return {
            "account": self.name or self.label,
            "probability": self.probability,
            "note": self.note,
            "hypotheses": [asdict(each) for each in self.hypotheses if each is not None],
            "weighings": list(self.words),
            "warning": self.warning,
            "posteriors": [asdict(self.elements[name]) for name in names if name in self.elements],
            "most_probable_explanation": self.explanation and self.explanation.to_dict(),
            "explanations": [] if self.cut_sets is None else self.cut_sets.records(),
        }


@dataclass(frozen=True)
class EvidenceFindings:
    """What follows from one named evidence, account by account, that of the model as written first.

    skipped: why the scenarios are no accounts here; empty where they are.
    """

    name: str
    evidence: Evidence
    accounts: tuple[Account, ...]
    skipped: str = ""

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
            if account.words:
                found[account.words] = (*found.get(account.words, ()), account.label)
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
            p = (
                ("not known" if account.lacking else "impossible")
                if account.probability is None
                else account.probability
            )
            rows.append([account.name or account.label, p, *posteriors])
        notes = [f"{account.name or account.label}: {account.warning}" for account in self.accounts if account.warning]
        notes += [f"{account.name or account.label}: {account.note}" for account in self.accounts if account.lacking]
        notes += [self.skipped] if self.skipped else []
        table = text_table(("account", "P(observed)", *names), rows)
        return "\n".join([f"given: {self.evidence.label or self.name}", table, *notes])

    def left_out(self) -> Iterator[str]:
        """What was not worked out, in words."""
        for account in self.accounts:
            where = f"Evidence '{self.name}', {account.name or account.label}: "
            if account.lacking or (account.probability is not None and account.note):
                yield where + account.note
            if account.probability is not None and account.explanation is None:
                yield f"{where}what explains the observation was not worked out."
        if self.skipped:
            yield f"Evidence '{self.name}': {self.skipped}"


def evidence_findings(tree: FaultTree, scenarios: bool = True) -> tuple[EvidenceFindings, ...]:
    """What follows from each evidence of the model: of the tree as it is, and under each scenario besides.

    scenarios: False where each of them would exceed the limits in its turn; then they are left out.
    """
    skipped = "" if scenarios or not tree.model.scenarios else SKIPPED
    return tuple(
        EvidenceFindings(name, evidence, tuple(_accounts(tree, name, evidence, scenarios)), skipped)
        for name, evidence in tree.model.evidence.items()
    )


SKIPPED = "the scenarios were left out, for the tree as it is has no decision diagram within the limits."


def _accounts(tree: FaultTree, name: str, evidence: Evidence, scenarios: bool) -> Iterator[Account]:
    yield _account(tree, name, evidence, "", AS_MODELLED if not tree.states else "with the what-if")
    for scenario, written in tree.model.scenarios.items() if scenarios else ():
        yield _account(tree.scenario(scenario), name, evidence, scenario, written.label or scenario)


def _account(tree: FaultTree, name: str, evidence: Evidence, scenario: str, label: str) -> Account:
    try:
        given = tree.evidence(name)
        probability = given.probability
        posteriors = given.posteriors()
        hypotheses = tuple(_hypothesis(given, each) for each in evidence.hypotheses)
        possible = [each for each in hypotheses if each is not None]
        pairs = [BayesFactor(first, second) for first, second in combinations(possible, 2)]
        weighings = tuple((pair, _either_or(given, pair)) for pair in pairs)
    except InvalidRequestError as error:
        return Account(scenario, label, None, f"impossible under this account: {error}")
    except AnalysisError as error:
        return Account(scenario, label, None, f"not worked out: {error}", lacking=True)
    cut_off, untouched = _cut_off(tree, evidence, possible)
    return Account(
        scenario, label, probability, " ".join(posteriors.notes), False, hypotheses, weighings, cut_off, untouched,
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


def _either_or(given: Given, pair: BayesFactor) -> bool:
    """Whether, given the evidence, one of the two hypotheses must hold, and not both."""
    first, second = (given.stated[each.name] for each in (pair.first, pair.second))
    if not math.isclose(pair.first.posterior_not, pair.second.posterior, rel_tol=EQUAL):
        return False
    if any(second.get(name, state) != state for name, state in first.items()):
        return True
    both = given.hypotheses({"both": {**first, **second}})["both"]
    return both.prior == 0.0 or both.posterior == 0.0


def _cut_off(
    tree: FaultTree, evidence: Evidence, possible: Iterable[Hypothesis]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The gates that are set, and the hypotheses about causes below them that the observation leaves as they were."""
    gates = tree.model.gates
    below = {gate: _below(tree, gate) for gate in tree.states if gate in gates}
    cut_off: dict[str, None] = {}
    untouched = []
    for each in possible:
        above = [gate for gate, names in below.items() if not names.isdisjoint(evidence.hypotheses[each.name])]
        if above and math.isclose(each.posterior, each.prior, rel_tol=EQUAL):
            cut_off |= dict.fromkeys(above)
            untouched.append(each.name)
    return tuple(cut_off), tuple(untouched)


def _below(tree: FaultTree, gate: str) -> set[str]:
    """Every event and gate below a gate, as the model is written."""
    found: set[str] = set()
    waiting = [gate]
    while waiting:
        written = tree.model.gates.get(waiting.pop())
        new = set(written.names()) - found if written is not None else set()
        found |= new
        waiting += new
    return found


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
