"""Synthetic trees: exactly what was asked for, sound, and the same from the same seed."""

from __future__ import annotations

import gc
import math
from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from faulttree import FaultTree
from faulttree.errors import InvalidRequestError
from faulttree.generate import MIXED, generate
from faulttree.generate.inputs import drawn
from faulttree.model import Model


def depth_of(model: Model) -> int:
    """Gates on the longest way from the top to an event."""
    levels: dict[str, int] = {}
    for name in reversed(list(model.gates)):  # a gate's inputs have larger numbers
        below = [levels[inner] for inner in model.gates[name].names() if inner in model.gates]
        levels[name] = 1 + max(below, default=0)
    return levels["g1"]


def mentions_of(model: Model) -> Counter[str]:
    return Counter(name for gate in model.gates.values() for name in gate.names())


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "events": draw(st.integers(1, 60)),
        "gates": draw(st.integers(1, 40)),
        "sharing": draw(st.sampled_from([0.0, 0.01, 0.1, 0.3, 0.6])),
        "nearby": draw(st.sampled_from([None, 1, 3, 1000])),
        "mix": draw(st.dictionaries(st.sampled_from(MIXED), st.floats(0.1, 5), min_size=1)),
        "negated": draw(st.sampled_from([0.0, 0.2, 1.0])),
        "depth": draw(st.none() | st.integers(1, 12)),
        "seed": draw(st.integers(0, 1000)),
    }


@given(requests())
def test_the_numbers_are_exactly_those_asked_for(asked: dict[str, Any]) -> None:
    try:
        model = generate(**asked)
    except InvalidRequestError:
        assume(False)
        raise
    events, gates = asked["events"], asked["gates"]
    assert (len(model.basic_events), len(model.gates)) == (events, gates)
    assert model.top == ("g1",)
    # Reachable from the top, without a cycle, nothing undefined: a sound model without a warning.
    assert model.faults() == []
    mentions = mentions_of(model)
    assert set(mentions) == {*model.gates, *model.basic_events} - {"g1"}
    once = events + gates - 1
    assert mentions.total() == once + round(once * asked["sharing"] / (1 - asked["sharing"]))
    for gate in model.gates.values():
        inputs = list(gate.names())
        assert len(set(inputs)) == len(inputs) >= (3 if gate.connective == "atleast" else 2)
        if gate.atleast:
            assert 2 <= gate.atleast.k < len(inputs)
    negations = sum(not isinstance(argument, str) for gate in model.gates.values() for argument in gate.arguments)
    assert negations == round(asked["negated"] * mentions.total())
    connectives = Counter(gate.connective for gate in model.gates.values())
    for connective, weight in asked["mix"].items():
        assert abs(connectives[connective] - gates * weight / sum(asked["mix"].values())) < 1
    if asked["depth"]:
        assert depth_of(model) == asked["depth"]
    assert all(1e-4 <= event.probability <= 0.1 for event in model.basic_events.values())
    # It is what the checks of a model file would let pass, and made again it is the same.
    assert Model.from_data(model.to_data()) == model == generate(**asked)
    assert FaultTree.of(model).events


def test_seeds_differ() -> None:
    assert len({str(generate(20, 10, sharing=0.2, seed=seed).gates) for seed in range(20)}) == 20


@pytest.mark.parametrize("sharing", [0.0, 0.3])
def test_fan_in_stands_for_the_number_of_gates(sharing: float) -> None:
    for fan_in in (2.5, 4.0, 20.0):
        model = generate(5_000, fan_in=fan_in, sharing=sharing)
        assert mentions_of(model).total() / len(model.gates) == pytest.approx(fan_in, rel=0.01)
    assert generate(100).gates == generate(100, fan_in=3.0).gates
    assert len(generate(2, fan_in=50).gates) == 1


def test_every_depth_that_gates_can_have_is_met() -> None:
    for depth in range(2, 41):
        assert depth_of(generate(80, 40, depth=depth)) == depth
    # 100 gates in 3 levels, and no more inputs than each needs: the top takes what the others cannot.
    assert depth_of(generate(132, 100, depth=3)) == 3
    assert len(generate(3, 1, depth=1).gates["g1"].arguments) == 3


def test_repetitions_nearby_stay_nearby() -> None:
    def spread(nearby: int | None) -> float:
        model = generate(2_000, 1_000, sharing=0.1, nearby=nearby, seed=3)
        numbers = [[int(name[1:]) for name in gate.names() if name.startswith("e")] for gate in model.gates.values()]
        return max(max(held) - min(held) for held in numbers if held)

    # Events are numbered along a walk through the tree; those of one gate stand together, then up to 10 off.
    assert spread(10) < 100
    assert spread(None) > 1_500


def test_repetitions_come_from_further_away_when_all_nearby_are_taken() -> None:
    gates = generate(2, 3, sharing=0.55, nearby=1, depth=3).gates
    assert {name: set(gate.names()) for name, gate in gates.items()} == {
        "g1": {"g2", "g3", "e1", "e2"}, "g2": {"g3", "e1", "e2"}, "g3": {"e1", "e2"}
    }  # fmt: skip


@pytest.mark.parametrize("on", [True, False])
def test_the_search_for_garbage_is_left_as_it_was(on: bool) -> None:
    try:
        (gc.enable if on else gc.disable)()
        generate(3, 1)
        assert gc.isenabled() is on
    finally:
        gc.enable()


def test_probabilities_are_evenly_spread_by_magnitude() -> None:
    model = generate(4_000, 1_000, probabilities=(1e-6, 1e-2), seed=5)
    values = [float(event.probability or 0) for event in model.basic_events.values()]
    assert min(values) >= 1e-6 and max(values) <= 1e-2
    # A quarter in each of the four decades; five standard deviations of a binomial of 4,000 draws.
    decades = Counter(math.floor(math.log10(value)) for value in values if value < 1e-2)
    assert all(abs(decades[decade] - 1_000) < 5 * math.sqrt(4_000 * 0.25 * 0.75) for decade in (-6, -5, -4, -3))
    assert {event.probability for event in generate(9, 3, probabilities=(1, 1)).basic_events.values()} == {1.0}


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 9)), min_size=1, max_size=2, unique_by=lambda span: span[0]),
    st.sets(st.integers(0, 45)),
)
def test_every_free_number_is_drawn_from_as_large_a_part_of_the_chances(
    lengths: list[tuple[int, int]], taken: set[int]
) -> None:
    spans, end = [], 0
    for start, length in sorted(lengths):
        spans.append((max(start, end), max(start, end) + length))
        end = spans[-1][1]
    free = [number for low, high in spans for number in range(low, high) if number not in taken]
    assume(free)

    class Evenly(Random):
        def random(self) -> float:
            return next(chances)

    chances = iter([(place + 0.5) / len(free) for place in range(len(free))])
    assert [drawn(spans, sorted(taken), Evenly()) for _ in free] == free


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"events": 0}, "events is 0"),
        ({"events": 5, "gates": 0}, "gates is 0"),
        ({"events": 5, "depth": 0}, "depth is 0"),
        ({"events": 5, "nearby": 0}, "nearby is 0"),
        ({"events": 5, "gates": 2, "fan_in": 3.0}, "give one of them"),
        ({"events": 5, "sharing": 1.0}, "sharing is 1"),
        ({"events": 5, "sharing": math.nan}, "sharing is nan"),
        ({"events": 5, "negated": -0.1}, "negated is -0.1"),
        ({"events": 5, "mix": {"nand": 1.0}}, "known are and, or, atleast, xor"),
        ({"events": 5, "mix": {"and": -1.0}}, "weight -1"),
        ({"events": 5, "mix": {"and": math.nan}}, "weight nan"),
        ({"events": 5, "mix": {"and": 0.0}}, "no connective a weight above 0"),
        ({"events": 5, "mix": {}}, "no connective a weight above 0"),
        ({"events": 5, "probabilities": (0.0, 0.1)}, "the lowest, then the highest"),
        ({"events": 5, "probabilities": (0.2, 0.1)}, "the lowest, then the highest"),
        ({"events": 5, "fan_in": 1.1, "sharing": 0.5}, "larger fan_in or less sharing"),
        ({"events": 5, "fan_in": math.inf}, "larger fan_in"),
        ({"events": 1, "gates": 1}, "1 gate needs at least 2 inputs, and .* asked for are 1;"),
        ({"events": 10, "gates": 10}, "at least 20 inputs"),
        ({"events": 11, "gates": 10, "mix": {"atleast": 1.0}}, "at least 30 inputs"),
        ({"events": 20, "gates": 10, "depth": 1}, "10 gates cannot have a depth of 1"),
        ({"events": 20, "gates": 10, "depth": 11}, "10 gates cannot have a depth of 11"),
        ({"events": 5, "gates": 1, "depth": 2}, "1 gate cannot have a depth of 2"),
        ({"events": 131, "gates": 100, "depth": 3}, "100 gates in 3 levels need at least 231 inputs"),
        ({"events": 1, "gates": 4, "sharing": 0.6}, "1 event cannot give every gate inputs that differ"),
        ({"events": 3, "gates": 2, "sharing": 0.6}, "cannot have 6 repeated inputs"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said(asked: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidRequestError, match=message):
        generate(**asked)
