"""Everything that faulttree raises on purpose.

FaultTreeError
├── InvalidModelError          the model has faults; all of them are listed
├── UnknownNameError           no event, gate, scenario or measure of that name
├── InvalidRequestError        the request contradicts itself or the model
│   └── QueryError                 a query cannot be read or answered; its place is marked
├── MissingExtraError          an optional package is needed and not installed
└── AnalysisError              the model is sound, the analysis cannot finish
    ├── MissingProbabilityError    an event without a probability is needed
    ├── NotCoherentError           the quantity is defined for coherent trees only
    ├── ExclusiveEventsError       the quantity is not worked out where events exclude each other
    ├── FrequencyError             the top event has a frequency and the quantity is of a probability, or it has none
    └── LimitExceeded              the analysis met a limit that the user set
        ├── NodeBudgetExceeded         the decision diagram outgrew its budget
        │   └── MemoryLimitExceeded    what it needs does not fit the memory
        ├── PartialAnswerError         a list is not complete, and all of it is needed
        ├── TimeLimitExceeded          the time is over
        └── UnlistedEventsError        the independent events of a common-cause group are too many to be listed

Each message says where, what, and what to do next. What it quotes cannot command a terminal.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from faulttree.characters import TERMINAL_COMMANDS, blanked

__all__ = [
    "AnalysisError",
    "ExclusiveEventsError",
    "Fault",
    "FaultTreeError",
    "FrequencyError",
    "InvalidModelError",
    "InvalidRequestError",
    "LimitExceeded",
    "MemoryLimitExceeded",
    "MissingExtraError",
    "MissingProbabilityError",
    "NodeBudgetExceeded",
    "NotCoherentError",
    "PartialAnswerError",
    "QueryError",
    "TimeLimitExceeded",
    "UnknownNameError",
    "UnlistedEventsError",
    "did_you_mean",
    "printable",
]

_SHOWN_BEFORE, _SHOWN_AFTER = 60, 60
"""Characters of a long query that a message shows before and after a place."""


def printable(text: str) -> str:
    r"""The text as a terminal may show it: what would command the terminal is written out, like `\x1b` for an escape.

    Lines and tabs stay, and so do letters of every script, those from right to left included.
    """
    return TERMINAL_COMMANDS.sub(_written_out, text)


def _written_out(command: re.Match[str]) -> str:
    code = ord(command[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


class FaultTreeError(Exception):
    """Base of all errors that faulttree raises on purpose."""

    def __str__(self) -> str:
        return printable(super().__str__())


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
        return printable(": ".join(part for part in (place, severity, self.element, what) if part))


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


class QueryError(InvalidRequestError):
    """A query cannot be read or answered. start, end: the characters of the query that the message is about."""

    def __init__(self, what: str, query: str, start: int, end: int) -> None:
        self.what, self.query, self.start, self.end = what, query, start, end
        super().__init__(f"{what}\n{_marked(query, start, end)}")

    def __reduce__(self) -> tuple[type[QueryError], tuple[str, str, int, int]]:
        return type(self), (self.what, self.query, self.start, self.end)


class MissingExtraError(FaultTreeError):
    """An optional package is needed for this output and is not installed."""


class AnalysisError(FaultTreeError):
    """The model is sound, but this analysis of it cannot be finished."""


class MissingProbabilityError(AnalysisError):
    """A number was asked for, but some events it depends on have no probability.

    query, start, end: where a query asks for it, and which of its characters do.
    """

    def __init__(self, events: Sequence[str], query: str = "", start: int = 0, end: int = 0) -> None:
        self.events, self.query, self.start, self.end = tuple(events), query, start, end
        listed = ", ".join(f"'{event}'" for event in self.events[:5])
        more = f" and {len(self.events) - 5} more" if len(self.events) > 5 else ""
        super().__init__(
            f"no probability is given for {listed}{more}; "
            "add `probability:` or `rate:`, set a state, or ask for cut sets, which need none"
            + (f"\n{_marked(query, start, end)}" if query else "")
        )

    def __reduce__(self) -> tuple[type[MissingProbabilityError], tuple[tuple[str, ...], str, int, int]]:
        return type(self), (self.events, self.query, self.start, self.end)


class NotCoherentError(AnalysisError):
    """The quantity is defined for coherent trees only, and this tree is not coherent."""


class ExclusiveEventsError(AnalysisError):
    """The quantity holds for independent events only, and some of this tree exclude each other."""


class FrequencyError(AnalysisError):
    """A probability is asked for where the top event has a frequency, or a frequency where it has none."""


class LimitExceeded(AnalysisError):
    """An exact answer needs more nodes or more time than was allowed."""

    @property
    def limit_met(self) -> str:
        """The limit, in words."""
        return "the limits"


class TimeLimitExceeded(LimitExceeded):
    """The time that was allowed is over. seconds: how much it was."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(
            f"the exact analysis did not end within {seconds:g} s; "
            "allow more with `time_limit=` (command line: --time-limit), or analyse a smaller gate with --top"
        )

    @property
    def limit_met(self) -> str:
        """The limit, in words."""
        return f"the time limit of {self.seconds:g} s"

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

    @property
    def limit_met(self) -> str:
        """The limit, in words."""
        return f"the node budget of {self.budget:,}"

    def __reduce__(self) -> tuple[type[NodeBudgetExceeded], tuple[Any, ...]]:
        return type(self), (self.nodes, self.budget, self.what)


class PartialAnswerError(LimitExceeded):
    """What is asked needs all of a list of which only a part was found within the limits.

    what: that is not known. certain: of which part all was found, in words; empty for none.
    """

    def __init__(self, what: str, certain: str = "") -> None:
        self.what, self.certain = what, certain
        super().__init__(
            f"{what} is not known: not all were found within the limits{f' ({certain})' if certain else ''}; "
            "allow more with `node_budget=` (command line: --node-budget), or ask for less with `max_order=` or "
            "`min_probability=` (--max-order, --min-probability)"
        )

    def __reduce__(self) -> tuple[type[PartialAnswerError], tuple[str, str]]:
        return type(self), (self.what, self.certain)


class FloatRangeExceeded(LimitExceeded):
    """A number is below the smallest float, and so is all that would be worked out with many of its kind."""

    def __init__(self, what: str, where: str = "") -> None:
        self.what, self.where = what, where
        super().__init__(
            f"{what}{where} is above 0 and below 2.2e-308, where floating-point numbers end; "
            "one probability is given however small it is, its course and its samples are not"
        )

    def __reduce__(self) -> tuple[type[FloatRangeExceeded], tuple[str, str]]:
        return type(self), (self.what, self.where)


class UnlistedEventsError(LimitExceeded):
    """What was asked for tells of independent events one by one, and those of a common-cause group are too many.

    what: what was asked for, in the plural.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(
            f"{what} are of independent events, and a common-cause group of the tree has too many for a list; "
            "ask for cut sets by component (--by-component) and for the importance of gates (--kind gates), "
            "which its components are"
        )

    def __reduce__(self) -> tuple[type[UnlistedEventsError], tuple[str]]:
        return type(self), (self.what,)


class MemoryLimitExceeded(NodeBudgetExceeded):
    """The memory that was allowed does not hold what is needed. limit: how many bytes it was."""

    def __init__(self, limit: int) -> None:
        super().__init__(0, 0)
        self.limit = limit
        self.args = (
            f"the exact analysis does not fit the memory of {limit / 1e6:,.0f} MB; "
            "allow more with `memory=` (command line: --memory), or analyse a smaller gate with --top",
        )

    @property
    def limit_met(self) -> str:
        """The limit, in words."""
        return f"the memory of {self.limit / 1e6:,.0f} MB"

    def __reduce__(self) -> tuple[type[MemoryLimitExceeded], tuple[Any, ...]]:
        return type(self), (self.limit,)


CUT_SHORT = (TimeLimitExceeded, MemoryLimitExceeded)
"""Limits that end work which may have partial results."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """A hint naming the closest known name, or an empty string when none is close."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    close = difflib.get_close_matches(name.casefold(), by_folded, n=1, cutoff=0.6)
    return f"did you mean '{by_folded[close[0]]}'?" if close else ""


def _marked(text: str, start: int, end: int) -> str:
    """The line of a text that holds a place, cut where it is long, and below it a caret under each of its columns."""
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start) if "\n" in text[start:] else len(text)
    left, right = max(first, start - _SHOWN_BEFORE), min(last, start + _SHOWN_AFTER)
    before = ("… " if left > first else "") + blanked(text[left:start])
    marked = blanked(text[start : min(max(end, start + 1), right)])
    after = blanked(text[start + len(marked) : right]) + (" …" if right < last else "")
    return f"  {before}{marked}{after}".rstrip() + f"\n  {' ' * _columns(before)}{'^' * max(1, _columns(marked))}"


def _columns(text: str) -> int:
    return sum(
        0 if unicodedata.combining(character) else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )
