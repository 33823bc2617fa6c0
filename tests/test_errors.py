"""Errors say where, what and what to do next, survive a process boundary, and share one base."""

from __future__ import annotations

import pickle

import pytest

from faulttree import errors
from faulttree.errors import (
    AnalysisError,
    ExclusiveEventsError,
    Fault,
    FaultTreeError,
    FrequencyError,
    InvalidModelError,
    InvalidRequestError,
    MemoryLimitExceeded,
    MissingExtraError,
    MissingProbabilityError,
    NodeBudgetExceeded,
    NotCoherentError,
    PartialAnswerError,
    QueryError,
    TimeLimitExceeded,
    UnknownNameError,
    UnlistedEventsError,
    did_you_mean,
)

EXAMPLES = [
    InvalidModelError([Fault("is not defined", "gate 'G'", "define it", file="m.yaml", line=3)]),
    UnknownNameError("event", "ULAGE", ["ULLAGE"]),
    InvalidRequestError("a budget of 0 holds no diagram"),
    QueryError("'b' is not defined", "P(a | b)", 6, 7),
    MissingExtraError("pandas is not installed"),
    MissingProbabilityError(["a", "b"]),
    NotCoherentError("path sets of a non-coherent tree"),
    PartialAnswerError("how many minimal cut sets there are", "all of order 2 and less are here"),
    ExclusiveEventsError("joint importance of exclusive events"),
    FrequencyError("a probability is not defined"),
    NodeBudgetExceeded(7, 5),
    TimeLimitExceeded(2.5),
    MemoryLimitExceeded(100_000_000),
    UnlistedEventsError("shares of the probability"),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling_with_all_it_knows(error: FaultTreeError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)


def test_the_family_is_the_one_that_is_drawn() -> None:
    parents = {
        name: getattr(errors, name).__mro__[1].__name__
        for name in errors.__all__
        if isinstance(getattr(errors, name), type) and issubclass(getattr(errors, name), Exception)
    }
    assert parents.pop("FaultTreeError") == "Exception"
    drawn: dict[str, str] = {}
    branch = ["FaultTreeError"]
    for line in (errors.__doc__ or "").splitlines():
        if "── " in line:
            depth = line.index("── ") // 4 + 1
            branch[depth:] = [line.split("── ")[1].split()[0]]
            drawn[branch[-1]] = branch[-2]
    assert drawn == parents
    assert {type(error).__name__ for error in EXAMPLES} | {"AnalysisError", "LimitExceeded"} == set(parents)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault("is wrong"), "is wrong"),
        (Fault("is wrong", "gate 'G'"), "gate 'G': is wrong"),
        (Fault("is wrong", "gate 'G'", "put it right"), "gate 'G': is wrong; put it right"),
        (Fault("is wrong", "gate 'G'", "put it right", file="m.yaml"), "m.yaml: gate 'G': is wrong; put it right"),
        (Fault("is wrong", "gate 'G'", file="m.yaml", line=7), "m.yaml:7: gate 'G': is wrong"),
        (Fault("is odd", "gate 'G'", severity="warning", file="m.yaml", line=7), "m.yaml:7: warning: gate 'G': is odd"),
    ],
)
def test_a_fault_says_where_which_what_and_the_fix(fault: Fault, text: str) -> None:
    assert str(fault) == text


def test_all_faults_are_reported_together() -> None:
    faults = [Fault("is wrong", "gate 'G'"), Fault("is missing", "gate 'H'")]
    error = InvalidModelError(faults)
    assert str(error) == "gate 'G': is wrong\ngate 'H': is missing"
    assert error.faults == tuple(faults)


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("ULAGE-2", ["FUSE", "ULLAGE-2"], "did you mean 'ULLAGE-2'?"),
        ("ullage-2", ["ULLAGE-2"], "did you mean 'ULLAGE-2'?"),
        ("xyzzy", ["ULLAGE-2"], ""),
        ("anything", [], ""),
    ],
)
def test_the_closest_known_name_is_proposed_if_any_is_close(name: str, known: list[str], hint: str) -> None:
    assert did_you_mean(name, known) == hint
    said = str(UnknownNameError("event", name, known))
    # Few names are listed when none is close.
    listed = hint or (f"known are {', '.join(known)}" if known else "")
    assert said == f"event '{name}' is not defined" + (f"; {listed}" if listed else "")


def test_missing_probabilities_are_listed_up_to_five() -> None:
    assert "for 'a', 'b'; add" in str(MissingProbabilityError("ab"))
    error = MissingProbabilityError("abcdefg")
    assert "for 'a', 'b', 'c', 'd', 'e' and 2 more; add" in str(error)
    assert error.events == tuple("abcdefg")


def test_a_budget_names_its_figures() -> None:
    error = NodeBudgetExceeded(1_000_001, 1_000_000)
    assert (error.nodes, error.budget) == (1_000_001, 1_000_000)
    assert "budget of 1,000,000 nodes" in str(error)
    assert isinstance(error, AnalysisError)
