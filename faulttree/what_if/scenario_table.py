"""A table of scenarios: the probability under each, beside that of the model as it stands, and their ranks."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from faulttree.model.states import states_text
from faulttree.results import Table, counted, number_text, text_table
from faulttree.what_if.sweep import Sweep

__all__ = ["SAME", "ScenarioTable", "shortened"]

SAME = 1e-12
"""Probabilities no further apart than this part of them share a rank."""
LONGEST_CELL = 60
"""Characters of a cell in the text table; records, JSON and CSV have the whole."""


@dataclass(frozen=True, eq=False)
class ScenarioTable(Table):
    """The top's probability under each scenario, and what that is against the base, without a scenario.

    places: which scenarios are listed, in which order, by their place in the
    sweep; all unless said otherwise. A difference is that of the two numbers, correct to the rounding of the larger.
    rank: 1 is the highest of all probabilities that there are; those equal to 12 digits share a rank. None where there
    is none. Numbers are exact; where the limits allow bounds only, there are columns `lower` and `upper`, the
    probability is the upper end, by which scenarios are ranked, and there is no ratio and no difference to it.
    """

    top: str
    sweep: Sweep
    places: Sequence[int] | None = None

    @property
    def labels(self) -> Mapping[str, str]:
        """Labels of the scenarios that have one, by name."""
        return self.sweep.scenarios.labels

    @property
    def base(self) -> float | None:
        """The probability without any scenario, of an interval its upper end; None where it is not known."""
        return self.sweep.base

    @property
    def notes(self) -> tuple[str, ...]:
        """What went other than planned."""
        return self.sweep.notes

    @functools.cached_property
    def ranks(self) -> npt.NDArray[np.int64]:
        """The rank of every scenario of the sweep, int64[n]; those without a probability come last."""
        order = np.argsort(-self.sweep.probabilities, kind="stable")
        falling = np.nan_to_num(self.sweep.probabilities[order], nan=-1.0)
        begins = np.ones(len(falling), np.bool_)
        begins[1:] = falling[1:] < falling[:-1] - SAME * np.abs(falling[:-1])
        first = np.maximum.accumulate(np.where(begins, np.arange(len(falling)), 0))
        ranks = np.empty(len(falling), np.int64)
        ranks[order] = first + 1
        return ranks

    def __len__(self) -> int:
        return len(self.sweep) if self.places is None else len(self.places)

    def ranked(self, most: int | None = None) -> ScenarioTable:
        """The table by falling probability, at most so many; ties in the order given."""
        places = np.arange(len(self.sweep)) if self.places is None else np.array(self.places, np.int64)
        order = np.argsort(self.ranks[places], kind="stable")[:most]
        return replace(self, places=places[order].tolist())

    def first(self, most: int) -> ScenarioTable:
        """The table with its first rows only."""
        return replace(self, places=(range(len(self.sweep)) if self.places is None else self.places)[:most])

    def above(self, limit: float) -> ScenarioTable:
        """The scenarios whose probability is, or may be, above a limit, the most probable first."""
        ranked = self.ranked()
        assert ranked.places is not None, "a ranked table lists its places"
        return replace(ranked, places=[place for place in ranked.places if self.sweep.probabilities[place] > limit])

    def columns(self) -> tuple[str, ...]:
        """rank, scenario, label if any has one, sets unless the name says it, probability, ratio, difference.

        With `frequency` and `unit` in place of the probability where the top has one, `lower` and `upper` where there
        are intervals, and `note` where a number is missing.
        """
        optional = (*("label",) * bool(self.labels), *("sets",) * (not self.sweep.scenarios.named_by_states))
        ends = ("lower", "upper") if self.sweep.lower is not None else ()
        notes = ("note",) if self.sweep.lacking else ()
        units = ("unit",) if self.sweep.unit else ()
        return ("rank", "scenario", *optional, self.sweep.quantity, *ends, "ratio", "difference", *units, *notes)

    def records(self) -> list[dict[str, Any]]:
        """One mapping per scenario listed."""
        return [self._record(place) for place in (range(len(self.sweep)) if self.places is None else self.places)]

    def _record(self, place: int) -> dict[str, Any]:
        name, states = self.sweep.item(place)
        measured = self.sweep.measured(place)
        p, base = measured[self.sweep.quantity], self.base
        difference = p - base if p is not None and base is not None and self.sweep.is_exact(place) else None
        return {
            "rank": None if p is None else int(self.ranks[place]),
            "scenario": name,
            **({"label": self.labels.get(name)} if self.labels else {}),
            **({} if self.sweep.scenarios.named_by_states else {"sets": states_text(states)}),
            **measured,
            "difference": difference,
            **({"unit": self.sweep.unit} if self.sweep.unit else {}),
            **({"note": self.sweep.lacking.get(place)} if self.sweep.lacking else {}),
        }

    def to_dict(self) -> dict[str, Any]:
        """Everything in plain types: the base, how many scenarios were worked out, and those listed.

        With `base_lower` and `base_upper` where the base is an interval.
        """
        without = self.sweep.without
        is_interval = without is not None and not without.is_exact
        return {
            "top": self.top,
            "base": self.base,
            **({"unit": self.sweep.unit} if self.sweep.unit else {}),
            **({"base_lower": without.lower, "base_upper": without.upper} if without and is_interval else {}),
            "scenarios": len(self.sweep),
            "partial": self.sweep.partial,
            "rows": self.records(),
            "notes": list(self.notes),
        }

    def said(self) -> tuple[Sequence[str], Sequence[str]]:
        """What the top's probability is without a scenario, and how many there are; below the table the notes."""
        listed = f", {len(self):,} of them listed" if len(self) < len(self.sweep) else ""
        without = self.sweep.without
        known = "not known" if without is None else str(without)
        if without is not None and without.is_exact:
            known = number_text(without.value) + (f" {self.sweep.unit}" if self.sweep.unit else "")
        scenarios = counted(len(self.sweep), "scenario")
        heading = f"{self.top}: {self.sweep.quantity} {known} without a scenario; {scenarios}{listed}"
        return (heading,), [f"note: {note}" for note in self.notes]

    def __str__(self) -> str:
        (heading,), notes = self.said()
        # The notes below the table say it, once for all scenarios that it is true of.
        columns = [column for column in self.columns() if column != "note"]
        rows = [
            [shortened(cell) if isinstance(cell := record[column], str) else cell for column in columns]
            for record in self.records()
        ]
        return "\n".join([heading, "", text_table(columns, rows), *notes])


def shortened(text: str, most: int = LONGEST_CELL) -> str:
    """A text of at most so many characters, its end left out where it is longer."""
    return text if len(text) <= most else text[: most - 3] + "..."
