"""What is true of a whole model, by trying all states of its events.

Independent events are true or not, one member at most of an exclusive group is, and a member of a common-cause group is
where one of its causes is. Numbers are extended floats, and every sum is of positive terms: they have 17 digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from whole_models import Whole

States = Mapping[str, bool | float]
Table = npt.NDArray[np.bool_]
Sets = frozenset[frozenset[str]]


class Impossible(Exception):
    """States that contradict each other, or leave an exclusive group nothing to share."""


class Truth:
    """The table of every element of a model under the states of a what-if, and the probability of each state.

    hours: when; at the mission time unless given.
    """

    def __init__(self, whole: Whole, states: States | None = None, hours: float | None = None) -> None:
        self.whole, self.hours = whole, whole.mission if hours is None else hours
        self.states = dict(states or {})
        for name, number in whole.copies.items():
            if name in self.states:
                given = self.states.pop(name)
                self.states = {f"{name}#{place}": given for place in range(1, number + 1)} | self.states
        self.gates, self.houses = whole.data["gates"], whole.data["house_events"]
        self.tables: dict[str, Table] = {}
        self.events: list[str] = []
        """Those that vary, one for each bit of `points`."""
        parts = [self._left(part) for part in (*self._independent(), *self._alternatives())]
        n = math.prod(len(part) for part in parts)
        self.weight = np.ones(n, np.longdouble)
        self.points = np.zeros(n, np.int64)
        stride = 1
        for part in parts:
            which = np.arange(n) // stride % len(part)
            stride *= len(part)
            self.weight *= np.array([p for _, p in part], np.longdouble)[which]
            for place, (name, _) in enumerate(part):
                if name is None:
                    continue
                self.tables[name] = which == place
                if name not in self.states or not isinstance(self.states[name], bool):
                    self.points |= self.tables[name].astype(np.int64) << len(self.events)
                    self.events.append(name)
        self.false = np.zeros(n, bool)
        for name in (member for group in self.whole.alternatives for member in group):
            self.tables.setdefault(name, self.false)
        for name, state in self.states.items():
            if isinstance(state, bool):
                self.tables[name] = self.false | state

    def _left(self, part: list[tuple[str | None, Any]]) -> list[tuple[str | None, Any]]:
        """The alternatives that what is settled leaves."""
        true = [each for each in part if self.states.get(each[0] or "") is True]
        return true or [each for each in part if self.states.get(each[0] or "") is not False]

    def _independent(self) -> list[list[tuple[str | None, Any]]]:
        """Two alternatives for each event: that it is true, with its probability, and that it is not."""
        members = {member for group in self.whole.alternatives for member in group}
        found = {}
        for name, course in self.whole.courses.items():
            if name not in members:
                for copy in self._copies(name):
                    found[copy] = course(self.hours)
        found |= {name: float(state) for name, state in self.states.items() if name in found}
        apart = [name for name in self.states if name not in found and name not in members]
        found |= {name: float(self.states[name]) for name in apart}  # a gate that is set is an event of its own
        return [[(name, np.longdouble(q)), (None, 1 - np.longdouble(q))] for name, q in found.items()]

    def _copies(self, name: str) -> list[str]:
        if name not in self.whole.below_copies:
            number = self.whole.copies.get(name, 0)
            return [f"{name}#{place}" for place in range(1, number + 1)] if number else [name]
        (inputs,) = self.gates["copied"].values()
        own = [""] if name == inputs[0] else ["#1", "#2"]
        return [f"{name}{inner}#{outer}" for outer in range(1, self.whole.copies["copied"] + 1) for inner in own]

    def _alternatives(self) -> list[list[tuple[str | None, Any]]]:
        found = []
        for members, exactly in self.whole.alternatives.items():
            p = {member: np.longdouble(self.whole.courses[member](self.hours)) for member in members}
            total = sum(p.values())
            if total > 1 + 1e-9 and not exactly:
                raise Impossible
            if exactly:
                p, none = {member: each / total for member, each in p.items()}, np.longdouble(0)
            else:
                none = max(np.longdouble(0), 1 - total)
            given = {member: np.longdouble(float(self.states[member])) for member in members if member in self.states}
            if sum(given.values()) > 1:
                raise Impossible
            if given:
                left = 1 - sum(given.values())
                free = sum(each for member, each in p.items() if member not in given) + none
                if not free and left and exactly:
                    raise Impossible
                share = left / free if free else np.longdouble(0)
                none = none * share if free else left
                p = {member: given.get(member, each * share) for member, each in p.items()}
            found.append([(None, none), *p.items()])
        return found

    # Tables

    def table(self, name: str) -> Table:
        """When an element is true, by its name with the numbers of its copies."""
        if name not in self.tables:
            self.tables[name] = self._table(name)
        return self.tables[name]

    def _table(self, name: str) -> Table:
        base, mark, path = name.partition("#")
        if base in self.houses:
            return self.false | self.houses[base]["state"]
        if base in self.whole.fail:
            return np.logical_or.reduce([self.table(cause) for cause in self.whole.fail[base]])
        return self._formula(self.gates[base], mark + path)

    def _formula(self, formula: Any, path: str) -> Table:
        """path: which copy of a gate it is in."""
        if isinstance(formula, str):
            return self.table(formula + path if formula in self.whole.below_copies else formula)
        ((connective, given),) = formula.items()
        if connective == "not":
            return ~self._formula(given, path)
        if connective == "inhibit":
            return self._formula(given["input"], path) & self._formula(given["condition"], path)
        tables: list[Table] = []
        for argument in given["of"] if isinstance(given, dict) else given:
            weighted = isinstance(argument, dict) and "weight" in argument
            each, before = argument["of"] if weighted else argument, len(tables)
            number = next(iter(each)) if isinstance(each, dict) else None
            if isinstance(number, int):
                tables += [self.table(f"{each[number]}#{place}{path}") for place in range(1, number + 1)]
            else:
                tables.append(self._formula(each, path))
            tables += tables[before:] * (argument["weight"] - 1 if weighted else 0)
        true = sum(table.astype(int) for table in tables)
        n = len(tables)
        match connective:
            case "and" | "nand":
                found = true == n
            case "or" | "nor":
                found = true > 0
            case "xor":
                found = true % 2 == 1
            case "iff":
                found = true != 1
            case "imply":
                found = ~tables[0] | tables[1]
            case "atleast":
                found = true >= given["k"]
            case _:
                found = (true >= given["min"]) & (true <= given["max"])
        return ~found if connective in ("nand", "nor") else found

    # What follows

    def probability(self, name: str) -> float:
        """Of an element."""
        return float(self.weight[self.table(name)].sum())

    def cut_sets(self, name: str) -> Sets:
        """The minimal sets of events whose occurrence, without any other, makes an element true; possible ones."""
        minimal: list[int] = []
        for point in sorted(set(self.points[self.table(name)].tolist()), key=int.bit_count):
            if not any(point & other == other for other in minimal):
                minimal.append(point)
        return frozenset(
            frozenset(event for bit, event in enumerate(self.events) if point >> bit & 1) for point in minimal
        )

    def together(self, events: frozenset[str]) -> float:
        """The probability that all of some events are true."""
        tables = [self.table(event) for event in events]
        return float(self.weight[np.logical_and.reduce(tables)].sum()) if tables else 1.0

    def is_coherent(self, name: str) -> bool:
        """Whether one more event never makes an element false."""
        true = {*self.points[self.table(name)].tolist()}
        every = {*self.points.tolist()}
        bits = [1 << bit for bit in range(len(self.events))]
        return all(point | bit in true or point | bit not in every for point in true for bit in bits)
