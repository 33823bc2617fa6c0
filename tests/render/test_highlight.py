from __future__ import annotations

from typing import Any

from hypothesis import given
from render_strategies import annotated

from faulttree.model import Formula, Gate, Model
from faulttree.render.highlight import highlighted
from faulttree.render.vertices import vertices_of


class BruteForce:
    """Value and reach of every formula, straight from their definitions."""

    def __init__(self, model: Model, states: dict[str, Any], cut_set: set[str]) -> None:
        self.model, self.states, self.cut_set = model, states, cut_set

    def value(self, argument: str | Formula) -> bool:
        if isinstance(argument, Formula):
            return self.formula(argument)
        state = self.states.get(argument)
        if state is None and argument in self.model.house_events:
            state = self.model.house_events[argument].state
        if isinstance(state, bool):
            return state
        if argument in self.model.gates:
            return self.formula(self.model.gates[argument])
        return argument in self.cut_set

    def formula(self, formula: Gate | Formula) -> bool:
        values = [self.value(argument) for argument in formula.arguments]
        if formula.atleast:
            return sum(values) >= formula.atleast.k
        if formula.cardinality:
            return formula.cardinality.min <= sum(values) <= formula.cardinality.max
        return {
            "and": lambda: all(values), "inhibit": lambda: all(values), "or": lambda: any(values),
            "nand": lambda: not all(values), "nor": lambda: not any(values), "not": lambda: not values[0],
            "xor": lambda: sum(values) % 2 == 1, "iff": lambda: values[0] is values[1],
            "imply": lambda: values[1] or not values[0],
        }[formula.connective]()  # fmt: skip

    def reached(self, argument: str | Formula) -> bool:
        formula = argument if isinstance(argument, Formula) else self.model.gates.get(argument)
        if formula is None:
            return argument in self.cut_set
        if not self.value(argument) or formula.connective in ("not", "nand", "nor"):
            return False
        inputs = formula.arguments[1:] if formula.connective == "imply" else formula.arguments
        return any(self.value(given) and self.reached(given) for given in inputs)


@given(annotated())
def test_highlighting_matches_brute_force(drawn: tuple[Model, dict[str, Any]]) -> None:
    model, options = drawn
    top = model.top[0]
    brute = BruteForce(model, options["states"], options["cut_set"])
    vertices = vertices_of(model, top, {}, options["states"])
    reached = highlighted(vertices, options["cut_set"])

    def check(key: str, argument: str | Formula) -> None:
        assert (key in reached) == brute.reached(argument), key
        formula = argument if isinstance(argument, Formula) else model.gates.get(argument)
        for child_key, child in zip(vertices[key].inputs, formula.arguments if formula else (), strict=True):
            check(child_key, child)

    check(top, top)


def test_a_cut_set_lights_its_way_to_the_top_and_no_other() -> None:
    model = Model(
        name="m",
        top="t",
        gates={"t": {"or": ["g", "h"]}, "g": {"and": ["a", "b", {"not": "c"}]}, "h": {"and": ["a", "c"]}},
        basic_events={"a": {}, "b": {}, "c": {}},
    )
    assert highlighted(vertices_of(model, "t", {}, {}), {"a", "b"}) == {"t", "g", "a", "b"}
    assert highlighted(vertices_of(model, "t", {}, {}), ()) == frozenset()
    assert highlighted(vertices_of(model, "t", {}, {"b": False}), {"a", "b"}) == {"a", "b"}
