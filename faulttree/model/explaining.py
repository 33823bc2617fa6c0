"""What pydantic found, in an engineer's words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel, ValidationError

from faulttree.errors import Fault, did_you_mean
from faulttree.model.failure_models import WrittenGlm, WrittenPeriodicTest, WrittenWeibull
from faulttree.model.gates import AtLeast, Cardinality, Formula, Inhibit
from faulttree.model.references import element_at
from faulttree.model.written import described

__all__ = ["explained"]

MOST_HINTS = 50
Path = tuple[str | int, ...]
_INNER: dict[str, type[BaseModel]] = {
    "atleast": AtLeast,
    "cardinality": Cardinality,
    "inhibit": Inhibit,
    "weibull": WrittenWeibull,
    "glm": WrittenGlm,
    "periodic_test": WrittenPeriodicTest,
}


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
        where = _where(inside)
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
            and step in ("name", "formula")
            and (isinstance(steps[index - 1], int) or steps[index - 1] in ("not", "input", "condition"))
        )
    )


def _where(path: Path) -> str:
    """The place inside an element: `atleast.of[3].and`, counted from 1."""
    shown = ""
    for step in path:
        shown += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if shown else step
    return shown


def _message(found: Any, kind: type[BaseModel], path: Path, hints: bool) -> tuple[str, str]:
    key = path[-1] if path else ""
    match found["type"]:
        case "value_error":
            message, _, fix = str(found["ctx"]["error"]).partition("; ")
            return message, fix
        case "missing":
            return f"`{_where(path)}` is missing", ""
        case "extra_forbidden":
            known = _known_keys(kind, path[:-1])
            inside = f" in '{_where(path[:-1])}'" if path[:-1] else ""
            hint = did_you_mean(str(key), known) if hints else ""
            return f"unknown key '{key}'{inside}", hint or f"known are {', '.join(known)}"
        case "too_short" | "too_long" if 2 in (found["ctx"].get("min_length"), found["ctx"].get("max_length")):
            return f"'{_where(path)}' takes exactly 2 inputs, not {len(found['input'])}", ""
        case "too_long":
            return f"'{_where(path)}' has more than {found['ctx']['max_length']:,} inputs", "divide them among gates"
        case "too_short" if not path:
            return "is empty", "name at least one"
        case "too_short":
            return f"'{_where(path)}' has no inputs", "name at least one"
        case "tuple_type":
            given = found["input"]
            if described(given) == "nothing":
                return f"'{_where(path)}' has no inputs", "name at least one"
            fix = f"write `{key}: [{given}]`" if isinstance(given, str) else ""
            return f"a list is wanted here, not {described(given)}", fix
        case "literal_error":
            return f"{described(found['input'])} is not known", f"use {found['ctx']['expected']}"
        case "model_type" | "mapping_type" | "dict_type" | "model_attributes_type":
            return f"a mapping is wanted here, not {described(found['input'])}", _SHAPES.get(str(key), "")
    return found["msg"], ""


_SHAPES = {
    "atleast": "write `atleast: {k: 2, of: [a, b, c]}`",
    "cardinality": "write `cardinality: {min: 1, max: 2, of: [a, b, c]}`",
    "inhibit": "write `inhibit: {input: a, condition: c}`",
    "weibull": "write `weibull: {scale: 5000 h, shape: 2}`",
    "glm": "write `glm: {on_demand: 1e-3, rate: 1e-5 /h, repair_rate: 0.1 /h}`",
    "periodic_test": "write `periodic_test: {rate: 1e-5 /h, interval: 720 h, first_test: 720 h}`",
}


def _known_keys(kind: type[BaseModel], path: Path) -> list[str]:
    holder = kind
    if path:
        holder = _INNER.get(str(path[-1]), Formula)
    return [field.alias or name for name, field in holder.model_fields.items()]
