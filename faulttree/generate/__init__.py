"""Synthetic fault trees: exactly as many events, gates and repeated inputs as asked for, the same from the same seed.

>>> from faulttree.generate import generate
>>> model = generate(events=1_000, gates=400, sharing=0.05, seed=7)
>>> len(model.basic_events), len(model.gates)
(1000, 400)

The gates are made first, as a tree without inputs from outside; then every event is put somewhere once; then the
repeated inputs are chosen among what lies deeper, so that there is no cycle. Nothing is drawn twice until it fits.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

from faulttree.errors import InvalidRequestError
from faulttree.generate.frame import frame_of
from faulttree.generate.inputs import inputs_of_all, numbers_of_inputs
from faulttree.model.tree import Model

__all__ = ["MIXED", "generate"]

MIXED = ("and", "or", "atleast", "xor")
"""The connectives that gates may have; negation is of inputs."""
FAN_IN = 3.0
EVEN: Mapping[str, float] = {"and": 1.0, "or": 1.0}


def generate(
    events: int,
    gates: int | None = None,
    *,
    fan_in: float | None = None,
    sharing: float = 0.0,
    nearby: int | None = 20,
    mix: Mapping[str, float] = EVEN,
    negated: float = 0.0,
    depth: int | None = None,
    probabilities: tuple[float, float] = (1e-4, 1e-1),
    seed: int = 0,
) -> Model:
    """A random model with a top event `g1`, gates `g1`, `g2`, ... from the top down, and basic events `e1`, `e2`, ...

    events, gates: exact numbers, each at least 1. fan_in: inputs per gate on average, in place of `gates`; 3 when both
        are absent. Events, gates and sharing together fix the number of inputs, so that no more can be chosen.
    sharing: share in [0, 1) of all inputs that name an event or a gate which is an input elsewhere already.
    nearby: take those from the nearest so many events, in the order of the tree, and gates of the next level; None is
        from anywhere, which makes trees that no method can analyse exactly when they are large.
    mix: weights of the connectives in `MIXED`, met exactly but for rounding. An `atleast` has at least three inputs
        and a k between 2 and one less than all of them, other gates at least two inputs; the inputs of a gate differ.
    negated: share in [0, 1] of the inputs that are negated; above 0 the tree is not coherent.
    depth: gates on the longest way from the top to an event; None is about logarithmic.
    probabilities: lowest and highest, in (0, 1], of the events; evenly spread by magnitude, three digits.

    Raises InvalidRequestError when the numbers contradict each other, saying which.
    """
    _check(events, gates, fan_in, sharing, nearby, mix, negated, depth, probabilities)
    if gates is None:
        gates = _gates_for(events, FAN_IN if fan_in is None else fan_in, sharing)
    choose = Random(seed)
    connectives = _connectives(gates, mix, choose)
    least = [3 if connective == "atleast" else 2 for connective in connectives]
    # Every event, and every gate but the top, is an input once; the rest are repetitions.
    once = events + gates - 1
    repeated = round(once * sharing / (1.0 - sharing))
    skeleton = frame_of(least, depth, once + repeated, choose)
    connectives = [connectives[gate] for gate in skeleton.made_as]
    numbers = numbers_of_inputs(skeleton, [least[gate] for gate in skeleton.made_as], events, repeated, choose)
    inputs = inputs_of_all(skeleton, numbers, events, nearby, choose)
    names = [f"g{gate}" for gate in range(1, gates + 1)] + [f"e{event}" for event in range(1, events + 1)]
    total = once + repeated
    negations = set(choose.sample(range(total), round(negated * total)))
    low, high = (math.log(p) for p in probabilities)
    given = {"events": events, "gates": gates, "sharing": sharing, "nearby": nearby, "negated": negated, "depth": depth}
    words = [f"--{option} {value or 0}" for option, value in given.items() if value or option == "nearby"]
    words.append("--mix " + ",".join(f"{connective}={weight:g}" for connective, weight in mix.items()))
    words.append("--probabilities {} {} --seed {}".format(*probabilities, seed))
    with _no_collection():
        return Model(
            name=f"Synthetic tree {seed}",
            description="faulttree generate " + " ".join(words),
            top="g1",
            gates=dict(zip(names, _formulas(connectives, inputs, names, negations, choose), strict=False)),
            basic_events={
                name: {"probability": min(float(f"{math.exp(low + (high - low) * choose.random()):.3g}"), 1.0)}
                for name in names[gates:]
            },
        )


def _check(
    events: int, gates: int | None, fan_in: float | None, sharing: float, nearby: int | None,
    mix: Mapping[str, float], negated: float, depth: int | None, probabilities: tuple[float, float],
) -> None:  # fmt: skip
    for number, thing in ((events, "events"), (gates, "gates"), (depth, "depth"), (nearby, "nearby")):
        if number is not None and number < 1:
            raise InvalidRequestError(f"{thing} is {number}; give at least 1")
    if gates is not None and fan_in is not None:
        raise InvalidRequestError("gates and fan_in each fix the other; give one of them")
    if not 0.0 <= sharing < 1.0:
        raise InvalidRequestError(f"sharing is {sharing:g}; give a share in [0, 1)")
    if not 0.0 <= negated <= 1.0:
        raise InvalidRequestError(f"negated is {negated:g}; give a share in [0, 1]")
    for connective, weight in mix.items():
        if connective not in MIXED:
            raise InvalidRequestError(f"the mix names '{connective}'; known are {', '.join(MIXED)}")
        if not 0.0 <= weight < math.inf:
            raise InvalidRequestError(f"the mix gives '{connective}' the weight {weight:g}; give 0 or more")
    if not sum(mix.values()) > 0.0:
        raise InvalidRequestError("the mix gives no connective a weight above 0")
    if not 0.0 < probabilities[0] <= probabilities[1] <= 1.0:
        raise InvalidRequestError(f"probabilities are {probabilities}; the lowest, then the highest, both in (0, 1]")


def _gates_for(events: int, fan_in: float, sharing: float) -> int:
    """How many gates have fan_in inputs on average, of which the share 1 - sharing name something new."""
    new = fan_in * (1.0 - sharing)
    if not 1.0 < new < math.inf:
        raise InvalidRequestError(
            f"of {fan_in:g} inputs per gate {new:.3g} name something new at a sharing of {sharing:g}, and 1 or less "
            "makes no tree; give a larger fan_in or less sharing"
        )
    return max(1, round((events - 1) / (new - 1.0)))


def _connectives(gates: int, mix: Mapping[str, float], choose: Random) -> list[str]:
    """One per gate, shuffled; as many of each as its weight says, the remainder to the largest fractions."""
    total = sum(mix.values())
    exact = {connective: gates * weight / total for connective, weight in mix.items()}
    numbers = {connective: math.floor(number) for connective, number in exact.items()}
    for connective in sorted(exact, key=lambda c: numbers[c] - exact[c])[: gates - sum(numbers.values())]:
        numbers[connective] += 1
    found = [connective for connective, number in numbers.items() for _ in range(number)]
    choose.shuffle(found)
    return found


def _formulas(
    connectives: Sequence[str], inputs: Sequence[Sequence[int]], names: Sequence[str], negations: set[int],
    choose: Random,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    place = 0
    for connective, numbers in zip(connectives, inputs, strict=True):
        named: list[Any] = [names[number] for number in numbers]
        for index in range(len(named)) if negations else ():
            if place + index in negations:
                named[index] = {"not": named[index]}
        place += len(named)
        if connective == "atleast":
            yield {"atleast": {"k": 2 + int(choose.random() * (len(named) - 2)), "of": named}}
        else:
            yield {connective: named}


@contextmanager
def _no_collection() -> Iterator[None]:
    """No search for garbage meanwhile: of a million new objects none is, and searching doubles the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
