"""Laws, distributions, moments and free facts of a model in words, as both editions of the report give them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from faulttree.model.expressions import names_behind
from faulttree.model.quantities import Duration, Rate
from faulttree.model.states import states_text
from faulttree.results import bounds_text, counted, is_narrow, number_text, share_text
from faulttree.wide_floats import is_undefined

if TYPE_CHECKING:
    from faulttree.model import BasicEvent, Model, Parameter, TimelineEntry
    from faulttree.model.common_cause import CommonCauseGroup
    from faulttree.model.failure_models import Value
    from faulttree.model.uncertainty import Uncertainty
    from faulttree.quantification.frequency import Frequency
from faulttree.quantification.probability import Probability

__all__ = [
    "FILTERS",
    "answer_text",
    "certainty_text",
    "factors_text",
    "moment_text",
    "obtained_text",
    "sources_text",
    "spread_text",
    "words_of",
]

FILTERS: dict[str, Callable[..., str]] = {
    "number": lambda value: "" if value is None or is_undefined(value) else number_text(value),
    "answer": lambda value, **more: "" if value is None else answer_text(value, **more),
    "certainty": lambda answer: certainty_text(answer),
    "share": share_text,
    "counted": counted,
    "thousands": lambda number: "" if number is None else f"{number:,}",
    "states": states_text,
}
"""Filters of the templates of both editions; none of them escapes anything."""


def answer_text(answer: Probability | Frequency, *, as_number: bool = False) -> str:
    """A probability or a frequency of the top event, with its unit; of certain bounds both ends.

    as_number: whether its value alone tells it.
    """
    as_number = answer.is_exact or as_number
    text = number_text(answer.value) if as_number else bounds_text(answer.lower, answer.upper)
    return " ".join(filter(None, (text, answer.unit)))


def certainty_text(answer: Probability | Frequency) -> str:
    """How far an answer between bounds is certain, as the end of a sentence."""
    if is_narrow(answer.lower, answer.upper):
        width = (answer.upper - answer.lower) / answer.upper
        return f"certain to {width:.1g} of it: certain bounds have these digits in common; {answer.reason}"
    return "certain bounds: the exact value lies between them; no exact answer came within the limits of this analysis"


def obtained_text(model: Model, event: BasicEvent) -> str:
    """How an event's number was obtained: its law, distribution and basis, and those of its parameters."""
    words = [_law_text(model, event), spread_text(event.uncertainty) if event.uncertainty else "", event.basis or ""]
    words += [parameter.basis or "" for parameter in _parameters_of(model, event)]
    return "; ".join(dict.fromkeys(word for word in words if word))


def sources_text(model: Model, event: BasicEvent) -> str:
    """The keys of the sources of an event's number, and of its parameters."""
    keys = (*event.source, *(key for parameter in _parameters_of(model, event) for key in parameter.source))
    return ", ".join(dict.fromkeys(keys))


def factors_text(model: Model, group: CommonCauseGroup) -> str:
    """The model of a common-cause group as written: `beta factor 0.1`."""
    factors = ", ".join(_written_number(value, model) for _, value in group.quantities())
    testing = f", {group.alpha_factor.testing} testing" if group.alpha_factor is not None else ""
    return f"{group.kind.replace('_', ' ')} {factors}{testing}"


def moment_text(entry: TimelineEntry) -> str:
    """When an entry of the timeline happened: a time after the start, a date, or the phase."""
    match entry.at:
        case None:
            return entry.phase or ""
        case Duration():
            return f"T+{entry.at}"
    return entry.at.replace("T", " ").replace("Z", " UTC")


def spread_text(uncertainty: Uncertainty) -> str:
    """A distribution in one line, as written: `beta: alpha 1, beta 19`."""
    ((kind, numbers),) = uncertainty.model_dump(mode="json", exclude_defaults=True).items()
    return f"{kind}: {', '.join(f'{key} {words_of(value)}' for key, value in numbers.items())}"


def words_of(value: Any) -> str:
    """A free fact of the model on one line, whatever its shape."""
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {words_of(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(map(words_of, value))
    return str(value)


def _parameters_of(model: Model, event: BasicEvent) -> Iterator[Parameter]:
    values = [value for _, value in event.quantities()]
    return (model.parameters[name] for name in names_behind(values, model.parameters))


_TAKEN = {"mean": ("mean state",), "largest": ("largest state",), "mission": ("at the mission time",)}


def _law_text(model: Model, event: BasicEvent) -> str:
    """The failure model as written, with the values of its parameters; nothing of a plain probability."""
    if event.failure_model == "probability" and not isinstance(event.probability, str):
        return ""
    numbers = []
    for path, value in event.quantities():
        where = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
        numbers.append(f"{where} {_written_number(value, model)}")
    return ", ".join([*numbers, *_TAKEN.get(event.at or "", ())])


def _written_number(value: Value, model: Model) -> str:
    """A number as written; of a parameter or an expression that and its value: `pump_rate = 3e-5 /h`."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, Rate | Duration) else number_text(value)
    known = model.number(value)
    digits = (
        f"{known.value:.4g} {str(known).split(' ', 1)[1]}" if isinstance(known, Rate | Duration) else number_text(known)
    )
    return f"{value} = {digits}"
