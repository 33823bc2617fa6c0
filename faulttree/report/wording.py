"""What both reports say in the same words: laws, distributions, moments and facts of a model, as filters of jinja2."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from faulttree.model.quantities import Duration, Rate
from faulttree.results import counted, number_text, share_text

if TYPE_CHECKING:
    from faulttree.model import BasicEvent, Model, Parameter, TimelineEntry
    from faulttree.model.common_cause import CommonCauseGroup
    from faulttree.model.failure_models import Value
    from faulttree.model.uncertainty import Uncertainty

__all__ = ["filters_of"]


def filters_of(model: Model, facts: Mapping[str, Any]) -> dict[str, Callable[..., Any]]:
    """Filters that turn what a model or a result holds into words; none of them escapes anything."""

    def parameters_of(event: BasicEvent) -> list[Parameter]:
        return [model.parameters[value] for _, value in event.quantities() if isinstance(value, str)]

    def law_of(event: BasicEvent) -> str:
        """The failure model as written, with the values of its parameters; nothing of a plain probability."""
        numbers = []
        for path, value in event.quantities():
            where = ".".join(str(step + 1) if isinstance(step, int) else step for step in path)
            numbers.append(f"{where} {_number(value, model.parameters)}")
        plain = event.failure_model == "probability" and not isinstance(event.probability, str)
        return "" if plain else ", ".join(numbers)

    def factors_of(group: CommonCauseGroup) -> str:
        """The model of a group as written: `beta_factor 0.1`."""
        factors = ", ".join(_number(value, model.parameters) for _, value in group.quantities())
        testing = f", {group.alpha_factor.testing} testing" if group.alpha_factor is not None else ""
        return f"{group.kind.replace('_', ' ')} {factors}{testing}"

    def input_of(name: str) -> BasicEvent | Parameter:
        return model.parameters[name] if name in model.parameters else model.basic_events[name]

    def how_obtained(event: BasicEvent) -> str:
        """How an event's number was obtained: its law, distribution and basis, and those of its parameters."""
        words = [law_of(event), _spread(event.uncertainty) if event.uncertainty else "", event.basis or ""]
        words += [parameter.basis or "" for parameter in parameters_of(event)]
        return "; ".join(dict.fromkeys(word for word in words if word))

    def sources_of(event: BasicEvent) -> str:
        """The keys of the sources of an event's number, and of its parameters."""
        keys = (*event.source, *(key for parameter in parameters_of(event) for key in parameter.source))
        return ", ".join(dict.fromkeys(keys))

    return {
        "number": lambda value: "" if value is None or math.isnan(value) else number_text(value),
        "share": share_text,
        "counted": counted,
        "thousands": "{:,}".format,
        "moment": _moment,
        "facts": _facts,
        "law": law_of,
        "obtained": how_obtained,
        "sources": sources_of,
        "factors": factors_of,
        "input": input_of,
        "spread": _spread,
        "sobol": facts["sobol"],
        "states": facts["states_text"],
        "between": facts["between"],
        "probability": lambda event: "" if (q := facts["probability_of"](event)) is None else number_text(q),
    }


def _moment(entry: TimelineEntry) -> str:
    match entry.at:
        case None:
            return entry.phase or ""
        case Duration():
            return f"T+{entry.at}"
    return entry.at.replace("T", " ").replace("Z", " UTC")


def _number(value: Value, parameters: Mapping[str, Parameter]) -> str:
    """A number as written; of a parameter its name and value: `pump_rate = 3e-5 /h`."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, Rate | Duration) else number_text(value)
    known = parameters[value].value
    digits = (
        f"{known.value:.4g} {str(known).split(' ', 1)[1]}" if isinstance(known, Rate | Duration) else number_text(known)
    )
    return f"{value} = {digits}"


def _spread(uncertainty: Uncertainty) -> str:
    """A distribution in one line, as written: `beta: alpha 1, beta 19`."""
    ((kind, numbers),) = uncertainty.model_dump(mode="json", exclude_defaults=True).items()
    return f"{kind}: {', '.join(f'{key} {_facts(value)}' for key, value in numbers.items())}"


def _facts(value: Any) -> str:
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_facts(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, str):
        return "; ".join(map(_facts, value))
    return str(value)
