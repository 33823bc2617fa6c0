"""A model as Open-PSA text. Reading it gives an equal model, but for what `open_psa_losses` names.

Numbers go out in hours and per hour. What Open-PSA has no element for, such as sources, kinds of basic events and units
as written, stands in attributes named `faulttree-...`, which other tools keep or ignore.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from faulttree.characters import NOT_XML
from faulttree.expressions import Name, Number
from faulttree.formats.chains import chain_losses, with_chains
from faulttree.formats.open_psa.common_cause import MODELS, STAGGERED
from faulttree.formats.open_psa.deviates import deviate_of
from faulttree.formats.open_psa.laws import FORMS
from faulttree.formats.open_psa.marks import JSON, PREFIX
from faulttree.formats.open_psa.stated import in_hours
from faulttree.formats.open_psa.terms import escaped, hourly, lines_of
from faulttree.formats.portable import portable_name
from faulttree.model.common_cause import CommonCauseGroup
from faulttree.model.events import BasicEvent, Element, HouseEvent
from faulttree.model.expressions import parsed_text, power_in
from faulttree.model.failure_models import AS_RATES, FAILURE, REPAIR, Value, WrittenPeriodicTest
from faulttree.model.gates import Connected, Gate
from faulttree.model.numbers import IN_EXPRESSION, uses
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import SECONDS, Duration, Rate
from faulttree.model.tree import Model

__all__ = ["open_psa_losses", "write_open_psa"]

_TEST_FIELDS = WrittenPeriodicTest.model_fields
GROUP_MODELS = {key: (name, first) for name, (key, first) in MODELS.items()}
# What says a failure model, by its key. A failure model that is not here is written as its probability.
_BUILT_INS = {key: tag for (tag, _), (key, _) in FORMS.items()} | {"repairable": "GLM"}
_BUILT_INS |= {"mttf": "exponential", "mtbf": "exponential"}
# Arguments that a failure model leaves out.
_IMPLIED: dict[str, Value] = {"shift": 0.0, "test_duration": 0.0, "on_demand": 0.0, "repair_rate": 0.0}
_TAGS = {"gates": "gate", "basic_events": "basic-event", "house_events": "house-event"}
_UNITS = {(Rate, "h"): "hours-1", (Rate, "y"): "years-1", (Duration, "h"): "hours", (Duration, "y"): "years"}
_UNITS |= {(Rate, "FIT"): "fit"}


def open_psa_losses(model: Model) -> tuple[str, ...]:
    """What of a model Open-PSA cannot carry, a sentence for each."""
    lost = [*chain_losses(model)]
    model = with_chains(model)
    lost += [f"scenario '{name}' is not carried" for name in model.scenarios]
    lost += [f"evidence '{name}' is not carried" for name in model.evidence]
    if model.timeline:
        lost.append(f"the timeline is not carried: {len(model.timeline)} entries")
    uncertain = [
        ("parameter", name)
        for name, parameter in model.parameters.items()
        if parameter.uncertainty and not deviate_of(parameter.uncertainty, model.number(name))
    ]
    uncertain += [
        ("basic event", name)
        for name, event in model.basic_events.items()
        if event.uncertainty and not _own_deviate(model, name)
    ]
    lost += [f"the uncertainty of {kind} '{name}' is not carried, only its value" for kind, name in uncertain]
    if model.correlations:
        lost.append(f"rank correlations are not carried: {len(model.correlations)} pairs")
    lost += [
        f"common-cause group '{name}' is not carried, and its events are independent"
        for name, group in model.common_cause_groups.items()
        if group.kind not in GROUP_MODELS
    ]
    for name, event in model.basic_events.items():
        if _has_no_form(event):
            held = event.at in ("mean", "largest")
            what = "steady" if event.is_steady else f"at: {event.at}" if held else event.failure_model
            when = "" if held else f" at {'its exposure' if event.exposure is not None else 'the mission time'}"
            lost.append(f"basic event '{name}' ({what}) is written as its probability{when}")
        elif event.repairable is not None:
            lost.append(f"basic event '{name}' (repairable) is written as GLM")
        for key in () if _has_no_form(event) or event.repairable is not None else _inverted(event):
            what = "repair time" if key == "repair_time" else key.upper()
            rate = "repair rate" if key == "repair_time" else "failure rate"
            lost.append(f"the {what} of basic event '{name}' is written as its {rate}")
    return tuple(lost)


def write_open_psa(model: Model) -> str:
    """The model as Open-PSA text."""
    return _Writer(with_chains(model)).text()


class _Writer:
    def __init__(self, model: Model) -> None:
        self.model = model
        self.groups = {name: group for name, group in model.common_cause_groups.items() if group.kind in GROUP_MODELS}
        self.tags = {name: tag for section, tag in _TAGS.items() for name in getattr(model, section)}

    def text(self) -> str:
        model = self.model
        name = portable_name(model.name) or "fault-tree"
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<opsa-mef>"]
        fields: dict[str, Any] = {"name": model.name} if model.name != name else {}
        if model.top != self._tops():
            fields["top"] = model.top[0] if len(model.top) == 1 else model.top
        if model.mission_time is not None:
            fields["mission-time"] = str(model.mission_time)
        if model.sources:
            fields["sources"] = {key: source.model_dump(exclude_defaults=True) for key, source in model.sources.items()}
        lines += _marks(model.description, "description", fields, model.attributes, "  ")
        lines.append(f'  <define-fault-tree name="{escaped(name)}">')
        for gate_name, gate in model.gates.items():
            lines += self._gate(gate_name, gate)
        lines.append("  </define-fault-tree>")
        for group_name, group in self.groups.items():
            lines += (line.removeprefix("  ") for line in self._group(group_name, group))
        lines.append("  <model-data>")
        members = {event for group in self.groups.values() for event in group.events}
        for event_name, event in model.basic_events.items():
            body, fields = _law(model, event_name)
            written = _element("define-basic-event", event_name, event, [] if event_name in members else body, fields)
            # Its group declares a member: some tools take a second declaration for an error.
            if len(written) > 1 or event_name not in members:
                lines += written
        for house_name, house in model.house_events.items():
            lines += _element("define-house-event", house_name, house, *_state(house))
        used = uses(model.basic_events, model.parameters, model.common_cause_groups)
        for parameter_name, parameter in model.parameters.items():
            lines += _parameter(model, parameter_name, parameter, IN_EXPRESSION in used.get(parameter_name, ()))
        return "\n".join([*lines, "  </model-data>", "</opsa-mef>", ""])

    def _tops(self) -> tuple[str, ...]:
        """What a reader takes for the top events when none is stated: the gates that no gate mentions."""
        mentioned = {name for gate in self.model.gates.values() for name in gate.names()}
        return tuple(name for name in self.model.gates if name not in mentioned)

    def _gate(self, name: str, gate: Gate) -> list[str]:
        inhibits: list[int] = []
        connective, arguments = gate.connective, gate.arguments
        if connective == "or" and len(arguments) == 1 and isinstance(arguments[0], str):
            body = [self._reference(arguments[0], "      ")]
        else:
            body = list(self._formula(gate, "      ", inhibits, iter(range(10**9))))
        fields = {"inhibit": " ".join(map(str, inhibits))} if inhibits else {}
        return _element("define-gate", name, gate, body, fields)

    def _group(self, name: str, group: CommonCauseGroup) -> list[str]:
        model, first = GROUP_MODELS[group.kind]
        factors = [value for _, value in group.quantities()]
        staggered = group.alpha_factor is not None and group.alpha_factor.testing == STAGGERED
        law, _ = _law(self.model, group.events[0])
        body = ["      <members>", *(self._reference(event, "        ") for event in group.events), "      </members>"]
        body += ["      <distribution>", *(f"  {line}" for line in law), "      </distribution>", "      <factors>"]
        for level, factor in enumerate(factors, first or len(group.events)):
            body.append(f'        <factor level="{level}">')
            if staggered and level > 1:
                divided = [*_term(factor, "            ", self.model.parameters), f'            <int value="{level}"/>']
                body += ["          <div>", *divided, "          </div>"]
            else:
                body += _term(factor, "          ", self.model.parameters)
            body.append("        </factor>")
        body.append("      </factors>")
        start, *rest = _element("define-CCF-group", name, group, body, {"testing": STAGGERED} if staggered else {})
        return [f'{start[:-1]} model="{model}">', *rest]

    def _formula(self, formula: Connected, indent: str, inhibits: list[int], numbers: Iterator[int]) -> Iterator[str]:
        """The lines of a formula. inhibits: takes the numbers of the inhibit gates in it, counted from the outside."""
        connective = tag = formula.connective
        number = next(numbers)
        if connective == "inhibit":
            tag = "and"
            inhibits.append(number)
        counts = ""
        if formula.atleast is not None:
            counts = f' min="{formula.atleast.k}"'
        elif formula.cardinality is not None:
            counts = f' min="{formula.cardinality.min}" max="{formula.cardinality.max}"'
        yield f"{indent}<{tag}{counts}>"
        inner = indent + "  "
        for argument in formula.arguments:
            if isinstance(argument, str):
                yield self._reference(argument, inner)
            else:
                yield from self._formula(argument, inner, inhibits, numbers)
        yield f"{indent}</{tag}>"

    def _reference(self, name: str, indent: str) -> str:
        return f'{indent}<{self.tags[name]} name="{escaped(name)}"/>'


def _element(tag: str, name: str, element: Element, body: list[str], fields: dict[str, Any]) -> list[str]:
    if element.description is not None:
        fields = {"description": element.description, **fields}
    if element.source:
        fields["source"] = element.source[0] if len(element.source) == 1 else element.source
    marks = _marks(element.label, "label", fields, element.attributes, "      ")
    start = f'    <{tag} name="{escaped(name)}"'
    return [f"{start}>", *marks, *body, f"    </{tag}>"] if marks or body else [f"{start}/>"]


def _marks(
    label: str | None, label_field: str, fields: Mapping[str, Any], attributes: Mapping[str, Any], indent: str
) -> list[str]:
    """The lines of a label and attributes. A label that XML would change stands as an attribute."""
    lines, pairs = [], []
    if label is not None:
        if label and label == label.strip() and not NOT_XML.search(label):
            lines.append(f"{indent}<label>{escaped(label)}</label>")
        else:
            pairs.append((PREFIX + label_field, label))
    pairs += [(PREFIX + key, value) for key, value in fields.items()]
    pairs += [(PREFIX + key if key.startswith(PREFIX) else key, value) for key, value in attributes.items()]
    if pairs:
        lines += [
            f"{indent}<attributes>",
            *(_attribute(*pair, indent + "  ") for pair in pairs),
            f"{indent}</attributes>",
        ]
    return lines


def _attribute(name: str, value: Any, indent: str) -> str:
    kind: str | None = JSON
    match value:
        case str() if not NOT_XML.search(value):
            kind = None
        case {"value": str(text), "type": str(given), **rest} if (
            not rest and given != JSON and not NOT_XML.search(text + given)
        ):
            value, kind = text, given
        case _:
            value = json.dumps(value, ensure_ascii=not _json_fits(value))
    stated = "" if kind is None else f' type="{escaped(kind)}"'
    return f'{indent}<attribute name="{escaped(name)}" value="{escaped(value)}"{stated}/>'


def _json_fits(value: Any) -> bool:
    return not NOT_XML.search(json.dumps(value, ensure_ascii=False))


def _state(house: HouseEvent) -> tuple[list[str], dict[str, Any]]:
    return [f'      <constant value="{"true" if house.state else "false"}"/>'], {}


def _parameter(model: Model, name: str, parameter: Parameter, in_expression: bool) -> list[str]:
    """A parameter's element. Of `k / 1 h` the file has `k`: that it is a plain number is said, lest it be a rate."""
    value = parameter.value
    plain = ' unit="float"' if in_expression else ""
    fields: dict[str, Any] = {}
    if isinstance(value, str):
        unit = {1: ' unit="hours"', -1: ' unit="hours-1"'}.get(int(power_in(name, model.parameters)), plain)
        fields["quantities"] = {"value": value}
        if parameter.basis is not None:
            fields["basis"] = parameter.basis
        body = list(lines_of(hourly(parsed_text(value)), "      "))
        first, *lines = _element("define-parameter", name, parameter, body, fields)
        return [first[:-1] + unit + ">", *lines]
    if isinstance(value, float):
        unit = plain
    else:
        unit = _UNITS.get((type(value), value.unit), "")
        if not unit:
            fields["quantities"] = {"value": str(value)}
        unit = f' unit="{unit or _UNITS[type(value), "h"]}"'
    if parameter.basis is not None:
        fields["basis"] = parameter.basis
    number = value if isinstance(value, float) else value.value if "years" in unit or "fit" in unit else _hourly(value)
    deviate = deviate_of(parameter.uncertainty, value)
    body = [f'      <float value="{number!r}"/>'] if deviate is None else _deviate(*deviate)
    first, *lines = _element("define-parameter", name, parameter, body, fields)
    return [first[:-1] + unit + ">", *lines]


def _own_deviate(model: Model, name: str) -> tuple[str, list[float]] | None:
    """The deviate of an uncertain probability. A parameter of the same name would be taken for the same input."""
    event = model.basic_events[name]
    if not isinstance(event.probability, float) or name in model.parameters:
        return None
    return deviate_of(event.uncertainty, event.probability)


def _deviate(tag: str, numbers: list[float]) -> list[str]:
    lines = [line for number in numbers for line in _term(number, "        ", ())]
    if tag == "histogram":
        start, *rest = lines
        bins = [["        <bin>", f"  {bound}", f"  {value}", "        </bin>"]
                for bound, value in zip(rest[::2], rest[1::2], strict=True)]  # fmt: skip
        lines = [start, *(line for each in bins for line in each)]
    return [f"      <{tag}>", *lines, f"      </{tag}>"]


def _has_no_form(event: BasicEvent) -> bool:
    """Whether it has a failure model that no built-in says."""
    known = event.failure_model in (None, "probability", *_BUILT_INS)
    own_time = event.probability is not None and event.exposure is not None
    return not known or event.is_steady or event.at in ("mean", "largest") or own_time


def _law(model: Model, name: str) -> tuple[list[str], dict[str, Any]]:
    """The expression of a basic event, and the fields that say what it cannot."""
    event = model.basic_events[name]
    fields: dict[str, Any] = {} if event.kind == "basic" else {"kind": event.kind}
    if event.basis is not None:
        fields["basis"] = event.basis
    if event.failure_model is None:
        return [], fields
    deviate = _own_deviate(model, name)
    if deviate is not None:
        return _deviate(*deviate), fields
    if event.probability is not None and not _has_no_form(event):
        if isinstance(event.probability, str) and event.probability not in model.parameters:
            fields["quantities"] = {"probability": event.probability}
        return _term(event.probability, "      ", model.parameters), fields
    if _has_no_form(event):
        return _term(model.probability_of(name), "      ", ()), fields
    tag, keys, values = _form(event)
    body = [f"      <{tag}>", *_terms(event, keys, values, model.parameters)]
    if event.exposure is None:
        body += ["        <system-mission-time/>", f"      </{tag}>"]
    else:
        body += [*_term(event.exposure, "        ", model.parameters), f"      </{tag}>"]
    units = _units(event, dict(zip(keys, values, strict=True)), model.parameters)
    if event.exposure is not None:
        # It may be that of the mission, and would be taken for it.
        units["exposure"] = str(event.exposure)
    if event.at is not None:
        fields["at"] = event.at
    if units:
        fields["quantities"] = units
    return body, fields


def _inverted(event: BasicEvent) -> list[str]:
    """The keys of mean times that are written as rates."""
    return [str(path[-1]) for path, _ in event.quantities() if path[-1] in AS_RATES]


def _form(event: BasicEvent) -> tuple[str, tuple[str, ...], list[Value]]:
    """The built-in that says a failure model, the keys of its arguments, and the arguments."""
    number = event.number
    if number is not None:
        return "exponential", ("rate",), [number[1]]
    model = event.failure_model or ""
    tag, law, n_arguments, implied = _BUILT_INS[model], getattr(event, model), 3, _IMPLIED
    if event.periodic_test is not None:
        test = event.periodic_test
        short = {*FAILURE, "interval", "first_test", *REPAIR}
        long = any(key not in short and getattr(test, key) != field.default for key, field in _TEST_FIELDS.items())
        n_arguments = 10 if long else 4 if test.repair_rate or test.repair_time else 3
        implied = _IMPLIED | {"repair_rate": float("inf")}
    _, keys = FORMS[tag, n_arguments]
    values: list[Value] = []
    for key in keys:
        value = getattr(law, key, None)
        for mean_time in _inverted(event):
            if AS_RATES[mean_time][0] == key:
                value = getattr(law, mean_time)
        if key == "rate_in_test" and value is None:
            value = values[keys.index("rate")]
        values.append(float(value) if isinstance(value, bool) else implied[key] if value is None else value)
    return tag, keys, values


def _terms(event: BasicEvent, keys: tuple[str, ...], values: list[Value], parameters: Collection[str]) -> Iterator[str]:
    """The arguments of a built-in. A mean time is written as the rate 1 / time."""
    inverted = {AS_RATES[mean_time][0] for mean_time in _inverted(event)}
    if (
        "rate" in inverted
        and "rate_in_test" in keys
        and values[keys.index("rate_in_test")] is values[keys.index("rate")]
    ):
        inverted |= {"rate_in_test"}
    for key, value in zip(keys, values, strict=True):
        if key not in inverted:
            yield from _term(value, "        ", parameters)
        elif isinstance(value, str):
            yield "        <div>"
            yield from (*_term(1.0, "          ", ()), *_term(value, "          ", parameters))
            yield "        </div>"
        else:
            yield from _term(1.0 / _hourly(value), "        ", ())


def _units(event: BasicEvent, written: Mapping[str, Value], parameters: Collection[str]) -> dict[str, str]:
    """The quantities that the numbers alone would not give back: in other units, stated defaults, expressions."""
    units = {}
    for path, value in event.quantities():
        if path[-1] in AS_RATES or path[0] == "repairable":
            continue  # written as something else
        stated_default = (
            path[-1] in ("shift", "repair_rate") and not isinstance(value, str) and _hourly(value) == 0.0
        ) or (path[-1] == "rate_in_test" and _in_hours_or_name(value) == _in_hours_or_name(written["rate"]))
        is_expression = isinstance(value, str) and value not in parameters
        if stated_default or is_expression or (isinstance(value, Rate | Duration) and value.unit != "h"):
            units[".".join(map(str, path))] = str(value)
    return units


def _in_hours_or_name(value: Value) -> float | str:
    return value if isinstance(value, str) else _hourly(value)


def _term(value: Value, indent: str, parameters: Collection[str]) -> list[str]:
    """The lines of a number, a parameter or an expression. parameters: the names of the model's."""
    if isinstance(value, str):
        node = Name(value) if value in parameters else hourly(parsed_text(value))
        return list(lines_of(node, indent))
    return list(lines_of(Number(_hourly(value)), indent))


def _hourly(value: float | Rate | Duration) -> float:
    """The number that stands for a quantity: hours, per hour, or itself."""
    match value:
        case Rate():
            return value.value if value.unit == "h" else value.per_second * SECONDS["h"]
        case Duration():
            return in_hours(value)
    return value
