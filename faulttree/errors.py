"""Everything that faulttree raises on purpose.

FaultTreeError
├── InvalidModelError          the model has faults; all of them are listed
├── UnknownNameError           no event, gate, scenario or measure of that name
├── InvalidRequestError        the request contradicts itself or the model
├── MissingExtraError          an optional package is needed and not installed
└── AnalysisError              the model is sound, the analysis cannot finish
    ├── MissingProbabilityError    an event without a probability is needed
    ├── NotCoherentError           the quantity is defined for coherent trees only
    └── LimitExceeded              the analysis met a limit that the user set
        ├── NodeBudgetExceeded         the decision diagram outgrew its budget
        └── TimeLimitExceeded          the time is over

Each message says where, what, and what to do next.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = [
    "AnalysisError",
    "Fault",
    "FaultTreeError",
    "InvalidModelError",
    "InvalidRequestError",
    "LimitExceeded",
    "MissingExtraError",
    "MissingProbabilityError",
    "NodeBudgetExceeded",
    "NotCoherentError",
    "TimeLimitExceeded",
    "UnknownNameError",
    "did_you_mean",
]


class FaultTreeError(Exception):
    """Base of all errors that faulttree raises on purpose."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a model: where, which element, what, and the likely fix."""

    message: str
    element: str = ""
    fix: str = ""
    path: tuple[str | int, ...] = ()
    severity: Literal["error", "warning"] = "error"
    file: str = ""
    line: int | None = None

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        what = f"{self.message}; {self.fix}" if self.fix else self.message
        severity = "warning" if self.severity == "warning" else ""
        return ": ".join(part for part in (place, severity, self.element, what) if part)


class InvalidModelError(FaultTreeError):
    """A model cannot be used as it stands. `faults` holds every fault found, in file order."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[InvalidModelError], tuple[tuple[Fault, ...]]]:
        return type(self), (self.faults,)


class UnknownNameError(FaultTreeError):
    """No element of that name and kind exists."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = ()) -> None:
        self.kind, self.name, self.known = kind, name, tuple(known)
        hint = did_you_mean(name, self.known)
        if not hint and 0 < len(self.known) <= 12:
            hint = f"known are {', '.join(self.known)}"
        super().__init__(f"{kind} '{name}' is not defined" + (f"; {hint}" if hint else ""))

    def __reduce__(self) -> tuple[type[UnknownNameError], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.kind, self.name, self.known)


class InvalidRequestError(FaultTreeError):
    """The request is malformed, or contradicts the model."""


class MissingExtraError(FaultTreeError):
    """An optional package is needed for this output and is not installed."""


class AnalysisError(FaultTreeError):
    """The model is sound, but this analysis of it cannot be finished."""


class MissingProbabilityError(AnalysisError):
    """A number was asked for, but some events it depends on have no probability."""

    def __init__(self, events: Sequence[str]) -> None:
        self.events = tuple(events)
        listed = ", ".join(f"'{event}'" for event in self.events[:5])
        more = f" and {len(self.events) - 5} more" if len(self.events) > 5 else ""
        super().__init__(
            f"no probability is given for {listed}{more}; "
            "add `probability:` or `rate:`, set a state, or ask for cut sets, which need none"
        )

    def __reduce__(self) -> tuple[type[MissingProbabilityError], tuple[tuple[str, ...]]]:
        return type(self), (self.events,)


class NotCoherentError(AnalysisError):
    """The quantity is defined for coherent trees only, and this tree is not coherent."""


class LimitExceeded(AnalysisError):
    """An exact answer needs more nodes or more time than was allowed."""


class TimeLimitExceeded(LimitExceeded):
    """The time that was allowed is over. seconds: how much it was."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the exact analysis did not end within {seconds:g} s; "
            "allow more with `time_limit=` (command line: --time-limit), or analyse a smaller gate with --top"
        )

    def __reduce__(self) -> tuple[type[TimeLimitExceeded], tuple[float]]:
        return type(self), (self.seconds,)


class NodeBudgetExceeded(LimitExceeded):
    """A decision diagram needed more nodes than it was allowed.

    nodes: how many were in use when it stopped. budget: how many were allowed.
    """

    def __init__(self, nodes: int, budget: int, what: str = "the decision diagram") -> None:
        self.nodes, self.budget, self.what = nodes, budget, what
        super().__init__(
            f"{what} outgrew its budget of {budget:,} nodes; "
            "allow more with `node_budget=` (command line: --node-budget), or analyse a smaller gate with --top"
        )

    def __reduce__(self) -> tuple[type[NodeBudgetExceeded], tuple[int, int, str]]:
        return type(self), (self.nodes, self.budget, self.what)


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the closest known name, or an empty string when none is close."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean '{by_folded[close[0]]}'?" if close else ""
