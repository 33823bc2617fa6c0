"""A table of scenarios: the probability under each, beside that of the model as it stands, and their ranks."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from faulttree.results import Table, counted, number_text, text_table
from faulttree.what_if.grid import Grid
from faulttree.what_if.scenario import states_text
from faulttree.what_if.sweep import Sweep

__all__ = ["ScenarioTable", "shortened"]

LONGEST_CELL = 60
"""Characters of a cell in the text table; records, JSON and CSV have the whole."""


@dataclass(frozen=True, eq=False)
class ScenarioTable(Table):
    """The top's probability under each scenario, all exact, and what that is against the base, without a scenario.

    labels: of the scenarios that have one. places: which scenarios are listed, in which order, by their place in the
    sweep; all unless said otherwise. A difference is that of the two numbers, correct to the rounding of the larger.
    rank: 1 is the highest probability of all scenarios; equal ones share a rank.
    """

    top: str
    sweep: Sweep
    labels: Mapping[str, str] = field(default_factory=dict)
    places: Sequence[int] | None = None

    @property
    def base(self) -> float:
        """The probability without any scenario."""
        return self.sweep.base

    @property
    def notes(self) -> tuple[str, ...]:
        """What went other than planned."""
        return self.sweep.notes

    @functools.cached_property
    def ranks(self) -> npt.NDArray[np.int64]:
        """The rank of every scenario of the sweep, int64[n]."""
        falling = np.sort(-self.sweep.probabilities)
        return np.searchsorted(falling, -self.sweep.probabilities, side="left").astype(np.int64) + 1

    def __len__(self) -> int:
        return len(self.sweep) if self.places is None else len(self.places)

    def ranked(self, most: int | None = None) -> ScenarioTable:
        """The table by falling probability, at most so many; ties in the order given."""
        places = np.arange(len(self.sweep)) if self.places is None else np.array(self.places, np.int64)
        order = np.argsort(-self.sweep.probabilities[places], kind="stable")[:most]
        return replace(self, places=places[order].tolist())

    def first(self, most: int) -> ScenarioTable:
        """The table with its first rows only."""
        return replace(self, places=(range(len(self.sweep)) if self.places is None else self.places)[:most])

    def above(self, limit: float) -> ScenarioTable:
        """The scenarios whose probability is above a limit, the most probable first."""
        ranked = self.ranked()
        assert ranked.places is not None, "a ranked table lists its places"
        return replace(ranked, places=[place for place in ranked.places if self.sweep.probabilities[place] > limit])

    def columns(self) -> tuple[str, ...]:
        """rank, scenario, label if any has one, sets unless the name says it, probability, ratio, difference."""
        optional = (*("label",) * bool(self.labels), *("sets",) * (not self._is_grid))
        return ("rank", "scenario", *optional, "probability", "ratio", "difference")

    @property
    def _is_grid(self) -> bool:
        return isinstance(self.sweep.scenarios, Grid)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per scenario listed."""
        return [self._record(place) for place in (range(len(self.sweep)) if self.places is None else self.places)]

    def _record(self, place: int) -> dict[str, Any]:
        name, states = self.sweep.item(place)
        p = float(self.sweep.probabilities[place])
        return {
            "rank": int(self.ranks[place]),
            "scenario": name,
            **({"label": self.labels.get(name)} if self.labels else {}),
            **({} if self._is_grid else {"sets": states_text(states)}),
            "probability": p,
            "ratio": self.sweep.ratio(p),
            "difference": p - self.base,
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types: the base, how many scenarios were worked out, and those listed."""
        return {
            "top": self.top,
            "base": self.base,
            "scenarios": len(self.sweep),
            "rows": self.records(),
            "notes": list(self.notes),
        }

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """What the top's probability is without a scenario, and how many there are; below the table the notes."""
        listed = f", {len(self):,} of them listed" if len(self) < len(self.sweep) else ""
        heading = (
            f"{self.top}: probability {number_text(self.base)} without a scenario; "
            f"{counted(len(self.sweep), 'scenario')}{listed}"
        )
        return (heading,), [f"note: {note}" for note in self.notes]

    def __str__(self) -> str:
        (heading,), notes = self.said()
        rows = [
            [shortened(cell) if isinstance(cell, str) else cell for cell in record.values()]
            for record in self.records()
        ]
        return "\n".join([heading, "", text_table(self.columns(), rows), *notes])


def shortened(text: str, most: int = LONGEST_CELL) -> str:
    """A text of at most so many characters, its end left out where it is longer."""
    return text if len(text) <= most else text[: most - 3] + "..."
