"""Evidence by enumeration: every state of all events, with its exact probability.

A set of states is a whole number with a bit for each: state i is that in which event j has occurred where bit j of i is
set. So a connective is a bitwise operation on the sets of its inputs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from fractions import Fraction

import oracles
from hypothesis import strategies as st

from faulttree.model import Formula, Gate, Model

States = Mapping[str, bool | float]


class Worlds:
    """All states of the events below some names, what-ifs in force."""

    def __init__(self, model: Model, names: tuple[str, ...], states: States | None = None) -> None:
        self.model, self.states = model, states or {}
        below = (event for name in names for event in oracles.events_below(model, name, self.states))
        self.events = tuple(dict.fromkeys(below))
        self.size = 1 << len(self.events)
        self.all = (1 << self.size) - 1
        q = oracles.event_probabilities(model, self.events, self.states)
        self.denominator = math.prod(q[event].denominator for event in self.events)
        # Numerators over the one denominator.
        self.weights = [1]
        for event in self.events:
            p = q[event]
            self.weights = [w * (p.denominator - p.numerator) for w in self.weights] + [
                w * p.numerator for w in self.weights
            ]
        self.known: dict[str, int] = {}

    def true(self, name: str) -> int:
        """The states in which an event or gate has occurred."""
        if name not in self.known:
            self.known[name] = self._true(name)
        return self.known[name]

    def where(self, *observed: Mapping[str, bool]) -> int:
        """The states in which all of it holds."""
        found = self.all
        for each in observed:
            for name, state in each.items():
                found &= self.true(name) if state else self.all ^ self.true(name)
        return found

    def weight(self, states: int) -> Fraction:
        return Fraction(sum(self.weights[i] for i in members(states)), self.denominator)

    def probability(self, *observed: Mapping[str, bool]) -> Fraction:
        return self.weight(self.where(*observed))

    def world(self, index: int) -> frozenset[str]:
        return frozenset(event for j, event in enumerate(self.events) if index >> j & 1)

    def _true(self, name: str) -> int:
        if isinstance(self.states.get(name), bool):
            return self.all if self.states[name] else 0
        if name in self.events:
            stride = 1 << self.events.index(name)
            block = ((1 << stride) - 1) << stride
            return sum(block << (2 * stride * k) for k in range(self.size // (2 * stride)))
        if name in self.model.house_events:
            return self.all if self.model.house_events[name].state else 0
        return self._formula(self.model.gates[name])

    def _formula(self, formula: Formula | Gate) -> int:
        inputs = [self.true(a) if isinstance(a, str) else self._formula(a) for a in formula.arguments]
        count = [self.all] + [0] * len(inputs)
        for number, each in enumerate(inputs, start=1):
            for k in range(number, 0, -1):
                count[k] |= count[k - 1] & each
        count.append(0)
        # count[k]: at least k of the inputs.
        match formula.connective:
            case "and" | "inhibit":
                return count[len(inputs)]
            case "or":
                return count[1]
            case "nand" | "not":
                return self.all ^ count[len(inputs)]
            case "nor":
                return self.all ^ count[1]
            case "xor":
                return self._odd(inputs)
            case "iff":
                return self.all ^ self._odd(inputs)
            case "imply":
                return (self.all ^ inputs[0]) | inputs[1]
            case "atleast":
                return count[formula.atleast.k]
        return count[formula.cardinality.min] & (self.all ^ count[formula.cardinality.max + 1])

    def _odd(self, inputs: list[int]) -> int:
        odd = 0
        for each in inputs:
            odd ^= each
        return odd


def members(states: int) -> Iterator[int]:
    """The numbers of the states in a set."""
    for i, digit in enumerate(reversed(bin(states)[2:])):
        if digit == "1":
            yield i


def names_of(model: Model) -> list[str]:
    return [*model.gates, *model.basic_events, *model.house_events]


@st.composite
def observations_of(draw: st.DrawFn, model: Model, most: int = 3) -> dict[str, bool]:
    return draw(st.dictionaries(st.sampled_from(names_of(model)), st.booleans(), max_size=most))
