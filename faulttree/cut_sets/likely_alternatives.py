"""Events that look like alternatives and are taken for independent: told by their names, numbers and cut sets."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping

__all__ = ["likely_alternatives"]

TOLERANCE = 1e-6
"""How far from 1 probabilities may sum that are meant to sum to 1: they are written rounded."""
LEADING = 50
"""Cut sets that are looked at, the best first."""
Pattern = tuple[str, bool, str]
"""A name but for one digit or letter: what stands before it, whether it is a digit, what stands behind."""


def likely_alternatives(
    cut_sets: Iterable[Iterable[str]], probabilities: Mapping[str, float]
) -> Iterator[tuple[str, ...]]:
    """Events whose names differ in one digit or letter only and whose probabilities sum to 1, in the order given.

    cut_sets: the leading ones; two such events at least stand together in one of them, which alternatives never do.
    probabilities: of the events that may be meant.
    """
    suspects: dict[Pattern, None] = {}
    for cut_set in cut_sets:
        met: dict[Pattern, str] = {}
        for event in cut_set:
            for pattern in _patterns(event) if event in probabilities else ():
                if pattern in met:
                    suspects[pattern] = None
                met[pattern] = event
    told: set[str] = set()
    for pattern in suspects:
        members = tuple(event for event in probabilities if pattern in _patterns(event))
        is_whole = abs(math.fsum(probabilities[event] for event in members) - 1.0) <= TOLERANCE
        if is_whole and told.isdisjoint(members):
            told.update(members)
            yield members


def _patterns(name: str) -> Iterator[Pattern]:
    for place, character in enumerate(name):
        if character.isalnum():
            yield name[:place], character.isdigit(), name[place + 1 :]
