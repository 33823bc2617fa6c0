"""The JSON Schema of a model file, so that editors complete and check models.

Derived from the model's own types. What only the whole model can tell (references, cycles, k against the
number of inputs) is left to the reader.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import combinations
from typing import Any

from faulttree.model.common_cause import COMMON_CAUSE_MODELS, BinomialFailureRate
from faulttree.model.exclusive import EXCLUSIONS
from faulttree.model.failure_models import FAILURE_MODELS, OF_ONE_NUMBER
from faulttree.model.gates import CONNECTIVES
from faulttree.model.tree import Model
from faulttree.model.uncertainty import UNCERTAINTIES
from faulttree.model.written import LONGEST_NAME, Together
from faulttree.model.written_distributions import LOGNORMAL_WAYS

__all__ = ["json_schema"]

_NULLABLE_ELEMENTS = ("BasicEvent", "Scenario")


def json_schema() -> dict[str, Any]:
    """A JSON Schema, draft 2020-12, that accepts what the reader accepts, as far as a schema can say."""
    schema = Model.model_json_schema(by_alias=True)
    definitions = schema.pop("$defs")
    for table in (*schema["properties"].values(), definitions["Scenario"]["properties"]["set"]):
        if "patternProperties" in table:
            ((pattern, element),) = table.pop("patternProperties").items()
            table |= {"propertyNames": {"pattern": pattern, "maxLength": LONGEST_NAME}, "additionalProperties": element}
    for part in (schema, *definitions.values()):
        for node in _nodes(part):
            node.pop("title", None)
            if node.get("default", 0) in (None, []):
                del node["default"]
    for name in ("Gate", "Formula"):
        _one_connective(definitions[name])
    for name, part in definitions.items():
        part |= _alternatives(name, part)
    definitions["TimelineEntry"]["oneOf"] = [_given("at"), _given("phase")]
    for part in (schema, *definitions.values()):
        _nothing_allowed(part)
    for table in schema["properties"].values():
        element = table.get("additionalProperties")
        if isinstance(element, dict) and element["$ref"].endswith(_NULLABLE_ELEMENTS):
            table["additionalProperties"] = {"anyOf": [element, {"type": "null"}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "faulttree model",
        **schema,
        "$defs": definitions,
    }


def _alternatives(name: str, definition: dict[str, Any]) -> dict[str, Any]:
    """What a definition says about keys that exclude or need each other."""
    match name:
        case "BasicEvent":
            return {
                "not": {"anyOf": [_given(*pair) for pair in combinations(FAILURE_MODELS, 2)]},
                "anyOf": [{"not": _given("uncertainty")}, *(_given(key) for key in OF_ONE_NUMBER)],
            }
        case "Parameter":
            return {"anyOf": [_given("value"), _given("uncertainty")]}
        case "Uncertainty":
            return {"oneOf": [_given(key) for key in UNCERTAINTIES]}
        case "ExclusiveGroup":
            return {"oneOf": [_given(key) for key in EXCLUSIONS]}
        case "CommonCauseGroup":
            return {"oneOf": [_given(key) for key in COMMON_CAUSE_MODELS]}
        case "WrittenLognormal":
            return {"oneOf": [_given_alone(way, definition) for way in LOGNORMAL_WAYS]}
        case "Prior":
            return {"oneOf": [_given("alpha", "beta"), _given("shape", "time")]}
        case "BinomialFailureRate":
            lethal = {"not": _given("lethal_probability", "lethal_rate")}
            return {"oneOf": [_given(key) for key in BinomialFailureRate.either[0]], **lethal}
    kind = next((kind for kind in _kinds_of(Together) if kind.__name__ == name), Together)
    one: list[dict[str, Any]] = [{"oneOf": [_given(key) for key in keys]} for keys in kind.either]
    one += [{"not": {"anyOf": [_given(*pair) for pair in combinations(keys, 2)]}} for keys in kind.at_most_one]
    return {"allOf": one} if len(one) > 1 else one[0] if one else {}


def _kinds_of(kind: type[Together]) -> Iterator[type[Together]]:
    """The classes below one."""
    for below in kind.__subclasses__():
        yield below
        yield from _kinds_of(below)


def _nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A schema and every schema inside it."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("anyOf", []), *schema.get("oneOf", [])]
    for node in (*inner, schema.get("items"), schema.get("additionalProperties")):
        if isinstance(node, dict):
            yield from _nodes(node)


def _one_connective(part: dict[str, Any]) -> None:
    for key in CONNECTIVES:
        node = part["properties"][key]
        (wanted,) = [choice for choice in node.pop("anyOf") if choice.get("type") != "null"]
        node |= wanted
    part["oneOf"] = [{"required": [key]} for key in CONNECTIVES]


def _given(*keys: str) -> dict[str, Any]:
    return {"required": list(keys), "properties": {key: {"not": {"type": "null"}} for key in keys}}


def _given_alone(keys: Collection[str], definition: dict[str, Any]) -> dict[str, Any]:
    """These keys and no others of a definition, a unit apart where it speaks of a logarithm."""
    others = set(definition["properties"]) - set(keys) - ({"unit"} if "mu" in keys else set())
    given = _given(*keys)
    return given | {"properties": given["properties"] | {key: {"type": "null"} for key in sorted(others)}}


def _nothing_allowed(part: dict[str, Any]) -> None:
    """A key that may be left out may stand there without a value, too."""
    for key, node in part["properties"].items():
        kind = node.get("type")
        if key in part.get("required", ()) or key in CONNECTIVES:
            continue
        if "anyOf" in node:
            node["anyOf"] = [choice for choice in node["anyOf"] if choice != {"type": "null"}] + [{"type": "null"}]
        elif "enum" in node:
            node["enum"] = [*node["enum"], None]
            node.pop("type")
        elif "const" in node:
            node["enum"] = [node.pop("const"), None]
        else:
            node["type"] = [*(kind if isinstance(kind, list) else [kind]), "null"]
