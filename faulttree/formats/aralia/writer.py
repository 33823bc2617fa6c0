"""A model as Aralia text: gates, probabilities, states. Much is left out, and `aralia_losses` names it."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from decimal import Decimal
from typing import Any

from faulttree.errors import MissingProbabilityError
from faulttree.formats.chains import chain_losses, with_chains
from faulttree.formats.portable import portable_name, portable_names
from faulttree.model.gates import Connected, Formula
from faulttree.model.tree import Model

__all__ = ["aralia_losses", "write_aralia"]

WIDTH = 116
EXACT = decimal.Context(prec=400)
"""One minus any number that a float holds has no more digits."""
LOST = 1e-12
"""Relative: a distance from 1 that is kept to fewer digits is said to be."""
_SOUND = re.compile(r"[^\W\d]\w*(?:-\w+)*")
_SIGNS = {"and": "&", "or": "|", "xor": "^", "nand": "&", "nor": "|", "iff": "<=>", "imply": "=>", "inhibit": "&"}
_MOST_NAMED = 5


def write_aralia(model: Model) -> str:
    """The model as Aralia text."""
    model = with_chains(model)
    names = _names(model)
    lines = [portable_name(model.name) or "FaultTree", ""]
    lines += [f"{names[name]} := {_outer(gate, names)}" for name, gate in model.gates.items()]
    lines.append("")
    for name in model.basic_events:
        with suppress(MissingProbabilityError):
            lines.append(f"p({names[name]}) = {_decimal(_probability(model, name))}")
    lines += [f"s({names[name]}) = {'true' if house.state else 'false'}" for name, house in model.house_events.items()]
    return "\n".join(lines) + "\n"


def aralia_losses(model: Model) -> tuple[str, ...]:
    """What of a model Aralia text cannot carry, a sentence for each kind of thing, with the names it is about."""
    return (*chain_losses(model), *_losses(with_chains(model)))


def _losses(model: Model) -> Iterable[str]:
    names = _names(model)
    elements = {**model.gates, **model.basic_events, **model.house_events}
    events = model.basic_events
    if (portable_name(model.name) or "FaultTree") != model.name:
        yield f"the name '{model.name[:60]}' is written as '{portable_name(model.name) or 'FaultTree'}'"
    mentioned = {name for gate in model.gates.values() for name in gate.names()}
    tops = tuple(name for name in model.gates if name not in mentioned)
    if not model.gates:
        yield "the model has no gate, and Aralia text without one cannot be read"
    elif model.top != tops:
        yield f"the choice of top events, {_listed(model.top)}, is not carried: a reader takes {_listed(tops)}"
    yield from _named("renamed, for only letters, digits, '_' and '-' can stand in a name", renamed(names))
    for what in ("label", "description", "source", "attributes"):
        yield from _named(f"without {_PLURALS[what]}", (name for name, each in elements.items() if getattr(each, what)))
    yield from _named("without their kinds", (name for name, event in events.items() if event.kind != "basic"))
    yield from _named("without what their numbers are based on", (name for name, each in events.items() if each.basis))
    by_time = (name for name, event in events.items() if event.failure_model not in (None, "probability"))
    yield from _named("with their probability at the mission time only", by_time)
    near = "written with all digits, but so near 1 that a reader of 16 digits loses some of their distance from it"
    yield from _named(near, _near_one(model))
    yield from _named("without their uncertainty", (name for name, event in events.items() if event.uncertainty))
    lost = (name for name, event in events.items() if event.failure_model is None and name not in mentioned)
    yield from _named("not carried, being in no gate and without a probability", lost)
    for form, holds in _FORMS.items():
        yield from _named(form, (name for name, gate in model.gates.items() if _holds(gate, holds)))
    for what in ("parameters", "sources", "scenarios", "evidence"):
        yield from _named(f"not carried ({what})", getattr(model, what))
    grouped = "not carried (common-cause groups), and their events are independent"
    yield from _named(grouped, model.common_cause_groups)
    for what, given in (
        ("description", model.description),
        ("mission time", model.mission_time),
        ("rank correlations", model.correlations),
        ("timeline", model.timeline),
        ("attributes", model.attributes),
    ):
        if given or given == "":
            yield f"not carried: the {what} of the model"


def renamed(names: dict[str, str]) -> list[str]:
    """The names that change."""
    return [name for name, new in names.items() if name != new]


_PLURALS = {
    "label": "their labels",
    "description": "their descriptions",
    "source": "their sources",
    "attributes": "their attributes",
}


def _named(what: str, names: Iterable[str]) -> Iterable[str]:
    names = list(names)
    if names:
        yield f"{what}: {_listed(names)}"


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    more = f" and {len(names) - _MOST_NAMED:,} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(f"'{name}'" for name in names[:_MOST_NAMED]) + more if names else "none"


def _is_negated_list(formula: Connected) -> bool:
    (inner,) = formula.arguments if formula.connective == "not" else ("",)
    return isinstance(inner, Formula) and inner.connective in ("and", "or") and len(inner.arguments) > 1


def _is_single(formula: Connected) -> bool:
    if formula.atleast is not None:
        return formula.atleast.k == 1 == len(formula.arguments)
    return len(formula.arguments) == 1 and formula.connective in ("and", "xor", "nand", "nor")


# What is said otherwise, and means the same.
_FORMS: dict[str, Callable[[Connected], bool]] = {
    "inhibit written as and": lambda formula: formula.connective == "inhibit",
    "a negated and or or written as nand or nor": _is_negated_list,
    "a gate of one input written as or": _is_single,
}


def _holds(formula: Connected, test: Callable[[Connected], bool]) -> bool:
    return test(formula) or any(_holds(inner, test) for inner in formula.arguments if isinstance(inner, Formula))


def _names(model: Model) -> dict[str, str]:
    return portable_names((*model.gates, *model.basic_events, *model.house_events), _SOUND)


def _outer(formula: Connected, names: dict[str, str]) -> str:
    """A gate's formula: without parentheses around it, and of one name only for an OR of it."""
    arguments = formula.arguments
    if len(arguments) == 1 and isinstance(arguments[0], str) and formula.connective in ("and", "or", "xor"):
        return names[arguments[0]]
    return (
        _inner(formula, names).removeprefix("(").removesuffix(")") if _is_bracketed(formula) else _inner(formula, names)
    )


def _is_bracketed(formula: Connected) -> bool:
    return formula.connective in ("and", "or", "xor", "iff", "imply", "inhibit") and len(formula.arguments) > 1


def _inner(formula: Any, names: dict[str, str]) -> str:
    if isinstance(formula, str):
        return names[formula]
    arguments = [_inner(argument, names) for argument in formula.arguments]
    connective = formula.connective
    if connective == "not":
        return f"~{arguments[0]}"
    if formula.atleast is not None:
        return f"@({formula.atleast.k}, [{', '.join(arguments)}])"
    if formula.cardinality is not None:
        return f"#({formula.cardinality.min}, {formula.cardinality.max}, [{', '.join(arguments)}])"
    # Parentheses around one input say nothing; at least one of one keeps it a formula.
    joined = f" {_SIGNS[connective]} ".join(arguments)
    whole = f"({joined})" if len(arguments) > 1 else f"@(1, [{joined}])"
    return f"~{whole}" if connective in ("nand", "nor") else whole


def _probability(model: Model, name: str) -> Decimal:
    """The probability of a basic event at the mission time, with the digits of its distance from 1.

    Raises MissingProbabilityError.
    """
    q, not_q = _sides(model, name)
    if _is_rounded(q, not_q):
        return EXACT.subtract(Decimal(1), Decimal(repr(not_q)))
    return Decimal(repr(q))


def _sides(model: Model, name: str) -> tuple[float, float]:
    found = model.failure_model(name).at(model.mission_time.seconds if model.mission_time else 0.0)
    return float(found.unavailability), float(found.availability)


def _is_rounded(q: float, not_q: float) -> bool:
    """Whether a probability is so near 1 that as a float it has lost digits of its distance from 1."""
    return q > 0.5 and abs(1.0 - q - not_q) > LOST * not_q


def _near_one(model: Model) -> Iterator[str]:
    for name in model.basic_events:
        with suppress(MissingProbabilityError):
            if _is_rounded(*_sides(model, name)):
                yield name


def _decimal(number: Decimal) -> str:
    """All digits of a number without an exponent, which other tools do not read."""
    return format(number.normalize(EXACT), "f")
