"""The facade: every engine agrees on every function of three variables, and each verb does what it says."""

from __future__ import annotations

import math
import pickle

import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import THREE, boolean_function_model, model_of, random_model, settings_of, trees

from faulttree import FaultTree, compare, load
from faulttree.errors import InvalidModelError, InvalidRequestError, UnknownNameError
from faulttree.importance.table import MEASURES
from faulttree.model import Model

# Every Boolean function of three variables


@pytest.mark.parametrize("form", ["sum of products", "parity of products"])
def test_every_function_of_three_variables_through_every_engine(kernel_mode: str, form: str) -> None:
    for truth_table in range(256):
        model = boolean_function_model(truth_table, form)
        points = frozenset(p for i, p in enumerate(map(point_at, range(8))) if truth_table >> i & 1)
        f = oracles.Function(THREE, points)
        q = oracles.event_probabilities(model, THREE)
        tree = FaultTree.of(model)
        # The diagram, at every point; and its laws.
        tree._engine.bdd.check_invariants()
        assert {p for p in oracles.subsets(THREE) if tree._engine.bdd.evaluate("top", p)} == f.true_points
        assert tree.coherent is oracles.is_coherent(f)
        # Families.
        cut_sets, paths, primes = tree.minimal_cut_sets(), tree.minimal_path_sets(), tree.prime_implicants()
        for sets in (cut_sets, paths, primes):
            sets.family.check_invariants()
        assert set(cut_sets.family) == oracles.minimal_cut_sets(f)
        assert set(paths.family) == oracles.minimal_path_sets(f)
        products = {p | {"¬" + e for e in n} for p, n in oracles.prime_implicants(f)}
        assert set(primes.family) == products
        assert [s.count for s in (cut_sets, paths, primes)] == [
            len(oracles.minimal_cut_sets(f)), len(oracles.minimal_path_sets(f)), len(products)
        ]  # fmt: skip
        # Numbers: three levels, so hardly any rounding.
        p = tree.probability().value
        assert p == pytest.approx(float(oracles.probability(f, q)), rel=1e-15, abs=0)
        assert tree.gate_probabilities()["top"] == pytest.approx(p, rel=1e-15, abs=0)
        rare = float(oracles.rare_event_sum(oracles.minimal_cut_sets(f), q))
        assert tree.rare_event().value == pytest.approx(min(1.0, rare), rel=1e-14, abs=0)
        mcub = float(oracles.min_cut_upper_bound(oracles.minimal_cut_sets(f), q))
        assert tree.min_cut_upper_bound().value == pytest.approx(mcub, rel=1e-14, abs=0)
        # Importance, of the events that the tree mentions.
        for row in tree.importance():
            exact = oracles.importance(f, q, row.event)
            for measure in MEASURES:
                expected = float(getattr(exact, measure))
                # A slope is a difference of probabilities up to 1; divided by P >= 0.0048 where it is zero.
                assert getattr(row, measure) == pytest.approx(expected, rel=1e-13, abs=1e-13, nan_ok=True), measure


def point_at(index: int) -> frozenset[str]:
    return frozenset(name for i, name in enumerate(THREE) if index >> i & 1)


def test_of_all_functions_of_three_variables_twenty_are_coherent() -> None:
    # The Dedekind number of three.
    assert sum(FaultTree.of(boolean_function_model(t)).coherent for t in range(256)) == 20


@given(model=trees(max_events=4))
def test_all_answers_in_cramped_tables_are_those_at_ease(model: Model, kernel_mode: str) -> None:
    from faulttree.decision_diagrams import forest

    at_ease = answers(FaultTree.of(model))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forest, "FIRST_CAPACITY", 2)
        patch.setattr(forest, "LARGEST_COMPUTED_TABLE", 2)
        patch.setattr(forest, "BREATH", {False: 1, True: 1})
        assert answers(FaultTree.of(model)) == at_ease


def answers(tree: FaultTree) -> tuple:
    return (
        tree.probability(),
        tree.gate_probabilities(),
        set(tree.minimal_cut_sets().family),
        set(tree.minimal_path_sets().family),
        set(tree.prime_implicants().family),
        tree.importance().to_csv(),
        tree.coherent,
    )


# What the tree is


@given(st.data())
def test_a_tree_knows_its_events_gates_and_coherence(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=6))
    states = data.draw(settings_of(model))
    tree = FaultTree.of(model).what_if(states)
    assert tree.events == oracles.events_below(model, tree.top, states)
    assert tree.coherent is oracles.is_coherent(oracles.function(model, tree.top, states))
    assert tree.event_probabilities() == pytest.approx(
        {e: float(p) for e, p in oracles.event_probabilities(model, tree.events, states).items()}, rel=1e-15, abs=0
    )


@given(trees(max_events=5))
def test_another_gate_is_a_tree_of_its_own(model: Model) -> None:
    tree = FaultTree.of(model)
    for gate in model.gates:
        below = tree.at(gate)
        assert below == FaultTree.of(model, top=gate)
        f = oracles.function(model, gate)
        assert below.events == f.events
        assert set(below.minimal_cut_sets().family) == oracles.minimal_cut_sets(f)


def test_a_basic_or_house_event_can_be_the_top() -> None:
    model = model_of({"or": ["a", "switch"]}, house_events={"switch": {"state": True}})
    assert FaultTree.of(model, top="a").probability().value == 0.1
    assert FaultTree.of(model, top="switch").probability().value == 1.0
    assert FaultTree.of(model).at("a").events == ("a",)


def test_the_first_top_event_is_taken_unless_one_is_named() -> None:
    data = model_of({"or": ["a", "other"]}, gates={"other": {"or": ["b"]}}).to_data()
    model = Model.from_data({**data, "top": ["other", "top"]})
    assert (FaultTree.of(model).top, FaultTree.of(model, top="top").top) == ("other", "top")
    assert FaultTree.from_data(data, top="other").top == "other"


def test_an_unknown_top_is_named_with_the_closest_known() -> None:
    model = model_of({"or": ["pump"]})
    for ask in (FaultTree.of(model).at, lambda top: FaultTree.of(model, top=top)):
        with pytest.raises(UnknownNameError, match="gate or event 'pupm' is not defined; did you mean 'pump'"):
            ask("pupm")


def test_data_with_faults_gives_all_of_them() -> None:
    with pytest.raises(InvalidModelError) as caught:
        FaultTree.from_data({"name": "x", "top": "g", "gates": {"g": {"or": ["a", "b"]}}})
    assert len(caught.value.faults) >= 2


def test_a_tree_prints_what_it_is() -> None:
    gates = {"train": {"and": ["a", {"not": "b"}]}}
    tree = FaultTree.of(model_of({"label": "No flow", "or": ["train", "c"]}, gates=gates))
    text = str(tree.what_if({"c": 0.5}))
    for part in ("small", "No flow (top)", "2 gates", "3 basic events", "not coherent", "what if: c=0.5"):
        assert part in text
    assert "what if" not in str(tree)
    assert (tree.label, tree.at("a").label) == ("No flow", "a")
    assert str(FaultTree.of(model_of({"or": ["a"]}))).endswith(", coherent")


def test_a_file_is_loaded_with_its_top_and_budget(tmp_path) -> None:
    from faulttree import formats

    model = model_of({"or": ["a", "other"]}, gates={"other": {"or": ["b"]}})
    formats.write(model, path := tmp_path / "model.yaml")
    assert load(path) == FaultTree.of(model)
    assert load(path, top="other", node_budget=50) == FaultTree.of(model, top="other", node_budget=50)


def test_the_diagram_behind_the_answers_can_be_asked_about() -> None:
    tree = FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, "c"]}))
    # A node for every mention: of `a` and `b` in their module, of the module and `c` outside.
    assert tree.diagram_size == 4
    assert tree.order_name == "depth-first"


@given(trees(max_gates=8))
def test_modules_are_the_gates_that_share_nothing_with_the_rest(model: Model) -> None:
    tree = FaultTree.of(model)
    names = [*model.gates, *model.basic_events]
    below = [
        {names.index(name) for name in model.gates[gate].names() if name not in model.house_events}
        for gate in model.gates
    ] + [set() for _ in model.basic_events]
    expected = oracles.modules(below, names.index(tree.top), set(range(len(model.gates))))
    assert set(tree.modules) == {names[node] for node in expected}


def test_a_gate_that_only_negates_a_shared_gate_is_no_module() -> None:
    gates = {"negation": {"not": "shared"}, "shared": {"or": ["a", "b"]}}
    tree = FaultTree.of(model_of({"or": ["negation", {"and": ["shared", "c"]}]}, gates=gates))
    assert set(tree.modules) == {"top", "shared"}


def test_coherence_that_the_budget_does_not_reach_is_said_to_be_undecided() -> None:
    tree = FaultTree.of(random_model(60, 50, 0.1, seed=1, negated=0.1), node_budget=20)
    assert "coherence not decided" in str(tree)


@given(st.data())
def test_as_modelled_undoes_every_what_if(data: st.DataObject) -> None:
    tree = FaultTree.of(data.draw(trees(max_events=4)))
    assert tree.what_if(data.draw(settings_of(tree.model))).as_modelled() == tree


# Pictures: drawn from the model and these numbers

PUMPS = model_of({"or": ["power", "pumps"]}, {"b": 0.5}, gates={"pumps": {"and": ["a", "b"]}})


def test_drawings_carry_the_exact_probabilities() -> None:
    tree = FaultTree.of(PUMPS)
    assert tree._known_probabilities() == {
        "power": 0.1, "a": 0.1, "b": 0.5, "pumps": pytest.approx(0.05), "top": pytest.approx(1 - 0.9 * 0.95)
    }  # fmt: skip
    svg = tree.diagram(cut_set=["a", "b"]).to_svg()
    assert svg.startswith(("<svg", "<?xml"))
    assert "0.145" in svg
    assert tree._repr_svg_() == tree.diagram().to_svg()
    dot = tree.to_dot(cut_set=["power"])
    assert "digraph" in dot
    assert "0.145" in dot


def test_without_a_number_for_every_event_only_the_known_ones_are_drawn() -> None:
    data = PUMPS.to_data()
    del data["basic_events"]["a"]["probability"]
    assert FaultTree.from_data(data)._known_probabilities() == {"power": 0.1, "b": 0.5}


def test_the_graph_has_an_arrow_from_each_gate_to_its_inputs() -> None:
    graph = FaultTree.of(PUMPS).to_networkx()
    assert set(graph.nodes) == {"top", "pumps", "power", "a", "b"}
    assert set(graph.edges) == {("top", "power"), ("top", "pumps"), ("pumps", "a"), ("pumps", "b")}


def test_what_cannot_be_highlighted_is_named_with_the_closest_known() -> None:
    tree = FaultTree.of(PUMPS)
    for draw in (tree.diagram, tree.to_dot):
        with pytest.raises(UnknownNameError, match="event 'pwoer' is not defined; did you mean 'power'"):
            draw(cut_set=["pwoer"])


# A frozen value


def test_equality_is_that_of_model_top_and_states() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}))
    tree.probability()
    assert tree == FaultTree.of(model_of({"or": ["a", "b"]}))
    assert tree != tree.at("a")
    assert tree != tree.what_if({"a": True})
    assert tree != FaultTree.of(model_of({"or": ["a", "b"]}, {"a": 0.2}))


def test_a_tree_cannot_be_changed() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}))
    with pytest.raises(AttributeError):
        tree.top = "a"
    with pytest.raises(ValueError, match="read-only"):
        tree._engine.bdd.nodes[0] = 0
    with pytest.raises(ValueError, match="read-only"):
        tree.minimal_cut_sets().family.nodes[0] = 0


def test_diagrams_are_made_once_and_kept() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}))
    assert tree._engine.bdd is tree._engine.bdd
    assert tree.minimal_cut_sets().family is tree.minimal_cut_sets().family


@given(st.data())
def test_a_tree_survives_pickling_before_and_after_its_analysis(data: st.DataObject) -> None:
    model = data.draw(trees(max_events=4))
    tree = FaultTree.of(model).what_if(data.draw(settings_of(model)))
    fresh = pickle.loads(pickle.dumps(tree))
    expected = answers(tree)
    analysed = pickle.loads(pickle.dumps(tree))
    for again in (fresh, analysed):
        assert again == tree
        assert answers(again) == expected


# Budgets; what they do to every verb is in test_limits.py


@pytest.mark.parametrize("budget", [1, 0, -5])
def test_a_budget_that_holds_no_diagram_is_refused(budget: int) -> None:
    with pytest.raises(InvalidRequestError, match=f"node budget of {budget} "):
        FaultTree.of(model_of({"or": ["a"]}), node_budget=budget)


def test_a_budget_holds_for_the_changed_tree_too() -> None:
    tree = FaultTree.of(model_of({"or": ["a", "b"]}), node_budget=100)
    assert tree.what_if({"a": True}).node_budget == tree.at("a").node_budget == 100


# Size


@pytest.mark.parametrize("connective", ["or", "and"])
def test_a_chain_of_fourteen_thousand_gates(connective: str) -> None:
    n = 14_000
    names = [f"g{i}" for i in range(n)]
    model = Model.from_data(
        {
            "name": "chain",
            "top": "g0",
            "gates": {
                name: {connective: [f"e{i}", {"xor": [f"x{i}", below]}]}
                for i, (name, below) in enumerate(zip(names, [*names[1:], "last"], strict=True))
            },
            "basic_events": {
                name: {"probability": 1e-4} for i in range(n) for name in (f"e{i}", f"x{i}")
            } | {"last": {"probability": 0.5}},
        }
    )  # fmt: skip
    tree = FaultTree.of(model)
    p = 0.5
    for _ in range(n):
        other = 1e-4 * (1 - p) + (1 - 1e-4) * p
        p = 1e-4 * other if connective == "and" else 1e-4 + (1 - 1e-4) * other
    # 14,000 steps of three roundings each; in the chain of ANDs p settles at once.
    assert tree.probability().value == pytest.approx(p, rel=1e-11)
    cut_sets = tree.minimal_cut_sets()
    # OR: every e, every x and the last. AND: all e up to one x below, or all e and the last.
    assert cut_sets.count == (2 * n + 1 if connective == "or" else n + 1)
    assert next(cut_sets.ranked(by="order")).order == (1 if connective == "or" else 2)
    assert len(tree.importance()) == 2 * n + 1


def test_comparing_does_not_depend_on_what_was_asked_before() -> None:
    model = random_model(40, 30, 0.1, seed=8)
    before, after = FaultTree.of(model), FaultTree.of(model).what_if({"e3": True, "g5": 0.25})
    first = compare(before, after).to_json()
    answers(after)
    assert compare(before, after).to_json() == first


@given(trees(max_events=4))
def test_a_probability_of_every_event_is_one_of_its_own_tree(model: Model) -> None:
    tree = FaultTree.of(model)
    for event, value in tree.event_probabilities().items():
        assert tree.at(event).probability().value == value
        assert not math.isnan(value)
