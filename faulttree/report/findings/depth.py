"""What time, uncertainty and common causes add to an analysis, where the model speaks of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from faulttree.errors import ExclusiveEventsError, FrequencyError, InvalidRequestError, LimitExceeded
from faulttree.facade import FaultTree
from faulttree.model import Model
from faulttree.model.expressions import names_behind
from faulttree.reliability.curve import Curve
from faulttree.reliability.metrics import Metric, Metrics
from faulttree.results import Records, number_text, text_table
from faulttree.uncertainty import SobolIndices, Tornado, UncertaintyAnalysis
from faulttree.uncertainty.sensitivity import SensitivityIndex

__all__ = ["Depth", "between", "in_depth"]

T = TypeVar("T")
SAMPLES, PAIRS, POINTS = 16_384, 8_192, 101
MOST_WORK = 10**10
"""Diagram nodes times evaluations, a minute at most: what takes more is left out, and asked for by its own command."""
SHOWN = 5
JUDGEMENT = "judgement"
UNRESOLVED = 0.25
"""Width of an interval of a Sobol index above which it tells little."""


@dataclass(frozen=True, eq=False)
class Depth:
    """What a model says beyond one probability. Each is None where the model does not speak of it.

    common_causes: the independent events of the common-cause groups. metrics, curve: over the mission time.
    uncertainty: of the top event and every gate. indices: None for correlated inputs, too. tornado: of each input.
    correlations: rank correlations between the uncertain inputs. judged: the uncertain inputs whose source is
    judgement. judged_only: gates below which all numbers are those. notes: what was not worked out, and why.
    """

    common_causes: Records | None = None
    metrics: Metrics | None = None
    curve: Curve | None = None
    uncertainty: UncertaintyAnalysis | None = None
    indices: SobolIndices | None = None
    tornado: Tornado | None = None
    correlations: tuple[tuple[str, str, float], ...] = ()
    judged: tuple[str, ...] = ()
    judged_only: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def files(self) -> dict[str, str]:
        """The tables, by file name."""
        tables = {
            "common_cause.csv": self.common_causes,
            "metrics.csv": self.metrics,
            "over_time.csv": self.curve,
            "uncertainty.csv": self.uncertainty,
            "sensitivity.csv": self.indices,
            "tornado.csv": self.tornado,
        }
        return {name: table.to_csv() for name, table in tables.items() if table is not None}

    def to_dict(self) -> dict[str, Any]:
        """What there is, in plain types."""
        parts = {
            "common_causes": self.common_causes,
            "metrics": self.metrics,
            "over_time": self.curve,
            "uncertainty": self.uncertainty,
            "sobol_indices": self.indices,
            "tornado": self.tornado,
        }
        return {name: part.to_dict() for name, part in parts.items() if part is not None}

    def text(self) -> str:
        """A summary: the metrics, how uncertain the result is, and what drives it."""
        parts = []
        if self.metrics is not None:
            rows = [[row.quantity, between(row), row.unit, row.method] for row in self.metrics if row.value is not None]
            parts.append("over the mission time\n" + text_table(("quantity", "value", "unit", "method"), rows))
        if self.uncertainty is not None:
            parts.append("\n".join(["uncertainty", *self.uncertainty_lines(), *self.uncertainty.notes]))
        return "\n\n".join(parts)

    def uncertainty_lines(self) -> list[str]:
        """How uncertain the top event is, what drives it, and how much of that is judgement."""
        found = self.uncertainty
        if found is None:
            return []
        low, high = found.percentile(5), found.percentile(95)
        lines = [
            f"{'mean':<22} {number_text(found.mean)} (standard error {found.standard_error:.1g})",
            f"{'90 % interval':<22} {number_text(low)} to {number_text(high)}, median {number_text(found.median)}",
        ]
        return (
            lines
            + [f"{'driven by':<22} {driver}" for driver in self.drivers()[:1]]
            + [f"{'':<22} {driver}" for driver in self.drivers()[1:SHOWN]]
        )

    def ranked_inputs(self) -> list[str]:
        """The uncertain inputs, that of most influence first."""
        ranked = self.tornado if self.indices is None else self.indices
        return [] if ranked is None else [each.input for each in ranked]

    def drivers(self) -> list[str]:
        """The uncertain inputs in words, that of most influence first."""
        mark = dict.fromkeys(self.judged, " (judgement)")
        if self.indices is not None:
            return [
                f"{each.input}{mark.get(each.input, '')}: {sobol_text(each, False)} of the variance alone, "
                f"{sobol_text(each, True)} with others"
                for each in self.indices
                if not math.isnan(each.total)
            ]
        if self.tornado is None:
            return []
        return [
            f"{each.input}{mark.get(each.input, '')}: from {number_text(each.at_low)} to {number_text(each.at_high)}"
            for each in self.tornado
        ]

    def indices_note(self) -> str:
        """What is to be known of the Sobol indices; nothing where all is plain."""
        if self.indices is None or not len(self.indices):
            return ""
        if all(math.isnan(each.total) for each in self.indices):
            return "The result does not vary, so no input has a share of its variance."
        widest = max(each.total_upper - each.total_lower for each in self.indices)
        if widest > UNRESOLVED:
            return (
                "So many evaluations do not resolve the shares: the intervals are wide. "
                "`faulttree sensitivity --samples` takes more."
            )
        return ""


def sobol_text(index: SensitivityIndex, total: bool) -> str:
    """A share of the variance with its interval: `18.5% (17.7% to 19.2%)`; nothing where it is not defined."""
    ends = (index.total, index.total_lower, index.total_upper)
    value, low, high = ends if total else (index.first_order, index.first_order_lower, index.first_order_upper)
    if math.isnan(value):
        return ""
    value, low, high = (min(1.0, max(0.0, each)) for each in (value, low, high))
    return f"{value:.1%} ({low:.1%} to {high:.1%})"


def between(row: Metric) -> str:
    """The value, or of an interval both ends."""
    if row.value is None or row.lower is None or row.upper is None:
        return ""
    if row.quantity.startswith("sil") and row.value == row.lower == row.upper:
        return f"{row.value:.0f}" if row.value else "none"
    if row.method == "interval":
        return f"{number_text(row.lower)} to {number_text(row.upper)}"
    return number_text(row.value)


def in_depth(tree: FaultTree) -> Depth:
    """Everything that the model speaks of beyond one probability; what the limits end is left out, and named."""
    notes: list[str] = []

    def within_limits(name: str, work: Callable[[], int], quantity: Callable[[], T]) -> T | None:
        try:
            if work() > MOST_WORK:
                raise InvalidRequestError("the diagram is too large for it to be done unasked")
            return quantity()
        except (ExclusiveEventsError, FrequencyError, LimitExceeded, InvalidRequestError) as error:
            notes.append(f"{name} left out: {error}")
            return None

    def nodes() -> int:
        return tree.diagram_size

    expansion = tree.expansion
    found: dict[str, Any] = {"common_causes": expansion.table() if expansion.groups else None}
    if tree.changes_in_time and not tree.has_frequency:
        found["metrics"] = within_limits("metrics", lambda: 1_000 * nodes(), tree.metrics)
        found["curve"] = within_limits("curve", lambda: 10 * POINTS * nodes(), lambda: tree.over_time(points=POINTS))
    inputs = tree.uncertain_inputs
    if inputs:
        gates = not tree.has_frequency and tree.has_diagram
        found["uncertainty"] = within_limits(
            "uncertainty",
            lambda: SAMPLES * nodes() if tree.has_diagram else 0,  # two small ones enclose it
            lambda: tree.uncertainty(SAMPLES, method="sobol", gates=gates),
        )
        found["tornado"] = within_limits("tornado", lambda: 2 * len(inputs) * nodes(), tree.tornado)
        ranks = tuple(
            (*each.between, each.rank) for each in tree.model.correlations if inputs.keys() >= {*each.between}
        )
        found["correlations"] = tuple(ranks)
        if not ranks:
            evaluations = PAIRS * (len(inputs) + 2)
            found["indices"] = within_limits(
                "Sobol indices", lambda: evaluations * nodes(), lambda: tree.sobol_indices(PAIRS)
            )
    judged = [name for name in inputs if _is_judged(tree.model, name)]
    return Depth(**found, judged=tuple(judged), judged_only=_judged_only(tree, set(judged)), notes=tuple(notes))


def _is_judged(model: Model, name: str) -> bool:
    element = model.parameters[name] if name in model.parameters else model.basic_events[name]
    return JUDGEMENT in element.source


def _judged_only(tree: FaultTree, judged: set[str]) -> tuple[str, ...]:
    """The gates below which every number is judgement."""
    model = tree.model
    rests: dict[str, bool] = {}
    for name in (*tree.events, *tree.gates):  # inputs before the gates that name them
        if name in model.gates:
            rests[name] = all(rests.get(each, False) for each in model.gates[name].names())
        elif name in model.basic_events:
            event = model.basic_events[name]
            behind = names_behind([value for _, value in event.quantities()], model.parameters)
            named = [each for each in behind if not isinstance(model.parameters[each].value, str)]
            rests[name] = JUDGEMENT in event.source or (bool(named) and judged.issuperset(named))
    return tuple(gate for gate in tree.gates if rests.get(gate, False))
