"""Trees with frequency events, and what enumeration says of them at the moment of each in turn."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import oracles
from hypothesis import strategies as st
from strategies import trees

from faulttree import FaultTree
from faulttree.errors import FrequencyError, InvalidRequestError
from faulttree.model import Model

YEAR = 8760 * 3600.0
PLANT: dict[str, Any] = {
    "name": "plant",
    "top": "damage",
    "mission_time": "24 h",
    "gates": {
        "damage": {"or": ["blackout", "leak"]},
        "blackout": {"and": ["losp", "dg_a", "dg_b"]},
        "leak": {"and": ["loca", "cooling"]},
        "cooling": {"or": ["pump", "dg_a"]},
    },
    "basic_events": {
        "losp": {"frequency": "0.02 /y"},
        "loca": {"frequency": "1e-4 /y"},
        "dg_a": {"probability": 0.05},
        "dg_b": {"rate": "1e-3 /h"},
        "pump": {"probability": 1e-3},
    },
}
DG_B = -math.expm1(-0.024)
BLACKOUT, LEAK = 0.02 * 0.05 * DG_B, 1e-4 * (1 - (1 - 1e-3) * 0.95)


def plant(**sections: Any) -> FaultTree:
    return FaultTree.from_data(PLANT | sections)


@st.composite
def trees_with_frequencies(draw: st.DrawFn) -> Model:
    """Random trees of which some events have a frequency; most often each in a product of its own with a subtree."""
    data = draw(trees(missing=False, max_events=6, max_gates=5)).to_data()
    events = [*data["basic_events"]]
    if draw(st.integers(0, 3)):
        tops = data["top"] if isinstance(data["top"], list) else [data["top"]]
        inner = [*data["gates"], *events]
        branches = []
        for number in range(draw(st.integers(1, 4))):
            name = f"initiator {number}"
            data["basic_events"][name] = {"frequency": draw(st.sampled_from(FREQUENCIES))}
            branches.append({"and": [name, draw(st.sampled_from(inner))]})
        if draw(st.booleans()):  # which may bring another branch about, too
            data["gates"][tops[0]] = {"or": [data["gates"][tops[0]], "initiator 0"]}
        data["gates"]["sequences"] = {"or": branches}
        data["top"] = "sequences"
    else:
        for event in events[: draw(st.integers(1, 3))]:
            data["basic_events"][event] = {"frequency": draw(st.sampled_from(FREQUENCIES))}
    return Model.from_data(data)


FREQUENCIES = ["0 /h", "1e-9 /h", "0.02 /y", "3 /d", "500 FIT", "1e6 /y"]


def per_second(model: Model, event: str) -> Fraction:
    return Fraction(model.basic_events[event].frequency.per_second)


def at_moments(model: Model, top: str, states: oracles.States) -> tuple[dict[str, Fraction], set[int]]:
    """P(top) at the moment of each frequency event, and how many of these the minimal cut sets hold."""
    f = oracles.function(model, top, states)
    frequent = [event for event in f.events if model.basic_events[event].frequency is not None and event not in states]
    others = [event for event in f.events if event not in frequent]
    q = oracles.event_probabilities(model, others, states)
    found = {}
    for event in frequent:
        at = [p for p in oracles.subsets(others) if f(p | {event})]
        found[event] = sum((weight(p, others, q) for p in at), start=Fraction(0))
    return found, {sum(event in frequent for event in cut) for cut in oracles.minimal_cut_sets(f)}


def weight(point: frozenset[str], events: list[str], q: dict[str, Fraction]) -> Fraction:
    return math.prod((q[e] if e in point else 1 - q[e] for e in events), start=Fraction(1))


def is_near(found: float, right: Fraction | float) -> bool:
    return math.isclose(found, float(right), rel_tol=1e-9, abs_tol=1e-22)


def unit_in_si(unit: str) -> float:
    return {"/h": 1 / 3600.0, "/y": 1 / YEAR, "/d": 1 / 86400.0, "FIT": 1e-9 / 3600.0}[unit]


def what_if_or_why_not(tree: FaultTree, states: dict[str, bool | float]) -> Any:
    try:
        return tree.what_if(states).answer()
    except (FrequencyError, InvalidRequestError) as error:
        return str(error)
