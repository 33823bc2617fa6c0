"""The report in Markdown: what an engineer hands over with the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from faulttree.model.quantities import Duration, Rate
from faulttree.results import counted, number_text

if TYPE_CHECKING:
    from faulttree.model import BasicEvent, Model, Parameter, TimelineEntry
    from faulttree.model.common_cause import CommonCauseGroup
    from faulttree.model.failure_models import Value
    from faulttree.model.uncertainty import Uncertainty

__all__ = ["markdown_report"]

_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>#|~&])")


def markdown_report(model: Model, facts: Mapping[str, Any]) -> str:
    """The report as Markdown. facts: the results, by the names that the template `report.md.j2` uses."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("faulttree", "render"),
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # Markdown: every text goes through the filter `md` or `name`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )

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

    environment.filters |= {
        "md": escaped,
        "name": lambda name: f"`{name}`" if "`" not in name and "|" not in name else escaped(name),
        "number": number_text,
        "moment": _moment,
        "facts": _facts,
        "parameters": parameters_of,
        "law": law_of,
        "factors": factors_of,
        "counted": counted,
        "share": facts["share"],
        "sobol": facts["sobol"],
        "input": input_of,
        "spread": _spread,
        "states": facts["states_text"],
        "between": facts["between"],
        "probability": lambda event: "" if (q := facts["probability_of"](event)) is None else number_text(q),
    }
    text = environment.get_template("report.md.j2").render(model=model, **facts)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def escaped(text: str) -> str:
    """A text on one line, with every character that Markdown could act on made plain."""
    return _MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


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
