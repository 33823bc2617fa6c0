"""The measures of importance, in one table: how each follows from conditional probabilities, and what it is called.

Exact, bounded and sampled results, results of groups and gates, the command line, plots, the report and tables read
their formulas, names and ranges here. A further measure of every event is an entry of `TABLE`, a field of
`EventImportance` and a row of docs/numbers.md; the tests fail where one of the three is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from faulttree.errors import UnknownNameError
from faulttree.importance.ratio import ratio

__all__ = ["MEASURE", "MEASURES", "PARTS", "SAMPLED", "TABLE", "Measure", "measure_called", "of_parts"]

Basis = Literal["probabilities", "halves", "cut sets"]
"""What a measure follows from: conditional probabilities, the same with every q at 1/2, or all minimal cut sets."""


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure of importance. P, P1 and P0: the top's probability, that with the event, that without. q: the event's.

    key: the field of results, and the column of tables. name: what the report heads its column with.
    short: the abbreviation in use, if any. label: what a plot's axis says.
    formula: of `Conditionals` the value of every event, float64 of their shape; of `InCutSets` where the basis is that.
    basis: what it follows from. sampled: whether it varies with the probabilities, so that it can be uncertain.
    least, most: what it lies within. coherent_least: the least in a coherent tree. neutral: of an event without effect.
    meaning: in words. source: where it was defined.
    """

    key: str
    name: str
    short: str
    label: str
    formula: Callable[[Any], Any]
    least: float
    most: float
    coherent_least: float
    meaning: str
    source: str
    basis: Basis = "probabilities"
    sampled: bool = True
    neutral: float = 0.0

    @property
    def spellings(self) -> tuple[str, ...]:
        """What a person may call it: the key, the name, the abbreviation."""
        return tuple(dict.fromkeys(text for text in (self.key, self.name, self.short) if text))


def _diagnostic(of: Any) -> Any:
    """P(event | top): exactly 1 where the top cannot occur without the event, but can with it."""
    found = ratio(of.together, of.top)
    return np.where((of.without_event == 0.0) & (of.top > 0.0), 1.0, found)


TABLE = (
    Measure(
        "birnbaum", "Birnbaum", "MIF", "Birnbaum importance, dP/dq",
        lambda of: of.slope, -1.0, 1.0, 0.0,
        "P1 - P0 = dP/dq; negative only in a non-coherent tree",
        "Z. W. Birnbaum, Multivariate Analysis II, 1969",
    ),
    Measure(
        "criticality", "criticality", "CIF", "criticality importance",
        lambda of: ratio(of.loss, of.top), -math.inf, 1.0, 0.0,
        "q dP/dq / P = (P - P0) / P, the share of P that the event is critical for",
        "NUREG/CR-3385",
    ),
    Measure(
        "fussell_vesely", "Fussell-Vesely", "FV", "Fussell-Vesely importance",
        lambda of: of.shares, 0.0, 1.0, 0.0,
        "summed probability of the minimal cut sets that hold the event, over that of all: the rare-event form",
        "J. B. Fussell, IEEE Trans. Reliability 24, 1975",
        basis="cut sets",
    ),
    Measure(
        "diagnostic", "diagnostic", "DIF", "diagnostic importance, P(event | top)",
        lambda of: _diagnostic(of), 0.0, 1.0, 0.0,
        "P(event | top) = q P1 / P",
        "Bayes' rule",
    ),
    Measure(
        "risk_achievement_worth", "RAW", "RAW", "risk achievement worth, RAW",
        lambda of: ratio(of.with_event, of.top), 0.0, math.inf, 1.0,
        "P1 / P",
        "W. E. Vesely et al., NUREG/CR-3385, 1983",
        neutral=1.0,
    ),
    Measure(
        "risk_reduction_worth", "RRW", "RRW", "risk reduction worth, RRW",
        lambda of: ratio(of.top, of.without_event), 0.0, math.inf, 1.0,
        "P / P0; inf for an event without which the top cannot occur",
        "W. E. Vesely et al., NUREG/CR-3385, 1983",
        neutral=1.0,
    ),
    Measure(
        "structural", "structural", "", "structural importance",
        lambda of: of.slope, -1.0, 1.0, 0.0,
        "dP/dq with every probability at 1/2, the share of the other events' states for which this event decides",
        "Z. W. Birnbaum, Multivariate Analysis II, 1969",
        basis="halves",
        sampled=False,
    ),
    Measure(
        "occurrences", "occurrences", "", "minimal cut sets that hold the event",
        lambda of: of.occurrences, 0.0, math.inf, 0.0,
        "number of minimal cut sets that hold the event, an exact integer",
        "by definition",
        basis="cut sets",
        sampled=False,
    ),
)  # fmt: skip
"""Every measure of every event, in the order of the columns of tables."""

MEASURE = {measure.key: measure for measure in TABLE}
MEASURES = tuple(MEASURE)
SAMPLED = tuple(measure.key for measure in TABLE if measure.sampled)
"""The measures that are uncertain where probabilities are."""


PARTS = ("birnbaum", "criticality", "risk_achievement_worth", "risk_reduction_worth")
"""The measures of groups and gates, and of whatever is there or is not, for any quantity of the top."""


def of_parts(given: Any) -> list[dict[str, float]]:
    """Of each thing in `Conditionals` of one column its measures: the values of `PARTS` by their keys."""
    columns = [MEASURE[key].formula(given).tolist() for key in PARTS]
    return [dict(zip(PARTS, row, strict=True)) for row in zip(*columns, strict=True)]


def measure_called(text: str, among: Sequence[str] = MEASURES, thing: str = "importance measure") -> str:
    """The key of the measure that a person calls so: its key, name or abbreviation, in any case, `-` for `_`.

    among: the keys that may be meant; those that are not in the table have no other name.
    Raises UnknownNameError that calls it a `thing`.
    """
    wanted = _plain(text)
    for key in among:
        spellings = MEASURE[key].spellings if key in MEASURE else (key,)
        if wanted in map(_plain, spellings):
            return key
    raise UnknownNameError(thing, text, among)


def _plain(text: str) -> str:
    return text.strip().casefold().replace("-", "_").replace(" ", "_")
