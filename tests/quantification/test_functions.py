"""Boolean functions combined and measured, against truth tables."""

from __future__ import annotations

import itertools

import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import THREE, boolean_function_model, model_of, random_model, settings_of, trees

from faulttree import FaultTree
from faulttree.decision_diagrams.bdd import FALSE, TRUE
from faulttree.errors import MissingProbabilityError, NodeBudgetExceeded, UnknownNameError
from faulttree.quantification.functions import Functions

ALL_POINTS = frozenset(oracles.subsets(THREE))
DIGITS = 1e-13


def table(functions: Functions, edge: int) -> frozenset[frozenset[str]]:
    """The states of a, b and c in which a function is true."""
    bdd = functions.frozen(edge)
    return frozenset(point for point in ALL_POINTS if bdd.evaluate("top", point))


def every_function() -> list[tuple[Functions, int, frozenset[frozenset[str]]]]:
    found = []
    for truth_table in range(256):
        functions = FaultTree.of(boolean_function_model(truth_table))._engine.functions(*THREE)
        points = frozenset(
            frozenset(n for i, n in enumerate(THREE) if k >> i & 1) for k in range(8) if truth_table >> k & 1
        )
        found.append((functions, functions.of("top"), points))
    return found


def test_every_method_on_every_function_of_three_variables() -> None:
    q = oracles.event_probabilities(boolean_function_model(0), THREE)
    for functions, edge, points in every_function():
        f = oracles.Function(THREE, points)
        assert table(functions, edge) == points
        assert table(functions, edge ^ 1) == ALL_POINTS - points
        assert functions.support(edge) == oracles.support(f)
        exact = [float(oracles.probability(g, q)) for g in (f, oracles.Function(THREE, ALL_POINTS - points))]
        assert functions.probabilities([edge])[0] == pytest.approx(exact, rel=DIGITS, abs=0)
        assert functions.probability(edge) == functions.probabilities([edge])[0, 0]
        assert functions.precise_probabilities([edge, edge ^ 1]).value == pytest.approx(exact, rel=DIGITS, abs=0)
        assert functions.sweeps(edge).probability().value == pytest.approx(exact, rel=DIGITS, abs=0)
        for event, pair in functions.conditionals(edge).items():
            given_event = [float(oracles.probability(f.with_event(event, state), q)) for state in (True, False)]
            assert pair == pytest.approx(given_event, rel=DIGITS, abs=0)
        assert functions.conditionals(edge).keys() == oracles.support(f)
        for event, state in itertools.product(THREE, (True, False)):
            settled = functions.settled(edge, {event: state})
            assert table(functions, settled) == f.with_event(event, state).true_points
            assert functions.depend_on([edge, settled], [event]) == [event in oracles.support(f), False]
        both = functions.settled(edge, {"a": True, "c": False})
        assert table(functions, both) == f.with_event("a", True).with_event("c", False).true_points
        for events in (["a"], ["b", "c"], list(THREE)):
            free = [frozenset(some) for n in range(len(events) + 1) for some in itertools.combinations(events, n)]
            some, every = ({p for p in ALL_POINTS if how((p - set(events)) | s in points for s in free)}
                           for how in (any, all))  # fmt: skip
            assert table(functions, functions.exists(edge, events)) == some
            assert table(functions, functions.forall(edge, events)) == every
        assert set(functions.minimal_sets(edge)) == oracles.minimal_cut_sets(f)
        assert set(functions.minimal_sets(edge, dual=True)) == oracles.minimal_path_sets(f)
        products = {p | {"¬" + e for e in n} for p, n in oracles.prime_implicants(f)}
        assert set(functions.prime_implicants(edge)) == products
        if points:
            certain = {e: e in next(iter(points)) for e in THREE if len({e in p for p in points}) == 1}
            assert functions.implied(edge) == certain


@given(st.lists(st.integers(0, 255), min_size=0, max_size=4), st.integers(-1, 5))
def test_functions_are_combined_point_by_point(truth_tables: list[int], k: int) -> None:
    tops = {f"f{i}": boolean_function_model(t).gates["top"] for i, t in enumerate(truth_tables)}
    base = boolean_function_model(150)
    model = base.model_copy(update={"gates": {**base.gates, **tops}})
    functions = FaultTree.of(model)._engine.functions(*THREE, *tops)
    edges = [functions.of(name) for name in tops]
    tables = [table(functions, edge) for edge in edges]
    count = {point: sum(point in each for each in tables) for point in ALL_POINTS}
    assert table(functions, functions.all_of(edges)) == {p for p, n in count.items() if n == len(edges)}
    assert table(functions, functions.any_of(edges)) == {p for p, n in count.items() if n > 0}
    assert table(functions, functions.parity(edges)) == {p for p, n in count.items() if n % 2}
    assert table(functions, functions.at_least(k, edges)) == {p for p, n in count.items() if n >= k}
    states = {"a": True, "top": False}
    wanted = {p for p in ALL_POINTS if "a" in p and p not in table(functions, functions.of("top"))}
    assert table(functions, functions.literals(states)) == wanted


@settings(max_examples=30)
@given(st.data())
def test_functions_of_random_trees(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(st.one_of(st.just({}), settings_of(model)))
    also = data.draw(st.lists(st.sampled_from([*model.gates, *model.basic_events, *model.house_events]), max_size=3))
    functions = FaultTree.of(model).what_if(states)._engine.functions(*also)
    assert {model.top[0], *also} <= set(functions.names)
    for name in functions.names:
        f = oracles.function(model, name, states)
        bdd = functions.frozen(functions.of(name))
        assert {p for p in oracles.subsets(f.events) if bdd.evaluate("top", p)} == f.true_points
        q = oracles.event_probabilities(model, f.events, states)
        exact = float(oracles.probability(f, q))
        assert functions.probability(functions.of(name)) == pytest.approx(exact, rel=1e-12, abs=0)
        edge = functions.of(name)
        if edge != FALSE:
            certain = {e: e in next(iter(f.true_points)) for e in f.events if len({e in p for p in f.true_points}) == 1}
            assert functions.implied(edge) == certain


def test_each_settled_is_settled_each() -> None:
    functions = FaultTree.of(random_model(12, 8, 0.3, 4, negated=0.2))._engine.functions()
    edges = [functions.of(name) for name in functions.names]
    states = {functions.events[0]: True, functions.events[5]: False}
    assert functions.each_settled(edges, states) == [functions.settled(edge, states) for edge in edges]


def test_constants_and_what_is_not_there() -> None:
    model = model_of({"or": ["a", "on"]}, house_events={"on": {"state": False}}, gates={"other": {"and": ["b", "c"]}})
    functions = FaultTree.of(model)._engine.functions()
    assert functions.of("on") == FALSE
    assert functions.of("top") == functions.of("a")
    with pytest.raises(KeyError):
        functions.of("other")
    with pytest.raises(KeyError):
        functions.literals({"other": True})
    with pytest.raises(KeyError):
        functions.settled(functions.of("top"), {"top": True})
    assert functions.conditionals(TRUE) == {}
    assert functions.implied(TRUE) == {}
    with pytest.raises(UnknownNameError):
        FaultTree.of(model)._engine.functions("another")
    only = FaultTree.of(model)._engine.functions("other", every_gate=False)
    assert table(only, only.of("other") ^ only.of("other")) == frozenset()
    assert only.probability(only.of("other")) == pytest.approx(0.01, rel=1e-15)


def test_a_house_event_set_to_a_probability_can_vary() -> None:
    model = model_of({"or": ["a", "on"]}, house_events={"on": {"state": True}})
    functions = FaultTree.of(model).what_if({"on": 0.25})._engine.functions()
    assert functions.probability(functions.of("on")) == 0.25


def test_probabilities_are_asked_for_only_where_they_are_wanted() -> None:
    model = model_of({"or": ["a", "b"]}, {"b": None})
    functions = FaultTree.of(model)._engine.functions()
    assert functions.probability(functions.of("a")) == 0.1
    assert functions.sides_of(["a", "b"]) == {"a": (0.1, 0.9), "b": None}
    with pytest.raises(MissingProbabilityError, match="'b'"):
        functions.probability(functions.of("top"))


def test_no_more_nodes_are_used_than_are_allowed() -> None:
    tree = FaultTree.of(random_model(30, 12, 0.5, 1))
    whole = tree._engine.functions()
    bdd = whole.frozen(whole.of("g0"))
    small = Functions(bdd, tree._engine.both_sides, {}, node_budget=len(bdd.nodes) + 2)
    with pytest.raises(NodeBudgetExceeded):
        small.parity([small.of("top"), *(small.of(event) for event in small.events)])


def test_functions_made_in_passing_leave_all_the_nodes_to_the_next() -> None:
    functions = FaultTree.of(boolean_function_model(0b10010110))._engine.functions(*THREE)
    top = functions.of("top")
    with functions.passing():
        assert functions.probability(functions.any_of([top, functions.of("a")])) > 0.0
    assert table(functions, functions.of("top")) == table(functions, top)
