"""What pydantic found, in an engineer's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from faulttree.errors import Fault, did_you_mean
from faulttree.model.failure_models import FAILURE_MODELS
from faulttree.model.gates import Gate
from faulttree.model.sections import element_at, shown_path
from faulttree.model.written import described

__all__ = ["explained"]

MOST_HINTS = 50
Path = tuple[str | int, ...]


def explained(error: ValidationError, kind: type[BaseModel], path: Path, hints: bool = True) -> Iterator[Fault]:
    """The faults of one element. kind: its type; path: where it stands; hints: whether to look for what was meant."""
    meant = ""
    told: set[tuple[Path, str]] = set()
    for number, found in enumerate(
        sorted(error.errors(include_url=False), key=lambda found: found["type"] == "missing")
    ):
        if found["type"] == "too_short" and len(found["input"]) >= found["ctx"]["min_length"]:
            continue  # long enough as written; its faulty inputs are reported by themselves
        inside = _written_path(found["loc"])
        message, fix = _message(found, kind, inside, hints and number < MOST_HINTS)
        where = shown_path(inside)
        if found["type"] == "extra_forbidden":
            meant += fix
        elif found["type"] == "missing" and f"'{inside[-1]}'?" in meant:
            continue  # it is there, misspelt
        if where and not message.startswith((where, "unknown key", f"'{where}'", f"`{where}`")):
            message = f"{where}: {message}"
        if (inside, message) not in told:  # pydantic runs the checks of a recursive type twice
            told.add((inside, message))
            yield Fault(message, element_at(path), fix, (*path, *inside))


def _written_path(steps: Path) -> Path:
    """The path of pydantic without its marks for which kind of input it took."""
    return tuple(
        step
        for index, step in enumerate(steps)
        if not (
            index
            and step in ("name", "formula", "copies", "weighted")
            and (isinstance(steps[index - 1], int) or steps[index - 1] in ("not", "input", "condition", "of"))
        )
    )


def _message(found: Any, kind: type[BaseModel], path: Path, hints: bool) -> tuple[str, str]:
    key = path[-1] if path else ""
    match found["type"]:
        case "value_error":
            message, _, fix = str(found["ctx"]["error"]).partition("; ")
            return message, fix
        case "missing":
            return f"`{shown_path(path)}` is missing", _shape(key)
        case "extra_forbidden":
            known = _known_keys(kind, path[:-1])
            inside = f" in '{shown_path(path[:-1])}'" if path[:-1] else ""
            if kind is Gate and str(key).isdigit():
                return f"unknown key '{key}'{inside}", "write each of several copies by itself: `{2: a}, {3: b}`"
            if str(key)[:1].isdigit():
                decimal = "write a number with a decimal point, not with a comma"
                return f"unknown key '{key}'{inside}", "a number of copies is whole" if kind is Gate else decimal
            hint = did_you_mean(str(key), known) if hints else ""
            return f"unknown key '{key}'{inside}", hint or f"known are {', '.join(known)}"
        case "too_short" | "too_long" if 2 in (found["ctx"].get("min_length"), found["ctx"].get("max_length")):
            return f"'{shown_path(path)}' takes exactly 2 inputs, not {len(found['input'])}", ""
        case "too_long":
            return (
                f"'{shown_path(path)}' has more than {found['ctx']['max_length']:,} inputs",
                "divide them among gates",
            )
        case "too_short" if not path:
            return "is empty", "name at least one"
        case "tuple_type" if described(found["input"]) == "nothing" and kind is not Gate:
            return f"'{shown_path(path)}' is empty", "name at least one"
        case "too_short":
            return f"'{shown_path(path)}' has no inputs", "name at least one"
        case "tuple_type":
            given = found["input"]
            if described(given) == "nothing":
                return f"'{shown_path(path)}' has no inputs", "name at least one"
            fix = _shape(key) or (f"write `{key}: [{given}]`" if isinstance(given, str) else "")
            return f"a list is wanted here, not {described(given)}", fix
        case "literal_error":
            return f"{described(found['input'])} is not known", f"use {found['ctx']['expected']}"
        case "model_type" | "mapping_type" | "dict_type" | "model_attributes_type":
            return f"a mapping is wanted here, not {described(found['input'])}", _shape(key)
        case "union_tag_invalid" if found["ctx"]["tag"] == "copies":
            return "copies stand in a list of inputs only", "write `{or: [{3: a}]}` here, or `and`"
        case "union_tag_invalid":
            return "a weight stands in the list of inputs of an `atleast` or `cardinality`, and once", "take it out"
    return found["msg"], ""


def _shape(key: str | int) -> str:
    """How what stands under a key is written; '' where that needs no example."""
    model = FAILURE_MODELS.get(str(key))
    if model is not None:
        return f"write `{key}: {model.example}`" if model.example else ""
    return _SHAPES.get(str(key), "")


_SHAPES = {
    "atleast": "write `atleast: {k: 2, of: [a, b, c]}`",
    "cardinality": "write `cardinality: {min: 1, max: 2, of: [a, b, c]}`",
    "inhibit": "write `inhibit: {input: a, condition: c}`",
    "observe": "write `observe: {pump_a: true, pump_b: false}`",
    "hypotheses": "write `hypotheses: {worn: {bearing: true}, loose: {bolt: true}}`",
    "uncertainty": "write `uncertainty: {lognormal: {median: 1e-5 /h, error_factor: 3}}`",
    "alpha_factor": "write `alpha_factor: {factors: [0.95, 0.05], testing: staggered}`",
    "binomial_failure_rate": "write `binomial_failure_rate: {shock_rate: 1e-6 /h, conditional: 0.1}`",
}


def _known_keys(kind: type[BaseModel], path: Path) -> list[str]:
    holder = kind
    for step in path:
        if isinstance(step, str):
            fields = ((field.alias or name, field) for name, field in holder.model_fields.items())
            annotation = next((field.annotation for key, field in fields if key == step), None)
            holder = next(_models_in(annotation), holder)
    return [field.alias or name for name, field in holder.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The kinds of elements that an annotation speaks of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
