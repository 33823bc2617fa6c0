"""Votes whose inputs carry weights, written with votes, ANDs and ORs in which every input counts once.

With the inputs of one weight w together, the weights of those that are true come to k where for some j at least j of
these are true, and the others' weights come to k - j w: true inputs never count against the vote.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["MOST_WEIGHTS", "inputs_in_full", "without_weights"]

MOST_WEIGHTS = 8
"""Different weights in one vote."""
Data = dict[str, Any]
Classes = list[tuple[int, list[Any], int]]
"""Weight, inputs of that weight and their number, the greatest weight first."""


def without_weights(formula: Data) -> Data:
    """A sound gate or formula, as data, with no weights in it: the same function of its inputs."""
    found = {key: value if key == "attributes" else _argument(value) for key, value in formula.items()}
    for key in ("atleast", "cardinality"):
        vote = found.get(key)
        if isinstance(vote, dict) and any(map(_is_weighted, vote["of"])):
            del found[key]
            found |= _vote(key, vote)
    return found


def _argument(value: Any) -> Any:
    if isinstance(value, list):
        return [_argument(each) for each in value]
    return without_weights(value) if isinstance(value, dict) else value


def _is_weighted(argument: Any) -> bool:
    return isinstance(argument, dict) and "weight" in argument


def _vote(key: str, vote: Data) -> Data:
    classes = _classes(vote["of"])
    if key == "atleast":
        return _formula(_at_least(classes, vote["k"]))
    parts = []
    if vote["min"] > 0:
        parts.append(_at_least(classes, vote["min"]))
    if vote["max"] < sum(weight * count for weight, _, count in classes):
        parts.append({"not": _at_least(classes, vote["max"] + 1)})
    if not parts:  # always true, whatever the inputs are
        inputs = [each for _, of_one_weight, _ in classes for each in of_one_weight]
        return {"cardinality": {"min": 0, "max": sum(count for _, _, count in classes), "of": inputs}}
    return _formula(parts[0] if len(parts) == 1 else {"and": parts})


def _formula(argument: Any) -> Data:
    return argument if isinstance(argument, dict) and not _is_copies(argument) else {"or": [argument]}


def _is_copies(argument: Any) -> bool:
    return isinstance(argument, dict) and len(argument) == 1 and str(next(iter(argument))).isdigit()


def _classes(inputs: list[Any]) -> Classes:
    found: dict[int, list[Any]] = {}
    for each in inputs:
        weight, of = (each["weight"], each["of"]) if _is_weighted(each) else (1, each)
        found.setdefault(weight, []).append(of)
    return [
        (weight, found[weight], sum(int(next(iter(each))) if _is_copies(each) else 1 for each in found[weight]))
        for weight in sorted(found, reverse=True)
    ]


def _terms(classes: Classes, least: int) -> list[tuple[int, int]]:
    """Pairs: at least so many of the first class, and the votes left to the others; without those that others imply."""
    (weight, _, count), *others = classes
    most = sum(each * number for each, _, number in others)
    terms = [(number, least - number * weight) for number in range(count + 1) if least - number * weight <= most]
    enough = next((place for place, (_, rest) in enumerate(terms) if rest <= 0), len(terms) - 1)
    return terms[: enough + 1]


def _at_least(classes: Classes, least: int) -> Any:
    """That the weights of the true inputs come to at least so much, which they can, and need some input for."""
    (_, inputs, count), *others = classes
    found: list[Any] = []
    previous = None
    for number, rest in _terms(classes, least):
        left = _at_least(others, rest) if rest > 0 else None
        if found and left == previous:
            continue  # fewer of this class do as well
        previous = left
        some = _some(inputs, number, count)
        found.append(left if some is None else some if left is None else {"and": [some, left]})
    return found[0] if len(found) == 1 else {"or": found}


def _some(inputs: list[Any], number: int, count: int) -> Any:
    """That at least so many of some inputs are true; None for none."""
    if not number:
        return None
    if count == 1:
        return inputs[0]
    if number in (1, count):
        return {"or" if number == 1 else "and": inputs}
    return {"atleast": {"k": number, "of": inputs}}


def inputs_in_full(weights: Mapping[int, int], least: int) -> int:
    """How many inputs all formulas of a vote have that is written without its weights. weights: inputs of each."""
    classes: Classes = [(weight, [], weights[weight]) for weight in sorted(weights, reverse=True)]
    known: dict[tuple[int, int], int] = {}

    def size(place: int, rest: int) -> int:
        if (place, rest) not in known:
            known[place, rest] = sum(
                (classes[place][2] if number else 0) + (size(place + 1, left) if left > 0 else 0)
                for number, left in _terms(classes[place:], rest)
            )
        return known[place, rest]

    return size(0, least)
