"""The page's engine in a real browser against the Python engine, enumeration, and arithmetic by hand."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping
from typing import Any

import oracles
import pytest
from asking import DIGITS, States, asked, check, close, of_modules, random_states
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import CONNECTIVES, model_of, random_model, trees

from faulttree.facade.tree import FaultTree
from faulttree.model import Model


def of_every_connective(seed: int, n_events: int = 9, n_gates: int = 8) -> Model:
    """A tree of all connectives from a seed, with nested formulas and a house event."""
    choose = random.Random(seed)
    gates: dict[str, Any] = {}
    events = [f"e{i}" for i in range(n_events)]
    for gate in reversed(range(n_gates)):
        below = [f"g{i}" for i in range(gate + 1, n_gates)]
        inputs: list[Any] = choose.sample([*events, *below, *below, "house"], choose.randint(2, 4))
        inputs = list(dict.fromkeys(inputs + [f"g{gate + 1}"] * (gate + 1 < n_gates)))
        if len(inputs) > 2:
            inputs[0] = {choose.choice(["nor", "and", "or"]): [inputs[0], choose.choice(events)]}
        connective = choose.choice([*CONNECTIVES, "cardinality", "xor"])
        if connective in ("iff", "imply"):
            gates[f"g{gate}"] = {connective: (inputs * 2)[:2]} if len(inputs) > 1 else {"not": inputs[0]}
        elif connective == "inhibit":
            gates[f"g{gate}"] = {"inhibit": {"input": inputs[0], "condition": inputs[-1]}}
        elif connective == "not":
            gates[f"g{gate}"] = {"not": inputs[-1]}
        elif connective == "atleast":
            gates[f"g{gate}"] = {"atleast": {"k": choose.randint(1, len(inputs)), "of": inputs}}
        elif connective == "cardinality":
            low, high = sorted(choose.sample(range(len(inputs) + 1), 2))
            gates[f"g{gate}"] = {"cardinality": {"min": low, "max": high, "of": inputs}}
        else:
            gates[f"g{gate}"] = {connective: inputs}
    return Model.from_data(
        {
            "name": f"every connective {seed}",
            "top": "g0",
            "gates": dict(sorted(gates.items())),
            "basic_events": {event: {"probability": choose.uniform(0.05, 0.95)} for event in events},
            "house_events": {"house": {"state": choose.random() < 0.5}},
        }
    )


def with_common_causes() -> Model:
    """Two trains of pumps whose failures have causes in common."""
    return Model.from_data(
        {
            "name": "trains",
            "top": "both",
            "gates": {"both": {"and": ["train a", "train b"]},
                      "train a": {"or": ["pump a", "valve a"]},
                      "train b": {"or": ["pump b", {"and": ["pump c", "valve b"]}]}},
            "basic_events": {**{f"pump {train}": {"probability": 0.01} for train in "abc"},
                             "valve a": {"probability": 1e-3}, "valve b": {"probability": 2e-3}},
            "common_cause_groups": {
                "pumps": {"events": ["pump a", "pump b", "pump c"], "mgl": [0.1, 0.3]}
            },
        }
    )  # fmt: skip


MODELS = {
    "coherent, small numbers": lambda: random_model(18, 12, 0.4, 1, probabilities=(1e-9, 1e-3)),
    "coherent, votes": lambda: random_model(20, 10, 0.5, 2, votes=0.6, probabilities=(1e-3, 0.6)),
    "coherent, much shared": lambda: random_model(14, 14, 0.6, 3, votes=0.3),
    "modules": of_modules,
    "common causes": with_common_causes,
    "negated": lambda: random_model(14, 10, 0.5, 4, votes=0.3, negated=0.3, probabilities=(1e-3, 0.9)),
    "every connective, 5": lambda: of_every_connective(5),
    "every connective, 6": lambda: of_every_connective(6),
    "every connective, 7": lambda: of_every_connective(7),
}


@pytest.mark.parametrize("name", MODELS)
def test_numbers_equal_those_of_python(engine_page: Any, name: str) -> None:
    tree = FaultTree.of(MODELS[name]())
    choose = random.Random(name)
    scenarios = [{}, *(random_states(tree, choose) for _ in range(200))]
    answers = asked(engine_page, tree, [{"states": states} for states in scenarios])
    for states, answer in zip(scenarios, answers, strict=True):
        check(tree, states, answer)


@settings(max_examples=15)
@given(trees(), st.integers(0, 2**32))
def test_any_tree_gives_the_numbers_of_python(engine_page: Any, model: Model, seed: int) -> None:
    """Probabilities of 0, of 1 and next to them; nested formulas; several events in the place of one."""
    tree, choose = FaultTree.of(model), random.Random(seed)
    scenarios = [{}, *(random_states(tree, choose) for _ in range(6))]
    for states, answer in zip(
        scenarios, asked(engine_page, tree, [{"states": each} for each in scenarios]), strict=True
    ):
        check(tree, states, answer)


# Evidence


def by_enumeration(
    model: Model, names: Iterable[str], states: States, observed: Mapping[str, bool]
) -> tuple[float, dict[str, float], dict[frozenset[str], float]]:
    """P(observations), P(name | observations) of every name, and the explanations with their posteriors."""
    names = list(names)
    varying = [name for name in names if name in states or name in model.basic_events]
    varying = [name for name in varying if not isinstance(states.get(name), bool)]
    q = {name: float(states.get(name, model.basic_events[name].probability if name in model.basic_events else 0))
         for name in varying}  # fmt: skip
    fitting: dict[frozenset[str], float] = {}
    for point in oracles.subsets(varying):
        if all(oracles.truth(model, name, point, states) is seen for name, seen in observed.items()):
            fitting[point] = math.prod(q[name] if name in point else 1.0 - q[name] for name in varying)
    evidence = math.fsum(fitting.values())
    if not evidence:
        return evidence, {}, {}

    def posterior(holds: Any) -> float:
        return math.fsum(p for point, p in fitting.items() if holds(point)) / evidence

    marginals = {name: posterior(lambda point, of=name: oracles.truth(model, of, point, states)) for name in names}
    minimal = [point for point in fitting if not any(other < point for other in fitting)]
    return evidence, marginals, {least: posterior(lambda point, of=least: of <= point) for least in minimal}


def check_evidence(
    tree: FaultTree, names: Iterable[str], states: States, observed: Mapping[str, bool], answer: Mapping[str, Any]
) -> None:
    evidence, marginals, explanations = by_enumeration(tree.expansion.model, names, states, observed)
    where = (states, observed)
    assert close(answer["evidence"], evidence, 1e-300), where
    sets = answer["cutSets"]
    if not evidence:
        assert answer["top"] == {"p": None, "notP": None}
        assert set(answer["gates"].values()) | set(answer["events"].values()) <= {None, 0, 1}
        assert all(found["probability"] is None for found in sets["sets"])
        return
    for name, expected in marginals.items():
        found = answer["gates"][name] if name in answer["gates"] else answer["events"][name]
        assert close(found, expected, 1e-15), (name, *where)
    assert close(answer["top"]["p"], marginals[tree.top], 1e-15), where
    assert close(answer["top"]["notP"], 1 - marginals[tree.top], 1e-15), where
    assert sets["count"] == str(len(explanations)), where
    best = sorted(explanations.values(), reverse=True)[:10]
    assert len(sets["sets"]) == len(best)
    for found, expected in zip(sets["sets"], best, strict=True):
        assert close(found["probability"], expected), (found, *where)
        assert frozenset(found["events"]) in explanations, (found, *where, explanations)
        assert close(found["probability"], explanations[frozenset(found["events"])]), (found, *where)


def of_small_modules() -> Model:
    """A vote of three parts of three events each; what is below a part shares one of them, and one can prevent."""
    gates: dict[str, Any] = {}
    for i in range(3):
        gates[f"part {i}"] = {"or": [f"left {i}", f"right {i}"]}
        gates[f"left {i}"] = {"and": [f"a{i}", f"b{i}"]}
        gates[f"right {i}"] = {"and": [f"a{i}", {"not": f"c{i}"} if i == 2 else f"c{i}"]}
    return model_of(
        {"atleast": {"k": 2, "of": ["part 0", "part 1", "part 2"]}},
        {f"{letter}{i}": 0.05 + 0.1 * i + 0.2 * place for i in range(3) for place, letter in enumerate("abc")},
        gates=gates,
    )


EVIDENCE_MODELS = {
    "modules": of_small_modules,
    "coherent": lambda: random_model(8, 6, 0.4, 11, votes=0.3, probabilities=(1e-3, 0.6)),
    "negated": lambda: random_model(8, 6, 0.4, 12, votes=0.3, negated=0.3, probabilities=(1e-3, 0.6)),
    "common causes": with_common_causes,
    **{f"every connective, {seed}": (lambda seed=seed: of_every_connective(seed, 6, 5)) for seed in (21, 22, 23, 24)},
}


@pytest.mark.parametrize("name", EVIDENCE_MODELS)
def test_evidence_equals_enumeration(engine_page: Any, name: str) -> None:
    tree, choose = FaultTree.of(EVIDENCE_MODELS[name]()), random.Random(name)
    if name == "common causes":
        tree = FaultTree.of(enumerable(tree))
    payload = tree.explorer().payload
    names = [vertex["key"] for vertex in payload["vertices"] if vertex["kind"] != "formula"]
    questions = []
    for _ in range(40):
        states = random_states(tree, choose) if choose.random() < 0.5 else {}
        observed = {of: choose.random() < 0.6 for of in choose.sample(names, min(len(names), choose.randint(1, 4)))}
        questions.append({"states": states, "observed": observed})
    for question, answer in zip(questions, asked(engine_page, tree, questions), strict=True):
        check_evidence(tree, names, question["states"], question["observed"], answer)


def enumerable(tree: FaultTree) -> Model:
    """The model of independent events, with plain probabilities."""
    data, known = tree.expansion.model.to_data(), tree.event_probabilities()
    data["basic_events"] = {event: {"probability": known[event]} for event in data["basic_events"]}
    return Model.from_data(data)


# By hand


def test_a_tree_by_hand(engine_page: Any) -> None:
    """Top = a and (b or c), with 0.1, 0.2 and 0.3."""
    tree = FaultTree.of(
        model_of({"and": ["a", "either"]}, {"a": 0.1, "b": 0.2, "c": 0.3}, gates={"either": {"or": ["b", "c"]}})
    )
    plain, without_b, gate_set, given_top, given_not, contradiction = asked(
        engine_page, tree,
        [{}, {"states": {"b": False}}, {"states": {"either": 0.5}}, {"observed": {"top": True}},
         {"observed": {"top": False, "a": True}}, {"states": {"b": False}, "observed": {"b": True}}],
    )  # fmt: skip
    near = pytest.approx
    assert plain["top"] == {"p": near(0.044, rel=DIGITS), "notP": near(0.956, rel=DIGITS)}
    assert plain["gates"] == {"top": near(0.044, rel=DIGITS), "either": near(0.44, rel=DIGITS)}
    assert plain["events"] == {"a": 0.1, "b": 0.2, "c": 0.3}
    assert plain["evidence"] is None
    assert plain["importance"]["a"] == {
        "birnbaum": near(0.44, rel=DIGITS), "criticality": near(1.0, rel=DIGITS),
        "fussellVesely": near(1.0, rel=DIGITS), "raw": near(10.0, rel=DIGITS), "rrw": math.inf,
    }  # fmt: skip
    assert plain["importance"]["b"] == {
        "birnbaum": near(0.07, rel=DIGITS), "criticality": near(0.014 / 0.044, rel=DIGITS),
        "fussellVesely": near(0.02 / 0.05, rel=DIGITS), "raw": near(0.1 / 0.044, rel=DIGITS),
        "rrw": near(0.044 / 0.03, rel=DIGITS),
    }  # fmt: skip
    assert plain["cutSets"] | {"fussellVesely": 0} == {
        "count": "2", "countByOrder": [[2, "2"]], "complete": True, "note": "", "fussellVesely": 0,
        "sets": [{"events": ["a", "c"], "probability": near(0.03, rel=DIGITS), "share": near(0.6, rel=DIGITS)},
                 {"events": ["a", "b"], "probability": near(0.02, rel=DIGITS), "share": near(0.4, rel=DIGITS)}],
    }  # fmt: skip
    assert without_b["top"]["p"] == near(0.03, rel=DIGITS)
    assert [found["events"] for found in without_b["cutSets"]["sets"]] == [["a", "c"]]
    assert gate_set["top"]["p"] == near(0.05, rel=DIGITS)
    assert gate_set["importance"]["either"]["birnbaum"] == near(0.1, rel=DIGITS)
    assert given_top["evidence"] == near(0.044, rel=DIGITS)
    assert given_top["top"] == {"p": 1, "notP": 0}
    assert given_top["events"] == {"a": 1, "b": near(0.02 / 0.044, rel=DIGITS), "c": near(0.03 / 0.044, rel=DIGITS)}
    assert given_top["cutSets"]["sets"][0] == {
        "events": ["a", "c"],
        "probability": near(0.03 / 0.044, rel=DIGITS),
        "share": None,
    }
    assert given_not["evidence"] == near(0.1 * 0.56, rel=DIGITS)
    assert given_not["gates"] == {"top": 0, "either": 0}
    assert [found["events"] for found in given_not["cutSets"]["sets"]] == [["a"]]
    assert given_not["cutSets"]["sets"][0]["probability"] == near(1.0, rel=DIGITS)
    assert contradiction["evidence"] == 0
    assert contradiction["top"] == {"p": None, "notP": None}
    assert contradiction["events"]["a"] is None
    assert "cannot all hold" in contradiction["cutSets"]["note"]


def test_equally_probable_sets_are_ranked_without_beginning_them_all(engine_page: Any) -> None:
    """30 of 60 with one probability: 10^17 sets that only rounding tells apart, of which the best 100 are asked for."""
    events = {f"e{i}": 0.3 for i in range(60)}
    tree = FaultTree.of(model_of({"atleast": {"k": 30, "of": list(events)}}, events))
    (found,) = asked(engine_page, tree, [{"most": 100}])
    assert found["cutSets"]["count"] == str(math.comb(60, 30))
    sets = found["cutSets"]["sets"]
    assert len({frozenset(each["events"]) for each in sets}) == len(sets) > 9
    assert all(each["probability"] == pytest.approx(0.3**30, rel=1e-11) for each in sets)


def test_small_probabilities_keep_their_digits(engine_page: Any) -> None:
    """A product of 1e-12 each, and one minus nearly one."""
    q = {"a": 1e-12, "b": 3e-12, "c": 1 - 1e-12}
    tree = FaultTree.of(model_of({"or": [{"and": ["a", "b"]}, {"not": "c"}]}, q))
    (answer,) = asked(engine_page, tree, [{}])
    assert close(answer["top"]["p"], tree.probability().value)
    assert close(answer["top"]["p"], tree.event_probabilities()["c"] * 0 + (1 - q["c"]) + 3e-24 * q["c"])


def test_a_missing_probability_leaves_only_what_needs_it_unknown(engine_page: Any) -> None:
    model = model_of({"or": ["left", "right"]}, {"a": 0.1, "b": None, "c": 0.2},
                     gates={"left": {"and": ["a", "c"]}, "right": {"and": ["b", "c"]}})  # fmt: skip
    plain, without, seen = asked(
        engine_page, FaultTree.of(model), [{}, {"states": {"b": False}}, {"observed": {"c": True}}]
    )
    assert plain["top"] == {"p": None, "notP": None}
    assert plain["importance"] is None
    assert plain["gates"] == {"top": None, "left": pytest.approx(0.02, rel=DIGITS), "right": None}
    assert plain["events"] == {"a": 0.1, "b": None, "c": 0.2}
    assert [(sorted(found["events"]), found["probability"]) for found in plain["cutSets"]["sets"]] == [
        (["a", "c"], pytest.approx(0.02, rel=DIGITS)), (["b", "c"], None)
    ]  # fmt: skip
    assert without["top"]["p"] == pytest.approx(0.02, rel=DIGITS)
    assert seen["evidence"] == 0.2
    assert seen["gates"]["left"] == pytest.approx(0.1, rel=DIGITS)
    assert seen["top"]["p"] is None


def test_names_may_be_those_of_properties(engine_page: Any) -> None:
    model = model_of({"or": ["constructor", "__proto__", "toString"]}, {"constructor": 0.5, "__proto__": 0.5})
    plain, settled = asked(engine_page, FaultTree.of(model), [{}, {"states": {"toString": True}}])
    assert plain["top"]["p"] == pytest.approx(1 - 0.25 * 0.9, rel=DIGITS)
    assert settled["top"]["p"] == 1
    (unknown,) = asked(engine_page, FaultTree.of(model_of({"or": ["a"]})), [{"states": {"constructor": 1}, "most": 0}])
    assert "no event or gate 'constructor'" in unknown["error"]


# Limits


def test_a_budget_that_runs_out_is_said(engine_page: Any) -> None:
    tree = FaultTree.of(random_model(60, 40, 0.5, 31, votes=0.4))
    gate, other = tree.gates[:2]
    alone, seen = asked(
        engine_page, tree, [{"states": {gate: True}}, {"observed": {gate: True, other: True}}], budget=50
    )
    for answer in (alone, seen):
        assert answer["name"] == "NodeBudgetExhausted"
        assert "more than 50 nodes" in answer["error"]
        assert answer["cutSets"]["count"] is None
        assert not answer["cutSets"]["complete"]
        assert "more than 50 nodes" in answer["cutSets"]["note"]


@pytest.mark.parametrize("sets", [True, False])
def test_a_diagram_with_modules_gives_the_same(engine_page: Any, monkeypatch: pytest.MonkeyPatch, sets: bool) -> None:
    """Where no diagram of all gates fits, the page gets the top's, in which levels stand for modules."""
    from faulttree.facade import explorer

    monkeypatch.setattr(explorer, "MOST_NODES_OF_GATES", 1)
    if not sets:
        monkeypatch.setattr(explorer, "MOST_SET_NODES", 1)
    tree, choose = FaultTree.of(of_modules()), random.Random(5)
    payload = tree.explorer().payload
    assert "" in payload["bdd"]["variables"]
    assert (payload["zbdd"] is not None) is sets
    assert sets or "more than 1 nodes" in payload["zbdd_note"]
    scenarios = [{}, *(random_states(tree, choose) for _ in range(40))]
    answers = asked(engine_page, tree, [{"states": states} for states in scenarios])
    for states, answer in zip(scenarios, answers, strict=True):
        check(tree, states, answer, all_gates=False)


def test_evidence_on_a_diagram_with_modules(engine_page: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from faulttree.facade import explorer

    tree, choose = FaultTree.of(of_modules()), random.Random(6)
    events = list(tree.events)
    questions = []
    for _ in range(30):
        observed = {of: choose.random() < 0.5 for of in choose.sample([*events, *tree.gates], choose.randint(0, 2))}
        questions.append({"observed": observed | {"top": choose.random() < 0.7}})
    whole = asked(engine_page, tree, questions)
    monkeypatch.setattr(explorer, "MOST_NODES_OF_GATES", 1)
    modular = asked(engine_page, tree, questions)
    for question, one, other in zip(questions, whole, modular, strict=True):
        assert close(other["evidence"], one["evidence"]), question
        for event in events:
            assert (one["events"][event] is None) is (other["events"][event] is None)
            assert one["events"][event] is None or close(other["events"][event], one["events"][event]), question
        for gate, found in other["gates"].items():
            assert found is None or close(found, one["gates"][gate]), question
        assert other["cutSets"]["count"] == one["cutSets"]["count"], question
        for a, b in zip(one["cutSets"]["sets"], other["cutSets"]["sets"], strict=True):
            assert a["probability"] == b["probability"] or close(b["probability"], a["probability"]), question
