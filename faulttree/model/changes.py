"""What was changed from one model to another, element by element, as a reviewer would want it told.

Compared is what the models mean, not how they were written: the order of elements and of the inputs of a commutative
connective says nothing, nor does the unit of a quantity. Nothing is taken for renamed: a new name is an element
added, and an old one that is gone is an element removed.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pydantic import BaseModel

from faulttree.model.common_cause import COMMON_CAUSE_MODELS
from faulttree.model.events import FAILURE_MODELS
from faulttree.model.gates import AtLeast, Cardinality, Connected, Copies, Formula, Inhibit, Weighted
from faulttree.model.parameters import Parameter
from faulttree.model.quantities import Duration, Rate, in_si
from faulttree.model.sections import kind_of
from faulttree.model.tree import Model

__all__ = ["ASPECTS", "Aspect", "Change", "ModelChanges", "changes", "formula_text"]

Aspect = Literal["structure", "numbers", "scenarios", "words"]
ASPECTS: tuple[Aspect, ...] = ("structure", "numbers", "scenarios", "words")
"""What a change is about: the Boolean function; numbers; what-if and evidence; what is only read."""

_COMMUTATIVE = ("and", "or", "xor", "nand", "nor", "iff", "atleast", "cardinality")
_STRUCTURE = {"gates", "basic_events", "house_events", "exclusive_groups"}
_NUMBERS = {"parameters", "common_cause_groups"}
_SCENARIOS = {"scenarios", "evidence"}
_WORDS = {"label", "description", "source", "attributes", "basis", "kind", "note", "title"}
_NUMERIC_KEYS = ("mission_time", "correlations")
Leaves = dict[tuple[str, ...], Any]
"""The numbers, texts and lists of them in an element, by their place."""
# A unit that is converted may cost a rounding or two.
_ROUNDING = 4 * 2.0**-52


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs.

    what: 'added', 'removed' or 'changed', of an element or of one of its keys. section: of the model file; '' for the
    model's own keys. name: of the element; '' for the model itself. key: the place inside it, such as
    `uncertainty.lognormal.error_factor`, or `formula`; '' where the whole element was added or removed.
    before, after: as text; None on the side where there is nothing. detail: of a formula whose connective stays the
    same, the inputs added and removed.
    """

    aspect: Aspect
    what: Literal["added", "removed", "changed"]
    section: str
    name: str
    key: str
    before: str | None
    after: str | None
    detail: str = ""

    @property
    def element(self) -> str:
        """What it is about, in words: "gate 'pumps'", "model"."""
        return (
            f"{kind_of(self.section)} '{self.name}'" if self.section and self.name else kind_of(self.section) or "model"
        )


@dataclass(frozen=True, slots=True)
class ModelChanges:
    """Every change between two models: in the order of the model file's sections, then of the elements."""

    changes: tuple[Change, ...]

    def __iter__(self) -> Iterator[Change]:
        return iter(self.changes)

    def __len__(self) -> int:
        return len(self.changes)

    def about(self, *aspects: Aspect) -> ModelChanges:
        """Only those about some aspects."""
        return ModelChanges(tuple(change for change in self.changes if change.aspect in aspects))

    def counts(self) -> dict[Aspect, int]:
        """How many there are of each aspect."""
        counted = Counter(change.aspect for change in self.changes)
        return {aspect: counted[aspect] for aspect in ASPECTS}

    def records(self) -> list[dict[str, Any]]:
        """One mapping per change."""
        return [asdict(change) for change in self.changes]


def changes(before: Model, after: Model) -> ModelChanges:
    """What was changed from one model to another."""
    return ModelChanges(tuple(_changes(before, after)))


def _changes(before: Model, after: Model) -> Iterator[Change]:
    for key in Model.model_fields:
        old, new = getattr(before, key), getattr(after, key)
        if key == "attributes":
            yield from _leaves_changed("", "", "words", _leaves(old, (key,)), _leaves(new, (key,)))
        elif isinstance(old, Mapping):
            yield from _elements_changed(key, old, new)
        elif any(isinstance(entry, BaseModel) for entry in (*_entries(old), *_entries(new))):
            yield from _entries_changed(key, old, new)
        elif not _same(old, new):
            aspect: Aspect = "structure" if key == "top" else "numbers" if key in _NUMERIC_KEYS else "words"
            yield _change(aspect, "", "", key, _text(old), _text(new))


def _change(
    aspect: Aspect, section: str, name: str, key: str, before: str | None, after: str | None, detail: str = ""
) -> Change:
    what: Literal["added", "removed", "changed"] = "changed"
    if before is None or after is None:
        what = "added" if before is None else "removed"
    return Change(aspect, what, section, name, key, before, after, detail)


def _entries(value: object) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else ()


def _entries_changed(section: str, before: tuple[Any, ...], after: tuple[Any, ...]) -> Iterator[Change]:
    """Entries that have no name: what one list has and the other lacks."""
    aspect: Aspect = "numbers" if section in _NUMERIC_KEYS else "words"
    old, new = (Counter(map(_entry_text, entries)) for entries in (before, after))
    for entry in (old - new).elements():
        yield _change(aspect, section, "", "", entry, None)
    for entry in (new - old).elements():
        yield _change(aspect, section, "", "", None, entry)


def _entry_text(entry: BaseModel) -> str:
    leaves = _leaves(entry, ())
    if ("between",) in leaves:  # a correlation is the same either way round
        leaves["between",] = tuple(sorted(leaves["between",]))
    return _leaves_text(leaves)


def _elements_changed(section: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Change]:
    aspect = _aspect_of(section, "")
    for name, element in before.items():
        if name not in after:
            yield _change(aspect, section, name, "", _element_text(element), None)
        elif not _surely_equal(section, element, after[name]):
            old, new = _element_leaves(element), _element_leaves(after[name])
            if not _states_value(element) and not _states_value(after[name]):
                for leaves in (old, new):  # the uncertainties say it
                    del leaves["value",]
            yield from _leaves_changed(section, name, None, *_kinds_apart(old, new))
    for name, element in after.items():
        if name not in before:
            yield _change(aspect, section, name, "", None, _element_text(element))


def _surely_equal(section: str, one: Any, other: Any) -> bool:
    """Whether two elements say the same, found fast: true and 1.0, equal in Python, can stand in some places only."""
    return section not in _SCENARIOS and not one.attributes and bool(one == other)


def _states_value(element: BaseModel) -> bool:
    """Whether a value is given, or else is the mean of the uncertainty, which says it."""
    return not isinstance(element, Parameter) or element.states_value


def _leaves_changed(section: str, name: str, aspect: Aspect | None, before: Leaves, after: Leaves) -> Iterator[Change]:
    for path in dict.fromkeys((*before, *after)):
        old, new = before.get(path), after.get(path)
        if not _same(old, new):
            of = aspect or _aspect_of(section, path[0])
            detail = old.against(new) if isinstance(old, _Function) and isinstance(new, _Function) else ""
            yield _change(of, section, name, ".".join(path), _text(old), _text(new), detail)


def _aspect_of(section: str, first: str) -> Aspect:
    """What a change is about, by the first step of its path in an element; '' for the whole element."""
    if first in _WORDS:
        return "words"
    if section in _SCENARIOS:
        return "scenarios"
    if section == "common_cause_groups":
        return "structure" if first in ("", "events") else "numbers"
    if section in _NUMBERS:
        return "numbers"
    if section in _STRUCTURE:
        return "structure" if first in ("", "formula", "state", "at_most_one", "exactly_one") else "numbers"
    return "words"


# Elements as leaves


@dataclass(frozen=True, slots=True)
class _Function:
    """A formula that is equal to every other that means the same but for the order of inputs."""

    connective: str
    inputs: tuple[str, ...]

    @classmethod
    def of(cls, formula: Connected) -> _Function:
        inputs = [_argument_text(argument) for argument in formula.written_arguments]
        connective = formula.connective
        if connective in _COMMUTATIVE:
            inputs.sort()
        match getattr(formula, connective, None):
            case AtLeast(k=k):
                connective += f" {k}"
            case Cardinality(min=low, max=high):
                connective += f" {low} to {high}"
            case Inhibit():
                inputs[1] = f"condition {inputs[1]}"
        return cls(connective, tuple(inputs))

    @property
    def text(self) -> str:
        return f"{self.connective}({', '.join(self.inputs)})"

    def against(self, after: _Function) -> str:
        """The inputs added and removed, where the connective stays the same and some inputs do."""
        old, new = Counter(self.inputs), Counter(after.inputs)
        if self.connective != after.connective or not old & new:
            return ""
        parts = (("added", new - old), ("removed", old - new))
        return "; ".join(f"{word}: {', '.join(inputs.elements())}" for word, inputs in parts if inputs)


def _element_leaves(element: BaseModel) -> Leaves:
    """What an element says, by the place inside it; its formula is one."""
    leaves = _leaves(element, ())
    if isinstance(element, Connected):
        words = {path: value for path, value in leaves.items() if path[0] in _WORDS}
        return {("formula",): _Function.of(element)} | words
    for key in ("events", "at_most_one", "exactly_one"):  # in any order they mean the same
        if (key,) in leaves:
            leaves[key,] = tuple(sorted(leaves[key,]))
    return leaves


def _leaves(value: Any, path: tuple[str, ...]) -> Leaves:
    """The numbers, texts and lists of them in a nest of values, by their place. What is not given has none."""
    found: Leaves = {}
    items: list[tuple[str, Any]]
    if isinstance(value, BaseModel):
        fields = type(value).model_fields
        items = [(field.alias or name, getattr(value, name)) for name, field in fields.items()]
    elif isinstance(value, Mapping):
        items = list(value.items())
    elif isinstance(value, tuple) and any(isinstance(each, BaseModel | Mapping) for each in value):
        items = [(str(index), each) for index, each in enumerate(value, start=1)]
    elif value is None or (isinstance(value, tuple) and not value):
        return {}
    else:
        return {path: tuple(sorted(value)) if path[-1:] == ("source",) and isinstance(value, tuple) else value}
    for key, each in items:
        found |= _leaves(each, (*path, str(key)))
    return found


def _kinds_apart(before: Leaves, after: Leaves) -> tuple[Leaves, Leaves]:
    """The leaves, where a failure model, a common-cause model or a distribution of another kind is one thing."""
    for kinds, depth, called in (
        (FAILURE_MODELS, 0, "failure model"),
        (COMMON_CAUSE_MODELS, 0, "model"),
        ((), 1, "uncertainty"),
    ):
        paths = [
            [path for path in leaves if (path[0] in kinds if depth == 0 else path[0] == called and len(path) > 1)]
            for leaves in (before, after)
        ]
        if any(paths) and {path[depth] for path in paths[0]} != {path[depth] for path in paths[1]}:
            before, after = (
                _collapsed(leaves, own, called) for leaves, own in zip((before, after), paths, strict=True)
            )
    return before, after


def _collapsed(leaves: Leaves, paths: list[tuple[str, ...]], called: str) -> Leaves:
    text = _leaves_text({path[1:] if path[0] == called else path: leaves[path] for path in paths})
    rest = {path: value for path, value in leaves.items() if path not in paths}
    return rest | {(called,): text} if paths else rest


def _element_text(element: BaseModel) -> str:
    """An element in a line: its formula, or what it says."""
    leaves = _element_leaves(element)
    formula = leaves.pop(("formula",), None)
    if not _states_value(element):
        leaves.pop(("value",))
    said = {path: value for path, value in leaves.items() if path[0] not in _WORDS}
    said |= {path: leaves[path] for path in (("label",), ("source",)) if path in leaves}
    return "; ".join(text for text in (formula.text if formula else "", _leaves_text(said)) if text)


def _leaves_text(leaves: Leaves) -> str:
    return ", ".join(f"{'.'.join(path)} {_text(value)}" for path, value in leaves.items())


def _same(old: Any, new: Any) -> bool:
    if isinstance(old, Duration | Rate) and type(old) is type(new):
        return old == new or math.isclose(in_si(old), in_si(new), rel_tol=_ROUNDING)
    if isinstance(old, tuple) and isinstance(new, tuple):
        return len(old) == len(new) and all(map(_same, old, new))
    # True is no 1.0: one says that it is certain, the other gives a probability.
    return isinstance(old, bool) is isinstance(new, bool) and bool(old == new)


def _text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case _Function(text=text):
            return text
        case bool():
            return str(value).lower()
        case float():
            return repr(value).removesuffix(".0") if abs(value) < 1e16 else repr(value)
        case tuple():
            return ", ".join(str(_text(each)) for each in value)
    return str(value)


# Formulas


def formula_text(formula: Connected) -> str:
    """A formula as text, the same for any order of the inputs of a commutative connective: `atleast 2 (a, b, c)`.

    A name that could be taken for something else stands in double quotes.
    """
    return _Function.of(formula).text


def _argument_text(argument: str | Formula | Copies | Weighted) -> str:
    if isinstance(argument, Weighted):
        return f"{_argument_text(argument.of)} of weight {argument.weight}"
    if isinstance(argument, Copies):
        return f"{argument.count} copies of {_argument_text(argument.of)}"
    if not isinstance(argument, str):
        return formula_text(argument)
    plain = all(character.isalnum() or character in "_-.:/+" for character in argument)
    return argument if plain else json.dumps(argument, ensure_ascii=False)
