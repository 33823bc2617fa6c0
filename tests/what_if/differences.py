"""A small model to change, and what a change did to its top event."""

from __future__ import annotations

import copy

from faulttree import FaultTree, diff
from faulttree.what_if.moves import TopDifference

BASE = {
    "name": "Pumps",
    "top": "no_flow",
    "gates": {"no_flow": {"or": ["power", "pumps"]}, "pumps": {"and": ["a", "b"]}},
    "basic_events": {"power": {"probability": 0.01}, "a": {"probability": 0.1}, "b": {"probability": 0.2}},
}


def edited(**sections) -> FaultTree:
    return FaultTree.from_data({**copy.deepcopy(BASE), **sections})


def results(*trees_of: FaultTree, **asked) -> TopDifference:
    """The results for the one top event of each tree."""
    (found,) = diff(*trees_of, **asked).results
    return found
