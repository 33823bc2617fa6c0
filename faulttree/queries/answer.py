"""The answer to a query: a number, yes or no with the reason, sets of events, events, or a state of events."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any, Literal

from faulttree.characters import blanked
from faulttree.cut_sets.collection import CutSets
from faulttree.errors import InvalidRequestError
from faulttree.queries.states import StateOfEvents
from faulttree.queries.writing import name_text
from faulttree.results import Table, number_text, text_table

__all__ = ["Answer", "AnswerKind"]

AnswerKind = Literal["number", "yes or no", "sets", "events", "state"]
LISTED = 10
"""Sets that an answer lists, unless the query says how many."""


@dataclass(frozen=True, eq=False)
class Answer(Table):
    """What a query is answered.

    query: as it was asked. kind: what the value is. value: a float; True or False; the `CutSets`; the names of events;
    or a `StateOfEvents`, None when there is none. reason: why yes or no, or why there is no state.
    witness, counterexample: a state that shows it. most: how many sets are listed. ends: of a number that is known only
    between two, and the value is None.
    """

    query: str
    kind: AnswerKind
    value: float | bool | CutSets | tuple[str, ...] | StateOfEvents | None
    reason: str = ""
    witness: StateOfEvents | None = None
    counterexample: StateOfEvents | None = None
    most: int = LISTED
    ends: tuple[float, float] | None = None

    def __bool__(self) -> bool:
        """Whether yes. Raises InvalidRequestError where the answer is not yes or no."""
        if not isinstance(self.value, bool):
            raise InvalidRequestError(f"the answer is no yes or no, but of kind '{self.kind}'; see its value")
        return self.value

    def __float__(self) -> float:
        """The number. Raises InvalidRequestError where the answer is none."""
        if self.ends is not None:
            raise InvalidRequestError(f"the answer is known only {self.text}")
        if self.kind != "number" or not isinstance(self.value, float):
            raise InvalidRequestError(f"the answer is no number, but of kind '{self.kind}'; see its value")
        return self.value

    @property
    def text(self) -> str:
        """The answer in words."""
        match self.value:
            case bool():
                return f"{'yes' if self.value else 'no'}: {self.reason}"
            case float():
                return number_text(self.value)
            case CutSets():
                return self._sets_text(self.value)
            case StateOfEvents():
                known = self.value.probability
                return f"{self.value}" + ("" if known is None else f"  (probability {number_text(known)})")
            case None if self.ends is not None:
                low, high = map(number_text, self.ends)
                return f"between {low} and {high}: {self.reason}"
            case None:
                return f"none: {self.reason}"
            case events:
                return ", ".join(map(name_text, events)) or "none: it is the same whatever the events do"

    def records(self) -> list[dict[str, Any]]:
        """Sets by rank, at most so many; events; each event's state; or one row with the value."""
        match self.value:
            case CutSets():
                return self.value.records(self.most)
            case StateOfEvents():
                return [{"event": event, "occurs": state} for event, state in self.value.states.items()]
            case tuple():
                return [{"event": event} for event in self.value]
            case bool():
                return [{"query": self.query, "value": self.value, "reason": self.reason}]
        if self.ends is not None:
            return [{"query": self.query, "value": None, "lower": self.ends[0], "upper": self.ends[1]}]
        return [{"query": self.query, "value": self.value}]

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types; of the sets those listed, and how many there are."""
        content: dict[str, Any] = {"query": self.query, "kind": self.kind}
        match self.value:
            case CutSets():
                return content | {"sets": self.value.summary() | {"sets": self.value.records(self.most)}}
            case StateOfEvents():
                return content | {"value": dict(self.value.states), "probability": self.value.probability}
            case tuple():
                return content | {"value": list(self.value)}
            case bool():
                content |= {"value": self.value, "reason": self.reason}
                shown = {"witness": self.witness, "counterexample": self.counterexample}
                return content | {name: state.to_dict() for name, state in shown.items() if state is not None}
            case None if self.ends is not None:
                return content | {"value": None, "lower": self.ends[0], "upper": self.ends[1], "reason": self.reason}
            case None:
                return content | {"value": None, "reason": self.reason}
        return content | {"value": self.value}

    def __str__(self) -> str:
        asked = blanked(self.query.strip())
        return "\n".join([asked, *(f"  {line}" for line in self.text.splitlines())])

    def _repr_html_(self) -> str:
        """The query and its answer, for notebooks."""
        match self.value:
            case CutSets():
                said, table = self.value.heading(), super()._repr_html_()
            case StateOfEvents(probability=None):
                said, table = "a state", super()._repr_html_()
            case StateOfEvents(probability=float(probability)):
                said, table = f"a state of probability {number_text(probability)}", super()._repr_html_()
            case _:
                said, table = self.text, ""
        return f"<p><code>{html.escape(self.query.strip())}</code></p><p>{html.escape(said)}</p>{table}"

    def _sets_text(self, sets: CutSets) -> str:
        records = sets.records(self.most)
        rows = [[*list(record.values())[:-1], " + ".join(record["events"]) or "(nothing)"] for record in records]
        lines = [sets.heading(), *([text_table(sets.columns(), rows)] if rows else [])]
        more = sets.count - len(records)
        return "\n".join([*lines, *([f"... and {more:,} more"] if more else [])])
